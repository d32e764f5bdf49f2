//! Flags that the diary itself raises: trouble that shows over days rather
//! than in one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::brakes::baseline;
use super::criteria::{Case, median};
use super::day::{At, Day};
use super::entry::EntryId;
use super::library::Rule;
use super::measure::{PAIN_MORNING, plain};
use super::program::Stage;
use super::question::AnswerValue;
use super::screening::{Because, Flag};

/// A course of days that raises a flag.
#[derive(Clone, Debug, PartialEq)]
pub enum Watch {
    /// From this day after the injury on, pain has not fallen by 2 points or
    /// by 30 % against the first days, and still is at least `floor`.
    NoFall {
        /// Days since the injury.
        after_days: i64,
        /// Pain below this is not worth a visit.
        floor: f64,
    },
    /// Burning or heat was reported again after more than so many days,
    /// without such a fall of pain in between.
    Burning {
        /// Days between the two reports.
        days: i64,
    },
    /// A reading reached `value` on `times` days of a week.
    Often {
        /// The measure.
        measure: String,
        /// The value, 0 to 10.
        value: f64,
        /// On how many days of seven.
        times: usize,
    },
    /// The window of recovery has passed, and the last phase is not reached.
    PastWindow,
    /// The weekly median rose by so much.
    WeekRise {
        /// Points of pain.
        value: f64,
    },
    /// Mornings above what the phase allows, on so many days of a week.
    Mornings {
        /// On how many days of seven.
        times: usize,
    },
    /// Pain of so much in the last phase or after the end.
    Relapse {
        /// Points of pain.
        value: f64,
    },
    /// A question answered yes on so many days of a week.
    AnsweredOften {
        /// The question.
        question: String,
        /// On how many days of seven.
        times: usize,
    },
}

/// A fall that counts: 2 points, or 30 % of what it was.
const FALL_POINTS: f64 = 2.0;
const FALL_SHARE: f64 = 0.3;

/// Days that make up a level, at the beginning and now.
const LEVEL_DAYS: usize = 3;

/// After a clinician has looked, the same course raises its flag again only
/// after so many further days.
const QUIET_DAYS: i64 = 14;

/// The day on which a course is complete, the entries that prove it, and what
/// they say.
type Proof = (Day, Vec<(EntryId, At)>, String);

/// The days and entries of one thing.
type Series = BTreeMap<Day, (f64, Vec<(EntryId, At)>)>;

/// Every flag that the diary raises, with the day on which it first did.
pub fn flags(case: &Case<'_>) -> Vec<Flag> {
    let pain = pains(case);
    let mut flags = Vec::new();
    for rule in &case.library.rules {
        let Some(watch) = &rule.watch else { continue };
        let mut from = case.course.onset;
        while let Some((day, evidence, said)) = first_day(case, watch, &pain, from) {
            flags.push(raised(rule, day, &evidence, &said));
            let opened = flags.last().and_then(|f| f.opened);
            let answered = case.journal.clearances().find(|c| {
                c.what.rule == rule.id && c.what.day >= day && opened.is_none_or(|at| c.entry.at >= at)
            });
            match answered {
                Some(clearance) => from = clearance.entry.day.plus(QUIET_DAYS).max(day.plus(1)),
                None => break,
            }
        }
    }
    flags
}

fn raised(rule: &Arc<Rule>, day: Day, evidence: &[(EntryId, At)], said: &str) -> Flag {
    let because = evidence
        .iter()
        .map(|(entry, _)| Because { id: rule.id.clone(), said: said.to_owned(), entry: Some(entry.clone()) })
        .collect();
    let opened = evidence.iter().map(|(_, at)| *at).max();
    let written = evidence.iter().map(|(id, at)| id.written().unwrap_or_else(|| at.timestamp_millis())).max();
    Flag::raised(rule, opened.zip(written).map(|(at, written)| (at, written, day)), because)
}

/// The worst pain of each day on the injured side.
fn pains(case: &Case<'_>) -> Series {
    let mut series = Series::new();
    for sample in case.journal.pains(case.library, case.course.onset, case.today()) {
        if case.is_injured(sample.side) {
            let day = series.entry(sample.day).or_insert((sample.value, vec![]));
            day.0 = day.0.max(sample.value);
            day.1.push((sample.entry.clone(), sample.at));
        }
    }
    series
}

/// The first day from `from` on that completes the course, with the entries
/// that prove it and what they say.
fn first_day(case: &Case<'_>, watch: &Watch, pain: &Series, from: Day) -> Option<Proof> {
    match watch {
        Watch::NoFall { after_days, floor } => {
            let first = level(pain.iter().take(LEVEL_DAYS))?;
            let begins = from.max(case.course.onset.plus(*after_days));
            pain.range(begins..).find_map(|(day, _)| {
                let now = level(pain.range(..=*day).rev().take(LEVEL_DAYS))?;
                let stuck = now.0 >= *floor && !fell(first.0, now.0);
                let said = format!("pain {} at first and {} by {day}", plain(first.0), plain(now.0));
                stuck.then(|| (*day, [first.1.clone(), now.1].concat(), said))
            })
        }
        Watch::Burning { days } => burning(case, pain, *days, from),
        Watch::Often { measure, value, times } => {
            let mut series = Series::new();
            for s in case.journal.samples(measure, case.course.onset, case.today()) {
                if s.value >= *value {
                    series.entry(s.day).or_insert((s.value, vec![])).1.push((s.entry.clone(), s.at));
                }
            }
            let name = case.library.measure_name(measure);
            often(&series, *times, from).map(|(day, evidence)| {
                (day, evidence, format!("{name} at {} or more on {times} days of a week", plain(*value)))
            })
        }
        Watch::PastWindow => past_window(case, from),
        Watch::WeekRise { value } => week_rise(pain, *value, from),
        Watch::Mornings { times } => mornings(case, *times, from),
        Watch::Relapse { value } => relapse(case, pain, *value, from),
        Watch::AnsweredOften { question, times } => {
            let mut series = Series::new();
            for (entry, answers) in case.journal.answers() {
                if answers.iter().any(|a| a.question == *question && a.value == AnswerValue::Yes) {
                    series.entry(entry.day).or_insert((1.0, vec![])).1.push((entry.id.clone(), entry.at));
                }
            }
            often(&series, *times, from)
                .map(|(day, evidence)| (day, evidence, format!("{question}: yes on {times} days of a week")))
        }
    }
}

