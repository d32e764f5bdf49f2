//! Decisions beside the phases: a rest, a grade, the day of the injury, a new
//! text of the program; each kept with the findings of its moment.

use std::sync::Arc;

use rusqlite::Connection;
use sinew::app::{App, AppError, Draft, StartRequest};
use sinew::catalog::Catalog;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::Day;
use sinew::domain::entry::{Decision, DecisionKind, Fact, Performed, Side};
use sinew::domain::episode::Episode;
use sinew::domain::finding::Verdict;
use sinew::domain::journal::readings;
use sinew::domain::schedule::ItemKind;
use sinew::domain::situation::Situation;
use sinew::store::Store;

use crate::exchange::exported;
use crate::support::{GRADE_2, day, evening, live_through, now, opened, request};

const ONSET: &str = "2026-03-02";

fn on(n: i64) -> Day {
    day(ONSET).plus(n)
}

fn evening_of(app: &App, episode: &Episode, n: i64) -> Situation {
    app.situation(episode, evening(on(n))).unwrap()
}

fn last_decision(s: &Situation) -> &Decision {
    s.journal.decisions().last().unwrap().what
}

fn exercises(s: &Situation) -> usize {
    s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise).count()
}

/// Everything that opens the second phase of grade 1, on the days up to `n`.
fn ready(app: &mut App, episode: &Episode, n: i64) {
    for day in n - 2..=n {
        let at = now(&format!("{}T18:00", on(day)));
        let readings = [
            ("pain-morning", "0"),
            ("pain-rest", "0"),
            ("pain-walking", "0"),
            ("woken-by-pain", "no"),
            ("limp", "no"),
            ("walk-no-limp", "10"),
            ("swelling-growing", "no"),
            ("knee-straight-lying", "yes"),
        ];
        let readings = readings.iter().map(|(m, v)| app.reading(m, None, v).unwrap()).collect();
        let facts =
            [Fact::CheckIn { readings, answers: vec![] }, Fact::Screen(calm_answers(&app.catalog.library))];
        for fact in facts {
            app.record(episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
        }
    }
}

#[test]
fn a_rest_empties_the_plan_and_its_days_do_not_count() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let s = evening_of(&app, &episode, 1);
    assert!(exercises(&s) > 0);
    app.pause(&s, "a cold", evening(on(1))).unwrap();
    let paused = evening_of(&app, &episode, 2);
    assert_eq!((paused.advice.action, exercises(&paused)), (Action::Hold, 0));
    assert!(paused.plan.left_out.iter().all(|l| l.rule == "gate-pause" || l.id != "walk"));
    assert!(matches!(app.pause(&paused, "again", evening(on(2))), Err(AppError::NotNow(_))));
    assert!(!last_decision(&paused).findings.is_empty(), "the findings of its moment are kept");
    ready(&mut app, &episode, 4);
    let still = evening_of(&app, &episode, 4);
    assert_eq!(still.advice.action, Action::Hold, "nothing advances while the plan rests");
    let change = still.change(&app.catalog.library).unwrap();
    assert!(change.needs.iter().any(|n| n.id == "resume"), "{change:?}");
    app.resume(&still, evening(on(4))).unwrap();
    let back = evening_of(&app, &episode, 4);
    assert!(exercises(&back) > 0);
    assert_eq!(back.course.days_in_phase(on(4)), 1, "days 1 to 4 rested");
    let gate = back.advice.findings.iter().find(|f| f.id == "gate-phase").unwrap();
    assert_eq!(gate.verdict, Verdict::NotMet);
    assert!(matches!(app.resume(&back, evening(on(4))), Err(AppError::NotNow(_))));
    assert!(matches!(app.pause(&back, "  ", evening(on(4))), Err(AppError::Length { .. })));
}

