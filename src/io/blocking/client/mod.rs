use std::borrow::ToOwned;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::string::ToString;
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use super::answers::{Answers, LIMIT};
use super::event_buffer::EventBuffer;
use super::time::millis;
use super::transport::{is_closed, is_late};
use super::{Disconnect, Error, List};
use crate::action::{Action, Raw};
use crate::client::{
    Credentials, IdKey, Incoming, LoginRefused, Session, SessionError, Slot, Ticket, Timing,
};
use crate::wire::{Decoder, Dialect, Kind, Message, Outbox, OwnedMessage, Part, Step};

const READ_STORAGE: usize = 16 * 1024;
const WRITE_STORAGE: usize = 64 * 1024;
/// How many actions may be outstanding, or answered and not waited for.
const SLOTS: usize = 256;
/// The most memory for events that nobody has asked for yet, unless set.
const EVENTS: usize = 8 * 1024 * 1024;
/// How long a read or write of ours waits at most: so precise are deadlines.
const WAIT: Duration = Duration::from_millis(100);

/// A client that waits for what it asks.
///
/// ```no_run
/// use std::time::Duration;
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::Credentials;
/// use embedded_ami::io::blocking::Client;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "md5")] {
/// let mut client = Client::connect("127.0.0.1:5038", Duration::from_secs(5))?;
/// client.login(&Credentials::new("admin", "secret"))?;
/// client.send(&Raw::new("QueuePause", &[("Interface", "PJSIP/7"), ("Paused", "true")]))?;
/// for entry in client.list(&Raw::without_headers("QueueStatus"))? {
///     println!("{:?}", entry?.message().get("Queue"));
/// }
/// # }
/// # Ok(()) }
/// ```
///
/// Events that come while it waits for something else are kept, up to [a limit](Client::set_event_buffer_limit), for
/// [`next_event`](Client::next_event). Dropping the client logs off, without waiting for the answer.
pub struct Client<T: Read + Write> {
    transport: T,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    session: Session<Vec<Slot>>,
    timeout: Duration,
    start: Instant,
    /// Milliseconds from the start to the last read.
    now: u64,
    message: OwnedMessage,
    /// The message is larger than any that is kept.
    is_too_large: bool,
    pub(super) answers: Answers,
    events: EventBuffer,
    /// Whether events were requested, so that waiting for one makes sense.
    receives_events: bool,
    disconnect: Option<Disconnect>,
}

