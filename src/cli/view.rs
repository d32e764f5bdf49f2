//! `today`, `next`, `progress`, and `sinew` alone.

use crate::domain::advice::Action;
use crate::domain::report;
use crate::render::{json, progress as progress_view, text};

use super::args::{Args, Next, Progress};
use super::ask::screen_now;
use super::context::{Context, Missing};
use super::failure::Failure;
use super::{Code, ask};

/// Today's view; with no episode, how to begin.
pub(super) fn home(args: &Args, context: &Context) -> Result<Code, Failure> {
    let app = context.open_with(args, Context::catalog_with_own()?, Missing::Empty)?;
    if app.episodes()?.is_empty() {
        context.print(&text::welcome(app.catalog.programs.values().map(|d| &d.program)))?;
        return Ok(Code::Done);
    }
    today(args, context)
}

/// What is due today.
pub(super) fn today(args: &Args, context: &Context) -> Result<Code, Failure> {
    let (_, situation) = context.situate(args)?;
    if args.json {
        context.print(&json::today(&situation))?;
    } else {
        context.print(&text::today(&context.page, &situation))?;
    }
    Ok(Code::Done)
}

/// Whether to move on, and the decision about it.
pub(super) fn next(args: &Args, next: &Next, context: &Context) -> Result<Code, Failure> {
    let (mut app, mut situation) = context.situate(args)?;
    if next.accept || next.override_why.is_some() {
        context.writable()?;
        let asks = situation.advice.missing.iter().any(|m| m.kind == "questions");
        let put = asks && ask::somebody_there() && !args.json;
        if put && screen_now(&mut app, &situation, context)? {
            situation = app.situation(&situation.episode, context.now)?;
        }
        let decided = match &next.override_why {
            Some(why) => app.override_hold(&situation, why, context.now),
            None => app.accept(&situation, context.now),
        };
        let decided = decided?;
        let after = app.situation(&situation.episode, context.now)?;
        if args.json {
            context.print(&json::decided(&after, decided.kind.id()))?;
        } else {
            context.status(&format!("Recorded: {}.", decided.kind.id()));
            context.print(&text::today(&context.page, &after))?;
        }
        return Ok(Code::Done);
    }
    if args.json {
        context.print(&json::next(&situation))?;
    } else {
        context.print(&text::next(&context.page, &situation))?;
    }
    let stop = next.exit_code && situation.advice.action == Action::Stop;
    Ok(if stop { Code::Stop } else { Code::Done })
}

/// What was logged, and which way it goes.
pub(super) fn progress(args: &Args, progress: &Progress, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.situate(args)?;
    let case = situation.case(&app.catalog.library);
    let first = match progress.weeks {
        Some(weeks) => context.now.day.minus(i64::from(weeks) * 7 - 1),
        None => situation.episode.onset,
    };
    let days = report::days(&case, first);
    let trends = report::trends(&case);
    if args.json {
        context.print(&json::progress(&situation, &days, &trends))?;
    } else {
        let view = progress_view::progress(&context.page, &app.catalog.library, &situation, &days, &trends);
        context.print(&view)?;
    }
    Ok(Code::Done)
}
