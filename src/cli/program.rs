//! `program`: the shelf of programs, one as a page, and what somebody needs
//! who writes them.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::app::files::write_new;
use crate::app::programs::{new_text, program_at};
use crate::catalog::{Catalog, Checked, Mistakes, check as check_file};
use crate::domain::compare::compare;
use crate::render::page::alert;
use crate::render::{program as view, program_json};

use super::args::Args;
use super::context::{Context, fitted};
use super::failure::Failure;
use super::{Code, ask, complete, examples};

/// What to do with programs.
#[derive(Debug, Subcommand)]
pub enum ProgramCommand {
    /// List the programs by condition and grade
    #[command(after_help = examples::PROGRAM_LIST)]
    List,
    /// Show a program as a page
    #[command(after_help = examples::PROGRAM_SHOW)]
    Show {
        /// Its id, or a file ending in .toml
        #[arg(add = complete::programs())]
        program: String,
    },
    /// Name every mistake in files of programs or red flags
    #[command(after_help = examples::PROGRAM_CHECK)]
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Write a new program to begin with, with a comment on everything
    #[command(after_help = examples::PROGRAM_NEW)]
    New {
        /// Its id: lower-case letters, digits, hyphens
        id: String,
        /// Copy this program: its id, or a file ending in .toml
        #[arg(long, value_name = "PROGRAM", add = complete::programs())]
        from: Option<String>,
        /// Write it there, not into the folder of your own programs
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Show what two programs ask, allow and give differently
    #[command(after_help = examples::PROGRAM_DIFF)]
    Diff {
        /// The first: its id, or a file ending in .toml
        #[arg(add = complete::programs())]
        before: String,
        /// The second
        #[arg(add = complete::programs())]
        after: String,
    },
    /// Print the JSON Schema that editors use for program files
    #[command(after_help = examples::PROGRAM_SCHEMA)]
    Schema,
    /// Move the running plan to the present text of its program
    #[command(after_help = examples::PROGRAM_UPDATE)]
    Update {
        /// Do it without being asked
        #[arg(long)]
        yes: bool,
    },
}

/// Runs one of them.
pub(super) fn run(args: &Args, what: &ProgramCommand, context: &Context) -> Result<Code, Failure> {
    match what {
        ProgramCommand::List => list(args, context),
        ProgramCommand::Show { program } => show(args, program, context),
        ProgramCommand::Check { files } => check(args, files, context),
        ProgramCommand::New { id, from, to } => new(args, id, from.as_deref(), to.as_ref(), context),
        ProgramCommand::Diff { before, after } => diff(args, before, after, context),
        ProgramCommand::Schema => {
            context.print(Catalog::schema())?;
            Ok(Code::Done)
        }
        ProgramCommand::Update { yes } => update(args, *yes, context),
    }
}

fn list(args: &Args, context: &Context) -> Result<Code, Failure> {
    let catalog = context.catalog_to_read()?;
    let mut programs: Vec<view::Shelved<'_>> =
        catalog.programs.values().map(|d| (d.program.as_ref(), d.own.is_some())).collect();
    programs.sort_by_key(|(p, own)| (&p.condition, p.grade, *own));
    context.print_beside(
        args,
        &catalog,
        |flags| program_json::list(flags, &programs),
        |page| view::list(page, &programs),
    )?;
    Ok(Code::Done)
}

fn show(args: &Args, wanted: &str, context: &Context) -> Result<Code, Failure> {
    let catalog = context.catalog_to_read()?;
    let definition = program_at(&catalog, wanted)?;
    let shelved = (definition.program.as_ref(), definition.own.is_some());
    context.print_beside(
        args,
        &catalog,
        |flags| program_json::page(flags, &catalog.library, &shelved),
        |page| view::page(page, &catalog.library, shelved.0),
    )?;
    Ok(Code::Done)
}

/// Checks every file, however many are wrong.
fn check(args: &Args, files: &[PathBuf], context: &Context) -> Result<Code, Failure> {
    let catalog = Catalog::builtin()?;
    let checked: Vec<(&PathBuf, Result<Checked, Mistakes>)> =
        files.iter().map(|file| (file, check_file(file, &catalog))).collect();
    let lines = |page: &crate::render::page::Page| -> String {
        checked
            .iter()
            .map(|(file, result)| match result {
                Ok(found) => {
                    page.wrap(&format!("{}: right. {}", file.display(), said(&catalog, found)), "", "  ")
                }
                Err(mistakes) if page.terminal => fitted(&mistakes.draw(true), page.width) + "\n\n",
                Err(mistakes) => mistakes.draw(true) + "\n\n",
            })
            .collect()
    };
    let right = |(file, result): &(&PathBuf, Result<Checked, Mistakes>)| match result {
        Ok(Checked::Program(d)) => Some(json!({ "file": file, "kind": "program", "ids": [d.program.id] })),
        Ok(Checked::RedFlags(ids)) => Some(json!({ "file": file, "kind": "red-flags", "ids": ids })),
        Err(_) => None,
    };
    let documents: Vec<Value> = checked.iter().filter_map(right).collect();
    let mistakes: Vec<Value> = checked
        .iter()
        .filter_map(|(_, result)| result.as_ref().err())
        .flat_map(|mistakes| &mistakes.list)
        .map(|m| {
            json!({
                "file": m.file, "line": m.line, "column": m.column,
                "code": m.code, "message": m.message, "hint": m.hint,
            })
        })
        .collect();
    context.print_beside(
        args,
        &catalog,
        |flags| program_json::checked(flags, &documents, &mistakes),
        lines,
    )?;
    if mistakes.is_empty() {
        return Ok(Code::Done);
    }
    let count =
        if mistakes.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", mistakes.len()) };
    context.status(&format!("{count}."));
    Ok(Code::Wrong)
}

/// What a right file holds.
fn said(catalog: &Catalog, checked: &Checked) -> String {
    match checked {
        Checked::RedFlags(ids) => format!("Red flags: {}.", ids.join(", ")),
        Checked::Program(definition) => {
            let program = &definition.program;
            let known = catalog.programs.get(&program.id).filter(|built_in| built_in.hash != definition.hash);
            let taken =
                known.map(|_| " A built-in program has this id: yours needs another one to be started.");
            let count = program.phases.len();
            let phases = if count == 1 { "1 phase".to_owned() } else { format!("{count} phases") };
            format!(
                "Program {}, version {}, {phases}.{}",
                program.id,
                program.version,
                taken.unwrap_or_default()
            )
        }
    }
}

fn new(
    args: &Args,
    id: &str,
    from: Option<&str>,
    to: Option<&PathBuf>,
    context: &Context,
) -> Result<Code, Failure> {
    let catalog = context.catalog_to_read()?;
    let text = new_text(&catalog, id, from)?;
    let (file, own) = match to {
        Some(file) => (file.clone(), false),
        None => (Context::own_programs()?.join(format!("{id}.toml")), true),
    };
    write_new(&file, text.as_bytes())?;
    let path = file.display().to_string();
    // Quoted where a shell would take it apart.
    let argument = if path.contains(' ') { format!("\"{path}\"") } else { path.clone() };
    let start = if own {
        format!("sinew start {id}")
    } else {
        "put it into the folder of your own programs to start it".to_owned()
    };
    let words =
        format!("Written: {path}\nNext: edit it, then sinew program check {argument}, then {start}.\n");
    context.print_beside(args, &catalog, |flags| program_json::new(flags, id, &path), |_| words)?;
    Ok(Code::Done)
}

fn diff(args: &Args, before: &str, after: &str, context: &Context) -> Result<Code, Failure> {
    let catalog = context.catalog_to_read()?;
    let (before, after) = (program_at(&catalog, before)?.program, program_at(&catalog, after)?.program);
    let list = compare(&catalog.library, &before, &after);
    context.print_beside(
        args,
        &catalog,
        |flags| program_json::differences(flags, &before, &after, &list),
        |page| view::differences(page, &before, &after, &list),
    )?;
    Ok(Code::Done)
}

/// Shows what would change for the running plan, and changes it when told to.
fn update(args: &Args, yes: bool, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    let (mut app, mut situation) = context.situate(args)?;
    app.catalog = context.catalog_with_own()?;
    let before = app.running(&situation)?;
    let current = app.is_current(&situation);
    let after = if current { before.clone() } else { app.newer(&situation)?.program.clone() };
    let list = compare(&app.catalog.library, &before, &after);
    if !args.json {
        let alert = alert(&context.page, situation.flags.iter());
        let words = if current {
            context.page.wrap("The plan runs on the present text of its program already.", "", "")
        } else {
            view::differences(&context.page, &before, &after, &list)
        };
        context.print(&format!("{alert}{words}"))?;
    }
    let asked = || !args.json && ask::somebody_there() && ask::yes(context, "Move the plan to this text?");
    let updated = !current && (yes || asked());
    if updated {
        app.update(&situation, context.now)?;
        situation = app.situation(&situation.episode, context.now)?;
        let phase = situation.course.current().phase + 1;
        let version = after.version;
        context.status(&format!(
            "Recorded: the plan goes on in phase {phase}, by version {version} of its program."
        ));
    } else if !current {
        context.status("Nothing was changed. To move the plan: sinew program update --yes");
    }
    if args.json {
        context.print(&program_json::update(&situation, updated, &before, &after, &list))?;
    }
    Ok(Code::Done)
}
