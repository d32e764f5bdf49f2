//! The guided session: one bout grows by one correction a set.

use crate::domain::day::Now;
use crate::domain::entry::{Correction, Entry, EntryId, Performed};
use crate::domain::episode::Episode;
use crate::domain::journal::Journal;
use crate::store::Batch;

use super::record::day_of;
use super::{App, AppError, ids};

impl App {
    /// Appends a bout of today, or the same bout with more of it done, which
    /// replaces the entry before: an exercise stays one bout, with its dose and
    /// its pain, however many sets were saved on the way.
    ///
    /// `last` is the last entry of today about this exercise that the session
    /// knows of: two sessions side by side never count one set twice.
    ///
    /// # Errors
    ///
    /// When somebody else recorded this exercise meanwhile, or the store refuses.
    pub fn record_bout(
        &mut self,
        episode: &Episode,
        bout: Performed,
        last: Option<&EntryId>,
        corrects: Option<Correction>,
        now: Now,
    ) -> Result<EntryId, AppError> {
        let exercise = bout.exercise.clone();
        let fact = self.performed(bout)?;
        let version = self.store.version()?;
        let journal = Journal::new(self.lately(episode, now)?, now);
        let today: Vec<&Entry> = journal
            .performed(now.day, now.day)
            .filter(|b| b.what.exercise == exercise)
            .map(|b| b.entry)
            .collect();
        let there = corrects.as_ref().is_none_or(|c| today.iter().any(|e| e.id == c.replaces));
        if today.last().map(|e| &e.id) != last || !there {
            return Err(AppError::Elsewhere);
        }
        let id = EntryId::new(ids::fresh(now));
        let day = day_of(episode, now.at, now)?;
        let entry = Entry { id: id.clone(), day, at: now.at, note: None, corrects, fact };
        let batch = Batch { entries: &[entry], read_at: Some(version), ..Batch::default() };
        self.store.append(&episode.id, &self.catalog.library, &batch)?;
        Ok(id)
    }
}
