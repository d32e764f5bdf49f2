//! Copies of the store, their return, and erasure.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::domain::day::Now;
use crate::domain::episode::Episode;
use crate::store::copies::{self, Held};
use crate::store::{Store, StoreError, is_there, restore};

use super::files::stream_new;
use super::{App, AppError, sealed};

/// A copy of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds; nothing where it is no sound store.
    pub held: Option<Held>,
}

/// What came of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the store holds now.
    pub held: Held,
    /// Where the store as it was lies: the copy made of it, or the damaged file.
    pub before: Option<PathBuf>,
}

/// Copies the store on the first write of a day, before it, and takes away copies
/// that are no longer kept. A store without an episode has nothing to lose.
///
/// # Errors
///
/// When there can be no copy; what is to be written can be written all the same.
pub fn back_up_daily(store: &Path, now: Now) -> Result<(), AppError> {
    let to = copies::of_day(store, now.day);
    // Where it cannot be opened, the command itself says so.
    if !is_there(store).unwrap_or(false) || to.exists() {
        return Ok(());
    }
    let Ok(open) = Store::open(store) else { return Ok(()) };
    if open.episodes()?.is_empty() {
        return Ok(());
    }
    open.copy_to(&to)?;
    copies::rotate(store).map_err(|error| unwritten(&copies::folder(store), &error))
}

/// Copies the store now: to a file of that name, which is not there yet, or into the
/// folder beside the store; sealed where there is a passphrase.
///
/// # Errors
///
/// When there is no store, or the copy cannot be written or is not sound.
pub fn back_up(
    store: &Path,
    to: Option<&Path>,
    passphrase: Option<&str>,
    now: Now,
) -> Result<Copy, AppError> {
    if !is_there(store)? {
        return Err(AppError::NoStore(store.display().to_string()));
    }
    let mut path = to.map_or_else(|| copies::by_hand(store, &moment(now)), Path::to_owned);
    if passphrase.is_some() && to.is_none() {
        path.set_extension("db.age");
    }
    if path.exists() {
        return Err(AppError::Exists(path.display().to_string()));
    }
    let plain = if passphrase.is_some() { copies::passing(store) } else { path.clone() };
    Store::open(store)?.copy_to(&plain)?;
    let held = copies::held(&plain);
    if let Some(passphrase) = passphrase {
        let bytes = std::fs::read(&plain);
        let _ = std::fs::remove_file(&plain);
        let bytes = bytes.map_err(|error| unwritten(&plain, &error))?;
        stream_new(&path, |out| sealed::seal(out, passphrase, |sealed| Ok(sealed.write_all(&bytes)?)))?;
    }
    Ok(Copy { path, held: Some(held?) })
}

/// Whether a file is the store, or one that SQLite keeps beside it, there or not.
pub fn is_part(store: &Path, file: &Path) -> bool {
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(folder.canonicalize().ok()?.join(path.file_name()?))
        })
    };
    let (Some(store), Some(file)) = (place(store), place(file)) else { return false };
    ["", "-wal", "-shm", "-journal"].iter().any(|part| copies::beside(&store, part) == file)
}

/// Whether a copy is sealed.
///
/// # Errors
///
/// When it cannot be read.
pub fn is_sealed(copy: &Path) -> Result<bool, AppError> {
    let mut begin = Vec::new();
    // Nobody may ever write into a pipe.
    if std::fs::metadata(copy).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let reason = "it is no file".to_owned();
        return Err(AppError::File { path: copy.display().to_string(), reason });
    }
    std::fs::File::open(copy)
        .and_then(|file| file.take(64).read_to_end(&mut begin))
        .map_err(|error| AppError::File { path: copy.display().to_string(), reason: error.to_string() })?;
    Ok(sealed::is_sealed(&begin))
}

/// The copies that there are, the newest first.
///
/// # Errors
///
/// When their folder cannot be read.
pub fn backups(store: &Path) -> Result<Vec<Copy>, AppError> {
    let folder = copies::folder(store);
    let all = copies::all(store)
        .map_err(|error| AppError::File { path: folder.display().to_string(), reason: error.to_string() })?;
    Ok(all.into_iter().map(|path| Copy { held: copies::held(&path).ok(), path }).collect())
}

/// The file that is meant: itself or, where it is not there, the backup of that name
/// beside the store.
pub fn named(store: &Path, file: &Path) -> PathBuf {
    let beside = copies::folder(store).join(file);
    if !file.exists() && beside.is_file() { beside } else { file.to_owned() }
}

/// Puts a copy in the place of the store, after a copy of the store as it is.
///
/// # Errors
///
/// When the copy is no sound store, or the store cannot be written; nothing is
/// changed then.
pub fn restore(store: &Path, from: &Path, passphrase: Option<&str>, now: Now) -> Result<Restored, AppError> {
    let moment = moment(now);
    let unfit = |error: StoreError| match error {
        StoreError::Damaged { reason, .. } => AppError::NoBackup { path: from.display().to_string(), reason },
        other => other.into(),
    };
    let before = match passphrase {
        None => {
            restore::fits(from).map_err(unfit)?;
            restore::put_back(store, from, &moment)?
        }
        Some(passphrase) => {
            let plain = copies::passing(store);
            sealed::open_to(from, &plain, passphrase)?;
            let put = restore::fits(&plain)
                .map_err(unfit)
                .and_then(|()| Ok(restore::put_back(store, &plain, &moment)?));
            let _ = std::fs::remove_file(&plain);
            put?
        }
    };
    // An older schema is brought up to date.
    drop(Store::open(store)?);
    copies::rotate(store).map_err(|error| unwritten(&copies::folder(store), &error))?;
    Ok(Restored { held: copies::held(store)?, before })
}

impl App {
    /// Erases an episode with everything in it. Its ids stay, so that a later import
    /// does not bring it back.
    ///
    /// Returns how many entries there were.
    ///
    /// # Errors
    ///
    /// When the store refuses, or somebody reads it at this moment.
    pub fn erase(&mut self, episode: &Episode, now: Now) -> Result<usize, AppError> {
        self.forget();
        Ok(self.store.erase(&episode.id, now.day)?)
    }
}

/// Erases every backup, and makes a new one where there is something left to keep.
///
/// # Errors
///
/// When a file cannot be taken away or written.
pub fn renew_backups(store: &Path, now: Now) -> Result<usize, AppError> {
    let folder = copies::folder(store);
    let all = copies::all(store).map_err(|error| unwritten(&folder, &error))?;
    for path in &all {
        std::fs::remove_file(path).map_err(|error| unwritten(path, &error))?;
    }
    back_up_daily(store, now)?;
    Ok(all.len())
}

fn moment(now: Now) -> String {
    now.at.format("%Y-%m-%dT%H%M%S").to_string()
}

fn unwritten(path: &Path, error: &std::io::Error) -> AppError {
    AppError::Unwritten { path: path.display().to_string(), reason: error.to_string() }
}
