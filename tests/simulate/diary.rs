//! What virtual people write down: mornings, evenings, tests, sessions, care,
//! screens, and the things that go wrong.

use std::collections::BTreeSet;

use sinew::domain::day::Now;
use sinew::domain::dose::Dose;
use sinew::domain::entry::{Answer, Care, Correction, Fact, Performed, Reading, Side};
use sinew::domain::measure::{Asked, PAIN_ANY};
use sinew::domain::program::Subject;
use sinew::domain::question::AnswerValue;
use sinew::domain::schedule::{Item, ItemKind};
use sinew::domain::situation::Situation;

use super::people::{EVENING, Person};
use super::world::World;

/// The share of evenings on which some other thing of the diary is written.
const SELDOM: f64 = 0.03;

/// Hours between the last of an evening and the first of a morning.
const NIGHT_HOURS: i32 = 8;

impl Person {
    /// Everything that is written before the day is looked at.
    pub(crate) fn write_day(&mut self, world: &World) {
        self.mishaps();
        for at in 0..self.threads.len() {
            self.threads[at].body.sleep();
            self.misfortune(at);
            let reports = self.day > self.silent_until && self.rng.chance(self.diligence(at));
            if !reports {
                continue;
            }
            self.morning(at);
            if self.nature.trains_early {
                let plan = self.threads[at].last.as_ref().map(due_items).unwrap_or_default();
                self.train(at, &plan, self.at(17, 0));
            }
            self.evening_report(at);
            self.tests(world, at);
            self.screen(world, at);
            self.trouble_told(world, at);
            self.care(at);
            self.second_thoughts(at);
        }
    }

    /// How likely a day is reported; seldom after the end.
    fn diligence(&self, at: usize) -> f64 {
        let thread = &self.threads[at];
        let rests = if thread.mirror.rests_now() { 0.3 } else { 1.0 };
        self.nature.diligence * rests * if thread.mirror.finished { 0.3 } else { 1.0 }
    }

    /// Silences of one to four weeks, and travel.
    fn mishaps(&mut self) {
        let careless = self.nature.misfortune;
        if self.day > self.silent_until && self.rng.chance(0.0025 * careless) {
            self.silent_until = self.day + self.rng.days(7, 30);
        }
        if self.rng.chance(0.006) {
            let there = [-8, -5, 0, 1, 2, 9][self.rng.below(6)];
            // No flight lands on a morning that lies before the evening it left on.
            if there - self.offset < NIGHT_HOURS {
                self.offset = there;
            }
        }
    }

    /// A flare, now and then.
    fn misfortune(&mut self, at: usize) {
        if self.rng.chance(0.012 * self.nature.misfortune) {
            let points = self.rng.between(1.0, 6.0);
            self.threads[at].body.flare_up(points);
        }
    }

    fn morning(&mut self, at: usize) {
        if self.rng.chance(0.04) {
            return;
        }
        let (moment, today) = (self.at(7, 30), self.today());
        let thread = &mut self.threads[at];
        let age = thread.age(today);
        let pain = thread.body.pain(&mut self.rng, age, 0.7);
        let woken = f64::from(u8::from(thread.body.soreness(age) > self.rng.between(2.2, 5.0)));
        let mut readings = vec![reading("pain-morning", pain), reading("woken-by-pain", woken)];
        if self.rng.chance(SELDOM) {
            let sleep = (thread.body.soreness(age) * 1.2).round().clamp(0.0, 10.0);
            readings.push(reading("sleep-disturbed", sleep));
        }
        thread.check_in(moment, readings, vec![]);
    }

