//! Where a store lies: who else can read it, and what else might write to it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{APPLICATION, copies, plain};

/// Folders of services that copy files between machines, by how their names begin.
const SYNCED: [(&str, &str); 9] = [
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Mobile Documents", "iCloud"),
    ("iCloudDrive", "iCloud"),
    ("iCloud Drive", "iCloud"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("Nextcloud", "Nextcloud"),
    ("pCloud", "pCloud"),
];

/// What such a service leaves in the folders that it copies.
const MARKS: [(&str, &str); 4] = [
    (".stfolder", "Syncthing"),
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".owncloudsync.log", "Nextcloud"),
];

/// Kinds of file systems whose files lie on another machine, as Linux numbers them.
#[cfg(target_os = "linux")]
const NETWORK: [(u32, &str); 6] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x0102_1997, "9P"),
    (0x6573_5546, "FUSE"),
];

/// What the system says of a store's place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes of the store.
    pub size: u64,
    /// Bytes that are free beside it; nothing where the system does not say.
    pub free: Option<u64>,
    /// What others than the owner can read or write, each with its mode.
    pub open: Vec<(PathBuf, u32)>,
    /// What its owner cannot write.
    pub closed: Vec<PathBuf>,
    /// Whether it belongs to somebody else.
    pub foreign: bool,
    /// The service that copies its folder between machines.
    pub synced: Option<&'static str>,
    /// The kind of file system, where the files lie on another machine.
    pub network: Option<&'static str>,
    /// Files beside it that look like a second copy of it.
    pub doubles: Vec<PathBuf>,
}

/// Looks at the place of a store; what cannot be seen is passed over.
pub fn look(store: &Path) -> Place {
    // A link is looked at where it leads to.
    let path = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let (free, network) = file_system(folder);
    Place {
        size: fs::metadata(&path).map(|m| m.len()).unwrap_or_default(),
        free,
        open: open(&path),
        closed: closed(&path, folder),
        foreign: foreign(&path),
        synced: synced(folder),
        network,
        doubles: doubles(&path, folder),
    }
}

#[cfg(unix)]
fn open(store: &Path) -> Vec<(PathBuf, u32)> {
    use std::os::unix::fs::PermissionsExt;
    let files = ["", "-wal", "-shm"].map(|part| copies::beside(store, part));
    let backups = copies::all(store).unwrap_or_default();
    let folder = copies::folder(store);
    files
        .into_iter()
        .chain([folder])
        .chain(backups)
        .filter_map(|path| {
            let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o777;
            (mode & 0o077 != 0).then_some((path, mode))
        })
        .collect()
}

#[cfg(not(unix))]
fn open(_: &Path) -> Vec<(PathBuf, u32)> {
    Vec::new()
}

/// The store, its folder and that of its backups, and what SQLite left beside it.
#[cfg(unix)]
fn closed(store: &Path, folder: &Path) -> Vec<PathBuf> {
    use rustix::fs::{Access, access};
    let change = Access::READ_OK | Access::WRITE_OK;
    let files = ["", "-wal", "-shm", ".backups"].map(|part| copies::beside(store, part));
    let files = files.into_iter().filter(|path| path.exists());
    std::iter::once(folder.to_owned())
        .chain(files)
        .filter(|path| {
            let wanted = if path.is_dir() { change | Access::EXEC_OK } else { change };
            access(path, wanted).is_err()
        })
        .collect()
}

#[cfg(not(unix))]
fn closed(_: &Path, _: &Path) -> Vec<PathBuf> {
    Vec::new()
}

