//! Brakes: rules that hold, rest or step back whatever the criteria say.
//!
//! A brake is put as a trigger. Once pulled, its finding is "not met"; a
//! trigger that cannot be judged never counts as pulled, since the criteria
//! of the phase ask for the readings themselves.

use serde::{Deserialize, Serialize};

use super::bouts::{Zone, each_exercise, session_days};
use super::criteria::{Case, median};
use super::day::{At, Day};
use super::entry::EntryId;
use super::finding::{Finding, FindingKind, Verdict};
use super::measure::{PAIN_MORNING, plain};
use super::program::MeasureTest;
use super::question::AnswerValue;

/// What a pulled brake does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// No advance.
    Hold,
    /// No advance, and the exercise concerned one level easier.
    Ease,
    /// No advance, and no exercise today.
    Rest,
    /// No advance, and only what the first phase allows.
    Protect,
    /// Begin the phase again.
    Restart,
    /// One phase back.
    StepBack,
}

/// What pulls a brake.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Readings of a measure.
    Readings(MeasureTest),
    /// A measure lies above its baseline by at least so much.
    Rise {
        /// The measure.
        measure: String,
        /// By how much.
        value: f64,
    },
    /// The latest morning lies above what the phase allows.
    MorningAboveCaps,
    /// The median of the last seven days lies above that of the seven before.
    WeekRise {
        /// The measure.
        measure: String,
        /// By how much.
        value: f64,
    },
    /// Bouts in a zone.
    Sessions {
        /// The least bad zone that counts.
        zone: Zone,
        /// How many of them.
        times: u32,
        /// Out of how many.
        of_last: u32,
        /// Whether each exercise is counted by itself.
        each: bool,
    },
    /// An answer of the last days.
    Answer {
        /// The question.
        question: String,
        /// Any of these choices.
        is: Vec<String>,
        /// Days, ending today.
        days: u32,
    },
    /// Nothing was logged for so many days.
    Gap {
        /// Days.
        days: u32,
        /// Whether a gap that has ended since counts as well.
        ended: bool,
    },
}

/// A brake.
#[derive(Clone, Debug, PartialEq)]
pub struct Brake {
    /// Its id.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// What is wanted instead, in words.
    pub wanted: String,
    /// What pulls it: any of these.
    pub when: Vec<Trigger>,
    /// Whether every program has it, or only those that name it.
    pub always: bool,
    /// Why it stands.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// A pulled or quiet brake, with the exercise it concerns, if one.
#[derive(Clone, Debug, PartialEq)]
pub struct Braking {
    /// The finding.
    pub finding: Finding,
    /// What it does.
    pub effect: Effect,
    /// The exercise concerned.
    pub exercises: Vec<String>,
}

/// The highest morning baseline that an advance may be measured against.
const BASELINE_CEILING: f64 = 3.0;

/// Mornings that a baseline is taken from, and the fewest that make a median.
const BASELINE_MORNINGS: usize = 7;
const BASELINE_FLOOR: usize = 3;

/// Judges every brake of an episode that there is something on record for.
pub fn judge(case: &Case<'_>) -> Vec<Braking> {
    case.library
        .brakes
        .iter()
        .filter(|b| b.always || case.program.step_back.contains(&b.id))
        .filter_map(|brake| judge_one(case, brake))
        .collect()
}

/// Judges a brake; nothing when there is nothing on record to judge it by.
fn judge_one(case: &Case<'_>, brake: &Brake) -> Option<Braking> {
    // Evidence that an accepted step back has answered does not count again.
    let since = match brake.effect {
        Effect::StepBack | Effect::Restart => case.course.stepped_back,
        _ => None,
    };
    let mut seen: Vec<Seen> = brake
        .when
        .iter()
        .filter_map(|trigger| pull(case, trigger, brake.effect == Effect::StepBack, since))
        .collect();
    seen.sort_by_key(|s| match s.pulled {
        Verdict::Met => 0,
        Verdict::Unknown => 1,
        Verdict::NotMet => 2,
    });
    let first = seen.into_iter().next()?;
    let verdict = match first.pulled {
        Verdict::Met => Verdict::NotMet,
        Verdict::NotMet => Verdict::Met,
        Verdict::Unknown => Verdict::Unknown,
    };
    Some(Braking {
        finding: Finding {
            id: brake.id.clone(),
            kind: FindingKind::Brake,
            verdict,
            wanted: brake.wanted.clone(),
            observed: first.observed,
            entries: first.entries,
            why: brake.why.clone(),
            source: brake.source.clone(),
            // Nobody may override what just hurt.
            binding: verdict == Verdict::NotMet,
            missing: None,
        },
        effect: brake.effect,
        exercises: first.exercises,
    })
}

/// What a trigger saw.
pub(super) struct Seen {
    pub(super) pulled: Verdict,
    pub(super) observed: String,
    pub(super) entries: Vec<EntryId>,
    pub(super) exercises: Vec<String>,
}

impl Seen {
    pub(super) fn quiet(observed: impl Into<String>) -> Self {
        Self { pulled: Verdict::NotMet, observed: observed.into(), entries: vec![], exercises: vec![] }
    }

