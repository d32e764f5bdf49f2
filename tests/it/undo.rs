//! What was recorded can be taken back, brought back and put right, and the
//! trail shows it all.

use proptest::prelude::*;
use proptest::test_runner::Config;
use sinew::app::{App, AppError, Cleared, Draft};
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::entry::{Care, DecisionKind, Entry, Fact, Outcome, Performed, Side};
use sinew::domain::episode::Episode;
use sinew::domain::situation::Situation;
use sinew::domain::undone::counts_until;
use sinew::render::json;

use crate::support::{day, now, opened, opened_ungraded};

const INJURY: &str = "2026-03-02";

fn open_app() -> (App, Episode) {
    opened("hamstring-strain", 1, Side::Left, INJURY)
}

fn at(app: &App, episode: &Episode, on: &str) -> Situation {
    app.situation(episode, now(on)).unwrap()
}

fn record(app: &mut App, episode: &Episode, on: &str, what: impl FnOnce(&App) -> Fact) {
    let fact = what(app);
    app.record(episode, vec![Draft { at: now(on).at, note: None, fact }], now(on)).unwrap();
}

fn check_in<'v>(values: &'v [(&'v str, &'v str)]) -> impl Fn(&App) -> Fact + 'v {
    |app| {
        let readings = values.iter().map(|(measure, value)| app.reading(measure, None, value).unwrap());
        Fact::CheckIn { readings: readings.collect(), answers: vec![] }
    }
}

fn screen<'v>(question: &'v str, value: &'v str) -> impl Fn(&App) -> Fact + 'v {
    move |app| Fact::Screen(vec![app.answer(question, value).unwrap()])
}

fn presses(pain: f64) -> impl Fn(&App) -> Fact {
    move |_| {
        let dose = Some("1x10x8s".parse().unwrap());
        Fact::Performed(Performed { dose, pain: Some(pain), ..Performed::of("heel-press") })
    }
}

fn undo(app: &mut App, why: Option<&str>, on: &str) -> Result<sinew::app::Undone, AppError> {
    let episodes = app.episodes().unwrap();
    app.undo(&episodes, None, why, now(on))
}

fn redo(app: &mut App, on: &str) -> Result<sinew::app::Undone, AppError> {
    let episodes = app.episodes().unwrap();
    app.redo(&episodes, None, now(on))
}

/// Every view of an episode at one moment.
fn views(app: &App, episode: &Episode, on: &str) -> Vec<String> {
    let library = &app.catalog.library;
    let Ok(s) = app.situation(episode, now(on)) else { return vec!["no program".to_owned()] };
    let report = app.report(&s, episode.onset, None, &|_| ()).unwrap();
    let ahead = app.ahead(&s, 7);
    vec![
        json::next(&s, s.change(library).as_ref()),
        json::today(&s),
        json::flags(&s.flags),
        json::progress(&s, &report),
        json::plan(&s, ahead.as_ref()),
        json::episodes(&[(json::episode_line(&s), s.flags.clone())]),
    ]
}

/// Takes back what `write` wrote and brings it back: every view is as before,
/// byte for byte, and as after.
fn there_and_back(what: &str, app: &mut App, episode: &Episode, write: impl FnOnce(&mut App, &Episode)) {
    const LATER: &str = "2026-03-05T21:00";
    let before = views(app, episode, LATER);
    write(app, episode);
    let after = views(app, episode, LATER);
    assert_ne!(before, after, "{what} shows nowhere");
    undo(app, Some("typed wrong"), "2026-03-05T20:30").unwrap();
    assert_eq!(views(app, episode, LATER), before, "{what}, taken back");
    redo(app, "2026-03-05T20:40").unwrap();
    assert_eq!(views(app, episode, LATER), after, "{what}, back again");
    undo(app, Some("typed wrong after all"), "2026-03-05T20:50").unwrap();
    assert_eq!(views(app, episode, LATER), before, "{what}, taken back again");
}

