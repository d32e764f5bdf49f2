//! What all virtual people share: the definitions, and lists drawn from them.

use std::sync::Arc;

use sinew::catalog::Catalog;
use sinew::domain::answers::calm_answers;
use sinew::domain::entry::Answer;
use sinew::domain::library::{Library, Urgency, Wanted, When};
use sinew::domain::program::Program;
use sinew::domain::question::{AnswerValue, QuestionKind};

/// A program that people can be on, with the hash that their decisions carry.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// Content hash, or a made-up one.
    pub(crate) hash: String,
    /// The program.
    pub(crate) program: Arc<Program>,
}

/// The definitions that every life is lived under.
#[derive(Debug)]
pub(crate) struct World {
    /// The definitions as they are built in.
    pub(crate) catalog: Catalog,
    /// Every program that people can be on.
    pub(crate) programs: Vec<Course>,
    /// The answers of a screen in which nothing applied.
    pub(crate) calm: Vec<Answer>,
    /// Answers that each speak of trouble.
    pub(crate) signs: Vec<Answer>,
    /// Answers that raise one whole rule each.
    pub(crate) bundles: Vec<Vec<Answer>>,
    /// One day in so many is compared with a twin.
    pub(crate) twins_every: i64,
}

/// Conditions that some invariants speak of. Where no built-in program covers
/// one of them, a strain program under its name stands in, so that what the
/// library itself forbids is looked at all the same.
const STAND_INS: [&str; 2] = ["sciatica", "proximal-hamstring-tendinopathy"];

impl World {
    /// The built-in definitions.
    pub(crate) fn built_in() -> Self {
        let catalog = Catalog::builtin().expect("the built-in definitions are right");
        let mut programs: Vec<Course> = catalog
            .programs
            .values()
            .map(|d| Course { hash: d.hash.clone(), program: Arc::clone(&d.program) })
            .collect();
        programs.extend(STAND_INS.iter().filter_map(|condition| stand_in(&catalog, condition)));
        let signs = signs(&catalog.library);
        let bundles = bundles(&catalog.library);
        let calm = calm_answers(&catalog.library);
        Self { catalog, programs, calm, signs, bundles, twins_every: 1 }
    }

    /// The library.
    pub(crate) fn library(&self) -> &Library {
        &self.catalog.library
    }

    /// The program of a condition and grade.
    pub(crate) fn program(&self, condition: &str, grade: Option<u8>) -> Option<&Course> {
        self.programs.iter().find(|p| p.program.condition == condition && p.program.grade == grade)
    }

    /// The grades that a condition has programs for.
    pub(crate) fn grades(&self, condition: &str) -> Vec<u8> {
        self.programs
            .iter()
            .filter(|p| p.program.condition == condition)
            .filter_map(|p| p.program.grade)
            .collect()
    }
}

fn stand_in(catalog: &Catalog, condition: &str) -> Option<Course> {
    if catalog.programs.values().any(|d| d.program.condition == condition) {
        return None;
    }
    let model = catalog.programs.values().find(|d| d.program.condition == "hamstring-strain")?;
    let mut program = model.program.as_ref().clone();
    program.id = format!("{condition}-stand-in");
    condition.clone_into(&mut program.condition);
    program.grade = None;
    program.checks.clear();
    Some(Course { hash: program.id.clone(), program: Arc::new(program) })
}

/// Every single answer that is not the calm one, of questions that have one,
/// and whose "yes" does not calm.
fn signs(library: &Library) -> Vec<Answer> {
    let mut signs = Vec::new();
    for question in &library.questions {
        let answer = |value| Answer { question: question.id.clone(), value };
        match (&question.kind, &question.calm) {
            (QuestionKind::YesNo, Some(AnswerValue::No)) => signs.push(answer(AnswerValue::Yes)),
            (QuestionKind::Choice { choices, .. }, Some(calm)) => signs.extend(
                choices
                    .iter()
                    .map(|c| AnswerValue::Choices(vec![c.clone()]))
                    .filter(|value| value != calm)
                    .map(answer),
            ),
            _ => {}
        }
    }
    signs
}

/// For each way to raise a rule, the answers that do it.
fn bundles(library: &Library) -> Vec<Vec<Answer>> {
    let raising = |rule: &&Arc<sinew::domain::library::Rule>| rule.urgency >= Urgency::Routine;
    let whens = library.rules.iter().filter(raising).flat_map(|rule| &rule.when);
    whens.filter_map(|when| bundle(library, when)).collect()
}

fn bundle(library: &Library, when: &When) -> Option<Vec<Answer>> {
    let mut answers: Vec<Answer> = Vec::new();
    for clause in when.all.iter().chain(when.any.first()) {
        // What is a fact about the person, or a number, is left to chance.
        let question = library.question(&clause.question)?;
        question.calm.as_ref().filter(|calm| **calm != AnswerValue::Yes)?;
        let value = match &clause.wanted {
            Wanted::Yes => AnswerValue::Yes,
            Wanted::AnyOf(choices) => AnswerValue::Choices(vec![choices.first()?.clone()]),
            Wanted::Number(..) => return None,
        };
        if answers.iter().any(|a| a.question == clause.question) {
            return None;
        }
        answers.push(Answer { question: clause.question.clone(), value });
    }
    Some(answers)
}
