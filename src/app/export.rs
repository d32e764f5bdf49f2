//! Handing out what is on record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::archive::{Filed, Part};
use crate::domain::day::Now;
use crate::domain::dossier::{Dossier, dossier};
use crate::domain::entry::{Entry, Fact};
use crate::domain::episode::Episode;
use crate::domain::journal::DAY_SLACK;
use crate::domain::situation::Situation;
use crate::domain::trail::Trail;

use super::stretches::STRETCH;
use super::{App, AppError, ids};

/// How many entries are read at a time.
const PAGE: u32 = 1000;

impl App {
    /// Goes through everything on record, or through one episode: episodes,
    /// programs, entries, each kind by its id. Only a page of it is held at a time,
    /// and nothing that is written meanwhile tears it.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or `each` fails.
    pub fn archive(
        &self,
        episode: Option<&Episode>,
        each: &mut dyn FnMut(Part) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let _still = self.store.still()?;
        let wanted = |id: &str| episode.is_none_or(|one| one.id == id);
        let mut episodes = self.store.episodes()?;
        episodes.retain(|e| wanted(&e.id));
        episodes.sort_by(|a, b| a.id.cmp(&b.id));
        let used = episode.map(|one| self.programs_of(one)).transpose()?;
        for episode in episodes {
            each(Part::Episode(episode))?;
        }
        for source in self.store.definitions()? {
            if used.as_ref().is_none_or(|used| used.contains(&source.hash)) {
                each(Part::Definition(source))?;
            }
        }
        self.each_filed(&mut |filed| {
            if wanted(&filed.episode) { each(Part::Entry(Box::new(filed))) } else { Ok(()) }
        })
    }

    /// Goes through every entry of the store, by its id.
    fn each_filed(&self, each: &mut dyn FnMut(Filed) -> Result<(), AppError>) -> Result<(), AppError> {
        let mut last = String::new();
        loop {
            let page = self.store.page(&last, PAGE, &self.catalog.library)?;
            let Some(end) = page.last() else { return Ok(()) };
            end.entry.id.as_str().clone_into(&mut last);
            page.into_iter().try_for_each(&mut *each)?;
        }
    }

    /// Everything on record of an episode, for another system to take in. The
    /// person is known by the first episode that there is.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn dossier<'a>(&'a self, situation: &'a Situation) -> Result<Dossier<'a>, AppError> {
        let _still = self.store.still()?;
        let first = self.store.episodes()?.into_iter().map(|e| e.id).min();
        let mut entries = Vec::new();
        self.each_filed(&mut |filed| {
            entries.extend((filed.episode == situation.episode.id).then_some(filed));
            Ok(())
        })?;
        let person = first.unwrap_or_else(|| situation.episode.id.clone());
        Ok(dossier(&self.catalog.library, situation, person, entries))
    }

    /// The id under which another system knows a thing, for good.
    pub fn thing_id(name: &str) -> String {
        ids::of_thing(name)
    }

    /// The hashes of the programs that an episode ever ran on.
    fn programs_of(&self, episode: &Episode) -> Result<BTreeSet<String>, AppError> {
        let entries = self.store.entries(&episode.id, &self.catalog.library)?;
        let program = |entry: Entry| match entry.fact {
            Fact::Decision(decision) => decision.program,
            _ => None,
        };
        Ok(entries.into_iter().filter_map(program).collect())
    }

    /// Goes through what stands of an episode, calendar date by calendar date, and says how
    /// many entries do not stand: those that were put right, taken back, or that take
    /// something back. Only a few weeks of it are held at a time.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or `each` fails.
    pub fn each_date(
        &self,
        episode: &Episode,
        now: Now,
        mut each: impl FnMut(&[Arc<Entry>]) -> Result<(), AppError>,
    ) -> Result<usize, AppError> {
        let _still = self.store.still()?;
        let taken_back = self.taken_back(episode, now)?;
        let (trail, mut gone) = (Trail::of(&taken_back), 0);
        let mut dates: BTreeMap<NaiveDate, Vec<Arc<Entry>>> = BTreeMap::new();
        let Some((mut from, last)) = self.store.days(&episode.id)? else { return Ok(gone) };
        while from <= last {
            let to = from.plus(STRETCH - 1);
            let read = self.store.of_days(&episode.id, from..=to, &self.catalog.library)?;
            let (stands, fallen): (Vec<_>, Vec<_>) =
                read.into_iter().filter(|e| now.knows(e.day, e.at)).partition(|e| trail.counts(e));
            gone += fallen.len();
            for entry in stands {
                dates.entry(entry.at.date_naive()).or_default().push(entry);
            }
            from = to.plus(1);
            // What was done on a date may belong to a day around it.
            let later = dates.split_off(&from.minus(DAY_SLACK).date());
            std::mem::replace(&mut dates, later).values().try_for_each(|of_date| each(of_date))?;
        }
        dates.values().try_for_each(|of_date| each(of_date))?;
        Ok(gone)
    }
}
