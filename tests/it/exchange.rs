//! What is on record leaves and comes back: the document loses nothing, the table
//! says what it loses.

use std::fs;
use std::sync::Arc;

use chrono::{Duration, FixedOffset};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use sinew::app::{App, AppError, Columns, DateOrder, Draft};
use sinew::catalog::Catalog;
use sinew::domain::archive::{Filed, Source};
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{
    Answer, Care, Clearance, Correction, Decision, DecisionKind, Entry, EntryId, Fact, FindingRecord,
    Outcome, Performed, Reading, Side,
};
use sinew::domain::episode::{Episode, Goal, Manner};
use sinew::domain::question::AnswerValue;
use sinew::render::archive::Archive;
use sinew::render::csv::Table;
use sinew::render::{self, history as trail};
use sinew::store::Store;

use crate::commands::Home;
use crate::laws::{self, History, history};
use crate::support::{day, evening, now, opened};

const FIRST: &str = "019cad8f-ac00-7ce6-b51b-9877185b2f57";
const SECOND: &str = "019cad8f-ac01-7ce6-b51b-9877185b2f58";

pub(crate) fn exported(app: &App) -> String {
    let mut archive = Archive::new(&app.catalog.library);
    let mut text = String::new();
    app.archive(None, &mut |part| {
        text.push_str(&archive.part(&part));
        Ok(())
    })
    .unwrap();
    text + &archive.end()
}

fn empty() -> App {
    App::new(Catalog::builtin().unwrap(), Store::in_memory().unwrap())
}

/// Something that is recorded beside a generated history.
#[derive(Clone, Debug)]
struct Extra {
    what: usize,
    /// Which entry it corrects, where it corrects one.
    target: Index,
    on: i64,
    minute: i64,
    hours: i32,
    note: Option<String>,
}

/// Words as nobody expects them: line breaks, quotes, formulas, other scripts.
fn words() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "=1+1",
        "+49",
        "-",
        "@x",
        "'=x",
        "''-1",
        " =x",
        "\u{202e}right",
        "a,b;c\td",
        "\"quoted\"",
        "two\nlines",
        "\u{1f9b5}\u{200d}",
        "\u{e9}e\u{301}",
        "\\u0041",
        "</script>",
        "'plain",
        "\u{0}\u{1}",
    ]);
    prop_oneof![odd.prop_map(|text| text.replace('\0', "")), "\\PC{1,20}"]
}

fn extras() -> impl Strategy<Value = Vec<Extra>> {
    let one = (0..22_usize, any::<Index>(), 0..40_i64, 0..1400_i64, -11..=13_i32, prop::option::of(words()));
    let one = one.prop_map(|(what, target, on, minute, hours, note)| Extra {
        what,
        target,
        on,
        minute,
        hours,
        note,
    });
    prop::collection::vec(one, 0..30)
}

/// What an extra says.
fn fact(extra: &Extra, hash: &str, on: Day) -> Fact {
    let decided = |kind| Decision {
        phase: Some("p1".into()),
        reason: Some("a \"reason\"\n".into()),
        by: "physiotherapist".into(),
        findings: vec![FindingRecord { id: "f".into(), verdict: "met".into(), observed: "\u{fc}".into() }],
        grade: (kind == DecisionKind::Grade).then_some(2),
        onset: (kind == DecisionKind::Onset).then_some(on),
        program: (kind == DecisionKind::Update).then(|| hash.to_owned()),
        ..Decision::of(kind)
    };
    let answered = |question: &str, value| Answer { question: question.to_owned(), value };
    let performed = Performed { side: Some(Side::Right), ..Performed::of("squat") };
    match extra.what {
        0 => Fact::Note,
        1 => Fact::Screen(vec![
            answered("age", AnswerValue::Number(34.5)),
            answered("fever", AnswerValue::Unknown),
            answered("onset-manner", AnswerValue::Choices(vec!["sudden".into()])),
        ]),
        2 => Fact::Performed(Performed {
            dose: "3x10".parse().ok(),
            load: Some(12.5),
            pain: Some(2.5),
            ..performed
        }),
        3 => Fact::Performed(Performed { skipped: Some("=no time".into()), ..performed }),
        4 => Fact::Performed(performed),
        5 => Fact::Care(Care { kind: "ice".into(), side: None, minutes: Some(0.1 + 0.2) }),
        6 => Fact::CheckIn {
            readings: vec![
                Reading { measure: "pain-worst".into(), side: None, value: 1.0 / 3.0 },
                Reading { measure: "limp".into(), side: None, value: 1.0 },
            ],
            answers: vec![answered("one-leg-swollen", AnswerValue::No)],
        },
        7 => Fact::Clearance(Clearance {
            rule: "rf-07".into(),
            who: "Dr \u{0416}".into(),
            role: "doctor".into(),
            day: on,
            outcome: Outcome::ClearedWithLimits,
            expires: Some(on.plus(3)),
        }),
        8 => Fact::Performed(Performed {
            dose: "2x5x8s".parse().ok(),
            skipped: Some("pain above the limit".into()),
            pain: Some(7.0),
            ..performed
        }),
        9 => Fact::CheckIn { readings: vec![], answers: vec![] },
        at => Fact::Decision(decided(DecisionKind::ALL[at % 9 + 1])),
    }
}

fn id(at: &Entry, n: usize) -> EntryId {
    let millis = at.at.timestamp_millis();
    EntryId::new(format!("{:08x}-{:04x}-7{:03x}-8000-{n:012x}", millis >> 16, millis & 0xffff, n & 0xfff))
}

