//! The elements of FHIR's JSON: what is not known is not there, and no text holds what
//! a FHIR string may not.

use serde_json::{Map, Value};

use crate::domain::day::{At, Day};
use crate::domain::measure::Unit;
use crate::render::archive::number;
use crate::render::page::clean;

/// Units by the Unified Code for Units of Measure.
const UCUM: &str = "http://unitsofmeasure.org";

/// The reasons why there is no value.
pub(super) const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

/// An object that holds no null and nothing empty, which FHIR forbids.
#[derive(Clone, Debug, Default)]
pub(super) struct Element(Map<String, Value>);

impl Element {
    /// A resource.
    pub(super) fn resource(kind: &str, id: &str) -> Self {
        Self::default().with("resourceType", kind).with("id", id)
    }

    /// The id of a resource.
    pub(super) fn id(&self) -> &str {
        self.0.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// Adds a member, unless there is nothing in it.
    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = match value.into() {
            Value::String(text) => Value::String(said(&text)),
            other => other,
        };
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !empty {
            self.0.insert(key.to_owned(), value);
        }
        self
    }

    /// Adds what is known.
    pub(super) fn and(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

impl From<Element> for Value {
    fn from(element: Element) -> Self {
        Self::Object(element.0)
    }
}

/// A text as a FHIR string may be: no control characters, no other white space than
/// spaces and ends of lines, none around it.
fn said(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' => '\n',
        c if c.is_whitespace() || c == '\u{feff}' => ' ',
        c => c,
    };
    clean(text).chars().map(plain).collect::<String>().trim().to_owned()
}

/// A code of one of our own lists, or of another one.
pub(super) fn coding(system: &str, code: &str) -> Element {
    let code = said(code).split_whitespace().collect::<Vec<_>>().join(" ");
    if code.is_empty() {
        return Element::default();
    }
    Element::default().with("system", system).with("code", code)
}

/// A concept with one code.
pub(super) fn concept(system: &str, code: &str, text: &str) -> Element {
    let codes: Vec<Element> = vec![coding(system, code)];
    concept_of(codes, text)
}

/// A concept with several codes for the same thing.
pub(super) fn concept_of(codes: Vec<Element>, text: &str) -> Element {
    let codes: Vec<Element> = codes.into_iter().filter(|code| !code.0.is_empty()).collect();
    Element::default().with("coding", codes).with("text", text)
}

/// A concept in words alone.
pub(super) fn words(text: &str) -> Element {
    Element::default().with("text", text)
}

/// Remarks, without those that say nothing.
pub(super) fn notes<'n>(texts: impl IntoIterator<Item = Option<&'n str>>) -> Vec<Element> {
    texts.into_iter().flatten().map(words).filter(|note| !note.0.is_empty()).collect()
}

/// An extension of ours, or of another one, with its one value.
pub(super) fn extension(url: &str, kind: &str, value: impl Into<Value>) -> Element {
    let empty = Element::default().with(kind, value);
    if empty.0.is_empty() { empty } else { merged(Element::default().with("url", url), empty) }
}

/// An extension made of others.
pub(super) fn extensions(url: &str, parts: impl IntoIterator<Item = Element>) -> Element {
    let parts: Vec<Element> = parts.into_iter().filter(|part| !part.0.is_empty()).collect();
    if parts.is_empty() {
        return Element::default();
    }
    Element::default().with("url", url).with("extension", parts)
}

fn merged(mut one: Element, other: Element) -> Element {
    one.0.extend(other.0);
    one
}

/// Extensions, without those that say nothing.
pub(super) fn some(extensions: impl IntoIterator<Item = Element>) -> Vec<Element> {
    extensions.into_iter().filter(|one| !one.0.is_empty()).collect()
}

/// The UCUM code of a unit with the name that people read.
pub(super) fn unit_of(unit: Unit) -> Option<(&'static str, &'static str)> {
    match unit {
        Unit::Nrs | Unit::ZeroToTen => Some(("{score}", "points of 10")),
        Unit::Minutes => Some(("min", "min")),
        Unit::Degrees => Some(("deg", "degrees")),
        Unit::Reps => Some(("{repetitions}", "repetitions")),
        Unit::Centimetres => Some(("cm", "cm")),
        Unit::YesNo => None,
    }
}

/// An amount, where it is a number.
pub(super) fn quantity(value: f64, unit: Option<(&str, &str)>) -> Option<Element> {
    let amount = value.is_finite().then(|| Element::default().with("value", number(value)))?;
    Some(match unit {
        Some((code, name)) => amount.with("unit", name).with("system", UCUM).with("code", code),
        None => amount,
    })
}

/// From a moment to another one, or without an end where that would come first.
pub(super) fn period(start: Option<Day>, end: Option<Day>) -> Element {
    let end = end.filter(|end| start.is_none_or(|start| start <= *end));
    Element::default().and("start", start.map(date)).and("end", end.map(date))
}

/// A day.
pub(super) fn date(day: Day) -> String {
    day.to_string()
}

/// A moment, to the second.
pub(super) fn moment(at: At) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}
