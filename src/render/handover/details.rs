//! What is behind the first page.

use std::collections::BTreeMap;

use crate::domain::bouts::Zone;
use crate::domain::day::Day;
use crate::domain::entry::Fact;
use crate::domain::finding::Finding;
use crate::domain::handover::{Alarm, Bout, Decided, Handover, Point, Target, Tested, Value, Week};
use crate::domain::library::Library;
use crate::domain::measure::{Measure, plain};
use crate::domain::patterns::Fits;
use crate::domain::situation::Situation;
use crate::domain::units::Units;

use super::super::history::said;
use super::super::page::action;
use super::essentials::{entered, stops};
use super::words::{answer, by, count, dash, done_about, entries, handles, reported, sign, value};
use super::{Part, Section, Table, chart};

/// How many of the last days are told one by one.
const DAYS: usize = 14;

/// How many of the latest weeks, corrections and notes are printed.
const WEEKS: usize = 26;
const CORRECTIONS: usize = 12;
const NOTES: usize = 12;

pub(super) fn sections(units: Units, library: &Library, s: &Situation, h: &Handover) -> Vec<Section> {
    let mut sections = vec![Section::new("Flags in full", vec![flags(h)])];
    if !h.clot.wells.is_empty() {
        sections.push(wells(h));
    }
    sections.push(Section::new("Self-check answers", vec![self_check(h)]));
    sections.push(Section::new("What the answers fit with", vec![patterns(h)]));
    sections.push(care(h));
    sections.push(phases(h));
    sections.push(tests(library, s, h));
    sections.push(trained(units, h));
    sections.push(conditions(h));
    sections.push(weeks(h));
    sections.push(days(units, h));
    sections.push(corrections(units, library, h));
    sections.push(notes(h));
    sections
}

fn flags(h: &Handover) -> Part {
    let line = |a: &Alarm| {
        let told = format!("Told the person: {} {}", action(&a.flag), a.flag.rule.do_not.join(" "));
        format!(
            "{} ({}, {}, {}). {} {} {} Done about it: {}",
            a.flag.rule.title,
            a.flag.rule.id,
            a.flag.rule.urgency.id(),
            if a.flag.is_open() { "open" } else { "answered" },
            reported(h, a),
            sign(a),
            told.trim(),
            done_about(a)
        )
    };
    // Those at the top of the page are told there in full.
    let rest = h.flags.iter().filter(|a| !stops(a)).map(line).collect();
    let none = if h.flags.is_empty() { "No flag was raised." } else { "None but those at the top." };
    Part::list_or(rest, none)
}

fn wells(h: &Handover) -> Section {
    let rows = h.clot.wells.iter().map(|l| vec![l.say.clone(), format!("+{}", l.points), l.told.to_owned()]);
    let table = Table {
        caption: "For the clinician: no sum is made here, and a short list is no all-clear. Whether another cause is as likely is the clinician's to judge.".to_owned(),
        header: vec!["item", "points", "answered"],
        rows: rows.collect(),
    };
    Section::new("Two-level list for leg clots", vec![Part::Table(table)])
}

fn self_check(h: &Handover) -> Part {
    let fact = |check: &crate::domain::handover::SelfCheck| {
        let said: Vec<String> = match check.answers.as_slice() {
            [one] => vec![answer(one)],
            many => many.iter().map(|t| format!("{}: {}", t.label, answer(t))).collect(),
        };
        (check.title.to_owned(), said.join("; "))
    };
    Part::Facts(h.self_check.iter().map(fact).collect())
}

fn patterns(h: &Handover) -> Part {
    let line = |p: &crate::domain::handover::Likeness| {
        let how = if p.fits == Fits::Well { "Fits well with" } else { "Fits partly with" };
        let against = if p.against.is_empty() {
            String::new()
        } else {
            format!(" Against it: {}.", p.against.join("; "))
        };
        format!("{how} {}, because {}.{against}", p.title, p.speaks_for.join("; "))
    };
    let none = "The answers fit with none of the patterns that are known here. That is no all-clear.";
    Part::list_or(h.patterns.iter().map(line).collect(), none)
}

fn phases(h: &Handover) -> Section {
    let rows = h.phases.iter().map(|stay| {
        let until = stay.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
        let names = handles(h, std::slice::from_ref(&stay.entry));
        vec![format!("{} {}", stay.number, stay.name), until, entered(stay), names]
    });
    let table = Table {
        caption: String::new(),
        header: vec!["phase", "until", "entered", "entry"],
        rows: rows.collect(),
    };
    let others = h.decisions.iter().map(|d| decided(h, d)).collect();
    Section::wide(
        "Phases and decisions",
        vec![Part::Table(table), Part::list_or(others, "No other decision.")],
    )
}

