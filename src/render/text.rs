//! The text views of a situation: today, next, flags, episodes, screens.

use std::fmt::Write as _;

use crate::domain::advice::Action;
use crate::domain::checkin::{Before, wanted};
use crate::domain::day::Day;
use crate::domain::finding::{Finding, FindingKind, Verdict};
use crate::domain::library::{Library, Urgency};
use crate::domain::measure::{Unit, plain};
use crate::domain::needs::{Need, NeedKind};
use crate::domain::program::{Op, Program, Whose};
use crate::domain::prospect::Change;
use crate::domain::schedule::Item;
use crate::domain::screening::Flag;
use crate::domain::situation::Situation;

use super::items;
use super::page::{Page, action, alert, alert_again, clean, command, flag_body, reported};

/// What a severe pain asks for before anything else.
pub(super) fn ask_first(page: &Page, s: &Situation) -> String {
    let Some(asked) = s.advice.ask_now.as_ref().filter(|_| s.advice.action != Action::Stop) else {
        return String::new();
    };
    let words = questions_first(asked.because, ": sinew screen");
    page.wrap(&words, "", "") + "\n"
}

/// What comes before any exercise, and how it is done.
pub(super) fn questions_first(because: &str, how: &str) -> String {
    format!(
        "{because}: answer the red-flag questions now, before any exercise{how}. If something feels badly wrong, do not wait: be seen."
    )
}

/// Why a session does not start.
pub fn barred(page: &Page, s: &Situation, why: &str) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&page.wrap(&headline(s), "", "  "));
    text.push_str(&page.wrap(why, "", "  "));
    text
}

/// The title of an episode, with the grade of today where the title names
/// another one.
pub fn title(s: &Situation) -> String {
    let title = &s.episode.title;
    match s.course.grade {
        Some(grade) if title.contains("grade ") && !title.contains(&format!("grade {grade}")) => {
            format!("{title} (now grade {grade})")
        }
        _ => title.clone(),
    }
}

/// The name of the phase, with a word where pain came back after the end.
pub fn phase_name(s: &Situation) -> String {
    let again = if s.course.status() == "relapse" { " (relapse)" } else { "" };
    format!("{}{again}", s.course.phase(&s.program).name)
}

/// Where an episode stands, and the advice in one sentence.
pub(super) fn opening(page: &Page, s: &Situation) -> String {
    let mut text = standing(page, s);
    text.push_str(&page.wrap(&headline(s), "", "  "));
    if let Some(pause) = s.course.paused().filter(|_| s.advice.action != Action::Hold) {
        let words = format!("The plan has been resting since {}: sinew resume goes on with it.", pause.from);
        text.push_str(&page.wrap(&words, "", "  "));
    }
    text
}

/// The episode and where it stands, in two lines.
fn standing(page: &Page, s: &Situation) -> String {
    let phase = s.course.phase(&s.program);
    let day = s.journal.now().day;
    let position = s.course.current().phase + 1;
    let mut text = page.wrap(
        &format!("{} - day {} after the injury ({day})", title(s), day.since(s.episode.onset)),
        "",
        "  ",
    );
    let spent = s.course.days_in_phase(day);
    text.push_str(&page.wrap(
        &format!(
            "Phase {position} of {}: {} (day {spent} in it). {}",
            s.program.phases.len(),
            phase.name,
            phase.goal
        ),
        "",
        "  ",
    ));
    text
}

/// The advice in one sentence.
pub fn headline(s: &Situation) -> String {
    let program = &s.program;
    let name = |id: &Option<String>| {
        id.as_deref()
            .and_then(|id| program.position(id))
            .map(|at| format!("phase {}: {}", at + 1, program.phases[at].name))
            .unwrap_or_default()
    };
    let here = s.course.phase(program).id.as_str();
    match s.advice.action {
        Action::Stop => "STOP: no exercise until a clinician's outcome is on record.".to_owned(),
        Action::StepBack if s.advice.to.as_deref() == Some(here) && s.course.current().phase == 0 => {
            "EASE OFF: do less, and let this phase begin again.".to_owned()
        }
        Action::StepBack if s.advice.to.as_deref() == Some(here) => {
            "STEP BACK: begin this phase again.".to_owned()
        }
        Action::StepBack => format!("STEP BACK to {}.", name(&s.advice.to)),
        Action::Hold => match s.course.paused() {
            Some(pause) => format!("PAUSED since {}: sinew resume goes on.", pause.from),
            None => "HOLD: stay in this phase.".to_owned(),
        },
        Action::Advance => format!("ADVANCE to {}.", name(&s.advice.to)),
        Action::Finish if s.course.finished => {
            "FINISHED: in remission. Any new pain is worth a line here.".to_owned()
        }
        Action::Finish => "FINISH: the program has done its work.".to_owned(),
    }
}

