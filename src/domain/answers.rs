//! What was answered last to each question, and how long it counts.

use std::collections::BTreeSet;

use super::day::{At, Day};
use super::entry::{Answer, Entry, EntryId, Side};
use super::episode::{Episode, Manner};
use super::journal::{Journal, answers};
use super::library::{Clause, DAYS_SINCE_ONSET, Library, Urgency};
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
    /// The answer to the question of a clause, if one counts.
    fn told(&self, clause: &Clause) -> Option<Told<'_>>;
}

impl Answered for Answers {
    fn told(&self, clause: &Clause) -> Option<Told<'_>> {
        self.get(&clause.question).map(|s| Told { value: &s.value, entry: s.entry.as_ref(), at: s.at })
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
    /// What the episode itself says, by the position of the question.
    facts: Vec<(usize, AnswerValue)>,
    /// The position of the question that the calendar answers.
    days_since_onset: Option<usize>,
    onset: Day,
    /// By the position of the question.
    latest: Vec<Option<(&'a AnswerValue, &'a Entry)>>,
    /// Questions whose latest answer is not the calm one.
    telling: BTreeSet<usize>,
}

impl<'a> AnswerBook<'a> {
    /// A book with nothing in it but what the episode itself says.
    pub fn new(library: &'a Library, episode: &Episode) -> Self {
        let said = [
            ("region", episode.region.as_deref()),
            ("side", episode.side.map(Side::id)),
            ("onset-manner", episode.manner.map(Manner::id)),
        ];
        let fact = |(question, id): (&str, Option<&str>)| {
            Some((library.position(question)?, AnswerValue::Choices(vec![id?.to_owned()])))
        };
        Self {
            library,
            facts: said.into_iter().filter_map(fact).collect(),
            days_since_onset: library.position(DAYS_SINCE_ONSET),
            onset: episode.onset,
            latest: vec![None; library.questions.len()],
            telling: BTreeSet::new(),
        }
    }

    /// A book with every answer of a journal to the questions that are wanted.
    pub fn of(
        library: &'a Library,
        episode: &Episode,
        journal: &'a Journal,
        wanted: impl Fn(&str) -> bool,
    ) -> Self {
        let mut book = Self::new(library, episode);
        for (entry, answers) in journal.answers() {
            for answer in answers.iter().filter(|a| wanted(&a.question)) {
                book.note(answer, entry, &mut 0);
            }
        }
        book
    }

    /// Adds the answers of one entry, and gives back the questions whose
    /// answers are news: a lasting fact that is told once more is none.
    pub fn add(&mut self, entry: &'a Entry) -> Vec<&'a str> {
        let mut near = 0;
        let news = |answer: &&'a Answer| self.note(answer, entry, &mut near);
        answers(entry).iter().filter(news).map(|a| a.question.as_str()).collect()
    }

    /// Notes one answer; gives back whether it is news. Questions are mostly
    /// answered in the order of asking, so that the next one lies `near`.
    fn note(&mut self, answer: &'a Answer, entry: &'a Entry, near: &mut usize) -> bool {
        let Some(at) = self.library.position_near(&answer.question, *near) else { return false };
        *near = at + 1;
        // That somebody does not know is no news.
        if answer.value == AnswerValue::Unknown {
            return false;
        }
        let (question, known) = (&self.library.questions[at], self.latest[at]);
        let lasts = matches!(question.holds, Holds::Episode | Holds::Always);
        let news = !(lasts && known.is_some_and(|(value, _)| *value == answer.value));
        let calm = question.calm.as_ref() == Some(&answer.value);
        if calm && known.is_some_and(|(_, before)| before.at == entry.at) {
            return news;
        }
        self.latest[at] = Some((&answer.value, entry));
        if calm {
            self.telling.remove(&at);
        } else {
            self.telling.insert(at);
        }
        news
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

    /// The answers that count on `day`, by themselves.
    pub fn standing(&self, day: Day) -> Answers {
        let on = self.on(day);
        let questions = self.library.questions.iter().enumerate();
        let standing = questions.filter_map(|(at, question)| {
            let told = on.at(at)?;
            let standing = Standing { value: told.value.clone(), entry: told.entry.cloned(), at: told.at };
            Some((question.id.clone(), standing))
        });
        standing.collect()
    }
}

/// The answers of a book that count on one day.
#[derive(Debug)]
pub struct BookDay<'b, 'a> {
    book: &'b AnswerBook<'a>,
    day: Day,
    since: AnswerValue,
}

impl BookDay<'_, '_> {
    /// The answer to the question at a position, if one counts.
    fn at(&self, position: usize) -> Option<Told<'_>> {
        if self.book.days_since_onset == Some(position) {
            return Some(Told { value: &self.since, entry: None, at: None });
        }
        // What the episode itself says is not overruled in passing.
        if let Some((_, value)) = self.book.facts.iter().find(|(fact, _)| *fact == position) {
            return Some(Told { value, entry: None, at: None });
        }
        let (value, entry) = (*self.book.latest.get(position)?)?;
        let holds = self.book.library.questions[position].holds;
        let at = matches!(holds, Holds::Day | Holds::Week).then_some(entry.at);
        holds.covers(self.day.since(entry.day)).then_some(Told { value, entry: Some(&entry.id), at })
    }
}

impl Answered for BookDay<'_, '_> {
    fn told(&self, clause: &Clause) -> Option<Told<'_>> {
        self.at(clause.at)
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
