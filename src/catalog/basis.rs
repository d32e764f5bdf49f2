//! What every table of every file carries: an id, a reason, a source, tags.

use crate::domain::library::Library;

use super::codes::Code;
use super::reader::{Node, did_you_mean};

/// The longest time that a definition speaks about, in days.
pub(super) const LAST_DAY: i64 = 3650;

/// Exercise tags that safety rules know.
pub(super) const TAGS: [&str; 27] = [
    "gentle-motion",
    "walk",
    "isometric",
    "bridge",
    "core",
    "balance",
    "stretch",
    "static-stretch",
    "eccentric",
    "eccentric-high",
    "nordic",
    "strength",
    "loaded-deadlift",
    "jump",
    "run",
    "sprint",
    "bike",
    "lengthening",
    "warm-up",
    "mobility",
    "protection",
    "hamstring-stretch",
    "nerve-glide",
    "end-range-hip-flexion",
    "back-mobility",
    "running-load",
    "external-weight",
];

/// Care tags that safety rules know.
pub(super) const CARE_TAGS: [&str; 9] =
    ["cold", "heat", "compression", "elevation", "massage", "roller", "protection", "medicine", "aid"];

/// The id of a table, which must be new and in kebab case.
pub(super) fn new_id(node: &Node<'_>, taken: bool, id: &str) {
    if taken {
        node.report(Code::DuplicateId, node.span_of("id"), format!("`{id}` is there already"), None);
    }
    if !id.is_empty() && !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let hint = "ids are lower-case letters, digits and hyphens".to_owned();
        node.report(Code::BadId, node.span_of("id"), format!("`{id}` is no id"), Some(hint));
    }
}

/// The `why` and `source` that every rule carries.
pub(super) fn basis(node: &Node<'_>, library: &Library) -> (String, Vec<String>) {
    (node.text("why"), sourced(node, library))
}

/// The `source` list, at least one key, each known.
pub(super) fn sourced(node: &Node<'_>, library: &Library) -> Vec<String> {
    let keys = node.spanned_texts("source");
    if keys.is_empty() {
        let hint = "name at least one key of sources.toml".to_owned();
        node.report(Code::NoSource, node.span_of("source"), "`source` is missing".to_owned(), Some(hint));
    }
    for (key, span) in &keys {
        if !library.sources.contains_key(key) {
            let hint = did_you_mean(key, library.sources.keys().map(String::as_str));
            node.report(Code::UnknownSource, span.clone(), format!("there is no source `{key}`"), hint);
        }
    }
    keys.into_iter().map(|(key, _)| key).collect()
}

/// A list of brakes, each known.
pub(super) fn brakes(node: &Node<'_>, key: &'static str, library: &Library) -> Vec<String> {
    let named = node.spanned_texts(key);
    for (brake, span) in &named {
        if !library.brakes.iter().any(|b| b.id == *brake) {
            let hint = did_you_mean(brake, library.brakes.iter().map(|b| b.id.as_str()));
            node.report(Code::UnknownId, span.clone(), format!("there is no brake `{brake}`"), hint);
        }
    }
    named.into_iter().map(|(id, _)| id).collect()
}
