//! The journal: what counts of everything that was recorded, at one moment.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::day::{At, Day, Now};
use super::entry::{Answer, Care, Clearance, Decision, Entry, EntryId, Fact, Performed, Reading};
use super::index::Index;
use super::library::Library;
use super::measure::Unit;
use super::past::Past;
use super::question::{AnswerValue, Holds, QuestionKind};
use super::trail::Trail;

/// One value of one measure, with where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a> {
    /// The entry.
    pub entry: &'a EntryId,
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
    entries: Vec<Arc<Entry>>,
    /// What was taken back, and nobody said why.
    undone: Vec<Arc<Entry>>,
    shared: Vec<Arc<Entry>>,
    /// What was left out of it, where something was.
    past: Option<Arc<Past>>,
    index: Index,
    now: Now,
}

/// How far the day of an entry may lie from the date of its instant, in days:
/// the rollover hour of up to half a day and an offset from UTC of up to a whole one.
pub const DAY_SLACK: i64 = 3;

impl Journal {
    /// Takes the entries that exist at `now`: nothing dated later, nothing
    /// replaced or withdrawn.
    ///
    /// The order in which `entries` come makes no difference.
    pub fn new(entries: impl IntoIterator<Item = impl Into<Arc<Entry>>>, now: Now) -> Self {
        Self::with_shared(entries, Vec::new(), now)
    }

    /// The same, with what other episodes know of the person: answers that
    /// hold for good, and analgesics.
    pub fn with_shared(
        entries: impl IntoIterator<Item = impl Into<Arc<Entry>>>,
        shared: Vec<Arc<Entry>>,
        now: Now,
    ) -> Self {
        Self::read(entries, shared, None, now)
    }

    /// The same, where days that are over may have been left out of what was read.
    pub fn read(
        entries: impl IntoIterator<Item = impl Into<Arc<Entry>>>,
        shared: Vec<Arc<Entry>>,
        past: Option<Arc<Past>>,
        now: Now,
    ) -> Self {
        let known = entries.into_iter().map(Into::into).filter(|e| now.knows(e.day, e.at));
        Self::foreknown(known.collect(), shared, past, now)
    }

    /// The same as if each of these had been known at `now`, whatever it speaks of.
    pub fn foreknown(
        mut entries: Vec<Arc<Entry>>,
        mut shared: Vec<Arc<Entry>>,
        past: Option<Arc<Past>>,
        now: Now,
    ) -> Self {
        shared.retain(|e| now.knows(e.day, e.at));
        let mut undone = Vec::new();
        if entries.iter().any(|e| e.corrects.is_some()) {
            let trail = Trail::of(&entries);
            undone = entries.iter().filter(|e| trail.is_undone(e)).cloned().collect();
            let counts: Vec<bool> = entries.iter().map(|e| trail.counts(e)).collect();
            let mut counts = counts.into_iter();
            entries.retain(|_| counts.next().unwrap_or_default());
        }
        Self::sorted(entries, undone, shared, past, now)
    }

    /// What was left out of it; nothing where everything was read.
    pub fn past(&self) -> Option<&Arc<Past>> {
        self.past.as_ref()
    }

    /// The same journal, with what was taken back without a reason left in it
    /// where `stays` says so.
    #[must_use]
    pub fn keeping(self, stays: impl Fn(&Entry) -> bool) -> Self {
        if !self.undone.iter().any(|e| stays(e)) {
            return self;
        }
        let (kept, undone) = self.undone.into_iter().partition(|e| stays(e));
        let entries = [self.entries, kept].concat();
        Self::sorted(entries, undone, self.shared, self.past, self.now)
    }

    fn sorted(
        mut entries: Vec<Arc<Entry>>,
        undone: Vec<Arc<Entry>>,
        shared: Vec<Arc<Entry>>,
        past: Option<Arc<Past>>,
        now: Now,
    ) -> Self {
        entries.sort_by(|a, b| in_order(a, b));
        let now = entries.last().map_or(now, |last| now.by_the_clock_of(last.at));
        let mut index = Index::default();
        index.logged.extend(past.iter().flat_map(|past| &past.logged));
        for entry in &shared {
            index.note_elsewhere(entry);
        }
        for (at, entry) in entries.iter().enumerate() {
            index.note(at, entry);
        }
        Self { entries, undone, shared, past, index, now }
    }

