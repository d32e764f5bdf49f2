//! Merging: what another store holds is added to this one, in one transaction.

use rusqlite::params;

use crate::domain::archive::{Filed, Source};
use crate::domain::episode::Episode;
use crate::domain::library::Library;

use super::append::{insert_episode, insert_fact};
use super::{Store, StoreError};

/// What is wrong with an entry beside others, in the order of rows. Each query
/// takes the last row that was there before.
const FAULTS: [(&str, &str); 4] = [
    (
        "it replaces an entry that is not there",
        "SELECT e.id FROM entry e JOIN correction c ON c.entry = e.id
         WHERE e.rowid > ?1 AND NOT EXISTS (SELECT 1 FROM entry old WHERE old.id = c.replaces)",
    ),
    (
        "it replaces an entry of another episode",
        "SELECT e.id FROM entry e JOIN correction c ON c.entry = e.id JOIN entry old ON old.id = c.replaces
         WHERE e.rowid > ?1 AND old.episode <> e.episode",
    ),
    (
        "it replaces an entry of another kind",
        "SELECT e.id FROM entry e JOIN correction c ON c.entry = e.id JOIN entry old ON old.id = c.replaces
         WHERE e.rowid > ?1 AND e.kind <> 'correction' AND old.kind <> e.kind",
    ),
    (
        "its day lies before the injury",
        "WITH first AS MATERIALIZED (
             SELECT p.id, min(p.onset_day, coalesce(min(d.onset), p.onset_day)) AS day
             FROM episode p LEFT JOIN entry e ON e.episode = p.id LEFT JOIN decision d ON d.entry = e.id
             GROUP BY p.id)
         SELECT e.id FROM entry e JOIN first ON first.id = e.episode
         WHERE e.rowid > ?1 AND e.kind NOT IN ('decision', 'correction') AND e.day < first.day",
    ),
];

impl Store {
    /// Begins a transaction, in which entries may come before those that they
    /// replace.
    ///
    /// # Errors
    ///
    /// When another sinew is writing.
    pub fn begin(&self) -> Result<(), StoreError> {
        Ok(self.db.execute_batch("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON")?)
    }

    /// Whether a transaction has begun and is not over.
    pub fn is_writing(&self) -> bool {
        !self.db.is_autocommit()
    }

    /// Keeps what was written since it began.
    ///
    /// # Errors
    ///
    /// When the store refuses.
    pub fn commit(&self) -> Result<(), StoreError> {
        Ok(self.db.execute_batch("COMMIT")?)
    }

    /// Leaves nothing of what was written since it began.
    ///
    /// # Errors
    ///
    /// When the store refuses.
    pub fn roll_back(&self) -> Result<(), StoreError> {
        // SQLite may have done so itself, as on a full disk.
        if self.db.is_autocommit() { Ok(()) } else { Ok(self.db.execute_batch("ROLLBACK")?) }
    }

    /// Adds an episode under its own number.
    ///
    /// # Errors
    ///
    /// When the store refuses.
    pub fn add_episode(&self, episode: &Episode) -> Result<(), StoreError> {
        insert_episode(&self.db, episode, Some(episode.number))
    }

    /// Adds the text of a program.
    ///
    /// # Errors
    ///
    /// When the store refuses.
    pub fn add_definition(&self, source: &Source) -> Result<(), StoreError> {
        self.db.execute(
            "INSERT OR IGNORE INTO definition (hash, kind, id, source) VALUES (?1, 'program', ?2, ?3)",
            params![source.hash, source.id, source.source],
        )?;
        Ok(())
    }

    /// Adds an entry as another store has it.
    ///
    /// # Errors
    ///
    /// When the store refuses.
    pub fn add_entry(&self, filed: &Filed, library: &Library) -> Result<(), StoreError> {
        let entry = &filed.entry;
        self.db
            .prepare_cached(
                "INSERT INTO entry (id, episode, kind, day, at, device, note)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                entry.id.as_str(),
                filed.episode,
                entry.fact.kind(),
                entry.day.to_string(),
                entry.at.to_rfc3339(),
                filed.device,
                entry.note,
            ])?;
        insert_fact(&self.db, library, entry)
    }

    /// What is wrong with the entries that were added after a row, beside others.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn faults(&self, after: i64) -> Result<Vec<(String, &'static str)>, StoreError> {
        let mut faults = Vec::new();
        for (fault, query) in FAULTS {
            let mut query = self.db.prepare(query)?;
            let rows = query.query_map([after], |row| row.get(0))?;
            for id in rows {
                faults.push((id?, fault));
            }
        }
        Ok(faults)
    }

    /// Whether a program was ever started in an episode.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn was_started(&self, episode: &str) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM entry e JOIN decision d ON d.entry = e.id
                                    WHERE e.episode = ?1 AND d.kind = 'start')";
        Ok(self.db.query_row(query, [episode], |row| row.get(0))?)
    }
}
