//! `backup`, `restore`, `doctor` and `erase`: what keeps the data, and what takes it
//! away.

use std::path::PathBuf;

use crate::app::AppError;
use crate::app::doctor::{self, State};
use crate::app::keep::{self, Copy};
use crate::domain::library::Urgency;
use crate::domain::screening::Flag;
use crate::render::keep as view;
use crate::render::page::{Page, alert, clean};

use super::args::{Args, Command};
use super::context::{Context, Missing, store_path};
use super::failure::{BUG, Failure, PERSON};
use super::output::spare_store;
use super::prompt::{Heard, hear_words};
use super::{Code, ask, secret};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// Write to this file instead of the folder beside the store
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Seal it with a passphrase: asked for, or taken from `SINEW_PASSPHRASE`
    #[arg(long)]
    pub encrypt: bool,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The backup to put back, by its name or as a file; without it they are listed
    pub file: Option<PathBuf>,
    /// Put it back without being asked
    #[arg(long, requires = "file")]
    pub yes: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Save what can be read of a damaged store; the old file is kept
    #[arg(long)]
    pub repair: bool,
}

/// Arguments of `erase`.
#[derive(Debug, clap::Args)]
pub struct Erase {
    /// The number of the episode in `sinew episodes`
    #[arg(value_name = "EPISODE", required_unless_present_any = ["all", "backups"], add = super::complete::episodes())]
    pub which: Option<String>,
    /// Every episode
    #[arg(long, conflicts_with = "which")]
    pub all: bool,
    /// Erase the backups as well; alone, only them: a new one is made of what is left
    #[arg(long)]
    pub backups: bool,
    /// The title of the episode, "everything" or "backups": what a terminal asks for
    #[arg(long, value_name = "TITLE")]
    pub confirm: Option<String>,
}

/// What has to be typed to erase all.
const EVERYTHING: &str = "everything";

/// What has to be typed to erase the backups and nothing else.
const BACKUPS: &str = "backups";

/// Copies the store before the first write of a day. When that fails, what is to be
/// recorded is recorded all the same.
pub(super) fn before_writing(args: &Args, context: &Context) {
    let writes = match &args.command {
        Some(
            Command::Start(_)
            | Command::Log(_)
            | Command::Done(_)
            | Command::Care(_)
            | Command::Test(_)
            | Command::Session(_)
            | Command::Clear(_)
            | Command::Undo(_)
            | Command::Redo(_)
            | Command::Correct(_)
            | Command::Pause(_)
            | Command::Resume
            | Command::Regrade(_)
            | Command::Onset(_)
            | Command::Screen(_),
        ) => true,
        Some(Command::Import(import)) => !import.dry_run,
        Some(Command::Next(next)) => next.accept || next.override_why.is_some(),
        _ => false,
    };
    if !writes || context.looking_back {
        return;
    }
    let Ok(store) = store_path(args) else { return };
    if let Err(error) = keep::back_up_daily(&store, context.now) {
        context.status(&format!(
            "No backup could be made today ({}); what you record is kept all the same. \
             sinew doctor says more.",
            Failure::from(error).message
        ));
    }
}

/// Makes a backup now.
pub(super) fn backup(args: &Args, wanted: &Backup, context: &Context) -> Result<Code, Failure> {
    let passphrase = wanted.encrypt.then(|| secret::new(context)).transpose()?;
    let to = wanted.output.as_deref();
    if let Some(file) = to {
        spare_store(args, file)?;
    }
    let copy = keep::back_up(&store_path(args)?, to, passphrase.as_deref(), context.now).map_err(
        |error| match error {
            AppError::Exists(_) => {
                Failure::person(error.to_string(), "nothing was written; choose another name")
            }
            other => other.into(),
        },
    )?;
    let made = shown(&copy);
    show(args, context, |flags| view::made_json(flags, &made), |page| view::made(page, &made))
}

