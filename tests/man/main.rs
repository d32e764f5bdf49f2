//! Writes a manual page for each command: `cargo run --example man -- FOLDER`.

mod pages;

fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1) else {
        return Err(std::io::Error::other("name the folder for the pages"));
    };
    pages::write(folder.as_ref())
}
