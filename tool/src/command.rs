//! `ami command`: runs a command of the Asterisk console and prints its output.

use std::ffi::OsString;
use std::io::Write;

use clap::Args;
use embedded_ami::action::Raw;

use crate::connection;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::permission;
use crate::request;

pub(crate) const AFTER_HELP: &str = "\
The words are joined with blanks. With -, the command is the one line of standard input, so that no
other user of the machine can see it in the list of processes:

  printf 'database put pins 100 %s' \"$pin\" | ami command -

Asterisk 13 and earlier do not report whether a command failed: the exit status is then 0, and only
the output tells.";

#[derive(Args)]
pub(crate) struct Options {
    /// Words of the command, for example core show channels; - reads it from standard input
    #[arg(required = true, value_name = "WORD|-", allow_negative_numbers = true)]
    text: Vec<OsString>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let text = options.text()?;
    options.connection.run(&options.format, |settings, printer| {
        let print = if options.format.is_text() { Printer::output } else { Printer::message };
        let mut client = settings.log_in("off", printer)?;
        printer.watch_fields();
        match client.send(&Raw::new("Command", &[("Command", &text)])) {
            Err(error @ embedded_ami::io::blocking::Error::Session(_)) => {
                return Err(request::failure(error, &["the command".into()]));
            }
            answer => {
                let hint = answer.as_ref().err().map(|error| permission::hint(error, "Command"));
                let answered = printer.answer(answer, print);
                answered.map_err(|failure| permission::add(failure, &hint.unwrap_or_default()))?;
            }
        }
        printer.out.flush()?;
        printer.warn_of_missing_fields();
        Ok(())
    })
}

impl Options {
    /// Returns the command.
    fn text(&self) -> Result<Vec<u8>, Failure> {
        let words: Vec<_> = self.text.iter().map(|word| word.as_encoded_bytes()).collect();
        if words != [b"-"] {
            return Ok(words.join(&b' '));
        }
        let mut input = request::read_input()?;
        let wrong = |why: &str| Failure::Usage(format!("standard input{why}"));
        let end = input.iter().position(|&byte| byte == b'\n').unwrap_or(input.len());
        if !input.get(end..).unwrap_or_default().trim_ascii().is_empty() {
            return Err(wrong(", line 2: a command is one line"));
        }
        input.truncate(end);
        if input.ends_with(b"\r") {
            input.pop();
        }
        match input.is_empty() {
            true => Err(wrong(" has no command")),
            false => Ok(input),
        }
    }
}
