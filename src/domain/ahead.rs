//! The plan ahead: the days to come as they would be if all went on as now,
//! and the phases behind them as ranges. Never a promise.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::criteria::Case;
use super::day::Day;
use super::program::{Phase, Prescription, Stage};
use super::schedule::{ItemKind, Plan, due_on};

/// An exercise on a day to come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AheadItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How often on that day.
    pub due: u32,
}

/// One day to come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AheadDay {
    /// The day.
    pub day: Day,
    /// Days since onset.
    pub number: i64,
    /// What would be due; nothing on a rest day.
    pub items: Vec<AheadItem>,
}

/// A phase to come, as a range of days on which it could begin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AheadPhase {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Not before this day, by the gates alone.
    pub not_before: Day,
    /// When it has not begun by this day, somebody should look.
    pub look_by: Option<Day>,
}

/// The plan ahead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ahead {
    /// The days to come, tomorrow first.
    pub days: Vec<AheadDay>,
    /// The phases to come, in order.
    pub phases: Vec<AheadPhase>,
    /// Full return to sport: not before this day, and the end of the usual
    /// window. Nothing once the last phase is reached.
    pub full_return: Option<(Day, Day)>,
}

/// Looks `days` ahead from today's plan.
pub fn ahead(case: &Case<'_>, plan: &Plan, days: u32) -> Ahead {
    let (today, onset) = (case.today(), case.course.onset);
    let here = case.course.current().phase;
    let phase = case.course.phase(case.program);
    let mut done: BTreeMap<&str, BTreeSet<Day>> = BTreeMap::new();
    for bout in case.journal.performed(onset, today).filter(|b| b.what.skipped.is_none()) {
        done.entry(&bout.what.exercise).or_default().insert(bout.entry.day);
    }
    let in_plan =
        |p: &&Prescription| plan.items.iter().any(|i| i.kind == ItemKind::Exercise && i.id == p.exercise);
    // What today leaves for its day alone comes in when that day does.
    let waits = |p: &&Prescription| {
        let rule = format!("{}.from-day", p.exercise);
        plan.left_out.iter().any(|l| l.id == p.exercise && l.rule == rule)
    };
    let held: Vec<&Prescription> = case.program.phases[..=here]
        .iter()
        .rev()
        .flat_map(|p| &p.exercises)
        .filter(|p| in_plan(p) || (phase.exercises.contains(p) && waits(p)))
        .collect();
    let mut seen = BTreeSet::new();
    let held: Vec<&Prescription> = held.into_iter().filter(|p| seen.insert(&p.exercise)).collect();
    // What is still due today is taken as done, so that tomorrow follows on it.
    for prescription in held.iter().filter(|p| in_plan(p)) {
        let days = done.entry(&prescription.exercise).or_default();
        if due_on(prescription.frequency, days, today) > 0 {
            days.insert(today);
        }
    }
    let days = (1..=i64::from(days))
        .map(|n| {
            let day = today.plus(n);
            let mut items = Vec::new();
            for prescription in &held {
                let id = prescription.exercise.as_str();
                let days = done.entry(id).or_default();
                let due = due_on(prescription.frequency, days, day);
                if due == 0 || day.since(onset) < prescription.from_day {
                    continue;
                }
                days.insert(day);
                items.push(AheadItem {
                    id: id.to_owned(),
                    name: case.library.exercise_name(id).to_owned(),
                    due,
                });
            }
            AheadDay { day, number: day.since(onset), items }
        })
        .collect();
    let phases = phases(case, here);
    let full_return = (phase.stage < Stage::Maintenance && case.program.phases.len() > 1).then(|| {
        let last = phases
            .iter()
            .rev()
            .find(|p| case.program.phases.iter().any(|q| q.id == p.id && q.stage == Stage::Return));
        let lasts = |id: &str| case.program.phases.iter().find(|p| p.id == id).map_or(0, |p| p.minimum_days);
        let by_phases = last.map_or(today, |p| p.not_before.plus(lasts(&p.id)));
        let not_before = onset.plus(case.program.return_not_before).max(by_phases);
        (not_before, onset.plus(case.program.window_days.1).max(not_before))
    });
    Ahead { days, phases, full_return }
}

fn phases(case: &Case<'_>, here: usize) -> Vec<AheadPhase> {
    let (today, onset) = (case.today(), case.course.onset);
    let mut before: &Phase = case.course.phase(case.program);
    let left = before.minimum_days - case.course.days_in_phase(today);
    let mut free = today.plus(left.max(0));
    let mut phases = Vec::new();
    for phase in &case.program.phases[here + 1..] {
        let not_before = free.max(onset.plus(phase.earliest_day));
        let look_by = before.stalled_day.map(|day| onset.plus(day).max(not_before));
        phases.push(AheadPhase { id: phase.id.clone(), name: phase.name.clone(), not_before, look_by });
        free = not_before.plus(phase.minimum_days);
        before = phase;
    }
    phases
}
