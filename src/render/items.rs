//! Exercises and care: what is due today, how far it has grown, and where the
//! load guard is passed.

use crate::domain::entry::Side;
use crate::domain::library::Exercise;
use crate::domain::load::{self, Room};
use crate::domain::measure::plain;
use crate::domain::schedule::{Item, ItemKind};

use super::page::Page;

/// What is due, with its times and what else there is to know.
pub(super) fn table(page: &Page, due: &[&Item]) -> String {
    let rows = due.iter().map(|item| row(item, None)).collect();
    let mut text = page.table(&["", "what", "how much", "done", "pain up to"], rows);
    text.push_str(&times(page, due));
    text.push_str(&notes(page, due));
    text
}

/// The same on as few lines as it takes: without the times, with what is done as
/// needed below, and without the side that was said already.
pub(super) fn short(page: &Page, due: &[&Item], said: Option<Side>) -> String {
    let as_needed = |item: &Item| item.kind == ItemKind::Care && item.times.is_empty();
    let planned: Vec<&Item> = due.iter().copied().filter(|item| !as_needed(item)).collect();
    let mut text = String::new();
    if !planned.is_empty() {
        // The count says what is done already: a box would say it twice.
        let header = ["what", "how much", "done", "pain up to"];
        let rows: Vec<Vec<String>> = planned.iter().map(|item| row(item, said).split_off(1)).collect();
        if page.fits(&header, &rows) && !page.plain {
            text.push_str(&page.table(&header, rows));
        } else {
            // A narrow table would break the ids that have to be typed.
            let lines = Page { plain: true, ..*page };
            text.push_str(&lines.table(&["", "", "done", "pain up to"], rows));
        }
    }
    for item in due {
        let when = match (as_needed(item), item.done) {
            (false, _) => String::new(),
            (true, 0) => ", as needed".to_owned(),
            (true, done) => format!(", as needed, {done} done"),
        };
        let notes = remarks(page, item);
        if as_needed(item) || !notes.is_empty() {
            let words = [format!("{}{when}", item.id), notes.join("; ")];
            let words: Vec<String> = words.into_iter().filter(|part| !part.is_empty()).collect();
            text.push_str(&page.wrap(&words.join(": "), "- ", "  "));
        }
    }
    text
}

fn row(item: &Item, said: Option<Side>) -> Vec<String> {
    let side = item.side.filter(|side| said != Some(*side));
    let side = side.map(|side| format!(", {}", side.id())).unwrap_or_default();
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
        let notes = remarks(page, item);
        if !notes.is_empty() {
            text.push_str(&page.wrap(&format!("{name}: {}", notes.join("; ")), "- ", "  "));
        }
    }
    text
}

/// What else there is to know, and what the load guard leaves room for.
fn remarks(page: &Page, item: &Item) -> Vec<String> {
    let room = item.room.as_ref().map(|room| room.words(page.units));
    item.note.iter().cloned().chain(room).collect()
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
