//! `pause`, `resume`, `regrade`, `onset` and `plan`: the course of an episode.

use crate::app::App;
use crate::domain::advice::Action;
use crate::domain::ahead::ahead;
use crate::domain::situation::Situation;
use crate::render::{course, json, text};

use super::args::{Args, Onset, Pause, Plan, Regrade};
use super::context::Context;
use super::failure::Failure;
use super::{Code, when};

/// Lets the plan rest.
pub(super) fn pause(args: &Args, pause: &Pause, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    app.pause(&situation, &pause.why.join(" "), context.now)?;
    decided(args, context, &app, &situation, "pause")
}

/// Lets the plan go on.
pub(super) fn resume(args: &Args, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    app.resume(&situation, context.now)?;
    decided(args, context, &app, &situation, "resume")
}

/// Gives the injury another grade.
pub(super) fn regrade(args: &Args, regrade: &Regrade, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.situate(args)?;
    app.catalog = Context::catalog_with_own()?;
    app.regrade(&situation, regrade.grade, &regrade.by, regrade.why.as_deref(), context.now)?;
    decided(args, context, &app, &situation, "grade")
}

/// Puts the day of the injury right.
pub(super) fn onset(args: &Args, onset: &Onset, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let day = when::day(&onset.day, context.now)?;
    let (mut app, situation) = context.situate(args)?;
    app.move_onset(&situation, day, &onset.why, context.now)?;
    context.status(&format!("Day 0 is {day} now. Nothing advances for 24 hours."));
    decided(args, context, &app, &situation, "onset")
}

/// Says what was recorded, and shows where it leads.
pub(super) fn decided(
    args: &Args,
    context: &Context,
    app: &App,
    before: &Situation,
    kind: &str,
) -> Result<Code, Failure> {
    let after = app.situation(&before.episode, context.now)?;
    if args.json {
        context.print(&json::decided(&after, kind))?;
    } else {
        context.status(&format!("Recorded: {kind}."));
        context.print(&text::today(&context.page, &app.catalog.library, &after))?;
    }
    Ok(Code::Done)
}

/// The days ahead as they would be, and the phases as ranges.
pub(super) fn plan(args: &Args, plan: &Plan, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.situate(args)?;
    let library = &app.catalog.library;
    let mut view = situation.judge(library, |case| ahead(case, &situation.plan, u32::from(plan.days)));
    // A plan that stops or rests has no days ahead of it.
    if situation.advice.action == Action::Stop || situation.course.paused().is_some() {
        view.days.clear();
    }
    if args.json {
        context.print(&json::plan(&situation, &view))?;
    } else {
        context.print(&course::plan(&context.page, &situation, &view))?;
    }
    Ok(Code::Done)
}
