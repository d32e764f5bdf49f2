//! Invariants about red flags.

use sinew::domain::advice::Action;
use sinew::domain::entry::Entry;
use sinew::domain::library::{Urgency, Wanted};
use sinew::domain::question::{AnswerValue, Holds};

use super::{Ledger, View};

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    iv_01(v, ledger);
    iv_02(v, ledger);
    iv_03(v, ledger);
    iv_30(v, ledger);
    iv_31(v, ledger);
    iv_32(v, ledger);
    iv_34(v, ledger);
    iv_35(v, ledger);
    iv_43(v, ledger);
    iv_44(v, ledger);
}

fn open(v: &View<'_>, urgency: Urgency) -> bool {
    v.s.open_flags().any(|f| f.rule.urgency == urgency)
}

/// An open emergency: stop, and nothing to exercise. An emergency is open, too,
/// wherever a single yes that makes its rule true still counts and no
/// clinician has answered since.
fn iv_01(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if open(v, Urgency::Emergency) {
        let ok =
            v.s.advice.action == Action::Stop && v.exercises().next().is_none() && v.care().next().is_none();
        ledger.holds(1, ok, || format!("{}: {} items", v.words(), v.s.plan.items.len()));
    }
    if let Some((rule, entry)) = told_emergency(v) {
        let ok = open(v, Urgency::Emergency);
        ledger.holds(1, ok, || format!("{}: {rule} was told on {} and is not open", v.words(), entry.day));
    }
}

/// An emergency that one plain yes tells, and that nobody has answered for.
fn told_emergency<'a>(v: &'a View<'_>) -> Option<(&'a str, &'a Entry)> {
    v.library().rules.iter().filter(|r| r.urgency == Urgency::Emergency).find_map(|rule| {
        rule.when.iter().filter(|w| w.all.len() == 1 && w.any.is_empty() && w.unless.is_empty()).find_map(
            |when| {
                let clause = &when.all[0];
                let question = v.library().question(&clause.question)?;
                let days = if question.holds == Holds::Day { 1 } else { 7 };
                (clause.wanted == Wanted::Yes).then_some(())?;
                let (entry, _) =
                    v.facts.told(&clause.question, days).find(|(_, value)| **value == AnswerValue::Yes)?;
                let answered =
                    v.facts.clearances(&rule.id).any(|(e, c)| e.at >= entry.at && c.outcome.closes());
                (!answered && entry.day >= v.thread.mirror.onset)
                    .then_some((rule.id.as_str(), entry.as_ref()))
            },
        )
    })
}

/// An open urgent flag: no advance. (That the words speak of today is looked
/// at where words are.)
fn iv_02(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if open(v, Urgency::Urgent) {
        ledger.holds(2, v.s.advice.action < Action::Advance, || v.words());
    }
}

/// A routine flag that has been open for more than 14 days: no advance.
fn iv_03(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let stale = v
        .s
        .open_flags()
        .find(|f| f.rule.urgency == Urgency::Routine && f.day.is_some_and(|day| v.today().since(day) > 14));
    if let Some(flag) = stale {
        ledger.holds(3, !v.moves_on(), || format!("{}: {} is open", v.words(), flag.rule.id));
    }
}

/// Rows of the evidence that speak of a tear.
const TEAR: [&str; 6] = ["RF-13", "RF-18", "RF-21", "RF-22", "CB-06", "SR-9"];

/// A pop, a gap or four steps that fail, with a grade of 1 or 2: it may be a
/// grade 3, so that nobody goes on before somebody has looked. Stricter than
/// the words: a pop or four failed steps at the injury count for the whole
/// episode, and the others for as long as their answer holds.
fn iv_30(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if v.grade() > 2 || !v.strain() {
        return;
    }
    let lasting = v.day().max(0) + 30;
    let signs = [
        ("pop-at-injury", lasting),
        ("four-steps-impossible-at-injury", lasting),
        ("muscle-gap-or-bunch", 7),
        ("four-steps-impossible-now", 1),
    ];
    let yes = signs.iter().find_map(|(question, days)| {
        v.facts
            .told(question, *days)
            .find(|(_, value)| **value == AnswerValue::Yes)
            .map(|(e, _)| (*question, e))
    });
    let popped = || {
        let pop =
            |value: &AnswerValue| matches!(value, AnswerValue::Choices(c) if c.iter().any(|c| c == "pop"));
        v.facts.told("new-event", 1).find(|(_, value)| pop(value)).map(|(e, _)| ("new-event", e))
    };
    let Some((question, entry)) = yes.or_else(popped) else { return };
    if v.facts.answered_after(entry, &TEAR) {
        return;
    }
    let warned = v.s.open_flags().any(|f| {
        f.rule.rows.iter().any(|row| TEAR.contains(&row.as_str())) && f.rule.urgency >= Urgency::Urgent
    });
    let ok = warned && !v.moves_on() && v.within_first_phase();
    ledger.holds(30, ok, || format!("{}: {question} on {}", v.words(), entry.day));
}