/// The entries of a history with its extras, as a store takes them.
fn entries(history: &History, extras: &[Extra], hash: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = history.entries();
    for entry in &mut entries {
        if let Fact::Decision(decision) = &mut entry.fact
            && decision.kind == DecisionKind::Start
        {
            decision.program = Some(hash.to_owned());
        }
    }
    let onset = laws::episode().onset;
    for extra in extras {
        let on = onset.plus(extra.on);
        // Some of it in the night that still belongs to the day before.
        let clock = FixedOffset::east_opt(extra.hours * 3600).unwrap();
        let local = on.date().and_hms_opt(4, 0, 0).unwrap() + Duration::minutes(extra.minute);
        let at = local.and_local_timezone(clock).unwrap();
        let old = &entries[extra.target.index(entries.len())];
        let correction = Correction { replaces: old.id.clone(), reason: "undo".into() };
        let (day, at, fact, corrects) = match extra.what {
            20 => (old.day, old.at, Fact::Withdrawn, Some(correction)),
            21 if old.fact != Fact::Withdrawn => (old.day, old.at, old.fact.clone(), Some(correction)),
            _ => (on, at, fact(extra, hash, on), None),
        };
        let id = EntryId::new(format!("x{}", entries.len()));
        entries.push(Entry { id, day, at, note: extra.note.clone(), corrects, fact });
    }
    // Names as the program gives them, in the corrections as well.
    let old: Vec<EntryId> = entries.iter().map(|e| e.id.clone()).collect();
    let new: Vec<EntryId> = entries.iter().enumerate().map(|(n, e)| id(e, n)).collect();
    for (entry, id) in entries.iter_mut().zip(&new) {
        entry.id = id.clone();
        if let Some(correction) = &mut entry.corrects {
            let at = old.iter().position(|o| *o == correction.replaces).unwrap();
            correction.replaces = new[at].clone();
        }
    }
    entries
}

/// A store with two episodes, the second one with a single entry.
fn filled(history: &History, extras: &[Extra]) -> App {
    let app = empty();
    let definition = &app.catalog.programs[&history.program().id];
    let store = Store::in_memory().unwrap();
    let source = Source {
        hash: definition.hash.clone(),
        id: definition.program.id.clone(),
        source: definition.text.clone(),
    };
    store.begin().unwrap();
    let episode = Episode {
        id: FIRST.into(),
        number: 2,
        condition: definition.program.condition.clone(),
        manner: Some(Manner::OverHours),
        title: "L\u{ef}nks, \"left\"".into(),
        ..laws::episode()
    };
    let other = Episode { id: SECOND.into(), number: 5, side: None, goal: Goal::Running, ..episode.clone() };
    store.add_episode(&episode).unwrap();
    store.add_episode(&other).unwrap();
    store.add_definition(&source).unwrap();
    let all = entries(history, extras, &definition.hash);
    let start = Entry { id: EntryId::new("019cad8f-ac01-7ce6-b51b-000000000001"), ..all[0].clone() };
    let library = &app.catalog.library;
    for (n, entry) in all.into_iter().enumerate() {
        let device = if n % 2 == 0 { "local" } else { "phone \u{2192}" };
        store
            .add_entry(&Filed { episode: FIRST.into(), device: device.into(), entry: entry.into() }, library)
            .unwrap();
    }
    store
        .add_entry(&Filed { episode: SECOND.into(), device: "local".into(), entry: start.into() }, library)
        .unwrap();
    store.commit().unwrap();
    App::new(app.catalog, store)
}

/// A moment after everything.
fn later() -> Now {
    evening(day("2026-12-01"))
}

fn views(app: &App) -> Vec<String> {
    let mut views = Vec::new();
    for episode in app.episodes().unwrap() {
        let traced = app.history(&episode).unwrap();
        views.extend(traced.iter().map(|t| trail::value(&app.catalog.library, t).to_string()));
        for on in ["2026-03-04", "2026-03-20", "2026-12-01"] {
            if let Ok(s) = app.situation(&episode, evening(day(on))) {
                views.push(render::json::next(&s, None));
                views.push(render::json::today(&s));
                views.push(render::json::flags(&s.flags));
            }
        }
    }
    views
}

fn take_in(app: &mut App, text: &str) -> sinew::domain::archive::Imported {
    app.all_or_nothing(false, |app| app.import_document(text.as_bytes(), later())).unwrap()
}

/// A whole table, and what it says of what is not in it.
fn table_of(app: &App, episode: &Episode) -> (Vec<u8>, Vec<String>) {
    let mut table = Table::new(&app.catalog.library);
    let mut bytes = table.head();
    let mut last = None;
    let each = |entries: &[Arc<Entry>]| {
        let date = entries[0].at.date_naive();
        assert!(last < Some(date) && entries.iter().all(|e| e.at.date_naive() == date), "{date}");
        last = Some(date);
        bytes.extend(table.date(entries));
        Ok(())
    };
    let gone = app.each_date(episode, later(), each).unwrap();
    (bytes, table.left_out(gone))
}

