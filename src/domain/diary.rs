//! What the journal says day by day, worked out once for all rules: pain on
//! waking, and the worst pain of the injured side.

use std::ops::{Bound, RangeBounds};

use super::criteria::median_of_week;
use super::day::{At, Day};
use super::entry::{Entry, EntryId, Fact, Side};
use super::episode::Episode;
use super::journal::{Journal, PainScale, readings};
use super::library::Library;
use super::measure::PAIN_MORNING;

/// What one day says of a pain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayPain {
    /// The day.
    pub day: Day,
    /// The worst value, 0 to 10.
    pub worst: f64,
    /// The worst value that was reported other than with an exercise.
    pub reported: Option<f64>,
    first: usize,
    end: usize,
}

/// The days on which something was said of a pain, in order.
#[derive(Clone, Debug, Default)]
pub struct Days {
    list: Vec<DayPain>,
    /// Positions in the journal; each day has a stretch of them.
    positions: Vec<usize>,
}

/// One value of a day, with the position of its entry.
#[derive(Clone, Copy, Debug)]
struct Heard {
    day: Day,
    value: f64,
    exercise: bool,
    position: usize,
}

impl Days {
    /// Adds what else was heard; nothing where some of it lies before what is there.
    fn with(mut self, mut heard: Vec<Heard>) -> Option<Self> {
        // By day; within a day in the order of the journal.
        heard.sort_by_key(|h| h.day);
        if self.list.last().zip(heard.first()).is_some_and(|(last, first)| first.day < last.day) {
            return None;
        }
        for Heard { day, value, exercise, position } in heard {
            let reported = (!exercise).then_some(value);
            let at = self.positions.len();
            self.positions.push(position);
            match self.list.last_mut().filter(|last| last.day == day) {
                Some(last) => {
                    last.worst = last.worst.max(value);
                    last.reported = worse(last.reported, reported);
                    last.end = at + 1;
                }
                None => self.list.push(DayPain { day, worst: value, reported, first: at, end: at + 1 }),
            }
        }
        Some(self)
    }

    /// All days.
    pub fn all(&self) -> &[DayPain] {
        &self.list
    }

    /// What a day says.
    pub fn get(&self, day: Day) -> Option<&DayPain> {
        self.list.binary_search_by_key(&day, |d| d.day).ok().map(|at| &self.list[at])
    }

    /// The days of a range.
    pub fn range(&self, days: impl RangeBounds<Day>) -> &[DayPain] {
        let (from, to) = self.ends(days);
        &self.list[from..to]
    }

    /// Where a range begins and ends.
    fn ends(&self, days: impl RangeBounds<Day>) -> (usize, usize) {
        let from = match days.start_bound() {
            Bound::Included(first) => self.list.partition_point(|d| d.day < *first),
            Bound::Excluded(before) => self.list.partition_point(|d| d.day <= *before),
            Bound::Unbounded => 0,
        };
        let to = match days.end_bound() {
            Bound::Included(last) => self.list.partition_point(|d| d.day <= *last),
            Bound::Excluded(after) => self.list.partition_point(|d| d.day < *after),
            Bound::Unbounded => self.list.len(),
        };
        (from, to.max(from))
    }

    /// The last days of a range, at most so many.
    pub fn last(&self, days: impl RangeBounds<Day>, most: usize) -> &[DayPain] {
        let range = self.range(days);
        &range[range.len().saturating_sub(most)..]
    }

    /// For each day of a range the days up to it, at most so many; none of them is empty.
    pub fn runs(&self, days: impl RangeBounds<Day>, most: usize) -> impl Iterator<Item = &[DayPain]> {
        let (from, to) = self.ends(days);
        (from..to).map(move |at| &self.list[(at + 1).saturating_sub(most)..=at])
    }

