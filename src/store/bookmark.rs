//! Bookmarks: which of its older entries still have to be read for an episode.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::day::Day;
use crate::domain::entry::{Entry, EntryId};
use crate::domain::library::Library;
use crate::domain::past::Bookmark;
use crate::domain::question::Holds;

use super::gather::{Gathered, TABLES, Which};
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
}

/// Where the entries that are read by a bookmark lie.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Places {
    /// The places of the older ones.
    older: Vec<i64>,
    /// Where each table is read from; nothing where the others do not lie together.
    recent: Option<Starts>,
}

/// The row of each table behind which everything recent lies, by the name of the table; it
/// is of something else. A table that is not named is read from its first row.
pub(super) type Starts = BTreeMap<String, Start>;

/// A row, and what it is known by: where it is of another entry, the table was written anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Start {
    pub(super) row: i64,
    pub(super) entry: String,
}

/// Days after which a bookmark is made anew, so that little is read in full.
const DAYS: i64 = 7;

impl Kept {
    /// Whether it is time for another one: more and more is read in full.
    pub fn is_old(&self, today: Day) -> bool {
        self.is_left && today.since(self.bookmark.made) >= DAYS
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
        let kept = Kept { bookmark, place, places, is_left };
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
        // What lies together is gone through, which is quicker than looking each row up.
        let mut recent = if let Some(starts) = &places.recent {
            let first = starts.get("entry").map_or(i64::MIN, |start| start.row);
            let recent = "SELECT id, kind, day, at, note FROM entry
                          WHERE rowid > ?3 AND +episode = ?1 AND +day >= ?2";
            Gathered::of(self, recent, params![episode, from, first], |_| Ok(()))?.0
        } else {
            let recent = "SELECT id, kind, day, at, note FROM entry WHERE episode = ?1 AND day >= ?2";
            Gathered::of(self, recent, [episode, &from], |_| Ok(()))?.0
        };
        if let Some((first, last)) = recent.ends() {
            let ids = (first.as_str(), last.as_str());
            let which = match &places.recent {
                Some(starts) => Which::LastIds(starts, ids.0, ids.1),
                None => Which::Ids(ids.0, ids.1),
            };
            if !recent.details(self, which, library)? {
                return Ok(None);
            }
        }
        let older = "SELECT id, kind, day, at, note FROM entry
                     WHERE rowid IN (SELECT value FROM json_each(?2)) AND +episode = ?1";
        let (mut older, _) = Gathered::of(self, older, [episode, &json(&places.older)?], |_| Ok(()))?;
        let ids = older.ids()?;
        older.details(self, Which::These(&ids), library)?;
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
        let places = match kept {
            Some(kept) => {
                let place = "SELECT rowid FROM entry WHERE id = ?1";
                let place = |id: &EntryId| {
                    transaction.prepare_cached(place)?.query_row([id.as_str()], |row| row.get::<_, i64>(0))
                };
                let older = kept.iter().map(place).collect::<Result<BTreeSet<_>, _>>()?;
                let recent = starts(&transaction, episode, bookmark.from, place_of_last)?;
                Some(json(&Places { older: older.into_iter().collect(), recent })?)
            }
            None => None,
        };
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

/// Where each table has to be read from for what an episode has on record from a day on;
/// nothing where that does not lie together, as when something older was imported later.
fn starts(
    transaction: &Transaction<'_>,
    episode: &str,
    from: Day,
    last: i64,
) -> Result<Option<Starts>, StoreError> {
    let from = from.to_string();
    let lie = "SELECT coalesce(min(rowid), ?3), count(*) FROM entry WHERE episode = ?1 AND day >= ?2";
    let (first, count): (i64, i64) =
        transaction.query_row(lie, params![episode, from, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if last - first >= 2 * count {
        return Ok(None);
    }
    let mut starts = Starts::new();
    let tables = [("entry", "id")].into_iter().chain(TABLES.map(|table| (table, "entry")));
    for (table, id) in tables {
        // What is written later lies behind the last row of today.
        let start = format!(
            "SELECT rowid, {id} FROM {table} WHERE rowid < coalesce(
                 (SELECT min(d.rowid) FROM {table} d JOIN entry e ON e.id = d.{id}
                  WHERE e.rowid >= ?1 AND +e.episode = ?2 AND +e.day >= ?3), 9223372036854775807)
             ORDER BY rowid DESC LIMIT 1"
        );
        let start = transaction.query_row(&start, params![first, episode, from], |row| {
            Ok(Start { row: row.get(0)?, entry: row.get(1)? })
        });
        starts.extend(start.optional()?.map(|start| (table.to_owned(), start)));
    }
    Ok(Some(starts))
}

fn json(of: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(of).map_err(|_| StoreError::Row { table: "bookmark" })
}

fn digest(mark: &str, places: Option<&str>) -> Vec<u8> {
    Sha256::digest(format!("{mark}\n{}", places.unwrap_or_default())).to_vec()
}
