//! One entry of an exported document, checked as strictly as a recorded one.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::Timelike;
use uuid::Uuid;

use crate::domain::archive::Filed;
use crate::domain::day::{At, Day, Now, ROLLOVER_HOURS};
use crate::domain::dose::Dose;
use crate::domain::entry::{
    Answer, CLINICIAN_ROLES, Care, Clearance, Correction, Decision, DecisionKind, Entry, EntryId, Fact,
    FindingRecord, Outcome, Performed, Reading, SELF, Side,
};
use crate::domain::measure::Unit;

use super::super::record::LONGEST_NOTE;
use super::super::start::{EARLIEST_YEAR, is_long_ago};
use super::super::{App, AppError};
use super::fields::Fields;

/// The sides, for a message.
const SIDES: &str = "left, right, both, middle";

/// What was read of an entry.
#[derive(Default)]
pub(super) struct ReadEntry {
    /// Its id, where it has a good one.
    pub id: Option<String>,
    /// The entry; nothing when something is wrong with it.
    pub filed: Option<Filed>,
    /// The answers in it that can be read, whatever else is wrong.
    pub answers: Vec<Answer>,
    /// What is wrong with it.
    pub wrong: Vec<String>,
}

/// Whether a text is the id of something, as this program writes them.
pub(super) fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.to_string() == text)
}

impl App {
    /// Reads an entry.
    pub(super) fn entry_of(&self, text: &str, now: Now) -> ReadEntry {
        let wrong = RefCell::default();
        let mut read = ReadEntry::default();
        if let Some(mut fields) = Fields::read(text, &wrong) {
            read.id = id_of(&mut fields, now);
            let corrects = fields.has("correction");
            let head = head_of(&mut fields, now);
            if fields.is("kind", "correction") && !corrects {
                fields.wrong("correction", "is missing");
            }
            let fact = self.fact_of(&mut fields, head.as_ref().map(|h| h.day), &mut read.answers);
            let note = note_of(&mut fields);
            fields.end();
            if let (Some(id), Some(head), Some(fact), true) =
                (&read.id, head, fact, wrong.borrow().is_empty())
            {
                let entry = Entry {
                    id: EntryId::new(id.as_str()),
                    day: head.day,
                    at: head.at,
                    note,
                    corrects: head.corrects,
                    fact,
                };
                read.filed =
                    Some(Filed { episode: head.episode, device: head.device, entry: Arc::new(entry) });
            }
        }
        read.wrong = wrong.into_inner();
        read
    }

    /// The answers of a text that holds some.
    pub(super) fn answers_in(&self, text: &str) -> Vec<Answer> {
        let wrong = RefCell::default();
        Fields::read(text, &wrong).map(|mut fields| self.answers_of(&mut fields)).unwrap_or_default()
    }

    fn fact_of(&self, fields: &mut Fields<'_>, day: Option<Day>, answers: &mut Vec<Answer>) -> Option<Fact> {
        let kind = fields.text("kind")?;
        let fact = match kind.as_str() {
            "check-in" => {
                let readings: Vec<Option<Reading>> =
                    fields.objects("readings").into_iter().map(|r| self.reading_of(r)).collect();
                *answers = self.answers_of(fields);
                let readings = readings.into_iter().collect::<Option<Vec<Reading>>>()?;
                Fact::CheckIn { readings, answers: answers.clone() }
            }
            "screen" => {
                *answers = self.answers_of(fields);
                Fact::Screen(answers.clone())
            }
            "performed" => self.performed_of(fields.object("performed")?)?,
            "care" => self.care_of(fields.object("care")?)?,
            "decision" => decision_of(fields.object("decision")?, day)?,
            "clearance" => clearance_of(fields.object("clearance")?, day)?,
            "note" => Fact::Note,
            "correction" => Fact::Withdrawn,
            _ => {
                fields.wrong(
                    "kind",
                    "is one of check-in, screen, performed, care, decision, clearance, note, correction",
                );
                return None;
            }
        };
        Some(fact)
    }

