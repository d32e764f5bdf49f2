//! The hand-over: what a clinician asks for is on it, in each format, the
//! emergency first, and nothing unknown looks like a zero or a "no".

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use sinew::app::{App, Cleared, Draft};
use sinew::domain::adherence::adherence;
use sinew::domain::day::Now;
use sinew::domain::entry::{Care, EntryId, Fact, Outcome, Side};
use sinew::domain::episode::Episode;
use sinew::domain::handover::{Basis, Handover, Visit, hand_over};
use sinew::domain::situation::Situation;
use sinew::domain::units::Units;
use sinew::render::handover::{Sheet, html, markdown, pdf, report, sheet, text};
use sinew::render::page::Page;

use crate::commands::Home;
use crate::laws::{History, history, library};
use crate::support::{
    CALF, GRADE_1, GRADE_2, day, evening, in_a_browser, live_through, now, opened, opened_ungraded,
};

const PAGE: Page = Page { width: 80, plain: false, terminal: false, units: Units::Metric };

/// Wide enough that no line is broken.
const WIDE: Page = Page { width: 1000, plain: false, terminal: false, units: Units::Metric };

/// A hand-over with all that it is made from.
struct Handed {
    app: App,
    situation: Situation,
    value: Handover,
}

impl Handed {
    fn of(app: App, episode: &Episode, at: Now, questions: &[&str]) -> Self {
        let situation = app.situation(episode, at).unwrap();
        let questions: Vec<String> = questions.iter().map(|q| (*q).to_owned()).collect();
        let mut value = app.hand_over(&situation, None, &questions, &|_| ()).unwrap();
        // Ids are made by chance; their names would be others each time.
        value.handles.values_mut().for_each(|name| "abcd".clone_into(name));
        Self { app, situation, value }
    }

    fn sheet(&self) -> Sheet {
        sheet(Units::Metric, &self.app.catalog.library, &self.situation, &self.value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&report(&self.app.catalog.library, &self.situation, &self.value)).unwrap()
    }

    /// Each format as plain words on one line.
    fn formats(&self) -> BTreeMap<&'static str, String> {
        let sheet = self.sheet();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        BTreeMap::from([
            ("text", words(&anstream::adapter::strip_str(&text(&WIDE, &sheet)).to_string())),
            ("markdown", words(&markdown(&sheet).replace('\\', ""))),
            ("html", words(&shown(&html(&sheet)))),
            ("pdf", words(&drawn(&pdf(&sheet, self.situation.journal.now().at).unwrap()))),
        ])
    }
}

/// The grade 2 diary, with every advance taken.
fn grade_2(questions: &[&str]) -> Handed {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    live_through(&mut app, &episode, "2026-05-01");
    Handed::of(app, &episode, evening(day("2026-05-01")), questions)
}

/// The calf diary up to the swollen leg.
fn calf() -> Handed {
    let (mut app, episode) = opened("calf-strain", 1, Side::Left, "2026-06-01");
    app.import(&episode, CALF.as_bytes(), now("2026-07-03T23:00"), |_| ()).unwrap();
    Handed::of(app, &episode, evening(day("2026-07-03")), &[])
}

/// What a page of HTML shows, without its tags.
fn shown(page: &str) -> String {
    let body = page.split_once("<main>").unwrap().1;
    let mut text = String::new();
    for part in body.split('<') {
        let (_, words) = part.split_once('>').unwrap_or(("", part));
        text.push_str(words);
        text.push(' ');
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.into_iter().fold(text, |text, (entity, sign)| text.replace(entity, sign))
}

/// The streams of a PDF, inflated.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |what: &[u8], from: usize| {
        pdf[from..].windows(what.len()).position(|w| w == what).map(|at| from + at)
    };
    let mut streams = Vec::new();
    let mut from = 0;
    while let Some(at) = find(b"/Length ", from) {
        let digits: Vec<u8> = pdf[at + 8..].iter().copied().take_while(u8::is_ascii_digit).collect();
        let length: usize = String::from_utf8(digits).unwrap().parse().unwrap();
        let start = find(b"stream\n", at).unwrap() + 7;
        streams.push(miniz_oxide::inflate::decompress_to_vec_zlib(&pdf[start..start + length]).unwrap());
        from = start + length;
    }
    streams
}

