//! Three diaries, lived through day by day.

use crate::support::{CALF, GRADE_1, GRADE_2, day, evening, live_through, now, opened};
use sinew::domain::advice::{Action, Advice};
use sinew::domain::entry::Outcome::{Cleared, Referred};
use sinew::domain::entry::Side;
use sinew::domain::finding::Verdict;
use sinew::domain::library::Urgency;
use sinew::domain::needs::NeedKind;
use sinew::domain::schedule::ItemKind;
use sinew::render::page::Page;
use sinew::render::text::{self, Detail};
use sinew::render::{json, next, today};

const PAGE: Page =
    Page { width: 80, plain: false, terminal: false, units: sinew::domain::units::Units::Metric };

/// What a piece of advice says, without the ids of entries.
fn said(advice: &Advice) -> String {
    let findings: Vec<String> = advice
        .findings
        .iter()
        .map(|f| format!("{}={:?}:{} [{}]", f.id, f.verdict, f.observed, f.entries.len()))
        .collect();
    format!("{:?} {:?} {:?} {findings:#?}", advice.action, advice.to, advice.earliest)
}

#[test]
fn grade_2_reaches_its_phases_in_order_and_never_before_their_gates() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    let days = live_through(&mut app, &episode, "2026-05-01");

    let advances: Vec<(i64, String)> = days
        .iter()
        .filter(|s| s.advice.action == Action::Advance)
        .map(|s| (s.journal.now().day.since(episode.onset), s.advice.to.clone().unwrap()))
        .collect();
    let phases: Vec<&str> = advances.iter().map(|(_, to)| to.as_str()).collect();
    assert_eq!(phases, ["p2", "p3", "p4", "p5"]);
    for ((day, to), gate) in advances.iter().zip([5, 14, 28, 56]) {
        assert!(*day >= gate, "{to} on day {day}, before its gate on day {gate}");
    }

    for flare in [24, 25] {
        let action = days[flare].advice.action;
        assert!(action == Action::Hold || action == Action::StepBack, "day {flare}: {action:?}");
        assert!(
            days[flare].plan.left_out.iter().any(|l| l.rule == "sb-5"),
            "a limp limits the plan on day {flare}"
        );
        let first = &days[flare].program.phases[0];
        let known = |id: &str| {
            first.exercises.iter().any(|e| e.exercise == id) || first.care.iter().any(|c| c.care == id)
        };
        let items = &days[flare].plan.items;
        assert!(!items.is_empty() && items.iter().all(|i| known(&i.id)), "only the first phase: {items:?}");
    }
    for (day, s) in days.iter().enumerate() {
        assert!(day >= 35 || !s.advice.full_return.is_some_and(|r| r.cleared), "full return on day {day}");
    }
    assert!(days[53].advice.full_return.unwrap().cleared);
}

#[test]
fn days_without_entries_are_unknown_and_not_zero() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    let days = live_through(&mut app, &episode, "2026-05-01");
    for silent in [17, 18] {
        assert_eq!(days[silent].advice.action, Action::Hold);
        let morning = days[silent].advice.findings.iter().find(|f| f.id == "next-morning").unwrap();
        assert_eq!(morning.verdict, Verdict::Unknown);
    }
    let report = app.report(&days[60], episode.onset, None, &|_| ()).unwrap();
    for silent in [17, 18] {
        assert!(report.days[silent].readings.is_empty());
        let of_day = report.days[silent].adherence.as_ref().unwrap();
        assert_eq!((of_day.due, of_day.missed), (0, 0));
        assert!(of_day.unknown > 0);
    }
    assert_eq!(report.days[19].adherence.as_ref().unwrap().unknown, 0);
}

