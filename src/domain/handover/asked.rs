//! What was asked and what was answered: the self-check, medicines, what raises
//! the risk of a clot, what the answers fit with, and what the person asks.

use serde::Serialize;

use super::super::criteria::Case;
use super::super::day::Day;
use super::super::entry::{Entry, EntryId};
use super::super::patterns::{Fits, WellsLine, assess, wells};
use super::super::question::{AnswerValue, Answers};
use super::super::screening::Flag;

/// A question, and the latest answer to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// Id of the question.
    pub question: String,
    /// What it asks, in a few words.
    pub label: &'static str,
    /// The answer, `unknown` where the person does not know; nothing where
    /// nobody answered.
    pub said: Option<String>,
    /// On which day; nothing for what the episode itself says.
    pub day: Option<Day>,
    /// The entry.
    pub entry: Option<EntryId>,
}

/// One of the six self-check questions, with the questions that make it up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelfCheck {
    /// Its row of the evidence.
    pub row: &'static str,
    /// What it asks.
    pub title: &'static str,
    /// The answers.
    pub answers: Vec<Told>,
}

/// What raises the risk of a clot in the leg.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clot {
    /// The risk factors.
    pub factors: Vec<Told>,
    /// The two-level list, where a flag for a possible clot was raised: for the
    /// clinician, without a sum.
    pub wells: Vec<WellsLine>,
}

/// A pattern that the answers fit with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likeness {
    /// Its id.
    pub id: String,
    /// Completes "the answers fit with".
    pub title: String,
    /// How well.
    pub fits: Fits,
    /// What speaks for it.
    #[serde(rename = "for")]
    pub speaks_for: Vec<String>,
    /// What speaks against it.
    pub against: Vec<String>,
}

/// The person's own words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Raised {
    /// The words.
    pub text: String,
    /// The day on which they were written; nothing for this hand-over alone.
    pub day: Option<Day>,
    /// The entry.
    pub entry: Option<EntryId>,
}

impl Raised {
    /// The note of an entry, if it has one.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let text = entry.note.as_ref()?.trim();
        let words = || Self { text: text.to_owned(), day: Some(entry.day), entry: Some(entry.id.clone()) };
        (!text.is_empty()).then(words)
    }
}

type Labels = &'static [(&'static str, &'static str)];

/// The self-check of the evidence (SC-1 to SC-6), and the leg raise (SL-1).
const SELF_CHECK: [(&str, &str, Labels); 7] = [
    (
        "SC-1",
        "Where exactly",
        &[("region", "place"), ("pain-starts-in", "starts in"), ("pain-spreads-to", "spreads to")],
    ),
    ("SC-2", "What it feels like", &[("quality", "quality")]),
    ("SC-3", "How it began", &[("onset-manner", "onset")]),
    ("SC-4", "Worse with", &[("worse-with", "worse with")]),
    ("SC-5", "Better with", &[("better-with", "better with")]),
    (
        "SC-6",
        "What else there is",
        &[
            ("back-pain", "back pain"),
            ("tingling-one-leg", "tingling"),
            ("numb-one-leg", "numbness"),
            ("one-leg-swollen", "one leg swollen"),
            ("large-swelling", "large swelling"),
            ("bruising", "bruising"),
            ("weakness-mild", "weakness"),
        ],
    ),
    (
        "SL-1",
        "Straight-leg raise at home",
        &[("straight-leg-raise", "straight-leg raise"), ("straight-leg-raise-also", "at that height")],
    ),
];

/// Medicines that matter to whoever sees a muscle injury (BR-2).
const MEDICINES: Labels = &[
    ("blood-thinner", "blood thinner"),
    ("steroid-long-use", "long-term steroid tablets"),
    ("fluoroquinolone-recent", "quinolone antibiotic, last 3 months"),
    ("statin", "statin"),
];

