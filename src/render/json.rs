//! The JSON views: one document a command, on one line, the alert first.
//!
//! `docs/json.md` describes them, and tests hold them to it.

use std::fmt::Write;

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::ahead::Ahead;
use crate::domain::checkin::Before;
use crate::domain::day::Day;
use crate::domain::entry::EntryId;
use crate::domain::finding::Finding;
use crate::domain::library::{CareItem, Exercise, Urgency};
use crate::domain::load::{self, Room};
use crate::domain::needs::Need;
use crate::domain::patterns::{Fit, WellsLine};
use crate::domain::prospect::Change;
use crate::domain::report::Report;
use crate::domain::schedule::{Item, LeftOut};
use crate::domain::screening::{Because, Flag};
use crate::domain::situation::Situation;
use crate::domain::units::Units;

use super::page::{action, command, steers};

/// What to do now, when an emergency or urgent flag is open.
#[derive(Debug, Serialize)]
struct Alert<'f> {
    action: String,
    urgency: Urgency,
    rule: &'f str,
    do_not: &'f [String],
}

/// A flag.
#[derive(Debug, Serialize)]
pub(super) struct FlagView<'f> {
    rule: &'f str,
    urgency: Urgency,
    title: &'f str,
    can_be_a_sign_of: &'f str,
    action: String,
    do_not: &'f [String],
    bring: &'f [String],
    because: &'f [Because],
    why: &'f str,
    source: &'f [String],
    state: crate::domain::screening::FlagState,
    opened: Option<String>,
    day: Option<crate::domain::day::Day>,
    cleared_by: Option<&'f EntryId>,
    outcome: Option<Value>,
}

pub(super) fn view(flag: &Flag) -> FlagView<'_> {
    FlagView {
        rule: &flag.rule.id,
        urgency: flag.rule.urgency,
        title: &flag.rule.title,
        can_be_a_sign_of: &flag.rule.can_be_a_sign_of,
        action: action(flag),
        do_not: &flag.rule.do_not,
        bring: &flag.rule.bring,
        because: &flag.because,
        why: &flag.rule.why,
        source: &flag.rule.source,
        state: flag.state,
        // By the clock on the wall: the same days look the same in every time zone.
        opened: flag.opened.map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string()),
        day: flag.day,
        cleared_by: flag.cleared_by.as_ref(),
        outcome: flag.outcome.as_ref().map(|c| {
            json!({ "who": c.who, "role": c.role, "day": c.day, "outcome": c.outcome, "until": c.expires })
        }),
    }
}

/// A document, written as it is gone through: it may hold years.
#[derive(Serialize)]
struct Document<'f, B> {
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<Alert<'f>>,
    schema: String,
    #[serde(flatten)]
    body: B,
}

/// A document: the alert, if there is one, then the schema, then the body.
pub(super) fn document(schema: &str, flags: &[Flag], body: impl Serialize) -> String {
    let worst = flags.iter().filter(|f| f.is_open()).max_by_key(|f| f.rule.urgency);
    let alert = worst.filter(|f| f.rule.urgency >= Urgency::Urgent).map(|flag| Alert {
        action: action(flag),
        urgency: flag.rule.urgency,
        rule: &flag.rule.id,
        do_not: &flag.rule.do_not,
    });
    let mut text = shown(&Document { alert, schema: format!("sinew/{schema}/1"), body });
    text.push('\n');
    text
}

