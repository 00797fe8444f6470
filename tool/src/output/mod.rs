//! Standard output: the format of messages, and the escaping of what a terminal could obey.

pub(crate) mod escape;
pub(crate) mod json;
mod printer;

use clap::Args;

pub(crate) use self::printer::Printer;

/// The options of every command that prints messages.
#[derive(Args, Default)]
#[command(next_help_heading = "Output")]
pub(crate) struct Format {
    /// Print each message as a JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}
