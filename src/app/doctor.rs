//! What is right and wrong with a store, where it lies and what keeps it safe.

use std::path::{Path, PathBuf};

use crate::catalog::{Catalog, hash};
use crate::domain::day::Now;
use crate::store::place::{Place, look};
use crate::store::salvage::{Salvaged, salvage};
use crate::store::{Store, StoreError, copies, is_there, restore};

use super::{App, AppError};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Good,
    /// Something to know.
    Note,
    /// Something to mend.
    Wrong,
    /// The store cannot be trusted.
    Damaged,
}

impl State {
    /// The id used in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Wrong => "wrong",
            Self::Damaged => "damaged",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its id.
    pub id: &'static str,
    /// How it ended.
    pub state: State,
    /// What was found.
    pub found: String,
    /// How it is mended, where there is anything to mend.
    pub mend: Option<String>,
}

/// Less room than this is little: a year of entries and its copies fit in a tenth.
const LITTLE: u64 = 100_000_000;

/// After so many days without one, the newest backup is old.
const OLD: i64 = 14;

/// Looks at everything. Nothing is changed.
pub fn examine(store: &Path, catalog: &Catalog, now: Now) -> Vec<Check> {
    match is_there(store) {
        Ok(true) => {}
        Ok(false) => {
            let found = format!("there is no store at {}", store.display());
            return vec![check("store", State::Note, found, Some("sinew start creates one"))];
        }
        Err(error) => return vec![broken(&error)],
    }
    let mut checks = match Store::open(store) {
        Ok(open) => sound(open, catalog, now),
        Err(error) => vec![broken(&error)],
    };
    let place = look(store);
    checks.extend([permissions(&place), space(&place), alone(&place), backups(store, now)]);
    checks
}

/// Reads what can be read of a store into a new one, and puts that in its place; the
/// old file keeps its content under another name.
///
/// # Errors
///
/// When nothing can be read, or the new file cannot be written; nothing is changed
/// then.
pub fn repair(store: &Path, now: Now) -> Result<(Salvaged, PathBuf), AppError> {
    if !is_there(store)? {
        return Err(AppError::NoStore(store.display().to_string()));
    }
    let moment = now.at.format("%Y-%m-%dT%H%M%S").to_string();
    let new = copies::beside(store, &format!(".repaired-{moment}"));
    let saved = salvage(store, &new)?;
    let aside = restore::set_aside(store, &moment)?;
    restore::take_place(&new, store)?;
    Ok((saved, aside))
}

fn sound(open: Store, catalog: &Catalog, now: Now) -> Vec<Check> {
    let mut checks = vec![match open.verify() {
        Ok(()) => check("integrity", State::Good, "every page and every reference is sound", None),
        Err(reason) => damaged("integrity", reason),
    }];
    checks.push(match open.as_written() {
        Ok(true) => check("schema", State::Good, "the tables are those of this version", None),
        Ok(false) => check(
            "schema",
            State::Wrong,
            "somebody changed the tables or their rules",
            Some("sinew doctor --repair moves the entries to a new store"),
        ),
        Err(error) => broken(&error),
    });
    let app = App::new(catalog.clone(), open);
    checks.push(definitions(&app));
    match app.store.latest() {
        Err(error) => checks.push(broken(&error)),
        Ok(latest) => checks.push(match latest.filter(|at| *at > now.at) {
            Some(at) => check(
                "clock",
                State::Wrong,
                format!("an entry speaks of {}, which has not come yet", at.format("%-d %B %Y, %H:%M")),
                Some("set the clock of this machine right; sinew history --all names the entry, sinew undo takes it back"),
            ),
            None => check("clock", State::Good, "no entry speaks of what has not come yet", None),
        }),
    }
    let entries: Result<Vec<usize>, AppError> = app.episodes().and_then(|all| {
        all.iter().map(|e| Ok(app.store.entries(&e.id, &app.catalog.library)?.len())).collect()
    });
    checks.push(match entries {
        Ok(counts) => {
            let found = format!("{} entries can be read", counts.iter().sum::<usize>());
            check("entries", State::Good, found, None)
        }
        Err(error) => damaged("entries", error.to_string()),
    });
    checks
}

fn definitions(app: &App) -> Check {
    let all = match app.store.definitions() {
        Ok(all) => all,
        Err(error) => return broken(&error),
    };
    let wrong =
        all.iter().find(|p| hash(&p.source) != p.hash || app.catalog.pinned(&p.id, &p.source).is_err());
    match wrong {
        None => check("programs", State::Good, format!("{} pinned, each as it was", all.len()), None),
        Some(pinned) => {
            let id = &pinned.id;
            damaged("programs", format!("the text of the program {id} is not the one that was pinned"))
        }
    }
}

