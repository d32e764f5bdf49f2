//! Decisions about the course of an episode beside its phases: a rest, a grade,
//! the day of the injury, a new text of its program. Each is an entry that
//! keeps the findings of its moment.

use crate::domain::day::{Day, Now};
use crate::domain::entry::{CLINICIAN_ROLES, Decision, DecisionKind, Entry, EntryId, Fact, SELF};
use crate::domain::finding::Finding;
use crate::domain::program::Program;
use crate::domain::situation::Situation;
use crate::store::{Batch, Text};

use super::{App, AppError, Draft, ids};

impl App {
    /// Lets the plan rest.
    ///
    /// # Errors
    ///
    /// When it rests already, when the episode is finished, or without a reason.
    pub fn pause(&mut self, situation: &Situation, reason: &str, now: Now) -> Result<(), AppError> {
        if situation.course.paused().is_some() {
            return Err(AppError::NotNow("the plan rests already"));
        }
        if situation.course.finished {
            return Err(AppError::NotNow("this episode is finished"));
        }
        let reason = Some(reason_of(reason)?);
        self.take(situation, Decision { reason, ..Decision::of(DecisionKind::Pause) }, now)
    }

    /// Lets the plan go on.
    ///
    /// # Errors
    ///
    /// When it does not rest.
    pub fn resume(&mut self, situation: &Situation, now: Now) -> Result<(), AppError> {
        if situation.course.paused().is_none() {
            return Err(AppError::NotNow("the plan does not rest"));
        }
        self.take(situation, Decision::of(DecisionKind::Resume), now)
    }

    /// Puts the day of the injury right. Nothing advances for 24 hours after it.
    ///
    /// # Errors
    ///
    /// Without a reason, for a day in the future, or for one after something
    /// that was already reported.
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
        let told = situation.journal.entries().iter().filter(|e| !matches!(e.fact, Fact::Decision(_)));
        if let Some(first) = told.map(|e| e.day).min().filter(|first| day > *first) {
            return Err(AppError::AfterReport { day, first });
        }
        self.take(situation, Decision { onset: Some(day), reason, ..Decision::of(DecisionKind::Onset) }, now)
    }

    /// Gives a grade. A higher one moves the plan to its program at once, into
    /// the latest phase that is open by its days; a lower one counts only from
    /// a clinician, with a reason.
    ///
    /// # Errors
    ///
    /// When the condition has no grades, when somebody else lowers one, or when
    /// the store refuses.
    pub fn regrade(
        &mut self,
        situation: &Situation,
        grade: u8,
        by: &str,
        reason: Option<&str>,
        now: Now,
    ) -> Result<(), AppError> {
        if by != SELF && !CLINICIAN_ROLES.contains(&by) {
            return Err(AppError::NotAClinician(by.to_owned()));
        }
        let Some(known) = situation.course.grade else {
            return Err(AppError::NotNow("this condition has no grades"));
        };
        let reason = reason.map(reason_of).transpose()?;
        if grade < known && (by == SELF || reason.is_none()) {
            return Err(AppError::LowersGrade);
        }
        let mut decision =
            Decision { grade: Some(grade), by: by.to_owned(), reason, ..Decision::of(DecisionKind::Grade) };
        if grade == known {
            return self.take(situation, decision, now);
        }
        let definition = self.program_for(&situation.program.condition, Some(grade))?.clone();
        let program = &definition.program;
        let here = situation.course.current().phase;
        let phase = if grade < known { here } else { open_phase(program, situation, here, now) };
        decision.phase = program.phases.get(phase).map(|p| p.id.clone());
        decision.program = Some(definition.hash.clone());
        let text = Text { hash: &definition.hash, id: &program.id, source: &definition.text };
        self.take_with(situation, decision, text, now)
    }

    /// Moves the plan to the present text of its program.
    ///
    /// # Errors
    ///
    /// When the plan runs on that text already, or there is no such program.
    pub fn update(&mut self, situation: &Situation, now: Now) -> Result<(), AppError> {
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
        let text = Text { hash: &definition.hash, id: &definition.program.id, source: &definition.text };
        self.take_with(situation, decision, text, now)
    }

    /// The present text of the program that a plan runs on, where it differs.
    ///
    /// # Errors
    ///
    /// When it does not differ, or there is no such program any more.
    pub fn newer(&self, situation: &Situation) -> Result<&crate::catalog::Definition, AppError> {
        let known = self.catalog.programs.get(&situation.program.id);
        let definition =
            known.ok_or(AppError::NotNow("its program is not here any more: the plan keeps its text"))?;
        let running = crate::domain::course::program_of(&situation.journal);
        if running == Some(definition.hash.as_str()) {
            return Err(AppError::NotNow("the plan runs on the present text of its program already"));
        }
        Ok(definition)
    }

    /// Records a decision with the findings of its moment.
    fn take(&mut self, situation: &Situation, decision: Decision, now: Now) -> Result<(), AppError> {
        let draft = Draft { at: now.at, note: None, fact: Fact::Decision(kept(situation, decision)) };
        self.record(&situation.episode, vec![draft], now)?;
        Ok(())
    }

    /// The same, with the text of a program that it leads to.
    fn take_with(
        &mut self,
        situation: &Situation,
        decision: Decision,
        text: Text<'_>,
        now: Now,
    ) -> Result<(), AppError> {
        let entry = Entry {
            id: EntryId(ids::fresh(now)),
            day: now.day,
            at: now.at,
            note: None,
            corrects: None,
            fact: Fact::Decision(kept(situation, decision)),
        };
        let batch = Batch { definition: Some(text), entries: &[entry], ..Batch::default() };
        self.store.append(&situation.episode.id, &self.catalog.library, &batch)?;
        Ok(())
    }
}

fn kept(situation: &Situation, decision: Decision) -> Decision {
    Decision { findings: situation.advice.findings.iter().map(Finding::record).collect(), ..decision }
}

fn reason_of(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        Err(AppError::Length { what: "the reason", most: 10_000 })
    } else {
        Ok(text.to_owned())
    }
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
