//! Doses in files: their short form, and how much of anything is plausible.
//!
//! The bounds are ours. They are wider than any plan that we know, and narrow
//! enough to catch a slip of the keyboard, such as `2x150`.

use crate::domain::dose::Dose;
use crate::domain::library::Exercise;

use super::codes::Code;
use super::reader::Node;

const MOST_SETS: u32 = 10;
const MOST_REPS: u32 = 50;
/// Seconds of one hold.
const LONGEST_HOLD: u32 = 120;
/// Minutes of all sets together.
const LONGEST_BOUT: u32 = 120;
/// Metres of one set.
const FARTHEST: u32 = 1000;

/// The longest hold of a stretch, in seconds (evidence IV-37).
const LONGEST_STRETCH: u32 = 30;

/// A dose in its short form, if the key is there.
pub(super) fn dose(node: &Node<'_>, key: &'static str) -> Option<Dose> {
    let text = node.opt_text(key)?;
    let Ok(dose) = text.parse::<Dose>() else {
        let hint = "such as 2x15, 3x10x8s, 2x25s, 15min, 3x20m, rung2".to_owned();
        let message = format!("`{text}` is not a dose");
        node.report(Code::BadDose, node.span_of(key), message, Some(hint));
        return None;
    };
    let minutes = text.to_lowercase().trim_end().ends_with("min");
    plausible(node, key, &dose, minutes);
    Some(dose)
}

/// Reports what is more than anybody is asked to do.
fn plausible(node: &Node<'_>, key: &'static str, dose: &Dose, minutes: bool) {
    let over = |part: Option<u32>, most: u32| part.is_some_and(|n| n > most);
    let hold = dose.seconds.filter(|_| !minutes);
    let sets = u64::from(dose.sets.unwrap_or(1)) * u64::from(dose.reps.unwrap_or(1));
    let altogether = sets * u64::from(dose.seconds.unwrap_or(0));
    let report = |wrong: bool, message: String| {
        if wrong {
            node.report(Code::DoseRange, node.span_of(key), message, None);
        }
    };
    report(over(dose.sets, MOST_SETS), format!("a dose has {MOST_SETS} sets at most"));
    report(over(dose.reps, MOST_REPS), format!("a set has {MOST_REPS} repetitions at most"));
    report(over(hold, LONGEST_HOLD), format!("a hold lasts {LONGEST_HOLD} s at most"));
    report(over(dose.metres, FARTHEST), format!("a set goes {FARTHEST} m at most"));
    report(altogether > u64::from(LONGEST_BOUT * 60), format!("a dose lasts {LONGEST_BOUT} min at most"));
}

/// Checks a dose against the exercise that it is for: ladders go by rungs that
/// exist, and stretches are short.
pub(super) fn suits(node: &Node<'_>, key: &'static str, dose: &Dose, exercise: &Exercise) {
    let rungs = u32::try_from(exercise.rungs.len()).unwrap_or(u32::MAX);
    let id = &exercise.id;
    let wrong = match dose.rung {
        Some(_) if rungs == 0 => Some(format!("`{id}` has no rungs")),
        Some(rung) if rung > rungs => Some(format!("`{id}` has {rungs} rungs")),
        None if rungs > 0 && *dose != Dose::default() => Some(format!("`{id}` goes by rungs")),
        _ => None,
    };
    if let Some(message) = wrong {
        node.report(Code::BadDose, node.span_of(key), message, None);
    }
    let stretch = exercise.is("stretch") || exercise.is("static-stretch");
    if stretch && dose.seconds.is_some_and(|s| s > LONGEST_STRETCH) {
        let message = format!("a stretch is held for {LONGEST_STRETCH} s at most");
        node.report(Code::LongHold, node.span_of(key), message, None);
    }
}

/// Checks that a dose grows to a larger one of the same form.
pub(super) fn grows(node: &Node<'_>, start: &Dose, most: &Dose) {
    let parts = |d: &Dose| [d.sets, d.reps, d.seconds, d.metres, d.rung];
    let same_form = parts(start).iter().zip(parts(most)).all(|(a, b)| a.is_some() == b.is_some());
    let message = if !same_form {
        "`grows-to` has other parts than `dose`"
    } else if most == start || !most.reaches(start) {
        "`grows-to` is not larger than `dose`"
    } else {
        return;
    };
    node.report(Code::ShrinkingDose, node.span_of("grows-to"), message.to_owned(), None);
}
