//! The connection to the server and the login.

use std::hash::{BuildHasher, RandomState};
#[cfg(all(unix, feature = "session"))]
use std::io::Read;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::client::Credentials;
#[cfg(all(unix, feature = "session"))]
use embedded_ami::io::blocking::Disconnect;
use embedded_ami::io::blocking::{Error, Follower, OwnedCredentials};
use embedded_ami::wire::Message;

use super::secret::Secret;
use super::stream::Transport;
use super::transcript::{Transcript, note};
use super::{Client, Settings, Stream, tcp};
use crate::args::tenths;
use crate::failure::{Failure, warn};
use crate::output::Printer;

/// A login for which all settings are known, so that another thread can perform it.
pub(crate) struct Login {
    settings: Settings,
    user: String,
    secret: Secret,
    events: String,
}

/// A connection for a loop that logs in itself.
#[cfg(all(unix, feature = "session"))]
pub(crate) struct Opened<'a> {
    pub(crate) stream: Stream,
    /// The bytes that have been received, with the banner.
    pub(crate) received: Vec<u8>,
    pub(crate) credentials: Credentials<'a>,
    pub(crate) secret: &'a Secret,
}

impl Login {
    /// Connects and logs in, as [`Settings::log_in`] describes.
    pub(crate) fn perform(&self) -> Result<Client, Failure> {
        Ok(self.perform_timed()?.0)
    }

    /// Like [`perform`](Self::perform). Also returns the time at which the attempt began that has
    /// succeeded.
    pub(crate) fn perform_timed(&self) -> Result<(Client, Instant), Failure> {
        let Self { settings, user, secret, events } = self;
        let credentials = settings.credentials_for(user, secret).events(events);
        settings.with_retries(|| settings.attempt(&credentials, secret))
    }
}

impl Settings {
    /// Prepares a login, with the events of these classes. Asks for the secret if no setting has
    /// it, and tells it to the printer.
    pub(crate) fn login(&self, events: &str, printer: &mut Printer) -> Result<Login, Failure> {
        let (user, secret) = self.credentials()?;
        printer.secret = Some(secret.clone());
        Ok(Login { settings: self.clone(), user: user.into(), secret, events: events.into() })
    }

    /// Connects, and logs in with the events of these classes (an event mask, as in `call,agent`).
    /// The time-out of the client is then the part of the limit that is left for an answer. The
    /// printer is told the secret.
    ///
    /// After a connection that failed, this tries again as often as the user has asked for, each
    /// time with the whole limit. A login that is refused is not repeated.
    pub(crate) fn log_in(&self, events: &str, printer: &mut Printer) -> Result<Client, Failure> {
        self.login(events, printer)?.perform()
    }

