//! Where a document goes: standard output, or a file of its own.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::app::AppError;
use crate::app::files::{stream_new, stream_over};
use crate::app::keep::is_part;
use crate::app::sealed::seal;
use crate::domain::screening::Flag;
use crate::render::json;
use crate::render::page::{alert, clean};

use super::args::Args;
use super::context::{Context, store_path};
use super::failure::Failure;
use super::secret;

/// Where a document goes.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// Write to this file, which only you can read, instead of standard output
    #[arg(id = "output", long, short, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Write it in the place of a file that is there
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Seal it with a passphrase: asked for, or taken from `SINEW_PASSPHRASE`
    #[arg(long)]
    pub encrypt: bool,
}

/// A document to hand out.
pub(super) struct Document<'a> {
    /// The whole of it.
    pub bytes: &'a [u8],
    /// Whether a terminal can show it.
    pub text: bool,
    /// The warnings of the episodes that it speaks of.
    pub flags: &'a [Flag],
}

impl Output {
    /// Writes the document. An open warning is said first, beside the document
    /// where that goes to standard output.
    ///
    /// # Errors
    ///
    /// When there is such a file already, or it cannot be written, or a terminal
    /// cannot show it.
    pub(super) fn deliver(
        &self,
        args: &Args,
        context: &Context,
        document: &Document<'_>,
    ) -> Result<(), Failure> {
        let write = |out: &mut dyn Write| Ok(out.write_all(document.bytes)?);
        self.stream(args, context, document.text, document.flags, write)
    }

    /// Writes a document part by part, for one that may be too long to be held.
    ///
    /// # Errors
    ///
    /// The same, and what `write` fails with; no part of a file is left then.
    pub(super) fn stream(
        &self,
        args: &Args,
        context: &Context,
        text: bool,
        flags: &[Flag],
        write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
    ) -> Result<(), Failure> {
        let passphrase = self.encrypt.then(|| secret::new(context)).transpose()?;
        let text = text && passphrase.is_none();
        let write = |out: &mut dyn Write| match &passphrase {
            Some(passphrase) => seal(out, passphrase, write),
            None => write(out),
        };
        let alert = alert(&context.page, flags.iter());
        let Some(file) = &self.file else {
            if !text && io::stdout().is_terminal() {
                let hint = "name a file with --output FILE";
                return Err(Failure::person("a terminal cannot show this".to_owned(), hint));
            }
            if !alert.is_empty() {
                // With its styles, which the chatter would take for control characters.
                Context::complain(&context.styled(alert.trim_end()));
            }
            // A table and a document carry texts as they were written.
            if io::stdout().is_terminal() {
                let mut shown = Vec::new();
                write(&mut shown)?;
                return context.print(&clean(&String::from_utf8_lossy(&shown)));
            }
            let mut out = BufWriter::new(io::stdout().lock());
            return match write(&mut out).and_then(|()| Ok(out.flush()?)) {
                // A reader that went away has read enough.
                Err(AppError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => Ok(written?),
            };
        };
        spare_store(args, file)?;
        let written =
            if self.force && file.is_file() { stream_over(file, write) } else { stream_new(file, write) };
        written.map_err(|error| match error {
            AppError::Exists(_) if !file.is_file() => {
                Failure::person(error.to_string(), "nothing was written; choose another name")
            }
            AppError::Exists(_) => Failure::person(
                error.to_string(),
                "nothing was written; choose another name, or write over it with --force",
            ),
            other => other.into(),
        })?;
        let name = file.display().to_string();
        if args.json {
            return context.print(&json::written(flags, &name));
        }
        context.print(&format!("{alert}Written: {name}\n"))
    }
}

/// Refuses to write over the store, or over what SQLite keeps beside it.
///
/// # Errors
///
/// When the file is one of them.
pub(super) fn spare_store(args: &Args, file: &Path) -> Result<(), Failure> {
    if is_part(&store_path(args)?, file) {
        return Err(Failure::person("that file belongs to the store".to_owned(), "choose another name"));
    }
    Ok(())
}
