//! Adherence: what became of each exercise of the plan on each day, and a
//! score that forgives a lapse.
//!
//! Only what a person was told to do, and could do, can be missed. So each day
//! is looked at twice, as it began and as it ended: what stood in the plan at
//! one of the two ends can be done, what stood at both can be missed, and what
//! a rule withheld at either is nobody's lapse. A day without any entry is
//! unknown. A turn that is taken a day late is taken, not missed.
//!
//! Approximate are two things. A rule that came and went between the two ends
//! is not seen, other than before a bout of that day. And a past day knows what
//! was put right since only where that speaks of the day itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveTime, TimeZone};
use serde::Serialize;

use super::course::Pause;
use super::day::{At, Day, Now};
use super::entry::{Entry, Fact, Performed};
use super::journal::Recorded;
use super::schedule::{ItemKind, Planned};
use super::situation::Situation;
use super::turns::Turns;

/// What became of one exercise on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As often and as many sets as were due.
    Done,
    /// Fewer sets or bouts than were due.
    Partly,
    /// Left out, with a reason.
    Skipped,
    /// Due and not done, on a day of which something was told.
    Missed,
    /// Not its day, or withheld by a rule, or by a rest of the plan.
    NotDue,
    /// Due on a day of which nothing was told.
    Unknown,
    /// Due today, which is not over.
    Open,
}

/// An exercise that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its id.
    pub id: String,
    /// The person's reason.
    pub because: String,
}

/// In what is counted how much more was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// Sets above the dose.
    Sets,
    /// Bouts above those that were due.
    Bouts,
}

/// More of an exercise than was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct More {
    /// Its id.
    pub id: String,
    /// How much more.
    pub amount: u32,
    /// Counted in what.
    pub unit: Measured,
    /// Why none was planned; nothing where some was.
    pub because: Option<String>,
}

/// One day: each exercise in one state, and what was done beyond the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OfDay {
    /// How many exercises were due and count: done, partly and missed ones.
    pub due: u32,
    /// How many of them were done.
    pub done: u32,
    /// How many of them were done in part.
    pub partly: u32,
    /// Those left out with a reason, which do not count.
    pub skipped: Vec<Skipped>,
    /// How many were missed.
    pub missed: u32,
    /// How many were not due.
    pub not_due: u32,
    /// How many are unknown.
    pub unknown: u32,
    /// How many are still open today.
    pub open: u32,
    /// What was done beyond the plan.
    pub more: Vec<More>,
    /// The state of each exercise.
    pub exercises: BTreeMap<String, State>,
}

/// A rest of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rest {
    /// Its first day.
    pub from: Day,
    /// The day on which the plan went on; nothing while it rests.
    pub to: Option<Day>,
    /// Why.
    pub because: Option<String>,
}

/// How the plan was kept to, from the day on which the episode was opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adherence {
    /// From 0 to 1, recent days counting more; nothing while nothing was due.
    pub score: Option<f64>,
    /// How many exercises were due and count, over all days.
    pub due: u32,
    /// How many of them were done.
    pub done: u32,
    /// How many of them were done in part.
    pub partly: u32,
    /// How many were skipped with a reason, which do not count.
    pub skipped: u32,
    /// How many were missed.
    pub missed: u32,
    /// On how many days something was due and nothing was told.
    pub unknown_days: u32,
    /// How often more was done than planned.
    pub more: u32,
    /// The rests of the plan.
    pub pauses: Vec<Rest>,
    /// The days, with nothing before the episode was opened.
    #[serde(skip)]
    pub days: BTreeMap<Day, OfDay>,
}

/// After so many days a turn weighs half as much in the score.
///
/// That is the recurrence of the habit tracker Loop (`previous x m + value x
/// (1 - m)`, m = 0.5^(sqrt(frequency)/13)) for something daily, in which a
/// lapse barely moves the score. Ours: it runs over the turns that were due,
/// so that the frequency is in what is due and not in `m`, and it begins from
/// nothing instead of from zero, so that the first days are not marked down.
pub const HALVES_AFTER: i64 = 13;

/// An exercise as the plan of a day held it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) planned: Planned,
    /// How often on that day; 0 on a day of rest.
    pub(super) due: u32,
    /// Whether it stood in the plan from the beginning of the day to its end.
    pub(super) throughout: bool,
}

/// The plan of a day.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) held: BTreeMap<String, Held>,
    /// What was left out, and why.
    pub(super) withheld: BTreeMap<String, String>,
}

