//! `log`, `care` and `test`: what a person reports.

use crate::app::{App, AppError, Draft, answer_given};
use crate::catalog::Catalog;
use crate::domain::advice::{Action, RED_FLAG_QUESTIONS};
use crate::domain::checkin::{earlier, tests as due_tests};
use crate::domain::day::At;
use crate::domain::entry::{Answer, Fact, Reading, Side};
use crate::domain::finding::{Finding, Verdict};
use crate::domain::library::{Exercise, Library};
use crate::domain::load::{self, Room};
use crate::domain::measure::{Asked, ValueError};
use crate::domain::program::Subject;
use crate::domain::question::{AnswerValue, QuestionKind, Standing};
use crate::domain::screening::judge;
use crate::domain::situation::Situation;
use crate::render::page::alert;
use crate::render::{history, items, json, text};

use super::args::{Args, Care, Log, Test};
use super::ask::screen_now;
use super::context::Context;
use super::failure::Failure;
use super::words::{assignments, moment, side};
use super::{Code, ask, checkin};

/// Records a check-in. A sign that was named is answered even when something
/// else in the command is wrong.
pub(super) fn log(args: &Args, log: &Log, context: &Context) -> Result<Code, Failure> {
    check_in(args, log, context).inspect_err(|_| {
        if let Ok(Catalog { library, .. }) = context.catalog() {
            let named = log.symptoms.iter().map(|id| (id.as_str(), "yes"));
            let answered = log.answers.iter().filter_map(|pair| pair.split_once('='));
            let standing = named
                .chain(answered)
                .filter_map(|(id, value)| answer_given(&library, id, value).ok())
                .map(|a| (a.question, Standing { value: a.value, entry: None, at: None }))
                .collect();
            let text = alert(&context.page, judge(&library, &standing).iter());
            // The failure that comes next is what is reported.
            let _ = context.print(&text);
        }
    })
}

fn check_in(args: &Args, log: &Log, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let at = moment(log.at.as_deref(), context)?;
    let side = log.side.as_deref().map(side).transpose()?;
    let (pain, note) = pain_and_note(log)?;
    let mut readings: Vec<Reading> = Vec::new();
    let given = [
        ("pain-worst", &pain),
        ("pain-rest", &log.rest),
        ("pain-walking", &log.walking),
        ("pain-morning", &log.morning),
        ("sleep-disturbed", &log.sleep),
        ("limp", &log.limp),
        ("woken-by-pain", &log.woken),
    ];
    for (measure, value) in given {
        if let Some(value) = value {
            readings.push(app.reading(measure, side, value)?);
        }
    }
    for (measure, value) in assignments(&log.set)? {
        readings.push(app.reading(&measure, side, &value)?);
    }
    let mut answers = symptoms(&app, &log.symptoms)?;
    for (question, value) in assignments(&log.answers)? {
        answers.push(app.answer(&question, &value)?);
    }
    if readings.is_empty() && answers.is_empty() && note.is_none() {
        if args.json || !ask::somebody_there() {
            return Err(AppError::Empty.into());
        }
        return guided(args, context, app, situation, at);
    }
    let fact = check_in_of(readings, answers);
    record(args, context, &mut app, &situation, vec![Draft { at, note, fact }])?;
    questions_after_pain(args, context)
}

/// The check-in in a terminal: readings first, then the home tests that are due,
/// then the red-flag questions when they are. What is answered is saved each time.
fn guided(
    args: &Args,
    context: &Context,
    mut app: App,
    mut situation: Situation,
    at: At,
) -> Result<Code, Failure> {
    let told = checkin::questions(context, &app, &situation);
    if told.readings.is_empty() && told.note.is_none() {
        context.status("Nothing was answered, so nothing is recorded of how it is.");
    } else {
        let fact = check_in_of(told.readings, vec![]);
        record(args, context, &mut app, &situation, vec![Draft { at, note: told.note, fact }])?;
        situation = app.present(&situation.episode, context.now)?;
    }
    let mut left = told.left;
    let due = situation.judge(&app.catalog.library, |case| due_tests(case, &situation.advice));
    if !left && !due.is_empty() && situation.advice.ask_now.is_none() {
        let tests = checkin::tests(context, &app, &situation, &due);
        left = tests.left;
        if !tests.readings.is_empty() {
            let fact = check_in_of(tests.readings, vec![]);
            record(args, context, &mut app, &situation, vec![Draft { at, note: None, fact }])?;
        }
    }
    if left {
        return questions_after_pain(args, context);
    }
    anything_new(args, context)
}

