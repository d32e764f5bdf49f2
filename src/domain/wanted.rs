//! What a criterion wants, in words.

use super::criteria::count_days;
use super::library::Library;
use super::measure::{Unit, plain};
use super::program::{MeasureTest, SessionTest, Stat, Subject, Whose};

/// What the subject of a criterion wants, in words.
pub(super) fn subject_wanted(library: &Library, subject: &Subject) -> String {
    match subject {
        Subject::Measure(test) => measure_wanted(library, test),
        Subject::Session(test) => session_wanted(library, test),
        Subject::Clearance(rule) => format!("a clinician's outcome for `{rule}` on record"),
        Subject::DaysInPhase(days) => format!("at least {days} days in this phase"),
    }
}

/// What a measure test wants, in words.
pub(super) fn measure_wanted(library: &Library, test: &MeasureTest) -> String {
    let name = library.measure_name(&test.measure);
    let Some(measure) = library.measures.get(&test.measure) else { return name.to_owned() };
    let subject = match test.whose {
        Whose::Injured => name.to_owned(),
        Whose::Other => format!("{name}, other side"),
        Whose::Ratio => format!("{name}, injured side against the other"),
        Whose::Deficit => format!("{name}, shortfall against the other side"),
    };
    let limit = match test.whose {
        Whose::Ratio => format!("{} %", plain(test.value)),
        _ => measure.say(test.value),
    };
    let limit = match measure.unit {
        Unit::YesNo => limit,
        _ => format!("{} {limit}", test.op.words()),
    };
    let when = match (test.stat, test.min_samples) {
        (Stat::DaysInARow, _) => format!(", {} in a row", count_days(test.days as usize)),
        (Stat::Latest, _) => format!(", within {}", count_days(test.days as usize)),
        (Stat::Worst, 0 | 1) => format!(", in the last {}", count_days(test.days as usize)),
        (Stat::Worst, n) if n >= test.days => format!(", {} running", count_days(test.days as usize)),
        (Stat::Worst, n) => format!(", on {n} days within {}", test.days),
        (Stat::Median, _) => format!(", median of {}", count_days(test.days as usize)),
    };
    format!("{subject} {limit}{when}")
}

fn session_wanted(library: &Library, test: &SessionTest) -> String {
    format!(
        "{} at {} done {} times within {} days, {} hours apart, pain {} during and {} next morning",
        library.exercise_name(&test.exercise),
        test.at_least,
        test.times,
        test.days,
        test.apart_hours,
        plain(test.pain),
        plain(test.next_morning),
    )
}
