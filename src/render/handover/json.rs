//! `sinew/report/1`: the whole value.

use serde_json::{Value, json};

use crate::domain::handover::{Alarm, Handover};
use crate::domain::library::Library;
use crate::domain::situation::Situation;

use super::super::history;
use super::super::json::{document, episode, phase, view};

/// `sinew/report/1`.
pub fn report(library: &Library, s: &Situation, h: &Handover) -> String {
    let mut body = json!(h);
    // A flag looks as it does in every other document.
    let flags: Vec<Value> = h.flags.iter().map(flag).collect();
    body["flags"] = json!(flags);
    let corrections: Vec<Value> = h.changes.corrections.iter().map(|t| history::value(library, t)).collect();
    body["changes"]["corrections"] = json!(corrections);
    let mut whole = json!({ "episode": episode(s), "phase": phase(s) });
    if let (Value::Object(whole), Value::Object(body)) = (&mut whole, body) {
        whole.extend(body);
    }
    document("report", &s.flags, whole)
}

fn flag(alarm: &Alarm) -> Value {
    let mut value = json!(view(&alarm.flag));
    value["episode"] = json!(alarm.flag.episode);
    value["answers"] = json!(alarm.answers);
    value["bouts_meanwhile"] = json!(alarm.bouts_meanwhile);
    value
}