    /// The same journal with some more on record, read at another moment.
    #[must_use]
    pub fn with(&self, more: &[Entry], now: Now) -> Self {
        let mut more: Vec<Arc<Entry>> = more.iter().map(|e| Arc::new(e.clone())).collect();
        if !self.goes_on_with(&more, now) {
            let all = self.entries.iter().cloned().chain(more);
            return Self::read(all, self.shared.clone(), self.past.clone(), now);
        }
        more.retain(|e| now.knows(e.day, e.at));
        more.sort_by(|a, b| in_order(a, b));
        let mut longer = Self { undone: Vec::new(), ..self.clone() };
        for entry in more {
            longer.index.note(longer.entries.len(), &entry);
            longer.entries.push(entry);
        }
        longer.now = longer.entries.last().map_or(now, |last| now.by_the_clock_of(last.at));
        longer
    }

    /// Whether this journal begins with all entries of another one.
    pub fn extends(&self, other: &Self) -> bool {
        let same = |(one, other): (&Arc<Entry>, &Arc<Entry>)| Arc::ptr_eq(one, other);
        self.entries.len() >= other.entries.len() && self.entries.iter().zip(&other.entries).all(same)
    }

    /// Whether all of these stand behind what is there, and nothing of that is hidden at
    /// another moment.
    fn goes_on_with(&self, more: &[Arc<Entry>], now: Now) -> bool {
        let known = |e: &Arc<Entry>| now.knows(e.day, e.at);
        let still_known = now == self.now
            || (!now.looks_back() && self.entries.last().is_none_or(known) && self.shared.iter().all(known));
        let follows = |e: &Arc<Entry>| self.entries.last().is_none_or(|last| in_order(last, e).is_lt());
        still_known && more.iter().all(|e| e.corrects.is_none() && follows(e))
    }

    /// The moment at which the journal is read.
    pub fn now(&self) -> Now {
        self.now
    }

    /// All entries that count, in order.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// Whether an analgesic was taken in the 24 hours before `at`.
    pub fn masked(&self, at: At) -> bool {
        let taken = &self.index.analgesics;
        let before = taken.partition_point(|taken| *taken <= at);
        let last = before.checked_sub(1).map(|last| taken[last]);
        last.is_some_and(|taken| at.signed_duration_since(taken).num_minutes() < 24 * 60)
    }

    /// Whether anything speaks of a day.
    pub fn speaks_of(&self, day: Day) -> bool {
        self.in_days(day, day).next().is_some()
    }