/// Quiet days up to day 3, when the advice is to move on.
fn ready() -> (App, Episode) {
    let (mut app, episode) = open_app();
    for n in 1..=3 {
        let quiet = check_in(&[
            ("pain-worst", "1"),
            ("pain-rest", "0"),
            ("pain-walking", "1"),
            ("pain-morning", "1"),
            ("limp", "no"),
            ("woken-by-pain", "no"),
            ("swelling-growing", "no"),
            ("walk-no-limp", "10"),
            ("knee-straight-lying", "yes"),
        ]);
        record(&mut app, &episode, &format!("{}T19:00", episode.onset.plus(n)), quiet);
    }
    let calm = |app: &App| Fact::Screen(calm_answers(&app.catalog.library));
    record(&mut app, &episode, "2026-03-05T19:01", calm);
    assert_eq!(at(&app, &episode, "2026-03-05T20:00").advice.action, Action::Advance, "where these begin");
    (app, episode)
}

const THEN: &str = "2026-03-05T20:10";

#[test]
fn every_kind_of_entry_is_taken_back_and_brought_back_without_a_trace_in_the_views() {
    let (mut app, episode) = ready();
    let app = &mut app;
    there_and_back("a check-in", app, &episode, |app, episode| {
        record(app, episode, THEN, check_in(&[("pain-worst", "8"), ("limp", "yes")]));
    });
    there_and_back("a sign", app, &episode, |app, episode| {
        record(app, episode, THEN, screen("saddle-numb", "yes"));
    });
    there_and_back("a session", app, &episode, |app, episode| record(app, episode, THEN, presses(7.0)));
    there_and_back("an analgesic", app, &episode, |app, episode| {
        let taken = Care { kind: "analgesic".to_owned(), side: None, minutes: None };
        record(app, episode, THEN, |app| app.care(taken).unwrap());
    });
    there_and_back("an advance", app, &episode, |app, episode| {
        app.accept(&at(app, episode, THEN), now(THEN)).unwrap();
    });
    there_and_back("a rest", app, &episode, |app, episode| {
        app.pause(&at(app, episode, THEN), "a cold", now(THEN)).unwrap();
    });
    there_and_back("a skip", app, &episode, |app, episode| {
        let skipped = Some("it rained".to_owned());
        record(app, episode, THEN, |_| Fact::Performed(Performed { skipped, ..Performed::of("walk") }));
    });
    there_and_back("a grade", app, &episode, |app, episode| {
        app.regrade(&at(app, episode, THEN), 2, "self", None, now(THEN)).unwrap();
    });
    there_and_back("a first day", app, &episode, |app, episode| {
        app.move_onset(&at(app, episode, THEN), day("2026-03-01"), "it was Sunday", now(THEN)).unwrap();
    });
    app.pause(&at(app, &episode, "2026-03-05T20:02"), "a cold", now("2026-03-05T20:02")).unwrap();
    there_and_back("the end of a rest", app, &episode, |app, episode| {
        app.resume(&at(app, episode, THEN), now(THEN)).unwrap();
    });
    app.resume(&at(app, &episode, "2026-03-05T20:03"), now("2026-03-05T20:03")).unwrap();
    // An override needs something that is not met yet and may be set aside.
    record(app, &episode, "2026-03-05T20:04", check_in(&[("pain-rest", "2"), ("pain-walking", "2")]));
    there_and_back("an override", app, &episode, |app, episode| {
        app.override_hold(&at(app, episode, THEN), "my own risk", now(THEN)).unwrap();
    });
    // A step back needs something to step back for, a clearance something to answer for.
    record(app, &episode, "2026-03-05T20:05", check_in(&[("pain-worst", "7")]));
    there_and_back("a step back", app, &episode, |app, episode| {
        app.accept(&at(app, episode, THEN), now(THEN)).unwrap();
    });
    record(app, &episode, "2026-03-05T20:06", screen("saddle-numb", "yes"));
    there_and_back("a clearance", app, &episode, |app, episode| {
        let s = at(app, episode, THEN);
        let rule = s.open_flags().next().unwrap().rule.id.clone();
        let cleared = Cleared {
            rule,
            by: "Dr. A".to_owned(),
            role: "doctor".to_owned(),
            day: day("2026-03-05"),
            outcome: Outcome::Cleared,
            until: None,
            note: None,
        };
        app.clear(&s, cleared, now(THEN)).unwrap();
    });
}

