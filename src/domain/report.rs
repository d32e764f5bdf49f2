//! Progress: what was logged day by day, and which way it goes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::adherence::{Adherence, OfDay};
use super::criteria::{Case, median};
use super::day::Day;
use super::entry::EntryId;
use super::library::Library;
use super::measure::{Asked, Measure};

/// One day of a recovery.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayReport {
    /// The day.
    pub day: Day,
    /// Days since onset.
    pub number: i64,
    /// Id of the phase.
    pub phase: Option<String>,
    /// The worst value of each measure that was logged; a measure that was not
    /// logged is absent, never zero.
    pub readings: BTreeMap<String, f64>,
    /// How many exercises were done.
    pub sessions: u32,
    /// What became of the plan of the day; nothing before the episode was
    /// opened, when there was none to keep to.
    pub adherence: Option<OfDay>,
    /// The person's own words.
    pub notes: Vec<String>,
    /// The entries of the day.
    pub entries: Vec<EntryId>,
}

/// This week against the one before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trend {
    /// Id of the measure.
    pub measure: String,
    /// Median of the last seven days.
    pub this_week: Option<f64>,
    /// Median of the seven days before.
    pub last_week: Option<f64>,
    /// `better`, `same`, `worse` or `unknown`.
    pub direction: &'static str,
}

/// What was logged, how the plan was kept to, and which way it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The days, in order.
    pub days: Vec<DayReport>,
    /// The trends.
    pub trends: Vec<Trend>,
    /// How the plan was kept to since the episode was opened.
    pub adherence: Adherence,
}

/// Reports on the days from `first` to today.
pub fn report(case: &Case<'_>, first: Day, adherence: Adherence) -> Report {
    let mut days = logged(case, first);
    for report in &mut days {
        report.adherence = adherence.days.get(&report.day).cloned();
    }
    Report { days, trends: trends(case), adherence }
}

/// The days from `first` to today, with what was logged.
fn logged(case: &Case<'_>, first: Day) -> Vec<DayReport> {
    let today = case.today();
    let first = first.max(case.course.onset);
    let count = today.since(first);
    let mut days: Vec<DayReport> = (0..=count.max(-1))
        .map(|n| {
            let day = first.plus(n);
            DayReport {
                day,
                number: day.since(case.course.onset),
                phase: case.course.phase_on(case.program, day).map(|p| p.id.clone()),
                readings: BTreeMap::new(),
                sessions: 0,
                adherence: None,
                notes: Vec::new(),
                entries: Vec::new(),
            }
        })
        .collect();
    for entry in case.journal.entries() {
        let Some(report) = usize::try_from(entry.day.since(first)).ok().and_then(|n| days.get_mut(n)) else {
            continue;
        };
        if matches!(entry.fact, super::entry::Fact::Decision(_)) {
            continue;
        }
        report.entries.push(entry.id.clone());
        report.notes.extend(entry.note.clone());
        if let super::entry::Fact::Performed(performed) = &entry.fact {
            report.sessions += u32::from(performed.skipped.is_none());
        }
        for reading in super::journal::readings(entry).iter().filter(|r| case.is_injured(r.side)) {
            let Some(measure) = case.library.measures.get(&reading.measure) else { continue };
            let worst = report.readings.entry(reading.measure.clone()).or_insert(reading.value);
            *worst = measure.worse(*worst, reading.value);
        }
    }
    days
}

/// The trend of every check-in measure that was logged in the last two weeks.
fn trends(case: &Case<'_>) -> Vec<Trend> {
    let today = case.today();
    let recent = logged(case, today.minus(13));
    let check_in = |library: &Library| -> Vec<Measure> {
        library.measures.values().filter(|m| m.asked == Asked::CheckIn).cloned().collect()
    };
    check_in(case.library)
        .into_iter()
        .filter_map(|measure| {
            let of = |from: Day, to: Day| {
                let values = recent
                    .iter()
                    .filter(|d| d.day >= from && d.day <= to)
                    .filter_map(|d| d.readings.get(&measure.id).copied())
                    .collect();
                median(values)
            };
            let this_week = of(today.minus(6), today);
            let last_week = of(today.minus(13), today.minus(7));
            this_week.or(last_week)?;
            let direction = match (this_week, last_week) {
                (Some(now), Some(then)) if (now - then).abs() < f64::EPSILON => "same",
                (Some(now), Some(then)) if (measure.worse(now, then) - then).abs() < f64::EPSILON => "better",
                (Some(_), Some(_)) => "worse",
                _ => "unknown",
            };
            Some(Trend { measure: measure.id, this_week, last_week, direction })
        })
        .collect()
}
