//! `start` without a condition, in a terminal: what is asked for one by one.
//! Nothing is filled in, and nothing is recorded before the last yes.

use crate::app::{App, AppError};
use crate::domain::entry::CLINICIAN_ROLES;
use crate::domain::program::Stage;
use crate::domain::question::AnswerValue;
use crate::render::page::capital;

use super::args::Start;
use super::ask::{one, pick, yes};
use super::context::Context;
use super::failure::Failure;
use super::prompt::{Heard, hear};
use super::when;

/// What somebody may want back, with its id.
const GOALS: [(&str, &str); 3] = [
    ("daily-life", "daily life without pain"),
    ("running", "running"),
    ("sprint-sport", "a sport with sprints, jumps or kicks"),
];

/// Asks for what was not given; nothing when somebody leaves.
///
/// # Errors
///
/// When a condition has no program.
pub(super) fn interview(context: &Context, reader: &App, given: &Start) -> Result<Option<Start>, Failure> {
    let mut start = given.clone();
    context.status("A few questions, then a plan. u: unknown, q or Esc: leave. Nothing is recorded yet.\n");
    Ok(ask(context, reader, &mut start)?.map(|()| start))
}

fn ask(context: &Context, reader: &App, start: &mut Start) -> Result<Option<()>, Failure> {
    let conditions = reader.catalog.conditions();
    let names: Vec<String> = conditions
        .iter()
        .map(|id| {
            let definition = reader.catalog.programs.values().find(|d| d.program.condition == *id);
            definition.map_or_else(|| (*id).to_owned(), |d| capital(d.program.spoken()))
        })
        .collect();
    let condition = match pick(context, "What is it?", &names) {
        None => return Ok(None),
        Some(None) => {
            context.status("sinew assess asks what it fits with, and which program that is.");
            return Ok(None);
        }
        Some(Some(at)) => conditions[at].to_owned(),
    };
    start.condition = Some(condition.clone());
    if start.grade.is_none()
        && let Err(AppError::GradeNeeded { grades, .. }) = reader.program_for(&condition, None)
    {
        let Some((grade, by)) = graded(context, reader, &grades) else { return Ok(None) };
        start.grade = Some(grade);
        start.graded_by = start.graded_by.take().or(Some(by));
    }
    // Nobody is injured whose program only keeps what there is.
    let definition = reader.program_for(&condition, start.grade)?;
    if definition.program.phases.iter().all(|phase| phase.stage == Stage::Maintenance) {
        context.status(&format!("\n{}", capital(&definition.program.name)));
        return Ok(yes(context, "Start").then_some(()));
    }
    if start.side.is_none() && !choice(context, reader, "side", &mut start.side) {
        return Ok(None);
    }
    if start.onset.is_none() {
        let Some(day) = onset(context) else { return Ok(None) };
        start.onset = Some(day);
    }
    if start.manner.is_none() && !choice(context, reader, "onset-manner", &mut start.manner) {
        return Ok(None);
    }
    if start.goal.is_none() {
        let words: Vec<String> = GOALS.iter().map(|(_, words)| (*words).to_owned()).collect();
        match pick(context, "What do you want to get back to?", &words) {
            None => return Ok(None),
            Some(picked) => {
                // Unknown takes what asks most, and says so.
                let at = picked.unwrap_or(GOALS.len() - 1);
                if picked.is_none() {
                    context.status(&format!("Then what asks most: {}.", GOALS[at].1));
                }
                start.goal = Some(GOALS[at].0.to_owned());
            }
        }
    }
    if !more(context, reader, start)? {
        return Ok(None);
    }
    context.status(&format!("\n{}", summary(start)));
    Ok(yes(context, "Start").then_some(()))
}

/// The grade, and who says so. Whoever does not know takes the higher one.
fn graded(context: &Context, reader: &App, grades: &[u8]) -> Option<(u8, String)> {
    let question = reader.catalog.library.question("strain-grade");
    if let Some(help) = question.and_then(|q| q.help.as_deref()) {
        context.status(context.page.wrap(help, "\n", "").trim_end());
    }
    let words: Vec<String> = grades.iter().map(|grade| format!("grade {grade}")).collect();
    let grade = loop {
        match pick(context, "Which grade?", &words)? {
            Some(at) => break grades[at],
            None => {
                context.status("A plan needs a grade: in doubt take the higher one. A clinician can tell.");
            }
        }
    };
    let mut who = vec!["nobody but me".to_owned()];
    who.extend(CLINICIAN_ROLES.map(str::to_owned));
    // Unknown is nobody.
    let by = pick(context, "Who graded it?", &who)?.unwrap_or(0);
    Some((grade, if by == 0 { "self".to_owned() } else { who[by].clone() }))
}

/// Puts a question of the library; says whether somebody wants to go on.
fn choice(context: &Context, reader: &App, id: &str, answer: &mut Option<String>) -> bool {
    let Some(question) = reader.catalog.library.question(id) else { return true };
    let said = one(context, question);
    if let Some(Some(AnswerValue::Choices(choices))) = &said {
        *answer = choices.first().cloned();
    }
    said.is_some()
}

/// The day of the injury, in the words that were understood.
fn onset(context: &Context) -> Option<String> {
    loop {
        let prompt = "On which day did it begin (today, 3 days ago, last monday, 14 Nov): ";
        // An Enter behind the one key of the question before is not an empty answer.
        match hear(context, prompt, |_| false) {
            Heard::Leave => return None,
            Heard::Said(line) if !line.is_empty() => match when::day(&line, context.now) {
                Ok(day) if day > context.now.day => context.status("That day has not come yet."),
                Ok(day) => return Some(day.date().to_string()),
                Err(error) => context.status(&format!("{error}\n{}", error.hint())),
            },
            _ => context.status("The plan counts from that day. A guess can be put right: sinew onset."),
        }
    }
}

/// The age, and what makes this program slower for some.
fn more(context: &Context, reader: &App, start: &mut Start) -> Result<bool, Failure> {
    let library = &reader.catalog.library;
    let condition = start.condition.clone().unwrap_or_default();
    let definition = reader.program_for(&condition, start.grade)?;
    let mut ids = vec!["age"];
    for slower in &definition.program.slower {
        if !ids.contains(&slower.clause.question.as_str()) {
            ids.push(&slower.clause.question);
        }
    }
    for id in ids {
        if id == "region" {
            if start.region.is_none() && !choice(context, reader, id, &mut start.region) {
                return Ok(false);
            }
            continue;
        }
        let given = start.answers.iter().any(|pair| pair.split_once('=').is_some_and(|(q, _)| q == id));
        let Some(question) = library.question(id).filter(|_| !(given || id == "age" && start.age.is_some()))
        else {
            continue;
        };
        match one(context, question) {
            None => return Ok(false),
            Some(None) => {}
            Some(Some(value)) => start.answers.push(format!("{id}={value}")),
        }
    }
    Ok(true)
}

/// What was understood, in one line.
fn summary(start: &Start) -> String {
    let known = |words: Option<&str>| words.unwrap_or("unknown").replace('-', " ");
    let grade = start.grade.map(|g| format!(", grade {g} ({})", known(start.graded_by.as_deref())));
    format!(
        "{}{}; side: {}; since {}; began: {}; goal: {}",
        capital(&known(start.condition.as_deref())),
        grade.unwrap_or_default(),
        known(start.side.as_deref()),
        start.onset.as_deref().unwrap_or("today"),
        known(start.manner.as_deref()),
        known(start.goal.as_deref()),
    )
}
