//! The FHIR bundle: what two libraries that are not ours make of it, and what it says
//! of each thing on record.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;
use sinew::app::{App, Draft};
use sinew::domain::archive::{Filed, Part};
use sinew::domain::day::Now;
use sinew::domain::dossier::{Kept, Named, dossier, kept, spoken_of};
use sinew::domain::entry::{
    Answer, Correction, Decision, DecisionKind, Entry, EntryId, Fact, Performed, Reading, Side,
};
use sinew::domain::episode::Episode;
use sinew::domain::finding::Verdict;
use sinew::domain::journal::{Journal, answers, readings};
use sinew::domain::program::Subject;
use sinew::domain::question::AnswerValue;
use sinew::domain::situation::Situation;
use sinew::domain::trail::Trail;
use sinew::render::fhir::Bundle;

use crate::commands::Home;
use crate::laws::{episode, history, library};
use crate::support::{CALF, GRADE_1, GRADE_2, day, evening, live_through, now, opened};

/// What a note must not do to a document, and what it must keep.
const HOSTILE: &str =
    "a \"quote\", <b>, \\n and {\u{1b}[2J}\u{0}\u{202e}\u{85}\u{a0}\u{2028}\u{feff}\u{1f9b5}\r\nnext\tline  ";

/// A bundle with what it was made of.
struct Made {
    text: String,
    entries: Vec<Entry>,
}

impl Made {
    fn of(app: &App, episode: &Episode, now: Now) -> Self {
        let situation = app.situation(episode, now).unwrap();
        let dossier = app.dossier(&situation).unwrap();
        let bundle = Bundle::of(&dossier, &App::thing_id);
        let mut text = bundle.head();
        let each = |kept: &Kept| {
            text.push_str(&bundle.entry(kept));
            Ok(())
        };
        app.each_kept(&situation, each).unwrap();
        text.push_str(bundle.end());
        let mut entries = Vec::new();
        let mut keep = |part: Part| {
            entries.extend(match part {
                Part::Entry(filed) => Some(filed.entry.as_ref().clone()),
                _ => None,
            });
            Ok(())
        };
        app.archive(Some(episode), &mut keep).unwrap();
        Self { text, entries }
    }

    /// The resources by their ids, which are those of their addresses.
    fn resources(&self) -> BTreeMap<String, Value> {
        let bundle: Value = serde_json::from_str(&self.text).unwrap();
        let mut found = BTreeMap::new();
        for entry in bundle["entry"].as_array().unwrap() {
            let id = entry["resource"]["id"].as_str().unwrap().to_owned();
            assert_eq!(entry["fullUrl"], format!("urn:uuid:{id}"));
            assert!(uuid::Uuid::try_parse(&id).is_ok_and(|uuid| uuid.to_string() == id), "{id}");
            assert!(found.insert(id.clone(), entry["resource"].clone()).is_none(), "{id} is there twice");
        }
        found
    }

    fn of_kind(&self, kind: &str) -> Vec<Value> {
        self.resources().into_values().filter(|r| r["resourceType"] == kind).collect()
    }
}

/// An imported diary, without a decision after its start.
fn diary(condition: &str, grade: u8, side: Side, onset: &str, rows: &str, at: &str) -> Made {
    let (mut app, episode) = opened(condition, grade, side, onset);
    app.import(&episode, rows.as_bytes(), now(at), |_| ()).unwrap();
    Made::of(&app, &episode, now(at))
}

/// A recovery to its end, with every advance that was advised.
fn recovered() -> Made {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    live_through(&mut app, &episode, "2026-05-01");
    Made::of(&app, &episode, now("2026-05-02T12:00"))
}

