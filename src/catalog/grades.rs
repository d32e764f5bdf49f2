//! Holds a program against those of the lower grades of its condition: a graver
//! injury is never loaded sooner, nor allowed more pain (evidence IV-37).
//!
//! One way only: a program that is more careful than it has to be does not make
//! those of the higher grades wrong.

use crate::domain::program::{Caps, Phase, Program, Stage};

use super::codes::Code;
use super::reader::Node;

/// Reports what a program opens sooner, or allows more of, than one of `others`
/// with the same condition and a lower grade. A program does not stand against
/// an earlier text of itself.
pub(super) fn rising(root: &Node<'_>, program: &Program, others: &[&Program]) {
    let lower = others.iter().filter(|other| {
        other.id != program.id && other.condition == program.condition && other.grade < program.grade
    });
    let nodes = root.nodes("phase");
    for lighter in lower.filter(|other| other.grade.is_some()) {
        if program.return_not_before < lighter.return_not_before {
            let than = format!("the full return of `{}` on day {}", lighter.id, lighter.return_not_before);
            let message = format!("this comes before {than}");
            root.report(Code::FallingGrade, root.span_of("return-not-before"), message, None);
        }
        for (node, phase) in nodes.iter().zip(&program.phases) {
            if let Some(opens) = opens(lighter, phase.stage).filter(|day| phase.earliest_day < *day) {
                let message =
                    format!("`{}` opens stage `{}` on day {opens} only", lighter.id, phase.stage.id());
                node.report(Code::FallingGrade, node.span_of("earliest-day"), message, None);
            }
            if let Some(most) = most(lighter, phase.stage) {
                caps(node, phase, &lighter.id, most);
            }
        }
    }
}

fn caps(node: &Node<'_>, phase: &Phase, lighter: &str, most: Caps) {
    let pairs = [
        ("green", phase.caps.green, most.green),
        ("amber", phase.caps.amber, most.amber),
        ("morning-rise", phase.caps.morning_rise, most.morning_rise),
    ];
    for (key, here, there) in pairs.into_iter().filter(|(_, here, there)| here > there) {
        let message =
            format!("`{key}` is {here}, but {there} in stage `{}` of `{lighter}`", phase.stage.id());
        node.report(Code::FallingGrade, node.span_of("caps"), message, None);
    }
}

/// The day on which a program first opens a stage.
fn opens(program: &Program, stage: Stage) -> Option<i64> {
    program.phases.iter().filter(|p| p.stage == stage).map(|p| p.earliest_day).min()
}

/// The highest caps of a stage of a program.
fn most(program: &Program, stage: Stage) -> Option<Caps> {
    program.phases.iter().filter(|p| p.stage == stage).map(|p| p.caps).reduce(|a, b| Caps {
        green: a.green.max(b.green),
        amber: a.amber.max(b.amber),
        morning_rise: a.morning_rise.max(b.morning_rise),
    })
}
