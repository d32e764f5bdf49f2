//! `session`: drives the guided session, in a whole terminal or line by line.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::app::{App, AppError, Draft};
use crate::domain::advice::Action;
use crate::domain::entry::{Correction, EntryId, Fact, Performed};
use crate::domain::measure::PAIN_DURING;
use crate::domain::session::{Effect, Event, Key, Moment, Save, Session as Machine, tasks};
use crate::domain::situation::Situation;
use crate::render::page::alert;
use crate::render::session::{SMALLEST, frame, told};
use crate::render::text;

use super::Code;
use super::args::{Args, Session};
use super::ask::{screen_now, somebody_there};
use super::context::Context;
use super::failure::Failure;
use super::log::{after_recording, questions_after_pain};
use super::terminal::{self, Input, Terminal};

/// How often the clock is looked at.
const BEAT: Duration = Duration::from_millis(100);

/// The most that one look at the clock lets go by: a machine that slept, or a
/// clock that was set, did no exercise.
const LONGEST: Duration = Duration::from_secs(1);

/// The keys that have a letter.
const KEYS: &str = "bpqsx";

/// Leads through what is due.
pub(super) fn session(args: &Args, wanted: &Session, context: &Context) -> Result<Code, Failure> {
    context.writable()?;
    if args.json {
        let hint = "sinew done EXERCISE --json records what was done; sinew today --json says what is due";
        return Err(Failure::person("a session is led, and has no JSON form".to_owned(), hint));
    }
    let (mut app, mut situation) = context.present(args)?;
    if situation.advice.ask_now.is_some() && situation.advice.action != Action::Stop && somebody_there() {
        screen_now(&mut app, &situation, context)?;
        situation = app.present(&situation.episode, context.later().now)?;
    }
    let due = tasks(&app.catalog.library, &situation);
    if let Some(why) = barred(&situation) {
        let page = text::barred(&context.page, &situation, &why);
        context.print(&page)?;
        return Ok(Code::Done);
    }
    if due.is_empty() {
        context.print(&alert(&context.page, situation.flags.iter()))?;
        context
            .print("No exercise is left to do now: sinew today says what was done and what is left out.\n")?;
        return Ok(Code::Done);
    }
    let Some(pain) = app.catalog.library.measures.get(PAIN_DURING).cloned() else {
        return Err(AppError::Unknown { what: "measure", id: PAIN_DURING.to_owned(), near: None }.into());
    };
    let heads = due.iter().filter_map(|t| Some((t.exercise.id.clone(), t.begun.clone()?.entry))).collect();
    let last = due.iter().filter_map(|t| Some((t.exercise.id.clone(), t.last.clone()?))).collect();
    let machine = Machine::new(due, pain, context.page.units);
    let mut guide = Guide { app, situation, context, machine, heads, last, done: Vec::new(), ended: None };
    if !context.page.plain && terminal::is_there(SMALLEST) {
        guide.in_terminal(wanted.speed)?;
    } else {
        guide.line_by_line(wanted.speed)?;
    }
    guide.sum_up(args)
}

/// Why no session starts now, if anything is against it.
fn barred(s: &Situation) -> Option<String> {
    let asks = s.advice.ask_now.is_some();
    let rests = s.course.paused().is_some();
    let stops = s.advice.action == Action::Stop;
    (asks || rests || stops).then(|| {
        let why =
            if asks && !stops { "the red-flag questions come first" } else { "the plan does not allow it" };
        format!("No session now: {why}.")
    })
}

/// A session on its way, with what it has recorded.
struct Guide<'c> {
    app: App,
    situation: Situation,
    context: &'c Context,
    machine: Machine,
    /// The entry that holds the bout of an exercise so far.
    heads: BTreeMap<String, EntryId>,
    /// The last entry of today about an exercise.
    last: BTreeMap<String, EntryId>,
    /// What was recorded, each bout once.
    done: Vec<Performed>,
    /// Why the rules ended it.
    ended: Option<&'static str>,
}

