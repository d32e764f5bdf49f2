//! The program as a whole: streams, exit codes, stores, and a diary that is
//! typed instead of imported.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::GRADE_2;

/// A folder with a store of its own.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub(crate) fn command(&self, now: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.0.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("TZ", "UTC")
            .env("SINEW_STORE", self.path("diary.db"))
            .env("SINEW_NOW", now)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, now: &str, args: &[&str]) -> Output {
        self.command(now, args).output().unwrap()
    }

    /// Runs a command that has to work, and returns what it printed.
    pub(crate) fn ok(&self, now: &str, args: &[&str]) -> String {
        let output = self.run(now, args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "sinew {args:?} at {now}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that has to fail so, and returns its message.
    pub(crate) fn fails(&self, now: &str, args: &[&str], code: i32) -> String {
        let output = self.run(now, args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "sinew {args:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("backtrace"), "{stderr}");
        stderr
    }

    pub(crate) fn start(&self) {
        self.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "2", "--side", "left"]);
    }
}

/// What `next --json` says, without ids.
fn advice(json: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(json).unwrap();
    document["episode"]["id"] = serde_json::Value::Null;
    for finding in document["findings"].as_array_mut().unwrap() {
        let entries = finding["entries"].as_array().unwrap().len();
        finding["entries"] = entries.into();
    }
    for flag in document["flags"].as_array_mut().unwrap() {
        for because in flag["because"].as_array_mut().unwrap() {
            because["entry"] = serde_json::Value::Null;
        }
    }
    document.to_string()
}

/// The command that records a row of a diary, at the moment of the row.
fn typed(home: &Home, row: &csv::StringRecord) {
    let now = format!("{}T{}", &row[0], &row[1]);
    let (kind, item, side, value, note) = (&row[2], &row[3], &row[4], &row[5], &row[7]);
    let set = format!("{item}={value}");
    let mut args: Vec<&str> = match kind {
        "reading" => vec!["log", "--set", &set],
        "answer" => vec!["log", "--answer", &set],
        "exercise" => vec!["done", item, value],
        "care" => vec!["care", item, value],
        "screen" => vec!["screen", "--none"],
        "note" => vec!["log", note],
        "clearance" => {
            let role = note.split(':').next().unwrap();
            vec!["clear", item, "--by", "somebody", "--role", role, "--outcome", value]
        }
        other => panic!("{other}"),
    };
    let sided = matches!(kind, "reading" | "exercise" | "care") && !side.is_empty();
    if sided {
        args.extend(["--side", side]);
    }
    home.ok(&now, &args);
}

