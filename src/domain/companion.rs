//! What goes along where there is no sinew: the days ahead, what each exercise
//! asks for, the questions, and from which answer on none of it counts any more.
//!
//! Nothing is judged out there. What an answer would come to is tried out here,
//! by the same rules: it is put on record in a copy of the journal, and the
//! advice is asked for.

use super::advice::{Action, advise};
use super::ahead::Ahead;
use super::bars::care_bar;
use super::brakes::{Braking, Effect};
use super::checkin;
use super::criteria::Case;
use super::day::Day;
use super::entry::{Entry, EntryId, Fact, Performed, Reading};
use super::finding::Verdict;
use super::library::Library;
use super::measure::{Better, Measure, PAIN_DURING};
use super::program::CarePlan;
use super::prospect::on_day;
use super::question::Question;
use super::schedule::{Item, ItemKind};
use super::screening::{Flag, flags};
use super::session::{Task, task_of};
use super::signs::{Pair, Sign, following, signs};
use super::situation::Situation;

/// What goes along for some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Companion {
    /// The days, today first.
    pub days: Vec<PageDay>,
    /// The exercises of these days, in the order of the plan.
    pub exercises: Vec<Taken>,
    /// The care of these days.
    pub care: Vec<Item>,
    /// What the check-in asks for.
    pub asked: Vec<Asked>,
    /// The red-flag questions.
    pub signs: Vec<Sign>,
    /// Pairs of their answers that raise a rule together.
    pub pairs: Vec<Pair>,
    /// The questions whose "yes" calms, each with those after which it is put.
    pub following: Vec<(Question, Vec<String>)>,
}

/// One day of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageDay {
    /// The day.
    pub day: Day,
    /// Days since onset.
    pub number: i64,
    /// The exercises that are due, and how often.
    pub exercises: Vec<(String, u32)>,
    /// Names of what is due for the first time: a plan of that day has its dose.
    pub new: Vec<String>,
    /// The care that is given, by id.
    pub care: Vec<String>,
}

/// An exercise that goes along.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// How it is done, and how much of it.
    pub task: Task,
    /// How often it is on record today.
    pub done: u32,
    /// How often it is due in general.
    pub frequency: String,
    /// When in the day, where it is due more than once.
    pub times: Vec<String>,
    /// From which pain during it on the whole plan is another one.
    pub turn: Option<Turn>,
}

/// A measure that the check-in asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The measure.
    pub measure: Measure,
    /// From which value on the plan is another one.
    pub turn: Option<Turn>,
}

/// Where a plan turns into a more cautious one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The mildest value that turns it.
    pub from: f64,
    /// From which value on the red-flag questions come first.
    pub ask_from: Option<f64>,
}

/// Gathers what goes along; `ahead` holds the days behind today, and is nothing
/// while the plan stops or rests.
pub fn companion(library: &Library, s: &Situation, ahead: Option<&Ahead>, days: u32) -> Companion {
    s.judge(library, |case| {
        let exercises = exercises(case, s, ahead.is_some());
        let (signs, pairs) = signs(case, days);
        Companion {
            days: page_days(case, s, ahead, days),
            care: items(s, ItemKind::Care).filter(|_| ahead.is_some()).cloned().collect(),
            asked: asked(case, s),
            signs,
            pairs,
            following: following(library),
            exercises,
        }
    })
}

fn items(s: &Situation, kind: ItemKind) -> impl Iterator<Item = &Item> {
    s.plan.items.iter().filter(move |item| item.kind == kind)
}

fn exercises(case: &Case<'_>, s: &Situation, planned: bool) -> Vec<Taken> {
    let taken = |item: &Item| {
        let task = task_of(case.library, s, item)?;
        let bout = |pain| {
            let done =
                Performed { pain: Some(pain), dose: Some(task.dose.clone()), ..Performed::of(&item.id) };
            Fact::Performed(Performed { side: task.recorded, ..done })
        };
        let pain = case.library.measures.get(PAIN_DURING)?;
        let turn = turn(case, s, pain, bout);
        let (frequency, times) = (item.frequency.clone(), item.times.clone());
        Some(Taken { done: item.done, frequency, times, turn, task })
    };
    items(s, ItemKind::Exercise).filter(|_| planned).filter_map(taken).collect()
}

