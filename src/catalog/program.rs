//! Reads a program and checks it against the library and the safety rules
//! that hold for every program.

use std::sync::Arc;

use crate::domain::library::Library;
use crate::domain::limits::{Kind, barred_in};
use crate::domain::program::{
    Avoid, Caps, CarePlan, Check, Frequency, Phase, Prescription, Program, RungGate, Stage,
};
use crate::domain::question::QuestionKind;
use crate::domain::slower::Slower;

use super::Mistakes;
use super::basis::{LAST_DAY, basis, new_id};
use super::criterion::{criteria, dose, goals, known_exercise, measure};
use super::reader::{File, Node, did_you_mean};
use super::rules;

/// The longest hold of a stretch, in seconds.
const LONGEST_STRETCH: u32 = 30;

/// Clean sessions in a row that a step of a dose needs, where a program names
/// no number (evidence HS-16).
const CLEAN_SESSIONS: u32 = 2;

/// Reads a program.
pub(super) fn read(name: &str, text: &str, library: &Library) -> Result<Program, Mistakes> {
    let file = File::new(name, text);
    let table = file.parse();
    let root = Node::new(&file, table.get_ref(), table.span());
    let program = program(&root, library);
    root.done();
    file.finish()?;
    Ok(program)
}

fn program(root: &Node<'_>, library: &Library) -> Program {
    root.whole("schema", 1, 1);
    let id = root.text("id");
    new_id(root, false, &id);
    let step_back = root.spanned_texts("step-back");
    for (brake, span) in &step_back {
        if !library.brakes.iter().any(|b| b.id == *brake) {
            let hint = did_you_mean(brake, library.brakes.iter().map(|b| b.id.as_str()));
            root.report("unknown-id", span.clone(), format!("there is no brake `{brake}`"), hint);
        }
    }
    regions(root, library);
    let (why, source) = basis(root, library);
    let phase_nodes = root.nodes("phase");
    let condition = root.text("condition");
    let phases: Vec<Phase> = phase_nodes.iter().map(|node| phase(node, &condition, library)).collect();
    let slower = slower(root, &phases, library);
    if phases.is_empty() {
        root.report(
            "missing-key",
            0..0,
            "a program needs a phase".to_owned(),
            Some("add [[phase]]".to_owned()),
        );
    }
    ordered(&phase_nodes, &phases);
    let checks: Vec<Check> = root
        .nodes("check")
        .iter()
        .map(|node| {
            let mut rule = rules::rule(node, library);
            rule.title = node.text("title");
            node.done();
            Check { rule: Arc::new(rule) }
        })
        .collect();
    Program {
        version: root.count("version", 1_000_000),
        condition,
        slower,
        grade: root.opt_whole("grade", 1, 3).and_then(|g| u8::try_from(g).ok()),
        name: root.text("name"),
        regions: root.texts("regions"),
        summary: root.text("summary"),
        window_days: root.opt_pair("window-days", 1, LAST_DAY).unwrap_or_else(|| {
            if !root.has("window-days") {
                root.report("missing-key", 0..0, "`window-days` is missing".to_owned(), None);
            }
            (1, 1)
        }),
        slow_days: root.opt_whole("slow-days", 1, 60).unwrap_or(0),
        return_not_before: root.whole("return-not-before", 0, LAST_DAY),
        step_back: step_back.into_iter().map(|(id, _)| id).collect(),
        checks,
        avoid: root.nodes("avoid").iter().map(|node| avoid(node, library)).collect(),
        phases,
        why,
        source,
        id,
    }
}

fn regions(root: &Node<'_>, library: &Library) {
    let known: &[String] = match library.question("region").map(|q| &q.kind) {
        Some(QuestionKind::Choice { choices, .. }) => choices,
        _ => &[],
    };
    for (region, span) in root.spanned_texts("regions") {
        if !known.contains(&region) {
            let hint = did_you_mean(&region, known.iter().map(String::as_str));
            root.report("unknown-id", span, format!("there is no region `{region}`"), hint);
        }
    }
}

