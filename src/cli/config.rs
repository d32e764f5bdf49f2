//! `config`: a person's own settings, and the names that stand for commands.

use crate::app::files::write_over;
use crate::catalog::nearest;
use crate::catalog::settings::{SETTINGS, SetError, Settings, alias_of, changed};
use crate::render::settings as view;

use super::Code;
use super::args::{Args, Config, command_names};
use super::context::Context;
use super::failure::Failure;

/// Lists the settings, prints one, or changes one.
pub(super) fn config(args: &Args, wanted: &Config, context: &Context) -> Result<Code, Failure> {
    match &wanted.key {
        Some(key) if wanted.unset || wanted.value.is_some() => {
            change(args, key, wanted.value.as_deref(), context)
        }
        Some(key) => print(args, key, context),
        None => list(args, context),
    }
}

fn list(args: &Args, context: &Context) -> Result<Code, Failure> {
    context.own.sound()?;
    let settings = &context.own.settings;
    show(args, context, settings, |page| view::list(page, &lines(settings), &settings.alias))?;
    if let Some(file) = &context.own.file {
        context.status(&format!("They stand in {}.", file.display()));
    }
    Ok(Code::Done)
}

fn print(args: &Args, key: &str, context: &Context) -> Result<Code, Failure> {
    context.own.sound()?;
    let settings = &context.own.settings;
    let value = match SETTINGS.iter().find(|s| s.key == key) {
        Some(setting) => settings.get(key).unwrap_or_else(|| setting.default.to_owned()),
        None => settings.get(key).ok_or_else(|| unknown(key, settings))?,
    };
    show(args, context, settings, |_| format!("{value}\n"))
}

/// Changes the file, also one that is wrong somewhere else.
fn change(args: &Args, key: &str, value: Option<&str>, context: &Context) -> Result<Code, Failure> {
    let Some(file) = &context.own.file else {
        let hint = "set HOME, or XDG_CONFIG_HOME, to the folder that should hold them";
        return Err(Failure::person("there is no folder for your settings".to_owned(), hint));
    };
    let before = &context.own;
    let text = changed(file, &before.text, key, value, command_names).map_err(|error| match error {
        SetError::Unknown(key) => unknown(&key, &before.settings),
        SetError::Value { ref hint, .. } => {
            let hint = hint.clone().unwrap_or_else(|| "nothing was changed".to_owned());
            Failure::person(error.to_string(), &hint)
        }
        SetError::Broken => before
            .sound()
            .err()
            .map_or_else(|| Failure::person(error.to_string(), "nothing was changed"), Failure::from),
    })?;
    write_over(file, text.as_bytes())?;
    let after = context.own.again(command_names);
    let words = match after.settings.get(key) {
        Some(value) => format!("{key}: {value}\n"),
        None => match SETTINGS.iter().find(|s| s.key == key).map(|s| s.default) {
            Some(default) if !default.is_empty() => format!("{key}: {default} (default)\n"),
            _ => format!("{key} is not set any more.\n"),
        },
    };
    show(args, context, &after.settings, |_| words)
}

/// Prints a text, or the document of all settings.
fn show(
    args: &Args,
    context: &Context,
    settings: &Settings,
    text: impl FnOnce(&crate::render::page::Page) -> String,
) -> Result<Code, Failure> {
    let file = context.own.file.as_deref();
    let document = |flags: &[_]| view::json(flags, file, &lines(settings), &settings.alias);
    context.print_beside(args, &context.catalog()?, document, text)?;
    Ok(Code::Done)
}

fn lines(settings: &Settings) -> Vec<view::Line> {
    let line = |setting: &crate::catalog::settings::Setting| {
        let own = settings.get(setting.key);
        let source = if own.is_some() { "file" } else { "default" };
        let value = own.unwrap_or_else(|| setting.default.to_owned());
        view::Line { key: setting.key, value, source, means: setting.means }
    };
    SETTINGS.iter().map(line).collect()
}

fn unknown(key: &str, settings: &Settings) -> Failure {
    let aliases: Vec<String> = settings.alias.iter().map(|(name, _)| format!("alias.{name}")).collect();
    let known = SETTINGS.iter().map(|s| s.key).chain(aliases.iter().map(String::as_str));
    let what = if alias_of(key).is_some() { "alias" } else { "setting" };
    let hint = nearest(key, known).map_or_else(
        || "sinew config lists them; alias.NAME is a name of your own for a command".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::person(format!("there is no {what} `{key}`"), &hint)
}
