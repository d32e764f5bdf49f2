//! Progress: what was logged day by day and week by week, which way it goes, and
//! where that stands against what was to be expected.

mod chart;
mod expected;
mod legs;
mod loads;
mod weeks;

use std::collections::BTreeMap;

use serde::Serialize;

pub use chart::{Band, Chart, Mark, MarkKind, Value};
pub use expected::{Expected, PhaseWindow, Window};
pub use legs::{Legs, OfLeg, Target};
pub use loads::Load;
pub use weeks::{Kept, Spread, Week};

use super::adherence::{Adherence, OfDay};
use super::criteria::{Case, median};
use super::day::Day;
use super::entry::{EntryId, Name};
use super::measure::{Asked, Measure};
use super::screening::Flag;

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
    pub readings: BTreeMap<Name, f64>,
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
    /// The worst value of the last seven days.
    pub this_worst: Option<f64>,
    /// The worst value of the seven days before.
    pub last_worst: Option<f64>,
    /// `better`, `same` or `worse` by the median, `mixed` where the worst value got
    /// worse all the same, `unknown` where one of the two weeks is not known.
    pub direction: &'static str,
    /// The worst value of each of these fourteen days, today last; nothing where
    /// nobody logged one.
    pub days: Vec<Option<f64>>,
}

/// What was logged, how the plan was kept to, and which way it goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Where the recovery stands against what was to be expected.
    pub expected: Expected,
    /// The days, in order.
    pub days: Vec<DayReport>,
    /// The weeks since the injury, in order.
    pub weeks: Vec<Week>,
    /// One measure day by day, with the phases and what happened in them.
    pub chart: Chart,
    /// The trends.
    #[serde(rename = "trend")]
    pub trends: Vec<Trend>,
    /// How the plan was kept to since the episode was opened.
    pub adherence: Adherence,
    /// Left against right in the home tests.
    pub legs: Vec<Legs>,
    /// What was loaded, week by week.
    pub loads: Vec<Load>,
}

/// Reports on the days from `first` to today, with a chart of `measure`.
pub fn report(
    case: &Case<'_>,
    flags: &[Flag],
    first: Day,
    measure: &Measure,
    adherence: Adherence,
) -> Report {
    let mut days = logged(case, first);
    for report in &mut days {
        report.adherence = adherence.days.get(&report.day).cloned();
    }
    let weeks = weeks::weeks(case, &days);
    Report {
        chart: chart::chart(case, flags, measure, &days),
        trends: trends(case),
        legs: legs::legs(case),
        loads: loads::loads(case, &weeks),
        expected: expected::expected(case),
        days,
        weeks,
        adherence,
    }
}

/// The days from `first` to today, with what was logged.
pub(super) fn logged(case: &Case<'_>, first: Day) -> Vec<DayReport> {
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
            let Some(measure) = case.library.measures.get(&*reading.measure) else { continue };
            let worst = report.readings.entry(reading.measure.clone()).or_insert(reading.value);
            *worst = measure.worse(*worst, reading.value);
        }
    }
    days
}

/// How many days a trend looks at: this week and the one before.
const TREND: i64 = 14;

/// The trend of every check-in measure that was logged in the last two weeks.
fn trends(case: &Case<'_>) -> Vec<Trend> {
    let today = case.today();
    let recent = logged(case, today.minus(TREND - 1));
    let known: BTreeMap<Day, &DayReport> = recent.iter().map(|d| (d.day, d)).collect();
    let measures = case.library.measures.values().filter(|m| m.asked == Asked::CheckIn);
    measures
        .filter_map(|measure| {
            let on =
                |n: i64| known.get(&today.minus(TREND - 1 - n))?.readings.get(measure.id.as_str()).copied();
            let days: Vec<Option<f64>> = (0..TREND).map(on).collect();
            let (before, now) = days.split_at(days.len() / 2);
            let this_week = median(now.iter().flatten().copied().collect());
            let last_week = median(before.iter().flatten().copied().collect());
            this_week.or(last_week)?;
            let worst =
                |week: &[Option<f64>]| week.iter().flatten().copied().reduce(|a, b| measure.worse(a, b));
            let (last_worst, this_worst) = (worst(before), worst(now));
            let direction = measure.moved_with_worst((last_week, this_week), (last_worst, this_worst));
            let measure = measure.id.clone();
            Some(Trend { measure, this_week, last_week, this_worst, last_worst, direction, days })
        })
        .collect()
}