impl Client<TcpStream> {
    /// Connects, and reads the banner. `timeout` is the longest that connecting, writing, a login or an
    /// answer may take.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`]; [`Error::NoBanner`] if something else listens there; [`Error::Disconnected`], with
    /// [`Disconnect::Rejected`] if the server has too many connections.
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
    /// A client over a connected transport; reads the banner.
    ///
    /// A read or write of the transport must not wait for longer than deadlines may be late, say 100 ms, before it says `WouldBlock`
    /// or `TimedOut`. A TLS stream should have done its handshake: of what goes wrong in it, only the kind of error is kept here.
    ///
    /// # Errors
    ///
    /// As [`connect`](Client::connect).
    pub fn new(transport: T, timeout: Duration) -> Result<Self, Error> {
        let decoder = Decoder::for_client(vec![0; READ_STORAGE])
            .map_err(|_| Error::Session(SessionError::StorageTooSmall))?;
        let mut client = Client {
            transport,
            decoder,
            outbox: Outbox::for_client(vec![0; WRITE_STORAGE], Dialect::Current),
            session: Session::new(vec![Slot::FREE; SLOTS]).timing(timing(timeout)),
            timeout,
            start: Instant::now(),
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
            // It may have said something that never became a message.
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

    /// Logs in. If the credentials ask for [events](Credentials::events), waits for up to a second for the
    /// server to be fully booted. Without, [`next_event`](Client::next_event) and its like return
    /// [`Error::NoEvents`].
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the server refuses the login, [`Error::Disconnected`], or [`Error::Session`]
    /// if the name, the secret or the event mask cannot be written.
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

    /// Sends an action and waits for its response. The entries of a list are dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Response`] if the server answers Error, [`Error::Session`] if the action cannot be written or this is not
    /// the time for one, [`Error::Lost`], [`Error::TooLarge`].
    pub fn send(&mut self, action: &(impl Action + ?Sized)) -> Result<OwnedMessage, Error> {
        let ticket = self.submit(action)?;
        self.wait(ticket)
    }

    /// Runs a command of the Asterisk console. What it printed is the [output](Message::output) of the response.
    ///
    /// # Errors
    ///
    /// As [`send`](Client::send). Asterisk 14 and later answer Error if the command failed, and say why in the output of that.
    pub fn command(&mut self, text: &(impl AsRef<[u8]> + ?Sized)) -> Result<OwnedMessage, Error> {
        self.send(&Raw::new("Command", &[("Command", text)]))
    }

    /// Sends an action that is answered with a list, or with a single event, and waits for its response.
    ///
    /// # Errors
    ///
    /// As [`send`](Client::send). Some lists that would be empty are an Error response.
    pub fn list(&mut self, action: &(impl Action + ?Sized)) -> Result<List<'_, T>, Error> {
        let ticket = self.submit(action)?;
        let response = self.response(ticket).inspect_err(|_| self.answers.forget(ticket))?;
        Ok(List::new(self, ticket, response))
    }

    /// Sends an action without waiting for its answer, which [`wait`](Client::wait) gives: so many can be under way
    /// at once.
    ///
    /// # Errors
    ///
    /// [`Error::Session`], with [`SessionError::SlotsFull`] if 256 were sent and not yet waited for;
    /// [`Error::Disconnected`].
    pub fn submit(&mut self, action: &(impl Action + ?Sized)) -> Result<Ticket, Error> {
        let ticket = self.queue(action)?;
        // If it fails, that is what there is to say of this action.
        let _ = self.flush();
        Ok(ticket)
    }

    /// As [`submit`](Client::submit), but the action is not sent before the next call that sends something or waits: to send many
    /// at once.
    ///
    /// # Errors
    ///
    /// As [`submit`](Client::submit).
    pub fn queue(&mut self, action: &(impl Action + ?Sized)) -> Result<Ticket, Error> {
        if let Some(disconnect) = self.disconnect {
            return Err(Error::Disconnected(disconnect));
        }
        if self.answers.len() >= SLOTS {
            return Err(SessionError::SlotsFull.into());
        }
        let time = timing(self.timeout).action;
        let ticket = self.session.submit_within(action, time, self.elapsed(), &mut self.outbox)?;
        self.answers.expect(ticket);
        // The action `Events` changes the mask; if it is refused, waiting for an event only times out.
        self.receives_events |= action.name().eq_ignore_ascii_case("Events");
        Ok(ticket)
    }

    /// Waits for the response to a [submitted](Client::submit) action, once. The entries of a list are dropped.
    ///
    /// # Errors
    ///
    /// As [`send`](Client::send).
    pub fn wait(&mut self, ticket: Ticket) -> Result<OwnedMessage, Error> {
        let response = self.response(ticket);
        self.answers.forget(ticket);
        response
    }

    /// The first event that names an action of this client, which may have been answered: the `OriginateResponse` of an
    /// asynchronous Originate. None if none came in this time. Other events stay for [`next_event`](Client::next_event).
    ///
    /// # Errors
    ///
    /// As [`next_event`](Client::next_event).
    pub fn event_for(&mut self, ticket: Ticket, time: Duration) -> Result<Option<OwnedMessage>, Error> {
        let until = self.elapsed().saturating_add(millis(time));
        let id = self.session.action_id(ticket);
        let is_it = |event: &Message<'_>| event.get_all("ActionID").any(|own| own == id.as_str());
        let mut found = self.events.take(is_it);
        if found.is_none() {
            self.expect_events()?;
        }
        while found.is_none() && self.step(until)? {
            found = self.events.take_newest(is_it);
        }
        Ok(found)
    }

    /// The action that the event names, if this client sent it: that of an `OriginateResponse`.
    pub fn ticket(&self, event: &Message<'_>) -> Option<Ticket> {
        event.get_all("ActionID").find_map(|id| self.session.ticket(id.as_bytes()))
    }

    /// The next event; none if none came in this time. Always looks once for what has come, and so may take as long as a read
    /// of the transport waits: 100 ms over TCP.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`], when all events before the end have been given.
    pub fn next_event(&mut self, time: Duration) -> Result<Option<OwnedMessage>, Error> {
        let until = self.elapsed().saturating_add(millis(time));
        loop {
            if let Some(event) = self.events.pop() {
                return Ok(Some(event));
            }
            self.expect_events()?;
            if !self.step(until)? {
                return Ok(None);
            }
        }
    }

    /// The events of the time to come, each when it is there.
    pub fn events(&mut self, time: Duration) -> impl Iterator<Item = Result<OwnedMessage, Error>> {
        let end = Instant::now().checked_add(time);
        let mut is_over = false;
        core::iter::from_fn(move || {
            let rest = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            let next = match rest {
                _ if is_over => None,
                // Only what is there already: of more there may be no end.
                Duration::ZERO => self.events.pop().map(Ok),
                rest => self.next_event(rest).transpose(),
            };
            is_over = !matches!(next, Some(Ok(_)));
            next
        })
    }

    /// How much memory, in bytes, the events may take that came while something else was waited for; 8 MiB unless set. Of
    /// more than that, the oldest are dropped.
    pub fn set_event_buffer_limit(&mut self, bytes: usize) {
        self.events.set_limit(bytes);
    }

    /// How many events were dropped, since the client was made.
    pub fn dropped_events(&self) -> u64 {
        self.events.dropped()
    }

    /// Sets the longest that an answer may take, for the actions to come.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Logs off, and waits for the server to say so.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`], [`Error::Session`] unless logged in.
    pub fn log_off(mut self) -> Result<(), Error> {
        self.session.log_off(self.elapsed(), &mut self.outbox)?;
        loop {
            match self.step(u64::MAX) {
                Err(Error::Disconnected(Disconnect::LoggedOff)) => return Ok(()),
                other => other?,
            };
        }
    }

    /// The transport.
    pub fn get_ref(&self) -> &T {
        &self.transport
    }

    fn expect_events(&self) -> Result<(), Error> {
        match self.disconnect {
            None if !self.receives_events => Err(Error::NoEvents),
            _ => Ok(()),
        }
    }

    fn elapsed(&self) -> u64 {
        millis(self.start.elapsed())
    }

    /// Waits until the server wants another step of the login, or it is over.
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

    fn response(&mut self, ticket: Ticket) -> Result<OwnedMessage, Error> {
        self.until(|client| client.answers.response(ticket))
    }

    /// Goes on until there is something.
    pub(super) fn until<R>(
        &mut self,
        mut look: impl FnMut(&mut Self) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if let Err(error) = self.step(u64::MAX) {
                // What was waited for may have been lost with the connection, and that says more.
                return look(self).unwrap_or(Err(error));
            }
        }
    }

