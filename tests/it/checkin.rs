//! What a check-in asks for on a day, and what it sets beside the answers.

use sinew::app::App;
use sinew::domain::checkin::{Before, earlier, questions, tests};
use sinew::domain::entry::{EntryId, Fact, Side};
use sinew::domain::episode::Episode;
use sinew::domain::situation::Situation;

use crate::commands::Home;
use crate::support::{now, opened};

/// Records readings of one moment.
fn log(app: &mut App, episode: &Episode, at: &str, readings: &[(&str, &str)]) -> Vec<EntryId> {
    let read = |(measure, value): &(&str, &str)| app.reading(measure, episode.side, value).unwrap();
    let readings = readings.iter().map(read).collect();
    let at = now(at);
    let draft =
        sinew::app::Draft { at: at.at, note: None, fact: Fact::CheckIn { readings, answers: vec![] } };
    app.record(episode, vec![draft], at).unwrap()
}

fn situation(app: &App, episode: &Episode, at: &str) -> Situation {
    app.situation(episode, now(at)).unwrap()
}

fn asked(app: &App, episode: &Episode, at: &str) -> Vec<String> {
    let s = situation(app, episode, at);
    s.judge(&app.catalog.library, |case| questions(case, &s.advice))
}

fn tested(app: &App, episode: &Episode, at: &str) -> Vec<String> {
    let s = situation(app, episode, at);
    let due = s.judge(&app.catalog.library, |case| tests(case, &s.advice));
    due.into_iter().map(|need| need.id).collect()
}

const EVENING: &str = "2026-03-04T20:00";

#[test]
fn the_night_is_asked_about_once_and_the_rest_each_time() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let everything = [
        "pain-now",
        "pain-worst",
        "pain-walking",
        "pain-morning",
        "sleep-disturbed",
        "pain-rest",
        "woken-by-pain",
    ];
    assert_eq!(asked(&app, &episode, EVENING), everything);
    let night = [("pain-morning", "2"), ("sleep-disturbed", "1"), ("woken-by-pain", "no")];
    log(&mut app, &episode, "2026-03-04T08:00", &night);
    assert_eq!(asked(&app, &episode, EVENING), ["pain-now", "pain-worst", "pain-walking", "pain-rest"]);
    assert_eq!(asked(&app, &episode, "2026-03-05T08:00"), everything, "the next night is another one");
}

#[test]
fn a_limp_is_asked_about_until_it_is_denied() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let limp = |app: &App, at: &str| asked(app, &episode, at).contains(&"limp".to_owned());
    assert!(!limp(&app, EVENING));
    log(&mut app, &episode, "2026-03-04T08:00", &[("limp", "yes")]);
    assert!(limp(&app, EVENING));
    assert!(limp(&app, "2026-03-09T20:00"), "silence is no denial");
    log(&mut app, &episode, "2026-03-09T20:30", &[("limp", "no")]);
    assert!(!limp(&app, "2026-03-09T21:00"));
}

#[test]
fn tests_are_asked_for_when_they_would_count_and_the_leg_may_be_tested() {
    let (mut app, episode) = opened("hamstring-strain", 3, Side::Left, "2026-03-02");
    assert!(tested(&app, &episode, EVENING).is_empty(), "a result would not count any more by then");
    let (mut app_1, episode_1) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let due = tested(&app_1, &episode_1, EVENING);
    assert!(due.contains(&"knee-straight-lying".to_owned()), "{due:?}");
    log(&mut app_1, &episode_1, "2026-03-04T19:00", &[("knee-straight-lying", "no")]);
    let due = tested(&app_1, &episode_1, EVENING);
    assert!(!due.contains(&"knee-straight-lying".to_owned()), "it has been done today: {due:?}");
    log(&mut app_1, &episode_1, "2026-03-04T19:30", &[("pain-worst", "8")]);
    assert!(tested(&app_1, &episode_1, EVENING).is_empty(), "a leg that just hurt is not tested");
    log(&mut app, &episode, EVENING, &[("pain-worst", "2")]);
}

#[test]
fn the_echo_names_yesterday_and_a_week_ago_and_leaves_gaps_unknown() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    log(&mut app, &episode, "2026-03-04T08:00", &[("pain-worst", "6")]);
    log(&mut app, &episode, "2026-03-10T08:00", &[("pain-worst", "2"), ("pain-walking", "1")]);
    log(&mut app, &episode, "2026-03-10T20:00", &[("pain-worst", "4")]);
    let at = "2026-03-11T20:00";
    let ids = log(&mut app, &episode, at, &[("pain-worst", "3"), ("pain-walking", "1")]);
    let s = situation(&app, &episode, at);
    let said = s.judge(&app.catalog.library, |case| earlier(case, &ids));
    let before =
        |measure: &str, yesterday, week_ago| Before { measure: measure.to_owned(), yesterday, week_ago };
    // The worst of each day, and nothing that was not said.
    assert_eq!(said, [before("pain-worst", Some(4.0), Some(6.0)), before("pain-walking", Some(1.0), None)]);
}

/// A line for a login: what is due, a warning before all else, and nothing where
/// nothing is due.
#[test]
fn today_in_a_line() {
    let home = Home::new();
    let brief = |at: &str| home.ok(at, &["today", "--brief"]);
    assert_eq!(brief("2026-03-02T07:00"), "", "nobody has begun");
    assert!(!std::path::Path::new(&home.path("diary.db")).exists());
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    let all = "sinew: 3 exercises (sinew session), a check-in (sinew log)\n";
    assert_eq!(brief("2026-03-02T08:00"), all);
    home.ok("2026-03-02T08:00", &["log", "2"]);
    assert_eq!(brief("2026-03-02T09:00"), "sinew: 3 exercises (sinew session)\n");
    home.ok("2026-03-02T09:00", &["pause", "a cold"]);
    assert_eq!(brief("2026-03-03T09:00"), "", "a plan that rests asks for nothing");
    home.ok("2026-03-03T09:00", &["resume"]);
    home.ok("2026-03-03T10:00", &["log", "7"]);
    let asks = "sinew: answer the red-flag questions before any exercise (sinew screen)\n";
    assert_eq!(brief("2026-03-03T10:01"), asks);
    home.ok("2026-03-03T11:00", &["log", "--symptom", "saddle-numb"]);
    let warning = brief("2026-03-03T11:01");
    assert!(warning.starts_with("sinew: Go to an emergency department now"), "{warning}");
    assert_eq!(warning.lines().count(), 1, "{warning}");
    assert_eq!(home.run("2026-03-03T11:02", &["today", "--brief", "--json"]).status.code(), Some(2));
}
