//! Which red-flag questions are open, and when they come before any exercise.

use super::criteria::Case;
use super::day::At;
use super::diary::{DayPain, SEVERE};
use super::entry::{Entry, EntryId};
use super::library::{Library, Urgency};
use super::question::{AnswerValue, Answers, Question, SELF_TEST};

/// Red-flag questions that come before any exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskNow {
    /// What was reported.
    pub because: &'static str,
    /// The entries that say so.
    pub entries: Vec<EntryId>,
}

/// Days for which the answers to the emergency questions carry an advance.
pub(super) const SCREEN_DAYS: i64 = 7;

/// The emergency questions whose answers are too old, or that nobody answered.
///
/// Answers count for seven days, and only when they were given after the
/// latest pain of six or more and after the latest step back.
pub fn unanswered<'a>(case: &'a Case<'_>) -> (Vec<&'a Question>, usize, Vec<EntryId>) {
    let today = case.today();
    let after: Option<At> = [case.diary.severe, case.course.stepped_back].into_iter().flatten().max();
    // The latest answer, by the position of the question.
    let mut answered: Vec<Option<&EntryId>> = vec![None; case.library.questions.len()];
    for (entry, answers) in case.journal.answers_since(today.minus(SCREEN_DAYS - 1)) {
        if after.is_none_or(|at| entry.at > at) {
            let known = answers.iter().filter(|a| a.value != AnswerValue::Unknown);
            for at in case.library.positions(known.map(|a| a.question.as_str())) {
                answered[at] = Some(&entry.id);
            }
        }
    }
    let asked = case.library.screen(Urgency::Emergency).filter(|(_, q)| q.group != SELF_TEST);
    let (mut open, mut entries, mut count) = (Vec::new(), Vec::new(), 0);
    for (at, question) in asked {
        count += 1;
        match answered[at] {
            Some(id) => entries.push(id),
            None => open.push(question),
        }
    }
    entries.sort_unstable();
    entries.dedup();
    (open, count, entries.into_iter().cloned().collect())
}

/// The emergency and urgent questions that a set of answers leaves open.
pub fn screen_unanswered<'l>(library: &'l Library, answers: &Answers) -> Vec<&'l str> {
    let known = |id: &str| answers.get(id).is_some_and(|s| s.value != AnswerValue::Unknown);
    let asked = library.screening_questions(Urgency::Urgent);
    asked.into_iter().map(|q| q.id.as_str()).filter(|id| !known(id)).collect()
}

/// Days for which a severe pain puts the questions before any exercise.
const ASK_DAYS: i64 = 3;

/// What has to be asked before any exercise, if anything.
pub(super) fn ask_now(case: &Case<'_>) -> Option<AskNow> {
    severe_unasked(case).or_else(|| swelling_unasked(case))
}

/// After a pain of six or more: until the emergency questions were answered.
fn severe_unasked(case: &Case<'_>) -> Option<AskNow> {
    let today = case.today();
    let first = today.minus(ASK_DAYS - 1);
    // The diary knows the worst of each day since the injury.
    let severe_day = |day: &DayPain| day.worst >= SEVERE;
    if first >= case.episode.onset && !case.diary.pains.range(first..=today).iter().any(severe_day) {
        return None;
    }
    let severe: Vec<EntryId> = case
        .journal
        .pains(case.library, first, today)
        .into_iter()
        .filter(|s| s.value >= SEVERE && case.is_injured(s.side))
        .map(|s| s.entry.clone())
        .collect();
    let unasked = !severe.is_empty() && !unanswered(case).0.is_empty();
    unasked.then_some(AskNow { because: "Pain of 6 or more", entries: severe })
}

/// One leg newly swollen: until warmth, redness and an injury that explains it
/// were asked about as well (evidence IV-31).
fn swelling_unasked(case: &Case<'_>) -> Option<AskNow> {
    let week = case.today().minus(SCREEN_DAYS - 1);
    let mut swollen: Option<&Entry> = None;
    let (mut warm, mut red, mut explained) = (false, false, false);
    for (entry, answers) in case.journal.answers_since(week) {
        for answer in answers.iter().filter(|a| a.value != AnswerValue::Unknown) {
            match answer.question.as_str() {
                "one-leg-swollen" => swollen = (answer.value == AnswerValue::Yes).then_some(entry),
                "leg-warm" => warm = true,
                "leg-red" => red = true,
                "leg-warm-or-red" => (warm, red) = (true, true),
                "injury-explains-it" => explained = true,
                _ => {}
            }
        }
    }
    let swollen = swollen.filter(|_| !(warm && red && explained))?;
    // A clinician who looked at it has asked.
    let about = |rule: &str| case.library.rule(rule).is_some_and(|r| r.rows.iter().any(|row| row == "RF-07"));
    let seen = case.journal.clearances().any(|c| about(&c.what.rule) && c.entry.at >= swollen.at);
    let entries = vec![(!seen).then(|| swollen.id.clone())?];
    Some(AskNow { because: "One leg newly swollen", entries })
}