/// The words of a PDF in the order in which they are drawn, as a reader that
/// knows its map of letters takes them.
fn drawn(pdf: &[u8]) -> String {
    let streams = streams(pdf);
    let map = streams.iter().find(|s| s.windows(11).any(|w| w == b"beginbfchar")).unwrap();
    let mut letters: BTreeMap<u16, char> = BTreeMap::new();
    for line in String::from_utf8_lossy(map).lines() {
        if let Some((glyph, letter)) = line.split_once("> <")
            && let Ok(glyph) = u16::from_str_radix(glyph.trim_start_matches('<'), 16)
            && let Ok(letter) = u32::from_str_radix(letter.trim_end_matches('>'), 16)
            && glyph > 0
        {
            letters.insert(glyph, char::from_u32(letter).unwrap());
        }
    }
    let mut words = String::new();
    for content in streams.iter().filter(|s| s.windows(3).any(|w| w == b" Tj")) {
        for string in strings(content) {
            for glyph in string.chunks(2) {
                words.push(letters[&u16::from_be_bytes([glyph[0], glyph[1]])]);
            }
            words.push(' ');
        }
    }
    words
}

/// The strings of a content stream, in either way of writing them.
fn strings(content: &[u8]) -> Vec<Vec<u8>> {
    let mut strings = Vec::new();
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let mut string = Vec::new();
        match byte {
            b'(' => loop {
                match bytes.next().unwrap() {
                    b')' => break,
                    b'\\' => match bytes.next().unwrap() {
                        b'n' => string.push(b'\n'),
                        b'r' => string.push(b'\r'),
                        b't' => string.push(b'\t'),
                        b'b' => string.push(8),
                        b'f' => string.push(12),
                        d if d.is_ascii_digit() => {
                            let rest = [bytes.next().unwrap(), bytes.next().unwrap()];
                            let octal =
                                rest.iter().fold(u16::from(d - b'0'), |n, d| n * 8 + u16::from(d - b'0'));
                            string.push(u8::try_from(octal).unwrap());
                        }
                        other => string.push(other),
                    },
                    other => string.push(other),
                }
            },
            b'<' => {
                let digits: String = bytes.by_ref().take_while(|b| *b != b'>').map(char::from).collect();
                string.extend(
                    (0..digits.len())
                        .step_by(2)
                        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()),
                );
            }
            _ => continue,
        }
        strings.push(string);
    }
    strings
}

fn snapshot(name: &str, said: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handover").join(name);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, said).unwrap();
    }
    snapbox::assert_data_eq!(said, snapbox::Data::read_from(&file, None).raw());
}

fn plain_text(handed: &Handed) -> String {
    anstream::adapter::strip_str(&text(&PAGE, &handed.sheet())).to_string()
}

#[test]
fn the_sheet_as_text_and_as_markdown() {
    let handed = grade_2(&["May I sprint?"]);
    snapshot("grade-2.txt", &plain_text(&handed));
    snapshot("grade-2.md", &markdown(&handed.sheet()));
    snapshot("calf.txt", &plain_text(&calf()));
}

