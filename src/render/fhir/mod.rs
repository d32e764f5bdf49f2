//! One episode as a FHIR R4 bundle, for a clinic's system or another app to take in.
//! `docs/fhir.md` tells what becomes of each of our words and why.

mod element;
mod person;
mod plan;
mod provenance;
mod questions;
mod records;
mod warnings;

use std::collections::BTreeMap;
use std::iter::once;

use serde_json::Value;

use crate::domain::dossier::{Dossier, Kept};
use crate::domain::entry::{EntryId, Side};
use crate::domain::library::Library;
use crate::domain::measure::Unit;

use element::{Element, coding, concept, concept_of, moment};

/// What every resource is written with.
struct Scribe<'a> {
    dossier: &'a Dossier<'a>,
    /// Makes an id of the name of a thing; a UUID stays what it is.
    ids: &'a dyn Fn(&str) -> String,
    /// The canonical address of the questions.
    questionnaire: String,
    /// The entries by their ids.
    kept: BTreeMap<&'a EntryId, &'a Kept>,
}

/// The bundle, a resource a line: whoever the person is, the warnings, the episode and its
/// plan, what was recorded, and who put what right. It is put together line by line, since
/// it may hold years. `ids` makes an id of a name, and leaves a UUID as it is.
pub fn bundle<'a>(
    dossier: &'a Dossier<'a>,
    ids: &'a dyn Fn(&str) -> String,
) -> impl Iterator<Item = String> + 'a {
    let kept = dossier.kept.iter().map(|kept| (&kept.entry().id, kept)).collect();
    let questions = questions::questionnaire(dossier, ids);
    let scribe = Scribe { dossier, ids, questionnaire: urn(questions.id()), kept };
    let mut resources = vec![person::patient(&scribe)];
    resources.extend(warnings::flags(&scribe));
    resources.extend(warnings::issues(&scribe));
    resources.push(plan::condition(&scribe));
    resources.push(plan::care_plan(&scribe));
    resources.extend(plan::goals(&scribe));
    resources.extend(plan::lacking(&scribe));
    resources.extend(person::devices(&scribe));
    resources.extend(questions::answered(dossier).then_some(questions));
    let head = Element::resource("Bundle", &scribe.id("bundle", &[]))
        .with("type", "collection")
        .with("timestamp", moment(dossier.situation.journal.now().at));
    let mut head = Value::from(head).to_string();
    head.truncate(head.len() - 1);
    head.push_str(",\"entry\":[");
    let recorded = dossier.kept.iter().flat_map(move |kept| {
        let mut of_entry = Vec::new();
        of_entry.extend(records::of(&scribe, kept));
        of_entry.extend(provenance::of(&scribe, kept));
        of_entry
    });
    let lines = resources.into_iter().chain(recorded).enumerate().map(|(at, resource)| {
        let entry = Element::default().with("fullUrl", urn(resource.id())).with("resource", resource);
        let before = if at == 0 { "\n" } else { ",\n" };
        format!("{before}{}", Value::from(entry))
    });
    once(head).chain(lines).chain(once("\n]}\n".to_owned()))
}

fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// A reference to a resource of the bundle.
fn reference(id: &str) -> Element {
    Element::default().with("reference", urn(id))
}

/// Somebody who is known by words alone, and only from what the person says.
fn somebody(role: &str) -> Element {
    Element::default().with("display", format!("{role}, as the patient reports"))
}

/// The side of the body.
fn side(side: Side) -> Element {
    let words = match side {
        Side::Left => "left side",
        Side::Right => "right side",
        Side::Both => "both sides",
        Side::Middle => "middle",
    };
    concept("urn:sinew:side", side.id(), words)
}

impl Scribe<'_> {
    /// The id of a thing of this episode.
    fn id(&self, kind: &str, parts: &[&str]) -> String {
        let episode = self.dossier.situation.episode.id.as_str();
        (self.ids)(&[&["fhir", kind, episode], parts].concat().join(" "))
    }

    /// The id of what an entry became first.
    fn of_entry(&self, entry: &EntryId) -> String {
        (self.ids)(entry.as_str())
    }

    /// A reference to what an entry became, where it is in the bundle.
    fn to_entry(&self, entry: &EntryId) -> Option<Element> {
        self.kept.contains_key(entry).then(|| reference(&self.of_entry(entry)))
    }

    fn patient(&self) -> Element {
        reference(&(self.ids)(&format!("fhir patient {}", self.dossier.person)))
    }

    fn condition(&self) -> Element {
        reference(&self.id("condition", &[]))
    }

    fn care_plan(&self) -> Element {
        reference(&self.id("care-plan", &[]))
    }

    fn library(&self) -> &Library {
        self.dossier.library
    }

    /// What a measure is. Any pain from 0 to 10 has a code that everybody knows.
    fn measure(&self, id: &str) -> Element {
        let pain = self.library().measures.get(id).is_some_and(|m| m.unit == Unit::Nrs);
        let known = || {
            coding("http://loinc.org", "72514-3")
                .with("display", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
        };
        let codes = [Some(coding("urn:sinew:measure", id)), pain.then(known)];
        concept_of(codes.into_iter().flatten().collect(), self.library().measure_name(id))
    }
}
