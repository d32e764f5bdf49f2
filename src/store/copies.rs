//! Copies of the store: made by SQLite while others write, verified, and put back.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::domain::day::Day;

use super::{APPLICATION, BUSY, Store, StoreError, known_version, plain, private, show};

/// How many copies of single days are kept.
const DAYS: usize = 5;

/// How many weeks keep the last copy of theirs besides.
const WEEKS: usize = 4;

/// How many copies are kept of those that were made before a restore.
const RESTORES: usize = 5;

const DAILY: &str = "daily-";
pub(super) const BEFORE_RESTORE: &str = "before-restore-";
pub(super) const ENDING: &str = ".db";

/// Ends the name of a copy that is being made, behind the number of its maker.
const PART: &str = ".part";

/// The folder that holds the copies of a store: it lies beside it.
pub fn folder(store: &Path) -> PathBuf {
    beside(store, ".backups")
}

/// Where the copy of a day lies.
pub fn of_day(store: &Path, day: Day) -> PathBuf {
    folder(store).join(format!("{DAILY}{day}{ENDING}"))
}

/// Where a copy lies that was asked for at a moment such as `2026-03-02T080000`.
pub fn by_hand(store: &Path, moment: &str) -> PathBuf {
    folder(store).join(format!("by-hand-{moment}{ENDING}"))
}

/// Where a copy lies that is only passing, until it is sealed or put back; whatever
/// was cut off there is taken away later.
pub fn passing(store: &Path) -> PathBuf {
    folder(store).join(format!("passing.{}{PART}", std::process::id()))
}

/// Where the copy lies that an upgrade from a schema makes first.
pub(super) fn before_upgrade(store: &Path, version: i64) -> PathBuf {
    folder(store).join(format!("before-upgrade-from-{version}{ENDING}"))
}

/// The copies of a store, the newest first by the time of their files.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn all(store: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = match fs::read_dir(folder(store)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let mut copies = Vec::new();
    for entry in folder {
        let entry = entry?;
        if entry.path().extension().is_some_and(|e| e == "db") && entry.file_type()?.is_file() {
            match entry.metadata() {
                // Another sinew took it away.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                found => copies.push((found?.modified()?, entry.path())),
            }
        }
    }
    copies.sort();
    Ok(copies.into_iter().rev().map(|(_, path)| path).collect())
}

/// Takes away the copies of days that are no longer kept: the last five days stay,
/// and the last copy of each of the last four weeks that have one. Nothing else is
/// touched but old copies from before a restore.
///
/// # Errors
///
/// When a file cannot be taken away.
pub fn rotate(store: &Path) -> io::Result<()> {
    let all = all(store)?;
    let part = |path: &Path, prefix: &str| -> Option<String> {
        Some(path.file_name()?.to_str()?.strip_prefix(prefix)?.strip_suffix(ENDING)?.to_owned())
    };
    let day = |text: String| NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().map(Day::of_date);
    let days: BTreeSet<Day> = all.iter().filter_map(|path| part(path, DAILY).and_then(day)).collect();
    let keep = kept(&days);
    for day in days.difference(&keep) {
        remove(&of_day(store, *day))?;
    }
    abandoned(store)?;
    // By the time of their files: the clock may have been put back between two.
    for path in all.iter().filter(|path| part(path, BEFORE_RESTORE).is_some()).skip(RESTORES) {
        remove(path)?;
    }
    Ok(())
}

/// Takes a file away, if another sinew has not.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Takes away the parts of copies whose makers were cut off.
fn abandoned(store: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder(store)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let maker = name.strip_suffix(PART).and_then(|name| name.rsplit_once('.')).map(|(_, maker)| maker);
        if maker.and_then(|maker| maker.parse().ok()).is_some_and(|maker| !is_running(maker)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Whether there is a process of this number; in doubt there is.
fn is_running(number: i32) -> bool {
    #[cfg(unix)]
    if let Some(process) = rustix::process::Pid::from_raw(number) {
        return rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH);
    }
    number != 0
}

fn kept(days: &BTreeSet<Day>) -> BTreeSet<Day> {
    let mut keep: BTreeSet<Day> = days.iter().rev().take(DAYS).copied().collect();
    let mut weeks = BTreeSet::new();
    for day in days.iter().rev() {
        let week = day.date().iso_week();
        if weeks.len() < WEEKS && weeks.insert((week.year(), week.week())) {
            keep.insert(*day);
        }
    }
    keep
}

impl Store {
    /// Copies the store into a new file of its own, while others may go on writing,
    /// and verifies the copy. A file of that name is replaced once the copy stands.
    ///
    /// # Errors
    ///
    /// When the copy cannot be written, or is not sound; no part of it is left then.
    pub fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        copy(&self.db, to)
    }
}