#[test]
fn a_correction_is_taken_back_to_what_it_corrected() {
    const LATER: &str = "2026-03-03T21:00";
    let (mut app, episode) = open_app();
    record(&mut app, &episode, "2026-03-03T20:00", check_in(&[("pain-worst", "7")]));
    let typed = views(&app, &episode, LATER);
    let old = app.history(&episode).unwrap().pop().unwrap();
    let draft = Draft { at: old.entry.at, note: None, fact: check_in(&[("pain-worst", "1")])(&app) };
    app.correct(&episode, &old.entry, draft, "typed 7 for 1", now("2026-03-03T20:10")).unwrap();
    let right = views(&app, &episode, LATER);
    assert_ne!(typed, right);
    undo(&mut app, None, "2026-03-03T20:20").unwrap();
    assert_eq!(views(&app, &episode, LATER), typed);
    redo(&mut app, "2026-03-03T20:30").unwrap();
    assert_eq!(views(&app, &episode, LATER), right);
    let trail = app.history(&episode).unwrap();
    let fates: Vec<usize> = trail.iter().map(|t| t.corrected.len()).collect();
    assert_eq!(fates[fates.len() - 2..], [1, 0], "both are in the trail");
}

/// What stood before a correction is named when the correction is taken back.
#[test]
fn what_counts_again_is_said() {
    let home = crate::commands::Home::new();
    home.start();
    home.ok("2026-03-03T19:00", &["log", "2"]);
    home.ok("2026-03-03T19:01", &["correct", "last", "pain-worst=1", "--why", "typed 2 for 1"]);
    let undone = home.ok("2026-03-03T19:02", &["undo", "--why", "it was 2"]);
    assert!(undone.contains("Taken back: worst pain since the last check-in 1/10\n"), "{undone}");
    assert!(undone.contains("Counts again: worst pain since the last check-in 2/10\n"), "{undone}");
    let undone: serde_json::Value =
        serde_json::from_str(&home.ok("2026-03-03T19:03", &["undo", "--why", "other leg", "--json"]))
            .unwrap();
    assert_eq!(undone["again"], serde_json::json!([]));
}

/// Who gave the reason later took it back twice; one word brings it back.
#[test]
fn what_was_taken_back_twice_comes_back_at_once() {
    let (mut app, episode) = open_app();
    record(&mut app, &episode, "2026-03-03T20:00", check_in(&[("pain-worst", "7")]));
    let before = views(&app, &episode, "2026-03-03T21:00");
    undo(&mut app, None, "2026-03-03T20:10").unwrap();
    let which = app.history(&episode).unwrap().pop().unwrap().handle;
    let episodes = app.episodes().unwrap();
    app.undo(&episodes, Some(&which), Some("the other leg"), now("2026-03-03T20:11")).unwrap();
    redo(&mut app, "2026-03-03T20:12").unwrap();
    assert_eq!(views(&app, &episode, "2026-03-03T21:00"), before);
    assert!(app.history(&episode).unwrap().iter().all(|t| t.corrected.is_empty()));
    assert!(redo(&mut app, "2026-03-03T20:13").is_err());
}

