//! The edges of advice: the day on which a rule begins to hold and the one
//! before it, what cannot be overridden, and that everything says why.

use proptest::prelude::*;
use sinew::app::{App, AppError, Draft};
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::asking::screen_unanswered;
use sinew::domain::criteria;
use sinew::domain::day::Day;
use sinew::domain::entry::{Clearance, Decision, DecisionKind, Fact, Outcome, Performed, Side};
use sinew::domain::episode::Episode;
use sinew::domain::finding::{Finding, Verdict};
use sinew::domain::library::Urgency;
use sinew::domain::program::Subject;
use sinew::domain::question::{AnswerValue, Answers, SELF_TEST, Standing};
use sinew::domain::situation::Situation;

use crate::laws::{History, history};
use crate::support::{day, evening, now, opened, opened_ungraded};

const ONSET: &str = "2026-03-02";

fn on(n: i64) -> Day {
    day(ONSET).plus(n)
}

fn record(app: &mut App, episode: &Episode, at: &str, fact: Fact) {
    let at = now(at);
    app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
}

fn log(app: &mut App, episode: &Episode, at: &str, measure: &str, value: &str) {
    let readings = vec![app.reading(measure, None, value).unwrap()];
    record(app, episode, at, Fact::CheckIn { readings, answers: vec![] });
}

fn answer(app: &mut App, episode: &Episode, at: &str, question: &str, value: &str) {
    let answers = vec![app.answer(question, value).unwrap()];
    record(app, episode, at, Fact::CheckIn { readings: vec![], answers });
}

fn finding<'s>(s: &'s Situation, id: &str) -> Option<&'s Finding> {
    s.advice.findings.iter().find(|f| f.id == id)
}

/// A routine flag holds from its fifteenth day on, and not on its fourteenth.
#[test]
fn a_routine_flag_holds_once_it_is_older_than_two_weeks() {
    let (app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    let of = |n: i64| app.situation(&episode, evening(on(n))).unwrap();
    assert!(of(0).open_flags().any(|f| f.rule.id == "grade-2-check"));
    assert!(finding(&of(14), "grade-2-check").is_none());
    let held = of(15);
    let held = finding(&held, "grade-2-check").unwrap();
    assert_eq!((held.verdict, held.binding), (Verdict::NotMet, false));
}

/// An urgent flag and a gate are findings that nobody overrides.
#[test]
fn what_stops_and_what_gates_is_named_and_binds() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-04T10:00", "tingling-one-leg", "yes");
    let s = app.situation(&episode, evening(on(2))).unwrap();
    assert_eq!(s.advice.action, Action::Stop);
    let urgent = s.open_flags().next().unwrap().rule.id.clone();
    assert!(finding(&s, &urgent).unwrap().binding);

    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-04T10:00", "pregnant-or-postpartum", "yes");
    let s = app.situation(&episode, evening(on(2))).unwrap();
    let gate = finding(&s, "pregnancy").unwrap();
    assert_eq!((gate.verdict, gate.binding), (Verdict::NotMet, true));
    assert!(matches!(app.override_hold(&s, "I want to", evening(on(2))), Err(AppError::NotOverridable(_))));
}

/// Answers carry an advance for seven days, the day on which they were given
/// included, and only when they came after the severe pain.
#[test]
fn answers_to_the_emergency_questions_run_out() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let calm = || Fact::Screen(calm_answers(&sinew::catalog::Catalog::builtin_library().unwrap()));
    record(&mut app, &episode, "2026-03-03T10:00", calm());
    let verdict = |app: &App, n: i64| {
        let s = app.situation(&episode, evening(on(n))).unwrap();
        finding(&s, "red-flag-questions").unwrap().verdict
    };
    assert_eq!(verdict(&app, 7), Verdict::Met, "the seventh day");
    assert_eq!(verdict(&app, 8), Verdict::Unknown, "the eighth");
    record(&mut app, &episode, "2026-03-11T10:00", calm());
    log(&mut app, &episode, "2026-03-11T10:00", "pain-worst", "6");
    assert_eq!(verdict(&app, 9), Verdict::Unknown, "given with the pain is not given after it");
    record(&mut app, &episode, "2026-03-11T10:01", calm());
    assert_eq!(verdict(&app, 9), Verdict::Met);
}

