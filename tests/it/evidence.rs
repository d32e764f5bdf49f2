//! Every number of the shipped files beside the row of the evidence that it
//! comes from: `tests/evidence/numbers.txt`, made by hand from the evidence. A
//! number that differs, has no row, or has two, fails.

use std::collections::BTreeMap;

use sinew::catalog::Catalog;
use sinew::domain::bouts::Zone;
use sinew::domain::brakes::Trigger;
use sinew::domain::library::Library;
use sinew::domain::limits::During;
use sinew::domain::measure::Unit;
use sinew::domain::program::{
    CarePlan, Criterion, Frequency, MeasureTest, Op, Phase, Prescription, Program, Stat, Subject, Whose,
};
use sinew::domain::watch::Watch;

/// The short names of the table.
const FILES: [(&str, &str); 10] = [
    ("hs1", "hamstring-strain-1"),
    ("hs2", "hamstring-strain-2"),
    ("hs3", "hamstring-strain-3"),
    ("cs1", "calf-strain-1"),
    ("cs2", "calf-strain-2"),
    ("pht", "proximal-hamstring-tendinopathy"),
    ("sci", "sciatica"),
    ("lb", "low-back-strain"),
    ("tight", "thigh-tightness"),
    ("prev", "prevention"),
];

/// Where a number stands: file, phase, place.
type Place = (String, String, String);

#[derive(Default)]
struct Numbers(BTreeMap<Place, String>);

impl Numbers {
    fn add(&mut self, (file, phase): (&str, &str), place: String, value: String) {
        let place = (file.to_owned(), phase.to_owned(), place);
        assert!(!self.0.contains_key(&place), "{place:?} stands twice in its file");
        self.0.insert(place, value);
    }
}

fn shipped() -> Numbers {
    let catalog = Catalog::builtin().unwrap();
    let mut numbers = Numbers::default();
    assert_eq!(catalog.programs.len(), FILES.len(), "a program has no short name here");
    for (file, id) in FILES {
        of_program(&mut numbers, file, &catalog.programs[id].program, &catalog.library);
    }
    of_library(&mut numbers, &catalog.library);
    numbers
}

fn of_program(numbers: &mut Numbers, file: &str, program: &Program, library: &Library) {
    let at = (file, "-");
    let (from, to) = program.window_days;
    numbers.add(at, "window".to_owned(), format!("{from}-{to}"));
    numbers.add(at, "return".to_owned(), program.return_not_before.to_string());
    if program.slow_days > 0 {
        numbers.add(at, "slow-days".to_owned(), program.slow_days.to_string());
    }
    for slower in &program.slower {
        let value = match slower.return_later {
            0 => format!("x{} in {}", slower.factor, slower.phases.join(" ")),
            days => format!("+{days}d"),
        };
        numbers.add(at, format!("slower {}", slower.id), value);
    }
    for avoid in &program.avoid {
        if let Some(day) = avoid.until_day {
            numbers.add(at, format!("avoid {}", avoid.what), day.to_string());
        }
    }
    for phase in &program.phases {
        of_phase(numbers, (file, &phase.id), phase, library);
    }
}

fn of_phase(numbers: &mut Numbers, at: (&str, &str), phase: &Phase, library: &Library) {
    numbers.add(at, "gate".to_owned(), format!("{}/{}", phase.earliest_day, phase.minimum_days));
    if let Some(day) = phase.stalled_day {
        numbers.add(at, "stalled".to_owned(), day.to_string());
    }
    let caps = phase.caps;
    numbers.add(at, "caps".to_owned(), format!("{}/{}/{}", caps.green, caps.amber, caps.morning_rise));
    for (way, criteria) in [("entry", &phase.entry), ("exit", &phase.exit)] {
        for criterion in criteria {
            numbers.add(at, format!("{way} {}", criterion.id), of_criterion(criterion, library));
        }
    }
    for exercise in &phase.exercises {
        numbers.add(at, format!("do {}", exercise.exercise), of_exercise(exercise));
        if let Some(tempo) = exercise.tempo.as_deref().filter(|t| t.contains(|c: char| c.is_ascii_digit())) {
            numbers.add(at, format!("tempo {}", exercise.exercise), tempo.to_owned());
        }
        for gate in &exercise.rungs {
            let test = gate.test.as_ref().map_or(String::new(), |test| {
                let whose = if test.whose == Whose::Ratio { " ratio" } else { "" };
                format!(", {}{whose} {}", test.measure, of_test(test, library))
            });
            let place = format!("rung {} {}", exercise.exercise, gate.rung);
            numbers.add(at, place, format!("day {}{test}", gate.from_day));
        }
    }
    for care in &phase.care {
        numbers.add(at, format!("care {}", care.care), of_care(care));
    }
}

