//! The plug pulled at each write: strace kills the command at its n-th one, so that
//! the files are what they were at that moment.

use std::fs;
use std::process::Command;

use crate::bench::{Bench, LATER, NOW};

/// What changes a file or its place.
const WRITES: &str =
    "write,pwrite64,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,openat";

/// The commands, and how many notes each adds; a restore takes one away.
const COMMANDS: [(&str, &[&str], usize); 4] = [
    ("log", &["log", "4", "--walking", "2", "token 1"], 1),
    ("import", &["import", "diary.csv"], 40),
    ("migration", &["history", "--all"], 0),
    ("restore", &["restore", "copy.db", "--yes"], 1),
];

/// Cuts each command off at each of its writes; says which promises did not hold.
pub(crate) fn run() -> Vec<String> {
    if Command::new("strace").arg("-V").output().is_err() {
        return vec!["strace is not installed".to_owned()];
    }
    let mut broken = Vec::new();
    for (name, args, notes) in COMMANDS {
        let now = if name == "migration" { LATER } else { NOW };
        let (mut n, mut nothing, mut all) = (0, 0, 0);
        loop {
            n += 1;
            let bench = prepared(name);
            let mut command = Command::new("strace");
            command
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={WRITES}")])
                .args(["-e", &format!("inject={WRITES}:signal=KILL:when={n}")])
                .arg(Bench::program())
                .args(args);
            bench.surround(&mut command, now);
            let done = command.current_dir(bench.folder()).status().is_ok_and(|status| status.success());
            broken
                .extend(bench.wrong().into_iter().map(|why| format!("{name}, cut off at write {n}: {why}")));
            match bench.notes() {
                Err(why) => broken.push(format!("{name}, cut off at write {n}: {why}")),
                Ok(found) if found.len() == notes => all += 1,
                Ok(found) if found.is_empty() && (!done || name == "restore") => nothing += 1,
                Ok(found) => broken.push(format!("{name}, cut off at write {n}: {} of {notes}", found.len())),
            }
            // What comes next has to work.
            if !bench.sinew(now, &["log", "1"]).status().is_ok_and(|status| status.success()) {
                broken.push(format!("{name}, cut off at write {n}: the next command fails"));
            }
            if done {
                break;
            }
        }
        println!("{name}: cut off at {} writes; {nothing} times there was nothing, {all} times all", n - 1);
    }
    broken
}

fn prepared(name: &str) -> Bench {
    let bench = Bench::new();
    let csv: String = std::iter::once("day,time,kind,item,side,value,unit,note\n".to_owned())
        .chain((0..40).map(|n| format!("2026-03-03,08:00,note,,,,,token {n}\n")))
        .collect();
    fs::write(bench.folder().join("diary.csv"), csv).expect("a file");
    if name == "restore" {
        for args in [&["backup", "--output", "copy.db"][..], &["log", "4", "--walking", "2", "token 1"]] {
            let status = bench.sinew(NOW, args).current_dir(bench.folder()).status();
            assert!(status.is_ok_and(|status| status.success()), "a store and an older copy of it");
        }
    }
    if name == "migration" {
        fs::remove_file(bench.store()).expect("the store");
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stores/schema-1.db"), bench.store())
            .expect("a store of the first schema");
    }
    bench
}
