use std::borrow::ToOwned;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::string::ToString;
use std::time::{Duration, Instant};
use std::vec;

use super::run::timing;
use super::{Client, SLOTS};
use crate::client::{Credentials, IdKey, Incoming, LoginRefused, Session, SessionError, Slot};
use crate::io::blocking::answers::Answers;
use crate::io::blocking::event_buffer::EventBuffer;
use crate::io::blocking::{Disconnect, Error};
use crate::wire::{Decoder, Dialect, Kind, Message, Outbox, OwnedMessage};

const READ_STORAGE: usize = 16 * 1024;
const WRITE_STORAGE: usize = 64 * 1024;
/// The memory for events that the application has not fetched yet, in bytes, unless set.
const EVENTS: usize = 8 * 1024 * 1024;
/// The longest time that a read or write of the transport waits. Deadlines are late by up to this.
const WAIT: Duration = Duration::from_millis(100);

impl Client<TcpStream> {
    /// Connects over TCP and reads the banner. `timeout` is the longest time that connecting to an
    /// address, a write, a login or an answer may take.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use embedded_ami::io::blocking::Client;
    ///
    /// let client = Client::connect("pbx.example.com:5038", Duration::from_secs(5))?;
    /// # Ok::<(), embedded_ami::io::blocking::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] if the connection fails; [`Error::NoBanner`] if another service listens
    /// there; [`Error::Disconnected`], with [`Disconnect::Rejected`] if the server has too many
    /// connections.
    pub fn connect(address: impl ToSocketAddrs, timeout: Duration) -> Result<Self, Error> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in address.to_socket_addrs().map_err(Error::Connect)? {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(Error::Connect)?;
                    stream.set_read_timeout(Some(WAIT)).map_err(Error::Connect)?;
                    stream.set_write_timeout(Some(WAIT)).map_err(Error::Connect)?;
                    return Client::new(stream, timeout);
                }
                Err(error) => last = error,
            }
        }
        Err(Error::Connect(last))
    }
}

impl<T: Read + Write> Client<T> {
    /// Creates a client over a connected transport, for example a TLS stream or a serial port, and
    /// reads the banner. `timeout` is the longest time that a write, a login or an answer may take.
    ///
    /// Configure the transport so that a read or write returns `WouldBlock` or `TimedOut` after the
    /// time by which deadlines may be late, about 100 ms. Complete a TLS handshake before this
    /// call: the client keeps only the kind of an I/O error.
    ///
    /// ```
    /// use std::io::{self, Read, Write};
    /// use std::time::Duration;
    /// use embedded_ami::io::blocking::Client;
    ///
    /// /// The recorded output of a server, for tests.
    /// struct Recorded(&'static [u8]);
    ///
    /// impl Read for Recorded {
    ///     fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
    ///         self.0.read(to)
    ///     }
    /// }
    ///
    /// impl Write for Recorded {
    ///     fn write(&mut self, from: &[u8]) -> io::Result<usize> {
    ///         Ok(from.len())
    ///     }
    ///     fn flush(&mut self) -> io::Result<()> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let recorded = Recorded(b"Asterisk Call Manager/11.0.0\r\n");
    /// let client = Client::new(recorded, Duration::from_secs(5))?;
    /// assert!(client.get_ref().0.is_empty()); // the banner has been read
    /// # Ok::<(), embedded_ami::io::blocking::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoBanner`] and [`Error::Disconnected`], as for [`connect`](Client::connect).
    pub fn new(transport: T, timeout: Duration) -> Result<Self, Error> {
        Self::with_clock(transport, timeout, Instant::now)
    }