    fn evening_report(&mut self, at: usize) {
        let moment = self.at(EVENING - 1, 30);
        let age = self.threads[at].age(self.today());
        let (rng, thread) = (&mut self.rng, &mut self.threads[at]);
        let rest = thread.body.pain(rng, age, 0.7);
        let walking = thread.body.pain(rng, age, 0.95);
        let worst = thread.body.pain(rng, age, 1.1).max(rest).max(walking);
        let limps = thread.body.soreness(age) > rng.between(2.6, 4.5) || rng.chance(0.002);
        let mut readings = vec![reading("pain-worst", worst), reading("limp", f64::from(u8::from(limps)))];
        if rng.chance(0.9) {
            readings.extend([reading("pain-rest", rest), reading("pain-walking", walking)]);
        }
        if rng.chance(SELDOM) {
            readings.push(reading("pain-now", rest));
        }
        let mut answers = vec![];
        if rng.chance(SELDOM) {
            let word = if limps { "clear-limp" } else { "easy" };
            answers.push(choice("walking-today", word));
        }
        thread.check_in(moment, readings, answers);
    }

    /// The home tests that the phase asks for.
    fn tests(&mut self, world: &World, at: usize) {
        if self.day % self.nature.tests_every != 0 || self.threads[at].mirror.finished {
            return;
        }
        let age = self.threads[at].age(self.today());
        let moment = self.at(EVENING - 1, 0);
        let readings = self.tested(world, at, age);
        if !readings.is_empty() {
            self.threads[at].check_in(moment, readings, vec![]);
        }
    }

    fn tested(&mut self, world: &World, at: usize, age: i64) -> Vec<Reading> {
        let thread = &self.threads[at];
        let phases = &thread.program.phases;
        let next = phases.get(thread.mirror.phase + 1).into_iter().flat_map(|p| &p.entry);
        let asked = phases[thread.mirror.phase].exit.iter().chain(next);
        let mut measures: BTreeSet<&str> = BTreeSet::new();
        for criterion in asked.filter(|c| c.is_for(thread.episode.goal)) {
            if let Subject::Measure(test) = &criterion.subject {
                measures.insert(&test.measure);
            }
        }
        let mut readings = Vec::new();
        for id in measures {
            let Some(measure) = world.library().measures.get(id) else { continue };
            if measure.asked == Asked::CheckIn || id == PAIN_ANY {
                continue;
            }
            let injured = thread.episode.side.filter(|_| measure.sided);
            let value = thread.body.reading(&mut self.rng, measure, age, true);
            readings.push(Reading { measure: id.into(), side: injured, value });
            if let Some(other) = injured.and_then(Side::other) {
                let value = thread.body.reading(&mut self.rng, measure, age, false);
                readings.push(Reading { measure: id.into(), side: Some(other), value });
            }
        }
        readings
    }

    /// Does what was planned: as planned, sometimes too much, sometimes
    /// something that is not in the plan.
    pub(crate) fn train(&mut self, at: usize, plan: &[Item], from: sinew::domain::day::At) {
        let age = self.threads[at].age(self.today());
        let mut done = 0;
        for (n, item) in plan.iter().enumerate() {
            let runs = item.dose.starts_with("rung");
            // Histories stay lean: running always, and a few of the rest.
            let wanted =
                if runs { 1.0 } else { 3.0 / f64::from(u32::try_from(plan.len().max(3)).unwrap_or(3)) };
            if done >= 3 && !runs || !self.rng.chance(self.nature.adherence * wanted) {
                continue;
            }
            done += 1;
            let minutes = i64::try_from(n).unwrap_or(0) * 2;
            let bout = self.bout(at, age, item);
            self.threads[at].write(from + chrono::Duration::minutes(minutes), Fact::Performed(bout));
        }
        if self.rng.chance(0.01 * self.nature.misfortune) {
            self.astray(at, age, from);
        }
    }

    fn bout(&mut self, at: usize, age: i64, item: &Item) -> Performed {
        let (rng, thread) = (&mut self.rng, &mut self.threads[at]);
        let mut dose: Option<Dose> = item.dose.parse().ok();
        let overdone = rng.chance(0.015 * self.nature.misfortune);
        if overdone {
            dose = dose.as_ref().map(doubled);
            thread.body.flare_up(rng.between(0.5, 3.0));
        }
        let demand = if item.cap.is_some_and(|cap| cap <= 0.0) { 0.5 } else { 0.8 };
        let pain = thread.body.pain(rng, age, demand);
        let skipped = rng.chance(0.01).then(|| "no time".to_owned());
        Performed {
            side: item.side,
            dose: dose.filter(|_| !rng.chance(0.03)),
            pain: (skipped.is_none() && !rng.chance(0.03)).then_some(pain),
            load: rng.chance(0.05).then_some(10.0),
            skipped,
            ..Performed::of(&item.id)
        }
    }

