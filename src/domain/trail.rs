//! The trail: which entries still count after corrections, and corrections of
//! corrections.
//!
//! A correction is an entry that names the one it replaces. It stands until it is
//! taken back, also when it was put right itself: of a first word, a second and a
//! third one only the third counts, and taking the third back brings the second
//! back as it was.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::entry::{Correction, Entry, EntryId, Fact, UNDO};

/// Who corrects whom.
#[derive(Debug)]
pub struct Trail<'a> {
    correctors: HashMap<&'a EntryId, Vec<&'a Entry>>,
    withdrawals: HashSet<&'a EntryId>,
}

impl<'a> Trail<'a> {
    /// Reads the corrections among some entries, in any order.
    pub fn of(entries: &'a [Arc<Entry>]) -> Self {
        let mut correctors: HashMap<&EntryId, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            if let Some(correction) = &entry.corrects {
                correctors.entry(&correction.replaces).or_default().push(entry);
            }
        }
        let withdrawals = entries.iter().filter(|e| e.fact == Fact::Withdrawn).map(|e| &e.id).collect();
        Self { correctors, withdrawals }
    }

    /// The corrections of an entry that stand.
    pub fn standing(&self, id: &EntryId) -> impl Iterator<Item = &'a Entry> {
        self.correctors.get(id).into_iter().flatten().filter(|c| self.stands(c, c)).copied()
    }

    /// Whether nothing that stands takes an entry back. `first` is where the
    /// question began: a ring of withdrawals, which no version writes, ends there.
    fn stands(&self, entry: &Entry, first: &Entry) -> bool {
        let correctors = self.correctors.get(&entry.id).into_iter().flatten();
        let withdrawals = correctors.filter(|c| c.fact == Fact::Withdrawn);
        !withdrawals.filter(|c| c.id != first.id && c.id != entry.id).any(|c| self.stands(c, first))
    }

    /// Whether an entry says something that counts.
    pub fn counts(&self, entry: &Entry) -> bool {
        entry.fact != Fact::Withdrawn && self.standing(&entry.id).next().is_none()
    }

    /// Whether an entry takes something back, and was not taken back itself.
    pub fn takes_back(&self, entry: &Entry) -> bool {
        let undoes = |c: &Correction| !self.withdrawals.contains(&c.replaces);
        entry.fact == Fact::Withdrawn
            && entry.corrects.as_ref().is_some_and(undoes)
            && self.standing(&entry.id).next().is_none()
    }

    /// Whether an entry was taken back, and nobody said why.
    pub fn is_undone(&self, entry: &Entry) -> bool {
        let why = |c: &Entry| c.corrects.as_ref().is_some_and(|c| c.reason == UNDO);
        let mut standing = self.standing(&entry.id).peekable();
        entry.fact != Fact::Withdrawn
            && standing.peek().is_some()
            && standing.all(|c| c.fact == Fact::Withdrawn && why(c))
    }
}

/// The fewest characters of a handle.
const SHORTEST_HANDLE: usize = 4;

/// An entry with what became of it.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The entry.
    pub entry: Arc<Entry>,
    /// The end of its id, as long as it takes to name it.
    pub handle: String,
    /// The corrections that stand against it, in order of writing.
    pub corrected: Vec<Arc<Entry>>,
}

/// Everything that was ever recorded, save the withdrawals, in the order of
/// the moments that it speaks of.
pub fn traced(entries: &[Arc<Entry>]) -> Vec<Traced> {
    let trail = Trail::of(entries);
    let length = handle_length(entries);
    let by_id = |id: &EntryId| entries.iter().find(|e| e.id == *id).cloned();
    let mut traced: Vec<Traced> = entries
        .iter()
        .filter(|e| e.fact != Fact::Withdrawn)
        .map(|entry| Traced {
            handle: handle(&entry.id, length).to_owned(),
            corrected: trail.standing(&entry.id).filter_map(|c| by_id(&c.id)).collect(),
            entry: Arc::clone(entry),
        })
        .collect();
    traced.sort_by(|a, b| (a.entry.at, &a.entry.id).cmp(&(b.entry.at, &b.entry.id)));
    traced
}

/// Whether `which` is the end of the id of an entry.
pub fn named_by(entry: &Entry, which: &str) -> bool {
    let which = which.trim().to_lowercase().replace('-', "");
    which.len() >= SHORTEST_HANDLE && entry.id.as_str().replace('-', "").ends_with(&which)
}

/// The end of an id, without its dashes.
fn handle(id: &EntryId, length: usize) -> &str {
    let text = id.as_str();
    // The last group of a UUID has twelve digits, more than any diary needs.
    text.get(text.len().saturating_sub(length)..).unwrap_or(text)
}

/// How many characters tell all entries apart.
fn handle_length(entries: &[Arc<Entry>]) -> usize {
    let tells_apart = |length: &usize| {
        let mut handles: Vec<&str> = entries.iter().map(|e| handle(&e.id, *length)).collect();
        handles.sort_unstable();
        handles.windows(2).all(|pair| pair[0] != pair[1])
    };
    (SHORTEST_HANDLE..12).find(tells_apart).unwrap_or(12)
}
