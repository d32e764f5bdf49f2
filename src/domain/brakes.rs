//! Brakes: rules that hold, rest or step back whatever the criteria say.
//!
//! A brake is put as a trigger. Once pulled, its finding is "not met"; a
//! trigger that cannot be judged never counts as pulled, since the criteria
//! of the phase ask for the readings themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bouts::{Zone, each_exercise, session_days};
use super::criteria;
use super::criteria::{Case, median_of_week};
use super::day::{At, Day};
use super::diary::DayPain;
use super::entry::EntryId;
use super::finding::{Finding, FindingKind, Verdict};
use super::journal::Sample;
use super::measure::{Measure, plain};
use super::program::{MeasureTest, Op, Stage};
use super::question::AnswerValue;
use super::standing::standing;

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
    /// No advance, and only what the strengthening phase holds as well, until
    /// its tests are repeated.
    Retest,
    /// Begin the phase again.
    Restart,
    /// One phase back.
    StepBack,
}

/// What pulls a brake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Trigger {
    /// Readings of a measure.
    Readings(MeasureTest),
    /// The latest morning lies above its baseline by at least so much.
    Rise {
        /// By how much.
        value: f64,
    },
    /// The latest morning lies above what the phase allows.
    MorningAboveCaps,
    /// The median of the last seven days lies above that of the seven before.
    WeekRise {
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The stages in which it is judged; none means all.
    pub stages: Vec<Stage>,
    /// Whether what pulled it stands, however old, until a later report
    /// denies it.
    pub stands: bool,
    /// Why it stands.
    pub why: Arc<str>,
    /// Keys of its sources.
    pub source: Arc<[String]>,
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
pub(super) const BASELINE_CEILING: f64 = 3.0;

/// Judges every brake of an episode that there is something on record for.
pub fn judge(case: &Case<'_>) -> Vec<Braking> {
    judged(case).filter_map(|brake| judge_one(case, brake)).collect()
}

/// The brakes that an episode is judged by in its phase.
fn judged<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Brake> {
    let stage = case.course.phase(case.program).stage;
    case.library
        .brakes
        .iter()
        .filter(|b| b.always || case.program.step_back.contains(&b.id))
        .filter(move |b| b.stages.is_empty() || b.stages.contains(&stage))
}

/// The days before `from` whose readings a brake still looks at, however old: those of its
/// phase that pull it, and the worst of them. A worse one of later may be taken back.
pub(super) fn days_looked_at(case: &Case<'_>, from: Day) -> BTreeSet<Day> {
    let standing = judged(case).filter(|b| stays(b.effect)).flat_map(|b| &b.when);
    let tests = standing.filter_map(|trigger| match trigger {
        Trigger::Readings(test) => Some((test, case.library.measures.get(&test.measure)?)),
        _ => None,
    });
    let mut days = BTreeSet::new();
    for (test, measure) in tests {
        let first = looks_back_to(case, test, true);
        let pulling = pulling(case, measure, test, first).into_iter().flat_map(|(_, pulling)| pulling);
        days.extend(pulling.map(|s| s.day));
        let mut seen = measured(case, measure, first);
        seen.retain(|s| s.day < from);
        let worst = seen.iter().map(|s| s.value).reduce(|a, b| measure.worse(a, b));
        days.extend(seen.iter().find(|s| Some(s.value) == worst).map(|s| s.day));
    }
    days.retain(|day| *day < from);
    days
}

/// Whether what pulled a brake counts for its whole phase.
fn stays(effect: Effect) -> bool {
    matches!(effect, Effect::StepBack | Effect::Retest)
}

/// Judges a brake; nothing when there is nothing on record to judge it by.
fn judge_one(case: &Case<'_>, brake: &Brake) -> Option<Braking> {
    // Evidence that an accepted step back has answered does not count again.
    let since = match brake.effect {
        Effect::StepBack | Effect::Restart => case.course.stepped_back,
        _ => None,
    };
    let stands = stays(brake.effect);
    let mut seen: Vec<Seen> = if brake.stands {
        standing(case, &brake.when).into_iter().collect()
    } else {
        brake.when.iter().filter_map(|trigger| pull(case, trigger, stands, since)).collect()
    };
    seen.sort_by_key(|s| match s.pulled {
        Verdict::Met => 0,
        Verdict::Unknown => 1,
        Verdict::NotMet => 2,
    });
    let mut first = seen.into_iter().next()?;
    if brake.effect == Effect::Retest && first.pulled == Verdict::Met && retested(case, &first.entries) {
        first = Seen::quiet("the tests were repeated since");
    }
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

    pub(super) fn of(pulled: bool, observed: impl Into<String>, entries: Vec<EntryId>) -> Self {
        let pulled = if pulled { Verdict::Met } else { Verdict::NotMet };
        Self { pulled, observed: observed.into(), entries, exercises: vec![] }
    }
}

/// Judges a trigger; nothing when there is nothing on record to judge it by.
fn pull(case: &Case<'_>, trigger: &Trigger, stands: bool, since: Option<At>) -> Option<Seen> {
    match trigger {
        Trigger::Readings(test) => readings_pull(case, test, stands, since),
        Trigger::Rise { value } => rise(case, *value),
        Trigger::MorningAboveCaps => Some(morning(case)),
        Trigger::WeekRise { value } => week_rise(case, *value, since),
        Trigger::Sessions { zone, times, of_last, each: true } => {
            each_exercise(case, *zone, *times, *of_last)
        }
        Trigger::Sessions { zone, times, of_last, each: false } => {
            session_days(case, *zone, *times, *of_last, since)
        }
        Trigger::Answer { question, is, days } => {
            let days =
                if stands { case.today().since(case.course.current().from) + 1 } else { i64::from(*days) };
            answered(case, question, is, days, since)
        }
        Trigger::Gap { days, ended } => Some(gap(case, *days, *ended)),
    }
}

/// Readings that pull a brake, each by itself. A step back stands until it is
/// taken: its readings are looked for in the whole phase, save in the first
/// one, below which there is nothing to step back to.
fn readings_pull(case: &Case<'_>, test: &MeasureTest, stands: bool, since: Option<At>) -> Option<Seen> {
    let first = looks_back_to(case, test, stands);
    let measure = case.library.measures.get(&test.measure)?;
    let (worst, pulling) = pulling(case, measure, test, first)?;
    let fresh: Vec<_> = pulling.iter().filter(|s| since.is_none_or(|at| s.at > at)).collect();
    Some(match fresh.last() {
        Some(last) => {
            let observed = format!("{} on {}", measure.say(last.value), last.day);
            Seen::of(true, observed, fresh.iter().map(|s| s.entry.clone()).collect())
        }
        None if pulling.is_empty() => Seen::quiet(format!("at worst {}", measure.say(worst))),
        None => Seen::quiet("answered by the step back"),
    })
}

/// The first day whose readings count.
fn looks_back_to(case: &Case<'_>, test: &MeasureTest, stands: bool) -> Day {
    let window = case.today().minus(i64::from(test.days) - 1);
    let span = case.course.current();
    if stands && span.phase > 0 { window.min(span.from) } else { window }
}

/// The readings of the injured side from `first` to today, in order.
fn measured<'a>(case: &'a Case<'_>, measure: &Measure, first: Day) -> Vec<Sample<'a>> {
    let mut samples = if measure.id == super::measure::PAIN_ANY {
        case.journal.pains(case.library, first, case.today())
    } else {
        case.journal.samples(&measure.id, first, case.today())
    };
    samples.retain(|s| case.is_injured(s.side));
    samples
}

/// The worst reading of the injured side from `first` to today, and those that pull, in
/// order; nothing where there is none.
fn pulling<'a>(
    case: &'a Case<'_>,
    measure: &Measure,
    test: &MeasureTest,
    first: Day,
) -> Option<(f64, Vec<Sample<'a>>)> {
    let today = case.today();
    let holds = |s: &Sample<'_>| case.is_injured(s.side) && test.op.holds(s.value, test.value);
    let any_pain = measure.id == super::measure::PAIN_ANY;
    if any_pain && test.op == Op::AtLeast && first >= case.episode.onset {
        // The diary knows the worst of each day: the others need no second look.
        let days = case.diary.pains.range(first..=today);
        let worst = days.iter().map(|d| d.worst).reduce(f64::max)?;
        let bad = days.iter().filter(|d| test.op.holds(d.worst, test.value));
        let mut pulling: Vec<Sample<'_>> =
            bad.flat_map(|d| case.journal.pains(case.library, d.day, d.day)).filter(holds).collect();
        pulling.sort_by_key(|s| (s.at, s.entry));
        return Some((worst, pulling));
    }
    let mut samples = measured(case, measure, first);
    let worst = samples.iter().map(|s| s.value).reduce(|a, b| measure.worse(a, b))?;
    samples.retain(holds);
    Some((worst, samples))
}

