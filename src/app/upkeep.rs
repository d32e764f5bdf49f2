//! The upkeep of the journal: finding what was recorded, taking it back,
//! bringing it back, putting it right. Nothing is ever changed or deleted.

use std::sync::Arc;

use chrono::Duration;

use crate::domain::day::{Day, Now};
use crate::domain::entry::{Correction, DecisionKind, Entry, EntryId, Fact, UNDO};
use crate::domain::episode::Episode;
use crate::domain::library::Urgency;
use crate::domain::trail::{Traced, Trail, named_by, traced};
use crate::domain::undone::counts_until;

use super::record::{LONGEST_NOTE, day_of};
use super::{App, AppError, Draft, ids};

/// Hours within which a start, a grade or a day of injury can be taken back:
/// what stood before is as good as what was looked at on the same day.
const HOURS: i64 = 24;

/// What names the entry that was written last.
const LAST: &str = "last";

/// Something that was taken back, or brought back.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The episode.
    pub episode: Episode,
    /// What was taken back or brought back.
    pub entries: Vec<Arc<Entry>>,
    /// What counts again now: what a correction that was taken back had replaced.
    pub again: Vec<Arc<Entry>>,
    /// The last day on which some of it counts all the same, because nobody
    /// said why it was taken back.
    pub counts_until: Option<Day>,
}