    fn reading_of(&self, mut fields: Fields<'_>) -> Option<Reading> {
        let (measure, side) = (fields.text("measure"), side_of(&mut fields));
        let said = fields.said("value");
        let unit = fields.any_text("unit");
        let reading = fields.sound("measure", self.reading(&measure?, side, &said?).map_err(in_words))?;
        let wanted = self.catalog.library.measures.get(reading.measure.as_str())?.unit;
        if unit.as_deref().map_or(wanted != Unit::YesNo, |unit| unit != wanted.id()) {
            fields.wrong("unit", format_args!("is `{}` for {}", wanted.id(), reading.measure));
        }
        fields.end();
        Some(reading)
    }

    /// The answers of an entry that can be read, by question.
    fn answers_of(&self, fields: &mut Fields<'_>) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for mut fields in fields.objects("answers") {
            let (question, said) = (fields.text("question"), fields.said("value"));
            if let (Some(question), Some(said)) = (question, said)
                && let Some(answer) =
                    fields.sound("question", self.answer(&question, &said).map_err(in_words))
            {
                if answers.iter().any(|a| a.question == answer.question) {
                    fields.wrong("question", "is answered twice");
                }
                answers.push(answer);
            }
            fields.end();
        }
        answers.sort_by(|a, b| a.question.cmp(&b.question));
        answers
    }

    fn performed_of(&self, mut fields: Fields<'_>) -> Option<Fact> {
        let exercise = fields.text("exercise");
        let side = side_of(&mut fields);
        let dose = Dose {
            sets: fields.whole("sets", 1..=9999),
            reps: fields.whole("reps", 1..=9999),
            seconds: fields.whole("seconds", 1..=599_940),
            metres: fields.whole("metres", 1..=1_000_000),
            rung: fields.whole("rung", 1..=9999),
        };
        let load = fields.number("load_kg", 0.0..=1000.0);
        let pain = fields.number("pain", 0.0..=10.0);
        let skipped = fields.text_if("skipped");
        let performed = Performed {
            exercise: exercise?.into(),
            side,
            dose: (dose != Dose::default()).then_some(dose),
            pain,
            load,
            skipped,
        };
        let fact = fields.sound("exercise", self.performed(performed).map_err(in_words));
        fields.end();
        fact
    }

    fn care_of(&self, mut fields: Fields<'_>) -> Option<Fact> {
        let (kind, side) = (fields.text("kind"), side_of(&mut fields));
        let minutes = fields.number("minutes", 0.0..=1440.0);
        if minutes == Some(0.0) {
            fields.wrong("minutes", "are more than 0");
        }
        let fact = fields.sound("kind", self.care(Care { kind: kind?, side, minutes }).map_err(in_words));
        fields.end();
        fact
    }
}

/// What every entry has.
struct Head {
    episode: String,
    day: Day,
    at: At,
    device: String,
    corrects: Option<Correction>,
}

fn head_of(fields: &mut Fields<'_>, now: Now) -> Option<Head> {
    let episode = fields.text("episode").filter(|id| {
        let good = is_id(id);
        if !good {
            fields.wrong("episode", "is no id of an episode");
        }
        good
    });
    let (day, at, device) = (fields.day("day"), fields.at("at"), fields.line("device"));
    let corrects =
        if fields.has("correction") { fields.object("correction") } else { None }.and_then(|mut c| {
            let (replaces, reason) = (c.text("replaces"), c.text("reason"));
            c.end();
            Some(Correction { replaces: EntryId::new(replaces?), reason: reason? })
        });
    let (day, at) = (day?, at?);
    if at > now.at {
        fields.wrong("at", "lies in the future");
    }
    let date = at.date_naive();
    let night = at.hour() < *ROLLOVER_HOURS.end();
    let of_night = night && date.pred_opt() == Some(day.date());
    if day.date() != date && !of_night {
        fields.wrong("day", "is neither the date of `at` nor the day before its night");
    }
    Some(Head { episode: episode?, day, at, device: device?, corrects })
}

fn id_of(fields: &mut Fields<'_>, now: Now) -> Option<String> {
    let id = fields.text("id")?;
    // Which entry knows of which goes by the time in the id.
    let ordered = Uuid::try_parse(&id).is_ok_and(|id| matches!(id.get_version_num(), 7 | 8));
    if !is_id(&id) || !ordered {
        fields.wrong("id", "is no UUID of version 7, in lower case");
        return None;
    }
    // A clearance from tomorrow would answer for the signs of today. Rows of a diary,
    // of version 8, count as written at the moment that they speak of.
    if EntryId::new(id.as_str()).written().is_some_and(|at| at > now.at.timestamp_millis()) {
        fields.wrong("id", "was made in the future");
    }
    Some(id)
}

