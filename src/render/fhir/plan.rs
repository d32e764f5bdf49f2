//! The injury, the plan for it, what it is to lead to, and what of that was never
//! measured.

use crate::domain::dossier::{Aim, Lacking, Progress, Stay};
use crate::domain::entry::{SELF, Side};
use crate::domain::finding::Verdict;
use crate::domain::measure::Unit;
use crate::domain::program::{MeasureTest, Op, Subject, Whose};

use super::element::{
    ABSENT, Element, coding, concept, concept_of, date, extension, moment, notes, period, quantity, unit_of,
    words,
};
use super::{Scribe, side, somebody};

/// The injury. Nothing here is confirmed: what a clinician said is known from the
/// person alone, and weighs as a working diagnosis.
pub(super) fn condition(scribe: &Scribe<'_>) -> Element {
    let dossier = scribe.dossier;
    let (episode, course) = (&dossier.situation.episode, &dossier.situation.course);
    let status = |list: &str, code: &str| {
        let system = format!("http://terminology.hl7.org/CodeSystem/{list}");
        concept_of(vec![coding(&system, code)], "")
    };
    let verification = if dossier.graded_by_clinician { "provisional" } else { "unconfirmed" };
    let severity = course
        .grade
        .map(|grade| concept("urn:sinew:grade", &grade.to_string(), &format!("grade {grade} of 3")));
    let region = episode.region.as_ref().map(|id| concept("urn:sinew:region", id, &spoken(id)));
    let body: Vec<Element> = region.into_iter().chain(episode.side.map(side)).collect();
    let asserter = dossier.graded_by.as_deref().map(|by| match by {
        SELF => scribe.patient(),
        role => somebody(role),
    });
    let began = episode.manner.map(|manner| format!("It began: {}.", spoken(manner.id())));
    Element::resource("Condition", &scribe.id("condition", &[]))
        .with("clinicalStatus", status("condition-clinical", course.status()))
        .with("verificationStatus", status("condition-ver-status", verification))
        .and("severity", severity)
        .with("code", concept("urn:sinew:condition", &episode.condition, &spoken(&episode.condition)))
        .with("bodySite", body)
        .with("subject", scribe.patient())
        .with("onsetDateTime", date(episode.onset))
        .with("recordedDate", moment(episode.opened))
        .with("recorder", scribe.patient())
        .and("asserter", asserter)
        .with("note", notes([Some(episode.title.as_str()), began.as_deref()]))
}

/// The program with its phases.
pub(super) fn care_plan(scribe: &Scribe<'_>) -> Element {
    let dossier = scribe.dossier;
    let (situation, program) = (dossier.situation, &dossier.situation.program);
    let status = match dossier.progress {
        Progress::OnHold => "on-hold",
        Progress::Completed => "completed",
        _ => "active",
    };
    let text =
        dossier.program.as_ref().map(|hash| vec![format!("urn:sinew:program:{}:sha256:{hash}", program.id)]);
    let activities: Vec<Element> = dossier.stays.iter().map(|stay| activity(scribe, stay)).collect();
    let goals: Vec<Element> = goal_ids(scribe).iter().map(|id| super::reference(id)).collect();
    Element::resource("CarePlan", &scribe.id("care-plan", &[]))
        .and("instantiatesUri", text)
        .with("status", status)
        .with("intent", "plan")
        .with("title", program.name.as_str())
        .with("description", program.summary.as_str())
        .with("subject", scribe.patient())
        .with("period", period(Some(situation.course.onset), dossier.finished))
        .with("created", moment(situation.episode.opened))
        .with("author", scribe.patient())
        .with("addresses", vec![scribe.condition()])
        .with("goal", goals)
        .with("activity", activities)
}

fn activity(scribe: &Scribe<'_>, stay: &Stay<'_>) -> Element {
    let status = match stay.progress {
        Progress::Ahead => "not-started",
        Progress::Active => "in-progress",
        Progress::OnHold => "on-hold",
        Progress::Left => "stopped",
        Progress::Completed => "completed",
    };
    let rests = scribe.dossier.situation.course.paused().filter(|_| stay.progress == Progress::OnHold);
    let reason = match (stay.progress, rests) {
        (Progress::OnHold, Some(pause)) => pause.reason.clone(),
        (Progress::OnHold, None) => Some("a warning is open".to_owned()),
        (Progress::Left, _) => Some("stepped back".to_owned()),
        _ => None,
    };
    let detail = Element::default()
        .with("code", concept("urn:sinew:phase", &stay.phase.id, &stay.phase.name))
        .with("status", status)
        .and("statusReason", reason.as_deref().map(words))
        .and("scheduledPeriod", stay.from.map(|from| period(Some(from), stay.to)))
        .with("description", stay.phase.goal.as_str());
    Element::default().with("detail", detail)
}

