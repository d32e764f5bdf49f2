//! Journeys: Markdown whose console blocks are run, and the tour of the README.

use std::fs;
use std::path::Path;

use chrono::{Duration, NaiveDateTime};

/// Gives each command its moment, a minute after the one before, as when
/// somebody types them one after the other.
fn a_minute_apart(page: &str, from: &str) -> String {
    let mut now: NaiveDateTime = from.parse().unwrap();
    let line = |line: &str| {
        let Some(command) = line.strip_prefix("$ ") else { return format!("{line}\n") };
        now += Duration::minutes(1);
        format!("$ SINEW_NOW={} {command}\n", now.format("%Y-%m-%dT%H:%M"))
    };
    page.lines().map(line).collect()
}

/// The page as it was before that.
fn without_moments(page: &str) -> String {
    let command = |line: &str| Some(line.strip_prefix("$ SINEW_NOW=")?.split_once(' ')?.1.to_owned());
    page.lines().map(|line| command(line).map_or(format!("{line}\n"), |c| format!("$ {c}\n"))).collect()
}

/// Runs the console blocks of a Markdown file in a folder of its own, from the
/// moment `now` on, or at the ones that the blocks set.
///
/// `TRYCMD=overwrite` writes what was printed back into the file.
fn run(file: &str, now: Option<&str>) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let name = source.file_stem().unwrap().to_str().unwrap().to_lowercase();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journeys").join(&name);
    let _ = fs::remove_dir_all(&folder);
    // What a journey writes goes into a copy of `in`; an empty `out` says that
    // nobody looks at it.
    let copy = folder.join(format!("{name}.md"));
    fs::create_dir_all(folder.join(format!("{name}.in"))).unwrap();
    fs::create_dir_all(folder.join(format!("{name}.out"))).unwrap();
    let page = fs::read_to_string(&source).unwrap();
    fs::write(&copy, now.map_or(page.clone(), |now| a_minute_apart(&page, now))).unwrap();
    let diaries = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diaries");
    for entry in fs::read_dir(diaries).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(format!("{name}.in")).join(path.file_name().unwrap())).unwrap();
    }
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/demo/grade-2-hamstring.csv");
    fs::copy(demo, folder.join(format!("{name}.in")).join("grade-2-hamstring.csv")).unwrap();
    fs::write(
        folder.join(format!("{name}.in")).join("no-store.db"),
        "this is no database, whatever its name says",
    )
    .unwrap();
    let cases = trycmd::TestCases::new();
    cases
        .case(&copy)
        .register_bin("sinew", Path::new(env!("CARGO_BIN_EXE_sinew")))
        .env("SINEW_STORE", "diary.db")
        .env("XDG_CONFIG_HOME", folder.join("config").display().to_string())
        .env("TZ", "UTC")
        .env("COLUMNS", "80");
    cases.run();
    if std::env::var("TRYCMD").as_deref() == Ok("overwrite") {
        let page = fs::read_to_string(&copy).unwrap();
        fs::write(&source, if now.is_some() { without_moments(&page) } else { page }).unwrap();
    }
}

#[test]
fn the_tour_of_the_readme() {
    run("README.md", Some("2026-03-09T20:00:00"));
}

#[test]
fn the_first_five_minutes() {
    run("tests/journeys/first-five-minutes.md", Some("2026-03-09T20:00:00"));
}

/// What is typed in the console blocks of a page.
fn typed(page: &str) -> Vec<&str> {
    page.lines().filter_map(|line| line.strip_prefix("$ ")).collect()
}

/// The README cuts what is printed short; the journey has all of it.
#[test]
fn the_first_five_minutes_are_those_of_the_readme() {
    let readme = include_str!("../../README.md");
    let section = readme.split("\n## ").find(|s| s.starts_with("The first five minutes\n")).unwrap();
    assert_eq!(typed(section), typed(include_str!("../journeys/first-five-minutes.md")));
    assert!(typed(readme)[0].starts_with("sinew start "), "it begins with an empty store");
}

#[test]
fn the_page_on_writing_programs() {
    run("docs/programs.md", Some("2026-03-09T20:00:00"));
}

#[test]
fn a_quiet_grade_1() {
    run("tests/journeys/quiet-grade-1.md", None);
}

#[test]
fn a_grade_2_with_a_flare() {
    run("tests/journeys/grade-2-with-a-flare.md", None);
}

#[test]
fn a_red_flag() {
    run("tests/journeys/red-flag.md", None);
}

#[test]
fn mistakes() {
    run("tests/journeys/mistakes.md", Some("2026-03-05T20:00:00"));
}

#[test]
fn demo() {
    run("tests/journeys/demo.md", None);
}

#[test]
fn decisions() {
    run("tests/journeys/decisions.md", None);
}

#[test]
fn second_thoughts() {
    run("tests/journeys/second-thoughts.md", None);
}

#[test]
fn help() {
    run("tests/journeys/help.md", None);
}

#[test]
fn no_journey_is_forgotten() {
    let listed = include_str!("journeys.rs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // That one edits files, and has a runner of its own.
        let by_itself = name == "physiotherapist.md";
        assert!(by_itself || listed.contains(&format!("tests/journeys/{name}")), "{name}");
    }
}
