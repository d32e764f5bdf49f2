//! Today in a line, for a shell prompt or a login: nothing when nothing is due.

use crate::domain::advice::Action;
use crate::domain::entry::Fact;
use crate::domain::library::Urgency;
use crate::domain::schedule::ItemKind;
use crate::domain::situation::Situation;

use super::page::{Page, action, clean};
use super::text::headline;

/// What is due. An open warning says what to do and nothing else.
pub fn brief(page: &Page, s: &Situation) -> String {
    // A prompt takes one line, however long it is; a terminal would break it anyhow.
    let said = |words: &str| {
        if page.terminal { page.wrap(words, "sinew: ", "  ") } else { format!("sinew: {}\n", clean(words)) }
    };
    let warning = s.open_flags().filter(|f| f.rule.urgency >= Urgency::Urgent).max_by_key(|f| f.rule.urgency);
    if let Some(flag) = warning {
        return said(&action(flag));
    }
    if s.advice.action == Action::Stop {
        return said(&headline(s));
    }
    let asks = s.advice.ask_now.is_some();
    if asks {
        return said("answer the red-flag questions before any exercise (sinew screen)");
    }
    if s.course.finished || s.course.paused().is_some() {
        return String::new();
    }
    let mut due: Vec<String> = Vec::new();
    if s.advice.action != Action::Hold {
        due.push(format!("{} (sinew next)", headline(s).trim_end_matches('.')));
    }
    let exercises = s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise && i.done < i.due).count();
    match exercises {
        0 => {}
        1 => due.push("1 exercise (sinew session)".to_owned()),
        n => due.push(format!("{n} exercises (sinew session)")),
    }
    let today = s.journal.now().day;
    let told = |e: &crate::domain::entry::Entry| e.day == today && matches!(e.fact, Fact::CheckIn { .. });
    if !s.journal.entries().iter().any(|e| told(e)) {
        due.push("a check-in (sinew log)".to_owned());
    }
    if due.is_empty() { String::new() } else { said(&due.join(", ")) }
}
