//! Reads: episodes, and the entries of one of them.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Params, params, params_from_iter};

use crate::domain::archive::{Filed, Source};
use crate::domain::day::{At, Day};
use crate::domain::entry::Entry;
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::library::Library;

use super::gather::{Gathered, at, day, side, text};
use super::tables::Which;
use super::{Store, StoreError};

/// An entry with its place in the order of writing, and its episode.
#[derive(Debug)]
pub struct Placed {
    /// Its place in the order of writing.
    pub place: i64,
    /// Id of its episode.
    pub episode: Arc<str>,
    /// The entry.
    pub entry: Arc<Entry>,
}

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
        let (mut gathered, _) = Gathered::of(self, sql, params![episode], |_| Ok(()))?;
        gathered.all_details(self, library)?;
        Ok(gathered.whole()?.into_iter().map(Arc::unwrap_or_clone).collect())
    }

    /// Every entry, or those behind a place, in the order of writing.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn behind(&self, place: Option<i64>, library: &Library) -> Result<Vec<Placed>, StoreError> {
        let behind = place.map_or("", |_| "WHERE rowid > ?1");
        let sql =
            format!("SELECT id, kind, day, at, note, rowid, episode FROM entry {behind} ORDER BY rowid");
        // Most entries are of the episode of the one before.
        let last: Cell<Option<Arc<str>>> = Cell::default();
        let (mut gathered, of) = Gathered::of(self, &sql, params_from_iter(place), |row| {
            let id = text(row, 6)?;
            let episode = last.take().filter(|last| **last == *id).unwrap_or_else(|| Arc::from(id));
            last.set(Some(Arc::clone(&episode)));
            Ok((row.get(5)?, episode))
        })?;
        // A few are looked up, all of them are gone through.
        if place.is_none() {
            gathered.all_details(self, library)?;
        } else if let Some((first, last)) = gathered.ends() {
            gathered.details(self, Which::Ids(first.as_str(), last.as_str()), library)?;
        }
        let placed = of.into_iter().zip(gathered.whole()?);
        Ok(placed.map(|((place, episode), entry)| Placed { place, episode, entry }).collect())
    }

    /// Whether an episode has more than so many entries on record.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn has_more_than(&self, count: usize, episode: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE episode = ?1 LIMIT 1 OFFSET ?2)";
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Ok(self.db.prepare_cached(sql)?.query_row(params![episode, count], |row| row.get(0))?)
    }

    /// The first and the last day on which an episode has anything on record.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn days(&self, episode: &str) -> Result<Option<(Day, Day)>, StoreError> {
        // One end at a time, which the index knows.
        let sql = "SELECT (SELECT min(day) FROM entry WHERE episode = ?1),
                          (SELECT max(day) FROM entry WHERE episode = ?1)";
        let ends: (Option<String>, Option<String>) =
            self.db.prepare_cached(sql)?.query_row([episode], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (Some(first), Some(last)) = ends else { return Ok(None) };
        Ok(Some((day(&first, "entry")?, day(&last, "entry")?)))
    }

    /// The entries of some days of an episode, by day and id.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn of_days(
        &self,
        episode: &str,
        days: RangeInclusive<Day>,
        library: &Library,
    ) -> Result<Vec<Filed>, StoreError> {
        let sql = "SELECT id, kind, day, at, note, episode, device FROM entry
                   WHERE episode = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, id";
        let (first, last) = (days.start().to_string(), days.end().to_string());
        self.filings(sql, params![episode, first, last], library)
    }

    /// Whatever puts right or takes back something in an episode.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn corrections(&self, episode: &str, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let sql = "SELECT e.id, e.kind, e.day, e.at, e.note, e.episode, e.device
                   FROM correction c CROSS JOIN entry e ON e.id = c.entry WHERE e.episode = ?1";
        self.filings(sql, params![episode], library)
    }

    /// What an episode turns on: decisions, clinicians' outcomes, and whatever puts right or
    /// takes back something.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn turns(&self, episode: &str, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let sql = "SELECT e.id, e.kind, e.day, e.at, e.note, e.episode, e.device
                   FROM (SELECT entry FROM decision UNION SELECT entry FROM clearance
                         UNION SELECT entry FROM correction) t
                   CROSS JOIN entry e ON e.id = t.entry WHERE e.episode = ?1";
        self.filings(sql, params![episode], library)
    }

    /// The decisions of an episode, and whatever takes something back.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn decisions(&self, episode: &str) -> Result<Vec<Arc<Entry>>, StoreError> {
        let sql = "SELECT e.id, e.kind, e.day, e.at, e.note
                   FROM (SELECT entry FROM decision UNION SELECT entry FROM correction) d
                   JOIN entry e ON e.id = d.entry
                   WHERE e.episode = ?1 AND e.kind IN ('decision', 'correction')";
        let (mut gathered, _) = Gathered::of(self, sql, params![episode], |_| Ok(()))?;
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

    /// The entries of a query for a part of a store, with their episodes and devices.
    fn filings(&self, sql: &str, of: impl Params, library: &Library) -> Result<Vec<Filed>, StoreError> {
        let (mut gathered, places) = Gathered::of(self, sql, of, |row| Ok((row.get(5)?, row.get(6)?)))?;
        let Some((first, last)) = gathered.ends() else { return Ok(Vec::new()) };
        let ids = (first.as_str(), last.as_str());
        // Where few others lie between them, to go through all is quicker than to look each up.
        let between = "SELECT count(*) FROM (SELECT 1 FROM entry WHERE id BETWEEN ?1 AND ?2 LIMIT ?3)";
        let most = i64::try_from(2 * places.len()).unwrap_or(i64::MAX);
        let mut between = self.db.prepare_cached(between)?;
        let there: i64 = between.query_row(params![ids.0, ids.1, most], |row| row.get(0))?;
        if there < most {
            gathered.details(self, Which::Ids(ids.0, ids.1), library)?;
        } else {
            gathered.details(self, Which::Each, library)?;
        }
        let filed = gathered.whole()?.into_iter().zip(places);
        Ok(filed.map(|(entry, (episode, device))| Filed { episode, device, entry }).collect())
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
