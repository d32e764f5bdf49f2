//! The guided session in a terminal of our own: keys, slips of the finger,
//! another size, Ctrl-C in a hold, a kill in a set. What was done is stored, and
//! nothing twice.
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
const PATIENCE: Duration = Duration::from_secs(20);

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
    fn open(home: &Home, now: &str, cells: (u16, u16)) -> Self {
        let (master, child) = spawn(home, now, cells, &["session", "--speed", "20"]);
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
    let history: serde_json::Value =
        serde_json::from_str(&home.ok(EVENING, &["history", "--days", "1", "--json"])).unwrap();
    let entries = history["entries"].as_array().unwrap().iter();
    let counts = entries.filter(|e| e["state"] == "counts" && e["kind"] == "performed");
    counts.map(|e| e["said"].as_str().unwrap().to_owned()).collect()
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
    child.wait().unwrap();
    drop(master);
    let text = String::from_utf8(reading.join().unwrap()).unwrap();
    anstream::adapter::strip_str(&text).to_string()
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
        "next --plain",
        "log 3",
        "undo",
        "redo",
        "pause a cold",
        "resume",
        "care ice 15min",
        "log 14",
        "explain nothing-of-the-kind",
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