fn of_test(test: &MeasureTest, library: &Library) -> String {
    let stat = match test.stat {
        Stat::Worst => "worst",
        Stat::Latest => "latest",
        Stat::Median => "median",
        Stat::DaysInARow => "in a row",
    };
    let yes_no = library.measures[&test.measure].unit == Unit::YesNo;
    let value = match (yes_no, test.op) {
        (true, Op::AtLeast) => "yes".to_owned(),
        (true, Op::AtMost) => "no".to_owned(),
        (false, Op::AtLeast) => format!(">= {}", test.value),
        (false, Op::AtMost) => format!("<= {}", test.value),
    };
    let samples =
        if test.min_samples > 1 { format!(", {} samples", test.min_samples) } else { String::new() };
    format!("{stat} {value}, {}d{samples}", test.days)
}

fn of_criterion(criterion: &Criterion, library: &Library) -> String {
    let value = match &criterion.subject {
        Subject::Measure(test) => of_test(test, library),
        Subject::Session(test) => format!(
            "{} x{} in {}d, {}h apart, pain {}, morning {}",
            test.at_least, test.times, test.days, test.apart_hours, test.pain, test.next_morning
        ),
        Subject::Clearance(_) => "cleared".to_owned(),
        Subject::DaysInPhase(days) => format!("{days}d"),
    };
    let goals: Vec<&str> = criterion.goals.iter().map(|g| g.id()).collect();
    if goals.is_empty() { value } else { format!("{value}, for {}", goals.join(" ")) }
}

fn of_exercise(exercise: &Prescription) -> String {
    let mut parts = vec![match &exercise.grows_to {
        Some(most) => format!("{} > {most}", exercise.dose),
        None => exercise.dose.to_string(),
    }];
    parts.push(match exercise.frequency {
        Frequency::PerDay(n) => format!("{n}/day"),
        Frequency::PerWeek(n) => format!("{n}/week"),
        Frequency::EveryDays(n) => format!("every {n} days"),
    });
    parts.push(format!("cap {}", exercise.cap));
    if exercise.from_day > 0 {
        parts.push(format!("from {}", exercise.from_day));
    }
    // The reader's own number of clean sessions, HS-16, is named for ladders only.
    if exercise.dose.rung.is_some() || exercise.clean_sessions != 2 {
        parts.push(format!("clean {}", exercise.clean_sessions));
    }
    if !exercise.goals.is_empty() {
        let goals: Vec<&str> = exercise.goals.iter().map(|g| g.id()).collect();
        parts.push(format!("for {}", goals.join(" ")));
    }
    parts.extend(exercise.supervised.then(|| "supervised".to_owned()));
    parts.extend(exercise.prescribed.then(|| "prescribed".to_owned()));
    parts.join(", ")
}

fn of_care(care: &CarePlan) -> String {
    let mut parts = Vec::new();
    parts.extend(care.minutes.map(|(from, to)| format!("{from}-{to}min")));
    parts.extend(care.every_hours.map(|(from, to)| format!("every {from}-{to}h")));
    parts.push(match care.until_day {
        Some(until) => format!("days {}-{until}", care.from_day),
        None => format!("from {}", care.from_day),
    });
    parts.join(", ")
}

fn of_library(numbers: &mut Numbers, library: &Library) {
    let grades = |days: &[i64; 3]| days.map(|d| d.to_string()).join(" ");
    for limit in &library.limits {
        let value = match &limit.during {
            During::Always => "always".to_owned(),
            During::Stages(stages) => {
                let stages: Vec<&str> = stages.iter().map(|s| s.id()).collect();
                format!("in {}", stages.join(" "))
            }
            During::BeforeDay(days) => format!("before day {}", grades(days)),
            During::AfterDay(day) => format!("after day {day}"),
            During::Unquiet { days, pain } => format!("unless {days} days <= {pain}"),
        };
        numbers.add(("limits", "-"), limit.id.clone(), value);
    }
    for brake in &library.brakes {
        let when: Vec<String> = brake.when.iter().map(|t| of_trigger(t, library)).collect();
        numbers.add(("brakes", "-"), brake.id.clone(), when.join("; "));
    }
    for rule in &library.rules {
        if let Some(watch) = &rule.watch {
            numbers.add(("diary", "-"), rule.id.clone(), of_watch(watch));
        }
    }
}

