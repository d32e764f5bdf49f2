//! The sheet on paper: where each line, row and drawing stands on which page.

use super::super::chart::{Anchor, Chart, Ink, Shape};
use super::super::{Part, Section, Sheet, Table, tidy};
use super::font::Font;

/// A4, in points. What is drawn keeps clear of what a page of US Letter, which
/// is lower, would cut off.
pub(super) const PAPER: (f32, f32) = (595.28, 841.89);
const SIDE: f32 = 36.0;
const TOP: f32 = 44.0;
const BOTTOM: f32 = 54.0;
const WIDTH: f32 = PAPER.0 - 2.0 * SIDE;
const COLUMN_GAP: f32 = 16.0;

/// The sizes of the first page, tried until it holds everything.
const SIZES: [f32; 5] = [9.0, 8.5, 8.0, 7.5, 7.0];

/// The size of what is behind it.
const SMALL: f32 = 7.2;

/// The shapes of a page, y running downwards.
pub(super) type Sketch = Vec<Shape>;

/// Something that no page break goes through.
struct Unit {
    height: f32,
    shapes: Vec<Shape>,
    /// Whether what follows has to stand on the same page.
    keep: bool,
}

/// A column of units in the making.
struct Column<'f> {
    font: &'f Font,
    width: f32,
    size: f32,
    units: Vec<Unit>,
}

/// Lays the sheet out.
pub(super) fn pages(font: &Font, sheet: &Sheet) -> Vec<Sketch> {
    let mut first = Vec::new();
    for size in SIZES {
        first = essentials(font, sheet, size);
        if first.len() == 1 {
            break;
        }
    }
    let mut flow = Flow::new();
    sections(&mut flow, font, &sheet.details, SMALL);
    first.extend(flow.pages);
    footers(font, sheet, &mut first);
    first
}

fn essentials(font: &Font, sheet: &Sheet, size: f32) -> Vec<Sketch> {
    let mut flow = Flow::new();
    let mut head = Column { font, width: WIDTH, size, units: Vec::new() };
    for alarm in &sheet.alarms {
        head.alarm(&alarm.action, &alarm.lines);
    }
    head.text(&sheet.title, size + 4.0, true, Ink::Text);
    head.text(&sheet.lead, size - 0.5, false, Ink::Faint);
    flow.add(head.units);
    sections(&mut flow, font, &sheet.essentials, size);
    flow.pages
}

/// Two narrow sections stand side by side where they fit.
fn sections(flow: &mut Flow, font: &Font, sections: &[Section], size: f32) {
    let mut rest = sections;
    while let [one, others @ ..] = rest {
        rest = others;
        let laid = |section: &Section, width: f32| {
            let mut column = Column { font, width, size, units: Vec::new() };
            column.section(section);
            column.units
        };
        let half = (WIDTH - COLUMN_GAP) / 2.0;
        if let [other, after @ ..] = others
            && !one.wide
            && !other.wide
        {
            let (left, right) = (laid(one, half), laid(other, half));
            if flow.fits(&left) && flow.fits(&right) {
                flow.beside(left, right, half + COLUMN_GAP);
                rest = after;
                continue;
            }
        }
        flow.add(laid(one, WIDTH));
    }
}

