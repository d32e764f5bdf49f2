//! Entries: what was recorded, by whom and when. Never changed, never deleted.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::day::{At, Day};
use super::dose::Dose;
use super::question::AnswerValue;

/// The id of an entry, unique on every device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(Arc<str>);

impl EntryId {
    /// An id.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When the entry was written, in milliseconds since 1970, which a UUID of
    /// version 7 begins with; nothing for any other id. The row of a diary has
    /// one of version 8: when it was written is not known, and the local time in
    /// it lies hours ahead of the clock in the east.
    pub fn written(&self) -> Option<i64> {
        let (seconds, rest, version) = (self.0.get(..8)?, self.0.get(9..13)?, self.0.get(14..15)?);
        let number = |digits| i64::from_str_radix(digits, 16).ok();
        let ordered = self.0.len() == 36 && version == "7";
        ordered.then(|| Some(number(seconds)? << 16 | number(rest)?)).flatten()
    }
}

impl Borrow<str> for EntryId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a measure or an exercise, held once for all entries that name
/// it: a life has a hundred thousand of them, and names a few dozen things.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

impl Name {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are held in the same place: such names are equal, and equal ones of
    /// one reading are held so.
    pub fn is_held_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<String> for Name {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Arc<str>>> From<T> for Name {
    fn from(id: T) -> Self {
        Self(id.into())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands for a reason where somebody took something back and gave none.
pub const UNDO: &str = "undo";

/// Why an exercise was left when its pain was above the limit.
pub const TOO_MUCH: &str = "pain above the limit";

/// The side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Both sides.
    Both,
    /// Neither: the middle of the body.
    Middle,
}

impl Side {
    /// All sides.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Both, Self::Middle];

    /// The id used in files and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Both => "both",
            Self::Middle => "middle",
        }
    }

    /// Reads an id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }

    /// The other leg, where there is one.
    pub fn other(self) -> Option<Self> {
        match self {
            Self::Left => Some(Self::Right),
            Self::Right => Some(Self::Left),
            Self::Both | Self::Middle => None,
        }
    }
}

/// One value of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Id of the measure.
    pub measure: Name,
    /// The leg it was taken on.
    pub side: Option<Side>,
    /// The value, in the measure's unit; yes is 1 and no is 0.
    pub value: f64,
}

/// One answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Id of the question.
    pub question: String,
    /// What was answered.
    pub value: AnswerValue,
}

/// One exercise done, or left out with a reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    /// Id of the exercise.
    pub exercise: Name,
    /// The side it was done on.
    pub side: Option<Side>,
    /// What was done; nothing where only the pain was reported.
    pub dose: Option<Dose>,
    /// The highest pain felt during it, 0 to 10; nothing where it was not reported.
    pub pain: Option<f64>,
    /// The weight held, in kilograms; nothing where it was not reported.
    pub load: Option<f64>,
    /// Why it was skipped; nothing where it was done.
    pub skipped: Option<String>,
}

impl Performed {
    /// This exercise, with nothing else known of it.
    pub fn of(exercise: &str) -> Self {
        Self { exercise: exercise.into(), side: None, dose: None, pain: None, load: None, skipped: None }
    }
}

/// Care that was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Care {
    /// Id of the care item.
    pub kind: String,
    /// The side it was given to.
    pub side: Option<Side>,
    /// For how many minutes.
    pub minutes: Option<f64>,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// A program was started.
    Start,
    /// The advice to advance was accepted.
    Advance,
    /// The advice to step back was accepted.
    StepBack,
    /// A phase was entered against the advice, with a reason.
    Override,
    /// The advice to finish was accepted.
    Finish,
    /// A grade was given. Where it changes the program, the decision carries
    /// the new one and the phase to go on in.
    Grade,
    /// The plan rests, for an illness or a journey.
    Pause,
    /// The plan goes on.
    Resume,
    /// The day of the injury was put right.
    Onset,
    /// The plan goes on by a new text of its program.
    Update,
}

impl DecisionKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Start,
        Self::Advance,
        Self::StepBack,
        Self::Override,
        Self::Finish,
        Self::Grade,
        Self::Pause,
        Self::Resume,
        Self::Onset,
        Self::Update,
    ];

    /// The id used in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Advance => "advance",
            Self::StepBack => "step-back",
            Self::Override => "override",
            Self::Finish => "finish",
            Self::Grade => "grade",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Onset => "onset",
            Self::Update => "update",
        }
    }
}