fn of_trigger(trigger: &Trigger, library: &Library) -> String {
    match trigger {
        Trigger::Readings(test) => format!("{} {}", test.measure, of_test(test, library)),
        Trigger::Rise { value } => format!("morning +{value}"),
        Trigger::MorningAboveCaps => "morning above caps".to_owned(),
        Trigger::WeekRise { value } => format!("week +{value}"),
        Trigger::Sessions { zone, times, of_last, .. } => {
            assert_eq!(*zone, Zone::Amber);
            format!("{times} of {of_last} above the cap")
        }
        Trigger::Answer { question, days, .. } => format!("{question} {days}d"),
        Trigger::Gap { days, .. } => format!("gap {days}d"),
    }
}

fn of_watch(watch: &Watch) -> String {
    match watch {
        Watch::NoFall { after_days, floor } | Watch::Flat { after_days, floor } => {
            format!("day {after_days}, floor {floor}")
        }
        Watch::Unexplained { value, quiet, .. } => format!("pain {value} after {quiet} quiet days"),
        Watch::Burning { days } => format!("{days} days"),
        Watch::Often { value, times, .. } => format!("{value} on {times} of 7 days"),
        Watch::PastWindow => "the window".to_owned(),
        Watch::WeekRise { value } => format!("week +{value}"),
        Watch::Mornings { times } => format!("{times} of 7 mornings"),
        Watch::Relapse { value } => format!("pain {value}"),
        Watch::AnsweredOften { question, times } => format!("{question} {times} of 7 days"),
    }
}

/// One line of the table, spread over its files and phases.
fn spread(line: &str, shipped: &Numbers) -> Vec<(Place, String)> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [row, files, phases, place, values, note @ ..] = &columns[..] else {
        panic!("a line has at least five columns: {line}")
    };
    assert!(!row.is_empty(), "no row: {line}");
    assert!(*row != "ours" || note.iter().any(|n| !n.is_empty()), "ours, but not why: {line}");
    let files: Vec<&str> = files.split_whitespace().collect();
    let values: Vec<&str> = values.split("//").map(str::trim).collect();
    let mut spread = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let has = |phase: &&str| shipped.0.contains_key(&((*file).into(), (*phase).into(), (*place).into()));
        let everywhere = ["p1", "p2", "p3", "p4", "p5", "p6"];
        let phases: Vec<&str> = match *phases {
            "*" => everywhere.into_iter().filter(has).collect(),
            listed => listed.split_whitespace().collect(),
        };
        assert!(!phases.is_empty(), "{file} has no `{place}`: {line}");
        for (nth, phase) in phases.iter().enumerate() {
            let value = match values.len() {
                1 => values[0],
                n if n == files.len() * phases.len() => values[at * phases.len() + nth],
                n => panic!("{n} values do not fit: {line}"),
            };
            let place = ((*file).to_owned(), (*phase).to_owned(), (*place).to_owned());
            spread.push((place, value.to_owned()));
        }
    }
    spread
}

#[test]
fn every_number_stands_in_the_evidence() {
    let shipped = shipped();
    let mut wanted: BTreeMap<Place, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    let table = include_str!("../evidence/numbers.txt");
    for line in table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        for (place, value) in spread(line, &shipped) {
            match shipped.0.get(&place) {
                None => wrong.push(format!("nothing stands at {place:?}; the evidence has {value}")),
                Some(found) if *found != value => {
                    wrong.push(format!("{place:?} is {found}, and {value} in the evidence"));
                }
                Some(_) => {}
            }
            if wanted.insert(place.clone(), value).is_some() {
                wrong.push(format!("two rows for {place:?}"));
            }
        }
    }
    let missing = shipped.0.iter().filter(|(place, _)| !wanted.contains_key(*place));
    wrong.extend(missing.map(|(place, value)| format!("no row for {place:?}: {value}")));
    assert!(wrong.is_empty(), "{} numbers:\n{}", wrong.len(), wrong.join("\n"));
    assert!(shipped.0.len() > 500, "only {} numbers were compared", shipped.0.len());
}