fn permissions(place: &Place) -> Check {
    if place.foreign {
        let mend = "use a store of your own, or ask its owner";
        return check("owner", State::Wrong, "the store belongs to somebody else", Some(mend));
    }
    if let Some(path) = place.closed.first() {
        let found = format!("nothing can be written to {}", path.display());
        let mend = format!("chmod u+rwX \"{}\"", path.display());
        return check("permissions", State::Wrong, found, Some(&mend));
    }
    match place.open.first() {
        None => check("permissions", State::Good, "only you can read the store and its backups", None),
        Some((path, mode)) => {
            let others = match place.open.len() - 1 {
                0 => String::new(),
                count => format!(", and {count} more"),
            };
            let found = format!("others can read {} (mode {mode:03o}){others}", path.display());
            let mend = format!("chmod go= \"{}\"", path.display());
            check("permissions", State::Wrong, found, Some(&mend))
        }
    }
}

fn space(place: &Place) -> Check {
    let needed = LITTLE.max(place.size.saturating_mul(3));
    match place.free {
        Some(free) if free < needed => {
            let found = format!("{} MB are free beside the store", free / 1_000_000);
            check("space", State::Wrong, found, Some("make room: backups and new entries need some"))
        }
        Some(_) => check("space", State::Good, "there is room beside the store", None),
        None => check("space", State::Note, "the system does not say how much room there is", None),
    }
}

/// Whether anything but sinew may write where the store lies.
fn alone(place: &Place) -> Check {
    if let Some(double) = place.doubles.first() {
        let found = format!("there is a file like a second version of the store: {}", double.display());
        let mend = "look into it with sinew --store FILE history; sinew export json and import join the two";
        return check("place", State::Wrong, found, Some(mend));
    }
    if let Some(service) = place.synced {
        let found = format!(
            "{service} copies this folder between machines: two that write at once leave two versions, \
             and a file that is copied half written is damaged"
        );
        let mend = "keep the store elsewhere (--store, SINEW_STORE), and put a sinew backup there";
        return check("place", State::Wrong, found, Some(mend));
    }
    if let Some(kind) = place.network {
        let found = format!(
            "the store lies on another machine ({kind}), where locks can fail: two that write at once may damage it"
        );
        let mend = "keep the store on this machine (--store, SINEW_STORE), and put a sinew backup there";
        return check("place", State::Wrong, found, Some(mend));
    }
    check("place", State::Good, "nothing but sinew writes where the store lies", None)
}

fn backups(store: &Path, now: Now) -> Check {
    let all = match copies::all(store) {
        Ok(all) => all,
        Err(error) => {
            let found = format!("the folder of the backups cannot be read: {error}");
            return check("backups", State::Wrong, found, Some("check the permissions of the folder"));
        }
    };
    let Some(newest) = all.first() else {
        let found = "there is none yet: the first one is made before the first entry of another day";
        return check("backups", State::Note, found, Some("sinew backup makes one now"));
    };
    if let Err(error) = copies::held(newest) {
        let found = format!("the newest backup is not sound: {error}");
        return check("backups", State::Wrong, found, Some("sinew backup makes another one"));
    }
    let made = std::fs::metadata(newest).and_then(|m| m.modified()).ok();
    let days = made
        .and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .map(|seconds| (now.at.timestamp() - seconds) / 86_400);
    let found = format!("{} there, the newest one sound", all.len());
    match days {
        Some(days) if days > OLD => check(
            "backups",
            State::Note,
            format!("{found}, made {days} days ago"),
            Some("one is made before the first entry of each day; sinew backup makes one now"),
        ),
        _ => check("backups", State::Good, found, None),
    }
}

fn broken(error: &StoreError) -> Check {
    match error {
        StoreError::Damaged { reason, .. } => damaged("integrity", reason.clone()),
        StoreError::Row { .. } => damaged("entries", error.to_string()),
        other => check(
            "store",
            State::Wrong,
            other.to_string(),
            Some("check the permissions of the file, of those beside it and of its folder, then try again"),
        ),
    }
}

fn damaged(id: &'static str, found: String) -> Check {
    let mend = "sinew restore puts a backup back; sinew doctor --repair saves what can be read";
    check(id, State::Damaged, found, Some(mend))
}

fn check(id: &'static str, state: State, found: impl Into<String>, mend: Option<&str>) -> Check {
    Check { id, state, found: found.into(), mend: mend.map(str::to_owned) }
}