    /// Creates a client with a clock of the caller.
    pub(super) fn with_clock(transport: T, timeout: Duration, clock: fn() -> Instant) -> Result<Self, Error> {
        let decoder = Decoder::for_client(vec![0; READ_STORAGE])
            .map_err(|_| Error::Session(SessionError::StorageTooSmall))?;
        let mut client = Client {
            transport,
            decoder,
            outbox: Outbox::for_client(vec![0; WRITE_STORAGE], Dialect::Current),
            session: Session::new(vec![Slot::FREE; SLOTS]).timing(timing(timeout)),
            timeout,
            clock,
            start: clock(),
            now: 0,
            message: OwnedMessage::default(),
            is_too_large: false,
            answers: Answers::default(),
            events: EventBuffer::new(EVENTS),
            receives_events: false,
            disconnect: None,
        };
        client.session.on_connected(id_key(), 0);
        match client.login_step() {
            Ok(_) => Ok(client),
            // The peer may have sent bytes that never became a message.
            Err(Error::Disconnected(Disconnect::ServerTimedOut(_))) => {
                client.decoder.finish();
                let _ = client.decoder.poll();
                Err(no_banner(&client.decoder.message()))
            }
            Err(Error::Disconnected(Disconnect::Cut)) => Err(no_banner(&client.decoder.message())),
            Err(Error::Disconnected(Disconnect::Closed)) => Err(Error::Disconnected(Disconnect::Rejected)),
            Err(error) => Err(error),
        }
    }

    /// Logs in.
    ///
    /// If the credentials ask for [events](Credentials::events) of the class system, the client
    /// also waits for the server to be fully booted, for up to a second. If they ask for no events
    /// at all, [`next_event`](Client::next_event), [`event_for`](Client::event_for) and
    /// [`events`](Client::events) return [`Error::NoEvents`].
    ///
    /// ```
    /// # use embedded_ami::client::Credentials;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # #[cfg(feature = "md5")]
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// client.login(&Credentials::new("admin", "secret").events("call,agent"))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the server refuses the login; [`Error::Session`] if the user name, the
    /// secret or the event mask cannot be encoded; [`Error::Disconnected`].
    pub fn login(&mut self, credentials: &Credentials<'_>) -> Result<(), Error> {
        let mut incoming = Incoming::LogIn;
        while incoming == Incoming::LogIn {
            let message = self.message.message();
            self.session.log_in(credentials, &message, self.elapsed(), &mut self.outbox)?;
            incoming = self.login_step()?;
        }
        self.receives_events = credentials.wants_events();
        Ok(())
    }

    /// Logs off and waits for the response.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// client.log_off()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Session`] if the client is not logged in; [`Error::Disconnected`] if the connection
    /// ended before the response.
    pub fn log_off(mut self) -> Result<(), Error> {
        self.session.log_off(self.elapsed(), &mut self.outbox)?;
        loop {
            match self.step(u64::MAX) {
                Err(Error::Disconnected(Disconnect::LoggedOff)) => return Ok(()),
                other => other?,
            };
        }
    }

    /// Waits for the next step of the login: [`Incoming::LogIn`] if the server needs another
    /// message from the client, [`Incoming::Ready`] if the login is complete.
    fn login_step(&mut self) -> Result<Incoming, Error> {
        loop {
            match self.next(u64::MAX)? {
                Some(Incoming::LogIn) => return Ok(Incoming::LogIn),
                Some(Incoming::Ready) => {
                    let message = core::mem::take(&mut self.message);
                    if message.message().kind() == Kind::Event {
                        self.events.push(Some(message));
                    }
                    return Ok(Incoming::Ready);
                }
                Some(Incoming::Refused(LoginRefused::NotAsterisk)) => {
                    return Err(no_banner(&self.message.message()));
                }
                Some(Incoming::Refused(reason)) => {
                    let message = self.message.message();
                    let message = message.get("Message").unwrap_or_default().to_string_lossy();
                    return Err(Error::Refused { reason, message: message.trim_end().to_owned() });
                }
                Some(incoming) => self.file(incoming)?,
                None => {}
            }
        }
    }
}

/// Returns random bits for the ActionIDs of a connection.
fn id_key() -> IdKey {
    let random = || u128::from(RandomState::new().build_hasher().finish());
    IdKey(((random() << 64) | random()).to_be_bytes())
}

/// Returns the error for a message that is not a banner, with up to 80 bytes of its first line.
fn no_banner(message: &Message<'_>) -> Error {
    let line = message.as_bytes().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Error::NoBanner(line.get(..80).unwrap_or(line).escape_ascii().to_string())
}
