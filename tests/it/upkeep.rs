//! Decisions beside the phases: what binds, what is kept, and two at once.

use std::path::PathBuf;

use sinew::app::{App, AppError, Draft, StartRequest};
use sinew::catalog::Catalog;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::entry::{Decision, DecisionKind, Entry, EntryId, Fact, FindingRecord, Performed, Side};
use sinew::domain::episode::Episode;
use sinew::domain::finding::{Finding, Verdict};
use sinew::domain::situation::Situation;
use sinew::store::{Batch, Fate, Store, StoreError, Text};

use crate::support::{day, now, opened, request};

const INJURY: &str = "2026-03-02";

fn open_app(grade: u8) -> (App, Episode) {
    opened("hamstring-strain", grade, Side::Left, INJURY)
}

fn at(app: &App, episode: &Episode, on: &str) -> Situation {
    app.situation(episode, now(on)).unwrap()
}

fn record(app: &mut App, episode: &Episode, fact: Fact, on: &str) -> Result<(), AppError> {
    let draft = Draft { at: now(on).at, note: None, fact };
    app.record(episode, vec![draft], now(on)).map(|_| ())
}

/// A check-in that meets every criterion of the first phase.
fn quiet(app: &mut App, episode: &Episode, on: &str) {
    let values = [
        ("pain-worst", "1"),
        ("pain-rest", "0"),
        ("pain-walking", "1"),
        ("pain-morning", "1"),
        ("limp", "no"),
        ("woken-by-pain", "no"),
        ("swelling-growing", "no"),
        ("walk-no-limp", "10"),
        ("knee-straight-lying", "yes"),
    ];
    let readings =
        values.into_iter().map(|(measure, value)| app.reading(measure, None, value).unwrap()).collect();
    record(app, episode, Fact::CheckIn { readings, answers: vec![] }, on).unwrap();
}

/// Quiet days from the day after the injury to the last one, and the questions.
fn quiet_days(app: &mut App, episode: &Episode, last: i64) {
    for n in 1..=last {
        quiet(app, episode, &format!("{}T20:00", episode.onset.plus(n)));
    }
    let screen = Fact::Screen(calm_answers(&app.catalog.library));
    record(app, episode, screen, &format!("{}T20:01", episode.onset.plus(last))).unwrap();
}

fn phase(s: &Situation) -> &str {
    &s.course.phase(&s.program).id
}

/// The last decision of a situation.
fn last(s: &Situation) -> &Decision {
    s.journal.decisions().last().unwrap().what
}

/// An episode of grade 1 that moved on to the second phase on day 3.
fn in_phase_two() -> (App, Episode) {
    let (mut app, episode) = open_app(1);
    quiet_days(&mut app, &episode, 3);
    let ready = at(&app, &episode, "2026-03-05T20:02");
    assert_eq!(ready.advice.action, Action::Advance, "the starting point of these tests");
    app.accept(&ready, now("2026-03-05T20:02")).unwrap();
    (app, episode)
}

#[test]
fn a_higher_grade_goes_on_in_the_phase_that_its_days_allow() {
    let (mut app, episode) = in_phase_two();
    let before = at(&app, &episode, "2026-03-05T20:10");
    assert_eq!(phase(&before), "p2");
    app.regrade(&before, 2, "self", None, now("2026-03-05T20:10")).unwrap();

    let after = at(&app, &episode, "2026-03-05T20:11");
    // On day 3 the second phase of grade 2, which opens on day 5, is shut.
    assert_eq!((after.program.id.as_str(), phase(&after)), ("hamstring-strain-2", "p1"));
    assert_eq!(after.course.grade, Some(2));
    assert_eq!(after.advice.action, Action::Hold);
    let shut: Vec<&str> = after
        .advice
        .findings
        .iter()
        .filter(|f| f.verdict != Verdict::Met && f.binding)
        .map(|f| f.id.as_str())
        .collect();
    assert_eq!(shut, ["gate-day", "gate-phase"], "the gates of the new program hold");
    let refused = app.override_hold(&after, "it feels fine", now("2026-03-05T20:12"));
    assert!(matches!(refused, Err(AppError::NotOverridable(_))));
    // Looking back, it was the other program then.
    assert_eq!(at(&app, &episode, "2026-03-05T20:05").program.id, "hamstring-strain-1");
}

