//! One measure over the days: drawn, or told line by line.

use crate::domain::day::Day;
use crate::domain::library::Library;
use crate::domain::measure::{Better, Unit, plain};
use crate::domain::report::{Band, Chart, Mark, MarkKind};

use super::super::page::{Page, capital};
use super::DAYS_SHOWN;

/// The words to the left of the chart are this wide, at the least.
const MARGIN: usize = 5;

/// A day is drawn at most so wide.
const WIDEST: usize = 3;

/// How many of the marks are named below the chart, the latest ones.
const MARKS_NAMED: usize = 6;

/// The measure over the days.
pub(super) fn chart(page: &Page, library: &Library, chart: &Chart) -> String {
    let mut text = page.heading(&capital(&chart.name));
    if chart.values.is_empty() {
        return text + &page.wrap("No day that is shown has a reading of it: unknown, not zero.", "", "");
    }
    text.push_str(&if page.plain { told(page, library, chart) } else { drawn(page, chart) });
    text.push_str(&marks(page, chart));
    text
}

/// What stands in a column of the drawing.
struct Column {
    value: Option<f64>,
    first: Day,
    last: Day,
}

fn drawn(page: &Page, chart: &Chart) -> String {
    let scale = Scale::of(chart);
    let labels: Vec<String> = (0..=scale.steps).map(|step| scale.label(step)).collect();
    let margin = labels.iter().map(String::len).max().unwrap_or_default().max(MARGIN);
    let room = page.width.saturating_sub(margin + 1).max(1);
    let days = usize::try_from(chart.to.since(chart.from) + 1).unwrap_or(1);
    // A day a column, or as few whole weeks as there is room for.
    let step = if days <= room { 1 } else { 7 * days.div_ceil(7).div_ceil(room) };
    let wide = (room / days.div_ceil(step)).clamp(1, WIDEST);
    let columns = columns(chart, step);
    let mut text = String::new();
    for (at, label) in labels.iter().enumerate().rev() {
        let cells = columns.iter().map(|c| scale.cell(chart, c, at, wide)).collect::<String>();
        text.push_str(&line(margin, label, '|', &cells));
    }
    text.push_str(&line(margin, "", '+', &"-".repeat(wide * columns.len())));
    text.push_str(&line(margin, "day", ' ', &numbers(chart, step, wide, columns.len())));
    text.push_str(&line(margin, "phase", ' ', &bands(chart, &columns, wide)));
    for (kind, label, letter) in [(MarkKind::StepBack, "back", 'S'), (MarkKind::Flag, "flag", 'F')] {
        let marks: Vec<&Mark> = chart.marks.iter().filter(|m| m.kind == kind).collect();
        let here = |c: &Column| marks.iter().any(|m| m.day >= c.first && m.day <= c.last);
        if !marks.is_empty() {
            let cells = columns.iter().map(|c| pad(if here(c) { letter } else { ' ' }, ' ', wide));
            text.push_str(&line(margin, label, ' ', &cells.collect::<String>()));
        }
    }
    text + &legend(page, chart, step)
}

fn columns(chart: &Chart, step: usize) -> Vec<Column> {
    let step = i64::try_from(step).unwrap_or(1);
    let firsts = (0..).map(|n| chart.from.plus(n * step));
    chart
        .worst_by(chart.from, chart.to, step)
        .into_iter()
        .zip(firsts)
        .map(|(value, first)| Column { value, first, last: first.plus(step - 1).min(chart.to) })
        .collect()
}

fn line(margin: usize, label: &str, edge: char, cells: &str) -> String {
    format!("{}\n", format!("{label:>margin$}{edge}{cells}").trim_end())
}

fn pad(first: char, rest: char, wide: usize) -> String {
    std::iter::once(first).chain(std::iter::repeat_n(rest, wide - 1)).collect()
}

/// The scale from the lowest value there can be up to the highest: that there can be
/// up to 10, and that was told beyond.
struct Scale {
    low: f64,
    /// What a row stands for.
    unit: f64,
    /// How many rows lie above the lowest.
    steps: usize,
    better: Better,
    yes_no: bool,
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let (low, high) = chart.range;
        let (steps, rows) = if chart.unit == Unit::YesNo { (1, 1.0) } else { (10, 10.0) };
        let told = chart.values.iter().map(|v| v.value).fold(low, f64::max);
        let whole = (high - low) / rows;
        // A minute of a day that has 1440 would lie on the ground.
        let round = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];
        let unit = round.into_iter().find(|unit| low + unit * rows >= told).unwrap_or(whole).min(whole);
        Self { low, unit, steps, better: chart.better, yes_no: chart.unit == Unit::YesNo }
    }

    fn label(&self, row: usize) -> String {
        let row = u32::try_from(row).unwrap_or_default();
        match (self.yes_no, row) {
            (true, 0) => "no".to_owned(),
            (true, _) => "yes".to_owned(),
            (false, row) => plain(self.low + self.unit * f64::from(row)),
        }
    }

    /// Whether a value stands in this row. What lies between two rows stands in
    /// the one that is worse.
    fn is_in(&self, value: f64, row: usize, up: bool) -> bool {
        let rows = (value - self.low) / self.unit;
        let rows = if up { rows.ceil() } else { rows.floor() };
        let row = f64::from(u32::try_from(row).unwrap_or_default());
        (rows - row).abs() < 0.5
    }

    /// What a column shows in a row: its value, or else a limit.
    fn cell(&self, chart: &Chart, column: &Column, row: usize, wide: usize) -> String {
        let band = chart.band(column.last);
        // A limit between two rows is drawn at the lower one.
        let limit = |of: fn(&Band) -> Option<f64>| {
            band.and_then(of).is_some_and(|limit| self.is_in(limit, row, false))
        };
        let ground = match (limit(|b| b.amber), limit(|b| b.green)) {
            (true, _) => '-',
            (_, true) => '.',
            _ => ' ',
        };
        let up = self.better == Better::Lower;
        let here = column.value.is_some_and(|value| self.is_in(value, row, up));
        pad(if here { '*' } else { ground }, ground, wide)
    }
}

