//! The definition files that are built in.

use sinew::catalog::Catalog;

#[test]
fn every_built_in_file_is_right() {
    if let Err(error) = Catalog::builtin() {
        let drawn: Vec<String> = error.0.iter().map(|m| m.draw(false)).collect();
        panic!("{error}\n{}", drawn.join("\n\n"));
    }
}
