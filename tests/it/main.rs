//! One binary for all integration tests, so that it is linked once.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod adherence;
mod advice;
mod attacks;
mod bookmark_breaks;
mod bookmarks;
mod builtin;
mod calendar;
mod cases;
mod checkin;
mod commands;
mod companion;
mod completions;
mod config;
mod criteria;
mod decisions;
mod definitions;
mod determinism;
mod diaries;
mod diary_flags;
mod evidence;
mod exchange;
mod fhir;
mod habits;
mod handover;
mod invariants;
mod journeys;
mod keep;
mod knowledge;
mod laws;
mod layering;
mod lookback;
mod manual;
mod permissions;
mod phrases;
mod physiotherapist;
mod plans;
mod programs;
mod programs_content;
mod progress;
mod prospects;
mod quiet;
mod recovery;
mod safety;
mod schema;
mod screening;
mod sealed;
mod session;
mod stretches;
mod support;
mod terminal;
mod timelines;
mod undo;
mod upkeep;

/// Every test file beside this one is listed above.
#[test]
fn no_test_file_is_forgotten() {
    let listed = include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || listed.contains(&format!("mod {module};")), "{name}");
    }
}