fn decided(h: &Handover, d: &Decided) -> String {
    let what = match (d.grade, d.onset) {
        (Some(grade), _) => format!("grade {grade}"),
        (_, Some(onset)) => format!("the injury was on {onset}"),
        _ => d.kind.id().replace('-', " "),
    };
    let why = d.reason.as_ref().map(|why| format!(": \"{why}\"")).unwrap_or_default();
    let names = entries(h, std::slice::from_ref(&d.entry));
    format!("{}: {what}, by {}{why}{names}", d.day, by(&d.by))
}

fn tests(library: &Library, s: &Situation, h: &Handover) -> Section {
    let title = "Home tests, left and right";
    if h.tests.is_empty() {
        return Section::new(title, vec![Part::Words("None is on record: unknown.".to_owned())]);
    }
    let mut parts = Vec::new();
    parts.extend(chart::tests(&h.tests, s.episode.side).map(Part::Chart));
    let rows = h.tests.iter().map(|t| {
        let measure = library.measures.get(&t.measure);
        let ids: Vec<_> =
            [&t.left, &t.right, &t.unsided].into_iter().flatten().map(|v| v.entry.clone()).collect();
        vec![
            t.name.clone(),
            t.first.as_ref().map_or_else(dash, |v| one_value(measure, v)),
            latest(measure, t),
            t.target.as_ref().map_or_else(dash, |target| wanted(t, target)),
            handles(h, &ids),
        ]
    });
    let caption =
        "First: of the injured side. An asterisk: within 24 hours of pain relief, which proves nothing good.";
    parts.push(Part::Table(Table {
        caption: caption.to_owned(),
        header: vec!["test", "first", "latest", "wanted", "entries"],
        rows: rows.collect(),
    }));
    if !h.tests.iter().any(|t| t.measure == "psfs") {
        parts.push(Part::Words("Patient-Specific Functional Scale: no score is on record.".to_owned()));
    }
    Section::wide(title, parts)
}

/// The latest values: of each leg where the legs are told apart.
fn latest(measure: Option<&Measure>, t: &Tested) -> String {
    let sides = [("left ", &t.left), ("right ", &t.right), ("", &t.unsided)];
    let known =
        sides.iter().filter_map(|(side, v)| Some(format!("{side}{}", one_value(measure, v.as_ref()?))));
    let mut known: Vec<String> = known.collect();
    if t.sided && (t.left.is_some() != t.right.is_some()) {
        known.push(if t.left.is_some() { "right -" } else { "left -" }.to_owned());
    }
    known.join(", ")
}

fn one_value(measure: Option<&Measure>, v: &Value) -> String {
    let said = measure.map_or_else(|| plain(v.value), |m| m.say(v.value));
    format!("{said}{} ({})", if v.masked { "*" } else { "" }, v.day.date().format("%-d %b"))
}

fn wanted(t: &Tested, target: &Target) -> String {
    let verdict = target.verdict.map(|v| format!(": {}", v.word())).unwrap_or_default();
    // The name stands in the first column already.
    let words = target.wanted.strip_prefix(t.name.as_str()).unwrap_or(&target.wanted);
    format!("{} ({}{verdict})", words.trim_start_matches(',').trim(), target.phase)
}

fn trained(units: Units, h: &Handover) -> Section {
    let title = format!("Exercise since {}", h.since.day);
    if h.trained.is_empty() {
        return Section::new(title, vec![Part::Words("None is on record.".to_owned())]);
    }
    let rows = h.trained.iter().map(|t| {
        let dose = match (&t.first, &t.latest) {
            (Some(first), Some(latest)) if first != latest => {
                format!("{} to {}", units.dose(first), units.dose(latest))
            }
            (Some(dose), _) => units.dose(dose),
            _ => dash(),
        };
        let load = t.load.map(|kg| format!(", {}", units.weight(kg))).unwrap_or_default();
        let skipped = if t.skipped == 0 { String::new() } else { format!(" (+{} skipped)", t.skipped) };
        let pain = match t.pain_worst {
            Some(worst) => format!(
                "{}, worst {}; told {} of {}",
                value(t.pain_latest),
                plain(worst),
                t.pain_told,
                t.bouts + t.skipped
            ),
            None => "not told".to_owned(),
        };
        let above = match (t.amber, t.red) {
            (0, 0) => String::new(),
            (amber, 0) => format!("amber {amber}"),
            (0, red) => format!("red {red}"),
            (amber, red) => format!("amber {amber}, red {red}"),
        };
        let room = t.room.as_ref().map(|room| room.words(units)).unwrap_or_default();
        vec![
            t.name.clone(),
            format!("{}{skipped}", t.bouts),
            format!("{dose}{load}"),
            t.latest_day.to_string(),
            pain,
            [above, room].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; "),
        ]
    });
    let table = Table {
        caption: "Dose: the first and the latest. Pain: that of the latest bout with one, and the worst."
            .to_owned(),
        header: vec!["exercise", "bouts", "dose", "latest", "pain during", "limits"],
        rows: rows.collect(),
    };
    Section::on_screen(title, table)
}

