//! What would change an answer: once it is on record, it does.

use proptest::prelude::*;
use sinew::app::{App, Draft};
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::checkin::{tests, wanted};
use sinew::domain::day::Day;
use sinew::domain::dose::Dose;
use sinew::domain::entry::{
    Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Reading, Side,
};
use sinew::domain::episode::Episode;
use sinew::domain::journal::Journal;
use sinew::domain::measure::Better;
use sinew::domain::needs::{Need, NeedKind};
use sinew::domain::program::Whose;
use sinew::domain::situation::Situation;

use crate::laws::{History, episode, history, library};
use crate::support::{day, evening, now, opened};

/// The facts that a person would log for a need on one of its days, written
/// here by itself so that the engine is not checked with its own help. Where
/// the legs are compared, both do what is wanted of the injured one; and no
/// pain is worse than the worst pain named for the day.
fn logged(needs: &[Need], need: &Need, day: Day) -> Fact {
    let same = |n: &&Need| n.id == need.id && n.whose == Some(Whose::Injured);
    let alike = needs.iter().find(same).and_then(|n| n.value);
    let quiet = needs.iter().filter(|n| n.id == "pain-worst" && n.on.contains(&day)).filter_map(|n| n.value);
    let worst = if need.id.contains("pain") { quiet.fold(10.0, f64::min) } else { f64::MAX };
    let value = need.value.unwrap_or(0.0).min(worst);
    match need.kind {
        NeedKind::Questions => Fact::Screen(calm_answers(library())),
        NeedKind::Clearance => Fact::Clearance(Clearance {
            rule: need.id.clone(),
            who: "w".into(),
            role: "doctor".into(),
            day,
            outcome: Outcome::Cleared,
            expires: None,
        }),
        NeedKind::Decision => Fact::Decision(Decision::of(DecisionKind::Resume)),
        NeedKind::Session => Fact::Performed(Performed {
            dose: need.dose.clone(),
            pain: Some(value),
            ..Performed::of(&need.id)
        }),
        NeedKind::Reading | NeedKind::Test => {
            let measure = &library().measures[&need.id];
            let best = if measure.better == Better::Lower { measure.range.0 } else { measure.range.1 };
            let on = |side, value| Reading { measure: need.id.as_str().into(), side, value };
            let readings = if need.both_sides() {
                vec![
                    on(Some(Side::Left), alike.unwrap_or(best)),
                    on(Some(Side::Right), alike.unwrap_or(best)),
                ]
            } else if measure.sided {
                vec![on(Some(Side::Left), value)]
            } else {
                vec![on(None, value)]
            };
            Fact::CheckIn { readings, answers: vec![] }
        }
    }
}

/// The situation of a later day with these needs on record and nothing else.
fn after(history: &History, needs: &[Need], day: Day) -> Situation {
    after_some(history, needs, day, |_, _| true)
}

/// Whether each session that is named is one that the plan of its own day asks
/// for, once the days before it and its morning are on record as named.
fn held(history: &History, needs: &[Need]) -> Result<(), String> {
    for need in needs.iter().filter(|n| n.kind == NeedKind::Session) {
        for day in &need.on {
            let s = after_some(history, needs, *day, |n, on| on < *day || n.id == "pain-morning");
            let item = s.plan.items.iter().find(|i| i.id == need.id && i.due > i.done);
            let item = item.ok_or_else(|| format!("{} on {day}: {:?}", need.id, s.plan.left_out))?;
            let due: Dose = item.dose.parse().unwrap();
            if need.dose.as_ref().is_some_and(|dose| dose.rung > due.rung) {
                return Err(format!("{} on {day}: {due}, {:?}", need.id, item.step));
            }
        }
    }
    Ok(())
}