    /// Something out of a later phase, or with the other leg.
    fn astray(&mut self, at: usize, age: i64, moment: sinew::domain::day::At) {
        let (rng, thread) = (&mut self.rng, &mut self.threads[at]);
        let known: Vec<&str> =
            thread.program.phases.iter().flat_map(|p| &p.exercises).map(|e| e.exercise.as_str()).collect();
        let Some(exercise) = rng.pick(&known) else { return };
        let side =
            if rng.chance(0.3) { thread.episode.side.and_then(Side::other) } else { thread.episode.side };
        let pain = thread.body.pain(rng, age, 1.3);
        let bout = Performed { side, pain: Some(pain), ..Performed::of(exercise) };
        thread.body.flare_up(rng.between(0.0, 2.0));
        thread.write(moment, Fact::Performed(bout));
    }

    /// The weekly questions; and again after a severe pain.
    fn screen(&mut self, world: &World, at: usize) {
        let number = i64::try_from(at).unwrap_or(0);
        let thread = &self.threads[at];
        let asked = thread.last.as_ref().is_some_and(|s| {
            s.advice.ask_now.is_some()
                || s.advice.findings.iter().any(|f| {
                    f.id == sinew::domain::advice::RED_FLAG_QUESTIONS
                        && f.verdict != sinew::domain::finding::Verdict::Met
                })
        });
        let weekly = (self.day + number) % 7 == 6 && !thread.mirror.finished;
        if !(weekly || asked && self.rng.chance(0.35)) {
            return;
        }
        let mut answers = world.calm.clone();
        if self.rng.chance(0.012 * self.nature.misfortune) {
            self.add_sign(world, &mut answers);
        }
        if self.rng.chance(0.05) {
            let rng = &mut self.rng;
            answers.retain(|_| !rng.chance(0.2));
        }
        let moment = self.at(EVENING - 1, 45);
        self.threads[at].write(moment, Fact::Screen(answers));
    }

    fn add_sign(&mut self, world: &World, answers: &mut Vec<Answer>) {
        let told: Vec<Answer> = if self.rng.chance(0.5) {
            self.rng.pick(&world.signs).cloned().into_iter().collect()
        } else {
            self.rng.pick(&world.bundles).cloned().unwrap_or_default()
        };
        answers.retain(|a| !told.iter().any(|t| t.question == a.question));
        answers.extend(told);
    }

    /// Signs, pops and burning, told in passing.
    fn trouble_told(&mut self, world: &World, at: usize) {
        let moment = self.at(EVENING - 1, 50);
        let mut answers: Vec<Answer> = Vec::new();
        let luck = self.nature.misfortune;
        if self.rng.chance(0.006 * luck) {
            self.add_sign(world, &mut answers);
        }
        let rng = &mut self.rng;
        if rng.chance(0.0025 * luck) {
            answers.push(choice(
                "new-event",
                ["pop", "grab-or-sharp-pull", "fall-or-crash", "blow"][rng.below(4)],
            ));
        }
        if rng.chance(0.004 * luck) {
            let hours = rng.between(1.0, 140.0).round();
            answers.push(choice("quality", "burning"));
            answers.push(choice("rash-one-side", "now"));
            answers.push(Answer { question: "rash-hours".to_owned(), value: AnswerValue::Number(hours) });
        }
        if rng.chance(0.0015 * luck) {
            let explained = if rng.chance(0.5) { AnswerValue::Yes } else { AnswerValue::No };
            answers.push(Answer { question: "one-leg-swollen".to_owned(), value: AnswerValue::Yes });
            answers.push(Answer { question: "injury-explains-it".to_owned(), value: explained });
        }
        if rng.chance(0.0015 * luck) {
            answers.push(choice(
                "leg-pain-shift",
                ["moving-back-up", "staying-put", "moving-further-down"][rng.below(3)],
            ));
        }
        if rng.chance(0.0005 * luck) {
            answers.push(Answer { question: "age".to_owned(), value: AnswerValue::Number(self.nature.age) });
        }
        once_each(&mut answers);
        if !answers.is_empty() {
            self.threads[at].check_in(moment, vec![], answers);
        }
    }

