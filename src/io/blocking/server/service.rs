use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use super::events::Events;
use super::login_failure::LoginFailure;
use super::output::Output;
use crate::classes::Classes;
use crate::server::{Account, Attempt, Request, Responder, Session, SessionError};
use crate::wire::{EncodeError, HeaderWriter, Outbox, Value};

/// The application of a [`Server`](super::Server): its accounts, its answers and its events.
///
/// The server calls all methods from the thread that runs it.
///
/// ```
/// use std::time::Duration;
/// use embedded_ami::classes::Classes;
/// use embedded_ami::io::blocking::server::{Events, Exchange, Service};
/// use embedded_ami::server::{Account, Attempt, SessionError};
///
/// struct Thermometer {
///     last_report: Duration,
/// }
///
/// impl Service for Thermometer {
///     fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
///         (attempt.username() == "admin").then(|| Account::new("secret"))
///     }
///
///     fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
///         let responder = exchange.answer()?;
///         responder.unknown()
///     }
///
///     fn tick(&mut self, now: Duration, events: &mut Events) {
///         if now.saturating_sub(self.last_report) >= Duration::from_secs(60) {
///             self.last_report = now;
///             let celsius = 21;
///             // An error would mean that the event cannot be encoded.
///             let _ = events.send("Temperature", Classes::REPORTING, |headers| {
///                 headers.header_int("Celsius", celsius)
///             });
///         }
///     }
/// }
/// ```
pub trait Service {
    /// Decides whether to serve a new connection from this address, before it gets a banner. The
    /// default is true.
    ///
    /// A connection that is not served is closed without a message and counts as
    /// [refused](super::Stats::refused); [`closed`](Service::closed) is not called for it. This is
    /// not called for a connection that exceeds [`Limits`](super::Limits).
    fn connected(&mut self, connection: ConnectionId, peer: SocketAddr) -> bool {
        let _ = (connection, peer);
        true
    }

    /// Called when no connection can be accepted for another reason than that no client waits, for
    /// example because the process has no file descriptors left. Clients then wait in the queue of
    /// the system. The default does nothing; an application should log the error.
    ///
    /// The server tries again after a pause of 5 ms, which doubles with every further failure up to
    /// 160 ms. This is not called for failures after the first one until a connection has been
    /// accepted.
    fn accept_failed(&mut self, error: &io::Error) {
        let _ = error;
    }

    /// Returns the account with the [user name](Attempt::username) of an attempt to log in, or
    /// `None` if the user does not exist or may not log in from this
    /// [address](Attempt::peer_addr). The server compares the secret. The client cannot distinguish
    /// an address that was refused from a wrong secret.
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>>;

    /// Returns whether to refuse a login because the user is already logged in and may be logged in
    /// only once. The server then does not look at the secret. The default is false.
    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        let _ = username;
        false
    }

    /// Called when a user has logged in.
    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        let _ = (connection, username);
    }

    /// Called when a login has failed, before the client is told. The attempt has the
    /// [user name](Attempt::username), which is untrusted text of any length, and the
    /// [address](Attempt::peer_addr).
    ///
    /// With this an application logs failed logins, and refuses an address that has too many of
    /// them in [`connected`](Service::connected) or [`account`](Service::account).
    fn login_failed(&mut self, connection: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        let _ = (connection, attempt, reason);
    }

    /// Handles a request, normally by calling [`Exchange::answer`].
    ///
    /// To delay the answer, return `Ok(())` without answering. The server calls this again every
    /// few milliseconds, and processes nothing else on that connection until the request is
    /// answered.
    ///
    /// A list can be longer than the memory of a connection. Each call has room for half of
    /// [`Limits::output`](super::Limits::output), and the next call comes when the client has read
    /// so much that less than that is queued.
    ///
    /// - [`ListWriter::write_all`](crate::server::ListWriter::write_all) does all that is needed if
    ///   the items are the same in each call.
    /// - Other clients are served between two calls, and may change the items. To list items that
    ///   change, keep the key of the last item that was written, for each
    ///   [connection](Exchange::connection). Continue after it, with
    ///   [`entry`](crate::server::ListWriter::entry) and
    ///   [`complete`](crate::server::ListWriter::complete), and return `Ok(())` when one of them
    ///   returns [`Full`](EncodeError::Full). [`entries`](crate::server::ListWriter::entries)
    ///   returns 0 in the first call. This also spares the search for an item by its number.
    /// - If all entries are written in one call and `Full` is returned as an error, the list is cut
    ///   at half of the limit and the connection closed, which a client reports as an error.
    ///
    /// # Errors
    ///
    /// Return the errors of the answer. The server then sends what has been written and closes the
    /// connection.
    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError>;

    /// Returns whether to send an event to a connection that [wants](Session::wants) its classes,
    /// for event filters. `event` is the whole event as it is sent. The default is true.
    fn filter_event(&mut self, connection: ConnectionId, event: &[u8]) -> bool {
        let _ = (connection, event);
        true
    }

    /// Called every few milliseconds with the time since the server was created, for events that no
    /// request causes.
    fn tick(&mut self, now: Duration, events: &mut Events) {
        let _ = (now, events);
    }

    /// Called when a connection has ended, for any reason.
    fn closed(&mut self, connection: ConnectionId) {
        let _ = connection;
    }
}

