//! The sheet as text of the terminal's width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::super::page::{Page, clean};
use super::chart::LETTERS_KEY;
use super::{Part, Section, Sheet, Table, tidy};

/// So many columns can be squeezed.
const MANY: usize = 4;

/// The sheet as text; without tables and drawings where those are not wanted.
pub fn text(page: &Page, sheet: &Sheet) -> String {
    let mut text = String::new();
    let loud = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    for alarm in &sheet.alarms {
        // In a pipe the action stays one line, the first one, however long it is.
        let action = tidy(&alarm.action);
        let action = if page.terminal { page.wrap(&action, "", "") } else { format!("{action}\n") };
        let _ = writeln!(text, "{loud}{}{loud:#}", action.trim_end());
        for line in &alarm.lines {
            text.push_str(&page.wrap(&tidy(line), "  ", "    "));
        }
        text.push('\n');
    }
    text.push_str(&page.wrap(&tidy(&sheet.title), "", "  "));
    text.push_str(&page.wrap(&tidy(&sheet.lead), "", "  "));
    for section in sheet.essentials.iter().chain(&sheet.details) {
        text.push_str(&one(page, section));
    }
    text
}

fn one(page: &Page, section: &Section) -> String {
    let mut text = page.heading(&tidy(&section.title));
    for part in &section.parts {
        match part {
            Part::Words(words) => text.push_str(&page.wrap(&tidy(words), "", "")),
            Part::Facts(facts) => {
                for (name, known) in facts {
                    text.push_str(&page.wrap(&tidy(&format!("{name}: {known}")), "", "  "));
                }
            }
            Part::List(items) => {
                for item in items {
                    text.push_str(&page.wrap(&tidy(item), "- ", "  "));
                }
            }
            Part::Table(table) => text.push_str(&rows(page, table)),
            Part::Chart(chart) => {
                // A reader aloud spells letters; the weeks stand in a table as well.
                if !page.plain && !chart.letters.is_empty() {
                    for line in &chart.letters {
                        text.push_str(clean(line).trim_end());
                        text.push('\n');
                    }
                    text.push_str(&page.wrap(LETTERS_KEY, "", ""));
                }
                text.push_str(&page.wrap(&tidy(&chart.says), "", ""));
            }
        }
    }
    text
}

fn rows(page: &Page, table: &Table) -> String {
    let mut text = String::new();
    if !table.caption.is_empty() {
        text.push_str(&page.wrap(&tidy(&table.caption), "", ""));
    }
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| tidy(cell)).collect()).collect();
    // Many columns that do not fit would break every word of theirs.
    if page.plain || page.fits(&table.header, &rows) || table.header.len() <= MANY {
        return text + &page.table(&table.header, rows);
    }
    for row in rows {
        let cells = table.header.iter().zip(&row).enumerate().filter(|(_, (_, cell))| !cell.is_empty());
        let cells =
            cells.map(|(at, (name, cell))| if at == 0 { cell.clone() } else { format!("{name} {cell}") });
        text.push_str(&page.wrap(&cells.collect::<Vec<_>>().join("; "), "- ", "  "));
    }
    text
}
