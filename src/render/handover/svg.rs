//! Charts as SVG. Colours come from the style sheet of the page.

use std::fmt::Write as _;

use super::chart::{Anchor, Chart, Ink, Shape};
use super::html::escape;

/// The drawing, with its title and description; `id` is unique on the page.
pub(super) fn svg(chart: &Chart, id: &str) -> String {
    let (width, height) = (number(chart.width), number(chart.height));
    let mut text = format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t\" aria-describedby=\"{id}-d\">\n<title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n",
        escape(&chart.title),
        escape(&chart.words())
    );
    for shape in &chart.shapes {
        one(&mut text, shape);
    }
    text.push_str("</svg>\n");
    text
}

fn one(text: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Rect { x, y, w, h, ink } => writeln!(
            text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"/>",
            number(*x),
            number(*y),
            number(*w),
            number(*h),
            class(*ink)
        ),
        Shape::Line { from, to, ink, dashed } => writeln!(
            text,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}{}\"/>",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1),
            class(*ink),
            if *dashed { " dashed" } else { "" }
        ),
        Shape::Label { x, y, text: label, anchor, ink, size, bold } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *bold { " font-weight=\"bold\"" } else { "" };
            writeln!(
                text,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{weight} class=\"{}\">{}</text>",
                number(*x),
                number(*y),
                class(*ink),
                escape(label)
            )
        }
    };
}

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Band => "band",
        Ink::Grid => "grid",
        Ink::Value => "value",
        Ink::Other => "other",
        Ink::Amber => "amber",
        Ink::Red => "red",
        Ink::Flag => "flag",
        Ink::Text => "text",
        Ink::Faint => "faint",
        Ink::Paper => "paper",
        Ink::Alarm => "alarm",
    }
}

/// Two decimals are finer than any printer.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