impl App {
    /// Everything that was ever recorded of an episode, save the withdrawals,
    /// in the order of the days that it speaks of.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn history(&self, episode: &Episode) -> Result<Vec<Traced>, AppError> {
        Ok(traced(&self.trail(episode)?))
    }

    /// Takes something back: the entry with this handle, or what was recorded
    /// last, in whichever episode.
    ///
    /// # Errors
    ///
    /// When there is nothing to take back, or it cannot be taken back any more.
    pub fn undo(
        &mut self,
        episodes: &[Episode],
        which: Option<&str>,
        why: Option<&str>,
        now: Now,
    ) -> Result<Undone, AppError> {
        let reason = why.map(reason).transpose()?.unwrap_or_else(|| UNDO.to_owned());
        let live = |trail: &Trail<'_>, e: &Entry| trail.counts(e) || (why.is_some() && trail.is_undone(e));
        let (episode, entries) = self.pick(episodes, which, live, "there is nothing to take back")?;
        for entry in &entries {
            self.can_be_undone(&episode, entry, now)?;
        }
        let counts_until = match why {
            Some(_) => None,
            None => self.counts_until(&episode, &entries, now)?,
        };
        self.withdraw(&episode, &entries, &reason, now)?;
        let all = self.trail(&episode)?;
        let trail = Trail::of(&all);
        let replaced = entries.iter().filter_map(|e| found(&all, &e.corrects.as_ref()?.replaces));
        let again = replaced.filter(|old| trail.counts(old)).collect();
        Ok(Undone { episode, entries, again, counts_until })
    }

    /// Brings back what was taken back: the entry with this handle, or what was
    /// taken back last.
    ///
    /// # Errors
    ///
    /// When nothing was taken back.
    pub fn redo(&mut self, episodes: &[Episode], which: Option<&str>, now: Now) -> Result<Undone, AppError> {
        let nothing = "nothing was taken back";
        let withdrawn = |c: &Entry| c.fact == Fact::Withdrawn;
        let (episode, picked) = if which.is_some() {
            let dead = |trail: &Trail<'_>, e: &Entry| !withdrawn(e) && trail.standing(&e.id).any(withdrawn);
            self.pick(episodes, which, dead, nothing)?
        } else {
            self.pick(episodes, None, |trail: &Trail<'_>, e: &Entry| trail.takes_back(e), nothing)?
        };
        let all = self.trail(&episode)?;
        let trail = Trail::of(&all);
        let taken = picked
            .iter()
            .map(|e| if withdrawn(e) { e.corrects.as_ref().map(|c| &c.replaces) } else { Some(&e.id) });
        let mut taken: Vec<&EntryId> = taken.flatten().collect();
        taken.dedup();
        // Whoever gave a reason later took it back twice: it comes back as a whole.
        let standing = taken.iter().flat_map(|id| trail.standing(id)).filter(|c| withdrawn(c));
        let withdrawals: Vec<Arc<Entry>> = standing.filter_map(|c| found(&all, &c.id)).collect();
        self.withdraw(&episode, &withdrawals, "redo", now)?;
        let all = self.trail(&episode)?;
        let replaced = withdrawals.iter().filter_map(|w| w.corrects.as_ref());
        let mut entries: Vec<Arc<Entry>> = replaced.filter_map(|c| found(&all, &c.replaces)).collect();
        entries.dedup_by(|a, b| a.id == b.id);
        Ok(Undone { episode, entries, again: Vec::new(), counts_until: None })
    }

    /// The entry with this handle, or the `last` one, where it still counts.
    ///
    /// # Errors
    ///
    /// When there is none, or more than one.
    pub fn entry(&self, episode: &Episode, which: &str) -> Result<Arc<Entry>, AppError> {
        let counts = |trail: &Trail<'_>, e: &Entry| trail.counts(e);
        let named = (which != LAST).then_some(which);
        let gone = "it counts no more: it was taken back or put right";
        match self.pick(std::slice::from_ref(episode), named, counts, gone)?.1.as_slice() {
            [entry] => Ok(Arc::clone(entry)),
            _ => Err(AppError::ManyEntries(which.to_owned())),
        }
    }

    /// Replaces an entry by what it should have said, for a reason.
    ///
    /// # Errors
    ///
    /// When the reason is missing, or the moment lies before the injury or ahead.
    pub fn correct(
        &mut self,
        episode: &Episode,
        old: &Entry,
        draft: Draft,
        why: &str,
        now: Now,
    ) -> Result<EntryId, AppError> {
        let reason = reason(why)?;
        if draft.note.as_ref().is_some_and(|n| n.chars().count() > LONGEST_NOTE) {
            return Err(AppError::Length { what: "a note", most: LONGEST_NOTE });
        }
        // The same instant stays as it was told, by the clock of its own place.
        let same = draft.at == old.at;
        let (day, at) = if same { (old.day, old.at) } else { (day_of(episode, draft.at, now)?, draft.at) };
        let entry = Entry {
            id: EntryId::new(ids::fresh(now)),
            day,
            at,
            note: draft.note,
            corrects: Some(Correction { replaces: old.id.clone(), reason }),
            fact: draft.fact,
        };
        let id = entry.id.clone();
        self.append(episode, &[entry])?;
        Ok(id)
    }

    fn trail(&self, episode: &Episode) -> Result<Vec<Arc<Entry>>, AppError> {
        let entries = self.store.entries(&episode.id, &self.catalog.library)?;
        Ok(entries.into_iter().map(Arc::new).collect())
    }

    /// What a handle names, or what the last command wrote, among the entries
    /// that are `wanted`.
    fn pick(
        &self,
        episodes: &[Episode],
        which: Option<&str>,
        wanted: impl Fn(&Trail<'_>, &Entry) -> bool,
        nothing: &'static str,
    ) -> Result<(Episode, Vec<Arc<Entry>>), AppError> {
        let mut candidates: Vec<(usize, Arc<Entry>)> = Vec::new();
        let mut named = 0;
        for (at, episode) in episodes.iter().enumerate() {
            let entries = self.trail(episode)?;
            let trail = Trail::of(&entries);
            for entry in entries.iter().filter(|e| which.is_none_or(|w| named_by(e, w))) {
                named += 1;
                if wanted(&trail, entry) {
                    candidates.push((at, Arc::clone(entry)));
                }
            }
        }
        if let Some(which) = which {
            return match candidates.as_slice() {
                [(at, entry)] => Ok((episodes[*at].clone(), vec![Arc::clone(entry)])),
                [] if named == 0 => Err(AppError::NoEntry(which.to_owned())),
                [] => Err(AppError::NothingThere(nothing)),
                _ => Err(AppError::ManyEntries(which.to_owned())),
            };
        }
        let order = self.store.writing_order()?;
        let place = |entry: &Entry| order.get(entry.id.as_str()).copied();
        candidates.sort_by_key(|(_, entry)| std::cmp::Reverse(place(entry)));
        let Some((at, last)) = candidates.first().cloned() else {
            return Err(AppError::NothingThere(nothing));
        };
        let together = |other: &Entry| batch_of(other) == batch_of(&last);
        let batch = candidates.into_iter().take_while(|(other, entry)| *other == at && together(entry));
        let mut batch: Vec<Arc<Entry>> = batch.map(|(_, entry)| entry).collect();
        batch.reverse();
        Ok((episodes[at].clone(), batch))
    }

    fn withdraw(
        &mut self,
        episode: &Episode,
        entries: &[Arc<Entry>],
        reason: &str,
        now: Now,
    ) -> Result<usize, AppError> {
        let withdrawal = |old: &Arc<Entry>| Entry {
            id: EntryId::new(ids::fresh(now)),
            // Of the day that it takes something from, so that a look back sees both or neither.
            day: old.day,
            at: old.at,
            note: None,
            corrects: Some(Correction { replaces: old.id.clone(), reason: reason.to_owned() }),
            fact: Fact::Withdrawn,
        };
        let withdrawals: Vec<Entry> = entries.iter().map(withdrawal).collect();
        Ok(self.append(episode, &withdrawals)?.len())
    }

    /// What gates hang on is put right by its own command once a day has
    /// passed, and nobody takes an episode back to be rid of a warning.
    fn can_be_undone(&self, episode: &Episode, entry: &Entry, now: Now) -> Result<(), AppError> {
        let Fact::Decision(decision) = &entry.fact else { return Ok(()) };
        let old = now.at.signed_duration_since(entry.at) >= Duration::hours(HOURS);
        match decision.kind {
            DecisionKind::Start => {
                let warned = self.situation(episode, now).is_ok_and(|s| {
                    s.open_flags().any(|f| f.episode.is_none() && f.rule.urgency >= Urgency::Urgent)
                });
                if warned {
                    return Err(AppError::NotNow("a clinician has to answer for its warning first"));
                }
                if old {
                    return Err(AppError::NotNow("an episode can be taken back within a day of its start"));
                }
                Ok(())
            }
            DecisionKind::Grade if old => {
                Err(AppError::NotNow("after a day a grade is changed with sinew regrade"))
            }
            DecisionKind::Onset if old => {
                Err(AppError::NotNow("after a day the first day is put right with sinew onset"))
            }
            _ => Ok(()),
        }
    }

    /// The last day on which some of these count, taken back without a reason.
    fn counts_until(
        &self,
        episode: &Episode,
        entries: &[Arc<Entry>],
        now: Now,
    ) -> Result<Option<Day>, AppError> {
        let situation = match self.situation(episode, now) {
            Ok(situation) => situation,
            Err(AppError::NoProgram) => return Ok(None),
            Err(error) => return Err(error),
        };
        let library = &self.catalog.library;
        let last = |e: &Arc<Entry>| counts_until(library, &situation.program, &situation.course, e);
        Ok(entries.iter().filter_map(last).max().filter(|day| *day >= now.day))
    }
}

/// A reason as it is stored: of some length, and not the word that stands for none.
fn reason(why: &str) -> Result<String, AppError> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > LONGEST_NOTE {
        return Err(AppError::Length { what: "the reason", most: LONGEST_NOTE });
    }
    Ok(if why == UNDO { format!("\"{why}\"") } else { why.to_owned() })
}

fn found(entries: &[Arc<Entry>], id: &EntryId) -> Option<Arc<Entry>> {
    entries.iter().find(|e| e.id == *id).cloned()
}

/// What one command wrote: everything of one instant, or one import.
fn batch_of(entry: &Entry) -> Option<i64> {
    entry.id.written()
}
