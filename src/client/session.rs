use core::fmt;

use super::current::{Challenge, Current, Known, ListMark};
use super::id::Cipher;
#[cfg(target_pointer_width = "64")]
use super::schedule::{Links, Schedule};
use super::slot::Phase;
use super::{
    ActionId, Credentials, IdKey, Incoming, LoginRefused, LossReason, ResponseStatus, SessionError, Slot,
    Stage, Ticket, Timing,
};
use crate::action::{self, Action, Completion, Key, is_challenge};
use crate::size::IS_SMALL;
use crate::wire::{EncodeError, Kind, Message, Outbox};

/// The client's side of the connections to one server, which follow one another.
///
/// The slots are any type that lends them: `[Slot; 8]`, `&mut [Slot]`, `Vec<Slot>`. As many actions
/// as there are slots can be outstanding, up to 65,535. The decoder needs a storage of at least 64
/// bytes.
///
/// The application owns the run loop, which has five steps. This is a complete one, for a blocking
/// transport whose reads time out:
///
/// ```
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
/// use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
/// # use std::error::Error;
/// # use std::io::{ErrorKind, Read, Write};
///
/// /// Logs in, sends a Ping and returns when it has been answered.
/// fn ping(
///     mut transport: impl Read + Write,
///     credentials: &Credentials<'_>,
///     id_key: IdKey,           // 16 random bytes for each connection
///     clock: impl Fn() -> u64, // milliseconds that never go back
/// ) -> Result<(), Box<dyn Error>> {
///     let mut decoder = Decoder::for_client([0; 512])?;
///     let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
///     let mut session = Session::new([Slot::FREE; 2]);
///     let is_late = |kind| {
///         matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
///     };
///     let mut now = clock();
///     session.on_connected(id_key, now);
///     loop {
///         // 1. Send as much as the transport takes.
///         if !outbox.pending().is_empty() {
///             match transport.write(outbox.pending()) {
///                 Ok(0) => return Err("the transport takes no bytes".into()),
///                 Ok(n) => outbox.advance(n),
///                 Err(error) if is_late(error.kind()) => {}
///                 Err(error) => return Err(error.into()),
///             }
///         }
///         let incoming = match decoder.poll() {
///             // 2. Hand each message to the session.
///             Step::Message => session.on_message(&decoder.message(), now)?,
///             // 3. Give up command output whose end was lost.
///             Step::NeedInput if session.is_overdue(decoder.unfinished(), now) => {
///                 decoder.abandon();
///                 continue;
///             }
///             // 4. Tell the session the time. It reports one event per call.
///             Step::NeedInput => match session.on_timeout(now, &mut outbox)? {
///                 Some(incoming) => incoming,
///                 None => {
///                     // Waits for input, but not for long: a Ping may be in the outbox.
///                     match transport.read(decoder.space()) {
///                         Ok(0) => decoder.finish(),
///                         Ok(n) => decoder.advance(n),
///                         Err(error) if is_late(error.kind()) => {}
///                         Err(error) => return Err(error.into()),
///                     }
///                     // What was received is handled before deadlines are looked at.
///                     now = clock();
///                     continue;
///                 }
///             },
///             // 5. At the end of the stream, ask what became of the outstanding actions.
///             Step::End => match session.on_closed(&outbox) {
///                 Some(lost) => lost,
///                 None => return Err("the server closed the connection".into()),
///             },
///         };
///         match incoming {
///             Incoming::LogIn => {
///                 session.log_in(credentials, &decoder.message(), now, &mut outbox)?;
///             }
///             Incoming::Ready => {
///                 session.submit(&Raw::without_headers("Ping"), now, &mut outbox)?;
///             }
///             Incoming::Response { status, is_end: true, .. } => {
///                 return if status.is_error() { Err(status.to_string().into()) } else { Ok(()) };
///             }
///             Incoming::Refused(reason) => return Err(reason.into()),
///             Incoming::Lost { reason, .. } => return Err(reason.into()),
///             Incoming::ServerTimedOut(stage) => return Err(format!("timeout: {stage}").into()),
///             _ => {} // events, entries of lists and others
///         }
///     }
/// }
/// # struct Script(&'static [u8]);
/// # impl Read for Script {
/// #     fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> { self.0.read(to) }
/// # }
/// # impl Write for Script {
/// #     fn write(&mut self, from: &[u8]) -> std::io::Result<usize> { Ok(from.len()) }
/// #     fn flush(&mut self) -> std::io::Result<()> { Ok(()) }
/// # }
/// # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
/// # let script = Script(b"Asterisk Call Manager/11.0.0\r\n\
/// #     Response: Success\r\nActionID: 15769b369853bca1ffff00000001\r\n\
/// #     Challenge: 840415273\r\n\r\n\
/// #     Response: Success\r\nActionID: cc5d2f4ad28ff50fffff00000002\r\n\r\n\
/// #     Response: Success\r\nActionID: 47186468d1d2343d000000000001\r\nPing: Pong\r\n\r\n");
/// # ping(script, &Credentials::with_md5("admin", "secret", md5), IdKey([0; 16]), || 0).unwrap();
/// ```
///
/// Methods can be called in any order: a call that does not fit the [`Stage`] fails and changes
/// nothing. Times are milliseconds since an arbitrary start and never go back.
///
/// # How answers are matched to actions
///
/// Each action is sent with an ActionID that others cannot predict (see [`IdKey`]), so a late,
/// foreign or forged answer is not mistaken for the answer to that action. This has two limits:
///
/// - Events that name the action, such as `OriginateResponse`, show its ActionID to other AMI
///   users. An event with it, such as a `UserEvent` of another user, therefore proves nothing
///   unless its name and its `Privilege` do.
/// - If a value contains line ends, Asterisk sends them unchanged. Where the server writes the
///   ActionID last (in list entries, up to the current release), the author of such a value can
///   turn the rest of that message into another one.
pub struct Session<S> {
    slots: S,
    #[cfg(target_pointer_width = "64")]
    schedule: Schedule,
    /// The key of the ActionIDs of this connection.
    key: Cipher,
    timing: Timing,
    /// The time at which the last message arrived.
    heard: u64,
    /// The deadline of the session's own pending request (banner, login, Pong, logoff).
    deadline: u64,
    current: Current,
    state: State,
    /// The number of requests that the session itself has sent, on all connections.
    internal: u32,
    /// The action whose list, or awaited event, was opened last.
    open: Option<Ticket>,
    /// Whether the server marks lists with `EventList`, as Asterisk 13.2 and later do.
    lists_are_marked: bool,
    /// Whether an entry of that list had an ActionID (1), and whether one had none (2).
    entries: u8,
    one_at_a_time: bool,
    /// Whether a request of this connection that timed out or was forgotten may still be answered.
    /// Then a response without an ActionID may be that answer.
    is_owed_an_answer: bool,
    waits_for_boot: bool,
    /// Whether a message has arrived since the last Ping.
    is_alive: bool,
}