/// What raises the risk of a clot in the leg (evidence 5.3 and CB-1).
const CLOT_FACTORS: Labels = &[
    ("clot-before", "earlier clot"),
    ("clot-in-family", "clot in the family"),
    ("cancer", "cancer"),
    ("surgery-12-weeks", "operation within 12 weeks"),
    ("immobile-3-days", "3 days or more in bed or chair"),
    ("leg-in-cast-or-paralysed", "leg in a cast, or paralysed"),
    ("long-travel", "long journey in the last 4 weeks"),
    ("pregnant-or-postpartum", "pregnant, or birth within 6 weeks"),
    ("oestrogen", "oestrogen"),
    ("very-overweight", "very overweight"),
    ("age", "age"),
];

/// The latest answer to a question, however old, with its day: a clinician
/// judges for themselves what is too old.
pub(super) fn told(case: &Case<'_>, question: &str, label: &'static str) -> Told {
    let mut told = Told { question: question.to_owned(), label, said: None, day: None, entry: None };
    let of_episode = match question {
        "region" => case.episode.region.clone(),
        "onset-manner" => case.episode.manner.map(|m| m.id().to_owned()),
        _ => None,
    };
    told.said = of_episode.map(|said| words(&said));
    let asked = case.journal.answers().flat_map(|(entry, given)| given.iter().map(move |a| (entry, a)));
    let calm = case.library.question(question).and_then(|q| q.calm.as_ref());
    let latest = asked.filter(|(_, a)| a.question == question).max_by_key(|(e, a)| {
        // "I do not know" takes nothing back, and of one instant the more worrying answer counts.
        (a.value != AnswerValue::Unknown, e.at, Some(&a.value) != calm)
    });
    if let Some((entry, answer)) = latest {
        told.said = Some(words(&answer.value.to_string()));
        told.day = Some(entry.day);
        told.entry = Some(entry.id.clone());
    }
    told
}

/// An id as words.
fn words(id: &str) -> String {
    id.replace('-', " ")
}

fn all_told(case: &Case<'_>, labels: Labels) -> Vec<Told> {
    labels.iter().map(|(id, label)| told(case, id, label)).collect()
}

pub(super) fn self_check(case: &Case<'_>) -> Vec<SelfCheck> {
    let check = |(row, title, labels): &(&'static str, &'static str, Labels)| SelfCheck {
        row,
        title,
        answers: all_told(case, labels),
    };
    SELF_CHECK.iter().map(check).collect()
}

pub(super) fn medicines(case: &Case<'_>) -> Vec<Told> {
    all_told(case, MEDICINES)
}

pub(super) fn clot(case: &Case<'_>, flags: &[Flag], answers: &Answers) -> Clot {
    let of_clot = |f: &Flag| f.rule.withhold.iter().any(|tag| tag == "compression");
    let wells = if flags.iter().any(of_clot) { wells(case.library, answers) } else { Vec::new() };
    Clot { factors: all_told(case, CLOT_FACTORS), wells }
}

pub(super) fn patterns(case: &Case<'_>, answers: &Answers, flags: &[Flag]) -> Vec<Likeness> {
    let fits = assess(case.library, answers, flags).into_iter().filter(|f| f.fits > Fits::Not);
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    fits.map(|f| Likeness {
        id: f.pattern.id.clone(),
        title: f.pattern.title.clone(),
        fits: f.fits,
        speaks_for: owned(f.speaks_for),
        against: owned(f.against),
    })
    .collect()
}

/// The questions for this hand-over, and the notes since the last visit that
/// end in a question mark.
pub(super) fn questions(case: &Case<'_>, since: Day, asked: &[String]) -> Vec<Raised> {
    let now = asked.iter().map(|text| Raised { text: text.trim().to_owned(), day: None, entry: None });
    let diary = notes(case, since).into_iter().filter(|note| note.text.ends_with('?'));
    now.filter(|q| !q.text.is_empty()).chain(diary).collect()
}

/// What the person wrote since the last visit.
pub(super) fn notes(case: &Case<'_>, since: Day) -> Vec<Raised> {
    let entries = case.journal.entries().iter().filter(|e| e.day >= since);
    entries.filter_map(|e| Raised::of(e)).collect()
}
