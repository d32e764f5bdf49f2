//! Invariants about pain that was just felt.

use std::collections::BTreeMap;

use sinew::domain::advice::Action;
use sinew::domain::day::{At, Day};
use sinew::domain::entry::Performed;
use sinew::domain::question::AnswerValue;

use super::{Ledger, View};

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    iv_21(v, ledger);
    iv_22(v, ledger);
    iv_23(v, ledger);
    iv_24(v, ledger);
}

/// Whether a bout went above its cap, by the phase of its day.
fn above(v: &View<'_>, day: Day, bout: &Performed) -> Option<bool> {
    let pain = bout.pain?;
    let phase = v.s.course.phase_on(&v.thread.program, day)?;
    let own = phase.exercises.iter().find(|p| *p.exercise == *bout.exercise).map(|p| p.cap);
    Some(pain > own.unwrap_or(phase.caps.green).min(phase.caps.green))
}

/// The days of the last sessions, latest first, and whether each went above a cap.
fn session_days(v: &View<'_>, since: Option<At>) -> Vec<(Day, bool)> {
    let mut days: BTreeMap<Day, bool> = BTreeMap::new();
    for (entry, bout) in v.facts.bouts(v.today().minus(60)) {
        if since.is_some_and(|at| entry.at <= at) {
            continue;
        }
        if let Some(over) = above(v, entry.day, bout) {
            *days.entry(entry.day).or_insert(false) |= over;
        }
    }
    days.into_iter().rev().collect()
}

/// The last session above a cap: no advance. A pain of 6 or more or a pop or
/// sharp pull, or three of the last five sessions above a cap: step back or
/// stricter, until that step was taken. Two of the last three sessions of one
/// exercise make that exercise easier, not the phase, as the table of steps
/// says. Below the first phase there is nothing: there, what is older than
/// three days does not count.
fn iv_21(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let all = session_days(v, None);
    if let Some((day, true)) = all.first() {
        ledger.holds(21, !v.moves_on(), || format!("{}: the session of {day}", v.words()));
    }
    let since = v.thread.mirror.stepped_back();
    let steps = v.s.advice.action <= Action::StepBack;
    if let Some(what) = severe(v, since) {
        ledger.holds(21, steps, || format!("{}: {what}", v.words()));
    }
    // A session counts for four weeks.
    let last: Vec<(Day, bool)> =
        session_days(v, since).into_iter().filter(|(day, _)| v.today().since(*day) < 28).take(5).collect();
    if last.iter().filter(|(_, over)| *over).count() >= 3
        && v.thread.program.step_back.iter().any(|b| b == "sb-2-phase")
    {
        ledger.holds(21, steps, || format!("{}: {last:?}", v.words()));
    }
}

/// A severe pain or a pop that nobody has stepped back for.
fn severe(v: &View<'_>, since: Option<At>) -> Option<String> {
    let window = v.today().minus(2);
    let first = if v.thread.mirror.phase == 0 { window } else { window.min(v.thread.mirror.since()) };
    let fresh = |at: At| since.is_none_or(|since| at > since);
    if let Some(at) = v.facts.severe_since(first).filter(|at| fresh(*at)) {
        return Some(format!("a severe pain at {at}"));
    }
    let days = v.today().since(v.thread.mirror.since().max(first)) + 1;
    let pulled = |value: &AnswerValue| matches!(value, AnswerValue::Choices(c) if c.iter().any(|c| c == "pop" || c == "grab-or-sharp-pull"));
    let told = v.facts.told("new-event", days).find(|(e, value)| pulled(value) && fresh(e.at));
    told.map(|(e, _)| format!("a pop or pull on {}", e.day))
}

/// The morning above what the phase allows over its baseline, which counts as
/// 3 at most: no advance; and none without a reading of this morning. A grade
/// 3 allows no rise in any phase.
fn iv_22(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let rise = if v.grade() >= 3 { 0.0 } else { v.phase().caps.morning_rise };
    let allowed = v.facts.baseline(v.today()).map(|base| base + rise);
    let morning = v.facts.mornings.get(&v.today()).copied();
    let fine = morning.zip(allowed).is_some_and(|(morning, allowed)| morning <= allowed);
    if !fine {
        ledger.holds(22, !v.moves_on(), || format!("{}: {morning:?} against {allowed:?}", v.words()));
    }
}

/// The median of the week above that of the week before by 1: no advance; by
/// 2: step back or stricter, unless that step was taken within the week.
fn iv_23(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let Some(rise) = v.facts.week_rise().filter(|rise| *rise >= 1.0) else { return };
    ledger.holds(23, !v.moves_on(), || format!("{}: up by {rise}", v.words()));
    let taken = v.thread.mirror.stepped_back().is_some_and(|at| v.today().since(Day::of(at)) < 7);
    if rise >= 2.0 && !taken {
        ledger.holds(23, v.s.advice.action <= Action::StepBack, || format!("{}: up by {rise}", v.words()));
    }
}

/// A limp or a crutch today: no advance, and neither running nor jumping.
fn iv_24(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let lame = ["clear-limp", "with-crutch-or-stick", "not-possible"];
    let walks = |value: &AnswerValue| matches!(value, AnswerValue::Choices(c) if c.iter().any(|c| lame.contains(&c.as_str())));
    let limps =
        v.facts.yes_on("limp", v.today()) || v.facts.told("walking-today", 1).any(|(_, value)| walks(value));
    if limps {
        let fast = v.exercises().find(|(_, e)| e.is("run") || e.is("sprint") || e.is("jump"));
        let ok = !v.moves_on() && fast.is_none();
        ledger.holds(24, ok, || format!("{}: {:?}", v.words(), fast.map(|(i, _)| &i.id)));
    }
}
