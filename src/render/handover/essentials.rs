//! The first page: what a clinician reads in a minute.

use crate::domain::finding::{Finding, FindingKind, Verdict};
use crate::domain::handover::{Alarm, Counted, Handover, Stay};
use crate::domain::library::Urgency;
use crate::domain::measure::plain;
use crate::domain::situation::Situation;

use super::super::text::headline;
use super::words::{answer, by, count, dash, done_about, grouped, range, since, value};
use super::{Part, Section, Table, chart};

/// How many lines of a kind the first page holds; the rest is behind it.
const OPEN_CONDITIONS: usize = 8;
const PAST_FLAGS: usize = 3;
const QUESTIONS: usize = 8;

/// How many reasons of a step back are named.
const REASONS: usize = 2;

pub(super) fn sections(s: &Situation, h: &Handover) -> Vec<Section> {
    vec![
        Section::new("What happened", vec![Part::Facts(injury(h))]),
        Section::new("Flags", vec![flags(h)]),
        Section::new("Where it stands", vec![Part::Facts(standing(s, h))]),
        Section::new("What the person wants to ask", vec![questions(h)]),
        changes(h),
        Section::new("Plan, medicines, risks", vec![Part::Facts(kept(h))]),
        Section::wide("Pain, sleep and flags", vec![Part::Chart(chart::trend(h))]),
        conditions(h),
    ]
}

fn injury(h: &Handover) -> Vec<(String, String)> {
    let i = &h.injury;
    let manner = i.manner.map_or_else(|| "how it began is not told".to_owned(), |m| m.id().replace('-', " "));
    let side = i.side.map_or("side not told", |s| s.id());
    let region = i.region.as_deref().unwrap_or("place not told").replace('-', " ");
    let mut facts = vec![
        ("Injury".to_owned(), format!("{} (day 0), {manner}; {region}, {side}; {}", i.onset, i.program)),
        ("Circumstances".to_owned(), grouped(&i.told)),
    ];
    let words: Vec<String> = i.words.iter().take(2).map(|w| format!("\"{}\"", w.text)).collect();
    if !words.is_empty() {
        facts.push(("In their words".to_owned(), words.join("; ")));
    }
    facts.push(("Grade".to_owned(), grades(h)));
    let slower = if i.slower_because.is_empty() {
        String::new()
    } else {
        format!(" Slower, because: {}", i.slower_because.join(" "))
    };
    facts.push(("Goal".to_owned(), format!("{}.{slower}", i.goal.id().replace('-', " "))));
    facts
}

fn grades(h: &Handover) -> String {
    let grades = h.grades.iter().map(|g| {
        let why = g.reason.as_ref().map(|why| format!(": \"{why}\"")).unwrap_or_default();
        let void = if g.counts { "" } else { " (does not count: a clinician alone lowers a grade)" };
        format!("{} by {} on {}{why}{void}", g.grade, by(&g.by), g.day)
    });
    let grades: Vec<String> = grades.collect();
    if grades.is_empty() { "not graded".to_owned() } else { grades.join("; then ") }
}

fn standing(s: &Situation, h: &Handover) -> Vec<(String, String)> {
    let st = &h.standing;
    let spent = match usize::try_from(st.day) {
        Ok(days) => count(days, "day"),
        Err(_) => dash(),
    };
    let mut facts = vec![(
        "Phase".to_owned(),
        format!("{} of {}: {}, {spent} in it. {}", st.number, st.of, st.phase, st.goal),
    )];
    if let Some(stay) = h.phases.last() {
        facts.push(("Entered".to_owned(), entered(stay)));
    }
    let rest = st.resting_since.map(|day| format!(" The plan rests since {day}.")).unwrap_or_default();
    let earliest = st.earliest.filter(|day| *day > h.day);
    let earliest = earliest.map(|day| format!(" Next phase not before {day}.")).unwrap_or_default();
    facts.push(("Advice today".to_owned(), format!("{}{rest}{earliest}", headline(s))));
    let (from, to) = st.window;
    facts.push((
        "Usual course".to_owned(),
        format!("{from} to {to} days for most with this injury; this is day {}.", h.injury.number),
    ));
    facts
}

/// When, by whom and upon what a phase was entered.
pub(super) fn entered(stay: &Stay) -> String {
    use crate::domain::entry::DecisionKind::{Advance, Grade, Override, Start, StepBack, Update};
    let who = by(&stay.by);
    let how = match stay.how {
        Start => return format!("{}, with the program, which counts from the injury", stay.from),
        Advance => format!("as advised, by {who}"),
        StepBack => format!("a step back, by {who}"),
        Override => format!("AGAINST THE ADVICE, by {who}"),
        Grade => format!("with another grade, by {who}"),
        Update => format!("with a new text of the program, by {who}"),
        _ => format!("by {who}"),
    };
    let why = stay.reason.as_ref().map(|why| format!(": \"{why}\"")).unwrap_or_default();
    let all = stay.met + stay.open.len();
    let upon = match stay.how {
        Advance | Override if all > 0 => {
            let open: Vec<String> = stay.open.iter().map(|f| format!("{} {}", f.id, f.verdict)).collect();
            let open = if open.is_empty() { String::new() } else { format!(" ({})", open.join(", ")) };
            format!("; {} of {all} conditions were met then{open}", stay.met)
        }
        StepBack => {
            let failed = stay.open.iter().filter(|f| f.verdict == "not met").take(REASONS);
            let failed: Vec<&str> = failed.map(|f| f.observed.as_str()).collect();
            if failed.is_empty() { String::new() } else { format!("; upon: {}", failed.join("; ")) }
        }
        _ => String::new(),
    };
    format!("{}, {how}{why}{upon}", stay.from)
}

