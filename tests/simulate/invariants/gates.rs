//! Invariants about days, criteria, grades and steps.

use sinew::domain::advice::Action;
use sinew::domain::day::Day;
use sinew::domain::entry::DecisionKind;
use sinew::domain::finding::{FindingKind, Verdict};
use sinew::domain::program::{Criterion, Phase, Program, Stage, Stat, Subject, Whose};

use super::super::facts::readings;
use super::{Ledger, View, before};

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    iv_07(v, ledger);
    iv_08(v, ledger);
    iv_09(v, ledger);
    iv_18(v, ledger);
    iv_25(v, ledger);
    iv_28(v, ledger);
    iv_29(v, ledger);
    iv_36(v, ledger);
    iv_39(v, ledger);
}

fn advances<'a>(v: &'a View<'_>) -> Option<(&'a Phase, &'a Phase)> {
    let next = v.thread.program.phases.get(v.thread.mirror.phase + 1)?;
    (v.s.advice.action == Action::Advance).then(|| (v.phase(), next))
}

/// An advance: the next phase's earliest day has come, and the phase has
/// lasted its minimum, by the program of the highest grade. Days on which the
/// plan rested do not count.
fn iv_07(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let Some((here, next)) = advances(v) else { return };
    let spent = v.thread.mirror.days_in_phase(v.today());
    let ok = v.day() >= next.earliest_day && spent >= here.minimum_days;
    ledger.holds(7, ok, || format!("{}: {spent} days in the phase", v.words()));
}

/// An advance: every exit criterion is true, and each was shown within seven
/// days by a reading that nothing dulled.
fn iv_08(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let Some((here, _)) = advances(v) else { return };
    let asked = here.exit.iter().filter(|c| c.is_for(v.thread.episode.goal));
    for criterion in asked {
        let shown = shown(v, criterion);
        ledger.holds(8, shown, || format!("{}: {} is not shown", v.words(), criterion.id));
    }
}

/// Whether a criterion was shown within seven days, read in the plainest way.
fn shown(v: &View<'_>, criterion: &Criterion) -> bool {
    let first = v.today().minus(6);
    match &criterion.subject {
        Subject::Measure(test) => {
            let measure = v.library().measures.get(&test.measure);
            let bound = measure.and_then(|m| m.bounded_by.as_deref());
            let is = |id: &str| id == test.measure || Some(id) == bound;
            // Ratios and differences are shown by the injured side's reading.
            let plain = matches!(test.whose, Whose::Injured | Whose::Other);
            let any = test.measure == "pain-any";
            v.facts.since(first).filter(|e| !v.facts.masked(e.at)).any(|e| {
                readings(e).any(|r| {
                    let side = v.facts.injured(r.side) == (test.whose != Whose::Other);
                    (any || is(&r.measure)) && side && (any || !plain || test.op.holds(r.value, test.value))
                })
            })
        }
        Subject::Session(test) => {
            let good = |pain: Option<f64>| pain.is_some_and(|p| p <= test.pain);
            let clean = v
                .facts
                .bouts(first)
                .filter(|(e, b)| b.exercise == test.exercise && good(b.pain) && !v.facts.masked(e.at));
            clean.count() >= test.times as usize
        }
        Subject::Clearance(rule) => v.facts.cleared(rule),
        Subject::DaysInPhase(days) => v.thread.mirror.days_in_phase(v.today()) >= *days,
    }
}

/// An advance enters the very next phase, and lies at least the phase's
/// minimum behind the advance before it.
fn iv_09(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let Some((here, next)) = advances(v) else { return };
    let last = v.thread.mirror.advances.last().map(|day| v.today().since(*day));
    let entered_so = v.thread.mirror.by == DecisionKind::Advance;
    let apart = !entered_so || last.is_none_or(|days| days >= here.minimum_days);
    let ok = v.s.advice.to.as_deref() == Some(next.id.as_str()) && apart;
    ledger.holds(9, ok, || format!("{}: to {:?}, {last:?} days after the last", v.words(), v.s.advice.to));
}

/// A grade 3 without a clinician's word: the first phase, and no advance. Where
/// a word has run out in a later phase, nothing beyond the first phase is shown.
fn iv_18(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let gates: Vec<&str> =
        v.thread.program.checks.iter().filter(|c| c.rule.gate).map(|c| c.rule.id.as_str()).collect();
    if v.grade() < 3 || !v.strain() {
        return;
    }
    let waits = !gates.is_empty();
    if !waits || gates.iter().any(|rule| !v.facts.cleared(rule)) {
        let ok = waits && !v.moves_on() && v.within_first_phase();
        ledger.holds(18, ok, || v.words());
    }
}

