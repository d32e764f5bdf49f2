//! Files that are written for a person.

use std::io::ErrorKind;
use std::path::Path;

use crate::store::private;

use super::AppError;

/// Writes a new file, readable by its owner alone, and never over another one.
///
/// # Errors
///
/// When there is such a file, or it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    private::write_new(path, bytes).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => AppError::Exists(path.display().to_string()),
        _ => unwritten(path, &error),
    })
}

/// Writes a file in the place of another one, all of it or nothing.
///
/// # Errors
///
/// When it cannot be written; what was there before is there still.
pub fn write_over(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    private::write_over(path, bytes).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &std::io::Error) -> AppError {
    AppError::Unwritten { path: path.display().to_string(), reason: error.to_string() }
}
