//! What every episode of a person has on record, read once and looked at as
//! often as is needed: at one moment, or on each day of a recovery.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::adherence::{Adherence, adherence};
use crate::domain::course::program_of;
use crate::domain::day::{Day, Now};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::episode::Episode;
use crate::domain::journal::{Journal, in_order, near};
use crate::domain::library::Library;
use crate::domain::measure::PAIN_ANY;
use crate::domain::past::{Bookmark, Past};
use crate::domain::program::Program;
use crate::domain::report::{Report, report};
use crate::domain::situation::Situation;

use super::known::{Known, MANY, Reach};
use super::lookback::LookBack;
use super::{App, AppError, unknown};

/// The episodes of a person.
pub(super) struct Records(Vec<Record>);

/// An episode with its entries.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) episode: Episode,
    pub(super) entries: Vec<Arc<Entry>>,
    /// What is known of those that were left out, where some were.
    pub(super) past: Option<Arc<Past>>,
    /// Whether each of them is known at every moment, whatever it speaks of.
    pub(super) foreknown: bool,
}

impl Record {
    /// The same episode, with no entries.
    pub(super) fn bare(&self) -> Self {
        Self { episode: self.episode.clone(), entries: Vec::new(), past: None, foreknown: self.foreknown }
    }

    /// As it was at a moment, where its entries are in order.
    pub(super) fn known_at(&self, now: Now) -> Self {
        debug_assert!(self.entries.is_sorted_by(|a, b| in_order(a, b).is_le()), "entries are in order");
        let until = near(&self.entries, Day::of_date(NaiveDate::MIN), now.day);
        let known = until.iter().filter(|e| now.knows(e.day, e.at));
        Self { entries: known.cloned().collect(), past: self.past.clone(), ..self.bare() }
    }
}

/// Finds the program with a content hash.
type Pinned<'p> = &'p dyn Fn(&str) -> Result<Arc<Program>, AppError>;

impl Records {
    pub(super) fn new(records: Vec<Record>) -> Self {
        Self(records)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.0.iter()
    }

    /// The same, as if one episode had been read by a bookmark.
    fn read_by(&self, bookmark: &Bookmark, record: &Record, few: Vec<Arc<Entry>>) -> Self {
        let past = Some(Arc::clone(&bookmark.past));
        let read = Record { entries: few, past, ..record.bare() };
        let beside = self.0.iter().filter(|r| r.episode.id != record.episode.id).cloned();
        Self(beside.chain([read]).collect())
    }

    fn of(&self, episode: &Episode) -> Option<&Record> {
        self.0.iter().find(|r| r.episode.id == episode.id)
    }

    /// Everything about an episode at `now`, with the emergency and urgent
    /// flags of all others and what they know of the person.
    pub(super) fn situation(
        &self,
        library: &Library,
        pinned: Pinned<'_>,
        episode: &Episode,
        now: Now,
    ) -> Result<Situation, AppError> {
        // What holds for the person is known to every episode, in each direction.
        let known: Vec<(&str, Vec<Arc<Entry>>)> = match self.0.as_slice() {
            [_] => vec![],
            all => {
                let told = |r: &Record| Journal::new(r.entries.clone(), now).to_share(library);
                all.iter().map(|r| (r.episode.id.as_str(), told(r))).collect()
            }
        };
        let situate = |one: &Episode, others: &[Situation]| {
            let own = self.of(one).ok_or(AppError::NoProgram)?;
            let elsewhere = known.iter().filter(|(id, _)| *id != one.id);
            let shared = elsewhere.flat_map(|(_, entries)| entries.clone()).collect();
            let (entries, past) = (own.entries.iter().cloned(), own.past.clone());
            let journal = if own.foreknown {
                Journal::foreknown(entries.collect(), shared, past, now)
            } else {
                Journal::read(entries, shared, past, now)
            };
            let program = pinned(program_of(&journal).ok_or(AppError::NoProgram)?)?;
            Situation::of(library, &program, one.clone(), journal, others).ok_or(AppError::NoProgram)
        };
        let mut beside = Vec::new();
        for other in self.0.iter().filter(|r| r.episode.id != episode.id) {
            match situate(&other.episode, &[]) {
                Ok(situation) => beside.push(situation),
                // An episode that had not begun on that day has nothing to say.
                Err(AppError::NoProgram) => {}
                Err(error) => return Err(error),
            }
        }
        situate(episode, &beside)
    }
}

