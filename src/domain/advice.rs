//! Advice: may the person move on, and if not, what is missing.

use serde::{Deserialize, Serialize};

use super::brakes::{self, Braking, Effect};
use super::criteria::{self, Case};
use super::day::{At, Day};
use super::entry::EntryId;
use super::finding::{Finding, FindingKind, Missing, Verdict};
use super::library::{Library, Urgency};
use super::program::{Phase, Stage};
use super::question::{AnswerValue, Answers, Question, SELF_TEST};
use super::screening::Flag;

/// What to do about the phase, from the most cautious to the boldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Stop and be seen.
    Stop,
    /// Go back one phase, or begin this one again.
    StepBack,
    /// Stay.
    Hold,
    /// Move on by one phase.
    Advance,
    /// The program has done its work.
    Finish,
}

impl Action {
    /// The id used in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::StepBack => "step-back",
            Self::Hold => "hold",
            Self::Advance => "advance",
            Self::Finish => "finish",
        }
    }
}

/// Full return to sport, which is a milestone within the return phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FullReturn {
    /// Not before this day.
    pub not_before: Day,
    /// Whether every criterion for it is met today.
    pub cleared: bool,
}

/// The advice of one day, with everything it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What to do.
    pub action: Action,
    /// The phase to enter.
    pub to: Option<String>,
    /// The earliest day on which an advance is possible, by the gates alone.
    pub earliest: Option<Day>,
    /// Every condition that was judged.
    pub findings: Vec<Finding>,
    /// What could be recorded, in the order in which it could be done.
    pub missing: Vec<Missing>,
    /// Full return, while in the return phase.
    pub full_return: Option<FullReturn>,
    /// After a pain of six or more, the entries of it, for as long as the
    /// emergency questions were not answered since: they come before any exercise.
    pub ask_now: Option<Vec<EntryId>>,
    /// What pulled brakes ask of today's plan.
    pub brakes: Vec<Braking>,
}

/// A pain from which on the red-flag questions are put again, 0 to 10.
pub const ASK_AGAIN_FROM: f64 = 6.0;

/// Days for which the answers to the emergency questions carry an advance.
const SCREEN_DAYS: i64 = 7;

/// Days after which an unanswered routine flag holds the plan.
const ROUTINE_DAYS: i64 = 14;

/// Advises on the phase.
pub fn advise(case: &Case<'_>, flags: &[Flag]) -> Advice {
    let braking = brakes::judge(case);
    let phase = case.course.phase(case.program);
    let next = case.course.next_phase(case.program);

    let mut findings: Vec<Finding> = flags.iter().filter_map(|flag| flag_finding(case, flag)).collect();
    findings.extend(braking.iter().map(|b| with_missing(case, b)));
    let gates = gate_findings(case, phase, next);
    let earliest = next.map(|next| earliest(case, phase, next));
    findings.extend(gates);
    findings.push(questions_finding(case));
    let counts = |c: &&super::program::Criterion| c.goals.is_empty() || c.goals.contains(&case.episode.goal);
    let exit: Vec<Finding> =
        phase.exit.iter().filter(counts).map(|c| criteria::judge(case, &phase.id, c)).collect();
    let full_return = full_return(case, phase, &findings, &exit);
    findings.extend(exit);
    if let Some(next) = next {
        findings.extend(next.entry.iter().filter(counts).map(|c| criteria::judge(case, &next.id, c)));
    }

    let (action, to) = action(case, flags, &braking, &findings);
    let ask_now = ask_now(case);
    Advice {
        action,
        to,
        earliest,
        missing: missing(&findings),
        findings,
        full_return,
        ask_now,
        brakes: braking,
    }
}

