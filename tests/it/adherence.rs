//! Adherence: a table of what becomes of an exercise, and the laws that hold
//! for every history.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use sinew::app::{App, Draft};
use sinew::domain::adherence::{Adherence, Measured, More, OfDay, State, adherence};
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{
    Decision, DecisionKind, Entry, EntryId, Fact, Performed, Reading, Side, TOO_MUCH,
};
use sinew::domain::episode::Episode;
use sinew::domain::journal::Journal;
use sinew::domain::situation::Situation;

use crate::commands::Home;
use crate::laws::{History, episode, history, library};
use crate::support::{day, evening, now, opened};

/// An episode of a hamstring strain whose plan has the same four exercises on
/// each of its first days: ankle pumps and knee bends three times a day, a walk
/// once, and from day 2 a heel press twice.
struct Kept {
    app: App,
    episode: Episode,
}

impl Kept {
    fn new() -> Self {
        let (app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
        Self { app, episode }
    }

    fn record(&mut self, at: &str, fact: Fact) {
        let at = now(&format!("2026-03-{at}"));
        self.app.record(&self.episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
    }

    fn done(&mut self, at: &str, exercise: &str, dose: &str) {
        let dose = Some(dose.parse().unwrap());
        self.record(at, Fact::Performed(Performed { dose, ..Performed::of(exercise) }));
    }

    fn skipped(&mut self, at: &str, exercise: &str, because: &str) {
        let skipped = Some(because.to_owned());
        self.record(at, Fact::Performed(Performed { skipped, ..Performed::of(exercise) }));
    }

    fn pain(&mut self, at: &str, value: f64) {
        let reading = Reading { measure: "pain-worst".into(), side: None, value };
        self.record(at, Fact::CheckIn { readings: vec![reading], answers: vec![] });
    }

    fn at(&self, at: &str) -> Adherence {
        let situation = self.app.situation(&self.episode, now(&format!("2026-03-{at}"))).unwrap();
        self.app.adherence(&situation, &|_| ()).unwrap()
    }

    /// A day as it is seen in the morning of the 20th.
    fn day(&self, of: &str) -> OfDay {
        self.at("20T09:00").days[&day(&format!("2026-03-{of}"))].clone()
    }

    fn state(&self, of: &str, exercise: &str) -> State {
        self.day(of).exercises[exercise]
    }
}

#[test]
fn what_was_done_is_done_and_what_was_cut_short_is_done_in_part() {
    let mut kept = Kept::new();
    kept.done("04T10:00", "walk", "3x3min");
    kept.done("04T11:00", "ankle-pumps", "2x15");
    kept.done("04T12:00", "ankle-pumps", "2x15");
    kept.done("04T13:00", "heel-press", "1x10x5s");
    assert_eq!(kept.state("04", "walk"), State::Done);
    assert_eq!(kept.state("04", "ankle-pumps"), State::Partly);
    assert_eq!(kept.state("04", "heel-press"), State::Partly);
    assert_eq!(kept.state("04", "seated-knee-bends"), State::Missed);
    kept.done("04T18:00", "ankle-pumps", "2x15");
    assert_eq!(kept.state("04", "ankle-pumps"), State::Done);
}

#[test]
fn a_bout_of_each_leg_is_one_bout() {
    let mut kept = Kept::new();
    for (at, side) in [("04T10:00", Side::Left), ("04T10:05", Side::Right)] {
        let dose = Some("2x15".parse().unwrap());
        let bout = Performed { dose, side: Some(side), ..Performed::of("ankle-pumps") };
        kept.record(at, Fact::Performed(bout));
    }
    assert_eq!(kept.state("04", "ankle-pumps"), State::Partly);
    assert_eq!(kept.day("04").more, []);
}

#[test]
fn a_day_of_which_nothing_was_told_is_unknown_and_not_missed() {
    let mut kept = Kept::new();
    kept.pain("04T10:00", 1.0);
    assert_eq!(kept.day("04").missed, 4);
    let silent = kept.day("05");
    assert_eq!((silent.missed, silent.due, silent.unknown), (0, 0, 4));
    assert!(kept.at("06T09:00").unknown_days == 2, "the third and the fifth");
}

#[test]
fn a_skip_keeps_its_reason_and_counts_neither_way() {
    let mut kept = Kept::new();
    kept.done("04T10:00", "walk", "3x3min");
    kept.skipped("04T11:00", "ankle-pumps", "no time");
    kept.skipped("04T12:00", "seated-knee-bends", TOO_MUCH);
    kept.done("04T13:00", "heel-press", "2x10x5s");
    let of_day = kept.day("04");
    assert_eq!((of_day.due, of_day.done, of_day.missed), (2, 2, 0));
    let told: Vec<(&str, &str)> =
        of_day.skipped.iter().map(|s| (s.id.as_str(), s.because.as_str())).collect();
    assert_eq!(told, [("ankle-pumps", "no time"), ("seated-knee-bends", TOO_MUCH)]);
    assert_eq!(kept.at("20T09:00").score, Some(1.0));
}

#[test]
fn what_the_rules_withheld_is_nobodys_lapse() {
    let mut kept = Kept::new();
    // A pain of six: the questions come before any exercise.
    kept.pain("04T10:00", 7.0);
    let of_day = kept.day("04");
    assert_eq!((of_day.due, of_day.missed), (0, 0));
    assert_eq!(of_day.not_due, 4);
    // What hurt too much stays out for a day, and its own bout was due.
    let mut kept = Kept::new();
    let bout = Performed { pain: Some(9.0), ..Performed::of("walk") };
    kept.record("04T10:00", Fact::Performed(bout));
    assert_eq!(kept.state("04", "walk"), State::Done);
}

#[test]
fn more_than_planned_is_told_as_plainly() {
    let mut kept = Kept::new();
    kept.done("04T10:00", "walk", "5x3min");
    kept.done("05T10:00", "squat", "2x10");
    let more = |id: &str, amount, unit, because: Option<&str>| More {
        id: id.to_owned(),
        amount,
        unit,
        because: because.map(str::to_owned),
    };
    assert_eq!(kept.state("04", "walk"), State::Done);
    assert_eq!(kept.day("04").more, [more("walk", 2, Measured::Sets, None)]);
    let outside = more("squat", 1, Measured::Bouts, Some("not in the plan of that day"));
    assert_eq!(kept.day("05").more, [outside]);
    assert_eq!(kept.state("05", "squat"), State::NotDue);
    assert_eq!(kept.at("20T09:00").more, 2);
}

#[test]
fn a_rest_of_the_plan_is_not_due_and_says_why() {
    let mut kept = Kept::new();
    let situation = kept.app.situation(&kept.episode, now("2026-03-05T12:00")).unwrap();
    kept.app.pause(&situation, "a cold", now("2026-03-05T12:00")).unwrap();
    kept.done("06T10:00", "walk", "3x3min");
    let situation = kept.app.situation(&kept.episode, now("2026-03-07T12:00")).unwrap();
    kept.app.resume(&situation, now("2026-03-07T12:00")).unwrap();
    kept.pain("07T13:00", 1.0);
    for rested in ["05", "06", "07"] {
        let of_day = kept.day(rested);
        assert_eq!((of_day.due, of_day.unknown, of_day.not_due), (0, 0, 4), "on {rested}");
    }
    let whole = kept.at("20T09:00");
    assert_eq!(whole.pauses[0].because.as_deref(), Some("a cold"));
    assert_eq!(kept.day("06").more[0].because.as_deref(), Some("the plan rested"));
}

#[test]
fn today_is_not_over_and_the_first_day_was_not_whole() {
    let mut kept = Kept::new();
    kept.pain("02T20:00", 2.0);
    kept.done("04T10:00", "ankle-pumps", "2x15");
    assert_eq!(kept.day("02").due, 0, "the plan was not known in the morning");
    let today = &kept.at("04T12:00").days[&day("2026-03-04")];
    assert_eq!((today.due, today.open, today.missed), (0, 4, 0));
    assert_eq!(today.exercises["ankle-pumps"], State::Open, "once of three times");
}

#[test]
fn before_the_episode_was_opened_there_was_no_plan_to_keep_to() {
    let mut app = Kept::new().app;
    let request = crate::support::request("calf-strain", 1, Side::Right, day("2026-03-02"));
    let episode = app.start(request, now("2026-03-10T08:00")).unwrap();
    let mut kept = Kept { app, episode };
    kept.pain("06T10:00", 1.0);
    let days = kept.at("20T09:00").days;
    assert_eq!(days.keys().next(), Some(&day("2026-03-10")));
}

/// What a person does beside a history of the laws.
#[derive(Clone, Debug)]
enum Act {
    /// A bout, of which no pain is told.
    Bout { exercise: Index, sets: Option<u32>, on: Index },
    /// A skip with a reason.
    Skip { exercise: Index, on: Index },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let bout = (any::<Index>(), prop::option::of(1..4_u32), any::<Index>());
    let act = prop_oneof![
        5 => bout.prop_map(|(exercise, sets, on)| Act::Bout { exercise, sets, on }),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(exercise, on)| Act::Skip { exercise, on }),
    ];
    prop::collection::vec(act, 0..60)
}

/// A history with what was done in it, and the evening on which it is read.
#[derive(Clone)]
struct Life {
    history: History,
    entries: Vec<Entry>,
    now: Now,
}

impl Life {
    fn of(history: &History, acts: &[Act]) -> Self {
        let now = history.situation().journal.now();
        let mut life = Self { history: history.clone(), entries: history.entries(), now };
        for act in acts {
            life.entries.extend(life.entry(act));
        }
        life
    }

