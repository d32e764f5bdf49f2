//! Reads the criteria of a phase, and checks that each can be met.

use crate::domain::episode::Goal;
use crate::domain::library::Library;
use crate::domain::measure::Unit;
use crate::domain::program::{Criterion, MeasureTest, Op, SessionTest, Stat, Subject, Whose};

use super::basis::{LAST_DAY, basis};
use super::codes::Code;
use super::dose::{dose, suits};
use super::phase::HIGHEST_AMBER;
use super::proof;
use super::reader::{Node, did_you_mean};

/// Reads criteria and gives each an id of its own within the list.
pub(super) fn criteria(nodes: &[Node<'_>], library: &Library) -> Vec<Criterion> {
    let mut criteria: Vec<Criterion> = Vec::new();
    for node in nodes {
        let criterion = criterion(node, library);
        if criteria.iter().any(|c| c.id == criterion.id) {
            let message = format!("`{}` is asked twice", criterion.id);
            node.report(Code::DuplicateId, node.span_of("measure"), message, None);
        }
        criteria.push(criterion);
    }
    criteria
}

fn criterion(node: &Node<'_>, library: &Library) -> Criterion {
    let (why, source) = basis(node, library);
    let subjects = ["measure", "session", "clearance"];
    let named = subjects.iter().filter(|s| node.has(s)).count()
        + usize::from(node.opt_text("stat").is_none() && node.has("days-in-phase"));
    if named != 1 {
        let hint = "name exactly one of: measure, session, clearance, days-in-phase".to_owned();
        node.report(
            Code::NoSubject,
            node.span_of("why"),
            "what is judged is not clear".to_owned(),
            Some(hint),
        );
    }
    let (id, subject) = if node.has("session") {
        session(node, library)
    } else if node.has("clearance") {
        let rule = node.text("clearance");
        (format!("clearance-{rule}"), Subject::Clearance(rule))
    } else if node.has("days-in-phase") {
        ("days-in-phase".to_owned(), Subject::DaysInPhase(node.whole("days-in-phase", 1, LAST_DAY)))
    } else {
        let (id, test) = measure(node, library);
        (id, Subject::Measure(test))
    };
    let goals = goals(node);
    node.done();
    Criterion { id, subject, goals, why: why.into(), source: source.into() }
}

/// The goals that something is for.
pub(super) fn goals(node: &Node<'_>) -> Vec<Goal> {
    node.spanned_texts("goals")
        .into_iter()
        .filter_map(|(goal, span)| {
            let known = Goal::of_id(&goal);
            if known.is_none() {
                let hint = Some("one of: daily-life, running, sprint-sport".to_owned());
                node.report(Code::UnknownWord, span, format!("`{goal}` is no goal"), hint);
            }
            known
        })
        .collect()
}

/// A pain from 0 to 10 that must be there. An episode may run on a text of a time
/// that allowed more of it than any phase does today: it goes on with today's limit.
pub(super) fn pain(node: &Node<'_>, key: &'static str) -> f64 {
    let pain = node.number(key);
    if !(0.0..=10.0).contains(&pain) {
        node.report(Code::OutOfRange, node.span_of(key), format!("`{key}` runs from 0 to 10"), None);
    }
    if node.is_pinned() { pain.min(HIGHEST_AMBER) } else { pain }
}

fn session(node: &Node<'_>, library: &Library) -> (String, Subject) {
    let exercise = node.text("session");
    known_exercise(node, "session", &exercise, library);
    let at_least = dose(node, "at-least").unwrap_or_default();
    if let Some(known) = library.exercises.get(&exercise) {
        suits(node, "at-least", &at_least, known);
    }
    let test = SessionTest {
        at_least,
        pain: pain(node, "pain"),
        next_morning: pain(node, "next-morning"),
        apart_hours: node.count("apart-hours", 1000),
        times: node.count("times", 100),
        days: node.count("days", 365),
        exercise: exercise.clone(),
    };
    let apart = i64::from(test.apart_hours) * (i64::from(test.times) - 1);
    if apart >= i64::from(test.days) * 24 {
        let message = format!(
            "{} sessions {} h apart do not fit into {} days",
            test.times, test.apart_hours, test.days
        );
        node.report(Code::NeverMet, node.span_of("apart-hours"), message, None);
    }
    (exercise, Subject::Session(test))
}

/// A condition on readings, with the id that it gives its criterion.
pub(super) fn measure(node: &Node<'_>, library: &Library) -> (String, MeasureTest) {
    let id = node.text("measure");
    let stats = [
        ("worst", Stat::Worst),
        ("latest", Stat::Latest),
        ("median", Stat::Median),
        ("days-in-a-row", Stat::DaysInARow),
    ];
    let sides = [
        ("injured", Whose::Injured),
        ("other", Whose::Other),
        ("ratio", Whose::Ratio),
        ("deficit", Whose::Deficit),
    ];
    let whose = node.opt_word("side", &sides).unwrap_or(Whose::Injured);
    let stat = node.word("stat", &stats);
    let known = library.measures.get(&id);
    if known.is_none() && node.has("measure") {
        let hint = did_you_mean(&id, library.measures.keys().map(String::as_str));
        node.report(Code::UnknownId, node.span_of("measure"), format!("there is no measure `{id}`"), hint);
    }
    let (op, value) = match known {
        Some(m) if m.unit == Unit::YesNo => {
            let word = node.word("is", &[("no", 0.0), ("yes", 1.0)]);
            (if word > 0.5 { Op::AtLeast } else { Op::AtMost }, word)
        }
        _ => (node.word("op", &[("<=", Op::AtMost), (">=", Op::AtLeast)]), node.number("value")),
    };
    let days = node.count("days", 365);
    let min_samples = node.opt_count("min-samples", 365).unwrap_or(1);
    let test = MeasureTest { measure: id.clone(), whose, stat, op, value, days, min_samples };
    if let Some(measure) = known {
        proof::checks(node, measure, &test);
    }
    let name = match whose {
        Whose::Injured => id.clone(),
        Whose::Other => format!("{id}-other"),
        Whose::Ratio => format!("{id}-ratio"),
        Whose::Deficit => format!("{id}-deficit"),
    };
    (name, test)
}

/// Reports an exercise that the library does not have.
pub(super) fn known_exercise(node: &Node<'_>, key: &'static str, id: &str, library: &Library) {
    if !library.exercises.contains_key(id) {
        let hint = did_you_mean(id, library.exercises.keys().map(String::as_str));
        node.report(Code::UnknownId, node.span_of(key), format!("there is no exercise `{id}`"), hint);
    }
}
