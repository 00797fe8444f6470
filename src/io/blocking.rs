//! A client over any `Read + Write`: a `TcpStream`, a TLS stream, a serial port.

use std::borrow::ToOwned;
use std::fmt;
use std::format;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::string::String;
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use crate::action::{self, Action, Challenge, Key, Login};
use crate::wire::{Decoder, EncodeError, Kind, Message, Outbox, OwnedMessage, Recipient, Role, Step};

const READ_STORAGE: usize = 16 * 1024;
const WRITE_STORAGE: usize = 64 * 1024;
/// The largest reply, in bytes.
const REPLY_LIMIT: usize = 64 * 1024 * 1024;

/// Why a [`Client`] could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The transport failed.
    Io {
        /// What was being done, as in `connect`.
        doing: &'static str,
        /// The transport's error.
        error: io::Error,
    },
    /// Nothing came in time. Whether the server did what was asked is not known.
    TimedOut {
        /// What was being done.
        doing: &'static str,
    },
    /// The server closed the connection. Whether it did what was asked is not known.
    Closed {
        /// What was being done.
        doing: &'static str,
    },
    /// What answered is no Asterisk: this came instead of a banner, its first line or less.
    NoBanner(String),
    /// The server refused the login, with this message. It does not say more of the cause than that.
    Refused(String),
    /// The action cannot be written.
    Encode(EncodeError),
    /// The reply is larger than 64 MiB, the most this client keeps.
    ReplyTooLarge,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { doing, error } => write!(f, "{doing}: {error}"),
            Error::TimedOut { doing } => write!(f, "{doing}: no answer in time"),
            Error::Closed { doing } => write!(f, "{doing}: the server closed the connection"),
            Error::NoBanner(line) if line.is_empty() => {
                f.write_str("no banner came: this is no Asterisk Manager Interface, or one behind TLS")
            }
            Error::NoBanner(line) => {
                write!(f, "no banner but \"{line}\": this is no Asterisk Manager Interface")
            }
            Error::Refused(message) => write!(f, "login refused: {message}"),
            Error::Encode(error) => write!(f, "the action cannot be sent: {error}"),
            Error::ReplyTooLarge => f.write_str("the reply is larger than 64 MiB"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { error, .. } => Some(error),
            Error::Encode(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Error::Encode(error)
    }
}

/// A client that sends one action at a time and waits for its reply.
///
/// ```no_run
/// use std::time::Duration;
/// use embedded_ami::action::Raw;
/// use embedded_ami::io::blocking::Client;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "md5")] {
/// let mut client = Client::connect("127.0.0.1:5038", Duration::from_secs(5))?;
/// client.login("admin", "secret")?;
/// let reply = client.send(&Raw::new("Command", &[("Command", "core show uptime")]))?;
/// for line in reply.message().output() {
///     println!("{}", String::from_utf8_lossy(line.as_bytes()));
/// }
/// # }
/// # Ok(()) }
/// ```
///
/// Events are not asked for: the login says `Events: off`. Messages that are no reply to the last action are dropped.
pub struct Client<T> {
    transport: T,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    timeout: Duration,
    /// Unguessable, so that no forged response, and none meant for another session, is taken for a reply.
    prefix: u64,
    /// How many actions were sent.
    count: u64,
    /// The server has echoed an ActionID: from then on a response without one is no reply. It may be
    /// a line end in somebody's variable.
    echoes: bool,
}

impl Client<TcpStream> {
    /// Connects, and reads the banner. `timeout` is the longest that connecting, writing, or waiting for a reply may take.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::TimedOut`]; [`Error::Closed`], also of an Asterisk that
    /// has too many connections; [`Error::NoBanner`] if something else listens there.
    pub fn connect(address: impl ToSocketAddrs, timeout: Duration) -> Result<Self, Error> {
        let failed = |error| failure("connect", error);
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in address.to_socket_addrs().map_err(failed)? {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(failed)?;
                    stream.set_read_timeout(Some(timeout)).map_err(failed)?;
                    stream.set_write_timeout(Some(timeout)).map_err(failed)?;
                    return Client::new(stream, timeout);
                }
                Err(error) => last = error,
            }
        }
        Err(failed(last))
    }
}

impl<T: Read + Write> Client<T> {
    /// A client over a connected transport; reads the banner. Reads and writes of the transport should
    /// themselves time out; `timeout` is the longest to wait for a reply of which parts keep coming.
    ///
    /// # Errors
    ///
    /// As [`connect`](Client::connect).
    pub fn new(transport: T, timeout: Duration) -> Result<Self, Error> {
        let storage = vec![0; READ_STORAGE];
        let mut client = Client {
            transport,
            // The storage is large enough.
            decoder: Decoder::new(storage, Role::Client)
                .map_err(|error| failure("connect", io::Error::other(error)))?,
            outbox: Outbox::new(vec![0; WRITE_STORAGE], Recipient::Asterisk),
            timeout,
            prefix: RandomState::new().build_hasher().finish(),
            count: 0,
            echoes: false,
        };
        client.banner()?;
        Ok(client)
    }

    /// Logs in with an MD5 challenge; the secret does not cross the wire.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], and those of [`send`](Client::send).
    #[cfg(feature = "md5")]
    pub fn login(&mut self, username: &str, secret: &str) -> Result<(), Error> {
        self.login_with(username, secret, action::md5)
    }

