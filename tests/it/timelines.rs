//! Published recoveries, lived through day by day: each phase in its window or
//! later for a reason, the hard limits, and what happens on flares, without
//! progress, under a new red flag, and to somebody who reports no tests.
//!
//! The published numbers are milestones; the daily series are made up to fit
//! them. What `tests/cases/recoveries.txt` says is written by
//! `SNAPSHOTS=overwrite cargo test timelines`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use serde_json::Value;
use sinew::catalog::Catalog;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{
    Answer, Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Reading, Side,
};
use sinew::domain::episode::{Episode, Goal, Manner};
use sinew::domain::journal::Journal;
use sinew::domain::library::Urgency;
use sinew::domain::measure::{Better, Unit};
use sinew::domain::program::{Criterion, Program, Stage, Subject};
use sinew::domain::question::AnswerValue;
use sinew::domain::schedule::ItemKind;
use sinew::domain::screening::Flag;
use sinew::domain::situation::Situation;

use crate::support::{day, evening};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());
static CASES: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../cases/timelines.json")).unwrap());

fn onset() -> Day {
    day("2026-01-05")
}

/// One published recovery on one program.
struct Case {
    id: &'static str,
    value: &'static Value,
    program: &'static Arc<Program>,
    goal: Goal,
}

/// What a person does beside what the source tells.
#[derive(Clone, Copy, PartialEq)]
enum Variant {
    Typical,
    /// Three points more on the first day of the third phase and the day after.
    Flare,
    /// As bad as on the first day for two weeks.
    NoProgress,
    /// No pain from day 3 on, and no test reported.
    PainOnly,
    /// This answer on this day.
    Sign(&'static str, &'static str, i64),
}

/// One day of a life, with what was advised on its evening.
struct Lived {
    n: i64,
    s: Situation,
}

impl Case {
    /// Every case on every program that fits it; a grade that the source does
    /// not give is tried both ways.
    fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for value in CASES.iter() {
            let id = value["id"].as_str().unwrap();
            let programs: Vec<&str> = match (value["phase_key"].as_str().unwrap(), value["grade"].as_i64()) {
                ("strain", Some(1)) => vec!["hamstring-strain-1"],
                ("strain", Some(2)) => vec!["hamstring-strain-2"],
                ("strain", Some(_)) => vec!["hamstring-strain-3"],
                ("strain", None) => vec!["hamstring-strain-1", "hamstring-strain-2"],
                ("tendon", _) => vec!["proximal-hamstring-tendinopathy"],
                ("back", _) => vec!["low-back-strain"],
                _ => vec!["calf-strain-1"],
            };
            for program in programs {
                for goal in [Goal::DailyLife, Goal::Running] {
                    cases.push(Self { id, value, program: &CATALOG.programs[program].program, goal });
                }
            }
        }
        cases
    }

    fn name(&self) -> String {
        format!("{} on {} for {}", self.id, self.program.id, self.goal.id())
    }

    /// The worst pain of a day as the series tells it, between its points along
    /// a straight line, and the last one for good.
    fn series(&self, n: i64) -> Option<f64> {
        let points: Vec<(i64, f64)> = self.value["typical_series"]["points"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p[0].as_i64().unwrap(), p[1].as_f64().unwrap()))
            .collect();
        let before = points.iter().rev().find(|(on, _)| *on <= n)?;
        let Some(after) = points.iter().find(|(on, _)| *on > n) else { return Some(before.1) };
        let along = f64::from(i32::try_from(n - before.0).unwrap())
            / f64::from(i32::try_from(after.0 - before.0).unwrap());
        Some((before.1 + along * (after.1 - before.1)).round())
    }

    /// From which day on the tests of a phase go well, where the source's
    /// function inputs say so; without them, when pain allows.
    fn able_from(&self, phase: usize) -> i64 {
        let inputs = &self.value["function_inputs_synthetic"];
        let keys = ["walk_no_limp_from", "one_leg_bridge_ok_from", "jog_ok_from", "fast_run_ok_from"];
        keys.get(phase).and_then(|key| inputs[key].as_i64()).unwrap_or(0)
    }

    fn first_day(&self) -> i64 {
        self.value["typical_series"]["points"][0][0].as_i64().unwrap()
    }

    fn pain(&self, variant: Variant, n: i64, flared: Option<i64>) -> Option<f64> {
        let told = self.series(n);
        match variant {
            Variant::NoProgress if n <= 14 => self.series(self.first_day()),
            Variant::PainOnly if n >= 3 => Some(0.0),
            Variant::Flare if flared.is_some_and(|on| (on..on + 2).contains(&n)) => {
                told.map(|pain| (pain + 3.0).min(10.0))
            }
            _ => told,
        }
    }

    fn live(&self, variant: Variant, until: i64) -> Vec<Lived> {
        let mut life = Life { case: self, entries: Vec::new() };
        life.add(0, 0, Fact::Decision(Decision::of(DecisionKind::Start)));
        let mut days: Vec<Lived> = Vec::new();
        let mut flared: Option<i64> = None;
        for n in 0..=until {
            if flared.is_none() && days.last().is_some_and(|d| d.s.course.current().phase >= 2) {
                flared = Some(n);
            }
            let before = life.situation(n, 60);
            if let Some(pain) = self.pain(variant, n, flared) {
                life.report(n, pain, variant, &before);
            }
            if let Variant::Sign(question, value, on) = variant
                && on == n
            {
                let choices = || AnswerValue::Choices(vec![value.to_owned()]);
                let value = if value == "yes" { AnswerValue::Yes } else { choices() };
                let answers = vec![Answer { question: question.to_owned(), value }];
                life.add(n, 800, Fact::CheckIn { readings: vec![], answers });
            }
            life.visit(n, &before);
            let s = life.situation(n, 1438);
            life.decide(n, &s);
            days.push(Lived { n, s });
        }
        days
    }
}

