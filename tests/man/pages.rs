//! The manual pages, from what the commands say about themselves.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use sinew::cli::args::Args;

/// Writes one page for each command into a folder: `sinew.1`, `sinew-log.1`.
pub(crate) fn write(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut sinew = Args::command().disable_help_subcommand(true);
    sinew.build();
    write_each(&sinew, folder)
}

fn write_each(command: &Command, folder: &Path) -> std::io::Result<()> {
    // No day: the same program always has the same pages.
    let source = concat!("sinew ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).manual("sinew").generate_to(folder)?;
    command.get_subcommands().try_for_each(|sub| write_each(sub, folder))
}
