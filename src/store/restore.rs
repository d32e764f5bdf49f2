//! A copy in the place of the store.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::copies::{BEFORE_RESTORE, ENDING, beside, copy, folder, open, pour_rest, sound, sync_folder};
use super::{Store, StoreError, is_as_written, is_there, show};

/// Whether a copy may take the place of a store: it is sound, and holds nothing but
/// the tables and rules that sinew wrote. A rule of somebody else's would change
/// what is recorded from then on.
///
/// # Errors
///
/// When it may not.
pub fn fits(copy: &Path) -> Result<(), StoreError> {
    if is_as_written(&sound(copy)?)? {
        return Ok(());
    }
    Err(StoreError::Damaged {
        path: show(copy),
        reason: "somebody changed its tables or their rules".to_owned(),
    })
}

/// Puts a copy that [`fits`] in the place of the store, whole or not at all. Where the store
/// itself cannot be opened any more, it is set aside first.
///
/// Returns where the store as it was lies, if there was one: a copy of it, or the
/// damaged file.
///
/// # Errors
///
/// When the copy is no sound store, or the store cannot be written; the store is
/// what it was then.
pub fn put_back(store: &Path, from: &Path, moment: &str) -> Result<Option<PathBuf>, StoreError> {
    fits(from)?;
    let from = sound(from)?;
    let opened = if is_there(store)? { Some(Store::open(store)) } else { None };
    let aside = match opened {
        Some(Ok(opened)) => return exchange(opened, &from, store, moment).map(Some),
        Some(Err(StoreError::Damaged { .. })) => Some(set_aside(store, moment)?),
        Some(Err(other)) => return Err(other),
        None => None,
    };
    copy(&from, store)?;
    Ok(aside)
}

/// Copies a store and fills it with another one. Nobody writes between the two, so that
/// what was acknowledged before is in the copy.
fn exchange(mut opened: Store, from: &Connection, store: &Path, moment: &str) -> Result<PathBuf, StoreError> {
    let reader = open(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = reader.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let filling = Backup::new(from, &mut opened.db)?;
    // A step of no pages takes the lock of the writers. Where the file system allows no
    // write-ahead log, nobody could read what is locked.
    if mode == "wal" && filling.step(0)? != StepResult::More {
        return Err(StoreError::Busy);
    }
    let before = before_restore(store, moment);
    copy(&reader, &before)?;
    pour_rest(&filling)?;
    Ok(before)
}

/// Gives a store and the files beside it another name.
///
/// # Errors
///
/// When a file cannot be renamed.
pub fn set_aside(store: &Path, moment: &str) -> Result<PathBuf, StoreError> {
    let ending = format!(".damaged-{moment}");
    for file in ["", "-wal", "-shm"].map(|part| beside(store, part)).iter().filter(|f| f.exists()) {
        fs::rename(file, beside(file, &ending))
            .map_err(|error| StoreError::Open { path: show(store), reason: error.to_string() })?;
    }
    Ok(beside(store, &ending))
}

/// Gives a new file the name of the store, where there is none any more.
///
/// # Errors
///
/// When it cannot be renamed.
pub fn take_place(new: &Path, store: &Path) -> Result<(), StoreError> {
    fs::rename(new, store)
        .and_then(|()| sync_folder(store))
        .map_err(|error| StoreError::Open { path: show(store), reason: error.to_string() })
}

/// Where the copy lies that a restore makes first. One of the same moment stays.
fn before_restore(store: &Path, moment: &str) -> PathBuf {
    let mut name = format!("{BEFORE_RESTORE}{moment}");
    let mut number = 1;
    loop {
        let path = folder(store).join(format!("{name}{ENDING}"));
        if !path.exists() {
            return path;
        }
        number += 1;
        name = format!("{BEFORE_RESTORE}{moment}-{number}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What another one records while a backup is put back is in the store, or in the
    /// copy that was made of it.
    #[test]
    fn nobody_writes_between_the_copy_and_the_restore() {
        let folder = tempfile::tempdir().unwrap();
        let (store, backup) = (folder.path().join("diary.db"), folder.path().join("copy.db"));
        Store::open(&store).unwrap().copy_to(&backup).unwrap();
        let count = |path: &Path| {
            let db = Connection::open(path).unwrap();
            db.query_row("SELECT count(*) FROM tombstone", [], |row| row.get::<_, u32>(0)).unwrap()
        };
        let over = std::sync::atomic::AtomicBool::new(false);
        let (restored, written) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let other = Store::open(&store).unwrap();
                let mut written = 0;
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    let id = format!("01900000-0000-7000-8000-{written:012}");
                    let sql = "INSERT INTO tombstone VALUES (?1, 'entry', '2026-03-02')";
                    other.db.execute(sql, [id]).unwrap();
                    written += 1;
                    // Nobody starves the one who puts the backup back.
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                written
            });
            let restore = |n: u32| {
                std::thread::sleep(std::time::Duration::from_millis(10));
                put_back(&store, &backup, &n.to_string())
            };
            let restored: Vec<_> = (0..20).map(restore).collect();
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            (restored, writer.join().unwrap())
        });
        let kept: u32 = restored.into_iter().map(|before| count(&before.unwrap().unwrap())).sum();
        assert!(written > 0, "nothing was written meanwhile");
        assert_eq!(kept + count(&store), written);
    }
}
