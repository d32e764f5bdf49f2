//! Advice: may the person move on, and if not, what is missing.

use std::iter;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::asking::{AskNow, SCREEN_DAYS, ask_now, unanswered};
use super::bouts;
use super::brakes::{self, Braking, Effect};
use super::criteria::{self, Case};
use super::day::Day;
use super::entry::EntryId;
use super::finding::{Finding, FindingKind, Verdict};
use super::library::Urgency;
use super::measure::plain;
use super::program::{Phase, Stage};
use super::screening::Flag;
use super::slower::Slowed;

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
    /// Full return, while in the return phase.
    pub full_return: Option<FullReturn>,
    /// What has to be asked before any exercise, if anything.
    pub ask_now: Option<AskNow>,
    /// What pulled brakes ask of today's plan.
    pub brakes: Vec<Braking>,
}

/// Id of the finding that the red-flag questions were answered.
pub const RED_FLAG_QUESTIONS: &str = "red-flag-questions";

/// Days after which an unanswered routine flag holds the plan.
const ROUTINE_DAYS: i64 = 14;

/// Advises on the phase.
pub fn advise(case: &Case<'_>, flags: &[Flag]) -> Advice {
    let braking = brakes::judge(case);
    let phase = case.course.phase(case.program);
    let next = case.course.next_phase(case.program);

    let mut findings: Vec<Finding> = standing_findings(case, flags, &braking).collect();
    let earliest = next.map(|next| earliest(case, phase, next));
    let exit: Vec<Finding> = exit_findings(case).collect();
    let full_return = full_return(case, phase, &findings, &exit);
    findings.extend(exit);
    findings.extend(entry_findings(case));

    let (action, to) = action(case, flags, &braking, || findings.iter().all(is_met));
    let ask_now = ask_now(case);
    Advice { action, to, earliest, findings, full_return, ask_now, brakes: braking }
}

/// Only what to do: it asks no further than the first condition that is not met.
pub(super) fn action_alone(case: &Case<'_>, flags: &[Flag]) -> Action {
    if stops(flags) {
        return Action::Stop;
    }
    let braking = brakes::judge(case);
    let findings = || {
        let standing = standing_findings(case, flags, &braking);
        standing.chain(exit_findings(case)).chain(entry_findings(case))
    };
    action(case, flags, &braking, || findings().all(|f| is_met(&f))).0
}

/// What stands in the way whatever the criteria say: flags, brakes, gates, questions.
fn standing_findings(case: &Case<'_>, flags: &[Flag], braking: &[Braking]) -> impl Iterator<Item = Finding> {
    let flags = flags.iter().filter_map(|flag| flag_finding(case, flag));
    let brakes = braking.iter().map(|b| b.finding.clone());
    let gates = iter::once_with(|| gate_findings(case)).flatten();
    flags.chain(brakes).chain(gates).chain(iter::once_with(|| questions_finding(case)))
}

/// The criteria for leaving the phase.
fn exit_findings(case: &Case<'_>) -> impl Iterator<Item = Finding> {
    let phase = case.course.phase(case.program);
    let counts = phase.exit.iter().filter(|c| c.is_for(case.episode.goal));
    counts.map(|c| criteria::judge(case, &phase.id, c))
}

/// The criteria for entering the next one, where there is one.
fn entry_findings(case: &Case<'_>) -> impl Iterator<Item = Finding> {
    case.course.next_phase(case.program).into_iter().flat_map(|next| {
        let counts = next.entry.iter().filter(|c| c.is_for(case.episode.goal));
        counts.map(|c| criteria::judge(case, &next.id, c))
    })
}

fn is_met(finding: &Finding) -> bool {
    finding.verdict == Verdict::Met
}

/// Whether an open flag stops everything.
fn stops(flags: &[Flag]) -> bool {
    flags.iter().any(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent)
}

