//! `today`, `next`, `progress`, and `sinew` alone.

use crate::domain::advice::{Action, RED_FLAG_QUESTIONS};
use crate::domain::finding::{Finding, Verdict};
use crate::render::text::{self, Detail};
use crate::render::{
    brief as brief_view, json, next as next_view, progress as progress_view, today as today_view,
};

use super::args::{Args, Next, Progress, Today};
use super::ask::screen_now;
use super::context::{Context, Missing};
use super::failure::Failure;
use super::progress::Progress as Bar;
use super::{Code, ask, course};

/// Today's view; with no episode, how to begin.
pub(super) fn home(args: &Args, context: &Context) -> Result<Code, Failure> {
    let app = context.open_with(args, context.catalog_to_read()?, Missing::Empty)?;
    if app.episodes()?.is_empty() {
        let programs = app.catalog.programs.values().map(|d| d.program.as_ref());
        context.print(&text::welcome(&context.page, programs))?;
        return Ok(Code::Done);
    }
    today(args, &Today::default(), context)
}

/// What is due today.
pub(super) fn today(args: &Args, wanted: &Today, context: &Context) -> Result<Code, Failure> {
    if wanted.brief {
        if let Some(situation) = context.situate_quietly(args)? {
            context.print(&brief_view::brief(&context.page, &situation))?;
        }
        return Ok(Code::Done);
    }
    let (app, situation) = context.present(args)?;
    if args.json {
        context.print(&json::today(&situation))?;
    } else {
        let detail = detail(wanted.full);
        context.print(&today_view::today(&context.page, &app.catalog.library, &situation, detail))?;
    }
    Ok(Code::Done)
}

fn detail(full: bool) -> Detail {
    if full { Detail::Full } else { Detail::Short }
}

/// Whether to move on, and the decision about it.
pub(super) fn next(args: &Args, next: &Next, context: &Context) -> Result<Code, Failure> {
    let (mut app, mut situation) = context.present(args)?;
    if next.accept || next.override_why.is_some() {
        context.writable()?;
        let unasked = |f: &Finding| f.id == RED_FLAG_QUESTIONS && f.verdict != Verdict::Met;
        let asks = situation.advice.findings.iter().any(unasked);
        let put = asks && ask::somebody_there() && !args.json;
        if put && screen_now(&mut app, &situation, context)? {
            situation = app.present(&situation.episode, context.now)?;
        }
        let decided = match &next.override_why {
            Some(why) => app.override_hold(&situation, why, context.now),
            None => app.accept(&situation, context.now),
        };
        let decided = decided?;
        let kind = decided.kind.id();
        return course::decided(args, context, &app, &situation, kind, |_| format!("Recorded: {kind}."));
    }
    let change = situation.change(&app.catalog.library);
    if args.json {
        context.print(&json::next(&situation, change.as_ref()))?;
    } else {
        let detail = detail(next.full);
        context.print(&next_view::next(&context.page, &situation, change.as_ref(), detail))?;
    }
    let stop = next.exit_code && situation.advice.action == Action::Stop;
    Ok(if stop { Code::Stop } else { Code::Done })
}

/// What was logged, and which way it goes.
pub(super) fn progress(args: &Args, progress: &Progress, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.situate(args)?;
    let first = match progress.weeks {
        Some(weeks) => context.now.day.minus(i64::from(weeks) * 7 - 1),
        None => situation.episode.onset,
    };
    let bar = Bar::of_looking_back(&situation);
    let report = app.report(&situation, first, progress.measure.as_deref(), &|days| bar.at(days))?;
    drop(bar);
    if args.json {
        context.print(&json::progress(&situation, &report))?;
    } else {
        let view = progress_view::progress(&context.page, &app.catalog.library, &situation, &report);
        context.print(&view)?;
    }
    // Years of entries are given back with the process, which is quicker than one by one.
    std::mem::forget((situation, report));
    Ok(Code::Done)
}