fn page_days(case: &Case<'_>, s: &Situation, ahead: Option<&Ahead>, days: u32) -> Vec<PageDay> {
    let today = case.today();
    let known = |id: &str| items(s, ItemKind::Exercise).any(|item| item.id == id);
    (0..i64::from(days.max(1)))
        .map(|n| {
            let day = today.plus(n);
            let mut page = PageDay {
                day,
                number: day.since(case.course.onset),
                exercises: vec![],
                new: vec![],
                care: vec![],
            };
            let Some(ahead) = ahead else { return page };
            page.care = care_on(case, s, day);
            if n == 0 {
                let due = items(s, ItemKind::Exercise).filter(|item| item.due > 0 || item.done > 0);
                page.exercises = due.map(|item| (item.id.clone(), item.due)).collect();
            }
            for item in ahead.days.iter().filter(|a| a.day == day).flat_map(|a| &a.items) {
                if known(&item.id) {
                    page.exercises.push((item.id.clone(), item.due));
                } else {
                    page.new.push(item.name.clone());
                }
            }
            page
        })
        .collect()
}

/// The care of today that is still given on a later day.
fn care_on(case: &Case<'_>, s: &Situation, day: Day) -> Vec<String> {
    let phases = [case.course.phase(case.program), &case.program.phases[0]];
    let planned =
        |id: &str| -> Option<&CarePlan> { phases.iter().flat_map(|p| &p.care).find(|c| c.care == id) };
    let given = |later: &Case<'_>, id: &str| {
        let (Some(plan), Some(item)) = (planned(id), later.library.care.get(id)) else { return false };
        care_bar(later, plan, &item.tags).is_none()
    };
    on_day(case, day, &[], |later| {
        items(s, ItemKind::Care).filter(|item| given(later, &item.id)).map(|item| item.id.clone()).collect()
    })
}

/// What the check-in asks for today, and what only another day asks for again.
fn asked(case: &Case<'_>, s: &Situation) -> Vec<Asked> {
    let mut ids = checkin::questions(case, &s.advice);
    let tomorrow = on_day(case, case.today().plus(1), &[], |later| {
        checkin::questions(later, &advise(later, &alarms(s, later)))
    });
    // A limp can come back on any of the days, and nobody else asks for it there.
    for id in tomorrow.into_iter().chain([checkin::LIMP.to_owned()]) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let asked = |id: String| {
        let measure = case.library.measures.get(&id)?.clone();
        let told = |value| {
            let reading = Reading { measure: measure.id.as_str().into(), side: None, value };
            Fact::CheckIn { readings: vec![reading], answers: vec![] }
        };
        let turn = turn(case, s, &measure, told);
        Some(Asked { measure, turn })
    };
    ids.into_iter().filter_map(asked).collect()
}

/// The flags of a case, with those that other episodes hold against it.
fn alarms(s: &Situation, case: &Case<'_>) -> Vec<Flag> {
    let mut all: Vec<Flag> = s.flags.iter().filter(|f| f.episode.is_some()).cloned().collect();
    all.extend(flags(case));
    all
}

/// The mildest value of a measure that would turn today's plan into a more
/// cautious one. Worse never makes advice bolder, so that the first one is found
/// by halving.
fn turn(case: &Case<'_>, s: &Situation, measure: &Measure, told: impl Fn(f64) -> Fact) -> Option<Turn> {
    let values = values(measure);
    let first = |is: &dyn Fn(&Tried) -> bool| {
        let at = values.partition_point(|value| !is(&tried(case, s, told(*value))));
        values.get(at).copied()
    };
    let from = first(&|tried| tried.turns)?;
    Some(Turn { from, ask_from: first(&|tried| tried.asks) })
}

/// The whole values that a measure can have, the best one first.
fn values(measure: &Measure) -> Vec<f64> {
    let (low, high) = measure.range;
    let mut values: Vec<f64> = std::iter::successors(Some(low), |value| Some(value + 1.0))
        .take_while(|value| *value <= high)
        .collect();
    if measure.better == Better::Higher {
        values.reverse();
    }
    values
}

/// What would come of something that was reported now.
struct Tried {
    turns: bool,
    asks: bool,
}

fn tried(case: &Case<'_>, s: &Situation, fact: Fact) -> Tried {
    let now = case.journal.now();
    let entry = Entry { id: EntryId::new("~"), day: now.day, at: now.at, note: None, corrects: None, fact };
    on_day(case, now.day, &[entry], |after| {
        let all = alarms(s, after);
        let advice = advise(after, &all);
        let opened = |f: &Flag| f.is_open() && !s.open_flags().any(|o| o.rule.id == f.rule.id);
        let pulled = |b: &&Braking| b.finding.verdict == Verdict::NotMet;
        let stood = |id: &str| s.advice.brakes.iter().filter(pulled).any(|b| b.finding.id == id);
        // These two leave the list of the day as it is.
        let mild = |b: &&Braking| matches!(b.effect, Effect::Hold | Effect::Ease);
        let mut brakes = advice.brakes.iter().filter(pulled).filter(|b| !mild(b));
        let asks = advice.ask_now.is_some();
        let turns = asks
            || advice.action < s.advice.action.min(Action::Hold)
            || all.iter().any(opened)
            || brakes.any(|b| !stood(&b.finding.id));
        Tried { turns, asks }
    })
}
