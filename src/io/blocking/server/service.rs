use std::fmt;
use std::time::Duration;
use std::vec::Vec;

use super::events::Events;
use super::output::Output;
use crate::classes::Classes;
use crate::server::{Account, Attempt, Request, Responder, Session, SessionError};
use crate::wire::{EncodeError, HeaderWriter, Outbox, Value};

/// What a [`Server`](super::Server) serves: users, requests, events. Everything is called from the thread that runs the server.
pub trait Service {
    /// The account that somebody wants to log in to, by its [name](Attempt::username). The secret is compared by the server.
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>>;

    /// Whether the user is logged in elsewhere, and may be so only once: then he is refused without a look at the secret.
    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        let _ = username;
        false
    }

    /// Somebody has logged in.
    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        let _ = (connection, username);
    }

    /// Answers a request, by [`Exchange::answer`]. If it does not, it is asked again until it does, every few milliseconds, and
    /// nothing else of that connection is done before: so an answer can wait for something.
    ///
    /// # Errors
    ///
    /// Those of the answer: then the connection is closed.
    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError>;

    /// Whether a connection that [wants](Session::wants) an event of these classes is to get it: for filters. The
    /// bytes are those of the whole event.
    fn filter_event(&mut self, connection: ConnectionId, event: &[u8]) -> bool {
        let _ = (connection, event);
        true
    }

    /// Called every few milliseconds, with the time since the server was made: for what happens by itself.
    fn tick(&mut self, now: Duration, events: &mut Events) {
        let _ = (now, events);
    }

    /// A connection has ended, for whatever reason.
    fn closed(&mut self, connection: ConnectionId) {
        let _ = connection;
    }
}

/// Names a connection; no two connections of a server ever share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub(super) u64);

/// A request, and what can be done about it.
pub struct Exchange<'a> {
    pub(super) connection: ConnectionId,
    pub(super) request: Request<'a>,
    pub(super) session: &'a mut Session<'static>,
    pub(super) answer: &'a mut Outbox<Vec<u8>>,
    pub(super) end: &'a mut Outbox<Vec<u8>>,
    pub(super) output: &'a Output,
    pub(super) now: Duration,
    pub(super) waited: Duration,
    pub(super) has_input: bool,
    /// The events that the request causes: sent when it has been answered, to whoever reads them.
    pub events: &'a mut Events,
}

impl<'a> Exchange<'a> {
    /// Whose request it is.
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// The request.
    pub fn request(&self) -> Request<'a> {
        self.request
    }

    /// The time since the server was made.
    pub fn now(&self) -> Duration {
        self.now
    }

    /// How long the request has been waiting for its answer.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// The user may do an action of these classes.
    pub fn permits(&self, classes: Classes) -> bool {
        self.session.permits(classes)
    }

    /// Events have come for this connection since the request, which it will get behind the answer.
    pub fn has_events(&self) -> bool {
        self.output.holds_events()
    }

    /// The client has sent something behind the request, and not in one piece with it: Asterisk, too, looks only at its socket.
    pub fn has_input(&self) -> bool {
        self.has_input
    }

    /// What answers the request, once.
    ///
    /// # Errors
    ///
    /// [`SessionError::NothingToAnswer`] if it has been answered.
    pub fn answer(&mut self) -> Result<Responder<'_, Vec<u8>>, SessionError> {
        self.session.answer(&self.request, self.answer)
    }

    /// Writes a message that ends the answer, behind the events that have come meanwhile: `WaitEventComplete`.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`].
    pub fn end(
        &mut self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.end.write(headers)
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