/// The flags in a line each; those that stop exercise stand at the top already.
fn flags(h: &Handover) -> Part {
    let rest = h.flags.iter().filter(|a| !stops(a));
    let (open, past): (Vec<&Alarm>, Vec<&Alarm>) = rest.partition(|a| a.flag.is_open());
    let line = |a: &&Alarm, state: &str| {
        let flag = &a.flag;
        let day = flag.day.map(|day| format!(", {day}")).unwrap_or_default();
        format!(
            "{state} {}: {} ({}{day}): {}",
            flag.rule.urgency.id(),
            flag.rule.title,
            flag.rule.id,
            done_about(a)
        )
    };
    let mut lines: Vec<String> = open.iter().map(|a| line(a, "Open,")).collect();
    lines.extend(past.iter().take(PAST_FLAGS).map(|a| line(a, "Answered,")));
    if past.len() > PAST_FLAGS {
        lines.push(format!("and {} more that were answered: see the flags in full", past.len() - PAST_FLAGS));
    }
    let asked = h.standing.findings.iter().find(|f| f.id == crate::domain::advice::RED_FLAG_QUESTIONS);
    let asked = asked.map(|f| format!("{} in the last 7 days", f.observed)).unwrap_or_default();
    match h.flags.iter().filter(|a| stops(a)).count() {
        0 if lines.is_empty() => lines.push("No flag was raised.".to_owned()),
        0 => {}
        n => lines.insert(0, format!("{} at the top of this page.", count(n, "open flag"))),
    }
    if !asked.is_empty() {
        lines.push(format!("Emergency questions: {asked}."));
    }
    Part::List(lines)
}

/// The most characters of a note on the page that stands alone.
const LONGEST_QUESTION: usize = 300;

/// The end of a long note, where its question stands.
fn short(note: &str) -> String {
    let more = note.chars().count().saturating_sub(LONGEST_QUESTION);
    if more == 0 { note.to_owned() } else { format!("... {}", note.chars().skip(more).collect::<String>()) }
}

fn questions(h: &Handover) -> Part {
    let line = |q: &crate::domain::handover::Raised| match q.day {
        Some(day) => format!("{} (diary, {day})", short(&q.text)),
        None => q.text.clone(),
    };
    let mut lines: Vec<String> = h.questions.iter().take(QUESTIONS).map(line).collect();
    if h.questions.len() > QUESTIONS {
        lines.push(format!("and {} more, among the notes", h.questions.len() - QUESTIONS));
    }
    Part::list_or(lines, "Nothing was noted.")
}

fn changes(h: &Handover) -> Section {
    let c = &h.changes;
    let of_days = |median: Option<f64>, worst: Option<f64>, days: usize| match worst {
        Some(worst) if Some(worst) == median => format!("{} ({days} d)", plain(worst)),
        Some(worst) => format!("{}, worst {} ({days} d)", value(median), plain(worst)),
        None => dash(),
    };
    let mut rows: Vec<Vec<String>> = c
        .scales
        .iter()
        .map(|m| {
            let words = if m.direction == "unknown" { dash() } else { m.direction.to_owned() };
            let then = of_days(m.then, m.then_worst, m.then_days);
            vec![m.name.clone(), then, of_days(m.now, m.now_worst, m.now_days), words]
        })
        .collect();
    rows.extend(c.counted.iter().map(|m: &Counted| {
        let of = |n: usize, days: usize| {
            if days == 0 { dash() } else { format!("on {n} of {days} d") }
        };
        vec![m.name.clone(), of(m.then, m.then_days), of(m.now, m.now_days), String::new()]
    }));
    let caption = format!(
        "Medians of a week, 0 to 10, and on how many days (d) it was told. Then: {}; now: {}. Mixed: the median is no worse, the worst day is.",
        range(c.then),
        if c.now.0 > c.now.1 { "nothing yet".to_owned() } else { range(c.now) }
    );
    let mut parts = Vec::new();
    if rows.is_empty() {
        parts.push(Part::Words("No pain, sleep or function was logged in these days: unknown.".to_owned()));
    } else {
        parts.push(Part::Table(Table { caption, header: vec!["what", "then", "now", "change"], rows }));
    }
    let flags = if c.flags.is_empty() {
        "no new flag".to_owned()
    } else {
        format!("new flags: {}", c.flags.join(", "))
    };
    parts.push(Part::Words(format!(
        "Also: {flags}; {}; entries put right or taken back: {}.",
        count(c.decisions, "decision"),
        c.corrections.len()
    )));
    Section::new(format!("What changed {}", since(&h.since)), parts)
}

