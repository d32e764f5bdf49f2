//! The interview, the check-in and the guided session in a terminal of our own:
//! keys, slips of the finger, another size, Ctrl-C in a hold, a kill in a set. What
//! was done is stored, and nothing twice.
#![cfg(unix)]

use std::io::{Read, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::commands::Home;

const MORNING: &str = "2026-03-05T08:00";
const LATER: &str = "2026-03-05T08:30";
const EVENING: &str = "2026-03-05T20:00";

/// A busy machine is given this long to show something.
const PATIENCE: Duration = Duration::from_mins(1);

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

type Running = Box<dyn Child + Send + Sync>;

/// A command in a terminal.
struct Window {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Running,
    screen: Arc<Mutex<vt100::Parser>>,
}

/// Starts a command in a terminal of so many columns and rows.
fn spawn(home: &Home, now: &str, cells: (u16, u16), args: &[&str]) -> (Box<dyn MasterPty + Send>, Running) {
    let pair = native_pty_system().openpty(size(cells)).unwrap();
    let plain = home.command(now, args);
    let mut command = CommandBuilder::new(plain.get_program());
    command.args(plain.get_args());
    command.env_clear();
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("TERM", "xterm-256color");
    let child = pair.slave.spawn_command(command).unwrap();
    (pair.master, child)
}

impl Window {
    /// A guided session.
    fn open(home: &Home, now: &str, cells: (u16, u16)) -> Self {
        Self::run(home, now, cells, &["session", "--speed", "20"])
    }

    fn run(home: &Home, now: &str, cells: (u16, u16), args: &[&str]) -> Self {
        let (master, child) = spawn(home, now, cells, args);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells.1, cells.0, 1_000)));
        let mut output = master.try_clone_reader().unwrap();
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                shown.lock().unwrap().process(&bytes[..count]);
            }
        });
        let keys = master.take_writer().unwrap();
        Self { master, keys, child, screen }
    }

    fn shows(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until the screen shows a text.
    fn see(&self, text: &str) {
        let began = Instant::now();
        while !self.shows().contains(text) {
            assert!(began.elapsed() < PATIENCE, "no {text:?} in\n{}", self.shows());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types, once the screen shows what is answered.
    fn answer(&mut self, seen: &str, keys: &str) {
        self.see(seen);
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Ends the command as a crash would.
    fn kill(&mut self) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
        self.code();
    }

    fn resize(&self, cells: (u16, u16)) {
        self.screen.lock().unwrap().screen_mut().set_size(cells.1, cells.0);
        self.master.resize(size(cells)).unwrap();
    }

    /// Waits for the end.
    fn code(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(began.elapsed() < PATIENCE, "no end in\n{}", self.shows());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end; the terminal is as it was found.
    fn ends(mut self) -> u32 {
        let code = self.code();
        let began = Instant::now();
        while self.screen.lock().unwrap().screen().alternate_screen() {
            assert!(began.elapsed() < PATIENCE, "the screen is given back");
            thread::sleep(Duration::from_millis(20));
        }
        assert!(!self.screen.lock().unwrap().screen().hide_cursor(), "so is the cursor");
        code
    }
}

fn home() -> Home {
    let home = Home::new();
    home.ok("2026-03-02T07:00", &["start", "hamstring-strain", "--grade", "1", "--side", "left"]);
    home
}

/// What counts of the exercises of the day, in words.
fn done(home: &Home) -> Vec<String> {
    counted(home, "performed")
}

/// What counts of the day of one kind, in words.
fn counted(home: &Home, kind: &str) -> Vec<String> {
    let history: serde_json::Value =
        serde_json::from_str(&home.ok(EVENING, &["history", "--days", "1", "--json"])).unwrap();
    let entries = history["entries"].as_array().unwrap().iter();
    let counts = entries.filter(|e| e["state"] == "counts" && e["kind"] == kind);
    counts.map(|e| e["said"].as_str().unwrap().to_owned()).collect()
}

/// Answers to the whole of the red-flag questions: none of them.
fn none_of_them(window: &mut Window) {
    window.see("Red-flag questions.");
    window.see("(1 of ");
    let shown = window.shows();
    let of = shown.split("(1 of ").nth(1).unwrap();
    let groups: usize = of[..of.find(')').unwrap()].parse().unwrap();
    for group in 1..=groups {
        window.answer(&format!("({group} of {groups})"), "n");
    }
}

#[test]
fn a_check_in_with_slips_and_a_way_back() {
    let home = home();
    home.ok("2026-03-04T19:00", &["log", "4", "--walking", "3", "--morning", "2"]);
    let mut window = Window::run(&home, EVENING, (80, 60), &["log"]);
    window.answer("Pain now (0-10):", "x\r");
    window.answer("pain now is a number from 0 to 10", "3");
    // 1 waits for what follows: 10 is no 1.
    window.answer("Worst pain since the last check-in (0-10):", "10");
    window.answer("Pain when walking (0-10):", "\x7f");
    window.see("Pain when walking (0-10): \nWorst pain since the last check-in (0-10):");
    // Enter behind a key that needs none answers nothing.
    window.answer("", "5\r");
    window.answer("(0-10): 5\nPain when walking (0-10):", "?");
    window.answer("ordinary walking", "1\r");
    window.resize((60, 60));
    window.answer("Pain on waking (0-10):", "u");
    window.answer("Sleep disturbed (0-10):", "0");
    window.answer("Pain at rest (0-10):", "2");
    window.answer("Woken by pain (y/n):", "n");
    window.answer("In your own words (Enter for none):", "stairs were fien\x7f\x7fne\r");
    window.see("Before: worst pain since the last check-in 4/10 yesterday; pain when");
    window.answer("Knee straightens fully", "y");
    window.answer("Swelling or bruise growing", "\x1b");
    assert_eq!(window.ends(), 0);
    // Entries of one moment have no order of their own.
    let mut said = counted(&home, "check-in");
    said.sort();
    assert_eq!(
        said,
        [
            "knee straightens fully, lying yes, left",
            "pain now 3/10; worst pain since the last check-in 5/10; pain when walking 1/10; \
             sleep disturbed 0/10; pain at rest 2/10; woken by pain no; \"stairs were fine\"",
        ]
    );
}

#[test]
fn leaving_a_check_in_saves_what_was_answered() {
    let home = home();
    let mut window = Window::run(&home, EVENING, (80, 60), &["log"]);
    window.answer("Pain now (0-10):", "4");
    window.answer("Worst pain since the last check-in (0-10):", "\x03");
    window.see("Recorded: pain now 4/10");
    assert_eq!(window.ends(), 0);
    let mut window = Window::run(&home, EVENING, (80, 60), &["log"]);
    window.answer("Pain now (0-10):", "4");
    window.answer("Worst pain since the last check-in (0-10):", "6");
    // Whoever goes back to an answer takes it back.
    window.answer("Pain when walking (0-10):", "\x7f");
    window.see("Pain when walking (0-10): \nWorst pain");
    window.answer("", "\x1b");
    assert_eq!(window.ends(), 0);
    let mut window = Window::run(&home, EVENING, (80, 60), &["log"]);
    window.answer("Pain now (0-10):", "\x1b");
    window.see("Nothing was answered");
    assert_eq!(window.ends(), 0);
    assert_eq!(counted(&home, "check-in"), ["pain now 4/10", "pain now 4/10"]);
}

/// Line by line there is no key for going back, and the end of the input leaves.
#[test]
fn a_check_in_line_by_line_says_how_to_leave() {
    let home = home();
    let mut window = Window::run(&home, EVENING, (80, 60), &["log", "--plain"]);
    window.see("Ctrl-D: leave and");
    window.answer("Pain now (0-10):", "3\r");
    window.answer("Worst pain since the last check-in (0-10):", "\x04");
    window.see("Recorded: pain now 3/10");
    assert_eq!(window.ends(), 0);
    assert_eq!(counted(&home, "check-in"), ["pain now 3/10"]);
}

#[test]
fn severe_pain_in_a_check_in_puts_the_questions_and_no_test() {
    let home = home();
    let mut window = Window::run(&home, EVENING, (80, 80), &["log"]);
    window.answer("Pain now (0-10):", "7");
    window.answer("Worst pain since the last check-in (0-10):", "8");
    for _ in 0..5 {
        window.answer("", "u");
    }
    window.answer("In your own words", "\r");
    none_of_them(&mut window);
    let screen = window.shows();
    assert!(!screen.contains("Home tests"), "{screen}");
    assert_eq!(window.ends(), 0);
    assert_eq!(counted(&home, "check-in"), ["pain now 7/10; worst pain since the last check-in 8/10"]);
    assert!(!counted(&home, "screen").is_empty());
}

#[test]
fn somebody_is_asked_for_everything_at_the_start() {
    let home = Home::new();
    let mut window = Window::run(&home, EVENING, (80, 100), &["start"]);
    window.answer("What is it? (one number)", "x\r");
    window.answer("Numbers from the list, or u", "2");
    window.answer("Which grade?", "u");
    window.answer("in doubt take the higher one", "2");
    window.answer("Who graded it?", "1");
    // Enter behind a key that needs none is no answer to the next question.
    window.answer("Is that the left side", "1\r");
    window.answer("On which day did it begin", "tomorrow\r");
    assert!(!window.shows().contains("The plan counts from that day"));
    window.answer("no day or time that I know", "3 days ago\r");
    window.answer("How did the trouble start?", "1");
    window.answer("What do you want to get back to?", "2");
    window.answer("What is your age in years?", "34\r");
    window.answer("strained the very same place", "n");
    window.answer("What was going on when this started? (one number and Enter)", "u\r");
    window.answer("Which place hurts", "3\r");
    window.see("Hamstring strain, grade 2 (self); side: left; since 2026-03-02; began:");
    // A slip loses no answers.
    window.answer("Start (y/n):", "x\r");
    window.answer("y or n.", "y");
    none_of_them(&mut window);
    window.see("ankle-pumps");
    assert_eq!(window.ends(), 0);
    let next: serde_json::Value = serde_json::from_str(&home.ok(EVENING, &["next", "--json"])).unwrap();
    assert_eq!(next["phase"]["day"], 3);
    let today: serde_json::Value = serde_json::from_str(&home.ok(EVENING, &["today", "--json"])).unwrap();
    assert_eq!(today["episode"]["grade"], 2);
    assert_eq!(today["episode"]["side"], "left");
}

#[test]
fn what_is_typed_ahead_is_heard() {
    let home = Home::new();
    let mut window = Window::run(&home, EVENING, (80, 60), &["start"]);
    // Before the first question: the terminal still keeps whole lines.
    window.answer("", "x\r7");
    window.see("Numbers from the list, or u");
    window.answer("Is that the left side", "\x1b");
    assert_eq!(window.ends(), 0);
}

#[test]
fn nothing_is_started_before_the_last_yes() {
    let home = Home::new();
    let mut window = Window::run(&home, EVENING, (80, 60), &["start"]);
    window.answer("What is it?", "7");
    window.answer("Is that the left side", "\x1b");
    window.see("Nothing was started.");
    assert_eq!(window.ends(), 0);
    assert!(!std::path::Path::new(&home.path("diary.db")).exists());
}

#[test]
fn a_session_with_slips_another_size_and_an_early_end() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (80, 24));
    window.answer("Exercise 1 of 4", "\r");
    window.answer("Set 1 of 2.", "\r");
    window.see("Rest:");
    window.resize((60, 20));
    window.see("Rest:");
    window.answer("Ankle pumps", "\r");
    window.answer("Set 2 of 2.", "\r");
    window.answer("How high was the pain", "11\r");
    window.answer("runs from 0 to 10", "1\x7f0\r");
    window.answer("Seated knee bends", "s");
    window.answer("Why is it skipped?", "\x1b");
    window.answer("Get into position.", "s");
    window.answer("Why is it skipped?", "no chair here\r");
    window.answer("Walk", "snot now\r");
    window.answer("Heel press", "\r");
    // In the middle of a hold.
    window.answer("old, ", "\x03");
    assert_eq!(window.ends(), 0);
    assert_eq!(
        done(&home),
        [
            "Ankle pumps 2x15, left, pain 0/10",
            "Seated knee bends, left, skipped: no chair here",
            "Walk, left, skipped: not now"
        ],
        "the hold that nobody confirmed is not done"
    );
}

/// A key that comes together with another size waits for no second key: two that
/// arrive at once would answer what nobody had seen.
#[test]
fn a_key_is_heard_while_the_window_changes_its_size() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (80, 24));
    window.answer("Exercise 1 of 4", "s");
    window.see("Why is it skipped?");
    let mut typed = String::new();
    for (letter, columns) in ('a'..='z').cycle().zip(60..110) {
        window.resize((columns, 24));
        typed.push(letter);
        window.answer("Why is it skipped?", &letter.to_string());
        window.see(&format!("> {typed}_"));
    }
    window.answer("Why is it skipped?", "\x03");
    assert_eq!(window.ends(), 0);
    assert_eq!(done(&home), Vec::<String>::new());
}

