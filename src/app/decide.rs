//! Deciding: accepting or overriding advice, and a clinician's outcome.

use crate::domain::advice::Action;
use crate::domain::day::{Day, Now};
use crate::domain::entry::{
    CLINICIAN_ROLES, Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome,
};
use crate::domain::finding::{Finding, Verdict};
use crate::domain::situation::Situation;
use crate::store::{Batch, Text};

use super::record::LONGEST_NOTE;
use super::{App, AppError, Definition, Draft, ids, nearest};

/// A decision that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was decided.
    pub kind: DecisionKind,
    /// The phase entered.
    pub phase: Option<String>,
}

/// A situation, with the state of the store that it was read from.
#[derive(Debug)]
pub(super) struct Seen {
    version: i64,
    /// The situation.
    pub situation: Situation,
}

/// A clinician's outcome to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// The rule that it answers.
    pub rule: String,
    /// Who saw the person.
    pub by: String,
    /// In which role.
    pub role: String,
    /// With which outcome.
    pub outcome: Outcome,
    /// On which day.
    pub day: Day,
    /// The last day on which it counts.
    pub until: Option<Day>,
    /// Anything else.
    pub note: Option<String>,
}

impl App {
    /// Accepts today's advice, when it asks for a decision.
    ///
    /// # Errors
    ///
    /// When the advice is to hold or to stop, or is no longer the one that was
    /// looked at.
    pub fn accept(&mut self, situation: &Situation, now: Now) -> Result<Decided, AppError> {
        let seen = self.as_seen(situation, now)?;
        let advice = &seen.situation.advice;
        let kind = match advice.action {
            Action::Advance => DecisionKind::Advance,
            Action::StepBack => DecisionKind::StepBack,
            Action::Finish if !seen.situation.course.finished => DecisionKind::Finish,
            Action::Finish => return Err(AppError::NothingToAccept("keep going: this episode is finished")),
            Action::Hold => return Err(AppError::NothingToAccept("hold")),
            Action::Stop => return Err(AppError::NothingToAccept("stop")),
        };
        let phase = advice.to.clone();
        self.decide(&seen, Decision { phase: phase.clone(), ..Decision::of(kind) }, None, now)?;
        Ok(Decided { kind, phase })
    }

    /// Enters the next phase against the advice to hold, for a reason. What
    /// guards against harm cannot be overridden: flags, clinicians' gates and
    /// unanswered emergency questions.
    ///
    /// # Errors
    ///
    /// When the advice is not to hold, or something binding stands against it.
    pub fn override_hold(
        &mut self,
        situation: &Situation,
        reason: &str,
        now: Now,
    ) -> Result<Decided, AppError> {
        if reason.trim().is_empty() {
            return Err(AppError::NotOverridable("a reason is needed".to_owned()));
        }
        let reason = reason_of(reason)?;
        let seen = self.as_seen(situation, now)?;
        let situation = &seen.situation;
        if situation.advice.action != Action::Hold {
            let words = format!("the advice is to {}", situation.advice.action.id());
            return Err(AppError::NotOverridable(words));
        }
        let binding = situation.advice.findings.iter().find(|f| f.binding && f.verdict != Verdict::Met);
        if let Some(finding) = binding {
            return Err(AppError::NotOverridable(format!("{} ({})", finding.wanted, finding.id)));
        }
        let Some(next) = situation.course.next_phase(&situation.program) else {
            return Err(AppError::NotOverridable("there is no further phase".to_owned()));
        };
        let (kind, phase) = (DecisionKind::Override, Some(next.id.clone()));
        let decision = Decision { phase: phase.clone(), reason: Some(reason), ..Decision::of(kind) };
        self.decide(&seen, decision, None, now)?;
        Ok(Decided { kind, phase })
    }

    /// Reads the situation anew, since another sinew may have written after it
    /// was looked at.
    pub(super) fn seen_again(&self, situation: &Situation, now: Now) -> Result<Seen, AppError> {
        let version = self.store.version()?;
        Ok(Seen { version, situation: self.situation(&situation.episode, now)? })
    }

