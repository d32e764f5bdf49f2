//! What of the days that are over still speaks, so that the advice of a day need not
//! read every year of a diary.
//!
//! Nearly every rule looks at some weeks. Those that look further back look at little
//! of it: at a sign until somebody answers for it, at the sessions that moved a dose, at
//! the first days of a pain, at the last word on a limp. A bookmark names these entries.
//! What is read is they, everything of the last weeks and everything that is written
//! later; the rules are the same, and so is what they say.
//!
//! A bookmark decides nothing and is worth nothing by itself, like an index: it is made
//! from the whole diary, it is only used while whatever it was made upon still stands,
//! and whoever throws it away loses time and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::advice::Advice;
use super::brakes::Trigger;
use super::criteria::Case;
use super::day::{At, Day, Now};
use super::diary::BASELINE_MORNINGS;
use super::entry::{Entry, EntryId, Fact, Side};
use super::finding::FindingKind;
use super::journal::{PainScale, answers, readings};
use super::library::Library;
use super::program::{Frequency, Prescription, Subject};
use super::question::{AnswerValue, Holds};
use super::schedule::Plan;
use super::screening::Flag;
use super::trail::Trail;
use super::{bouts, brakes, growth, undone, watch};

/// Days, the day of the bookmark included, that are read in full: the load guard looks
/// at so many, and few conditions at more.
const READ_DAYS: i64 = 30;

/// Days on which a course of days may still be completed: what is reported late is
/// reported within them, or the bookmark is no longer good. Two weeks before them are
/// read in full, which is what a course looks at.
const OPEN_DAYS: i64 = 14;

/// Days around an answer that tells something, within which all others are kept: an
/// answer counts for seven.
const ANSWER_DAYS: i64 = 8;

/// Days after which everything is read again.
const GONE_ON_DAYS: i64 = 91;

/// What is known of days that were left out when a journal was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The last day on which a course of days is known to be complete, or not.
    pub until: Day,
    /// The days on which the diary itself raised a flag, each with its rule.
    raised: Vec<(String, Day)>,
    /// The stretches of days on which something was reported: first and last day.
    pub(super) logged: Vec<(Day, Day)>,
    /// From this day on, everything is read.
    from: Day,
    /// The days before it with sessions that a dose rests on: of no other session is all
    /// there that it is judged by.
    trained: BTreeSet<Day>,
    /// The days before it that were kept in full.
    whole: BTreeSet<Day>,
    /// The last day on which it is good, where an outcome lapses, or something that was
    /// taken back without a reason stops counting.
    lapses: Option<Day>,
    /// The day on which everything was read for it, or for what was read for it.
    since: Day,
}

impl Past {
    /// The first day from `from` on, on which the diary raised a flag of this rule.
    pub fn raised(&self, rule: &str, from: Day) -> Option<Day> {
        self.raised.iter().filter(|(id, day)| id == rule && *day >= from).map(|(_, day)| *day).min()
    }

    /// Whether a dose may go by the sessions of a day.
    pub fn has_sessions_of(&self, day: Day) -> bool {
        day >= self.from || self.trained.contains(&day)
    }

    /// Whether nothing of a day was left out.
    pub fn has_all_of(&self, day: Day) -> bool {
        day >= self.from || self.whole.contains(&day)
    }

    /// The last day on which it is good; nothing where no day ends it.
    pub fn lapses(&self) -> Option<Day> {
        self.lapses
    }
}

/// What has to be read of an episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The day on which it was made.
    pub made: Day,
    /// When that was.
    pub at: At,
    /// From this day on, everything is read.
    pub from: Day,
    /// What is known of what is left out.
    pub past: Arc<Past>,
}

