//! A command line, a word for each line of the input. No panic.
#![no_main]

use std::cell::RefCell;

use clap::{CommandFactory, FromArgMatches};
use sinew::cli::args::Args;

thread_local! {
    // What there is to say is put together once: it takes longer than a line.
    static COMMAND: RefCell<clap::Command> = RefCell::new(Args::command());
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let words = std::iter::once("sinew").chain(text.split('\n').take(40));
    let matches = COMMAND.with_borrow_mut(|command| command.try_get_matches_from_mut(words));
    if let Ok(matches) = matches {
        let _ = Args::from_arg_matches(&matches);
    }
});
