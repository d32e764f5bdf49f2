//! `explain`: anything that has an id.

use crate::app::AppError;
use crate::app::explain::{Group, Shelf, everything, explain as tell, meant};
use crate::catalog::Catalog;
use crate::domain::situation::Situation;
use crate::render::explain as view;
use crate::render::page::alert;

use super::Code;
use super::args::{Args, Explain};
use super::context::{Context, Missing};
use super::failure::Failure;

/// Explains one thing, or lists everything that can be explained.
pub(super) fn explain(args: &Args, wanted: &Explain, context: &Context) -> Result<Code, Failure> {
    let catalog = context.catalog_to_read()?;
    let Some(id) = &wanted.id else {
        let groups = everything(&catalog);
        let lines = || groups.iter().map(|g: &Group| (g.heading, g.ids.as_slice(), g.pattern));
        context.print_beside(
            args,
            &catalog,
            |flags| view::everything_json(flags, lines()),
            |page| view::everything(page, lines()),
        )?;
        return Ok(Code::Done);
    };
    let standing = standing(args, context, catalog.clone());
    // A topic is answered for the open episode or not at all.
    let topic = catalog.library.topics.iter().any(|t| t.id == *id);
    let situation = if topic || args.episode.is_some() { standing? } else { standing.unwrap_or_default() };
    let told = tell(&Shelf { catalog: &catalog, situation: situation.as_ref() }, id);
    if told.is_empty() {
        return Err(unknown(id, &meant(&catalog, id)));
    }
    let flags = situation.map(|s| s.flags).unwrap_or_default();
    if args.json {
        context.print(&view::json(&flags, &catalog.library, &told))?;
    } else {
        let alert = alert(&context.page, flags.iter());
        context.print(&format!("{alert}{}", view::text(&context.page, &catalog.library, &told)))?;
    }
    Ok(Code::Done)
}

/// The episode that is meant as it stands; nothing when there is none, or none
/// on that day.
fn standing(args: &Args, context: &Context, catalog: Catalog) -> Result<Option<Situation>, Failure> {
    let app = context.open_with(args, catalog, Missing::Empty)?;
    if args.episode.is_none() && app.episodes()?.is_empty() {
        return Ok(None);
    }
    let episode = context.episode(args, &app)?;
    match app.situation(&episode, context.now) {
        Err(AppError::NoProgram) => Ok(None),
        situation => Ok(Some(situation?)),
    }
}

fn unknown(id: &str, meant: &[String]) -> Failure {
    let nothing = format!("nothing is called `{id}`");
    match meant {
        [] => Failure::person(nothing, "sinew explain lists what can be explained"),
        [near] => Failure::person(nothing, &format!("did you mean `{near}`?")),
        several => {
            let hint = format!("name one: {}", several.join(", "));
            Failure::person(format!("`{id}` stands in several programs"), &hint)
        }
    }
}
