//! What every episode of a person has on record, read once and looked at as
//! often as is needed: at one moment, or on each day of a recovery.

use std::collections::{BTreeMap, BTreeSet, HashMap};
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
use crate::store::{Kept, Placed};

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
}

impl Record {
    /// The same episode, with no entries.
    pub(super) fn bare(&self) -> Self {
        Self { episode: self.episode.clone(), entries: Vec::new(), past: None }
    }

    /// As it was at a moment, where its entries are in order.
    pub(super) fn known_at(&self, now: Now) -> Self {
        debug_assert!(self.entries.is_sorted_by(|a, b| in_order(a, b).is_le()), "entries are in order");
        let until = near(&self.entries, Day::of_date(NaiveDate::MIN), now.day);
        let known = until.iter().filter(|e| now.knows(e.day, e.at));
        Self { entries: known.cloned().collect(), past: self.past.clone(), ..self.bare() }
    }
}

/// The entries that a command has read. Nothing is ever changed in a store, so that only
/// what is new has to be read another time.
#[derive(Debug)]
pub(super) struct Known {
    /// What [`crate::store::Store::version`] said.
    version: i64,
    /// The place of the last one.
    place: i64,
    by_episode: HashMap<Arc<str>, Vec<Arc<Entry>>>,
    /// What some of them were read by.
    bookmarks: BTreeMap<Arc<str>, Kept>,
    /// Whether the others have been tried to make one of.
    marked: bool,
}

/// How much has to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reach {
    /// Everything.
    Whole,
    /// What the advice of a moment needs.
    Advice(Now),
}

/// In a store of fewer entries everything is read, and no bookmarks are made.
const MANY: i64 = 2_000;

impl Known {
    fn add(&mut self, new: Vec<Placed>) {
        if new.is_empty() {
            return;
        }
        for Placed { place, episode, entry } in new {
            self.place = place;
            self.by_episode.entry(episode).or_default().push(entry);
        }
        // Once, and not again by each journal that is made of them.
        self.by_episode.values_mut().for_each(|entries| entries.sort_by(|a, b| in_order(a, b)));
    }

    /// Whether nothing was left out.
    fn is_whole(&self) -> bool {
        !self.bookmarks.values().any(Kept::is_worth_it)
    }

    fn is_enough_for(&self, reach: Reach) -> bool {
        self.is_whole()
            || match reach {
                Reach::Whole => false,
                Reach::Advice(now) => self.bookmarks.values().all(|k| k.bookmark.is_good_at(now)),
            }
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
    fn read_by(&self, bookmark: &Bookmark, episode: &Episode, few: Vec<Arc<Entry>>) -> Self {
        let past = Some(Arc::clone(&bookmark.past));
        let read = Record { episode: episode.clone(), entries: few, past };
        let beside = self.0.iter().filter(|r| r.episode.id != episode.id).cloned();
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
            let journal = Journal::read(own.entries.iter().cloned(), shared, own.past.clone(), now);
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
        Record { episode, entries, past }: &Record,
        records: &Records,
        fewer_than: usize,
        now: Now,
    ) -> Result<(Bookmark, Option<BTreeSet<EntryId>>), AppError> {
        let whole = self.situate(records, episode, now)?;
        let (bookmark, kept) = whole.bookmark(&self.catalog.library, entries);
        let few: Vec<_> =
            entries.iter().filter(|e| e.day >= bookmark.from || kept.contains(&e.id)).cloned().collect();
        // It is held to the whole before it is used.
        let worth = (past.is_some() || few.len() < fewer_than)
            && self
                .situate(&records.read_by(&bookmark, episode, few), episode, now)?
                .says_the_same_as(&whole);
        Ok((bookmark, worth.then_some(kept)))
    }

    /// Reads the entries of some episodes.
    pub(super) fn records(&self, episodes: Vec<Episode>, reach: Reach) -> Result<Records, AppError> {
        let version = self.store.version()?;
        let mut known = self.known.borrow_mut();
        // Another sinew may have erased something, and an import may have been taken back.
        let still = known.take().filter(|k| k.version == version && !self.store.is_writing());
        let enough = still.filter(|k| k.is_enough_for(reach));
        let read = enough.map(|known| self.read_on(known)).transpose()?.flatten();
        let read = read.map_or_else(|| self.read_anew(version, &episodes, reach), Ok)?;
        let with_entries = |episode: Episode| {
            let id = episode.id.as_str();
            let entries = read.by_episode.get(id).cloned().unwrap_or_default();
            let kept = read.bookmarks.get(id).filter(|kept| kept.is_worth_it());
            let past = kept.map(|kept| Arc::clone(&kept.bookmark.past));
            Record { episode, entries, past }
        };
        let all = episodes.into_iter().map(with_entries).collect();
        if !self.store.is_writing() {
            *known = Some(read);
        }
        Ok(Records(all))
    }

    /// Reads what is new; nothing where a bookmark cannot go with it.
    fn read_on(&self, mut known: Known) -> Result<Option<Known>, AppError> {
        let _still = self.store.still()?;
        for (episode, kept) in &known.bookmarks {
            if !self.store.outlives(episode, kept, &self.catalog.library)? {
                return Ok(None);
            }
        }
        known.add(self.store.behind(Some(known.place), &self.catalog.library)?);
        Ok(Some(known))
    }

    /// Reads as much as has to be.
    fn read_anew(&self, version: i64, episodes: &[Episode], reach: Reach) -> Result<Known, AppError> {
        let library = &self.catalog.library;
        let (by_episode, bookmarks) = (HashMap::new(), BTreeMap::new());
        let mut known = Known { version, place: 0, by_episode, bookmarks, marked: false };
        // What is being written has none yet, and is seen as it is.
        let writing = self.store.is_writing();
        let _still = (!writing).then(|| self.store.still()).transpose()?;
        if let (Reach::Advice(now), false) = (reach, writing) {
            for episode in episodes {
                let kept = self.store.bookmark(&episode.id, &self.catalog.rules, library)?;
                let serves = |kept: &Kept| !kept.is_old(now.day) || kept.goes_on(now.day);
                if let Some(kept) = kept.filter(|k| k.bookmark.is_good_at(now) && serves(k)) {
                    known.bookmarks.insert(episode.id.as_str().into(), kept);
                }
            }
        }
        if known.is_whole() {
            known.add(self.store.behind(None, library)?);
            return Ok(known);
        }
        known.place = self.store.last_place()?;
        for episode in episodes {
            let kept = known.bookmarks.get(&*episode.id).filter(|kept| kept.is_worth_it());
            let few = kept.map(|kept| self.store.by_bookmark(&episode.id, kept, library)).transpose()?;
            let entries = if let Some(few) = few.flatten() {
                few
            } else {
                known.bookmarks.remove(&*episode.id);
                self.store.entries(&episode.id, library)?.into_iter().map(Arc::new).collect()
            };
            known.by_episode.insert(episode.id.as_str().into(), entries);
        }
        Ok(known)
    }

    /// Forgets what was read, so that it is read again.
    pub(super) fn forget(&mut self) {
        *self.known.get_mut() = None;
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
