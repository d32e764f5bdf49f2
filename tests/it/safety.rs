//! `docs/safety.md` and the first lines of the emergency rules, both made from
//! the data. `SNAPSHOTS=overwrite cargo test safety` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use std::sync::Arc;

use sinew::catalog::Catalog;
use sinew::domain::library::{Library, Rule, Urgency};
use sinew::domain::question::{AnswerValue, Answers, QuestionKind, Standing};
use sinew::domain::screening::judge;

/// Rows of the evidence that no rule stands for, and why.
const NOT_A_RULE: [(&str, &str); 9] = [
    ("SR-19", "does not exist; the list ends at SR-18"),
    ("RF-19", "does not exist"),
    ("RF-20", "does not exist"),
    ("RF-34", "does not exist"),
    ("RF-35", "does not exist"),
    ("RF-36", "does not exist"),
    ("RF-37", "does not exist"),
    ("RF-38", "does not exist"),
    ("RF-39", "does not exist"),
];

fn same(path: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, made).unwrap();
    }
    snapbox::assert_data_eq!(made, snapbox::Data::read_from(&path, None).raw());
}

fn questions(rule: &Rule) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for clause in rule.when.iter().flat_map(|w| w.all.iter().chain(&w.any)) {
        if !ids.contains(&clause.question.as_str()) {
            ids.push(&clause.question);
        }
    }
    if rule.watch.is_some() { "the diary itself".to_owned() } else { ids.join(", ") }
}

fn safety_page(library: &Library) -> String {
    let mut page = String::from(
        "# Safety\n\nMade from `programs/library/red-flags.toml` and `diary-flags.toml` by\n\
         `SNAPSHOTS=overwrite cargo test safety`; a test holds it to them. No clinician has\n\
         signed it off yet.\n\nEvery rule is raised in a test by each of its ways\n\
         (`every_way_to_raise_a_rule_raises_it`, or one of `diary_flags` for the diary's own), no\n\
         positive answer lowers an urgency (`more_signs_never_lower_urgency`), an open flag\n\
         stays until a clinician's outcome is on record (`the_calf_diary_stops_on_day_31`,\n\
         `attacks`), and an emergency empties the plan\n\
         (`an_emergency_comes_first_and_empties_the_plan`).\n\n## Rules\n\n\
         | rule | urgency | hazard | rows | questions | action | test |\n|---|---|---|---|---|---|---|\n",
    );
    for rule in &library.rules {
        let test = if rule.watch.is_some() { "diary_flags" } else { "every_way_to_raise_a_rule_raises_it" };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {test} |",
            rule.id,
            rule.urgency.id(),
            rule.can_be_a_sign_of,
            rule.rows.join(", "),
            questions(rule),
            rule.action.replace("{emergency-number}", "your local emergency number"),
        );
    }
    page.push_str("\n## Rows of the evidence\n\n| row | rules |\n|---|---|\n");
    let rows = (1..=19)
        .map(|n| format!("SR-{n}"))
        .chain((1..=47).map(|n| format!("RF-{n:02}")))
        .chain((1..=17).map(|n| format!("CB-{n:02}")));
    for row in rows {
        let rules: Vec<&str> =
            library.rules.iter().filter(|r| r.rows.contains(&row)).map(|r| r.id.as_str()).collect();
        let why = NOT_A_RULE.iter().find(|(id, _)| *id == row).map(|(_, why)| *why);
        let words = match (rules.is_empty(), why) {
            (false, _) => rules.join(", "),
            (true, Some(why)) => why.to_owned(),
            (true, None) => panic!("no rule stands for {row}, and nobody says why"),
        };
        let _ = writeln!(page, "| {row} | {words} |");
    }
    page
}

#[test]
fn safety_page_is_made_from_the_data() {
    same("docs/safety.md", &safety_page(&Catalog::builtin_library().unwrap()));
}

#[test]
fn safety_first_lines_of_every_emergency() {
    let library = Catalog::builtin_library().unwrap();
    let page = sinew::render::page::Page {
        width: 80,
        plain: false,
        terminal: false,
        units: sinew::domain::units::Units::Metric,
    };
    let mut lines = String::new();
    for rule in library.rules.iter().filter(|r| r.urgency == Urgency::Emergency) {
        let flag = sinew::domain::screening::Flag::raised(rule, None, vec![]);
        let text = sinew::render::page::alert(&page, std::iter::once(&flag));
        let first = anstream::adapter::strip_str(text.lines().next().unwrap()).to_string();
        let acts = ["Call ", "Go ", "Stop "].iter().any(|word| first.starts_with(word));
        assert!(acts && first.contains("emergency"), "{}: {first}", rule.id);
        let _ = writeln!(lines, "{:<8} {first}", rule.id);
    }
    same("tests/cases/emergency-first-lines.txt", &lines);
}