    fn of(pulled: bool, observed: impl Into<String>, entries: Vec<EntryId>) -> Self {
        let pulled = if pulled { Verdict::Met } else { Verdict::NotMet };
        Self { pulled, observed: observed.into(), entries, exercises: vec![] }
    }
}

/// Judges a trigger; nothing when there is nothing on record to judge it by.
fn pull(case: &Case<'_>, trigger: &Trigger, stands: bool, since: Option<At>) -> Option<Seen> {
    match trigger {
        Trigger::Readings(test) => readings_pull(case, test, stands, since),
        Trigger::Rise { measure, value } => rise(case, measure, *value),
        Trigger::MorningAboveCaps => Some(morning(case)),
        Trigger::WeekRise { measure, value } => week_rise(case, measure, *value, since),
        Trigger::Sessions { zone, times, of_last, each: true } => {
            each_exercise(case, *zone, *times, *of_last)
        }
        Trigger::Sessions { zone, times, of_last, each: false } => {
            session_days(case, *zone, *times, *of_last, since)
        }
        Trigger::Answer { question, is, days } => answered(case, question, is, *days, since),
        Trigger::Gap { days, ended } => Some(gap(case, *days, *ended)),
    }
}

/// Readings that pull a brake, each by itself. A step back stands until it is
/// taken: its readings are looked for in the whole phase, save in the first
/// one, below which there is nothing to step back to.
fn readings_pull(case: &Case<'_>, test: &MeasureTest, stands: bool, since: Option<At>) -> Option<Seen> {
    let today = case.today();
    let window = today.minus(i64::from(test.days) - 1);
    let span = case.course.current();
    let first = if stands && span.phase > 0 { window.min(span.from) } else { window };
    let measure = case.library.measures.get(&test.measure)?;
    let mut samples = if measure.id == super::measure::PAIN_ANY {
        case.journal.pains(case.library, first, today)
    } else {
        case.journal.samples(&measure.id, first, today)
    };
    samples.retain(|s| case.is_injured(s.side));
    if samples.is_empty() {
        return None;
    }
    let pulling: Vec<_> = samples.iter().filter(|s| test.op.holds(s.value, test.value)).collect();
    let fresh: Vec<_> = pulling.iter().filter(|s| since.is_none_or(|at| s.at > at)).collect();
    Some(match fresh.last() {
        Some(last) => {
            let observed = format!("{} on {}", measure.say(last.value), last.day);
            Seen::of(true, observed, fresh.iter().map(|s| s.entry.clone()).collect())
        }
        None if pulling.is_empty() => {
            let worst = samples.iter().map(|s| s.value).reduce(|a, b| measure.worse(a, b))?;
            Seen::quiet(format!("at worst {}", measure.say(worst)))
        }
        None => Seen::quiet("answered by the step back"),
    })
}

/// The baseline of a morning measure before `day`: the median of the last
/// seven logged mornings, or the latest one when there are fewer than three.
pub fn baseline(case: &Case<'_>, measure: &str, day: Day) -> Option<f64> {
    let earlier = case.journal.samples(measure, case.course.onset, day.minus(1));
    let mut mornings: std::collections::BTreeMap<Day, f64> = std::collections::BTreeMap::new();
    for sample in earlier {
        let worst = mornings.entry(sample.day).or_insert(sample.value);
        *worst = worst.max(sample.value);
    }
    let recent: Vec<f64> = mornings.values().rev().take(BASELINE_MORNINGS).copied().collect();
    if recent.len() >= BASELINE_FLOOR { median(recent) } else { recent.first().copied() }
}

/// The latest morning of today or yesterday, the worst where there are two.
fn latest_morning(case: &Case<'_>, measure: &str) -> Option<(Day, f64, Vec<EntryId>)> {
    let today = case.today();
    let samples = case.journal.samples(measure, today.minus(1), today);
    let day = samples.iter().map(|s| s.day).max()?;
    let of_day: Vec<_> = samples.into_iter().filter(|s| s.day == day).collect();
    let value = of_day.iter().map(|s| s.value).reduce(f64::max)?;
    Some((day, value, of_day.into_iter().map(|s| s.entry.clone()).collect()))
}

fn rise(case: &Case<'_>, measure: &str, by: f64) -> Option<Seen> {
    let (day, value, entries) = latest_morning(case, measure)?;
    let base = baseline(case, measure, day)?;
    let observed = format!("{} against a baseline of {}", plain(value), plain(base));
    Some(Seen::of(value >= base + by, observed, entries))
}

fn morning(case: &Case<'_>) -> Seen {
    let caps = case.course.phase(case.program).caps;
    // Yesterday's morning says nothing about a day that nobody reported on.
    let latest = latest_morning(case, PAIN_MORNING).filter(|(day, ..)| *day == case.today());
    let Some((day, value, entries)) = latest else {
        return Seen {
            pulled: Verdict::Unknown,
            observed: "no morning reading today".to_owned(),
            entries: vec![],
            exercises: vec![],
        };
    };
    let Some(base) = baseline(case, PAIN_MORNING, day) else {
        return Seen {
            pulled: Verdict::Unknown,
            observed: "no earlier morning to compare with".to_owned(),
            entries,
            exercises: vec![],
        };
    };
    let base = base.min(BASELINE_CEILING);
    let allowed = base + caps.morning_rise;
    let observed = format!("{} this morning, up to {} allowed", plain(value), plain(allowed));
    Seen::of(value > allowed, observed, entries)
}

fn week_rise(case: &Case<'_>, measure: &str, by: f64, since: Option<At>) -> Option<Seen> {
    const WEEK: i64 = 7;
    const FEWEST: usize = 3;
    let today = case.today();
    let daily = |first: Day, last: Day| {
        let mut days: std::collections::BTreeMap<Day, (f64, Vec<EntryId>)> =
            std::collections::BTreeMap::new();
        let samples = if measure == super::measure::PAIN_ANY {
            case.journal.pains(case.library, first, last)
        } else {
            case.journal.samples(measure, first, last)
        };
        for sample in samples.into_iter().filter(|s| case.is_injured(s.side)) {
            let day = days.entry(sample.day).or_insert((sample.value, vec![]));
            day.0 = day.0.max(sample.value);
            day.1.push(sample.entry.clone());
        }
        days
    };
    let (this, before) =
        (daily(today.minus(WEEK - 1), today), daily(today.minus(2 * WEEK - 1), today.minus(WEEK)));
    if this.len() < FEWEST || before.len() < FEWEST {
        return None;
    }
    let of = |days: &std::collections::BTreeMap<Day, (f64, Vec<EntryId>)>| {
        median(days.values().map(|d| d.0).collect()).unwrap_or_default()
    };
    let (now, then) = (of(&this), of(&before));
    let observed = format!("weekly median {} after {}", plain(now), plain(then));
    let answered = since.is_some_and(|at| Day::of(at) > today.minus(WEEK));
    let entries = this.into_values().flat_map(|d| d.1).collect();
    Some(Seen::of(now >= then + by && !answered, observed, entries))
}

fn answered(case: &Case<'_>, question: &str, is: &[String], days: u32, since: Option<At>) -> Option<Seen> {
    let today = case.today();
    let told = case
        .journal
        .answers()
        .filter(|(e, _)| e.day > today.minus(i64::from(days)) && since.is_none_or(|at| e.at > at))
        .flat_map(|(e, answers)| answers.iter().map(move |a| (e, a)))
        .filter(|(_, a)| a.question == question)
        .filter(|(_, a)| match &a.value {
            AnswerValue::Choices(chosen) => chosen.iter().any(|c| is.contains(c)),
            _ => false,
        })
        .last();
    told.map(|(entry, answer)| Seen::of(true, format!("reported: {}", answer.value), vec![entry.id.clone()]))
}

fn gap(case: &Case<'_>, days: u32, ended: bool) -> Seen {
    let today = case.today();
    let from = case.course.current().from;
    let mut last = from;
    let mut longest = 0;
    for day in case.journal.logged_days().into_iter().filter(|d| *d >= from) {
        longest = longest.max(day.since(last));
        last = day;
    }
    let open = today.since(last);
    let worst = if ended { longest.max(open) } else { open };
    Seen::of(worst >= i64::from(days), format!("last logged {open} days ago"), vec![])
}

/// The instant of the latest pain of at least this much, 0 to 10.
pub fn last_pain_of(case: &Case<'_>, at_least: f64) -> Option<At> {
    let pains = case.journal.pains(case.library, case.course.onset, case.today());
    pains.into_iter().filter(|s| s.value >= at_least && case.is_injured(s.side)).map(|s| s.at).max()
}
