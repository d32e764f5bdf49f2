//! Handing out what is on record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::archive::{Filed, Part};
use crate::domain::day::{Day, Now};
use crate::domain::dossier::{Dossier, Kept, Named, dossier, kept, spoken_of};
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

    /// Holds the store still, so that what is read in several ways until this is dropped is
    /// of one moment.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn still(&self) -> Result<impl Sized + '_, AppError> {
        Ok(self.store.still()?)
    }

    /// What is on record of an episode, for another system to take in, besides the entries
    /// that [`App::each_kept`] goes through. The person is known by the first episode that
    /// there is.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn dossier<'a>(&'a self, situation: &'a Situation) -> Result<Dossier<'a>, AppError> {
        let first = self.store.episodes()?.into_iter().map(|e| e.id).min();
        let corrections = self.taken_back(&situation.episode, situation.journal.now())?;
        let (spoken_of, mut named) = (spoken_of(situation, &corrections), Named::default());
        self.each_kept(situation, |kept| {
            named.add(kept, &spoken_of);
            Ok(())
        })?;
        let person = first.unwrap_or_else(|| situation.episode.id.clone());
        Ok(dossier(&self.catalog.library, situation, person, named))
    }

    /// Goes through every entry of an episode that exists at the moment of a situation, with
    /// those that count no more, in the order of a journal. Only a few weeks of it are held
    /// at a time.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or `each` fails.
    pub fn each_kept(
        &self,
        situation: &Situation,
        mut each: impl FnMut(&Kept) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let now = situation.journal.now();
        let taken_back = self.taken_back(&situation.episode, now)?;
        let (trail, mut waiting) = (Trail::of(&taken_back), Vec::new());
        self.each_stretch(&situation.episode, |read, before| {
            waiting.extend(read);
            let (done, later) = std::mem::take(&mut waiting).into_iter().partition(|filed: &Filed| {
                before.is_none_or(|day| filed.entry.at.naive_utc().date() < day.date())
            });
            waiting = later;
            kept(&trail, done, now).iter().try_for_each(&mut each)
        })
    }

    /// The id under which another system knows a thing, for good.
    pub fn thing_id(name: &str) -> String {
        ids::of_thing(name)
    }

    /// The hashes of the programs that an episode ever ran on.
    fn programs_of(&self, episode: &Episode) -> Result<BTreeSet<String>, AppError> {
        let decisions = self.store.decisions(&episode.id)?;
        let program = |entry: &Arc<Entry>| match &entry.fact {
            Fact::Decision(decision) => decision.program.clone(),
            _ => None,
        };
        Ok(decisions.iter().filter_map(program).collect())
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
        let taken_back = self.taken_back(episode, now)?;
        let (trail, mut gone) = (Trail::of(&taken_back), 0);
        let mut dates: BTreeMap<NaiveDate, Vec<Arc<Entry>>> = BTreeMap::new();
        self.each_stretch(episode, |read, before| {
            let known = read.into_iter().map(|f| f.entry).filter(|e| now.knows(e.day, e.at));
            let (stands, fallen): (Vec<_>, Vec<_>) = known.partition(|e| trail.counts(e));
            gone += fallen.len();
            for entry in stands {
                dates.entry(entry.at.date_naive()).or_default().push(entry);
            }
            let later = before.map(|day| dates.split_off(&day.date())).unwrap_or_default();
            std::mem::replace(&mut dates, later).values().try_for_each(|of_date| each(of_date))
        })?;
        Ok(gone)
    }

    /// Goes through the entries of an episode, a stretch of days at a time; each with the day
    /// before which none lies that comes later, by whichever clock.
    fn each_stretch(
        &self,
        episode: &Episode,
        mut each: impl FnMut(Vec<Filed>, Option<Day>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let _still = self.store.still()?;
        let Some((mut from, last)) = self.store.days(&episode.id)? else { return Ok(()) };
        while from <= last {
            let to = from.plus(STRETCH - 1).min(last);
            let read = self.store.of_days(&episode.id, from..=to, &self.catalog.library)?;
            from = to.plus(1);
            each(read, Some(from.minus(DAY_SLACK)).filter(|_| from <= last))?;
        }
        Ok(())
    }
}