/// JSON that a terminal can show: what would steer it is written by its number.
pub(super) fn shown(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("each key of a document is a text");
    // Most documents are plain, which is seen at a glance.
    let plain = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control());
    if plain || !text.contains(steers) {
        return text;
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        // These stand in strings alone, and each is a single unit of UTF-16.
        if steers(c) {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

fn open_views(flags: &[Flag]) -> Vec<FlagView<'_>> {
    flags.iter().filter(|f| f.is_open()).map(view).collect()
}

pub(super) fn phase(s: &Situation) -> Value {
    let phase = s.course.phase(&s.program);
    let today = s.journal.now().day;
    json!({
        "id": phase.id,
        "stage": phase.stage,
        "name": phase.name,
        "day": s.course.days_in_phase(today),
    })
}

pub(super) fn episode(s: &Situation) -> Value {
    json!({
        "number": s.episode.number,
        "id": s.episode.id,
        "title": s.episode.title,
        "condition": s.episode.condition,
        "side": s.episode.side,
        "onset": s.episode.onset,
        "grade": s.course.grade,
        "program": s.program.id,
        "status": s.course.status(),
        "paused": s.course.paused().is_some(),
    })
}

/// What would change the advice, each need with the command that records it.
fn change_view(change: &Change) -> Value {
    let needs = change.needs.iter().map(|need: &Need| {
        let mut view = json!(need);
        view["how"] = json!(command(need));
        view
    });
    json!({ "day": change.day, "to": change.to, "needs": needs.collect::<Vec<_>>() })
}

/// `sinew/next/1`.
pub fn next(s: &Situation, change: Option<&Change>) -> String {
    let findings: Vec<&Finding> = s.advice.findings.iter().collect();
    let today = s.journal.now().day;
    document(
        "next",
        &s.flags,
        json!({
            "action": s.advice.action,
            "day": today,
            "day_since_onset": today.since(s.episode.onset),
            "episode": episode(s),
            "phase": phase(s),
            "to": s.advice.to,
            "earliest": s.advice.earliest,
            "full_return": s.advice.full_return,
            "change": change.map(change_view),
            "findings": findings,
            "flags": open_views(&s.flags),
        }),
    )
}

/// `sinew/today/1`.
pub fn today(s: &Situation) -> String {
    let items: Vec<&Item> = s.plan.items.iter().collect();
    let left_out: Vec<&LeftOut> = s.plan.left_out.iter().collect();
    let today = s.journal.now().day;
    document(
        "today",
        &s.flags,
        json!({
            "day": today,
            "day_since_onset": today.since(s.episode.onset),
            "episode": episode(s),
            "phase": phase(s),
            "action": s.advice.action,
            "items": items,
            "left_out": left_out,
            "avoid": s.plan.avoid,
            "flags": open_views(&s.flags),
        }),
    )
}

/// The urgency of a set of flags: the most urgent one that is open.
fn urgency(flags: &[Flag]) -> Urgency {
    flags.iter().filter(|f| f.is_open()).map(|f| f.rule.urgency).max().unwrap_or(Urgency::SelfCare)
}

/// `sinew/flags/1`: open flags and past ones.
pub fn flags(flags: &[Flag]) -> String {
    let views: Vec<FlagView<'_>> = flags.iter().map(view).collect();
    document("flags", flags, json!({ "urgency": urgency(flags), "flags": views }))
}

/// `sinew/screen/1`.
pub fn screen(flags: &[Flag], unanswered: &[&str]) -> String {
    document(
        "screen",
        flags,
        json!({ "urgency": urgency(flags), "flags": open_views(flags), "unanswered": unanswered }),
    )
}

/// `sinew/assess/1`.
pub fn assess(flags: &[Flag], unanswered: &[&str], fits: &[Fit<'_>], wells: &[WellsLine]) -> String {
    let patterns: Vec<Value> = fits
        .iter()
        .map(|f| {
            json!({
                "id": f.pattern.id,
                "title": f.pattern.title,
                "group": f.pattern.group,
                "fits": f.fits,
                "for": f.speaks_for,
                "against": f.against,
                "tell_apart": f.pattern.tell_apart,
                "ask": f.pattern.ask,
                "clinician_first": f.pattern.clinician_first,
                "program": f.program,
                "why": f.pattern.why,
                "source": f.pattern.source,
            })
        })
        .collect();
    document(
        "assess",
        flags,
        json!({
            "urgency": urgency(flags),
            "flags": open_views(flags),
            "unanswered": unanswered,
            "patterns": patterns,
            "program": fits.iter().find_map(|f| f.program),
            "wells": wells,
        }),
    )
}

/// The body of `sinew/progress/1`, which may hold years.
#[derive(Serialize)]
struct ProgressView<'r> {
    episode: Value,
    phase: Value,
    #[serde(flatten)]
    report: &'r Report,
}

/// `sinew/progress/1`.
pub fn progress(s: &Situation, report: &Report) -> String {
    document("progress", &s.flags, ProgressView { episode: episode(s), phase: phase(s), report })
}

/// `sinew/log/1`: what was recorded, and the advice after it.
pub fn logged(
    s: &Situation,
    ids: &[EntryId],
    recorded: &[String],
    before: &[Before],
    cautions: &[(&Exercise, Room)],
) -> String {
    let cautions = cautions.iter().map(|(exercise, room)| {
        let mut view =
            json!({ "exercise": exercise.id, "name": exercise.name, "words": room.words(Units::Metric) });
        if let (Value::Object(view), Value::Object(room)) = (&mut view, json!(room)) {
            view.extend(room);
        }
        view["why"] = json!(load::WHY);
        view["source"] = json!(load::SOURCE);
        view
    });
    document(
        "log",
        &s.flags,
        json!({
            "entries": ids,
            "recorded": recorded,
            "before": before,
            "action": s.advice.action,
            "phase": phase(s),
            "cautions": cautions.collect::<Vec<Value>>(),
            "flags": open_views(&s.flags),
        }),
    )
}

/// `sinew/care/1`: the kinds of care.
pub fn kinds_of_care(flags: &[Flag], planned: &[&CareItem], others: &[&CareItem]) -> String {
    let kinds = |items: &[&CareItem]| -> Vec<Value> {
        items.iter().map(|item| json!({ "id": item.id, "name": item.name })).collect()
    };
    document("care", flags, json!({ "planned": kinds(planned), "others": kinds(others) }))
}

/// `sinew/history/1`.
pub fn history(flags: &[Flag], entries: &[Value]) -> String {
    document("history", flags, json!({ "entries": entries }))
}

/// `sinew/undo/1` and `sinew/redo/1`: what was taken back or brought back.
pub fn undone(
    name: &str,
    after: Option<&Situation>,
    ids: &[&EntryId],
    said: &[String],
    again: &[String],
    counts_until: Option<Day>,
) -> String {
    let flags = after.map(|s| s.flags.as_slice()).unwrap_or_default();
    document(
        name,
        flags,
        json!({
            "entries": ids,
            "said": said,
            "again": again,
            "counts_until": counts_until,
            "action": after.map(|s| s.advice.action),
            "phase": after.map(phase),
            "flags": open_views(flags),
        }),
    )
}

/// `sinew/start/1`.
pub fn started(s: &Situation) -> String {
    document(
        "start",
        &s.flags,
        json!({ "episode": episode(s), "phase": phase(s), "action": s.advice.action, "flags": open_views(&s.flags) }),
    )
}

/// `sinew/decision/1`: what was decided, and where it leads.
pub fn decided(s: &Situation, kind: &str) -> String {
    document(
        "decision",
        &s.flags,
        json!({ "kind": kind, "episode": episode(s), "phase": phase(s), "action": s.advice.action }),
    )
}

/// `sinew/plan/1`: the days ahead, and the phases as ranges; empty while the
/// plan stops or rests.
pub fn plan(s: &Situation, view: Option<&Ahead>) -> String {
    document(
        "plan",
        &s.flags,
        json!({
            "day": s.journal.now().day,
            "episode": episode(s),
            "phase": phase(s),
            "action": s.advice.action,
            "days": view.map_or(&[][..], |v| &v.days),
            "phases": view.map_or(&[][..], |v| &v.phases),
            "full_return": view.and_then(|v| v.full_return).map(|(not_before, usual_by)| {
                json!({ "not_before": not_before, "usual_by": usual_by })
            }),
            "flags": open_views(&s.flags),
        }),
    )
}

/// `sinew/written/1`: where a document was put.
pub fn written(flags: &[Flag], file: &str) -> String {
    document("written", flags, json!({ "file": file }))
}

/// `sinew/episodes/1`.
pub fn episodes(all: &[(Value, Vec<Flag>)]) -> String {
    let flags: Vec<Flag> = all.iter().flat_map(|(_, flags)| flags.clone()).collect();
    let list: Vec<&Value> = all.iter().map(|(value, _)| value).collect();
    document("episodes", &flags, json!({ "episodes": list }))
}

/// One episode of that list.
pub fn episode_line(s: &Situation) -> Value {
    let mut value = episode(s);
    value["phase"] = phase(s);
    value["action"] = json!(s.advice.action);
    value["finished"] = json!(s.course.finished);
    value
}

/// `sinew/demo/1`.
pub fn demo(days: &[Value]) -> String {
    document("demo", &[], json!({ "days": days }))
}
