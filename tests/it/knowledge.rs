//! `explain`: everything that has an id, with its source, and where it appears.

use sinew::app::explain::{Shelf, everything, explain, meant};
use sinew::catalog::Catalog;
use sinew::domain::program::Subject;

use crate::commands::Home;
use crate::support::{now, opened};

const NOW: &str = "2026-03-05T20:00";

#[test]
fn everything_that_is_listed_is_explained_with_a_known_source() {
    let catalog = Catalog::builtin().unwrap();
    let shelf = Shelf { catalog: &catalog, situation: None };
    let groups = everything(&catalog);
    assert!(groups.len() >= 17, "a kind is missing");
    for group in &groups {
        for id in &group.ids {
            let told = explain(&shelf, id);
            assert!(!told.is_empty(), "{} {id}", group.heading);
            for one in told {
                let sourceless =
                    ["question", "clot list item", "source", "mistake in a file"].contains(&one.kind);
                assert!(sourceless || !one.source.is_empty(), "{} {id} has no source", one.kind);
                let known = one.source.iter().all(|key| catalog.library.sources.contains_key(key));
                assert!(known && !one.title.is_empty(), "{} {id}", one.kind);
                assert!(one.says.iter().all(|s| !s.text.trim().is_empty()), "{id}");
            }
        }
    }
}

#[test]
fn what_the_advice_and_the_plan_name_can_be_explained() {
    let (app, episode) = opened("hamstring-strain", 3, sinew::domain::entry::Side::Left, "2026-03-02");
    let s = app.situation(&episode, now(NOW)).unwrap();
    let shelf = Shelf { catalog: &app.catalog, situation: Some(&s) };
    let findings = s.advice.findings.iter().map(|f| f.id.as_str());
    let rules = s.plan.left_out.iter().map(|l| l.rule.as_str());
    let flags = s.flags.iter().map(|f| f.rule.id.as_str());
    let mut seen = 0;
    for id in findings.chain(rules).chain(flags) {
        assert!(!explain(&shelf, id).is_empty(), "{id}");
        seen += 1;
    }
    assert!(seen > 8, "only {seen} ids were looked at");
    for id in
        ["p1", "p1.pain-rest", "stalled-p1", "walk.from-day", "prescribed-nerve-slider", "grade-3-check"]
    {
        assert!(!explain(&shelf, id).is_empty(), "{id}");
    }
}

#[test]
fn where_something_appears_is_named() {
    let catalog = Catalog::builtin().unwrap();
    let shelf = Shelf { catalog: &catalog, situation: None };
    let used =
        |id: &str| explain(&shelf, id).into_iter().flat_map(|e| e.used_in).collect::<Vec<_>>().join("\n");
    // Every phase that gives an exercise, and every criterion on a measure.
    for definition in catalog.programs.values() {
        let program = &definition.program;
        for phase in &program.phases {
            let place = format!("{}.{}", program.id, phase.id);
            for prescription in &phase.exercises {
                assert!(
                    used(&prescription.exercise).contains(&format!("{place}: {}", prescription.dose)),
                    "{place}"
                );
            }
            for criterion in phase.exit.iter().chain(&phase.entry) {
                if let Subject::Measure(test) = &criterion.subject {
                    assert!(used(&test.measure).contains(&format!("{place}.{}", criterion.id)), "{place}");
                }
            }
        }
    }
    assert!(used("fever").contains("red flag rf-29"));
    assert!(used("new-event").contains("brake sb-1"));
    assert!(used("mechanism").contains("program hamstring-strain-2: slower when stretching-type"));
    assert!(used("nordic-curl").contains("limit nordic-day"));
    assert!(used("sb-1").contains("program hamstring-strain-2"));
    assert!(
        used("hamstring-guide").contains("Red flags: ") && used("hamstring-guide").contains("nordic-day")
    );
    assert!(used("grade-3-check").contains("hamstring-strain-3.p1.clearance-grade-3-check"));
}

#[test]
fn an_id_that_several_programs_have_asks_for_one() {
    let home = Home::new();
    let several = home.fails(NOW, &["explain", "p1.pain-rest"], 1);
    assert!(several.contains("stands in several programs") && several.contains("calf-strain-2.p1.pain-rest"));
    home.start();
    let text = home.ok(NOW, &["explain", "p1.pain-rest"]);
    assert!(text.contains("(criterion hamstring-strain-2.p1.pain-rest)"), "{text}");
    let catalog = Catalog::builtin().unwrap();
    assert_eq!(meant(&catalog, "sb1"), ["sb-1"]);
    assert!(meant(&catalog, "quite something else").is_empty());
}

#[test]
fn a_topic_without_an_episode_gets_its_most_cautious_answer() {
    let home = Home::new();
    let text = home.ok(NOW, &["explain", "walking"]);
    assert!(text.contains("nobody in particular"), "{text}");
    std::fs::write(home.path("diary.db"), "no database").unwrap();
    // A store that cannot be read may hold a warning: no answer then.
    home.fails(NOW, &["explain", "walking"], 70);
    home.ok(NOW, &["explain", "brake"]);
}

#[test]
fn the_list_and_each_explanation_keep_to_the_width() {
    let home = Home::new();
    for args in [&["explain"][..], &["explain", "rf-07"], &["explain", "ours"], &["explain", "pain-rest"]] {
        let text = home.ok(NOW, args);
        assert_eq!(text.lines().find(|l| l.chars().count() > 80), None, "{args:?}");
    }
}
