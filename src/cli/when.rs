//! Moments as people say them. A small closed grammar, which looks back and
//! never guesses: a word that it does not know is an error.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};

use crate::domain::day::{At, Day, Now};

/// A text that names no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day or time that I know")]
pub struct WhenError(pub String);

const FORMS: &str = "try: today, yesterday 18:30, 3 days ago, last monday 8am, 2026-03-02, 14 Nov, 08:15";

impl WhenError {
    /// The forms that are known.
    pub fn hint() -> &'static str {
        FORMS
    }
}

/// Reads a day: `today`, `3 days ago`, `last monday`, `14 Nov`, `2026-03-02`.
///
/// # Errors
///
/// When the text names no day, or a time as well.
pub fn day(text: &str, now: Now) -> Result<Day, WhenError> {
    let words = words(text);
    let refs: Vec<&str> = words.iter().map(String::as_str).collect();
    date(&refs, now).ok_or_else(|| WhenError(text.to_owned()))
}

/// Reads a moment: a day, a time of today, or a day and a time.
///
/// A day without a time means its noon, or now when it is today.
///
/// # Errors
///
/// When the text names no moment.
pub fn moment(text: &str, now: Now) -> Result<At, WhenError> {
    let error = || WhenError(text.to_owned());
    let words = words(text);
    let refs: Vec<&str> = words.iter().map(String::as_str).collect();
    if refs.is_empty() {
        return Err(error());
    }
    if let ["now"] = refs[..] {
        return Ok(now.at);
    }
    if let [count, unit @ ("hour" | "hours" | "h" | "minute" | "minutes" | "min"), "ago"] = refs[..] {
        let count: i64 = count.parse().ok().filter(|n| (0..=10_000).contains(n)).ok_or_else(error)?;
        let minutes = if unit.starts_with('h') { count * 60 } else { count };
        return now.at.checked_sub_signed(Duration::minutes(minutes)).ok_or_else(error);
    }
    // The longest beginning that is a day; what is left must be a time.
    for split in (0..=refs.len()).rev() {
        let (first, rest) = refs.split_at(split);
        // A time alone is a time of the calendar's today, also after midnight.
        let alone = Day::of_date(now.at.date_naive());
        let day = if first.is_empty() { Some(alone) } else { date(first, now) };
        let Some(day) = day else { continue };
        let rest = rest.strip_prefix(&["at"]).unwrap_or(rest);
        let time = match rest {
            [] if day == now.day => return Ok(now.at),
            [] => NaiveTime::from_hms_opt(12, 0, 0),
            [word] => clock(word),
            [word, half @ ("am" | "pm")] => clock(&format!("{word}{half}")),
            _ => None,
        };
        if let Some(time) = time {
            return local(day.date().and_time(time), now).ok_or_else(error);
        }
    }
    Err(error())
}

/// Reads a moment that is fixed from outside: RFC 3339, or a local date and
/// time, or a date for its noon.
pub fn fixed(text: &str) -> Option<At> {
    fixed_at(text).filter(|at| (1900..=9999).contains(&at.year()))
}

fn fixed_at(text: &str) -> Option<At> {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(at);
    }
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|d| d.and_hms_opt(12, 0, 0));
    let naive = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(date)?;
    chrono::Local.from_local_datetime(&naive).earliest().map(|at| at.fixed_offset())
}

/// A local date and time at the offset that is in force now.
fn local(naive: NaiveDateTime, now: Now) -> Option<At> {
    now.at.offset().from_local_datetime(&naive).single()
}

fn words(text: &str) -> Vec<String> {
    let text = text.trim().to_lowercase().replace(',', " ");
    // An ISO moment is a day and a time.
    let text = match text.split_once('t') {
        Some((day, time)) if NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok() => format!("{day} {time}"),
        _ => text,
    };
    text.split_whitespace().map(str::to_owned).collect()
}

