//! Whose turn it was: what became of each exercise, day by day, from the plans
//! of the days and what was done on them.

use std::collections::{BTreeMap, BTreeSet};

use super::adherence::{
    Adherence, HALVES_AFTER, Held, Measured, More, OfDay, Rest, Skipped, Standing, State,
};
use super::day::Day;
use super::entry::{Performed, Side};
use super::program::Frequency;
use super::schedule::{due_on, looks_back};

/// Who took the turn of an exercise.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    /// A bout.
    Taken,
    /// Nobody, and it may still be taken later.
    Missed,
    /// Nobody, and nobody had to.
    Waived,
}

/// The days so far, with whose turn it was.
pub(super) struct Turns {
    today: Day,
    days: BTreeMap<Day, OfDay>,
    /// The turns of each exercise. A missed one holds its place as well, so
    /// that three days a week are three turns a week for whoever does none.
    order: BTreeMap<String, BTreeMap<Day, Turn>>,
    /// How often each exercise was planned last.
    known: BTreeMap<String, Frequency>,
    /// How much of each turn that counts was done, from 0 to 1, by its day.
    counted: BTreeMap<(String, Day), f64>,
}

impl Turns {
    pub(super) fn new(today: Day) -> Self {
        let (days, order, known, counted) = Default::default();
        Self { today, days, order, known, counted }
    }

    /// Adds a day, which comes after all others so far.
    pub(super) fn day(&mut self, day: Day, standing: &Standing, bouts: &[&Performed], told: bool) {
        let ids: BTreeSet<&str> = standing
            .held
            .keys()
            .chain(standing.withheld.keys())
            .map(String::as_str)
            .chain(bouts.iter().map(|b| b.exercise.as_str()))
            .collect();
        self.days.insert(day, OfDay::default());
        for id in ids {
            let done: Vec<&Performed> = of(bouts, id).filter(|what| what.skipped.is_none()).collect();
            let skipped = of(bouts, id).filter_map(|what| what.skipped.as_ref()).next_back();
            let held = standing.held.get(id);
            if let Some(held) = held {
                self.known.insert(id.to_owned(), held.planned.frequency);
            }
            let state = match (held, skipped) {
                (Some(held), _) if !done.is_empty() => self.done(day, id, held, &done),
                (Some(held), Some(because)) if held.due > 0 && self.is_turn(day, id) => {
                    self.waive(day, id);
                    let skipped = Skipped { id: id.to_owned(), because: because.clone() };
                    self.of_day(day).skipped.push(skipped);
                    State::Skipped
                }
                (Some(held), _) => self.left(day, id, held, told),
                (None, _) => {
                    self.waive(day, id);
                    let because = standing.withheld.get(id).cloned();
                    let because = because.unwrap_or_else(|| "not in the plan of that day".to_owned());
                    self.beyond(day, id, &done, because);
                    State::NotDue
                }
            };
            self.of_day(day).exercises.insert(id.to_owned(), state);
        }
    }

    /// What became of an exercise that was done.
    fn done(&mut self, day: Day, id: &str, held: &Held, done: &[&Performed]) -> State {
        let Some(turn) = self.take(day, id, held) else {
            self.beyond(day, id, done, "not its day".to_owned());
            return State::NotDue;
        };
        let (seen, whole, unit) = amounts(held, done);
        // What stood for a part of the day was due as far as it was done.
        let wanted = if held.throughout { whole } else { seen.min(whole) };
        if seen > whole {
            let more = More { id: id.to_owned(), amount: seen - whole, unit, because: None };
            self.of_day(day).more.push(more);
        }
        if seen < wanted && day == self.today {
            self.counted.remove(&(id.to_owned(), turn));
            return State::Open;
        }
        let share = f64::from(seen.min(wanted)) / f64::from(wanted.max(1));
        self.counted.insert((id.to_owned(), turn), share);
        if seen < wanted { State::Partly } else { State::Done }
    }

