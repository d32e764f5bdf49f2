//! The guided session: its state machine, what it puts on record, and its form
//! line by line.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use sinew::app::{App, AppError, Draft};
use sinew::catalog::Catalog;
use sinew::domain::day::Now;
use sinew::domain::entry::{Correction, EntryId, Fact, Performed, Side, TOO_MUCH};
use sinew::domain::episode::Episode;
use sinew::domain::finding::Verdict;
use sinew::domain::measure::Measure;
use sinew::domain::schedule::Item;
use sinew::domain::session::{Ask, Effect, Event, Key, Moment, Save, Session, Task, tasks};
use sinew::domain::situation::Situation;
use sinew::domain::units::Units;
use sinew::render::session::frame;
use snapbox::IntoData;

use crate::support::{now, opened};

const TODAY: &str = "2026-03-05";

/// Day 3 of a mild strain: ankle-pumps 2x15, seated-knee-bends 2x10, walk
/// 3x3min, heel-press 1x10x5s.
fn day_3() -> (App, Episode, Vec<Task>) {
    let (app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let due = due(&app, &episode, "08:00");
    (app, episode, due)
}

fn at(time: &str) -> Now {
    now(&format!("{TODAY}T{time}"))
}

fn situation(app: &App, episode: &Episode, time: &str) -> Situation {
    app.situation(episode, at(time)).unwrap()
}

fn due(app: &App, episode: &Episode, time: &str) -> Vec<Task> {
    tasks(&app.catalog.library, &situation(app, episode, time))
}

fn item(app: &App, episode: &Episode, time: &str, id: &str) -> Item {
    situation(app, episode, time).plan.items.into_iter().find(|i| i.id == id).unwrap()
}

fn ids(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|t| t.exercise.id.as_str()).collect()
}

fn pain() -> Measure {
    Catalog::builtin().unwrap().library.measures["pain-during"].clone()
}

/// The heel press of the day, with another dose.
fn heel_press(dose: &str) -> Task {
    let task = day_3().2.into_iter().find(|t| t.exercise.id == "heel-press").unwrap();
    Task { dose: dose.parse().unwrap(), ..task }
}

fn session(tasks: Vec<Task>) -> Session {
    Session::new(tasks, pain(), Units::Metric)
}

fn tick(session: &mut Session, seconds: u64) -> Vec<Effect> {
    session.step(Event::Tick(Duration::from_secs(seconds)))
}

/// Types a line: letters, and Enter for each line break.
fn keys(session: &mut Session, text: &str) -> Vec<Save> {
    let key = |c| if c == '\n' { Key::Enter } else { Key::Char(c) };
    let effects = text.chars().flat_map(|c| session.step(Event::Key(key(c))));
    effects
        .filter_map(|effect| match effect {
            Effect::Save(save) => Some(save),
            Effect::Bell | Effect::End => None,
        })
        .collect()
}

/// What was saved, in short.
fn said(saves: &[Save]) -> Vec<String> {
    let one = |save: &Save| {
        let bout = &save.bout;
        let dose = bout.dose.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let pain = bout.pain.map(|p| format!(" pain {p}")).unwrap_or_default();
        let load = bout.load.map(|kg| format!(" {kg}kg")).unwrap_or_default();
        let skipped = bout.skipped.as_ref().map(|why| format!(" skipped: {why}")).unwrap_or_default();
        let over = if save.replaces { " (replaces)" } else { "" };
        format!("{} {dose}{load}{pain}{skipped}{over}", bout.exercise)
    };
    saves.iter().map(one).collect()
}

fn hold(session: &Session) -> Option<(String, u32, u64)> {
    match session.screen().moment {
        Moment::Beat(beat, left) => Some((beat.word.clone(), beat.rep, left.as_secs())),
        _ => None,
    }
}

