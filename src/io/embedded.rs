//! A client over a transport with the `embedded_io` traits. It uses storage of the caller and no
//! heap.

use core::fmt;

use embedded_io::{ErrorKind, Read, ReadReady, Write};

use crate::client::{Credentials, IdKey, Incoming, Session, SessionError, Slot};
use crate::wire::{Decoder, Outbox, Step};

/// A client over a UART, or over a socket of smoltcp, a W5500 or a modem: the run loop of a
/// [`Session`], with the decoder, the outbox, the transport and the clock.
///
/// The parts are public, so that the values of a lent message can go straight into an action: the
/// message borrows only from `decoder`.
///
/// # Time
///
/// [`poll`](Client::poll) returns within 100 ms plus one write, one flush and one read of the
/// transport, whatever the server sends and whether or not it takes bytes. So a watchdog can be fed
/// after each call, and the transport's own time limits decide how long a call can take: 50 to 200
/// ms suit most applications. [`poll_ready`](Client::poll_ready) does not wait for a read at all.
///
/// A missed deadline is reported late by at most the same time, plus the time in which the
/// application handles the messages that the decoder already holds. Messages received are always
/// handled before deadlines are looked at.
///
/// # A transport that takes no bytes
///
/// If a write returns 0 or fails with [`ErrorKind::TimedOut`], [`ErrorKind::Interrupted`] or
/// [`ErrorKind::WriteZero`], the transmit buffer is full. The bytes stay in the outbox, the client
/// goes on reading, and a later call writes the rest. If it did not read, each end could wait for
/// the other for ever. A server that never takes the bytes misses a deadline, which is reported as
/// [`Incoming::Lost`] or [`Incoming::ServerTimedOut`].
///
/// ```
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
/// use embedded_ami::io::embedded::{Client, Error};
/// use embedded_ami::wire::{Decoder, Dialect, Outbox};
///
/// # use core::convert::Infallible;
/// # /// A server that answers each request with `Success` and a challenge, the Login also with two
/// # /// events, and closes the connection after the Hangup.
/// # struct Uart(Vec<u8>);
/// # impl embedded_io::ErrorType for Uart { type Error = Infallible; }
/// # impl embedded_io::Read for Uart {
/// #     fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
/// #         let n = std::io::Read::read(&mut self.0.as_slice(), to).unwrap();
/// #         self.0.drain(..n);
/// #         Ok(n)
/// #     }
/// # }
/// # impl embedded_io::Write for Uart {
/// #     fn write(&mut self, from: &[u8]) -> Result<usize, Infallible> {
/// #         let request = std::str::from_utf8(from).unwrap();
/// #         let id = request.lines().find(|line| line.starts_with("ActionID: ")).unwrap();
/// #         let answer = format!("Response: Success\r\n{id}\r\nChallenge: 840415273\r\n\r\n");
/// #         self.0.extend(answer.bytes());
/// #         if request.starts_with("Action: Login") {
/// #             self.0.extend(b"Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n\
/// #                 Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\n\r\n");
/// #         }
/// #         Ok(from.len())
/// #     }
/// #     fn flush(&mut self) -> Result<(), Infallible> { Ok(()) }
/// # }
/// # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
/// # let uart = Uart(b"Asterisk Call Manager/11.0.0\r\n".to_vec());
/// # let milliseconds = || 0_u64;
/// # let random = [0x24; 16];
/// let mut client = Client::new(
///     uart,
///     Decoder::for_client([0; 512]).expect("64 bytes or more"),
///     Outbox::for_client([0; 256], Dialect::Current),
///     Session::new([Slot::FREE; 4]),
///     Credentials::with_md5("admin", "secret", md5).events("call,system"),
///     milliseconds,
/// );
/// client.on_connected(IdKey(random));
/// # let mut hung_up = false;
/// let ended = loop {
///     // Feed the watchdog here, not only if nothing has arrived.
///     let incoming = match client.poll() {
///         Ok(Some(incoming)) => incoming,
///         Ok(None) => continue, // nothing to report yet
///         Err(error) => break error,
///     };
///     let message = client.decoder.message();
///     match incoming {
///         Incoming::Event { .. } if message.name().is_some_and(|name| name == "Newchannel") => {
///             let channel = message.get("Channel").unwrap_or_default();
///             let headers = [("Channel", channel)];
///             let hangup = Raw::new("Hangup", &headers);
///             let now = (client.clock)();
///             client.session.submit(&hangup, now, &mut client.outbox).expect("a free slot");
///         }
///         Incoming::Response { status, .. } => {
///             assert!(!status.is_error());
///             # hung_up = true;
///         }
///         _ => {}
///     }
/// };
/// assert_eq!(ended, Error::Closed); // connect again
/// # assert!(hung_up);
/// ```
pub struct Client<'c, T, C, D = &'c mut [u8], O = &'c mut [u8], S = &'c mut [Slot]> {
    /// The transport, through which the bytes go.
    pub transport: T,
    /// The decoder, which lends the messages.
    pub decoder: Decoder<D>,
    /// The outbox, which holds the bytes that have not been sent.
    pub outbox: Outbox<O>,
    /// The session, to which actions are submitted.
    pub session: Session<S>,
    /// The clock. It returns milliseconds since an arbitrary start and never goes back. A counter
    /// of 32 bits wraps around after 49 days, so widen it with a
    /// [`WideClock`](crate::client::WideClock).
    pub clock: C,
    credentials: Credentials<'c>,
    /// The time after the last read.
    now: u64,
    /// Whether the transport has not taken, or not flushed, all bytes that were offered.
    is_full: bool,
}