#[test]
fn a_session_that_is_killed_in_a_set_goes_on_with_that_set() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (60, 20));
    window.answer("Exercise 1 of 4", "\r");
    window.answer("Set 1 of 2.", "\r");
    window.answer("Rest:", "\r");
    window.see("Set 2 of 2.");
    window.kill();
    assert_eq!(done(&home), ["Ankle pumps 1x15, left"], "the set before is safe");

    let mut window = Window::open(&home, LATER, (60, 20));
    window.answer("It goes on with set 2 of 2.", "\r");
    window.answer("Set 2 of 2.", "\r");
    window.answer("How high was the pain", "1\r");
    window.answer("Seated knee bends", "q");
    assert_eq!(window.ends(), 0);
    assert_eq!(done(&home), ["Ankle pumps 2x15, left, pain 1/10"], "one bout, and nothing twice");
}

/// Whoever shuts the window has lost no set, and nothing goes on without it.
#[test]
fn a_session_whose_terminal_is_closed_goes_on_with_its_set() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (80, 24));
    window.answer("Exercise 1 of 4", "\r");
    window.answer("Set 1 of 2.", "\r");
    window.answer("Rest:", "\r");
    window.see("Set 2 of 2.");
    let Window { master, keys, mut child, .. } = window;
    let id = child.process_id().unwrap().to_string();
    // The reader of the screen holds the terminal open as well: its end is a signal.
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    child.wait().unwrap();
    drop((keys, master));
    assert_eq!(done(&home), ["Ankle pumps 1x15, left"]);

    let mut window = Window::open(&home, LATER, (80, 24));
    window.answer("It goes on with set 2 of 2.", "q");
    assert_eq!(window.ends(), 0);
    assert_eq!(done(&home), ["Ankle pumps 1x15, left"]);
}

