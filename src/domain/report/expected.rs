//! Where a recovery stands against the usual one, by the window of its program
//! and the gates of its phase. Days only: how fast somebody heals is nobody's
//! doing.

use serde::Serialize;

use super::super::criteria::Case;
use super::super::day::Day;

/// Where today lies against a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// Before its first day.
    Before,
    /// Within it.
    Within,
    /// After its last day.
    After,
    /// The program has done its work.
    Finished,
}

/// The days of the phase that lasts now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseWindow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its place in the program, from 1.
    pub position: usize,
    /// Of how many.
    pub of: usize,
    /// The first day of the stretch that lasts.
    pub since: Day,
    /// When it still lasts on this day, somebody should look.
    pub look_by: Option<Day>,
    /// Whether that day has come.
    pub overdue: bool,
}

/// Where a recovery stands against the usual one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Days since onset.
    pub day: i64,
    /// The usual window of the program: its first and its last day.
    pub usual: (Day, Day),
    /// The same as days since onset.
    pub usual_days: (i64, i64),
    /// Where today lies.
    pub stands: Window,
    /// The phase that lasts now.
    pub phase: PhaseWindow,
    /// Keys of the sources of the program.
    pub source: Vec<String>,
}

/// Where the recovery stands today.
pub(super) fn expected(case: &Case<'_>) -> Expected {
    let (today, onset) = (case.today(), case.course.onset);
    let day = today.since(onset);
    let usual_days = case.program.window_days;
    let stands = match day {
        _ if case.course.finished => Window::Finished,
        day if day < usual_days.0 => Window::Before,
        day if day <= usual_days.1 => Window::Within,
        _ => Window::After,
    };
    let span = case.course.current();
    let phase = case.course.phase(case.program);
    Expected {
        day,
        usual: (onset.plus(usual_days.0), onset.plus(usual_days.1)),
        usual_days,
        stands,
        phase: PhaseWindow {
            id: phase.id.clone(),
            name: phase.name.clone(),
            position: span.phase + 1,
            of: case.program.phases.len(),
            since: span.from,
            look_by: phase.stalled_day.map(|day| onset.plus(day)),
            overdue: phase.stalled_day.is_some_and(|stalled| day >= stalled),
        },
        source: case.program.source.clone(),
    }
}
