//! A whole recovery through the commands alone: a runner pulls the left
//! hamstring, grade 2, and keeps the diary until the program has done its work.
//!
//! What is known here is known from the commands and from the JSON that they
//! print, as a script would know it. The numbers that the program is held to are
//! written out from the evidence, each with its row, and not read from the
//! program.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde_json::Value;

use crate::commands::Home;

/// Day 0, a Monday.
const ONSET: &str = "2026-03-02";

/// The worst pain of each of the first 30 days, made up after the series of
/// HT-22 in tests/cases/timelines.json: it falls, and not evenly. After them it
/// is gone.
const PAIN: [i64; 30] =
    [5, 5, 5, 4, 4, 4, 3, 2, 2, 3, 2, 2, 2, 2, 1, 2, 1, 1, 1, 4, 2, 1, 1, 1, 2, 1, 1, 1, 0, 1];

const FORGOTTEN: [u64; 2] = [12, 13];
const FLARE: u64 = 19;
const SWOLLEN: u64 = 24;
const ILL: u64 = 38;
const WELL: u64 = 41;
const TOLD_LATER: u64 = 46;

/// Evidence 2.3, column G2: earliest day of each phase, and least days in it.
const GATES: [(&str, i64, i64); 5] =
    [("p1", 0, 5), ("p2", 5, 9), ("p3", 14, 14), ("p4", 28, 7), ("p5", 56, 60)];

/// Evidence 2.4, column G2: the first day of each exercise. The Nordic curl is
/// for the last phase alone (LA-4), and the fastest rung is not before day 33.
const NOT_BEFORE: [(&str, i64); 12] = [
    ("heel-press", 4),
    ("two-leg-bridge", 8),
    ("standing-hamstring-stretch", 10),
    ("single-leg-bridge", 14),
    ("hamstring-curl", 14),
    ("extender", 14),
    ("diver", 21),
    ("glider", 28),
    ("squat", 28),
    ("step-up", 28),
    ("run-ladder", 28),
    ("nordic-curl", 56),
];

/// When each phase is entered, and the full return, by the windows of HT-22 in
/// tests/cases/timelines.json. The last phase of the program opens later than
/// anything published, on day 56 (2.3), and is followed by a watch of 60 days (RI-2).
const WINDOWS: [(&str, i64, i64); 4] = [("p2", 5, 17), ("p3", 11, 28), ("p4", 21, 38), ("return", 30, 64)];

