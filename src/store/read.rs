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

    /// Every entry of an episode, by day and id.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn entries(&self, episode: &str, library: &Library) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT id, kind, day, at, note FROM entry WHERE episode = ?1 ORDER BY day, id";
        let mut gathered = Gathered::of(self, sql, params![episode], |_| Ok(()))?;
        gathered.all_details(self, library)?;
        gathered.whole()
    }

    /// Every entry of the store, by episode, in no order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn everything(&self, library: &Library) -> Result<HashMap<String, Vec<Entry>>, StoreError> {
        let mut of: Vec<String> = Vec::new();
        let sql = "SELECT id, kind, day, at, note, episode FROM entry";
        let mut gathered = Gathered::of(self, sql, [], |row| Ok(of.push(row.get(5)?)))?;
        gathered.all_details(self, library)?;
        let mut by_episode: HashMap<String, Vec<Entry>> = HashMap::new();
        for (entry, episode) in gathered.whole()?.into_iter().zip(of) {
            by_episode.entry(episode).or_default().push(entry);
        }
        Ok(by_episode)
    }

    /// The decisions of an episode, and whatever takes something back.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn decisions(&self, episode: &str) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT e.id, e.kind, e.day, e.at, e.note
                   FROM (SELECT entry FROM decision UNION SELECT entry FROM correction) d
                   JOIN entry e ON e.id = d.entry
                   WHERE e.episode = ?1 AND e.kind IN ('decision', 'correction')";
        let mut gathered = Gathered::of(self, sql, params![episode], |_| Ok(()))?;
        gathered.decisions(self, Which::All)?;
        gathered.corrections(self, Which::All)?;
        gathered.whole()
    }

    /// The entries whose ids come after `last`, with their episodes and devices,
    /// by id and at most so many: a store is gone through page by page.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn page(&self, last: &str, most: u32, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let sql = "SELECT id, kind, day, at, note, episode, device FROM entry
                   WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.filings(sql, params![last, most], library)
    }

    /// The entry with an id, with its episode and device.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn filed(&self, id: &str, library: &Library) -> Result<Option<Filed>, StoreError> {
        let sql = "SELECT id, kind, day, at, note, episode, device FROM entry WHERE id = ?1";
        Ok(self.filings(sql, params![id], library)?.pop())
    }

    /// The entries of a query by id, with their episodes and devices.
    fn filings(&self, sql: &str, of: impl Params, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let mut places: Vec<(String, String)> = Vec::new();
        let mut gathered = Gathered::of(self, sql, of, |row| Ok(places.push((row.get(5)?, row.get(6)?))))?;
        let Some((first, last)) = gathered.ends() else { return Ok(Vec::new()) };
        gathered.details(self, Which::Ids(first.as_str(), last.as_str()), library)?;
        let filed = gathered.whole()?.into_iter().zip(places);
        Ok(filed.map(|(entry, (episode, device))| Filed { entry, episode, device }).collect())
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
    /// Those of the whole store: one way through each table, which is quicker than
    /// looking each entry up as soon as most of them are wanted.
    All,
    /// Those from one id to another.
    Ids(&'w str, &'w str),
}

/// The kinds of entries, as the store files them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CheckIn,
    Screen,
    Performed,
    Care,
    Decision,
    Clearance,
    Note,
    Correction,
}

impl Kind {
    fn of_id(id: &str) -> Option<Self> {
        Some(match id {
            "check-in" => Self::CheckIn,
            "screen" => Self::Screen,
            "performed" => Self::Performed,
            "care" => Self::Care,
            "decision" => Self::Decision,
            "clearance" => Self::Clearance,
            "note" => Self::Note,
            "correction" => Self::Correction,
            _ => return None,
        })
    }

    /// What an entry of this kind says before its details are read, and whether it
    /// says anything without them.
    fn bare(self) -> (Fact, bool) {
        match self {
            Self::CheckIn => (Fact::CheckIn { readings: Vec::new(), answers: Vec::new() }, true),
            Self::Screen => (Fact::Screen(Vec::new()), true),
            Self::Correction => (Fact::Withdrawn, true),
            Self::Note => (Fact::Note, true),
            Self::Performed | Self::Care | Self::Decision | Self::Clearance => (Fact::Note, false),
        }
    }
}

