//! `ami serve`: runs a miniature PBX that offers AMI.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};
use embedded_ami_pbx::{Config, Pbx, Script};

use crate::failure::Failure;

/// Shown by `ami serve --help`.
pub(crate) const AFTER_HELP: &str = "\
The PBX imitates Asterisk 22 and keeps all data in memory. It needs either --user, for one user with
every permission, or --users, for the users of a file in the format of manager.conf:

  [general]
  bindaddr = 127.0.0.1         ; used only without --listen
  port = 5038                  ; used only without --listen
  authtimeout = 30             ; seconds that a client has to log in
  authlimit = 50               ; connections that have not logged in
  allowmultiplelogin = yes
  channelvars = TESTVAR        ; variables shown in the events of channels
  [admin]
  secret = very-secret
  read = all                   ; classes of events; none by default
  write = call,originate       ; classes of actions; none by default
  allowmultiplelogin = no
  eventfilter = !Event: Newexten
  setvar = TESTVAR=1           ; on the channels that the user originates
  deny = 0.0.0.0/0.0.0.0       ; addresses from which the user cannot log in
  permit = 127.0.0.1/255.255.255.0
  #include more-users.conf     ; in the folder of this file

As in Asterisk, the last network of permit and deny that contains the address of the client decides, and
networks of IPv4 contain no IPv6 address. Keys that cannot restrict a user, such as displayconnects, writetimeout
and those of TLS, have no effect. All other keys, such as acl, are refused.

The contexts test, default and phones contain the same extensions:

  100  answers and waits for 60 seconds
  101  answers and echoes
  102  answers and hangs up after 0.2 seconds
  103  is busy
  104  reports congestion
  105  rings for 60 seconds

A channel is Local/EXTENSION@CONTEXT or PJSIP/NAME. A phone (PJSIP) rings and answers, with these exceptions:

  PJSIP/busy                   is busy
  PJSIP/congestion             reports congestion
  PJSIP/silent                 rings and never answers
  PJSIP/offline, PJSIP/nobody  cannot be reached

The queues are support, which has two members, and sales, which is empty.

The rules of --script change answers and cause failures. The file is TOML; the first rule that matches a
request decides:

  [[rule]]
  on = \"Originate\"            # the action; \"connect\" is the banner, \"*\" any action after the login
  match = { Exten = \"100\" }   # only requests with these headers
  skip = 1                     # not the first 1 of them
  times = 2                    # 2 of them, then no more
  # The answer is one of these, or else that of the PBX:
  refuse = \"No such extension\"
  answer = { Pages = 3, Text = \"${Exten}\" }    # ${Exten} is a header of the request
  list = [{ Event = \"Agents\" }]     # with complete = { Event = \"AgentsComplete\" }, or complete = false
  output = [\"first line\"]     # of a command
  raw = \"any bytes\\r\\n\"
  silent = true                # no answer
  drop = true                  # close the connection instead
  pass = true                  # the answer of the PBX
  # Any of these can be added:
  delay = \"300ms\"            # before anything else
  garble = 7                   # invert this byte of the answer, counted from 0
  cut = 20                     # send only 20 bytes of the answer, and close the connection
  close = true                 # after the answer
  events = [{ after = \"1s\", Event = \"Alarm\", Privilege = \"call,all\" }]

Filters and Hangup accept POSIX extended regular expressions without [=a=] and [.a.], and in addition
\\d, \\w, \\s and *?.";

#[derive(Args)]
pub(crate) struct Options {
    /// Address to listen on, where port 0 lets the system choose a port
    /// [default: bindaddr and port of the file, else --host and --port]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// File with users and settings in the format of manager.conf, instead of --user
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// File with rules for answers and failures, described below
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// AMI version to announce to clients
    #[arg(long, value_name = "VERSION", default_value = "11.0.0", value_parser = version)]
    ami_version: String,
    /// Factor by which calls run faster than real time, 1 to 1000000
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    speed: u32,
    /// Treatment of clients that read events more slowly than they arrive
    #[arg(long, value_enum, default_value_t = SlowClients::Disconnect)]
    slow: SlowClients,
    /// Limit of connections
    #[arg(long, value_name = "NUMBER", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// Limit of connections that have not logged in [default: authlimit of the file, else 50]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    anonymous: Option<u16>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SlowClients {
    /// Disconnect the client
    Disconnect,
    /// Drop events of the client
    Drop,
}

/// Serves until interrupted. `user` returns the name and the secret of the only user; it is called
/// only if the options name no file.
pub(crate) fn run(
    options: &Options,
    (host, port): (&str, u16),
    user: impl FnOnce() -> Result<(String, String), Failure>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let builder = Pbx::builder().ami_version(&options.ami_version).speed(options.speed);
    let script = options.script.as_ref().map_or(Ok(Script::default()), Script::from_file);
    let builder = builder.script(script.map_err(|error| Failure::Usage(error.to_string()))?);
    let (builder, mut limits, host, port) = match &options.users {
        Some(file) => {
            let config = Config::from_file(file).map_err(|error| Failure::Usage(error.to_string()))?;
            let host = config.address().unwrap_or(host).to_owned();
            let port = config.port().map_or(port.to_string(), str::to_owned);
            let limits = config.limits();
            (builder.config(config), limits, host, port)
        }
        None => {
            let (name, secret) = user()?;
            // Blanks before a value are skipped, so that a secret of blanks is empty, too.
            if secret.trim().is_empty() {
                return Err(Failure::Usage(format!(
                    "the secret of {name} is empty: set AMI_SECRET, or give --secret-file, or --users for a file with users"
                )));
            }
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
    let pbx = started.map_err(|error| Failure::Pbx(format!("cannot listen on {address}: {error}")))?;
    writeln!(out, "listening on {}", pbx.local_addr())?;
    out.flush()?;
    pbx.wait();
    Ok(())
}

fn version(text: &str) -> Result<String, &'static str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() <= 20 && text.split('.').all(is_number) {
        true => Ok(text.into()),
        false => Err("not a version of the form 11.0.0"),
    }
}
