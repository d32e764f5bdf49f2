//! Reading what today's advice needs of a very long diary, without holding the whole of it:
//! stretch of days after stretch of days, of each of which only what still speaks is kept,
//! as a bookmark made on its last evening says.

use std::collections::{BTreeSet, HashSet};
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
pub(super) const PART: usize = 10;

/// An episode as far as it was read.
pub(super) struct Read {
    /// What still speaks of it.
    pub(super) record: Record,
    /// What says so; nothing while everything was kept.
    pub(super) bookmark: Option<Bookmark>,
    /// What was read before its turn.
    ahead: BTreeSet<EntryId>,
    /// What is not known yet, as when a clock was put back.
    unknown: Vec<Arc<Entry>>,
}

impl App {
    /// What the advice of `now` needs of all episodes. Nothing where an episode tells another
    /// one what that would have had to know before it let something go, or where a clock was
    /// put back.
    ///
    /// What decides or puts something right is known from the beginning. So a diary of years
    /// can be read that belongs to a plan which was only started today, and nothing comes
    /// late that would make a bookmark useless. What lapsed since, such as a clinician's
    /// limits, keeps all that lies before it.
    pub(super) fn by_stretches(&self, episodes: &[Episode], now: Now) -> Result<Option<Vec<Read>>, AppError> {
        let days = episodes.iter().filter_map(|e| self.store.days(&e.id).transpose());
        let days = days.collect::<Result<Vec<_>, _>>()?;
        let (first, last) = (days.iter().map(|d| d.0).min(), days.iter().map(|d| d.1).max());
        let Some((mut from, last)) = first.zip(last) else { return Ok(None) };
        let mut all = episodes.iter().map(|e| self.begun(e, now)).collect::<Result<Vec<_>, _>>()?;
        let held = |all: &[Read]| all.iter().map(|r| r.record.entries.len()).sum::<usize>();
        let part = self.most / PART;
        let (mut left, mut wait) = (0, part);
        for evening in evenings(from, now.day) {
            if !self.read_on_to(&mut all, (from, evening), now)? {
                return Ok(None);
            }
            from = evening.plus(1);
            let before = held(&all);
            if before > left + wait {
                self.let_go(&mut all, evening, now);
                left = held(&all);
                // Where little can be let go, that is tried less and less often.
                wait = if left < before - before / 4 { part } else { part.max(left) };
            }
        }
        let is_good = |r: &Read| r.bookmark.as_ref().is_none_or(|b| b.is_good_at(now));
        if !self.read_on_to(&mut all, (from, last), now)? || !all.iter().all(is_good) {
            return Ok(None);
        }
        for Read { record, unknown, .. } in &mut all {
            record.entries.append(unknown);
            record.foreknown = false;
        }
        Ok(Some(all))
    }

    /// An episode of which nothing was read but what decides, or puts something right.
    fn begun(&self, episode: &Episode, now: Now) -> Result<Read, AppError> {
        let turns = self.store.turns(&episode.id, &self.catalog.library)?.into_iter().map(|f| f.entry);
        let entries: Vec<_> = turns.filter(|e| now.knows(e.day, e.at)).collect();
        let ahead = entries.iter().map(|e| e.id.clone()).collect();
        let record = Record { episode: episode.clone(), entries, past: None, foreknown: true };
        Ok(Read { record, bookmark: None, ahead, unknown: Vec::new() })
    }

    /// Reads the days of a stretch; says whether all bookmarks are still good with them.
    fn read_on_to(&self, all: &mut [Read], (from, to): (Day, Day), now: Now) -> Result<bool, AppError> {
        let library = &self.catalog.library;
        for at in 0..all.len() {
            let read = self.store.of_days(&all[at].record.episode.id, from..=to, library)?;
            let ids: HashSet<&EntryId> = read.iter().map(|f| &f.entry.id).collect();
            let others = || all.iter().enumerate().filter(|(other, _)| *other != at);
            let mut bookmarks = others().filter_map(|(_, other)| other.bookmark.as_ref());
            let outlives = |bookmark: &Bookmark| {
                let was_there = |id: &EntryId| !ids.contains(id);
                read.iter().all(|f| bookmark.outlives_elsewhere(library, &f.entry, was_there))
            };
            if !bookmarks.all(outlives) {
                return Ok(false);
            }
            let Read { record, ahead, unknown, .. } = &mut all[at];
            let new = read.into_iter().map(|f| f.entry).filter(|e| !ahead.contains(&e.id));
            let (known, later): (Vec<_>, Vec<_>) = new.partition(|e| now.knows(e.day, e.at));
            record.entries.extend(known);
            unknown.extend(later);
        }
        Ok(true)
    }

    /// Keeps of each episode what still speaks after an evening. What had better be kept
    /// whole until later is.
    fn let_go(&self, all: &mut [Read], evening: Day, now: Now) {
        let made = now.back_at(evening, day_ends(evening, now));
        let records = Records::new(all.iter().map(|r| r.record.clone()).collect());
        for Read { record, bookmark, ahead, .. } in all {
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
    let count = if first > last { 0 } else { last.since(first) / STRETCH + 1 };
    (0..count).rev().map(move |n| last.minus(n * STRETCH))
}
