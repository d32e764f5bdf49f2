//! What something is, why, who says so, and where it appears; and the words of
//! the glossary.

use serde::{Deserialize, Serialize};

/// One thing explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What kind of thing it is, such as `exercise`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What there is to say, each with a label.
    pub says: Vec<Said>,
    /// Why it is so; nothing where nobody gave a reason.
    pub why: Option<String>,
    /// Keys of its sources.
    pub source: Vec<String>,
    /// Where it appears.
    pub used_in: Vec<String>,
}

/// One thing said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What it speaks of, in a word or two; empty for what it is.
    pub label: &'static str,
    /// The words.
    pub text: String,
}

impl Explanation {
    /// Something with a name, and nothing said of it yet.
    pub fn of(kind: &'static str, id: &str, title: &str) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            title: title.to_owned(),
            says: Vec::new(),
            why: None,
            source: Vec::new(),
            used_in: Vec::new(),
        }
    }

    /// Says something; nothing where there are no words.
    #[must_use]
    pub fn say(mut self, label: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.says.push(Said { label, text });
        }
        self
    }

    /// Says several things of one kind.
    #[must_use]
    pub fn say_each(self, label: &'static str, texts: impl IntoIterator<Item = String>) -> Self {
        texts.into_iter().fold(self, |so_far, text| so_far.say(label, text))
    }

    /// Gives the reason and its sources.
    #[must_use]
    pub fn because(self, why: &str, source: &[String]) -> Self {
        Self { why: Some(why.to_owned()), source: source.to_vec(), ..self }
    }

    /// Gives the sources of something that needs no reason.
    #[must_use]
    pub fn from(self, source: &[String]) -> Self {
        Self { source: source.to_vec(), ..self }
    }

    /// Names the places where it appears.
    #[must_use]
    pub fn used_in(self, places: Vec<String>) -> Self {
        Self { used_in: places, ..self }
    }
}

/// A word that the program uses in a sense of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Its id.
    pub id: String,
    /// The word.
    pub term: String,
    /// What it means.
    pub what: String,
    /// Its name in FHIR R4, where it has one.
    pub fhir: Option<String>,
    /// Keys of its sources.
    pub source: Vec<String>,
}
