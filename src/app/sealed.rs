//! What leaves behind a passphrase: the age format, which other programs open as well.

use std::io::{Read, Write};
use std::iter::once;
use std::path::Path;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};

use super::AppError;

/// What a sealed file begins with.
const BEGIN: &[u8] = b"age-encryption.org/v1";

/// The shortest passphrase, in characters (ours).
pub const SHORTEST: usize = 8;

/// The most work that a file may ask for before its passphrase is tried: about 16
/// seconds and a gigabyte, so that a hostile one cannot hold the machine.
const MOST_WORK: u8 = 20;

/// The longest head of a file, in bytes: that of a passphrase has some two hundred. What
/// reads it takes the square of its length.
const LONGEST_HEAD: usize = 16 << 10;

/// Begins the last line of a head.
const END_OF_HEAD: &[u8] = b"\n--- ";

/// Whether a file is sealed.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGIN)
}

/// Writes what `write` gives, sealed.
///
/// # Errors
///
/// When `write` fails, or nothing can be written.
pub fn seal(
    out: &mut dyn Write,
    passphrase: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let encryptor = Encryptor::with_user_passphrase(SecretString::from(passphrase.to_owned()));
    let mut sealed = encryptor.wrap_output(out)?;
    write(&mut sealed)?;
    sealed.finish()?;
    Ok(())
}

/// What is sealed in a file.
///
/// # Errors
///
/// When the passphrase is another one, or the file is not whole.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Vec<u8>, AppError> {
    let head = &sealed[..sealed.len().min(LONGEST_HEAD)];
    if !head.windows(END_OF_HEAD.len()).any(|part| part == END_OF_HEAD) {
        return Err(AppError::Sealed("it was cut off, or changed"));
    }
    let decryptor = Decryptor::new(sealed).map_err(refused)?;
    if !decryptor.is_scrypt() {
        return Err(AppError::Sealed("it is sealed with a key and not with a passphrase"));
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(MOST_WORK);
    let mut content = Vec::new();
    decryptor
        .decrypt(once(&identity as &dyn age::Identity))
        .map_err(refused)?
        .read_to_end(&mut content)
        .map_err(|_| AppError::Sealed("it was cut off, or changed"))?;
    Ok(content)
}

/// Writes what is sealed in one file to another.
///
/// # Errors
///
/// When the file cannot be read or opened, or the other one cannot be written.
pub fn open_to(sealed: &Path, to: &Path, passphrase: &str) -> Result<(), AppError> {
    let bytes = std::fs::read(sealed)
        .map_err(|error| AppError::File { path: sealed.display().to_string(), reason: error.to_string() })?;
    super::files::write_new(to, &open(&bytes, passphrase)?)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn refused(error: DecryptError) -> AppError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => AppError::Passphrase,
        DecryptError::ExcessiveWork { .. } => {
            AppError::Sealed("it asks for more work than any that sinew writes")
        }
        _ => AppError::Sealed("it was cut off, or changed"),
    }
}