pub(super) fn copy(db: &Connection, to: &Path) -> Result<(), StoreError> {
    let part = beside(to, &format!(".{}{PART}", std::process::id()));
    let unwritten = |error: io::Error| StoreError::Unwritten { path: show(to), reason: error.to_string() };
    let made = private::create(&part).map_err(unwritten).and_then(|file| {
        let mut copy = open(&part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        pour(db, &mut copy)?;
        // One plain file, with no other beside it.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        verify(&copy).map_err(|reason| StoreError::Damaged { path: show(to), reason })?;
        drop(copy);
        file.sync_all().map_err(unwritten)?;
        fs::rename(&part, to).map_err(unwritten)?;
        sync_folder(to).map_err(unwritten)
    });
    made.inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })
}

/// Fills a database with all of another one, in one transaction.
pub(super) fn pour(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    pour_rest(&Backup::new(from, to)?)
}

pub(super) fn pour_rest(backup: &Backup<'_, '_>) -> Result<(), StoreError> {
    match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Busy),
    }
}

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Episodes.
    pub episodes: i64,
    /// Entries.
    pub entries: i64,
}

/// Looks into a copy. It is never written to.
///
/// # Errors
///
/// When it is no store that this version can read, or is damaged.
pub fn held(copy: &Path) -> Result<Held, StoreError> {
    let db = sound(copy)?;
    let count = |table: &str| db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    Ok(Held { episodes: count("episode")?, entries: count("entry")? })
}

/// A store that nobody writes to, opened to read and found sound.
pub(super) fn sound(path: &Path) -> Result<Connection, StoreError> {
    let damaged = |reason: String| StoreError::Damaged { path: show(path), reason };
    let mut bytes = [0; 16];
    let read = File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut bytes));
    match read {
        Err(error) => return Err(StoreError::Open { path: show(path), reason: error.to_string() }),
        Ok(_) if &bytes != b"SQLite format 3\0" => return Err(damaged("it is no SQLite file".to_owned())),
        Ok(_) => {}
    }
    let db = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id"), number("user_version"));
    if application.map_err(|e| damaged(e.to_string()))? != APPLICATION {
        return Err(damaged("it belongs to another program".to_owned()));
    }
    if version? > known_version() {
        return Err(StoreError::Newer { path: show(path) });
    }
    verify(&db).map_err(damaged)?;
    Ok(db)
}

pub(super) fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(plain(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    Ok(db)
}

/// Whether every page and every reference of a store is sound.
///
/// # Errors
///
/// What SQLite found first.
pub(super) fn verify(db: &Connection) -> Result<(), String> {
    let say = |error: rusqlite::Error| error.to_string();
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(say)?;
    if found != "ok" {
        return Err(found);
    }
    let mut broken = db.prepare("PRAGMA foreign_key_check").map_err(say)?;
    if broken.exists([]).map_err(say)? {
        return Err("a row refers to one that is not there".to_owned());
    }
    Ok(())
}

/// A name for a file beside this one.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A rename is on disk once its folder is.
pub(super) fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::of_date(NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap())
    }

    #[test]
    fn five_days_and_four_weeks_are_kept() {
        // Sixty days in a row, the last one a Wednesday.
        let days: BTreeSet<Day> = (0..60).map(|n| day("2026-03-04").minus(n)).collect();
        let keep: Vec<String> = kept(&days).iter().map(ToString::to_string).collect();
        assert_eq!(
            keep,
            [
                "2026-02-15",
                "2026-02-22",
                "2026-02-28",
                "2026-03-01",
                "2026-03-02",
                "2026-03-03",
                "2026-03-04"
            ]
        );
        let few: BTreeSet<Day> = [day("2025-01-01"), day("2026-03-04")].into();
        assert_eq!(kept(&few), few);
    }
}
