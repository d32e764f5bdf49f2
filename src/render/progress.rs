//! Progress as a table, a day or a week a row.

use std::collections::BTreeMap;

use crate::domain::adherence::OfDay;
use crate::domain::criteria::median;
use crate::domain::library::Library;
use crate::domain::measure::plain;
use crate::domain::report::{DayReport, Report, Trend};
use crate::domain::situation::Situation;

use super::kept::{Column, kept, rare};
use super::page::{Page, alert};

/// The columns: measure and heading.
const COLUMNS: [(&str, &str); 5] = [
    ("pain-worst", "worst"),
    ("pain-rest", "rest"),
    ("pain-walking", "walking"),
    ("pain-morning", "morning"),
    ("sleep-disturbed", "sleep"),
];

/// From how many days on a row is a week.
const DAYS_SHOWN: usize = 21;

/// The table, how the plan was kept to, and the trend.
pub fn progress(page: &Page, library: &Library, s: &Situation, report: &Report) -> String {
    let Report { days, trends, adherence } = report;
    let mut text = alert(page, s.flags.iter());
    let used: Vec<(&str, &str)> =
        COLUMNS.into_iter().filter(|(id, _)| days.iter().any(|d| d.readings.contains_key(*id))).collect();
    let weeks = days.len() > DAYS_SHOWN;
    let mut header = vec![if weeks { "days" } else { "day" }, "phase"];
    if weeks {
        header.push("logged");
    }
    header.extend(used.iter().map(|(_, heading)| *heading));
    header.extend(["bouts", "of due"]);
    let rows = |rare: &[Column]| if weeks { weekly(days, &used, rare) } else { daily(days, &used, rare) };
    // What is rarer has columns where they fit; it is told below in any case.
    let rare = rare(days);
    let wide: Vec<&str> = header.iter().copied().chain(rare.iter().map(|(name, _)| *name)).collect();
    let whole = rows(&rare);
    let table =
        if page.fits(&wide, &whole) { page.table(&wide, whole) } else { page.table(&header, rows(&[])) };
    text.push_str(&table);
    if weeks {
        text.push_str(&page.wrap("Each value is the week's median, with its worst in brackets.", "", ""));
    }
    text.push_str(&page.wrap("A dash is a day or a value that nobody logged: unknown, not zero.", "", ""));
    text.push_str(&kept(page, library, days, adherence));
    if !trends.is_empty() {
        text.push_str(&page.heading("This week against the last"));
        let (same, moved): (Vec<&Trend>, Vec<&Trend>) = trends.iter().partition(|t| t.direction == "same");
        for trend in moved {
            let measure = library.measures.get(&trend.measure);
            let value = |v: Option<f64>| match (v, measure) {
                (Some(v), Some(measure)) => measure.say(v),
                _ => "-".to_owned(),
            };
            let words = format!(
                "{}: {} after {} ({})",
                library.measure_name(&trend.measure),
                value(trend.this_week),
                value(trend.last_week),
                trend.direction
            );
            text.push_str(&page.wrap(&words, "- ", "  "));
        }
        let names: Vec<&str> = same.iter().map(|t| library.measure_name(&t.measure)).collect();
        if !names.is_empty() {
            text.push_str(&page.wrap(&format!("the same: {}", names.join(", ")), "- ", "  "));
        }
    }
    text
}

fn daily(days: &[DayReport], used: &[(&str, &str)], rare: &[Column]) -> Vec<Vec<String>> {
    days.iter()
        .map(|day| {
            let mut row =
                vec![format!("{} ({})", day.day, day.number), day.phase.clone().unwrap_or_default()];
            row.extend(used.iter().map(|(id, _)| cell(day.readings.get(*id).copied())));
            row.push(if day.entries.is_empty() { "-".to_owned() } else { day.sessions.to_string() });
            row.extend(of_due(&[day], rare));
            row
        })
        .collect()
}

/// Weeks since onset: the median of each measure, with its worst.
fn weekly(days: &[DayReport], used: &[(&str, &str)], rare: &[Column]) -> Vec<Vec<String>> {
    let mut weeks: BTreeMap<i64, Vec<&DayReport>> = BTreeMap::new();
    for day in days {
        weeks.entry(day.number.div_euclid(7)).or_default().push(day);
    }
    weeks
        .into_values()
        .map(|days| {
            let (first, last) = (days[0], days[days.len() - 1]);
            let mut phases: Vec<String> = days.iter().filter_map(|d| d.phase.clone()).collect();
            phases.dedup();
            let logged = days.iter().filter(|d| !d.entries.is_empty()).count();
            let mut row = vec![format!("{}-{}", first.number, last.number), phases.join(", ")];
            for (id, _) in used {
                let values: Vec<f64> = days.iter().filter_map(|d| d.readings.get(*id).copied()).collect();
                let worst = values.iter().copied().reduce(f64::max);
                row.push(match (median(values), worst) {
                    (Some(median), Some(worst)) if worst > median => {
                        format!("{} ({})", plain(median), plain(worst))
                    }
                    (Some(median), _) => plain(median),
                    _ => "-".to_owned(),
                });
            }
            row.insert(2, format!("{logged}/{}", days.len()));
            row.push(if logged == 0 {
                "-".to_owned()
            } else {
                days.iter().map(|d| d.sessions).sum::<u32>().to_string()
            });
            row.extend(of_due(&days, rare));
            row
        })
        .collect()
}

/// What was done of what was due on some days, and what is rarer; a dash
/// where nothing is known of the plan.
fn of_due(days: &[&DayReport], rare: &[Column]) -> Vec<String> {
    let known: Vec<_> = days.iter().filter_map(|d| d.adherence.as_ref()).collect();
    let sum = |of: fn(&OfDay) -> u32| known.iter().map(|d| of(d)).sum::<u32>();
    let told = days.iter().any(|d| d.adherence.is_some() && !d.entries.is_empty());
    let due = if told { format!("{}/{}", sum(|d| d.done), sum(|d| d.due)) } else { "-".to_owned() };
    let counts =
        rare.iter().map(|(_, of)| sum(*of)).map(|n| if n == 0 { String::new() } else { n.to_string() });
    std::iter::once(due).chain(counts).collect()
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), plain)
}
