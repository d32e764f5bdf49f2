//! Rules: red flags, checks, brakes, limits, patterns, the list for clots.

use crate::catalog::Catalog;
use crate::domain::brakes::Trigger;
use crate::domain::explanation::Explanation;
use crate::domain::library::{Clause, Library, NUMBER, NUMBER_KEY, Rule};
use crate::domain::limits::Kind;
use crate::domain::patterns::{Clauses, Clue};
use crate::domain::program::Subject;
use crate::domain::screening::stalled_rule;
use crate::domain::watch::Watch;
use crate::domain::wording;

use super::Shelf;
use super::plans::{all_criteria, all_phases};

pub(super) fn flags(catalog: &Catalog) -> Vec<String> {
    catalog.library.rules.iter().map(|r| r.id.clone()).collect()
}

pub(super) fn flag(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let rule = library.rule(id)?;
    let covers = library.rules.iter().filter(|r| r.covered_by.iter().any(|c| c == id));
    let mut used: Vec<String> =
        covers.map(|r| format!("stands for {} ({}), which is not raised beside it", r.id, r.title)).collect();
    used.extend(
        rule.covered_by.iter().map(|c| format!("not raised beside {c}, which says the same and more")),
    );
    used.extend(
        all_criteria(shelf.catalog)
            .filter(|(_, c)| matches!(&c.subject, Subject::Clearance(wanted) if wanted == id))
            .map(|(place, _)| format!("{place}: its outcome opens this gate")),
    );
    Some(ruled("red flag", library, rule).used_in(used))
}

/// What every rule says, however it is raised.
fn ruled(kind: &'static str, library: &Library, rule: &Rule) -> Explanation {
    let gate = if rule.gate { "while it is open, only what the first phase allows" } else { "" };
    Explanation::of(kind, &rule.id, &rule.title)
        .say("Urgency", rule.urgency.id())
        .say("What to do", rule.action.replace(NUMBER_KEY, NUMBER))
        .say_each("Meanwhile", rule.do_not.iter().cloned())
        .say_each("Take along", rule.bring.iter().cloned())
        .say("Can be a sign of", &rule.can_be_a_sign_of)
        .say_each("Raised by", rule.when.iter().map(|w| wording::when(library, w)))
        .say_each("Raised by the diary", rule.watch.iter().map(|w| wording::watch(library, w)))
        .say("Gate", gate)
        .say("Withholds care tagged", rule.withhold.join(", "))
        .say("Rows of the evidence", rule.rows.join(", "))
        .because(&rule.why, &rule.source)
}

