//! Lives virtual lives and holds every day of them against the invariants.
//!
//! `cargo run --release --example simulate -- --days 1000000 --seed 1`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the program is for")]

#[path = "mod.rs"]
mod simulate;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use mimalloc::MiMalloc;

use simulate::invariants::once;
use simulate::invariants::reading::NUMBER as READING;
use simulate::life::{LONGEST, live};
use simulate::rng::Rng;
use simulate::tally::{LAST, Tally};
use simulate::world::World;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Lives virtual lives and holds every day of them against the invariants.
#[derive(Debug, Parser)]
struct Args {
    /// So many patient-days are lived, in whole lives.
    #[arg(long, default_value_t = 100_000)]
    days: u64,
    /// What everything follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// So many threads.
    #[arg(long, default_value_t = 2)]
    threads: u64,
    /// Lives this one person only, by the seed that a breach names.
    #[arg(long)]
    person: Option<u64>,
    /// One day in so many is compared with a twin, which costs as much as the day.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    twins_every: i64,
    /// How many breaches are shown.
    #[arg(long, default_value_t = 10)]
    show: usize,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let world = World { twins_every: args.twins_every, ..World::built_in() };
    let began = Instant::now();
    let mut tally = Tally::default();
    once::judge(&world, &mut tally);
    match args.person {
        Some(seed) => live(&world, seed, LONGEST, &mut tally),
        None => tally.merge(everybody(&world, &args)),
    }
    report(&tally, began.elapsed(), args.show);
    if tally.breached() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All lives, on as many threads as asked for.
fn everybody(world: &World, args: &Args) -> Tally {
    let bar = ProgressBar::new(args.days);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} patient-days, {per_sec}, {eta} left");
    bar.set_style(style.expect("the style of the bar"));
    bar.enable_steady_tick(Duration::from_millis(500));
    let next = AtomicU64::new(0);
    let lived = AtomicU64::new(0);
    let work = || {
        let mut tally = Tally::default();
        while lived.load(Ordering::Relaxed) < args.days {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (before, known) = (tally.days, tally.breaches.len());
            live(world, person(args.seed, number), LONGEST, &mut tally);
            let total = lived.fetch_add(tally.days - before, Ordering::Relaxed) + tally.days - before;
            bar.inc(tally.days - before);
            // A long run says at once what it finds.
            for breach in &tally.breaches[known..] {
                bar.suspend(|| eprintln!("after {total} days: {breach}"));
            }
        }
        tally
    };
    let mut whole = Tally::default();
    std::thread::scope(|scope| {
        let crew: Vec<_> = (0..args.threads.max(1)).map(|_| scope.spawn(work)).collect();
        for member in crew {
            whole.merge(member.join().expect("a thread that ended well"));
        }
    });
    bar.finish_and_clear();
    whole
}

/// The seed of a person, from the seed of the run and their number.
fn person(seed: u64, number: u64) -> u64 {
    Rng::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d)).next()
}

/// How many breaches of one invariant are shown, so that it hides no other.
const OF_EACH: usize = 4;

fn report(tally: &Tally, took: Duration, show: usize) {
    println!("{} patient-days of {} people, {} episode-days", tally.days, tally.people, tally.episode_days);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX) / tally.days.max(1);
    println!(
        "{:.1} s, {micros} microseconds a patient-day on the wall, {} evaluations",
        took.as_secs_f64(),
        tally.evaluations
    );
    counts("advice", &tally.actions);
    counts("days with a flag open", &tally.urgencies);
    counts("phases", &tally.phases);
    counts("decisions and outcomes", &tally.decisions);
    counts("days with so many episodes", &tally.episodes);
    println!("\n{:<12}{:>14}{:>12}", "invariant", "put to test", "breaches");
    for number in 1..=READING {
        let of = |map: &std::collections::BTreeMap<usize, u64>| map.get(&number).copied().unwrap_or(0);
        let name = if number > LAST { "bookmarks".to_owned() } else { format!("IV-{number:02}") };
        println!("{name:<12}{:>14}{:>12}", of(&tally.fired), of(&tally.broken));
    }
    println!("\nbreaches: {}", tally.breached());
    let mut shown = tally.breaches.clone();
    shown.sort_by_key(|b| b.number);
    let mut of_each = std::collections::BTreeMap::new();
    shown.retain(|b| {
        let seen = of_each.entry(b.number).or_insert(0);
        *seen += 1;
        *seen <= OF_EACH
    });
    for breach in shown.iter().take(show) {
        println!("{breach}");
    }
}

fn counts<K: std::fmt::Display>(title: &str, of: &std::collections::BTreeMap<K, u64>) {
    println!("\n{title}");
    for (what, count) in of {
        println!("  {what:<28}{count:>12}");
    }
}
