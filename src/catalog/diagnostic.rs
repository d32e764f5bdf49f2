//! What is wrong in a definition file, where, and what would be right.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::codes::Code;

/// One mistake in a definition file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of its [`Code`].
    pub code: &'static str,
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A mistake at `span` of `text`.
    pub(super) fn new(code: Code, file: &str, text: &str, span: Range<usize>, message: String) -> Self {
        let before = &text[..text.floor_char_boundary(span.start.min(text.len()))];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { code: code.id(), file: file.to_owned(), line, column, span, message, hint: None }
    }
}

/// All mistakes of one file, with its text to draw them on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    /// The text of the file.
    pub text: String,
    /// The mistakes, in the order of the text; never empty.
    pub list: Vec<Diagnostic>,
}

impl Mistakes {
    /// The mistakes drawn on the text, with carets.
    pub fn draw(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut drawn = Vec::new();
        for mistake in &self.list {
            let end = mistake.span.end.clamp(mistake.span.start, self.text.len());
            let snippet = Snippet::source(&self.text)
                .path(&mistake.file)
                .annotation(AnnotationKind::Primary.span(mistake.span.start.min(end)..end));
            let title = Level::ERROR.primary_title(&mistake.message).id(mistake.code).element(snippet);
            let group = match &mistake.hint {
                Some(hint) => title.element(Level::HELP.message(hint)),
                None => title,
            };
            drawn.push(renderer.render(&[group]));
        }
        drawn.join("\n\n")
    }
}
