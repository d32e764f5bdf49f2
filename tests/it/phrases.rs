//! Dates, times and amounts as people say them, and what is refused.

use chrono::{DateTime, Duration};
use proptest::prelude::*;
use sinew::cli::when::{self, WhenError};
use sinew::domain::day::{Day, Now};
use sinew::domain::dose::Dose;

use crate::commands::Home;

/// Wednesday, 18 November 2026, 14:30, by a clock that no machine of ours has.
fn now() -> Now {
    Now::at(DateTime::parse_from_rfc3339("2026-11-18T14:30:00+01:17").unwrap())
}

/// What people say, and the moment that they mean.
const MOMENTS: [(&str, &str); 63] = [
    ("now", "2026-11-18 14:30"),
    ("today", "2026-11-18 14:30"),
    ("Today", "2026-11-18 14:30"),
    ("today 08:15", "2026-11-18 08:15"),
    ("today at 9am", "2026-11-18 09:00"),
    ("this morning", "2026-11-18 08:00"),
    ("this noon", "2026-11-18 12:00"),
    // Not there yet: now.
    ("this afternoon", "2026-11-18 14:30"),
    ("this evening", "2026-11-18 14:30"),
    ("tonight", "2026-11-18 14:30"),
    ("yesterday", "2026-11-17 12:00"),
    ("  yesterday  ", "2026-11-17 12:00"),
    ("yesterday 18:30", "2026-11-17 18:30"),
    ("yesterday, 18:30", "2026-11-17 18:30"),
    ("yesterday at 6:30pm", "2026-11-17 18:30"),
    ("yesterday morning", "2026-11-17 08:00"),
    ("yesterday in the morning", "2026-11-17 08:00"),
    ("yesterday noon", "2026-11-17 12:00"),
    ("yesterday afternoon", "2026-11-17 15:00"),
    ("yesterday evening", "2026-11-17 20:00"),
    ("last night", "2026-11-17 22:00"),
    ("day before yesterday", "2026-11-16 12:00"),
    ("the day before yesterday 7am", "2026-11-16 07:00"),
    ("0 days ago", "2026-11-18 14:30"),
    ("3 days ago", "2026-11-15 12:00"),
    ("three days ago", "2026-11-15 12:00"),
    ("3 days ago 7am", "2026-11-15 07:00"),
    ("3 days ago at 07:00", "2026-11-15 07:00"),
    ("1 day ago evening", "2026-11-17 20:00"),
    ("a day ago", "2026-11-17 12:00"),
    ("a week ago", "2026-11-11 12:00"),
    ("one week ago", "2026-11-11 12:00"),
    ("2 weeks ago 20:00", "2026-11-04 20:00"),
    ("2 w ago", "2026-11-04 12:00"),
    ("2 hours ago", "2026-11-18 12:30"),
    ("an hour ago", "2026-11-18 13:30"),
    ("half an hour ago", "2026-11-18 14:00"),
    ("45 min ago", "2026-11-18 13:45"),
    ("two hours ago", "2026-11-18 12:30"),
    ("last monday 8am", "2026-11-16 08:00"),
    ("on monday", "2026-11-16 12:00"),
    ("monday", "2026-11-16 12:00"),
    ("Mon 7:05", "2026-11-16 07:05"),
    ("sunday evening", "2026-11-15 20:00"),
    // Today's own name means a week ago.
    ("wed", "2026-11-11 12:00"),
    ("last wednesday", "2026-11-11 12:00"),
    ("14 Nov", "2026-11-14 12:00"),
    ("14th nov", "2026-11-14 12:00"),
    ("14. November", "2026-11-14 12:00"),
    ("Nov 14", "2026-11-14 12:00"),
    ("nov 1st 9pm", "2026-11-01 21:00"),
    ("24 december", "2025-12-24 12:00"),
    ("14 Nov 2025 9:05 am", "2025-11-14 09:05"),
    ("may 3 2025", "2025-05-03 12:00"),
    ("Saturday 14 November 2026, 12:30", "2026-11-14 12:30"),
    ("on sat 14 nov", "2026-11-14 12:00"),
    ("08:15", "2026-11-18 08:15"),
    ("at 8 am", "2026-11-18 08:00"),
    ("12am", "2026-11-18 00:00"),
    ("12 pm", "2026-11-18 12:00"),
    ("2026-11-02", "2026-11-02 12:00"),
    ("2026-11-02 07:30", "2026-11-02 07:30"),
    ("2026-11-02T07:30", "2026-11-02 07:30"),
];

