//! What can be measured, and one value of it.

use serde::{Deserialize, Serialize};

/// The computed measure that stands for the highest pain of any kind in a day.
pub const PAIN_ANY: &str = "pain-any";

/// The pain felt on waking, from which baselines are taken.
pub const PAIN_MORNING: &str = "pain-morning";

/// The worst pain since the last check-in.
pub const PAIN_WORST: &str = "pain-worst";

/// The pain felt during an exercise.
pub const PAIN_DURING: &str = "pain-during";

/// The unit of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Pain from 0 (none) to 10 (the worst that can be imagined).
    #[serde(rename = "nrs")]
    Nrs,
    /// Any other scale from 0 to 10.
    #[serde(rename = "0-10")]
    ZeroToTen,
    /// Yes (1) or no (0).
    #[serde(rename = "yes-no")]
    YesNo,
    /// Minutes.
    #[serde(rename = "min")]
    Minutes,
    /// Degrees of an angle.
    #[serde(rename = "deg")]
    Degrees,
    /// Repetitions.
    #[serde(rename = "reps")]
    Reps,
    /// Centimetres.
    #[serde(rename = "cm")]
    Centimetres,
}

impl Unit {
    /// The id used in files and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Nrs => "nrs",
            Self::ZeroToTen => "0-10",
            Self::YesNo => "yes-no",
            Self::Minutes => "min",
            Self::Degrees => "deg",
            Self::Reps => "reps",
            Self::Centimetres => "cm",
        }
    }

    /// How people write it behind a number. A bare `m` is not among them: it could be
    /// minutes or metres.
    fn written(self) -> &'static [&'static str] {
        match self {
            Self::Nrs | Self::ZeroToTen => &["/10"],
            Self::YesNo => &[],
            Self::Minutes => &["minutes", "minute", "mins", "min"],
            Self::Degrees => &["degrees", "degree", "deg"],
            Self::Reps => &["repetitions", "reps", "rep"],
            Self::Centimetres => &["centimetres", "cm"],
        }
    }

    /// What to write after a number of this unit, with its leading space.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Nrs | Self::ZeroToTen => "/10",
            Self::YesNo => "",
            Self::Minutes => " min",
            Self::Degrees => " degrees",
            Self::Reps => " reps",
            Self::Centimetres => " cm",
        }
    }
}

/// Which way a measure improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Less is better, as with pain.
    Lower,
    /// More is better, as with repetitions.
    Higher,
}

/// When a measure is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Every day, in the check-in.
    CheckIn,
    /// When a home test is due.
    Test,
    /// During an exercise session.
    Session,
}

/// A thing that can be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Its id, such as `pain-rest`.
    pub id: String,
    /// Its name within a sentence.
    pub name: String,
    /// The unit of its values.
    pub unit: Unit,
    /// The lowest and the highest value there can be, both included.
    pub range: (f64, f64),
    /// Which way it improves.
    pub better: Better,
    /// When it is asked for.
    pub asked: Asked,
    /// Whether it is taken on one leg at a time.
    pub sided: bool,
    /// The measure whose value of the same day is an upper bound for this one.
    pub bounded_by: Option<String>,
    /// How it is taken.
    pub how: String,
    /// Keys of the sources.
    pub source: Vec<String>,
}

/// A value that its measure cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Outside the range of the measure.
    #[error("{name} runs from {low} to {high}")]
    OutOfRange {
        /// Name of the measure.
        name: String,
        /// Lowest value.
        low: String,
        /// Highest value.
        high: String,
    },
    /// Not a number where one is wanted.
    #[error("{name} is a number from {low} to {high}")]
    NotANumber {
        /// Name of the measure.
        name: String,
        /// Lowest value.
        low: String,
        /// Highest value.
        high: String,
    },
    /// Neither yes nor no where one of them is wanted.
    #[error("{0} is answered with yes or no")]
    NotYesNo(String),
    /// A computed measure, which nobody logs.
    #[error("{0} is worked out from the other readings and is not logged itself")]
    Computed(String),
}

