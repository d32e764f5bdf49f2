//! The engine, the loader and the store by themselves, in process.
//!
//! `cargo bench --bench engine` times what the whole commands of `whole` are made of:
//! the advice of one day on a diary of four weeks, a year and ten years, reading the
//! definitions, writing and reading entries. A word behind `--` runs what has it in its
//! name alone. Building the diary and dropping the result are not timed.

use std::sync::{Arc, LazyLock};

use chrono::DateTime;
use divan::{Bencher, black_box};
use sinew::app::{App, StartRequest};
use sinew::catalog::{Catalog, Definition, read_program};
use sinew::domain::advice::{Action, advise};
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{Entry, EntryId, Fact, Reading, Side};
use sinew::domain::episode::{Episode, Goal, Manner};
use sinew::domain::journal::Journal;
use sinew::domain::library::Library;
use sinew::domain::schedule::plan;
use sinew::domain::screening::flags;
use sinew::domain::situation::Situation;
use sinew::store::{Batch, Store, Text};

mod diary;

fn main() {
    divan::main();
}

/// Four weeks, a year, ten years.
const DAYS: [u32; 3] = [28, 365, 3_650];

/// Rows of a day: a check-in on waking and one in the evening, and six exercises.
const ROWS: u32 = 12;

/// The program that the lives are on.
const PROGRAM: &str = "hamstring-strain-2";

/// Days for which each advance is taken; a recovery is over by then.
const RECOVERY: i64 = 28;

/// The morning after the last day on record, with its morning reading still missing.
fn now() -> Now {
    Now::at(DateTime::parse_from_rfc3339("2026-11-21T08:00:00+00:00").expect("a moment"))
}

/// An episode with a diary of so many days, and what it is judged by.
struct Life {
    library: Library,
    program: Definition,
    episode: Episode,
    entries: Vec<Arc<Entry>>,
}

/// The lives, each built when it is asked for.
static LIVES: [LazyLock<Life>; DAYS.len()] = [
    LazyLock::new(|| Life::of(DAYS[0])),
    LazyLock::new(|| Life::of(DAYS[1])),
    LazyLock::new(|| Life::of(DAYS[2])),
];

/// The life of so many days.
fn life(days: u32) -> &'static Life {
    let at = DAYS.iter().position(|d| *d == days).expect("one of the lives");
    &LIVES[at]
}

impl Life {
    fn of(days: u32) -> Self {
        let catalog = Catalog::builtin().expect("what is built in");
        let mut app = App::new(catalog, Store::in_memory().expect("a store"));
        let onset = now().day.minus(i64::from(days));
        let episode = app.start(request(onset), now()).expect("an episode");
        app.import(&episode, diary::diary(days, ROWS).as_bytes(), now(), |_| ()).expect("a diary");
        for n in 0..RECOVERY {
            let evening = Now::at(sinew::app::day_ends(onset.plus(n), now()));
            let situation = app.situation(&episode, evening).expect("a situation");
            if situation.advice.action == Action::Advance {
                app.accept(&situation, evening).expect("an advance");
            }
        }
        let today = app.situation(&episode, now()).expect("a situation");
        Self {
            program: app.catalog.programs[PROGRAM].clone(),
            entries: today.journal.entries().to_vec(),
            library: app.catalog.library,
            episode,
        }
    }

    fn journal(&self) -> Journal {
        Journal::new(self.entries.iter().cloned(), now())
    }

    fn situation(&self, journal: Journal) -> Situation {
        Situation::of(&self.library, &self.program.program, self.episode.clone(), journal, &[])
            .expect("a situation")
    }
}

fn request(onset: Day) -> StartRequest {
    StartRequest {
        condition: "hamstring-strain".to_owned(),
        grade: Some(2),
        graded_by: "self".to_owned(),
        side: Some(Side::Left),
        onset,
        manner: Some(Manner::Sudden),
        region: None,
        goal: Goal::SprintSport,
        title: None,
        answers: vec![],
        note: None,
    }
}

/// The full advice of one day: flags, advice, plan.
#[divan::bench(args = DAYS)]
fn advice(bencher: Bencher, days: u32) {
    let life = life(days);
    bencher.with_inputs(|| life.journal()).bench_local_values(|journal| life.situation(journal));
}

