//! The plan ahead as text.

use crate::domain::advice::Action;
use crate::domain::ahead::Ahead;
use crate::domain::situation::Situation;

use super::page::{Page, alert};
use super::text::{headline, standing};

/// The days ahead, then the phases as ranges.
pub fn plan(page: &Page, s: &Situation, view: &Ahead) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&standing(page, s));
    text.push_str(&page.wrap(&headline(s), "", "  "));
    if s.advice.action == Action::Stop {
        return text;
    }
    if !view.days.is_empty() {
        text.push_str(&page.heading("If all goes on as now"));
        let rows = view.days.iter().map(|day| {
            let items: Vec<String> = day
                .items
                .iter()
                .map(|i| if i.due > 1 { format!("{} ({} times)", i.id, i.due) } else { i.id.clone() })
                .collect();
            let what = if items.is_empty() { "rest".to_owned() } else { items.join(", ") };
            vec![day.day.date().format("%a %Y-%m-%d").to_string(), day.number.to_string(), what]
        });
        text.push_str(&page.table(&["", "day", "what"], rows.collect()));
    }
    if !view.phases.is_empty() {
        text.push_str(&page.heading("Phases ahead"));
        let rows = view.phases.iter().map(|phase| {
            let look = phase.look_by.map(|day| day.to_string()).unwrap_or_default();
            vec![phase.name.clone(), phase.not_before.to_string(), look]
        });
        text.push_str(&page.table(&["", "not before", "if not by then, be seen"], rows.collect()));
    }
    if let Some((not_before, usual_by)) = view.full_return {
        let words = format!(
            "Full return: not before {not_before}; for most people with this injury by about {usual_by}, for some later."
        );
        text.push_str(&page.wrap(&words, "", "  "));
    }
    let words =
        "A range and no promise: what you log decides, day by day. `sinew next` says what is missing.";
    text.push_str(&page.wrap(words, "\n", ""));
    text
}
