//! Questions put in a terminal, a group at a time. What somebody does not know
//! stays unknown; nothing is ever filled in.

use std::io::{self, IsTerminal};

use crate::app::{App, Draft};
use crate::domain::entry::{Answer, Fact};
use crate::domain::library::{Library, Urgency};
use crate::domain::question::{AnswerValue, Question, QuestionKind, Standing};
use crate::domain::screening::judge;
use crate::domain::signs::following;
use crate::domain::situation::Situation;

use super::context::Context;
use super::failure::Failure;
use super::prompt::{Heard, hear};

/// Whether somebody is there to answer.
pub(super) fn somebody_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Puts the emergency and urgent questions and hands over the answers of each
/// group as soon as they are given. Says whether anything was answered.
pub(super) fn red_flags(
    context: &Context,
    library: &Library,
    mut take: impl FnMut(Vec<Answer>) -> Result<(), Failure>,
) -> Result<bool, Failure> {
    context.status(
        "Red-flag questions. For each group: n for none of them, the numbers of those that apply (such as \
         1 3) and Enter, u if you do not know, ? for how to tell, q to leave.",
    );
    let asked = library.screening_questions(Urgency::Urgent);
    let groups: Vec<&[&Question]> = asked.chunk_by(|a, b| a.group == b.group).collect();
    let mut all: Vec<Answer> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let name = group[0].group.replace('-', " ");
        context.status(&format!("\n{name} ({} of {})", at + 1, groups.len()));
        let (mut answers, leaves) = ask_group(context, group);
        if !leaves {
            answers.extend(explanations(context, library, &answers));
        }
        all.extend(answers.clone());
        if !answers.is_empty() {
            take(answers)?;
        }
        // What cannot wait for an hour does not wait for the other questions.
        let standing = all.iter().map(|a| (a.question.clone(), told(a))).collect();
        let now = judge(library, &standing).iter().any(|f| f.rule.urgency == Urgency::Emergency);
        if leaves || now {
            break;
        }
    }
    Ok(!all.is_empty())
}

/// Puts the red-flag questions and records each group as it is answered.
pub(super) fn screen_now(app: &mut App, situation: &Situation, context: &Context) -> Result<bool, Failure> {
    let library = app.catalog.library.clone();
    red_flags(context, &library, |answers| {
        let draft = Draft { at: context.now.at, note: None, fact: Fact::Screen(answers) };
        app.record(&situation.episode, vec![draft], context.now)?;
        Ok(())
    })
}

fn told(answer: &Answer) -> Standing {
    Standing { value: answer.value.clone(), entry: None, at: None }
}

/// The questions whose "yes" calms what was just reported, such as whether an
/// injury explains a swelling. Unknown calms nothing.
fn explanations(context: &Context, library: &Library, given: &[Answer]) -> Vec<Answer> {
    let reported = |id: &String| given.iter().any(|a| a.question == *id && a.value == AnswerValue::Yes);
    let wanted = following(library).into_iter().filter(|(_, after)| after.iter().any(reported));
    wanted
        .filter_map(|(q, _)| {
            if let Some(help) = &q.help {
                context.status(context.page.wrap(help, "  ", "  ").trim_end());
            }
            let value = one(context, &q)??;
            Some(Answer { question: q.id.clone(), value })
        })
        .collect()
}

/// Puts one group; what was answered, and whether the person wants to leave.
fn ask_group(context: &Context, group: &[&Question]) -> (Vec<Answer>, bool) {
    for (at, question) in group.iter().enumerate() {
        let choices = match &question.kind {
            QuestionKind::Choice { choices, .. } => {
                // Shown are the answers that are no calm ones.
                let calm = question.calm.as_ref().map(ToString::to_string);
                let others: Vec<&str> =
                    choices.iter().map(String::as_str).filter(|c| calm.as_deref() != Some(*c)).collect();
                format!(" ({})", others.join(", ").replace('-', " "))
            }
            _ => String::new(),
        };
        let number = format!("  {:>2}  ", at + 1);
        let line = context.page.wrap(&format!("{}{choices}", question.ask), &number, "      ");
        context.status(line.trim_end());
    }
    loop {
        let Some(line) = read_line(context, "> ", &["n", "u", "?", "q"]) else { return (vec![], true) };
        match line.as_str() {
            "q" => return (vec![], true),
            "" | "u" => return (vec![], false),
            "?" => {
                explain(context, group);
                continue;
            }
            _ => {}
        }
        let chosen = if line == "n" { Some(vec![]) } else { numbers(&line, group.len()) };
        let Some(chosen) = chosen else {
            context.status("n, numbers from the list, ?, u or q.");
            continue;
        };
        return group_answers(context, group, &chosen);
    }
}

/// The answers of a group, first those that need no further word.
fn group_answers(context: &Context, group: &[&Question], chosen: &[usize]) -> (Vec<Answer>, bool) {
    let answer = |question: &Question, value| Answer { question: question.id.clone(), value };
    let (plain, more): (Vec<(usize, &&Question)>, Vec<_>) =
        group.iter().enumerate().partition(|(at, q)| !chosen.contains(at) || q.kind == QuestionKind::YesNo);
    let mut answers: Vec<Answer> = plain
        .into_iter()
        .filter_map(|(at, q)| {
            let value = if chosen.contains(&at) { Some(AnswerValue::Yes) } else { q.calm.clone() };
            value.map(|value| answer(q, value))
        })
        .collect();
    for (_, question) in more {
        match ask_more(context, question) {
            Some(value) => answers.extend(value.map(|value| answer(question, value))),
            // What was said so far stands.
            None => return (answers, true),
        }
    }
    (answers, false)
}

