//! The view of today: what to do, what is left out, what to keep away from.

use crate::domain::checkin::wanted;
use crate::domain::library::Library;
use crate::domain::needs::{Need, NeedKind};
use crate::domain::schedule::{Item, LeftOut};
use crate::domain::situation::Situation;

use super::items;
use super::page::{Page, alert, alert_again, command};
use super::text::{Detail, ask_first, how_to_take, opening, other_flags};

/// Where the rest of a short view is.
const MORE: &str = "Times and reasons: sinew today --full\n";

/// Today's plan: on one screen, or with every reason.
pub fn today(page: &Page, library: &Library, s: &Situation, detail: Detail) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&opening(page, s, detail));
    text.push_str(&how_to_take(page, s));
    let (due, resting): (Vec<&Item>, Vec<&Item>) = s.plan.items.iter().partition(|i| i.due > 0 || i.done > 0);
    if !due.is_empty() {
        let items = if detail == Detail::Full {
            items::table(page, &due)
        } else {
            // The title says on which side everything is, unless it has other words.
            let said = s.episode.side.filter(|side| s.episode.title.contains(side.id()));
            items::short(page, &due, said)
        };
        text.push('\n');
        text.push_str(&items);
    }
    if !resting.is_empty() {
        let names: Vec<String> =
            resting.iter().map(|i| format!("{} ({})", i.name.to_lowercase(), i.frequency)).collect();
        text.push_str(&page.wrap(&format!("Not today: {}.", names.join(", ")), "", "  "));
    }
    text.push_str(&left_out(page, &s.plan.left_out));
    text.push_str(&keep_away(page, s, detail));
    let needs = s.judge(library, |case| wanted(case, &s.advice));
    if detail == Detail::Full {
        text.push_str(&unknown(page, &needs));
    } else {
        // No line more than it takes: what to keep away from is a paragraph too.
        if s.plan.avoid.is_empty() {
            text.push('\n');
        }
        text.push_str(&to_record(page, &needs));
        text.push_str(MORE);
    }
    text.push_str(&other_flags(page, s));
    text.push_str(&alert_again(page, s.flags.iter()));
    text
}

/// What is left out: all that one rule bars for one reason in one line.
fn left_out(page: &Page, left_out: &[LeftOut]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut groups: Vec<(&LeftOut, Vec<&str>)> = Vec::new();
    for left in left_out {
        let same = |first: &LeftOut| (&first.because, &first.rule) == (&left.because, &left.rule);
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, names)) => names.push(&left.name),
            None => groups.push((left, vec![&left.name])),
        }
    }
    let mut text = page.heading("Left out");
    for (first, names) in groups {
        let words = format!("{}: {} [{}]", names.join("; "), first.because, first.rule);
        text.push_str(&page.wrap(&words, "- ", "  "));
    }
    text
}

fn keep_away(page: &Page, s: &Situation, detail: Detail) -> String {
    if s.plan.avoid.is_empty() {
        return String::new();
    }
    let until = |day: Option<i64>| day.map(|d| format!(" up to day {d}")).unwrap_or_default();
    if detail != Detail::Full {
        let what: Vec<String> =
            s.plan.avoid.iter().map(|avoid| format!("{}{}.", avoid.what, until(avoid.until_day))).collect();
        return format!("\n{}", page.wrap(&what.join(" "), "Keep away from: ", "  "));
    }
    let mut text = page.heading("Keep away from");
    for avoid in &s.plan.avoid {
        let words = format!("{}{}. {}", avoid.what, until(avoid.until_day), avoid.why);
        text.push_str(&page.wrap(&words, "- ", "  "));
    }
    text
}

/// What could be recorded today for the next phase, by the command that asks for it.
fn to_record(page: &Page, needs: &[Need]) -> String {
    let count = |kind: NeedKind| needs.iter().filter(|need| need.kind == kind).count();
    let many = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let mut parts = Vec::new();
    for need in needs {
        let part = match need.kind {
            NeedKind::Reading => format!("{} (sinew log)", many(count(need.kind), "answer")),
            NeedKind::Test => format!("{} (sinew test)", many(count(need.kind), "home test")),
            _ => format!("{} ({})", need.name, command(need)),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        return String::new();
    }
    page.wrap(&format!("{}.", parts.join(", ")), "Not known yet today: ", "  ")
}

/// The same one by one, each with its command.
fn unknown(page: &Page, needs: &[Need]) -> String {
    if needs.is_empty() {
        return String::new();
    }
    let mut text = page.heading("Not known yet, and can be recorded today");
    for need in needs {
        text.push_str(&page.wrap(&format!("{}: {}", need.name, command(need)), "- ", "  "));
    }
    text
}
