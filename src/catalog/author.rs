//! What somebody who writes a program needs: a text to begin with, a copy of
//! another program, and the checker.

use std::ops::Range;
use std::path::Path;

use toml::de::DeTable;

use super::{Catalog, Definition, Mistakes, library, read_text};

const STARTER: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/starter/program.toml"));

/// A file that has no mistake.
#[derive(Clone, Debug)]
pub enum Checked {
    /// A program.
    Program(Box<Definition>),
    /// Red flags, by id.
    RedFlags(Vec<String>),
}

/// Checks a file: as red flags where its root holds rules, as a program
/// otherwise. `built_in` is the catalogue without anything of one's own, so that
/// a file that is in use already is not held against itself.
///
/// # Errors
///
/// Every mistake of the file.
pub fn check(path: &Path, built_in: &Catalog) -> Result<Checked, Mistakes> {
    let name = path.display().to_string();
    let text = read_text(path, &name)?;
    if span_of(&text, "rule").is_none() {
        return built_in.check(&name, &text).map(|d| Checked::Program(Box::new(d)));
    }
    let mut with = built_in.library.clone();
    library::read(&name, "red-flags", &text, &mut with)?;
    let added = with.rules[built_in.library.rules.len()..].iter().map(|rule| rule.id.clone());
    Ok(Checked::RedFlags(added.collect()))
}

/// A short program with a comment on everything, to begin with.
pub fn starter(id: &str) -> String {
    renamed(STARTER, id, id)
}

/// The text of a program under another id and name, its comments kept.
pub fn copy(of: &Definition, id: &str) -> String {
    let program = &of.program;
    let name = format!("{} ({id})", program.name);
    let text = renamed(&of.text, id, &name);
    format!("# A copy of {}, version {}.\n{text}", program.id, program.version)
}

/// A text with another id and name at its root.
fn renamed(text: &str, id: &str, name: &str) -> String {
    let mut text = text.to_owned();
    for (key, value) in [("id", id), ("name", name)] {
        if let Some(span) = span_of(&text, key) {
            let quoted = toml::Value::String(value.to_owned()).to_string();
            text.replace_range(span, &quoted);
        }
    }
    text
}

/// Where the value of a key of the root stands.
fn span_of(text: &str, key: &str) -> Option<Range<usize>> {
    let (table, _) = DeTable::parse_recoverable(text);
    table.get_ref().iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.span())
}