impl Measure {
    /// Reads a value as a person writes it: a number, or yes and no.
    ///
    /// # Errors
    ///
    /// When the text is no value of this measure.
    pub fn read(&self, text: &str) -> Result<f64, ValueError> {
        if self.id == PAIN_ANY {
            return Err(ValueError::Computed(self.name.clone()));
        }
        let text = text.trim().to_lowercase();
        if self.unit == Unit::YesNo {
            return match text.as_str() {
                "yes" | "y" => Ok(1.0),
                "no" | "n" => Ok(0.0),
                _ => Err(ValueError::NotYesNo(self.name.clone())),
            };
        }
        let (low, high) = (plain(self.range.0), plain(self.range.1));
        let number = self.unit.written().iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text);
        let value: f64 = match number.trim_end().parse() {
            Ok(value) => value,
            Err(_) => return Err(ValueError::NotANumber { name: self.name.clone(), low, high }),
        };
        if value >= self.range.0 && value <= self.range.1 {
            // Adding zero turns a negative zero into the ordinary one.
            Ok(value + 0.0)
        } else {
            Err(ValueError::OutOfRange { name: self.name.clone(), low, high })
        }
    }

    /// A value in words, with its unit.
    pub fn say(&self, value: f64) -> String {
        match self.unit {
            Unit::YesNo if value >= 0.5 => "yes".to_owned(),
            Unit::YesNo => "no".to_owned(),
            unit => format!("{}{}", plain(value), unit.suffix()),
        }
    }

    /// The worse of two values.
    pub fn worse(&self, a: f64, b: f64) -> f64 {
        match self.better {
            Better::Lower => a.max(b),
            Better::Higher => a.min(b),
        }
    }

    /// Which way a value moved: `better`, `same`, `worse`, or `unknown` where one of
    /// the two is not known.
    pub fn moved(&self, then: Option<f64>, now: Option<f64>) -> &'static str {
        match (then, now) {
            (Some(then), Some(now)) if (then - now).abs() < f64::EPSILON => "same",
            (Some(then), Some(now)) if (self.worse(now, then) - then).abs() < f64::EPSILON => "better",
            (Some(_), Some(_)) => "worse",
            _ => "unknown",
        }
    }

    /// The same of two medians, and `mixed` where the worst value got worse all the
    /// same: a median hides the days that are new.
    pub fn moved_with_worst(
        &self,
        medians: (Option<f64>, Option<f64>),
        worst: (Option<f64>, Option<f64>),
    ) -> &'static str {
        match (self.moved(medians.0, medians.1), self.moved(worst.0, worst.1)) {
            ("better" | "same", "worse") => "mixed",
            (by_median, _) => by_median,
        }
    }
}

/// A number without a needless decimal point, at most one decimal long.
pub fn plain(value: f64) -> String {
    // Nearly all are whole and small, and need none of the work of rounding.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with what it was")]
    let whole = value as u16;
    if f64::from(whole).total_cmp(&value).is_eq() {
        return whole.to_string();
    }
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pain() -> Measure {
        Measure {
            id: "pain-rest".into(),
            name: "pain at rest".into(),
            unit: Unit::Nrs,
            range: (0.0, 10.0),
            better: Better::Lower,
            asked: Asked::CheckIn,
            sided: false,
            bounded_by: None,
            how: String::new(),
            source: vec![],
        }
    }

    #[test]
    fn values_outside_the_range_are_refused_with_the_range() {
        assert_eq!(pain().read("14").unwrap_err().to_string(), "pain at rest runs from 0 to 10");
        assert_eq!(pain().read("-1").unwrap_err().to_string(), "pain at rest runs from 0 to 10");
        assert!(pain().read("NaN").is_err());
        assert!(pain().read("inf").is_err());
        assert_eq!(pain().read(" 2.5 "), Ok(2.5));
    }

    #[test]
    fn a_value_may_carry_the_unit_of_its_measure_and_no_other() {
        let walk = Measure { unit: Unit::Minutes, range: (0.0, 60.0), ..pain() };
        assert_eq!(walk.read("10 min"), Ok(10.0));
        assert_eq!(walk.read("10minutes"), Ok(10.0));
        assert_eq!(pain().read("3/10"), Ok(3.0));
        for text in ["10 m", "10 cm", "min", "10 min min", "10/10"] {
            assert!(walk.read(text).is_err(), "{text}");
        }
    }
}