/// The limits on the size of a session without its slots, and of a slot.
const _: () = assert!(size_of::<Session<[Slot; 0]>>() <= if usize::BITS == 64 { 112 } else { 104 });
const _: () = assert!(size_of::<Slot>() <= if usize::BITS == 64 { 48 } else { 32 });

/// The order makes each set of states that the code asks for a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waiting for the banner.
    Greeting,
    /// Waiting for the caller to log in.
    Greeted,
    /// Waiting for the caller to answer the challenge.
    Challenged,
    /// Waiting for the challenge.
    Challenge,
    /// Waiting for the response to the login.
    Login,
    LoggingOff,
    /// Waiting for a sign of life after a Ping.
    Pinged,
    Ready,
    /// Logged in, waiting for `FullyBooted`.
    Booting,
    /// No connection, or one that is no longer usable.
    Closed,
}

impl<S: AsRef<[Slot]> + AsMut<[Slot]>> Session<S> {
    /// Creates a session without a connection, with [`Timing::DEFAULT`].
    #[must_use]
    pub const fn new(slots: S) -> Self {
        Self {
            slots,
            #[cfg(target_pointer_width = "64")]
            schedule: Schedule::EMPTY,
            key: Cipher::UNSET,
            timing: Timing::DEFAULT,
            heard: 0,
            deadline: u64::MAX,
            current: Current::new(),
            state: State::Closed,
            internal: 0,
            open: None,
            lists_are_marked: false,
            entries: 0,
            one_at_a_time: false,
            is_owed_an_answer: false,
            waits_for_boot: false,
            is_alive: false,
        }
    }

    /// Sets the time limits. The default is [`Timing::DEFAULT`].
    #[must_use]
    pub const fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// Allows only one outstanding action at any time. See
    /// [`set_one_at_a_time`](Session::set_one_at_a_time), which can also be called during a
    /// connection.
    #[must_use]
    pub const fn one_at_a_time(mut self) -> Self {
        self.one_at_a_time = true;
        self
    }

    /// Sets whether only one action may be outstanding at any time. [`submit`](Session::submit)
    /// then fails with [`SessionError::Busy`] while another one is.
    ///
    /// Use it for servers whose banner has version 1.0 or 1.1, Asterisk up to 1.8: some of them
    /// answer a Ping and other actions without an ActionID. The specification of AMI 1.0 also
    /// demands it, though in tests servers of that age accepted many actions at once and answered
    /// them in order. In this mode a response without an
    /// ActionID is the answer to the one action that has none yet. If an earlier action of the
    /// connection timed out or was [forgotten](Session::forget) before its response, it may still
    /// be answered, so such a response is [unmatched](Incoming::Unmatched) from then on.
    pub const fn set_one_at_a_time(&mut self, is_on: bool) {
        self.one_at_a_time = is_on;
    }