fn empty() -> Made {
    let (app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    Made::of(&app, &episode, now("2026-03-02T09:00"))
}

/// Every kind of entry, by the commands themselves.
fn everything(home: &Home) -> Made {
    home.start();
    let does = |at: &str, args: &[&str]| drop(home.ok(&format!("2026-03-{at}"), args));
    // No argument of a program holds a zero byte.
    let note = HOSTILE.replace('\0', "");
    does("03T08:00", &["log", "3", "--walking", "2.5", "--limp", "no", &note]);
    does("03T08:10", &["log", "--set", "heel-press-pain=2", "--side", "left"]);
    does("03T08:11", &["log", "--set", "single-leg-bridge=12", "--set", "knee-extension-angle=5"]);
    does(
        "03T08:20",
        &["log", "--answer", "fever=unknown", "--answer", "age=unknown", "--answer", "diabetes=no"],
    );
    does("03T08:21", &["log", "1", "--answer", "age=34", "--answer", "mechanism=stretch-or-split"]);
    does("03T08:30", &["screen", "--none"]);
    does("03T09:00", &["done", "heel-press", "1x10x8s", "5kg", "--pain", "2", "--side", "left"]);
    does("03T09:10", &["done", "walk", "10min"]);
    does("03T09:20", &["done", "ankle-pumps", "--skipped", "no \u{1b}[2Jtime"]);
    does("03T10:00", &["care", "ice", "15"]);
    does("03T10:10", &["care", "analgesic"]);
    does("03T10:20", &["log", &note]);
    does("03T11:00", &["log", "7"]);
    does("03T11:01", &["correct", "last", "pain-worst=1", "--why", "typed 7 for 1"]);
    does("03T11:02", &["log", "6"]);
    does("03T11:03", &["undo", "--why", "another leg"]);
    does("03T11:04", &["done", "walk", "20min", "--pain", "1"]);
    does("03T11:05", &["undo"]);
    does("03T11:06", &["redo"]);
    does("03T12:00", &["pause", "a cold"]);
    does("04T12:00", &["resume"]);
    does("04T12:10", &["regrade", "3", "--by", "doctor", "--why", "a scan"]);
    does("04T12:20", &["onset", "2026-03-01", "--why", "a wrong day"]);
    does("05T08:00", &["log", "--symptom", "one-leg-swollen"]);
    let clear = ["clear", "rf-07", "--by", "Ward \"3\" <x>", "--role", "doctor"];
    does("05T12:00", &[&clear[..], &["--outcome", "cleared-with-limits", "--until", "2026-03-20"]].concat());
    does("06T08:00", &["log", "--symptom", "one-leg-swollen"]);
    does("06T08:01", &["log", "--symptom", "pain-beyond-injury"]);
    home.ok("2026-03-06T09:00", &["export", "json", "--output", &home.path("all.json")]);
    let archive: Value =
        serde_json::from_str(&std::fs::read_to_string(home.path("all.json")).unwrap()).unwrap();
    assert!(archive["entries"].as_array().unwrap().len() > 25);
    let text = home.ok("2026-03-06T09:00", &["export", "fhir"]);
    Made { text, entries: vec![] }
}

/// All of them, each with its name.
fn samples(home: &Home) -> Vec<(&'static str, Made)> {
    let calf = diary("calf-strain", 1, Side::Left, "2026-06-01", CALF, "2026-07-20T12:00");
    let first = diary("hamstring-strain", 1, Side::Right, "2026-05-11", GRADE_1, "2026-06-10T12:00");
    let second = diary("hamstring-strain", 2, Side::Left, "2026-03-02", GRADE_2, "2026-05-02T12:00");
    vec![
        ("calf", calf),
        ("grade-1", first),
        ("grade-2", second),
        ("recovered", recovered()),
        ("empty", empty()),
        ("everything", everything(home)),
    ]
}

/// Looks at every value of a document, with the name under which it stands.
fn each<'v>(name: &'v str, value: &'v Value, look: &mut dyn FnMut(&str, &Value)) {
    look(name, value);
    match value {
        Value::Array(list) => list.iter().for_each(|one| each(name, one, look)),
        Value::Object(object) => object.iter().for_each(|(name, one)| each(name, one, look)),
        _ => {}
    }
}

