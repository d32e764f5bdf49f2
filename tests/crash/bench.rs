//! A store of its own to be cruel to, and what has to hold of it afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

/// The moment of every command that is not cruel.
pub(crate) const NOW: &str = "2026-03-04T20:00";

/// The moment for the stores of older schemas.
pub(crate) const LATER: &str = "2026-05-26T09:00";

/// A folder with a store.
pub(crate) struct Bench(TempDir);

impl Bench {
    /// A store with an episode and some entries.
    pub(crate) fn new() -> Self {
        Self::at(tempfile::tempdir().expect("a folder for temporary files"))
    }

    pub(crate) fn at(folder: TempDir) -> Self {
        let bench = Self(folder);
        let start = ["start", "hamstring-strain", "--grade", "2", "--side", "left"];
        assert!(bench.sinew("2026-03-02T07:00", &start).status().expect("it runs").success());
        assert!(bench.sinew("2026-03-03T20:00", &["log", "3"]).status().expect("it runs").success());
        bench
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.0.path().join("diary.db")
    }

    /// The program, built beside this tool.
    pub(crate) fn program() -> PathBuf {
        let here = std::env::current_exe().expect("a path of its own");
        here.ancestors().nth(2).expect("the folder of the build").join("sinew")
    }

    /// A command, silent, at a moment.
    pub(crate) fn sinew(&self, now: &str, args: &[&str]) -> Command {
        let mut command = Command::new(Self::program());
        command.args(args);
        self.surround(&mut command, now);
        command
    }

    pub(crate) fn surround(&self, command: &mut Command, now: &str) {
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder())
            .env("TZ", "UTC")
            .env("SINEW_STORE", self.store())
            .env("SINEW_NOW", now)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }

    /// How often each note is on record. An entry of `log 4 --walking 2 NOTE` that
    /// lacks one of its readings is named.
    pub(crate) fn notes(&self) -> Result<BTreeMap<String, u32>, String> {
        notes(&self.store())
    }

    /// What is wrong with the store and its backups.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mut wrong: Vec<String> = sound(&self.store()).err().into_iter().collect();
        let backups = fs::read_dir(self.folder().join("diary.db.backups")).into_iter().flatten();
        for path in backups.map(|entry| entry.expect("an entry of the folder").path()) {
            if path.extension().is_some_and(|e| e == "db") {
                wrong.extend(sound(&path).err().map(|why| format!("{}: {why}", path.display())));
            }
        }
        wrong
    }
}

/// Whether a file is a store, page by page, and can be read.
pub(crate) fn sound(file: &Path) -> Result<(), String> {
    let db = Connection::open(file).map_err(|e| e.to_string())?;
    let found: String =
        db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|e| e.to_string())?;
    if found != "ok" {
        return Err(found);
    }
    let broken = db
        .prepare("PRAGMA foreign_key_check")
        .and_then(|mut query| query.exists([]))
        .map_err(|e| e.to_string())?;
    if broken { Err("a reference leads nowhere".to_owned()) } else { notes(file).map(drop) }
}

/// How often each note is in a store.
pub(crate) fn notes(file: &Path) -> Result<BTreeMap<String, u32>, String> {
    let say = |e: rusqlite::Error| e.to_string();
    let db = Connection::open(file).map_err(say)?;
    db.busy_timeout(std::time::Duration::from_secs(10)).map_err(say)?;
    let mut query = db
        .prepare(
            "SELECT note, kind, (SELECT count(*) FROM reading WHERE entry = entry.id),
                    (SELECT count(*) FROM performed WHERE entry = entry.id)
             FROM entry WHERE note LIKE 'token %' OR kind = 'performed'",
        )
        .map_err(say)?;
    let mut rows = query.query([]).map_err(say)?;
    let mut notes = BTreeMap::new();
    while let Some(row) = rows.next().map_err(say)? {
        let note: Option<String> = row.get(0).map_err(say)?;
        let kind: String = row.get(1).map_err(say)?;
        let (readings, performed): (u32, u32) = (row.get(2).map_err(say)?, row.get(3).map_err(say)?);
        if kind == "check-in" && readings != 2 || kind == "performed" && performed != 1 {
            return Err(format!("half an entry: {note:?} has {readings} readings, {performed} exercises"));
        }
        if let Some(note) = note {
            *notes.entry(note).or_insert(0) += 1;
        }
    }
    Ok(notes)
}

/// A number that looks like chance, the same in every run.
pub(crate) fn chance(state: &mut u64, below: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % below.max(1)
}