/// Entries to which their details are added, table by table.
struct Gathered {
    entries: Vec<Entry>,
    kinds: Vec<Kind>,
    positions: HashMap<EntryId, usize>,
    /// How many of them say nothing yet.
    bare: usize,
}

impl Gathered {
    /// The entries of a query for id, kind, day, at and note. `further` sees each row
    /// as well.
    fn of(
        store: &Store,
        sql: &str,
        of: impl Params,
        mut further: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let mut gathered =
            Self { entries: Vec::new(), kinds: Vec::new(), positions: HashMap::new(), bare: 0 };
        let mut query = store.db.prepare_cached(sql)?;
        let mut rows = query.query(of)?;
        while let Some(row) = rows.next()? {
            let kind = Kind::of_id(text(row, 1)?).ok_or(StoreError::Row { table: "entry" })?;
            let (fact, says) = kind.bare();
            let id = EntryId::new(text(row, 0)?);
            gathered.positions.insert(id.clone(), gathered.entries.len());
            gathered.entries.push(Entry {
                id,
                day: day(text(row, 2)?, "entry")?,
                at: at(text(row, 3)?, "entry")?,
                note: row.get(4)?,
                corrects: None,
                fact,
            });
            gathered.kinds.push(kind);
            gathered.bare += usize::from(!says);
            further(row)?;
        }
        Ok(gathered)
    }

    /// The first and the last id, in the order of the query.
    fn ends(&self) -> Option<(EntryId, EntryId)> {
        Some((self.entries.first()?.id.clone(), self.entries.last()?.id.clone()))
    }

    /// The entries, once each says something.
    fn whole(self) -> Result<Vec<Entry>, StoreError> {
        if self.bare == 0 { Ok(self.entries) } else { Err(StoreError::Row { table: "entry" }) }
    }

    fn all_details(&mut self, store: &Store, library: &Library) -> Result<(), StoreError> {
        self.details(store, Which::All, library)
    }

    fn details(&mut self, store: &Store, which: Which<'_>, library: &Library) -> Result<(), StoreError> {
        self.readings(store, which)?;
        self.answers(store, which, library)?;
        self.performed(store, which)?;
        self.care(store, which)?;
        self.decisions(store, which)?;
        self.clearances(store, which)?;
        self.corrections(store, which)
    }

