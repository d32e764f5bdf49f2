//! Entries put together from the spine and the tables of their details, each table
//! read in one way.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use rusqlite::types::Value;
use rusqlite::{Params, Row, params_from_iter};

use crate::domain::day::{At, Day};
use crate::domain::dose::Dose;
use crate::domain::entry::{
    Answer, Care, Clearance, Correction, Decision, DecisionKind, Entry, EntryId, Fact, Name, Outcome,
    Performed, Reading, Side,
};
use crate::domain::library::Library;
use crate::domain::question::{AnswerValue, QuestionKind};

use super::tables::{Kind, TABLES, Which};
use super::{Store, StoreError};

/// How many entries of its kinds ahead one is looked for: about as many as a week has.
const NEXT: usize = 64;

/// Entries to which their details are added, table by table.
pub(super) struct Gathered {
    entries: Vec<Arc<Entry>>,
    kinds: Vec<Kind>,
    /// How many of them say nothing yet.
    bare: usize,
    /// What they name.
    names: HashSet<Name>,
    /// Whether a table did not begin where it should.
    is_lost: bool,
}

impl Gathered {
    /// The entries of a query for id, kind, day, at and note, each with what `further`
    /// makes of its other columns.
    pub(super) fn of<T>(
        store: &Store,
        sql: &str,
        of: impl Params,
        further: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<(Self, Vec<T>), StoreError> {
        let (entries, kinds, names) = (Vec::new(), Vec::new(), HashSet::new());
        let mut gathered = Self { entries, kinds, bare: 0, names, is_lost: false };
        let mut furthers = Vec::new();
        // Most entries are of the day of the one before.
        let mut last: Option<(String, Day)> = None;
        let mut query = store.db.prepare_cached(sql)?;
        let mut rows = query.query(of)?;
        while let Some(row) = rows.next()? {
            let kind = Kind::of_id(text(row, 1)?).ok_or(StoreError::Row { table: "entry" })?;
            let (fact, says) = kind.bare();
            let id = EntryId::new(text(row, 0)?);
            let written = text(row, 2)?;
            let day = match last.take().filter(|(text, _)| text == written) {
                Some((text, day)) => last.insert((text, day)).1,
                None => last.insert((written.to_owned(), day(written, "entry")?)).1,
            };
            let (at, note) = (at(text(row, 3)?, "entry")?, row.get(4)?);
            gathered.entries.push(Arc::new(Entry { id, day, at, note, corrects: None, fact }));
            gathered.kinds.push(kind);
            gathered.bare += usize::from(!says);
            furthers.push(further(row)?);
        }
        Ok((gathered, furthers))
    }

    /// The first and the last id.
    pub(super) fn ends(&self) -> Option<(EntryId, EntryId)> {
        let ids = || self.entries.iter().map(|e| &e.id);
        Some((ids().min()?.clone(), ids().max()?.clone()))
    }

    /// Where each entry of some kinds stands.
    fn of_kinds(&self, of: &[Kind]) -> Vec<usize> {
        let all = self.kinds.iter().enumerate().filter(|(_, kind)| of.contains(kind));
        all.map(|(position, _)| position).collect()
    }

    /// Where each of some entries stands among them.
    fn by_id(&self, positions: &[usize]) -> HashMap<Box<[u8]>, usize> {
        let ids = positions.iter().map(|position| self.entries[*position].id.as_str().as_bytes().into());
        ids.zip(0..).collect()
    }

    /// The ids of some of them, as JSON.
    fn ids(&self, positions: &[usize]) -> Result<String, StoreError> {
        let ids: Vec<&str> = positions.iter().map(|at| self.entries[*at].id.as_str()).collect();
        serde_json::to_string(&ids).map_err(|_| StoreError::Row { table: "entry" })
    }

    /// An entry that nobody else has yet.
    fn entry(&mut self, position: usize) -> &mut Entry {
        Arc::make_mut(&mut self.entries[position])
    }

    /// A name, which most often was read before.
    fn name(&mut self, id: &str) -> Name {
        if let Some(known) = self.names.get(id) {
            return known.clone();
        }
        let name = Name::from(id);
        self.names.insert(name.clone());
        name
    }

    /// The entries, once each says something.
    pub(super) fn whole(self) -> Result<Vec<Arc<Entry>>, StoreError> {
        if self.bare == 0 { Ok(self.entries) } else { Err(StoreError::Row { table: "entry" }) }
    }

    pub(super) fn all_details(&mut self, store: &Store, library: &Library) -> Result<(), StoreError> {
        self.details(store, Which::All, library)
    }

    /// Whether a table did not begin where it should.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    pub(super) fn details(
        &mut self,
        store: &Store,
        which: Which<'_>,
        library: &Library,
    ) -> Result<(), StoreError> {
        // What nobody has is not asked for.
        let has = |kind| self.kinds.contains(&kind);
        let (checked_in, screened, performed) = (has(Kind::CheckIn), has(Kind::Screen), has(Kind::Performed));
        let (care, decided, cleared) = (has(Kind::Care), has(Kind::Decision), has(Kind::Clearance));
        if checked_in {
            self.readings(store, which)?;
        }
        if checked_in || screened {
            self.answers(store, which, library)?;
        }
        if performed {
            self.performed(store, which)?;
        }
        if care {
            self.care(store, which)?;
        }
        if decided {
            self.decisions(store, which)?;
        }
        if cleared {
            self.clearances(store, which)?;
        }
        // An entry of any kind may put another one right.
        self.corrections(store, which)
    }