    /// As [`login`](Client::login), with another implementation of MD5: it gives the digest of
    /// the pieces, one behind the other.
    ///
    /// # Errors
    ///
    /// As [`login`](Client::login).
    pub fn login_with(
        &mut self,
        username: &str,
        secret: &str,
        md5: impl FnOnce(&[&[u8]]) -> [u8; 16],
    ) -> Result<(), Error> {
        let reply = self.request(&Challenge, "login")?;
        let Some(challenge) = reply.message().get("Challenge") else { return Err(refused(&reply.message())) };
        let key = Key::new(md5, challenge.as_bytes(), secret.as_bytes());
        self.log_in(&Login::md5(username, key))
    }

    /// Logs in with the secret in the clear.
    ///
    /// # Errors
    ///
    /// As [`login`](Client::login).
    pub fn login_plain(&mut self, username: &str, secret: &str) -> Result<(), Error> {
        self.log_in(&Login::plain(username, secret))
    }

    /// Sends an action and waits for its response, whether that says Success or Error.
    ///
    /// # Errors
    ///
    /// All but [`Error::NoBanner`] and [`Error::Refused`]. After [`Error::Encode`] the client is as it was; after any
    /// other it is of no more use.
    pub fn send(&mut self, action: &(impl Action + ?Sized)) -> Result<OwnedMessage, Error> {
        self.request(action, "wait for the response")
    }

    /// The next entry of the list that the last action asked for, if its response said `EventList: start`. The last one says
    /// `EventList: Complete`; an Error response in its place ends the list too.
    ///
    /// # Errors
    ///
    /// As [`send`](Client::send). A list cut short is an error.
    pub fn next_entry(&mut self) -> Result<OwnedMessage, Error> {
        let id = self.id();
        self.receive("wait for the rest of the list", |message| match message.get("ActionID") {
            Some(own) => own == id.as_str() && matches!(message.kind(), Kind::Event | Kind::Response),
            // Entries of IAXpeers have none. Nothing else comes within a list, and all but entries have a Privilege.
            None => message.kind() == Kind::Event && message.get("Privilege").is_none(),
        })
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.transport
    }

    fn log_in(&mut self, login: &Login<'_>) -> Result<(), Error> {
        let reply = self.request(&login.events("off"), "login")?;
        let message = reply.message();
        if message.name().is_some_and(|name| name.eq_ignore_ascii_case("Success")) {
            Ok(())
        } else {
            Err(refused(&message))
        }
    }

    fn banner(&mut self) -> Result<(), Error> {
        match self.receive("wait for the banner", |_| true) {
            Ok(_) => Ok(()),
            Err(Error::TimedOut { .. }) => {
                self.decoder.finish();
                let _ = self.decoder.poll();
                let text = self.decoder.message().as_bytes();
                let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let shown = line.get(..80).unwrap_or(line);
                Err(Error::NoBanner(format!("{}", shown.escape_ascii())))
            }
            Err(error) => Err(error),
        }
    }

    /// The ActionID of the last action.
    fn id(&self) -> String {
        format!("{:016x}-{}", self.prefix, self.count)
    }

    fn request(
        &mut self,
        action: &(impl Action + ?Sized),
        doing: &'static str,
    ) -> Result<OwnedMessage, Error> {
        self.count = self.count.saturating_add(1);
        let id = self.id();
        if let Err(error) = action::write(action, &id, &mut self.outbox) {
            // The last action is still the one before.
            self.count = self.count.saturating_sub(1);
            return Err(error.into());
        }
        while !self.outbox.pending().is_empty() {
            match self.transport.write(self.outbox.pending()) {
                Ok(0) => return Err(Error::Closed { doing: "send" }),
                Ok(n) => self.outbox.sent(n),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failure("send", error)),
            }
        }
        self.transport.flush().map_err(|error| failure("send", error))?;
        let echoes = self.echoes;
        let reply = self.receive(doing, |message| {
            let own = message.get("ActionID");
            message.kind() == Kind::Response && own.map_or(!echoes, |own| own == id.as_str())
        })?;
        self.echoes |= reply.message().get("ActionID").is_some();
        Ok(reply)
    }

    /// Waits for a whole message that is `wanted`, and drops those before it.
    fn receive(
        &mut self,
        doing: &'static str,
        wanted: impl Fn(&Message<'_>) -> bool,
    ) -> Result<OwnedMessage, Error> {
        let deadline = Instant::now().checked_add(self.timeout);
        let mut message = OwnedMessage::default();
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    if part.is_incomplete() {
                        return Err(Error::Closed { doing });
                    }
                    match message.push(&part) {
                        Ok(true) if wanted(&message.message()) => return Ok(message),
                        Ok(_) if message.len() <= REPLY_LIMIT => {}
                        _ => return Err(Error::ReplyTooLarge),
                    }
                }
                Step::NeedInput => match self.transport.read(self.decoder.space()) {
                    Ok(0) => self.decoder.finish(),
                    Ok(n) => self.decoder.advance(n),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(failure(doing, error)),
                },
                Step::End => return Err(Error::Closed { doing }),
            }
            if deadline.is_some_and(|deadline| Instant::now() > deadline) {
                return Err(Error::TimedOut { doing });
            }
        }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

fn refused(message: &Message<'_>) -> Error {
    let text = message.get("Message").unwrap_or_default();
    Error::Refused(text.to_string_lossy().trim_end().to_owned())
}

fn failure(doing: &'static str, error: io::Error) -> Error {
    match error.kind() {
        // Unix and Windows differ in what a read or write that timed out is called.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::TimedOut { doing },
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            Error::Closed { doing }
        }
        _ => Error::Io { doing, error },
    }
}
