//! Exercises and care: what is due today, how far it has grown, and where the
//! load guard is passed.

use crate::domain::library::Exercise;
use crate::domain::load::{self, Room};
use crate::domain::measure::plain;
use crate::domain::schedule::{Item, ItemKind};

use super::page::Page;

/// What is due, with its times and what else there is to know.
pub(super) fn table(page: &Page, due: &[&Item]) -> String {
    let rows = due.iter().map(|item| row(item)).collect();
    let mut text = page.table(&["", "what", "how much", "done", "pain up to"], rows);
    text.push_str(&times(page, due));
    text.push_str(&notes(page, due));
    text
}

fn row(item: &Item) -> Vec<String> {
    let side = item.side.map(|side| format!(", {}", side.id())).unwrap_or_default();
    let mark = if item.done >= item.due.max(1) { "[x]" } else { "[ ]" };
    vec![
        mark.to_owned(),
        format!("{}{side}", item.id),
        [item.dose.as_str(), item.frequency.as_str()]
            .iter()
            .filter(|t| !t.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(", "),
        if item.kind == ItemKind::Care && item.due <= 1 {
            item.done.to_string()
        } else {
            format!("{} of {}", item.done, item.due)
        },
        item.cap.map(|cap| format!("{}/10", plain(cap))).unwrap_or_default(),
    ]
}

/// When in the day, one line for all that share their times.
fn times(page: &Page, items: &[&Item]) -> String {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for item in items.iter().filter(|i| !i.times.is_empty()) {
        let times = item.times.join(", ");
        match lines.iter_mut().find(|(known, _)| *known == times) {
            Some((_, ids)) => ids.push(&item.id),
            None => lines.push((times, vec![&item.id])),
        }
    }
    lines.iter().map(|(times, ids)| page.wrap(&format!("{}: {times}", ids.join(", ")), "- ", "  ")).collect()
}

/// How far a dose has grown and why, and what else there is to know.
fn notes(page: &Page, items: &[&Item]) -> String {
    let mut text = String::new();
    for item in items {
        let name = format!("{} ({})", item.name, item.id);
        if let Some((step, why)) = item.step.as_ref().and_then(|s| s.because.as_ref().map(|why| (s, why))) {
            let words = format!("{name}, step {} of {}: {why}", step.at, step.of);
            text.push_str(&page.wrap(&words, "- ", "  "));
        }
        let room = item.room.as_ref().map(|room| room.words(page.units));
        let notes: Vec<String> = item.note.iter().cloned().chain(room).collect();
        if !notes.is_empty() {
            text.push_str(&page.wrap(&format!("{name}: {}", notes.join("; ")), "- ", "  "));
        }
    }
    text
}

/// Where the load guard is passed: a caution, with what its evidence is worth.
pub fn cautions(page: &Page, cautions: &[(&Exercise, Room)]) -> String {
    cautions
        .iter()
        .map(|(exercise, room)| {
            let source = load::SOURCE.join(", ");
            let words = format!("{}: {}. {} ({source})", exercise.name, room.words(page.units), load::WHY);
            page.wrap(&words, "Caution: ", "  ")
        })
        .collect()
}
