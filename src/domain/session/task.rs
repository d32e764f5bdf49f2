//! What a guided session goes through: the exercises that are due, each with
//! its sets and the beats of one set.

use std::time::Duration;

use crate::domain::bouts::Begun;
use crate::domain::dose::Dose;
use crate::domain::entry::{EntryId, Performed, Side};
use crate::domain::journal::Recorded;
use crate::domain::library::{Exercise, Library};
use crate::domain::load::{Room, WEIGHT};
use crate::domain::schedule::{Item, ItemKind};
use crate::domain::situation::Situation;

/// Seconds between two holds, and for the way back where a tempo names one way
/// only (ours).
const BETWEEN: u32 = 2;

/// Seconds of rest between two sets: of repetitions, and of holds (ours).
const REST: u32 = 60;
const REST_AFTER_HOLDS: u32 = 30;

/// An exercise of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The exercise, with its cues.
    pub exercise: Exercise,
    /// The dose that is due.
    pub dose: Dose,
    /// The highest pain allowed during it, 0 to 10.
    pub cap: Option<f64>,
    /// Anything else to know today.
    pub note: Option<String>,
    /// What the load guard leaves room for.
    pub room: Option<Room>,
    /// The side that it is done on.
    pub side: Option<Side>,
    /// The side that it is recorded under.
    pub recorded: Option<Side>,
    /// The speed of a repetition.
    pub tempo: Option<String>,
    /// What a session that was cut off has done of it.
    pub begun: Option<Begun>,
    /// The last entry about it today.
    pub last: Option<EntryId>,
}

/// A part of a set that lasts a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// What to do.
    pub word: String,
    /// For how long.
    pub lasts: Duration,
    /// In which repetition, from 1.
    pub rep: u32,
}

impl Task {
    /// How many sets are due.
    pub fn sets(&self) -> u32 {
        self.dose.sets.unwrap_or(1)
    }

    /// Whether each set is done on one leg, then on the other.
    pub fn both_legs(&self) -> bool {
        self.side == Some(Side::Both)
    }

    /// Whether a weight may be held.
    pub fn weighed(&self) -> bool {
        self.exercise.is(WEIGHT)
    }

    /// The dose of so many sets.
    pub fn dose_of(&self, sets: u32) -> Dose {
        Dose { sets: self.dose.sets.map(|_| sets), ..self.dose.clone() }
    }

    /// The rest after a set.
    pub fn rest(&self) -> Duration {
        seconds(if self.dose.seconds.is_some() { REST_AFTER_HOLDS } else { REST })
    }

    /// The beats of one set; none where nothing is timed.
    pub fn beats(&self) -> Vec<Beat> {
        let parts: Vec<(&str, u32)> = match (self.dose.reps, self.dose.seconds) {
            (Some(_), Some(hold)) => vec![("hold", hold), ("let go", BETWEEN)],
            (Some(_), None) => match self.tempo.as_deref().and_then(tempo) {
                Some(one) if one.len() == 1 => vec![one[0], ("and back", BETWEEN)],
                parts => parts.unwrap_or_default(),
            },
            (None, Some(long)) if long >= 60 => vec![("keep going", long)],
            (None, Some(hold)) => vec![("hold", hold)],
            (None, None) => vec![],
        };
        let beat = |rep| parts.iter().map(move |(word, lasts)| (rep, *word, *lasts));
        let mut beats: Vec<Beat> = (1..=self.dose.reps.unwrap_or(1))
            .flat_map(beat)
            .map(|(rep, word, lasts)| Beat { word: word.to_owned(), lasts: seconds(lasts), rep })
            .collect();
        // Nothing follows the last hold.
        beats.pop_if(|last| last.word == "let go");
        beats
    }
}

pub(super) fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

/// The parts of a tempo such as "2 s up, 1 s pause, 2 s down"; nothing for
/// words without seconds.
fn tempo(text: &str) -> Option<Vec<(&str, u32)>> {
    text.split(", ")
        .map(|part| {
            let (count, word) = part.split_once(" s ")?;
            Some((word, count.parse().ok().filter(|n| (1..=60).contains(n))?))
        })
        .collect()
}

/// The exercises that are due today and neither done nor skipped, in the order
/// of the plan, each once.
pub fn tasks(library: &Library, situation: &Situation) -> Vec<Task> {
    let exercises = situation.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise);
    exercises.filter_map(|item| task(library, situation, item)).collect()
}

fn task(library: &Library, situation: &Situation, item: &Item) -> Option<Task> {
    let task = task_of(library, situation, item)?;
    let entries = bouts(situation, item);
    // What was skipped was dealt with: a part of a bout with that bout.
    let skipped = entries.iter().filter(|e| e.what.skipped.is_some()).count();
    let reaches = |done: &Option<Dose>| done.as_ref().is_some_and(|done| done.reaches(&task.dose));
    let partial = entries.iter().filter(|e| e.what.skipped.is_none() && !reaches(&e.what.dose)).count();
    let skipped = u32::try_from(skipped.saturating_sub(partial)).unwrap_or(u32::MAX);
    (item.due > item.done.saturating_add(skipped)).then_some(task)
}

/// The bouts of today, done and skipped.
fn bouts<'s>(situation: &'s Situation, item: &Item) -> Vec<Recorded<'s, Performed>> {
    let today = situation.journal.now().day;
    situation.journal.performed(today, today).filter(|e| e.what.exercise == item.id).collect()
}

/// An exercise of the plan, whether it is still due today or not.
pub(in crate::domain) fn task_of(library: &Library, situation: &Situation, item: &Item) -> Option<Task> {
    Some(Task {
        exercise: library.exercises.get(&item.id)?.clone(),
        dose: item.dose.parse().ok()?,
        cap: item.cap,
        note: item.note.clone(),
        room: item.room.clone(),
        side: item.side,
        recorded: situation.episode.side,
        tempo: item.tempo.clone(),
        begun: item.begun.clone(),
        last: bouts(situation, item).last().map(|e| e.entry.id.clone()),
    })
}
