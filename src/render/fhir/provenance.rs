//! Who decided what, and what was put right or taken back, by whom and why.

use serde_json::Value;

use crate::domain::dossier::Kept;
use crate::domain::entry::{Decision, DecisionKind, Entry, Fact, SELF, UNDO};

use super::element::{
    Element, coding, concept, concept_of, date, extension, extensions, moment, some, words,
};
use super::person::device_id;
use super::{Scribe, records, reference, somebody};

/// The provenance of an entry that is a decision, tells of a clinician, or corrects
/// another one.
pub(super) fn of(scribe: &Scribe<'_>, kept: &Kept) -> Option<Element> {
    let entry = kept.entry();
    let own = match &entry.fact {
        Fact::Decision(_) | Fact::Withdrawn => scribe.of_entry(&entry.id),
        Fact::Clearance(_) => scribe.id("provenance", &[entry.id.as_str()]),
        _ if entry.corrects.is_some() => scribe.id("provenance", &[entry.id.as_str()]),
        _ => return None,
    };
    let (activity, reason) = what(entry);
    let void = (!kept.stands).then(|| extension("urn:sinew:entered-in-error", "valueBoolean", true));
    let decision = match &entry.fact {
        Fact::Decision(decision) => Some(decided(decision, entry.note.as_deref())),
        Fact::Withdrawn => {
            Some(extension("urn:sinew:note", "valueString", entry.note.as_deref().unwrap_or_default()))
        }
        _ => None,
    };
    let provenance = records::begun(scribe, kept, "Provenance", &own)
        .with("extension", some([void, decision].into_iter().flatten()))
        .with("target", targets(scribe, kept))
        .with("occurredDateTime", moment(entry.at))
        .with("recorded", moment(kept.written()))
        .with("reason", reason.map(words).into_iter().collect::<Vec<_>>())
        .with("activity", activity)
        .with("agent", agents(scribe, kept))
        .with("entity", entities(scribe, entry));
    Some(provenance)
}

/// What was done, and why.
fn what(entry: &Entry) -> (Element, Option<&str>) {
    let why = entry.corrects.as_ref().map(|c| c.reason.as_str()).filter(|why| *why != UNDO);
    let record = |id: &str| concept("urn:sinew:record", id, id);
    match &entry.fact {
        Fact::Withdrawn => (record("withdrawal"), why),
        _ if entry.corrects.is_some() => (record("correction"), why),
        Fact::Decision(decision) => {
            let kind = decision.kind.id();
            (concept("urn:sinew:decision", kind, kind), decision.reason.as_deref())
        }
        _ => (record("clearance"), None),
    }
}

/// What it speaks of: what the entry became, the plan and the injury that a decision
/// changes, or what a withdrawal takes back.
fn targets(scribe: &Scribe<'_>, kept: &Kept) -> Vec<Element> {
    let entry = kept.entry();
    let of_condition = |kind| matches!(kind, DecisionKind::Grade | DecisionKind::Onset);
    match &entry.fact {
        Fact::Decision(decision) if of_condition(decision.kind) => {
            vec![scribe.condition(), scribe.care_plan()]
        }
        Fact::Decision(_) => vec![scribe.care_plan()],
        Fact::Withdrawn => {
            let taken = entry.corrects.as_ref().and_then(|c| scribe.dossier.named.entries.get(&c.replaces));
            match taken.map(|taken| (records::of(scribe, taken), taken)) {
                // What is a provenance itself has nothing else to point at.
                Some((made, taken)) if made.is_empty() => {
                    vec![reference(&scribe.of_entry(&taken.entry().id))]
                }
                Some((made, _)) => made.iter().map(|one| reference(one.id())).collect(),
                None => vec![scribe.condition()],
            }
        }
        _ => records::of(scribe, kept).iter().map(|one| reference(one.id())).collect(),
    }
}

fn agents(scribe: &Scribe<'_>, kept: &Kept) -> Vec<Element> {
    let agent = |part: &str, who: Element| {
        let system = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
        Element::default().with("type", concept_of(vec![coding(system, part)], "")).with("who", who)
    };
    let author = match &kept.entry().fact {
        Fact::Decision(decision) if decision.by != SELF => Some(agent("author", somebody(&decision.by))),
        Fact::Decision(_) => Some(agent("author", scribe.patient())),
        Fact::Clearance(_) => Some(agent("informant", scribe.patient())),
        _ => None,
    };
    let device = reference(&device_id(scribe, &kept.filed.device));
    author.into_iter().chain([agent("enterer", scribe.patient()), agent("assembler", device)]).collect()
}

/// What it was made of: the entry that it puts right or takes back, and the program
/// that was started.
fn entities(scribe: &Scribe<'_>, entry: &Entry) -> Vec<Element> {
    let role = if entry.fact == Fact::Withdrawn { "removal" } else { "revision" };
    let before = entry.corrects.as_ref().and_then(|c| scribe.to_entry(&c.replaces));
    let before = before.map(|what| Element::default().with("role", role).with("what", what));
    let program = match &entry.fact {
        Fact::Decision(Decision { program: Some(hash), .. }) => {
            let identifier =
                Element::default().with("system", "urn:sinew:program").with("value", hash.as_str());
            let what = Element::default().with("identifier", identifier);
            Some(Element::default().with("role", "source").with("what", what))
        }
        _ => None,
    };
    before.into_iter().chain(program).collect()
}

/// What was decided, and the findings that it was decided upon.
fn decided(decision: &Decision, note: Option<&str>) -> Element {
    let text = |name: &str, value: Option<&str>| extension(name, "valueString", value.unwrap_or_default());
    let known =
        |name: &str, kind: &str, value: Option<Value>| value.map(|value| extension(name, kind, value));
    let facts = [
        Some(text("phase", decision.phase.as_deref())),
        known("grade", "valueInteger", decision.grade.map(Value::from)),
        known("onset", "valueDate", decision.onset.map(|day| Value::from(date(day)))),
        Some(text("reason", decision.reason.as_deref())),
        Some(text("note", note)),
    ];
    let findings = decision.findings.iter().map(|finding| {
        text("finding", Some(&format!("{}: {}, {}", finding.id, finding.verdict, finding.observed)))
    });
    extensions("urn:sinew:decision", facts.into_iter().flatten().chain(findings))
}
