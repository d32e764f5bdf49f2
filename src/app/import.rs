//! Importing a diary in the long format: one row for each thing recorded.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, TimeZone};

use crate::domain::answers::calm_answers;
use crate::domain::day::{At, Day, Now};
use crate::domain::dose::Dose;
use crate::domain::entry::{Answer, Care, Entry, Fact, Outcome, Performed, Side};
use crate::domain::episode::Episode;
use crate::domain::journal::answers;
use crate::domain::measure::Unit;

use super::decide::{Cleared, clearance_fact};
use super::record::day_of;
use super::{App, AppError, ids};

/// The columns of a diary.
const COLUMNS: [&str; 8] = ["day", "time", "kind", "item", "side", "value", "unit", "note"];

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMistake {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Entries that the file holds.
    pub read: usize,
    /// Those of them that were new.
    pub new: usize,
}

/// One row of a diary.
struct Row<'r> {
    day: &'r str,
    time: &'r str,
    kind: &'r str,
    item: &'r str,
    side: &'r str,
    value: &'r str,
    unit: &'r str,
    note: &'r str,
}

/// A row that was read; a pain during exercise waits for its exercise.
enum Read {
    Fact(Fact),
    PainDuring { exercise: String, pain: f64 },
}

impl App {
    /// Reads a diary and appends what is new; all of it, or nothing.
    ///
    /// # Errors
    ///
    /// Every row that cannot be read, with its line; nothing is written then.
    pub fn import(&mut self, episode: &Episode, text: &[u8], now: Now) -> Result<Imported, AppError> {
        let entries = self.diary(episode, text, now)?;
        let new = self.append(episode, &entries)?;
        Ok(Imported { read: entries.len(), new })
    }

    /// The entries of a diary, without writing them.
    ///
    /// # Errors
    ///
    /// Every row that cannot be read, with its line.
    pub fn diary(&self, episode: &Episode, text: &[u8], now: Now) -> Result<Vec<Entry>, AppError> {
        let mut mistakes = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        // Exercises by moment and id, so that the pain during them can join them.
        let mut bouts: HashMap<(At, String, Option<Side>), usize> = HashMap::new();
        let mut pains: Vec<(Entry, String, f64, String)> = Vec::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
        if let Some(mistake) = wrong_header(&mut reader) {
            return Err(AppError::Rows { mistakes: vec![mistake], signs: vec![] });
        }
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    mistakes.push(RowMistake { line, message: "this line is not valid text".to_owned() });
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let read = row(&record).and_then(|row| {
                let (at, day) = moment(&row, episode, now)?;
                let side = side(&row)?;
                Ok((self.fact(&row, day, side)?, at, day, side, row.note.to_owned()))
            });
            match read {
                Err(message) => mistakes.push(RowMistake { line, message }),
                Ok((read, at, day, side, note)) => {
                    let content = record.iter().collect::<Vec<_>>().join("\u{1f}");
                    let times = seen.entry(content.clone()).or_insert(0);
                    *times += 1;
                    // By the local time as written, so that a summer time makes no new rows.
                    let local = at.naive_local().and_utc().timestamp_millis();
                    let content = format!("{}\u{1f}{content}\u{1f}{times}", episode.id);
                    let id = ids::of_row(local, &content);
                    let note = (!note.is_empty()).then_some(note);
                    match read {
                        Read::Fact(fact) => {
                            if let Fact::Performed(bout) = &fact {
                                bouts.insert((at, bout.exercise.clone(), bout.side), entries.len());
                            }
                            entries.push(Entry { id, day, at, note, corrects: None, fact });
                        }
                        Read::PainDuring { exercise, pain } => {
                            let fact = Fact::Performed(Performed {
                                side,
                                pain: Some(pain),
                                ..Performed::of(&exercise)
                            });
                            let entry = Entry { id, day, at, note: None, corrects: None, fact };
                            pains.push((entry, exercise, pain, content));
                        }
                    }
                }
            }
        }
        for (alone, exercise, pain, content) in pains {
            let Fact::Performed(felt) = &alone.fact else { continue };
            match bouts.get(&(alone.at, exercise, felt.side)).map(|at| &mut entries[*at]) {
                Some(entry) => {
                    if let Fact::Performed(bout) = &mut entry.fact {
                        bout.pain = Some(bout.pain.map_or(pain, |p| p.max(pain)));
                    }
                    // With its pain it is another entry than without.
                    let local = alone.at.naive_local().and_utc().timestamp_millis();
                    entry.id = ids::of_row(local, &format!("{}\u{1f}{content}", entry.id));
                }
                None => entries.push(alone),
            }
        }
        mistakes.sort_by_key(|m| m.line);
        if mistakes.is_empty() {
            return Ok(entries);
        }
        let signs = entries.iter().flat_map(|e| answers(e).to_vec()).collect();
        Err(AppError::Rows { mistakes, signs })
    }

    fn fact(&self, row: &Row<'_>, day: Day, side: Option<Side>) -> Result<Read, String> {
        let say = |error: AppError| match error {
            AppError::Unknown { what, id, near: Some(near) } => {
                format!("there is no {what} `{id}`: did you mean `{near}`?")
            }
            other => other.to_string(),
        };
        let fact = match row.kind {
            "reading" => return self.reading_row(row, side),
            "exercise" => {
                let dose: Dose =
                    row.value.parse().map_err(|e: crate::domain::dose::DoseError| e.to_string())?;
                let performed = Performed { side, dose: Some(dose), ..Performed::of(row.item) };
                self.performed(performed).map_err(say)?
            }
            "care" => {
                let minutes = match row.value {
                    "" => None,
                    value => Some(
                        value
                            .parse()
                            .ok()
                            .filter(|m: &f64| *m > 0.0 && *m <= 1440.0)
                            .ok_or("minutes run from 1 to 1440")?,
                    ),
                };
                self.care(Care { kind: row.item.to_owned(), side, minutes }).map_err(say)?
            }
            "answer" => Fact::CheckIn {
                readings: vec![],
                answers: vec![self.answer(row.item, row.value).map_err(say)?],
            },
            "screen" if row.item == "red-flags" && row.value == "none" => {
                Fact::Screen(calm_answers(&self.catalog.library))
            }
            "screen" => return Err("a screen row reads `screen,red-flags,,none`".to_owned()),
            "note" => Fact::Note,
            "clearance" => {
                let (role, _) = row.note.split_once(':').unwrap_or((row.note, ""));
                let outcome = Outcome::of_id(row.value)
                    .ok_or("an outcome is cleared, treated, referred or other-diagnosis")?;
                let cleared = Cleared {
                    rule: row.item.to_owned(),
                    by: format!("{role} (not named)"),
                    role: role.to_owned(),
                    outcome,
                    day,
                    until: None,
                    note: None,
                };
                self.known_rule(row.item)?;
                clearance_fact(&cleared).map_err(say)?
            }
            _ => {
                return Err("a kind is reading, exercise, care, answer, screen, note or clearance".to_owned());
            }
        };
        Ok(Read::Fact(fact))
    }

    fn reading_row(&self, row: &Row<'_>, side: Option<Side>) -> Result<Read, String> {
        let say = |error: AppError| match error {
            AppError::Unknown { what, id, near: Some(near) } => {
                format!("there is no {what} `{id}`: did you mean `{near}`?")
            }
            other => other.to_string(),
        };
        let reading = self.reading(row.item, side, row.value).map_err(say)?;
        let unit = self.catalog.library.measures[&reading.measure].unit;
        let plain = unit == Unit::YesNo && row.unit.is_empty();
        if !plain && row.unit != unit.id() {
            return Err(format!("{} is given in `{}`, not `{}`", row.item, unit.id(), row.unit));
        }
        if row.item == "pain-during" {
            let about = Performed { side, pain: Some(reading.value), ..Performed::of(row.note) };
            if let Fact::Performed(p) = self.performed(about).map_err(say)? {
                return Ok(Read::PainDuring { exercise: p.exercise, pain: reading.value });
            }
        }
        Ok(Read::Fact(Fact::CheckIn { readings: vec![reading], answers: Vec::<Answer>::new() }))
    }

    /// Whether some rule, check or gate of any program has this id.
    fn known_rule(&self, id: &str) -> Result<(), String> {
        let checks =
            self.catalog.programs.values().flat_map(|d| d.program.checks.iter().map(|c| c.rule.id.as_str()));
        let phases = self.catalog.programs.values().flat_map(|d| &d.program.phases);
        let gates = phases.clone().flat_map(|p| &p.exit).filter_map(|c| match &c.subject {
            crate::domain::program::Subject::Clearance(rule) => Some(rule.as_str()),
            _ => None,
        });
        let rules = self.catalog.library.rules.iter().map(|r| r.id.as_str());
        let stalled: Vec<String> = phases.map(|p| format!("stalled-{}", p.id)).collect();
        let mut known = checks.chain(gates).chain(rules).chain(stalled.iter().map(String::as_str));
        if known.any(|k| k == id) { Ok(()) } else { Err(format!("there is no flag or gate `{id}`")) }
    }
}

