//! What was recorded. What counts no more is there as well, as entered in error.

use crate::domain::dose::Dose;
use crate::domain::dossier::Kept;
use crate::domain::entry::{Answer, Care, Clearance, Entry, Fact, Performed, Reading, Side};
use crate::domain::measure::Unit;

use super::element::{
    ABSENT, Element, coding, concept, concept_of, date, extension, extensions, moment, notes, quantity, some,
    unit_of, words,
};
use super::person::device_id;
use super::{Scribe, questions, reference, side, somebody, urn};

/// What an entry became, the resource with its own id first. Decisions and
/// withdrawals are nothing but provenance.
pub(super) fn of(scribe: &Scribe<'_>, kept: &Kept) -> Vec<Element> {
    let entry = kept.entry();
    match &entry.fact {
        Fact::CheckIn { readings, answers } => check_in(scribe, kept, readings, answers),
        Fact::Screen(answers) => {
            vec![questions::response(
                scribe,
                kept,
                &scribe.of_entry(&entry.id),
                answers,
                entry.note.as_deref(),
            )]
        }
        Fact::Performed(bout) => performed(scribe, kept, bout),
        Fact::Care(care) => vec![self::care(scribe, kept, care)],
        Fact::Clearance(told) => vec![clearance(scribe, kept, told)],
        Fact::Note => vec![
            observed(scribe, kept, &scribe.of_entry(&entry.id))
                .with("code", concept("urn:sinew:record", "note", "in the person's own words"))
                .and("valueString", entry.note.as_deref()),
        ],
        Fact::Decision(_) | Fact::Withdrawn => vec![],
    }
}

/// The beginning of every resource that an entry became: what it was written on.
pub(super) fn begun(scribe: &Scribe<'_>, kept: &Kept, kind: &str, id: &str) -> Element {
    let source = Element::default().with("source", urn(&device_id(scribe, &kept.filed.device)));
    Element::resource(kind, id).with("meta", source)
}

/// An observation of the person's own.
fn observed(scribe: &Scribe<'_>, kept: &Kept, id: &str) -> Element {
    let entry = kept.entry();
    // A clinician's outcome counts from the day of the visit.
    let at = match &entry.fact {
        Fact::Clearance(clearance) => date(clearance.day),
        _ => moment(entry.at),
    };
    let survey = coding("http://terminology.hl7.org/CodeSystem/observation-category", "survey");
    begun(scribe, kept, "Observation", id)
        .with("status", if kept.stands { "final" } else { "entered-in-error" })
        .with("category", vec![concept_of(vec![survey], "")])
        .with("subject", scribe.patient())
        .with("effectiveDateTime", at)
        .with("performer", vec![scribe.patient()])
}

/// What was told in one go: a group of readings and answers, or the one thing by itself.
fn check_in(scribe: &Scribe<'_>, kept: &Kept, readings: &[Reading], answers: &[Answer]) -> Vec<Element> {
    let entry = kept.entry();
    let (own, note) = (scribe.of_entry(&entry.id), entry.note.as_deref());
    match (readings, answers) {
        ([one], []) => return vec![reading(scribe, kept, &own, one).with("note", notes([note]))],
        ([], [_, ..]) => return vec![questions::response(scribe, kept, &own, answers, note)],
        _ => {}
    }
    let reading = |(at, one): (usize, &Reading)| {
        let again =
            readings[..at].iter().filter(|r| (&r.measure, r.side) == (&one.measure, one.side)).count();
        let again = if again > 0 { again.to_string() } else { String::new() };
        let name = [entry.id.as_str(), &one.measure, one.side.map_or("", Side::id), &again];
        reading(scribe, kept, &scribe.id("reading", &name), one)
    };
    let mut told: Vec<Element> = readings.iter().enumerate().map(reading).collect();
    if !answers.is_empty() {
        let id = scribe.id("answers", &[entry.id.as_str()]);
        told.push(questions::response(scribe, kept, &id, answers, None));
    }
    let group = observed(scribe, kept, &own)
        .with("code", concept("urn:sinew:record", "check-in", "check-in"))
        .with("hasMember", told.iter().map(|one| reference(one.id())).collect::<Vec<_>>())
        .with("note", notes([note]));
    [group].into_iter().chain(told).collect()
}

fn reading(scribe: &Scribe<'_>, kept: &Kept, id: &str, reading: &Reading) -> Element {
    let read = observed(scribe, kept, id)
        .with("code", scribe.measure(&reading.measure))
        .and("bodySite", reading.side.map(side));
    match scribe.library().measures.get(reading.measure.as_str()).map(|m| m.unit) {
        Some(Unit::YesNo) => read.with("valueBoolean", reading.value >= 0.5),
        unit => valued(read, reading.value, unit),
    }
}

/// A value, or the reason why there is none.
fn valued(observation: Element, value: f64, unit: Option<Unit>) -> Element {
    if let Some(amount) = quantity(value, unit.and_then(unit_of)) {
        return observation.with("valueQuantity", amount);
    }
    observation.with("dataAbsentReason", concept_of(vec![coding(ABSENT, "not-a-number")], ""))
}

