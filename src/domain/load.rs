//! The load guard: how much more of running or of weight a week may hold. A
//! caution, since its evidence is weak; it never moves the advice.

use serde::Serialize;

use super::criteria::Case;
use super::day::Day;
use super::entry::{EntryId, Performed};
use super::library::Exercise;
use super::measure::plain;
use super::units::Units;

/// Tags of the exercises that the guard speaks of (evidence MN-8): running and
/// sport by minutes or metres, and a weight that is held.
pub const RUNNING: &str = "running-load";
/// See [`RUNNING`].
pub const WEIGHT: &str = "external-weight";

/// By how much a week may rise, and the longest session of the last days.
const RISE: f64 = 1.1;
/// Below so many minutes a week, so many more are allowed.
const SMALL_WEEK: f64 = 30.0;
const SMALL_RISE: f64 = 5.0;
const WEEK: i64 = 7;
const LONGEST_OF: i64 = 30;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Unit {
    /// Minutes of running or sport.
    #[serde(rename = "min")]
    Minutes,
    /// Metres of running.
    #[serde(rename = "m")]
    Metres,
    /// The heaviest weight, in kilograms.
    #[serde(rename = "kg")]
    Kilograms,
}

impl Unit {
    /// An amount, with its unit as the person says it.
    pub fn say(self, amount: f64, units: Units) -> String {
        match self {
            Self::Minutes => format!("{} min", plain(amount)),
            Self::Metres => units.distance(amount.round()),
            // To a tenth of what is said, so that 25 lb stay 25 lb.
            Self::Kilograms => {
                let one = units.kilograms();
                units.weight((amount / one * 10.0).round() / 10.0 * one)
            }
        }
    }
}

/// How much room a week and a session have left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Room {
    /// What is counted.
    pub unit: Unit,
    /// The seven days before the last seven.
    pub last_week: f64,
    /// The last seven days, today included.
    pub this_week: f64,
    /// The most that these seven days may hold.
    pub week_limit: f64,
    /// The most that one session may hold: 110 % of the longest in 30 days;
    /// nothing for a weight.
    pub session_limit: Option<f64>,
    /// Whether one of the two is passed.
    pub over: bool,
    /// The entries behind it.
    pub entries: Vec<EntryId>,
}

/// Keys of the sources of the guard.
pub const SOURCE: [&str; 2] = ["hamstring-guide", "ours"];

/// Why the guard stands, with what its evidence is worth.
pub const WHY: &str = "A week that grows by more than a tenth, or a run much longer than any of the last month, \
is a caution and no more: a trial in new runners found no gain from the tenth, and one large study links single \
long runs to injury.";

impl Room {
    /// The room in a few words.
    pub fn words(&self, units: Units) -> String {
        let say = |amount| self.unit.say(amount, units);
        let week = say(self.week_limit);
        let session = self.session_limit.map(|limit| format!(", {} in one go", say(limit)));
        let over = if self.over { "above the load guard: " } else { "" };
        match self.unit {
            Unit::Kilograms => format!("{over}at most {week} this week (weak evidence)"),
            _ => format!(
                "{over}at most {week} in 7 days{}, {} so far (weak evidence)",
                session.unwrap_or_default(),
                say(self.this_week)
            ),
        }
    }
}

/// The room of an exercise; nothing outside the scope of the guard, or where
/// there is no week to compare with.
pub fn room(case: &Case<'_>, exercise: &Exercise) -> Option<Room> {
    let units: &[Unit] = if exercise.is(RUNNING) {
        &[Unit::Minutes, Unit::Metres]
    } else if exercise.is(WEIGHT) {
        &[Unit::Kilograms]
    } else {
        return None;
    };
    units.iter().find_map(|unit| room_in(case, exercise, *unit))
}

pub(super) fn room_in(case: &Case<'_>, exercise: &Exercise, unit: Unit) -> Option<Room> {
    let today = case.today();
    let bouts: Vec<(Day, f64, &EntryId)> = case
        .journal
        .performed(today.minus(LONGEST_OF - 1), today)
        .filter(|b| b.what.skipped.is_none() && counts(case, exercise, &b.what.exercise))
        .filter_map(|b| Some((b.entry.day, amount(b.what, unit)?, &b.entry.id)))
        .collect();
    let within = |first: Day, last: Day| bouts.iter().filter(move |(day, ..)| *day >= first && *day <= last);
    let of = |first: Day, last: Day| -> f64 {
        let values = within(first, last).map(|(_, value, _)| *value);
        if unit == Unit::Kilograms { values.fold(0.0, f64::max) } else { values.sum() }
    };
    let last_week = of(today.minus(2 * WEEK - 1), today.minus(WEEK));
    if last_week <= 0.0 {
        return None;
    }
    let this_week = of(today.minus(WEEK - 1), today);
    let small = unit == Unit::Minutes && last_week < SMALL_WEEK;
    let week_limit = if small { last_week + SMALL_RISE } else { last_week * RISE };
    let session = (unit != Unit::Kilograms).then(|| {
        let before = within(today.minus(LONGEST_OF - 1), today.minus(1)).map(|(_, value, _)| *value);
        RISE * before.fold(0.0, f64::max)
    });
    let longest_today = within(today, today).map(|(_, value, _)| *value).fold(0.0, f64::max);
    let over = this_week > week_limit || session.is_some_and(|limit| longest_today > limit);
    let entries = within(today.minus(2 * WEEK - 1), today).map(|(_, _, id)| (*id).clone()).collect();
    Some(Room { unit, last_week, this_week, week_limit, session_limit: session, over, entries })
}

/// Whether a bout counts for an exercise: all running counts together, a
/// weight by itself.
fn counts(case: &Case<'_>, exercise: &Exercise, bout: &str) -> bool {
    if exercise.is(WEIGHT) {
        return bout == exercise.id;
    }
    case.library.exercises.get(bout).is_some_and(|e| e.is(RUNNING))
}

pub(super) fn amount(bout: &Performed, unit: Unit) -> Option<f64> {
    let dose = bout.dose.as_ref();
    let sets = f64::from(dose.and_then(|d| d.sets).unwrap_or(1));
    match unit {
        Unit::Minutes => dose.and_then(|d| d.seconds).map(|s| sets * f64::from(s) / 60.0),
        Unit::Metres => dose.and_then(|d| d.metres).map(|m| sets * f64::from(m)),
        Unit::Kilograms => bout.load,
    }
}
