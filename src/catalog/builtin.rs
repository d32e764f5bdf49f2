//! What is built in: decoded part by part, since most commands need little of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::library::Library;
use crate::domain::program::Program;

use super::codes::Code;
use super::{Catalog, CatalogError, Definition, compact, name_number_in, single};

/// A built-in program.
struct BuiltIn {
    /// The content hash of its text.
    hash: &'static str,
    /// Its text.
    text: &'static str,
    /// What was read from it.
    compact: &'static [u8],
}

// `RULES`, `OF_PLANS`, `TO_LOOK_UP` and `PROGRAMS`, as the build script left them.
include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

impl BuiltIn {
    fn definition(&self) -> Result<Definition, CatalogError> {
        Ok(Definition {
            program: compact::program(self.compact).map_err(undecoded)?,
            text: self.text.to_owned(),
            hash: self.hash.to_owned(),
            own: None,
        })
    }
}

impl Catalog {
    /// Everything that is built in.
    ///
    /// # Errors
    ///
    /// When it cannot be decoded, which would be a bug.
    pub fn builtin() -> Result<Self, CatalogError> {
        let mut programs = BTreeMap::new();
        for built_in in PROGRAMS {
            let definition = built_in.definition()?;
            programs.insert(definition.program.id.clone(), definition);
        }
        Ok(Self { library: Self::builtin_library()?, programs, number: None, rules: RULES.to_owned() })
    }

    /// The library that is built in.
    ///
    /// # Errors
    ///
    /// When it cannot be decoded, which would be a bug.
    pub fn builtin_library() -> Result<Library, CatalogError> {
        let mut library = compact::of_plans(OF_PLANS).map_err(undecoded)?;
        compact::add_to_look_up(&mut library, TO_LOOK_UP).map_err(undecoded)?;
        Ok(library)
    }

    /// What a running plan is judged by, beside the program that it is pinned to:
    /// no programs, and nothing that is only looked up. It is half of the work.
    ///
    /// # Errors
    ///
    /// When it cannot be decoded, which would be a bug.
    pub fn of_plans() -> Result<Self, CatalogError> {
        let library = compact::of_plans(OF_PLANS).map_err(undecoded)?;
        Ok(Self { library, programs: BTreeMap::new(), number: None, rules: RULES.to_owned() })
    }

    /// The built-in program whose text has this hash, whether or not the
    /// catalogue holds it.
    pub fn built_in(&self, hash: &str) -> Option<Arc<Program>> {
        let mut definition = PROGRAMS.iter().find(|p| p.hash == hash)?.definition().ok()?;
        if let Some(number) = &self.number {
            name_number_in(&mut definition, number);
        }
        Some(definition.program)
    }

    /// The JSON Schema of program files, for editors.
    pub fn schema() -> &'static str {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/schema/program.schema.json"))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn undecoded(error: postcard::Error) -> CatalogError {
    let message = format!("cannot be decoded: {error}");
    CatalogError(vec![single("the built-in definitions", Code::Unreadable, message)])
}
