//! Short fixed answers to what people ask most: may I walk, heat or ice, the
//! bandage tingles, should I stretch.

use serde::{Deserialize, Serialize};

use super::answers::AnswerBook;
use super::library::Library;
use super::patterns::Clauses;
use super::question::Answers;
use super::situation::Situation;

/// One answer, and when it is the right one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicCase {
    /// On what was answered.
    pub clauses: Clauses,
    /// For these conditions; none means all.
    pub conditions: Vec<String>,
    /// For this grade.
    pub grade: Option<u8>,
    /// From this day after the injury.
    pub from_day: Option<i64>,
    /// Up to this day after the injury.
    pub until_day: Option<i64>,
    /// From this phase on, counted from 1.
    pub from_phase: Option<usize>,
    /// The answer.
    pub say: String,
    /// Why.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// Something that people ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// The question in words.
    pub title: String,
    /// The answers, tried in order; the last one has no condition.
    pub cases: Vec<TopicCase>,
}

/// The answer to a topic for an episode: the first case that holds.
pub fn answer<'t>(library: &Library, topic: &'t Topic, situation: &Situation) -> Option<&'t TopicCase> {
    let answers = standing(library, situation);
    let today = situation.journal.now().day;
    let day = today.since(situation.episode.onset);
    let phase = situation.course.current().phase + 1;
    topic.cases.iter().find(|case| {
        (case.conditions.is_empty() || case.conditions.contains(&situation.program.condition))
            && case.grade.is_none_or(|grade| situation.program.grade == Some(grade))
            && case.from_day.is_none_or(|from| day >= from)
            && case.until_day.is_none_or(|until| day <= until)
            && case.from_phase.is_none_or(|from| phase >= from)
            && (case.clauses.is_empty() || case.clauses.hold(&answers))
    })
}

/// The answers that count today.
pub fn standing(library: &Library, situation: &Situation) -> Answers {
    let book = AnswerBook::of(library, &situation.episode, &situation.journal, |_| true);
    book.standing(situation.journal.now().day)
}
