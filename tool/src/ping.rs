//! `ami ping`: logs in and checks that the server responds.

use std::io::Write;

use clap::Args;
use embedded_ami::action::Raw;
use embedded_ami::client::ResponseStatus;

use crate::connection;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Returns the text that follows the options in the help.
pub(crate) fn after_help() -> String {
    format!("Prints Pong, or with --json or --fields the response in that format.\n\n{}", output::AFTER_HELP)
}

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&options.format, |settings, printer| {
        let mut client = settings.log_in("off", printer)?;
        printer.watch_fields();
        printer.answer(client.send(&Raw::without_headers("Ping")), |printer, response| {
            if !options.format.is_text() {
                printer.message(response)
            } else if ResponseStatus::from_message(response).is_error() {
                Ok(())
            } else {
                printer.heading()?;
                writeln!(printer.out, "Pong")
            }
        })?;
        printer.out.flush()?;
        printer.warn_of_missing_fields();
        Ok(())
    })
}
