//! The passphrase of a sealed file.

use std::env;

use crate::app::sealed::SHORTEST;

use super::context::Context;
use super::failure::Failure;
use super::prompt::{Heard, hear_secret};
use super::terminal::hears_keys;

/// Holds the passphrase where nobody can be asked.
const VARIABLE: &str = "SINEW_PASSPHRASE";

/// The passphrase to open something with.
///
/// # Errors
///
/// When nobody gives one.
pub(super) fn known(context: &Context) -> Result<String, Failure> {
    given().map_or_else(|| asked(context, "Passphrase: "), Ok)
}

/// A passphrase to seal something with, typed twice.
///
/// # Errors
///
/// When nobody gives one, it is short, or the two differ.
pub(super) fn new(context: &Context) -> Result<String, Failure> {
    let long = |passphrase: String| {
        if passphrase.chars().count() >= SHORTEST {
            return Ok(passphrase);
        }
        let hint = "a few words that only you put together; nobody can open it without them";
        Err(Failure::person(format!("a passphrase has {SHORTEST} characters or more"), hint))
    };
    if let Some(passphrase) = given() {
        return long(passphrase);
    }
    let passphrase = long(asked(context, "Passphrase (nobody can open it without): ")?)?;
    if asked(context, "The same again: ")? == passphrase {
        return Ok(passphrase);
    }
    Err(Failure::person("the two differ".to_owned(), "nothing was written; try again"))
}

fn given() -> Option<String> {
    env::var(VARIABLE).ok().filter(|passphrase| !passphrase.is_empty())
}

fn asked(context: &Context, words: &str) -> Result<String, Failure> {
    if hears_keys()
        && let Heard::Said(passphrase) = hear_secret(context, words)
    {
        return Ok(passphrase);
    }
    let hint = format!("run it in a terminal, or set {VARIABLE}");
    Err(Failure::person("no passphrase was given".to_owned(), &hint))
}