    /// Starts a new connection. `key` makes its ActionIDs differ from those of all other
    /// connections.
    ///
    /// Before this call, [reset](crate::wire::Decoder::reset) the decoder and
    /// [clear](Outbox::clear) the outbox. Actions of the previous connection are forgotten if
    /// [`on_closed`](Session::on_closed) has not reported them.
    pub fn on_connected(&mut self, key: IdKey, now: u64) {
        self.slots.as_mut().iter_mut().for_each(|slot| slot.set_phase(Phase::Free));
        #[cfg(target_pointer_width = "64")]
        {
            self.slots.as_mut().iter_mut().for_each(|slot| slot.links = Links::NONE);
            self.schedule = Schedule::EMPTY;
        }
        self.key = Cipher::new(key);
        self.heard = now;
        self.deadline = after(now, self.timing.login);
        self.current.reset();
        self.state = State::Greeting;
        self.open = None;
        self.lists_are_marked = false;
        self.is_owed_an_answer = false;
    }

    /// Writes the next request of the login, a `Challenge` or a `Login`.
    ///
    /// Call this on [`Incoming::LogIn`], with the message that caused it. If something else has
    /// already read the banner, make the first call right after
    /// [`on_connected`](Session::on_connected), with any message. The version of the server is then
    /// unknown, so the session assumes one before Asterisk 13.2: after any `Success` that can begin
    /// a list there, a list is expected.
    ///
    /// # Errors
    ///
    /// - [`SessionError::Stage`] if the server does not wait for a login.
    /// - [`SessionError::NoChallenge`] if the challenge must be answered and `message` has none of
    ///   1 to 20 decimal digits: see [`Key::new`].
    /// - [`SessionError::Encode`] if the request cannot be written.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn log_in<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        credentials: &Credentials<'_>,
        message: &Message<'_>,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), SessionError> {
        let is_challenged = self.state == State::Challenged;
        if !is_challenged && !matches!(self.state, State::Greeting | State::Greeted) {
            return Err(SessionError::Stage(self.stage()));
        }
        let computed;
        let mut key = None;
        // A login keeps the limit of its challenge, unless that has passed.
        let mut deadline = self.deadline;
        if is_challenged {
            // If this fails, the next attempt has the whole limit.
            self.deadline = 0;
            if let Some(md5) = credentials.md5 {
                let challenge = message.get("Challenge").unwrap_or_default().as_bytes();
                if !is_challenge(challenge) {
                    return Err(SessionError::NoChallenge);
                }
                computed = Key::from_valid(md5, challenge, credentials.secret);
                key = Some(&computed);
            }
        }
        if !is_challenged || deadline <= now {
            deadline = after(now, self.timing.login);
        }
        self.waits_for_boot = self.timing.boot > 0 && credentials.may_see_boot();
        let (name, state) = match credentials.asks(key) {
            true => ("Challenge", State::Challenge),
            false => ("Login", State::Login),
        };
        self.write_internal(name, Some((credentials, key)), state, deadline, outbox)
    }

    /// Writes an action, whole or not at all. If its answer is not complete within
    /// [`Timing::action`], the action is [lost](Incoming::Lost).
    ///
    /// # Errors
    ///
    /// - [`SessionError::Stage`] unless the session is logged in.
    /// - [`SessionError::SlotsFull`] if every slot has an outstanding action.
    /// - [`SessionError::Busy`] if a request is outstanding and only
    ///   [one at a time](Session::one_at_a_time) is allowed.
    /// - [`SessionError::Encode`] if the action cannot be written.
    pub fn submit<A, B>(
        &mut self,
        action: &A,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<Ticket, SessionError>
    where
        A: Action + ?Sized,
        B: AsRef<[u8]> + AsMut<[u8]>,
    {
        self.submit_within(action, self.timing.action, now, outbox)
    }

    /// Like [`submit`](Session::submit), but the answer must be complete within `time`
    /// milliseconds.
    ///
    /// # Errors
    ///
    /// Those of [`submit`](Session::submit).
    pub fn submit_within<A, B>(
        &mut self,
        action: &A,
        time: u32,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<Ticket, SessionError>
    where
        A: Action + ?Sized,
        B: AsRef<[u8]> + AsMut<[u8]>,
    {
        if !matches!(self.state, State::Booting | State::Ready | State::Pinged) {
            return Err(SessionError::Stage(self.stage()));
        }
        if self.one_at_a_time && (self.state == State::Pinged || self.has_outstanding()) {
            return Err(SessionError::Busy);
        }
        let key = self.key;
        let (ticket, slot) = self.free_slot().ok_or(SessionError::SlotsFull)?;
        let ticket = ticket.next();
        action::write(action, ticket.id(&key), outbox)?;
        slot.take(ticket, action.completion(), outbox.mark(), after(now, time));
        #[cfg(target_pointer_width = "64")]
        self.schedule.add(self.slots.as_mut(), ticket);
        Ok(ticket)
    }

    /// Forgets an action. The session no longer reports it, and its answer will be
    /// [`Incoming::Unmatched`]. Returns whether the action was outstanding.
    pub fn forget(&mut self, ticket: Ticket) -> bool {
        let Some(slot) = slot_of(self.slots.as_mut(), ticket) else { return false };
        let is_asked = slot.is_asked();
        slot.set_phase(Phase::Free);
        self.is_owed_an_answer |= is_asked;
        #[cfg(target_pointer_width = "64")]
        self.schedule.release(self.slots.as_mut(), ticket);
        true
    }

    /// Writes a `Logoff`. The server answers outstanding actions first, then the `Logoff`, which is
    /// reported as [`Incoming::LoggedOff`], and closes the connection. It never answers actions
    /// that follow the `Logoff`. If no response arrives within [`Timing::action`],
    /// [`on_timeout`](Session::on_timeout) returns [`Incoming::ServerTimedOut`].
    ///
    /// # Errors
    ///
    /// - [`SessionError::Stage`] unless the session is logged in.
    /// - [`SessionError::Encode`] if the request cannot be written.
    pub fn log_off<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), SessionError> {
        if !matches!(self.state, State::Booting | State::Ready | State::Pinged) {
            return Err(SessionError::Stage(self.stage()));
        }
        let deadline = after(now, self.timing.action);
        self.write_internal("Logoff", None, State::LoggingOff, deadline, outbox)
    }

    /// Processes a message, or one part of a message, that arrived at `now`. Returns what it
    /// means for the session.
    ///
    /// # Errors
    ///
    /// [`SessionError::StorageTooSmall`] if the decoder's storage cuts off ActionIDs.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn on_message(&mut self, message: &Message<'_>, now: u64) -> Result<Incoming, SessionError> {
        // Small targets read all headers anyway.
        let is_open =
            IS_SMALL || self.open.is_some_and(|ticket| slot_of(self.slots.as_mut(), ticket).is_some());
        if !self.current.read(message, &self.key, is_open) {
            return Err(SessionError::StorageTooSmall);
        }
        if message.is_incomplete() || self.state == State::Closed {
            return Ok(Incoming::Unmatched);
        }
        let is_end = message.is_end();
        let kind = message.kind();
        let ticket = self.answered(kind == Kind::Response);
        // A message without an end must not pass for a sign of life, unless it is an answer that
        // still has time.
        if is_end || ticket.is_some_and(|ticket| slot_of(self.slots.as_mut(), ticket).is_some()) {
            self.heard = now;
            self.is_alive = true;
        }
        let incoming = match kind {
            _ if self.state == State::Greeting => self.greeting(message, kind, is_end),
            Kind::Event => self.event(message, is_end),
            Kind::Response | Kind::Other => match ticket {
                Some(ticket) if ticket.is_internal() => self.internal_response(ticket, is_end, now),
                Some(ticket) => self.response(ticket, is_end),
                None => Incoming::Unmatched,
            },
            Kind::Banner | Kind::Action => Incoming::Unmatched,
        };
        #[cfg(target_pointer_width = "64")]
        if let Incoming::Response { ticket, is_end: true, .. }
        | Incoming::ListEntry { ticket, is_end: true }
        | Incoming::ListComplete { ticket, .. }
        | Incoming::ListAborted { ticket, .. } = incoming
        {
            self.schedule.release(self.slots.as_mut(), ticket);
        }
        Ok(incoming)
    }

    /// Begins the time for the answer to a Ping that was just sent, unless a message has arrived
    /// since. Call this once for a Ping that waited in the outbox.
    #[cfg(feature = "std")]
    pub(crate) fn on_ping_sent(&mut self, now: u64) {
        if self.state == State::Pinged && !self.is_alive {
            self.deadline = after(now, self.timing.pong);
        }
    }

    /// Returns whether the message is an event that belongs to no answer. This reads only its first
    /// two lines, because no answer is outstanding to which it could belong. Otherwise returns
    /// false and changes nothing: pass the message to [`on_message`](Self::on_message), which finds
    /// other such events too.
    #[cfg(feature = "std")]
    pub(crate) fn is_mere_event(&mut self, message: &Message<'_>, now: u64) -> bool {
        let is_ready = matches!(self.state, State::Ready | State::Pinged);
        if !is_ready
            || self.has_outstanding()
            || message.raised_event().is_none_or(|name| name == b"Shutdown")
        {
            return false;
        }
        self.current.reset();
        self.heard = now;
        self.is_alive = true;
        true
    }

    /// Returns whether the message that is being received must be
    /// [abandoned](crate::wire::Decoder::abandon), because nothing else would end it. `unfinished`
    /// is [`Decoder::unfinished`](crate::wire::Decoder::unfinished).
    ///
    /// Call this whenever the decoder needs input, before [`on_timeout`](Session::on_timeout):
    ///
    /// ```
    /// # use embedded_ami::client::{Session, Slot};
    /// # use embedded_ami::wire::Decoder;
    /// # let mut decoder = Decoder::for_client([0; 64]).unwrap();
    /// # let mut session = Session::new([Slot::FREE; 2]);
    /// # let now = 0;
    /// if session.is_overdue(decoder.unfinished(), now) {
    ///     decoder.abandon();
    /// }
    /// ```
    ///
    /// Up to Asterisk 13 the output of a command ends with a mark. If the mark is lost, for example
    /// in a proxy, everything after it would count as output. This returns true once the action has
    /// passed its deadline. If no outstanding action has requested the output, this returns true
    /// once no message has been complete for [`Timing::action`], or for [`Timing::keepalive`] if
    /// that is shorter and not 0.
    #[must_use]
    pub fn is_overdue(&mut self, unfinished: Option<Message<'_>>, now: u64) -> bool {
        let Some(message) = unfinished else { return false };
        // The message will be read again when it is lent. A cut ActionID belongs to no action.
        let _ = self.current.read(&message, &self.key, true);
        let Timing { action, keepalive, .. } = self.timing;
        // A keepalive of 0 wraps to the largest number.
        let patience = action.min(keepalive.wrapping_sub(1));
        let without = after(self.heard, patience);
        let ticket = self.answered(true);
        ticket.and_then(|ticket| slot_of(self.slots.as_mut(), ticket)?.deadline()).unwrap_or(without) <= now
    }

    /// Returns the time at which [`on_timeout`](Session::on_timeout) must be called next, or `None`
    /// if the session waits for nothing.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        #[cfg(target_pointer_width = "64")]
        let slots = self.schedule.deadline(self.slots.as_ref()).into_iter();
        #[cfg(not(target_pointer_width = "64"))]
        let slots = self.slots.as_ref().iter().filter_map(Slot::deadline);
        slots.chain(self.internal_deadline()).min()
    }

    /// Handles the passing of time: reports missed deadlines and writes the keepalive Ping.
    ///
    /// Call this once [`deadline`](Session::deadline) has passed, and repeat it until it returns
    /// `None`. Calling it earlier is harmless.
    ///
    /// # Errors
    ///
    /// [`SessionError::Encode`] if the outbox is too small for a Ping.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use = "each call reports one event; call it until it returns `None`"]
    pub fn on_timeout<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<Option<Incoming>, SessionError> {
        let is_due = |slot: &Slot| slot.deadline().is_some_and(|deadline| deadline <= now);
        #[cfg(target_pointer_width = "64")]
        let any_is_due = self.schedule.deadline(self.slots.as_ref()).is_some_and(|deadline| deadline <= now);
        #[cfg(not(target_pointer_width = "64"))]
        let any_is_due = true;
        let slots = if any_is_due { self.slots.as_mut() } else { &mut [] };
        let due = numbered(slots).find(|(_, slot)| is_due(slot));
        if let Some((ticket, slot)) = due {
            let reason = slot.lose(|_| LossReason::TimedOut);
            self.is_owed_an_answer |= reason == LossReason::TimedOut;
            #[cfg(target_pointer_width = "64")]
            self.schedule.release(self.slots.as_mut(), ticket);
            return Ok(Some(Incoming::Lost { ticket, reason }));
        }
        // Any message is a sign of life. The next Ping may be due, too, if the caller comes late.
        if self.state == State::Pinged && self.is_alive && self.deadline <= now {
            self.state = State::Ready;
            self.is_owed_an_answer = true;
        }
        if self.internal_deadline().is_none_or(|deadline| deadline > now) {
            return Ok(None);
        }
        Ok(match self.state {
            State::Booting => {
                self.state = State::Ready;
                Some(Incoming::Ready)
            }
            State::Ready => {
                self.is_alive = false;
                let deadline = after(now, self.timing.pong);
                self.write_internal("Ping", None, State::Pinged, deadline, outbox)?;
                None
            }
            _ => {
                let stage = self.stage();
                self.state = State::Closed;
                Some(Incoming::ServerTimedOut(stage))
            }
        })
    }

    /// Ends the connection. Each call reports one outstanding action and what is known about its
    /// outcome; call it until it returns `None`.
    #[must_use = "each call reports one lost action; call it until it returns `None`"]
    pub fn on_closed<B: AsRef<[u8]> + AsMut<[u8]>>(&mut self, outbox: &Outbox<B>) -> Option<Incoming> {
        self.state = State::Closed;
        let (ticket, slot) = numbered(self.slots.as_mut()).find(|(_, slot)| !slot.is_free())?;
        let reason = slot
            .lose(|mark| if outbox.is_sent(mark) { LossReason::OutcomeUnknown } else { LossReason::NotSent });
        Some(Incoming::Lost { ticket, reason })
    }

    /// Returns the stage of the connection.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Connecting,
            State::Greeted | State::Challenge | State::Challenged | State::Login => Stage::LoggingIn,
            State::Booting | State::Ready | State::Pinged => Stage::Ready,
            State::LoggingOff => Stage::LoggingOff,
            State::Closed => Stage::Closed,
        }
    }

    /// Returns the number of outstanding actions.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.slots.as_ref().iter().filter(|slot| !slot.is_free()).count()
    }

    /// Returns the ticket of the action that an ActionID of this connection names, whether the
    /// action is outstanding or not.
    #[must_use]
    pub fn ticket(&self, action_id: &[u8]) -> Option<Ticket> {
        Ticket::parse(action_id, &self.key).filter(|ticket| !ticket.is_internal())
    }

    /// Returns the ActionID of an action on this connection.
    #[must_use]
    pub fn action_id(&self, ticket: Ticket) -> ActionId {
        ticket.id(&self.key)
    }

    /// Returns whether any action is outstanding.
    fn has_outstanding(&self) -> bool {
        #[cfg(target_pointer_width = "64")]
        return self.schedule.deadline(self.slots.as_ref()).is_some();
        #[cfg(not(target_pointer_width = "64"))]
        return self.outstanding() > 0;
    }

    /// Returns the first free slot, with the ticket of its last action.
    fn free_slot(&mut self) -> Option<(Ticket, &mut Slot)> {
        #[cfg(target_pointer_width = "64")]
        return self.schedule.free_slot(self.slots.as_mut());
        #[cfg(not(target_pointer_width = "64"))]
        return numbered(self.slots.as_mut()).find(|(_, slot)| slot.is_free());
    }

    /// Returns the deadline of the session's own request, or the time of the next keepalive Ping.
    fn internal_deadline(&self) -> Option<u64> {
        match self.state {
            // In the last two the server waits for the caller.
            State::Closed | State::Greeted | State::Challenged => None,
            State::Ready if self.timing.keepalive == 0 || self.has_outstanding() => None,
            State::Ready => Some(after(self.heard, self.timing.keepalive)),
            _ => Some(self.deadline),
        }
    }

    /// Writes a request of the session's own, and begins to wait for its answer. A request of the
    /// login has `headers` for [`Credentials::write`].
    fn write_internal<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        name: &str,
        headers: Option<(&Credentials<'_>, Option<&Key>)>,
        state: State,
        deadline: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), SessionError> {
        let ticket = Ticket::internal(self.internal).next();
        let written = outbox.write(|out| {
            out.begin_request(name, ticket.id(&self.key).as_ref());
            if let Some((credentials, key)) = headers {
                credentials.write(key, out);
            }
            // The writer has recorded errors.
            Ok(())
        });
        match written {
            // If a Ping does not fit, other requests wait to be sent, and their answers are signs
            // of life too.
            Err(EncodeError::Full) if state == State::Pinged => {}
            _ => written?,
        }
        self.internal = ticket.generation();
        self.deadline = deadline;
        self.state = state;
        Ok(())
    }

    /// Returns the request that the current message answers, if it is a response. That is the one
    /// that it names. In a session that sends one action at a time, a response without an ActionID
    /// answers the only request that has no response yet.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn answered(&self, is_response: bool) -> Option<Ticket> {
        let Current { ticket, has_id, .. } = self.current;
        if has_id || !is_response || !self.one_at_a_time || self.is_owed_an_answer {
            return ticket;
        }
        let waits = matches!(self.state, State::Challenge | State::Login | State::Pinged | State::LoggingOff);
        let mut found = waits.then_some(Ticket::internal(self.internal));
        for (number, slot) in (1..Ticket::SLOTS.wrapping_add(1)).zip(self.slots.as_ref()) {
            if slot.is_asked() {
                if found.is_some() {
                    return None;
                }
                found = Ticket::new(number, slot.generation());
            }
        }
        found
    }

    /// Returns whether an event without an ActionID can end the open list. It can only if it cannot
    /// belong to another action and the entries do not show that a value with line ends has cut one
    /// of them in two: then some have an ActionID and some have not.
    fn may_end_unnamed(&self) -> bool {
        self.entries != 3 && self.outstanding() == 1
    }

    /// Handles the first message of a connection.
    fn greeting(&mut self, message: &Message<'_>, kind: Kind, is_end: bool) -> Incoming {
        match kind {
            Kind::Banner if is_other_service(message.as_bytes()) => {
                self.state = State::Closed;
                Incoming::Refused(LoginRefused::NotAsterisk)
            }
            Kind::Banner => {
                self.lists_are_marked =
                    message.as_bytes().rsplit(|&byte| byte == b'/').next().is_some_and(has_marked_lists);
                self.state = State::Greeted;
                Incoming::LogIn
            }
            Kind::Other if is_end => {
                self.state = State::Closed;
                Incoming::Refused(LoginRefused::NotAsterisk)
            }
            _ => Incoming::Unmatched,
        }
    }

    /// Handles a response to a request that the session itself sent.
    fn internal_response(&mut self, ticket: Ticket, is_end: bool, now: u64) -> Incoming {
        if ticket.generation() != self.internal {
            return Incoming::Unmatched;
        }
        let status = self.current.status;
        let (state, incoming) = match self.state {
            State::Challenge
                if status == ResponseStatus::Success && self.current.challenge == Challenge::Valid =>
            {
                (State::Challenged, Incoming::LogIn)
            }
            State::Challenge | State::Login | State::LoggingOff if !is_end => return Incoming::Internal,
            State::Challenge => refused(status, LoginRefused::NoChallenge),
            State::Login if status == ResponseStatus::Success && self.waits_for_boot => {
                // The login as a whole keeps its limit.
                self.deadline = self.deadline.min(after(now, self.timing.boot));
                (State::Booting, Incoming::Internal)
            }
            State::Login if status == ResponseStatus::Success => (State::Ready, Incoming::Ready),
            State::Login => refused(status, LoginRefused::Authentication),
            State::Pinged => (State::Ready, Incoming::Internal),
            // The server did not understand the Logoff; the deadline will report it.
            State::LoggingOff if status.is_error() => return Incoming::Internal,
            State::LoggingOff => (State::Closed, Incoming::LoggedOff),
            _ => return Incoming::Unmatched,
        };
        self.state = state;
        incoming
    }

    /// Handles a response, or text instead of one, that names an action.
    fn response(&mut self, ticket: Ticket, is_end: bool) -> Incoming {
        let Current { status, list, .. } = self.current;
        let lists_are_marked = self.lists_are_marked;
        let Some(slot) = slot_of(self.slots.as_mut(), ticket) else { return Incoming::Unmatched };
        let phase = match (slot.phase(), slot.completion()) {
            (Phase::Asked { .. }, _) if !is_end => {
                return Incoming::Response { ticket, status, is_end: false };
            }
            (Phase::Asked { .. }, _) if status != ResponseStatus::Success => Phase::Free,
            (Phase::Asked { .. }, _) if list == ListMark::Start => Phase::Listing { entries: 0 },
            (Phase::Asked { .. }, Completion::List(_)) if !lists_are_marked => Phase::Listing { entries: 0 },
            (Phase::Asked { .. }, Completion::Event(_)) => Phase::Awaiting,
            (Phase::Asked { .. }, _) => Phase::Free,
            // An error ends a list too. Any other second response is unmatched.
            (phase, _) if status.is_error() => {
                if !is_end {
                    return Incoming::Response { ticket, status, is_end: false };
                }
                let entries = if let Phase::Listing { entries } = phase { entries } else { 0 };
                slot.set_phase(Phase::Free);
                return Incoming::ListAborted { ticket, entries };
            }
            _ => return Incoming::Unmatched,
        };
        slot.set_phase(phase);
        if phase != Phase::Free {
            self.open = Some(ticket);
            self.entries = 0;
        }
        Incoming::Response { ticket, status, is_end: phase == Phase::Free }
    }

    /// Handles an event, which can be an entry or the end of a list.
    fn event(&mut self, message: &Message<'_>, is_end: bool) -> Incoming {
        let Current { ticket: named, has_id, has_privilege, list, .. } = self.current;
        // On small targets the condition would only take flash.
        let has_end = IS_SMALL || named.or(self.open).is_some();
        if let Some(name) = has_end.then(|| message.name()).flatten() {
            // Only the first part has the name. The ActionID can be in a later part, so until then
            // the event is assumed to belong to the open action.
            self.current.ends = named.or(self.open).filter(|&ticket| {
                let completion = slot_of(self.slots.as_mut(), ticket).map(|slot| slot.completion());
                matches!(completion, Some(Completion::List(end) | Completion::Event(end)) if name == end)
            });
        }
        // The event that ends an answer always names the action.
        let has_end_name = named.is_some() && self.current.ends == named;
        let is_complete = list == ListMark::Complete;
        let may_end = is_complete && (named.is_some() || self.may_end_unnamed());
        // Entries without an ActionID have no Privilege either, and the server sends no other
        // events between entries.
        let ticket = named.or(self.open.filter(|_| !has_id && !has_privilege));
        let Some((ticket, slot)) = ticket.and_then(|it| Some((it, slot_of(self.slots.as_mut(), it)?))) else {
            return self.other_event(is_end);
        };
        match (slot.phase(), slot.completion()) {
            (Phase::Listing { entries }, completion) => {
                // Without an ActionID, the number of entries must be right.
                let is_complete = may_end && (named.is_some() || self.current.items == entries)
                    || has_end_name && matches!(completion, Completion::List(_));
                if is_end {
                    if is_complete {
                        slot.set_phase(Phase::Free);
                        return Incoming::ListComplete { ticket, entries };
                    }
                    self.entries |= if named.is_some() { 1 } else { 2 };
                    slot.set_phase(Phase::Listing { entries: entries.saturating_add(1) });
                }
                Incoming::ListEntry { ticket, is_end: false }
            }
            // The event can arrive without a response, as for `DataGet`.
            (Phase::Awaiting | Phase::Asked { .. }, Completion::Event(_)) if has_end_name => {
                if is_end {
                    slot.set_phase(Phase::Free);
                }
                Incoming::ListEntry { ticket, is_end }
            }
            _ => self.other_event(is_end),
        }
    }

    /// Handles an event that does not belong to an answer.
    fn other_event(&mut self, is_end: bool) -> Incoming {
        let Current { ticket, has_privilege, event, .. } = self.current;
        match (event, self.stage()) {
            (_, Stage::Connecting | Stage::LoggingIn | Stage::Closed) => Incoming::Unmatched,
            // A late entry of a list.
            _ if ticket.is_some() && !has_privilege => Incoming::Unmatched,
            (Known::FullyBooted, _) if is_end && self.state == State::Booting => {
                self.state = State::Ready;
                Incoming::Ready
            }
            (Known::Shutdown, _) if is_end => Incoming::Shutdown,
            _ => Incoming::Event { ticket: ticket.filter(|ticket| !ticket.is_internal()) },
        }
    }
}

