//! Reads the tables of a definition file and gathers every mistake in it,
//! where a derived reader would stop at the first.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::codes::Code;
use super::diagnostic::{Diagnostic, Mistakes};

/// A definition file while it is read.
pub(super) struct File<'t> {
    name: &'t str,
    text: &'t str,
    /// Whether an episode runs on it, so that it was right once.
    pinned: bool,
    found: RefCell<Vec<Diagnostic>>,
}

impl<'t> File<'t> {
    pub(super) fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text, pinned: false, found: RefCell::new(Vec::new()) }
    }

    /// A text that an episode runs on.
    pub(super) fn pinned(name: &'t str, text: &'t str) -> Self {
        Self { pinned: true, ..Self::new(name, text) }
    }

    /// Parses the text; what cannot be parsed is reported and left out.
    pub(super) fn parse(&self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.report(Code::Syntax, span, error.message().to_owned(), None);
        }
        table
    }

    /// Reports a mistake.
    pub(super) fn report(&self, code: Code, span: Range<usize>, message: String, hint: Option<String>) {
        let diagnostic = Diagnostic { hint, ..Diagnostic::new(code, self.name, self.text, span, message) };
        self.found.borrow_mut().push(diagnostic);
    }

    /// The mistakes that were found, in the order of the text.
    pub(super) fn finish(self) -> Result<(), Mistakes> {
        let mut list = self.found.into_inner();
        list.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
        list.dedup();
        if list.is_empty() { Ok(()) } else { Err(Mistakes { text: self.text.to_owned(), list }) }
    }
}

