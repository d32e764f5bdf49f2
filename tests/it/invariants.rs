//! The safety invariants IV-01 to IV-44, each over the same virtual lives.
//!
//! The lives are lived once; every test reads the same ledger. A test fails
//! when its invariant did not hold on some day, and also when the lives never
//! put it to the test. `SINEW_SEED=N` lives other lives, and a breach names
//! the person and the day: `cargo run --example simulate -- --person SEED`.

#[path = "../simulate/mod.rs"]
pub(crate) mod simulate;

use std::sync::LazyLock;

use simulate::invariants::once;
use simulate::life::{LONGEST, live};
use simulate::people::Person;
use simulate::rng::Rng;
use simulate::tally::Tally;
use simulate::world::World;

/// How many lives are lived, and for how many days at most.
const LIVES: u64 = 100;
const DAYS: i64 = 50;
/// So many people of each program are followed beyond its usual window: more
/// of the gravest grade, since few keep on for half a year.
const FOLLOWED: usize = 3;
const FOLLOWED_LONG: usize = 12;

static WORLD: LazyLock<World> = LazyLock::new(World::built_in);

static LIVED: LazyLock<Tally> = LazyLock::new(|| {
    let seed = std::env::var("SINEW_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_260_302);
    let person = |number: u64| Rng::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d)).next();
    let mut lives: Vec<(u64, i64)> = (0..LIVES).map(|number| (person(number), DAYS)).collect();
    for definition in WORLD.catalog.programs.values() {
        let (id, window) = (&definition.program.id, definition.program.window_days.1);
        let days = LONGEST.min(window + 90);
        let starts_on_it = |seed: &u64| {
            Person::born(&WORLD, *seed, days).threads.first().is_some_and(|t| t.program.id == *id)
        };
        let many = if definition.program.grade == Some(3) { FOLLOWED_LONG } else { FOLLOWED };
        lives.extend((LIVES..).map(person).filter(starts_on_it).take(many).map(|seed| (seed, days)));
    }
    let half = |odd: usize| {
        let mut tally = Tally::default();
        for (seed, days) in lives.iter().skip(odd).step_by(2) {
            live(&WORLD, *seed, *days, &mut tally);
        }
        tally
    };
    let mut tally = Tally::default();
    once::judge(&WORLD, &mut tally);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        tally.merge(half(0));
        tally.merge(other.join().unwrap());
    });
    tally
});

/// An invariant held on every day of every life, and was put to the test at
/// least so often.
fn held(number: usize, at_least: u64) {
    let fired = LIVED.fired.get(&number).copied().unwrap_or(0);
    assert!(fired >= at_least, "IV-{number:02} was put to the test {fired} times, not {at_least}");
    let broken = LIVED.broken.get(&number).copied().unwrap_or(0);
    let first: Vec<String> = LIVED
        .breaches
        .iter()
        .filter(|b| b.number == number)
        .take(5)
        .map(|b| format!("--person {} day {} episode {}: {}", b.seed, b.day, b.episode, b.message))
        .collect();
    assert!(broken == 0, "IV-{number:02} broke {broken} times of {fired}:\n{}", first.join("\n"));
}