#[test]
fn of_three_words_the_last_one_counts() {
    let (mut app, episode) = open_app();
    record(&mut app, &episode, "2026-03-03T20:00", check_in(&[("pain-worst", "7")]));
    for (value, on) in [("3", "2026-03-03T20:10"), ("2", "2026-03-03T20:11")] {
        let old = app.entry(&episode, "last").unwrap();
        let draft = Draft { at: old.at, note: None, fact: check_in(&[("pain-worst", value)])(&app) };
        app.correct(&episode, &old, draft, "typed wrong", now(on)).unwrap();
    }
    let pains = |app: &App, on: &str| {
        let s = at(app, &episode, on);
        let pains = s.journal.pains(&app.catalog.library, episode.onset, s.journal.now().day);
        pains.iter().map(|p| p.value).collect::<Vec<f64>>()
    };
    assert_eq!(pains(&app, "2026-03-03T20:12"), [2.0]);
    undo(&mut app, Some("it was 3"), "2026-03-03T20:13").unwrap();
    assert_eq!(pains(&app, "2026-03-03T20:14"), [3.0], "one word back");
    undo(&mut app, Some("the other leg"), "2026-03-03T20:15").unwrap();
    undo(&mut app, Some("the other leg"), "2026-03-03T20:16").unwrap();
    assert!(pains(&app, "2026-03-03T20:17").is_empty());
    redo(&mut app, "2026-03-03T20:18").unwrap();
    assert_eq!(pains(&app, "2026-03-03T20:19"), [7.0]);
}

#[test]
fn what_hurt_counts_for_a_week_unless_somebody_says_why_it_was_taken_back() {
    let (mut app, episode) = ready();
    record(&mut app, &episode, "2026-03-05T20:01", presses(7.0));
    let hurt = at(&app, &episode, "2026-03-05T20:02").advice.action;
    assert_eq!(hurt, Action::StepBack);
    let undone = undo(&mut app, None, "2026-03-05T20:03").unwrap();
    assert_eq!(undone.counts_until, Some(day("2026-03-11")));
    assert_eq!(at(&app, &episode, "2026-03-05T20:04").advice.action, hurt, "nothing is gained by it");
    let seen = |on: &str| at(&app, &episode, on).journal.performed(episode.onset, day("2026-03-20")).count();
    assert_eq!(
        (seen("2026-03-11T20:00"), seen("2026-03-12T20:00")),
        (1, 0),
        "seven days, the first included"
    );
    // The same entry with a reason.
    let which = app.history(&episode).unwrap().pop().unwrap().handle;
    let episodes = app.episodes().unwrap();
    app.undo(&episodes, Some(&which), Some("the other leg"), now("2026-03-05T20:05")).unwrap();
    assert_eq!(at(&app, &episode, "2026-03-05T20:06").advice.action, Action::Advance);
}

/// What an exit asks of all pains is held against what was taken back too.
#[test]
fn pain_that_holds_the_phase_counts_for_a_week_as_well() {
    let (mut app, episode) = opened_ungraded("low-back-strain", "2026-03-02");
    let calm = |app: &App| Fact::Screen(calm_answers(&app.catalog.library));
    record(&mut app, &episode, "2026-03-02T19:00", calm);
    let (low, high) = (check_in(&[("pain-worst", "1")]), check_in(&[("pain-worst", "2")]));
    let counts = |app: &App, entry: &Entry| {
        let s = at(app, &episode, "2026-03-02T20:00");
        let mut course = s.course.clone();
        course.spans[0].phase = 3;
        counts_until(&app.catalog.library, &s.program, &course, entry)
    };
    record(&mut app, &episode, "2026-03-02T19:01", low);
    record(&mut app, &episode, "2026-03-02T19:02", high);
    let trail = app.history(&episode).unwrap();
    let [.., low, high] = trail.as_slice() else { panic!("two check-ins") };
    assert_eq!(counts(&app, &low.entry), None);
    assert_eq!(counts(&app, &high.entry), Some(day("2026-03-08")), "p4 ends after 14 days at 1 or less");
}

