//! The whole screen of a terminal, and its keys.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute, queue};

use crate::domain::session::Key;

/// The screen, until it is dropped.
#[derive(Debug)]
pub(super) struct Terminal {
    shown: Vec<String>,
}

/// What came from the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Key(Key),
    Resized,
}

/// Whether there is a terminal of at least so many columns and rows.
pub(super) fn is_there(smallest: (u16, u16)) -> bool {
    let fits = || terminal::size().is_ok_and(|(columns, rows)| columns >= smallest.0 && rows >= smallest.1);
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb() && fits()
}

/// Whether the keys of somebody can be heard one by one.
pub(super) fn hears_keys() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && !is_dumb()
}

fn is_dumb() -> bool {
    std::env::var("TERM").is_ok_and(|term| term == "dumb")
}

/// Keys come one by one and are not echoed, until it is dropped.
#[derive(Debug)]
pub(super) struct RawMode;

impl RawMode {
    pub(super) fn on() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // Nobody is left to tell when this fails.
        let _ = terminal::disable_raw_mode();
    }
}

/// Waits for a key.
pub(super) fn key() -> io::Result<Key> {
    loop {
        if let Some(Input::Key(key)) = read()? {
            return Ok(key);
        }
    }
}

fn read() -> io::Result<Option<Input>> {
    Ok(match event::read()? {
        Event::Resize(..) => Some(Input::Resized),
        Event::Key(key) if key.kind == KeyEventKind::Press => {
            let control = key.modifiers.contains(KeyModifiers::CONTROL);
            let known = match key.code {
                KeyCode::Char('c' | 'd') if control => Some(Key::Quit),
                // An Enter typed ahead, while the keys still came line by line.
                KeyCode::Char('j') if control => Some(Key::Enter),
                KeyCode::Char(c) if !control => Some(Key::Char(c)),
                KeyCode::Enter => Some(Key::Enter),
                KeyCode::Backspace => Some(Key::Erase),
                KeyCode::Esc => Some(Key::Escape),
                _ => None,
            };
            known.map(Input::Key)
        }
        _ => None,
    })
}

/// Gives the terminal back, wherever the program stops.
pub fn leave() {
    if terminal::is_raw_mode_enabled().unwrap_or(false) {
        // Nobody is left to tell when this fails.
        let _ = execute!(io::stdout(), cursor::Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

impl Terminal {
    /// Takes the whole screen.
    pub(super) fn enter() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let terminal = Self { shown: Vec::new() };
        execute!(io::stdout(), EnterAlternateScreen, cursor::Hide)?;
        Ok(terminal)
    }

    /// Columns and rows.
    pub(super) fn size() -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Shows these lines, where they are other ones than before.
    pub(super) fn show(&mut self, lines: Vec<String>) -> io::Result<()> {
        if lines == self.shown {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        for (row, line) in (0..).zip(&lines) {
            queue!(out, cursor::MoveTo(0, row))?;
            write!(out, "{line}")?;
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        queue!(out, Clear(ClearType::FromCursorDown))?;
        out.flush()?;
        self.shown = lines;
        Ok(())
    }

    /// Forgets what is shown, so that it is drawn anew.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        self.shown.clear();
        execute!(io::stdout(), Clear(ClearType::All))
    }

    /// Rings.
    pub(super) fn bell() -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(b"\x07").and_then(|()| out.flush())
    }

    /// What comes within a while, if anything.
    pub(super) fn input(within: Duration) -> io::Result<Option<Input>> {
        if !event::poll(within)? {
            return Ok(None);
        }
        read()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}