fn conditions(h: &Handover) -> Section {
    let (met, mut open): (Vec<&Finding>, Vec<&Finding>) =
        h.standing.findings.iter().partition(|f| f.verdict == Verdict::Met);
    open.sort_by_key(|f| f.verdict == Verdict::Unknown);
    let all = h.standing.findings.len();
    let mut parts = Vec::new();
    if !open.is_empty() {
        let row = |f: &&Finding| vec![f.verdict.word().to_owned(), f.wanted.clone(), f.observed.clone()];
        let rows = open.iter().take(OPEN_CONDITIONS).map(row).collect();
        let more = open.len().saturating_sub(OPEN_CONDITIONS);
        let caption = match more {
            0 => String::new(),
            n => format!("The first {OPEN_CONDITIONS} that stand in the way; {n} more behind."),
        };
        parts.push(Part::Table(Table { caption, header: vec!["verdict", "wanted", "seen"], rows }));
    }
    let wanted = met.iter().filter(|f| f.kind != FindingKind::Brake).map(|f| f.wanted.as_str());
    let wanted: Vec<&str> = wanted.collect();
    let quiet = match met.len() - wanted.len() {
        0 => String::new(),
        n => format!("; and {}", count(n, "quiet brake")),
    };
    let names = if wanted.is_empty() { "no criterion".to_owned() } else { wanted.join("; ") };
    parts.push(Part::Words(format!("Met ({} of {all}): {names}{quiet}.", met.len())));
    let to = h.standing.to.as_ref().map(|to| format!(" to: {to}")).unwrap_or_default();
    Section::wide(format!("Conditions for moving on{to}"), parts)
}

fn kept(h: &Handover) -> Vec<(String, String)> {
    let taken = h.care.iter().find(|c| c.care == "analgesic");
    let analgesic = taken.map_or_else(
        || format!("none recorded {}", since_short(h)),
        |t| format!("{} on {}, last on {}", count(t.times, "time"), count(t.days, "day"), t.last),
    );
    vec![
        ("Plan as kept".to_owned(), plan(h)),
        ("Pain relief".to_owned(), analgesic),
        ("Medicines".to_owned(), grouped(&h.medicines)),
        ("Clot risks".to_owned(), clot(h)),
        ("Answers fit with".to_owned(), fits(h)),
    ]
}

fn since_short(h: &Handover) -> String {
    format!("since {}", h.since.day)
}

/// Adherence, each count with what it is out of.
fn plan(h: &Handover) -> String {
    let k = &h.kept;
    if k.days == 0 {
        return "the episode was not open on those days".to_owned();
    }
    let mut words = vec![match k.due {
        0 => format!("{}: nothing was due that counts", since_short(h)),
        due if h.bouts.is_empty() => {
            format!("{}: no exercise was recorded; {due} sessions were due", since_short(h))
        }
        due => format!(
            "{}, {}: {} of {due} due sessions done, {} in part, {} missed",
            since_short(h),
            count(k.days, "day"),
            k.done,
            k.partly,
            k.missed
        ),
    }];
    if k.skipped > 0 {
        words.push(format!("{} skipped with a reason", k.skipped));
    }
    if k.unknown_days > 0 {
        let days = count(usize::try_from(k.unknown_days).unwrap_or_default(), "day");
        words.push(format!("{} due on {days} of which nothing was told: unknown", k.unknown));
    }
    if k.more > 0 {
        words.push(format!(
            "more than planned {}",
            count(usize::try_from(k.more).unwrap_or_default(), "time")
        ));
    }
    for rest in &k.rests {
        let to = rest.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
        words.push(format!("the plan rested {} to {to}", rest.from));
    }
    words.join("; ") + "."
}

/// Clot risks; the age as a number.
fn clot(h: &Handover) -> String {
    let (age, rest): (Vec<_>, Vec<_>) = h.clot.factors.iter().cloned().partition(|t| t.question == "age");
    let age = age.first().map(|t| format!(" Age: {}.", answer(t))).unwrap_or_default();
    format!("{}{age}", grouped(&rest))
}

fn fits(h: &Handover) -> String {
    use crate::domain::patterns::Fits;
    let fit = |well: bool| -> Vec<&str> {
        let some = h.patterns.iter().filter(|p| (p.fits == Fits::Well) == well).take(3);
        some.map(|p| p.title.as_str()).collect()
    };
    let (well, partly) = (fit(true), fit(false));
    match (well.is_empty(), partly.is_empty()) {
        (true, true) => "none of the patterns known here, which is no all-clear".to_owned(),
        (false, _) => format!("well: {}. A likeness, no diagnosis.", well.join("; ")),
        (true, false) => format!("partly: {}. A likeness, no diagnosis.", partly.join("; ")),
    }
}

/// Whether a flag stops exercise.
pub(super) fn stops(alarm: &Alarm) -> bool {
    alarm.flag.is_open() && alarm.flag.rule.urgency >= Urgency::Urgent
}
