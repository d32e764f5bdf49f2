//! The table of another tracker: a row a day, columns that name measures.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::domain::archive::Imported;
use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Entry, Fact, Reading, Side};
use crate::domain::episode::Episode;
use crate::domain::journal::answers;
use crate::domain::measure::Unit;

use super::super::record::day_of;
use super::super::{App, AppError, ids, unknown};
use super::entry::in_words;
use super::table::Table;
use super::{Mistakes, Refusal, RowMistake, local, refused};

/// The hour that a row without a time stands for, as "evening" does.
const EVENING: u32 = 20;

/// How days such as 03/02/2026 are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// The day comes first.
    DayFirst,
    /// The month comes first.
    MonthFirst,
}

/// Which column of a table is which of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Pairs of our name and theirs.
    pub pairs: Vec<(String, String)>,
    /// How days with slashes are written, where somebody said so.
    pub dates: Option<DateOrder>,
}

/// What a column holds.
enum Holds {
    Day,
    Time,
    Note,
    Measure(String, Option<Side>),
}

impl App {
    /// Reads the table of another tracker and appends what is new. An empty cell
    /// was not reported.
    ///
    /// # Errors
    ///
    /// When a column is not known or not there, and for every row that cannot be
    /// read; nothing is written then.
    pub fn import_table(
        &mut self,
        episode: &Episode,
        text: &[u8],
        columns: &Columns,
        now: Now,
    ) -> Result<Imported, AppError> {
        let mut table = Table::open(text);
        let holds = self.columns(columns, &table.header)?;
        let (mut mistakes, mut entries) = (Mistakes::default(), Vec::new());
        let mut seen: HashMap<String, u32> = HashMap::new();
        while let Some(record) = table.next() {
            let (line, record) = match record {
                Ok(record) => record,
                Err(mistake) => {
                    mistakes.push(mistake);
                    continue;
                }
            };
            let cells: Vec<(&Holds, &str)> = holds.iter().map(|(at, holds)| (holds, &record[*at])).collect();
            match self.table_row(&cells, columns.dates, table.delimiter, episode, now) {
                Ok(None) => {}
                Ok(Some((stamp, mut entry))) => {
                    let cells: Vec<&str> = cells.iter().map(|(_, cell)| *cell).collect();
                    let content = format!("{}\u{1f}{}", episode.id, cells.join("\u{1f}"));
                    let times = seen.entry(content.clone()).or_insert(0);
                    *times += 1;
                    entry.id = ids::of_row(stamp, &format!("{content}\u{1f}{times}"));
                    entries.push(entry);
                }
                Err(wrong) => {
                    for message in wrong {
                        mistakes.push(RowMistake { line, message });
                    }
                }
            }
        }
        let mut signs = Refusal::default();
        for entry in &entries {
            signs.signs(answers(entry));
        }
        refused(mistakes, signs)?;
        let (taken_back, mut done) = (self.taken_back(episode, now)?, Imported::default());
        self.append_new(episode, entries, &taken_back, now, &mut done)?;
        Ok(done)
    }

    /// What the columns hold that were named, with their places.
    fn columns(&self, columns: &Columns, header: &[String]) -> Result<Vec<(usize, Holds)>, AppError> {
        let mut holds: Vec<(usize, Holds)> = Vec::new();
        let mut named: Vec<&str> = Vec::new();
        for (ours, theirs) in &columns.pairs {
            let places: Vec<usize> =
                header.iter().enumerate().filter(|(_, h)| *h == theirs).map(|(at, _)| at).collect();
            let place = match places.as_slice() {
                [place] => *place,
                [] => return Err(unknown("column", theirs, header.iter().map(String::as_str))),
                _ => return Err(AppError::Column("two columns of the table have that name")),
            };
            if named.contains(&ours.as_str()) {
                return Err(AppError::Column("a column of ours is named twice"));
            }
            named.push(ours);
            holds.push((place, self.held(ours)?));
        }
        if !named.contains(&"day") {
            return Err(AppError::Column("no column is named for the day"));
        }
        Ok(holds)
    }

    fn held(&self, ours: &str) -> Result<Holds, AppError> {
        let (id, side) = ours.split_once(':').map_or((ours, None), |(id, side)| (id, Some(side)));
        let side = match side {
            None => None,
            Some(word) => Some(
                Side::of_id(word)
                    .ok_or_else(|| unknown("side", word, Side::ALL.into_iter().map(Side::id)))?,
            ),
        };
        Ok(match (id, side) {
            ("day", None) => Holds::Day,
            ("time", None) => Holds::Time,
            ("note", None) => Holds::Note,
            _ => {
                let measures = self.catalog.library.measures.keys().map(String::as_str);
                if !self.catalog.library.measures.contains_key(id) {
                    let own = ["day", "time", "note"].into_iter();
                    return Err(unknown("measure", id, measures.chain(own)));
                }
                Holds::Measure(id.to_owned(), side)
            }
        })
    }

