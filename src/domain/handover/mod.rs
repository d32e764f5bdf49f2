//! The hand-over: all that a clinician asks about an episode, in one value.
//!
//! Nothing is judged here that the advice does not judge as well. What nobody
//! reported stands as not answered, as a gap or as unknown: never as zero, never
//! as "no".

mod asked;
mod change;
mod course;
mod home_tests;
mod trend;
mod work;

use std::collections::BTreeMap;

use serde::Serialize;

use super::adherence::Adherence;
use super::advice::Action;
use super::criteria::Case;
use super::day::Day;
use super::entry::{Clearance, EntryId, Fact};
use super::finding::Finding;
use super::library::{Library, Urgency};
use super::report::logged;
use super::screening::Flag;
use super::situation::Situation;
use super::trail::Traced;

pub use asked::{Clot, Likeness, Raised, SelfCheck, Told};
pub use change::{Change, Changes, Counted, Since, Visit};
pub use course::{Decided, Graded, Injury, Stay};
pub use home_tests::{Target, Tested, Value};
pub use trend::{Point, Week};
pub use work::{Bout, Given, Kept, Trained};

/// What a clinician is handed.
#[derive(Clone, Debug, Serialize)]
pub struct Handover {
    /// The day on which it was made.
    pub day: Day,
    /// What happened.
    pub injury: Injury,
    /// Every grade that was given, in order.
    pub grades: Vec<Graded>,
    /// Where the plan stands.
    pub standing: Standing,
    /// Every flag, with what was done about it, the open ones first.
    pub flags: Vec<Alarm>,
    /// The last visit, or what stands for it: "since" means since then.
    pub since: Since,
    /// What changed since.
    pub changes: Changes,
    /// Each day since the injury.
    pub days: Vec<Point>,
    /// The same by weeks since the injury.
    pub weeks: Vec<Week>,
    /// How the plan was kept to.
    pub kept: Kept,
    /// The phases entered, and why.
    pub phases: Vec<Stay>,
    /// Every other decision.
    pub decisions: Vec<Decided>,
    /// The home tests, left and right.
    pub tests: Vec<Tested>,
    /// What was trained since, by exercise.
    pub trained: Vec<Trained>,
    /// Every bout since.
    pub bouts: Vec<Bout>,
    /// Care since.
    pub care: Vec<Given>,
    /// Medicines that matter here: taken or not, never how much.
    pub medicines: Vec<Told>,
    /// What raises the risk of a clot in the leg.
    pub clot: Clot,
    /// The six self-check questions.
    pub self_check: Vec<SelfCheck>,
    /// What the answers fit with, best first; a likeness, no diagnosis.
    pub patterns: Vec<Likeness>,
    /// What the person wants to ask.
    pub questions: Vec<Raised>,
    /// The person's own words since.
    pub notes: Vec<Raised>,
    /// The short names of entries, as `sinew history` has them.
    #[serde(skip)]
    pub handles: BTreeMap<EntryId, String>,
}

/// Where the plan stands today.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The advice.
    pub action: Action,
    /// Name of the phase that it leads to.
    pub to: Option<String>,
    /// Number of the phase, from 1.
    pub number: usize,
    /// How many phases there are.
    pub of: usize,
    /// Name of the phase.
    pub phase: String,
    /// What it is for.
    pub goal: String,
    /// Days in it on which the plan did not rest.
    pub day: i64,
    /// Since when the plan rests.
    pub resting_since: Option<Day>,
    /// Not before this day, by the gates alone.
    pub earliest: Option<Day>,
    /// The usual window of recovery, in days since the injury.
    pub window: (i64, i64),
    /// Every condition for moving on.
    pub findings: Vec<Finding>,
}

/// A flag, and what was done about it.
#[derive(Clone, Debug, Serialize)]
pub struct Alarm {
    /// The flag.
    #[serde(skip)]
    pub flag: Flag,
    /// What clinicians said of it, in order.
    pub answers: Vec<Seen>,
    /// How many bouts of exercise are on record while it stood open; only for
    /// a flag that stops exercise.
    pub bouts_meanwhile: Option<usize>,
}

