//! The plan ahead as text.

use crate::domain::advice::Action;
use crate::domain::ahead::{Ahead, AheadDay};
use crate::domain::schedule::ItemKind;
use crate::domain::situation::Situation;

use super::page::{Page, alert};
use super::text::{Detail, ask_first, opening};

/// What the days ahead are worth.
const NO_PROMISE: &str =
    "A range and no promise: what you log decides, day by day. `sinew next` says what is missing.";

/// The days ahead, then the phases as ranges; nothing while the plan stops or
/// rests.
pub fn plan(page: &Page, s: &Situation, view: Option<&Ahead>) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&opening(page, s, Detail::Short));
    let Some(view) = view else {
        let words = if s.advice.action == Action::Stop {
            "Nothing is planned ahead until then."
        } else {
            "Nothing is planned ahead while the plan rests."
        };
        return text + &page.wrap(words, "", "  ");
    };
    text.push_str(&page.heading("If all goes on as now"));
    text.push_str(&days(page, s, view));
    if !view.phases.is_empty() {
        text.push_str(&page.heading("Phases ahead"));
        for phase in &view.phases {
            let at = s.program.position(&phase.id).map(|at| at + 1).unwrap_or_default();
            let look = phase.look_by.map(|day| format!(", look by {day}")).unwrap_or_default();
            let words = format!("Phase {at} ({}): not before {}{look}", phase.name, phase.not_before);
            text.push_str(&page.wrap(&words, "- ", "  "));
        }
        if view.phases.iter().any(|p| p.look_by.is_some()) {
            let words = "Look by: when a phase has not begun by that day, be seen.";
            text.push_str(&page.wrap(words, "", "  "));
        }
    }
    text.push('\n');
    if let Some((not_before, usual_by)) = view.full_return {
        let words = format!(
            "Full return: not before {not_before}; for most people with this injury by about {usual_by}, for some later."
        );
        text.push_str(&page.wrap(&words, "", "  "));
    }
    if s.advice.action == Action::StepBack {
        let words = "A step back is advised: the phases ahead begin anew once it is taken.";
        text.push_str(&page.wrap(words, "", "  "));
    }
    text + &page.wrap(NO_PROMISE, "", "  ")
}

/// A line a day; one for all where nothing can be planned yet.
fn days(page: &Page, s: &Situation, view: &Ahead) -> String {
    let barred = s.plan.items.iter().all(|i| i.kind != ItemKind::Exercise)
        && view.days.iter().all(|d| d.items.is_empty());
    if barred && let Some(left) = s.plan.left_out.first() {
        let words = format!("No exercise can be planned yet: {} [{}]", left.because, left.rule);
        return page.wrap(&words, "", "  ");
    }
    view.days.iter().map(|day| page.wrap(&line(day), "- ", "  ")).collect()
}

fn line(day: &AheadDay) -> String {
    let items: Vec<String> = day
        .items
        .iter()
        .map(|item| if item.due > 1 { format!("{} ({} times)", item.id, item.due) } else { item.id.clone() })
        .collect();
    let due = if items.is_empty() { "a day of rest".to_owned() } else { items.join(", ") };
    format!("{} {}, day {}: {due}", day.day.date().format("%a"), day.day, day.number)
}