fn action(
    case: &Case<'_>,
    flags: &[Flag],
    braking: &[Braking],
    all_met: impl FnOnce() -> bool,
) -> (Action, Option<String>) {
    let current = case.course.current().phase;
    let phases = &case.program.phases;
    if stops(flags) {
        return (Action::Stop, None);
    }
    let pulled =
        |effect: Effect| braking.iter().any(|b| b.effect == effect && b.finding.verdict == Verdict::NotMet);
    if pulled(Effect::StepBack) {
        // At most one phase a day, and never below the first.
        let already =
            case.course.stepped_back.is_some_and(|at| case.journal.now().day_of(at) == case.today());
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
    if !all_met() {
        return (Action::Hold, None);
    }
    match phases.get(current + 1) {
        Some(next) => (Action::Advance, Some(next.id.clone())),
        None => (Action::Finish, None),
    }
}

/// An open flag as a finding; nothing while it does not stand in the way.
pub(super) fn flag_finding(case: &Case<'_>, flag: &Flag) -> Option<Finding> {
    if !flag.is_open() {
        return None;
    }
    let age = flag.day.map_or(0, |day| case.today().since(day));
    let stops = flag.rule.urgency >= Urgency::Urgent;
    let stale = flag.rule.urgency == Urgency::Routine && age > ROUTINE_DAYS;
    if !(stops || flag.rule.gate || stale) {
        return None;
    }
    let open = match age {
        0 => "open since today".to_owned(),
        1 => "open since yesterday".to_owned(),
        _ => format!("open for {age} days"),
    };
    let mut said: Vec<String> = flag.because.iter().map(|b| format!("{} {}", b.id, b.said)).collect();
    said.dedup();
    Some(Finding {
        id: flag.rule.id.clone(),
        kind: FindingKind::Flag,
        verdict: Verdict::NotMet,
        wanted: format!("\"{}\" answered for by a clinician", flag.rule.title),
        observed: format!("{open}: {}", said.join(", ")),
        entries: flag.because.iter().filter_map(|b| b.entry.clone()).collect(),
        why: flag.rule.why.clone(),
        source: flag.rule.source.clone(),
        binding: stops || flag.rule.gate,
    })
}

fn earliest(case: &Case<'_>, phase: &Phase, next: &Phase) -> Day {
    let by_onset = case.course.onset.plus(next.earliest_day);
    let left = phase.minimum_days - case.course.days_in_phase(case.today());
    by_onset.max(case.today().plus(left.max(0))).max(case.course.current().from)
}

/// The gates that no criterion opens: days, quiet days after a step back, a
/// day of injury that was just put right, a rest.
fn gate_findings(case: &Case<'_>) -> Vec<Finding> {
    let (course, today) = (case.course, case.today());
    let (phase, next) = (course.phase(case.program), course.next_phase(case.program));
    let span = course.current();
    let mut gates = Vec::new();
    if let Some(next) = next {
        let wanted = format!("day {} after the injury, for {}", next.earliest_day, next.name.to_lowercase());
        let seen = today.since(course.onset);
        gates.push(gate("gate-day", seen >= next.earliest_day, wanted, format!("day {seen}"), vec![], next));
    }
    let slowed: Vec<&Slowed> = course.slowed.iter().filter(|s| s.rule.phases.contains(&phase.id)).collect();
    let because: Vec<String> =
        slowed.iter().map(|s| format!(", {} times as many after {}", plain(s.rule.factor), s.said)).collect();
    let wanted = format!("{} days in this phase{}", phase.minimum_days, because.concat());
    let seen = course.days_in_phase(today);
    let mut entries = vec![span.entry.clone()];
    entries.extend(slowed.iter().filter_map(|s| s.entry.clone()));
    entries.extend(
        course.pauses.iter().filter(|p| p.to.is_none_or(|to| to > span.from)).map(|p| p.entry.clone()),
    );
    let mut spent =
        gate("gate-phase", seen >= phase.minimum_days, wanted, format!("day {seen}"), entries, phase);
    if let Some(slowed) = slowed.first() {
        spent.why.clone_from(&slowed.rule.why);
        spent.source.clone_from(&slowed.rule.source);
    }
    gates.push(spent);
    if span.stepped_back {
        let (clean, entries) = clean_days(case, phase);
        let wanted = format!("{CLEAN_DAYS} clean logged days in a row since the step back");
        let why = "After a setback some quiet days come first, however short the phase (ours).";
        let seen = format!("{clean} so far");
        gates.push(ours(gate("gate-clean", clean >= CLEAN_DAYS, wanted, seen, entries, phase), why));
    }
    let now = case.journal.now();
    if let Some(moved) = course.moved.as_ref().filter(|m| now.at.signed_duration_since(m.at).num_hours() < 24)
    {
        let wanted = "24 hours since the day of the injury was put right".to_owned();
        let seen = format!("put right on {}", now.day_of(moved.at));
        let why = "A new first day shifts every gate, so that nothing opens in the same breath.";
        gates.push(ours(gate("gate-onset", false, wanted, seen, vec![moved.entry.clone()], phase), why));
    }
    if let Some(pause) = course.paused() {
        let why = pause.reason.as_ref().map(|_| ", for the reason noted then").unwrap_or_default();
        let seen = format!("resting since {}{why}", pause.from);
        let wanted = "the plan going on".to_owned();
        let why = "Days on which the plan rests train nothing and prove nothing.";
        gates.push(ours(gate("gate-pause", false, wanted, seen, vec![pause.entry.clone()], phase), why));
    }
    gates
}

fn gate(id: &str, met: bool, wanted: String, observed: String, entries: Vec<EntryId>, of: &Phase) -> Finding {
    Finding {
        id: id.to_owned(),
        kind: FindingKind::Gate,
        verdict: if met { Verdict::Met } else { Verdict::NotMet },
        wanted,
        observed,
        entries,
        why: of.why.clone(),
        source: of.source.clone(),
        binding: true,
    }
}

/// A gate of our own, with its own reason.
fn ours(gate: Finding, why: &str) -> Finding {
    Finding { why: why.into(), source: ours_alone(), ..gate }
}

fn ours_alone() -> Arc<[String]> {
    ["ours".to_owned()].into()
}

/// Clean logged days in a row that have to follow a step back (evidence IV-36).
pub(super) const CLEAN_DAYS: usize = 3;

/// How many of the latest logged days since the step back were clean, up to as many as
/// are wanted:
/// pain below what the phase calls red, no limp, no session above a cap, no
/// morning above what the phase allows. Days of rest prove nothing.
fn clean_days(case: &Case<'_>, phase: &Phase) -> (usize, Vec<EntryId>) {
    let since = case.course.current().from.plus(1);
    let mut entries = Vec::new();
    let mut clean = 0;
    for pain in case.diary.pains.range(since..=case.today().max(since)).iter().rev() {
        let day = pain.day;
        let limps = case.journal.samples("limp", day, day).iter().any(|s| s.value >= 1.0);
        let morning = case.diary.mornings.get(day).map(|m| m.worst);
        let rose = morning.zip(brakes::allowed_morning(case, day)).is_some_and(|(seen, most)| seen > most);
        let hurt = bouts::worst_zone(case, day) > Some(bouts::Zone::Green);
        if pain.worst > phase.caps.amber || limps || rose || hurt {
            break;
        }
        // A day of rest tries nothing out, so that it proves nothing.
        if case.course.rested_on(day) {
            continue;
        }
        clean += 1;
        entries.extend(case.diary.pains.entries(case.journal, pain).map(|e| e.id.clone()));
        // More than enough of them prove no more.
        if clean == CLEAN_DAYS {
            break;
        }
    }
    (clean, entries)
}

fn questions_finding(case: &Case<'_>) -> Finding {
    let (open, asked, entries) = unanswered(case);
    let verdict = if open.is_empty() { Verdict::Met } else { Verdict::Unknown };
    Finding {
        id: RED_FLAG_QUESTIONS.to_owned(),
        kind: FindingKind::Criterion,
        verdict,
        wanted: format!("the {asked} emergency questions answered within {SCREEN_DAYS} days"),
        observed: format!("{} of {asked} answered", asked - open.len()),
        entries,
        why: "A sign that nobody asked about is unknown, and unknown never moves anyone on.".into(),
        source: ours_alone(),
        binding: true,
    }
}

fn full_return(case: &Case<'_>, phase: &Phase, before: &[Finding], exit: &[Finding]) -> Option<FullReturn> {
    if phase.stage != Stage::Return {
        return None;
    }
    let not_before = case.course.onset.plus(case.program.return_not_before);
    let day_gates = ["gate-day", "gate-phase"];
    let quiet =
        before.iter().filter(|f| !day_gates.contains(&f.id.as_str())).all(|f| f.verdict == Verdict::Met);
    let spent = case.course.days_in_phase(case.today()) >= phase.minimum_days;
    let met = exit.iter().all(|f| f.verdict == Verdict::Met);
    Some(FullReturn { not_before, cleared: quiet && met && spent && case.today() >= not_before })
}
