//! Ways in which a warning could get lost, or advice come too early.

use sinew::app::{App, AppError, Cleared, Draft, read_answers};
use sinew::domain::advice::Action;
use sinew::domain::day::Now;
use sinew::domain::entry::{Care, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Side};
use sinew::domain::episode::Episode;

use crate::support::{day, now, opened, request};

fn open_app() -> (App, Episode) {
    opened("hamstring-strain", 1, Side::Left, "2026-03-02")
}

fn symptom(app: &App, id: &str) -> Fact {
    Fact::CheckIn { readings: vec![], answers: vec![app.answer(id, "yes").unwrap()] }
}

fn record(app: &mut App, episode: &Episode, fact: Fact, at: Now, on: Now) -> Result<(), AppError> {
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], on).map(|_| ())
}

fn report(app: &mut App, episode: &Episode, id: &str, on: &str) {
    let fact = symptom(app, id);
    record(app, episode, fact, now(on), now(on)).unwrap();
}

fn cleared(rule: &str, on: &str) -> Cleared {
    Cleared {
        rule: rule.to_owned(),
        by: "the ward".to_owned(),
        role: "doctor".to_owned(),
        outcome: Outcome::Cleared,
        day: day(on),
        until: None,
        note: None,
    }
}

fn action(app: &App, episode: &Episode, on: &str) -> Action {
    app.situation(episode, now(on)).unwrap().advice.action
}

/// Everything that the first phase asks for, on the evening of day 3.
fn ready(app: &mut App, episode: &Episode) {
    for on in ["2026-03-03T20:00", "2026-03-04T20:00", "2026-03-05T20:00"] {
        let mut readings = Vec::new();
        for (measure, value) in [
            ("pain-rest", "0"),
            ("pain-walking", "1"),
            ("pain-morning", "1"),
            ("limp", "no"),
            ("woken-by-pain", "no"),
            ("swelling-growing", "no"),
            ("walk-no-limp", "10"),
            ("knee-straight-lying", "yes"),
        ] {
            readings.push(app.reading(measure, None, value).unwrap());
        }
        record(app, episode, Fact::CheckIn { readings, answers: vec![] }, now(on), now(on)).unwrap();
    }
    let screen = Fact::Screen(sinew::domain::answers::calm_answers(&app.catalog.library));
    record(app, episode, screen, now("2026-03-05T20:01"), now("2026-03-05T20:01")).unwrap();
    assert_eq!(
        action(app, episode, "2026-03-05T20:02"),
        Action::Advance,
        "the starting point of these tests"
    );
}

#[test]
fn a_flight_to_the_west_hides_no_flag() {
    let (mut app, episode) = open_app();
    let auckland = Now::at(chrono::DateTime::parse_from_rfc3339("2026-03-10T08:00:00+13:00").unwrap());
    let fact = symptom(&app, "chest-pain");
    record(&mut app, &episode, fact, auckland, auckland).unwrap();
    let la = Now::at(chrono::DateTime::parse_from_rfc3339("2026-03-09T13:00:00-07:00").unwrap());
    assert!(la.at > auckland.at && la.day < auckland.day);
    assert_eq!(app.situation(&episode, la).unwrap().advice.action, Action::Stop);
}

/// Whatever offset the clock of an entry has, it is found on its day.
#[test]
fn no_offset_hides_an_entry_from_its_day() {
    for at in ["2026-03-11T11:59:00-23:59", "2026-03-10T00:00:00+23:59"] {
        let bout = Entry {
            id: EntryId::new("e"),
            day: day("2026-03-10"),
            at: chrono::DateTime::parse_from_rfc3339(at).unwrap(),
            note: None,
            corrects: None,
            fact: Fact::Performed(Performed::of("walk")),
        };
        let journal = sinew::domain::journal::Journal::new([bout], now("2026-03-20T08:00"));
        assert_eq!(journal.performed(day("2026-03-10"), day("2026-03-10")).count(), 1, "{at}");
    }
}