#[test]
fn a_timed_set_counts_down_holds_and_is_saved_when_confirmed() {
    let mut s = session(vec![heel_press("2x2x5s")]);
    assert_eq!(s.screen().moment, Moment::Intro);
    assert_eq!(tick(&mut s, 100), [], "the introduction waits for the person");
    assert!(keys(&mut s, "\n").is_empty());
    assert_eq!(s.screen().moment, Moment::Ready(Duration::from_secs(5)));
    assert_eq!(tick(&mut s, 5), [Effect::Bell]);
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 5)));
    tick(&mut s, 4);
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 1)));
    assert_eq!(tick(&mut s, 3), [Effect::Bell, Effect::Bell]);
    assert_eq!(hold(&s), Some(("hold".to_owned(), 2, 5)), "2 s to let go, then the next hold");
    assert_eq!(tick(&mut s, 3600), [Effect::Bell]);
    assert_eq!(s.screen().moment, Moment::Confirm, "time alone does no set");
    assert_eq!(said(&keys(&mut s, "\n")), ["heel-press 1x2x5s"]);
    assert_eq!(s.screen().moment, Moment::Rest(Duration::from_secs(30)));
    assert_eq!(tick(&mut s, 30), [Effect::Bell]);
    assert!(matches!(s.screen().moment, Moment::Ready(_)));
    assert_eq!(said(&keys(&mut s, "\n\n\n")), ["heel-press 2x2x5s (replaces)"]);
    assert_eq!(said(&keys(&mut s, "0\n")), ["heel-press 2x2x5s pain 0 (replaces)"]);
    assert!(s.is_over());
}

#[test]
fn a_slip_of_the_finger_is_no_set() {
    let mut s = session(vec![heel_press("1x30s")]);
    keys(&mut s, "\n");
    tick(&mut s, 15);
    assert!(keys(&mut s, "\n").is_empty(), "Enter in a hold asks first");
    assert!(keys(&mut s, "b").is_empty());
    assert_eq!(s.screen().moment, Moment::Ready(Duration::from_secs(5)));
    assert_eq!(s.screen().done, 0);
}

/// The rest, or the set, has run out in the moment in which Enter was pressed:
/// what follows was not seen yet, and is neither done nor confirmed.
#[test]
fn a_key_answers_what_was_shown() {
    let until_enter = |s: &mut Session| {
        let mut effects = s.step(Event::UntilKey(Duration::from_hours(1)));
        effects.extend(s.step(Event::Key(Key::Enter)));
        effects
    };
    let mut s = session(day_3().2);
    assert_eq!(keys(&mut s, "\n\n").len(), 1, "a set in one's own time");
    assert!(matches!(s.screen().moment, Moment::Rest(_)));
    assert_eq!(until_enter(&mut s), []);
    assert_eq!((s.screen().done, s.screen().moment), (1, Moment::Free));

    let mut s = session(vec![heel_press("1x1x5s")]);
    keys(&mut s, "\n\n");
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 5)));
    assert_eq!(until_enter(&mut s), []);
    assert_eq!(s.screen().moment, Moment::Confirm);

    // Keys that mean nothing hold no time up.
    let mut s = session(vec![heel_press("1x1x5s")]);
    keys(&mut s, "\n\n");
    s.step(Event::UntilKey(Duration::from_secs(4)));
    keys(&mut s, "z");
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 1)));
}

#[test]
fn repetitions_without_a_tempo_are_done_in_ones_own_time() {
    let mut s = session(vec![heel_press("2x15")]);
    keys(&mut s, "\n");
    assert_eq!(s.screen().moment, Moment::Free);
    assert_eq!(tick(&mut s, 1000), []);
    assert_eq!(said(&keys(&mut s, "\n")), ["heel-press 1x15"]);
    assert_eq!(s.screen().moment, Moment::Rest(Duration::from_mins(1)));
}

