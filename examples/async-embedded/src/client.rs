//! A client over a transport with the `embedded_io_async` traits.

use core::fmt;
use core::future::{Future, pending};

use embassy_futures::select::{Either3, select3};
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, SessionError, Slot};
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
use embedded_io_async::{Read, Write};

/// A clock in milliseconds that never goes back.
pub trait Clock {
    /// Returns the time since an arbitrary start.
    fn now(&self) -> u64;

    /// Waits until [`now`](Clock::now) returns `time` or more.
    fn wait_until(&self, time: u64) -> impl Future<Output = ()>;
}

/// The reason a [`Client`] cannot go on. Then call `session.on_closed(&outbox)` until it returns
/// `None`, for the actions that are still outstanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error<E> {
    /// The transport failed.
    Transport(E),
    /// The server closed the connection.
    Closed,
    /// The session rejected a message, or could not write its login or a Ping.
    Session(SessionError),
}

impl<E> From<SessionError> for Error<E> {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

/// A client over one connection. `R` and `W` are its two halves.
pub struct Client<'c, R, W, C> {
    /// The decoder, which lends the messages.
    pub decoder: Decoder<[u8; 1024]>,
    /// The outbox, which holds the bytes that have not been sent.
    pub outbox: Outbox<[u8; 512]>,
    /// The session, to which actions are submitted.
    pub session: Session<[Slot; 2]>,
    /// The clock.
    pub clock: C,
    reader: R,
    writer: W,
    credentials: &'c Credentials<'c>,
    /// The time after the last read, or at the last deadline.
    now: u64,
    /// Whether bytes have been written since the last flush.
    is_unflushed: bool,
}

impl<'c, R: Read, W: Write<Error = R::Error>, C: Clock> Client<'c, R, W, C> {
    /// Creates a client for a connection that has just been made. `key` has random bytes, others
    /// for each connection.
    pub fn new(
        reader: R,
        writer: W,
        clock: C,
        mut session: Session<[Slot; 2]>,
        key: IdKey,
        credentials: &'c Credentials<'c>,
    ) -> Self {
        let now = clock.now();
        session.on_connected(key, now);
        Self {
            decoder: Decoder::for_client_array([0; 1024]),
            outbox: Outbox::for_client([0; 512], Dialect::Current),
            session,
            clock,
            reader,
            writer,
            credentials,
            now,
            is_unflushed: false,
        }
    }

    /// Waits until there is something to report. If the report is about a message, it is
    /// `decoder.message()`. The login is handled here, so [`Incoming::LogIn`] is never returned.
    ///
    /// This is cancel-safe if the reads, writes and flushes of the transport are: if the future is
    /// dropped before it is ready, nothing is lost or sent twice.
    pub async fn next(&mut self) -> Result<Incoming, Error<R::Error>> {
        loop {
            let incoming = match self.decoder.poll() {
                // Every message that has arrived is handled before deadlines are looked at.
                Step::Message => self.session.on_message(&self.decoder.message(), self.now)?,
                Step::NeedInput if self.session.is_overdue(self.decoder.unfinished(), self.now) => {
                    self.decoder.abandon(); // command output whose end was lost
                    continue;
                }
                Step::NeedInput => match self.session.on_timeout(self.now, &mut self.outbox)? {
                    Some(incoming) => incoming,
                    None => {
                        self.wait().await?;
                        continue;
                    }
                },
                Step::End => self.session.on_closed(&self.outbox).ok_or(Error::Closed)?,
            };
            match incoming {
                Incoming::LogIn => {
                    let message = self.decoder.message();
                    self.session.log_in(self.credentials, &message, self.now, &mut self.outbox)?;
                }
                incoming => return Ok(incoming),
            }
        }
    }

    /// Waits until bytes have been written or read, or until the next deadline.
    async fn wait(&mut self) -> Result<(), Error<R::Error>> {
        let Self { reader, writer, decoder, outbox, session, clock, .. } = self;
        let (deadline, bytes, is_unflushed) = (session.deadline(), outbox.pending(), self.is_unflushed);
        let write = async {
            match bytes {
                [] if is_unflushed => writer.flush().await.map(|()| 0),
                [] => pending().await,
                _ => writer.write(bytes).await,
            }
        };
        let timer = async {
            match deadline {
                Some(deadline) => clock.wait_until(deadline).await,
                None => pending().await,
            }
        };
        // The first that is ready wins, and the others are dropped. Writing comes first, because a
        // server that sends without a pause would otherwise keep it from its turn. It cannot do the
        // same to reading, since the outbox is soon empty.
        let done = select3(write, reader.read(decoder.space()), timer).await;
        // A write brings no answers, so it must not bring deadlines closer either.
        if !matches!(done, Either3::First(_)) {
            self.now = clock.now();
        }
        match done {
            Either3::First(written) => match written.map_err(Error::Transport)? {
                0 if !bytes.is_empty() => return Err(Error::Closed),
                n => {
                    outbox.advance(n);
                    self.is_unflushed = n > 0;
                }
            },
            Either3::Second(read) => match read.map_err(Error::Transport)? {
                0 => decoder.finish(),
                n => decoder.advance(n),
            },
            Either3::Third(()) => {}
        }
        Ok(())
    }
}

impl<R, W, C> fmt::Debug for Client<'_, R, W, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
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
