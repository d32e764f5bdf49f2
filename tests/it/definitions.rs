//! Definition files: the built-in ones are right, and each mistake in another
//! one is named where it stands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sinew::catalog::{Catalog, Code, Mistakes, codes, read_library_file, read_program};
use sinew::domain::program::Stage;

/// The files of `tests/definitions` and its folders, with their text.
fn fixtures() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions");
    let mut folders = vec![folder];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

/// What is wrong in one of these files; nothing when it is right.
fn mistakes(catalog: &Catalog, path: &Path, text: &str) -> Option<Mistakes> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    if folder == "definitions" {
        return catalog.check(name, text).err();
    }
    let mut library = catalog.library.clone();
    if folder == "measures" {
        // Nobody adds measures: such a file is read in place of the built-in one.
        library.measures.clear();
    }
    read_library_file(name, folder, text, &mut library).err()
}

/// Each file in `tests/definitions` beside the messages that it gets: programs,
/// and other files in a folder that says what they hold. Set
/// `SNAPSHOTS=overwrite` to write what is said now.
#[test]
fn mistakes_are_named_where_they_stand() {
    let catalog = Catalog::builtin().unwrap();
    let fixtures = fixtures();
    for (path, text) in &fixtures {
        let said = match mistakes(&catalog, path, text) {
            None => "right\n".to_owned(),
            Some(mistakes) => mistakes.draw(false) + "\n",
        };
        let expected = path.with_extension("txt");
        if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
            fs::write(&expected, &said).unwrap();
        }
        snapbox::assert_data_eq!(said, snapbox::Data::read_from(&expected, None).raw());
    }
    assert!(fixtures.len() >= 100, "only {} files were looked at", fixtures.len());
}

/// Each code stands in at least one of the files, so that none is left behind,
/// and each tells what it means and how it is mended.
#[test]
fn every_code_has_a_file_that_shows_it() {
    let catalog = Catalog::builtin().unwrap();
    let mut seen: BTreeSet<&str> = fixtures()
        .iter()
        .filter_map(|(path, text)| mistakes(&catalog, path, text))
        .flat_map(|mistakes| mistakes.list.into_iter().map(|d| d.code))
        .collect();
    // A file that is no text cannot stand among them.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("latin-1.toml"), b"name = \"Physioth\xe9rapie\"\n").unwrap();
    let error = Catalog::builtin().unwrap().add_folder(folder.path()).unwrap_err();
    seen.extend(error.0.iter().flat_map(|m| m.list.iter().map(|d| d.code)));

    let table: Vec<&str> = codes().iter().map(|code| code.id()).collect();
    assert_eq!(table.iter().copied().collect::<BTreeSet<_>>(), seen);
    assert_eq!(table.len(), seen.len(), "a code stands twice in the table");
    for code in codes() {
        assert_eq!(Code::of_id(code.id()), Some(*code));
        for text in [code.means(), code.mend()] {
            assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", code.id());
        }
    }
    assert_eq!(Code::of_id("nothing"), None);
}