/// An exercise, and the pain during it.
fn performed(scribe: &Scribe<'_>, kept: &Kept, bout: &Performed) -> Vec<Element> {
    let entry = kept.entry();
    let begun = bout.dose.is_some() || bout.pain.is_some();
    let status = match (&bout.skipped, begun) {
        (None, _) => "completed",
        (Some(_), true) => "stopped",
        (Some(_), false) => "not-done",
    };
    let dose = bout.dose.clone().unwrap_or_default();
    let said = [bout.dose.as_ref().map(Dose::to_string), bout.load.map(|load| format!("{load} kg"))];
    let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let said = (!said.is_empty()).then(|| format!("Dose: {said}"));
    let name = scribe.library().exercise_name(&bout.exercise);
    let procedure = procedure(scribe, kept, status, dose_of(&dose, bout.load, None))
        .and("statusReason", bout.skipped.as_deref().map(words))
        .with("category", concept("urn:sinew:record", "exercise", "exercise"))
        .with("code", concept("urn:sinew:exercise", &bout.exercise, name))
        .with("bodySite", bout.side.map(side).into_iter().collect::<Vec<_>>())
        .with("note", notes([said.as_deref(), entry.note.as_deref()]));
    let pain = bout.pain.map(|pain| {
        let id = scribe.id("pain-during", &[entry.id.as_str()]);
        let felt = observed(scribe, kept, &id)
            .with("partOf", vec![reference(&scribe.of_entry(&entry.id))])
            .with("code", scribe.measure("pain-during"))
            .and("bodySite", bout.side.map(side));
        valued(felt, pain, Some(Unit::Nrs))
    });
    [procedure].into_iter().chain(pain).collect()
}

/// Care that was given. An analgesic too: which one and how much of it nobody asked,
/// so that it is no statement about a medicine.
fn care(scribe: &Scribe<'_>, kept: &Kept, care: &Care) -> Element {
    let entry = kept.entry();
    let name = scribe.library().care.get(&care.kind).map_or(care.kind.as_str(), |item| &item.name);
    procedure(scribe, kept, "completed", dose_of(&Dose::default(), None, care.minutes))
        .with("category", concept("urn:sinew:record", "care", "care"))
        .with("code", concept("urn:sinew:care", &care.kind, name))
        .with("bodySite", care.side.map(side).into_iter().collect::<Vec<_>>())
        .with("note", notes([entry.note.as_deref()]))
}

fn procedure(scribe: &Scribe<'_>, kept: &Kept, status: &str, dose: Element) -> Element {
    let entry = kept.entry();
    begun(scribe, kept, "Procedure", &scribe.of_entry(&entry.id))
        .with("extension", some([dose]))
        .with("status", if kept.stands { status } else { "entered-in-error" })
        .with("subject", scribe.patient())
        .with("performedDateTime", moment(entry.at))
        .with("recorder", scribe.patient())
}

/// How much was done, as far as it was told.
fn dose_of(dose: &Dose, load: Option<f64>, minutes: Option<f64>) -> Element {
    let count = |name: &str, n: Option<u32>| n.map(|n| extension(name, "valueInteger", n));
    let amount = |name: &str, value: Option<f64>, unit: &str| {
        let amount = value.and_then(|value| quantity(value, Some((unit, unit))));
        amount.map(|amount| extension(name, "valueQuantity", amount))
    };
    let parts = [
        count("sets", dose.sets),
        count("reps", dose.reps),
        amount("seconds", dose.seconds.map(f64::from), "s"),
        amount("metres", dose.metres.map(f64::from), "m"),
        count("rung", dose.rung),
        amount("load", load, "kg"),
        amount("minutes", minutes, "min"),
    ];
    extensions("urn:sinew:dose", parts.into_iter().flatten())
}

/// A clinician's outcome. It is the person's word for it, and no finding of a
/// clinician's own.
fn clearance(scribe: &Scribe<'_>, kept: &Kept, told: &Clearance) -> Element {
    let entry: &Entry = kept.entry();
    let part = |id: &str| Element::default().with("code", concept("urn:sinew:record", id, id));
    let rule = concept("urn:sinew:red-flag", &told.rule, &told.rule);
    let who = somebody(&told.who).with("type", "Practitioner");
    let components = [
        Some(part("answers-for").with("valueCodeableConcept", rule)),
        Some(part("role").with("valueString", told.role.as_str())),
        told.expires.map(|day| part("expires").with("valueDateTime", date(day))),
    ];
    observed(scribe, kept, &scribe.of_entry(&entry.id))
        .with("extension", vec![extension("urn:sinew:seen-by", "valueReference", who)])
        .with(
            "code",
            concept("urn:sinew:record", "clearance", "a clinician's outcome, as the patient reports it"),
        )
        .with("valueCodeableConcept", concept("urn:sinew:outcome", told.outcome.id(), told.outcome.id()))
        .with("component", components.into_iter().flatten().collect::<Vec<_>>())
        .with("note", notes([entry.note.as_deref()]))
}
