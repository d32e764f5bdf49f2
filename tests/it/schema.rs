//! The JSON Schema of programs, judged by a validator that is not ours.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value as Json;
use sinew::catalog::{Catalog, Mistakes, read_program};
use sinew::domain::program::Stage;
use toml::{Table, Value};

/// A program in which every key stands that there is.
const FULL: &str = include_str!("../definitions/full.toml");

fn schema() -> Json {
    serde_json::from_str(Catalog::schema()).unwrap()
}

fn validator() -> Validator {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema), "the schema itself is not valid");
    jsonschema::draft202012::new(&schema).unwrap()
}

fn json(text: &str) -> Json {
    serde_json::to_value(text.parse::<Table>().unwrap()).unwrap()
}

fn definitions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| (p.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&p).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_program_is_valid() {
    let validator = validator();
    for (id, definition) in Catalog::builtin().unwrap().programs {
        let errors: Vec<String> = validator
            .iter_errors(&json(&definition.text))
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{id}: {errors:#?}");
        let first = definition.text.lines().next();
        assert_eq!(first, Some("#:schema ./schema/program.schema.json"), "{id}");
    }
}

/// What a schema can see of the bad programs, file by file. What it lets pass
/// needs the library, or two places of the file at once.
#[test]
fn the_schema_rejects_what_it_can_see() {
    let validator = validator();
    let rejected: Vec<String> = definitions()
        .into_iter()
        .filter(|(_, text)| {
            text.parse::<Table>().is_ok_and(|t| !validator.is_valid(&serde_json::to_value(t).unwrap()))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        rejected,
        [
            "amber-of-6",
            "bad-id",
            "cap-of-11",
            "caps-are-a-table",
            "caps-upside-down",
            "empty",
            "empty-texts",
            "grade-4",
            "how-often-twice",
            "missing-why",
            "months",
            "negative-deficit",
            "no-dose",
            "no-exit",
            "no-step-back",
            "no-subject",
            "phases-are-tables",
            "ratio-of-yes-and-no",
            "samples-of-the-latest",
            "session-pain-of-11",
            "seven-mistakes",
            "slower-that-is-faster",
            "unknown-goal",
            "unknown-key",
            "unknown-schema",
            "unknown-words",
            "waiting",
            "worst-ratio",
            "wrong-types",
        ]
    );
}

/// The reader is never milder than the schema: what it reads, the schema takes.
#[test]
fn what_the_reader_takes_the_schema_takes() {
    let catalog = Catalog::builtin().unwrap();
    let validator = validator();
    let mut right = 0;
    for (name, text) in definitions() {
        if catalog.check(&name, &text).is_ok() {
            right += 1;
            assert!(validator.is_valid(&json(&text)), "{name}");
        }
    }
    assert!(right >= 2, "the good one and the full one");
}

/// Where the tables of a program stand, each as the keys that lead to it.
fn tables(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            found.push(at.to_owned());
            for (key, value) in table {
                tables(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate() {
                tables(item, &format!("{at}/{nth}"), found);
            }
        }
        _ => {}
    }
}

fn table_at<'v>(root: &'v mut Value, path: &str) -> &'v mut Table {
    let mut at = root;
    for step in path.split('/').skip(1) {
        at = match step.parse::<usize>() {
            Ok(nth) => &mut at[nth],
            Err(_) => &mut at[step],
        };
    }
    at.as_table_mut().unwrap()
}

/// What both say about a changed program.
fn both(root: &Value, validator: &Validator) -> (Option<Mistakes>, bool) {
    let library = &Catalog::builtin_library().unwrap();
    let text = toml::to_string(root).unwrap();
    let valid = validator.is_valid(&serde_json::to_value(root).unwrap());
    (read_program("changed.toml", &text, library).err(), valid)
}

/// An unknown key in any table of a program is refused by both.
#[test]
fn reader_and_schema_refuse_the_same_keys() {
    let validator = validator();
    let full: Value = FULL.parse::<Table>().unwrap().into();
    let mut found = Vec::new();
    tables(&full, "", &mut found);
    let kinds: BTreeSet<String> =
        found.iter().map(|path| path.replace(|c: char| c.is_ascii_digit(), "")).collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
    for path in &found {
        let mut changed = full.clone();
        table_at(&mut changed, path).insert("no-such-key".to_owned(), Value::Boolean(true));
        let (mistakes, valid) = both(&changed, &validator);
        let codes: Vec<&str> = mistakes.iter().flat_map(|m| &m.list).map(|d| d.code).collect();
        assert_eq!(codes, ["unknown-key"], "{path}");
        assert!(!valid, "the schema takes an unknown key at {path}");
    }
}

/// A key that one of the two wants, the other wants as well: each key of the
/// full program is taken away in turn.
#[test]
fn reader_and_schema_want_the_same_keys() {
    let validator = validator();
    let full: Value = FULL.parse::<Table>().unwrap().into();
    let mut found = Vec::new();
    tables(&full, "", &mut found);
    let (mut wanted, mut spare) = (BTreeSet::new(), BTreeSet::new());
    for path in &found {
        let keys: Vec<String> = table_at(&mut full.clone(), path).keys().cloned().collect();
        for key in keys {
            let mut changed = full.clone();
            table_at(&mut changed, path).remove(&key);
            let (mistakes, valid) = both(&changed, &validator);
            let shape = mistakes.iter().flat_map(|m| &m.list).any(|d| {
                matches!(
                    d.code,
                    "missing-key"
                        | "no-source"
                        | "no-subject"
                        | "no-frequency"
                        | "no-exit"
                        | "no-step-back"
                        | "unknown-key"
                )
            });
            // Whether an answer needs `is` depends on the question, which no schema knows.
            if key != "is" || !path.ends_with("/when") {
                assert_eq!(shape, !valid, "{path}/{key}: reader {mistakes:?}");
            }
            let kind = format!("{path}/{key}").replace(|c: char| c.is_ascii_digit(), "");
            if shape {
                wanted.insert(kind)
            } else {
                spare.insert(kind)
            };
        }
    }
    assert!(wanted.len() >= 60 && spare.len() >= 25, "{} wanted, {} spare", wanted.len(), spare.len());
}

/// Every key that the schema names stands in the full program, which the reader
/// takes: the schema promises no key that the reader does not know.
#[test]
fn the_full_program_holds_every_key_of_the_schema() {
    let schema = schema();
    let mut used = BTreeSet::new();
    let full: Value = FULL.parse::<Table>().unwrap().into();
    let mut found = Vec::new();
    tables(&full, "", &mut found);
    for path in &found {
        used.extend(table_at(&mut full.clone(), path).keys().cloned());
    }
    let mut named: BTreeSet<String> = BTreeSet::new();
    let roots = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for properties in roots.filter_map(|def| def["properties"].as_object()) {
        named.extend(properties.keys().cloned());
    }
    assert_eq!(named, used);
    let catalog = Catalog::builtin().unwrap();
    if let Err(mistakes) = catalog.check("full.toml", FULL) {
        panic!("{}", mistakes.draw(false));
    }
}

#[test]
fn the_schema_names_the_stages_of_the_program() {
    let stages: Vec<Json> = Stage::ALL.iter().map(|s| s.id().into()).collect();
    assert_eq!(schema()["$defs"]["phase"]["properties"]["stage"]["enum"], Json::Array(stages));
}
