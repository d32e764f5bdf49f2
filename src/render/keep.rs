//! Backups, their return, the examination of a store, and erasure.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use crate::domain::screening::Flag;

use super::json::document;
use super::page::Page;

/// A backup.
#[derive(Debug, Serialize)]
pub struct Backup {
    /// Where it lies.
    pub file: PathBuf,
    /// The episodes in it; nothing where it is not sound.
    pub episodes: Option<i64>,
    /// The entries in it; nothing where it is not sound.
    pub entries: Option<i64>,
}

impl Backup {
    fn words(&self) -> String {
        match (self.episodes, self.entries) {
            (Some(episodes), Some(entries)) => {
                format!("{}, {}", count(episodes, "episode"), count(entries, "entry"))
            }
            _ => "not sound".to_owned(),
        }
    }
}

/// One check of a store.
#[derive(Debug, Serialize)]
pub struct Check {
    /// Its id.
    pub id: &'static str,
    /// `good`, `note`, `wrong` or `damaged`.
    pub state: &'static str,
    /// What was found.
    pub found: String,
    /// How it is mended, where there is anything to mend.
    pub mend: Option<String>,
}

/// What was erased.
#[derive(Debug, Serialize)]
pub struct Erased {
    /// Episodes.
    pub episodes: usize,
    /// Their entries.
    pub entries: usize,
    /// Backups that were erased.
    pub backups: usize,
    /// Backups that are there still, and hold what was erased.
    pub backups_left: usize,
}

/// A backup that was made.
pub fn made(page: &Page, backup: &Backup) -> String {
    page.wrap(&format!("Written and verified: {} ({}).", backup.file.display(), backup.words()), "", "  ")
}

/// `sinew/backup/1`.
pub fn made_json(flags: &[Flag], backup: &Backup) -> String {
    document("backup", flags, json!({ "backup": backup }))
}

/// The backups that there are.
pub fn list(page: &Page, all: &[Backup]) -> String {
    if all.is_empty() {
        let words = "There is no backup yet: the first one is made before the first entry of another day; \
                     sinew backup makes one now.";
        return page.wrap(words, "", "");
    }
    // All lie in one folder, and their names are what a terminal has room for.
    let name = |b: &Backup| b.file.file_name().unwrap_or(b.file.as_os_str()).to_string_lossy().into_owned();
    let rows = all.iter().map(|b| vec![name(b), b.words()]).collect();
    let mut text = page.table(&["backup", "holds"], rows);
    if let Some(folder) = all.first().and_then(|b| b.file.parent()) {
        text.push_str(&page.wrap(&format!("They lie in {}.", folder.display()), "", "  "));
    }
    text.push_str(&page.wrap("sinew restore NAME puts one back.", "", ""));
    text
}

/// `sinew/backups/1`.
pub fn list_json(flags: &[Flag], all: &[Backup]) -> String {
    document("backups", flags, json!({ "backups": all }))
}

/// A backup that was put back.
pub fn restored(page: &Page, now: &Backup, before: Option<&Path>) -> String {
    let mut text = page.wrap(&format!("Restored: the store holds {}.", now.words()), "", "");
    if let Some(before) = before {
        text.push_str(&page.wrap(&format!("As it was before, it lies in {}.", before.display()), "", "  "));
    }
    text
}

/// `sinew/restore/1`.
pub fn restored_json(flags: &[Flag], now: &Backup, before: Option<&Path>) -> String {
    document("restore", flags, json!({ "store": now, "before": before }))
}

/// What an examination found.
pub fn checks(page: &Page, checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        text.push_str(&page.wrap(
            &format!("{}: {}", check.id, check.found),
            &format!("{:8}", check.state),
            "        ",
        ));
        if let Some(mend) = &check.mend {
            text.push_str(&page.wrap(mend, "        -> ", "           "));
        }
    }
    text
}

/// `sinew/doctor/1`.
pub fn checks_json(flags: &[Flag], checks: &[Check]) -> String {
    document("doctor", flags, json!({ "checks": checks }))
}

/// A store that was repaired.
pub fn repaired(page: &Page, entries: usize, lost: usize, old: &Path) -> String {
    let lost = match lost {
        0 => "none was lost that could be seen".to_owned(),
        _ => format!("{} lost a part and left out", count(i64::try_from(lost).unwrap_or(i64::MAX), "entry")),
    };
    let saved = count(i64::try_from(entries).unwrap_or(i64::MAX), "entry");
    let words = format!(
        "Saved: {saved}; {lost}. The old file lies in {}. What a lost entry said is unknown now: \
         compare with a backup (sinew restore) before you trust what you see.",
        old.display()
    );
    page.wrap(&words, "", "")
}

/// `sinew/repair/1`.
pub fn repaired_json(flags: &[Flag], entries: usize, lost: usize, old: &Path) -> String {
    document("repair", flags, json!({ "entries": entries, "lost": lost, "before": old }))
}

/// What was erased.
pub fn erased(page: &Page, erased: &Erased) -> String {
    let number = |n: usize, what| count(i64::try_from(n).unwrap_or(i64::MAX), what);
    let mut what = Vec::new();
    if erased.episodes > 0 || erased.backups == 0 {
        what.extend([number(erased.episodes, "episode"), number(erased.entries, "entry")]);
    }
    if erased.backups > 0 {
        what.push(number(erased.backups, "backup"));
    }
    let mut text = page.wrap(&format!("Erased: {}.", what.join(", ")), "", "");
    if erased.backups_left > 0 {
        let words = format!(
            "{} beside the store may hold it still: sinew erase --backups erases them. \
             What you exported or copied elsewhere is yours to delete.",
            number(erased.backups_left, "backup")
        );
        text.push_str(&page.wrap(&words, "", ""));
    }
    text
}

/// `sinew/erase/1`.
pub fn erased_json(flags: &[Flag], erased: &Erased) -> String {
    document("erase", flags, json!(erased))
}

/// A number with its word.
fn count(number: i64, word: &str) -> String {
    match (number, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {word}s"),
    }
}