/// What has to be tried at home is not demanded of somebody who cannot try it.
#[test]
fn self_tests_are_not_among_the_questions_that_hold() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let library = sinew::catalog::Catalog::builtin_library().unwrap();
    let tried = |question: &str| library.question(question).unwrap().group == SELF_TEST;
    let answers: Vec<_> = calm_answers(&library).into_iter().filter(|a| !tried(&a.question)).collect();
    assert!(answers.len() < calm_answers(&library).len());
    record(&mut app, &episode, "2026-03-03T10:00", Fact::Screen(answers));
    let s = app.situation(&episode, evening(on(1))).unwrap();
    assert_eq!(finding(&s, "red-flag-questions").unwrap().verdict, Verdict::Met);
}

/// After a step back, three clean logged days come before the next advance.
#[test]
fn days_after_a_step_back_have_to_be_clean() {
    let stepped = || {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        log(&mut app, &episode, "2026-03-02T20:00", "pain-worst", "7");
        let s = app.situation(&episode, evening(on(0))).unwrap();
        assert_eq!(s.advice.action, Action::StepBack);
        app.accept(&s, evening(on(0))).unwrap();
        for n in 1..=4 {
            log(&mut app, &episode, &format!("{}T08:00", on(n)), "pain-morning", "1");
            log(&mut app, &episode, &format!("{}T20:00", on(n)), "pain-worst", "2");
        }
        (app, episode)
    };
    let clean = |app: &App, episode: &Episode| {
        let s = app.situation(episode, evening(on(4))).unwrap();
        let gate = finding(&s, "gate-clean").unwrap();
        let enough = gate.observed == "3 so far";
        assert_eq!(gate.verdict == Verdict::Met, enough, "three are enough, and no fewer");
        assert!(!enough || gate.entries.len() <= 7, "and no more of them are named");
        gate.observed.clone()
    };
    let (app, episode) = stepped();
    assert_eq!(clean(&app, &episode), "3 so far", "pain at the amber limit is clean");
    let (mut app, episode) = stepped();
    let bout = Performed { pain: Some(1.0), ..Performed::of("ankle-pumps") };
    record(&mut app, &episode, &format!("{}T21:00", on(3)), Fact::Performed(bout));
    assert_eq!(clean(&app, &episode), "3 so far", "so is a session at its cap");
    for (measure, value) in [("pain-walking", "3"), ("limp", "yes"), ("pain-morning", "3")] {
        let (mut app, episode) = stepped();
        log(&mut app, &episode, &format!("{}T21:00", on(3)), measure, value);
        assert_eq!(clean(&app, &episode), "1 so far", "{measure} {value} on the day before");
    }
    let (mut app, episode) = stepped();
    let bout = Performed { pain: Some(2.0), ..Performed::of("ankle-pumps") };
    record(&mut app, &episode, &format!("{}T21:00", on(3)), Fact::Performed(bout));
    assert_eq!(clean(&app, &episode), "1 so far", "a session above its cap");
    let (mut app, episode) = stepped();
    let s = app.situation(&episode, now(&format!("{}T21:00", on(2)))).unwrap();
    app.pause(&s, "a journey", now(&format!("{}T21:00", on(2)))).unwrap();
    let s = app.situation(&episode, now(&format!("{}T07:00", on(3)))).unwrap();
    app.resume(&s, now(&format!("{}T07:00", on(3)))).unwrap();
    assert_eq!(clean(&app, &episode), "2 so far", "days of rest prove nothing");
}

fn asks(app: &App, episode: &Episode, n: i64) -> Option<&'static str> {
    app.situation(episode, evening(on(n))).unwrap().advice.ask_now.map(|ask| ask.because)
}

fn told(app: &mut App, episode: &Episode, at: &str, answers: &[(&str, &str)]) {
    let answers = answers.iter().map(|(question, value)| app.answer(question, value).unwrap()).collect();
    record(app, episode, at, Fact::Screen(answers));
}

/// After a pain of six the questions come before any exercise, for three days or
/// until they were answered.
#[test]
fn a_severe_pain_asks_for_three_days() {
    let severe = |measure: &str, value: &str| {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        log(&mut app, &episode, "2026-03-07T20:00", measure, value);
        (app, episode)
    };
    let (app, episode) = severe("pain-worst", "6");
    let asked: Vec<bool> = (4..=9).map(|n| asks(&app, &episode, n).is_some()).collect();
    assert_eq!(asked, [false, true, true, true, false, false]);
    assert_eq!(asks(&app, &episode, 5), Some("Pain of 6 or more"));
    let (app, episode) = severe("pain-worst", "5.5");
    assert_eq!(asks(&app, &episode, 5), None);
    let (mut app, episode) = severe("pain-worst", "6");
    let calm = Fact::Screen(calm_answers(&app.catalog.library));
    record(&mut app, &episode, "2026-03-07T20:01", calm);
    assert_eq!(asks(&app, &episode, 5), None);
}