impl Bookmark {
    /// Makes a bookmark from everything that was read of an episode, and names the entries
    /// before its first day that still speak. What was read by another bookmark will do:
    /// it goes on saying what everything says, and this one what it says.
    ///
    /// `entries` are all that were read, in any order: those that were taken back as well.
    pub fn of(
        case: &Case<'_>,
        flags: &[Flag],
        advice: &Advice,
        plan: &Plan,
        entries: &[Arc<Entry>],
    ) -> (Self, BTreeSet<EntryId>) {
        let made = case.today();
        let (from, until) = (made.minus(days_read(case) - 1), made.minus(OPEN_DAYS));
        let watched = watch::all(case);
        let raised: Vec<(String, Day)> = watched
            .iter()
            .filter_map(|flag| Some((flag.rule.id.clone(), flag.day.filter(|day| *day <= until)?)))
            .collect();
        let (ached, felt) = (aching_days(case, &raised, from), felt_days(case, advice, from));
        let (trained, whole) = trained_days(case, from);
        let scale = PainScale::of(case.library);
        let speaks = |e: &&Arc<Entry>| {
            whole.contains(&e.day)
                || (felt.contains(&e.day) && says_how_it_felt(e))
                || (ached.contains(&e.day) && says_a_pain(&scale, e))
        };
        let flags: Vec<&Flag> = flags.iter().chain(&watched).collect();
        let mut kept = entries_that_speak(case, &flags, plan, from);
        kept.extend(entries.iter().filter(|e| e.day < from).filter(speaks).map(|e| e.id.clone()));
        add_corrections(entries, from, &mut kept);
        let logged = case.journal.logged_days().iter().filter(|(first, _)| *first < from);
        let logged = logged.map(|(first, last)| (*first, from.minus(1).min(*last))).collect();
        let trail = Trail::of(entries);
        // What is known ahead of its time lapses after it: no clock is two days ahead of another.
        let undone = entries.iter().filter(|e| e.day <= made.plus(2) && trail.is_undone(e));
        let undone = undone.map(|e| e.day.plus(undone::DAYS - 1));
        let expires = case.journal.clearances().filter_map(|c| c.what.expires);
        let before = case.journal.past();
        // Something that was left out before may lapse on a later day than the first one.
        let lapses = expires.chain(undone).filter(|day| *day >= made);
        let lapses = lapses.chain(before.and_then(|past| past.lapses)).min();
        let since = before.map_or(made, |past| past.since);
        // Of a day of which only a part was read, no more than that can be kept.
        let is_whole = |day: &Day| before.is_none_or(|past| past.has_all_of(*day));
        let whole = whole.into_iter().filter(is_whole).collect();
        let past = Past { until, raised, logged, from, trained, whole, lapses, since };
        (Self { made, at: case.journal.now().at, from, past: Arc::new(past) }, kept)
    }

    /// The same, where everything was read for it after all, one stretch of days after
    /// another.
    #[must_use]
    pub fn of_everything(mut self) -> Self {
        Arc::make_mut(&mut self.past).since = self.made;
        self
    }

    /// Whether it is good at a moment: not in a look back, and not on a clock that was
    /// put back.
    pub fn is_good_at(&self, now: Now) -> bool {
        let later = now.day >= self.made && now.at >= self.at;
        !now.looks_back() && later && self.past.lapses.is_none_or(|last| now.day <= last)
    }

    /// Whether another one may be made of what is read by it: now and then everything is
    /// read, so that none rests on a long row of others.
    pub fn goes_on(&self, today: Day) -> bool {
        today.since(self.past.since) < GONE_ON_DAYS
    }

    /// Whether it is still good after an entry was written: one of the last weeks that
    /// decides nothing, and does not put right or take back a word that `was_there` when
    /// the bookmark was made. Whatever such a word stood before may speak again.
    pub fn outlives(&self, entry: &Entry, was_there: impl Fn(&EntryId) -> bool) -> bool {
        let decides = matches!(entry.fact, Fact::Decision(_) | Fact::Clearance(_));
        let takes_back = entry.corrects.as_ref().is_some_and(|c| was_there(&c.replaces));
        !decides && !takes_back && entry.day > self.past.until
    }

    /// The same of an entry of another episode, which tells this one what holds for good,
    /// and what dulled a pain.
    pub fn outlives_elsewhere(
        &self,
        library: &Library,
        entry: &Entry,
        was_there: impl Fn(&EntryId) -> bool,
    ) -> bool {
        let lasts = |question: &str| library.question(question).is_some_and(|q| q.holds == Holds::Always);
        let learned = answers(entry).iter().any(|answer| lasts(&answer.question));
        let takes_back = entry.corrects.as_ref().is_some_and(|c| was_there(&c.replaces));
        let old_care = matches!(entry.fact, Fact::Care(_)) && entry.day <= self.past.until;
        !takes_back && !learned && !old_care
    }
}

