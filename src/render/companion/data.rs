//! What the page carries.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::domain::advice::Action;
use crate::domain::companion::{Asked, PageDay, Taken, Turn};
use crate::domain::diary::SEVERE;
use crate::domain::entry::{Side, TOO_MUCH};
use crate::domain::library::{Library, NUMBER, NUMBER_KEY, Rule, Urgency};
use crate::domain::measure::{Better, plain};
use crate::domain::program::Avoid;
use crate::domain::question::{Question, QuestionKind};
use crate::domain::schedule::Item;
use crate::domain::screening::Flag;
use crate::domain::session::READY;
use crate::domain::signs::Sign;
use crate::domain::situation::Situation;
use crate::domain::units::WEIGHTS;

use super::super::page::{capital, clean};
use super::super::session::{STOP, amount, dose};
use super::super::text::{headline, phase_name, questions_first, title};
use super::Source;

/// Care that is only ever recorded: what was felt after it proves nothing good.
const ANALGESIC: &str = "analgesic";

/// The open flags that stop the plan, the most urgent one first.
pub(super) fn stopping(s: &Situation) -> Vec<&Flag> {
    let mut open: Vec<&Flag> = s.open_flags().filter(|f| f.rule.urgency >= Urgency::Urgent).collect();
    open.sort_by_key(|f| std::cmp::Reverse(f.rule.urgency));
    open
}

/// The lines at the head of the page, each with its element.
pub(super) fn opening(source: &Source<'_>) -> Vec<(&'static str, String)> {
    let s = source.situation;
    let now = s.journal.now();
    let phase = s.course.phase(&s.program);
    let position = s.course.current().phase + 1;
    let made = now.at.format("%Y-%m-%d %H:%M");
    let last = last(source);
    let mut lines = vec![
        ("h1", title(s)),
        ("p", format!("Phase {position} of {}: {}. {}", s.program.phases.len(), phase_name(s), phase.goal)),
        (
            "p",
            format!(
                "Made on {made} for {} to {last}. Advice then: {} This page judges nothing that you enter: sinew does, once it has it.",
                now.day,
                headline(s)
            ),
        ),
        ("p", "sinew is not a medical device, and nobody watches what you write.".to_owned()),
    ];
    let arrange = s.open_flags().filter(|f| f.rule.urgency < Urgency::Urgent);
    lines.extend(arrange.map(|flag| ("p", format!("To arrange: {}", super::action(flag)))));
    lines
}

fn last(source: &Source<'_>) -> String {
    source.companion.days.last().map(|d| d.day.to_string()).unwrap_or_default()
}

/// The whole of it.
pub(super) fn document(source: &Source<'_>) -> Value {
    let Source { library, situation: s, companion, known, units, .. } = *source;
    let units_of_weight = json!({
        "unit": units.of_weight(),
        "kg": units.kilograms(),
        "low": (WEIGHTS.start() / units.kilograms() * 10.0).ceil() / 10.0,
        "high": (WEIGHTS.end() / units.kilograms()).floor(),
    });
    // Nothing of a plan that does not stand.
    let shut = shut(s);
    let open = |words: Vec<String>| if shut.is_some() { vec![] } else { words };
    let left_out = open(s.plan.left_out.iter().map(|l| format!("{}: {}", l.name, l.because)).collect());
    let avoid = open(s.plan.avoid.iter().map(avoided).collect());
    let value = json!({
        "schema": "sinew/page/1",
        "made": s.journal.now().at.to_rfc3339(),
        "rollover": s.journal.now().rollover,
        "last": last(source),
        "episode": { "id": s.episode.id },
        "side": s.episode.side.map(Side::id),
        "number": source.number,
        "known": known,
        "ready": READY.as_secs(),
        "too_much": TOO_MUCH,
        "weight": units_of_weight,
        "words": {
            "stop": STOP,
            "ask": questions_first(&format!("Pain of {} or more", plain(SEVERE)), ""),
        },
        "shut": shut,
        "nothing": nothing(s),
        "days": companion.days.iter().map(day).collect::<Vec<_>>(),
        "exercises": companion.exercises.iter().map(|e| exercise(source, e)).collect::<Vec<_>>(),
        "care": companion.care.iter().filter_map(|item| care(library, item)).collect::<Vec<_>>(),
        "analgesic": library.care.contains_key(ANALGESIC),
        "left_out": left_out,
        "avoid": avoid,
        "asked": companion.asked.iter().map(asked).collect::<Vec<_>>(),
        "groups": groups(&companion.signs),
        "following": companion.following.iter().map(|(q, after)| {
            let mut view = question(q);
            view["after"] = json!(after);
            view
        }).collect::<Vec<_>>(),
        "answers": answers(&companion.signs),
        "pairs": companion.pairs.iter().map(|pair| {
            let name = |(question, answer): &(String, String)| format!("{question}={answer}");
            json!([name(&pair.first), name(&pair.second), ids(&pair.rules)])
        }).collect::<Vec<_>>(),
        "rules": rules(&companion.signs),
    });
    harmless(value)
}

