//! What keeps something off today's list, and why: flags, brakes, limits, its
//! own day, what just hurt, a prescription that nobody gave, another injury.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::{Action, Advice};
use super::brakes::{Braking, Effect};
use super::criteria::Case;
use super::day::Day;
use super::entry::{EntryId, Side};
use super::finding::Verdict;
use super::growth::Grown;
use super::library::{Exercise, Urgency};
use super::limits::{self, Kind};
use super::program::{CarePlan, Phase, Prescription, Stage};
use super::schedule::ItemKind;
use super::screening::{Flag, counts};
use super::situation::Situation;

/// Why something is left out.
#[derive(Clone)]
pub(super) struct Bar {
    pub(super) because: String,
    pub(super) rule: String,
    pub(super) entries: Vec<EntryId>,
}

pub(super) fn flag_bar(flag: &Flag) -> Bar {
    Bar {
        because: format!("the flag \"{}\" is open", flag.rule.title),
        rule: flag.rule.id.clone(),
        entries: flag.because.iter().filter_map(|b| b.entry.clone()).collect(),
    }
}

/// What bars every exercise today: an emergency or urgent flag, a rest from
/// the plan, or a day of rest.
pub(super) fn all_exercises_bar(case: &Case<'_>, open: &[&Flag], advice: &Advice) -> Option<Bar> {
    if let Some(flag) = open.iter().find(|f| f.rule.urgency >= Urgency::Urgent) {
        return Some(flag_bar(flag));
    }
    if let Some(asked) = &advice.ask_now {
        return Some(Bar {
            because: format!("{}: the red-flag questions come first", asked.because.to_lowercase()),
            rule: "red-flag-questions".to_owned(),
            entries: asked.entries.clone(),
        });
    }
    if let Some(pause) = case.course.paused() {
        let because = format!("the plan rests since {}: `sinew resume` goes on", pause.from);
        return Some(Bar { because, rule: "gate-pause".to_owned(), entries: vec![pause.entry.clone()] });
    }
    brake_bar(advice, Effect::Rest, "rest today")
}

/// What limits today to the first phase: a limp, a step back that was advised
/// but not taken yet, or a gate that a clinician has to open.
pub(super) fn first_phase_only(case: &Case<'_>, open: &[&Flag], advice: &Advice) -> Option<Bar> {
    if case.course.current().phase == 0 {
        return None;
    }
    if let Some(flag) = open.iter().find(|f| f.rule.gate) {
        return Some(flag_bar(flag));
    }
    let stepping = (advice.action == Action::StepBack)
        .then(|| brake_bar(advice, Effect::StepBack, "a step back is advised"))
        .flatten();
    stepping.or_else(|| brake_bar(advice, Effect::Protect, "only what phase 1 allows"))
}

fn brake_bar(advice: &Advice, effect: Effect, words: &str) -> Option<Bar> {
    let pulled = advice.brakes.iter().find(|b| b.effect == effect && b.finding.verdict == Verdict::NotMet)?;
    Some(Bar {
        because: format!("{words}: {}", pulled.finding.observed),
        rule: pulled.finding.id.clone(),
        entries: pulled.finding.entries.clone(),
    })
}

/// What bars one exercise: a prescription that nobody gave yet, a limit, its
/// own day, the exercise before it, a bout that hurt too much, or another
/// injury.
pub(super) fn exercise_bar(
    case: &Case<'_>,
    prescription: &Prescription,
    advice: &Advice,
    grown: &Grown,
    red: &BTreeMap<String, EntryId>,
    others: &[Situation],
) -> Option<Bar> {
    let id = &prescription.exercise;
    let bar = |because: String, rule: String, entries| Some(Bar { because, rule, entries });
    let clearance = |rule: &str| case.journal.latest_clearance(rule);
    if prescription.prescribed
        && !clearance(&prescription.gate()).is_some_and(|c| counts(c.what, case.today()))
    {
        let because = "only once a physiotherapist or doctor has prescribed it".to_owned();
        return bar(because, prescription.gate(), vec![]);
    }
    let exercise = case.library.exercises.get(id)?;
    if let Some((limit, entries)) = limits::barred(case, Kind::Exercise, &exercise.tags) {
        return bar(limit.because.clone(), limit.id.clone(), entries);
    }
    if case.today().since(case.course.onset) < prescription.from_day {
        let because = format!("not before day {} after the injury", prescription.from_day);
        return bar(because, format!("{id}.from-day"), vec![]);
    }
    if let Some(entry) = red.get(id) {
        let because = "it hurt too much the last time".to_owned();
        return bar(because, "caps-red".to_owned(), vec![entry.clone()]);
    }
    if let Some(first) = &prescription.after
        && clean_days(case, first).len() < 3
    {
        let because =
            format!("only after three clean days of {}", case.library.exercise_name(first).to_lowercase());
        return bar(because, format!("{id}.after"), vec![]);
    }
    let pulled = |b: &&Braking| b.finding.verdict == Verdict::NotMet;
    let stopping = advice.brakes.iter().filter(pulled).find(|b| prescription.stop_on.contains(&b.finding.id));
    if let Some(braking) = stopping {
        return bar(
            braking.finding.observed.clone(),
            braking.finding.id.clone(),
            braking.finding.entries.clone(),
        );
    }
    if let Some((because, entries)) = &grown.rests {
        return bar(because.clone(), format!("{id}.setback"), entries.clone());
    }
    let retest = advice.brakes.iter().filter(pulled).find(|b| b.effect == Effect::Retest);
    if let Some(braking) = retest
        && !strengthens(case, id)
    {
        let because = format!("the strength tests come first: {}", braking.finding.observed);
        return bar(because, braking.finding.id.clone(), braking.finding.entries.clone());
    }
    others.iter().find_map(|other| other_bar(case, other, exercise))
}