#[test]
fn everything_that_a_clinician_asks_for_is_on_it() {
    let handed = grade_2(&["May I sprint?"]);
    // Evidence BR-2, item by item.
    let facts = [
        "2026-03-02 (day 0), sudden",
        "sprinting for a ball, sharp pull mid-thigh",
        "what was going on",
        "2 by the person on 2026-03-02",
        "What it feels like",
        "What else there is",
        "Straight-leg raise",
        "pain at rest",
        "pain when walking",
        "pain on waking",
        "At rest",
        "On waking",
        "Bridge on one leg 3x12 (1)",
        "Running ladder rung6 (0)",
        "2026-03-21, as advised, by the person",
        "not met",
        "any pain of the day at most 2/10, 7 days in a row",
        "grade-2-check",
        "cleared by physiotherapist",
        "blood thinner",
        "long-term steroid tablets",
        "quinolone antibiotic",
        "statin",
        "earlier clot",
        "operation within 12 weeks",
        "long journey",
        "left 27 reps (30 Apr), right 27 reps (30 Apr)",
        "left 3 degrees (30 Apr), right 3 degrees (30 Apr)",
        "Patient-Specific Functional Scale: no score is on record",
        "May I sprint?",
        "due sessions done",
    ];
    for (format, words) in handed.formats() {
        for fact in facts {
            assert!(words.contains(fact), "{format} does not say {fact:?}");
        }
    }
}