/// What stands of an episode, and how many entries do not.
fn standing(app: &App, episode: &Episode, now: Now) -> (Vec<Arc<Entry>>, usize) {
    let mut entries = Vec::new();
    let gone = app.each_date(episode, now, |of_date| {
        entries.extend_from_slice(of_date);
        Ok(())
    });
    (entries, gone.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn out_and_in_and_out_again_is_the_same_byte_for_byte(history in history(), extras in extras()) {
        let first = filled(&history, &extras);
        let text = exported(&first);
        let mut second = empty();
        let done = take_in(&mut second, &text);
        prop_assert_eq!(done.read, done.new);
        prop_assert_eq!(&exported(&second), &text);
        prop_assert_eq!(views(&second), views(&first));
        // Once more changes nothing, and says so.
        let again = take_in(&mut second, &text);
        prop_assert_eq!((again.read, again.new, again.episodes), (done.read, 0, 0));
        prop_assert_eq!(&exported(&second), &text);
    }

    #[test]
    fn two_devices_come_to_the_same_document(
        history in history(), extras in extras(), parts in any::<u64>(),
    ) {
        let whole = exported(&filled(&history, &extras));
        // A document of each half, as two devices would have them: what an entry
        // replaces is known to whoever replaces it.
        let mut first: serde_json::Value = serde_json::from_str(&whole).unwrap();
        let mut second = first.clone();
        let all = first["entries"].as_array().unwrap().clone();
        let known = |bit: u64| {
            let mut known = std::collections::BTreeSet::new();
            for (n, entry) in all.iter().enumerate() {
                let own = n == 0 || entry["episode"] == SECOND || parts >> (n % 61) & 1 == bit;
                if own || entry["decision"]["kind"] == "start" {
                    let mut here = Some(entry);
                    while let Some(e) = here {
                        known.insert(e["id"].as_str().unwrap().to_owned());
                        here = all.iter().find(|old| old["id"] == e["correction"]["replaces"]);
                    }
                }
            }
            all.iter().filter(|e| known.contains(e["id"].as_str().unwrap())).cloned().collect::<Vec<_>>()
        };
        first["entries"] = known(0).into();
        second["entries"] = known(1).into();
        let (mut here, mut there) = (empty(), empty());
        for text in [&first, &second] { take_in(&mut here, &text.to_string()); }
        for text in [&second, &first] { take_in(&mut there, &text.to_string()); }
        prop_assert_eq!(exported(&here), exported(&there));
        prop_assert_eq!(exported(&here), whole);
    }

    #[test]
    fn a_table_carries_everything_but_what_it_names(history in history(), extras in extras()) {
        let first = filled(&history, &extras);
        let episode = first.episodes().unwrap().remove(0);
        // What is gone through is what the trail of everything leaves standing.
        let (stood, gone) = standing(&first, &episode, later());
        let all = first.history(&episode).unwrap();
        let stands = all.iter().filter(|t| t.corrected.is_empty()).map(|t| &t.entry);
        prop_assert_eq!(said(stood.iter().map(AsRef::as_ref)), said(stands.clone().map(AsRef::as_ref)));
        prop_assert_eq!(stood.len(), stands.count());
        let (table, left_out) = table_of(&first, &episode);
        for row in csv::Reader::from_reader(&table[..]).records() {
            for cell in &row.unwrap() {
                let formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r']);
                prop_assert!(!formula || cell.parse::<f64>().is_ok(), "a spreadsheet calculates {cell:?}");
            }
        }
        let (mut second, fresh) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
        second.import(&fresh, &table, later(), |_| ()).unwrap();
        let (came, _) = standing(&second, &fresh, later());
        prop_assert_eq!(said(came.iter().map(AsRef::as_ref)), said(stood.iter().map(AsRef::as_ref)));
        let (again, _) = table_of(&second, &fresh);
        prop_assert_eq!(String::from_utf8(again.clone()), String::from_utf8(table));
        // The episode it came from has all of it already.
        let mut first = first;
        prop_assert_eq!(first.import(&episode, &again, later(), |_| ()).unwrap().new, 0);
        let lost = |what: &str| left_out.iter().any(|words| words.contains(what));
        prop_assert_eq!(lost("decisions"), true);
        prop_assert_eq!(lost("taken back"), gone > 0);
    }
}

/// Everything that entries say and a table carries, each by its minute on the clock.
fn said<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<String> {
    let mut all = Vec::new();
    for entry in entries {
        let at = entry.at.format("%Y-%m-%d %H:%M");
        match &entry.fact {
            Fact::CheckIn { readings, answers } => {
                all.extend(readings.iter().map(|r| format!("{at} {r:?}")));
                all.extend(answers.iter().map(|a| format!("{at} {a:?}")));
            }
            Fact::Screen(answers) => all.extend(answers.iter().map(|a| format!("{at} screen {a:?}"))),
            Fact::Performed(p) => all.push(format!("{at} {p:?}")),
            Fact::Care(care) => all.push(format!("{at} {care:?}")),
            Fact::Note | Fact::Decision(_) | Fact::Clearance(_) | Fact::Withdrawn => {}
        }
        let carried = !matches!(entry.fact, Fact::Decision(_) | Fact::Clearance(_) | Fact::Withdrawn);
        let note = entry.note.as_deref().unwrap_or_default().trim().replace(['\n', '\r'], " ");
        if carried && !note.trim().is_empty() {
            all.push(format!("{at} note {:?}", note.trim()));
        }
    }
    all.sort();
    all
}

/// A document of an episode with an entry of most kinds, as a value to break.
fn good() -> Value {
    let catalog = Catalog::builtin().unwrap();
    let definition = &catalog.programs["hamstring-strain-2"];
    let entry = |n: u32, kind: &str, more: Value| {
        let mut entry = json!({
            "id": format!("019cad8f-ac00-7000-8000-{n:012x}"), "episode": FIRST, "kind": kind,
            "day": "2026-03-02", "at": "2026-03-02T08:00:00+01:00", "device": "phone",
        });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    json!({
        "schema": "sinew/export/1",
        "episodes": [{
            "id": FIRST, "number": 1, "title": "t", "condition": "hamstring-strain", "region": "back-of-thigh",
            "side": "left", "onset": "2026-03-02", "goal": "running", "opened": "2026-03-02T08:00:00+01:00",
        }],
        "definitions": [{ "hash": definition.hash, "id": "hamstring-strain-2", "source": definition.text }],
        "entries": [
            entry(1, "decision", json!({ "decision": {
                "kind": "start", "phase": "p1", "program": definition.hash, "by": "self", "findings": [],
            } })),
            entry(2, "check-in", json!({
                "readings": [{ "measure": "pain-worst", "value": 3, "unit": "nrs" }],
                "answers": [{ "question": "chest-pain", "value": "no" }],
            })),
            entry(3, "performed", json!({ "performed": { "exercise": "walk", "seconds": 600 }, "note": "n" })),
            entry(4, "clearance", json!({ "clearance": {
                "rule": "rf-07", "who": "w", "role": "doctor", "day": "2026-03-02", "outcome": "cleared",
            } })),
            entry(5, "note", json!({ "note": "n" })),
            entry(6, "correction", json!({ "correction": {
                "replaces": "019cad8f-ac00-7000-8000-000000000005", "reason": "r",
            } })),
        ],
    })
}

fn refused(app: &mut App, bytes: &[u8]) -> Vec<String> {
    let before = exported(app);
    let error = app.all_or_nothing(false, |app| app.import_document(bytes, later())).unwrap_err();
    assert_eq!(exported(app), before, "something was written");
    let AppError::Document { mistakes, .. } = error else { panic!("{error}") };
    mistakes
}

#[test]
fn each_mistake_of_a_document_is_told_with_its_place() {
    let good = good();
    let mut app = empty();
    take_in(&mut app, &good.to_string());
    let cases = include_str!("../cases/bad-documents.txt");
    assert!(cases.lines().count() > 40);
    for case in cases.lines() {
        let mut parts = case.split('\t');
        let mut part = || parts.next().unwrap();
        let (at, value, wanted) = (part(), serde_json::from_str(part()).unwrap(), part());
        let mut broken = good.clone();
        let (parent, key) = at.rsplit_once('/').unwrap();
        match broken.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.insert(key.to_owned(), value)),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
            _ => unreachable!(),
        }
        let wanted = wanted.replacen('@', "entry 019cad8f-ac00-7000-8000-00000000000", 1);
        let told = refused(&mut empty(), broken.to_string().as_bytes());
        assert_eq!(told.first(), Some(&wanted), "{at}: {told:#?}");
        // The same id with other content, where the good one is on record.
        assert!(!refused(&mut app, broken.to_string().as_bytes()).is_empty(), "{at}");
    }
}