impl<S> fmt::Debug for Session<S> {
    /// Never prints the key, which makes ActionIDs hard to forge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

/// Returns whether the first line of a stream, which looks like a banner, is that of another
/// service. HTTP and SSH begin with their name, SMTP, FTP, POP3 and IMAP with a character that is
/// not a letter.
fn is_other_service(line: &[u8]) -> bool {
    const NAMES: [u32; 2] = [u32::from_ne_bytes(*b"HTTP"), u32::from_ne_bytes(*b"SSH-")];
    let Some((&[first, ..], word)) = line.first_chunk::<4>().map(|word| (word, u32::from_ne_bytes(*word)))
    else {
        return true;
    };
    !first.is_ascii_alphabetic() || NAMES.contains(&word)
}

/// Returns whether servers with this AMI version mark lists with `EventList`. Versions 2.7 and
/// later do, that is Asterisk 13.2 and later.
fn has_marked_lists(version: &[u8]) -> bool {
    // The slice patterns contain no range patterns, because cargo-mutants cannot parse those.
    let has_digit = |at: usize| version.get(at).is_some_and(u8::is_ascii_digit);
    match version {
        [b'2', b'.', minor, ..] => {
            *minor >= b'7' && has_digit(2) || *minor > b'0' && has_digit(2) && has_digit(3)
        }
        [major, ..] => *major > b'2' && has_digit(0) || *major > b'0' && has_digit(0) && has_digit(1),
        [] => false,
    }
}

/// Returns the time `time` milliseconds after `now`.
fn after(now: u64, time: u32) -> u64 {
    // No clock counts that far.
    now.wrapping_add(u64::from(time))
}

/// Returns the slot of an action if it is outstanding.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn slot_of(slots: &mut [Slot], ticket: Ticket) -> Option<&mut Slot> {
    let slot = slots.get_mut(ticket.index() as usize)?;
    (!slot.is_free() && slot.generation() == ticket.generation()).then_some(slot)
}

