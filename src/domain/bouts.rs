//! Bouts of exercise, and how much they hurt against what their phase allows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::brakes::Seen;
use super::criteria::Case;
use super::day::{At, Day};
use super::dose::Dose;
use super::entry::{EntryId, Performed, TOO_MUCH};
use super::finding::Verdict;
use super::journal::Recorded;
use super::program::{Caps, Prescription};

/// How the pain of a bout compares with the limits of its phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// Within the cap.
    Green,
    /// Above the cap: repeat, do not advance.
    Amber,
    /// Too much: stop that exercise.
    Red,
}

/// The zone of one bout, by the cap of its exercise and the caps of the phase;
/// nothing when the pain was not reported. Pain above the limit that nobody
/// gave a number is red.
pub(super) fn zone(performed: &Performed, prescription: Option<&Prescription>, caps: Caps) -> Option<Zone> {
    if performed.pain.is_none() && is_too_much(performed) {
        return Some(Zone::Red);
    }
    let pain = performed.pain?;
    let green = prescription.map_or(caps.green, |p| p.cap.min(caps.green));
    Some(match pain {
        p if p <= green => Zone::Green,
        p if p <= caps.amber => Zone::Amber,
        _ => Zone::Red,
    })
}

fn is_too_much(performed: &Performed) -> bool {
    performed.skipped.as_deref() == Some(TOO_MUCH)
}

/// Whether a bout was done, or left because it hurt too much and nobody said
/// how much after that.
fn tried(case: &Case<'_>, bout: &Recorded<'_, Performed>) -> bool {
    let day = bout.entry.day;
    let told = || {
        case.journal
            .bouts_of(&bout.what.exercise, day, day)
            .any(|later| later.what.pain.is_some() && later.entry.at >= bout.entry.at)
    };
    bout.what.skipped.is_none() || (is_too_much(bout.what) && !told())
}

/// The bouts done from `first` to `last`, with their zones, in order.
fn bouts<'a>(case: &'a Case<'_>, first: Day, last: Day) -> Vec<(Recorded<'a, Performed>, Zone)> {
    case.journal
        .felt(first, last)
        .filter(|bout| tried(case, bout))
        .filter_map(|bout| {
            let phase = case.course.phase_on(case.program, bout.entry.day)?;
            let prescription = phase.exercises.iter().find(|p| *p.exercise == *bout.what.exercise);
            let zone = zone(bout.what, prescription, phase.caps)?;
            Some((bout, zone))
        })
        .collect()
}

/// Every bout since the injury of which a zone is known, in order.
pub(super) fn all<'a>(case: &'a Case<'_>) -> Vec<(Recorded<'a, Performed>, Zone)> {
    bouts(case, case.course.onset, case.today())
}

/// The last day, up to `until`, with a bout of which a zone is known: it counts until
/// there is another one, however long ago.
pub(super) fn last_day(case: &Case<'_>, until: Day) -> Option<Day> {
    bouts(case, case.course.onset, until).into_iter().map(|(bout, _)| bout.entry.day).max()
}

/// The bouts of the last days.
fn recent<'a>(case: &'a Case<'_>, days: i64) -> Vec<(Recorded<'a, Performed>, Zone)> {
    bouts(case, case.today().minus(days - 1), case.today())
}

/// The worst zone of the bouts of a day; nothing when no pain was reported
/// with one.
pub(super) fn worst_zone(case: &Case<'_>, day: Day) -> Option<Zone> {
    bouts(case, day, day).into_iter().map(|(_, zone)| zone).max()
}

/// How many days back sessions are looked for when the last few are judged.
const SESSION_MEMORY: i64 = 28;