/// What to keep away from, in the words of `today`.
fn avoided(avoid: &Avoid) -> String {
    let until = avoid.until_day.map(|d| format!(" up to day {d}")).unwrap_or_default();
    format!("{}{until}. {}", avoid.what, avoid.why)
}

/// Why there is no exercise on any of the days; nothing where there can be.
fn shut(s: &Situation) -> Option<String> {
    let stops = s.advice.action == Action::Stop || s.course.paused().is_some();
    let asks = || s.advice.ask_now.as_ref().map(|asked| questions_first(asked.because, ""));
    if stops { Some(headline(s)) } else { asks() }
}

/// Why nothing is due on a day without exercises, where a rule says so.
fn nothing(s: &Situation) -> Option<String> {
    let barred = s.plan.items.iter().all(|i| i.planned.is_none());
    let left = s.plan.left_out.first().filter(|_| barred)?;
    Some(format!("No exercise can be planned yet: {}.", left.because))
}

fn day(day: &PageDay) -> Value {
    json!({
        "day": day.day,
        "number": day.number,
        "exercises": day.exercises,
        "fresh": day.new,
        "care": day.care,
    })
}

fn exercise(source: &Source<'_>, taken: &Taken) -> Value {
    let Taken { task, done, frequency, times, turn } = taken;
    let e = &task.exercise;
    let side = task.side.map(|side| if side == Side::Both { ", both sides" } else { side_word(side) });
    let room = task.room.as_ref().map(|room| room.words(source.units));
    let notes: Vec<&String> = task.note.iter().chain(&room).collect();
    let one = crate::domain::dose::Dose { sets: None, ..task.dose.clone() };
    let parts = [
        ("sets", task.dose.sets),
        ("reps", task.dose.reps),
        ("seconds", task.dose.seconds),
        ("metres", task.dose.metres),
        ("rung", task.dose.rung),
    ];
    let known = || parts.iter().filter_map(|(name, part)| Some(((*name).to_owned(), json!((*part)?))));
    let beats: Vec<Value> = task.beats().iter().map(|b| json!([b.word, b.lasts.as_secs(), b.rep])).collect();
    json!({
        "id": e.id,
        "title": format!("{}{}", e.name, side.unwrap_or_default()),
        "amount": amount(task),
        "one": dose(&one),
        "frequency": capital(frequency),
        "times": times,
        "cap": task.cap,
        "turn": turn.map(|t| t.from),
        "ask": turn.and_then(|t: Turn| t.ask_from),
        "setup": e.setup,
        "movement": e.movement,
        "cues": e.cues,
        "notes": notes,
        "stop": e.stop_when,
        "dose": known().collect::<Map<_, _>>(),
        "parts": known().map(|(name, _)| name).collect::<Vec<_>>(),
        "beats": beats,
        "rest": task.rest().as_secs(),
        "legs": task.both_legs(),
        "recorded": task.recorded.map(Side::id),
        "weighed": task.weighed(),
        "done": done,
    })
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Left => ", left",
        Side::Right => ", right",
        Side::Both | Side::Middle => "",
    }
}