fn wrong_header(reader: &mut csv::Reader<&[u8]>) -> Option<RowMistake> {
    let wanted = COLUMNS.join(",");
    let found = reader.headers().map(|h| h.iter().collect::<Vec<_>>().join(",")).unwrap_or_default();
    let found = found.trim_start_matches('\u{feff}');
    (found != wanted).then(|| RowMistake { line: 1, message: format!("the first line has to be {wanted}") })
}

fn row(record: &csv::StringRecord) -> Result<Row<'_>, String> {
    if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
        return Err("a quoted text runs over the end of its line".to_owned());
    }
    if record.len() != COLUMNS.len() {
        return Err(format!("{} columns where there should be {}", record.len(), COLUMNS.len()));
    }
    Ok(Row {
        day: &record[0],
        time: &record[1],
        kind: &record[2],
        item: &record[3],
        side: &record[4],
        value: &record[5],
        unit: &record[6],
        note: &record[7],
    })
}

/// The moment and the day of a row. The `day` column is a calendar date, so a
/// row of half past midnight belongs to the day before it.
fn moment(row: &Row<'_>, episode: &Episode, now: Now) -> Result<(At, Day), String> {
    let date = NaiveDate::parse_from_str(row.day, "%Y-%m-%d")
        .map_err(|_| "the day is no date such as 2026-03-02".to_owned())?;
    let time = NaiveTime::parse_from_str(row.time, "%H:%M")
        .map_err(|_| "the time is no time such as 07:30".to_owned())?;
    let at = now
        .at
        .offset()
        .from_local_datetime(&date.and_time(time))
        .single()
        .ok_or_else(|| "the day is no date such as 2026-03-02".to_owned())?;
    let day = day_of(episode, at, now).map_err(|e| e.to_string())?;
    Ok((at, day))
}

fn side(row: &Row<'_>) -> Result<Option<Side>, String> {
    match row.side {
        "" => Ok(None),
        word => Side::of_id(word)
            .map(Some)
            .ok_or_else(|| format!("`{word}` is no side: left, right, both or middle")),
    }
}
