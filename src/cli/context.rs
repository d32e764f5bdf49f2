//! What every command has at hand: the moment, the store, the output.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Once;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use chrono::TimeDelta;
use etcetera::BaseStrategy;

use crate::app::{App, AppError};
use crate::catalog::Catalog;
use crate::catalog::settings::{OwnSettings, Settings};
use crate::domain::day::{At, Now};
use crate::domain::episode::Episode;
use crate::domain::screening::Flag;
use crate::domain::situation::Situation;
use crate::domain::units::Units;
use crate::render::page::{Page, alert, clean};
use crate::store::{Store, is_there};

use super::args::{Args, Color, command_names};
use super::failure::Failure;
use super::when;

/// The narrowest and the widest that text is laid out for, in columns.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=80;

/// What to do when there is no store yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Create it.
    Create,
    /// Go on as if it were empty, and create nothing.
    Empty,
    /// Refuse, when somebody said where it should be.
    Refuse,
}

/// What every command has at hand.
#[derive(Clone, Debug)]
pub struct Context {
    /// The present moment, or the end of the day that `--as-of` names.
    pub now: Now,
    /// Whether the moment is the past.
    pub looking_back: bool,
    /// How text is laid out.
    pub page: Page,
    /// A person's own settings.
    pub own: OwnSettings,
    colour: ColorChoice,
    /// The clock, and how far the present moment is ahead of it.
    clock: fn() -> At,
    ahead: TimeDelta,
}

