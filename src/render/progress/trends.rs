//! This week against the last one, each measure with its fourteen days.

use crate::domain::library::Library;
use crate::domain::measure::{Measure, Unit};
use crate::domain::report::Trend;

use super::super::page::Page;

/// Each measure with its days, oldest first, and what became of it.
pub(super) fn trends(page: &Page, library: &Library, trends: &[Trend]) -> String {
    if trends.is_empty() {
        return String::new();
    }
    let mut text = page.heading("This week against the last");
    for trend in trends {
        let Some(measure) = library.measures.get(&trend.measure) else { continue };
        let say = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |v| measure.say(v));
        let moved = match (trend.this_week, trend.last_week) {
            (Some(this), Some(last)) => match measure.moved(Some(last), Some(this)) {
                "same" => format!("{}, the same", measure.say(this)),
                direction => format!("{} after {}, {direction}", measure.say(this), measure.say(last)),
            },
            (Some(this), None) => format!("{}; last week is unknown", measure.say(this)),
            (None, last) => format!("unknown; last week {}", say(last)),
        };
        // A median does not hide the days that got worse.
        let rose = match (trend.this_worst, trend.last_worst) {
            (Some(this), Some(last)) if trend.direction == "mixed" => {
                format!(", but at worst {} after {}", measure.say(this), measure.say(last))
            }
            _ => String::new(),
        };
        let words = format!("{}: {moved}{rose}", measure.name);
        if page.plain {
            let days: Vec<String> = trend.days.iter().map(|v| say(*v)).collect();
            let words = format!("{words}. The last {} days: {}.", days.len(), days.join(", "));
            text.push_str(&page.wrap(&words, "", "  "));
        } else {
            let spark = spark(measure, &trend.days);
            let rest = " ".repeat(spark.len() + 2);
            text.push_str(&page.wrap(&words, &format!("{spark}  "), &rest));
        }
    }
    if !page.plain {
        let words = "A digit a day, today last, X for ten, a dash for unknown; beside it the medians of the two weeks.";
        text.push_str(&page.wrap(words, "", ""));
    }
    text
}

/// A character a day, with a bar between the two weeks.
fn spark(measure: &Measure, days: &[Option<f64>]) -> String {
    let (before, now) = days.split_at(days.len() / 2);
    let week =
        |days: &[Option<f64>]| days.iter().map(|v| v.map_or('-', |v| digit(measure, v))).collect::<String>();
    format!("{}|{}", week(before), week(now))
}

/// A value as tenths of its scale, which for pain is the value itself. What
/// lies between two digits is told as the worse one.
fn digit(measure: &Measure, value: f64) -> char {
    if measure.unit == Unit::YesNo {
        return if value >= 0.5 { 'y' } else { 'n' };
    }
    let tenths = 10.0 * (value - measure.range.0) / (measure.range.1 - measure.range.0);
    let worse = measure.worse(tenths.floor(), tenths.ceil());
    let digits = "0123456789X".chars().zip(0_u32..);
    digits.filter(|(_, at)| f64::from(*at) <= worse + 0.5).last().map_or('0', |(digit, _)| digit)
}
