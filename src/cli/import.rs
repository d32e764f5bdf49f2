//! `import`: what was recorded elsewhere.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::app::sealed::{is_sealed, open};
use crate::app::{App, AppError, Columns, DateOrder};
use crate::domain::archive::Imported;
use crate::domain::entry::Answer;
use crate::domain::question::{Answers, Standing};
use crate::domain::screening::{Flag, judge};
use crate::domain::situation::Situation;
use crate::render::import as view;
use crate::render::page::alert;

use super::Code;
use super::args::Args;
use super::context::{Context, Missing};
use super::failure::Failure;
use super::progress::Progress;
use super::secret;
use super::words::{assignments, read_file};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file; - for standard input
    pub file: PathBuf,
    /// A column of another tracker's table: OURS=THEIRS, ours being day, time, note
    /// or a measure (single-leg-bridge:left where it has a side); may be repeated
    #[arg(long = "column", value_name = "OURS=THEIRS")]
    pub columns: Vec<String>,
    /// How that table writes days such as 03/02/2026
    #[arg(long, value_name = "ORDER", requires = "columns")]
    pub dates: Option<Dates>,
    /// Only say what would be recorded
    #[arg(long)]
    pub dry_run: bool,
}

/// How days with slashes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// The day comes first
    DayFirst,
    /// The month comes first
    MonthFirst,
}

/// Takes in a document, a diary or a table, as its content tells.
pub(super) fn import(args: &Args, import: &Import, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let bytes = read_file(&import.file)?;
    let bytes = if is_sealed(&bytes) { open(&bytes, &secret::known(context)?)? } else { bytes };
    if App::is_document(&bytes) {
        return document(args, import, &bytes, context);
    }
    let mut app = context.open(args, Missing::Refuse)?;
    let episode = context.episode(args, &app)?;
    let before = app.present(&episode, context.now)?;
    // The day of the injury as it was put right last.
    let episode = before.episode.clone();
    let columns = Columns {
        pairs: assignments(&import.columns)?,
        dates: import.dates.map(|order| match order {
            Dates::DayFirst => DateOrder::DayFirst,
            Dates::MonthFirst => DateOrder::MonthFirst,
        }),
    };
    let done = app.all_or_nothing(import.dry_run, |app| {
        let done = if columns.pairs.is_empty() {
            let progress = Progress::of("reading", bytes.len() as u64);
            app.import(&episode, &bytes, context.now, |read| progress.at(read))?
        } else {
            app.import_table(&episode, &bytes, &columns, context.now)?
        };
        let rehearsed = import.dry_run.then(|| app.present(&episode, context.now)).transpose()?;
        Ok((done, rehearsed))
    });
    let (done, rehearsed) = done.inspect_err(|error| alert_of_refused(&app, error, context))?;
    // What is on record is looked at once it is, so that the next command need not.
    let after = rehearsed.map_or_else(|| app.present(&episode, context.now), Ok)?;
    told(args, import, &done, &before.flags, Some(&after), context)
}

fn document(args: &Args, import: &Import, bytes: &[u8], context: &Context) -> Result<Code, Failure> {
    if args.episode.is_some() || !import.columns.is_empty() {
        let hint = "leave --episode and --column out";
        return Err(Failure::person("this document names its episodes itself".to_owned(), hint));
    }
    let missing = if import.dry_run { Missing::Empty } else { Missing::Create };
    let mut app = context.open(args, missing)?;
    let before = latest(&app, context)?.map(|s| s.flags).unwrap_or_default();
    let done = app.all_or_nothing(import.dry_run, |app| {
        let done = app.import_document(bytes, context.now)?;
        Ok((done, latest(app, context)?))
    });
    let (done, after) = done.inspect_err(|error| alert_of_refused(&app, error, context))?;
    told(args, import, &done, &before, after.as_ref(), context)
}

/// The situation of the episode opened last that runs on a program, which knows
/// the warnings of all.
fn latest(app: &App, context: &Context) -> Result<Option<Situation>, AppError> {
    for episode in app.episodes()?.iter().rev() {
        match app.present(episode, context.now) {
            Err(AppError::NoProgram) => {}
            situation => return situation.map(Some),
        }
    }
    Ok(None)
}

/// A sign in a file that is refused is answered for all the same.
fn alert_of_refused(app: &App, error: &AppError, context: &Context) {
    let (AppError::Rows { signs, .. } | AppError::Document { signs, .. }) = error else { return };
    let standing = |a: &Answer| Standing { value: a.value.clone(), entry: None, at: None };
    let mut last: Answers = signs.iter().map(|a| (a.question.clone(), standing(a))).collect();
    let mut found = judge(&app.catalog.library, &last);
    // What else was told of a question counts as well.
    for answer in signs {
        let Some(other) = last.insert(answer.question.clone(), standing(answer)) else { continue };
        if other.value != answer.value {
            let mut more = judge(&app.catalog.library, &last);
            more.retain(|flag| found.iter().all(|known| known.rule.id != flag.rule.id));
            found.extend(more);
            last.insert(answer.question.clone(), other);
        }
    }
    let _ = context.print(&alert(&context.page, found.iter()));
}

fn told(
    args: &Args,
    import: &Import,
    done: &Imported,
    before: &[Flag],
    after: Option<&Situation>,
    context: &Context,
) -> Result<Code, Failure> {
    let flags = after.map(|s| s.flags.as_slice()).unwrap_or_default();
    let was_open = |flag: &Flag| {
        before.iter().any(|b| b.is_open() && b.rule.id == flag.rule.id && b.episode == flag.episode)
    };
    let raised: Vec<&Flag> = flags.iter().filter(|f| f.is_open() && !was_open(f)).collect();
    let is_open = |flag: &Flag| {
        flags.iter().any(|f| f.is_open() && f.rule.id == flag.rule.id && f.episode == flag.episode)
    };
    let closed: Vec<&Flag> = before.iter().filter(|f| f.is_open() && !is_open(f)).collect();
    if args.json {
        context.print(&view::json(done, after, &raised, &closed, import.dry_run))?;
        return Ok(Code::Done);
    }
    let alert = alert(&context.page, flags.iter());
    context
        .print(&format!("{alert}{}", view::text(&context.page, done, &raised, &closed, import.dry_run)))?;
    if !import.dry_run {
        context.status("sinew next says where you stand; --as-of DAY looks back.");
    }
    Ok(Code::Done)
}
