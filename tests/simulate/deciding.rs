//! What virtual people decide: advice taken at once, late or not at all, holds
//! overridden where that is allowed, rests, days put right, grades given anew;
//! and what clinicians answer.

use sinew::domain::advice::Action;
use sinew::domain::day::{At, Now};
use sinew::domain::entry::{CLINICIAN_ROLES, Clearance, Decision, DecisionKind, Fact, Outcome};
use sinew::domain::finding::{FindingKind, Verdict};
use sinew::domain::library::Urgency;
use sinew::domain::situation::Situation;

use super::people::{Person, other_grades};
use super::tally::Tally;
use super::thread::outcome;
use super::world::World;

impl Person {
    /// Everything that is decided once the day was looked at; whether anything
    /// was.
    pub(crate) fn decide_day(
        &mut self,
        world: &World,
        at: usize,
        s: &Situation,
        now: Now,
        tally: &mut Tally,
    ) -> bool {
        let moment = now.at + chrono::Duration::minutes(1);
        if self.day <= self.silent_until {
            return false;
        }
        let before = self.threads[at].entries.len();
        self.clinicians(at, s, moment, tally);
        let decision = self
            .by_chance(world, at, s, tally)
            .or_else(|| self.regrade(world, at, tally))
            .or_else(|| self.on_advice(at, s, tally));
        if let Some(decision) = decision {
            self.threads[at].decide(world, moment, decision);
        }
        self.threads[at].entries.len() > before
    }

    /// Takes the advice, or overrides it.
    fn on_advice(&mut self, at: usize, s: &Situation, tally: &mut Tally) -> Option<Decision> {
        let thread = &mut self.threads[at];
        let take = |kind| {
            let phase = s.advice.to.clone();
            let findings = s.advice.findings.iter().map(sinew::domain::finding::Finding::record).collect();
            Some(Decision { phase, findings, ..Decision::of(kind) })
        };
        match s.advice.action {
            Action::Advance if self.rng.chance(0.85) => {
                tally.decided("advance");
                take(DecisionKind::Advance)
            }
            Action::StepBack if self.rng.chance(0.75) => {
                tally.decided("step-back");
                take(DecisionKind::StepBack)
            }
            Action::Finish if !thread.mirror.finished => {
                tally.decided("finish");
                take(DecisionKind::Finish)
            }
            Action::Hold if self.rng.chance(self.nature.impatience) => {
                let decision = overriding(s)?;
                tally.decided("override");
                Some(decision)
            }
            _ => None,
        }
    }

    /// Rests, and days of injury put right.
    fn by_chance(&mut self, _: &World, at: usize, s: &Situation, tally: &mut Tally) -> Option<Decision> {
        let (today, rng, thread) = (self.today(), &mut self.rng, &self.threads[at]);
        let because = |reason: &str| Some(reason.to_owned());
        if thread.mirror.rests_now() {
            return rng.chance(0.18).then(|| {
                tally.decided("resume");
                Decision::of(DecisionKind::Resume)
            });
        }
        if rng.chance(0.0025) && !thread.mirror.finished {
            tally.decided("pause");
            return Some(Decision { reason: because("a journey"), ..Decision::of(DecisionKind::Pause) });
        }
        if rng.chance(0.0025) {
            let by = rng.days(-6, 4);
            let onset = thread.mirror.onset.plus(by);
            if by == 0 || onset > today || s.course.finished {
                return None;
            }
            tally.decided(if by < 0 { "onset earlier" } else { "onset later" });
            let reason = because("it was another day");
            return Some(Decision { onset: Some(onset), reason, ..Decision::of(DecisionKind::Onset) });
        }
        None
    }

