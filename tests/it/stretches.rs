//! A store that is too large to be held as a whole: its advice is the same as if it had
//! been.

use sinew::app::{App, Draft};
use sinew::catalog::Catalog;
use sinew::domain::day::Now;
use sinew::domain::entry::{Fact, Side};
use sinew::domain::episode::Episode;
use sinew::domain::situation::Situation;
use sinew::store::Store;

use crate::lookback::{DAYS, Life, ONSET};
use crate::support::{day, evening, request};

/// Says whether anything was left out when advice was given holding so many entries, and
/// holds it to the whole.
fn leaves_out(app: App, most: usize, episode: &Episode, now: Now, what: &str) -> (App, bool) {
    let Ok(whole) = app.situation(episode, now) else { return (app, false) };
    let app = app.holding(most);
    let read = app.present(episode, now).unwrap();
    assert!(read.says_the_same_as(&whole), "{what}, holding {most}");
    assert_eq!(read.change(&app.catalog.library), whole.change(&app.catalog.library), "{what}");
    let count = |s: &Situation| s.journal.entries().len();
    (app, count(&read) < count(&whole))
}

fn seeds() -> std::ops::Range<u64> {
    let more = std::env::var("LIVES").ok().and_then(|lives| lives.parse().ok());
    0..more.unwrap_or(12)
}

#[test]
fn a_life_that_was_written_down_day_by_day() {
    let (mut left_out, mut read) = (0, 0);
    for seed in seeds() {
        let Life { mut app, episodes, .. } = Life::of(seed);
        for episode in &episodes {
            for (most, end) in [(0, 149), (300, 149), (900, 149), (100, 120), (0, 101)] {
                let now = evening(day(ONSET).plus(end));
                let what = format!("seed {seed}, episode {}, day {end}", episode.number);
                let one;
                (app, one) = leaves_out(app, most, episode, now, &what);
                left_out += usize::from(one);
                read += 1;
            }
        }
    }
    // In the others something lapsed, or one episode told the other something late.
    assert!(10 * left_out > read, "{left_out} of {read}");
}

/// Where nothing could be let go, everything is there, and in order.
#[test]
fn what_was_kept_whole_is_looked_back_at() {
    for seed in 0..3 {
        let Life { mut app, episodes, .. } = Life::of(seed);
        let now = evening(day(ONSET).plus(DAYS - 1));
        for episode in &episodes {
            let Ok(whole) = app.situation(episode, now) else { continue };
            let truth = app.adherence(&whole, &|_| {}).unwrap();
            app = app.holding(100);
            app.present(episode, now).unwrap();
            assert_eq!(app.adherence(&whole, &|_| {}).unwrap(), truth, "seed {seed}");
        }
    }
}

/// The plan is only started when everything has happened.
#[test]
fn a_diary_of_before_the_plan() {
    let mut left_out = 0;
    for seed in seeds() {
        let life = Life::of(seed);
        let now = evening(day(ONSET).plus(DAYS - 1));
        let Ok(lived) = life.app.situation(&life.episodes[0], now) else { continue };
        let mut app = App::new(Catalog::builtin().unwrap(), Store::in_memory().unwrap());
        let started = app.start(request("hamstring-strain", 2, Side::Left, day(ONSET)), now).unwrap();
        let tells = |fact: &Fact| !matches!(fact, Fact::Decision(_) | Fact::Clearance(_));
        let told = lived.journal.entries().iter().filter(|e| tells(&e.fact));
        let drafts = told.map(|e| Draft { at: e.at, note: None, fact: e.fact.clone() }).collect();
        app.record(&started, drafts, now).unwrap();
        for most in [0, 200, 500] {
            let one;
            (app, one) = leaves_out(app, most, &started, now, &format!("seed {seed}"));
            left_out += u64::from(one);
        }
    }
    assert!(left_out > seeds().end, "{left_out}");
}
