//! Texts made from shipped files by a recipe: some of their tables, with lines
//! swapped, deleted and doubled, values replaced, and two files spliced.
//!
//! The recipe is the fuzzer's input, a few dozen bytes. Most texts hold only a
//! few tables of the file, because a short text is read many times quicker.

use std::sync::LazyLock;

/// What a text is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A program.
    Program,
    /// Red flags.
    RedFlags,
}

/// A shipped file in its tables: a head, then one piece for each table.
struct Shipped {
    kind: Kind,
    head: &'static str,
    tables: Vec<&'static str>,
}

macro_rules! program {
    ($name:literal) => {
        (Kind::Program, include_str!(concat!("../../programs/", $name, ".toml")))
    };
}

const FILES: [(Kind, &str); 11] = [
    program!("calf-strain-1"),
    program!("calf-strain-2"),
    program!("hamstring-strain-1"),
    program!("hamstring-strain-2"),
    program!("hamstring-strain-3"),
    program!("low-back-strain"),
    program!("prevention"),
    program!("proximal-hamstring-tendinopathy"),
    program!("sciatica"),
    program!("thigh-tightness"),
    (Kind::RedFlags, include_str!("../../programs/library/red-flags.toml")),
];

static SHIPPED: LazyLock<Vec<Shipped>> = LazyLock::new(|| FILES.map(|(kind, text)| cut(kind, text)).into());

fn cut(kind: Kind, text: &'static str) -> Shipped {
    let mut starts: Vec<usize> = text.match_indices("\n[").map(|(at, _)| at + 1).collect();
    starts.push(text.len());
    let tables = starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
    Shipped { kind, head: &text[..starts[0]], tables }
}

/// Values that have broken readers before.
const VALUES: [&str; 36] = [
    "0",
    "-1",
    "1",
    "3650",
    "3651",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "99999999999999999999999999",
    "0x7fffffffffffffff",
    "0b1",
    "1e308",
    "-1e-308",
    "1e999",
    "nan",
    "-inf",
    "10.000001",
    "true",
    "\"\"",
    "\" \"",
    "\"0x0\"",
    "\"9999x9999x9999min\"",
    "\"4294967295x1\"",
    "\"2x10x5m\"",
    "\"rung9999\"",
    "\"\\u0000\"",
    "\"\u{202e}\u{1f9b5}e\u{301}\"",
    "'''\n'''",
    "[]",
    "[1]",
    "[3, 2]",
    "[[[[[[[[1]]]]]]]]",
    "[\"ours\", 1, {}]",
    "{}",
    "{ green = 10, amber = 10, morning-rise = 3 }",
    "1979-05-27T07:32:00Z",
];

/// Lines that stand well or badly in most tables.
const LINES: [&str; 20] = [
    "[[phase]]",
    "[[phase.exit]]",
    "[[phase.exercise]]",
    "[[phase.exercise.rung]]",
    "[[phase.care]]",
    "[[rule]]",
    "[[rule.when]]",
    "[phase]",
    "[rule.when]",
    "why = \"Because.\"",
    "source = [\"ours\"]",
    "days-in-phase = 1",
    "clearance = \"rf-01\"",
    "all = [{ question = \"age\", op = \"<\", value = 20 }]",
    "any = [{ question = \"region\", is = [\"calf\"] }]",
    "unless = [{ question = \"injury-explains-it\" }]",
    "covered-by = [\"rf-01\"]",
    "= 3",
    "\"",
    "\r\u{feff}",
];

/// Reads a recipe byte by byte; a recipe that has run out is all zero.
struct Recipe<'r>(&'r [u8]);

impl Recipe<'_> {
    fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        (self.byte() << 8 | self.byte()) % end
    }
}

/// The text that a recipe makes, and what to read it as.
pub fn text(recipe: &[u8]) -> (Kind, String) {
    let mut recipe = Recipe(recipe);
    let file = &SHIPPED[recipe.byte() % SHIPPED.len()];
    let mut lines: Vec<String> = some_of(file, &mut recipe).lines().map(str::to_owned).collect();
    // Ids of one's own: a built-in red flag is refused at once.
    for line in lines.iter_mut().filter(|line| line.starts_with("id = \"rf-")) {
        line.insert_str("id = \"".len(), "own-");
    }
    while !recipe.0.is_empty() {
        edit(&mut lines, &mut recipe);
    }
    (file.kind, lines.join("\n"))
}

/// The head of a file and a few of its tables; now and then all of them.
fn some_of(file: &Shipped, recipe: &mut Recipe<'_>) -> String {
    let choice = recipe.byte();
    let (from, count) = if choice % 32 == 31 {
        (0, file.tables.len())
    } else {
        (recipe.below(file.tables.len()), 1 + choice % 12)
    };
    let window = file.tables.iter().skip(from).take(count).copied();
    // A table of a phase belongs to the phase before it.
    let open =
        file.tables[..from].iter().rev().find(|t| t.starts_with("[[phase]]") || t.starts_with("[[rule]]"));
    std::iter::once(file.head).chain(open.copied()).chain(window).collect()
}

/// One change to the lines.
fn edit(lines: &mut Vec<String>, recipe: &mut Recipe<'_>) {
    let what = recipe.byte() % 9;
    if lines.is_empty() {
        return;
    }
    let at = recipe.below(lines.len());
    match what {
        0 => {
            let other = recipe.below(lines.len());
            lines.swap(at, other);
        }
        1 => {
            lines.remove(at);
        }
        2 => {
            let to = recipe.below(lines.len());
            let line = lines[at].clone();
            lines.insert(to, line);
        }
        3 => {
            let value = VALUES[recipe.byte() % VALUES.len()];
            replace_value(&mut lines[at], value);
        }
        // The value of another line: right in kind, wrong in place.
        4 => {
            let other = recipe.below(lines.len());
            let value = lines[other].split_once('=').map(|(_, value)| value.trim().to_owned());
            replace_value(&mut lines[at], &value.unwrap_or_default());
        }
        5 => lines.insert(at, LINES[recipe.byte() % LINES.len()].to_owned()),
        // Another file from here on.
        6 => {
            let file = &SHIPPED[recipe.byte() % SHIPPED.len()];
            let rest = some_of(file, recipe);
            lines.truncate(at);
            lines.extend(rest.lines().map(str::to_owned));
        }
        7 => replace_digits(&mut lines[at], recipe.byte()),
        _ => {
            let byte = u8::try_from(recipe.byte()).unwrap_or_default();
            let column = recipe.byte() % (lines[at].chars().count() + 1);
            let place = lines[at].char_indices().nth(column).map_or(lines[at].len(), |(place, _)| place);
            lines[at].insert(place, char::from(byte));
        }
    }
}

fn replace_value(line: &mut String, value: &str) {
    if let Some((key, _)) = line.split_once('=') {
        *line = format!("{}= {value}", key);
    }
}

/// Turns the first number of a line into another one.
fn replace_digits(line: &mut String, number: usize) {
    let Some(from) = line.find(|c: char| c.is_ascii_digit()) else { return };
    let to = line[from..].find(|c: char| !c.is_ascii_digit()).map_or(line.len(), |end| from + end);
    line.replace_range(from..to, &number.to_string());
}