    /// Connects, also repeatedly, and receives the banner, for a loop that logs in itself.
    #[cfg(all(unix, feature = "session"))]
    pub(crate) fn open<'a>(
        &'a self,
        events: &'a str,
        printer: &'a mut Printer,
    ) -> Result<Opened<'a>, Failure> {
        let (user, secret) = self.credentials()?;
        let secret = &*printer.secret.insert(secret);
        let (stream, received) = self.with_retries(|| self.open_once(secret))?;
        let credentials = self.credentials_for(user, secret).events(events);
        Ok(Opened { stream, received, credentials, secret })
    }

    /// Connects, and receives the banner or whatever else the server sends first. Returns the
    /// connection and the bytes received.
    #[cfg(all(unix, feature = "session"))]
    fn open_once(&self, secret: &Secret) -> Result<(Stream, Vec<u8>), Error> {
        let deadline = Instant::now() + self.connect_timeout;
        let transport = self.transport(deadline).map_err(Error::Connect)?;
        let mut stream = Stream::new(transport, self.is_verbose.then(|| Transcript::new(secret)));
        let mut received = Vec::new();
        let mut bytes = [0; 1024];
        while !received.contains(&b'\n') && received.len() < bytes.len() {
            if Instant::now() >= deadline {
                return Err(Error::Silent { timeout: self.connect_timeout });
            }
            let n = match stream.read(&mut bytes) {
                Ok(n) => n,
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => continue,
                    kind if is_closed(kind) => 0,
                    kind => return Err(Error::Disconnected(Disconnect::Io(kind))),
                },
            };
            match n {
                0 if received.is_empty() => return Err(Error::Disconnected(Disconnect::Rejected)),
                // The next read finds the end again.
                0 => break,
                n => received.extend_from_slice(&bytes[..n]),
            }
        }
        Ok((stream, received))
    }

    fn credentials_for<'a>(&self, user: &'a str, secret: &'a Secret) -> Credentials<'a> {
        match self.plain {
            true => Credentials::plain(user, secret.as_str()),
            false => Credentials::new(user, secret.as_str()),
        }
    }

    /// Makes attempts to connect, as many as the user has asked for.
    fn with_retries<T>(&self, mut attempt: impl FnMut() -> Result<T, Error>) -> Result<T, Failure> {
        let mut backoff = Follower::BACKOFF;
        let mut retries = 0;
        loop {
            let error = match attempt() {
                Err(error) if retries < self.retry && may_pass(&error) => error,
                result => return Ok(result?),
            };
            retries += 1;
            let random = RandomState::new().hash_one(()) as u32;
            let wait = Duration::from_millis(backoff.next(random).into());
            let text = self.explain(error.into()).text().unwrap_or_default();
            warn(&format!("{text}; trying again in {} s ({retries} of {})", tenths(wait), self.retry));
            thread::sleep(wait);
        }
    }

    /// Returns a follower that connects and logs in again and again, with the events of these
    /// classes. Each attempt has the whole limits. The printer is told the secret.
    ///
    /// The follower sends a Ping after [`keepalive`](Settings::keepalive) without a message. A
    /// certificate that is not trusted, or a port without TLS, ends it only if no handshake has
    /// succeeded before.
    pub(crate) fn follower(&self, events: &str, printer: &mut Printer) -> Result<Follower<Stream>, Failure> {
        let (user, secret) = self.credentials()?;
        let secret = printer.secret.insert(secret).clone();
        let credentials = match self.plain {
            true => OwnedCredentials::plain(user, secret.as_str()),
            false => OwnedCredentials::new(user, secret.as_str()),
        };
        let settings = self.clone();
        let mut has_connected = false;
        let connect = move || match settings.connect(&secret) {
            Ok(client) => {
                has_connected = true;
                Ok(client)
            }
            Err(Error::Connect(error)) if error.kind() == ErrorKind::InvalidData && !has_connected => {
                // The kind with which a follower ends.
                Err(Error::Connect(io::Error::new(ErrorKind::InvalidInput, error.to_string())))
            }
            Err(error) => Err(error),
        };
        Ok(Follower::new(connect, credentials.events(events)))
    }

    /// Connects and logs in. Also returns the time at which this began.
    fn attempt(&self, credentials: &Credentials<'_>, secret: &Secret) -> Result<(Client, Instant), Error> {
        let begin = Instant::now();
        let left = || self.timeout.saturating_sub(begin.elapsed()).max(Duration::from_millis(1));
        let mut client = self.connect(secret)?;
        client.set_timeout(left());
        client.login(credentials).map_err(|error| hide(error, secret))?;
        client.set_timeout(left());
        Ok((client, begin))
    }

    /// Connects and reads the banner. The time-out of the client is then the whole limit.
    fn connect(&self, secret: &Secret) -> Result<Client, Error> {
        let deadline = Instant::now() + self.connect_timeout;
        let transport = self.transport(deadline).map_err(Error::Connect)?;
        let stream = Stream::new(transport, self.is_verbose.then(|| Transcript::new(secret)));
        let stream = stream.recorded_by(self.recorder.as_ref());
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let builder = embedded_ami::io::blocking::Client::builder();
        let builder = builder.timeout(left).keepalive(Some(self.keepalive));
        let builder = match self.boot_wait {
            Some(time) => builder.boot_wait(time),
            None => builder,
        };
        let mut client = builder.over(stream).map_err(|error| match error {
            Error::Silent { .. } => Error::Silent { timeout: self.connect_timeout },
            error => hide(error, secret),
        })?;
        client.set_timeout(self.timeout);
        client.set_one_at_a_time(is_old(&client.banner()));
        Ok(client)
    }

    /// Connects over TCP, and over TLS if that is set.
    fn transport(&self, deadline: Instant) -> io::Result<Transport> {
        let addresses = look_up(&self.host, self.port, deadline)?;
        let is_verbose = self.is_verbose;
        let trying = |address| {
            if is_verbose {
                note(&format!("connecting to {address}"));
            }
        };
        let stream: TcpStream = tcp::connect(&addresses, deadline, trying)?;
        let Some(tls) = &self.tls else { return Ok(Transport::Tcp(stream)) };
        let stream = tls.connect(stream, deadline)?;
        if is_verbose {
            note(&stream.describe());
        }
        Ok(Transport::Tls(Box::new(stream)))
    }
}

