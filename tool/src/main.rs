//! The shell tool `ami`, which makes the Asterisk Manager Interface (AMI) available to scripts.

mod args;
mod connect;
mod decode;
mod demo;
mod failure;
mod json;
mod originate;
mod print;
mod secret;
mod serve;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use embedded_ami::action::Raw;
use embedded_ami::client::ResponseStatus;
use embedded_ami::wire::{Message, Value};

use crate::args::{Cli, Task};
use crate::connect::{credentials, log_in};
use crate::failure::{Failure, one_line};
use crate::print::{answer, print, print_line};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // The first paragraph is the error; the usage and hints follow.
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            eprintln!("ami: {}; see --help", one_line(paragraph.trim_start_matches("error: ")));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let Err(failure) = run(&cli) else { return ExitCode::SUCCESS };
    let Some((text, status)) = failure.report(&cli.options) else { return ExitCode::SUCCESS };
    eprintln!("ami: {}", one_line(&text));
    ExitCode::from(status)
}

/// Runs the subcommand.
fn run(cli: &Cli) -> Result<(), Failure> {
    let options = &cli.options;
    let mut out = io::stdout().lock();
    match &cli.command {
        Task::Ping => answer(log_in(options, "off")?.send(&Raw::without_headers("Ping")), |response| {
            if options.json {
                print(options, response, &mut out)
            } else if ResponseStatus::from_message(response).is_error() {
                Ok(())
            } else {
                writeln!(out, "Pong")
            }
        }),
        Task::Action { name, headers } => {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let mut client = log_in(options, "off")?;
            let mut print = |message: &Message<'_>| print(options, message, &mut out);
            match client.list(&Raw::new(name, &headers)) {
                Ok(mut list) => {
                    print(&list.response())?;
                    list.by_ref().try_for_each(|entry| answer(entry, &mut print))?;
                    Ok(list.completion().as_ref().map_or(Ok(()), print)?)
                }
                Err(error) => answer(Err(error), print),
            }
        }
        Task::Command { text } => {
            let text: Vec<_> = text.iter().map(|word| word.as_encoded_bytes()).collect();
            answer(log_in(options, "off")?.command(&text.join(&b' ')), |response| {
                if options.json {
                    return print(options, response, &mut out);
                }
                response.output().try_for_each(|line| print_line(line.as_bytes(), &mut out))
            })
        }
        Task::Originate(call) => {
            let mut client = log_in(options, "call")?;
            call.run(&mut client, |message| print(options, message, &mut out))
        }
        Task::Events { classes, only, count } => {
            let mut client = log_in(options, classes)?;
            let mut left = count.unwrap_or(u64::MAX);
            let wanted =
                |name: Value<'_>| only.is_empty() || only.iter().any(|only| name.eq_ignore_ascii_case(only));
            while left > 0 {
                // Silence is not an error: the session pings the server, and the call fails only if
                // the server does not answer.
                let Some(event) = client.next_event(Duration::from_secs(60))? else { continue };
                if event.message().name().is_some_and(wanted) {
                    print(options, &event.message(), &mut out)?;
                    out.flush()?;
                    left -= 1;
                }
            }
            Ok(())
        }
        Task::Decode(options) => decode::run(options, &mut out),
        Task::Serve(serve) => serve::run(
            serve,
            (&options.host, options.port),
            || {
                let (user, secret) = credentials(options)?;
                Ok((user.to_owned(), secret))
            },
            &mut out,
        ),
        Task::Demo => demo::run(&mut out),
    }?;
    Ok(out.flush()?)
}
