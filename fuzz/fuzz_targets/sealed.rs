//! A sealed file, whatever stands in it; its passphrase is tried only where a file asks
//! for little work. No panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let whole = [b"age-encryption.org/v1\n", bytes].concat();
    // A real passphrase takes a second to try, and a thousand inputs are wanted.
    if !whole.windows(10).any(|w| w == b"-> scrypt ") {
        let _ = sinew::app::sealed::open(&whole, "otter lamp quiet");
    }
});