/// The time in milliseconds after which a call of `poll` begins no further write or read.
const TURN: u32 = 100;

impl<T, C, D, O, S> fmt::Debug for Client<'_, T, C, D, O, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}

/// The reason a [`Client`] cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E> {
    /// The transport failed.
    Transport(E),
    /// The server closed the connection, and every outstanding action has been reported.
    Closed,
    /// The session rejected a message, or could not write its login or a Ping. The peer is not to
    /// blame.
    Session(SessionError),
}

impl<E> Error<E> {
    /// Returns the variant's name, without its fields. It needs no `core::fmt`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transport(_) => "Transport",
            Self::Closed => "Closed",
            Self::Session(_) => "Session",
        }
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(f, "the transport failed: {error:?}"),
            Self::Closed => f.write_str("the server closed the connection"),
            Self::Session(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Error<E> {}

impl<E> From<SessionError> for Error<E> {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl<'c, T, C, D, O, S> Client<'c, T, C, D, O, S>
where
    T: Read + Write,
    D: AsRef<[u8]> + AsMut<[u8]>,
    O: AsRef<[u8]> + AsMut<[u8]>,
    S: AsRef<[Slot]> + AsMut<[Slot]>,
    C: FnMut() -> u64,
{
    /// Creates a client from its parts. `clock` returns milliseconds since an arbitrary start and
    /// never goes back. Over a counter of 32 bits it is a
    /// [`WideClock`](crate::client::WideClock):
    ///
    /// ```
    /// use embedded_ami::client::WideClock;
    /// # fn hardware_milliseconds() -> u32 { 7 }
    ///
    /// let mut wide = WideClock::new();
    /// let clock = move || wide.widen(hardware_milliseconds());
    /// # let mut clock = clock;
    /// # assert_eq!(clock(), 7);
    /// ```
    #[must_use]
    pub const fn new(
        transport: T,
        decoder: Decoder<D>,
        outbox: Outbox<O>,
        session: Session<S>,
        credentials: Credentials<'c>,
        clock: C,
    ) -> Self {
        Self { transport, decoder, outbox, session, clock, credentials, now: 0, is_full: false }
    }

    /// Starts a new connection over the transport, and resets the decoder and the outbox. `key`
    /// makes the ActionIDs differ from those of all other connections. Actions of the previous
    /// connection are forgotten if [`on_closed`](Client::on_closed) has not reported them.
    pub fn on_connected(&mut self, key: IdKey) {
        self.now = (self.clock)();
        self.is_full = false;
        self.decoder.reset();
        self.outbox.clear();
        self.session.on_connected(key, self.now);
    }

    /// Drives the connection until there is something to report. Returns `Ok(None)` if there is
    /// nothing to report so far: a read of the transport timed out or was interrupted
    /// ([`ErrorKind::TimedOut`], [`ErrorKind::Interrupted`]), or 100 ms have passed, for example
    /// because a long message arrives slowly. Call it again then, and as often as possible.
    ///
    /// If the report is about a message, it is `decoder.message()`. The client logs in by itself,
    /// so [`Incoming::LogIn`] is never returned.
    ///
    /// While a read blocks, deadlines pass unnoticed. Use a transport whose reads and writes time
    /// out, or [`poll_ready`](Client::poll_ready). A socket of `std` on Unix reports a timeout as
    /// `WouldBlock`, for which `embedded_io` has no kind; an adapter should turn it into
    /// `TimedOut`.
    ///
    /// # Errors
    ///
    /// [`Error`]. After [`Error::Transport`] and [`Error::Closed`] the connection is no longer
    /// usable. An [`Error::Session`] before the login is complete means that the login could not be
    /// written, for example because the outbox is too small. The client does not try it again:
    /// correct the cause and connect again. After any other [`Error::Session`], call this again.
    pub fn poll(&mut self) -> Result<Option<Incoming>, Error<T::Error>> {
        self.step(|_| Ok(true))
    }

    /// Like [`poll`](Client::poll), but reads only if the transport has bytes, so it never waits
    /// for the server to send. Returns `Ok(None)` if no bytes are left to read, or if 100 ms have
    /// passed.
    ///
    /// # Errors
    ///
    /// Those of [`poll`](Client::poll).
    pub fn poll_ready(&mut self) -> Result<Option<Incoming>, Error<T::Error>>
    where
        T: ReadReady,
    {
        self.step(T::read_ready)
    }

    /// Gives up the connection, for a reason of the caller's or after an error of the transport.
    /// Each call reports one outstanding action and what is known about its outcome; call it until
    /// it returns `None`.
    #[must_use = "each call reports one lost action; call it until it returns `None`"]
    pub fn on_closed(&mut self) -> Option<Incoming> {
        self.session.on_closed(&self.outbox)
    }

    fn step(
        &mut self,
        ready: impl Fn(&mut T) -> Result<bool, T::Error>,
    ) -> Result<Option<Incoming>, Error<T::Error>> {
        let start = (self.clock)() as u32;
        // If the transport was full, this call writes only once, before its first read. Otherwise
        // each message that the decoder holds could cost the time limit of a write.
        let mut retries = self.is_full;
        let mut flushes = false;
        let mut is_over = false;
        loop {
            let mut sent = Ok(());
            if !self.is_full {
                sent = self.send(start, flushes);
                flushes = false;
            }
            match self.decoder.poll() {
                Step::Message => {
                    let message = self.decoder.message();
                    match self.session.on_message(&message, self.now)? {
                        Incoming::LogIn => {
                            self.session.log_in(&self.credentials, &message, self.now, &mut self.outbox)?;
                        }
                        incoming => return Ok(Some(incoming)),
                    }
                }
                Step::NeedInput => {
                    // Messages that arrived before the transport failed are reported first.
                    sent.map_err(Error::Transport)?;
                    if self.gives_up() {
                        continue;
                    }
                    if let Some(incoming) = self.session.on_timeout(self.now, &mut self.outbox)? {
                        return Ok(Some(incoming));
                    }
                    if retries {
                        retries = false;
                        flushes = true;
                        self.is_full = false;
                        continue;
                    }
                    // A Ping must be on its way before the read.
                    if !self.is_full && !self.outbox.is_empty() {
                        continue;
                    }
                    if is_over {
                        return Ok(None);
                    }
                    is_over = match ready(&mut self.transport) {
                        Err(error) if !is_late(&error) => return Err(Error::Transport(error)),
                        is_ready => !is_ready.unwrap_or(false),
                    };
                    if !is_over {
                        match read(&mut self.decoder, &mut self.transport) {
                            Ok(_) => {}
                            Err(error) if is_late(&error) => is_over = true,
                            Err(error) => return Err(Error::Transport(error)),
                        }
                    }
                    self.now = (self.clock)();
                    is_over |= has_passed(start, self.now);
                }
                Step::End => return self.on_closed().map(Some).ok_or(Error::Closed),
            }
        }
    }

    /// Writes pending bytes, but begins no write once `TURN` has passed since `start`. Flushes the
    /// transport also without a write if `flushes` is set. This is not part of `step`, which has
    /// the deepest calls, to save stack there.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn send(&mut self, start: u32, flushes: bool) -> Result<(), T::Error> {
        let clock = &mut self.clock;
        let may_write = || !has_passed(start, clock());
        let sent = write_while(&mut self.outbox, &mut self.transport, flushes, may_write);
        // After an error the next call tries again, and returns that error if it has no message.
        self.is_full = !matches!(sent, Ok(true));
        sent.map(|_| ())
    }

    /// Gives the message that is being received up if its answer is overdue, and returns whether it
    /// did. This is not part of `step` either.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn gives_up(&mut self) -> bool {
        let is_overdue = self.session.is_overdue(self.decoder.unfinished(), self.now);
        if is_overdue {
            self.decoder.abandon();
        }
        is_overdue
    }
}

