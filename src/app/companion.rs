//! What goes along where there is no sinew.

use crate::domain::companion::{Companion, companion};
use crate::domain::entry::EntryId;
use crate::domain::situation::Situation;

use super::{App, AppError};

/// For how many days back a page is told what is on record already (ours): it
/// keeps what it does not find there.
const KNOWN_DAYS: i64 = 60;

impl App {
    /// Gathers what goes along for so many days, today included.
    pub fn companion(&self, situation: &Situation, days: u32) -> Companion {
        let ahead = self.ahead(situation, days.saturating_sub(1));
        companion(&self.catalog.library, situation, ahead.as_ref(), days)
    }

    /// The entries of the last weeks, also those that were taken back since.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn known(&self, situation: &Situation) -> Result<Vec<EntryId>, AppError> {
        let since = situation.journal.now().day.minus(KNOWN_DAYS);
        let entries = self.store.entries(&situation.episode.id, &self.catalog.library)?;
        Ok(entries.into_iter().filter(|e| e.day >= since).map(|e| e.id).collect())
    }
}