impl Guide<'_> {
    /// Hands an event on and does what has to be done about it; says whether
    /// the bell rings.
    fn take(&mut self, event: Event) -> Result<bool, Failure> {
        let mut rings = false;
        for effect in self.machine.step(event) {
            match effect {
                Effect::Bell => rings = true,
                Effect::Save(save) => self.save(save)?,
                Effect::End => {}
            }
        }
        Ok(rings)
    }

    /// Records something at once, and lets the rules look again.
    fn save(&mut self, save: Save) -> Result<(), Failure> {
        let now = self.context.later().now;
        let id = save.bout.exercise.to_string();
        let head = self.heads.get(&id).filter(|_| save.replaces).cloned();
        let corrects = head.map(|replaces| Correction { replaces, reason: save.because });
        let episode = &self.situation.episode;
        let entry = self.app.record_bout(episode, save.bout.clone(), self.last.get(&id), corrects, now)?;
        self.last.insert(id.clone(), entry.clone());
        if save.bout.skipped.is_none() {
            self.heads.insert(id.clone(), entry);
        }
        if save.replaces {
            self.done.retain(|bout| bout.exercise != id || bout.skipped.is_some());
        }
        self.done.push(save.bout);

        let after = self.app.present(episode, now)?;
        if barred(&after).is_some() {
            self.ended = Some("The rules end the session here: what was done is saved.");
        } else if now.day != self.context.now.day {
            self.ended = Some("A new day has begun: sinew session goes on with its plan.");
        }
        if self.ended.is_some() {
            self.machine.step(Event::Key(Key::Quit));
            return Ok(());
        }
        let due = tasks(&self.app.catalog.library, &after);
        let left_out = after.plan.left_out.iter().map(|l| (l.id.clone(), l.because.clone())).collect();
        // What this takes off the list needs nothing to be saved.
        self.machine.step(Event::Plan { due, left_out });
        Ok(())
    }

    /// In the whole terminal, with timers.
    fn in_terminal(&mut self, speed: u32) -> Result<(), Failure> {
        let mut terminal = Terminal::enter().map_err(Failure::output)?;
        let mut before = self.context.later().now.at;
        while !self.machine.is_over() {
            let (columns, rows) = Terminal::size().map_err(Failure::output)?;
            let lines = frame(&self.machine.screen(), columns, rows);
            let lines = lines.iter().map(|line| self.context.styled(line)).collect();
            terminal.show(lines).map_err(Failure::output)?;
            let input = Terminal::input(BEAT).map_err(Failure::output)?;
            let now = self.context.later().now.at;
            let by = now.signed_duration_since(before).to_std().unwrap_or_default().min(LONGEST);
            before = now;
            let time = by * speed;
            if let Some(Input::Resized) = input {
                terminal.redraw().map_err(Failure::output)?;
            }
            let rings = if let Some(Input::Key(key)) = input {
                self.take(Event::UntilKey(time))? | self.take(Event::Key(key))?
            } else {
                self.take(Event::Tick(time))?
            };
            if rings {
                Terminal::bell().map_err(Failure::output)?;
            }
        }
        Ok(())
    }

    /// Line by line: for screen readers, pipes and small windows.
    fn line_by_line(&mut self, speed: u32) -> Result<(), Failure> {
        let mut lines = Lines::new();
        // A person may speak up while a timer runs; a script is read in order.
        let live = io::stdin().is_terminal();
        let mut says = true;
        while !self.machine.is_over() {
            let wait = self.machine.wait();
            if says {
                self.context.print(&told(&self.context.page, &self.machine.screen(), wait.is_none()))?;
            }
            says = true;
            let heard = match wait {
                Some(wait) if !live => {
                    thread::sleep(wait / speed);
                    Heard::Nothing
                }
                _ => lines.within(wait.map(|wait| wait / speed)),
            };
            match heard {
                Heard::Line(said) => says = self.line(said.trim())?,
                Heard::Nothing => {
                    let rings = self.take(Event::Tick(wait.unwrap_or_default()))?;
                    if rings && self.context.page.terminal {
                        self.context.print("\u{7}")?;
                    }
                }
                // What nobody answers any more stays unknown.
                Heard::End => {
                    self.take(Event::Key(Key::Quit))?;
                }
            }
        }
        Ok(())
    }

    /// A line is an answer, or a key; says whether it was either.
    fn line(&mut self, line: &str) -> Result<bool, Failure> {
        let mut keys: Vec<Key> = line.chars().map(Key::Char).collect();
        if matches!(self.machine.screen().moment, Moment::Asked(..)) || keys.is_empty() {
            keys.push(Key::Enter);
        } else if keys.len() > 1 || !KEYS.contains(line) {
            let letters = KEYS.chars().map(String::from).collect::<Vec<_>>().join(", ");
            self.context.print(&format!("That is no key. Keys: Enter, {letters}.\n"))?;
            return Ok(false);
        }
        for key in keys {
            self.take(Event::Key(key))?;
        }
        Ok(true)
    }

    /// What was recorded and what it changed; after a severe pain the questions.
    fn sum_up(self, args: &Args) -> Result<Code, Failure> {
        let context = self.context.later();
        if let Some(ended) = self.ended {
            context.status(ended);
        } else if self.machine.left() > 0 && !self.done.is_empty() {
            context.status("Left before its end: sinew session goes on from here.");
        }
        if self.done.is_empty() {
            context.print(&alert(&context.page, self.situation.flags.iter()))?;
            context.print("Nothing was recorded. sinew session begins again.\n")?;
            return Ok(Code::Done);
        }
        let draft = |bout| Draft { at: context.now.at, note: None, fact: Fact::Performed(bout) };
        let drafts: Vec<Draft> = self.done.into_iter().map(draft).collect();
        context.print(&after_recording(&context, &self.app, &self.situation, &drafts)?)?;
        questions_after_pain(args, &context)
    }
}

/// The lines of standard input, read beside the timers. One at a time and only
/// when it is wanted, so that questions after the session find theirs.
struct Lines {
    want: Sender<()>,
    got: Receiver<Option<String>>,
    wanted: bool,
}

/// What came of listening.
enum Heard {
    Line(String),
    Nothing,
    End,
}

impl Lines {
    fn new() -> Self {
        let (want, asked) = channel();
        let (give, got) = channel();
        thread::spawn(move || {
            while asked.recv().is_ok() {
                let mut line = String::new();
                let read = io::stdin().lock().read_line(&mut line).is_ok_and(|bytes| bytes > 0);
                if give.send(read.then_some(line)).is_err() {
                    break;
                }
            }
        });
        Self { want, got, wanted: false }
    }

    /// The next line, if it comes in time.
    fn within(&mut self, wait: Option<Duration>) -> Heard {
        if !self.wanted && self.want.send(()).is_err() {
            return Heard::End;
        }
        self.wanted = true;
        let line = match wait {
            Some(wait) => self.got.recv_timeout(wait),
            None => self.got.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match line {
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            line => {
                self.wanted = false;
                line.ok().flatten().map_or(Heard::End, Heard::Line)
            }
        }
    }
}
