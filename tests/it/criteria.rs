//! How a window of readings, a few sessions or an outcome become a verdict, case
//! by case. Day 0 is the day of the injury; what is told has a day and a measure.

use sinew::app::{App, Draft};
use sinew::domain::criteria::{judge, measure};
use sinew::domain::day::Now;
use sinew::domain::entry::{
    Care, Clearance, Decision, DecisionKind, Fact, Outcome, Performed, Reading, Side,
};
use sinew::domain::episode::Episode;
use sinew::domain::finding::Verdict::{self, Met, NotMet, Unknown};
use sinew::domain::program::{Criterion, MeasureTest, Op, SessionTest, Stat, Subject, Whose};

use crate::support::{day, now, opened};

/// What was told, and whom.
struct Diary(App, Episode);

/// The moment of a day after the injury, such as `4@08:00`; in the evening unless
/// a time is given.
fn at(when: &str) -> Now {
    let (number, time) = when.split_once('@').unwrap_or((when, "20:00"));
    let date = day("2026-03-01").plus(number.parse().unwrap());
    now(&format!("{}T{time}", date.date()))
}

impl Diary {
    fn new() -> Self {
        let (app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-01");
        Self(app, episode)
    }

    /// Tells things apart by a semicolon: `3 pain-walking 2; 4@19:00 analgesic`.
    fn telling(lines: &str) -> Self {
        let mut diary = Self::new();
        for line in lines.split(';').map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let fact = match words[1..] {
                ["analgesic"] => Fact::Care(Care { kind: "analgesic".to_owned(), side: None, minutes: None }),
                ["back"] => Fact::Decision(Decision {
                    phase: Some("p1".to_owned()),
                    ..Decision::of(DecisionKind::StepBack)
                }),
                ["ran", rung, pain] => Fact::Performed(Performed {
                    dose: Some(rung.parse().unwrap()),
                    pain: pain.parse().ok(),
                    ..Performed::of("run-ladder")
                }),
                [exercise, "done"] => Fact::Performed(Performed {
                    dose: Some("rung 6".parse().unwrap()),
                    pain: Some(0.0),
                    ..Performed::of(exercise)
                }),
                [measure, value, ref side @ ..] => Fact::CheckIn {
                    readings: vec![Reading {
                        measure: measure.into(),
                        side: side.first().map(|side| Side::of_id(side).unwrap()),
                        value: value.parse().unwrap(),
                    }],
                    answers: vec![],
                },
                ref other => panic!("{other:?}"),
            };
            diary.tell(words[0], fact);
        }
        diary
    }

    fn tell(&mut self, when: &str, fact: Fact) {
        let moment = at(when);
        self.0.record(&self.1, vec![Draft { at: moment.at, note: None, fact }], moment).unwrap();
    }

    fn criterion(&self, when: &str, subject: Subject) -> (Verdict, String, usize) {
        let criterion =
            Criterion { id: "c".to_owned(), subject, goals: vec![], why: "".into(), source: [].into() };
        let s = self.0.situation(&self.1, at(when)).unwrap();
        let finding = s.judge(&self.0.catalog.library, |case| judge(case, "p", &criterion));
        (finding.verdict, finding.observed, finding.entries.len())
    }
}

/// A condition, told, the day of the look, the verdict, what was seen, and how many entries prove it.
type Row<'a> = (&'a MeasureTest, &'a str, &'a str, Verdict, &'a str, usize);

