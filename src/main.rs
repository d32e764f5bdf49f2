//! Parses, builds the context, runs, and maps a failure to an exit code.

use std::process::ExitCode;

use clap::Parser;
use sinew::cli::args::Args;
use sinew::cli::context::{Context, own_settings};
use sinew::cli::failure::{BUG, DEFINITION, Failure, STOP};
use sinew::cli::{Code, alias, run};
use sinew::domain::day::{At, Now};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {
        sinew::cli::leave_terminal();
        // What went wrong may quote what a person wrote, so it is not shown.
        Context::complain(
            "error: a bug in sinew stopped this command\nhint: what was recorded before is safe",
        );
        std::process::exit(i32::from(BUG));
    }));
    if Context::says_its_version(std::env::args_os()) {
        return ExitCode::SUCCESS;
    }
    let now = now();
    let own = own_settings();
    sinew::cli::complete::answer(now.as_ref().ok().copied(), &own.settings);
    let line = alias::expand(std::env::args_os().collect(), &own.settings.alias);
    let args = Args::try_parse_from(line)
        .unwrap_or_else(|e| Context::refuse(&alias::suggest(e, &own.settings.alias)));
    match now.and_then(|now| Context::new(&args, own, now, clock)).and_then(|context| run(&args, &context)) {
        Ok(Code::Done) => ExitCode::SUCCESS,
        Ok(Code::Stop) => ExitCode::from(STOP),
        Ok(Code::Wrong) => ExitCode::from(DEFINITION),
        Err(failure) => {
            if !failure.message.is_empty() {
                Context::complain(&failure.words());
            }
            ExitCode::from(failure.code)
        }
    }
}

/// The present moment: the clock's, or the one that `SINEW_NOW` sets.
fn now() -> Result<Now, Failure> {
    match std::env::var("SINEW_NOW") {
        Ok(text) => sinew::cli::when::fixed(&text).map(Now::at).ok_or_else(|| {
            Failure::person(
                "SINEW_NOW is no moment".to_owned(),
                "such as 2026-03-02T08:00 or 2026-03-02T08:00:00+01:00",
            )
        }),
        Err(_) => Ok(Now::at(clock())),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn clock() -> At {
    chrono::Local::now().fixed_offset()
}
