//! Reads the phases of a program and checks them one after another.

use crate::domain::episode::Goal;
use crate::domain::library::Library;
use crate::domain::program::{Caps, Criterion, Phase, Prescription, SessionTest, Stage, Subject};

use super::basis::{LAST_DAY, basis};
use super::codes::Code;
use super::criterion::{criteria, pain};
use super::done::{Place, care, prescription};
use super::reader::Node;

/// The most pain that any phase allows (evidence PM-2, PM-3).
pub(super) const HIGHEST_AMBER: f64 = 5.0;

/// Reads a phase of a program for this condition and grade.
pub(super) fn phase(node: &Node<'_>, condition: &str, grade: Option<u8>, library: &Library) -> Phase {
    let (why, source) = basis(node, library);
    let stage = node.word("stage", &Stage::ALL.map(|s| (s.id(), s)));
    let exit = criteria(&node.nodes("exit"), library);
    left_by_showing(node, &exit);
    let caps = node
        .node("caps")
        .map_or(Caps { green: 0.0, amber: 10.0, morning_rise: 0.0 }, |caps| read_caps(&caps));
    let earliest_day = node.whole("earliest-day", 0, LAST_DAY);
    let stalled_day = node.opt_whole("stalled-day", 1, LAST_DAY);
    let place =
        Place { condition, grade, stage, opens: earliest_day, stalls: stalled_day, amber: caps.amber };
    let phase = Phase {
        id: node.text("id"),
        stage,
        name: node.text("name"),
        goal: node.text("goal"),
        earliest_day,
        minimum_days: node.whole("minimum-days", 0, LAST_DAY),
        stalled_day,
        caps,
        entry: criteria(&node.nodes("entry"), library),
        exit,
        exercises: node.nodes("exercise").iter().map(|e| prescription(e, &place, library)).collect(),
        care: node.nodes("care").iter().map(|c| care(c, &place, library)).collect(),
        why: why.into(),
        source: source.into(),
    };
    if phase.stalled_day.is_some_and(|stalled| stalled < phase.earliest_day + phase.minimum_days) {
        let message = "`stalled-day` lies before the phase can be left".to_owned();
        node.report(Code::OutOfRange, node.span_of("stalled-day"), message, None);
    }
    twice(&node.nodes("exercise"), &phase.exercises.iter().map(|e| e.exercise.as_str()).collect::<Vec<_>>());
    twice(&node.nodes("care"), &phase.care.iter().map(|c| c.care.as_str()).collect::<Vec<_>>());
    node.done();
    phase
}

fn read_caps(node: &Node<'_>) -> Caps {
    let caps = Caps {
        green: pain(node, "green"),
        amber: pain(node, "amber"),
        morning_rise: node.number("morning-rise"),
    };
    if caps.amber > HIGHEST_AMBER && caps.amber <= 10.0 {
        let message = format!("`amber` runs from 0 to {HIGHEST_AMBER}: nobody goes on with more pain");
        node.report(Code::OutOfRange, node.span_of("amber"), message, None);
    }
    if caps.green > caps.amber {
        let message = "`green` lies above `amber`".to_owned();
        node.report(Code::OutOfRange, node.span_of("green"), message, None);
    }
    if !(0.0..=3.0).contains(&caps.morning_rise) {
        let message = "`morning-rise` runs from 0 to 3".to_owned();
        node.report(Code::OutOfRange, node.span_of("morning-rise"), message, None);
    }
    node.done();
    caps
}

/// Nobody leaves a phase without having shown something, whatever their goal.
fn left_by_showing(node: &Node<'_>, exit: &[Criterion]) {
    if exit.is_empty() {
        let message = "this phase has no exit criteria".to_owned();
        node.report(Code::NoExit, node.span_of("id"), message, None);
        return;
    }
    for goal in Goal::ALL {
        let mut asked = exit.iter().filter(|c| c.is_for(goal)).peekable();
        if asked.peek().is_none() {
            let message = format!("for the goal `{}` this phase has no exit criteria", goal.id());
            node.report(Code::NoExit, node.span_of("id"), message, None);
        } else if asked.all(|c| matches!(c.subject, Subject::DaysInPhase(_))) {
            let message = format!("for the goal `{}` this phase is left by waiting alone", goal.id());
            node.report(Code::DaysAlone, node.span_of("id"), message, None);
        }
    }
}

