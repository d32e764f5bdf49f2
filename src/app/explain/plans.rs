//! What programs hold: phases, criteria, gates.

use crate::catalog::Catalog;
use crate::domain::explanation::Explanation;
use crate::domain::program::{Criterion, Phase, Program, Subject};
use crate::domain::wording;

use super::Shelf;

/// Every phase of every program.
pub(super) fn all_phases(catalog: &Catalog) -> impl Iterator<Item = (&Program, &Phase)> {
    catalog.programs.values().flat_map(|d| d.program.phases.iter().map(move |p| (d.program.as_ref(), p)))
}

/// Every criterion with its full id.
pub(super) fn all_criteria(catalog: &Catalog) -> impl Iterator<Item = (String, &Criterion)> {
    all_phases(catalog).flat_map(|(program, phase)| {
        let criteria = phase.entry.iter().chain(&phase.exit);
        criteria.map(move |c| (format!("{}.{}.{}", program.id, phase.id, c.id), c))
    })
}

pub(super) fn programs(catalog: &Catalog) -> Vec<String> {
    catalog.programs.keys().cloned().collect()
}

pub(super) fn program(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let definition = shelf.catalog.programs.get(id)?;
    let program = &definition.program;
    let grade = program.grade.map(|g| format!(", grade {g}")).unwrap_or_default();
    let phases = program.phases.iter().map(|p| format!("{} ({}.{})", p.name, program.id, p.id));
    let told = Explanation::of("program", id, &program.name)
        .say("", &program.summary)
        .say("For", format!("{}{grade}", program.condition))
        .say("Usual recovery", format!("{} to {} days", program.window_days.0, program.window_days.1))
        .say_each("Phase", phases)
        .say("In full", format!("sinew program show {id}"));
    Some(told.because(&program.why, &program.source))
}

pub(super) fn phases(catalog: &Catalog) -> Vec<String> {
    all_phases(catalog).map(|(program, phase)| format!("{}.{}", program.id, phase.id)).collect()
}

/// The program and phase of `program.phase`, or of `phase` in the running program.
fn find<'a>(shelf: &Shelf<'a>, id: &str) -> Option<(&'a Program, &'a Phase)> {
    let (program, phase) = match id.split_once('.') {
        Some((program, phase)) => (shelf.catalog.programs.get(program)?.program.as_ref(), phase),
        None => (shelf.situation?.program.as_ref(), id),
    };
    program.phases.iter().find(|p| p.id == phase).map(|p| (program, p))
}

pub(super) fn phase(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let (program, phase) = find(shelf, id)?;
    let full = format!("{}.{}", program.id, phase.id);
    let stalled = phase.stalled_day.map(|day| format!("; still in it on day {day}: be seen"));
    let gate = format!(
        "not before day {}, and {} days in it{}",
        phase.earliest_day,
        phase.minimum_days,
        stalled.unwrap_or_default()
    );
    let exercises: Vec<&str> = phase.exercises.iter().map(|p| p.exercise.as_str()).collect();
    let care: Vec<&str> = phase.care.iter().map(|c| c.care.as_str()).collect();
    let criteria = |of: &[Criterion]| -> Vec<String> {
        of.iter().map(|c| format!("{} ({full}.{})", wording::wanted(library, c), c.id)).collect()
    };
    let told = Explanation::of("phase", &full, &phase.name)
        .say("", &phase.goal)
        .say("Stage", phase.stage.id())
        .say("Gate", gate)
        .say("Pain", wording::caps(phase.caps))
        .say("Exercises", exercises.join(", "))
        .say("Care", care.join(", "))
        .say_each("To enter", criteria(&phase.entry))
        .say_each("To move on", criteria(&phase.exit));
    Some(
        told.because(&phase.why, &phase.source)
            .used_in(vec![format!("program {}: {}", program.id, program.name)]),
    )
}

pub(super) fn criteria(catalog: &Catalog) -> Vec<String> {
    let mut ids: Vec<String> = all_criteria(catalog).map(|(id, _)| id).collect();
    // A phase can ask the same on its way in and out.
    let mut known = std::collections::BTreeSet::new();
    ids.retain(|id| known.insert(id.clone()));
    ids
}

pub(super) fn criterion(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let (place, wanted) = id.rsplit_once('.')?;
    let (program, phase) = find(shelf, place)?;
    let both = [("to leave", &phase.exit), ("to enter", &phase.entry)];
    let found = both.iter().flat_map(|(step, list)| list.iter().map(move |c| (*step, c)));
    let found: Vec<(&str, &Criterion)> = found.filter(|(_, c)| c.id == wanted).collect();
    let criterion = found.first()?.1;
    let full = format!("{}.{}.{}", program.id, phase.id, criterion.id);
    let judges = match &criterion.subject {
        Subject::Measure(test) => format!("the measure {}", test.measure),
        Subject::Session(test) => format!("sessions of {}", test.exercise),
        Subject::Clearance(rule) => format!("a clinician's outcome for {rule}"),
        Subject::DaysInPhase(_) => "days in the phase".to_owned(),
    };
    let end = format!(".{}.{}", phase.id, criterion.id);
    let likewise = all_criteria(shelf.catalog).filter(|(other, _)| other.ends_with(&end) && *other != full);
    let likewise: Vec<String> = likewise
        .map(|(other, c)| format!("{other}: {}", wording::wanted(&shelf.catalog.library, c)))
        .collect();
    let steps = found.iter().map(|(step, c)| {
        let words = wording::wanted(&shelf.catalog.library, c);
        format!("{step} phase {} ({}) of {}: {words}", phase.id, phase.name, program.name)
    });
    let told = Explanation::of("criterion", &full, &wording::wanted(&shelf.catalog.library, criterion))
        .say_each("Wanted", steps)
        .say("Judges", judges);
    Some(told.because(&criterion.why, &criterion.source).used_in(likewise))
}

/// Clinicians' outcomes that criteria ask for.
pub(super) fn gates(catalog: &Catalog) -> Vec<String> {
    let mut gates: Vec<String> = all_criteria(catalog)
        .filter_map(|(_, c)| match &c.subject {
            Subject::Clearance(rule) => Some(rule.clone()),
            _ => None,
        })
        .collect();
    gates.sort();
    gates.dedup();
    gates
}

pub(super) fn gate(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let asking: Vec<(String, &Criterion)> = all_criteria(shelf.catalog)
        .filter(|(_, c)| matches!(&c.subject, Subject::Clearance(rule) if rule == id))
        .collect();
    let first = asking.first()?.1;
    let told = Explanation::of("gate", id, "A clinician's outcome")
        .say("To record it", format!("sinew clear {id} --by NAME --role ROLE --outcome OUTCOME"))
        .because(&first.why, &first.source);
    Some(told.used_in(asking.iter().map(|(place, c)| format!("{place}: {}", c.why)).collect()))
}
