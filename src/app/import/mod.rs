//! Taking in what was recorded elsewhere: an exported document, a diary in our
//! columns, or the table of another tracker.

mod diary;
mod document;
mod entry;
mod fields;
mod parts;
mod table;
mod wide;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::domain::answers::calm_answers;
use crate::domain::archive::Imported;
use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Answer, Entry};
use crate::domain::episode::Episode;
use crate::domain::journal::DAY_SLACK;
use crate::domain::question::AnswerValue;
use crate::domain::rows::{Row, rows};
use crate::domain::trail::Trail;
use crate::store::Fate;

use super::stretches::STRETCH;
use super::{App, AppError};

pub use wide::{Columns, DateOrder};

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMistake {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// The most mistakes that are told.
const MOST_MISTAKES: usize = 100;

/// What speaks against taking in a document.
#[derive(Debug, Default)]
struct Refusal {
    told: Vec<String>,
    more: usize,
    /// By question.
    signs: BTreeMap<String, Vec<Answer>>,
}

impl Refusal {
    fn push(&mut self, mistake: String) {
        if self.told.len() < MOST_MISTAKES {
            self.told.push(mistake);
        } else {
            self.more += 1;
        }
    }

    /// Notes the mistakes of one place.
    #[expect(clippy::unnecessary_wraps, reason = "it ends the reading of a part")]
    fn all(&mut self, place: &str, mistakes: Vec<String>) -> Result<(), AppError> {
        for mistake in mistakes {
            self.push(format!("{place}: {mistake}"));
        }
        Ok(())
    }

    /// Notes answers that were made out. Each that differs is kept: a later one takes no
    /// sign back.
    fn signs(&mut self, answers: &[Answer]) {
        for answer in answers {
            match self.signs.get_mut(&answer.question) {
                Some(told) => tell(told, answer),
                None => drop(self.signs.insert(answer.question.clone(), vec![answer.clone()])),
            }
        }
    }

    fn into_signs(self) -> Vec<Answer> {
        self.signs.into_values().flatten().collect()
    }

    fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    fn of_document(self) -> AppError {
        let (mistakes, more) = (self.told.clone(), self.more);
        AppError::Document { mistakes, more, signs: self.into_signs() }
    }
}

/// Adds an answer to others of its question. "Not there" says nothing beside one that
/// says more, and of numbers the lowest and the highest say enough.
fn tell(told: &mut Vec<Answer>, answer: &Answer) {
    let calm = |a: &Answer| matches!(a.value, AnswerValue::No | AnswerValue::Unknown);
    if calm(answer) || told.contains(answer) {
        return;
    }
    told.retain(|other| !calm(other));
    told.push(answer.clone());
    if let (AnswerValue::Number(_), [_, _, _]) = (&answer.value, told.as_slice()) {
        let number = |a: &Answer| if let AnswerValue::Number(n) = a.value { n } else { f64::NAN };
        told.sort_by(|a, b| number(a).total_cmp(&number(b)));
        told.remove(1);
    }
}

/// The local time of an instant as if it were milliseconds of UTC, so that a
/// summer time makes no new ids.
fn local(at: At) -> i64 {
    at.naive_local().and_utc().timestamp_millis()
}

/// The rows of a table that cannot be read: the first ones, and how many more.
#[derive(Debug, Default)]
struct Mistakes {
    told: Vec<RowMistake>,
    more: usize,
}

impl Mistakes {
    fn push(&mut self, mistake: RowMistake) {
        if self.told.len() < MOST_MISTAKES {
            self.told.push(mistake);
        } else {
            self.more += 1;
        }
    }
}

/// Days in order, as stretches of a few weeks with no gap of more than a week: first and
/// last day of each.
fn stretches(days: &BTreeSet<Day>) -> Vec<(Day, Day)> {
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for day in days {
        let goes_on = |(first, last): &&mut (Day, Day)| day.since(*last) <= 7 && day.since(*first) < STRETCH;
        match stretches.last_mut().filter(goes_on) {
            Some((_, last)) => *last = *day,
            None => stretches.push((*day, *day)),
        }
    }
    stretches
}

/// Refuses a table that has mistakes, with the answers that could be read.
fn refused(mistakes: Mistakes, signs: Refusal) -> Result<(), AppError> {
    if mistakes.told.is_empty() {
        return Ok(());
    }
    let Mistakes { told: mistakes, more } = mistakes;
    Err(AppError::Rows { mistakes, more, signs: signs.into_signs() })
}

impl App {
    /// What puts right or takes back something that stood in an episode.
    pub(super) fn taken_back(&self, episode: &Episode, now: Now) -> Result<Vec<Arc<Entry>>, AppError> {
        let corrections = self.store.corrections(&episode.id, &self.catalog.library)?;
        Ok(corrections.into_iter().map(|f| f.entry).filter(|e| now.knows(e.day, e.at)).collect())
    }

    /// What stands in an episode on the dates that some entries speak of, in rows.
    fn standing_rows(
        &self,
        episode: &Episode,
        entries: &[Entry],
        taken_back: &[Arc<Entry>],
        now: Now,
    ) -> Result<HashSet<Row>, AppError> {
        let library = &self.catalog.library;
        let (calm, trail) = (calm_answers(library), Trail::of(taken_back));
        let dates: BTreeSet<Day> = entries.iter().map(|e| Day::of_date(e.at.date_naive())).collect();
        let mut standing = HashSet::new();
        for (first, last) in stretches(&dates) {
            // The day of an entry is not always its date.
            let near = first.minus(DAY_SLACK)..=last.plus(DAY_SLACK);
            let near = self.store.of_days(&episode.id, near, library)?;
            let known = near.iter().map(|f| &f.entry).filter(|e| now.knows(e.day, e.at));
            let meant = known.filter(|e| dates.contains(&Day::of_date(e.at.date_naive())));
            standing.extend(meant.filter(|e| trail.counts(e)).flat_map(|e| rows(library, &calm, e)));
        }
        Ok(standing)
    }

    /// Appends entries of a table, but for those that stand in the episode already, to
    /// the minute.
    fn append_new(
        &mut self,
        episode: &Episode,
        mut entries: Vec<Entry>,
        taken_back: &[Arc<Entry>],
        now: Now,
        done: &mut Imported,
    ) -> Result<(), AppError> {
        let library = &self.catalog.library;
        done.read += entries.len();
        let standing = self.standing_rows(episode, &entries, taken_back, now)?;
        if !standing.is_empty() {
            let calm = calm_answers(library);
            entries.retain(|entry| {
                let rows = rows(library, &calm, entry);
                rows.is_empty() || rows.iter().any(|row| !standing.contains(row))
            });
        }
        for (entry, fate) in entries.iter().zip(self.append(episode, &entries)?) {
            match fate {
                Fate::New => done.count(entry),
                Fate::Erased => done.erased += 1,
                Fate::There => {}
            }
        }
        Ok(())
    }

    /// Whether a file is an exported document and no table.
    pub fn is_document(bytes: &[u8]) -> bool {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        text.trim_ascii_start().starts_with(b"{")
    }

    /// Runs `work` in one transaction: all that it writes is there, or nothing.
    /// A rehearsal leaves nothing.
    ///
    /// # Errors
    ///
    /// When `work` fails, or the store refuses; nothing is written then.
    pub fn all_or_nothing<T>(
        &mut self,
        rehearsal: bool,
        work: impl FnOnce(&mut Self) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.store.begin()?;
        let done = work(self);
        if rehearsal || done.is_err() {
            self.store.roll_back()?;
        } else if let Err(error) = self.store.commit() {
            self.store.roll_back()?;
            return Err(error.into());
        }
        done
    }

    /// Takes in an exported document, within [`App::all_or_nothing`].
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn import_document(&mut self, bytes: &[u8], now: Now) -> Result<Imported, AppError> {
        self.take_in(bytes, now)
    }
}
