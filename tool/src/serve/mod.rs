//! `ami serve`: runs a miniature PBX that offers AMI.

#[cfg(unix)]
mod files;
mod help;
mod listen;
mod log;
mod replaced;
#[cfg(unix)]
mod signals;
#[cfg(feature = "tls")]
mod tls;

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};
use embedded_ami_pbx::{Builder, Config, Pbx, Recording, Script};

pub(crate) use self::help::AFTER_HELP;
use self::log::Log;
#[cfg(unix)]
use self::signals::Signals;
#[cfg(feature = "tls")]
use self::tls::TlsOptions;
use crate::connection::secret;
use crate::failure::{Failure, warn};
use crate::output::Printer;

/// The address without `--listen` and `bindaddr`.
const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The port without `--listen` and `port`.
const PORT: u16 = 5038;

#[derive(Args)]
#[command(override_usage = help::USAGE)]
pub(crate) struct Options {
    /// Name of the only user, who has every permission [default: AMI_USER]
    #[arg(short, long, value_name = "USER", conflicts_with = "users")]
    user: Option<String>,
    /// File whose first line is the secret of the user
    #[arg(long, value_name = "FILE", conflicts_with = "users")]
    secret_file: Option<PathBuf>,
    /// File with users and settings like manager.conf, instead of --user
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Address to listen on, as in 127.0.0.1:5038, [::1]:5038 and localhost:0;
    /// the system chooses a port in place of 0
    /// [default: bindaddr and port of --users, else 127.0.0.1:5038]
    #[arg(long, value_name = "ADDRESS:PORT", verbatim_doc_comment)]
    listen: Option<String>,
    /// File with rules for answers and failures, described below
    #[arg(long, value_name = "FILE", help_heading = "Answers")]
    script: Option<PathBuf>,
    /// AMI version to announce to clients, from 1.0 to 13; up to 2.10, the
    /// output of commands has its old form
    #[arg(long, verbatim_doc_comment, value_name = "VERSION", default_value = "11.0.0", value_parser = ami_version, help_heading = "Answers")]
    ami_version: String,
    /// Factor by which calls run faster than real time, 1 to 1000000
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = "Answers")]
    speed: u32,
    /// After each login, send the recorded stream of a server in this file
    #[arg(long, value_name = "FILE", help_heading = "Answers")]
    replay: Option<PathBuf>,
    /// Write each request to this file as a JSON object on one line, secrets
    /// redacted; - for standard output
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    log: Option<PathBuf>,
    /// Treatment of clients that read events more slowly than they arrive:
    /// disconnect closes the connection, as Asterisk does;
    /// drop leaves out the events that do not fit in its queue
    #[arg(long, verbatim_doc_comment, value_name = "MODE", value_enum, default_value_t = SlowClients::Disconnect, hide_possible_values = true, help_heading = "Limits")]
    slow: SlowClients,
    /// Limit of connections; the limit of open files is raised to it as far as the system permits
    #[arg(long, value_name = "NUMBER", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..), help_heading = "Limits")]
    connections: u16,
    /// Limit of connections that have not logged in [default: authlimit of --users, else 50]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Limits")]
    anonymous: Option<u16>,
    #[cfg(feature = "tls")]
    #[command(flatten)]
    tls: TlsOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum SlowClients {
    Disconnect,
    Drop,
}

/// Checks the value of `--ami-version`.
fn ami_version(text: &str) -> Result<String, String> {
    match Pbx::builder().ami_version(text).check() {
        Ok(()) => Ok(text.into()),
        Err(error) => Err(error.to_string()),
    }
}

