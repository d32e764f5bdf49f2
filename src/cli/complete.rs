//! What a shell offers behind the Tab key. Whatever cannot be read offers
//! nothing: no completer complains, writes, or creates a store.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Command, CommandFactory};
use clap_complete::CompleteEnv;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use crate::app::App;
use crate::app::explain::everything;
use crate::catalog::Catalog;
use crate::catalog::settings::{SETTINGS, Settings};
use crate::domain::day::Now;
use crate::domain::entry::{CLINICIAN_ROLES, Fact, Outcome, Reading, Side};
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::measure::{Asked, Unit};
use crate::domain::program::Subject;
use crate::domain::question::{Question, QuestionKind};
use crate::domain::situation::Situation;
use crate::domain::units::Units;
use crate::render::history::said;
use crate::store::Store;

use super::args::Args;
use super::context::{own_folder, usual_store};

/// The present moment, and the episode that is meant where none is named: a
/// completer is called without anything at hand.
static KNOWN: OnceLock<(Now, Option<u32>)> = OnceLock::new();

/// Answers a shell that asks, as `COMPLETE` in the environment says, and ends
/// the program then. Comes before anything is printed.
pub fn answer(now: Option<Now>, settings: &Settings) {
    if let Some(now) = now {
        let _ = KNOWN.set((now.ending_at(settings.rollover()), settings.default_episode));
    }
    // Names of one's own are commands to a shell. The program ends with its answer,
    // and keeps them until then.
    let alias = |(name, line): &(String, String)| Command::new(&*name.clone().leak()).about(line.clone());
    let factory = || Args::command().subcommands(settings.alias.iter().map(alias));
    CompleteEnv::with_factory(factory).complete();
}

type Offer = Vec<CompletionCandidate>;

/// Ids with what they mean, each once.
fn offer<I: Into<String>, H: Into<String>>(known: impl IntoIterator<Item = (I, H)>) -> Offer {
    let mut seen: Vec<String> = Vec::new();
    let mut all = Offer::new();
    for (id, help) in known {
        let id: String = id.into();
        if !seen.contains(&id) {
            let help: String = help.into();
            let help = Some(help).filter(|h| !h.is_empty()).map(Into::into);
            all.push(CompletionCandidate::new(id.clone()).help(help));
            seen.push(id);
        }
    }
    all
}

fn words(known: impl IntoIterator<Item = &'static str>) -> Offer {
    offer(known.into_iter().map(|word| (word, "")))
}

// What never changes.

pub(super) fn sides() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(Side::ALL.map(Side::id)))
}

pub(super) fn manners() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(Manner::ALL.map(Manner::id)))
}

pub(super) fn goals() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(Goal::ALL.map(Goal::id)))
}

pub(super) fn outcomes() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(Outcome::ALL.map(Outcome::id)))
}

pub(super) fn roles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(CLINICIAN_ROLES))
}

pub(super) fn graders() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(["self"].into_iter().chain(CLINICIAN_ROLES)))
}

pub(super) fn grades() -> ArgValueCandidates {
    ArgValueCandidates::new(|| offer([("1", "mild"), ("2", "moderate"), ("3", "severe")]))
}

pub(super) fn yes_no() -> ArgValueCandidates {
    ArgValueCandidates::new(|| words(["yes", "no"]))
}

pub(super) fn settings() -> ArgValueCandidates {
    ArgValueCandidates::new(|| offer(SETTINGS.iter().map(|s| (s.key, s.means))))
}

// What the definitions hold.

pub(super) fn care() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        offer(catalog.library.care.into_iter().map(|(id, care)| (id, care.name)))
    })
}

pub(super) fn regions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let kind = catalog().and_then(|c| c.library.question("region").map(|q| q.kind.clone()));
        let Some(QuestionKind::Choice { choices, .. }) = kind else { return Offer::new() };
        offer(choices.into_iter().map(|choice| (choice, "")))
    })
}

pub(super) fn conditions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let conditions = catalog.conditions().into_iter().map(|c| (c.to_owned(), String::new()));
        offer(conditions.chain(titles(&catalog)))
    })
}