/// What FHIR asks of every document, whatever it says.
fn sound(made: &Made) {
    let resources = made.resources();
    let whole: Value = serde_json::from_str(&made.text).unwrap();
    each("", &whole, &mut |name, value| match value {
        Value::Null => panic!("a null at {name}"),
        Value::Array(list) => assert!(!list.is_empty(), "nothing in {name}"),
        Value::Object(object) => assert!(!object.is_empty(), "nothing in {name}"),
        Value::String(text) => {
            let wrong = |c: char| (c.is_control() && c != '\n') || (c.is_whitespace() && !" \n".contains(c));
            assert!(!text.is_empty() && text.trim() == text && !text.contains(wrong), "{name}: {text:?}");
            if name == "reference" {
                let id = text.strip_prefix("urn:uuid:").unwrap();
                assert!(resources.contains_key(id), "nothing is at {text}");
            }
            if ["code", "status", "linkId"].contains(&name) {
                assert!(!text.contains("  "), "{text}");
            }
        }
        _ => {}
    });
    for resource in resources.values() {
        let kind = resource["resourceType"].as_str().unwrap();
        let (name, list) = statuses(kind);
        if list.is_empty() {
            assert!(resource.get("status").is_none());
        } else {
            assert!(list.contains(&resource[name].as_str().unwrap()), "{kind}: {}", resource[name]);
        }
        let values = resource.as_object().unwrap().keys().filter(|key| key.starts_with("value")).count();
        assert!(values + usize::from(resource.get("dataAbsentReason").is_some()) <= 1, "{resource}");
    }
}

