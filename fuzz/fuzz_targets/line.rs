//! A command line, a word for each line of the input. No panic.
#![no_main]

use clap::Parser;
use sinew::cli::args::Args;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let words = std::iter::once("sinew").chain(text.split('\n').take(40));
    let _ = Args::try_parse_from(words);
});
