//! What every text view shares: width, wrapping, tables, the alert.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use crate::domain::library::{NUMBER, NUMBER_KEY, Urgency};
use crate::domain::measure::Unit;
use crate::domain::needs::{Need, NeedKind};
use crate::domain::screening::Flag;
use crate::domain::units::Units;

/// A line below the header, and nothing else.
const RULED: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-'));

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Without tables, for screen readers and pipes.
    pub plain: bool,
    /// Whether a person looks at it on a terminal.
    pub terminal: bool,
    /// In which units weights and distances are said.
    pub units: Units,
}

impl Page {
    /// Wraps a paragraph, each line after the first one indented.
    pub fn wrap(&self, text: &str, first: &str, rest: &str) -> String {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let mut wrapped = textwrap::fill(&clean(text), options);
        wrapped.push('\n');
        wrapped
    }

    /// A heading.
    pub fn heading(&self, text: &str) -> String {
        let bold = Style::new().bold();
        let words = self.wrap(text, "", "  ");
        format!("\n{bold}{}{bold:#}\n", words.trim_end())
    }

    /// Whether a table keeps each cell on one line; always so where there are
    /// no tables.
    pub fn fits(&self, header: &[&str], rows: &[Vec<String>]) -> bool {
        let width = |at: usize, name: &str| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([name.chars().count()]).max().unwrap_or_default() + 2
        };
        let columns: usize = header.iter().enumerate().map(|(at, name)| width(at, name)).sum();
        self.plain || columns + header.len() < self.width
    }

    /// A table, or one line a row where tables are not wanted.
    pub fn table(&self, header: &[&str], rows: Vec<Vec<String>>) -> String {
        if self.plain {
            let mut lines = String::new();
            for row in rows {
                let cells: Vec<String> = header
                    .iter()
                    .zip(&row)
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(
                        |(name, cell)| {
                            if name.is_empty() { clean(cell) } else { format!("{name}: {}", clean(cell)) }
                        },
                    )
                    .collect();
                let line = cells.join("; ");
                // A pipe gets a record a line; a terminal would break it anyhow.
                if self.terminal {
                    lines.push_str(&self.wrap(&line, "", "  "));
                } else {
                    let _ = writeln!(lines, "{line}");
                }
            }
            return lines;
        }
        let mut table = Table::new();
        table.load_style(RULED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(self.width).unwrap_or(80));
        table.set_header(header.to_vec());
        for row in rows {
            table.add_row(row.iter().map(|cell| clean(cell)).collect::<Vec<_>>());
        }
        let lines: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n") + "\n"
    }
}

/// A text without control characters and changes of direction, which a note or
/// a file could use to steer a terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if steers(c) && c != '\n' { '?' } else { c }).collect()
}

/// Whether a character steers what shows it: a control character, a change of
/// direction, or a break of lines that only some know.
pub(super) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same text with a capital letter first.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The command that records what is needed.
pub fn command(need: &Need) -> String {
    let id = &need.id;
    match (need.kind, id.as_str()) {
        (NeedKind::Questions, _) => "sinew screen".to_owned(),
        (NeedKind::Decision, _) => format!("sinew {id}"),
        (NeedKind::Reading, "pain-worst") => "sinew log N".to_owned(),
        (NeedKind::Reading, "pain-rest" | "pain-walking" | "pain-morning") => {
            format!("sinew log --{} N", id.trim_start_matches("pain-"))
        }
        (NeedKind::Reading, "limp") => "sinew log --limp yes/no".to_owned(),
        (NeedKind::Reading, "woken-by-pain") => "sinew log --woken yes/no".to_owned(),
        (NeedKind::Reading, _) => format!("sinew log --set {id}=VALUE"),
        (NeedKind::Test, _) if need.both_sides() => format!("sinew test {id} --left N --right N"),
        (NeedKind::Test, _) if need.unit == Some(Unit::YesNo) => format!("sinew test {id} yes/no"),
        (NeedKind::Test, _) => format!("sinew test {id} VALUE"),
        (NeedKind::Session, _) => {
            let dose = need.dose.as_ref().map(|d| format!(" {d}")).unwrap_or_default();
            format!("sinew done {id}{dose} --pain N")
        }
        (NeedKind::Clearance, _) => format!("sinew clear {id} --by NAME --role ROLE --outcome OUTCOME"),
    }
}

