//! Everything about one episode at one moment, worked out from its entries.

use super::advice::{Action, Advice, advise};
use super::course::Course;
use super::criteria::Case;
use super::day::Day;
use super::episode::Episode;
use super::finding::Finding;
use super::journal::Journal;
use super::library::Library;
use super::program::Program;
use super::schedule::{Plan, plan};
use super::screening::{Flag, flags};

/// Everything about one episode at one moment. Computed, never stored.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The episode.
    pub episode: Episode,
    /// The program that it runs on.
    pub program: Program,
    /// Its entries.
    pub journal: Journal,
    /// Where it stands.
    pub course: Course,
    /// Its flags, open and closed, with the emergencies of other open episodes.
    pub flags: Vec<Flag>,
    /// The advice.
    pub advice: Advice,
    /// Today's plan.
    pub plan: Plan,
}

impl Situation {
    /// Works out a situation; nothing when the program had not been started.
    ///
    /// `alarms` are open flags of other episodes, which stop this one as well.
    pub fn of(
        library: &Library,
        program: Program,
        episode: Episode,
        journal: Journal,
        alarms: Vec<Flag>,
    ) -> Option<Self> {
        let course = Course::of(&program, &episode, &journal)?;
        let case = Case { library, program: &program, episode: &episode, journal: &journal, course: &course };
        let mut all = alarms;
        all.extend(flags(&case));
        let advice = advise(&case, &all);
        let plan = plan(&case, &all, &advice);
        Some(Self { episode, program, journal, course, flags: all, advice, plan })
    }

    /// What the rules judge.
    pub fn case<'a>(&'a self, library: &'a Library) -> Case<'a> {
        Case {
            library,
            program: &self.program,
            episode: &self.episode,
            journal: &self.journal,
            course: &self.course,
        }
    }

    /// The flags that nobody has answered for.
    pub fn open_flags(&self) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(|f| f.is_open())
    }
}

/// One day of a recovery that is told as a story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryDay {
    /// The day.
    pub day: Day,
    /// Days since the injury.
    pub number: i64,
    /// The phase at the end of the day, before any advance.
    pub phase: String,
    /// How many things were logged; none is unknown, not zero pain.
    pub logged: usize,
    /// The highest pain of the day.
    pub pain: Option<f64>,
    /// What was advised.
    pub action: Action,
    /// The findings that stood in the way.
    pub against: Vec<Finding>,
    /// The phase entered, where the advice was accepted.
    pub entered: Option<String>,
    /// Whether full return was cleared.
    pub full_return: bool,
}
