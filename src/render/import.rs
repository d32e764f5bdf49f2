//! What an import took in, or would.

use serde_json::json;

use crate::domain::archive::Imported;
use crate::domain::screening::Flag;
use crate::domain::situation::Situation;

use super::json::document;
use super::page::Page;

/// The kinds of entries in words, one and many.
const KINDS: [(&str, &str, &str); 8] = [
    ("check-in", "check-in", "check-ins"),
    ("screen", "set of red-flag answers", "sets of red-flag answers"),
    ("performed", "exercise", "exercises"),
    ("care", "care item", "care items"),
    ("note", "note", "notes"),
    ("correction", "withdrawal", "withdrawals"),
    ("decision", "decision", "decisions"),
    ("clearance", "clearance", "clearances"),
];

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The summary as text.
pub fn text(page: &Page, done: &Imported, raised: &[&Flag], closed: &[&Flag], rehearsal: bool) -> String {
    let known = done.read - done.new - done.erased;
    let mut lines = vec![format!(
        "{} read, {} new, {known} already there.",
        counted(done.read, "entry", "entries"),
        done.new
    )];
    if done.erased > 0 {
        lines.push(format!(
            "{} erased here before, and stay so.",
            counted(done.erased, "entry was", "entries were")
        ));
    }
    if done.episodes > 0 {
        lines.push(format!("{} opened.", counted(done.episodes, "episode", "episodes")));
    }
    if let Some((first, last)) = done.days {
        let kinds: Vec<String> = KINDS
            .iter()
            .filter_map(|(kind, one, many)| Some(counted(*done.kinds.get(kind)?, one, many)))
            .collect();
        let days = if first == last { format!("Of {first}") } else { format!("From {first} to {last}") };
        lines.push(format!("{days}: {}.", kinds.join(", ")));
    }
    if done.kinds.contains_key("decision") || done.kinds.contains_key("clearance") {
        lines.push("Decisions and clearances are taken as they are: nobody looked again.".to_owned());
    }
    for flag in raised {
        let (title, urgency) = (&flag.rule.title, flag.rule.urgency.id());
        lines.push(format!("Newly open: {} ({}, {urgency}).", flag.rule.id, title));
    }
    for flag in closed {
        let (title, urgency) = (&flag.rule.title, flag.rule.urgency.id());
        lines.push(format!("No longer open, by what the file says: {} ({title}, {urgency}).", flag.rule.id));
    }
    if rehearsal {
        lines.push("Nothing was written: this was only a look.".to_owned());
    }
    lines.iter().map(|line| page.wrap(line, "", "")).collect()
}

/// `sinew/import/1`.
pub fn json(
    done: &Imported,
    after: Option<&Situation>,
    raised: &[&Flag],
    closed: &[&Flag],
    rehearsal: bool,
) -> String {
    let rules = |flags: &[&Flag]| flags.iter().map(|f| f.rule.id.clone()).collect::<Vec<_>>();
    let body = json!({
        "read": done.read,
        "new": done.new,
        "erased": done.erased,
        "kinds": done.kinds,
        "first": done.days.map(|(first, _)| first),
        "last": done.days.map(|(_, last)| last),
        "episodes": done.episodes,
        "definitions": done.definitions,
        "raised": rules(raised),
        "closed": rules(closed),
        "dry_run": rehearsal,
        "action": after.map(|s| s.advice.action),
    });
    document("import", after.map(|s| s.flags.as_slice()).unwrap_or_default(), body)
}
