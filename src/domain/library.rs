//! What programs refer to: measures, exercises, care, questions, rules, sources.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::brakes::Brake;
use super::explanation::Word;
use super::limits::Limit;
use super::measure::Measure;
use super::patterns::{Pattern, WellsItem};
use super::question::{AnswerValue, Question};
use super::topics::Topic;
use super::watch::Watch;

/// Stands in actions of rules for the number to call.
pub const NUMBER_KEY: &str = "{emergency-number}";

/// Whom to call where a person did not say so.
pub const NUMBER: &str = "your local emergency number";

/// An exercise as the library describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is done on one side at a time.
    pub sided: bool,
    /// Tags that safety rules use.
    pub tags: Vec<String>,
    /// How to get into position.
    pub setup: String,
    /// How to move.
    pub movement: String,
    /// What to watch for.
    pub cues: Vec<String>,
    /// What often goes wrong.
    pub faults: Vec<String>,
    /// When to stop.
    pub stop_when: String,
    /// What is needed.
    pub equipment: Vec<String>,
    /// The ways in which it becomes easier.
    pub easier: Variants,
    /// The ways in which it becomes harder; a plan decides when.
    pub harder: Variants,
    /// The rungs of a ladder, from the first.
    pub rungs: Vec<String>,
    /// Why it is done.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

impl Exercise {
    /// Whether it carries a tag.
    pub fn is(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }
}

/// The ways in which an exercise becomes easier, or harder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variants {
    /// Ids of other exercises.
    pub exercises: Vec<String>,
    /// How the same exercise is made so.
    pub by: Option<String>,
}

/// A care item as the library describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CareItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it is given.
    pub how: String,
    /// What it is for, and when.
    pub when: String,
    /// When it must not be given.
    pub not_when: String,
    /// Tags that safety rules use.
    pub tags: Vec<String>,
    /// Whether the program may advise it; otherwise it is only recorded.
    pub advised: bool,
    /// Why it is given.
    pub why: String,
    /// Keys of its sources.
    pub source: Vec<String>,
}

/// How soon somebody has to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Explained; nobody needs to be seen.
    SelfCare,
    /// Book an appointment.
    Routine,
    /// Seen the same day.
    Urgent,
    /// Now.
    Emergency,
}

impl Urgency {
    /// The id used in files and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::SelfCare => "self-care",
            Self::Routine => "routine",
            Self::Urgent => "urgent",
            Self::Emergency => "emergency",
        }
    }
}

/// A comparison of a number, in rules over answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum NumberOp {
    /// Less than.
    #[serde(rename = "<")]
    Below,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// More than.
    #[serde(rename = ">")]
    Above,
}

/// What an answer has to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Wanted {
    /// Yes.
    Yes,
    /// Any of these choices.
    AnyOf(Vec<String>),
    /// A number that compares so.
    Number(NumberOp, f64),
}

/// One condition on one answer. Unknown never makes it true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// Id of the question.
    pub question: String,
    /// Its position in the order of asking: rules look at answers by the
    /// hundred thousand.
    pub at: usize,
    /// What the answer has to be.
    pub wanted: Wanted,
}

impl Clause {
    /// Whether an answer makes the clause true.
    pub fn is_true_of(&self, answer: &AnswerValue) -> bool {
        match (&self.wanted, answer) {
            (Wanted::Yes, AnswerValue::Yes) => true,
            (Wanted::AnyOf(wanted), AnswerValue::Choices(chosen)) => {
                chosen.iter().any(|c| wanted.contains(c))
            }
            (Wanted::Number(op, limit), AnswerValue::Number(n)) => match op {
                NumberOp::Below => n < limit,
                NumberOp::AtMost => n <= limit,
                NumberOp::AtLeast => n >= limit,
                NumberOp::Above => n > limit,
            },
            _ => false,
        }
    }
}

/// One way in which a rule can be true.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// Every one of these.
    pub all: Vec<Clause>,
    /// And one of these, where there are any.
    pub any: Vec<Clause>,
    /// And none of these known to be true.
    pub unless: Vec<Clause>,
}