/// The statuses that R4 knows, of which we use these.
fn statuses(kind: &str) -> (&'static str, &'static [&'static str]) {
    match kind {
        "Observation" => ("status", &["registered", "final", "entered-in-error"]),
        "Procedure" => ("status", &["not-done", "stopped", "completed", "entered-in-error"]),
        "QuestionnaireResponse" => ("status", &["completed", "entered-in-error"]),
        "Questionnaire" => ("status", &["active"]),
        "Flag" => ("status", &["active", "inactive"]),
        "DetectedIssue" => ("status", &["preliminary", "final"]),
        "CarePlan" => ("status", &["active", "on-hold", "completed"]),
        "Goal" => ("lifecycleStatus", &["active", "on-hold", "completed"]),
        "Patient" | "Condition" | "Device" | "Provenance" => ("status", &[]),
        other => panic!("no kind of ours: {other}"),
    }
}

/// Independent readers, where there are any: `PYTHON` with fhir.resources, and `NODE`
/// with the two libraries in the folder `NODE_MODULES`. A broken copy has to be noticed.
fn judge(home: &Home, samples: &[(&str, Made)]) {
    let script = |name: &str| format!("{}/tests/fhir/{name}", env!("CARGO_MANIFEST_DIR"));
    let tool = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let mut files = Vec::new();
    for (name, made) in samples {
        files.push(home.path(&format!("{name}.json")));
        std::fs::write(files.last().unwrap(), &made.text).unwrap();
    }
    let many: usize = samples.iter().map(|(_, made)| made.resources().len()).sum();
    for (interpreter, script) in
        [(tool("PYTHON", "python3"), script("check.py")), (tool("NODE", "node"), script("check.mjs"))]
    {
        let run = |args: &[String]| Command::new(&interpreter).arg(&script).args(args).output();
        // 3: the libraries are not there.
        let Some(output) = run(&files).ok().filter(|output| output.status.code() != Some(3)) else {
            #[expect(clippy::print_stderr, reason = "a judge that is left out says so")]
            {
                eprintln!("left out: {script} finds no libraries by PYTHON, NODE and NODE_MODULES");
            }
            continue;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{script}: {said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.trim(), many.to_string(), "as many resources as our own reader counts");
        let broken = run(&["--self-test".to_owned(), files.last().unwrap().clone()]).unwrap();
        assert!(broken.status.success(), "{script}: {}", String::from_utf8_lossy(&broken.stdout));
    }
}

#[test]
fn every_sample_is_sound_to_us_and_to_others() {
    let home = Home::new();
    let samples = samples(&home);
    for (_, made) in &samples {
        sound(made);
    }
    judge(&home, &samples);
}

/// What a resource measures or does, by our own code for it.
fn our_code(resource: &Value, system: &str) -> Option<String> {
    let codings = resource["code"]["coding"].as_array()?;
    let ours = codings.iter().find(|coding| coding["system"] == system)?;
    Some(ours["code"].as_str()?.to_owned())
}

fn leg(resource: &Value) -> Option<String> {
    let site = resource["bodySite"].as_array().map_or(&resource["bodySite"], |sites| &sites[0]);
    site["coding"][0]["code"].as_str().map(str::to_owned)
}

#[test]
fn what_was_recorded_is_there_once() {
    for made in [
        diary("calf-strain", 1, Side::Left, "2026-06-01", CALF, "2026-07-20T12:00"),
        diary("hamstring-strain", 1, Side::Right, "2026-05-11", GRADE_1, "2026-06-10T12:00"),
        recovered(),
    ] {
        let mut wanted: Vec<(String, Option<String>, String)> = Vec::new();
        let (mut bouts, mut given, mut decided) = (0, 0, 0);
        for entry in &made.entries {
            let value = |r: &Reading| match library().measures[r.measure.as_str()].unit.id() {
                "yes-no" => (r.value >= 0.5).to_string(),
                _ => r.value.to_string(),
            };
            let leg = |side: Option<Side>| side.map(|side| side.id().to_owned());
            wanted.extend(readings(entry).iter().map(|r| (r.measure.to_string(), leg(r.side), value(r))));
            if let Fact::Performed(Performed { pain: Some(pain), side, .. }) = &entry.fact {
                wanted.push(("pain-during".to_owned(), leg(*side), pain.to_string()));
            }
            bouts += usize::from(matches!(entry.fact, Fact::Performed(_)));
            given += answers(entry).len();
            decided += usize::from(matches!(entry.fact, Fact::Decision(_) | Fact::Clearance(_)));
        }
        let mut found: Vec<(String, Option<String>, String)> = Vec::new();
        for resource in made.of_kind("Observation").iter().filter(|r| r["status"] != "registered") {
            let Some(measure) = our_code(resource, "urn:sinew:measure") else { continue };
            let quantity = &resource["valueQuantity"]["value"];
            let value = if quantity.is_null() { &resource["valueBoolean"] } else { quantity };
            found.push((measure, leg(resource), value.to_string()));
        }
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted);
        let procedures = made.of_kind("Procedure");
        let exercises = procedures.iter().filter(|r| our_code(r, "urn:sinew:exercise").is_some());
        assert_eq!(exercises.count(), bouts);
        let responses = made.of_kind("QuestionnaireResponse");
        let items: usize = responses.iter().map(|r| r["item"].as_array().unwrap().len()).sum();
        assert_eq!(items, given);
        assert_eq!(made.of_kind("Provenance").len(), decided);
        // Every question that was answered stands in the questionnaire that is named.
        let form = &made.of_kind("Questionnaire")[0];
        let known: BTreeSet<&str> =
            form["item"].as_array().unwrap().iter().map(|i| i["linkId"].as_str().unwrap()).collect();
        for response in &responses {
            assert_eq!(response["questionnaire"], form["url"]);
            assert!(
                response["item"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|i| known.contains(i["linkId"].as_str().unwrap()))
            );
        }
    }
}

#[test]
fn every_pain_has_the_code_that_everybody_knows_and_no_other_measure_has() {
    let made = recovered();
    let mut seen = BTreeSet::new();
    for resource in made.of_kind("Observation") {
        let Some(measure) = our_code(&resource, "urn:sinew:measure") else { continue };
        let unit = library().measures[&measure].unit.id();
        assert_eq!(our_code(&resource, "http://loinc.org").is_some(), unit == "nrs", "{measure}");
        if let Some(code) = resource["valueQuantity"].get("code") {
            let ucum = [
                ("nrs", "{score}"),
                ("0-10", "{score}"),
                ("min", "min"),
                ("deg", "deg"),
                ("cm", "cm"),
                ("reps", "{repetitions}"),
            ];
            assert!(ucum.contains(&(unit, code.as_str().unwrap())), "{unit} {code}");
        }
        seen.insert(unit);
    }
    assert!(seen.is_superset(&BTreeSet::from(["nrs", "yes-no", "min"])), "{seen:?}");
}

/// The mistakes of a person stay in the record, and nobody takes them for true.
#[test]
fn what_counts_no_more_is_entered_in_error() {
    let home = Home::new();
    let made = everything(&home);
    let pains: Vec<(i64, String)> = made
        .of_kind("Observation")
        .iter()
        .filter(|r| our_code(r, "urn:sinew:measure").as_deref() == Some("pain-worst"))
        .map(|r| (r["valueQuantity"]["value"].as_i64().unwrap(), r["status"].as_str().unwrap().to_owned()))
        .collect();
    let of = |value: i64| {
        let mut all: Vec<&str> = pains.iter().filter(|p| p.0 == value).map(|p| p.1.as_str()).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(of(7), ["entered-in-error"], "put right");
    assert_eq!(of(6), ["entered-in-error"], "taken back");
    assert_eq!(of(1), ["final", "final"]);
    let walks: Vec<String> = made
        .of_kind("Procedure")
        .iter()
        .filter(|r| our_code(r, "urn:sinew:exercise").as_deref() == Some("walk"))
        .map(|r| r["status"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(walks, ["completed", "completed"], "what was brought back counts");
    let resources = made.resources();
    let corrections = |role: &str| -> Vec<Value> {
        let all = made.of_kind("Provenance").into_iter();
        all.filter(|p| p["entity"][0]["role"] == role).collect()
    };
    let at = |reference: &Value| {
        &resources[reference["reference"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap()]
    };
    let revision = corrections("revision").remove(0);
    assert_eq!(revision["reason"][0]["text"], "typed 7 for 1");
    assert_eq!(at(&revision["entity"][0]["what"])["status"], "entered-in-error");
    assert_eq!(at(&revision["target"][0])["status"], "final");
    let removals = corrections("removal");
    assert_eq!(removals.len(), 3, "two taken back, and one of those taken back again");
    let void = removals.iter().filter(|p| p["extension"][0]["url"] == "urn:sinew:entered-in-error").count();
    assert_eq!(void, 1);
    let why = removals.iter().filter(|p| p["reason"][0]["text"] == "another leg").count();
    assert_eq!(why, 1);
}

#[test]
fn everything_on_record_keeps_its_place() {
    let home = Home::new();
    let made = everything(&home);
    let document: Value = serde_json::from_str(&made.text).unwrap();
    let kinds: Vec<&str> = document["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[..2], ["Patient", "Flag"]);
    let flag = &document["entry"][1]["resource"];
    assert_eq!(flag["status"], "active");
    assert!(
        flag["code"]["text"].as_str().unwrap().starts_with("Go to an emergency department now"),
        "{flag}"
    );
    let flags = made.of_kind("Flag");
    let of = |status: &str| -> Vec<String> {
        let mut of: Vec<String> = flags
            .iter()
            .filter(|f| f["status"] == status)
            .map(|f| our_code(f, "urn:sinew:red-flag").unwrap())
            .collect();
        of.sort();
        of
    };
    assert!(of("active").contains(&"rf-07".to_owned()), "raised again: {flags:?}");
    let urgency = |f: &Value| f["category"][1]["text"].as_str().unwrap().to_owned();
    let open: BTreeSet<String> = flags.iter().filter(|f| f["status"] == "active").map(urgency).collect();
    assert!(open.contains("emergency") && open.contains("urgent"), "{open:?}");
    assert_eq!(of("inactive"), ["rf-07"]);
    let closed = flags.iter().find(|f| f["status"] == "inactive").unwrap();
    assert_eq!(closed["period"]["end"], "2026-03-05T12:00:00+00:00");
    let issues = made.of_kind("DetectedIssue");
    let closed = issues.iter().find(|i| i["status"] == "final").unwrap();
    assert_eq!(closed["mitigation"][0]["action"]["text"], "cleared-with-limits");
    assert_eq!(
        closed["mitigation"][0]["author"]["display"],
        "Ward \"3\" <x> (doctor), as the patient reports"
    );
    assert!(closed["evidence"][0]["detail"][0]["reference"].is_string());

    let plan = &made.of_kind("CarePlan")[0];
    assert_eq!(plan["status"], "on-hold", "an open warning stops the plan");
    assert_eq!(plan["activity"][0]["detail"]["status"], "on-hold");
    let condition = &made.of_kind("Condition")[0];
    assert_eq!(condition["verificationStatus"]["coding"][0]["code"], "provisional");
    assert_eq!(condition["asserter"]["display"], "doctor, as the patient reports");
    assert_eq!(condition["severity"]["coding"][0]["code"], "3");
    assert_eq!(condition["onsetDateTime"], "2026-03-01");

    let procedures = made.of_kind("Procedure");
    let one = |system: &str, code: &str| {
        procedures.iter().find(|p| our_code(p, system).as_deref() == Some(code)).unwrap()
    };
    let press = one("urn:sinew:exercise", "heel-press");
    let dose: Vec<String> =
        press["extension"][0]["extension"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(dose[..2], [r#"{"url":"sets","valueInteger":1}"#, r#"{"url":"reps","valueInteger":10}"#]);
    assert_eq!(press["note"][0]["text"], "Dose: 1x10x8s, 5 kg");
    let left = one("urn:sinew:exercise", "ankle-pumps");
    assert_eq!(
        (&left["status"], left["statusReason"]["text"].as_str()),
        (&Value::from("not-done"), Some("no ?[2Jtime"))
    );
    let analgesic = one("urn:sinew:care", "analgesic");
    assert_eq!(analgesic["status"], "completed");
    assert!(analgesic.get("extension").is_none(), "how much is not known");
    assert!(!made.text.contains("Medication"));
    let said = made.of_kind("Observation");
    let notes: Vec<&str> = said.iter().filter_map(|o| o["valueString"].as_str()).collect();
    let kept = "a \"quote\", <b>, \\n and {?[2J}?? ? \u{1f9b5}?\nnext?line";
    assert_eq!(notes, [kept]);
    assert!(said.iter().any(|o| o["note"][0]["text"] == kept), "and with a check-in");
}

/// Unknown is unknown: neither no, nor zero, nor left out.
#[test]
fn nothing_unknown_becomes_a_no_or_a_zero() {
    let made = empty();
    let observations = made.of_kind("Observation");
    assert!(!observations.is_empty());
    for one in &observations {
        assert_eq!(one["status"], "registered");
        assert_eq!(one["dataAbsentReason"]["coding"][0]["code"], "unknown");
        assert!(one.as_object().unwrap().keys().all(|key| !key.starts_with("value")), "{one}");
    }
    let (app, episode) = opened("hamstring-strain", 1, Side::Left, "2026-03-02");
    let situation = app.situation(&episode, now("2026-03-02T09:00")).unwrap();
    let unknown: BTreeSet<&str> = situation.program.phases[0]
        .exit
        .iter()
        .filter_map(|c| match &c.subject {
            Subject::Measure(test) => Some((test.measure.as_str(), format!("p1.{}", c.id))),
            _ => None,
        })
        .filter(|(_, id)| {
            situation.advice.findings.iter().any(|f| f.id == *id && f.verdict == Verdict::Unknown)
        })
        .map(|(measure, _)| measure)
        .collect();
    let told: BTreeSet<String> =
        observations.iter().filter_map(|o| our_code(o, "urn:sinew:measure")).collect();
    assert_eq!(told.iter().map(String::as_str).collect::<BTreeSet<_>>(), unknown);

    let made = everything(&Home::new());
    let mut answers: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for response in made.of_kind("QuestionnaireResponse") {
        for item in response["item"].as_array().unwrap() {
            let of = answers.entry(item["linkId"].as_str().unwrap().to_owned()).or_default();
            of.push(item["answer"][0].clone());
        }
    }
    assert!(answers["fever"].iter().any(|a| a["valueCoding"]["code"] == "unknown"));
    assert!(answers["fever"].iter().any(|a| a["valueCoding"]["code"] == "no"), "calm answers are answers");
    assert_eq!(answers["age"][0]["extension"][0]["valueCode"], "unknown");
    assert_eq!(answers["age"][1]["valueDecimal"], 34);
    assert!(!answers.contains_key("pregnant"), "what was not put is not there");
}

#[test]
fn the_plan_goes_as_it_went() {
    let made = recovered();
    let plan = &made.of_kind("CarePlan")[0];
    let activities = plan["activity"].as_array().unwrap();
    let states: Vec<&str> = activities.iter().map(|a| a["detail"]["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["completed", "completed", "completed", "completed", "in-progress"]);
    let ends: Vec<(&Value, &Value)> = activities
        .iter()
        .map(|a| (&a["detail"]["scheduledPeriod"]["start"], &a["detail"]["scheduledPeriod"]["end"]))
        .collect();
    assert!(ends.windows(2).all(|pair| pair[0].1 == pair[1].0), "{ends:?}");
    assert!(ends[4].1.is_null(), "it lasts");
    let hash = plan["instantiatesUri"][0].as_str().unwrap().rsplit(':').next().unwrap();
    assert!(
        made.entries
            .iter()
            .any(|e| matches!(&e.fact, Fact::Decision(d) if d.program.as_deref() == Some(hash)))
    );

    // A step back leaves a phase that was begun.
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    live_through(&mut app, &episode, "2026-03-10");
    let at = evening(day("2026-03-11"));
    let back = Decision { phase: Some("p1".to_owned()), ..Decision::of(DecisionKind::StepBack) };
    app.record(&episode, vec![Draft { at: at.at, note: None, fact: Fact::Decision(back) }], at).unwrap();
    let made = Made::of(&app, &episode, at);
    sound(&made);
    let plan = &made.of_kind("CarePlan")[0];
    let states: Vec<&Value> =
        plan["activity"].as_array().unwrap().iter().map(|a| &a["detail"]["status"]).collect();
    assert_eq!(states, ["in-progress", "stopped", "not-started", "not-started", "not-started"]);
}

#[test]
fn the_same_store_and_moment_give_the_same_bytes() {
    let (mut app, episode) = opened("hamstring-strain", 2, Side::Left, "2026-03-02");
    app.import(&episode, GRADE_2.as_bytes(), now("2026-05-02T12:00"), |_| ()).unwrap();
    let first = Made::of(&app, &episode, now("2026-05-02T12:00"));
    assert_eq!(first.text, Made::of(&app, &episode, now("2026-05-02T12:00")).text);
    // What was there keeps its id when more comes.
    let at = now("2026-05-02T13:00");
    let reading = app.reading("pain-worst", None, "1").unwrap();
    let fact = Fact::CheckIn { readings: vec![reading], answers: vec![] };
    app.record(&episode, vec![Draft { at: at.at, note: None, fact }], at).unwrap();
    let more = Made::of(&app, &episode, at).resources();
    let lasting = |r: &Value| r["status"] != "registered";
    assert!(first.resources().iter().filter(|(_, r)| lasting(r)).all(|(id, _)| more.contains_key(id)));
}

/// Entries by hand, with ids that stay, so that what is written can be read in one
/// piece.
#[test]
fn a_bundle_as_it_is_written() {
    let at = |minute: u32| now(&format!("2026-03-02T08:{minute:02}")).at;
    let mut entries = Vec::new();
    let mut add = |fact: Fact, note: Option<&str>, corrects: Option<Correction>| {
        let minute = u32::try_from(entries.len()).unwrap();
        let id = EntryId::new(format!("0199a000-0000-7000-8000-0000000000{minute:02}"));
        let (note, day) = (note.map(str::to_owned), day("2026-03-02"));
        entries.push(Entry { id: id.clone(), day, at: at(minute), note, corrects, fact });
        id
    };
    let reading = |measure: &str, side, value| Reading { measure: measure.into(), side, value };
    add(Fact::Decision(Decision::of(DecisionKind::Start)), None, None);
    let answer = Answer { question: "fever".into(), value: AnswerValue::Unknown };
    let told = vec![reading("pain-worst", None, 3.0), reading("limp", None, 0.0)];
    add(Fact::CheckIn { readings: told, answers: vec![answer] }, Some("a quiet day"), None);
    let wrong = reading("heel-press-pain", Some(Side::Left), 7.0);
    let replaces = add(Fact::CheckIn { readings: vec![wrong], answers: vec![] }, None, None);
    let right = reading("heel-press-pain", Some(Side::Left), 1.0);
    let correction = Correction { replaces, reason: "typed 7 for 1".into() };
    add(Fact::CheckIn { readings: vec![right], answers: vec![] }, None, Some(correction));
    let dose = "1x10x8s".parse().ok();
    let bout = Performed { side: Some(Side::Left), dose, pain: Some(2.0), ..Performed::of("heel-press") };
    add(Fact::Performed(bout), None, None);
    let text = written(&entries, now("2026-03-02T09:00"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhir/episode.json");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    // The questions are as long as the rest, and are held elsewhere.
    document["entry"].as_array_mut().unwrap().retain(|e| e["resource"]["resourceType"] != "Questionnaire");
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    snapbox::assert_data_eq!(text, snapbox::Data::read_from(&path, None).raw());
}

/// The bundle of some entries of the episode that laws are held against.
fn written(entries: &[Entry], now: Now) -> String {
    let program = &sinew::catalog::Catalog::builtin().unwrap().programs["hamstring-strain-1"].program.clone();
    let journal = Journal::new(entries.iter().cloned().map(Arc::new), now);
    let situation = Situation::of(library(), program, episode(), journal, &[]).unwrap();
    of_entries(&situation, entries)
}

fn of_entries(situation: &Situation, entries: &[Entry]) -> String {
    let file =
        |entry: &Entry| Filed { episode: "e".into(), device: "desk".into(), entry: Arc::new(entry.clone()) };
    let (filed, all) = (entries.iter().map(file).collect(), entries.iter().cloned().map(Arc::new));
    let (all, now): (Vec<_>, _) = (all.collect(), situation.journal.now());
    let corrections: Vec<_> = all.iter().filter(|e| e.corrects.is_some()).cloned().collect();
    let (kept, mut named) = (kept(&Trail::of(&all), filed, now), Named::default());
    let spoken_of = spoken_of(situation, &corrections);
    for kept in &kept {
        named.add(kept, &spoken_of);
    }
    let dossier = dossier(library(), situation, "e".into(), named);
    let bundle = Bundle::of(&dossier, &App::thing_id);
    let entries: String = kept.iter().map(|kept| bundle.entry(kept)).collect();
    [&bundle.head(), &entries, bundle.end()].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever happened, and in whatever order it is read.
    #[test]
    fn every_history_is_sound(history in history()) {
        let situation = history.situation();
        let mut entries = history.entries();
        let text = of_entries(&situation, &entries);
        sound(&Made { text: text.clone(), entries: vec![] });
        entries.reverse();
        prop_assert_eq!(of_entries(&situation, &entries), text);
    }
}

/// The program as a whole: a file that is its owner's alone, a word on the warning
/// beside it, and a look back.
#[test]
fn the_command_writes_a_file() {
    let home = Home::new();
    home.start();
    let file = home.path("episode.json");
    home.ok("2026-03-04T09:00", &["export", "fhir", "--output", &file]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, home.ok("2026-03-04T09:00", &["export", "fhir"]));
    home.ok("2026-03-05T10:00", &["log", "--symptom", "one-leg-swollen"]);
    let said = home.run("2026-03-05T10:00", &["export", "fhir"]);
    assert!(String::from_utf8(said.stderr).unwrap().starts_with("Go to an emergency department now"));
    let back = home.run("2026-03-05T10:00", &["export", "fhir", "--as-of", "2026-03-04"]);
    assert!(back.status.success() && !String::from_utf8(back.stdout).unwrap().contains("rf-07"));
    home.fails("2026-03-05T10:00", &["export", "fhir", "--episode", "7"], 1);
}
