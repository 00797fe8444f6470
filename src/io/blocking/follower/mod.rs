mod background;
mod followed;
mod machine;
mod owned_credentials;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use self::background::Background;
pub use self::followed::Followed;
pub(super) use self::machine::{Machine, Surroundings};
pub use self::owned_credentials::OwnedCredentials;
use super::{Client, Error};
use crate::client::Backoff;

/// A client that stays connected: it connects, logs in, yields the events, and connects again when
/// the connection is lost.
///
/// It is an iterator over [`Followed`]. Each loss of a connection is a [`Gap`](Followed::Gap)
/// between the events, so the application knows where some may be missing. The iterator ends with
/// an error that another attempt would not mend, for example a wrong secret:
/// [`next_within`](Follower::next_within) lists them. The error is the last item then.
///
/// ```no_run
/// use embedded_ami::io::blocking::{Error, Followed, Follower, OwnedCredentials};
///
/// # #[cfg(feature = "md5")]
/// # fn example() -> Result<(), Error> {
/// let credentials = OwnedCredentials::new("admin", "secret").events("call");
/// for followed in Follower::tcp("pbx.example.com:5038", credentials) {
///     match followed? {
///         Followed::Connected => eprintln!("connected"),
///         Followed::Event(event) => println!("{:?}", event.message().name()),
///         Followed::Gap { disconnect, .. } => eprintln!("events may be missing: {disconnect}"),
///         Followed::Dropped { events } => eprintln!("{events} events are missing"),
///         Followed::Retry { error, wait } => eprintln!("{error}; again in {wait:?}"),
///         _ => {}
///     }
/// }
/// # Ok(()) }
/// ```
///
/// # Sending actions
///
/// [`client`](Follower::client) returns the client of the present connection. A `for` loop borrows
/// the follower until it ends, so use a `while let` loop:
///
/// ```no_run
/// use embedded_ami::action::Raw;
/// # use embedded_ami::io::blocking::{Error, Followed, Follower};
///
/// # fn example(mut follower: Follower) -> Result<(), Error> {
/// while let Some(followed) = follower.next().transpose()? {
///     let Followed::Event(event) = followed else { continue };
///     let channel = event.message().get("Channel").unwrap_or_default();
///     let Some(client) = follower.client() else { continue };
///     match client.send(&Raw::new("Hangup", &[("Channel", channel)])) {
///         Ok(_) | Err(Error::Response { .. }) => {} // the call may have ended already
///         Err(error) => eprintln!("{error}"),       // a lost connection is the next item
///     }
/// }
/// # Ok(()) }
/// ```
///
/// When a connection is lost, its outstanding actions end as they do in any
/// [`Client`](super::Client): with [`Error::Lost`], whose reason tells whether the server may have
/// executed the action. They are not sent again. While the application handles the `Gap`,
/// [`client`](Follower::client) still returns the client that has lost its connection, so that
/// [`wait`](super::Client::wait) can return the answers that arrived, and the reasons. A
/// [ticket](crate::client::Ticket) belongs to the client that returned it: forget all of them after
/// a `Gap`.
///
/// # Time
///
/// [`next_within`](Follower::next_within) has a time limit, and keeps it as every call of a client
/// does (it returns within it plus one wait of the transport plus 50 ms), also while the follower
/// waits for the next attempt or connects. For that, each attempt runs on a thread of its own until
/// it has logged in or failed. Such a thread lives no longer than the attempt: with TCP, the time
/// to look up the name and two [time-outs](super::ClientBuilder::timeout), one to connect and one
/// to log in. The follower has no other threads, so it does not read while the application makes no
/// call. A dead peer is found as [in a client](super::Client#a-dead-peer), and is a `Gap` then.
///
/// The wait before an attempt is that of a [`Backoff`], with a random part. It counts from the item
/// that reports the loss or the failure, since the follower finds out about both only during a
/// call. It begins anew only after a connection has held for
/// [some time](Follower::stable_after), so a server that accepts logins and fails at once is not
/// hammered.
///
/// # Stopping
///
/// Drop the follower. That logs off without waiting for the response; an attempt that is under way
/// logs off when it ends. To stop it from another thread, use a flag:
///
/// ```no_run
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::Duration;
/// # use embedded_ami::io::blocking::{Error, Followed, Follower};
///
/// static STOP: AtomicBool = AtomicBool::new(false);
///
/// # fn example(mut follower: Follower) -> Result<(), Error> {
/// while !STOP.load(Ordering::Relaxed) {
///     if let Some(Followed::Event(event)) = follower.next_within(Duration::from_secs(1))? {
///         println!("{event:?}");
///     }
/// }
/// # Ok(()) }
/// ```
pub struct Follower<T: Read + Write = TcpStream> {
    machine: Machine<Background<T>, T>,
}

impl Follower<TcpStream> {
    /// The wait before an attempt, unless set: 0.1 to 0.2 s at first, and twice as long after each
    /// further failure, up to 15 to 30 s.
    pub const BACKOFF: Backoff = Backoff::new(200, 30_000);

    /// The time for which a connection must hold before the back-off begins anew, unless set: 10 s.
    pub const STABLE_AFTER: Duration = Duration::from_secs(10);

