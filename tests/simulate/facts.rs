//! What an episode's entries say, read a second time and in the plainest way,
//! so that the engine is not judged by its own reading.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sinew::domain::day::{At, Day, Now};
use sinew::domain::entry::{Answer, Clearance, Entry, EntryId, Fact, Performed, Side};
use sinew::domain::library::Library;
use sinew::domain::measure::Unit;
use sinew::domain::question::{AnswerValue, QuestionKind};

/// The entries of an episode that exist and count at one moment.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    library: &'a Library,
    side: Option<Side>,
    now: Now,
    /// In the order of the instants that they speak of.
    pub(crate) live: Vec<&'a Arc<Entry>>,
    /// Each worst pain of a day on the injured side, from the onset on.
    pub(crate) pains: BTreeMap<Day, f64>,
    /// The same without what hurt during exercise.
    reported: BTreeMap<Day, f64>,
    /// Each worst morning.
    pub(crate) mornings: BTreeMap<Day, f64>,
    /// When something dulled the pain of this person.
    analgesics: Vec<At>,
    /// The measures of pain.
    nrs: Vec<&'a str>,
    /// What was answered, latest first.
    told: HashMap<&'a str, Vec<Told<'a>>>,
}

/// An answer, and where it was given.
pub(crate) type Told<'a> = (&'a Arc<Entry>, &'a AnswerValue);

/// Questions whose answers are remembered for the whole episode.
pub(crate) const LASTING: [&str; 4] =
    ["age", "new-event", "pop-at-injury", "four-steps-impossible-at-injury"];

/// How many days back pains are read: far more than any rule looks back.
const MEMORY: i64 = 100;

impl<'a> Facts<'a> {
    /// Reads the entries; `shared` is what other episodes know of the person.
    pub(crate) fn of(
        library: &'a Library,
        side: Option<Side>,
        onset: Day,
        entries: &'a [Arc<Entry>],
        shared: &'a [Arc<Entry>],
        now: Now,
    ) -> Self {
        let exists = |e: &&Arc<Entry>| e.at <= now.at;
        // The latest word counts: what is itself taken back replaces nothing.
        let (mut replaced, mut gone): (BTreeSet<&EntryId>, BTreeSet<&EntryId>) = Default::default();
        for entry in entries.iter().rev().filter(exists) {
            let Some(correction) = entry.corrects.as_ref().filter(|_| !gone.contains(&entry.id)) else {
                continue;
            };
            replaced.insert(&correction.replaces);
            if entry.fact == Fact::Withdrawn {
                gone.insert(&correction.replaces);
            }
        }
        let mut live: Vec<&Arc<Entry>> =
            entries.iter().filter(exists).filter(|e| !replaced.contains(&e.id)).collect();
        live.sort_by_key(|e| (e.at, &e.id));
        let dulls = |e: &&&Arc<Entry>| matches!(&e.fact, Fact::Care(c) if c.kind == "analgesic");
        let analgesics = live
            .iter()
            .filter(dulls)
            .map(|e| e.at)
            .chain(shared.iter().filter(exists).filter(|e| dulls(&e)).map(|e| e.at))
            .collect();
        let nrs = library.measures.values().filter(|m| m.unit == Unit::Nrs).map(|m| m.id.as_str()).collect();
        let none = BTreeMap::new;
        let (pains, reported, mornings, told) = (none(), none(), none(), HashMap::new());
        let mut facts = Self { library, side, now, live, pains, reported, mornings, analgesics, nrs, told };
        facts.read_pains(onset);
        facts.read_answers();
        facts
    }

    fn read_pains(&mut self, onset: Day) {
        let mut pains: BTreeMap<Day, f64> = BTreeMap::new();
        let mut reported: BTreeMap<Day, f64> = BTreeMap::new();
        let mut mornings: BTreeMap<Day, f64> = BTreeMap::new();
        let first = onset.max(self.now.day.minus(MEMORY));
        let recent: Vec<_> = self.since(first).filter(|e| e.day <= self.now.day).collect();
        for entry in recent {
            for (side, value) in self.pains_of(entry) {
                if self.injured(side) {
                    let worst = pains.entry(entry.day).or_insert(value);
                    *worst = worst.max(value);
                    if !matches!(entry.fact, Fact::Performed(_)) {
                        let worst = reported.entry(entry.day).or_insert(value);
                        *worst = worst.max(value);
                    }
                }
            }
            for reading in readings(entry).filter(|r| r.measure == "pain-morning") {
                let worst = mornings.entry(entry.day).or_insert(reading.value);
                *worst = worst.max(reading.value);
            }
        }
        (self.pains, self.reported, self.mornings) = (pains, reported, mornings);
    }

    /// Every pain that an entry speaks of, 0 to 10, with its side.
    pub(crate) fn pains_of(&self, entry: &Entry) -> Vec<(Option<Side>, f64)> {
        let nrs = |measure: &str| self.nrs.contains(&measure);
        let mut pains: Vec<(Option<Side>, f64)> =
            readings(entry).filter(|r| nrs(&r.measure)).map(|r| (r.side, r.value)).collect();
        if let Fact::Performed(done) = &entry.fact {
            pains.extend(done.pain.map(|pain| (done.side, pain)));
        }
        for answer in answers(entry) {
            let kind = self.library.question(&answer.question).map(|q| &q.kind);
            if let (AnswerValue::Number(value), Some(QuestionKind::Number { unit, .. })) =
                (&answer.value, kind)
                && unit == Unit::Nrs.id()
            {
                pains.push((None, *value));
            }
        }
        pains
    }

    /// Whether something of this side speaks of the injured leg.
    pub(crate) fn injured(&self, side: Option<Side>) -> bool {
        !matches!((self.side, side), (Some(own), Some(other)) if own.other() == Some(other))
    }