impl Context {
    /// Reads the arguments and the terminal.
    ///
    /// # Errors
    ///
    /// When `--as-of` names no day, or one that has not come yet.
    pub fn new(args: &Args, own: OwnSettings, now: Now, clock: fn() -> At) -> Result<Self, Failure> {
        let now = now.ending_at(own.settings.rollover());
        let terminal = io::stdout().is_terminal();
        let columns = if terminal { terminal_width() } else { *WIDTHS.end() };
        let page = Page {
            width: columns.clamp(*WIDTHS.start(), *WIDTHS.end()),
            plain: args.plain || own.settings.plain.unwrap_or_default(),
            terminal,
            // A document is the same for everybody.
            units: if args.json { Units::Metric } else { own.settings.units.unwrap_or_default() },
        };
        let colour = match args.color.unwrap_or_else(|| own_colour(&own.settings)) {
            Color::Auto => AutoStream::choice(&io::stdout()),
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        let ahead = now.at.signed_duration_since(clock());
        let mut context = Self { now, looking_back: false, page, own, colour, clock, ahead };
        if let Some(day) = &args.as_of {
            let day = when::day(day, now)?;
            if day > now.day {
                return Err(Failure::person(format!("{day} lies in the future"), "--as-of looks back"));
            }
            if day < now.day {
                context.now = now.back_at(day, crate::app::day_ends(day, now));
                context.looking_back = true;
            }
        }
        Ok(context)
    }

    /// The same a while later. A guided session alone outlives the moment at
    /// which its command began.
    #[must_use]
    pub fn later(&self) -> Self {
        let at = ((self.clock)() + self.ahead).with_timezone(self.now.at.offset());
        Self { now: self.now.moved_to(at.max(self.now.at)), ..self.clone() }
    }

    /// A styled text as this output takes it: without its styles under
    /// `NO_COLOR`.
    pub fn styled(&self, text: &str) -> String {
        if self.colour == ColorChoice::Never { strip_str(text).to_string() } else { text.to_owned() }
    }

    /// Prints a result on standard output.
    ///
    /// # Errors
    ///
    /// When standard output cannot be written.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        // Where nothing is styled there is nothing to take away: a document may hold years.
        let plain = text.bytes().all(|byte| byte == b'\n' || !byte.is_ascii_control());
        let colour = if plain { ColorChoice::AlwaysAnsi } else { self.colour };
        let mut out = AutoStream::new(io::stdout().lock(), colour);
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // A reader that went away has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(Failure::output),
        }
    }

    /// Prints chatter on standard error.
    pub fn status(&self, text: &str) {
        // Nothing is lost when nobody listens to the chatter.
        let text = narrow(&clean(text), self.page.width);
        let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{text}");
    }

    /// Prints a question on standard error and leaves the cursor behind it.
    pub fn prompt(&self, text: &str) {
        let mut out = AutoStream::auto(io::stderr().lock());
        let _ = write!(out, "{}", narrow(text, self.page.width)).and_then(|()| out.flush());
    }

    /// Says the version where nothing else is asked, and whether it did: nothing has to be
    /// put together for that.
    pub fn says_its_version(line: impl IntoIterator<Item = OsString>) -> bool {
        let words: Vec<OsString> = line.into_iter().skip(1).take(2).collect();
        let asked = matches!(words.as_slice(), [word] if word == "--version" || word == "-V");
        if asked {
            let _ = writeln!(io::stdout(), concat!("sinew ", env!("CARGO_PKG_VERSION")));
        }
        asked
    }

    /// Prints what went wrong on standard error; in a terminal no sentence of it is
    /// wider than that.
    pub fn complain(text: &str) {
        let text = if io::stderr().is_terminal() { fitted(text, terminal_width()) } else { text.to_owned() };
        let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{text}");
    }

    /// Says what is wrong with a line of arguments, or prints the help that it asks
    /// for, and ends.
    pub fn refuse(error: &clap::Error) -> ! {
        if !error.use_stderr() {
            error.exit();
        }
        Self::complain(error.render().ansi().to_string().trim_end());
        std::process::exit(error.exit_code())
    }

    /// Refuses to go on by settings that are wrong: an entry could fall on
    /// another day, or into another episode.
    ///
    /// # Errors
    ///
    /// Every mistake of the file.
    pub fn sound(&self) -> Result<(), Failure> {
        Ok(self.own.sound()?)
    }

    /// Refuses to write while looking back.
    ///
    /// # Errors
    ///
    /// When `--as-of` was given, or the settings are wrong.
    pub fn writable(&self) -> Result<(), Failure> {
        self.sound()?;
        if self.looking_back {
            let hint = "leave --as-of out; --at records something of an earlier moment";
            return Err(Failure::person("--as-of only looks back, it does not record".to_owned(), hint));
        }
        Ok(())
    }

    /// Opens the store and the definitions.
    ///
    /// # Errors
    ///
    /// When one of them cannot be opened.
    pub fn open(&self, args: &Args, missing: Missing) -> Result<App, Failure> {
        self.open_with(args, self.catalog()?, missing)
    }

    /// Opens the store beside these definitions.
    ///
    /// # Errors
    ///
    /// When the store cannot be opened.
    pub fn open_with(&self, args: &Args, catalog: Catalog, missing: Missing) -> Result<App, Failure> {
        let path = store_path(args)?;
        let store = match missing {
            Missing::Create => Store::open(&path)?,
            _ if is_there(&path)? => Store::open(&path)?,
            Missing::Refuse if args.store.is_some() => {
                let message = format!("there is no store at {}", path.display());
                return Err(Failure::person(
                    message,
                    "sinew start creates one; or check --store and SINEW_STORE",
                ));
            }
            _ => Store::in_memory()?,
        };
        Ok(App::new(catalog, store))
    }

    /// The definitions to start from: the built-in ones, and the programs in the
    /// folder where the platform keeps settings.
    ///
    /// # Errors
    ///
    /// Every mistake of every file.
    pub fn catalog_with_own(&self) -> Result<Catalog, Failure> {
        let mut catalog = self.catalog()?;
        if let Some(folder) = own_folder() {
            catalog.add_folder(&folder.join("programs"))?;
        }
        Ok(self.calling(catalog))
    }

    /// The same for looking things up: mistakes in one's own programs are named,
    /// and take nothing away from the others.
    ///
    /// # Errors
    ///
    /// When a built-in file is wrong, which is a bug.
    pub fn catalog_to_read(&self) -> Result<Catalog, Failure> {
        let mut catalog = self.catalog()?;
        if let Some(folder) = own_folder()
            && let Err(error) = catalog.add_folder(&folder.join("programs"))
        {
            Self::complain(&Failure::from(error).words());
        }
        Ok(self.calling(catalog))
    }

    /// The folder of one's own programs.
    ///
    /// # Errors
    ///
    /// When there is no home folder.
    pub fn own_programs() -> Result<PathBuf, Failure> {
        let folder = own_folder().ok_or_else(|| {
            Failure::person("your home folder is not known".to_owned(), "say where with --to FILE")
        })?;
        Ok(folder.join("programs"))
    }

    /// The built-in definitions with the red flags of one's own. A mistake in
    /// those is named, and takes nothing away from the ones that are built in.
    ///
    /// # Errors
    ///
    /// When a built-in file is wrong, which is a bug.
    pub fn catalog(&self) -> Result<Catalog, Failure> {
        Ok(self.completed(Catalog::builtin()?))
    }

    /// Those of them that a running plan is judged by.
    fn of_plans(&self) -> Result<Catalog, Failure> {
        Ok(self.completed(Catalog::of_plans()?))
    }

    fn completed(&self, mut catalog: Catalog) -> Catalog {
        if let Some(folder) = own_folder()
            && let Err(error) = catalog.add_red_flags(&folder.join("red-flags"))
        {
            // A command may read its definitions more than once.
            static SAID: Once = Once::new();
            SAID.call_once(|| Self::complain(&Failure::from(error).words()));
        }
        self.calling(catalog)
    }

    /// Definitions that name whom this person calls in an emergency.
    fn calling(&self, mut catalog: Catalog) -> Catalog {
        if let Some(number) = &self.own.settings.emergency_number {
            catalog.call(number);
        }
        catalog
    }

    /// The situation of an episode where there is one, without a word of anything
    /// else.
    ///
    /// # Errors
    ///
    /// When something cannot be opened.
    pub fn situate_quietly(&self, args: &Args) -> Result<Option<Situation>, Failure> {
        let app = self.open_with(args, self.of_plans()?, Missing::Empty)?;
        match app.episode(args.episode.as_deref(), self.now) {
            Ok(episode) => Ok(Some(app.present(&episode, self.now)?)),
            Err(AppError::NoEpisode) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens what a command that speaks of an episode needs: programs that it does
    /// not run on, patterns and topics are not read.
    ///
    /// # Errors
    ///
    /// When there is no episode, or something cannot be opened.
    pub fn situate(&self, args: &Args) -> Result<(App, Situation), Failure> {
        let app = self.open_with(args, self.of_plans()?, Missing::Refuse)?;
        let episode = self.episode(args, &app)?;
        let situation = app.situation(&episode, self.now)?;
        Ok((app, situation))
    }

    /// The same for a command that asks for no more than the advice: of days that are over,
    /// what no rule looks at is not read.
    ///
    /// # Errors
    ///
    /// When there is no episode, or something cannot be opened.
    pub fn present(&self, args: &Args) -> Result<(App, Situation), Failure> {
        let app = self.open_with(args, self.of_plans()?, Missing::Refuse)?;
        let episode = self.episode(args, &app)?;
        let situation = app.present(&episode, self.now)?;
        Ok((app, situation))
    }

    /// The alert of whatever warning is open, in whichever episode.
    ///
    /// # Errors
    ///
    /// When there is no episode, or something cannot be opened.
    pub fn standing_alert(&self, args: &Args) -> Result<String, Failure> {
        let situation = self.latest(args, self.of_plans()?)?;
        Ok(alert(&self.page, situation.flags.iter()))
    }

    /// The episode opened last as it stands, beside these definitions.
    ///
    /// # Errors
    ///
    /// When there is no episode, or something cannot be opened.
    pub fn latest(&self, args: &Args, catalog: Catalog) -> Result<Situation, Failure> {
        let app = self.open_with(args, catalog, Missing::Refuse)?;
        let episode = app.episode(None, self.now)?;
        Ok(app.situation(&episode, self.now)?)
    }

    /// Prints a view that needs no episode: the alert of an open warning comes
    /// first all the same.
    ///
    /// # Errors
    ///
    /// When standard output cannot be written.
    pub fn print_beside(
        &self,
        args: &Args,
        catalog: &Catalog,
        json: impl FnOnce(&[Flag]) -> String,
        text: impl FnOnce(&Page) -> String,
    ) -> Result<(), Failure> {
        let flags = self.latest(args, catalog.clone()).map(|s| s.flags).unwrap_or_default();
        if args.json {
            return self.print(&json(&flags));
        }
        self.print(&format!("{}{}", alert(&self.page, flags.iter()), text(&self.page)))
    }

    /// The episode that a command speaks of.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn episode(&self, args: &Args, app: &App) -> Result<Episode, Failure> {
        let default = self.own.settings.default_episode.map(|number| number.to_string());
        let wanted = args.episode.as_deref().or(default.as_deref());
        let episode = app.episode(wanted, self.now).map_err(|error| {
            let failure = Failure::from(error);
            if args.episode.is_some() || default.is_none() {
                return failure;
            }
            Failure { hint: "sinew config default-episode NUMBER, or --unset".to_owned(), ..failure }
        })?;
        let others = app.episodes()?.len() - 1;
        if others > 0 && args.episode.is_none() {
            self.status(&format!("episode {}: {} (--episode picks another)", episode.number, episode.title));
        }
        Ok(episode)
    }
}