/// As many days as any condition of the program, any brake or any frequency looks at.
fn days_read(case: &Case<'_>) -> i64 {
    let phases = || case.program.phases.iter();
    let subjects = phases().flat_map(|p| p.exit.iter().chain(&p.entry)).map(|c| match &c.subject {
        Subject::Measure(test) => test.days,
        Subject::Session(test) => test.days,
        Subject::Clearance(_) | Subject::DaysInPhase(_) => 0,
    });
    let rungs = phases().flat_map(|p| &p.exercises).flat_map(|e| &e.rungs);
    let rungs = rungs.filter_map(|gate| gate.test.as_ref()).map(|test| test.days);
    let brakes = case.library.brakes.iter().flat_map(|b| &b.when).map(|trigger| match trigger {
        Trigger::Readings(test) => test.days,
        Trigger::Answer { days, .. } => *days,
        _ => 0,
    });
    let rests = phases().flat_map(|p| &p.exercises).map(|e| match e.frequency {
        Frequency::EveryDays(every) => every,
        Frequency::PerDay(_) | Frequency::PerWeek(_) => 0,
    });
    // A run of days may end yesterday.
    let windows = subjects.chain(rungs).chain(brakes).chain(rests);
    windows.map(|days| i64::from(days) + 1).fold(READ_DAYS, i64::max).max(days_stepped_back(case))
}

/// The days since a step back: clean days are counted back across days of which nothing is
/// known, however many, and what is told later of the last ones moves where that begins.
fn days_stepped_back(case: &Case<'_>) -> i64 {
    let span = case.course.current();
    if span.stepped_back { case.today().since(span.from) + 1 } else { 0 }
}

/// The days before `from` of which whatever says a pain is kept: those that tell of a
/// course of days that was completed, or may be yet.
fn aching_days(case: &Case<'_>, raised: &[(String, Day)], from: Day) -> BTreeSet<Day> {
    let mut days = watch::days_looked_at(case, case.today().minus(OPEN_DAYS));
    for (rule, day) in raised {
        let watch = case.library.rule(rule).and_then(|rule| rule.watch.as_ref());
        days.extend(watch.into_iter().flat_map(|watch| watch::days_of(case, watch, *day)));
    }
    // What the first mornings that are read in full are compared with.
    days.extend(case.diary.mornings.last(..from, BASELINE_MORNINGS).iter().map(|m| m.day));
    days.retain(|day| *day < from);
    days
}

/// The days before `from` of which whatever says how it felt is kept.
fn felt_days(case: &Case<'_>, advice: &Advice, from: Day) -> BTreeSet<Day> {
    let mut days = brakes::days_looked_at(case, from);
    days.extend(bouts::last_day(case, from.minus(1)));
    days.extend(severe(case));
    // Whatever is named today, for whichever reason.
    let named: BTreeSet<&EntryId> =
        advice.findings.iter().filter(|f| f.kind != FindingKind::Flag).flat_map(|f| &f.entries).collect();
    days.extend(case.journal.entries().iter().filter(|e| named.contains(&e.id)).map(|e| e.day));
    days.retain(|day| *day < from);
    days
}

/// Whether an entry says how a day felt: what was done without a word on it does not.
fn says_how_it_felt(entry: &Entry) -> bool {
    match &entry.fact {
        Fact::Performed(bout) => bout.pain.is_some() || bout.skipped.is_some(),
        _ => true,
    }
}

/// The days before `from` with the sessions that a dose rests on, and all that they are
/// judged by: of these everything is kept.
fn trained_days(case: &Case<'_>, from: Day) -> (BTreeSet<Day>, BTreeSet<Day>) {
    let (mut trained, mut whole) = (BTreeSet::new(), BTreeSet::new());
    for prescription in prescriptions(case) {
        let (sessions, days) = growth::days_looked_at(case, prescription, from.minus(1));
        trained.extend(sessions);
        whole.extend(days);
    }
    (trained, whole)
}

/// What is planned in this phase, and what a leg that has to be protected gets instead.
fn prescriptions<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Prescription> {
    let (phase, first) = (case.course.phase(case.program), &case.program.phases[0]);
    phase.exercises.iter().chain(&first.exercises)
}

/// Whether an entry says a pain of any kind.
fn says_a_pain(scale: &PainScale<'_>, entry: &Entry) -> bool {
    let mut says = false;
    scale.each(entry, |_, _| says = true);
    says
}

/// The day of the latest severe pain.
fn severe(case: &Case<'_>) -> Option<Day> {
    let latest = case.diary.severe?;
    let scale = PainScale::of(case.library);
    let hurts = |entry: &Entry| says_a_pain(&scale, entry);
    case.journal.entries().iter().find(|e| e.at == latest && hurts(e)).map(|e| e.day)
}

