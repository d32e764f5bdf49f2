//! `screen`, `flags` and `clear`.

use std::path::Path;

use crate::app::{App, Cleared, Draft};
use crate::domain::answers::calm_answers;
use crate::domain::asking::screen_unanswered;
use crate::domain::entry::{Answer, Fact, Outcome};
use crate::domain::library::Urgency;
use crate::domain::patterns::wells;
use crate::domain::screening::{Flag, judge};
use crate::domain::situation::Situation;
use crate::domain::topics::standing;
use crate::render::page::alert_again;
use crate::render::{json, knowledge, text};

use super::args::{Args, Clear, Flags, Screen};
use super::ask::screen_now;
use super::context::Context;
use super::failure::Failure;
use super::words::{answers_of, assignments, moment};
use super::{Code, ask, when};

/// Puts the red-flag questions, or judges a file of answers.
pub(super) fn screen(args: &Args, screen: &Screen, context: &Context) -> Result<Code, Failure> {
    if let Some(file) = &screen.file {
        return judge_file(args, screen, file, context);
    }
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let mut answers: Vec<Answer> = Vec::new();
    for (question, value) in assignments(&screen.answers)? {
        answers.push(app.answer(&question, &value)?);
    }
    if screen.none {
        let named: Vec<String> = answers.iter().map(|a| a.question.clone()).collect();
        answers
            .extend(calm_answers(&app.catalog.library).into_iter().filter(|a| !named.contains(&a.question)));
    }
    if answers.is_empty() {
        if !ask::somebody_there() || args.json {
            let hint =
                "--none when no sign is there, or --answer ID=VALUE for each; in a terminal they are asked";
            return Err(Failure::person("no question was answered".to_owned(), hint));
        }
        if !screen_now(&mut app, &situation, context)? {
            context.status("Nothing was answered, so nothing is recorded.");
        }
        return screened(args, screen, context, &app, &situation);
    }
    let at = moment(screen.at.as_deref(), context)?;
    app.record(&situation.episode, vec![Draft { at, note: None, fact: Fact::Screen(answers) }], context.now)?;
    screened(args, screen, context, &app, &situation)
}

/// What the screen came to.
fn screened(
    args: &Args,
    screen: &Screen,
    context: &Context,
    app: &App,
    before: &Situation,
) -> Result<Code, Failure> {
    let after = app.present(&before.episode, context.now)?;
    let library = &app.catalog.library;
    let open = screen_unanswered(library, &standing(library, &after));
    if args.json {
        context.print(&json::screen(&after.flags, &open))?;
    } else {
        let asked = library.screening_questions(Urgency::Urgent).len();
        context.print(&text::screened(&context.page, &after.flags, asked - open.len(), asked))?;
    }
    Ok(code(screen.exit_code, &after.flags))
}

/// Judges a file of answers; nothing is read from a store, and nothing written.
fn judge_file(args: &Args, screen: &Screen, file: &Path, context: &Context) -> Result<Code, Failure> {
    let library = context.catalog()?.library;
    let answers = answers_of(&library, file)?;
    let flags = judge(&library, &answers);
    let open = screen_unanswered(&library, &answers);
    let asked = library.screening_questions(Urgency::Urgent).len();
    if args.json {
        context.print(&json::screen(&flags, &open))?;
    } else {
        context.print(&text::screened(&context.page, &flags, asked - open.len(), asked))?;
    }
    Ok(code(screen.exit_code, &flags))
}

fn code(asked: bool, flags: &[Flag]) -> Code {
    let stop = flags.iter().any(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent);
    if asked && stop { Code::Stop } else { Code::Done }
}

/// Shows open and past flags.
pub(super) fn flags(args: &Args, flags: &Flags, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.present(args)?;
    if args.json {
        context.print(&json::flags(&situation.flags))?;
    } else {
        let mut page = text::flags(&context.page, &situation.flags);
        // What a clinician asks about a possible clot, beside the flag for one.
        if situation.open_flags().any(|f| f.rule.withhold.iter().any(|t| t == "compression")) {
            let library = &app.catalog.library;
            page.push_str(&knowledge::wells(&context.page, &wells(library, &standing(library, &situation))));
        }
        page.push_str(&alert_again(&context.page, situation.flags.iter()));
        context.print(&page)?;
    }
    Ok(code(flags.exit_code, &situation.flags))
}

/// Records a clinician's outcome.
pub(super) fn clear(args: &Args, clear: &Clear, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let outcome = Outcome::of_id(&clear.outcome).ok_or_else(|| {
        let known: Vec<&str> = Outcome::ALL.iter().map(|o| o.id()).collect();
        Failure::person(
            format!("`{}` is no outcome", clear.outcome),
            &format!("one of: {}", known.join(", ")),
        )
    })?;
    let until = clear.until.as_deref().map(|text| when::day(text, context.now)).transpose()?;
    let cleared = Cleared {
        rule: clear.rule.clone(),
        by: clear.by.clone(),
        role: clear.role.clone(),
        outcome,
        day: when::day(&clear.day, context.now)?,
        until,
        note: clear.note.clone(),
    };
    app.clear(&situation, cleared, context.now)?;
    let after = app.present(&situation.episode, context.now)?;
    if outcome.closes() {
        context.status("Recorded.");
    } else {
        context.status("Recorded. The flag stays open: this outcome does not close it.");
    }
    if args.json {
        context.print(&json::flags(&after.flags))?;
    } else {
        context.print(&text::flags(&context.page, &after.flags))?;
    }
    Ok(Code::Done)
}