/// Every yes-no question of an emergency or urgent rule that names the sign by
/// itself raises at least that urgency; the others only support, and are
/// listed, so that each change of the list is seen.
#[test]
fn safety_each_sign_alone_raises_its_urgency() {
    let library = Catalog::builtin_library().unwrap();
    let mut supporting = Vec::new();
    for question in &library.questions {
        if question.kind != QuestionKind::YesNo || question.calm == Some(AnswerValue::Yes) {
            continue;
        }
        let rules = library.rules.iter().filter(|r| r.urgency >= Urgency::Urgent);
        let alone = |rule: &&Arc<Rule>| {
            rule.when.iter().any(|w| {
                let clauses: Vec<_> = w.all.iter().chain(&w.any).collect();
                (clauses.len() == 1 || (w.all.is_empty() && !w.any.is_empty()))
                    && clauses.iter().any(|c| c.question == question.id)
            })
        };
        let asked = |rule: &&Arc<Rule>| {
            rule.when.iter().any(|w| w.all.iter().chain(&w.any).any(|c| c.question == question.id))
        };
        let wanted = rules.clone().filter(alone).map(|r| r.urgency).max();
        let mut answers = Answers::new();
        answers.insert(question.id.clone(), Standing { value: AnswerValue::Yes, entry: None, at: None });
        let raised = judge(&library, &answers).iter().map(|f| f.rule.urgency).max();
        match wanted {
            Some(wanted) => assert!(raised >= Some(wanted), "{}: {raised:?}", question.id),
            None if question.is_sign() && rules.clone().any(|r| asked(&r)) => {
                supporting.push(question.id.as_str());
            }
            None => {}
        }
    }
    same("tests/cases/supporting-signs.txt", &(supporting.join("\n") + "\n"));
}

fn some_answers() -> impl Strategy<Value = Vec<(prop::sample::Index, prop::sample::Index)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..8)
}

fn given(library: &Library, picks: &[(prop::sample::Index, prop::sample::Index)]) -> Answers {
    let mut answers = Answers::new();
    for (question, value) in picks {
        let question = &library.questions[question.index(library.questions.len())];
        let value = match &question.kind {
            QuestionKind::YesNo => {
                [AnswerValue::Yes, AnswerValue::No, AnswerValue::Unknown][value.index(3)].clone()
            }
            QuestionKind::Choice { choices, .. } => {
                AnswerValue::Choices(vec![choices[value.index(choices.len())].clone()])
            }
            QuestionKind::Number { range, .. } => {
                let step = f64::from(u32::try_from(value.index(100)).unwrap()) / 99.0;
                AnswerValue::Number(range.0 + step * (range.1 - range.0))
            }
        };
        answers.insert(question.id.clone(), Standing { value, entry: None, at: None });
    }
    answers
}

fn urgency(library: &Library, answers: &Answers) -> Option<Urgency> {
    judge(library, answers).iter().map(|f| f.rule.urgency).max()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// One more yes never lowers the urgency, whatever else was answered.
    #[test]
    fn more_signs_never_lower_urgency(picks in some_answers(), more in any::<prop::sample::Index>()) {
        let library = Catalog::builtin_library().unwrap();
        let signs: Vec<&str> = library
            .questions
            .iter()
            .filter(|q| q.kind == QuestionKind::YesNo && q.calm == Some(AnswerValue::No))
            .map(|q| q.id.as_str())
            .collect();
        let before = given(&library, &picks);
        let mut after = before.clone();
        let sign = signs[more.index(signs.len())].to_owned();
        after.insert(sign.clone(), Standing { value: AnswerValue::Yes, entry: None, at: None });
        prop_assert!(urgency(&library, &after) >= urgency(&library, &before), "{}", sign);
    }

    /// Red flags of one's own never lower an urgency, in whatever order they are read.
    #[test]
    fn own_red_flags_never_lower_urgency(picks in some_answers(), backwards in any::<bool>()) {
        let built_in = Catalog::builtin_library().unwrap();
        let own = |id: &str, urgency: &str, question: &str| {
            format!(
                "schema = 1\n[[rule]]\nid = \"{id}\"\nurgency = \"{urgency}\"\ntitle = \"T\"\n\
                 can-be-a-sign-of = \"x\"\naction = \"Ask somebody.\"\nwhy = \"w\"\nsource = [\"ours\"]\n\
                 [[rule.when]]\nall = [{{ question = \"{question}\" }}]\n"
            )
        };
        let mut files = [own("own-1", "self-care", "one-leg-swollen"), own("own-2", "routine", "fever")];
        if backwards {
            files.reverse();
        }
        let mut library = built_in.clone();
        for file in &files {
            sinew::catalog::read_library_file("own.toml", "red-flags", file, &mut library).unwrap();
        }
        let answers = given(&built_in, &picks);
        prop_assert!(urgency(&library, &answers) >= urgency(&built_in, &answers));
    }
}
