//! Taking in an exported document: the union by ids, all of it or nothing.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::archive::{Filed, Imported, Source};
use crate::domain::day::Now;
use crate::domain::entry::Fact;
use crate::domain::episode::Episode;
use crate::store::StoreError;

use super::super::{App, AppError};
use super::Refusal;

/// The schema of the document.
const SCHEMA: &str = "sinew/export/1";

/// The longest text of one part, in bytes: far more than any program has.
const LONGEST_PART: usize = 4 << 20;

/// The longest text of one answer, in bytes.
const LONGEST_ANSWER: usize = 4096;

/// The document, its lists still unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'d> {
    #[serde(borrow)]
    schema: Option<&'d RawValue>,
    #[serde(borrow)]
    episodes: Option<&'d RawValue>,
    #[serde(borrow)]
    definitions: Option<&'d RawValue>,
    #[serde(borrow)]
    entries: Option<&'d RawValue>,
}

/// What the entries of a document can speak of.
struct Known<'k> {
    episodes: &'k BTreeMap<String, Episode>,
    /// The programs of the document, by hash: each is kept once a plan is pinned to it.
    sources: &'k BTreeMap<String, Source>,
}

impl App {
    /// Takes in a document: what is there already stays as it is. Belongs into
    /// [`App::all_or_nothing`].
    ///
    /// # Errors
    ///
    /// Every mistake of the document; some of it may be written then.
    pub(super) fn take_in(&self, bytes: &[u8], now: Now) -> Result<Imported, AppError> {
        let mut refusal = Refusal::default();
        let document = match parse(bytes) {
            Ok(document) => document,
            Err(message) => {
                refusal.push(message);
                self.loose_signs(&String::from_utf8_lossy(bytes), &mut refusal);
                return Err(refusal.of_document());
            }
        };
        let mut done = Imported::default();
        let last = self.store.last_place()?;
        let opened = self.take_episodes(document.episodes, now, &mut done, &mut refusal)?;
        let mut sources: BTreeMap<String, Source> = BTreeMap::new();
        each(document.definitions, "definitions", &mut refusal, |text, at, refusal| {
            let source = match short(text).and_then(|text| self.source_of(text)) {
                Ok(source) => source,
                Err(wrong) => return refusal.all(&format!("definition {at}"), wrong),
            };
            sources.insert(source.hash.clone(), source);
            Ok(())
        })?;
        // Which of the new entries replaces which.
        let mut replaces: HashMap<String, String> = HashMap::new();
        let episodes: BTreeMap<String, Episode> =
            self.store.episodes()?.into_iter().map(|e| (e.id.clone(), e)).collect();
        each(document.entries, "entries", &mut refusal, |text, at, refusal| {
            done.read += 1;
            let read = match short(text) {
                Ok(text) => self.entry_of(text, now),
                Err(wrong) => return refusal.all(&format!("entry {at}"), wrong),
            };
            let place = read.id.map_or_else(|| format!("entry {at}"), |id| format!("entry {id}"));
            refusal.signs(&read.answers);
            let Some(filed) = read.filed else { return refusal.all(&place, read.wrong) };
            let known = Known { episodes: &episodes, sources: &sources };
            self.file(&filed, &place, &known, &mut done, &mut replaces, refusal)
        })?;
        for (id, fault) in self.store.faults(last)? {
            refusal.push(format!("entry {id}: {fault}"));
        }
        if let Some(id) = ring(&replaces) {
            refusal.push(format!("entry {id}: it replaces itself by way of others"));
        }
        for episode in &opened {
            if !self.store.was_started(&episode.id)? {
                refusal.push(format!("episode {}: no entry starts its program", episode.id));
            }
        }
        if refusal.is_empty() { Ok(done) } else { Err(refusal.of_document()) }
    }

    /// Opens the episodes that are new, under their numbers where those are free.
    fn take_episodes(
        &self,
        list: Option<&RawValue>,
        now: Now,
        done: &mut Imported,
        refusal: &mut Refusal,
    ) -> Result<Vec<Episode>, AppError> {
        let mut known = self.store.episodes()?;
        let mut new: Vec<Episode> = Vec::new();
        each(list, "episodes", refusal, |text, at, refusal| {
            let episode = match short(text).and_then(|text| self.episode_of(text, now)) {
                Ok(episode) => episode,
                Err(wrong) => return refusal.all(&format!("episode {at}"), wrong),
            };
            if self.store.was_erased(&episode.id)? {
                return Ok(());
            }
            match known.iter().chain(&new).find(|other| other.id == episode.id) {
                None => new.push(episode),
                Some(there) if same(there, &episode) => {}
                Some(_) => {
                    refusal.push(format!("episode {}: it is on record with other content", episode.id));
                }
            }
            Ok(())
        })?;
        new.sort_by(|a, b| a.id.cmp(&b.id));
        let taken = |known: &[Episode], number| known.iter().any(|e| e.number == number);
        let (free, moved): (Vec<Episode>, Vec<Episode>) =
            new.iter().cloned().partition(|e| !taken(&known, e.number));
        for mut episode in free.into_iter().chain(moved) {
            if taken(&known, episode.number) {
                episode.number = known.iter().map(|e| e.number).max().unwrap_or(0).saturating_add(1);
            }
            self.store.add_episode(&episode)?;
            known.push(episode);
        }
        done.episodes = new.len();
        Ok(new)
    }

