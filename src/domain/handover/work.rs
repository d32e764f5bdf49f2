//! What was done: the plan as it was kept, exercise, care.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::adherence::Adherence;
use super::super::bouts::{self, Zone};
use super::super::criteria::Case;
use super::super::day::Day;
use super::super::dose::Dose;
use super::super::entry::{EntryId, Side};
use super::super::load::{Room, room};

/// How the plan was kept to since a day. Each count has what it is out of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kept {
    /// How many sessions were due and count: done, partly and missed ones.
    pub due: u32,
    /// How many were done.
    pub done: u32,
    /// How many were done in part.
    pub partly: u32,
    /// How many were missed.
    pub missed: u32,
    /// How many were skipped with a reason, which do not count.
    pub skipped: u32,
    /// How many were due on a day of which nothing was told.
    pub unknown: u32,
    /// On how many days something was due and nothing told.
    pub unknown_days: u32,
    /// How often more was done than planned.
    pub more: u32,
    /// Out of so many days.
    pub days: usize,
    /// The rests of the plan since.
    pub rests: Vec<super::super::adherence::Rest>,
}

/// One bout of an exercise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bout {
    /// Its day.
    pub day: Day,
    /// Id of the exercise.
    pub exercise: String,
    /// Its name.
    pub name: String,
    /// On which side.
    pub side: Option<Side>,
    /// What was done; nothing where only the pain was told.
    pub dose: Option<Dose>,
    /// The weight, in kilograms.
    pub load: Option<f64>,
    /// The worst pain during it.
    pub pain: Option<f64>,
    /// That pain against the limits of the phase.
    pub zone: Option<Zone>,
    /// Why it was skipped.
    pub skipped: Option<String>,
    /// The entry.
    pub entry: EntryId,
}

/// What was done of one exercise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trained {
    /// Id of the exercise.
    pub exercise: String,
    /// Its name.
    pub name: String,
    /// How many bouts.
    pub bouts: usize,
    /// How many were skipped with a reason.
    pub skipped: usize,
    /// The dose of the first bout.
    pub first: Option<Dose>,
    /// The dose of the latest one.
    pub latest: Option<Dose>,
    /// Its day.
    pub latest_day: Day,
    /// The heaviest weight, in kilograms.
    pub load: Option<f64>,
    /// With how many bouts a pain was told.
    pub pain_told: usize,
    /// The worst pain.
    pub pain_worst: Option<f64>,
    /// The pain of the latest bout with which one was told.
    pub pain_latest: Option<f64>,
    /// Bouts above the cap.
    pub amber: usize,
    /// Bouts that hurt too much.
    pub red: usize,
    /// What the load guard says, where it watches this exercise.
    pub room: Option<Room>,
}

/// Care of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Given {
    /// Its id.
    pub care: String,
    /// Its name.
    pub name: String,
    /// How often.
    pub times: usize,
    /// On how many days.
    pub days: usize,
    /// The last day.
    pub last: Day,
    /// The entries.
    pub entries: Vec<EntryId>,
}

pub(super) fn kept(adherence: &Adherence, since: Day) -> Kept {
    let days: Vec<_> = adherence.days.range(since..).map(|(_, day)| day).collect();
    let sum = |of: fn(&super::super::adherence::OfDay) -> u32| days.iter().map(|d| of(d)).sum();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Kept {
        due: sum(|d| d.due),
        done: sum(|d| d.done),
        partly: sum(|d| d.partly),
        missed: sum(|d| d.missed),
        skipped: days.iter().map(|d| count(d.skipped.len())).sum(),
        unknown: sum(|d| d.unknown),
        unknown_days: count(days.iter().filter(|d| d.unknown > 0).count()),
        more: days.iter().map(|d| count(d.more.len())).sum(),
        days: days.len(),
        rests: adherence.pauses.iter().filter(|r| r.to.is_none_or(|to| to >= since)).cloned().collect(),
    }
}

pub(super) fn bouts(case: &Case<'_>, since: Day) -> Vec<Bout> {
    let zones: BTreeMap<EntryId, Zone> =
        bouts::all(case).into_iter().map(|(bout, zone)| (bout.entry.id.clone(), zone)).collect();
    let bouts = case.journal.performed(since, case.today());
    bouts
        .map(|bout| Bout {
            day: bout.entry.day,
            exercise: bout.what.exercise.to_string(),
            name: case.library.exercise_name(&bout.what.exercise).to_owned(),
            side: bout.what.side,
            dose: bout.what.dose.clone(),
            load: bout.what.load,
            pain: bout.what.pain,
            zone: zones.get(&bout.entry.id).copied(),
            skipped: bout.what.skipped.clone(),
            entry: bout.entry.id.clone(),
        })
        .collect()
}

pub(super) fn trained(case: &Case<'_>, since: Day) -> Vec<Trained> {
    let mut by_exercise: BTreeMap<String, Vec<Bout>> = BTreeMap::new();
    for bout in bouts(case, since) {
        by_exercise.entry(bout.exercise.clone()).or_default().push(bout);
    }
    let mut trained: Vec<Trained> = by_exercise
        .into_iter()
        .map(|(exercise, bouts)| {
            let done: Vec<&Bout> = bouts.iter().filter(|b| b.skipped.is_none()).collect();
            let zone = |zone: Zone| bouts.iter().filter(|b| b.zone == Some(zone)).count();
            let guarded = case.library.exercises.get(&exercise);
            Trained {
                name: case.library.exercise_name(&exercise).to_owned(),
                bouts: done.len(),
                skipped: bouts.len() - done.len(),
                first: done.iter().find_map(|b| b.dose.clone()),
                latest: done.iter().rev().find_map(|b| b.dose.clone()),
                // A group has at least the bout that made it.
                latest_day: bouts[bouts.len() - 1].day,
                load: done.iter().filter_map(|b| b.load).reduce(f64::max),
                pain_told: bouts.iter().filter(|b| b.pain.is_some()).count(),
                pain_worst: bouts.iter().filter_map(|b| b.pain).reduce(f64::max),
                pain_latest: bouts.iter().rev().find_map(|b| b.pain),
                amber: zone(Zone::Amber),
                red: zone(Zone::Red),
                room: guarded.and_then(|e| room(case, e)),
                exercise,
            }
        })
        .collect();
    // What was done last stands first.
    trained.sort_by(|a, b| (b.latest_day, &a.name).cmp(&(a.latest_day, &b.name)));
    trained
}

pub(super) fn care(case: &Case<'_>, since: Day) -> Vec<Given> {
    let mut by_kind: BTreeMap<&str, Vec<(Day, &EntryId)>> = BTreeMap::new();
    for care in case.journal.care(since, case.today()) {
        by_kind.entry(&care.what.kind).or_default().push((care.entry.day, &care.entry.id));
    }
    by_kind
        .into_iter()
        .map(|(kind, given)| Given {
            care: kind.to_owned(),
            name: case.library.care.get(kind).map_or_else(|| kind.to_owned(), |c| c.name.clone()),
            times: given.len(),
            days: given.iter().map(|(day, _)| *day).collect::<BTreeSet<Day>>().len(),
            last: given[given.len() - 1].0,
            entries: given.into_iter().map(|(_, id)| id.clone()).collect(),
        })
        .collect()
}