#[test]
fn a_higher_grade_counts_at_once_and_moves_to_a_phase_that_is_open() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let forced = |phase: &str| {
        Fact::Decision(Decision {
            phase: Some(phase.to_owned()),
            reason: Some("a test".to_owned()),
            ..Decision::of(DecisionKind::Override)
        })
    };
    let at = now(&format!("{}T08:00", on(8)));
    app.record(&episode, vec![Draft { at: at.at, note: None, fact: forced("p3") }], at).unwrap();
    let s = evening_of(&app, &episode, 8);
    assert_eq!(s.course.phase(&s.program).id, "p3");
    app.regrade(&s, 2, "self", Some("weaker than thought"), evening(on(8))).unwrap();
    let s = evening_of(&app, &episode, 8);
    assert_eq!((s.course.grade, s.program.id.as_str()), (Some(2), "hamstring-strain-2"));
    assert_eq!(s.course.phase(&s.program).id, "p2", "the third phase of grade 2 opens on day 14");
    assert!(!last_decision(&s).findings.is_empty());
    app.regrade(&s, 3, "doctor", None, evening(on(9))).unwrap();
    let s = evening_of(&app, &episode, 9);
    assert_eq!(s.course.phase(&s.program).id, "p1", "the gravest grade waits for a clinician");
    assert_ne!(s.advice.action, Action::Advance);
    assert!(s.open_flags().any(|f| f.rule.id == "grade-3-check"));
}

#[test]
fn only_a_clinician_lowers_a_grade() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    let s = evening_of(&app, &episode, 3);
    for (by, why) in [("self", Some("it feels fine")), ("self", None), ("doctor", None)] {
        assert!(matches!(app.regrade(&s, 1, by, why, evening(on(3))), Err(AppError::LowersGrade)), "{by}");
    }
    assert!(matches!(
        app.regrade(&s, 1, "coach", Some("x"), evening(on(3))),
        Err(AppError::NotAClinician(_))
    ));
    // A decision that got in some other way has no effect either.
    let other = app.catalog.programs["hamstring-strain-1"].hash.clone();
    let sneaked = Decision {
        grade: Some(1),
        program: Some(other),
        phase: Some("p1".to_owned()),
        ..Decision::of(DecisionKind::Grade)
    };
    // The store knows the text because another episode runs on it.
    app.start(crate::support::request("hamstring-strain", 1, Side::Right, on(3)), evening(on(3))).unwrap();
    let draft = Draft { at: evening(on(3)).at, note: None, fact: Fact::Decision(sneaked) };
    app.record(&episode, vec![draft], evening(on(3))).unwrap();
    let s = evening_of(&app, &episode, 4);
    assert_eq!((s.course.grade, s.program.id.as_str()), (Some(2), "hamstring-strain-2"));
    app.regrade(&s, 1, "physiotherapist", Some("tested"), evening(on(5))).unwrap();
    let s = evening_of(&app, &episode, 5);
    assert_eq!((s.course.grade, s.program.id.as_str()), (Some(1), "hamstring-strain-1"));
    assert_eq!(last_decision(&s).by, "physiotherapist");
}

#[test]
fn the_day_of_the_injury_is_put_right_with_a_reason_and_opens_nothing_that_day() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    ready(&mut app, &episode, 2);
    let s = evening_of(&app, &episode, 2);
    let gates: Vec<&str> =
        s.advice.findings.iter().filter(|f| f.verdict != Verdict::Met).map(|f| f.id.as_str()).collect();
    assert_eq!(gates, ["gate-day", "gate-phase"], "only the days are missing");
    assert!(matches!(app.move_onset(&s, on(-1), " ", evening(on(2))), Err(AppError::Length { .. })));
    assert!(matches!(app.move_onset(&s, on(3), "x", evening(on(2))), Err(AppError::Future(_))));
    assert!(matches!(app.move_onset(&s, on(2), "x", evening(on(2))), Err(AppError::AfterReport { .. })));
    app.move_onset(&s, on(-2), "it was two days before", evening(on(2))).unwrap();
    let moved = evening_of(&app, &episode, 2);
    assert_eq!(moved.episode.onset, on(-2));
    assert_eq!(moved.advice.action, Action::Hold);
    let against: Vec<&str> =
        moved.advice.findings.iter().filter(|f| f.verdict != Verdict::Met).map(|f| f.id.as_str()).collect();
    assert_eq!(against, ["gate-onset"], "every other condition is met, and still nothing advances");
    ready(&mut app, &episode, 3);
    assert_eq!(evening_of(&app, &episode, 3).advice.action, Action::Advance, "a day later");
}

