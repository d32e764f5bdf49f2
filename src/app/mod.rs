//! Use cases: load, ask the domain, append. Takes the present moment, prints
//! nothing.

mod answers;
mod calendar;
mod companion;
mod course;
mod decide;
pub mod demo;
pub mod doctor;
pub mod explain;
mod export;
pub mod files;
mod handover;
mod ids;
mod import;
pub mod keep;
mod known;
mod lookback;
pub mod programs;
mod record;
mod records;
pub mod sealed;
mod session;
mod start;
mod stretches;
mod upkeep;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::{Catalog, CatalogError, Definition, Mistakes, meant, nearest};
use crate::domain::advice::Action;
use crate::domain::ahead::{Ahead, ahead};
use crate::domain::course::{Course, program_of};
use crate::domain::day::{Day, Now};
use crate::domain::entry::Answer;
use crate::domain::episode::Episode;
use crate::domain::finding::Verdict;
use crate::domain::journal::Journal;
use crate::domain::measure::ValueError;
use crate::domain::program::{Program, Subject};
use crate::domain::question::AnswerError;
use crate::domain::situation::Situation;
use crate::store::{Store, StoreError};

pub use answers::read_answers;
pub use decide::{Cleared, Decided};
pub use import::{Columns, DateOrder, RowMistake};
pub use record::{Draft, answer_given};
pub use start::{StartRequest, day_ends};
pub use upkeep::Undone;

