//! `start` and `episodes`.

use crate::app::{App, AppError, StartRequest};
use crate::domain::entry::{Answer, CLINICIAN_ROLES};
use crate::domain::episode::{Goal, Manner};
use crate::domain::question::QuestionKind;
use crate::render::text::{self, Detail};
use crate::render::{json, today};
use crate::store::Store;

use super::args::{Args, Start};
use super::ask::screen_now;
use super::context::{Context, Missing};
use super::failure::Failure;
use super::interview::interview;
use super::words::{assignments, side};
use super::{Code, ask, when};

/// Who graded an injury, where no clinician did.
const SELF: &str = "self";

/// Opens an episode; in a terminal the red-flag questions come first.
pub(super) fn start(args: &Args, start: &Start, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    // A wrong word must not leave a store behind.
    let reader = App::new(context.catalog_with_own()?, Store::in_memory()?);
    let asks = start.condition.is_none() && ask::somebody_there() && !args.json;
    let asked = if asks { interview(context, &reader, start)? } else { Some(start.clone()) };
    let Some(start) = &asked else {
        context.status("Nothing was started.");
        return Ok(Code::Done);
    };
    let Some(condition) = &start.condition else {
        let known = format!("sinew start CONDITION: {}", reader.catalog.conditions().join(", "));
        return Err(Failure::person("what is injured?".to_owned(), &known));
    };
    reader.program_for(condition, grade(start)?)?;
    let mut answers = assignments(&start.answers)?
        .iter()
        .map(|(id, value)| reader.answer(id, value))
        .collect::<Result<Vec<Answer>, _>>()?;
    if let Some(age) = start.age {
        answers.push(reader.answer("age", &age.to_string())?);
    }
    if let Some(region) = &start.region {
        let choices = reader.catalog.library.question("region").map(|q| q.kind.clone());
        if !matches!(&choices, Some(QuestionKind::Choice { choices, .. }) if choices.contains(region)) {
            reader.answer("region", region)?;
        }
    }
    let mut request = StartRequest {
        condition: condition.clone(),
        grade: grade(start)?,
        graded_by: graded_by(start.graded_by.as_deref().unwrap_or(SELF))?,
        side: start.side.as_deref().map(side).transpose()?,
        onset: when::day(start.onset.as_deref().unwrap_or("today"), context.now)?,
        manner: start.manner.as_deref().map(manner).transpose()?,
        region: start.region.clone(),
        goal: start.goal.as_deref().map_or(Ok(Goal::SprintSport), goal)?,
        title: start.title.clone(),
        answers: vec![],
        note: start.note.clone(),
    };
    if request.onset > context.now.day {
        return Err(AppError::Future(request.onset.to_string()).into());
    }
    request.answers = answers;
    let mut app = context.open_with(args, reader.catalog, Missing::Create)?;
    let episode = app.start(request, context.now)?;
    let mut situation = app.situation(&episode, context.now)?;
    if ask::somebody_there() && !args.json && screen_now(&mut app, &situation, context)? {
        situation = app.situation(&episode, context.now)?;
    }
    context.status(&format!("Episode {}: {}, day 0 is {}.", episode.number, episode.title, episode.onset));
    if episode.side.is_none() {
        context.status("The side was not given: tests that compare the legs will stay unknown.");
    }
    if args.json {
        context.print(&json::started(&situation))?;
    } else {
        context.print(&today::today(&context.page, &app.catalog.library, &situation, Detail::Begins))?;
    }
    Ok(Code::Done)
}

fn grade(start: &Start) -> Result<Option<u8>, Failure> {
    match start.grade {
        Some(grade) if !(1..=3).contains(&grade) => Err(Failure::person(
            "a grade runs from 1 to 3".to_owned(),
            "1 mild, 2 moderate, 3 severe; in doubt take the higher one",
        )),
        grade => Ok(grade),
    }
}

fn graded_by(who: &str) -> Result<String, Failure> {
    if who == SELF || CLINICIAN_ROLES.contains(&who) {
        return Ok(who.to_owned());
    }
    let hint = format!("--graded-by is self or one of: {}", CLINICIAN_ROLES.join(", "));
    Err(Failure::person(format!("`{who}` is not known"), &hint))
}

fn manner(word: &str) -> Result<Manner, Failure> {
    Manner::of_id(word).ok_or_else(|| {
        Failure::person(format!("`{word}` is no way to begin"), "sudden, over-hours or gradual")
    })
}

fn goal(word: &str) -> Result<Goal, Failure> {
    Goal::of_id(word)
        .ok_or_else(|| Failure::person(format!("`{word}` is no goal"), "daily-life, running or sprint-sport"))
}

/// Lists the episodes.
pub(super) fn episodes(args: &Args, context: &Context) -> Result<Code, Failure> {
    let app = context.open(args, Missing::Refuse)?;
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for episode in app.episodes()? {
        // An episode that had not begun on the day looked back to.
        let Ok(s) = app.situation(&episode, context.now) else { continue };
        rows.push(vec![
            episode.number.to_string(),
            text::title(&s),
            s.episode.onset.to_string(),
            text::phase_name(&s),
            text::headline(&s),
        ]);
        values.push((json::episode_line(&s), s.flags));
    }
    if args.json {
        context.print(&json::episodes(&values))?;
    } else {
        let alarms = values.iter().take(1).flat_map(|(_, flags)| flags.iter());
        let alert = crate::render::page::alert(&context.page, alarms);
        context.print(&format!("{alert}{}", text::episodes(&context.page, rows)))?;
    }
    Ok(Code::Done)
}
