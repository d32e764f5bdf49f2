//! Takes sinew away in the middle of what it does, and looks at what is left:
//! `docs/reliability.md` tells how to run it. A tool of development.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of development")]

mod bench;
mod crowd;
mod full;
mod kills;
mod power;
mod restores;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u32| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(default);
    let broken = match args.first().map(String::as_str) {
        Some("kills") => kills::run(number(1, 2_000)),
        Some("power") => power::run(),
        Some("crowd") => crowd::run(number(1, 16), number(2, 500)),
        Some("restores") => restores::run(number(1, 8), number(2, 200)),
        Some("full") => full::run(),
        _ => {
            eprintln!(
                "crash kills [N] | power | crowd [PROCESSES] [ENTRIES] | restores [PROCESSES] [RESTORES] | full"
            );
            return ExitCode::from(2);
        }
    };
    for line in &broken {
        eprintln!("BROKEN: {line}");
    }
    println!("{} promises broken", broken.len());
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
