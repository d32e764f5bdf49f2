//! Days and the present moment.

use std::fmt;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

/// An instant with the offset that was in force where it was written down.
pub type At = DateTime<FixedOffset>;

/// The hour at which one day ends and the next begins, 0 to 23.
///
/// 00:30 belongs to the evening before it.
pub const ROLLOVER_HOUR: u32 = 4;

/// A day of a person's life, which ends at [`ROLLOVER_HOUR`] and not at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

impl Day {
    /// The day with this calendar date.
    pub fn of_date(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The day to which an instant belongs, by its own local clock.
    pub fn of(at: At) -> Self {
        let shifted = at.naive_local() - Duration::hours(i64::from(ROLLOVER_HOUR));
        Self(shifted.date())
    }

    /// The calendar date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// The day `days` later, or the last day there is.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Duration::try_days(days)
            .and_then(|span| self.0.checked_add_signed(span))
            .map_or(Self(NaiveDate::MAX), Self)
    }

    /// The day `days` earlier, or the first day there is.
    #[must_use]
    pub fn minus(self, days: i64) -> Self {
        Duration::try_days(days)
            .and_then(|span| self.0.checked_sub_signed(span))
            .map_or(Self(NaiveDate::MIN), Self)
    }

    /// Whole days from `earlier` to this day; negative when this day is earlier.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// The present moment, read once for a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant; whatever is dated after it does not exist yet.
    pub at: At,
    /// The day it belongs to.
    pub day: Day,
}

impl Now {
    /// The moment `at`.
    pub fn at(at: At) -> Self {
        Self { at, day: Day::of(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn half_past_midnight_belongs_to_yesterday() {
        assert_eq!(Day::of(at("2026-03-03T00:30:00+01:00")).to_string(), "2026-03-02");
        assert_eq!(Day::of(at("2026-03-03T03:59:59+01:00")).to_string(), "2026-03-02");
        assert_eq!(Day::of(at("2026-03-03T04:00:00+01:00")).to_string(), "2026-03-03");
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_calendar() {
        let day = Day::of(at("2026-03-03T12:00:00+01:00"));
        assert_eq!(day.plus(i64::MAX).date(), NaiveDate::MAX);
        assert_eq!(day.minus(i64::MAX).date(), NaiveDate::MIN);
        assert_eq!(day.plus(30).since(day), 30);
    }
}
