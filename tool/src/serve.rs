//! `ami serve`: a miniature PBX that offers AMI.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};
use embedded_ami_pbx::{Config, Pbx};

use crate::failure::Failure;

/// Shown by `ami serve --help`.
pub(crate) const AFTER_HELP: &str = "\
The PBX behaves like Asterisk 22 as far as it goes, and keeps all data in memory. --user makes one user
who may do everything; --users reads the users of a file like manager.conf:

  [general]
  authtimeout = 30             ; seconds to log in
  authlimit = 50               ; connections that have not
  allowmultiplelogin = yes
  channelvars = TESTVAR        ; shown in the events of channels
  bindaddr = 127.0.0.1         ; this and port only without --listen
  port = 5038
  [admin]
  secret = very-secret
  read = all                   ; classes of events; none without it
  write = call,originate       ; classes of actions
  allowmultiplelogin = no
  eventfilter = !Event: Newexten
  setvar = TESTVAR=1           ; on the channels that the user originates

Keys that could restrict somebody and are not among these (permit, deny, acl ...) are refused.

The contexts test, default and phones have the same extensions: 100 answers and stays for 60 s, 101 answers
and echoes, 102 answers and hangs up after 0.2 s, 103 is busy, 104 has congestion, 105 rings. Channels are
Local/EXTENSION@CONTEXT and PJSIP/NAME: phones ring and answer, but PJSIP/busy and PJSIP/congestion say so,
PJSIP/silent only rings, PJSIP/offline and PJSIP/nobody cannot be reached. There are the queues support and sales.

Regular expressions, of filters and of Hangup, are written as POSIX's extended ones, but [=a=] and [.a.] are not
known, and \\d, \\w, \\s and *? are.";

#[derive(Args)]
pub(crate) struct Options {
    /// Where to listen, by default at --host and --port; port 0 is one of the system's choice
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// A file with users, like manager.conf, instead of --user
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// The version of AMI to announce
    #[arg(long, value_name = "VERSION", default_value = "11.0.0", value_parser = version)]
    ami_version: String,
    /// How many times faster than outside time passes for calls
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    speed: u32,
    /// What to do with clients that do not read their events as fast as they come
    #[arg(long, value_enum, default_value_t = SlowClients::Disconnect)]
    slow: SlowClients,
    /// The most connections
    #[arg(long, value_name = "NUMBER", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// The most connections that have not logged in [default: 50]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    anonymous: Option<u16>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SlowClients {
    /// Disconnect them
    Disconnect,
    /// Drop events
    Drop,
}

/// Serves until interrupted; `user` gives the name and the secret of a user if there is no file.
pub(crate) fn run(
    options: &Options,
    (host, port): (&str, u16),
    user: impl FnOnce() -> Result<(String, String), Failure>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let builder = Pbx::builder().ami_version(&options.ami_version).speed(options.speed);
    let (builder, mut limits, host, port) = match &options.users {
        Some(file) => {
            let config = read(file).map_err(Failure::Usage)?;
            let host = config.address().unwrap_or(host).to_owned();
            let port = config.port().map_or(port.to_string(), str::to_owned);
            let limits = config.limits();
            (builder.config(config), limits, host, port)
        }
        None => {
            let (name, secret) = user()?;
            (builder.user(&name, &secret), Limits::default(), host.to_owned(), port.to_string())
        }
    };
    limits.connections = options.connections.into();
    if let Some(limit) = options.anonymous {
        limits.anonymous = limit.into();
    }
    limits.slow = match options.slow {
        SlowClients::Disconnect => SlowClientPolicy::Disconnect,
        SlowClients::Drop => SlowClientPolicy::DropEvents,
    };
    let address = options.listen.clone().unwrap_or_else(|| {
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    });
    let started = builder.limits(limits).start(&address);
    let pbx = started.map_err(|error| Failure::Server(format!("cannot listen on {address}: {error}")))?;
    writeln!(out, "listening on {}", pbx.local_addr())?;
    out.flush()?;
    pbx.wait();
    Ok(())
}

/// Reads a file with users. Errors name the file, the line, and the reason.
fn read(file: &Path) -> Result<Config, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Config::parse(&text).map_err(|error| format!("{}:{}: {}", file.display(), error.line(), error.reason()))
}

fn version(text: &str) -> Result<String, &'static str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() <= 20 && text.split('.').all(is_number) {
        true => Ok(text.into()),
        false => Err("not of the form 11.0.0"),
    }
}