/// One finding as it stood when a decision was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// Id of the finding.
    pub id: String,
    /// Its verdict in words.
    pub verdict: String,
    /// What was observed.
    pub observed: String,
}

/// A decision about the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What was decided.
    pub kind: DecisionKind,
    /// The phase entered.
    pub phase: Option<String>,
    /// Content hash of the program, at a start and where a grade changes it.
    pub program: Option<String>,
    /// The grade given, 1 to 3.
    pub grade: Option<u8>,
    /// The day of the injury, where it was put right.
    pub onset: Option<Day>,
    /// Who decided: `self` or the role of a clinician.
    pub by: String,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// The findings that justified it.
    pub findings: Vec<FindingRecord>,
}

/// What a clinician found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Looked at, and no reason to hold back.
    Cleared,
    /// Looked at, and no reason to hold back within limits, until a day.
    ClearedWithLimits,
    /// Treated, and free to go on.
    Treated,
    /// Sent on to somebody else: the flag stays open.
    Referred,
    /// Something else was found: the flag stays open, since this program may not fit.
    OtherDiagnosis,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] =
        [Self::Cleared, Self::ClearedWithLimits, Self::Treated, Self::Referred, Self::OtherDiagnosis];

    /// The id used in files and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::ClearedWithLimits => "cleared-with-limits",
            Self::Treated => "treated",
            Self::Referred => "referred",
            Self::OtherDiagnosis => "other-diagnosis",
        }
    }

    /// Reads an id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.id() == id)
    }

    /// Whether this outcome closes a flag and opens a gate.
    pub fn closes(self) -> bool {
        matches!(self, Self::Cleared | Self::ClearedWithLimits | Self::Treated)
    }
}

/// Who may clear a flag.
pub const CLINICIAN_ROLES: [&str; 8] =
    ["doctor", "physiotherapist", "nurse", "paramedic", "osteopath", "chiropractor", "podiatrist", "midwife"];

impl Decision {
    /// A decision of this kind by the person, with nothing else to say.
    pub fn of(kind: DecisionKind) -> Self {
        Self {
            kind,
            phase: None,
            program: None,
            grade: None,
            onset: None,
            by: SELF.to_owned(),
            reason: None,
            findings: Vec::new(),
        }
    }

    /// Whether a clinician took it.
    pub fn by_clinician(&self) -> bool {
        CLINICIAN_ROLES.contains(&self.by.as_str())
    }
}

/// Who decides where no clinician does.
pub const SELF: &str = "self";

/// A clinician's outcome for a flag or a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Clearance {
    /// The rule that it answers.
    pub rule: String,
    /// Who saw the person.
    pub who: String,
    /// In which role, one of [`CLINICIAN_ROLES`].
    pub role: String,
    /// On which day.
    pub day: Day,
    /// With which outcome.
    pub outcome: Outcome,
    /// The last day on which it counts.
    pub expires: Option<Day>,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Readings and answers of a check-in or a home test.
    CheckIn {
        /// The readings.
        readings: Vec<Reading>,
        /// The answers given in passing.
        answers: Vec<Answer>,
    },
    /// Red-flag questions, put and answered.
    Screen(Vec<Answer>),
    /// An exercise.
    Performed(Performed),
    /// Care.
    Care(Care),
    /// A decision.
    Decision(Decision),
    /// A clinician's outcome.
    Clearance(Clearance),
    /// Words only.
    Note,
    /// Nothing: it withdraws the entry that it corrects.
    Withdrawn,
}

impl Fact {
    /// The kind under which the store files it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CheckIn { .. } => "check-in",
            Self::Screen(_) => "screen",
            Self::Performed(_) => "performed",
            Self::Care(_) => "care",
            Self::Decision(_) => "decision",
            Self::Clearance(_) => "clearance",
            Self::Note => "note",
            Self::Withdrawn => "correction",
        }
    }
}

/// Names the entry that this one replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The entry replaced or withdrawn.
    pub replaces: EntryId,
    /// Why.
    pub reason: String,
}

impl Entry {
    /// When it was written, in milliseconds since 1970: what was written later
    /// knows of what was written before, whatever moments they speak of.
    pub fn written(&self) -> i64 {
        self.id.written().unwrap_or_else(|| self.at.timestamp_millis())
    }
}

/// One thing recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The day it counts for, fixed when it was written.
    pub day: Day,
    /// The instant it speaks of.
    pub at: At,
    /// The person's own words.
    pub note: Option<String>,
    /// The entry it replaces, if any.
    pub corrects: Option<Correction>,
    /// What it says.
    pub fact: Fact,
}
