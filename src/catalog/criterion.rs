//! Reads the criteria of a phase, and checks that each can be met.

use crate::domain::dose::Dose;
use crate::domain::episode::Goal;
use crate::domain::library::Library;
use crate::domain::measure::{Better, Unit};
use crate::domain::program::{Criterion, MeasureTest, Op, SessionTest, Stat, Subject, Whose};

use super::basis::{LAST_DAY, basis};
use super::reader::{Node, did_you_mean};

/// Reads criteria and gives each an id of its own within the list.
pub(super) fn criteria(nodes: &[Node<'_>], library: &Library) -> Vec<Criterion> {
    let mut criteria: Vec<Criterion> = Vec::new();
    for node in nodes {
        let criterion = criterion(node, library);
        if criteria.iter().any(|c| c.id == criterion.id) {
            let message = format!("`{}` is asked twice", criterion.id);
            node.report("duplicate-id", node.span_of("measure"), message, None);
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
        node.report("no-subject", node.span_of("why"), "what is judged is not clear".to_owned(), Some(hint));
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
    Criterion { id, subject, goals, why, source }
}

/// The goals that something is for.
pub(super) fn goals(node: &Node<'_>) -> Vec<Goal> {
    node.spanned_texts("goals")
        .into_iter()
        .filter_map(|(goal, span)| {
            let known = Goal::of_id(&goal);
            if known.is_none() {
                let hint = Some("one of: daily-life, running, sprint-sport".to_owned());
                node.report("unknown-word", span, format!("`{goal}` is no goal"), hint);
            }
            known
        })
        .collect()
}

fn session(node: &Node<'_>, library: &Library) -> (String, Subject) {
    let exercise = node.text("session");
    known_exercise(node, "session", &exercise, library);
    let test = SessionTest {
        at_least: dose(node, "at-least").unwrap_or_default(),
        pain: node.number("pain"),
        next_morning: node.number("next-morning"),
        apart_hours: node.count("apart-hours", 1000),
        times: node.count("times", 100),
        days: node.count("days", 365),
        exercise: exercise.clone(),
    };
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
        node.report("unknown-id", node.span_of("measure"), format!("there is no measure `{id}`"), hint);
    }
    let (op, value) = match known {
        Some(m) if m.unit == Unit::YesNo => {
            let word = node.word("is", &[("no", 0.0), ("yes", 1.0)]);
            (if word > 0.5 { Op::AtLeast } else { Op::AtMost }, word)
        }
        _ => (node.word("op", &[("<=", Op::AtMost), (">=", Op::AtLeast)]), node.number("value")),
    };
    if let Some(measure) = known {
        let asks_for_good = match whose {
            // Against the other leg, less shortfall and more of it are always better.
            Whose::Ratio => op == Op::AtLeast,
            Whose::Deficit => op == Op::AtMost,
            _ => matches!((measure.better, op), (Better::Lower, Op::AtMost) | (Better::Higher, Op::AtLeast)),
        };
        if !asks_for_good {
            let better = if measure.better == Better::Lower { "lower" } else { "higher" };
            let message = format!("this asks for the worse side: {} is better {better}", measure.name);
            node.report("wrong-direction", node.span_of("op"), message, None);
        }
        let within = value >= measure.range.0 && value <= measure.range.1;
        if !within && matches!(whose, Whose::Injured | Whose::Other) {
            node.report(
                "never-met",
                node.span_of("value"),
                format!("{} never reaches {value}", measure.name),
                None,
            );
        }
    }
    let days = node.count("days", 365);
    let min_samples = node.opt_count("min-samples", 365).unwrap_or(1);
    if min_samples > days {
        let message = format!("{min_samples} days do not fit into a window of {days}");
        node.report("never-met", node.span_of("min-samples"), message, None);
    }
    let name = match whose {
        Whose::Injured => id.clone(),
        Whose::Other => format!("{id}-other"),
        Whose::Ratio => format!("{id}-ratio"),
        Whose::Deficit => format!("{id}-deficit"),
    };
    (name, MeasureTest { measure: id, whose, stat, op, value, days, min_samples })
}

/// Reports an exercise that the library does not have.
pub(super) fn known_exercise(node: &Node<'_>, key: &'static str, id: &str, library: &Library) {
    if !library.exercises.contains_key(id) {
        let hint = did_you_mean(id, library.exercises.keys().map(String::as_str));
        node.report("unknown-id", node.span_of(key), format!("there is no exercise `{id}`"), hint);
    }
}

/// A dose in its short form, if the key is there.
pub(super) fn dose(node: &Node<'_>, key: &'static str) -> Option<Dose> {
    let text = node.opt_text(key)?;
    let dose = text.parse().ok();
    if dose.is_none() {
        let hint = "such as 2x15, 3x10x8s, 2x25s, 15min, 3x20m, rung2".to_owned();
        node.report("bad-dose", node.span_of(key), format!("`{text}` is not a dose"), Some(hint));
    }
    dose
}
