//! What makes a recovery slower than its program: an earlier strain, an
//! overstretch, an injury close to the sit bone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::Answered;
use super::entry::EntryId;
use super::library::Clause;
use super::program::{Program, Stage};

/// Something about a person or an injury that makes a program slower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slower {
    /// Its id within the program.
    pub id: String,
    /// What has to be answered.
    pub clause: Clause,
    /// By how many days the full return comes later.
    pub return_later: i64,
    /// The phases that last longer, by id.
    pub phases: Vec<String>,
    /// By how much they last longer, 1 or more.
    pub factor: f64,
    /// Why.
    pub why: Arc<str>,
    /// Keys of its sources.
    pub source: Arc<[String]>,
}

/// A [`Slower`] that holds for an episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Slowed {
    /// What makes it slower.
    pub rule: Slower,
    /// What was answered.
    pub said: String,
    /// The entry of that answer, where there is one.
    pub entry: Option<EntryId>,
}

impl Program {
    /// What makes this program slower under these answers.
    pub fn slowed_by(&self, answers: &impl Answered) -> Vec<Slowed> {
        self.slower
            .iter()
            .filter_map(|rule| {
                let told = answers.told(&rule.clause)?;
                rule.clause.is_true_of(told.value).then(|| Slowed {
                    rule: rule.clone(),
                    said: told.value.to_string(),
                    entry: told.entry.cloned(),
                })
            })
            .collect()
    }

    /// The program with its later return and its longer phases. What slows it
    /// twice does so by the larger factor, and by the sum of the days.
    #[must_use]
    pub fn slowed(&self, by: &[Slowed]) -> Self {
        let mut slow = self.clone();
        slow.return_not_before += by.iter().map(|s| s.rule.return_later).sum::<i64>();
        for phase in &mut slow.phases {
            let factors = by.iter().filter(|s| s.rule.phases.contains(&phase.id)).map(|s| s.rule.factor);
            let factor = factors.fold(1.0, f64::max);
            phase.minimum_days = scaled(phase.minimum_days, factor);
            // A longer phase is not overdue before it can be left.
            let leaves = phase.earliest_day + phase.minimum_days;
            phase.stalled_day = phase.stalled_day.map(|day| day.max(leaves));
            // The last phase stands behind the return.
            if phase.stage == Stage::Maintenance && !by.is_empty() {
                phase.earliest_day = phase.earliest_day.max(slow.return_not_before);
            }
        }
        slow
    }
}

/// Days times a factor of 1 or more, rounded up.
fn scaled(days: i64, factor: f64) -> i64 {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "days of a phase")]
    let longer = (days as f64 * factor).ceil() as i64;
    longer
}
