//! Episodes and programs of an exported document.

use std::cell::RefCell;

use crate::catalog::{hash, nearest};
use crate::domain::archive::Source;
use crate::domain::day::Now;
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::question::QuestionKind;

use super::super::App;
use super::super::start::{EARLIEST_YEAR, LONGEST_TITLE, is_long_ago};
use super::entry::{is_id, side_of};
use super::fields::Fields;

impl App {
    /// Reads an episode.
    pub(super) fn episode_of(&self, text: &str, now: Now) -> Result<Episode, Vec<String>> {
        let wrong = RefCell::default();
        let episode = Fields::read(text, &wrong).and_then(|mut fields| {
            let episode = self.episode_in(&mut fields, now);
            fields.end();
            episode
        });
        let wrong = wrong.into_inner();
        episode.filter(|_| wrong.is_empty()).ok_or(wrong)
    }

    fn episode_in(&self, fields: &mut Fields<'_>, now: Now) -> Option<Episode> {
        let id = fields.text("id");
        if id.as_ref().is_some_and(|id| !is_id(id)) {
            fields.wrong("id", "is no UUID in lower case");
        }
        if !fields.has("number") {
            fields.wrong("number", "is missing");
        }
        let number = fields.whole("number", 1..=u32::MAX);
        let (title, condition) = (fields.line("title"), fields.text("condition"));
        if title.as_ref().is_some_and(|title| title.chars().count() > LONGEST_TITLE) {
            fields.wrong("title", format_args!("has to be 1 to {LONGEST_TITLE} characters long"));
        }
        let region = fields.text_if("region");
        let regions = self.catalog.library.question("region").map(|q| &q.kind);
        if let (Some(region), Some(QuestionKind::Choice { choices, .. })) = (&region, regions)
            && !choices.contains(region)
        {
            let near = nearest(region, choices.iter().map(String::as_str));
            let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            fields.wrong("region", format_args!("is no place that the questions know{near}"));
        }
        let side = side_of(fields);
        let onset = fields.day("onset");
        let manner = fields.word_if("manner", Manner::of_id, &Manner::ALL.map(Manner::id).join(", "));
        let goal = fields.word("goal", Goal::of_id, &Goal::ALL.map(Goal::id).join(", "));
        if onset.is_some_and(is_long_ago) {
            fields.wrong("onset", format_args!("lies before {EARLIEST_YEAR}"));
        }
        let opened = fields.at("opened");
        if opened.is_some_and(|at| at > now.at) {
            fields.wrong("opened", "lies in the future");
        }
        if let (Some(onset), Some(opened)) = (onset, opened)
            && onset.date() > opened.date_naive()
        {
            fields.wrong("onset", "lies after the day on which the episode was opened");
        }
        Some(Episode {
            id: id?,
            number: number?,
            title: title?,
            condition: condition?,
            region,
            side,
            onset: onset?,
            manner,
            goal: goal?,
            opened: opened?,
        })
    }

    /// Reads the text of a program: it has to be the one that its hash names, and
    /// a program.
    pub(super) fn source_of(&self, text: &str) -> Result<Source, Vec<String>> {
        let wrong = RefCell::default();
        let source = Fields::read(text, &wrong).and_then(|mut fields| {
            let (hashed, id) = (fields.text("hash"), fields.text("id"));
            let source = fields.any_text("source");
            if source.is_none() && !fields.has("source") && wrong.borrow().is_empty() {
                fields.wrong("source", "is missing");
            }
            fields.end();
            Some(Source { hash: hashed?, id: id?, source: source? })
        });
        if let Some(source) = &source {
            let mut wrong = wrong.borrow_mut();
            match self.catalog.pinned(&source.id, &source.source) {
                _ if hash(&source.source) != source.hash => {
                    wrong.push("hash: is not the hash of the text".to_owned());
                }
                Ok(definition) if definition.program.id == source.id => {}
                Ok(_) => wrong.push("id: is not the id of the program".to_owned()),
                Err(_) => wrong.push("source: is no program that can be read".to_owned()),
            }
        }
        let wrong = wrong.into_inner();
        source.filter(|_| wrong.is_empty()).ok_or(wrong)
    }
}