/// The identifier of a connection, which is unique among all connections of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub(super) u64);

/// A request of a client, with the means to answer it and to send events.
///
/// ```
/// use std::time::Duration;
/// use embedded_ami::classes::Classes;
/// use embedded_ami::io::blocking::server::Exchange;
/// use embedded_ami::server::SessionError;
///
/// /// Answers `OpenDoor` two seconds after the request.
/// fn open_door(exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
///     if !exchange.permits(Classes::SYSTEM) {
///         return exchange.answer()?.denied();
///     }
///     if exchange.waited() < Duration::from_secs(2) {
///         return Ok(()); // the server calls this again
///     }
///     exchange.answer()?.success("The door is open")?;
///     exchange.events.send("DoorOpened", Classes::CALL, |out| out.header("Door", "1"))?;
///     Ok(())
/// }
/// ```
pub struct Exchange<'a> {
    pub(super) connection: ConnectionId,
    pub(super) peer: SocketAddr,
    pub(super) request: Request<'a>,
    pub(super) session: &'a mut Session<Arc<str>>,
    pub(super) answer: &'a mut Outbox<Vec<u8>>,
    pub(super) completion: &'a mut Outbox<Vec<u8>>,
    pub(super) output: &'a Output,
    pub(super) now: Duration,
    pub(super) waited: Duration,
    pub(super) has_input: bool,
    /// The events that the request causes, for every connection that wants them. The connection of
    /// the request receives them after the answer.
    pub events: &'a mut Events,
}

impl<'a> Exchange<'a> {
    /// Returns the connection that sent the request.
    #[must_use]
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Returns the address and port of the client.
    #[must_use]
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Returns the request.
    #[must_use]
    pub fn request(&self) -> Request<'a> {
        self.request
    }

    /// Returns the time since the server was created.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// Returns the time that the request has been waiting for its answer.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns whether the user may send an action of these classes: see [`Session::permits`].
    #[must_use]
    pub fn permits(&self, classes: Classes) -> bool {
        self.session.permits(classes)
    }

    /// Returns whether events for this connection have arrived since the request. They are sent
    /// after the answer.
    #[must_use]
    pub fn has_events(&self) -> bool {
        self.output.holds_events()
    }

    /// Returns whether more data from the client waits in the socket. Like Asterisk, this ignores
    /// bytes that arrived in the same read as the request.
    #[must_use]
    pub fn has_input(&self) -> bool {
        self.has_input
    }

    /// Returns the [`Responder`] that answers the request.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if it has been answered.
    pub fn answer(&mut self) -> Result<Responder<'_, Vec<u8>>, SessionError> {
        self.session.answer(&self.request, self.answer)
    }

    /// Writes a message that completes the answer, such as `WaitEventComplete`. It is sent after
    /// the answer and the events that have arrived since the request.
    ///
    /// Call this in the same call of [`Service::request`] that completes the answer. If the request
    /// is not answered, or its list not complete, when that call returns, the message is dropped.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::server::Exchange;
    /// # use embedded_ami::server::SessionError;
    /// /// Answers `WaitEvent` once there are events.
    /// fn wait_event(exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
    ///     if exchange.has_events() {
    ///         exchange.answer()?.success("Waiting for Event completed.")?;
    ///         exchange.write_completion(|out| out.header("Event", "WaitEventComplete"))?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`].
    pub fn write_completion(
        &mut self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.completion.write(headers)
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("connection", &self.connection)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
