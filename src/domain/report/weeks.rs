//! Week by week: what was told, how bad it was, and how the plan was kept to.
//! Weeks count from the day of the injury.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::adherence::OfDay;
use super::super::criteria::{Case, median};
use super::super::day::Day;
use super::super::measure::PAIN_ANY;
use super::DayReport;

/// The values of a measure in a week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The median of the days with a reading.
    pub median: f64,
    /// The worst of them.
    pub worst: f64,
    /// How many they are.
    pub days: usize,
}

/// How the plan of a week was kept to, counted in exercises of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// How many were due and count.
    pub due: u32,
    /// How many of them were done.
    pub done: u32,
    /// How many of them were done in part.
    pub partly: u32,
    /// How many of them were missed.
    pub missed: u32,
    /// How many were skipped with a reason, which does not count.
    pub skipped: u32,
    /// How many were due on days of which nothing was told.
    pub unknown: u32,
    /// How many are still open today.
    pub open: u32,
}

/// One week.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Week {
    /// Its first day.
    pub from: Day,
    /// Its last day, or today.
    pub to: Day,
    /// The same as days since onset.
    pub numbers: (i64, i64),
    /// Ids of its phases, in order.
    pub phases: Vec<String>,
    /// How many days it has so far.
    pub days: usize,
    /// On how many of them something was recorded.
    pub logged: usize,
    /// The values of each measure, and of the highest pain of any kind.
    pub measures: BTreeMap<String, Spread>,
    /// On how many days a pain above green and not above amber was reported, by
    /// the caps of the phase of the day.
    pub amber_days: usize,
    /// On how many days one above amber was.
    pub red_days: usize,
    /// On how many days no pain was reported.
    pub unknown_days: usize,
    /// How many exercises were done.
    pub sessions: u32,
    /// How the plan was kept to; nothing before the episode was opened.
    pub kept: Option<Kept>,
}

/// The weeks of some days, in order.
pub(super) fn weeks(case: &Case<'_>, days: &[DayReport]) -> Vec<Week> {
    days.chunk_by(|a, b| a.number.div_euclid(7) == b.number.div_euclid(7))
        .map(|days| week(case, days))
        .collect()
}

fn week(case: &Case<'_>, days: &[DayReport]) -> Week {
    let (first, last) = (&days[0], &days[days.len() - 1]);
    let mut phases: Vec<String> = days.iter().filter_map(|d| d.phase.clone()).collect();
    phases.dedup();
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (id, value) in days.iter().flat_map(|d| &d.readings) {
        values.entry(id).or_default().push(*value);
    }
    let (mut amber_days, mut red_days, mut known) = (0, 0, 0);
    for pain in case.diary.pains.range(first.day..=last.day) {
        values.entry(PAIN_ANY).or_default().push(pain.worst);
        known += 1;
        let Some(phase) = case.course.phase_on(case.program, pain.day) else { continue };
        amber_days += usize::from(pain.worst > phase.caps.green && pain.worst <= phase.caps.amber);
        red_days += usize::from(pain.worst > phase.caps.amber);
    }
    let spread = |(id, values): (&str, Vec<f64>)| {
        let measure = case.library.measures.get(id)?;
        let worst = values.iter().copied().reduce(|a, b| measure.worse(a, b))?;
        let days = values.len();
        Some((id.to_owned(), Spread { median: median(values)?, worst, days }))
    };
    Week {
        from: first.day,
        to: last.day,
        numbers: (first.number, last.number),
        phases,
        days: days.len(),
        logged: days.iter().filter(|d| !d.entries.is_empty()).count(),
        measures: values.into_iter().filter_map(spread).collect(),
        amber_days,
        red_days,
        unknown_days: days.len() - known,
        sessions: days.iter().map(|d| d.sessions).sum(),
        kept: kept(days.iter().filter_map(|d| d.adherence.as_ref())),
    }
}

fn kept<'d>(days: impl Iterator<Item = &'d OfDay>) -> Option<Kept> {
    days.fold(None, |kept, day| {
        let kept = kept.unwrap_or_default();
        Some(Kept {
            due: kept.due + day.due,
            done: kept.done + day.done,
            partly: kept.partly + day.partly,
            missed: kept.missed + day.missed,
            skipped: kept.skipped + u32::try_from(day.skipped.len()).unwrap_or(u32::MAX),
            unknown: kept.unknown + day.unknown,
            open: kept.open + day.open,
        })
    })
}
