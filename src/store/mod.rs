//! The store: one SQLite file, append-only, one transaction a command.

mod append;
mod bookmark;
pub mod copies;
mod erase;
mod gather;
mod merge;
pub mod place;
pub mod private;
mod read;
pub mod restore;
pub mod salvage;
mod tables;

use std::path::{Path, PathBuf};
use std::time::Duration;

use include_dir::{Dir, include_dir};
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use rusqlite::{Connection, OpenFlags, Transaction};
use rusqlite_migration::Migrations;

pub use append::{Batch, Fate, Text};
pub use bookmark::Kept;
pub use read::Placed;

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// Says in the header of the file whose it is: "SINW".
const APPLICATION: i64 = 0x5349_4e57;

/// How long a command waits for another one to finish writing.
const BUSY: Duration = Duration::from_secs(5);

/// Why the store could not do something. None of these names what was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file could not be opened or created.
    #[error("cannot open the store {path}: {reason}")]
    Open {
        /// Where it lies.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A file beside the store could not be written.
    #[error("cannot write {path}: {reason}")]
    Unwritten {
        /// Where it should lie.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file was written by a newer version of the program.
    #[error("the store {path} was written by a newer version of sinew")]
    Newer {
        /// Where it lies.
        path: String,
    },
    /// The file is no store, or it is damaged.
    #[error("{path} is not a sinew store, or it is damaged: {reason}")]
    Damaged {
        /// Where it lies.
        path: String,
        /// What SQLite said.
        reason: String,
    },
    /// There is no room for what is to be written.
    #[error("the disk is full")]
    Full,
    /// The store, or a file that SQLite keeps beside it, cannot be opened.
    #[error("the store, or a file beside it, cannot be opened")]
    Closed,
    /// The file may be read only.
    #[error("the store may only be read")]
    ReadOnly,
    /// The disk failed, or was taken away.
    #[error("the disk could not read or write the store")]
    Disk,
    /// Another program keeps the store busy.
    #[error("the store is busy: another sinew is writing to it")]
    Busy,
    /// Another program wrote between reading and writing.
    #[error("another sinew wrote to the store in the meantime")]
    Changed,
    /// A row could not be understood.
    #[error("a row of table {table} cannot be understood")]
    Row {
        /// The table.
        table: &'static str,
    },
    /// Anything else that SQLite reports.
    #[error("the store refused: {0}")]
    Sqlite(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, ReadOnly,
            SystemIoFailure,
        };
        // What an entry speaks of is gone: another sinew erased it, or put a backup back.
        if error.sqlite_error().is_some_and(|e| e.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY) {
            return Self::Changed;
        }
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            Some(DiskFull) => Self::Full,
            Some(CannotOpen) => Self::Closed,
            Some(ReadOnly) => Self::ReadOnly,
            Some(SystemIoFailure) => Self::Disk,
            Some(DatabaseCorrupt | NotADatabase) => {
                Self::Damaged { path: "the store".to_owned(), reason: error.to_string() }
            }
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    device: String,
}

impl Store {
    /// Opens a store, and creates it where there is none: the file readable by
    /// its owner alone, in a folder of the same kind.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is no store, or was written by a newer
    /// version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if place::leads_to_another(path) {
            let reason = "it is a link to a file of somebody else".to_owned();
            return Err(StoreError::Open { path: show(path), reason });
        }
        if place::of_another_program(path) {
            return Err(foreign(path));
        }
        create(path).map_err(|error| StoreError::Open { path: show(path), reason: error.to_string() })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(plain(path), flags)
            .map_err(|error| StoreError::Open { path: show(path), reason: error.to_string() })?;
        Self::prepare(db, path)
    }

    /// Opens a store to look into it: nothing is created, upgraded or written,
    /// and nobody waits.
    ///
    /// # Errors
    ///
    /// When there is no store that this version wrote.
    pub fn to_read(path: &Path) -> Result<Self, StoreError> {
        if place::of_another_program(path) {
            return Err(foreign(path));
        }
        // Read-write, or SQLite leaves the files beside the store behind.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(plain(path), flags)?;
        db.pragma_update(None, "query_only", true)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
        if application != APPLICATION || version != known_version() {
            return Err(StoreError::Damaged {
                path: show(path),
                reason: "another version wrote it".to_owned(),
            });
        }
        Ok(Self { db, device: device() })
    }

    /// A throwaway store, which lives in memory only.
    ///
    /// # Errors
    ///
    /// When SQLite cannot set it up.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, Path::new("(memory)"))
    }

    /// Holds the store still for a reader: until this is dropped, nothing that
    /// another sinew writes is seen. Nothing, where it is held already.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn still(&self) -> Result<Option<Transaction<'_>>, StoreError> {
        Ok(self.db.is_autocommit().then(|| self.db.unchecked_transaction()).transpose()?)
    }

    /// Whether every page and every reference is sound.
    ///
    /// # Errors
    ///
    /// What SQLite found first.
    pub fn verify(&self) -> Result<(), String> {
        copies::verify(&self.db)
    }

    /// Whether the tables and their rules are those that this version writes.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn as_written(&self) -> Result<bool, StoreError> {
        is_as_written(&self.db)
    }

    fn prepare(mut db: Connection, path: &Path) -> Result<Self, StoreError> {
        let wrong = |error: rusqlite::Error| broken(path, error);
        db.busy_timeout(BUSY)?;
        let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(wrong);
        let (version, application) = (number("PRAGMA user_version")?, number("PRAGMA application_id")?);
        let tables = number("SELECT count(*) FROM sqlite_master")?;
        if (tables > 0 || version > 0) && application != APPLICATION {
            return Err(foreign(path));
        }
        db.pragma_update(None, "foreign_keys", true).map_err(wrong)?;
        db.pragma_update(None, "synchronous", "FULL").map_err(wrong)?;
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).map_err(wrong)?;
        let known = known_version();
        if version > known {
            return Err(StoreError::Newer { path: show(path) });
        }
        if version < known {
            if version > 0 {
                copies::copy(&db, &copies::before_upgrade(path, version))?;
            }
            migrate(&mut db, known).map_err(|error| match error {
                rusqlite_migration::Error::RusqliteError { err, .. } => wrong(err),
                other => StoreError::Damaged { path: show(path), reason: other.to_string() },
            })?;
        }
        Ok(Self { db, device: device() })
    }
}

