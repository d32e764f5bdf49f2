//! What the text views of a situation share, and the short ones: flags, episodes,
//! screens, what was recorded.

use crate::domain::advice::Action;
use crate::domain::checkin::Before;
use crate::domain::finding::Verdict;
use crate::domain::library::{Library, Urgency};
use crate::domain::measure::Unit;
use crate::domain::program::Program;
use crate::domain::screening::Flag;
use crate::domain::situation::Situation;

use super::page::{Page, action, alert, flag_body, reported};

/// How much of a view is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What to do, on one screen of a terminal.
    Short,
    /// The same where a plan or a phase begins: what it is for as well.
    Begins,
    /// With every reason, time and command.
    Full,
}

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
pub(super) fn opening(page: &Page, s: &Situation, detail: Detail) -> String {
    let mut text = standing(page, s, detail);
    text.push_str(&page.wrap(&headline(s), "", "  "));
    if let Some(pause) = s.course.paused().filter(|_| s.advice.action != Action::Hold) {
        let words = format!("The plan has been resting since {}: sinew resume goes on with it.", pause.from);
        text.push_str(&page.wrap(&words, "", "  "));
    }
    text
}

/// The episode and where it stands, in two lines.
fn standing(page: &Page, s: &Situation, detail: Detail) -> String {
    let phase = s.course.phase(&s.program);
    let day = s.journal.now().day;
    let position = s.course.current().phase + 1;
    let mut text = page.wrap(
        &format!("{} - day {} after the injury ({day})", title(s), day.since(s.episode.onset)),
        "",
        "  ",
    );
    let spent = s.course.days_in_phase(day);
    let goal = if detail == Detail::Short { String::new() } else { format!(". {}", phase.goal) };
    let words =
        format!("Phase {position} of {}: {} (day {spent} in it){goal}", s.program.phases.len(), phase.name);
    text.push_str(&page.wrap(&words, "", "  "));
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

/// Whether the advice is one that a person takes.
pub(super) fn can_be_taken(s: &Situation) -> bool {
    match s.advice.action {
        Action::Advance | Action::StepBack => true,
        Action::Finish => !s.course.finished,
        Action::Stop | Action::Hold => false,
    }
}

/// Where the reasons of such an advice are, and the way to take it.
pub(super) fn how_to_take(page: &Page, s: &Situation) -> String {
    if !can_be_taken(s) {
        return String::new();
    }
    page.wrap("sinew next says why, and with --accept takes it.", "", "  ")
}

/// Open flags below urgent, in short.
pub(super) fn other_flags(page: &Page, s: &Situation) -> String {
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
        text.push_str(&how_to_take(page, s));
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
pub fn welcome<'p>(page: &Page, programs: impl Iterator<Item = &'p Program>) -> String {
    let mut conditions: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for program in programs {
        let grade = program.grade.map(|grade| grade.to_string());
        match conditions.iter_mut().find(|(id, ..)| *id == program.condition) {
            Some((_, _, grades)) => grades.extend(grade),
            None => conditions.push((&program.condition, program.spoken(), grade.into_iter().collect())),
        }
    }
    let wide = conditions.iter().map(|(id, ..)| id.chars().count()).max().unwrap_or_default() + 2;
    let mut text = page.wrap(
        "sinew follows an injury from its first day: what to do today, whether it is safe, and whether to move on. It is not a medical device, and nobody watches what you write.",
        "",
        "",
    );
    text.push_str(
        "\nTo begin, in a terminal, which asks for everything:\n\n  sinew start\n\nOr at once:\n\n",
    );
    let at_once = "sinew start hamstring-strain --grade 1 --side left --onset \"3 days ago\"";
    text.push_str(&page.wrap(at_once, "  ", "    "));
    text.push_str("\nConditions:\n");
    for (id, name, grades) in conditions {
        let grades = match grades.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!(", grade {} or {last}", rest.join(", ")),
            Some((only, _)) => format!(", grade {only}"),
            None => String::new(),
        };
        let line = format!("{name}{grades}");
        text.push_str(&page.wrap(&line, &format!("  {id:<wide$}"), &" ".repeat(wide + 2)));
    }
    text.push_str("\nNot sure which one? sinew assess\nTo see a whole recovery first: sinew demo\n");
    text
}
