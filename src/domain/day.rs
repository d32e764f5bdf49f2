//! Days and the present moment.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, TimeZone};
use serde::{Deserialize, Serialize};

/// An instant with the offset that was in force where it was written down.
pub type At = DateTime<FixedOffset>;

/// The hour at which one day ends and the next begins, unless a person set
/// another: 00:30 belongs to the evening before it.
pub const ROLLOVER_HOUR: u32 = 4;

/// The hours that a person can set.
pub const ROLLOVER_HOURS: RangeInclusive<u32> = 0..=12;

/// A day of a person's life, which ends at an hour of the night and not at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

impl Day {
    /// The day with this calendar date.
    pub fn of_date(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The day to which an instant belongs by its own local clock, where days
    /// end at [`ROLLOVER_HOUR`]. [`Now::day_of`] knows when they end for a person.
    pub fn of(at: At) -> Self {
        Self::ending_at(ROLLOVER_HOUR, at)
    }

    fn ending_at(hour: u32, at: At) -> Self {
        Self((at.naive_local() - Duration::hours(i64::from(hour))).date())
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
        // The same as chrono's own form, which does not read a pattern first.
        write!(f, "{:?}", self.0)
    }
}

/// The present moment, read once for a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: At,
    /// The day it belongs to.
    pub day: Day,
    /// The hour at which days end from now on. What is on record keeps its day.
    pub rollover: u32,
    /// Whether this is a look back at the end of a day that is over.
    looking_back: bool,
}

impl Now {
    /// The moment `at`, where days end at [`ROLLOVER_HOUR`].
    pub fn at(at: At) -> Self {
        Self { at, day: Day::of(at), rollover: ROLLOVER_HOUR, looking_back: false }
    }

    /// The same moment, where days end at another hour.
    #[must_use]
    pub fn ending_at(self, hour: u32) -> Self {
        Self { day: Day::ending_at(hour, self.at), rollover: hour, ..self }
    }

    /// Another moment, where days end at the same hour.
    #[must_use]
    pub fn moved_to(self, at: At) -> Self {
        Self::at(at).ending_at(self.rollover)
    }

    /// A look back at the end of `day`, which was at `at`.
    #[must_use]
    pub fn back_at(self, day: Day, at: At) -> Self {
        Self { at, day, rollover: self.rollover, looking_back: true }
    }

    /// Whether this is a look back at a day that is over.
    pub fn looks_back(self) -> bool {
        self.looking_back
    }

    /// The day to which an instant belongs by its own local clock.
    pub fn day_of(self, at: At) -> Day {
        Day::ending_at(self.rollover, at)
    }

    /// A look back is taken by the clock of the place where the last entry was
    /// written, whatever the time zone of the one who looks.
    #[must_use]
    pub fn by_the_clock_of(self, last: At) -> Self {
        let local = last.offset().from_local_datetime(&self.at.naive_local()).single();
        Self { at: local.filter(|_| self.looking_back).unwrap_or(self.at), ..self }
    }

    /// Whether something of this day and instant exists: in the present by its
    /// instant alone, so that a flight to the west hides nothing; in a look
    /// back by its day alone, so that no time zone shows more of it or less.
    pub fn knows(&self, day: Day, at: At) -> bool {
        if self.looking_back { day <= self.day } else { at <= self.at }
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
    fn a_day_ends_at_the_hour_that_was_set() {
        let early = at("2026-03-03T05:30:00+01:00");
        assert_eq!(Now::at(early).day.to_string(), "2026-03-03");
        let now = Now::at(early).ending_at(6);
        assert_eq!(now.day.to_string(), "2026-03-02");
        assert_eq!(now.day_of(at("2026-03-03T06:00:00+01:00")).to_string(), "2026-03-03");
        assert_eq!(now.moved_to(at("2026-03-04T05:59:00+01:00")).day.to_string(), "2026-03-03");
        assert_eq!(Now::at(at("2026-03-03T00:00:00+01:00")).ending_at(0).day.to_string(), "2026-03-03");
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_calendar() {
        let day = Day::of(at("2026-03-03T12:00:00+01:00"));
        assert_eq!(day.plus(i64::MAX).date(), NaiveDate::MAX);
        assert_eq!(day.minus(i64::MAX).date(), NaiveDate::MIN);
        assert_eq!(day.plus(30).since(day), 30);
    }
}
