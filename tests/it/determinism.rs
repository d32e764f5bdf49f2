//! The same days give the same documents, byte for byte: in any order of the
//! entries, in any time zone, under any locale.

use chrono::{FixedOffset, TimeZone};
use proptest::prelude::*;
use sinew::domain::adherence::adherence;
use sinew::domain::day::{At, Now};
use sinew::domain::entry::Entry;
use sinew::domain::journal::Journal;
use sinew::domain::measure::PAIN_ANY;
use sinew::domain::report;
use sinew::domain::situation::Situation;
use sinew::render::json;

use crate::laws::{History, episode, history, library};

/// The same time on the clock of another place.
fn there(at: At, hours: i32) -> At {
    let offset = FixedOffset::east_opt(hours * 3600).unwrap();
    offset.from_local_datetime(&at.naive_local()).unwrap()
}

fn documents(history: &History, entries: Vec<Entry>, hours: i32) -> Vec<String> {
    let now = history.situation().journal.now();
    let entries: Vec<Entry> = entries.into_iter().map(|e| Entry { at: there(e.at, hours), ..e }).collect();
    let now = Now::at(there(now.at, hours));
    let stood = |now| {
        let journal = Journal::new(entries.clone(), now);
        Situation::of(library(), history.program(), episode(), journal, &[])
    };
    let s = stood(now).unwrap();
    let kept = adherence(&s, stood);
    let pain = &library().measures[PAIN_ANY];
    let report = s.judge(library(), |case| report::report(case, &s.flags, case.course.onset, pain, kept));
    vec![
        json::next(&s, s.change(library()).as_ref()),
        json::today(&s),
        json::flags(&s.flags),
        json::progress(&s, &report),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_time_zone_changes_a_byte(history in history(), seed in any::<u64>(), hours in -12..=14_i32) {
        let entries = history.entries();
        let mut shuffled = entries.clone();
        let count = shuffled.len();
        for at in 0..count {
            let other = usize::try_from(seed.wrapping_mul(at as u64 + 11) % count as u64).unwrap();
            shuffled.swap(at, other);
        }
        prop_assert_eq!(documents(&history, entries, 0), documents(&history, shuffled, hours));
    }
}

/// The same store, read under another time zone and another locale.
#[test]
fn no_time_zone_and_no_locale_changes_a_document() {
    let home = tempfile::tempdir().unwrap();
    let run = |zone: &str, locale: &str, now: &str, args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(args)
            .env_clear()
            .env("HOME", home.path())
            .env("TZ", zone)
            .env("LANG", locale)
            .env("LC_ALL", locale)
            .env("SINEW_STORE", home.path().join("diary.db"))
            .env("SINEW_NOW", now)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let diary = home.path().join("diary.csv");
    std::fs::write(&diary, crate::support::GRADE_2).unwrap();
    let start = ["start", "hamstring-strain", "--grade", "2", "--side", "left"];
    run("UTC", "C", "2026-03-02T07:00", &start);
    run("UTC", "C", "2026-05-02T20:00", &["import", &diary.display().to_string()]);
    for command in ["next", "today", "flags", "progress"] {
        let args = ["--json", "--as-of", "2026-03-20", command];
        let here = run("UTC", "C", "2026-05-02T20:00", &args);
        for (zone, locale) in [("Asia/Tokyo", "de_DE.UTF-8"), ("America/Los_Angeles", "tr_TR.UTF-8")] {
            assert_eq!(run(zone, locale, "2026-05-02T20:00", &args), here, "{command} in {zone}");
        }
    }
}
