//! Explaining: everything that has an id, by kind.

mod plans;
mod rules;
mod things;

use crate::catalog::{Catalog, nearest};
use crate::domain::explanation::Explanation;
use crate::domain::situation::Situation;

/// What an explanation is made from.
#[derive(Clone, Copy, Debug)]
pub struct Shelf<'a> {
    /// The definitions.
    pub catalog: &'a Catalog,
    /// The open episode: topics are answered for it, and its program is meant
    /// where a phase or a criterion is named without one.
    pub situation: Option<&'a Situation>,
}

/// One kind of thing that can be explained.
struct Kind {
    /// Its name in the list of everything.
    heading: &'static str,
    /// The ids of all of them.
    ids: fn(&Catalog) -> Vec<String>,
    /// How they are named, where they are too many to list.
    pattern: Option<&'static str>,
    /// Explains one of them.
    tell: fn(&Shelf<'_>, &str) -> Option<Explanation>,
}

impl Kind {
    const fn of(
        heading: &'static str,
        ids: fn(&Catalog) -> Vec<String>,
        tell: fn(&Shelf<'_>, &str) -> Option<Explanation>,
    ) -> Self {
        Self { heading, ids, pattern: None, tell }
    }
}

/// Every kind, in the order of the list. A further one is a further line.
const KINDS: &[Kind] = &[
    Kind::of("Topics", things::topics, things::topic),
    Kind::of("Words", things::words, things::word),
    Kind::of("Exercises", things::exercises, things::exercise),
    Kind::of("Care", things::cares, things::care),
    Kind::of("Measures", things::measures, things::measure),
    Kind::of("Programs", plans::programs, plans::program),
    Kind {
        pattern: Some("PROGRAM.PHASE, such as hamstring-strain-2.p1; PHASE alone for the running program"),
        ..Kind::of("Phases", plans::phases, plans::phase)
    },
    Kind {
        pattern: Some(
            "PROGRAM.PHASE.CRITERION, such as hamstring-strain-2.p1.pain-rest; PHASE.CRITERION alone for the running program",
        ),
        ..Kind::of("Criteria", plans::criteria, plans::criterion)
    },
    Kind::of("Gates of clinicians", plans::gates, plans::gate),
    Kind::of("Red flags", rules::flags, rules::flag),
    Kind::of("Checks of programs", rules::checks, rules::check),
    Kind::of("Brakes", rules::brakes, rules::brake),
    Kind::of("Limits", rules::limits, rules::limit),
    Kind::of("Patterns", rules::patterns, rules::pattern),
    Kind::of("Items of the clinician's list for clots", rules::wells, rules::well),
    Kind::of("Questions", things::questions, things::question),
    Kind::of("Mistakes in files", things::codes, things::code),
    Kind::of("Sources", things::sources, things::source),
];

/// What has this id, of every kind; nothing when nobody knows it.
pub fn explain(shelf: &Shelf<'_>, id: &str) -> Vec<Explanation> {
    let told = |id: &str| -> Vec<Explanation> { KINDS.iter().filter_map(|k| (k.tell)(shelf, id)).collect() };
    let found = told(id);
    if !found.is_empty() {
        return found;
    }
    // A rule of one exercise or care item, as plans name it: `walk.from-day`.
    let owner = id.strip_prefix("prescribed-").or_else(|| id.rsplit_once('.').map(|(owner, _)| owner));
    let mut found = owner.map(told).unwrap_or_default();
    found.retain(|e| e.kind == "exercise" || e.kind == "care");
    found
}

/// One group of the list of everything.
#[derive(Debug)]
pub struct Group {
    /// What they are.
    pub heading: &'static str,
    /// Their ids; none where they are too many to list.
    pub ids: Vec<String>,
    /// How they are named, where they are too many.
    pub pattern: Option<&'static str>,
}

/// Everything that can be explained.
pub fn everything(catalog: &Catalog) -> Vec<Group> {
    let group =
        |kind: &Kind| Group { heading: kind.heading, ids: (kind.ids)(catalog), pattern: kind.pattern };
    KINDS.iter().map(group).filter(|g| !g.ids.is_empty()).collect()
}

/// The full ids of phases and criteria that end so, where a program has to be
/// named; otherwise the id that is nearest.
pub fn meant(catalog: &Catalog, id: &str) -> Vec<String> {
    let end = format!(".{id}");
    let all: Vec<String> = KINDS.iter().flat_map(|k| (k.ids)(catalog)).collect();
    let full: Vec<String> = all.iter().filter(|known| known.ends_with(&end)).cloned().collect();
    if full.is_empty() {
        return nearest(id, all.iter().map(String::as_str)).map(str::to_owned).into_iter().collect();
    }
    full
}