/// Nothing stands twice in one phase.
fn twice(nodes: &[Node<'_>], ids: &[&str]) {
    for (at, (node, id)) in nodes.iter().zip(ids).enumerate() {
        if !id.is_empty() && ids[..at].contains(id) {
            let message = format!("`{id}` is in this phase already");
            node.report(Code::Twice, node.span_of("id"), message, None);
        }
    }
}

/// Phases come in order, each is reached before the one ahead of it stalls, and
/// no gate falls along them.
pub(super) fn ordered(nodes: &[Node<'_>], phases: &[Phase]) {
    for (at, pair) in phases.windows(2).enumerate() {
        let (node, before, phase) = (&nodes[at + 1], &pair[0], &pair[1]);
        if phase.earliest_day < before.earliest_day {
            let message = format!("`{}` opens before `{}`", phase.id, before.id);
            node.report(Code::FallingGate, node.span_of("earliest-day"), message, None);
        }
        if let Some(stalled) = before.stalled_day.filter(|stalled| phase.earliest_day > *stalled) {
            let message = format!("`{}` is stalled from day {stalled}, before this opens", before.id);
            node.report(Code::Unreachable, node.span_of("earliest-day"), message, None);
        }
        if phase.stage < before.stage {
            let message = format!("stage `{}` comes before `{}`", phase.stage.id(), before.stage.id());
            node.report(Code::FallingStage, node.span_of("stage"), message, None);
        }
        if phases[..=at].iter().any(|p| p.id == phase.id) {
            let message = format!("`{}` is there already", phase.id);
            node.report(Code::DuplicateId, node.span_of("id"), message, None);
        }
    }
}

/// What phases ask for was prescribed by then: sessions of a criterion, and the
/// exercise that goes before another one.
pub(super) fn prescribed(nodes: &[Node<'_>], phases: &[Phase], library: &Library) {
    for (at, (node, phase)) in nodes.iter().zip(phases).enumerate() {
        let known = |id: &str| library.exercises.contains_key(id);
        // A phase is entered from the one before it, and left from itself.
        for (key, criteria, until) in [("entry", &phase.entry, at), ("exit", &phase.exit, at + 1)] {
            for (node, criterion) in node.nodes(key).iter().zip(criteria) {
                if let Subject::Session(test) = &criterion.subject
                    && known(&test.exercise)
                {
                    reached(node, test, &phases[..until], phase.caps);
                }
            }
        }
        for (node, exercise) in node.nodes("exercise").iter().zip(&phase.exercises) {
            let Some(first) = exercise.after.as_ref().filter(|id| known(id)) else { continue };
            if *first == exercise.exercise || held(&phases[..=at], first).next().is_none() {
                let message = format!("no phase up to here has `{first}` to go before it");
                node.report(Code::NeverDue, node.span_of("after"), message, None);
            }
        }
    }
    if let (Some(node), Some(first)) = (nodes.first(), phases.first())
        && !first.entry.is_empty()
    {
        let message = "the first phase is entered at once, whatever `entry` says".to_owned();
        node.report(Code::NoEffect, node.span_of("entry"), message, None);
    }
}

/// An exercise, wherever some phases hold it.
fn held<'p>(phases: &'p [Phase], id: &str) -> impl Iterator<Item = &'p Prescription> {
    phases.iter().flat_map(|p| &p.exercises).filter(move |e| e.exercise == id)
}

/// The sessions that a criterion asks for are ones that the plan comes to.
fn reached(node: &Node<'_>, test: &SessionTest, phases: &[Phase], caps: Caps) {
    let enough = |e: &Prescription| e.grows_to.as_ref().unwrap_or(&e.dose).reaches(&test.at_least);
    if !held(phases, &test.exercise).any(enough) {
        let message = if held(phases, &test.exercise).next().is_none() {
            format!("no phase up to here has `{}`", test.exercise)
        } else {
            format!("`{}` never grows to {} in this plan", test.exercise, test.at_least)
        };
        node.report(Code::NeverMet, node.span_of("session"), message, None);
    }
    for (key, pain) in [("pain", test.pain), ("next-morning", test.next_morning)] {
        if pain > caps.amber && pain <= 10.0 {
            let message = format!("`{key}` lies above the amber limit of the phase, {}", caps.amber);
            node.report(Code::AboveAmber, node.span_of(key), message, None);
        }
    }
}
