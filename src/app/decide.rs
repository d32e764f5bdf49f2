//! Deciding: accepting or overriding advice, and a clinician's outcome.

use crate::domain::advice::Action;
use crate::domain::day::{Day, Now};
use crate::domain::entry::{CLINICIAN_ROLES, Clearance, Decision, DecisionKind, Fact, Outcome};
use crate::domain::finding::Verdict;
use crate::domain::situation::Situation;

use super::{App, AppError, Draft, nearest};

/// A decision that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was decided.
    pub kind: DecisionKind,
    /// The phase entered.
    pub phase: Option<String>,
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
    /// When the advice is to hold or to stop.
    pub fn accept(&mut self, situation: &Situation, now: Now) -> Result<Decided, AppError> {
        let kind = match situation.advice.action {
            Action::Advance => DecisionKind::Advance,
            Action::StepBack => DecisionKind::StepBack,
            Action::Finish if !situation.course.finished => DecisionKind::Finish,
            Action::Finish => return Err(AppError::NothingToAccept("keep going: this episode is finished")),
            Action::Hold => return Err(AppError::NothingToAccept("hold")),
            Action::Stop => return Err(AppError::NothingToAccept("stop")),
        };
        self.decide(situation, kind, situation.advice.to.clone(), None, now)
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
        self.decide(situation, DecisionKind::Override, Some(next.id.clone()), Some(reason.to_owned()), now)
    }

    fn decide(
        &mut self,
        situation: &Situation,
        kind: DecisionKind,
        phase: Option<String>,
        reason: Option<String>,
        now: Now,
    ) -> Result<Decided, AppError> {
        let decision = Decision {
            phase: phase.clone(),
            reason,
            findings: situation.advice.findings.iter().map(crate::domain::finding::Finding::record).collect(),
            ..Decision::of(kind)
        };
        let draft = Draft { at: now.at, note: None, fact: Fact::Decision(decision) };
        self.record(&situation.episode, vec![draft], now)?;
        Ok(Decided { kind, phase })
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
            return Err(AppError::NotAClinician(String::new()));
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

/// A clearance by a known role.
pub(super) fn clearance_fact(cleared: &Cleared) -> Result<Fact, AppError> {
    let role = cleared.role.trim().to_lowercase();
    if !CLINICIAN_ROLES.contains(&role.as_str()) {
        let near = nearest(&role, CLINICIAN_ROLES.into_iter())
            .map(|near| format!("{role}` (did you mean `{near}`?)"));
        return Err(AppError::NotAClinician(near.unwrap_or(role)));
    }
    Ok(Fact::Clearance(Clearance {
        rule: cleared.rule.clone(),
        who: cleared.by.trim().to_owned(),
        role,
        day: cleared.day,
        outcome: cleared.outcome,
        expires: cleared.until,
    }))
}
