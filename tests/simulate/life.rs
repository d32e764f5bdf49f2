//! A life, day by day: what is written, what is worked out, what is held
//! against the invariants, what is decided.

use sinew::domain::day::Now;
use sinew::domain::situation::Situation;

use super::facts::Facts;
use super::invariants::{self, Ledger, View};
use super::people::Person;
use super::rng::Rng;
use super::tally::Tally;
use super::thread::{Evening, Mark, others};
use super::world::World;

/// How many days a person is followed at most.
pub(crate) const LONGEST: i64 = 300;

/// One day in so many, the printed views are read.
const READ_EVERY: u64 = 40;

/// Days that are lived on after the end, to see it hold.
const AFTER_END: u32 = 25;

/// Lives a whole life, at most `days` long.
pub(crate) fn live(world: &World, seed: u64, longest: i64, tally: &mut Tally) {
    let mut person = Person::born(world, seed, longest);
    tally.people += 1;
    while person.day < person.span && !person.over() {
        live_day(world, &mut person, tally);
    }
}

impl Person {
    /// Whether there is nothing left to see.
    fn over(&self) -> bool {
        self.threads.iter().all(|t| t.after_end > AFTER_END)
    }
}

fn live_day(world: &World, person: &mut Person, tally: &mut Tally) {
    if person.trouble.contains(&person.day) && person.day > 0 {
        person.injure(world);
    }
    person.write_day(world);
    let now = person.evening();
    // The checks have their own chance, so that they change nobody's life.
    let mut rng = Rng::new(person.seed ^ now.at.timestamp().unsigned_abs());
    let evening = Evening::of(world, &person.threads, now);
    tally.days += 1;
    *tally.episodes.entry(person.threads.len()).or_insert(0) += 1;
    examine(world, person, &evening, now, &mut rng, tally);
    read_by_bookmarks(world, person, &evening, now, &mut rng, tally);

    let situations = evening.into_situations();
    let mut decided = false;
    for (at, situation) in situations.iter().enumerate() {
        decided |= person.decide_day(world, at, situation, now, tally);
        person.train_late(at, situation, now);
    }
    if decided {
        look_again(world, person, now, tally);
    }
    for (thread, situation) in person.threads.iter_mut().zip(situations) {
        thread.after_end += u32::from(thread.mirror.finished);
        thread.last = Some(situation);
    }
    person.day += 1;
}

/// Holds every episode against every invariant.
fn examine(world: &World, person: &Person, evening: &Evening, now: Now, rng: &mut Rng, tally: &mut Tally) {
    tally.evaluations += if person.threads.len() > 1 { 2 * person.threads.len() as u64 } else { 1 };
    for (at, s) in evening.situations().iter().enumerate() {
        tally.saw(s);
        let others = if person.threads.len() > 1 { others(&evening.singles, at) } else { vec![] };
        let view = view(world, person, evening, &others, at, now);
        let mut ledger = Ledger::new(tally, &view);
        invariants::judge(&view, &mut ledger);
        invariants::compare(&view, &mut ledger, rng);
        if rng.next().is_multiple_of(READ_EVERY) {
            invariants::read(&view, &mut ledger);
        }
    }
}

/// Days after which a bookmark is made anew.
const BOOKMARK_DAYS: i64 = 7;

/// Reads each episode by its bookmark, and says whether it comes to the same.
fn read_by_bookmarks(
    world: &World,
    person: &mut Person,
    evening: &Evening,
    now: Now,
    rng: &mut Rng,
    tally: &mut Tally,
) {
    let many = person.threads.len() > 1;
    for (at, s) in evening.situations().iter().enumerate() {
        let thread = &person.threads[at];
        let Some(mark) = thread.mark.as_ref().filter(|mark| mark.is_good(thread, now)) else {
            person.threads[at].mark = Some(Mark::new(world, thread, s));
            continue;
        };
        let others = if many { others(&evening.singles, at) } else { vec![] };
        let view = view(world, person, evening, &others, at, now);
        let journal = mark.journal(thread, evening.shared[at].clone(), now);
        let few =
            Situation::of(world.library(), &thread.program, thread.episode.clone(), journal, view.others)
                .expect("decisions are never left out");
        invariants::reading::judge(&view, &few, rng, &mut Ledger::new(tally, &view));
        if now.day.since(mark.made()) >= BOOKMARK_DAYS {
            let next = if mark.goes_on(now.day) {
                mark.after(world, thread, &few)
            } else {
                Mark::new(world, thread, s)
            };
            person.threads[at].mark = Some(next);
        }
    }
}

/// The same evening, after something was decided: whatever held before it has
/// to hold at once, not only tomorrow.
fn look_again(world: &World, person: &Person, now: Now, tally: &mut Tally) {
    let now = Now::at(now.at + chrono::Duration::minutes(2));
    let evening = Evening::of(world, &person.threads, now);
    for at in 0..person.threads.len() {
        tally.evaluations += 1;
        let others = if person.threads.len() > 1 { others(&evening.singles, at) } else { vec![] };
        let view = view(world, person, &evening, &others, at, now);
        invariants::judge(&view, &mut Ledger::new(tally, &view));
    }
}

fn view<'a>(
    world: &'a World,
    person: &'a Person,
    evening: &'a Evening,
    others: &'a [sinew::domain::situation::Situation],
    at: usize,
    now: Now,
) -> View<'a> {
    let thread = &person.threads[at];
    let shared = &evening.shared[at];
    let facts =
        Facts::of(world.library(), thread.episode.side, thread.mirror.onset, &thread.entries, shared, now);
    let place = (person.seed, person.day);
    View { world, place, thread, s: &evening.situations()[at], others, shared, now, facts }
}
