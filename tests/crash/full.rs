//! A disk that is full at each write of each writing command: a small file system in
//! memory, which needs the rights of an administrator.

use std::fs;
use std::process::Command;

use crate::bench::{Bench, NOW};

/// Commands that write.
const COMMANDS: [&[&str]; 10] = [
    &["log", "4", "--walking", "2", "token 1"],
    &["done", "ankle-pumps", "2x15", "--pain", "1"],
    &["screen", "--none"],
    &["undo"],
    &["pause", "flu"],
    &["import", "diary.csv"],
    &["backup"],
    &["restore", "copy.db", "--yes"],
    &["start", "calf-strain", "--grade", "1", "--side", "right"],
    &["export", "json", "--output", "all.json"],
];

/// The size of the file system, and the steps in which it is filled, in bytes.
const SIZE: u64 = 4_000_000;
const STEP: u64 = 4_096;

/// Runs each command with less and less room; says which promises did not hold.
pub(crate) fn run() -> Vec<String> {
    let mut broken = Vec::new();
    for args in COMMANDS {
        let (mut refused, mut worked) = (0, 0);
        let mut free = 0;
        while worked < 3 {
            match one(args, free) {
                Ok(true) => worked += 1,
                Ok(false) => refused += 1,
                Err(why) => broken.push(format!("{} with {free} bytes: {why}", args[0])),
            }
            if broken.len() > 20 {
                return broken;
            }
            free += STEP;
        }
        println!("{}: refused {refused} times, from {} bytes on it works", args[0], free - 3 * STEP);
    }
    broken
}

/// Whether a command worked with so much room.
fn one(args: &[&str], free: u64) -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"])
        .arg(folder.path())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        return Err("no file system can be mounted here".to_owned());
    }
    let path = folder.path().to_owned();
    let bench = Bench::at(folder);
    let found = within(&bench, args, free);
    drop(fs::remove_file(path.join("filler")));
    let unmounted = Command::new("umount").arg("-l").arg(&path).status();
    drop(bench);
    unmounted.map_err(|e| e.to_string())?;
    found
}

fn within(bench: &Bench, args: &[&str], free: u64) -> Result<bool, String> {
    let csv: String = std::iter::once("day,time,kind,item,side,value,unit,note\n".to_owned())
        .chain((0..200).map(|n| format!("2026-03-03,08:00,note,,,,,words {n}\n")))
        .collect();
    fs::write(bench.folder().join("diary.csv"), csv).map_err(|e| e.to_string())?;
    let copied = bench.sinew(NOW, &["backup", "--output", "copy.db"]).current_dir(bench.folder()).status();
    if !copied.is_ok_and(|status| status.success()) {
        return Err("there is no room for a copy".to_owned());
    }
    let before = bench.notes()?;
    fill(bench, free)?;
    let output = bench
        .sinew(NOW, args)
        .current_dir(bench.folder())
        .stderr(std::process::Stdio::piped())
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    drop(fs::remove_file(bench.folder().join("filler")));
    if let Some(wrong) = bench.wrong().into_iter().next() {
        return Err(wrong);
    }
    if !output.status.success() {
        let clear = said.contains("the disk is full")
            || said.contains("No space left")
            || said.contains("could not read or write");
        if !clear || output.status.code() != Some(1) {
            return Err(format!("it said, with {:?}: {said}", output.status.code()));
        }
        if bench.notes()? != before {
            return Err("half of it was written".to_owned());
        }
    }
    // With room again it works.
    if !bench.sinew(NOW, &["log", "1"]).status().is_ok_and(|status| status.success()) {
        return Err("it does not work again when there is room".to_owned());
    }
    Ok(output.status.success())
}

/// Fills the file system until so many bytes are free.
fn fill(bench: &Bench, free: u64) -> Result<(), String> {
    let found = rustix::fs::statfs(bench.folder()).map_err(|e| e.to_string())?;
    let room = found.f_bavail * u64::try_from(found.f_bsize).unwrap_or(4096);
    let filler = vec![0_u8; usize::try_from(room.saturating_sub(free)).unwrap_or_default()];
    fs::write(bench.folder().join("filler"), filler).map_err(|e| e.to_string())
}
