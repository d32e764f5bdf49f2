//! Any bytes at all, read as a program and as red flags. No panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // A file that is not UTF-8 is refused before the loader sees it.
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.contains("[[rule") {
        sinew_fuzz::red_flags(text);
    } else {
        sinew_fuzz::program(text);
    }
});
