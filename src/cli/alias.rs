//! Names of a person's own for commands: `ok = "log 0"`. Put in once, before
//! anything else is read, and never again within what was put in.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};

use crate::catalog::nearest;

use super::args::Args;

/// The line with the alias in it replaced by what it stands for.
pub fn expand(line: Vec<OsString>, aliases: &[(String, String)]) -> Vec<OsString> {
    if aliases.is_empty() {
        return line;
    }
    let Some(at) = command_at(&line) else { return line };
    let name = line[at].to_string_lossy();
    let Some((_, meant)) = aliases.iter().find(|(known, _)| *known == name) else { return line };
    // Words as a shell takes them apart; nothing else of a shell.
    let Some(words) = shlex::split(meant) else { return line };
    let (before, behind) = (&line[..at], &line[at + 1..]);
    before
        .iter()
        .cloned()
        .chain(words.into_iter().map(OsString::from))
        .chain(behind.iter().cloned())
        .collect()
}

/// Where the command stands: the first word that is no option and no value of one.
fn command_at(line: &[OsString]) -> Option<usize> {
    let args = Args::command();
    let takes_value = |word: &str| {
        args.get_arguments().any(|a| {
            a.get_action().takes_values() && a.get_long().is_some_and(|l| word.strip_prefix("--") == Some(l))
        })
    };
    let mut at = 1;
    loop {
        let word = line.get(at)?.to_string_lossy();
        if word == "--" {
            return None;
        }
        if !word.starts_with('-') {
            return Some(at);
        }
        at += if takes_value(&word) { 2 } else { 1 };
    }
}

/// A mistyped command is held against the aliases as well.
pub fn suggest(mut error: Error, aliases: &[(String, String)]) -> Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    if error.kind() != ErrorKind::InvalidSubcommand {
        return error;
    }
    let Some(near) = nearest(typed, aliases.iter().map(|(name, _)| name.as_str())) else { return error };
    let mut meant = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(meant)) => meant.clone(),
        Some(ContextValue::String(meant)) => vec![meant.clone()],
        _ => Vec::new(),
    };
    meant.push(near.to_owned());
    error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(meant));
    error
}
