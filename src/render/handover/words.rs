//! Words that more than one part of the sheet uses.

use crate::domain::day::Day;
use crate::domain::entry::{EntryId, SELF};
use crate::domain::handover::{Alarm, Handover, Seen, Since, Told, Visit};
use crate::domain::library::Urgency;
use crate::domain::measure::plain;

use super::super::page::{action, capital};
use super::Alert;

/// How many entries are named before the rest is counted.
const NAMED: usize = 3;

/// What open emergency and urgent flags ask for, the most urgent one first.
pub(super) fn alarms(h: &Handover) -> Vec<Alert> {
    let mut open: Vec<&Alarm> =
        h.flags.iter().filter(|a| a.flag.is_open() && a.flag.rule.urgency >= Urgency::Urgent).collect();
    open.sort_by_key(|a| std::cmp::Reverse(a.flag.rule.urgency));
    open.into_iter().map(|alarm| alert(h, alarm)).collect()
}

fn alert(h: &Handover, alarm: &Alarm) -> Alert {
    let rule = &alarm.flag.rule;
    let mut lines = vec![
        format!("{} ({}, {}).", rule.title, rule.id, rule.urgency.id()),
        format!("{} {}", reported(h, alarm), sign(alarm)),
        format!("Done about it: {}", done_about(alarm)),
    ];
    if !rule.do_not.is_empty() {
        lines.push(format!("The person was also told: {}", rule.do_not.join(" ")));
    }
    Alert { action: action(&alarm.flag), lines }
}

/// What was reported, when, and in which entries.
pub(super) fn reported(h: &Handover, alarm: &Alarm) -> String {
    let flag = &alarm.flag;
    let mut said: Vec<String> = flag.because.iter().map(|b| format!("{}: {}", b.id, b.said)).collect();
    said.dedup();
    let ids: Vec<EntryId> = flag.because.iter().filter_map(|b| b.entry.clone()).collect();
    let day = flag.day.map(|day| format!(" on {day}")).unwrap_or_default();
    let elsewhere = flag.episode.map(|n| format!(" in episode {n}")).unwrap_or_default();
    format!("Reported{day}{elsewhere}: {}{}.", said.join(", "), entries(h, &ids))
}

/// What a flag can be a sign of.
pub(super) fn sign(alarm: &Alarm) -> String {
    format!("This can be a sign of {}.", alarm.flag.rule.can_be_a_sign_of)
}

/// What clinicians said of a flag, and whether exercise went on.
pub(super) fn done_about(alarm: &Alarm) -> String {
    let mut said: Vec<String> = alarm.answers.iter().map(seen).collect();
    if said.is_empty() {
        said.push(match alarm.flag.episode {
            Some(n) => format!("see episode {n}"),
            None => "no clinician's outcome is on record".to_owned(),
        });
    }
    match alarm.bouts_meanwhile {
        None => {}
        Some(0) => said.push("no exercise is on record while it stood open".to_owned()),
        Some(n) => said.push(format!("{} on record while it stood open", count(n, "bout of exercise"))),
    }
    said.join("; ") + "."
}

fn seen(seen: &Seen) -> String {
    let until = seen.until.map(|day| format!(", until {day}")).unwrap_or_default();
    let note = seen.note.as_ref().map(|note| format!(": \"{note}\"")).unwrap_or_default();
    let role = if seen.who.contains(&seen.role) { String::new() } else { format!(" ({})", seen.role) };
    format!("{} by {}{role} on {}{until}{note}", seen.outcome.id(), seen.who, seen.day)
}

/// The short names of some entries, in brackets; nothing when there are none.
pub(super) fn entries(h: &Handover, ids: &[EntryId]) -> String {
    let names = handles(h, ids);
    if names.is_empty() { String::new() } else { format!(" [{names}]") }
}

/// The short names of some entries.
pub(super) fn handles(h: &Handover, ids: &[EntryId]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in ids.iter().filter_map(|id| h.handles.get(id)) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    match names.len() {
        n if n > NAMED => format!("{} +{}", names[..NAMED].join(" "), n - NAMED),
        _ => names.join(" "),
    }
}

/// What "since" means, in words.
pub(super) fn since(since: &Since) -> String {
    let role = since.role.as_deref().unwrap_or("clinician");
    match since.visit {
        Visit::Named => format!("since {}", since.day),
        Visit::Outcome => format!("since the {role}'s outcome of {}", since.day),
        Visit::Grade => format!("since the {role}'s grade of {}", since.day),
        Visit::Injury => format!("since the injury on {}, as no visit is on record", since.day),
    }
}

/// Answers by what was answered: "yes: a, b; not answered: c".
pub(super) fn grouped(told: &[Told]) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for t in told {
        let said = t.said.clone().unwrap_or_else(|| "not answered".to_owned());
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, labels)) => labels.push(t.label),
            None => groups.push((said, vec![t.label])),
        }
    }
    // What is there first, what nobody answered last.
    groups.sort_by_key(|(said, _)| match said.as_str() {
        "no" | "never" => 1,
        "unknown" => 2,
        "not answered" => 3,
        _ => 0,
    });
    let groups: Vec<String> = groups.iter().map(|(said, of)| format!("{said}: {}", of.join(", "))).collect();
    capital(&groups.join("; ")) + "."
}

/// One answer with its day.
pub(super) fn answer(told: &Told) -> String {
    match (&told.said, told.day) {
        (None, _) => "not answered".to_owned(),
        (Some(said), Some(day)) => format!("{said} ({day})"),
        (Some(said), None) => said.clone(),
    }
}

/// Who decided.
pub(super) fn by(who: &str) -> String {
    if who == SELF { "the person".to_owned() } else { who.to_owned() }
}

/// So many of something.
pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        // A bout of exercise, bouts of exercise.
        n => match what.split_once(' ') {
            Some((first, rest)) if rest.starts_with("of ") => format!("{n} {first}s {rest}"),
            _ => format!("{n} {what}s"),
        },
    }
}

/// A value, or a dash.
pub(super) fn value(value: Option<f64>) -> String {
    value.map_or_else(dash, plain)
}

/// What stands for something unknown.
pub(super) fn dash() -> String {
    "-".to_owned()
}

/// Two days as a range.
pub(super) fn range((first, last): (Day, Day)) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}
