//! Reads: episodes, and the entries of one of them.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate};
use rusqlite::{OptionalExtension, Params, Row, params, params_from_iter};

use crate::domain::archive::{Filed, Source};
use crate::domain::day::{At, Day};
use crate::domain::dose::Dose;
use crate::domain::entry::{
    Answer, Care, Clearance, Correction, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed,
    Reading, Side,
};
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::library::Library;
use crate::domain::question::{AnswerValue, QuestionKind};

use super::{Store, StoreError};

impl Store {
    /// How many entries were ever on record: taken back and erased ones count.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn recorded(&self) -> Result<i64, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM tombstone)";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Every episode, in order of opening.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn episodes(&self) -> Result<Vec<Episode>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT id, number, title, condition, region, side, onset_day, onset_manner, goal, opened
             FROM episode ORDER BY number",
        )?;
        let mut rows = query.query([])?;
        let mut episodes = Vec::new();
        while let Some(row) = rows.next()? {
            episodes.push(Episode {
                id: row.get(0)?,
                number: row.get(1)?,
                title: row.get(2)?,
                condition: row.get(3)?,
                region: row.get(4)?,
                side: side(row, 5)?,
                onset: day(&row.get::<_, String>(6)?, "episode")?,
                manner: row.get::<_, Option<String>>(7)?.and_then(|m| Manner::of_id(&m)),
                goal: Goal::of_id(&row.get::<_, String>(8)?).ok_or(StoreError::Row { table: "episode" })?,
                opened: at(&row.get::<_, String>(9)?, "episode")?,
            });
        }
        Ok(episodes)
    }

    /// The place of each entry in the order of writing.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn writing_order(&self) -> Result<HashMap<String, i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT id, rowid FROM entry")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A number that is another one as soon as another sinew has written.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn version(&self) -> Result<i64, StoreError> {
        super::append::version(&self.db)
    }

    /// The text of the program with this content hash.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn definition(&self, hash: &str) -> Result<Option<(String, String)>, StoreError> {
        let found = self
            .db
            .prepare_cached("SELECT id, source FROM definition WHERE hash = ?1")?
            .query_row([hash], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }

    /// The latest moment that any entry speaks of.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn latest(&self) -> Result<Option<At>, StoreError> {
        let latest: Option<String> = self
            .db
            .query_row("SELECT at FROM entry ORDER BY unixepoch(at) DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        latest.map(|text| at(&text, "entry")).transpose()
    }

    /// Every entry of an episode.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn entries(&self, episode: &str, library: &Library) -> Result<Vec<Entry>, StoreError> {
        let mut details = Details::read(self, Which::Episode(episode), library)?;
        let mut query = self.db.prepare_cached(
            "SELECT id, kind, day, at, note FROM entry WHERE episode = ?1 ORDER BY day, id",
        )?;
        let mut rows = query.query([episode])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(details.entry(row)?);
        }
        Ok(entries)
    }

    /// The entries whose ids come after `last`, with their episodes and devices,
    /// by id and at most so many: a store is gone through page by page.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn page(&self, last: &str, most: u32, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT id, kind, day, at, note, episode, device FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let ids =
            query.query_map(params![last, most], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let (Some(from), Some(to)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
        let mut details = Details::read(self, Which::Ids(from, to), library)?;
        let mut rows = query.query(params![last, most])?;
        let mut page = Vec::new();
        while let Some(row) = rows.next()? {
            page.push(Filed { entry: details.entry(row)?, episode: row.get(5)?, device: row.get(6)? });
        }
        Ok(page)
    }

    /// The entry with an id, with its episode and device.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn filed(&self, id: &str, library: &Library) -> Result<Option<Filed>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT id, kind, day, at, note, episode, device FROM entry WHERE id = ?1")?;
        let mut rows = query.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut details = Details::read(self, Which::Ids(id, id), library)?;
        Ok(Some(Filed { entry: details.entry(row)?, episode: row.get(5)?, device: row.get(6)? }))
    }

    /// The texts of all programs that plans are pinned to, by hash.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn definitions(&self) -> Result<Vec<Source>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT hash, id, source FROM definition ORDER BY hash")?;
        let rows = query
            .query_map([], |row| Ok(Source { hash: row.get(0)?, id: row.get(1)?, source: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Which entries to read the details of.
#[derive(Clone, Copy)]
enum Which<'w> {
    /// Those of an episode.
    Episode(&'w str),
    /// Those from one id to another.
    Ids(&'w str, &'w str),
}

impl<'w> Which<'w> {
    /// The end of a query over `entry e JOIN ... d`.
    fn clause(self) -> &'static str {
        match self {
            Self::Episode(_) => "WHERE e.episode = ?1",
            Self::Ids(..) => "WHERE d.entry BETWEEN ?1 AND ?2",
        }
    }

    fn params(self) -> impl Params + 'w {
        let all: Vec<&str> = match self {
            Self::Episode(episode) => vec![episode],
            Self::Ids(from, to) => vec![from, to],
        };
        params_from_iter(all)
    }
}

/// The details of an episode's entries, by entry.
#[derive(Default)]
struct Details {
    readings: HashMap<String, Vec<Reading>>,
    answers: HashMap<String, Vec<Answer>>,
    facts: HashMap<String, Fact>,
    corrections: HashMap<String, Correction>,
}

impl Details {
    fn read(store: &Store, which: Which<'_>, library: &Library) -> Result<Self, StoreError> {
        let mut details = Self::default();
        details.read_readings(store, which)?;
        details.read_answers(store, which, library)?;
        details.read_performed(store, which)?;
        details.read_rest(store, which)?;
        Ok(details)
    }

    fn read_readings(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.measure, d.side, d.value FROM entry e JOIN reading d ON d.entry = e.id
             {} ORDER BY d.rowid",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let reading = Reading { measure: row.get(1)?, side: side(row, 2)?, value: row.get(3)? };
            self.readings.entry(row.get(0)?).or_default().push(reading);
        }
        Ok(())
    }

    fn read_answers(&mut self, store: &Store, which: Which<'_>, library: &Library) -> Result<(), StoreError> {
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.question, d.value FROM entry e JOIN answer d ON d.entry = e.id
             {} ORDER BY d.entry, d.question, d.value",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let (entry, question, value): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let answers = self.answers.entry(entry).or_default();
            match answers.last_mut() {
                // A further choice of the same answer.
                Some(Answer { question: last, value: AnswerValue::Choices(choices) })
                    if *last == question =>
                {
                    choices.push(value);
                }
                _ => answers.push(Answer { value: answer(library, &question, value), question }),
            }
        }
        Ok(())
    }

    fn read_performed(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.exercise, d.side, d.sets, d.reps, d.seconds, d.metres, d.rung, d.load_kg, d.pain,
                    d.skipped
             FROM entry e JOIN performed d ON d.entry = e.id {}",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let dose = Dose {
                sets: row.get(3)?,
                reps: row.get(4)?,
                seconds: row.get(5)?,
                metres: row.get(6)?,
                rung: row.get(7)?,
            };
            let fact = Fact::Performed(Performed {
                exercise: row.get(1)?,
                side: side(row, 2)?,
                dose: (dose != Dose::default()).then_some(dose),
                load: row.get(8)?,
                pain: row.get(9)?,
                skipped: row.get(10)?,
            });
            self.facts.insert(row.get(0)?, fact);
        }
        Ok(())
    }

    fn read_rest(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.kind, d.side, d.minutes FROM entry e JOIN care d ON d.entry = e.id
             {}",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let fact = Fact::Care(Care { kind: row.get(1)?, side: side(row, 2)?, minutes: row.get(3)? });
            self.facts.insert(row.get(0)?, fact);
        }
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.kind, d.phase, d.program, d.grade, d.onset, d.by_whom, d.reason, d.findings
             FROM entry e JOIN decision d ON d.entry = e.id {}",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let (kind, onset): (String, Option<String>) = (row.get(1)?, row.get(5)?);
            let fact = Fact::Decision(Decision {
                kind: DecisionKind::ALL
                    .into_iter()
                    .find(|k| k.id() == kind)
                    .ok_or(StoreError::Row { table: "decision" })?,
                phase: row.get(2)?,
                program: row.get(3)?,
                grade: row.get(4)?,
                onset: onset.map(|text| day(&text, "decision")).transpose()?,
                by: row.get(6)?,
                reason: row.get(7)?,
                findings: serde_json::from_str(&row.get::<_, String>(8)?)
                    .map_err(|_| StoreError::Row { table: "decision" })?,
            });
            self.facts.insert(row.get(0)?, fact);
        }
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.rule, d.who, d.role, d.day, d.outcome, d.expires
             FROM entry e JOIN clearance d ON d.entry = e.id {}",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let expires: Option<String> = row.get(6)?;
            let fact = Fact::Clearance(Clearance {
                rule: row.get(1)?,
                who: row.get(2)?,
                role: row.get(3)?,
                day: day(&row.get::<_, String>(4)?, "clearance")?,
                outcome: Outcome::of_id(&row.get::<_, String>(5)?)
                    .ok_or(StoreError::Row { table: "clearance" })?,
                expires: expires.map(|text| day(&text, "clearance")).transpose()?,
            });
            self.facts.insert(row.get(0)?, fact);
        }
        let mut query = store.db.prepare_cached(&format!(
            "SELECT d.entry, d.replaces, d.reason FROM entry e JOIN correction d ON d.entry = e.id
             {}",
            which.clause()
        ))?;
        let mut rows = query.query(which.params())?;
        while let Some(row) = rows.next()? {
            let correction =
                Correction { replaces: EntryId::new(row.get::<_, String>(1)?), reason: row.get(2)? };
            self.corrections.insert(row.get(0)?, correction);
        }
        Ok(())
    }

    /// The entry of a row that begins with id, kind, day, at and note.
    fn entry(&mut self, row: &Row<'_>) -> Result<Entry, StoreError> {
        let (id, kind): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(Entry {
            day: day(&row.get::<_, String>(2)?, "entry")?,
            at: at(&row.get::<_, String>(3)?, "entry")?,
            note: row.get(4)?,
            corrects: self.corrections.remove(&id),
            fact: self.fact(&kind, &id)?,
            id: EntryId::new(id),
        })
    }

    fn fact(&mut self, kind: &str, id: &str) -> Result<Fact, StoreError> {
        Ok(match kind {
            "check-in" => Fact::CheckIn {
                readings: self.readings.remove(id).unwrap_or_default(),
                answers: self.answers.remove(id).unwrap_or_default(),
            },
            "screen" => Fact::Screen(self.answers.remove(id).unwrap_or_default()),
            "note" => Fact::Note,
            "correction" => Fact::Withdrawn,
            _ => self.facts.remove(id).ok_or(StoreError::Row { table: "entry" })?,
        })
    }
}

/// An answer as the question's kind reads it; a question that is no longer
/// known reads as a choice.
fn answer(library: &Library, question: &str, value: String) -> AnswerValue {
    match (library.question(question).map(|q| &q.kind), value.as_str()) {
        (_, "unknown") => AnswerValue::Unknown,
        (Some(QuestionKind::YesNo), "yes") => AnswerValue::Yes,
        (Some(QuestionKind::YesNo), "no") => AnswerValue::No,
        (Some(QuestionKind::Number { .. }), number) => {
            f64::from_str(number).map_or(AnswerValue::Unknown, AnswerValue::Number)
        }
        _ => AnswerValue::Choices(vec![value]),
    }
}

fn side(row: &Row<'_>, column: usize) -> Result<Option<Side>, StoreError> {
    Ok(row.get::<_, Option<String>>(column)?.as_deref().and_then(Side::of_id))
}

fn day(text: &str, table: &'static str) -> Result<Day, StoreError> {
    NaiveDate::from_str(text).map(Day::of_date).map_err(|_| StoreError::Row { table })
}

fn at(text: &str, table: &'static str) -> Result<At, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|_| StoreError::Row { table })
}
