//! Rules and plans put into words: what a person reads instead of a table of a
//! definition file.

use super::bouts::Zone;
use super::brakes::{Effect, Trigger};
use super::episode::Goal;
use super::library::{Clause, Library, NumberOp, Wanted, When};
use super::limits::{During, Limit};
use super::measure::plain;
use super::patterns::Clauses;
use super::program::{Caps, CarePlan, Criterion, Prescription, RungGate};
use super::slower::Slower;
use super::wanted::{measure_wanted, subject_wanted};
use super::watch::Watch;

/// What a criterion wants.
pub fn wanted(library: &Library, criterion: &Criterion) -> String {
    let goals = goals(&criterion.goals);
    let only = if goals.is_empty() { String::new() } else { format!(" (for {goals})") };
    subject_wanted(library, &criterion.subject) + &only
}

/// Some goals; no words where it is for all.
pub fn goals(goals: &[Goal]) -> String {
    goals.iter().map(|g| g.id()).collect::<Vec<_>>().join(", ")
}

/// What a rung of a ladder asks for.
pub fn rung(library: &Library, rung: &RungGate) -> String {
    let test = rung.test.as_ref().map(|t| format!(" and with {}", measure_wanted(library, t)));
    format!("from day {}{}", rung.from_day, test.unwrap_or_default())
}

/// The limits on pain of a phase.
pub fn caps(caps: Caps) -> String {
    format!(
        "green up to {}, amber up to {}, mornings {} above the baseline",
        plain(caps.green),
        plain(caps.amber),
        plain(caps.morning_rise)
    )
}

/// How long, how often and on which days care is given.
pub fn care_times(care: &CarePlan) -> String {
    let minutes = care.minutes.map(|(low, high)| format!("{low}-{high} min, ")).unwrap_or_default();
    let every = care.every_hours.map(|(low, high)| format!("every {low}-{high} h, ")).unwrap_or_default();
    let until = care.until_day.map(|day| format!(" to {day}")).unwrap_or_default();
    format!("{minutes}{every}from day {}{until}", care.from_day)
}

/// How much of an exercise, how often, and what holds it back.
pub fn prescription(library: &Library, p: &Prescription) -> String {
    let mut words = vec![p.dose.to_string()];
    words.extend(
        p.grows_to
            .as_ref()
            .map(|to| format!("growing to {to}, a step after {} clean sessions", p.clean_sessions)),
    );
    words.push(p.frequency.words());
    words.push(format!("pain up to {}/10", plain(p.cap)));
    if p.from_day > 0 {
        words.push(format!("from day {}", p.from_day));
    }
    words.extend(
        p.after.as_ref().map(|first| {
            format!("after three clean days of {}", library.exercise_name(first).to_lowercase())
        }),
    );
    words.extend(p.tempo.clone());
    if !p.goals.is_empty() {
        words.push(format!("for {}", goals(&p.goals)));
    }
    if p.prescribed {
        words.push("only once a clinician has prescribed it".to_owned());
    } else if p.supervised {
        words.push("only if a clinician agrees".to_owned());
    }
    if !p.stop_on.is_empty() {
        words.push(format!("left out while {} is pulled", p.stop_on.join(" or ")));
    }
    words.extend(p.rungs.iter().map(|r| format!("rung {} {}", r.rung, rung(library, r))));
    words.join(", ")
}

/// What makes a program slower, and by how much.
pub fn slower(library: &Library, slower: &Slower) -> String {
    let mut by = Vec::new();
    if slower.return_later > 0 {
        by.push(format!("the full return comes {} days later", slower.return_later));
    }
    if !slower.phases.is_empty() {
        let phases = slower.phases.join(", ");
        by.push(format!("{phases} last {} times as long", plain(slower.factor)));
    }
    format!("{}: {}", clause(library, &slower.clause), by.join(", "))
}

/// One condition on an answer.
pub fn clause(library: &Library, clause: &Clause) -> String {
    let ask = library.question(&clause.question).map_or(clause.question.as_str(), |q| &q.ask);
    let answer = match &clause.wanted {
        Wanted::Yes => "yes".to_owned(),
        Wanted::AnyOf(choices) => choices.join(" or "),
        Wanted::Number(op, value) => {
            let op = match op {
                NumberOp::Below => "below",
                NumberOp::AtMost => "at most",
                NumberOp::AtLeast => "at least",
                NumberOp::Above => "above",
            };
            format!("{op} {}", plain(*value))
        }
    };
    format!("\"{ask}\" {answer} [{}]", clause.question)
}

fn all_of(library: &Library, clauses: &[Clause]) -> String {
    clauses.iter().map(|c| clause(library, c)).collect::<Vec<_>>().join("; ")
}

