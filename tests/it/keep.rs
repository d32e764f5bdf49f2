//! Backups, restore, examination, repair and erasure.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::commands::Home;

const DAYS: [&str; 3] = ["2026-03-02T07:00", "2026-03-03T20:00", "2026-03-04T20:00"];

/// An episode with a check-in on each of two days.
fn diary() -> Home {
    let home = Home::new();
    home.start();
    home.ok(DAYS[0], &["log", "3", "a word that only the diary knows"]);
    home.ok(DAYS[1], &["log", "2"]);
    home
}

fn files(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn entries(file: &str) -> i64 {
    Connection::open(file).unwrap().query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Whether any file below a folder holds these words.
fn holds(folder: &Path, words: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, words);
        }
        let bytes = fs::read(&path).unwrap();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

#[test]
fn a_backup_is_made_before_the_first_entry_of_a_day() {
    let home = diary();
    let folder = home.path("diary.db.backups");
    assert_eq!(files(&folder), ["daily-2026-03-02.db", "daily-2026-03-03.db"]);
    let of = |day: &str| format!("{folder}/daily-2026-03-{day}.db");
    assert_eq!([entries(&of("02")), entries(&of("03"))], [2, 3], "as it was before the day's first entry");
    home.ok(DAYS[1], &["log", "1"]);
    assert_eq!(entries(&of("03")), 3, "once a day");
    home.ok(DAYS[2], &["today"]);
    home.ok(DAYS[2], &["next"]);
    assert_eq!(files(&folder).len(), 2, "to look needs no backup");
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&folder), mode(&of("02"))], [0o700, 0o600]);
}

#[test]
fn five_days_and_four_weeks_stay() {
    let home = Home::new();
    home.start();
    let day = |n: i64| {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        (first + chrono::Days::new(n.try_into().unwrap())).format("%Y-%m-%dT20:00").to_string()
    };
    for n in 0..40 {
        home.ok(&day(n), &["log", "1"]);
    }
    let names = files(&home.path("diary.db.backups"));
    assert_eq!(
        names,
        [
            "daily-2026-03-22.db",
            "daily-2026-03-29.db",
            "daily-2026-04-05.db",
            "daily-2026-04-06.db",
            "daily-2026-04-07.db",
            "daily-2026-04-08.db",
            "daily-2026-04-09.db",
            "daily-2026-04-10.db"
        ]
    );
}

#[test]
fn a_backup_that_cannot_be_made_keeps_nobody_from_recording() {
    let home = Home::new();
    home.start();
    fs::write(home.path("diary.db.backups"), "in the way").unwrap();
    let output = home.run(DAYS[0], &["log", "3"]);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("No backup could be made today"), "{said}");
    assert_eq!(entries(&home.path("diary.db")), 3);
}

#[test]
fn a_backup_is_put_back_and_the_store_as_it_was_is_kept() {
    let home = diary();
    let before = home.ok(DAYS[1], &["history", "--all", "--json"]);
    let made = json(&home.ok(DAYS[1], &["backup", "--json"]));
    let file = made["backup"]["file"].as_str().unwrap();
    assert_eq!(made["backup"]["entries"], 4);
    home.ok(DAYS[2], &["log", "9"]);
    let refused = home.fails(DAYS[2], &["restore", file], 1);
    assert!(refused.contains("nobody is there to be asked"), "{refused}");
    let done = json(&home.ok(DAYS[2], &["restore", file, "--yes", "--json"]));
    assert_eq!(done["store"]["entries"], 4);
    assert_eq!(entries(done["before"].as_str().unwrap()), 5);
    assert_eq!(home.ok(DAYS[2], &["history", "--all", "--json"]), before);
    home.ok(DAYS[2], &["log", "2"]);
    let list = json(&home.ok(DAYS[2], &["restore", "--json"]));
    assert_eq!(list["backups"].as_array().unwrap().len(), 5);
    // The name that the list shows is enough.
    let name = Path::new(file).file_name().unwrap().to_str().unwrap();
    assert!(home.ok(DAYS[2], &["restore"]).contains(name));
    home.ok(DAYS[2], &["restore", name, "--yes"]);
    assert_eq!(home.ok(DAYS[2], &["history", "--all", "--json"]), before);
}

