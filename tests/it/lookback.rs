//! Years that are looked back at, day by day: the same as if each day had been read in
//! full.

use std::cell::Cell;

use sinew::app::{App, Cleared, Draft};
use sinew::domain::adherence::adherence;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{Answer, Care, Fact, Outcome, Performed, Reading, Side};
use sinew::domain::episode::Episode;
use sinew::domain::journal::in_order;
use sinew::domain::question::AnswerValue;

use crate::invariants::simulate::rng::Rng;
use crate::support::{day, evening, opened, request};

pub(crate) const ONSET: &str = "2026-03-02";
pub(crate) const DAYS: i64 = 150;

/// Months of ups and downs, with whatever may be told of them late, twice and otherwise.
pub(crate) struct Life {
    pub(crate) app: App,
    pub(crate) episodes: Vec<Episode>,
    rng: Rng,
}

impl Life {
    pub(crate) fn of(seed: u64) -> Self {
        let (app, first) = opened("hamstring-strain", 2, Side::Left, ONSET);
        let mut life = Self { app, episodes: vec![first], rng: Rng::new(seed) };
        for n in 0..DAYS {
            let today = day(ONSET).plus(n);
            if n == 70 && life.one_in(2) {
                let second = request("calf-strain", 1, Side::Right, today);
                life.episodes.push(life.app.start(second, evening(today)).unwrap());
            }
            // A silent week is unknown, not quiet.
            if !(95..102).contains(&n) || !life.one_in(2) {
                for at in 0..life.episodes.len() {
                    life.live(at, today, n);
                }
            }
        }
        life
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.rng.next().is_multiple_of(count)
    }

    fn upto(&mut self, most: f64) -> f64 {
        self.rng.between(0.0, most).round()
    }

    fn live(&mut self, at: usize, today: Day, n: i64) {
        let (episode, now) = (self.episodes[at].clone(), evening(today));
        let drafts = self.told(&episode, today, n);
        let _ = self.app.record(&episode, drafts, now);
        self.mend(&episode, now);
        // Its beginning may have been taken back.
        let Ok(situation) = self.app.situation(&episode, now) else { return };
        match situation.advice.action {
            Action::Advance | Action::StepBack if !self.one_in(3) => drop(self.app.accept(&situation, now)),
            Action::Stop if self.one_in(3) => {
                for rule in self.app.clearable(&situation) {
                    let outcome = if self.one_in(3) { Outcome::ClearedWithLimits } else { Outcome::Cleared };
                    let until = (outcome == Outcome::ClearedWithLimits).then(|| today.plus(20));
                    let (by, role) = ("A. Example".to_owned(), "doctor".to_owned());
                    let cleared = Cleared { rule, by, role, outcome, day: today, until, note: None };
                    let _ = self.app.clear(&situation, cleared, now);
                }
            }
            _ if self.one_in(40) => drop(self.app.pause(&situation, "a journey", now)),
            _ if self.one_in(8) => drop(self.app.resume(&situation, now)),
            _ => {}
        }
    }

