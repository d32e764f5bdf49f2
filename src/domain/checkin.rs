//! The check-in of a day: what is worth asking for, and what was said of the
//! same things before.

use serde::Serialize;

use super::advice::{Action, Advice};
use super::brakes::Effect;
use super::criteria::{Case, PROOF_DAYS};
use super::entry::EntryId;
use super::finding::Verdict;
use super::journal::readings;
use super::measure::{PAIN_MORNING, PAIN_WORST};
use super::needs::{Need, NeedKind, askable, next_rung};

/// Measures that change through the day: asked for at each check-in.
const EACH_TIME: [&str; 3] = ["pain-now", PAIN_WORST, "pain-walking"];

/// Measures of the night: asked for until they are on record that day.
const OF_THE_NIGHT: [&str; 2] = [PAIN_MORNING, "sleep-disturbed"];

/// A limp stands until it is denied, so it is asked for until then.
pub(super) const LIMP: &str = "limp";

/// The measures that a check-in asks for, in the order of asking.
pub fn questions(case: &Case<'_>, advice: &Advice) -> Vec<String> {
    let today = case.today();
    let on_record = |id: &str| !case.journal.samples(id, today, today).is_empty();
    let mut asked: Vec<String> = EACH_TIME.map(str::to_owned).into();
    asked.extend(OF_THE_NIGHT.iter().filter(|id| !on_record(id)).map(|id| (*id).to_owned()));
    if limps(case) {
        asked.push(LIMP.to_owned());
    }
    let readings = askable(case, advice).into_iter().filter(|need| need.kind == NeedKind::Reading);
    for need in readings {
        if !asked.contains(&need.id) {
            asked.push(need.id);
        }
    }
    asked.retain(|id| case.library.measures.contains_key(id));
    asked
}

/// Whether the last word of a limp was that it is there.
fn limps(case: &Case<'_>) -> bool {
    let all = case.journal.samples(LIMP, case.course.onset, case.today());
    all.last().is_some_and(|last| last.value >= 1.0)
}

/// What is unknown and could be recorded today: nothing while the plan stops or
/// rests, and no test of a leg that is resting.
pub fn wanted(case: &Case<'_>, advice: &Advice) -> Vec<Need> {
    if advice.action == Action::Stop || case.course.paused().is_some() {
        return vec![];
    }
    let pulled = advice.brakes.iter().filter(|b| b.finding.verdict == Verdict::NotMet);
    let resting = advice.action == Action::StepBack
        || advice.ask_now.is_some()
        || pulled.into_iter().any(|b| b.effect != Effect::Hold);
    let mut needs = askable(case, advice);
    needs.retain(|need| !(resting && need.kind == NeedKind::Test));
    needs
}

/// The home tests that a check-in asks for: those whose result would still count
/// on the first day on which the phase can end, and those that the next rung of a
/// ladder waits for.
pub fn tests(case: &Case<'_>, advice: &Advice) -> Vec<Need> {
    let too_early = advice.earliest.is_some_and(|day| day.since(case.today()) >= PROOF_DAYS);
    let due = wanted(case, advice).into_iter().filter(|need| need.kind == NeedKind::Test);
    let next = next_rung(case);
    due.filter(|need| !too_early || next.iter().any(|rung| rung.id == need.id && rung.whose == need.whose))
        .collect()
}

/// What was said of a measure before; nothing where it was not said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Before {
    /// Id of the measure.
    pub measure: String,
    /// The worst value of the day before.
    pub yesterday: Option<f64>,
    /// The worst value of the same weekday a week before.
    pub week_ago: Option<f64>,
}

/// What was said of the same measures before some entries: on the day before,
/// and a week before.
pub fn earlier(case: &Case<'_>, entries: &[EntryId]) -> Vec<Before> {
    let mut said: Vec<Before> = Vec::new();
    for entry in case.journal.entries().iter().filter(|e| entries.contains(&e.id)) {
        for reading in readings(entry).iter().filter(|r| case.is_injured(r.side)) {
            let Some(measure) = case.library.measures.get(&*reading.measure) else { continue };
            let worst = |day| {
                let samples = case.journal.samples(&measure.id, day, day);
                let values = samples.iter().filter(|s| case.is_injured(s.side)).map(|s| s.value);
                values.reduce(|a, b| measure.worse(a, b))
            };
            if said.iter().all(|b| b.measure != measure.id) {
                said.push(Before {
                    measure: measure.id.clone(),
                    yesterday: worst(entry.day.minus(1)),
                    week_ago: worst(entry.day.minus(7)),
                });
            }
        }
    }
    said
}
