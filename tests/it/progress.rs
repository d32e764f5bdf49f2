//! The page of `progress`, as it looks: each page is a file in `tests/progress`.
//! `SNAPSHOTS=overwrite cargo test progress` writes them anew, to be read.

use std::fmt::Write as _;
use std::path::Path;

use anstream::adapter::strip_str;
use serde_json::Value;
use sinew::app::{App, AppError, Draft};
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{Answer, Decision, DecisionKind, Fact, Performed, Reading, Side};
use sinew::domain::episode::Episode;
use sinew::domain::question::AnswerValue;
use sinew::domain::report::{MarkKind, Report, Window};
use sinew::domain::situation::Situation;
use sinew::domain::units::Units;
use sinew::render::page::Page;
use sinew::render::{json, progress};

use crate::commands::Home;
use crate::support::{GRADE_2, day, evening, now, opened};

const ONSET: &str = "2026-03-02";

/// How wide a page is, and whether it has no tables.
const WIDE: Page = Page { width: 80, plain: false, terminal: true, units: Units::Metric };
const NARROW: Page = Page { width: 40, plain: false, terminal: true, units: Units::Metric };
const PLAIN: Page = Page { width: 80, plain: true, terminal: true, units: Units::Metric };

struct Life {
    app: App,
    episode: Episode,
}

