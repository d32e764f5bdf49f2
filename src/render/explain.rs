//! What something is, why, who says so and where it appears, as text and JSON.

use serde_json::{Value, json};

use crate::domain::explanation::Explanation;
use crate::domain::library::Library;
use crate::domain::screening::Flag;

use super::json::document;
use super::page::Page;

/// One thing after the other.
pub fn text(page: &Page, library: &Library, told: &[Explanation]) -> String {
    let pages: Vec<String> = told.iter().map(|one| one_text(page, library, one)).collect();
    pages.join("\n")
}

fn one_text(page: &Page, library: &Library, told: &Explanation) -> String {
    let mut text = page.heading(&told.title).trim_start().to_owned();
    text.push_str(&page.wrap(&format!("({} {})", told.kind, told.id), "", "  "));
    for group in told.says.chunk_by(|a, b| a.label == b.label && !a.label.is_empty()) {
        let label = group[0].label;
        if let [one] = group {
            let words = if label.is_empty() { one.text.clone() } else { format!("{label}: {}", one.text) };
            text.push_str(&page.wrap(&words, "", "  "));
        } else {
            text.push_str(&page.wrap(&format!("{label}:"), "", ""));
            text.extend(group.iter().map(|one| page.wrap(&one.text, "- ", "  ")));
        }
    }
    if let Some(why) = &told.why {
        text.push_str(&page.wrap(&format!("Why: {why}"), "", "  "));
    }
    let sources: Vec<String> = told.source.iter().map(|key| full(library, key)).collect();
    for (heading, lines) in [("Sources:", &sources), ("Where it appears:", &told.used_in)] {
        if !lines.is_empty() {
            text.push_str(&page.wrap(heading, "", ""));
            text.extend(lines.iter().map(|line| page.wrap(line, "- ", "  ")));
        }
    }
    text
}

fn full(library: &Library, key: &str) -> String {
    library.sources.get(key).map_or_else(|| key.to_owned(), |source| format!("{key}: {source}"))
}

/// `sinew/explain/1`.
pub fn json(flags: &[Flag], library: &Library, told: &[Explanation]) -> String {
    let mut views = told.iter().map(|one| view(library, one));
    let mut body = views.next().unwrap_or_else(|| json!({}));
    body["others"] = views.collect();
    document("explain", flags, body)
}

/// One thing; an exercise carries what the library says of it as well.
fn view(library: &Library, told: &Explanation) -> Value {
    let mut view = json!(told);
    let sources: Vec<_> = told.source.iter().filter_map(|key| library.sources.get(key)).collect();
    view["sources"] = json!(sources);
    match told.kind {
        "exercise" => {
            if let (Value::Object(view), Value::Object(exercise)) =
                (&mut view, json!(library.exercises.get(&told.id)))
            {
                view.extend(exercise);
            }
        }
        "topic" => view["say"] = json!(told.says.iter().find(|s| s.label == "Answer").map(|s| &s.text)),
        _ => {}
    }
    view
}

/// A group of the list: its heading, its ids, and how they are named where
/// they are too many to list.
pub type Group<'a> = (&'a str, &'a [String], Option<&'a str>);

/// Everything that can be explained, by kind.
pub fn everything<'a>(page: &Page, groups: impl Iterator<Item = Group<'a>>) -> String {
    let mut text = page.wrap("Can be explained, with sinew explain ID:", "", "");
    for (heading, ids, pattern) in groups {
        text.push_str(&page.heading(&format!("{heading} ({})", ids.len())));
        let words = pattern.map_or_else(|| ids.join(", "), str::to_owned);
        text.push_str(&page.wrap(&words, "", ""));
    }
    text
}

/// `sinew/explainable/1`.
pub fn everything_json<'a>(flags: &[Flag], groups: impl Iterator<Item = Group<'a>>) -> String {
    let kinds: Vec<Value> =
        groups.map(|(heading, ids, _)| json!({ "heading": heading, "ids": ids })).collect();
    document("explainable", flags, json!({ "kinds": kinds }))
}
