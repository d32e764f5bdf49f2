//! A file of answers, judged without an episode and without a store.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::library::Library;
use crate::domain::question::{Answers, Standing};

use super::AppError;
use super::record::answer_given;

/// Reads `{"age": 34, "region": "calf", "side": "left", "answers": {...}}`.
/// What is left out, or null, is unknown.
///
/// # Errors
///
/// When the text is no such document; every answer that is wrong is named.
pub fn read_answers(library: &Library, text: &str) -> Result<Answers, AppError> {
    let wrong = |messages: Vec<String>| AppError::Answers(messages);
    let document: File = serde_json::from_str(text).map_err(|e| {
        wrong(vec![format!("line {}, column {}: {}", e.line(), e.column(), plain_reason(&e))])
    })?;
    let mut given: Vec<(String, Value)> = Vec::new();
    let mut mistakes = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for (key, part) in &document.0 {
        if keys.contains(&key.as_str()) {
            mistakes.push(format!("`{key}` is there twice"));
        }
        keys.push(key);
        match (key.as_str(), part) {
            ("age" | "region" | "side", Part::One(value)) => given.push((key.clone(), value.clone())),
            ("answers", Part::Answers(answers)) => given.extend(answers.clone()),
            ("answers", _) => mistakes.push("`answers` has to be an object".to_owned()),
            _ => mistakes.push("only age, region, side and answers are known here".to_owned()),
        }
    }
    let mut answers = Answers::new();
    for (question, value) in &given {
        if given.iter().filter(|(other, _)| other == question).count() > 1 {
            mistakes.push(format!("`{question}` is answered twice"));
            continue;
        }
        let said = match said(value) {
            Some(said) => said,
            None if value.is_null() => continue,
            None => {
                mistakes.push(format!(
                    "the answer to `{question}` has to be a word, a number or a list of words"
                ));
                continue;
            }
        };
        match answer_given(library, question, &said) {
            Ok(answer) => {
                answers.insert(answer.question, Standing { value: answer.value, entry: None, at: None });
            }
            Err(AppError::Unknown { id, near, .. }) => {
                let hint = near.map(|n| format!(": did you mean {n}?")).unwrap_or_default();
                mistakes.push(format!("there is no question `{id}`{hint}"));
            }
            Err(error) => mistakes.push(error.to_string()),
        }
    }
    if mistakes.is_empty() { Ok(answers) } else { Err(wrong(mistakes)) }
}

/// A document that keeps keys which stand twice, where a map would forget one.
struct File(Vec<(String, Part)>);

/// What stands under a key.
enum Part {
    /// A value.
    One(Value),
    /// The answers.
    Answers(Vec<(String, Value)>),
}

/// Reads an object into its pairs, in order and with repetitions.
struct Pairs<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Vec<(String, Box<RawValue>)> = deserializer.deserialize_map(Pairs(PhantomData))?;
        let mut parts = Vec::new();
        for (key, raw) in raw {
            let part = if key == "answers" && raw.get().trim_start().starts_with('{') {
                let mut inner = serde_json::Deserializer::from_str(raw.get());
                Part::Answers(inner.deserialize_map(Pairs(PhantomData)).map_err(D::Error::custom)?)
            } else {
                Part::One(serde_json::from_str(raw.get()).map_err(D::Error::custom)?)
            };
            parts.push((key, part));
        }
        Ok(Self(parts))
    }
}

/// Why the text is no document, without repeating any of it.
fn plain_reason(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "the document has to be an object with `answers`",
        _ => "this is no JSON",
    }
}

/// A JSON value as a person would write the answer.
pub(super) fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Array(items) => {
            let words: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            words.filter(|w| !w.is_empty()).map(|w| w.join(","))
        }
        _ => None,
    }
}