#[test]
fn a_sign_that_is_taken_back_without_a_reason_still_stops() {
    let (mut app, episode) = ready();
    record(&mut app, &episode, "2026-03-05T20:01", screen("saddle-numb", "yes"));
    let undone = undo(&mut app, None, "2026-03-05T20:03").unwrap();
    assert!(undone.counts_until.is_some());
    assert_eq!(at(&app, &episode, "2026-03-05T20:04").advice.action, Action::Stop);
    // A quiet entry is out at once.
    record(&mut app, &episode, "2026-03-05T20:05", check_in(&[("pain-worst", "1")]));
    assert_eq!(undo(&mut app, None, "2026-03-05T20:06").unwrap().counts_until, None);
}

#[test]
fn undo_walks_back_one_command_at_a_time() {
    let (mut app, episode) = open_app();
    let both = ["ankle-pumps", "walk"].map(|id| Draft {
        at: now("2026-03-03T20:00").at,
        note: None,
        fact: Fact::Performed(Performed::of(id)),
    });
    record(&mut app, &episode, "2026-03-03T19:00", check_in(&[("pain-worst", "2")]));
    app.record(&episode, both.to_vec(), now("2026-03-03T20:00")).unwrap();
    let undo = |app: &mut App, on: &str| undo(app, None, on).unwrap().entries.len();
    assert_eq!(undo(&mut app, "2026-03-03T20:30"), 2, "one command, two exercises");
    assert_eq!(undo(&mut app, "2026-03-03T20:31"), 1, "the check-in before it");
    let again = |app: &mut App, on: &str| redo(app, on).unwrap().entries.len();
    assert_eq!(again(&mut app, "2026-03-03T20:32"), 1);
    assert_eq!(again(&mut app, "2026-03-03T20:33"), 2);
    let nothing = redo(&mut app, "2026-03-03T20:34").unwrap_err();
    assert_eq!(nothing.to_string(), "nothing was taken back");
}

#[test]
fn a_name_that_fits_no_entry_or_several_is_refused() {
    let (mut app, episode) = open_app();
    record(&mut app, &episode, "2026-03-03T19:00", check_in(&[("pain-worst", "2")]));
    let episodes = app.episodes().unwrap();
    let on = now("2026-03-03T20:00");
    for which in ["", "abc", "zzzz", "0000000000000"] {
        let error = app.undo(&episodes, Some(which), None, on).unwrap_err();
        assert!(matches!(error, AppError::NoEntry(_)), "{which}: {error}");
    }
    let trail = app.history(&episode).unwrap();
    for traced in &trail {
        let named = app.entry(&episode, &traced.handle.to_uppercase()).unwrap();
        assert_eq!(named.id, traced.entry.id, "each name fits one entry");
    }
}

/// A correction says what it understood, and drops nothing that it does not understand.
#[test]
fn a_correction_is_read_as_strictly_as_what_it_corrects() {
    let home = crate::commands::Home::new();
    home.start();
    let correct = |at: &str, change: &str| home.fails(at, &["correct", "last", change, "--why", "slip"], 1);
    home.ok("2026-03-03T19:00", &["done", "ankle-pumps", "2x15", "5kg"]);
    for change in ["load=6", "load=heavy"] {
        let said = change.trim_start_matches("load=");
        let told = format!("error: `{said}` is no weight\nhint: such as 20kg or 45lb\n");
        assert_eq!(correct("2026-03-03T19:01", change), told);
    }
    let moved = ["correct", "last", "at=yesterday 8pm", "load=6 kg", "--why", "slip"];
    let moved = home.ok("2026-03-03T19:02", &moved);
    let said = "Recorded: Ankle pumps 2x15, 6 kg, left (Monday 2 March 2026, 20:00)\n";
    assert!(moved.starts_with(said), "{moved}");

    let left = "error: nothing would be left of this entry\n\
                hint: take it back instead: sinew undo ENTRY --why TEXT\n";
    home.ok("2026-03-03T19:03", &["log", "3"]);
    assert_eq!(correct("2026-03-03T19:04", "pain-worst="), left);
    home.ok("2026-03-03T19:05", &["log", "it rained"]);
    assert_eq!(correct("2026-03-03T19:06", "note="), left);

    home.ok("2026-03-03T19:07", &["test", "calf-raise", "--left", "10", "--right", "12"]);
    let told = correct("2026-03-03T19:08", "calf-raise=11");
    assert!(told.starts_with("error: this entry has `calf-raise` of more than one side\n"), "{told}");
}