/// One leg that is newly swollen asks for warmth, redness and what explains it,
/// for a week or until a clinician looked.
#[test]
fn a_swollen_leg_asks_for_the_rest() {
    const ASKED: Option<&str> = Some("One leg newly swollen");
    let swollen = |answers: &[(&str, &str)]| {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        told(&mut app, &episode, "2026-03-07T20:00", &[("one-leg-swollen", "yes")]);
        told(&mut app, &episode, "2026-03-07T20:01", answers);
        (app, episode)
    };
    let (app, episode) = swollen(&[("fever", "no")]);
    let asked: Vec<bool> = (4..=12).map(|n| asks(&app, &episode, n).is_some()).collect();
    assert_eq!(asked, [false, true, true, true, true, true, true, true, false]);
    assert_eq!(asks(&app, &episode, 5), ASKED);
    for (answers, still) in [
        (&[("leg-warm", "no"), ("leg-red", "no")][..], ASKED),
        (&[("leg-warm", "no"), ("injury-explains-it", "yes")], ASKED),
        (&[("leg-red", "no"), ("injury-explains-it", "yes")], ASKED),
        (&[("leg-warm", "unknown"), ("leg-red", "no"), ("injury-explains-it", "yes")], ASKED),
        (&[("leg-warm", "no"), ("leg-red", "no"), ("injury-explains-it", "yes")], None),
        (&[("leg-warm-or-red", "no"), ("injury-explains-it", "yes")], None),
        (&[("one-leg-swollen", "no")], None),
    ] {
        let (app, episode) = swollen(answers);
        assert_eq!(asks(&app, &episode, 5), still, "{answers:?}");
    }
    for (rule, seen, still) in [("rf-07", "2026-03-07", None), ("rf-21", "2026-03-07", ASKED)] {
        let (mut app, episode) = swollen(&[("fever", "no")]);
        let clearance = Clearance {
            rule: rule.to_owned(),
            who: "the clinic".to_owned(),
            role: "doctor".to_owned(),
            day: crate::support::day(seen),
            outcome: Outcome::Cleared,
            expires: None,
        };
        record(&mut app, &episode, "2026-03-07T21:00", Fact::Clearance(clearance));
        assert_eq!(asks(&app, &episode, 5), still, "{rule}");
    }
}

fn decided(app: &mut App, episode: &Episode, at: &str, kind: DecisionKind, phase: Option<&str>) {
    let phase = phase.map(str::to_owned);
    let reason = Some("a journey".to_owned());
    record(app, episode, at, Fact::Decision(Decision { phase, reason, ..Decision::of(kind) }));
}

/// However much it hurts, a plan goes down by one phase a day.
#[test]
fn a_plan_steps_back_once_a_day() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    decided(&mut app, &episode, "2026-03-06T20:00", DecisionKind::Advance, Some("p2"));
    decided(&mut app, &episode, "2026-03-12T20:00", DecisionKind::Advance, Some("p3"));
    let to = |app: &App, at: &str| {
        let advice = app.situation(&episode, now(at)).unwrap().advice;
        (advice.action, advice.to.unwrap_or_default())
    };
    let back = |to: &str| (Action::StepBack, to.to_owned());
    log(&mut app, &episode, "2026-03-13T08:00", "pain-worst", "7");
    assert_eq!(to(&app, "2026-03-13T08:01"), back("p2"));
    decided(&mut app, &episode, "2026-03-13T08:02", DecisionKind::StepBack, Some("p2"));
    log(&mut app, &episode, "2026-03-13T20:00", "pain-worst", "8");
    assert_eq!(to(&app, "2026-03-13T20:01"), back("p2"), "no second phase on the same day");
    log(&mut app, &episode, "2026-03-14T08:00", "pain-worst", "8");
    assert_eq!(to(&app, "2026-03-14T08:01"), back("p1"));
}

