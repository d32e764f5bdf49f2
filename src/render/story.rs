//! The story of the demo: a line whenever something changed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::domain::advice::Action;
use crate::domain::finding::{Finding, FindingKind, Verdict};
use crate::domain::measure::plain;
use crate::domain::program::Program;
use crate::domain::situation::StoryDay;

use super::page::Page;

/// The days on which something changed, and why.
pub fn story(page: &Page, program: &Program, days: &[StoryDay]) -> String {
    let mut text = page.wrap(
        "A made-up person pulls the left hamstring while sprinting: grade 2. The diary below was kept for 61 days. Each advance is taken on the day on which it is first advised.",
        "",
        "",
    );
    text.push('\n');
    let mut before: Option<&StoryDay> = None;
    for day in days {
        if let Some(line) = line(program, before, day) {
            let label = format!("Day {:>2}  {}  {}  ", day.number, day.day.date().format("%e %b"), day.phase);
            text.push_str(&page.wrap(&line, &label, &" ".repeat(label.len())));
        }
        before = Some(day);
    }
    text
}

fn line(program: &Program, before: Option<&StoryDay>, day: &StoryDay) -> Option<String> {
    if day.logged == 0 {
        return Some("Nothing was logged: unknown, not zero. The advice holds.".to_owned());
    }
    if let Some(entered) = &day.entered {
        let name = phase_name(program, entered);
        return Some(format!("ADVANCE to {name}: every condition is met."));
    }
    let pulled = |d: &StoryDay| -> Vec<String> {
        d.against
            .iter()
            .filter(|f| f.kind == FindingKind::Brake && f.verdict == Verdict::NotMet)
            .map(|f| f.id.clone())
            .collect()
    };
    let changed = before.is_none_or(|b| {
        b.action != day.action
            || b.phase != day.phase
            || pulled(b) != pulled(day)
            || b.full_return != day.full_return
    });
    if !changed && before.is_some_and(|b| b.logged > 0) {
        return None;
    }
    let pain = day.pain.map(|p| format!("Pain up to {}. ", plain(p))).unwrap_or_default();
    let reason = reason(&day.against);
    let words = match day.action {
        Action::Stop => "STOP.".to_owned(),
        Action::StepBack if program.position(&day.phase) == Some(0) => format!("Ease off.{reason}"),
        Action::StepBack => format!("STEP BACK.{reason}"),
        Action::Hold if day.full_return => {
            "Full return: every criterion is met. The last phase waits for its day.".to_owned()
        }
        Action::Hold => format!("Hold.{reason}"),
        Action::Advance => "ADVANCE.".to_owned(),
        Action::Finish => "FINISH.".to_owned(),
    };
    Some(format!("{pain}{words}"))
}

/// The weightiest reasons: what brakes, or else what fails, or else what is unknown.
fn reason(against: &[Finding]) -> String {
    let weight = |f: &&Finding| match (f.kind, f.verdict) {
        (FindingKind::Flag, _) => 0,
        (FindingKind::Brake, Verdict::NotMet) => 1,
        (FindingKind::Criterion, Verdict::NotMet) => 2,
        (FindingKind::Gate, _) => 3,
        _ => 4,
    };
    let mut sorted: Vec<&Finding> = against.iter().collect();
    sorted.sort_by_key(weight);
    // Two brakes can tell one story, such as a limp after too long a walk.
    let told = sorted.iter().take(2).filter(|f| weight(f) <= 1).count().max(1);
    let mut words = String::new();
    for finding in sorted.iter().take(told) {
        let _ = write!(words, " Wanted: {}. Seen: {}.", finding.wanted, finding.observed);
    }
    match sorted.len().saturating_sub(told) {
        0 => {}
        1 => words.push_str(" One more condition is open."),
        n => {
            let _ = write!(words, " {n} more conditions are open.");
        }
    }
    words
}

fn phase_name(program: &Program, id: &str) -> String {
    program.position(id).map_or_else(
        || id.to_owned(),
        |at| format!("phase {}, {}", at + 1, program.phases[at].name.to_lowercase()),
    )
}

/// The days for JSON.
pub fn days(days: &[StoryDay]) -> Vec<Value> {
    days.iter()
        .map(|d| {
            json!({
                "day": d.day,
                "day_since_onset": d.number,
                "phase": d.phase,
                "logged": d.logged,
                "pain": d.pain,
                "action": d.action,
                "entered": d.entered,
                "full_return": d.full_return,
                "against": d.against.iter().map(|f| &f.id).collect::<Vec<_>>(),
            })
        })
        .collect()
}
