//! Reads a table: its delimiter, its lines, and text that a spreadsheet must not
//! take for a formula.

use csv::{Position, StringRecord};

use super::super::record::LONGEST_NOTE;
use super::RowMistake;

/// A table with its header.
pub(super) struct Table<'t> {
    reader: csv::Reader<&'t [u8]>,
    /// The names of the columns.
    pub header: Vec<String>,
    /// What stands between two cells.
    pub delimiter: u8,
}

impl<'t> Table<'t> {
    /// Opens a table. What stands most often in the first line, outside quotes, is
    /// taken for the delimiter.
    pub(super) fn open(bytes: &'t [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let count = |delimiter: u8| {
            let mut quoted = false;
            let outside = first.iter().filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == delimiter
            });
            outside.count()
        };
        // The last of equals wins: a comma, where there is none of any.
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .from_reader(bytes);
        let header = reader.headers().map(|h| h.iter().map(str::to_owned).collect()).unwrap_or_default();
        Self { reader, header, delimiter }
    }

    /// The next row with its line, or what is wrong with it.
    pub(super) fn next(&mut self) -> Option<Result<(u64, StringRecord), RowMistake>> {
        let mut record = StringRecord::new();
        let line = match self.reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => record.position().map_or(0, Position::line),
            Err(error) => {
                let line = error.position().map_or(0, Position::line);
                return Some(Err(RowMistake { line, message: "this line is not valid text".to_owned() }));
            }
        };
        let wrong = |message: &str| Some(Err(RowMistake { line, message: message.to_owned() }));
        if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
            return wrong("a quoted text runs over the end of its line");
        }
        if record.iter().any(|cell| cell.contains('\0')) {
            return wrong("a cell holds a character that no text has");
        }
        // Bytes are counted first, since a hostile cell is not worth reading.
        let long = |cell: &str| cell.len() > LONGEST_NOTE && cell.chars().count() > LONGEST_NOTE;
        if record.iter().any(long) {
            return wrong(&format!("a cell is longer than {LONGEST_NOTE} characters"));
        }
        let (width, wanted) = (record.len(), self.header.len());
        if width != wanted {
            return wrong(&format!("{width} columns where there should be {wanted}"));
        }
        let record = record.iter().map(unguarded).collect();
        Some(Ok((line, record)))
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from reading it as a
/// formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if crate::domain::rows::is_formula(rest) => rest,
        _ => cell,
    }
}