/// Returns whether `TURN` has passed since `start`, of which the lower 32 bits suffice.
fn has_passed(start: u32, now: u64) -> bool {
    (now as u32).wrapping_sub(start) >= TURN
}

/// Returns whether the transport can do what it was asked for later.
fn is_late(error: &impl embedded_io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::WriteZero)
}

/// Reads once from the transport into the decoder, after [`Step::NeedInput`]. Returns the number of
/// bytes read. If that is 0, the stream has ended, and the decoder has been told with
/// [`Decoder::finish`]. A transport that has no bytes at the moment must therefore never return 0.
///
/// # Errors
///
/// Those of the transport, a timeout included. The decoder is unchanged.
///
/// ```
/// use embedded_ami::io::embedded::read;
/// use embedded_ami::wire::{Decoder, Step};
///
/// let mut uart: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";
/// let mut decoder = Decoder::for_client([0; 64]).unwrap();
/// assert_eq!(decoder.poll(), Step::NeedInput);
/// read(&mut decoder, &mut uart).unwrap();
/// assert_eq!(decoder.poll(), Step::Message);
/// ```
pub fn read<B, R>(decoder: &mut Decoder<B>, transport: &mut R) -> Result<usize, R::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    R: Read,
{
    let n = transport.read(decoder.space())?;
    match n {
        0 => decoder.finish(),
        _ => decoder.advance(n),
    }
    Ok(n)
}

