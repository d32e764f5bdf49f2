//! Tells cargo that files carried inside the binary have changed.

fn main() {
    for folder in ["migrations", "programs"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
