//! What a shell is offered, asked for as the script of bash and zsh asks.

use std::collections::BTreeMap;
use std::fs;

use crate::commands::Home;

const NOW: &str = "2026-03-05T20:00";

/// What Tab offers behind these words, the last of which is being typed. Asks as
/// the script does that `COMPLETE=SHELL sinew` prints.
fn asked(home: &Home, shell: &str, words: &[&str]) -> Vec<String> {
    let mut args = vec!["--", "sinew"];
    args.extend(words);
    let mut command = home.command(NOW, &args);
    command
        .env("COMPLETE", shell)
        .env("_CLAP_IFS", "\u{b}")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "false");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{words:?}");
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    text.split('\u{b}').filter(|offer| !offer.is_empty()).map(str::to_owned).collect()
}

fn offered(home: &Home, words: &[&str]) -> Vec<String> {
    asked(home, "bash", words)
}

/// Every file of a folder with its bytes.
fn files(home: &Home) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(home.path("")).unwrap().map(Result::unwrap);
    entries
        .filter(|e| e.file_type().unwrap().is_file())
        .map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap()))
        .collect()
}

fn with_an_episode() -> Home {
    let home = Home::new();
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    home.ok("2026-03-04T19:00", &["log", "4", "stairs were fine"]);
    home
}

#[test]
fn each_shell_gets_a_script_that_asks_back() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = home.command(NOW, &[]).env("COMPLETE", shell).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(script.contains("COMPLETE") && script.contains("sinew"), "{shell}: {script}");
    }
    let script = home.command(NOW, &[]).env("COMPLETE", "bash").output().unwrap();
    let script = String::from_utf8(script.stdout).unwrap();
    // What the tests below set is what the script sets.
    for name in ["_CLAP_IFS", "_CLAP_COMPLETE_INDEX", "_CLAP_COMPLETE_COMP_TYPE", "_CLAP_COMPLETE_SPACE"] {
        assert!(script.contains(&format!("{name}=")), "{name}");
    }
    assert!(script.contains("-- \"${words[@]}\""), "{script}");
}

#[test]
fn commands_and_fixed_sets_are_offered_without_a_store() {
    let home = Home::new();
    assert_eq!(offered(&home, &["pro"]), ["progress", "program"]);
    assert_eq!(offered(&home, &["program", "s"]), ["show", "schema"]);
    assert_eq!(offered(&home, &["log", "--side", ""]), ["left", "right", "both", "middle"]);
    assert_eq!(offered(&home, &["start", "x", "--manner", ""]), ["sudden", "over-hours", "gradual"]);
    assert_eq!(offered(&home, &["start", "x", "--goal", "s"]), ["sprint-sport"]);
    assert_eq!(offered(&home, &["clear", "x", "--outcome", "cl"]), ["cleared", "cleared-with-limits"]);
    assert_eq!(
        offered(&home, &["clear", "x", "--role", "p"]),
        ["physiotherapist", "paramedic", "podiatrist"]
    );
    assert_eq!(offered(&home, &["regrade", "2", "--by", "se"]), ["self"]);
    assert_eq!(offered(&home, &["log", "--limp", ""]), ["yes", "no"]);
    assert_eq!(offered(&home, &["start", "calf"]), ["calf-strain", "calf-strain-1", "calf-strain-2"]);
    assert_eq!(offered(&home, &["program", "show", "sci"]), ["sciatica"]);
    assert_eq!(offered(&home, &["care", "cr"]), ["crutches"]);
    assert_eq!(offered(&home, &["log", "--set", "pain-w"]), ["pain-walking=", "pain-worst="]);
    assert_eq!(offered(&home, &["log", "--set", "limp="]), ["limp=yes", "limp=no"]);
    assert_eq!(offered(&home, &["log", "--answer", "fever="]), ["fever=yes", "fever=no", "fever=unknown"]);
    assert_eq!(offered(&home, &["log", "--symptom", "one-leg-s"]), ["one-leg-swollen"]);
    assert_eq!(offered(&home, &["test", "walk-no"]), ["walk-no-limp"]);
    assert_eq!(offered(&home, &["explain", "rf-07"])[0], "rf-07");
    assert!(offered(&home, &["explain", "hamstring-strain-1.p1.pain-r"]).len() == 1);
    assert!(offered(&home, &["done", "ankle"]).contains(&"ankle-pumps".to_owned()));
    // What a store would know.
    for words in [&["undo", ""][..], &["clear", "rf"], &["log", "--episode", ""]] {
        assert!(!offered(&home, words).iter().any(|o| !o.starts_with('-') && o != "help"), "{words:?}");
    }
    assert!(files(&home).is_empty(), "nothing was created");
}

