//! The sheet as one HTML page: no script, no network, dark and light, and a
//! first page of paper that stands alone. Paper has a second page and no more: what
//! would need a third stays on the screen, and the second one says so.

use std::fmt::Write as _;

use super::svg::svg;
use super::{Part, Section, Sheet, Table, tidy};

const STYLE: &str = include_str!("report.css");

/// A cell of so many letters stays on one line.
const SHORT: usize = 15;

/// The sheet as a page of its own.
pub fn html(sheet: &Sheet) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape(&sheet.title)
    );
    for alarm in &sheet.alarms {
        let _ = writeln!(page, "<div class=\"alarm\">\n<p><strong>{}</strong></p>", escape(&alarm.action));
        for line in &alarm.lines {
            let _ = writeln!(page, "<p>{}</p>", escape(line));
        }
        page.push_str("</div>\n");
    }
    let _ =
        writeln!(page, "<h1>{}</h1>\n<p class=\"lead\">{}</p>", escape(&sheet.title), escape(&sheet.lead));
    let mut number = 0;
    for (class, sections) in [("first", &sheet.essentials), ("more", &sheet.details)] {
        let _ = writeln!(page, "<div class=\"{class}\">");
        for section in sections {
            number += 1;
            one(&mut page, section, number);
        }
        off_paper(&mut page, sections);
        page.push_str("</div>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// Names, on paper alone, what paper goes without.
fn off_paper(page: &mut String, sections: &[Section]) {
    let left: Vec<&str> = sections.iter().filter(|s| s.screen).map(|s| s.title.as_str()).collect();
    if !left.is_empty() {
        let _ = writeln!(
            page,
            "<p class=\"paper\">Not on paper, but on the screen and in the PDF: {}.</p>",
            escape(&left.join("; "))
        );
    }
}

fn one(page: &mut String, section: &Section, number: usize) {
    let class = match (section.wide, section.screen) {
        (_, true) => " class=\"wide screen\"",
        (true, false) => " class=\"wide\"",
        (false, false) => "",
    };
    let _ = writeln!(
        page,
        "<section aria-labelledby=\"s{number}\"{class}>\n<h2 id=\"s{number}\">{}</h2>",
        escape(&section.title)
    );
    for part in &section.parts {
        match part {
            Part::Words(words) => {
                let _ = writeln!(page, "<p>{}</p>", escape(words));
            }
            Part::Facts(facts) => {
                page.push_str("<dl>\n");
                for (name, known) in facts {
                    let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(known));
                }
                page.push_str("</dl>\n");
            }
            Part::List(items) => {
                page.push_str("<ul>\n");
                for item in items {
                    let _ = writeln!(page, "<li>{}</li>", escape(item));
                }
                page.push_str("</ul>\n");
            }
            Part::Table(table) => rows(page, table),
            Part::Chart(chart) => {
                let _ =
                    writeln!(page, "{}<p>{}</p>", svg(chart, &format!("c{number}")), escape(&chart.words()));
            }
        }
    }
    page.push_str("</section>\n");
}

fn rows(page: &mut String, table: &Table) {
    page.push_str("<table>\n");
    if !table.caption.is_empty() {
        let _ = writeln!(page, "<caption>{}</caption>", escape(&table.caption));
    }
    page.push_str("<thead><tr>");
    for name in &table.header {
        let _ = write!(page, "<th scope=\"col\">{}</th>", escape(name));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        page.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            // A day or a name of an entry is not broken; a long word may be.
            let class = if cell.chars().count() <= SHORT { " class=\"short\"" } else { "" };
            let cell = escape(cell);
            let _ = if at == 0 {
                write!(page, "<th scope=\"row\"{class}>{cell}</th>")
            } else {
                write!(page, "<td{class}>{cell}</td>")
            };
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

/// A text that no reader of HTML or SVG can take for anything else.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::new();
    for c in tidy(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
