//! A diary in the long format: one row for each thing recorded.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, TimeZone};
use csv::StringRecord;

use crate::domain::answers::calm_answers;
use crate::domain::archive::Imported;
use crate::domain::day::{At, Day, Now};
use crate::domain::dose::{Dose, DoseError};
use crate::domain::entry::{Answer, Care, Entry, Fact, Name, Outcome, Performed, Side};
use crate::domain::episode::Episode;
use crate::domain::journal::answers;
use crate::domain::measure::Unit;
use crate::domain::rows::{COLUMNS, PAIN_DURING};

use super::super::decide::{Cleared, clearance_fact};
use super::super::record::day_of;
use super::super::{App, AppError, ids};
use super::entry::in_words;
use super::table::Table;
use super::{Mistakes, Refusal, RowMistake, local, refused};

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

/// A row that was read; the weight of an exercise and the pain during it wait for
/// the exercise.
enum Read {
    Fact(Fact),
    Part(Performed),
}

/// What tells exercises apart.
type Bout = (At, Name, Option<Side>);

/// About how many entries of a diary are in memory at a time.
const BUNDLE: usize = 5_000;

/// Reads a diary bundle by bundle: rows of one day are looked at together, and most
/// diaries hold them together.
struct Diary<'t> {
    table: Table<'t>,
    /// The first row of the next bundle, with its line.
    next: Option<(u64, StringRecord)>,
    /// Whether the rows of each day lie together. Where they do not, all of them are
    /// one bundle.
    by_day: bool,
    mistakes: Mistakes,
    signs: Refusal,
}

/// Rows that are being put together.
#[derive(Default)]
struct Bundle {
    entries: Vec<Entry>,
    /// Exercises by moment and id, so that the weight and the pain can join them.
    bouts: HashMap<Bout, usize>,
    parts: Vec<(Entry, Bout, Option<usize>, String)>,
    /// How often each row was there.
    seen: HashMap<String, u32>,
}

impl<'t> Diary<'t> {
    fn open(text: &'t [u8]) -> Result<Self, AppError> {
        let table = Table::open(text);
        if table.header != COLUMNS {
            let message = format!(
                "the first line has to be {}; for another table say which column is what, such as --column day=Date --column pain-worst=Pain",
                COLUMNS.join(",")
            );
            let mistakes = vec![RowMistake { line: 1, message }];
            return Err(AppError::Rows { mistakes, more: 0, signs: vec![] });
        }
        let by_day = table.days_lie_together();
        Ok(Self { table, next: None, by_day, mistakes: Mistakes::default(), signs: Refusal::default() })
    }

    /// The next entries; nothing at the end.
    fn bundle(&mut self, app: &App, episode: &Episode, now: Now) -> Option<Vec<Entry>> {
        let mut bundle = Bundle::default();
        let mut day = String::new();
        while let Some((line, record)) = self.row() {
            let next_day = record[0] != day;
            if next_day && self.by_day && bundle.entries.len() >= BUNDLE {
                self.next = Some((line, record));
                break;
            }
            if next_day {
                record[0].clone_into(&mut day);
            }
            if let Err(message) = bundle.add(app, &record, episode, now) {
                self.mistakes.push(RowMistake { line, message });
            }
        }
        let entries = bundle.close();
        for entry in &entries {
            self.signs.signs(answers(entry));
        }
        (!entries.is_empty() || self.next.is_some()).then_some(entries)
    }