#[test]
fn a_clearance_of_a_diary_in_the_east_answers_for_no_later_sign() {
    let (mut app, episode) = open_app();
    let at = |hour: &str| {
        Now::at(chrono::DateTime::parse_from_rfc3339(&format!("2026-03-10T{hour}:00+13:00")).unwrap())
    };
    let rows = "day,time,kind,item,side,value,unit,note\n\
                2026-03-10,08:00,clearance,rf-06,,cleared,,doctor: seen\n";
    app.import(&episode, rows.as_bytes(), at("08:30"), |_| ()).unwrap();
    let fact = symptom(&app, "chest-pain");
    record(&mut app, &episode, fact, at("09:00"), at("09:00")).unwrap();
    assert_eq!(app.situation(&episode, at("09:01")).unwrap().advice.action, Action::Stop);
}

#[test]
fn a_sign_that_is_reported_late_is_not_covered_by_an_earlier_clearance() {
    let (mut app, episode) = open_app();
    report(&mut app, &episode, "one-leg-swollen", "2026-03-09T10:00");
    let on = now("2026-03-09T11:00");
    let s = app.situation(&episode, on).unwrap();
    app.clear(&s, cleared("rf-07", "2026-03-09"), on).unwrap();
    assert_ne!(action(&app, &episode, "2026-03-09T12:00"), Action::Stop);
    // Written in the evening, of a moment before the visit.
    let fact = symptom(&app, "one-leg-swollen");
    record(&mut app, &episode, fact, now("2026-03-09T10:30"), now("2026-03-09T18:00")).unwrap();
    assert_eq!(action(&app, &episode, "2026-03-09T18:01"), Action::Stop);
}

#[test]
fn a_visit_before_the_sign_answers_for_nothing() {
    let (mut app, episode) = open_app();
    report(&mut app, &episode, "one-leg-swollen", "2026-03-09T10:00");
    let on = now("2026-03-09T11:00");
    let s = app.situation(&episode, on).unwrap();
    let error = app.clear(&s, cleared("rf-07", "2026-03-08"), on).unwrap_err();
    assert!(matches!(error, AppError::VisitTooEarly { .. }), "{error}");
    assert_eq!(action(&app, &episode, "2026-03-09T12:00"), Action::Stop);
}

#[test]
fn an_old_explanation_does_not_calm_new_swelling() {
    let (mut app, episode) = open_app();
    let both = Fact::CheckIn {
        readings: vec![],
        answers: vec![
            app.answer("one-leg-swollen", "yes").unwrap(),
            app.answer("injury-explains-it", "yes").unwrap(),
        ],
    };
    record(&mut app, &episode, both, now("2026-03-02T10:00"), now("2026-03-02T10:00")).unwrap();
    assert_ne!(action(&app, &episode, "2026-03-03T10:00"), Action::Stop, "swelling that the injury explains");
    report(&mut app, &episode, "one-leg-swollen", "2026-03-07T10:00");
    assert_eq!(action(&app, &episode, "2026-03-07T10:01"), Action::Stop);
}

#[test]
fn one_sign_named_twice_is_recorded_and_two_answers_to_one_question_are_not() {
    let (mut app, episode) = open_app();
    let yes = app.answer("chest-pain", "yes").unwrap();
    let no = app.answer("chest-pain", "no").unwrap();
    let on = now("2026-03-03T10:00");
    let twice = Fact::CheckIn { readings: vec![], answers: vec![yes.clone(), yes.clone()] };
    let differently = Fact::CheckIn { readings: vec![], answers: vec![yes, no] };
    assert!(matches!(record(&mut app, &episode, differently, on, on), Err(AppError::AnsweredTwice(_))));
    record(&mut app, &episode, twice, on, on).unwrap();
    assert_eq!(action(&app, &episode, "2026-03-03T10:01"), Action::Stop);
}

#[test]
fn an_unfinished_quote_swallows_no_rows() {
    let (mut app, episode) = open_app();
    let text = "day,time,kind,item,side,value,unit,note\n\
                2026-03-02,10:00,note,,,,,\"walked a bit\n\
                2026-03-02,11:00,answer,chest-pain,,yes,,\n";
    let error = app.import(&episode, text.as_bytes(), now("2026-03-03T10:00"), |_| ()).unwrap_err();
    assert!(matches!(error, AppError::Rows { .. }), "{error}");
}

