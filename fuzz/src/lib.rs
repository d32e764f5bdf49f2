//! What the targets share: the library, read once, and what has to hold for
//! whatever the loader lets through.

pub mod diary;
pub mod edit;

use std::sync::LazyLock;

use sinew::catalog::{Catalog, Mistakes, read_library_file, read_program};
use sinew::domain::library::Library;
use sinew::domain::program::Program;

static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Catalog::builtin_library().expect("the built-in library is right"));

/// One refused text in so many is drawn, since drawing takes longer than
/// reading: each mistake walks the whole text.
const DRAWN: usize = 16;

/// Reads a text as a program.
pub fn program(text: &str) {
    match read_program("fuzz.toml", text, &LIBRARY) {
        Ok(definition) => sound(&definition.program),
        Err(mistakes) => told(&mistakes),
    }
}

/// Reads a text as somebody's own red flags.
pub fn red_flags(text: &str) {
    let mut library = LIBRARY.clone();
    match read_library_file("fuzz.toml", "red-flags", text, &mut library) {
        // A file of one's own only ever adds.
        Ok(()) => {
            let kept = LIBRARY.rules.iter().zip(&library.rules).all(|(built_in, rule)| built_in == rule);
            assert!(kept && library.rules.len() >= LIBRARY.rules.len(), "a built-in red flag is gone");
        }
        Err(mistakes) => told(&mistakes),
    }
}

/// A file that is refused says why, in the order of its text, within its text.
fn told(mistakes: &Mistakes) {
    assert!(!mistakes.list.is_empty(), "refused without a reason");
    assert!(mistakes.list.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
    if mistakes.text.len().is_multiple_of(DRAWN) {
        assert!(!mistakes.draw(false).is_empty());
    }
}

/// What every accepted program keeps, whatever its author wrote.
fn sound(program: &Program) {
    assert!(!program.phases.is_empty(), "no phase");
    for pair in program.phases.windows(2) {
        assert!(pair[0].earliest_day <= pair[1].earliest_day, "a gate falls");
        assert!(pair[0].stage <= pair[1].stage, "a stage falls");
    }
    for phase in &program.phases {
        assert!(!phase.exit.is_empty(), "a phase without an exit");
        assert!(phase.earliest_day >= 0 && phase.minimum_days >= 0);
        assert!((0.0..=10.0).contains(&phase.caps.green) && phase.caps.green <= phase.caps.amber);
        for prescription in &phase.exercises {
            assert!((0.0..=10.0).contains(&prescription.cap), "a cap outside the scale");
            let exercise = &LIBRARY.exercises[&prescription.exercise];
            let longest = [Some(&prescription.dose), prescription.grows_to.as_ref()];
            let longest = longest.into_iter().flatten().filter_map(|dose| dose.seconds).max();
            assert!(!exercise.is("static-stretch") || longest.is_none_or(|s| s <= 30), "a long stretch");
        }
        assert!(phase.care.iter().all(|care| LIBRARY.care.contains_key(&care.care)));
    }
}
