//! The same as JSON.

use serde_json::{Value, json};

use crate::domain::compare::Difference;
use crate::domain::library::Library;
use crate::domain::program::{Criterion, Phase, Prescription, Program};
use crate::domain::screening::Flag;
use crate::domain::situation::Situation;
use crate::domain::wording;

use super::json::document;
use super::program::{Shelved, sources};

/// What a program is, in a line.
fn line((program, own): &Shelved<'_>) -> Value {
    json!({
        "id": program.id,
        "version": program.version,
        "name": program.name,
        "condition": program.condition,
        "grade": program.grade,
        "regions": program.regions,
        "own": own,
        "phases": program.phases.len(),
        "window_days": program.window_days,
        "return_not_before": program.return_not_before,
    })
}

/// `sinew/programs/1`.
pub fn list(flags: &[Flag], programs: &[Shelved<'_>]) -> String {
    let programs: Vec<Value> = programs.iter().map(line).collect();
    document("programs", flags, json!({ "programs": programs }))
}

/// `sinew/program/1`.
pub fn page(flags: &[Flag], library: &Library, shelved: &Shelved<'_>) -> String {
    let program = shelved.0;
    let mut body = line(shelved);
    body["summary"] = json!(program.summary);
    body["slow_days"] = json!(program.slow_days);
    body["phases"] = program.phases.iter().map(|p| phase(library, p)).collect();
    body["brakes"] = json!(program.step_back);
    body["avoid"] = json!(program.avoid);
    body["checks"] = program
        .checks
        .iter()
        .map(|c| {
            let rule = &c.rule;
            json!({
                "id": rule.id, "title": rule.title, "urgency": rule.urgency, "gate": rule.gate,
                "action": rule.action, "why": rule.why, "source": rule.source,
            })
        })
        .collect();
    body["slower"] = program
        .slower
        .iter()
        .map(|s| {
            json!({
                "id": s.id, "when": wording::clause(library, &s.clause), "question": s.clause.question,
                "return_later": s.return_later, "phases": s.phases, "times": s.factor,
                "why": s.why, "source": s.source,
            })
        })
        .collect();
    body["why"] = json!(program.why);
    body["source"] = json!(program.source);
    let sources: Vec<_> = sources(program).into_iter().filter_map(|key| library.sources.get(key)).collect();
    body["sources"] = json!(sources);
    document("program", flags, body)
}

fn phase(library: &Library, phase: &Phase) -> Value {
    let caps = phase.caps;
    let criteria = |of: &[Criterion]| of.iter().map(|c| criterion(library, c)).collect::<Value>();
    let care: Value = phase
        .care
        .iter()
        .map(|c| {
            json!({
                "id": c.care, "minutes": c.minutes, "every_hours": c.every_hours,
                "from_day": c.from_day, "until_day": c.until_day, "note": c.note,
                "why": c.why, "source": c.source,
            })
        })
        .collect();
    json!({
        "id": phase.id,
        "stage": phase.stage,
        "name": phase.name,
        "goal": phase.goal,
        "earliest_day": phase.earliest_day,
        "minimum_days": phase.minimum_days,
        "stalled_day": phase.stalled_day,
        "caps": { "green": caps.green, "amber": caps.amber, "morning_rise": caps.morning_rise },
        "entry": criteria(&phase.entry),
        "exit": criteria(&phase.exit),
        "exercises": phase.exercises.iter().map(|p| exercise(library, p)).collect::<Value>(),
        "care": care,
        "why": phase.why,
        "source": phase.source,
    })
}

fn criterion(library: &Library, c: &Criterion) -> Value {
    json!({
        "id": c.id, "wanted": wording::wanted(library, c), "goals": c.goals,
        "why": c.why, "source": c.source,
    })
}

fn exercise(library: &Library, p: &Prescription) -> Value {
    let rungs = p
        .rungs
        .iter()
        .map(|r| json!({ "rung": r.rung, "from_day": r.from_day, "why": r.why, "source": r.source }));
    json!({
        "id": p.exercise,
        "name": library.exercise_name(&p.exercise),
        "dose": p.dose,
        "grows_to": p.grows_to,
        "clean_sessions": p.clean_sessions,
        "frequency": p.frequency.words(),
        "cap": p.cap,
        "from_day": p.from_day,
        "after": p.after,
        "stop_on": p.stop_on,
        "rungs": rungs.collect::<Value>(),
        "goals": p.goals,
        "prescribed": p.prescribed,
        "supervised": p.supervised,
        "tempo": p.tempo,
        "note": p.note,
        "why": p.why,
        "source": p.source,
    })
}

/// What two texts are, and where they differ.
fn difference(before: &Program, after: &Program, list: &[Difference]) -> Value {
    let end = |p: &Program| json!({ "id": p.id, "version": p.version });
    json!({ "from": end(before), "to": end(after), "differences": list })
}

/// `sinew/program-diff/1`.
pub fn differences(flags: &[Flag], before: &Program, after: &Program, list: &[Difference]) -> String {
    document("program-diff", flags, difference(before, after, list))
}

/// `sinew/program-update/1`: where the plan stands, and whether it was moved.
pub fn update(
    s: &Situation,
    updated: bool,
    before: &Program,
    after: &Program,
    list: &[Difference],
) -> String {
    let mut body = difference(before, after, list);
    body["updated"] = json!(updated);
    body["episode"] = super::json::episode(s);
    body["phase"] = super::json::phase(s);
    body["action"] = json!(s.advice.action);
    document("program-update", &s.flags, body)
}

/// `sinew/program-new/1`.
pub fn new(flags: &[Flag], id: &str, file: &str) -> String {
    document("program-new", flags, json!({ "id": id, "file": file }))
}

/// `sinew/program-check/1`.
pub fn checked(flags: &[Flag], files: &[Value], mistakes: &[Value]) -> String {
    document("program-check", flags, json!({ "files": files, "mistakes": mistakes }))
}
