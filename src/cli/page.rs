//! `page`: the coming days for a phone, as one file.

use crate::domain::library::NUMBER;
use crate::render::companion::{self, Source};

use super::Code;
use super::args::Args;
use super::context::Context;
use super::failure::Failure;
use super::output::{Document, Output};

/// Arguments of `page`.
#[derive(Debug, clap::Args)]
pub struct Page {
    /// For how many days, today included, 1 to 14
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=14))]
    pub days: u32,
    /// Where it goes
    #[command(flatten)]
    pub output: Output,
}

/// Writes the page.
pub(super) fn page(args: &Args, wanted: &Page, context: &Context) -> Result<Code, Failure> {
    if context.looking_back {
        let hint = "leave --as-of out; the page is for the days ahead";
        return Err(Failure::person("--as-of looks back, and a page looks ahead".to_owned(), hint));
    }
    let (app, situation) = context.situate(args)?;
    let companion = app.companion(&situation, wanted.days);
    let source = Source {
        library: &app.catalog.library,
        situation: &situation,
        companion: &companion,
        known: &app.known(&situation)?,
        number: context.own.settings.emergency_number.as_deref().unwrap_or(NUMBER),
        // The settings, since `--json` speaks of the answer and not of the page.
        units: context.own.settings.units.unwrap_or_default(),
    };
    let html = companion::page(&source);
    let document = Document { bytes: html.as_bytes(), text: true, flags: &situation.flags };
    wanted.output.deliver(args, context, &document)?;
    Ok(Code::Done)
}