#[cfg(unix)]
fn foreign(store: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(store).is_ok_and(|m| m.uid() != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn foreign(_: &Path) -> bool {
    false
}

/// Whether a store is a link to a file that belongs to somebody else.
pub(super) fn leads_to_another(store: &Path) -> bool {
    fs::symlink_metadata(store).is_ok_and(|m| m.file_type().is_symlink()) && foreign(store)
}

/// Where the header of an SQLite file says whose it is.
const OWNER: std::ops::Range<usize> = 68..72;

/// Whether a file is a database of another program. SQLite tidies up what it opens to
/// write, so that such a file is opened to read only.
pub(super) fn of_another_program(path: &Path) -> bool {
    let mut header = [0; OWNER.end];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    let owner = header[OWNER].iter().fold(0, |owner, byte| owner << 8 | i64::from(*byte));
    if read.is_err() || owner == APPLICATION {
        return false;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(db) = Connection::open_with_flags(plain(path), flags) else { return false };
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let tables = number("SELECT count(*) FROM sqlite_master").unwrap_or_default();
    tables > 0 && number("PRAGMA application_id").is_ok_and(|id| id != APPLICATION)
}

#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> (Option<u64>, Option<&'static str>) {
    let Ok(found) = rustix::fs::statfs(folder) else { return (None, None) };
    let block = u64::try_from(found.f_bsize).unwrap_or_default();
    // The kind is 32 bits wide, in a field of the machine's width.
    let kind = found.f_type & 0xffff_ffff;
    let network = NETWORK.into_iter().find(|(number, _)| i64::from(*number) == kind);
    (Some(found.f_bavail.saturating_mul(block)), network.map(|(_, name)| name))
}

#[cfg(not(target_os = "linux"))]
fn file_system(_: &Path) -> (Option<u64>, Option<&'static str>) {
    (None, None)
}

fn synced(folder: &Path) -> Option<&'static str> {
    folder.ancestors().find_map(|folder| {
        let name = folder.file_name()?.to_string_lossy().into_owned();
        let named = SYNCED.iter().find(|(begin, _)| name.starts_with(begin));
        let marked = || MARKS.iter().find(|(mark, _)| folder.join(mark).exists());
        named.or_else(marked).map(|(_, service)| *service)
    })
}

/// Files beside the store whose names begin and end as its own does: a service that
/// cannot merge leaves the second version of a file under such a name.
fn doubles(store: &Path, folder: &Path) -> Vec<PathBuf> {
    let (Some(stem), Some(name)) = (store.file_stem(), store.file_name()) else { return Vec::new() };
    let (stem, name) = (stem.to_string_lossy(), name.to_string_lossy());
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == store.extension())
        .filter(|path| {
            let other = path.file_name().unwrap_or_default().to_string_lossy();
            let rest = other.strip_prefix(stem.as_ref());
            other != name && rest.is_some_and(|rest| rest.starts_with([' ', '-', '.', '_', '(']))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_name_and_by_what_they_leave() {
        let home = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = home.path().join(name);
            fs::create_dir_all(&folder).unwrap();
            folder
        };
        assert_eq!(synced(&folder("plain/sinew")), None);
        assert_eq!(synced(&folder("Dropbox/health")), Some("Dropbox"));
        assert_eq!(synced(&folder("OneDrive - Clinic")), Some("OneDrive"));
        assert_eq!(synced(&folder("Library/Mobile Documents/sinew")), Some("iCloud"));
        let shared = folder("shared/sinew");
        folder("shared/.stfolder");
        assert_eq!(synced(&shared), Some("Syncthing"));
    }

    #[test]
    fn a_second_version_beside_the_store_is_seen() {
        let home = tempfile::tempdir().unwrap();
        let names = [
            "sinew.db",
            "sinew.db-wal",
            "sinew.sync-conflict-20260302-080000-ABCDEFG.db",
            "sinew (Anna's conflicted copy 2026-03-02).db",
            "sinew-LAPTOP.db",
            "sinewave.db",
            "other.db",
        ];
        for name in names {
            fs::write(home.path().join(name), "").unwrap();
        }
        let found = doubles(&home.path().join("sinew.db"), home.path());
        let found: Vec<_> = found.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            found,
            [
                "sinew (Anna's conflicted copy 2026-03-02).db",
                "sinew-LAPTOP.db",
                "sinew.sync-conflict-20260302-080000-ABCDEFG.db",
            ]
        );
    }
}
