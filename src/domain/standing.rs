//! What stands, however old, until a later report denies it: a limp, pain that moves
//! further down the leg.

use super::brakes::{Seen, Trigger};
use super::criteria::Case;
use super::day::{At, Day};
use super::entry::EntryId;
use super::measure::Measure;
use super::question::AnswerValue;

/// One report of what a standing brake asks for.
struct Report<'a> {
    at: At,
    day: Day,
    pulls: bool,
    said: Said<'a>,
    entry: &'a EntryId,
    window: i64,
}

/// What a report says.
enum Said<'a> {
    Reading(&'a Measure, f64),
    Answer(&'a AnswerValue),
}

impl Report<'_> {
    fn words(&self) -> String {
        match self.said {
            Said::Reading(measure, value) => {
                format!("{}: {} on {}", measure.name, measure.say(value), self.day)
            }
            Said::Answer(value) => format!("reported: {value} on {}", self.day),
        }
    }
}

/// A brake that stands until it is denied: pulled by any report of the last
/// days, and by the latest one however old.
pub(super) fn standing(case: &Case<'_>, when: &[Trigger]) -> Option<Seen> {
    let (first, today) = (case.course.onset, case.today());
    let mut reports: Vec<Report<'_>> = Vec::new();
    for trigger in when {
        match trigger {
            Trigger::Readings(test) => {
                let measure = case.library.measures.get(&test.measure)?;
                let taken = case.journal.taken(&measure.id, first, today);
                reports.extend(taken.filter(|(_, r)| case.is_injured(r.side)).map(|(entry, r)| Report {
                    at: entry.at,
                    day: entry.day,
                    pulls: test.op.holds(r.value, test.value),
                    said: Said::Reading(measure, r.value),
                    entry: &entry.id,
                    window: i64::from(test.days),
                }));
            }
            Trigger::Answer { question, is, days } => {
                for (entry, answer) in case.journal.answers_to(question).filter(|(e, _)| e.day >= first) {
                    let AnswerValue::Choices(chosen) = &answer.value else { continue };
                    reports.push(Report {
                        at: entry.at,
                        day: entry.day,
                        pulls: chosen.iter().any(|c| is.contains(c)),
                        said: Said::Answer(&answer.value),
                        entry: &entry.id,
                        window: i64::from(*days),
                    });
                }
            }
            _ => {}
        }
    }
    let latest = reports.iter().map(|r| r.at).max()?;
    let pulling = |r: &&Report<'_>| r.pulls && (r.at == latest || r.day > today.minus(r.window));
    let pulled: Vec<&Report<'_>> = reports.iter().filter(pulling).collect();
    Some(match pulled.iter().max_by_key(|r| r.at) {
        Some(last) => Seen::of(true, last.words(), pulled.iter().map(|r| r.entry.clone()).collect()),
        None => Seen::quiet("denied since"),
    })
}