fn conditions(h: &Handover) -> Section {
    let row = |f: &Finding| {
        vec![f.verdict.word().to_owned(), f.wanted.clone(), f.observed.clone(), handles(h, &f.entries)]
    };
    let mut sorted: Vec<&Finding> = h.standing.findings.iter().collect();
    sorted.sort_by_key(|f| match f.verdict {
        crate::domain::finding::Verdict::NotMet => 0,
        crate::domain::finding::Verdict::Unknown => 1,
        crate::domain::finding::Verdict::Met => 2,
    });
    let table = Table {
        caption: "Entries are named as `sinew history` names them.".to_owned(),
        header: vec!["verdict", "wanted", "seen", "entries"],
        rows: sorted.into_iter().map(row).collect(),
    };
    Section::on_screen("All conditions for moving on", table)
}

fn care(h: &Handover) -> Section {
    let line = |c: &crate::domain::handover::Given| {
        let (times, days) = (count(c.times, "time"), count(c.days, "day"));
        format!("{}: {times} on {days}, last on {}{}", c.name, c.last, entries(h, &c.entries))
    };
    let lines = h.care.iter().map(line).collect();
    Section::new(format!("Care since {}", h.since.day), vec![Part::list_or(lines, "None is on record.")])
}

/// The columns of pain that anything was logged for.
type Column<T> = (&'static str, fn(&T) -> bool, fn(&T) -> String);

fn weeks(h: &Handover) -> Section {
    fn pair(of: Option<(f64, f64)>) -> String {
        match of {
            None => dash(),
            Some((median, worst)) if worst > median => format!("{} ({})", plain(median), plain(worst)),
            Some((median, _)) => plain(median),
        }
    }
    let columns: [Column<Week>; 5] = [
        ("worst", |w| w.worst.is_some(), |w| pair(w.worst)),
        ("rest", |w| w.rest.is_some(), |w| pair(w.rest)),
        ("activity", |w| w.activity.is_some(), |w| pair(w.activity)),
        ("morning", |w| w.morning.is_some(), |w| pair(w.morning)),
        ("sleep", |w| w.sleep.is_some(), |w| pair(w.sleep)),
    ];
    let used: Vec<&Column<Week>> = columns.iter().filter(|(_, told, _)| h.weeks.iter().any(told)).collect();
    let mut header = vec!["days", "phase", "logged"];
    header.extend(used.iter().map(|(name, ..)| *name));
    header.extend(["over", "done"]);
    let shown = &h.weeks[h.weeks.len().saturating_sub(WEEKS)..];
    let rows = shown.iter().map(|w| {
        let mut row =
            vec![format!("{}-{}", w.days.0, w.days.1), w.phases.join(", "), format!("{}/{}", w.told, w.of)];
        row.extend(used.iter().map(|(_, _, say)| say(w)));
        let over = [(w.amber, "A"), (w.red, "R")].into_iter().filter(|(n, _)| *n > 0);
        let over: Vec<String> = over.map(|(n, zone)| format!("{n} {zone}")).collect();
        row.push(if w.told == 0 { dash() } else { over.join(", ") });
        row.push(
            w.done_of_due.filter(|_| w.told > 0).map_or_else(dash, |(done, due)| format!("{done}/{due}")),
        );
        row
    });
    let table = Table {
        caption: "Days since the injury. Medians, with the worst in brackets; activity is pain when walking or during exercise; over counts days above an amber (A) or red (R) limit; done is out of what was due.".to_owned(),
        header,
        rows: rows.collect(),
    };
    Section::on_screen("Week by week", table)
}

/// A column with the value of a day.
type Scale = (&'static str, fn(&Point) -> Option<f64>);

fn days(units: Units, h: &Handover) -> Section {
    let mut of_day: BTreeMap<Day, Vec<&Bout>> = BTreeMap::new();
    for bout in &h.bouts {
        of_day.entry(bout.day).or_default().push(bout);
    }
    let shown = &h.days[h.days.len().saturating_sub(DAYS)..];
    let columns: [Scale; 5] = [
        ("worst", |d| d.worst),
        ("rest", |d| d.rest),
        ("activity", |d| d.activity),
        ("morning", |d| d.morning),
        ("sleep", |d| d.sleep),
    ];
    let used: Vec<_> = columns.iter().filter(|(_, of)| shown.iter().any(|d| of(d).is_some())).collect();
    let mut header = vec!["day", "phase"];
    header.extend(used.iter().map(|(name, _)| *name));
    header.extend(["over", "exercise"]);
    let rows = shown.iter().map(|d| {
        let zone = match d.zone {
            Some(Zone::Amber) => "amber",
            Some(Zone::Red) => "red",
            _ => "",
        };
        let bouts: Vec<String> = of_day.get(&d.day).into_iter().flatten().map(|b| bout(units, b)).collect();
        let done = match (d.sessions, bouts.is_empty()) {
            (None, _) => "nothing was told".to_owned(),
            (Some(_), true) => dash(),
            (Some(_), false) => bouts.join("; "),
        };
        let mut row = vec![format!("{} ({})", d.day, d.number), d.phase.clone().unwrap_or_default()];
        row.extend(used.iter().map(|(_, of)| value(of(d))));
        row.extend([zone.to_owned(), done]);
        row
    });
    let table = Table {
        caption: "Pain 0 to 10. Exercise with dose and the pain during it, in brackets.".to_owned(),
        header,
        rows: rows.collect(),
    };
    let title = match shown.len() {
        1 => "Today".to_owned(),
        n => format!("The last {n} days"),
    };
    Section::on_screen(title, table)
}

fn bout(units: Units, b: &Bout) -> String {
    if let Some(why) = &b.skipped {
        return format!("{} skipped: {why}", b.name);
    }
    let dose = b.dose.as_ref().map(|dose| format!(" {}", units.dose(dose))).unwrap_or_default();
    let load = b.load.map(|kg| format!(" {}", units.weight(kg))).unwrap_or_default();
    let pain = b.pain.map_or_else(|| " (?)".to_owned(), |pain| format!(" ({})", plain(pain)));
    format!("{}{dose}{load}{pain}", b.name)
}

fn corrections(units: Units, library: &Library, h: &Handover) -> Section {
    let line = |t: &crate::domain::trail::Traced| {
        let what = said(units, library, &t.entry.fact, t.entry.note.as_deref());
        let last = t.corrected.last();
        let how = match last.map(|c| &c.fact) {
            Some(Fact::Withdrawn) | None => "taken back".to_owned(),
            Some(fact) => {
                format!("put right: {}", said(units, library, fact, last.and_then(|c| c.note.as_deref())))
            }
        };
        let reason = last.and_then(|c| c.corrects.as_ref()).map(|c| c.reason.clone()).unwrap_or_default();
        let why =
            if reason == crate::domain::entry::UNDO { String::new() } else { format!(", because: {reason}") };
        format!("{} [{}] {what}: {how}{why}", t.entry.day, t.handle)
    };
    let all = &h.changes.corrections;
    let before = all.len().saturating_sub(CORRECTIONS);
    let mut lines: Vec<String> = all[before..].iter().map(line).collect();
    if before > 0 {
        lines.push(format!("and {before} before these"));
    }
    Section::new(
        format!("Corrected since {}", h.since.day),
        vec![Part::list_or(lines, "Nothing was corrected.")],
    )
}

fn notes(h: &Handover) -> Section {
    let before = h.notes.len().saturating_sub(NOTES);
    let line = |n: &crate::domain::handover::Raised| {
        let day = n.day.map(|day| format!("{day}: ")).unwrap_or_default();
        format!("{day}\"{}\"", n.text)
    };
    let mut lines: Vec<String> = h.notes[before..].iter().map(line).collect();
    if before > 0 {
        lines.push(format!("and {before} before these"));
    }
    Section::new(format!("Notes since {}", h.since.day), vec![Part::list_or(lines, "None.")])
}