/// Today's plan.
pub fn today(page: &Page, library: &Library, s: &Situation) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&opening(page, s));
    let (due, resting): (Vec<&Item>, Vec<&Item>) = s.plan.items.iter().partition(|i| i.due > 0 || i.done > 0);
    if !due.is_empty() {
        text.push_str(&page.heading("Today"));
        text.push_str(&items::table(page, &due));
    }
    if !resting.is_empty() {
        let names: Vec<String> =
            resting.iter().map(|i| format!("{} ({})", i.name.to_lowercase(), i.frequency)).collect();
        text.push_str(&page.wrap(&format!("Not today: {}.", names.join(", ")), "", "  "));
    }
    if !s.plan.left_out.is_empty() {
        text.push_str(&page.heading("Left out"));
        for left in &s.plan.left_out {
            text.push_str(&page.wrap(
                &format!("{}: {} [{}]", left.name, left.because, left.rule),
                "- ",
                "  ",
            ));
        }
    }
    if !s.plan.avoid.is_empty() {
        text.push_str(&page.heading("Keep away from"));
        for avoid in &s.plan.avoid {
            let until = avoid.until_day.map(|d| format!(" up to day {d}")).unwrap_or_default();
            text.push_str(&page.wrap(&format!("{}{until}. {}", avoid.what, avoid.why), "- ", "  "));
        }
    }
    text.push_str(&wanted_today(page, library, s));
    text.push_str(&other_flags(page, s));
    text.push_str(&alert_again(page, s.flags.iter()));
    text
}

/// What could be logged today for the next phase.
fn wanted_today(page: &Page, library: &Library, s: &Situation) -> String {
    let today = s.judge(library, |case| wanted(case, &s.advice));
    if today.is_empty() {
        return String::new();
    }
    let mut text = page.heading("Not known yet, and can be recorded today");
    for need in today {
        text.push_str(&page.wrap(&format!("{}: {}", need.name, command(&need)), "- ", "  "));
    }
    text
}

/// Open flags below urgent, in short.
fn other_flags(page: &Page, s: &Situation) -> String {
    let open: Vec<&Flag> = s.open_flags().filter(|f| f.rule.urgency < Urgency::Urgent).collect();
    if open.is_empty() {
        return String::new();
    }
    let mut text = page.heading("To arrange");
    for flag in open {
        text.push_str(&page.wrap(&format!("{} [{}]", action(flag), flag.rule.id), "- ", "  "));
    }
    text
}

/// The advice with every condition.
pub fn next(page: &Page, s: &Situation, change: Option<&Change>) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    text.push_str(&opening(page, s));
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
    if let Some(change) = change {
        text.push_str(&changes(page, s, change));
    }
    text.push_str(&findings(page, &s.advice.findings));
    match s.advice.action {
        Action::Finish if s.course.finished => {}
        Action::Advance | Action::StepBack | Action::Finish => {
            text.push_str("\nTo take this advice: sinew next --accept\n");
        }
        _ => {}
    }
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
    for (at, need) in change.needs.iter().enumerate() {
        let words = match need.kind {
            // At a stop the rules are all that is named.
            NeedKind::Clearance if change.to.is_none() => format!("{}: {}", need.id, command(need)),
            _ => format!("{}{} ({}): {}", need.name, limit(need), days(&need.on, today), command(need)),
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
        (_, Some(Op::AtMost), Some(_)) if need.unit == Some(Unit::YesNo) => ": no".to_owned(),
        (_, Some(_), Some(_)) if need.unit == Some(Unit::YesNo) => ": yes".to_owned(),
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
        [] => String::new(),
        [one] => name(one),
        [first, .., last] if usize::try_from(last.since(*first) + 1) == Ok(on.len()) => {
            format!("each day, {} to {}", name(first), name(last))
        }
        many => many.iter().map(name).collect::<Vec<_>>().join(", "),
    }
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
    let rows = sorted
        .iter()
        .map(|f| vec![f.verdict.word().to_owned(), f.wanted.clone(), f.observed.clone()])
        .collect();
    text.push_str(&page.table(&["", "wanted", "seen"], rows));
    for finding in sorted.iter().filter(|f| f.verdict != Verdict::Met && f.kind != FindingKind::Gate) {
        let words = format!("{}: {} ({})", finding.id, finding.why, finding.source.join(", "));
        text.push_str(&page.wrap(&words, "- ", "  "));
    }
    text
}