impl Life {
    fn new() -> Self {
        let (app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
        Self { app, episode }
    }

    /// A whole diary, read back on its last day.
    fn of(grade: u8, diary: &str, last: &str) -> (Self, Now) {
        let first = diary.lines().nth(1).unwrap().split(',').next().unwrap();
        let (mut app, episode) = opened("hamstring-strain", grade, Side::Left, first);
        let last = evening(day(last));
        app.import(&episode, diary.as_bytes(), last, |_| ()).unwrap();
        (Self { app, episode }, last)
    }

    fn record(&mut self, on: i64, hour: u32, fact: Fact) {
        let at = now(&format!("{}T{hour:02}:00", day(ONSET).plus(on)));
        self.app.record(&self.episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
    }

    fn pain(&mut self, on: i64, value: f64) {
        self.reading(on, "pain-worst", None, value);
    }

    fn reading(&mut self, on: i64, measure: &str, side: Option<Side>, value: f64) {
        let reading = Reading { measure: measure.into(), side, value };
        self.record(on, 20, Fact::CheckIn { readings: vec![reading], answers: vec![] });
    }

    fn done(&mut self, on: i64, exercise: &str, dose: &str, load: Option<f64>) {
        let dose = Some(dose.parse().unwrap());
        self.record(on, 18, Fact::Performed(Performed { dose, load, ..Performed::of(exercise) }));
    }

    fn at(&self, now: Now, first: Option<Day>, measure: Option<&str>) -> (Situation, Report) {
        let situation = self.app.situation(&self.episode, now).unwrap();
        let first = first.unwrap_or(situation.episode.onset);
        let report = self.app.report(&situation, first, measure, &|_| ()).unwrap();
        (situation, report)
    }

    fn on(&self, n: i64) -> (Situation, Report) {
        self.at(evening(day(ONSET).plus(n)), None, None)
    }

    fn page(&self, page: &Page, (s, report): &(Situation, Report)) -> String {
        let text = strip_str(&progress::progress(page, &self.app.catalog.library, s, report)).to_string();
        for line in text.lines() {
            assert!(line.chars().count() <= page.width, "{} columns: {line}", line.chars().count());
            assert_eq!(line, line.trim_end(), "nothing hangs over");
            assert!(line.is_ascii(), "{line}");
        }
        text
    }
}

/// Ten days with gaps, a step back that was taken, and a test of each leg.
fn with_gaps() -> Life {
    let mut life = Life::new();
    for (on, value) in [(0, 4.0), (1, 3.0), (2, 2.5), (5, 1.0), (6, 0.0), (9, 2.0)] {
        life.pain(on, value);
    }
    let back = Decision { phase: Some("p1".into()), ..Decision::of(DecisionKind::StepBack) };
    life.record(7, 9, Fact::Decision(back));
    life.reading(8, "single-leg-bridge", Some(Side::Left), 8.0);
    life.reading(8, "single-leg-bridge", Some(Side::Right), 20.0);
    life.reading(9, "knee-straight-lying", Some(Side::Left), 1.0);
    life.done(2, "run-ladder", "10min", None);
    life.done(8, "run-ladder", "12min", None);
    life.done(9, "run-ladder", "5min", None);
    life
}

/// Two years of which something was told on most days.
fn two_years() -> (Life, Now) {
    let mut diary = String::from("day,time,kind,item,side,value,unit,note\n");
    for n in (0..730).filter(|n| n % 11 != 5 && !(300..330).contains(n)) {
        let on = day(ONSET).plus(n);
        let pain = if n % 97 == 60 { 5 } else { (4 - n / 20).max(0) };
        let _ = writeln!(diary, "{on},20:00,reading,pain-worst,,{pain},nrs,");
        if n % 2 == 0 {
            let _ = writeln!(diary, "{on},18:00,exercise,walk,left,10min,dose,");
        }
    }
    Life::of(1, &diary, &day(ONSET).plus(729).to_string())
}

fn assert_page(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/progress").join(name);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        std::fs::write(&path, page).unwrap();
    }
    snapbox::assert_data_eq!(page, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn nothing_was_told_yet() {
    let life = Life::new();
    assert_page("no-entries.txt", &life.page(&WIDE, &life.on(0)));
}

#[test]
fn one_entry() {
    let mut life = Life::new();
    life.pain(0, 3.0);
    assert_page("one-entry.txt", &life.page(&WIDE, &life.on(0)));
}

#[test]
fn gaps_stay_gaps() {
    let life = with_gaps();
    let on = life.on(9);
    assert_page("gaps.txt", &life.page(&WIDE, &on));
    assert_page("gaps-narrow.txt", &life.page(&NARROW, &on));
    assert_page("gaps-plain.txt", &life.page(&PLAIN, &on));
    let chart = &on.1.chart;
    assert_eq!((chart.values.len(), chart.unknown), (6, 4));
    let by_day = chart.worst_by(chart.from, chart.to, 1);
    assert_eq!(by_day[3], None, "a day without a reading is no zero");
    assert_eq!(by_day[6], Some(0.0), "and a zero is no gap");
}

#[test]
fn two_years_fit_the_page() {
    let (life, last) = two_years();
    let (s, report) = life.at(last, None, None);
    let on = (s, report);
    assert_page("two-years.txt", &life.page(&WIDE, &on));
    assert_page("two-years-plain.txt", &life.page(&PLAIN, &on));
    life.page(&NARROW, &on);
    let first = Some(day(ONSET).plus(730 - 14));
    assert_page("two-weeks-of-two-years.txt", &life.page(&WIDE, &life.at(last, first, Some("pain-morning"))));
}

#[test]
fn a_whole_recovery() {
    let (mut life, last) = Life::of(2, GRADE_2, "2026-05-01");
    // The diary has no decisions: they are taken as they are advised.
    let days = crate::support::live_through(&mut life.app, &life.episode, "2026-05-01");
    assert!(days.len() > 50);
    assert_page("recovery.txt", &life.page(&WIDE, &life.at(last, None, None)));
}

/// An open warning stands first, and last where a terminal scrolls.
#[test]
fn an_open_warning_is_first_and_last() {
    let mut life = with_gaps();
    let answer = Answer { question: "one-leg-swollen".into(), value: AnswerValue::Yes };
    life.record(9, 21, Fact::CheckIn { readings: vec![], answers: vec![answer] });
    let on = life.on(9);
    for page in [WIDE, NARROW, PLAIN] {
        let text = life.page(&page, &on);
        let action =
            page.wrap("Go to an emergency department now, or call your local emergency number.", "", "");
        assert!(text.starts_with(&action) && text.ends_with(&action), "{text}");
    }
    let piped = Page { terminal: false, ..WIDE };
    let text = progress::progress(&piped, &life.app.catalog.library, &on.0, &on.1);
    assert_eq!(text.matches("Go to an emergency department").count(), 1);
}

/// Whatever was told, no line is wider than the terminal.
#[test]
fn every_width_holds() {
    let mut once = Life::new();
    once.pain(0, 3.0);
    for (life, day) in [(Life::new(), 0), (once, 0), (with_gaps(), 9)] {
        let on = life.on(day);
        for width in 40..=80 {
            for plain in [false, true] {
                life.page(&Page { width, plain, ..WIDE }, &on);
            }
        }
    }
}

/// `--weeks` leaves out what lies before, and no day of today's week.
#[test]
fn the_last_weeks_alone() {
    let home = Home::new();
    home.start();
    for (at, pain) in [("2026-03-07T20:00", "5"), ("2026-03-16T20:00", "1"), ("2026-03-22T20:00", "2")] {
        home.ok(at, &["log", pain]);
    }
    let shown = |more: &[&str]| -> Value {
        let args = [&["progress", "--json"], more].concat();
        serde_json::from_str(&home.ok("2026-03-22T21:00", &args)).unwrap()
    };
    let days = |of: &Value| of["chart"]["values"].as_array().unwrap().len();
    assert_eq!(days(&shown(&[])), 3);
    let one = shown(&["--weeks", "1"]);
    assert_eq!((days(&one), one["days"].as_array().unwrap().len()), (2, 7));
    assert_eq!((&one["chart"]["from"], &one["chart"]["to"]), (&"2026-03-16".into(), &"2026-03-22".into()));
    home.fails("2026-03-22T21:00", &["progress", "--weeks", "0"], 2);
}

#[test]
fn every_measure_can_be_drawn() {
    let life = with_gaps();
    for id in life.app.catalog.library.measures.keys() {
        let on = life.at(evening(day(ONSET).plus(9)), None, Some(id));
        life.page(&NARROW, &on);
        assert_eq!(&on.1.chart.measure, id);
    }
    let situation = life.on(9).0;
    let refused =
        life.app.report(&situation, situation.episode.onset, Some("pain-wurst"), &|_| ()).unwrap_err();
    assert!(matches!(refused, AppError::Unknown { near: Some(near), .. } if near == "`pain-worst`"));
}

/// A pain of an exercise is no less a pain than one that was logged.
#[test]
fn days_above_the_caps_count_any_pain() {
    let mut life = Life::new();
    life.pain(0, 0.0);
    life.record(1, 18, Fact::Performed(Performed { pain: Some(2.0), ..Performed::of("walk") }));
    life.record(2, 18, Fact::Performed(Performed { pain: Some(5.0), ..Performed::of("walk") }));
    let week = &life.on(3).1.weeks[0];
    assert_eq!((week.amber_days, week.red_days, week.unknown_days), (1, 1, 1));
    assert_eq!((week.days, week.logged), (4, 3));
    assert!((week.measures["pain-any"].worst - 5.0).abs() < 1e-9);
    assert!(week.measures["pain-worst"].worst.abs() < 1e-9, "one day, as it was told");
}

/// What hangs between two rows is drawn, and told, as the worse one.
#[test]
fn half_a_point_is_drawn_upwards() {
    let life = with_gaps();
    let text = life.page(&WIDE, &life.on(2));
    assert!(text.contains("    3|   *  *\n"), "{text}");
    assert!(text.contains("|----433  worst pain"), "{text}");
}

/// Two bad days at the end of a good week are no "same".
#[test]
fn a_median_does_not_hide_the_days_that_got_worse() {
    let mut life = Life::new();
    for n in 0..14 {
        life.reading(n, "pain-walking", None, if n < 12 { 1.0 } else { 6.0 });
        life.reading(n, "limp", None, if n < 12 { 0.0 } else { 1.0 });
        life.reading(n, "pain-rest", None, if n < 7 { 2.0 } else { 1.0 });
    }
    let on = life.on(13);
    let told = |id: &str| on.1.trends.iter().find(|t| t.measure == id).map(|t| (t.direction, t.this_worst));
    assert_eq!(told("pain-walking"), Some(("mixed", Some(6.0))));
    assert_eq!(told("pain-rest"), Some(("better", Some(1.0))));
    let text = life.page(&Page { width: 100, ..WIDE }, &on);
    for line in [
        "1111111|1111166  pain when walking: 1/10, the same, but at worst 6/10 after 1/10\n",
        "nnnnnnn|nnnnnyy  limp: no, the same, but at worst yes after no\n",
        "2222222|1111111  pain at rest: 1/10 after 2/10, better\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

/// Ten minutes of the sixty that can be told lie at ten.
#[test]
fn the_scale_is_that_of_what_was_told() {
    let mut life = Life::new();
    let drawn = |life: &Life, measure: &str| {
        let on = life.at(evening(day(ONSET).plus(2)), None, Some(measure));
        life.page(&WIDE, &on)
    };
    life.reading(0, "walk-no-limp", None, 10.0);
    life.reading(2, "walk-no-limp", None, 4.0);
    let text = drawn(&life, "walk-no-limp");
    assert!(text.contains("\n   10|*\n") && text.contains("\n    4|      *\n"), "{text}");
    life.reading(1, "walk-no-limp", None, 60.0);
    let text = drawn(&life, "walk-no-limp");
    assert!(text.contains("\n   60|   *\n") && text.contains("\n    6|*\n"), "{text}");
    life.pain(0, 1.0);
    assert!(drawn(&life, "pain-worst").contains("\n   10|\n"), "pain has its own scale");
}

#[test]
fn the_window_counts_days_alone() {
    let life = with_gaps();
    let stands = |n: i64| life.on(n).1.expected.stands;
    assert_eq!(stands(6), Window::Before);
    assert_eq!((stands(7), stands(21)), (Window::Within, Window::Within));
    assert_eq!(stands(22), Window::After);
    let phase = |n: i64| life.on(n).1.expected.phase;
    assert_eq!((phase(6).overdue, phase(7).overdue), (false, true));
}

#[test]
fn a_leg_without_a_name_is_the_injured_one() {
    let mut life = with_gaps();
    life.reading(9, "single-leg-bridge", None, 9.0);
    let legs = life.on(9).1.legs;
    let bridge = legs.iter().find(|l| l.measure == "single-leg-bridge").unwrap();
    let value = |of: &Option<sinew::domain::report::OfLeg>| of.as_ref().map(|l| (l.value, l.day.to_string()));
    assert_eq!(value(&bridge.left), Some((9.0, "2026-03-11".to_owned())));
    assert_eq!(value(&bridge.right), Some((20.0, "2026-03-10".to_owned())));
    assert!(bridge.targets.iter().all(|t| t.id.starts_with("p3.")), "{:?}", bridge.targets);
}

/// The document holds what the page shows.
#[test]
fn the_json_holds_what_the_page_shows() {
    let life = with_gaps();
    let (s, report) = life.on(9);
    let document: Value = serde_json::from_str(&json::progress(&s, &report)).unwrap();
    assert_eq!(document["schema"], "sinew/progress/1");
    assert_eq!(document["chart"]["values"].as_array().unwrap().len(), 6);
    assert_eq!(document["chart"]["marks"][0]["kind"], "step-back");
    assert_eq!(report.chart.marks[0].kind, MarkKind::StepBack);
    assert_eq!(document["chart"]["bands"].as_array().unwrap().len(), 2);
    assert_eq!(document["weeks"][0]["measures"]["pain-any"]["median"], 2.5);
    assert_eq!(document["trend"][0]["days"].as_array().unwrap().len(), 14);
    assert_eq!(document["loads"][0]["weeks"], serde_json::json!([10.0, 17.0]));
    assert_eq!(document["legs"][0]["measure"], "knee-straight-lying");
    assert_eq!(document["expected"]["stands"], "within");
    assert!(document["expected"].get("percent").is_none());
}

/// Whoever thinks in pounds reads them, and the document stays in kilograms.
#[test]
fn a_weight_is_said_in_the_units_of_the_person() {
    let mut life = Life::new();
    life.done(2, "squat", "2x10", Some(20.0));
    let (s, report) = life.on(3);
    let page = |units| progress::progress(&Page { units, ..WIDE }, &life.app.catalog.library, &s, &report);
    assert!(page(Units::Metric).contains("20 kg"), "{}", page(Units::Metric));
    assert!(page(Units::Imperial).contains("44.1 lb"), "{}", page(Units::Imperial));
    assert_eq!(report.loads[0].weeks, [Some(20.0)]);
}

/// Nothing in it is coloured where no colour is wanted.
#[test]
fn without_colour_it_says_the_same() {
    let home = Home::new();
    home.start();
    home.ok("2026-03-04T20:00", &["log", "3"]);
    let plain = home.ok("2026-03-05T20:00", &["progress", "--color", "never"]);
    let coloured = home.ok("2026-03-05T20:00", &["progress", "--color", "always"]);
    assert!(coloured.contains('\u{1b}') && !plain.contains('\u{1b}'));
    assert_eq!(strip_str(&coloured).to_string(), plain);
}