/// The median of some days, with the entries behind it.
fn level<'s>(
    days: impl Iterator<Item = (&'s Day, &'s (f64, Vec<(EntryId, At)>))>,
) -> Option<(f64, Vec<(EntryId, At)>)> {
    let days: Vec<_> = days.collect();
    let value = median(days.iter().map(|(_, (value, _))| *value).collect())?;
    let entries = days.iter().flat_map(|(_, (_, entries))| entries.clone()).collect();
    (days.len() >= LEVEL_DAYS).then_some((value, entries))
}

/// Whether pain fell by as much as counts.
fn fell(before: f64, now: f64) -> bool {
    before - now >= FALL_POINTS || now <= before * (1.0 - FALL_SHARE)
}

fn burning(case: &Case<'_>, pain: &Series, days: i64, from: Day) -> Option<Proof> {
    let mut reports: Vec<(Day, EntryId, At)> = Vec::new();
    for (entry, answers) in case.journal.answers() {
        let burns = answers.iter().any(|a| {
            a.question == "quality"
                && matches!(&a.value, AnswerValue::Choices(c) if c.iter().any(|c| c == "burning" || c == "hot"))
        });
        if burns {
            reports.push((entry.day, entry.id.clone(), entry.at));
        }
    }
    let first = reports.first()?.clone();
    let later = reports.iter().find(|(day, ..)| {
        let before = pain.range(..=first.0).next_back();
        let now = pain.range(..=*day).next_back();
        let eased = matches!((before, now), (Some((_, (b, _))), Some((_, (n, _)))) if fell(*b, *n));
        *day >= from && day.since(first.0) > days && !eased
    })?;
    let evidence = vec![(first.1, first.2), (later.1.clone(), later.2)];
    Some((later.0, evidence, format!("burning or hot on {} and still on {}", first.0, later.0)))
}

/// The first day that is the `times`th of a week.
fn often(series: &Series, times: usize, from: Day) -> Option<(Day, Vec<(EntryId, At)>)> {
    series.range(from..).find_map(|(day, _)| {
        let week: Vec<_> = series.range(day.minus(6)..=*day).collect();
        let evidence = week.iter().flat_map(|(_, (_, entries))| entries.clone()).collect();
        (week.len() >= times).then_some((*day, evidence))
    })
}

fn past_window(case: &Case<'_>, from: Day) -> Option<Proof> {
    let last = case.program.window_days.1;
    let day = case.course.onset.plus(last + 1).max(from);
    let phase = case.course.phase_on(case.program, day)?;
    let late = day <= case.today() && phase.stage != Stage::Maintenance;
    let evidence = vec![(case.course.current().entry.clone(), case.course.current().at)];
    late.then(|| {
        (day, evidence, format!("day {} of an expected {last} at most", day.since(case.course.onset)))
    })
}

fn week_rise(pain: &Series, by: f64, from: Day) -> Option<Proof> {
    pain.range(from..).find_map(|(day, _)| {
        let week = |first: Day, last: Day| {
            let days: Vec<_> = pain.range(first..=last).collect();
            (days.len() >= LEVEL_DAYS).then(|| median(days.iter().map(|(_, (v, _))| *v).collect())).flatten()
        };
        let (now, then) = (week(day.minus(6), *day)?, week(day.minus(13), day.minus(7))?);
        let evidence = pain.range(day.minus(6)..=*day).flat_map(|(_, (_, e))| e.clone()).collect();
        let said = format!("weekly median {} after {}", plain(now), plain(then));
        (now >= then + by).then_some((*day, evidence, said))
    })
}

fn mornings(case: &Case<'_>, times: usize, from: Day) -> Option<Proof> {
    let mut series = Series::new();
    for sample in case.journal.samples(PAIN_MORNING, case.course.onset, case.today()) {
        let rise = case.course.phase_on(case.program, sample.day).map_or(0.0, |p| p.caps.morning_rise);
        let base = baseline(case, PAIN_MORNING, sample.day);
        if base.is_some_and(|base| sample.value > base + rise) {
            series
                .entry(sample.day)
                .or_insert((sample.value, vec![]))
                .1
                .push((sample.entry.clone(), sample.at));
        }
    }
    often(&series, times, from).map(|(day, evidence)| {
        (day, evidence, format!("mornings above their baseline on {times} days of a week"))
    })
}

fn relapse(case: &Case<'_>, pain: &Series, value: f64, from: Day) -> Option<Proof> {
    let recovered: BTreeSet<Day> = case
        .course
        .spans
        .iter()
        .filter(|s| case.program.phases[s.phase].stage == Stage::Maintenance)
        .map(|s| s.from)
        .collect();
    let since = recovered.first()?.plus(1).max(from);
    pain.range(since..).find_map(|(day, (worst, evidence))| {
        let back = case.course.phase_on(case.program, *day).is_some_and(|p| p.stage == Stage::Maintenance);
        (back && *worst >= value)
            .then(|| (*day, evidence.clone(), format!("pain {} after recovery", plain(*worst))))
    })
}
