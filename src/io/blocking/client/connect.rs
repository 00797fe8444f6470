use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::string::ToString;
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use super::link::Link;
use super::run::Turn;
use super::{Client, ClientBuilder};
use crate::client::{IdKey, Incoming, Session, SessionError, Slot};
use crate::io::blocking::answers::Answers;
use crate::io::blocking::event_buffer::EventBuffer;
use crate::io::blocking::protocol::FirstLine;
use crate::io::blocking::time::millis;
use crate::io::blocking::{Disconnect, Error, Protocol};
use crate::wire::{Decoder, Outbox, OwnedMessage};

impl Client<TcpStream> {
    /// Connects over TCP and reads the banner. `timeout` is the longest time for both together. It
    /// is also the [time-out](Client::set_timeout) of the client. [`builder`](Client::builder) has
    /// more settings.
    ///
    /// If the name has several addresses, they are tried one after the other, and each may take its
    /// equal share of the time that is left. The time that the system takes to look up the name
    /// comes on top: pass an address to avoid that.
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
    /// - [`Error::Connect`] if the connection fails, or `timeout` is not
    ///   [possible](ClientBuilder::timeout).
    /// - [`Error::NotAsterisk`] if another service answers, [`Error::Silent`] if nothing does.
    /// - [`Error::Disconnected`], with [`Disconnect::Rejected`] if the server has too many
    ///   connections.
    pub fn connect(address: impl ToSocketAddrs, timeout: Duration) -> Result<Self, Error> {
        ClientBuilder::DEFAULT.timeout(timeout).connect(address)
    }
}

/// Connects to the first of the addresses that accepts a connection, within `timeout` in all.
pub(super) fn first_that_connects<S>(
    addresses: &[SocketAddr],
    timeout: Duration,
    clock: impl Fn() -> Instant,
    connect: impl Fn(&SocketAddr, Duration) -> io::Result<S>,
) -> io::Result<S> {
    let start = clock();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for (address, left) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let time = timeout.saturating_sub(clock().saturating_duration_since(start));
        let share = time.checked_div(u32::try_from(left).unwrap_or(u32::MAX)).unwrap_or_default();
        if share.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match connect(address, share) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

impl<T: Read + Write> Client<T> {
    /// Creates a client over a connected transport, for example a TLS stream or a serial port, and
    /// reads the banner. `timeout` is the longest time for that, and the
    /// [time-out](Client::set_timeout) of the client.
    ///
    /// Configure the transport so that a read, write or flush returns `WouldBlock` or `TimedOut`
    /// after the time by which calls may exceed their limits, about 100 ms. Each is then tried
    /// again. A read of 0 bytes is the end of the connection. A write of 0 bytes ends it as
    /// [`Disconnect::Io`] with `WriteZero`, so a transport that has no room must return
    /// `WouldBlock` instead. Complete a TLS handshake before this call: the client keeps only the
    /// kind of an I/O error.
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
    /// [`Error::NotAsterisk`], [`Error::Silent`] and [`Error::Disconnected`], as for
    /// [`connect`](Client::connect); [`Error::Connect`] if `timeout` is not
    /// [possible](ClientBuilder::timeout).
    pub fn new(transport: T, timeout: Duration) -> Result<Self, Error> {
        ClientBuilder::DEFAULT.timeout(timeout).over(transport)
    }

    /// Waits for the banner.
    fn read_banner(&mut self) -> Result<OwnedMessage, Error> {
        let limit = self.limit_until(millis(self.timeout));
        loop {
            let turn = self.turn(&limit);
            let first = self.first_line.take().unwrap_or_default();
            let protocol = first.protocol();
            if protocol.is_some() || first.is_too_long() {
                return Err(not_asterisk(protocol, &first));
            }
            match turn {
                Ok(Turn::Report(Incoming::LogIn, banner)) => return Ok(banner.unwrap_or_default()),
                Ok(Turn::Report(Incoming::Refused(_), _)) => return Err(not_asterisk(None, &first)),
                // A message before the banner may be left from an earlier connection over the line.
                Ok(Turn::Done | Turn::Report(..)) => {}
                Ok(Turn::TimeUp) if first.is_complete() => return Err(not_asterisk(None, &first)),
                Ok(Turn::TimeUp) => return Err(Error::Silent { timeout: self.timeout }),
                Err(Error::Disconnected(Disconnect::Cut)) if !first.is_cut_banner() => {
                    return Err(not_asterisk(None, &first));
                }
                Err(Error::Disconnected(Disconnect::Closed)) => {
                    return Err(Error::Disconnected(Disconnect::Rejected));
                }
                Err(error) => return Err(error),
            }
            self.first_line = Some(first);
        }
    }
}

impl ClientBuilder {
    /// Creates a client and reads the banner, within the time-out from the start of the link.
    pub(super) fn build<T: Read + Write>(&self, link: Link<T>) -> Result<Client<T>, Error> {
        let timing = self.check()?;
        let decoder = Decoder::for_client(zeros(self.read_buffer)?)
            .map_err(|_| Error::Session(SessionError::StorageTooSmall))?;
        let mut client = Client {
            link,
            decoder,
            outbox: Outbox::for_client(zeros(self.write_buffer)?, self.dialect),
            session: Session::new(vec![Slot::FREE; self.slots]).timing(timing),
            timeout: self.timeout,
            timing,
            slots: self.slots,
            banner: OwnedMessage::default(),
            login_request: OwnedMessage::default(),
            first_line: Some(FirstLine::default()),
            message: OwnedMessage::default(),
            is_too_large: false,
            answers: Answers::new(self.answer_buffer_limit),
            events: EventBuffer::new(self.event_buffer_limit),
            receives_events: false,
            checked: 0,
            abandoned: 0,
            asks_for_login: false,
            has_ping: false,
            has_ended: false,
            disconnect: None,
        };
        client.session.set_one_at_a_time(self.one_at_a_time);
        client.session.on_connected(id_key(), 0);
        client.banner = client.read_banner()?;
        client.login_request = client.banner.clone();
        client.first_line = None;
        Ok(client)
    }
}

/// Allocates storage.
fn zeros(length: usize) -> Result<Vec<u8>, Error> {
    let mut storage = Vec::new();
    let allocated = storage.try_reserve_exact(length);
    allocated.map_err(|_| Error::Connect(io::ErrorKind::OutOfMemory.into()))?;
    storage.resize(length, 0);
    Ok(storage)
}

/// Returns random bits for the ActionIDs of a connection.
pub(super) fn id_key() -> IdKey {
    let random = || u128::from(RandomState::new().build_hasher().finish());
    IdKey(((random() << 64) | random()).to_be_bytes())
}

/// Returns the error for a first line that is not a banner, with up to 80 bytes of it.
fn not_asterisk(protocol: Option<Protocol>, first: &FirstLine) -> Error {
    let line = first.as_bytes();
    let line = line.get(..80).unwrap_or(line).escape_ascii().to_string();
    Error::NotAsterisk { protocol, line }
}