    /// Files an entry, unless it is there already.
    fn file(
        &self,
        filed: &Filed,
        place: &str,
        known: &Known<'_>,
        done: &mut Imported,
        replaces: &mut HashMap<String, String>,
        refusal: &mut Refusal,
    ) -> Result<(), AppError> {
        let entry = &filed.entry;
        if let Some(there) = self.store.filed(entry.id.as_str(), &self.catalog.library)? {
            if !there.same_as(filed) {
                refusal.push(format!("{place}: it is on record with other content"));
            }
            return Ok(());
        }
        // What was erased does not come back.
        if self.store.was_erased(entry.id.as_str())? || self.store.was_erased(&filed.episode)? {
            done.erased += 1;
            return Ok(());
        }
        if !known.episodes.contains_key(&filed.episode) {
            refusal.push(format!("{place}: episode: there is no such episode"));
            return Ok(());
        }
        if let Fact::Decision(decision) = &entry.fact
            && let Some(hash) = &decision.program
            && self.store.definition(hash)?.is_none()
        {
            let Some(source) = known.sources.get(hash) else {
                refusal.push(format!("{place}: decision.program: there is no such definition"));
                return Ok(());
            };
            self.store.add_definition(source)?;
            done.definitions += 1;
        }
        // The limits of a condition hold by the program, which may not name another one.
        if let Fact::Decision(decision) = &entry.fact
            && let Some(hash) = &decision.program
            && self.pinned(hash)?.condition != known.episodes[&filed.episode].condition
        {
            refusal.push(format!("{place}: decision.program: is for another condition than the episode"));
            return Ok(());
        }
        match self.store.add_entry(filed, &self.catalog.library) {
            Ok(()) => {}
            Err(StoreError::Sqlite(_)) => {
                refusal.push(format!("{place}: the store takes no such entry"));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        if let Some(correction) = &entry.corrects {
            replaces.insert(entry.id.as_str().to_owned(), correction.replaces.as_str().to_owned());
        }
        done.count(entry);
        Ok(())
    }

    /// Notes the answers that can be made out in a text that is no document: a
    /// sign among them is not passed over because the rest is broken.
    fn loose_signs(&self, text: &str, refusal: &mut Refusal) {
        let mut rest = text;
        while let Some(at) = rest.find("\"question\"") {
            let near = &rest[..rest.floor_char_boundary(at + LONGEST_ANSWER)];
            let begin = near[..at].rfind('{');
            let end = near[at..].find('}').map(|end| at + end + 1);
            if let (Some(begin), Some(end)) = (begin, end)
                && end - begin <= LONGEST_ANSWER
            {
                let answer = format!(r#"{{"answers":[{}]}}"#, &near[begin..end]);
                refusal.signs(&self.answers_in(&answer));
            }
            rest = &rest[at + 1..];
        }
    }
}

/// Whether both are the same episode: its number is only a handle.
fn same(one: &Episode, other: &Episode) -> bool {
    let Episode { number, .. } = one;
    *one == Episode { number: *number, ..other.clone() } && one.opened.offset() == other.opened.offset()
}

fn parse(bytes: &[u8]) -> Result<Document<'_>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        format!("line {line}: this is not UTF-8 text")
    })?;
    let document: Document<'_> =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let reason = match error.classify() {
                serde_json::error::Category::Data => {
                    "only schema, episodes, definitions and entries are known here, each once"
                }
                serde_json::error::Category::Eof => "the document ends too early",
                _ => "this is no JSON",
            };
            format!("line {}, column {}: {reason}", error.line(), error.column())
        })?;
    let schema = document.schema.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    if schema.as_deref() != Some(SCHEMA) {
        return Err(format!("schema: has to be {SCHEMA}; a newer sinew may have written this"));
    }
    Ok(document)
}

/// The text of a part, unless it is far too long.
fn short(text: &str) -> Result<&str, Vec<String>> {
    if text.len() > LONGEST_PART { Err(vec!["it is longer than 4 MB".to_owned()]) } else { Ok(text) }
}

/// Goes through a list, part by part.
fn each<'d>(
    list: Option<&'d RawValue>,
    name: &str,
    refusal: &mut Refusal,
    mut work: impl FnMut(&'d str, usize, &mut Refusal) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let Some(list) = list else { return Ok(()) };
    let (mut at, mut failed) = (0, Ok(()));
    let visited =
        serde_json::Deserializer::from_str(list.get()).deserialize_seq(Each(|part: &'d RawValue| {
            at += 1;
            if failed.is_ok() {
                failed = work(part.get(), at, refusal);
            }
        }));
    if visited.is_err() {
        refusal.push(format!("{name}: has to be a list"));
    }
    failed
}

struct Each<F>(F);

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(part) = seq.next_element::<&RawValue>()? {
            (self.0)(part);
        }
        Ok(())
    }
}

/// An entry of a ring of corrections, if there is one: all of it would be gone.
fn ring(replaces: &HashMap<String, String>) -> Option<&str> {
    // By which walk each entry was come by first.
    let mut walked: HashMap<&str, usize> = HashMap::new();
    let mut starts: Vec<&str> = replaces.keys().map(String::as_str).collect();
    starts.sort_unstable();
    for (walk, start) in starts.into_iter().enumerate() {
        let mut here = Some(start);
        while let Some(id) = here {
            match walked.insert(id, walk) {
                Some(before) if before == walk => return Some(id),
                Some(_) => break,
                None => here = replaces.get(id).map(String::as_str),
            }
        }
    }
    None
}
