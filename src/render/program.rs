//! Programs as text: the shelf, one program as a page, and what two of them
//! say differently.

use crate::domain::brakes::Brake;
use crate::domain::compare::Difference;
use crate::domain::library::Library;
use crate::domain::program::{Criterion, Phase, Prescription, Program};
use crate::domain::wording;

use super::page::Page;

/// A program on the shelf, and whether it is the person's own.
pub type Shelved<'p> = (&'p Program, bool);

/// Every program, by condition and grade.
pub fn list(page: &Page, programs: &[Shelved<'_>]) -> String {
    let mut text = String::new();
    for group in programs.chunk_by(|a, b| a.0.condition == b.0.condition) {
        text.push_str(&page.heading(&group[0].0.condition));
        for (program, own) in group {
            let grade = program.grade.map(|g| format!("grade {g}, ")).unwrap_or_default();
            let (first, last) = program.window_days;
            let line = format!(
                "{}{}: {grade}version {}, {} phases, usually {first} to {last} days",
                program.id,
                if *own { " (your own)" } else { "" },
                program.version,
                program.phases.len(),
            );
            text.push_str(&page.wrap(&line, "- ", "  "));
        }
    }
    text.push('\n');
    text.trim_start().to_owned()
        + &page.wrap("sinew program show ID shows one; sinew start ID starts it.", "", "")
}

/// One program as a page.
pub fn page(page: &Page, library: &Library, program: &Program) -> String {
    let mut text = page.heading(&program.name).trim_start().to_owned();
    let grade = program.grade.map(|g| format!(" of grade {g}")).unwrap_or_default();
    let lines = [
        format!("Id: {}, version {}", program.id, program.version),
        format!("For: {}{grade} ({})", program.condition, program.regions.join(", ")),
        program.summary.clone(),
        format!(
            "Usual recovery: {} to {} days. Full return: not before day {}.",
            program.window_days.0, program.window_days.1, program.return_not_before
        ),
        because(&program.why, &program.source),
    ];
    text.extend(lines.iter().map(|line| page.wrap(line, "", "  ")));
    text.push_str(&page.heading("Phases"));
    text.push_str(&phases(page, program));
    for (at, one) in program.phases.iter().enumerate() {
        text.push_str(&phase(page, library, at, one));
    }
    let avoid = program.avoid.iter().map(|a| {
        let until = a.until_day.map(|d| format!(" up to day {d}")).unwrap_or_default();
        format!("{}{until}. {}", a.what, because(&a.why, &a.source))
    });
    text.push_str(&section(page, "Keep away from", avoid));
    text.push_str(&brakes(page, library, program));
    let checks = program.checks.iter().map(|check| {
        let rule = &check.rule;
        format!("{} ({}, {}): {}", rule.title, rule.id, rule.urgency.id(), rule.action)
            + &format!(" {}", because(&rule.why, &rule.source))
    });
    text.push_str(&section(page, "A clinician is asked for", checks));
    let slower = program
        .slower
        .iter()
        .map(|s| format!("{} ({}). {}", wording::slower(library, s), s.id, because(&s.why, &s.source)));
    text.push_str(&section(page, "Slower when", slower));
    let sources = sources(program).into_iter().filter_map(|key| library.sources.get(key));
    text + &section(page, "Sources", sources.map(|source| format!("{}: {source}", source.id)))
}

/// A reason, and the keys of its sources.
fn because(why: &str, source: &[String]) -> String {
    format!("{why} [{}]", source.join(", "))
}

/// A heading and its lines; nothing where there are none.
fn section(page: &Page, heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.map(|line| page.wrap(&line, "- ", "  ")).collect();
    if lines.is_empty() { lines } else { page.heading(heading) + &lines }
}

/// The phases, one line each.
fn phases(page: &Page, program: &Program) -> String {
    let rows = program.phases.iter().enumerate().map(|(at, phase)| {
        vec![
            (at + 1).to_string(),
            phase.id.clone(),
            phase.stage.id().to_owned(),
            phase.name.clone(),
            phase.earliest_day.to_string(),
            phase.minimum_days.to_string(),
            phase.exit.len().to_string(),
        ]
    });
    page.table(&["", "id", "stage", "name", "from day", "days", "exits"], rows.collect())
}

fn phase(page: &Page, library: &Library, at: usize, phase: &Phase) -> String {
    let mut text = page.heading(&format!("Phase {}: {} ({})", at + 1, phase.name, phase.id));
    let stalled = phase.stalled_day.map(|day| format!(" Still in it on day {day}: be seen."));
    let gate = format!(
        "Gate: not before day {}, and {} days in it.{}",
        phase.earliest_day,
        phase.minimum_days,
        stalled.unwrap_or_default()
    );
    let lines = [
        phase.goal.clone(),
        format!("{gate} {}", because(&phase.why, &phase.source)),
        format!("Pain: {}.", wording::caps(phase.caps)),
    ];
    text.extend(lines.iter().map(|line| page.wrap(line, "", "  ")));
    let criteria = |of: &[Criterion]| -> Vec<String> {
        of.iter()
            .map(|c| format!("{} ({}). {}", wording::wanted(library, c), c.id, because(&c.why, &c.source)))
            .collect()
    };
    let care = phase.care.iter().map(|c| {
        let name = library.care.get(&c.care).map_or(c.care.as_str(), |item| &item.name);
        let note = c.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
        format!("{name} ({}): {}.{note} {}", c.care, wording::care_times(c), because(&c.why, &c.source))
    });
    let parts = [
        ("To enter:", criteria(&phase.entry)),
        ("Exercises:", phase.exercises.iter().map(|p| exercise(library, p)).collect()),
        ("Care:", care.collect()),
        ("To move on:", criteria(&phase.exit)),
    ];
    for (heading, lines) in parts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        text.push_str(heading);
        text.push('\n');
        text.extend(lines.iter().map(|line| page.wrap(line, "- ", "  ")));
    }
    text
}