    /// An entry on one of the days of which something was told.
    fn entry(&self, act: &Act) -> Option<Entry> {
        let told: Vec<&Entry> =
            self.entries.iter().filter(|e| matches!(e.fact, Fact::CheckIn { .. })).collect();
        let known: Vec<&str> = self
            .history
            .program()
            .phases
            .iter()
            .flat_map(|p| &p.exercises)
            .map(|p| p.exercise.as_str())
            .collect();
        let (exercise, on) = match act {
            Act::Bout { exercise, on, .. } | Act::Skip { exercise, on } => (exercise, on),
        };
        let beside = told.get(on.index(told.len().max(1)))?;
        let mut what = Performed::of(known[exercise.index(known.len())]);
        match act {
            Act::Bout { sets, .. } => what.dose = sets.map(|sets| format!("{sets}x10").parse().unwrap()),
            Act::Skip { .. } => what.skipped = Some("no time".to_owned()),
        }
        let (id, at) =
            (EntryId::new(format!("a{:06}", self.entries.len())), beside.at + chrono::Duration::minutes(95));
        Some(Entry { id, day: beside.day, at, note: None, corrects: None, fact: Fact::Performed(what) })
            .filter(|e| e.at <= self.now.at)
    }

    fn stood(&self, now: Now) -> Option<Situation> {
        let journal = Journal::new(self.entries.clone(), now);
        Situation::of(library(), self.history.program(), episode(), journal, &[])
    }

