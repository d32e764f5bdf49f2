//! What the journal says day by day, worked out once for all rules: pain on
//! waking, and the worst pain of the injured side.

use std::collections::BTreeMap;

use super::criteria::median;
use super::day::{At, Day};
use super::entry::{EntryId, Side};
use super::episode::Episode;
use super::journal::Journal;
use super::library::Library;
use super::measure::PAIN_MORNING;

/// The worst value of a day, 0 to 10, with the entries that hold it or any
/// other value of the day.
#[derive(Clone, Debug, Default)]
pub struct DayPain<'a> {
    /// The worst value.
    pub worst: f64,
    /// Every entry of the day that speaks of it, in order.
    pub entries: Vec<(&'a EntryId, At)>,
}

impl DayPain<'_> {
    /// The ids of its entries.
    pub fn ids(&self) -> Vec<EntryId> {
        self.entries.iter().map(|(id, _)| (*id).clone()).collect()
    }
}

/// The days of an episode, from its onset to today.
#[derive(Clone, Debug)]
pub struct Diary<'a> {
    /// Pain on waking, by day.
    pub mornings: BTreeMap<Day, DayPain<'a>>,
    /// The worst pain of any kind on the injured side, by day.
    pub pains: BTreeMap<Day, DayPain<'a>>,
    /// The instant of the latest severe pain.
    pub severe: Option<At>,
}

/// A pain from which on the red-flag questions are put again, 0 to 10.
pub const SEVERE: f64 = 6.0;

/// Mornings that a baseline is taken from, and the fewest that make a median.
const BASELINE_MORNINGS: usize = 7;
const BASELINE_FLOOR: usize = 3;

/// Whether something of this side speaks of the injured leg.
pub fn is_injured(episode: &Episode, side: Option<Side>) -> bool {
    match (episode.side, side) {
        (Some(injured), Some(side)) => injured.other() != Some(side),
        _ => true,
    }
}

impl<'a> Diary<'a> {
    /// Reads a journal.
    pub fn of(library: &Library, episode: &Episode, journal: &'a Journal) -> Self {
        let (first, last) = (episode.onset, journal.now().day);
        let mut diary = Self { mornings: BTreeMap::new(), pains: BTreeMap::new(), severe: None };
        for sample in journal.samples(PAIN_MORNING, first, last) {
            add(&mut diary.mornings, sample.day, sample.value, (sample.entry, sample.at));
        }
        for sample in journal.pains(library, first, last) {
            if is_injured(episode, sample.side) {
                add(&mut diary.pains, sample.day, sample.value, (sample.entry, sample.at));
                if sample.value >= SEVERE {
                    diary.severe = diary.severe.max(Some(sample.at));
                }
            }
        }
        diary
    }

    /// The baseline of a morning: the median of the last seven logged mornings
    /// before `day`, or the latest one where there are fewer than three.
    pub fn baseline(&self, day: Day) -> Option<f64> {
        let recent: Vec<f64> =
            self.mornings.range(..day).rev().take(BASELINE_MORNINGS).map(|(_, m)| m.worst).collect();
        if recent.len() >= BASELINE_FLOOR { median(recent) } else { recent.first().copied() }
    }
}

fn add<'a>(days: &mut BTreeMap<Day, DayPain<'a>>, day: Day, value: f64, entry: (&'a EntryId, At)) {
    let known = days.entry(day).or_default();
    known.worst = known.worst.max(value);
    known.entries.push(entry);
}