#[test]
fn a_higher_grade_keeps_a_phase_that_is_open_and_grade_3_begins_anew() {
    let (mut app, episode) = in_phase_two();
    let before = at(&app, &episode, "2026-03-09T20:10");
    app.regrade(&before, 2, "doctor", None, now("2026-03-09T20:10")).unwrap();
    let after = at(&app, &episode, "2026-03-09T20:11");
    assert_eq!((after.program.id.as_str(), phase(&after)), ("hamstring-strain-2", "p2"));
    assert_eq!(after.course.days_in_phase(day("2026-03-09")), 4, "the same stretch lasts on");

    app.regrade(&after, 3, "self", None, now("2026-03-09T20:12")).unwrap();
    let torn = at(&app, &episode, "2026-03-09T20:13");
    assert_eq!((torn.program.id.as_str(), phase(&torn)), ("hamstring-strain-3", "p1"));
    assert_eq!(torn.course.days_in_phase(day("2026-03-09")), 0);
}

#[test]
fn the_same_grade_is_a_grading_and_no_more() {
    let (mut app, episode) = open_app(2);
    let s = at(&app, &episode, "2026-03-05T12:00");
    app.regrade(&s, 2, " Doctor", None, now("2026-03-05T12:00")).unwrap();
    let after = at(&app, &episode, "2026-03-05T12:01");
    let said = last(&after);
    assert_eq!((said.by.as_str(), said.grade, &said.program), ("doctor", Some(2), &None));
    assert_eq!(after.course.spans.len(), 1);
}

#[test]
fn what_has_no_grade_is_not_graded() {
    let mut catalog = Catalog::builtin().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("small.toml"), include_str!("../definitions/good.toml")).unwrap();
    catalog.add_folder(folder.path()).unwrap();
    let mut app = App::new(catalog, Store::in_memory().unwrap());
    let small = StartRequest { grade: None, ..request("small-strain", 1, Side::Left, day(INJURY)) };
    let episode = app.start(small, now("2026-03-02T08:00")).unwrap();
    let s = at(&app, &episode, "2026-03-03T08:00");
    let refused = app.regrade(&s, 2, "self", None, now("2026-03-03T08:00"));
    assert!(matches!(refused, Err(AppError::NotNow(_))));

    // And a grade without a program is refused with its own words.
    let calf =
        app.start(request("calf-strain", 2, Side::Right, day(INJURY)), now("2026-03-03T09:00")).unwrap();
    let s = at(&app, &calf, "2026-03-03T10:00");
    let refused = app.regrade(&s, 3, "self", None, now("2026-03-03T10:00"));
    assert!(matches!(refused, Err(AppError::NoSuchGrade { grade: 3, .. })));
}

#[test]
fn a_grade_leads_to_a_program_of_ones_own_which_stays_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let good = include_str!("../definitions/good.toml");
    for grade in 1..=2 {
        let own = good
            .replace("id = \"small\"", &format!("id = \"small-{grade}\""))
            .replace("name = \"Small\"", &format!("name = \"Small\"\ngrade = {grade}"));
        std::fs::write(folder.path().join(format!("small-{grade}.toml")), own).unwrap();
    }
    let store = folder.path().join("diary.db");
    let mut catalog = Catalog::builtin().unwrap();
    catalog.add_folder(folder.path()).unwrap();
    let mut app = App::new(catalog, Store::open(&store).unwrap());
    let episode =
        app.start(request("small-strain", 1, Side::Left, day(INJURY)), now("2026-03-02T08:00")).unwrap();
    let s = at(&app, &episode, "2026-03-03T08:00");
    app.regrade(&s, 2, "self", None, now("2026-03-03T08:00")).unwrap();

    let without = App::new(Catalog::builtin().unwrap(), Store::open(&store).unwrap());
    assert_eq!(at(&without, &episode, "2026-03-03T08:01").program.id, "small-2");
}