fn date(words: &[&str], now: Now) -> Option<Day> {
    let today = now.day;
    match words {
        ["today"] => Some(today),
        ["yesterday"] | ["last", "night"] => Some(today.minus(1)),
        [count, unit, "ago"] => {
            let count: i64 = match *count {
                "a" | "one" => 1,
                digits => digits.parse().ok().filter(|n| (0..=36_500).contains(n))?,
            };
            match *unit {
                "day" | "days" | "d" => Some(today.minus(count)),
                "week" | "weeks" | "w" => Some(today.minus(count * 7)),
                _ => None,
            }
        }
        ["last", name] | [name] if weekday(name).is_some() => {
            let wanted = weekday(name)?;
            let back =
                (today.date().weekday().num_days_from_monday() + 7 - wanted.num_days_from_monday()) % 7;
            // Today's own name means a week ago: today is called today.
            Some(today.minus(i64::from(if back == 0 { 7 } else { back })))
        }
        [iso] => {
            let date = NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok()?;
            // Between midnight and the rollover the calendar's today is still yesterday.
            let day = if date == now.at.date_naive() { today } else { Day::of_date(date) };
            (1900..=9999).contains(&date.year()).then_some(day)
        }
        [number, month] => day_and_month(number, month, today),
        [number, month, year] => {
            let year: i32 = year.parse().ok().filter(|y| (1900..=9999).contains(y))?;
            NaiveDate::from_ymd_opt(year, month_number(month)?, number.parse().ok()?).map(Day::of_date)
        }
        _ => None,
    }
}

/// A day and a month, in the last twelve months.
fn day_and_month(number: &str, month: &str, today: Day) -> Option<Day> {
    let (month, number) = (month_number(month)?, number.parse().ok()?);
    let of = |year| NaiveDate::from_ymd_opt(year, month, number).map(Day::of_date);
    let year = today.date().year();
    of(year).filter(|day| *day <= today).or_else(|| of(year - 1))
}

fn month_number(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|m| *m == name || (name.len() == 3 && m.starts_with(name)))?;
    u32::try_from(at + 1).ok()
}

fn weekday(name: &str) -> Option<Weekday> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let at = DAYS.iter().position(|d| *d == name || (name.len() == 3 && d.starts_with(name)))?;
    Weekday::try_from(u8::try_from(at).ok()?).ok()
}

/// A time of day: `08:15`, `8am`, `8:15pm`.
fn clock(word: &str) -> Option<NaiveTime> {
    let (digits, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (word, None),
    };
    let (hour, minute) = match (digits.split_once(':'), half) {
        (Some((hour, minute)), _) if minute.len() == 2 => (hour, minute.parse().ok()?),
        (None, Some(_)) => (digits, 0),
        _ => return None,
    };
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday, 18 November 2026, 14:30.
    fn now() -> Now {
        Now::at(chrono::DateTime::parse_from_rfc3339("2026-11-18T14:30:00+01:00").unwrap())
    }

    #[test]
    fn moments_as_people_say_them() {
        for (said, meant) in [
            ("now", "2026-11-18T14:30"),
            ("today", "2026-11-18T14:30"),
            ("yesterday", "2026-11-17T12:00"),
            ("yesterday 18:30", "2026-11-17T18:30"),
            ("yesterday at 6:30pm", "2026-11-17T18:30"),
            ("3 days ago", "2026-11-15T12:00"),
            ("3 days ago 7am", "2026-11-15T07:00"),
            ("a week ago", "2026-11-11T12:00"),
            ("2 hours ago", "2026-11-18T12:30"),
            ("last monday 8am", "2026-11-16T08:00"),
            ("monday", "2026-11-16T12:00"),
            ("wed", "2026-11-11T12:00"),
            ("14 Nov", "2026-11-14T12:00"),
            ("24 december", "2025-12-24T12:00"),
            ("14 Nov 2025 9:05 am", "2025-11-14T09:05"),
            ("08:15", "2026-11-18T08:15"),
            ("12am", "2026-11-18T00:00"),
            ("12 pm", "2026-11-18T12:00"),
            ("2026-11-02", "2026-11-02T12:00"),
            ("2026-11-02 07:30", "2026-11-02T07:30"),
            ("2026-11-02T07:30", "2026-11-02T07:30"),
        ] {
            let read = moment(said, now()).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(read.format("%Y-%m-%dT%H:%M").to_string(), meant, "{said}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for said in [
            "",
            "soon",
            "yesterday 25:00",
            "yesterday 8",
            "30m",
            "3",
            "13am",
            "0pm",
            "8:5",
            "last week",
            "31 feb",
            "2026-02-30",
            "01/11/2026",
            "99999999999999 days ago",
            "-3 days ago",
            "next monday",
            "tomorrow",
            "yesterday yesterday",
            "3 months ago",
            "24:00",
        ] {
            assert!(moment(said, now()).is_err(), "{said}");
        }
        assert!(day("yesterday 18:30", now()).is_err());
    }
}