    /// Whether something dulled the pain within the 24 hours before.
    pub(crate) fn masked(&self, at: At) -> bool {
        self.analgesics.iter().any(|taken| *taken <= at && at - *taken < chrono::Duration::hours(24))
    }

    /// The entry with this id.
    pub(crate) fn entry(&self, id: &EntryId) -> Option<&'a Arc<Entry>> {
        self.live.iter().rev().find(|e| e.id == *id).copied()
    }

    /// The entries of some days, latest first.
    pub(crate) fn since(&self, first: Day) -> impl Iterator<Item = &'a Arc<Entry>> {
        // Days and instants may differ by a day or two; entries are in the order of instants.
        let all = self.live.iter().rev().copied();
        all.take_while(move |e| Day::of(e.at) >= first.minus(3)).filter(move |e| e.day >= first)
    }

    /// The bouts with a known pain, latest first.
    pub(crate) fn bouts(&self, first: Day) -> impl Iterator<Item = (&'a Arc<Entry>, &'a Performed)> {
        self.since(first).filter_map(|e| match &e.fact {
            Fact::Performed(done) if done.skipped.is_none() => Some((e, done)),
            _ => None,
        })
    }

    /// Every known answer to a question on the last days, latest first. Only
    /// [`LASTING`] questions are remembered for more than a week.
    pub(crate) fn told(&self, question: &str, days: i64) -> impl Iterator<Item = Told<'a>> + use<'a, '_> {
        let first = self.now.day.minus(days - 1);
        let known = self.told.get(question).map(Vec::as_slice).unwrap_or_default();
        known.iter().copied().filter(move |(e, _)| e.day >= first)
    }

    fn read_answers(&mut self) {
        let week = self.now.day.minus(6);
        for entry in self.live.iter().rev() {
            let recent = entry.day >= week;
            for answer in answers(entry).filter(|a| recent || LASTING.contains(&a.question.as_str())) {
                if answer.value != AnswerValue::Unknown {
                    self.told.entry(&answer.question).or_default().push((entry, &answer.value));
                }
            }
        }
    }

    /// Whether a reading of yes was given on a day.
    pub(crate) fn yes_on(&self, measure: &str, day: Day) -> bool {
        self.since(day)
            .filter(|e| e.day == day)
            .any(|e| readings(e).any(|r| r.measure == measure && r.value >= 1.0))
    }

    /// The clearances for a rule, latest first.
    pub(crate) fn clearances(&self, rule: &str) -> impl Iterator<Item = (&'a Arc<Entry>, &'a Clearance)> {
        self.live.iter().rev().filter_map(move |e| match &e.fact {
            Fact::Clearance(c) if c.rule == rule => Some((*e, c)),
            _ => None,
        })
    }

    /// Whether the latest outcome for a rule closes it today.
    pub(crate) fn cleared(&self, rule: &str) -> bool {
        let latest = self.clearances(rule).max_by_key(|(e, c)| (e.at, !c.outcome.closes()));
        latest.is_some_and(|(_, c)| c.outcome.closes() && c.expires.is_none_or(|last| self.now.day <= last))
    }

    /// Whether a closing outcome for any rule with one of these rows of the
    /// evidence was written after an entry.
    pub(crate) fn answered_after(&self, entry: &Entry, rows: &[&str]) -> bool {
        self.live.iter().rev().take_while(|e| e.at >= entry.at).any(|e| match &e.fact {
            Fact::Clearance(c) if c.outcome.closes() => {
                let rule = self.library.rule(&c.rule);
                rule.is_none_or(|r| r.rows.iter().any(|row| rows.contains(&row.as_str())))
            }
            _ => false,
        })
    }

    /// The median of the worst pains of some days; nothing below three of them.
    pub(crate) fn median(&self, first: Day, last: Day) -> Option<f64> {
        let values: Vec<f64> = self.reported.range(first..=last).map(|(_, v)| *v).collect();
        if values.len() < 3 { None } else { middle(values) }
    }

    /// How far the median of the last seven days lies above that of the seven before.
    pub(crate) fn week_rise(&self) -> Option<f64> {
        let today = self.now.day;
        let now = self.median(today.minus(6), today)?;
        Some(now - self.median(today.minus(13), today.minus(7))?)
    }

    /// What a morning is compared with: the median of the seven logged mornings
    /// before it, or the one before where there are fewer than three; at most 3.
    pub(crate) fn baseline(&self, day: Day) -> Option<f64> {
        let before: Vec<f64> = self.mornings.range(..day).rev().take(7).map(|(_, v)| *v).collect();
        let base = if before.len() >= 3 { middle(before) } else { before.first().copied() };
        base.map(|b| b.min(3.0))
    }

    /// The last severe pain of the injured leg.
    pub(crate) fn severe_since(&self, first: Day) -> Option<At> {
        let severe =
            |e: &&Arc<Entry>| self.pains_of(e).iter().any(|(side, v)| *v >= 6.0 && self.injured(*side));
        let today = self.now.day;
        self.since(first).filter(|e| e.day <= today).filter(severe).map(|e| e.at).max()
    }
}

/// The readings of an entry.
pub(crate) fn readings(entry: &Entry) -> impl Iterator<Item = &sinew::domain::entry::Reading> {
    match &entry.fact {
        Fact::CheckIn { readings, .. } => readings.iter(),
        _ => [].iter(),
    }
}

/// The answers of an entry.
pub(crate) fn answers(entry: &Entry) -> impl Iterator<Item = &Answer> {
    match &entry.fact {
        Fact::CheckIn { answers, .. } | Fact::Screen(answers) => answers.iter(),
        _ => [].iter(),
    }
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let at = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[at]),
        _ => Some(f64::midpoint(values[at - 1], values[at])),
    }
}
