//! The view of the advice: what it is, what would change it, on which conditions.

use crate::domain::advice::Action;
use crate::domain::day::Day;
use crate::domain::finding::{Finding, FindingKind, Verdict};
use crate::domain::measure::{Unit, plain};
use crate::domain::needs::{Need, NeedKind};
use crate::domain::program::{Op, Whose};
use crate::domain::prospect::Change;
use crate::domain::situation::Situation;

use super::page::{Page, alert, alert_again, capital, command};
use super::text::{Detail, ask_first, can_be_taken, opening, other_flags};

/// The advice and what would change it; in full with every condition.
pub fn next(page: &Page, s: &Situation, change: Option<&Change>, detail: Detail) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&opening(page, s, detail));
    if let Some(earliest) = s.advice.earliest
        && earliest > s.journal.now().day
        && s.advice.action != Action::Stop
    {
        text.push_str(&page.wrap(
            &format!("By its days alone, the next phase opens on {earliest}."),
            "",
            "  ",
        ));
    }
    if let Some(full) = s.advice.full_return {
        let words = if full.cleared {
            "Full return: every criterion is met.".to_owned()
        } else if full.not_before > s.journal.now().day {
            format!("Full return: not before {}, and not before every criterion is met.", full.not_before)
        } else {
            "Full return: not yet, some of its criteria are open.".to_owned()
        };
        text.push_str(&page.wrap(&words, "", "  "));
    }
    if can_be_taken(s) {
        text.push_str("To take this advice: sinew next --accept\n");
    }
    if let Some(change) = change {
        text.push_str(&changes(page, s, change));
    }
    text.push_str(&match detail {
        Detail::Full => findings(page, &s.advice.findings),
        Detail::Short | Detail::Begins => in_the_way(page, &s.advice.findings, change),
    });
    text.push_str(&other_flags(page, s));
    text.push_str(&alert_again(page, s.flags.iter()));
    text
}

/// What would change the advice, and by which day.
fn changes(page: &Page, s: &Situation, change: &Change) -> String {
    let mut text = page.heading("What would change this answer");
    let today = s.journal.now().day;
    let words = match (change.day, change.to) {
        (None, _) => {
            "Nothing that could be recorded in the coming weeks: see the conditions below.".to_owned()
        }
        (Some(day), Some(to)) if day == today => {
            format!("As early as today, to {}, with all of this on record:", to.id())
        }
        (Some(day), Some(to)) => {
            format!("On {day} at the earliest, to {}, with all of this on record:", to.id())
        }
        (Some(_), None) => "A clinician's outcome for each of these:".to_owned(),
    };
    text.push_str(&page.wrap(&words, "", "  "));
    let stopped = change.to.is_none();
    // By their days, so that each day is said once.
    let mut needs: Vec<&Need> = change.needs.iter().collect();
    needs.sort_by(|a, b| a.on.cmp(&b.on));
    let mut on: Option<&[Day]> = None;
    for (at, need) in needs.into_iter().enumerate() {
        if !stopped && on != Some(&need.on) {
            on = Some(&need.on);
            text.push_str(&page.wrap(&format!("{}:", capital(&days(&need.on, today))), "", "  "));
        }
        let words = match need.kind {
            // At a stop the rules are all that is named.
            NeedKind::Clearance if stopped => format!("{}: {}", need.id, command(need)),
            _ => format!("{}{}: {}", need.name, limit(need), command(need)),
        };
        text.push_str(&page.wrap(&words, &format!("{}. ", at + 1), "   "));
    }
    text
}

/// How the value of a need compares, in words.
fn limit(need: &Need) -> String {
    let during = if need.kind == NeedKind::Session { "pain " } else { "" };
    match (need.whose, need.op, need.value) {
        (Some(Whose::Ratio), Some(op), Some(value)) => {
            format!(", {} {} % of the other side", op.words(), plain(value))
        }
        (Some(Whose::Deficit), Some(_), Some(value)) => {
            format!(", at most {} short of the other side", plain(value))
        }
        (_, Some(Op::AtMost), Some(_)) if need.unit == Some(Unit::YesNo) => " (no)".to_owned(),
        (_, Some(_), Some(_)) if need.unit == Some(Unit::YesNo) => " (yes)".to_owned(),
        (_, Some(op), Some(value)) => {
            let unit = need.unit.map(Unit::suffix).unwrap_or_default();
            format!(", {during}{} {}{unit}", op.words(), plain(value))
        }
        _ => String::new(),
    }
}

/// Some days in words.
fn days(on: &[Day], today: Day) -> String {
    let name = |day: &Day| if *day == today { "today".to_owned() } else { day.to_string() };
    match on {
        [] => "at any time".to_owned(),
        [one] if *one == today => name(one),
        [one] => format!("on {one}"),
        [first, .., last] if usize::try_from(last.since(*first) + 1) == Ok(on.len()) => {
            format!("each day, {} to {}", name(first), name(last))
        }
        many => many.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

/// What is not met and, unless it is named above, what is unknown; the rest is
/// counted.
fn in_the_way(page: &Page, findings: &[Finding], change: Option<&Change>) -> String {
    let named = change.is_some_and(|change| change.day.is_some());
    let shown = |f: &&Finding| match f.verdict {
        Verdict::NotMet => true,
        Verdict::Unknown => !named,
        Verdict::Met => false,
    };
    let shown: Vec<&Finding> = findings.iter().filter(shown).collect();
    let mut text = String::new();
    if !shown.is_empty() {
        text.push_str(&page.heading("In the way"));
        text.push_str(&table(page, &shown));
    }
    let count = |verdict: Verdict| findings.iter().filter(|f| f.verdict == verdict).count();
    let words = format!(
        "Conditions: {} met, {} not met, {} unknown. Each with its reason and source: sinew next --full",
        count(Verdict::Met),
        count(Verdict::NotMet),
        count(Verdict::Unknown)
    );
    text.push('\n');
    text.push_str(&page.wrap(&words, "", "  "));
    text
}

fn table(page: &Page, findings: &[&Finding]) -> String {
    let row = |f: &&Finding| vec![f.verdict.word().to_owned(), f.wanted.clone(), f.observed.clone()];
    page.table(&["", "wanted", "seen"], findings.iter().map(row).collect())
}

/// Conditions by verdict: what stands in the way first.
fn findings(page: &Page, findings: &[Finding]) -> String {
    let mut text = page.heading("Conditions for moving on");
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| match f.verdict {
        Verdict::NotMet => 0,
        Verdict::Unknown => 1,
        Verdict::Met => 2,
    });
    text.push_str(&table(page, &sorted));
    for finding in sorted.iter().filter(|f| f.verdict != Verdict::Met && f.kind != FindingKind::Gate) {
        let words = format!("{}: {} ({})", finding.id, finding.why, finding.source.join(", "));
        text.push_str(&page.wrap(&words, "- ", "  "));
    }
    text
}
