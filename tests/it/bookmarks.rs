//! Reading by bookmarks: the same advice as from everything, and never by a bookmark
//! that something was written against.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use sinew::app::{App, AppError, Draft};
use sinew::catalog::Catalog;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{Answer, Care, DecisionKind, Fact, Performed, Reading, Side};
use sinew::domain::episode::Episode;
use sinew::domain::journal::readings;
use sinew::domain::past::Bookmark;
use sinew::domain::question::AnswerValue;
use sinew::domain::situation::Situation;
use sinew::store::Store;
use tempfile::TempDir;

use crate::support::{day, evening, request};

const ONSET: &str = "2026-03-02";
/// Days on record, and bouts on each: enough for a bookmark.
const DAYS: i64 = 120;
const BOUTS: usize = 18;

fn today() -> Day {
    day(ONSET).plus(DAYS - 1)
}

fn open(path: &Path) -> App {
    App::new(Catalog::builtin().unwrap(), Store::open(path).unwrap())
}

fn pain(value: f64) -> Reading {
    Reading { measure: "pain-worst".into(), side: None, value }
}

fn checked_in(readings: Vec<Reading>) -> Fact {
    Fact::CheckIn { readings, answers: vec![] }
}

fn draft(day: Day, fact: Fact) -> Draft {
    let at = evening(day.minus(1)).at + chrono::Duration::hours(9);
    Draft { at, note: None, fact }
}

/// A store of four months, on which the diary has raised flags of its own long ago.
struct Long {
    _folder: TempDir,
    path: PathBuf,
    episode: Episode,
}

impl Long {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("long.db");
        let mut app = open(&path);
        let episode = app.start(request("hamstring-strain", 2, Side::Left, day(ONSET)), evening(day(ONSET)));
        let long = Self { _folder: folder, path, episode: episode.unwrap() };
        let mut drafts = Vec::new();
        for n in 0..DAYS {
            let day = day(ONSET).plus(n);
            let morning = Reading { measure: "pain-morning".into(), side: None, value: 0.0 };
            // It falls late, so that a visit was due, and is quiet then.
            let worst = if n < 30 { 4.0 } else { 1.0 };
            drafts.push(draft(day, checked_in(vec![morning, pain(worst)])));
            if n % 5 == 0 {
                drafts.push(draft(day, Fact::Screen(calm_answers(&app.catalog.library))));
            }
            drafts.extend((0..BOUTS).map(|_| draft(day, Fact::Performed(Performed::of("heel-press")))));
        }
        // The first day is over, and the last one not yet.
        let later = |d: &Draft| d.at > long.episode.opened;
        app.record(&long.episode, drafts.into_iter().filter(later).collect(), evening(today())).unwrap();
        long
    }

    /// What another run of the program reads.
    fn read(&self, now: Now) -> Situation {
        open(&self.path).present(&self.episode, now).unwrap()
    }

    fn record(&self, fact: Fact, on: Day) {
        open(&self.path).record(&self.episode, vec![draft(on, fact)], evening(today())).unwrap();
    }

    /// Says whether a bookmark was read by, when it says the same as everything.
    fn is_read_by_bookmark(&self, now: Now) -> bool {
        let (read, whole) = (self.read(now), open(&self.path).situation(&self.episode, now).unwrap());
        assert!(whole.journal.past().is_none());
        assert!(read.says_the_same_as(&whole));
        assert_eq!(read.change(library()), whole.change(library()));
        read.journal.past().is_some()
    }

    /// Has a bookmark made, which is read by from then on.
    fn used(&self, now: Now) {
        self.read(now);
        assert!(self.is_read_by_bookmark(now), "made anew");
    }

    fn db(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }
}

fn library() -> &'static sinew::domain::library::Library {
    crate::laws::library()
}

