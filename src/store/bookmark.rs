//! Bookmarks: which of its older entries still have to be read for an episode.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::day::Day;
use crate::domain::entry::{Entry, EntryId};
use crate::domain::library::Library;
use crate::domain::past::Bookmark;
use crate::domain::question::Holds;

use super::gather::Gathered;
use super::tables::{Start, Starts, TABLES, Which};
use super::{BUSY, Store, StoreError};

/// A bookmark as it lies in the store.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The bookmark.
    pub bookmark: Bookmark,
    /// The last entry that was there when it was made, in the order of writing.
    pub place: i64,
    /// What to read; nothing where too few of the older entries could be left out.
    places: Option<Places>,
    /// Whether something was written to its episode since.
    is_left: bool,
    /// Whether it lies in the store.
    is_stored: bool,
}

/// Where the entries that are read by a bookmark lie.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Places {
    /// The places of the older ones.
    older: Vec<i64>,
    /// How many recent ones there were.
    count: usize,
    /// Where those begin; nothing where they do not lie together.
    recent: Option<Starts>,
}

/// Days after which a bookmark is made anew, so that little is read in full.
const DAYS: i64 = 7;

impl Kept {
    /// A bookmark that was just read by, up to a place, and lies nowhere yet.
    pub fn passing(bookmark: Bookmark, place: i64) -> Self {
        Self { bookmark, place, places: Some(Places::default()), is_left: true, is_stored: false }
    }

    /// Whether it is time for another one: more and more is read in full.
    pub fn is_old(&self, today: Day) -> bool {
        !self.is_stored || (self.is_left && today.since(self.bookmark.made) >= DAYS)
    }

    /// Whether another one may be made of what is read by it.
    pub fn goes_on(&self, today: Day) -> bool {
        self.is_worth_it() && self.bookmark.goes_on(today)
    }

    /// Whether reading by it leaves anything out.
    pub fn is_worth_it(&self) -> bool {
        self.places.is_some()
    }
}

