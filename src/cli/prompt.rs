//! One answer of somebody: key by key in a terminal, line by line under
//! `--plain` and in a terminal that knows no keys.

use std::io::{self, BufRead};
use std::sync::atomic::{AtomicBool, Ordering};

use textwrap::core::display_width;

use super::context::Context;
use super::terminal::{self, RawMode};
use crate::domain::session::Key;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// An answer, without the white space around it; empty on Enter alone.
    Said(String),
    /// The question before, please.
    Back,
    /// Enough: Esc, Ctrl-C, or the end of the input.
    Leave,
}

/// Whether the last answer was taken without Enter. Who presses it all the same
/// means that answer, and not the next question.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// Puts a question and waits for the answer. One that is `whole` needs no Enter
/// where keys are heard one by one.
pub(super) fn hear(context: &Context, prompt: &str, whole: impl Fn(&str) -> bool) -> Heard {
    context.prompt(prompt);
    let heard = if by_keys(context) { typed(context, whole) } else { line() };
    // A terminal that cannot be read any more has nobody to answer.
    heard.unwrap_or(Heard::Leave)
}

/// Whether keys are heard one by one, and not a line at a time.
pub(super) fn by_keys(context: &Context) -> bool {
    !context.page.plain && terminal::hears_keys()
}

/// The same for an answer in words, which is over with Enter.
pub(super) fn hear_words(context: &Context, prompt: &str) -> Heard {
    AT_ONCE.store(false, Ordering::Relaxed);
    hear(context, prompt, |_| false)
}

/// The same without showing what is typed.
pub(super) fn hear_secret(context: &Context, prompt: &str) -> Heard {
    AT_ONCE.store(false, Ordering::Relaxed);
    context.prompt(prompt);
    secret(context).unwrap_or(Heard::Leave)
}

fn secret(context: &Context) -> io::Result<Heard> {
    let raw = RawMode::on()?;
    let mut typed = String::new();
    let heard = loop {
        match terminal::key()? {
            Key::Enter => break Heard::Said(typed),
            Key::Escape | Key::Quit => break Heard::Leave,
            Key::Erase => drop(typed.pop()),
            Key::Char(c) => typed.push(c),
        }
    };
    drop(raw);
    context.prompt("\n");
    Ok(heard)
}

fn line() -> io::Result<Heard> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    let left = read == 0 || line.contains('\u{1b}');
    Ok(if left { Heard::Leave } else { Heard::Said(line.trim().to_owned()) })
}

fn typed(context: &Context, whole: impl Fn(&str) -> bool) -> io::Result<Heard> {
    let raw = RawMode::on()?;
    let mut line = String::new();
    let heard = loop {
        match terminal::key()? {
            Key::Enter if line.is_empty() && AT_ONCE.swap(false, Ordering::Relaxed) => {}
            Key::Enter => break Heard::Said(line.trim().to_owned()),
            Key::Escape | Key::Quit => break Heard::Leave,
            Key::Erase => match line.pop() {
                Some(last) => {
                    let wide = display_width(&last.to_string());
                    let back = "\u{8}".repeat(wide);
                    context.prompt(&format!("{back}{}{back}", " ".repeat(wide)));
                }
                None => break Heard::Back,
            },
            Key::Char(c) if c.is_control() => {}
            Key::Char(c) => {
                line.push(c);
                context.prompt(&c.to_string());
                AT_ONCE.store(whole(line.trim()), Ordering::Relaxed);
                if whole(line.trim()) {
                    break Heard::Said(line.trim().to_owned());
                }
            }
        }
    };
    drop(raw);
    context.prompt("\n");
    Ok(heard)
}