#[test]
fn a_tempo_in_seconds_paces_each_repetition() {
    for (tempo, expected) in [
        ("2 s up, 1 s pause, 2 s down", vec![("up", 2), ("pause", 1), ("down", 2)]),
        ("3 s down", vec![("down", 3), ("and back", 2)]),
        ("slow, short of pain", vec![]),
        ("slow lowering only", vec![]),
    ] {
        let task = Task { tempo: Some(tempo.to_owned()), ..heel_press("1x2") };
        let beats = task.beats();
        assert_eq!(beats.len(), 2 * expected.len(), "{tempo}");
        let first: Vec<(&str, u64)> =
            beats.iter().filter(|b| b.rep == 1).map(|b| (b.word.as_str(), b.lasts.as_secs())).collect();
        assert_eq!(first, expected, "{tempo}");
    }
}

#[test]
fn a_set_on_both_legs_switches_sides_and_counts_once() {
    let mut s = session(vec![Task { side: Some(Side::Both), ..heel_press("1x30s") }]);
    keys(&mut s, "\n");
    assert_eq!(s.screen().leg, Some(Side::Left));
    assert_eq!(tick(&mut s, 35).len(), 2);
    assert_eq!((s.screen().leg, s.screen().switched), (Some(Side::Right), true));
    assert!(matches!(s.screen().moment, Moment::Ready(_)));
    tick(&mut s, 35);
    assert_eq!(s.screen().moment, Moment::Confirm);
    assert_eq!(said(&keys(&mut s, "\n")), ["heel-press 1x30s"]);
}

#[test]
fn a_pause_stops_the_time() {
    let mut s = session(vec![heel_press("1x30s")]);
    keys(&mut s, "\n");
    tick(&mut s, 15);
    keys(&mut s, "p");
    assert!(s.screen().paused);
    assert_eq!(tick(&mut s, 1000), []);
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 20)));
    keys(&mut s, "\n");
    tick(&mut s, 1);
    assert_eq!(hold(&s), Some(("hold".to_owned(), 1, 19)), "Enter goes on, and is no answer");
}

#[test]
fn pain_above_the_limit_is_on_record_before_anything_is_asked() {
    let mut s = session(vec![heel_press("3x10"), heel_press("1x10")]);
    assert_eq!(said(&keys(&mut s, "\n\n")), ["heel-press 1x10"]);
    assert_eq!(said(&keys(&mut s, "x")), ["heel-press - skipped: pain above the limit"]);
    assert_eq!(s.screen().moment, Moment::Asked(Ask::Pain(true), "", None));
    assert_eq!(said(&keys(&mut s, "5\n")), ["heel-press 1x10 pain 5 (replaces)"]);
    assert_eq!((s.screen().number, s.screen().moment), (2, Moment::Intro), "on with the next exercise");
    // Before any set: the pain alone, and no dose that nobody did.
    assert_eq!(
        said(&keys(&mut s, "x4\n")),
        ["heel-press - skipped: pain above the limit", "heel-press - pain 4"]
    );
    assert!(s.is_over());
}

#[test]
fn a_pain_that_nobody_named_stays_unknown() {
    let mut s = session(vec![heel_press("1x10")]);
    assert_eq!(said(&keys(&mut s, "\n\n\n")), ["heel-press 1x10"]);
    assert!(s.is_over());
}

#[test]
fn wrong_answers_are_asked_again() {
    let mut s = session(vec![heel_press("1x10")]);
    keys(&mut s, "\n\n");
    for (typed, message) in [
        ("14\n", "pain during the exercise runs from 0 to 10"),
        ("much\n", "pain during the exercise is a number from 0 to 10"),
    ] {
        assert!(keys(&mut s, typed).is_empty());
        assert_eq!(s.screen().moment, Moment::Asked(Ask::Pain(false), "", Some(message)));
    }
    keys(&mut s, "17");
    s.step(Event::Key(Key::Erase));
    assert_eq!(said(&keys(&mut s, "\n")), ["heel-press 1x10 pain 1 (replaces)"]);
}

