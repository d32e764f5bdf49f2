//! What is built in: the compact form holds what the files say, and a command that
//! decodes a part of it has the same as one that decodes everything.

use std::fs;
use std::path::{Path, PathBuf};

use sinew::app::App;
use sinew::catalog::{Catalog, hash};
use sinew::domain::entry::Side;
use sinew::store::Store;

use super::support::{day, now, request};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// The definitions as their files say them, read at once.
fn read() -> Catalog {
    Catalog::of_folder(&folder()).unwrap_or_else(|error| {
        let drawn: Vec<String> = error.0.iter().map(|m| m.draw(false)).collect();
        panic!("{error}\n{}", drawn.join("\n\n"))
    })
}

#[test]
fn what_is_decoded_is_what_the_files_say() {
    let (read, decoded) = (read(), Catalog::builtin().unwrap());
    assert_eq!(decoded.library, read.library);
    assert!(decoded.library.rules.len() > 40 && decoded.library.patterns.len() > 10);
    assert!(decoded.programs.keys().eq(read.programs.keys()));
    for (id, definition) in &decoded.programs {
        let of_file = &read.programs[id];
        assert_eq!(definition.program, of_file.program, "{id}");
        assert_eq!(definition.text, of_file.text, "{id}");
        assert_eq!(definition.hash, hash(&of_file.text), "{id}");
        assert_eq!(definition.own, None, "{id}");
    }
    let files = fs::read_dir(folder()).unwrap();
    let files = files.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "toml"));
    assert_eq!(decoded.programs.len(), files.count(), "a program was left out");
}

#[test]
fn a_plan_is_judged_by_the_same_library_without_what_is_only_looked_up() {
    let mut expected = read().library;
    expected.patterns.clear();
    expected.wells.clear();
    expected.topics.clear();
    expected.words.clear();
    let of_plans = Catalog::of_plans().unwrap();
    assert_eq!(of_plans.library, expected);
    assert!(of_plans.programs.is_empty());
}

#[test]
fn a_program_is_found_by_the_hash_of_its_text() {
    let of_plans = Catalog::of_plans().unwrap();
    for definition in Catalog::builtin().unwrap().programs.values() {
        assert_eq!(of_plans.built_in(&definition.hash), Some(definition.program.clone()));
    }
    assert_eq!(of_plans.built_in(&hash("another text")), None);
}

#[test]
fn a_plan_stands_the_same_beside_a_part_of_the_definitions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    let mut whole = App::new(Catalog::builtin().unwrap(), Store::open(&path).unwrap());
    let on = now("2026-03-02T08:00");
    let episode = whole.start(request("hamstring-strain", 2, Side::Left, day("2026-03-02")), on).unwrap();
    let part = App::new(Catalog::of_plans().unwrap(), Store::open(&path).unwrap());
    let (whole, part) = (whole.situation(&episode, on).unwrap(), part.situation(&episode, on).unwrap());
    assert_eq!(part.program, whole.program);
    assert_eq!(part.advice, whole.advice);
    assert_eq!(part.plan, whole.plan);
}

#[test]
fn every_file_with_a_mistake_is_named() {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("library")).unwrap();
    for part in ["", "library"] {
        for file in fs::read_dir(folder().join(part)).unwrap().map(|e| e.unwrap().path()) {
            if file.is_file() {
                fs::copy(&file, copy.path().join(part).join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    assert_eq!(Catalog::of_folder(copy.path()).unwrap().library, read().library);
    let change = |file: &str, from: &str, to: &str| {
        let path = copy.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    let found = || {
        let error = Catalog::of_folder(copy.path()).unwrap_err();
        let said = error.0.iter().flat_map(|m| &m.list).map(|d| format!("{} {}", d.file, d.code));
        said.collect::<Vec<_>>()
    };
    change("calf-strain-1.toml", "version = ", "versoin = ");
    change("sciatica.toml", "stage = \"police\"", "stage = \"polise\"");
    assert_eq!(
        found(),
        ["calf-strain-1.toml missing-key", "calf-strain-1.toml unknown-key", "sciatica.toml unknown-word"]
    );
    // Programs are held against a library that is right, or not at all.
    change("library/limits.toml", "why = ", "wy = ");
    fs::remove_file(copy.path().join("library/words.toml")).unwrap();
    assert_eq!(
        found(),
        [
            "library/limits.toml missing-key",
            "library/limits.toml unknown-key",
            "library/words.toml unreadable"
        ]
    );
}