    /// Goes through the rows of a table of details, which mostly are those of some kinds,
    /// each with its entry. The first column names it; rows of other entries are passed
    /// over.
    fn each(
        &mut self,
        store: &Store,
        which: Which<'_>,
        (columns, table, order): (&str, &str, &str),
        of_kinds: &[Kind],
        mut take: impl FnMut(&mut Self, usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let text_of = |text: &str| Value::from(text.to_owned());
        let positions = self.of_kinds(of_kinds);
        let (clause, of, start) = match which {
            Which::All => ("", vec![], None),
            // One way through the end of the table is quicker than looking each row up.
            Which::LastIds(starts, ..) if TABLES.contains(&table) => {
                let start = starts.tables.get(table);
                ("WHERE rowid >= ?1", vec![Value::from(start.map_or(i64::MIN, |start| start.row))], start)
            }
            Which::Ids(first, last) | Which::LastIds(_, first, last) => {
                ("WHERE entry BETWEEN ?1 AND ?2", vec![text_of(first), text_of(last)], None)
            }
            // Of another kind none has a row here.
            Which::Each => {
                let ids = Value::from(self.ids(&positions)?);
                ("WHERE entry IN (SELECT value FROM json_each(?1))", vec![ids], None)
            }
        };
        let order = if start.is_some() { "ORDER BY rowid" } else { order };
        let mut query =
            store.db.prepare_cached(&format!("SELECT {columns} FROM {table} {clause} {order}"))?;
        let mut rows = query.query(params_from_iter(of))?;
        let mut begins_with = start.map(|start| start.entry.as_str());
        let (mut last, mut by_id) = (0, None);
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?.as_bytes().map_err(|_| StoreError::Row { table: "entry" })?;
            if let Some(before) = begins_with.take() {
                self.is_lost |= before.as_bytes() != id;
                continue;
            }
            let is_it = |at: &usize| self.entries[positions[*at]].id.as_str().as_bytes() == id;
            // Rows of details mostly lie in the order of their entries, so that it is that of
            // the row before, or not far from it.
            let near = (last..positions.len()).take(NEXT).find(is_it);
            // Only where a row is out of order it is worth to know where each entry stands.
            let look_up = || by_id.get_or_insert_with(|| self.by_id(&positions)).get(id).copied();
            if let Some(at) = near.or_else(look_up) {
                last = at;
                take(self, positions[at], row)?;
            }
        }
        self.is_lost |= begins_with.is_some();
        Ok(())
    }

