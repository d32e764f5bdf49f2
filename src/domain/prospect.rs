//! What would change an answer: the readings that are missing or failing, by
//! which day they could be on record, and the first day on which the advice
//! could then be another one.
//!
//! Each condition says what it needs on a day. The days are tried in order,
//! and the needs of a day are tried out: they are put on record in a copy of
//! the journal, and the advice of that day is asked for. What does not change
//! it is not named.

use chrono::{Duration, NaiveTime, TimeZone};
use serde::Serialize;

use super::advice::{Action, Advice, action_alone};
use super::answers::calm_answers;
use super::course::Course;
use super::criteria::Case;
use super::day::{At, Day};
use super::diary::Diary;
use super::entry::{
    Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Reading, Side,
};
use super::library::Urgency;
use super::measure::{Better, PAIN_WORST};
use super::needs::{Need, NeedKind, asked, clearance, going_on, merged, needs};
use super::program::{Op, Subject, Whose};
use super::screening::{Flag, flags};
use super::ways::{Ways, held};

/// What would change an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The first day on which the advice could be another one; nothing when no
    /// day within the horizon was found.
    pub day: Option<Day>,
    /// What it would be.
    pub to: Option<Action>,
    /// What has to be on record by then, soonest first.
    pub needs: Vec<Need>,
}

/// How many days behind the last gate are tried.
const HORIZON: i64 = 30;

/// What would change the advice to stop or to hold; nothing for other advice,
/// which only waits to be taken.
pub fn change(case: &Case<'_>, flags: &[Flag], advice: &Advice) -> Option<Change> {
    let today = case.today();
    match advice.action {
        Action::Stop => {
            let stopping = flags.iter().filter(|f| f.is_open() && f.rule.urgency >= Urgency::Urgent);
            let needs = stopping.map(|f| clearance(&f.rule.id, today)).collect();
            Some(Change { day: Some(today), to: None, needs: merged(needs) })
        }
        Action::Hold => Some(first_change(case, flags, advice)),
        Action::StepBack | Action::Advance | Action::Finish => None,
    }
}

fn first_change(case: &Case<'_>, flags: &[Flag], advice: &Advice) -> Change {
    let today = case.today();
    let alarms: Vec<Flag> = flags.iter().filter(|f| f.episode.is_some()).cloned().collect();
    let first = advice.earliest.unwrap_or_else(|| last_phase_ends(case)).max(today);
    // A plan that rests has to go on before any day of it counts.
    let going_on = going_on(case);
    let going = on_record(case, &going_on);
    let mut ways = Ways::default();
    for n in 0..=HORIZON {
        let day = first.plus(n);
        let asked = on_day(case, day, &going, |later| needs(case, later, &alarms, &mut ways));
        let Some(asked) = asked else { continue };
        let asked = merged(going_on.iter().cloned().chain(asked).collect());
        // What is put on record can want more: a morning begins a day, and the
        // rest of that day is unknown then.
        let known = on_record(case, &asked);
        let more = on_day(case, day, &known, |later| needs(case, later, &alarms, &mut ways));
        let wider = merged(asked.iter().cloned().chain(more.unwrap_or_default()).collect());
        // As named; and where that is not quiet enough, without any pain.
        let works = |asked: &[Need]| {
            let to = tried(case, asked, day, &alarms);
            (to > Action::Hold && held(case, asked, &alarms)).then_some(to)
        };
        let mut ways_named = vec![asked, wider.clone(), painless(wider)];
        ways_named.dedup();
        for asked in ways_named {
            if let Some(to) = works(&asked) {
                let needs = without_the_idle(asked, |fewer| works(fewer).is_some());
                return Change { day: Some(day), to: Some(to), needs };
            }
        }
    }
    Change { day: None, to: None, needs: vec![] }
}

/// The first day on which the last phase can end.
fn last_phase_ends(case: &Case<'_>) -> Day {
    let phase = case.course.phase(case.program);
    let asked = asked(case).into_iter().filter_map(|(_, c)| match c.subject {
        Subject::DaysInPhase(days) => Some(days),
        _ => None,
    });
    let days = asked.fold(phase.minimum_days, i64::max);
    case.today().plus((days - case.course.days_in_phase(case.today())).max(0))
}

/// Looks at an episode on a later day, with some more on record.
pub(super) fn on_day<T>(case: &Case<'_>, day: Day, more: &[Entry], look: impl FnOnce(&Case<'_>) -> T) -> T {
    let now =
        if day == case.today() { case.journal.now() } else { case.journal.now().moved_to(night(case, day)) };
    let journal = case.journal.with(more, now);
    let course = Course::of(case.program, case.episode, &journal).map_or_else(
        || case.course.clone(),
        |course| Course { slowed: case.course.slowed.clone(), ..course },
    );
    // Days that are over are read once, however many futures are tried.
    let longer = || case.diary.clone().with(case.library, case.episode, &journal);
    let diary = journal.extends(case.journal).then(longer).flatten();
    let diary = diary.unwrap_or_else(|| Diary::of(case.library, case.episode, &journal));
    look(&Case { journal: &journal, course: &course, diary: &diary, ..*case })
}

