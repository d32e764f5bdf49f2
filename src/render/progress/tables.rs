//! The tables: weeks, days, left against right, loads.

use crate::domain::adherence::OfDay;
use crate::domain::entry::Side;
use crate::domain::measure::{PAIN_ANY, PAIN_WORST, Unit, plain};
use crate::domain::report::{DayReport, Legs, Load, OfLeg, Report, Spread, Week};
use crate::domain::situation::Situation;

use super::super::page::{Page, capital};
use super::DAYS_SHOWN;

/// The measures that have a column: id, heading, and how readily it is left
/// out where there is no room.
const MEASURES: [(&str, &str, u8); 6] = [
    (PAIN_ANY, "any pain", 0),
    (PAIN_WORST, "worst", 6),
    ("pain-rest", "rest", 6),
    ("pain-walking", "walking", 5),
    ("pain-morning", "morning", 5),
    ("sleep-disturbed", "sleep", 7),
];

/// How many weeks are shown, the latest ones.
const WEEKS_SHOWN: usize = 26;

/// The narrowest page on which left against right is a table.
const LEGS_WIDE: usize = 60;

/// How many weeks of load stand side by side, at the most.
const LOAD_WEEKS: usize = 6;

/// A column: its heading, its rank (those of a higher one give way first), and
/// its cells.
struct Column {
    heading: &'static str,
    rank: u8,
    cells: Vec<String>,
}

/// What is counted of a week or a day.
type Count<T> = fn(&T) -> u32;

/// The weeks, and the days where they are few.
pub(super) fn tables(page: &Page, report: &Report) -> String {
    let mut text = String::new();
    let weeks = &report.weeks[report.weeks.len().saturating_sub(WEEKS_SHOWN)..];
    if report.weeks.len() > 1 {
        text.push_str(&page.heading("Week by week"));
        text.push_str(&fitting(page, weekly(weeks)));
        let before = report.weeks.len() - weeks.len();
        if before > 0 {
            text.push_str(&page.wrap(
                &format!("And {before} weeks before that (`--json` has them all)."),
                "",
                "",
            ));
        }
        let words = "Each value is the week's median, with its worst in brackets. Amber and red count the days on which any pain was above green, and above amber, by the phase of the day.";
        text.push_str(&page.wrap(words, "", ""));
    }
    if report.days.len() <= DAYS_SHOWN {
        text.push_str(&page.heading("Day by day"));
        text.push_str(&fitting(page, daily(&report.days)));
    }
    if page.plain {
        return text;
    }
    text + &page.wrap("A dash is a day or a value that nobody logged: unknown, not zero.", "", "")
}

/// A table without the columns that there is no room for, and their names.
fn fitting(page: &Page, mut columns: Vec<Column>) -> String {
    let mut left: Vec<&str> = Vec::new();
    loop {
        let header: Vec<&str> = columns.iter().map(|c| c.heading).collect();
        let count = columns.first().map_or(0, |c| c.cells.len());
        // A dash is nothing to hear.
        let said =
            |cell: &String| if page.plain && cell == "-" { "unknown".to_owned() } else { cell.clone() };
        let row = |at: usize| columns.iter().map(|c| said(&c.cells[at])).collect();
        let rows: Vec<Vec<String>> = (0..count).map(row).collect();
        let last = columns.iter().enumerate().filter(|(_, c)| c.rank > 0).max_by_key(|(_, c)| c.rank);
        match last {
            Some((at, _)) if !page.fits(&header, &rows) => left.insert(0, columns.remove(at).heading),
            _ => {
                let table = page.table(&header, rows);
                let words = format!("No room here for: {} (`--plain` has them).", left.join(", "));
                return if left.is_empty() { table } else { table + &page.wrap(&words, "", "") };
            }
        }
    }
}

fn weekly(weeks: &[Week]) -> Vec<Column> {
    let column = |heading, rank, of: &dyn Fn(&Week) -> String| Column {
        heading,
        rank,
        cells: weeks.iter().map(of).collect(),
    };
    let mut columns = vec![
        column("days", 0, &|w| format!("{}-{}", w.numbers.0, w.numbers.1)),
        column("phase", 3, &|w| w.phases.join(", ")),
        column("logged", 4, &|w| format!("{}/{}", w.logged, w.days)),
    ];
    for (id, heading, rank) in MEASURES {
        if weeks.iter().any(|w| w.measures.contains_key(id)) {
            columns.push(column(heading, rank, &|w| spread(w.measures.get(id))));
        }
    }
    let known = |w: &Week, n: usize| if w.unknown_days == w.days { "-".to_owned() } else { n.to_string() };
    columns.push(column("amber", 2, &|w| known(w, w.amber_days)));
    columns.push(column("red", 1, &|w| known(w, w.red_days)));
    columns
        .push(column("bouts", 8, &|w| if w.logged == 0 { "-".to_owned() } else { w.sessions.to_string() }));
    columns.push(column("of due", 0, &|w| match &w.kept {
        Some(kept) if w.logged > 0 => format!("{}/{}", kept.done, kept.due),
        _ => "-".to_owned(),
    }));
    let rare: [(&str, u8, Count<Week>); 3] = [
        ("partly", 9, |w| w.kept.map_or(0, |k| k.partly)),
        ("skipped", 9, |w| w.kept.map_or(0, |k| k.skipped)),
        ("unknown", 4, |w| w.kept.map_or(0, |k| k.unknown)),
    ];
    for (heading, rank, of) in rare {
        if weeks.iter().any(|w| of(w) > 0) {
            columns.push(column(heading, rank, &|w| some(of(w))));
        }
    }
    columns
}