#[test]
fn the_order_in_which_entries_arrive_makes_no_difference() {
    let last = now("2026-05-02T12:00");
    let backwards = {
        let mut lines: Vec<&str> = GRADE_2.lines().collect();
        lines[1..].reverse();
        lines.join("\n")
    };
    let (mut at_once, first) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    at_once.import(&first, GRADE_2.as_bytes(), last, |_| ()).unwrap();
    let (mut reversed, second) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    reversed.import(&second, backwards.as_bytes(), last, |_| ()).unwrap();
    let (mut one_by_one, third) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    for entry in one_by_one.diary(&third, GRADE_2.as_bytes(), last).unwrap() {
        let draft = sinew::app::Draft { at: entry.at, note: entry.note, fact: entry.fact };
        one_by_one.record(&third, vec![draft], sinew::domain::day::Now::at(entry.at)).unwrap();
    }

    let a = live_through(&mut at_once, &first, "2026-05-01");
    let b = live_through(&mut reversed, &second, "2026-05-01");
    let c = live_through(&mut one_by_one, &third, "2026-05-01");
    for ((a, b), c) in a.iter().zip(&b).zip(&c) {
        assert_eq!(said(&a.advice), said(&b.advice), "reversed, on {}", a.journal.now().day);
        assert_eq!(said(&a.advice), said(&c.advice), "one by one, on {}", a.journal.now().day);
    }
}

#[test]
fn the_same_file_twice_adds_nothing() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let first = app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    assert_eq!(first.new, first.read);
    let again = app.import(&episode, GRADE_2.as_bytes(), now("2026-05-03T12:00"), |_| ()).unwrap();
    assert_eq!((again.read, again.new), (first.read, 0));
}

#[test]
fn grade_1_without_home_tests_holds_and_names_what_is_missing() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Right, "2026-05-11");
    app.import(&episode, GRADE_1.as_bytes(), now("2026-06-10T12:00"), |_| ()).unwrap();
    let days = live_through(&mut app, &episode, "2026-06-01");
    assert!(days.iter().all(|s| s.advice.action != Action::Advance), "nothing proves that a phase is done");
    let s = &days[14];
    assert_eq!(s.advice.action, Action::Hold);
    let change = s.change(&app.catalog.library).unwrap();
    let needs: Vec<(NeedKind, &str)> = change.needs.iter().map(|n| (n.kind, n.id.as_str())).collect();
    assert_eq!(
        needs,
        [
            (NeedKind::Test, "knee-straight-lying"),
            (NeedKind::Test, "swelling-growing"),
            (NeedKind::Test, "walk-no-limp")
        ],
    );
    assert_eq!(change.day, Some(s.journal.now().day), "all of it can be done today");
}

