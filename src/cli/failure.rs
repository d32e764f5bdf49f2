//! Failures: what happened, what to do, and the exit code.

use std::io;

use crate::app::AppError;
use crate::catalog::CatalogError;
use crate::store::StoreError;

use super::when::WhenError;

/// The person can fix it.
pub const PERSON: u8 = 1;
/// The result says stop; only where `--exit-code` asks for it.
pub const STOP: u8 = 3;
/// A definition file is wrong.
pub const DEFINITION: u8 = 4;
/// A bug, or a damaged store.
pub const BUG: u8 = 70;

/// What happened, what to do, and the exit code.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened; empty when nothing is to be said.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The exit code.
    pub code: u8,
}

impl Failure {
    /// Something that the person can fix.
    pub fn person(message: String, hint: &str) -> Self {
        Self { message, hint: hint.to_owned(), code: PERSON }
    }

    /// Nothing more to say than the exit code.
    pub fn silent(code: u8) -> Self {
        Self { message: String::new(), hint: String::new(), code }
    }

    /// Output that could not be written.
    #[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
    pub fn output(error: io::Error) -> Self {
        Self::person(format!("cannot write the output: {error}"), "what was to be recorded is recorded")
    }
}

impl Failure {
    /// What happened and, on a line of its own, what to do.
    pub fn words(&self) -> String {
        let message = crate::render::page::clean(&self.message);
        if self.hint.is_empty() {
            format!("error: {message}")
        } else {
            format!("error: {message}\nhint: {}", self.hint)
        }
    }
}