#[test]
fn what_no_version_writes_is_refused_as_a_whole() {
    let one = |n: u32| format!("019cad8f-ac00-7000-8000-{n:012x}");
    let mut ring = good();
    ring["entries"][4]["correction"] = json!({ "replaces": one(7), "reason": "r" });
    let mut seventh = ring["entries"][4].clone();
    seventh["id"] = one(7).into();
    seventh["correction"]["replaces"] = one(5).into();
    ring["entries"].as_array_mut().unwrap().push(seventh);
    let told = refused(&mut empty(), ring.to_string().as_bytes());
    assert_eq!(told, [format!("entry {}: it replaces itself by way of others", one(5))]);

    let mut other = good();
    other["entries"][4]["correction"] = json!({ "replaces": one(2), "reason": "r" });
    let told = refused(&mut empty(), other.to_string().as_bytes());
    assert_eq!(told, [format!("entry {}: it replaces an entry of another kind", one(5))]);

    let mut unstarted = good();
    unstarted["entries"] = json!([]);
    let told = refused(&mut empty(), unstarted.to_string().as_bytes());
    assert_eq!(told, [format!("episode {FIRST}: no entry starts its program")]);

    let mut twice = good();
    let mut again = twice["entries"][1].clone();
    again["readings"][0]["value"] = 4.into();
    twice["entries"].as_array_mut().unwrap().push(again);
    let told = refused(&mut empty(), twice.to_string().as_bytes());
    assert_eq!(told, [format!("entry {}: it is on record with other content", one(2))]);
}

#[test]
fn hostile_bytes_get_one_clear_message() {
    let text = good().to_string();
    let broken = |from: &str, to: &str| text.replacen(from, to, 1).into_bytes();
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let at_2 = "entry 2: ";
    let of_2 = "entry 019cad8f-ac00-7000-8000-000000000002: ";
    let cases: Vec<(Vec<u8>, String)> = vec![
        (b"{".to_vec(), "line 1, column 1: the document ends too early".into()),
        (b"{}".to_vec(), "schema: has to be sinew/export/1; a newer sinew may have written this".into()),
        (
            b"{\"schema\":\"sinew/export/1\",\n\"mood\":1}".to_vec(),
            "line 2, column 6: only schema, episodes, definitions and entries are known here, each once"
                .into(),
        ),
        (
            b"{\"entries\":[],\"entries\":[]}".to_vec(),
            "line 1, column 23: only schema, episodes, definitions and entries are known here, each once"
                .into(),
        ),
        (b"{\"schema\":\"\xff\"}".to_vec(), "line 1: this is not UTF-8 text".into()),
        (broken("\"value\":3", "\"value\":NaN"), "this is no JSON".into()),
        (broken("\"value\":3", "\"value\":1e999"), format!("{at_2}this is no JSON that can be read")),
        (
            broken("\"value\":3", "\"value\":123456789012345678901234567890"),
            format!("{of_2}readings[0].measure: worst pain since the last check-in runs from 0 to 10"),
        ),
        (
            broken("\"value\":3", &format!("\"value\":{nested}")),
            format!("{at_2}this is no JSON that can be read"),
        ),
        (broken("\"value\":3", "\"value\":3,\"value\":0"), format!("{at_2}a field is there twice")),
        (
            broken("\"device\":\"phone\",\"readings\"", "\"device\":\"\\ud800\",\"readings\""),
            format!("{at_2}this is no JSON that can be read"),
        ),
        (
            broken("\"value\":3", &format!("\"value\":\"{}\"", "x".repeat(20_000_000))),
            format!("{at_2}it is longer than 4 MB"),
        ),
        (
            broken("\"note\":\"n\"", &format!("\"note\":\"{}\"", "x".repeat(10_001))),
            "entry 019cad8f-ac00-7000-8000-000000000003: note: has to be at most 10000 characters long"
                .into(),
        ),
    ];
    for (bytes, wanted) in cases {
        let told = refused(&mut empty(), &bytes);
        assert!(told.len() == 1 && told[0].ends_with(&wanted), "wanted {wanted}, told {told:#?}");
    }
}

