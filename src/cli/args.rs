//! The arguments. Their doc comments are the manual.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use super::export::ExportCommand;
use super::help::FIRST_PAGE;
use super::import::Import;
use super::keep::{Backup, Doctor, Erase, Restore};
use super::page::Page;
use super::program::ProgramCommand;
use super::report::Report;
use super::{complete, examples};

/// The heading of the options that every command has.
const EVERYWHERE: &str = "Options of every command";

/// What a usage does not break by itself, for a narrow terminal.
const CLEAR_USAGE: &str =
    "sinew clear [OPTIONS] --by <NAME> --role <ROLE>\n         --outcome <OUTCOME> <RULE>";
const CORRECT_USAGE: &str = "sinew correct [OPTIONS] --why <TEXT> <ENTRY>\n         <FIELD=VALUE>...";

/// Follow an injury from its first day: what to do today, is it safe, and
/// may I move on
///
/// sinew is not a medical device, and nobody watches what you write.
/// In an emergency call your local emergency number.
#[derive(Debug, Parser)]
#[command(name = "sinew", version, max_term_width = 80, help_template = FIRST_PAGE)]
pub struct Args {
    /// Print one JSON document instead of text
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub json: bool,
    /// Speak of this episode (its number in `sinew episodes`)
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "N", add = complete::episodes())]
    pub episode: Option<String>,
    /// Look back: what was known on that day
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DAY")]
    pub as_of: Option<String>,
    /// Keep everything in this file
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "PATH", env = "SINEW_STORE", hide_env_values = true)]
    pub store: Option<PathBuf>,
    /// Colour the output; auto unless sinew config says otherwise
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "WHEN")]
    pub color: Option<Color>,
    /// Print line by line, without tables
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub plain: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open an episode for an injury and start its program
    #[command(after_help = examples::START)]
    Start(Start),
    /// Record how it is: pain, walking, sleep, symptoms
    #[command(after_help = examples::LOG)]
    Log(Log),
    /// Be led through the exercises that are due, with timers and a bell
    #[command(after_help = examples::SESSION)]
    Session(Session),
    /// Record exercises that were done
    #[command(after_help = examples::DONE)]
    Done(Done),
    /// Record care that was given
    #[command(after_help = examples::CARE)]
    Care(Care),
    /// Record a home test, or list the tests of this phase
    #[command(after_help = examples::TEST)]
    Test(Test),
    /// Show what is due today
    #[command(after_help = examples::TODAY)]
    Today(Today),
    /// Show the days ahead as they would be, and the phases as ranges
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Write the coming days as one page for a phone, to use offline
    #[command(after_help = examples::PAGE)]
    Page(Page),
    /// Show whether to move on, and why
    #[command(after_help = examples::NEXT)]
    Next(Next),
    /// Show what was logged, and which way it goes
    #[command(after_help = examples::PROGRESS)]
    Progress(Progress),
    /// Hand over to a clinician: one page, and what is behind it
    #[command(after_help = examples::REPORT)]
    Report(Report),
    /// Answer the red-flag questions
    #[command(after_help = examples::SCREEN)]
    Screen(Screen),
    /// Show open and past red flags
    #[command(after_help = examples::FLAGS)]
    Flags(Flags),
    /// Record what a clinician found for a flag
    #[command(after_help = examples::CLEAR, override_usage = CLEAR_USAGE)]
    Clear(Clear),
    /// Show what the answers fit with, red flags first
    #[command(after_help = examples::ASSESS)]
    Assess(Assess),
    /// Explain anything that has an id: what, why, and who says so
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Read, check and write programs
    #[command(after_help = examples::PROGRAM)]
    Program {
        /// What to do with them
        #[command(subcommand)]
        what: ProgramCommand,
    },
    /// List the episodes
    #[command(after_help = examples::EPISODES)]
    Episodes,
    /// Show what was recorded, and what became of it
    #[command(after_help = examples::HISTORY)]
    History(History),
    /// Take back what was recorded last, or any entry
    #[command(after_help = examples::UNDO)]
    Undo(Undo),
    /// Bring back what was taken back
    #[command(after_help = examples::REDO)]
    Redo(Redo),
    /// Put an entry right
    #[command(after_help = examples::CORRECT, override_usage = CORRECT_USAGE)]
    Correct(Correct),
    /// Let the plan rest, for an illness or a journey
    #[command(after_help = examples::PAUSE)]
    Pause(Pause),
    /// Let the plan go on
    #[command(after_help = examples::RESUME)]
    Resume,
    /// Record another grade, and go on in its program
    #[command(after_help = examples::REGRADE)]
    Regrade(Regrade),
    /// Put the day of the injury right
    #[command(after_help = examples::ONSET)]
    Onset(Onset),
    /// Hand out what is on record, to keep or to take elsewhere
    #[command(after_help = examples::EXPORT)]
    Export {
        /// In which form
        #[command(subcommand)]
        what: ExportCommand,
    },
    /// Take in an exported document, a diary, or another tracker's table
    #[command(after_help = examples::IMPORT)]
    Import(Import),
    /// Show or change your own settings, and the names that you gave to commands
    #[command(after_help = examples::CONFIG)]
    Config(Config),
    /// Make a backup now; one is made before the first entry of each day
    #[command(after_help = examples::BACKUP)]
    Backup(Backup),
    /// List the backups, or put one back
    #[command(after_help = examples::RESTORE)]
    Restore(Restore),
    /// Examine the store: whether it is sound, safe and private
    #[command(after_help = examples::DOCTOR)]
    Doctor(Doctor),
    /// Erase an episode, or everything, for good
    #[command(after_help = examples::ERASE)]
    Erase(Erase),
    /// Play a whole recovery from a bundled diary, in a throwaway store
    #[command(after_help = examples::DEMO)]
    Demo,
}

