//! Starting: an injury becomes an episode on a program.

use chrono::{Datelike, Duration, TimeZone};

use crate::domain::course::onset_of;
use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Answer, Decision, DecisionKind, Entry, EntryId, Fact, Side};
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::journal::Journal;
use crate::store::{Batch, Text};

use super::{App, AppError, Definition, ids, unknown};

/// The longest title, in characters.
pub(super) const LONGEST_TITLE: usize = 200;

/// No injury that is followed lies before this year (ours): every day since then is
/// looked at.
pub(super) const EARLIEST_YEAR: i32 = 1900;

/// Whether no injury of that day is followed.
pub(super) fn is_long_ago(onset: Day) -> bool {
    onset.date().year() < EARLIEST_YEAR
}

/// What is known of an injury when its episode is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct StartRequest {
    /// The condition as the programs name it, or the id of a program.
    pub condition: String,
    /// The grade, where the condition has grades.
    pub grade: Option<u8>,
    /// Who graded it: `self` or the role of a clinician.
    pub graded_by: String,
    /// The side.
    pub side: Option<Side>,
    /// Day 0.
    pub onset: Day,
    /// How it began.
    pub manner: Option<Manner>,
    /// Where on the body.
    pub region: Option<String>,
    /// What the person wants to get back to.
    pub goal: Goal,
    /// A name for lists.
    pub title: Option<String>,
    /// Answers given at the start.
    pub answers: Vec<Answer>,
    /// The person's own words.
    pub note: Option<String>,
}

impl App {
    /// Opens an episode and starts its program, which counts from the day of
    /// the injury.
    ///
    /// # Errors
    ///
    /// When there is no such program, or the injury lies in the future.
    pub fn start(&mut self, request: StartRequest, now: Now) -> Result<Episode, AppError> {
        let definition = self.program_for(&request.condition, request.grade)?.clone();
        if request.onset > now.day {
            return Err(AppError::Future(request.onset.to_string()));
        }
        if is_long_ago(request.onset) {
            return Err(AppError::LongAgo(EARLIEST_YEAR));
        }
        if request.title.as_ref().is_some_and(|t| t.trim().is_empty() || t.chars().count() > LONGEST_TITLE) {
            return Err(AppError::Length { what: "a title", most: LONGEST_TITLE });
        }
        if request.title.as_ref().is_some_and(|t| t.contains(char::is_control)) {
            return Err(AppError::Lines("a title"));
        }
        // A place that was strained within the year is told to the rules.
        let year = request.onset.minus(365);
        let mut strained_before = false;
        for before in self.store.episodes()? {
            if before.condition == definition.program.condition && before.side == request.side {
                let journal = Journal::new(self.store.entries(&before.id, &self.catalog.library)?, now);
                let (onset, _) = onset_of(&before, &journal);
                strained_before |= onset >= year && onset < request.onset;
            }
        }
        let mut answers = request.answers;
        if strained_before && !answers.iter().any(|a| a.question == "same-strain-12-months") {
            answers.push(self.answer("same-strain-12-months", "yes")?);
        }
        let number = self.store.episodes()?.iter().map(|e| e.number).max().unwrap_or(0) + 1;
        let side = request.side.map(|s| format!(", {}", s.id())).unwrap_or_default();
        let program = &definition.program;
        let episode = Episode {
            id: ids::fresh(now),
            number,
            title: request.title.unwrap_or_else(|| format!("{}{side}", program.name)),
            condition: program.condition.clone(),
            region: request.region.or_else(|| program.regions.first().cloned()),
            side: request.side,
            onset: request.onset,
            manner: request.manner,
            goal: request.goal,
            opened: now.at,
        };
        let decision = |kind, phase, grade, program| {
            let by = request.graded_by.clone();
            Fact::Decision(Decision { phase, program, grade, by, ..Decision::of(kind) })
        };
        let begun = day_begins(request.onset, now).min(now.at);
        let first = program.phases.first().map(|p| p.id.clone());
        let mut entries = vec![Entry {
            id: EntryId::new(ids::fresh(now)),
            day: request.onset,
            at: begun,
            note: request.note,
            corrects: None,
            fact: decision(DecisionKind::Start, first, None, Some(definition.hash.clone())),
        }];
        if let Some(grade) = request.grade.or(program.grade) {
            entries.push(Entry {
                id: EntryId::new(ids::fresh(now)),
                day: request.onset,
                at: begun,
                note: None,
                corrects: None,
                fact: decision(DecisionKind::Grade, None, Some(grade), None),
            });
        }
        if !answers.is_empty() {
            entries.push(Entry {
                id: EntryId::new(ids::fresh(now)),
                day: now.day,
                at: now.at,
                note: None,
                corrects: None,
                fact: Fact::Screen(answers),
            });
        }
        let text = Text { hash: &definition.hash, id: &program.id, source: &definition.text };
        let batch =
            Batch { episode: Some(&episode), definition: Some(text), entries: &entries, read_at: None };
        self.store.append(&episode.id, &self.catalog.library, &batch)?;
        // Another sinew may have opened one in between: the store gives the number.
        let stored = self.store.episodes()?.into_iter().find(|e| e.id == episode.id);
        Ok(stored.unwrap_or(episode))
    }

    /// The program for a condition and grade, or the one with this id. Where a
    /// condition has both, the built-in program comes before one's own.
    ///
    /// # Errors
    ///
    /// When there is none, or the grade is missing.
    pub fn program_for(&self, condition: &str, grade: Option<u8>) -> Result<&Definition, AppError> {
        let mut programs = self.catalog.for_condition(condition);
        if programs.is_empty() {
            let ids = self.catalog.programs.keys().map(String::as_str);
            let Some(named) = self.catalog.programs.get(condition) else {
                return Err(unknown(
                    "condition",
                    condition,
                    self.catalog.conditions().into_iter().chain(ids),
                ));
            };
            if grade.is_none() || grade == named.program.grade {
                return Ok(named);
            }
            programs.push(named);
        }
        // Without a grade, one's own program never stands in for graded built-in ones.
        let built_in = programs.iter().any(|d| d.own.is_none());
        let fits =
            |d: &&&Definition| d.program.grade == grade && (grade.is_some() || d.own.is_none() || !built_in);
        if let Some(found) = programs.iter().find(fits) {
            return Ok(found);
        }
        let condition = condition.to_owned();
        let Some(grade) = grade else {
            let mut grades: Vec<u8> = programs.iter().filter_map(|d| d.program.grade).collect();
            grades.sort_unstable();
            grades.dedup();
            return Err(AppError::GradeNeeded { condition, grades });
        };
        Err(AppError::NoSuchGrade { condition, grade })
    }
}

/// The last second of a day.
pub fn day_ends(day: Day, now: Now) -> At {
    day_begins(day.plus(1), now) - Duration::seconds(1)
}

/// The instant at which a day begins.
pub(super) fn day_begins(day: Day, now: Now) -> At {
    let midnight = day.date().and_time(chrono::NaiveTime::MIN);
    let local = midnight.checked_add_signed(Duration::hours(i64::from(now.rollover))).unwrap_or(midnight);
    now.at.offset().from_local_datetime(&local).single().unwrap_or(now.at)
}
