//! The guided session as a state machine: keys and elapsed time in, what to
//! show and what to save out. It knows no clock and no terminal.

mod task;

use std::time::Duration;

use super::dose::Dose;
use super::entry::{Performed, Side, TOO_MUCH};
use super::measure::Measure;
use super::units::Units;

pub(super) use task::task_of;
pub use task::{Beat, Task, tasks};

/// Time to get ready before a set that is timed (ours).
pub const READY: Duration = Duration::from_secs(5);

/// The most characters of an answer.
const LONGEST: usize = 200;

/// What happens to a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Time went by.
    Tick(Duration),
    /// Time went by until a key was pressed. It ends nothing: a key answers what was
    /// shown, even where that has run out meanwhile.
    UntilKey(Duration),
    /// A key was pressed.
    Key(Key),
    /// What is due as things stand now, and why anything is left out: the
    /// rules looked again after something was saved.
    Plan {
        /// What is due.
        due: Vec<Task>,
        /// Ids of what is left out, with the reason.
        left_out: Vec<(String, String)>,
    },
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit, a space.
    Char(char),
    /// Go on.
    Enter,
    /// Take the last letter of an answer back.
    Erase,
    /// Back to where a question was opened.
    Escape,
    /// Leave the session.
    Quit,
}

/// What a session asks of whoever drives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ring.
    Bell,
    /// Record something, at once.
    Save(Save),
    /// Nothing more comes.
    End,
}

/// Something to record.
#[derive(Clone, Debug, PartialEq)]
pub struct Save {
    /// The exercise as far as it was done, or why it was skipped.
    pub bout: Performed,
    /// What is new in it.
    pub because: String,
    /// Whether it replaces what was saved of this bout before.
    pub replaces: bool,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Why the exercise is skipped.
    Why,
    /// The weight that was held.
    Weight,
    /// The highest pain; whether it was above the limit.
    Pain(bool),
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Intro,
    Ready { left: Duration },
    Work { beat: usize, left: Duration },
    Confirm,
    Rest { left: Duration },
    Ask { what: Ask, typed: String, wrong: Option<String>, before: Box<Stage> },
    Over,
}

/// What goes on right now.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment<'a> {
    /// The exercise is introduced.
    Intro,
    /// The countdown before a set.
    Ready(Duration),
    /// A part of a set, and what is left of it.
    Beat(&'a Beat, Duration),
    /// A set that is not timed.
    Free,
    /// Whether a timed set was done in full.
    Confirm,
    /// The rest between two sets.
    Rest(Duration),
    /// A question, what was typed so far, and what was wrong with the answer.
    Asked(Ask, &'a str, Option<&'a str>),
    /// The end.
    Over,
}

/// What is to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen<'a> {
    /// The exercise; nothing at the end.
    pub task: Option<&'a Task>,
    /// Which exercise it is, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
    /// The sets done of it.
    pub done: u32,
    /// The leg that works now.
    pub leg: Option<Side>,
    /// Whether the legs were just switched.
    pub switched: bool,
    /// What goes on.
    pub moment: Moment<'a>,
    /// Whether the timer stands still.
    pub paused: bool,
    /// What the rules took off the list meanwhile.
    pub notices: &'a [String],
    /// In which units a weight is asked for.
    pub units: Units,
}

/// A guided session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    tasks: Vec<Task>,
    at: usize,
    stage: Stage,
    paused: bool,
    /// Sets of the exercise that are done.
    done: u32,
    /// Whether the first leg of this set is done.
    second_leg: bool,
    /// Beats of the exercise.
    beats: Vec<Beat>,
    /// What was saved of this bout, if anything.
    saved: Option<Performed>,
    notices: Vec<String>,
    pain: Measure,
    units: Units,
}

