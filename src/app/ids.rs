//! Ids for entries and episodes.

use sha2::{Digest, Sha256};
use uuid::{Builder, NoContext, Timestamp, Uuid};

use crate::domain::day::Now;
use crate::domain::entry::EntryId;

/// A new id that sorts by the moment it was made.
pub(super) fn fresh(now: Now) -> String {
    let seconds = u64::try_from(now.at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.at.timestamp_subsec_nanos())).to_string()
}

/// The id of a series in a calendar: the same for the same episode, always.
pub(super) fn of_series(episode: &str, series: &str) -> String {
    of_thing(&format!("{episode} {series}"))
}

/// The id of a thing in an exported document: a UUID is its own, and whatever else
/// names a thing has one that is made of it, the same one always.
pub(super) fn of_thing(name: &str) -> String {
    let made = || {
        let digest = Sha256::digest(name);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    };
    Uuid::try_parse(name).unwrap_or_else(|_| made()).to_string()
}

/// The id of an imported row: the same row of the same episode has the same
/// id, so that a file read twice adds nothing. Sorts by the row's local time,
/// given as if it were milliseconds of UTC.
pub(super) fn of_row(millis: i64, content: &str) -> EntryId {
    let digest = Sha256::digest(content.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let millis = millis.to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    EntryId::new(Builder::from_custom_bytes(bytes).into_uuid().to_string())
}