/// The latest morning of today or yesterday, with its day.
fn latest_morning<'a>(case: &'a Case<'_>) -> Option<&'a DayPain> {
    let today = case.today();
    case.diary.mornings.range(today.minus(1)..=today).last()
}

fn rise(case: &Case<'_>, by: f64) -> Option<Seen> {
    let morning = latest_morning(case)?;
    let base = case.diary.baseline(morning.day)?;
    let observed = format!("{} against a baseline of {}", plain(morning.worst), plain(base));
    Some(Seen::of(morning.worst >= base + by, observed, morning_ids(case, morning)))
}

fn morning(case: &Case<'_>) -> Seen {
    let unknown = |observed: &str, entries| Seen {
        pulled: Verdict::Unknown,
        observed: observed.to_owned(),
        entries,
        exercises: vec![],
    };
    // Yesterday's morning says nothing about a day that nobody reported on.
    let Some(morning) = latest_morning(case).filter(|morning| morning.day == case.today()) else {
        return unknown("no morning reading today", vec![]);
    };
    let Some(allowed) = allowed_morning(case, morning.day) else {
        return unknown("no earlier morning to compare with", morning_ids(case, morning));
    };
    let observed = format!("{} this morning, up to {} allowed", plain(morning.worst), plain(allowed));
    Seen::of(morning.worst > allowed, observed, morning_ids(case, morning))
}