/// A red flag: what raises it, and what to do then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// How soon somebody has to be seen.
    pub urgency: Urgency,
    /// Whether it keeps the person in the first phase while it is open.
    pub gate: bool,
    /// Rules at least as urgent that say the same and more: while one of them
    /// stands, this one is not raised beside it.
    pub covered_by: Vec<String>,
    /// Its name, in a few neutral words.
    pub title: String,
    /// Completes "This can be a sign of".
    pub can_be_a_sign_of: String,
    /// What to do, first.
    pub action: String,
    /// What not to do meanwhile.
    pub do_not: Vec<String>,
    /// What to note down or take along.
    pub bring: Vec<String>,
    /// Tags of care that is withheld while it is open.
    pub withhold: Vec<String>,
    /// The ways in which answers raise it; none for rules that the plan raises.
    pub when: Vec<When>,
    /// The course of days that raises it, where the diary does.
    pub watch: Option<Watch>,
    /// The rows of the published evidence that it stands for.
    pub rows: Vec<String>,
    /// Why it stands.
    pub why: Arc<str>,
    /// Keys of its sources.
    pub source: Arc<[String]>,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its key.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who wrote or published it.
    pub by: Option<String>,
    /// When.
    pub year: Option<u16>,
    /// Where it can be read.
    pub place: Option<String>,
    /// What kind of evidence it is.
    pub weight: String,
    /// Anything else to know.
    pub note: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.by.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
        let year = self.year.map(|year| format!(", {year}")).unwrap_or_default();
        let place = self.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
        let note = self.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
        write!(f, "{}{by}{year}{place} ({}).{note}", self.title, self.weight)
    }
}

/// Questions that the episode itself answers.
const OF_THE_EPISODE: [&str; 4] = ["region", "side", "onset-manner", DAYS_SINCE_ONSET];

/// The question that the calendar answers.
pub(super) const DAYS_SINCE_ONSET: &str = "days-since-onset";

/// Everything that programs refer to, by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Measures.
    pub measures: BTreeMap<String, Measure>,
    /// Exercises.
    pub exercises: BTreeMap<String, Exercise>,
    /// Care items.
    pub care: BTreeMap<String, CareItem>,
    /// Questions, in the order of asking; added with [`Library::add_question`].
    pub questions: Vec<Question>,
    /// Red flags, in the order of the file; added with [`Library::add_rule`].
    pub rules: Vec<Arc<Rule>>,
    /// Patterns, in the order of the file.
    pub patterns: Vec<Pattern>,
    /// The clinician's list for a possible clot in the leg.
    pub wells: Vec<WellsItem>,
    /// Short fixed answers.
    pub topics: Vec<Topic>,
    /// The glossary.
    pub words: Vec<Word>,
    /// Brakes, in the order of the file.
    pub brakes: Vec<Brake>,
    /// Limits, in the order of the file.
    pub limits: Vec<Limit>,
    /// Sources.
    pub sources: BTreeMap<String, Source>,
    /// Positions of the questions by id.
    by_id: HashMap<String, usize>,
    /// The signs that a screen puts, in the order of asking, each with the
    /// urgency of the gravest rule that asks for it.
    screen: BTreeMap<usize, Urgency>,
    /// Positions of the rules that cannot be true before this question was
    /// answered with more than its calm answer.
    by_sign: HashMap<String, Vec<usize>>,
    /// Positions of the rules that no single question holds back.
    unsigned: Vec<usize>,
    /// Positions of the rules that a day alone can make true: what calms them
    /// runs out, or days are counted.
    timed: Vec<usize>,
}

impl Library {
    /// Adds a question behind the others.
    pub fn add_question(&mut self, question: Question) {
        self.by_id.insert(question.id.clone(), self.questions.len());
        self.questions.push(question);
    }

