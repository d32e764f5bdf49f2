//! The safety invariants, one function each, `iv_01` to `iv_44`, and one
//! of reading: what a bookmark leaves out is missed by nobody.
//!
//! Each is judged from the raw entries and a second account of the decisions,
//! not from the engine's own findings, wherever that says more. `rec` is the
//! advice, in the order finish > advance > hold > step back > stop; "no
//! advance" also means "no finish", unless the episode was finished before:
//! then "finish" only says that nothing is due.

mod brakes;
mod episodes;
mod flags;
mod gates;
pub(crate) mod once;
mod plans;
pub(crate) mod reading;
mod twins;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use sinew::domain::advice::Action;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::Entry;
use sinew::domain::library::{Exercise, Library};
use sinew::domain::program::{Phase, Stage};
use sinew::domain::schedule::{Item, ItemKind};
use sinew::domain::situation::Situation;

use super::facts::Facts;
use super::rng::Rng;
use super::tally::{Breach, Tally};
use super::thread::{Thread, situate};
use super::world::World;

/// One episode on one day, with all that it can be held against.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// The definitions.
    pub(crate) world: &'a World,
    /// The seed of the person and the day of their life, to find it again.
    pub(crate) place: (u64, i64),
    /// The episode's entries and decisions.
    pub(crate) thread: &'a Thread,
    /// What the engine says.
    pub(crate) s: &'a Situation,
    /// The other episodes, each by itself.
    pub(crate) others: &'a [Situation],
    /// What the other episodes know of the person.
    pub(crate) shared: &'a [Arc<Entry>],
    /// The moment.
    pub(crate) now: Now,
    /// What the entries say.
    pub(crate) facts: Facts<'a>,
}

impl View<'_> {
    /// The library.
    pub(crate) fn library(&self) -> &Library {
        self.world.library()
    }

    /// Today.
    pub(crate) fn today(&self) -> Day {
        self.now.day
    }

    /// Whole days since the injury.
    pub(crate) fn day(&self) -> i64 {
        self.now.day.since(self.thread.mirror.onset)
    }

    /// The grade that gates go by, 1 where the condition has none.
    pub(crate) fn grade(&self) -> u8 {
        self.thread.grade()
    }

    /// One of three by grade.
    pub(crate) fn by_grade<T: Copy>(&self, of: [T; 3]) -> T {
        of[usize::from(self.grade().clamp(1, 3)) - 1]
    }

    /// Whether the advice moves on, and is not just the rest after the end.
    pub(crate) fn moves_on(&self) -> bool {
        moves_on(self.thread, self.s)
    }

    /// The phase, by the second account of the decisions.
    pub(crate) fn phase(&self) -> &Phase {
        &self.thread.program.phases[self.thread.mirror.phase]
    }

    /// Whether this is a strain of a muscle, which has grades; a strained back has none.
    pub(crate) fn strain(&self) -> bool {
        self.thread.program.grade.is_some()
    }

    /// The exercises of the plan.
    pub(crate) fn exercises(&self) -> impl Iterator<Item = (&Item, &Exercise)> {
        let items = self.s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise);
        items.filter_map(|i| Some((i, self.library().exercises.get(&i.id)?)))
    }

    /// The care of the plan, with its tags.
    pub(crate) fn care(&self) -> impl Iterator<Item = (&Item, &[String])> {
        let items = self.s.plan.items.iter().filter(|i| i.kind == ItemKind::Care);
        items.filter_map(|i| Some((i, self.library().care.get(&i.id)?.tags.as_slice())))
    }

    /// The exercises of the first phase.
    pub(crate) fn first_phase(&self) -> BTreeSet<&str> {
        self.thread.program.phases[0].exercises.iter().map(|p| p.exercise.as_str()).collect()
    }

    /// Whether the plan holds nothing but what the first phase holds.
    pub(crate) fn within_first_phase(&self) -> bool {
        let first = self.first_phase();
        self.exercises().all(|(item, _)| first.contains(item.id.as_str()))
    }

    /// The same episode with other entries at the same moment.
    pub(crate) fn again(&self, entries: Vec<Arc<Entry>>) -> Situation {
        situate(self.world, self.thread, entries, self.shared.to_vec(), self.now, self.others)
    }

    /// The same episode with some more entries.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = Entry>) -> Situation {
        let more = more.into_iter().map(Arc::new);
        self.again(self.thread.entries.iter().cloned().chain(more).collect())
    }

    /// The situation in a few words.
    pub(crate) fn words(&self) -> String {
        format!(
            "{} {}, day {}, {}",
            self.s.program.id,
            self.phase().id,
            self.day(),
            self.s.advice.action.id()
        )
    }
}

/// Whether advice moves on, and is not just the rest after the end.
pub(crate) fn moves_on(thread: &Thread, s: &Situation) -> bool {
    s.advice.action >= Action::Advance && !thread.mirror.finished
}

/// Where verdicts on invariants are noted.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    tally: &'a mut Tally,
    place: (u64, i64),
    episode: u32,
}

impl<'a> Ledger<'a> {
    /// A ledger for one view.
    pub(crate) fn new(tally: &'a mut Tally, view: &View<'_>) -> Self {
        Self { tally, place: view.place, episode: view.thread.episode.number }
    }

    /// The precondition of an invariant held; so must this.
    pub(crate) fn holds(&mut self, number: usize, ok: bool, say: impl FnOnce() -> String) {
        *self.tally.fired.entry(number).or_insert(0) += 1;
        if !ok {
            let (seed, day) = self.place;
            self.tally.breach(Breach { number, seed, day, episode: self.episode, message: say() });
        }
    }

    /// The engine was asked once more.
    pub(crate) fn evaluated(&mut self) {
        self.tally.evaluations += 1;
    }
}

/// Judges every invariant that looks at one day as it is.
pub(crate) fn judge(view: &View<'_>, ledger: &mut Ledger<'_>) {
    flags::judge(view, ledger);
    gates::judge(view, ledger);
    brakes::judge(view, ledger);
    plans::judge(view, ledger);
    episodes::judge(view, ledger);
}

/// Judges the invariants that compare a day with what it would be after a
/// change: some each day, in turn; all of them where the advice is to move on.
pub(crate) fn compare(view: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    twins::judge(view, ledger, rng);
}

/// Judges what is printed; costly, and therefore done now and then.
pub(crate) fn read(view: &View<'_>, ledger: &mut Ledger<'_>) {
    words::judge(view, ledger);
}

/// Whether a stage lies before another.
pub(crate) fn before(phase: &Phase, stage: Stage) -> bool {
    phase.stage < stage
}