/// Why a use case could not be carried out. None of these repeats what a
/// person recorded about their health.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no episode.
    #[error("there is no episode yet")]
    NoEpisode,
    /// No episode has this number.
    #[error("there is no episode `{0}`")]
    UnknownEpisode(String),
    /// The episode has no program.
    #[error("this episode had no program on that day")]
    NoProgram,
    /// Something is not known under this id.
    #[error("there is no {what} `{id}`")]
    Unknown {
        /// What it should be.
        what: &'static str,
        /// What was written.
        id: String,
        /// What may have been meant, in words.
        near: Option<String>,
    },
    /// There is no program for this condition and grade.
    #[error("there is no program for {condition} of grade {grade}")]
    NoSuchGrade {
        /// The condition.
        condition: String,
        /// The grade asked for.
        grade: u8,
    },
    /// The condition needs a grade.
    #[error("{condition} needs a grade")]
    GradeNeeded {
        /// The condition.
        condition: String,
        /// The grades that there are.
        grades: Vec<u8>,
    },
    /// A value that its measure cannot have.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// An answer that its question does not take.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// A moment that has not come yet.
    #[error("{0} lies in the future")]
    Future(String),
    /// A day of injury in a time that no diary of today speaks of.
    #[error("an injury of before {0} cannot be followed")]
    LongAgo(i32),
    /// A day before the injury.
    #[error("{day} lies before the injury of {onset}")]
    BeforeOnset {
        /// The day.
        day: Day,
        /// Day 0.
        onset: Day,
    },
    /// There is nothing to accept.
    #[error("there is nothing to accept: the advice is to {0}")]
    NothingToAccept(&'static str),
    /// The advice cannot be overridden.
    #[error("this cannot be overridden: {0}")]
    NotOverridable(String),
    /// Something that cannot be done as things stand.
    #[error("{0}")]
    NotNow(&'static str),
    /// A grade lowered by somebody who may not.
    #[error("only a clinician lowers a grade, and gives a reason")]
    LowersGrade,
    /// A day of injury after something that was reported.
    #[error("the injury cannot lie on {day}: something was already reported on {first}")]
    AfterReport {
        /// The day asked for.
        day: Day,
        /// The first report.
        first: Day,
    },
    /// Something was recorded between looking and deciding.
    #[error("something was recorded in the meantime, and the advice is another one")]
    Meanwhile,
    /// An exercise that was recorded elsewhere during a session.
    #[error("this exercise was recorded elsewhere in the meantime")]
    Elsewhere,
    /// A role that is none of a clinician.
    #[error("{0} is no role of a clinician")]
    NotAClinician(String),
    /// A flag or gate that nothing raised.
    #[error("nothing called `{0}` waits for a clinician")]
    NothingToClear(String),
    /// A question that was answered twice, and differently.
    #[error("`{0}` is answered twice, and differently")]
    AnsweredTwice(String),
    /// A text that is too long or empty.
    #[error("{what} has to be 1 to {most} characters long")]
    Length {
        /// What.
        what: &'static str,
        /// The most that there may be.
        most: usize,
    },
    /// A text of several lines where one belongs.
    #[error("{0} has to be a single line")]
    Lines(&'static str),
    /// A visit before what it should answer for.
    #[error("a visit of {visit} cannot answer for what was reported on {reported}")]
    VisitTooEarly {
        /// The day of the visit.
        visit: Day,
        /// The day of the report.
        reported: Day,
    },
    /// No entry is there to be taken back, brought back or put right.
    #[error("{0}")]
    NothingThere(&'static str),
    /// No entry has this handle.
    #[error("there is no entry `{0}`")]
    NoEntry(String),
    /// More than one entry has this handle.
    #[error("`{0}` names more than one entry")]
    ManyEntries(String),
    /// Limits without an end.
    #[error("cleared-with-limits needs a last day")]
    UntilNeeded,
    /// A rung that its ladder does not have.
    #[error("this ladder has {0} rungs")]
    NoSuchRung(usize),
    /// Nothing was given to record.
    #[error("there is nothing to record")]
    Empty,
    /// Rows of a diary that are wrong; nothing was written.
    #[error("{} of the rows cannot be read, and nothing was written", .mistakes.len() + .more)]
    Rows {
        /// The rows.
        mistakes: Vec<RowMistake>,
        /// How many more there are.
        more: usize,
        /// Answers of the rows that can be read: a sign among them is not
        /// passed over because another row is wrong.
        signs: Vec<Answer>,
    },
    /// Columns of a table that do not go together.
    #[error("{0}")]
    Column(&'static str),
    /// A document that is wrong; nothing was written.
    #[error("the document has {} mistakes, and nothing was written", .mistakes.len() + .more)]
    Document {
        /// The mistakes, each with its place.
        mistakes: Vec<String>,
        /// How many more there are.
        more: usize,
        /// Answers in it that can be read, as for rows.
        signs: Vec<Answer>,
    },
    /// Answers of a file that are wrong.
    #[error("the answers cannot be read")]
    Answers(Vec<String>),
    /// A file that must not be written over.
    #[error("there is a file at {0} already")]
    Exists(String),
    /// A file that cannot take the place of the store.
    #[error("{path} cannot be put back: {reason}")]
    NoBackup {
        /// Where it lies.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A sealed file was opened with another passphrase.
    #[error("the passphrase is another one")]
    Passphrase,
    /// A sealed file that no passphrase opens.
    #[error("the sealed file cannot be opened: {0}")]
    Sealed(&'static str),
    /// There is no store.
    #[error("there is no store at {0}")]
    NoStore(String),
    /// An id that a program cannot have.
    #[error("`{0}` cannot be the id of a program")]
    NoId(String),
    /// A file that cannot be written.
    #[error("cannot write {path}: {reason}")]
    Unwritten {
        /// Where it should lie.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Output that cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
    /// A file that cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// Where it lies.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The definition files.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// The catalogue and the store, together.
#[derive(Debug)]
pub struct App {
    /// The definitions.
    pub catalog: Catalog,
    store: Store,
    /// The programs that plans are pinned to, by hash, once they are read.
    pinned: RefCell<BTreeMap<String, Arc<Program>>>,
    /// The entries, once they are read.
    known: RefCell<Option<known::Known>>,
    /// With more entries than these, a store is not held as a whole.
    most: usize,
}

impl App {
    /// Puts catalogue and store together.
    pub fn new(catalog: Catalog, store: Store) -> Self {
        let (pinned, known, most) = (RefCell::default(), RefCell::default(), stretches::MOST);
        Self { catalog, store, pinned, known, most }
    }

    /// The same, where a store of more than so many entries is not held as a whole for
    /// today's advice.
    #[must_use]
    pub fn holding(self, most: usize) -> Self {
        Self { most, known: RefCell::default(), ..self }
    }

    /// Every episode, in order of opening.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn episodes(&self) -> Result<Vec<Episode>, AppError> {
        Ok(self.store.episodes()?)
    }

    /// The episode with this number, or the one opened last.
    ///
    /// # Errors
    ///
    /// When there is none, or the store cannot be read.
    pub fn episode(&self, wanted: Option<&str>, now: Now) -> Result<Episode, AppError> {
        let episodes = self.store.episodes()?;
        if let Some(wanted) = wanted {
            return episodes
                .into_iter()
                .find(|e| e.number.to_string() == wanted || e.id == wanted)
                .ok_or_else(|| AppError::UnknownEpisode(wanted.to_owned()));
        }
        if let [only] = episodes.as_slice() {
            return Ok(only.clone());
        }
        for episode in episodes.iter().rev() {
            if self.is_open(episode, now)? {
                return Ok(episode.clone());
            }
        }
        episodes.last().cloned().ok_or(AppError::NoEpisode)
    }

    /// Whether the program of an episode had begun and was not finished.
    fn is_open(&self, episode: &Episode, now: Now) -> Result<bool, AppError> {
        let journal = Journal::new(self.store.decisions(&episode.id)?, now);
        let Some(hash) = program_of(&journal) else { return Ok(false) };
        let course = Course::of(&*self.pinned(hash)?, episode, &journal);
        Ok(course.is_some_and(|course| !course.finished))
    }

    /// Everything about an episode at `now`, with the emergency and urgent flags
    /// of all others and what they know of the person.
    ///
    /// # Errors
    ///
    /// When the episode had no program then, or the store cannot be read.
    pub fn situation(&self, episode: &Episode, now: Now) -> Result<Situation, AppError> {
        let records = self.records(self.store.episodes()?, known::Reach::Whole)?;
        self.situate(&records, episode, now)
    }

    /// Looks ahead from today's plan; nothing while it stops or rests.
    pub fn ahead(&self, situation: &Situation, days: u32) -> Option<Ahead> {
        let stands = situation.advice.action == Action::Stop || situation.course.paused().is_some();
        (!stands).then(|| situation.judge(&self.catalog.library, |case| ahead(case, &situation.plan, days)))
    }

    /// The program that a plan is pinned to, from the text it started with.
    fn pinned(&self, hash: &str) -> Result<Arc<Program>, AppError> {
        if let Some(known) = self.catalog.programs.values().find(|d| d.hash == hash) {
            return Ok(Arc::clone(&known.program));
        }
        if let Some(known) = self.pinned.borrow().get(hash) {
            return Ok(Arc::clone(known));
        }
        let program = match self.catalog.built_in(hash) {
            Some(program) => program,
            None => self.pinned_text(hash)?,
        };
        self.pinned.borrow_mut().insert(hash.to_owned(), Arc::clone(&program));
        Ok(program)
    }

    /// The same from a text that is none of the built-in ones, or no longer.
    fn pinned_text(&self, hash: &str) -> Result<Arc<Program>, AppError> {
        let (id, text) = self.store.definition(hash)?.ok_or(StoreError::Row { table: "definition" })?;
        // A disk that changed a figure in it must change no advice.
        if crate::catalog::hash(&text) != hash {
            let reason = format!("the text of the program {id} is not the one that was pinned");
            return Err(StoreError::Damaged { path: "the store".to_owned(), reason }.into());
        }
        let wrong = |mistakes: Mistakes| AppError::Catalog(CatalogError(vec![mistakes]));
        Ok(self.catalog.pinned(&id, &text).map_err(wrong)?.program)
    }

    /// Every rule that a clinician may answer for in this situation: red
    /// flags, the program's checks and gates, and phases that took too long.
    pub fn clearable(&self, situation: &Situation) -> Vec<String> {
        let program = &situation.program;
        let criteria = program.phases.iter().flat_map(|p| p.entry.iter().chain(&p.exit));
        let gates = criteria.filter_map(|c| match &c.subject {
            Subject::Clearance(rule) => Some(rule.clone()),
            _ => None,
        });
        let rules = self.catalog.library.rules.iter().map(|r| r.id.clone());
        let checks = program.checks.iter().map(|c| c.rule.id.clone());
        let stalled = program.phases.iter().map(|p| format!("stalled-{}", p.id));
        let mut all: Vec<String> = rules.chain(checks).chain(gates).chain(stalled).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Those of them that wait for a clinician now.
    pub fn waiting(&self, situation: &Situation) -> Vec<String> {
        let flag = |rule: &str| situation.open_flags().any(|f| f.episode.is_none() && f.rule.id == rule);
        let gate = |rule: &str| {
            let id = format!("clearance-{rule}");
            situation.advice.findings.iter().any(|f| f.verdict != Verdict::Met && f.id.ends_with(&id))
        };
        self.clearable(situation).into_iter().filter(|rule| flag(rule) || gate(rule)).collect()
    }
}

/// The error for an id that nobody knows.
fn unknown<'w>(what: &'static str, id: &str, known: impl Iterator<Item = &'w str>) -> AppError {
    AppError::Unknown { what, id: id.to_owned(), near: meant(id, known) }
}