/// A life as it is recorded.
struct Life<'c> {
    case: &'c Case,
    entries: Vec<Arc<Entry>>,
}

impl Life<'_> {
    fn add(&mut self, n: i64, minute: i64, fact: Fact) {
        let day = onset().plus(n);
        let at = evening(day.minus(1)).at + chrono::Duration::minutes(1 + minute);
        let id = EntryId::new(format!("{:06}", self.entries.len()));
        self.entries.push(Arc::new(Entry { id, day, at, note: None, corrects: None, fact }));
    }

    fn situation(&self, n: i64, minute: i64) -> Situation {
        let day = onset().plus(n);
        let at = evening(day.minus(1)).at + chrono::Duration::minutes(1 + minute);
        let episode = Episode {
            id: "e".into(),
            number: 1,
            title: self.case.id.into(),
            condition: self.case.program.condition.clone(),
            region: self.case.program.regions.first().cloned(),
            side: Some(Side::Left),
            onset: onset(),
            manner: Some(Manner::Sudden),
            goal: self.case.goal,
            opened: at,
        };
        let journal = Journal::new(self.entries.iter().cloned(), Now::at(at));
        Situation::of(&CATALOG.library, self.case.program, episode, journal, &[]).unwrap()
    }

    /// The check-in, the tests and the sessions of a day.
    fn report(&mut self, n: i64, pain: f64, variant: Variant, s: &Situation) {
        let nrs = |measure: &str, value: f64| Reading { measure: measure.into(), side: None, value };
        let phase = s.course.current().phase;
        let able = variant != Variant::PainOnly && n >= self.case.able_from(phase);
        let walks = variant == Variant::PainOnly || n >= self.case.able_from(0);
        let (less, rest) = ((pain - 1.0).max(0.0), (pain - 2.0).max(0.0));
        let mut readings = vec![
            nrs("pain-worst", pain),
            nrs("pain-morning", less),
            nrs("pain-rest", rest),
            nrs("pain-walking", less),
            nrs("limp", if walks { 0.0 } else { 1.0 }),
            nrs("woken-by-pain", 0.0),
        ];
        if able {
            readings.extend(self.tests(s, less));
        }
        self.add(n, 240, Fact::CheckIn { readings, answers: vec![] });
        if n % 5 == 0 {
            self.add(n, 250, Fact::Screen(calm_answers(&CATALOG.library)));
        }
        if variant == Variant::PainOnly {
            return;
        }
        for item in s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise && i.due > 0) {
            let rung = item.dose.strip_prefix("rung").and_then(|r| r.parse::<i64>().ok());
            // The fast rungs wait until somebody can run fast.
            if rung.is_some_and(|rung| rung >= 5) && n < self.case.able_from(3) {
                continue;
            }
            let felt = if rung.is_some() { 0.0 } else { less.min(item.cap.unwrap_or(0.0)) };
            let bout = Performed {
                side: item.side,
                dose: item.dose.parse().ok(),
                pain: Some(felt),
                ..Performed::of(&item.id)
            };
            self.add(n, 700, Fact::Performed(bout));
        }
    }

    /// The tests of the phase, each passed where pain allows it.
    fn tests(&self, s: &Situation, pain: f64) -> Vec<Reading> {
        let library = &CATALOG.library;
        let phase = s.course.phase(&s.program);
        let next = s.course.next_phase(&s.program).into_iter().flat_map(|p| &p.entry);
        let mut values: BTreeMap<String, f64> = BTreeMap::new();
        let asked = |c: &&Criterion| c.is_for(self.case.goal);
        for criterion in phase.exit.iter().chain(next).filter(asked) {
            let Subject::Measure(test) = &criterion.subject else { continue };
            let measure = &library.measures[&test.measure];
            let daily = ["pain-worst", "pain-morning", "pain-rest", "pain-walking", "pain-any", "limp"];
            if daily.contains(&measure.id.as_str()) || measure.id == "woken-by-pain" {
                continue;
            }
            let best =
                if measure.better == Better::Lower { measure.range.0 } else { measure.range.1.min(25.0) };
            let value =
                if measure.unit == Unit::Nrs && measure.better == Better::Lower { pain } else { best };
            values.insert(measure.id.clone(), value);
        }
        // A strained leg that is able to do a test does it without pain.
        let strain = self.case.value["phase_key"] == "strain";
        values
            .into_iter()
            .flat_map(|(id, value)| {
                let measure = &library.measures[&id];
                let value = if strain && measure.unit == Unit::Nrs { 0.0 } else { value };
                let sides =
                    if measure.sided { vec![Some(Side::Left), Some(Side::Right)] } else { vec![None] };
                sides.into_iter().map(move |side| Reading { measure: id.as_str().into(), side, value })
            })
            .collect()
    }

    /// A visit to a clinician a week after the program asked for one.
    fn visit(&mut self, n: i64, s: &Situation) {
        let week_old = |f: &&Flag| f.day.is_some_and(|day| onset().plus(n).since(day) >= 7);
        let asked: Vec<String> = s
            .open_flags()
            .filter(|f| f.rule.urgency == Urgency::Routine)
            .filter(week_old)
            .map(|f| f.rule.id.clone())
            .collect();
        for rule in asked {
            let cleared = Clearance {
                rule,
                who: "A".into(),
                role: "physiotherapist".into(),
                day: onset().plus(n),
                outcome: Outcome::Cleared,
                expires: None,
            };
            self.add(n, 1000, Fact::Clearance(cleared));
        }
    }

    fn decide(&mut self, n: i64, s: &Situation) {
        let kind = match s.advice.action {
            Action::Advance => DecisionKind::Advance,
            Action::StepBack => DecisionKind::StepBack,
            _ => return,
        };
        let phase = s.advice.to.clone();
        self.add(n, 1439, Fact::Decision(Decision { phase, ..Decision::of(kind) }));
    }
}