    /// Goes through the rows of a table of details, each with its entry. The first
    /// column names it; rows of other entries are passed over.
    fn each(
        &mut self,
        store: &Store,
        which: Which<'_>,
        (select, order): (&str, &str),
        mut take: impl FnMut(&mut Self, usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (clause, ids) = match which {
            Which::All => ("", vec![]),
            Which::Ids(first, last) => ("WHERE entry BETWEEN ?1 AND ?2", vec![first, last]),
        };
        let mut query = store.db.prepare_cached(&format!("{select} {clause} {order}"))?;
        let mut rows = query.query(params_from_iter(ids))?;
        while let Some(row) = rows.next()? {
            if let Some(position) = self.positions.get(text(row, 0)?) {
                take(self, *position, row)?;
            }
        }
        Ok(())
    }

    /// The same for a table with one row for each entry of a kind.
    fn facts(
        &mut self,
        store: &Store,
        which: Which<'_>,
        (kind, select): (Kind, &str),
        fact: impl Fn(&Row<'_>) -> Result<Fact, StoreError>,
    ) -> Result<(), StoreError> {
        self.each(store, which, (select, ""), |all, position, row| {
            if all.kinds[position] == kind {
                all.entries[position].fact = fact(row)?;
                all.bare -= 1;
            }
            Ok(())
        })
    }

    fn readings(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let sql = ("SELECT entry, measure, side, value FROM reading", "ORDER BY rowid");
        self.each(store, which, sql, |all, position, row| {
            if let Fact::CheckIn { readings, .. } = &mut all.entries[position].fact {
                readings.push(Reading { measure: row.get(1)?, side: side(row, 2)?, value: row.get(3)? });
            }
            Ok(())
        })
    }

    fn answers(&mut self, store: &Store, which: Which<'_>, library: &Library) -> Result<(), StoreError> {
        let sql = ("SELECT entry, question, value FROM answer", "ORDER BY entry, question, value");
        self.each(store, which, sql, |all, position, row| {
            let (Fact::CheckIn { answers, .. } | Fact::Screen(answers)) = &mut all.entries[position].fact
            else {
                return Ok(());
            };
            let (question, value) = (text(row, 1)?, row.get(2)?);
            match answers.last_mut() {
                // A further choice of the same answer.
                Some(Answer { question: last, value: AnswerValue::Choices(choices) })
                    if *last == question =>
                {
                    choices.push(value);
                }
                _ => answers
                    .push(Answer { value: answer(library, question, value), question: question.to_owned() }),
            }
            Ok(())
        })
    }

    fn performed(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let sql = "SELECT entry, exercise, side, sets, reps, seconds, metres, rung, load_kg, pain, skipped
                   FROM performed";
        self.facts(store, which, (Kind::Performed, sql), |row| {
            let dose = Dose {
                sets: row.get(3)?,
                reps: row.get(4)?,
                seconds: row.get(5)?,
                metres: row.get(6)?,
                rung: row.get(7)?,
            };
            Ok(Fact::Performed(Performed {
                exercise: row.get(1)?,
                side: side(row, 2)?,
                dose: (dose != Dose::default()).then_some(dose),
                load: row.get(8)?,
                pain: row.get(9)?,
                skipped: row.get(10)?,
            }))
        })
    }

    fn care(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let sql = "SELECT entry, kind, side, minutes FROM care";
        self.facts(store, which, (Kind::Care, sql), |row| {
            Ok(Fact::Care(Care { kind: row.get(1)?, side: side(row, 2)?, minutes: row.get(3)? }))
        })
    }

    fn decisions(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let wrong = || StoreError::Row { table: "decision" };
        let sql = "SELECT entry, kind, phase, program, grade, onset, by_whom, reason, findings FROM decision";
        self.facts(store, which, (Kind::Decision, sql), |row| {
            let (kind, onset): (String, Option<String>) = (row.get(1)?, row.get(5)?);
            Ok(Fact::Decision(Decision {
                kind: DecisionKind::ALL.into_iter().find(|k| k.id() == kind).ok_or_else(wrong)?,
                phase: row.get(2)?,
                program: row.get(3)?,
                grade: row.get(4)?,
                onset: onset.map(|text| day(&text, "decision")).transpose()?,
                by: row.get(6)?,
                reason: row.get(7)?,
                findings: serde_json::from_str(text(row, 8)?).map_err(|_| wrong())?,
            }))
        })
    }

    fn clearances(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let sql = "SELECT entry, rule, who, role, day, outcome, expires FROM clearance";
        self.facts(store, which, (Kind::Clearance, sql), |row| {
            let expires: Option<String> = row.get(6)?;
            Ok(Fact::Clearance(Clearance {
                rule: row.get(1)?,
                who: row.get(2)?,
                role: row.get(3)?,
                day: day(text(row, 4)?, "clearance")?,
                outcome: Outcome::of_id(text(row, 5)?).ok_or(StoreError::Row { table: "clearance" })?,
                expires: expires.map(|text| day(&text, "clearance")).transpose()?,
            }))
        })
    }

    fn corrections(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let sql = ("SELECT entry, replaces, reason FROM correction", "");
        self.each(store, which, sql, |all, position, row| {
            let replaces = EntryId::new(text(row, 1)?);
            all.entries[position].corrects = Some(Correction { replaces, reason: row.get(2)? });
            Ok(())
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

/// A text of a row, as it lies in the store.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, StoreError> {
    let unread = |_| StoreError::Row { table: "entry" };
    row.get_ref(column)?.as_str().map_err(unread)
}

fn side(row: &Row<'_>, column: usize) -> Result<Option<Side>, StoreError> {
    let unread = |_| StoreError::Row { table: "entry" };
    Ok(row.get_ref(column)?.as_str_or_null().map_err(unread)?.and_then(Side::of_id))
}

fn day(text: &str, table: &'static str) -> Result<Day, StoreError> {
    NaiveDate::from_str(text).map(Day::of_date).map_err(|_| StoreError::Row { table })
}

fn at(text: &str, table: &'static str) -> Result<At, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|_| StoreError::Row { table })
}
