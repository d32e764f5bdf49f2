//! A person's own settings and names for commands.

use std::fs;

use crate::commands::Home;

const NOW: &str = "2026-03-05T20:00";

fn file(home: &Home) -> String {
    home.path("config/sinew/config.toml")
}

fn write(home: &Home, text: &str) {
    fs::create_dir_all(home.path("config/sinew")).unwrap();
    fs::write(file(home), text).unwrap();
}

fn with_an_episode() -> Home {
    let home = Home::new();
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    home
}

#[test]
fn a_setting_is_shown_set_and_taken_back() {
    let home = Home::new();
    assert_eq!(home.ok(NOW, &["config", "rollover-hour"]), "4\n");
    assert!(!fs::exists(file(&home)).unwrap(), "to look creates nothing");
    assert_eq!(home.ok(NOW, &["config", "rollover-hour", "6"]), "rollover-hour: 6\n");
    assert_eq!(home.ok(NOW, &["config", "rollover-hour"]), "6\n");
    assert_eq!(home.ok(NOW, &["config", "emergency-number", "112"]), "emergency-number: 112\n");
    assert_eq!(fs::read_to_string(file(&home)).unwrap(), "rollover-hour = 6\nemergency-number = \"112\"\n");
    let list = home.ok(NOW, &["config", "--plain"]);
    assert!(list.contains("key: rollover-hour; value: 6; from: file;"), "{list}");
    assert!(list.contains("key: color; value: auto; from: default;"), "{list}");
    assert_eq!(home.ok(NOW, &["config", "rollover-hour", "--unset"]), "rollover-hour: 4 (default)\n");
    assert_eq!(fs::read_to_string(file(&home)).unwrap(), "emergency-number = \"112\"\n");

    let document: serde_json::Value = serde_json::from_str(&home.ok(NOW, &["config", "--json"])).unwrap();
    assert_eq!(document["schema"], "sinew/config/1");
    assert_eq!(document["file"], file(&home));
    let settings = document["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|s| s["key"] == key).unwrap().clone();
    assert_eq!(of("emergency-number")["value"], "112");
    assert_eq!(of("emergency-number")["from"], "file");
    assert_eq!(of("default-episode")["value"], serde_json::Value::Null);
    assert_eq!(of("plain")["from"], "default");
}

#[test]
fn what_a_person_wrote_in_the_file_survives() {
    let home = Home::new();
    write(&home, "# mine\nplain = true # for the reader\n\n[alias]\n# every evening\nok = \"log 0\"\n");
    home.ok(NOW, &["config", "plain", "false"]);
    home.ok(NOW, &["config", "color", "never"]);
    home.ok(NOW, &["config", "alias.well", "log 0 --limp no"]);
    let text = fs::read_to_string(file(&home)).unwrap();
    assert_eq!(
        text,
        "# mine\nplain = false # for the reader\ncolor = \"never\"\n\n[alias]\n# every evening\n\
         ok = \"log 0\"\nwell = \"log 0 --limp no\"\n"
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let home = Home::new();
    home.ok(NOW, &["config", "plain", "true"]);
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file(&home)), 0o600);
    assert_eq!(mode(&home.path("config/sinew")), 0o700);
    fs::rename(file(&home), home.path("dotfile.toml")).unwrap();
    symlink(home.path("dotfile.toml"), file(&home)).unwrap();
    home.ok(NOW, &["config", "plain", "false"]);
    assert!(fs::symlink_metadata(file(&home)).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(home.path("dotfile.toml")).unwrap(), "plain = false\n");
    let beside = fs::read_dir(home.path("config/sinew")).unwrap().count();
    assert_eq!(beside, 1, "nothing is left over");
}

