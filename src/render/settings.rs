//! A person's own settings, as text and as JSON.

use std::path::Path;

use serde_json::json;

use crate::domain::screening::Flag;

use super::json::document;
use super::page::Page;

/// One setting as it stands.
#[derive(Debug)]
pub struct Line {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// `file` or `default`.
    pub source: &'static str,
    /// What it is for.
    pub means: &'static str,
}

/// All settings, then the aliases.
pub fn list(page: &Page, lines: &[Line], aliases: &[(String, String)]) -> String {
    let row = |l: &Line| vec![l.key.to_owned(), l.value.clone(), l.source.to_owned(), l.means.to_owned()];
    let mut text = page.table(&["key", "value", "from", "what it is"], lines.iter().map(row).collect());
    if !aliases.is_empty() {
        text.push_str(&page.heading("Aliases"));
        let row = |(name, line): &(String, String)| vec![name.clone(), line.clone()];
        text.push_str(&page.table(&["alias", "stands for"], aliases.iter().map(row).collect()));
    }
    text
}

/// `sinew/config/1`.
pub fn json(flags: &[Flag], file: Option<&Path>, lines: &[Line], aliases: &[(String, String)]) -> String {
    let setting = |l: &Line| {
        let value = Some(&l.value).filter(|v| !v.is_empty());
        json!({ "key": l.key, "value": value, "from": l.source, "means": l.means })
    };
    let settings: Vec<_> = lines.iter().map(setting).collect();
    let aliases: Vec<_> =
        aliases.iter().map(|(name, line)| json!({ "name": name, "stands_for": line })).collect();
    document("config", flags, json!({ "file": file, "settings": settings, "aliases": aliases }))
}
