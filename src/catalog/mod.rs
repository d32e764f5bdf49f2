//! Definition files: programs, and the library that they refer to.
//!
//! Each file is read whole; every mistake in it is reported at once, with
//! line, column and hint. Only what has none becomes a domain type.

mod diagnostic;
mod library;
mod program;
mod reader;
mod rules;

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::domain::library::Library;
use crate::domain::program::Program;

pub use diagnostic::{Diagnostic, Mistakes};
pub use reader::nearest;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/programs");

/// A program with the text it was read from.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The program.
    pub program: Program,
    /// Its text.
    pub text: String,
    /// The content hash of the text.
    pub hash: String,
}

/// The programs and the library.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// What programs refer to.
    pub library: Library,
    /// The programs, by id.
    pub programs: BTreeMap<String, Definition>,
}

/// Mistakes by file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct CatalogError(pub Vec<Mistakes>);

impl CatalogError {
    fn summary(&self) -> String {
        let count: usize = self.0.iter().map(|m| m.list.len()).sum();
        let files: Vec<&str> =
            self.0.iter().filter_map(|m| m.list.first()).map(|d| d.file.as_str()).collect();
        let mistakes = if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") };
        format!("{mistakes} in {}", files.join(", "))
    }
}

impl Catalog {
    /// Reads the definitions that are built in.
    ///
    /// # Errors
    ///
    /// Every mistake of every file.
    pub fn builtin() -> Result<Self, CatalogError> {
        let library = Self::builtin_library()?;
        let mut programs = BTreeMap::new();
        let mut wrong = Vec::new();
        for file in FILES.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml")) {
            let name = file.path().display().to_string();
            match read_program(&name, file.contents_utf8().unwrap_or_default(), &library) {
                Ok(definition) => {
                    programs.insert(definition.program.id.clone(), definition);
                }
                Err(mistakes) => wrong.push(mistakes),
            }
        }
        if wrong.is_empty() { Ok(Self { library, programs }) } else { Err(CatalogError(wrong)) }
    }

    /// Reads the library that is built in.
    ///
    /// # Errors
    ///
    /// Every mistake of every file of it.
    pub fn builtin_library() -> Result<Library, CatalogError> {
        let text = |name: &str| {
            let path = format!("library/{name}.toml");
            FILES.get_file(&path).and_then(|f| f.contents_utf8()).unwrap_or_default()
        };
        let mut library = Library::default();
        let mut wrong = Vec::new();
        // Later files refer to earlier ones.
        for name in library::FILES {
            if let Err(mistakes) =
                library::read(&format!("library/{name}.toml"), name, text(name), &mut library)
            {
                wrong.push(mistakes);
            }
        }
        if wrong.is_empty() { Ok(library) } else { Err(CatalogError(wrong)) }
    }

    /// The programs for a condition, by grade.
    pub fn for_condition(&self, condition: &str) -> Vec<&Definition> {
        self.programs.values().filter(|d| d.program.condition == condition).collect()
    }

    /// The conditions that have a program, each once.
    pub fn conditions(&self) -> Vec<&str> {
        let mut conditions: Vec<&str> =
            self.programs.values().map(|d| d.program.condition.as_str()).collect();
        conditions.dedup();
        conditions
    }
}

/// Reads a program.
///
/// # Errors
///
/// Every mistake in the text.
pub fn read_program(name: &str, text: &str, library: &Library) -> Result<Definition, Mistakes> {
    let program = program::read(name, text, library)?;
    Ok(Definition { program, text: text.to_owned(), hash: hash(text) })
}

/// Reads one library file into a library, for checks and tests. `kind` names
/// what it holds, as the built-in files are named.
///
/// # Errors
///
/// Every mistake in the text.
pub fn read_library_file(name: &str, kind: &str, text: &str, library: &mut Library) -> Result<(), Mistakes> {
    library::read(name, kind, text, library)
}

/// The content hash of a definition: SHA-256 in lower-case hexadecimal.
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.concat()
}