fn action(
    case: &Case<'_>,
    flags: &[Flag],
    braking: &[Braking],
    findings: &[Finding],
) -> (Action, Option<String>) {
    let current = case.course.current().phase;
    let phases = &case.program.phases;
    if flags.iter().any(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent) {
        return (Action::Stop, None);
    }
    let pulled =
        |effect: Effect| braking.iter().any(|b| b.effect == effect && b.finding.verdict == Verdict::NotMet);
    if pulled(Effect::StepBack) {
        // At most one phase a day, and never below the first.
        let already = case.course.stepped_back.is_some_and(|at| Day::of(at) == case.today());
        let to = if already { current } else { current.saturating_sub(1) };
        return (Action::StepBack, Some(phases[to].id.clone()));
    }
    // After the end, silence is no setback, but pain and a limp are.
    if case.course.finished && !pulled(Effect::Rest) && !pulled(Effect::Protect) {
        return (Action::Finish, None);
    }
    if pulled(Effect::Restart) {
        return (Action::StepBack, Some(phases[current].id.clone()));
    }
    if findings.iter().any(|f| f.verdict != Verdict::Met) {
        return (Action::Hold, None);
    }
    match phases.get(current + 1) {
        Some(next) => (Action::Advance, Some(next.id.clone())),
        None => (Action::Finish, None),
    }
}

/// An open flag as a finding; nothing while it does not stand in the way.
fn flag_finding(case: &Case<'_>, flag: &Flag) -> Option<Finding> {
    if !flag.is_open() {
        return None;
    }
    let age = flag.day.map_or(0, |day| case.today().since(day));
    let stops = flag.rule.urgency >= Urgency::Urgent;
    let stale = flag.rule.urgency == Urgency::Routine && age > ROUTINE_DAYS;
    if !(stops || flag.rule.gate || stale) {
        return None;
    }
    let mut said: Vec<String> = flag.because.iter().map(|b| format!("{} {}", b.id, b.said)).collect();
    said.dedup();
    Some(Finding {
        id: flag.rule.id.clone(),
        kind: FindingKind::Flag,
        verdict: Verdict::NotMet,
        wanted: format!("\"{}\" answered for by a clinician", flag.rule.title),
        observed: format!("open for {age} days: {}", said.join(", ")),
        entries: flag.because.iter().filter_map(|b| b.entry.clone()).collect(),
        why: flag.rule.why.clone(),
        source: flag.rule.source.clone(),
        binding: stops || flag.rule.gate,
        missing: None,
    })
}

/// A brake's finding, with what to log where it could not be judged.
fn with_missing(case: &Case<'_>, braking: &Braking) -> Finding {
    let mut finding = braking.finding.clone();
    if finding.verdict == Verdict::Unknown {
        let id = super::measure::PAIN_MORNING;
        finding.missing = Some(Missing::today(id, "reading", case.library.measure_name(id)));
    }
    finding
}

fn earliest(case: &Case<'_>, phase: &Phase, next: &Phase) -> Day {
    let by_onset = case.course.onset.plus(next.earliest_day);
    by_onset.max(case.course.current().from.plus(phase.minimum_days))
}

fn gate_findings(case: &Case<'_>, phase: &Phase, next: Option<&Phase>) -> Vec<Finding> {
    let span = case.course.current();
    let today = case.today();
    let gate = |id: &str, wanted: String, seen: i64, least: i64, entries: Vec<EntryId>, of: &Phase| Finding {
        id: id.to_owned(),
        kind: FindingKind::Gate,
        verdict: if seen >= least { Verdict::Met } else { Verdict::NotMet },
        wanted,
        observed: format!("day {seen}"),
        entries,
        why: of.why.clone(),
        source: of.source.clone(),
        binding: true,
        missing: None,
    };
    let mut gates = Vec::new();
    if let Some(next) = next {
        let wanted = format!("day {} after the injury, for {}", next.earliest_day, next.name.to_lowercase());
        gates.push(gate("gate-day", wanted, today.since(case.course.onset), next.earliest_day, vec![], next));
    }
    let wanted = format!("{} days in this phase", phase.minimum_days);
    let entered = vec![span.entry.clone()];
    gates.push(gate("gate-phase", wanted, today.since(span.from), phase.minimum_days, entered, phase));
    gates
}

