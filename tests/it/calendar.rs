//! The calendar: what a phone holds after one import, and after the next one.
//! An import is played by RFC 5545 and 5546: a series is known by its UID, and of
//! two the one with the higher SEQUENCE stands, then the one with the later
//! DTSTAMP.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use chrono::{Duration, NaiveDateTime};
use proptest::prelude::*;
use sinew::app::{App, Draft};
use sinew::domain::calendar::{Calendar, Series, What, calendar};
use sinew::domain::day::Day;
use sinew::domain::entry::{Answer, Fact, Performed, Reading, Side};
use sinew::domain::episode::Episode;
use sinew::domain::library::Urgency;
use sinew::domain::question::AnswerValue;
use sinew::render::ics::ics;

use crate::commands::Home;
use crate::laws::{history, library};
use crate::support::{day, now, opened};

/// A series as a phone holds it.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    sequence: i64,
    stamp: String,
    properties: BTreeMap<String, String>,
}

impl Held {
    /// The moments at which it stands in the calendar, or its whole days.
    fn occurrences(&self) -> BTreeSet<String> {
        let value = |name: &str| self.properties.iter().find(|(n, _)| n.split(';').next() == Some(name));
        if value("STATUS").is_some_and(|(_, v)| v == "CANCELLED") {
            return BTreeSet::new();
        }
        let read = |text: &str| {
            let text = if text.contains('T') { text.to_owned() } else { format!("{text}T000000") };
            NaiveDateTime::parse_from_str(&text, "%Y%m%dT%H%M%S").unwrap()
        };
        let first = read(value("DTSTART").unwrap().1);
        let last = value("RRULE").map_or(first, |(_, rule)| {
            let until = rule.strip_prefix("FREQ=DAILY;UNTIL=").unwrap();
            assert_eq!(until.contains('T'), !self.properties.contains_key("DTSTART;VALUE=DATE"));
            read(until)
        });
        let free: Vec<NaiveDateTime> =
            value("EXDATE").map(|(_, days)| days.split(',').map(read).collect()).unwrap_or_default();
        let all = (0..).map(|n| first + Duration::days(n)).take_while(|at| *at <= last);
        all.filter(|at| !free.contains(at)).map(|at| at.to_string()).collect()
    }
}

/// Reads a calendar as strictly as it is written.
fn read(text: &str) -> Vec<(String, Held)> {
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let text = text.replace("\r\n ", "");
    let (mut held, mut alarm) = (Vec::new(), false);
    let mut properties: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines() {
        let (name, value) = line.split_once(':').unwrap();
        match (name, value) {
            ("BEGIN", "VEVENT") => properties.clear(),
            ("BEGIN" | "END", "VALARM") => alarm = name == "BEGIN",
            ("END", "VEVENT") => held.push((
                properties["UID"].clone(),
                Held {
                    sequence: properties["SEQUENCE"].parse().unwrap(),
                    stamp: properties["DTSTAMP"].clone(),
                    properties: properties.clone(),
                },
            )),
            _ if alarm => {}
            (name, value) => {
                let before = properties.insert(name.to_owned(), value.to_owned());
                assert!(before.is_none() || name == "BEGIN" || name == "END", "{name} twice");
            }
        }
    }
    held
}

/// A phone.
#[derive(Default)]
struct Phone(BTreeMap<String, Held>);

impl Phone {
    fn import(&mut self, text: &str) {
        for (uid, new) in read(text) {
            let newer = |old: &Held| (new.sequence, &new.stamp) >= (old.sequence, &old.stamp);
            if self.0.get(&uid).is_none_or(newer) {
                self.0.insert(uid, new);
            }
        }
    }

    /// What it shows: each moment with its title.
    fn shows(&self) -> Vec<(String, String)> {
        let of = |held: &Held| {
            let title = held.properties["SUMMARY"].clone();
            held.occurrences().into_iter().map(move |at| (at, title.clone()))
        };
        let mut all: Vec<(String, String)> = self.0.values().flat_map(of).collect();
        all.sort();
        all
    }
}

struct Life {
    app: App,
    episode: Episode,
}

