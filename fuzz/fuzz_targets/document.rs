//! An exported document, whatever stands in it. No panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sinew_fuzz::diary::document(bytes));
