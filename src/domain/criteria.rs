//! Criteria: conditions on readings, sessions and clearances, each judged to
//! met, not met or unknown.
//!
//! A reading proves something good only when it is on record, was taken within
//! the window, and no analgesic was taken in the 24 hours before it. A reading
//! that fails always counts.

use std::collections::BTreeMap;

use super::course::Course;
use super::daily::{DayReading, by_day};
use super::day::{At, Day};
use super::diary::{self, Diary};
use super::entry::{EntryId, Performed, Side};
use super::episode::Episode;
use super::finding::{Finding, FindingKind, Verdict};
use super::journal::{Journal, Recorded, Sample};
use super::library::Library;
use super::measure::{Better, Measure, PAIN_MORNING, plain};
use super::program::{Criterion, MeasureTest, Op, Program, SessionTest, Stat, Subject, Whose};
use super::screening::counts;
use super::wanted::subject_wanted;

/// For how many days a reading proves something, today included (evidence
/// IV-08).
pub const PROOF_DAYS: i64 = 7;

/// Everything that one episode is judged from.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What programs refer to.
    pub library: &'a Library,
    /// The program that runs.
    pub program: &'a Program,
    /// The episode.
    pub episode: &'a Episode,
    /// Its entries.
    pub journal: &'a Journal,
    /// Where it stands.
    pub course: &'a Course,
    /// What they say day by day.
    pub diary: &'a Diary,
}

impl Case<'_> {
    /// Today.
    pub fn today(&self) -> Day {
        self.journal.now().day
    }

    /// Since when evidence proves something good: a step back arms the exits of
    /// its phase anew (evidence IV-36).
    pub fn armed(&self) -> Option<At> {
        let span = self.course.current();
        span.stepped_back.then_some(span.at)
    }

    /// Whether a reading of this side speaks of the injured leg.
    pub fn is_injured(&self, side: Option<Side>) -> bool {
        diary::is_injured(self.episode, side)
    }
}

/// A verdict with what was seen and which entries prove it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen.
    pub observed: String,
    /// The entries behind it.
    pub entries: Vec<EntryId>,
}

impl Judged {
    fn new(verdict: Verdict, observed: impl Into<String>, entries: Vec<EntryId>) -> Self {
        Self { verdict, observed: observed.into(), entries }
    }
}

/// Judges a criterion for an episode.
pub fn judge(case: &Case<'_>, phase: &str, criterion: &Criterion) -> Finding {
    let judged = match &criterion.subject {
        Subject::Measure(test) => measure(case, test),
        Subject::Session(test) => sessions(case, test),
        Subject::Clearance(rule) => clearance(case, rule),
        Subject::DaysInPhase(days) => days_in_phase(case, *days),
    };
    let wanted = subject_wanted(case.library, &criterion.subject);
    Finding {
        id: format!("{phase}.{}", criterion.id),
        kind: FindingKind::Criterion,
        verdict: judged.verdict,
        wanted,
        observed: judged.observed,
        entries: judged.entries,
        why: criterion.why.clone(),
        source: criterion.source.clone(),
        binding: matches!(criterion.subject, Subject::Clearance(_)),
    }
}

/// Judges a condition on readings.
pub fn measure(case: &Case<'_>, test: &MeasureTest) -> Judged {
    let Some(measure) = case.library.measures.get(&test.measure) else {
        return Judged::new(Verdict::Unknown, "no such measure", vec![]);
    };
    let today = case.today();
    let window = i64::from(test.days);
    match test.stat {
        Stat::DaysInARow => {
            // The run may end yesterday: this evening's reading is not due yet.
            let days = by_day(case, test, today.minus(window), today);
            days_in_a_row(measure, test, today, &days)
        }
        _ if matches!(test.whose, Whose::Ratio | Whose::Deficit) => {
            compared(case, measure, test, today.minus(window - 1), today)
        }
        stat => {
            let days = by_day(case, test, today.minus(window - 1), today);
            match stat {
                Stat::Latest => latest(measure, test, &days),
                Stat::Median => median_of(measure, test, &days),
                _ => worst(measure, test, today, &days),
            }
        }
    }
}

