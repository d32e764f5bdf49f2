//! Reads a table: its delimiter, its lines, and text that a spreadsheet must not
//! take for a formula.

use std::collections::HashSet;
use std::io::{self, Read};

use csv::{Position, StringRecord};

use super::super::record::LONGEST_NOTE;
use super::RowMistake;

/// The longest row, in bytes: far more than a note has.
const LONGEST_ROW: usize = 1 << 20;

/// Gives a reader no more than one row may have, so that a hostile one is not gathered
/// in memory.
struct Rationed<'t> {
    rest: &'t [u8],
    ration: usize,
}

impl Read for Rationed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ration == 0 && !self.rest.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let most = into.len().min(self.ration);
        let read = self.rest.read(&mut into[..most])?;
        self.ration -= read;
        Ok(read)
    }
}

/// A table with its header.
pub(super) struct Table<'t> {
    reader: csv::Reader<Rationed<'t>>,
    bytes: &'t [u8],
    /// How many lines stand before those that the reader counts.
    before: u64,
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
        let begin = &bytes[..bytes.len().min(LONGEST_ROW)];
        let first = begin.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
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
        let mut reader = reader(bytes, delimiter, true);
        let header = reader.headers().map(|h| h.iter().map(str::to_owned).collect()).unwrap_or_default();
        Self { reader, bytes, before: 0, header, delimiter }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> u64 {
        (self.bytes.len() - self.reader.get_ref().rest.len()) as u64
    }

    /// Whether the rows of each day, which the first cell names, stand together. A day that
    /// is written otherwise than as `2026-03-02` might be one of those before it. Cells that
    /// run over a line are not looked for: a row with one is refused.
    pub(super) fn days_lie_together(&self) -> bool {
        let mut seen: HashSet<&[u8]> = HashSet::new();
        let mut last: Option<&[u8]> = None;
        let lines = self.bytes.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
        for line in lines.filter(|line| !line.is_empty()) {
            let cell = line.split(|byte| *byte == self.delimiter).next().unwrap_or_default();
            let bare = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'');
            let ends = cell.iter().position(bare).zip(cell.iter().rposition(bare));
            let cell = ends.map_or(&[][..], |(first, last)| &cell[first..=last]);
            if last != Some(cell) && !(is_plain_day(cell) && seen.insert(cell)) {
                return false;
            }
            last = Some(cell);
        }
        true
    }

    /// The next row with its line, or what is wrong with it.
    pub(super) fn next(&mut self) -> Option<Result<(u64, StringRecord), RowMistake>> {
        let mut record = StringRecord::new();
        let here = self.before + self.reader.position().line();
        self.reader.get_mut().ration = LONGEST_ROW;
        let line = match self.reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => self.before + record.position().map_or(0, Position::line),
            Err(error) if error.is_io_error() => {
                self.pass_over();
                let message = "this line is longer than 1 MB".to_owned();
                return Some(Err(RowMistake { line: here, message }));
            }
            Err(error) => {
                let line = self.before + error.position().map_or(0, Position::line);
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

    /// Goes on behind the line that the reader stands in: a sign further down is not
    /// passed over.
    fn pass_over(&mut self) {
        let rest = self.reader.get_ref().rest;
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (passed, rest) = self.bytes.split_at(self.bytes.len() - rest.len() + end);
        self.before = passed.iter().map(|byte| u64::from(*byte == b'\n')).sum();
        self.reader = reader(rest, self.delimiter, false);
    }
}

/// Whether a cell looks like `2026-03-02`.
fn is_plain_day(cell: &[u8]) -> bool {
    let fits =
        |(at, byte): (usize, &u8)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    cell.len() == 10 && cell.iter().enumerate().all(fits)
}

fn reader(bytes: &[u8], delimiter: u8, header: bool) -> csv::Reader<Rationed<'_>> {
    csv::ReaderBuilder::new()
        .has_headers(header)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter)
        .from_reader(Rationed { rest: bytes, ration: LONGEST_ROW })
}

/// A cell without the apostrophe that keeps a spreadsheet from reading it as a
/// formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if crate::domain::rows::is_formula(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_together_when_every_way_to_write_it_does() {
        let together = |rows: &str| Table::open(format!("day,time\n{rows}\n").as_bytes()).days_lie_together();
        assert!(together("2026-03-02,08:00\n2026-03-02,09:00\n2026-03-01,08:00"));
        assert!(together("\"2026-03-02\",08:00\n 2026-03-02 ,09:00\r\n\r\n2026-03-03,08:00"));
        assert!(!together("2026-03-02,08:00\n2026-03-03,08:00\n2026-03-02,09:00"));
        assert!(!together("2026-03-02,08:00\n2026-03-03,08:00\n\"2026-03-02\",09:00"));
        for same in ["2026-3-2", "2026-03-2", "+2026-3-02", "\u{a0}2026-03-02", "\"2026\"-03-02"] {
            assert!(!together(&format!("2026-03-02,08:00\n2026-03-03,08:00\n{same},09:00")), "{same}");
        }
    }
}
