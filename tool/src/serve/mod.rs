//! `ami serve`: runs a miniature PBX that offers AMI.

mod replaced;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};
#[cfg(feature = "tls")]
use embedded_ami_pbx::{Builder, Tls};
use embedded_ami_pbx::{Config, Pbx, Recording, Script};

use self::replaced::Replaced;
use crate::connection::secret;
use crate::failure::{Failure, complain};
use crate::output::Printer;

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

A line of --log has the form of ami decode, after the time, the number of the connection and the address of the
client. A file that exists is replaced once the PBX listens. Values that may be secrets are [redacted]. A request
that is longer than 16 KiB is refused, and only its beginning is logged, with \"truncated\":true:

  {\"time\":\"2026-11-27T09:30:00.125Z\",\"connection\":1,\"peer\":\"127.0.0.1:40312\",\"kind\":\"action\",\"name\":\"Ping\",
  \"headers\":[[\"Action\",\"Ping\"]]}

The file of --replay has the bytes that a server sent on a connection. Each client receives them after its login,
as fast as it reads, with the answers to its own requests in between. Left out is the login of the recording: all
up to and including the first response with the message Authentication accepted or, without such a response, the
banner; and a message at the end that is not complete. The ActionIDs are those of the recording.

Filters and Hangup accept POSIX extended regular expressions without [=a=] and [.a.], and in addition
\\d, \\w, \\s and *?.";

#[derive(Args)]
pub(crate) struct Options {
    /// Address to listen on, where port 0 lets the system choose a port
    /// [default: bindaddr and port of the file, else 127.0.0.1:5038]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Name of the only user, who has every permission; AMI_USER if not given
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// File whose first line is the secret of the user
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// File with users and settings in the format of manager.conf, instead of --user
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// File with rules for answers and failures, described below
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// AMI version to announce to clients, from 1.0 to 13; those up to 2.10 have the old form of
    /// command output
    #[arg(long, value_name = "VERSION", default_value = "11.0.0")]
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
    /// Write each request to this file as a JSON object on one line, secrets redacted; - for
    /// standard output
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// After each login, send the recorded stream of a server in this file
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    #[cfg(feature = "tls")]
    #[command(flatten)]
    tls: TlsOptions,
}

#[cfg(feature = "tls")]
#[derive(Args)]
struct TlsOptions {
    /// Serve TLS, with the certificate in this PEM file
    #[arg(long, value_name = "FILE", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key [default: the file of --tls-cert]
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Serve TLS, with a new certificate for localhost, 127.0.0.1 and ::1 that is written to this
    /// PEM file for the clients to trust; of files that exist, only a certificate is replaced
    #[arg(long, value_name = "FILE")]
    tls_self_signed: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SlowClients {
    /// Disconnect the client
    Disconnect,
    /// Drop events of the client
    Drop,
}

/// Serves until interrupted.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let out = &mut Printer::plain().out;
    let (host, port) = ("127.0.0.1", 5038);
    let mut builder = Pbx::builder().ami_version(&options.ami_version).speed(options.speed);
    if let Some(file) = &options.script {
        let script = Script::from_file(file).map_err(|error| Failure::Usage(error.to_string()))?;
        builder = builder.script(script);
    }
    if let Some(file) = &options.replay {
        builder = builder.replay(Recording::from_file(file).map_err(unusable)?);
    }
    #[cfg(feature = "tls")]
    let certificate;
    #[cfg(feature = "tls")]
    {
        (builder, certificate) = options.tls.apply(builder)?;
    }
    let (mut builder, mut limits, host, port) = match &options.users {
        Some(file) => {
            let config = Config::from_file(file).map_err(|error| Failure::Usage(error.to_string()))?;
            let host = config.address().unwrap_or(host).to_owned();
            let port = config.port().map_or(port.to_string(), str::to_owned);
            let limits = config.limits();
            (builder.config(config), limits, host, port)
        }
        None => {
            let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
            let Some(name) = options.user.clone().or(variable("AMI_USER")) else {
                return Err(Failure::Usage("no user: give --user or set AMI_USER".into()));
            };
            let secret =
                secret::read(options.secret_file.as_deref(), &name).map_err(Failure::Usage)?.into_string();
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
    let log = options.log.as_deref().map(Log::open).transpose()?;
    if let Some(log) = &log {
        builder = builder.log(log.clone());
    }
    let started = builder.limits(limits).start(&address);
    let pbx = started.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::Usage(error.to_string()),
        _ => Failure::Local(format!("cannot listen on {address}: {error}")),
    })?;
    if let Some(log) = &log {
        log.begin()?;
    }
    #[cfg(feature = "tls")]
    if let Some(certificate) = certificate {
        certificate.write().map_err(unusable)?;
    }
    writeln!(out, "listening on {}", pbx.local_addr())?;
    out.flush()?;
    pbx.wait();
    Ok(())
}

#[cfg(feature = "tls")]
impl TlsOptions {
    /// Sets up TLS if an option asks for it. Returns the certificate that a file will receive.
    fn apply(&self, builder: Builder) -> Result<(Builder, Option<Certificate<'_>>), Failure> {
        if let Some(certificate) = &self.tls_cert {
            let key = self.tls_key.as_ref().unwrap_or(certificate);
            Ok((builder.tls(Tls::from_files(certificate, key).map_err(unusable)?), None))
        } else if let Some(path) = &self.tls_self_signed {
            let (tls, pem) = Tls::self_signed().map_err(unusable)?;
            let certificate = Certificate::new(path, pem).map_err(unusable)?;
            Ok((builder.tls(tls), Some(certificate)))
        } else {
            Ok((builder, None))
        }
    }
}

/// A new certificate and the file for it.
#[cfg(feature = "tls")]
struct Certificate<'a> {
    path: &'a Path,
    file: Replaced,
    pem: String,
}