#[test]
fn a_runner_comes_back_from_a_grade_2_strain() {
    let mut life = Life::begins();

    // Week 1. It hurts at rest, and four days are limped. Ice, a painkiller on the
    // second evening, a slip of the finger on day 3, a physiotherapist on day 6.
    life.wakes(0, PAIN[0]);
    life.trains();
    life.says(&["care", "ice", "15m"]);
    life.screens();
    assert_eq!(life.evening()["action"], "hold");
    life.wakes(1, PAIN[1]);
    life.says(&["care", "analgesic"]);
    assert_eq!(life.evening()["action"], "hold");
    life.days(2..=2);
    life.mistypes(3);
    life.days(4..=5);
    life.wakes(6, PAIN[6]);
    life.trains();
    assert!(life.flagged("grade-2-check"), "marked weakness asks for a visit");
    life.cleared("grade-2-check", "physiotherapist");
    assert!(!life.flagged("grade-2-check"));
    life.evening();
    life.week_ends();

    // Week 2. Something is told twice on day 10, and days 12 and 13 are forgotten:
    // unknown is not well, and nothing moves on without a word.
    life.days(7..=9);
    life.tells_twice(10);
    life.days(11..=11);
    for day in FORGOTTEN {
        (life.day, life.minute) = (day, 0);
        assert_eq!(life.evening()["taken"], "hold");
    }
    life.week_ends();

    // Week 3. Strengthening begins, and on day 19 it was too much.
    life.days(14..=18);
    life.flares();
    life.days(20..=23);

    // Week 4. The thigh swells on day 24, and all exercise stops until a doctor
    // has looked.
    life.swells();
    life.days(26..=27);

    // Week 5. The days would allow more from day 30 on; one leg is still too weak for
    // it until day 33. Then running begins.
    life.days(28..=32);
    assert_eq!(life.entered.last().unwrap().0, "p3", "days alone open nothing");
    life.days(33..=34);
    assert_eq!(life.entered.last().unwrap(), &("p4".to_owned(), 33));

    // Week 6. A cold: the plan rests, and goes on after three days.
    life.days(35..=37);
    life.falls_ill();

    // Weeks 7 and 8. Running, rung by rung. What was forgotten on day 46 is told a
    // day later.
    life.days(WELL..=46);
    life.wakes(TOLD_LATER + 1, 0);
    life.says(&["log", "1", "sore after the stairs", "--at", "yesterday 21:00"]);
    life.trains();
    life.evening();
    life.days(48..=55);
    assert_eq!(life.entered.last().unwrap().0, "p4", "the last phase waits for day 56");
    life.days(56..=56);

    // The watch: Nordic curls begin, a word is logged every sixth day, and one on
    // every day of the last week.
    life.wakes(62, 0);
    assert!(life.trains().contains(&"nordic-curl".to_owned()));
    life.evening();
    for day in (68..=104).step_by(6).chain(110..=116) {
        life.wakes(day, 0);
        let expected = if day < 116 { "hold" } else { "finish" };
        assert_eq!(life.evening()["taken"], expected, "day {day}");
    }
    assert_eq!(life.evenings[&115]["episode"]["status"], "active");
    assert_eq!(life.evenings[&116]["episode"]["status"], "remission");

    life.takes_its_end_back();
    life.passed_its_phases_when_others_did();
    life.looks_back();
    life.is_all_on_record();
}

/// A life as it is typed, one command after the other.
struct Life {
    home: Home,
    /// Days since the injury.
    day: u64,
    /// Commands so far on this day: each is typed a minute after the last one.
    minute: u64,
    /// Ids of the entries that the commands said they wrote.
    told: Vec<String>,
    /// How many entries of each kind the history has to hold.
    kinds: BTreeMap<&'static str, usize>,
    /// The day on which each phase was entered.
    entered: Vec<(String, i64)>,
    /// The first day on which the full return was open.
    returned: Option<i64>,
    /// What `next` said at the end of a day.
    evenings: BTreeMap<u64, Value>,
}

