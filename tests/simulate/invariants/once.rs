//! Invariants about the definitions and the code, looked at once for a run.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration};

use sinew::app::{App, AppError, Cleared, StartRequest};
use sinew::catalog::Catalog;
use sinew::domain::day::Now;
use sinew::domain::entry::{Outcome, Side};
use sinew::domain::episode::{Goal, Manner};
use sinew::domain::library::Urgency;
use sinew::domain::program::{Program, Stage, Subject};
use sinew::domain::question::{AnswerValue, Answers, Standing};
use sinew::domain::screening;
use sinew::store::Store;

use super::super::tally::{Breach, Tally};
use super::super::world::World;
use super::words::{medicine, soon};

/// Judges everything that no life is needed for.
pub(crate) fn judge(world: &World, tally: &mut Tally) {
    let mut note = |number: usize, ok: bool, message: String| {
        *tally.fired.entry(number).or_insert(0) += 1;
        if !ok {
            tally.breach(Breach { number, seed: 0, day: 0, episode: 0, message });
        }
    };
    iv_02(world, &mut note);
    iv_33(world, &mut note);
    iv_37(world, &mut note);
    iv_41(world, &mut note);
    iv_42(world, &mut note);
}

type Note<'a> = dyn FnMut(usize, bool, String) + 'a;

/// Every urgent rule and every urgent check says today, every emergency now.
fn iv_02(world: &World, note: &mut Note<'_>) {
    let checks = world.programs.iter().flat_map(|p| p.program.checks.iter().map(|c| &c.rule));
    for rule in world.library().rules.iter().chain(checks) {
        match rule.urgency {
            Urgency::Urgent => note(2, soon(&rule.action), format!("{}: {}", rule.id, rule.action)),
            Urgency::Emergency => note(
                1,
                rule.action.contains("now") || rule.action.contains("{emergency-number}"),
                format!("{}: {}", rule.id, rule.action),
            ),
            _ => {}
        }
    }
}

/// A flag is answered for with who, in which role, on which day and with which
/// outcome. Without a name, without a known role, or with a day before what was
/// reported or after today, nothing is written.
fn iv_33(world: &World, note: &mut Note<'_>) {
    let now = Now::at(DateTime::parse_from_rfc3339("2026-03-10T20:00:00+01:00").expect("a moment"));
    let catalog: Catalog = world.catalog.clone();
    let mut app = App::new(catalog, Store::in_memory().expect("a store in memory"));
    let request = StartRequest {
        condition: "hamstring-strain".to_owned(),
        grade: Some(3),
        graded_by: "self".to_owned(),
        side: Some(Side::Left),
        onset: now.day,
        manner: Some(Manner::Sudden),
        region: None,
        goal: Goal::Running,
        title: None,
        answers: vec![],
        note: None,
    };
    let episode = app.start(request, now).expect("an episode");
    let situation = app.situation(&episode, now).expect("a situation");
    let good = Cleared {
        rule: "grade-3-check".to_owned(),
        by: "A. Clinician".to_owned(),
        role: "doctor".to_owned(),
        outcome: Outcome::Cleared,
        day: now.day,
        until: None,
        note: None,
    };
    let tries = [
        ("no name", Cleared { by: "  ".to_owned(), ..good.clone() }),
        ("no role", Cleared { role: String::new(), ..good.clone() }),
        ("a friend", Cleared { role: "friend".to_owned(), ..good.clone() }),
        ("tomorrow", Cleared { day: now.day.plus(1), ..good.clone() }),
        ("before the injury", Cleared { day: now.day.minus(1), ..good.clone() }),
        ("limits without an end", Cleared { outcome: Outcome::ClearedWithLimits, ..good.clone() }),
    ];
    for (what, cleared) in tries {
        let refused: Result<(), AppError> = app.clear(&situation, cleared, now);
        note(33, refused.is_err(), format!("{what} was taken"));
    }
    let later = Now::at(now.at + Duration::minutes(1));
    note(33, app.clear(&situation, good, later).is_ok(), "a whole outcome was refused".to_owned());
    let after = app.situation(&episode, later).expect("a situation");
    let open = after.open_flags().any(|f| f.rule.id == "grade-3-check");
    note(33, !open, "a whole outcome did not close its flag".to_owned());
}

/// The definitions hold together: every phase can be left by criteria, doses
/// are above zero, stretches are held for 30 seconds at most, and gates never
/// fall, neither along the phases nor with the grade.
fn iv_37(world: &World, note: &mut Note<'_>) {
    for definition in world.catalog.programs.values() {
        let program = &definition.program;
        for phase in &program.phases {
            let says = |what: &str| format!("{} {}: {what}", program.id, phase.id);
            note(37, !phase.exit.is_empty(), says("no exit"));
            note(37, phase.minimum_days > 0, says("no minimum"));
            for prescribed in &phase.exercises {
                let doses = [Some(&prescribed.dose), prescribed.grows_to.as_ref()];
                for dose in doses.into_iter().flatten() {
                    let parts = [dose.sets, dose.reps, dose.seconds, dose.metres, dose.rung];
                    let some = parts.iter().flatten().count() > 0 && parts.iter().flatten().all(|n| *n > 0);
                    note(37, some, says(&format!("{} at {dose}", prescribed.exercise)));
                    let stretch = world
                        .library()
                        .exercises
                        .get(&prescribed.exercise)
                        .is_some_and(|e| e.is("static-stretch"));
                    let long = stretch && dose.seconds.is_some_and(|s| s > 30);
                    note(37, !long, says(&format!("{} held for {dose}", prescribed.exercise)));
                }
            }
        }
        for pair in program.phases.windows(2) {
            let ok = pair[1].earliest_day >= pair[0].earliest_day + pair[0].minimum_days;
            note(37, ok, format!("{}: {} opens before {} can be left", program.id, pair[1].id, pair[0].id));
        }
    }
    grades(world, note);
}