    /// What is told of a day; some of it a few days late.
    fn told(&mut self, episode: &Episode, today: Day, n: i64) -> Vec<Draft> {
        let hurts = if n < 25 || (60..66).contains(&n) { 6.0 } else { 2.0 };
        let mut facts = Vec::new();
        let reading = |measure: &str, value| Reading { measure: measure.into(), side: None, value };
        if !self.one_in(6) {
            let readings =
                vec![reading("pain-morning", self.upto(2.0)), reading("pain-worst", self.upto(hurts))];
            facts.push(Fact::CheckIn { readings, answers: vec![] });
        }
        if self.one_in(5) {
            let limp = reading("limp", if self.one_in(4) { 1.0 } else { 0.0 });
            facts.push(Fact::CheckIn { readings: vec![limp], answers: vec![] });
        }
        if self.one_in(4) {
            let mut answers = calm_answers(&self.app.catalog.library);
            if self.one_in(15) {
                let at = self.rng.below(answers.len());
                answers[at] = Answer { value: AnswerValue::Yes, ..answers[at].clone() };
            }
            facts.push(Fact::Screen(answers));
        }
        if self.one_in(30) {
            facts.push(Fact::Care(Care { kind: "analgesic".to_owned(), side: None, minutes: None }));
        }
        let Ok(situation) = self.app.situation(episode, evening(today)) else { return Vec::new() };
        for item in situation.plan.items {
            if item.planned.is_some() && !self.one_in(3) {
                let pain = self.one_in(2).then(|| self.upto(hurts));
                let dose = item.planned.map(|p| p.dose).filter(|_| !self.one_in(9));
                let bout = Performed { dose, pain, side: item.side, ..Performed::of(&item.id) };
                facts.push(Fact::Performed(bout));
            }
        }
        let late = i64::from(self.one_in(12)) * 5;
        let draft = |(n, fact): (i64, Fact)| {
            let at = evening(today.minus(1 + late)).at + chrono::Duration::minutes(240 + 20 * n);
            Draft { at, note: None, fact }
        };
        (0..).zip(facts).map(draft).collect()
    }

    /// Something is taken back, put right or moved.
    fn mend(&mut self, episode: &Episode, now: Now) {
        if self.one_in(15) {
            let why = self.one_in(2).then_some("typed wrong");
            let _ = self.app.undo(std::slice::from_ref(episode), None, why, now);
        } else if self.one_in(25) {
            let _ = self.app.redo(std::slice::from_ref(episode), None, now);
        } else if self.one_in(10) {
            let Ok(situation) = self.app.situation(episode, now) else { return };
            let entries = situation.journal.entries();
            let Some(old) = self.rng.pick(entries) else { return };
            // What was moved to a later day counted on its own until then.
            let by = chrono::Duration::days(*self.rng.pick(&[0, -3, 10, 30, 60]).unwrap());
            let fact = match &old.fact {
                Fact::CheckIn { answers, .. } => {
                    let reading = Reading { measure: "pain-worst".into(), side: None, value: self.upto(8.0) };
                    Fact::CheckIn { readings: vec![reading], answers: answers.clone() }
                }
                fact => fact.clone(),
            };
            let draft = Draft { at: (old.at + by).clamp(episode.opened, now.at), note: None, fact };
            let _ = self.app.correct(episode, old, draft, "another day", now);
        }
    }
}

#[test]
fn each_day_is_looked_back_at_as_if_it_had_been_read_in_full() {
    for seed in 0..4 {
        let life = Life::of(seed);
        for episode in &life.episodes {
            for end in [90, DAYS - 1] {
                let now = evening(day(ONSET).plus(end));
                let Ok(situation) = life.app.situation(episode, now) else { continue };
                let looked = Cell::new(0);
                let found =
                    life.app.adherence(&situation, &|days| looked.set(looked.get().max(days))).unwrap();
                let whole = adherence(&situation, |now| life.app.situation(episode, now).ok());
                assert_eq!(found, whole, "seed {seed}, episode {}", episode.number);
                assert!(looked.get() > 10, "every day was looked at");
            }
        }
    }
}

/// The entries that are looked at stand in the order of a journal, and of those near
/// some days none is missed.
#[test]
fn lives_are_long_enough_to_leave_something_out() {
    let life = Life::of(1);
    let now = evening(day(ONSET).plus(DAYS - 1));
    let situation = life.app.situation(&life.episodes[0], now).unwrap();
    let entries = situation.journal.entries();
    assert!(entries.is_sorted_by(|a, b| in_order(a, b).is_le()));
    let (bookmark, kept) = situation.bookmark(&life.app.catalog.library, entries);
    let read = entries.iter().filter(|e| e.day >= bookmark.from || kept.contains(&e.id)).count();
    assert!(2 * read < entries.len(), "{read} of {}", entries.len());
}