#[test]
fn an_emergency_comes_first_in_every_format() {
    let handed = calf();
    let action = "Go to an emergency department now, or call your local emergency number.";
    for (format, words) in handed.formats() {
        let words = words.trim_start_matches("**");
        assert!(words.starts_with(action), "{format} begins: {}", &words[..80]);
        let (before, _) = words.split_once("Hand-over:").unwrap();
        for said in [
            "no clinician's outcome is on record",
            "Reported on 2026-07-02: one-leg-swollen: yes",
            "can be a sign of",
        ] {
            assert!(before.contains(said), "{format} does not say {said:?} at its top");
        }
    }
    assert_eq!(text(&PAGE, &handed.sheet()).lines().next().map(|l| l.contains(action)), Some(true));
    let json = report(&handed.app.catalog.library, &handed.situation, &handed.value);
    assert!(json.starts_with(r#"{"alert":{"action":"Go to an emergency department now"#), "{}", &json[..60]);
    let flag = &handed.json()["flags"][0];
    assert_eq!(flag["rule"], "rf-07");
    assert_eq!(flag["bouts_meanwhile"], 0);
    assert!(
        handed.formats()["text"].contains("three days or more in bed or chair lately"),
        "the clinician's list"
    );
}

#[test]
fn what_was_done_about_a_flag_is_told_with_it() {
    let (mut app, episode) = opened("calf-strain", 1, Side::Left, "2026-06-01");
    app.import(&episode, CALF.as_bytes(), now("2026-07-03T23:00"), |_| ()).unwrap();
    let at = now("2026-07-04T12:00");
    let situation = app.situation(&episode, at).unwrap();
    let outcome = |outcome, note: &str| Cleared {
        rule: "rf-07".to_owned(),
        by: "the ward".to_owned(),
        role: "doctor".to_owned(),
        outcome,
        day: day("2026-07-04"),
        until: None,
        note: Some(note.to_owned()),
    };
    app.clear(&situation, outcome(Outcome::Referred, "ultrasound today"), at).unwrap();
    let handed = Handed::of(app, &episode, now("2026-07-04T13:00"), &[]);
    for (format, words) in handed.formats() {
        let referred = "referred by the ward (doctor) on 2026-07-04: \"ultrasound today\"";
        assert!(words.contains(referred), "{format}");
        assert!(words.trim_start_matches("**").starts_with("Go to"), "{format}: a referral closes nothing");
    }
    let mut app = handed.app;
    app.clear(&handed.situation, outcome(Outcome::Treated, "no clot"), now("2026-07-04T18:00")).unwrap();
    let handed = Handed::of(app, &episode, now("2026-07-05T13:00"), &[]);
    assert_eq!((handed.value.since.visit, handed.value.since.day), (Visit::Outcome, day("2026-07-04")));
    for (format, words) in handed.formats() {
        assert!(words.trim_start_matches("# ").starts_with("Hand-over:"), "{format}");
        assert!(words.contains("referred by the ward") && words.contains("treated by the ward"), "{format}");
    }
}

#[test]
fn nothing_unknown_looks_like_a_zero_or_a_no() {
    let (app, episode) = opened_ungraded("low-back-strain", "2026-05-01");
    let handed = Handed::of(app, &episode, evening(day("2026-05-04")), &[]);
    let json = handed.json();
    for day in json["days"].as_array().unwrap() {
        for value in ["worst", "rest", "activity", "morning", "sleep", "zone", "sessions"] {
            assert!(day[value].is_null(), "{value} of {day}");
        }
    }
    for of in [&json["medicines"], &json["clot"]["factors"]] {
        assert!(of.as_array().unwrap().iter().all(|told| told["said"].is_null()), "{of}");
    }
    for (format, words) in handed.formats() {
        assert!(words.contains("Not answered: blood thinner, long-term steroid tablets"), "{format}");
        assert!(words.contains("No pain or sleep was logged so far: unknown, not zero."), "{format}");
        assert!(words.contains("not graded"), "{format}");
        assert!(words.contains("none recorded since"), "{format}");
        for zero in ["0 of 0", "0/0", "none taken", "No: "] {
            assert!(!words.contains(zero), "{format} says {zero:?}");
        }
    }
}

#[test]
fn a_gap_in_the_diary_is_a_gap_in_the_chart() {
    let handed = grade_2(&[]);
    let text = plain_text(&handed);
    let activity = text.lines().find(|line| line.starts_with("Activity")).unwrap();
    let letters: Vec<char> = activity.chars().skip(11).collect();
    assert_eq!(letters[16..20].iter().collect::<String>(), "1..1", "{activity}");
    let page = html(&handed.sheet());
    // Two days are empty in each of the four rows, and a cross has two slanting lines.
    let at = |line: &str, name: &str| {
        line.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let lines = page.lines().filter(|line| line.starts_with("<line") && line.contains("class=\"faint\""));
    assert_eq!(lines.filter(|line| at(line, "x1") != at(line, "x2")).count(), 2 * 4 * 2);
}

#[test]
fn a_median_that_fell_does_not_hide_a_pain_that_rose() {
    let handed = calf();
    let rest = handed.value.changes.scales.iter().find(|c| c.measure == "pain-rest").unwrap();
    assert_eq!(
        (rest.then, rest.now, rest.now_worst, rest.direction),
        (Some(3.0), Some(0.0), Some(5.0), "mixed")
    );
}

#[test]
fn since_is_the_last_visit_or_the_day_that_is_named() {
    let handed = grade_2(&[]);
    let since = &handed.value.since;
    assert_eq!((since.day, since.visit), (day("2026-03-05"), Visit::Outcome));
    assert_eq!(since.role.as_deref(), Some("physiotherapist"));
    let named = handed.app.hand_over(&handed.situation, Some(day("2026-04-20")), &[], &|_| ()).unwrap();
    assert_eq!((named.since.day, named.since.visit), (day("2026-04-20"), Visit::Named));
    assert!(named.bouts.iter().all(|b| b.day >= day("2026-04-20")) && !named.bouts.is_empty());
    assert_eq!(named.kept.days, 12);
    // No visit is on record, nor is one before the injury.
    assert_eq!(calf().value.since.visit, Visit::Injury);
    let early = handed.app.hand_over(&handed.situation, Some(day("2026-01-01")), &[], &|_| ()).unwrap();
    assert_eq!(early.since.day, day("2026-03-02"));
}

#[test]
fn notes_that_ask_something_are_questions() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    for (at, note) in [("2026-03-03T10:00", "may I swim? "), ("2026-03-03T11:00", "stairs were fine")] {
        let draft = Draft { at: now(at).at, note: Some(note.to_owned()), fact: Fact::Note };
        app.record(&episode, vec![draft], now(at)).unwrap();
    }
    let handed = Handed::of(app, &episode, now("2026-03-03T20:00"), &["Is an ultrasound needed?", "  "]);
    let asked: Vec<&str> = handed.value.questions.iter().map(|q| q.text.as_str()).collect();
    assert_eq!(asked, ["Is an ultrasound needed?", "may I swim?"]);
}

#[test]
fn medicines_are_told_without_a_dose() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let taken = Fact::Care(Care { kind: "analgesic".to_owned(), side: None, minutes: None });
    let at = now("2026-03-03T10:00");
    app.record(&episode, vec![Draft { at: at.at, note: None, fact: taken }], at).unwrap();
    let answer = app.answer("blood-thinner", "yes").unwrap();
    let told = Fact::Screen(vec![answer]);
    app.record(&episode, vec![Draft { at: at.at, note: None, fact: told }], at).unwrap();
    let handed = Handed::of(app, &episode, now("2026-03-03T20:00"), &[]);
    for (format, words) in handed.formats() {
        assert!(words.contains("1 time on 1 day, last on 2026-03-03"), "{format}");
        assert!(words.contains("Yes: blood thinner; not answered: long-term steroid"), "{format}");
    }
}

const HOSTILE: &str =
    "<script>alert(1)</script>]]>\u{202e}evil\u{2066}\u{7}\u{1b}[31m & \"q\" 'a' | # * `x` </style></svg>";

#[test]
fn words_of_a_person_are_nothing_but_words() {
    let handed = grade_2(&[HOSTILE]);
    let sheet = handed.sheet();
    let page = html(&sheet);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;?evil??"));
    assert_eq!(page.matches("<script").count(), 0);
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://"));
    let marked = markdown(&sheet);
    assert!(marked.contains("\\<script\\>") && marked.contains("\\|"), "{marked}");
    let bytes = pdf(&sheet, handed.situation.journal.now().at).unwrap();
    for (format, whole) in
        [("html", page), ("markdown", marked), ("text", plain_text(&handed)), ("pdf", drawn(&bytes))]
    {
        assert!(whole.contains("script") && whole.contains("evil"), "{format} lost words");
        let steers = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!whole.contains(steers), "{format} can be steered");
    }
}

