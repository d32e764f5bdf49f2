//! Erasure: the one thing that takes anything away, asked for by its owner.

use rusqlite::{TransactionBehavior, params};

use crate::domain::day::Day;

use super::tables::TABLES;
use super::{Store, StoreError};

impl Store {
    /// Erases an episode with all of its entries: out of the tables, the free pages
    /// and the write-ahead log. Their ids stay as tombstones. Programs that no other
    /// plan runs on go as well.
    ///
    /// Returns how many entries there were.
    ///
    /// # Errors
    ///
    /// When the store refuses; nothing is erased then. When only the free pages could
    /// not be cleaned, because somebody reads the store, that is [`StoreError::Busy`],
    /// and erasing again cleans them.
    pub fn erase(&mut self, episode: &str, today: Day) -> Result<usize, StoreError> {
        // What is deleted is written over with zeros.
        self.db.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Triggers refuse every deletion; for the length of this transaction they are
        // not there.
        let triggers: Vec<(String, String)> = transaction
            .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (name, _) in &triggers {
            transaction.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
        }
        let today = today.to_string();
        let entries = transaction.execute(
            "INSERT OR IGNORE INTO tombstone (id, kind, erased)
             SELECT id, 'entry', ?2 FROM entry WHERE episode = ?1",
            params![episode, today],
        )?;
        transaction.execute(
            "INSERT OR IGNORE INTO tombstone (id, kind, erased) VALUES (?1, 'episode', ?2)",
            params![episode, today],
        )?;
        for table in TABLES.into_iter().chain(["answer"]) {
            let sql = format!("DELETE FROM {table} WHERE entry IN (SELECT id FROM entry WHERE episode = ?1)");
            transaction.execute(&sql, [episode])?;
        }
        // Places change when the file is written anew, and each is made again.
        transaction.execute("DELETE FROM bookmark", [])?;
        transaction.execute("DELETE FROM entry WHERE episode = ?1", [episode])?;
        transaction.execute("DELETE FROM episode WHERE id = ?1", [episode])?;
        transaction.execute(
            "DELETE FROM definition WHERE hash NOT IN (SELECT program FROM decision WHERE program IS NOT NULL)",
            [],
        )?;
        for (_, sql) in &triggers {
            transaction.execute_batch(sql)?;
        }
        transaction.commit()?;
        self.scrub()?;
        Ok(entries)
    }

    /// Writes the file anew without its free pages, and empties the write-ahead log.
    fn scrub(&self) -> Result<(), StoreError> {
        self.db.execute_batch("VACUUM")?;
        let busy: bool = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Whether an episode was erased.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn was_erased(&self, id: &str) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstone WHERE id = ?1)")?;
        Ok(query.query_row([id], |row| row.get(0))?)
    }
}
