//! Charts as shapes: one geometry, which SVG and PDF both draw.

use std::fmt::Write as _;

use crate::domain::bouts::Zone;
use crate::domain::entry::Side;
use crate::domain::handover::{Handover, Point, Tested};
use crate::domain::measure::{Unit, plain};

/// A drawing, with what it shows in words and in letters.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) title: String,
    /// How the drawing is read.
    pub(super) key: &'static str,
    /// What it shows, for whoever does not see it.
    pub(super) says: String,
    /// Lines of letters of one width, which stand for it in plain text.
    pub(super) letters: Vec<String>,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) shapes: Vec<Shape>,
}

/// What a shape stands for, and so how it is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Every other phase, behind all else.
    Band,
    /// Lines that help to read a value.
    Grid,
    /// A value.
    Value,
    /// The same of the other leg.
    Other,
    /// Above an amber limit.
    Amber,
    /// Above a red limit.
    Red,
    /// A flag.
    Flag,
    /// Words.
    Text,
    /// Words and marks of less weight.
    Faint,
    /// Words on a dark ground.
    Paper,
    /// What stops exercise.
    Alarm,
}

/// Where a label is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A shape; y runs downwards, as in SVG.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Rect { x: f32, y: f32, w: f32, h: f32, ink: Ink },
    Line { from: (f32, f32), to: (f32, f32), ink: Ink, dashed: bool },
    Label { x: f32, y: f32, text: String, anchor: Anchor, ink: Ink, size: f32, bold: bool },
}

/// The size of labels.
pub(super) const LETTER: f32 = 7.5;

const WIDTH: f32 = 540.0;
const GUTTER: f32 = 58.0;
const STRIP: f32 = 26.0;
const GAP: f32 = 7.0;

/// No day is wider than this, however few there are.
const WIDEST: f32 = 16.0;

/// The most days that are drawn: half a year.
const MOST_DAYS: usize = 182;

/// So many letters of days a line, in plain text.
const LETTERS: usize = 56;

/// A row of the chart: its name, and its value on a day.
type Row = (&'static str, fn(&Point) -> Option<f64>);

const ROWS: [Row; 5] = [
    ("Worst pain", |d| d.worst),
    ("At rest", |d| d.rest),
    ("Activity", |d| d.activity),
    ("On waking", |d| d.morning),
    ("Sleep", |d| d.sleep),
];

/// Pain and sleep day by day, each in a row of its own: a bar for a value, a
/// stub for zero, a cross for a day of which nobody told it.
pub(super) fn trend(h: &Handover) -> Chart {
    let days = &h.days[h.days.len().saturating_sub(MOST_DAYS)..];
    let rows: Vec<Row> = ROWS.into_iter().filter(|(_, of)| days.iter().any(|d| of(d).is_some())).collect();
    let mut c = Canvas { shapes: Vec::new() };
    let first = days.first().map_or(0, |d| d.number);
    let step = ((WIDTH - GUTTER - 6.0) / to_f32(days.len().max(1))).min(WIDEST);
    let x = |number: i64| GUTTER + to_f32(usize::try_from(number - first).unwrap_or_default()) * step;
    let top = 24.0;
    let bottom = top + to_f32(rows.len()) * (STRIP + GAP);
    bands(&mut c, days, bottom, &x, step);
    for (at, (name, of)) in rows.iter().enumerate() {
        let y = top + to_f32(at) * (STRIP + GAP);
        strip(&mut c, (name, y), days, *of, (&x, step));
    }
    limits(&mut c, days, bottom, (&x, step));
    flags(&mut c, h, first, bottom, (&x, step));
    let height = axis(&mut c, days, bottom + 12.0, (&x, step));
    Chart {
        title: "Pain and sleep by day".to_owned(),
        key: if rows.is_empty() {
            ""
        } else {
            "Each day one bar, 0 to 10; a thin line is zero, a cross is not logged. Bands are phases."
        },
        says: says(h, days, rows.is_empty()),
        letters: letters(days, &rows),
        width: WIDTH,
        height,
        shapes: c.shapes,
    }
}

struct Canvas {
    shapes: Vec<Shape>,
}

impl Canvas {
    fn rect(&mut self, (x, y): (f32, f32), (w, h): (f32, f32), ink: Ink) {
        self.shapes.push(Shape::Rect { x, y, w, h, ink });
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, dashed: bool) {
        self.shapes.push(Shape::Line { from, to, ink, dashed });
    }

    fn label(&mut self, (x, y): (f32, f32), text: impl Into<String>, anchor: Anchor, ink: Ink) {
        self.shapes.push(Shape::Label { x, y, text: text.into(), anchor, ink, size: LETTER, bold: false });
    }
}

type Along<'a> = (&'a dyn Fn(i64) -> f32, f32);