#[test]
fn a_file_that_answers_twice_is_refused() {
    let (app, _) = open_app();
    for text in [
        r#"{"answers": {"chest-pain": "yes", "chest-pain": "no"}}"#,
        r#"{"answers": {"chest-pain": "yes"}, "answers": {}}"#,
    ] {
        assert!(matches!(read_answers(&app.catalog.library, text), Err(AppError::Answers(_))), "{text}");
    }
}

#[test]
fn pain_counts_however_it_is_reported() {
    for (measure, side) in [("pain-worst", Some(Side::Right)), ("limp", Some(Side::Right))] {
        let (mut app, episode) = open_app();
        ready(&mut app, &episode);
        let bad = if measure == "limp" { "yes" } else { "9" };
        let readings = vec![app.reading(measure, side, bad).unwrap()];
        let on = now("2026-03-05T20:10");
        record(&mut app, &episode, Fact::CheckIn { readings, answers: vec![] }, on, on).unwrap();
        assert!(action(&app, &episode, "2026-03-05T20:11") < Action::Advance, "{measure}");
    }
    let (mut app, episode) = open_app();
    ready(&mut app, &episode);
    let answers = vec![app.answer("pain-now", "9").unwrap()];
    let on = now("2026-03-05T20:10");
    record(&mut app, &episode, Fact::CheckIn { readings: vec![], answers }, on, on).unwrap();
    assert!(action(&app, &episode, "2026-03-05T20:11") < Action::Advance);
}

#[test]
fn an_analgesic_masks_every_episode() {
    let (mut app, episode) = open_app();
    ready(&mut app, &episode);
    let second = app
        .start(request("calf-strain", 1, Side::Right, day("2026-03-04")), now("2026-03-05T06:00"))
        .unwrap();
    let taken = Fact::Care(Care { kind: "analgesic".into(), side: None, minutes: None });
    let at = now("2026-03-05T19:00");
    record(&mut app, &second, taken, at, now("2026-03-05T20:30")).unwrap();
    assert!(action(&app, &episode, "2026-03-05T20:31") < Action::Advance);
}

#[test]
fn what_holds_for_good_is_known_to_every_episode() {
    let (mut app, episode) = open_app();
    let fact = Fact::CheckIn { readings: vec![], answers: vec![app.answer("age", "15").unwrap()] };
    let on = now("2026-03-03T10:00");
    record(&mut app, &episode, fact, on, on).unwrap();
    let second = app
        .start(request("calf-strain", 1, Side::Right, day("2026-03-04")), now("2026-03-05T06:00"))
        .unwrap();
    report(&mut app, &second, "fever", "2026-03-05T07:00");
    let s = app.situation(&second, now("2026-03-05T07:01")).unwrap();
    assert!(s.flags.iter().any(|f| f.rule.id == "under-18"), "{:?}", s.flags.len());
}

#[test]
fn nobody_overrides_their_way_to_the_end() {
    let (mut app, episode) = open_app();
    let on = now("2026-03-02T20:00");
    let screen = Fact::Screen(sinew::domain::answers::calm_answers(&app.catalog.library));
    record(&mut app, &episode, screen, on, on).unwrap();
    let s = app.situation(&episode, on).unwrap();
    assert!(app.override_hold(&s, "I am in a hurry", on).is_err(), "the days of a phase bind");
}

#[test]
fn a_step_back_stands_until_it_is_taken() {
    let (mut app, episode) = open_app();
    ready(&mut app, &episode);
    let on = now("2026-03-05T20:05");
    let s = app.situation(&episode, on).unwrap();
    app.accept(&s, on).unwrap();
    let readings = vec![app.reading("pain-worst", None, "7").unwrap()];
    let flare = now("2026-03-07T20:00");
    record(&mut app, &episode, Fact::CheckIn { readings, answers: vec![] }, flare, flare).unwrap();
    for on in ["2026-03-07T20:01", "2026-03-09T20:00", "2026-03-12T20:00"] {
        assert_eq!(action(&app, &episode, on), Action::StepBack, "{on}");
    }
    let on = now("2026-03-12T20:01");
    let s = app.situation(&episode, on).unwrap();
    app.accept(&s, on).unwrap();
    assert_eq!(action(&app, &episode, "2026-03-12T20:02"), Action::Hold, "once is enough");
}

