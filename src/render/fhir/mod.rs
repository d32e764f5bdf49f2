//! One episode as a FHIR R4 bundle, for a clinic's system or another app to take in.
//! `docs/fhir.md` tells what becomes of each of our words and why.

mod element;
mod person;
mod plan;
mod provenance;
mod questions;
mod records;
mod warnings;

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
}

/// A bundle, a resource a line: whoever the person is, the warnings, the episode and its
/// plan, what was recorded, and who put what right. It is put together entry by entry,
/// since it may hold years.
#[expect(missing_debug_implementations, reason = "it holds a function")]
pub struct Bundle<'a> {
    scribe: Scribe<'a>,
    questions: Element,
}

impl<'a> Bundle<'a> {
    /// The bundle of an episode. `ids` makes an id of a name, and leaves a UUID as it is.
    pub fn of(dossier: &'a Dossier<'a>, ids: &'a dyn Fn(&str) -> String) -> Self {
        let questions = questions::questionnaire(dossier, ids);
        let scribe = Scribe { dossier, ids, questionnaire: urn(questions.id()) };
        Self { scribe, questions }
    }

    /// Everything that comes before the entries.
    pub fn head(&self) -> String {
        let (scribe, dossier) = (&self.scribe, self.scribe.dossier);
        let mut resources = vec![person::patient(scribe)];
        resources.extend(warnings::flags(scribe));
        resources.extend(warnings::issues(scribe));
        resources.push(plan::condition(scribe));
        resources.push(plan::care_plan(scribe));
        resources.extend(plan::goals(scribe));
        resources.extend(plan::lacking(scribe));
        resources.extend(person::devices(scribe));
        resources.extend((!dossier.named.questions.is_empty()).then(|| self.questions.clone()));
        let head = Element::resource("Bundle", &scribe.id("bundle", &[]))
            .with("type", "collection")
            .with("timestamp", moment(dossier.situation.journal.now().at));
        let mut head = Value::from(head).to_string();
        head.truncate(head.len() - 1);
        let lines: Vec<String> = resources.into_iter().map(line).collect();
        format!("{head},\"entry\":[\n{}", lines.join(",\n"))
    }

    /// What one entry became, which is always something.
    pub fn entry(&self, kept: &Kept) -> String {
        let resources = records::of(&self.scribe, kept).into_iter().chain(provenance::of(&self.scribe, kept));
        let lines: Vec<String> = resources.map(line).collect();
        [",\n", &lines.join(",\n")].concat()
    }

    /// What comes behind the entries.
    pub fn end(&self) -> &'static str {
        "\n]}\n"
    }
}

/// A resource of the bundle.
fn line(resource: Element) -> String {
    let entry = Element::default().with("fullUrl", urn(resource.id())).with("resource", resource);
    Value::from(entry).to_string()
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
        self.dossier.named.entries.contains_key(entry).then(|| reference(&self.of_entry(entry)))
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
