//! Files that their owner alone can read, in folders of the same kind.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Creates an empty file (0600), and its folder (0700) where it is missing; never
/// over another file, nor through a link.
///
/// # Errors
///
/// When there is something by that name, or it cannot be created.
pub fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new file.
///
/// # Errors
///
/// When there is something by that name, or it cannot be written; no part of it is
/// left behind.
pub fn write_new<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = BufWriter::new(create(path)?);
    let written = write(&mut file).and_then(|()| {
        file.flush()?;
        Ok(file.get_ref().sync_all()?)
    });
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(path);
    })
}

/// Writes a file in the place of another one, all of it or nothing.
///
/// # Errors
///
/// When it cannot be written; what was there before is there still.
pub fn write_over<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    // A link stays a link: what it leads to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut beside = path.clone().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&beside);
    write_new(beside, write)?;
    Ok(std::fs::rename(beside, &path).inspect_err(|_| {
        let _ = std::fs::remove_file(beside);
    })?)
}
