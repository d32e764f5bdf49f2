//! The long format of a diary: a row for each thing that an entry says.

use super::dose::Dose;
use super::entry::{Answer, Entry, Fact, Performed, Reading, Side};
use super::library::Library;
use super::measure::Unit;
use super::question::AnswerValue;

/// The columns of the long format.
pub const COLUMNS: [&str; 8] = ["day", "time", "kind", "item", "side", "value", "unit", "note"];

/// The measure whose rows name in their note the exercise that they belong to.
pub const PAIN_DURING: &str = "pain-during";

/// A row of the long format.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The calendar date, and the time of day by the clock of its place.
    pub day: String,
    /// To the minute.
    pub time: String,
    /// What kind of row it is.
    pub kind: &'static str,
    /// What it speaks of.
    pub item: String,
    /// The side, or nothing.
    pub side: &'static str,
    /// The value.
    pub value: String,
    /// Its unit.
    pub unit: &'static str,
    /// The person's own words.
    pub note: String,
}

impl Row {
    /// The cells, in the order of [`COLUMNS`].
    pub fn cells(&self) -> [&str; 8] {
        [&self.day, &self.time, self.kind, &self.item, self.side, &self.value, self.unit, &self.note]
    }
}

/// The rows of an entry. Decisions and clinicians' outcomes have none: a row holds
/// too little of them. `calm` are the answers of a screen in which nothing applied.
pub fn rows(library: &Library, calm: &[Answer], entry: &Entry) -> Vec<Row> {
    let mut rows = match &entry.fact {
        Fact::CheckIn { readings, answers } => {
            let readings = readings.iter().map(|r| reading(library, r));
            readings.chain(answers.iter().map(|a| answer("answer", a))).collect()
        }
        Fact::Screen(answers) if same_answers(answers, calm) => {
            vec![Row { kind: "screen", item: "red-flags".into(), value: "none".into(), ..Row::default() }]
        }
        Fact::Screen(answers) => answers.iter().map(|a| answer("screen", a)).collect(),
        Fact::Performed(p) => performed(p),
        Fact::Care(care) => vec![Row {
            kind: "care",
            item: care.kind.clone(),
            side: side(care.side),
            value: care.minutes.map(|m| m.to_string()).unwrap_or_default(),
            unit: if care.minutes.is_some() { "min" } else { "" },
            ..Row::default()
        }],
        Fact::Note => vec![Row { kind: "note", ..Row::default() }],
        Fact::Decision(_) | Fact::Clearance(_) | Fact::Withdrawn => return Vec::new(),
    };
    let note = entry.note.as_deref().map(on_one_line);
    if let Some(note) = note.filter(|note| !note.is_empty()) {
        let alone = |row: &Row| row.note.is_empty() && row.item != PAIN_DURING;
        let one = matches!(entry.fact, Fact::Performed(_)) || rows.len() == 1;
        match rows.first_mut().filter(|row| one && alone(row)) {
            Some(row) => row.note = note,
            None => rows.push(Row { kind: "note", note, ..Row::default() }),
        }
    }
    let (day, time) = (entry.at.format("%Y-%m-%d").to_string(), entry.at.format("%H:%M").to_string());
    for row in &mut rows {
        row.day.clone_from(&day);
        row.time.clone_from(&time);
    }
    rows
}

/// What ends a line, for one reader or another.
pub const BREAKS: [char; 2] = ['\n', '\r'];

/// A text as a row holds it: a row is a line, and begins and ends with a word.
fn on_one_line(text: &str) -> String {
    text.trim().replace("\r\n", " ").replace(BREAKS, " ")
}

fn side(side: Option<Side>) -> &'static str {
    side.map(Side::id).unwrap_or_default()
}

fn same_answers(answers: &[Answer], calm: &[Answer]) -> bool {
    answers.len() == calm.len() && answers.iter().all(|a| calm.contains(a))
}

fn reading(library: &Library, r: &Reading) -> Row {
    let unit = library.measures.get(&*r.measure).map_or(Unit::Nrs, |m| m.unit);
    let (value, unit) = match unit {
        Unit::YesNo if r.value >= 0.5 => ("yes".to_owned(), ""),
        Unit::YesNo => ("no".to_owned(), ""),
        unit => (r.value.to_string(), unit.id()),
    };
    Row { kind: "reading", item: r.measure.to_string(), side: side(r.side), value, unit, ..Row::default() }
}

fn answer(kind: &'static str, a: &Answer) -> Row {
    let value = match &a.value {
        AnswerValue::Number(n) => n.to_string(),
        said => said.to_string(),
    };
    Row { kind, item: a.question.clone(), value, ..Row::default() }
}

/// The bout, then its weight and its pain.
fn performed(p: &Performed) -> Vec<Row> {
    let of = |kind, value: String, unit| Row {
        kind,
        item: p.exercise.to_string(),
        side: side(p.side),
        value,
        unit,
        ..Row::default()
    };
    let dose = p.dose.as_ref().map(Dose::to_string).unwrap_or_default();
    let unit = if dose.is_empty() { "" } else { "dose" };
    let mut rows = vec![match &p.skipped {
        Some(why) => Row { note: on_one_line(why), ..of("skipped", dose, unit) },
        None => of("exercise", dose, unit),
    }];
    rows.extend(p.load.map(|kg| of("load", kg.to_string(), "kg")));
    rows.extend(p.pain.map(|pain| Row {
        item: PAIN_DURING.to_owned(),
        note: p.exercise.to_string(),
        ..of("reading", pain.to_string(), Unit::Nrs.id())
    }));
    rows
}

/// Whether a dose reads back as it is written: one without sets may not.
pub fn reads_back(dose: &Dose) -> bool {
    dose.to_string().parse::<Dose>().is_ok_and(|read| read == *dose)
}

/// Whether a spreadsheet could take a text for a formula, with or without
/// apostrophes before it.
pub fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    text.starts_with(['\t', '\r']) || text.trim_start().starts_with(['=', '+', '-', '@'])
}
