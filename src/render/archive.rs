//! `sinew/export/1`: everything on record as one document, an episode, a program
//! or an entry a line, written part by part.

use serde_json::{Map, Number, Value, json};

use crate::domain::archive::{Filed, Part, Source};
use crate::domain::dose::Dose;
use crate::domain::entry::{Answer, Care, Clearance, Decision, Fact, Performed, Reading, Side};
use crate::domain::episode::{Episode, Manner};
use crate::domain::library::Library;
use crate::domain::measure::Unit;
use crate::domain::question::AnswerValue;

use super::json::shown;

/// The lists of the document, in order.
const LISTS: [&str; 3] = ["episodes", "definitions", "entries"];

/// A document that is being written.
#[derive(Debug)]
pub struct Archive<'l> {
    library: &'l Library,
    /// Position of the list that is open, and whether it holds something.
    open: Option<(usize, bool)>,
}

impl<'l> Archive<'l> {
    /// A document with nothing in it.
    pub fn new(library: &'l Library) -> Self {
        Self { library, open: None }
    }

    /// The text that a further part adds.
    pub fn part(&mut self, part: &Part) -> String {
        let (list, value) = match part {
            Part::Episode(episode) => (0, self::episode(episode)),
            Part::Definition(source) => (1, definition(source)),
            Part::Entry(filed) => (2, entry(self.library, filed)),
        };
        let mut text = self.up_to(list);
        if self.open.is_some_and(|(_, filled)| filled) {
            text.push(',');
        }
        text.push('\n');
        text.push_str(&shown(&value));
        self.open = Some((list, true));
        text
    }

    /// The text that ends the document.
    pub fn end(mut self) -> String {
        let mut text = self.up_to(LISTS.len() - 1);
        text.push_str("\n]}\n");
        text
    }

    /// Ends the list that is open and begins those up to this one.
    fn up_to(&mut self, list: usize) -> String {
        let mut text = String::new();
        if self.open.is_none() {
            text.push_str(r#"{"schema":"sinew/export/1""#);
        }
        let next = self.open.map_or(0, |(at, _)| at + 1);
        for (at, name) in LISTS.iter().enumerate().take(list + 1).skip(next) {
            let end = if at > 0 { "\n]" } else { "" };
            text.push_str(end);
            text.push_str(",\n\"");
            text.push_str(name);
            text.push_str("\":[");
            self.open = Some((at, false));
        }
        text
    }
}

/// An object, to which only what is known is added.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn and(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

fn episode(e: &Episode) -> Map<String, Value> {
    let object = Object::default()
        .with("id", e.id.as_str())
        .with("number", e.number)
        .with("title", e.title.as_str())
        .with("condition", e.condition.as_str())
        .and("region", e.region.as_deref())
        .and("side", e.side.map(Side::id))
        .with("onset", e.onset.to_string())
        .and("manner", e.manner.map(Manner::id))
        .with("goal", e.goal.id())
        .with("opened", e.opened.to_rfc3339());
    object.0
}

fn definition(d: &Source) -> Map<String, Value> {
    let object = Object::default()
        .with("hash", d.hash.as_str())
        .with("id", d.id.as_str())
        .with("source", d.source.as_str());
    object.0
}

fn entry(library: &Library, filed: &Filed) -> Map<String, Value> {
    let e = &filed.entry;
    let head = Object::default()
        .with("id", e.id.as_str())
        .with("episode", filed.episode.as_str())
        .with("kind", e.fact.kind())
        .with("day", e.day.to_string())
        .with("at", e.at.to_rfc3339())
        .with("device", filed.device.as_str());
    let correction = e.corrects.as_ref().map(|c| {
        let of = Object::default().with("replaces", c.replaces.as_str());
        of.with("reason", c.reason.as_str())
    });
    let head = head.and("correction", correction);
    let with_fact = match &e.fact {
        Fact::CheckIn { readings, answers } => {
            let readings: Vec<Value> = readings.iter().map(|r| reading(library, r)).collect();
            let head = head.and("readings", (!readings.is_empty()).then_some(readings));
            head.and("answers", (!answers.is_empty()).then(|| self::answers(answers)))
        }
        Fact::Screen(answers) => head.with("answers", self::answers(answers)),
        Fact::Performed(p) => head.with("performed", performed(p)),
        Fact::Care(care) => head.with("care", self::care(care)),
        Fact::Decision(d) => head.with("decision", decision(d)),
        Fact::Clearance(c) => head.with("clearance", clearance(c)),
        Fact::Note | Fact::Withdrawn => head,
    };
    with_fact.and("note", e.note.as_deref()).0
}

fn reading(library: &Library, r: &Reading) -> Value {
    let unit = library.measures.get(r.measure.as_str()).map(|m| m.unit);
    let value = match unit {
        Some(Unit::YesNo) if r.value >= 0.5 => json!("yes"),
        Some(Unit::YesNo) => json!("no"),
        _ => number(r.value),
    };
    let object = Object::default().with("measure", r.measure.as_str()).and("side", r.side.map(Side::id));
    object.with("value", value).and("unit", unit.map(Unit::id)).into()
}

fn answers(answers: &[Answer]) -> Vec<Value> {
    let answer = |a: &Answer| {
        let value = match &a.value {
            AnswerValue::Number(n) => number(*n),
            AnswerValue::Choices(choices) if choices.len() > 1 => json!(choices),
            AnswerValue::Choices(choices) => json!(choices.concat()),
            said => json!(said.to_string()),
        };
        Object::default().with("question", a.question.as_str()).with("value", value).into()
    };
    answers.iter().map(answer).collect()
}

fn performed(p: &Performed) -> Object {
    let Dose { sets, reps, seconds, metres, rung } = p.dose.clone().unwrap_or_default();
    Object::default()
        .with("exercise", p.exercise.as_str())
        .and("side", p.side.map(Side::id))
        .and("sets", sets)
        .and("reps", reps)
        .and("seconds", seconds)
        .and("metres", metres)
        .and("rung", rung)
        .and("load_kg", p.load.map(number))
        .and("pain", p.pain.map(number))
        .and("skipped", p.skipped.as_deref())
}

fn care(care: &Care) -> Object {
    let object = Object::default().with("kind", care.kind.as_str()).and("side", care.side.map(Side::id));
    object.and("minutes", care.minutes.map(number))
}

fn decision(d: &Decision) -> Object {
    Object::default()
        .with("kind", d.kind.id())
        .and("phase", d.phase.as_deref())
        .and("program", d.program.as_deref())
        .and("grade", d.grade)
        .and("onset", d.onset.map(|day| day.to_string()))
        .with("by", d.by.as_str())
        .and("reason", d.reason.as_deref())
        .with("findings", json!(d.findings))
}

fn clearance(c: &Clearance) -> Object {
    Object::default()
        .with("rule", c.rule.as_str())
        .with("who", c.who.as_str())
        .with("role", c.role.as_str())
        .with("day", c.day.to_string())
        .with("outcome", c.outcome.id())
        .and("expires", c.expires.map(|day| day.to_string()))
}

/// A number as people write it: 3 and not 3.0.
#[expect(clippy::cast_possible_truncation, reason = "whole numbers up to 2^53 are exact")]
pub(super) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
