//! The check-in in a terminal: the few questions that matter today, one key
//! each. Nothing is filled in, and leaving saves what was answered.

use crate::app::App;
use crate::domain::checkin;
use crate::domain::entry::{Reading, Side};
use crate::domain::measure::{Measure, Unit};
use crate::domain::needs::Need;
use crate::domain::situation::Situation;
use crate::render::page::{capital, clean};

use super::context::Context;
use super::prompt::{Heard, by_keys, hear, hear_words};

/// One question: a measure, and the side it is taken on.
struct Asked<'l> {
    measure: &'l Measure,
    side: Option<Side>,
}

/// What was answered, and whether somebody wants to go on.
pub(super) struct Told {
    pub(super) readings: Vec<Reading>,
    pub(super) note: Option<String>,
    pub(super) left: bool,
}

/// Puts the questions of the day, then asks for a word of one's own.
pub(super) fn questions(context: &Context, app: &App, s: &Situation) -> Told {
    let library = &app.catalog.library;
    let ids = s.judge(library, |case| checkin::questions(case, &s.advice));
    let measures = ids.iter().filter_map(|id| library.measures.get(id));
    let asked: Vec<Asked> = measures.map(|measure| Asked { measure, side: None }).collect();
    context.status(if by_keys(context) {
        "Check-in. u: unknown, ?: how to tell, Backspace: back, Esc: leave and save."
    } else {
        "Check-in, each answer with Enter. u: unknown, ?: how to tell, Ctrl-D: leave and save."
    });
    let mut told = put(context, app, &asked);
    if !told.left {
        match hear_words(context, "In your own words (Enter for none): ") {
            Heard::Said(note) => told.note = Some(note).filter(|note| !note.is_empty()),
            Heard::Back => {}
            Heard::Leave => told.left = true,
        }
    }
    told
}

/// Puts the home tests of the phase that are due.
pub(super) fn tests(context: &Context, app: &App, s: &Situation, due: &[Need]) -> Told {
    let library = &app.catalog.library;
    let mut asked = Vec::new();
    for need in due {
        let Some(measure) = library.measures.get(&need.id) else { continue };
        if need.both_sides() {
            let sides = [Side::Left, Side::Right];
            asked.extend(sides.map(|side| Asked { measure, side: Some(side) }));
        } else if asked.iter().all(|a: &Asked| a.measure.id != measure.id) {
            let side = s.episode.side.filter(|_| measure.sided);
            asked.push(Asked { measure, side });
        }
    }
    context.status("\nHome tests that are due. u leaves one for another day, ?: how it is done.");
    put(context, app, &asked)
}

/// Puts questions in order; a step back asks the one before again.
fn put(context: &Context, app: &App, asked: &[Asked]) -> Told {
    let mut answers: Vec<Option<Reading>> = vec![None; asked.len()];
    let mut at = 0;
    let mut left = false;
    while let Some(question) = asked.get(at) {
        match one(context, app, question) {
            Heard::Said(answer) => {
                // What is unknown cannot be read, and is no reading.
                answers[at] = app.reading(&question.measure.id, question.side, &answer).ok();
                at += 1;
            }
            Heard::Back => {
                // Whoever goes back to an answer takes it back.
                at = at.saturating_sub(1);
                answers[at] = None;
            }
            Heard::Leave => {
                left = true;
                break;
            }
        }
    }
    Told { readings: answers.into_iter().flatten().collect(), note: None, left }
}

/// Puts one question until the answer can be read, or is that it is unknown.
fn one(context: &Context, app: &App, asked: &Asked) -> Heard {
    let measure = asked.measure;
    let side = asked.side.map(|side| format!(", {}", side.id())).unwrap_or_default();
    let prompt = format!("{}{side} ({}): ", capital(&measure.name), range(measure));
    loop {
        let heard = hear(context, &prompt, |line| is_whole(measure, line));
        let Heard::Said(answer) = heard else { return heard };
        let answer = answer.to_lowercase();
        match answer.as_str() {
            "" | "u" => return Heard::Said(String::new()),
            "?" => context.status(context.page.wrap(&clean(&measure.how), "  ", "  ").trim_end()),
            _ => match app.reading(&measure.id, asked.side, &answer) {
                Ok(_) => return Heard::Said(answer),
                Err(error) => context.status(&error.to_string()),
            },
        }
    }
}

fn range(measure: &Measure) -> String {
    let (low, high) = measure.range;
    match measure.unit {
        Unit::YesNo => "y/n".to_owned(),
        Unit::Nrs | Unit::ZeroToTen => format!("{low}-{high}"),
        unit => format!("{low}-{high}{}", unit.suffix()),
    }
}

/// Whether an answer needs no further key. A 1 does: 10 begins with it.
fn is_whole(measure: &Measure, line: &str) -> bool {
    match (measure.unit, line) {
        (_, "u" | "?") => true,
        (Unit::YesNo, line) => matches!(line, "y" | "n"),
        (Unit::Nrs | Unit::ZeroToTen, line) => {
            line == "10" || (line.len() == 1 && matches!(line.as_bytes()[0], b'0' | b'2'..=b'9'))
        }
        _ => false,
    }
}
