//! Today's plan: what is due, what was done, what is left out and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::advice::Advice;
use super::bars::{Bar, all_exercises_bar, care_bar, exercise_bar, first_phase_only, flag_bar};
use super::bouts::{Begun, begun, red_exercises};
use super::brakes::Effect;
use super::criteria::Case;
use super::day::Day;
use super::dose::Dose;
use super::entry::{EntryId, Side};
use super::finding::Verdict;
use super::growth::{Grown, grown};
use super::library::{Library, Urgency};
use super::load::{self, Room};
use super::program::{Avoid, CarePlan, Frequency, Prescription};
use super::screening::Flag;
use super::situation::Situation;

/// Whether something is an exercise or care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// An exercise.
    Exercise,
    /// Care.
    Care,
}

/// One thing on today's list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Id of the exercise or care item.
    pub id: String,
    /// Which of the two.
    pub kind: ItemKind,
    /// Its name.
    pub name: String,
    /// The dose, or the minutes of care.
    pub dose: String,
    /// Where the dose stands on its way, where it grows.
    pub step: Option<Step>,
    /// How often it is due today; 0 on a rest day.
    pub due: u32,
    /// When in the day, where it is due more than once.
    pub times: Vec<String>,
    /// How often it was done today; a bout that was cut off is not done.
    pub done: u32,
    /// What a bout that was cut off has done of it.
    pub begun: Option<Begun>,
    /// The side.
    pub side: Option<Side>,
    /// The highest pain allowed during it, 0 to 10.
    pub cap: Option<f64>,
    /// How often it is due in general.
    pub frequency: String,
    /// The speed of a repetition, which the note says as well.
    #[serde(skip)]
    pub tempo: Option<String>,
    /// Anything else to know.
    pub note: Option<String>,
    /// What the load guard leaves room for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
    /// What is planned of an exercise, as numbers; nothing for care.
    #[serde(skip)]
    pub planned: Option<Planned>,
}

/// An exercise as it is planned today.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The dose.
    pub dose: Dose,
    /// How often.
    pub frequency: Frequency,
    /// Only if a clinician agrees.
    pub supervised: bool,
}

/// Where a dose stands on its way from the first to the last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The step, from 1.
    pub at: usize,
    /// Of how many.
    pub of: usize,
    /// Why it was moved last, or does not move on.
    pub because: Option<String>,
    /// The entries behind that.
    pub entries: Vec<EntryId>,
}

/// Something of the phase that is not on today's list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// Id of the exercise or care item.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub because: String,
    /// The rule behind it.
    pub rule: String,
    /// The entries behind it.
    pub entries: Vec<EntryId>,
}

/// The plan of one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What is due or resting.
    pub items: Vec<Item>,
    /// What is left out.
    pub left_out: Vec<LeftOut>,
    /// What to keep away from.
    pub avoid: Vec<Avoid>,
}

