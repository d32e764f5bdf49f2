//! Where things stand in a journal, so that a rule goes straight to what it asks for
//! however long the journal is.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::day::{At, Day};
use super::entry::{Entry, Fact, Name};
use super::journal::{answers, readings};

/// Positions of entries, in order.
type Positions = Vec<usize>;

/// Where things stand in the entries of a journal.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The entries with answers.
    pub(super) answered: Positions,
    /// The decisions.
    pub(super) decided: Positions,
    /// The clearances.
    pub(super) cleared: Positions,
    /// The exercises.
    pub(super) performed: Positions,
    /// Those of them that were left, or of which a pain was reported.
    pub(super) felt: Positions,
    /// When an analgesic was taken, in order.
    pub(super) analgesics: Vec<At>,
    /// The stretches of days without a gap on which the person reported something about
    /// themselves, in order: first and last day of each.
    pub(super) logged: Vec<(Day, Day)>,
    measured: ByName,
    asked: BTreeMap<Arc<str>, Positions>,
    exercised: ByName,
}

/// Positions by name, of which there are a few dozen.
#[derive(Clone, Debug, Default)]
struct ByName(Vec<(Name, Positions)>);

impl ByName {
    fn of(&self, name: &str) -> &[usize] {
        self.0.iter().find(|(known, _)| known == name).map_or(&[], |(_, list)| list)
    }

    fn add(&mut self, name: &Name, position: usize) {
        let held = self.0.iter().position(|(known, _)| known.is_held_with(name));
        let found = held.or_else(|| self.0.iter().position(|(known, _)| known == name));
        match found {
            Some(at) => add(&mut self.0[at].1, position),
            None => self.0.push((name.clone(), vec![position])),
        }
    }
}

impl Index {
    /// Notes an entry, which stands behind those noted before.
    pub(super) fn note(&mut self, position: usize, entry: &Entry) {
        for reading in readings(entry) {
            self.measured.add(&reading.measure, position);
        }
        let given = answers(entry);
        for answer in given {
            match self.asked.get_mut(answer.question.as_str()) {
                Some(list) => add(list, position),
                None => drop(self.asked.insert(answer.question.as_str().into(), vec![position])),
            }
        }
        if !given.is_empty() {
            self.answered.push(position);
        }
        match &entry.fact {
            Fact::Decision(_) => self.decided.push(position),
            Fact::Clearance(_) => self.cleared.push(position),
            Fact::Performed(bout) => {
                self.performed.push(position);
                if bout.pain.is_some() || bout.skipped.is_some() {
                    self.felt.push(position);
                }
                self.exercised.add(&bout.exercise, position);
            }
            _ => {}
        }
        if !readings(entry).is_empty() || matches!(entry.fact, Fact::Performed(_)) {
            add_day(&mut self.logged, entry.day);
        }
        self.note_elsewhere(entry);
    }

    /// Notes what an entry of another episode says about the person.
    pub(super) fn note_elsewhere(&mut self, entry: &Entry) {
        if matches!(&entry.fact, Fact::Care(care) if care.kind == "analgesic") {
            insert(&mut self.analgesics, entry.at);
        }
    }

    /// The entries with a reading of a measure.
    pub(super) fn measured(&self, measure: &str) -> &[usize] {
        self.measured.of(measure)
    }

    /// The entries with an answer to a question.
    pub(super) fn asked(&self, question: &str) -> &[usize] {
        self.asked.get(question).map_or(&[], Vec::as_slice)
    }

    /// The bouts of an exercise.
    pub(super) fn exercised(&self, exercise: &str) -> &[usize] {
        self.exercised.of(exercise)
    }
}

/// Adds a position, unless it is there: an entry may hold both sides, or several choices.
fn add(list: &mut Positions, position: usize) {
    if list.last() != Some(&position) {
        list.push(position);
    }
}

/// Puts something where it belongs in an ordered list; nearly always at the end.
fn insert<T: Ord>(list: &mut Vec<T>, one: T) {
    match list.last().map(|last| one.cmp(last)) {
        None | Some(Ordering::Greater) => list.push(one),
        Some(Ordering::Equal) => {}
        Some(Ordering::Less) => {
            if let Err(at) = list.binary_search(&one) {
                list.insert(at, one);
            }
        }
    }
}

/// Adds a day to stretches of days; nearly always at the end.
fn add_day(stretches: &mut Vec<(Day, Day)>, day: Day) {
    let after = stretches.partition_point(|(first, _)| *first <= day);
    let before = after.checked_sub(1);
    if before.is_some_and(|before| day <= stretches[before].1) {
        return;
    }
    let joins = before.filter(|before| day.since(stretches[*before].1) == 1);
    let joined = stretches.get(after).is_some_and(|(first, _)| first.since(day) == 1);
    match (joins, joined) {
        (Some(before), true) => stretches[before].1 = stretches.remove(after).1,
        (Some(before), false) => stretches[before].1 = day,
        (None, true) => stretches[after].0 = day,
        (None, false) => stretches.insert(after, (day, day)),
    }
}
