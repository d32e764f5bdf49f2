//! One episode of a virtual person: everything ever written about it, and a
//! second account of its decisions, kept apart from the engine's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use sinew::domain::day::{At, Day, Now};
use sinew::domain::entry::{
    Answer, Correction, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Reading,
};
use sinew::domain::episode::Episode;
use sinew::domain::journal::Journal;
use sinew::domain::past::Bookmark;
use sinew::domain::program::Program;
use sinew::domain::situation::Situation;

use super::body::Body;
use super::world::World;

/// The decisions of an episode as the person who took them remembers them.
#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    /// Position of the phase.
    pub(crate) phase: usize,
    /// The day of the decision that entered it; nothing in the first phase.
    pub(crate) entered: Option<Day>,
    /// What entered it.
    pub(crate) by: DecisionKind,
    /// The instants of all steps back.
    pub(crate) steps_back: Vec<At>,
    /// The days of all advances.
    pub(crate) advances: Vec<Day>,
    /// The rests: first day, and the day on which the plan went on.
    pub(crate) rests: Vec<(Day, Option<Day>)>,
    /// The highest grade given, less what a clinician took back.
    pub(crate) grade: Option<u8>,
    /// Day 0.
    pub(crate) onset: Day,
    /// When day 0 was moved last.
    pub(crate) moved: Option<At>,
    /// Whether the end was accepted.
    pub(crate) finished: bool,
}

impl Mirror {
    /// The first day of the phase.
    pub(crate) fn since(&self) -> Day {
        self.entered.unwrap_or(self.onset)
    }

    /// The days spent in the phase, without rests.
    pub(crate) fn days_in_phase(&self, today: Day) -> i64 {
        let since = self.since();
        let rested: i64 = self
            .rests
            .iter()
            .map(|(from, to)| to.unwrap_or(today).min(today).since((*from).max(since)).max(0))
            .sum();
        today.since(since) - rested
    }

    /// The last step back.
    pub(crate) fn stepped_back(&self) -> Option<At> {
        self.steps_back.last().copied()
    }

    /// Whether the plan rests.
    pub(crate) fn rests_now(&self) -> bool {
        self.rests.last().is_some_and(|(_, to)| to.is_none())
    }
}

/// A bookmark in an episode.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    bookmark: Bookmark,
    kept: BTreeSet<EntryId>,
    /// How many entries were written when it was made.
    written: usize,
}

impl Mark {
    /// A bookmark made now, of all that is on record.
    pub(crate) fn new(world: &World, thread: &Thread, s: &Situation) -> Self {
        let (bookmark, kept) = s.bookmark(world.library(), &thread.entries);
        Self { bookmark, kept, written: thread.entries.len() }
    }

    /// Another one made now, of what is read by this one.
    pub(crate) fn after(&self, world: &World, thread: &Thread, few: &Situation) -> Self {
        let read: Vec<Arc<Entry>> = self.read(thread).cloned().collect();
        let (bookmark, kept) = few.bookmark(world.library(), &read);
        Self { bookmark, kept, written: thread.entries.len() }
    }

    /// Whether nothing was written since that makes it useless.
    pub(crate) fn is_good(&self, thread: &Thread, now: Now) -> bool {
        let (there, new) = thread.entries.split_at(self.written);
        let was_there = |id: &EntryId| there.iter().any(|e| e.id == *id);
        self.bookmark.is_good_at(now) && new.iter().all(|e| self.bookmark.outlives(e, was_there))
    }

    /// What is read by it.
    pub(crate) fn journal(&self, thread: &Thread, shared: Vec<Arc<Entry>>, now: Now) -> Journal {
        Journal::read(self.read(thread).cloned(), shared, Some(Arc::clone(&self.bookmark.past)), now)
    }

    fn read<'a>(&'a self, thread: &'a Thread) -> impl Iterator<Item = &'a Arc<Entry>> {
        thread.entries.iter().filter(|e| e.day >= self.bookmark.from || self.kept.contains(&e.id))
    }

    /// Whether another one may be made of what is read by it.
    pub(crate) fn goes_on(&self, today: Day) -> bool {
        self.bookmark.goes_on(today)
    }

    /// On which day it was made.
    pub(crate) fn made(&self) -> Day {
        self.bookmark.made
    }
}

