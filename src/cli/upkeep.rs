//! `history`, `undo`, `redo` and `correct`: the journal and its upkeep.

use std::sync::Arc;

use crate::app::{App, Draft, Undone};
use crate::domain::day::Now;
use crate::domain::entry::{Answer, Entry, Fact, Reading};
use crate::domain::episode::Episode;
use crate::render::page::{alert, alert_again};
use crate::render::{history, json, text};

use super::args::{Args, Correct, History, Redo, Undo};
use super::context::{Context, Missing};
use super::done::weight;
use super::failure::Failure;
use super::log::{minutes, moment_said};
use super::words::{assignments, side};
use super::{Code, when};

/// Shows what was recorded, and what became of it.
pub(super) fn history(args: &Args, wanted: &History, context: &Context) -> Result<Code, Failure> {
    let app = context.open(args, Missing::Refuse)?;
    let episode = context.episode(args, &app)?;
    let mut entries = app.history(&episode)?;
    entries.retain(|t| context.now.knows(t.entry.day, t.entry.at));
    if !wanted.all {
        let first = context.now.day.minus(i64::from(wanted.days) - 1);
        entries.retain(|t| t.entry.day >= first);
    }
    // An episode that was taken back has a history and no situation.
    let flags = app.situation(&episode, context.now).map(|s| s.flags).unwrap_or_default();
    let library = &app.catalog.library;
    if args.json {
        let values: Vec<_> = entries.iter().map(|t| history::value(library, t)).collect();
        context.print(&json::history(&flags, &values))?;
        return Ok(Code::Done);
    }
    let mut page = alert(&context.page, flags.iter());
    if entries.is_empty() {
        page.push_str("Nothing was recorded on these days.\n");
    }
    page.push_str(&history::page(&context.page, library, &entries));
    context.print(&page)?;
    if !wanted.all {
        let seen = match wanted.days {
            1 => "Today alone".to_owned(),
            days => format!("The last {days} days"),
        };
        context.status(&format!("{seen}; --all shows everything."));
    }
    // Below the chatter, so that it is the last thing on the screen.
    context.print(&alert_again(&context.page, flags.iter()))?;
    Ok(Code::Done)
}

/// Takes something back.
pub(super) fn undo(args: &Args, undo: &Undo, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let mut app = context.open(args, Missing::Refuse)?;
    let episodes = episodes(args, &app, context.now)?;
    let done = app.undo(&episodes, undo.entry.as_deref(), undo.why.as_deref(), context.now)?;
    changed(args, context, &app, &done, "undo", "Taken back: ")?;
    if let Some(day) = done.counts_until
        && !args.json
    {
        let words = format!(
            "It reported more than a quiet day allows, so that it counts up to {day} all the same. \
             With a reason it is out at once: sinew undo ENTRY --why TEXT (sinew history names the entry)."
        );
        context.print(&context.page.wrap(&words, "Note: ", "  "))?;
    }
    Ok(Code::Done)
}

/// Brings back what was taken back.
pub(super) fn redo(args: &Args, redo: &Redo, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let mut app = context.open(args, Missing::Refuse)?;
    let episodes = episodes(args, &app, context.now)?;
    let done = app.redo(&episodes, redo.entry.as_deref(), context.now)?;
    changed(args, context, &app, &done, "redo", "Back again: ")?;
    Ok(Code::Done)
}

/// The episodes that a handle is looked for in.
fn episodes(args: &Args, app: &App, now: Now) -> Result<Vec<Episode>, Failure> {
    Ok(match &args.episode {
        Some(wanted) => vec![app.episode(Some(wanted), now)?],
        None => app.episodes()?,
    })
}

/// Says what was taken back or brought back, and where it leads.
fn changed(
    args: &Args,
    context: &Context,
    app: &App,
    done: &Undone,
    name: &str,
    label: &str,
) -> Result<(), Failure> {
    let library = &app.catalog.library;
    let say = |entries: &[Arc<Entry>]| -> Vec<String> {
        let said = |e: &Arc<Entry>| history::said(context.page.units, library, &e.fact, e.note.as_deref());
        entries.iter().map(said).collect()
    };
    let (words, again) = (say(&done.entries), say(&done.again));
    // Without its start an episode has no situation any more.
    let after = app.situation(&done.episode, context.now).ok();
    if args.json {
        let ids: Vec<_> = done.entries.iter().map(|e| &e.id).collect();
        context.print(&json::undone(name, after.as_ref(), &ids, &words, &again, done.counts_until))?;
        return Ok(());
    }
    let taken = words.iter().map(|line| context.page.wrap(line, label, "  "));
    let again = again.iter().map(|line| context.page.wrap(line, "Counts again: ", "  "));
    let lines: String = taken.chain(again).collect();
    match after {
        Some(after) => context.print(&text::changed(&context.page, &after, &lines)),
        None => {
            context.print(&format!("{lines}The episode is taken back with it; sinew redo brings it back.\n"))
        }
    }
}