#[test]
fn a_skip_has_a_reason_and_can_be_thought_better_of() {
    let mut s = session(vec![heel_press("2x30s")]);
    keys(&mut s, "\n");
    tick(&mut s, 10);
    let before = hold(&s);
    assert!(keys(&mut s, "s\n").is_empty());
    let wrong = Some("A few words, such as: no band here");
    assert_eq!(s.screen().moment, Moment::Asked(Ask::Why, "", wrong));
    s.step(Event::Key(Key::Escape));
    assert_eq!(hold(&s), before);
    assert_eq!(said(&keys(&mut s, "sno chair\n")), ["heel-press - skipped: no chair"]);
    assert!(s.is_over(), "nothing was done, so that nothing is asked");
}

#[test]
fn a_weight_is_asked_for_in_the_units_of_the_person() {
    let mut task = heel_press("1x10");
    task.exercise.tags.push("external-weight".to_owned());
    let mut s = Session::new(vec![task], pain(), Units::Imperial);
    keys(&mut s, "\n\n");
    assert!(frame(&s.screen(), 80, 24).join("\n").contains("Which weight was held, in pounds?"));
    keys(&mut s, "2000\n");
    let Moment::Asked(Ask::Weight, _, wrong) = s.screen().moment else { panic!("{:?}", s.screen()) };
    assert_eq!(wrong, Some("Not that: a weight runs from 1.1 to 1100 lb"));
    assert_eq!(said(&keys(&mut s, "10\n")), ["heel-press 1x10 4.536kg (replaces)"]);
}

#[test]
fn a_weight_is_asked_for_where_one_may_be_held() {
    let mut task = heel_press("1x10");
    task.exercise.tags.push("external-weight".to_owned());
    let mut s = session(vec![task.clone()]);
    assert!(keys(&mut s, "\n\n0.1\n").len() == 1);
    let wrong = Some("Not that: a weight runs from 0.5 to 500 kg");
    assert_eq!(s.screen().moment, Moment::Asked(Ask::Weight, "", wrong));
    assert_eq!(
        said(&keys(&mut s, "12.5kg\n1\n")),
        ["heel-press 1x10 12.5kg (replaces)", "heel-press 1x10 12.5kg pain 1 (replaces)"]
    );
}

#[test]
fn the_rules_take_things_off_the_list_and_never_add_any() {
    let (_, _, due) = day_3();
    let mut s = session(due.clone());
    keys(&mut s, "\n\n");
    let eased = Task { dose: "1x5".parse().unwrap(), ..due[1].clone() };
    let left_out = vec![("ankle-pumps".to_owned(), "a limp".to_owned())];
    s.step(Event::Plan { due: vec![eased, due[3].clone()], left_out });
    // The exercise at hand ends, and it is asked how it went.
    assert_eq!(s.screen().moment, Moment::Asked(Ask::Pain(false), "", None));
    assert_eq!(s.screen().of, 3);
    assert_eq!(s.screen().notices, ["Walk: it is done or no longer due", "Ankle pumps: a limp"]);
    keys(&mut s, "\n");
    assert_eq!(s.screen().task.unwrap().dose.to_string(), "1x5", "the dose as it is now");
}

