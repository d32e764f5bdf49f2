//! What every table of every file carries: an id, a reason, a source, tags.

use crate::domain::library::Library;

use super::reader::{Node, did_you_mean};

/// The longest time that a definition speaks about, in days.
pub(super) const LAST_DAY: i64 = 3650;

/// Exercise tags that safety rules know.
pub(super) const TAGS: [&str; 26] = [
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
        node.report("duplicate-id", node.span_of("id"), format!("`{id}` is there already"), None);
    }
    if !id.is_empty() && !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let hint = "ids are lower-case letters, digits and hyphens".to_owned();
        node.report("bad-id", node.span_of("id"), format!("`{id}` is no id"), Some(hint));
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
        node.report("no-source", node.span_of("source"), "`source` is missing".to_owned(), Some(hint));
    }
    for (key, span) in &keys {
        if !library.sources.contains_key(key) {
            let hint = did_you_mean(key, library.sources.keys().map(String::as_str));
            node.report("unknown-source", span.clone(), format!("there is no source `{key}`"), hint);
        }
    }
    keys.into_iter().map(|(key, _)| key).collect()
}