/// A day that ends at six is one day until then.
#[test]
fn a_plan_steps_back_once_a_day_whenever_the_day_ends() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    decided(&mut app, &episode, "2026-03-06T20:00", DecisionKind::Advance, Some("p2"));
    decided(&mut app, &episode, "2026-03-12T20:00", DecisionKind::Advance, Some("p3"));
    let late = |at: &str| now(at).ending_at(6);
    let write = |app: &mut App, at: &str, fact: Fact| {
        app.record(&episode, vec![Draft { at: late(at).at, note: None, fact }], late(at)).unwrap();
    };
    let worst = |app: &App, value: &str| {
        let readings = vec![app.reading("pain-worst", None, value).unwrap()];
        Fact::CheckIn { readings, answers: vec![] }
    };
    let to = |app: &App, at: &str| {
        let advice = app.situation(&episode, late(at)).unwrap().advice;
        (advice.action, advice.to.unwrap_or_default())
    };
    let back = |to: &str| (Action::StepBack, to.to_owned());
    let fact = worst(&app, "7");
    write(&mut app, "2026-03-13T20:00", fact);
    assert_eq!(to(&app, "2026-03-14T04:29"), back("p2"));
    let phase = Some("p2".to_owned());
    let decision = Decision { phase, ..Decision::of(DecisionKind::StepBack) };
    write(&mut app, "2026-03-14T04:30", Fact::Decision(decision));
    let fact = worst(&app, "8");
    write(&mut app, "2026-03-14T05:30", fact);
    assert_eq!(to(&app, "2026-03-14T05:31"), back("p2"), "no second phase on the same day");
    let fact = worst(&app, "8");
    write(&mut app, "2026-03-14T06:30", fact);
    assert_eq!(to(&app, "2026-03-14T06:31"), back("p1"));
}

/// The days of a phase name the rests that they leave out, and no earlier ones.
#[test]
fn the_days_of_a_phase_name_its_rests() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    for (rest, go) in [("03T20", "04T20"), ("05T20", "06T20"), ("08T20", "09T20")] {
        decided(&mut app, &episode, &format!("2026-03-{rest}:00"), DecisionKind::Pause, None);
        decided(&mut app, &episode, &format!("2026-03-{go}:00"), DecisionKind::Resume, None);
        if go == "06T20" {
            decided(&mut app, &episode, "2026-03-06T21:00", DecisionKind::Advance, Some("p2"));
        }
    }
    decided(&mut app, &episode, "2026-03-10T20:00", DecisionKind::Pause, None);
    let s = app.situation(&episode, now("2026-03-10T21:00")).unwrap();
    let named = &finding(&s, "gate-phase").unwrap().entries;
    let rests: Vec<bool> = s.course.pauses.iter().map(|p| named.contains(&p.entry)).collect();
    assert_eq!(rests, [false, false, true, true], "the one of this phase and the one that lasts");
    let resting = finding(&s, "gate-pause").unwrap();
    assert_eq!(resting.verdict, Verdict::NotMet);
    assert_eq!(*resting.source, ["ours"]);
    assert_eq!(&*resting.why, "Days on which the plan rests train nothing and prove nothing.");
}

/// The worst of a long window asks for a reading of the last seven days.
#[test]
fn a_long_window_wants_a_recent_reading() {
    let (mut app, episode) = opened_ungraded("sciatica", ONSET);
    for n in 1..=9 {
        log(&mut app, &episode, &format!("{}T20:00", on(n)), "leg-pain-further-down", "no");
    }
    let judged = |n: i64| {
        let s = app.situation(&episode, evening(on(n))).unwrap();
        let p3 = s.program.phases.iter().find(|p| p.id == "p3").unwrap();
        let criterion = p3.exit.iter().find(|c| c.id == "leg-pain-further-down").unwrap();
        let Subject::Measure(test) = &criterion.subject else { panic!("a measure") };
        assert_eq!((test.days, test.min_samples), (21, 9));
        s.judge(&app.catalog.library, |case| criteria::measure(case, test).verdict)
    };
    assert_eq!(
        [judged(8), judged(9), judged(15), judged(16)],
        [Verdict::Unknown, Verdict::Met, Verdict::Met, Verdict::Unknown]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Every finding, every flag and everything left out names its reason and
    /// its source or rule.
    #[test]
    fn everything_says_why(history in history()) {
        let s = History::situation(&history);
        for finding in &s.advice.findings {
            prop_assert!(!finding.why.is_empty() && !finding.source.is_empty(), "{}", finding.id);
            prop_assert!(!finding.wanted.is_empty() && !finding.observed.is_empty(), "{}", finding.id);
        }
        for flag in s.open_flags() {
            prop_assert!(!flag.rule.why.is_empty() && !flag.rule.source.is_empty(), "{}", flag.rule.id);
            prop_assert!(!flag.because.is_empty(), "{}", flag.rule.id);
        }
        for left in &s.plan.left_out {
            prop_assert!(!left.because.is_empty() && !left.rule.is_empty(), "{}", left.id);
        }
    }
}

/// A morning above what the phase allows is no clean day, though its pain is
/// within the limits.
#[test]
fn a_morning_that_rose_is_not_clean() {
    let clean = |third: &str| {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        for n in 0..=6 {
            let morning = if n == 5 { third } else { "0" };
            log(&mut app, &episode, &format!("{}T08:30", on(n)), "pain-morning", morning);
            log(
                &mut app,
                &episode,
                &format!("{}T19:00", on(n)),
                "pain-worst",
                if n == 2 { "7" } else { "2" },
            );
            if n == 2 {
                decided(&mut app, &episode, &format!("{}T20:00", on(n)), DecisionKind::StepBack, Some("p1"));
            }
        }
        let s = app.situation(&episode, evening(on(6))).unwrap();
        finding(&s, "gate-clean").unwrap().observed.clone()
    };
    assert_eq!(clean("0"), "3 so far");
    assert_eq!(clean("2"), "1 so far");
}

/// The day on which a phase can end by its days alone stays where it is while the
/// days go by.
#[test]
fn the_earliest_day_stays_where_it_is() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let earliest = |app: &App, n: i64| app.situation(&episode, evening(on(n))).unwrap().advice.earliest;
    for n in 0..=3 {
        assert_eq!(earliest(&app, n), Some(on(3)), "day {n}");
    }
    // Entered late, the next phase lasts its four days from then on.
    decided(&mut app, &episode, "2026-03-12T20:00", DecisionKind::Advance, Some("p2"));
    for n in 10..=14 {
        assert_eq!(earliest(&app, n), Some(on(14)), "day {n}");
    }
}

