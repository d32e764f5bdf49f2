//! Flags that the diary raises by itself, each with the entries that prove it.

use sinew::app::{App, Cleared, Draft};
use sinew::domain::day::Day;
use sinew::domain::entry::{Fact, Outcome, Side};
use sinew::domain::episode::Episode;
use sinew::domain::library::Urgency;
use sinew::domain::screening::Flag;

use crate::support::{GRADE_2, day, evening, live_through, now, opened};

const ONSET: &str = "2026-03-02";

fn grade_1() -> (App, Episode) {
    opened("hamstring-strain", 1, Side::Left, ONSET)
}

fn log(app: &mut App, episode: &Episode, n: i64, readings: &[(&str, &str)]) {
    let day = day(ONSET).plus(n);
    let at = now(&format!("{day}T20:00"));
    let readings = readings.iter().map(|(m, v)| app.reading(m, None, v).unwrap()).collect();
    let fact = Fact::CheckIn { readings, answers: vec![] };
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
}

fn answer(app: &mut App, episode: &Episode, n: i64, question: &str, value: &str) {
    let at = now(&format!("{}T20:30", day(ONSET).plus(n)));
    let fact = Fact::CheckIn { readings: vec![], answers: vec![app.answer(question, value).unwrap()] };
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
}

/// The flag of a rule as it stands on the evening of a day.
fn flag(app: &App, episode: &Episode, n: i64, rule: &str) -> Option<Flag> {
    let s = app.situation(episode, evening(day(ONSET).plus(n))).unwrap();
    s.flags.into_iter().find(|f| f.rule.id == rule)
}

fn proven(flag: Option<Flag>, on: i64) {
    let flag = flag.unwrap();
    assert!(flag.is_open());
    assert_eq!(flag.rule.urgency, Urgency::Routine);
    assert_eq!(flag.day, Some(day(ONSET).plus(on)), "{}", flag.rule.id);
    assert!(!flag.because.is_empty() && flag.because.iter().all(|b| b.entry.is_some()), "{}", flag.rule.id);
}

#[test]
fn pain_that_does_not_fall_in_two_weeks() {
    let (mut app, episode) = grade_1();
    for n in 0..=16 {
        log(&mut app, &episode, n, &[("pain-worst", "5")]);
        assert_eq!(flag(&app, &episode, n, "no-fall").is_some(), n >= 14, "day {n}");
    }
    proven(flag(&app, &episode, 16, "no-fall"), 14);

    let (mut app, episode) = grade_1();
    for n in 0..=16 {
        log(&mut app, &episode, n, &[("pain-worst", if n < 8 { "5" } else { "3" })]);
    }
    assert!(flag(&app, &episode, 16, "no-fall").is_none(), "two points are a fall");
}

#[test]
fn burning_that_goes_on_for_more_than_a_week() {
    let (mut app, episode) = grade_1();
    answer(&mut app, &episode, 0, "quality", "burning");
    answer(&mut app, &episode, 7, "quality", "burning");
    assert!(flag(&app, &episode, 7, "burning-on").is_none());
    answer(&mut app, &episode, 8, "quality", "burning");
    proven(flag(&app, &episode, 8, "burning-on"), 8);
}

#[test]
fn sleep_that_is_clearly_disturbed() {
    let (mut app, episode) = grade_1();
    for n in [1, 3, 5] {
        assert!(flag(&app, &episode, n, "sleep-disturbed").is_none());
        log(&mut app, &episode, n, &[("sleep-disturbed", "6")]);
    }
    proven(flag(&app, &episode, 5, "sleep-disturbed"), 5);
}

#[test]
fn past_the_window_of_the_grade() {
    let (mut app, episode) = grade_1();
    log(&mut app, &episode, 0, &[("pain-worst", "3")]);
    assert!(flag(&app, &episode, 21, "past-window").is_none());
    proven(flag(&app, &episode, 22, "past-window"), 22);
}

#[test]
fn worse_over_a_week() {
    let (mut app, episode) = grade_1();
    for n in 0..=13 {
        log(&mut app, &episode, n, &[("pain-worst", if n < 7 { "1" } else { "3" })]);
    }
    proven(flag(&app, &episode, 13, "worse-each-week"), 10);
}

#[test]
fn mornings_that_keep_rising() {
    let (mut app, episode) = grade_1();
    for n in 0..=9 {
        let value = if [6, 7, 9].contains(&n) { "3" } else { "1" };
        log(&mut app, &episode, n, &[("pain-morning", value)]);
    }
    assert!(flag(&app, &episode, 8, "mornings-rise").is_none());
    proven(flag(&app, &episode, 9, "mornings-rise"), 9);
}

