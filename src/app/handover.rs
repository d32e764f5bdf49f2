//! The hand-over: everything on record, as a clinician asks for it.

use crate::domain::day::Day;
use crate::domain::handover::{Basis, Handover, hand_over};
use crate::domain::situation::Situation;

use super::{App, AppError};

impl App {
    /// Works out the hand-over of a situation: what changed since `since`, or
    /// since the last visit, with questions for this one. The catalogue has its
    /// patterns in it.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hand_over(
        &self,
        situation: &Situation,
        since: Option<Day>,
        questions: &[String],
        looked: &dyn Fn(u64),
    ) -> Result<Handover, AppError> {
        let now = situation.journal.now();
        let mut trail = self.history(&situation.episode)?;
        trail.retain(|t| now.knows(t.entry.day, t.entry.at));
        let adherence = self.adherence(situation, looked)?;
        let basis = Basis { trail: &trail, adherence, since, questions };
        Ok(hand_over(&self.catalog.library, situation, basis))
    }
}
