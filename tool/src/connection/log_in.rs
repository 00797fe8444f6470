//! The connection to the server and the login.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Error, Follower, OwnedCredentials};
use embedded_ami::wire::Message;

use super::secret::{self, Secret};
use super::{Client, Settings, Stream};
use crate::failure::Failure;
use crate::output::Printer;

impl Settings {
    /// Connects, and logs in with the events of these classes (an event mask, as in `call,agent`).
    /// The time-out of the client is then the part of the limit that is left for an answer. The
    /// printer is told the secret.
    pub(crate) fn log_in(&self, events: &str, printer: &mut Printer) -> Result<Client, Failure> {
        let (user, secret) = self.credentials()?;
        let secret = printer.secret.insert(secret);
        let begin = Instant::now();
        let left = || self.timeout.saturating_sub(begin.elapsed());
        let mut client = self.connect(self.timeout).map_err(|error| hide(error, secret))?;
        client.set_one_at_a_time(is_old(&client.banner()));
        let credentials = match self.plain {
            true => Credentials::plain(user, secret.as_str()),
            false => Credentials::new(user, secret.as_str()),
        };
        client.set_timeout(left());
        client.login(&credentials.events(events)).map_err(|error| hide(error, secret))?;
        client.set_timeout(left());
        Ok(client)
    }

    /// Returns a follower that connects again and again, with the events of these classes. The
    /// printer is told the secret.
    pub(crate) fn follower(&self, events: &str, printer: &mut Printer) -> Result<Follower<Stream>, Failure> {
        let _ = (events, printer, OwnedCredentials::new("", ""));
        Err(Failure::Usage("not there yet".into()))
    }

    /// Connects for a loop that logs in itself, with
    /// [`credentials_with`](Settings::credentials_with). The printer is told the secret.
    pub(crate) fn open(&self, printer: &mut Printer) -> Result<Stream, Failure> {
        let (_, secret) = self.credentials()?;
        let secret = printer.secret.insert(secret);
        self.stream(self.timeout).map_err(|error| hide(error, secret).into())
    }

    /// Returns the credentials of the user with this secret.
    pub(crate) fn credentials_with<'a>(&'a self, secret: &'a Secret) -> Result<Credentials<'a>, Failure> {
        let user = self.user()?;
        Ok(match self.plain {
            true => Credentials::plain(user, secret.as_str()),
            false => Credentials::new(user, secret.as_str()),
        })
    }

    fn connect(&self, limit: Duration) -> Result<Client, Error> {
        embedded_ami::io::blocking::Client::builder().timeout(limit).over(self.stream(limit)?)
    }

    fn stream(&self, limit: Duration) -> Result<Stream, Error> {
        let addresses: Vec<_> =
            (self.host.as_str(), self.port).to_socket_addrs().map_err(Error::Connect)?.collect();
        let stream = TcpStream::connect_timeout(&addresses[0], limit).map_err(Error::Connect)?;
        stream.set_read_timeout(Some(Duration::from_millis(100))).map_err(Error::Connect)?;
        stream.set_write_timeout(Some(Duration::from_millis(100))).map_err(Error::Connect)?;
        stream.set_nodelay(true).map_err(Error::Connect)?;
        Ok(Stream::Tcp(stream))
    }

    /// Returns the name and the secret of the user.
    fn credentials(&self) -> Result<(&str, Secret), Failure> {
        let user = self.user()?;
        let secret = secret::read(self.secret_file.as_deref(), user).map_err(Failure::Usage)?;
        Ok((user, secret))
    }

    fn user(&self) -> Result<&str, Failure> {
        self.user.as_deref().ok_or_else(|| Failure::Usage("no user: give --user or set AMI_USER".into()))
    }
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
