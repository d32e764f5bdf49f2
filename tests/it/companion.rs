//! The page for a phone: what it carries, what it cannot be made to carry, and, in
//! a browser where there is one, what it does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sinew::app::{App, Draft};
use sinew::domain::companion::Companion;
use sinew::domain::day::Now;
use sinew::domain::entry::{Answer, Fact, Reading, Side};
use sinew::domain::episode::Episode;
use sinew::domain::library::{NUMBER, NUMBER_KEY, Urgency};
use sinew::domain::question::{AnswerValue, Standing};
use sinew::domain::schedule::ItemKind;
use sinew::domain::screening::judge;
use sinew::domain::situation::Situation;
use sinew::domain::topics::standing;
use sinew::domain::units::Units;
use sinew::render::companion::{Source, page};

use crate::commands::Home;
use crate::support::{in_a_browser, now, opened};

const TODAY: &str = "2026-03-05";

fn at(time: &str) -> Now {
    now(&format!("{TODAY}T{time}"))
}

/// Day 3 of a mild strain.
fn day_3() -> (App, Episode) {
    opened("hamstring-strain", 1, Side::Left, "2026-03-02")
}

fn told(app: &mut App, episode: &Episode, time: &str, fact: Fact) {
    let draft = Draft { at: at(time).at, note: None, fact };
    app.record(episode, vec![draft], at(time)).unwrap();
}

fn reading(measure: &str, value: f64) -> Fact {
    let readings = vec![Reading { measure: measure.into(), side: None, value }];
    Fact::CheckIn { readings, answers: vec![] }
}

fn answered(question: &str, value: AnswerValue) -> Fact {
    Fact::Screen(vec![Answer { question: question.to_owned(), value }])
}

fn situation(app: &App, episode: &Episode, time: &str) -> Situation {
    app.situation(episode, at(time)).unwrap()
}

fn html(app: &App, s: &Situation, companion: &Companion) -> String {
    page(&Source {
        library: &app.catalog.library,
        situation: s,
        companion,
        known: &app.known(s).unwrap(),
        number: NUMBER,
        units: Units::Metric,
    })
}

/// The page of a moment, for a week.
fn page_at(app: &App, episode: &Episode, time: &str) -> String {
    let s = situation(app, episode, time);
    html(app, &s, &app.companion(&s, 7))
}

/// What stands between two marks, the first time.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = &text[text.find(from).unwrap() + from.len()..];
    &rest[..rest.find(to).unwrap()]
}