impl App {
    /// The same at the present moment as [`App::situation`], save that its journal leaves
    /// out what no rule looks at. Where everything had to be read for it, bookmarks are
    /// made for the next time.
    ///
    /// # Errors
    ///
    /// When the episode had no program then, or the store cannot be read.
    pub fn present(&self, episode: &Episode, now: Now) -> Result<Situation, AppError> {
        let episodes = self.store.episodes()?;
        let records = self.records(episodes.clone(), Reach::Advice(now))?;
        let situation = self.situate(&records, episode, now)?;
        let known = || self.known.borrow_mut();
        let done = known().as_mut().is_none_or(|known| std::mem::replace(&mut known.marked, true));
        for one in episodes.into_iter().filter(|_| !done) {
            // It saves time and nothing else: whatever is in its way may be.
            let _ = self.add_bookmark(&one, &records, now);
        }
        Ok(situation)
    }

    /// The entries of an episode that the advice of a moment needs: those of the last
    /// weeks are among them.
    pub(super) fn lately(&self, episode: &Episode, now: Now) -> Result<Vec<Arc<Entry>>, AppError> {
        let records = self.records(self.store.episodes()?, Reach::Advice(now))?;
        Ok(records.of(episode).map(|r| r.entries.clone()).unwrap_or_default())
    }

    pub(super) fn situate(
        &self,
        records: &Records,
        episode: &Episode,
        now: Now,
    ) -> Result<Situation, AppError> {
        records.situation(&self.catalog.library, &|hash| self.pinned(hash), episode, now)
    }

    /// Makes a bookmark of what was read of an episode, if it is worth one and has none, or
    /// an old one.
    fn add_bookmark(&self, episode: &Episode, records: &Records, now: Now) -> Result<(), AppError> {
        let has_one = |known: &Known| known.bookmarks.get(&*episode.id).is_some_and(|k| !k.is_old(now.day));
        let read = self.known.borrow().as_ref().map(|known| (known.place, has_one(known)));
        let Some((place, false)) = read.filter(|(place, _)| *place > MANY && !now.looks_back()) else {
            return Ok(());
        };
        let Some(record) = records.of(episode) else { return Ok(()) };
        if !self.store.takes_bookmarks()? {
            return Ok(());
        }
        let (bookmark, kept) = self.bookmark(record, records, record.entries.len() / 2, now)?;
        self.store.keep_bookmark(&episode.id, &self.catalog.rules, (place, &bookmark), kept.as_ref())?;
        Ok(())
    }

    /// A bookmark of what was read of an episode, and the entries before its first day to
    /// keep: if fewer than so many are read by it, or it goes on from another one.
    pub(super) fn bookmark(
        &self,
        record: &Record,
        records: &Records,
        fewer_than: usize,
        now: Now,
    ) -> Result<(Bookmark, Option<BTreeSet<EntryId>>), AppError> {
        let Record { episode, entries, past, .. } = record;
        let whole = self.situate(records, episode, now)?;
        let (bookmark, kept) = whole.bookmark(&self.catalog.library, entries);
        let few: Vec<_> =
            entries.iter().filter(|e| e.day >= bookmark.from || kept.contains(&e.id)).cloned().collect();
        // It is held to the whole before it is used.
        let worth = (past.is_some() || few.len() < fewer_than)
            && self.situate(&records.read_by(&bookmark, record, few), episode, now)?.says_the_same_as(&whole);
        Ok((bookmark, worth.then_some(kept)))
    }

    /// How the plan was kept to, day by day; `looked` hears how many days have been looked
    /// at.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn adherence(&self, situation: &Situation, looked: &dyn Fn(u64)) -> Result<Adherence, AppError> {
        let records = self.records(self.store.episodes()?, Reach::Whole)?;
        let today = situation.journal.now();
        let (opened, back) =
            (today.day_of(situation.episode.opened), LookBack::at(self, &records, today.day));
        Ok(adherence(situation, |now| {
            looked(now.day.since(opened).unsigned_abs());
            back.situation(&situation.episode, now).ok()
        }))
    }

    /// What was logged from a day on, with a chart of one measure: of any pain,
    /// unless another is wanted. `looked` hears how many days have been looked at.
    ///
    /// # Errors
    ///
    /// When there is no such measure, or the store cannot be read.
    pub fn report(
        &self,
        situation: &Situation,
        first: Day,
        measure: Option<&str>,
        looked: &dyn Fn(u64),
    ) -> Result<Report, AppError> {
        let measures = &self.catalog.library.measures;
        let id = measure.unwrap_or(PAIN_ANY);
        let measure =
            measures.get(id).ok_or_else(|| unknown("measure", id, measures.keys().map(String::as_str)))?;
        let adherence = self.adherence(situation, looked)?;
        let flags = &situation.flags;
        Ok(situation.judge(&self.catalog.library, |case| report(case, flags, first, measure, adherence)))
    }
}