#[test]
fn severe_pain_puts_the_questions_before_any_exercise() {
    let (mut app, episode) = open_app();
    let readings = vec![app.reading("pain-worst", None, "9").unwrap()];
    let on = now("2026-03-02T20:00");
    record(&mut app, &episode, Fact::CheckIn { readings, answers: vec![] }, on, on).unwrap();
    let s = app.situation(&episode, now("2026-03-02T20:01")).unwrap();
    assert!(s.plan.items.iter().all(|i| i.cap.is_none()), "no exercise: {:?}", s.plan.items);
    assert!(s.plan.left_out.iter().any(|l| l.rule == "red-flag-questions"));
    let screen = Fact::Screen(sinew::domain::answers::calm_answers(&app.catalog.library));
    let later = now("2026-03-02T20:05");
    record(&mut app, &episode, screen, later, later).unwrap();
    let s = app.situation(&episode, now("2026-03-02T20:06")).unwrap();
    assert!(s.plan.items.iter().any(|i| i.cap.is_some()));
}

#[test]
fn pain_that_comes_with_a_later_import_is_not_lost() {
    let (mut app, episode) = open_app();
    let head = "day,time,kind,item,side,value,unit,note\n";
    let row = "2026-03-03,10:00,exercise,ankle-pumps,left,2x15,dose,\n";
    let pain = "2026-03-03,10:00,reading,pain-during,left,9,nrs,ankle-pumps\n";
    let on = now("2026-03-03T20:00");
    app.import(&episode, format!("{head}{row}").as_bytes(), on, |_| ()).unwrap();
    let done = app.import(&episode, format!("{head}{row}{pain}").as_bytes(), on, |_| ()).unwrap();
    assert_eq!(done.new, 1);
    assert_eq!(action(&app, &episode, "2026-03-03T20:01"), Action::StepBack);
}

#[test]
fn what_covered_a_sign_answers_for_it_as_well() {
    for signs in [
        &["bladder-trouble"][..],
        &["leg-cold", "leg-pale"],
        &["chest-pain", "leg-warm"],
        &["muscle-rock-hard", "pain-beyond-injury", "pain-when-moved-for-you"],
        &["pop-at-injury", "bruising", "large-bruise"],
        &["red-patch", "fever"],
    ] {
        let (mut app, episode) = open_app();
        let answers = signs.iter().map(|s| app.answer(s, "yes").unwrap()).collect();
        let on = now("2026-03-03T20:00");
        record(&mut app, &episode, Fact::CheckIn { readings: vec![], answers }, on, on).unwrap();
        assert_eq!(action(&app, &episode, "2026-03-03T20:01"), Action::Stop, "{signs:?}");
        let visit = now("2026-03-04T09:00");
        let s = app.situation(&episode, visit).unwrap();
        let open: Vec<String> = s.open_flags().map(|f| f.rule.id.clone()).collect();
        for rule in open {
            let s = app.situation(&episode, visit).unwrap();
            app.clear(&s, cleared(&rule, "2026-03-04"), visit).unwrap();
        }
        let calm = Fact::CheckIn { readings: vec![], answers: vec![app.answer("pain-now", "1").unwrap()] };
        let later = now("2026-03-04T20:00");
        record(&mut app, &episode, calm, later, later).unwrap();
        let s = app.situation(&episode, now("2026-03-04T20:01")).unwrap();
        let open: Vec<&str> = s.open_flags().map(|f| f.rule.id.as_str()).collect();
        assert_ne!(s.advice.action, Action::Stop, "{signs:?}: {open:?}");
        // The same signs told anew are news.
        if signs.contains(&"chest-pain") {
            report(&mut app, &episode, "chest-pain", "2026-03-04T21:00");
            assert_eq!(action(&app, &episode, "2026-03-04T21:01"), Action::Stop);
        }
    }
}

