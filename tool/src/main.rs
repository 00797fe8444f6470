//! `ami`: the Asterisk Manager Interface for shell scripts.

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
use embedded_ami::client::{ResponseStatus, SessionError};
use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Message, Value};

use crate::args::{Cli, Task};
use crate::connect::{credentials, log_in};
use crate::failure::Failure;
use crate::print::{answer, print, print_line};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            eprintln!("ami: {}; see --help", one_line(paragraph.trim_start_matches("error: ")));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let (text, status) = match run(&cli) {
        Ok(()) | Err(Failure::Quiet) => return ExitCode::SUCCESS,
        Err(Failure::Answer(text)) => (format!("the server answered Error: {text}"), 1),
        Err(Failure::Call(text)) => (text, 1),
        Err(Failure::Usage(text)) => (text, 2),
        Err(Failure::Client(error @ Error::Session(SessionError::Encode(_)))) => (error.to_string(), 2),
        Err(Failure::Client(error @ Error::Refused { .. })) => (error.to_string(), 4),
        Err(Failure::Client(error)) => (format!("{}:{}: {error}", cli.options.host, cli.options.port), 3),
        Err(Failure::Timeout(text)) => (text.into(), 3),
        Err(Failure::Output(error)) => (format!("cannot write: {error}"), 3),
        Err(Failure::Server(text)) => (text, 3),
    };
    eprintln!("ami: {}", one_line(&text));
    ExitCode::from(status)
}

/// Text on one line, and without control characters: it may be somebody else's.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace(char::is_control, "\u{fffd}")
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let options = &cli.options;
    let mut out = io::stdout().lock();
    match &cli.command {
        Task::Ping => answer(log_in(options, "off")?.send(&Raw::without_headers("Ping")), |reply| {
            if options.json {
                print(options, reply, &mut out)
            } else if ResponseStatus::from_message(reply).is_error() {
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
            answer(log_in(options, "off")?.command(&text.join(&b' ')), |reply| {
                if options.json {
                    return print(options, reply, &mut out);
                }
                reply.output().try_for_each(|line| print_line(line.as_bytes(), &mut out))
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
                // Time-outs are the session's: it asks whether the server is alive.
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