/// What names no moment.
const UNKNOWN: [&str; 30] = [
    "",
    " ",
    "soon",
    "later today",
    "yesterday 25:00",
    "yesterday 24:00",
    "13am",
    "0pm",
    "8:5",
    "8:60",
    "last week",
    "last month",
    "31 feb",
    "30 february 2026",
    "2026-02-30",
    "2026-13-01",
    "20261118",
    "99999999999999 days ago",
    "-3 days ago",
    "1.5 days ago",
    "next monday",
    "tomorrow",
    "yesterday yesterday",
    "yesterday tomorrow",
    "3 months ago",
    "30 m ago",
    "monday tuesday",
    // It was a Saturday.
    "sunday 14 nov",
    "13/13/2026",
    "two",
];

/// What can mean several moments, and which ones.
const AMBIGUOUS: [(&str, &str); 12] = [
    ("8", "8am, or 8pm"),
    ("at 8", "8am, or 8pm"),
    ("8 o'clock", "8am, or 8pm"),
    ("yesterday 8", "yesterday 8am, or yesterday 8pm"),
    ("yesterday at 8", "yesterday 8am, or yesterday 8pm"),
    ("monday 11 o'clock", "monday 11am, or monday 11pm"),
    ("30m", "30 minutes ago, or 30 days ago"),
    ("4/11/2026", "2026-11-04, or 2026-04-11"),
    ("4.11.2026", "2026-11-04, or 2026-04-11"),
    ("4/11", "2026-11-04, or 2026-04-11"),
    ("midnight", "00:00, or 23:59"),
    ("yesterday midnight", "yesterday 00:00, or yesterday 23:59"),
];

/// What means one day in a form that can mean two, and which day.
const FIGURES: [(&str, &str); 6] = [
    ("14/11/2026", "2026-11-14"),
    ("11/14/2026", "2026-11-14"),
    ("14.11.2026", "2026-11-14"),
    ("14/11", "2026-11-14"),
    ("14.11.", "2026-11-14"),
    ("25/12", "2025-12-25"),
];

/// Doses as people write them, and how they are written down.
const DOSES: [(&str, &str); 27] = [
    ("2x15", "2x15"),
    ("2 x 15", "2x15"),
    ("2X15", "2x15"),
    ("3x10x8s", "3x10x8s"),
    ("3 x 10 x 8 s", "3x10x8s"),
    ("2x25s", "2x25s"),
    ("2x25sec", "2x25s"),
    ("90s", "90s"),
    ("120s", "2min"),
    ("10min", "10min"),
    ("10 min", "10min"),
    ("10 minutes", "10min"),
    ("3x4min", "3x4min"),
    ("45 seconds", "45s"),
    ("15min", "15min"),
    ("1x10x5s", "1x10x5s"),
    ("30m", "30m"),
    ("3x20m", "3x20m"),
    ("1.5 km", "1500m"),
    ("2km", "2000m"),
    ("10 km", "10000m"),
    ("10000m", "10000m"),
    ("42.195km", "42195m"),
    ("1 mi", "1609m"),
    ("3x0.5 mile", "3x805m"),
    ("6.2 miles", "9978m"),
    ("rung 2", "rung2"),
];

const NO_DOSES: [&str; 34] = [
    "", "x", "15", "2x", "x15", "0x15", "2x0", "-2x15", "2x15x", "2x3x4x5s", "2x10x8", "1.5x10", "10.5min",
    "1.0001km", "99999x1", "3 months", "3h", "rung", "10000x2", "2x-5", "2x15x8", "2x10x5m", "rung0",
    "NaNkm", "100km", "0.0001mi", "0mi", "2x10x1mi", "1e3mi", "3x10 8s", "2x1 5", "2 5 min", "10 0 m",
    "1 .5km",
];

#[test]
fn at_least_120_phrases() {
    let moments = MOMENTS.len() + UNKNOWN.len() + AMBIGUOUS.len() + FIGURES.len();
    assert!(moments + DOSES.len() + NO_DOSES.len() >= 120);
}

#[test]
fn moments_as_people_say_them() {
    for (said, meant) in MOMENTS {
        let read = when::moment(said, now()).map(|at| at.format("%Y-%m-%d %H:%M").to_string());
        assert_eq!(read, Ok(meant.to_owned()), "{said}");
    }
}

#[test]
fn what_names_no_moment_is_refused() {
    for said in UNKNOWN {
        let read = when::moment(said, now());
        assert_eq!(read, Err(WhenError::Unknown(said.trim().to_owned())), "{said}");
    }
    assert!(when::day("yesterday 18:30", now()).is_err(), "a day has no time");
}

