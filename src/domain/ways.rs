//! The way to the sessions that somebody lacks: on which days the plan would
//! hold them, and what has to be on record before it does.
//!
//! It is walked day by day, each session by the plan of its own day, so that
//! nothing is named that the list of that day would leave out. What opens a day
//! is named for the day before it.

use super::advice::advise;
use super::criteria::Case;
use super::day::Day;
use super::dose::Dose;
use super::growth::{Grown, grown};
use super::measure::PAIN_MORNING;
use super::needs::{self, Need, NeedKind, clearance, quiet_days};
use super::program::{MeasureTest, SessionTest};
use super::prospect::{on_day, on_record};
use super::schedule::plan;
use super::screening::{Flag, flags};

/// The ways that were walked so far.
#[derive(Default)]
pub(super) struct Ways(Vec<Way>);

/// The way to the sessions of one exercise.
struct Way {
    exercise: String,
    /// The highest pain during a session.
    pain: f64,
    /// The highest pain on the next morning, where it has to prove something.
    morning: Option<f64>,
    /// The first day that was not walked yet.
    at: Day,
    /// What has to be on record, each on its day.
    needs: Vec<Need>,
}

impl Ways {
    /// The sessions that a criterion still lacks, each proven by the morning after.
    pub(super) fn proven(
        &mut self,
        case: &Case<'_>,
        alarms: &[Flag],
        day: Day,
        test: &SessionTest,
    ) -> Vec<Need> {
        let way = self.way(case, &test.exercise, test.pain, Some(test.next_morning));
        let mut needs = way.walked(case, alarms, day);
        // Sessions before the window only lead up to those in it.
        let window = day.minus(i64::from(test.days) - 1);
        let counts = |need: &Need| {
            let rung = need.dose.as_ref().and_then(|d| d.rung);
            need.on.iter().all(|on| *on < day && (*on >= window || rung < test.at_least.rung))
        };
        needs.retain(|need| need.kind != NeedKind::Session || counts(need));
        needs
    }

    /// Sessions within a limit in the week up to a day.
    pub(super) fn quiet(
        &mut self,
        case: &Case<'_>,
        alarms: &[Flag],
        day: Day,
        exercise: &str,
        pain: f64,
    ) -> Vec<Need> {
        let mut needs = self.way(case, exercise, pain, None).walked(case, alarms, day);
        let week = day.minus(6);
        needs.retain(|need| need.kind != NeedKind::Session || need.on.iter().all(|on| *on >= week));
        needs
    }