/// Gates do not fall as the grade rises.
fn grades(world: &World, note: &mut Note<'_>) {
    let mut by_grade: BTreeMap<(&str, u8), &Program> = BTreeMap::new();
    for definition in world.catalog.programs.values() {
        if let Some(grade) = definition.program.grade {
            by_grade.insert((&definition.program.condition, grade), &definition.program);
        }
    }
    for ((condition, grade), program) in &by_grade {
        let Some(worse) = by_grade.get(&(*condition, grade + 1)) else { continue };
        for (mild, severe) in program.phases.iter().zip(&worse.phases) {
            let ok = severe.earliest_day >= mild.earliest_day && severe.minimum_days >= mild.minimum_days;
            note(37, ok, format!("{}: {} is gentler than in {}", worse.id, severe.id, program.id));
        }
        let ok = worse.return_not_before >= program.return_not_before;
        note(37, ok, format!("{}: the return comes before that of {}", worse.id, program.id));
    }
    for definition in world.catalog.programs.values().filter(|d| d.program.grade == Some(3)) {
        let program = &definition.program;
        let wants = |subject: &Subject| matches!(subject, Subject::Clearance(_));
        let gated = program
            .phases
            .iter()
            .filter(|p| p.stage < Stage::Maintenance)
            .all(|p| p.exit.iter().any(|c| wants(&c.subject)));
        note(37, gated, format!("{}: a phase can be left without a clinician", program.id));
    }
}

/// The clinician's list for a clot never lowers anything: no item takes points
/// away, none speaks of another diagnosis, and no answer to any of its
/// questions lowers the urgency of what is open.
fn iv_41(world: &World, note: &mut Note<'_>) {
    let library = world.library();
    for item in &library.wells {
        let other =
            item.say.to_lowercase().contains("other diagnosis") || item.id.contains("other-diagnosis");
        note(41, item.points > 0 && !other, item.id.clone());
    }
    let worst = |answers: &Answers| screening::judge(library, answers).iter().map(|f| f.rule.urgency).max();
    let told = |value: AnswerValue| Standing { value, entry: None, at: None };
    let mut swollen = Answers::new();
    swollen.insert("one-leg-swollen".to_owned(), told(AnswerValue::Yes));
    let before = worst(&swollen);
    for item in &library.wells {
        for clause in item.clauses.all.iter().chain(&item.clauses.any) {
            let Some(question) = library.question(&clause.question) else { continue };
            let values = [
                question.calm.clone(),
                Some(AnswerValue::No),
                Some(AnswerValue::Yes),
                Some(AnswerValue::Unknown),
            ];
            for value in values.into_iter().flatten().filter(|_| clause.question != "one-leg-swollen") {
                let mut more = swollen.clone();
                more.insert(clause.question.clone(), told(value.clone()));
                note(41, worst(&more) >= before, format!("{} at {value} calms", clause.question));
            }
        }
    }
    let code = include_str!("../../../src/domain/patterns.rs");
    let summed = code.contains(".points).sum") && code.contains("wells") && code.contains("item.points).sum");
    note(41, !summed, "the points of the list are summed".to_owned());
}

/// No text of the definitions names a medicine or an amount of one.
fn iv_42(world: &World, note: &mut Note<'_>) {
    let library = world.library();
    let mut texts: Vec<String> = Vec::new();
    for rule in &library.rules {
        texts.extend([&rule.title, &rule.action, &rule.can_be_a_sign_of].map(String::clone));
        texts.push(rule.why.to_string());
        texts.extend(rule.do_not.iter().chain(&rule.bring).cloned());
    }
    for topic in &library.topics {
        texts.extend(topic.cases.iter().flat_map(|c| [c.say.clone(), c.why.clone()]));
    }
    for pattern in &library.patterns {
        texts.extend(pattern.ask.iter().cloned().chain([pattern.tell_apart.clone(), pattern.why.clone()]));
    }
    texts.extend(library.care.values().flat_map(|c| [c.how.clone(), c.not_when.clone(), c.why.clone()]));
    texts.extend(
        library.exercises.values().flat_map(|e| [e.movement.clone(), e.stop_when.clone(), e.why.clone()]),
    );
    texts.extend(library.questions.iter().flat_map(|q| [q.ask.clone(), q.help.clone().unwrap_or_default()]));
    for definition in world.catalog.programs.values() {
        let phases = definition.program.phases.iter();
        texts.extend(
            phases.flat_map(|p| p.exercises.iter().filter_map(|e| e.note.clone()).collect::<Vec<_>>()),
        );
    }
    for text in texts {
        let found = medicine(&text);
        note(42, found.is_none(), format!("{found:?} in {text:?}"));
    }
}
