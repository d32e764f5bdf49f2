//! Today's plan and the days ahead: doses that grow, ladders, limits, weights,
//! and several injuries at once.

use sinew::app::{App, Draft};
use sinew::domain::ahead::ahead;
use sinew::domain::day::Day;
use sinew::domain::dose::Dose;
use sinew::domain::entry::{Answer, Decision, DecisionKind, Fact, Performed, Side};
use sinew::domain::episode::Episode;
use sinew::domain::growth::steps;
use sinew::domain::load;
use sinew::domain::question::AnswerValue;
use sinew::domain::schedule::{Item, ItemKind};
use sinew::domain::situation::Situation;

use crate::support::{day, evening, now, opened, request};

const ONSET: &str = "2026-03-02";

fn dose(text: &str) -> Dose {
    text.parse().unwrap()
}

fn on(n: i64) -> Day {
    day(ONSET).plus(n)
}

fn record(app: &mut App, episode: &Episode, n: i64, hour: u32, fact: Fact) {
    let at = now(&format!("{}T{hour:02}:00", on(n)));
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
}

fn log(app: &mut App, episode: &Episode, n: i64, readings: &[(&str, &str)]) {
    let readings = readings.iter().map(|(m, v)| app.reading(m, None, v).unwrap()).collect();
    record(app, episode, n, 8, Fact::CheckIn { readings, answers: vec![] });
}

fn done(app: &mut App, episode: &Episode, n: i64, exercise: &str, amount: &str, pain: f64) {
    let bout = Performed { dose: Some(dose(amount)), pain: Some(pain), ..Performed::of(exercise) };
    record(app, episode, n, 18, Fact::Performed(bout));
}

/// Enters a phase on a day, whatever the criteria say.
fn enter(app: &mut App, episode: &Episode, n: i64, phase: &str) {
    let decision = Decision {
        phase: Some(phase.to_owned()),
        reason: Some("a test".to_owned()),
        ..Decision::of(DecisionKind::Override)
    };
    record(app, episode, n, 5, Fact::Decision(decision));
}

fn on_evening(app: &App, episode: &Episode, n: i64) -> Situation {
    app.situation(episode, evening(on(n))).unwrap()
}

fn item(app: &App, episode: &Episode, n: i64, id: &str) -> Item {
    let s = on_evening(app, episode, n);
    let found = s.plan.items.iter().find(|i| i.id == id).cloned();
    found.unwrap_or_else(|| panic!("{id} is not in the plan of day {n}: {:#?}", s.plan.left_out))
}

fn left_out(app: &App, episode: &Episode, n: i64, id: &str) -> (String, String) {
    let s = on_evening(app, episode, n);
    let found = s.plan.left_out.iter().find(|l| l.id == id);
    let found = found.unwrap_or_else(|| panic!("{id} is not left out on day {n}"));
    (found.rule.clone(), found.because.clone())
}

#[test]
fn doses_grow_part_by_part_and_in_small_steps() {
    let way = |from: &str, to: &str| -> Vec<String> {
        steps(&dose(from), &dose(to)).iter().map(ToString::to_string).collect()
    };
    assert_eq!(way("2x10", "3x15"), ["2x10", "2x12", "2x14", "2x15", "3x15"]);
    assert_eq!(way("3x6", "3x10"), ["3x6", "3x7", "3x8", "3x9", "3x10"]);
    assert_eq!(way("2x20s", "3x30s"), ["2x20s", "2x25s", "2x30s", "3x30s"]);
    assert_eq!(way("10min", "20min"), ["10min", "13min", "16min", "19min", "20min"]);
    assert_eq!(way("rung2", "rung4"), ["rung2", "rung3", "rung4"]);
    assert_eq!(way("2x15", "2x15"), ["2x15"]);
}