impl Life {
    fn new() -> Self {
        let (app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
        Self { app, episode }
    }

    fn record(&mut self, at: &str, fact: Fact) {
        let at = now(&format!("2026-03-{at}"));
        self.app.record(&self.episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
    }

    fn pain(&mut self, at: &str, value: f64) {
        let reading = Reading { measure: "pain-worst".into(), side: None, value };
        self.record(at, Fact::CheckIn { readings: vec![reading], answers: vec![] });
    }

    fn swollen(&mut self, at: &str) {
        let answer = Answer { question: "one-leg-swollen".into(), value: AnswerValue::Yes };
        self.record(at, Fact::CheckIn { readings: vec![], answers: vec![answer] });
    }

    fn calendar(&self, at: &str, days: u32) -> Calendar {
        let situation = self.app.situation(&self.episode, now(&format!("2026-03-{at}"))).unwrap();
        self.app.calendar(&situation, days).unwrap()
    }

    fn export(&self, at: &str, days: u32) -> String {
        ics(&self.calendar(at, days), |what| App::calendar_name(&self.episode, what))
    }

    fn days(&self, at: &str, what: What) -> Vec<String> {
        let calendar = self.calendar(at, 7);
        let series = calendar.series.iter().find(|s| s.what == what).unwrap();
        series.days.iter().map(ToString::to_string).collect()
    }
}

const SESSIONS: [What; 3] = [What::MorningSession, What::MiddaySession, What::EveningSession];

#[test]
fn a_calendar_as_it_is_written() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    let mut text = life.export("04T09:00", 3);
    for what in What::ALL {
        text = text.replace(&App::calendar_name(&life.episode, what), what.id());
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ical/coming-days.ics");
    let text = text.replace("\r\n", "\n");
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    snapbox::assert_data_eq!(text, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn two_imports_leave_nothing_twice() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    let first = life.export("04T09:00", 7);
    assert_eq!(first, life.export("04T09:00", 7), "the same store and moment give the same bytes");
    let mut phone = Phone::default();
    phone.import(&first);
    let once = phone.shows();
    phone.import(&first);
    assert_eq!(phone.shows(), once);
    // A day later, and after another entry.
    life.pain("04T20:00", 1.0);
    let second = life.export("05T09:00", 7);
    phone.import(&second);
    let mut fresh = Phone::default();
    fresh.import(&second);
    assert_eq!(phone.shows(), fresh.shows());
    // An old file that is opened again changes nothing.
    phone.import(&first);
    assert_eq!(phone.shows(), fresh.shows());
}

/// What was in the phone and is not due any more is gone with the next import,
/// however few days that one looks ahead.
#[test]
fn what_is_no_longer_due_is_gone() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    let mut phone = Phone::default();
    phone.import(&life.export("04T09:00", 60));
    assert!(phone.shows().len() > 200);
    life.swollen("05T10:00");
    phone.import(&life.export("05T10:00", 2));
    let action = "Go to an emergency department now\\, or call your local emergency number.".to_owned();
    let days = ["2026-03-05", "2026-03-06", "2026-03-07"].map(|d| (format!("{d} 00:00:00"), action.clone()));
    assert_eq!(phone.shows(), days);
    assert_eq!(read(&life.export("05T10:00", 2))[0].1.properties["SUMMARY"], action, "and it comes first");
    // Once a clinician has answered for it, the warning is gone and the plan back.
    life.record(
        "06T10:00",
        Fact::Clearance(sinew::domain::entry::Clearance {
            rule: "rf-07".into(),
            who: "the clinic".into(),
            role: "doctor".into(),
            day: day("2026-03-06"),
            outcome: sinew::domain::entry::Outcome::Cleared,
            expires: None,
        }),
    );
    phone.import(&life.export("06T11:00", 7));
    assert!(phone.shows().iter().all(|(_, title)| title.starts_with("sinew: ")));
    assert!(phone.shows().iter().any(|(_, title)| title == "sinew: check-in"));
}

#[test]
fn a_rest_has_check_ins_and_no_sessions() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    assert!(!life.days("04T09:00", What::MorningSession).is_empty());
    let situation = life.app.situation(&life.episode, now("2026-03-04T10:00")).unwrap();
    life.app.pause(&situation, "a cold", now("2026-03-04T10:00")).unwrap();
    for what in SESSIONS.into_iter().chain([What::Tests]) {
        assert!(life.days("04T11:00", what).is_empty(), "{what:?}");
    }
    assert_eq!(life.days("04T11:00", What::EveningCheckIn).len(), 8);
}

/// The sessions are those of the plan, and of today what is left.
#[test]
fn the_sessions_are_those_of_the_plan() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    let situation = life.app.situation(&life.episode, now("2026-03-04T09:00")).unwrap();
    let ahead = life.app.ahead(&situation, 7).unwrap();
    let planned = ahead.days.iter().filter(|d| !d.items.is_empty()).map(|d| d.day.to_string());
    let planned: Vec<String> = std::iter::once("2026-03-04".to_owned()).chain(planned).collect();
    assert_eq!(life.days("04T09:00", What::MorningSession), planned);
    // Everything of the morning is done: what is left of the day stands later.
    for item in situation.plan.items.iter().filter(|i| i.planned.is_some() && i.due > 0) {
        let dose = item.planned.as_ref().map(|p| p.dose.clone());
        life.record("04T09:00", Fact::Performed(Performed { dose, ..Performed::of(&item.id) }));
    }
    assert_eq!(life.days("04T10:00", What::MorningSession), planned[1..]);
    assert_eq!(life.days("04T10:00", What::EveningSession), planned);
}

#[test]
fn the_sequence_never_falls_and_stands_still_with_store_and_day() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    let at = |life: &Life, at: &str| life.calendar(at, 7).sequence;
    let first = at(&life, "04T09:00");
    assert_eq!(at(&life, "04T21:00"), first);
    assert!(at(&life, "05T09:00") > first);
    life.pain("04T20:00", 1.0);
    let more = at(&life, "04T21:00");
    assert!(more > first);
    let undone = life.app.undo(&[life.episode.clone()], None, None, now("2026-03-04T22:00"));
    assert!(undone.is_ok());
    assert!(at(&life, "04T22:00") > more, "what is taken back is one more entry");
}

