//! `pause`, `resume`, `regrade`, `onset` and `plan`: the course of an episode.

use crate::app::App;
use crate::domain::situation::Situation;
use crate::render::text::Detail;
use crate::render::{course, json, today};

use super::args::{Args, Onset, Pause, Plan, Regrade};
use super::context::Context;
use super::failure::Failure;
use super::{Code, when};

/// Lets the plan rest.
pub(super) fn pause(args: &Args, pause: &Pause, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    app.pause(&situation, &pause.why.join(" "), context.now)?;
    decided(args, context, &app, &situation, "pause", |_| {
        "Recorded: the plan rests. Its days in the phase do not count until sinew resume.".to_owned()
    })
}

/// Lets the plan go on.
pub(super) fn resume(args: &Args, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    app.resume(&situation, context.now)?;
    decided(args, context, &app, &situation, "resume", |_| "Recorded: the plan goes on.".to_owned())
}

/// Gives the injury another grade.
pub(super) fn regrade(args: &Args, regrade: &Regrade, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    // The plan goes on in the program of another grade.
    app.catalog = context.catalog()?;
    app.catalog = context.catalog_with_own()?;
    app.regrade(&situation, regrade.grade, &regrade.by, regrade.why.as_deref(), context.now)?;
    decided(args, context, &app, &situation, "grade", |after| {
        let (grade, program) = (regrade.grade, &after.program);
        if program.id == situation.program.id {
            return format!("Recorded: grade {grade}, as before.");
        }
        let phase = after.course.current().phase + 1;
        format!("Recorded: grade {grade}. The plan goes on in phase {phase} of: {}.", program.name)
    })
}

/// Puts the day of the injury right.
pub(super) fn onset(args: &Args, onset: &Onset, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let day = when::day(&onset.day, context.now)?;
    let (mut app, situation) = context.situate(args)?;
    app.move_onset(&situation, day, &onset.why, context.now)?;
    decided(args, context, &app, &situation, "onset", |_| {
        format!("Recorded: day 0 is {day}. For 24 hours nothing moves on.")
    })
}

/// Says what was recorded, and shows where it leads.
pub(super) fn decided(
    args: &Args,
    context: &Context,
    app: &App,
    before: &Situation,
    kind: &str,
    words: impl FnOnce(&Situation) -> String,
) -> Result<Code, Failure> {
    let after = app.situation(&before.episode, context.now)?;
    context.status(context.page.wrap(&words(&after), "", "").trim_end());
    if args.json {
        context.print(&json::decided(&after, kind))?;
    } else {
        context.print(&today::today(&context.page, &app.catalog.library, &after, Detail::Begins))?;
    }
    Ok(Code::Done)
}

/// The days ahead as they would be, and the phases as ranges.
pub(super) fn plan(args: &Args, plan: &Plan, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.situate(args)?;
    let view = app.ahead(&situation, plan.days);
    if args.json {
        context.print(&json::plan(&situation, view.as_ref()))?;
    } else {
        context.print(&course::plan(&context.page, &situation, view.as_ref()))?;
    }
    Ok(Code::Done)
}
