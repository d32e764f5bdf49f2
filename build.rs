//! Reads and checks the definition files with the program's own reader, and leaves
//! them behind in the form that `catalog::builtin` decodes. A mistake in one of them
//! stops the build.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

#[path = "src/catalog/mod.rs"]
#[expect(dead_code, unreachable_pub, unused_imports, reason = "the reader is all that is needed here")]
mod catalog;
#[path = "src/domain/mod.rs"]
#[expect(dead_code, unreachable_pub, unused_imports, reason = "and of the domain, its types")]
#[expect(clippy::pedantic, reason = "what the library is held to is looser for what is public")]
mod domain;

type Failed = Box<dyn std::error::Error>;

#[expect(clippy::print_stderr, reason = "cargo shows it when the build stops")]
fn main() -> Result<(), Failed> {
    for folder in ["migrations", "programs"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    // Only behind this script there is something built in to decode.
    println!("cargo::rustc-cfg=built");
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("programs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let catalog = catalog::Catalog::of_folder(&folder).unwrap_or_else(|error| {
        let drawn: Vec<String> = error.0.iter().map(|mistakes| mistakes.draw(false)).collect();
        eprintln!("{error}\n{}", drawn.join("\n\n"));
        std::process::exit(1)
    });
    for (name, bytes) in catalog::encode(&catalog)? {
        fs::write(out.join(name), bytes)?;
    }
    let rules = format!("static RULES: &str = {:?};\n", rules()?);
    fs::write(out.join("builtin.rs"), rules + &table(&catalog)?)?;
    Ok(())
}

/// A digest of everything that decides what sinew says of a diary: the definitions, and
/// the rules that are written in Rust.
fn rules() -> Result<String, Failed> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut folders = vec![root.join("programs"), root.join("src/domain")];
    let mut files = vec![root.join("Cargo.toml")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { &mut folders } else { &mut files }.push(path);
        }
    }
    files.sort();
    let texts = files.iter().map(|path| Ok(catalog::hash(&fs::read_to_string(path)?)));
    Ok(catalog::hash(&texts.collect::<Result<Vec<_>, std::io::Error>>()?.join("\n")))
}

/// The parts as `catalog::builtin` names them.
fn table(catalog: &catalog::Catalog) -> Result<String, Failed> {
    let part = |name: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))");
    let mut table = format!(
        "static OF_PLANS: &[u8] = {};\nstatic TO_LOOK_UP: &[u8] = {};\nstatic PROGRAMS: &[BuiltIn] = &[\n",
        part("of-plans"),
        part("to-look-up")
    );
    for (id, definition) in &catalog.programs {
        let text = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/programs/{id}.toml\"))");
        let (hash, compact) = (&definition.hash, part(id));
        writeln!(table, "    BuiltIn {{ hash: {hash:?}, text: {text}, compact: {compact} }},")?;
    }
    table.push_str("];\n");
    Ok(table)
}
