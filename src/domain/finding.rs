//! The verdict on one condition, with what proves it.

use serde::Serialize;

use super::dose::Dose;
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

/// What has to be recorded for a finding that is unknown, or still short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Id of the measure, question set, exercise or rule to record.
    pub id: String,
    /// What it is: `reading`, `test`, `session`, `questions` or `clearance`.
    pub kind: &'static str,
    /// Its name within a sentence.
    pub name: String,
    /// On how many further days it has to be recorded.
    pub days: u32,
    /// How many of those lie after today: 0 when it can be done today.
    pub wait: u32,
    /// Whether both legs have to be tested.
    pub both_sides: bool,
    /// The dose that a session needs.
    pub dose: Option<Dose>,
}

impl Missing {
    /// Something that is recorded once, and can be recorded today.
    pub fn today(id: &str, kind: &'static str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            days: 1,
            wait: 0,
            both_sides: false,
            dose: None,
        }
    }
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
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
    /// Whether it holds against an override as well.
    pub binding: bool,
    /// What would have to be recorded.
    #[serde(skip)]
    pub missing: Option<Missing>,
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
