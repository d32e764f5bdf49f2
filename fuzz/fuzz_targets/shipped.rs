//! Shipped files, changed by a recipe. No panic, no hang.
#![no_main]

use sinew_fuzz::edit::{Kind, text};

libfuzzer_sys::fuzz_target!(|recipe: &[u8]| {
    let (kind, text) = text(recipe);
    match kind {
        Kind::Program => sinew_fuzz::program(&text),
        Kind::RedFlags => sinew_fuzz::red_flags(&text),
    }
});