/// Programs, and files of programs.
pub(super) fn programs() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let known = catalog().map(|catalog| offer(titles(&catalog))).unwrap_or_default();
        let toml = |path: &std::path::Path| path.extension().is_some_and(|e| e == "toml");
        let files = PathCompleter::file().filter(toml).complete(current);
        starting(known, current).into_iter().chain(files).collect()
    })
}

fn titles(catalog: &Catalog) -> Vec<(String, String)> {
    catalog.programs.values().map(|d| (d.program.id.clone(), d.program.name.clone())).collect()
}

pub(super) fn explained() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let groups = everything(&catalog).into_iter();
        offer(groups.flat_map(|g| g.ids.into_iter().map(move |id| (id, g.heading))))
    })
}

pub(super) fn signs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let questions = catalog.library.questions.into_iter();
        offer(questions.filter(|q| q.kind == QuestionKind::YesNo && q.is_sign()).map(|q| (q.id, q.ask)))
    })
}

pub(super) fn answers() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let values = |id: &str| catalog.library.question(id).map(taken).unwrap_or_default();
        pairs(current, catalog.library.questions.iter().map(|q| (q.id.as_str(), q.ask.as_str())), values)
    })
}

/// The words that answer a question.
fn taken(question: &Question) -> Vec<String> {
    let words: Vec<String> = match &question.kind {
        QuestionKind::YesNo => ["yes", "no"].map(str::to_owned).to_vec(),
        QuestionKind::Choice { choices, .. } => choices.clone(),
        QuestionKind::Number { .. } => return vec![],
    };
    words.into_iter().chain(["unknown".to_owned()]).collect()
}

pub(super) fn readings() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let measures = &catalog.library.measures;
        let yes_no = |id: &str| measures.get(id).is_some_and(|m| m.unit == Unit::YesNo);
        let values =
            |id: &str| if yes_no(id) { ["yes", "no"].map(str::to_owned).to_vec() } else { Vec::new() };
        pairs(current, measures.values().map(|m| (m.id.as_str(), m.name.as_str())), values)
    })
}

pub(super) fn measures() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        offer(catalog.library.measures.into_iter().map(|(id, measure)| (id, measure.name)))
    })
}

/// `ID=VALUE`: first the ids, and behind the sign what that one takes.
fn pairs<'k>(
    current: &OsStr,
    known: impl Iterator<Item = (&'k str, &'k str)>,
    values: impl Fn(&str) -> Vec<String>,
) -> Offer {
    let typed = current.to_string_lossy();
    let all = match typed.split_once('=') {
        Some((id, _)) => offer(values(id).into_iter().map(|value| (format!("{id}={value}"), ""))),
        None => offer(known.map(|(id, help)| (format!("{id}="), help))),
    };
    starting(all, current)
}

fn starting(mut all: Offer, current: &OsStr) -> Offer {
    let typed = current.to_string_lossy();
    all.retain(|candidate| candidate.get_value().to_string_lossy().starts_with(typed.as_ref()));
    all
}

// What the store holds.

pub(super) fn episodes() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let episodes = app().and_then(|app| app.episodes().ok()).unwrap_or_default();
        offer(episodes.into_iter().map(|e| (e.number.to_string(), e.title)))
    })
}

/// Exercises, those of the phase first.
pub(super) fn exercises() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let phase = situation().map(|(_, s)| s.course.phase(&s.program).clone());
        let due = phase.iter().flat_map(|p| &p.exercises).map(|e| e.exercise.as_str());
        let library = &catalog.library;
        let all = library.exercises.keys().map(String::as_str);
        offer(due.chain(all).map(|id| (id, library.exercise_name(id))))
    })
}

/// Home tests, those of the phase first.
pub(super) fn tests() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(catalog) = catalog() else { return Offer::new() };
        let phase = situation().map(|(_, s)| s.course.phase(&s.program).clone());
        let asked = phase.iter().flat_map(|p| &p.exit).filter_map(|c| match &c.subject {
            Subject::Measure(test) => Some(test.measure.as_str()),
            _ => None,
        });
        let measures = &catalog.library.measures;
        let all = asked.chain(measures.keys().map(String::as_str)).filter_map(|id| measures.get(id));
        let tests = all.filter(|m| m.asked == Asked::Test);
        offer(tests.map(|m| (m.id.as_str(), m.name.as_str())))
    })
}