fn data(html: &str) -> Value {
    serde_json::from_str(between(html, r#"id="data">"#, "</script>")).unwrap()
}

#[test]
fn it_carries_what_the_plan_says() {
    let (app, episode) = day_3();
    let s = situation(&app, &episode, "08:00");
    let data = data(&page_at(&app, &episode, "08:00"));
    let planned: Vec<(String, f64, u32)> = s
        .plan
        .items
        .iter()
        .filter(|i| i.kind == ItemKind::Exercise)
        .map(|i| (i.id.clone(), i.cap.unwrap(), i.due))
        .collect();
    assert!(planned.len() > 2);
    let due: BTreeMap<String, u64> =
        serde_json::from_value::<Vec<(String, u64)>>(data["days"][0]["exercises"].clone())
            .unwrap()
            .into_iter()
            .collect();
    let carried: Vec<(String, f64, u32)> = data["exercises"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let id = e["id"].as_str().unwrap().to_owned();
            let due = u32::try_from(due[&id]).unwrap();
            (id, e["cap"].as_f64().unwrap(), due)
        })
        .collect();
    assert_eq!(carried, planned);
    // The days behind today are those of `plan`.
    let ahead = app.ahead(&s, 6).unwrap();
    for (day, page) in ahead.days.iter().zip(data["days"].as_array().unwrap().iter().skip(1)) {
        assert_eq!(page["day"], day.day.to_string());
        let planned: Vec<(String, u32)> = day.items.iter().map(|i| (i.id.clone(), i.due)).collect();
        assert_eq!(page["exercises"], serde_json::json!(planned), "{}", day.day);
    }
    assert_eq!(data["days"].as_array().unwrap().len(), 7);
    assert_eq!(data["last"], "2026-03-11");
    // Care that belongs to the first days alone is not carried beyond them.
    let care = |n: usize| data["days"][n]["care"].as_array().unwrap().contains(&"ice".into());
    assert!(care(0) && !care(6));
}

#[test]
fn the_actions_are_those_of_the_rules() {
    let (app, episode) = day_3();
    let data = data(&page_at(&app, &episode, "08:00"));
    let rules = data["rules"].as_object().unwrap();
    assert!(rules.len() > 30, "{}", rules.len());
    for (id, said) in rules {
        let rule = app.catalog.library.rule(id).unwrap();
        assert_eq!(said["action"], rule.action.replace(NUMBER_KEY, NUMBER), "{id}");
        assert_eq!(said["do_not"], serde_json::json!(rule.do_not), "{id}");
        assert_eq!(said["urgency"], rule.urgency.id(), "{id}");
    }
    let asked: Vec<&str> = data["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|g| g["questions"].as_array().unwrap())
        .map(|q| q["id"].as_str().unwrap())
        .collect();
    let put: BTreeSet<&str> =
        app.catalog.library.screening_questions(Urgency::Urgent).iter().map(|q| q.id.as_str()).collect();
    assert_eq!(asked.len(), put.len());
    assert_eq!(asked.into_iter().collect::<BTreeSet<_>>(), put);
    assert_eq!(data["answers"]["bladder-trouble"]["yes"]["alone"], serde_json::json!(["rf-01"]));
}

/// What the page would say of some answers, as its script works it out.
fn said(companion: &Companion, told: &[(String, String)]) -> BTreeSet<String> {
    let meaning = |(question, answer): &(String, String)| {
        let sign = companion.signs.iter().find(|s| s.question.id == *question).unwrap();
        sign.answers.iter().find(|t| t.answer == *answer).unwrap()
    };
    let mut rules: BTreeSet<String> =
        told.iter().flat_map(|t| &meaning(t).alone).map(|rule| rule.id.clone()).collect();
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in told.iter().flat_map(|t| &meaning(t).with_others) {
        *shared.entry(&rule.id).or_default() += 1;
    }
    rules.extend(shared.into_iter().filter(|(_, n)| *n > 2).map(|(rule, _)| rule.to_owned()));
    let both = companion.pairs.iter().filter(|p| told.contains(&p.first) && told.contains(&p.second));
    rules.extend(both.flat_map(|p| &p.rules).map(|rule| rule.id.clone()));
    rules
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the rules raise of an emergency or something urgent, the page says as
    /// well; and a single answer says nothing that they do not.
    #[test]
    fn the_page_never_says_less_than_the_rules(picked in subsequence((0..200_usize).collect::<Vec<_>>(), 1..5)) {
        let (app, episode) = day_3();
        let s = situation(&app, &episode, "08:00");
        let library = &app.catalog.library;
        let companion = app.companion(&s, 1);
        let all: Vec<(String, String)> = companion
            .signs
            .iter()
            .flat_map(|sign| sign.answers.iter().map(|t| (sign.question.id.clone(), t.answer.clone())))
            .collect();
        let mut told: Vec<(String, String)> = picked.iter().map(|n| all[n % all.len()].clone()).collect();
        // One answer to each question.
        told.sort();
        told.dedup_by(|a, b| a.0 == b.0);
        let mut answers = standing(library, &s);
        for (question, answer) in &told {
            let value = library.question(question).unwrap().read(answer).unwrap();
            let later = at("08:01").at;
            answers.insert(question.clone(), Standing { value, entry: None, at: Some(later) });
        }
        let raised: BTreeSet<String> = judge(library, &answers)
            .into_iter()
            .filter(|f| f.rule.urgency >= Urgency::Urgent)
            .map(|f| f.rule.id.clone())
            .collect();
        let said = said(&companion, &told);
        prop_assert!(raised.is_subset(&said), "{told:?}: {raised:?}, said {said:?}");
        if told.len() == 1 {
            let grave = |id: &String| library.rule(id).unwrap().urgency >= Urgency::Urgent;
            prop_assert_eq!(said.into_iter().filter(grave).collect::<BTreeSet<_>>(), raised);
        }
    }
}

#[test]
fn what_turns_the_plan_is_what_the_rules_say_of_it() {
    let (app, episode) = day_3();
    let companion = app.companion(&situation(&app, &episode, "08:00"), 7);
    let turn = |id: &str| companion.asked.iter().find(|a| a.measure.id == id).unwrap().turn;
    assert_eq!(turn("pain-worst").unwrap().from.to_string(), "6");
    assert_eq!(turn("pain-worst").unwrap().ask_from.map(|v| v.to_string()).as_deref(), Some("6"));
    let exercises = |value| {
        let (mut app, episode) = day_3();
        told(&mut app, &episode, "08:05", reading("pain-worst", value));
        let s = situation(&app, &episode, "08:10");
        s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise).count()
    };
    assert!(exercises(5.0) > 0);
    assert_eq!(exercises(6.0), 0);
    // Later on, a limp protects the leg; in the first phase it takes nothing away.
    assert!(companion.asked.iter().any(|a| a.measure.id == "limp"));
}

#[test]
fn an_open_warning_leaves_no_exercise_and_comes_first() {
    let (mut app, episode) = day_3();
    told(&mut app, &episode, "08:05", answered("bladder-trouble", AnswerValue::Yes));
    let html = page_at(&app, &episode, "08:10");
    let data = data(&html);
    assert_eq!(data["exercises"], serde_json::json!([]));
    assert_eq!(data["care"], serde_json::json!([]));
    for day in data["days"].as_array().unwrap() {
        assert_eq!(day["exercises"], serde_json::json!([]));
        assert_eq!(day["care"], serde_json::json!([]));
    }
    assert!(data["shut"].as_str().unwrap().starts_with("STOP"));
    // The first words of the body, whether a script runs or not.
    let body = between(&html, "<main>", "</main>");
    let words = between(body, ">Go", "<");
    assert!(body.find(">Go to an emergency department now").unwrap() < body.find("<h1>").unwrap(), "{words}");
    assert_eq!(body[..body.find(">Go").unwrap()].matches("<p").count(), 1);
    // Its words name no exercise either.
    assert!(!html.contains("Ankle pumps"));
}

#[test]
fn after_a_severe_pain_the_questions_come_first() {
    let (mut app, episode) = day_3();
    told(&mut app, &episode, "08:05", reading("pain-worst", 7.0));
    let data = data(&page_at(&app, &episode, "08:10"));
    assert_eq!(data["exercises"], serde_json::json!([]));
    let words = "Pain of 6 or more: answer the red-flag questions now, before any exercise. If something feels badly wrong, do not wait: be seen.";
    assert_eq!(data["shut"], words);
}

#[test]
fn no_text_breaks_out_of_its_place() {
    const HOSTILE: &str = "</script><script>alert(1)</script><!--<script> ]]> \" ' & \u{2028}\u{2029}\u{202e}\u{1f4a5}\u{0}<img src=x onerror=alert(1)>";
    let (mut app, episode) = day_3();
    told(&mut app, &episode, "08:05", answered("bladder-trouble", AnswerValue::Yes));
    for exercise in app.catalog.library.exercises.values_mut() {
        HOSTILE.clone_into(&mut exercise.name);
        HOSTILE.clone_into(&mut exercise.setup);
        exercise.cues = vec![HOSTILE.to_owned()];
    }
    for rule in &mut app.catalog.library.rules {
        let mut own = (**rule).clone();
        HOSTILE.clone_into(&mut own.action);
        own.do_not = vec![HOSTILE.to_owned()];
        *rule = Arc::new(own);
    }
    for question in &mut app.catalog.library.questions {
        HOSTILE.clone_into(&mut question.ask);
    }
    let (other, plain) = day_3();
    let plain = page_at(&other, &plain, "08:00");
    for time in ["08:02", "08:10"] {
        let mut s = situation(&app, &episode, time);
        HOSTILE.clone_into(&mut s.episode.title);
        let companion = app.companion(&s, 7);
        let html = html(&app, &s, &companion);
        assert!(html.is_ascii());
        assert!(!html.contains("<!--") && !html.contains("<img"));
        for mark in ["<script", "</script>", "<style", "</style>", "<body", "</html>"] {
            assert_eq!(html.matches(mark).count(), plain.matches(mark).count(), "{mark} at {time}");
        }
        // It arrives as it was, but for what would steer the reader.
        let clean = HOSTILE.replace(['\u{2028}', '\u{2029}', '\u{202e}', '\u{0}'], "?");
        assert_eq!(data(&html)["groups"][0]["questions"][0]["ask"], clean.as_str());
        assert_eq!(
            between(&html, "</script>\n<script>", "</script>"),
            between(&plain, "</script>\n<script>", "</script>")
        );
    }
}

/// Bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<usize> = text.trim_end_matches('=').chars().map(|c| LETTERS.find(c).unwrap()).collect();
    let all: Vec<u8> = bits
        .chunks(4)
        .flat_map(|four| {
            let whole = (0..4).fold(0, |sum, at| sum << 6 | four.get(at).copied().unwrap_or_default());
            let bytes = [whole >> 16 & 255, whole >> 8 & 255, whole & 255].map(|b| u8::try_from(b).unwrap());
            bytes.into_iter().take(four.len() - 1).collect::<Vec<u8>>()
        })
        .collect();
    all
}

