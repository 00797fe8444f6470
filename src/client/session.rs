use core::fmt;

use super::current::{Current, Known, ListMark};
use super::slot::Phase;
use super::{
    ActionId, Answer, Credentials, Incoming, Loss, Refusal, SessionError, Slot, Stage, Ticket, Timing,
};
use crate::action::{self, Action, Key, Reply};
use crate::wire::{EncodeError, HeaderWriter, Kind, Message, Outbox};

/// The client's side of connections to one server, one after the other.
///
/// The slots are anything that lends them: `[Slot; 8]`, `&mut [Slot]`, `Vec<Slot>`. There may be as many actions
/// outstanding as there are slots, up to 65 535. The decoder needs storage of 64 bytes or more.
///
/// Calls are legal in any order. Time is in milliseconds since whatever start, and does not go back. The
/// [module](super) has an example.
///
/// An action is named by an ActionID of which nobody else knows the prefix, the slot or the generation, so that no late,
/// foreign or forged answer is taken for that action's. Events that name it, as `OriginateResponse` does, show it to other
/// AMI users. And if a value has line ends in it, Asterisk sends them as they are: on servers that put the ActionID last (list
/// entries, up to today) whoever chose the value can turn the rest of that message into another one.
pub struct Session<S> {
    slots: S,
    /// Of the ActionIDs of this connection.
    prefix: u64,
    timing: Timing,
    /// When something was last heard of the server.
    heard: u64,
    /// Until when what the session itself waits for is to come.
    deadline: u64,
    current: Current,
    state: State,
    /// Counts what the session sent on its own account, on all connections.
    own: u32,
    /// The list, or awaited event, that was opened last.
    open: Option<Ticket>,
    /// Since 13.2 a list says that it is one.
    lists_are_marked: bool,
    one_at_a_time: bool,
    waits_for_boot: bool,
    /// Something came since the last Ping.
    is_alive: bool,
}

/// What a session costs beyond its slots, and each slot.
const _: () = assert!(size_of::<Session<[Slot; 0]>>() <= 104);
const _: () = assert!(size_of::<Slot>() <= if usize::BITS == 64 { 48 } else { 32 });

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waits for the banner.
    Greeting,
    /// Waits for the caller to log in.
    Greeted,
    /// Waits for the challenge.
    Challenge,
    /// Waits for the caller to answer it.
    Challenged,
    /// Waits for the answer to the login.
    Login,
    /// Logged in, waits for `FullyBooted`.
    Booting,
    Ready,
    /// Waits for a sign of life after a Ping.
    Pinged,
    LoggingOff,
    /// No connection, or one of no more use.
    Over,
}

impl<S: AsRef<[Slot]> + AsMut<[Slot]>> Session<S> {
    /// A session without a connection, with [`Timing::DEFAULT`].
    pub const fn new(slots: S) -> Self {
        Self {
            slots,
            prefix: 0,
            timing: Timing::DEFAULT,
            heard: 0,
            deadline: u64::MAX,
            current: Current::new(),
            state: State::Over,
            own: 0,
            open: None,
            lists_are_marked: false,
            one_at_a_time: false,
            waits_for_boot: false,
            is_alive: false,
        }
    }

    /// The same, with other times to wait.
    #[must_use]
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// The same, with no more than one action outstanding at any time, as the document of AMI 1.0 demands. Servers of that
    /// age were seen to answer many actions in a row, one after the other.
    #[must_use]
    pub fn one_at_a_time(mut self) -> Self {
        self.one_at_a_time = true;
        self
    }

    /// There is a new connection. `prefix` begins its ActionIDs: it should be random, and another for each connection.
    ///
    /// The decoder must have been [reset](crate::wire::Decoder::reset) and the outbox [cleared](Outbox::clear). What
    /// [`close`](Session::close) has not reported of the connection before is forgotten.
    pub fn connected(&mut self, prefix: u64, now: u64) {
        self.slots.as_mut().iter_mut().for_each(|slot| slot.set_phase(Phase::Free));
        self.prefix = prefix;
        self.heard = now;
        self.deadline = after(now, self.timing.login);
        self.current = Current::new();
        self.state = State::Greeting;
        self.open = None;
        self.lists_are_marked = false;
    }

