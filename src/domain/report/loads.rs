//! What was loaded, week by week: running in minutes and metres, and each
//! weight in kilograms, as the load guard counts them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::criteria::Case;
use super::super::day::Day;
use super::super::load::{RUNNING, Room, Unit, WEIGHT, amount, room_in};
use super::Week;

/// What the running of all exercises together is called.
const ALL_RUNNING: &str = "running and sport";

/// One kind of load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// The exercise; for running, which counts together, the last one of it.
    pub exercise: String,
    /// What is loaded, in words.
    pub name: String,
    /// What is counted: the sum of a week, and of a weight the heaviest.
    pub unit: Unit,
    /// One value for each week; nothing where none of it is on record.
    pub weeks: Vec<Option<f64>>,
    /// How much room the last seven days have left, where there is a week to
    /// compare with.
    pub guard: Option<Room>,
}

/// What was loaded in these weeks.
pub(super) fn loads(case: &Case<'_>, weeks: &[Week]) -> Vec<Load> {
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return vec![] };
    // Running counts together, a weight by itself.
    let mut found: BTreeMap<(String, Unit), (String, BTreeMap<Day, f64>)> = BTreeMap::new();
    for bout in case.journal.performed(first.from, last.to).filter(|b| b.what.skipped.is_none()) {
        let Some(exercise) = case.library.exercises.get(&*bout.what.exercise) else { continue };
        let units: &[Unit] = match exercise {
            e if e.is(RUNNING) => &[Unit::Minutes, Unit::Metres],
            e if e.is(WEIGHT) => &[Unit::Kilograms],
            _ => continue,
        };
        for unit in units {
            let Some(amount) = amount(bout.what, *unit) else { continue };
            let heaviest = *unit == Unit::Kilograms;
            let name = if heaviest { exercise.name.clone() } else { ALL_RUNNING.to_owned() };
            let (last, days) = found.entry((name, *unit)).or_default();
            exercise.id.clone_into(last);
            let of_day = days.entry(bout.entry.day).or_insert(0.0);
            *of_day = if heaviest { of_day.max(amount) } else { *of_day + amount };
        }
    }
    let load = |((name, unit), (exercise, days)): ((String, Unit), (String, BTreeMap<Day, f64>))| {
        let of_week = |week: &Week| {
            let values = days.range(week.from..=week.to).map(|(_, value)| *value);
            values.reduce(|a, b| if unit == Unit::Kilograms { a.max(b) } else { a + b })
        };
        let guard = case.library.exercises.get(&exercise).and_then(|e| room_in(case, e, unit));
        Load { weeks: weeks.iter().map(of_week).collect(), exercise, name, unit, guard }
    };
    found.into_iter().map(load).collect()
}
