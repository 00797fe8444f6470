//! `ami command`: runs a command of the Asterisk console and prints its output.

use std::ffi::OsString;
use std::io::Write;

use clap::Args;

use crate::connection;
use crate::failure::Failure;
use crate::output::{Format, Printer};

#[derive(Args)]
pub(crate) struct Options {
    /// Words of the command, for example core show channels
    #[arg(required = true)]
    text: Vec<OsString>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&options.format, |settings, printer| {
        let text: Vec<_> = options.text.iter().map(|word| word.as_encoded_bytes()).collect();
        let print = if options.format.is_text() { Printer::output } else { Printer::message };
        let mut client = settings.log_in("off", printer)?;
        printer.answer(client.command(&text.join(&b' ')), print)?;
        Ok(printer.out.flush()?)
    })
}
