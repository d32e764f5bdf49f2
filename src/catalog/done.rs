//! Reads what is done in a phase: exercises with their doses, and care.

use crate::domain::library::Library;
use crate::domain::limits::{During, Kind, barred_in};
use crate::domain::program::{CarePlan, Frequency, Prescription, RungGate, Stage};

use super::basis::{LAST_DAY, basis, brakes};
use super::codes::Code;
use super::criterion::{goals, known_exercise, measure, pain};
use super::dose::{dose, grows, suits};
use super::reader::{Node, did_you_mean};

/// Clean sessions in a row that a step of a dose needs, where a program names
/// no number (evidence HS-16).
const CLEAN_SESSIONS: u32 = 2;

/// Where in a program something is done.
pub(super) struct Place<'p> {
    pub(super) condition: &'p str,
    pub(super) grade: Option<u8>,
    pub(super) stage: Stage,
    /// The day on which the phase opens.
    pub(super) opens: i64,
    /// The day from which it counts as stalled.
    pub(super) stalls: Option<i64>,
    /// The highest pain that is amber.
    pub(super) amber: f64,
}

pub(super) fn prescription(node: &Node<'_>, place: &Place<'_>, library: &Library) -> Prescription {
    let (why, source) = basis(node, library);
    let exercise = node.text("id");
    known_exercise(node, "id", &exercise, library);
    if !node.has("dose") {
        node.report(Code::MissingKey, node.span_of("id"), "`dose` is missing".to_owned(), None);
    }
    let start = dose(node, "dose");
    let grows_to = dose(node, "grows-to");
    if let (Some(start), Some(most)) = (&start, &grows_to) {
        grows(node, start, most);
    }
    let cap = pain(node, "cap");
    if cap > place.amber && cap <= 10.0 {
        let message = format!("`cap` lies above the amber limit of the phase, {}", place.amber);
        node.report(Code::AboveAmber, node.span_of("cap"), message, None);
    }
    let from_day = node.opt_whole("from-day", 0, LAST_DAY).unwrap_or(0);
    if let Some(stalls) = place.stalls.filter(|day| from_day >= *day) {
        let message = format!("the phase counts as stalled from day {stalls}, before this begins");
        node.report(Code::NeverDue, node.span_of("from-day"), message, None);
    }
    let rungs: Vec<RungGate> = node.nodes("rung").iter().map(|rung| rung_gate(rung, library)).collect();
    if let Some(known) = library.exercises.get(&exercise) {
        for (key, dose) in [("dose", &start), ("grows-to", &grows_to)] {
            if let Some(dose) = dose {
                suits(node, key, dose, known);
            }
        }
        let top = grows_to.as_ref().or(start.as_ref()).and_then(|d| d.rung);
        for (node, gate) in node.nodes("rung").iter().zip(&rungs) {
            if top.is_none_or(|top| gate.rung > top) {
                let message = format!("`{exercise}` never comes to rung {}", gate.rung);
                node.report(Code::NoEffect, node.span_of("rung"), message, None);
            }
        }
        if known.is("nerve-glide") && !node.flag("prescribed") {
            let message = format!("`{exercise}` is for those to whom somebody prescribed it");
            let hint = Some("add prescribed = true".to_owned());
            node.report(Code::NotPrescribed, node.span_of("id"), message, hint);
        }
        barred(node, place, (Kind::Exercise, &exercise, &known.tags), (from_day, None), library);
    }
    let after = node.opt_text("after");
    if let Some(first) = &after {
        known_exercise(node, "after", first, library);
    }
    let prescription = Prescription {
        stop_on: brakes(node, "stop-on", library),
        dose: start.unwrap_or_default(),
        grows_to,
        frequency: frequency(node),
        cap,
        from_day,
        after,
        clean_sessions: node.opt_count("clean-sessions", 20).unwrap_or(CLEAN_SESSIONS),
        rungs,
        goals: goals(node),
        prescribed: node.flag("prescribed"),
        supervised: node.flag("supervised"),
        tempo: node.opt_text("tempo"),
        note: node.opt_text("note"),
        why,
        source,
        exercise,
    };
    node.done();
    prescription
}

