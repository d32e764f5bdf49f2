//! Invariants about what is printed.

use sinew::domain::library::Urgency;
use sinew::render::page::{self, Page};
use sinew::render::text::{self, Detail};
use sinew::render::{json, next, today};

use super::{Ledger, View};

/// Names of medicines, none of which is ever printed. Words for kinds of
/// medicine, as in "blood thinner", are asked about and may be.
const DRUGS: [&str; 26] = [
    "ibuprofen",
    "paracetamol",
    "acetaminophen",
    "aspirin",
    "naproxen",
    "diclofenac",
    "ketoprofen",
    "celecoxib",
    "codeine",
    "tramadol",
    "morphine",
    "oxycodone",
    "metamizole",
    "heparin",
    "warfarin",
    "rivaroxaban",
    "apixaban",
    "enoxaparin",
    "dabigatran",
    "atorvastatin",
    "simvastatin",
    "ciprofloxacin",
    "levofloxacin",
    "prednisone",
    "prednisolone",
    "gabapentin",
];

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let page = Page { width: 80, plain: true, terminal: false, units: sinew::domain::units::Units::Metric };
    let texts = [
        today::today(&page, v.library(), v.s, Detail::Short),
        today::today(&page, v.library(), v.s, Detail::Full),
        next::next(&page, v.s, None, Detail::Short),
        next::next(&page, v.s, None, Detail::Full),
        text::logged(&page, v.s, None, &[]),
        text::flags(&page, &v.s.flags),
    ];
    let documents = [json::today(v.s), json::next(v.s, None), json::logged(v.s, &[], &[], &[], &[])];
    iv_01_and_02(v, ledger, &texts, &documents);
    for printed in texts.iter().chain(&documents) {
        let found = medicine(printed);
        ledger.holds(42, found.is_none(), || format!("{}: prints {found:?}", v.words()));
    }
}

/// The action of an open emergency is the first line of every text, and stands
/// before all else in every document. The same holds for an urgent flag where
/// no emergency is open, and what it asks for is said to be for today.
fn iv_01_and_02(v: &View<'_>, ledger: &mut Ledger<'_>, texts: &[String], documents: &[String]) {
    for (number, urgency) in [(1, Urgency::Emergency), (2, Urgency::Urgent)] {
        let worst = v.s.open_flags().map(|f| f.rule.urgency).max();
        if worst != Some(urgency) {
            continue;
        }
        let of = v.s.open_flags().filter(|f| f.rule.urgency == urgency);
        let actions: Vec<String> = of.map(page::action).collect();
        for printed in texts {
            let first = plain(printed.lines().next().unwrap_or_default());
            let ok = actions.contains(&first) && (urgency == Urgency::Emergency || soon(&first));
            ledger.holds(number, ok, || format!("{}: begins with {first:?}", v.words()));
        }
        for printed in documents {
            let first = printed.lines().next().unwrap_or_default();
            let ok = actions.iter().any(|a| first.contains(a.split('.').next().unwrap_or(a)));
            ledger.holds(number, ok, || format!("{}: a document begins with {first:?}", v.words()));
        }
    }
}

/// Whether an action is said to be for now or today.
pub(super) fn soon(action: &str) -> bool {
    ["today", "now", "same day", "the same day"].iter().any(|word| action.contains(word))
}

/// A line without the codes that colour it.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut code = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => code = true,
            'm' if code => code = false,
            c if !code => text.push(c),
            _ => {}
        }
    }
    text
}

/// A medicine or an amount of one, where a text names it.
pub(super) fn medicine(text: &str) -> Option<String> {
    let low = text.to_lowercase();
    if let Some(drug) = DRUGS.iter().find(|drug| low.contains(**drug)) {
        return Some((*drug).to_owned());
    }
    let words: Vec<&str> = low.split_whitespace().collect();
    let number = |w: &str| w.chars().next_back().is_some_and(|c| c.is_ascii_digit());
    let unit = |w: &str| {
        ["mg", "milligram", "milligrams", "mcg"].contains(&w.trim_matches(|c: char| !c.is_alphanumeric()))
    };
    let apart = words.windows(2).find(|pair| number(pair[0]) && unit(pair[1])).map(|pair| pair.join(" "));
    let glued = words.iter().find(|w| {
        w.trim_matches(|c: char| !c.is_alphanumeric())
            .strip_suffix("mg")
            .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    });
    apart.or_else(|| glued.map(|w| (*w).to_owned()))
}
