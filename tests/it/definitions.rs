//! Definition files: the built-in ones are right, and each mistake in another
//! one is named where it stands.

use std::fs;
use std::path::Path;

use sinew::catalog::{Catalog, read_library_file, read_program};
use sinew::domain::program::Stage;

#[test]
fn every_built_in_file_is_right() {
    if let Err(error) = Catalog::builtin() {
        let drawn: Vec<String> = error.0.iter().map(|m| m.draw(false)).collect();
        panic!("{error}\n{}", drawn.join("\n\n"));
    }
}

/// Each file in `tests/definitions` beside the messages that it gets. Set
/// `SNAPSHOTS=overwrite` to write what is said now.
#[test]
fn mistakes_are_named_where_they_stand() {
    let library = Catalog::builtin_library().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions");
    let mut checked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let said = match read_program(name, &fs::read_to_string(&path).unwrap(), &library) {
            Ok(_) => "right\n".to_owned(),
            Err(mistakes) => mistakes.draw(false) + "\n",
        };
        let expected = path.with_extension("txt");
        if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
            fs::write(&expected, &said).unwrap();
        }
        snapbox::assert_data_eq!(said, snapbox::Data::read_from(&expected, None).raw());
        checked += 1;
    }
    assert!(checked >= 14, "only {checked} files were looked at");
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
    assert_eq!(said(&rule("rf-07", &sourced(when))), ["duplicate-id"]);
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
