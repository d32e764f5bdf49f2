//! Reads the library files.

use crate::domain::bouts::Zone;
use crate::domain::brakes::{Brake, Effect, Trigger};
use crate::domain::library::{CareItem, Exercise, Library, Source, Variants};
use crate::domain::limits::{During, Limit};
use crate::domain::measure::{Asked, Better, Measure, PAIN_ANY, Unit};
use crate::domain::program::{MeasureTest, Op, Stage, Stat, Whose};
use crate::domain::question::QuestionKind;

use super::Mistakes;
use super::basis::{CARE_TAGS, LAST_DAY, TAGS, basis, new_id, sourced};
use super::codes::Code;
use super::reader::{File, Node, did_you_mean};
use super::{knowledge, rules};

/// The files of the library. Later ones refer to earlier ones.
pub(super) const KINDS: [&str; 13] = [
    "sources",
    "measures",
    "exercises",
    "care",
    "questions",
    "red-flags",
    "diary-flags",
    "brakes",
    "limits",
    "patterns",
    "wells",
    "topics",
    "words",
];

/// Reads one library file into the library.
pub(super) fn read(name: &str, kind: &str, text: &str, library: &mut Library) -> Result<(), Mistakes> {
    let file = File::new(name, text);
    let table = file.parse();
    let root = Node::new(&file, table.get_ref(), table.span());
    root.whole("schema", 1, 1);
    match kind {
        "sources" => sources(&root, library),
        "measures" => measures(&root, library),
        "exercises" => exercises(&root, library),
        "care" => care(&root, library),
        "questions" => rules::questions(&root, library),
        "red-flags" => rules::red_flags(&root, library),
        "patterns" => knowledge::patterns(&root, library),
        "wells" => knowledge::wells(&root, library),
        "topics" => knowledge::topics(&root, library),
        "words" => knowledge::words(&root, library),
        "diary-flags" => rules::diary_flags(&root, library),
        "limits" => limits(&root, library),
        _ => brakes(&root, library),
    }
    root.done();
    file.finish()
}

fn sources(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("source") {
        let id = node.text("id");
        new_id(&node, library.sources.contains_key(&id), &id);
        let weights = [
            "guide",
            "guideline",
            "trial",
            "cohort",
            "consensus",
            "protocol",
            "review",
            "clinic-page",
            "known",
            "ours",
        ];
        let words: Vec<(&str, &str)> = weights.iter().map(|w| (*w, *w)).collect();
        let source = Source {
            title: node.text("title"),
            by: node.opt_text("by"),
            year: node.opt_whole("year", 1900, 2100).and_then(|y| u16::try_from(y).ok()),
            place: node.opt_text("where"),
            weight: node.word("weight", &words).to_owned(),
            note: node.opt_text("note"),
            id: id.clone(),
        };
        node.done();
        library.sources.insert(id, source);
    }
}

fn measures(root: &Node<'_>, library: &mut Library) {
    let nodes = root.nodes("measure");
    for node in &nodes {
        let id = node.text("id");
        new_id(node, library.measures.contains_key(&id), &id);
        let units = [
            Unit::Nrs,
            Unit::ZeroToTen,
            Unit::YesNo,
            Unit::Minutes,
            Unit::Degrees,
            Unit::Reps,
            Unit::Centimetres,
        ];
        let measure = Measure {
            name: node.text("name"),
            unit: node.word("unit", &units.map(|u| (u.id(), u))),
            range: node.range("range"),
            better: node.word("better", &[("lower", Better::Lower), ("higher", Better::Higher)]),
            asked: node.word(
                "asked",
                &[("check-in", Asked::CheckIn), ("test", Asked::Test), ("session", Asked::Session)],
            ),
            sided: node.flag("sided"),
            bounded_by: node.opt_text("bounded-by"),
            how: node.text("how"),
            source: sourced(node, library),
            id: id.clone(),
        };
        let wanted = match measure.unit {
            Unit::Nrs | Unit::ZeroToTen => Some((0.0, 10.0)),
            Unit::YesNo => Some((0.0, 1.0)),
            _ => None,
        };
        if wanted.is_some_and(|w| w != measure.range) {
            let message = format!("the range of unit `{}` is fixed", measure.unit.id());
            node.report(Code::OutOfRange, node.span_of("range"), message, None);
        }
        node.done();
        library.measures.insert(id, measure);
    }
    for node in &nodes {
        if let Some(bound) = node.opt_text("bounded-by").filter(|b| !library.measures.contains_key(b)) {
            let hint = did_you_mean(&bound, library.measures.keys().map(String::as_str));
            node.report(
                Code::UnknownId,
                node.span_of("bounded-by"),
                format!("there is no measure `{bound}`"),
                hint,
            );
        }
    }
    if !library.measures.contains_key(PAIN_ANY) {
        root.report(Code::MissingId, 0..0, format!("the measure `{PAIN_ANY}` is missing"), None);
    }
}

