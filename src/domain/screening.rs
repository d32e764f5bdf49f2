//! Red flags: which rules the answers raise, and which flags stand open.
//!
//! A flag opens with the first entry that makes its rule true, and stays open
//! until a clinician's outcome closes it. Time never closes it, and a later
//! "no" does not either.

use std::sync::Arc;

use serde::Serialize;

use super::answers::{AnswerBook, Answered};
use super::course::Course;
use super::criteria::Case;
use super::day::{At, Day};
use super::entry::{Clearance, Entry, EntryId};
use super::journal::{Journal, Recorded};
use super::library::{Library, Rule, Urgency};
use super::program::Program;
use super::question::{AnswerValue, Answers};
use super::watch;

/// One answer or fact that helped to raise a flag.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Because {
    /// Id of the question, or of what else raised it.
    pub id: String,
    /// What was reported.
    pub said: String,
    /// The entry, where there is one.
    pub entry: Option<EntryId>,
}

/// Where a flag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagState {
    /// Nobody has answered for it.
    Open,
    /// A clinician's outcome closed it.
    Cleared,
}

/// A standing warning.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// The rule that raised it.
    pub rule: Arc<Rule>,
    /// When it opened; nothing when it was judged without an episode.
    pub opened: Option<At>,
    /// When that was written, in milliseconds since 1970.
    pub written: Option<i64>,
    /// On which day.
    pub day: Option<Day>,
    /// What raised it.
    pub because: Vec<Because>,
    /// Where it stands.
    pub state: FlagState,
    /// The entry that closed it.
    pub cleared_by: Option<EntryId>,
    /// The latest outcome that answers for it, whether that closed it or not.
    pub outcome: Option<Clearance>,
    /// The number of the episode that it belongs to, where that is another one.
    pub episode: Option<u32>,
}

impl Flag {
    /// A flag that was just raised, and that nobody has answered for.
    pub fn raised(rule: &Arc<Rule>, when: Option<(At, i64, Day)>, because: Vec<Because>) -> Self {
        Self {
            rule: Arc::clone(rule),
            opened: when.map(|(at, ..)| at),
            written: when.map(|(_, written, _)| written),
            day: when.map(|(.., day)| day),
            because,
            state: FlagState::Open,
            cleared_by: None,
            outcome: None,
            episode: None,
        }
    }

    /// Whether nobody has answered for it.
    pub fn is_open(&self) -> bool {
        self.state == FlagState::Open
    }
}

/// What makes a rule true under these answers; nothing when it is not true.
///
/// Unknown never makes a rule true, and calms nothing.
pub fn raised_by(rule: &Rule, answers: &impl Answered) -> Option<Vec<Because>> {
    let holds = |clause: &super::library::Clause| answers.told(clause).filter(|t| clause.is_true_of(t.value));
    let mut because: Vec<Because> = Vec::new();
    for when in &rule.when {
        let told = when.all.iter().all(|c| holds(c).is_some())
            && (when.any.is_empty() || when.any.iter().any(|c| holds(c).is_some()))
            && !(when.all.is_empty() && when.any.is_empty());
        if !told {
            continue;
        }
        let signs = || when.all.iter().chain(&when.any).filter_map(|clause| Some((clause, holds(clause)?)));
        // An answer calms only what was reported before it, or with it.
        let newest = signs().filter_map(|(_, told)| told.at).max();
        let calms = |clause: &super::library::Clause| {
            holds(clause).is_some_and(|told| told.at.is_none_or(|at| newest.is_none_or(|sign| sign <= at)))
        };
        if when.unless.iter().any(calms) {
            continue;
        }
        for (clause, told) in signs() {
            if because.iter().any(|b| b.id == clause.question) {
                continue;
            }
            because.push(Because {
                id: clause.question.clone(),
                said: told.value.to_string(),
                entry: told.entry.cloned(),
            });
        }
    }
    (!because.is_empty()).then_some(because)
}