/// Whether the strengthening phase or one before it holds an exercise.
fn strengthens(case: &Case<'_>, exercise: &str) -> bool {
    let phases = case.program.phases.iter().filter(|p| p.stage <= Stage::Strengthening);
    phases.flat_map(|p| &p.exercises).any(|p| p.exercise == exercise)
}

/// What another injury of the same person has against an exercise. It allows
/// what its own plan holds today; and what an earlier phase of it held, or its
/// program does not know, where no limit keeps it from its stage. Work on one
/// leg alone asks nothing of the other leg.
fn other_bar(case: &Case<'_>, other: &Situation, exercise: &Exercise) -> Option<Bar> {
    let legs = case.episode.side.and_then(Side::other).is_some_and(|leg| other.episode.side == Some(leg));
    if other.course.finished || (exercise.sided && legs) {
        return None;
    }
    let bar = |because: &str, rule: &str, entries: Vec<EntryId>| {
        let because = format!("episode {} ({}): {because}", other.episode.number, other.episode.title);
        Some(Bar { because, rule: rule.to_owned(), entries })
    };
    if other.plan.items.iter().any(|i| i.kind == ItemKind::Exercise && i.id == exercise.id) {
        return None;
    }
    if let Some(left) = other.plan.left_out.iter().find(|l| l.id == exercise.id) {
        return bar(&left.because, &left.rule, left.entries.clone());
    }
    let here = other.course.current().phase;
    let holds = |p: &Phase| p.exercises.iter().any(|e| e.exercise == exercise.id);
    let known = other.program.phases[..=here].iter().any(holds);
    if !known && other.program.phases[here + 1..].iter().any(holds) {
        return bar("it belongs to a later phase there", "other-episode", vec![]);
    }
    let limit = other.judge(case.library, |there| {
        limits::barred(there, Kind::Exercise, &exercise.tags)
            .map(|(limit, entries)| (limit.because.clone(), limit.id.clone(), entries))
    });
    limit.and_then(|(because, rule, entries)| bar(&because, &rule, entries))
}

pub(super) fn care_bar(case: &Case<'_>, planned: &CarePlan, tags: &[String]) -> Option<Bar> {
    let day = case.today().since(case.course.onset);
    if let Some((limit, entries)) = limits::barred(case, Kind::Care, tags) {
        return Some(Bar { because: limit.because.clone(), rule: limit.id.clone(), entries });
    }
    if day < planned.from_day {
        let because = format!("not before day {} after the injury", planned.from_day);
        return Some(Bar { because, rule: format!("{}.from-day", planned.care), entries: vec![] });
    }
    if planned.until_day.is_some_and(|until| day > until) {
        let because = format!("only up to day {} after the injury", planned.until_day.unwrap_or_default());
        return Some(Bar { because, rule: format!("{}.until-day", planned.care), entries: vec![] });
    }
    None
}

/// The days on which an exercise was done within its cap in the last four weeks.
fn clean_days(case: &Case<'_>, exercise: &str) -> BTreeSet<Day> {
    let today = case.today();
    case.journal
        .bouts_of(exercise, today.minus(27), today)
        .filter(|b| b.what.skipped.is_none())
        .filter(|b| {
            let phase = case.course.phase_on(case.program, b.entry.day);
            let cap = phase.and_then(|p| p.exercises.iter().find(|p| p.exercise == exercise)).map(|p| p.cap);
            b.what.pain.is_some_and(|pain| cap.is_some_and(|cap| pain <= cap))
        })
        .map(|b| b.entry.day)
        .collect()
}