/// The same with those needs alone that are on record by then.
fn after_some(history: &History, needs: &[Need], day: Day, there: impl Fn(&Need, Day) -> bool) -> Situation {
    let mut entries = history.entries();
    for need in needs {
        for on in need.on.iter().filter(|on| **on <= day && there(need, **on)) {
            // The very end of the day, when no painkiller of the evening before masks anything.
            let at = evening(*on).at;
            let id = EntryId::new(format!("z{:06}", entries.len()));
            entries.push(Entry {
                id,
                day: *on,
                at,
                note: None,
                corrects: None,
                fact: logged(needs, need, *on),
            });
        }
    }
    let now = evening(day);
    Situation::of(library(), history.program(), episode(), Journal::new(entries, now), &[]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// For a day that holds, the readings that are named change the answer on
    /// the day that is named, and none of them is named in vain.
    #[test]
    fn what_would_change_an_answer_does_change_it(history in history()) {
        let now = history.situation();
        let Some(change) = now.change(library()) else {
            prop_assert!(!matches!(now.advice.action, Action::Hold | Action::Stop));
            return Ok(());
        };
        let Some(day) = change.day.filter(|_| now.advice.action == Action::Hold) else { return Ok(()) };
        prop_assert!(!change.needs.is_empty() || day > now.journal.now().day, "{:?}", change);
        let then = after(&history, &change.needs, day);
        prop_assert_eq!(Some(then.advice.action), change.to, "{:#?}", change.needs);
        prop_assert!(then.advice.action > Action::Hold);
        prop_assert_eq!(held(&history, &change.needs), Ok(()));
        for at in 0..change.needs.len() {
            let mut fewer = change.needs.clone();
            let left = fewer.remove(at);
            let then = after(&history, &fewer, day);
            let works = then.advice.action > Action::Hold && held(&history, &fewer).is_ok();
            prop_assert!(!works, "{} is named in vain", left.id);
        }
    }

    /// Who puts on record what is named for today finds the day no further away
    /// tomorrow.
    #[test]
    fn the_day_that_is_named_does_not_recede(history in history()) {
        let now = history.situation();
        let Some(change) = now.change(library()) else { return Ok(()) };
        let Some(day) = change.day.filter(|_| now.advice.action == Action::Hold) else { return Ok(()) };
        let today = now.journal.now().day;
        let tomorrow = after_some(&history, &change.needs, today.plus(1), |_, on| on == today);
        // Silence itself has consequences, which `next` tells by another word than hold.
        if day > today && tomorrow.advice.action == Action::Hold {
            let then = tomorrow.change(library()).unwrap();
            prop_assert!(then.day.is_some_and(|then| then <= day), "{:#?}\nthen {:#?}", change, then);
        }
    }
}

/// Most days that hold have an answer to what would change them.
#[test]
fn most_days_that_hold_say_what_would_change_them() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut holds, mut told, mut today) = (0, 0, 0);
    for _ in 0..200 {
        let history = history().new_tree(&mut runner).unwrap().current();
        let s = history.situation();
        if s.advice.action != Action::Hold {
            continue;
        }
        holds += 1;
        let change = s.change(library()).unwrap();
        told += u32::from(change.day.is_some());
        today += u32::from(change.day == Some(s.journal.now().day));
    }
    assert!(holds >= 40, "{holds}");
    assert!(told * 10 >= holds * 9, "{told} of {holds}");
    assert!(today >= 5, "{today}");
}

/// Day 0 of the recoveries below.
const ONSET: &str = "2026-03-02";

fn on(n: i64) -> Day {
    day(ONSET).plus(n)
}

fn record(app: &mut App, episode: &Episode, n: i64, hour: u32, fact: Fact) {
    let at = now(&format!("{}T{hour:02}:00", on(n)));
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
}

fn read(app: &mut App, episode: &Episode, n: i64, readings: &[(&str, Option<Side>, f64)]) {
    let read = |(measure, side, value): &(&str, Option<Side>, f64)| Reading {
        measure: (*measure).into(),
        side: *side,
        value: *value,
    };
    let readings = readings.iter().map(read).collect();
    record(app, episode, n, 8, Fact::CheckIn { readings, answers: vec![] });
}