/// How to tell, for each question of a group.
fn explain(context: &Context, group: &[&Question]) {
    for (at, question) in group.iter().enumerate() {
        let help = question.help.as_deref().unwrap_or("Yes when it is there.");
        let line = context.page.wrap(help, &format!("  {:>2}  ", at + 1), "      ");
        context.status(line.trim_end());
    }
}

/// What exactly applies, where "it is there" is not enough. `None` to leave.
#[expect(clippy::option_option, reason = "leaving and not knowing are different")]
fn ask_more(context: &Context, question: &Question) -> Option<Option<AnswerValue>> {
    let QuestionKind::Choice { choices, many } = &question.kind else { return Some(Some(AnswerValue::Yes)) };
    let words: Vec<String> = choices.iter().map(|choice| choice.replace('-', " ")).collect();
    let picked = choose(context, &question.ask, &words, *many)?;
    let said = picked.map(|n| n.iter().map(|at| choices[*at].as_str()).collect::<Vec<_>>().join(","));
    Some(said.and_then(|said| question.read(&said).ok()))
}

/// Puts a list to pick one of, by its position. `None` to leave.
#[expect(clippy::option_option, reason = "leaving and not knowing are different")]
pub(super) fn pick(context: &Context, ask: &str, list: &[String]) -> Option<Option<usize>> {
    let picked = choose(context, ask, list, false)?;
    Some(picked.and_then(|positions| positions.first().copied()))
}

/// Puts a numbered list, and says which of it apply.
#[expect(clippy::option_option, reason = "leaving and not knowing are different")]
fn choose(context: &Context, ask: &str, list: &[String], many: bool) -> Option<Option<Vec<usize>>> {
    let wanted = match (many, list.len()) {
        (true, _) => "numbers and Enter",
        (false, ..10) => "one number",
        (false, _) => "one number and Enter",
    };
    context.status(context.page.wrap(&format!("{ask} ({wanted})"), "", "").trim_end());
    for (at, words) in list.iter().enumerate() {
        context.status(context.page.wrap(words, &format!("  {:>2}  ", at + 1), "      ").trim_end());
    }
    // With ten or more, a number needs Enter behind it.
    let numbers_of: Vec<String> = (1..=list.len()).map(|n| n.to_string()).collect();
    let mut keys = vec!["u", "q"];
    keys.extend(numbers_of.iter().filter(|_| !many && list.len() < 10).map(String::as_str));
    loop {
        let line = read_line(context, "> ", &keys)?;
        match line.as_str() {
            "q" => return None,
            "" | "u" => return Some(None),
            _ => {}
        }
        if let Some(picked) = numbers(&line, list.len()).filter(|n| many || n.len() == 1) {
            return Some(Some(picked));
        }
        context.status("Numbers from the list, or u if you do not know.");
    }
}

/// Puts one question by itself. `None` to leave.
#[expect(clippy::option_option, reason = "leaving and not knowing are different")]
pub(super) fn one(context: &Context, question: &Question) -> Option<Option<AnswerValue>> {
    if matches!(question.kind, QuestionKind::Choice { .. }) {
        return ask_more(context, question);
    }
    loop {
        let keys: &[&str] =
            if question.kind == QuestionKind::YesNo { &["y", "n", "u", "q"] } else { &["u", "q"] };
        let line = read_line(context, &format!("{} ({}): ", question.ask, question.wanted()), keys)?;
        if line == "q" {
            return None;
        }
        if line.is_empty() || line == "u" {
            return Some(None);
        }
        match question.read(&line) {
            Ok(value) => return Some(Some(value)),
            Err(error) => context.status(&error.to_string()),
        }
    }
}

/// Asks for a yes or a no until there is one; leaving is no yes.
pub(super) fn yes(context: &Context, prompt: &str) -> bool {
    let prompt = format!("{prompt} (y/n): ");
    loop {
        match read_line(context, &prompt, &["y", "n", "q"]).as_deref() {
            Some("y" | "yes") => return true,
            Some("n" | "no" | "q") | None => return false,
            Some(_) => context.status("y or n."),
        }
    }
}

/// An answer in small letters; `None` to leave. One of the keys needs no Enter.
fn read_line(context: &Context, prompt: &str, keys: &[&str]) -> Option<String> {
    loop {
        match hear(context, prompt, |line| keys.contains(&line)) {
            Heard::Said(line) => return Some(line.to_lowercase()),
            // There is no way back here: the question is put again.
            Heard::Back => {}
            Heard::Leave => return None,
        }
    }
}

/// Numbers from 1 to `most`, as positions from 0.
fn numbers(line: &str, most: usize) -> Option<Vec<usize>> {
    line.split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().ok().filter(|n| (1..=most).contains(n)).map(|n: usize| n - 1))
        .collect::<Option<Vec<usize>>>()
        .filter(|numbers| !numbers.is_empty())
}