/// Puts an entry right.
pub(super) fn correct(args: &Args, correct: &Correct, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, before) = context.situate(args)?;
    let old = app.entry(&before.episode, &correct.entry)?;
    let mut draft = Draft { at: old.at, note: old.note.clone(), fact: old.fact.clone() };
    for (field, value) in assignments(&correct.changes)? {
        match field.as_str() {
            "note" => draft.note = Some(value).filter(|note| !note.is_empty()),
            "at" => draft.at = when::moment(&value, context.now)?,
            _ => change(&app, &mut draft.fact, &field, &value)?,
        }
    }
    if draft.fact == old.fact && draft.note == old.note && draft.at == old.at {
        return Err(Failure::person(
            "nothing is different".to_owned(),
            "say what it should be: pain-worst=3",
        ));
    }
    let library = &app.catalog.library;
    let mut words = history::said(context.page.units, library, &draft.fact, draft.note.as_deref());
    if words.is_empty() {
        let hint = "take it back instead: sinew undo ENTRY --why TEXT";
        return Err(Failure::person("nothing would be left of this entry".to_owned(), hint));
    }
    if draft.at != old.at {
        words.push_str(&moment_said(draft.at));
    }
    let id = app.correct(&before.episode, &old, draft, &correct.why, context.now)?;
    let after = app.situation(&before.episode, context.now)?;
    if args.json {
        context.print(&json::logged(&after, &[id], &[words], &[], &[]))?;
    } else {
        context.print(&text::logged(&context.page, &after, Some(&before), &[words]))?;
    }
    Ok(Code::Done)
}

/// Changes one field of what an entry says.
fn change(app: &App, fact: &mut Fact, field: &str, value: &str) -> Result<(), Failure> {
    let no_field = |known: &str| {
        Err(Failure::person(format!("this entry has no `{field}`"), &format!("it has {known}, note and at")))
    };
    match fact {
        Fact::CheckIn { readings, answers } => {
            if app.catalog.library.measures.contains_key(field) {
                change_reading(app, readings, field, value)
            } else {
                change_answer(app, answers, field, value)
            }
        }
        Fact::Screen(answers) => change_answer(app, answers, field, value),
        Fact::Performed(bout) => {
            let none = value.is_empty();
            match field {
                "exercise" => bout.exercise = value.into(),
                "dose" if none => bout.dose = None,
                "dose" => {
                    let error = |e: crate::domain::dose::DoseError| {
                        Failure::person(e.to_string(), "such as 2x15, 3x10x8s, 2x25s, 15min, 3x20m, rung2")
                    };
                    bout.dose = Some(value.parse().map_err(error)?);
                }
                "load" if none => bout.load = None,
                "load" => bout.load = Some(weight(value)?.ok_or_else(|| no_weight(value))?),
                "pain" if none => bout.pain = None,
                "pain" => bout.pain = Some(app.reading("pain-during", None, value)?.value),
                "side" => bout.side = if none { None } else { Some(side(value)?) },
                "skipped" => bout.skipped = (!none).then(|| value.to_owned()),
                _ => return no_field("exercise, dose, load, pain, side, skipped"),
            }
            *fact = app.performed(bout.clone())?;
            Ok(())
        }
        Fact::Care(care) => {
            match field {
                "minutes" => care.minutes = if value.is_empty() { None } else { Some(minutes(value)?) },
                "side" => care.side = if value.is_empty() { None } else { Some(side(value)?) },
                _ => return no_field("minutes, side"),
            }
            Ok(())
        }
        Fact::Note => no_field("only a"),
        Fact::Decision(_) | Fact::Clearance(_) | Fact::Withdrawn => {
            let hint = "take it back with sinew undo ENTRY --why TEXT, and take it again";
            Err(Failure::person("a decision is not put right in parts".to_owned(), hint))
        }
    }
}

/// A number alone would be a guess at its unit.
fn no_weight(value: &str) -> Failure {
    Failure::person(format!("`{value}` is no weight"), "such as 20kg or 45lb")
}

fn change_reading(app: &App, readings: &mut Vec<Reading>, field: &str, value: &str) -> Result<(), Failure> {
    if readings.iter().filter(|r| r.measure == field).count() > 1 {
        let hint = "take it back with sinew undo ENTRY --why TEXT, and record it again";
        return Err(Failure::person(format!("this entry has `{field}` of more than one side"), hint));
    }
    let side = readings.iter().find(|r| r.measure == field).and_then(|r| r.side);
    let reading = if value.is_empty() { None } else { Some(app.reading(field, side, value)?) };
    let at = readings.iter().position(|r| r.measure == field);
    match (at, reading) {
        (Some(at), Some(reading)) => readings[at] = reading,
        (Some(at), None) => drop(readings.remove(at)),
        (None, Some(reading)) => readings.push(reading),
        (None, None) => {}
    }
    Ok(())
}

fn change_answer(app: &App, answers: &mut Vec<Answer>, field: &str, value: &str) -> Result<(), Failure> {
    answers.retain(|a| a.question != field);
    if !value.is_empty() {
        answers.push(app.answer(field, value)?);
    }
    Ok(())
}
