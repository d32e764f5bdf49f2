//! Warnings: a `Flag` for whoever opens the record, and a `DetectedIssue` with what raised
//! it and who answered for it.

use crate::domain::library::{NUMBER, NUMBER_KEY, Urgency};
use crate::domain::screening::{Because, Flag};

use super::element::{Element, coding, concept, concept_of, date, moment, words};
use super::{Scribe, reference, somebody};

/// The warnings, the gravest open ones first. What to do is their text.
pub(super) fn flags(scribe: &Scribe<'_>) -> Vec<Element> {
    let flag = |flag: &Flag| {
        let clinical = coding("http://terminology.hl7.org/CodeSystem/flag-category", "clinical");
        let urgency = concept("urn:sinew:urgency", flag.rule.urgency.id(), flag.rule.urgency.id());
        let code = coding("urn:sinew:red-flag", &flag.rule.id).with("display", flag.rule.title.as_str());
        let code = concept_of(vec![code], &flag.rule.action.replace(NUMBER_KEY, NUMBER));
        Element::resource("Flag", &flag_id(scribe, flag))
            .with("status", if flag.is_open() { "active" } else { "inactive" })
            .with("category", vec![concept_of(vec![clinical], ""), urgency])
            .with("code", code)
            .with("subject", scribe.patient())
            .with(
                "period",
                Element::default().and("start", flag.opened.map(moment)).and("end", closed(scribe, flag)),
            )
    };
    scribe.dossier.situation.flags.iter().map(flag).collect()
}

/// When a flag was closed, where that was not told as of an earlier moment.
fn closed(scribe: &Scribe<'_>, flag: &Flag) -> Option<String> {
    let by = scribe.dossier.named.entries.get(flag.cleared_by.as_ref()?)?;
    let at = by.entry().at;
    flag.opened.is_none_or(|opened| opened <= at).then(|| moment(at))
}

/// What raised each warning.
pub(super) fn issues(scribe: &Scribe<'_>) -> Vec<Element> {
    scribe.dossier.situation.flags.iter().map(|flag| issue(scribe, flag)).collect()
}

fn issue(scribe: &Scribe<'_>, flag: &Flag) -> Element {
    let rule = &flag.rule;
    let evidence = |because: &Because| {
        let told = because.entry.as_ref().and_then(|entry| scribe.to_entry(entry));
        let text = format!("{}: {}", because.id, because.said);
        // The plan and the course of days raise flags as well, and are no questions.
        let code = match scribe.library().question(&because.id) {
            Some(question) => concept("urn:sinew:question", &question.id, &text),
            None => words(&text),
        };
        Element::default().with("code", vec![code]).with("detail", told.into_iter().collect::<Vec<_>>())
    };
    let mitigation = flag.outcome.as_ref().map(|clearance| {
        let action = concept("urn:sinew:outcome", clearance.outcome.id(), clearance.outcome.id());
        vec![
            Element::default()
                .with("action", action)
                .with("date", date(clearance.day))
                .with("author", somebody(&format!("{} ({})", clearance.who, clearance.role))),
        ]
    });
    let elsewhere = flag.episode.map(|number| format!(" Reported in episode {number}."));
    let sign = format!("This can be a sign of {}.{}", rule.can_be_a_sign_of, elsewhere.unwrap_or_default());
    Element::resource("DetectedIssue", &issue_id(scribe, flag))
        // Nobody has verified what a rule found, before a clinician has.
        .with("status", if flag.is_open() { "preliminary" } else { "final" })
        .with("code", concept("urn:sinew:red-flag", &rule.id, &rule.title))
        .with("severity", severity(rule.urgency))
        .with("patient", scribe.patient())
        .and("identifiedDateTime", flag.opened.map(moment))
        .with("implicated", vec![reference(&flag_id(scribe, flag))])
        .with("evidence", flag.because.iter().map(evidence).collect::<Vec<_>>())
        .with("detail", sign)
        .and("mitigation", mitigation)
}

/// FHIR has three severities; what has to be seen today is among the gravest.
fn severity(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency | Urgency::Urgent => "high",
        Urgency::Routine => "moderate",
        Urgency::SelfCare => "low",
    }
}

fn flag_id(scribe: &Scribe<'_>, flag: &Flag) -> String {
    scribe.id("flag", &name(flag).each_ref().map(String::as_str))
}

fn issue_id(scribe: &Scribe<'_>, flag: &Flag) -> String {
    scribe.id("issue", &name(flag).each_ref().map(String::as_str))
}

/// What tells a flag apart: a rule can be raised again once it was answered for.
fn name(flag: &Flag) -> [String; 4] {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        flag.episode.map(|n| n.to_string()).unwrap_or_default(),
        flag.rule.id.clone(),
        number(flag.opened.map(|at| at.timestamp_millis())),
        number(flag.written),
    ]
}
