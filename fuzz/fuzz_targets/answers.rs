//! A file of answers, whatever stands in it. No panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        sinew_fuzz::diary::answers(text);
    }
});
