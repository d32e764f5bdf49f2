//! A bar for work that lasts longer than a second.

use std::time::Duration;

use crate::domain::situation::Situation;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that needs no bar.
const SHORT: Duration = Duration::from_secs(1);

/// A bar with a guess of what is left. It is drawn on standard error, and only when that
/// is a terminal and the work was not over within a second.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar over `all` steps of some work.
    pub(super) fn of(what: &'static str, all: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent} %, {eta} left") {
            // Every terminal can draw these, whatever its character set.
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what);
        Self(bar)
    }

    /// A bar over the days since an episode was opened.
    pub(super) fn of_looking_back(situation: &Situation) -> Self {
        let now = situation.journal.now();
        Self::of("looking back", now.day.since(now.day_of(situation.episode.opened)).unsigned_abs())
    }

    /// So many steps are done.
    pub(super) fn at(&self, step: u64) {
        if self.0.is_hidden() && self.0.elapsed() > SHORT {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.0.set_position(step);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