/// The end of a day: the hour before the next one begins, where nothing of the
/// evening before masks it any more.
fn night(case: &Case<'_>, day: Day) -> At {
    let now = case.journal.now();
    let local = day.plus(1).date().and_time(NaiveTime::MIN) + Duration::hours(i64::from(now.rollover) - 1);
    now.at.offset().from_local_datetime(&local).single().unwrap_or(now.at)
}

/// The same needs, with every pain at none.
fn painless(mut needs: Vec<Need>) -> Vec<Need> {
    for need in &mut needs {
        if need.op == Some(Op::AtMost) && matches!(need.kind, NeedKind::Reading | NeedKind::Session) {
            need.value = Some(0.0);
        }
    }
    needs
}

/// Leaves out whole needs, then single days, without which it works as well.
fn without_the_idle(mut needs: Vec<Need>, works: impl Fn(&[Need]) -> bool) -> Vec<Need> {
    let mut at = 0;
    while at < needs.len() {
        let mut fewer = needs.clone();
        fewer.remove(at);
        if works(&fewer) {
            needs = fewer;
            continue;
        }
        let mut day = 0;
        while needs[at].on.len() > 1 && day < needs[at].on.len() {
            let mut fewer = needs.clone();
            fewer[at].on.remove(day);
            if works(&fewer) {
                needs = fewer;
            } else {
                day += 1;
            }
        }
        at += 1;
    }
    needs
}

/// The advice of a day on which the needs are on record.
fn tried(case: &Case<'_>, needs: &[Need], day: Day, alarms: &[Flag]) -> Action {
    let entries = on_record(case, needs);
    on_day(case, day, &entries, |later| {
        let mut all = alarms.to_vec();
        all.extend(flags(later));
        action_alone(later, &all)
    })
}

/// The entries that put needs on record, as sparing as they may be: each value
/// at its limit.
pub(super) fn on_record(case: &Case<'_>, needs: &[Need]) -> Vec<Entry> {
    let mut entries = Vec::new();
    // Pain of one kind is no worse than the worst pain named for its day.
    let worst_on = |day: &Day| {
        let worst = needs.iter().filter(|n| n.id == PAIN_WORST && n.on.contains(day));
        worst.filter_map(|n| n.value).fold(10.0, f64::min)
    };
    for (n, need) in needs.iter().enumerate() {
        for day in &need.on {
            let at = if *day == case.today() { case.journal.now().at } else { night(case, *day) };
            let id = EntryId::new(format!("~{n:03}-{day}"));
            let own = own_limit(needs, need, worst_on(day));
            entries.push(Entry {
                id,
                day: *day,
                at,
                note: None,
                corrects: None,
                fact: fact(case, need, own, *day),
            });
        }
    }
    entries
}

/// The value that a need is put on record with: its limit, or less where the
/// worst pain of the day has to be less. Where the legs are compared, both
/// have what is wanted of the injured one.
fn own_limit(needs: &[Need], need: &Need, worst: f64) -> Option<f64> {
    if need.both_sides() {
        let injured = |n: &&Need| n.id == need.id && n.whose == Some(Whose::Injured);
        return needs.iter().find(injured).and_then(|n| n.value);
    }
    let pain = need.id.starts_with("pain-") || need.id.ends_with("-pain");
    need.value.map(|value| if pain { value.min(worst) } else { value })
}

fn fact(case: &Case<'_>, need: &Need, value: Option<f64>, day: Day) -> Fact {
    match need.kind {
        NeedKind::Questions => Fact::Screen(calm_answers(case.library)),
        NeedKind::Clearance => Fact::Clearance(Clearance {
            rule: need.id.clone(),
            who: "a clinician".to_owned(),
            role: "doctor".to_owned(),
            day,
            outcome: Outcome::Cleared,
            expires: None,
        }),
        NeedKind::Decision => Fact::Decision(Decision::of(DecisionKind::Resume)),
        NeedKind::Session => Fact::Performed(Performed {
            dose: need.dose.clone(),
            pain: need.value,
            ..Performed::of(&need.id)
        }),
        NeedKind::Reading | NeedKind::Test => {
            let measure = case.library.measures.get(&need.id);
            let best = measure.map(|m| if m.better == Better::Lower { m.range.0 } else { m.range.1 });
            let value = value.or(best).unwrap_or_default();
            let reading = |side, value| Reading { measure: need.id.as_str().into(), side, value };
            let readings = if need.both_sides() {
                let sides = [case.episode.side, case.episode.side.and_then(Side::other)];
                sides.into_iter().map(|side| reading(side, value)).collect()
            } else {
                let side = case.episode.side.filter(|_| measure.is_some_and(|m| m.sided));
                vec![reading(side, value)]
            };
            Fact::CheckIn { readings, answers: vec![] }
        }
    }
}
