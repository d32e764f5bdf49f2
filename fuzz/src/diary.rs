//! A store in memory with an episode, to read somebody else's records into.

use std::cell::RefCell;

use chrono::DateTime;
use sinew::app::{App, AppError, Columns, StartRequest};
use sinew::catalog::Catalog;
use sinew::domain::day::Now;
use sinew::domain::entry::Side;
use sinew::domain::episode::{Episode, Goal};
use sinew::store::Store;

thread_local! {
    static OPENED: RefCell<Opened> = RefCell::new(opened());
}

struct Opened {
    app: App,
    episode: Episode,
    now: Now,
}

/// The evening of every run.
pub fn now() -> Now {
    Now::at(DateTime::parse_from_rfc3339("2026-03-20T20:00:00+01:00").expect("a moment"))
}

fn opened() -> Opened {
    let now = now();
    let mut app = App::new(
        Catalog::builtin().expect("the built-in files are right"),
        Store::in_memory().expect("a store in memory"),
    );
    let request = StartRequest {
        condition: "hamstring-strain".to_owned(),
        grade: Some(2),
        graded_by: "self".to_owned(),
        side: Some(Side::Left),
        onset: now.day.minus(18),
        manner: None,
        region: None,
        goal: Goal::Running,
        title: None,
        answers: Vec::new(),
        note: None,
    };
    let episode = app.start(request, now).expect("an episode");
    Opened { app, episode, now }
}

/// Reads a diary in our columns; nothing is written.
pub fn diary(bytes: &[u8]) {
    OPENED.with_borrow(|o| told(o.app.diary(&o.episode, bytes, o.now)));
}

/// Reads another tracker's table; nothing is written.
pub fn table(bytes: &[u8]) {
    let pair = |ours: &str, theirs: &str| (ours.to_owned(), theirs.to_owned());
    let columns = Columns {
        pairs: vec![pair("day", "Datum"), pair("pain-worst", "Schmerz"), pair("note", "Notiz")],
        dates: None,
    };
    OPENED.with_borrow_mut(|o| {
        let Opened { app, episode, now } = o;
        told(app.all_or_nothing(true, |app| app.import_table(episode, bytes, &columns, *now)));
    });
}

/// Reads an exported document; nothing is written.
pub fn document(bytes: &[u8]) {
    OPENED.with_borrow_mut(|o| {
        let now = o.now;
        told(o.app.all_or_nothing(true, |app| app.import_document(bytes, now)));
    });
}

/// Reads a file of answers.
pub fn answers(text: &str) {
    OPENED.with_borrow(|o| told(sinew::app::read_answers(&o.app.catalog.library, text)));
}

/// What is refused says why, in words that can be printed.
fn told<T>(read: Result<T, AppError>) {
    if let Err(error) = read {
        assert!(!error.to_string().is_empty());
    }
}
