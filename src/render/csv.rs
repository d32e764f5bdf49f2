//! What stands of an episode in the long format, for spreadsheets and notebooks.

use std::borrow::Cow;

use crate::domain::answers::calm_answers;
use crate::domain::entry::{Entry, Fact};
use crate::domain::journal::Journal;
use crate::domain::library::Library;
use crate::domain::rows::{BREAKS, COLUMNS, Row, is_formula, reads_back, rows};

/// The table, and what it could not carry.
#[derive(Debug, Default)]
pub struct Table {
    /// The table.
    pub bytes: Vec<u8>,
    /// In words, what is not in it; each a sentence of its own.
    pub left_out: Vec<String>,
}

/// Writes the table. `gone` is how many entries were put right or taken back.
pub fn table(library: &Library, journal: &Journal, gone: usize) -> Table {
    let calm = calm_answers(library);
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(COLUMNS);
    let (mut decisions, mut clearances, mut broken, mut doses) = (0, 0, 0, 0);
    let mut all: Vec<Vec<Row>> = Vec::new();
    for entry in journal.entries() {
        match &entry.fact {
            Fact::Decision(_) => decisions += 1,
            Fact::Clearance(_) => clearances += 1,
            Fact::Performed(p) => doses += usize::from(p.dose.as_ref().is_some_and(|d| !reads_back(d))),
            _ => {}
        }
        broken += usize::from(is_broken(entry));
        // The weight and the pain of an exercise stay behind it.
        let (bout, alone) = match &entry.fact {
            Fact::Performed(_) => rows(library, &calm, entry).into_iter().partition(|r| r.kind != "note"),
            _ => (Vec::new(), rows(library, &calm, entry)),
        };
        all.extend(alone.into_iter().map(|row| vec![row]));
        all.push(bout);
    }
    // By what they say: ids do not show in a table.
    all.sort();
    for row in all.iter().flatten() {
        let _ = writer.write_record(row.cells().map(cell).iter().map(|cell| cell.as_bytes()));
    }
    let said = [
        ("decisions about the plan", decisions),
        ("clinicians' outcomes", clearances),
        ("entries that were put right or taken back, and what took them back", gone),
        ("the line breaks of texts, which are spaces now", broken),
        ("doses that cannot be read back as they are", doses),
    ];
    let left_out = said.into_iter().filter(|(_, count)| *count > 0);
    let left_out = left_out.map(|(what, count)| format!("Not in it: {what} ({count})."));
    Table { bytes: writer.into_inner().unwrap_or_default(), left_out: left_out.collect() }
}

/// Whether some words of an entry run over several lines.
fn is_broken(entry: &Entry) -> bool {
    let skipped = match &entry.fact {
        Fact::Performed(p) => p.skipped.as_deref(),
        Fact::Decision(_) | Fact::Clearance(_) => return false,
        _ => None,
    };
    entry.note.iter().map(String::as_str).chain(skipped).any(|text| text.trim().contains(BREAKS))
}

/// A cell that no spreadsheet takes for a formula. A number below zero is one.
fn cell(text: &str) -> Cow<'_, str> {
    if is_formula(text) && text.parse::<f64>().is_err() { format!("'{text}").into() } else { text.into() }
}
