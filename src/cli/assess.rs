//! `assess`: what the answers fit with.

use crate::domain::asking::screen_unanswered;
use crate::domain::library::{Library, Urgency};
use crate::domain::patterns::{assess as hold, wells};
use crate::domain::question::{AnswerValue, Answers, Standing};
use crate::domain::screening::{Flag, judge};
use crate::domain::topics::standing;
use crate::render::{json, knowledge};

use super::args::{Args, Assess};
use super::context::Context;
use super::failure::Failure;
use super::words::answers_of;
use super::{Code, ask};

/// The self-check questions, in the order of asking.
const SELF_CHECK: [&str; 13] = [
    "region",
    "onset-manner",
    "mechanism",
    "quality",
    "pain-starts-in",
    "pain-spreads-to",
    "worse-with",
    "better-with",
    "bruising",
    "back-pain",
    "tingling-where",
    "exertion-same-point",
    "usual-activities",
];

/// The self-test of the straight leg.
const LEG_RAISE: &str = "straight-leg-raise";

/// Holds answers against the patterns: of a file, of somebody in a terminal,
/// or of the open episode. Nothing is recorded.
pub(super) fn assess(args: &Args, wanted: &Assess, context: &Context) -> Result<Code, Failure> {
    if let Some(file) = &wanted.file {
        let library = context.catalog()?.library;
        let answers = answers_of(&library, file)?;
        let flags = judge(&library, &answers);
        return show(args, context, &library, &answers, &flags);
    }
    if ask::somebody_there() && !args.json {
        let library = context.catalog()?.library;
        let mut answers = Answers::new();
        ask::red_flags(context, &library, |given| {
            answers.extend(given.into_iter().map(|a| (a.question, told(a.value))));
            Ok(())
        })?;
        let flags = judge(&library, &answers);
        if !flags.iter().any(|f| f.rule.urgency == Urgency::Emergency) {
            self_check(context, &library, &mut answers);
        }
        let flags = judge(&library, &answers);
        context.status("Nothing of this was recorded.");
        return show(args, context, &library, &answers, &flags);
    }
    let (_, situation) = context.situate(args)?;
    let library = context.catalog()?.library;
    show(args, context, &library, &standing(&library, &situation), &situation.flags)
}

fn told(value: AnswerValue) -> Standing {
    Standing { value, entry: None, at: None }
}

/// Puts the self-check questions; the straight leg is left out where raising
/// it could harm.
fn self_check(context: &Context, library: &Library, answers: &mut Answers) {
    context.status("\nNow the trouble itself. Enter leaves a question unknown, q leaves.");
    for id in ["age", "days-since-onset", "strain-grade"].iter().chain(&SELF_CHECK) {
        let Some(question) = library.question(id).filter(|q| !answers.contains_key(&q.id)) else { continue };
        match ask::one(context, question) {
            Some(Some(value)) => {
                answers.insert(question.id.clone(), told(value));
            }
            Some(None) => {}
            None => return,
        }
    }
    if !leg_raise_is_safe(answers) {
        context.status("The straight-leg test is left out: too early after a bad strain.");
    } else if let Some(question) = library.question(LEG_RAISE)
        && let Some(Some(value)) = ask::one(context, question)
    {
        answers.insert(question.id.clone(), told(value));
    }
}

/// Not in the first three days of a strain of grade 2 or 3, nor of one that
/// nobody has graded.
fn leg_raise_is_safe(answers: &Answers) -> bool {
    let early = match answers.get("days-since-onset").map(|s| &s.value) {
        Some(AnswerValue::Number(days)) => *days <= 3.0,
        _ => true,
    };
    let sudden = answers.get("onset-manner").map(|s| &s.value)
        != Some(&AnswerValue::Choices(vec!["gradual".to_owned()]));
    let mild = answers.get("strain-grade").map(|s| &s.value)
        == Some(&AnswerValue::Choices(vec!["grade-1".to_owned()]));
    !(early && sudden && !mild)
}

fn show(
    args: &Args,
    context: &Context,
    library: &Library,
    answers: &Answers,
    flags: &[Flag],
) -> Result<Code, Failure> {
    let fits = hold(library, answers, flags);
    let open = screen_unanswered(library, answers);
    let clot = flags.iter().any(|f| f.is_open() && f.rule.withhold.iter().any(|t| t == "compression"));
    let list = if clot { wells(library, answers) } else { Vec::new() };
    if args.json {
        context.print(&json::assess(flags, &open, &fits, &list))?;
    } else {
        let mut text = knowledge::assessment(&context.page, flags, &fits, open.len());
        if !list.is_empty() {
            text.push_str(&knowledge::wells(&context.page, &list));
        }
        context.print(&text)?;
    }
    Ok(Code::Done)
}
