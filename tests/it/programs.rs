//! The commands over program files: the shelf, the page, the checker, the
//! beginning, the difference, and the plan that moves to a new text.

use std::fs;
use std::path::Path;

use sinew::app::programs::{new_text, program_at};
use sinew::catalog::{Catalog, read_program};
use sinew::domain::compare::compare;

use crate::commands::Home;

const NOW: &str = "2026-03-02T12:00";

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// The file of a program of one's own.
fn own(home: &Home, id: &str) -> String {
    home.path(&format!("config/sinew/programs/{id}.toml"))
}

/// Replaces a text in a file, which has to be there.
fn edit(file: &str, old: &str, new: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "{old}");
    fs::write(file, text.replacen(old, new, 1)).unwrap();
}

/// A file that no program fills is not read.
#[test]
fn a_definition_of_megabytes_is_named_and_not_read() {
    let home = Home::new();
    let file = home.path("big.toml");
    std::fs::write(&file, "[[],".repeat(1 << 20)).unwrap();
    let output = home.run(NOW, &["program", "check", &file]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("cannot be read: file too large"), "{said}");
}

#[test]
fn the_list_names_every_program_and_marks_ones_own() {
    let home = Home::new();
    home.ok(NOW, &["program", "new", "gentle", "--from", "hamstring-strain-2"]);
    let text = home.ok(NOW, &["program", "list"]);
    for (id, definition) in &Catalog::builtin().unwrap().programs {
        let line = text.lines().find(|l| l.starts_with(&format!("- {id}:"))).unwrap();
        let days = definition.program.window_days;
        assert!(
            line.contains("version 1") && line.contains(&format!("{} to {} days", days.0, days.1)),
            "{line}"
        );
    }
    assert!(
        text.contains("- gentle (your own): grade 2, version 1, 5 phases, usually 28 to 56 days"),
        "{text}"
    );
    assert_eq!(text.matches("your own").count(), 1);
    let list = json(&home.ok(NOW, &["program", "list", "--json"]));
    let own: Vec<&str> = list["programs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["own"] == true)
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert_eq!(own, ["gentle"]);
}

#[test]
fn a_page_holds_everything_of_its_program_and_keeps_to_its_width() {
    let home = Home::new();
    for (id, definition) in &Catalog::builtin().unwrap().programs {
        let wide = home.ok(NOW, &["program", "show", id]);
        assert_eq!(wide.lines().find(|l| l.chars().count() > 80), None, "{id}");
        let text = home.ok(NOW, &["program", "show", id, "--plain"]);
        let program = &definition.program;
        let mut wanted: Vec<String> = program.source.clone();
        wanted.extend(program.step_back.iter().map(|b| format!("- {b}:")));
        wanted.extend(program.checks.iter().map(|c| c.rule.id.clone()));
        wanted.extend(program.slower.iter().map(|s| format!("({})", s.id)));
        for phase in &program.phases {
            wanted.push(format!("({})", phase.id));
            wanted.extend(phase.exercises.iter().map(|e| format!("({}):", e.exercise)));
            wanted.extend(phase.care.iter().map(|c| format!("({}):", c.care)));
            wanted.extend(phase.exit.iter().chain(&phase.entry).map(|c| format!("({}).", c.id)));
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in wanted {
            assert!(words.contains(&word), "{word} in the page of {id}");
        }
    }
}

#[test]
fn a_check_names_every_mistake_of_every_file() {
    let home = Home::new();
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions");
    let file = |name: &str| definitions.join(name).display().to_string();
    let (good, wrong, typo) = (file("good.toml"), file("no-exit.toml"), file("syntax.toml"));
    assert!(home.ok(NOW, &["program", "check", &good]).contains("right"));

    let args = ["program", "check", &good, &wrong, "no-such-file.toml", &typo];
    let output = home.run(NOW, &args);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "a definition file is wrong");
    for said in ["right", "error[no-exit]", "error[unreadable]", "error[syntax]", "^"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");

    let output = home.run(NOW, &[&args[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(4));
    let document = json(&String::from_utf8(output.stdout).unwrap());
    let codes: Vec<&str> =
        document["mistakes"].as_array().unwrap().iter().map(|m| m["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"no-exit") && codes.contains(&"unreadable") && codes.contains(&"syntax"));
    assert_eq!(document["files"].as_array().unwrap().len(), 1);
    assert_eq!(document["files"][0]["kind"], "program");
    for key in ["file", "line", "column", "code", "message", "hint"] {
        assert!(document["mistakes"][0].get(key).is_some(), "{key}");
    }
}

#[test]
fn red_flags_of_ones_own_are_checked_as_such_also_when_they_are_in_use() {
    let home = Home::new();
    let folder = home.path("config/sinew/red-flags");
    fs::create_dir_all(&folder).unwrap();
    let file = format!("{folder}/own.toml");
    let text = "schema = 1\n[[rule]]\nid = \"own-veins\"\nurgency = \"urgent\"\ntitle = \"T\"\n\
        can-be-a-sign-of = \"something\"\naction = \"Ring the clinic today.\"\nwhy = \"w\"\nsource = [\"ours\"]\n\
        [[rule.when]]\nall = [{ question = \"tendon-pain\" }]\n";
    fs::write(&file, text).unwrap();
    assert!(home.ok(NOW, &["program", "check", &file]).contains("Red flags: own-veins."));
    edit(&file, "tendon-pain", "tendon-pian");
    let output = home.run(NOW, &["program", "check", &file]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8(output.stdout).unwrap().contains("did you mean `tendon-pain`?"));
}

#[test]
fn a_new_program_is_right_as_it_stands_and_written_once() {
    let home = Home::new();
    let said = home.ok(NOW, &["program", "new", "my-thigh"]);
    let file = own(&home, "my-thigh");
    assert!(said.contains(&file) && said.contains("sinew start my-thigh"), "{said}");
    assert!(home.ok(NOW, &["program", "check", &file]).contains("right"));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("id = \"my-thigh\" ") && text.contains("sets x"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&home.path("config/sinew/programs"))), (0o600, 0o700));
    }
    let elsewhere = home.path("other.toml");
    home.ok(NOW, &["program", "new", "other", "--to", &elsewhere]);
    fs::write(&elsewhere, "mine").unwrap();
    let refused = home.fails(NOW, &["program", "new", "other", "--to", &elsewhere], 1);
    assert!(refused.contains("there is a file at"), "{refused}");
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    for taken in ["my-thigh", "sciatica", "hamstring-strain", "Thigh", "../thigh", "", "-x"] {
        let refused = home.run(NOW, &["program", "new", taken, "--to", &home.path("x.toml")]);
        assert_ne!(refused.status.code(), Some(0), "{taken}");
        assert!(!Path::new(&home.path("x.toml")).exists(), "{taken}");
    }
}

#[test]
fn a_copy_keeps_every_line_but_the_id_and_the_name() {
    let catalog = Catalog::builtin().unwrap();
    for definition in catalog.programs.values() {
        let id = &definition.program.id;
        let text = new_text(&catalog, "a-copy", Some(id)).unwrap();
        let copied = read_program("a-copy.toml", &text, &catalog.library).unwrap().program;
        assert_eq!(copied.id, "a-copy");
        assert!(copied.name.starts_with(&definition.program.name) && copied.name.ends_with("(a-copy)"));
        let new: Vec<&str> =
            text.lines().filter(|line| !definition.text.lines().any(|old| old == *line)).collect();
        assert_eq!(new.len(), 3, "{id}: where it came from, the id, the name: {new:?}");
        assert_eq!(text.lines().count(), definition.text.lines().count() + 1);
        assert_eq!(compare(&catalog.library, &definition.program, &copied), []);
    }
}

#[test]
fn a_difference_is_told_by_meaning_and_never_missed() {
    let catalog = Catalog::builtin().unwrap();
    let base = &catalog.programs["hamstring-strain-2"];
    let places = |old: &str, new: &str| -> Vec<String> {
        assert!(base.text.contains(old), "{old}");
        let text = base.text.replacen(old, new, 1);
        let other = read_program("other.toml", &text, &catalog.library).unwrap().program;
        compare(&catalog.library, &base.program, &other).into_iter().map(|d| d.place).collect()
    };
    assert_eq!(places("# Hamstring", "# Another remark: hamstring"), [""; 0]);
    assert_eq!(places("dose = \"1x10x5s\"", "dose = \"1x5x5s\""), ["p1 heel-press dose"]);
    assert_eq!(places("return-later = 14", "return-later = 7"), ["slower strained-before"]);
    assert_eq!(places("phases = [\"p3\", \"p4\"]", "phases = [\"p3\"]"), ["slower stretching-type"]);
    assert_eq!(places("gate = false", "gate = true"), ["check grade-2-check"]);
    assert_eq!(places("Always over a thin towel.", "Over a towel."), ["p1 care ice"]);
    assert_eq!(
        places("grows-to = \"1x15x10s\"", "grows-to = \"1x15x10s\"\nclean-sessions = 3"),
        ["p1 heel-press clean sessions for a step"]
    );
    assert_eq!(
        places("from-day = 4\n", "from-day = 4\nsupervised = true\ngoals = [\"running\"]\n"),
        ["p1 heel-press supervised", "p1 heel-press for"]
    );
    let home = Home::new();
    let text = home.ok(NOW, &["program", "diff", "hamstring-strain-1", "hamstring-strain-2"]);
    assert!(text.contains("- p1 minimum days: 3 -> 5"), "{text}");
    assert!(text.contains("- p2 heel-press-angles dose, new: 3x12x3s"), "{text}");
    let same = home.ok(NOW, &["program", "diff", "sciatica", "sciatica"]);
    assert!(same.contains("No difference"), "{same}");
    assert!(program_at(&catalog, "no-such-file.toml").is_err());
}

#[test]
fn a_program_starts_by_its_id_and_never_stands_in_for_a_built_in_one() {
    let home = Home::new();
    // Sorts before the built-in ones, has the same condition, and no grade.
    home.ok(NOW, &["program", "new", "a-program", "--from", "hamstring-strain-2"]);
    home.ok(NOW, &["program", "new", "ungraded", "--from", "hamstring-strain-2"]);
    edit(&own(&home, "ungraded"), "grade = 2\n", "");
    let program = |args: &[&str]| {
        let text = home.ok(NOW, &[args, &["--side", "left", "--json"]].concat());
        json(&text)["episode"]["program"].as_str().unwrap().to_owned()
    };
    assert_eq!(program(&["start", "hamstring-strain", "--grade", "2"]), "hamstring-strain-2");
    assert_eq!(program(&["start", "a-program"]), "a-program");
    assert_eq!(program(&["start", "a-program", "--grade", "2"]), "a-program");
    let needed = home.fails(NOW, &["start", "hamstring-strain", "--side", "left"], 1);
    assert!(needed.contains("needs a grade"), "{needed}");
    assert_eq!(needed.matches("--grade 2:").count(), 1, "{needed}");
    home.fails(NOW, &["start", "a-program", "--grade", "1"], 1);
    let told = json(&home.ok(NOW, &["today", "--json"]));
    assert_eq!(told["episode"]["condition"], "hamstring-strain", "limits of the condition hold");
}

#[test]
fn a_running_plan_moves_to_a_new_text_only_when_told_to() {
    let home = Home::new();
    home.ok(NOW, &["program", "new", "gentle", "--from", "hamstring-strain-2"]);
    // Strained before: this person's plan is slower than its text.
    home.ok(NOW, &["start", "gentle", "--side", "left", "--answer", "same-strain-12-months=yes"]);
    assert!(home.ok(NOW, &["program", "update"]).contains("already"));
    edit(&own(&home, "gentle"), "minimum-days = 5", "minimum-days = 6");
    edit(&own(&home, "gentle"), "version = 1", "version = 2");

    let output = home.run(NOW, &["program", "update"]);
    assert_eq!(output.status.code(), Some(0));
    let (text, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(text, "From gentle (version 1) to gentle (version 2):\n- p1 minimum days: 5 -> 6\n");
    assert!(said.contains("Nothing was changed. To move the plan: sinew program update --yes"), "{said}");
    let dry = json(&home.ok(NOW, &["program", "update", "--json"]));
    assert_eq!((&dry["updated"], dry["differences"].as_array().unwrap().len()), (&false.into(), 1));

    let moved = json(&home.ok(NOW, &["program", "update", "--yes", "--json"]));
    assert_eq!(moved["updated"], true);
    assert!(home.ok(NOW, &["program", "update", "--yes"]).contains("already"));
    home.fails("2026-03-04T12:00", &["program", "update", "--yes", "--as-of", "2026-03-03"], 1);
}

#[test]
fn a_broken_program_of_ones_own_takes_nothing_away() {
    let home = Home::new();
    home.ok(NOW, &["program", "new", "gentle", "--from", "hamstring-strain-2"]);
    home.ok(NOW, &["start", "gentle", "--side", "left"]);
    edit(&own(&home, "gentle"), "dose = \"2x15\"", "dose = \"2y15\"");
    for args in [
        &["program", "list"][..],
        &["program", "show", "sciatica"],
        &["explain", "heel-press"],
        &["explain", "walking"],
        &["today"],
        &[],
    ] {
        home.ok(NOW, args);
    }
    let named = home.fails(NOW, &["program", "update", "--yes"], 4);
    assert!(named.contains("gentle.toml") && named.contains("2y15"), "{named}");
}

/// Each of these fields is there, and stands on the page about JSON.
fn promised(parts: &[(&serde_json::Value, &[&str])]) {
    let page = include_str!("../../docs/json.md");
    for (value, keys) in parts {
        for key in *keys {
            assert!(value.get(key).is_some() && page.contains(key), "{key} in {value}");
        }
    }
}

#[test]
fn the_page_of_a_program_as_json_holds_what_is_promised() {
    let home = Home::new();
    let document = |args: &[&str]| json(&home.ok(NOW, &[args, &["--json"]].concat()));
    let show = document(&["program", "show", "hamstring-strain-3"]);
    let phase = &show["phases"][3];
    let of_line = [
        "id",
        "version",
        "name",
        "condition",
        "grade",
        "regions",
        "own",
        "phases",
        "window_days",
        "return_not_before",
    ];
    let list = document(&["program", "list"]);
    promised(&[
        (&list["programs"][0], &of_line),
        (&show, &of_line),
        (&show, &["summary", "slow_days", "brakes", "avoid", "checks", "slower", "why", "source", "sources"]),
        (&show["checks"][0], &["id", "title", "urgency", "gate", "action", "why", "source"]),
        (&show["slower"][0], &["id", "when", "question", "return_later", "phases", "times", "why", "source"]),
        (
            phase,
            &[
                "id",
                "stage",
                "name",
                "goal",
                "earliest_day",
                "minimum_days",
                "stalled_day",
                "caps",
                "entry",
                "exit",
                "exercises",
                "care",
                "why",
                "source",
            ],
        ),
        (&phase["caps"], &["green", "amber", "morning_rise"]),
        (&phase["exit"][0], &["id", "wanted", "goals", "why", "source"]),
        (
            &phase["exercises"][0],
            &[
                "id",
                "name",
                "dose",
                "grows_to",
                "clean_sessions",
                "frequency",
                "cap",
                "from_day",
                "after",
                "stop_on",
                "rungs",
                "goals",
                "prescribed",
                "supervised",
                "tempo",
                "note",
                "why",
                "source",
            ],
        ),
        (
            &show["phases"][0]["care"][0],
            &["id", "minutes", "every_hours", "from_day", "until_day", "note", "why", "source"],
        ),
    ]);
}

#[test]
fn the_other_documents_over_programs_hold_what_is_promised() {
    let home = Home::new();
    home.ok(NOW, &["program", "new", "gentle", "--from", "hamstring-strain-3"]);
    home.ok(NOW, &["start", "gentle", "--side", "left"]);
    edit(&own(&home, "gentle"), "dose = \"2x15\"", "dose = \"2x10\"");
    let document = |args: &[&str]| json(&home.ok(NOW, &[args, &["--json"]].concat()));
    let diff = document(&["program", "diff", "gentle", "sciatica"]);
    let new = document(&["program", "new", "other"]);
    let check = document(&["program", "check", &own(&home, "other")]);
    promised(&[
        (&diff, &["from", "to", "differences"]),
        (&diff["differences"][0], &["place", "before", "after"]),
        (
            &document(&["program", "update"]),
            &["from", "to", "differences", "updated", "episode", "phase", "action"],
        ),
        (&new, &["id", "file"]),
        (&check, &["files", "mistakes"]),
        (&check["files"][0], &["file", "kind", "ids"]),
        (
            &document(&["explain", "heel-press"]),
            &["id", "kind", "title", "says", "why", "source", "sources", "used_in", "others"],
        ),
        (&document(&["explain"])["kinds"][0], &["heading", "ids"]),
    ]);
    let page = include_str!("../../docs/json.md");
    let names = ["programs", "program", "program-check", "program-new", "program-diff", "program-update"];
    for name in names.iter().chain(&["explainable"]) {
        assert!(page.contains(&format!("sinew/{name}/1")), "{name}");
    }
}

/// The blocks of the page on writing programs, one after the other, are a
/// program without a mistake.
#[test]
fn the_program_that_the_page_teaches_is_right() {
    let page = include_str!("../../docs/programs.md");
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert!(blocks.len() >= 5, "the page teaches by example");
    let text = blocks.concat();
    let library = Catalog::builtin_library().unwrap();
    if let Err(mistakes) = read_program("docs/programs.md", &text, &library) {
        panic!("{}", mistakes.draw(false));
    }
}
