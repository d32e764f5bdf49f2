//! How the plan was kept to, in words: counts with what they are out of, never
//! a percentage, and what was done beyond the plan beside what was left.

use crate::domain::adherence::{Adherence, HALVES_AFTER, Measured, More, OfDay, Rest};
use crate::domain::day::Day;
use crate::domain::library::Library;
use crate::domain::report::DayReport;

use super::page::Page;

/// How many lines of each kind are shown, the latest ones.
const SHOWN: usize = 5;

/// The score is told as so many of ten.
const OUT_OF: f64 = 10.0;

/// The counts in a line, the score, and what was beyond the plan, skipped, or
/// rested on the days shown.
pub(super) fn kept(page: &Page, library: &Library, days: &[DayReport], adherence: &Adherence) -> String {
    let mut text = page.heading("The plan, as it was kept");
    text.push_str(&page.wrap(&counts(adherence), "", ""));
    if let Some(score) = adherence.score {
        let words = format!(
            "Lately about {} of {OUT_OF}: each day counts half as much as one {HALVES_AFTER} days later, so that a lapse fades.",
            (score * OUT_OF).round()
        );
        text.push_str(&page.wrap(&words, "", ""));
    }
    let of_days: Vec<(Day, &OfDay)> =
        days.iter().filter_map(|d| Some((d.day, d.adherence.as_ref()?))).collect();
    let more = of_days.iter().flat_map(|(day, of)| of.more.iter().map(|m| beyond(library, *day, m)));
    text.push_str(&list(page, "More than planned, which these counts leave out:", &more.collect::<Vec<_>>()));
    let skipped = of_days.iter().flat_map(|(day, of)| {
        let named = |id: &str| library.exercise_name(id).to_owned();
        of.skipped.iter().map(move |s| format!("{} on {day}: {}", named(&s.id), s.because))
    });
    text.push_str(&list(page, "Skipped, which does not count either way:", &skipped.collect::<Vec<_>>()));
    let first = days.first().map(|d| d.day);
    let shown = |rest: &&Rest| rest.to.is_none_or(|to| Some(to) >= first);
    let rests = adherence.pauses.iter().filter(shown).map(rest);
    text.push_str(&list(page, "Rests of the plan, on which nothing was due:", &rests.collect::<Vec<_>>()));
    text
}

/// What was done of what was due, with what is known of the rest.
fn counts(adherence: &Adherence) -> String {
    let a = adherence;
    let unknown = match a.unknown_days {
        0 => String::new(),
        1 => "; of 1 day nothing is known".to_owned(),
        n => format!("; of {n} days nothing is known"),
    };
    if a.due == 0 {
        return format!("Nothing was due so far that counts{unknown}.");
    }
    let part = if a.partly == 0 { String::new() } else { format!(", {} in part", a.partly) };
    let skipped = if a.skipped == 0 { String::new() } else { format!(", {} skipped", a.skipped) };
    format!("Done: {} of {} sessions that were due{part}{skipped}{unknown}.", a.done, a.due)
}

fn beyond(library: &Library, day: Day, more: &More) -> String {
    let name = library.exercise_name(&more.id);
    let unit = match (more.unit, more.amount) {
        (Measured::Sets, 1) => "set",
        (Measured::Sets, _) => "sets",
        (Measured::Bouts, 1) => "bout",
        (Measured::Bouts, _) => "bouts",
    };
    let because = more.because.as_ref().map(|because| format!(" ({because})")).unwrap_or_default();
    format!("{name}: {} {unit} more on {day}{because}", more.amount)
}

fn rest(rest: &Rest) -> String {
    let to = rest.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
    let because = rest.because.as_ref().map(|because| format!(": {because}")).unwrap_or_default();
    format!("{} to {to}{because}", rest.from)
}

/// The latest lines of a kind, and how many came before.
fn list(page: &Page, heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let before = lines.len().saturating_sub(SHOWN);
    let mut text = page.wrap(heading, "", "");
    for line in &lines[before..] {
        text.push_str(&page.wrap(line, "- ", "  "));
    }
    if before > 0 {
        text.push_str(&page.wrap(&format!("and {before} before that (`--json` has them all)"), "- ", "  "));
    }
    text
}
