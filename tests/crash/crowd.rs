//! Many at once.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use crate::bench::{Bench, NOW};

/// So many processes, each of which records so many entries one after the other, while
/// others read; says which promises did not hold.
pub(crate) fn run(processes: u32, entries: u32) -> Vec<String> {
    let bench = Bench::new();
    let failed = AtomicU32::new(0);
    let over = AtomicBool::new(false);
    let looks = AtomicU32::new(0);
    let half = std::sync::Mutex::new(Vec::new());
    let begun = Instant::now();
    let command = |args: &[&str]| -> Command { bench.sinew(NOW, args) };
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..processes)
            .map(|process| {
                let (command, failed) = (&command, &failed);
                scope.spawn(move || {
                    for n in 0..entries {
                        let note = format!("token {process}-{n}");
                        let status = command(&["log", "4", "--walking", "2", &note]).status();
                        if !status.is_ok_and(|status| status.success()) {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        let (bench, over, looks, half) = (&bench, &over, &looks, &half);
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                looks.fetch_add(1, Ordering::Relaxed);
                if let Err(why) = bench.notes() {
                    half.lock().expect("nobody panics").push(why);
                }
            }
        });
        for writer in writers {
            let _ = writer.join();
        }
        over.store(true, Ordering::Relaxed);
    });
    let mut broken = half.into_inner().unwrap_or_default();
    broken.extend(bench.wrong());
    let found = bench.notes().unwrap_or_default();
    let doubled = found.values().filter(|times| **times != 1).count();
    let failed = failed.into_inner();
    if doubled > 0 || u32::try_from(found.len()) != Ok(processes * entries) || failed > 0 {
        broken.push(format!(
            "{} of {} are there, {doubled} more than once, {failed} commands failed",
            found.len(),
            processes * entries
        ));
    }
    println!(
        "{processes} processes x {entries} entries in {:.0?}: {} on record, each once; {} looks meanwhile",
        begun.elapsed(),
        found.len(),
        looks.into_inner()
    );
    broken
}
