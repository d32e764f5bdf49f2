//! The guided session: one screen of a terminal, or a few lines for a screen
//! reader and a pipe.

use std::time::Duration;

use anstyle::Style;

use crate::domain::dose::Dose;
use crate::domain::entry::Side;
use crate::domain::measure::plain;
use crate::domain::session::{Ask, Moment, Screen, Task};

use super::page::{Page, capital, clean};

/// The smallest terminal that holds the screen, in columns and rows.
pub const SMALLEST: (u16, u16) = (60, 20);

/// What pain above the limit says.
pub(super) const STOP: &str = "Stop: this exercise is over for now.";

/// The lines of a screen of so many columns and rows: what goes on, the
/// exercise below it as far as there is room, and the keys at the bottom.
pub fn frame(screen: &Screen<'_>, columns: u16, rows: u16) -> Vec<String> {
    let page = Page {
        width: usize::from(columns.clamp(20, 100)) - 1,
        plain: false,
        terminal: true,
        units: screen.units,
    };
    let rows = usize::from(rows);
    let bold = Style::new().bold();
    let mut top: Vec<String> = Vec::new();
    if let Some(task) = screen.task {
        top.extend(lines(&page, &position(screen)));
        top.push(String::new());
        top.extend(lines(&page, &title(task, screen.leg)).iter().map(|l| format!("{bold}{l}{bold:#}")));
        top.extend(lines(&page, &amount(task)));
        top.push(String::new());
    }
    let now = lines(&page, &happening(screen));
    top.extend(now.iter().map(|line| format!("{bold}{line}{bold:#}")));
    if let Moment::Asked(_, typed, wrong) = &screen.moment {
        // The end of a long answer is what is being typed.
        let letters: Vec<char> = clean(typed).chars().collect();
        let end: String =
            letters[letters.len().saturating_sub(page.width.saturating_sub(3))..].iter().collect();
        top.push(format!("> {end}_"));
        top.extend(wrong.iter().flat_map(|wrong| lines(&page, wrong)));
    }
    top.push(String::new());
    top.extend(screen.notices.iter().flat_map(|notice| lines(&page, &format!("Left out now: {notice}"))));
    let keys = lines(&page, &keys(screen));
    let below = screen.task.map(|task| instructions(&page, task)).unwrap_or_default();
    top.extend(below.lines().map(str::to_owned));
    top.truncate(rows.saturating_sub(keys.len() + 1));
    top.resize(rows.saturating_sub(keys.len()), String::new());
    top.extend(keys);
    top.truncate(rows);
    top
}

/// The same in a few lines: what is new, and the keys where it waits.
pub fn told(page: &Page, screen: &Screen<'_>, waits: bool) -> String {
    let mut text = String::new();
    if let (Some(task), Moment::Intro) = (screen.task, &screen.moment) {
        text.push('\n');
        text.push_str(&page.wrap(&position(screen), "", "  "));
        text.push_str(&page.wrap(&title(task, screen.leg), "", "  "));
        text.push_str(&page.wrap(&amount(task), "", "  "));
        text.push_str(&instructions(page, task));
    }
    if let Moment::Asked(_, _, Some(wrong)) = &screen.moment {
        text.push_str(&page.wrap(wrong, "", "  "));
    }
    text.push_str(&page.wrap(&happening(screen), "", "  "));
    if waits && !matches!(screen.moment, Moment::Asked(..)) {
        text.push_str(&page.wrap(&keys(screen), "", "  "));
    }
    text
}

fn lines(page: &Page, text: &str) -> Vec<String> {
    page.wrap(text, "", "").lines().map(str::to_owned).collect()
}

fn position(screen: &Screen<'_>) -> String {
    let sets = screen.task.map_or(1, Task::sets);
    let set = if sets > 1 { format!(", {} of {sets} sets done", screen.done) } else { String::new() };
    format!("Exercise {} of {}{set}", screen.number, screen.of)
}

fn title(task: &Task, leg: Option<Side>) -> String {
    let side = leg.map(|side| format!(", {}", if side == Side::Both { "both sides" } else { side.id() }));
    format!("{}{}", task.exercise.name, side.unwrap_or_default())
}

/// How much is due, and the pain up to which it is.
pub(super) fn amount(task: &Task) -> String {
    let cap = task.cap.map(|cap| format!(". Pain up to {}/10", plain(cap))).unwrap_or_default();
    format!("{}{cap}.", dose(&task.dose))
}