macro_rules! invariants {
    ($($(#[$note:meta])* $name:ident: $number:literal at least $count:literal;)*) => {
        $(#[test]
        $(#[$note])*
        fn $name() {
            held($number, $count);
        })*

        /// Every invariant has its test, by its number and its name.
        #[test]
        fn every_invariant_has_its_test() {
            let tested: Vec<(usize, &str)> = vec![$(($number, stringify!($name))),*];
            let numbers: Vec<usize> = tested.iter().map(|(number, _)| *number).collect();
            assert_eq!(numbers, (1..=simulate::tally::LAST).collect::<Vec<_>>());
            for (number, name) in tested {
                assert!(name.starts_with(&format!("iv_{number:02}_")), "{name}");
            }
        }
    };
}

invariants! {
    iv_01_an_emergency_stops_and_empties_the_plan: 1 at least 100;
    iv_02_an_urgent_flag_stops_any_advance_and_says_today: 2 at least 200;
    iv_03_a_routine_flag_of_two_weeks_holds: 3 at least 200;
    iv_04_a_further_sign_never_makes_advice_bolder: 4 at least 500;
    iv_05_more_pain_never_makes_advice_bolder: 5 at least 500;
    iv_06_missing_data_never_makes_advice_bolder: 6 at least 500;
    iv_07_an_advance_waits_for_its_days: 7 at least 100;
    iv_08_an_advance_shows_every_exit_within_a_week: 8 at least 200;
    iv_09_an_advance_is_one_phase_at_a_time: 9 at least 100;
    iv_10_neither_days_nor_criteria_advance_alone: 10 at least 500;
    iv_11_a_fresh_strain_is_not_stretched: 11 at least 200;
    iv_12_held_stretches_come_last: 12 at least 500;
    iv_13_nordics_belong_to_a_quiet_last_phase: 13 at least 50;
    iv_14_early_phases_hold_no_heavy_load: 14 at least 500;
    iv_15_the_first_phase_is_gentle: 15 at least 500;
    iv_16_heat_and_cold_keep_their_days: 16 at least 200;
    iv_17_deep_pressure_waits: 17 at least 500;
    iv_18_a_grade_3_waits_for_a_clinician: 18 at least 30;
    iv_19_an_irritated_nerve_is_not_stretched: 19 at least 30;
    iv_20_a_sore_tendon_is_not_stretched: 20 at least 30;
    iv_21_what_just_hurt_holds_or_steps_back: 21 at least 200;
    iv_22_a_worse_morning_holds: 22 at least 200;
    iv_23_a_worse_week_holds_or_steps_back: 23 at least 100;
    iv_24_a_limp_holds_and_nobody_runs: 24 at least 200;
    iv_25_a_dulled_reading_proves_nothing: 25 at least 500;
    iv_26_loads_grow_by_a_tenth_at_most: 26 at least 20;
    iv_27_the_ladder_is_climbed_rung_by_rung: 27 at least 200;
    iv_28_full_return_shows_everything: 28 at least 50;
    iv_29_only_a_clinician_lowers_a_grade: 29 at least 500;
    iv_30_signs_of_a_tear_wait_for_a_look: 30 at least 30;
    iv_31_a_swollen_leg_waits_for_its_questions: 31 at least 10;
    iv_32_pain_moving_down_holds: 32 at least 5;
    iv_33_a_flag_needs_who_when_and_what: 33 at least 50;
    iv_34_unanswered_questions_hold: 34 at least 100;
    iv_35_under_18_waits_for_a_clinician: 35 at least 10;
    iv_36_a_step_back_is_one_phase_and_counts_anew: 36 at least 100;
    iv_37_the_definitions_hold_together: 37 at least 100;
    iv_38_the_order_of_entries_makes_no_difference: 38 at least 500;
    iv_39_the_future_does_not_exist_and_day_0_does_not_jump: 39 at least 200;
    iv_40_injuries_at_once_allow_what_all_allow: 40 at least 500;
    iv_41_the_clot_list_calms_nothing: 41 at least 20;
    iv_42_no_medicine_is_named: 42 at least 500;
    iv_43_a_fresh_rash_is_seen_today: 43 at least 8;
    iv_44_a_leg_in_danger_gets_no_care: 44 at least 50;
}

/// No invariant of the evidence, but of reading: by a bookmark or everything, the same.
#[test]
fn what_a_bookmark_leaves_out_is_missed_by_nobody() {
    held(simulate::invariants::reading::NUMBER, 2000);
}

/// The invariants say something only if the lives reach every corner.
#[test]
fn the_lives_reach_every_corner() {
    let at_least = |what: &str, count: Option<&u64>, least: u64| {
        let count = count.copied().unwrap_or(0);
        assert!(count >= least, "{what}: {count}");
    };
    for action in ["stop", "step-back", "hold", "advance", "finish"] {
        at_least(action, LIVED.actions.get(action), 3);
    }
    for urgency in ["emergency", "urgent", "routine", "self-care"] {
        at_least(urgency, LIVED.urgencies.get(urgency), 3);
    }
    for definition in WORLD.catalog.programs.values() {
        // Prevention goes on for half a year; its later phases are left to the long runs.
        let lived = if definition.program.condition == "prevention" { 2 } else { usize::MAX };
        for phase in definition.program.phases.iter().take(lived) {
            let name = format!("{} {}", definition.program.id, phase.id);
            at_least(&name, LIVED.phases.get(&name), 3);
        }
    }
    let decisions = [
        "advance",
        "step-back",
        "finish",
        "override",
        "pause",
        "resume",
        "regrade up",
        "regrade down",
        "onset earlier",
        "onset later",
        "cleared",
        "cleared-with-limits",
        "treated",
        "referred",
        "other-diagnosis",
    ];
    for decision in decisions {
        at_least(decision, LIVED.decisions.get(decision), 2);
    }
    for episodes in 1..=3 {
        at_least("days with several episodes", LIVED.episodes.get(&episodes), 30);
    }
    assert!(LIVED.people > LIVES && LIVED.days > 8_000 && LIVED.evaluations > LIVED.days);
    assert!(LIVED.episode_days > LIVED.days);
}

/// The same seed lives the same life.
#[test]
fn a_life_can_be_lived_again() {
    let lived = || {
        let mut tally = Tally::default();
        while tally.days < 3_000 {
            live(&WORLD, 7 + tally.people, 150, &mut tally);
        }
        tally
    };
    let (one, two) = (lived(), lived());
    assert_eq!(one.actions, two.actions);
    assert_eq!(one.fired, two.fired);
    assert_eq!(one.decisions, two.decisions);
    assert_eq!(one.breached(), two.breached());
}