#[test]
fn a_letter_that_the_font_does_not_have_is_seen_to_be_missing() {
    let handed = grade_2(&["\u{75db}\u{307f} \u{159}eho\u{159} \u{3ba}\u{3b1}\u{3b9} \u{44f}?"]);
    let words = &handed.formats()["pdf"];
    assert!(words.contains("\u{fffd}\u{fffd} \u{159}eho\u{159} \u{3ba}\u{3b1}\u{3b9} \u{44f}?"), "{words}");
    assert!(words.contains("stands for a letter that this page cannot show"));
    assert!(handed.formats()["html"].contains("\u{75db}\u{307f}"), "a browser has the letters");
    assert!(!grade_2(&[]).formats()["pdf"].contains("cannot show"));
}

#[test]
fn a_pdf_is_the_same_for_the_same_moment_and_says_what_it_is() {
    let handed = grade_2(&["May I sprint?"]);
    let at = handed.situation.journal.now().at;
    let bytes = pdf(&handed.sheet(), at).unwrap();
    assert_eq!(bytes, pdf(&handed.sheet(), at).unwrap());
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 90_000, "{} bytes", bytes.len());
    let has = |what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
    assert!(has(b"/Lang (en)") && has(b"/DisplayDocTitle true") && has(b"Hand-over: Hamstring strain"));
    assert!(has(b"/MediaBox [0 0 595.28 841.89]"));
    // The first page holds the essentials, and the second begins with what is behind.
    let pages: Vec<String> = drawn(&bytes).split(" page ").map(str::to_owned).collect();
    assert!(pages[0].contains("Conditions for moving on") && pages[0].contains("May I sprint?"));
    assert!(pages[1].contains("Flags in full"), "{}", pages[1]);
}

