//! A person's own settings: one small file, read like any definition file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, TableLike, value};

use crate::domain::day::{ROLLOVER_HOUR, ROLLOVER_HOURS};
use crate::domain::library::NUMBER;
use crate::domain::units::Units;

use super::codes::Code;
use super::diagnostic::Mistakes;
use super::reader::{File, Node, nearest};
use super::{CatalogError, unreadable};

/// The longest text that stands for the number to call.
const LONGEST_NUMBER: usize = 40;

/// The table of the aliases.
const ALIAS: &str = "alias";

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Text,
    Word,
    Flag,
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key in the file.
    pub key: &'static str,
    /// What it is unless somebody sets it.
    pub default: &'static str,
    /// What it is for.
    pub means: &'static str,
    kind: Kind,
}

/// Every setting. A further one is a further line, and a line in [`read`].
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "rollover-hour",
        default: "4",
        means: "the hour at which a day ends, 0 to 12; what is on record keeps its day",
        kind: Kind::Whole,
    },
    Setting {
        key: "emergency-number",
        default: NUMBER,
        means: "whom to call in an emergency, as warnings name it, such as 112",
        kind: Kind::Text,
    },
    Setting {
        key: "default-episode",
        default: "",
        means: "the episode that is meant without --episode; unset, the open one begun last",
        kind: Kind::Whole,
    },
    Setting {
        key: "color",
        default: "auto",
        means: "auto, always or never; --color and NO_COLOR win",
        kind: Kind::Word,
    },
    Setting {
        key: "plain",
        default: "false",
        means: "true prints line by line, without tables, as --plain does",
        kind: Kind::Flag,
    },
    Setting {
        key: "units",
        default: "metric",
        means: "metric or imperial (lb, and mi from 1 km on); --json is always metric",
        kind: Kind::Word,
    },
];

/// The names of the commands, which no alias can have; asked for where there is one.
pub type Names = fn() -> Vec<String>;

/// Settings as a file has them; nothing where it is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The hour at which a day ends.
    pub rollover_hour: Option<u32>,
    /// Whom to call.
    pub emergency_number: Option<String>,
    /// The number of the episode that is meant where none is named.
    pub default_episode: Option<u32>,
    /// `auto`, `always` or `never`.
    pub color: Option<&'static str>,
    /// Without tables.
    pub plain: Option<bool>,
    /// In which units weights and distances are said and heard.
    pub units: Option<Units>,
    /// Names for other commands, each with what it stands for.
    pub alias: Vec<(String, String)>,
}

impl Settings {
    /// The hour at which a day ends.
    pub fn rollover(&self) -> u32 {
        self.rollover_hour.unwrap_or(ROLLOVER_HOUR)
    }

    /// What the file says of a key, as it is written on the command line.
    pub fn get(&self, key: &str) -> Option<String> {
        match key {
            "rollover-hour" => self.rollover_hour.map(|hour| hour.to_string()),
            "emergency-number" => self.emergency_number.clone(),
            "default-episode" => self.default_episode.map(|number| number.to_string()),
            "color" => self.color.map(str::to_owned),
            "plain" => self.plain.map(|plain| plain.to_string()),
            "units" => self.units.map(|units| units.id().to_owned()),
            _ => {
                let name = alias_of(key)?;
                self.alias.iter().find(|(known, _)| known == name).map(|(_, line)| line.clone())
            }
        }
    }
}

/// The name in `alias.NAME`.
pub fn alias_of(key: &str) -> Option<&str> {
    key.strip_prefix(ALIAS)?.strip_prefix('.').filter(|name| is_name(name))
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && !text.starts_with('-') && text.chars().all(plain)
}

/// The settings, where they lie, and what is wrong with them. A file that is
/// wrong in one place holds for all others.
#[derive(Clone, Debug, Default)]
pub struct OwnSettings {
    /// The file, whether it is there or not.
    pub file: Option<PathBuf>,
    /// Its text.
    pub text: String,
    /// What it says.
    pub settings: Settings,
    /// What is wrong in it.
    pub wrong: Option<Mistakes>,
}

