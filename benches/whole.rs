//! Whole commands beside what somebody would use instead, in one run and as ratios.
//!
//! `cargo bench --bench whole` builds stores of thirty days, one year and ten years from
//! made-up diaries, and runs each command in turn with the `sqlite3` shell that does the
//! same to the same tables (and `task`, where it is installed). A figure is the median
//! of the ratios of the pairs, so that what else the machine does cancels out. A word
//! behind `--` runs the cases with that word in their names alone. It fails where a figure
//! lies above its limit.

#![expect(clippy::print_stdout, reason = "a benchmark says what it found")]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod diary;

use diary::diary;

/// Pairs of a case.
const PAIRS: usize = 60;

/// The moment at which everything is looked at, the day after the last one on record.
const NOW: &str = "2026-11-21T08:00:00+00:00";

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if std::env::args().any(|a| a == "--list") {
        return;
    }
    let bench = Bench::new(wanted);
    bench.pairs("version", 1.0, &|_| (bench.sinew(&["--version"]), bench.command("sqlite3", &["--version"])));
    let (month, year, decade) =
        (bench.store("month", 30), bench.store("year", 365), bench.store("decade", 3_700));
    bench.pairs("log, year", 1.3, &|n| {
        (bench.sinew(&["--store", path(&year), "log", "3"]), bench.sql(&bench.copy_of(&year), &one_entry(n)))
    });
    // Advice has to read the four weeks as well: a shell that does both, for which no limit
    // was set.
    bench.pairs("log, year, and the window", f64::INFINITY, &|n| {
        let both = format!("{} {WINDOW}", one_entry(2 * PAIRS + n));
        (bench.sinew(&["--store", path(&year), "log", "3"]), bench.sql(&bench.copy_of(&year), &both))
    });
    for view in ["today", "next"] {
        let of = |store: &Path| bench.sinew(&["--store", path(store), view, "--json"]);
        bench.pairs(&format!("{view}, year"), 1.5, &|_| (of(&year), bench.sql(&year, WINDOW)));
        bench.pairs(&format!("{view}, decade against month"), 1.1, &|_| (of(&decade), of(&month)));
    }
    bench.alone("today --brief, year", 10.0, &|| bench.sinew(&["--store", path(&year), "today", "--brief"]));
    bench.pairs("progress, decade", 2.0, &|_| {
        let weeks = bench.sinew(&["--store", path(&decade), "progress", "--weeks", "520", "--json"]);
        (weeks, bench.sql(&decade, WEEKS))
    });
    let lived = bench.lived("lived", 365);
    bench.alone("progress, a year day by day", 1_000.0, &|| {
        bench.sinew(&["--store", path(&lived), "progress", "--json"])
    });
    bench.pairs("log against task", 1.0, &|_| {
        let task = bench.command("task", &["rc.confirmation=off", "add", "pain 3"]);
        (bench.sinew(&["--store", path(&month), "log", "3"]), task)
    });
    bench.import(1_000_000);
    bench.sizes(&decade);
    bench.end();
}

/// The window that advice reads, as a shell would.
const WINDOW: &str = "
    SELECT e.id, e.kind, e.day, e.at, r.measure, r.side, r.value FROM entry e
        JOIN reading r ON r.entry = e.id WHERE e.day > date('2026-11-21', '-28 days');
    SELECT e.id, e.day, p.exercise, p.side, p.sets, p.reps, p.pain FROM entry e
        JOIN performed p ON p.entry = e.id WHERE e.day > date('2026-11-21', '-28 days');
    SELECT e.id, a.question, a.value FROM entry e
        JOIN answer a ON a.entry = e.id WHERE e.day > date('2026-11-21', '-28 days');";

/// What the weeks of `progress` aggregate: the median worst pain stands for a median.
const WEEKS: &str = "
    SELECT strftime('%Y-%W', e.day) AS week, r.measure, avg(r.value), max(r.value), count(*)
        FROM entry e JOIN reading r ON r.entry = e.id GROUP BY week, r.measure;
    SELECT strftime('%Y-%W', e.day) AS week, p.exercise, count(*), max(p.pain)
        FROM entry e JOIN performed p ON p.entry = e.id GROUP BY week, p.exercise;";

/// The rows of `sinew log 3`, written durably.
fn one_entry(n: usize) -> String {
    let id = format!("00000000-0000-7000-8000-{n:012}");
    format!(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
         INSERT INTO entry SELECT '{id}', id, 'check-in', '2026-11-21', '{NOW}', 'local', NULL FROM episode;
         INSERT INTO reading VALUES ('{id}', 'pain-rest', NULL, 'nrs', 3); COMMIT;"
    )
}