#[test]
fn no_title_tells_of_the_injury() {
    let mut life = Life::new();
    life.pain("03T20:00", 1.0);
    for series in life.calendar("04T09:00", 7).series {
        assert!(
            ["sinew", "sinew: check-in", "sinew: session", "sinew: tests"].contains(&series.title.as_str())
        );
    }
    assert!(life.export("04T09:00", 7).matches("CLASS:PRIVATE").count() == What::ALL.len());
}

/// Names of one's own programs, and the number that one calls, are texts of
/// somebody.
#[test]
fn no_text_leaves_its_property() {
    let hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1;a,b\\\u{1b}[2J\u{202e}";
    let series = What::ALL.map(|what| Series {
        what,
        title: hostile.to_owned(),
        days: vec![day("2026-03-04"), day("2026-03-06")],
        details: vec![hostile.repeat(5), "\u{17e}lut\u{fd} k\u{16f}\u{148}".repeat(30)],
    });
    let today = day("2026-03-04");
    let calendar = Calendar { at: now("2026-03-04T09:00").at, today, sequence: 1, series: series.into() };
    let text = ics(&calendar, |what| what.id().to_owned());
    let held = read(&text);
    let names: Vec<&str> = held.iter().map(|(uid, _)| uid.as_str()).collect();
    assert_eq!(names, What::ALL.map(What::id));
    assert_eq!(held[0].1.properties["SUMMARY"], "x?\\nEND:VEVENT?\\nBEGIN:VEVENT?\\nUID:1\\;a\\,b\\\\?[2J?");
    for (_, held) in &held {
        assert_eq!(held.occurrences().len(), 2, "with a day between them that is free");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever happened: a warning leaves nothing beside it, no session stands
    /// where the plan has none, and every export names the same series.
    #[test]
    fn a_warning_stands_alone(history in history(), days in 1..20_u32) {
        let s = history.situation();
        let ahead = s.judge(library(), |case| sinew::domain::ahead::ahead(case, &s.plan, days));
        let stopped = s.open_flags().any(|f| f.rule.urgency >= Urgency::Urgent);
        let ahead = (!stopped && s.course.paused().is_none()).then_some(ahead);
        let made = s.judge(library(), |case| calendar(case, &s, ahead.as_ref(), days, 10));
        prop_assert_eq!(made.series.iter().map(|one| one.what).collect::<Vec<_>>(), What::ALL);
        let last = s.journal.now().day.plus(i64::from(days));
        for one in &made.series {
            let due = !one.days.is_empty();
            if stopped {
                prop_assert_eq!(due, one.what == What::Warning);
            } else {
                prop_assert!(!due || one.what != What::Warning);
            }
            prop_assert!(one.days.is_sorted() && one.days.iter().all(|day| *day >= made.today && *day <= last));
            if SESSIONS.contains(&one.what) {
                let planned = |day: &Day| ahead.iter().flat_map(|a| &a.days).any(|d| d.day == *day && !d.items.is_empty());
                prop_assert!(one.days.iter().all(|day| *day == made.today || planned(day)));
            }
        }
        read(&ics(&made, |what| what.id().to_owned()));
    }
}

/// The program as a whole: a file that is its owner's alone, and a word on the
/// warning beside it.
#[test]
fn the_command_writes_a_file() {
    let home = Home::new();
    home.start();
    let file = home.path("sinew.ics");
    home.ok("2026-03-04T09:00", &["export", "ics", "--output", &file]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(read(&text).len(), What::ALL.len());
    assert_eq!(text, home.ok("2026-03-04T09:00", &["export", "ics"]));
    home.ok("2026-03-04T10:00", &["log", "--symptom", "one-leg-swollen"]);
    let said = home.run("2026-03-04T10:00", &["export", "ics"]);
    assert!(String::from_utf8(said.stderr).unwrap().starts_with("Go to an emergency department now"));
    assert!(said.stdout.starts_with(b"BEGIN:VCALENDAR\r\n"));
    home.fails("2026-03-04T10:00", &["export", "ics", "--as-of", "2026-03-03"], 1);
    home.fails("2026-03-04T10:00", &["export", "ics", "--days", "61"], 2);
    judge(&home, &text);
}

/// An independent reader, where there is one: `PYTHON` with icalendar and
/// recurring-ical-events.
fn judge(home: &Home, text: &str) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ical/check.py");
    let file = home.path("judged.ics");
    std::fs::write(&file, text).unwrap();
    let output = Command::new(python).args([script, &file, &file]).output().ok();
    // 3: the libraries are not there.
    let Some(output) = output.filter(|output| output.status.code() != Some(3)) else {
        #[expect(clippy::print_stderr, reason = "a judge that is left out says so")]
        {
            eprintln!("left out: {script} finds no libraries by PYTHON");
        }
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let mut phone = Phone::default();
    phone.import(text);
    assert_eq!(said.trim(), phone.shows().len().to_string(), "as many things as our own reader counts");
}