/// What was not answered is named; "unknown" is no answer.
#[test]
fn questions_that_are_open_are_named() {
    let library = sinew::catalog::Catalog::builtin_library().unwrap();
    let asked: Vec<&str> =
        library.screening_questions(Urgency::Urgent).into_iter().map(|q| q.id.as_str()).collect();
    let told = |value| Standing { value, entry: None, at: None };
    let mut answers = Answers::new();
    assert_eq!(screen_unanswered(&library, &answers), asked);
    answers.insert(asked[0].to_owned(), told(AnswerValue::Unknown));
    assert_eq!(screen_unanswered(&library, &answers), asked);
    answers.insert(asked[0].to_owned(), told(AnswerValue::No));
    assert_eq!(screen_unanswered(&library, &answers), asked[1..]);
}

/// The words of the contract.
#[test]
fn each_action_has_its_id() {
    let ids = [Action::Stop, Action::StepBack, Action::Hold, Action::Advance, Action::Finish].map(Action::id);
    assert_eq!(ids, ["stop", "step-back", "hold", "advance", "finish"]);
}

/// What one does for oneself stands while what called for it does, and nobody has
/// to answer for it.
#[test]
fn advice_for_oneself_passes_with_its_reason() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-04T10:00", "tingling-after", "bandage-or-strap");
    let of = |n: i64| app.situation(&episode, evening(on(n))).unwrap();
    let stands = |n: i64| of(n).open_flags().any(|f| f.rule.id == "cb-17");
    assert!(stands(2) && stands(8), "the answer counts for a week");
    assert!(of(9).flags.iter().all(|f| f.rule.id != "cb-17"));
}

/// What was answered becomes a flag on the day on which the days make it one,
/// though nothing is said on that day.
#[test]
fn days_alone_raise_what_the_answers_tell() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-07T10:00", "quality", "burning");
    let raised = |n: i64| {
        let s = app.situation(&episode, evening(on(n))).unwrap();
        s.open_flags().any(|f| f.rule.id == "rf-40")
    };
    assert!(!raised(7));
    assert!(raised(8), "later than seven days");
    assert!(raised(20), "and it stays");
}

/// An outcome for one flag answers for no other one, which the days raise later.
#[test]
fn an_outcome_answers_for_its_own_flag() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-03T10:00", "one-leg-swollen", "yes");
    let cleared = Clearance {
        rule: "rf-07".to_owned(),
        who: "A".to_owned(),
        role: "doctor".to_owned(),
        day: on(2),
        outcome: Outcome::Cleared,
        expires: None,
    };
    record(&mut app, &episode, "2026-03-04T10:00", Fact::Clearance(cleared));
    answer(&mut app, &episode, "2026-03-07T10:00", "quality", "burning");
    let s = app.situation(&episode, evening(on(8))).unwrap();
    assert!(s.flags.iter().any(|f| f.rule.id == "rf-07" && !f.is_open()));
    assert!(s.open_flags().any(|f| f.rule.id == "rf-40"));
}