impl Store {
    /// The bookmark of an episode, if the rules are still those that it was made by, and
    /// nothing was written since that it cannot go with.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn bookmark(
        &self,
        episode: &str,
        rules: &str,
        library: &Library,
    ) -> Result<Option<Kept>, StoreError> {
        // After the file was written anew, places may be others: the last one tells.
        let sql = "SELECT mark, place, kept, digest,
                       EXISTS (SELECT 1 FROM entry n WHERE n.rowid > b.place AND +n.episode = b.episode)
                   FROM bookmark b WHERE episode = ?1 AND rules = ?2
                   AND EXISTS (SELECT 1 FROM entry e WHERE e.rowid = b.place AND e.id = b.last)";
        let found = self.db.prepare_cached(sql)?.query_row([episode, rules], |row| {
            let mark: String = row.get(0)?;
            Ok((mark, row.get(1)?, row.get::<_, Option<String>>(2)?, row.get::<_, Vec<u8>>(3)?, row.get(4)?))
        });
        let Some((mark, place, places, written, is_left)) = found.optional()? else { return Ok(None) };
        // A disk that changed a figure in it must hide nothing.
        if digest(&mark, places.as_deref()) != written {
            return Ok(None);
        }
        let Ok(bookmark) = serde_json::from_str(&mark) else { return Ok(None) };
        let Ok(places) = places.as_deref().map(serde_json::from_str).transpose() else { return Ok(None) };
        let kept = Kept { bookmark, place, places, is_left, is_stored: true };
        Ok(if self.outlives(episode, &kept, library)? { Some(kept) } else { None })
    }

    /// Whether a bookmark is still good after all that was written since it was made: see
    /// [`Bookmark::outlives`]. Another episode may have learned what holds for good, or what
    /// dulled a pain of long ago.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn outlives(&self, episode: &str, kept: &Kept, library: &Library) -> Result<bool, StoreError> {
        if self.last_place()? == kept.place {
            return Ok(true);
        }
        // By place, behind which there is little: the plus keeps SQLite from going by episode.
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM entry WHERE rowid > ?1 AND +episode = ?2
                       AND (day <= ?3 OR kind IN ('decision', 'clearance')))
                   AND NOT EXISTS (SELECT 1 FROM entry e
                       JOIN correction c ON c.entry = e.id LEFT JOIN entry old ON old.id = c.replaces
                       WHERE e.rowid > ?1 AND (old.rowid IS NULL OR old.rowid <= ?1))
                   AND NOT EXISTS (SELECT 1 FROM entry e JOIN answer a ON a.entry = e.id
                       WHERE e.rowid > ?1 AND +e.episode <> ?2
                       AND a.question IN (SELECT value FROM json_each(?4)))
                   AND NOT EXISTS (SELECT 1 FROM entry WHERE rowid > ?1 AND +episode <> ?2
                       AND kind = 'care' AND day <= ?3)";
        let until = kept.bookmark.past.until.to_string();
        let lasting = library.questions.iter().filter(|q| q.holds == Holds::Always).map(|q| &q.id);
        let lasting = json(&lasting.collect::<Vec<_>>())?;
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![kept.place, episode, until, lasting], |row| row.get(0))?)
    }

    /// The entries of an episode that are read by a bookmark, in no order; nothing where a
    /// row does not lie where it did.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds what no version writes.
    pub fn by_bookmark(
        &self,
        episode: &str,
        kept: &Kept,
        library: &Library,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        let Some(places) = &kept.places else { return Ok(None) };
        let from = kept.bookmark.from.to_string();
        let recent = "SELECT id, kind, day, at, note, rowid FROM entry";
        let place = |row: &Row<'_>| Ok(row.get::<_, i64>(5)?);
        // What lies together is gone through, which is quicker than looking each row up.
        let (mut recent, lie) = if let Some(starts) = &places.recent {
            let sql = format!("{recent} WHERE rowid >= ?3 AND +episode = ?1 AND +day >= ?2");
            Gathered::of(self, &sql, params![episode, from, starts.first], place)?
        } else {
            let sql = format!("{recent} WHERE episode = ?1 AND day >= ?2");
            Gathered::of(self, &sql, [episode, &from], place)?
        };
        let older = "SELECT id, kind, day, at, note FROM entry
                     WHERE rowid IN (SELECT value FROM json_each(?2)) AND +episode = ?1";
        let (mut older, found) = Gathered::of(self, older, [episode, &json(&places.older)?], |_| Ok(()))?;
        // What does not lie where it did is looked for, and not done without.
        let known = lie.iter().filter(|lies| **lies <= kept.place).count();
        if known != places.count || found.len() != places.older.len() {
            return Ok(None);
        }
        if let Some((first, last)) = recent.ends() {
            let ids = (first.as_str(), last.as_str());
            let which = match &places.recent {
                Some(starts) => Which::LastIds(starts, ids.0, ids.1),
                None => Which::Ids(ids.0, ids.1),
            };
            recent.details(self, which, library)?;
        }
        if recent.is_lost() {
            return Ok(None);
        }
        older.details(self, Which::Each, library)?;
        let mut entries = older.whole()?;
        entries.extend(recent.whole()?);
        Ok(Some(entries))
    }

    /// Whether bookmarks can be kept here: not in a store that may only be read.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn takes_bookmarks(&self) -> Result<bool, StoreError> {
        let query_only: bool = self.db.pragma_query_value(None, "query_only", |row| row.get(0))?;
        Ok(!query_only && !self.is_writing() && !self.db.is_readonly("main")?)
    }

    /// Keeps a bookmark of an episode that was read up to a place, with the older entries
    /// to read, if enough can be left out; unless anything was written since, or somebody
    /// is writing.
    ///
    /// # Errors
    ///
    /// When it cannot be kept, which costs nothing but time.
    pub fn keep_bookmark(
        &self,
        episode: &str,
        rules: &str,
        (place, bookmark): (i64, &Bookmark),
        kept: Option<&BTreeSet<EntryId>>,
    ) -> Result<(), StoreError> {
        // Nobody is kept waiting for it.
        self.db.busy_timeout(Duration::ZERO)?;
        let written = self.write_bookmark(episode, rules, (place, bookmark), kept);
        self.db.busy_timeout(BUSY)?;
        written
    }

    fn write_bookmark(
        &self,
        episode: &str,
        rules: &str,
        (place_of_last, bookmark): (i64, &Bookmark),
        kept: Option<&BTreeSet<EntryId>>,
    ) -> Result<(), StoreError> {
        let mark = json(bookmark)?;
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let last = "SELECT id FROM entry WHERE rowid = ?1 AND rowid = (SELECT max(rowid) FROM entry)";
        let Some(last) =
            transaction.query_row(last, [place_of_last], |row| row.get::<_, String>(0)).optional()?
        else {
            return Ok(());
        };
        let lie = |kept| places(&transaction, episode, bookmark.from, kept, place_of_last);
        let places = kept.map(lie).transpose()?.map(|places| json(&places)).transpose()?;
        let digest = digest(&mark, places.as_deref());
        transaction.execute(
            "INSERT OR REPLACE INTO bookmark (episode, rules, place, last, mark, kept, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![episode, rules, place_of_last, last, mark, places, digest],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The place of the last entry in the order of writing; 0 where there is none.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn last_place(&self) -> Result<i64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT coalesce(max(rowid), 0) FROM entry")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }
}