#[test]
fn every_decision_keeps_the_findings_that_it_was_taken_upon() {
    let (mut app, episode) = open_app(1);
    for (minute, kind) in ["pause", "resume", "grade", "onset"].into_iter().enumerate() {
        let on = now(&format!("2026-03-04T12:0{minute}"));
        let before = app.situation(&episode, on).unwrap();
        let wanted: Vec<FindingRecord> = before.advice.findings.iter().map(Finding::record).collect();
        assert!(wanted.len() > 5);
        match kind {
            "pause" => app.pause(&before, "a cold", on),
            "resume" => app.resume(&before, on),
            "grade" => app.regrade(&before, 2, "self", None, on),
            _ => app.move_onset(&before, day("2026-03-01"), "it was Sunday", on),
        }
        .unwrap();
        let after = app.situation(&episode, on).unwrap();
        assert_eq!((last(&after).kind.id(), &last(&after).findings), (kind, &wanted));
    }
}

#[test]
fn an_emergency_leaves_nothing_ahead() {
    let (mut app, episode) = open_app(1);
    let sign = vec![app.answer("chest-pain", "yes").unwrap()];
    record(&mut app, &episode, Fact::Screen(sign), "2026-03-03T08:00").unwrap();
    let s = at(&app, &episode, "2026-03-03T08:01");
    assert_eq!(s.advice.action, Action::Stop);
    assert!(app.ahead(&s, 7).is_none());
    // A rest or another grade does not lift it.
    app.pause(&s, "a cold", now("2026-03-03T08:01")).unwrap();
    assert_eq!(at(&app, &episode, "2026-03-03T08:02").advice.action, Action::Stop);
}

#[test]
fn a_finished_episode_is_neither_paused_nor_graded() {
    let (mut app, episode) = open_app(1);
    let finish = Fact::Decision(Decision::of(DecisionKind::Finish));
    record(&mut app, &episode, finish, "2026-03-04T08:00").unwrap();
    let on = now("2026-03-04T08:01");
    let s = app.situation(&episode, on).unwrap();
    assert!(matches!(app.pause(&s, "away", on), Err(AppError::NotNow(_))));
    assert!(matches!(app.regrade(&s, 2, "self", None, on), Err(AppError::NotNow(_))));
}

#[test]
fn the_first_day_lies_neither_ahead_nor_behind_an_entry() {
    let (mut app, episode) = open_app(1);
    let on = now("2026-03-06T12:00");
    quiet(&mut app, &episode, "2026-03-04T20:00");
    let s = app.situation(&episode, on).unwrap();
    let mut moved = |to: &str, why: &str| app.move_onset(&s, day(to), why, on);
    assert!(matches!(moved("2026-03-07", "a slip"), Err(AppError::Future(_))));
    assert!(matches!(moved("2026-03-03", " "), Err(AppError::Length { .. })));
    assert!(matches!(moved(INJURY, "a slip"), Err(AppError::NotNow(_))));
    assert!(matches!(
        moved("2026-03-05", "a slip"),
        Err(AppError::AfterReport { first, .. }) if first == day("2026-03-04")
    ));
    moved("2026-03-04", "a slip").unwrap();
    let after = at(&app, &episode, "2026-03-06T12:01");
    assert_eq!(after.advice.findings.iter().find(|f| f.id == "gate-day").unwrap().observed, "day 2");
    // From now on that is the day which nothing precedes.
    let early = record(&mut app, &after.episode, Fact::Note, "2026-03-03T12:00");
    assert!(matches!(early, Err(AppError::BeforeOnset { .. })));
}

/// A store on disk with an episode of grade 1 that may advance.
fn shared_store() -> (tempfile::TempDir, PathBuf, Episode) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    let mut app = App::new(Catalog::builtin().unwrap(), Store::open(&path).unwrap());
    let episode =
        app.start(request("hamstring-strain", 1, Side::Left, day(INJURY)), now("2026-03-02T08:00")).unwrap();
    quiet_days(&mut app, &episode, 3);
    (folder, path, episode)
}