/// Whether `op` asks for the better side of the measure, so that a single
/// reading can fail it but not prove it.
fn asks_for_good(measure: &Measure, op: Op) -> bool {
    matches!((measure.better, op), (Better::Lower, Op::AtMost) | (Better::Higher, Op::AtLeast))
}

/// Whether what was shown on a day still proves something today.
pub(super) fn is_fresh(day: Day, today: Day) -> bool {
    day > today.minus(PROOF_DAYS) && day <= today
}

fn worst(measure: &Measure, test: &MeasureTest, today: Day, days: &BTreeMap<Day, DayReading>) -> Judged {
    let known: Vec<(&Day, &DayReading)> = days
        .iter()
        .filter(|(_, d)| !d.bound || test.op.holds(d.value, test.value) == asks_for_good(measure, test.op))
        .collect();
    let Some(value) = known.iter().map(|(_, d)| d.value).reduce(|a, b| measure.worse(a, b)) else {
        return Judged::new(Verdict::Unknown, "no reading", vec![]);
    };
    let entries: Vec<EntryId> = known.iter().flat_map(|(_, d)| d.entries.clone()).collect();
    let proving = known.iter().filter(|(_, d)| d.proves).count();
    let proving = u32::try_from(proving).unwrap_or(u32::MAX);
    let short = test.min_samples.saturating_sub(proving);
    let holds = test.op.holds(value, test.value);
    let worst_day = known.iter().rev().find(|(_, d)| d.value.total_cmp(&value).is_eq()).map(|(day, _)| **day);
    let seen_on = worst_day.map(|day| format!(" on {day}")).unwrap_or_default();
    let observed = if holds == asks_for_good(measure, test.op) {
        format!("at worst {} over {}", measure.say(value), count_days(known.len()))
    } else {
        format!("{}{seen_on}", measure.say(value))
    };
    if asks_for_good(measure, test.op) {
        if !holds {
            let failing = known.iter().filter(|(_, d)| !test.op.holds(d.value, test.value));
            let entries = failing.flat_map(|(_, d)| d.entries.clone()).collect();
            return Judged::new(Verdict::NotMet, observed, entries);
        }
        let said = shortfall(&observed, test, proving, days);
        if short == 0 && !known.iter().any(|(day, d)| d.proves && is_fresh(**day, today)) {
            let stale = format!("{said}, none of them in the last {PROOF_DAYS} days");
            return Judged::new(Verdict::Unknown, stale, entries);
        }
        let verdict = if short == 0 { Verdict::Met } else { Verdict::Unknown };
        return Judged::new(verdict, said, entries);
    }
    // A trigger: one reading is enough to pull it.
    let verdict = match (holds, short) {
        (true, _) => Verdict::Met,
        (false, 0) => Verdict::NotMet,
        (false, _) => Verdict::Unknown,
    };
    Judged::new(verdict, observed, entries)
}

fn latest(measure: &Measure, test: &MeasureTest, days: &BTreeMap<Day, DayReading>) -> Judged {
    for (day, reading) in days.iter().rev() {
        let holds = test.op.holds(reading.value, test.value);
        let observed = if reading.bound {
            format!("at most {} on {day}", measure.say(reading.value))
        } else {
            format!("{} on {day}", measure.say(reading.value))
        };
        if holds && !reading.proves {
            continue;
        }
        if reading.bound && !holds {
            return Judged::new(Verdict::Unknown, observed, reading.entries.clone());
        }
        let verdict = if holds { Verdict::Met } else { Verdict::NotMet };
        return Judged::new(verdict, observed, reading.entries.clone());
    }
    let observed = if days.is_empty() {
        "no reading"
    } else {
        "only readings after an analgesic, or before the step back"
    };
    Judged::new(Verdict::Unknown, observed, vec![])
}