/// Where the entries lie that an episode has on record from a day on, and those of the
/// older ones that are kept.
fn places(
    transaction: &Transaction<'_>,
    episode: &str,
    from: Day,
    kept: &BTreeSet<EntryId>,
    last: i64,
) -> Result<Places, StoreError> {
    let mut place = transaction.prepare("SELECT rowid FROM entry WHERE id = ?1")?;
    let mut place = |id: &EntryId| place.query_row([id.as_str()], |row| row.get(0));
    let older = kept.iter().map(&mut place).collect::<Result<BTreeSet<i64>, _>>()?.into_iter().collect();
    let from = from.to_string();
    let lie = "SELECT coalesce(min(rowid), ?3), count(*) FROM entry WHERE episode = ?1 AND day >= ?2";
    let (first, count): (i64, i64) =
        transaction.query_row(lie, params![episode, from, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    // Not where something older was imported later.
    let together = last - first < 2 * count;
    let recent = together.then(|| starts(transaction, episode, &from, first)).transpose()?;
    Ok(Places { older, count: usize::try_from(count).unwrap_or_default(), recent })
}

/// Where each table has to be read from for what an episode has on record from a day on,
/// of which the first entry is known.
fn starts(
    transaction: &Transaction<'_>,
    episode: &str,
    from: &str,
    first: i64,
) -> Result<Starts, StoreError> {
    let mut tables = BTreeMap::new();
    for table in TABLES {
        // What is written later lies behind the last row of today.
        let start = format!(
            "SELECT rowid, entry FROM {table} WHERE rowid < coalesce(
                 (SELECT min(d.rowid) FROM {table} d JOIN entry e ON e.id = d.entry
                  WHERE e.rowid >= ?1 AND +e.episode = ?2 AND +e.day >= ?3), 9223372036854775807)
             ORDER BY rowid DESC LIMIT 1"
        );
        let start = transaction.query_row(&start, params![first, episode, from], |row| {
            Ok(Start { row: row.get(0)?, entry: row.get(1)? })
        });
        tables.extend(start.optional()?.map(|start| (table.to_owned(), start)));
    }
    Ok(Starts { first, tables })
}

fn json(of: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(of).map_err(|_| StoreError::Row { table: "bookmark" })
}

fn digest(mark: &str, places: Option<&str>) -> Vec<u8> {
    Sha256::digest(format!("{mark}\n{}", places.unwrap_or_default())).to_vec()
}