/// A new machine, or a folder that somebody took away.
#[test]
fn a_backup_is_put_back_where_there_is_no_store() {
    let home = diary();
    let file = home.path("copy.db");
    home.ok(DAYS[1], &["backup", "--output", &file]);
    let before = home.ok(DAYS[1], &["history", "--all", "--json"]);
    let new = Home::new();
    let done = json(&new.ok(DAYS[2], &["restore", &file, "--yes", "--json"]));
    assert_eq!(done["before"], Value::Null);
    assert_eq!(new.ok(DAYS[1], &["history", "--all", "--json"]), before);
}

#[test]
fn each_restore_keeps_the_store_as_it_was_and_five_of_them_stay() {
    let home = diary();
    let file = home.path("copy.db");
    home.ok(DAYS[1], &["backup", "--output", &file]);
    // All in one second, by a clock that was put back before.
    let moments = [DAYS[2], DAYS[1], DAYS[1], DAYS[1], DAYS[1], DAYS[1], DAYS[1]];
    let mut made = Vec::new();
    for (n, now) in moments.into_iter().enumerate() {
        home.ok(now, &["log", "1", &format!("words {n}")]);
        let done = json(&home.ok(now, &["restore", &file, "--yes", "--json"]));
        made.push(done["before"].as_str().unwrap().to_owned());
    }
    for (n, copy) in made.iter().enumerate() {
        let wanted = n >= made.len() - 5;
        assert_eq!(Path::new(copy).exists(), wanted, "{n}: {copy}");
        if wanted {
            let note: String = Connection::open(copy)
                .unwrap()
                .query_row("SELECT note FROM entry WHERE note LIKE 'words%'", [], |row| row.get(0))
                .unwrap();
            assert_eq!(note, format!("words {n}"));
        }
    }
}