/// The phases, as bands behind the rows.
fn bands(c: &mut Canvas, days: &[Point], bottom: f32, x: &dyn Fn(i64) -> f32, step: f32) {
    for (at, phase) in days.chunk_by(|a, b| a.phase == b.phase).enumerate() {
        let (from, to) = (x(phase[0].number), x(phase[phase.len() - 1].number) + step);
        if at % 2 == 0 {
            c.rect((from, 12.0), (to - from, bottom - 12.0), Ink::Band);
        }
        let name = phase[0].phase.clone().unwrap_or_default();
        // A narrow band has no room for its name.
        if to - from > 10.0 {
            c.label((f32::midpoint(from, to), 20.0), name, Anchor::Middle, Ink::Text);
        }
    }
}

fn strip(
    c: &mut Canvas,
    (name, y): (&str, f32),
    days: &[Point],
    of: fn(&Point) -> Option<f64>,
    (x, step): Along<'_>,
) {
    let base = y + STRIP;
    let end = x(days[days.len() - 1].number) + step;
    c.label((0.0, y + STRIP / 2.0 + 2.5), name, Anchor::Start, Ink::Text);
    for value in [0.0, 5.0, 10.0] {
        let at = base - STRIP * value / 10.0;
        c.line((GUTTER, at), (end, at), Ink::Grid, false);
    }
    c.label((GUTTER - 3.0, y + 5.0), "10", Anchor::End, Ink::Faint);
    c.label((GUTTER - 3.0, base + 1.0), "0", Anchor::End, Ink::Faint);
    let gap = (step * 0.15).min(1.0);
    for day in days {
        let left = x(day.number);
        match of(day) {
            // Zero is told apart from a little by its colour as well.
            Some(value) if value <= 0.0 => {
                c.rect((left + gap, base - 0.7), (step - 2.0 * gap, 0.7), Ink::Faint);
            }
            Some(value) => {
                let tall = (STRIP * length(value) / 10.0).max(1.2);
                c.rect((left + gap, base - tall), (step - 2.0 * gap, tall), Ink::Value);
            }
            None => {
                let (middle, arm) = (left + step / 2.0, (step * 0.3).min(1.8));
                let y = base - 4.0;
                c.line((middle - arm, y - arm), (middle + arm, y + arm), Ink::Faint, false);
                c.line((middle - arm, y + arm), (middle + arm, y - arm), Ink::Faint, false);
            }
        }
    }
}

/// Days above a limit: a letter as well as a colour.
fn limits(c: &mut Canvas, days: &[Point], bottom: f32, (x, step): Along<'_>) {
    c.label((0.0, bottom + 6.0), "Over limit", Anchor::Start, Ink::Text);
    for day in days {
        let (ink, letter, low) = match day.zone {
            Some(Zone::Amber) => (Ink::Amber, "A", 2.0),
            Some(Zone::Red) => (Ink::Red, "R", 0.0),
            _ => continue,
        };
        let left = x(day.number);
        c.rect((left, bottom + low), (step.max(1.0), 8.0 - low), ink);
        if step >= 6.0 {
            c.label((left + step / 2.0, bottom + 7.0), letter, Anchor::Middle, Ink::Paper);
        }
    }
}

/// Each flag that a day belongs to, by its number in the description.
fn flags(c: &mut Canvas, h: &Handover, first: i64, bottom: f32, (x, step): Along<'_>) {
    let onset = h.injury.onset;
    let mut last = f32::NEG_INFINITY;
    for (n, day) in flagged(h) {
        let number = day.since(onset);
        if number < first {
            continue;
        }
        let at = x(number) + step / 2.0;
        c.line((at, 10.0), (at, bottom), Ink::Flag, true);
        // Two flags of one day share a mark.
        if at - last > 12.0 {
            c.shapes.push(Shape::Label {
                x: at,
                y: 8.0,
                text: format!("F{n}"),
                anchor: if at > WIDTH - 12.0 { Anchor::End } else { Anchor::Middle },
                ink: Ink::Flag,
                size: LETTER,
                bold: true,
            });
            last = at;
        }
    }
}

/// The flags with a day, numbered in the order of the days.
fn flagged(h: &Handover) -> Vec<(usize, crate::domain::day::Day)> {
    let mut days: Vec<_> = h.flags.iter().filter_map(|a| a.flag.day).collect();
    days.sort_unstable();
    days.into_iter().enumerate().map(|(at, day)| (at + 1, day)).collect()
}

fn axis(c: &mut Canvas, days: &[Point], y: f32, (x, step): Along<'_>) -> f32 {
    // Weeks, as many of them as have room for their label.
    let every = [7, 14, 28].into_iter().find(|n| to_f32(*n) * step >= 44.0).unwrap_or(56);
    for day in days.iter().filter(|d| d.number % i64::try_from(every).unwrap_or(7) == 0) {
        let left = x(day.number);
        c.line((left, y - 10.0), (left, y - 2.0), Ink::Faint, false);
        let anchor = if left > WIDTH - 40.0 { Anchor::End } else { Anchor::Start };
        let label = format!("d{} {}", day.number, day.day.date().format("%-d %b"));
        c.label((left, y + 6.0), label, anchor, Ink::Text);
    }
    y + 10.0
}