#[test]
fn a_wrong_value_is_refused_and_nothing_is_changed() {
    let home = Home::new();
    home.ok(NOW, &["config", "rollover-hour", "6"]);
    let before = fs::read_to_string(file(&home)).unwrap();
    let long = "1".repeat(41);
    for (args, said) in [
        (&["rollover-hour", "13"][..], "`rollover-hour` runs from 0 to 12"),
        (&["rollover-hour", "-1"], "`rollover-hour` runs from 0 to 12"),
        (&["rollover-hour", "late"], "`rollover-hour` is a whole number"),
        (&["color", "blue"], "one of: auto, always, never"),
        (&["plain", "yes"], "`plain` is true or false"),
        (&["emergency-number", " "], "`emergency-number` is empty"),
        (&["emergency-number", &long], "1 to 40 printable characters"),
        (&["emergency-number", "112\u{1b}[2J"], "1 to 40 printable characters"),
        (&["default-episode", "0"], "`default-episode` runs from 1 to 9999"),
        (&["rolover-hour", "5"], "did you mean `rollover-hour`?"),
        (&["nothing-of-the-kind"], "there is no setting"),
        (&["alias.log", "log 0"], "there is a command `log` already"),
        (&["alias.Ok", "log 0"], "there is no setting"),
        (&["alias.well", "undoo"], "did you mean `undo`?"),
        (&["alias.none"], "there is no alias `alias.none`"),
    ] {
        let message = home.fails(NOW, &[&["config"], args].concat(), 1);
        assert!(message.contains(said), "{args:?}: {message}");
    }
    assert_eq!(before, fs::read_to_string(file(&home)).unwrap());
}

/// The day of each entry that counts, with its hour.
fn days(home: &Home) -> Vec<(String, String)> {
    let history: serde_json::Value =
        serde_json::from_str(&home.ok("2026-03-09T20:00", &["history", "--all", "--json"])).unwrap();
    let entries = history["entries"].as_array().unwrap().iter().filter(|e| e["kind"] == "check-in");
    entries
        .map(|e| (e["day"].as_str().unwrap().to_owned(), e["at"].as_str().unwrap()[11..16].to_owned()))
        .collect()
}

#[test]
fn a_day_ends_at_the_hour_that_was_set_and_what_is_on_record_keeps_its_day() {
    let home = with_an_episode();
    home.ok("2026-03-04T00:30", &["log", "2"]);
    home.ok("2026-03-04T05:30", &["log", "2"]);
    let by_four = [("2026-03-03", "00:30"), ("2026-03-04", "05:30")];
    let owned = |days: &[(&str, &str)]| -> Vec<(String, String)> {
        days.iter().map(|(day, hour)| ((*day).to_owned(), (*hour).to_owned())).collect()
    };
    assert_eq!(days(&home), owned(&by_four));
    home.ok(NOW, &["config", "rollover-hour", "6"]);
    assert_eq!(days(&home), owned(&by_four), "history is not written again");
    home.ok("2026-03-06T00:30", &["log", "2"]);
    home.ok("2026-03-06T05:30", &["log", "2"]);
    home.ok("2026-03-06T06:00", &["log", "2"]);
    let by_six = [("2026-03-05", "00:30"), ("2026-03-05", "05:30"), ("2026-03-06", "06:00")];
    assert_eq!(days(&home), owned(&[&by_four[..], &by_six].concat()));
    assert!(home.ok("2026-03-06T05:30", &["next"]).contains("(2026-03-05)"), "today is still yesterday");
    assert!(home.ok("2026-03-06T05:30", &["today", "--as-of", "2026-03-04"]).contains("(2026-03-04)"));
}

