//! The course of an episode: which phases were entered, when and by what
//! decision. Folded from the decisions; nothing of it is stored.

use super::day::{At, Day};
use super::entry::{DecisionKind, EntryId};
use super::episode::Episode;
use super::journal::Journal;
use super::program::{Phase, Program};

/// A stretch of days spent in one phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Position of the phase in the program.
    pub phase: usize,
    /// The decision that began it.
    pub entry: EntryId,
    /// When that was taken.
    pub at: At,
    /// Its first day.
    pub from: Day,
    /// The day on which the next one began; nothing while it lasts.
    pub to: Option<Day>,
}

/// Where an episode stands in its program.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Day 0.
    pub onset: Day,
    /// The decision that started the program.
    pub started: EntryId,
    /// When the program counts from.
    pub started_at: At,
    /// The phases entered, in order; never empty.
    pub spans: Vec<Span>,
    /// When the person last stepped back.
    pub stepped_back: Option<At>,
    /// Whether the advice to finish was accepted.
    pub finished: bool,
}

impl Course {
    /// Folds the decisions of a journal; nothing when no program was started.
    ///
    /// A decision for a phase that the program does not have is passed over.
    pub fn of(program: &Program, episode: &Episode, journal: &Journal) -> Option<Self> {
        let mut course: Option<Self> = None;
        for decision in journal.decisions() {
            let (entry, what) = (decision.entry, decision.what);
            match (&mut course, what.kind) {
                (None, DecisionKind::Start) => {
                    course = Some(Self {
                        onset: episode.onset,
                        started: entry.id.clone(),
                        started_at: entry.at,
                        spans: vec![Span {
                            phase: 0,
                            entry: entry.id.clone(),
                            at: entry.at,
                            from: entry.day,
                            to: None,
                        }],
                        stepped_back: None,
                        finished: false,
                    });
                }
                (Some(course), DecisionKind::Advance | DecisionKind::StepBack | DecisionKind::Override) => {
                    let Some(phase) = what.phase.as_deref().and_then(|id| program.position(id)) else {
                        continue;
                    };
                    // A setback after the end opens the episode again.
                    course.finished = false;
                    if let Some(last) = course.spans.last_mut() {
                        last.to = Some(entry.day);
                    }
                    course.spans.push(Span {
                        phase,
                        entry: entry.id.clone(),
                        at: entry.at,
                        from: entry.day,
                        to: None,
                    });
                    if what.kind == DecisionKind::StepBack {
                        course.stepped_back = Some(entry.at);
                    }
                }
                (Some(course), DecisionKind::Finish) => course.finished = true,
                _ => {}
            }
        }
        course
    }

    /// The stretch that lasts now.
    pub fn current(&self) -> &Span {
        // The list starts with the program's start and only ever grows.
        &self.spans[self.spans.len() - 1]
    }

    /// The phase that lasts now.
    pub fn phase<'a>(&self, program: &'a Program) -> &'a Phase {
        &program.phases[self.current().phase]
    }

    /// The phase that comes next, if any.
    pub fn next_phase<'a>(&self, program: &'a Program) -> Option<&'a Phase> {
        program.phases.get(self.current().phase + 1)
    }

    /// The phase on a day; the later one where a day saw a change.
    pub fn phase_on<'a>(&self, program: &'a Program, day: Day) -> Option<&'a Phase> {
        self.spans.iter().rev().find(|s| s.from <= day).map(|s| &program.phases[s.phase])
    }
}