    /// Logs in: writes what the server waits for, a `Challenge` or a `Login`. To be called when the session says
    /// [`Incoming::LogIn`], with the message of which it says so; or at once, with any message, if the banner was
    /// read by somebody else: then the server's age is not known, and a list is expected after any Success that a list of
    /// a server before 13.2 begins with.
    ///
    /// # Errors
    ///
    /// [`SessionError::Stage`] if the server does not wait for it, [`SessionError::NoChallenge`] if it is
    /// another message, [`SessionError::Encode`].
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
        let mut key = None;
        if let (true, Some(md5)) = (is_challenged, credentials.md5) {
            let challenge = message.get("Challenge").ok_or(SessionError::NoChallenge)?;
            key = Some(Key::new(md5, challenge.as_bytes(), credentials.secret));
        }
        let asks = !is_challenged && credentials.md5.is_some();
        let (own, state) = match asks {
            true => (Own::Challenge, State::Challenge),
            false => (Own::Login(credentials, key.as_ref()), State::Login),
        };
        self.write_own(own, outbox)?;
        if self.state == State::Greeting {
            self.deadline = after(now, self.timing.login);
        }
        self.state = state;
        self.waits_for_boot = self.timing.boot > 0 && credentials.may_see_boot();
        Ok(())
    }

    /// Writes an action, whole or not at all. Its answer has the time of [`Timing::action`].
    ///
    /// # Errors
    ///
    /// [`SessionError::Stage`] unless logged in, [`SessionError::SlotsFull`], [`SessionError::Busy`],
    /// [`SessionError::Encode`].
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

    /// As [`submit`](Session::submit), with a time of its own for the answer, in milliseconds.
    ///
    /// # Errors
    ///
    /// As [`submit`](Session::submit).
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
        if self.one_at_a_time && (self.state == State::Pinged || self.outstanding() > 0) {
            return Err(SessionError::Busy);
        }
        let prefix = self.prefix;
        let free = numbered(self.slots.as_mut()).find(|(_, slot)| slot.is_free());
        let (number, slot) = free.ok_or(SessionError::SlotsFull)?;
        let ticket = slot.next(number);
        action::write(action, ticket.id(prefix), outbox)?;
        slot.take(ticket, action.reply(), outbox.mark(), after(now, time));
        Ok(ticket)
    }

    /// Forgets an action: nothing more is said of it, and its answer will be [`Incoming::Unmatched`]. Returns
    /// whether it was outstanding.
    pub fn forget(&mut self, ticket: Ticket) -> bool {
        let slot = self.slot_of(ticket);
        let found = slot.is_some();
        slot.into_iter().for_each(|slot| slot.set_phase(Phase::Free));
        found
    }

    /// Logs off; the server answers [`Incoming::Goodbye`] and closes the connection. What is outstanding by
    /// then is answered first, actions behind it never.
    ///
    /// # Errors
    ///
    /// [`SessionError::Stage`] unless logged in, [`SessionError::Encode`].
    pub fn log_off<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<(), SessionError> {
        if !matches!(self.state, State::Booting | State::Ready | State::Pinged) {
            return Err(SessionError::Stage(self.stage()));
        }
        self.write_own(Own::Logoff, outbox)?;
        self.deadline = after(now, self.timing.action);
        self.state = State::LoggingOff;
        Ok(())
    }

    /// What a message, or a part of one, means.
    ///
    /// # Errors
    ///
    /// [`SessionError::StorageTooSmall`].
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn on_message(&mut self, message: &Message<'_>, now: u64) -> Result<Incoming, SessionError> {
        self.heard = now;
        self.is_alive = true;
        self.current.read(message, self.prefix)?;
        if message.is_incomplete() || self.state == State::Over {
            return Ok(Incoming::Unmatched);
        }
        let is_end = message.is_end();
        Ok(match message.kind() {
            _ if self.state == State::Greeting => self.greeting(message, is_end),
            Kind::Event => self.event(message, is_end),
            Kind::Response | Kind::Other => match self.current.ticket {
                Some(ticket) if ticket.slot == Ticket::OWN => self.own_response(ticket, is_end, now),
                Some(ticket) => self.response(ticket, is_end),
                None => Incoming::Unmatched,
            },
            Kind::Banner | Kind::Action => Incoming::Unmatched,
        })
    }

    /// When [`tick`](Session::tick) is to be called next, at the latest; none if there is nothing to wait for.
    pub fn deadline(&self) -> Option<u64> {
        let slots = self.slots.as_ref().iter().filter_map(Slot::deadline);
        slots.chain(self.own_deadline()).min()
    }

    /// What the passing of time means: to be called until it says nothing more, whenever
    /// [`deadline`](Session::deadline) has been reached, or more often. Writes the keepalive Ping.
    ///
    /// # Errors
    ///
    /// [`SessionError::Encode`] if the outbox is too small for a Ping.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn tick<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        now: u64,
        outbox: &mut Outbox<B>,
    ) -> Result<Option<Incoming>, SessionError> {
        let is_due = |slot: &Slot| slot.deadline().is_some_and(|deadline| deadline <= now);
        if let Some((number, slot)) = numbered(self.slots.as_mut()).find(|(_, slot)| is_due(slot)) {
            let ticket = slot.ticket(number);
            let loss = slot.lose(|_| Loss::TimedOut);
            return Ok(Some(Incoming::Lost { ticket, loss }));
        }
        if self.own_deadline().is_none_or(|deadline| deadline > now) {
            return Ok(None);
        }
        Ok(match self.state {
            State::Booting => {
                self.state = State::Ready;
                Some(Incoming::Ready)
            }
            State::Ready => {
                // Without room, something else waits to be sent, and what waits will be answered too.
                match self.write_own(Own::Ping, outbox) {
                    Err(SessionError::Encode(EncodeError::Full)) => {}
                    written => written?,
                }
                self.is_alive = false;
                self.deadline = after(now, self.timing.pong);
                self.state = State::Pinged;
                None
            }
            // Whatever it was.
            State::Pinged if self.is_alive => {
                self.state = State::Ready;
                None
            }
            _ => {
                let stage = self.stage();
                self.state = State::Over;
                Some(Incoming::Silent(stage))
            }
        })
    }

    /// The connection has ended: to be called until it says nothing more. Says what is known of each action that
    /// was outstanding.
    pub fn close<B: AsRef<[u8]> + AsMut<[u8]>>(&mut self, outbox: &Outbox<B>) -> Option<Incoming> {
        self.state = State::Over;
        let (number, slot) = numbered(self.slots.as_mut()).find(|(_, slot)| !slot.is_free())?;
        let ticket = slot.ticket(number);
        let loss = slot.lose(|mark| if outbox.is_sent(mark) { Loss::OutcomeUnknown } else { Loss::NotSent });
        Some(Incoming::Lost { ticket, loss })
    }

    /// How far the connection has come.
    pub fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Connecting,
            State::Greeted | State::Challenge | State::Challenged | State::Login => Stage::LoggingIn,
            State::Booting | State::Ready | State::Pinged => Stage::Ready,
            State::LoggingOff => Stage::LoggingOff,
            State::Over => Stage::Over,
        }
    }

    /// How many actions are outstanding.
    pub fn outstanding(&self) -> usize {
        self.slots.as_ref().iter().filter(|slot| !slot.is_free()).count()
    }

    /// The action of this connection that an ActionID names, outstanding or not.
    pub fn ticket(&self, action_id: &[u8]) -> Option<Ticket> {
        Ticket::parse(action_id, self.prefix).filter(|ticket| ticket.slot != Ticket::OWN)
    }

    /// The ActionID that names the action on this connection.
    pub fn action_id(&self, ticket: Ticket) -> ActionId {
        ticket.id(self.prefix)
    }

    fn own_deadline(&self) -> Option<u64> {
        match self.state {
            State::Over => None,
            State::Ready if self.timing.keepalive == 0 || self.outstanding() > 0 => None,
            State::Ready => Some(after(self.heard, self.timing.keepalive)),
            _ => Some(self.deadline),
        }
    }

    fn write_own<B: AsRef<[u8]> + AsMut<[u8]>>(
        &mut self,
        own: Own<'_>,
        outbox: &mut Outbox<B>,
    ) -> Result<(), SessionError> {
        let ticket = Ticket { slot: Ticket::OWN, generation: self.own }.next();
        action::write(&own, ticket.id(self.prefix), outbox)?;
        self.own = ticket.generation;
        Ok(())
    }

    /// The slot of an action that is outstanding.
    fn slot_of(&mut self, ticket: Ticket) -> Option<&mut Slot> {
        let slot = self.slots.as_mut().get_mut(ticket.slot as usize)?;
        (!slot.is_free() && slot.ticket(ticket.slot) == ticket).then_some(slot)
    }

    fn greeting(&mut self, message: &Message<'_>, is_end: bool) -> Incoming {
        match message.kind() {
            Kind::Banner => {
                self.lists_are_marked =
                    message.as_bytes().rsplit(|&byte| byte == b'/').next().is_some_and(has_marked_lists);
                self.state = State::Greeted;
                Incoming::LogIn
            }
            Kind::Other if is_end => {
                self.state = State::Over;
                Incoming::Refused(Refusal::NotAsterisk)
            }
            _ => Incoming::Unmatched,
        }
    }

    /// A response to what the session sent on its own account.
    fn own_response(&mut self, ticket: Ticket, is_end: bool, now: u64) -> Incoming {
        if ticket.generation != self.own {
            return Incoming::Unmatched;
        }
        let answer = self.current.answer;
        let (state, incoming) = match self.state {
            State::Challenge if answer == Answer::Success && self.current.has_challenge => {
                (State::Challenged, Incoming::LogIn)
            }
            State::Challenge | State::Login | State::LoggingOff if !is_end => return Incoming::Own,
            State::Challenge => refused(answer, Refusal::NoChallenge),
            State::Login if answer == Answer::Success && self.waits_for_boot => {
                self.deadline = after(now, self.timing.boot);
                (State::Booting, Incoming::Own)
            }
            State::Login if answer == Answer::Success => (State::Ready, Incoming::Ready),
            State::Login => refused(answer, Refusal::Authentication),
            State::Pinged => (State::Ready, Incoming::Own),
            // It did not read what was sent: the deadline says so.
            State::LoggingOff if answer.is_error() => return Incoming::Own,
            State::LoggingOff => (State::Over, Incoming::Goodbye),
            _ => return Incoming::Unmatched,
        };
        self.state = state;
        incoming
    }

    /// A response, or text, that names an action.
    fn response(&mut self, ticket: Ticket, is_end: bool) -> Incoming {
        let Current { answer, list, .. } = self.current;
        let lists_are_marked = self.lists_are_marked;
        let Some(slot) = self.slot_of(ticket) else { return Incoming::Unmatched };
        let phase = match (slot.phase(), slot.reply()) {
            (Phase::Asked { .. }, _) if !is_end => {
                return Incoming::Reply { ticket, answer, is_end: false };
            }
            (Phase::Asked { .. }, _) if answer != Answer::Success => Phase::Free,
            (Phase::Asked { .. }, Reply::Event(_)) if list != ListMark::Start => Phase::Awaiting,
            (Phase::Asked { .. }, reply) => {
                let unmarked = matches!(reply, Reply::List(_)) && !lists_are_marked;
                if list == ListMark::Start || unmarked { Phase::Listing { items: 0 } } else { Phase::Free }
            }
            // An error ends a list, too; any other second response is none.
            (phase, _) if answer.is_error() => {
                if !is_end {
                    return Incoming::Reply { ticket, answer, is_end: false };
                }
                let items = if let Phase::Listing { items } = phase { items } else { 0 };
                slot.set_phase(Phase::Free);
                return Incoming::Aborted { ticket, items };
            }
            _ => return Incoming::Unmatched,
        };
        slot.set_phase(phase);
        if phase != Phase::Free {
            self.open = Some(ticket);
        }
        Incoming::Reply { ticket, answer, is_end: phase == Phase::Free }
    }

    fn event(&mut self, message: &Message<'_>, is_end: bool) -> Incoming {
        let Current { ticket: named, has_id, has_privilege, list, .. } = self.current;
        if let Some(name) = message.name() {
            // Only the first part has the name. The ActionID may be in a later one, of what is open now.
            self.current.ends = named.or(self.open).filter(|&ticket| {
                let reply = self.slot_of(ticket).map(|slot| slot.reply());
                matches!(reply, Some(Reply::List(end) | Reply::Event(end)) if name == end)
            });
        }
        // What ends an answer always names the action.
        let has_end_name = named.is_some() && self.current.ends == named;
        let is_complete = named.is_some() && list == ListMark::Complete;
        // Entries without an ActionID have no Privilege either; nothing else comes between entries.
        let unnamed = self.open.filter(|_| !has_id && !has_privilege);
        let Some(ticket) = named.or(unnamed) else { return self.other_event(is_end) };
        let Some(slot) = self.slot_of(ticket) else { return self.other_event(is_end) };
        match (slot.phase(), slot.reply()) {
            (Phase::Listing { items }, reply) => {
                if is_end && (is_complete || has_end_name && matches!(reply, Reply::List(_))) {
                    slot.set_phase(Phase::Free);
                    return Incoming::Done { ticket, items };
                }
                slot.set_phase(Phase::Listing { items: items.saturating_add(u32::from(is_end)) });
                Incoming::Item { ticket, is_end: false }
            }
            // The event may come without a response: DataGet.
            (Phase::Awaiting | Phase::Asked { .. }, Reply::Event(_)) if has_end_name => {
                if is_end {
                    slot.set_phase(Phase::Free);
                }
                Incoming::Item { ticket, is_end }
            }
            _ => self.other_event(is_end),
        }
    }

    /// An event that is no part of an answer.
    fn other_event(&mut self, is_end: bool) -> Incoming {
        let Current { ticket, has_privilege, event, .. } = self.current;
        match (event, self.stage()) {
            (_, Stage::Connecting | Stage::LoggingIn | Stage::Over) => Incoming::Unmatched,
            // A late entry of a list.
            _ if ticket.is_some() && !has_privilege => Incoming::Unmatched,
            (Known::FullyBooted, _) if is_end && self.state == State::Booting => {
                self.state = State::Ready;
                Incoming::Ready
            }
            (Known::Shutdown, _) if is_end => Incoming::Shutdown,
            _ => Incoming::Event { ticket: ticket.filter(|ticket| ticket.slot != Ticket::OWN) },
        }
    }
}