/// Returns the addresses of a name. The system may take longer than the limit to look it up, so it
/// does that on another thread.
fn look_up(host: &str, port: u16, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    thread::Builder::new().spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
        // The receiver may have given up.
        let _ = sender.send(addresses);
    })?;
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap_or_else(|_| {
        Err(io::Error::new(ErrorKind::TimedOut, "the address of the name was not found in time"))
    })
}

/// Returns whether another attempt to connect may succeed.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Connect(error) => !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData),
        Error::Silent { .. } | Error::Lost { .. } | Error::Disconnected(_) => true,
        _ => false,
    }
}

/// Returns whether an error of the connection is that the peer has closed it.
#[cfg(all(unix, feature = "session"))]
pub(crate) fn is_closed(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

/// Returns whether the banner is that of Asterisk up to 1.8, which answers some actions without
/// their ActionID.
fn is_old(banner: &Message<'_>) -> bool {
    banner.banner().is_some_and(|banner| banner.version == "1.0" || banner.version == "1.1")
}

/// Replaces the secret in an error of the connection or the login.
fn hide(error: Error, secret: &Secret) -> Error {
    let hide = |text: String| String::from_utf8_lossy(&secret.hide(text.as_bytes())).into_owned();
    match error {
        Error::Refused { reason, message } => Error::Refused { reason, message: hide(message) },
        Error::NotAsterisk { protocol, line } => Error::NotAsterisk { protocol, line: hide(line) },
        other => other,
    }
}

#[cfg(all(test, feature = "serve", feature = "tls"))]
mod tests {
    use clap::Parser;
    use embedded_ami::io::blocking::Followed;
    use embedded_ami_pbx::{Pbx, Tls};

    use super::super::Options;
    use super::*;
    use crate::output::Format;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    /// Follows a server for which the options are, and returns the first items up to a gap or an
    /// error.
    fn follow(options: &[&str], mut on_connected: impl FnMut()) -> Vec<Result<Followed, Error>> {
        let options = Line::parse_from(["ami"].iter().chain(options)).options;
        let settings = Settings::new(&options).unwrap_or_else(|_| panic!("settings"));
        let mut printer = Printer::new(&Format::default());
        let follower = settings.follower("call", &mut printer).unwrap_or_else(|_| panic!("a follower"));
        let mut items = Vec::new();
        for item in follower {
            if matches!(item, Ok(Followed::Connected)) {
                on_connected();
            }
            let is_last = matches!(item, Ok(Followed::Gap { .. } | Followed::Retry { .. }));
            items.push(item);
            if is_last {
                break;
            }
        }
        items
    }

    #[test]
    fn a_follower_connects_with_tls_and_ends_if_the_certificate_is_not_trusted() {
        let folder = std::env::temp_dir();
        let file = |name: &str, content: &str| {
            let path = folder.join(format!("embedded-ami-follower-{}-{name}", std::process::id()));
            std::fs::write(&path, content).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
            path.to_str().unwrap().to_owned()
        };
        let (tls, certificate) = Tls::self_signed().unwrap();
        let (ca, other) = (file("ca", &certificate), file("other", &Tls::self_signed().unwrap().1));
        let secret = file("secret", "very-secret\n");
        let pbx = Pbx::builder().user("admin", "very-secret").tls(tls).start("127.0.0.1:0").unwrap();
        let host = format!("amis://admin@localhost:{}", pbx.local_addr().port());
        let options = ["-q", "--host", &host, "--secret-file", &secret, "--ca"];
        let items = follow(&[&options[..], &[&other]].concat(), || ());
        assert!(matches!(&items[..], [Err(Error::Connect(_))]), "{items:?}");
        let mut pbx = Some(pbx);
        let items = follow(&[&options[..], &[&ca]].concat(), || pbx.take().unwrap().stop());
        assert!(matches!(&items[..], [Ok(Followed::Connected), Ok(Followed::Gap { .. })]), "{items:?}");
        // The server is gone.
        let items = follow(&[&options[..], &[&ca]].concat(), || ());
        assert!(matches!(&items[..], [Ok(Followed::Retry { .. })]), "{items:?}");
        for path in [ca, other, secret] {
            std::fs::remove_file(path).unwrap();
        }
    }
}
