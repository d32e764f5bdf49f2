//! The coming days of an episode as a calendar.

use crate::domain::calendar::{Calendar, What, calendar};
use crate::domain::episode::Episode;
use crate::domain::situation::Situation;

use super::{App, AppError, ids};

impl App {
    /// Draws up the calendar of today and `days` more.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn calendar(&self, situation: &Situation, days: u32) -> Result<Calendar, AppError> {
        let recorded = self.store.recorded()?;
        let ahead = self.ahead(situation, days);
        let library = &self.catalog.library;
        Ok(situation.judge(library, |case| calendar(case, situation, ahead.as_ref(), days, recorded)))
    }

    /// The name under which a calendar knows a series of an episode, for good.
    pub fn calendar_name(episode: &Episode, what: What) -> String {
        ids::of_series(&episode.id, what.id())
    }
}