/// The settings of whoever runs this.
pub fn own_settings() -> OwnSettings {
    OwnSettings::of(own_folder().map(|folder| folder.join("config.toml")), command_names)
}

/// When to colour, where nobody says so on the command line. `NO_COLOR` wins.
fn own_colour(settings: &Settings) -> Color {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match settings.color {
        Some("always") if !forbidden => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    }
}

/// The folder where the platform keeps a person's settings.
pub(super) fn own_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("sinew"))
}

/// Where the store lies: as asked for, or where the platform keeps data.
pub(super) fn store_path(args: &Args) -> Result<PathBuf, Failure> {
    if let Some(path) = &args.store {
        return Ok(path.clone());
    }
    usual_store().ok_or_else(|| {
        Failure::person("your home folder is not known".to_owned(), "say where with --store PATH")
    })
}

/// Where the store lies unless somebody says otherwise.
pub(super) fn usual_store() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.data_dir().join("sinew").join("sinew.db"))
}

/// What is wrong, for so many columns. A line of a file that is shown stays as it is,
/// with its caret.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let is_shown = |line: &str| {
        let line = strip_str(line).to_string();
        line.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '|' | '-'))
    };
    let lines =
        text.split('\n').map(|line| if is_shown(line) { line.to_owned() } else { narrow(line, width) });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same text with the lines broken that are wider than that. What stands behind
/// its last word stays, so that a prompt keeps its space.
fn narrow(text: &str, width: usize) -> String {
    let kept = text.trim_end_matches(' ');
    let width = width.saturating_sub(text.len() - kept.len());
    let lines = kept.split('\n').map(|line| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let options = textwrap::Options::new(width).subsequent_indent(indent);
        textwrap::fill(line, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
    });
    lines.collect::<Vec<_>>().join("\n") + &text[kept.len()..]
}

/// The width of the terminal in columns.
fn terminal_width() -> usize {
    // comfy-table asks the terminal for us.
    comfy_table::Table::new().width().map_or(*WIDTHS.end(), usize::from)
}