/// Serves until interrupted.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let listen = options.listen.as_deref();
    let given = listen.map(|listen| Ok((listen.to_owned(), listen::addresses(listen)?)));
    let given = given.transpose().map_err(Failure::Usage)?;
    let mut builder = Pbx::builder().ami_version(&options.ami_version).speed(options.speed);
    if let Some(file) = &options.script {
        let script = Script::from_file(file).map_err(|error| Failure::Usage(error.to_string()))?;
        script.unknown_actions().iter().for_each(|warning| warn(&warning.to_string()));
        builder = builder.script(script);
    }
    if let Some(file) = &options.replay {
        builder = builder.replay(Recording::from_file(file).map_err(unusable)?);
    }
    let (mut limits, usual) = (Limits::default(), SocketAddr::new(HOST, PORT));
    let (builder, usual) = match &options.users {
        Some(file) => {
            let config = Config::from_file(file).map_err(|error| Failure::Usage(error.to_string()))?;
            let usual = SocketAddr::new(config.address().unwrap_or(HOST), config.port().unwrap_or(PORT));
            limits = config.limits();
            (builder.config(config), usual)
        }
        None => (options.add_user(builder)?, usual),
    };
    limits.connections = options.connections.into();
    if let Some(limit) = options.anonymous {
        limits.anonymous = limit.into();
    }
    limits.slow = match options.slow {
        SlowClients::Disconnect => SlowClientPolicy::Disconnect,
        SlowClients::Drop => SlowClientPolicy::DropEvents,
    };
    let (name, addresses) = given.unwrap_or_else(|| (usual.to_string(), vec![usual]));
    options.serve(builder.limits(limits), &name, &addresses)
}

impl Options {
    /// Adds the user of `--user` or `AMI_USER`.
    fn add_user(&self, builder: Builder) -> Result<Builder, Failure> {
        let variable = std::env::var_os("AMI_USER").filter(|name| !name.is_empty());
        let name = match (&self.user, variable) {
            (Some(name), _) if name.is_empty() => return Err(Failure::Usage("--user is empty".into())),
            (Some(name), _) => name.clone(),
            (None, Some(name)) => {
                name.into_string().map_err(|_| Failure::Usage("AMI_USER is not UTF-8".into()))?
            }
            (None, None) => {
                let reason = "no user: give --user or set AMI_USER, or give --users for a file with users";
                return Err(Failure::Usage(reason.into()));
            }
        };
        let secret = secret::read(self.secret_file.as_deref(), &name).map_err(Failure::Usage)?.into_string();
        // Blanks before a value are skipped, so that a secret of blanks is empty, too.
        if secret.trim().is_empty() {
            return Err(Failure::Usage(format!(
                "the secret of {name} is empty: set AMI_SECRET, or give --secret-file, or --users for a file with users"
            )));
        }
        Ok(builder.user(&name, &secret))
    }

    /// Opens the files, starts the PBX on one of the addresses, and waits for its end. `name` is
    /// the address for errors.
    fn serve(&self, builder: Builder, name: &str, addresses: &[SocketAddr]) -> Result<(), Failure> {
        #[cfg(feature = "tls")]
        let (builder, certificate) = self.tls.apply(builder)?;
        let log = self.log.as_deref().map(Log::open).transpose()?;
        let builder = match &log {
            Some(log) => builder.log(log.clone()),
            None => builder,
        };
        #[cfg(unix)]
        let mut signals =
            Signals::catch().map_err(|error| Failure::Local(format!("cannot handle signals: {error}")))?;
        #[cfg(unix)]
        files::make_room_for(self.connections);
        let pbx = builder.start(addresses).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => Failure::Usage(error.to_string()),
            _ => Failure::Local(format!("cannot listen on {name}: {error}")),
        })?;
        #[cfg(feature = "tls")]
        if let Some(certificate) = &certificate {
            certificate.write()?;
        }
        if let Some(log) = &log {
            log.begin()?;
        }
        let out = &mut Printer::plain().out;
        writeln!(out, "listening on {}", pbx.local_addr())?;
        out.flush()?;
        // From here on, the start has succeeded.
        #[cfg(feature = "tls")]
        if let Some(certificate) = &certificate {
            certificate.keep();
        }
        if let Some(log) = &log {
            log.keep();
        }
        #[cfg(unix)]
        if let Some(signal) = signals.wait(&pbx) {
            signals::end_soon(signal);
            pbx.unused_rules().iter().for_each(|warning| warn(&warning.to_string()));
            pbx.stop();
            return Err(crate::signals::end_by(signal));
        }
        // Repeats the panic of the PBX, if that has ended it.
        pbx.wait();
        Ok(())
    }
}

/// Returns the failure for a file that cannot be used.
fn unusable(error: io::Error) -> Failure {
    Failure::Usage(error.to_string())
}