impl Column<'_> {
    fn push(&mut self, height: f32, shapes: Vec<Shape>) {
        self.units.push(Unit { height, shapes, keep: false });
    }

    /// A paragraph, a unit a line.
    fn text(&mut self, text: &str, size: f32, bold: bool, ink: Ink) {
        // Bold letters are a little wider.
        let width = if bold { self.width * 0.97 } else { self.width };
        for line in self.font.wrap(&tidy(text), size, width) {
            self.push(size * 1.28, vec![label((0.0, size), line, size, bold, ink)]);
        }
    }

    /// What was added last stands on the page of what follows.
    fn keep_last(&mut self) {
        if let Some(unit) = self.units.last_mut() {
            unit.keep = true;
        }
    }

    fn gap(&mut self, height: f32) {
        self.push(height, Vec::new());
    }

    fn section(&mut self, section: &Section) {
        let size = self.size + 1.0;
        self.gap(self.size * 0.55);
        self.text(&section.title, size, true, Ink::Text);
        let line = Shape::Line { from: (0.0, 1.0), to: (self.width, 1.0), ink: Ink::Grid, dashed: false };
        self.push(3.0, vec![line]);
        for unit in &mut self.units {
            unit.keep = true;
        }
        for part in &section.parts {
            match part {
                Part::Words(words) => self.text(words, self.size, false, Ink::Text),
                Part::Facts(facts) => {
                    let names = facts.iter().map(|(name, _)| self.font.width(&tidy(name), self.size));
                    let indent = (names.fold(0.0, f32::max) + CELL_GAP).min(self.width * 0.4);
                    for (name, known) in facts {
                        self.fact(name, known, indent);
                    }
                }
                Part::List(items) => {
                    for item in items {
                        self.item(item);
                    }
                }
                Part::Table(table) => self.table(table),
                Part::Chart(chart) => self.chart(chart),
            }
        }
    }

    fn fact(&mut self, name: &str, known: &str, indent: f32) {
        let size = self.size;
        let lines = self.font.wrap(&tidy(known), size, self.width - indent);
        for (at, line) in lines.into_iter().enumerate() {
            let mut shapes = Vec::new();
            if at == 0 {
                shapes.push(label((0.0, size), tidy(name), size, false, Ink::Faint));
            }
            shapes.push(label((indent, size), line, size, false, Ink::Text));
            self.push(size * 1.28, shapes);
        }
    }

    fn item(&mut self, item: &str) {
        let (size, indent) = (self.size, self.size);
        let lines = self.font.wrap(&tidy(item), size, self.width - indent);
        for (at, line) in lines.into_iter().enumerate() {
            let mut shapes = Vec::new();
            if at == 0 {
                shapes.push(label((0.0, size), "-".to_owned(), size, false, Ink::Text));
            }
            shapes.push(label((indent, size), line, size, false, Ink::Text));
            self.push(size * 1.28, shapes);
        }
    }

    /// The action of an open flag, in a frame.
    fn alarm(&mut self, action: &str, lines: &[String]) {
        const PAD: f32 = 6.0;
        let mut inner =
            Column { font: self.font, width: self.width - 2.0 * PAD, size: self.size, units: Vec::new() };
        inner.text(action, self.size + 4.0, true, Ink::Alarm);
        for line in lines {
            inner.text(line, self.size, false, Ink::Text);
        }
        let mut y = PAD;
        let mut shapes = Vec::new();
        for unit in inner.units {
            shapes.extend(unit.shapes.into_iter().map(|shape| moved(shape, (PAD, y))));
            y += unit.height;
        }
        y += PAD - 2.0;
        let (w, h) = (self.width, y);
        for (from, to) in
            [((0.0, 0.0), (w, 0.0)), ((0.0, h), (w, h)), ((0.0, 0.0), (0.0, h)), ((w, 0.0), (w, h))]
        {
            shapes.push(Shape::Line { from, to, ink: Ink::Alarm, dashed: false });
        }
        self.push(y + 6.0, shapes);
    }

    fn chart(&mut self, chart: &Chart) {
        let scale = self.width / chart.width;
        let shapes = chart.shapes.iter().map(|shape| scaled(shape.clone(), scale)).collect();
        self.push(chart.height * scale + 2.0, shapes);
        self.text(&chart.words(), self.size - 0.5, false, Ink::Faint);
    }

    /// A table; each row is a unit, the header goes with the first one.
    fn table(&mut self, table: &Table) {
        let size = self.size - 0.5;
        if !table.caption.is_empty() {
            let before = self.units.len();
            self.text(&table.caption, size, false, Ink::Faint);
            for unit in &mut self.units[before..] {
                unit.keep = true;
            }
        }
        let header: Vec<String> = table.header.iter().map(|name| (*name).to_owned()).collect();
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| tidy(cell)).collect()).collect();
        let widths = self.columns(&header, &rows, size);
        let first = self.units.len();
        self.row(&header, &widths, size, Ink::Faint);
        self.keep_last();
        for row in &rows {
            self.row(row, &widths, size, Ink::Text);
        }
        let rows = &mut self.units[first..];
        if let [all @ .., _] = rows
            && all.iter().map(|unit| unit.height).sum::<f32>() < LOW
        {
            for unit in all {
                unit.keep = true;
            }
        }
    }

    fn row(&mut self, cells: &[String], widths: &[f32], size: f32, ink: Ink) {
        let mut shapes = Vec::new();
        let (mut x, mut tallest) = (0.0, 1.0_f32);
        for (cell, width) in cells.iter().zip(widths) {
            let mut y = size;
            let mut lines = 0.0;
            for line in self.font.wrap(cell, size, width - CELL_GAP + ROUNDING) {
                shapes.push(label((x, y), line, size, false, ink));
                y += size * 1.2;
                lines += 1.0;
            }
            tallest = tallest.max(lines);
            x += width;
        }
        let height = tallest * size * 1.2 + 2.4;
        let line = (0.0, height - 0.4);
        shapes.push(Shape::Line { from: line, to: (self.width, line.1), ink: Ink::Grid, dashed: false });
        self.push(height, shapes);
    }

    /// How wide each column is: as wide as its cells where there is room, or
    /// else at least as wide as its longest word.
    fn columns(&self, header: &[String], rows: &[Vec<String>], size: f32) -> Vec<f32> {
        let all = |at: usize| rows.iter().filter_map(move |row| row.get(at)).chain(header.get(at));
        let widest =
            |at: usize, of: &dyn Fn(&str) -> f32| all(at).map(|cell| of(cell)).fold(0.0, f32::max) + CELL_GAP;
        let count = header.len();
        let natural: Vec<f32> =
            (0..count).map(|at| widest(at, &|cell| self.font.width(cell, size))).collect();
        let word = |cell: &str| cell.split(' ').map(|w| self.font.width(w, size)).fold(0.0, f32::max);
        let share = self.width / length(count);
        let least = |at: usize| if natural[at] <= SHORT { natural[at] } else { widest(at, &word).min(share) };
        let least: Vec<f32> = (0..count).map(least).collect();
        let (wanted, needed): (f32, f32) = (natural.iter().sum(), least.iter().sum());
        if wanted <= self.width {
            return natural;
        }
        let room = ((self.width - needed) / (wanted - needed).max(1.0)).max(0.0);
        natural.iter().zip(&least).map(|(natural, least)| least + (natural - least) * room).collect()
    }
}

