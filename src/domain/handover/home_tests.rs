//! The home tests: first and latest, left and right, and what the program
//! wants of them.

use serde::Serialize;

use super::super::criteria::Case;
use super::super::day::Day;
use super::super::entry::{EntryId, Side};
use super::super::finding::{Finding, Verdict};
use super::super::journal::Sample;
use super::super::measure::{Asked, Better, Measure, Unit};
use super::super::program::{Criterion, Phase, Subject, Whose};
use super::super::wanted::subject_wanted;

/// One value of a test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The value.
    pub value: f64,
    /// Its day.
    pub day: Day,
    /// Whether an analgesic was taken in the 24 hours before.
    pub masked: bool,
    /// The entry.
    pub entry: EntryId,
}

/// What a program wants of a test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The phase that asks for it.
    pub phase: String,
    /// What is wanted, in words.
    pub wanted: String,
    /// Whether it is met; nothing where the phase is not the present one.
    pub verdict: Option<Verdict>,
}

/// A home test that was done at least once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// Id of the measure.
    pub measure: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// Which way it improves.
    pub better: Better,
    /// Whether it is done on one leg at a time.
    pub sided: bool,
    /// The latest values: left, right, and where no side was named.
    pub left: Option<Value>,
    /// See `left`.
    pub right: Option<Value>,
    /// See `left`.
    pub unsided: Option<Value>,
    /// The first value of the injured side, or of no side, where there is a later one.
    pub first: Option<Value>,
    /// What the program wants of it, first in the present phase.
    pub target: Option<Target>,
}

pub(super) fn tests(case: &Case<'_>, findings: &[Finding]) -> Vec<Tested> {
    let tests = case.library.measures.values().filter(|m| m.asked == Asked::Test);
    tests.filter_map(|measure| tested(case, findings, measure)).collect()
}

fn tested(case: &Case<'_>, findings: &[Finding], measure: &Measure) -> Option<Tested> {
    let samples = case.journal.samples(&measure.id, case.course.onset, case.today());
    if samples.is_empty() {
        return None;
    }
    let latest = |side: fn(Option<Side>) -> bool| samples.iter().rev().find(|s| side(s.side)).map(value);
    let mine: Vec<&Sample<'_>> = samples.iter().filter(|s| case.is_injured(s.side)).collect();
    Some(Tested {
        measure: measure.id.clone(),
        name: measure.name.clone(),
        unit: measure.unit,
        better: measure.better,
        sided: measure.sided,
        left: latest(|side| matches!(side, Some(Side::Left | Side::Both))),
        right: latest(|side| matches!(side, Some(Side::Right | Side::Both))),
        unsided: latest(|side| matches!(side, None | Some(Side::Middle))),
        first: mine.first().filter(|_| mine.len() > 1).map(|s| value(s)),
        target: target(case, findings, measure),
    })
}

fn value(sample: &Sample<'_>) -> Value {
    Value { value: sample.value, day: sample.day, masked: sample.masked, entry: sample.entry.clone() }
}

/// What the present phase asks of a test, or else a later one, or else the
/// last one that did; where a phase asks more than once, a comparison of the
/// legs says most.
fn target(case: &Case<'_>, findings: &[Finding], measure: &Measure) -> Option<Target> {
    let here = case.course.current().phase;
    let phases = &case.program.phases;
    let order = (here..phases.len()).chain((0..here).rev());
    order.into_iter().find_map(|at| {
        let phase: &Phase = &phases[at];
        let asks = |c: &&Criterion| match &c.subject {
            Subject::Measure(test) => test.measure == measure.id && c.is_for(case.episode.goal),
            _ => false,
        };
        let compares = |c: &&Criterion| match &c.subject {
            Subject::Measure(test) => matches!(test.whose, Whose::Ratio | Whose::Deficit),
            _ => false,
        };
        let asked = || phase.exit.iter().chain(&phase.entry).filter(asks);
        let criterion = asked().find(compares).or_else(|| asked().next())?;
        let id = format!("{}.{}", phase.id, criterion.id);
        Some(Target {
            phase: phase.id.clone(),
            wanted: subject_wanted(case.library, &criterion.subject),
            verdict: findings.iter().find(|f| f.id == id).map(|f| f.verdict),
        })
    })
}
