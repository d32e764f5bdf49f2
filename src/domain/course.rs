//! The course of an episode: which phases were entered, when and by what
//! decision. Folded from the decisions; nothing of it is stored.

use super::day::{At, Day};
use super::entry::{Decision, DecisionKind, EntryId};
use super::episode::Episode;
use super::journal::{Journal, Recorded};
use super::program::{Phase, Program};
use super::slower::Slowed;

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
    /// Whether a step back led here.
    pub stepped_back: bool,
}

/// A rest from the plan, for an illness or a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause {
    /// Its first day.
    pub from: Day,
    /// The day on which the plan went on; nothing while it rests.
    pub to: Option<Day>,
    /// The decision that began it.
    pub entry: EntryId,
    /// Why.
    pub reason: Option<String>,
}

/// A day of injury that was put right.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The decision.
    pub entry: EntryId,
    /// When it was taken.
    pub at: At,
}

/// Where an episode stands in its program.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Day 0.
    pub onset: Day,
    /// When the day of the injury was last put right.
    pub moved: Option<Moved>,
    /// The decision that started the program.
    pub started: EntryId,
    /// When the program counts from.
    pub started_at: At,
    /// The grade that gates go by, where the condition has grades.
    pub grade: Option<u8>,
    /// The phases entered, in order; never empty.
    pub spans: Vec<Span>,
    /// When the person last stepped back.
    pub stepped_back: Option<At>,
    /// The rests, in order.
    pub pauses: Vec<Pause>,
    /// What makes this recovery slower than its program.
    pub slowed: Vec<Slowed>,
    /// Whether the advice to finish was accepted.
    pub finished: bool,
    /// Whether it had been finished before, and pain came back.
    pub relapsed: bool,
}

/// The decisions of a journal that count: a grade is lowered by a clinician
/// alone, whoever asks for it.
pub(super) fn decisions(journal: &Journal) -> impl Iterator<Item = Recorded<'_, Decision>> {
    let mut grade: Option<u8> = None;
    journal.decisions().filter(move |d| match (d.what.kind, d.what.grade) {
        (DecisionKind::Grade, Some(given)) => {
            let counts = grade.is_none_or(|known| given >= known) || d.what.by_clinician();
            if counts {
                grade = Some(given);
            }
            counts
        }
        _ => true,
    })
}

/// Content hash of the program that an episode runs on: that of its start, or
/// of the grade or update that changed it last.
pub fn program_of(journal: &Journal) -> Option<&str> {
    decisions(journal).filter_map(|d| d.what.program.as_deref()).last()
}

/// The decision that gave the grade, the last one that counts.
pub fn grading(journal: &Journal) -> Option<Recorded<'_, Decision>> {
    decisions(journal).filter(|d| d.what.kind == DecisionKind::Grade).last()
}

/// The day of the injury: as the episode was opened with, or as it was put
/// right last.
pub fn onset_of(episode: &Episode, journal: &Journal) -> (Day, Option<Moved>) {
    let moved = journal.decisions().filter(|d| d.what.onset.is_some()).last();
    match moved {
        Some(d) => {
            let onset = d.what.onset.unwrap_or(episode.onset);
            (onset, Some(Moved { entry: d.entry.id.clone(), at: d.entry.at }))
        }
        None => (episode.onset, None),
    }
}

impl Course {
    /// Folds the decisions of a journal; nothing when no program was started.
    ///
    /// A decision for a phase that the program does not have is passed over.
    pub fn of(program: &Program, episode: &Episode, journal: &Journal) -> Option<Self> {
        let mut course: Option<Self> = None;
        for decision in decisions(journal) {
            let (entry, what) = (decision.entry, decision.what);
            let Some(course) = &mut course else {
                if what.kind == DecisionKind::Start {
                    course = Some(Self::started(&decision, program, episode, journal));
                }
                continue;
            };
            let phase = what.phase.as_deref().and_then(|id| program.position(id));
            match what.kind {
                DecisionKind::Advance | DecisionKind::StepBack | DecisionKind::Override => {
                    let Some(phase) = phase else { continue };
                    // A setback after the end opens the episode again.
                    course.relapsed |= course.finished;
                    course.finished = false;
                    course.enter(phase, &decision);
                    if what.kind == DecisionKind::StepBack {
                        course.stepped_back = Some(entry.at);
                    }
                }
                DecisionKind::Grade => {
                    course.grade = what.grade.or(course.grade);
                    if let Some(phase) = phase.filter(|phase| *phase != course.current().phase) {
                        course.enter(phase, &decision);
                    }
                }
                DecisionKind::Finish => course.finished = true,
                DecisionKind::Pause if course.paused().is_none() => course.pauses.push(Pause {
                    from: entry.day,
                    to: None,
                    entry: entry.id.clone(),
                    reason: what.reason.clone(),
                }),
                DecisionKind::Resume => {
                    if let Some(pause) = course.pauses.last_mut().filter(|p| p.to.is_none()) {
                        pause.to = Some(entry.day);
                    }
                }
                // The new text may name its phases otherwise: the decision says where to go on.
                DecisionKind::Update => {
                    if let Some(phase) = phase.filter(|phase| *phase != course.current().phase) {
                        course.enter(phase, &decision);
                    }
                }
                DecisionKind::Start | DecisionKind::Pause | DecisionKind::Onset => {}
            }
        }
        course
    }

    fn started(
        start: &Recorded<'_, Decision>,
        program: &Program,
        episode: &Episode,
        journal: &Journal,
    ) -> Self {
        let (onset, moved) = onset_of(episode, journal);
        let entry = start.entry;
        let first = Span {
            phase: 0,
            entry: entry.id.clone(),
            at: entry.at,
            from: onset,
            to: None,
            stepped_back: false,
        };
        Self {
            onset,
            moved,
            started: entry.id.clone(),
            started_at: entry.at,
            grade: program.grade,
            spans: vec![first],
            stepped_back: None,
            pauses: Vec::new(),
            slowed: Vec::new(),
            finished: false,
            relapsed: false,
        }
    }

    fn enter(&mut self, phase: usize, decision: &Recorded<'_, Decision>) {
        let entry = decision.entry;
        if let Some(last) = self.spans.last_mut() {
            last.to = Some(entry.day);
        }
        self.spans.push(Span {
            phase,
            entry: entry.id.clone(),
            at: entry.at,
            from: entry.day,
            to: None,
            stepped_back: decision.what.kind == DecisionKind::StepBack,
        });
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

    /// The rest that lasts now.
    pub fn paused(&self) -> Option<&Pause> {
        self.pauses.last().filter(|p| p.to.is_none())
    }

    /// Whether the plan rested on a day, or began or ended its rest on it.
    pub fn rested_on(&self, day: Day) -> bool {
        self.pauses.iter().any(|p| p.from <= day && p.to.is_none_or(|to| day <= to))
    }

    /// The days of the current phase up to `today` on which the plan did not rest.
    pub fn days_in_phase(&self, today: Day) -> i64 {
        let from = self.current().from;
        let rested: i64 =
            self.pauses.iter().map(|p| p.to.unwrap_or(today).min(today).since(p.from.max(from)).max(0)).sum();
        today.since(from) - rested
    }

    /// Where the recovery stands, in the words of FHIR's clinical status.
    pub fn status(&self) -> &'static str {
        match (self.finished, self.relapsed) {
            (true, _) => "remission",
            (false, true) => "relapse",
            (false, false) => "active",
        }
    }
}