fn spread(spread: Option<&Spread>) -> String {
    match spread {
        Some(s) if (s.worst - s.median).abs() > f64::EPSILON => {
            format!("{} ({})", plain(s.median), plain(s.worst))
        }
        Some(s) => plain(s.median),
        None => "-".to_owned(),
    }
}

fn some(count: u32) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn daily(days: &[DayReport]) -> Vec<Column> {
    let column = |heading, rank, of: &dyn Fn(&DayReport) -> String| Column {
        heading,
        rank,
        cells: days.iter().map(of).collect(),
    };
    let mut columns = vec![
        column("day", 0, &|d| format!("{} ({})", d.day, d.number)),
        column("phase", 3, &|d| d.phase.clone().unwrap_or_default()),
    ];
    for (id, heading, rank) in MEASURES {
        if days.iter().any(|d| d.readings.contains_key(id)) {
            let cell = |d: &DayReport| d.readings.get(id).map_or_else(|| "-".to_owned(), |v| plain(*v));
            let rank = if id == PAIN_WORST { 0 } else { rank };
            columns.push(column(heading, rank, &cell));
        }
    }
    columns.push(column("bouts", 8, &|d| {
        if d.entries.is_empty() { "-".to_owned() } else { d.sessions.to_string() }
    }));
    columns.push(column("of due", 0, &|d| match &d.adherence {
        Some(of) if !d.entries.is_empty() => format!("{}/{}", of.done, of.due),
        _ => "-".to_owned(),
    }));
    let rare: [(&str, Count<OfDay>); 3] = [
        ("partly", |d| d.partly),
        ("skipped", |d| u32::try_from(d.skipped.len()).unwrap_or(u32::MAX)),
        ("unknown", |d| d.unknown),
    ];
    for (heading, of) in rare {
        let count = |d: &DayReport| d.adherence.as_ref().map_or(0, of);
        if days.iter().any(|d| count(d) > 0) {
            columns.push(column(heading, 9, &|d| some(count(d))));
        }
    }
    columns
}

/// Left against right, with what the program wants.
pub(super) fn legs(page: &Page, s: &Situation, legs: &[Legs]) -> String {
    if legs.is_empty() {
        return String::new();
    }
    let heading = |side: Side| {
        let injured = s.episode.side == Some(side);
        if injured { format!("{} (injured)", side.id()) } else { side.id().to_owned() }
    };
    let (left, right) = (heading(Side::Left), heading(Side::Right));
    let leg = |unit: Unit, of: &Option<OfLeg>| match of {
        Some(of) => format!("{} on {}", value(unit, of.value), of.day),
        None => "unknown".to_owned(),
    };
    let rows = legs.iter().map(|test| {
        let mut targets: Vec<String> =
            test.targets.iter().map(|t| format!("{}: {}", t.wanted, t.verdict.word())).collect();
        if targets.is_empty() {
            targets.push("nothing more".to_owned());
        }
        vec![capital(&test.name), leg(test.unit, &test.left), leg(test.unit, &test.right), targets.join("; ")]
    });
    // Four columns of words are no table in a narrow terminal.
    let page = &Page { plain: page.plain || page.width < LEGS_WIDE, ..*page };
    page.heading("Left against right") + &page.table(&["test", &left, &right, "wanted"], rows.collect())
}

fn value(unit: Unit, value: f64) -> String {
    match unit {
        Unit::YesNo if value >= 0.5 => "yes".to_owned(),
        Unit::YesNo => "no".to_owned(),
        unit => format!("{}{}", plain(value), unit.suffix()),
    }
}

/// What was loaded in the last weeks, and the room that the load guard leaves.
pub(super) fn loads(page: &Page, report: &Report) -> String {
    if report.loads.is_empty() {
        return String::new();
    }
    let mut text = page.heading("Load by week");
    let table = |count: usize| {
        let skip = report.weeks.len().saturating_sub(count);
        let weeks = report.weeks.iter().skip(skip).map(|w| format!("day {}-{}", w.numbers.0, w.numbers.1));
        let header: Vec<String> = std::iter::once(String::new()).chain(weeks).collect();
        let row = |load: &Load| {
            let name = capital(&load.name);
            let say = |v: &Option<f64>| v.map_or_else(|| "-".to_owned(), |v| load.unit.say(v, page.units));
            let values = load.weeks.iter().skip(skip).map(say);
            std::iter::once(name).chain(values).collect::<Vec<_>>()
        };
        (header, report.loads.iter().map(row).collect::<Vec<_>>())
    };
    let fits = |count: &usize| {
        let (header, rows) = table(*count);
        page.fits(&header.iter().map(String::as_str).collect::<Vec<_>>(), &rows)
    };
    let (header, rows) = table((2..=LOAD_WEEKS).rev().find(fits).unwrap_or(1));
    text.push_str(&page.table(&header.iter().map(String::as_str).collect::<Vec<_>>(), rows));
    let words = "The sum of each week, and of a weight the heaviest; a dash where none is on record.";
    text.push_str(&page.wrap(words, "", ""));
    for load in &report.loads {
        if let Some(guard) = &load.guard {
            let words = format!("{}: {}", capital(&load.name), guard.words(page.units));
            text.push_str(&page.wrap(&words, "- ", "  "));
        }
    }
    text
}