    /// The same, where the advice still has to be the one that was looked at.
    fn as_seen(&self, situation: &Situation, now: Now) -> Result<Seen, AppError> {
        let version = self.store.version()?;
        let seen = Seen { version, situation: self.present(&situation.episode, now)? };
        let asks = |s: &Situation| (s.advice.action, s.advice.to.clone(), s.course.current().entry.clone());
        if asks(&seen.situation) == asks(situation) { Ok(seen) } else { Err(AppError::Meanwhile) }
    }

    /// Appends a decision with the findings that it was taken upon, unless
    /// something was recorded since they were read.
    pub(super) fn decide(
        &mut self,
        seen: &Seen,
        decision: Decision,
        program: Option<&Definition>,
        now: Now,
    ) -> Result<(), AppError> {
        let situation = &seen.situation;
        let findings = situation.advice.findings.iter().map(Finding::record).collect();
        let entry = Entry {
            id: EntryId::new(ids::fresh(now)),
            day: now.day,
            at: now.at,
            note: None,
            corrects: None,
            fact: Fact::Decision(Decision { findings, ..decision }),
        };
        let text = program.map(|d| Text { hash: &d.hash, id: &d.program.id, source: &d.text });
        let batch =
            Batch { definition: text, entries: &[entry], read_at: Some(seen.version), ..Batch::default() };
        self.store.append(&situation.episode.id, &self.catalog.library, &batch)?;
        Ok(())
    }

    /// Records a clinician's outcome for a flag or a gate.
    ///
    /// # Errors
    ///
    /// When no such flag or gate exists, when who or role is missing, or when
    /// the day lies in the future.
    pub fn clear(&mut self, situation: &Situation, cleared: Cleared, now: Now) -> Result<(), AppError> {
        let known = self.clearable(situation);
        if !known.contains(&cleared.rule) {
            return Err(super::unknown("flag or gate", &cleared.rule, known.iter().map(String::as_str)));
        }
        let own = || situation.flags.iter().filter(|f| f.episode.is_none() && f.rule.id == cleared.rule);
        let raised = own().next().is_some();
        if let Some(reported) = own().filter(|f| f.is_open()).filter_map(|f| f.day).max()
            && cleared.day < reported
        {
            return Err(AppError::VisitTooEarly { visit: cleared.day, reported });
        }
        let gate =
            situation.advice.findings.iter().any(|f| f.id.ends_with(&format!("clearance-{}", cleared.rule)));
        if !raised && !gate {
            return Err(AppError::NothingToClear(cleared.rule));
        }
        if cleared.by.trim().is_empty() {
            return Err(AppError::Length { what: "the name of who saw you", most: LONGEST_NOTE });
        }
        if cleared.day < situation.episode.onset {
            return Err(AppError::VisitTooEarly { visit: cleared.day, reported: situation.episode.onset });
        }
        if cleared.outcome == Outcome::ClearedWithLimits && cleared.until.is_none() {
            return Err(AppError::UntilNeeded);
        }
        if cleared.day > now.day {
            return Err(AppError::Future(cleared.day.to_string()));
        }
        let fact = clearance_fact(&cleared)?;
        self.record(&situation.episode, vec![Draft { at: now.at, note: cleared.note, fact }], now)?;
        Ok(())
    }
}

/// A reason in somebody's words, without the space around it.
pub(super) fn reason_of(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if (1..=LONGEST_NOTE).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(AppError::Length { what: "the reason", most: LONGEST_NOTE })
    }
}

/// The role of a clinician, as it is written in the store.
pub(super) fn role_of(text: &str) -> Result<String, AppError> {
    let role = text.trim().to_lowercase();
    if CLINICIAN_ROLES.contains(&role.as_str()) {
        return Ok(role);
    }
    let near = nearest(&role, CLINICIAN_ROLES.into_iter()).map(|near| format!(" (did you mean `{near}`?)"));
    Err(AppError::NotAClinician(format!("`{role}`{}", near.unwrap_or_default())))
}

/// A clearance by a known role.
pub(super) fn clearance_fact(cleared: &Cleared) -> Result<Fact, AppError> {
    let role = role_of(&cleared.role)?;
    Ok(Fact::Clearance(Clearance {
        rule: cleared.rule.clone(),
        who: cleared.by.trim().to_owned(),
        role,
        day: cleared.day,
        outcome: cleared.outcome,
        expires: cleared.until,
    }))
}