/// Returns an iterator over the slots, each with the ticket of its action or, if it is free, of its
/// last one. Slots whose number is too large for an ActionID are left out.
fn numbered(slots: &mut [Slot]) -> impl Iterator<Item = (Ticket, &mut Slot)> {
    (1..Ticket::SLOTS.wrapping_add(1))
        .zip(slots)
        .filter_map(|(number, slot)| Some((Ticket::new(number, slot.generation())?, slot)))
}

/// Returns the state and the report for a refused login. `otherwise` is the reason if the status
/// does not give one.
fn refused(status: ResponseStatus, otherwise: LoginRefused) -> (State, Incoming) {
    let reason = match status {
        ResponseStatus::AlreadyInUse => LoginRefused::AlreadyInUse,
        ResponseStatus::ShuttingDown => LoginRefused::ShuttingDown,
        _ => otherwise,
    };
    (State::Closed, Incoming::Refused(reason))
}

#[cfg(test)]
mod tests {
    use super::has_marked_lists;

    #[test]
    fn lists_are_marked_from_version_2_7_on() {
        for version in
            ["2.7", "2.7.0", "2.9", "2.10", "2.10.6", "2.11.0", "3.0", "5.0.1", "10.0", "11.0.0", "20.0"]
        {
            assert!(has_marked_lists(version.as_bytes()), "{version}");
        }
        for version in
            ["", "1", "1.0", "1.4", "1.10", "2", "2.", "2.0", "2.0.7", "2.6", "2.6.9", "0.9", "01.0"]
        {
            assert!(!has_marked_lists(version.as_bytes()), "{version}");
        }
        // No versions of Asterisk.
        for text in ["2.:", "2.x1", "2.00.1", "2x", "x", "xy", "x1", ":0", "1x", "-1", "/9"] {
            assert!(!has_marked_lists(text.as_bytes()), "{text}");
        }
    }
}
