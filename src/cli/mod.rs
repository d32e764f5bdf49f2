//! The command line: arguments in, a use case, a view out.

pub mod alias;
pub mod args;
mod ask;
mod assess;
mod checkin;
pub mod complete;
mod config;
pub mod context;
mod course;
mod demo;
mod done;
mod examples;
mod explain;
mod export;
pub mod failure;
pub mod help;
mod import;
mod injury;
mod interview;
mod keep;
mod log;
mod output;
mod page;
mod program;
mod progress;
mod prompt;
mod report;
mod screen;
mod secret;
mod session;
mod terminal;
mod upkeep;
mod view;
pub mod when;
mod words;

pub use terminal::leave as leave_terminal;

use args::{Args, Command};
use context::Context;
use failure::Failure;

/// Runs one command.
///
/// # Errors
///
/// What happened, what to do, and the exit code.
pub fn run(args: &Args, context: &Context) -> Result<Code, Failure> {
    // An open warning is the first line of whatever is printed, a failure included.
    // A sign that `log` names is answered for whatever the settings are like.
    let asks_first = matches!(args.command, Some(Command::Log(_) | Command::Config(_)));
    let sound = if asks_first { Ok(()) } else { context.sound() };
    if sound.is_ok() {
        keep::before_writing(args, context);
    }
    sound.and_then(|()| dispatch(args, context)).inspect_err(|_| {
        if !args.json
            && let Ok(alert) = context.standing_alert(args)
        {
            let _ = context.print(&alert);
        }
    })
}

fn dispatch(args: &Args, context: &Context) -> Result<Code, Failure> {
    match &args.command {
        None => view::home(args, context),
        Some(Command::Start(start)) => injury::start(args, start, context),
        Some(Command::Log(log)) => log::log(args, log, context),
        Some(Command::Done(done)) => done::done(args, done, context),
        Some(Command::Care(care)) => log::care(args, care, context),
        Some(Command::Test(test)) => log::test(args, test, context),
        Some(Command::Session(wanted)) => session::session(args, wanted, context),
        Some(Command::Today(today)) => view::today(args, today, context),
        Some(Command::Plan(plan)) => course::plan(args, plan, context),
        Some(Command::Page(wanted)) => page::page(args, wanted, context),
        Some(Command::Pause(pause)) => course::pause(args, pause, context),
        Some(Command::Resume) => course::resume(args, context),
        Some(Command::Regrade(regrade)) => course::regrade(args, regrade, context),
        Some(Command::Onset(onset)) => course::onset(args, onset, context),
        Some(Command::Next(next)) => view::next(args, next, context),
        Some(Command::Progress(progress)) => view::progress(args, progress, context),
        Some(Command::Report(wanted)) => report::report(args, wanted, context),
        Some(Command::Screen(screen)) => screen::screen(args, screen, context),
        Some(Command::Flags(flags)) => screen::flags(args, flags, context),
        Some(Command::Clear(clear)) => screen::clear(args, clear, context),
        Some(Command::Assess(wanted)) => assess::assess(args, wanted, context),
        Some(Command::Explain(wanted)) => explain::explain(args, wanted, context),
        Some(Command::Program { what }) => program::run(args, what, context),
        Some(Command::Episodes) => injury::episodes(args, context),
        Some(Command::History(wanted)) => upkeep::history(args, wanted, context),
        Some(Command::Undo(undo)) => upkeep::undo(args, undo, context),
        Some(Command::Redo(redo)) => upkeep::redo(args, redo, context),
        Some(Command::Correct(correct)) => upkeep::correct(args, correct, context),
        Some(Command::Import(import)) => import::import(args, import, context),
        Some(Command::Export { what }) => export::run(args, what, context),
        Some(Command::Config(wanted)) => config::config(args, wanted, context),
        Some(Command::Backup(backup)) => keep::backup(args, backup, context),
        Some(Command::Restore(restore)) => keep::restore(args, restore, context),
        Some(Command::Doctor(doctor)) => keep::doctor(args, doctor, context),
        Some(Command::Erase(erase)) => keep::erase(args, erase, context),
        Some(Command::Demo) => demo::demo(args, context),
    }
}

/// How a command that worked ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Done.
    Done,
    /// Done, and the result says stop; only where `--exit-code` asks for it.
    Stop,
    /// Done, and a definition file that was checked is wrong.
    Wrong,
}
