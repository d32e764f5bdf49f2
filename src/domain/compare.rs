//! Two programs by meaning: what they ask, allow and give, whatever the order
//! and the layout of their files.

use serde::Serialize;

use super::library::Library;
use super::measure::plain;
use super::program::{Phase, Prescription, Program};
use super::wording;

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: the phase and what of it, such as `p2 heel-press dose`.
    pub place: String,
    /// What the first program says; nothing where it does not have it.
    pub before: Option<String>,
    /// What the second program says; nothing where it does not have it.
    pub after: Option<String>,
}

/// What differs between two programs, in the order of the second, then what
/// only the first has.
pub fn compare(library: &Library, before: &Program, after: &Program) -> Vec<Difference> {
    let (old, new) = (facts(library, before), facts(library, after));
    let said = |facts: &[(String, String)], place: &str| {
        facts.iter().find(|(p, _)| p == place).map(|(_, value)| value.clone())
    };
    let mut differences = Vec::new();
    for (place, value) in &new {
        let was = said(&old, place);
        if was.as_ref() != Some(value) {
            differences.push(Difference { place: place.clone(), before: was, after: Some(value.clone()) });
        }
    }
    for (place, value) in old {
        if said(&new, &place).is_none() {
            differences.push(Difference { place, before: Some(value), after: None });
        }
    }
    differences
}

/// Everything that a program says and that an episode goes by, place by place.
fn facts(library: &Library, program: &Program) -> Vec<(String, String)> {
    let mut facts = Facts::default();
    facts.add("", "condition", &program.condition);
    facts.opt("", "grade", program.grade);
    facts.add("", "usual window", format!("day {} to {}", program.window_days.0, program.window_days.1));
    if program.slow_days > 0 {
        facts.add("", "slow days", program.slow_days.to_string());
    }
    facts.add("", "full return not before", format!("day {}", program.return_not_before));
    facts.add("", "brakes", program.step_back.join(", "));
    for slower in &program.slower {
        facts.add("slower", &slower.id, wording::slower(library, slower));
    }
    for check in &program.checks {
        let gate = if check.rule.gate { ", a gate" } else { "" };
        let words = format!("{}{gate}: {}", check.rule.urgency.id(), check.rule.action);
        facts.add("check", &check.rule.id, words);
    }
    for avoid in &program.avoid {
        let until = avoid.until_day.map_or_else(|| "throughout".to_owned(), |d| format!("up to day {d}"));
        facts.add("avoid", &avoid.what, until);
    }
    for phase in &program.phases {
        phase_facts(library, phase, &mut facts);
    }
    facts.0
}

#[derive(Default)]
struct Facts(Vec<(String, String)>);

impl Facts {
    fn add(&mut self, place: &str, what: &str, value: impl Into<String>) {
        let gap = if place.is_empty() { "" } else { " " };
        self.0.push((format!("{place}{gap}{what}"), value.into()));
    }

    fn opt(&mut self, place: &str, what: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.add(place, what, value.to_string());
        }
    }
}

fn phase_facts(library: &Library, phase: &Phase, facts: &mut Facts) {
    let id = phase.id.as_str();
    facts.add(id, "stage", phase.stage.id());
    facts.add(id, "name", &phase.name);
    facts.add(id, "earliest day", phase.earliest_day.to_string());
    facts.add(id, "minimum days", phase.minimum_days.to_string());
    facts.opt(id, "stalled day", phase.stalled_day);
    facts.add(id, "pain caps", wording::caps(phase.caps));
    for (kind, criteria) in [("entry", &phase.entry), ("exit", &phase.exit)] {
        for criterion in criteria {
            facts.add(id, &format!("{kind} {}", criterion.id), wording::wanted(library, criterion));
        }
    }
    for exercise in &phase.exercises {
        exercise_facts(library, id, exercise, facts);
    }
    for care in &phase.care {
        let note = care.note.as_ref().map(|note| format!(". {note}")).unwrap_or_default();
        facts.add(id, &format!("care {}", care.care), wording::care_times(care) + &note);
    }
}

fn exercise_facts(library: &Library, phase: &str, exercise: &Prescription, facts: &mut Facts) {
    let place = format!("{phase} {}", exercise.exercise);
    facts.add(&place, "dose", exercise.dose.to_string());
    facts.opt(&place, "grows to", exercise.grows_to.as_ref());
    facts.add(&place, "how often", exercise.frequency.words());
    facts.add(&place, "pain cap", plain(exercise.cap));
    if exercise.from_day > 0 {
        facts.add(&place, "from day", exercise.from_day.to_string());
    }
    facts.opt(&place, "after", exercise.after.as_ref());
    facts.opt(&place, "tempo", exercise.tempo.as_ref());
    facts.opt(&place, "note", exercise.note.as_ref());
    if exercise.prescribed {
        facts.add(&place, "prescribed", "only by a clinician");
    }
    if exercise.supervised {
        facts.add(&place, "supervised", "only if a clinician agrees");
    }
    if exercise.grows_to.is_some() {
        facts.add(&place, "clean sessions for a step", exercise.clean_sessions.to_string());
    }
    if !exercise.stop_on.is_empty() {
        facts.add(&place, "left out while", exercise.stop_on.join(" or "));
    }
    if !exercise.goals.is_empty() {
        facts.add(&place, "for", wording::goals(&exercise.goals));
    }
    for rung in &exercise.rungs {
        facts.add(&place, &format!("rung {}", rung.rung), wording::rung(library, rung));
    }
}