/// Writes the pending bytes of the outbox and flushes the transport.
///
/// If the transport is full, the remaining bytes stay pending, and the result is `Ok`. A transport
/// is full if a write returns 0, or if a write or the flush fails with [`ErrorKind::TimedOut`],
/// [`ErrorKind::Interrupted`] or [`ErrorKind::WriteZero`]. Read before the next call: while the
/// peer waits for its own bytes to be taken, it may take none.
///
/// # Errors
///
/// Those of the transport, except the kinds above. Bytes that it accepted before the error count as
/// sent; the others stay pending.
///
/// ```
/// use embedded_ami::io::embedded::write;
/// use embedded_ami::wire::{Dialect, Outbox};
///
/// let mut outbox = Outbox::for_client([0; 64], Dialect::Current);
/// outbox.write(|message| message.header("Action", "Ping")).unwrap();
/// let mut wire = [0; 10];
/// let mut uart = &mut wire[..]; // room for 10 bytes
/// write(&mut outbox, &mut uart).unwrap();
/// assert_eq!(outbox.pending(), b"ng\r\n\r\n");
/// ```
pub fn write<B, W>(outbox: &mut Outbox<B>, transport: &mut W) -> Result<(), W::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    W: Write,
{
    write_while(outbox, transport, true, || true).map(|_| ())
}

/// Writes the pending bytes as long as `may_write` returns true, and flushes the transport if it
/// took bytes or if `flushes` is set. Returns whether the transport took and flushed all bytes.
fn write_while<B, W>(
    outbox: &mut Outbox<B>,
    transport: &mut W,
    mut flushes: bool,
    mut may_write: impl FnMut() -> bool,
) -> Result<bool, W::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    W: Write,
{
    let is_written = loop {
        if outbox.is_empty() || !may_write() {
            break outbox.is_empty();
        }
        match transport.write(outbox.pending()) {
            Ok(0) => break false,
            Ok(n) => outbox.advance(n),
            Err(error) if is_late(&error) => break false,
            Err(error) => return Err(error),
        }
        flushes = true;
    };
    if flushes {
        match transport.flush() {
            Ok(()) => {}
            Err(error) if is_late(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(is_written)
}