fn care(library: &Library, item: &Item) -> Option<Value> {
    let described = library.care.get(&item.id)?;
    let words: Vec<&str> =
        [item.dose.as_str(), item.frequency.as_str()].into_iter().filter(|w| !w.is_empty()).collect();
    let notes: Vec<&String> = item.note.iter().collect();
    Some(json!({
        "id": item.id,
        "name": item.name,
        "words": capital(&words.join(", ")),
        "how": described.how,
        "not_when": described.not_when,
        "notes": notes,
    }))
}

fn asked(asked: &Asked) -> Value {
    let Asked { measure, turn } = asked;
    json!({
        "id": measure.id,
        "name": capital(&measure.name),
        "unit": measure.unit.id(),
        "suffix": measure.unit.suffix(),
        "low": measure.range.0,
        "high": measure.range.1,
        "higher": measure.better == Better::Higher,
        "how": measure.how,
        "turn": turn.map(|t| t.from),
        "ask": turn.and_then(|t| t.ask_from),
    })
}

/// The questions under their headings, each heading once.
fn groups(signs: &[Sign]) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for sign in signs {
        if !names.contains(&sign.question.group.as_str()) {
            names.push(&sign.question.group);
        }
    }
    let group = |name: &&str| {
        let of = signs.iter().filter(|sign| sign.question.group == *name);
        json!({
            "name": capital(&name.replace('-', " ")),
            "questions": of.map(|sign| question(&sign.question)).collect::<Vec<_>>(),
        })
    };
    names.iter().map(group).collect()
}

fn question(question: &Question) -> Value {
    let (choices, many) = match &question.kind {
        QuestionKind::Choice { choices, many } => (choices.clone(), *many),
        _ => (vec![], false),
    };
    json!({
        "id": question.id,
        "ask": question.ask,
        "help": question.help,
        "choices": choices,
        "many": many,
        "calm": question.calm.as_ref().map(ToString::to_string),
    })
}

/// By question and answer: the rules that it raises, and those that it is a part of.
fn answers(signs: &[Sign]) -> Value {
    let of = |sign: &Sign| {
        let told = sign.answers.iter().filter(|t| !(t.alone.is_empty() && t.with_others.is_empty()));
        told.map(|t| (t.answer.clone(), json!({ "alone": ids(&t.alone), "others": ids(&t.with_others) })))
            .collect::<Map<_, _>>()
    };
    signs.iter().map(|sign| (sign.question.id.clone(), Value::Object(of(sign)))).collect::<Map<_, _>>().into()
}

fn ids(rules: &[Arc<Rule>]) -> Vec<&str> {
    rules.iter().map(|rule| rule.id.as_str()).collect()
}

/// The rules that are named there, with what they say.
fn rules(signs: &[Sign]) -> Value {
    let named = signs.iter().flat_map(|s| &s.answers).flat_map(|t| t.alone.iter().chain(&t.with_others));
    let named: BTreeMap<&str, &Arc<Rule>> = named.map(|rule| (rule.id.as_str(), rule)).collect();
    let view = |rule: &Rule| {
        json!({
            "urgency": rule.urgency,
            "action": action_of(rule),
            "sign": rule.can_be_a_sign_of,
            "do_not": rule.do_not,
            "bring": rule.bring,
        })
    };
    named.into_iter().map(|(id, rule)| (id.to_owned(), view(rule))).collect::<Map<_, _>>().into()
}

/// The action of a rule, with the number to call.
fn action_of(rule: &Rule) -> String {
    rule.action.replace(NUMBER_KEY, NUMBER)
}

/// The same with texts that steer nothing: no control characters, no change of
/// direction.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(list) => list.into_iter().map(harmless).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, harmless(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}
