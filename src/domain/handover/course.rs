//! What happened, and how the plan went: grades, phases, decisions.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::course::decisions;
use super::super::criteria::Case;
use super::super::day::Day;
use super::super::entry::{Decision, DecisionKind, EntryId, FindingRecord, Side};
use super::super::episode::{Goal, Manner};
use super::super::journal::Recorded;
use super::asked::{Raised, Told, told};

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Injury {
    /// The number of the episode.
    pub episode: u32,
    /// Its title.
    pub title: String,
    /// The condition, as programs name it.
    pub condition: String,
    /// The program that it runs on.
    pub program: String,
    /// Where on the body.
    pub region: Option<String>,
    /// On which side.
    pub side: Option<Side>,
    /// Day 0.
    pub onset: Day,
    /// Days since then.
    pub number: i64,
    /// How it began.
    pub manner: Option<Manner>,
    /// What the person wants to get back to.
    pub goal: Goal,
    /// `active`, `remission` or `relapse`.
    pub status: &'static str,
    /// Why the recovery takes longer than its program, where it does.
    pub slower_because: Vec<String>,
    /// How it came about, as far as anybody asked.
    pub told: Vec<Told>,
    /// What the person wrote on that day.
    pub words: Vec<Raised>,
}

/// A grade that was given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Graded {
    /// On which day.
    pub day: Day,
    /// The grade, 1 to 3.
    pub grade: u8,
    /// `self`, or the role of a clinician.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether it counts: a clinician alone lowers a grade.
    pub counts: bool,
    /// The entry.
    pub entry: EntryId,
}

/// A stretch of days in one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stay {
    /// Id of the phase.
    pub id: String,
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// The first day.
    pub from: Day,
    /// The day on which the next one began; nothing while it lasts.
    pub to: Option<Day>,
    /// The decision that began it.
    pub how: DecisionKind,
    /// Who took it.
    pub by: String,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// How many conditions were met then.
    pub met: usize,
    /// Those that were not, or that nobody could tell.
    pub open: Vec<FindingRecord>,
    /// The entry.
    pub entry: EntryId,
}

/// A decision that began no phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decided {
    /// On which day.
    pub day: Day,
    /// What was decided.
    pub kind: DecisionKind,
    /// Who took it.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
    /// The grade given.
    pub grade: Option<u8>,
    /// The day of the injury, where it was put right.
    pub onset: Option<Day>,
    /// The entry.
    pub entry: EntryId,
}

/// What is asked of how it came about, with a short name for each.
const CIRCUMSTANCES: [(&str, &str); 4] = [
    ("mechanism", "what was going on"),
    ("severe-at-start", "severe from the start"),
    ("pop-at-injury", "pop at the injury"),
    ("same-strain-12-months", "same strain within 12 months"),
];

pub(super) fn injury(case: &Case<'_>) -> Injury {
    let episode = case.episode;
    let onset = case.course.onset;
    let words = case.journal.entries().iter().filter(|e| e.day == onset);
    Injury {
        episode: episode.number,
        title: episode.title.clone(),
        condition: episode.condition.clone(),
        program: case.program.name.clone(),
        region: episode.region.clone(),
        side: episode.side,
        onset,
        number: case.today().since(onset),
        manner: episode.manner,
        goal: episode.goal,
        status: case.course.status(),
        slower_because: case.course.slowed.iter().map(|s| s.rule.why.to_string()).collect(),
        told: CIRCUMSTANCES.iter().map(|(id, label)| told(case, id, label)).collect(),
        words: words.filter_map(|e| Raised::of(e)).collect(),
    }
}

pub(super) fn grades(case: &Case<'_>) -> Vec<Graded> {
    let counted: BTreeSet<&EntryId> = decisions(case.journal).map(|d| &d.entry.id).collect();
    let graded = |d: Recorded<'_, Decision>| {
        Some(Graded {
            day: d.entry.day,
            grade: d.what.grade?,
            by: d.what.by.clone(),
            reason: d.what.reason.clone(),
            counts: counted.contains(&d.entry.id),
            entry: d.entry.id.clone(),
        })
    };
    case.journal.decisions().filter_map(graded).collect()
}

pub(super) fn stays(case: &Case<'_>) -> Vec<Stay> {
    let decision = |entry: &EntryId| case.journal.decisions().find(|d| d.entry.id == *entry);
    let stays = case.course.spans.iter().filter_map(|span| {
        let phase = &case.program.phases[span.phase];
        let d = decision(&span.entry)?;
        let met = |f: &&FindingRecord| f.verdict == "met";
        Some(Stay {
            id: phase.id.clone(),
            number: span.phase + 1,
            name: phase.name.clone(),
            from: span.from,
            to: span.to,
            how: d.what.kind,
            by: d.what.by.clone(),
            reason: d.what.reason.clone(),
            met: d.what.findings.iter().filter(met).count(),
            open: d.what.findings.iter().filter(|f| !met(f)).cloned().collect(),
            entry: span.entry.clone(),
        })
    });
    stays.collect()
}

pub(super) fn decided(case: &Case<'_>) -> Vec<Decided> {
    let began = |d: &Recorded<'_, Decision>| case.course.spans.iter().any(|s| s.entry == d.entry.id);
    // A grade given with the start is among the grades.
    let others = case.journal.decisions().filter(|d| !began(d));
    others
        .map(|d| Decided {
            day: d.entry.day,
            kind: d.what.kind,
            by: d.what.by.clone(),
            reason: d.what.reason.clone(),
            grade: d.what.grade,
            onset: d.what.onset,
            entry: d.entry.id.clone(),
        })
        .collect()
}