/// Phases come in order, and no gate falls along them.
fn ordered(nodes: &[Node<'_>], phases: &[Phase]) {
    for (at, pair) in phases.windows(2).enumerate() {
        let node = &nodes[at + 1];
        if pair[1].earliest_day < pair[0].earliest_day {
            let message = format!("`{}` opens before `{}`", pair[1].id, pair[0].id);
            node.report("falling-gate", node.span_of("earliest-day"), message, None);
        }
        if pair[1].stage < pair[0].stage {
            let message = format!("stage `{}` comes before `{}`", pair[1].stage.id(), pair[0].stage.id());
            node.report("falling-stage", node.span_of("stage"), message, None);
        }
        if phases[..=at].iter().any(|p| p.id == pair[1].id) {
            node.report(
                "duplicate-id",
                node.span_of("id"),
                format!("`{}` is there already", pair[1].id),
                None,
            );
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
                node.report("unknown-id", span, format!("there is no phase `{phase}`"), hint);
            }
        }
        let factor = if node.has("times") { node.number("times") } else { 1.0 };
        if !(1.0..=5.0).contains(&factor) {
            node.report("out-of-range", node.span_of("times"), "`times` runs from 1 to 5".to_owned(), None);
        }
        let Some(when) = node.node("when") else {
            node.report("missing-key", node.span_of("id"), "`when` is missing".to_owned(), None);
            continue;
        };
        let Some(clause) = rules::read_clause(&when, library) else { continue };
        all.push(Slower {
            clause,
            return_later: node.opt_whole("return-later", 0, LAST_DAY).unwrap_or(0),
            phases: node.texts("phases"),
            factor,
            why,
            source,
            id,
        });
        node.done();
    }
    all
}

fn phase(node: &Node<'_>, condition: &str, library: &Library) -> Phase {
    let (why, source) = basis(node, library);
    let stage = node.word("stage", &Stage::ALL.map(|s| (s.id(), s)));
    let exit_nodes = node.nodes("exit");
    let exit = criteria(&exit_nodes, library);
    if exit.is_empty() {
        node.report("no-exit", node.span_of("id"), "this phase has no exit criteria".to_owned(), None);
    }
    let phase = Phase {
        id: node.text("id"),
        stage,
        name: node.text("name"),
        goal: node.text("goal"),
        earliest_day: node.whole("earliest-day", 0, LAST_DAY),
        minimum_days: node.whole("minimum-days", 0, LAST_DAY),
        stalled_day: node.opt_whole("stalled-day", 1, LAST_DAY),
        caps: node
            .node("caps")
            .map_or(Caps { green: 0.0, amber: 0.0, morning_rise: 0.0 }, |caps| read_caps(&caps)),
        entry: criteria(&node.nodes("entry"), library),
        exit,
        exercises: node
            .nodes("exercise")
            .iter()
            .map(|e| prescription(e, (condition, stage), library))
            .collect(),
        care: node.nodes("care").iter().map(|c| care(c, library)).collect(),
        why,
        source,
    };
    if phase.stalled_day.is_some_and(|stalled| stalled < phase.earliest_day + phase.minimum_days) {
        let message = "`stalled-day` lies before the phase can be left".to_owned();
        node.report("out-of-range", node.span_of("stalled-day"), message, None);
    }
    node.done();
    phase
}

fn read_caps(node: &Node<'_>) -> Caps {
    let caps = Caps {
        green: node.number("green"),
        amber: node.number("amber"),
        morning_rise: node.number("morning-rise"),
    };
    if !(0.0..=10.0).contains(&caps.green) || caps.green > caps.amber || caps.amber > 10.0 {
        node.report(
            "out-of-range",
            node.span_of("amber"),
            "caps run from 0 to 10, green up to amber".to_owned(),
            None,
        );
    }
    if !(0.0..=3.0).contains(&caps.morning_rise) {
        let message = "`morning-rise` runs from 0 to 3".to_owned();
        node.report("out-of-range", node.span_of("morning-rise"), message, None);
    }
    node.done();
    caps
}