/// The first day in each phase, and of the full return.
fn reached(days: &[Lived]) -> BTreeMap<String, i64> {
    let mut first: BTreeMap<String, i64> = BTreeMap::new();
    for lived in days {
        let at = lived.s.course.current();
        let entered = at.from.since(onset());
        if at.phase < 4 {
            first.entry(format!("P{}", at.phase + 1)).or_insert(entered);
        }
        if full(&lived.s) {
            first.entry("P5".to_owned()).or_insert(lived.n);
        }
    }
    first
}

/// Whether full sport is open: the return was cleared, or the last phase is
/// reached.
fn full(s: &Situation) -> bool {
    let last = s.course.phase(&s.program).stage == Stage::Maintenance && s.program.phases.len() > 1;
    last || s.advice.full_return.is_some_and(|r| r.cleared)
}

fn reviewed(s: &Situation) -> bool {
    s.open_flags().any(|f| f.rule.urgency >= Urgency::Routine)
}

fn strains_and_others() -> Vec<Case> {
    Case::all().into_iter().filter(|c| c.value["phase_key"] != "none").collect()
}

#[test]
fn each_recovery_reaches_its_phases_and_keeps_its_hard_limits() {
    let mut table = String::from(
        "When each published recovery reaches its phases, with the window of its source.\nA day in brackets lies outside the window.\n\n",
    );
    for case in strains_and_others() {
        let limits = &case.value["hard_limits"];
        let review = limits["advise_review_if_not_P5_by_day"].as_i64().unwrap();
        let days = case.live(Variant::Typical, review + 1);
        let first = reached(&days);
        let no_earlier = limits["no_P5_before_day"].as_i64().unwrap();
        if let Some(full) = first.get("P5") {
            assert!(*full >= no_earlier, "{}: full return on day {full}", case.name());
        } else {
            let last = days.iter().find(|d| d.n == review).unwrap();
            assert!(reviewed(&last.s), "{}: no review by day {review}", case.name());
        }
        let _ = writeln!(table, "{}", case.name());
        for phase in ["P1", "P2", "P3", "P4", "P5"] {
            let window = &case.value["expected_windows"][phase];
            let (from, to) = (window["earliest"].as_i64().unwrap(), window["latest"].as_i64().unwrap());
            let said = match first.get(phase) {
                Some(n) if (from..=to).contains(n) => format!("day {n}"),
                Some(n) => format!("(day {n})"),
                None => "(not reached)".to_owned(),
            };
            let _ = writeln!(table, "  {phase}  {said:<14} window {from}-{to}");
        }
    }
    let file = "tests/cases/recoveries.txt";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        std::fs::write(&path, &table).unwrap();
    }
    snapbox::assert_data_eq!(table, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn a_flare_holds_or_steps_back_within_two_days_and_goes_on_when_pain_is_back() {
    for case in strains_and_others() {
        let days = case.live(Variant::Flare, 120);
        let Some(start) = days.iter().position(|d| d.s.course.current().phase >= 2).map(|at| at + 1) else {
            continue;
        };
        let Some(flare) = days.get(start..start + 2) else { continue };
        assert!(
            flare.iter().all(|d| d.s.advice.action <= Action::Hold),
            "{}: {:?}",
            case.name(),
            flare.iter().map(|d| d.s.advice.action).collect::<Vec<_>>()
        );
        // Nothing advances while pain is above what it was before the flare.
        let before = case.series(days[start - 1].n).unwrap();
        for d in &days[start..] {
            let pain = case.pain(Variant::Flare, d.n, Some(days[start].n)).unwrap();
            assert!(
                pain <= before || d.s.advice.action <= Action::Hold,
                "{} on day {}: pain {pain}",
                case.name(),
                d.n
            );
        }
    }
}

#[test]
fn no_progress_advances_nobody_and_asks_for_a_visit() {
    for case in strains_and_others() {
        let asks = |v: &Value| v["name"] == "no progress";
        if !case.value["variants"].as_array().unwrap().iter().any(asks) {
            continue;
        }
        let days = case.live(Variant::NoProgress, 14);
        assert!(days.iter().all(|d| d.s.course.current().phase == 0), "{} moved on", case.name());
        assert!(reviewed(&days[14].s), "{}: nobody is asked to look", case.name());
    }
}

#[test]
fn a_new_red_flag_stops_every_recovery_on_its_day() {
    let signs = [
        ("one-leg-swollen", "yes", Urgency::Urgent),
        ("saddle-numb", "yes", Urgency::Emergency),
        ("fever", "yes", Urgency::Urgent),
        ("cannot-lift-foot", "yes", Urgency::Urgent),
    ];
    for case in Case::all() {
        for on in [case.first_day(), 6, 13, 33] {
            for (question, value, at_least) in signs {
                let days = case.live(Variant::Sign(question, value, on), on + 1);
                for d in &days[usize::try_from(on).unwrap()..] {
                    let urgency = d.s.open_flags().map(|f| f.rule.urgency).max();
                    assert!(urgency >= Some(at_least), "{} {question} on {on}: {urgency:?}", case.name());
                    assert_eq!(d.s.advice.action, Action::Stop);
                    let exercises = d.s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise);
                    assert_eq!(exercises.count(), 0);
                }
            }
        }
    }
}

