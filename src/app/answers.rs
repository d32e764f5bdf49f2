//! A file of answers, judged without an episode and without a store.

use serde_json::Value;

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
    let document: Value =
        serde_json::from_str(text).map_err(|e| wrong(vec![format!("this is no JSON: {e}")]))?;
    let Value::Object(document) = document else {
        return Err(wrong(vec!["the document has to be an object with `answers`".to_owned()]));
    };
    let mut given: Vec<(String, &Value)> = Vec::new();
    let mut mistakes = Vec::new();
    for (key, value) in &document {
        match (key.as_str(), value) {
            ("age" | "region" | "side", value) => given.push((key.clone(), value)),
            ("answers", Value::Object(answers)) => given.extend(answers.iter().map(|(k, v)| (k.clone(), v))),
            ("answers", _) => mistakes.push("`answers` has to be an object".to_owned()),
            _ => mistakes.push(format!("`{key}` is not known here: age, region, side, answers")),
        }
    }
    let mut answers = Answers::new();
    for (question, value) in given {
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
        match answer_given(library, &question, &said) {
            Ok(answer) => {
                answers.insert(answer.question, Standing { value: answer.value, entry: None });
            }
            Err(AppError::Unknown { id, near, .. }) => {
                let hint = near.map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
                mistakes.push(format!("there is no question `{id}`{hint}"));
            }
            Err(error) => mistakes.push(error.to_string()),
        }
    }
    if mistakes.is_empty() { Ok(answers) } else { Err(wrong(mistakes)) }
}

/// A JSON value as a person would write the answer.
fn said(value: &Value) -> Option<String> {
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