/// A sign counts for something even where the document around it is broken.
#[test]
fn signs_of_a_refused_document_are_not_lost() {
    let text = good().to_string().replacen(r#""value":"no""#, r#""value":"yes""#, 1);
    let told = text.replacen("\"value\":3", "\"value\":14", 1);
    for text in [&told, &text[..text.len() - 9], &text.replacen("\"value\":3", "\"value\":NaN", 1)] {
        let error = empty().all_or_nothing(false, |app| app.import_document(text.as_bytes(), later()));
        let AppError::Document { signs, .. } = error.unwrap_err() else { panic!() };
        assert_eq!(signs, [Answer { question: "chest-pain".into(), value: AnswerValue::Yes }]);
    }
}

/// What a companion page writes: entries alone, for an episode that is there.
#[test]
fn entries_alone_join_the_episode_that_they_name() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let mut entries = good()["entries"].clone();
    for entry in entries.as_array_mut().unwrap() {
        entry["episode"] = episode.id.as_str().into();
    }
    entries.as_array_mut().unwrap().remove(0);
    let text = json!({ "schema": "sinew/export/1", "entries": entries }).to_string();
    let done = take_in(&mut app, &text);
    assert_eq!((done.read, done.new, done.episodes), (5, 5, 0));
    assert_eq!(done.kinds["clearance"], 1);
    // A rehearsal says the same and leaves nothing.
    let mut app = empty();
    let before = exported(&app);
    let rehearsed =
        app.all_or_nothing(true, |app| app.import_document(good().to_string().as_bytes(), later()));
    assert_eq!(rehearsed.unwrap().new, 6);
    assert_eq!(exported(&app), before);
}

/// Numbers are handles: a taken one gives way, a free one stays.
#[test]
fn episodes_keep_their_numbers_where_those_are_free() {
    let (mut app, own) = opened("calf-strain", 1, Side::Right, "2026-03-02");
    take_in(&mut app, &good().to_string());
    let numbers =
        |app: &App| app.episodes().unwrap().into_iter().map(|e| (e.number, e.id)).collect::<Vec<_>>();
    assert_eq!(numbers(&app), [(1, own.id.clone()), (2, FIRST.to_owned())]);
}

fn columns(pairs: &[(&str, &str)], dates: Option<DateOrder>) -> Columns {
    let pairs = pairs.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()));
    Columns { pairs: pairs.collect(), dates }
}

/// What the rows of another tracker become, or what is wrong with them.
fn table(text: &str, pairs: &[(&str, &str)], dates: Option<DateOrder>) -> Result<Vec<String>, Vec<String>> {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let now = now("2026-03-09T12:00");
    match app.import_table(&episode, text.as_bytes(), &columns(pairs, dates), now) {
        Ok(done) => {
            let again = app.import_table(&episode, text.as_bytes(), &columns(pairs, dates), now).unwrap();
            assert_eq!((again.read, again.new), (done.read, 0), "twice doubles");
            Ok(said(standing(&app, &episode, now).0.iter().map(AsRef::as_ref)))
        }
        Err(AppError::Rows { mistakes, .. }) => {
            Err(mistakes.into_iter().map(|m| format!("line {}: {}", m.line, m.message)).collect())
        }
        Err(other) => Err(vec![other.to_string()]),
    }
}

#[test]
fn the_table_of_another_tracker_is_read_by_its_columns() {
    let pairs = [("day", "Datum"), ("pain-worst", "Schmerz"), ("limp", "Hinken"), ("note", "Notiz")];
    let worst = |at: &str, value: &str| {
        format!("2026-03-{at} Reading {{ measure: \"pain-worst\", side: None, value: {value} }}")
    };
    let limp = |at: &str, value: &str| worst(at, value).replace("pain-worst", "limp");
    let text = "\u{feff}Datum;Schmerz;Puls;Hinken;Notiz\n\
                02.03.2026;3,5;60;1;\"gut; aber m\u{fc}de\"\n\
                3.3.2026;;61;0;\n\
                2026/03/04;;62;;\n\
                2026-03-05;0;;no;'=1+1\n\
                2026-03-09;2;;;\n";
    let wanted = [
        limp("02 20:00", "1.0"),
        worst("02 20:00", "3.5"),
        "2026-03-02 20:00 note \"gut; aber m\u{fc}de\"".to_owned(),
        limp("03 20:00", "0.0"),
        limp("05 20:00", "0.0"),
        worst("05 20:00", "0.0"),
        "2026-03-05 20:00 note \"=1+1\"".to_owned(),
        // The evening of today is still to come.
        worst("09 12:00", "2.0"),
    ];
    assert_eq!(table(text, &pairs, None).unwrap(), wanted);
    // Tabs and commas alike, times, and instants that bring their own.
    let pairs = [("day", "d"), ("time", "t"), ("pain-worst", "p")];
    for delimiter in [",", "\t"] {
        let text = "d,t,p\n2026-03-03,07:30,2.5\n2026-03-04 08:15,,1\n2026-03-05T09:00:00+05:00,,0\n";
        let said = table(&text.replace(',', delimiter), &pairs, None).unwrap();
        assert_eq!(said, [worst("03 07:30", "2.5"), worst("04 08:15", "1.0"), worst("05 09:00", "0.0")]);
    }
}

#[test]
fn a_day_that_can_be_read_in_two_ways_is_asked_for() {
    let text = "d,p\n05/03/2026,3\n";
    let pairs = [("day", "d"), ("pain-worst", "p")];
    assert_eq!(
        table(text, &pairs, None).unwrap_err(),
        ["line 2: the day can be read in two ways: say --dates day-first or --dates month-first"]
    );
    assert!(table(text, &pairs, Some(DateOrder::DayFirst)).unwrap()[0].starts_with("2026-03-05 20:00"));
    let early = table(text, &pairs, Some(DateOrder::MonthFirst)).unwrap_err();
    assert_eq!(early, ["line 2: 2026-05-03 20:00 lies in the future"]);
}