fn hold(rows: &[Row<'_>]) {
    for (test, told, when, verdict, observed, entries) in rows {
        let diary = Diary::telling(told);
        let s = diary.0.situation(&diary.1, at(when)).unwrap();
        let judged = s.judge(&diary.0.catalog.library, |case| measure(case, test));
        assert_eq!(
            (judged.verdict, judged.observed.as_str(), judged.entries.len()),
            (*verdict, *observed, *entries),
            "{told} on {when}"
        );
    }
}

fn walking(stat: Stat, op: Op, value: f64, days: u32, min_samples: u32) -> MeasureTest {
    let measure = "pain-walking".to_owned();
    MeasureTest { measure, whose: Whose::Injured, stat, op, value, days, min_samples }
}

#[test]
fn the_worst_of_a_window() {
    let quiet = walking(Stat::Worst, Op::AtMost, 2.0, 3, 2);
    let once = walking(Stat::Worst, Op::AtMost, 2.0, 3, 1);
    let long = walking(Stat::Worst, Op::AtMost, 2.0, 21, 1);
    hold(&[
        (&quiet, "", "5", Unknown, "no reading", 0),
        (&quiet, "4 pain-walking 1; 5 pain-walking 2", "5", Met, "at worst 2/10 over 2 days", 2),
        (&quiet, "5 pain-walking 2", "5", Unknown, "at worst 2/10 over 1 day, 1 of 2 days wanted", 1),
        // One reading fails it, and it alone is named.
        (&quiet, "4 pain-walking 1; 5 pain-walking 3", "5", NotMet, "3/10 on 2026-03-06", 1),
        (&quiet, "4 pain-walking 3; 5 pain-walking 1", "5", NotMet, "3/10 on 2026-03-05", 1),
        // The window has so many days, today included.
        (&once, "3 pain-walking 5; 5 pain-walking 1", "5", NotMet, "5/10 on 2026-03-04", 1),
        (&once, "3 pain-walking 5; 6 pain-walking 1", "6", Met, "at worst 1/10 over 1 day", 1),
        // The worst of all pain bounds it from above, and from nowhere else.
        (&once, "5 pain-worst 2", "5", Met, "at worst 2/10 over 1 day", 1),
        (&once, "5 pain-worst 5", "5", Unknown, "no reading", 0),
        // Good news under an analgesic proves nothing; bad news does.
        (
            &once,
            "5@19:00 analgesic; 5 pain-walking 1",
            "5",
            Unknown,
            "at worst 1/10 over 1 day, 0 of 1 days wanted, readings after an analgesic prove nothing",
            1,
        ),
        (&once, "5@19:00 analgesic; 5 pain-walking 3", "5", NotMet, "3/10 on 2026-03-06", 1),
        // A long window wants something of the last seven days.
        (
            &long,
            "3 pain-walking 1",
            "10",
            Unknown,
            "at worst 1/10 over 1 day, none of them in the last 7 days",
            1,
        ),
        (&long, "3 pain-walking 1", "9", Met, "at worst 1/10 over 1 day", 1),
    ]);
}

#[test]
fn a_step_back_arms_what_it_goes_back_to_anew() {
    let once = walking(Stat::Worst, Op::AtMost, 2.0, 3, 1);
    let told = "5@08:00 pain-walking 1; 5@12:00 back";
    hold(&[
        (
            &once,
            told,
            "5",
            Unknown,
            "at worst 1/10 over 1 day, 0 of 1 days wanted, readings after an analgesic prove nothing",
            1,
        ),
        (&once, &format!("{told}; 6 pain-walking 1"), "6", Met, "at worst 1/10 over 2 days", 2),
    ]);
}

#[test]
fn a_trigger_wants_one_reading() {
    let pulled = walking(Stat::Worst, Op::AtLeast, 5.0, 3, 1);
    let twice = walking(Stat::Worst, Op::AtLeast, 5.0, 3, 2);
    hold(&[
        (&pulled, "", "5", Unknown, "no reading", 0),
        (&pulled, "5 pain-walking 6", "5", Met, "6/10 on 2026-03-06", 1),
        (&twice, "5 pain-walking 6", "5", Met, "6/10 on 2026-03-06", 1),
        (&pulled, "5 pain-walking 3", "5", NotMet, "at worst 3/10 over 1 day", 1),
        (&twice, "5 pain-walking 3", "5", Unknown, "at worst 3/10 over 1 day", 1),
        // The worst pain may have been another one: it pulls nothing, and can only rule it out.
        (&pulled, "5 pain-worst 6", "5", Unknown, "no reading", 0),
        (&pulled, "5 pain-worst 3", "5", NotMet, "at worst 3/10 over 1 day", 1),
    ]);
}

#[test]
fn the_latest_reading() {
    let last = walking(Stat::Latest, Op::AtMost, 2.0, 7, 1);
    hold(&[
        (&last, "", "5", Unknown, "no reading", 0),
        (&last, "3 pain-walking 5; 4 pain-walking 1", "5", Met, "1/10 on 2026-03-05", 1),
        (&last, "3 pain-walking 1; 4 pain-walking 5", "5", NotMet, "5/10 on 2026-03-05", 1),
        (&last, "4 pain-worst 2", "5", Met, "at most 2/10 on 2026-03-05", 1),
        (&last, "4 pain-worst 5", "5", Unknown, "at most 5/10 on 2026-03-05", 1),
        // Under an analgesic the good one is passed over, the bad one is not.
        (&last, "3 pain-walking 1; 5@19:00 analgesic; 5 pain-walking 1", "5", Met, "1/10 on 2026-03-04", 1),
        (&last, "5@19:00 analgesic; 5 pain-walking 5", "5", NotMet, "5/10 on 2026-03-06", 1),
        (
            &last,
            "5@19:00 analgesic; 5 pain-walking 1",
            "5",
            Unknown,
            "only readings after an analgesic, or before the step back",
            0,
        ),
    ]);
}

#[test]
fn the_median_of_a_window() {
    let middle = walking(Stat::Median, Op::AtMost, 2.0, 3, 3);
    hold(&[
        (&middle, "", "5", Unknown, "no reading", 0),
        (
            &middle,
            "3 pain-walking 1; 4 pain-walking 5; 5 pain-walking 2",
            "5",
            Met,
            "median 2/10 on 3 days",
            3,
        ),
        (
            &middle,
            "3 pain-walking 1; 4 pain-walking 5; 5 pain-walking 3",
            "5",
            NotMet,
            "median 3/10 on 3 days",
            3,
        ),
        (&middle, "4 pain-walking 1; 5 pain-walking 2", "5", Unknown, "median 1.5/10 on 2 days", 2),
        // A bound is no reading.
        (
            &middle,
            "3 pain-worst 0; 4 pain-walking 1; 5 pain-walking 2",
            "5",
            Unknown,
            "median 1.5/10 on 2 days",
            2,
        ),
        (
            &middle,
            "3 pain-walking 1; 4 pain-walking 1; 5@19:00 analgesic; 5 pain-walking 1",
            "5",
            Unknown,
            "median 1/10 on 3 days",
            3,
        ),
    ]);
}

#[test]
fn days_in_a_row() {
    let row = walking(Stat::DaysInARow, Op::AtMost, 2.0, 3, 1);
    let four = "2 pain-walking 1; 3 pain-walking 1; 4 pain-walking 2; 5 pain-walking 1";
    hold(&[
        (&row, four, "5", Met, "3 days in a row up to 2026-03-06", 3),
        // This evening's reading is not due yet; that of the evening before is.
        (&row, four, "6@10:00", Met, "3 days in a row up to 2026-03-06", 3),
        (&row, four, "7@10:00", Unknown, "0 days in a row", 0),
        (&row, "3 pain-walking 1; 5 pain-walking 1", "5", Unknown, "1 day in a row up to 2026-03-06", 1),
        (&row, "4 pain-walking 3; 5 pain-walking 1", "5", NotMet, "3/10 on 2026-03-05", 1),
        // A bound may prove a day, and never fails one.
        (
            &row,
            "3 pain-walking 1; 4 pain-worst 2; 5 pain-walking 1",
            "5",
            Met,
            "3 days in a row up to 2026-03-06",
            3,
        ),
        (
            &row,
            "3 pain-walking 1; 4 pain-worst 5; 5 pain-walking 1",
            "5",
            Unknown,
            "1 day in a row up to 2026-03-06",
            1,
        ),
        (
            &row,
            "3 pain-walking 1; 4 pain-walking 1; 5@19:00 analgesic; 5 pain-walking 1",
            "5",
            Unknown,
            "0 days in a row",
            0,
        ),
    ]);
}

fn sides(measure: &str, whose: Whose, op: Op, value: f64) -> MeasureTest {
    let measure = measure.to_owned();
    MeasureTest { measure, whose, stat: Stat::Latest, op, value, days: 7, min_samples: 1 }
}

#[test]
fn one_leg_against_the_other() {
    let ratio = sides("single-leg-bridge", Whose::Ratio, Op::AtLeast, 90.0);
    let fewer = sides("single-leg-bridge", Whose::Deficit, Op::AtMost, 2.0);
    let sorer = sides("single-leg-squat-pain", Whose::Deficit, Op::AtMost, 1.0);
    let both = "4 single-leg-bridge 18 left; 5 single-leg-bridge 20 right";
    let ninety = "90 % (18 reps against 20 reps on 2026-03-05)";
    hold(&[
        (&ratio, "", "5", Unknown, "no reading of either side", 0),
        (&ratio, "4 single-leg-bridge 18 left", "5", Unknown, "no reading of the other side", 0),
        (&ratio, "4 single-leg-bridge 20 right", "5", Unknown, "no reading of the injured side", 0),
        (&ratio, both, "5", Met, ninety, 2),
        // Each by its latest day, and of the window alone.
        (&ratio, &format!("3 single-leg-bridge 5 left; {both}"), "5", Met, ninety, 2),
        (&ratio, both, "10", Met, ninety, 2),
        (&ratio, both, "11", Unknown, "no reading of the injured side", 0),
        (
            &ratio,
            "4 single-leg-bridge 17 left; 5 single-leg-bridge 20 right",
            "5",
            NotMet,
            "85 % (17 reps against 20 reps on 2026-03-05)",
            2,
        ),
        (
            &ratio,
            "4 single-leg-bridge 18 left; 5 single-leg-bridge 0 right",
            "5",
            Unknown,
            "18 reps against 0 reps on 2026-03-05: nothing to compare with",
            2,
        ),
        (&fewer, both, "5", Met, "2 (18 reps against 20 reps on 2026-03-05)", 2),
        (
            &fewer,
            "4 single-leg-bridge 17 left; 5 single-leg-bridge 20 right",
            "5",
            NotMet,
            "3 (17 reps against 20 reps on 2026-03-05)",
            2,
        ),
        (
            &sorer,
            "4 single-leg-squat-pain 3 left; 5 single-leg-squat-pain 2 right",
            "5",
            Met,
            "1 (3/10 against 2/10 on 2026-03-05)",
            2,
        ),
        (
            &sorer,
            "4 single-leg-squat-pain 4 left; 5 single-leg-squat-pain 2 right",
            "5",
            NotMet,
            "2 (4/10 against 2/10 on 2026-03-05)",
            2,
        ),
        // Both have to be told without an analgesic.
        (&ratio, &format!("5@19:00 analgesic; {both}"), "5", Unknown, ninety, 2),
        (&ratio, &format!("4@19:00 analgesic; {both}"), "6", Unknown, ninety, 2),
    ]);
}

#[test]
fn sessions_that_were_clean() {
    let twice = SessionTest {
        exercise: "run-ladder".to_owned(),
        at_least: "rung 3".parse().unwrap(),
        pain: 1.0,
        next_morning: 1.0,
        apart_hours: 48,
        times: 2,
        days: 7,
    };
    let mornings = "4@07:00 pain-morning 1; 6@07:00 pain-morning 0";
    let clean = format!("3@18:00 ran rung3 1; {mornings}; 5@18:00 ran rung4 0");
    let rows: &[(&str, String, &str, Verdict, usize)] = &[
        ("nothing", String::new(), "6", Unknown, 0),
        ("two", clean.clone(), "6", Met, 2),
        ("out of the window", clean.clone(), "10", Unknown, 1),
        ("one", format!("3@18:00 ran rung3 1; {mornings}"), "6", Unknown, 1),
        (
            "too soon after each other",
            format!("3@19:00 ran rung3 1; {mornings}; 5@18:00 ran rung4 0"),
            "6",
            Unknown,
            1,
        ),
        ("a rung too low", format!("3@18:00 ran rung2 1; {mornings}; 5@18:00 ran rung4 0"), "6", Unknown, 1),
        ("another exercise", format!("3@18:00 squat done; {mornings}; 5@18:00 ran rung4 0"), "6", Unknown, 1),
        ("pain not told", format!("3@18:00 ran rung3 ?; {mornings}; 5@18:00 ran rung4 0"), "6", Unknown, 1),
        (
            "next morning not told",
            "3@18:00 ran rung3 1; 5@18:00 ran rung4 0; 6@07:00 pain-morning 0".to_owned(),
            "6",
            Unknown,
            1,
        ),
        (
            "pain above the limit, then a clean one",
            format!("3@18:00 ran rung3 2; {mornings}; 5@18:00 ran rung4 0"),
            "6",
            Unknown,
            1,
        ),
        (
            "the last one hurt",
            format!("3@18:00 ran rung3 1; {mornings}; 5@18:00 ran rung4 2"),
            "6",
            NotMet,
            1,
        ),
        (
            "the morning after it hurt",
            "3@18:00 ran rung3 1; 4@07:00 pain-morning 2".to_owned(),
            "6",
            NotMet,
            0,
        ),
        ("under an analgesic", format!("3@17:00 analgesic; {clean}"), "6", Unknown, 1),
        ("the morning after it under an analgesic", format!("5@19:00 analgesic; {clean}"), "6", Unknown, 1),
        ("after a step back", format!("2@08:00 back; {clean}"), "6", Met, 2),
        ("with a step back", format!("3@18:00 back; {clean}"), "6", Unknown, 1),
        ("before a step back", format!("{clean}; 6@08:00 back"), "6", Unknown, 0),
    ];
    for (name, told, when, verdict, clean) in rows {
        let (seen, observed, entries) = Diary::telling(told).criterion(when, Subject::Session(twice.clone()));
        let wanted = format!("{clean} of 2 clean sessions in 7 days");
        assert_eq!((seen, observed, entries), (*verdict, wanted, *clean), "{name}");
    }
}

#[test]
fn a_clinicians_outcome_opens_a_gate_while_it_counts() {
    let rule = || Subject::Clearance("grade-2-check".to_owned());
    let mut diary = Diary::new();
    assert_eq!(diary.criterion("5", rule()), (Unknown, "none on record".to_owned(), 0));
    let seen = |outcome, expires: Option<&str>| {
        Fact::Clearance(Clearance {
            rule: "grade-2-check".to_owned(),
            who: "A".to_owned(),
            role: "doctor".to_owned(),
            day: day("2026-03-06"),
            outcome,
            expires: expires.map(day),
        })
    };
    diary.tell("5", seen(Outcome::Referred, None));
    assert_eq!(diary.criterion("5", rule()), (NotMet, "referred by a doctor on 2026-03-06".to_owned(), 1));
    diary.tell("5@21:00", seen(Outcome::ClearedWithLimits, Some("2026-03-08")));
    assert_eq!(diary.criterion("7@22:00", rule()).0, Met);
    assert_eq!(diary.criterion("8@22:00", rule()).0, NotMet, "it does not count any more");
}

#[test]
fn days_in_a_phase_pass_by_themselves() {
    let diary = Diary::new();
    let three = || Subject::DaysInPhase(3);
    assert_eq!(diary.criterion("2", three()), (NotMet, "2 days".to_owned(), 1));
    assert_eq!(diary.criterion("3", three()), (Met, "3 days".to_owned(), 1));
}