#[test]
fn a_dose_moves_up_after_clean_sessions_and_back_after_red_ones() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &episode, 7, "p3");
    let bridge = |app: &App, n| item(app, &episode, n, "single-leg-bridge").dose;
    for n in 3..=20 {
        log(&mut app, &episode, n, &[("pain-morning", "0"), ("limp", "no")]);
    }
    assert_eq!(bridge(&app, 7), "3x8");
    done(&mut app, &episode, 8, "single-leg-bridge", "3x8", 1.0);
    done(&mut app, &episode, 10, "single-leg-bridge", "3x8", 1.0);
    assert_eq!(bridge(&app, 10), "3x8", "the next morning has not answered yet");
    assert_eq!(bridge(&app, 11), "3x10", "two clean sessions");
    // Less than the dose, or no dose at all, proves nothing.
    done(&mut app, &episode, 12, "single-leg-bridge", "2x8", 0.0);
    done(&mut app, &episode, 14, "single-leg-bridge", "3x10", 0.0);
    assert_eq!(bridge(&app, 15), "3x10");
    // Above the amber limit is red: one step back, and out for two days.
    done(&mut app, &episode, 16, "single-leg-bridge", "3x10", 5.0);
    assert_eq!(left_out(&app, &episode, 16, "single-leg-bridge").0, "caps-red");
    let back = item(&app, &episode, 18, "single-leg-bridge");
    assert_eq!(back.dose, "3x8");
    assert!(back.step.unwrap().because.unwrap().starts_with("one step back"));
}

#[test]
fn the_next_morning_outranks_the_pain_during() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &episode, 7, "p3");
    for n in 3..=9 {
        log(&mut app, &episode, n, &[("pain-morning", "0")]);
    }
    done(&mut app, &episode, 8, "hamstring-curl", "3x15", 0.0);
    done(&mut app, &episode, 9, "hamstring-curl", "3x15", 0.0);
    log(&mut app, &episode, 10, &[("pain-morning", "3")]);
    let s = on_evening(&app, &episode, 10);
    let curl = s.program.phases[2].exercises.iter().find(|p| p.exercise == "hamstring-curl").unwrap().clone();
    let grown = s.judge(&app.catalog.library, |case| sinew::domain::growth::grown(case, &curl));
    assert_eq!(grown.step, 0);
    assert!(grown.because.unwrap().contains("morning"), "painless during it, and worse the next morning");
}

#[test]
fn the_ladder_starts_by_grade_rests_and_falls_after_a_setback() {
    for (grade, first, phase) in [(1, "rung3", 11), (2, "rung2", 28), (3, "rung1", 85)] {
        let (mut app, episode) = opened("hamstring-strain", grade, Side::Left, ONSET);
        if grade == 3 {
            let cleared = sinew::app::Cleared {
                rule: "grade-3-check".to_owned(),
                by: "A".into(),
                role: "doctor".into(),
                outcome: sinew::domain::entry::Outcome::Cleared,
                day: on(1),
                until: None,
                note: None,
            };
            let s = on_evening(&app, &episode, 1);
            app.clear(&s, cleared, evening(on(1))).unwrap();
        }
        enter(&mut app, &episode, phase, "p4");
        for n in phase - 8..=phase {
            log(&mut app, &episode, n, &[("pain-morning", "0"), ("pain-worst", "0"), ("limp", "no")]);
        }
        let s = on_evening(&app, &episode, phase);
        let Some(ladder) = s.plan.items.iter().find(|i| i.id == "run-ladder") else {
            panic!("grade {grade}: {:?}", s.plan.left_out);
        };
        assert_eq!(ladder.dose, first, "grade {grade}");
    }
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    enter(&mut app, &episode, 28, "p4");
    for n in 20..=40 {
        let worst = if n == 34 { "2" } else { "0" };
        log(&mut app, &episode, n, &[("pain-morning", "0"), ("pain-worst", worst), ("limp", "no")]);
    }
    done(&mut app, &episode, 28, "run-ladder", "rung2", 0.0);
    done(&mut app, &episode, 29, "run-ladder", "rung2", 0.0);
    assert_eq!(item(&app, &episode, 30, "run-ladder").dose, "rung2", "two days in a row count once");
    assert_eq!(item(&app, &episode, 29, "run-ladder").due, 0, "never on two days in a row");
    done(&mut app, &episode, 31, "run-ladder", "rung2", 0.0);
    assert_eq!(item(&app, &episode, 32, "run-ladder").dose, "rung3");
    // Above the cap: one rung down, after two days without any symptom.
    done(&mut app, &episode, 33, "run-ladder", "rung3", 3.0);
    done(&mut app, &episode, 33, "run-ladder", "rung3", 5.0);
    assert_eq!(left_out(&app, &episode, 35, "run-ladder").0, "run-ladder.setback");
    let after = item(&app, &episode, 36, "run-ladder");
    assert_eq!(after.dose, "rung2", "days 35 and 36 were quiet");
}

