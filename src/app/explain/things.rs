//! What the library holds: words, topics, exercises, care, measures,
//! questions, sources.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::domain::explanation::Explanation;
use crate::domain::library::{Library, Urgency, Variants};
use crate::domain::limits::Kind;
use crate::domain::measure::{Better, plain};
use crate::domain::program::{MeasureTest, Subject};
use crate::domain::question::Holds;
use crate::domain::topics::answer;
use crate::domain::wording;

use super::Shelf;
use super::plans::{all_criteria, all_phases};
use super::rules::{asked_by, measured_by};

/// The answer to a topic while a warning is open.
const WARNED: &str = "While this warning is open it is the answer: no exercise, no stretching, and no care beyond what it says.";

pub(super) fn topics(catalog: &Catalog) -> Vec<String> {
    catalog.library.topics.iter().map(|t| t.id.clone()).collect()
}

/// A topic: the answer for the open episode, or else the one for anybody.
pub(super) fn topic(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let topic = library.topics.iter().find(|t| t.id == id)?;
    let told = Explanation::of("topic", id, &topic.title);
    let Some(situation) = shelf.situation else {
        let case = topic.cases.last()?;
        let told = told.say("Answer", &case.say).because(&case.why, &case.source);
        return Some(told.say("For whom", "nobody in particular: there is no open episode to answer for"));
    };
    if situation.open_flags().any(|f| f.rule.urgency >= Urgency::Urgent) {
        return Some(told.say("", WARNED));
    }
    let case = answer(library, topic, situation)?;
    Some(told.say("Answer", &case.say).because(&case.why, &case.source))
}

pub(super) fn words(catalog: &Catalog) -> Vec<String> {
    catalog.library.words.iter().map(|w| w.id.clone()).collect()
}

pub(super) fn word(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let word = shelf.catalog.library.words.iter().find(|w| w.id == id)?;
    let told = Explanation::of("word", id, &word.term).say("", &word.what);
    Some(told.say("In FHIR R4", word.fhir.clone().unwrap_or_default()).from(&word.source))
}

pub(super) fn exercises(catalog: &Catalog) -> Vec<String> {
    catalog.library.exercises.keys().cloned().collect()
}

pub(super) fn exercise(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let catalog = shelf.catalog;
    let exercise = catalog.library.exercises.get(id)?;
    let rungs = exercise.rungs.iter().enumerate().map(|(at, rung)| format!("{}: {rung}", at + 1));
    let mut used: Vec<String> = Vec::new();
    for (program, phase) in all_phases(catalog) {
        let place = format!("{}.{}", program.id, phase.id);
        let doses = phase.exercises.iter().filter(|p| p.exercise == id);
        used.extend(doses.map(|p| format!("{place}: {}", wording::prescription(&catalog.library, p))));
    }
    used.extend(all_criteria(catalog).filter_map(|(place, c)| match &c.subject {
        Subject::Session(test) if test.exercise == id => Some(format!("{place}, to move on")),
        _ => None,
    }));
    used.extend(limits_on(catalog, Kind::Exercise, &exercise.tags));
    let told = Explanation::of("exercise", id, &exercise.name)
        .say("Set up", &exercise.setup)
        .say("Move", &exercise.movement)
        .say_each("Watch for", exercise.cues.iter().cloned())
        .say("Common faults", sentences(&exercise.faults))
        .say_each("Rung", rungs)
        .say("Stop when", &exercise.stop_when)
        .say("You need", exercise.equipment.join(", "))
        .say("Easier", variants(&catalog.library, &exercise.easier))
        // No offer: the plan decides when it is one.
        .say("Harder, once your plan holds it", variants(&catalog.library, &exercise.harder))
        .say("Tags", exercise.tags.join(", "));
    Some(told.because(&exercise.why, &exercise.source).used_in(used))
}

fn sentences(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("{fault}.")).collect::<Vec<_>>().join(" ")
}

/// The ways in which an exercise becomes easier or harder.
fn variants(library: &Library, variants: &Variants) -> String {
    let names = variants.exercises.iter().map(|id| format!("{} ({id})", library.exercise_name(id)));
    variants.by.iter().cloned().chain(names).collect::<Vec<_>>().join("; ")
}

/// The limits that speak of these tags.
fn limits_on(catalog: &Catalog, kind: Kind, tags: &[String]) -> Vec<String> {
    let conditions = catalog.conditions();
    let limits = catalog.library.limits.iter();
    let limits = limits.filter(|l| conditions.iter().any(|c| l.concerns(c, kind, tags)));
    limits.map(|l| format!("limit {}: {}", l.id, l.because)).collect()
}

pub(super) fn cares(catalog: &Catalog) -> Vec<String> {
    catalog.library.care.keys().cloned().collect()
}