/// A clinician's outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// The day of the visit.
    pub day: Day,
    /// Who saw the person.
    pub who: String,
    /// In which role.
    pub role: String,
    /// With which outcome.
    pub outcome: super::entry::Outcome,
    /// The last day on which it counts.
    pub until: Option<Day>,
    /// What was noted with it.
    pub note: Option<String>,
    /// The entry.
    pub entry: EntryId,
}

/// What the hand-over is made from, beside the situation itself.
#[derive(Clone, Debug)]
pub struct Basis<'a> {
    /// Everything on record, with what became of it.
    pub trail: &'a [Traced],
    /// How the plan was kept to.
    pub adherence: Adherence,
    /// The last visit, where the person names one.
    pub since: Option<Day>,
    /// Questions for this hand-over alone.
    pub questions: &'a [String],
}

/// Works out the hand-over of a situation. The library has patterns in it.
pub fn hand_over(library: &Library, s: &Situation, basis: Basis<'_>) -> Handover {
    s.judge(library, |case| of_case(case, s, basis))
}

fn of_case(case: &Case<'_>, s: &Situation, basis: Basis<'_>) -> Handover {
    let Basis { trail, adherence, since, questions } = basis;
    let since = change::since(case, since);
    let reports = logged(case, case.course.onset);
    let days = trend::days(case, &reports);
    let answers = super::topics::standing(case.library, s);
    Handover {
        day: case.today(),
        injury: course::injury(case),
        grades: course::grades(case),
        standing: standing(s),
        flags: s.flags.iter().map(|flag| alarm(case, flag)).collect(),
        changes: change::changes(case, s, &since, &reports, trail),
        weeks: trend::weeks(&days, &adherence),
        kept: work::kept(&adherence, since.day),
        phases: course::stays(case),
        decisions: course::decided(case),
        tests: home_tests::tests(case, &s.advice.findings),
        trained: work::trained(case, since.day),
        bouts: work::bouts(case, since.day),
        care: work::care(case, since.day),
        medicines: asked::medicines(case),
        clot: asked::clot(case, &s.flags, &answers),
        self_check: asked::self_check(case),
        patterns: asked::patterns(case, &answers, &s.flags),
        questions: asked::questions(case, since.day, questions),
        notes: asked::notes(case, since.day),
        handles: trail.iter().map(|t| (t.entry.id.clone(), t.handle.clone())).collect(),
        since,
        days,
    }
}

fn standing(s: &Situation) -> Standing {
    let phase = s.course.phase(&s.program);
    let name = |id: &String| s.program.position(id).map(|at| s.program.phases[at].name.clone());
    Standing {
        action: s.advice.action,
        to: s.advice.to.as_ref().and_then(name),
        number: s.course.current().phase + 1,
        of: s.program.phases.len(),
        phase: phase.name.clone(),
        goal: phase.goal.clone(),
        day: s.course.days_in_phase(s.journal.now().day),
        resting_since: s.course.paused().map(|pause| pause.from),
        earliest: s.advice.earliest,
        window: s.program.window_days,
        findings: s.advice.findings.clone(),
    }
}

fn alarm(case: &Case<'_>, flag: &Flag) -> Alarm {
    // What belongs to another episode is answered for in that one.
    let own = flag.episode.is_none();
    let seen = |c: &super::journal::Recorded<'_, Clearance>| {
        own && c.what.rule == flag.rule.id && flag.day.is_none_or(|day| c.what.day >= day)
    };
    let answers: Vec<Seen> = case
        .journal
        .clearances()
        .filter(seen)
        .map(|c| Seen {
            day: c.what.day,
            who: c.what.who.clone(),
            role: c.what.role.clone(),
            outcome: c.what.outcome,
            until: c.what.expires,
            note: c.entry.note.clone(),
            entry: c.entry.id.clone(),
        })
        .collect();
    let closed = flag.cleared_by.as_ref().and_then(|id| case.journal.entries().iter().find(|e| e.id == *id));
    let bouts = || {
        let done = case.journal.entries().iter().filter(|e| match &e.fact {
            Fact::Performed(p) => p.skipped.is_none(),
            _ => false,
        });
        let after = |at| flag.opened.is_some_and(|opened| at > opened);
        done.filter(|e| after(e.at) && closed.is_none_or(|closed| e.at < closed.at)).count()
    };
    let stops = own && flag.rule.urgency >= Urgency::Urgent;
    Alarm { flag: flag.clone(), answers, bouts_meanwhile: stops.then(bouts) }
}