/// Own programs are held against each other, in whatever order they are read,
/// and a lighter one may be as careful as it likes.
#[test]
fn the_programs_of_a_folder_are_held_against_each_other() {
    let good = include_str!("../definitions/good.toml");
    let graded = |id: &str, grade: u8, amber: u8| {
        good.replace("id = \"small\"", &format!("id = \"{id}\"\ngrade = {grade}"))
            .replace("amber = 2", &format!("amber = {amber}"))
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let mut catalog = Catalog::builtin().unwrap();
    write("a.toml", graded("graver", 2, 3));
    write("b.toml", graded("lighter", 1, 2));
    let error = catalog.add_folder(folder.path()).unwrap_err();
    let found: Vec<(&str, usize)> = error.0.iter().flat_map(|m| &m.list).map(|d| (d.code, d.line)).collect();
    assert_eq!(found, [("falling-grade", 25)]);
    assert!(!catalog.programs.contains_key("lighter"), "nothing is added then");

    write("a.toml", graded("graver", 2, 2));
    write("b.toml", graded("lighter", 1, 2).replace("earliest-day = 0", "earliest-day = 0 # as late"));
    catalog.add_folder(folder.path()).unwrap();
    assert!(catalog.programs.contains_key("lighter"));
    let again = catalog.add_folder(folder.path()).unwrap_err();
    assert!(again.0.iter().flat_map(|m| &m.list).all(|d| d.code == "duplicate-id"), "{again}");
}

/// Whatever is deleted or mistyped in a program, the reader names mistakes at
/// lines that exist, or reads it; it never panics. A sample of the lines, which
/// differs from file to file.
#[test]
fn a_program_with_a_damaged_line_is_read_or_refused() {
    let catalog = Catalog::builtin().unwrap();
    let wrong = [r#""wrong""#, "-7", "[[3]]", "{ }", "nan", "true", r#""2x99999999999""#, "", "'''"];
    let (mut read, mut refused) = (0, 0);
    for (id, definition) in &catalog.programs {
        let lines: Vec<&str> = definition.text.lines().collect();
        let keyed = (0..lines.len()).filter(|at| lines[*at].contains(" = "));
        for (nth, at) in keyed.enumerate().filter(|(nth, _)| nth % 7 == id.len() % 7) {
            let key = lines[at].split(" = ").next().unwrap();
            let other = format!("{key} = {}", wrong[nth / 7 % wrong.len()]);
            for line in ["", &other] {
                let mut damaged = lines.clone();
                damaged[at] = line;
                let Err(mistakes) = catalog.check(id, &damaged.join("\n")) else {
                    read += 1;
                    continue;
                };
                refused += 1;
                for mistake in &mistakes.list {
                    assert!((1..=lines.len()).contains(&mistake.line), "{id} {at}: {mistake:?}");
                }
                assert!(!mistakes.draw(false).is_empty());
            }
        }
    }
    assert!(read > 20 && refused > 500, "{read} read, {refused} refused");
}

/// A rule that was tightened since takes no running plan away: it goes on, within
/// the limits of today. Nobody starts on such a text any more.
#[test]
fn a_pinned_text_that_allowed_more_pain_is_read_within_the_limit_of_today() {
    let catalog = Catalog::builtin().unwrap();
    let good = include_str!("../definitions/good.toml");
    let with = |green: &str, amber: &str, cap: &str| {
        good.replace("green = 1, amber = 2", &format!("green = {green}, amber = {amber}"))
            .replace("cap = 1", &format!("cap = {cap}"))
    };
    let pains = |text: &str| {
        let phase = &catalog.pinned("small", text).unwrap().program.phases[0];
        (phase.caps.green, phase.caps.amber, phase.exercises[0].cap)
    };
    let old = with("5.5", "9", "8");
    assert!(read_program("small.toml", &old, &catalog.library).is_err());
    assert!(catalog.check("small.toml", &old).is_err());
    assert_eq!(pains(&old), (5.0, 5.0, 5.0));
    let definition = catalog.pinned("small", &old).unwrap();
    assert_eq!((&definition.text, &definition.hash), (&old, &sinew::catalog::hash(&old)));
    // What was no pain at all, or out of order, is as wrong as ever.
    for never in [with("1", "11", "1"), with("4", "3", "1"), with("1", "2", "3")] {
        assert!(catalog.pinned("small", &never).is_err());
    }
    // What is right today is read as it stands, in every built-in program as well.
    assert_eq!(pains(&with("1", "2", "1.5")), (1.0, 2.0, 1.5));
    for (id, definition) in &catalog.programs {
        assert_eq!(catalog.pinned(id, &definition.text).unwrap().program, definition.program, "{id}");
    }
}

#[test]
fn a_file_with_seven_mistakes_reports_seven() {
    let library = Catalog::builtin_library().unwrap();
    let text = include_str!("../definitions/seven-mistakes.toml");
    let mistakes = read_program("seven-mistakes.toml", text, &library).unwrap_err();
    let lines: Vec<usize> = mistakes.list.iter().map(|d| d.line).collect();
    // The misspelt key is missing under its right name as well.
    assert_eq!(mistakes.list.iter().filter(|d| d.code != "missing-key").count(), 7, "{lines:?}");
    assert!(lines.windows(2).all(|pair| pair[0] <= pair[1]), "in the order of the text: {lines:?}");
}

#[test]
fn mistakes_in_red_flags_are_named() {
    let said = |text: &str| {
        let mut library = Catalog::builtin_library().unwrap();
        let mistakes = read_library_file("red-flags.toml", "red-flags", text, &mut library).unwrap_err();
        mistakes.list.into_iter().map(|d| d.code).collect::<Vec<_>>()
    };
    let rule = |id: &str, rest: &str| {
        format!(
            "schema = 1\n[[rule]]\nid = \"{id}\"\nurgency = \"urgent\"\ntitle = \"T\"\ncan-be-a-sign-of = \"x\"\n\
             action = \"See a doctor today.\"\nwhy = \"w\"\n{rest}"
        )
    };
    let when = "[[rule.when]]\nall = [{ question = \"fever\" }]\n";
    assert_eq!(said(&rule("own", when)), ["no-source"]);
    let sourced = |rest: &str| format!("source = [\"ours\"]\n{rest}");
    assert_eq!(said(&rule("rf-07", &sourced(when))), ["weakens"]);
    assert_eq!(said(&rule("own", &sourced(&when.replace("fever", "fevr")))), ["unknown-id"]);
    assert_eq!(said(&rule("own", &sourced("[[rule.when]]\nall = []\n"))), ["never-true"]);
    assert_eq!(said(&rule("own", &sourced(""))), ["missing-key"]);
    let covered = format!("covered-by = [\"rf-40\"]\n{when}");
    assert_eq!(said(&rule("own", &sourced(&covered))), ["weakens"]);
    for twice in [
        "[[rule.when]]\nall = [{ question = \"region\", is = [\"calf\"] }, { question = \"region\", is = [\"knee\"] }]\n",
        "[[rule.when]]\nall = [{ question = \"age\", op = \"<\", value = 20 }, { question = \"age\", op = \">\", value = 55 }]\n",
        "[[rule.when]]\nall = [{ question = \"fever\" }]\nunless = [{ question = \"fever\" }]\n",
    ] {
        assert_eq!(said(&rule("own", &sourced(twice))), ["never-true"], "{twice}");
    }
    let number = "[[rule.when]]\nall = [{ question = \"pain-now\", op = \">=\", value = 11 }]\n";
    assert_eq!(said(&rule("own", &sourced(number))), ["out-of-range"]);
}

/// Gates, caps and criteria that have to stand in the shipped programs as the
/// published rows give them: file, phase, earliest day, minimum days, caps.
#[test]
fn the_gates_and_caps_of_the_strain_programs() {
    let catalog = Catalog::builtin().unwrap();
    let rows = [
        ("hamstring-strain-1", [(0_i64, 3_i64), (3, 4), (7, 4), (11, 5), (21, 60)], 16),
        ("hamstring-strain-2", [(0, 5), (5, 9), (14, 14), (28, 7), (56, 60)], 35),
        ("hamstring-strain-3", [(0, 14), (14, 28), (42, 42), (84, 28), (180, 60)], 112),
    ];
    for (id, gates, full_return) in rows {
        let program = &catalog.programs[id].program;
        let found: Vec<(i64, i64)> =
            program.phases.iter().map(|p| (p.earliest_day, p.minimum_days)).collect();
        assert_eq!(found, gates, "{id}");
        assert_eq!(program.return_not_before, full_return, "{id}");
        for (at, phase) in program.phases.iter().enumerate() {
            let wanted = match at {
                _ if at < 2 || program.grade == Some(3) => (1.0, 2.0, 0.0),
                2 | 3 => (2.0, 4.0, 1.0),
                // The last phase is prevention.
                _ => (2.0, 3.0, 0.0),
            };
            let caps = (phase.caps.green, phase.caps.amber, phase.caps.morning_rise);
            assert_eq!(caps, wanted, "{id} {}", phase.id);
        }
    }
    let first_day = |program: &str, exercise: &str| {
        let phases = &catalog.programs[program].program.phases;
        let days = phases.iter().flat_map(|p| {
            p.exercises.iter().filter(|e| e.exercise == exercise).map(|e| e.from_day.max(p.earliest_day))
        });
        days.min().unwrap()
    };
    for (exercise, days) in [
        ("heel-press", [2, 4, 14]),
        ("two-leg-bridge", [4, 8, 21]),
        ("single-leg-bridge", [7, 14, 42]),
        ("hamstring-curl", [7, 14, 42]),
        ("squat", [11, 28, 84]),
        ("nordic-curl", [21, 56, 180]),
    ] {
        for (grade, day) in (1..).zip(days) {
            assert_eq!(
                first_day(&format!("hamstring-strain-{grade}"), exercise),
                day,
                "{exercise}, grade {grade}"
            );
        }
    }
    for (grade, earliest) in (1..).zip([5, 10, 28]) {
        let found = first_day(&format!("hamstring-strain-{grade}"), "standing-hamstring-stretch");
        assert!(found >= earliest, "grade {grade}: a stretch on day {found}");
    }
    let minimum = |id: &str| {
        catalog.programs[id].program.phases.iter().take(4).map(|p| p.minimum_days).collect::<Vec<_>>()
    };
    assert_eq!(minimum("calf-strain-1"), [3, 4, 7, 7]);
    assert_eq!(minimum("calf-strain-2"), [7, 10, 14, 14]);
}

/// The same for the programs that are no strain of a limb.
#[test]
fn the_gates_and_caps_of_the_other_programs() {
    let catalog = Catalog::builtin().unwrap();
    let rows = [
        (
            "proximal-hamstring-tendinopathy",
            vec![(0_i64, 7_i64), (7, 28), (35, 28), (63, 28), (91, 60)],
            (3.0, 5.0, 1.0),
            91,
        ),
        ("sciatica", vec![(0, 3), (3, 14), (17, 21), (38, 14), (52, 60)], (3.0, 4.0, 1.0), 52),
        ("low-back-strain", vec![(0, 2), (2, 7), (9, 14), (23, 14), (37, 60)], (3.0, 5.0, 1.0), 37),
        ("thigh-tightness", vec![(0, 3), (3, 7), (10, 14), (24, 28)], (2.0, 3.0, 0.0), 10),
        ("prevention", vec![(0, 14), (14, 28), (42, 21), (63, 14), (77, 42), (119, 60)], (2.0, 3.0, 0.0), 0),
    ];
    for (id, gates, caps, full_return) in rows {
        let program = &catalog.programs[id].program;
        let found: Vec<(i64, i64)> =
            program.phases.iter().map(|p| (p.earliest_day, p.minimum_days)).collect();
        assert_eq!(found, gates, "{id}");
        assert_eq!(program.return_not_before, full_return, "{id}");
        for phase in &program.phases {
            assert_eq!((phase.caps.green, phase.caps.amber, phase.caps.morning_rise), caps, "{id}");
            for care in phase.care.iter().filter(|c| c.care == "heat") {
                assert!(care.from_day >= 3, "{id}: heat before 72 hours");
            }
            for prescription in &phase.exercises {
                let exercise = &catalog.library.exercises[&prescription.exercise];
                let name = format!("{id} {} {}", phase.id, exercise.id);
                let early = phase.stage <= Stage::Stretching;
                assert!(!exercise.is("nordic") || phase.stage == Stage::Maintenance, "{name}");
                assert!(!exercise.is("nerve-glide") || prescription.prescribed, "{name}");
                assert!(prescription.cap <= phase.caps.green, "{name}");
                if matches!(id, "proximal-hamstring-tendinopathy" | "sciatica") {
                    assert!(!exercise.is("hamstring-stretch"), "{name}");
                }
                if id == "proximal-hamstring-tendinopathy" {
                    assert!(!exercise.is("static-stretch"), "{name}");
                    assert!(!(early && exercise.is("end-range-hip-flexion")), "{name}");
                    assert!(
                        phase.stage >= Stage::Return || !exercise.is("jump") && !exercise.is("run"),
                        "{name}"
                    );
                }
            }
        }
    }
}

/// The questions are a contract: their number, and an id, kind and choice of each kind.
#[test]
fn the_questions_keep_their_ids_and_choices() {
    let library = Catalog::builtin_library().unwrap();
    assert_eq!(library.questions.len(), 140);
    let ids: Vec<&str> = library.questions.iter().map(|q| q.id.as_str()).collect();
    let digest = sinew::catalog::hash(&ids.join("\n"));
    assert_eq!(&digest[..16], "bd7ef14bc0aca569");
}
