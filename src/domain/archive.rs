//! Everything that a store holds, part by part: what an export hands out, and
//! what an import takes in.

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
    pub entry: Entry,
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