    fn way(&mut self, case: &Case<'_>, exercise: &str, pain: f64, morning: Option<f64>) -> &mut Way {
        let same =
            |w: &Way| w.exercise == exercise && w.morning == morning && w.pain.total_cmp(&pain).is_eq();
        let at = self.0.iter().position(same).unwrap_or_else(|| {
            let needs = needs::going_on(case);
            self.0.push(Way { exercise: exercise.to_owned(), pain, morning, at: case.today(), needs });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

/// What the plan of a day says of an exercise.
struct Seen {
    /// How much of it is due, and is not done yet.
    due: Option<Dose>,
    /// The highest pain that its cap allows.
    cap: f64,
    /// How it has grown.
    grown: Option<Grown>,
    /// What would let it in, whatever day it is.
    walls: Vec<Need>,
    /// The baseline of this morning.
    baseline: Option<f64>,
}

impl Way {
    /// What has to be on record by a day.
    fn walked(&mut self, case: &Case<'_>, alarms: &[Flag], day: Day) -> Vec<Need> {
        while self.at <= day {
            self.step(case, alarms);
            self.at = self.at.plus(1);
        }
        self.needs.iter().filter(|n| n.on.iter().all(|on| *on <= day)).cloned().collect()
    }

    fn step(&mut self, case: &Case<'_>, alarms: &[Flag]) {
        let (today, day) = (case.today(), self.at);
        let mut seen = self.seen(case, alarms, day);
        self.wake(case, day, seen.baseline);
        // What opens a rung is tested the day before it is run.
        let eve = day.minus(1).max(today);
        let wants: Vec<MeasureTest> = seen.grown.iter().flat_map(|g| g.wants.clone()).collect();
        for test in &wants {
            let on = on_day(case, eve, &[], |later| needs::days_of_test(case, later, test));
            self.needs.extend(on.and_then(|on| needs::of_test(case, test, on)));
        }
        if !wants.is_empty() || self.morning.is_some() {
            seen = self.seen(case, alarms, day);
        }
        let open = needs::open(case, day);
        let shut = seen.grown.as_ref().is_none_or(|g| g.shut);
        match seen.due {
            Some(dose) if open && !shut => {
                let name = case.library.exercise_name(&self.exercise);
                let need = Need::new(&self.exercise, NeedKind::Session, name, vec![day]);
                let need = Need { dose: Some(dose), ..need };
                self.needs.push(need.at_most(self.pain.min(seen.cap)));
            }
            None if open => self.needs.extend(seen.walls),
            _ => {}
        }
    }

    /// The morning after a session has to prove it.
    fn wake(&mut self, case: &Case<'_>, day: Day, baseline: Option<f64>) {
        let Some(most) = self.morning else { return };
        let eve = day.minus(1);
        let done = case.journal.performed(eve, eve).any(|b| b.what.exercise == self.exercise);
        let named = self.needs.iter().any(|n| n.kind == NeedKind::Session && n.on.contains(&eve));
        // The first morning of all is what the next one is compared with.
        let first = baseline.is_none();
        if (done || named || first) && case.diary.mornings.get(day).is_none() && needs::open(case, day) {
            let name = case.library.measure_name(PAIN_MORNING);
            let need = Need::new(PAIN_MORNING, NeedKind::Reading, name, vec![day]);
            self.needs.push(need.at_most(baseline.map_or(most, |b| b.min(most))));
        }
    }

    fn seen(&self, case: &Case<'_>, alarms: &[Flag], day: Day) -> Seen {
        let known = on_record(case, &before(&self.needs, day));
        on_day(case, day, &known, |there| look(there, alarms, &self.exercise))
    }
}

fn look(there: &Case<'_>, alarms: &[Flag], exercise: &str) -> Seen {
    let day = there.today();
    let mut all = alarms.to_vec();
    all.extend(flags(there));
    let advice = advise(there, &all);
    let plan = plan(there, &all, &advice, &[]);
    let mut prescribed = there.course.phase(there.program).exercises.iter();
    let grown = prescribed.find(|p| p.exercise == exercise).map(|p| grown(there, p));
    let item = plan.items.iter().find(|i| i.id == exercise && i.due > i.done);
    let mut walls: Vec<Need> =
        all.iter().filter(|f| f.is_open() && f.rule.gate).map(|f| clearance(&f.rule.id, day)).collect();
    walls.extend(advice.ask_now.iter().map(|_| needs::red_flags(day)));
    if grown.as_ref().is_some_and(|g| g.rests.is_some()) {
        walls.push(quiet_days(there, 0.0, vec![day]));
    }
    Seen {
        due: item.and(grown.as_ref()).map(|g| g.dose.clone()),
        cap: item.and_then(|i| i.cap).unwrap_or_default(),
        grown,
        walls,
        baseline: there.diary.baseline(day),
    }
}

/// Whether the plan of each day holds the sessions that are named for it.
pub(super) fn held(case: &Case<'_>, named: &[Need], alarms: &[Flag]) -> bool {
    named.iter().filter(|need| need.kind == NeedKind::Session).all(|need| {
        need.on.iter().all(|day| {
            let known = on_record(case, &before(named, *day));
            let due = on_day(case, *day, &known, |there| look(there, alarms, &need.id).due);
            due.is_some_and(|due| need.dose.as_ref().is_none_or(|dose| dose.rung <= due.rung))
        })
    })
}

/// What of some needs is on record when somebody trains on a day: that of the
/// days before, and the morning.
fn before(needs: &[Need], day: Day) -> Vec<Need> {
    let mut known = needs.to_vec();
    for need in &mut known {
        let morning = need.id == PAIN_MORNING;
        need.on.retain(|on| *on < day || (*on == day && morning));
    }
    known
}
