use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use super::events::Events;
use super::limits::Limits;
use super::listen::ServerStream;
use super::login_failure::LoginFailure;
use super::output::Output;
use super::service::{ConnectionId, Exchange, Service};
use crate::io::blocking::time::millis;
use crate::server::{Incoming, Request, Session, SessionError, Stage};
use crate::wire::{Decoder, EncodeError, Outbox, Step};

/// The time that a connection stays open after the server has ended it, so that the client can read
/// the last answer. Closing at once would discard the answer if the client has sent more than the
/// server read.
const LINGER: Duration = Duration::from_millis(500);
/// The time after which the service is called again for a request that it has not answered.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// One connection.
pub(super) struct Connection<T> {
    pub(super) id: ConnectionId,
    stream: T,
    pub(super) peer: SocketAddr,
    decoder: Decoder<Vec<u8>>,
    pub(super) session: Session<Arc<str>>,
    /// Whether a user has logged in, now or before the session ended.
    pub(super) has_logged_in: bool,
    pub(super) output: Output,
    /// The time at which the request arrived that waits for its answer.
    asked: Option<Duration>,
    /// Whether the service has written nothing for that request when it was last called, and
    /// nothing has happened since on this connection.
    is_waiting: bool,
    /// Whether the last read of the stream found nothing. Not read again before the connection is
    /// woken.
    is_drained: bool,
    /// Whether the client has closed its side of the connection.
    is_read: bool,
    end: End,
    pub(super) is_closed: bool,
}

/// The progress of the end of the output.
enum End {
    /// The stream may still hold bytes. The client has accepted none of them since this time, if
    /// there is one.
    Unsent { stuck: Option<Duration> },
    /// The last byte has been sent. The connection is closed at this time.
    Sent { until: Duration },
}

/// The parts of the server that all connections share while they are served.
pub(super) struct Desk<'a, S> {
    pub(super) service: &'a mut S,
    pub(super) events: &'a mut Events,
    pub(super) answer: &'a mut Outbox<Vec<u8>>,
    /// Messages that complete an answer, after the events held in the meantime.
    pub(super) completion: &'a mut Outbox<Vec<u8>>,
    pub(super) limits: &'a Limits,
    pub(super) now: Duration,
}

/// Begins the session of a new connection. Returns the bytes that it sends first.
pub(super) fn greeting(
    session: &mut Session<Arc<str>>,
    challenge: u32,
    now: Duration,
) -> Result<Outbox<[u8; 256]>, EncodeError> {
    let mut greeting = Outbox::for_server([0; 256]);
    session.on_connected(challenge, millis(now), &mut greeting)?;
    Ok(greeting)
}

impl<T: ServerStream> Connection<T> {
    pub(super) fn new(
        id: ConnectionId,
        stream: T,
        peer: SocketAddr,
        mut session: Session<Arc<str>>,
        challenge: u32,
        limits: &Limits,
        now: Duration,
    ) -> io::Result<Self> {
        let decoder = Decoder::for_server(vec![0; limits.request]).map_err(io::Error::other)?;
        let greeting = greeting(&mut session, challenge, now).map_err(io::Error::other)?;
        let mut output = Output::default();
        output.answer(greeting.pending());
        Ok(Self {
            id,
            stream,
            peer,
            decoder,
            session,
            has_logged_in: false,
            output,
            asked: None,
            is_waiting: false,
            is_drained: false,
            is_read: false,
            end: End::Unsent { stuck: None },
            is_closed: false,
        })
    }

    /// Has the stream read and the service called again.
    pub(super) fn wake(&mut self) {
        self.is_drained = false;
        self.is_waiting = false;
    }

    /// Queues an event. The service is then called again for a request that waits for its answer.
    pub(super) fn add_event(&mut self, event: &[u8]) {
        self.output.event(event, self.session.is_busy());
        self.is_waiting = false;
    }

    /// Returns whether the connection can go on although nothing happens.
    pub(super) fn can_go_on(&self, limits: &Limits) -> bool {
        let is_open = self.session.stage() != Stage::Closed;
        if self.session.is_busy() {
            self.asked.is_some() && !self.is_waiting && self.output.has_room(limits.output)
        } else if is_open {
            !self.is_drained && self.output.has_room(limits.output)
        } else {
            !self.is_drained && self.output.is_empty()
        }
    }

    /// Returns the time at which the connection must be woken if nothing happens before.
    pub(super) fn deadline(&self, limits: &Limits, now: Duration) -> Option<Duration> {
        let session = self.session.deadline().map(Duration::from_millis);
        let is_asking = self.asked.is_some() && self.output.has_room(limits.output);
        let asking = is_asking.then(|| now.saturating_add(ASK_AGAIN));
        let (unsent, end) = match self.end {
            End::Unsent { stuck } => (stuck, None),
            End::Sent { until } => (None, Some(until)),
        };
        // The client has a moment more than the limit.
        let stall = limits.stall.saturating_add(Duration::from_nanos(1));
        let stalls =
            [self.output.stuck(), unsent].map(|since| since.map(|since| since.saturating_add(stall)));
        let retry = self.stream.retry_after().map(|time| now.saturating_add(time));
        [session, asking, end, retry].into_iter().chain(stalls).flatten().min()
    }

