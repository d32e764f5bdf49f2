//! Files that may not be read or written: one message that says so, and nothing lost.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output};

use crate::commands::Home;

const NOW: &str = "2026-03-04T20:00";

/// Whom permissions bind, where the tests are run by somebody whom they do not.
const NOBODY: u32 = 65_534;

/// A diary of somebody whom permissions bind.
struct Bound {
    home: Home,
    /// Whether commands are run as somebody else.
    other: bool,
}

impl Bound {
    /// Nothing where nobody else can be had.
    fn new() -> Option<Self> {
        let (home, other) = (Home::new(), rustix::process::geteuid().is_root());
        for folder in ["s", "out", "config/sinew/red-flags", "config/sinew/programs"] {
            fs::create_dir_all(home.path(folder)).unwrap();
        }
        let bound = Self { home, other };
        if other {
            // The folder of the build may be closed to others.
            let (program, link) = (env!("CARGO_BIN_EXE_sinew"), bound.home.path("sinew"));
            fs::hard_link(program, &link).or_else(|_| fs::copy(program, &link).map(drop)).unwrap();
            hand_over(Path::new(&bound.home.path("")));
            if !bound.command(NOW, &["--version"]).output().is_ok_and(|output| output.status.success()) {
                #[expect(clippy::print_stderr, reason = "a test that is left out says so")]
                {
                    eprintln!("left out: setpriv is not there to become somebody whom permissions bind");
                }
                return None;
            }
        }
        let diary = "day,time,kind,item,side,value,unit,note\n2026-03-03,08:00,note,,,,,words\n";
        fs::write(bound.home.path("diary.csv"), diary).unwrap();
        bound.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "2", "--side", "left"]);
        bound.ok("2026-03-03T20:00", &["log", "3", "stairs"]);
        bound.ok("2026-03-03T20:01", &["backup", "--output", &bound.home.path("copy.db")]);
        Some(bound)
    }

    fn command(&self, now: &str, args: &[&str]) -> Command {
        let own = self.home.command(now, args);
        let mut command = Command::new(if self.other { "setpriv" } else { env!("CARGO_BIN_EXE_sinew") });
        if self.other {
            let id = NOBODY.to_string();
            command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]).arg(self.home.path("sinew"));
        }
        command
            .args(args)
            .env_clear()
            .envs(own.get_envs().filter_map(|(key, value)| Some((key, value?))))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SINEW_STORE", self.home.path("s/diary.db"));
        command
    }

    fn run(&self, now: &str, args: &[&str]) -> Output {
        self.command(now, args).output().unwrap()
    }

    fn ok(&self, now: &str, args: &[&str]) -> String {
        let output = self.run(now, args);
        assert!(output.status.success(), "sinew {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Takes rights away, and expects of each command its exit code and, on standard
    /// error or, of the doctor, in its table, these words; then gives the rights back.
    fn without(&self, path: &str, mode: u32, expected: &[(&str, i32, &str)]) {
        let entries = || self.ok(NOW, &["history", "--all", "--json"]);
        let path = self.home.path(path);
        let before = fs::metadata(&path).unwrap().permissions();
        for (line, code, words) in expected {
            let stood = entries();
            let args: Vec<String> = line
                .split(' ')
                .map(|word| word.replace("HOME", self.home.path("").trim_end_matches('/')))
                .collect();
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let output = self.run(NOW, &args);
            fs::set_permissions(&path, before.clone()).unwrap();
            let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
            let found = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
            let place = format!("{path} at {mode:o}, sinew {line}: {said}");
            assert_eq!(output.status.code(), Some(*code), "{place}");
            assert!(said.matches("error: ").count() <= 1 && !said.contains("panicked"), "{place}");
            let told = if args[0] == "doctor" { format!("{said}{found}") } else { said };
            assert!(squeezed(&told).contains(words), "{place}{found}");
            if *code != 0 {
                assert_eq!(entries(), stood, "{place}");
            }
        }
    }
}

/// A text without the breaks of its lines.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Gives a folder and all in it to the somebody whom permissions bind.
fn hand_over(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            hand_over(&entry.unwrap().path());
        }
    }
}