impl Session {
    /// A session of these exercises; `pain` is the measure of the pain during one,
    /// `units` those in which a weight is asked for.
    pub fn new(tasks: Vec<Task>, pain: Measure, units: Units) -> Self {
        let mut session = Self {
            tasks,
            at: 0,
            stage: Stage::Over,
            paused: false,
            done: 0,
            second_leg: false,
            beats: Vec::new(),
            saved: None,
            notices: Vec::new(),
            pain,
            units,
        };
        session.introduce(&mut Vec::new());
        session
    }

    /// Takes one event; says what has to be done about it, in order.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Tick(by) => self.tick(by, &mut effects),
            Event::UntilKey(by) => {
                let short = |left: Duration| by.min(left.saturating_sub(Duration::from_nanos(1)));
                self.tick(self.wait().map_or(by, short), &mut effects);
            }
            Event::Key(Key::Quit) => self.end(&mut effects),
            Event::Key(key) => match self.stage {
                Stage::Ask { .. } => self.answer(key, &mut effects),
                _ => self.key(key, &mut effects),
            },
            Event::Plan { due, left_out } => self.replan(&due, &left_out, &mut effects),
        }
        effects
    }

    /// Whether nothing more comes.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// How many exercises are not through yet.
    pub fn left(&self) -> usize {
        self.tasks.len() - self.at
    }

    /// How long until something happens by itself; nothing while it waits for
    /// the person.
    pub fn wait(&self) -> Option<Duration> {
        match self.stage {
            Stage::Ready { left } | Stage::Rest { left } if !self.paused => Some(left),
            Stage::Work { left, .. } if !self.paused && !self.beats.is_empty() => Some(left),
            _ => None,
        }
    }

    /// What is to be shown now.
    pub fn screen(&self) -> Screen<'_> {
        let moment = match &self.stage {
            Stage::Intro => Moment::Intro,
            Stage::Ready { left } => Moment::Ready(*left),
            Stage::Work { beat, left } => {
                self.beats.get(*beat).map_or(Moment::Free, |beat| Moment::Beat(beat, *left))
            }
            Stage::Confirm => Moment::Confirm,
            Stage::Rest { left } => Moment::Rest(*left),
            Stage::Ask { what, typed, wrong, .. } => Moment::Asked(*what, typed, wrong.as_deref()),
            Stage::Over => Moment::Over,
        };
        let task = self.tasks.get(self.at).filter(|_| !self.is_over());
        let works = matches!(moment, Moment::Ready(_) | Moment::Beat(..) | Moment::Free | Moment::Confirm);
        Screen {
            task,
            number: (self.at + 1).min(self.tasks.len()),
            of: self.tasks.len(),
            done: self.done,
            leg: task.and_then(|task| match task.side {
                Some(Side::Both) if !works => Some(Side::Both),
                Some(Side::Both) => Some(if self.second_leg { Side::Right } else { Side::Left }),
                side => side,
            }),
            switched: self.second_leg,
            moment,
            paused: self.paused,
            notices: &self.notices,
            units: self.units,
        }
    }

    fn task(&self) -> &Task {
        &self.tasks[self.at]
    }

    // Time

    fn tick(&mut self, mut by: Duration, effects: &mut Vec<Effect>) {
        while let Some(wait) = self.wait() {
            if by < wait {
                if let Stage::Ready { left } | Stage::Rest { left } | Stage::Work { left, .. } =
                    &mut self.stage
                {
                    *left -= by;
                }
                return;
            }
            by -= wait;
            effects.push(Effect::Bell);
            match self.stage {
                Stage::Ready { .. } => self.work(0),
                Stage::Rest { .. } => self.begin_set(),
                Stage::Work { beat, .. } if beat + 1 < self.beats.len() => self.work(beat + 1),
                _ => self.leg_done(effects),
            }
        }
    }

    fn work(&mut self, beat: usize) {
        let left = self.beats.get(beat).map_or(Duration::ZERO, |beat| beat.lasts);
        self.stage = Stage::Work { beat, left };
    }

    // The way through an exercise

    /// Shows the exercise at hand, or ends after the last one.
    fn introduce(&mut self, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get(self.at) else { return self.end(effects) };
        self.done = task.begun.as_ref().map_or(0, |b| b.sets);
        self.saved = task.begun.as_ref().map(|_| self.bout());
        self.beats = self.task().beats();
        self.second_leg = false;
        self.stage = Stage::Intro;
    }

    fn begin_set(&mut self) {
        self.second_leg = false;
        self.begin_leg();
    }

    fn begin_leg(&mut self) {
        if self.beats.is_empty() {
            self.work(0);
        } else {
            self.stage = Stage::Ready { left: READY };
        }
    }

    /// One leg has worked: the other one follows, where both do.
    fn leg_done(&mut self, effects: &mut Vec<Effect>) {
        if self.task().both_legs() && !self.second_leg {
            self.second_leg = true;
            self.begin_leg();
        } else if self.beats.is_empty() {
            self.set_done(effects);
        } else {
            // The timer has run; whether the person has is theirs to say.
            self.stage = Stage::Confirm;
        }
    }

    fn set_done(&mut self, effects: &mut Vec<Effect>) {
        self.done += 1;
        self.second_leg = false;
        let of = self.task().sets();
        let because = format!("set {} of {of}", self.done);
        self.save(self.bout(), because, effects);
        if self.done < of {
            self.stage = Stage::Rest { left: self.task().rest() };
        } else {
            self.finish(effects);
        }
    }

    /// Asks how it went, where anything was done.
    fn finish(&mut self, effects: &mut Vec<Effect>) {
        if self.done == 0 {
            self.next(effects);
        } else if self.task().weighed() {
            self.ask(Ask::Weight);
        } else {
            self.ask(Ask::Pain(false));
        }
    }

    fn next(&mut self, effects: &mut Vec<Effect>) {
        self.at += 1;
        self.introduce(effects);
    }

    fn end(&mut self, effects: &mut Vec<Effect>) {
        if !self.is_over() {
            effects.push(Effect::End);
        }
        self.stage = Stage::Over;
    }

    // Keys

    fn key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        if self.is_over() {
            return;
        }
        match key {
            Key::Char('x') => self.too_much(effects),
            Key::Char('s') => self.ask(Ask::Why),
            Key::Char('q') => self.end(effects),
            Key::Char('p' | ' ') if self.paused || self.wait().is_some() => self.paused = !self.paused,
            Key::Enter if self.paused => self.paused = false,
            Key::Char('b') if self.stage == Stage::Confirm => self.begin_set(),
            Key::Enter => self.go_on(effects),
            _ => {}
        }
    }

    fn go_on(&mut self, effects: &mut Vec<Effect>) {
        match self.stage {
            Stage::Intro | Stage::Rest { .. } => self.begin_set(),
            Stage::Ready { .. } => self.work(0),
            Stage::Work { .. } if self.beats.is_empty() => self.leg_done(effects),
            // Cut short: asked, so that a slip of the finger is no set.
            Stage::Work { .. } => self.stage = Stage::Confirm,
            Stage::Confirm => self.set_done(effects),
            Stage::Ask { .. } | Stage::Over => {}
        }
    }

    /// The pain is above the limit. That is on record before anything is asked:
    /// whatever happens next, the exercise is over for this session.
    fn too_much(&mut self, effects: &mut Vec<Effect>) {
        self.skip(TOO_MUCH, effects);
        self.ask(Ask::Pain(true));
    }

    fn skip(&mut self, why: &str, effects: &mut Vec<Effect>) {
        let bout = Performed { skipped: Some(why.to_owned()), ..self.blank() };
        effects.push(Effect::Save(Save { bout, because: why.to_owned(), replaces: false }));
    }

    // Questions

    fn ask(&mut self, what: Ask) {
        self.paused = false;
        let before = Box::new(std::mem::replace(&mut self.stage, Stage::Over));
        self.stage = Stage::Ask { what, typed: String::new(), wrong: None, before };
    }

    fn answer(&mut self, key: Key, effects: &mut Vec<Effect>) {
        let Stage::Ask { what, typed, before, .. } = &mut self.stage else { return };
        match key {
            Key::Char(c) if !c.is_control() && typed.chars().count() < LONGEST => typed.push(c),
            Key::Erase => {
                typed.pop();
            }
            Key::Escape if *what == Ask::Why => self.stage = (**before).clone(),
            Key::Enter => {
                let (what, typed) = (*what, typed.trim().to_owned());
                if let Err(message) = self.take(what, &typed, effects)
                    && let Stage::Ask { typed, wrong, .. } = &mut self.stage
                {
                    typed.clear();
                    *wrong = Some(message);
                }
            }
            _ => {}
        }
    }

    /// A weight that was typed, in kilograms; nothing where none was held or known.
    fn weight(&self, typed: &str) -> Result<Option<f64>, String> {
        if typed.is_empty() {
            return Ok(None);
        }
        let load = self.units.read_weight(typed).map_err(|error| format!("Not that: {error}"))?;
        load.map(Some).ok_or_else(|| format!("A number of {}, such as 7.5", self.units.of_weight()))
    }

    /// Takes an answer; says what is wrong with it.
    fn take(&mut self, what: Ask, typed: &str, effects: &mut Vec<Effect>) -> Result<(), String> {
        match what {
            Ask::Why if typed.is_empty() => return Err("A few words, such as: no band here".to_owned()),
            Ask::Why => {
                self.skip(typed, effects);
                self.finish(effects);
            }
            Ask::Weight => {
                if let Some(load) = self.weight(typed)? {
                    let bout = Performed { load: Some(load), ..self.bout() };
                    self.save(bout, "the weight".to_owned(), effects);
                }
                self.ask(Ask::Pain(false));
            }
            Ask::Pain(_) => {
                if !typed.is_empty() {
                    let pain = self.pain.read(typed).map_err(|error| error.to_string())?;
                    let bout = Performed { pain: Some(pain), ..self.bout() };
                    self.save(bout, "the pain".to_owned(), effects);
                }
                self.next(effects);
            }
        }
        Ok(())
    }

    // What is saved

    fn blank(&self) -> Performed {
        Performed { side: self.task().recorded, ..Performed::of(&self.task().exercise.id) }
    }

    /// The bout as far as it was done.
    fn bout(&self) -> Performed {
        let dose: Option<Dose> = (self.done > 0).then(|| self.task().dose_of(self.done));
        let load = self.saved.as_ref().and_then(|saved| saved.load);
        Performed { dose, load, ..self.blank() }
    }

    fn save(&mut self, bout: Performed, because: String, effects: &mut Vec<Effect>) {
        let replaces = self.saved.is_some();
        self.saved = Some(bout.clone());
        effects.push(Effect::Save(Save { bout, because, replaces }));
    }

    // The rules

    /// Keeps of what is still to come what the rules still allow, as much of
    /// it as they say now. Nothing is ever added.
    fn replan(&mut self, due: &[Task], left_out: &[(String, String)], effects: &mut Vec<Effect>) {
        if self.is_over() {
            return;
        }
        let reason = |id: &str| left_out.iter().find(|(out, _)| out == id).map(|(_, why)| why.as_str());
        let intro = self.stage == Stage::Intro;
        let first = if intro { self.at } else { self.at + 1 };
        for task in self.tasks.split_off(first.min(self.tasks.len())) {
            if let Some(new) = due.iter().find(|d| d.exercise.id == task.exercise.id) {
                self.tasks.push(new.clone());
            } else {
                let why = reason(&task.exercise.id).unwrap_or("it is done or no longer due");
                self.notices.push(format!("{}: {why}", task.exercise.name));
            }
        }
        if intro {
            self.introduce(effects);
        } else if !matches!(self.stage, Stage::Ask { .. })
            && let Some(why) = reason(&self.task().exercise.id)
        {
            self.notices.push(format!("{}: {why}", self.task().exercise.name));
            self.paused = false;
            self.finish(effects);
        }
    }
}