/// The action of a rule, with the number to call.
pub fn action(flag: &Flag) -> String {
    flag.rule.action.replace(NUMBER_KEY, NUMBER)
}

/// What open emergency and urgent flags ask for: the action first, then what
/// was reported, why it matters, what to leave alone and what to bring.
/// Nothing when there are none.
pub fn alert<'f>(page: &Page, flags: impl Iterator<Item = &'f Flag>) -> String {
    let mut text = String::new();
    let mut flags: Vec<&Flag> = flags.filter(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent).collect();
    flags.sort_by_key(|f| std::cmp::Reverse(f.rule.urgency));
    for flag in flags {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&one_alert(page, flag));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The most urgent action once more, below a page that a terminal may have
/// scrolled past its first line. In a pipe nothing scrolls.
pub fn alert_again<'f>(page: &Page, flags: impl Iterator<Item = &'f Flag>) -> String {
    let stopping = flags.filter(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent);
    match stopping.min_by_key(|f| std::cmp::Reverse(f.rule.urgency)) {
        Some(flag) if page.terminal => format!("\n{}", loud_action(page, flag)),
        _ => String::new(),
    }
}

fn loud_action(page: &Page, flag: &Flag) -> String {
    let loud = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let action = action(flag);
    // In a pipe the action stays one line, the first one, however long it is.
    let line = if page.terminal { page.wrap(&action, "", "") } else { format!("{action}\n") };
    format!("{loud}{}{loud:#}\n", line.trim_end())
}

fn one_alert(page: &Page, flag: &Flag) -> String {
    let mut text = loud_action(page, flag);
    text.push_str(&flag_body(page, flag));
    if flag.opened.is_none() {
        // Judged without an episode: there is nothing to keep open.
        return text;
    }
    let other = flag.episode.map(|n| format!(" --episode {n}")).unwrap_or_default();
    text.push_str(&page.wrap("Open until a clinician's outcome is on record:", "  ", "  "));
    let command = format!("sinew clear {}{other} --by NAME --role ROLE --outcome OUTCOME", flag.rule.id);
    text.push_str(&page.wrap(&command, "    ", "      "));
    text
}

/// What raised a flag and when, and what a clinician said of it.
pub fn reported(page: &Page, flag: &Flag) -> String {
    let mut text = String::new();
    let mut said: Vec<String> = flag.because.iter().map(|b| format!("{}: {}", b.id, b.said)).collect();
    // Many entries can say one thing.
    said.dedup();
    let when = flag.day.map(|day| format!(" ({day})")).unwrap_or_default();
    text.push_str(&page.wrap(&format!("Reported{when}: {}.", said.join(", ")), "  ", "    "));
    if let Some(outcome) = &flag.outcome {
        let until = outcome.expires.map(|day| format!(", until {day}")).unwrap_or_default();
        let result = outcome.outcome.id();
        let words =
            format!("Seen on {} by {} ({}): {result}{until}.", outcome.day, outcome.who, outcome.role);
        text.push_str(&page.wrap(&words, "  ", "    "));
    }
    text
}

/// What stands below the action of a flag.
pub fn flag_body(page: &Page, flag: &Flag) -> String {
    let mut text = reported(page, flag);
    text.push_str(&page.wrap(
        &format!("This can be a sign of {}.", flag.rule.can_be_a_sign_of),
        "  ",
        "    ",
    ));
    for line in &flag.rule.do_not {
        text.push_str(&page.wrap(line, "  - ", "    "));
    }
    if !flag.rule.bring.is_empty() {
        text.push_str(&page.wrap(&format!("Take along: {}", flag.rule.bring.join(" ")), "  ", "    "));
    }
    let source = format!("Rule {} ({}). {}", flag.rule.id, flag.rule.source.join(", "), flag.rule.why);
    text.push_str(&page.wrap(&source, "  ", "    "));
    text
}