#[test]
fn the_last_of_several_is_named_one_by_one() {
    let home = crate::commands::Home::new();
    home.start();
    home.ok("2026-03-03T19:00", &["done", "ankle-pumps", "2x15", "walk", "3x2min", "--pain", "1"]);
    let correct = ["correct", "last", "pain=0", "--why", "typed 1 for 0"];
    assert_eq!(
        home.fails("2026-03-03T19:01", &correct, 1),
        "error: `last` names more than one entry\nhint: one command wrote them together; sinew history names each\n"
    );
}

#[test]
fn after_a_day_a_grade_a_first_day_and_a_start_have_their_own_commands() {
    let (mut app, episode) = ready();
    let s = at(&app, &episode, THEN);
    app.regrade(&s, 2, "self", None, now(THEN)).unwrap();
    let error = undo(&mut app, Some("typed wrong"), "2026-03-06T20:10").unwrap_err();
    assert_eq!(error.to_string(), "after a day a grade is changed with sinew regrade");
    undo(&mut app, Some("typed wrong"), "2026-03-06T20:09").unwrap();

    let (mut app, episode) = open_app();
    undo(&mut app, None, "2026-03-02T20:00").unwrap();
    assert_eq!(views(&app, &episode, THEN), ["no program"]);
    redo(&mut app, "2026-03-02T20:01").unwrap();
    let error = undo(&mut app, None, "2026-03-03T08:00").unwrap_err();
    assert_eq!(error.to_string(), "an episode can be taken back within a day of its start");

    let (mut app, episode) = open_app();
    record(&mut app, &episode, "2026-03-02T09:00", screen("saddle-numb", "yes"));
    let start = app.history(&episode).unwrap();
    let start = start
        .iter()
        .find(|t| matches!(&t.entry.fact, Fact::Decision(d) if d.kind == DecisionKind::Start))
        .unwrap()
        .handle
        .clone();
    let episodes = app.episodes().unwrap();
    let error = app.undo(&episodes, Some(&start), Some("typed wrong"), now("2026-03-02T10:00")).unwrap_err();
    assert_eq!(error.to_string(), "a clinician has to answer for its warning first");
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]

    /// Undo and redo are a stack: whatever the order, what counts is what a
    /// plain list of commands with a pointer says.
    #[test]
    fn undo_and_redo_are_a_stack(steps in proptest::collection::vec(0..4_u8, 1..24)) {
        let (mut app, episode) = open_app();
        let (mut done, mut taken): (Vec<usize>, Vec<usize>) = (vec![], vec![]);
        for (n, step) in steps.into_iter().enumerate() {
            let on = format!("2026-03-03T{:02}:{:02}", 8 + n / 60, n % 60);
            match step {
                0 | 1 => {
                    let value = (n % 4).to_string();
                    record(&mut app, &episode, &on, check_in(&[("pain-rest", &value)]));
                    done.push(n);
                    // What was taken back before something new was recorded stays within reach.
                }
                2 if !done.is_empty() => {
                    undo(&mut app, Some("typed wrong"), &on).unwrap();
                    taken.extend(done.pop());
                }
                3 => {
                    let brought = redo(&mut app, &on);
                    prop_assert_eq!(brought.is_ok(), !taken.is_empty());
                    done.extend(taken.pop());
                    done.sort_unstable();
                }
                _ => {}
            }
            let s = at(&app, &episode, "2026-03-03T20:00");
            let counted = s.journal.values("pain-rest", episode.onset, day("2026-03-03")).count();
            prop_assert_eq!(counted, done.len());
        }
    }
}