fn date(day: u64) -> NaiveDate {
    ONSET.parse::<NaiveDate>().unwrap() + Days::new(day)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// How the leg does in a home test on a day: its values, left and right, or one.
/// It is only tested when `next` asks for it.
fn result(test: &str, day: u64) -> Vec<String> {
    let both = |left: i64, right: i64| vec![left.to_string(), right.to_string()];
    let one = |value: &str| vec![value.to_owned()];
    let from = |first: u64, before: &str, after: &str| one(if day >= first { after } else { before });
    match test {
        "walk-no-limp" => from(4, "4", "12"),
        "swelling-growing" => from(3, "yes", "no"),
        "knee-straight-lying" => from(5, "no", "yes"),
        // Degrees short of straight: the left leg comes closer to the right one.
        "knee-extension-angle" => {
            let left = [(42, 6), (28, 11), (20, 14), (14, 20), (0, 30)].iter().find(|(from, _)| day >= *from);
            both(left.unwrap().1, 4)
        }
        "single-leg-bridge" => {
            let left = [(45, 25), (33, 19), (28, 16), (0, 9)].iter().find(|(from, _)| day >= *from);
            both(left.unwrap().1, 26 - i64::from(day < 40) * 3)
        }
        "extension-discomfort" => from(30, "yes", "no"),
        "confidence" => from(50, "7", "9"),
        "single-leg-squat-pain" | "curl-pain" | "brisk-walk-30-pain" | "jog-on-spot-pain" => {
            from(33, "2", "1")
        }
        _ => one("0"),
    }
}

impl Life {
    fn begins() -> Self {
        let mut life = Self {
            home: Home::new(),
            day: 0,
            minute: 0,
            told: Vec::new(),
            kinds: BTreeMap::new(),
            entered: vec![("p1".to_owned(), 0)],
            returned: None,
            evenings: BTreeMap::new(),
        };
        let start = ["start", "hamstring-strain", "--grade", "2", "--side", "left", "--goal", "running"];
        let started = life.says(&start);
        assert_eq!(started["phase"]["id"], "p1");
        assert_eq!(started["episode"]["onset"], ONSET);
        life.count("decision", 2);
        life
    }

    /// Runs a command, and reads its JSON.
    fn says(&mut self, args: &[&str]) -> Value {
        self.minute += 1;
        let now = format!("{}T{:02}:{:02}", date(self.day), 18 + self.minute / 60, self.minute % 60);
        let json = self.home.ok(&now, &[args, &["--json"]].concat());
        let value: Value = serde_json::from_str(&json).unwrap();
        if value["schema"] == "sinew/log/1" {
            self.told.extend(list(&value["entries"]).iter().map(|id| text(id).to_owned()));
        }
        value
    }

    /// So many more entries of a kind, whose ids no command tells.
    fn count(&mut self, kind: &'static str, more: usize) {
        *self.kinds.entry(kind).or_default() += more;
    }

    fn decides(&mut self, args: &[&str]) -> Value {
        self.count("decision", 1);
        self.says(args)
    }

    /// A new day, and how it was.
    fn wakes(&mut self, day: u64, worst: i64) {
        assert!(day >= self.day);
        (self.day, self.minute) = (day, 0);
        let less = |by: i64| (worst - by).max(0).to_string();
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        let (limp, woken) = (yes(day < 4), yes(day < 2));
        let (rest, walking) = (less(2), less(1));
        let pains = [&worst.to_string(), "--rest", &rest, "--walking", &walking, "--morning", &walking];
        self.says(&[&["log"], &pains[..], &["--limp", limp, "--woken", woken]].concat());
    }

    /// Does what is due, once and within its cap, in one command for each pain.
    /// Gives back what was on the list.
    fn trains(&mut self) -> Vec<String> {
        let today = self.says(&["today"]);
        let due = self.allowed(&today);
        let worst = PAIN.get(usize::try_from(self.day).unwrap()).copied().unwrap_or(0);
        let mut bouts: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
        for item in &due {
            let sore = worst >= 2 && self.day.is_multiple_of(3) && item["cap"].as_f64() >= Some(1.0);
            let pain = i64::from(sore);
            bouts.entry(pain).or_default().extend([text(&item["id"]), text(&item["dose"])]);
        }
        for (pain, what) in &bouts {
            let done = self.says(&[&["done"], &what[..], &["--pain", &pain.to_string()]].concat());
            assert_eq!(list(&done["entries"]).len(), what.len() / 2, "{done}");
        }
        due.iter().map(|item| text(&item["id"]).to_owned()).collect()
    }

    /// The exercises that are due, each of them held against the evidence.
    fn allowed(&self, today: &Value) -> Vec<Value> {
        let day = i64::try_from(self.day).unwrap();
        assert_eq!(today["day_since_onset"], day);
        let exercises: Vec<Value> =
            list(&today["items"]).iter().filter(|i| i["kind"] == "exercise").cloned().collect();
        if today["action"] == "stop" || today["episode"]["paused"] == true {
            assert!(exercises.is_empty(), "day {day}: {exercises:?}");
        }
        for item in &exercises {
            let (id, dose) = (text(&item["id"]), text(&item["dose"]));
            let first = NOT_BEFORE.iter().find(|(known, _)| *known == id).map_or(0, |(_, first)| *first);
            assert!(day >= first, "{id} on day {day}, not before {first}");
            assert!(id != "nordic-curl" || today["phase"]["id"] == "p5", "Nordic curls on day {day} (LA-4)");
            assert!(dose != "rung6" || day >= 33, "full speed on day {day} (2.4)");
        }
        exercises.into_iter().filter(|i| i["due"].as_i64() > Some(0)).collect()
    }

    /// Asks whether to move on, puts on record what is missing today, and takes
    /// the advice to advance or to finish.
    fn evening(&mut self) -> Value {
        let mut next = self.says(&["next"]);
        if self.supplies(&next) {
            next = self.says(&["next"]);
        }
        self.judge(&next);
        let action = text(&next["action"]).to_owned();
        if action == "advance" || action == "finish" {
            self.moves_on(&next);
            // What is said of the same evening from here on.
            next = self.says(&["next"]);
        }
        self.evenings.insert(self.day, next.clone());
        next["taken"] = action.into();
        next
    }

    /// Records what `next` names as missing for today; whether there was any.
    fn supplies(&mut self, next: &Value) -> bool {
        let today = date(self.day).to_string();
        let needs: BTreeSet<(&str, &str)> = list(&next["change"]["needs"])
            .iter()
            .filter(|need| list(&need["on"]).iter().any(|day| *day == today.as_str()))
            .map(|need| (text(&need["kind"]), text(&need["id"])))
            .collect();
        // Readings are in the check-in, and sessions were done, or not.
        if needs.contains(&("questions", "red-flag-questions")) {
            self.screens();
        }
        let tests: Vec<&str> = needs.iter().filter(|(kind, _)| *kind == "test").map(|(_, id)| *id).collect();
        self.tests(&tests);
        needs.iter().any(|(kind, _)| ["questions", "test"].contains(kind))
    }

    /// Home tests: both legs of one by its own command, all others in one check-in.
    fn tests(&mut self, tests: &[&str]) {
        let mut others: Vec<String> = Vec::new();
        for test in tests {
            match result(test, self.day).as_slice() {
                [left, right] => {
                    self.says(&["test", test, "--left", left, "--right", right]);
                }
                values => others.extend(["--set".to_owned(), format!("{test}={}", values[0])]),
            }
        }
        if !others.is_empty() {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            self.says(&[&["log", "--side", "left"], &others[..]].concat());
        }
    }

    /// The red-flag questions, none of them answered with a sign.
    fn screens(&mut self) {
        self.count("screen", 1);
        let screened = self.says(&["screen", "--none"]);
        assert_eq!(list(&screened["unanswered"]).len(), 0, "every question is answered: {screened}");
    }

    /// What holds on every evening.
    fn judge(&mut self, next: &Value) {
        let day = i64::try_from(self.day).unwrap();
        let (action, phase) = (text(&next["action"]), text(&next["phase"]["id"]));
        assert_eq!(next["day_since_onset"], day);
        assert_eq!(phase, self.entered.last().unwrap().0, "day {day}: a phase changes by a decision alone");
        let open = |f: &&Value| f["verdict"] != "met" && f["binding"] == true;
        let bold = action == "advance" || action == "finish";
        assert!(!bold || !list(&next["findings"]).iter().any(|f| open(&f)), "day {day}: {next}");
        assert!(!bold || list(&next["findings"]).iter().all(|f| f["verdict"] == "met"), "day {day}: {next}");
        assert!(bold || next["to"].is_null() || action == "step-back", "day {day}: {next}");
        let cleared = next["full_return"]["cleared"] == true;
        assert!(!cleared || day >= 35, "IV-28: full return on day {day}");
        if cleared {
            self.returned.get_or_insert(day);
        }
    }

    /// Takes the advice: one phase, in order, not before its days (2.3).
    fn moves_on(&mut self, next: &Value) {
        let day = i64::try_from(self.day).unwrap();
        let (_, since) = *self.entered.last().map(|(id, since)| (id, since)).as_ref().unwrap();
        let (_, _, least) = GATES[self.entered.len() - 1];
        assert!(day - since >= least, "{least} days in the phase, not {}", day - since);
        let decided = self.decides(&["next", "--accept"]);
        assert_eq!(decided["kind"], next["action"]);
        if next["action"] == "advance" {
            let (id, earliest, _) = GATES[self.entered.len()];
            assert_eq!((text(&next["to"]), text(&decided["phase"]["id"])), (id, id), "one phase at a time");
            assert!(day >= earliest, "{id} on day {day}, not before {earliest}");
            self.entered.push((id.to_owned(), day));
        }
    }

    /// Days on which nothing else happens.
    fn days(&mut self, days: std::ops::RangeInclusive<u64>) {
        for day in days {
            self.wakes(day, PAIN.get(usize::try_from(day).unwrap()).copied().unwrap_or(0));
            self.trains();
            self.evening();
            if day % 7 == 6 {
                self.week_ends();
            }
        }
    }

    /// Looks back at the week and ahead at the next one.
    fn week_ends(&mut self) {
        let progress = self.says(&["progress"]);
        let days = list(&progress["days"]);
        assert_eq!(days.len() as u64, self.day + 1, "every day has its line");
        for day in days {
            let nobody = FORGOTTEN.iter().any(|n| date(*n).to_string() == text(&day["day"]));
            assert_eq!(list(&day["entries"]).is_empty(), nobody, "{day}");
        }
        let plan = self.says(&["plan"]);
        assert_eq!(list(&plan["days"]).len(), 7);
        let opens: Vec<&str> = list(&plan["phases"]).iter().map(|p| text(&p["not_before"])).collect();
        assert!(opens.is_sorted(), "{plan}");
        for phase in list(&plan["phases"]) {
            let gate = GATES.iter().find(|(id, _, _)| phase["id"] == *id).unwrap();
            let earliest = date(u64::try_from(gate.1).unwrap()).to_string();
            assert!(text(&phase["not_before"]) >= earliest.as_str(), "{phase} and {earliest}");
        }
    }

    /// 7 for 4, and put right at once: it leaves no trace in the advice.
    fn mistypes(&mut self, day: u64) {
        self.wakes(day, PAIN[3]);
        let wrong = self.says(&["log", "7", "typed in the dark"]);
        assert_eq!(wrong["action"], "step-back", "{wrong}");
        let right = self.says(&["correct", "last", "pain-worst=4", "--why", "typed 7 for 4"]);
        assert_eq!(right["action"], "hold", "{right}");
        self.trains();
        self.evening();
    }

    /// The same exercise told twice: taken back, brought back, and taken back.
    fn tells_twice(&mut self, day: u64) {
        self.wakes(day, PAIN[10]);
        self.trains();
        self.says(&["done", "heel-press", "1x10x5s", "--pain", "0"]);
        for command in ["undo", "redo", "undo"] {
            assert_eq!(list(&self.says(&[command])["entries"]).len(), 1);
        }
        self.evening();
    }

    /// A session far above its cap, and a morning that shows it.
    fn flares(&mut self) {
        self.wakes(FLARE, PAIN[19]);
        let red = self.says(&["done", "single-leg-bridge", "3x8", "--pain", "5"]);
        assert_eq!(red["action"], "hold", "{red}");
        self.evening();
    }

    /// A sign that nobody may wave away.
    fn swells(&mut self) {
        self.wakes(SWOLLEN, PAIN[24]);
        let told = self.says(&["log", "--symptom", "one-leg-swollen"]);
        assert_eq!((&told["action"], &told["alert"]["urgency"]), (&"stop".into(), &"emergency".into()));
        assert_eq!(self.trains(), Vec::<String>::new());
        assert_eq!(self.evening()["action"], "stop");
        self.wakes(SWOLLEN + 1, PAIN[25]);
        assert_eq!(self.trains(), Vec::<String>::new());
        self.cleared("rf-07", "doctor");
        self.screens();
        self.trains();
        self.evening();
    }

    fn falls_ill(&mut self) {
        (self.day, self.minute) = (ILL, 0);
        self.decides(&["pause", "a", "cold"]);
        for day in ILL..WELL {
            self.wakes(day, 0);
            assert_eq!(self.trains(), Vec::<String>::new());
            self.evening();
        }
        self.decides(&["resume"]);
    }

    fn flagged(&mut self, rule: &str) -> bool {
        let flags = self.says(&["flags"]);
        list(&flags["flags"]).iter().any(|f| f["rule"] == rule && f["state"] == "open")
    }

    fn cleared(&mut self, rule: &str, by: &str) {
        self.count("clearance", 1);
        self.says(&["clear", rule, "--by", "the clinic", "--role", by, "--outcome", "cleared"]);
    }

    /// Each phase once, in order, at a time that has been seen before.
    fn passed_its_phases_when_others_did(&self) {
        let entered: Vec<(&str, i64)> = self.entered.iter().map(|(id, day)| (id.as_str(), *day)).collect();
        assert_eq!(entered, [("p1", 0), ("p2", 7), ("p3", 16), ("p4", 33), ("p5", 56)]);
        let returned = self.returned.unwrap();
        for (milestone, first, last) in WINDOWS {
            let day = entered.iter().find(|(id, _)| *id == milestone).map_or(returned, |(_, day)| *day);
            assert!((first..=last).contains(&day), "{milestone} on day {day}, not {first} to {last}");
        }
    }

    /// The end as well is taken back and brought back, and each view says again what it
    /// said.
    fn takes_its_end_back(&mut self) {
        let night = format!("{}T23:30", date(self.day));
        let views = |life: &Self| {
            ["next", "today", "flags", "progress", "plan", "episodes"]
                .map(|view| life.home.ok(&night, &[view, "--json"]))
        };
        let ended = views(self);
        let mut open = None;
        for _ in 0..2 {
            let undone = self.says(&["undo", "--why", "one more day"]);
            assert_eq!(undone["action"], "finish", "it is advised again");
            assert_ne!(views(self), ended);
            assert_eq!(open.get_or_insert_with(|| views(self)), &views(self));
            self.says(&["redo"]);
            assert_eq!(views(self), ended);
        }
    }

    /// What was said on an evening is what is said of that day ever after: not one
    /// field differs. Where something of a day was told on a later one, the findings
    /// know of it, and what would change them; nothing else does.
    fn looks_back(&mut self) {
        for day in [0, 3, 7, 13, 16, FLARE, SWOLLEN, 33, ILL, TOLD_LATER, 55, 56, 104] {
            let now = self.says(&["next", "--as-of", &date(day).to_string()]);
            let then = &self.evenings[&day];
            let fields = then.as_object().unwrap().keys();
            let other: Vec<&str> =
                fields.filter(|f| now[f.as_str()] != then[f.as_str()]).map(String::as_str).collect();
            let expected: &[&str] = if day == TOLD_LATER { &["change", "findings"] } else { &[] };
            assert_eq!(other, expected, "day {day}: {now} after {then}");
        }
    }

    /// Every entry that was told is there, and none of them twice.
    fn is_all_on_record(&mut self) {
        let history = self.says(&["history", "--all"]);
        let entries = list(&history["entries"]);
        let ids: BTreeSet<&str> = entries.iter().map(|e| text(&e["id"])).collect();
        assert_eq!(ids.len(), entries.len(), "an id names one entry");
        let missing: Vec<&String> = self.told.iter().filter(|id| !ids.contains(id.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let told: BTreeSet<&str> = self.told.iter().map(String::as_str).collect();
        assert_eq!(told.len(), self.told.len(), "nothing is told under a name twice");

        // What no command named, by its kind.
        let mut others: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in entries.iter().filter(|e| !told.contains(text(&e["id"]))) {
            *others.entry(text(&entry["kind"])).or_default() += 1;
        }
        assert_eq!(others, self.kinds);
        for (state, times) in [("withdrawn", 1), ("corrected", 1)] {
            let found: Vec<&Value> = entries.iter().filter(|e| e["state"] == state).collect();
            assert_eq!(found.len(), times, "{state}: {found:?}");
        }

        let mut said: BTreeSet<(&str, &str)> = BTreeSet::new();
        for entry in entries.iter().filter(|e| e["state"] == "counts") {
            assert!(said.insert((text(&entry["at"]), text(&entry["said"]))), "twice: {entry}");
        }
    }
}
