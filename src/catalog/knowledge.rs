//! Reads patterns, the clinician's list for clots, topics, and the glossary.

use crate::domain::explanation::Word;
use crate::domain::library::Library;
use crate::domain::patterns::{Clauses, Clue, Pattern, Pointer, WellsItem};
use crate::domain::topics::{Topic, TopicCase};

use super::basis::{LAST_DAY, basis, new_id, sourced};
use super::codes::Code;
use super::reader::Node;
use super::rules::read_clauses;

fn clauses(node: &Node<'_>, library: &Library) -> Clauses {
    Clauses { all: read_clauses(node, "all", library), any: read_clauses(node, "any", library) }
}

/// Clauses that have to ask for something.
fn some_clauses(node: &Node<'_>, library: &Library) -> Clauses {
    let clauses = clauses(node, library);
    if node.nodes("all").is_empty() && node.nodes("any").is_empty() {
        let message = "nothing makes this true".to_owned();
        let hint = Some("name questions in `all` or `any`".to_owned());
        node.report(Code::NeverTrue, node.span_of("say"), message, hint);
    }
    clauses
}

pub(super) fn patterns(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("pattern") {
        let id = node.text("id");
        new_id(&node, library.patterns.iter().any(|p| p.id == id), &id);
        let (why, source) = basis(&node, library);
        let groups = [
            "muscle",
            "tendon",
            "nerve",
            "vessel",
            "joint",
            "bone",
            "infection",
            "skin",
            "posture",
            "systemic",
        ];
        let pattern = Pattern {
            title: node.text("title"),
            group: node.word("group", &groups.map(|g| (g, g))).to_owned(),
            rows: node.texts("rows"),
            clinician_first: node.flag("clinician-first"),
            well: node.whole("well", 1, 30),
            partly: node.whole("partly", 1, 30),
            tell_apart: node.text("tell-apart"),
            ask: node.texts("ask"),
            programs: node.nodes("program").iter().map(|p| pointer(p, library)).collect(),
            clues: node.nodes("clue").iter().map(|c| clue(c, library)).collect(),
            why,
            source,
            id,
        };
        let most: i64 = pattern.clues.iter().filter(|c| c.speaks_for).map(|c| c.points).sum();
        if pattern.well <= pattern.partly || most < pattern.well {
            let message = "`well` lies above `partly`, and within what the clues can give".to_owned();
            node.report(Code::NeverTrue, node.span_of("well"), message, None);
        }
        if pattern.clinician_first && !pattern.programs.is_empty() {
            let message = "a pattern that wants a clinician first points to no program".to_owned();
            node.report(Code::Weakens, node.span_of("clinician-first"), message, None);
        }
        node.done();
        library.patterns.push(pattern);
    }
}

fn pointer(node: &Node<'_>, library: &Library) -> Pointer {
    let pointer = Pointer { condition: node.text("condition"), clauses: clauses(node, library) };
    node.done();
    pointer
}

fn clue(node: &Node<'_>, library: &Library) -> Clue {
    let clue = Clue {
        speaks_for: node.word("speaks", &[("for", true), ("against", false)]),
        points: node.whole("points", 1, 3),
        clauses: some_clauses(node, library),
        say: node.text("say"),
    };
    node.done();
    clue
}

pub(super) fn wells(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("item") {
        let id = node.text("id");
        new_id(&node, library.wells.iter().any(|i| i.id == id), &id);
        let item = WellsItem {
            // Above zero by form: nothing on this list can lower anything.
            points: node.whole("points", 1, 1),
            clauses: some_clauses(&node, library),
            say: node.text("say"),
            id,
        };
        node.done();
        library.wells.push(item);
    }
}

pub(super) fn topics(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("topic") {
        let id = node.text("id");
        new_id(&node, library.topics.iter().any(|t| t.id == id), &id);
        let cases: Vec<TopicCase> = node.nodes("case").iter().map(|c| case(c, library)).collect();
        let open = cases.last().is_some_and(|c| {
            c.clauses.is_empty()
                && c.conditions.is_empty()
                && [c.from_day, c.until_day].iter().all(Option::is_none)
                && c.grade.is_none()
                && c.from_phase.is_none()
        });
        if !open {
            let message = "the last case of a topic has no condition".to_owned();
            node.report(Code::NoAnswer, node.span_of("id"), message, None);
        }
        let topic = Topic { title: node.text("title"), cases, id };
        node.done();
        library.topics.push(topic);
    }
}

fn case(node: &Node<'_>, library: &Library) -> TopicCase {
    let (why, source) = basis(node, library);
    let case = TopicCase {
        clauses: clauses(node, library),
        conditions: node.texts("conditions"),
        grade: node.opt_whole("grade", 1, 3).and_then(|g| u8::try_from(g).ok()),
        from_day: node.opt_whole("from-day", 0, LAST_DAY),
        until_day: node.opt_whole("until-day", 0, LAST_DAY),
        from_phase: node.opt_count("from-phase", 20).map(|p| p as usize),
        say: node.text("say"),
        why,
        source,
    };
    node.done();
    case
}

pub(super) fn words(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("word") {
        let id = node.text("id");
        new_id(&node, library.words.iter().any(|w| w.id == id), &id);
        let word = Word {
            term: node.text("term"),
            what: node.text("what"),
            fhir: node.opt_text("fhir"),
            source: if node.has("source") { sourced(&node, library) } else { vec!["ours".to_owned()] },
            id,
        };
        node.done();
        library.words.push(word);
    }
}