const CELL_GAP: f32 = 7.0;

/// A cell as wide as its column is not broken by the last digit of a sum.
const ROUNDING: f32 = 0.1;

/// A column up to this wide is never squeezed.
const SHORT: f32 = 46.0;

/// A table up to this high stays on one page.
const LOW: f32 = 230.0;

fn length(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}

fn label((x, y): (f32, f32), text: String, size: f32, bold: bool, ink: Ink) -> Shape {
    Shape::Label { x, y, text, anchor: Anchor::Start, ink, size, bold }
}

fn moved(shape: Shape, (dx, dy): (f32, f32)) -> Shape {
    match shape {
        Shape::Rect { x, y, w, h, ink } => Shape::Rect { x: x + dx, y: y + dy, w, h, ink },
        Shape::Line { from, to, ink, dashed } => {
            Shape::Line { from: (from.0 + dx, from.1 + dy), to: (to.0 + dx, to.1 + dy), ink, dashed }
        }
        Shape::Label { x, y, text, anchor, ink, size, bold } => {
            Shape::Label { x: x + dx, y: y + dy, text, anchor, ink, size, bold }
        }
    }
}

fn scaled(shape: Shape, by: f32) -> Shape {
    match shape {
        Shape::Rect { x, y, w, h, ink } => Shape::Rect { x: x * by, y: y * by, w: w * by, h: h * by, ink },
        Shape::Line { from, to, ink, dashed } => {
            Shape::Line { from: (from.0 * by, from.1 * by), to: (to.0 * by, to.1 * by), ink, dashed }
        }
        Shape::Label { x, y, text, anchor, ink, size, bold } => {
            Shape::Label { x: x * by, y: y * by, text: tidy(&text), anchor, ink, size: size * by, bold }
        }
    }
}

/// Pages in the making.
struct Flow {
    pages: Vec<Sketch>,
    y: f32,
}

impl Flow {
    fn new() -> Self {
        Self { pages: vec![Vec::new()], y: TOP }
    }

    fn room(&self) -> f32 {
        PAPER.1 - BOTTOM - self.y
    }

    fn fits(&self, units: &[Unit]) -> bool {
        units.iter().map(|unit| unit.height).sum::<f32>() <= self.room()
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn draw(&mut self, unit: Unit, x: f32) {
        let at = (SIDE + x, self.y);
        if let Some(page) = self.pages.last_mut() {
            page.extend(unit.shapes.into_iter().map(|shape| moved(shape, at)));
        }
        self.y += unit.height;
    }

    /// Adds units below each other, a heading never without what it heads.
    fn add(&mut self, units: Vec<Unit>) {
        let heights: Vec<(f32, bool)> = units.iter().map(|unit| (unit.height, unit.keep)).collect();
        for (at, unit) in units.into_iter().enumerate() {
            let mut needed = 0.0;
            for (height, keep) in &heights[at..] {
                needed += height;
                if !keep {
                    break;
                }
            }
            // What is higher than a page stands on one all the same.
            if needed > self.room() && self.y > TOP {
                self.turn();
            }
            self.draw(unit, 0.0);
        }
    }

    fn beside(&mut self, left: Vec<Unit>, right: Vec<Unit>, x: f32) {
        let top = self.y;
        for unit in left {
            self.draw(unit, 0.0);
        }
        let end = std::mem::replace(&mut self.y, top);
        for unit in right {
            self.draw(unit, x);
        }
        self.y = self.y.max(end);
    }
}

/// What stands at the foot of each page.
fn footers(font: &Font, sheet: &Sheet, pages: &mut [Sketch]) {
    let lacks = |shape: &Shape| matches!(shape, Shape::Label { text, .. } if font.lacks(text));
    let missing = pages.iter().flatten().any(lacks);
    let (all, y) = (pages.len(), PAPER.1 - 38.0);
    for (at, page) in pages.iter_mut().enumerate() {
        let words = format!("{} - page {} of {all}", tidy(&sheet.foot), at + 1);
        for (line, words) in font.wrap(&words, SMALL, WIDTH).into_iter().take(1).enumerate() {
            page.push(label((SIDE, y + length(line) * 9.0), words, SMALL, false, Ink::Faint));
        }
        if missing {
            let words = "A sign like \u{fffd} stands for a letter that this page cannot show; the text and HTML reports have it.";
            page.push(label((SIDE, y + 9.0), words.to_owned(), SMALL, false, Ink::Faint));
        }
    }
}
