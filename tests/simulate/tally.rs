//! What was lived through and what was found: counts, and breaches.

use std::collections::BTreeMap;
use std::fmt;

use sinew::domain::situation::Situation;

/// How many breaches of an invariant are kept in words for one life or crew
/// member; the others are counted.
const KEPT_OF_EACH: u64 = 20;

/// An invariant that did not hold.
#[derive(Clone, Debug)]
pub(crate) struct Breach {
    /// Its number.
    pub(crate) number: usize,
    /// The seed of the person.
    pub(crate) seed: u64,
    /// The day of their life.
    pub(crate) day: i64,
    /// The number of the episode.
    pub(crate) episode: u32,
    /// What was seen.
    pub(crate) message: String,
}

/// The number of the last invariant.
pub(crate) const LAST: usize = 44;

/// Counts over some lives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// People.
    pub(crate) people: u64,
    /// Days of people, however many episodes they had.
    pub(crate) days: u64,
    /// Days of episodes.
    pub(crate) episode_days: u64,
    /// Evaluations of the whole engine.
    pub(crate) evaluations: u64,
    /// Days by advice.
    pub(crate) actions: BTreeMap<&'static str, u64>,
    /// Days with an open flag of an urgency.
    pub(crate) urgencies: BTreeMap<&'static str, u64>,
    /// Days by program and phase.
    pub(crate) phases: BTreeMap<String, u64>,
    /// Decisions and clinicians' outcomes.
    pub(crate) decisions: BTreeMap<&'static str, u64>,
    /// Days with so many episodes.
    pub(crate) episodes: BTreeMap<usize, u64>,
    /// How often each invariant was put to the test.
    pub(crate) fired: BTreeMap<usize, u64>,
    /// How often each invariant did not hold.
    pub(crate) broken: BTreeMap<usize, u64>,
    /// The first of these.
    pub(crate) breaches: Vec<Breach>,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, seed, day, episode, message } = self;
        write!(f, "IV-{number:02} --person {seed} day {day} episode {episode}: {message}")
    }
}

impl Tally {
    /// Counts a decision.
    pub(crate) fn decided(&mut self, what: &'static str) {
        *self.decisions.entry(what).or_insert(0) += 1;
    }

    /// Counts the day of an episode.
    pub(crate) fn saw(&mut self, s: &Situation) {
        self.episode_days += 1;
        *self.actions.entry(s.advice.action.id()).or_insert(0) += 1;
        let mut open: Vec<&'static str> = s.open_flags().map(|f| f.rule.urgency.id()).collect();
        open.sort_unstable();
        open.dedup();
        for urgency in open {
            *self.urgencies.entry(urgency).or_insert(0) += 1;
        }
        let phase = &s.course.phase(&s.program).id;
        *self.phases.entry(format!("{} {phase}", s.program.id)).or_insert(0) += 1;
    }

    /// Adds the counts of other lives.
    pub(crate) fn merge(&mut self, other: Self) {
        self.people += other.people;
        self.days += other.days;
        self.episode_days += other.episode_days;
        self.evaluations += other.evaluations;
        add(&mut self.actions, other.actions);
        add(&mut self.urgencies, other.urgencies);
        add(&mut self.phases, other.phases);
        add(&mut self.decisions, other.decisions);
        add(&mut self.episodes, other.episodes);
        add(&mut self.fired, other.fired);
        add(&mut self.broken, other.broken);
        self.breaches.extend(other.breaches);
    }

    /// How many breaches there were.
    pub(crate) fn breached(&self) -> u64 {
        self.broken.values().sum()
    }

    /// Notes a breach.
    pub(crate) fn breach(&mut self, breach: Breach) {
        let count = self.broken.entry(breach.number).or_insert(0);
        *count += 1;
        // A common breach leaves room for rare ones.
        if *count <= KEPT_OF_EACH {
            self.breaches.push(breach);
        }
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *counts.entry(key).or_insert(0) += count;
    }
}
