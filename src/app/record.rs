//! Recording: what a person reports becomes entries.

use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Answer, Care, Entry, EntryId, Fact, Performed, Reading, Side};
use crate::domain::episode::Episode;
use crate::domain::library::Library;
use crate::store::{Batch, Fate};

use super::{App, AppError, ids, unknown};

/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 10_000;

/// Something to record, before it has an id.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The moment it speaks of.
    pub at: At,
    /// The person's own words.
    pub note: Option<String>,
    /// What it says.
    pub fact: Fact,
}

impl App {
    /// Appends drafts to an episode, all or none.
    ///
    /// # Errors
    ///
    /// When a draft lies in the future or before the injury, or the store
    /// refuses.
    pub fn record(
        &mut self,
        episode: &Episode,
        drafts: Vec<Draft>,
        now: Now,
    ) -> Result<Vec<EntryId>, AppError> {
        let mut entries = Vec::new();
        for mut draft in drafts {
            let day = day_of(episode, draft.at, now)?;
            if let Fact::CheckIn { answers, .. } | Fact::Screen(answers) = &mut draft.fact {
                once_each(answers)?;
            }
            if draft.note.as_ref().is_some_and(|n| n.chars().count() > LONGEST_NOTE) {
                return Err(AppError::Length { what: "a note", most: LONGEST_NOTE });
            }
            entries.push(Entry {
                id: EntryId::new(ids::fresh(now)),
                day,
                at: draft.at,
                note: draft.note,
                corrects: None,
                fact: draft.fact,
            });
        }
        self.append(episode, &entries)?;
        Ok(entries.into_iter().map(|e| e.id).collect())
    }

    pub(super) fn append(&mut self, episode: &Episode, entries: &[Entry]) -> Result<Vec<Fate>, AppError> {
        let batch = Batch { entries, ..Batch::default() };
        Ok(self.store.append(&episode.id, &self.catalog.library, &batch)?)
    }

    /// Reads one value of a measure as a person writes it.
    ///
    /// # Errors
    ///
    /// When the measure is unknown, or cannot have the value.
    pub fn reading(&self, measure: &str, side: Option<Side>, text: &str) -> Result<Reading, AppError> {
        let measures = &self.catalog.library.measures;
        let known = measures
            .get(measure)
            .ok_or_else(|| unknown("measure", measure, measures.keys().map(String::as_str)))?;
        // What is not taken on one leg has no side, whatever a diary says.
        let side = side.filter(|_| known.sided);
        Ok(Reading { measure: known.id.as_str().into(), side, value: known.read(text)? })
    }

    /// Reads one answer as a person writes it.
    ///
    /// # Errors
    ///
    /// When the question is unknown, or does not take the answer.
    pub fn answer(&self, question: &str, text: &str) -> Result<Answer, AppError> {
        answer_given(&self.catalog.library, question, text)
    }

    /// An exercise that was done or skipped.
    ///
    /// # Errors
    ///
    /// When the exercise is unknown, or the pain is off its scale.
    pub fn performed(&self, performed: Performed) -> Result<Fact, AppError> {
        let exercises = &self.catalog.library.exercises;
        if !exercises.contains_key(performed.exercise.as_str()) {
            return Err(unknown("exercise", &performed.exercise, exercises.keys().map(String::as_str)));
        }
        let rungs = exercises[performed.exercise.as_str()].rungs.len();
        let rung = performed.dose.as_ref().and_then(|d| d.rung);
        if rung.is_some_and(|rung| rung as usize > rungs) {
            return Err(AppError::NoSuchRung(rungs));
        }
        if performed.skipped.as_ref().is_some_and(|why| why.trim().is_empty()) {
            return Err(AppError::Length { what: "the reason for skipping", most: LONGEST_NOTE });
        }
        Ok(Fact::Performed(performed))
    }

    /// Care that was given.
    ///
    /// # Errors
    ///
    /// When the care item is unknown.
    pub fn care(&self, care: Care) -> Result<Fact, AppError> {
        let items = &self.catalog.library.care;
        if !items.contains_key(&care.kind) {
            return Err(unknown("care item", &care.kind, items.keys().map(String::as_str)));
        }
        Ok(Fact::Care(care))
    }
}

/// Each question once; the same answer twice is one answer.
fn once_each(answers: &mut Vec<Answer>) -> Result<(), AppError> {
    let mut kept: Vec<Answer> = Vec::new();
    for answer in answers.drain(..) {
        match kept.iter().find(|k| k.question == answer.question) {
            None => kept.push(answer),
            Some(same) if same.value == answer.value => {}
            Some(_) => return Err(AppError::AnsweredTwice(answer.question)),
        }
    }
    *answers = kept;
    Ok(())
}

/// The day of a moment, which lies neither in the future nor before the injury.
pub(super) fn day_of(episode: &Episode, at: At, now: Now) -> Result<Day, AppError> {
    let day = now.day_of(at);
    if at > now.at {
        return Err(AppError::Future(at.format("%Y-%m-%d %H:%M").to_string()));
    }
    if day < episode.onset {
        return Err(AppError::BeforeOnset { day, onset: episode.onset });
    }
    Ok(day)
}

/// Reads one answer as a person writes it.
///
/// # Errors
///
/// When the question is unknown, or does not take the answer.
pub fn answer_given(library: &Library, question: &str, text: &str) -> Result<Answer, AppError> {
    let known = library
        .question(question)
        .ok_or_else(|| unknown("question", question, library.questions.iter().map(|q| q.id.as_str())))?;
    Ok(Answer { question: known.id.clone(), value: known.read(text)? })
}
