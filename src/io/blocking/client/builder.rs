use std::format;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::string::String;
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::Client;
use super::connect::first_that_connects;
use super::link::Link;
use super::run::timing;
use crate::client::Timing;
use crate::io::blocking::Error;
use crate::wire::Dialect;

/// The longest time that a read or write of a TCP connection waits, unless set.
const TRANSPORT_WAIT: Duration = Duration::from_millis(100);
/// The least storage for the decoder, so that no ActionID is cut, and for the outbox, so that it
/// has room for a Ping.
const LEAST_BUFFER: usize = 64;
/// The least memory for answers, so that it has room for a banner and a challenge.
const LEAST_ANSWERS: usize = 16 * 1024;
/// The most actions that ActionIDs can tell apart.
const MOST_SLOTS: usize = 0xffff;

impl Client<TcpStream> {
    /// Returns a builder, which sets the limits of a client before it connects.
    pub const fn builder() -> ClientBuilder {
        ClientBuilder::DEFAULT
    }
}

/// The settings of a [`Client`], which [`connect`](ClientBuilder::connect) or
/// [`over`](ClientBuilder::over) then creates.
///
/// ```no_run
/// use std::time::Duration;
/// use embedded_ami::io::blocking::Client;
///
/// // A gateway with little memory, which must find out about a dead server within 15 s.
/// let client = Client::builder()
///     .timeout(Duration::from_secs(5))
///     .keepalive(Some(Duration::from_secs(10)))
///     .answer_buffer_limit(1024 * 1024)
///     .event_buffer_limit(256 * 1024)
///     .slots(16)
///     .connect("pbx.example.com:5038")?;
/// # Ok::<(), embedded_ami::io::blocking::Error>(())
/// ```
///
/// A setting that is not possible is an error of the call that creates the client. It is an
/// [`Error::Connect`] of the kind [`InvalidInput`](io::ErrorKind::InvalidInput), which names the
/// setting and its bounds, and nothing has been sent by then:
///
/// ```
/// use embedded_ami::io::blocking::Client;
///
/// let error = Client::builder().slots(0).connect("127.0.0.1:5038").unwrap_err();
/// assert_eq!(error.to_string(), "connect: the setting slots is 0, but must be 1 to 65535");
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "a builder does nothing until it is asked to connect"]
pub struct ClientBuilder {
    pub(super) timeout: Duration,
    keepalive: Option<Duration>,
    boot_wait: Duration,
    transport_wait: Option<Duration>,
    pub(super) read_buffer: usize,
    pub(super) write_buffer: usize,
    pub(super) slots: usize,
    pub(super) answer_buffer_limit: usize,
    pub(super) event_buffer_limit: usize,
    pub(super) one_at_a_time: bool,
    pub(super) dialect: Dialect,
}

impl ClientBuilder {
    /// The defaults: a time-out of 10 s; a Ping after 30 s of silence; up to 1 s for the server to
    /// boot; 100 ms for a wait of a TCP connection; 16 KiB to read and 64 KiB to write; 256 actions
    /// outstanding, several at a time; 64 MiB for answers and 8 MiB for events; the dialect of
    /// current servers.
    pub const DEFAULT: Self = Self {
        timeout: Duration::from_secs(10),
        keepalive: Some(Duration::from_secs(30)),
        boot_wait: Duration::from_secs(1),
        transport_wait: None,
        read_buffer: 16 * 1024,
        write_buffer: 64 * 1024,
        slots: 256,
        answer_buffer_limit: 64 * 1024 * 1024,
        event_buffer_limit: 8 * 1024 * 1024,
        one_at_a_time: false,
        dialect: Dialect::Current,
    };

