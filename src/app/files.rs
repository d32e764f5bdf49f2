//! Files that are written for a person.

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::store::private;

use super::AppError;

/// Writes a new file, readable by its owner alone, and never over another one.
///
/// # Errors
///
/// When there is such a file, or it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    stream_new(path, |out| Ok(out.write_all(bytes)?))
}

/// Writes a file in the place of another one, all of it or nothing.
///
/// # Errors
///
/// When it cannot be written; what was there before is there still.
pub fn write_over(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    stream_over(path, |out| Ok(out.write_all(bytes)?))
}

/// Writes a new file part by part, as [`write_new`] does.
///
/// # Errors
///
/// When there is such a file, or it cannot be written, or `write` fails.
pub fn stream_new(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
) -> Result<(), AppError> {
    private::write_new(path, write).map_err(|error| named(path, error))
}

/// Writes a file in the place of another one part by part, as [`write_over`] does.
///
/// # Errors
///
/// When it cannot be written, or `write` fails; what was there before is there still.
pub fn stream_over(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
) -> Result<(), AppError> {
    private::write_over(path, write).map_err(|error| named(path, error))
}

/// The same error, with the name of the file that could not be written.
fn named(path: &Path, error: AppError) -> AppError {
    let path = path.display().to_string();
    match error {
        AppError::Output(error) if error.kind() == ErrorKind::AlreadyExists => AppError::Exists(path),
        AppError::Output(error) => AppError::Unwritten { path, reason: error.to_string() },
        other => other,
    }
}
