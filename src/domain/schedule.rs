//! Today's plan: what is due, what was done, what is left out and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::advice::{Action, Advice};
use super::bouts::red_exercises;
use super::brakes::Effect;
use super::criteria::Case;
use super::day::Day;
use super::dose::Dose;
use super::entry::{EntryId, Performed, Side};
use super::finding::Verdict;
use super::library::Urgency;
use super::program::{Avoid, CarePlan, Frequency, Phase, Prescription};
use super::screening::Flag;

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
    /// How often it is due today; 0 on a rest day.
    pub due: u32,
    /// How often it was done today.
    pub done: u32,
    /// The side.
    pub side: Option<Side>,
    /// The highest pain allowed during it, 0 to 10.
    pub cap: Option<f64>,
    /// How often it is due in general.
    pub frequency: String,
    /// Anything else to know.
    pub note: Option<String>,
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

/// Why something is left out.
struct Bar {
    because: String,
    rule: String,
    entries: Vec<EntryId>,
}

/// Plans today.
pub fn plan(case: &Case<'_>, flags: &[Flag], advice: &Advice) -> Plan {
    let phase = case.course.phase(case.program);
    let day = case.today().since(case.course.onset);
    let open: Vec<&Flag> = flags.iter().filter(|f| f.is_open()).collect();
    let all = all_exercises_bar(&open, advice);
    let limited = first_phase_only(case, &open, advice);
    let red: BTreeMap<String, EntryId> = red_exercises(case).into_iter().collect();

    // A leg that has to be protected gets the work and the care of the first
    // phase instead of its own.
    let first = &case.program.phases[0];
    let guarded = all.is_some() || limited.is_some();
    let green = if guarded { phase.caps.green.min(first.caps.green) } else { phase.caps.green };
    let mut plan = Plan::default();
    let mut prescriptions: Vec<(&Prescription, Option<&Bar>)> = Vec::new();
    for prescription in &phase.exercises {
        let known = first.exercises.iter().any(|p| p.exercise == prescription.exercise);
        match (&all, &limited) {
            (None, Some(_)) if known => {}
            (all, limited) => prescriptions.push((prescription, all.as_ref().or(limited.as_ref()))),
        }
    }
    if all.is_none() && limited.is_some() {
        prescriptions.extend(first.exercises.iter().map(|p| (p, None)));
    }
    for (prescription, bar) in prescriptions {
        let bar = bar
            .map(|bar| Bar {
                because: bar.because.clone(),
                rule: bar.rule.clone(),
                entries: bar.entries.clone(),
            })
            .or_else(|| exercise_bar(case, prescription, day, &red));
        match bar {
            None => plan.items.push(exercise_item(case, prescription, advice, green)),
            Some(bar) => plan.left_out.push(left_out(
                &prescription.exercise,
                case.library.exercise_name(&prescription.exercise),
                bar,
            )),
        }
    }
    let emergency = open.iter().find(|f| f.rule.urgency == Urgency::Emergency);
    for care in if guarded { &first.care } else { &phase.care } {
        let Some(item) = case.library.care.get(&care.care).filter(|i| i.advised) else { continue };
        let withheld = open.iter().find(|f| item.tags.iter().any(|t| f.rule.withhold.contains(t)));
        match (emergency.or(withheld), care_bar(care, day)) {
            (Some(flag), _) => plan.left_out.push(left_out(&care.care, &item.name, flag_bar(flag))),
            (None, Some(bar)) => plan.left_out.push(left_out(&care.care, &item.name, bar)),
            (None, None) => plan.items.push(care_item(case, care, &item.name)),
        }
    }
    if emergency.is_none() {
        plan.avoid =
            case.program.avoid.iter().filter(|a| a.until_day.is_none_or(|u| day <= u)).cloned().collect();
    }
    plan
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

fn flag_bar(flag: &Flag) -> Bar {
    Bar {
        because: format!("the flag \"{}\" is open", flag.rule.title),
        rule: flag.rule.id.clone(),
        entries: flag.because.iter().filter_map(|b| b.entry.clone()).collect(),
    }
}

/// What bars every exercise today: an emergency or urgent flag, or a day of rest.
fn all_exercises_bar(open: &[&Flag], advice: &Advice) -> Option<Bar> {
    if let Some(flag) = open.iter().find(|f| f.rule.urgency >= Urgency::Urgent) {
        return Some(flag_bar(flag));
    }
    if let Some(asked) = &advice.ask_now {
        return Some(Bar {
            because: "pain of 6 or more: the red-flag questions come first".to_owned(),
            rule: "red-flag-questions".to_owned(),
            entries: asked.clone(),
        });
    }
    brake_bar(advice, Effect::Rest, "rest today")
}

/// What limits today to the first phase: a limp, a step back that was advised
/// but not taken yet, or a gate that a clinician has to open.
fn first_phase_only(case: &Case<'_>, open: &[&Flag], advice: &Advice) -> Option<Bar> {
    if case.course.current().phase == 0 {
        return None;
    }
    if let Some(flag) = open.iter().find(|f| f.rule.gate) {
        return Some(flag_bar(flag));
    }
    let stepping = (advice.action == Action::StepBack)
        .then(|| brake_bar(advice, Effect::StepBack, "a step back is advised"))
        .flatten();
    stepping.or_else(|| brake_bar(advice, Effect::Protect, "only what phase 1 allows"))
}

fn brake_bar(advice: &Advice, effect: Effect, words: &str) -> Option<Bar> {
    let pulled = advice.brakes.iter().find(|b| b.effect == effect && b.finding.verdict == Verdict::NotMet)?;
    Some(Bar {
        because: format!("{words}: {}", pulled.finding.observed),
        rule: pulled.finding.id.clone(),
        entries: pulled.finding.entries.clone(),
    })
}

/// What bars one exercise: its own day, the exercise before it, or a bout that
/// hurt too much.
fn exercise_bar(
    case: &Case<'_>,
    prescription: &Prescription,
    day: i64,
    red: &BTreeMap<String, EntryId>,
) -> Option<Bar> {
    let id = &prescription.exercise;
    if day < prescription.from_day {
        let because = format!("not before day {} after the injury", prescription.from_day);
        return Some(Bar { because, rule: format!("{id}.from-day"), entries: vec![] });
    }
    if let Some(entry) = red.get(id) {
        let because = "it hurt too much the last time".to_owned();
        return Some(Bar { because, rule: "caps-red".to_owned(), entries: vec![entry.clone()] });
    }
    if let Some(first) = &prescription.after
        && clean_days(case, first).len() < 3
    {
        let because =
            format!("only after three clean days of {}", case.library.exercise_name(first).to_lowercase());
        return Some(Bar { because, rule: format!("{id}.after"), entries: vec![] });
    }
    None
}

fn care_bar(care: &CarePlan, day: i64) -> Option<Bar> {
    if day < care.from_day {
        let because = format!("not before day {} after the injury", care.from_day);
        return Some(Bar { because, rule: format!("{}.from-day", care.care), entries: vec![] });
    }
    if care.until_day.is_some_and(|until| day > until) {
        let because = format!("only up to day {} after the injury", care.until_day.unwrap_or_default());
        return Some(Bar { because, rule: format!("{}.until-day", care.care), entries: vec![] });
    }
    None
}

/// The days on which an exercise was done within its cap in the last four weeks.
fn clean_days(case: &Case<'_>, exercise: &str) -> BTreeSet<Day> {
    let today = case.today();
    case.journal
        .performed(today.minus(27), today)
        .filter(|b| b.what.exercise == exercise && b.what.skipped.is_none())
        .filter(|b| {
            let phase = case.course.phase_on(case.program, b.entry.day);
            let cap = phase.and_then(|p| p.exercises.iter().find(|p| p.exercise == exercise)).map(|p| p.cap);
            b.what.pain.is_some_and(|pain| cap.is_some_and(|cap| pain <= cap))
        })
        .map(|b| b.entry.day)
        .collect()
}

fn exercise_item(case: &Case<'_>, prescription: &Prescription, advice: &Advice, green: f64) -> Item {
    let today = case.today();
    let id = &prescription.exercise;
    let done_days: BTreeSet<Day> = done(case, id).map(|(day, _)| day).collect();
    let done_today = done(case, id).filter(|(day, _)| *day == today).count();
    let eased = advice.brakes.iter().any(|b| {
        b.effect == Effect::Ease && b.finding.verdict == Verdict::NotMet && b.exercises.contains(id)
    });
    let dose = match prescription.dose.rung {
        Some(start) => Dose { rung: Some(rung(case, prescription, start)), ..Dose::default() },
        None => prescription.dose.clone(),
    };
    let mut notes: Vec<String> = Vec::new();
    if eased {
        notes.push("do less than last time: it went above its cap".to_owned());
    }
    if prescription.supervised {
        notes.push("only if your clinician agrees".to_owned());
    }
    notes.extend(prescription.tempo.clone());
    notes.extend(prescription.note.clone());
    if let (Some(rung), Some(exercise)) = (dose.rung, case.library.exercises.get(id)) {
        notes.extend(exercise.rungs.get(rung as usize - 1).cloned());
    }
    Item {
        id: id.clone(),
        kind: ItemKind::Exercise,
        name: case.library.exercise_name(id).to_owned(),
        dose: match &prescription.grows_to {
            Some(most) if dose.rung.is_none() => format!("{dose} up to {most}"),
            _ => dose.to_string(),
        },
        due: due_on(prescription.frequency, &done_days, today),
        done: u32::try_from(done_today).unwrap_or(u32::MAX),
        side: case.library.exercises.get(id).filter(|e| e.sided).and(case.episode.side),
        // What counts as green is the stricter of the exercise's cap and the phase's.
        cap: Some(prescription.cap.min(green)),
        frequency: prescription.frequency.words(),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    }
}

fn care_item(case: &Case<'_>, planned: &CarePlan, name: &str) -> Item {
    let today = case.today();
    let done = case.journal.care(today, today).filter(|c| c.what.kind == planned.care).count();
    let span = |(low, high): (u32, u32), unit: &str| {
        if low == high { format!("{low} {unit}") } else { format!("{low}-{high} {unit}") }
    };
    // A waking day of sixteen hours.
    let due = planned.every_hours.map_or(1, |(_, high)| 16 / high.max(1));
    Item {
        id: planned.care.clone(),
        kind: ItemKind::Care,
        name: name.to_owned(),
        dose: planned.minutes.map_or_else(String::new, |m| span(m, "min")),
        due,
        done: u32::try_from(done).unwrap_or(u32::MAX),
        side: case.episode.side,
        cap: None,
        frequency: planned
            .every_hours
            .map_or_else(|| "as needed".to_owned(), |h| format!("every {}", span(h, "hours"))),
        note: planned.note.clone(),
    }
}

/// The bouts of an exercise so far, skipped ones left out.
fn done<'a>(case: &'a Case<'_>, exercise: &'a str) -> impl Iterator<Item = (Day, &'a Performed)> {
    case.journal
        .performed(case.course.onset, case.today())
        .filter(move |b| b.what.exercise == exercise && b.what.skipped.is_none())
        .map(|b| (b.entry.day, b.what))
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

/// The rung of a ladder that is next: one up after its clean sessions, one
/// down after one that hurt, never below the first.
fn rung(case: &Case<'_>, prescription: &Prescription, start: u32) -> u32 {
    let wanted = prescription.clean_sessions.unwrap_or(1);
    let top = case.library.exercises.get(&prescription.exercise).map_or(1, |e| e.rungs.len());
    let top = u32::try_from(top).unwrap_or(u32::MAX).max(1);
    let (mut rung, mut clean) = (start, 0);
    let mut last: Option<Day> = None;
    for (day, bout) in done(case, &prescription.exercise) {
        let Some(pain) = bout.pain else { continue };
        // Runs on one day, or on two days in a row, count once.
        let rested = last.is_none_or(|last| day.since(last) >= 2);
        if pain > prescription.cap {
            rung = rung.saturating_sub(1).max(1);
            clean = 0;
        } else if rested && bout.dose.as_ref().and_then(|d| d.rung).is_some_and(|done| done >= rung) {
            clean += 1;
            last = Some(day);
            if clean >= wanted && rung < top {
                rung += 1;
                clean = 0;
            }
        }
    }
    rung
}

/// The exercises of a phase that were due on a day, and those of them that
/// were done.
pub fn adherence(phase: &Phase, done: &BTreeMap<String, BTreeSet<Day>>, onset: Day, day: Day) -> (u32, u32) {
    let none = BTreeSet::new();
    let mut counts = (0, 0);
    for prescription in &phase.exercises {
        let days = done.get(&prescription.exercise).unwrap_or(&none);
        if day.since(onset) < prescription.from_day || due_on(prescription.frequency, days, day) == 0 {
            continue;
        }
        counts.0 += 1;
        counts.1 += u32::from(days.contains(&day));
    }
    counts
}
