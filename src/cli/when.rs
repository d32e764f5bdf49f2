//! Moments as people say them. A small closed grammar, which looks back and
//! never guesses: a word that it does not know is an error.

use chrono::{
    DateTime, Datelike, Duration, Local, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeZone, Timelike, Weekday,
};

use crate::domain::day::{At, Day, Now};

/// A text that names no moment, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// Nothing that the grammar knows.
    #[error("`{0}` is no day or time that I know")]
    Unknown(String),
    /// It can mean several moments: they are named, none is guessed.
    #[error("`{0}` can mean more than one thing")]
    Ambiguous(String, Vec<String>),
    /// It means one moment, in a form that can mean two.
    #[error("`{0}` is a form that I do not take: day and month look alike in it")]
    Figures(String, String),
    /// The clocks went forward over it.
    #[error("`{0}` did not exist: the clocks went forward then")]
    Skipped(String),
}

const FORMS: &str =
    "try: today, this morning, yesterday 18:30, 3 days ago, last monday 8am, 2026-03-02, 14 Nov, 08:15";

/// Words for a part of the day, with the hour that they stand for (ours).
const PARTS: [(&str, u32); 6] =
    [("morning", 8), ("noon", 12), ("midday", 12), ("afternoon", 15), ("evening", 20), ("night", 22)];

/// Counts as words.
const COUNTS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

impl WhenError {
    /// What to say instead.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(_) => FORMS.to_owned(),
            Self::Ambiguous(_, choices) => format!("say which: {}", choices.join(", or ")),
            Self::Figures(_, choice) => format!("say: {choice}"),
            Self::Skipped(_) => "take the hour before or after it".to_owned(),
        }
    }
}

/// Reads a day: `today`, `3 days ago`, `last monday`, `14 Nov`, `2026-03-02`.
///
/// # Errors
///
/// When the text names no day, or more than one, or a time as well.
pub fn day(text: &str, now: Now) -> Result<Day, WhenError> {
    let words = words(text);
    let refs: Vec<&str> = words.iter().map(String::as_str).collect();
    date(&refs, now).ok_or_else(|| doubt(text, &refs, now))
}

/// Reads a moment: a day, a time of today, or a day and a time.
///
/// A day without a time means its noon, or now when it is today. A part of
/// today that has not come yet means now.
///
/// # Errors
///
/// When the text names no moment, or more than one.
pub fn moment(text: &str, now: Now) -> Result<At, WhenError> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(at);
    }
    let words = words(text);
    let refs: Vec<&str> = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["now"] => return Ok(now.at),
        ["tonight"] => vec!["today", "evening"],
        ["this", part] if part_of_day(part).is_some() => vec!["today", part],
        ["last", "night"] => vec!["yesterday", "night"],
        refs => refs.to_vec(),
    };
    let unknown = || doubt(text, &refs, now);
    if let Some(minutes) = minutes_ago(&refs) {
        let at = now.at.checked_sub_signed(Duration::minutes(minutes)).ok_or_else(unknown)?;
        // By the clock as it was then, also where it was set since.
        return Ok(if is_here(now) { at.with_timezone(&Local).fixed_offset() } else { at });
    }
    // The longest beginning that is a day; what is left must be a time.
    for split in (1..=refs.len()).rev() {
        let (first, rest) = refs.split_at(split);
        let Some(day) = date(first, now) else { continue };
        let time = match rest {
            [] if day == now.day => return Ok(now.at),
            [] => NaiveTime::from_hms_opt(12, 0, 0),
            rest => time_of_day(rest),
        };
        let Some(time) = time else { continue };
        let part = rest.iter().any(|word| part_of_day(word).is_some());
        // A date with a time by the clock is that of the calendar, after midnight as
        // well, and so is today's 00:15; the morning of a day that ends at noon is the
        // calendar's next one.
        let early = time.hour() < now.rollover;
        let date = match written(first, now) {
            _ if part && early => day.plus(1).date(),
            Some(date) if !part && !rest.is_empty() => date,
            None if early && day == now.day => now.at.date_naive(),
            _ => day.date(),
        };
        let at = local(date.and_time(time), now, text)?;
        return Ok(if part && day == now.day { at.min(now.at) } else { at });
    }
    let time = time_of_day(&refs).ok_or_else(unknown)?;
    // A time alone is a time of the calendar's today; shortly after midnight the
    // evening before is meant.
    let date = now.at.date_naive();
    let at = local(date.and_time(time), now, text)?;
    match date.pred_opt().filter(|before| at > now.at && Day::of_date(*before) == now.day) {
        Some(before) => local(before.and_time(time), now, text),
        None => Ok(at),
    }
}