    /// A grade that was wrong is put right: upward by anybody, downward by a
    /// clinician; and some try to lower it by themselves, which counts for nothing.
    fn regrade(&mut self, world: &World, at: usize, tally: &mut Tally) -> Option<Decision> {
        let today = self.today();
        let (rng, thread) = (&mut self.rng, &self.threads[at]);
        let known = thread.mirror.grade?;
        let truth = thread.truth?;
        if thread.age(today) < 2 || thread.mirror.finished {
            return None;
        }
        let grade = match known.cmp(&truth) {
            std::cmp::Ordering::Less if rng.chance(0.12) => truth,
            std::cmp::Ordering::Greater if rng.chance(0.05) => truth,
            _ if rng.chance(0.0015) => *rng.pick(&other_grades(world, &thread.program))?,
            _ => return None,
        };
        let course = world.program(&thread.program.condition, Some(grade))?;
        let here = thread.mirror.phase;
        let day = today.since(thread.mirror.onset);
        if grade > known {
            tally.decided("regrade up");
            let open = |at: &usize| course.program.phases.get(*at).is_some_and(|p| p.earliest_day <= day);
            let phase = if grade >= 3 { 0 } else { (0..=here).rev().find(open).unwrap_or(0) };
            let phase = Some(course.program.phases.get(phase)?.id.clone());
            return Some(Decision {
                grade: Some(grade),
                program: Some(course.hash.clone()),
                phase,
                reason: Some("worse than thought".to_owned()),
                ..Decision::of(DecisionKind::Grade)
            });
        }
        let by_clinician = rng.chance(0.8);
        tally.decided(if by_clinician { "regrade down" } else { "regrade down alone" });
        let by = if by_clinician { CLINICIAN_ROLES[rng.below(2)] } else { "self" }.to_owned();
        Some(Decision {
            grade: Some(grade),
            program: Some(course.hash.clone()),
            phase: Some(course.program.phases.get(here)?.id.clone()),
            by,
            reason: Some("examined".to_owned()),
            ..Decision::of(DecisionKind::Grade)
        })
    }

    /// Clinicians answer what is open, sooner when it is urgent.
    fn clinicians(&mut self, at: usize, s: &Situation, moment: At, tally: &mut Tally) {
        let open: Vec<(String, Urgency)> = s
            .open_flags()
            .filter(|f| f.episode.is_none() && f.rule.urgency > Urgency::SelfCare)
            .map(|f| (f.rule.id.clone(), f.rule.urgency))
            .collect();
        let gates = s
            .advice
            .findings
            .iter()
            .filter(|f| f.kind == FindingKind::Criterion && f.verdict != Verdict::Met);
        let gates: Vec<String> =
            gates.filter_map(|f| Some(f.id.split_once(".clearance-")?.1.to_owned())).collect();
        let urgent = open.iter().any(|(_, urgency)| *urgency >= Urgency::Urgent);
        let due = match self.threads[at].visit_in {
            Some(days) if days <= 0 => true,
            Some(days) => {
                let soonest = if urgent { days.min(4) } else { days };
                self.threads[at].visit_in = Some(soonest - 1);
                false
            }
            None if !open.is_empty() || !gates.is_empty() => {
                let most = if urgent { 3 } else { 16 };
                self.threads[at].visit_in = Some(self.rng.days(0, most));
                false
            }
            None => false,
        };
        if due {
            self.threads[at].visit_in = None;
            let rules: Vec<String> = open.into_iter().map(|(rule, _)| rule).chain(gates).collect();
            self.visit(at, rules, moment, tally);
        }
    }

    fn visit(&mut self, at: usize, rules: Vec<String>, moment: At, tally: &mut Tally) {
        let today = self.today();
        let outcome = outcome(self.rng.unit());
        let days = self.rng.days(3, 60);
        tally.decided(outcome.id());
        for rule in rules {
            let clearance = Clearance {
                rule,
                who: "A. Clinician".to_owned(),
                role: CLINICIAN_ROLES[self.rng.below(2)].to_owned(),
                day: today,
                outcome,
                expires: (outcome == Outcome::ClearedWithLimits).then(|| today.plus(days)),
            };
            self.threads[at].write(moment, Fact::Clearance(clearance));
        }
    }
}

/// A hold overridden, where nothing binding stands against it.
fn overriding(s: &Situation) -> Option<Decision> {
    let binding = s.advice.findings.iter().any(|f| f.binding && f.verdict != Verdict::Met);
    let next = s.course.next_phase(&s.program).filter(|_| !binding)?;
    Some(Decision {
        phase: Some(next.id.clone()),
        reason: Some("it feels ready".to_owned()),
        ..Decision::of(DecisionKind::Override)
    })
}
