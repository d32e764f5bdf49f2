//! Decisions about the course of an episode beside its phases: a rest, a grade,
//! the day of the injury, a new text of its program. Each is an entry that
//! keeps the findings of its moment.

use std::sync::Arc;

use crate::domain::course::program_of;
use crate::domain::day::{Day, Now};
use crate::domain::entry::{Decision, DecisionKind, Fact, SELF};
use crate::domain::program::Program;
use crate::domain::situation::Situation;

use super::decide::{reason_of, role_of};
use super::start::{EARLIEST_YEAR, is_long_ago};
use super::{App, AppError, Definition};

impl App {
    /// Lets the plan rest.
    ///
    /// # Errors
    ///
    /// When it rests already, when the episode is finished, or without a reason.
    pub fn pause(&mut self, situation: &Situation, reason: &str, now: Now) -> Result<(), AppError> {
        let reason = Some(reason_of(reason)?);
        let seen = self.seen_again(situation, now)?;
        if seen.situation.course.paused().is_some() {
            return Err(AppError::NotNow("the plan rests already"));
        }
        if seen.situation.course.finished {
            return Err(AppError::NotNow("this episode is finished"));
        }
        self.decide(&seen, Decision { reason, ..Decision::of(DecisionKind::Pause) }, None, now)
    }

    /// Lets the plan go on.
    ///
    /// # Errors
    ///
    /// When it does not rest.
    pub fn resume(&mut self, situation: &Situation, now: Now) -> Result<(), AppError> {
        let seen = self.seen_again(situation, now)?;
        if seen.situation.course.paused().is_none() {
            return Err(AppError::NotNow("the plan does not rest"));
        }
        self.decide(&seen, Decision::of(DecisionKind::Resume), None, now)
    }

    /// Puts the day of the injury right. Nothing advances for 24 hours after it.
    ///
    /// # Errors
    ///
    /// Without a reason, for a day in the future, for one after something that
    /// was already reported, or for the one that is known.
    pub fn move_onset(
        &mut self,
        situation: &Situation,
        day: Day,
        reason: &str,
        now: Now,
    ) -> Result<(), AppError> {
        let reason = Some(reason_of(reason)?);
        if day > now.day {
            return Err(AppError::Future(day.to_string()));
        }
        let seen = self.seen_again(situation, now)?;
        if is_long_ago(day) {
            return Err(AppError::LongAgo(EARLIEST_YEAR));
        }
        if day == seen.situation.course.onset {
            return Err(AppError::NotNow("that is the day of the injury already"));
        }
        if let Some(first) = first_report(&seen.situation).filter(|first| day > *first) {
            return Err(AppError::AfterReport { day, first });
        }
        let decision = Decision { onset: Some(day), reason, ..Decision::of(DecisionKind::Onset) };
        self.decide(&seen, decision, None, now)
    }

    /// Gives a grade. A higher one moves the plan to its program at once, into
    /// the latest phase that is open by its days; a lower one counts only from
    /// a clinician, with a reason.
    ///
    /// # Errors
    ///
    /// When the condition has no grades, when somebody else lowers one, when the
    /// episode is finished, or when the store refuses.
    pub fn regrade(
        &mut self,
        situation: &Situation,
        grade: u8,
        by: &str,
        reason: Option<&str>,
        now: Now,
    ) -> Result<(), AppError> {
        let by = if by == SELF { SELF.to_owned() } else { role_of(by)? };
        let reason = reason.map(reason_of).transpose()?;
        let seen = self.seen_again(situation, now)?;
        let situation = &seen.situation;
        let Some(known) = situation.course.grade else {
            return Err(AppError::NotNow("this condition has no grades"));
        };
        if situation.course.finished {
            return Err(AppError::NotNow("this episode is finished"));
        }
        if grade < known && (by == SELF || reason.is_none()) {
            return Err(AppError::LowersGrade);
        }
        let mut decision = Decision { grade: Some(grade), by, reason, ..Decision::of(DecisionKind::Grade) };
        if grade == known {
            return self.decide(&seen, decision, None, now);
        }
        let definition = self.program_for(&situation.program.condition, Some(grade))?.clone();
        let program = &definition.program;
        let here = situation.course.current().phase.min(program.phases.len().saturating_sub(1));
        let phase = if grade < known { here } else { open_phase(program, situation, here, now) };
        decision.phase = program.phases.get(phase).map(|p| p.id.clone());
        decision.program = Some(definition.hash.clone());
        self.decide(&seen, decision, Some(&definition), now)
    }