/// The same file into the same tables, which check the same.
const IMPORT: &str = "
    PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;
    CREATE TEMP TABLE raw (day, time, kind, item, side, value, unit, note);
    .mode csv
    .import --skip 1 diary.csv raw
    BEGIN IMMEDIATE;
    CREATE TEMP TABLE named AS
        SELECT printf('%08x-%04x-7', rowid >> 16, rowid & 65535) || substr(hex(randomblob(2)), 1, 3) || '-8'
               || substr(hex(randomblob(2)), 1, 3) || '-' || lower(hex(randomblob(6))) AS id, * FROM raw;
    INSERT INTO entry SELECT id, (SELECT id FROM episode),
        CASE kind WHEN 'reading' THEN 'check-in' WHEN 'exercise' THEN 'performed' ELSE 'screen' END,
        day, day || 'T' || time || ':00+00:00', 'local', nullif(note, '') FROM named;
    INSERT INTO reading SELECT id, item, nullif(side, ''), coalesce(nullif(unit, ''), 'yes-no'),
        CASE value WHEN 'no' THEN 0 WHEN 'yes' THEN 1 ELSE CAST(value AS REAL) END
        FROM named WHERE kind = 'reading';
    INSERT INTO performed (entry, exercise, side, sets, reps)
        SELECT id, item, nullif(side, ''), 2, 10 FROM named WHERE kind = 'exercise';
    INSERT INTO answer SELECT id, 'one-leg-swollen', 'no' FROM named WHERE kind = 'screen';
    COMMIT;";

struct Bench {
    folder: tempfile::TempDir,
    wanted: Vec<String>,
    /// What lies above its limit.
    above: RefCell<Vec<String>>,
}

impl Bench {
    fn new(wanted: Vec<String>) -> Self {
        println!(
            "{:34} {:>9} {:>9} {:>7} {:>7}",
            "median of the pairs", "ms", "other ms", "ratio", "at most"
        );
        Self { folder: tempfile::tempdir().expect("a folder"), wanted, above: RefCell::default() }
    }

    /// Holds a figure to its limit.
    fn hold(&self, name: &str, figure: f64, most: f64) {
        if figure > most {
            self.above.borrow_mut().push(name.to_owned());
        }
    }

    /// Fails where a figure lies above its limit.
    fn end(&self) {
        let above = self.above.borrow();
        if !above.is_empty() {
            println!("above the limit: {}", above.join("; "));
            std::process::exit(1);
        }
    }