/// One episode of a virtual person.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    /// The episode, as it was opened.
    pub(crate) episode: Episode,
    /// The program that it runs on now.
    pub(crate) program: Arc<Program>,
    /// The grade of what is really torn.
    pub(crate) truth: Option<u8>,
    /// The leg.
    pub(crate) body: Body,
    /// Everything ever written, whatever became of it.
    pub(crate) entries: Vec<Arc<Entry>>,
    /// The decisions.
    pub(crate) mirror: Mirror,
    /// Yesterday's situation.
    pub(crate) last: Option<Situation>,
    /// What has to be read of it, once it is long enough.
    pub(crate) mark: Option<Mark>,
    /// Days until a clinician looks at what is open.
    pub(crate) visit_in: Option<i64>,
    /// Days lived since the end.
    pub(crate) after_end: u32,
    written: u64,
}

impl Thread {
    /// A new episode with nothing written yet.
    pub(crate) fn new(episode: Episode, program: Arc<Program>, truth: Option<u8>, body: Body) -> Self {
        let mirror = Mirror {
            phase: 0,
            entered: None,
            by: DecisionKind::Start,
            steps_back: vec![],
            advances: vec![],
            rests: vec![],
            grade: program.grade,
            onset: episode.onset,
            moved: None,
            finished: false,
        };
        Self {
            episode,
            program,
            truth,
            body,
            entries: vec![],
            mirror,
            last: None,
            mark: None,
            visit_in: None,
            after_end: 0,
            written: 0,
        }
    }

    /// Days since the injury, as the leg counts them.
    pub(crate) fn age(&self, today: Day) -> i64 {
        today.since(self.episode.onset)
    }

    /// Writes an entry at the moment that it speaks of.
    pub(crate) fn write(&mut self, at: At, fact: Fact) -> EntryId {
        self.write_on(Day::of(at), at, fact, None)
    }

    /// Writes an entry for a day.
    pub(crate) fn write_on(&mut self, day: Day, at: At, fact: Fact, corrects: Option<Correction>) -> EntryId {
        let id = self.id(at);
        self.entries.push(Arc::new(Entry { id: id.clone(), day, at, note: None, corrects, fact }));
        id
    }

    /// An id as the store makes them: the time of writing, then a count.
    fn id(&mut self, at: At) -> EntryId {
        self.written += 1;
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let number = u64::from(self.episode.number);
        EntryId::new(format!(
            "{:08x}-{:04x}-7{number:03x}-8000-{:012x}",
            millis >> 16,
            millis & 0xffff,
            self.written
        ))
    }

    /// Writes a check-in.
    pub(crate) fn check_in(&mut self, at: At, readings: Vec<Reading>, answers: Vec<Answer>) -> EntryId {
        self.write(at, Fact::CheckIn { readings, answers })
    }

    /// Writes a decision and remembers it.
    pub(crate) fn decide(&mut self, world: &World, at: At, decision: Decision) {
        self.remember(world, at, &decision);
        self.write(at, Fact::Decision(decision));
    }

    fn remember(&mut self, world: &World, at: At, decision: &Decision) {
        let day = Day::of(at);
        if let Some(course) =
            decision.program.as_ref().and_then(|h| world.programs.iter().find(|p| p.hash == *h))
        {
            // A grade that does not count changes no program.
            if self.grade_counts(decision) {
                self.program = Arc::clone(&course.program);
            }
        }
        let mirror = &mut self.mirror;
        match decision.kind {
            DecisionKind::Start | DecisionKind::Update => {}
            DecisionKind::Advance | DecisionKind::StepBack | DecisionKind::Override => {
                let Some(phase) = decision.phase.as_deref().and_then(|id| self.program.position(id)) else {
                    return;
                };
                mirror.phase = phase;
                mirror.entered = Some(day);
                mirror.by = decision.kind;
                mirror.finished = false;
                match decision.kind {
                    DecisionKind::StepBack => mirror.steps_back.push(at),
                    DecisionKind::Advance => mirror.advances.push(day),
                    _ => {}
                }
            }
            DecisionKind::Finish => mirror.finished = true,
            DecisionKind::Grade => {
                let counts =
                    mirror.grade.is_none_or(|g| decision.grade >= Some(g)) || decision.by_clinician();
                if !counts {
                    return;
                }
                mirror.grade = decision.grade.or(mirror.grade);
                let phase = decision.phase.as_deref().and_then(|id| self.program.position(id));
                if let Some(phase) = phase.filter(|p| *p != mirror.phase) {
                    mirror.phase = phase;
                    mirror.entered = Some(day);
                    mirror.by = DecisionKind::Grade;
                }
            }
            DecisionKind::Pause => mirror.rests.push((day, None)),
            DecisionKind::Resume => {
                if let Some(rest) = mirror.rests.last_mut() {
                    rest.1 = Some(day);
                }
            }
            DecisionKind::Onset => {
                mirror.onset = decision.onset.unwrap_or(mirror.onset);
                mirror.moved = Some(at);
            }
        }
    }