/// Plans today.
pub fn plan(case: &Case<'_>, flags: &[Flag], advice: &Advice, others: &[Situation]) -> Plan {
    let phase = case.course.phase(case.program);
    let open: Vec<&Flag> = flags.iter().filter(|f| f.is_open()).collect();
    let all = all_exercises_bar(case, &open, advice);
    let limited = first_phase_only(case, &open, advice);
    let red: BTreeMap<String, EntryId> = red_exercises(case).into_iter().collect();

    // A leg that has to be protected gets the work and the care of the first
    // phase instead of its own.
    let first = &case.program.phases[0];
    let guarded = all.is_some() || limited.is_some();
    let green = if guarded { phase.caps.green.min(first.caps.green) } else { phase.caps.green };
    let mut plan = Plan::default();
    let mut prescriptions: Vec<(&Prescription, Option<&Bar>)> = Vec::new();
    let wanted = |p: &&Prescription| p.goals.is_empty() || p.goals.contains(&case.episode.goal);
    for prescription in phase.exercises.iter().filter(wanted) {
        let known = first.exercises.iter().any(|p| p.exercise == prescription.exercise);
        match (&all, &limited) {
            (None, Some(_)) if known => {}
            (all, limited) => prescriptions.push((prescription, all.as_ref().or(limited.as_ref()))),
        }
    }
    if all.is_none() && limited.is_some() {
        prescriptions.extend(first.exercises.iter().filter(wanted).map(|p| (p, None)));
    }
    for (prescription, bar) in prescriptions {
        let grown = grown(case, prescription);
        let bar = bar.cloned().or_else(|| exercise_bar(case, prescription, advice, &grown, &red, others));
        match bar {
            None => plan.items.push(exercise_item(case, prescription, advice, &grown, green)),
            Some(bar) => plan.left_out.push(left_out(
                &prescription.exercise,
                case.library.exercise_name(&prescription.exercise),
                bar,
            )),
        }
    }
    plan.items.sort_by_key(|item| place(case.library, &item.id));
    let emergency = open.iter().find(|f| f.rule.urgency == Urgency::Emergency);
    for care in if guarded { &first.care } else { &phase.care } {
        let Some(item) = case.library.care.get(&care.care).filter(|i| i.advised) else { continue };
        let withheld = open.iter().find(|f| item.tags.iter().any(|t| f.rule.withhold.contains(t)));
        match (emergency.or(withheld), care_bar(case, care, &item.tags)) {
            (Some(flag), _) => plan.left_out.push(left_out(&care.care, &item.name, flag_bar(flag))),
            (None, Some(bar)) => plan.left_out.push(left_out(&care.care, &item.name, bar)),
            (None, None) => plan.items.push(care_item(case, care, &item.name)),
        }
    }
    if emergency.is_none() {
        let day = case.today().since(case.course.onset);
        plan.avoid =
            case.program.avoid.iter().filter(|a| a.until_day.is_none_or(|u| day <= u)).cloned().collect();
    }
    plan
}

/// The place of an exercise within a session: what warms comes first, running
/// before strength, and held stretches after all activity.
fn place(library: &Library, exercise: &str) -> u8 {
    let Some(exercise) = library.exercises.get(exercise) else { return 2 };
    match exercise {
        e if e.is("static-stretch") => 3,
        e if e.is("gentle-motion") || e.is("walk") || e.is("bike") => 0,
        e if e.is("run") || e.is("jump") => 1,
        _ => 2,
    }
}

fn left_out(id: &str, name: &str, bar: Bar) -> LeftOut {
    LeftOut {
        id: id.to_owned(),
        name: name.to_owned(),
        because: bar.because,
        rule: bar.rule,
        entries: bar.entries,
    }
}

fn exercise_item(
    case: &Case<'_>,
    prescription: &Prescription,
    advice: &Advice,
    grown: &Grown,
    green: f64,
) -> Item {
    let today = case.today();
    let id = &prescription.exercise;
    let exercise = case.library.exercises.get(id);
    let since = looks_back(prescription.frequency, today).max(case.course.onset);
    let done_days: BTreeSet<Day> = done(case, id, since).collect();
    let begun = begun(case, id, &grown.dose);
    let bouts = done(case, id, today.max(case.course.onset)).count();
    let done_today = bouts - usize::from(begun.is_some());
    // A leg that has to be protected does less of everything.
    let eased = advice
        .brakes
        .iter()
        .filter(|b| b.finding.verdict == Verdict::NotMet)
        .find(|b| b.effect == Effect::Protect || (b.effect == Effect::Ease && b.exercises.contains(id)));
    let mut notes: Vec<String> = Vec::new();
    if let Some(braking) = eased {
        notes.push(format!("less than last time: {}", braking.finding.observed));
    }
    if prescription.supervised {
        notes.push("only if your clinician agrees".to_owned());
    }
    if let (Some(begun), Some(sets)) = (&begun, grown.dose.sets) {
        notes.push(format!("begun: {} of {sets} sets, `sinew session` goes on", begun.sets));
    }
    notes.extend(prescription.tempo.clone());
    notes.extend(prescription.note.clone());
    if let (Some(rung), Some(exercise)) = (grown.dose.rung, exercise) {
        notes.extend(exercise.rungs.get(rung as usize - 1).cloned());
    }
    let due = due_on(prescription.frequency, &done_days, today);
    Item {
        id: id.clone(),
        kind: ItemKind::Exercise,
        name: case.library.exercise_name(id).to_owned(),
        dose: grown.dose.to_string(),
        step: (grown.last > 0).then(|| Step {
            at: grown.step + 1,
            of: grown.last + 1,
            because: grown.because.clone(),
            entries: grown.entries.clone(),
        }),
        due,
        times: times_of_day(due),
        done: u32::try_from(done_today).unwrap_or(u32::MAX),
        begun,
        side: exercise.filter(|e| e.sided).and(case.episode.side),
        // What counts as green is the stricter of the exercise's cap and the phase's.
        cap: Some(prescription.cap.min(green)),
        frequency: prescription.frequency.words(),
        tempo: prescription.tempo.clone(),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
        room: exercise.and_then(|e| load::room(case, e)),
        planned: Some(Planned {
            dose: grown.dose.clone(),
            frequency: prescription.frequency,
            supervised: prescription.supervised,
        }),
    }
}

