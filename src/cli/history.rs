//! `import` and `demo`.

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::AppError;
use crate::app::demo::play;
use crate::catalog::Catalog;
use crate::domain::question::Standing;
use crate::domain::screening::judge;
use crate::render::{json, progress, story, text};

use super::Code;
use super::args::{Args, Import};
use super::context::{Context, Missing};
use super::failure::Failure;
use super::words::read_file;

/// Reads a diary.
pub(super) fn import(args: &Args, import: &Import, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let mut app = context.open(args, Missing::Refuse)?;
    let episode = context.episode(args, &app)?;
    let bytes = read_file(&import.file)?;
    // The day of the injury as it was put right last.
    let episode = app.situation(&episode, context.now)?.episode;
    let done = app.import(&episode, &bytes, context.now).inspect_err(|error| {
        if let AppError::Rows { signs, .. } = error {
            let standing = signs
                .iter()
                .map(|a| (a.question.clone(), Standing { value: a.value.clone(), entry: None, at: None }))
                .collect();
            let found = judge(&app.catalog.library, &standing);
            let _ = context.print(&crate::render::page::alert(&context.page, found.iter()));
        }
    });
    let done = done?;
    let after = app.situation(&episode, context.now)?;
    if args.json {
        context.print(&json::imported(&after, done.read, done.new))?;
        return Ok(Code::Done);
    }
    let alert = crate::render::page::alert(&context.page, after.flags.iter());
    let known = done.read - done.new;
    let words = format!("{} entries read, {} new, {known} already there.", done.read, done.new);
    context.print(&format!("{alert}{}", context.page.wrap(&words, "", "")))?;
    context.status("sinew next says where you stand; --as-of DAY looks back.");
    Ok(Code::Done)
}

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
    let report = app.report(&situation, played.episode.onset, None)?;
    let page = &context.page;
    let mut whole = story::story(page, &situation.program, &played.days);
    whole.push_str(&page.heading("sinew progress"));
    whole.push_str(&progress::progress(page, library, &situation, &report));
    whole.push_str(&page.heading("sinew next"));
    whole.push_str(&text::next(page, &situation, situation.change(library).as_ref()));
    context.print(&whole)?;
    Ok(Code::Done)
}