/// Flags and gates that wait for a clinician.
pub(super) fn waiting() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some((app, situation)) = situation() else { return Offer::new() };
        offer(app.waiting(&situation).into_iter().map(|rule| (rule, "")))
    })
}

/// Entries as `history` names them, the last one first: those that still count.
pub(super) fn standing() -> ArgValueCandidates {
    ArgValueCandidates::new(|| entries(|corrected| !corrected))
}

/// The same for `correct`, which also knows the last one by that name.
pub(super) fn correctable() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let entries = entries(|corrected| !corrected);
        let last = if entries.is_empty() { Offer::new() } else { words(["last"]) };
        last.into_iter().chain(entries).collect()
    })
}

/// `FIELD=VALUE`: the fields of the entry that is put right.
pub(super) fn fields() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let fields = fields_of_typed().unwrap_or_default();
        let known = fields.iter().map(|(id, help)| (id.as_str(), help.as_str()));
        pairs(current, known, |_| Vec::new())
    })
}

fn fields_of_typed() -> Option<Vec<(String, String)>> {
    let app = app()?;
    let handle = typed("correct")?;
    let entry = app.entry(&episode(&app)?, &handle).ok()?;
    let named = |fields: &[&str]| fields.iter().map(|f| ((*f).to_owned(), String::new())).collect();
    let library = &app.catalog.library;
    let mut fields: Vec<(String, String)> = match &entry.fact {
        Fact::CheckIn { readings, answers } => {
            let said = |r: &Reading| (r.measure.to_string(), library.measure_name(&r.measure).to_owned());
            let readings = readings.iter().map(said);
            readings.chain(answers.iter().map(|a| (a.question.clone(), String::new()))).collect()
        }
        Fact::Screen(answers) => answers.iter().map(|a| (a.question.clone(), String::new())).collect(),
        Fact::Performed(_) => named(&["exercise", "dose", "load", "pain", "side", "skipped"]),
        Fact::Care(_) => named(&["minutes", "side"]),
        Fact::Note => vec![],
        Fact::Decision(_) | Fact::Clearance(_) | Fact::Withdrawn => return None,
    };
    fields.extend(named(&["note", "at"]));
    Some(fields)
}

/// Entries that were taken back or put right, the last one first.
pub(super) fn gone() -> ArgValueCandidates {
    ArgValueCandidates::new(|| entries(|corrected| corrected))
}

fn entries(wanted: impl Fn(bool) -> bool) -> Offer {
    let history = app().and_then(|app| {
        let mut history = app.history(&episode(&app)?).ok()?;
        history.reverse();
        Some((app, history))
    });
    let Some((app, history)) = history else { return Offer::new() };
    let library = &app.catalog.library;
    let wanted = history.into_iter().filter(|t| wanted(!t.corrected.is_empty()));
    offer(wanted.map(|t| (t.handle, said(Units::Metric, library, &t.entry.fact, t.entry.note.as_deref()))))
}

fn situation() -> Option<(App, Situation)> {
    let app = app()?;
    let situation = app.situation(&episode(&app)?, KNOWN.get()?.0).ok()?;
    Some((app, situation))
}

fn episode(app: &App) -> Option<Episode> {
    let (now, default) = KNOWN.get()?;
    let wanted = typed("--episode").or_else(|| default.map(|number| number.to_string()));
    app.episode(wanted.as_deref(), *now).ok()
}

fn app() -> Option<App> {
    let path = match typed("--store") {
        Some(path) => PathBuf::from(path),
        None => std::env::var_os("SINEW_STORE").map(PathBuf::from).or_else(usual_store)?,
    };
    Some(App::new(catalog()?, Store::to_read(&path).ok()?))
}

/// Everything that is built in, and what is right of one's own.
fn catalog() -> Option<Catalog> {
    let mut catalog = Catalog::builtin().ok()?;
    if let Some(folder) = own_folder() {
        // Mistakes are named by the command itself.
        let _ = catalog.add_red_flags(&folder.join("red-flags"));
        let _ = catalog.add_folder(&folder.join("programs"));
    }
    Some(catalog)
}

/// The value of an option in the line that is being typed.
fn typed(option: &str) -> Option<String> {
    let line: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let behind = |(at, word): (usize, &String)| match word.strip_prefix(option)? {
        "" => line.get(at + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_owned),
    };
    line.iter().enumerate().find_map(behind)
}
