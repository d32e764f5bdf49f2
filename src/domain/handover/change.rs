//! What changed since the last visit.

use serde::Serialize;

use super::super::criteria::{Case, median};
use super::super::day::Day;
use super::super::entry::{DecisionKind, Entry, EntryId, Fact};
use super::super::measure::{PAIN_MORNING, PAIN_WORST, Unit};
use super::super::report::DayReport;
use super::super::situation::Situation;
use super::super::trail::Traced;

/// What "since" is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visit {
    /// A day that the person named.
    Named,
    /// The latest outcome of a clinician.
    Outcome,
    /// The latest grade by a clinician.
    Grade,
    /// No visit is on record: the day of the injury.
    Injury,
}

/// The last visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Since {
    /// Its day.
    pub day: Day,
    /// What it was.
    pub visit: Visit,
    /// The role of who was seen.
    pub role: Option<String>,
    /// The entry.
    pub entry: Option<EntryId>,
}

/// A measure then and now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Id of the measure.
    pub measure: String,
    /// Its name.
    pub name: String,
    /// The median of the days then; nothing when none was logged.
    pub then: Option<f64>,
    /// The worst value of those days.
    pub then_worst: Option<f64>,
    /// On how many of those days it was logged.
    pub then_days: usize,
    /// The median of the days now.
    pub now: Option<f64>,
    /// The worst value of those days.
    pub now_worst: Option<f64>,
    /// On how many of those days it was logged.
    pub now_days: usize,
    /// `better`, `same` or `worse` by the median, `mixed` where the worst value
    /// rose all the same, `unknown` where one of the two is not known.
    pub direction: &'static str,
}

/// Something that is there or not: on how many of the days of which it was told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// Id of the measure.
    pub measure: String,
    /// Its name.
    pub name: String,
    /// Days with it then.
    pub then: usize,
    /// Of so many of which it was told.
    pub then_days: usize,
    /// Days with it now.
    pub now: usize,
    /// Of so many.
    pub now_days: usize,
}

/// What changed since the last visit.
#[derive(Clone, Debug, Serialize)]
pub struct Changes {
    /// The days that "then" speaks of, first and last.
    pub then: (Day, Day),
    /// The days that "now" speaks of.
    pub now: (Day, Day),
    /// Scales.
    pub scales: Vec<Change>,
    /// Limping, and being woken by pain.
    pub counted: Vec<Counted>,
    /// The rules of the flags raised since.
    pub flags: Vec<String>,
    /// How many decisions were taken since.
    pub decisions: usize,
    /// Entries that were put right or taken back since.
    #[serde(skip)]
    pub corrections: Vec<Traced>,
}

/// Scales of pain, sleep and function, in the order of the page.
const SCALES: [&str; 7] =
    [PAIN_WORST, "pain-rest", "pain-walking", PAIN_MORNING, "sleep-disturbed", "psfs", "confidence"];

/// What is there on a day or not.
const COUNTED: [&str; 2] = ["limp", "woken-by-pain"];

/// A week is looked at, then and now.
const WEEK: i64 = 7;

/// The visit that "since" is counted from: the one that was named, or else the
/// last one before today.
pub(super) fn since(case: &Case<'_>, named: Option<Day>) -> Since {
    let onset = case.course.onset;
    if let Some(day) = named {
        return Since { day: day.max(onset), visit: Visit::Named, role: None, entry: None };
    }
    let seen = |entry: &Entry| -> Option<(Day, Visit, String)> {
        match &entry.fact {
            Fact::Clearance(c) => Some((c.day, Visit::Outcome, c.role.clone())),
            Fact::Decision(d) if d.kind == DecisionKind::Grade && d.by_clinician() => {
                Some((entry.day, Visit::Grade, d.by.clone()))
            }
            _ => None,
        }
    };
    let visits = case.journal.entries().iter().filter_map(|entry| Some((seen(entry)?, &entry.id)));
    let past = visits.filter(|((day, ..), _)| *day >= onset && *day < case.today());
    match past.max_by_key(|((day, ..), _)| *day) {
        Some(((day, visit, role), entry)) => {
            Since { day, visit, role: Some(role), entry: Some(entry.clone()) }
        }
        None => Since { day: onset, visit: Visit::Injury, role: None, entry: None },
    }
}

pub(super) fn changes(
    case: &Case<'_>,
    s: &Situation,
    since: &Since,
    days: &[DayReport],
    trail: &[Traced],
) -> Changes {
    let (then, now) = weeks(case, since);
    let of = |id: &str, (first, last): (Day, Day)| -> Vec<f64> {
        let within = days.iter().filter(|d| d.day >= first && d.day <= last);
        within.filter_map(|d| d.readings.get(id).copied()).collect()
    };
    let measures = |ids: &'static [&'static str]| ids.iter().filter_map(|id| case.library.measures.get(*id));
    let scales = measures(&SCALES).filter_map(|measure| {
        let (before, after) = (of(&measure.id, then), of(&measure.id, now));
        let worst = |values: &[f64]| values.iter().copied().reduce(|a, b| measure.worse(a, b));
        let (then_worst, now_worst) = (worst(&before), worst(&after));
        let (then_days, now_days) = (before.len(), after.len());
        let (then, now) = (median(before), median(after));
        then.or(now)?;
        let direction = measure.moved_with_worst((then, now), (then_worst, now_worst));
        let (id, name) = (measure.id.clone(), measure.name.clone());
        Some(Change { measure: id, name, then, then_worst, then_days, now, now_worst, now_days, direction })
    });
    let counted = measures(&COUNTED).filter(|m| m.unit == Unit::YesNo).filter_map(|measure| {
        let (before, after) = (of(&measure.id, then), of(&measure.id, now));
        let there = |values: &[f64]| values.iter().filter(|v| **v >= 0.5).count();
        let told = !(before.is_empty() && after.is_empty());
        told.then(|| Counted {
            measure: measure.id.clone(),
            name: measure.name.clone(),
            then: there(&before),
            then_days: before.len(),
            now: there(&after),
            now_days: after.len(),
        })
    });
    let new = |day: Day| if since.visit == Visit::Injury { day >= since.day } else { day > since.day };
    Changes {
        then,
        now,
        scales: scales.collect(),
        counted: counted.collect(),
        flags: s.flags.iter().filter(|f| f.day.is_some_and(new)).map(|f| f.rule.id.clone()).collect(),
        decisions: case.journal.decisions().filter(|d| new(d.entry.day)).count(),
        corrections: trail.iter().filter(|t| corrected(case, t).is_some_and(new)).cloned().collect(),
    }
}

/// The week up to the last visit, or the first one of the injury; and the last
/// week, as far as it lies after that.
fn weeks(case: &Case<'_>, since: &Since) -> ((Day, Day), (Day, Day)) {
    let (onset, today) = (case.course.onset, case.today());
    let then = match since.visit {
        Visit::Injury => (onset, onset.plus(WEEK - 1).min(today)),
        _ => (since.day.minus(WEEK - 1).max(onset), since.day.min(today)),
    };
    (then, (today.minus(WEEK - 1).max(then.1.plus(1)), today))
}

/// The day on which an entry was put right or taken back, by the time of
/// writing; nothing for one that counts.
fn corrected(case: &Case<'_>, traced: &Traced) -> Option<Day> {
    let last = traced.corrected.last()?;
    let at = chrono::DateTime::from_timestamp_millis(last.written())?;
    Some(case.journal.now().day_of(at.with_timezone(last.at.offset())))
}
