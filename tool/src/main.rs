//! The shell tool `ami`, which makes the Asterisk Manager Interface (AMI) available to scripts.

mod action;
mod args;
#[cfg(feature = "calls")]
mod calls;
mod command;
#[cfg(feature = "completions")]
mod completions;
mod connection;
mod decode;
#[cfg(feature = "serve")]
mod demo;
mod events;
#[cfg(feature = "explain")]
mod explain;
mod failure;
mod help;
#[cfg(feature = "man")]
mod man;
#[cfg(feature = "metrics")]
mod monitor;
mod originate;
mod output;
mod permission;
mod ping;
#[cfg(feature = "profiles")]
mod profiles;
mod queue;
mod request;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "session")]
mod session;
#[cfg(unix)]
mod signals;
mod usage;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::ErrorKind;

use crate::args::{Cli, Task};
use crate::failure::{Failure, complain};
use crate::output::Printer;

fn main() -> ExitCode {
    #[cfg(unix)]
    signals::survive_file_limit();
    let cli = match Cli::from_command_line() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // Without any argument, the user sees the help.
            if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                let _ = write!(std::io::stderr(), "{}", error.render());
                return ExitCode::from(2);
            }
            let cli = Cli::command();
            let command = args::command_name(&cli);
            let text = usage::line(&error, &cli, command.as_deref());
            #[cfg(feature = "metrics")]
            if command.is_some_and(|name| name == "check") {
                return ExitCode::from(monitor::check::reject(&text));
            }
            complain(&text);
            return ExitCode::from(2);
        }
        Err(help) => return end(print(&help)),
    };
    end(run(cli.task))
}

/// Prints a text of the argument parser: help or the version.
fn print(text: &clap::Error) -> Result<(), Failure> {
    let mut out = Printer::plain().out;
    write!(out, "{}", text.render())?;
    Ok(out.flush()?)
}

/// Reports a failure, if there is one, and returns the exit status.
fn end(result: Result<(), Failure>) -> ExitCode {
    let Err(failure) = result else { return ExitCode::SUCCESS };
    let status = failure.status();
    if let Some(text) = failure.text() {
        complain(&text);
    }
    ExitCode::from(status)
}

/// Runs the subcommand.
fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Ping(options) => ping::run(&options),
        Task::Action(options) => action::run(&options),
        Task::Command(options) => command::run(&options),
        Task::Originate(options) => originate::run(&options),
        Task::Events(options) => events::run(&options),
        #[cfg(feature = "session")]
        Task::Session(options) => session::run(&options),
        #[cfg(feature = "calls")]
        Task::Calls(options) => calls::run(&options),
        #[cfg(feature = "metrics")]
        Task::Check(options) => monitor::check::run(&options),
        #[cfg(feature = "metrics")]
        Task::Metrics(options) => monitor::metrics::run(&options),
        Task::Decode(options) => decode::run(&options),
        #[cfg(feature = "explain")]
        Task::Explain(options) => explain::run(&options),
        #[cfg(feature = "profiles")]
        Task::Profiles(options) => profiles::run(&options),
        #[cfg(feature = "serve")]
        Task::Serve(options) => serve::run(&options),
        #[cfg(feature = "serve")]
        Task::Demo(options) => demo::run(&options),
        #[cfg(feature = "completions")]
        Task::Completions(options) => completions::run(&options),
        #[cfg(feature = "man")]
        Task::Man(options) => man::run(&options),
    }
}