    /// Returns [`DEFAULT`](ClientBuilder::DEFAULT), as [`Client::builder`] does.
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// Sets the longest time for the connection and the banner together, and the
    /// [time-out](Client::set_timeout) of the client: the longest time that a login, an action or
    /// the logoff may take. From 1 ms to 2^32 - 1 ms (49 days); 10 s unless set.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time without any message after which a client that waits for events sends a Ping,
    /// or `None` to send none. A server that does not answer the Ping within the time-out is
    /// reported as [dead](Client#a-dead-peer). From 1 ms to 2^32 - 1 ms (49 days); 30 s unless set.
    pub const fn keepalive(mut self, time: Option<Duration>) -> Self {
        self.keepalive = time;
        self
    }

    /// Sets the time, within the time-out, for which a login waits for `FullyBooted`. Asterisk 1.8
    /// and later send this event once their modules are loaded, and some actions fail before.
    /// With a time of zero, a login does not wait for it; otherwise from 1 ms to 2^32 - 1 ms
    /// (49 days). 1 s unless set.
    pub const fn boot_wait(mut self, time: Duration) -> Self {
        self.boot_wait = time;
        self
    }

    /// Sets the longest time that one read or write of a TCP connection waits. Calls exceed their
    /// limits by up to this time, and a client that waits wakes up this often. At least 1 ms;
    /// 100 ms unless set.
    ///
    /// This is a setting for [`connect`](ClientBuilder::connect). The transport that is passed to
    /// [`over`](ClientBuilder::over) has been configured by the application, so `over` fails if
    /// this is set.
    pub const fn transport_wait(mut self, time: Duration) -> Self {
        self.transport_wait = Some(time);
        self
    }

    /// Sets the size, in bytes, of the storage that the client reads into. Messages and lines can
    /// be larger. At least 64; 16 KiB unless set.
    pub const fn read_buffer(mut self, bytes: usize) -> Self {
        self.read_buffer = bytes;
        self
    }

    /// Sets the size, in bytes, of the storage for actions that are not sent yet. It must have room
    /// for the largest action: a larger one fails with
    /// [`EncodeError::TooLarge`](crate::wire::EncodeError::TooLarge). At least 64; 64 KiB unless
    /// set.
    pub const fn write_buffer(mut self, bytes: usize) -> Self {
        self.write_buffer = bytes;
        self
    }

    /// Sets the number of actions that may have been sent and not yet waited for. One more fails
    /// with [`SessionError::SlotsFull`](crate::client::SessionError::SlotsFull). From 1 to 65,535;
    /// 256 unless set.
    pub const fn slots(mut self, count: usize) -> Self {
        self.slots = count;
        self
    }

    /// Sets the most memory, in bytes, that the answers that the application has not fetched may
    /// take, together with the message being received and all that it takes to keep them. An answer
    /// for which no memory is left is [an error](Error::TooLarge). At least 16 KiB; 64 MiB unless
    /// set.
    pub const fn answer_buffer_limit(mut self, bytes: usize) -> Self {
        self.answer_buffer_limit = bytes;
        self
    }

    /// Sets the most memory, in bytes, that the events that the application has not fetched may
    /// take, as [`Client::set_event_buffer_limit`] does later. With a limit of 0 no event is ever
    /// returned. 8 MiB unless set.
    pub const fn event_buffer_limit(mut self, bytes: usize) -> Self {
        self.event_buffer_limit = bytes;
        self
    }

    /// Sets whether only one action may be outstanding at any time, as
    /// [`Client::set_one_at_a_time`] does later. Off unless set.
    pub const fn one_at_a_time(mut self, is_on: bool) -> Self {
        self.one_at_a_time = is_on;
        self
    }