/// Works out how the plan was kept to.
///
/// `stood` tells how the episode stood at another moment: with the entries,
/// the program and the other episodes of then; nothing when it did not exist.
pub fn adherence(now: &Situation, stood: impl Fn(Now) -> Option<Situation>) -> Adherence {
    let today = now.journal.now().day;
    let opened = now.journal.now().day_of(now.episode.opened);
    let told: BTreeSet<Day> = now.journal.entries().iter().filter(|e| tells(e)).map(|e| e.day).collect();
    let mut turns = Turns::new(today);
    for n in 0..=today.since(opened.max(now.course.onset)) {
        let day = opened.max(now.course.onset).plus(n);
        let bouts: Vec<Recorded<'_, Performed>> = now.journal.performed(day, day).collect();
        let Some(mut standing) = standing(now, day, &stood) else { continue };
        if day == opened || now.course.rested_on(day) {
            // The plan did not stand for the whole day.
            standing.held.values_mut().for_each(|held| held.throughout = false);
        }
        hold_what_stood_before(&mut standing, now.journal.now(), &bouts, &stood);
        let bouts: Vec<&Performed> = bouts.iter().map(|b| b.what).collect();
        turns.day(day, &standing, &bouts, told.contains(&day));
    }
    let pauses = now.course.pauses.iter();
    let rest = |p: &Pause| Rest { from: p.from, to: p.to, because: p.reason.clone() };
    turns.whole(pauses.map(rest).collect())
}

/// Whether an entry tells something of its day: not a decision, nor what a
/// clinician found.
fn tells(entry: &Entry) -> bool {
    !matches!(entry.fact, Fact::Decision(_) | Fact::Clearance(_))
}

/// The plan of a day, by its two ends; nothing when there was none.
fn standing(now: &Situation, day: Day, stood: impl Fn(Now) -> Option<Situation>) -> Option<Standing> {
    let silent = !now.journal.speaks_of(day);
    let (dawn, night) = ends(now, day);
    let past =
        if day == now.journal.now().day { None } else { Some(stood(now.journal.now().back_at(day, night))?) };
    let end = past.as_ref().unwrap_or(now);
    // On a day without entries the two ends are one.
    let start = if silent { None } else { stood(now.journal.now().moved_to(dawn)) };
    let mut standing = Standing::default();
    for s in start.iter().chain([end]) {
        let known = |id: &str| s.program.phases.iter().flat_map(|p| &p.exercises).any(|p| p.exercise == id);
        for left in s.plan.left_out.iter().filter(|left| known(&left.id)) {
            let rests = left.rule == "gate-pause";
            let because = if rests { "the plan rested" } else { left.because.as_str() };
            standing.withheld.insert(left.id.clone(), because.to_owned());
        }
    }
    let at_start: BTreeMap<String, Held> = start.as_ref().map(held).unwrap_or_default();
    let at_end = held(end);
    for (id, held) in at_start.iter().chain(&at_end) {
        // A phase that is entered may ask for it on other days.
        let asked = |plan: &BTreeMap<String, Held>| plan.get(id).map(|held| held.due > 0);
        let throughout = silent || (asked(&at_start).is_some() && asked(&at_start) == asked(&at_end));
        standing.held.entry(id.clone()).or_insert(Held { throughout, ..held.clone() });
    }
    Some(standing)
}

/// The first and the last second of a day, by the clock of the last entry.
fn ends(now: &Situation, day: Day) -> (At, At) {
    let now = now.journal.now();
    let begins = |day: Day| {
        let local = day.date().and_time(NaiveTime::MIN) + Duration::hours(i64::from(now.rollover));
        now.at.offset().from_local_datetime(&local).single().unwrap_or(now.at)
    };
    (begins(day), begins(day.plus(1)) - Duration::seconds(1))
}

/// The exercises that a plan holds; none once the program has done its work.
fn held(s: &Situation) -> BTreeMap<String, Held> {
    let items = s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise && !s.course.finished);
    let as_held = |planned: &Planned, due| Held { planned: planned.clone(), due, throughout: false };
    items.filter_map(|i| Some((i.id.clone(), as_held(i.planned.as_ref()?, i.due)))).collect()
}

/// What was withheld at both ends of a day may have stood in the plan in
/// between: the moment before a bout of it tells.
fn hold_what_stood_before(
    standing: &mut Standing,
    now: Now,
    bouts: &[Recorded<'_, Performed>],
    stood: impl Fn(Now) -> Option<Situation>,
) {
    for bout in bouts {
        let id: &str = &bout.what.exercise;
        if bout.what.skipped.is_none() && !standing.held.contains_key(id) {
            let before = stood(now.moved_to(bout.entry.at - Duration::seconds(1)));
            if let Some(held) = before.and_then(|s| held(&s).remove(id)) {
                standing.held.insert(id.to_owned(), held);
            }
        }
    }
}