#[test]
fn warnings_name_whom_this_person_calls() {
    let home = with_an_episode();
    home.ok(NOW, &["log", "--answer", "breathless-suddenly=yes"]);
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    let usual = first(&home.ok(NOW, &["today"]));
    assert!(usual.contains("your local emergency number"), "{usual}");
    home.ok(NOW, &["config", "emergency-number", "112 or 999"]);
    let own = usual.replace("your local emergency number", "112 or 999");
    for command in ["today", "next", "flags", "config", "episodes", "plan"] {
        let text = home.ok(NOW, &[command]);
        assert!(text.starts_with(&own), "{command}: {text}");
        assert!(!text.contains("your local emergency number"), "{command}: {text}");
    }
    assert!(home.ok(NOW, &["next", "--json"]).contains("112 or 999"));
    let rule = home.ok(NOW, &["flags", "--json"]);
    let rule: serde_json::Value = serde_json::from_str(&rule).unwrap();
    let explained = home.ok(NOW, &["explain", rule["alert"]["rule"].as_str().unwrap(), "--plain"]);
    assert!(!explained.contains("your local emergency number"), "{explained}");
    // A failure has it first as well.
    let output = home.run(NOW, &["log", "14"]);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with(&own));
}

#[test]
fn a_wrong_file_is_named_and_no_warning_is_lost() {
    let home = with_an_episode();
    home.ok(NOW, &["log", "--symptom", "one-leg-swollen"]);
    write(&home, "emergency-number = \"112\"\nrollover-hour = 14\n");
    let before = home.ok_entries();
    for command in [&["today"][..], &["log", "3"], &["next", "--json"], &["config"], &["program", "list"]] {
        let output = home.run(NOW, command);
        let (said, error) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(4), "{command:?}: {error}");
        let wanted = format!(
            "error: 1 mistake in {path}\nhint: error[out-of-range]: `rollover-hour` runs from 0 to 12\n \
             --> {path}:2:17\n  |\n2 | rollover-hour = 14\n  |                 ^^\n",
            path = file(&home)
        );
        assert_eq!(error, wanted, "{command:?}");
        if !command.contains(&"--json") {
            assert!(said.lines().next().unwrap().contains("call 112"), "{command:?}: {said}");
        }
    }
    assert_eq!(before, home.ok_entries(), "nothing was recorded on a day that nobody chose");
    // A sign is answered for all the same, and the file is mended by the command.
    let output = home.run(NOW, &["log", "--answer", "breathless-suddenly=yes"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("Call 112 now. Sit upright"));
    assert_eq!((output.status.code(), before), (Some(4), home.ok_entries()));
    home.ok(NOW, &["config", "rollover-hour", "5"]);
    home.ok(NOW, &["today"]);
    write(&home, "rollover-hour = = 5\n");
    let error = home.fails(NOW, &["config", "rollover-hour", "5"], 4);
    assert!(error.contains("error[syntax]") && error.contains(":1:"), "{error}");
}

#[test]
fn an_episode_can_be_the_one_that_is_meant() {
    let home = with_an_episode();
    home.ok(NOW, &["start", "calf-strain", "--grade", "1", "--side", "right"]);
    assert!(home.ok(NOW, &["today"]).contains("Calf strain"));
    home.ok(NOW, &["config", "default-episode", "1"]);
    assert!(home.ok(NOW, &["today"]).contains("Hamstring strain"));
    assert!(home.ok(NOW, &["today", "--episode", "2"]).contains("Calf strain"), "the line wins");
    home.ok(NOW, &["config", "default-episode", "7"]);
    let error = home.fails(NOW, &["today"], 1);
    assert_eq!(
        error,
        "error: there is no episode `7`\nhint: sinew config default-episode NUMBER, or --unset\n"
    );
}