/// One way in which answers raise a flag.
pub fn when(library: &Library, when: &When) -> String {
    let words = clauses(library, &Clauses { all: when.all.clone(), any: when.any.clone() });
    if when.unless.is_empty() {
        return words;
    }
    format!("{words}; unless {}", all_of(library, &when.unless))
}

/// Some conditions on answers.
pub fn clauses(library: &Library, clauses: &Clauses) -> String {
    let any = match clauses.any.as_slice() {
        [] => None,
        [one] => Some(clause(library, one)),
        many => Some(format!("one of: {}", all_of(library, many))),
    };
    let all = (!clauses.all.is_empty()).then(|| all_of(library, &clauses.all));
    [all, any].into_iter().flatten().collect::<Vec<_>>().join("; and ")
}

/// What a pulled brake does.
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Hold => "no advance",
        Effect::Ease => "no advance, and the exercise concerned one level easier",
        Effect::Rest => "no advance, and no exercise today",
        Effect::Protect => "no advance, and only what the first phase allows",
        Effect::Retest => "no advance, and no more than strengthening until its tests are repeated",
        Effect::Restart => "the phase begins again",
        Effect::StepBack => "one phase back",
    }
}

/// What pulls a brake.
pub fn trigger(library: &Library, trigger: &Trigger) -> String {
    match trigger {
        Trigger::Readings(test) => measure_wanted(library, test),
        Trigger::Rise { value } => format!("the latest morning {} above its baseline", plain(*value)),
        Trigger::MorningAboveCaps => "the latest morning above what the phase allows".to_owned(),
        Trigger::WeekRise { value } => {
            format!("the median of seven days {} above that of the seven before", plain(*value))
        }
        Trigger::Sessions { zone, times, of_last, each } => {
            let zone = if *zone == Zone::Red { "red" } else { "amber or red" };
            let each = if *each { " of one exercise" } else { "" };
            format!("{times} of the last {of_last} sessions{each} {zone}")
        }
        Trigger::Answer { question, is, days } => {
            let ask = library.question(question).map_or(question.as_str(), |q| &q.ask);
            format!("\"{ask}\" {} within {days} days [{question}]", is.join(" or "))
        }
        Trigger::Gap { days, ended } => {
            let ended = if *ended { ", even when it has ended since" } else { "" };
            format!("nothing logged for {days} days{ended}")
        }
    }
}

/// The course of days that raises a flag.
pub fn watch(library: &Library, watch: &Watch) -> String {
    match watch {
        Watch::NoFall { after_days, floor } => format!(
            "from day {after_days} on, pain of {} or more that has not fallen by 2 points or 30 %",
            plain(*floor)
        ),
        Watch::Flat { after_days, floor } => {
            format!("from day {after_days} on, pain of {} or more that has not fallen at all", plain(*floor))
        }
        Watch::Unexplained { value, quiet, .. } => format!(
            "pain of {} after {quiet} quiet logged days, and nothing reported that explains it",
            plain(*value)
        ),
        Watch::Burning { days } => format!("burning or heat again after more than {days} days"),
        Watch::Often { measure, value, times } => {
            format!(
                "{} at {} or more on {times} days of a week",
                library.measure_name(measure),
                plain(*value)
            )
        }
        Watch::PastWindow => "the usual window has passed, and the last phase is not reached".to_owned(),
        Watch::WeekRise { value } => format!("the weekly median of pain rose by {}", plain(*value)),
        Watch::Mornings { times } => {
            format!("mornings above what the phase allows on {times} days of a week")
        }
        Watch::Relapse { value } => format!("pain of {} in the last phase or after the end", plain(*value)),
        Watch::AnsweredOften { question, times } => {
            let ask = library.question(question).map_or(question.as_str(), |q| &q.ask);
            format!("\"{ask}\" yes on {times} days of a week [{question}]")
        }
    }
}

/// What a limit bars, and when.
pub fn limit(limit: &Limit) -> String {
    let what = match (limit.only, limit.tags.join(", ")) {
        (true, tags) => format!("every exercise but those tagged {tags}"),
        (false, tags) => format!("whatever is tagged {tags}"),
    };
    let during = match &limit.during {
        During::Always => "always".to_owned(),
        During::Stages(stages) => {
            let stages: Vec<&str> = stages.iter().map(|s| s.id()).collect();
            format!("in {}", stages.join(", "))
        }
        During::BeforeDay([one, two, three]) if one == two && two == three => format!("before day {one}"),
        During::BeforeDay([one, two, three]) => {
            format!("before day {one}, {two} or {three}, by grade")
        }
        During::AfterDay(day) => format!("after day {day}"),
        During::Unquiet { days, pain } => {
            format!("unless the last {days} logged days had pain of {} or less", plain(*pain))
        }
    };
    let of =
        if limit.conditions.is_empty() { "every program".to_owned() } else { limit.conditions.join(", ") };
    format!("bars {what}, {during}; holds for {of}")
}