/// What a session sends on its own account.
enum Own<'a> {
    Challenge,
    Login(&'a Credentials<'a>, Option<&'a Key>),
    Ping,
    Logoff,
}

impl Action for Own<'_> {
    fn name(&self) -> &str {
        match self {
            Own::Challenge => "Challenge",
            Own::Login(..) => "Login",
            Own::Ping => "Ping",
            Own::Logoff => "Logoff",
        }
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        match self {
            Own::Challenge => out.field("AuthType", b"MD5"),
            Own::Login(credentials, key) => credentials.login(*key, out),
            Own::Ping | Own::Logoff => {}
        }
        // The writer knows what they met.
        Ok(())
    }

    fn reply(&self) -> Reply {
        Reply::Response
    }
}

impl<S> fmt::Debug for Session<S> {
    /// Without the prefix, which makes ActionIDs hard to forge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

/// AMI 2.7 and later: Asterisk 13.2.
fn has_marked_lists(version: &[u8]) -> bool {
    matches!(
        version,
        [b'2', b'.', b'7'..=b'9', ..]
            | [b'2', b'.', b'1'..=b'9', b'0'..=b'9', ..]
            | [b'3'..=b'9', ..]
            | [b'1'..=b'9', b'0'..=b'9', ..]
    )
}

fn after(now: u64, time: u32) -> u64 {
    now.saturating_add(u64::from(time))
}

/// Slots with their numbers, as many as can be numbered.
fn numbered(slots: &mut [Slot]) -> impl Iterator<Item = (u32, &mut Slot)> {
    (0..Ticket::OWN).zip(slots)
}

fn refused(answer: Answer, otherwise: Refusal) -> (State, Incoming) {
    let refusal = match answer {
        Answer::AlreadyInUse => Refusal::AlreadyInUse,
        Answer::ShuttingDown => Refusal::ShuttingDown,
        _ => otherwise,
    };
    (State::Over, Incoming::Refused(refusal))
}
