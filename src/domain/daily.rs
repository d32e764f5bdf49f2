//! What each day says about a measure: its worst reading, on the side that counts.

use std::collections::{BTreeMap, BTreeSet};

use super::criteria::Case;
use super::day::{At, Day};
use super::entry::EntryId;
use super::journal::Sample;
use super::measure::{Measure, PAIN_ANY};
use super::program::{MeasureTest, Whose};

/// What one day says about a measure.
#[derive(Clone, Debug)]
pub(super) struct DayReading {
    /// The worst value of the day.
    pub(super) value: f64,
    /// Whether it can prove something good.
    pub(super) proves: bool,
    /// Whether it is only an upper bound, from the worst pain of the day.
    pub(super) bound: bool,
    pub(super) entries: Vec<EntryId>,
}

/// The worst reading of each day of a window, on the side that counts.
pub(super) fn by_day(
    case: &Case<'_>,
    test: &MeasureTest,
    first: Day,
    last: Day,
) -> BTreeMap<Day, DayReading> {
    let Some(measure) = case.library.measures.get(&test.measure) else { return BTreeMap::new() };
    let wants_injured = test.whose != Whose::Other;
    let on_side = |sample: &Sample<'_>| case.is_injured(sample.side) == wants_injured;
    let mut days: BTreeMap<Day, DayReading> = BTreeMap::new();
    let samples = if measure.id == PAIN_ANY {
        case.journal.pains(case.library, first, last)
    } else {
        case.journal.samples(&measure.id, first, last)
    };
    for sample in samples.iter().filter(|s| on_side(s)) {
        fold(&mut days, measure, sample, false, case.armed());
    }
    if measure.id == PAIN_ANY {
        // A day counts as quiet only when something that spans the whole day was reported.
        let spanning = whole_day_pains(case, first, last);
        for (day, reading) in &mut days {
            reading.proves &= spanning.contains(day);
        }
    } else if let Some(bound) = &measure.bounded_by {
        for sample in case.journal.samples(bound, first, last).iter().filter(|s| on_side(s)) {
            if days.get(&sample.day).is_none_or(|d| d.bound) {
                fold(&mut days, measure, sample, true, case.armed());
            }
        }
    }
    days
}

fn fold(
    days: &mut BTreeMap<Day, DayReading>,
    measure: &Measure,
    sample: &Sample<'_>,
    bound: bool,
    armed: Option<At>,
) {
    let day = days.entry(sample.day).or_insert_with(|| DayReading {
        value: sample.value,
        proves: true,
        bound,
        entries: Vec::new(),
    });
    day.value = measure.worse(day.value, sample.value);
    day.proves &= !sample.masked && armed.is_none_or(|at| sample.at > at);
    day.entries.push(sample.entry.clone());
}

/// The days on which a pain was reported that speaks for the whole day.
fn whole_day_pains(case: &Case<'_>, first: Day, last: Day) -> BTreeSet<Day> {
    let measures = &case.library.measures;
    let bounds: BTreeSet<&str> = measures.values().filter_map(|m| m.bounded_by.as_deref()).collect();
    measures
        .values()
        .filter(|m| m.bounded_by.is_some() || bounds.contains(m.id.as_str()))
        .flat_map(|m| case.journal.samples(&m.id, first, last))
        .map(|s| s.day)
        .collect()
}