fn morning_ids(case: &Case<'_>, morning: &DayPain) -> Vec<EntryId> {
    case.diary.mornings.ids(case.journal, std::slice::from_ref(morning))
}

/// The highest pain on waking that the phase allows on a day; nothing while
/// there is no earlier morning.
pub fn allowed_morning(case: &Case<'_>, day: Day) -> Option<f64> {
    let caps = case.course.phase(case.program).caps;
    case.diary.baseline(day).map(|base| base.min(BASELINE_CEILING) + caps.morning_rise)
}

/// The days that a weekly median is taken over, and the fewest that make one.
pub(super) const WEEK: i64 = 7;
const WEEK_FLOOR: usize = 3;

/// The most days that two weeks have.
pub(super) const TWO_WEEKS: usize = 14;

fn week_rise(case: &Case<'_>, by: f64, since: Option<At>) -> Option<Seen> {
    let today = case.today();
    let (now, then) = week_medians(case, today)?;
    let observed = format!("weekly median {} after {}", plain(now), plain(then));
    let answered = since.is_some_and(|at| case.journal.now().day_of(at) > today.minus(WEEK));
    let entries = case.diary.pains.ids(case.journal, case.diary.pains.range(today.minus(WEEK - 1)..=today));
    Some(Seen::of(now >= then + by && !answered, observed, entries))
}

/// The median worst pain of the week that ends on `day`, and of the week
/// before it; nothing where one of them has too few days. The pain of an
/// exercise has its own brakes and is left out here: a quiet session cannot
/// hide a week that was worse, nor make one (evidence IV-06).
pub(super) fn week_medians(case: &Case<'_>, day: Day) -> Option<(f64, f64)> {
    medians_up_to(day, case.diary.pains.last(..=day, TWO_WEEKS))
}

/// The same from the days of the two weeks, and perhaps some before them.
pub(super) fn medians_up_to(day: Day, days: &[DayPain]) -> Option<(f64, f64)> {
    let since = |first: Day| days.partition_point(|d| d.day < first);
    let (then, now) = (since(day.minus(2 * WEEK - 1)), since(day.minus(WEEK - 1)));
    let of = |days: &[DayPain]| median_of_week(WEEK_FLOOR, days.iter().filter_map(|d| d.reported));
    of(&days[now..]).zip(of(&days[then..now]))
}

fn answered(case: &Case<'_>, question: &str, is: &[String], days: i64, since: Option<At>) -> Option<Seen> {
    let today = case.today();
    let told = case
        .journal
        .answers_to(question)
        .filter(|(e, _)| e.day > today.minus(days) && since.is_none_or(|at| e.at > at))
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
    for &(first, end) in case.journal.logged_days().iter().filter(|(_, end)| *end >= from) {
        let first = first.max(from);
        longest = longest.max(first.since(last)).max(end.since(first).min(1));
        last = end;
    }
    let open = today.since(last);
    let worst = if ended { longest.max(open) } else { open };
    let when = match open {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => format!("{open} days ago"),
    };
    Seen::of(worst >= i64::from(days), format!("last logged {when}"), vec![])
}

/// Whether every test of the strengthening phase was passed after the latest
/// of these entries.
fn retested(case: &Case<'_>, after: &[EntryId]) -> bool {
    let at_of = |id: &EntryId| case.journal.entries().iter().find(|e| e.id == *id).map(|e| e.at);
    let Some(event) = after.iter().filter_map(at_of).max() else { return false };
    let Some(phase) = case.program.phases.iter().find(|p| p.stage == Stage::Strengthening) else {
        return true;
    };
    phase.exit.iter().filter(|c| c.is_for(case.episode.goal)).all(|criterion| {
        let finding = criteria::judge(case, &phase.id, criterion);
        finding.verdict == Verdict::Met
            && finding.entries.iter().all(|id| at_of(id).is_some_and(|at| at > event))
    })
}