/// One table of a file. Keys that nobody asks for are reported by [`Node::done`].
pub(super) struct Node<'a> {
    file: &'a File<'a>,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Node<'a> {
    pub(super) fn new(file: &'a File<'a>, table: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Self { file, table, span, asked: RefCell::new(BTreeSet::new()) }
    }

    /// Whether an episode runs on this file.
    pub(super) fn is_pinned(&self) -> bool {
        self.file.pinned
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn want(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(key);
        if value.is_none() {
            self.report(Code::MissingKey, self.span.clone(), format!("`{key}` is missing"), None);
        }
        value
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.report(Code::WrongType, value.span(), format!("`{key}` is {wanted}, not {found}"), None);
    }

    /// Reports a mistake.
    pub(super) fn report(&self, code: Code, span: Range<usize>, message: String, hint: Option<String>) {
        self.file.report(code, span, message, hint);
    }

    /// Where the value of a key stands, or the whole table.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map_or_else(|| self.span.clone(), |(_, value)| value.span())
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// A text that must be there and say something.
    pub(super) fn text(&self, key: &'static str) -> String {
        let Some(value) = self.want(key) else { return String::new() };
        let text = self.as_text(key, value).unwrap_or_default();
        if text.trim().is_empty() && value.get_ref().is_str() {
            self.report(Code::Empty, value.span(), format!("`{key}` is empty"), None);
        }
        text
    }

    /// A text that may be there.
    pub(super) fn opt_text(&self, key: &'static str) -> Option<String> {
        self.get(key).and_then(|value| self.as_text(key, value))
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(key, value, "a text");
        }
        text
    }

    /// A list of texts with where each stands; empty when the key is absent.
    pub(super) fn spanned_texts(&self, key: &'static str) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts");
            return Vec::new();
        };
        array.iter().filter_map(|item| Some((self.as_text(key, item)?, item.span()))).collect()
    }

    /// A list of texts; empty when the key is absent.
    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        self.spanned_texts(key).into_iter().map(|(text, _)| text).collect()
    }

    /// Yes or no, and no when the key is absent.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "true or false");
        }
        flag.unwrap_or_default()
    }

    /// A number that may be there.
    pub(super) fn opt_number(&self, key: &'static str) -> Option<f64> {
        let value = self.get(key)?;
        let number = as_number(value.get_ref());
        if let (None, Some(float)) = (number, value.get_ref().as_float()) {
            let message = format!("`{key}` is a number, not {}", float.as_str());
            self.report(Code::WrongType, value.span(), message, None);
        } else if number.is_none() {
            self.wrong_type(key, value, "a number");
        }
        number
    }

    /// A number that must be there.
    pub(super) fn number(&self, key: &'static str) -> f64 {
        self.want(key).and_then(|_| self.opt_number(key)).unwrap_or_default()
    }

    /// A whole number within bounds that may be there.
    pub(super) fn opt_whole(&self, key: &'static str, low: i64, high: i64) -> Option<i64> {
        let value = self.get(key)?;
        self.as_whole(key, value, low, high)
    }

    /// A whole number within bounds that must be there.
    pub(super) fn whole(&self, key: &'static str, low: i64, high: i64) -> i64 {
        self.want(key).and_then(|_| self.opt_whole(key, low, high)).unwrap_or(low)
    }

    /// A count from 1 that may be there.
    pub(super) fn opt_count(&self, key: &'static str, high: i64) -> Option<u32> {
        self.opt_whole(key, 1, high).and_then(|n| u32::try_from(n).ok())
    }

    /// A count from 1 that must be there.
    pub(super) fn count(&self, key: &'static str, high: i64) -> u32 {
        u32::try_from(self.whole(key, 1, high)).unwrap_or(1)
    }

    fn as_whole(&self, key: &str, value: &Spanned<DeValue<'_>>, low: i64, high: i64) -> Option<i64> {
        let Some(whole) = value.get_ref().as_integer() else {
            self.wrong_type(key, value, "a whole number");
            return None;
        };
        match i64::from_str_radix(whole.as_str(), whole.radix()) {
            Ok(n) if (low..=high).contains(&n) => Some(n),
            _ => {
                let message = if low == high {
                    format!("`{key}` is {low}")
                } else {
                    format!("`{key}` runs from {low} to {high}")
                };
                self.report(Code::OutOfRange, value.span(), message, None);
                None
            }
        }
    }

    /// A pair of whole numbers, the second not below the first.
    pub(super) fn opt_pair(&self, key: &'static str, low: i64, high: i64) -> Option<(i64, i64)> {
        let value = self.get(key)?;
        let Some(array) = value.get_ref().as_array().filter(|a| a.len() == 2) else {
            self.wrong_type(key, value, "a pair of whole numbers, such as [15, 20]");
            return None;
        };
        let ends: Vec<i64> = array.iter().filter_map(|item| self.as_whole(key, item, low, high)).collect();
        let [from, to] = ends[..] else { return None };
        if from > to {
            self.report(Code::OutOfRange, value.span(), format!("`{key}` starts above its end"), None);
        }
        Some((from, to))
    }

    /// Three days, for grades 1 to 3, none below the one before it.
    pub(super) fn days(&self, key: &'static str, high: i64) -> [i64; 3] {
        let Some(value) = self.want(key) else { return [0; 3] };
        let days: Vec<i64> = value
            .get_ref()
            .as_array()
            .map(|a| a.iter().filter_map(|item| self.as_whole(key, item, 0, high)).collect())
            .unwrap_or_default();
        match days[..] {
            [one, two, three] if one <= two && two <= three => [one, two, three],
            _ => {
                let message =
                    format!("`{key}` takes three days, for grades 1 to 3, none below the one before");
                self.report(Code::OutOfRange, value.span(), message, None);
                [0; 3]
            }
        }
    }

    /// A pair of numbers that must be there, the second above the first.
    pub(super) fn range(&self, key: &'static str) -> (f64, f64) {
        let Some(value) = self.want(key) else { return (0.0, 0.0) };
        let ends: Vec<f64> = value
            .get_ref()
            .as_array()
            .map(|a| a.iter().filter_map(|item| as_number(item.get_ref())).collect())
            .unwrap_or_default();
        match ends[..] {
            [low, high] if low < high => (low, high),
            _ => {
                self.wrong_type(key, value, "a pair of numbers, lowest first");
                (0.0, 0.0)
            }
        }
    }

    /// One of some words, each with what it means, that may be there.
    pub(super) fn opt_word<T: Clone>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        let text = self.as_text(key, value)?;
        let meant = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| meaning.clone());
        if meant.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = did_you_mean(&text, known.iter().copied())
                .unwrap_or_else(|| format!("one of: {}", known.join(", ")));
            self.report(Code::UnknownWord, value.span(), format!("`{text}` is no `{key}`"), Some(hint));
        }
        meant
    }

    /// One of some words that must be there.
    pub(super) fn word<T: Clone>(&self, key: &'static str, words: &[(&str, T)]) -> T {
        self.want(key).and_then(|_| self.opt_word(key, words)).unwrap_or_else(|| words[0].1.clone())
    }

    /// The tables of a list; empty when the key is absent.
    pub(super) fn nodes(&self, key: &'static str) -> Vec<Node<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of tables");
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for item in array {
            match item.get_ref().as_table() {
                Some(table) => nodes.push(Node::new(self.file, table, item.span())),
                None => self.wrong_type(key, item, "a list of tables"),
            }
        }
        nodes
    }

    /// The texts of a table by their names, each with where it stands; empty when
    /// the key is absent.
    pub(super) fn named_texts(&self, key: &'static str) -> Vec<(String, String, Range<usize>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table");
            return Vec::new();
        };
        let named = |(name, item): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &str = AsRef::as_ref(name.get_ref());
            Some((name.to_owned(), self.as_text(name, item)?, item.span()))
        };
        table.iter().filter_map(named).collect()
    }

    /// A table that must be there.
    pub(super) fn node(&self, key: &'static str) -> Option<Node<'a>> {
        let value = self.want(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, value, "a table");
        }
        Some(Node::new(self.file, table?, value.span()))
    }

    /// Reports every key that nobody asked for.
    pub(super) fn done(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if !asked.contains(key.get_ref().as_ref()) {
                let hint = did_you_mean(key.get_ref(), asked.iter().copied());
                self.report(
                    Code::UnknownKey,
                    key.span(),
                    format!("`{}` is not known here", key.get_ref()),
                    hint,
                );
            }
        }
    }
}

fn as_number(value: &DeValue<'_>) -> Option<f64> {
    let text = value.as_integer().map(toml::de::DeInteger::as_str);
    let text = text.or_else(|| value.as_float().map(toml::de::DeFloat::as_str))?;
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

/// The nearest of some words, as a hint; nothing when none is near.
pub(super) fn did_you_mean<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// More than so many are no hint.
const SEVERAL: usize = 6;

/// What somebody may have meant, in words: all ids that have the word as a part,
/// such as `numb-one-leg` and `saddle-numb` for numb, so that none of them hides
/// another; otherwise the nearest one.
pub fn meant<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    let known: Vec<&str> = known.collect();
    let quoted = |id: &&str| format!("`{id}`");
    let parts: Vec<String> =
        known.iter().filter(|id| id.split('-').any(|part| part == word)).map(quoted).collect();
    if parts.is_empty() || parts.len() > SEVERAL {
        return nearest(word, known.into_iter()).map(|near| quoted(&near));
    }
    Some(parts.join(" or "))
}

/// The nearest of some words; nothing when none is near.
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
