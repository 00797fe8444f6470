//! `ami serve`: a miniature PBX that offers AMI.

use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};
use embedded_ami::io::blocking::server::{Limits, Server, Slow};
use embedded_ami::server::Session;

use crate::Failure;
use crate::pbx::Pbx;
use crate::users::Users;

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

pub(crate) fn run(
    options: &Options,
    (host, port): (&str, u16),
    user: impl FnOnce() -> Result<Users, Failure>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let users = match &options.users {
        Some(file) => Users::read(file).map_err(Failure::Usage)?,
        None => user()?,
    };
    let address = options.listen.clone().unwrap_or_else(|| {
        let host = users.address.as_deref().unwrap_or(host);
        let port = users.port.clone().unwrap_or(port.to_string());
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    });
    let mut limits = Limits::default();
    if let Some(limit) = options.anonymous.map(usize::from).or(users.auth_limit) {
        limits.anonymous = limit;
    }
    if let Some(seconds) = users.auth_timeout {
        limits.timing.authentication = seconds.saturating_mul(1000);
    }
    limits.connections = options.connections.into();
    limits.slow = match options.slow {
        SlowClients::Disconnect => Slow::Disconnect,
        SlowClients::Drop => Slow::DropEvents,
    };
    // It is announced as long as the program runs.
    let version: &'static str = options.ami_version.clone().leak();
    let failed = |error: std::io::Error| Failure::Server(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(&address).map_err(failed)?;
    let pbx = Pbx::new(users, version, options.speed);
    let mut server = Server::new(listener, Session::new(version), pbx, limits).map_err(failed)?;
    writeln!(out, "listening on {}", server.local_addr().map_err(failed)?)?;
    out.flush()?;
    server.run(&AtomicBool::new(false));
    Ok(())
}

fn version(text: &str) -> Result<String, &'static str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() <= 20 && text.split('.').all(is_number) {
        true => Ok(text.into()),
        false => Err("not of the form 11.0.0"),
    }
}
