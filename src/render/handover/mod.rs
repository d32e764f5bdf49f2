//! The hand-over as a sheet: what it says, once for all formats. Text, Markdown,
//! HTML and PDF are writers of one sheet, and decide nothing.

mod chart;
mod details;
mod essentials;
mod html;
mod json;
mod markdown;
mod pdf;
mod svg;
mod text;
mod words;

use crate::domain::handover::Handover;
use crate::domain::library::Library;
use crate::domain::situation::Situation;
use crate::domain::units::Units;

use super::page::clean;
use super::text::title;
use chart::Chart;

pub use html::html;
pub use json::report;
pub use markdown::markdown;
pub use pdf::pdf;
pub use text::text;

/// What is written, in the order of reading.
#[derive(Clone, Debug)]
pub struct Sheet {
    title: String,
    lead: String,
    /// What open emergency and urgent flags ask for, before everything else.
    alarms: Vec<Alert>,
    /// The page that stands alone.
    essentials: Vec<Section>,
    /// What is behind it.
    details: Vec<Section>,
    foot: String,
}

/// An open flag that stops exercise.
#[derive(Clone, Debug)]
struct Alert {
    action: String,
    lines: Vec<String>,
}

#[derive(Clone, Debug)]
struct Section {
    title: String,
    parts: Vec<Part>,
    /// Whether it takes the whole width; a narrow one stands beside another.
    wide: bool,
    /// Whether a browser shows it and leaves it off paper, where two pages are enough.
    screen: bool,
}

#[derive(Clone, Debug)]
enum Part {
    /// A paragraph.
    Words(String),
    /// Pairs of a name and what is known of it.
    Facts(Vec<(String, String)>),
    /// One thing a line.
    List(Vec<String>),
    /// Rows below a header; the first cell of each names its row.
    Table(Table),
    /// A drawing, which also says in words what it shows.
    Chart(Chart),
}

#[derive(Clone, Debug)]
struct Table {
    caption: String,
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// Puts a hand-over into words, with weights and distances in these units.
pub fn sheet(units: Units, library: &Library, s: &Situation, h: &Handover) -> Sheet {
    Sheet {
        title: format!("Hand-over: {}", title(s)),
        lead: format!(
            "Day {} after the injury ({}). Kept by the person in a diary; no diagnosis. A dash is unknown: never zero, never no.",
            h.injury.number, h.day
        ),
        alarms: words::alarms(h),
        essentials: essentials::sections(s, h),
        details: details::sections(units, library, s, h),
        foot: format!("{} - {}", title(s), h.day),
    }
}

impl Section {
    fn new(title: impl Into<String>, parts: Vec<Part>) -> Self {
        Self { title: title.into(), parts, wide: false, screen: false }
    }

    /// A section of the whole width, for drawings and tables of many words.
    fn wide(title: impl Into<String>, parts: Vec<Part>) -> Self {
        Self { wide: true, ..Self::new(title, parts) }
    }

    /// A table of the whole width that a browser leaves off paper.
    fn on_screen(title: impl Into<String>, table: Table) -> Self {
        Self { screen: true, ..Self::wide(title, vec![Part::Table(table)]) }
    }
}

impl Part {
    /// A list, or what stands for an empty one.
    fn list_or(items: Vec<String>, none: &str) -> Self {
        if items.is_empty() { Self::Words(none.to_owned()) } else { Self::List(items) }
    }
}

/// A text on one line, without what could steer a terminal, a page or a reader.
fn tidy(text: &str) -> String {
    clean(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