    /// Sets the generation of the server, which determines the limits of an action and how
    /// variables are escaped. [`Dialect::Current`] unless set.
    pub const fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Connects over TCP and reads the banner, as [`Client::connect`] does with the default
    /// settings.
    ///
    /// # Errors
    ///
    /// Those of [`Client::connect`], and [`Error::Connect`] for a setting that is not possible.
    pub fn connect(&self, address: impl ToSocketAddrs) -> Result<Client<TcpStream>, Error> {
        self.check()?;
        let wait = self.transport_wait.unwrap_or(TRANSPORT_WAIT);
        milliseconds("transport_wait", wait)?;
        let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(Error::Connect)?.collect();
        let start = Instant::now();
        let stream = first_that_connects(&addresses, self.timeout, Instant::now, TcpStream::connect_timeout)
            .map_err(Error::Connect)?;
        stream.set_nodelay(true).map_err(Error::Connect)?;
        stream.set_read_timeout(Some(wait)).map_err(Error::Connect)?;
        stream.set_write_timeout(Some(wait)).map_err(Error::Connect)?;
        self.build(Link::new(stream, Instant::now, start))
    }

    /// Creates a client over a connected transport and reads the banner, as [`Client::new`] does
    /// with the default settings.
    ///
    /// The client writes whole lines, up to 1,024 bytes at a time: Asterisk does not answer a TLS
    /// record that is larger, or that ends inside a line, until the next one arrives.
    ///
    /// # Errors
    ///
    /// Those of [`Client::new`], and [`Error::Connect`] for a setting that is not possible.
    pub fn over<T: Read + Write>(&self, transport: T) -> Result<Client<T>, Error> {
        if self.transport_wait.is_some() {
            let text = "the setting transport_wait is for TCP connections that the client makes itself: set the wait of this transport instead";
            return Err(wrong(text.into()));
        }
        self.build(Link::new(transport, Instant::now, Instant::now()).in_records())
    }

    /// Like [`over`](ClientBuilder::over), with a clock of the caller and without records, for the
    /// fuzz target of the client.
    #[cfg(any(test, fuzzing))]
    #[doc(hidden)]
    pub fn over_with_clock<T: Read + Write>(
        &self,
        transport: T,
        clock: fn() -> Instant,
    ) -> Result<Client<T>, Error> {
        self.build(Link::new(transport, clock, clock()))
    }

    /// Checks the settings. Returns the time limits of the session.
    pub(super) fn check(&self) -> Result<Timing, Error> {
        milliseconds("timeout", self.timeout)?;
        let keepalive = self.keepalive.map_or(Ok(0), |time| milliseconds("keepalive", time))?;
        let boot = match self.boot_wait {
            Duration::ZERO => 0,
            time => milliseconds("boot_wait", time)?,
        };
        at_least("read_buffer", self.read_buffer, LEAST_BUFFER)?;
        at_least("write_buffer", self.write_buffer, LEAST_BUFFER)?;
        at_least("answer_buffer_limit", self.answer_buffer_limit, LEAST_ANSWERS)?;
        if self.slots == 0 || self.slots > MOST_SLOTS {
            let slots = self.slots;
            return Err(wrong(format!("the setting slots is {slots}, but must be 1 to {MOST_SLOTS}")));
        }
        Ok(timing(Timing::DEFAULT.keepalive(keepalive).boot(boot), self.timeout))
    }
}

impl Default for ClientBuilder {
    /// Returns [`ClientBuilder::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Returns a time in milliseconds, or an error if it is too short or too long for a session.
fn milliseconds(setting: &str, time: Duration) -> Result<u32, Error> {
    let milliseconds = u32::try_from(time.as_millis()).ok().filter(|&milliseconds| milliseconds > 0);
    milliseconds.ok_or_else(|| {
        wrong(format!("the setting {setting} is {time:?}, but must be 1 ms to {} ms", u32::MAX))
    })
}

fn at_least(setting: &str, bytes: usize, least: usize) -> Result<(), Error> {
    match bytes {
        bytes if bytes >= least => Ok(()),
        _ => Err(wrong(format!("the setting {setting} is {bytes} bytes, but must be at least {least}"))),
    }
}

/// Returns the error for a setting that is not possible.
fn wrong(text: String) -> Error {
    Error::Connect(io::Error::new(io::ErrorKind::InvalidInput, text))
}
