//! Programs as files: found by id or path, and begun anew.

use std::path::Path;

use crate::catalog::{Catalog, CatalogError, Definition, copy, read_program, starter};

use super::{AppError, unknown};

/// The longest id of a program, in characters.
const LONGEST_ID: usize = 60;

/// The program with this id, or the one in this file.
///
/// # Errors
///
/// When there is none, or the file has mistakes.
pub fn program_at(catalog: &Catalog, wanted: &str) -> Result<Definition, AppError> {
    let path = Path::new(wanted);
    if path.extension().is_none_or(|e| e != "toml") {
        let known = catalog.programs.keys().map(String::as_str);
        return catalog.programs.get(wanted).cloned().ok_or_else(|| unknown("program", wanted, known));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| AppError::File { path: wanted.to_owned(), reason: error.to_string() })?;
    let read = read_program(wanted, &text, &catalog.library);
    let definition = read.map_err(|mistakes| AppError::Catalog(CatalogError(vec![mistakes])))?;
    Ok(Definition { own: Some(path.to_owned()), ..definition })
}

/// The text of a new program: a commented beginning, or a copy of another one.
///
/// # Errors
///
/// When the id is none, or is taken, or there is no such program to copy.
pub fn new_text(catalog: &Catalog, id: &str, from: Option<&str>) -> Result<String, AppError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    // A condition is no id, so that what `start` names stays clear.
    let taken = catalog.programs.contains_key(id) || catalog.conditions().contains(&id);
    if id.is_empty() || id.len() > LONGEST_ID || id.starts_with('-') || !id.chars().all(fits) || taken {
        return Err(AppError::NoId(id.to_owned()));
    }
    match from {
        Some(from) => Ok(copy(&program_at(catalog, from)?, id)),
        None => Ok(starter(id)),
    }
}
