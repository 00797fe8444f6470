//! `ami man`: prints the man pages. The commands, their options and texts come from the definition
//! of the command line.

mod page;
mod sections;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Printer;
use crate::usage;

#[derive(Args)]
pub(crate) struct Options {
    /// Command of ami whose page to print, for example events; without it, the page ami(1), which
    /// has all commands
    command: Option<String>,
    /// Write the pages of ami and all its commands into this folder, under names such as
    /// ami-events.1
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "command", help_heading = "Output")]
    output: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut ami = Cli::command();
    ami.build();
    if let Some(folder) = &options.output {
        let fail = |path: &PathBuf, error| {
            Failure::Local(format!("cannot write the man pages to {}: {error}", path.display()))
        };
        fs::create_dir_all(folder).map_err(|error| fail(folder, error))?;
        let whole = ("ami.1".to_owned(), page::whole(&ami));
        let parts = commands(&ami)
            .map(|command| (format!("ami-{}.1", command.get_name()), page::of_command(&ami, command)));
        for (name, page) in std::iter::once(whole).chain(parts) {
            let path = folder.join(name);
            fs::write(&path, page).map_err(|error| fail(&path, error))?;
        }
        return Ok(());
    }
    let page = match &options.command {
        None => page::whole(&ami),
        Some(name) => match commands(&ami).find(|command| command.get_name() == name) {
            Some(command) => page::of_command(&ami, command),
            None => return Err(Failure::Usage(format!("{}; see ami --help", usage::no_command(&ami, name)))),
        },
    };
    let mut out = Printer::plain().out;
    out.write_all(page.as_bytes())?;
    Ok(out.flush()?)
}

/// Returns the commands that have a page. The built-in `help` has none.
fn commands(ami: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    ami.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}