fn check_in_of(readings: Vec<Reading>, answers: Vec<Answer>) -> Fact {
    if readings.is_empty() && answers.is_empty() { Fact::Note } else { Fact::CheckIn { readings, answers } }
}

/// Puts the red-flag questions when they are due, or something is new.
fn anything_new(args: &Args, context: &Context) -> Result<Code, Failure> {
    let (mut app, situation) = context.present(args)?;
    if situation.advice.action == Action::Stop {
        return Ok(Code::Done);
    }
    let unasked = |f: &Finding| f.id == RED_FLAG_QUESTIONS && f.verdict != Verdict::Met;
    let due = situation.advice.ask_now.is_some() || situation.advice.findings.iter().any(unasked);
    let new = "Anything new, such as numbness, swelling, fever or a calf that hurts";
    if (due || ask::yes(context, new)) && screen_now(&mut app, &situation, context)? {
        let after = app.present(&situation.episode, context.now)?;
        context.print(&text::logged(&context.page, &after, Some(&situation), &[]))?;
    }
    Ok(Code::Done)
}

/// After a severe pain the red-flag questions come at once, where somebody is
/// there to answer them.
pub(super) fn questions_after_pain(args: &Args, context: &Context) -> Result<Code, Failure> {
    if args.json || !ask::somebody_there() {
        return Ok(Code::Done);
    }
    let (app, situation) = context.present(args)?;
    if situation.advice.ask_now.is_none() || situation.advice.action == Action::Stop {
        return Ok(Code::Done);
    }
    let mut app = app;
    let answered = screen_now(&mut app, &situation, context)?;
    if answered {
        let after = app.present(&situation.episode, context.now)?;
        context.print(&text::logged(&context.page, &after, Some(&situation), &[]))?;
    }
    Ok(Code::Done)
}

/// The pain and the note. A first word that is no number begins the note only
/// when it is plainly a sentence.
fn pain_and_note(log: &Log) -> Result<(Option<String>, Option<String>), Failure> {
    let Some(first) = &log.pain else { return Ok((None, None)) };
    let rest = log.note.join(" ");
    let number = first.split_whitespace().next().is_some_and(|word| word.parse::<f64>().is_ok());
    // A note that is a number is a slip: `1 0` for `10`.
    if number && (first.trim().contains(' ') || rest.trim().parse::<f64>().is_ok()) {
        let hint = "write the pain and the note apart: sinew log 3 \"stairs were fine\"";
        return Err(Failure::person("is this a pain or a note?".to_owned(), hint));
    }
    if first.parse::<f64>().is_ok() {
        return Ok((Some(first.clone()), (!rest.is_empty()).then_some(rest)));
    }
    if first.trim().contains(' ') {
        return Ok((None, Some([first.as_str(), &rest].join(" ").trim().to_owned())));
    }
    let error =
        ValueError::NotANumber { name: "pain".to_owned(), low: "0".to_owned(), high: "10".to_owned() };
    Err(Failure::person(error.to_string(), "for instance: sinew log 3 \"stairs were fine\""))
}

/// Signs that are there.
fn symptoms(app: &App, ids: &[String]) -> Result<Vec<Answer>, Failure> {
    ids.iter()
        .map(|id| {
            // An unknown id gets its own message, with the nearest one.
            let Some(question) = app.catalog.library.question(id) else { return Ok(app.answer(id, "yes")?) };
            if question.kind == QuestionKind::YesNo {
                Ok(Answer { question: id.clone(), value: AnswerValue::Yes })
            } else {
                let hint = format!("write --answer {id}=VALUE; it takes {}", question.wanted());
                Err(Failure::person(format!("`{id}` needs a value"), &hint))
            }
        })
        .collect()
}