/// Judges a set of answers by itself, without an episode: the flags it raises,
/// most urgent first.
pub fn judge(library: &Library, answers: &Answers) -> Vec<Flag> {
    let mut flags: Vec<Flag> = library
        .rules
        .iter()
        .filter_map(|rule| {
            let because = raised_by(rule, answers)?;
            Some(Flag::raised(rule, None, because))
        })
        .collect();
    let raised: Vec<String> = flags.iter().map(|f| f.rule.id.clone()).collect();
    flags.retain(|f| !f.rule.covered_by.iter().any(|cover| raised.contains(cover)));
    flags.sort_by_key(|f| std::cmp::Reverse(f.rule.urgency));
    flags
}

/// Every flag of an episode, open and closed, the most urgent open ones first.
pub fn flags(case: &Case<'_>) -> Vec<Flag> {
    let Case { library, program, episode, journal, course, .. } = *case;
    let mut book = AnswerBook::new(library, episode);
    let mut raised = answered_flags(library, journal, &mut book);
    raised.extend(planned_flags(program, course, journal));
    raised.extend(watch::flags(case));
    let mut flags: Vec<Flag> = raised.into_iter().map(|flag| close(flag, journal)).collect();
    // Advice for oneself stands while what called for it does; nobody has to clear it.
    let today = book.on(journal.now().day);
    flags.retain(|f| {
        f.rule.urgency > Urgency::SelfCare || f.rule.when.is_empty() || raised_by(&f.rule, &today).is_some()
    });
    flags.sort_by(|a, b| {
        (b.is_open(), b.rule.urgency, a.opened, &a.rule.id).cmp(&(
            a.is_open(),
            a.rule.urgency,
            b.opened,
            &b.rule.id,
        ))
    });
    flags
}

/// Flags that answers raised, judged whenever an answer came and at the turn
/// of each day. A rule that was cleared is raised again only by an answer that
/// was written after the clearance.
fn answered_flags<'a>(library: &'a Library, journal: &'a Journal, book: &mut AnswerBook<'a>) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    let mut told: Option<&Entry> = None;
    for (entry, given) in journal.answers() {
        // The days since the answer before: what time alone makes true.
        if let Some(last) = told {
            judge_days(library, journal, book, last, entry.day, &mut flags);
        }
        let fresh = book.add(entry);
        if given.iter().any(|a| a.value != AnswerValue::Unknown) {
            let rules = library.rules_told_by(book.telling());
            judge_moment(&rules, journal, book, (entry, entry.day), &fresh, &mut flags);
            told = Some(entry);
        }
    }
    if let Some(last) = told {
        judge_days(library, journal, book, last, journal.now().day.plus(1), &mut flags);
    }
    flags
}

/// Judges the standing answers on the days after `last` and before `until`.
fn judge_days(
    library: &Library,
    journal: &Journal,
    book: &AnswerBook<'_>,
    last: &Entry,
    until: Day,
    flags: &mut Vec<Flag>,
) {
    // After a week only lasting answers are left, and nothing new comes of them.
    let days = until.since(last.day).min(8);
    if days <= 1 {
        return;
    }
    let rules = library.timed_rules_told_by(book.telling());
    for n in 1..days {
        judge_moment(&rules, journal, book, (last, last.day.plus(n)), &[], flags);
    }
}

/// Judges the standing answers of one day, and raises what is not raised yet.
fn judge_moment(
    rules: &[&Arc<Rule>],
    journal: &Journal,
    book: &AnswerBook<'_>,
    (entry, day): (&Entry, Day),
    fresh: &[&str],
    flags: &mut Vec<Flag>,
) {
    let standing = book.on(day);
    let mut raised: Vec<Flag> = Vec::new();
    for &rule in rules {
        let last = flags.iter().rev().find(|f| f.rule.id == rule.id);
        let cleared =
            last.map(|flag| closing(flag, journal).is_some_and(|written| written < entry.written()));
        if cleared == Some(false) {
            // Still open when this was written: it is the same flag.
            continue;
        }
        let Some(because) = raised_by(rule, &standing) else { continue };
        // What covered it was answered for, and that answers for it as well.
        let cleared_before = cleared.is_some()
            || flags.iter().any(|f| {
                rule.covered_by.contains(&f.rule.id)
                    && closing(f, journal).is_some_and(|written| written < entry.written())
            });
        if cleared_before && !because.iter().any(|b| fresh.contains(&b.id.as_str())) {
            continue;
        }
        raised.push(Flag::raised(rule, Some((entry.at, entry.written(), day)), because));
    }
    // What a standing flag covers is not raised beside it.
    let stands = |cover: &String| {
        raised.iter().any(|f| f.rule.id == *cover)
            || flags
                .iter()
                .rev()
                .find(|f| f.rule.id == *cover)
                .is_some_and(|f| closing(f, journal).is_none_or(|written| written > entry.written()))
    };
    let covered: Vec<bool> = raised.iter().map(|f| f.rule.covered_by.iter().any(stands)).collect();
    flags.extend(raised.into_iter().zip(covered).filter(|(_, covered)| !covered).map(|(flag, _)| flag));
}