#[test]
fn quiet_pain_alone_opens_nothing() {
    for case in strains_and_others() {
        let days = case.live(Variant::PainOnly, 200);
        assert!(days.iter().all(|d| !full(&d.s)), "{}", case.name());
        assert!(days.iter().all(|d| d.s.course.current().phase == 0), "{}", case.name());
    }
}

#[test]
fn a_calf_that_hurts_again_out_of_nowhere_is_seen_the_same_day() {
    let case = Case::all().into_iter().find(|c| c.id == "HT-38").unwrap();
    let days = case.live(Variant::Typical, 34);
    for d in &days[8..32] {
        assert_ne!(d.s.advice.action, Action::Stop, "day {}", d.n);
    }
    for d in &days[32..] {
        assert_eq!(d.s.advice.action, Action::Stop, "day {}", d.n);
        let flag = d.s.open_flags().max_by_key(|f| f.rule.urgency).unwrap();
        assert!(flag.rule.urgency >= Urgency::Urgent);
        let said = format!("{} {}", flag.rule.action, flag.rule.bring.join(" "));
        for word in ["swollen", "warm", "breathlessness", "today"] {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(
            d.s.plan.items.iter().all(|i| i.kind != ItemKind::Exercise),
            "the program does not simply restart"
        );
    }
}

#[test]
fn slow_conditions_are_given_time_and_nobody_is_told_to_rest() {
    for case in strains_and_others() {
        let days = case.live(Variant::Typical, 42);
        let told =
            |n: i64, rule: &str| days.iter().any(|d| d.n <= n && d.s.open_flags().any(|f| f.rule.id == rule));
        if case.id == "HT-28" {
            assert!(
                !told(28, "no-fall") && !told(28, "flat"),
                "slow change in the first weeks is no failure"
            );
            let stretches = |d: &Lived| {
                d.s.plan
                    .items
                    .iter()
                    .any(|i| CATALOG.library.exercises.get(&i.id).is_some_and(|e| e.is("hamstring-stretch")))
            };
            assert!(!days.iter().any(stretches), "a sore tendon is not stretched");
            assert_eq!(
                case.program.phases[0].caps.green.to_string(),
                "3",
                "pain of 1 to 3 under load is accepted"
            );
        }
        if case.id == "HT-31" {
            assert!(
                days[..1].iter().all(|d| d.s.plan.items.iter().any(|i| i.id == "walk")),
                "active from day 0"
            );
            let alarmed = days.iter().find(|d| reviewed(&d.s)).map(|d| d.n);
            assert!(alarmed.is_none_or(|n| n >= 42), "alarmed on day {alarmed:?}");
        }
    }
}