/// A leg newly swollen on one side: nothing to exercise until warmth and
/// redness were asked about, and an open flag unless the injury explains it.
fn iv_31(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let swollen = v.facts.told("one-leg-swollen", 7).next().filter(|(_, value)| **value == AnswerValue::Yes);
    let Some((entry, _)) = swollen else { return };
    if v.facts.answered_after(entry, &["RF-07", "CB-01", "CB-02", "CB-03"]) {
        return;
    }
    let told = |question: &str| v.facts.told(question, 7).next().is_some();
    let asked =
        (told("leg-warm") && told("leg-red") || told("leg-warm-or-red")) && told("injury-explains-it");
    if !asked {
        let ok = v.exercises().next().is_none();
        ledger.holds(31, ok, || format!("{}: swollen on {}, not asked", v.words(), entry.day));
    }
}

/// Leg pain that moves further down: no advance, for as long as the answer
/// counts, in whatever program.
fn iv_32(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let shift = v.facts.told("leg-pain-shift", 7).next();
    let down = |value: &AnswerValue| matches!(value, AnswerValue::Choices(c) if c.iter().any(|c| c == "moving-further-down"));
    if let Some((entry, _)) = shift.filter(|(_, value)| down(value)) {
        ledger.holds(32, !v.moves_on(), || format!("{}: told on {}", v.words(), entry.day));
    }
}

/// An emergency question that was not answered within seven days: no advance.
/// The questions are those that ask for a sign; what has to be tried at home
/// is asked, and never demanded of somebody who cannot try it.
fn iv_34(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if !v.moves_on() {
        return;
    }
    let asked = v.library().screening_questions(Urgency::Emergency);
    let open = asked.iter().find(|q| q.group != "self-test" && v.facts.told(&q.id, 7).next().is_none());
    ledger.holds(34, open.is_none(), || format!("{}: {:?}", v.words(), open.map(|q| &q.id)));
}

/// Under 18: nothing beyond the first phase without a clinician's word.
fn iv_35(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let lived = v.day().max(0) + 400;
    let told = v.facts.told("age", lived).next().map(|(_, value)| value);
    let minor = matches!(told, Some(AnswerValue::Number(age)) if *age < 18.0);
    if minor && !v.facts.cleared("under-18") {
        let ok = !v.moves_on() && v.within_first_phase();
        ledger.holds(35, ok, || v.words());
    }
}

/// Burning with a rash on one side, at most 72 hours old: seen the same day.
fn iv_43(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let has = |question: &str, word: &str| {
        let told = v.facts.told(question, 7).next()?;
        matches!(told.1, AnswerValue::Choices(c) if c.iter().any(|c| c == word)).then_some(told.0)
    };
    let fresh = v.facts.told("rash-hours", 7).next();
    let fresh = fresh.is_some_and(|(_, value)| matches!(value, AnswerValue::Number(hours) if *hours <= 72.0));
    let (Some(_), Some(rash), true) = (has("quality", "burning"), has("rash-one-side", "now"), fresh) else {
        return;
    };
    if !v.facts.answered_after(rash, &["RF-27", "CB-13", "SR-17"]) {
        let ok = v.s.open_flags().any(|f| f.rule.urgency >= Urgency::Urgent);
        ledger.holds(43, ok, || format!("{}: rash on {}", v.words(), rash.day));
    }
}

/// A possible clot, a leg without blood or a rock-hard muscle: no cold, heat,
/// wrap, massage, roller or raised leg is shown.
fn iv_44(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let rows = ["RF-07", "RF-08", "RF-09"];
    let flag = v.s.open_flags().find(|f| f.rule.rows.iter().any(|row| rows.contains(&row.as_str())));
    let Some(flag) = flag else { return };
    let harmful = ["cold", "heat", "compression", "elevation", "massage", "roller"];
    let shown = v.care().find(|(_, tags)| tags.iter().any(|t| harmful.contains(&t.as_str())));
    ledger.holds(44, shown.is_none(), || {
        format!("{}: {} open, {:?}", v.words(), flag.rule.id, shown.map(|(i, _)| &i.id))
    });
}
