//! The sheet as Markdown.

use std::fmt::Write as _;

use super::super::page::clean;
use super::chart::LETTERS_KEY;
use super::{Part, Section, Sheet, Table, tidy};

/// The sheet as Markdown, which says nothing but what stands in it: what a
/// person wrote can make no heading, no table and no HTML of its own.
pub fn markdown(sheet: &Sheet) -> String {
    let mut text = String::new();
    for alarm in &sheet.alarms {
        let _ = writeln!(text, "**{}**\n", safe(&alarm.action));
        for line in &alarm.lines {
            let _ = writeln!(text, "- {}", safe(line));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "# {}\n\n{}", safe(&sheet.title), safe(&sheet.lead));
    for section in sheet.essentials.iter().chain(&sheet.details) {
        one(&mut text, section);
    }
    text
}

fn one(text: &mut String, section: &Section) {
    let _ = writeln!(text, "\n## {}", safe(&section.title));
    for part in &section.parts {
        text.push('\n');
        match part {
            Part::Words(words) => {
                let _ = writeln!(text, "{}", safe(words));
            }
            Part::Facts(facts) => {
                for (name, known) in facts {
                    let _ = writeln!(text, "- **{}:** {}", safe(name), safe(known));
                }
            }
            Part::List(items) => {
                for item in items {
                    let _ = writeln!(text, "- {}", safe(item));
                }
            }
            Part::Table(table) => rows(text, table),
            Part::Chart(chart) => {
                if !chart.letters.is_empty() {
                    // What is indented is code, and cannot be ended from within.
                    for line in &chart.letters {
                        let _ = writeln!(text, "{}", format!("    {}", clean(line)).trim_end());
                    }
                    let _ = writeln!(text, "\n{LETTERS_KEY}\n");
                }
                let _ = writeln!(text, "{}", safe(&chart.says));
            }
        }
    }
}

fn rows(text: &mut String, table: &Table) {
    if !table.caption.is_empty() {
        let _ = writeln!(text, "{}\n", safe(&table.caption));
    }
    let _ = writeln!(text, "| {} |", table.header.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(table.header.len()));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| safe(cell)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

/// A text in which no letter means anything to Markdown or to HTML.
fn safe(text: &str) -> String {
    let mut safe = String::new();
    for (at, c) in tidy(text).chars().enumerate() {
        let means = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~')
            || (at == 0 && matches!(c, '#' | '+' | '-' | '=' | '.'));
        if means {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}