    /// The entries that speak of a day, in order.
    pub fn entries<'j>(&self, journal: &'j Journal, day: &DayPain) -> impl Iterator<Item = &'j Entry> {
        self.positions[day.first..day.end].iter().map(|at| journal.entries()[*at].as_ref())
    }

    /// The ids of the entries that speak of some days, in order.
    pub fn ids(&self, journal: &Journal, days: &[DayPain]) -> Vec<EntryId> {
        days.iter().flat_map(|day| self.entries(journal, day)).map(|e| e.id.clone()).collect()
    }
}

fn worse(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

/// The days of an episode, from its onset to today.
#[derive(Clone, Debug)]
pub struct Diary {
    /// Pain on waking, by day.
    pub mornings: Days,
    /// The worst pain of any kind on the injured side, by day.
    pub pains: Days,
    /// The instant of the latest severe pain.
    pub severe: Option<At>,
    /// How many entries of the journal were read.
    read: usize,
    /// Whether one of them lies on a later day.
    waits: bool,
}

/// A pain from which on the red-flag questions are put again, 0 to 10.
pub const SEVERE: f64 = 6.0;

/// Mornings that a baseline is taken from, and the fewest that make a median.
pub(super) const BASELINE_MORNINGS: usize = 7;
const BASELINE_FLOOR: usize = 3;

/// Whether something of this side speaks of the injured leg.
pub fn is_injured(episode: &Episode, side: Option<Side>) -> bool {
    match (episode.side, side) {
        (Some(injured), Some(side)) => injured.other() != Some(side),
        _ => true,
    }
}

impl Diary {
    /// Reads a journal.
    pub fn of(library: &Library, episode: &Episode, journal: &Journal) -> Self {
        let none =
            Self { mornings: Days::default(), pains: Days::default(), severe: None, read: 0, waits: false };
        none.clone().with(library, episode, journal).unwrap_or(none)
    }

    /// Goes on with a journal that extends the one that was read; nothing where
    /// something in it changes the days before.
    pub fn with(mut self, library: &Library, episode: &Episode, journal: &Journal) -> Option<Self> {
        let days = episode.onset..=journal.now().day;
        let scale = PainScale::of(library);
        let unread = journal.entries().len().saturating_sub(self.read);
        let (mut mornings, mut severe) = (Vec::new(), self.severe);
        // About as many as there are entries: each takes its place once.
        let mut pains = Vec::with_capacity(unread);
        if self.waits {
            return None;
        }
        for (position, entry) in journal.entries().iter().enumerate().skip(self.read) {
            if !days.contains(&entry.day) {
                self.waits |= entry.day > *days.end();
                continue;
            }
            let exercise = matches!(entry.fact, Fact::Performed(_));
            let heard = |value| Heard { day: entry.day, value, exercise, position };
            let woke = readings(entry).iter().filter(|r| r.measure == PAIN_MORNING);
            mornings.extend(woke.map(|r| heard(r.value)));
            scale.each(entry, |side, value| {
                if is_injured(episode, side) {
                    pains.push(heard(value));
                    if value >= SEVERE {
                        severe = severe.max(Some(entry.at));
                    }
                }
            });
        }
        Some(Self {
            mornings: self.mornings.with(mornings)?,
            pains: self.pains.with(pains)?,
            severe,
            read: journal.entries().len(),
            waits: self.waits,
        })
    }

    /// The baseline of a morning: the median of the last seven logged mornings
    /// before `day`, or the latest one where there are fewer than three.
    pub fn baseline(&self, day: Day) -> Option<f64> {
        baseline_of(self.mornings.last(..day, BASELINE_MORNINGS))
    }

    /// Each morning with its baseline, where it has one.
    pub fn mornings_with_baselines(&self) -> impl Iterator<Item = (&DayPain, f64)> {
        self.mornings.runs(.., BASELINE_MORNINGS + 1).filter_map(|run| {
            let (morning, before) = run.split_last()?;
            Some((morning, baseline_of(before)?))
        })
    }
}

fn baseline_of(recent: &[DayPain]) -> Option<f64> {
    let worst = |m: &DayPain| m.worst;
    median_of_week(BASELINE_FLOOR, recent.iter().map(worst)).or_else(|| recent.last().map(worst))
}
