//! The closed questions and what was answered to them.

use serde_json::Value;

use crate::domain::dossier::{Dossier, Kept};
use crate::domain::entry::Answer;
use crate::domain::question::{AnswerValue, QuestionKind};
use crate::render::archive::number;

use super::element::{Element, coding, extension, moment, some};
use super::records::begun;
use super::{Scribe, urn};

/// What stands for yes, no and unknown.
const ANSWER: &str = "urn:sinew:answer";

/// The questions themselves. Their id is made of their text: the same questions have
/// the same one, in whosever record.
pub(super) fn questionnaire(dossier: &Dossier<'_>, ids: &dyn Fn(&str) -> String) -> Element {
    let items = items(dossier);
    let id = ids(&format!("fhir questionnaire {}", Value::from(items.clone())));
    Element::resource("Questionnaire", &id)
        .with("url", urn(&id))
        .with("name", "SinewQuestions")
        .with("title", "Closed questions about an injury")
        .with("status", "active")
        .with("subjectType", vec!["Patient"])
        .with("item", items)
}

/// Every question, and those that an earlier library knew.
fn items(dossier: &Dossier<'_>) -> Vec<Element> {
    let item = |id: &str, text: &str, kind: &str, options: Vec<Element>| {
        let options: Vec<Element> =
            options.into_iter().map(|option| Element::default().with("valueCoding", option)).collect();
        let item = Element::default().with("linkId", id).with("text", text).with("type", kind);
        item.with("answerOption", options)
    };
    let unknown = || said("unknown");
    let known = dossier.library.questions.iter().map(|question| {
        let (id, ask) = (question.id.as_str(), question.ask.as_str());
        match &question.kind {
            QuestionKind::YesNo => item(id, ask, "choice", vec![said("yes"), said("no"), unknown()]),
            QuestionKind::Number { .. } => item(id, ask, "decimal", vec![]),
            QuestionKind::Choice { choices, many } => {
                let options = choices.iter().map(|choice| chosen(id, choice)).chain([unknown()]);
                let item = item(id, ask, "choice", options.collect());
                if *many { item.with("repeats", true) } else { item }
            }
        }
    });
    let gone = dossier.named.questions.iter().filter(|id| dossier.library.question(id).is_none());
    known.chain(gone.map(|id| item(id, id, "choice", vec![]).with("repeats", true))).collect()
}

/// What was answered. A question that was not put is not there; one that nobody could
/// answer has the answer "unknown".
pub(super) fn response(
    scribe: &Scribe<'_>,
    kept: &Kept,
    id: &str,
    answers: &[Answer],
    note: Option<&str>,
) -> Element {
    let entry = kept.entry();
    let item = |answer: &Answer| {
        let text = scribe.library().question(&answer.question).map(|question| question.ask.as_str());
        let item = Element::default().with("linkId", answer.question.as_str()).and("text", text);
        item.with("answer", given(scribe, answer))
    };
    // There is no other place for a note.
    let note = extension("urn:sinew:note", "valueString", note.unwrap_or_default());
    begun(scribe, kept, "QuestionnaireResponse", id)
        .with("extension", some([note]))
        .with("questionnaire", scribe.questionnaire.as_str())
        .with("status", if kept.stands { "completed" } else { "entered-in-error" })
        .with("subject", scribe.patient())
        .with("authored", moment(entry.at))
        .with("author", scribe.patient())
        .with("source", scribe.patient())
        .with("item", answers.iter().map(item).collect::<Vec<_>>())
}

fn given(scribe: &Scribe<'_>, answer: &Answer) -> Vec<Element> {
    let value = |coding: Element| Element::default().with("valueCoding", coding);
    let numeric = || {
        let question = scribe.library().question(&answer.question);
        question.is_some_and(|q| matches!(q.kind, QuestionKind::Number { .. }))
    };
    match &answer.value {
        AnswerValue::Yes => vec![value(said("yes"))],
        AnswerValue::No => vec![value(said("no"))],
        // A number has no code to choose: that there is none is said beside it.
        AnswerValue::Unknown if numeric() => {
            let absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
            let absent = vec![extension(absent, "valueCode", "unknown")];
            vec![Element::default().with("extension", absent)]
        }
        AnswerValue::Unknown => vec![value(said("unknown"))],
        AnswerValue::Choices(choices) => {
            choices.iter().map(|choice| value(chosen(&answer.question, choice))).collect()
        }
        AnswerValue::Number(n) => vec![Element::default().with("valueDecimal", number(*n))],
    }
}

fn said(answer: &str) -> Element {
    coding(ANSWER, answer).with("display", answer)
}

fn chosen(question: &str, choice: &str) -> Element {
    coding(&format!("urn:sinew:question:{question}"), choice).with("display", choice)
}