/// A reading within 24 hours of a painkiller proves nothing: no criterion
/// that is met by its latest reading, or by days in a row, rests on one.
fn iv_25(v: &View<'_>, ledger: &mut Ledger<'_>) {
    for phase in [Some(v.phase()), v.s.course.next_phase(&v.s.program)].into_iter().flatten() {
        for criterion in phase.exit.iter().chain(&phase.entry) {
            let Subject::Measure(test) = &criterion.subject else { continue };
            if !matches!(test.stat, Stat::Latest | Stat::DaysInARow) {
                continue;
            }
            let id = format!("{}.{}", phase.id, criterion.id);
            let met = v.s.advice.findings.iter().find(|f| f.id == id && f.verdict == Verdict::Met);
            let Some(met) = met else { continue };
            let dulled = met.entries.iter().filter_map(|id| v.facts.entry(id)).find(|e| v.facts.masked(e.at));
            ledger
                .holds(25, dulled.is_none(), || format!("{}: {id} by {:?}", v.words(), dulled.map(|e| e.at)));
        }
    }
}

/// Full return: every exit of the return phase is shown, its day has come, and
/// a grade 3 has a clinician's word for the return.
fn iv_28(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if !v.s.advice.full_return.is_some_and(|full| full.cleared) {
        return;
    }
    let here = v.phase();
    let not_before = v.by_grade([16, 35, 112]);
    let late = v.thread.program.condition != "hamstring-strain" || v.day() >= not_before;
    let asked = here.exit.iter().filter(|c| c.is_for(v.thread.episode.goal));
    let missing = asked.filter(|c| !shown(v, c)).map(|c| c.id.as_str()).next();
    let word = |c: &Criterion| matches!(&c.subject, Subject::Clearance(rule) if v.facts.cleared(rule));
    let clinician = v.grade() < 3 || here.exit.iter().any(word);
    let day = v.day() >= v.thread.program.return_not_before;
    let ok = here.stage == Stage::Return && late && day && missing.is_none() && clinician;
    ledger.holds(28, ok, || format!("{}: {missing:?}", v.words()));
}

/// No grade is lowered except by a clinician, with a reason.
fn iv_29(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if v.thread.mirror.grade.is_none() {
        return;
    }
    let ok = v.s.course.grade == v.thread.mirror.grade && v.s.program.grade >= v.thread.mirror.grade;
    ledger.holds(29, ok, || {
        format!("{}: grade {:?}, given {:?}", v.words(), v.s.course.grade, v.thread.mirror.grade)
    });
}

/// A step back goes down by one phase at most, once a day, never below the
/// first. To go on after it takes the phase's minimum and three clean logged
/// days, and every exit shown again since: evidence from before the step does
/// not count twice.
fn iv_36(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let mirror = &v.thread.mirror;
    let here = mirror.phase;
    if v.s.advice.action == Action::StepBack {
        let to = v.s.advice.to.as_deref().and_then(|id| v.thread.program.position(id));
        let today = mirror.stepped_back().is_some_and(|at| Day::of(at) == v.today());
        let lowest = if today { here } else { here.saturating_sub(1) };
        let ok = to.is_some_and(|to| to <= here && to >= lowest);
        ledger.holds(36, ok, || format!("{}: to {to:?} from {here}", v.words()));
    }
    let Some(since) = mirror.stepped_back().filter(|_| mirror.by == DecisionKind::StepBack) else { return };
    let Some((phase, _)) = advances(v) else { return };
    let spent = mirror.days_in_phase(v.today());
    let clean = v.facts.pains.range(Day::of(since).plus(1)..).rev().take(3);
    let clean =
        clean.filter(|(day, pain)| **pain <= phase.caps.amber && !v.facts.yes_on("limp", **day)).count();
    let ok = spent >= phase.minimum_days.max(3) && clean == 3;
    ledger.holds(36, ok, || format!("{}: {spent} days and {clean} clean ones since {since}", v.words()));
    let again = |f: &&sinew::domain::finding::Finding| {
        let dated: Vec<_> = f.entries.iter().filter_map(|id| v.facts.entry(id)).collect();
        f.kind == FindingKind::Criterion
            && f.id.contains('.')
            && !dated.is_empty()
            && dated.iter().all(|e| e.at < since)
    };
    let stale = v.s.advice.findings.iter().filter(|f| !f.id.contains("clearance")).find(again);
    ledger.holds(36, stale.is_none(), || {
        format!("{}: {:?} from before {since}", v.words(), stale.map(|f| &f.id))
    });
}

/// Within 24 hours of a day of injury that was put right: no advance.
fn iv_39(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let fresh =
        v.thread.mirror.moved.is_some_and(|at| at <= v.now.at && v.now.at - at < chrono::Duration::hours(24));
    if fresh {
        ledger.holds(39, !v.moves_on(), || v.words());
        ledger.holds(39, v.s.course.moved.is_some() && v.s.course.onset == v.thread.mirror.onset, || {
            format!("{}: the move is not on record", v.words())
        });
    }
}

/// The position of the first strengthening phase of a program.
pub(super) fn early(program: &Program, phase: &Phase) -> bool {
    program.phases.iter().any(|p| p.stage >= Stage::Strengthening) && before(phase, Stage::Strengthening)
}