#[test]
fn questions_that_nobody_answered_are_no_mistake() {
    let home = home();
    let mut window = Window::run(&home, EVENING, (80, 60), &["screen"]);
    window.answer("(1 of ", "q\r");
    window.see("Nothing was answered, so nothing is recorded.");
    assert_eq!(window.ends(), 0);
    assert!(counted(&home, "screen").is_empty());
}

#[test]
fn pain_above_the_limit_ends_the_exercise_at_once() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (80, 24));
    window.answer("Exercise 1 of 4", "\r");
    window.answer("Set 1 of 2.", "x");
    window.answer("How high was the pain", "7\r");
    // The questions come at once; whoever leaves them has lost nothing.
    window.answer("Red-flag questions", "q\r");
    assert_eq!(window.ends(), 0);
    assert_eq!(
        done(&home),
        ["Ankle pumps, left, skipped: pain above the limit", "Ankle pumps, left, pain 7/10"]
    );
}

#[test]
fn a_small_window_is_led_line_by_line() {
    let home = home();
    let mut window = Window::open(&home, MORNING, (40, 12));
    window.answer("Get into position.", "q\r");
    window.see("Nothing was recorded.");
    assert!(!window.shows().contains('\u{1b}'));
    assert_eq!(window.ends(), 0);
}