fn foreign(path: &Path) -> StoreError {
    StoreError::Damaged { path: show(path), reason: "it belongs to another program".to_owned() }
}

/// What an error says of a store: that it is damaged, unless the disk, its room, a lock
/// or a permission was in the way.
fn broken(path: &Path, error: rusqlite::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Damaged { reason, .. } | StoreError::Sqlite(reason) => {
            StoreError::Damaged { path: show(path), reason }
        }
        other => other,
    }
}

/// Whether the tables and their rules are those that sinew wrote under their version.
fn is_as_written(db: &Connection) -> Result<bool, StoreError> {
    let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let version = usize::try_from(version).unwrap_or_default();
    let mut own = Connection::open_in_memory()?;
    let refused = |error: rusqlite_migration::Error| StoreError::Sqlite(error.to_string());
    Migrations::from_directory(&MIGRATIONS)
        .and_then(|all| all.to_version(&mut own, version))
        .map_err(refused)?;
    Ok(schema(db)? == schema(&own)?)
}

/// Every table, index and trigger with its text, by name.
fn schema(db: &Connection) -> Result<Vec<(String, Option<String>)>, StoreError> {
    let mut query = db.prepare("SELECT name, sql FROM sqlite_master ORDER BY name")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The version of the schema that this sinew writes.
fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.dirs().count()).unwrap_or(i64::MAX)
}

/// Brings the schema up to date. Another sinew may be doing the same at this
/// moment: what it has done already is no mistake.
fn migrate(db: &mut Connection, known: i64) -> Result<(), rusqlite_migration::Error> {
    const TRIES: u32 = 20;
    let migrations = Migrations::from_directory(&MIGRATIONS)?;
    for _ in 1..TRIES {
        if migrations.to_latest(db).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
        if db.pragma_query_value(None, "user_version", |row| row.get(0)).is_ok_and(|v: i64| v >= known) {
            return Ok(());
        }
    }
    migrations.to_latest(db)
}