/// Flags, open and past.
pub fn flags(page: &Page, flags: &[Flag]) -> String {
    if flags.is_empty() {
        return "No flag is open, and none was raised before.\n".to_owned();
    }
    let mut text = alert(page, flags.iter());
    let rest = flags.iter().filter(|f| !(f.is_open() && f.rule.urgency >= Urgency::Urgent));
    for flag in rest {
        if flag.is_open() {
            text.push_str(&page.wrap(&format!("[{}] {}", flag.rule.urgency.id(), action(flag)), "", "  "));
            text.push_str(&flag_body(page, flag));
        } else {
            let words = format!("[cleared] {} ({})", flag.rule.title, flag.rule.id);
            text.push_str(&page.wrap(&words, "", "  "));
            text.push_str(&reported(page, flag));
        }
    }
    text
}

/// What a screen without an episode found.
pub fn screened(page: &Page, flags: &[Flag], answered: usize, asked: usize) -> String {
    let mut text = String::new();
    if flags.is_empty() {
        text.push_str("No red flag in what was answered.\n");
    } else {
        text.push_str(&self::flags(page, flags));
    }
    if answered < asked {
        let words = format!(
            "{answered} of {asked} red-flag questions are answered. What is not answered is unknown, and unknown is not no."
        );
        text.push_str(&page.wrap(&words, "", ""));
    }
    text
}

/// What was just recorded, and what it changed.
pub fn logged(page: &Page, s: &Situation, before: Option<&Situation>, recorded: &[String]) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&ask_first(page, s));
    for line in recorded {
        text.push_str(&page.wrap(line, "Recorded: ", "  "));
    }
    let stopped = s.advice.action == Action::Stop;
    if before.map(|b| b.advice.action) != Some(s.advice.action) || stopped {
        text.push_str(&page.wrap(&headline(s), "", "  "));
    }
    if !stopped {
        let pulled = |s: &Situation| -> Vec<String> {
            let brakes = s.advice.brakes.iter().filter(|b| b.finding.verdict == Verdict::NotMet);
            brakes.map(|b| b.finding.id.clone()).collect()
        };
        let known = before.map(pulled).unwrap_or_default();
        let new = s.advice.brakes.iter().filter(|b| b.finding.verdict == Verdict::NotMet);
        for brake in new.filter(|b| !known.contains(&b.finding.id)) {
            let finding = &brake.finding;
            let words = format!("wanted {}; seen: {} ({})", finding.wanted, finding.observed, finding.id);
            text.push_str(&page.wrap(&words, "Note: ", "  "));
        }
    }
    text
}

/// What was said of the same scales before, where anything was.
pub fn earlier(page: &Page, library: &Library, before: &[Before]) -> String {
    let said: Vec<String> = before.iter().filter_map(|before| said_before(library, before)).collect();
    if said.is_empty() { String::new() } else { page.wrap(&said.join("; "), "Before: ", "  ") }
}

fn said_before(library: &Library, before: &Before) -> Option<String> {
    let measure = library.measures.get(&before.measure).filter(|m| m.unit != Unit::YesNo)?;
    let days = [(before.yesterday, "yesterday"), (before.week_ago, "a week ago")];
    let said: Vec<String> =
        days.iter().filter_map(|(value, day)| value.map(|v| format!("{} {day}", measure.say(v)))).collect();
    (!said.is_empty()).then(|| format!("{} {}", measure.name, said.join(", ")))
}

/// What was taken back or brought back, and where it leads.
pub fn changed(page: &Page, s: &Situation, lines: &str) -> String {
    let alert = alert(page, s.flags.iter());
    let ask = ask_first(page, s);
    format!("{alert}{ask}{lines}{}", page.wrap(&headline(s), "", "  "))
}

/// The episodes, one a line.
pub fn episodes(page: &Page, rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "There is no episode yet.\n".to_owned();
    }
    page.table(&["no.", "episode", "since", "phase", "advice"], rows)
}

/// How to begin, for somebody who has nothing recorded yet.
pub fn welcome<'p>(programs: impl Iterator<Item = &'p Program>) -> String {
    let mut text = String::from(
        "sinew follows an injury from its first day: what to do today, whether it is\nsafe, and whether to move on. It is not a medical device, and nobody watches\nwhat you write.\n\nTo begin:\n\n  sinew start CONDITION --grade N --side left --onset \"3 days ago\"\n\nConditions:\n",
    );
    for program in programs {
        let grade = program.grade.map(|g| format!(" --grade {g}")).unwrap_or_default();
        let _ = writeln!(text, "  {:<26} {}", format!("{}{grade}", program.condition), clean(&program.name));
    }
    text.push_str("\nTo see a whole recovery first: sinew demo\n");
    text
}