/// The tags of a table, each known.
fn tags(node: &Node<'_>, known: &[&str]) -> Vec<String> {
    let tags = node.spanned_texts("tags");
    for (tag, span) in &tags {
        if !known.contains(&tag.as_str()) {
            let hint = did_you_mean(tag, known.iter().copied())
                .unwrap_or_else(|| format!("one of: {}", known.join(", ")));
            node.report(Code::UnknownTag, span.clone(), format!("`{tag}` is no tag"), Some(hint));
        }
    }
    tags.into_iter().map(|(tag, _)| tag).collect()
}

fn exercises(root: &Node<'_>, library: &mut Library) {
    let nodes = root.nodes("exercise");
    for node in &nodes {
        let id = node.text("id");
        new_id(node, library.exercises.contains_key(&id), &id);
        let (why, source) = basis(node, library);
        let exercise = Exercise {
            name: node.text("name"),
            sided: node.flag("sided"),
            tags: tags(node, &TAGS),
            setup: node.text("setup"),
            movement: node.text("movement"),
            cues: node.texts("cues"),
            faults: node.texts("faults"),
            stop_when: node.text("stop-when"),
            equipment: node.texts("equipment"),
            easier: Variants { exercises: node.texts("easier"), by: node.opt_text("easier-by") },
            harder: Variants { exercises: node.texts("harder"), by: node.opt_text("harder-by") },
            rungs: node.texts("rungs"),
            why,
            source,
            id: id.clone(),
        };
        node.done();
        library.exercises.insert(id, exercise);
    }
    // A variant may stand further down in the file.
    for node in &nodes {
        for key in ["easier", "harder"] {
            for (variant, span) in node.spanned_texts(key) {
                if !library.exercises.contains_key(&variant) {
                    let hint = did_you_mean(&variant, library.exercises.keys().map(String::as_str));
                    node.report(Code::UnknownId, span, format!("there is no exercise `{variant}`"), hint);
                }
            }
        }
    }
}

fn care(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("care") {
        let id = node.text("id");
        new_id(&node, library.care.contains_key(&id), &id);
        let (why, source) = basis(&node, library);
        let item = CareItem {
            name: node.text("name"),
            how: node.text("how"),
            when: node.text("when"),
            not_when: node.text("not-when"),
            tags: tags(&node, &CARE_TAGS),
            advised: node.flag("advised"),
            why,
            source,
            id: id.clone(),
        };
        node.done();
        library.care.insert(id, item);
    }
}

fn brakes(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("brake") {
        let id = node.text("id");
        new_id(&node, library.brakes.iter().any(|b| b.id == id), &id);
        let (why, source) = basis(&node, library);
        let effects = [
            ("hold", Effect::Hold),
            ("ease", Effect::Ease),
            ("rest", Effect::Rest),
            ("protect", Effect::Protect),
            ("retest", Effect::Retest),
            ("restart", Effect::Restart),
            ("step-back", Effect::StepBack),
        ];
        let brake = Brake {
            effect: node.word("effect", &effects),
            wanted: node.text("wanted"),
            when: node.nodes("when").iter().map(|when| trigger(when, library)).collect(),
            always: node.flag("always"),
            stages: stages(&node),
            stands: node.flag("stands"),
            why: why.into(),
            source: source.into(),
            id,
        };
        if brake.when.is_empty() {
            node.report(Code::MissingKey, node.span_of("when"), "nothing pulls this brake".to_owned(), None);
        }
        node.done();
        library.brakes.push(brake);
    }
}

/// The stages that a rule names.
fn stages(node: &Node<'_>) -> Vec<Stage> {
    let known = Stage::ALL.map(|s| (s.id(), s));
    let mut stages = Vec::new();
    for (word, span) in node.spanned_texts("stages") {
        if let Some((_, stage)) = known.iter().find(|(id, _)| *id == word) {
            stages.push(*stage);
        } else {
            let hint = did_you_mean(&word, known.iter().map(|(id, _)| *id));
            node.report(Code::UnknownWord, span, format!("there is no stage `{word}`"), hint);
        }
    }
    stages
}