    /// The same for a table with one row for each entry of a kind.
    fn facts(
        &mut self,
        store: &Store,
        which: Which<'_>,
        (kind, columns, table): (Kind, &str, &str),
        fact: impl Fn(&mut Self, &Row<'_>) -> Result<Fact, StoreError>,
    ) -> Result<(), StoreError> {
        self.each(store, which, (columns, table, ""), &[kind], |all, position, row| {
            if all.kinds[position] == kind {
                let fact = fact(all, row)?;
                let before = std::mem::replace(&mut all.entry(position).fact, fact);
                // A damaged store can hold two rows of one entry, and none of another.
                all.bare -= usize::from(before == Fact::Note);
            }
            Ok(())
        })
    }

    fn readings(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let from = ("entry, measure, side, value", "reading", "ORDER BY rowid");
        self.each(store, which, from, &[Kind::CheckIn], |all, position, row| {
            let measure = all.name(text(row, 1)?);
            if let Fact::CheckIn { readings, .. } = &mut all.entry(position).fact {
                // Most check-ins of a diary hold one.
                readings.reserve_exact(1);
                readings.push(Reading { measure, side: side(row, 2)?, value: row.get(3)? });
            }
            Ok(())
        })
    }

    fn answers(&mut self, store: &Store, which: Which<'_>, library: &Library) -> Result<(), StoreError> {
        let from = ("entry, question, value", "answer", "ORDER BY entry, question, value");
        self.each(store, which, from, &[Kind::CheckIn, Kind::Screen], |all, position, row| {
            let (question, value) = (text(row, 1)?, row.get(2)?);
            let (Fact::CheckIn { answers, .. } | Fact::Screen(answers)) = &mut all.entry(position).fact
            else {
                return Ok(());
            };
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
        let columns = "entry, exercise, side, sets, reps, seconds, metres, rung, load_kg, pain, skipped";
        self.facts(store, which, (Kind::Performed, columns, "performed"), |all, row| {
            let dose = Dose {
                sets: row.get(3)?,
                reps: row.get(4)?,
                seconds: row.get(5)?,
                metres: row.get(6)?,
                rung: row.get(7)?,
            };
            Ok(Fact::Performed(Performed {
                exercise: all.name(text(row, 1)?),
                side: side(row, 2)?,
                dose: (dose != Dose::default()).then_some(dose),
                load: row.get(8)?,
                pain: row.get(9)?,
                skipped: row.get(10)?,
            }))
        })
    }

    fn care(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        self.facts(store, which, (Kind::Care, "entry, kind, side, minutes", "care"), |_, row| {
            Ok(Fact::Care(Care { kind: row.get(1)?, side: side(row, 2)?, minutes: row.get(3)? }))
        })
    }

    pub(super) fn decisions(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let wrong = || StoreError::Row { table: "decision" };
        let columns = "entry, kind, phase, program, grade, onset, by_whom, reason, findings";
        self.facts(store, which, (Kind::Decision, columns, "decision"), |_, row| {
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
        let columns = "entry, rule, who, role, day, outcome, expires";
        self.facts(store, which, (Kind::Clearance, columns, "clearance"), |_, row| {
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

    pub(super) fn corrections(&mut self, store: &Store, which: Which<'_>) -> Result<(), StoreError> {
        let from = ("entry, replaces, reason", "correction", "");
        self.each(store, which, from, &Kind::ALL, |all, position, row| {
            let replaces = EntryId::new(text(row, 1)?);
            all.entry(position).corrects = Some(Correction { replaces, reason: row.get(2)? });
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
pub(super) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, StoreError> {
    let unread = |_| StoreError::Row { table: "entry" };
    row.get_ref(column)?.as_str().map_err(unread)
}

pub(super) fn side(row: &Row<'_>, column: usize) -> Result<Option<Side>, StoreError> {
    let unread = |_| StoreError::Row { table: "entry" };
    Ok(row.get_ref(column)?.as_str_or_null().map_err(unread)?.and_then(Side::of_id))
}

pub(super) fn day(text: &str, table: &'static str) -> Result<Day, StoreError> {
    NaiveDate::from_str(text).map(Day::of_date).map_err(|_| StoreError::Row { table })
}

pub(super) fn at(text: &str, table: &'static str) -> Result<At, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|_| StoreError::Row { table })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The row that one entry has too many makes up for none that another one lacks.
    #[test]
    fn an_entry_without_its_details_is_missed() {
        let store = Store::in_memory().unwrap();
        let (one, other) = ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002");
        store
            .db
            .execute_batch(&format!(
                "INSERT INTO episode VALUES ('e', 1, 'A', 'a', NULL, NULL, '2026-03-02', NULL, 'running',
                                             '2026-03-02T08:00:00+01:00');
                 INSERT INTO entry VALUES ('{one}', 'e', 'care', '2026-03-02', '2026-03-02T08:00:00+01:00', 'd', NULL);
                 INSERT INTO entry VALUES ('{other}', 'e', 'care', '2026-03-02', '2026-03-02T09:00:00+01:00', 'd', NULL);
                 DROP TABLE care;
                 CREATE TABLE care (entry TEXT, kind TEXT, side TEXT, minutes REAL);
                 INSERT INTO care VALUES ('{one}', 'ice', NULL, 10), ('{one}', 'ice', NULL, 15);"
            ))
            .unwrap();
        let read = || store.entries("e", &Library::default());
        assert!(matches!(read(), Err(StoreError::Row { table: "entry" })));
        // Details of another kind than the entry's are none.
        store.db.execute("INSERT INTO performed (entry, exercise) VALUES (?1, 'squat')", [other]).unwrap();
        assert!(matches!(read(), Err(StoreError::Row { table: "entry" })));
        store.db.execute("INSERT INTO care VALUES (?1, 'ice', NULL, 10)", [other]).unwrap();
        assert_eq!(read().unwrap().len(), 2);
    }
}
