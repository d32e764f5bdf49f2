//! Virtual people: who they are, and how their injuries begin.

use std::sync::Arc;

use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeZone};

use sinew::domain::day::{At, Day, Now};
use sinew::domain::entry::{Answer, Decision, DecisionKind, Fact, Side};
use sinew::domain::episode::{Episode, Goal, Manner};
use sinew::domain::program::Program;
use sinew::domain::question::AnswerValue;

use super::body::Body;
use super::rng::Rng;
use super::thread::Thread;
use super::world::{Course, World};

/// What a person is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nature {
    /// The share of days on which something is logged.
    pub(crate) diligence: f64,
    /// The share of due exercises that are done.
    pub(crate) adherence: f64,
    /// How often a hold is overridden.
    pub(crate) impatience: f64,
    /// How often something goes wrong.
    pub(crate) misfortune: f64,
    /// Whether the work is done before the evening's report, or after it.
    pub(crate) trains_early: bool,
    /// Every how many days the home tests are taken.
    pub(crate) tests_every: i64,
    /// How fast the body heals; 1 is as the program expects.
    pub(crate) pace: f64,
    /// Age in years.
    pub(crate) age: f64,
}

/// A virtual person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The seed that everything follows from.
    pub(crate) seed: u64,
    /// Their stream of chance.
    pub(crate) rng: Rng,
    /// What they are like.
    pub(crate) nature: Nature,
    /// Their injuries.
    pub(crate) threads: Vec<Thread>,
    /// The offset of the clock where they are, in hours.
    pub(crate) offset: i32,
    /// The day of their life that it is, from 0.
    pub(crate) day: i64,
    /// Until which day nothing is logged.
    pub(crate) silent_until: i64,
    /// Days on which further injuries happen.
    pub(crate) trouble: Vec<i64>,
    /// How many days they are followed.
    pub(crate) span: i64,
}

/// The hour at which the day is looked at.
pub(crate) const EVENING: u32 = 19;

impl Person {
    /// A person and the first of their injuries.
    pub(crate) fn born(world: &World, seed: u64, longest: i64) -> Self {
        let mut rng = Rng::new(seed);
        let nature = nature(&mut rng);
        let offset = [-8, -5, 0, 1, 2, 9][rng.below(6)];
        let span = rng.days(longest / 2, longest);
        let trouble = match rng.unit() {
            d if d < 0.80 => vec![],
            d if d < 0.96 => vec![rng.days(0, span / 3)],
            _ => vec![rng.days(0, span / 4), rng.days(1, span / 2)],
        };
        let mut person =
            Self { seed, rng, nature, threads: vec![], offset, day: 0, silent_until: -1, trouble, span };
        person.injure(world);
        person
    }

    /// Today's calendar day.
    pub(crate) fn today(&self) -> Day {
        let first = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day of the calendar");
        Day::of_date(first).plus(self.day)
    }

    /// A moment of today, where the person is.
    pub(crate) fn at(&self, hour: u32, minute: u32) -> At {
        let clock = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
        let offset = FixedOffset::east_opt(self.offset * 3600).expect("an offset from UTC");
        offset.from_local_datetime(&self.today().date().and_time(clock)).single().expect("a fixed offset")
    }

    /// The evening of today, when the day is looked at.
    pub(crate) fn evening(&self) -> Now {
        Now { at: self.at(EVENING, 0), day: self.today() }
    }

    /// Another injury happens today, or happened some days ago.
    pub(crate) fn injure(&mut self, world: &World) {
        let Some(course) = choose(world, &mut self.rng, &self.threads).cloned() else { return };
        let rng = &mut self.rng;
        let (course, truth) = graded(world, rng, course);
        let ago = if rng.chance(0.7) { 0 } else { rng.days(1, 3) };
        let side = side(rng, &self.threads);
        let number = u32::try_from(self.threads.len()).unwrap_or(0) + 1;
        let goal = [Goal::DailyLife, Goal::Running, Goal::SprintSport][rng.below(3)];
        let manner = [Some(Manner::Sudden), Some(Manner::Sudden), Some(Manner::Gradual), None][rng.below(4)];
        let regions = &course.program.regions;
        let region = if rng.chance(0.8) { regions.first().cloned() } else { rng.pick(regions).cloned() };
        let model = world.program(&course.program.condition, truth).map_or(&course.program, |c| &c.program);
        let body = Body::fresh(rng, world.library(), model, self.nature.pace);
        let now = self.evening();
        let onset = now.day.minus(ago);
        let episode = Episode {
            id: format!("{}-{number}", self.seed),
            number,
            title: course.program.name.clone(),
            condition: course.program.condition.clone(),
            region,
            side: Some(side),
            onset,
            manner,
            goal,
            opened: self.at(8, 0),
        };
        let mut thread = Thread::new(episode, Arc::clone(&course.program), truth, body);
        self.open(world, &mut thread, &course);
        self.threads.push(thread);
    }