/// A phase that lasts too long is a flag from its day on, for whoever is still in it.
#[test]
fn a_phase_that_lasts_is_a_flag_from_its_day_on() {
    let seen = |n: i64, moved_on: Option<i64>| {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        if let Some(day) = moved_on {
            decided(&mut app, &episode, &format!("{}T20:00", on(day)), DecisionKind::Advance, Some("p2"));
        }
        let s = app.situation(&episode, evening(on(n))).unwrap();
        let flag = s.flags.iter().find(|f| f.rule.id == "stalled-p1");
        (flag.and_then(|f| f.opened).map(|at| at.date_naive()), s.program.phases[0].stalled_day.unwrap())
    };
    let (_, day) = seen(0, None);
    assert_eq!(seen(day - 1, None).0, None);
    for n in [day, day + 5] {
        assert_eq!(seen(n, None).0, Some(on(day).date()));
    }
    assert_eq!(seen(day + 5, Some(day)).0, None, "left on that day");
    assert_eq!(seen(day + 5, Some(day + 1)).0, Some(on(day).date()), "left on the next one");
}

/// What a graver flag covers is not told beside it, whether that was told with it
/// or before.
#[test]
fn a_graver_flag_covers_a_lesser_one() {
    let told = |before: bool, swollen: bool| {
        let (mut app, episode) = opened("calf-strain", 1, Side::Left, ONSET);
        if before && swollen {
            answer(&mut app, &episode, "2026-03-03T10:00", "one-leg-swollen", "yes");
        }
        let mut answers =
            vec![app.answer("region", "calf").unwrap(), app.answer("long-travel", "yes").unwrap()];
        if swollen && !before {
            answers.push(app.answer("one-leg-swollen", "yes").unwrap());
        }
        record(&mut app, &episode, "2026-03-04T10:00", Fact::CheckIn { readings: vec![], answers });
        let s = app.situation(&episode, evening(on(2))).unwrap();
        let ids: Vec<String> = s.open_flags().map(|f| f.rule.id.clone()).collect();
        (ids.contains(&"rf-07".to_owned()), ids.contains(&"cb-03-check".to_owned()))
    };
    assert_eq!(told(false, false), (false, true));
    assert_eq!(told(false, true), (true, false), "told together");
    assert_eq!(told(true, true), (true, false), "told before");
    // Any other flag covers nothing.
    let (mut app, episode) = opened("calf-strain", 1, Side::Left, ONSET);
    answer(&mut app, &episode, "2026-03-03T10:00", "tingling-after", "bandage-or-strap");
    let answers = vec![app.answer("region", "calf").unwrap(), app.answer("long-travel", "yes").unwrap()];
    record(&mut app, &episode, "2026-03-04T10:00", Fact::CheckIn { readings: vec![], answers });
    let s = app.situation(&episode, evening(on(2))).unwrap();
    assert!(["cb-17", "cb-03-check"].iter().all(|id| s.open_flags().any(|f| f.rule.id == *id)));
}

/// A sign that is told again while its flag is open is the same flag, whatever
/// else was answered for; after its own outcome it is a new one.
#[test]
fn a_sign_told_again_is_the_same_flag_until_it_is_answered_for() {
    let flags = |outcome_for: Option<&str>| {
        let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        answer(&mut app, &episode, "2026-03-03T10:00", "one-leg-swollen", "yes");
        if let Some(rule) = outcome_for {
            let outcome = Clearance {
                rule: rule.to_owned(),
                who: "A".to_owned(),
                role: "doctor".to_owned(),
                day: on(2),
                outcome: Outcome::Cleared,
                expires: None,
            };
            record(&mut app, &episode, "2026-03-04T10:00", Fact::Clearance(outcome));
        }
        answer(&mut app, &episode, "2026-03-05T10:00", "one-leg-swollen", "yes");
        let s = app.situation(&episode, evening(on(3))).unwrap();
        let of_rule: Vec<bool> = s
            .flags
            .iter()
            .filter(|f| f.rule.id == "rf-07")
            .map(sinew::domain::screening::Flag::is_open)
            .collect();
        of_rule
    };
    assert_eq!(flags(None), [true]);
    assert_eq!(flags(Some("rf-40")), [true]);
    assert_eq!(flags(Some("rf-07")), [true, false]);
}
