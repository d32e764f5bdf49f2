//! Each module may use only what the layout allows.

use std::fs;
use std::path::{Path, PathBuf};

/// A module, and what it never uses.
const NEVER: [(&str, &[&str]); 6] = [
    (
        "domain",
        &[
            "crate::app",
            "crate::catalog",
            "crate::cli",
            "crate::render",
            "crate::store",
            "rusqlite",
            "toml",
            "std::fs",
            "std::io",
            "std::env",
            "println!",
            "print!",
            "Local::now",
            "Utc::now",
            "SystemTime",
        ],
    ),
    (
        "catalog",
        &["crate::app", "crate::cli", "crate::render", "crate::store", "rusqlite", "println!", "::now("],
    ),
    (
        "store",
        &["crate::app", "crate::catalog", "crate::cli", "crate::render", "toml::", "println!", "::now("],
    ),
    (
        "render",
        &["crate::app", "crate::catalog", "crate::cli", "crate::store", "rusqlite", "println!", "::now("],
    ),
    ("app", &["crate::cli", "crate::render", "rusqlite", "println!", "Local", "Utc::now", "SystemTime"]),
    (
        "cli",
        &["rusqlite", "SELECT ", "INSERT ", "crate::domain::criteria", "crate::domain::brakes", "::now("],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn modules_keep_to_their_rooms() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for (module, never) in NEVER {
        let files = sources(&src.join(module));
        assert!(!files.is_empty(), "{module} has no files: the test looks at nothing");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            // Tests inside a module may reach further.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let line = line.split("//").next().unwrap_or_default();
                for word in never {
                    if line.contains(word) {
                        broken.push(format!("{}:{}: {word}", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_rule_would_notice_a_breach() {
    let domain = NEVER[0].1;
    assert!(domain.iter().any(|word| "use crate::store::Store;".contains(word)));
    assert!(domain.iter().any(|word| "let now = chrono::Local::now();".contains(word)));
}