    /// The first entries: the start, the grade, and what was asked.
    fn open(&mut self, world: &World, thread: &mut Thread, course: &Course) {
        let opened = self.at(8, 0);
        let first = course.program.phases.first().map(|p| p.id.clone());
        let start = Decision {
            phase: first,
            program: Some(course.hash.clone()),
            ..Decision::of(DecisionKind::Start)
        };
        let begun = if thread.episode.onset == self.today() {
            self.at(4, 0)
        } else {
            opened - chrono::Duration::days(thread.age(self.today()))
        };
        thread.write_on(thread.episode.onset, begun, Fact::Decision(start), None);
        if let Some(grade) = course.program.grade {
            let given = Decision { grade: Some(grade), ..Decision::of(DecisionKind::Grade) };
            thread.write_on(
                thread.episode.onset,
                begun + chrono::Duration::seconds(1),
                Fact::Decision(given),
                None,
            );
        }
        let answers = self.told_at_the_start(world, thread.truth);
        thread.write(self.at(8, 1), Fact::Screen(answers));
    }

    fn told_at_the_start(&mut self, world: &World, truth: Option<u8>) -> Vec<Answer> {
        let rng = &mut self.rng;
        let mut answers = world.calm.clone();
        let tell = |answers: &mut Vec<Answer>, question: &str, value: AnswerValue| {
            answers.retain(|a| a.question != question);
            answers.push(Answer { question: question.to_owned(), value });
        };
        if rng.chance(0.6) || self.nature.age < 18.0 {
            tell(&mut answers, "age", AnswerValue::Number(self.nature.age));
        }
        if rng.chance(0.12) {
            tell(&mut answers, "same-strain-12-months", AnswerValue::Yes);
        }
        if rng.chance(0.35) {
            let known = ["stretch-or-split", "sprint", "forward-fall", "repeated-load"];
            if let Some(how) = rng.pick(&known) {
                tell(&mut answers, "mechanism", AnswerValue::Choices(vec![(*how).to_owned()]));
            }
        }
        let severe = truth == Some(3);
        if rng.chance(if severe { 0.3 } else { 0.03 }) {
            tell(&mut answers, "pop-at-injury", AnswerValue::Yes);
        }
        if rng.chance(if severe { 0.2 } else { 0.02 }) {
            tell(&mut answers, "four-steps-impossible-at-injury", AnswerValue::Yes);
        }
        // Some leave questions open.
        let skips = if rng.chance(0.2) { rng.between(0.0, 0.6) } else { 0.0 };
        answers.retain(|_| !rng.chance(skips));
        answers
    }
}

fn nature(rng: &mut Rng) -> Nature {
    let careful = rng.chance(0.55);
    Nature {
        diligence: if careful { rng.between(0.9, 1.0) } else { rng.between(0.5, 0.9) },
        adherence: if careful { rng.between(0.8, 1.0) } else { rng.between(0.3, 0.8) },
        impatience: if rng.chance(0.25) { rng.between(0.02, 0.15) } else { 0.003 },
        misfortune: if careful { rng.between(0.1, 0.6) } else { rng.between(0.5, 2.0) },
        trains_early: rng.chance(0.5),
        tests_every: if careful { rng.days(1, 2) } else { rng.days(1, 4) },
        pace: if careful { rng.between(0.5, 1.0) } else { rng.between(0.7, 1.8) },
        age: if rng.chance(0.06) { 16.0 } else { rng.between(19.0, 75.0).round() },
    }
}

/// The program of a new injury: any of them, and stand-ins seldom.
fn choose<'w>(world: &'w World, rng: &mut Rng, threads: &[Thread]) -> Option<&'w Course> {
    let built_in = |c: &&Course| world.catalog.programs.contains_key(&c.program.id);
    let (real, rest): (Vec<&Course>, Vec<&Course>) = world.programs.iter().partition(built_in);
    if threads.is_empty() && !rest.is_empty() && rng.chance(0.04) {
        return rng.pick(&rest).copied();
    }
    rng.pick(&real).copied()
}

/// What is really torn, which is not always what was taken for it.
fn graded(world: &World, rng: &mut Rng, course: Course) -> (Course, Option<u8>) {
    let Some(truth) = course.program.grade else { return (course, None) };
    if rng.chance(0.8) {
        return (course, Some(truth));
    }
    let grades = world.grades(&course.program.condition);
    let taken_for = rng.pick(&grades).copied();
    let wrong = world.program(&course.program.condition, taken_for).cloned();
    (wrong.unwrap_or(course), Some(truth))
}

fn side(rng: &mut Rng, threads: &[Thread]) -> Side {
    let last = threads.last().and_then(|t| t.episode.side);
    match last {
        // Most often the other leg, sometimes the same one.
        Some(side) if rng.chance(0.6) => side.other().unwrap_or(side),
        Some(side) => side,
        None => [Side::Left, Side::Right][rng.below(2)],
    }
}

/// Whether a program has grades to go up to or down to.
pub(crate) fn other_grades(world: &World, program: &Program) -> Vec<u8> {
    let own = program.grade;
    world.grades(&program.condition).into_iter().filter(|g| Some(*g) != own).collect()
}
