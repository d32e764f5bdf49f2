//! Definition files: programs, and the library that they refer to.
//!
//! Each file is read whole; every mistake in it is reported at once, with
//! line, column and hint. Only what has none becomes a domain type.
//!
//! The build script reads the built-in files with these same modules, and leaves
//! them behind in a compact form: a program that runs reads none of them again.

#[cfg(built)]
mod author;
mod basis;
#[cfg(built)]
mod builtin;
mod codes;
mod compact;
mod criterion;
mod diagnostic;
mod done;
mod dose;
mod grades;
mod knowledge;
mod library;
mod phase;
mod program;
mod proof;
mod reader;
mod rules;
#[cfg(built)]
pub mod settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::library::{Library, NUMBER_KEY, Rule};
use crate::domain::program::Program;

#[cfg(built)]
pub use author::{Checked, check, copy, starter};
pub use codes::{Code, codes};
#[cfg(not(built))]
pub use compact::encode;
pub use diagnostic::{Diagnostic, Mistakes};
pub use reader::{meant, nearest};

/// A program with the text it was read from.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The program.
    pub program: Arc<Program>,
    /// Its text.
    pub text: String,
    /// The content hash of the text.
    pub hash: String,
    /// The file of a program of one's own; nothing for a built-in one.
    pub own: Option<PathBuf>,
}

/// The programs and the library.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// What programs refer to.
    pub library: Library,
    /// The programs, by id.
    pub programs: BTreeMap<String, Definition>,
    /// Whom to call, where a person said so.
    pub number: Option<String>,
    /// A digest of the rules that a plan is judged by, however they are written down: of
    /// this version of sinew, and of what was added to it.
    pub rules: String,
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
    /// Reads the definition files of a folder that is laid out as `programs/` is:
    /// what the build script makes the built-in ones of.
    ///
    /// # Errors
    ///
    /// Every mistake of every file.
    pub fn of_folder(folder: &Path) -> Result<Self, CatalogError> {
        let library = library_of(&folder.join("library"))?;
        let mut catalog = Self { library, programs: BTreeMap::new(), number: None, rules: String::new() };
        // Lower grades come first, for the higher ones to be held against.
        let (paths, mut wrong) = toml_files(folder);
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            match read_text(&path, &name).and_then(|text| catalog.check(&name, &text)) {
                Ok(definition) => {
                    catalog.programs.insert(definition.program.id.clone(), definition);
                }
                Err(mistakes) => wrong.push(mistakes),
            }
        }
        if wrong.is_empty() { Ok(catalog) } else { Err(CatalogError(wrong)) }
    }

    /// Names whom to call in an emergency, in whatever asks for it.
    pub fn call(&mut self, number: &str) {
        self.number = Some(number.to_owned());
        for rule in &mut self.library.rules {
            name_number(rule, number);
        }
        for definition in self.programs.values_mut() {
            name_number_in(definition, number);
        }
    }

    /// Reads a program that an episode pinned long ago, from its text. Where the
    /// rules allowed more pain then, today's limit takes the place of the text's.
    ///
    /// # Errors
    ///
    /// Every mistake in the text.
    pub fn pinned(&self, name: &str, text: &str) -> Result<Definition, Mistakes> {
        let mut definition = define(program::read_pinned(name, text, &self.library)?, text);
        if let Some(number) = &self.number {
            name_number_in(&mut definition, number);
        }
        Ok(definition)
    }

    /// Reads a program and holds it against the other programs of its condition.
    /// Nothing is added.
    ///
    /// # Errors
    ///
    /// Every mistake in the text.
    pub fn check(&self, name: &str, text: &str) -> Result<Definition, Mistakes> {
        let others: Vec<&Program> = self.programs.values().map(|d| d.program.as_ref()).collect();
        Ok(define(program::read(name, text, &self.library, &others)?, text))
    }

    /// Adds the red flags of a folder, which a person or their physiotherapist
    /// wrote. They only ever add: what is built in stays as it is.
    ///
    /// # Errors
    ///
    /// Every mistake of every file; the files that are right are added all the same.
    pub fn add_red_flags(&mut self, folder: &Path) -> Result<(), CatalogError> {
        let (paths, mut wrong) = toml_files(folder);
        for path in paths {
            let name = path.display().to_string();
            let mut library = self.library.clone();
            let read = read_text(&path, &name).and_then(|text| {
                library::read(&name, "red-flags", &text, &mut library)?;
                Ok(hash(&format!("{}\n{text}", self.rules)))
            });
            match read {
                Ok(rules) => (self.library, self.rules) = (library, rules),
                Err(mistakes) => wrong.push(mistakes),
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(CatalogError(wrong)) }
    }

    /// Adds the programs of a folder, which a person or their physiotherapist
    /// wrote. A folder that is not there has none. A built-in program cannot be
    /// replaced.
    ///
    /// # Errors
    ///
    /// Every mistake of every file; nothing is added then.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), CatalogError> {
        let (paths, mut wrong) = toml_files(folder);
        if paths.is_empty() && wrong.is_empty() {
            return Ok(());
        }
        let mut all = self.clone();
        let mut files = Vec::new();
        for path in paths {
            let name = path.display().to_string();
            match read_text(&path, &name) {
                Ok(text) => files.push((path, name, text)),
                Err(mistakes) => wrong.push(mistakes),
            }
        }
        // First each by itself, so that none is missed when they are held
        // against each other.
        for (path, name, text) in &files {
            let Ok(own) = read_program(name, text, &self.library) else { continue };
            if all.programs.contains_key(&own.program.id) {
                let message = format!("there is a program `{}` already", own.program.id);
                wrong.push(single(name, Code::DuplicateId, message));
            } else {
                let own = Definition { own: Some(path.clone()), ..own };
                all.programs.insert(own.program.id.clone(), own);
            }
        }
        wrong.extend(files.iter().filter_map(|(_, name, text)| all.check(name, text).err()));
        if !wrong.is_empty() {
            return Err(CatalogError(wrong));
        }
        self.programs = all.programs;
        Ok(())
    }

    /// The programs for a condition, the built-in ones first.
    pub fn for_condition(&self, condition: &str) -> Vec<&Definition> {
        let mut programs: Vec<&Definition> =
            self.programs.values().filter(|d| d.program.condition == condition).collect();
        programs.sort_by_key(|d| d.own.is_some());
        programs
    }

    /// The conditions that have a program, each once.
    pub fn conditions(&self) -> Vec<&str> {
        let mut conditions: Vec<&str> =
            self.programs.values().map(|d| d.program.condition.as_str()).collect();
        conditions.sort_unstable();
        conditions.dedup();
        conditions
    }
}