/// What a command prints in a terminal of so many columns, without its colours.
fn printed(home: &Home, columns: u16, args: &[&str]) -> String {
    let (master, mut child) = spawn(home, EVENING, (columns, 24), args);
    let mut output = master.try_clone_reader().unwrap();
    let reading = thread::spawn(move || {
        let mut bytes = Vec::new();
        // The end of a terminal is an error on some systems.
        let _ = output.read_to_end(&mut bytes);
        bytes
    });
    // Whoever is asked something leaves.
    let mut keys = master.take_writer().unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < PATIENCE, "{args:?} does not end");
        let _ = keys.write_all(b"\x1b");
        thread::sleep(Duration::from_millis(20));
    }
    drop(keys);
    drop(master);
    let text = String::from_utf8(reading.join().unwrap()).unwrap();
    // A terminal shows a key that comes before anybody listens.
    anstream::adapter::strip_str(&text.replace("^[", "")).to_string()
}

/// A long page scrolls its first line away: what to do stands below it as well.
#[test]
fn a_warning_is_the_last_thing_on_the_screen_too() {
    const ACTION: &str = "Go to an emergency department now, or call your local emergency number.";
    let home = home();
    home.ok(MORNING, &["log", "--symptom", "one-leg-swollen"]);
    for command in ["today", "next", "progress", "flags", "history"] {
        let page = printed(&home, 80, &[command]);
        // A key that nobody heard may leave an empty line behind.
        let lines: Vec<&str> = page.trim_end().lines().map(str::trim_end).collect();
        assert_eq!((lines.first(), lines.last()), (Some(&ACTION), Some(&ACTION)), "{command}: {page}");
        // In a pipe nothing scrolls, and it is said once.
        assert_eq!(home.ok(EVENING, &[command]).matches(ACTION).count(), 1, "{command}");
    }
    let role = ["--by", "the clinic", "--role", "doctor", "--outcome", "cleared"];
    home.ok(EVENING, &[&["clear", "rf-07"], &role[..]].concat());
    assert!(!printed(&home, 80, &["next"]).contains(ACTION));
}