pub(super) fn care(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let catalog = shelf.catalog;
    let item = catalog.library.care.get(id)?;
    let mut used: Vec<String> = Vec::new();
    for (program, phase) in all_phases(catalog) {
        let plans = phase.care.iter().filter(|c| c.care == id);
        used.extend(plans.map(|c| format!("{}.{}: {}", program.id, phase.id, wording::care_times(c))));
    }
    used.extend(limits_on(catalog, Kind::Care, &item.tags));
    let told = Explanation::of("care", id, &item.name)
        .say("How", &item.how)
        .say("When", &item.when)
        .say("Not when", &item.not_when)
        .say("Advised", if item.advised { "" } else { "never by this program: it is only recorded" })
        .say("Tags", item.tags.join(", "));
    Some(told.because(&item.why, &item.source).used_in(used))
}

pub(super) fn measures(catalog: &Catalog) -> Vec<String> {
    catalog.library.measures.keys().cloned().collect()
}

pub(super) fn measure(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let catalog = shelf.catalog;
    let library = &catalog.library;
    let measure = library.measures.get(id)?;
    let better = if measure.better == Better::Lower { "less is better" } else { "more is better" };
    let range =
        format!("{} to {} ({}), {better}", plain(measure.range.0), plain(measure.range.1), measure.unit.id());
    let bounds = library.measures.values().filter(|m| m.bounded_by.as_deref() == Some(id));
    let is = |test: &MeasureTest| test.measure == id;
    let mut used: Vec<String> = all_criteria(catalog)
        .filter(|(_, c)| matches!(&c.subject, Subject::Measure(test) if is(test)))
        .map(|(place, c)| format!("{place}: {}", wording::wanted(library, c)))
        .collect();
    for (program, phase) in all_phases(catalog) {
        for prescription in &phase.exercises {
            let rungs = prescription.rungs.iter().filter(|r| r.test.as_ref().is_some_and(is));
            let name = &prescription.exercise;
            used.extend(rungs.map(|r| format!("{}.{}: rung {} of {name}", program.id, phase.id, r.rung)));
        }
    }
    used.extend(measured_by(library, id));
    let told = Explanation::of("measure", id, &measure.name)
        .say("How", &measure.how)
        .say("Range", range)
        .say("Side", if measure.sided { "each side by itself" } else { "" })
        .say("Bounded by", measure.bounded_by.clone().unwrap_or_default())
        .say("Bounds", bounds.map(|m| m.id.as_str()).collect::<Vec<_>>().join(", "));
    Some(told.from(&measure.source).used_in(used))
}

pub(super) fn questions(catalog: &Catalog) -> Vec<String> {
    catalog.library.questions.iter().map(|q| q.id.clone()).collect()
}

pub(super) fn question(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let question = library.question(id)?;
    let holds = match question.holds {
        Holds::Day => "for the day",
        Holds::Week => "for seven days",
        Holds::Episode => "for the episode",
        Holds::Always => "for good",
    };
    let mut used = asked_by(library, id);
    for definition in shelf.catalog.programs.values() {
        let program = &definition.program;
        let slower = program.slower.iter().filter(|s| s.clause.question == id);
        used.extend(slower.map(|s| format!("program {}: slower when {}", program.id, s.id)));
    }
    let told = Explanation::of("question", id, &question.ask)
        .say("How to tell", question.help.clone().unwrap_or_default())
        .say("Takes", question.wanted())
        .say("Counts", holds)
        .say("Calm answer", question.calm.as_ref().map(ToString::to_string).unwrap_or_default())
        .say("Group", question.group.replace('-', " "));
    Some(told.used_in(used))
}

/// The codes that the checker gives to mistakes in definition files.
pub(super) fn codes(_: &Catalog) -> Vec<String> {
    crate::catalog::codes().iter().map(|code| code.id().to_owned()).collect()
}

pub(super) fn code(_: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let code = crate::catalog::Code::of_id(id)?;
    Some(Explanation::of("mistake in a file", id, code.means()).say("To mend it", code.mend()))
}

pub(super) fn sources(catalog: &Catalog) -> Vec<String> {
    catalog.library.sources.keys().cloned().collect()
}

/// A source: what rests on it, by kind.
pub(super) fn source(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let source = shelf.catalog.library.sources.get(id)?;
    let mut resting: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for kind in super::KINDS.iter().filter(|k| !matches!(k.heading, "Sources" | "Topics")) {
        for one in (kind.ids)(shelf.catalog) {
            let told = (kind.tell)(shelf, &one).filter(|told| told.source.iter().any(|key| key == id));
            if let Some(told) = told {
                resting.entry(kind.heading).or_default().push(told.id);
            }
        }
    }
    let used = resting.into_iter().map(|(heading, ids)| format!("{heading}: {}", ids.join(", ")));
    let told = Explanation::of("source", id, &source.title)
        .say("By", source.by.clone().unwrap_or_default())
        .say("Year", source.year.map(|y| y.to_string()).unwrap_or_default())
        .say("Where", source.place.clone().unwrap_or_default())
        .say("Weight", &source.weight)
        .say("Note", source.note.clone().unwrap_or_default());
    Some(told.used_in(used.collect()))
}
