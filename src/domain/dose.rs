//! How much of an exercise: sets, repetitions, holds, minutes, metres, rungs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::units::{compact, metres};

/// The longest way of one set, in metres: twice a marathon, and some more.
const FARTHEST: u32 = 99_999;

/// How much of an exercise is to be done, or was done.
///
/// Written and read in one short form: `2x15`, `3x10x8s`, `2x25s`, `15min`,
/// `3x4min`, `3x20m`, `rung2`. Numbers run from 1 to 9999, metres to 99999; `min` is
/// minutes, `m` is metres and never months. `10 minutes`, `1.5 km` and `2 mi` are
/// read as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dose {
    /// Number of sets.
    pub sets: Option<u32>,
    /// Repetitions in a set.
    pub reps: Option<u32>,
    /// Seconds of a hold, or of the whole bout where there are no repetitions.
    pub seconds: Option<u32>,
    /// Distance in metres.
    pub metres: Option<u32>,
    /// Rung of a ladder, counted from 1.
    pub rung: Option<u32>,
}

impl Dose {
    /// Whether this is at least as much as `due`, part by part. A part that was
    /// not reported does not reach one that is due.
    pub fn reaches(&self, due: &Self) -> bool {
        let parts = [
            (self.sets, due.sets),
            (self.reps, due.reps),
            (self.seconds, due.seconds),
            (self.metres, due.metres),
            (self.rung, due.rung),
        ];
        parts.into_iter().all(|(done, due)| due.is_none_or(|due| done.is_some_and(|done| done >= due)))
    }
}

/// A text that is no dose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a dose")]
pub struct DoseError(pub String);

impl FromStr for Dose {
    type Err = DoseError;

    fn from_str(text: &str) -> Result<Self, DoseError> {
        let error = || DoseError(text.to_owned());
        let compact = compact(text).ok_or_else(error)?;
        if let Some(rung) = compact.strip_prefix("rung") {
            return Ok(Self { rung: Some(number(rung).ok_or_else(error)?), ..Self::default() });
        }
        let parts: Vec<&str> = compact.split('x').collect();
        let (sets, reps, last) = match parts.as_slice() {
            [amount] => (None, None, *amount),
            [sets, amount] => (Some(*sets), None, *amount),
            [sets, reps, amount] => (Some(*sets), Some(*reps), *amount),
            _ => return Err(error()),
        };
        let mut dose = Self::default();
        if let Some(sets) = sets {
            dose.sets = Some(number(sets).ok_or_else(error)?);
        }
        if let Some(reps) = reps {
            dose.reps = Some(number(reps).ok_or_else(error)?);
        }
        let (digits, unit) =
            last.split_at(last.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(last.len()));
        if dose.reps.is_none()
            && let Some(metres) = metres(digits, unit)
        {
            let metres = Some(metres).filter(|m| (1..=FARTHEST).contains(m)).ok_or_else(error)?;
            return Ok(Self { metres: Some(metres), ..dose });
        }
        if let (None, "m" | "metre" | "metres") = (dose.reps, unit) {
            let far = digits.parse().ok().filter(|m| (1..=FARTHEST).contains(m));
            return Ok(Self { metres: Some(far.ok_or_else(error)?), ..dose });
        }
        let amount = number(digits).ok_or_else(error)?;
        match unit {
            "" if dose.sets.is_some() && dose.reps.is_none() => dose.reps = Some(amount),
            "s" | "sec" | "second" | "seconds" => dose.seconds = Some(amount),
            "min" | "minute" | "minutes" => dose.seconds = Some(amount * 60),
            _ => return Err(error()),
        }
        Ok(dose)
    }
}

/// A whole number from 1 to 9999.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|n| (1..=9999).contains(n))
}

impl fmt::Display for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rung) = self.rung {
            return write!(f, "rung{rung}");
        }
        let seconds = self.seconds.map(|s| match s {
            s if s % 60 == 0 && self.reps.is_none() => format!("{}min", s / 60),
            s => format!("{s}s"),
        });
        let metres = self.metres.map(|m| format!("{m}m"));
        let parts: Vec<String> =
            [self.sets.map(|n| n.to_string()), self.reps.map(|n| n.to_string()), seconds, metres]
                .into_iter()
                .flatten()
                .collect();
        f.write_str(&parts.join("x"))
    }
}

impl Serialize for Dose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