    fn kept(&self) -> Adherence {
        let shared: Vec<std::sync::Arc<Entry>> = self.entries.iter().cloned().map(Into::into).collect();
        let stood = |now| {
            let journal = Journal::new(shared.iter().cloned(), now);
            Situation::of(library(), self.history.program(), episode(), journal, &[])
        };
        adherence(&stood(self.now).unwrap(), stood)
    }

    fn told(&self, on: Day) -> bool {
        let tells = |e: &&Entry| !matches!(e.fact, Fact::Decision(_) | Fact::Clearance(_));
        self.entries.iter().filter(tells).any(|e| e.day == on)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Each exercise of each day is in one state, and the states say no more
    /// than what is known and what was asked for.
    #[test]
    fn each_state_is_what_it_says(history in history(), acts in acts()) {
        let life = Life::of(&history, &acts);
        let kept = life.kept();
        for (day, of) in &kept.days {
            let skipped = u32::try_from(of.skipped.len()).unwrap();
            let all = of.due + skipped + of.not_due + of.unknown + of.open;
            prop_assert_eq!(all as usize, of.exercises.len(), "{}: {:?}", day, of);
            prop_assert_eq!(of.due, of.done + of.partly + of.missed);
            if !life.told(*day) {
                prop_assert_eq!((of.due, skipped), (0, 0), "nothing was told of {}", day);
            }
            if *day == life.now.day {
                prop_assert_eq!((of.missed, of.partly, of.unknown), (0, 0, 0), "{} is not over", day);
            } else {
                prop_assert_eq!(of.open, 0);
            }
            if of.missed > 0 {
                // What the plan of that evening did not hold, nobody missed.
                let plan = life.stood(life.now.back_at(*day, evening(*day).at)).unwrap().plan;
                for (id, _) in of.exercises.iter().filter(|(_, state)| **state == State::Missed) {
                    prop_assert!(plan.items.iter().any(|i| i.id == *id && i.due > 0), "{} on {}", id, day);
                }
            }
        }
        prop_assert_eq!(kept.due, kept.done + kept.partly + kept.missed);
        prop_assert!(kept.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
    }

    #[test]
    fn the_order_of_entry_makes_no_difference(history in history(), acts in acts()) {
        let life = Life::of(&history, &acts);
        let mut reversed = life.clone();
        reversed.entries.reverse();
        prop_assert_eq!(life.kept(), reversed.kept());
    }

    #[test]
    fn one_more_bout_takes_nothing_away_from_what_was_done(
        history in history(),
        acts in acts(),
        more in (any::<Index>(), prop::option::of(1..4_u32), any::<Index>()),
    ) {
        let life = Life::of(&history, &acts);
        let mut fuller = life.clone();
        let (exercise, sets, on) = more;
        fuller.entries.extend(life.entry(&Act::Bout { exercise, sets, on }));
        // The score may fall all the same: what is begun on a day that asked for
        // nothing for certain is known to be a part of what was due.
        let kept = |life: &Life| { let kept = life.kept(); kept.done + kept.partly };
        let (before, after) = (kept(&life), kept(&fuller));
        prop_assert!(after >= before, "{} became {}", before, after);
    }

    /// On a rest, of days on which nothing was done, nothing is due.
    #[test]
    fn a_rest_asks_for_nothing(history in history(), acts in acts(), from in any::<Index>(), days in 0..9_i64) {
        let mut life = Life::of(&history, &acts);
        let first = episode().onset;
        let length = usize::try_from(life.now.day.since(first)).unwrap();
        let from = first.plus(i64::try_from(from.index(length.max(1))).unwrap());
        let to = from.plus(days);
        life.entries.retain(|e| !matches!(e.fact, Fact::Performed(_)) || e.day < from || e.day > to);
        let mut rested = life.clone();
        let decided = |day: Day, id: &str, kind, minutes| Entry {
            id: EntryId::new(id.to_owned()),
            day,
            at: evening(day.minus(1)).at + chrono::Duration::minutes(minutes),
            note: None,
            corrects: None,
            fact: Fact::Decision(Decision::of(kind)),
        };
        rested.entries.push(decided(from, "p", DecisionKind::Pause, 1000));
        rested.entries.push(decided(to, "q", DecisionKind::Resume, 1001));
        rested.entries.retain(|e| e.at <= life.now.at);
        let (before, after) = (life.kept(), rested.kept());
        for (_, of) in after.days.range(from..=to) {
            prop_assert_eq!((of.due, of.unknown, of.open), (0, 0, 0));
        }
        // A rest may move the turns and the rules of later days; where it does not,
        // it never lowers the score.
        let outside = |kept: &Adherence| -> Vec<(Day, BTreeMap<String, State>)> {
            let days = kept.days.iter().filter(|(day, _)| **day < from || **day > to);
            days.map(|(day, of)| (*day, of.exercises.clone())).collect()
        };
        let lower = before.score.zip(after.score).is_some_and(|(before, after)| after < before - 1e-9);
        prop_assert!(!lower || outside(&before) != outside(&after), "{:?} became {:?}", before.score, after.score);
    }
}

/// The laws say something only if the histories reach every state.
#[test]
fn the_histories_reach_every_state() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<State, u32> = BTreeMap::new();
    for _ in 0..12 {
        let (history, acts) = (history(), acts()).new_tree(&mut runner).unwrap().current();
        for of in Life::of(&history, &acts).kept().days.values() {
            for state in of.exercises.values() {
                *reached.entry(*state).or_default() += 1;
            }
        }
    }
    assert_eq!(reached.len(), 7, "{reached:?}");
}

/// The page tells each kind apart, with what the counts are out of, and no
/// percentage.
#[test]
fn the_page_says_how_the_plan_was_kept() {
    let home = Home::new();
    let run = |at: &str, words: &str| {
        let args: Vec<&str> = words.split(' ').collect();
        home.ok(&format!("2026-03-{at}"), &args)
    };
    home.start();
    run("03T12:00", "done walk 3x3min --pain 1");
    run("03T12:30", "done seated-knee-bends --skipped meeting");
    run("04T12:00", "done walk 5x3min --pain 1");
    run("05T12:00", "pause cold");
    run("06T12:00", "done walk 1x3min --pain 1");
    run("07T09:00", "resume");
    run("09T12:00", "log 1");
    let page = run("10T12:00", "progress");
    let kept = page.split("The plan, as it was kept\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(
        kept,
        "\
Done: 2 of 9 sessions that were due, 1 skipped; of 1 day nothing is known.
Lately about 2 of 10: each day counts half as much as one 13 days later, so that
a lapse fades.
More than planned, which these counts leave out:
- Walk: 2 sets more on 2026-03-04
- Walk: 1 bout more on 2026-03-06 (the plan rested)
Skipped, which does not count either way:
- Seated knee bends on 2026-03-03: meeting
Rests of the plan, on which nothing was due:
- 2026-03-05 to 2026-03-07: cold"
    );
    assert!(!page.contains('%'));
    // Where a table has room, what is rarer has its columns; a line has always.
    let plain = run("10T12:00", "progress --plain");
    assert!(plain.contains("skipped: 1") && plain.contains("unknown: 4"), "{plain}");
}
