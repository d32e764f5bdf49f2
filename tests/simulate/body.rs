//! A virtual leg: how much it hurts and what it can do, day by day.

use std::collections::BTreeMap;

use sinew::domain::library::Library;
use sinew::domain::measure::{Better, Measure, Unit};
use sinew::domain::program::{Op, Program, Subject, Whose};

use super::rng::Rng;

/// What a criterion wants of a measure, and from which phase on.
#[derive(Clone, Copy, Debug)]
struct Target {
    /// The value that satisfies every criterion.
    good: f64,
    /// The phase that asks first.
    phase: usize,
    /// The day by which a phase with this test can be left.
    by_day: f64,
}

/// One injured leg.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    start: f64,
    tau: f64,
    floor: f64,
    flare: f64,
    targets: BTreeMap<String, Target>,
}

impl Body {
    /// A fresh injury, as severe as the program that truly fits it.
    pub(crate) fn fresh(rng: &mut Rng, library: &Library, truth: &Program, pace: f64) -> Self {
        let first = truth.phases.get(1).map_or(3, |p| p.earliest_day).max(2);
        let start = rng.between(3.5, 7.5);
        let calm_after = days(first) * pace;
        let tau = calm_after / (start / 1.1).ln().max(0.5);
        // Some stay sore for long.
        let floor = if rng.chance(0.06) { rng.between(1.0, 3.0) } else { 0.0 };
        Self { start, tau, floor, flare: 0.0, targets: targets(library, truth, pace) }
    }

    /// How sore the leg is, 0 to 10.
    pub(crate) fn soreness(&self, day: i64) -> f64 {
        let healing = self.start * (-days(day) / self.tau).exp();
        let left = self.floor * (-days(day) / (self.tau * 12.0)).exp();
        (healing.max(left) + self.flare).clamp(0.0, 10.0)
    }

    /// A setback of so many points.
    pub(crate) fn flare_up(&mut self, points: f64) {
        self.flare = (self.flare + points).min(9.0);
    }

    /// A night passes.
    pub(crate) fn sleep(&mut self) {
        self.flare = if self.flare < 0.3 { 0.0 } else { self.flare * 0.62 };
    }

    /// A pain as a person would put it, 0 to 10, for something so demanding.
    pub(crate) fn pain(&self, rng: &mut Rng, day: i64, demand: f64) -> f64 {
        let soreness = self.soreness(day) * demand;
        let noise = if soreness > 0.4 { rng.between(-0.8, 0.8) } else { 0.0 };
        // Now and then something hurts for no reason at all.
        let stray = if rng.chance(0.012) { rng.between(1.0, 4.0) } else { 0.0 };
        (soreness + noise + stray).round().clamp(0.0, 10.0)
    }

    /// A reading of a measure, of the injured leg or of the other one.
    pub(crate) fn reading(&self, rng: &mut Rng, measure: &Measure, day: i64, injured: bool) -> f64 {
        let target = self.targets.get(&measure.id).copied();
        let value = match (measure.unit, measure.better) {
            (Unit::Nrs, _) if injured => {
                let late = target.map_or(0.0, |t| days(i64::try_from(t.phase).unwrap_or(0)));
                self.pain(rng, day, 0.9 + 0.1 * late)
            }
            (Unit::YesNo, better) => {
                let bad = injured && self.soreness(day) > rng.between(1.3, 2.8);
                f64::from(u8::from(bad == (better == Better::Lower)))
            }
            (_, Better::Lower) if injured && measure.unit != Unit::Nrs => {
                10.0 + 45.0 * (1.0 - self.regained(target, day))
            }
            (_, Better::Lower) => {
                if measure.unit == Unit::Nrs {
                    0.0
                } else {
                    10.0
                }
            }
            (_, Better::Higher) => {
                let full = target.map_or(measure.range.1 * 0.5, |t| t.good * 1.12);
                if injured { full * self.regained(target, day) * rng.between(0.95, 1.02) } else { full }
            }
        };
        value.round().clamp(measure.range.0, measure.range.1)
    }

    /// Which share of what was lost has come back.
    fn regained(&self, target: Option<Target>, day: i64) -> f64 {
        let by = target.map_or(self.tau * 3.0, |t| t.by_day).max(2.0);
        let back = 1.0 - (-3.2 * days(day) / by).exp();
        (back - self.flare * 0.05).clamp(0.0, 1.0)
    }
}

/// What the criteria of a program want at most of each measure.
fn targets(library: &Library, program: &Program, pace: f64) -> BTreeMap<String, Target> {
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    for (phase, one) in program.phases.iter().enumerate() {
        let next = program.phases.get(phase + 1).map_or(one.earliest_day, |next| next.earliest_day);
        for criterion in one.entry.iter().chain(&one.exit) {
            let Subject::Measure(test) = &criterion.subject else { continue };
            let fallback = library.measures.get(&test.measure).map_or(1.0, |m| m.range.1 * 0.25);
            let wanted = match (test.op, test.whose) {
                (Op::AtLeast, Whose::Injured | Whose::Other) => test.value,
                _ => fallback.min(25.0),
            };
            let by_day = days(next) * pace;
            let known = targets.entry(test.measure.clone()).or_insert(Target { good: wanted, phase, by_day });
            known.good = known.good.max(wanted);
        }
    }
    targets
}

/// Days as a number to calculate with.
pub(crate) fn days(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap_or(i32::MAX))
}