fn median_of(measure: &Measure, test: &MeasureTest, days: &BTreeMap<Day, DayReading>) -> Judged {
    let direct: Vec<&DayReading> = days.values().filter(|d| !d.bound).collect();
    let Some(value) = median(direct.iter().map(|d| d.value).collect()) else {
        return Judged::new(Verdict::Unknown, "no reading", vec![]);
    };
    let proving = u32::try_from(direct.iter().filter(|d| d.proves).count()).unwrap_or(u32::MAX);
    let short = test.min_samples.saturating_sub(proving);
    let holds = test.op.holds(value, test.value);
    let verdict = match (holds, short) {
        (true, 0) => Verdict::Met,
        (true, _) => Verdict::Unknown,
        (false, _) => Verdict::NotMet,
    };
    let entries = direct.iter().flat_map(|d| d.entries.clone()).collect();
    Judged::new(verdict, format!("median {} on {}", measure.say(value), count_days(direct.len())), entries)
}

fn days_in_a_row(
    measure: &Measure,
    test: &MeasureTest,
    today: Day,
    days: &BTreeMap<Day, DayReading>,
) -> Judged {
    let last = if days.contains_key(&today) { today } else { today.minus(1) };
    let mut entries = Vec::new();
    let mut run: u32 = 0;
    while run < test.days {
        let day = last.minus(i64::from(run));
        let Some(reading) = days.get(&day) else { break };
        let holds = test.op.holds(reading.value, test.value);
        if !holds && !reading.bound {
            let observed = format!("{} on {day}", measure.say(reading.value));
            return Judged::new(Verdict::NotMet, observed, reading.entries.clone());
        }
        if !holds || !reading.proves {
            break;
        }
        entries.extend(reading.entries.clone());
        run += 1;
    }
    let observed = format!("{} in a row{}", count_days(run as usize), if run == 0 { "" } else { " up to " })
        + &(if run == 0 { String::new() } else { last.to_string() });
    if run >= test.days {
        Judged::new(Verdict::Met, observed, entries)
    } else {
        Judged::new(Verdict::Unknown, observed, entries)
    }
}

/// The injured side against the other one, each by its latest day.
fn compared(case: &Case<'_>, measure: &Measure, test: &MeasureTest, first: Day, last: Day) -> Judged {
    let of = |whose: Whose| by_day(case, &MeasureTest { whose, ..test.clone() }, first, last);
    let (injured, other) = (of(Whose::Injured), of(Whose::Other));
    let (Some((day, mine)), Some((_, theirs))) = (injured.last_key_value(), other.last_key_value()) else {
        let observed = match (injured.is_empty(), other.is_empty()) {
            (true, true) => "no reading of either side",
            (true, false) => "no reading of the injured side",
            _ => "no reading of the other side",
        };
        return Judged::new(Verdict::Unknown, observed, vec![]);
    };
    let entries: Vec<EntryId> = mine.entries.iter().chain(&theirs.entries).cloned().collect();
    let sides = format!("{} against {} on {day}", measure.say(mine.value), measure.say(theirs.value));
    let (value, observed) = match (test.whose, measure.better) {
        (Whose::Ratio, _) if theirs.value <= 0.0 => {
            return Judged::new(Verdict::Unknown, format!("{sides}: nothing to compare with"), entries);
        }
        (Whose::Ratio, _) => {
            let percent = 100.0 * mine.value / theirs.value;
            (percent, format!("{} % ({sides})", plain(percent)))
        }
        (_, Better::Lower) => {
            (mine.value - theirs.value, format!("{} ({sides})", plain(mine.value - theirs.value)))
        }
        (_, Better::Higher) => {
            (theirs.value - mine.value, format!("{} ({sides})", plain(theirs.value - mine.value)))
        }
    };
    let verdict = match (test.op.holds(value, test.value), mine.proves && theirs.proves) {
        (false, _) => Verdict::NotMet,
        (true, true) => Verdict::Met,
        (true, false) => Verdict::Unknown,
    };
    Judged::new(verdict, observed, entries)
}

/// Judges a condition on sessions.
fn sessions(case: &Case<'_>, test: &SessionTest) -> Judged {
    let clean = clean_sessions(case, test);
    let count = u32::try_from(clean.len()).unwrap_or(u32::MAX);
    let observed = format!("{count} of {} clean sessions in {} days", test.times, test.days);
    let hurt = counted(case, test).last().is_some_and(|bout| session_hurt(case, test, &bout));
    let verdict = if hurt {
        Verdict::NotMet
    } else if count >= test.times {
        Verdict::Met
    } else {
        Verdict::Unknown
    };
    Judged::new(verdict, observed, clean)
}

