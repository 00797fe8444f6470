//! The shell tool `ami`, which makes the Asterisk Manager Interface (AMI) available to scripts.

mod args;
mod connect;
mod decode;
mod demo;
mod escape;
mod failure;
mod json;
mod originate;
mod print;
mod replaced;
mod secret;
mod serve;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use embedded_ami::action::Raw;
use embedded_ami::client::ResponseStatus;
use embedded_ami::wire::Value;

use crate::args::{Cli, Task};
use crate::connect::{credentials, log_in};
use crate::failure::{Failure, complain};
use crate::print::Printer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // The first paragraph is the error, on one or more lines; the usage and hints follow.
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            let words: Vec<_> = paragraph.trim_start_matches("error: ").split_whitespace().collect();
            complain(&format!("{}; see --help", words.join(" ")));
            return ExitCode::from(2);
        }
        Err(help) => {
            // It shows the environment variables that are set.
            let _ = write!(Printer::new(false).out, "{}", help.render());
            return ExitCode::SUCCESS;
        }
    };
    let Err(failure) = run(&cli) else { return ExitCode::SUCCESS };
    let Some((text, status)) = failure.report(&cli.options) else { return ExitCode::SUCCESS };
    complain(&text);
    ExitCode::from(status)
}

/// Runs the subcommand.
fn run(cli: &Cli) -> Result<(), Failure> {
    let options = &cli.options;
    let mut printer = Printer::new(options.json);
    match &cli.command {
        Task::Ping => {
            let mut client = log_in(options, "off", &mut printer)?;
            printer.answer(client.send(&Raw::without_headers("Ping")), |printer, response| {
                if options.json {
                    printer.message(response)
                } else if ResponseStatus::from_message(response).is_error() {
                    Ok(())
                } else {
                    writeln!(printer.out, "Pong")
                }
            })
        }
        Task::Action { name, headers } => {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let mut client = log_in(options, "off", &mut printer)?;
            match client.list(&Raw::new(name, &headers)) {
                Ok(mut list) => {
                    printer.message(&list.response())?;
                    list.by_ref().try_for_each(|entry| printer.answer(entry, Printer::message))?;
                    Ok(list.completion().map_or(Ok(()), |completion| printer.message(&completion))?)
                }
                Err(error) => printer.answer(Err(error), Printer::message),
            }
        }
        Task::Command { text } => {
            let text: Vec<_> = text.iter().map(|word| word.as_encoded_bytes()).collect();
            let print = if options.json { Printer::message } else { Printer::output };
            let mut client = log_in(options, "off", &mut printer)?;
            printer.answer(client.command(&text.join(&b' ')), print)
        }
        Task::Originate(call) => {
            let mut client = log_in(options, "call", &mut printer)?;
            call.run(&mut client, options.timeout, &mut printer)
        }
        Task::Events { classes, only, count } => {
            let mut client = log_in(options, classes, &mut printer)?;
            client.set_timeout(options.timeout);
            let mut left = count.unwrap_or(u64::MAX);
            let wanted =
                |name: Value<'_>| only.is_empty() || only.iter().any(|only| name.eq_ignore_ascii_case(only));
            while left > 0 {
                // Silence is not an error: the session pings the server, and the call fails only if
                // the server does not answer.
                let Some(event) = client.next_event(Duration::from_secs(60))? else { continue };
                if event.message().name().is_some_and(wanted) {
                    printer.message(&event.message())?;
                    printer.out.flush()?;
                    left -= 1;
                }
            }
            Ok(())
        }
        Task::Decode(options) => decode::run(options, &mut printer.out),
        Task::Serve(serve) => serve::run(
            serve,
            (&options.host, options.port),
            || {
                let (user, secret) = credentials(options)?;
                Ok((user.to_owned(), secret.into_string()))
            },
            &mut printer.out,
        ),
        Task::Demo => demo::run(&mut printer.out),
    }?;
    Ok(printer.out.flush()?)
}
