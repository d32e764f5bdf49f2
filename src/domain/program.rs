//! Programs: the ordered phases of a recovery, as definition files state them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::dose::Dose;
use super::episode::Goal;

/// The stage of recovery that a phase belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Protection, optimal loading, ice, compression, elevation.
    Police,
    /// Motion, isometrics and first stretching.
    Stretching,
    /// Strengthening.
    Strengthening,
    /// Functional work and return to activity.
    Return,
    /// Advanced work and maintenance.
    Maintenance,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 5] =
        [Self::Police, Self::Stretching, Self::Strengthening, Self::Return, Self::Maintenance];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Stretching => "stretching",
            Self::Strengthening => "strengthening",
            Self::Return => "return",
            Self::Maintenance => "maintenance",
        }
    }
}

/// Whose value a criterion judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The injured side.
    Injured,
    /// The other side.
    Other,
    /// The injured side as a percentage of the other.
    Ratio,
    /// By how much the injured side falls short of the other.
    Deficit,
}

/// How the readings of a window become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stat {
    /// The worst reading.
    Worst,
    /// The latest reading.
    Latest,
    /// The median reading.
    Median,
    /// Every one of the last days in a row, the run ending today or yesterday.
    DaysInARow,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Op {
    /// Whether `value` compares to `limit` as wanted.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtMost => value <= limit,
            Self::AtLeast => value >= limit,
        }
    }

    /// The comparison in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
        }
    }
}

/// A condition on the readings of one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureTest {
    /// Id of the measure.
    pub measure: String,
    /// Whose value counts.
    pub whose: Whose,
    /// How the window becomes one value.
    pub stat: Stat,
    /// How it is compared.
    pub op: Op,
    /// With what.
    pub value: f64,
    /// The window in days, ending today.
    pub days: u32,
    /// On how many distinct days there must be a reading.
    pub min_samples: u32,
}

/// A condition on sessions of one exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionTest {
    /// Id of the exercise.
    pub exercise: String,
    /// The least rung that counts.
    pub at_least: Dose,
    /// The highest pain during it, 0 to 10.
    pub pain: f64,
    /// The highest pain on the next morning, 0 to 10.
    pub next_morning: f64,
    /// Hours between two sessions that count.
    pub apart_hours: u32,
    /// How many sessions are wanted.
    pub times: u32,
    /// The window in days, ending today.
    pub days: u32,
}

/// What a criterion judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    /// Readings.
    Measure(MeasureTest),
    /// Sessions.
    Session(SessionTest),
    /// A clinician's outcome for this rule or gate.
    Clearance(String),
    /// Days spent in the phase.
    DaysInPhase(i64),
}

/// One condition for leaving or entering a phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id within the phase.
    pub id: String,
    /// What it judges.
    pub subject: Subject,
    /// The goals for which it counts; none means all.
    pub goals: Vec<Goal>,
    /// Why it stands.
    pub why: Arc<str>,
    /// Keys of its sources.
    pub source: Arc<[String]>,
}

impl Criterion {
    /// Whether it counts for somebody with this goal.
    pub fn is_for(&self, goal: Goal) -> bool {
        self.goals.is_empty() || self.goals.contains(&goal)
    }
}

/// Limits on pain in a phase, each from 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caps {
    /// The highest pain during exercise that is green.
    pub green: f64,
    /// The highest that is amber; above it is red.
    pub amber: f64,
    /// By how much the next morning may lie above the baseline.
    pub morning_rise: f64,
}

/// How often something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frequency {
    /// So many times a day.
    PerDay(u32),
    /// So many days a week.
    PerWeek(u32),
    /// Once every so many days.
    EveryDays(u32),
}

impl Frequency {
    /// The frequency in words.
    pub fn words(self) -> String {
        match self {
            Self::PerDay(1) | Self::EveryDays(1) => "daily".to_owned(),
            Self::PerDay(n) => format!("{n} times a day"),
            Self::PerWeek(1) => "once a week".to_owned(),
            Self::PerWeek(n) => format!("{n} days a week"),
            Self::EveryDays(2) => "every other day".to_owned(),
            Self::EveryDays(n) => format!("every {n} days"),
        }
    }
}

