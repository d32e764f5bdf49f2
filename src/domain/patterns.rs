//! Patterns: what the answers fit with, and which answers speak for and
//! against it. A likeness, never a diagnosis.

use serde::{Deserialize, Serialize};

use super::library::{Clause, Library, Urgency};
use super::question::{AnswerValue, Answers};
use super::screening::Flag;

/// Some clauses of which one, or all, have to be true.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clauses {
    /// Every one of these.
    pub all: Vec<Clause>,
    /// And one of these, where there are any.
    pub any: Vec<Clause>,
}

impl Clauses {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty()
    }

    /// Whether the answers make them true. Unknown makes nothing true.
    pub fn hold(&self, answers: &Answers) -> bool {
        let holds = |c: &Clause| answers.get(&c.question).is_some_and(|s| c.is_true_of(&s.value));
        self.all.iter().all(holds) && (self.any.is_empty() || self.any.iter().any(holds))
    }

    /// The answers that it looks at, as the person gave them.
    fn said<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = (&'a str, &'a AnswerValue)> {
        self.all
            .iter()
            .chain(&self.any)
            .filter_map(|c| Some((c.question.as_str(), &answers.get(&c.question)?.value)))
    }
}

/// One thing that speaks for or against a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clue {
    /// Whether it speaks for the pattern.
    pub speaks_for: bool,
    /// How loudly, 1 to 3.
    pub points: i64,
    /// What makes it true.
    pub clauses: Clauses,
    /// The clue in words, completing "because".
    pub say: String,
}

/// A program that a pattern points to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointer {
    /// The condition, as programs name it.
    pub condition: String,
    /// When it fits.
    pub clauses: Clauses,
}

/// What answers can fit with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Its id.
    pub id: String,
    /// Completes "The answers fit with".
    pub title: String,
    /// Whose field it is: muscle, nerve, vessel and so on.
    pub group: String,
    /// The rows of the evidence that it stands for.
    pub rows: Vec<String>,
    /// Whether a clinician comes before any exercise.
    pub clinician_first: bool,
    /// Points from which the answers fit well.
    pub well: i64,
    /// Points from which they fit partly.
    pub partly: i64,
    /// What would tell it apart.
    pub tell_apart: String,
    /// What to ask a professional.
    pub ask: Vec<String>,
    /// Programs that it points to.
    pub programs: Vec<Pointer>,
    /// Its clues.
    pub clues: Vec<Clue>,
    /// Why these clues.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// How well answers fit a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fits {
    /// Not enough speaks for it.
    Not,
    /// Some things speak for it.
    Partly,
    /// Much speaks for it, and little against.
    Well,
}

/// A pattern held against the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<'l> {
    /// The pattern.
    pub pattern: &'l Pattern,
    /// How well it fits.
    pub fits: Fits,
    /// Points for, less points against.
    pub points: i64,
    /// What speaks for it.
    pub speaks_for: Vec<&'l str>,
    /// What speaks against it.
    pub against: Vec<&'l str>,
    /// The condition whose program fits, where one may be started at all.
    pub program: Option<&'l str>,
}

/// Holds every pattern against the answers, the best fit first.
///
/// A program is named only for the pattern that fits best and well, and only
/// when no emergency, urgent or gating flag is open, and no pattern that wants
/// a clinician first fits well beside it, and never for a grade 3.
pub fn assess<'l>(library: &'l Library, answers: &Answers, flags: &[Flag]) -> Vec<Fit<'l>> {
    let mut fits: Vec<Fit<'l>> = library.patterns.iter().map(|pattern| held(pattern, answers)).collect();
    // The file puts what may not wait first; among equals that order stays.
    fits.sort_by_key(|f| std::cmp::Reverse((f.fits, f.points)));
    let flagged = flags.iter().any(|f| f.is_open() && (f.rule.urgency >= Urgency::Urgent || f.rule.gate));
    // A severe strain is seen before anybody exercises it.
    let severe = answers
        .get("strain-grade")
        .is_some_and(|s| s.value == AnswerValue::Choices(vec!["grade-3".to_owned()]));
    let clinician = severe || fits.iter().any(|f| f.fits == Fits::Well && f.pattern.clinician_first);
    if let Some(best) = fits.first_mut()
        && best.fits == Fits::Well
        && !best.pattern.clinician_first
        && !flagged
        && !clinician
    {
        let pointer = best.pattern.programs.iter().find(|p| p.clauses.hold(answers));
        best.program = pointer.map(|p| p.condition.as_str());
    }
    fits
}

fn held<'l>(pattern: &'l Pattern, answers: &Answers) -> Fit<'l> {
    let true_clues = || pattern.clues.iter().filter(|c| c.clauses.hold(answers));
    let points = true_clues().map(|c| if c.speaks_for { c.points } else { -c.points }).sum();
    let fits = match points {
        p if p >= pattern.well => Fits::Well,
        p if p >= pattern.partly => Fits::Partly,
        _ => Fits::Not,
    };
    Fit {
        pattern,
        fits,
        points,
        speaks_for: true_clues().filter(|c| c.speaks_for).map(|c| c.say.as_str()).collect(),
        against: true_clues().filter(|c| !c.speaks_for).map(|c| c.say.as_str()).collect(),
        program: None,
    }
}

/// An item of the list that a clinician uses for a possible clot in the leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WellsItem {
    /// Its id.
    pub id: String,
    /// Its points, for the clinician. They are never summed here.
    pub points: i64,
    /// When the answers say that it is there.
    pub clauses: Clauses,
    /// The item in words.
    pub say: String,
}

/// What the answers hold on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WellsLine {
    /// Id of the item.
    pub id: String,
    /// The item in words.
    pub say: String,
    /// Its points.
    pub points: i64,
    /// `yes`, `no` or `unknown`.
    pub told: &'static str,
}

/// What the answers hold on every item. For a clinician's eyes: no sum is
/// made, and nothing here lowers any urgency.
pub fn wells(library: &Library, answers: &Answers) -> Vec<WellsLine> {
    let told = |item: &WellsItem| {
        let asked = item.clauses.all.len() + item.clauses.any.len();
        let known = item.clauses.said(answers).filter(|(_, value)| **value != AnswerValue::Unknown).count();
        match (item.clauses.hold(answers), known == asked) {
            (true, _) => "yes",
            (false, true) => "no",
            (false, false) => "unknown",
        }
    };
    library
        .wells
        .iter()
        .map(|item| WellsLine {
            id: item.id.clone(),
            say: item.say.clone(),
            points: item.points,
            told: told(item),
        })
        .collect()
}