#[test]
fn what_the_store_knows_is_offered_and_nothing_is_written() {
    let home = with_an_episode();
    let before = files(&home);
    assert_eq!(offered(&home, &["log", "--episode", ""]), ["1"]);
    let zsh = asked(&home, "zsh", &["log", "--episode", ""]).concat();
    assert!(zsh.contains("1:Hamstring strain"), "the title stands beside it: {zsh}");

    let exercises = offered(&home, &["done", ""]);
    let due = ["ankle-pumps", "seated-knee-bends", "walk", "heel-press"];
    assert_eq!(exercises[..due.len()], due, "those of the phase come first");
    assert!(exercises.contains(&"nordic-curl".to_owned()), "the others behind them");
    assert_eq!(offered(&home, &["test", ""])[0], "walk-no-limp", "so do home tests");

    let history: serde_json::Value =
        serde_json::from_str(&home.ok(NOW, &["history", "--all", "--json"])).unwrap();
    let handles: Vec<&str> =
        history["entries"].as_array().unwrap().iter().rev().map(|e| e["handle"].as_str().unwrap()).collect();
    let undo = offered(&home, &["undo", ""]);
    assert_eq!(undo[..handles.len()], handles, "the last one first");
    assert_eq!(offered(&home, &["correct", "la"]), ["last"]);
    assert!(asked(&home, "zsh", &["undo", ""]).concat().contains("stairs were fine"));
    assert_eq!(before, files(&home), "nothing was written");
}

#[test]
fn what_was_taken_back_is_offered_to_bring_back() {
    let home = with_an_episode();
    let last = offered(&home, &["undo", ""])[0].clone();
    assert!(!offered(&home, &["redo", ""]).contains(&last));
    home.ok(NOW, &["undo"]);
    assert_eq!(offered(&home, &["redo", &last]), [last.as_str()]);
    assert!(!offered(&home, &["undo", ""]).contains(&last));
}

#[test]
fn a_flag_is_offered_to_a_clinician_while_it_is_open() {
    let home = with_an_episode();
    assert!(!offered(&home, &["clear", ""]).contains(&"rf-07".to_owned()));
    home.ok(NOW, &["log", "--symptom", "one-leg-swollen"]);
    assert_eq!(offered(&home, &["clear", "rf-07"]), ["rf-07"]);
}

#[test]
fn the_line_says_which_store_and_which_episode() {
    let home = with_an_episode();
    let diary = home.path("diary.db");
    let ask = |words: &[&str]| {
        let mut args = vec!["--", "sinew"];
        args.extend(words);
        let mut command = home.command(NOW, &args);
        command.env("SINEW_STORE", home.path("none.db")).env("COMPLETE", "bash");
        let output = command.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(ask(&["log", "--episode", ""]), "");
    assert_eq!(ask(&["--store", &diary, "log", "--episode", ""]), "1");
    assert_eq!(ask(&[&format!("--store={diary}"), "log", "--episode", ""]), "1");
    let first = |words: &[&str]| offered(&home, words)[0].clone();
    home.ok(NOW, &["start", "calf-strain", "--grade", "1", "--side", "right"]);
    assert_ne!(first(&["--episode", "1", "undo", ""]), first(&["--episode", "2", "undo", ""]));
}

#[test]
fn a_store_that_cannot_be_read_offers_nothing_and_stays_as_it_is() {
    let home = Home::new();
    fs::write(home.path("diary.db"), "this is no store").unwrap();
    let before = files(&home);
    for words in [&["undo", "a"][..], &["clear", "r"], &["log", "--episode", "1"]] {
        assert!(offered(&home, words).is_empty(), "{words:?}");
    }
    assert!(offered(&home, &["done", "ankle"]).contains(&"ankle-pumps".to_owned()));
    // A wrong definition of one's own is named by commands, never by Tab.
    fs::create_dir_all(home.path("config/sinew/red-flags")).unwrap();
    fs::write(home.path("config/sinew/red-flags/own.toml"), "this is = = no TOML").unwrap();
    assert_eq!(offered(&home, &["explain", "rf-07"])[0], "rf-07");
    assert_eq!(before, files(&home));
}

#[test]
fn correct_offers_the_fields_of_its_entry() {
    let home = with_an_episode();
    assert_eq!(offered(&home, &["correct", "last", ""])[..3], ["pain-worst=", "note=", "at="]);
    home.ok("2026-03-04T20:00", &["done", "walk", "10min"]);
    assert_eq!(offered(&home, &["correct", "last", "d"]), ["dose="]);
}