/// Running from a day on, with two clean sessions of each rung up to the fifth one
/// two weeks later, and nothing that hurts.
fn running(from: i64, until: i64) -> (App, Episode) {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    let enter = Decision {
        phase: Some("p4".to_owned()),
        reason: Some("a test".to_owned()),
        ..Decision::of(DecisionKind::Override)
    };
    record(&mut app, &episode, 33, 5, Fact::Decision(enter));
    for n in 27..=until {
        let quiet = ["pain-morning", "pain-worst", "pain-rest", "pain-walking", "limp", "woken-by-pain"];
        read(&mut app, &episode, n, &quiet.map(|measure| (measure, None, 0.0)));
    }
    for (n, rung) in (from..=from + 14).step_by(2).zip([2, 2, 3, 3, 4, 4, 5, 5]) {
        run(&mut app, &episode, n, rung);
    }
    (app, episode)
}

fn run(app: &mut App, episode: &Episode, n: i64, rung: u32) {
    let dose = Dose { rung: Some(rung), ..Dose::default() };
    let run = Performed { dose: Some(dose), pain: Some(0.0), ..Performed::of("run-ladder") };
    record(app, episode, n, 18, Fact::Performed(run));
}

fn bridges(app: &mut App, episode: &Episode, n: i64) {
    let bridge = |side| ("single-leg-bridge", Some(side), 26.0);
    read(app, episode, n, &[bridge(Side::Left), bridge(Side::Right)]);
}

/// The days for which something is named in the evening of a day.
fn named(app: &App, episode: &Episode, n: i64, id: &str) -> Vec<i64> {
    let s = app.situation(episode, evening(on(n))).unwrap();
    let change = s.change(&app.catalog.library).unwrap();
    let needs = change.needs.iter().filter(|need| need.id == id);
    let mut days: Vec<i64> = needs.flat_map(|need| &need.on).map(|day| day.since(on(0))).collect();
    days.sort_unstable();
    days
}

#[test]
fn what_opens_a_rung_is_named_before_the_first_run_that_needs_it() {
    let (app, episode) = running(35, 50);
    let (tests, runs) =
        (named(&app, &episode, 50, "single-leg-bridge"), named(&app, &episode, 50, "run-ladder"));
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(tests.first() < runs.first(), "{tests:?} before {runs:?}");
}

#[test]
fn a_rung_that_waits_for_a_test_asks_for_it() {
    let (mut app, episode) = running(33, 48);
    let asked = |app: &App, n: i64| {
        let s = app.situation(&episode, evening(on(n))).unwrap();
        let ids = |needs: Vec<Need>| needs.into_iter().map(|need| need.id).collect::<Vec<_>>();
        s.judge(&app.catalog.library, |case| (ids(tests(case, &s.advice)), ids(wanted(case, &s.advice))))
    };
    assert!(asked(&app, 47).0.is_empty(), "the rung is not reached, and all else is too early");
    assert_eq!(asked(&app, 48).0, ["single-leg-bridge"]);
    assert!(asked(&app, 48).1.contains(&"single-leg-bridge".to_owned()));
    bridges(&mut app, &episode, 48);
    assert!(asked(&app, 48).0.is_empty());
    assert!(!asked(&app, 48).1.contains(&"single-leg-bridge".to_owned()));
}

#[test]
fn a_run_of_today_lacks_only_its_morning() {
    let (mut app, episode) = running(35, 55);
    bridges(&mut app, &episode, 52);
    run(&mut app, &episode, 53, 6);
    run(&mut app, &episode, 55, 6);
    let s = app.situation(&episode, evening(on(55))).unwrap();
    let change = s.change(&app.catalog.library).unwrap();
    assert_eq!(change.day, Some(on(56)), "{:#?}", change.needs);
    assert_eq!(named(&app, &episode, 55, "run-ladder"), Vec::<i64>::new());
    assert_eq!(named(&app, &episode, 55, "pain-morning"), [56]);
    assert_eq!(named(&app, &episode, 55, "goal-activity-pain"), [55, 56]);
}

#[test]
fn today_counts_among_the_days_of_a_test() {
    let (mut app, episode) = running(35, 56);
    bridges(&mut app, &episode, 52);
    run(&mut app, &episode, 53, 6);
    run(&mut app, &episode, 55, 6);
    let s = app.situation(&episode, evening(on(56))).unwrap();
    let change = s.change(&app.catalog.library).unwrap();
    assert_eq!(change.day, Some(on(57)), "{:#?}", change.needs);
    assert_eq!(named(&app, &episode, 56, "goal-activity-pain"), [56, 57]);
}
