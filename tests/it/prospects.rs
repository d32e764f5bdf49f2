//! What would change an answer: once it is on record, it does.

use proptest::prelude::*;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::Day;
use sinew::domain::entry::{
    Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Reading, Side,
};
use sinew::domain::journal::Journal;
use sinew::domain::measure::Better;
use sinew::domain::needs::{Need, NeedKind};
use sinew::domain::program::Whose;
use sinew::domain::situation::Situation;

use crate::laws::{History, episode, history, library};
use crate::support::evening;

/// The facts that a person would log for a need on one of its days, written
/// here by itself so that the engine is not checked with its own help. Where
/// the legs are compared, both do what is wanted of the injured one; and no
/// pain is worse than the worst pain named for the day.
fn logged(needs: &[Need], need: &Need, day: Day) -> Fact {
    let same = |n: &&Need| n.id == need.id && n.whose == Some(Whose::Injured);
    let alike = needs.iter().find(same).and_then(|n| n.value);
    let quiet = needs.iter().filter(|n| n.id == "pain-worst" && n.on.contains(&day)).filter_map(|n| n.value);
    let worst = if need.id.contains("pain") { quiet.fold(10.0, f64::min) } else { f64::MAX };
    let value = need.value.unwrap_or(0.0).min(worst);
    match need.kind {
        NeedKind::Questions => Fact::Screen(calm_answers(library())),
        NeedKind::Clearance => Fact::Clearance(Clearance {
            rule: need.id.clone(),
            who: "w".into(),
            role: "doctor".into(),
            day,
            outcome: Outcome::Cleared,
            expires: None,
        }),
        NeedKind::Decision => Fact::Decision(Decision::of(DecisionKind::Resume)),
        NeedKind::Session => Fact::Performed(Performed {
            dose: need.dose.clone(),
            pain: Some(value),
            ..Performed::of(&need.id)
        }),
        NeedKind::Reading | NeedKind::Test => {
            let measure = &library().measures[&need.id];
            let best = if measure.better == Better::Lower { measure.range.0 } else { measure.range.1 };
            let on = |side, value| Reading { measure: need.id.clone(), side, value };
            let readings = if need.both_sides() {
                vec![
                    on(Some(Side::Left), alike.unwrap_or(best)),
                    on(Some(Side::Right), alike.unwrap_or(best)),
                ]
            } else if measure.sided {
                vec![on(Some(Side::Left), value)]
            } else {
                vec![on(None, value)]
            };
            Fact::CheckIn { readings, answers: vec![] }
        }
    }
}

/// The situation of a later day with these needs on record and nothing else.
fn after(history: &History, needs: &[Need], day: Day) -> Situation {
    let mut entries = history.entries();
    for need in needs {
        for on in &need.on {
            // The very end of the day, when no painkiller of the evening before masks anything.
            let at = evening(*on).at;
            let id = EntryId::new(format!("z{:06}", entries.len()));
            entries.push(Entry {
                id,
                day: *on,
                at,
                note: None,
                corrects: None,
                fact: logged(needs, need, *on),
            });
        }
    }
    let now = evening(day);
    Situation::of(library(), history.program(), episode(), Journal::new(entries, now), &[]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// For a day that holds, the readings that are named change the answer on
    /// the day that is named, and none of them is named in vain.
    #[test]
    fn what_would_change_an_answer_does_change_it(history in history()) {
        let now = history.situation();
        let Some(change) = now.change(library()) else {
            prop_assert!(!matches!(now.advice.action, Action::Hold | Action::Stop));
            return Ok(());
        };
        let Some(day) = change.day.filter(|_| now.advice.action == Action::Hold) else { return Ok(()) };
        prop_assert!(!change.needs.is_empty() || day > now.journal.now().day, "{:?}", change);
        let then = after(&history, &change.needs, day);
        prop_assert_eq!(Some(then.advice.action), change.to, "{:#?}", change.needs);
        prop_assert!(then.advice.action > Action::Hold);
        for at in 0..change.needs.len() {
            let mut fewer = change.needs.clone();
            let left = fewer.remove(at);
            let then = after(&history, &fewer, day);
            prop_assert!(then.advice.action <= Action::Hold, "{} is named in vain", left.id);
        }
    }
}

/// Most days that hold have an answer to what would change them.
#[test]
fn most_days_that_hold_say_what_would_change_them() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut holds, mut told, mut today) = (0, 0, 0);
    for _ in 0..200 {
        let history = history().new_tree(&mut runner).unwrap().current();
        let s = history.situation();
        if s.advice.action != Action::Hold {
            continue;
        }
        holds += 1;
        let change = s.change(library()).unwrap();
        told += u32::from(change.day.is_some());
        today += u32::from(change.day == Some(s.journal.now().day));
    }
    assert!(holds >= 40, "{holds}");
    assert!(told * 10 >= holds * 9, "{told} of {holds}");
    assert!(today >= 5, "{today}");
}
