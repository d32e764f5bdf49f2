//! Looking back at a recovery, moment after moment. Years of days are each looked at as
//! today is: by a bookmark, made of all that was known a few weeks before.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::episode::Episode;
use crate::domain::journal::near;
use crate::domain::past::Bookmark;
use crate::domain::situation::Situation;

use super::records::{Record, Records};
use super::{App, AppError, day_ends};

/// Days after which bookmarks are made anew: by an old one much is read each time, and
/// for a new one everything, once.
const RENEWED_AFTER: i64 = 28;

/// For fewer days none are made: that takes about as long as to read everything for each
/// moment of two of them.
const WORTH_IT_FOR: i64 = 3;

/// An episode at many moments, which come in order or nearly so.
pub(super) struct LookBack<'a> {
    app: &'a App,
    records: &'a Records,
    /// The last day that is looked at.
    last: Day,
    /// What was put right or taken back, with its day and instant.
    replaced: HashMap<&'a EntryId, (Day, At)>,
    marks: RefCell<Option<Marks>>,
}

/// The bookmarks of all episodes at one moment; none where one would leave out little.
struct Marks {
    made: Now,
    of: Vec<Option<Mark>>,
}

/// A bookmark, with the entries before it that still speak.
struct Mark {
    bookmark: Bookmark,
    kept: Vec<Arc<Entry>>,
}

impl<'a> LookBack<'a> {
    pub(super) fn at(app: &'a App, records: &'a Records, last: Day) -> Self {
        let all = || records.iter().flat_map(|record| &record.entries);
        let corrections = all().filter_map(|entry| entry.corrects.as_ref());
        let ids: HashSet<&EntryId> = corrections.map(|correction| &correction.replaces).collect();
        let replaced = all().filter(|e| ids.contains(&e.id)).map(|e| (&e.id, (e.day, e.at))).collect();
        Self { app, records, last, replaced, marks: RefCell::new(None) }
    }

    /// Everything about an episode at a moment.
    pub(super) fn situation(&self, episode: &Episode, now: Now) -> Result<Situation, AppError> {
        let mut marks = self.marks.borrow_mut();
        let age = marks.as_ref().map(|marks| now.day.since(marks.made.day));
        let fits = |marks: &Marks| age <= Some(RENEWED_AFTER) && self.are_good(marks, now);
        // Made as of the evening before: the moments of a day are asked for in any order.
        if age != Some(1) && !marks.as_ref().is_some_and(fits) && self.last.since(now.day) >= WORTH_IT_FOR {
            *marks = Some(self.mark(marks.as_ref(), now));
        }
        self.app.situate(&self.read(marks.as_ref(), now), episode, now)
    }

    /// What is known at a moment, read by bookmarks where they are good for it.
    fn read(&self, marks: Option<&Marks>, now: Now) -> Records {
        let good = marks.filter(|marks| self.are_good(marks, now));
        let read = self.records.iter().enumerate().map(|(n, record)| {
            match good.and_then(|marks| marks.of[n].as_ref()) {
                Some(Mark { bookmark, kept }) => {
                    let recent = near(&record.entries, bookmark.from, now.day);
                    let recent = recent.iter().filter(|e| e.day >= bookmark.from && now.knows(e.day, e.at));
                    let entries = kept.iter().chain(recent).cloned().collect();
                    Record { entries, past: Some(Arc::clone(&bookmark.past)), ..record.bare() }
                }
                None => record.known_at(now),
            }
        });
        Records::new(read.collect())
    }

    /// Makes bookmarks as of the evening before a day, of what is read by those before.
    fn mark(&self, before: Option<&Marks>, now: Now) -> Marks {
        let evening = now.day.minus(1);
        let made = now.back_at(evening, day_ends(evening, now));
        let goes_on = |marks: &&Marks| marks.of.iter().flatten().all(|m| m.bookmark.goes_on(evening));
        let known = self.read(before.filter(goes_on), made);
        let mark = |record: &Record| {
            let (bookmark, kept) = self.app.bookmark(record, &known, record.entries.len(), made).ok()?;
            let kept = kept?;
            let kept = record.entries.iter().filter(|e| e.day < bookmark.from && kept.contains(&e.id));
            Some(Mark { kept: kept.cloned().collect(), bookmark })
        };
        let of = known.iter().map(mark).collect();
        Marks { made, of }
    }

    /// Whether all that is known now and was not when bookmarks were made leaves them
    /// good, and nothing is unknown that was known then.
    fn are_good(&self, marks: &Marks, now: Now) -> bool {
        let made = marks.made;
        if now.at < made.at || now.day < made.day {
            return false;
        }
        let lapsed = |mark: &Mark| mark.bookmark.past.lapses().is_some_and(|last| now.day > last);
        if marks.of.iter().flatten().any(lapsed) {
            return false;
        }
        self.records.iter().enumerate().all(|(n, record)| {
            near(&record.entries, made.day, now.day).iter().all(|entry| {
                match (made.knows(entry.day, entry.at), now.knows(entry.day, entry.at)) {
                    (true, false) => false,
                    (false, true) => self.outlive(marks, n, entry),
                    _ => true,
                }
            })
        })
    }

    /// Whether bookmarks are still good with one more entry in one of the episodes, as
    /// [`crate::store::Store::outlives`] has it.
    fn outlive(&self, marks: &Marks, episode: usize, entry: &Entry) -> bool {
        let was_there =
            |id: &EntryId| self.replaced.get(id).is_none_or(|(day, at)| marks.made.knows(*day, *at));
        marks.of.iter().enumerate().all(|(n, mark)| match mark {
            None => true,
            Some(mark) if n == episode => mark.bookmark.outlives(entry, was_there),
            Some(mark) => mark.bookmark.outlives_elsewhere(&self.app.catalog.library, entry, was_there),
        })
    }
}