pub(super) fn checks(catalog: &Catalog) -> Vec<String> {
    let programs = catalog.programs.values();
    let mut ids: Vec<String> = programs.flat_map(|d| &d.program.checks).map(|c| c.rule.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// A look by a clinician that programs ask for, or a phase that lasts too long.
pub(super) fn check(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    if let Some(phase) = id.strip_prefix("stalled-") {
        let running = shelf.situation.map(|s| s.program.phases.iter()).into_iter().flatten();
        let mut phases = running.chain(all_phases(shelf.catalog).map(|(_, p)| p));
        return Some(ruled("check", library, &stalled_rule(phases.find(|p| p.id == phase)?)));
    }
    let asking = || {
        let programs = shelf.catalog.programs.values().map(|d| &d.program);
        programs.flat_map(|p| p.checks.iter().map(move |c| (p, &c.rule))).filter(|(_, rule)| rule.id == id)
    };
    let (_, rule) = asking().next()?;
    Some(ruled("check", library, rule).used_in(asking().map(|(p, _)| format!("program {}", p.id)).collect()))
}

pub(super) fn brakes(catalog: &Catalog) -> Vec<String> {
    catalog.library.brakes.iter().map(|b| b.id.clone()).collect()
}

pub(super) fn brake(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let brake = library.brakes.iter().find(|b| b.id == id)?;
    let mut used: Vec<String> = if brake.always {
        vec!["every program".to_owned()]
    } else {
        let programs = shelf.catalog.programs.values().map(|d| &d.program);
        let naming = programs.filter(|p| p.step_back.iter().any(|b| b == id));
        naming.map(|p| format!("program {}", p.id)).collect()
    };
    for (program, phase) in all_phases(shelf.catalog) {
        let stopped = phase.exercises.iter().filter(|p| p.stop_on.iter().any(|b| b == id));
        used.extend(stopped.map(|p| format!("{}.{}: stops {}", program.id, phase.id, p.exercise)));
    }
    let stages: Vec<&str> = brake.stages.iter().map(|s| s.id()).collect();
    let told = Explanation::of("brake", id, &brake.wanted)
        .say("Once pulled", wording::effect(brake.effect))
        .say_each("Pulled by", brake.when.iter().map(|t| wording::trigger(library, t)))
        .say("In the stages", stages.join(", "))
        .say("Stands", if brake.stands { "until a later report denies it" } else { "" });
    Some(told.because(&brake.why, &brake.source).used_in(used))
}

pub(super) fn limits(catalog: &Catalog) -> Vec<String> {
    catalog.library.limits.iter().map(|l| l.id.clone()).collect()
}

pub(super) fn limit(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let limit = library.limits.iter().find(|l| l.id == id)?;
    let conditions = shelf.catalog.conditions();
    let barred = |kind, tags: &[String]| conditions.iter().any(|c| limit.concerns(c, kind, tags));
    let exercises = library.exercises.values().filter(|e| barred(Kind::Exercise, &e.tags));
    let exercises: Vec<&str> = exercises.map(|e| e.id.as_str()).collect();
    let care = library.care.values().filter(|c| barred(Kind::Care, &c.tags));
    let care: Vec<&str> = care.map(|c| c.id.as_str()).collect();
    let told = Explanation::of("limit", id, &limit.because)
        .say("", wording::limit(limit))
        .say("Exercises", exercises.join(", "))
        .say("Care", care.join(", "));
    Some(told.because(&limit.why, &limit.source))
}

pub(super) fn patterns(catalog: &Catalog) -> Vec<String> {
    catalog.library.patterns.iter().map(|p| p.id.clone()).collect()
}

pub(super) fn pattern(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let pattern = shelf.catalog.library.patterns.iter().find(|p| p.id == id)?;
    let clue = |c: &Clue| format!("{} ({})", c.say, c.points);
    let (speaks_for, against): (Vec<&Clue>, Vec<&Clue>) = pattern.clues.iter().partition(|c| c.speaks_for);
    let first = if pattern.clinician_first { "before any exercise" } else { "" };
    let told = Explanation::of("pattern", id, &pattern.title)
        .say("", "A likeness, never a diagnosis.")
        .say("Field", &pattern.group)
        .say_each("Speaks for it", speaks_for.into_iter().map(clue))
        .say_each("Speaks against it", against.into_iter().map(clue))
        .say("Fits", format!("partly from {} points, well from {}", pattern.partly, pattern.well))
        .say("Tell apart", &pattern.tell_apart)
        .say_each("To ask", pattern.ask.iter().cloned())
        .say("A clinician", first)
        .say("Rows of the evidence", pattern.rows.join(", "));
    let programs = pattern.programs.iter().map(|p| format!("points to the programs for {}", p.condition));
    Some(told.because(&pattern.why, &pattern.source).used_in(programs.collect()))
}

pub(super) fn wells(catalog: &Catalog) -> Vec<String> {
    catalog.library.wells.iter().map(|i| i.id.clone()).collect()
}

pub(super) fn well(shelf: &Shelf<'_>, id: &str) -> Option<Explanation> {
    let library = &shelf.catalog.library;
    let item = library.wells.iter().find(|i| i.id == id)?;
    let told = Explanation::of("clot list item", id, &item.say)
        .say("", "For a clinician's eyes: no sum is made, and nothing here lowers an urgency.")
        .say("Points", item.points.to_string())
        .say("There when", wording::clauses(library, &item.clauses));
    Some(told.used_in(vec!["sinew assess, while a flag for a possible clot is open".to_owned()]))
}

/// Everything in the library that asks a question.
pub(super) fn asked_by(library: &Library, id: &str) -> Vec<String> {
    let asks = |c: &Clause| c.question == id;
    let among = |clauses: &Clauses| clauses.all.iter().chain(&clauses.any).any(asks);
    let mut used = Vec::new();
    for rule in &library.rules {
        let watched = matches!(&rule.watch, Some(Watch::AnsweredOften { question, .. }) if question == id);
        if watched || rule.when.iter().any(|w| w.all.iter().chain(&w.any).any(asks)) {
            used.push(format!("red flag {} ({}): {}", rule.id, rule.urgency.id(), rule.title));
        } else if rule.when.iter().any(|w| w.unless.iter().any(asks)) {
            used.push(format!("red flag {}, which it calms: {}", rule.id, rule.title));
        }
    }
    let pulls = |t: &Trigger| matches!(t, Trigger::Answer { question, .. } if question == id);
    let brakes = library.brakes.iter().filter(|b| b.when.iter().any(pulls));
    used.extend(brakes.map(|b| format!("brake {}", b.id)));
    let patterns = library.patterns.iter().filter(|p| p.clues.iter().any(|c| among(&c.clauses)));
    used.extend(patterns.map(|p| format!("pattern {}", p.id)));
    let wells = library.wells.iter().filter(|i| among(&i.clauses));
    used.extend(wells.map(|i| format!("clot list item {}", i.id)));
    let topics = library.topics.iter().filter(|t| t.cases.iter().any(|c| among(&c.clauses)));
    used.extend(topics.map(|t| format!("topic {}", t.id)));
    used
}

/// The brakes and red flags that read a measure.
pub(super) fn measured_by(library: &Library, measure: &str) -> Vec<String> {
    let reads = |t: &Trigger| matches!(t, Trigger::Readings(test) if test.measure == measure);
    let brakes = library.brakes.iter().filter(|b| b.when.iter().any(reads));
    let watched =
        |r: &&std::sync::Arc<Rule>| matches!(&r.watch, Some(Watch::Often { measure: m, .. }) if m == measure);
    let flags = library.rules.iter().filter(watched);
    brakes
        .map(|b| format!("brake {}", b.id))
        .chain(flags.map(|r| format!("red flag {}: {}", r.id, r.title)))
        .collect()
}
