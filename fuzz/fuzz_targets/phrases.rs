//! Days, moments, doses and weights as people say them. No panic, and what is read
//! says itself so that it is read again.
#![no_main]

use sinew::cli::when;
use sinew::domain::dose::Dose;
use sinew::domain::units::Units;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let now = sinew_fuzz::diary::now();
    let _ = when::moment(text, now);
    if let Ok(day) = when::day(text, now) {
        assert_eq!(when::day(&day.to_string(), now).ok(), Some(day));
    }
    if let Ok(dose) = text.parse::<Dose>() {
        assert_eq!(dose.to_string().parse::<Dose>(), Ok(dose));
    }
    for units in Units::ALL {
        if let Ok(Some(kilograms)) = units.read_weight(text) {
            assert!(units.read_weight(&units.weight(kilograms)).is_ok_and(|again| again.is_some()));
        }
    }
});