    /// The samples of a measure from `first` to `last`, in order.
    pub fn samples(&self, measure: &str, first: Day, last: Day) -> Vec<Sample<'_>> {
        let all = self.taken(measure, first, last);
        all.map(|(entry, reading)| self.sample(entry, reading.side, reading.value)).collect()
    }

    /// The values of a measure from `first` to `last`, in order, each with its
    /// day and entry, whatever they prove.
    pub fn values(&self, measure: &str, first: Day, last: Day) -> impl Iterator<Item = (Day, &Entry, f64)> {
        self.taken(measure, first, last).map(|(entry, reading)| (entry.day, entry, reading.value))
    }

    /// The readings of a measure from `first` to `last`, in order, each with its entry.
    pub fn taken(&self, measure: &str, first: Day, last: Day) -> impl Iterator<Item = (&Entry, &Reading)> {
        let of_entry = move |entry| readings(entry).iter().map(move |r| (entry, r));
        let all = self.of_days(self.index.measured(measure), first, last).flat_map(of_entry);
        all.filter(move |(_, r)| r.measure == measure)
    }

    /// Every pain reported from `first` to `last`: in check-ins, in tests and
    /// during exercise.
    pub fn pains(&self, library: &Library, first: Day, last: Day) -> Vec<Sample<'_>> {
        let scale = PainScale::of(library);
        let mut pains = Vec::new();
        for entry in self.in_days(first, last) {
            scale.each(entry, |side, value| pains.push(self.sample(entry, side, value)));
        }
        pains
    }

    fn sample<'a>(&self, entry: &'a Entry, side: Option<super::entry::Side>, value: f64) -> Sample<'a> {
        Sample { entry: &entry.id, day: entry.day, at: entry.at, side, value, masked: self.masked(entry.at) }
    }

    fn in_days(&self, first: Day, last: Day) -> impl Iterator<Item = &Entry> {
        let near = near(&self.entries, first, last).iter().map(Arc::as_ref);
        near.filter(move |e| e.day >= first && e.day <= last)
    }

    /// Those of some entries that count for the days from `first` to `last`.
    fn of_days<'a>(
        &'a self,
        positions: &'a [usize],
        first: Day,
        last: Day,
    ) -> impl Iterator<Item = &'a Entry> {
        let (after, before) = around(first, last);
        let instant = |at: &usize| self.entries[*at].at.naive_utc();
        let from = positions.partition_point(|at| instant(at) < after);
        let to = positions.partition_point(|at| instant(at) <= before);
        let near = positions.get(from..to.max(from)).unwrap_or_default();
        self.at(near).filter(move |e| e.day >= first && e.day <= last)
    }

    /// The exercises recorded from `first` to `last`, in order, skipped ones included.
    pub fn performed(&self, first: Day, last: Day) -> impl Iterator<Item = Recorded<'_, Performed>> {
        self.of_days(&self.index.performed, first, last).filter_map(bout)
    }

    /// Those of them that were left, or of which a pain was reported.
    pub fn felt(&self, first: Day, last: Day) -> impl Iterator<Item = Recorded<'_, Performed>> {
        self.of_days(&self.index.felt, first, last).filter_map(bout)
    }

    /// The exercises of one kind recorded from `first` to `last`, in order.
    pub fn bouts_of(
        &self,
        exercise: &str,
        first: Day,
        last: Day,
    ) -> impl Iterator<Item = Recorded<'_, Performed>> {
        self.of_days(self.index.exercised(exercise), first, last).filter_map(bout)
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
        self.at(&self.index.decided).filter_map(|entry| match &entry.fact {
            Fact::Decision(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    /// The clearances, in order.
    pub fn clearances(&self) -> impl Iterator<Item = Recorded<'_, Clearance>> {
        self.at(&self.index.cleared).filter_map(|entry| match &entry.fact {
            Fact::Clearance(what) => Some(Recorded { entry, what }),
            _ => None,
        })
    }

    fn at<'a>(&'a self, positions: &'a [usize]) -> impl Iterator<Item = &'a Entry> {
        positions.iter().map(|at| self.entries[*at].as_ref())
    }

    /// What another episode may know of this one: answers that hold for good,
    /// and analgesics.
    pub fn to_share(&self, library: &Library) -> Vec<Arc<Entry>> {
        let lasting = |question: &str| library.question(question).is_some_and(|q| q.holds == Holds::Always);
        self.entries
            .iter()
            .filter_map(|entry| {
                if matches!(&entry.fact, Fact::Care(care) if care.kind == "analgesic") {
                    return Some(entry.clone());
                }
                let answers: Vec<_> =
                    answers(entry).iter().filter(|a| lasting(&a.question)).cloned().collect();
                (!answers.is_empty())
                    .then(|| Arc::new(Entry { fact: Fact::Screen(answers), ..entry.as_ref().clone() }))
            })
            .collect()
    }

    /// The entries with answers, those of other episodes first, each in order.
    pub fn answers(&self) -> impl Iterator<Item = (&Entry, &[super::entry::Answer])> {
        let shared = self.shared.iter().map(Arc::as_ref).filter(|entry| !answers(entry).is_empty());
        shared.chain(self.at(&self.index.answered)).map(|entry| (entry, answers(entry)))
    }

    /// Those of a day or later.
    pub fn answers_since(&self, first: Day) -> impl Iterator<Item = (&Entry, &[Answer])> {
        let elsewhere = self.shared.iter().map(Arc::as_ref);
        let own = self.of_days(&self.index.answered, first, Day::of_date(NaiveDate::MAX));
        let all = elsewhere.filter(move |entry| entry.day >= first).chain(own);
        all.map(|entry| (entry, answers(entry))).filter(|(_, answers)| !answers.is_empty())
    }

    /// The entries of this episode with answers from `first` to `last`, in order.
    pub fn answers_in(
        &self,
        first: Day,
        last: Day,
    ) -> impl Iterator<Item = (&Entry, &[super::entry::Answer])> {
        self.of_days(&self.index.answered, first, last).map(|e| (e, answers(e)))
    }

    /// The latest clearance for a rule, whatever its outcome; of two at one
    /// instant, the one that closes nothing.
    pub fn latest_clearance(&self, rule: &str) -> Option<Recorded<'_, Clearance>> {
        self.clearances()
            .filter(|c| c.what.rule == rule)
            .max_by_key(|c| (c.entry.at, !c.what.outcome.closes(), c.entry.id.clone()))
    }

    /// The entries with an answer to a question, those of other episodes first, each in
    /// order.
    pub fn answers_to<'a>(&'a self, question: &'a str) -> impl Iterator<Item = (&'a Entry, &'a Answer)> {
        let elsewhere = self.shared.iter().map(Arc::as_ref);
        let all = elsewhere.chain(self.at(self.index.asked(question)));
        all.flat_map(|entry| answers(entry).iter().map(move |answer| (entry, answer)))
            .filter(move |(_, answer)| answer.question == question)
    }

    /// The stretches of days without a gap on which the person reported something about
    /// themselves, in order: first and last day of each.
    pub fn logged_days(&self) -> &[(Day, Day)] {
        &self.index.logged
    }
}

