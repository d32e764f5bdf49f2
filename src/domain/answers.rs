//! What was answered last to each question, and how long it counts.

use std::collections::BTreeSet;

use super::day::{At, Day};
use super::entry::{Answer, Entry, EntryId};
use super::episode::Episode;
use super::journal::{Journal, answers};
use super::library::{Library, Urgency};
use super::question::{AnswerValue, Answers, Holds, Standing};

/// An answer that counts, as a rule looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The answer.
    pub value: &'a AnswerValue,
    /// Where it was recorded; nothing for what the episode itself says.
    pub entry: Option<&'a EntryId>,
    /// When it was given; nothing for what lasts.
    pub at: Option<At>,
}

/// Anything that knows answers.
pub trait Answered {
    /// The answer to a question, if one counts.
    fn told(&self, question: &str) -> Option<Told<'_>>;
}

impl Answered for Answers {
    fn told(&self, question: &str) -> Option<Told<'_>> {
        self.get(question).map(|s| Told { value: &s.value, entry: s.entry.as_ref(), at: s.at })
    }
}

/// The latest known answer to each question, as answers come in.
///
/// "Unknown" takes nothing back: a sign that was reported keeps counting for
/// as long as its question says. Two answers of one instant keep the more
/// worrying one.
#[derive(Debug)]
pub struct AnswerBook<'a> {
    library: &'a Library,
    /// What the episode itself says.
    facts: Vec<(&'static str, AnswerValue)>,
    onset: Day,
    /// By the position of the question; what is no question counts for nothing.
    latest: Vec<Option<(&'a AnswerValue, &'a Entry)>>,
    /// Positions of the questions whose latest answer is not the calm one.
    telling: BTreeSet<usize>,
}

impl<'a> AnswerBook<'a> {
    /// A book with nothing in it but what the episode itself says.
    pub fn new(library: &'a Library, episode: &Episode) -> Self {
        let mut facts = Vec::new();
        let choice = |id: &str| AnswerValue::Choices(vec![id.to_owned()]);
        facts.extend(episode.region.as_ref().map(|region| ("region", choice(region))));
        facts.extend(episode.side.map(|side| ("side", choice(side.id()))));
        facts.extend(episode.manner.map(|manner| ("onset-manner", choice(manner.id()))));
        let latest = vec![None; library.questions.len()];
        Self { library, facts, onset: episode.onset, latest, telling: BTreeSet::new() }
    }

    /// A book with every answer of a journal.
    pub fn of(library: &'a Library, episode: &Episode, journal: &'a Journal) -> Self {
        let mut book = Self::new(library, episode);
        for (entry, _) in journal.answers() {
            book.add(entry);
        }
        book
    }

    /// Adds the answers of one entry, and names the lasting ones among them
    /// that are no news.
    pub fn add(&mut self, entry: &'a Entry) -> Vec<&'a str> {
        let mut known = Vec::new();
        let mut near = 0;
        for answer in answers(entry) {
            if answer.value == AnswerValue::Unknown {
                continue;
            }
            let Some(at) = self.library.position_near(&answer.question, near) else { continue };
            near = at + 1;
            let question = &self.library.questions[at];
            let before = self.latest[at].filter(|(_, e)| e.id != entry.id);
            let lasts = matches!(question.holds, Holds::Episode | Holds::Always);
            if lasts && before.is_some_and(|(value, _)| *value == answer.value) {
                known.push(answer.question.as_str());
            }
            let is_calm = question.calm.as_ref() == Some(&answer.value);
            if is_calm && self.latest[at].is_some_and(|(_, e)| e.at == entry.at) {
                continue;
            }
            self.latest[at] = Some((&answer.value, entry));
            if is_calm {
                self.telling.remove(&at);
            } else {
                self.telling.insert(at);
            }
        }
        known
    }

    /// The questions whose latest answer is not the calm one.
    pub fn telling(&self) -> impl Iterator<Item = &'a str> {
        self.telling.iter().map(|at| self.library.questions[*at].id.as_str())
    }

    /// The answers that count on `day`.
    pub fn on(&self, day: Day) -> BookDay<'_, 'a> {
        #[expect(clippy::cast_precision_loss, reason = "days of a life are far below 2^52")]
        let since = AnswerValue::Number(day.since(self.onset) as f64);
        BookDay { book: self, day, since }
    }

    /// The questions that were answered.
    fn answered(&self) -> impl Iterator<Item = &'a str> {
        let questions = self.library.questions.iter().zip(&self.latest);
        questions.filter(|(_, latest)| latest.is_some()).map(|(question, _)| question.id.as_str())
    }

    /// The answers that count on `day`, by themselves.
    pub fn standing(&self, day: Day) -> Answers {
        let on = self.on(day);
        let facts = self.facts.iter().map(|(question, _)| *question);
        facts
            .chain(["days-since-onset"])
            .chain(self.answered())
            .filter_map(|question| {
                let told = on.told(question)?;
                let standing =
                    Standing { value: told.value.clone(), entry: told.entry.cloned(), at: told.at };
                Some((question.to_owned(), standing))
            })
            .collect()
    }
}

/// The answers of a book that count on one day.
#[derive(Debug)]
pub struct BookDay<'b, 'a> {
    book: &'b AnswerBook<'a>,
    day: Day,
    since: AnswerValue,
}

impl Answered for BookDay<'_, '_> {
    fn told(&self, question: &str) -> Option<Told<'_>> {
        if question == "days-since-onset" {
            return Some(Told { value: &self.since, entry: None, at: None });
        }
        // What the episode itself says is not overruled in passing.
        if let Some((_, value)) = self.book.facts.iter().find(|(fact, _)| *fact == question) {
            return Some(Told { value, entry: None, at: None });
        }
        let at = self.book.library.position(question)?;
        let (value, entry) = self.book.latest[at]?;
        let holds = self.book.library.questions[at].holds;
        let at = matches!(holds, Holds::Day | Holds::Week).then_some(entry.at);
        holds.covers(self.day.since(entry.day)).then_some(Told { value, entry: Some(&entry.id), at })
    }
}

/// The answers of a screen in which nothing applied: every emergency and
/// urgent question that asks for a sign, answered with its calm answer.
pub fn calm_answers(library: &Library) -> Vec<Answer> {
    library
        .screening_questions(Urgency::Urgent)
        .into_iter()
        .filter_map(|q| Some(Answer { question: q.id.clone(), value: q.calm.clone()? }))
        .filter(|a| a.value != AnswerValue::Yes)
        .collect()
}