    fn asked(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|w| name.contains(w.as_str()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command in a home of its own.
    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command
            .env("HOME", self.folder.path())
            .env("SINEW_NOW", NOW)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn sinew(&self, args: &[&str]) -> Command {
        self.command(env!("CARGO_BIN_EXE_sinew"), args)
    }

    fn sql(&self, store: &Path, sql: &str) -> Command {
        self.command("sqlite3", &[path(store), sql])
    }

    /// A store with so many days on record.
    fn store(&self, name: &str, days: u32) -> PathBuf {
        let store = self.path(name);
        if !store.exists() {
            self.begin(&store, days);
            fs::write(self.path("days.csv"), diary(days, 27)).expect("a diary");
            run(&mut self.sinew(&["--store", path(&store), "import", "days.csv"]));
            // The first entry of a day makes a backup, which is no part of what is measured.
            run(&mut self.sinew(&["--store", path(&store), "log", "2"]));
        }
        store
    }

    /// A store of an episode that was opened so many days ago, so that each of its days
    /// had a plan.
    fn lived(&self, name: &str, days: u32) -> PathBuf {
        let store = self.path(name);
        let opened =
            chrono::DateTime::parse_from_rfc3339(NOW).expect("a moment") - chrono::Days::new(u64::from(days));
        let mut start = self.sinew(&["--store", path(&store), "start", "hamstring-strain", "--grade", "2"]);
        run(start.args(["--side", "left", "--onset", "today"]).env("SINEW_NOW", opened.to_rfc3339()));
        fs::write(self.path("days.csv"), diary(days, 27)).expect("a diary");
        run(&mut self.sinew(&["--store", path(&store), "import", "days.csv"]));
        store
    }

    fn begin(&self, store: &Path, days: u32) {
        let onset = format!("{days} days ago");
        let start = ["start", "hamstring-strain", "--grade", "2", "--side", "left", "--onset", &onset];
        run(&mut self.sinew(&[&["--store", path(store)], &start[..]].concat()));
    }

    /// The same store for somebody else to write to.
    fn copy_of(&self, store: &Path) -> PathBuf {
        let copy = store.with_extension("copy");
        if !copy.exists() {
            fs::copy(store, &copy).expect("a copy");
            run(&mut self.sql(&copy, "PRAGMA journal_mode = WAL;"));
        }
        copy
    }

    /// Runs both sides of a case in turn, and says the median of their ratios.
    fn pairs(&self, name: &str, most: f64, commands: &dyn Fn(usize) -> (Command, Command)) {
        if !self.asked(name) {
            return;
        }
        let (ours, theirs) = commands(PAIRS);
        if timed(theirs).is_none() || timed(ours).is_none() {
            println!("{name:34} left out: one of the two does not run here");
            return;
        }
        let mut runs: Vec<(f64, f64)> = Vec::new();
        for n in 0..PAIRS {
            let (ours, theirs) = commands(n);
            // Each side goes first half of the time.
            let (ours, theirs) = if n % 2 == 0 {
                let ours = timed(ours);
                (ours, timed(theirs))
            } else {
                let theirs = timed(theirs);
                (timed(ours), theirs)
            };
            runs.extend(ours.zip(theirs).map(|(a, b)| (ms(a), ms(b))));
        }
        assert_eq!(runs.len(), PAIRS, "{name}: a command failed");
        let ratio = median(runs.iter().map(|(a, b)| a / b).collect());
        let (ours, theirs) =
            (median(runs.iter().map(|r| r.0).collect()), median(runs.iter().map(|r| r.1).collect()));
        println!("{name:34} {ours:9.2} {theirs:9.2} {ratio:7.2} {most:7.1}");
        self.hold(name, ratio, most);
    }

    /// Runs a case by itself, and says how long it takes.
    fn alone(&self, name: &str, most: f64, command: &dyn Fn() -> Command) {
        if self.asked(name) {
            let took = median((0..PAIRS).map(|_| ms(timed(command()).expect("the command"))).collect());
            println!("{name:34} {took:9.2} {:>9} {:>7} {most:4.1} ms", "", "");
            self.hold(name, took, most);
        }
    }

    /// A long diary, five times each.
    fn import(&self, rows: u32) {
        let name = "import, a million rows";
        if !self.asked(name) {
            return;
        }
        fs::write(self.path("diary.csv"), diary(3_700, rows / 3_700 + 1)).expect("a diary");
        let (empty, store) = (self.path("empty"), self.path("imported"));
        self.begin(&empty, 3_700);
        let run_on_empty = |command: Command| {
            for end in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(format!("{}{end}", path(&store)));
            }
            fs::copy(&empty, &store).expect("a store");
            ms(timed(command).expect("the import"))
        };
        let runs: Vec<(f64, f64)> = (0..5)
            .map(|_| {
                let mut shell = self.command("sqlite3", &[path(&store)]);
                let script = self.path("import.sql");
                // The shell wants its own commands at the beginning of a line.
                let lines: Vec<&str> = IMPORT.lines().map(str::trim_start).collect();
                fs::write(&script, lines.join("\n")).expect("a script");
                shell.stdin(fs::File::open(script).expect("a script"));
                let ours = self.sinew(&["--store", path(&store), "import", "diary.csv"]);
                (run_on_empty(ours), run_on_empty(shell))
            })
            .collect();
        let ratio = median(runs.iter().map(|(a, b)| a / b).collect());
        let (ours, theirs) =
            (median(runs.iter().map(|r| r.0).collect()), median(runs.iter().map(|r| r.1).collect()));
        println!("{name:34} {ours:9.0} {theirs:9.0} {ratio:7.2} {:7.1}", 2.0);
        self.hold(name, ratio, 2.0);
        // Its file is held as a whole, and little else.
        fs::copy(&empty, &store).expect("a store");
        let args = ["--store", path(&store), "import", "diary.csv"];
        self.memory("memory of import, a million rows", 128 << 10, &args);
    }

    /// The size of the program, and the most memory that the advice takes.
    fn sizes(&self, decade: &Path) {
        if self.asked("size") {
            let size = fs::metadata(env!("CARGO_BIN_EXE_sinew")).map_or(0, |m| m.len());
            println!("{:34} {size:9} bytes, at most {}", "size of the program", 8 << 20);
            let size = u32::try_from(size).map_or(f64::INFINITY, f64::from);
            self.hold("size of the program", size, f64::from(8 << 20));
        }
        let store = path(decade);
        self.memory("memory of next, decade", 16 << 10, &["--store", store, "next", "--json"]);
        for format in ["csv", "fhir"] {
            let name = format!("memory of export {format}, decade");
            self.memory(&name, 32 << 10, &["--store", store, "export", format]);
        }
    }

    /// The most memory that a command takes, in KiB.
    fn memory(&self, name: &str, most: u32, args: &[&str]) {
        if !self.asked(name) {
            return;
        }
        let mut time = self.command("/usr/bin/time", &["-f", "%M", env!("CARGO_BIN_EXE_sinew")]);
        let used = time.args(args).stdout(Stdio::null()).stderr(Stdio::piped()).output();
        let said = used.map(|o| String::from_utf8_lossy(&o.stderr).into_owned()).unwrap_or_default();
        // Behind whatever the command itself says.
        let used = said.lines().last().and_then(|line| line.trim().parse().ok());
        println!("{name:34} {:>9} KiB, at most {most}", used.unwrap_or(f64::NAN));
        // What cannot be measured is not within its limit.
        self.hold(name, used.unwrap_or(f64::INFINITY), f64::from(most));
    }
}

/// How long a command takes; nothing where it fails or is not there.
fn timed(mut command: Command) -> Option<Duration> {
    let began = Instant::now();
    let status = command.status().ok()?;
    let took = began.elapsed();
    status.success().then_some(took)
}

fn run(command: &mut Command) {
    assert!(command.status().is_ok_and(|s| s.success()), "{command:?}");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
