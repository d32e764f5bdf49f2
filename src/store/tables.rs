//! The tables of a store: which kinds of entries there are, where their details lie, and
//! from where they are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::entry::Fact;

/// Where what is recent begins in each table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Starts {
    /// The place of the first entry.
    pub(super) first: i64,
    /// The last row before the details of it and of later ones, by the name of the table:
    /// one that is not named is read from its first row.
    pub(super) tables: BTreeMap<String, Start>,
}

/// A row, and what it is known by: where it is of another entry, the table was written anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Start {
    pub(super) row: i64,
    pub(super) entry: String,
}

/// Which entries to read the details of.
#[derive(Clone, Copy)]
pub(super) enum Which<'w> {
    /// Those of the whole store: one way through each table, which is quicker than
    /// looking each entry up as soon as most of them are wanted.
    All,
    /// Those from one id to another.
    Ids(&'w str, &'w str),
    /// The same, which are among the last that were written, and where each table is read
    /// from for them.
    LastIds(&'w Starts, &'w str, &'w str),
    /// Each of those that are there by itself.
    Each,
}

/// The tables of details whose rows lie in the order of writing.
pub(super) const TABLES: [&str; 6] = ["reading", "performed", "care", "decision", "clearance", "correction"];

/// The kinds of entries, as the store files them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    CheckIn,
    Screen,
    Performed,
    Care,
    Decision,
    Clearance,
    Note,
    Correction,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::CheckIn,
        Self::Screen,
        Self::Performed,
        Self::Care,
        Self::Decision,
        Self::Clearance,
        Self::Note,
        Self::Correction,
    ];

    pub(super) fn of_id(id: &str) -> Option<Self> {
        Some(match id {
            "check-in" => Self::CheckIn,
            "screen" => Self::Screen,
            "performed" => Self::Performed,
            "care" => Self::Care,
            "decision" => Self::Decision,
            "clearance" => Self::Clearance,
            "note" => Self::Note,
            "correction" => Self::Correction,
            _ => return None,
        })
    }

    /// What an entry of this kind says before its details are read, and whether it
    /// says anything without them.
    pub(super) fn bare(self) -> (Fact, bool) {
        match self {
            Self::CheckIn => (Fact::CheckIn { readings: Vec::new(), answers: Vec::new() }, true),
            Self::Screen => (Fact::Screen(Vec::new()), true),
            Self::Correction => (Fact::Withdrawn, true),
            Self::Note => (Fact::Note, true),
            Self::Performed | Self::Care | Self::Decision | Self::Clearance => (Fact::Note, false),
        }
    }
}