/// `2 hours ago`, `half an hour ago`, in minutes.
fn minutes_ago(words: &[&str]) -> Option<i64> {
    match words {
        ["half", "an", "hour", "ago"] => Some(30),
        [number, unit @ ("hour" | "hours" | "h" | "minute" | "minutes" | "min"), "ago"] => {
            let count = count(number).filter(|n| *n <= 10_000)?;
            Some(if unit.starts_with('h') { count * 60 } else { count })
        }
        _ => None,
    }
}

/// A count in digits or as a word.
fn count(word: &str) -> Option<i64> {
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let spelled = COUNTS.iter().position(|known| *known == word).and_then(|at| i64::try_from(at + 1).ok());
    let digits = || word.chars().all(|c| c.is_ascii_digit()).then(|| word.parse().ok()).flatten();
    spelled.or_else(digits).filter(|n| (0..=36_500).contains(n))
}

fn part_of_day(word: &str) -> Option<u32> {
    PARTS.iter().find(|(name, _)| *name == word).map(|(_, hour)| *hour)
}

/// `08:15`, `at 8 am`, `in the evening`.
fn time_of_day(words: &[&str]) -> Option<NaiveTime> {
    let words = words.strip_prefix(&["at"]).or_else(|| words.strip_prefix(&["in", "the"])).unwrap_or(words);
    match words {
        [word] => {
            part_of_day(word).and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0)).or_else(|| clock(word))
        }
        [word, half @ ("am" | "pm")] => clock(&format!("{word}{half}")),
        _ => None,
    }
}

/// Why a text is not understood: it says several things, or nothing.
fn doubt(text: &str, words: &[&str], now: Now) -> WhenError {
    let text = text.trim();
    match meanings(words, now).as_slice() {
        [] => WhenError::Unknown(text.to_owned()),
        [choice] => WhenError::Figures(text.to_owned(), choice.clone()),
        choices => WhenError::Ambiguous(text.to_owned(), choices.to_vec()),
    }
}

/// What a text that says too little can mean, in forms that say enough.
fn meanings(words: &[&str], now: Now) -> Vec<String> {
    let words = words.strip_suffix(&["o'clock"]).unwrap_or(words);
    let Some((last, before)) = words.split_last() else { return Vec::new() };
    let days = in_figures(last, now);
    if !days.is_empty() {
        return days;
    }
    let before = before.strip_suffix(&["at"]).unwrap_or(before);
    let on_that_day = |time: &str| format!("{} {time}", before.join(" ")).trim().to_owned();
    let of_a_day = before.is_empty() || date(before, now).is_some();
    if of_a_day && *last == "midnight" {
        return vec![on_that_day("00:00"), on_that_day("23:59")];
    }
    if of_a_day && last.parse().is_ok_and(|hour: u8| (1..=12).contains(&hour)) {
        return ["am", "pm"].map(|half| on_that_day(&format!("{last}{half}"))).to_vec();
    }
    // Metres and minutes of an exercise have an m as well; months it never means.
    match last.strip_suffix('m').and_then(count).filter(|_| before.is_empty()) {
        Some(count) => vec![format!("{count} minutes ago"), format!("{count} days ago")],
        None => Vec::new(),
    }
}