#[test]
fn a_session_that_was_cut_off_goes_on_at_the_next_set() {
    let (mut app, episode, tasks) = day_3();
    assert_eq!(ids(&tasks), ["ankle-pumps", "seated-knee-bends", "walk", "heel-press"]);
    let first = save(&mut app, &episode, "08:10", bout("ankle-pumps", "1x15", None), None, None).unwrap();
    let begun = item(&app, &episode, "08:20", "ankle-pumps");
    assert_eq!((begun.done, begun.begun.map(|b| b.sets)), (0, Some(1)));
    let again = due(&app, &episode, "08:20");
    assert_eq!(again[0].begun.as_ref().map(|b| (b.sets, b.entry.clone())), Some((1, first.clone())));
    let mut s = session(again);
    assert_eq!(s.screen().done, 1);
    assert_eq!(said(&keys(&mut s, "\n\n")), ["ankle-pumps 2x15 (replaces)"]);
    // One bout, done once; three times a day are due.
    let second = bout("ankle-pumps", "2x15", None);
    let id = save(&mut app, &episode, "08:21", second, Some(&first), Some(&first)).unwrap();
    let done = item(&app, &episode, "08:22", "ankle-pumps");
    assert_eq!((done.done, done.begun), (1, None));
    let third = bout("ankle-pumps", "2x15", Some(1.0));
    save(&mut app, &episode, "08:22", third, Some(&id), Some(&id)).unwrap();
    assert_eq!(item(&app, &episode, "08:23", "ankle-pumps").done, 1);
    let s = situation(&app, &episode, "08:23");
    let pains = s.journal.pains(&app.catalog.library, s.episode.onset, s.journal.now().day);
    assert_eq!(pains.len(), 1, "the pain counts once");
}

#[test]
fn a_pain_or_a_skip_ends_a_bout_however_short() {
    for (pain, skipped) in [(Some(1.0), false), (None, true)] {
        let (mut app, episode, _) = day_3();
        let id = save(&mut app, &episode, "08:10", bout("walk", "1x3min", pain), None, None).unwrap();
        if skipped {
            let skip = Performed { skipped: Some("rain".to_owned()), ..Performed::of("walk") };
            save(&mut app, &episode, "08:11", skip, Some(&id), None).unwrap();
        }
        assert_eq!(item(&app, &episode, "08:20", "walk").done, 1);
        assert!(!ids(&due(&app, &episode, "08:20")).contains(&"walk"));
    }
}

#[test]
fn what_was_skipped_is_not_put_again() {
    let (mut app, episode, _) = day_3();
    let mut last = None;
    for (time, left) in [("09:00", true), ("13:00", false)] {
        let skip = Performed { skipped: Some("no chair".to_owned()), ..Performed::of("heel-press") };
        last = Some(save(&mut app, &episode, time, skip, last.as_ref(), None).unwrap());
        assert_eq!(ids(&due(&app, &episode, "18:00")).contains(&"heel-press"), left, "due twice a day");
    }
}

#[test]
fn two_sessions_side_by_side_count_no_set_twice() {
    let (mut app, episode, _) = day_3();
    let set = || bout("walk", "1x3min", None);
    let first = save(&mut app, &episode, "08:10", set(), None, None).unwrap();
    let refused = save(&mut app, &episode, "08:11", set(), None, None);
    assert!(matches!(refused, Err(AppError::Elsewhere)), "{refused:?}");
    let two = bout("walk", "2x3min", None);
    save(&mut app, &episode, "08:12", two.clone(), Some(&first), Some(&first)).unwrap();
    let refused = save(&mut app, &episode, "08:13", two, Some(&first), Some(&first));
    assert!(matches!(refused, Err(AppError::Elsewhere)), "{refused:?}");
    let s = situation(&app, &episode, "08:20");
    assert_eq!(s.journal.performed(s.episode.onset, s.journal.now().day).count(), 1);
}

/// Too much is too much, whether or not somebody finds a number for it.
#[test]
fn pain_above_the_limit_without_a_number_is_red() {
    let (mut app, episode, _) = day_3();
    let left = Performed { skipped: Some(TOO_MUCH.to_owned()), ..Performed::of("heel-press") };
    let skip = save(&mut app, &episode, "08:10", left, None, None).unwrap();
    let s = situation(&app, &episode, "08:11");
    let held = s.advice.findings.iter().find(|f| f.id == "last-session").unwrap();
    assert_eq!((held.verdict, &held.entries), (Verdict::NotMet, &vec![skip.clone()]));
    assert!(s.plan.left_out.iter().any(|l| l.id == "heel-press" && l.entries == [skip.clone()]));
    // A number says it better, and counts in its place.
    save(&mut app, &episode, "08:12", bout("heel-press", "1x10x5s", Some(2.0)), Some(&skip), None).unwrap();
    let s = situation(&app, &episode, "08:13");
    let held = s.advice.findings.iter().find(|f| f.id == "last-session").unwrap();
    assert!(held.verdict == Verdict::NotMet && !held.entries.contains(&skip), "{held:?}");
}