/// Lists the backups, or puts one back.
pub(super) fn restore(args: &Args, restore: &Restore, context: &Context) -> Result<Code, Failure> {
    let store = store_path(args)?;
    let Some(file) = &restore.file else {
        let all: Vec<view::Backup> = keep::backups(&store)?.iter().map(shown).collect();
        return show(args, context, |flags| view::list_json(flags, &all), |page| view::list(page, &all));
    };
    let file = &keep::named(&store, file);
    context.writable()?;
    let stood = standing(args, context);
    if !restore.yes {
        if !ask::somebody_there() || args.json {
            let hint = "add --yes to put it back; the store as it is now is copied first";
            return Err(Failure::person("nobody is there to be asked".to_owned(), hint));
        }
        warn(context, &stood);
        let words = format!(
            "Put {} in the place of the store? What was recorded since is not in it; the store as it is now is copied first. [y/N] ",
            file.display()
        );
        if !matches!(hear_words(context, &words), Heard::Said(yes) if yes.eq_ignore_ascii_case("y")) {
            context.status("Nothing was changed.");
            return Ok(Code::Done);
        }
    }
    let passphrase = keep::is_sealed(file)?.then(|| secret::known(context)).transpose()?;
    let done = keep::restore(&store, file, passphrase.as_deref(), context.now)?;
    let now = shown(&Copy { path: store, held: Some(done.held) });
    let before = done.before.as_deref();
    show_after(
        args,
        context,
        stood,
        |flags| view::restored_json(flags, &now, before),
        |page| view::restored(page, &now, before),
    )
}

/// Examines the store, or repairs it.
pub(super) fn doctor(args: &Args, wanted: &Doctor, context: &Context) -> Result<Code, Failure> {
    let store = store_path(args)?;
    if wanted.repair {
        context.writable()?;
        let (saved, old) = doctor::repair(&store, context.now)?;
        return show(
            args,
            context,
            |flags| view::repaired_json(flags, saved.entries, saved.lost, &old),
            |page| view::repaired(page, saved.entries, saved.lost, &old),
        );
    }
    let checks = doctor::examine(&store, &context.catalog()?, context.now);
    let worst = checks.iter().map(|c| c.state).max();
    let lines: Vec<view::Check> = checks
        .into_iter()
        .map(|c| view::Check { id: c.id, state: c.state.id(), found: c.found, mend: c.mend })
        .collect();
    show(args, context, |flags| view::checks_json(flags, &lines), |page| view::checks(page, &lines))?;
    // Everything is said; the exit code says it to scripts.
    match worst {
        Some(State::Damaged) => Err(Failure::silent(BUG)),
        Some(State::Wrong) => Err(Failure::silent(PERSON)),
        _ => Ok(Code::Done),
    }
}

fn shown(copy: &Copy) -> view::Backup {
    view::Backup {
        file: copy.path.clone(),
        episodes: copy.held.map(|held| held.episodes),
        entries: copy.held.map(|held| held.entries),
    }
}

/// Erases an episode, or all of them, once its title was typed.
pub(super) fn erase(args: &Args, wanted: &Erase, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let store = store_path(args)?;
    let mut app = context.open(args, Missing::Refuse)?;
    let (episodes, title) = match &wanted.which {
        Some(which) => {
            let episode = app.episode(Some(which), context.now)?;
            let title = episode.title.clone();
            (vec![episode], title)
        }
        None if wanted.all => (app.episodes()?, EVERYTHING.to_owned()),
        None => (vec![], BACKUPS.to_owned()),
    };
    let there = keep::backups(&store)?.len();
    let stood = standing(args, context);
    if wanted.confirm.is_none() {
        warn(context, &stood);
    }
    confirmed(args, wanted, context, &title, there)?;
    let mut entries = 0;
    for episode in &episodes {
        entries += app.erase(episode, context.now)?;
    }
    drop(app);
    let backups = if wanted.backups { keep::renew_backups(&store, context.now)? } else { 0 };
    let erased = view::Erased { episodes: episodes.len(), entries, backups, backups_left: there - backups };
    show_after(
        args,
        context,
        stood,
        |flags| view::erased_json(flags, &erased),
        |page| view::erased(page, &erased),
    )
}