#[test]
fn a_bookmark_is_made_by_whoever_reads_everything_and_read_by_then() {
    let long = Long::new();
    let now = evening(today());
    let first = long.read(now);
    assert!(first.journal.past().is_none());
    let flags: Vec<&str> = first.flags.iter().map(|f| f.rule.id.as_str()).collect();
    assert!(flags.contains(&"no-fall") && flags.contains(&"past-window"), "{flags:?}");
    let second = long.read(now);
    assert!(second.journal.past().is_some());
    assert!(second.journal.entries().len() * 2 < first.journal.entries().len());
    assert!(second.says_the_same_as(&first));
    // What was written since is read on top, by another command and by the same one.
    let mut app = open(&long.path);
    app.present(&long.episode, now).unwrap();
    app.record(&long.episode, vec![draft(today(), checked_in(vec![pain(7.0)]))], now).unwrap();
    let after = app.present(&long.episode, now).unwrap();
    assert!(after.journal.past().is_some());
    assert_eq!(after.advice.action, Action::StepBack);
    assert!(long.is_read_by_bookmark(now));
}

#[test]
fn what_speaks_of_the_past_makes_a_bookmark_useless() {
    let now = evening(today());
    let old = day(ONSET).plus(40);
    let long = Long::new();
    long.used(now);
    // A report of long ago.
    long.record(checked_in(vec![pain(9.0)]), old);
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    // A word that is put right, though the correction is written today.
    let mut app = open(&long.path);
    let whole = app.situation(&long.episode, now).unwrap();
    let told = whole.journal.entries().iter().find(|e| e.day == old && !readings(e).is_empty()).unwrap();
    let said = Draft { at: told.at, note: None, fact: checked_in(vec![pain(0.0)]) };
    app.correct(&long.episode, told, said, "wrong leg", now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    // Something taken back.
    let handle = told_at(&long, old.plus(1));
    open(&long.path).undo(std::slice::from_ref(&long.episode), Some(&handle), None, now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    // Of yesterday as well: what it stood before may speak again.
    let handle = told_at(&long, today().minus(1));
    open(&long.path).undo(std::slice::from_ref(&long.episode), Some(&handle), Some("mistyped"), now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    // What was said and taken back since is as good as never said.
    let mut app = open(&long.path);
    let said = draft(today(), checked_in(vec![pain(9.0)]));
    let said = app.record(&long.episode, vec![said], now).unwrap().remove(0);
    app.undo(std::slice::from_ref(&long.episode), Some(said.as_str()), Some("mistyped"), now).unwrap();
    assert!(long.is_read_by_bookmark(now));
    // A decision.
    let mut app = open(&long.path);
    let whole = app.situation(&long.episode, now).unwrap();
    app.pause(&whole, "a journey", now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    let whole = long.read(now);
    let paused = whole.journal.decisions().any(|d| d.what.kind == DecisionKind::Pause);
    assert!(paused);
    long.used(now);
}

fn told_at(long: &Long, on: Day) -> String {
    let whole = open(&long.path).situation(&long.episode, evening(today())).unwrap();
    let entry = whole.journal.entries().iter().find(|e| e.day == on && !readings(e).is_empty()).unwrap();
    entry.id.as_str().to_owned()
}

/// Taking back a correction that moved an entry to a later day brings back the old day.
#[test]
fn what_a_correction_had_replaced_is_of_the_past_as_well() {
    let now = evening(today());
    let old = day(ONSET).plus(40);
    let long = Long::new();
    let mut app = open(&long.path);
    let told = app.entry(&long.episode, &told_at(&long, old)).unwrap();
    let moved = draft(today().minus(2), checked_in(vec![pain(1.0)]));
    let moved = app.correct(&long.episode, &told, moved, "wrong day", now).unwrap();
    long.used(now);
    let mut app = open(&long.path);
    app.undo(std::slice::from_ref(&long.episode), Some(moved.as_str()), Some("right day"), now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    app.redo(std::slice::from_ref(&long.episode), Some(moved.as_str()), now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
}

/// What another episode takes back, and what it learns of an analgesic of long ago.
#[test]
fn what_another_episode_tells_of_the_past_makes_a_bookmark_useless() {
    let long = Long::new();
    let now = evening(today());
    let old = day(ONSET).plus(40);
    let mut app = open(&long.path);
    let other = app.start(request("hamstring-strain", 1, Side::Right, day(ONSET).plus(30)), now).unwrap();
    let answers = vec![Answer { question: "diabetes".to_owned(), value: AnswerValue::Yes }];
    let told = vec![Draft { at: now.at, note: None, fact: Fact::Screen(answers) }];
    app.record(&other, told, now).unwrap();
    long.used(now);
    let told = app.situation(&other, now).unwrap().journal.entries().to_vec();
    let told = told.iter().find(|e| matches!(e.fact, Fact::Screen(_))).unwrap().id.clone();
    let mut app = open(&long.path);
    app.undo(std::slice::from_ref(&other), Some(told.as_str()), Some("mistyped"), now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    long.used(now);
    let taken = Fact::Care(Care { kind: "analgesic".to_owned(), side: None, minutes: None });
    app.record(&other, vec![draft(old, taken)], now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
}

#[test]
fn a_bookmark_is_good_for_its_moment_and_its_rules_alone() {
    let long = Long::new();
    let now = evening(today());
    long.used(now);
    // Later as well; but not before it was made, nor in a look back.
    assert!(long.is_read_by_bookmark(evening(today().plus(400))));
    let hour_before = Now::at(now.at - chrono::Duration::hours(1));
    assert_eq!(hour_before.day, now.day);
    assert!(!long.is_read_by_bookmark(hour_before));
    assert!(!long.is_read_by_bookmark(evening(today().minus(1))));
    assert!(!long.is_read_by_bookmark(now.back_at(today(), now.at)));
    // Another version of sinew, or other red flags of one's own.
    let mut catalog = Catalog::builtin().unwrap();
    catalog.rules.push('x');
    let other = App::new(catalog, Store::open(&long.path).unwrap());
    assert!(other.present(&long.episode, now).unwrap().journal.past().is_none());
    assert!(!long.is_read_by_bookmark(now), "the other version made its own");
    assert!(long.is_read_by_bookmark(now));
    // A figure that the disk changed.
    let changed = long.db().execute("UPDATE bookmark SET kept = replace(kept, '[1,', '[')", []).unwrap();
    assert_eq!(changed, 1);
    assert!(!long.is_read_by_bookmark(now));
    assert!(long.is_read_by_bookmark(now));
    let moved = "UPDATE bookmark SET mark = replace(mark, '\"no-fall\"', '\"no-flag\"')";
    assert_eq!(long.db().execute(moved, []).unwrap(), 1);
    assert!(!long.is_read_by_bookmark(now));
    // Places that are others: the file was written anew by another program.
    assert!(long.is_read_by_bookmark(now));
    assert_eq!(long.db().execute("UPDATE bookmark SET place = place - 1", []).unwrap(), 1);
    assert!(!long.is_read_by_bookmark(now));
}

/// Of what was read by the one before; and after a quarter of a year of everything.
#[test]
fn a_bookmark_is_made_anew_after_a_week_of_reports() {
    let long = Long::new();
    let made = || {
        let mark: String = long.db().query_row("SELECT mark FROM bookmark", [], |row| row.get(0)).unwrap();
        let mark: Bookmark = serde_json::from_str(&mark).unwrap();
        mark.made
    };
    long.used(evening(today()));
    // Without a report there is nothing more to read.
    assert!(long.is_read_by_bookmark(evening(today().plus(7))));
    assert_eq!(made(), today());
    let mut in_full = Vec::new();
    for n in 1..=16 {
        let later = evening(today().plus(7 * n));
        let mut app = open(&long.path);
        app.record(&long.episode, vec![draft(later.day, checked_in(vec![pain(1.0)]))], later).unwrap();
        if !long.is_read_by_bookmark(later) {
            in_full.push(7 * n);
        }
        assert_eq!(made(), later.day, "{n} weeks later");
        assert!(long.is_read_by_bookmark(later));
    }
    assert_eq!(in_full, [91]);
}

#[test]
fn a_store_that_may_only_be_read_is_read_all_the_same() {
    let long = Long::new();
    let now = evening(today());
    let app = App::new(Catalog::builtin().unwrap(), Store::to_read(&long.path).unwrap());
    assert!(app.present(&long.episode, now).unwrap().journal.past().is_none());
    let kept: i64 = long.db().query_row("SELECT count(*) FROM bookmark", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
    // Nor is anybody kept waiting who writes, or waited for.
    let busy = long.db();
    busy.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = std::time::Instant::now();
    assert!(long.read(now).journal.past().is_none());
    assert!(began.elapsed() < std::time::Duration::from_secs(4));
    busy.execute_batch("ROLLBACK").unwrap();
    assert!(!long.is_read_by_bookmark(now));
    assert!(long.is_read_by_bookmark(now));
}

#[test]
fn what_another_episode_learns_and_erasure_make_bookmarks_useless() {
    let long = Long::new();
    let now = evening(today());
    let mut app = open(&long.path);
    let other = app.start(request("hamstring-strain", 1, Side::Right, today()), now).unwrap();
    long.read(now);
    assert!(long.is_read_by_bookmark(now));
    // A reading there is nothing to this one.
    app.record(&other, vec![Draft { at: now.at, note: None, fact: checked_in(vec![pain(2.0)]) }], now)
        .unwrap();
    assert!(long.is_read_by_bookmark(now));
    let answers = vec![Answer { question: "diabetes".to_owned(), value: AnswerValue::Yes }];
    app.record(&other, vec![Draft { at: now.at, note: None, fact: Fact::Screen(answers) }], now).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    assert!(long.is_read_by_bookmark(now));
    app.erase(&other, now).unwrap();
    let kept: i64 = long.db().query_row("SELECT count(*) FROM bookmark", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
    assert!(!long.is_read_by_bookmark(now));
    app.erase(&long.episode, now).unwrap();
    assert!(matches!(app.episode(None, now), Err(AppError::NoEpisode)));
}

/// Whatever is too much to be held at a time is read all the same, and not another time.
#[test]
fn a_store_that_is_too_large_to_be_held_gets_a_bookmark_too() {
    let (long, now) = (Long::new(), evening(today()));
    let read = open(&long.path).holding(500).present(&long.episode, now).unwrap();
    assert!(read.journal.past().is_some());
    assert!(long.is_read_by_bookmark(now));
    // With one more episode that has none yet.
    long.record(checked_in(vec![pain(6.0)]), today());
    let request = request("hamstring-strain", 1, Side::Right, today());
    open(&long.path).start(request, now).unwrap();
    let app = open(&long.path).holding(500);
    let read = app.present(&long.episode, now).unwrap();
    assert!(read.journal.past().is_some());
    assert!(read.says_the_same_as(&app.situation(&long.episode, now).unwrap()));
    // What the short one decides or puts right makes nothing of the long one useless.
    let short = app.episodes().unwrap().remove(1);
    let mut app = open(&long.path).holding(500);
    let of_long = "SELECT rowid FROM bookmark WHERE episode = ?1";
    let kept = || long.db().query_row(of_long, [&long.episode.id], |row| row.get::<_, i64>(0)).unwrap();
    let before = kept();
    let told = app.record(&short, vec![draft(today(), checked_in(vec![pain(2.0)]))], now).unwrap();
    app.undo(std::slice::from_ref(&short), Some(told[0].as_str()), Some("typed wrong"), now).unwrap();
    let situation = app.situation(&short, now).unwrap();
    app.pause(&situation, "a journey", now).unwrap();
    assert!(open(&long.path).holding(500).present(&long.episode, now).unwrap().journal.past().is_some());
    assert_eq!(kept(), before, "it was not made anew");
    assert!(long.is_read_by_bookmark(now));
    long.db().execute("DELETE FROM bookmark", []).unwrap();
    let read = open(&long.path).holding(500).present(&long.episode, now).unwrap();
    assert!(read.journal.past().is_some(), "a word that was taken back at once hinders nothing");
    // What is added to what was read is read on, unless that is too much by itself.
    let mut app = open(&long.path).holding(500);
    for count in [3, 700] {
        app.present(&long.episode, now).unwrap();
        let drafts = (0..count).map(|_| draft(today(), checked_in(vec![pain(7.0)]))).collect();
        app.record(&long.episode, drafts, now).unwrap();
        let after = app.present(&long.episode, now).unwrap();
        let whole = open(&long.path).situation(&long.episode, now).unwrap();
        assert!(after.journal.past().is_some() && after.says_the_same_as(&whole), "{count}");
    }
}

/// Rows that another program has put elsewhere are looked for, and never done without.
#[test]
fn a_bookmark_is_given_up_where_a_row_does_not_lie_where_it_did() {
    let now = evening(today());
    let moves = [
        ("reading", "rowid + 100000"),
        ("reading", "-rowid"),
        // Of one entry there are two.
        ("reading", "rowid - 1"),
        ("performed", "rowid + 100000"),
        ("performed", "rowid - 1"),
    ];
    for (table, to) in moves {
        let long = Long::new();
        long.used(now);
        let before = long.read(now);
        let elsewhere = format!("DROP TRIGGER {table}_keeps; UPDATE {table} SET rowid = {to}");
        long.db().execute_batch(&elsewhere).unwrap();
        assert!(!long.is_read_by_bookmark(now), "{table} {to}");
        assert!(long.is_read_by_bookmark(now), "{table} {to}");
        assert!(long.read(now).says_the_same_as(&before), "{table} {to}");
    }
}

/// The same of the entries themselves, recent ones and older ones.
#[test]
fn a_bookmark_is_given_up_where_an_entry_does_not_lie_where_it_did() {
    let now = evening(today());
    let moves = [
        "rowid = (SELECT max(rowid) - 5 FROM entry)",
        "rowid = (SELECT value FROM bookmark, json_each(kept, '$.older') LIMIT 1)",
    ];
    for which in moves {
        let long = Long::new();
        long.used(now);
        let before = long.read(now);
        let elsewhere = format!("DROP TRIGGER entry_keeps; UPDATE entry SET rowid = -rowid WHERE {which}");
        long.db().execute_batch(&elsewhere).unwrap();
        assert!(!long.is_read_by_bookmark(now), "{which}");
        assert!(long.is_read_by_bookmark(now), "{which}");
        assert!(long.read(now).says_the_same_as(&before), "{which}");
    }
}

/// An older diary that is imported later lies behind the days that came after it.
#[test]
fn what_does_not_lie_together_is_read_all_the_same() {
    let long = Long::new();
    let now = evening(today());
    let older =
        (0..4_000).map(|n| draft(day(ONSET).plus(n % 60 + 1), Fact::Performed(Performed::of("walk"))));
    open(&long.path).record(&long.episode, older.collect(), now).unwrap();
    long.used(now);
    let kept: String = long.db().query_row("SELECT kept FROM bookmark", [], |row| row.get(0)).unwrap();
    assert!(kept.contains("\"recent\":null"), "{kept}");
    long.record(checked_in(vec![pain(6.0)]), today());
    assert!(long.is_read_by_bookmark(now));
}

/// What an earlier version of sinew kept is made anew.
#[test]
fn a_bookmark_of_another_form_is_made_anew() {
    let long = Long::new();
    let now = evening(today());
    long.used(now);
    let mark: String = long.db().query_row("SELECT mark FROM bookmark", [], |row| row.get(0)).unwrap();
    let digest = Sha256::digest(format!("{mark}\n[1,2]")).to_vec();
    long.db().execute("UPDATE bookmark SET kept = '[1,2]', digest = ?1", [digest]).unwrap();
    assert!(!long.is_read_by_bookmark(now));
    assert!(long.is_read_by_bookmark(now));
}