    /// Takes a turn for a bout, and tells whose day it was: that of the bout,
    /// or an earlier one that was left, within what the plan still asked for.
    fn take(&mut self, day: Day, id: &str, held: &Held) -> Option<Day> {
        let is_turn = self.is_turn(day, id);
        let turns = self.turns_of(id);
        let mut taken = day;
        if !is_turn {
            if held.due == 0 {
                return None;
            }
            let left = turns.iter().rev().find(|(_, turn)| **turn != Turn::Taken);
            if let Some((left, turn)) = left.map(|(day, turn)| (*day, *turn)) {
                turns.remove(&left);
                // It was done later, which is no lapse, and counts for its day.
                if turn == Turn::Missed {
                    taken = left;
                    self.of_day(left).exercises.insert(id.to_owned(), State::NotDue);
                }
            }
        }
        self.turns_of(id).insert(day, Turn::Taken);
        Some(taken)
    }

    /// What became of an exercise of which nothing was recorded.
    fn left(&mut self, day: Day, id: &str, held: &Held, told: bool) -> State {
        if held.planned.supervised || !self.is_turn(day, id) {
            return State::NotDue;
        }
        if held.due == 0 || !held.throughout {
            self.waive(day, id);
            return State::NotDue;
        }
        if day == self.today {
            return State::Open;
        }
        if !told {
            return State::Unknown;
        }
        self.turns_of(id).insert(day, Turn::Missed);
        self.counted.insert((id.to_owned(), day), 0.0);
        State::Missed
    }

    /// Notes what was done although none was planned.
    fn beyond(&mut self, day: Day, id: &str, done: &[&Performed], because: String) {
        let amount = per_side(done, |_| 1);
        if amount > 0 {
            let more = More { id: id.to_owned(), amount, unit: Measured::Bouts, because: Some(because) };
            self.of_day(day).more.push(more);
        }
    }

    /// Whether it is the turn of an exercise, by the turns before.
    fn is_turn(&self, day: Day, id: &str) -> bool {
        let Some(frequency) = self.known.get(id) else { return false };
        let turns = self.order.get(id).into_iter();
        let before = turns.flat_map(|t| t.range(looks_back(*frequency, day)..)).map(|(d, _)| *d).collect();
        due_on(*frequency, &before, day) > 0
    }

    /// Lets the turn of an exercise pass, where it is one: nobody had to take it.
    fn waive(&mut self, day: Day, id: &str) {
        if self.is_turn(day, id) {
            self.turns_of(id).insert(day, Turn::Waived);
        }
    }

    fn turns_of(&mut self, id: &str) -> &mut BTreeMap<Day, Turn> {
        self.order.entry(id.to_owned()).or_default()
    }

    fn of_day(&mut self, day: Day) -> &mut OfDay {
        self.days.entry(day).or_default()
    }

    /// Counts what the days say, and weighs it.
    pub(super) fn whole(mut self, pauses: Vec<Rest>) -> Adherence {
        for of_day in self.days.values_mut() {
            let count = |state: State| {
                let of_state = of_day.exercises.values().filter(|s| **s == state).count();
                u32::try_from(of_state).unwrap_or(u32::MAX)
            };
            (of_day.done, of_day.partly, of_day.missed) =
                (count(State::Done), count(State::Partly), count(State::Missed));
            (of_day.not_due, of_day.unknown, of_day.open) =
                (count(State::NotDue), count(State::Unknown), count(State::Open));
            of_day.due = of_day.done + of_day.partly + of_day.missed;
        }
        let sum = |of: fn(&OfDay) -> u32| self.days.values().map(of).sum();
        Adherence {
            score: self.score(),
            due: sum(|d| d.due),
            done: sum(|d| d.done),
            partly: sum(|d| d.partly),
            skipped: sum(|d| u32::try_from(d.skipped.len()).unwrap_or(u32::MAX)),
            missed: sum(|d| d.missed),
            unknown_days: sum(|d| u32::from(d.unknown > 0)),
            more: sum(|d| u32::try_from(d.more.len()).unwrap_or(u32::MAX)),
            pauses,
            days: self.days,
        }
    }

