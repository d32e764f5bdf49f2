//! What every episode of a person has on record, read once and looked at as
//! often as is needed: at one moment, or on each day of a recovery.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::adherence::{Adherence, adherence};
use crate::domain::course::program_of;
use crate::domain::day::{Day, Now};
use crate::domain::entry::Entry;
use crate::domain::episode::Episode;
use crate::domain::journal::Journal;
use crate::domain::library::Library;
use crate::domain::measure::PAIN_ANY;
use crate::domain::program::Program;
use crate::domain::report::{Report, report};
use crate::domain::situation::Situation;

use super::{App, AppError, unknown};

/// The episodes of a person, each with its entries.
pub(super) struct Records(Vec<(Episode, Vec<Arc<Entry>>)>);

/// The entries that a command has read. Nothing is ever changed in a store, so that only
/// what is new has to be read another time.
#[derive(Debug)]
pub(super) struct Known {
    /// What [`crate::store::Store::version`] said.
    version: i64,
    /// The place of the last one.
    place: i64,
    by_episode: HashMap<Arc<str>, Vec<Arc<Entry>>>,
}

/// Finds the program with a content hash.
type Pinned<'p> = &'p dyn Fn(&str) -> Result<Arc<Program>, AppError>;

impl Records {
    /// Everything about an episode at `now`, with the emergency and urgent
    /// flags of all others and what they know of the person.
    pub(super) fn situation(
        &self,
        library: &Library,
        pinned: Pinned<'_>,
        episode: &Episode,
        now: Now,
    ) -> Result<Situation, AppError> {
        // What holds for the person is known to every episode, in each direction.
        let known: Vec<(&str, Vec<Arc<Entry>>)> = match self.0.as_slice() {
            [_] => vec![],
            all => all
                .iter()
                .map(|(e, entries)| (e.id.as_str(), Journal::new(entries.clone(), now).to_share(library)))
                .collect(),
        };
        let situate = |one: &Episode, entries: &[Arc<Entry>], others: &[Situation]| {
            let elsewhere = known.iter().filter(|(id, _)| *id != one.id);
            let shared = elsewhere.flat_map(|(_, entries)| entries.clone()).collect();
            let journal = Journal::with_shared(entries.iter().cloned(), shared, now);
            let program = pinned(program_of(&journal).ok_or(AppError::NoProgram)?)?;
            Situation::of(library, &program, one.clone(), journal, others).ok_or(AppError::NoProgram)
        };
        let mut beside = Vec::new();
        for (other, entries) in self.0.iter().filter(|(other, _)| other.id != episode.id) {
            match situate(other, entries, &[]) {
                Ok(situation) => beside.push(situation),
                // An episode that had not begun on that day has nothing to say.
                Err(AppError::NoProgram) => {}
                Err(error) => return Err(error),
            }
        }
        let own = self.0.iter().find(|(e, _)| e.id == episode.id);
        situate(episode, own.map_or(&[], |(_, entries)| entries), &beside)
    }
}

impl App {
    /// Reads the entries of some episodes.
    pub(super) fn records(&self, episodes: Vec<Episode>) -> Result<Records, AppError> {
        let version = self.store.version()?;
        let mut known = self.known.borrow_mut();
        // Another sinew may have erased something, and an import may have been taken back.
        let still = known.take().filter(|k| k.version == version && !self.store.is_writing());
        let mut read = still.unwrap_or(Known { version, place: 0, by_episode: HashMap::new() });
        for new in self.store.behind(read.place, &self.catalog.library)? {
            read.place = new.place;
            read.by_episode.entry(new.episode).or_default().push(new.entry);
        }
        let with_entries = |episode: Episode| {
            let entries = read.by_episode.get(episode.id.as_str()).cloned().unwrap_or_default();
            (episode, entries)
        };
        let all = episodes.into_iter().map(with_entries).collect();
        if !self.store.is_writing() {
            *known = Some(read);
        }
        Ok(Records(all))
    }

    /// Forgets what was read, so that it is read again.
    pub(super) fn forget(&mut self) {
        *self.known.get_mut() = None;
    }

    /// How the plan was kept to, day by day.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn adherence(&self, situation: &Situation) -> Result<Adherence, AppError> {
        let records = self.records(self.store.episodes()?)?;
        let pinned = |hash: &str| self.pinned(hash);
        let stood = |now| records.situation(&self.catalog.library, &pinned, &situation.episode, now).ok();
        Ok(adherence(situation, stood))
    }

    /// What was logged from a day on, with a chart of one measure: of any pain,
    /// unless another is wanted.
    ///
    /// # Errors
    ///
    /// When there is no such measure, or the store cannot be read.
    pub fn report(
        &self,
        situation: &Situation,
        first: Day,
        measure: Option<&str>,
    ) -> Result<Report, AppError> {
        let measures = &self.catalog.library.measures;
        let id = measure.unwrap_or(PAIN_ANY);
        let measure =
            measures.get(id).ok_or_else(|| unknown("measure", id, measures.keys().map(String::as_str)))?;
        let adherence = self.adherence(situation)?;
        let flags = &situation.flags;
        Ok(situation.judge(&self.catalog.library, |case| report(case, flags, first, measure, adherence)))
    }
}