#[test]
fn full_speed_waits_for_its_day_and_for_equal_legs() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &episode, 8, "p4");
    for n in 3..=20 {
        log(&mut app, &episode, n, &[("pain-morning", "0"), ("pain-worst", "0"), ("limp", "no")]);
    }
    for (n, rung) in [(8, "rung3"), (10, "rung4"), (12, "rung5")] {
        done(&mut app, &episode, n, "run-ladder", rung, 0.0);
    }
    let s = on_evening(&app, &episode, 13);
    let ladder = s.plan.items.iter().find(|i| i.id == "run-ladder").unwrap();
    assert_eq!(ladder.dose, "rung5");
    assert!(ladder.step.as_ref().unwrap().because.as_ref().unwrap().contains("day 14"));
    assert!(item(&app, &episode, 15, "run-ladder").step.unwrap().because.unwrap().contains("90"));
    let both = |value: f64| {
        let reading = |side| sinew::domain::entry::Reading {
            measure: "single-leg-bridge".into(),
            side: Some(side),
            value,
        };
        Fact::CheckIn { readings: vec![reading(Side::Left), reading(Side::Right)], answers: vec![] }
    };
    record(&mut app, &episode, 15, 9, both(20.0));
    assert_eq!(item(&app, &episode, 15, "run-ladder").dose, "rung6");
}

#[test]
fn held_stretches_come_after_all_activity() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    for (n, phase) in [(3, "p2"), (7, "p3"), (11, "p4"), (21, "p5")] {
        enter(&mut app, &episode, n, phase);
        for later in [n, n + 2, n + 3] {
            let s = on_evening(&app, &episode, later);
            let exercises: Vec<&Item> =
                s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise).collect();
            let is_stretch = |i: &&Item| app.catalog.library.exercises[&i.id].is("static-stretch");
            let first = exercises.iter().position(is_stretch).unwrap_or(exercises.len());
            assert!(exercises[first..].iter().all(is_stretch), "{phase}: {exercises:#?}");
        }
    }
}

#[test]
fn an_earlier_strain_and_an_overstretch_make_it_slower() {
    let answered = |question: &str, value: AnswerValue| {
        let mut app = opened("hamstring-strain", 2, Side::Left, ONSET);
        let fact = Fact::Screen(vec![Answer { question: question.to_owned(), value }]);
        record(&mut app.0, &app.1.clone(), 0, 12, fact);
        app
    };
    let (app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    let plain = on_evening(&app, &episode, 1);
    let (app, episode) = answered("same-strain-12-months", AnswerValue::Yes);
    let again = on_evening(&app, &episode, 1);
    assert_eq!(again.program.return_not_before, plain.program.return_not_before + 14);
    let (mut app, episode) = answered("mechanism", AnswerValue::Choices(vec!["stretch-or-split".to_owned()]));
    let stretched = on_evening(&app, &episode, 1);
    let minima = |s: &Situation| s.program.phases.iter().map(|p| p.minimum_days).collect::<Vec<_>>();
    assert_eq!(minima(&plain)[..4], [5, 9, 14, 7]);
    assert_eq!(minima(&stretched)[..4], [5, 9, 21, 11]);
    enter(&mut app, &episode, 14, "p3");
    let s = on_evening(&app, &episode, 20);
    let gate = s.advice.findings.iter().find(|f| f.id == "gate-phase").unwrap();
    assert!(gate.wanted.contains("1.5 times"), "{}", gate.wanted);
    assert!(gate.entries.len() >= 2, "the answer stands beside the decision");
}

#[test]
fn the_load_guard_warns_and_never_decides() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &episode, 11, "p4");
    let lift = |app: &mut App, n: i64, load: f64| {
        let bout = Performed {
            dose: Some(dose("3x8")),
            pain: Some(0.0),
            load: Some(load),
            ..Performed::of("romanian-deadlift")
        };
        record(app, &episode, n, 18, Fact::Performed(bout));
    };
    let room = |app: &App, n: i64| {
        let s = on_evening(app, &episode, n);
        let exercise = &app.catalog.library.exercises["romanian-deadlift"];
        s.judge(&app.catalog.library, |case| load::room(case, exercise))
    };
    lift(&mut app, 12, 20.0);
    assert!(room(&app, 13).is_none(), "there is no week to compare with");
    lift(&mut app, 20, 22.0);
    let within = room(&app, 20).unwrap();
    assert!(!within.over && (within.week_limit - 22.0).abs() < 1e-9, "{within:?}");
    let before = on_evening(&app, &episode, 20).advice.action;
    lift(&mut app, 20, 30.0);
    assert!(room(&app, 20).unwrap().over);
    assert_eq!(on_evening(&app, &episode, 20).advice.action, before);
}