    /// How much of what was due was done, each turn weighing half as much as
    /// one that came [`HALVES_AFTER`] days later.
    fn score(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a count of days is small")]
        let weight = |day: Day| 0.5_f64.powf(self.today.since(day) as f64 / HALVES_AFTER as f64);
        let (done, due) = self.counted.iter().fold((0.0, 0.0), |(done, due), ((_, day), share)| {
            (done + weight(*day) * share, due + weight(*day))
        });
        (due > 0.0).then(|| done / due)
    }
}

/// The bouts of one exercise.
fn of<'a>(bouts: &'a [&'a Performed], exercise: &'a str) -> impl DoubleEndedIterator<Item = &'a Performed> {
    bouts.iter().copied().filter(move |what| what.exercise == exercise)
}

/// How much was done and how much was due: sets where the dose has some, and
/// bouts where it has none. A bout without sets counts as the dose.
fn amounts(held: &Held, done: &[&Performed]) -> (u32, u32, Measured) {
    let times = held.due.max(1);
    match held.planned.dose.sets {
        Some(sets) => {
            let of = |what: &Performed| what.dose.as_ref().and_then(|d| d.sets).unwrap_or(sets);
            (per_side(done, of), sets.saturating_mul(times), Measured::Sets)
        }
        None => (per_side(done, |_| 1), times, Measured::Bouts),
    }
}

/// Adds up bouts, those of each leg for themselves: both legs in turn are one
/// bout and not two.
fn per_side(done: &[&Performed], of: impl Fn(&Performed) -> u32) -> u32 {
    let leg = |leg: Side| {
        let with = done.iter().filter(|what| what.side.and_then(Side::other) != Some(leg));
        with.fold(0_u32, |sum, what| sum.saturating_add(of(what)))
    };
    leg(Side::Left).max(leg(Side::Right))
}

#[cfg(test)]
mod tests {
    use super::super::schedule::Planned;
    use super::*;

    /// Each day of some weeks: `x` is a bout, `.` a day of which something was
    /// told, `?` one of which nothing was. Back come the states, a letter each.
    fn states(frequency: Frequency, days: &str) -> String {
        let first = Day::of_date(chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default());
        let day = |n: usize| first.plus(i64::try_from(n).unwrap_or_default());
        let planned = Planned { dose: "2x10".parse().unwrap_or_default(), frequency, supervised: false };
        let mut turns = Turns::new(day(days.len()));
        let mut done = BTreeSet::new();
        for (n, told) in days.chars().enumerate() {
            let due = due_on(frequency, &done, day(n));
            let held = Held { planned: planned.clone(), due, throughout: true };
            let standing = Standing { held: [("squat".to_owned(), held)].into(), ..Standing::default() };
            let bout = Performed::of("squat");
            let bouts = if told == 'x' { vec![&bout] } else { vec![] };
            turns.day(day(n), &standing, &bouts, told != '?');
            if told == 'x' {
                done.insert(day(n));
            }
        }
        let letter = |of_day: OfDay| match of_day.exercises["squat"] {
            State::Done => 'D',
            State::Missed => 'M',
            State::Unknown => 'U',
            State::NotDue if !of_day.more.is_empty() => '+',
            _ => '-',
        };
        turns.whole(vec![]).days.into_values().map(letter).collect()
    }

    #[test]
    fn three_days_a_week_are_three_turns_a_week() {
        let three = Frequency::PerWeek(3);
        assert_eq!(states(three, "x.x.x..x.x.x.."), "D-D-D--D-D-D--");
        assert_eq!(states(three, ".............."), "M-M-M--M-M-M--", "who does none misses three");
        assert_eq!(states(three, "x..x.x.x"), "D--D-D-D", "a day late");
        assert_eq!(states(three, "xxx"), "D+D", "one more than planned, and not two");
    }

    #[test]
    fn a_turn_a_day_late_is_taken_and_a_silent_day_holds_none() {
        let other = Frequency::EveryDays(2);
        assert_eq!(states(other, "x.x.x."), "D-D-D-");
        assert_eq!(states(other, "x..x.x"), "D--D-D", "two days later instead of one");
        assert_eq!(states(other, "x...x."), "D-M-D-");
        assert_eq!(states(other, "x.?.x."), "D-U-D-", "made good by the next");
        assert_eq!(states(Frequency::PerDay(1), "x.?x"), "DMUD");
    }
}