#[test]
fn what_means_several_things_is_refused_with_each() {
    for (said, choices) in AMBIGUOUS {
        let error = when::moment(said, now()).unwrap_err();
        assert_eq!(error.hint(), format!("say which: {choices}"), "{said}");
        let WhenError::Ambiguous(_, choices) = error else { panic!("{said}") };
        for choice in choices {
            assert!(when::moment(&choice, now()).is_ok(), "{choice} has one meaning");
        }
    }
    for (said, choice) in FIGURES {
        let error = when::moment(said, now()).unwrap_err();
        assert_eq!(error, WhenError::Figures(said.to_owned(), choice.to_owned()), "{said}");
        assert_eq!(error.hint(), format!("say: {choice}"));
        assert!(when::moment(choice, now()).is_ok());
    }
}

#[test]
fn half_an_hour_after_midnight_belongs_to_the_day_before() {
    let night = Now::at(DateTime::parse_from_rfc3339("2026-11-19T00:30:00+01:17").unwrap());
    for (said, meant) in [
        ("today", "2026-11-19 00:30"),
        ("00:15", "2026-11-19 00:15"),
        // A date in figures is that of the calendar.
        ("2026-11-19 00:15", "2026-11-19 00:15"),
        ("2026-11-19T00:15", "2026-11-19 00:15"),
        ("2026-11-18 23:00", "2026-11-18 23:00"),
        ("2026-11-19", "2026-11-19 00:30"),
        ("19 nov", "2026-11-19 00:30"),
        ("19 Nov 2026", "2026-11-19 00:30"),
        ("19 nov 00:15", "2026-11-19 00:15"),
        ("nov 18 00:15", "2026-11-18 00:15"),
        ("today 00:15", "2026-11-19 00:15"),
        ("today 23:00", "2026-11-18 23:00"),
        ("20 nov", "2025-11-20 12:00"),
        // The evening that is just over.
        ("23:00", "2026-11-18 23:00"),
        ("11pm", "2026-11-18 23:00"),
        ("this morning", "2026-11-18 08:00"),
        ("yesterday", "2026-11-17 12:00"),
        ("last night", "2026-11-17 22:00"),
        ("2 hours ago", "2026-11-18 22:30"),
    ] {
        let read = when::moment(said, night).unwrap().format("%Y-%m-%d %H:%M").to_string();
        assert_eq!(read, meant, "{said}");
    }
    assert_eq!(Day::of(night.at).to_string(), "2026-11-18");
}

#[test]
fn doses_as_people_write_them() {
    for (said, meant) in DOSES {
        assert_eq!(said.parse::<Dose>().map(|dose| dose.to_string()), Ok(meant.to_owned()), "{said}");
    }
    for said in NO_DOSES {
        assert!(said.parse::<Dose>().is_err(), "{said}");
    }
}

/// A shell takes apart what is one amount, and nobody quotes it.
#[test]
fn an_amount_may_come_in_several_words() {
    let home = Home::new();
    home.start();
    for (typed, said) in [
        ("done walk 10 min", "Walk 10min"),
        ("done walk 1.5 km --pain 1", "Walk 1500m"),
        ("done heel-press 3 x 10 x 8 s 20 kg ankle-pumps 2 x 15", "Heel press 3x10x8s, 20 kg"),
        ("done ankle-pumps 2x15 walk 10 minutes", "Walk 10min"),
        ("care ice 15 min", "Ice in a thin towel, 15 min"),
        ("test walk-no-limp 10 min", "flat walk without a limp 10 min"),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let recorded = home.ok("2026-03-04T19:00", &words);
        assert!(recorded.contains(said), "{typed}: {recorded}");
    }
    for (typed, told) in [
        ("done heel-press 3x10 8s", "`8s` belongs to no exercise"),
        ("done walk 10 furlongs", "`10` is not a dose"),
        ("done heel-press 900 kg", "`900 kg` is no weight that is held"),
        ("care ice 1 5", "`1 5` is no number of minutes"),
        ("log 1 0", "is this a pain or a note?"),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let refused = home.fails("2026-03-04T19:00", &words, 1);
        assert!(refused.contains(told), "{typed}: {refused}");
    }
}