/// The ids of the goals: that of the episode, and that of the present phase.
fn goal_ids(scribe: &Scribe<'_>) -> Vec<String> {
    let mut ids = vec![scribe.id("goal", &[])];
    if scribe.dossier.progress != Progress::Completed {
        ids.push(scribe.id("goal", &[scribe.dossier.situation.course.current().entry.as_str()]));
    }
    ids
}

/// What the person wants to get back to, and what the present phase asks for.
pub(super) fn goals(scribe: &Scribe<'_>) -> Vec<Element> {
    let dossier = scribe.dossier;
    let situation = dossier.situation;
    let status = match dossier.progress {
        Progress::OnHold => "on-hold",
        Progress::Completed => "completed",
        _ => "active",
    };
    let phase = situation.course.phase(&situation.program);
    let goal = situation.episode.goal.id();
    let whole = (
        concept("urn:sinew:goal", goal, &format!("back to {}", spoken(goal))),
        date(crate::domain::day::Day::of_date(situation.episode.opened.date_naive())),
    );
    let stage = (concept("urn:sinew:phase", &phase.id, &phase.goal), date(situation.course.current().from));
    let targets: Vec<Element> = dossier.aims.iter().filter_map(|aim| target(scribe, aim)).collect();
    let others: Vec<String> = dossier
        .aims
        .iter()
        .filter(|aim| !matches!(aim.criterion.subject, Subject::Measure(_)))
        .map(|aim| {
            format!("{}: {}, {}", aim.finding.wanted, aim.finding.verdict.word(), aim.finding.observed)
        })
        .collect();
    let ids = goal_ids(scribe);
    let of = |(id, (description, start)): (&String, (Element, String))| {
        Element::resource("Goal", id)
            .with("lifecycleStatus", status)
            .with("description", description)
            .with("subject", scribe.patient())
            .with("startDate", start)
            .with("addresses", vec![scribe.condition()])
    };
    let mut goals: Vec<Element> = ids.iter().zip([whole, stage]).map(of).collect();
    if let Some(stage) = goals.get_mut(1) {
        let others = notes(others.iter().map(|text| Some(text.as_str())));
        *stage = stage.clone().with("target", targets).with("note", others);
    }
    goals
}

/// A criterion that asks for a value.
fn target(scribe: &Scribe<'_>, aim: &Aim<'_>) -> Option<Element> {
    let Subject::Measure(test) = &aim.criterion.subject else { return None };
    let unit = scribe.library().measures.get(&test.measure)?.unit;
    let verdict = extension("urn:sinew:verdict", "valueCode", code(aim.finding.verdict));
    let target =
        Element::default().with("extension", vec![verdict]).with("measure", measured(scribe, aim, test));
    if unit == Unit::YesNo {
        return Some(target.with("detailBoolean", test.value >= 0.5));
    }
    let unit = if test.whose == Whose::Ratio { Some(("%", "%")) } else { unit_of(unit) };
    let limit = quantity(test.value, unit)?;
    let end = match test.op {
        Op::AtMost => "high",
        Op::AtLeast => "low",
    };
    Some(target.with("detailRange", Element::default().with(end, limit)))
}

/// What is measured, in the words of the criterion. One side against the other is
/// another thing than the measure itself, and does not carry its code.
fn measured(scribe: &Scribe<'_>, aim: &Aim<'_>, test: &MeasureTest) -> Element {
    let plain = matches!(test.whose, Whose::Injured | Whose::Other);
    let concept = if plain { scribe.measure(&test.measure) } else { Element::default() };
    concept.with("text", aim.finding.wanted.as_str())
}

fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not-met",
        Verdict::Unknown => "unknown",
    }
}

/// What the present phase asks for and nobody measured: unknown, and never zero.
pub(super) fn lacking(scribe: &Scribe<'_>) -> Vec<Element> {
    let reason =
        || concept_of(vec![coding(ABSENT, "unknown")], "the phase asks for it, and it was not recorded");
    let absent = |one: &Lacking| {
        let leg = one.side.map_or("", Side::id);
        let id = scribe.id("lacking", &[&one.measure, leg, &date(one.first), &date(one.last)]);
        Element::resource("Observation", &id)
            .with("status", "registered")
            .with("code", scribe.measure(&one.measure))
            .with("subject", scribe.patient())
            .with("effectivePeriod", period(Some(one.first), Some(one.last)))
            .with("dataAbsentReason", reason())
            .and("bodySite", one.side.map(side))
    };
    scribe.dossier.lacking.iter().map(absent).collect()
}

/// An id in words.
fn spoken(id: &str) -> String {
    id.replace('-', " ")
}