#[test]
fn a_red_pain_stops_the_exercise_and_a_severe_one_all() {
    let (mut app, episode, _) = day_3();
    let id = save(&mut app, &episode, "08:10", bout("heel-press", "1x10x5s", None), None, None).unwrap();
    let red = bout("heel-press", "1x10x5s", Some(5.0));
    save(&mut app, &episode, "08:11", red, Some(&id), Some(&id)).unwrap();
    assert!(!ids(&due(&app, &episode, "08:12")).contains(&"heel-press"));
    let severe = bout("ankle-pumps", "1x15", Some(7.0));
    save(&mut app, &episode, "08:13", severe, None, None).unwrap();
    assert!(situation(&app, &episode, "08:14").advice.ask_now.is_some());
    assert_eq!(due(&app, &episode, "08:14"), []);
}

/// Every dose that a plan can hold is one that a session can lead through.
#[test]
fn every_dose_of_every_program_reads_back() {
    let catalog = Catalog::builtin().unwrap();
    let mut seen = 0;
    for definition in catalog.programs.values() {
        for prescription in definition.program.phases.iter().flat_map(|p| &p.exercises) {
            for dose in [Some(&prescription.dose), prescription.grows_to.as_ref()].into_iter().flatten() {
                assert_eq!(dose.to_string().parse().as_ref(), Ok(dose), "{}", prescription.exercise);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

fn bout(exercise: &str, dose: &str, pain: Option<f64>) -> Performed {
    Performed { dose: Some(dose.parse().unwrap()), pain, side: Some(Side::Left), ..Performed::of(exercise) }
}

fn save(
    app: &mut App,
    episode: &Episode,
    time: &str,
    bout: Performed,
    last: Option<&EntryId>,
    replaces: Option<&EntryId>,
) -> Result<EntryId, AppError> {
    let corrects = replaces.map(|id| Correction { replaces: id.clone(), reason: "a set".to_owned() });
    app.record_bout(episode, bout, last, corrects, at(time))
}

#[derive(Clone, Debug)]
enum Act {
    Tick(u64),
    Key(Key),
    Drop(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let key = prop_oneof![
        6 => Just(Key::Enter),
        2 => prop::sample::select(vec!['x', 's', 'p', 'b', '3', '7', ' ']).prop_map(Key::Char),
        1 => prop::sample::select(vec![Key::Erase, Key::Escape]),
    ];
    let act = prop_oneof![
        4 => key.prop_map(Act::Key),
        4 => (0_u64..100_000).prop_map(Act::Tick),
        1 => (0_usize..4).prop_map(Act::Drop),
    ];
    prop::collection::vec(act, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever happens: time alone saves nothing, a set is saved once and only
    /// when it was confirmed, and nothing goes backwards.
    #[test]
    fn no_set_is_saved_that_nobody_confirmed(acts in acts()) {
        let due = [
            heel_press("2x2x5s"),
            Task { side: Some(Side::Both), ..heel_press("2x30s") },
            Task { tempo: Some("2 s up, 2 s down".to_owned()), ..heel_press("3x3") },
            heel_press("2x15"),
        ];
        let due: Vec<Task> = due.into_iter().enumerate().map(|(n, mut task)| {
            task.exercise.id = format!("e{n}");
            task
        }).collect();
        let mut s = session(due.clone());
        let mut sets = std::collections::BTreeMap::new();
        for act in acts {
            let (number, done) = (s.screen().number, s.screen().done);
            let (asked, second) = (s.screen().moment == Moment::Confirm, s.screen().switched);
            let free = s.screen().moment == Moment::Free;
            let both = s.screen().task.is_some_and(Task::both_legs);
            let confirms = matches!(act, Act::Key(Key::Enter))
                && (asked || free && (second || !both))
                && !s.screen().paused;
            let effects = match act {
                Act::Tick(millis) => s.step(Event::Tick(Duration::from_millis(millis))),
                Act::Key(key) => s.step(Event::Key(key)),
                Act::Drop(n) => {
                    let left_out = vec![(due[n].exercise.id.clone(), "a limp".to_owned())];
                    let due = due.iter().enumerate().filter(|(k, _)| *k != n).map(|(_, t)| t.clone()).collect();
                    s.step(Event::Plan { due, left_out })
                }
            };
            let mut new = 0;
            for effect in &effects {
                let Effect::Save(save) = effect else { continue };
                let Some(dose) = &save.bout.dose else { continue };
                let (now, before) = (dose.sets.unwrap(), sets.get(&save.bout.exercise).copied().unwrap_or(0));
                prop_assert!(now == before || now == before + 1, "{now} after {before}");
                prop_assert_eq!(save.replaces, before > 0);
                new += now - before;
                sets.insert(save.bout.exercise.clone(), now);
            }
            prop_assert_eq!(new, u32::from(confirms));
            let after = s.screen();
            prop_assert!(after.number > number || after.done >= done || s.is_over());
            prop_assert!(after.number >= number.min(after.of));
        }
    }
}

/// Runs a session line by line in a store of its own.
fn plain(folder: &std::path::Path, now: &str, args: &[&str], input: &str) -> (String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sinew"))
        .args(args)
        .env_clear()
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("TZ", "UTC")
        .env("SINEW_STORE", folder.join("diary.db"))
        .env("SINEW_NOW", now)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone before all is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(i32::from(args.contains(&"--json"))), "{out}\n{err}");
    (out, err)
}

const LED: [&str; 3] = ["session", "--speed", "10000"];

fn begun() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let start = ["start", "hamstring-strain", "--grade", "1", "--side", "left"];
    plain(folder.path(), "2026-03-02T07:00", &start, "");
    folder
}

#[test]
fn line_by_line() {
    let home = begun();
    let (out, err) = plain(home.path(), "2026-03-05T08:00", &LED, "\n\nwhat\n\n11\n0\nsno chair\n");
    snapbox::assert_data_eq!(
        format!("{out}-- on standard error:\n{err}"),
        snapbox::str![[r"

Exercise 1 of 4, 0 of 2 sets done
Ankle pumps, left
2 sets of 15 repetitions. Pain up to 1/10.
Sit or lie with the leg supported and the heel free.
Draw the toes slowly towards you, then point them away, and let the calf soften
between the two.
- Slow and easy, as if stirring water
- Stay inside the range that does not hurt
Stop when: The movement gives a sharp pain, or the calf turns hard, hot or newly
swollen.
Get into position.
Enter: begin  x: pain above the limit  s: skip  q: leave
Set 1 of 2. 15 repetitions, in your own time.
Enter: done  x: pain above the limit  s: skip  q: leave
Rest: 1 min. Then set 2 of 2.
Set 2 of 2. 15 repetitions, in your own time.
Enter: done  x: pain above the limit  s: skip  q: leave
That is no key. Keys: Enter, b, p, q, s, x.
How high was the pain during it, 0 to 10? Enter if you do not know.
pain during the exercise runs from 0 to 10
How high was the pain during it, 0 to 10? Enter if you do not know.

Exercise 2 of 4, 0 of 2 sets done
Seated knee bends, left
2 sets of 10 repetitions. Pain up to 1/10.
Sit on a firm chair with the foot on a cloth that slides.
Glide the foot back under the chair, then forward again until just before the
thigh starts to pull.
- Let the floor carry the foot
- Short and smooth, no end range
Stop when: You feel a sharp pull at the back of the thigh.
Get into position.
Enter: begin  x: pain above the limit  s: skip  q: leave
That is no key. Keys: Enter, b, p, q, s, x.
Recorded: Ankle pumps 2x15, left, pain 0/10
-- on standard error:
Left before its end: sinew session goes on from here.

"]]
        .raw()
    );
}

#[test]
fn what_nobody_confirmed_is_not_done() {
    let home = begun();
    for input in ["", "\n"] {
        let (out, err) = plain(home.path(), "2026-03-05T08:00", &LED, input);
        assert!(out.ends_with("Nothing was recorded. sinew session begins again.\n"), "{out}");
        assert!(!err.contains("goes on from here"), "there is nothing to go on with: {err}");
    }
    // The walk is timed: that its time is over is no walk.
    let (out, _) = plain(home.path(), "2026-03-05T08:10", &LED, "s\nno\ns\nno\n\n");
    assert!(out.contains("Was the whole set done?"), "{out}");
    let (today, _) = plain(
        home.path(),
        "2026-03-05T09:00",
        &["today", "--json"].map(|a| if a == "--json" { "--plain" } else { a }),
        "",
    );
    assert!(today.contains("walk; 3x3min, daily; done: 0 of 1"), "{today}");
}

#[test]
fn a_severe_pain_ends_the_session_with_what_to_do_first() {
    let home = begun();
    let (out, err) = plain(home.path(), "2026-03-05T08:00", &LED, "\n\nx\n7\n");
    let first = out.split("Recorded:").next().unwrap();
    assert!(first.contains("Pain of 6 or more: answer the red-flag questions now"), "{out}");
    assert!(out.contains("Ankle pumps 1x15, left, pain 7/10"), "{out}");
    assert_eq!(err, "The rules end the session here: what was done is saved.\n");
    let (out, _) = plain(home.path(), "2026-03-05T08:30", &LED, "\n\n\n\n");
    snapbox::assert_data_eq!(
        out,
        snapbox::str![[r"
Pain of 6 or more: answer the red-flag questions now, before any exercise: sinew
screen. If something feels badly wrong, do not wait: be seen.

EASE OFF: do less, and let this phase begin again.
No session now: the red-flag questions come first.

"]]
    );
}

#[test]
fn an_open_flag_and_json_are_refused() {
    let home = begun();
    let (_, err) = plain(home.path(), "2026-03-05T08:00", &["session", "--json"], "");
    snapbox::assert_data_eq!(
        err,
        snapbox::str![[r"
error: a session is led, and has no JSON form
hint: sinew done EXERCISE --json records what was done; sinew today --json says what is due

"]]
    );
    plain(home.path(), "2026-03-05T08:00", &["log", "--symptom", "one-leg-swollen"], "");
    let (out, _) = plain(home.path(), "2026-03-05T08:10", &LED, "\n\n\n\n");
    assert!(out.ends_with("No session now: the plan does not allow it.\n"), "{out}");
    assert!(out.starts_with("Call") || out.lines().next().unwrap().contains("emergency"), "{out}");
}

/// A severe pain that was logged in another window stands against the session too.
#[test]
fn a_pain_of_another_window_is_seen() {
    let (mut app, episode, _) = day_3();
    let readings = vec![app.reading("pain-worst", None, "8").unwrap()];
    let fact = Fact::CheckIn { readings, answers: vec![] };
    app.record(&episode, vec![Draft { at: at("08:05").at, note: None, fact }], at("08:05")).unwrap();
    save(&mut app, &episode, "08:10", bout("walk", "1x3min", None), None, None).unwrap();
    assert!(situation(&app, &episode, "08:11").advice.ask_now.is_some());
}
