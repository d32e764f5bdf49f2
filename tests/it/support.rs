//! What several tests share: an app in memory, diaries, days.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveDate};
use sinew::app::{App, StartRequest};
use sinew::catalog::Catalog;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::Side;
use sinew::domain::episode::{Episode, Goal, Manner};
use sinew::domain::situation::Situation;
use sinew::store::Store;

/// The three diaries.
pub(crate) const GRADE_1: &str = include_str!("../diaries/grade-1-hamstring.csv");
pub(crate) const GRADE_2: &str = include_str!("../../programs/demo/grade-2-hamstring.csv");
pub(crate) const CALF: &str = include_str!("../diaries/calf-strain-then-clot.csv");

pub(crate) fn day(text: &str) -> Day {
    Day::of_date(text.parse::<NaiveDate>().unwrap())
}

pub(crate) fn now(text: &str) -> Now {
    Now::at(DateTime::parse_from_rfc3339(&format!("{text}:00+00:00")).unwrap())
}

/// The evening of a day, when everything of it is on record.
pub(crate) fn evening(day: Day) -> Now {
    Now::at(sinew::app::day_ends(day, now("2026-01-01T12:00")))
}

pub(crate) fn request(condition: &str, grade: u8, side: Side, onset: Day) -> StartRequest {
    StartRequest {
        condition: condition.to_owned(),
        grade: Some(grade),
        graded_by: "self".to_owned(),
        side: Some(side),
        onset,
        manner: Some(Manner::Sudden),
        region: None,
        goal: Goal::SprintSport,
        title: None,
        answers: vec![],
        note: None,
    }
}

/// An app in memory with one episode, opened on the morning of the injury.
pub(crate) fn opened(condition: &str, grade: u8, side: Side, onset: &str) -> (App, Episode) {
    opened_as(request(condition, grade, side, day(onset)))
}

/// The same for a condition that has no grades.
pub(crate) fn opened_ungraded(condition: &str, onset: &str) -> (App, Episode) {
    opened_as(StartRequest { grade: None, ..request(condition, 1, Side::Left, day(onset)) })
}

fn opened_as(request: StartRequest) -> (App, Episode) {
    let mut app = App::new(Catalog::builtin().unwrap(), Store::in_memory().unwrap());
    let morning = now(&format!("{}T08:00", request.onset));
    let episode = app.start(request, morning).unwrap();
    (app, episode)
}

/// The advice of each day, taking every advance on the day on which it is
/// first advised; with what the day's situation was before that.
pub(crate) fn live_through(app: &mut App, episode: &Episode, last: &str) -> Vec<Situation> {
    let mut days = Vec::new();
    for n in 0..=day(last).since(episode.onset) {
        let now = evening(episode.onset.plus(n));
        let situation = app.situation(episode, now).unwrap();
        if situation.advice.action == sinew::domain::advice::Action::Advance {
            app.accept(&situation, now).unwrap();
        }
        days.push(situation);
    }
    days
}

/// What a script of `tests/browser` says, which must find nothing wrong; nothing where
/// `NODE_MODULES` names no folder with what it needs.
pub(crate) fn in_a_browser(script: &str) -> Option<String> {
    const MODULES: &str = "NODE_MODULES";
    let Some(modules) = std::env::var_os(MODULES) else {
        #[expect(clippy::print_stderr, reason = "a test that is left out says so")]
        {
            eprintln!("left out: {MODULES} names no folder with playwright-core, axe-core, html-validate");
        }
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script);
    let output = Command::new("node")
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_sinew"))
        .env(MODULES, modules)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}