/// Records care.
pub(super) fn care(args: &Args, care: &Care, context: &Context) -> Result<Code, Failure> {
    let Some(kind) = &care.kind else {
        let (app, situation) = context.present(args)?;
        return list_care(args, &app, &situation, context);
    };
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let at = moment(care.at.as_deref(), context)?;
    let side = sided(care.side.as_deref(), &situation)?;
    let minutes = said(&care.minutes).as_deref().map(minutes).transpose()?;
    if kind == "analgesic" {
        context.status("For 24 hours good readings prove nothing: pain may be masked.");
    }
    let fact = app.care(crate::domain::entry::Care { kind: kind.clone(), side, minutes })?;
    record(args, context, &mut app, &situation, vec![Draft { at, note: None, fact }])
}

/// The kinds of care: those that the phase plans, and the others that can be recorded.
fn list_care(args: &Args, app: &App, situation: &Situation, context: &Context) -> Result<Code, Failure> {
    let planned = &situation.course.phase(&situation.program).care;
    let known = app.catalog.library.care.values();
    let (here, others): (Vec<_>, Vec<_>) = known.partition(|item| planned.iter().any(|c| c.care == item.id));
    if args.json {
        context.print(&json::kinds_of_care(&situation.flags, &here, &others))?;
        return Ok(Code::Done);
    }
    let mut page = alert(&context.page, situation.flags.iter());
    for (heading, kinds) in [("In the plan of this phase", here), ("Can be recorded as well", others)] {
        if kinds.is_empty() {
            continue;
        }
        page.push_str(&context.page.wrap(&format!("{heading}:"), "", ""));
        for item in kinds {
            page.push_str(&context.page.wrap(&format!("{} ({})", item.id, item.name), "- ", "  "));
        }
    }
    page.push_str(&context.page.wrap(
        "`sinew today` says what of it is due, `sinew explain ID` when not.",
        "",
        "",
    ));
    context.print(&page)?;
    Ok(Code::Done)
}

/// An amount that may come as two words: `15 min`.
fn said(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(" "))
}

/// Minutes: `15`, `15m`, `15 min`. `m` is minutes here, and never months.
pub(super) fn minutes(word: &str) -> Result<f64, Failure> {
    let digits = ["minutes", "min", "m"].iter().find_map(|unit| word.strip_suffix(unit)).unwrap_or(word);
    digits.trim().parse().ok().filter(|m: &f64| *m > 0.0 && *m <= 1440.0).ok_or_else(|| {
        Failure::person(format!("`{word}` is no number of minutes"), "such as 15m, from 1 to 1440")
    })
}

/// Records a home test, or lists those of the phase.
pub(super) fn test(args: &Args, test: &Test, context: &Context) -> Result<Code, Failure> {
    let Some(name) = &test.name else {
        let (app, situation) = context.present(args)?;
        return list_tests(&app, &situation, context);
    };
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let at = moment(test.at.as_deref(), context)?;
    let value = said(&test.value);
    let sides = [
        (value.as_ref(), situation.episode.side.filter(|s| matches!(s, Side::Left | Side::Right))),
        (test.left.as_ref(), Some(Side::Left)),
        (test.right.as_ref(), Some(Side::Right)),
    ];
    let mut readings = Vec::new();
    for (value, side) in sides {
        if let Some(value) = value {
            readings.push(app.reading(name, side, value)?);
        }
    }
    if readings.is_empty() {
        // Names an unknown measure before it asks for a value.
        app.reading(name, None, "0").or_else(|e| {
            if matches!(e, AppError::Value(_)) { app.reading(name, None, "no") } else { Err(e) }
        })?;
        let measure = &app.catalog.library.measures[name];
        context.print(&alert(&context.page, situation.flags.iter()))?;
        let hint = format!("{}\nrecord it with: sinew test {name} VALUE", measure.how);
        return Err(Failure::person(format!("what was the result of {}?", measure.name), &hint));
    }
    let fact = Fact::CheckIn { readings, answers: vec![] };
    record(args, context, &mut app, &situation, vec![Draft { at, note: None, fact }])
}