/// The days that `4/11/2026`, `4.11.2026`, `4/11` or `4.11.` can mean, in a form that
/// has one meaning.
fn in_figures(word: &str, now: Now) -> Vec<String> {
    let parts: Vec<&str> = word.split(['/', '.']).collect();
    let (first, second, year) = match parts[..] {
        [first, second] if word.contains('/') => (first, second, None),
        [first, second, ""] => (first, second, None),
        [first, second, year] => (first, second, Some(year)),
        _ => return Vec::new(),
    };
    let today = now.at.date_naive();
    let read = |day: &str, month: &str| {
        let (day, month) = (day.parse().ok()?, month.parse().ok()?);
        let date = match year {
            Some(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)?,
            None => lately(month, day, today)?,
        };
        (1900..=9999).contains(&date.year()).then(|| date.to_string())
    };
    let mut days: Vec<String> = [read(first, second), read(second, first)].into_iter().flatten().collect();
    days.dedup();
    days
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

/// Whether the clock of this place says that it is now.
fn is_here(now: Now) -> bool {
    now.at.with_timezone(&Local).offset().fix() == *now.at.offset()
}

/// A date and time by the clock of this place, as it was set on that day; by
/// the offset of the present moment where that is another place's.
fn local(naive: NaiveDateTime, now: Now, text: &str) -> Result<At, WhenError> {
    if !is_here(now) {
        let at = now.at.offset().from_local_datetime(&naive).single();
        return at.ok_or_else(|| WhenError::Unknown(text.trim().to_owned()));
    }
    match Local.from_local_datetime(&naive) {
        MappedLocalTime::Single(at) => Ok(at.fixed_offset()),
        MappedLocalTime::Ambiguous(first, second) => {
            let choices = [first.min(second), first.max(second)].map(|at| at.fixed_offset().to_rfc3339());
            Err(WhenError::Ambiguous(text.trim().to_owned(), choices.to_vec()))
        }
        MappedLocalTime::None => Err(WhenError::Skipped(text.trim().to_owned())),
    }
}

fn words(text: &str) -> Vec<String> {
    let text = text.trim().to_lowercase().replace(',', " ");
    // An ISO moment is a day and a time.
    let text = match text.split_once('t') {
        Some((day, time)) if NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok() => format!("{day} {time}"),
        _ => text,
    };
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.first().is_some_and(|word| word == "on") {
        words.remove(0);
    }
    words
}

fn date(words: &[&str], now: Now) -> Option<Day> {
    let today = now.day;
    match words {
        ["today"] => Some(today),
        ["yesterday"] => Some(today.minus(1)),
        ["day", "before", "yesterday"] | ["the", "day", "before", "yesterday"] => Some(today.minus(2)),
        [number, unit, "ago"] => {
            let count = count(number)?;
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
        // Between midnight and the rollover the calendar's today is still yesterday.
        _ => match written(words, now)? {
            date if date == now.at.date_naive() => Some(today),
            date => Some(Day::of_date(date)),
        },
    }
}

/// A date of the calendar: `2026-11-14`, `14 Nov`, `Nov 14 2026`, `Saturday 14 Nov`.
fn written(words: &[&str], now: Now) -> Option<NaiveDate> {
    let today = now.at.date_naive();
    if let [name, rest @ ..] = words
        && let Some(name) = weekday(name)
    {
        return written(rest, now).filter(|date| date.weekday() == name);
    }
    let date = match words {
        [iso] => NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok(),
        [one, other] => day_and_month(one, other, today).or_else(|| day_and_month(other, one, today)),
        [one, other, year] => {
            let year: i32 = year.parse().ok()?;
            let of = |number, month| NaiveDate::from_ymd_opt(year, month_number(month)?, ordinal(number)?);
            of(one, other).or_else(|| of(other, one))
        }
        _ => None,
    };
    date.filter(|date| (1900..=9999).contains(&date.year()))
}

/// A day and a month, in the last twelve months.
fn day_and_month(number: &str, month: &str, today: NaiveDate) -> Option<NaiveDate> {
    lately(month_number(month)?, ordinal(number)?, today)
}

fn lately(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let of = |year| NaiveDate::from_ymd_opt(year, month, day);
    of(today.year()).filter(|date| *date <= today).or_else(|| of(today.year() - 1))
}

/// The number of a day: `14`, `14th`, `14.`.
fn ordinal(text: &str) -> Option<u32> {
    let endings = ["st", "nd", "rd", "th", "."];
    let digits = endings.iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text);
    digits.chars().all(|c| c.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
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