fn prescription(node: &Node<'_>, (condition, stage): (&str, Stage), library: &Library) -> Prescription {
    let (why, source) = basis(node, library);
    let exercise = node.text("id");
    known_exercise(node, "id", &exercise, library);
    if !node.has("dose") {
        node.report("missing-key", node.span_of("id"), "`dose` is missing".to_owned(), None);
    }
    let start = dose(node, "dose").unwrap_or_default();
    let grows_to = dose(node, "grows-to");
    if let Some(known) = library.exercises.get(&exercise) {
        let holds = [Some(&start), grows_to.as_ref()];
        let longest = holds.into_iter().flatten().filter_map(|d| d.seconds).max();
        if known.is("static-stretch") && longest.is_some_and(|s| s > LONGEST_STRETCH) {
            let message = format!("a stretch is held for {LONGEST_STRETCH} s at most");
            node.report("long-hold", node.span_of("dose"), message, None);
        }
        if known.is("nerve-glide") && !node.flag("prescribed") {
            let message = format!("`{exercise}` is for those to whom somebody prescribed it");
            let hint = Some("add prescribed = true".to_owned());
            node.report("not-prescribed", node.span_of("id"), message, hint);
        }
        if let Some(limit) = barred_in(library, condition, stage, Kind::Exercise, &known.tags) {
            let message = format!("`{exercise}` has no place in stage `{}`", stage.id());
            let hint = format!("{} ({})", limit.because, limit.id);
            node.report("barred", node.span_of("id"), message, Some(hint));
        }
    }
    let frequencies: Vec<Frequency> = [
        node.opt_count("per-day", 24).map(Frequency::PerDay),
        node.opt_count("per-week", 7).map(Frequency::PerWeek),
        node.opt_count("every-days", 60).map(Frequency::EveryDays),
    ]
    .into_iter()
    .flatten()
    .collect();
    if frequencies.len() != 1 {
        let hint = "name exactly one of: per-day, per-week, every-days".to_owned();
        node.report("no-frequency", node.span_of("id"), "how often is not clear".to_owned(), Some(hint));
    }
    let cap = node.number("cap");
    if !(0.0..=10.0).contains(&cap) {
        node.report("out-of-range", node.span_of("cap"), "`cap` runs from 0 to 10".to_owned(), None);
    }
    let after = node.opt_text("after");
    if let Some(first) = &after {
        known_exercise(node, "after", first, library);
    }
    let stop_on = node.spanned_texts("stop-on");
    for (brake, span) in &stop_on {
        if !library.brakes.iter().any(|b| b.id == *brake) {
            let hint = did_you_mean(brake, library.brakes.iter().map(|b| b.id.as_str()));
            node.report("unknown-id", span.clone(), format!("there is no brake `{brake}`"), hint);
        }
    }
    let prescription = Prescription {
        stop_on: stop_on.into_iter().map(|(id, _)| id).collect(),
        dose: start,
        grows_to,
        frequency: frequencies.first().copied().unwrap_or(Frequency::PerDay(1)),
        cap,
        from_day: node.opt_whole("from-day", 0, LAST_DAY).unwrap_or(0),
        after,
        clean_sessions: node.opt_count("clean-sessions", 20).unwrap_or(CLEAN_SESSIONS),
        rungs: node.nodes("rung").iter().map(|rung| rung_gate(rung, library)).collect(),
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

fn care(node: &Node<'_>, library: &Library) -> CarePlan {
    let (why, source) = basis(node, library);
    let care = node.text("id");
    if !library.care.contains_key(&care) {
        let hint = did_you_mean(&care, library.care.keys().map(String::as_str));
        node.report("unknown-id", node.span_of("id"), format!("there is no care item `{care}`"), hint);
    }
    let pair = |key| {
        let (low, high) = node.opt_pair(key, 1, 240)?;
        Some((u32::try_from(low).ok()?, u32::try_from(high).ok()?))
    };
    let plan = CarePlan {
        minutes: pair("minutes"),
        every_hours: pair("every-hours"),
        from_day: node.opt_whole("from-day", 0, LAST_DAY).unwrap_or(0),
        until_day: node.opt_whole("until-day", 0, LAST_DAY),
        note: node.opt_text("note"),
        why,
        source,
        care,
    };
    node.done();
    plan
}
