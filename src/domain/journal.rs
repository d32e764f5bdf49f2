//! The journal: what counts of everything that was recorded, at one moment.

use std::collections::{BTreeMap, BTreeSet};

use super::day::{At, Day, Now};
use super::entry::{Care, Clearance, Decision, Entry, EntryId, Fact, Performed};
use super::episode::Episode;
use super::library::Library;
use super::measure::Unit;
use super::question::{AnswerValue, Answers, Holds, QuestionKind, Standing};

/// One value of one measure, with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The entry.
    pub entry: EntryId,
    /// Its day.
    pub day: Day,
    /// Its instant.
    pub at: At,
    /// The leg, where it was named.
    pub side: Option<super::entry::Side>,
    /// The value.
    pub value: f64,
    /// Whether an analgesic was taken in the 24 hours before: then it proves
    /// nothing good.
    pub masked: bool,
}

/// Something recorded, with the entry that holds it.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a, T> {
    /// The entry.
    pub entry: &'a Entry,
    /// What it says.
    pub what: &'a T,
}

/// The entries of one episode that exist and count at one moment, in the order
/// of the instants that they speak of.
#[derive(Clone, Debug)]
pub struct Journal {
    entries: Vec<Entry>,
    shared: Vec<Entry>,
    analgesics: Vec<At>,
    now: Now,
}

impl Journal {
    /// Takes the entries that exist at `now`: nothing dated later, nothing
    /// replaced or withdrawn.
    ///
    /// The order in which `entries` come makes no difference.
    pub fn new(entries: impl IntoIterator<Item = Entry>, now: Now) -> Self {
        Self::with_shared(entries, Vec::new(), now)
    }

    /// The same, with what other episodes know of the person: answers that
    /// hold for good, and analgesics.
    pub fn with_shared(entries: impl IntoIterator<Item = Entry>, mut shared: Vec<Entry>, now: Now) -> Self {
        // By the instant alone: a flight to the west hides nothing.
        let mut entries: Vec<Entry> = entries.into_iter().filter(|e| e.at <= now.at).collect();
        shared.retain(|e| e.at <= now.at);
        let replaced: BTreeSet<EntryId> =
            entries.iter().filter_map(|e| e.corrects.as_ref().map(|c| c.replaces.clone())).collect();
        entries.retain(|e| !replaced.contains(&e.id));
        entries.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let analgesics = entries
            .iter()
            .chain(&shared)
            .filter(|e| matches!(&e.fact, Fact::Care(care) if care.kind == "analgesic"))
            .map(|e| e.at)
            .collect();
        Self { entries, shared, analgesics, now }
    }

    /// The moment at which the journal is read.
    pub fn now(&self) -> Now {
        self.now
    }

    /// All entries that count, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether an analgesic was taken in the 24 hours before `at`.
    pub fn masked(&self, at: At) -> bool {
        self.analgesics
            .iter()
            .any(|taken| *taken <= at && at.signed_duration_since(*taken).num_minutes() < 24 * 60)
    }

    /// The samples of a measure from `first` to `last`, in order.
    pub fn samples(&self, measure: &str, first: Day, last: Day) -> Vec<Sample> {
        self.in_days(first, last)
            .flat_map(|entry| readings(entry).iter().map(move |r| (entry, r)))
            .filter(|(_, reading)| reading.measure == measure)
            .map(|(entry, reading)| self.sample(entry, reading.side, reading.value))
            .collect()
    }

    /// Every pain reported from `first` to `last`: in check-ins, in tests and
    /// during exercise.
    pub fn pains(&self, library: &Library, first: Day, last: Day) -> Vec<Sample> {
        let mut pains = Vec::new();
        for entry in self.in_days(first, last) {
            for reading in readings(entry) {
                if library.measures.get(&reading.measure).is_some_and(|m| m.unit == Unit::Nrs) {
                    pains.push(self.sample(entry, reading.side, reading.value));
                }
            }
            for answer in answers(entry) {
                let question = library.question(&answer.question).map(|q| &q.kind);
                if let (AnswerValue::Number(value), Some(QuestionKind::Number { unit, .. })) =
                    (&answer.value, question)
                    && unit == Unit::Nrs.id()
                {
                    pains.push(self.sample(entry, None, *value));
                }
            }
            if let Fact::Performed(performed) = &entry.fact
                && let Some(pain) = performed.pain
            {
                pains.push(self.sample(entry, performed.side, pain));
            }
        }
        pains
    }

    fn sample(&self, entry: &Entry, side: Option<super::entry::Side>, value: f64) -> Sample {
        Sample {
            entry: entry.id.clone(),
            day: entry.day,
            at: entry.at,
            side,
            value,
            masked: self.masked(entry.at),
        }
    }

