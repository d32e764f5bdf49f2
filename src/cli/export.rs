//! `export`: what is on record, to keep or to hand over.

use crate::app::App;
use crate::domain::archive::Part;
use crate::domain::screening::Flag;
use crate::render;
use crate::render::archive::Archive;
use crate::render::csv::Table;
use crate::render::fhir::Bundle;

use super::Code;
use super::args::Args;
use super::context::{Context, Missing};
use super::examples;
use super::failure::Failure;
use super::output::{Document, Output};

/// The forms of an export.
#[derive(Debug, clap::Subcommand)]
pub enum ExportCommand {
    /// Everything on record, losslessly, as one JSON document that import reads
    #[command(after_help = examples::EXPORT_JSON)]
    Json {
        /// Where it goes
        #[command(flatten)]
        output: Output,
    },
    /// What stands of an episode, as a table for spreadsheets
    #[command(after_help = examples::EXPORT_CSV)]
    Csv {
        /// Where it goes
        #[command(flatten)]
        output: Output,
    },
    /// An episode as a FHIR R4 bundle, for a clinic's system or another app
    #[command(after_help = examples::EXPORT_FHIR)]
    Fhir {
        /// Where it goes
        #[command(flatten)]
        output: Output,
    },
    /// The coming sessions, home tests and check-ins, for the calendar of a phone
    #[command(after_help = examples::EXPORT_ICS)]
    Ics {
        /// How many days ahead, 1 to 60
        #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=60))]
        days: u32,
        /// Where it goes
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(args: &Args, command: &ExportCommand, context: &Context) -> Result<Code, Failure> {
    match command {
        ExportCommand::Json { output } => json(args, output, context),
        ExportCommand::Csv { output } => csv(args, output, context),
        ExportCommand::Fhir { output } => fhir(args, output, context),
        ExportCommand::Ics { days, output } => ics(args, *days, output, context),
    }
}

/// Everything, or the episode that `--episode` names: no setting narrows it.
fn json(args: &Args, output: &Output, context: &Context) -> Result<Code, Failure> {
    if context.looking_back {
        let hint = "leave --as-of out; the document holds every day";
        return Err(Failure::person("--as-of does not narrow this export".to_owned(), hint));
    }
    let app = context.open(args, Missing::Refuse)?;
    let episode = args.episode.as_deref().map(|number| app.episode(Some(number), context.now)).transpose()?;
    let flags: Vec<Flag> = match app.episode(args.episode.as_deref(), context.now) {
        Ok(episode) => app.present(&episode, context.now).map(|s| s.flags).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    output.stream(args, context, true, &flags, |out| {
        let mut archive = Archive::new(&app.catalog.library);
        app.archive(episode.as_ref(), &mut |part: Part| Ok(out.write_all(archive.part(&part).as_bytes())?))?;
        Ok(out.write_all(archive.end().as_bytes())?)
    })?;
    Ok(Code::Done)
}

/// What stands of one episode; what a table cannot carry is said beside it.
fn csv(args: &Args, output: &Output, context: &Context) -> Result<Code, Failure> {
    let app = context.open(args, Missing::Refuse)?;
    let episode = context.episode(args, &app)?;
    let flags = app.present(&episode, context.now).map(|s| s.flags).unwrap_or_default();
    let (mut table, mut gone) = (Table::new(&app.catalog.library), 0);
    output.stream(args, context, true, &flags, |out| {
        out.write_all(&table.head())?;
        gone = app.each_date(&episode, context.now, |entries| Ok(out.write_all(&table.date(entries))?))?;
        Ok(())
    })?;
    let left_out = table.left_out(gone);
    for words in &left_out {
        context.status(words);
    }
    if !left_out.is_empty() {
        context.status("sinew export json leaves nothing out.");
    }
    Ok(Code::Done)
}

/// The coming days of the episode.
fn ics(args: &Args, days: u32, output: &Output, context: &Context) -> Result<Code, Failure> {
    if context.looking_back {
        let hint = "leave --as-of out; a calendar is of the days to come";
        return Err(Failure::person("--as-of only looks back".to_owned(), hint));
    }
    let (app, situation) = context.situate(args)?;
    let calendar = app.calendar(&situation, days)?;
    let name = |what| App::calendar_name(&situation.episode, what);
    let text = render::ics::ics(&calendar, name);
    output.deliver(
        args,
        context,
        &Document { bytes: text.as_bytes(), text: true, flags: &situation.flags },
    )?;
    Ok(Code::Done)
}

/// One episode, as it stands now or stood on the day of `--as-of`.
fn fhir(args: &Args, output: &Output, context: &Context) -> Result<Code, Failure> {
    let (app, situation) = context.present(args)?;
    let _still = app.still()?;
    let dossier = app.dossier(&situation)?;
    let bundle = Bundle::of(&dossier, &App::thing_id);
    output.stream(args, context, true, &situation.flags, |out| {
        out.write_all(bundle.head().as_bytes())?;
        app.each_kept(&situation, |kept| Ok(out.write_all(bundle.entry(kept).as_bytes())?))?;
        Ok(out.write_all(bundle.end().as_bytes())?)
    })?;
    Ok(Code::Done)
}
