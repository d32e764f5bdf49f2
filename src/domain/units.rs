//! Kilograms or pounds, kilometres or miles: how a weight and a distance are said
//! and heard. Kept are kilograms and metres.

use super::dose::Dose;

/// The lightest and the heaviest weight, in kilograms.
pub const WEIGHTS: std::ops::RangeInclusive<f64> = 0.5..=500.0;

/// Kilograms of a pound, by its definition.
const POUND: f64 = 0.453_592_37;

/// Metres of a mile, by its definition.
const MILE: f64 = 1_609.344;

/// From how many metres on a distance is said in miles. A track is marked in
/// metres, and so are the short runs of a program.
const LONG: f64 = 1_000.0;

/// The units in which a person thinks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Units {
    /// Kilograms and metres.
    #[default]
    Metric,
    /// Pounds, and miles for a kilometre or more.
    Imperial,
}

impl Units {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Metric, Self::Imperial];

    /// The id used in the settings.
    pub fn id(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Imperial => "imperial",
        }
    }

    /// What a weight is asked for in.
    pub fn of_weight(self) -> &'static str {
        match self {
            Self::Metric => "kilograms",
            Self::Imperial => "pounds",
        }
    }

    /// How many kilograms one unit of weight is.
    pub fn kilograms(self) -> f64 {
        match self {
            Self::Metric => 1.0,
            Self::Imperial => POUND,
        }
    }

    /// A weight, given in kilograms.
    pub fn weight(self, kilograms: f64) -> String {
        match self {
            Self::Metric => format!("{} kg", hundredths(kilograms)),
            Self::Imperial => format!("{} lb", hundredths(kilograms / POUND)),
        }
    }

    fn weights(self) -> &'static str {
        match self {
            Self::Metric => "0.5 to 500 kg",
            Self::Imperial => "1.1 to 1100 lb",
        }
    }

    /// A distance, given in metres.
    pub fn distance(self, metres: f64) -> String {
        match self {
            Self::Imperial if metres >= LONG => format!("{} mi", hundredths(metres / MILE)),
            _ => format!("{} m", hundredths(metres)),
        }
    }

    /// A dose; the same as it is written, but for a long distance.
    pub fn dose(self, dose: &Dose) -> String {
        match dose.metres {
            Some(metres) if self == Self::Imperial && f64::from(metres) >= LONG => {
                let sets = dose.sets.map(|sets| format!("{sets}x")).unwrap_or_default();
                format!("{sets}{}mi", hundredths(f64::from(metres) / MILE))
            }
            _ => dose.to_string(),
        }
    }

    /// Reads a weight such as `20kg` or `45 lb`, in kilograms; a number alone is in
    /// these units. Nothing for a word that is no weight.
    ///
    /// # Errors
    ///
    /// When it is lighter or heavier than anything that is held.
    pub fn read_weight(self, text: &str) -> Result<Option<f64>, WeightError> {
        let Some(compact) = compact(text) else { return Ok(None) };
        let (digits, unit) = compact
            .split_at(compact.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(compact.len()));
        let units = match unit {
            "" => self,
            "kg" => Self::Metric,
            "lb" | "lbs" => Self::Imperial,
            _ => return Ok(None),
        };
        let Ok(number) = digits.parse::<f64>() else { return Ok(None) };
        // As it will be said, so that what was said is heard again.
        let number = (number * 100.0).round() / 100.0;
        let kilograms = match units {
            Self::Metric => number,
            // To the gram, so that no pound is told apart from itself.
            Self::Imperial => (number * POUND * 1_000.0).round() / 1_000.0,
        };
        // Half a kilogram is said as 1.1 lb, which is a gram less.
        let least = *WEIGHTS.start();
        let kilograms = if (least - kilograms).abs() < 0.0015 { least } else { kilograms };
        if WEIGHTS.contains(&kilograms) { Ok(Some(kilograms)) } else { Err(WeightError(units)) }
    }
}

/// A weight outside of what is held, with the units that it was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a weight runs from {}", .0.weights())]
pub struct WeightError(Units);

/// A text in small letters and without its white space; nothing where two figures are
/// apart: `3x10 8s` is no `3x108s`.
pub(super) fn compact(text: &str) -> Option<String> {
    let figure = |c: char| c.is_ascii_digit() || c == '.';
    let words: Vec<&str> = text.split_whitespace().collect();
    let apart = words.windows(2).any(|two| two[0].ends_with(figure) && two[1].starts_with(figure));
    (!apart).then(|| words.concat().to_lowercase())
}

/// Kilometres or miles such as `1.5`, in whole metres; nothing where it is no such
/// number.
pub(super) fn metres(number: &str, unit: &str) -> Option<u32> {
    let factor = match unit {
        "km" => 1_000.0,
        "mi" | "mile" | "miles" => MILE,
        _ => return None,
    };
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let fits = !whole.is_empty() && digits(whole) && digits(rest) && rest.len() <= 3;
    let metres = number.parse::<f64>().ok().filter(|_| fits)? * factor;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is looked at")]
    (metres < f64::from(u32::MAX)).then(|| metres.round() as u32)
}

/// A number with two decimals at most.
fn hundredths(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_heard_as_it_is_said() {
        for (units, unit, tenths) in [(Units::Metric, "kg", 5..=5_000), (Units::Imperial, "lb", 11..=11_000)]
        {
            for tenths in tenths {
                let said = format!("{} {unit}", f64::from(tenths) / 10.0);
                let heard = units.read_weight(&said).unwrap().unwrap();
                assert_eq!(units.weight(heard), said);
            }
        }
    }

    #[test]
    fn weights_outside_of_what_is_held_are_refused_in_their_own_units() {
        let refused = |units: Units, text| units.read_weight(text).unwrap_err().to_string();
        assert_eq!(refused(Units::Metric, "900"), "a weight runs from 0.5 to 500 kg");
        assert_eq!(refused(Units::Metric, "1 lb"), "a weight runs from 1.1 to 1100 lb");
        assert_eq!(refused(Units::Imperial, "0.2kg"), "a weight runs from 0.5 to 500 kg");
        for text in ["", "kg", "1.2.3kg", "-3kg", "NaN", "inf", "12 stone", "3x10", "1 0 kg", "1 .5kg"] {
            assert_eq!(Units::Metric.read_weight(text), Ok(None), "{text}");
        }
        assert_eq!(Units::Imperial.read_weight("10"), Ok(Some(4.536)));
        assert_eq!(Units::Imperial.read_weight("10 KG"), Ok(Some(10.0)));
        // Half a kilogram, as it is said and heard again.
        assert_eq!(Units::Imperial.weight(0.5), "1.1 lb");
        assert_eq!(Units::Imperial.read_weight("1.1"), Ok(Some(0.5)));
        assert_eq!(refused(Units::Imperial, "1.09"), "a weight runs from 1.1 to 1100 lb");
    }

    #[test]
    fn long_ways_alone_are_said_in_miles() {
        let said = |units: Units, metres| units.distance(metres);
        assert_eq!(said(Units::Metric, 5_400.0), "5400 m");
        assert_eq!(said(Units::Imperial, 999.0), "999 m");
        assert_eq!(said(Units::Imperial, 1_609.0), "1 mi");
        let dose = |text: &str| Units::Imperial.dose(&text.parse().unwrap());
        assert_eq!(dose("3x20m"), "3x20m");
        assert_eq!(dose("2x1.5mi"), "2x1.5mi");
        assert_eq!(dose("3x10x8s"), "3x10x8s");
    }
}