#[test]
fn a_lasting_fact_told_once_more_after_clearance_is_no_news() {
    let (mut app, episode) = open_app();
    report(&mut app, &episode, "pop-at-injury", "2026-03-03T10:00");
    let visit = now("2026-03-04T09:00");
    let s = app.situation(&episode, visit).unwrap();
    app.clear(&s, cleared("rf-21", "2026-03-04"), visit).unwrap();
    report(&mut app, &episode, "pop-at-injury", "2026-03-05T10:00");
    assert_ne!(action(&app, &episode, "2026-03-05T10:01"), Action::Stop);
    let fact = Fact::CheckIn { readings: vec![], answers: vec![app.answer("new-event", "pop").unwrap()] };
    let on = now("2026-03-06T10:00");
    record(&mut app, &episode, fact, on, on).unwrap();
    assert_eq!(action(&app, &episode, "2026-03-06T10:01"), Action::Stop, "a new pop is");
}

#[test]
fn an_emergency_that_rests_on_what_another_episode_knows_is_seen_from_both() {
    let (mut app, episode) = open_app();
    report(&mut app, &episode, "clot-before", "2026-03-03T10:00");
    let second = app
        .start(request("calf-strain", 1, Side::Right, day("2026-03-03")), now("2026-03-04T08:00"))
        .unwrap();
    let answers =
        vec![app.answer("one-leg-swollen", "yes").unwrap(), app.answer("injury-explains-it", "yes").unwrap()];
    let on = now("2026-03-04T09:00");
    record(&mut app, &second, Fact::CheckIn { readings: vec![], answers }, on, on).unwrap();
    for one in [&episode, &second] {
        assert_eq!(action(&app, one, "2026-03-04T09:01"), Action::Stop, "episode {}", one.number);
    }
}

#[test]
fn a_gate_takes_no_visit_from_before_the_injury() {
    let (mut app, episode) = opened("hamstring-strain", 3, Side::Left, "2026-03-02");
    let on = now("2026-03-03T10:00");
    let s = app.situation(&episode, on).unwrap();
    assert!(app.clear(&s, cleared("grade-3-check", "2026-03-01"), on).is_err());
    assert_eq!(action(&app, &episode, "2026-03-03T10:01"), Action::Stop);
}

#[test]
fn a_sign_in_a_diary_is_seen_although_another_row_is_wrong() {
    let (mut app, episode) = open_app();
    let text = "day,time,kind,item,side,value,unit,note\n\
                2026-03-02,19:00,answer,chest-pain,,yes,,\n\
                2026-03-02,19:00,reading,pain-worst,,14,nrs,\n";
    let Err(AppError::Rows { signs, .. }) =
        app.import(&episode, text.as_bytes(), now("2026-03-03T10:00"), |_| ())
    else {
        panic!("a pain of 14 is refused");
    };
    assert_eq!(signs.len(), 1);
}

#[test]
fn pain_after_the_end_is_a_setback() {
    let (mut app, episode) = open_app();
    let on = now("2026-03-10T20:00");
    let finish = Fact::Decision(Decision::of(DecisionKind::Finish));
    record(&mut app, &episode, finish, on, on).unwrap();
    assert_eq!(action(&app, &episode, "2026-06-10T20:00"), Action::Finish, "silence is no setback");
    let readings = vec![app.reading("pain-worst", None, "8").unwrap()];
    let later = now("2026-06-11T20:00");
    record(&mut app, &episode, Fact::CheckIn { readings, answers: vec![] }, later, later).unwrap();
    assert_eq!(action(&app, &episode, "2026-06-11T20:01"), Action::StepBack);
    let taken = now("2026-06-11T20:02");
    let s = app.situation(&episode, taken).unwrap();
    app.accept(&s, taken).unwrap();
    let after = app.situation(&episode, now("2026-06-11T20:03")).unwrap();
    assert!(!after.course.finished, "the episode is open again");
}
