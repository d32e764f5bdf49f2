//! The verdict on one condition, with what proves it.

use std::sync::Arc;

use serde::Serialize;

use super::entry::{EntryId, FindingRecord};

/// The verdict on one condition. Unknown is neither of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The condition holds, and entries prove it.
    #[serde(rename = "met")]
    Met,
    /// The condition fails, and entries prove it.
    #[serde(rename = "not met")]
    NotMet,
    /// There is not enough on record to tell.
    #[serde(rename = "unknown")]
    Unknown,
}

impl Verdict {
    /// The verdict in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::Unknown => "unknown",
        }
    }
}

/// What a finding speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// An open flag.
    Flag,
    /// A day that must be reached.
    Gate,
    /// A criterion of the phase.
    Criterion,
    /// A rule that holds or steps back whatever the criteria say.
    Brake,
}

/// The verdict on one condition for moving on.
///
/// The condition is always put so that "met" speaks for moving on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Its id.
    pub id: String,
    /// What it speaks about.
    pub kind: FindingKind,
    /// The verdict.
    pub verdict: Verdict,
    /// What is wanted.
    pub wanted: String,
    /// What was observed.
    pub observed: String,
    /// The entries that prove the verdict.
    pub entries: Vec<EntryId>,
    /// Why the rule exists.
    pub why: Arc<str>,
    /// Keys of its sources.
    pub source: Arc<[String]>,
    /// Whether it holds against an override as well.
    pub binding: bool,
}

impl Finding {
    /// The finding as a decision keeps it.
    pub fn record(&self) -> FindingRecord {
        FindingRecord {
            id: self.id.clone(),
            verdict: self.verdict.word().to_owned(),
            observed: self.observed.clone(),
        }
    }
}