#[test]
fn the_first_page_stands_alone_whatever_is_open() {
    for handed in [grade_2(&["May I sprint?"; 8]), calf()] {
        let bytes = pdf(&handed.sheet(), handed.situation.journal.now().at).unwrap();
        let first = drawn(&bytes).split(" page 1 of ").next().unwrap().to_owned();
        for section in [
            "What happened",
            "Where it stands",
            "What the person wants to ask",
            "Pain, sleep and flags",
            "Met (",
        ] {
            assert!(first.contains(section), "{section} is not on the first page");
        }
        assert!(!first.contains("Self-check answers"));
    }
}

/// A browser prints two pages, which `tests/browser` counts; what they go without is
/// named on them, and no flag is among it.
#[test]
fn paper_names_what_it_goes_without() {
    let handed = grade_2(&[]);
    let page = html(&handed.sheet());
    let left: Vec<&str> = page
        .split("class=\"wide screen\">\n<h2 ")
        .skip(1)
        .map(|section| section.split(['>', '<']).nth(1).unwrap())
        .collect();
    let wanted =
        ["Exercise since 2026-03-05", "All conditions for moving on", "Week by week", "The last 14 days"];
    assert_eq!(left, wanted);
    let named = format!("Not on paper, but on the screen and in the PDF: {}.", wanted.join("; "));
    assert!(page.contains(&format!("<p class=\"paper\">{named}</p>")), "{page}");
    assert!(!handed.formats()["pdf"].contains("Not on paper"));
}

#[test]
fn json_holds_the_whole_value() {
    let handed = grade_2(&["May I sprint?"]);
    let json = handed.json();
    assert_eq!(json["schema"], "sinew/report/1");
    assert_eq!(json["injury"]["onset"], "2026-03-02");
    assert_eq!(json["since"]["visit"], "outcome");
    assert_eq!(json["phases"].as_array().unwrap().len(), handed.situation.course.spans.len());
    assert_eq!(json["days"].as_array().unwrap().len(), 61);
    assert_eq!(json["questions"][0]["text"], "May I sprint?");
    assert!(json["standing"]["findings"][0]["entries"].is_array());
    assert_eq!(json["self_check"].as_array().unwrap().len(), 7);
    let bridge =
        json["tests"].as_array().unwrap().iter().find(|t| t["measure"] == "single-leg-bridge").unwrap();
    assert_eq!(
        (bridge["left"]["value"].as_f64(), bridge["right"]["value"].as_f64()),
        (Some(27.0), Some(27.0))
    );
}

#[test]
fn each_field_of_the_json_is_on_its_page() {
    fn keys(value: &Value, known: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    known.insert(key.clone());
                    keys(value, known);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, known)),
            _ => {}
        }
    }
    let page = include_str!("../../docs/json.md");
    let mut known = BTreeSet::new();
    keys(&grade_2(&["May I sprint?"]).json(), &mut known);
    keys(&calf().json(), &mut known);
    assert!(known.len() > 100, "{}", known.len());
    let missing: Vec<&String> = known.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
}

#[test]
fn the_file_says_the_format() {
    let home = Home::new();
    home.start();
    let at = "2026-03-02T08:00";
    for (name, begins) in
        [("a.pdf", "%PDF"), ("a.html", "<!DOCTYPE"), ("a.md", "# Hand-over"), ("a.txt", "Hand-over")]
    {
        home.ok(at, &["report", "-o", &home.path(name)]);
        assert!(fs::read(home.path(name)).unwrap().starts_with(begins.as_bytes()), "{name}");
    }
    home.ok(at, &["report", "--format", "html", "-o", &home.path("page")]);
    let said = home.fails(at, &["report", "-o", &home.path("a.doc")], 1);
    assert_eq!(
        said,
        "error: the name of that file does not say what to write\nhint: end it in .txt, .md, .html or .pdf, or name the --format\n"
    );
    let said = home.fails(at, &["report", "--since", "2026-04-01"], 1);
    assert!(said.starts_with("error: that day lies in the future"), "{said}");
    let written: Value =
        serde_json::from_str(&home.ok(at, &["report", "--json", "-o", &home.path("b.pdf")])).unwrap();
    assert_eq!(written["schema"], "sinew/written/1");
    assert!(home.ok(at, &["report", "--plain"]).contains("Week by week"));
}