#[test]
fn a_store_without_its_permissions_is_named_and_stays_as_it_was() {
    let Some(bound) = Bound::new() else { return };
    let read_only = "error: the store may only be read hint: check the permissions";
    bound.without(
        "s/diary.db",
        0o400,
        &[
            ("log 3", 1, read_only),
            ("import HOME/diary.csv", 1, read_only),
            ("restore HOME/copy.db --yes", 1, read_only),
            ("undo", 1, read_only),
            ("today", 0, ""),
            ("doctor", 1, "nothing can be written to"),
        ],
    );
    // SQLite leaves files beside a store that may only be read, as closed as it is.
    let left = format!("chmod u+rwX \"{}", bound.home.path("s/diary.db-"));
    bound.without("s/diary.db-shm", 0o400, &[("log 3", 1, read_only), ("doctor", 1, &left)]);
    for part in ["wal", "shm"] {
        let path = bound.home.path(&format!("s/diary.db-{part}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    bound.ok(NOW, &["log", "3"]);
    bound.without(
        "s",
        0o500,
        &[
            ("log 3", 1, read_only),
            ("today", 1, read_only),
            ("backup", 1, read_only),
            ("restore HOME/copy.db --yes", 1, read_only),
            ("export json --output HOME/out/all.json", 1, read_only),
            ("doctor", 1, "nothing can be written to"),
            ("doctor --repair", 1, "check the permissions of the file, of those beside it and of its folder"),
        ],
    );
    let unopened = "error: cannot open the store";
    for path in ["s/diary.db", "s"] {
        bound.without(
            path,
            0o000,
            &[
                ("log 3", 1, unopened),
                ("today", 1, unopened),
                ("backup", 1, unopened),
                ("restore HOME/copy.db --yes", 1, unopened),
                ("import HOME/diary.csv", 1, unopened),
                ("export json --output HOME/out/all.json", 1, unopened),
                ("doctor", 1, "cannot open the store"),
                ("doctor --repair", 1, unopened),
            ],
        );
    }
    // What somebody else left beside it, an administrator for instance.
    let beside = bound.home.path("s/diary.db-wal");
    fs::write(&beside, "").unwrap();
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o000)).unwrap();
    for line in ["log 3", "today", "backup"] {
        let output = bound.run(NOW, &line.split(' ').collect::<Vec<_>>());
        let said = squeezed(&String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(
            said.contains("error: the store, or a file beside it, cannot be opened hint: check"),
            "{said}"
        );
    }
    fs::remove_file(&beside).unwrap();
    bound.ok(NOW, &["log", "3"]);
}

#[test]
fn folders_and_files_without_their_permissions_are_named() {
    let Some(bound) = Bound::new() else { return };
    bound.ok("2026-03-03T20:02", &["backup"]);
    for mode in [0o500, 0o000] {
        bound.without(
            "s/diary.db.backups",
            mode,
            &[
                ("log 3", 0, "No backup could be made today"),
                ("backup", 1, "error: cannot write"),
                ("restore HOME/copy.db --yes", 1, "error: cannot write"),
                ("backup --output HOME/out/other.db", 0, ""),
                ("doctor", 1, "nothing can be written to"),
            ],
        );
        fs::remove_file(bound.home.path("out/other.db")).unwrap();
    }
    bound.without(
        "out",
        0o500,
        &[
            ("export json --output HOME/out/all.json", 1, "error: cannot write"),
            ("backup --output HOME/out/copy.db", 1, "error: cannot write"),
        ],
    );
    let unread = "Permission denied (os error 13) hint: check the path, and that you may use it";
    bound.without("diary.csv", 0o000, &[("import HOME/diary.csv", 1, unread)]);
    bound.without("copy.db", 0o000, &[("restore HOME/copy.db --yes", 1, unread)]);
    bound.without("config/sinew", 0o500, &[("config units imperial", 1, "error: cannot write")]);
    // One's own red flags are never missing without a word.
    let own = "error: 1 mistake in";
    bound.without("config/sinew/red-flags", 0o000, &[("today", 0, own), ("log 3", 0, own)]);
    bound.without("config/sinew/programs", 0o000, &[("program list", 0, own)]);
}