fn exercise(library: &Library, p: &Prescription) -> String {
    let name = library.exercise_name(&p.exercise);
    let note = p.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
    let dose = wording::prescription(library, p);
    format!("{name} ({}): {dose}.{note} {}", p.exercise, because(&p.why, &p.source))
}

/// The brakes that the program names, in full, and those that hold everywhere.
fn brakes(page: &Page, library: &Library, program: &Program) -> String {
    let (named, others): (Vec<&Brake>, Vec<&Brake>) =
        library.brakes.iter().partition(|b| program.step_back.contains(&b.id));
    let mut lines: Vec<String> = named
        .iter()
        .map(|b| {
            format!(
                "{}: {}, or {}. {}",
                b.id,
                b.wanted,
                wording::effect(b.effect),
                because(&b.why, &b.source)
            )
        })
        .collect();
    let always: Vec<&str> = others.iter().filter(|b| b.always).map(|b| b.id.as_str()).collect();
    if !always.is_empty() {
        lines.push(format!("As in every program: {} (sinew explain tells of each).", always.join(", ")));
    }
    section(page, "Brakes", lines.into_iter())
}

/// Every source that a program names, in the order of its text, each once.
pub(super) fn sources(program: &Program) -> Vec<&str> {
    let phases = program.phases.iter().flat_map(|p| {
        let criteria = p.entry.iter().chain(&p.exit).map(|c| &c.source[..]);
        let rungs = p.exercises.iter().flat_map(|e| e.rungs.iter().map(|r| &r.source[..]));
        let exercises = p.exercises.iter().map(|e| &e.source[..]);
        [&p.source[..]]
            .into_iter()
            .chain(exercises)
            .chain(rungs)
            .chain(p.care.iter().map(|c| &c.source[..]))
            .chain(criteria)
    });
    let lists = [&program.source[..]]
        .into_iter()
        .chain(phases)
        .chain(program.avoid.iter().map(|a| &a.source[..]))
        .chain(program.checks.iter().map(|c| &c.rule.source[..]))
        .chain(program.slower.iter().map(|s| &s.source[..]));
    let mut keys: Vec<&str> = Vec::new();
    for key in lists.flatten() {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys
}

/// What two programs say differently.
pub fn differences(page: &Page, before: &Program, after: &Program, list: &[Difference]) -> String {
    let name = |p: &Program| format!("{} (version {})", p.id, p.version);
    let mut text = page.wrap(&format!("From {} to {}:", name(before), name(after)), "", "  ");
    if list.is_empty() {
        return text + &page.wrap("No difference in what they ask, allow or give.", "", "  ");
    }
    for one in list {
        let place = &one.place;
        let words = match (&one.before, &one.after) {
            (Some(before), Some(after)) => format!("{place}: {before} -> {after}"),
            (None, Some(after)) => format!("{place}, new: {after}"),
            (Some(before), None) => format!("{place}, gone: {before}"),
            (None, None) => place.clone(),
        };
        text.push_str(&page.wrap(&words, "- ", "  "));
    }
    text
}
