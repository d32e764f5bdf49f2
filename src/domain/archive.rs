//! Everything that a store holds, part by part: what an export hands out, and
//! what an import takes in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::day::Day;
use super::entry::Entry;
use super::episode::Episode;

/// An entry with the episode that it belongs to and the device that wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed {
    /// Id of the episode.
    pub episode: String,
    /// The device.
    pub device: String,
    /// The entry.
    pub entry: Arc<Entry>,
}

impl Filed {
    /// Whether both say the same. An instant is the same only where the clock
    /// of its place is.
    pub fn same_as(&self, other: &Self) -> bool {
        self == other && self.entry.at.offset() == other.entry.at.offset()
    }
}

/// The text of a program, as a plan is pinned to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Content hash of the text.
    pub hash: String,
    /// Id of the program.
    pub id: String,
    /// The text itself.
    pub source: String,
}

/// One part of an export. They come in this order, each kind by its id.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// An episode, as it was opened.
    Episode(Episode),
    /// The text of a program.
    Definition(Source),
    /// An entry.
    Entry(Box<Filed>),
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries that the file holds.
    pub read: usize,
    /// Those of them that were new.
    pub new: usize,
    /// The new ones by kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// The first and the last day of the new ones.
    pub days: Option<(Day, Day)>,
    /// Entries that were erased here, and stay so.
    pub erased: usize,
    /// Episodes that were new.
    pub episodes: usize,
    /// Texts of programs that were new.
    pub definitions: usize,
}

impl Imported {
    /// Counts a new entry.
    pub fn count(&mut self, entry: &Entry) {
        self.new += 1;
        *self.kinds.entry(entry.fact.kind()).or_default() += 1;
        let (first, last) = self.days.unwrap_or((entry.day, entry.day));
        self.days = Some((first.min(entry.day), last.max(entry.day)));
    }
}