    /// Creates a follower over TCP, whose clients have the
    /// [default settings](super::ClientBuilder::DEFAULT). It connects in the first call that waits.
    /// A name is looked up again for each attempt.
    ///
    /// [`new`](Follower::new) is for clients with other settings.
    pub fn tcp(address: impl ToSocketAddrs + Send + 'static, credentials: OwnedCredentials) -> Self {
        Self::new(move || Client::builder().connect(&address), credentials)
    }
}

impl<T: Read + Write + Send + 'static> Follower<T> {
    /// Creates a follower whose clients `connect` creates, once for each attempt. The follower
    /// itself logs in. It connects in the first call that waits.
    ///
    /// The function is called on another thread. It can create a client with other
    /// [settings](super::ClientBuilder) or over another transport, such as TLS:
    ///
    /// ```no_run
    /// # use std::{io, net::TcpStream, time::Duration};
    /// use embedded_ami::io::blocking::{Client, Error, Follower, OwnedCredentials};
    ///
    /// # type TlsStream = TcpStream;
    /// # fn connect_tls(address: &str) -> io::Result<TlsStream> { TcpStream::connect(address) }
    /// # let credentials = OwnedCredentials::plain("admin", "secret").events("call");
    /// let settings = Client::builder().timeout(Duration::from_secs(5)).slots(4);
    /// let follower = Follower::new(
    ///     move || {
    ///         let stream = connect_tls("pbx.example.com:5039").map_err(Error::Connect)?;
    ///         settings.over(stream)
    ///     },
    ///     credentials,
    /// );
    /// ```
    ///
    /// An error of the function is an item of the follower, which then tries again. To end the
    /// follower, return an [`Error::Connect`] of the kind
    /// [`InvalidInput`](std::io::ErrorKind::InvalidInput). A panic is passed on to the call of the
    /// follower, and ends the follower.
    pub fn new(
        connect: impl FnMut() -> Result<Client<T>, Error> + Send + 'static,
        credentials: OwnedCredentials,
    ) -> Self {
        Self { machine: Machine::new(Background::new(connect, credentials)) }
    }

    /// Waits up to `time` for the next item, and returns `None` if there was none. With
    /// `Duration::MAX` this waits for as long as it takes and never returns `None`.
    ///
    /// If the time is too short for an attempt to connect, the attempt goes on, and a later call
    /// returns its result.
    ///
    /// # Errors
    ///
    /// The follower ends with an error that another attempt would not mend:
    ///
    /// - [`Error::Refused`], unless the server is
    ///   [shutting down](crate::client::LoginRefused::ShuttingDown) or the user is
    ///   [already logged in](crate::client::LoginRefused::AlreadyInUse), both of which pass.
    /// - [`Error::NotAsterisk`] before the first login has succeeded: the address or port is most
    ///   likely wrong. After that, the follower tries again, because a proxy may have answered for
    ///   a server that is down, or noise on a line may have damaged the banner. A server that
    ///   [sends nothing](Error::Silent) is always tried again.
    /// - [`Error::Connect`] of the kind [`InvalidInput`](std::io::ErrorKind::InvalidInput): the
    ///   address cannot be parsed, or a setting of the client is not possible.
    /// - [`Error::NoEvents`] if the credentials ask for no events, and the application has not
    ///   requested any with the action `Events` either.
    /// - [`Error::Session`] if the login cannot be encoded, for example because of a line end in
    ///   the secret.
    ///
    /// Any call after that returns [`SessionError::Stage`](crate::client::SessionError::Stage).
    pub fn next_within(&mut self, time: Duration) -> Result<Option<Followed>, Error> {
        self.machine.next_within(time)
    }
}

impl<T: Read + Write> Follower<T> {
    /// Sets the wait before an attempt to connect. It is [`BACKOFF`](Follower::BACKOFF) unless set.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.machine.backoff = backoff;
        self
    }

    /// Sets the time for which a connection must hold, counted from the login, before the back-off
    /// begins anew. It is [`STABLE_AFTER`](Follower::STABLE_AFTER) unless set.
    #[must_use]
    pub fn stable_after(mut self, time: Duration) -> Self {
        self.machine.stable_after = time;
        self
    }

    /// Returns the client of the present connection, or `None` without one.
    ///
    /// While the application handles a [`Gap`](Followed::Gap), this is the client that has lost its
    /// connection. Events that the application takes from the client are not items of the follower.
    pub fn client(&mut self) -> Option<&mut Client<T>> {
        self.machine.client()
    }
}

impl<T: Read + Write + Send + 'static> Iterator for Follower<T> {
    type Item = Result<Followed, Error>;

    /// Waits for the next item. Returns `None` after an [error](Follower::next_within).
    fn next(&mut self) -> Option<Self::Item> {
        if self.machine.is_over() {
            return None;
        }
        self.machine.next_within(Duration::MAX).transpose()
    }
}

impl<T: Read + Write + Send + 'static> std::iter::FusedIterator for Follower<T> {}

impl<T: Read + Write> fmt::Debug for Follower<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").field("state", &self.machine.state_name()).finish_non_exhaustive()
    }
}