/// An exercise as a phase prescribes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prescription {
    /// Id of the exercise.
    pub exercise: String,
    /// The dose to start with.
    pub dose: Dose,
    /// The most that it grows to.
    pub grows_to: Option<Dose>,
    /// How often.
    pub frequency: Frequency,
    /// The highest pain allowed during it, 0 to 10.
    pub cap: f64,
    /// Not before this day since onset.
    pub from_day: i64,
    /// The exercise that must have gone well on three days before.
    pub after: Option<String>,
    /// Brakes that stop this exercise while they are pulled.
    pub stop_on: Vec<String>,
    /// Clean sessions in a row that each step of the dose needs.
    pub clean_sessions: u32,
    /// What single rungs of a ladder ask for beforehand.
    pub rungs: Vec<RungGate>,
    /// The goals that it is for; none means all.
    pub goals: Vec<Goal>,
    /// Only if a clinician agrees.
    pub supervised: bool,
    /// Left out until a clinician prescribed it: an outcome for
    /// [`Prescription::gate`] is on record.
    pub prescribed: bool,
    /// Speed of the movement.
    pub tempo: Option<String>,
    /// Anything else to know.
    pub note: Option<String>,
    /// Why it is there.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

impl Prescription {
    /// The rule under which a clinician prescribes this exercise.
    pub fn gate(&self) -> String {
        format!("prescribed-{}", self.exercise)
    }
}

/// What a rung of a ladder asks for beforehand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RungGate {
    /// The rung.
    pub rung: u32,
    /// Not before this day since onset.
    pub from_day: i64,
    /// A reading that it needs.
    pub test: Option<MeasureTest>,
    /// Why.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// Care as a phase plans it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarePlan {
    /// Id of the care item.
    pub care: String,
    /// Minutes each time, from and to.
    pub minutes: Option<(u32, u32)>,
    /// Hours between two times, from and to.
    pub every_hours: Option<(u32, u32)>,
    /// First day since onset.
    pub from_day: i64,
    /// Last day since onset.
    pub until_day: Option<i64>,
    /// Anything else to know.
    pub note: Option<String>,
    /// Why it is there.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// Something to keep away from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Avoid {
    /// What.
    pub what: String,
    /// Up to and including this day since onset; nothing means throughout.
    pub until_day: Option<i64>,
    /// Why.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// One phase of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its id, such as `p1`.
    pub id: String,
    /// Its stage.
    pub stage: Stage,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub goal: String,
    /// Not before this day since onset.
    pub earliest_day: i64,
    /// At least so many days are spent in it.
    pub minimum_days: i64,
    /// Still in it on this day since onset: somebody should look.
    pub stalled_day: Option<i64>,
    /// Limits on pain.
    pub caps: Caps,
    /// Further conditions for entering it.
    pub entry: Vec<Criterion>,
    /// Conditions for leaving it.
    pub exit: Vec<Criterion>,
    /// What is done.
    pub exercises: Vec<Prescription>,
    /// What care is given.
    pub care: Vec<CarePlan>,
    /// Why its gates stand where they do.
    pub why: Arc<str>,
    /// Keys of their sources.
    pub source: Arc<[String]>,
}

/// A look by a clinician that a program asks for from its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The rule that it becomes.
    pub rule: std::sync::Arc<super::library::Rule>,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Its id, which is also its file's name.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// The condition it is for.
    pub condition: String,
    /// The grade it is for, where the condition has grades.
    pub grade: Option<u8>,
    /// Its name.
    pub name: String,
    /// Places on the body that it fits.
    pub regions: Vec<String>,
    /// What it is, in a sentence or two.
    pub summary: String,
    /// The usual window of recovery in days since onset.
    pub window_days: (i64, i64),
    /// Before this day since onset, a fall of pain that is small is not yet a
    /// sign of trouble; 0 where the ordinary two weeks hold.
    pub slow_days: i64,
    /// Full return to sport not before this day since onset.
    pub return_not_before: i64,
    /// What makes it slower for some.
    pub slower: Vec<super::slower::Slower>,
    /// Brakes that step back, by id.
    pub step_back: Vec<String>,
    /// Looks by a clinician.
    pub checks: Vec<Check>,
    /// What to keep away from.
    pub avoid: Vec<Avoid>,
    /// The phases in order; never empty.
    pub phases: Vec<Phase>,
    /// Why it is built so.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

impl Program {
    /// The name without the grade.
    pub fn spoken(&self) -> &str {
        self.name.split(", grade").next().unwrap_or(&self.name)
    }

    /// The position of a phase.
    pub fn position(&self, phase: &str) -> Option<usize> {
        self.phases.iter().position(|p| p.id == phase)
    }
}
