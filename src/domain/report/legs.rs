//! Left against right in the home tests, with what the program wants of them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::criteria::{Case, judge};
use super::super::day::Day;
use super::super::entry::{EntryId, Side};
use super::super::finding::Verdict;
use super::super::journal::Sample;
use super::super::measure::{Asked, Measure, Unit};
use super::super::program::Subject;

/// The latest result of one leg.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfLeg {
    /// The worst value of its latest day.
    pub value: f64,
    /// That day.
    pub day: Day,
    /// The entries of that day.
    pub entries: Vec<EntryId>,
}

/// What the program wants of a test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The criterion.
    pub id: String,
    /// What it wants.
    pub wanted: String,
    /// Whether that is shown.
    pub verdict: Verdict,
    /// What was seen.
    pub observed: String,
}

/// One home test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Legs {
    /// Id of the measure.
    pub measure: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// The left leg; nothing where it was never tested.
    pub left: Option<OfLeg>,
    /// The right leg.
    pub right: Option<OfLeg>,
    /// What the phase wants of it, or else the next one that wants anything.
    pub targets: Vec<Target>,
}

/// The home tests of one leg at a time: those that were done, and those that
/// the phase asks for.
pub(super) fn legs(case: &Case<'_>) -> Vec<Legs> {
    let here = case.course.phase(case.program);
    let asked: BTreeSet<&str> = here.exit.iter().filter_map(|c| measure_of(&c.subject)).collect();
    let tests = case.library.measures.values().filter(|m| m.asked == Asked::Test && m.sided);
    tests
        .map(|m| Legs {
            measure: m.id.clone(),
            name: m.name.clone(),
            unit: m.unit,
            left: leg(case, m, Side::Left),
            right: leg(case, m, Side::Right),
            targets: targets(case, m),
        })
        .filter(|l| l.left.is_some() || l.right.is_some() || asked.contains(l.measure.as_str()))
        .collect()
}

fn measure_of(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Measure(test) => Some(&test.measure),
        _ => None,
    }
}

/// What was seen last of one leg. A result without a side is the injured leg's.
fn leg(case: &Case<'_>, measure: &Measure, leg: Side) -> Option<OfLeg> {
    let samples = case.journal.samples(&measure.id, case.course.onset, case.today());
    let of_leg = |s: &&Sample<'_>| match s.side.or(case.episode.side) {
        Some(Side::Both) => true,
        side => side == Some(leg),
    };
    let of_leg: Vec<&Sample<'_>> = samples.iter().filter(of_leg).collect();
    let day = of_leg.iter().map(|s| s.day).max()?;
    let latest: Vec<&&Sample<'_>> = of_leg.iter().filter(|s| s.day == day).collect();
    let value = latest.iter().map(|s| s.value).reduce(|a, b| measure.worse(a, b))?;
    Some(OfLeg { value, day, entries: latest.iter().map(|s| s.entry.clone()).collect() })
}

fn targets(case: &Case<'_>, measure: &Measure) -> Vec<Target> {
    let here = case.course.current().phase;
    let of_phase = |at: usize| -> Vec<Target> {
        let phase = &case.program.phases[at];
        // What a phase asks for on entry is asked while the one before it lasts.
        let next = case.program.phases.get(at + 1).filter(|_| at == here);
        let own = phase.exit.iter().map(|c| (phase, c));
        let entry = next.into_iter().flat_map(|next| next.entry.iter().map(move |c| (next, c)));
        own.chain(entry)
            .filter(|(_, c)| c.is_for(case.episode.goal))
            .filter(|(_, c)| measure_of(&c.subject) == Some(measure.id.as_str()))
            .map(|(phase, criterion)| {
                let finding = judge(case, &phase.id, criterion);
                Target {
                    id: finding.id,
                    wanted: finding.wanted,
                    verdict: finding.verdict,
                    observed: finding.observed,
                }
            })
            .collect()
    };
    (here..case.program.phases.len()).map(of_phase).find(|targets| !targets.is_empty()).unwrap_or_default()
}
