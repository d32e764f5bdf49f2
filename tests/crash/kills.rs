//! Kill -9 at any moment of a command.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{Bench, LATER, NOW, chance, sound};

/// The commands that are cut off.
const KINDS: [&str; 6] = ["log", "import", "session", "migration", "backup", "restore"];

/// Kills so many commands; says which promises did not hold.
pub(crate) fn run(kills: u32) -> Vec<String> {
    let mut broken = Vec::new();
    let mut state = 0x5eed_u64;
    for kind in KINDS {
        let each = kills.div_ceil(u32::try_from(KINDS.len()).unwrap_or(1));
        let mut cruel = Cruel { bench: Bench::new(), kept: BTreeSet::new(), cut: 0, whole: 0, serial: 0 };
        let long = cruel.how_long(kind);
        for _ in 0..each {
            let after = Duration::from_micros(chance(
                &mut state,
                u64::try_from(long.as_micros()).unwrap_or(0) * 5 / 4,
            ));
            if let Err(why) = cruel.one(kind, after) {
                broken.push(format!("{kind}, killed after {after:?}: {why}"));
                cruel = Cruel { bench: Bench::new(), kept: BTreeSet::new(), ..cruel };
            }
        }
        println!("{kind}: {each} started, {} killed on the way, {} done before", cruel.cut, cruel.whole);
    }
    broken
}

struct Cruel {
    bench: Bench,
    /// Notes of commands that said that they were done.
    kept: BTreeSet<String>,
    cut: u32,
    whole: u32,
    serial: u32,
}

impl Cruel {
    fn how_long(&mut self, kind: &str) -> Duration {
        let begun = Instant::now();
        let (mut child, _) = self.start(kind);
        let _ = child.wait();
        begun.elapsed()
    }

    fn start(&mut self, kind: &str) -> (Child, Vec<String>) {
        self.serial += 1;
        let token = format!("token {}", self.serial);
        let file = |name: &str| self.bench.folder().join(name);
        let spawn = |args: &[&str]| self.bench.sinew(NOW, args).spawn().expect("it runs");
        match kind {
            "import" => {
                let rows: Vec<String> = (0..30).map(|n| format!("{token} {n}")).collect();
                let csv: String = std::iter::once("day,time,kind,item,side,value,unit,note\n".to_owned())
                    .chain(rows.iter().map(|note| format!("2026-03-03,08:00,note,,,,,{note}\n")))
                    .collect();
                fs::write(file("diary.csv"), csv).expect("a file");
                (spawn(&["import", &file("diary.csv").display().to_string()]), rows)
            }
            "session" => {
                let mut command = self.bench.sinew(NOW, &["session", "--plain", "--speed", "1000"]);
                let mut child = command.stdin(Stdio::piped()).spawn().expect("it runs");
                if let Some(mut input) = child.stdin.take() {
                    let _ = input.write_all(&b"\n".repeat(400));
                }
                (child, vec![])
            }
            "migration" => {
                let store = self.bench.store();
                for part in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(format!("{}{part}", store.display()));
                }
                let _ = fs::remove_dir_all(self.bench.folder().join("diary.db.backups"));
                fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stores/schema-1.db"), &store)
                    .expect("a store of the first schema");
                (self.bench.sinew(LATER, &["history", "--all"]).spawn().expect("it runs"), vec![])
            }
            "backup" => {
                // Each by its moment, which stands still here.
                let _ = fs::remove_dir_all(file("diary.db.backups"));
                (spawn(&["backup"]), vec![])
            }
            "restore" => {
                let copy = file("copy.db");
                let from = self.bench.folder().join("diary.db.backups");
                if !copy.exists() {
                    assert!(self.bench.sinew(NOW, &["backup"]).status().expect("it runs").success());
                    let made = fs::read_dir(from).expect("backups").next().expect("a backup");
                    fs::copy(made.expect("a backup").path(), &copy).expect("a copy");
                }
                (spawn(&["restore", &copy.display().to_string(), "--yes"]), vec![])
            }
            _ => (spawn(&["log", "4", "--walking", "2", &token]), vec![token]),
        }
    }

    /// One command, killed after a while; says what did not hold.
    fn one(&mut self, kind: &str, after: Duration) -> Result<(), String> {
        let (mut child, notes) = self.start(kind);
        std::thread::sleep(after);
        let _ = child.kill();
        let done = child.wait().is_ok_and(|status| status.success());
        if done {
            self.whole += 1;
        } else {
            self.cut += 1;
        }
        if let Some(wrong) = self.bench.wrong().into_iter().next() {
            return Err(wrong);
        }
        if kind == "restore" {
            // Back to the copy, or as before: nothing of either is missing.
            return sound(&self.bench.store());
        }
        let found = self.bench.notes()?;
        if let Some((note, times)) = found.iter().find(|(_, times)| **times != 1) {
            return Err(format!("{note} is there {times} times"));
        }
        let there = notes.iter().filter(|note| found.contains_key(*note)).count();
        if there != 0 && there != notes.len() {
            return Err(format!("{there} of {} rows are there", notes.len()));
        }
        if done {
            self.kept.extend(notes);
        }
        match self.kept.iter().find(|note| !found.contains_key(*note)) {
            Some(lost) => Err(format!("{lost} was acknowledged and is lost")),
            None => Ok(()),
        }
    }
}