    /// Adds a red flag behind the others; its questions are there already.
    pub fn add_rule(&mut self, rule: Rule) {
        let at = self.rules.len();
        for clause in rule.when.iter().flat_map(|w| w.all.iter().chain(&w.any)) {
            if self.questions[clause.at].is_sign() {
                let urgency = self.screen.entry(clause.at).or_insert(rule.urgency);
                *urgency = rule.urgency.max(*urgency);
            }
        }
        for when in &rule.when {
            // A clause that the calm answer makes true tells nothing by itself.
            let tells = |c: &&Clause| {
                !self.questions[c.at].calm.as_ref().is_some_and(|a| c.is_true_of(a))
                    && !OF_THE_EPISODE.contains(&c.question.as_str())
            };
            let signs: Vec<&Clause> = match when.all.iter().find(tells) {
                Some(one) => vec![one],
                None if when.any.iter().all(|c| tells(&c)) => when.any.iter().collect(),
                None => vec![],
            };
            if signs.is_empty() {
                self.unsigned.push(at);
            }
            let signs: Vec<String> = signs.iter().map(|c| c.question.clone()).collect();
            for sign in signs {
                self.by_sign.entry(sign).or_default().push(at);
            }
        }
        let by_days = |w: &When| w.all.iter().chain(&w.any).any(|c| c.question == DAYS_SINCE_ONSET);
        if rule.when.iter().any(|w| !w.unless.is_empty() || by_days(w)) {
            self.timed.push(at);
        }
        self.rules.push(Arc::new(rule));
    }

    /// Those of the rules told by some questions that a day alone can make true.
    pub fn timed_rules_told_by<'a>(&'a self, telling: impl Iterator<Item = &'a str>) -> Vec<&'a Arc<Rule>> {
        let mut at = self.told_by(telling);
        at.retain(|at| self.timed.contains(at));
        at.into_iter().map(|at| &self.rules[at]).collect()
    }

    /// The rules that could be true once these questions were answered with
    /// more than their calm answers, in the order of the file.
    pub fn rules_told_by<'a>(&'a self, telling: impl Iterator<Item = &'a str>) -> Vec<&'a Arc<Rule>> {
        self.told_by(telling).into_iter().map(|at| &self.rules[at]).collect()
    }

    fn told_by<'a>(&'a self, telling: impl Iterator<Item = &'a str>) -> Vec<usize> {
        let mut at: Vec<usize> = self.unsigned.clone();
        at.extend(telling.filter_map(|question| self.by_sign.get(question)).flatten());
        at.sort_unstable();
        at.dedup();
        at
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.position(id).map(|at| &self.questions[at])
    }

    /// The position of a question that is likely to stand at `near`, or a
    /// little behind it.
    pub fn position_near(&self, id: &str, near: usize) -> Option<usize> {
        const A_LITTLE: usize = 4;
        let ahead = self.questions.iter().enumerate().skip(near).take(A_LITTLE);
        ahead
            .map(|(at, q)| (at, q.id == id))
            .find(|(_, same)| *same)
            .map(|(at, _)| at)
            .or_else(|| self.position(id))
    }

    /// The positions of some questions that are mostly in the order of asking; those that
    /// are not known are left out.
    pub fn positions<'q>(&self, ids: impl Iterator<Item = &'q str>) -> impl Iterator<Item = usize> {
        let mut near = 0;
        ids.filter_map(move |id| {
            let at = self.position_near(id, near)?;
            near = at + 1;
            Some(at)
        })
    }

    /// The position of a question in the order of asking.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The red flag with this id.
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|r| r.id == id)
    }

    /// The name of a measure within a sentence, or its id.
    pub fn measure_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.measures.get(id).map_or(id, |m| &m.name)
    }

    /// The name of an exercise, or its id.
    pub fn exercise_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.exercises.get(id).map_or(id, |e| &e.name)
    }

    /// The questions that ask for a sign in rules of at least this urgency, in
    /// the order of asking: what a screen puts.
    pub fn screening_questions(&self, at_least: Urgency) -> Vec<&Question> {
        self.screen(at_least).map(|(_, question)| question).collect()
    }

    /// The same, each with its position.
    pub fn screen(&self, at_least: Urgency) -> impl Iterator<Item = (usize, &Question)> {
        let asked = self.screen.iter().filter(move |(_, urgency)| **urgency >= at_least);
        asked.map(|(at, _)| (*at, &self.questions[*at]))
    }
}