/// Reads the library of a folder.
fn library_of(folder: &Path) -> Result<Library, CatalogError> {
    let mut library = Library::default();
    let mut wrong = Vec::new();
    for kind in library::KINDS {
        let name = format!("library/{kind}.toml");
        let read = read_text(&folder.join(format!("{kind}.toml")), &name)
            .and_then(|text| library::read(&name, kind, &text, &mut library));
        wrong.extend(read.err());
    }
    if wrong.is_empty() { Ok(library) } else { Err(CatalogError(wrong)) }
}

/// The definition files of a folder, in order of name; none when it is not there.
///
/// A folder that may not be read is a mistake, not an empty one: what it holds would be
/// missing without a word.
fn toml_files(folder: &Path) -> (Vec<PathBuf>, Vec<Mistakes>) {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (vec![], vec![]),
        Err(error) => return (vec![], vec![unreadable(&folder.display().to_string(), &error)]),
        Ok(entries) => entries,
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    (paths, vec![])
}

/// The longest definition file, in bytes: far more than any program has.
const LONGEST_TEXT: u64 = 1 << 20;

/// The text of a file, which is called `name` in mistakes.
fn read_text(path: &Path, name: &str) -> Result<String, Mistakes> {
    let read = match std::fs::metadata(path) {
        Ok(found) if found.len() > LONGEST_TEXT => Err(std::io::ErrorKind::FileTooLarge.into()),
        _ => std::fs::read_to_string(path),
    };
    read.map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &std::io::Error) -> Mistakes {
    single(name, Code::Unreadable, format!("cannot be read: {error}"))
}

/// One mistake that has no place in the text.
fn single(name: &str, code: Code, message: String) -> Mistakes {
    Mistakes { text: String::new(), list: vec![Diagnostic::new(code, name, "", 0..0, message)] }
}

fn name_number(rule: &mut Arc<Rule>, number: &str) {
    if rule.action.contains(NUMBER_KEY) {
        let rule = Arc::make_mut(rule);
        rule.action = rule.action.replace(NUMBER_KEY, number);
    }
}

fn name_number_in(definition: &mut Definition, number: &str) {
    if definition.program.checks.iter().any(|check| check.rule.action.contains(NUMBER_KEY)) {
        for check in &mut Arc::make_mut(&mut definition.program).checks {
            name_number(&mut check.rule, number);
        }
    }
}

/// Reads a program by itself. A new one belongs to [`Catalog::check`], one that an
/// episode pinned long ago to [`Catalog::pinned`].
///
/// # Errors
///
/// Every mistake in the text.
pub fn read_program(name: &str, text: &str, library: &Library) -> Result<Definition, Mistakes> {
    Ok(define(program::read(name, text, library, &[])?, text))
}

fn define(program: Program, text: &str) -> Definition {
    Definition { program: Arc::new(program), text: text.to_owned(), hash: hash(text), own: None }
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