#[test]
fn what_is_no_sound_store_is_never_put_back() {
    let home = diary();
    let made = json(&home.ok(DAYS[1], &["backup", "--json"]));
    let sound = fs::read(made["backup"]["file"].as_str().unwrap()).unwrap();
    let mut flipped = sound.clone();
    let middle = flipped.len() / 2;
    for byte in &mut flipped[middle..middle + 4096] {
        *byte ^= 0x55;
    }
    let write = |name: &str, bytes: &[u8]| {
        fs::write(home.path(name), bytes).unwrap();
        home.path(name)
    };
    let foreign = home.path("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let newer = write("newer.db", &sound);
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    // A rule of somebody else's, which would answer for each sign that is told.
    let changed = write("changed.db", &sound);
    let rule = "CREATE TRIGGER calm AFTER INSERT ON answer BEGIN
                    INSERT INTO clearance VALUES (new.entry, 'rf-06', 'w', 'doctor', '2026-03-02', 'cleared', NULL);
                END";
    Connection::open(&changed).unwrap().execute_batch(rule).unwrap();
    let cases = [
        write("empty.db", b""),
        write("text.db", b"dear diary, today it hurt less"),
        write("short.db", &sound[..sound.len() / 2]),
        write("flipped.db", &flipped),
        foreign,
        newer,
        changed,
        home.path("missing.db"),
        home.path(""),
        #[cfg(unix)]
        "/dev/null".to_owned(),
    ];
    let store = home.ok(DAYS[2], &["history", "--all", "--json"]);
    for file in cases {
        let bytes = fs::read(&file).ok();
        let said = home.fails(DAYS[2], &["restore", &file, "--yes"], 1);
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        assert_eq!(fs::read(&file).ok(), bytes, "{file} was written to");
        assert_eq!(home.ok(DAYS[2], &["history", "--all", "--json"]), store, "{file}");
    }
}

/// A database of another program whose last words still stand in its log: SQLite would
/// move them into the file.
#[test]
fn a_database_of_another_program_is_not_touched() {
    let home = Home::new();
    let (store, other) = (home.path("diary.db"), home.path("other.db"));
    let db = Connection::open(&other).unwrap();
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    db.execute_batch("CREATE TABLE t (a)").unwrap();
    let parts = ["", "-wal"];
    for part in parts {
        fs::copy(format!("{other}{part}"), format!("{store}{part}")).unwrap();
    }
    let bytes = || parts.map(|part| fs::read(format!("{store}{part}")).unwrap());
    let before = bytes();
    for args in
        [&["log", "3"][..], &["today"], &["backup"], &["doctor"], &["start", "calf-strain", "--grade", "1"]]
    {
        let output = home.run(DAYS[0], args);
        assert_eq!(output.status.code(), Some(70), "{args:?}");
        assert!(bytes() == before, "{args:?} wrote to it");
    }
}

/// Writes rubbish over the pages of a file from the second on, every so many.
fn spoil(file: &str, every: usize) {
    Connection::open(file).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = fs::read(file).unwrap();
    for page in bytes.chunks_mut(4096).skip(1).step_by(every) {
        page.fill(0xaa);
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_damaged_store_is_named_and_a_backup_takes_its_place() {
    let home = diary();
    home.ok(DAYS[1], &["backup"]);
    let store = home.path("diary.db");
    spoil(&store, 1);
    let damaged = fs::read(&store).unwrap();
    let said = home.fails(DAYS[2], &["log", "3"], 70);
    assert!(said.contains("sinew doctor looks into it, sinew restore puts a backup back"), "{said}");
    let output = home.run(DAYS[2], &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(70));
    assert_eq!(json(&String::from_utf8(output.stdout).unwrap())["checks"][0]["state"], "damaged");
    assert_eq!(fs::read(&store).unwrap(), damaged, "nobody wrote to it");

    let list = json(&home.ok(DAYS[2], &["restore", "--json"]));
    let file = list["backups"][0]["file"].as_str().unwrap();
    let done = json(&home.ok(DAYS[2], &["restore", file, "--yes", "--json"]));
    assert_eq!(done["store"]["entries"], 4);
    assert_eq!(fs::read(done["before"].as_str().unwrap()).unwrap(), damaged, "the old file is kept");
    home.ok(DAYS[2], &["log", "3"]);
}

#[test]
fn a_repair_saves_what_can_be_read_and_keeps_the_old_file() {
    let home = Home::new();
    home.start();
    for n in 0..150 {
        home.ok(&format!("2026-03-{:02}T{:02}:{:02}", 3 + n / 24, n % 24, n % 60), &["log", "3", "words"]);
    }
    let store = home.path("diary.db");
    let all = home.ok("2026-03-20T20:00", &["history", "--all", "--json"]);
    let all = json(&all)["entries"].as_array().unwrap().clone();
    // A page of the readings, and with it some of the entries.
    let db = Connection::open(&store).unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let root: i64 = db
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'reading'", [], |row| row.get(0))
        .unwrap();
    let root = usize::try_from(root).unwrap();
    drop(db);
    let mut bytes = fs::read(&store).unwrap();
    // The root of a table of several pages points at its leaves: the last four bytes
    // of a cell's pointer are a page.
    let leaf = u32::from_be_bytes(bytes[(root - 1) * 4096 + 8..][..4].try_into().unwrap()) as usize;
    assert!(leaf > 1 && leaf * 4096 <= bytes.len(), "the readings fill several pages");
    bytes[(leaf - 1) * 4096..leaf * 4096].fill(0xaa);
    fs::write(&store, &bytes).unwrap();
    assert_eq!(home.run("2026-03-20T20:00", &["doctor"]).status.code(), Some(70));

    let done = json(&home.ok("2026-03-20T20:00", &["doctor", "--repair", "--json"]));
    let (saved, lost) = (done["entries"].as_u64().unwrap(), done["lost"].as_u64().unwrap());
    assert_eq!(saved + lost, all.len() as u64);
    assert!(saved > 50 && lost > 0, "{saved} saved, {lost} lost");
    assert_eq!(fs::read(done["before"].as_str().unwrap()).unwrap(), bytes, "the old file is kept");
    let left = json(&home.ok("2026-03-20T20:00", &["history", "--all", "--json"]));
    let left = left["entries"].as_array().unwrap();
    assert_eq!(left.len() as u64, saved);
    // The short name of an entry is as long as it takes to tell it from the others.
    let nameless = |entry: &Value| {
        let mut entry = entry.clone();
        entry.as_object_mut().unwrap().remove("handle");
        entry
    };
    let all: Vec<Value> = all.iter().map(nameless).collect();
    assert!(left.iter().all(|entry| all.contains(&nameless(entry))), "what is saved is what was recorded");
    assert!(home.run("2026-03-20T20:00", &["doctor"]).status.success());
}

/// How one check of the doctor ended, and what it found.
fn examined(home: &Home, id: &str) -> (String, String) {
    let output = home.run(DAYS[2], &["doctor", "--json"]);
    let document = json(&String::from_utf8(output.stdout).unwrap());
    let check = document["checks"].as_array().unwrap().iter().find(|c| c["id"] == id).unwrap().clone();
    let text = |key: &str| check[key].as_str().unwrap().to_owned();
    let any = |state: &str| document["checks"].as_array().unwrap().iter().any(|c| c["state"] == state);
    let code = match (any("damaged"), any("wrong")) {
        (true, _) => 70,
        (_, true) => 1,
        _ => 0,
    };
    assert_eq!(output.status.code(), Some(code), "the exit code is that of the worst");
    (text("state"), text("found"))
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let home = diary();
    let all = home.ok(DAYS[2], &["doctor", "--plain"]);
    assert!(all.lines().all(|line| line.starts_with("good") || line.starts_with(' ')), "{all}");

    let store = home.path("diary.db");
    let mode = |mode| fs::set_permissions(&store, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let (state, found) = examined(&home, "permissions");
    assert_eq!((state.as_str(), found), ("wrong", format!("others can read {store} (mode 644)")));
    mode(0o600);

    let double = home.path("diary (conflicted copy).db");
    fs::write(&double, "").unwrap();
    assert_eq!(examined(&home, "place").0, "wrong");
    fs::remove_file(&double).unwrap();
    fs::create_dir(home.path(".stfolder")).unwrap();
    let (state, found) = examined(&home, "place");
    assert!(state == "wrong" && found.starts_with("Syncthing copies this folder"), "{found}");
    fs::remove_dir(home.path(".stfolder")).unwrap();
    assert_eq!(examined(&home, "place").0, "good");

    let db = Connection::open(&store).unwrap();
    let entry = "'01900000-0000-7000-8000-000000000000'";
    let episode: String = db.query_row("SELECT id FROM episode", [], |row| row.get(0)).unwrap();
    let insert = |kind: &str, at: &str| {
        let sql = format!(
            "INSERT INTO entry VALUES ({entry}, '{episode}', '{kind}', '2026-03-04', '{at}', 'local', NULL)"
        );
        db.execute_batch(&sql).unwrap();
    };
    let remove = || {
        db.execute_batch(&format!(
            "DROP TRIGGER entry_stays; DELETE FROM entry WHERE id = {entry};
             CREATE TRIGGER entry_stays      BEFORE DELETE ON entry      BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;"
        ))
        .unwrap();
    };
    insert("note", "2031-03-04T20:00:00+00:00");
    let (state, found) = examined(&home, "clock");
    assert!(state == "wrong" && found.contains("4 March 2031"), "{found}");
    remove();
    insert("performed", "2026-03-04T12:00:00+00:00");
    assert_eq!(examined(&home, "entries").0, "damaged", "an exercise without what was done");
    remove();
    db.execute_batch("DROP TRIGGER entry_keeps").unwrap();
    assert_eq!(examined(&home, "schema").0, "wrong");
    let before = home.ok(DAYS[2], &["today", "--json"]);
    let change = "UPDATE definition SET source = replace(source, 'minimum-days = ', 'minimum-days = 1')";
    db.execute_batch("DROP TRIGGER definition_keeps").unwrap();
    assert_eq!(db.execute(change, []).unwrap(), 1);
    assert_eq!(examined(&home, "programs").0, "damaged");
    // The hash names a built-in text, and that is the one that gives the advice.
    assert_eq!(home.ok(DAYS[2], &["today", "--json"]), before);
}

/// A disk that changes a figure in a program changes no advice.
#[test]
fn a_pinned_program_that_was_changed_gives_no_advice() {
    let home = Home::new();
    home.ok(DAYS[0], &["program", "new", "gentle", "--from", "hamstring-strain-2"]);
    home.ok("2026-03-02T07:00", &["start", "gentle", "--side", "left"]);
    home.ok(DAYS[0], &["today"]);
    let db = Connection::open(home.path("diary.db")).unwrap();
    db.execute_batch("DROP TRIGGER definition_keeps; UPDATE definition SET source = source || ' '").unwrap();
    let said = home.fails(DAYS[2], &["today"], 70);
    assert!(said.contains("the text of the program gentle is not the one that was pinned"), "{said}");
    // A sign is answered for all the same.
    let output = home.run(DAYS[2], &["log", "--symptom", "chest-pain"]);
    let alert = String::from_utf8(output.stdout).unwrap();
    assert!(alert.starts_with("Call your local emergency number now."), "{alert}");
    assert_eq!((output.status.code(), entries(&home.path("diary.db"))), (Some(70), 2), "nothing was changed");
}

#[test]
fn what_is_erased_is_gone_and_does_not_come_back() {
    let home = diary();
    let words = "a word that only the diary knows";
    home.ok(
        DAYS[1],
        &["start", "calf-strain", "--grade", "1", "--side", "right", "--title", "the other one"],
    );
    home.ok(DAYS[1], &["--episode", "2", "log", "4"]);
    home.ok(
        DAYS[1],
        &["--episode", "1", "import", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diaries/erase.csv")],
    );
    let other = home.ok(DAYS[2], &["--episode", "2", "history", "--all", "--json"]);
    assert!(holds(home.path("").as_ref(), words));
    let title = json(&home.ok(DAYS[2], &["episodes", "--json"]))["episodes"][0]["title"].clone();
    let title = title.as_str().unwrap();

    for refused in [vec!["erase", "1"], vec!["erase", "1", "--confirm", "the other one"], vec!["erase", "7"]]
    {
        home.fails(DAYS[2], &refused, 1);
    }
    let erased = json(&home.ok(DAYS[2], &["erase", "1", "--confirm", title, "--json"]));
    assert_eq!(erased["episodes"], 1);
    assert!(erased["entries"].as_u64().unwrap() > 4);
    for file in files(&home.path("")).iter().filter(|f| f.starts_with("diary.db") && !f.ends_with("backups"))
    {
        let bytes = fs::read(home.path(file)).unwrap();
        assert!(!bytes.windows(words.len()).any(|w| w == words.as_bytes()), "{file} still holds it");
    }
    assert_eq!(home.ok(DAYS[2], &["--episode", "2", "history", "--all", "--json"]), other);
    assert!(erased["backups_left"].as_u64().unwrap() > 0 && holds(home.path("").as_ref(), words));

    // The backups can follow later, and the store stays as it is.
    home.fails(DAYS[2], &["erase", "--backups"], 1);
    let copies = json(&home.ok(DAYS[2], &["erase", "--backups", "--confirm", "backups", "--json"]));
    assert_eq!((copies["episodes"].as_u64(), copies["backups_left"].as_u64()), (Some(0), Some(0)));
    assert!(copies["backups"].as_u64().unwrap() > 0 && !holds(home.path("").as_ref(), words));
    assert_eq!(home.ok(DAYS[2], &["--episode", "2", "history", "--all", "--json"]), other);

    // The store refuses changes as before, and is sound.
    let db = Connection::open(home.path("diary.db")).unwrap();
    assert!(db.execute_batch("DELETE FROM entry").is_err());
    assert!(db.execute_batch("DELETE FROM tombstone").is_err());
    let content: i64 =
        db.query_row("SELECT count(*) FROM tombstone WHERE length(id) <> 36", [], |row| row.get(0)).unwrap();
    assert_eq!(content, 0, "ids and nothing else");
    drop(db);
    assert!(home.run(DAYS[2], &["doctor"]).status.success());

    let all = json(&home.ok(DAYS[2], &["erase", "--all", "--backups", "--confirm", "everything", "--json"]));
    assert_eq!((all["episodes"].as_u64(), all["backups_left"].as_u64()), (Some(1), Some(0)));
    assert!(!holds(home.path("").as_ref(), words));
    assert_eq!(files(&home.path("diary.db.backups")), Vec::<String>::new());
    home.start();
    home.ok(DAYS[2], &["log", "3"]);
}

/// Each released schema has its store in `tests/stores`; a new one gets another.
#[test]
fn every_older_store_opens_and_says_what_it_said() {
    let mut said = Vec::new();
    for schema in [1, 2, 3] {
        let home = Home::new();
        let old = format!("{}/tests/stores/schema-{schema}.db", env!("CARGO_MANIFEST_DIR"));
        fs::copy(&old, home.path("diary.db")).unwrap();
        fs::set_permissions(home.path("diary.db"), fs::Permissions::from_mode(0o600)).unwrap();
        let views = [&["next", "--json"][..], &["history", "--all", "--json"], &["progress", "--json"]]
            .map(|args| home.ok("2026-05-26T09:00", args));
        assert!(json(&views[1])["entries"].as_array().unwrap().len() > 100);
        assert_eq!(
            files(&home.path("diary.db.backups")),
            [format!("before-upgrade-from-{schema}.db")],
            "a copy is made first"
        );
        let copy = home.path(&format!("diary.db.backups/before-upgrade-from-{schema}.db"));
        assert_eq!(entries(&copy), entries(&old));
        assert!(home.run("2026-05-26T09:00", &["doctor"]).status.success());
        home.ok("2026-05-26T09:00", &["log", "1"]);
        said.push(views);
    }
    assert!(said.iter().all(|one| *one == said[0]), "the same entries say the same");
}

/// Neither an erasure nor an older backup answers for a warning.
#[test]
fn a_warning_that_leaves_the_record_is_said_all_the_same() {
    let lost = "What raised this is no longer on record";
    let home = diary();
    home.ok(DAYS[1], &["backup", "--output", &home.path("before.db")]);
    home.ok(DAYS[1], &["log", "--symptom", "chest-pain"]);
    home.ok(DAYS[1], &["backup", "--output", &home.path("warned.db")]);

    let text = home.ok(DAYS[2], &["restore", &home.path("before.db"), "--yes"]);
    assert!(text.starts_with("Call your local emergency number now."), "{text}");
    assert!(text.contains(lost) && !text.contains("sinew clear"), "{text}");

    home.ok(DAYS[2], &["restore", &home.path("warned.db"), "--yes"]);
    let title = json(&home.ok(DAYS[2], &["episodes", "--json"]))["episodes"][0]["title"].clone();
    let erased = home.ok(DAYS[2], &["erase", "1", "--confirm", title.as_str().unwrap()]);
    assert!(erased.starts_with("Call your local emergency number now."), "{erased}");
    assert!(erased.contains(lost), "{erased}");

    home.ok(DAYS[2], &["restore", &home.path("warned.db"), "--yes"]);
    let document = json(&home.ok(DAYS[2], &["erase", "1", "--confirm", title.as_str().unwrap(), "--json"]));
    assert_eq!(document["alert"]["rule"], "rf-06");
    assert!(
        !home.ok(DAYS[2], &["erase", "--all", "--confirm", "everything"]).contains(lost),
        "once is enough"
    );
}