fn limits(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("limit") {
        let id = node.text("id");
        new_id(&node, library.limits.iter().any(|l| l.id == id), &id);
        let (why, source) = basis(&node, library);
        let tags: Vec<String> = node.texts("tags");
        for (tag, span) in node.spanned_texts("tags") {
            if !TAGS.contains(&tag.as_str()) && !CARE_TAGS.contains(&tag.as_str()) {
                node.report(Code::UnknownTag, span, format!("there is no tag `{tag}`"), None);
            }
        }
        let stages = stages(&node);
        let mut during: Vec<During> = Vec::new();
        if !stages.is_empty() {
            during.push(During::Stages(stages));
        }
        if node.has("before-day") {
            during.push(During::BeforeDay(node.days("before-day", LAST_DAY)));
        }
        during.extend(node.opt_whole("after-day", 0, LAST_DAY).map(During::AfterDay));
        if let Some(quiet) = node.has("quiet").then(|| node.node("quiet")).flatten() {
            let days = usize::try_from(quiet.count("days", 365)).unwrap_or(1);
            during.push(During::Unquiet { days, pain: quiet.number("pain") });
            quiet.done();
        }
        if during.len() > 1 {
            let hint = "name at most one of: stages, before-day, after-day, quiet".to_owned();
            node.report(
                Code::NoSubject,
                node.span_of("id"),
                "when it bars is not clear".to_owned(),
                Some(hint),
            );
        }
        let limit = Limit {
            only: node.flag("only"),
            conditions: node.texts("conditions"),
            during: during.pop().unwrap_or(During::Always),
            because: node.text("because"),
            tags,
            why,
            source,
            id,
        };
        node.done();
        library.limits.push(limit);
    }
}

/// What pulls a brake, by the one subject that it names.
fn trigger(node: &Node<'_>, library: &Library) -> Trigger {
    let trigger = if node.has("sessions") {
        let zones = [("amber", Zone::Amber), ("red", Zone::Red)];
        Trigger::Sessions {
            zone: node.word("sessions", &zones),
            times: node.count("times", 28),
            of_last: node.count("of-last", 28),
            each: node.flag("each"),
        }
    } else if node.has("gap-days") {
        Trigger::Gap { days: node.count("gap-days", 365), ended: node.flag("ended") }
    } else if node.has("question") {
        let question = node.text("question");
        let is = node.texts("is");
        let choices = library.question(&question).map(|q| &q.kind);
        let known =
            |c: &String| matches!(choices, Some(QuestionKind::Choice { choices, .. }) if choices.contains(c));
        if is.is_empty() || !is.iter().all(known) {
            let message = format!("`{question}` has no such choice");
            node.report(Code::UnknownChoice, node.span_of("is"), message, None);
        }
        Trigger::Answer { question, is, days: node.count("days", 365) }
    } else {
        measure_trigger(node, library)
    };
    node.done();
    trigger
}

fn measure_trigger(node: &Node<'_>, library: &Library) -> Trigger {
    #[derive(Clone)]
    enum Kind {
        Worst,
        Rise,
        WeekRise,
        MorningCap,
    }
    let kinds = [
        ("worst", Kind::Worst),
        ("rise", Kind::Rise),
        ("week-rise", Kind::WeekRise),
        ("morning-cap", Kind::MorningCap),
    ];
    let measure = node.text("measure");
    if !library.measures.contains_key(&measure) {
        let hint = did_you_mean(&measure, library.measures.keys().map(String::as_str));
        node.report(
            Code::UnknownId,
            node.span_of("measure"),
            format!("there is no measure `{measure}`"),
            hint,
        );
    }
    let kind = node.word("stat", &kinds);
    let stat = match kind {
        Kind::Rise => return Trigger::Rise { value: node.number("value") },
        Kind::WeekRise => return Trigger::WeekRise { value: node.number("value") },
        Kind::MorningCap => return Trigger::MorningAboveCaps,
        Kind::Worst => Stat::Worst,
    };
    Trigger::Readings(MeasureTest {
        measure,
        whose: Whose::Injured,
        stat,
        op: node.word("op", &[("<=", Op::AtMost), (">=", Op::AtLeast)]),
        value: node.number("value"),
        days: node.count("days", 365),
        min_samples: 1,
    })
}
