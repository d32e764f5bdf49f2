//! A backup put back again and again while others write.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::{Bench, NOW, chance, notes, sound};

/// An entry that was acknowledged: its note, and when its command began and ended.
type Acknowledged = (String, Instant, Instant);

/// Restores a backup so many times while so many processes record one entry after the
/// other; says which promises did not hold. What was acknowledged between two restores is
/// in the copy that the second one made, and what came after the last in the store.
pub(crate) fn run(processes: u32, restores: u32) -> Vec<String> {
    let bench = Bench::new();
    let copy = bench.folder().join("copy.db");
    let made = bench.sinew(NOW, &["backup", "--output", &copy.display().to_string()]).status();
    assert!(made.is_ok_and(|status| status.success()), "a backup to put back");
    let (over, looks, refused) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));
    let (broken, kept) = (Mutex::new(Vec::new()), Mutex::new(Vec::<Acknowledged>::new()));
    let wrong = |why: String| broken.lock().unwrap_or_else(PoisonError::into_inner).push(why);
    let mut rounds = Vec::new();
    std::thread::scope(|scope| {
        let (bench, over, looks, refused, kept, wrong) = (&bench, &over, &looks, &refused, &kept, &wrong);
        for process in 0..processes {
            scope.spawn(move || {
                for n in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let note = format!("token {process}-{n}");
                    let begun = Instant::now();
                    match told(bench, &["log", "4", "--walking", "2", &note]) {
                        Ok(Ok(_)) => kept.lock().unwrap_or_else(PoisonError::into_inner).push((
                            note,
                            begun,
                            Instant::now(),
                        )),
                        Ok(Err(())) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        Err(why) => wrong(why),
                    }
                }
            });
        }
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                looks.fetch_add(1, Ordering::Relaxed);
                if let Err(why) = bench.notes() {
                    wrong(format!("somebody who looked saw: {why}"));
                }
            }
        });
        let mut state = 0x5eed_u64;
        for n in 0..restores {
            std::thread::sleep(Duration::from_millis(chance(&mut state, 500)));
            let begun = Instant::now();
            match told(bench, &["restore", &copy.display().to_string(), "--yes", "--json"]) {
                Ok(Ok(said)) => match before(&said, &bench.folder().join(format!("kept-{n}.db"))) {
                    Ok(there) => rounds.push((begun, Instant::now(), there)),
                    Err(why) => wrong(format!("restore {n}: {why}")),
                },
                Ok(Err(())) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                Err(why) => wrong(why),
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    let mut broken = broken.into_inner().unwrap_or_default();
    broken.extend(bench.wrong());
    let now = bench.notes().map(|found| found.into_keys().collect::<BTreeSet<_>>()).unwrap_or_default();
    let kept = kept.into_inner().unwrap_or_default();
    let between = check(&kept, &rounds, &now, &mut broken);
    println!(
        "{processes} processes, {} restores: {} entries acknowledged, {between} of them between two restores; \
         {} commands refused with one message; {} looks meanwhile",
        rounds.len(),
        kept.len(),
        refused.into_inner(),
        looks.into_inner()
    );
    broken
}

/// What a command printed; nothing where it was refused with one clear message.
fn told(bench: &Bench, args: &[&str]) -> Result<Result<String, ()>, String> {
    let output = bench
        .sinew(NOW, args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(Ok(String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(1) && said.matches("error:").count() == 1 {
        return Ok(Err(()));
    }
    Err(format!("{} said, with {:?}: {said}", args[0], output.status.code()))
}

/// The notes in the copy that a restore made of the store as it was, which is put by.
fn before(said: &str, by: &Path) -> Result<BTreeSet<String>, String> {
    let document: Value = serde_json::from_str(said).map_err(|error| error.to_string())?;
    let copy = document["before"].as_str().ok_or("it names no copy of the store as it was")?;
    fs::copy(copy, by).map_err(|error| format!("{copy}: {error}"))?;
    sound(by)?;
    notes(by).map(|found| found.into_keys().collect())
}

/// Where each entry has to be; returns how many were acknowledged between two restores.
fn check(
    kept: &[Acknowledged],
    rounds: &[(Instant, Instant, BTreeSet<String>)],
    now: &BTreeSet<String>,
    broken: &mut Vec<String>,
) -> usize {
    let mut between = 0;
    for (note, begun, ended) in kept {
        let next = rounds.iter().position(|(restore, ..)| restore > ended).unwrap_or(rounds.len());
        let place = rounds.get(next).map_or(now, |(.., copy)| copy);
        let clear = next == 0 || rounds[next - 1].1 < *begun;
        between += usize::from(clear);
        let anywhere = now.contains(note) || rounds.iter().any(|(.., copy)| copy.contains(note));
        if clear && !place.contains(note) || !anywhere {
            broken.push(format!("{note} was acknowledged and is lost"));
        }
    }
    between
}