/// The order of a journal.
pub fn in_order(one: &Entry, other: &Entry) -> Ordering {
    (one.at, &one.id).cmp(&(other.at, &other.id))
}

/// The entries of a journal, or of a list in its order, among which those of some days
/// lie: few others.
pub fn near(entries: &[Arc<Entry>], first: Day, last: Day) -> &[Arc<Entry>] {
    let (after, before) = around(first, last);
    let from = entries.partition_point(|e| e.at.naive_utc() < after);
    let to = entries.partition_point(|e| e.at.naive_utc() <= before);
    entries.get(from..to.max(from)).unwrap_or_default()
}

/// Between which instants the entries of some days lie.
fn around(first: Day, last: Day) -> (NaiveDateTime, NaiveDateTime) {
    let midnight = |day: Day| day.date().and_time(NaiveTime::MIN);
    (midnight(first.minus(DAY_SLACK)), midnight(last.plus(DAY_SLACK)))
}

fn bout(entry: &Entry) -> Option<Recorded<'_, Performed>> {
    match &entry.fact {
        Fact::Performed(what) => Some(Recorded { entry, what }),
        _ => None,
    }
}

/// What counts as a pain: every measure and question on the scale of 0 to 10.
#[derive(Debug)]
pub(super) struct PainScale<'a> {
    library: &'a Library,
    /// Looked up once, not for each of the thousands of readings of a life; in order.
    measures: Vec<&'a str>,
}

impl<'a> PainScale<'a> {
    pub(super) fn of(library: &'a Library) -> Self {
        let nrs = library.measures.values().filter(|m| m.unit == Unit::Nrs);
        Self { library, measures: nrs.map(|m| m.id.as_str()).collect() }
    }

    /// Hands on every pain that an entry speaks of, with its side.
    pub(super) fn each(&self, entry: &Entry, mut hear: impl FnMut(Option<super::entry::Side>, f64)) {
        for reading in readings(entry) {
            if self.measures.binary_search(&reading.measure.as_str()).is_ok() {
                hear(reading.side, reading.value);
            }
        }
        for answer in answers(entry) {
            let AnswerValue::Number(value) = &answer.value else { continue };
            let question = self.library.question(&answer.question).map(|q| &q.kind);
            if let Some(QuestionKind::Number { unit, .. }) = question
                && unit == Unit::Nrs.id()
            {
                hear(None, *value);
            }
        }
        if let Fact::Performed(performed) = &entry.fact
            && let Some(pain) = performed.pain
        {
            hear(performed.side, pain);
        }
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
