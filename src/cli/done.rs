//! `done`: exercises, each with its dose and its weight.

use crate::app::Draft;
use crate::domain::dose::Dose;
use crate::domain::entry::Performed;
use crate::domain::situation::Situation;
use crate::domain::units::Units;

use super::Code;
use super::args::{Args, Done};
use super::context::Context;
use super::failure::Failure;
use super::log::{record, sided};
use super::words::moment;

/// Records exercises.
pub(super) fn done(args: &Args, done: &Done, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, situation) = context.present(args)?;
    let at = moment(done.at.as_deref(), context)?;
    let side = sided(done.side.as_deref(), &situation)?;
    let pain =
        done.pain.as_deref().map(|pain| app.reading("pain-during", None, pain)).transpose()?.map(|r| r.value);
    let each = |id: &str| Performed { side, pain, skipped: done.skipped.clone(), ..Performed::of(id) };
    let bouts = bouts(&done.what, each)?;
    if bouts.is_empty() {
        let due: Vec<&str> =
            situation.plan.items.iter().filter(|i| i.cap.is_some()).map(|i| i.id.as_str()).collect();
        let hint = if due.is_empty() {
            "no exercise is due today".to_owned()
        } else {
            format!("due: {}", due.join(", "))
        };
        return Err(Failure::person("which exercise was done?".to_owned(), &hint));
    }
    let mut drafts = Vec::new();
    for bout in &bouts {
        drafts.push(Draft { at, note: done.note.clone(), fact: app.performed(bout.clone())? });
    }
    for bout in bouts.iter().filter(|b| b.skipped.is_none()) {
        remark(context, &situation, bout);
    }
    record(args, context, &mut app, &situation, drafts)
}

/// Reads exercises, each with what stands behind it.
fn bouts(words: &[String], each: impl Fn(&str) -> Performed) -> Result<Vec<Performed>, Failure> {
    let mut bouts: Vec<Performed> = Vec::new();
    for word in &joined(words) {
        if !begins_amount(word) && word.parse::<Dose>().is_err() {
            bouts.push(each(word));
            continue;
        }
        let lone = || {
            let hint = "write the exercise first: sinew done heel-press 1x10x8s";
            Failure::person(format!("`{word}` belongs to no exercise"), hint)
        };
        if let Some(load) = weight(word)? {
            let bout = bouts.last_mut().filter(|b| b.load.is_none()).ok_or_else(lone)?;
            if bout.skipped.is_some() {
                let hint = "leave the weight out, or --skipped";
                return Err(Failure::person("what was skipped had no weight".to_owned(), hint));
            }
            bout.load = Some(load);
            continue;
        }
        let dose = word.parse::<Dose>().map_err(|_| {
            let hint = "such as 2x15, 3x10x8s, 15min, 3x20m, rung2; a weight such as 20kg or 45lb";
            Failure::person(format!("`{word}` is not a dose"), hint)
        })?;
        bouts.last_mut().filter(|b| b.dose.is_none()).ok_or_else(lone)?.dose = Some(dose);
    }
    Ok(bouts)
}

/// The words, with those of one amount in one: `10 min`, `1.5 km`, `2 x 15`, `20 kg`.
fn joined(words: &[String]) -> Vec<String> {
    // `3 x 10 x 8 s` has six.
    const LONGEST: usize = 6;
    let is_amount = |text: &str| text.parse::<Dose>().is_ok() || !matches!(weight(text), Ok(None));
    let mut rest = words;
    let mut joined = Vec::new();
    while let Some(first) = rest.first() {
        let most = if begins_amount(first) || first == "rung" { rest.len().min(LONGEST) } else { 1 };
        let text = |count: &usize| rest[..*count].join(" ");
        let taken = (2..=most).rev().find(|count| is_amount(&text(count))).unwrap_or(1);
        joined.push(text(&taken));
        rest = &rest[taken..];
    }
    joined
}

fn begins_amount(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Reads a weight with its unit, such as `20kg` or `45lb`, in kilograms; nothing for
/// a word that is none.
pub(super) fn weight(word: &str) -> Result<Option<f64>, Failure> {
    // A number alone would be a dose that lacks its unit.
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return Ok(None);
    }
    Units::Metric
        .read_weight(word)
        .map_err(|error| Failure::person(format!("`{word}` is no weight that is held"), &error.to_string()))
}

/// What the plan has to say of an exercise that was done.
fn remark(context: &Context, situation: &Situation, bout: &Performed) {
    let plan = &situation.plan;
    if let Some(left) = plan.left_out.iter().find(|l| *l.id == *bout.exercise) {
        context.status(&format!("{} was left out of today's plan: {}.", left.name, left.because));
        return;
    }
    match plan.items.iter().find(|i| *i.id == *bout.exercise) {
        None => context.status(&format!("{} is not in this phase of the plan.", bout.exercise)),
        Some(item) if item.step.is_some() && bout.dose.is_none() => {
            let words = format!(
                "{}: with its dose (due: {}) it would count towards the next step.",
                item.name, item.dose
            );
            context.status(&words);
        }
        Some(_) => {}
    }
}