/// The entries before `from` that are kept by themselves.
fn entries_that_speak(case: &Case<'_>, flags: &[&Flag], plan: &Plan, from: Day) -> BTreeSet<EntryId> {
    let mut kept: BTreeSet<EntryId> = BTreeSet::new();
    let named = flags.iter().flat_map(|f| f.because.iter().filter_map(|b| b.entry.as_ref()));
    let planned = plan.items.iter().filter_map(|i| i.step.as_ref()).flat_map(|s| &s.entries);
    let left_out = plan.left_out.iter().flat_map(|l| &l.entries);
    let last = case.journal.entries().last().map(|e| &e.id);
    let lasting = case.journal.entries().iter().filter(|e| lasts(&e.fact)).map(|e| &e.id);
    kept.extend(named.chain(planned).chain(left_out).chain(last).chain(lasting).cloned());
    kept.extend(last_readings(case, from).into_iter().cloned());
    kept.extend(telling_answers(case, flags, from).into_iter().cloned());
    let old: BTreeSet<&EntryId> =
        case.journal.entries().iter().filter(|e| e.day < from).map(|e| &e.id).collect();
    kept.retain(|id| old.contains(id));
    kept
}

/// What is never left out: decisions, outcomes, and what dulls pain.
fn lasts(fact: &Fact) -> bool {
    match fact {
        Fact::Decision(_) | Fact::Clearance(_) => true,
        Fact::Care(care) => care.kind == "analgesic",
        _ => false,
    }
}

/// The entries of one instant.
type Latest<'a> = (At, BTreeSet<&'a EntryId>);

/// The last word on each measure and side before `from`, or all of its instant: a later
/// one may be taken back.
fn last_readings<'a>(case: &'a Case<'_>, from: Day) -> BTreeSet<&'a EntryId> {
    let mut last: BTreeMap<(&str, Option<Side>), Latest<'_>> = BTreeMap::new();
    for entry in case.journal.entries().iter().filter(|e| e.day < from) {
        for reading in readings(entry) {
            let known = last.entry((&reading.measure, reading.side));
            let (at, ids) = known.or_insert_with(|| (entry.at, BTreeSet::new()));
            if *at != entry.at {
                *at = entry.at;
                ids.clear();
            }
            ids.insert(&entry.id);
        }
    }
    last.into_values().flat_map(|(_, ids)| ids).collect()
}

/// The entries with answers that tell something, that hold for good, that are other than
/// the one before, or last before `from`; and those near an answer that tells something or
/// near a flag, since answers are judged together.
fn telling_answers<'a>(case: &'a Case<'_>, flags: &[&Flag], from: Day) -> BTreeSet<&'a EntryId> {
    let mut kept = BTreeSet::new();
    let mut loud: BTreeSet<Day> = flags.iter().filter_map(|f| f.day).collect();
    let mut last: HashMap<&str, (&AnswerValue, &EntryId)> = HashMap::new();
    let answered = || case.journal.entries().iter().filter(|e| !answers(e).is_empty());
    for entry in answered() {
        for answer in answers(entry).iter().filter(|a| a.value != AnswerValue::Unknown) {
            let question = case.library.question(&answer.question);
            if question.is_none_or(|q| q.calm.as_ref() != Some(&answer.value)) {
                loud.insert(entry.day);
            }
            if entry.day >= from {
                continue;
            }
            let before = last.insert(&answer.question, (&answer.value, &entry.id));
            // What holds for good is a moment in every episode of the person.
            let always = question.is_some_and(|q| q.holds == Holds::Always);
            if always || before.is_none_or(|(value, _)| *value != answer.value) {
                kept.insert(&entry.id);
            }
        }
    }
    kept.extend(last.into_values().map(|(_, id)| id));
    let near = |day: Day| loud.range(day.minus(ANSWER_DAYS)..=day.plus(ANSWER_DAYS)).next().is_some();
    kept.extend(answered().filter(|e| near(e.day)).map(|e| &e.id));
    kept
}

/// Adds whatever puts right or takes back what is read, and what takes that back.
fn add_corrections(entries: &[Arc<Entry>], from: Day, kept: &mut BTreeSet<EntryId>) {
    let mut correctors: HashMap<&EntryId, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        if let Some(correction) = &entry.corrects {
            correctors.entry(&correction.replaces).or_default().push(entry);
        }
    }
    let mut read: Vec<&EntryId> =
        entries.iter().filter(|e| e.day >= from || kept.contains(&e.id)).map(|e| &e.id).collect();
    while let Some(id) = read.pop() {
        for corrector in correctors.remove(id).into_iter().flatten() {
            if corrector.day < from {
                kept.insert(corrector.id.clone());
            }
            read.push(&corrector.id);
        }
    }
}