/// What the advice is made of.
mod parts {
    use super::{Bencher, DAYS, advise, flags, life, plan};

    #[divan::bench(args = DAYS)]
    fn journal(bencher: Bencher, days: u32) {
        let life = life(days);
        bencher.bench_local(|| life.journal());
    }

    #[divan::bench(name = "flags", args = DAYS)]
    fn raised(bencher: Bencher, days: u32) {
        let life = life(days);
        let today = life.situation(life.journal());
        bencher.bench_local(|| today.judge(&life.library, flags));
    }

    #[divan::bench(name = "advise", args = DAYS)]
    fn advised(bencher: Bencher, days: u32) {
        let life = life(days);
        let today = life.situation(life.journal());
        bencher.bench_local(|| today.judge(&life.library, |case| advise(case, &today.flags)));
    }

    #[divan::bench(name = "plan", args = DAYS)]
    fn planned(bencher: Bencher, days: u32) {
        let life = life(days);
        let today = life.situation(life.journal());
        bencher
            .bench_local(|| today.judge(&life.library, |case| plan(case, &today.flags, &today.advice, &[])));
    }
}

/// What would change the answer.
#[divan::bench(args = DAYS)]
fn change(bencher: Bencher, days: u32) {
    let life = life(days);
    let today = life.situation(life.journal());
    bencher.bench_local(|| today.change(&life.library));
}

/// Reading definitions.
mod loader {
    use super::{Bencher, Catalog, PROGRAM, black_box, read_program};

    /// What a running plan needs of the library.
    #[divan::bench]
    fn of_plans() -> Catalog {
        Catalog::of_plans().expect("what is built in")
    }

    #[divan::bench]
    fn everything() -> Catalog {
        Catalog::builtin().expect("what is built in")
    }

    #[divan::bench]
    fn one_program(bencher: Bencher) {
        let catalog = Catalog::builtin().expect("what is built in");
        let hash = &catalog.programs[PROGRAM].hash;
        bencher.bench_local(|| catalog.built_in(black_box(hash)));
    }

    /// The text of a program through the whole reader, as a file of one's own goes.
    #[divan::bench]
    fn text_of_a_program(bencher: Bencher) {
        let catalog = Catalog::builtin().expect("what is built in");
        let text = &catalog.programs[PROGRAM].text;
        bencher.bench_local(|| read_program("hamstring-strain-2.toml", black_box(text), &catalog.library));
    }
}

/// Entries in a file on the disk that holds temporary files.
mod stored {
    use super::{Batch, Bencher, Entry, EntryId, Fact, Life, PROGRAM, Reading, Store, Text, life, now};

    /// A folder, and a store in it with a diary of so many days.
    fn store(days: u32) -> (tempfile::TempDir, Store, &'static Life) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("store")).expect("a store");
        let life = life(days);
        let entries: Vec<Entry> = life.entries.iter().map(|e| e.as_ref().clone()).collect();
        let program = &life.program;
        let definition = Some(Text { hash: &program.hash, id: PROGRAM, source: &program.text });
        let batch = Batch { episode: Some(&life.episode), definition, entries: &entries, ..Batch::default() };
        store.append(&life.episode.id, &life.library, &batch).expect("a diary");
        (folder, store, life)
    }

    /// One check-in, which is on the disk when this ends.
    #[divan::bench]
    fn append(bencher: Bencher) {
        let (_folder, mut store, life) = store(28);
        let mut n = 0;
        let mut next = || {
            n += 1;
            let readings = vec![Reading { measure: "pain-rest".into(), side: None, value: 3.0 }];
            Entry {
                id: EntryId::new(format!("00000000-0000-7000-8000-{n:012}")),
                day: now().day,
                at: now().at,
                note: None,
                corrects: None,
                fact: Fact::CheckIn { readings, answers: vec![] },
            }
        };
        bencher.bench_local(|| {
            let entries = [next()];
            let batch = Batch { entries: &entries, ..Batch::default() };
            store.append(&life.episode.id, &life.library, &batch)
        });
    }

    #[divan::bench]
    fn read_a_year(bencher: Bencher) {
        let (_folder, store, life) = store(365);
        bencher.bench_local(|| store.behind(None, &life.library));
    }
}
