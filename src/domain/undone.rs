//! What was taken back without a reason, and counts for a week all the same.
//!
//! Whoever deletes the session that hurt gains nothing by it (evidence IV-06).
//! A reason takes it out at once.

use super::bouts::{Zone, zone};
use super::course::Course;
use super::day::{Day, Now};
use super::entry::{Entry, Fact};
use super::journal::{PainScale, answers, readings};
use super::library::Library;
use super::measure::{Better, PAIN_ANY, Unit};
use super::program::{Phase, Program, Subject};
use super::question::AnswerValue;

/// Days, the first one included, for which it counts.
pub const DAYS: i64 = 7;

/// The last day on which an entry counts after it was taken back without a
/// reason; nothing when it stops counting at once: it reported no pain above
/// the green limit of its phase or what the way on asks for, no sign, no limp
/// and no analgesic.
pub fn counts_until(library: &Library, program: &Program, course: &Course, entry: &Entry) -> Option<Day> {
    let sign = answers(entry).iter().any(|a| {
        let question = library.question(&a.question).filter(|q| q.is_sign());
        question.is_some_and(|q| a.value != AnswerValue::Unknown && q.calm.as_ref() != Some(&a.value))
    });
    let worrying = sign || dulls(entry) || limps(library, entry) || hurt(library, program, course, entry);
    worrying.then(|| entry.day.plus(DAYS - 1))
}

/// Whether an entry still counts at `now`.
pub(super) fn counts(library: &Library, program: &Program, course: &Course, now: Now, entry: &Entry) -> bool {
    counts_until(library, program, course, entry).is_some_and(|last| now.day <= last)
}

/// Whether it says that pain was dulled, so that good readings prove nothing.
fn dulls(entry: &Entry) -> bool {
    matches!(&entry.fact, Fact::Care(care) if care.kind == "analgesic")
}

/// Whether it says yes to something that is better absent, such as a limp.
fn limps(library: &Library, entry: &Entry) -> bool {
    readings(entry).iter().any(|r| {
        let measure = library.measures.get(&*r.measure);
        measure.is_some_and(|m| m.unit == Unit::YesNo && m.better == Better::Lower) && r.value >= 1.0
    })
}

fn hurt(library: &Library, program: &Program, course: &Course, entry: &Entry) -> bool {
    // Before the first phase there are no limits yet: its own hold.
    let phase = course.phase_on(program, entry.day).unwrap_or(&program.phases[0]);
    let limit = phase.caps.green.min(quiet(program, phase));
    let mut hurt = false;
    PainScale::of(library).each(entry, |_, pain| hurt |= pain > limit);
    if let Fact::Performed(bout) = &entry.fact {
        let prescription = phase.exercises.iter().find(|p| *p.exercise == *bout.exercise);
        hurt |= zone(bout, prescription, phase.caps) > Some(Zone::Green);
    }
    hurt
}

/// The most pain of any kind that the way on from a phase allows. What lies
/// above it holds the phase, and holds it still once it is taken back.
fn quiet(program: &Program, phase: &Phase) -> f64 {
    let next = program.phases.iter().skip_while(|p| p.id != phase.id).nth(1);
    let asked = phase.exit.iter().chain(next.iter().flat_map(|next| &next.entry));
    let limits = asked.filter_map(|criterion| match &criterion.subject {
        Subject::Measure(test) if test.measure == PAIN_ANY => Some(test.value),
        _ => None,
    });
    limits.fold(f64::INFINITY, f64::min)
}