/// What the chart shows, in words.
fn says(h: &Handover, days: &[Point], empty: bool) -> String {
    if empty {
        return "No pain or sleep was logged so far: unknown, not zero.".to_owned();
    }
    let silent = days.iter().filter(|d| d.sessions.is_none()).count();
    let zone = |zone| days.iter().filter(|d| d.zone == Some(zone)).count();
    let mut words = format!(
        "Above the limits of the phase: {} amber (A) and {} red (R) days. Nothing at all was told on {silent} of {} days.",
        zone(Zone::Amber),
        zone(Zone::Red),
        days.len()
    );
    if days.len() < h.days.len() {
        let _ = write!(words, " The last {} days are shown.", days.len());
    }
    let mut flags: Vec<_> = h.flags.iter().filter_map(|a| Some((a.flag.day?, &a.flag))).collect();
    flags.sort_by_key(|(day, _)| *day);
    for (at, (day, flag)) in flags.iter().enumerate() {
        let _ = write!(words, " F{}: {} ({day}).", at + 1, flag.rule.title);
    }
    words
}

/// A letter a day: the value, X for 10, a dot for a day on which it was not logged.
fn letters(days: &[Point], rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    if rows.is_empty() {
        return lines;
    }
    for part in days.chunks(LETTERS) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("{:<11}{}", "day", ruler(part)));
        for (name, of) in rows {
            let row: String = part.iter().map(|d| of(d).map_or('.', digit)).collect();
            lines.push(format!("{name:<11}{row}"));
        }
        let zones: String = part
            .iter()
            .map(|d| match d.zone {
                Some(Zone::Amber) => 'A',
                Some(Zone::Red) => 'R',
                _ => ' ',
            })
            .collect();
        if !zones.trim().is_empty() {
            lines.push(format!("{:<11}{}", "Over limit", zones.trim_end()));
        }
    }
    lines
}

/// The days since the injury at the beginning of each week.
fn ruler(days: &[Point]) -> String {
    let mut ruler = String::new();
    for (at, day) in days.iter().enumerate() {
        if day.number % 7 == 0 && ruler.len() <= at {
            let _ = write!(ruler, "{:>at$}{}", "", day.number, at = at - ruler.len());
        }
    }
    ruler
}

/// How the letters are read.
pub(super) const LETTERS_KEY: &str =
    "A letter a day: 0 to 9, X for 10, a dot for a day on which it was not logged.";

impl Chart {
    /// What the drawing shows and how it is read.
    pub(super) fn words(&self) -> String {
        if self.key.is_empty() { self.says.clone() } else { format!("{} {}", self.key, self.says) }
    }
}

fn digit(value: f64) -> char {
    // Half a point is told as the next worse one.
    match value.ceil() {
        v if v >= 10.0 => 'X',
        v => plain(v).chars().next().unwrap_or('?'),
    }
}

/// The latest value of each leg, where both were tested; nothing where none were.
pub(super) fn tests(tests: &[Tested], injured: Option<Side>) -> Option<Chart> {
    const NAME: f32 = 190.0;
    const ROOM: f32 = 240.0;
    const BAR: f32 = 7.0;
    const MOST: usize = 8;
    let numbers = |t: &&Tested| t.unit != Unit::YesNo && t.left.is_some() && t.right.is_some();
    let both: Vec<&Tested> = tests.iter().filter(numbers).take(MOST).collect();
    if both.is_empty() {
        return None;
    }
    let mut c = Canvas { shapes: Vec::new() };
    let mut says: Vec<String> = Vec::new();
    for (at, test) in both.iter().enumerate() {
        let y = 4.0 + to_f32(at) * (2.0 * BAR + 9.0);
        let (left, right) = (test.left.as_ref()?.value, test.right.as_ref()?.value);
        let scale = test.unit == Unit::Nrs || test.unit == Unit::ZeroToTen;
        let most = if scale { 10.0 } else { left.max(right).max(1.0) };
        c.label((0.0, y + BAR + 2.5), test.name.clone(), Anchor::Start, Ink::Text);
        let legs = [("left", left, Side::Left, y), ("right", right, Side::Right, y + BAR + 1.0)];
        for (name, value, side, top) in legs {
            let hurt = if injured == Some(side) { ", injured" } else { "" };
            let ink = if hurt.is_empty() { Ink::Other } else { Ink::Value };
            let long = (ROOM * length(value / most)).max(1.0);
            c.rect((NAME, top), (long, BAR), ink);
            let words = format!("{name}{hurt}: {}{}", plain(value), test.unit.suffix());
            c.label((NAME + long + 4.0, top + BAR - 0.8), words, Anchor::Start, Ink::Text);
        }
        says.push(format!("{}: left {}, right {}", test.name, plain(left), plain(right)));
    }
    Some(Chart {
        title: "The latest home tests of both legs".to_owned(),
        key: "",
        says: says.join("; ") + ".",
        // The table below says the same.
        letters: Vec::new(),
        width: WIDTH,
        height: to_f32(both.len()) * (2.0 * BAR + 9.0) + 2.0,
        shapes: c.shapes,
    })
}

fn to_f32(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}

/// A value as a length.
#[expect(clippy::cast_possible_truncation, reason = "values of measures are small, and paper is coarse")]
fn length(value: f64) -> f32 {
    value as f32
}