#[test]
fn tingling_three_times_in_a_week() {
    let (mut app, episode) = grade_1();
    for n in [1, 3] {
        answer(&mut app, &episode, n, "tingling-one-leg", "yes");
    }
    assert!(flag(&app, &episode, 5, "tingling-often").is_none());
    answer(&mut app, &episode, 6, "tingling-one-leg", "yes");
    proven(flag(&app, &episode, 6, "tingling-often"), 6);
}

#[test]
fn pain_that_comes_back_after_recovery() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    live_through(&mut app, &episode, "2026-05-01");
    assert!(flag(&app, &episode, 60, "relapse").is_none());
    log(&mut app, &episode, 62, &[("pain-walking", "4")]);
    proven(flag(&app, &episode, 62, "relapse"), 62);
}

#[test]
fn a_second_strain_of_the_same_place_within_the_year() {
    let (mut app, _) = grade_1();
    let onset: Day = day("2026-09-01");
    let again = crate::support::request("hamstring-strain", 1, Side::Left, onset);
    let second = app.start(again, now("2026-09-01T20:00")).unwrap();
    let s = app.situation(&second, now("2026-09-01T20:01")).unwrap();
    assert!(s.flags.iter().any(|f| f.rule.id == "rf-47" && f.is_open()));
}

#[test]
fn a_quiet_recovery_raises_none_of_them() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    let days = live_through(&mut app, &episode, "2026-05-01");
    let open: Vec<&str> = days[60].open_flags().map(|f| f.rule.id.as_str()).collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_clearance_with_an_end_lets_its_flag_open_again() {
    let (mut app, episode) = grade_1();
    answer(&mut app, &episode, 3, "pop-at-injury", "yes");
    let on = now("2026-03-06T12:00");
    let s = app.situation(&episode, on).unwrap();
    let mut cleared = Cleared {
        rule: "rf-21".to_owned(),
        by: "the clinic".to_owned(),
        role: "physiotherapist".to_owned(),
        outcome: Outcome::ClearedWithLimits,
        day: day("2026-03-06"),
        until: None,
        note: Some("no sprinting".to_owned()),
    };
    assert!(app.clear(&s, cleared.clone(), on).is_err(), "limits need an end");
    cleared.until = Some(day("2026-03-20"));
    app.clear(&s, cleared, on).unwrap();
    let open = |n: i64| flag(&app, &episode, n, "rf-21").unwrap().is_open();
    assert!(!open(18), "the last day counts");
    assert!(open(19), "afterwards somebody has to look again");
}

#[test]
fn pain_that_does_not_change_at_all() {
    let (mut app, episode) = grade_1();
    for n in 0..=16 {
        log(&mut app, &episode, n, &[("pain-worst", "5")]);
    }
    assert!(flag(&app, &episode, 16, "flat").is_none(), "it is told once, as pain that does not fall");
    assert!(flag(&app, &episode, 16, "no-fall").is_some());
}

#[test]
fn calf_pain_that_comes_back_without_a_cause() {
    let opened = || {
        let (mut app, episode) = opened("calf-strain", 1, Side::Left, ONSET);
        for n in 0..=20 {
            log(&mut app, &episode, n, &[("pain-worst", if n < 5 { "4" } else { "0" })]);
        }
        (app, episode)
    };
    let (mut app, episode) = opened();
    log(&mut app, &episode, 21, &[("pain-worst", "4")]);
    let back = flag(&app, &episode, 21, "calf-pain-back").unwrap();
    assert_eq!((back.rule.urgency, back.day), (Urgency::Urgent, Some(day(ONSET).plus(21))));
    let s = app.situation(&episode, evening(day(ONSET).plus(25))).unwrap();
    assert_eq!(s.advice.action, sinew::domain::advice::Action::Stop, "it stands until somebody looked");

    let (mut app, episode) = opened();
    answer(&mut app, &episode, 20, "new-event", "grab-or-sharp-pull");
    log(&mut app, &episode, 21, &[("pain-worst", "4")]);
    assert!(flag(&app, &episode, 21, "calf-pain-back").is_none(), "a new pull explains it");

    let (mut app, episode) = opened();
    log(&mut app, &episode, 21, &[("pain-worst", "4")]);
    answer(&mut app, &episode, 21, "new-event", "grab-or-sharp-pull");
    let told_later = flag(&app, &episode, 21, "calf-pain-back").unwrap();
    assert!(told_later.is_open(), "what is told after the pain takes no flag back");

    let (mut app, episode) = grade_1();
    for n in 0..=21 {
        log(&mut app, &episode, n, &[("pain-worst", if n < 21 { "0" } else { "4" })]);
    }
    assert!(flag(&app, &episode, 21, "calf-pain-back").is_none(), "a thigh is another matter");
}