#[test]
fn each_mistake_of_a_table_is_told_with_its_line() {
    let pairs = [("day", "d"), ("pain-worst", "p"), ("limp", "l")];
    let text = "d,p,l\n2026-03-03,11,no\n,3,no\n2026-02-30,3,no\n2026-03-01,3,no\n\
                2026-03-03,NaN,perhaps\n2026-03-03,3\n2026-03-04,1e400,no\n\"2026-03-05,3,no\n2026-03-06,3,no\n";
    let told = table(text, &pairs, None).unwrap_err();
    let wanted = [
        "line 2: worst pain since the last check-in runs from 0 to 10",
        "line 3: the day is no date such as 2026-03-02",
        "line 4: the day is no date such as 2026-03-02",
        "line 5: 2026-03-01 lies before the injury of 2026-03-02",
        "line 6: worst pain since the last check-in runs from 0 to 10",
        "line 6: limp is answered with yes or no",
        "line 7: 2 columns where there should be 3",
        "line 8: worst pain since the last check-in runs from 0 to 10",
        "line 9: a quoted text runs over the end of its line",
    ];
    assert_eq!(told, wanted);
    let columns = |pairs: &[(&str, &str)]| table("d,p,p\n2026-03-03,1,2\n", pairs, None).unwrap_err();
    assert_eq!(columns(&[("day", "d"), ("pain-worst", "q")]), ["there is no column `q`"]);
    assert_eq!(columns(&[("day", "d"), ("pain-worst", "p")]), ["two columns of the table have that name"]);
    assert_eq!(columns(&[("pain-worst", "d")]), ["no column is named for the day"]);
    assert_eq!(columns(&[("day", "d"), ("pain-wurst", "d")]), ["there is no measure `pain-wurst`"]);
    assert_eq!(columns(&[("day", "d"), ("day", "d")]), ["a column of ours is named twice"]);
}

