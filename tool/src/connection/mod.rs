//! The server that the options, the environment and the profiles name, and the login there.

mod log_in;
mod record;
pub(crate) mod secret;
mod settings;
mod stream;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

pub(crate) use self::record::Recorder;
pub(crate) use self::settings::Settings;
pub(crate) use self::stream::Stream;
use crate::args::seconds;
use crate::failure::Failure;
use crate::output::{Format, Printer};

/// The client of the tool.
pub(crate) type Client = embedded_ami::io::blocking::Client<Stream>;

/// The options of every command that connects to a server.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Options {
    /// Host name or address of the server
    #[arg(short = 'H', long, value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// TCP port of the server
    #[arg(short, long)]
    pub(crate) port: Option<u16>,
    /// Name of the manager user
    #[arg(short, long)]
    pub(crate) user: Option<String>,
    /// File whose first line is the secret of the user
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Time limit for connecting, logging in and receiving the answer, all together
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// Send the secret in the clear instead of answering an MD5 challenge
    #[arg(long)]
    pub(crate) plain: bool,
}

impl Options {
    /// Finds the settings, and runs a command with them and a printer for the format. A failure
    /// then names the server.
    pub(crate) fn run(
        &self,
        format: &Format,
        command: impl FnOnce(&Settings, &mut Printer) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let settings = Settings::new(self)?;
        let mut printer = Printer::new(format);
        command(&settings, &mut printer).map_err(|failure| failure.at(&settings.server()))
    }
}