/// The emergency questions whose answers are too old, or that nobody answered.
///
/// Answers count for seven days, and only when they were given after the
/// latest pain of six or more and after the latest step back.
pub fn unanswered<'a>(case: &'a Case<'_>) -> (Vec<&'a Question>, usize, Vec<EntryId>) {
    let today = case.today();
    let after: Option<At> =
        [brakes::last_pain_of(case, ASK_AGAIN_FROM), case.course.stepped_back].into_iter().flatten().max();
    let mut answered: std::collections::BTreeMap<&str, &EntryId> = std::collections::BTreeMap::new();
    for (entry, answers) in case.journal.answers() {
        let counts = today.since(entry.day) < SCREEN_DAYS && after.is_none_or(|at| entry.at > at);
        if counts {
            for answer in answers.iter().filter(|a| a.value != AnswerValue::Unknown) {
                answered.insert(&answer.question, &entry.id);
            }
        }
    }
    let mut asked = case.library.screening_questions(Urgency::Emergency);
    asked.retain(|q| q.group != SELF_TEST);
    let count = asked.len();
    let entries: std::collections::BTreeSet<EntryId> =
        asked.iter().filter_map(|q| answered.get(q.id.as_str()).map(|id| (*id).clone())).collect();
    let open = asked.into_iter().filter(|q| !answered.contains_key(q.id.as_str())).collect();
    (open, count, entries.into_iter().collect())
}

/// The emergency and urgent questions that a set of answers leaves open.
pub fn screen_unanswered<'l>(library: &'l Library, answers: &Answers) -> Vec<&'l str> {
    let known = |id: &str| answers.get(id).is_some_and(|s| s.value != AnswerValue::Unknown);
    let asked = library.screening_questions(Urgency::Urgent);
    asked.into_iter().map(|q| q.id.as_str()).filter(|id| !known(id)).collect()
}

/// Days for which a severe pain puts the questions before any exercise.
const ASK_DAYS: i64 = 3;

fn ask_now(case: &Case<'_>) -> Option<Vec<EntryId>> {
    let today = case.today();
    let severe: Vec<EntryId> = case
        .journal
        .pains(case.library, today.minus(ASK_DAYS - 1), today)
        .into_iter()
        .filter(|s| s.value >= ASK_AGAIN_FROM && case.is_injured(s.side))
        .map(|s| s.entry.clone())
        .collect();
    let (open, ..) = unanswered(case);
    (!severe.is_empty() && !open.is_empty()).then_some(severe)
}

fn questions_finding(case: &Case<'_>) -> Finding {
    let (open, asked, entries) = unanswered(case);
    let verdict = if open.is_empty() { Verdict::Met } else { Verdict::Unknown };
    Finding {
        id: "red-flag-questions".to_owned(),
        kind: FindingKind::Criterion,
        verdict,
        wanted: format!("the {asked} emergency questions answered within {SCREEN_DAYS} days"),
        observed: format!("{} of {asked} answered", asked - open.len()),
        entries,
        why: "A sign that nobody asked about is unknown, and unknown never moves anyone on.".to_owned(),
        source: vec!["ours".to_owned()],
        binding: true,
        missing: (verdict == Verdict::Unknown)
            .then(|| Missing::today("red-flag-questions", "questions", "the red-flag questions")),
    }
}

fn full_return(case: &Case<'_>, phase: &Phase, before: &[Finding], exit: &[Finding]) -> Option<FullReturn> {
    if phase.stage != Stage::Return {
        return None;
    }
    let not_before = case.course.onset.plus(case.program.return_not_before);
    let quiet = before.iter().filter(|f| f.kind != FindingKind::Gate).all(|f| f.verdict == Verdict::Met);
    let spent = case.today().since(case.course.current().from) >= phase.minimum_days;
    let met = exit.iter().all(|f| f.verdict == Verdict::Met);
    Some(FullReturn { not_before, cleared: quiet && met && spent && case.today() >= not_before })
}

/// What is missing, each thing once, soonest first.
fn missing(findings: &[Finding]) -> Vec<Missing> {
    let mut list: Vec<Missing> = Vec::new();
    for missing in findings.iter().filter_map(|f| f.missing.clone()) {
        match list.iter_mut().find(|m| m.id == missing.id) {
            Some(known) => {
                known.both_sides |= missing.both_sides;
                known.days = known.days.max(missing.days);
                known.wait = known.wait.max(missing.wait);
            }
            None => list.push(missing),
        }
    }
    let order = |kind: &str| match kind {
        "questions" => 0,
        "reading" => 1,
        "test" => 2,
        "session" => 3,
        _ => 4,
    };
    list.sort_by_key(|m| (m.wait, order(m.kind)));
    list
}