fn list_tests(app: &App, situation: &Situation, context: &Context) -> Result<Code, Failure> {
    let phase = situation.course.phase(&situation.program);
    let mut listed: Vec<&str> = Vec::new();
    let mut page = String::new();
    for criterion in &phase.exit {
        let Subject::Measure(test) = &criterion.subject else { continue };
        let Some(measure) = app.catalog.library.measures.get(&test.measure) else { continue };
        if measure.asked != Asked::Test || listed.contains(&measure.id.as_str()) {
            continue;
        }
        listed.push(&measure.id);
        let words = format!("{} ({}): {}", measure.id, measure.name, measure.how);
        page.push_str(&context.page.wrap(&words, "- ", "  "));
    }
    if listed.is_empty() {
        page.push_str("This phase has no home tests.\n");
    } else {
        let how = "To record one: sinew test NAME VALUE, a number or yes or no; --left N --right N where \
                   both legs are compared.";
        page.push_str(&context.page.wrap(how, "", "  "));
    }
    context.print(&format!("{}{page}", crate::render::page::alert(&context.page, situation.flags.iter())))?;
    Ok(Code::Done)
}

pub(super) fn sided(given: Option<&str>, situation: &Situation) -> Result<Option<Side>, Failure> {
    match given {
        Some(word) => Ok(Some(side(word)?)),
        None => Ok(situation.episode.side),
    }
}

/// Appends drafts and shows what was understood and what it changed.
pub(super) fn record(
    args: &Args,
    context: &Context,
    app: &mut App,
    before: &Situation,
    drafts: Vec<Draft>,
) -> Result<Code, Failure> {
    let done: Vec<String> = drafts.iter().filter_map(exercise_done).collect();
    let mut recorded: Vec<String> = drafts
        .iter()
        .map(|draft| {
            history::said(context.page.units, &app.catalog.library, &draft.fact, draft.note.as_deref())
        })
        .collect();
    let at = drafts.first().map_or(context.now.at, |d| d.at);
    let ids = app.record(&before.episode, drafts, context.now)?;
    let after = app.present(&before.episode, context.now)?;
    if at != context.now.at
        && let Some(last) = recorded.last_mut()
    {
        last.push_str(&moment_said(at));
    }
    let library = &app.catalog.library;
    let cautions = cautions(library, &after, &done);
    let earlier = after.judge(library, |case| earlier(case, &ids));
    if args.json {
        context.print(&json::logged(&after, &ids, &recorded, &earlier, &cautions))?;
    } else {
        let mut page = text::logged(&context.page, &after, Some(before), &recorded);
        page.push_str(&text::earlier(&context.page, library, &earlier));
        page.push_str(&items::cautions(&context.page, &cautions));
        context.print(&page)?;
    }
    Ok(Code::Done)
}

/// A moment other than now, as it was understood.
pub(super) fn moment_said(at: At) -> String {
    format!(" ({})", at.format("%A %-d %B %Y, %H:%M"))
}

/// What a session recorded, as `done` would say it.
pub(super) fn after_recording(
    context: &Context,
    app: &App,
    before: &Situation,
    drafts: &[Draft],
) -> Result<String, Failure> {
    let after = app.present(&before.episode, context.now)?;
    let done: Vec<String> = drafts.iter().filter_map(exercise_done).collect();
    let library = &app.catalog.library;
    let said = |draft: &Draft| history::said(context.page.units, library, &draft.fact, draft.note.as_deref());
    let recorded: Vec<String> = drafts.iter().map(said).collect();
    let mut page = text::logged(&context.page, &after, Some(before), &recorded);
    page.push_str(&items::cautions(&context.page, &cautions(library, &after, &done)));
    Ok(page)
}

/// The exercise of a draft, unless it was skipped.
fn exercise_done(draft: &Draft) -> Option<String> {
    match &draft.fact {
        Fact::Performed(bout) if bout.skipped.is_none() => Some(bout.exercise.to_string()),
        _ => None,
    }
}

/// What the load guard says of the exercises that were just done. All running
/// counts together, so that it is said once.
fn cautions<'l>(library: &'l Library, after: &Situation, done: &[String]) -> Vec<(&'l Exercise, Room)> {
    let mut cautions: Vec<(&Exercise, Room)> = Vec::new();
    for exercise in done.iter().filter_map(|id| library.exercises.get(id)) {
        let room = after.judge(library, |case| load::room(case, exercise)).filter(|room| room.over);
        if let Some(room) = room.filter(|room| cautions.iter().all(|(_, known)| known != room)) {
            cautions.push((exercise, room));
        }
    }
    cautions
}
