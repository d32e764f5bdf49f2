//! Reads the fields of a JSON object strictly: every mistake is noted with its
//! place, and none of them repeats a value.

use std::cell::RefCell;
use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::domain::day::{At, Day};

use super::super::record::LONGEST_NOTE;

/// The longest name of a field that a mistake repeats.
const LONGEST_NAME: usize = 40;

/// An object whose fields are taken one by one.
pub(super) struct Fields<'w> {
    place: String,
    map: Map<String, Value>,
    wrong: &'w RefCell<Vec<String>>,
}

impl<'w> Fields<'w> {
    /// Reads the text of an object; what is wrong is noted in `wrong`.
    pub(super) fn read(text: &str, wrong: &'w RefCell<Vec<String>>) -> Option<Self> {
        let message = match serde_json::from_str(text) {
            Ok(Strict(Value::Object(map))) => return Some(Self { place: String::new(), map, wrong }),
            Ok(_) => "this has to be an object",
            Err(error) if error.is_data() => "a field is there twice",
            Err(_) => "this is no JSON that can be read",
        };
        wrong.borrow_mut().push(message.to_owned());
        None
    }

    /// Notes a mistake in a field.
    pub(super) fn wrong(&self, key: &str, message: impl fmt::Display) {
        self.wrong.borrow_mut().push(format!("{}{key}: {message}", self.place));
    }

    /// Notes a mistake in a field where the reading of it failed.
    pub(super) fn sound<T, E: fmt::Display>(&self, key: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.wrong(key, error)).ok()
    }

    /// Whether a field is there. Null is the same as absent.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(|value| !value.is_null())
    }

    /// Whether a field is this word.
    pub(super) fn is(&self, key: &str, word: &str) -> bool {
        self.map.get(key).is_some_and(|value| value == word)
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    fn needed<T>(&mut self, key: &str, take: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if !self.has(key) {
            self.wrong(key, "is missing");
        }
        take(self)
    }

    /// A text of 1 to 10000 characters.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.needed(key, |fields| fields.text_if(key))
    }

    /// The same where it is there.
    pub(super) fn text_if(&mut self, key: &str) -> Option<String> {
        let text = self.any_text(key)?;
        if !(1..=LONGEST_NOTE).contains(&text.chars().count()) {
            self.wrong(key, format_args!("has to be 1 to {LONGEST_NOTE} characters long"));
            return None;
        }
        Some(text)
    }

    /// The same on one line.
    pub(super) fn line(&mut self, key: &str) -> Option<String> {
        let line = self.text(key)?;
        if line.contains(char::is_control) {
            self.wrong(key, "has to be a single line");
            return None;
        }
        Some(line)
    }

    /// A text of any length.
    pub(super) fn any_text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) if !text.contains('\0') => return Some(text),
            Value::String(_) => self.wrong(key, "holds a character that no text has"),
            _ => self.wrong(key, "has to be a text"),
        }
        None
    }

    /// One of some words.
    pub(super) fn word<T>(&mut self, key: &str, of_id: impl Fn(&str) -> Option<T>, all: &str) -> Option<T> {
        self.needed(key, |fields| fields.word_if(key, of_id, all))
    }

    /// The same where it is there.
    pub(super) fn word_if<T>(
        &mut self,
        key: &str,
        of_id: impl Fn(&str) -> Option<T>,
        all: &str,
    ) -> Option<T> {
        let word = self.any_text(key)?;
        let known = of_id(&word);
        if known.is_none() {
            self.wrong(key, format_args!("is one of {all}"));
        }
        known
    }

    /// A day.
    pub(super) fn day(&mut self, key: &str) -> Option<Day> {
        self.needed(key, |fields| fields.day_if(key))
    }

    /// The same where it is there.
    pub(super) fn day_if(&mut self, key: &str) -> Option<Day> {
        let text = self.any_text(key)?;
        let day = text.parse::<NaiveDate>().map(Day::of_date).ok().filter(|day| day.to_string() == text);
        if day.is_none() {
            self.wrong(key, "is no day such as 2026-03-02");
        }
        day
    }

    /// An instant with its offset from UTC.
    pub(super) fn at(&mut self, key: &str) -> Option<At> {
        let text = self.needed(key, |fields| fields.any_text(key))?;
        let at = DateTime::parse_from_rfc3339(&text).ok();
        if at.is_none() {
            self.wrong(key, "is no instant such as 2026-03-02T07:30:00+01:00");
        }
        at
    }

    /// A whole number where it is there.
    pub(super) fn whole(&mut self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let given = self.take(key)?;
        let number = given.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| range.contains(n));
        if number.is_none() {
            let (low, high) = (range.start(), range.end());
            self.wrong(key, format_args!("is a whole number from {low} to {high}"));
        }
        number
    }

    /// A number where it is there.
    pub(super) fn number(&mut self, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let given = self.take(key)?;
        let number = given.as_f64().filter(|n| range.contains(n)).map(|n| n + 0.0);
        if number.is_none() {
            let (low, high) = (range.start(), range.end());
            self.wrong(key, format_args!("is a number from {low} to {high}"));
        }
        number
    }

    /// What a person would write for the value of a field: a text, a number or a
    /// list of texts.
    pub(super) fn said(&mut self, key: &str) -> Option<String> {
        let said = self.needed(key, |fields| fields.take(key))?;
        let said = super::super::answers::said(&said).filter(|_| !said.is_boolean());
        if said.is_none() {
            self.wrong(key, "has to be a text, a number or a list of texts");
        }
        said
    }

    /// An object.
    pub(super) fn object(&mut self, key: &str) -> Option<Fields<'w>> {
        let given = self.needed(key, |fields| fields.take(key))?;
        if let Value::Object(map) = given {
            return Some(Fields { place: format!("{}{key}.", self.place), map, wrong: self.wrong });
        }
        self.wrong(key, "has to be an object");
        None
    }

    /// The objects of a list; none where the list is not there.
    pub(super) fn objects(&mut self, key: &str) -> Vec<Fields<'w>> {
        let items = match self.take(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.wrong(key, "has to be a list");
                return Vec::new();
            }
        };
        let mut objects = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            let place = format!("{}{key}[{at}]", self.place);
            match item {
                Value::Object(map) => {
                    objects.push(Fields { place: format!("{place}."), map, wrong: self.wrong });
                }
                _ => self.wrong.borrow_mut().push(format!("{place}: has to be an object")),
            }
        }
        objects
    }

    /// Notes what is left: fields that do not belong here.
    pub(super) fn end(self) {
        for key in self.map.keys() {
            if key.chars().count() > LONGEST_NAME {
                self.wrong("a field", "is not known here");
            } else {
                self.wrong(key, "is not known here");
            }
        }
    }
}

/// A JSON value in which no object has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("a field is there twice"));
            }
        }
        Ok(Value::Object(object))
    }
}
