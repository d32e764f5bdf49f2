//! Everything about one episode at one moment, worked out from its entries.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::advice::{Action, Advice, advise};
use super::answers::AnswerBook;
use super::course::{Course, onset_of};
use super::criteria::Case;
use super::day::Day;
use super::diary::Diary;
use super::entry::{Entry, EntryId};
use super::episode::Episode;
use super::finding::Finding;
use super::journal::Journal;
use super::library::{Library, Urgency};
use super::past::Bookmark;
use super::program::Program;
use super::prospect::{Change, change};
use super::schedule::{Plan, plan};
use super::screening::{Flag, flags};
use super::undone;

/// Everything about one episode at one moment. Computed, never stored.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The episode, with the day of the injury as it was put right last.
    pub episode: Episode,
    /// The program that it runs on, as slow as this person's answers make it.
    pub program: Arc<Program>,
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
    diary: Diary,
}

impl Situation {
    /// Works out a situation; nothing when the program had not been started.
    ///
    /// `others` are the other episodes of the same person, each by itself:
    /// their emergency and urgent flags stop this one as well, and its plan
    /// holds only what they allow.
    pub fn of(
        library: &Library,
        program: &Arc<Program>,
        episode: Episode,
        journal: Journal,
        others: &[Self],
    ) -> Option<Self> {
        let episode = Episode { onset: onset_of(&episode, &journal).0, ..episode };
        let bare = Course::of(program, &episode, &journal)?;
        let now = journal.now();
        let journal = journal.keeping(|entry| undone::counts(library, program, &bare, now, entry));
        let (program, slowed) = slowed(library, program, &episode, &journal);
        let course = Course { slowed, ..bare };
        let diary = Diary::of(library, &episode, &journal);
        let case = Case {
            library,
            program: &program,
            episode: &episode,
            journal: &journal,
            course: &course,
            diary: &diary,
        };
        let mut all: Vec<Flag> = others.iter().flat_map(Self::alarms).collect();
        all.extend(flags(&case));
        let advice = advise(&case, &all);
        let plan = plan(&case, &all, &advice, others);
        Some(Self { episode, program, journal, course, flags: all, advice, plan, diary })
    }

    /// Asks something of the rules about this situation.
    pub fn judge<T>(&self, library: &Library, ask: impl FnOnce(&Case<'_>) -> T) -> T {
        ask(&Case {
            library,
            program: &self.program,
            episode: &self.episode,
            journal: &self.journal,
            course: &self.course,
            diary: &self.diary,
        })
    }

    /// What would change the advice to stop or to hold.
    pub fn change(&self, library: &Library) -> Option<Change> {
        self.judge(library, |case| change(case, &self.flags, &self.advice))
    }

    /// What has to be read of this episode from now on, and which of the older entries
    /// still speak; `entries` are all that it has on record.
    pub fn bookmark(&self, library: &Library, entries: &[Arc<Entry>]) -> (Bookmark, BTreeSet<EntryId>) {
        self.judge(library, |case| Bookmark::of(case, &self.flags, &self.advice, &self.plan, entries))
    }

    /// Whether another situation says the same.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        (&self.program, &self.course, &self.flags, &self.advice, &self.plan)
            == (&other.program, &other.course, &other.flags, &other.advice, &other.plan)
    }

    /// The flags that nobody has answered for.
    pub fn open_flags(&self) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(|f| f.is_open())
    }

    /// The flags that stop every other episode of the person as well.
    fn alarms(&self) -> impl Iterator<Item = Flag> {
        let own = self.open_flags().filter(|f| f.episode.is_none() && f.rule.urgency >= Urgency::Urgent);
        own.map(|f| Flag { episode: Some(self.episode.number), ..f.clone() })
    }
}

/// The program as slow as the answers make it, and what makes it so.
fn slowed(
    library: &Library,
    program: &Arc<Program>,
    episode: &Episode,
    journal: &Journal,
) -> (Arc<Program>, Vec<super::slower::Slowed>) {
    if program.slower.is_empty() {
        return (Arc::clone(program), vec![]);
    }
    let slows = |question: &str| program.slower.iter().any(|s| s.clause.question == question);
    let book = AnswerBook::of(library, episode, journal, slows);
    let by = program.slowed_by(&book.on(journal.now().day));
    if by.is_empty() { (Arc::clone(program), by) } else { (Arc::new(program.slowed(&by)), by) }
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
