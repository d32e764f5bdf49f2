//! Limits: what no plan holds, whatever its program says. Kept as data in one
//! place, and applied to every program, a person's own included.

use serde::{Deserialize, Serialize};

use super::criteria::Case;
use super::diary::DayPain;
use super::entry::EntryId;
use super::library::Library;
use super::program::{Program, Stage};

/// When a limit bars what it speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum During {
    /// Always.
    Always,
    /// In these stages.
    Stages(Vec<Stage>),
    /// Before this day since onset, by grade from 1 to 3; a condition without
    /// grades takes the first.
    BeforeDay([i64; 3]),
    /// After this day since onset.
    AfterDay(i64),
    /// Unless the last so many logged days were all this quiet.
    Unquiet {
        /// Logged days.
        days: usize,
        /// The highest pain, 0 to 10.
        pain: f64,
    },
}

/// Something that no plan holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Its id.
    pub id: String,
    /// The tags of exercises and care that it speaks of.
    pub tags: Vec<String>,
    /// Whether it bars exercises that have none of the tags, instead of
    /// whatever has one of them.
    pub only: bool,
    /// The conditions that it holds for; none means all.
    pub conditions: Vec<String>,
    /// When it bars.
    pub during: During,
    /// The reason in a few words, for the list of what is left out.
    pub because: String,
    /// Why it stands.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// What a limit is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An exercise.
    Exercise,
    /// Care.
    Care,
}

impl Limit {
    /// Whether it speaks of something with these tags, under this condition.
    pub fn concerns(&self, condition: &str, kind: Kind, tags: &[String]) -> bool {
        let tagged = tags.iter().any(|t| self.tags.contains(t));
        let matches = if self.only { kind == Kind::Exercise && !tagged } else { tagged };
        matches && (self.conditions.is_empty() || self.conditions.iter().any(|c| c == condition))
    }

    /// Whether it bars something of a stage on every day of it.
    pub fn bars_stage(&self, stage: Stage) -> bool {
        match &self.during {
            During::Always => true,
            During::Stages(stages) => stages.contains(&stage),
            _ => false,
        }
    }
}

/// The first limit of a library that bars something for a whole stage.
pub fn barred_in<'l>(
    library: &'l Library,
    condition: &str,
    stage: Stage,
    kind: Kind,
    tags: &[String],
) -> Option<&'l Limit> {
    library.limits.iter().find(|l| l.concerns(condition, kind, tags) && l.bars_stage(stage))
}

/// The first limit that bars something today, with the entries behind it.
pub fn barred<'l>(case: &Case<'l>, kind: Kind, tags: &[String]) -> Option<(&'l Limit, Vec<EntryId>)> {
    let program: &Program = case.program;
    let stage = case.course.phase(program).stage;
    case.library.limits.iter().filter(|l| l.concerns(&program.condition, kind, tags)).find_map(|limit| {
        let day = case.today().since(case.course.onset);
        match &limit.during {
            During::BeforeDay(days) => {
                let grade = usize::from(case.course.grade.unwrap_or(1).clamp(1, 3)) - 1;
                (day < days[grade]).then(|| (limit, vec![]))
            }
            During::AfterDay(last) => (day > *last).then(|| (limit, vec![])),
            During::Unquiet { days, pain } => unquiet(case, *days, *pain).map(|entries| (limit, entries)),
            During::Always | During::Stages(_) => limit.bars_stage(stage).then(|| (limit, vec![])),
        }
    })
}

/// The entries that speak against so many quiet logged days; nothing when
/// they were quiet.
fn unquiet(case: &Case<'_>, days: usize, pain: f64) -> Option<Vec<EntryId>> {
    let last = case.diary.pains.last(..=case.today(), days);
    let loud: Vec<DayPain> = last.iter().rev().filter(|day| day.worst > pain).copied().collect();
    let loud = case.diary.pains.ids(case.journal, &loud);
    (last.len() < days || !loud.is_empty()).then_some(loud)
}