#[test]
fn the_commands_take_everything_to_another_store_and_back() {
    let home = Home::new();
    home.start();
    let on = "2026-03-06T20:00";
    home.ok("2026-03-05T20:00", &["log", "3", "=stairs", "--symptom", "one-leg-swollen"]);
    home.ok(on, &["undo", "--why", "the other leg"]);
    let file = home.path("all.json");
    let out = home.ok(on, &["export", "json", "--output", &file]);
    assert!(out.contains("Written"), "{out}");
    let text = home.ok(on, &["export", "json"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    // An empty store beside it, which a rehearsal does not even create.
    let other = home.path("other.db");
    let rehearsed = home.ok(on, &["--store", &other, "import", &file, "--dry-run"]);
    assert!(rehearsed.contains("Nothing was written") && rehearsed.contains("2 decisions"), "{rehearsed}");
    assert!(!fs::exists(&other).unwrap());
    home.ok(on, &["--store", &other, "import", &file]);
    assert_eq!(home.ok(on, &["--store", &other, "export", "json"]), text);
    for view in [&["next", "--json"][..], &["history", "--all", "--json"]] {
        assert_eq!(home.ok(on, &[&["--store", &other], view].concat()), home.ok(on, view), "{view:?}");
    }
    let known = home.ok(on, &["import", &file, "--json"]);
    assert!(known.contains(r#""new":0"#), "{known}");
    // The document names its episodes; a setting or a flag does not.
    home.fails(on, &["import", &file, "--episode", "1"], 1);
    home.fails(on, &["export", "json", "--as-of", "2026-03-05"], 1);
}

#[test]
fn no_document_is_written_over_a_part_of_the_store() {
    let home = Home::new();
    home.start();
    let on = "2026-03-06T20:00";
    for part in ["", "-wal", "-shm", "-journal"] {
        let file = home.path(&format!("diary.db{part}"));
        for command in [&["export", "json", "--force"][..], &["page", "--force"], &["backup"]] {
            let said = home.fails(on, &[command, &["--output", &file]].concat(), 1);
            assert!(said.contains("belongs to the store"), "{part}: {said}");
        }
    }
}

#[test]
fn json_steers_no_terminal() {
    let home = Home::new();
    home.start();
    let on = "2026-03-06T20:00";
    let note = "a\u{9b}31m\u{7f}\u{202e}b\u{2028}c";
    home.ok(on, &["log", "3", note]);
    for view in [&["export", "json"][..], &["history", "--json"], &["report", "--json"]] {
        let text = home.ok(on, view);
        assert!(!text.chars().any(|c| note.contains(c) && !c.is_ascii_graphic()), "{text}");
        assert!(text.contains(r"a\u009b31m\u007f\u202eb\u2028c"), "{text}");
    }
    home.fails(on, &["start", "calf-strain", "--grade", "1", "--side", "left", "--title", "two\nlines"], 1);
    home.fails(on, &["start", "calf-strain", "--grade", "1", "--side", "left", "--onset", "0201-03-02"], 1);
}

#[test]
fn a_sign_in_a_document_is_the_first_line_whether_it_is_taken_or_not() {
    let home = Home::new();
    let sign = good().to_string().replacen(r#""value":"no""#, r#""value":"yes""#, 1);
    let on = "2026-03-06T20:00";
    for (text, code) in [(sign.replacen("\"value\":3", "\"value\":14", 1), 1), (sign, 0)] {
        fs::write(home.path("sign.json"), text).unwrap();
        let output = home.run(on, &["import", &home.path("sign.json")]);
        assert_eq!(output.status.code(), Some(code));
        let first = String::from_utf8(output.stdout).unwrap();
        assert!(first.lines().next().unwrap_or_default().contains("emergency"), "{first}");
    }
}

#[test]
fn what_was_erased_does_not_come_back() {
    let mut app = empty();
    let text = good().to_string();
    take_in(&mut app, &text);
    let episode = app.episodes().unwrap().remove(0);
    app.erase(&episode, later()).unwrap();
    let nothing = exported(&empty());
    assert_eq!(exported(&app), nothing);
    let done = take_in(&mut app, &text);
    assert_eq!((done.read, done.new, done.erased, done.episodes, done.definitions), (6, 0, 6, 0, 0));
    assert_eq!(exported(&app), nothing);
}

#[test]
fn a_cell_longer_than_any_note_is_named() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let text = format!(
        "day,time,kind,item,side,value,unit,note\n2026-03-03,07:30,note,,,,,{}\n",
        "x".repeat(10_001)
    );
    let error = app.import(&episode, text.as_bytes(), later(), |_| ()).unwrap_err();
    let AppError::Rows { mistakes, .. } = error else { panic!("{error}") };
    assert_eq!(mistakes.len(), 1);
    assert_eq!(mistakes[0].message, "a cell is longer than 10000 characters");
}

/// What a hostile row says is not gathered, and what stands below it is read.
#[test]
fn a_row_without_an_end_is_named_with_its_line() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let head = "day,time,kind,item,side,value,unit,note\n2026-03-03,07:30,note,,,,,words\n";
    let sign = "2026-03-03,09:00,answer,chest-pain,,yes,,\n";
    let long = "x".repeat(3 << 20);
    let cases = [
        (format!("2026-03-03,08:00,note,,,,,{long}\n"), 1..=1),
        (format!("2026-03-03,08:00,note,,,,,\"{long}\n"), 1..=1),
        // A quote that nobody closes: what is left of it are lines like any other.
        (format!("2026-03-03,08:00,note,,,,,\"{}", "words\n".repeat(1 << 18)), 85_000..=90_000),
    ];
    for (rows, wrong) in cases {
        let text = format!("{head}{rows}{sign}");
        let error = app.import(&episode, text.as_bytes(), later(), |_| ()).unwrap_err();
        let AppError::Rows { mistakes, more, signs } = error else { panic!("{error}") };
        assert_eq!(mistakes[0].line, 3);
        assert_eq!(mistakes[0].message, "this line is longer than 1 MB");
        assert!(wrong.contains(&(mistakes.len() + more)), "{}", mistakes.len() + more);
        assert_eq!(signs.len(), 1, "the sign below it is seen");
    }
}

#[test]
fn mistakes_beyond_the_first_hundred_are_counted() {
    let home = Home::new();
    home.start();
    let file = home.path("junk.csv");
    fs::write(&file, format!("day,time,kind,item,side,value,unit,note\n{}", "x,\n".repeat(250))).unwrap();
    let said = home.fails("2026-03-04T20:00", &["import", &file], 1);
    assert!(said.starts_with("error: 250 of the rows cannot be read"), "{said}");
    assert!(
        said.contains("line 101:") && !said.contains("line 102:") && said.contains("and 150 more"),
        "{said}"
    );
}

/// A later answer takes back no sign of a file that is refused.
#[test]
fn a_sign_counts_beside_a_later_answer_to_its_question() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let home = Home::new();
    home.start();
    let rows = "2026-03-03,08:00,answer,pain-now,,9,,
2026-03-03,08:00,answer,one-joint-trouble,,hot,,
2026-03-03,08:00,answer,fever,,yes,,
2026-03-04,08:00,answer,pain-now,,4,,
2026-03-04,08:00,answer,one-joint-trouble,,none,,
2026-03-04,08:00,answer,fever,,no,,
2026-03-05,08:00,answer,pain-now,,2,,
2026-03-05,08:00,answer,pain-now,,wrong,,
";
    let text = format!("day,time,kind,item,side,value,unit,note\n{rows}");
    let Err(AppError::Rows { signs, .. }) = app.import(&episode, text.as_bytes(), later(), |_| ()) else {
        panic!()
    };
    let told: Vec<String> = signs.iter().map(|a| format!("{}={}", a.question, a.value)).collect();
    assert_eq!(
        told,
        ["fever=yes", "one-joint-trouble=hot", "one-joint-trouble=none", "pain-now=2", "pain-now=9"]
    );
    let first = |rows: &str| {
        let file = home.path("signs.csv");
        fs::write(&file, format!("day,time,kind,item,side,value,unit,note\n{rows}")).unwrap();
        let output = home.run("2026-03-06T20:00", &["import", &file]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap().lines().next().unwrap_or_default().to_owned()
    };
    let unstable = "2026-03-03,08:00,answer,fever,,yes,,\n2026-03-03,08:00,answer,one-joint-trouble,,hot,,\n";
    let alone = first(&format!("{unstable}x,,,,,,,\n"));
    assert!(!alone.is_empty(), "a hot joint with a fever is urgent");
    assert_eq!(
        first(&format!("{unstable}2026-03-04,08:00,answer,one-joint-trouble,,none,,\nx,,,,,,,\n")),
        alone
    );
}

/// The rows of a long table are taken in day by day, and all of it or nothing.
#[test]
fn a_long_table_is_read_like_a_short_one() {
    let head = "day,time,kind,item,side,value,unit,note\n";
    let ice = |day: &str| -> String {
        let minute = |n: u32| format!("{day},{:02}:{:02},care,ice,,,,\n", n / 60, n % 60);
        (0..1440).map(minute).collect()
    };
    let days: String = ["2026-03-03", "2026-03-04", "2026-03-05"].map(ice).concat();
    // The fifth thousand ends on this day: a weight and a pain come before their exercise, a
    // row of the night counts for the day before it, and one that stands twice is two.
    let bout = "2026-03-06,18:00,load,single-leg-bridge,left,10,kg,
2026-03-06,18:00,reading,pain-during,left,2,nrs,single-leg-bridge
2026-03-06,00:30,answer,chest-pain,,yes,,
2026-03-06,19:00,note,,,,,twice
2026-03-06,19:00,note,,,,,twice
";
    let done = "2026-03-06,18:00,exercise,single-leg-bridge,left,2x10,,\n";
    let after = "2026-03-07,08:00,reading,pain-morning,,3,nrs,\n";
    let day = ice("2026-03-06");
    let in_order = format!("{head}{days}{bout}{day}{done}{after}");
    // Here the day is written in two ways, or torn apart.
    let spelled = format!("{head}{days}{bout}{day}{}{after}", done.replace("2026-03-06", "2026-3-6"));
    let torn = format!("{head}{days}{bout}{day}{after}{done}");
    let read = |text: &str| {
        let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
        let done = app.import(&episode, text.as_bytes(), later(), |_| ()).unwrap();
        assert_eq!((done.read, done.new), (5765, 5765));
        let again = app.import(&episode, text.as_bytes(), later(), |_| ()).unwrap();
        assert_eq!((again.read, again.new), (5765, 0));
        said(standing(&app, &episode, later()).0.iter().map(AsRef::as_ref))
    };
    let told = read(&in_order);
    assert_eq!(told.iter().filter(|t| t.contains("single-leg-bridge")).count(), 1);
    assert!(read(&spelled) == told && read(&torn) == told);

    // A mistake on the last line: nothing stays, and the sign far above it is told.
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let before = standing(&app, &episode, later()).0.len();
    let error =
        app.import(&episode, format!("{in_order}x,,,,,,,\n").as_bytes(), later(), |_| ()).unwrap_err();
    let AppError::Rows { mistakes, signs, .. } = error else { panic!("{error}") };
    assert_eq!((mistakes.len(), mistakes[0].line), (1, 5769));
    assert_eq!(signs, [Answer { question: "chest-pain".into(), value: AnswerValue::Yes }]);
    assert_eq!(standing(&app, &episode, later()).0.len(), before);
    // And a rehearsal leaves nothing.
    app.all_or_nothing(true, |app| app.import(&episode, in_order.as_bytes(), later(), |_| ())).unwrap();
    assert_eq!(standing(&app, &episode, later()).0.len(), before);
}

/// A row is not doubled by what stands already, by whichever way that came; what was taken
/// back does not stand.
#[test]
fn a_row_that_was_written_by_hand_is_not_doubled() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let note = |at: &str, words: &str| Draft { at: now(at).at, note: Some(words.into()), fact: Fact::Note };
    // The first one is of the night, and belongs to the day before its date.
    let told = [("2026-03-06T00:30", "night"), ("2026-03-09T08:00", "gone")];
    for (at, words) in told {
        app.record(&episode, vec![note(at, words)], now(at)).unwrap();
    }
    let rows = "day,time,kind,item,side,value,unit,note
2026-03-06,00:30,note,,,,,night
2026-03-09,08:00,note,,,,,gone
";
    let done = app.import(&episode, rows.as_bytes(), later(), |_| ()).unwrap();
    assert_eq!((done.read, done.new), (2, 0));
    app.undo(std::slice::from_ref(&episode), None, Some("typed wrong"), later()).unwrap();
    let done = app.import(&episode, rows.as_bytes(), later(), |_| ()).unwrap();
    assert_eq!((done.read, done.new), (2, 1));
}

/// What is put right on a journey is still of the day and the clock of its own place.
#[test]
fn a_moment_that_is_put_right_elsewhere_stays_where_it_was() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    let by_the_clock_of = |hours: i32| {
        let offset = FixedOffset::east_opt(hours * 3600).unwrap();
        Now::at(now("2026-03-13T20:00").at.with_timezone(&offset))
    };
    let (auckland, honolulu) = (by_the_clock_of(13), by_the_clock_of(-10));
    let note = |at: Now, words: &str| Draft { at: at.at, note: Some(words.into()), fact: Fact::Note };
    app.record(&episode, vec![note(auckland, "wrong")], auckland).unwrap();
    let old = app.entry(&episode, "last").unwrap();
    app.correct(&episode, &old, note(honolulu, "right"), "typed wrong", honolulu).unwrap();
    let corrected = app.entry(&episode, "last").unwrap();
    assert_eq!((corrected.day, corrected.at.offset()), (old.day, old.at.offset()));
    // Its own document and table are taken in again.
    let (table, _) = table_of(&app, &episode);
    assert_eq!(app.import(&episode, &table, later(), |_| ()).unwrap().new, 0);
    assert_eq!(
        exported(&{
            let mut other = empty();
            take_in(&mut other, &exported(&app));
            other
        }),
        exported(&app)
    );
}

#[test]
fn an_import_names_the_warning_that_it_closes() {
    let (one, two) = (Home::new(), Home::new());
    one.start();
    one.ok("2026-03-03T20:00", &["log", "--symptom", "chest-pain"]);
    let file = one.path("all.json");
    one.ok("2026-03-03T20:01", &["export", "json", "--output", &file]);
    two.ok("2026-03-03T20:02", &["import", &file]);
    one.ok(
        "2026-03-04T20:00",
        &["clear", "rf-06", "--by", "the clinic", "--role", "doctor", "--outcome", "cleared"],
    );
    one.ok("2026-03-04T20:01", &["export", "json", "--output", &file, "--force"]);
    let said = two.ok("2026-03-04T20:02", &["import", &file, "--dry-run"]);
    assert!(said.contains("No longer open, by what the file says: rf-06 ("), "{said}");
    let document: Value =
        serde_json::from_str(&two.ok("2026-03-04T20:02", &["import", &file, "--json"])).unwrap();
    assert_eq!(document["closed"], serde_json::json!(["rf-06"]));
}
