//! `demo`.

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::demo::play;
use crate::catalog::Catalog;
use crate::render::text::Detail;
use crate::render::{json, next, progress, story};

use super::Code;
use super::args::Args;
use super::context::Context;
use super::failure::Failure;

/// Plays a whole recovery in a throwaway store.
pub(super) fn demo(args: &Args, context: &Context) -> Result<Code, Failure> {
    let catalog = Catalog::builtin()?;
    // indicatif draws on standard error, and only when that is a terminal.
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("playing a recovery {bar:30} day {pos} of {len}") {
        // Every terminal can draw these, whatever its character set.
        bar.set_style(style.progress_chars("=> "));
    }
    let played = play(catalog, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let app = &played.app;
    let situation = app.situation(&played.episode, played.now)?;
    if args.json {
        context.print(&json::demo(&story::days(&played.days)))?;
        return Ok(Code::Done);
    }
    let library = &app.catalog.library;
    let report = app.report(&situation, played.episode.onset, None, &|_| ())?;
    let page = &context.page;
    let mut whole = story::story(page, &situation.program, &played.days);
    whole.push_str(&page.heading("sinew progress"));
    whole.push_str(&progress::progress(page, library, &situation, &report));
    whole.push_str(&page.heading("sinew next"));
    whole.push_str(&next::next(page, &situation, situation.change(library).as_ref(), Detail::Full));
    context.print(&whole)?;
    Ok(Code::Done)
}