#[test]
fn a_running_plan_keeps_its_text_until_it_is_moved_to_a_new_one() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, ONSET);
    let s = evening_of(&app, &episode, 1);
    assert!(matches!(app.update(&s, evening(on(1))), Err(AppError::NotNow(_))), "there is nothing new");
    let old = app.catalog.programs["hamstring-strain-1"].text.clone();
    let text = old.replacen("minimum-days = 3", "minimum-days = 4", 1);
    assert_ne!(old, text);
    let new = sinew::catalog::read_program("hamstring-strain-1.toml", &text, &app.catalog.library).unwrap();
    app.catalog.programs.insert("hamstring-strain-1".to_owned(), new);
    let s = evening_of(&app, &episode, 1);
    assert_eq!(s.program.phases[0].minimum_days, 3, "the plan runs on the text that it started with");
    let newer = app.newer(&s).unwrap();
    let differences =
        sinew::domain::compare::compare(&app.catalog.library, &s.program, &Arc::clone(&newer.program));
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!(differences[0].place, "p1 minimum days");
    let said = |app: &App| sinew::render::json::next(&evening_of(app, &episode, 1), None);
    let before = said(&app);
    app.update(&s, evening(on(1))).unwrap();
    let s = evening_of(&app, &episode, 1);
    assert_eq!(s.program.phases[0].minimum_days, 4);
    assert_eq!(last_decision(&s).kind, DecisionKind::Update);

    let after = said(&app);
    assert_ne!(before, after);
    let episodes = [episode.clone()];
    app.undo(&episodes, None, Some("the old one after all"), evening(on(1))).unwrap();
    assert_eq!(said(&app), before);
    app.redo(&episodes, None, evening(on(1))).unwrap();
    assert_eq!(said(&app), after);
}

/// A rule of the reader that was tightened since stops no plan, and neither the
/// export of it.
#[test]
fn a_plan_goes_on_upon_a_text_that_nobody_could_start_today() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    let mut app = App::new(Catalog::builtin().unwrap(), Store::open(&path).unwrap());
    let text = include_str!("../definitions/good.toml").replace("amber = 2", "amber = 7");
    assert!(sinew::catalog::read_program("small.toml", &text, &app.catalog.library).is_err());
    let old = app.catalog.pinned("small", &text).unwrap();
    app.catalog.programs.insert("small".to_owned(), old);
    let request = StartRequest { grade: None, ..request("small-strain", 1, Side::Left, day(ONSET)) };
    let episode = app.start(request, now(&format!("{ONSET}T08:00"))).unwrap();

    let app = App::new(Catalog::of_plans().unwrap(), Store::open(&path).unwrap());
    let s = evening_of(&app, &episode, 1);
    assert!((s.program.phases[0].caps.amber - 5.0).abs() < f64::EPSILON);
    let mut other = App::new(Catalog::builtin().unwrap(), Store::in_memory().unwrap());
    other.import_document(exported(&app).as_bytes(), evening(on(1))).unwrap();
    assert_eq!(evening_of(&other, &episode, 1).program, s.program);

    // A text that somebody changed is another one, and gives no advice.
    let db = Connection::open(&path).unwrap();
    db.execute_batch("DROP TRIGGER definition_keeps").unwrap();
    let change = "UPDATE definition SET source = replace(source, 'amber = 7', 'amber = 6')";
    assert_eq!(db.execute(change, []).unwrap(), 1);
    let app = App::new(Catalog::of_plans().unwrap(), Store::open(&path).unwrap());
    let refused = app.situation(&episode, evening(on(1))).unwrap_err().to_string();
    assert!(refused.contains("the text of the program small is not the one that was pinned"), "{refused}");
}

/// What a command wrote is read with its details, in whatever order its ids came; what was
/// taken back is gone, and what another sinew wrote is there.
#[test]
fn what_is_read_another_time_is_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    let open = || App::new(Catalog::builtin().unwrap(), Store::open(&path).unwrap());
    let mut app = open();
    let episode =
        app.start(request("hamstring-strain", 2, Side::Left, day(ONSET)), now("2026-03-02T08:00")).unwrap();
    let on = now("2026-03-04T20:00");
    let read = |app: &App| app.situation(&episode, on).unwrap().journal.entries().to_vec();
    let draft = |app: &App, n: usize| {
        let readings = vec![app.reading("pain-worst", None, &n.to_string()).unwrap()];
        let answers = vec![app.answer("fever", "no").unwrap()];
        let fact = match n % 3 {
            0 => app.performed(Performed { pain: Some(1.0), ..Performed::of("walk") }).unwrap(),
            _ => Fact::CheckIn { readings, answers },
        };
        Draft { at: on.at, note: None, fact }
    };
    for _ in 0..4 {
        assert_eq!(read(&app), read(&open()));
        let drafts = (0..9).map(|n| draft(&app, n)).collect();
        app.record(&episode, drafts, on).unwrap();
    }
    assert_eq!(read(&app), read(&open()));
    assert_eq!(read(&app).iter().filter(|e| !readings(e).is_empty()).count(), 24);
    app.undo(std::slice::from_ref(&episode), None, Some("typed wrong"), on).unwrap();
    let left = read(&app);
    assert_eq!(left, read(&open()));
    app.all_or_nothing(true, |app| {
        app.record(&episode, vec![draft(app, 1)], on)?;
        assert_eq!(read(app).len(), left.len() + 1);
        Ok(())
    })
    .unwrap();
    assert_eq!(read(&app), left);
    let mut other = open();
    other.record(&episode, vec![draft(&app, 2), draft(&app, 1)], on).unwrap();
    assert_eq!(read(&app).len(), left.len() + 2);
    assert_eq!(read(&app), read(&open()));
}