    /// Processes the input of the client up to the end of one request. Returns whether there was
    /// any.
    pub(super) fn serve<S: Service>(&mut self, desk: &mut Desk<'_, S>) -> bool {
        if self.is_closed || self.session.stage() == Stage::Closed {
            return false;
        }
        let ticked = self.session.on_timeout(&self.decoder.message(), millis(desk.now), desk.answer);
        self.collect(desk);
        if ticked.is_err() {
            self.session.disconnect();
        }
        if self.session.is_busy() {
            return self.asked.is_some() && !self.is_waiting && self.ask(desk);
        }
        // A client that does not read its answers gets no further ones.
        if !self.output.has_room(desk.limits.output) {
            return false;
        }
        match self.decoder.poll() {
            Step::Message => {
                let request = self.hear(desk);
                self.collect(desk);
                if request.is_err() {
                    self.session.disconnect();
                }
                if self.session.is_busy() && self.asked.is_some() {
                    self.ask(desk);
                }
                true
            }
            Step::NeedInput => !self.is_drained && self.read(),
            Step::End => {
                self.session.disconnect();
                true
            }
        }
    }

    /// Reads into the decoder. Returns whether anything arrived.
    fn read(&mut self) -> bool {
        match self.stream.read(self.decoder.space()) {
            Ok(0) => {
                self.is_read = true;
                self.decoder.finish();
                true
            }
            Ok(n) => {
                self.decoder.advance(n);
                true
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => false,
            Err(error) => {
                self.is_drained = true;
                self.is_closed = error.kind() != ErrorKind::WouldBlock;
                false
            }
        }
    }

    /// Hands the message that the decoder lends to the session and the service.
    fn hear<S: Service>(&mut self, desk: &mut Desk<'_, S>) -> Result<(), SessionError> {
        match self.session.on_message(&self.decoder.message(), desk.answer)? {
            Incoming::LogIn(attempt) => {
                let attempt = attempt.with_peer_addr(self.peer);
                let username = attempt.username();
                if desk.service.is_in_use(username) {
                    self.session.refuse_already_logged_in(millis(desk.now))?;
                    desk.service.login_failed(self.id, &attempt, LoginFailure::AlreadyLoggedIn);
                    return Ok(());
                }
                let account = desk.service.account(&attempt);
                let has_account = account.is_some();
                if self.session.log_in(&attempt, account, millis(desk.now), desk.answer)? {
                    self.has_logged_in = true;
                    desk.service.logged_in(self.id, username);
                } else {
                    let failure =
                        if has_account { LoginFailure::WrongSecret } else { LoginFailure::NoAccount };
                    desk.service.login_failed(self.id, &attempt, failure);
                }
            }
            Incoming::Request(_) => self.asked = Some(desk.now),
            Incoming::Nothing => {}
        }
        Ok(())
    }

    /// Asks the service for the answer, or for more of a list that has begun, unless the client has
    /// yet to read much of it. Returns whether the service has written anything.
    fn ask<S: Service>(&mut self, desk: &mut Desk<'_, S>) -> bool {
        if !self.output.has_room(desk.limits.output) {
            return false;
        }
        let before = self.output.len();
        let asked = self.asked.unwrap_or(desk.now);
        let mut exchange = Exchange {
            connection: self.id,
            peer: self.peer,
            request: Request::from_message(&self.decoder.message()),
            session: &mut self.session,
            answer: desk.answer,
            completion: desk.completion,
            output: &self.output,
            now: desk.now,
            waited: desk.now.saturating_sub(asked),
            has_input: self.stream.has_input(),
            events: desk.events,
        };
        let answered = desk.service.request(&mut exchange);
        if answered.is_err() {
            self.session.disconnect();
        }
        self.collect(desk);
        if !self.session.is_busy() {
            self.asked = None;
        }
        self.is_waiting = self.asked.is_some() && self.output.len() == before;
        !self.is_waiting
    }

    /// Queues the bytes that were written for this connection.
    fn collect<S>(&mut self, desk: &mut Desk<'_, S>) {
        self.output.answer(desk.answer.pending());
        desk.answer.clear();
        if !self.session.is_busy() {
            self.output.release();
            self.output.answer(desk.completion.pending());
        }
        desk.completion.clear();
    }

    /// Sends the bytes that the client accepts, and closes the connection when it has ended.
    /// Returns whether it is closed.
    pub(super) fn send(&mut self, limits: &Limits, now: Duration) -> bool {
        if self.is_closed {
            return true;
        }
        let is_stuck = |since: Duration| now.saturating_sub(since) > limits.stall;
        if self.output.send(&mut self.stream, now).is_err() || self.output.stuck().is_some_and(is_stuck) {
            self.is_closed = true;
        } else if self.session.stage() == Stage::Closed && self.output.is_empty() {
            self.linger(limits, now);
        }
        self.is_closed
    }

    /// Ends the output and closes the connection when the client has seen the end, or after
    /// [`LINGER`]. A client that does not accept the last bytes that the stream holds has
    /// [`Limits::stall`], like one that does not accept those of the queue.
    fn linger(&mut self, limits: &Limits, now: Duration) {
        if let End::Unsent { stuck } = &mut self.end {
            match self.stream.end_output() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let since = *stuck.get_or_insert(now);
                    self.is_closed = now.saturating_sub(since) > limits.stall;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => *stuck = None,
                _ => self.end = End::Sent { until: now.saturating_add(LINGER) },
            }
        }
        match self.stream.read(&mut [0; 4096]) {
            Ok(0) => (self.is_read, self.is_drained) = (true, true),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                self.is_drained = true;
                self.is_closed |= error.kind() != ErrorKind::WouldBlock;
            }
        }
        if let End::Sent { until } = self.end {
            self.is_closed |= self.is_read || now >= until;
        }
    }
}