#[cfg(feature = "tls")]
impl<'a> Certificate<'a> {
    /// Opens the file. Refuses a file with anything but a certificate, because a private key, for
    /// example, could not be restored.
    fn new(path: &'a Path, pem: String) -> io::Result<Self> {
        let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        if is_file && !is_replaceable(path).map_err(|error| named(path, &error))? {
            let reason = "the file exists and is not one certificate in PEM format, so it is not replaced";
            return Err(named(path, &io::Error::new(io::ErrorKind::AlreadyExists, reason)));
        }
        let file = Replaced::open(path).map_err(|error| named(path, &error))?;
        Ok(Self { path, file, pem })
    }

    fn write(&self) -> io::Result<()> {
        let written = (&self.file).write_all(self.pem.as_bytes());
        written.map_err(|error| named(self.path, &error))
    }
}

/// Returns whether the file is empty or has one certificate and nothing else.
#[cfg(feature = "tls")]
fn is_replaceable(path: &Path) -> io::Result<bool> {
    use std::io::Read;

    /// More bytes than a certificate has.
    const MOST: u64 = 64 * 1024;

    let mut content = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut content)?;
    let text = content.trim_ascii();
    let body = text
        .strip_prefix(b"-----BEGIN CERTIFICATE-----")
        .and_then(|text| text.strip_suffix(b"-----END CERTIFICATE-----"));
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
    Ok(text.is_empty() || body.is_some_and(|body| body.iter().all(is_base64)))
}

/// The file of `--log`. The first error is reported, and everything after it is dropped.
#[derive(Clone)]
struct Log {
    name: String,
    file: Option<Arc<Replaced>>,
}

impl Log {
    /// Opens the file. Its former content stays until [`begin`](Self::begin) or the first line.
    fn open(path: &Path) -> Result<Self, Failure> {
        let (name, file) = match path.as_os_str() == "-" {
            true => ("standard output".into(), standard_output().map(Replaced::appending)),
            false => (path.display().to_string(), Replaced::open(path)),
        };
        match file {
            Ok(file) => Ok(Self { name, file: Some(Arc::new(file)) }),
            Err(error) => Err(Self::unusable(&name, &error)),
        }
    }

    /// Removes the former content. A request that was logged before stays.
    fn begin(&self) -> Result<(), Failure> {
        let cleared = self.file.as_ref().map_or(Ok(()), |file| file.clear());
        cleared.map_err(|error| Self::unusable(&self.name, &error))
    }

    fn unusable(name: &str, error: &io::Error) -> Failure {
        Failure::Usage(format!("cannot write to {name}: {error}"))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(file) = &self.file else { return Ok(bytes.len()) };
        match (&**file).write(bytes) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                complain(&format!("cannot write to {}, so the log of requests ends: {error}", self.name));
                self.file = None;
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a file has no buffer
    }
}

/// Returns standard output without its lock, which the main thread has.
#[cfg(unix)]
fn standard_output() -> io::Result<File> {
    use std::os::fd::AsFd;

    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn standard_output() -> io::Result<File> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system needs the name of a file"))
}

/// Returns the failure for a file that cannot be used.
fn unusable(error: io::Error) -> Failure {
    Failure::Usage(error.to_string())
}

#[cfg(feature = "tls")]
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