    /// The entry of a row, still without its id, and the local time that the id is
    /// made with; nothing where the row reports nothing.
    fn table_row(
        &self,
        cells: &[(&Holds, &str)],
        order: Option<DateOrder>,
        delimiter: u8,
        episode: &Episode,
        now: Now,
    ) -> Result<Option<(i64, Entry)>, Vec<String>> {
        let mut wrong = Vec::new();
        let (mut moment, mut time, mut note, mut readings) = (None, None, None, Vec::new());
        for (holds, cell) in cells {
            match holds {
                Holds::Day => match read_moment(cell, order) {
                    Ok(read) => moment = Some(read),
                    Err(message) => wrong.push(message),
                },
                Holds::Time | Holds::Measure(..) if cell.is_empty() => {}
                Holds::Time => match read_time(cell) {
                    Some(read) => time = Some(read),
                    None => wrong.push("the time is no time such as 07:30".to_owned()),
                },
                Holds::Note => note = Some((*cell).to_owned()).filter(|note| !note.is_empty()),
                Holds::Measure(id, side) => match self.cell(id, *side, cell, delimiter) {
                    Ok(reading) => readings.push(reading),
                    Err(message) => wrong.push(message),
                },
            }
        }
        let placed = moment.map(|moment| place(moment, time, episode, now));
        match placed {
            Some(Err(message)) => wrong.push(message),
            Some(Ok((stamp, at, day))) if wrong.is_empty() => {
                if readings.is_empty() && note.is_none() {
                    return Ok(None);
                }
                let fact = if readings.is_empty() {
                    Fact::Note
                } else {
                    Fact::CheckIn { readings, answers: Vec::new() }
                };
                let id = ids::of_row(stamp, "");
                return Ok(Some((stamp, Entry { id, day, at, note, corrects: None, fact })));
            }
            _ => {}
        }
        Err(wrong)
    }

    fn cell(&self, id: &str, side: Option<Side>, cell: &str, delimiter: u8) -> Result<Reading, String> {
        let unit = self.catalog.library.measures.get(id).map(|m| m.unit);
        let text = match (unit, cell) {
            (Some(Unit::YesNo), "1") => "yes".to_owned(),
            (Some(Unit::YesNo), "0") => "no".to_owned(),
            // Where commas do not stand between cells, one stands before decimals.
            _ if delimiter != b',' => cell.replace(',', "."),
            _ => cell.to_owned(),
        };
        self.reading(id, side, &text).map_err(in_words)
    }
}

/// When a row was: a day alone, or an instant.
enum Moment {
    Day(NaiveDate),
    Clock(NaiveDateTime),
    Instant(At),
}

fn read_moment(text: &str, order: Option<DateOrder>) -> Result<Moment, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Instant(at));
    }
    let numbers = |separator: char| {
        let parts: Vec<&str> = text.split(separator).collect();
        let digits =
            parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
        let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
        match (digits, parts.as_slice(), numbers.as_slice()) {
            (true, [first, _, third], [a, b, c]) => Some((first.len() == 4, third.len() == 4, [*a, *b, *c])),
            _ => None,
        }
    };
    let date = |year: u32, month: u32, day: u32| {
        i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).map(Moment::Day)
    };
    let read = match (numbers('-'), numbers('.'), numbers('/')) {
        (Some((true, _, [y, m, d])), ..)
        | (.., Some((true, _, [y, m, d])))
        | (_, Some((false, true, [d, m, y])), _) => date(y, m, d),
        (.., Some((false, true, [a, b, y]))) => match order {
            Some(DateOrder::DayFirst) => date(y, b, a),
            Some(DateOrder::MonthFirst) => date(y, a, b),
            None => {
                return Err("the day can be read in two ways: say --dates day-first or --dates month-first"
                    .to_owned());
            }
        },
        _ => ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
            .into_iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(Moment::Clock),
    };
    read.ok_or_else(|| "the day is no date such as 2026-03-02".to_owned())
}

fn read_time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].into_iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

/// The instant and the day of a row, and the local time that its id is made with.
fn place(
    moment: Moment,
    time: Option<NaiveTime>,
    episode: &Episode,
    now: Now,
) -> Result<(i64, At, Day), String> {
    let here = |local: NaiveDateTime| {
        now.at.offset().from_local_datetime(&local).single().ok_or("the day is no date such as 2026-03-02")
    };
    let evening = NaiveTime::from_hms_opt(EVENING, 0, 0).unwrap_or_default();
    let (stamp, at) = match (moment, time) {
        (Moment::Instant(at), _) => (at, at),
        (Moment::Clock(at), _) => (here(at)?, here(at)?),
        (Moment::Day(date), Some(time)) => (here(date.and_time(time))?, here(date.and_time(time))?),
        (Moment::Day(date), None) => {
            let at = here(date.and_time(evening))?;
            // The evening of today may still be to come.
            (at, if date == now.at.date_naive() { at.min(now.at) } else { at })
        }
    };
    let day = day_of(episode, at, now).map_err(|error| error.to_string())?;
    Ok((local(stamp), at, day))
}