#[test]
fn a_diary_that_is_typed_gives_the_advice_of_one_that_is_imported() {
    const LAST: &str = "2026-03-10";
    let mut reader = csv::Reader::from_reader(GRADE_2.as_bytes());
    let rows: Vec<csv::StringRecord> =
        reader.records().map(Result::unwrap).filter(|row| &row[0] <= LAST).collect();

    let by_hand = Home::new();
    by_hand.start();
    let mut pain: Option<(String, String)> = None;
    for (at, row) in rows.iter().enumerate() {
        // The pain during an exercise is typed together with it.
        if &row[3] == "pain-during" {
            continue;
        }
        let during = rows.get(at + 1).filter(|next| &next[3] == "pain-during");
        if let (true, Some(during)) = (&row[2] == "exercise", during) {
            let now = format!("{}T{}", &row[0], &row[1]);
            by_hand.ok(&now, &["done", &row[3], &row[5], "--pain", &during[5], "--side", &row[4]]);
            pain = Some((row[3].to_owned(), during[5].to_owned()));
        } else {
            typed(&by_hand, row);
        }
    }
    assert!(pain.is_some(), "the diary has exercises in it");

    let imported = Home::new();
    imported.start();
    fs::write(imported.path("diary.csv"), GRADE_2).unwrap();
    imported.ok("2026-05-02T12:00", &["import", &imported.path("diary.csv")]);
    for day in ["2026-03-03", "2026-03-05", "2026-03-08", LAST] {
        let now = format!("{day}T23:00");
        let (a, b) = (by_hand.ok(&now, &["next", "--json"]), imported.ok(&now, &["next", "--json"]));
        assert_eq!(advice(&a), advice(&b), "on {day}");
    }
    assert!(by_hand.ok("2026-03-10T23:00", &["next", "--json"]).contains(r#""action":"advance""#));
}

#[test]
fn results_go_to_stdout_and_chatter_to_stderr() {
    let home = Home::new();
    let started = home.run("2026-03-02T08:00", &["start", "hamstring-strain", "--grade", "1", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&started.stdout).unwrap();
    assert_eq!(document["schema"], "sinew/start/1");
    assert!(String::from_utf8(started.stderr).unwrap().contains("Episode 1"));
    let failed = home.run("2026-03-02T08:00", &["log", "14", "--json"]);
    assert!(failed.stdout.is_empty());
    assert_eq!(failed.status.code(), Some(1));
}

#[test]
fn every_json_document_is_one_line_with_its_schema() {
    let home = Home::new();
    home.start();
    for (args, schema) in [
        (vec!["next"], "sinew/next/1"),
        (vec!["plan"], "sinew/plan/1"),
        (vec!["pause", "a cold"], "sinew/decision/1"),
        (vec!["resume"], "sinew/decision/1"),
        (vec!["regrade", "3"], "sinew/decision/1"),
        (vec!["onset", "2026-03-01", "--why", "a slip"], "sinew/decision/1"),
        (vec!["today"], "sinew/today/1"),
        (vec!["progress"], "sinew/progress/1"),
        (vec!["flags"], "sinew/flags/1"),
        (vec!["episodes"], "sinew/episodes/1"),
        (vec!["log", "3"], "sinew/log/1"),
        (vec!["done", "ankle-pumps"], "sinew/log/1"),
        (vec!["care", "ice", "15m"], "sinew/log/1"),
        (vec!["test", "walk-no-limp", "10"], "sinew/log/1"),
        (vec!["screen", "--none"], "sinew/screen/1"),
        (vec!["demo"], "sinew/demo/1"),
    ] {
        let mut args = args;
        args.push("--json");
        let text = home.ok("2026-03-03T20:00", &args);
        assert_eq!(text.lines().count(), 1, "{args:?}");
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["schema"], schema, "{args:?}");
    }
}

#[test]
fn a_flag_is_a_result_and_not_an_error() {
    let home = Home::new();
    home.start();
    let text = home.ok("2026-03-03T20:00", &["log", "--symptom", "saddle-numb", "--json"]);
    assert!(text.starts_with(r#"{"alert":{"action":"Go to an emergency department now"#), "{text}");
    for command in ["next", "flags"] {
        home.ok("2026-03-03T20:01", &[command]);
        assert_eq!(home.run("2026-03-03T20:01", &[command, "--exit-code"]).status.code(), Some(3));
    }
    let answers = home.path("answers.json");
    fs::write(&answers, r#"{"age": 40, "answers": {"saddle-numb": "yes"}}"#).unwrap();
    assert_eq!(
        home.run("2026-03-03T20:01", &["screen", "--answers", &answers, "--exit-code"]).status.code(),
        Some(3)
    );
}

#[test]
fn a_file_of_answers_is_judged_without_a_store() {
    let home = Home::new();
    let answers = home.path("answers.json");
    let judged = |text: &str| {
        fs::write(&answers, text).unwrap();
        let json = home.ok("2026-03-03T20:01", &["screen", "--answers", &answers, "--json"]);
        serde_json::from_str::<serde_json::Value>(&json).unwrap()
    };
    assert_eq!(judged("{}")["urgency"], "self-care");
    assert_eq!(
        judged(r#"{"answers": {"fever": "no", "pain-now": 3, "unwell-signs": ["none"]}}"#)["urgency"],
        "self-care"
    );
    let clot =
        judged(r#"{"age": 52, "region": "calf", "side": "left", "answers": {"one-leg-swollen": "yes"}}"#);
    assert_eq!(clot["urgency"], "emergency");
    assert_eq!(clot["flags"][0]["rule"], "rf-07");
    assert_eq!(clot["flags"][0]["because"][0]["said"], "yes");
    assert!(!Path::new(&home.path("diary.db")).exists(), "nothing was written");

    fs::write(&answers, r#"{"answers": {"fevr": "yes", "age": 300, "side": "up"}, "sex": "f"}"#).unwrap();
    let message = home.fails("2026-03-03T20:01", &["screen", "--answers", &answers], 1);
    for part in [
        "did you mean `fever`",
        "`age` takes a number",
        "`side` takes one of",
        "only age, region, side and answers",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn stores_that_cannot_be_used_are_left_alone() {
    let home = Home::new();
    let now = "2026-03-03T20:00";
    home.start();

    let newer = home.path("newer.db");
    fs::copy(home.path("diary.db"), &newer).unwrap();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let before = fs::read(&newer).unwrap();
    let message = home.fails(now, &["--store", &newer, "today"], 1);
    assert!(message.contains("newer version of sinew"), "{message}");
    assert_eq!(fs::read(&newer).unwrap(), before, "nothing was changed");

    let folder = home.path("folder");
    fs::create_dir(&folder).unwrap();
    assert!(home.fails(now, &["--store", &folder, "today"], 1).contains("cannot open the store"));

    let other = home.path("other.db");
    fs::write(&other, "a letter, and no database at all, however long it may be").unwrap();
    assert!(home.fails(now, &["--store", &other, "today"], 70).contains("is not a sinew store"));
    assert!(fs::read_to_string(&other).unwrap().starts_with("a letter"));

    let missing = home.path("missing.db");
    assert!(home.fails(now, &["--store", &missing, "today"], 1).contains("there is no store"));
    assert!(!Path::new(&missing).exists());
}

#[cfg(unix)]
#[test]
fn the_store_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let store = home.path("new/folder/diary.db");
    home.ok("2026-03-02T08:00", &["--store", &store, "start", "hamstring-strain", "--grade", "1"]);
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&store), 0o600);
    assert_eq!(mode(&home.path("new/folder")), 0o700);
}

#[test]
fn a_program_of_ones_own_is_started_and_a_broken_one_is_named() {
    let home = Home::new();
    let folder = home.path("config/sinew/programs");
    fs::create_dir_all(&folder).unwrap();
    let good = include_str!("../definitions/good.toml");
    fs::write(format!("{folder}/small.toml"), good).unwrap();
    let now = "2026-03-03T20:00";
    assert!(home.ok(now, &["start", "small-strain", "--onset", "2 days ago"]).contains("Small"));

    // The running plan is pinned to the text that it started with.
    fs::remove_file(format!("{folder}/small.toml")).unwrap();
    assert!(home.ok(now, &["today"]).contains("Small"));

    fs::write(format!("{folder}/broken.toml"), include_str!("../definitions/seven-mistakes.toml")).unwrap();
    let message = home.fails(now, &["start", "hamstring-strain", "--grade", "1"], 4);
    assert!(message.contains("8 mistakes in") && message.contains("broken.toml:36:6"), "{message}");
    // A program in the making stands in nobody's way.
    assert!(home.ok(now, &["today"]).contains("Small"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = Home::new();
    home.start();
    let mut child = home.command("2026-03-03T20:00", &["demo"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_emergency_in_one_episode_stops_the_other() {
    let home = Home::new();
    home.start();
    home.ok("2026-03-03T08:00", &["start", "calf-strain", "--grade", "1", "--side", "right"]);
    home.ok("2026-03-03T09:00", &["--episode", "1", "log", "--symptom", "chest-pain"]);
    let text = home.ok("2026-03-03T10:00", &["--episode", "2", "today"]);
    assert!(text.lines().next().unwrap().contains("emergency number"), "{text}");
    assert!(text.contains("STOP"), "{text}");
}

#[test]
fn assess_holds_a_file_of_answers_against_the_patterns() {
    let home = Home::new();
    let answers = home.path("answers.json");
    let assessed = |text: &str| {
        fs::write(&answers, text).unwrap();
        let json = home.ok("2026-03-03T20:01", &["assess", "--answers", &answers, "--json"]);
        serde_json::from_str::<serde_json::Value>(&json).unwrap()
    };
    let strain = r#"{"age": 30, "region": "back-of-thigh", "side": "left", "answers": {"onset-manner": "sudden",
        "mechanism": "sprint", "worse-with": ["using-the-muscle", "running"], "bruising": "yes",
        "pain-spreads-to": ["none"]}}"#;
    let found = assessed(strain);
    assert_eq!(found["schema"], "sinew/assess/1");
    assert_eq!(found["patterns"][0]["id"], "muscle-strain");
    assert_eq!(found["patterns"][0]["fits"], "well");
    assert_eq!(found["program"], "hamstring-strain");
    assert_eq!(found["patterns"].as_array().unwrap().len(), 24);

    // The same with a sign that wants a clinician: no program.
    let found =
        assessed(&strain.replace(r#""bruising": "yes""#, r#""bruising": "yes", "one-leg-swollen": "yes""#));
    assert_eq!(found["urgency"], "emergency");
    assert_eq!(found["program"], serde_json::Value::Null);
    assert_eq!(
        found["wells"].as_array().unwrap().len(),
        9,
        "the clinician's list comes with a possible clot"
    );

    let nothing = home.ok(
        "2026-03-03T20:01",
        &["assess", "--answers", &{
            fs::write(&answers, "{}").unwrap();
            answers.clone()
        }],
    );
    assert!(nothing.contains("fit with none of the patterns"), "{nothing}");
    assert!(!Path::new(&home.path("diary.db")).exists(), "nothing was written");
}

#[test]
fn explain_answers_for_the_open_episode() {
    let home = Home::new();
    home.start();
    let on = |day: u32, args: &[&str]| home.ok(&format!("2026-03-{day:02}T20:00"), args);
    let early = on(3, &["explain", "heat-or-ice"]);
    let late = on(9, &["explain", "heat-or-ice"]);
    assert_ne!(early, late, "heat and ice depend on the day");
    assert!(on(3, &["explain", "stretching"]).to_lowercase().contains("not"));
    on(4, &["log", "--answer", "walking-today=clear-limp"]);
    assert!(on(4, &["explain", "walking"]).to_lowercase().contains("crutch"));
    assert!(on(4, &["explain", "bandage", "--json"]).contains("sinew/explain/1"));
    assert!(on(4, &["explain", "heel-press"]).contains("Stop when"));
    assert!(
        home.fails("2026-03-04T20:00", &["explain", "heelpress"], 1).contains("did you mean `heel-press`")
    );
    on(5, &["log", "--symptom", "leg-cold"]);
    let alarmed = on(5, &["explain", "heat-or-ice"]);
    assert!(alarmed.lines().next().unwrap().contains("emergency"), "{alarmed}");
}

#[test]
fn red_flags_of_ones_own_add_and_a_broken_file_takes_nothing_away() {
    let home = Home::new();
    home.start();
    let folder = home.path("config/sinew/red-flags");
    fs::create_dir_all(&folder).unwrap();
    let own = "schema = 1\n[[rule]]\nid = \"own-varicose\"\nurgency = \"urgent\"\ntitle = \"T\"\n\
        can-be-a-sign-of = \"something\"\naction = \"Ring the clinic today.\"\nwhy = \"w\"\nsource = [\"ours\"]\n\
        [[rule.when]]\nall = [{ question = \"tendon-pain\" }]\n";
    fs::write(format!("{folder}/own.toml"), own).unwrap();
    fs::write(format!("{folder}/broken.toml"), own.replace("tendon-pain", "tendon-pian")).unwrap();
    let output = home.run("2026-03-03T20:00", &["log", "--symptom", "tendon-pain"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("Ring the clinic today."));
    assert!(String::from_utf8(output.stderr).unwrap().contains("did you mean `tendon-pain`"));
    let text = home.ok("2026-03-03T20:01", &["log", "--symptom", "chest-pain"]);
    assert!(text.lines().next().unwrap().contains("emergency number"), "{text}");
}

/// The fields that `docs/json.md` promises, by document and by part.
#[test]
fn json_documents_hold_what_their_page_promises() {
    let home = Home::new();
    home.start();
    let now = "2026-03-03T20:00";
    home.ok(now, &["log", "5", "--answer", "tingling-one-leg=yes"]);
    let document = |args: &[&str]| -> serde_json::Value {
        let mut args = args.to_vec();
        args.push("--json");
        serde_json::from_str(&home.ok(now, &args)).unwrap()
    };
    let has = |value: &serde_json::Value, keys: &[&str]| {
        for key in keys {
            assert!(value.get(key).is_some(), "{key} in {value}");
        }
    };
    let page = include_str!("../../docs/json.md");
    let next = document(&["next"]);
    let parts: &[(&serde_json::Value, &[&str])] = &[
        (
            &next,
            &[
                "alert",
                "schema",
                "action",
                "day",
                "day_since_onset",
                "episode",
                "phase",
                "to",
                "earliest",
                "full_return",
                "change",
                "findings",
                "flags",
            ],
        ),
        (&next["alert"], &["action", "urgency", "rule", "do_not"]),
        (&next["phase"], &["id", "stage", "name", "day"]),
        (
            &next["findings"][0],
            &["id", "kind", "verdict", "wanted", "observed", "entries", "why", "source", "binding"],
        ),
        (
            &next["episode"],
            &["number", "id", "title", "condition", "side", "onset", "grade", "program", "status", "paused"],
        ),
        (&next["change"], &["day", "to", "needs"]),
        (
            &next["flags"][0],
            &[
                "rule",
                "urgency",
                "title",
                "can_be_a_sign_of",
                "action",
                "do_not",
                "bring",
                "because",
                "why",
                "source",
                "state",
                "opened",
                "day",
                "cleared_by",
            ],
        ),
    ];
    for (value, keys) in parts {
        has(value, keys);
        assert!(keys.iter().all(|key| page.contains(key)), "docs/json.md names each of {keys:?}");
    }
    let today = document(&["today"]);
    has(&today, &["day", "episode", "phase", "action", "items", "left_out", "avoid", "flags"]);
    has(
        &today["items"][0],
        &["id", "kind", "name", "dose", "step", "due", "times", "done", "side", "cap", "frequency", "note"],
    );
    has(&today["left_out"][0], &["id", "name", "because", "rule", "entries"]);
    let progress = document(&["progress"]);
    has(&progress, &["episode", "phase", "days", "trend", "adherence"]);
    has(&progress["days"][0], &["day", "phase", "readings", "sessions", "adherence"]);
    let of_day =
        ["due", "done", "partly", "skipped", "missed", "not_due", "unknown", "open", "more", "exercises"];
    let whole = ["score", "due", "done", "partly", "skipped", "missed", "unknown_days", "more", "pauses"];
    has(&progress["days"][0]["adherence"], &of_day);
    has(&progress["adherence"], &whole);
    assert!(of_day.iter().chain(&whole).all(|key| page.contains(&format!("`{key}`"))));
    has(&progress["trend"][0], &["measure", "this_week", "last_week", "direction"]);
}

/// The same for the plan ahead, for decisions, and for what would change advice.
#[test]
fn json_documents_of_plans_and_decisions_hold_what_their_page_promises() {
    let home = Home::new();
    home.start();
    let document = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&home.ok("2026-03-03T20:00", args)).unwrap()
    };
    let plan = document(&["plan", "--json"]);
    let held = document(&["next", "--json"]);
    let logged = document(&["log", "2", "--json"]);
    let today = document(&["today", "--as-of", "2026-03-02", "--json"]);
    let stepping = today["items"].as_array().unwrap().iter().find(|i| !i["step"].is_null()).unwrap();
    let paused = document(&["pause", "a cold", "--json"]);
    let resting = document(&["plan", "--json"]);
    let of_plan = ["day", "episode", "phase", "action", "days", "phases", "full_return", "flags"];
    let parts: [(&serde_json::Value, &[&str]); 11] = [
        (&plan, &of_plan),
        (&resting, &of_plan),
        (&plan["days"][0], &["day", "number", "items"]),
        (&plan["days"][0]["items"][0], &["id", "name", "due"]),
        (&plan["phases"][0], &["id", "name", "not_before", "look_by"]),
        (&plan["full_return"], &["not_before", "usual_by"]),
        (&held["change"], &["day", "to", "needs"]),
        (
            &held["change"]["needs"][0],
            &["id", "kind", "name", "on", "op", "value", "unit", "whose", "dose", "how"],
        ),
        (&logged, &["entries", "recorded", "action", "phase", "cautions", "flags"]),
        (&stepping["step"], &["at", "of", "because", "entries"]),
        (&paused, &["kind", "episode", "phase", "action"]),
    ];
    let page = include_str!("../../docs/json.md");
    for (value, keys) in parts {
        for key in keys {
            assert!(value.get(key).is_some() && page.contains(key), "{key} in {value}");
        }
    }
    assert_eq!((&paused["kind"], &paused["episode"]["paused"]), (&"pause".into(), &true.into()));
    let none: Vec<serde_json::Value> = vec![];
    assert_eq!((resting["days"].as_array(), resting["phases"].as_array()), (Some(&none), Some(&none)));
    assert_eq!(resting["full_return"], serde_json::Value::Null);
}

#[test]
fn what_decides_is_not_for_looking_back() {
    let home = Home::new();
    home.start();
    let now = "2026-03-06T20:00";
    let back = ["--as-of", "2026-03-04"];
    for args in [
        &["pause", "a cold"][..],
        &["resume"],
        &["regrade", "3"],
        &["onset", "2026-03-01", "--why", "a slip"],
    ] {
        let message = home.fails(now, &[args, &back].concat(), 1);
        assert!(message.contains("--as-of only looks back"), "{message}");
    }
    let text = home.ok(now, &[&["plan", "--days", "60"][..], &back].concat());
    assert!(text.contains("2026-03-05, day 3:") && text.contains("2026-05-03, day 62:"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.replace('\n', " ").contains("A range and no promise"), "{text}");
}

#[test]
fn an_alarm_leaves_nothing_to_plan() {
    let home = Home::new();
    home.start();
    let now = "2026-03-06T20:00";
    home.ok(now, &["log", "--symptom", "one-leg-swollen"]);
    let text = home.ok(now, &["plan"]);
    assert!(text.lines().next().unwrap().contains("emergency"), "{text}");
    assert!(text.contains("STOP") && text.contains("Nothing is planned ahead"), "{text}");
    assert!(!text.contains("ankle-pumps") && !text.contains("Phases ahead"), "{text}");
}

#[test]
fn a_weight_is_kept_and_echoed() {
    let home = Home::new();
    home.start();
    let now = "2026-03-06T20:00";
    let output =
        home.run(now, &["done", "romanian-deadlift", "3x8", "7.25KG", "walk", "10min", "--pain", "0"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("(Romanian deadlift) 3x8, 7.25 kg, left, pain 0/10"), "{text}");
    let db = rusqlite::Connection::open(home.path("diary.db")).unwrap();
    let loads: Vec<Option<f64>> = db
        .prepare("SELECT load_kg FROM performed ORDER BY exercise")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(loads, [Some(7.25), None]);
    for words in [&["0.4kg"][..], &["501kg"], &["1e2kg"], &["kg"], &["20kg", "20kg"]] {
        home.fails(now, &[&["done", "romanian-deadlift"], words].concat(), 1);
    }
}

#[test]
fn a_growing_dose_asks_for_the_dose_that_was_done() {
    let home = Home::new();
    home.start();
    let now = "2026-03-03T20:00";
    let said = |args: &[&str]| String::from_utf8(home.run(now, args).stderr).unwrap();
    assert!(said(&["done", "walk", "--pain", "0"]).contains("count towards the next step"));
    assert!(said(&["done", "walk", "3x2min", "--pain", "0"]).is_empty());
    assert!(said(&["done", "ankle-pumps"]).is_empty(), "its dose does not grow");
    assert!(said(&["done", "walk", "--skipped", "no time"]).is_empty());
}

#[test]
fn more_than_the_load_guard_allows_is_a_caution_and_no_more() {
    let home = Home::new();
    home.start();
    home.ok("2026-03-20T18:00", &["done", "run-ladder", "10min", "--pain", "0"]);
    let quiet = home.ok("2026-03-28T18:00", &["done", "run-ladder", "10min", "--pain", "0", "--json"]);
    let quiet: serde_json::Value = serde_json::from_str(&quiet).unwrap();
    assert_eq!(quiet["cautions"].as_array().unwrap().len(), 0);
    let before = home.ok("2026-03-28T18:30", &["next", "--json"]);
    let text = home.ok("2026-03-28T19:00", &["done", "run-ladder", "12min", "--pain", "0"]);
    assert!(text.contains("Caution: ") && text.contains("weak evidence"), "{text}");
    let again = home.ok("2026-03-28T20:00", &["done", "run-ladder", "1min", "--pain", "0", "--json"]);
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    let caution = &again["cautions"][0];
    assert_eq!((&caution["exercise"], &caution["unit"]), (&"run-ladder".into(), &"min".into()));
    let page = include_str!("../../docs/json.md");
    for key in [
        "exercise",
        "name",
        "words",
        "unit",
        "last_week",
        "this_week",
        "week_limit",
        "session_limit",
        "over",
        "entries",
        "why",
        "source",
    ] {
        assert!(caution.get(key).is_some() && page.contains(key), "{key} in {caution}");
    }
    let action = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["action"].clone();
    assert_eq!(again["action"], action(&before), "it never moves the advice");
    // What was skipped is no load.
    let skipped = home.ok("2026-03-28T20:05", &["done", "run-ladder", "--skipped", "enough"]);
    assert!(!skipped.contains("Caution"), "{skipped}");
}

#[test]
fn a_diary_is_imported_from_the_first_day_as_it_was_put_right() {
    let home = Home::new();
    home.start();
    let now = "2026-03-06T20:00";
    let row = "day,time,kind,item,side,value,unit,note\n2026-03-01,20:00,reading,pain-rest,,2,nrs,\n";
    fs::write(home.path("early.csv"), row).unwrap();
    home.fails(now, &["import", &home.path("early.csv")], 1);
    home.ok(now, &["onset", "2026-03-01", "--why", "it was Sunday"]);
    assert!(home.ok(now, &["import", &home.path("early.csv")]).contains("1 new"));
    assert!(home.ok(now, &["episodes"]).contains("2026-03-01"));
}

#[test]
fn an_open_warning_comes_before_a_failure() {
    let home = Home::new();
    home.start();
    let now = "2026-03-03T20:00";
    home.ok(now, &["log", "--symptom", "one-leg-swollen"]);
    for args in [
        &["log", "14"][..],
        &["done", "nothing"],
        &["care", "nothing"],
        &["explain", "nothing"],
        &["program", "show", "nothing"],
        &["clear", "rf-07", "--by", "a", "--role", "friend", "--outcome", "cleared"],
        &["import", "no-such-file"],
        &["next", "--accept"],
        &["resume"],
        &["regrade", "1"],
        &["onset", "2026-03-04", "--why", "a slip"],
    ] {
        let output = home.run(now, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().next().unwrap_or_default().contains("emergency"), "{args:?}: {text}");
    }
    for args in [
        &["explain", "ankle-pumps"][..],
        &["explain"],
        &["explain", "walking"],
        &["explain", "p1"],
        &["program", "list"],
        &["program", "show", "sciatica"],
        &["program", "diff", "calf-strain-1", "calf-strain-2"],
        &["program", "update"],
        &["test"],
        &["episodes"],
    ] {
        let text = home.ok(now, args);
        assert!(text.lines().next().unwrap_or_default().contains("emergency"), "{args:?}: {text}");
    }
    assert!(!home.ok(now, &["explain", "walking"]).contains("Lengthen"));
}

/// Care alone lists what there is; a test takes its unit and no other.
#[test]
fn what_can_be_recorded_is_listed_and_takes_its_unit() {
    let home = Home::new();
    home.start();
    let listed = home.ok("2026-03-04T20:00", &["care"]);
    let (here, others) = listed.split_once("Can be recorded as well:").unwrap();
    assert!(here.starts_with("In the plan of this phase:\n") && here.contains("- ice ("), "{listed}");
    assert!(others.contains("- analgesic (") && !others.contains("- ice ("), "{listed}");
    let document: serde_json::Value =
        serde_json::from_str(&home.ok("2026-03-04T20:00", &["care", "--json"])).unwrap();
    assert_eq!(document["schema"], "sinew/care/1");
    assert_eq!(document["planned"][0]["id"], listed.lines().nth(1).unwrap().split(' ').nth(1).unwrap());
    home.ok("2026-03-04T20:00", &["test", "walk-no-limp", "10 min"]);
    home.fails("2026-03-04T20:00", &["test", "walk-no-limp", "10 m"], 1);
}

/// One sign that has the word does not hide another, which may be the graver one.
#[test]
fn an_id_that_is_not_known_is_told_all_that_may_be_meant() {
    let home = Home::new();
    home.start();
    let said = home.fails("2026-03-02T20:00", &["log", "--symptom", "numb"], 1);
    assert!(said.contains("`saddle-numb` or ") && said.contains("`numb-one-leg`"), "{said}");
    let said = home.fails("2026-03-02T20:00", &["progress", "--measure", "worst"], 1);
    assert!(said.contains("did you mean `pain-worst`?"), "{said}");
}

/// A weight that was given in pounds stays that weight wherever it is shown.
#[test]
fn a_pound_stays_a_pound_in_the_loads() {
    let home = Home::new();
    home.start();
    home.ok("2026-03-02T20:00", &["config", "units", "imperial"]);
    home.ok("2026-03-02T20:00", &["done", "squat", "3x10", "25lb", "--pain", "1"]);
    let page = home.ok("2026-03-02T20:10", &["progress", "--plain"]);
    assert!(page.contains("25 lb") && !page.contains("24.9"), "{page}");
}
