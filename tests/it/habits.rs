//! The habits of a command line: colour that can be switched off, and nothing
//! that a plain terminal cannot show.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use clap::CommandFactory;
use sinew::cli::args::Args;

use crate::commands::Home;

const NOW: &str = "2026-03-05T20:00";

/// Each with everything to show that it can have.
const COMMANDS: [&str; 45] = [
    "",
    "--help",
    "program --help",
    "start nothing-of-the-kind",
    "start calf-strain --grade 1",
    "log 3",
    "log 14",
    "log --symptom calf-swelling",
    "session",
    "done ankle-pumps 2x15 --pain 1",
    "done ankle-pump",
    "care ice 15m",
    "test",
    "test walk-no-limp",
    "today",
    "today --as-of 2026-03-04",
    "plan",
    "next",
    "next --json",
    "next --accept",
    "progress",
    "report",
    "report --format markdown --question why?",
    "export ics",
    "export fhir",
    "screen --none",
    "flags",
    "clear rf-07 --by somebody --role doctor --outcome cleared",
    "assess",
    "explain",
    "explain rf-07",
    "explain walk",
    "program list",
    "program show hamstring-strain-2",
    "program diff hamstring-strain-1 hamstring-strain-2",
    "program check wrong.toml",
    "episodes",
    "history --all",
    "undo",
    "redo",
    "pause a cold",
    "regrade 2",
    "config",
    "demo",
    "no-such-command",
];

/// A diary with something of everything: a flag that was cleared and one that is
/// open, something taken back, another injury.
fn rich() -> (Home, Vec<u8>) {
    let home = Home::new();
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    home.ok("2026-03-03T19:00", &["log", "3", "--morning", "2", "--walking", "2", "--limp", "no"]);
    home.ok("2026-03-04T19:00", &["log", "4", "stairs were fine", "--morning", "3", "--walking", "3"]);
    home.ok("2026-03-04T19:10", &["done", "ankle-pumps", "2x15", "--pain", "2"]);
    home.ok("2026-03-04T19:20", &["test", "walk-no-limp", "5"]);
    home.ok("2026-03-04T19:30", &["log", "2", "typed twice"]);
    home.ok("2026-03-04T19:40", &["undo"]);
    home.ok("2026-03-05T07:00", &["log", "--symptom", "one-leg-swollen"]);
    let wrong = include_str!("../definitions/no-exit.toml");
    fs::write(home.path("wrong.toml"), wrong).unwrap();
    let diary = fs::read(home.path("diary.db")).unwrap();
    (home, diary)
}

/// What a command prints on both streams of the same diary, in a pipe.
fn printed(home: &Home, diary: &[u8], command: &str, more: &[&str], env: &[(&str, &str)]) -> [String; 2] {
    fs::write(home.path("diary.db"), diary).unwrap();
    let mut args: Vec<&str> = command.split_whitespace().collect();
    args.extend(more);
    let output =
        home.command(NOW, &args).current_dir(home.path("")).envs(env.iter().copied()).output().unwrap();
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn colour_is_added_only_where_it_is_wanted_and_adds_nothing_else() {
    let (home, diary) = rich();
    let mut coloured = 0;
    for command in COMMANDS {
        let plain = printed(&home, &diary, command, &[], &[]);
        assert!(!plain.concat().contains('\u{1b}'), "{command} in a pipe");
        assert_eq!(plain, printed(&home, &diary, command, &[], &[("NO_COLOR", "1")]), "{command}");
        assert_eq!(plain, printed(&home, &diary, command, &["--color", "never"], &[]), "{command}");
        let forced = printed(&home, &diary, command, &[], &[("CLICOLOR_FORCE", "1")]);
        coloured += usize::from(forced.concat().contains('\u{1b}'));
        assert_eq!(plain, forced.map(|text| strip_str(&text).to_string()), "{command}");
    }
    assert!(coloured > 20, "only {coloured} commands have colour to add");
}

/// There is no need of a second way to print: all that we say is ASCII, so that it
/// says the same in every locale.
#[test]
fn every_locale_gets_the_same_and_it_is_ascii() {
    let (home, diary) = rich();
    for command in COMMANDS {
        let utf_8 = printed(&home, &diary, command, &[], &[("LC_ALL", "C.UTF-8")]);
        for env in [&[("LC_ALL", "C")][..], &[("LANG", "POSIX")], &[("LC_CTYPE", "C"), ("TERM", "dumb")]] {
            assert_eq!(utf_8, printed(&home, &diary, command, &[], env), "{command} with {env:?}");
        }
        let plain = printed(&home, &diary, command, &["--plain"], &[]);
        for text in [utf_8, plain].concat() {
            let other = text.chars().find(|c| !c.is_ascii());
            assert_eq!(other, None, "{command}: {text}");
        }
    }
}

#[test]
fn what_somebody_wrote_stays_as_it_was_written() {
    let home = Home::new();
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    let note = "Treppe \u{fc}ber Mittag \u{2192} gut";
    home.ok(NOW, &["log", "2", note]);
    for locale in ["C", "C.UTF-8"] {
        let output = home.command(NOW, &["history", "--plain"]).env("LC_ALL", locale).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains(note), "{locale}");
    }
    // What could steer a terminal does not.
    home.ok(NOW, &["log", "2", "up\u{1b}[2Jand\u{202e}down"]);
    assert!(home.ok(NOW, &["history", "--plain"]).contains("up?[2Jand?down"));
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Words that no command above happens to print.
#[test]
fn whatever_is_shipped_is_ascii() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shipped = Vec::new();
    for folder in ["programs", "src"] {
        files(&root.join(folder), &mut shipped);
    }
    assert!(shipped.len() > 100, "only {} files", shipped.len());
    // A font is no text.
    for path in shipped.iter().filter(|p| p.extension().is_none_or(|e| e != "md" && e != "ttf")) {
        let text = fs::read_to_string(path).unwrap();
        let other = text.lines().find(|line| !line.is_ascii());
        assert_eq!(other, None, "{}", path.display());
    }
}

#[test]
fn the_version_is_the_same_however_it_is_asked() {
    let said = Args::command().render_version();
    let home = Home::new();
    for word in ["--version", "-V"] {
        assert_eq!(home.ok(NOW, &[word]), said);
        // With something else beside it, it is clap that answers.
        assert_eq!(home.ok(NOW, &["--plain", word]), said);
    }
}