#[test]
fn the_line_and_the_environment_win_over_the_file() {
    let home = with_an_episode();
    write(&home, "color = \"always\"\nplain = true\n");
    let colour = |args: &[&str], env: &[(&str, &str)]| {
        let output = home.command(NOW, args).envs(env.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(colour(&["next"], &[]));
    assert!(!colour(&["next", "--color", "never"], &[]));
    assert!(!colour(&["next"], &[("NO_COLOR", "1")]));
    assert!(home.ok(NOW, &["config"]).contains("key: plain; value: true"));
    write(&home, "color = \"never\"\n");
    assert!(!colour(&["next"], &[("CLICOLOR_FORCE", "1")]) && colour(&["next", "--color", "always"], &[]));
}

#[test]
fn an_alias_stands_for_a_command() {
    let home = with_an_episode();
    home.ok(NOW, &["config", "alias.well", "log 0 'all is quiet' --limp no"]);
    let said = home.ok(NOW, &["well", "--walking", "1"]);
    assert!(said.contains("0/10") && said.contains("\"all is quiet\"") && said.contains("1/10"), "{said}");
    let json = home.ok(NOW, &["--episode", "1", "--json", "well"]);
    assert!(json.contains("sinew/logged/1") || json.contains("all is quiet"), "{json}");
    assert!(home.ok(NOW, &["config"]).contains("Aliases"));
    assert_eq!(home.ok(NOW, &["config", "alias.well"]), "log 0 'all is quiet' --limp no\n");
    // A word of that name behind a command is no alias, and neither is one behind --.
    let note = home.ok(NOW, &["pause", "well"]);
    assert!(note.contains("PAUSED"), "{note}");
    assert!(home.ok(NOW, &["history"]).contains("well"));

    let error = home.fails(NOW, &["wel"], 2);
    assert!(error.contains("'well'"), "{error}");
    assert!(home.fails(NOW, &["histry"], 2).contains("'history'"));
    assert_eq!(home.ok(NOW, &["config", "alias.well", "--unset"]), "alias.well is not set any more.\n");
    home.fails(NOW, &["well"], 2);
}

#[test]
fn an_alias_never_hides_a_command_nor_calls_another() {
    let home = with_an_episode();
    write(&home, "[alias]\nlog = \"undo\"\nnext = \"today\"\nwell = \"log 0\"\nfine = \"well\"\n");
    let error = home.fails(NOW, &["config"], 4);
    for said in ["there is a command `log` already", "`next` already", "there is no command `well`"] {
        assert!(error.contains(said), "{said}: {error}");
    }
    home.fails(NOW, &["fine"], 2);
    assert!(String::from_utf8(home.run(NOW, &["next"]).stderr).unwrap().contains("mistakes"));
}

impl Home {
    /// How many entries the diary has, whatever the settings are like.
    fn ok_entries(&self) -> usize {
        let mut command = self.command(NOW, &["history", "--all", "--json"]);
        let output = command.env("XDG_CONFIG_HOME", self.path("elsewhere")).output().unwrap();
        let history: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        history["entries"].as_array().unwrap().len()
    }
}

#[test]
fn weights_and_long_ways_are_said_in_the_units_of_the_person() {
    let home = with_an_episode();
    home.ok(NOW, &["done", "romanian-deadlift", "3x8", "45lb", "run-ladder", "2 mi"]);
    let last = |args: &[&str]| home.ok(NOW, &[&["history", "--days", "1"], args].concat());
    assert!(last(&[]).contains("3x8, 20.41 kg, left"), "{}", last(&[]));
    assert!(last(&[]).contains("3219m"), "{}", last(&[]));
    let document = last(&["--json"]);

    assert_eq!(home.ok(NOW, &["config", "units", "imperial"]), "units: imperial\n");
    assert!(last(&[]).contains("3x8, 45 lb, left"), "{}", last(&[]));
    assert!(last(&[]).contains(" 2mi"), "{}", last(&[]));
    assert_eq!(last(&["--json"]), document, "a document is the same for everybody");
    home.fails(NOW, &["config", "units", "stones"], 1);
    home.fails(NOW, &["done", "romanian-deadlift", "20"], 1);

    // What the load guard leaves room for: a tenth more than the heaviest of last week.
    for (day, weight) in [("2026-03-20", "100lb"), ("2026-03-28", "100lb")] {
        home.ok(&format!("{day}T20:00"), &["done", "romanian-deadlift", "3x8", weight, "--pain", "0"]);
    }
    let text = home.ok("2026-03-29T20:00", &["done", "romanian-deadlift", "3x8", "150lb", "--pain", "0"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("above the load guard: at most 110 lb this week"), "{text}");
}
