//! `report`: the page for a clinician.

use std::path::Path;

use clap::ValueEnum;

use crate::render::handover::{Sheet, html, markdown, pdf, report as json, sheet, text};
use crate::render::page::{Page, alert_again};

use super::args::Args;
use super::context::{Context, Missing};
use super::failure::Failure;
use super::output::{Document, Output};
use super::progress::Progress as Bar;
use super::{Code, when};

/// What to hand over, and as what.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// Write it so; without this, as the ending of the file says, or as text
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Say what changed since this day; without it, since the last clinician's
    /// outcome or grade
    #[arg(long, value_name = "DAY")]
    pub since: Option<String>,
    /// Ask this on the page, as often as you like; notes in the diary that end
    /// in a question mark are asked as well
    #[arg(long = "question", value_name = "TEXT")]
    pub questions: Vec<String>,
    /// Where it goes
    #[command(flatten)]
    pub output: Output,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For the terminal
    Text,
    /// For a text editor or a message
    Markdown,
    /// For a browser, which prints it too
    Html,
    /// For paper and mail: A4, the first page stands alone
    Pdf,
}

/// Hands the episode over to a clinician.
pub(super) fn report(args: &Args, wanted: &Report, context: &Context) -> Result<Code, Failure> {
    let format = format(wanted)?;
    let since = wanted.since.as_ref().map(|day| when::day(day, context.now)).transpose()?;
    if since.is_some_and(|day| day > context.now.day) {
        let hint = "--since names a day that is over, such as that of the last visit";
        return Err(Failure::person("that day lies in the future".to_owned(), hint));
    }
    // The patterns that answers fit with are in it, unlike in what a plan is judged by.
    let app = context.open_with(args, context.catalog()?, Missing::Refuse)?;
    let episode = context.episode(args, &app)?;
    let situation = app.situation(&episode, context.now)?;
    let bar = Bar::of_looking_back(&situation);
    let value = app.hand_over(&situation, since, &wanted.questions, &|days| bar.at(days))?;
    drop(bar);
    let library = &app.catalog.library;
    if args.json && wanted.output.file.is_none() {
        context.print(&json(library, &situation, &value))?;
        return Ok(Code::Done);
    }
    let sheet = sheet(context.page.units, library, &situation, &value);
    let bytes = written(context, &sheet, format, wanted.output.file.is_some())?;
    // A text has the open warning in its own first line, and in its last on a terminal.
    if wanted.output.file.is_none() && matches!(format, Format::Text | Format::Markdown) {
        let again = alert_again(&context.page, situation.flags.iter());
        context.print(&format!("{}{again}", String::from_utf8_lossy(&bytes)))?;
        return Ok(Code::Done);
    }
    let document = Document { bytes: &bytes, text: format != Format::Pdf, flags: &situation.flags };
    wanted.output.deliver(args, context, &document)?;
    Ok(Code::Done)
}

fn written(context: &Context, sheet: &Sheet, format: Format, to_file: bool) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Text => {
            let page = Page { terminal: context.page.terminal && !to_file, ..context.page };
            let text = text(&page, sheet);
            // A file has no colours.
            if to_file { anstream::adapter::strip_str(&text).to_string() } else { text }.into_bytes()
        }
        Format::Markdown => markdown(sheet).into_bytes(),
        Format::Html => html(sheet).into_bytes(),
        Format::Pdf => pdf(sheet, context.now.at)
            .ok_or_else(|| Failure::person("the PDF cannot be written".to_owned(), "take --format html"))?,
    })
}

/// The format that was asked for, or the one that the ending of the file names.
fn format(wanted: &Report) -> Result<Format, Failure> {
    let Some(file) = wanted.output.file.as_deref().filter(|_| wanted.format.is_none()) else {
        return Ok(wanted.format.unwrap_or(Format::Text));
    };
    let ending = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "txt" => Ok(Format::Text),
        "md" | "markdown" => Ok(Format::Markdown),
        "html" | "htm" => Ok(Format::Html),
        "pdf" => Ok(Format::Pdf),
        _ => {
            let hint = "end it in .txt, .md, .html or .pdf, or name the --format";
            Err(Failure::person("the name of that file does not say what to write".to_owned(), hint))
        }
    }
}