fn frequency(node: &Node<'_>) -> Frequency {
    let named: Vec<Frequency> = [
        node.opt_count("per-day", 24).map(Frequency::PerDay),
        node.opt_count("per-week", 7).map(Frequency::PerWeek),
        node.opt_count("every-days", 60).map(Frequency::EveryDays),
    ]
    .into_iter()
    .flatten()
    .collect();
    if named.len() != 1 {
        let hint = "name exactly one of: per-day, per-week, every-days".to_owned();
        let message = "how often is not clear".to_owned();
        node.report(Code::NoFrequency, node.span_of("id"), message, Some(hint));
    }
    named.first().copied().unwrap_or(Frequency::PerDay(1))
}

fn rung_gate(node: &Node<'_>, library: &Library) -> RungGate {
    let (why, source) = basis(node, library);
    let gate = RungGate {
        rung: node.count("rung", 100),
        from_day: node.opt_whole("from-day", 0, LAST_DAY).unwrap_or(0),
        test: node.has("measure").then(|| measure(node, library).1),
        why,
        source,
    };
    node.done();
    gate
}

pub(super) fn care(node: &Node<'_>, place: &Place<'_>, library: &Library) -> CarePlan {
    let (why, source) = basis(node, library);
    let care = node.text("id");
    let from_day = node.opt_whole("from-day", 0, LAST_DAY).unwrap_or(0);
    let until_day = node.opt_whole("until-day", 0, LAST_DAY);
    if let Some(known) = library.care.get(&care) {
        barred(node, place, (Kind::Care, &care, &known.tags), (from_day, until_day), library);
    } else {
        let hint = did_you_mean(&care, library.care.keys().map(String::as_str));
        let message = format!("there is no care item `{care}`");
        node.report(Code::UnknownId, node.span_of("id"), message, hint);
    }
    if until_day.is_some_and(|until| until < from_day.max(place.opens)) {
        let message = "this is over before it begins".to_owned();
        node.report(Code::NeverDue, node.span_of("until-day"), message, None);
    }
    let pair = |key| {
        let (low, high) = node.opt_pair(key, 1, 240)?;
        Some((u32::try_from(low).ok()?, u32::try_from(high).ok()?))
    };
    let plan = CarePlan {
        minutes: pair("minutes"),
        every_hours: pair("every-hours"),
        from_day,
        until_day,
        note: node.opt_text("note"),
        why,
        source,
        care,
    };
    node.done();
    plan
}

/// Reports what a limit keeps out of this stage, or out of some of its days.
fn barred(
    node: &Node<'_>,
    place: &Place<'_>,
    (kind, id, tags): (Kind, &str, &[String]),
    (from_day, until_day): (i64, Option<i64>),
    library: &Library,
) {
    let report = |key: &'static str, message: String, because: &str, limit: &str| {
        let hint = Some(format!("{because} ({limit})"));
        let key = if node.has(key) { key } else { "id" };
        node.report(Code::Barred, node.span_of(key), message, hint);
    };
    if let Some(limit) = barred_in(library, place.condition, place.stage, kind, tags) {
        let message = format!("`{id}` has no place in stage `{}`", place.stage.id());
        report("id", message, &limit.because, &limit.id);
    }
    let begins = from_day.max(place.opens);
    let grade = usize::from(place.grade.unwrap_or(1).clamp(1, 3)) - 1;
    for limit in library.limits.iter().filter(|l| l.concerns(place.condition, kind, tags)) {
        match limit.during {
            During::BeforeDay(days) if begins < days[grade] => {
                let message =
                    format!("`{id}` is planned from day {begins}, and barred before day {}", days[grade]);
                report("from-day", message, &limit.because, &limit.id);
            }
            During::AfterDay(last) if until_day.is_none_or(|until| until > last) => {
                let message = format!("`{id}` is barred after day {last}");
                report("until-day", message, &limit.because, &limit.id);
            }
            _ => {}
        }
    }
}