/// The names of the commands, which no alias can have.
pub fn command_names() -> Vec<String> {
    let mut args = Args::command();
    args.build();
    args.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Arguments of `start`.
#[derive(Clone, Debug, clap::Args)]
pub struct Start {
    /// What is injured, such as hamstring-strain, or the id of a program; without
    /// it, a terminal asks for everything
    #[arg(add = complete::conditions())]
    pub condition: Option<String>,
    /// Grade of a strain: 1 mild, 2 moderate, 3 severe
    #[arg(long, value_name = "N", add = complete::grades())]
    pub grade: Option<u8>,
    /// Who graded it: self, or the role of a clinician; self unless given
    #[arg(long, value_name = "WHO", add = complete::graders())]
    pub graded_by: Option<String>,
    /// Side of the body: left, right, both
    #[arg(long, add = complete::sides())]
    pub side: Option<String>,
    /// Day of the injury, such as "3 days ago"; today unless given
    #[arg(long, value_name = "DAY")]
    pub onset: Option<String>,
    /// How it began: sudden, over-hours, gradual
    #[arg(long, add = complete::manners())]
    pub manner: Option<String>,
    /// Where it is, such as back-of-thigh
    #[arg(long, add = complete::regions())]
    pub region: Option<String>,
    /// What you want back: daily-life, running, sprint-sport; sprint-sport,
    /// which asks most, unless given
    #[arg(long, add = complete::goals())]
    pub goal: Option<String>,
    /// Your age in years
    #[arg(long, value_name = "YEARS")]
    pub age: Option<u8>,
    /// A name for the episode
    #[arg(long)]
    pub title: Option<String>,
    /// Answer a question: ID=VALUE; may be repeated
    #[arg(long = "answer", value_name = "ID=VALUE", add = complete::answers())]
    pub answers: Vec<String>,
    /// In your own words
    #[arg(long)]
    pub note: Option<String>,
}

/// Arguments of `log`.
#[derive(Debug, clap::Args)]
pub struct Log {
    /// Worst pain since the last check-in, 0 to 10
    #[arg(allow_negative_numbers = true)]
    pub pain: Option<String>,
    /// In your own words
    pub note: Vec<String>,
    /// Pain at rest, 0 to 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub rest: Option<String>,
    /// Pain when walking, 0 to 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub walking: Option<String>,
    /// Pain on waking, 0 to 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub morning: Option<String>,
    /// How much sleep was disturbed, 0 to 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub sleep: Option<String>,
    /// Walking with a limp: yes or no
    #[arg(long, value_name = "YES/NO", add = complete::yes_no())]
    pub limp: Option<String>,
    /// Woken by the pain: yes or no
    #[arg(long, value_name = "YES/NO", add = complete::yes_no())]
    pub woken: Option<String>,
    /// Any other measure: MEASURE=VALUE; may be repeated
    #[arg(long = "set", value_name = "MEASURE=VALUE", add = complete::readings())]
    pub set: Vec<String>,
    /// A sign that is there, such as one-leg-swollen; may be repeated
    #[arg(long = "symptom", value_name = "ID", add = complete::signs())]
    pub symptoms: Vec<String>,
    /// Answer a question: ID=VALUE; may be repeated
    #[arg(long = "answer", value_name = "ID=VALUE", add = complete::answers())]
    pub answers: Vec<String>,
    /// The side that the readings are of, where they have one
    #[arg(long, add = complete::sides())]
    pub side: Option<String>,
    /// When, such as "yesterday 18:30"
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Arguments of `done`.
#[derive(Debug, clap::Args)]
pub struct Done {
    /// Exercises, each with its dose and weight behind it: squat 3x10 12kg (or 25lb)
    #[arg(value_name = "EXERCISE [DOSE] [WEIGHT]", add = complete::exercises())]
    pub what: Vec<String>,
    /// Highest pain during it, 0 to 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub pain: Option<String>,
    /// The side; the injured one unless given
    #[arg(long, add = complete::sides())]
    pub side: Option<String>,
    /// It was skipped, for this reason
    #[arg(long, value_name = "WHY")]
    pub skipped: Option<String>,
    /// When, such as "yesterday 18:30"
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// In your own words
    #[arg(long)]
    pub note: Option<String>,
}

/// Arguments of `session`.
#[derive(Debug, clap::Args)]
pub struct Session {
    /// Let time run faster, for tests
    #[arg(long, value_name = "N", hide = true, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub speed: u32,
}

/// Arguments of `care`.
#[derive(Debug, clap::Args)]
pub struct Care {
    /// What: ice, compression, elevation, analgesic, ...; without it, the kinds are
    /// listed
    #[arg(add = complete::care())]
    pub kind: Option<String>,
    /// For how long, such as 15m or 15 min
    #[arg(num_args = 0..=2)]
    pub minutes: Vec<String>,
    /// The side; the injured one unless given
    #[arg(long, add = complete::sides())]
    pub side: Option<String>,
    /// When, such as "yesterday 18:30"
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Which test; without it, the tests of this phase are listed
    #[arg(add = complete::tests())]
    pub name: Option<String>,
    /// The result of the injured side, such as 10 or 10 min
    #[arg(num_args = 0..=2, allow_negative_numbers = true)]
    pub value: Vec<String>,
    /// The result of the left side
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub left: Option<String>,
    /// The result of the right side
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub right: Option<String>,
    /// When, such as "yesterday 18:30"
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Arguments of `today`.
#[derive(Debug, Default, clap::Args)]
pub struct Today {
    /// In one line, for a shell prompt or a login; silent when nothing is due
    #[arg(long, conflicts_with = "json")]
    pub brief: bool,
    /// With the times, every reason, and the command of whatever is not known yet
    #[arg(long, conflicts_with_all = ["json", "brief"])]
    pub full: bool,
}

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// How many days ahead, 1 to 60
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub days: u32,
}

/// Arguments of `pause`.
#[derive(Debug, clap::Args)]
pub struct Pause {
    /// Why, in your own words
    #[arg(required = true)]
    pub why: Vec<String>,
}

/// Arguments of `regrade`.
#[derive(Debug, clap::Args)]
pub struct Regrade {
    /// The grade: 1 mild, 2 moderate, 3 severe
    #[arg(value_parser = clap::value_parser!(u8).range(1..=3), add = complete::grades())]
    pub grade: u8,
    /// Who graded it: self, or the role of a clinician
    #[arg(long, value_name = "WHO", default_value = "self", add = complete::graders())]
    pub by: String,
    /// Why; a clinician who lowers a grade gives a reason
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
}

/// Arguments of `onset`.
#[derive(Debug, clap::Args)]
pub struct Onset {
    /// The day of the injury, such as "4 days ago"
    pub day: String,
    /// Why it is put right
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

/// Arguments of `next`.
#[derive(Debug, clap::Args)]
pub struct Next {
    /// Take the advice to advance, step back or finish
    #[arg(long, conflicts_with = "override_why")]
    pub accept: bool,
    /// Move on against the advice to hold, for this reason
    #[arg(long = "override", value_name = "WHY", id = "override_why")]
    pub override_why: Option<String>,
    /// Exit with 3 when the advice is to stop
    #[arg(long)]
    pub exit_code: bool,
    /// With every condition, its reason and its source
    #[arg(long, conflicts_with = "json")]
    pub full: bool,
}

/// Arguments of `progress`.
#[derive(Debug, clap::Args)]
pub struct Progress {
    /// Only the last weeks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=5200))]
    pub weeks: Option<u16>,
    /// Draw this measure instead of the highest pain of each day
    #[arg(long, value_name = "ID", add = complete::measures())]
    pub measure: Option<String>,
}

/// Arguments of `screen`.
#[derive(Debug, clap::Args)]
pub struct Screen {
    /// None of the emergency and urgent signs is there
    #[arg(long)]
    pub none: bool,
    /// Answer a question: ID=VALUE; may be repeated
    #[arg(long = "answer", value_name = "ID=VALUE", add = complete::answers())]
    pub answers: Vec<String>,
    /// Judge a JSON file of answers, without an episode and without a store
    #[arg(long = "answers", value_name = "FILE", conflicts_with_all = ["none", "answers"])]
    pub file: Option<PathBuf>,
    /// When, such as "yesterday 18:30"
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// Exit with 3 when an emergency or urgent flag is open
    #[arg(long)]
    pub exit_code: bool,
}

/// Arguments of `flags`.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// Exit with 3 when an emergency or urgent flag is open
    #[arg(long)]
    pub exit_code: bool,
}

/// Arguments of `clear`.
#[derive(Debug, clap::Args)]
pub struct Clear {
    /// The flag or gate, such as rf-07
    #[arg(add = complete::waiting())]
    pub rule: String,
    /// Who saw you
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// In which role, such as doctor or physiotherapist
    #[arg(long, add = complete::roles())]
    pub role: String,
    /// What came of it: cleared, cleared-with-limits, treated, referred,
    /// other-diagnosis
    #[arg(long, add = complete::outcomes())]
    pub outcome: String,
    /// On which day
    #[arg(long, value_name = "DAY", default_value = "today")]
    pub day: String,
    /// The last day on which it counts, such as 2026-03-31
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// In your own words
    #[arg(long)]
    pub note: Option<String>,
}

/// Arguments of `assess`.
#[derive(Debug, clap::Args)]
pub struct Assess {
    /// Judge a JSON file of answers, without an episode and without a store
    #[arg(long = "answers", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Such as walking, rf-07, p1.pain-rest, heel-press, gate; alone, it lists all
    #[arg(add = complete::explained())]
    pub id: Option<String>,
}

/// Arguments of `history`.
#[derive(Debug, clap::Args)]
pub struct History {
    /// So many days, today included
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
    /// Everything
    #[arg(long, conflicts_with = "days")]
    pub all: bool,
}

/// Arguments of `undo`.
#[derive(Debug, clap::Args)]
pub struct Undo {
    /// An entry, as sinew history names it
    #[arg(add = complete::standing())]
    pub entry: Option<String>,
    /// Why. Without a reason, pain above a limit and signs count for a week
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
}

/// Arguments of `redo`.
#[derive(Debug, clap::Args)]
pub struct Redo {
    /// An entry, as sinew history names it
    #[arg(add = complete::gone())]
    pub entry: Option<String>,
}

/// Arguments of `correct`.
#[derive(Debug, clap::Args)]
pub struct Correct {
    /// The entry, as sinew history names it, or last
    #[arg(add = complete::correctable())]
    pub entry: String,
    /// What it should say, such as pain-worst=3, dose=2x15, note=TEXT or
    /// at="yesterday 18:30"; nothing behind the = leaves it unknown
    #[arg(required = true, value_name = "FIELD=VALUE", add = complete::fields())]
    pub changes: Vec<String>,
    /// Why, such as "typed 7 for 1"
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

/// Arguments of `config`.
#[derive(Debug, clap::Args)]
pub struct Config {
    /// Which setting, such as rollover-hour or alias.NAME; without it, all are
    /// listed
    #[arg(add = complete::settings())]
    pub key: Option<String>,
    /// What it should be from now on; without it, what it is now
    #[arg(allow_negative_numbers = true)]
    pub value: Option<String>,
    /// Take it out of the file, back to the default
    #[arg(long, requires = "key", conflicts_with = "value")]
    pub unset: bool,
}
