//! What a command has read of the store: once, and no more of it than it needs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::day::Now;
use crate::domain::entry::Entry;
use crate::domain::episode::Episode;
use crate::domain::journal::in_order;
use crate::store::{Kept, Placed};

use super::records::{Record, Records};
use super::stretches::{PART, Read};
use super::{App, AppError};

/// The entries that a command has read. Nothing is ever changed in a store, so that only
/// what is new has to be read another time.
#[derive(Debug)]
pub(super) struct Known {
    /// What [`crate::store::Store::version`] said.
    version: i64,
    /// The place of the last one.
    pub(super) place: i64,
    by_episode: HashMap<Arc<str>, Vec<Arc<Entry>>>,
    /// What some of them were read by.
    pub(super) bookmarks: BTreeMap<Arc<str>, Kept>,
    /// Whether the others have been tried to make one of.
    pub(super) marked: bool,
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
pub(super) const MANY: i64 = 2_000;

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

    /// Keeps what was read of an episode, in order.
    fn keep(&mut self, episode: &Episode, mut entries: Vec<Arc<Entry>>) {
        entries.sort_by(|a, b| in_order(a, b));
        self.by_episode.insert(episode.id.as_str().into(), entries);
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

impl App {
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
            Record { episode, entries, past, foreknown: false }
        };
        let all = episodes.into_iter().map(with_entries).collect();
        if !self.store.is_writing() {
            *known = Some(read);
        }
        Ok(Records::new(all))
    }

    /// Reads what is new; nothing where a bookmark cannot go with it.
    fn read_on(&self, mut known: Known) -> Result<Option<Known>, AppError> {
        let _still = self.store.still()?;
        if self.is_too_much(known.place)? {
            return Ok(None);
        }
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
        // What is being written has no bookmark yet, and is seen as it is.
        let writing = self.store.is_writing();
        let _still = self.store.still()?;
        let bookmarks = if writing { BTreeMap::new() } else { self.bookmarks(episodes, reach)? };
        let mut known = Known { version, place: 0, by_episode: HashMap::new(), bookmarks, marked: false };
        let is_large = self.is_too_much(0)?;
        if is_large && self.has_a_long_one(episodes, &known.bookmarks)? {
            known.bookmarks.clear();
        }
        if !known.is_whole() {
            return self.read_by_bookmarks(known, episodes);
        }
        if let (Reach::Advice(now), true) = (reach, is_large)
            && self.read_by_stretches(&mut known, episodes, now)?
        {
            return Ok(known);
        }
        known.add(self.store.behind(None, &self.catalog.library)?);
        Ok(known)
    }

    /// Whether there may be more behind a place than is held at a time.
    fn is_too_much(&self, place: i64) -> Result<bool, AppError> {
        let places = self.store.last_place()?.saturating_sub(place);
        Ok(usize::try_from(places).is_ok_and(|places| places > self.most))
    }

    /// Whether an episode without a bookmark is too long to be read as a whole beside others.
    fn has_a_long_one(
        &self,
        episodes: &[Episode],
        bookmarks: &BTreeMap<Arc<str>, Kept>,
    ) -> Result<bool, AppError> {
        for episode in episodes.iter().filter(|e| !bookmarks.contains_key(&*e.id)) {
            if self.store.has_more_than(self.most / PART, &episode.id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The bookmarks of episodes that serve.
    fn bookmarks(&self, episodes: &[Episode], reach: Reach) -> Result<BTreeMap<Arc<str>, Kept>, AppError> {
        let mut bookmarks = BTreeMap::new();
        let Reach::Advice(now) = reach else { return Ok(bookmarks) };
        for episode in episodes {
            let kept = self.store.bookmark(&episode.id, &self.catalog.rules, &self.catalog.library)?;
            let serves = |kept: &Kept| !kept.is_old(now.day) || kept.goes_on(now.day);
            if let Some(kept) = kept.filter(|k| k.bookmark.is_good_at(now) && serves(k)) {
                bookmarks.insert(episode.id.as_str().into(), kept);
            }
        }
        Ok(bookmarks)
    }

    /// Reads episodes by their bookmarks; as a whole, where one has none.
    fn read_by_bookmarks(&self, mut known: Known, episodes: &[Episode]) -> Result<Known, AppError> {
        let library = &self.catalog.library;
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
            known.keep(episode, entries);
        }
        Ok(known)
    }

    /// Reads a store that is too large to be held as a whole; says whether that can be done.
    fn read_by_stretches(&self, known: &mut Known, episodes: &[Episode], now: Now) -> Result<bool, AppError> {
        let read = if now.looks_back() { None } else { self.by_stretches(episodes, now)? };
        let Some(read) = read else { return Ok(false) };
        known.place = self.store.last_place()?;
        for Read { record, bookmark, .. } in read {
            let id = record.episode.id.as_str();
            let passing = bookmark.map(|bookmark| (id.into(), Kept::passing(bookmark, known.place)));
            known.bookmarks.extend(passing);
            known.keep(&record.episode, record.entries);
        }
        Ok(true)
    }

    /// Forgets what was read, so that it is read again.
    pub(super) fn forget(&mut self) {
        *self.known.get_mut() = None;
    }
}
