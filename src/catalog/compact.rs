//! The compact form of definitions that were read and checked when the binary
//! was built. Both ends stand here: the build script writes it, a command decodes
//! the parts that it needs.

use std::collections::BTreeMap;
#[cfg(built)]
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::brakes::Brake;
use crate::domain::explanation::Word;
use crate::domain::library::{CareItem, Exercise, Library, Rule, Source};
use crate::domain::limits::Limit;
use crate::domain::measure::Measure;
use crate::domain::patterns::{Pattern, WellsItem};
use crate::domain::question::Question;
use crate::domain::topics::Topic;

#[cfg(not(built))]
use super::Catalog;

/// What a running plan is judged by, beside its program.
#[derive(Serialize, Deserialize)]
struct OfPlans {
    sources: BTreeMap<String, Source>,
    measures: BTreeMap<String, Measure>,
    exercises: BTreeMap<String, Exercise>,
    care: BTreeMap<String, CareItem>,
    questions: Vec<Question>,
    rules: Vec<Rule>,
    brakes: Vec<Brake>,
    limits: Vec<Limit>,
}

/// What is only looked up, or holds answers against patterns.
#[derive(Serialize, Deserialize)]
struct ToLookUp {
    patterns: Vec<Pattern>,
    wells: Vec<WellsItem>,
    topics: Vec<Topic>,
    words: Vec<Word>,
}

/// The parts of a catalogue by name: two of its library, then each program by id.
///
/// # Errors
///
/// When a value has no compact form, which none of ours lacks.
#[cfg(not(built))]
pub fn encode(catalog: &Catalog) -> postcard::Result<Vec<(String, Vec<u8>)>> {
    let library = catalog.library.clone();
    let of_plans = OfPlans {
        sources: library.sources,
        measures: library.measures,
        exercises: library.exercises,
        care: library.care,
        questions: library.questions,
        rules: library.rules.iter().map(|rule| rule.as_ref().clone()).collect(),
        brakes: library.brakes,
        limits: library.limits,
    };
    let to_look_up = ToLookUp {
        patterns: library.patterns,
        wells: library.wells,
        topics: library.topics,
        words: library.words,
    };
    let mut parts = vec![
        ("of-plans".to_owned(), postcard::to_stdvec(&of_plans)?),
        ("to-look-up".to_owned(), postcard::to_stdvec(&to_look_up)?),
    ];
    for (id, definition) in &catalog.programs {
        parts.push((id.clone(), postcard::to_stdvec(&definition.program)?));
    }
    Ok(parts)
}

/// The library without what is only looked up.
#[cfg(built)]
pub(super) fn of_plans(bytes: &[u8]) -> postcard::Result<Library> {
    let parts: OfPlans = postcard::from_bytes(bytes)?;
    let mut library = Library::default();
    library.sources = parts.sources;
    library.measures = parts.measures;
    library.exercises = parts.exercises;
    library.care = parts.care;
    library.brakes = parts.brakes;
    library.limits = parts.limits;
    // What is found by question is put together as rules are added.
    parts.questions.into_iter().for_each(|question| library.add_question(question));
    parts.rules.into_iter().for_each(|rule| library.add_rule(rule));
    Ok(library)
}

/// Adds what is only looked up.
#[cfg(built)]
pub(super) fn add_to_look_up(library: &mut Library, bytes: &[u8]) -> postcard::Result<()> {
    let parts: ToLookUp = postcard::from_bytes(bytes)?;
    library.patterns = parts.patterns;
    library.wells = parts.wells;
    library.topics = parts.topics;
    library.words = parts.words;
    Ok(())
}

/// A program.
#[cfg(built)]
pub(super) fn program(bytes: &[u8]) -> postcard::Result<Arc<crate::domain::program::Program>> {
    postcard::from_bytes(bytes)
}
