//! What each answer to a red-flag question means by itself, and together with
//! others: for a page that puts the questions where nothing can be judged.

use std::sync::Arc;

use chrono::Duration;

use super::answers::AnswerBook;
use super::criteria::Case;
use super::library::{Library, Rule, Urgency};
use super::question::{AnswerValue, Answers, Question, QuestionKind, Standing};
use super::screening::{judge, raised_by};

/// A red-flag question, with what its answers mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// The question.
    pub question: Question,
    /// Its telling answers.
    pub answers: Vec<Telling>,
}

/// An answer that is not the calm one.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The answer as it is recorded: `yes`, or a choice.
    pub answer: String,
    /// The rules that it raises by itself, beside what is on record; the most
    /// urgent first.
    pub alone: Vec<Arc<Rule>>,
    /// The emergency and urgent rules that it can help to raise, in the same order.
    pub with_others: Vec<Arc<Rule>>,
}

/// Two answers that raise what neither of them raises by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Question and answer of the first one.
    pub first: (String, String),
    /// The same of the second one.
    pub second: (String, String),
    /// The rules.
    pub rules: Vec<Arc<Rule>>,
}

/// What is on record on a day to come, and how an answer of that day stands in it.
struct Stands {
    told: Standing,
    answers: Answers,
}

/// The emergency and urgent questions in the order of asking, judged on today and
/// on the days after it: what calms today can have run out by then. What is
/// raised on one of the days counts for all.
pub fn signs(case: &Case<'_>, days: u32) -> (Vec<Sign>, Vec<Pair>) {
    let library = case.library;
    let book = AnswerBook::of(library, case.episode, case.journal, |_| true);
    let now = case.journal.now();
    let standing: Vec<Stands> = (0..i64::from(days.max(1)))
        .map(|n| {
            // Later than whatever was answered before: nothing of that calms it.
            let at = now.at + Duration::days(n) + Duration::seconds(1);
            let told = Standing { value: AnswerValue::Unknown, entry: None, at: Some(at) };
            Stands { told, answers: book.standing(now.day.plus(n)) }
        })
        .collect();
    let questions = library.screening_questions(Urgency::Urgent).into_iter();
    let signs: Vec<Sign> = questions
        .map(|question| Sign {
            question: question.clone(),
            answers: telling(question)
                .into_iter()
                .map(|(answer, value)| meaning(library, question, answer, &value, &standing))
                .collect(),
        })
        .collect();
    let pairs = pairs(&signs, &standing);
    (signs, pairs)
}

/// The pairs of answers that raise a rule together.
fn pairs(signs: &[Sign], standing: &[Stands]) -> Vec<Pair> {
    let told: Vec<(&Question, &Telling)> =
        signs.iter().flat_map(|s| s.answers.iter().map(|t| (&s.question, t))).collect();
    let mut pairs = Vec::new();
    for (at, (question, one)) in told.iter().enumerate() {
        for (other_question, other) in &told[at + 1..] {
            let shared = one.with_others.iter().filter(|r| other.with_others.iter().any(|o| o.id == r.id));
            let answers = both((question, one), (other_question, other));
            let raised: Vec<Arc<Rule>> = shared
                .filter(|rule| standing.iter().any(|day| day.raises(rule, &answers)))
                .cloned()
                .collect();
            if !raised.is_empty() {
                pairs.push(Pair {
                    first: (question.id.clone(), one.answer.clone()),
                    second: (other_question.id.clone(), other.answer.clone()),
                    rules: raised,
                });
            }
        }
    }
    pairs
}

/// Two answers, by their questions; two choices of one question are one answer.
fn both(one: (&Question, &Telling), other: (&Question, &Telling)) -> Vec<(String, AnswerValue)> {
    let value = |(question, telling): (&Question, &Telling)| question.read(&telling.answer).ok();
    if one.0.id == other.0.id {
        let together = format!("{},{}", one.1.answer, other.1.answer);
        return one.0.read(&together).ok().map(|value| (one.0.id.clone(), value)).into_iter().collect();
    }
    [one, other].into_iter().filter_map(|pair| Some((pair.0.id.clone(), value(pair)?))).collect()
}

impl Stands {
    /// What is on record with these answers beside it.
    fn with(&self, told: &[(String, AnswerValue)]) -> Answers {
        let mut answers = self.answers.clone();
        for (question, value) in told {
            answers.insert(question.clone(), Standing { value: value.clone(), ..self.told.clone() });
        }
        answers
    }

    fn raises(&self, rule: &Rule, told: &[(String, AnswerValue)]) -> bool {
        raised_by(rule, &self.with(told)).is_some()
    }
}

/// The answers of a question that are not the calm one.
fn telling(question: &Question) -> Vec<(String, AnswerValue)> {
    let all = match &question.kind {
        QuestionKind::YesNo => vec![AnswerValue::Yes, AnswerValue::No],
        QuestionKind::Choice { choices, .. } => {
            choices.iter().map(|choice| AnswerValue::Choices(vec![choice.clone()])).collect()
        }
        // A number is no sign, and no screen asks for one.
        QuestionKind::Number { .. } => vec![],
    };
    let told = all.into_iter().filter(|value| question.calm.as_ref() != Some(value));
    told.map(|value| (value.to_string(), value)).collect()
}

fn meaning(
    library: &Library,
    question: &Question,
    answer: String,
    value: &AnswerValue,
    standing: &[Stands],
) -> Telling {
    let mut alone: Vec<Arc<Rule>> = Vec::new();
    for day in standing {
        for flag in judge(library, &day.with(&[(question.id.clone(), value.clone())])) {
            let by_it = flag.because.iter().any(|b| b.id == question.id);
            let known = alone.iter().any(|rule| rule.id == flag.rule.id);
            // What stood before is no news, and what one does oneself no alarm.
            if by_it && !known && flag.rule.urgency >= Urgency::Routine {
                alone.push(flag.rule);
            }
        }
    }
    let takes_part = |rule: &&Arc<Rule>| {
        let clauses = rule.when.iter().flat_map(|w| w.all.iter().chain(&w.any));
        clauses.into_iter().any(|c| c.question == question.id && c.is_true_of(value))
    };
    let others = library.rules.iter().filter(|rule| rule.urgency >= Urgency::Urgent).filter(takes_part);
    let mut with_others: Vec<Arc<Rule>> =
        others.filter(|rule| alone.iter().all(|a| a.id != rule.id)).cloned().collect();
    alone.sort_by_key(|rule| std::cmp::Reverse(rule.urgency));
    with_others.sort_by_key(|rule| std::cmp::Reverse(rule.urgency));
    Telling { answer, alone, with_others }
}

/// The questions whose "yes" calms what was just told, such as whether an injury
/// explains a swelling, each with the questions after which it is put.
pub fn following(library: &Library) -> Vec<(Question, Vec<String>)> {
    let calming = library.questions.iter().filter(|q| q.calm == Some(AnswerValue::Yes));
    let after = |id: &str| -> Vec<String> {
        let whens = library.rules.iter().flat_map(|rule| &rule.when);
        let calmed = whens.filter(|when| when.unless.iter().any(|c| c.question == id));
        let mut after: Vec<String> =
            calmed.flat_map(|when| when.all.iter().chain(&when.any)).map(|c| c.question.clone()).collect();
        after.sort();
        after.dedup();
        after
    };
    calming.map(|q| (q.clone(), after(&q.id))).collect()
}
