//! Closed questions and their answers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::day::At;
use super::entry::EntryId;

/// The kind of answer that a question takes, beside "unknown".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QuestionKind {
    /// Yes or no.
    YesNo,
    /// One of the choices, or any number of them.
    Choice {
        /// The ids of the choices.
        choices: Vec<String>,
        /// Whether more than one may hold.
        many: bool,
    },
    /// A number.
    Number {
        /// Lowest and highest, both included.
        range: (f64, f64),
        /// Its unit.
        unit: String,
    },
}

/// How long an answer counts; afterwards it is unknown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// For the day on which it was given.
    Day,
    /// For seven days.
    Week,
    /// For the whole episode.
    Episode,
    /// For good.
    Always,
}

impl Holds {
    /// Whether an answer that is `age` days old still counts.
    pub fn covers(self, age: i64) -> bool {
        match self {
            Self::Day => age < 1,
            Self::Week => age < 7,
            Self::Episode | Self::Always => true,
        }
    }
}

/// A closed question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id, which is never renamed.
    pub id: String,
    /// The answers that it takes.
    pub kind: QuestionKind,
    /// What the person reads.
    pub ask: String,
    /// How to tell.
    pub help: Option<String>,
    /// The heading under which it is asked.
    pub group: String,
    /// How long an answer counts.
    pub holds: Holds,
    /// The answer that says "not there", where there is one.
    pub calm: Option<AnswerValue>,
}

/// Groups that describe the person or the pain rather than a sign: a blanket
/// "none of these" never answers them.
const DESCRIBING: [&str; 4] = ["context", "history", "medicines", "pain"];

/// The group of what can be tried at home: answered by "none of these", but
/// never demanded of somebody who cannot try it.
pub const SELF_TEST: &str = "self-test";

impl Question {
    /// Whether "none of these" can answer it.
    pub fn is_sign(&self) -> bool {
        !DESCRIBING.contains(&self.group.as_str())
            && self.calm.is_some()
            // The one question whose "yes" calms is only ever answered by itself.
            && self.calm != Some(AnswerValue::Yes)
    }
}

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnswerValue {
    /// It is there.
    Yes,
    /// It is not there.
    No,
    /// Put, and not known. Never the same as "no".
    Unknown,
    /// One or more of the question's choices.
    Choices(Vec<String>),
    /// A number in the question's unit.
    Number(f64),
}

impl fmt::Display for AnswerValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("yes"),
            Self::No => f.write_str("no"),
            Self::Unknown => f.write_str("unknown"),
            Self::Choices(choices) => f.write_str(&choices.join(", ")),
            Self::Number(n) => f.write_str(&super::measure::plain(*n)),
        }
    }
}

/// A text that does not answer a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{question}` takes {wanted}, or unknown")]
pub struct AnswerError {
    /// Id of the question.
    pub question: String,
    /// What it takes.
    pub wanted: String,
}

impl Question {
    /// Reads an answer as a person or a file writes it; choices are separated
    /// by commas.
    ///
    /// # Errors
    ///
    /// When the text is no answer to this question.
    pub fn read(&self, text: &str) -> Result<AnswerValue, AnswerError> {
        let text = text.trim().to_lowercase();
        if text == "unknown" {
            return Ok(AnswerValue::Unknown);
        }
        let answer = match &self.kind {
            QuestionKind::YesNo => match text.as_str() {
                "yes" | "y" | "true" => Some(AnswerValue::Yes),
                "no" | "n" | "false" => Some(AnswerValue::No),
                _ => None,
            },
            QuestionKind::Choice { choices, many } => {
                let mut chosen: Vec<String> = text.split(',').map(|c| c.trim().to_owned()).collect();
                chosen.sort();
                chosen.dedup();
                let known = chosen.iter().all(|c| choices.contains(c));
                let count = *many || chosen.len() == 1;
                let none_alone = chosen.len() == 1 || !chosen.iter().any(|c| c == "none");
                (known && count && none_alone).then_some(AnswerValue::Choices(chosen))
            }
            QuestionKind::Number { range, .. } => text
                .parse()
                .ok()
                .filter(|n| *n >= range.0 && *n <= range.1)
                .map(|n: f64| AnswerValue::Number(n + 0.0)),
        };
        answer.ok_or_else(|| AnswerError { question: self.id.clone(), wanted: self.wanted() })
    }

    /// The answers that it takes, in words.
    pub fn wanted(&self) -> String {
        match &self.kind {
            QuestionKind::YesNo => "yes or no".to_owned(),
            QuestionKind::Choice { choices, many: false } => format!("one of {}", choices.join(", ")),
            QuestionKind::Choice { choices, many: true } => format!("any of {}", choices.join(", ")),
            QuestionKind::Number { range, unit } => format!(
                "a number from {} to {}, {unit}",
                super::measure::plain(range.0),
                super::measure::plain(range.1)
            ),
        }
    }
}

/// A standing answer, and the entry that it came from, if any.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The answer.
    pub value: AnswerValue,
    /// Where it was recorded; nothing for what the episode itself says.
    pub entry: Option<EntryId>,
    /// When it was given; nothing for what lasts.
    pub at: Option<At>,
}

/// The answers that count at one moment, by question.
pub type Answers = BTreeMap<String, Standing>;
