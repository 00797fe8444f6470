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
/// ```
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
/// use embedded_ami::io::embedded::{Client, Error};
/// use embedded_ami::wire::{Decoder, Dialect, Outbox};
///
/// # use core::convert::Infallible;
/// # struct Uart(&'static [u8]);
/// # impl embedded_io::ErrorType for Uart { type Error = Infallible; }
/// # impl embedded_io::Read for Uart {
/// #     fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> { self.0.read(to) }
/// # }
/// # impl embedded_io::Write for Uart {
/// #     fn write(&mut self, from: &[u8]) -> Result<usize, Infallible> { Ok(from.len()) }
/// #     fn flush(&mut self) -> Result<(), Infallible> { Ok(()) }
/// # }
/// # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
/// # let uart = Uart(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\
/// #     ActionID: 375b51f645a0f8d8ffff00000001\r\nChallenge: 840415273\r\n\r\n\
/// #     Response: Success\r\nActionID: 6511f768bb64d0baffff00000002\r\n\r\n\
/// #     Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n\
/// #     Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\n\r\n\
/// #     Response: Success\r\nActionID: 9afcb6b7a1688959000000000001\r\n\r\n");
/// # let milliseconds = || 0_u64;
/// # let random = [0x24, 0x3f, 0x6a, 0x88, 0x85, 0xa3, 0x08, 0xd3, 0, 0, 0, 0, 0, 0, 0, 0];
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
///     let incoming = match client.poll() {
///         Ok(Some(incoming)) => incoming,
///         Ok(None) => continue, // nothing arrived: time to feed the watchdog
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
    /// The clock. It returns milliseconds since an arbitrary start and never goes back.
    pub clock: C,
    credentials: Credentials<'c>,
    /// The time of the last read.
    now: u64,
}

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
    /// The transport accepts no bytes: a write returned 0.
    Stalled,
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
            Self::Stalled => "Stalled",
            Self::Closed => "Closed",
            Self::Session(_) => "Session",
        }
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(f, "the transport failed: {error:?}"),
            Self::Stalled => f.write_str("the transport accepts no bytes"),
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
    /// never goes back.
    #[must_use]
    pub const fn new(
        transport: T,
        decoder: Decoder<D>,
        outbox: Outbox<O>,
        session: Session<S>,
        credentials: Credentials<'c>,
        clock: C,
    ) -> Self {
        Self { transport, decoder, outbox, session, clock, credentials, now: 0 }
    }

    /// Starts a new connection over the transport, and resets the decoder and the outbox. `key`
    /// makes the ActionIDs differ from those of all other connections. Actions of the previous
    /// connection are forgotten if [`on_closed`](Client::on_closed) has not reported them.
    pub fn on_connected(&mut self, key: IdKey) {
        self.now = (self.clock)();
        self.decoder.reset();
        self.outbox.clear();
        self.session.on_connected(key, self.now);
    }

    /// Drives the connection until there is something to report. Returns `Ok(None)` if a read of
    /// the transport times out or is interrupted ([`ErrorKind::TimedOut`],
    /// [`ErrorKind::Interrupted`]).
    ///
    /// If the report is about a message, it is `decoder.message()`. The client logs in by itself,
    /// so [`Incoming::LogIn`] is never returned.
    ///
    /// While a read blocks, deadlines pass unnoticed. Use a transport whose reads time out, or
    /// [`poll_ready`](Client::poll_ready). A socket of `std` on Unix reports a timeout as
    /// `WouldBlock`, for which `embedded_io` has no kind; an adapter should turn it into
    /// `TimedOut`.
    ///
    /// # Errors
    ///
    /// [`Error`]. After any but [`Error::Session`] the connection is no longer usable.
    pub fn poll(&mut self) -> Result<Option<Incoming>, Error<T::Error>> {
        self.step(|_| Ok(true))
    }

    /// Like [`poll`](Client::poll), but reads only if the transport has bytes, so it never waits
    /// for the server. Returns `Ok(None)` if no bytes are left to read.
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
        let mut has_waited = false;
        loop {
            if !write_all(&mut self.outbox, &mut self.transport).map_err(Error::Transport)? {
                return Err(Error::Stalled);
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
                    if let Some(incoming) = self.session.on_timeout(self.now, &mut self.outbox)? {
                        return Ok(Some(incoming));
                    }
                    if has_waited {
                        return Ok(None);
                    }
                    // Sample the clock before the read, so that data already received is not late.
                    self.now = (self.clock)();
                    if !ready(&mut self.transport).map_err(Error::Transport)? {
                        has_waited = true;
                        continue;
                    }
                    match read(&mut self.decoder, &mut self.transport) {
                        Ok(_) => {}
                        Err(error) if is_late(&error) => has_waited = true,
                        Err(error) => return Err(Error::Transport(error)),
                    }
                }
                Step::End => return self.on_closed().map(Some).ok_or(Error::Closed),
            }
        }
    }
}

fn is_late(error: &impl embedded_io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Reads once from the transport into the decoder, after [`Step::NeedInput`]. Returns the number of
/// bytes read. If that is 0, the stream has ended, and the decoder has been told with
/// [`Decoder::finish`].
///
/// # Errors
///
/// Those of the transport.
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

/// Writes the pending bytes of the outbox and flushes the transport. If a write returns 0, the
/// transport accepts no bytes now, and the remaining bytes stay pending.
///
/// # Errors
///
/// Those of the transport. Bytes that it accepted before the error count as sent; the others stay
/// pending.
///
/// ```
/// use embedded_ami::io::embedded::write;
/// use embedded_ami::wire::{Dialect, Outbox};
///
/// let mut outbox = Outbox::for_client([0; 64], Dialect::Current);
/// outbox.write(|message| message.header("Action", "Ping")).unwrap();
/// let mut wire = [0; 64];
/// let mut uart = &mut wire[..];
/// write(&mut outbox, &mut uart).unwrap();
/// assert!(outbox.pending().is_empty());
/// ```
pub fn write<B, W>(outbox: &mut Outbox<B>, transport: &mut W) -> Result<(), W::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    W: Write,
{
    write_all(outbox, transport).map(|_| ())
}

/// Like [`write`](self::write), and returns whether the transport accepted all bytes.
fn write_all<B, W>(outbox: &mut Outbox<B>, transport: &mut W) -> Result<bool, W::Error>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    W: Write,
{
    let mut is_written = false;
    loop {
        match outbox.pending() {
            [] if is_written => return transport.flush().map(|()| true),
            [] => return Ok(true),
            bytes => match transport.write(bytes)? {
                0 => return Ok(false),
                n => outbox.advance(n),
            },
        }
        is_written = true;
    }
}
