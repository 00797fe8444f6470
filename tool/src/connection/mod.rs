//! The server that the options, the environment and the profiles name, and the login there.

mod address;
pub(crate) mod follow;
mod layer;
mod log_in;
mod manager_conf;
mod origin;
#[cfg(feature = "profiles")]
pub(crate) mod profile;
mod record;
pub(crate) mod secret;
mod settings;
mod stream;
mod tcp;
#[cfg_attr(not(feature = "tls"), path = "tls/absent.rs")]
mod tls;
mod transcript;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

pub(crate) use self::follow::Follow;
pub(crate) use self::log_in::Login;
#[cfg(all(unix, feature = "session"))]
pub(crate) use self::log_in::{Opened, is_closed};
pub(crate) use self::record::Recorder;
pub(crate) use self::settings::Settings;
pub(crate) use self::stream::Stream;
use crate::args::{line, seconds};
use crate::failure::{self, Failure};
use crate::output::{Format, Printer};

/// The client of the tool.
pub(crate) type Client = embedded_ami::io::blocking::Client<Stream>;

/// The options of every command that connects to a server.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
#[group(skip)]
pub(crate) struct Options {
    /// Server: a name, an address, HOST:PORT, [::1]:PORT, or ami://USER@HOST:PORT; amis:// for TLS
    /// [default: 127.0.0.1]
    #[arg(short = 'H', long, value_name = "HOST", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) host: Option<String>,
    /// TCP port of the server [default: 5038, with TLS 5039]
    #[arg(short, long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// Name of the manager user
    #[arg(short, long, value_parser = line)]
    pub(crate) user: Option<String>,
    /// File whose first line is the secret of the user
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    #[cfg(feature = "profiles")]
    /// Profile of the configuration files; see ami profiles --help
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: Option<String>,
    /// Take address, port and secret from Asterisk's own manager.conf, and the user if it has only
    /// one
    #[arg(long, value_name = "FILE")]
    pub(crate) manager_conf: Option<PathBuf>,
    #[cfg(feature = "tls")]
    /// Connect with TLS
    #[arg(long)]
    pub(crate) tls: bool,
    #[cfg(feature = "tls")]
    /// File in PEM format with the certificates to trust, which may be that of the server itself
    /// [default: those that the system trusts]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    #[cfg(feature = "tls")]
    /// Accept any certificate, so that an attacker in the network can read and change everything
    #[arg(long)]
    pub(crate) insecure: bool,
    #[cfg(feature = "tls")]
    /// Name for which the certificate must be [default: the host]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) server_name: Option<String>,
    /// Time limit for connecting, logging in and receiving the answer, all together [default: 10]
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// Time limit for connecting, as part of that [default: all of it]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) connect_timeout: Option<Duration>,
    /// Try again up to so many times if the connection fails, with a growing wait; each attempt has
    /// the whole time limit [default: 0]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) retry: Option<u32>,
    /// Send the secret in the clear instead of answering an MD5 challenge
    #[arg(long)]
    pub(crate) plain: bool,
    /// Show on standard error what is sent (>) and received (<), secrets redacted
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Print no warnings
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl Options {
    /// Finds the settings, and runs a command with them and a printer for the format. A failure
    /// then names the server.
    pub(crate) fn run(
        &self,
        format: &Format,
        command: impl FnOnce(&Settings, &mut Printer) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.quiet {
            failure::be_quiet();
        }
        let settings = Settings::new(self)?;
        let mut printer = Printer::new(format);
        command(&settings, &mut printer).map_err(|failure| settings.explain(failure))
    }
}