/// Days since onset, as far apart as they can be read.
fn numbers(chart: &Chart, step: usize, wide: usize, columns: usize) -> String {
    let number = |at: usize| {
        let day = chart.number + i64::try_from(at * step).unwrap_or_default();
        day.to_string()
    };
    let longest = number(columns).len() + 1;
    let steps: &[usize] = if step == 1 { &[1, 2, 7, 14, 28] } else { &[1, 2, 4, 13, 26, 52] };
    let every = steps.iter().copied().find(|every| every * wide > longest).unwrap_or(steps[4]);
    let whole = |at: &usize| number(*at).len() <= (columns - at) * wide;
    let cells =
        (0..columns).step_by(every).filter(whole).map(|at| format!("{:<1$}", number(at), every * wide));
    cells.collect()
}

/// The number of each phase where it begins, and a line as long as it lasts.
fn bands(chart: &Chart, columns: &[Column], wide: usize) -> String {
    let mut known: Option<&Band> = None;
    let mut cells = String::new();
    for column in columns {
        let band = chart.band(column.last);
        let begins = band.map(|b| b.from) != known.map(|b| b.from);
        let first = match band {
            Some(band) if begins => char::from_digit(u32::try_from(band.position).unwrap_or(0), 36),
            Some(_) => Some('-'),
            None => Some(' '),
        };
        let rest = if band.is_some() { '-' } else { ' ' };
        cells.push_str(&pad(first.unwrap_or('-'), rest, wide));
        known = band;
    }
    cells
}

fn legend(page: &Page, chart: &Chart, step: usize) -> String {
    let each = if step == 1 { "each day".to_owned() } else { format!("each {step} days") };
    let mut words = format!("* is the worst of {each}; no star is unknown, not zero.");
    if chart.bands.iter().any(|b| b.amber.is_some()) {
        words.push_str(" Up to the dots the phase calls it green, up to the dashes amber, above them red.");
    }
    page.wrap(&words, "", "")
}

/// The same in words, phase by phase.
fn told(page: &Page, library: &Library, chart: &Chart) -> String {
    let say = |value: f64| {
        let measure = library.measures.get(&chart.measure);
        measure.map_or_else(|| plain(value), |m| m.say(value))
    };
    let known = chart.values.len();
    let mut text =
        page.wrap(&format!("Days with a reading: {known}; without one: {}.", chart.unknown), "", "");
    if let (Some(worst), Some(latest)) = (chart.worst(), chart.values.last()) {
        let words = format!(
            "Worst: {} on {}. Latest: {} on {}.",
            say(worst.value),
            worst.day,
            say(latest.value),
            latest.day
        );
        text.push_str(&page.wrap(&words, "", ""));
    }
    let days = usize::try_from(chart.to.since(chart.from) + 1).unwrap_or(usize::MAX);
    let (step, each) = if days > DAYS_SHOWN { (7, "week by week") } else { (1, "day by day") };
    for band in &chart.bands {
        let limits = match (band.green, band.amber) {
            (Some(green), Some(amber)) => {
                format!(" Green up to {}, amber up to {}, red above.", plain(green), plain(amber))
            }
            _ => String::new(),
        };
        let values = chart.worst_by(band.from, band.to, step);
        let values: Vec<String> = values.chunk_by(|a, b| a.is_none() && b.is_none()).map(said).collect();
        let words = format!(
            "Phase {} ({}), {} to {}.{limits} Worst, {each}: {}.",
            band.position,
            band.name,
            band.from,
            band.to,
            values.join(", ")
        );
        text.push_str(&page.wrap(&words, "", "  "));
    }
    text
}

/// A value, or a stretch without any.
fn said(values: &[Option<f64>]) -> String {
    match values {
        [Some(value)] => plain(*value),
        [_] => "unknown".to_owned(),
        many => format!("unknown {} times", many.len()),
    }
}

/// What happened, in words.
fn marks(page: &Page, chart: &Chart) -> String {
    let before = chart.marks.len().saturating_sub(MARKS_NAMED);
    let named = chart.marks[before..].iter().map(|mark| match mark.kind {
        MarkKind::StepBack => format!("step back to {} on {}", mark.id, mark.day),
        MarkKind::Flag => format!("flag {} on {}", mark.id, mark.day),
    });
    let mut named: Vec<String> = named.collect();
    if named.is_empty() {
        return String::new();
    }
    if before > 0 {
        named.insert(0, format!("{before} earlier ones (`--json` has them all)"));
    }
    page.wrap(&format!("Marked: {}.", named.join("; ")), "", "  ")
}
