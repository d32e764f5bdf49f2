//! `tests/journeys/physiotherapist.md`: a program that is copied, edited,
//! broken, mended, run and updated. The page says both what is typed and what
//! is edited, so it has a runner of its own: console blocks are run, and diff
//! blocks are applied to the file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Where the page keeps the programs of its physiotherapist.
const FOLDER: &str = ".config/sinew/programs";

/// The file that the page edits.
const FILE: &str = ".config/sinew/programs/gentle.toml";

/// Runs `[NAME=VALUE] sinew ARGUMENTS`, and returns what a terminal would show.
fn run(home: &TempDir, line: &str) -> String {
    let mut words = words(line).into_iter();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
    command.env_clear().env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path().join(".config"));
    command.env("TZ", "UTC").env("SINEW_STORE", home.path().join("diary.db"));
    for word in words.by_ref().take_while(|word| word != "sinew") {
        let (name, value) = word.split_once('=').unwrap();
        command.env(name, value);
    }
    let folder = home.path().join(FOLDER);
    let output = command.args(words).current_dir(folder).stdin(std::process::Stdio::null()).output().unwrap();
    let mut said = match output.status.code() {
        Some(0) => String::new(),
        code => format!("? {}\n", code.unwrap()),
    };
    said.push_str(&String::from_utf8(output.stdout).unwrap());
    said.push_str(&String::from_utf8(output.stderr).unwrap());
    said.replace(home.path().to_str().unwrap(), "~")
}

/// The words of a command, with quotes around those that hold spaces.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// Replaces the lines with a minus by those with a plus; those with a space
/// stand around them.
fn edit(file: &Path, block: &[&str]) {
    let side = |sign: char| -> String {
        let lines = block.iter().filter(|l| l.starts_with([sign, ' ']) || l.is_empty());
        lines.map(|l| l.get(1..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
    };
    let text = fs::read_to_string(file).unwrap();
    let old = side('-');
    assert_eq!(text.matches(&old).count(), 1, "the page edits one place, not another:\n{old}");
    fs::write(file, text.replacen(&old, &side('+'), 1)).unwrap();
}

#[test]
fn a_physiotherapist_changes_a_program() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/physiotherapist.md");
    let text = fs::read_to_string(&page).unwrap();
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(FOLDER)).unwrap();
    let mut told = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(told, "{line}");
        let block: Vec<&str> = match line {
            "```console" | "```diff" => lines.by_ref().take_while(|l| *l != "```").collect(),
            _ => continue,
        };
        if line == "```diff" {
            edit(&home.path().join(FILE), &block);
            let _ = writeln!(told, "{}\n```", block.join("\n"));
        } else {
            let commands = block.iter().filter_map(|l| l.strip_prefix("$ "));
            let said: Vec<String> = commands.map(|c| format!("$ {c}\n{}", run(&home, c))).collect();
            let _ = writeln!(told, "{}```", said.join("\n"));
        }
    }
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&page, &told).unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::Data::read_from(&page, None));
}
