//! Flags that the diary itself raises: trouble that shows over days rather
//! than in one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::brakes::{TWO_WEEKS, WEEK, medians_up_to};
use super::criteria::{Case, median_of_week};
use super::day::{At, Day};
use super::diary::{BASELINE_MORNINGS, DayPain, Days};
use super::entry::{Entry, EntryId};
use super::library::Rule;
use super::measure::{PAIN_WORST, plain};
use super::program::Stage;
use super::question::AnswerValue;
use super::screening::{Because, Flag};

/// A course of days that raises a flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Watch {
    /// From this day after the injury on, pain has not fallen by 2 points or
    /// by 30 % against the first days, and still is at least `floor`.
    NoFall {
        /// Days since the injury.
        after_days: i64,
        /// Pain below this is not worth a visit.
        floor: f64,
    },
    /// From this day after the injury on, pain has not fallen at all against
    /// the first days, and still is at least `floor`.
    Flat {
        /// Days since the injury.
        after_days: i64,
        /// Pain below this is not worth a visit.
        floor: f64,
    },
    /// Pain of so much came back after a run of quiet logged days, and nobody
    /// reported what happened.
    Unexplained {
        /// Points of pain.
        value: f64,
        /// Logged days in a row with pain at 1 or less before it.
        quiet: usize,
        /// The conditions that it is watched in.
        conditions: Vec<String>,
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

/// The days on which one thing was reported, each with its entries.
type Series<'a> = BTreeMap<Day, Vec<&'a Entry>>;

/// Every flag that the diary raises, with the day on which it first did.
pub fn flags(case: &Case<'_>) -> Vec<Flag> {
    let mut flags = all(case);
    // One course of days is not told twice.
    let raised: Vec<String> = flags.iter().map(|f| f.rule.id.clone()).collect();
    flags.retain(|f| !f.rule.covered_by.iter().any(|cover| raised.contains(cover)));
    flags
}

/// The same with those that another one covers.
pub(super) fn all(case: &Case<'_>) -> Vec<Flag> {
    let mut flags = Vec::new();
    for rule in &case.library.rules {
        let Some(watch) = &rule.watch else { continue };
        let mut from = case.course.onset;
        while let Some((day, evidence, said)) = first_unread(case, rule, watch, from) {
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

/// The first day from `from` on that completes the course. Of days that were left out
/// when the journal was read, those that completed one are known, and no others are
/// looked for.
fn first_unread(case: &Case<'_>, rule: &Rule, watch: &Watch, from: Day) -> Option<Proof> {
    match (case.journal.past(), watch) {
        // This one is a matter of the calendar alone.
        (None, _) | (_, Watch::PastWindow) => first_day(case, watch, from),
        (Some(past), _) => {
            let known = past.raised(&rule.id, from);
            first_day(case, watch, known.unwrap_or_else(|| from.max(past.until.plus(1))))
        }
    }
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

/// The first day from `from` on that completes the course, with the entries
/// that prove it and what they say.
fn first_day(case: &Case<'_>, watch: &Watch, from: Day) -> Option<Proof> {
    let pain = &case.diary.pains;
    match watch {
        Watch::NoFall { after_days, floor } => {
            // Some conditions are slow by nature, and are given longer.
            let after = (*after_days).max(case.program.slow_days);
            stuck(case, from.max(case.course.onset.plus(after)), |before, now| {
                now >= *floor && !fell(before, now)
            })
        }
        Watch::Flat { after_days, floor } => {
            stuck(case, from.max(case.course.onset.plus(*after_days)), |before, now| {
                now >= *floor && now >= before
            })
        }
        Watch::Unexplained { value, quiet, conditions } => {
            let watched = conditions.contains(&case.program.condition);
            watched.then(|| unexplained(case, *value, *quiet, from)).flatten()
        }
        Watch::Burning { days } => burning(case, *days, from),
        Watch::Often { measure, value, times } => {
            let mut series = Series::new();
            for (day, entry, seen) in case.journal.values(measure, case.course.onset, case.today()) {
                if seen >= *value {
                    series.entry(day).or_default().push(entry);
                }
            }
            let name = case.library.measure_name(measure);
            often(&series, *times, from).map(|(day, evidence)| {
                (day, evidence, format!("{name} at {} or more on {times} days of a week", plain(*value)))
            })
        }
        Watch::PastWindow => past_window(case, from),
        Watch::WeekRise { value } => pain.runs(from.., TWO_WEEKS).find_map(|run| {
            let DayPain { day, .. } = run.last()?;
            let (now, then) = medians_up_to(*day, run)?;
            (now >= then + value).then(|| {
                let week = pain.range(day.minus(WEEK - 1)..=*day);
                (*day, told(case, pain, week), format!("weekly median {} after {}", plain(now), plain(then)))
            })
        }),
        Watch::Mornings { times } => mornings(case, *times, from),
        Watch::Relapse { value } => relapse(case, *value, from),
        Watch::AnsweredOften { question, times } => {
            let mut series = Series::new();
            for (entry, answer) in case.journal.answers_to(question) {
                if answer.value == AnswerValue::Yes {
                    series.entry(entry.day).or_default().push(entry);
                }
            }
            often(&series, *times, from)
                .map(|(day, evidence)| (day, evidence, format!("{question}: yes on {times} days of a week")))
        }
    }
}

/// The first day from `begins` on whose level is stuck against the first days.
fn stuck(case: &Case<'_>, begins: Day, is_stuck: impl Fn(f64, f64) -> bool) -> Option<Proof> {
    let pain = &case.diary.pains;
    let first = &pain.all()[..LEVEL_DAYS.min(pain.all().len())];
    let before = level(first)?;
    pain.runs(begins.., LEVEL_DAYS).find_map(|last| {
        let (now, DayPain { day, .. }) = (level(last)?, last.last()?);
        is_stuck(before, now).then(|| {
            let said = format!("pain {} at first and {} by {day}", plain(before), plain(now));
            let mut proof = told(case, pain, first);
            for day in last.iter().rev() {
                proof.extend(told(case, pain, std::slice::from_ref(day)));
            }
            (*day, proof, said)
        })
    })
}

/// Pain of at most so much makes a quiet day.
const QUIET_PAIN: f64 = 1.0;

fn unexplained(case: &Case<'_>, value: f64, quiet: usize, from: Day) -> Option<Proof> {
    let pains = &case.diary.pains;
    let mut backs = pains.range(from..).iter().filter(|back| back.worst >= value).peekable();
    backs.peek()?;
    // Quiet by what was said of whole days, so that a single exercise that hurt
    // hides no return of the pain.
    let mut whole: BTreeMap<Day, f64> = BTreeMap::new();
    for (day, _, value) in case.journal.values(PAIN_WORST, case.course.onset, case.today()) {
        let worst = whole.entry(day).or_insert(value);
        *worst = worst.max(value);
    }
    backs.find_map(|back| {
        let day = back.day;
        let before: Vec<_> = whole.range(..day).rev().take(quiet).collect();
        let was_quiet = before.len() == quiet && before.iter().all(|(_, worst)| **worst <= QUIET_PAIN);
        // A flag stays until it is answered for: what is told after the pain
        // takes it back no more.
        let told_at = case
            .journal
            .pains(case.library, day, day)
            .iter()
            .filter(|p| p.value >= value)
            .map(|p| p.at)
            .min();
        let explained = || {
            case.journal
                .answers_in(day.minus(1), day)
                .filter(|(entry, _)| told_at.is_some_and(|at| entry.at <= at))
                .flat_map(|(_, answers)| answers)
                .any(|a| {
                    a.question == "new-event"
                        && matches!(&a.value, AnswerValue::Choices(c) if c.iter().any(|c| c != "none"))
                })
        };
        (was_quiet && !explained()).then(|| {
            let said = format!("pain {} after {quiet} quiet days", plain(back.worst));
            (day, told(case, pains, std::slice::from_ref(back)), said)
        })
    })
}

/// The median of some days; nothing where there are too few.
fn level(days: &[DayPain]) -> Option<f64> {
    median_of_week(LEVEL_DAYS, days.iter().map(|d| d.worst))
}

/// The entries that speak of some days.
fn told(case: &Case<'_>, days: &Days, of: &[DayPain]) -> Vec<(EntryId, At)> {
    of.iter().flat_map(|day| days.entries(case.journal, day)).map(|e| (e.id.clone(), e.at)).collect()
}

/// Whether pain fell by as much as counts.
fn fell(before: f64, now: f64) -> bool {
    before - now >= FALL_POINTS || now <= before * (1.0 - FALL_SHARE)
}

/// Every report of burning or heat, in order.
fn burns<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Entry> {
    let burns = |value: &AnswerValue| matches!(value, AnswerValue::Choices(c) if c.iter().any(|c| c == "burning" || c == "hot"));
    let told = case.journal.answers_to("quality").filter(move |(_, answer)| burns(&answer.value));
    told.map(|(entry, _)| entry)
}

fn burning(case: &Case<'_>, days: i64, from: Day) -> Option<Proof> {
    let pain = &case.diary.pains;
    let first = burns(case).next()?;
    let later = burns(case).find(|later| {
        let before = pain.range(..=first.day).last();
        let now = pain.range(..=later.day).last();
        let eased = before.zip(now).is_some_and(|(before, now)| fell(before.worst, now.worst));
        later.day >= from && later.day.since(first.day) > days && !eased
    })?;
    let evidence = vec![(first.id.clone(), first.at), (later.id.clone(), later.at)];
    Some((later.day, evidence, format!("burning or hot on {} and still on {}", first.day, later.day)))
}

/// The days, none of them after `until`, that a course which is completed later still
/// looks at: the first ones, and those just before.
pub(super) fn days_looked_at(case: &Case<'_>, until: Day) -> BTreeSet<Day> {
    let (pains, mornings) = (&case.diary.pains, &case.diary.mornings);
    let first = pains.all().iter().take(LEVEL_DAYS);
    let burnt = burns(case).next().and_then(|first| pains.range(..=first.day).last());
    let before = pains.last(..=until, TWO_WEEKS).iter().chain(mornings.last(..=until, MORNINGS));
    let days = first.chain(burnt).chain(before).map(|d| d.day);
    let whole: BTreeSet<Day> =
        case.journal.values(PAIN_WORST, case.course.onset, until).map(|(day, ..)| day).collect();
    days.chain(whole.into_iter().rev().take(TWO_WEEKS)).collect()
}

/// The days that a course which was completed on `day` is told by, beside the first ones.
pub(super) fn days_of(case: &Case<'_>, watch: &Watch, day: Day) -> BTreeSet<Day> {
    let (pains, mornings) = (&case.diary.pains, &case.diary.mornings);
    let last = |days: &[DayPain]| days.iter().map(|d| d.day).collect();
    let week = |days: i64| (0..days).map(|n| day.minus(n)).collect();
    match watch {
        Watch::NoFall { .. } | Watch::Flat { .. } => last(pains.last(..=day, LEVEL_DAYS)),
        Watch::WeekRise { .. } => last(pains.last(..=day, TWO_WEEKS)),
        Watch::Mornings { .. } => last(mornings.last(..=day, MORNINGS)),
        Watch::Often { .. } | Watch::AnsweredOften { .. } => week(WEEK),
        Watch::Burning { .. } => last(pains.last(..=day, 1)),
        Watch::Relapse { .. } => week(1),
        Watch::PastWindow => BTreeSet::new(),
        Watch::Unexplained { quiet, .. } => {
            let whole = case.journal.values(PAIN_WORST, case.course.onset, day).map(|(day, ..)| day);
            let whole: BTreeSet<Day> = whole.collect();
            // Of its own day and the day before, the answers.
            whole.into_iter().rev().take(quiet + 1).chain([day, day.minus(1)]).collect()
        }
    }
}

/// The mornings of a week, and those that the first of them is compared with.
const MORNINGS: usize = 7 + BASELINE_MORNINGS;

/// The first day that is the `times`th of a week.
fn often(series: &Series<'_>, times: usize, from: Day) -> Option<(Day, Vec<(EntryId, At)>)> {
    series.range(from..).find_map(|(day, _)| {
        let week = || series.range(day.minus(WEEK - 1)..=*day).map(|(_, entries)| entries);
        let proof = || week().flatten().map(|e| (e.id.clone(), e.at)).collect();
        (week().count() >= times).then(|| (*day, proof()))
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

fn mornings(case: &Case<'_>, times: usize, from: Day) -> Option<Proof> {
    let mut series = Series::new();
    for (morning, base) in case.diary.mornings_with_baselines() {
        let rise = case.course.phase_on(case.program, morning.day).map_or(0.0, |p| p.caps.morning_rise);
        if morning.worst > base + rise {
            series.insert(morning.day, case.diary.mornings.entries(case.journal, morning).collect());
        }
    }
    often(&series, times, from).map(|(day, evidence)| {
        (day, evidence, format!("mornings above their baseline on {times} days of a week"))
    })
}

fn relapse(case: &Case<'_>, value: f64, from: Day) -> Option<Proof> {
    // A program without a return has nothing to recover from.
    if !case.program.phases.iter().any(|p| p.stage == Stage::Return) {
        return None;
    }
    let recovered = |s: &&super::course::Span| case.program.phases[s.phase].stage == Stage::Maintenance;
    let since = case.course.spans.iter().find(recovered)?.from.plus(1).max(from);
    let pains = &case.diary.pains;
    pains.range(since..).iter().filter(|pain| pain.worst >= value).find_map(|pain| {
        let phase = case.course.phase_on(case.program, pain.day);
        let back = phase.is_some_and(|p| p.stage == Stage::Maintenance);
        let proof = || told(case, pains, std::slice::from_ref(pain));
        back.then(|| (pain.day, proof(), format!("pain {} after recovery", plain(pain.worst))))
    })
}