#[test]
fn it_may_run_its_own_script_and_nothing_else() {
    let (app, episode) = day_3();
    let html = page_at(&app, &episode, "08:00");
    let policy = between(&html, r#"http-equiv="Content-Security-Policy" content=""#, "\"");
    let wanted = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "script-src", "style-src"];
    for part in wanted {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let script = between(&html, "</script>\n<script>", "</script>");
    let style = between(&html, "<style>", "</style>");
    for (source, text) in [("script-src 'sha256-", script), ("style-src 'sha256-", style)] {
        assert_eq!(decoded(between(policy, source, "'")), Sha256::digest(text).to_vec());
    }
    // No address of anything, and nothing that asks for one.
    assert!(!html.contains("://"));
    for word in
        ["fetch(", "XMLHttpRequest", "innerHTML", "insertAdjacent", "document.write", "eval(", "import("]
    {
        assert!(!script.contains(word), "{word}");
    }
}

#[test]
fn the_same_store_and_moment_give_the_same_bytes() {
    let (app, episode) = day_3();
    assert_eq!(page_at(&app, &episode, "08:00"), page_at(&app, &episode, "08:00"));
    assert_ne!(page_at(&app, &episode, "08:00"), page_at(&app, &episode, "08:01"));
}

#[test]
fn the_command_writes_a_file_for_its_owner_alone() {
    let home = Home::new();
    home.start();
    let file = home.path("week.html");
    let said = home.ok("2026-03-02T08:00", &["page", "--output", &file, "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["schema"], "sinew/written/1");
    let html = std::fs::read_to_string(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(home.ok("2026-03-02T08:00", &["page"]), html);
    let three = data(&home.ok("2026-03-02T08:00", &["page", "--days", "3"]));
    assert_eq!(three["last"], "2026-03-04");
    let error = home.fails("2026-03-03T08:00", &["page", "--as-of", "yesterday"], 1);
    assert!(error.contains("a page looks ahead"), "{error}");
    home.fails("2026-03-03T08:00", &["page", "--days", "15"], 2);
}

#[test]
fn a_browser_shows_it_and_gives_back_what_was_entered() {
    let Some(said) = in_a_browser("page.mjs") else { return };
    assert_eq!(said, "the page holds\n");
}