impl From<WhenError> for Failure {
    fn from(error: WhenError) -> Self {
        Self::person(error.to_string(), &error.hint())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (hint, code) = match &error {
            StoreError::Open { .. } => {
                ("check that the path is right and that you may read and write it", PERSON)
            }
            StoreError::Unwritten { .. } => {
                ("check that there is room, and that you may write there; the store is as it was", PERSON)
            }
            StoreError::Newer { .. } => ("install the newer sinew; nothing in the store was changed", PERSON),
            StoreError::Busy => {
                ("wait until the other one is done, then try again; nothing was written", PERSON)
            }
            StoreError::Full => ("make room, then try again; nothing was written", PERSON),
            StoreError::Closed | StoreError::ReadOnly => (
                "check the permissions of the file, of those beside it and of its folder: sinew doctor names what is wrong; nothing was written",
                PERSON,
            ),
            StoreError::Disk => ("see whether it is full, or was taken away; nothing was written", PERSON),
            StoreError::Changed => ("nothing was written; look again with sinew next", PERSON),
            StoreError::Damaged { .. } => {
                ("nothing was changed; sinew doctor looks into it, sinew restore puts a backup back", BUG)
            }
            StoreError::Row { .. } | StoreError::Sqlite(_) => ("nothing was written; please report it", BUG),
        };
        Self { message: error.to_string(), hint: hint.to_owned(), code }
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        let drawn: Vec<String> = error.0.iter().map(|mistakes| mistakes.draw(false)).collect();
        Self { message: error.to_string(), hint: drawn.join("\n\n"), code: DEFINITION }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let message = match &error {
            AppError::Rows { mistakes, more, .. } => listed(
                &error,
                mistakes.iter().map(|r| format!("line {}: {}", r.line, r.message)).collect(),
                *more,
            ),
            AppError::Document { mistakes, more, .. } => listed(&error, mistakes.clone(), *more),
            AppError::Answers(mistakes) => listed(&error, mistakes.clone(), 0),
            _ => error.to_string(),
        };
        let hint = match error {
            AppError::Store(error) => return error.into(),
            AppError::Catalog(error) => return error.into(),
            AppError::Output(error) => return Self::output(error),
            AppError::NoEpisode => "begin with sinew start; sinew alone lists the conditions".to_owned(),
            AppError::UnknownEpisode(_) => "sinew episodes lists them".to_owned(),
            AppError::NoProgram => "look at a day after the injury".to_owned(),
            AppError::Unknown { near: Some(near), .. } => format!("did you mean {near}?"),
            AppError::Unknown { what: "condition", .. } => "sinew alone lists the conditions".to_owned(),
            AppError::Unknown { what: "exercise", .. } => "sinew today lists the exercises".to_owned(),
            AppError::Unknown { what: "program", .. } => "sinew program list names them".to_owned(),
            AppError::Unknown { what: "measure", .. } => {
                "sinew test lists the tests of this phase".to_owned()
            }
            AppError::Unknown { what: "care item", .. } => {
                "ice, heat, compression, elevation, crutches, massage, foam-roller, analgesic".to_owned()
            }
            AppError::Unknown { what: "question", .. } => {
                "nothing was recorded; sinew screen puts the questions. If it feels serious, do not wait: be seen"
                    .to_owned()
            }
            AppError::Unknown { what: "column", .. } => {
                "the first line of the table names its columns".to_owned()
            }
            AppError::Unknown { .. } => "check the spelling".to_owned(),
            AppError::NoSuchGrade { .. } => {
                "grades run from 1 to 3; where a grade has no program, see a clinician before exercising"
                    .to_owned()
            }
            AppError::GradeNeeded { grades, .. } => grade_hint(&grades),
            AppError::Value(_)
            | AppError::Answer(_)
            | AppError::AnsweredTwice(_)
            | AppError::Length { .. }
            | AppError::Lines(_)
            | AppError::NoSuchRung(_) => "nothing was recorded".to_owned(),
            AppError::NoEntry(_) => "sinew history names them; four characters at least".to_owned(),
            AppError::ManyEntries(which) if which == "last" => {
                "one command wrote them together; sinew history names each".to_owned()
            }
            AppError::ManyEntries(_) => "write more of it; sinew history names them".to_owned(),
            AppError::UntilNeeded => "add --until 2026-03-31, and the limits with --note".to_owned(),
            AppError::VisitTooEarly { .. } => "say the day of a later visit with --day".to_owned(),
            AppError::Future(_) => "what has not happened yet cannot be recorded".to_owned(),
            AppError::LongAgo(_) => "check the year".to_owned(),
            AppError::BeforeOnset { .. } => {
                "check the date; sinew onset DAY --why TEXT puts the day of the injury right".to_owned()
            }
            AppError::NothingToAccept("stop") => "sinew flags says what to do now".to_owned(),
            AppError::NothingToAccept(_) => "sinew next says what is missing".to_owned(),
            AppError::NotOverridable(_) => "sinew next says what stands against it".to_owned(),
            AppError::NotNow(_) => "sinew next says where you stand".to_owned(),
            AppError::NothingThere(_) => "sinew history says what became of each entry".to_owned(),
            AppError::LowersGrade => {
                "sinew regrade N --by physiotherapist --why TEXT, once somebody has looked".to_owned()
            }
            AppError::Meanwhile => "nothing was decided; look again with sinew next".to_owned(),
            AppError::Elsewhere => "what was saved before is kept; sinew session goes on from there".to_owned(),
            AppError::AfterReport { .. } => "name that day or an earlier one".to_owned(),
            AppError::NotAClinician(_) => format!(
                "it is one of: {}",
                crate::domain::entry::CLINICIAN_ROLES.join(", ")
            ),
            AppError::NothingToClear(_) => "sinew flags lists what is open; --episode N speaks of another injury".to_owned(),
            AppError::Empty => "for instance: sinew log 3 --walking 2 --morning 1".to_owned(),
            AppError::Rows { .. } => "mend these lines and import the file again".to_owned(),
            AppError::Column(_) => "such as --column day=Date --column pain-worst=Pain".to_owned(),
            AppError::Document { .. } => "docs/json.md says how the document looks".to_owned(),
            AppError::Answers(_) => "docs/json.md says how the file looks".to_owned(),
            AppError::File { .. } | AppError::Unwritten { .. } => {
                "check the path, and that you may use it".to_owned()
            }
            AppError::Exists(_) => "nothing was written; take another name (sinew program new: another id, or --to FILE)".to_owned(),
            AppError::NoBackup { .. } => "nothing was changed; sinew restore lists the backups".to_owned(),
            AppError::Passphrase => "nothing was changed; try again".to_owned(),
            AppError::Sealed(_) => "nothing was changed; take another copy of it".to_owned(),
            AppError::NoStore(_) => "sinew start creates one; or check --store and SINEW_STORE".to_owned(),
            AppError::NoId(_) => {
                "lower-case letters, digits and hyphens, and no name that a program or a condition has"
                    .to_owned()
            }
        };
        Self { message, hint, code: PERSON }
    }
}

/// The most lines of one message.
const MOST_LINES: usize = 100;

/// A message with a list below it.
fn listed(error: &AppError, mut lines: Vec<String>, more: usize) -> String {
    let more = lines.len().saturating_sub(MOST_LINES) + more;
    lines.truncate(MOST_LINES);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    format!("{error}:\n  {}", lines.join("\n  "))
}

/// What the grades mean, for somebody who has to choose.
fn grade_hint(grades: &[u8]) -> String {
    let words = |grade: &u8| match grade {
        1 => "--grade 1: mild ache and tightness, strength kept",
        2 => "--grade 2: sharper pain, clearly weaker, walking is hard",
        _ => "--grade 3: severe, walking fails without help",
    };
    let lines: Vec<String> = grades.iter().map(|g| format!("  {}", words(g))).collect();
    format!("add the grade; in doubt take the higher one\n{}", lines.join("\n"))
}