/// Flags that the plan itself raises: checks at its start, and phases that
/// have lasted too long.
fn planned_flags(program: &Program, course: &Course, journal: &Journal) -> Vec<Flag> {
    let mut flags = Vec::new();
    let flag = |rule: &Arc<Rule>, day: Day, at: At, because: Because| {
        Flag::raised(rule, Some((at, at.timestamp_millis(), day)), vec![because])
    };
    for check in &program.checks {
        let because = Because {
            id: program.id.clone(),
            said: format!("the program {} was started", program.name),
            entry: Some(course.started.clone()),
        };
        flags.push(flag(&check.rule, course.onset, course.started_at, because));
    }
    for span in &course.spans {
        let phase = &program.phases[span.phase];
        let Some(stalled) = phase.stalled_day else { continue };
        let day = course.onset.plus(stalled).max(span.from);
        let left = span.to.unwrap_or(journal.now().day.plus(1));
        if day < left && day <= journal.now().day {
            let because = Because {
                id: phase.id.clone(),
                said: format!("still in this phase on day {stalled} after the injury"),
                entry: Some(span.entry.clone()),
            };
            let at = span.at + chrono::Duration::days(day.since(span.from));
            flags.push(flag(&stalled_rule(phase), day, at, because));
        }
    }
    flags
}

/// The rule of a phase that has lasted too long.
pub fn stalled_rule(phase: &super::program::Phase) -> Arc<Rule> {
    Arc::new(Rule {
        id: format!("stalled-{}", phase.id),
        urgency: Urgency::Routine,
        gate: false,
        covered_by: Vec::new(),
        title: "Slower than expected".to_owned(),
        can_be_a_sign_of: "an injury that differs from what was thought, or that needs another approach"
            .to_owned(),
        action: "Book an appointment with a physiotherapist or doctor. After 14 days without an outcome nothing moves on."
            .to_owned(),
        do_not: Vec::new(),
        bring: vec!["What you logged here: pain, tests and sessions.".to_owned()],
        withhold: Vec::new(),
        when: Vec::new(),
        watch: None,
        rows: vec!["RF-47".to_owned()],
        why: "A phase that lasts longer than its window deserves another look at what was injured."
            .into(),
        source: phase.source.clone(),
    })
}

/// Closes a flag that a clinician's outcome has answered for.
fn close(mut flag: Flag, journal: &Journal) -> Flag {
    let answered = journal.latest_clearance(&flag.rule.id).filter(|c| answers_for(c, &flag));
    flag.outcome = answered.as_ref().map(|c| c.what.clone());
    if let Some(clearance) = answered
        && counts(clearance.what, journal.now().day)
    {
        flag.state = FlagState::Cleared;
        flag.cleared_by = Some(clearance.entry.id.clone());
    }
    flag
}

/// When a flag was first closed, by the time of writing; nothing while it is open.
fn closing(flag: &Flag, journal: &Journal) -> Option<i64> {
    journal
        .clearances()
        .find(|c| answers_for(c, flag) && counts(c.what, journal.now().day))
        .map(|c| c.entry.written())
}

/// Whether a clearance speaks of this flag: written after it, and of a visit
/// on its day or later.
fn answers_for(clearance: &Recorded<'_, Clearance>, flag: &Flag) -> bool {
    clearance.what.rule == flag.rule.id
        && flag.written.is_none_or(|written| clearance.entry.written() >= written)
        && flag.day.is_none_or(|day| clearance.what.day >= day)
}

/// Whether a clearance closes its flag on `day`: its outcome does, and it has
/// not expired.
pub fn counts(clearance: &Clearance, day: Day) -> bool {
    clearance.outcome.closes() && clearance.expires.is_none_or(|last| day <= last)
}