/// The exercises that were in a zone in so many of their last bouts.
pub(super) fn each_exercise(case: &Case<'_>, least: Zone, times: u32, of_last: u32) -> Option<Seen> {
    let mut seen: BTreeMap<&str, Vec<(Zone, &EntryId)>> = BTreeMap::new();
    let bouts = recent(case, SESSION_MEMORY);
    for (bout, zone) in &bouts {
        seen.entry(&bout.what.exercise).or_default().push((*zone, &bout.entry.id));
    }
    let mut exercises = Vec::new();
    let mut entries = Vec::new();
    for (exercise, zones) in seen {
        let over: Vec<_> =
            zones.iter().rev().take(of_last as usize).filter(|(zone, _)| *zone >= least).collect();
        if over.len() >= times as usize {
            exercises.push(exercise.to_owned());
            entries.extend(over.iter().map(|(_, id)| (*id).clone()));
        }
    }
    if bouts.is_empty() {
        return None;
    }
    if exercises.is_empty() {
        return Some(Seen::quiet("no exercise above its cap that often"));
    }
    let names: Vec<&str> = exercises.iter().map(|e| case.library.exercise_name(e)).collect();
    let observed = format!("above its cap in {times} of the last {of_last}: {}", names.join(", "));
    Some(Seen { pulled: Verdict::Met, observed, entries, exercises })
}

/// The days of the last sessions on which something was in a zone.
pub(super) fn session_days(
    case: &Case<'_>,
    least: Zone,
    times: u32,
    of_last: u32,
    since: Option<At>,
) -> Option<Seen> {
    let counts = |(bout, _): &(Recorded<'_, Performed>, Zone)| since.is_none_or(|at| bout.entry.at > at);
    let mut judged = recent(case, SESSION_MEMORY);
    judged.retain(counts);
    // The last session counts until there is another one, however long ago.
    if of_last == 1 && judged.is_empty() {
        judged = all(case);
        judged.retain(counts);
    }
    let mut days: BTreeMap<Day, (Zone, Vec<EntryId>, Vec<String>)> = BTreeMap::new();
    for (bout, zone) in judged {
        let day = days.entry(bout.entry.day).or_insert((Zone::Green, vec![], vec![]));
        day.0 = day.0.max(zone);
        if zone >= least {
            day.1.push(bout.entry.id.clone());
            day.2.push(bout.what.exercise.to_string());
        }
    }
    let counted = days.len().min(of_last as usize);
    let over: Vec<_> = days.into_iter().rev().take(counted).filter(|(_, d)| d.0 >= least).collect();
    if counted == 0 {
        return None;
    }
    if over.len() < times as usize {
        return Some(Seen::quiet(match over.len() {
            0 => format!("within their caps: the last {counted}"),
            n => format!("{n} of the last {counted} above a cap"),
        }));
    }
    let named: Vec<String> = over
        .iter()
        .map(|(day, d)| {
            let names: Vec<&str> = d.2.iter().map(|e| case.library.exercise_name(e)).collect();
            format!("{} on {day}", names.join(", "))
        })
        .collect();
    let exercises = over.iter().flat_map(|(_, d)| d.2.clone()).collect();
    let entries = over.into_iter().flat_map(|(_, d)| d.1).collect();
    let observed = format!("above its cap: {}", named.join("; "));
    Some(Seen { pulled: Verdict::Met, observed, entries, exercises })
}

/// A bout that was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Begun {
    /// The sets that are done.
    pub sets: u32,
    /// The entry that says so.
    pub entry: EntryId,
}

/// The bout of today that was cut off: it was the last of its exercise, has
/// fewer sets than are due, and nobody said how it went. A pain or a skip ends
/// a bout, however short it was.
pub(super) fn begun(case: &Case<'_>, exercise: &str, due: &Dose) -> Option<Begun> {
    let today = case.today();
    let last = case.journal.bouts_of(exercise, today, today).last()?;
    if last.what.skipped.is_some() || last.what.pain.is_some() {
        return None;
    }
    let done = last.what.dose.as_ref()?;
    let sets = done.sets.filter(|sets| Some(*sets) < due.sets)?;
    let same = Dose { sets: due.sets, ..done.clone() } == *due;
    same.then(|| Begun { sets, entry: last.entry.id.clone() })
}

/// Days for which an exercise stays out after it hurt too much.
const RED_DAYS: i64 = 2;

/// The exercises whose latest bout of these days was red.
pub fn red_exercises(case: &Case<'_>) -> Vec<(String, EntryId)> {
    let mut latest: BTreeMap<String, (Zone, EntryId)> = BTreeMap::new();
    for (bout, zone) in recent(case, RED_DAYS) {
        latest.insert(bout.what.exercise.to_string(), (zone, bout.entry.id.clone()));
    }
    latest.into_iter().filter(|(_, (zone, _))| *zone == Zone::Red).map(|(e, (_, id))| (e, id)).collect()
}