#[test]
fn two_injuries_share_what_both_allow() {
    let (mut app, thigh) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &thigh, 7, "p3");
    let calf =
        app.start(request("calf-strain", 1, Side::Left, on(6)), now(&format!("{}T08:00", on(6)))).unwrap();
    let alone = |s: &Situation, id: &str| {
        s.program.phases[s.course.current().phase].exercises.iter().any(|p| p.exercise == id)
    };
    let s = on_evening(&app, &thigh, 8);
    assert!(alone(&s, "hamstring-curl"));
    let left = s.plan.left_out.iter().find(|l| l.id == "hamstring-curl").unwrap();
    assert!(left.because.contains(&format!("episode {}", calf.number)), "{}", left.because);
    assert_eq!(left.rule, "police-gentle");
    // Each exercise that is left is one that the calf allows.
    let other = on_evening(&app, &calf, 8);
    for item in s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise) {
        let exercise = &app.catalog.library.exercises[&item.id];
        let gentle = ["gentle-motion", "walk", "isometric"].iter().any(|t| exercise.is(t));
        assert!(other.plan.items.iter().any(|i| i.id == item.id) || gentle, "{}", item.id);
    }

    // The other leg is another matter for what is done on one leg alone.
    let (mut app, thigh) = opened("hamstring-strain", 1, Side::Left, ONSET);
    enter(&mut app, &thigh, 7, "p3");
    app.start(request("calf-strain", 1, Side::Right, on(6)), now(&format!("{}T08:00", on(6)))).unwrap();
    let s = on_evening(&app, &thigh, 8);
    let sided = |id: &str| app.catalog.library.exercises[id].sided;
    assert!(
        s.plan.items.iter().any(|i| i.id == "single-leg-bridge" && sided(&i.id)),
        "{:#?}",
        s.plan.left_out
    );
    assert!(s.plan.left_out.iter().all(|l| !l.because.contains("episode") || !sided(&l.id)));
}

#[test]
fn the_days_ahead_follow_the_frequencies_and_promise_nothing() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    enter(&mut app, &episode, 14, "p3");
    let s = on_evening(&app, &episode, 14);
    let view = s.judge(&app.catalog.library, |case| ahead(case, &s.plan, 14));
    assert_eq!(view.days.len(), 14);
    assert_eq!(view.days[0].day, on(15));
    let due = |id: &str| -> Vec<i64> {
        view.days.iter().filter(|d| d.items.iter().any(|i| i.id == id)).map(|d| d.number).collect()
    };
    let bridges = due("single-leg-bridge");
    assert!(bridges.windows(2).all(|pair| pair[1] - pair[0] >= 2), "a day of rest between: {bridges:?}");
    assert!((5..=6).contains(&bridges.len()), "three days a week: {bridges:?}");
    assert!(due("diver").iter().all(|n| *n >= 21), "what waits for its day comes in on it");
    assert_eq!(due("diver").first(), Some(&21));
    let phases: Vec<(&str, Day)> = view.phases.iter().map(|p| (p.id.as_str(), p.not_before)).collect();
    assert_eq!(phases, [("p4", on(28)), ("p5", on(56))]);
    let (not_before, usual_by) = view.full_return.unwrap();
    assert_eq!((not_before, usual_by), (on(35), on(56)));
}