/// The sessions of a window that are far enough to count.
fn counted<'a>(case: &'a Case<'_>, test: &'a SessionTest) -> impl Iterator<Item = Recorded<'a, Performed>> {
    let today = case.today();
    let first = today.minus(i64::from(test.days) - 1);
    case.journal.bouts_of(&test.exercise, first, today).filter(|bout| {
        let far_enough = bout.what.dose.as_ref().is_some_and(|d| d.rung >= test.at_least.rung);
        bout.what.skipped.is_none() && far_enough
    })
}

fn morning_after<'a>(case: &'a Case<'_>, bout: &Recorded<'_, Performed>) -> Vec<Sample<'a>> {
    let next = bout.entry.day.plus(1);
    case.journal.samples(PAIN_MORNING, next, next)
}

fn session_hurt(case: &Case<'_>, test: &SessionTest, bout: &Recorded<'_, Performed>) -> bool {
    bout.what.pain.is_some_and(|p| p > test.pain)
        || morning_after(case, bout).iter().any(|s| s.value > test.next_morning)
}

/// The clean sessions of a window, far enough apart: painless enough during
/// them and on the next morning, both reported and neither masked.
pub(super) fn clean_sessions(case: &Case<'_>, test: &SessionTest) -> Vec<EntryId> {
    let mut clean = Vec::new();
    let mut last: Option<super::day::At> = None;
    for bout in counted(case, test) {
        let next = morning_after(case, &bout);
        let proven = case.armed().is_none_or(|at| bout.entry.at > at)
            && bout.what.pain.is_some()
            && !next.is_empty()
            && !session_hurt(case, test, &bout)
            && !case.journal.masked(bout.entry.at)
            && !next.iter().any(|s| s.masked);
        let apart = last.is_none_or(|at| {
            bout.entry.at.signed_duration_since(at).num_minutes() >= i64::from(test.apart_hours) * 60
        });
        if proven && apart {
            last = Some(bout.entry.at);
            clean.push(bout.entry.id.clone());
        }
    }
    clean
}

/// Judges whether a clinician's outcome opens a gate.
fn clearance(case: &Case<'_>, rule: &str) -> Judged {
    match case.journal.latest_clearance(rule) {
        None => Judged::new(Verdict::Unknown, "none on record", vec![]),
        Some(found) => {
            let observed =
                format!("{} by a {} on {}", found.what.outcome.id(), found.what.role, found.what.day);
            let verdict = if counts(found.what, case.today()) { Verdict::Met } else { Verdict::NotMet };
            Judged::new(verdict, observed, vec![found.entry.id.clone()])
        }
    }
}

fn days_in_phase(case: &Case<'_>, days: i64) -> Judged {
    let span = case.course.current();
    let spent = case.course.days_in_phase(case.today());
    let verdict = if spent >= days { Verdict::Met } else { Verdict::NotMet };
    let seen = usize::try_from(spent).map_or_else(|_| format!("{spent} days"), count_days);
    Judged::new(verdict, seen, vec![span.entry.clone()])
}

/// The median of some values; nothing when there are none.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    middle_of(&mut values)
}

/// The median of at most seven values; nothing where there are fewer than `least`. It is
/// asked for each day of a life, and does without the heap.
pub(super) fn median_of_week(least: usize, values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut week = [0.0; 7];
    let mut known = 0;
    for (place, value) in week.iter_mut().zip(values) {
        *place = value;
        known += 1;
    }
    if known < least { None } else { middle_of(&mut week[..known]) }
}

fn middle_of(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

pub(super) fn count_days(days: usize) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn shortfall(observed: &str, test: &MeasureTest, proving: u32, days: &BTreeMap<Day, DayReading>) -> String {
    if proving >= test.min_samples {
        return observed.to_owned();
    }
    let masked = days.values().any(|d| !d.proves);
    let hint = if masked { ", readings after an analgesic prove nothing" } else { "" };
    format!("{observed}, {proving} of {} days wanted{hint}", test.min_samples)
}