/// When in the day something that is due so often is best done.
fn times_of_day(due: u32) -> Vec<String> {
    let words: &[&str] = match due {
        2 => &["morning", "evening"],
        3 => &["morning", "midday", "evening"],
        _ => &[],
    };
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// The waking day, from hour to hour, that every-hours care is spread over.
const WAKING: std::ops::RangeInclusive<u32> = 8..=20;

fn care_item(case: &Case<'_>, planned: &CarePlan, name: &str) -> Item {
    let today = case.today();
    let done = case.journal.care(today, today).filter(|c| c.what.kind == planned.care).count();
    let span = |(low, high): (u32, u32), unit: &str| {
        if low == high { format!("{low} {unit}") } else { format!("{low}-{high} {unit}") }
    };
    // The longer of the two gaps: care given too often does harm, too seldom does not.
    let times: Vec<String> = planned.every_hours.map_or_else(Vec::new, |(_, high)| {
        WAKING.step_by(high.max(1) as usize).map(|hour| format!("{hour:02}:00")).collect()
    });
    let due = u32::try_from(times.len()).unwrap_or(1).max(1);
    Item {
        id: planned.care.clone(),
        kind: ItemKind::Care,
        name: name.to_owned(),
        dose: planned.minutes.map_or_else(String::new, |m| span(m, "min")),
        step: None,
        due,
        times,
        done: u32::try_from(done).unwrap_or(u32::MAX),
        begun: None,
        side: case.episode.side,
        cap: None,
        frequency: planned
            .every_hours
            .map_or_else(|| "as needed".to_owned(), |h| format!("every {}", span(h, "hours"))),
        tempo: None,
        note: planned.note.clone(),
        room: None,
        planned: None,
    }
}

/// The days of the bouts of an exercise since a day, skipped ones left out.
fn done(case: &Case<'_>, exercise: &str, since: Day) -> impl Iterator<Item = Day> {
    let bouts = case.journal.bouts_of(exercise, since, case.today());
    bouts.filter(|b| b.what.skipped.is_none()).map(|b| b.entry.day)
}

/// The first day whose bouts make a difference to what is due on a day.
pub(super) fn looks_back(frequency: Frequency, day: Day) -> Day {
    match frequency {
        Frequency::PerDay(_) => day,
        Frequency::PerWeek(_) => day.minus(6),
        Frequency::EveryDays(every) => day.minus(i64::from(every)),
    }
}

/// How often something is due on a day, given the days on which it was done.
pub fn due_on(frequency: Frequency, done: &BTreeSet<Day>, day: Day) -> u32 {
    match frequency {
        Frequency::PerDay(times) => times,
        Frequency::PerWeek(days) => {
            let week = done.range(day.minus(6)..day).count();
            let yesterday = done.contains(&day.minus(1));
            // Up to three days a week leave a day of rest between two of them.
            let resting = yesterday && days <= 3;
            u32::from(week < days as usize && !resting)
        }
        Frequency::EveryDays(every) => {
            let last = done.range(..day).next_back();
            u32::from(last.is_none_or(|last| day.since(*last) >= i64::from(every)))
        }
    }
}
