//! What stands of an episode in the long format, for spreadsheets and notebooks.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::answers::calm_answers;
use crate::domain::entry::{Answer, Entry, Fact};
use crate::domain::library::Library;
use crate::domain::rows::{BREAKS, COLUMNS, Row, is_formula, reads_back, rows};

/// A table that is written date by date, and what it could not carry.
#[derive(Debug)]
pub struct Table<'l> {
    library: &'l Library,
    calm: Vec<Answer>,
    decisions: usize,
    clearances: usize,
    broken: usize,
    doses: usize,
}

impl<'l> Table<'l> {
    /// A table of nothing yet.
    pub fn new(library: &'l Library) -> Self {
        let calm = calm_answers(library);
        Self { library, calm, decisions: 0, clearances: 0, broken: 0, doses: 0 }
    }

    /// The names of the columns.
    pub fn head(&self) -> Vec<u8> {
        written(&[COLUMNS.map(Cow::Borrowed)])
    }

    /// The rows of the entries of one calendar date.
    pub fn date(&mut self, entries: &[Arc<Entry>]) -> Vec<u8> {
        let mut all: Vec<Vec<Row>> = Vec::new();
        for entry in entries {
            match &entry.fact {
                Fact::Decision(_) => self.decisions += 1,
                Fact::Clearance(_) => self.clearances += 1,
                Fact::Performed(p) => {
                    self.doses += usize::from(p.dose.as_ref().is_some_and(|d| !reads_back(d)));
                }
                _ => {}
            }
            self.broken += usize::from(is_broken(entry));
            let rows = rows(self.library, &self.calm, entry);
            // The weight and the pain of an exercise stay behind it.
            let (bout, alone) = match &entry.fact {
                Fact::Performed(_) => rows.into_iter().partition(|r| r.kind != "note"),
                _ => (Vec::new(), rows),
            };
            all.extend(alone.into_iter().map(|row| vec![row]));
            all.push(bout);
        }
        // By what they say: ids do not show in a table.
        all.sort();
        let cells: Vec<_> = all.iter().flatten().map(|row| row.cells().map(cell)).collect();
        written(&cells)
    }

    /// In words, what is not in it; each a sentence of its own. `gone` is how many entries
    /// were put right or taken back.
    pub fn left_out(&self, gone: usize) -> Vec<String> {
        let said = [
            ("decisions about the plan", self.decisions),
            ("clinicians' outcomes", self.clearances),
            ("entries that were put right or taken back, and what took them back", gone),
            ("the line breaks of texts, which are spaces now", self.broken),
            ("doses that cannot be read back as they are", self.doses),
        ];
        let left_out = said.into_iter().filter(|(_, count)| *count > 0);
        left_out.map(|(what, count)| format!("Not in it: {what} ({count}).")).collect()
    }
}

fn written(rows: &[[Cow<'_, str>; 8]]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = writer.write_record(row.iter().map(|cell| cell.as_bytes()));
    }
    writer.into_inner().unwrap_or_default()
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