pub(super) fn dose(dose: &Dose) -> String {
    if let Some(rung) = dose.rung {
        return format!("Step {rung} of the ladder");
    }
    let each = match (dose.reps, dose.seconds, dose.metres) {
        (Some(reps), Some(hold), _) => format!("{reps} holds of {}", time(seconds(hold))),
        (Some(reps), None, _) => format!("{reps} repetitions"),
        (None, Some(long), _) => time(seconds(long)),
        (None, None, Some(metres)) => format!("{metres} m"),
        (None, None, None) => "as much as is comfortable".to_owned(),
    };
    match dose.sets {
        Some(1) => format!("1 set of {each}"),
        Some(sets) => format!("{sets} sets of {each}"),
        None => each,
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

/// A time, rounded up: the last second is shown as 1.
fn time(left: Duration) -> String {
    let count = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    match (count / 60, count % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// What goes on, in one sentence.
fn happening(screen: &Screen<'_>) -> String {
    let Some(task) = screen.task else { return "The session is over.".to_owned() };
    let (next, sets) = (screen.done + 1, task.sets());
    let set = if sets > 1 { format!("Set {next} of {sets}. ") } else { String::new() };
    let leg = match screen.leg {
        Some(leg) if task.both_legs() => format!("{} leg. ", capital(leg.id())),
        _ => String::new(),
    };
    let switched = if screen.switched { "Switch sides. " } else { "" };
    let words = match &screen.moment {
        Moment::Intro if screen.done > 0 => format!("It goes on with set {next} of {sets}."),
        Moment::Intro => "Get into position.".to_owned(),
        Moment::Ready(left) => format!("{switched}{set}{leg}Get ready: {}", time(*left)),
        Moment::Beat(beat, left) => {
            let reps = task.dose.reps.map(|reps| format!("{} of {reps}: ", beat.rep)).unwrap_or_default();
            let words = format!("{set}{leg}{reps}{}, {}", beat.word, time(*left));
            capital(&words)
        }
        Moment::Free => {
            let one = Dose { sets: None, ..task.dose.clone() };
            format!("{switched}{set}{leg}{}, in your own time.", dose(&one))
        }
        Moment::Confirm => format!("{set}Was the whole set done?"),
        Moment::Rest(left) => format!("Rest: {}. Then set {next} of {sets}.", time(*left)),
        Moment::Asked(Ask::Why, ..) => "Why is it skipped?".to_owned(),
        Moment::Asked(Ask::Weight, ..) => {
            let unit = screen.units.of_weight();
            format!("Which weight was held, in {unit}? Enter if none, or if you do not know.")
        }
        Moment::Asked(Ask::Pain(too_much), ..) => {
            let stop = if *too_much { format!("{STOP} ") } else { String::new() };
            format!("{stop}How high was the pain during it, 0 to 10? Enter if you do not know.")
        }
        Moment::Over => "The session is over.".to_owned(),
    };
    if screen.paused { format!("Paused. {words}") } else { words }
}

/// How the exercise is done, and when to stop.
fn instructions(page: &Page, task: &Task) -> String {
    let exercise = &task.exercise;
    let mut text = page.wrap(&exercise.setup, "", "");
    text.push_str(&page.wrap(&exercise.movement, "", ""));
    for cue in &exercise.cues {
        text.push_str(&page.wrap(cue, "- ", "  "));
    }
    let room = task.room.as_ref().map(|room| room.words(page.units));
    for note in task.note.iter().chain(&room) {
        text.push_str(&page.wrap(note, "- ", "  "));
    }
    text.push_str(&page.wrap(&format!("Stop when: {}", exercise.stop_when), "", ""));
    text
}

/// What each key does now.
fn keys(screen: &Screen<'_>) -> String {
    let enter = match &screen.moment {
        _ if screen.paused => "Enter: go on",
        Moment::Intro => "Enter: begin",
        Moment::Ready(_) | Moment::Rest(_) => "Enter: at once  p: pause",
        Moment::Beat(..) => "Enter: done  p: pause",
        Moment::Free => "Enter: done",
        Moment::Confirm => "Enter: yes  b: the set again",
        Moment::Asked(Ask::Why, ..) => return "Enter: skip it  Esc: back  Ctrl-C: leave".to_owned(),
        Moment::Asked(..) => return "Enter: go on  Ctrl-C: leave".to_owned(),
        Moment::Over => return String::new(),
    };
    format!("{enter}  x: pain above the limit  s: skip  q: leave")
}