    /// Moves the plan to the present text of its program.
    ///
    /// # Errors
    ///
    /// When the plan runs on that text already, or there is no such program.
    pub fn update(&mut self, situation: &Situation, now: Now) -> Result<(), AppError> {
        let seen = self.seen_again(situation, now)?;
        let situation = &seen.situation;
        let definition = self.newer(situation)?.clone();
        let here = situation.course.current().phase;
        let id = &situation.program.phases[here].id;
        // By its id, or at the same place where the phases were renamed.
        let last = definition.program.phases.len().saturating_sub(1);
        let phase = definition.program.position(id).unwrap_or(here).min(last);
        let open = open_phase(&definition.program, situation, phase, now);
        let decision = Decision {
            phase: definition.program.phases.get(open).map(|p| p.id.clone()),
            program: Some(definition.hash.clone()),
            ..Decision::of(DecisionKind::Update)
        };
        self.decide(&seen, decision, Some(&definition), now)
    }

    /// Whether a plan runs on the present text of its program.
    pub fn is_current(&self, situation: &Situation) -> bool {
        let known = self.catalog.programs.get(&situation.program.id);
        known.is_some_and(|d| program_of(&situation.journal) == Some(d.hash.as_str()))
    }

    /// The program of a plan as its text has it, before anything in this person
    /// makes it slower.
    ///
    /// # Errors
    ///
    /// When the text cannot be read.
    pub fn running(&self, situation: &Situation) -> Result<Arc<Program>, AppError> {
        self.pinned(program_of(&situation.journal).ok_or(AppError::NoProgram)?)
    }

    /// The present text of the program that a plan runs on, where it differs.
    ///
    /// # Errors
    ///
    /// When it does not differ, or there is no such program any more.
    pub fn newer(&self, situation: &Situation) -> Result<&Definition, AppError> {
        let known = self.catalog.programs.get(&situation.program.id);
        let definition =
            known.ok_or(AppError::NotNow("its program is not here any more: the plan keeps its text"))?;
        if program_of(&situation.journal) == Some(definition.hash.as_str()) {
            return Err(AppError::NotNow("the plan runs on the present text of its program already"));
        }
        Ok(definition)
    }
}

/// The day of the first entry that says something of the injury: all but the
/// decisions that speak of its first day themselves.
fn first_report(situation: &Situation) -> Option<Day> {
    let of_first_day = [DecisionKind::Start, DecisionKind::Grade, DecisionKind::Onset];
    let told = situation.journal.entries().iter().filter(|entry| match &entry.fact {
        Fact::Decision(decision) => !of_first_day.contains(&decision.kind),
        Fact::Withdrawn => false,
        _ => true,
    });
    told.map(|entry| entry.day).min()
}

/// The latest phase up to `most` that the days since the injury open. The
/// gravest grade begins at the beginning, until somebody has looked.
fn open_phase(program: &Program, situation: &Situation, most: usize, now: Now) -> usize {
    let day = now.day.since(situation.course.onset);
    if program.grade == Some(3) && situation.course.grade != Some(3) {
        return 0;
    }
    let open = |at: &usize| program.phases.get(*at).is_some_and(|p| p.earliest_day <= day);
    (0..=most).rev().find(open).unwrap_or(0)
}