    fn grade_counts(&self, decision: &Decision) -> bool {
        decision.kind != DecisionKind::Grade
            || self.mirror.grade.is_none_or(|g| decision.grade >= Some(g))
            || decision.by_clinician()
    }

    /// The highest grade, 1 where the condition has none.
    pub(crate) fn grade(&self) -> u8 {
        self.mirror.grade.unwrap_or(1)
    }
}

/// The outcome of a look at a flag, most often a good one.
pub(crate) fn outcome(dice: f64) -> Outcome {
    match dice {
        d if d < 0.62 => Outcome::Cleared,
        d if d < 0.75 => Outcome::Treated,
        d if d < 0.90 => Outcome::ClearedWithLimits,
        d if d < 0.96 => Outcome::Referred,
        _ => Outcome::OtherDiagnosis,
    }
}

/// What is worked out for each episode of a person on a day.
#[derive(Debug)]
pub(crate) struct Evening {
    /// Each episode by itself, as the others see it.
    pub(crate) singles: Vec<Situation>,
    /// Each episode with what the others say; nothing where `singles` is that.
    finals: Option<Vec<Situation>>,
    /// What the other episodes know of the person, for each episode.
    pub(crate) shared: Vec<Vec<Arc<Entry>>>,
}

impl Evening {
    /// Works out every episode at `now`.
    pub(crate) fn of(world: &World, threads: &[Thread], now: Now) -> Self {
        let shared = shared(world, threads, now);
        let single = |(thread, shared): (&Thread, &Vec<Arc<Entry>>)| {
            situate(world, thread, thread.entries.clone(), shared.clone(), now, &[])
        };
        let singles: Vec<Situation> = threads.iter().zip(&shared).map(single).collect();
        let finals = (threads.len() > 1).then(|| {
            let of = |(at, thread): (usize, &Thread)| {
                let others = others(&singles, at);
                situate(world, thread, thread.entries.clone(), shared[at].clone(), now, &others)
            };
            threads.iter().enumerate().map(of).collect()
        });
        Self { singles, finals, shared }
    }

    /// Each episode as the person sees it.
    pub(crate) fn situations(&self) -> &[Situation] {
        self.finals.as_deref().unwrap_or(&self.singles)
    }

    /// Each episode as the person sees it, for keeps.
    pub(crate) fn into_situations(self) -> Vec<Situation> {
        self.finals.unwrap_or(self.singles)
    }
}

/// The situations beside the one at this position.
pub(crate) fn others(singles: &[Situation], at: usize) -> Vec<Situation> {
    singles.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, s)| s.clone()).collect()
}

/// The situation of an episode with these entries.
pub(crate) fn situate(
    world: &World,
    thread: &Thread,
    entries: Vec<Arc<Entry>>,
    shared: Vec<Arc<Entry>>,
    now: Now,
    others: &[Situation],
) -> Situation {
    let journal = Journal::with_shared(entries, shared, now);
    Situation::of(world.library(), &thread.program, thread.episode.clone(), journal, others)
        .expect("every virtual episode has started its program")
}

fn shared(world: &World, threads: &[Thread], now: Now) -> Vec<Vec<Arc<Entry>>> {
    if threads.len() < 2 {
        return vec![vec![]; threads.len()];
    }
    let told: Vec<Vec<Arc<Entry>>> = threads
        .iter()
        .map(|t| Journal::new(t.entries.iter().cloned(), now).to_share(world.library()))
        .collect();
    let beside =
        |at: usize| told.iter().enumerate().filter(move |(n, _)| *n != at).flat_map(|(_, t)| t.clone());
    (0..threads.len()).map(|at| beside(at).collect()).collect()
}
