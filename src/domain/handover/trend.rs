//! The days and weeks of the recovery, as charts and tables show them. A day
//! of which nothing was told is there, and empty.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::adherence::Adherence;
use super::super::bouts::{self, Zone};
use super::super::criteria::{Case, median};
use super::super::day::Day;
use super::super::entry::EntryId;
use super::super::measure::{PAIN_MORNING, PAIN_WORST};
use super::super::report::DayReport;

/// One day. Each value is from 0 to 10, and nothing where nobody logged it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The day.
    pub day: Day,
    /// Days since the injury.
    pub number: i64,
    /// Id of the phase.
    pub phase: Option<String>,
    /// The worst pain of the day.
    pub worst: Option<f64>,
    /// The worst pain at rest.
    pub rest: Option<f64>,
    /// The worst pain when walking or during exercise.
    pub activity: Option<f64>,
    /// Pain on waking.
    pub morning: Option<f64>,
    /// How much pain disturbed sleep.
    pub sleep: Option<f64>,
    /// How bad it was against the limits of the phase: the worst bout, and red
    /// for any pain above what the phase calls amber; nothing when unknown.
    pub zone: Option<Zone>,
    /// How many exercises were done; nothing on a day of which nothing was told.
    pub sessions: Option<u32>,
    /// The entries of the day.
    pub entries: Vec<EntryId>,
}

/// A week since the injury: medians, with the worst value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Week {
    /// Its days since the injury, first and last.
    pub days: (i64, i64),
    /// The phases.
    pub phases: Vec<String>,
    /// On how many of its days something was told.
    pub told: usize,
    /// Of so many.
    pub of: usize,
    /// Median and worst of the worst pain.
    pub worst: Option<(f64, f64)>,
    /// The same of pain at rest.
    pub rest: Option<(f64, f64)>,
    /// The same of pain when walking or during exercise.
    pub activity: Option<(f64, f64)>,
    /// The same of pain on waking.
    pub morning: Option<(f64, f64)>,
    /// The same of disturbed sleep.
    pub sleep: Option<(f64, f64)>,
    /// Days above an amber limit.
    pub amber: usize,
    /// Days above a red limit.
    pub red: usize,
    /// How many exercises were done; nothing in a week of which nothing was told.
    pub sessions: Option<u32>,
    /// How many were due and count, and how many of them were done; nothing
    /// before the episode was opened.
    pub done_of_due: Option<(u32, u32)>,
}

pub(super) fn days(case: &Case<'_>, reports: &[DayReport]) -> Vec<Point> {
    let mut zones: BTreeMap<Day, Zone> = BTreeMap::new();
    let mut hurt: BTreeMap<Day, f64> = BTreeMap::new();
    for (bout, zone) in bouts::all(case) {
        let day = zones.entry(bout.entry.day).or_insert(zone);
        *day = zone.max(*day);
    }
    for bout in case.journal.performed(case.course.onset, case.today()) {
        if let Some(pain) = bout.what.pain.filter(|_| case.is_injured(bout.what.side)) {
            let most = hurt.entry(bout.entry.day).or_insert(pain);
            *most = most.max(pain);
        }
    }
    for pain in case.diary.pains.all() {
        let caps = case.course.phase_on(case.program, pain.day).map(|phase| phase.caps);
        if caps.is_some_and(|caps| pain.worst > caps.amber) {
            zones.insert(pain.day, Zone::Red);
        }
    }
    let point = |d: &DayReport| {
        let of = |id: &str| d.readings.get(id).copied();
        let walking = of("pain-walking");
        let exercise = hurt.get(&d.day).copied();
        Point {
            day: d.day,
            number: d.number,
            phase: d.phase.clone(),
            worst: of(PAIN_WORST),
            rest: of("pain-rest"),
            activity: walking.into_iter().chain(exercise).reduce(f64::max),
            morning: of(PAIN_MORNING),
            sleep: of("sleep-disturbed"),
            zone: zones.get(&d.day).copied(),
            sessions: (!d.entries.is_empty()).then_some(d.sessions),
            entries: d.entries.clone(),
        }
    };
    reports.iter().map(point).collect()
}

pub(super) fn weeks(days: &[Point], adherence: &Adherence) -> Vec<Week> {
    let week = |days: &[Point]| {
        let of = |value: fn(&Point) -> Option<f64>| {
            let values: Vec<f64> = days.iter().filter_map(value).collect();
            let worst = values.iter().copied().reduce(f64::max)?;
            Some((median(values)?, worst))
        };
        let mut phases: Vec<String> = days.iter().filter_map(|d| d.phase.clone()).collect();
        phases.dedup();
        let kept: Vec<_> = days.iter().filter_map(|d| adherence.days.get(&d.day)).collect();
        let told: Vec<u32> = days.iter().filter_map(|d| d.sessions).collect();
        let zone = |zone: Zone| days.iter().filter(|d| d.zone == Some(zone)).count();
        Week {
            days: (days[0].number, days[days.len() - 1].number),
            phases,
            told: told.len(),
            of: days.len(),
            worst: of(|d| d.worst),
            rest: of(|d| d.rest),
            activity: of(|d| d.activity),
            morning: of(|d| d.morning),
            sleep: of(|d| d.sleep),
            amber: zone(Zone::Amber),
            red: zone(Zone::Red),
            sessions: (!told.is_empty()).then(|| told.iter().sum()),
            done_of_due: (!kept.is_empty())
                .then(|| (kept.iter().map(|k| k.done).sum(), kept.iter().map(|k| k.due).sum())),
        }
    };
    days.chunk_by(|a, b| a.number.div_euclid(7) == b.number.div_euclid(7)).map(week).collect()
}