#[test]
fn every_new_kind_of_decision_and_a_weight_come_back_from_the_store() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
    let decisions = [
        Decision { reason: Some("r".into()), ..Decision::of(DecisionKind::Pause) },
        Decision::of(DecisionKind::Resume),
        Decision { onset: Some(on(-1)), reason: Some("r".into()), ..Decision::of(DecisionKind::Onset) },
        Decision { grade: Some(2), by: "doctor".into(), ..Decision::of(DecisionKind::Grade) },
    ];
    let lift = Performed { load: Some(12.5), dose: "3x8".parse().ok(), ..Performed::of("squat") };
    let facts: Vec<Fact> = decisions.into_iter().map(Fact::Decision).chain([Fact::Performed(lift)]).collect();
    for fact in &facts {
        let draft = Draft { at: evening(on(1)).at, note: None, fact: fact.clone() };
        app.record(&episode, vec![draft], evening(on(1))).unwrap();
    }
    let s = evening_of(&app, &episode, 1);
    for fact in facts {
        assert!(s.journal.entries().iter().any(|e| e.fact == fact), "{fact:?}");
    }
}

/// A store that was written before these decisions were known keeps its own.
#[test]
fn an_older_store_opens_with_everything_that_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let spine = include_str!("../../migrations/0001-spine/up.sql");
    let entry = "00000000-0000-7000-8000-00000000000";
    {
        let db = Connection::open(&path).unwrap();
        db.execute_batch(spine).unwrap();
        db.execute_batch(&format!(
            "INSERT INTO definition VALUES ('{hash}', 'program', 'p', 'text');
             INSERT INTO episode VALUES ('e', 1, 't', 'c', NULL, 'left', '2026-03-02', 'sudden', 'running', '2026-03-02T08:00:00+01:00');
             INSERT INTO entry VALUES ('{entry}1', 'e', 'decision', '2026-03-02', '2026-03-02T08:00:00+01:00', 'local', NULL);
             INSERT INTO decision VALUES ('{entry}1', 'start', 'p1', '{hash}', NULL, 'self', NULL, '[]');
             INSERT INTO entry VALUES ('{entry}2', 'e', 'decision', '2026-03-09', '2026-03-09T08:00:00+01:00', 'local', NULL);
             INSERT INTO decision VALUES ('{entry}2', 'override', 'p2', NULL, NULL, 'self', 'a reason', '[]');
             PRAGMA user_version = 1;",
            hash = "0".repeat(64),
        ))
        .unwrap();
    }
    let store = Store::open(&path).unwrap();
    let library = sinew::catalog::Catalog::builtin_library().unwrap();
    let kinds: Vec<DecisionKind> = store
        .entries("e", &library)
        .unwrap()
        .into_iter()
        .filter_map(|e| match e.fact {
            Fact::Decision(d) => Some(d.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [DecisionKind::Start, DecisionKind::Override]);
    assert!(
        folder.path().join("old.db.backups/before-upgrade-from-1.db").exists(),
        "the old file is kept beside it"
    );
    let again = Connection::open(&path).unwrap();
    let refused = again.execute_batch("DELETE FROM decision").unwrap_err().to_string();
    assert!(refused.contains("never deleted"), "{refused}");
}

/// The advice of a whole diary does not depend on the order in which decisions
/// beside the phases are stored.
#[test]
fn a_diary_lived_through_twice_decides_alike() {
    let lived = || {
        let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, ONSET);
        app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
        let days = live_through(&mut app, &episode, "2026-05-01");
        days.iter().map(|s| (s.advice.action, s.advice.to.clone())).collect::<Vec<_>>()
    };
    assert_eq!(lived(), lived());
}
