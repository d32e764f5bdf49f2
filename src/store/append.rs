//! Writes: everything that one command records, in one transaction.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::domain::entry::{Answer, Entry, Fact, Reading};
use crate::domain::episode::Episode;
use crate::domain::library::Library;
use crate::domain::question::AnswerValue;

use super::{Store, StoreError};

/// The text of a program, to pin a plan to.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Content hash of the text.
    pub hash: &'a str,
    /// Id of the program.
    pub id: &'a str,
    /// The text itself.
    pub source: &'a str,
}

/// What one command records.
#[derive(Debug, Default)]
pub struct Batch<'a> {
    /// A new episode.
    pub episode: Option<&'a Episode>,
    /// The program that it runs on.
    pub definition: Option<Text<'a>>,
    /// The entries.
    pub entries: &'a [Entry],
    /// What [`Store::version`] said when what they rest on was read: nothing is
    /// written when another sinew wrote in the meantime.
    pub read_at: Option<i64>,
}

/// What became of an entry that was to be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on record now.
    New,
    /// Its id was there already.
    There,
    /// It was erased here, and stays so.
    Erased,
}

impl Store {
    /// Appends a batch to an episode; all of it, or nothing. Entries whose id
    /// is there already are passed over.
    ///
    /// Returns what became of each entry.
    ///
    /// # Errors
    ///
    /// When the store refuses; nothing is written then.
    pub fn append(
        &mut self,
        episode: &str,
        library: &Library,
        batch: &Batch<'_>,
    ) -> Result<Vec<Fate>, StoreError> {
        // Within an import, that decides whether anything stays.
        if !self.db.is_autocommit() {
            return insert(&self.db, &self.device, episode, library, batch);
        }
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let fates = insert(&transaction, &self.device, episode, library, batch)?;
        transaction.commit()?;
        Ok(fates)
    }
}

fn insert(
    db: &Connection,
    device: &str,
    episode: &str,
    library: &Library,
    batch: &Batch<'_>,
) -> Result<Vec<Fate>, StoreError> {
    if let Some(read_at) = batch.read_at
        && version(db)? != read_at
    {
        return Err(StoreError::Changed);
    }
    if let Some(episode) = batch.episode {
        insert_episode(db, episode, None)?;
    }
    if let Some(definition) = batch.definition {
        db.execute(
            "INSERT OR IGNORE INTO definition (hash, kind, id, source) VALUES (?1, 'program', ?2, ?3)",
            params![definition.hash, definition.id, definition.source],
        )?;
    }
    let mut erased = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstone WHERE id = ?1)")?;
    // One row at a time and no subquery, or SQLite keeps a journal for each statement.
    let mut append = db.prepare_cached(
        "INSERT INTO entry (id, episode, kind, day, at, device, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO NOTHING",
    )?;
    let mut fates = Vec::with_capacity(batch.entries.len());
    for entry in batch.entries {
        let id = entry.id.as_str();
        // What was erased does not come back.
        if erased.query_row([id], |row| row.get(0))? {
            fates.push(Fate::Erased);
            continue;
        }
        let (day, at) = (entry.day.to_string(), entry.at.to_rfc3339());
        let inserted =
            append.execute(params![id, episode, entry.fact.kind(), day, at, device, entry.note])?;
        fates.push(if inserted == 0 { Fate::There } else { Fate::New });
        if inserted > 0 {
            insert_fact(db, library, entry)?;
        }
    }
    Ok(fates)
}

/// A number that is another one after any other sinew has written.
pub(super) fn version(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

/// Opens an episode, under the next number where none is given.
pub(super) fn insert_episode(
    db: &Connection,
    episode: &Episode,
    number: Option<u32>,
) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO episode (id, number, title, condition, region, side, onset_day, onset_manner, goal, opened)
         VALUES (?1, coalesce(?10, (SELECT 1 + coalesce(max(number), 0) FROM episode)), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            episode.id,
            episode.title,
            episode.condition,
            episode.region,
            episode.side.map(crate::domain::entry::Side::id),
            episode.onset.to_string(),
            episode.manner.map(crate::domain::episode::Manner::id),
            episode.goal.id(),
            episode.opened.to_rfc3339(),
            number,
        ],
    )?;
    Ok(())
}

pub(super) fn insert_fact(db: &Connection, library: &Library, entry: &Entry) -> Result<(), StoreError> {
    let id = entry.id.as_str();
    if let Some(correction) = &entry.corrects {
        db.prepare_cached("INSERT INTO correction (entry, replaces, reason) VALUES (?1, ?2, ?3)")?
            .execute(params![id, correction.replaces.as_str(), correction.reason])?;
    }
    match &entry.fact {
        Fact::CheckIn { readings, answers } => {
            insert_readings(db, library, id, readings)?;
            // Most check-ins answer no question.
            if !answers.is_empty() {
                insert_answers(db, id, answers)?;
            }
        }
        Fact::Screen(answers) => insert_answers(db, id, answers)?,
        Fact::Performed(p) => {
            let dose = p.dose.clone().unwrap_or_default();
            db.prepare_cached(
                "INSERT INTO performed
                         (entry, exercise, side, sets, reps, seconds, metres, rung, load_kg, pain, skipped)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                id,
                p.exercise.as_str(),
                p.side.map(crate::domain::entry::Side::id),
                dose.sets,
                dose.reps,
                dose.seconds,
                dose.metres,
                dose.rung,
                p.load,
                p.pain,
                p.skipped,
            ])?;
        }
        Fact::Care(care) => {
            db.prepare_cached("INSERT INTO care (entry, kind, side, minutes) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    id,
                    care.kind,
                    care.side.map(crate::domain::entry::Side::id),
                    care.minutes
                ])?;
        }
        Fact::Decision(d) => {
            let findings =
                serde_json::to_string(&d.findings).map_err(|_| StoreError::Row { table: "decision" })?;
            db.prepare_cached(
                "INSERT INTO decision (entry, kind, phase, program, grade, onset, by_whom, reason, findings)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                id,
                d.kind.id(),
                d.phase,
                d.program,
                d.grade,
                d.onset.map(|day| day.to_string()),
                d.by,
                d.reason,
                findings,
            ])?;
        }
        Fact::Clearance(c) => {
            db.prepare_cached(
                "INSERT INTO clearance (entry, rule, who, role, day, outcome, expires)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                id,
                c.rule,
                c.who,
                c.role,
                c.day.to_string(),
                c.outcome.id(),
                c.expires.map(|day| day.to_string()),
            ])?;
        }
        Fact::Note | Fact::Withdrawn => {}
    }
    Ok(())
}

fn insert_readings(
    db: &Connection,
    library: &Library,
    id: &str,
    readings: &[Reading],
) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO reading (entry, measure, side, unit, value) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for reading in readings {
        let measure =
            library.measures.get(reading.measure.as_str()).ok_or(StoreError::Row { table: "reading" })?;
        insert.execute(params![
            id,
            reading.measure.as_str(),
            reading.side.map(crate::domain::entry::Side::id),
            measure.unit.id(),
            reading.value
        ])?;
    }
    Ok(())
}

fn insert_answers(db: &Connection, id: &str, answers: &[Answer]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached("INSERT INTO answer (entry, question, value) VALUES (?1, ?2, ?3)")?;
    for answer in answers {
        let values = match &answer.value {
            AnswerValue::Choices(choices) => choices.clone(),
            AnswerValue::Number(n) => vec![n.to_string()],
            other => vec![other.to_string()],
        };
        for value in values {
            insert.execute(params![id, answer.question, value])?;
        }
    }
    Ok(())
}
