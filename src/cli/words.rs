//! What people write behind a command: sides, pairs, moments, files.

use std::io::Read;
use std::path::Path;

use crate::app::{AppError, read_answers};
use crate::domain::day::At;
use crate::domain::entry::Side;
use crate::domain::library::Library;
use crate::domain::question::Answers;

use super::context::Context;
use super::failure::Failure;
use super::when;

/// Reads a side.
pub(super) fn side(word: &str) -> Result<Side, Failure> {
    Side::of_id(word)
        .ok_or_else(|| Failure::person(format!("`{word}` is no side"), "left, right, both or middle"))
}

/// Reads `ID=VALUE` pairs.
pub(super) fn assignments(pairs: &[String]) -> Result<Vec<(String, String)>, Failure> {
    pairs
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((id, value)) if !id.is_empty() => Ok((id.trim().to_owned(), value.trim().to_owned())),
            _ => Err(Failure::person(
                format!("`{pair}` has no value"),
                "write it as ID=VALUE, such as fever=yes",
            )),
        })
        .collect()
}

/// The moment that something speaks of: now, unless `--at` says otherwise.
pub(super) fn moment(at: Option<&str>, context: &Context) -> Result<At, Failure> {
    Ok(at.map_or(Ok(context.now.at), |at| when::moment(at, context.now))?)
}

/// The largest file that is read, in bytes: more than a million entries have.
const LARGEST: u64 = 512 << 20;

/// Reads a file, or standard input for `-`.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |reason: String| AppError::File { path: path.display().to_string(), reason };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("it is larger than 512 MB".to_owned()).into());
    }
    Ok(bytes)
}

/// The answers of a file.
pub(super) fn answers_of(library: &Library, file: &Path) -> Result<Answers, Failure> {
    let bytes = read_file(file)?;
    let text =
        String::from_utf8(bytes).map_err(|_| AppError::Answers(vec!["this is not UTF-8 text".to_owned()]))?;
    Ok(read_answers(library, text.trim_start_matches('\u{feff}'))?)
}
