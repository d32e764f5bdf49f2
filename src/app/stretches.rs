//! Reading what today's advice needs of a very long diary, without ever holding the whole
//! of it: stretch of days after stretch of days, of each of which only what still speaks
//! is kept, as a bookmark made on its last evening says.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::day::{Day, Now};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::episode::Episode;
use crate::domain::past::Bookmark;

use super::records::{Record, Records};
use super::{App, AppError, day_ends};

/// With more entries than these a store is not held as a whole: what people write by hand
/// in twenty years stays below.
pub(super) const MOST: usize = 200_000;

/// Days that are read at a time.
pub(super) const STRETCH: i64 = 28;

/// As soon as this part of the most that may be held was read, something is let go.
const PART: usize = 10;

/// An episode as far as it was read.
pub(super) struct Read {
    /// What still speaks of it.
    pub(super) record: Record,
    /// What says so; nothing while everything was kept.
    pub(super) bookmark: Option<Bookmark>,
    /// What was read before its turn.
    ahead: BTreeSet<EntryId>,
}

impl App {
    /// What the advice of `now` needs of all episodes; nothing where one of them tells
    /// another one what that would have had to know before it let something go.
    ///
    /// What decides or puts something right is known from the beginning. So a diary of years
    /// can be read that belongs to a plan which was only started today, and nothing comes
    /// late that would make a bookmark useless.
    pub(super) fn by_stretches(&self, episodes: &[Episode], now: Now) -> Result<Option<Vec<Read>>, AppError> {
        let days = episodes.iter().filter_map(|e| self.store.days(&e.id).transpose());
        let days = days.collect::<Result<Vec<_>, _>>()?;
        let (first, last) = (days.iter().map(|d| d.0).min(), days.iter().map(|d| d.1).max());
        let Some((mut from, last)) = first.zip(last) else { return Ok(None) };
        let mut read = episodes.iter().map(|e| self.begun(e, now)).collect::<Result<Vec<_>, _>>()?;
        let held = |read: &[Read]| read.iter().map(|r| r.record.entries.len()).sum::<usize>();
        let mut kept = 0;
        for evening in evenings(from, now.day) {
            if !self.read_on_to(&mut read, from, evening)? {
                return Ok(None);
            }
            from = evening.plus(1);
            if held(&read) > kept + self.most / PART {
                self.let_go(&mut read, evening, now);
                kept = held(&read);
            }
        }
        let is_good = |r: &Read| r.bookmark.as_ref().is_none_or(|b| b.is_good_at(now));
        if !self.read_on_to(&mut read, from, last)? || !read.iter().all(is_good) {
            return Ok(None);
        }
        for Read { record, .. } in &mut read {
            record.foreknown = false;
        }
        Ok(Some(read))
    }

    /// An episode of which nothing was read but what decides, or puts something right.
    fn begun(&self, episode: &Episode, now: Now) -> Result<Read, AppError> {
        let turns = self.store.turns(&episode.id, &self.catalog.library)?.into_iter().map(|f| f.entry);
        let entries: Vec<_> = turns.filter(|e| now.knows(e.day, e.at)).collect();
        let ahead = entries.iter().map(|e| e.id.clone()).collect();
        let record = Record { episode: episode.clone(), entries, past: None, foreknown: true };
        Ok(Read { record, bookmark: None, ahead })
    }

    /// Reads the days of a stretch; says whether all bookmarks are still good with them.
    fn read_on_to(&self, read: &mut [Read], from: Day, to: Day) -> Result<bool, AppError> {
        let library = &self.catalog.library;
        for at in 0..read.len() {
            let new = self.store.of_days(&read[at].record.episode.id, from..=to, library)?;
            let new: Vec<_> = new.into_iter().map(|f| f.entry).collect();
            // Whatever is put right may have stood there before.
            let outlives = |entry: &Arc<Entry>, other: usize, read: &Read| {
                let Some(bookmark) = &read.bookmark else { return true };
                other == at || bookmark.outlives_elsewhere(library, entry, |_| true)
            };
            let good = |entry| read.iter().enumerate().all(|(other, read)| outlives(entry, other, read));
            if !new.iter().all(good) {
                return Ok(false);
            }
            let Read { record, ahead, .. } = &mut read[at];
            record.entries.extend(new.into_iter().filter(|e| !ahead.contains(&e.id)));
        }
        Ok(true)
    }

    /// Keeps of each episode what still speaks after an evening. What had better be kept
    /// whole until later is.
    fn let_go(&self, read: &mut [Read], evening: Day, now: Now) {
        let made = now.back_at(evening, day_ends(evening, now));
        let records = Records::new(read.iter().map(|r| r.record.clone()).collect());
        for Read { record, bookmark, ahead } in read {
            let Ok((mark, Some(kept))) = self.bookmark(record, &records, usize::MAX, made) else { continue };
            // It has to do until today.
            if mark.past.lapses().is_some_and(|last| last < now.day) {
                continue;
            }
            record.entries.retain(|e| e.day >= mark.from || kept.contains(&e.id) || ahead.contains(&e.id));
            let mark = mark.of_everything();
            record.past = Some(Arc::clone(&mark.past));
            *bookmark = Some(mark);
        }
    }
}

/// The evenings on which stretches end, in order: yesterday's is the last one.
fn evenings(first: Day, today: Day) -> impl Iterator<Item = Day> {
    let last = today.minus(1);
    let count = (last.since(first) / STRETCH).max(-1);
    (0..=count).rev().map(move |n| last.minus(n * STRETCH))
}
