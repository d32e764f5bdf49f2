//! An injury from its first day on.

use serde::{Deserialize, Serialize};

use super::day::{At, Day};
use super::entry::Side;

/// How an injury began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Within seconds or minutes.
    Sudden,
    /// Within hours.
    OverHours,
    /// Over days or longer.
    Gradual,
}

impl Manner {
    /// All ways to begin.
    pub const ALL: [Self; 3] = [Self::Sudden, Self::OverHours, Self::Gradual];

    /// The id used in files and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sudden => "sudden",
            Self::OverHours => "over-hours",
            Self::Gradual => "gradual",
        }
    }

    /// Reads an id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.id() == id)
    }
}

/// What the person wants to get back to.
///
/// Some return criteria are asked only of those who run or sprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// Ordinary life without running.
    DailyLife,
    /// Running.
    Running,
    /// Sport with sprints, kicks or sudden stops.
    SprintSport,
}

impl Goal {
    /// All goals.
    pub const ALL: [Self; 3] = [Self::DailyLife, Self::Running, Self::SprintSport];

    /// The id used in files and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::DailyLife => "daily-life",
            Self::Running => "running",
            Self::SprintSport => "sprint-sport",
        }
    }

    /// Reads an id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.id() == id)
    }
}

/// One injury.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its id.
    pub id: String,
    /// Its number in order of opening, from 1: the handle that people type.
    pub number: u32,
    /// Its name in lists.
    pub title: String,
    /// The condition, as the programs name it.
    pub condition: String,
    /// Where on the body, as the question `region` names it.
    pub region: Option<String>,
    /// Which side.
    pub side: Option<Side>,
    /// Day 0.
    pub onset: Day,
    /// How it began.
    pub manner: Option<Manner>,
    /// What the person wants to get back to.
    pub goal: Goal,
    /// When the episode was opened.
    pub opened: At,
}