    /// The next row that can be read.
    fn row(&mut self) -> Option<(u64, StringRecord)> {
        if let Some(row) = self.next.take() {
            return Some(row);
        }
        loop {
            match self.table.next()? {
                Ok(row) => return Some(row),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
    }

    fn has_mistakes(&self) -> bool {
        !self.mistakes.told.is_empty()
    }

    /// Refuses a diary that has mistakes.
    fn done(self) -> Result<(), AppError> {
        refused(self.mistakes, self.signs)
    }
}

impl Bundle {
    fn add(&mut self, app: &App, record: &StringRecord, episode: &Episode, now: Now) -> Result<(), String> {
        let row = row(record);
        let (at, day) = moment(&row, episode, now)?;
        let side = side(&row)?;
        let read = app.fact(&row, day, side)?;
        let content = record.iter().collect::<Vec<_>>().join("\u{1f}");
        let times = self.seen.entry(content.clone()).or_insert(0);
        *times += 1;
        let content = format!("{}\u{1f}{content}\u{1f}{times}", episode.id);
        let id = ids::of_row(local(at), &content);
        let note = (!row.note.is_empty()).then(|| row.note.to_owned());
        match read {
            Read::Fact(fact) => {
                let skipped = matches!(&fact, Fact::Performed(bout) if bout.skipped.is_some());
                if let Fact::Performed(bout) = &fact {
                    self.bouts.insert((at, bout.exercise.clone(), bout.side), self.entries.len());
                }
                // The note of what was skipped is its reason.
                let note = note.filter(|_| !skipped);
                self.entries.push(Entry { id, day, at, note, corrects: None, fact });
            }
            Read::Part(part) => {
                let bout = (at, part.exercise.clone(), side);
                let fact = Fact::Performed(part);
                let entry = Entry { id, day, at, note: None, corrects: None, fact };
                let before = self.bouts.get(&bout).copied();
                self.parts.push((entry, bout, before, content));
            }
        }
        Ok(())
    }

    /// The entries, once the weights and pains have joined their exercises.
    fn close(mut self) -> Vec<Entry> {
        for (alone, bout, before, content) in self.parts {
            match before.or_else(|| self.bouts.get(&bout).copied()) {
                Some(at) => join(&mut self.entries[at], &alone, &content),
                None => self.entries.push(alone),
            }
        }
        self.entries
    }
}

impl App {
    /// Reads a diary and appends what is new; all of it, or nothing. What stands in the
    /// episode already, to the minute, is not doubled. `read` hears how many bytes of it
    /// have been read.
    ///
    /// # Errors
    ///
    /// The rows that cannot be read, with their lines; nothing is written then.
    pub fn import(
        &mut self,
        episode: &Episode,
        text: &[u8],
        now: Now,
        mut read: impl FnMut(u64),
    ) -> Result<Imported, AppError> {
        if !self.store.is_writing() {
            return self.all_or_nothing(false, |app| app.import(episode, text, now, read));
        }
        let mut diary = Diary::open(text)?;
        let taken_back = self.taken_back(episode, now)?;
        let mut done = Imported::default();
        while let Some(entries) = diary.bundle(self, episode, now) {
            // The rest is read for its mistakes alone.
            if !diary.has_mistakes() {
                self.append_new(episode, entries, &taken_back, now, &mut done)?;
            }
            read(diary.table.position());
        }
        diary.done()?;
        Ok(done)
    }

    /// The entries of a diary, without writing them.
    ///
    /// # Errors
    ///
    /// The rows that cannot be read, with their lines.
    pub fn diary(&self, episode: &Episode, text: &[u8], now: Now) -> Result<Vec<Entry>, AppError> {
        let mut diary = Diary::open(text)?;
        let mut entries = Vec::new();
        while let Some(bundle) = diary.bundle(self, episode, now) {
            entries.extend(bundle);
        }
        diary.done()?;
        Ok(entries)
    }

    fn fact(&self, row: &Row<'_>, day: Day, side: Option<Side>) -> Result<Read, String> {
        let fact = match row.kind {
            "reading" => return self.reading_row(row, side),
            "exercise" => {
                let performed = Performed { side, dose: dose(row.value)?, ..Performed::of(row.item) };
                self.performed(performed).map_err(in_words)?
            }
            "skipped" => {
                let (dose, skipped) = (dose(row.value)?, Some(row.note.to_owned()));
                let performed = Performed { side, dose, skipped, ..Performed::of(row.item) };
                self.performed(performed).map_err(in_words)?
            }
            "load" => {
                let load = row.value.parse().ok().filter(|kg: &f64| (0.0..=1000.0).contains(kg));
                let load = Some(load.filter(|_| row.unit == "kg").ok_or("a load runs from 0 to 1000 kg")?);
                let part = Performed { side, load, ..Performed::of(row.item) };
                self.performed(part.clone()).map_err(in_words)?;
                return Ok(Read::Part(part));
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
                self.care(Care { kind: row.item.to_owned(), side, minutes }).map_err(in_words)?
            }
            "answer" => Fact::CheckIn {
                readings: vec![],
                answers: vec![self.answer(row.item, row.value).map_err(in_words)?],
            },
            "screen" if row.item == "red-flags" && row.value == "none" => {
                Fact::Screen(calm_answers(&self.catalog.library))
            }
            "screen" if row.item == "red-flags" => {
                return Err("a screen row reads `screen,red-flags,,none`".to_owned());
            }
            "screen" => Fact::Screen(vec![self.answer(row.item, row.value).map_err(in_words)?]),
            "note" => Fact::Note,
            "clearance" => {
                let (role, _) = row.note.split_once(':').unwrap_or((row.note, ""));
                // Limits need a last day, which no row has.
                let outcome = Outcome::of_id(row.value)
                    .filter(|outcome| *outcome != Outcome::ClearedWithLimits)
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
                clearance_fact(&cleared).map_err(in_words)?
            }
            _ => {
                return Err(
                    "a kind is reading, exercise, skipped, load, care, answer, screen, note or clearance"
                        .to_owned(),
                );
            }
        };
        Ok(Read::Fact(fact))
    }

    fn reading_row(&self, row: &Row<'_>, side: Option<Side>) -> Result<Read, String> {
        let reading = self.reading(row.item, side, row.value).map_err(in_words)?;
        let unit = self.catalog.library.measures[reading.measure.as_str()].unit;
        let plain = unit == Unit::YesNo && row.unit.is_empty();
        if !plain && row.unit != unit.id() {
            return Err(format!("{} is given in `{}`, not `{}`", row.item, unit.id(), row.unit));
        }
        if row.item == PAIN_DURING && !row.note.is_empty() {
            let part = Performed { side, pain: Some(reading.value), ..Performed::of(row.note) };
            self.performed(part.clone()).map_err(in_words)?;
            return Ok(Read::Part(part));
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

/// Adds the weight or the pain of an exercise to it.
fn join(entry: &mut Entry, part: &Entry, content: &str) {
    if let (Fact::Performed(bout), Fact::Performed(part)) = (&mut entry.fact, &part.fact) {
        bout.load = part.load.or(bout.load);
        bout.pain = match (bout.pain, part.pain) {
            (Some(known), Some(pain)) => Some(known.max(pain)),
            (known, pain) => pain.or(known),
        };
    }
    // With its pain it is another entry than without.
    entry.id = ids::of_row(local(part.at), &format!("{}\u{1f}{content}", entry.id));
}

/// The dose of a row; nothing where only the exercise is known.
fn dose(text: &str) -> Result<Option<Dose>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: DoseError| error.to_string())
}

fn row(record: &StringRecord) -> Row<'_> {
    Row {
        day: &record[0],
        time: &record[1],
        kind: &record[2],
        item: &record[3],
        side: &record[4],
        value: &record[5],
        unit: &record[6],
        note: &record[7],
    }
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
