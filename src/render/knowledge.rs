//! The text views of what is known: patterns, and the answers to topics.

use crate::domain::library::Library;
use crate::domain::patterns::{Fit, Fits, WellsLine};
use crate::domain::screening::Flag;
use crate::domain::topics::{Topic, TopicCase};

use super::page::Page;
use super::text;

/// Red flags first, then what the answers fit with.
pub fn assessment(page: &Page, flags: &[Flag], fits: &[Fit<'_>], unanswered: usize) -> String {
    let mut text = if flags.is_empty() { String::new() } else { text::flags(page, flags) };
    if unanswered > 0 {
        let words = format!("{unanswered} red-flag questions are not answered: unknown, which is not no.");
        text.push_str(&page.wrap(&words, "", ""));
    }
    let fitting: Vec<&Fit<'_>> = fits.iter().filter(|f| f.fits > Fits::Not).collect();
    if fitting.is_empty() {
        text.push_str(&page.wrap(
            "The answers fit with none of the patterns that are known here. That is no all-clear: if it does not ease within days, ask a doctor or physiotherapist.",
            "",
            "",
        ));
        return text;
    }
    for fit in &fitting {
        let how = if fit.fits == Fits::Well { "fit well" } else { "fit partly" };
        text.push_str(&page.heading(&format!("The answers {how} with {}", fit.pattern.title)));
        text.push_str(&page.wrap(&format!("Because {}.", fit.speaks_for.join("; ")), "", "  "));
        if !fit.against.is_empty() {
            text.push_str(&page.wrap(&format!("Against it: {}.", fit.against.join("; ")), "", "  "));
        }
        text.push_str(&page.wrap(&fit.pattern.tell_apart, "", "  "));
        if fit.pattern.clinician_first {
            text.push_str(&page.wrap("This wants a clinician before any exercise.", "", "  "));
        }
        for question in &fit.pattern.ask {
            text.push_str(&page.wrap(question, "- To ask: ", "  "));
        }
    }
    match fitting.iter().find_map(|f| f.program) {
        Some(condition) => {
            let words =
                format!("A program fits: sinew start {condition} (with --grade, --side and --onset).");
            text.push('\n');
            text.push_str(&page.wrap(&words, "", "  "));
        }
        None => text.push_str("\nNo program is offered for these answers.\n"),
    }
    text.push_str(&page.wrap(
        "A likeness is no diagnosis: only somebody who examines you can make one.",
        "",
        "",
    ));
    text
}

/// The list that a clinician uses for a possible clot: what was answered, no sum.
pub fn wells(page: &Page, lines: &[WellsLine]) -> String {
    let mut text = page.heading("For the clinician: answers on the two-level list for leg clots");
    let rows =
        lines.iter().map(|l| vec![l.say.clone(), format!("+{}", l.points), l.told.to_owned()]).collect();
    text.push_str(&page.table(&["item", "points", "answered"], rows));
    text.push_str(&page.wrap(
        "No sum is made here, and a short list is no all-clear. Whether another cause is as likely is the clinician's to judge.",
        "",
        "",
    ));
    text
}

/// The answer to a topic.
pub fn topic(page: &Page, topic: &Topic, case: &TopicCase) -> String {
    let mut text = page.heading(&topic.title).trim_start().to_owned();
    text.push_str(&page.wrap(&case.say, "", ""));
    text.push_str(&page.wrap(&format!("{} ({})", case.why, case.source.join(", ")), "  ", "  "));
    text
}

/// How an exercise is done.
pub fn exercise(page: &Page, library: &Library, id: &str) -> Option<String> {
    let exercise = library.exercises.get(id)?;
    let mut text = page.heading(&exercise.name).trim_start().to_owned();
    text.push_str(&page.wrap(&format!("Set up: {}", exercise.setup), "", "  "));
    text.push_str(&page.wrap(&format!("Move: {}", exercise.movement), "", "  "));
    for cue in &exercise.cues {
        text.push_str(&page.wrap(cue, "- ", "  "));
    }
    if !exercise.faults.is_empty() {
        text.push_str(&page.wrap(&format!("Common faults: {}.", exercise.faults.join(". ")), "", "  "));
    }
    for (at, rung) in exercise.rungs.iter().enumerate() {
        text.push_str(&page.wrap(rung, &format!("rung {}: ", at + 1), "  "));
    }
    text.push_str(&page.wrap(&format!("Stop when: {}", exercise.stop_when), "", "  "));
    if !exercise.equipment.is_empty() {
        text.push_str(&page.wrap(&format!("You need: {}", exercise.equipment.join(", ")), "", "  "));
    }
    // A harder variant is no offer: the plan decides when it is one.
    for (label, variants) in
        [("Easier", &exercise.easier), ("Harder, once your plan holds it", &exercise.harder)]
    {
        let names = variants.exercises.iter().map(|id| format!("{} ({id})", library.exercise_name(id)));
        let ways: Vec<String> = variants.by.iter().cloned().chain(names).collect();
        if !ways.is_empty() {
            text.push_str(&page.wrap(&format!("{label}: {}", ways.join("; ")), "", "  "));
        }
    }
    text.push_str(&page.wrap(&format!("{} ({})", exercise.why, exercise.source.join(", ")), "  ", "  "));
    Some(text)
}