#[test]
fn the_calf_diary_stops_on_day_31_and_stays_stopped() {
    let (mut app, episode) = opened("calf-strain", 1, Side::Left, "2026-06-01");
    app.import(&episode, CALF.as_bytes(), now("2026-07-20T12:00"), |_| ()).unwrap();
    let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let act = "emergency";

    let before = app.situation(&episode, evening(day("2026-07-01"))).unwrap();
    assert_ne!(before.advice.action, Action::Stop);

    // Day 31, and a week later with quiet pain.
    let quiet = sinew::domain::entry::Fact::CheckIn {
        readings: vec![app.reading("pain-worst", None, "0").unwrap()],
        answers: vec![],
    };
    let later = now("2026-07-09T12:00");
    app.record(&episode, vec![sinew::app::Draft { at: later.at, note: None, fact: quiet }], later).unwrap();
    for date in ["2026-07-02", "2026-07-03", "2026-07-09", "2026-07-19"] {
        let s = app.situation(&episode, evening(day(date))).unwrap();
        assert_eq!(s.advice.action, Action::Stop, "{date}");
        assert!(s.plan.items.is_empty(), "nothing is listed on {date}: {:?}", s.plan.items);
        let rf07 = s.open_flags().find(|f| f.rule.id == "rf-07").unwrap();
        assert_eq!(rf07.rule.urgency, Urgency::Emergency);
        assert!(rf07.because.iter().all(|b| b.entry.is_some()), "each reason names its entry");
        for view in [
            today::today(&PAGE, &app.catalog.library, &s, Detail::Short),
            today::today(&PAGE, &app.catalog.library, &s, Detail::Full),
            next::next(&PAGE, &s, None, Detail::Short),
            next::next(&PAGE, &s, None, Detail::Full),
            text::logged(&PAGE, &s, None, &[]),
            json::today(&s),
            json::next(&s, None),
            json::flags(&s.flags),
        ] {
            assert!(first_line(&view).contains(act), "{}", first_line(&view));
        }
    }

    // A "no" does not close it, and neither does somebody who is no clinician.
    let no = sinew::domain::entry::Fact::Screen(sinew::domain::answers::calm_answers(&app.catalog.library));
    app.record(&episode, vec![sinew::app::Draft { at: later.at, note: None, fact: no }], later).unwrap();
    let s = app.situation(&episode, evening(day("2026-07-10"))).unwrap();
    assert_eq!(s.advice.action, Action::Stop);
    let cleared = |rule: &str, by: &str, role: &str, outcome| sinew::app::Cleared {
        rule: rule.to_owned(),
        by: by.to_owned(),
        role: role.to_owned(),
        outcome,
        day: day("2026-07-10"),
        until: None,
        note: None,
    };
    let on = now("2026-07-10T18:00");
    let s = app.situation(&episode, on).unwrap();
    assert!(app.clear(&s, cleared("rf-07", "a friend", "friend", Cleared), on).is_err());
    assert!(app.clear(&s, cleared("rf-07", " ", "doctor", Cleared), on).is_err());
    app.clear(&s, cleared("rf-07", "the ward", "doctor", Referred), on).unwrap();
    assert_eq!(app.situation(&episode, on).unwrap().advice.action, Action::Stop, "a referral closes nothing");
    let open: Vec<String> = s.open_flags().map(|f| f.rule.id.clone()).collect();
    let on = now("2026-07-10T19:00");
    for rule in open {
        let s = app.situation(&episode, on).unwrap();
        app.clear(&s, cleared(&rule, "the ward", "doctor", Cleared), on).unwrap();
    }
    let s = app.situation(&episode, on).unwrap();
    let open: Vec<&str> = s.open_flags().map(|f| f.rule.id.as_str()).collect();
    assert_ne!(s.advice.action, Action::Stop, "{open:?}");
    assert!(s.flags.iter().any(|f| f.rule.id == "rf-07" && !f.is_open()), "a closed flag stays in sight");
    assert!(s.plan.items.iter().any(|i| i.kind == ItemKind::Exercise));
}

#[test]
fn grade_3_goes_nowhere_without_a_clinician() {
    let (mut app, episode) = opened("hamstring-strain", 3, Side::Left, "2026-03-02");
    app.import(
        &episode,
        GRADE_2.replace("grade-2-check", "rf-21").as_bytes(),
        now("2026-05-02T12:00"),
        |_| (),
    )
    .unwrap();
    for n in 0..=60 {
        let now = evening(episode.onset.plus(n));
        let s = app.situation(&episode, now).unwrap();
        assert_eq!(s.advice.action, Action::Stop, "day {n}");
        assert!(app.accept(&s, now).is_err());
        assert!(app.override_hold(&s, "I feel fine", now).is_err());
        assert!(s.plan.items.iter().all(|i| i.kind == ItemKind::Care), "day {n}: {:?}", s.plan.items);
    }
    let on = now("2026-03-04T12:00");
    let s = app.situation(&episode, on).unwrap();
    let cleared = sinew::app::Cleared {
        rule: "grade-3-check".to_owned(),
        by: "the clinic".to_owned(),
        role: "physiotherapist".to_owned(),
        outcome: sinew::domain::entry::Outcome::Cleared,
        day: on.day,
        until: None,
        note: None,
    };
    app.clear(&s, cleared, on).unwrap();
    let days = live_through(&mut app, &episode, "2026-05-01");
    let advances: Vec<i64> = days
        .iter()
        .filter(|s| s.advice.action == Action::Advance)
        .map(|s| s.journal.now().day.since(episode.onset))
        .collect();
    assert!(advances.iter().all(|d| *d >= 14), "never before the gates of grade 3: {advances:?}");
}