impl OwnSettings {
    /// Reads a file; one that is not there says nothing.
    pub fn of(file: Option<PathBuf>, commands: Names) -> Self {
        let Some(path) = file else { return Self::default() };
        let name = path.display().to_string();
        let (text, unread) = match std::fs::read_to_string(&path) {
            Ok(text) => (text, None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (String::new(), None),
            Err(error) => (String::new(), Some(unreadable(&name, &error))),
        };
        let (settings, found) = read(&name, &text, commands);
        Self { file: Some(path), text, settings, wrong: unread.or(found.err()) }
    }

    /// The same file, read again.
    #[must_use]
    pub fn again(&self, commands: Names) -> Self {
        Self::of(self.file.clone(), commands)
    }

    /// What is wrong, as a failure.
    ///
    /// # Errors
    ///
    /// Every mistake of the file.
    pub fn sound(&self) -> Result<(), CatalogError> {
        self.wrong.clone().map_or(Ok(()), |mistakes| Err(CatalogError(vec![mistakes])))
    }
}

/// Reads settings. What is right counts, whatever else is wrong.
pub fn read(name: &str, text: &str, commands: Names) -> (Settings, Result<(), Mistakes>) {
    let file = File::new(name, text);
    let table = file.parse();
    let node = Node::new(&file, table.get_ref(), table.span());
    let (low, high) = (i64::from(*ROLLOVER_HOURS.start()), i64::from(*ROLLOVER_HOURS.end()));
    let whole = |key, low, high| node.opt_whole(key, low, high).and_then(|n| u32::try_from(n).ok());
    let mut aliases = node.named_texts(ALIAS);
    if !aliases.is_empty() {
        let commands = commands();
        aliases.retain(|alias| alias_is_right(&file, alias, &commands));
    }
    let settings = Settings {
        rollover_hour: whole("rollover-hour", low, high),
        emergency_number: number(&node),
        default_episode: whole("default-episode", 1, 9_999),
        color: node.opt_word("color", &["auto", "always", "never"].map(|word| (word, word))),
        plain: node.has("plain").then(|| node.flag("plain")),
        units: node.opt_word("units", &Units::ALL.map(|units| (units.id(), units))),
        alias: aliases.into_iter().map(|(name, line, _)| (name, line)).collect(),
    };
    node.done();
    (settings, file.finish())
}

/// Whom to call: short, and nothing that could steer a terminal.
fn number(node: &Node<'_>) -> Option<String> {
    const KEY: &str = "emergency-number";
    let text = node.opt_text(KEY)?;
    if text.trim().is_empty() {
        node.report(Code::Empty, node.span_of(KEY), format!("`{KEY}` is empty"), None);
        return None;
    }
    let printable = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '{' | '}')
    };
    if text.chars().count() > LONGEST_NUMBER || !text.chars().all(printable) {
        let message = format!("`{KEY}` is 1 to {LONGEST_NUMBER} printable characters, such as 112");
        node.report(Code::OutOfRange, node.span_of(KEY), message, None);
        return None;
    }
    Some(text.trim().to_owned())
}

fn alias_is_right(
    file: &File<'_>,
    (name, line, span): &(String, String, Range<usize>),
    commands: &[String],
) -> bool {
    let (code, message, hint) = if commands.contains(name) {
        let hint = "take another name: a command always means what its help says";
        (Code::DuplicateId, format!("there is a command `{name}` already"), Some(hint.to_owned()))
    } else if !is_name(name) {
        let hint = "lower-case letters, digits and hyphens";
        (Code::BadId, format!("`{name}` cannot be the name of an alias"), Some(hint.to_owned()))
    } else {
        let first = line.split_whitespace().next().unwrap_or_default();
        if first.is_empty() {
            (Code::Empty, format!("`{name}` is empty"), None)
        } else if first.starts_with('-') || commands.iter().any(|command| command == first) {
            return true;
        } else {
            let near = nearest(first, commands.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            (
                Code::UnknownId,
                format!(
                    "there is no command `{first}`; an alias stands for a command, not for another alias"
                ),
                hint,
            )
        }
    };
    file.report(code, span.clone(), message, hint);
    false
}

/// Why a setting cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is no such key.
    #[error("there is no setting `{0}`")]
    Unknown(String),
    /// The value is none that the key takes.
    #[error("{message}")]
    Value {
        /// What is wrong.
        message: String,
        /// What would be right.
        hint: Option<String>,
    },
    /// The file cannot be read, so that nothing can be changed in it.
    #[error("the file has to be valid TOML before a setting is changed in it")]
    Broken,
}

/// The text of the file with one setting changed, or taken out where there is
/// no value; comments stay. What was wrong elsewhere stays wrong.
///
/// # Errors
///
/// When there is no such key, or it does not take the value.
pub fn changed(
    path: &Path,
    text: &str,
    key: &str,
    wanted: Option<&str>,
    commands: Names,
) -> Result<String, SetError> {
    let mut document: DocumentMut = text.parse().map_err(|_| SetError::Broken)?;
    let setting = SETTINGS.iter().find(|s| s.key == key);
    let alias = alias_of(key);
    if setting.is_none() && alias.is_none() {
        return Err(SetError::Unknown(key.to_owned()));
    }
    let item = wanted.map(|text| written(setting.map_or(Kind::Text, |s| s.kind), text));
    let root: &mut dyn TableLike = document.as_table_mut();
    let (table, name) = match alias {
        None => (root, key),
        Some(name) => {
            let aliases = root.entry(ALIAS).or_insert(toml_edit::table());
            (aliases.as_table_like_mut().ok_or(SetError::Broken)?, name)
        }
    };
    match (item, table.get_mut(name)) {
        (None, _) => drop(table.remove(name)),
        (Some(new), Some(old)) => replace(old, new),
        (Some(new), None) => drop(table.insert(name, new)),
    }
    let new = document.to_string();
    let said = |text: &str| {
        read(&path.display().to_string(), text, commands).1.err().map(|m| m.list).unwrap_or_default()
    };
    let before: Vec<String> = said(text).into_iter().map(|d| d.message).collect();
    match said(&new).into_iter().find(|d| wanted.is_some() && !before.contains(&d.message)) {
        None => Ok(new),
        Some(wrong) => Err(SetError::Value { message: wrong.message, hint: wrong.hint }),
    }
}

/// A value as its key takes it; what cannot be one is left to the reader to name.
fn written(kind: Kind, text: &str) -> Item {
    let whole = text.parse::<i64>().ok().filter(|_| kind == Kind::Whole);
    let flag = text.parse::<bool>().ok().filter(|_| kind == Kind::Flag);
    match (whole, flag) {
        (Some(whole), _) => value(whole),
        (_, Some(flag)) => value(flag),
        _ => value(text),
    }
}

/// Puts a value in the place of another one; the comment behind it stays.
fn replace(old: &mut Item, mut new: Item) {
    if let (Some(old), Some(new)) = (old.as_value(), new.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    *old = new;
}