#[test]
fn grade_1_without_any_test_or_visit() {
    let (mut app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-05-11");
    app.import(&episode, GRADE_1.as_bytes(), now("2026-06-10T12:00"), |_| ()).unwrap();
    let handed = Handed::of(app, &episode, evening(day("2026-06-01")), &[]);
    for (format, words) in handed.formats() {
        assert!(words.contains("Home tests, left and right None is on record: unknown."), "{format}");
        assert!(words.contains("as no visit is on record"), "{format}");
    }
}

/// The hand-over of a generated life.
fn handed_of(history: &History, questions: &[String]) -> (Situation, Handover) {
    let situation = history.situation();
    let kept = adherence(&situation, |_| None);
    let basis = Basis { trail: &[], adherence: kept, since: None, questions };
    let value = hand_over(library(), &situation, basis);
    (situation, value)
}

#[test]
fn a_browser_and_its_critics_find_nothing() {
    let Some(said) = in_a_browser("report.cjs") else { return };
    assert_eq!(said.lines().last(), Some("html-validate and axe-core found nothing"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_life_can_be_handed_over(history in history(), question in ".{0,60}", width in 40..80_usize) {
        let (situation, value) = handed_of(&history, &[question]);
        let sheet = sheet(Units::Metric, library(), &situation, &value);
        let page = html(&sheet);
        prop_assert!(!page.contains("<script") && page.ends_with("</html>\n"));
        // Each tag that is opened is one of ours.
        let tags = page.split('<').skip(1).map(|t| t.trim_start_matches('/'));
        for tag in tags {
            let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
            let ours = [
                "html", "head", "meta", "title", "style", "body", "main", "div", "p", "strong", "h1", "h2",
                "section", "dl", "dt", "dd", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td",
                "svg", "desc", "rect", "line", "text", "",
            ];
            prop_assert!(ours.contains(&name.as_str()), "<{tag}");
        }
        let narrow = Page { width, plain: width % 2 == 0, terminal: false, units: Units::Imperial };
        let said = text(&narrow, &sheet);
        let steers = said.contains(|c: char| c.is_control() && !['\n', '\u{1b}'].contains(&c));
        prop_assert!(!steers);
        prop_assert!(!markdown(&sheet).is_empty());
        let stops = situation.open_flags().any(|f| f.rule.urgency >= sinew::domain::library::Urgency::Urgent);
        prop_assert_eq!(!said.starts_with("Hand-over"), stops);
        let at = situation.journal.now().at;
        prop_assert_eq!(pdf(&sheet, at), pdf(&sheet, at));
        let json: Value = serde_json::from_str(&report(library(), &situation, &value)).unwrap();
        prop_assert_eq!(json.get("alert").is_some(), stops);
        // What nobody logged is nothing in each day of the value.
        for (point, told) in value.days.iter().zip(json["days"].as_array().unwrap()) {
            prop_assert_eq!(point.entries.is_empty(), told["sessions"].is_null());
            prop_assert!(!point.entries.is_empty() || told["rest"].is_null());
        }
        let known: Vec<&EntryId> = situation.journal.entries().iter().map(|e| &e.id).collect();
        for finding in &value.standing.findings {
            prop_assert!(finding.entries.iter().all(|id| known.contains(&id)));
        }
    }
}

#[test]
fn a_long_note_leaves_the_first_page_its_room() {
    let home = Home::new();
    home.start();
    let on = "2026-03-06T20:00";
    home.ok(on, &["log", "3", &format!("{}may I run?", "word ".repeat(1900))]);
    let text = home.ok(on, &["report", "--format", "markdown"]);
    let (_, asked) = text.split_once("What the person wants to ask").unwrap();
    let asked = asked.split("\n#").next().unwrap();
    assert!(asked.contains("... ") && asked.contains("may I run?"), "{asked}");
    assert!(asked.len() < 400, "{}", asked.len());
}
