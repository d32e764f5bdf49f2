//! The coming days as iCalendar (RFC 5545): floating times, since "8:00 wherever
//! I am" is what a program at home means, and no word of the injury in a title.

use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveTime, Utc};

use crate::domain::calendar::{Calendar, Series, What};
use crate::domain::day::Day;

use super::page::clean;

/// No line is longer than this, in octets (RFC 5545 3.1).
const OCTETS: usize = 75;

/// The whole calendar. `uid` names a series for good.
pub fn ics(calendar: &Calendar, uid: impl Fn(What) -> String) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| text.push_str(&folded(&format!("{name}:{value}")));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//sinew//sinew//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("X-WR-CALNAME", "sinew");
    for series in &calendar.series {
        line("BEGIN", "VEVENT");
        line("UID", &uid(series.what));
        line("DTSTAMP", &calendar.at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ").to_string());
        line("SEQUENCE", &calendar.sequence.to_string());
        line("SUMMARY", &escaped(&series.title));
        line("CLASS", "PRIVATE");
        line("TRANSP", "TRANSPARENT");
        times(&mut line, calendar.today, series);
        if series.days.is_empty() {
            line("STATUS", "CANCELLED");
        } else {
            line("STATUS", "CONFIRMED");
            line("DESCRIPTION", &escaped(&series.details.join("\n")));
            alarm(&mut line, series);
        }
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    text
}

/// When a series is: each day from its first to its last one, but for those that
/// are not among them. Phones know this form better than a list of days.
fn times(line: &mut impl FnMut(&str, &str), today: Day, series: &Series) {
    let first = series.days.first().copied().unwrap_or(today);
    let last = series.days.last().copied().unwrap_or(first);
    let time = series.what.time();
    let (value, at): (&str, Box<dyn Fn(Day) -> String>) = match time {
        None => (";VALUE=DATE", Box::new(|day: Day| date(day.date()))),
        Some((hour, minute, _)) => ("", Box::new(move |day: Day| moment(day, hour, minute))),
    };
    line(&format!("DTSTART{value}"), &at(first));
    let end = match time {
        None => date(first.plus(1).date()),
        Some((hour, minute, minutes)) => moment(first, hour, minute + minutes),
    };
    line(&format!("DTEND{value}"), &end);
    if last > first {
        line("RRULE", &format!("FREQ=DAILY;UNTIL={}", at(last)));
        let between = (1..last.since(first)).map(|n| first.plus(n));
        let free: Vec<String> = between.filter(|day| !series.days.contains(day)).map(&at).collect();
        if !free.is_empty() {
            line(&format!("EXDATE{value}"), &free.join(","));
        }
    }
}

fn alarm(line: &mut impl FnMut(&str, &str), series: &Series) {
    line("BEGIN", "VALARM");
    line("ACTION", "DISPLAY");
    line("DESCRIPTION", &escaped(&series.title));
    // A whole day begins at midnight, when nobody should be woken.
    line("TRIGGER", if series.what.time().is_some() { "PT0S" } else { "PT8H" });
    line("END", "VALARM");
}

fn date(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

fn moment(day: Day, hour: u32, minute: u32) -> String {
    let minutes = hour * 60 + minute;
    let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap_or_default();
    format!("{}T{}", date(day.date()), time.format("%H%M%S"))
}

/// A text that cannot leave its property (RFC 5545 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => {
                let _ = write!(escaped, "\\{c}");
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// A line of at most so many octets, broken between characters.
fn folded(line: &str) -> String {
    let mut text = String::new();
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_in_its_property() {
        let hostile = "a;b,c\\d\r\nEND:VEVENT\u{85}\u{2028}x\u{7}";
        assert_eq!(escaped(hostile), "a\\;b\\,c\\\\d?\\nEND:VEVENT??x?");
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let line = format!("DESCRIPTION:{}", "\u{e9}".repeat(100));
        let text = folded(&line);
        assert!(text.split("\r\n").all(|line| line.len() <= OCTETS), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), line);
        assert_eq!(folded(&"x".repeat(75)), format!("{}\r\n", "x".repeat(75)));
    }
}