fn confirmed(
    args: &Args,
    wanted: &Erase,
    context: &Context,
    title: &str,
    there: usize,
) -> Result<(), Failure> {
    let typed = match &wanted.confirm {
        Some(typed) => typed.clone(),
        None if !ask::somebody_there() || args.json => {
            let hint =
                "give its title with --confirm TITLE, \"everything\" with --all, \"backups\" for these alone";
            return Err(Failure::person("nobody is there to be asked".to_owned(), hint));
        }
        None => {
            let kept = match there {
                0 => "",
                _ if wanted.backups => " The backups beside the store go with it.",
                _ => " The backups beside the store may hold it still; with --backups they go as well.",
            };
            let words = match title {
                BACKUPS => "The backups beside the store go, and one is made of what is left.".to_owned(),
                _ => format!("This cannot be undone, and no import brings it back.{kept}"),
            };
            let words = context.page.wrap(&format!("{words} To erase, type:"), "", "");
            let words = format!("{words}{}\n> ", clean(title));
            match hear_words(context, &words) {
                Heard::Said(typed) => typed,
                Heard::Back | Heard::Leave => String::new(),
            }
        }
    };
    if typed.trim() == title.trim() {
        return Ok(());
    }
    Err(Failure::person(
        "that is something else".to_owned(),
        "nothing was erased; what has to be typed is shown, and sinew episodes lists the titles",
    ))
}

/// Prints a view. The alert of an open warning comes first, where the store can
/// still be opened.
fn show(
    args: &Args,
    context: &Context,
    json: impl FnOnce(&[Flag]) -> String,
    text: impl FnOnce(&Page) -> String,
) -> Result<Code, Failure> {
    show_after(args, context, Vec::new(), json, text)
}

/// The same after something that may have taken a warning off the record. One that
/// stood, and that nobody answered for, is said all the same.
fn show_after(
    args: &Args,
    context: &Context,
    stood: Vec<Flag>,
    json: impl FnOnce(&[Flag]) -> String,
    text: impl FnOnce(&Page) -> String,
) -> Result<Code, Failure> {
    let stands = standing(args, context);
    let is_there = |flag: &Flag| stands.iter().any(|f| f.rule.id == flag.rule.id && f.is_open());
    let stops = |flag: &Flag| flag.is_open() && flag.rule.urgency >= Urgency::Urgent;
    let gone = stood.into_iter().filter(|flag| stops(flag) && !is_there(flag));
    // There is no episode any more in which it could be cleared.
    let mut flags: Vec<Flag> = gone.map(|flag| Flag { opened: None, ..flag }).collect();
    let lost = if flags.is_empty() { String::new() } else { context.page.wrap(LOST, "", "") };
    flags.extend(stands);
    if args.json {
        context.print(&json(&flags))?;
    } else {
        let alert = alert(&context.page, flags.iter());
        context.print(&format!("{alert}{lost}{}", text(&context.page)))?;
    }
    Ok(Code::Done)
}

/// Said of a warning that is no longer on record.
const LOST: &str = "What raised this is no longer on record, so nothing holds the plan back for it. No \
                    clinician has answered for it: do what it says all the same.";

/// The warnings of the store as it is; none where it cannot be opened.
fn standing(args: &Args, context: &Context) -> Vec<Flag> {
    let situation = context.catalog().and_then(|catalog| context.latest(args, catalog));
    situation.map(|s| s.flags).unwrap_or_default()
}

/// Says an open warning before a question is put.
fn warn(context: &Context, flags: &[Flag]) {
    let alert = alert(&context.page, flags.iter());
    if !alert.is_empty() {
        Context::complain(&context.styled(alert.trim_end()));
    }
}