fn note_of(fields: &mut Fields<'_>) -> Option<String> {
    let note = fields.any_text("note")?;
    if note.chars().count() > LONGEST_NOTE {
        fields.wrong("note", format_args!("has to be at most {LONGEST_NOTE} characters long"));
    }
    Some(note)
}

pub(super) fn side_of(fields: &mut Fields<'_>) -> Option<Side> {
    fields.word_if("side", Side::of_id, SIDES)
}

fn decision_of(mut fields: Fields<'_>, entry_day: Option<Day>) -> Option<Fact> {
    use DecisionKind::{Advance, Grade, Onset, Override, Pause, Start, StepBack, Update};
    let of_id = |id: &str| DecisionKind::ALL.into_iter().find(|k| k.id() == id);
    let all = DecisionKind::ALL.map(DecisionKind::id).join(", ");
    let kind = fields.word("kind", of_id, &all);
    let needs: &[&str] = match kind {
        Some(Start | Update) => &["program"],
        Some(Advance | StepBack) => &["phase"],
        Some(Override) => &["phase", "reason"],
        Some(Pause) => &["reason"],
        Some(Grade) => &["grade"],
        Some(Onset) => &["onset", "reason"],
        _ => &[],
    };
    for key in needs {
        if !fields.has(key) {
            fields.wrong(key, "is missing");
        }
    }
    let (phase, program) = (fields.text_if("phase"), fields.text_if("program"));
    let grade = fields.whole("grade", 1..=3).and_then(|grade| u8::try_from(grade).ok());
    let onset = fields.day_if("onset");
    if onset.is_some_and(is_long_ago) {
        fields.wrong("onset", format_args!("lies before {EARLIEST_YEAR}"));
    }
    if onset > entry_day && entry_day.is_some() {
        fields.wrong("onset", "lies after the decision");
    }
    let by_of = |who: &str| (who == SELF || CLINICIAN_ROLES.contains(&who)).then(|| who.to_owned());
    let by = fields.word("by", by_of, &format!("{SELF}, {}", CLINICIAN_ROLES.join(", ")));
    let reason = fields.text_if("reason");
    let findings = fields.objects("findings").into_iter().map(|mut finding| {
        let [id, verdict, observed] = ["id", "verdict", "observed"].map(|key| finding.any_text(key));
        finding.end();
        Some(FindingRecord { id: id?, verdict: verdict?, observed: observed? })
    });
    let findings = findings.collect::<Option<Vec<FindingRecord>>>();
    if findings.is_none() {
        fields.wrong("findings", "each has an id, a verdict and what was observed");
    }
    fields.end();
    Some(Fact::Decision(Decision {
        kind: kind?,
        phase,
        program,
        grade,
        onset,
        by: by?,
        reason,
        findings: findings?,
    }))
}

fn clearance_of(mut fields: Fields<'_>, entry_day: Option<Day>) -> Option<Fact> {
    let (answered, who) = (fields.text("rule"), fields.text("who"));
    let role_of = |role: &str| CLINICIAN_ROLES.contains(&role).then(|| role.to_owned());
    let role = fields.word("role", role_of, &CLINICIAN_ROLES.join(", "));
    let day = fields.day("day");
    let outcome = fields.word("outcome", Outcome::of_id, &Outcome::ALL.map(Outcome::id).join(", "));
    let expires = fields.day_if("expires");
    if outcome == Some(Outcome::ClearedWithLimits) && expires.is_none() {
        fields.wrong("expires", "is missing: limits need a last day");
    }
    if day.is_some() && entry_day.is_some() && day > entry_day {
        fields.wrong("day", "lies after the entry");
    }
    fields.end();
    let (day, outcome) = (day?, outcome?);
    Some(Fact::Clearance(Clearance { rule: answered?, who: who?, role: role?, day, outcome, expires }))
}

/// An error in words, with the nearest id that is known.
pub(super) fn in_words(error: AppError) -> String {
    match error {
        AppError::Unknown { what, id, .. } if id.chars().count() > 60 => format!("there is no such {what}"),
        AppError::Unknown { what, id, near: Some(near) } => {
            format!("there is no {what} `{id}`: did you mean {near}?")
        }
        other => other.to_string(),
    }
}
