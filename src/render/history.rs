//! What was recorded, in words, and what became of it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::domain::entry::{Decision, DecisionKind, Entry, Fact, Side, UNDO};
use crate::domain::library::Library;
use crate::domain::measure::plain;
use crate::domain::trail::Traced;
use crate::domain::units::Units;

use super::page::Page;

/// What a fact and its note say.
pub fn said(units: Units, library: &Library, fact: &Fact, note: Option<&str>) -> String {
    let side = |side: Option<Side>| side.map(|s| format!(", {}", s.id())).unwrap_or_default();
    let mut said = match fact {
        Fact::CheckIn { readings, answers } => {
            let readings = readings.iter().map(|r| {
                let measure = library.measures.get(r.measure.as_str());
                let value = measure.map_or_else(|| r.value.to_string(), |m| m.say(r.value));
                format!("{} {value}{}", library.measure_name(&r.measure), side(r.side))
            });
            let answers = answers.iter().map(|a| format!("{}: {}", a.question, a.value));
            readings.chain(answers).collect::<Vec<_>>().join("; ")
        }
        Fact::Screen(answers) => match answers.len() {
            1 => "1 answer to the red-flag questions".to_owned(),
            many => format!("{many} answers to the red-flag questions"),
        },
        Fact::Performed(p) => {
            let dose = p.dose.as_ref().map(|d| format!(" {}", units.dose(d))).unwrap_or_default();
            let pain = p.pain.map(|p| format!(", pain {}/10", plain(p))).unwrap_or_default();
            let skipped = p.skipped.as_ref().map(|why| format!(", skipped: {why}")).unwrap_or_default();
            let load = p.load.map(|kg| format!(", {}", units.weight(kg))).unwrap_or_default();
            format!("{}{dose}{load}{}{pain}{skipped}", library.exercise_name(&p.exercise), side(p.side))
        }
        Fact::Care(care) => {
            let name = library.care.get(&care.kind).map_or(care.kind.as_str(), |c| &c.name);
            let minutes = care.minutes.map(|m| format!(", {} min", plain(m)));
            format!("{name}{}", minutes.unwrap_or_default())
        }
        Fact::Clearance(c) => format!("{}: {} by {} ({})", c.rule, c.outcome.id(), c.who, c.role),
        Fact::Decision(decision) => decided(decision),
        Fact::Note | Fact::Withdrawn => String::new(),
    };
    if let Some(note) = note {
        let gap = if said.is_empty() { "" } else { "; " };
        let _ = write!(said, "{gap}\"{note}\"");
    }
    said
}

fn decided(decision: &Decision) -> String {
    let phase = decision.phase.as_deref().unwrap_or("another phase");
    let words = match decision.kind {
        DecisionKind::Start => "the program was started".to_owned(),
        DecisionKind::Advance => format!("moved on to {phase}"),
        DecisionKind::StepBack => format!("stepped back to {phase}"),
        DecisionKind::Override => format!("moved on to {phase} against the advice"),
        DecisionKind::Finish => "finished".to_owned(),
        DecisionKind::Grade => {
            let grade = decision.grade.map(|g| g.to_string()).unwrap_or_default();
            format!("grade {grade}, by {}", decision.by)
        }
        DecisionKind::Pause => "the plan rests".to_owned(),
        DecisionKind::Resume => "the plan goes on".to_owned(),
        DecisionKind::Onset => {
            let day = decision.onset.map(|day| day.to_string()).unwrap_or_default();
            format!("the first day is {day}")
        }
        DecisionKind::Update => "the plan goes on by the present text of its program".to_owned(),
    };
    let why = decision.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{words}{why}")
}

/// What became of an entry; nothing while it counts as it is.
fn fate(traced: &Traced) -> Option<String> {
    let last = traced.corrected.last()?;
    let reason = last.corrects.as_ref().map_or(UNDO, |c| c.reason.as_str());
    let why = if reason == UNDO { String::new() } else { format!(": {reason}") };
    Some(match last.fact {
        Fact::Withdrawn => format!("taken back{why}"),
        _ => format!("put right{why}"),
    })
}

/// The entries of some days, a table for each day.
pub fn page(page: &Page, library: &Library, entries: &[Traced]) -> String {
    let mut text = String::new();
    for day in entries.chunk_by(|a, b| a.entry.day == b.entry.day) {
        text.push_str(&page.heading(&day[0].entry.day.date().format("%A %-d %B %Y").to_string()));
        let rows = day.iter().map(|traced| {
            let Entry { at, fact, note, .. } = traced.entry.as_ref();
            let mut words = said(page.units, library, fact, note.as_deref());
            if let Some(fate) = fate(traced) {
                let _ = write!(words, " ({fate})");
            }
            vec![traced.handle.clone(), at.format("%H:%M").to_string(), words]
        });
        text.push_str(&page.table(&["entry", "at", "what"], rows.collect()));
    }
    text
}

/// An entry as a value.
pub fn value(library: &Library, traced: &Traced) -> Value {
    let entry = &traced.entry;
    let state = match traced.corrected.last().map(|c| &c.fact) {
        None => "counts",
        Some(Fact::Withdrawn) => "withdrawn",
        Some(_) => "corrected",
    };
    let reason = traced.corrected.last().and_then(|c| c.corrects.as_ref()).map(|c| c.reason.clone());
    json!({
        "id": entry.id,
        "handle": traced.handle,
        "kind": entry.fact.kind(),
        "day": entry.day,
        "at": entry.at.to_rfc3339(),
        "said": said(Units::Metric, library, &entry.fact, entry.note.as_deref()),
        "replaces": entry.corrects.as_ref().map(|c| &c.replaces),
        "state": state,
        "by": traced.corrected.last().map(|c| &c.id),
        "reason": reason,
    })
}
