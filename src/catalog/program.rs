//! Reads a program and checks it against the library and the safety rules
//! that hold for every program.

use std::sync::Arc;

use crate::domain::brakes::Effect;
use crate::domain::library::Library;
use crate::domain::program::{Avoid, Check, Phase, Program, Stage};
use crate::domain::question::QuestionKind;
use crate::domain::slower::Slower;

use super::Mistakes;
use super::basis::{LAST_DAY, basis, brakes, new_id};
use super::codes::Code;
use super::grades::rising;
use super::phase::{ordered, phase, prescribed};
use super::reader::{File, Node, did_you_mean};
use super::rules;

/// Reads a program, and holds it against others of its condition.
pub(super) fn read(
    name: &str,
    text: &str,
    library: &Library,
    others: &[&Program],
) -> Result<Program, Mistakes> {
    read_file(File::new(name, text), library, others)
}

/// Reads a program that an episode runs on: by itself, as it was when that began.
pub(super) fn read_pinned(name: &str, text: &str, library: &Library) -> Result<Program, Mistakes> {
    read_file(File::pinned(name, text), library, &[])
}

fn read_file(file: File<'_>, library: &Library, others: &[&Program]) -> Result<Program, Mistakes> {
    let table = file.parse();
    let root = Node::new(&file, table.get_ref(), table.span());
    let program = program(&root, library);
    rising(&root, &program, others);
    root.done();
    file.finish()?;
    Ok(program)
}

fn program(root: &Node<'_>, library: &Library) -> Program {
    root.whole("schema", 1, 1);
    let id = root.text("id");
    new_id(root, false, &id);
    let step_back = brakes(root, "step-back", library);
    let effects: Vec<Effect> =
        library.brakes.iter().filter(|b| step_back.contains(&b.id)).map(|b| b.effect).collect();
    // A misspelt name may well be the one that steps back.
    if effects.len() == step_back.len() && !effects.contains(&Effect::StepBack) {
        let hint = Some("name a brake that steps back, such as sb-1".to_owned());
        let message = "nothing takes this program a step back".to_owned();
        root.report(Code::NoStepBack, root.span_of("step-back"), message, hint);
    }
    regions(root, library);
    let (why, source) = basis(root, library);
    let phase_nodes = root.nodes("phase");
    let condition = root.text("condition");
    let grade = root.opt_whole("grade", 1, 3).and_then(|g| u8::try_from(g).ok());
    let phases: Vec<Phase> = phase_nodes.iter().map(|node| phase(node, &condition, grade, library)).collect();
    let slower = slower(root, &phases, library);
    if phases.is_empty() {
        root.report(
            Code::MissingKey,
            0..0,
            "a program needs a phase".to_owned(),
            Some("add [[phase]]".to_owned()),
        );
    }
    ordered(&phase_nodes, &phases);
    prescribed(&phase_nodes, &phases, library);
    let return_not_before = root.whole("return-not-before", 0, LAST_DAY);
    if let Some(phase) =
        phases.iter().find(|p| p.stage == Stage::Return && p.earliest_day > return_not_before)
    {
        let message =
            format!("the full return comes before `{}` opens on day {}", phase.id, phase.earliest_day);
        root.report(Code::FallingGate, root.span_of("return-not-before"), message, None);
    }
    Program {
        version: root.count("version", 1_000_000),
        condition,
        slower,
        grade,
        name: root.text("name"),
        regions: root.texts("regions"),
        summary: root.text("summary"),
        window_days: root.opt_pair("window-days", 1, LAST_DAY).unwrap_or_else(|| {
            if !root.has("window-days") {
                root.report(Code::MissingKey, 0..0, "`window-days` is missing".to_owned(), None);
            }
            (1, 1)
        }),
        slow_days: root.opt_whole("slow-days", 1, 60).unwrap_or(0),
        return_not_before,
        step_back,
        checks: checks(root, library),
        avoid: root.nodes("avoid").iter().map(|node| avoid(node, library)).collect(),
        phases,
        why,
        source,
        id,
    }
}

/// Looks by a clinician, each under an id that no rule has.
fn checks(root: &Node<'_>, library: &Library) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for node in root.nodes("check") {
        let mut rule = rules::rule(&node, library);
        rule.title = node.text("title");
        let taken = library.rule(&rule.id).is_some() || checks.iter().any(|c| c.rule.id == rule.id);
        new_id(&node, taken, &rule.id);
        rules::covers(&node, &rule, library);
        node.done();
        checks.push(Check { rule: Arc::new(rule) });
    }
    checks
}

fn regions(root: &Node<'_>, library: &Library) {
    let known: &[String] = match library.question("region").map(|q| &q.kind) {
        Some(QuestionKind::Choice { choices, .. }) => choices,
        _ => &[],
    };
    for (region, span) in root.spanned_texts("regions") {
        if !known.contains(&region) {
            let hint = did_you_mean(&region, known.iter().map(String::as_str));
            root.report(Code::UnknownId, span, format!("there is no region `{region}`"), hint);
        }
    }
}

fn avoid(node: &Node<'_>, library: &Library) -> Avoid {
    let (why, source) = basis(node, library);
    let avoid =
        Avoid { what: node.text("what"), until_day: node.opt_whole("until-day", 0, LAST_DAY), why, source };
    node.done();
    avoid
}

/// What makes a program slower for some.
fn slower(root: &Node<'_>, phases: &[Phase], library: &Library) -> Vec<Slower> {
    let mut all: Vec<Slower> = Vec::new();
    for node in root.nodes("slower") {
        let (why, source) = basis(&node, library);
        let id = node.text("id");
        new_id(&node, all.iter().any(|s| s.id == id), &id);
        for (phase, span) in node.spanned_texts("phases") {
            if !phases.iter().any(|p| p.id == phase) {
                let hint = did_you_mean(&phase, phases.iter().map(|p| p.id.as_str()));
                node.report(Code::UnknownId, span, format!("there is no phase `{phase}`"), hint);
            }
        }
        let factor = if node.has("times") { node.number("times") } else { 1.0 };
        if !(1.0..=5.0).contains(&factor) {
            node.report(Code::OutOfRange, node.span_of("times"), "`times` runs from 1 to 5".to_owned(), None);
        }
        let return_later = node.opt_whole("return-later", 0, LAST_DAY).unwrap_or(0);
        let phases = node.texts("phases");
        if return_later == 0 && (factor <= 1.0 || phases.is_empty()) {
            let hint = Some("name `return-later`, or `phases` with `times` above 1".to_owned());
            node.report(Code::NoEffect, node.span_of("id"), "this makes nothing slower".to_owned(), hint);
        }
        let when = node.node("when");
        node.done();
        let Some(clause) = when.and_then(|when| rules::read_clause(&when, library)) else { continue };
        all.push(Slower { id, clause, return_later, phases, factor, why: why.into(), source: source.into() });
    }
    all
}