/// What to do stands on one screen, with the next prompt below it; where a phase has
/// more to say, on little more.
#[test]
fn today_fits_a_screen() {
    let screens = [
        ("hamstring-strain", Some("1"), 23),
        ("low-back-strain", None, 23),
        ("calf-strain", Some("1"), 24),
        ("sciatica", None, 27),
        ("hamstring-strain", Some("2"), 29),
    ];
    for (condition, grade, most) in screens {
        let home = Home::new();
        let mut start = vec!["start", condition, "--side", "left", "--onset", "2026-03-03"];
        start.extend(grade.iter().flat_map(|grade| ["--grade", *grade]));
        home.ok(MORNING, &start);
        home.ok(MORNING, &["screen", "--none"]);
        home.ok(MORNING, &["log", "2", "--morning", "1"]);
        let page = printed(&home, 80, &["today"]);
        assert!(page.trim_end().lines().count() <= most, "{condition}:\n{page}");
        assert!(page.contains("pain up to") && page.contains("Keep away from"), "{page}");
        let full = printed(&home, 80, &["today", "--full"]);
        assert!(full.lines().count() > page.lines().count(), "{full}");
    }
}

/// So does the help of every command.
#[test]
fn no_help_is_wider_than_the_terminal() {
    let home = Home::new();
    let names = sinew::cli::args::command_names();
    for name in names.iter().filter(|name| *name != "help") {
        let page = printed(&home, 60, &[name, "--help"]);
        for line in page.lines().map(|line| line.trim_end_matches('\r')) {
            assert!(line.chars().count() <= 60, "{name}: {line}");
        }
    }
}

/// Every view fits the terminal it is printed in, from 60 columns up.
#[test]
fn no_line_is_wider_than_the_terminal() {
    let home = home();
    home.ok("2026-03-04T19:00", &["log", "4", "stairs were fine", "--morning", "3", "--walking", "3"]);
    home.ok("2026-03-04T19:10", &["done", "ankle-pumps", "2x15", "--pain", "2"]);
    home.ok("2026-03-04T19:20", &["test", "walk-no-limp", "5"]);
    for command in [
        "",
        "today",
        "next",
        "plan",
        "progress",
        "progress --plain",
        "progress --measure walk-no-limp",
        "flags",
        "history --all",
        "episodes",
        "explain",
        "explain rf-07",
        "explain diver",
        "explain walk",
        "program list",
        "program show hamstring-strain-2",
        "program diff hamstring-strain-1 hamstring-strain-2",
        "test",
        "today --plain",
        "today --full",
        "next --plain",
        "next --full",
        "log 3",
        "log",
        "start",
        "screen",
        "assess",
        "config",
        "today --brief",
        "undo",
        "redo",
        "pause a cold",
        "resume",
        "care ice 15min",
        "log 14",
        "explain nothing-of-the-kind",
        "report",
        "log 3 --at soon",
        "log 3 --at 30m",
        "test walk-no-limp",
        "done walk --pain",
        "config nothing 3",
        "program check no-such-file.toml",
        "correct last nothing=2 --why slip",
        "onset yesterday --why wrong",
        "next --override because",
        "clear rf-07",
        "doctor",
        "restore",
        "export csv --output diary.csv",
        "erase 1",
        "regrade 1",
        "care",
    ] {
        let args: Vec<&str> = command.split_whitespace().collect();
        for columns in [60, 80] {
            for line in printed(&home, columns, &args).lines() {
                let line = line.trim_end_matches('\r');
                let wide = line.chars().count();
                assert!(wide <= usize::from(columns), "{command}: {wide} of {columns} columns: {line}");
            }
        }
    }
}