    fn in_days(&self, first: Day, last: Day) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |e| e.day >= first && e.day <= last)
    }

    /// The exercises recorded from `first` to `last`, in order, skipped ones included.
    pub fn performed(&self, first: Day, last: Day) -> impl Iterator<Item = Recorded<'_, Performed>> {
        self.in_days(first, last).filter_map(|entry| match &entry.fact {
            Fact::Performed(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    /// The care given from `first` to `last`, in order.
    pub fn care(&self, first: Day, last: Day) -> impl Iterator<Item = Recorded<'_, Care>> {
        self.in_days(first, last).filter_map(|entry| match &entry.fact {
            Fact::Care(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    /// The decisions, in order.
    pub fn decisions(&self) -> impl Iterator<Item = Recorded<'_, Decision>> {
        self.entries.iter().filter_map(|entry| match &entry.fact {
            Fact::Decision(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    /// The clearances, in order.
    pub fn clearances(&self) -> impl Iterator<Item = Recorded<'_, Clearance>> {
        self.entries.iter().filter_map(|entry| match &entry.fact {
            Fact::Clearance(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    /// What another episode may know of this one: answers that hold for good,
    /// and analgesics.
    pub fn to_share(&self, library: &Library) -> Vec<Entry> {
        let lasting = |question: &str| library.question(question).is_some_and(|q| q.holds == Holds::Always);
        self.entries
            .iter()
            .filter_map(|entry| {
                if matches!(&entry.fact, Fact::Care(care) if care.kind == "analgesic") {
                    return Some(entry.clone());
                }
                let answers: Vec<_> =
                    answers(entry).iter().filter(|a| lasting(&a.question)).cloned().collect();
                (!answers.is_empty()).then(|| Entry { fact: Fact::Screen(answers), ..entry.clone() })
            })
            .collect()
    }

    /// The entries with answers, those of other episodes first, each in order.
    pub fn answers(&self) -> impl Iterator<Item = (&Entry, &[super::entry::Answer])> {
        self.shared.iter().chain(&self.entries).filter_map(|entry| {
            let answers = answers(entry);
            (!answers.is_empty()).then_some((entry, answers))
        })
    }

    /// The latest clearance for a rule, whatever its outcome; of two at one
    /// instant, the one that closes nothing.
    pub fn latest_clearance(&self, rule: &str) -> Option<Recorded<'_, Clearance>> {
        self.clearances()
            .filter(|c| c.what.rule == rule)
            .max_by_key(|c| (c.entry.at, !c.what.outcome.closes(), c.entry.id.clone()))
    }

    /// The days on which the person reported something about themselves.
    pub fn logged_days(&self) -> BTreeSet<Day> {
        self.entries
            .iter()
            .filter(|e| match &e.fact {
                Fact::CheckIn { readings, .. } => !readings.is_empty(),
                Fact::Performed(_) => true,
                _ => false,
            })
            .map(|e| e.day)
            .collect()
    }
}

/// The readings of an entry.
pub fn readings(entry: &Entry) -> &[super::entry::Reading] {
    match &entry.fact {
        Fact::CheckIn { readings, .. } => readings,
        _ => &[],
    }
}

/// The answers of an entry.
pub fn answers(entry: &Entry) -> &[super::entry::Answer] {
    match &entry.fact {
        Fact::CheckIn { answers, .. } | Fact::Screen(answers) => answers,
        _ => &[],
    }
}

/// The latest known answer to each question, as answers come in.
///
/// "Unknown" takes nothing back: a sign that was reported keeps counting for
/// as long as its question says. Two answers of one instant keep the more
/// worrying one.
#[derive(Debug, Default)]
pub struct AnswerBook {
    latest: BTreeMap<String, (AnswerValue, EntryId, At, Day)>,
}

impl AnswerBook {
    /// Adds the answers of one entry.
    pub fn add(&mut self, library: &Library, entry: &Entry) {
        for answer in answers(entry) {
            if answer.value == AnswerValue::Unknown {
                continue;
            }
            let calm = library.question(&answer.question).and_then(|q| q.calm.as_ref());
            if let Some((_, _, at, _)) = self.latest.get(&answer.question)
                && *at == entry.at
                && calm == Some(&answer.value)
            {
                continue;
            }
            self.latest.insert(
                answer.question.clone(),
                (answer.value.clone(), entry.id.clone(), entry.at, entry.day),
            );
        }
    }

    /// Whether this is what the question was answered with last.
    pub fn says(&self, question: &str, value: &AnswerValue) -> bool {
        self.latest.get(question).is_some_and(|(latest, ..)| latest == value)
    }

    /// The answers that count on `day`, with what the episode itself says.
    pub fn standing(&self, library: &Library, episode: &Episode, day: Day) -> Answers {
        let mut standing = Answers::new();
        let mut said = |question: &str, value: AnswerValue| {
            standing.insert(question.to_owned(), Standing { value, entry: None, at: None });
        };
        if let Some(region) = &episode.region {
            said("region", AnswerValue::Choices(vec![region.clone()]));
        }
        if let Some(side) = episode.side {
            said("side", AnswerValue::Choices(vec![side.id().to_owned()]));
        }
        if let Some(manner) = episode.manner {
            said("onset-manner", AnswerValue::Choices(vec![manner.id().to_owned()]));
        }
        #[expect(clippy::cast_precision_loss, reason = "days of a life are far below 2^52")]
        said("days-since-onset", AnswerValue::Number(day.since(episode.onset) as f64));
        for (question, (value, entry, at, given)) in &self.latest {
            let Some(holds) = library.question(question).map(|q| q.holds) else { continue };
            // What the episode itself says is not overruled in passing.
            if holds.covers(day.since(*given)) && !standing.contains_key(question) {
                let at = matches!(holds, Holds::Day | Holds::Week).then_some(*at);
                let told = Standing { value: value.clone(), entry: Some(entry.clone()), at };
                standing.insert(question.clone(), told);
            }
        }
        standing
    }
}