    /// Waits for one thing to happen, and files it; false if by then nothing had.
    fn step(&mut self, until: u64) -> Result<bool, Error> {
        match self.next(until)? {
            Some(incoming) => self.file(incoming).map(|()| true),
            None => Ok(false),
        }
    }

    fn file(&mut self, incoming: Incoming) -> Result<(), Error> {
        let message = core::mem::take(&mut self.message);
        let message = (!self.is_too_large).then_some(message);
        match incoming {
            Incoming::Event { .. } | Incoming::Shutdown => self.events.push(message),
            Incoming::ServerTimedOut(stage) => {
                return Err(self.disconnected(Disconnect::ServerTimedOut(stage)));
            }
            Incoming::LoggedOff => return Err(self.disconnected(Disconnect::LoggedOff)),
            _ => self.answers.file(incoming, message, self.disconnect),
        }
        Ok(())
    }

    /// What the next whole message means, or the passing of time; none if nothing happened by then. Always
    /// looks once for what has come.
    fn next(&mut self, until: u64) -> Result<Option<Incoming>, Error> {
        if let Some(disconnect) = self.disconnect {
            return Err(Error::Disconnected(disconnect));
        }
        let mut has_read = false;
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    let incoming = self.session.on_message(&part, self.now)?;
                    if part.is_incomplete() {
                        return Err(self.disconnected(Disconnect::Cut));
                    }
                    if matches!(part.part(), Part::Whole | Part::First) {
                        self.is_too_large = false;
                        self.message = OwnedMessage::default();
                    }
                    let size = self.message.len().saturating_add(part.as_bytes().len());
                    self.is_too_large |= size > LIMIT;
                    if self.is_too_large {
                        self.message = OwnedMessage::default();
                    } else {
                        // A vector takes all.
                        let _ = self.message.push(&part);
                    }
                    if part.is_end() {
                        return Ok(Some(incoming));
                    }
                }
                Step::NeedInput => {
                    if let Some(incoming) = self.session.on_timeout(self.now, &mut self.outbox)? {
                        self.message = OwnedMessage::default();
                        return Ok(Some(incoming));
                    }
                    if has_read && self.now >= until {
                        return Ok(None);
                    }
                    self.flush()?;
                    // Before the read, so that what has come by now is not late.
                    self.now = self.elapsed();
                    has_read = true;
                    match self.transport.read(self.decoder.space()) {
                        Ok(0) => self.decoder.finish(),
                        Ok(n) => self.decoder.advance(n),
                        Err(error) if is_late(&error) => {}
                        Err(error) if is_closed(&error) => self.decoder.finish(),
                        Err(error) => return Err(self.disconnected(Disconnect::Io(error.kind()))),
                    }
                }
                Step::End => return Err(self.disconnected(Disconnect::Closed)),
            }
        }
    }

    /// Sends what is to be sent.
    fn flush(&mut self) -> Result<(), Error> {
        if self.outbox.pending().is_empty() {
            return Ok(());
        }
        let mut last = Instant::now();
        let written = loop {
            match self.transport.write(self.outbox.pending()) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    self.outbox.advance(n);
                    last = Instant::now();
                }
                Err(error) if is_late(&error) && last.elapsed() < self.timeout => {}
                Err(error) => break Err(error),
            }
            if self.outbox.pending().is_empty() {
                break self.transport.flush();
            }
        };
        written.map_err(|error| match error {
            error if is_late(&error) => self.disconnected(Disconnect::Stalled),
            error if is_closed(&error) => self.disconnected(Disconnect::Closed),
            error => self.disconnected(Disconnect::Io(error.kind())),
        })
    }

    fn disconnected(&mut self, disconnect: Disconnect) -> Error {
        self.disconnect = Some(disconnect);
        while let Some(lost) = self.session.on_closed(&self.outbox) {
            self.answers.file(lost, None, Some(disconnect));
        }
        Error::Disconnected(disconnect)
    }
}

impl<T: Read + Write> Drop for Client<T> {
    fn drop(&mut self) {
        if self.session.log_off(self.elapsed(), &mut self.outbox).is_ok() {
            let _ = self.flush();
        }
    }
}

impl<T: Read + Write> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("session", &self.session)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Returns random bits for the ActionIDs of a connection.
fn id_key() -> IdKey {
    let random = || u128::from(RandomState::new().build_hasher().finish());
    IdKey(((random() << 64) | random()).to_be_bytes())
}

fn timing(timeout: Duration) -> Timing {
    let timeout = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
    Timing::DEFAULT.login(timeout).action(timeout).pong(timeout)
}

/// What came instead of a banner.
fn no_banner(message: &Message<'_>) -> Error {
    let line = message.as_bytes().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Error::NoBanner(line.get(..80).unwrap_or(line).escape_ascii().to_string())
}