/// Whether there is a store, or anything else by its name.
///
/// # Errors
///
/// When nobody may look there: that is no reason to take it for missing.
pub fn is_there(path: &Path) -> Result<bool, StoreError> {
    path.try_exists().map_err(|error| StoreError::Open { path: show(path), reason: error.to_string() })
}

/// Creates the file, and its folder, where they are missing.
fn create(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    match private::create(path) {
        // Another sinew was quicker.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

/// The name as a path, whatever it looks like: never as a URI.
fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

/// A name for this machine, so that a merge can tell devices apart.
fn device() -> String {
    std::env::var("SINEW_DEVICE")
        .ok()
        .filter(|d| !d.is_empty() && !d.contains(char::is_control))
        .unwrap_or_else(|| "local".to_owned())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn migrations_are_valid_and_keep_their_text() {
        let migrations = Migrations::from_directory(&MIGRATIONS).unwrap();
        migrations.validate().unwrap();
        // A shipped migration is never edited: the next change is a new file.
        let shipped: [(&str, [u8; 8]); 4] = [
            ("0001-spine", [64, 146, 215, 16, 223, 22, 110, 106]),
            ("0002-decisions", [19, 215, 132, 210, 181, 11, 136, 254]),
            ("0003-tombstones", [52, 19, 138, 253, 202, 73, 19, 74]),
            ("0004-bookmarks", [234, 130, 164, 152, 31, 56, 243, 150]),
        ];
        for (name, known) in shipped {
            let text = MIGRATIONS.get_file(format!("{name}/up.sql")).unwrap().contents_utf8().unwrap();
            assert_eq!(Sha256::digest(text.as_bytes())[..8], known, "{name}");
        }
    }

    #[test]
    fn the_store_refuses_changes_and_impossible_values() {
        let store = Store::in_memory().unwrap();
        store
            .db
            .execute_batch(
                "INSERT INTO episode VALUES ('e', 1, 't', 'c', NULL, 'left', '2026-03-02', 'sudden', 'running',
                                             '2026-03-02T08:00:00+01:00');
                 INSERT INTO entry VALUES ('00000000-0000-7000-8000-000000000000', 'e', 'check-in', '2026-03-02',
                                           '2026-03-02T08:00:00+01:00', 'local', NULL);",
            )
            .unwrap();
        let refused = |sql: &str| store.db.execute_batch(sql).unwrap_err().to_string();
        let entry = "'00000000-0000-7000-8000-000000000000'";
        let error = store.db.execute(
            "INSERT INTO entry VALUES ('00000000-0000-7000-8000-000000000001', 'gone', 'note', '2026-03-02',
                                                           '2026-03-02T08:00:00+01:00', 'local', NULL)",
            [],
        );
        assert!(
            matches!(error.map_err(StoreError::from), Err(StoreError::Changed)),
            "its episode was taken away"
        );
        assert!(refused("UPDATE entry SET day = '2026-03-03'").contains("never changed"));
        assert!(refused("DELETE FROM entry").contains("never deleted"));
        assert!(refused("DELETE FROM episode").contains("never deleted"));
        for value in ["14", "-1"] {
            let sql = format!("INSERT INTO reading VALUES ({entry}, 'pain-rest', NULL, 'nrs', {value})");
            assert!(refused(&sql).contains("CHECK"), "{sql}");
        }
        let sql = format!("INSERT INTO reading VALUES ({entry}, 'pain-rest', NULL, 'reps', 14)");
        assert!(refused(&sql).contains("CHECK"));
        let sql = format!("INSERT INTO reading VALUES ({entry}, 'limp', NULL, 'yes-no', 0.5)");
        assert!(refused(&sql).contains("CHECK"));
        assert!(
            refused("INSERT INTO entry VALUES ('x', 'e', 'note', '2026-02-30', 'x', 'd', NULL)")
                .contains("CHECK")
        );
    }
}