#[test]
fn of_two_that_decide_at_once_one_is_asked_to_look_again() {
    let (_folder, path, episode) = shared_store();
    let app = || App::new(Catalog::builtin().unwrap(), Store::open(&path).unwrap());
    let (mut one, mut other) = (app(), app());
    let on = now("2026-03-05T20:05");
    let seen = one.situation(&episode, on).unwrap();
    let seen_by_other = other.situation(&episode, on).unwrap();
    one.accept(&seen, on).unwrap();
    let later = now("2026-03-05T20:06");
    assert!(matches!(other.accept(&seen_by_other, later), Err(AppError::Meanwhile)));
    assert_eq!(phase(&other.situation(&episode, later).unwrap()), "p2");
}

#[test]
fn what_rests_on_an_older_state_of_the_store_is_not_written() {
    let (_folder, path, episode) = shared_store();
    let library = Catalog::builtin().unwrap().library;
    let (mut one, mut other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let entry = |n: u8| Entry {
        id: EntryId::new(format!("00000000-0000-7000-8000-0000000000{n:02}")),
        day: day("2026-03-05"),
        at: now("2026-03-05T21:00").at,
        note: Some("quiet".to_owned()),
        corrects: None,
        fact: Fact::Note,
    };
    let read_at = other.version().unwrap();
    one.append(&episode.id, &library, &Batch { entries: &[entry(1)], ..Batch::default() }).unwrap();
    let stale = Batch { entries: &[entry(2)], read_at: Some(read_at), ..Batch::default() };
    assert!(matches!(other.append(&episode.id, &library, &stale), Err(StoreError::Changed)));
    let fresh = Batch { read_at: Some(other.version().unwrap()), ..stale };
    assert_eq!(other.append(&episode.id, &library, &fresh).unwrap(), [Fate::New]);
}

#[test]
fn the_store_keeps_each_field_of_a_decision_and_a_weight() {
    let catalog = Catalog::builtin().unwrap();
    let definition = &catalog.programs["hamstring-strain-2"];
    let (app, episode) = open_app(1);
    let finding =
        FindingRecord { id: "gate-day".into(), verdict: "not met".into(), observed: "day 3".into() };
    let facts = [
        Decision {
            phase: Some("p2".into()),
            program: Some(definition.hash.clone()),
            grade: Some(2),
            by: "doctor".into(),
            reason: Some("weaker than it looked".into()),
            findings: vec![finding],
            ..Decision::of(DecisionKind::Grade)
        },
        Decision { reason: Some("a cold".into()), ..Decision::of(DecisionKind::Pause) },
        Decision::of(DecisionKind::Resume),
        Decision {
            onset: Some(day("2026-02-28")),
            reason: Some("a slip".into()),
            ..Decision::of(DecisionKind::Onset)
        },
    ]
    .map(Fact::Decision)
    .into_iter()
    .chain([Fact::Performed(Performed {
        side: Some(Side::Left),
        dose: Some("3x8".parse().unwrap()),
        load: Some(17.5),
        pain: Some(1.0),
        ..Performed::of("romanian-deadlift")
    })]);
    let entries: Vec<Entry> = facts
        .enumerate()
        .map(|(n, fact)| Entry {
            id: EntryId::new(format!("00000000-0000-7000-8000-00000000000{n}")),
            day: day("2026-03-05"),
            at: now(&format!("2026-03-05T12:0{n}")).at,
            note: None,
            corrects: None,
            fact,
        })
        .collect();
    drop(app);
    let mut store = Store::in_memory().unwrap();
    let text = Text { hash: &definition.hash, id: &definition.program.id, source: &definition.text };
    let batch = Batch { episode: Some(&episode), definition: Some(text), entries: &entries, read_at: None };
    store.append(&episode.id, &catalog.library, &batch).unwrap();
    assert_eq!(store.entries(&episode.id, &catalog.library).unwrap(), entries);
    assert_eq!(store.definition(&definition.hash).unwrap().unwrap().0, "hamstring-strain-2");
}