/// The nights on which the clocks change, in two zones: an hour that comes
/// twice is asked about, one that never came is refused.
#[test]
fn the_nights_on_which_the_clocks_change() {
    let at_now = |zone: &str, now: &str, said: &str| {
        let home = Home::new();
        let mut start = home.command("2026-03-01T12:00", &["start", "sciatica", "--side", "left"]);
        start.env("TZ", zone).env("SINEW_NOW", "2026-03-01T12:00").output().unwrap();
        let mut log = home.command(now, &["log", "3", "--at", said]);
        let told = log.env("TZ", zone).output().unwrap();
        let mut history = home.command("2026-11-20T12:00", &["history", "--all", "--json"]);
        let json: serde_json::Value =
            serde_json::from_slice(&history.env("TZ", zone).output().unwrap().stdout).unwrap();
        let entries = json["entries"].as_array().unwrap();
        let check_in = entries.iter().find(|e| e["kind"] == "check-in");
        check_in
            .map_or_else(|| String::from_utf8(told.stderr).unwrap(), |e| e["at"].as_str().unwrap().to_owned())
    };
    let at = |zone: &str, said: &str| at_now(zone, "2026-11-20T12:00", said);
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    let york = "EST5EDT,M3.2.0,M11.1.0";
    for (zone, said, meant) in [
        (berlin, "2026-03-29 01:30", "2026-03-29T01:30:00+01:00"),
        (berlin, "2026-03-29 03:30", "2026-03-29T03:30:00+02:00"),
        (berlin, "2026-10-25 00:30", "2026-10-25T00:30:00+02:00"),
        (berlin, "2026-10-25 03:30", "2026-10-25T03:30:00+01:00"),
        (berlin, "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        (york, "2026-03-08 01:30", "2026-03-08T01:30:00-05:00"),
        (york, "2026-03-08 03:30", "2026-03-08T03:30:00-04:00"),
        (york, "2026-11-01 00:30", "2026-11-01T00:30:00-04:00"),
        (york, "2026-11-01 02:30", "2026-11-01T02:30:00-05:00"),
        // The offset of the day, not of today.
        (york, "2026-07-01 08:00", "2026-07-01T08:00:00-04:00"),
    ] {
        assert_eq!(at(zone, said), meant, "{zone} {said}");
    }
    // Some hours ago, with the change between then and now.
    for (zone, now, said, meant) in [
        (berlin, "2026-03-29T06:00", "4 hours ago", "2026-03-29T01:00:00+01:00"),
        (berlin, "2026-10-25T05:00", "5 hours ago", "2026-10-25T01:00:00+02:00"),
        (york, "2026-03-08T06:00", "4 hours ago", "2026-03-08T01:00:00-05:00"),
        (york, "2026-11-01T05:00", "300 min ago", "2026-11-01T01:00:00-04:00"),
    ] {
        assert_eq!(at_now(zone, now, said), meant, "{zone} {now} {said}");
    }
    for (zone, said, hint) in [
        (berlin, "2026-03-29 02:30", "did not exist: the clocks went forward then"),
        (york, "2026-03-08 02:30", "did not exist: the clocks went forward then"),
        (berlin, "2026-10-25 02:30", "2026-10-25T02:30:00+02:00, or 2026-10-25T02:30:00+01:00"),
        (york, "2026-11-01 01:30", "2026-11-01T01:30:00-04:00, or 2026-11-01T01:30:00-05:00"),
    ] {
        let told = at(zone, said);
        assert!(told.contains(hint), "{zone} {said}: {told}");
    }
}

fn doses() -> impl Strategy<Value = Dose> {
    let n = || prop::option::of(1_u32..=9_999);
    (n(), n(), n(), n(), n()).prop_map(|(sets, reps, seconds, metres, rung)| {
        match (reps, seconds, metres, rung) {
            (.., Some(rung)) => Dose { rung: Some(rung), ..Dose::default() },
            (reps, Some(seconds), ..) => {
                let reps = reps.filter(|_| sets.is_some());
                Dose { sets, reps, seconds: Some(seconds), ..Dose::default() }
            }
            (_, None, Some(metres), _) => Dose { sets, metres: Some(metres), ..Dose::default() },
            (reps, ..) => Dose { sets: sets.or(Some(1)), reps: reps.or(Some(1)), ..Dose::default() },
        }
    })
}

proptest! {
    #[test]
    fn a_dose_reads_back_as_itself(dose in doses()) {
        prop_assert_eq!(dose.to_string().parse::<Dose>(), Ok(dose));
    }

    #[test]
    fn a_moment_reads_back_as_itself(minutes in 0_i64..60_000_000) {
        let at = now().at - Duration::minutes(minutes);
        // The last one is how it is echoed.
        let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%-d %B %Y %H:%M", "%b %-d %Y %I:%M%p", "%A %-d %B %Y, %H:%M"];
        for form in forms {
            prop_assert_eq!(when::moment(&at.format(form).to_string(), now()), Ok(at));
        }
    }

    #[test]
    fn a_day_reads_back_as_itself(days in 0_i64..40_000) {
        let day = now().day.minus(days);
        prop_assert_eq!(when::day(&day.to_string(), now()), Ok(day));
        prop_assert_eq!(when::day(&format!("{days} days ago"), now()).ok(), (days <= 36_500).then_some(day));
    }

    #[test]
    fn no_text_is_too_odd(text in ".{0,40}") {
        let _ = when::moment(&text, now());
        let _ = text.parse::<Dose>();
    }
}
