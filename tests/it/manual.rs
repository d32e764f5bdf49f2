//! The manual: examples that hold, and a page for each command.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory, Parser};
use sinew::cli::args::Args;

use crate::commands::Home;

#[path = "../man/pages.rs"]
mod pages;

const NOW: &str = "2026-03-09T20:00";

/// Every command with its full name, such as `sinew program show`.
fn commands() -> Vec<(String, Command)> {
    fn gather(name: &str, command: &Command, all: &mut Vec<(String, Command)>) {
        all.push((name.to_owned(), command.clone()));
        for sub in command.get_subcommands() {
            gather(&format!("{name} {}", sub.get_name()), sub, all);
        }
    }
    let mut all = Vec::new();
    gather("sinew", &Args::command(), &mut all);
    all
}

/// The examples in the help of each command that can be run.
fn examples() -> Vec<(String, Vec<String>)> {
    let leaves = commands().into_iter().filter(|(name, _)| name != "sinew");
    leaves
        .map(|(name, command)| {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let below = help.split_once("Examples:\n").map(|(_, below)| below.to_owned()).unwrap_or_default();
            (name, below.lines().map(|line| line.trim().to_owned()).collect())
        })
        .collect()
}

#[test]
fn each_command_has_examples_that_it_takes() {
    let all = examples();
    assert!(all.len() > 30, "only {} commands", all.len());
    for (name, lines) in all {
        assert!((1..=3).contains(&lines.len()), "{name}: {lines:?}");
        for line in lines {
            assert!(line.starts_with(&name), "{name}: {line}");
            assert!(line.len() <= 80, "{line}");
            let words = shlex::split(&line).unwrap();
            if let Err(error) = Args::try_parse_from(&words) {
                panic!("{line}\n{error}");
            }
        }
    }
}

/// The first page names each command once, in a group, and fits a narrow terminal.
#[test]
fn the_first_page_names_each_command_once() {
    let page = sinew::cli::help::FIRST_PAGE;
    let named: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    let mut known = sinew::cli::args::command_names();
    for name in &known {
        assert_eq!(named.iter().filter(|n| *n == name).count(), 1, "{name}");
    }
    known.dedup();
    assert_eq!(named.len(), known.len(), "{named:?}");
    assert!(page.lines().all(|line| line.len() <= 60), "{page}");
}

/// What an example names is there: conditions, exercises, questions, programs.
#[test]
fn what_the_examples_name_exists() {
    let home = Home::new();
    let answers = r#"{"fever": "no"}"#;
    fs::write(home.path("answers.json"), answers).unwrap();
    let program = include_str!("../definitions/good.toml");
    fs::write(home.path("my-knee.toml"), program).unwrap();
    fs::write(home.path("diary.csv"), crate::support::GRADE_2).unwrap();
    fs::write(home.path("tracker.csv"), "Date,Pain\n2026-03-08,2\n").unwrap();
    home.ok("2026-03-06T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    home.ok("2026-03-06T08:00", &["export", "json", "--output", &home.path("everything.json")]);
    let clean = fs::read(home.path("diary.db")).unwrap();
    for (_, lines) in examples() {
        for line in lines {
            // Entries have names that nobody knows beforehand; a set is asked for.
            if line.contains("5f2c") || line.starts_with("sinew session") {
                continue;
            }
            fs::write(home.path("diary.db"), &clean).unwrap();
            let _ = fs::remove_file(home.path("my-knee-new.toml"));
            if line.contains("program new my-knee ") {
                fs::remove_file(home.path("my-knee.toml")).unwrap();
            }
            let words = shlex::split(&line).unwrap();
            let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
            let output = home.command(NOW, &args).current_dir(home.path("")).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let unknown =
                ["there is no ", "nothing is called", "is no ", "cannot read", "did you mean", "has no"];
            let wrong = unknown.iter().any(|word| said.contains(word));
            assert!(matches!(output.status.code(), Some(0 | 1)) && !wrong, "{line}\n{said}");
        }
    }
}

#[test]
fn there_is_a_page_for_each_command_and_it_is_always_the_same() {
    let written = |folder: &Path| -> BTreeMap<String, String> {
        pages::write(folder).unwrap();
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|e| (e.file_name().into_string().unwrap(), fs::read_to_string(e.path()).unwrap()))
            .collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let pages = written(&folder.path().join("first"));
    let wanted: BTreeSet<String> =
        commands().into_iter().map(|(name, _)| format!("{}.1", name.replace(' ', "-"))).collect();
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    assert!(wanted.contains("sinew-program-show.1") && wanted.len() > 30);
    for (name, page) in &pages {
        let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let stem = name.trim_end_matches(".1");
        assert!(title.contains(stem) && title.contains(version), "{title}");
        assert!(!title.contains("20"), "a day stands in {title}");
        assert!(name == "sinew.1" || page.contains("Examples:"), "{name}");
    }
    assert!(pages["sinew-log.1"].contains("Worst pain since the last check"));
    assert_eq!(pages, written(&folder.path().join("second")));
}