    fn care(&mut self, at: usize) {
        let age = self.threads[at].age(self.today());
        let rng = &mut self.rng;
        let chance = if age < 4 { 0.25 } else { 0.02 };
        let mut given: Vec<&str> = Vec::new();
        if rng.chance(chance * 0.6) {
            given.push("analgesic");
        }
        if rng.chance(chance) {
            given.push("ice");
        }
        for kind in given {
            let moment = self.at(12, 0);
            let side = self.threads[at].episode.side;
            let minutes = Some(15.0);
            self.threads[at].write(moment, Fact::Care(Care { kind: kind.to_owned(), side, minutes }));
        }
    }

    /// Entries put right or withdrawn, and entries dated ahead.
    fn second_thoughts(&mut self, at: usize) {
        if self.rng.chance(0.006) {
            self.put_right(at);
        }
        if self.rng.chance(0.004) {
            let ahead = self.at(12, 0) + chrono::Duration::days(self.rng.days(1, 12));
            let pain = self.rng.between(0.0, 9.0).round();
            let readings = vec![reading("pain-worst", pain), reading("pain-morning", pain)];
            self.threads[at].check_in(ahead, readings, vec![]);
        }
    }

    fn put_right(&mut self, at: usize) {
        let (rng, thread) = (&mut self.rng, &mut self.threads[at]);
        let recent: Vec<_> = thread.entries.iter().rev().take(12).cloned().collect();
        let Some(old) = rng.pick(&recent) else { return };
        let fact = match &old.fact {
            Fact::CheckIn { readings, answers } if rng.chance(0.5) => {
                let mut readings = readings.clone();
                for reading in readings.iter_mut().filter(|r| r.measure.starts_with("pain-")) {
                    reading.value = (reading.value + rng.between(-3.0, 3.0)).round().clamp(0.0, 10.0);
                }
                Fact::CheckIn { readings, answers: answers.clone() }
            }
            Fact::CheckIn { .. } | Fact::Performed(_) => Fact::Withdrawn,
            _ => return,
        };
        let corrects = Correction { replaces: old.id.clone(), reason: "typed wrong".to_owned() };
        thread.write_on(old.day, old.at, fact, Some(corrects));
    }

    /// What is done after the day was looked at.
    pub(crate) fn train_late(&mut self, at: usize, situation: &Situation, now: Now) {
        let quiet = self.day <= self.silent_until || !self.rng.chance(self.nature.diligence);
        if self.nature.trains_early || quiet {
            return;
        }
        self.train(at, &due_items(situation), now.at + chrono::Duration::minutes(30));
    }
}

/// The exercises that are due on a day by its plan.
pub(crate) fn due_items(situation: &Situation) -> Vec<Item> {
    let due = |i: &&Item| i.kind == ItemKind::Exercise && i.due > i.done;
    situation.plan.items.iter().filter(due).cloned().collect()
}

fn doubled(dose: &Dose) -> Dose {
    let twice = |n: u32| (n * 2).min(9999);
    Dose {
        sets: dose.sets.map(twice),
        rung: dose.rung.map(|r| (r + 1).min(6)),
        metres: dose.metres.map(twice),
        ..dose.clone()
    }
}

/// Each question once, the first answer.
fn once_each(answers: &mut Vec<Answer>) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    answers.retain(|a| known.insert(a.question.clone()));
}

/// A reading of the injured leg, or of no side.
pub(crate) fn reading(measure: &str, value: f64) -> Reading {
    Reading { measure: measure.into(), side: None, value }
}

/// An answer with one choice.
pub(crate) fn choice(question: &str, chosen: &str) -> Answer {
    Answer { question: question.to_owned(), value: AnswerValue::Choices(vec![chosen.to_owned()]) }
}
