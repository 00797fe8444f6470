//! The contract of the client session as a model: states, deadlines, tickets and written bytes.

use embedded_ami::action::{Completion, Raw};
use embedded_ami::client::{
    ActionId, Credentials, IdKey, Incoming, LoginRefused, LossReason, ResponseStatus, Session, SessionError,
    Slot, Stage, Ticket, Timing,
};
use embedded_ami::wire::{Dialect, EncodeError, Message, Outbox};

const SLOTS: usize = 2;
/// The outbox holds one request of the login, or three actions.
const ROOM: usize = 170;
const TIMING: Timing = Timing::DEFAULT.login(1000).boot(600).action(400).keepalive(500).pong(200);
/// Longer than all of these together.
const LATE: u64 = 5000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Begins a new connection, with an empty outbox.
    Connect,
    LogIn,
    /// Submits an action whose answer is a response, a list, or an event after the response.
    Submit(Kind),
    /// Forgets the oldest outstanding action, or else the last one.
    Forget,
    LogOff,
    OneAtATime,
    /// Handles timeouts half way to the deadline, and at the deadline.
    Early,
    Wait,
    Closed,
    /// Sends the pending bytes.
    Send,
    /// Receives the message that the session waits for, or else the answer to its last request
    /// again.
    Own,
    /// Receives an error instead of it.
    OwnError,
    /// Receives the answer to the session's last request but one.
    Stale,
    /// Receives a message that names the newest outstanding action, or else the last one.
    Success,
    Start,
    Error,
    Entry,
    Complete,
    /// Receives a response that names no action.
    Unnamed,
    /// Receives the event `FullyBooted`.
    Booted,
}

use Call::*;

impl Call {
    pub const ALL: [Call; 22] = [
        Connect,
        LogIn,
        Submit(Kind::Response),
        Submit(Kind::List),
        Submit(Kind::Event),
        Forget,
        LogOff,
        OneAtATime,
        Early,
        Wait,
        Closed,
        Send,
        Own,
        OwnError,
        Stale,
        Success,
        Start,
        Error,
        Entry,
        Complete,
        Unnamed,
        Booted,
    ];
}

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Response,
    List,
    Event,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Response => "Ask",
            Kind::List => "All",
            Kind::Event => "Dial",
        }
    }

    fn completion(self) -> Completion {
        match self {
            Kind::Response => Completion::Response,
            Kind::List => Completion::List("Done"),
            Kind::Event => Completion::Event("Done"),
        }
    }

    /// Actions that an event ends have a time limit of their own.
    fn time(self) -> u32 {
        if self == Kind::Event { 150 } else { TIMING.action }
    }
}

/// Returns the states from which the orders begin: the name, the session, and the calls that lead
/// there.
pub fn starts() -> [(&'static str, Model, &'static [Call]); 5] {
    let pinged: &[Call] = &[OneAtATime, Connect, LogIn, Send, Own, Booted, Wait, Send];
    [
        ("client that was never connected", Model::new(true), &[]),
        ("client that logs in", Model::new(true), &[Connect, Own, LogIn, Send]),
        ("client that waits for the server to boot", Model::new(false), &pinged[..5]),
        ("client that waits for a Pong", Model::new(false), pinged),
        ("client that is logged in", Model::new(false), &[Connect, Own, LogIn, Send, Own, Booted]),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting,
    Greeted,
    Challenge,
    Challenged,
    Login,
    Booting,
    Ready,
    Pinged,
    LoggingOff,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asked,
    Listing(u32),
    Awaiting,
    Ended,
}

#[derive(Debug, Clone, PartialEq)]
struct Action {
    ticket: Ticket,
    id: ActionId,
    kind: Kind,
    deadline: u64,
    phase: Phase,
    /// The offset in the stream at which its request ends.
    end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    has_md5: bool,
    now: u64,
    state: State,
    connections: u8,
    heard: u64,
    /// The deadline of the session's own request.
    deadline: u64,
    one_at_a_time: bool,
    is_owed: bool,
    is_alive: bool,
    lists_are_marked: bool,
    /// The ActionIDs of the session's last own requests, and whether the last of them is the last
    /// begun: a Ping without room is begun but not written.
    own: Vec<u8>,
    own_before: Vec<u8>,
    has_own: bool,
    /// Whether the last message was a challenge.
    has_challenge: bool,
    /// The actions of this connection, and the tickets of earlier ones.
    actions: Vec<Action>,
    tickets: Vec<Ticket>,
    last: Option<ActionId>,
    pending: Vec<u8>,
    /// The number of bytes sent on this connection.
    sent: usize,
}

pub struct World {
    session: Session<[Slot; SLOTS]>,
    outbox: Outbox<[u8; ROOM]>,
    credentials: Credentials<'static>,
}

/// A call with its arguments.
pub enum Done {
    Connect(IdKey, u64),
    LogIn(u64, Vec<u8>),
    Submit(Kind, u64),
    Forget(Option<Ticket>),
    LogOff(u64),
    OneAtATime(bool),
    Timeout(u64),
    Closed,
    Send,
    Receive(Vec<u8>, u64),
}

/// The result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Nothing,
    Report(Option<Incoming>),
    Ticket(Ticket),
    Forgotten(bool),
    Failed(SessionError),
}

const FULL: Outcome = Outcome::Failed(SessionError::Encode(EncodeError::Full));

impl World {
    fn make(&mut self, done: &Done) -> Outcome {
        let Self { session, outbox, credentials } = self;
        let unit = |result: Result<(), _>| result.map_or_else(Outcome::Failed, |()| Outcome::Nothing);
        let report = |result: Result<_, _>| result.map_or_else(Outcome::Failed, Outcome::Report);
        match *done {
            Done::Connect(key, now) => {
                outbox.clear();
                session.on_connected(key, now);
                Outcome::Nothing
            }
            Done::LogIn(now, ref message) => {
                let message = Message::parse(message).expect("a message");
                unit(session.log_in(credentials, &message, now, outbox))
            }
            Done::Submit(kind, now) => {
                let action = Raw::without_headers(kind.name()).with_completion(kind.completion());
                let ticket = match kind {
                    Kind::Event => session.submit_within(&action, kind.time(), now, outbox),
                    _ => session.submit(&action, now, outbox),
                };
                ticket.map_or_else(Outcome::Failed, Outcome::Ticket)
            }
            Done::Forget(ticket) => Outcome::Forgotten(ticket.is_some_and(|ticket| session.forget(ticket))),
            Done::LogOff(now) => unit(session.log_off(now, outbox)),
            Done::OneAtATime(is) => {
                session.set_one_at_a_time(is);
                Outcome::Nothing
            }
            Done::Timeout(now) => report(session.on_timeout(now, outbox)),
            Done::Closed => Outcome::Report(session.on_closed(outbox)),
            Done::Send => {
                outbox.advance(usize::MAX);
                Outcome::Nothing
            }
            Done::Receive(ref message, now) => {
                let message = Message::parse(message).expect("a message");
                report(session.on_message(&message, now).map(Some))
            }
        }
    }
}

impl Model {
    fn new(has_md5: bool) -> Self {
        Self {
            has_md5,
            now: 10_000,
            state: State::Closed,
            connections: 0,
            heard: 0,
            deadline: 0,
            one_at_a_time: false,
            is_owed: false,
            is_alive: false,
            lists_are_marked: false,
            own: b"none".to_vec(),
            own_before: b"none".to_vec(),
            has_own: false,
            has_challenge: false,
            actions: Vec::new(),
            tickets: Vec::new(),
            last: None,
            pending: Vec::new(),
            sent: 0,
        }
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Connecting,
            State::Greeted | State::Challenge | State::Challenged | State::Login => Stage::LoggingIn,
            State::Booting | State::Ready | State::Pinged => Stage::Ready,
            State::LoggingOff => Stage::LoggingOff,
            State::Closed => Stage::Closed,
        }
    }

    fn outstanding(&self) -> impl DoubleEndedIterator<Item = &Action> {
        self.actions.iter().filter(|action| action.phase != Phase::Ended)
    }

    fn own_deadline(&self) -> Option<u64> {
        match self.state {
            // Nothing to wait for, or the caller must act.
            State::Closed | State::Greeted | State::Challenged => None,
            State::Ready if self.outstanding().count() > 0 => None,
            State::Ready => Some(self.heard + u64::from(TIMING.keepalive)),
            _ => Some(self.deadline),
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        self.outstanding().map(|action| action.deadline).chain(self.own_deadline()).min()
    }

    fn after(&self, time: u32) -> u64 {
        self.now + u64::from(time)
    }

    /// Makes the call and compares everything that can be seen of the session.
    fn make(&mut self, world: &mut World, done: Done) -> Done {
        let result = world.make(&done);
        let written = world.outbox.pending().get(self.pending.len()..).unwrap_or_default().to_vec();
        let expected = self.expect(&done, result, &written);
        assert_eq!(result, expected, "{self:?}");
        let World { session, outbox, .. } = world;
        if let (Done::Submit(kind, _), Outcome::Ticket(ticket)) = (&done, result) {
            let id = session.action_id(ticket);
            assert_eq!(session.ticket(id.as_ref()), Some(ticket));
            self.submitted(ticket, *kind, id);
        }
        assert_eq!(outbox.pending(), self.pending, "{}", outbox.pending().escape_ascii());
        assert_eq!(session.stage(), self.stage(), "{self:?}");
        assert_eq!(session.outstanding(), self.outstanding().count(), "{self:?}");
        assert_eq!(session.deadline(), self.next_deadline(), "{self:?}");
        done
    }

    /// Applies a call to the model, and returns its result. Only the bytes of the session's own
    /// requests, the tickets, and the choice among several lost actions are taken from the session,
    /// and checked.
    fn expect(&mut self, done: &Done, result: Outcome, written: &[u8]) -> Outcome {
        match *done {
            Done::Connect(_, now) => {
                self.state = State::Greeting;
                self.connections += 1;
                (self.heard, self.deadline) = (now, self.after(TIMING.login));
                (self.is_owed, self.lists_are_marked, self.has_own) = (false, false, false);
                self.tickets.extend(self.actions.drain(..).map(|action| action.ticket));
                self.pending.clear();
                self.sent = 0;
                Outcome::Nothing
            }
            Done::LogIn(..) => self.log_in(written),
            Done::Submit(kind, _) => self.submit(kind, result),
            Done::Forget(ticket) => {
                let action = self.actions.iter_mut().find(|action| Some(action.ticket) == ticket);
                let was = action.map_or(Phase::Ended, |it| std::mem::replace(&mut it.phase, Phase::Ended));
                self.is_owed |= was == Phase::Asked;
                Outcome::Forgotten(was != Phase::Ended)
            }
            Done::LogOff(_) => match self.state {
                State::Booting | State::Ready | State::Pinged => {
                    self.request("Logoff", "", State::LoggingOff, self.after(TIMING.action), written)
                }
                _ => Outcome::Failed(SessionError::Stage(self.stage())),
            },
            Done::OneAtATime(is) => {
                self.one_at_a_time = is;
                Outcome::Nothing
            }
            Done::Timeout(now) => {
                let reported = self.time_out(result, written);
                let next = self.next_deadline();
                assert!(reported != Outcome::Report(None) || next.is_none_or(|next| next > now), "{self:?}");
                reported
            }
            Done::Closed => {
                self.state = State::Closed;
                self.lose(
                    result,
                    |_| true,
                    |action, sent| match action.phase {
                        Phase::Asked if action.end <= sent => LossReason::OutcomeUnknown,
                        Phase::Asked => LossReason::NotSent,
                        Phase::Listing(entries) => LossReason::CutShort { entries },
                        Phase::Awaiting | Phase::Ended => LossReason::CutShort { entries: 0 },
                    },
                )
                .unwrap_or(Outcome::Report(None))
            }
            Done::Send => {
                self.sent += self.pending.len();
                self.pending.clear();
                Outcome::Nothing
            }
            Done::Receive(ref message, _) => Outcome::Report(Some(self.receive(message))),
        }
    }

    /// Expects that an action for which `may` holds is lost, if there is one.
    fn lose(
        &mut self,
        result: Outcome,
        may: impl Fn(&Action) -> bool,
        reason: impl Fn(&Action, usize) -> LossReason,
    ) -> Option<Outcome> {
        self.outstanding().find(|action| may(action))?;
        let Outcome::Report(Some(Incoming::Lost { ticket, .. })) = result else {
            panic!("{result:?} instead of a lost action: {self:?}")
        };
        let sent = self.sent;
        let action = self.actions.iter_mut().find(|it| it.ticket == ticket).expect("an action");
        assert!(action.phase != Phase::Ended && may(action), "{action:?} is lost");
        let reason = reason(action, sent);
        action.phase = Phase::Ended;
        Some(Outcome::Report(Some(Incoming::Lost { ticket, reason })))
    }

    /// Expects a request of the session's own.
    fn request(&mut self, name: &str, headers: &str, state: State, deadline: u64, written: &[u8]) -> Outcome {
        let begin = format!("Action: {name}\r\nActionID: ");
        let end = format!("\r\n{headers}\r\n");
        let length = begin.len() + 28 + end.len();
        let fits = self.pending.len() + length <= ROOM;
        if !fits && state != State::Pinged {
            return FULL;
        }
        if fits {
            let id = written.get(begin.len()..begin.len() + 28).unwrap_or_default();
            assert!(
                written.starts_with(begin.as_bytes())
                    && written.ends_with(end.as_bytes())
                    && written.len() == length,
                "{}",
                written.escape_ascii()
            );
            assert!(id != self.own && self.actions.iter().all(|action| action.id.as_ref() != id));
            self.own_before = std::mem::replace(&mut self.own, id.to_vec());
            self.pending.extend(written);
        }
        self.has_own = fits;
        (self.state, self.deadline) = (state, deadline);
        Outcome::Nothing
    }

    fn log_in(&mut self, written: &[u8]) -> Outcome {
        let md5 = "Username: u\r\nAuthType: MD5\r\nKey: 07070707070707070707070707070707\r\nEvents: on\r\n";
        let plain = "Username: u\r\nSecret: s\r\nEvents: on\r\n";
        let deadline = self.after(TIMING.login);
        match self.state {
            State::Greeting | State::Greeted if self.has_md5 => {
                self.request("Challenge", "AuthType: MD5\r\n", State::Challenge, deadline, written)
            }
            State::Greeting | State::Greeted => self.request("Login", plain, State::Login, deadline, written),
            State::Challenged => {
                // After an attempt that fails, the next one has the whole limit.
                let kept = std::mem::take(&mut self.deadline);
                if !self.has_challenge {
                    return Outcome::Failed(SessionError::NoChallenge);
                }
                let deadline = if kept > self.now { kept } else { deadline };
                self.request("Login", md5, State::Login, deadline, written)
            }
            _ => Outcome::Failed(SessionError::Stage(self.stage())),
        }
    }

    fn submit(&mut self, kind: Kind, result: Outcome) -> Outcome {
        let outstanding = self.outstanding().count();
        let length = format!("Action: {}\r\nActionID: \r\n\r\n", kind.name()).len() + 28;
        match self.state {
            State::Booting | State::Ready | State::Pinged => {}
            _ => return Outcome::Failed(SessionError::Stage(self.stage())),
        }
        if self.one_at_a_time && (outstanding > 0 || self.state == State::Pinged) {
            return Outcome::Failed(SessionError::Busy);
        }
        if outstanding == SLOTS {
            return Outcome::Failed(SessionError::SlotsFull);
        }
        if self.pending.len() + length > ROOM {
            return FULL;
        }
        let Outcome::Ticket(ticket) = result else { panic!("{result:?} instead of a ticket: {self:?}") };
        assert!(!self.tickets.contains(&ticket), "{ticket:?} again");
        assert!(self.actions.iter().all(|action| action.ticket != ticket), "{ticket:?} again");
        Outcome::Ticket(ticket)
    }

    /// Records a submitted action, whose ActionID the session tells.
    fn submitted(&mut self, ticket: Ticket, kind: Kind, id: ActionId) {
        assert!(id.as_ref() != self.own && Some(id) != self.last);
        let request = format!("Action: {}\r\nActionID: {}\r\n\r\n", kind.name(), id.as_str());
        self.pending.extend(request.as_bytes());
        self.actions.push(Action {
            ticket,
            id,
            kind,
            deadline: self.after(kind.time()),
            phase: Phase::Asked,
            end: self.sent + self.pending.len(),
        });
        self.last = Some(id);
    }

    fn time_out(&mut self, result: Outcome, written: &[u8]) -> Outcome {
        let now = self.now;
        let before = self.outstanding().filter(|action| action.phase == Phase::Asked).count();
        let lost = self.lose(
            result,
            |action| action.deadline <= now,
            |action, _| match action.phase {
                Phase::Asked => LossReason::TimedOut,
                Phase::Listing(entries) => LossReason::CutShort { entries },
                Phase::Awaiting | Phase::Ended => LossReason::CutShort { entries: 0 },
            },
        );
        if let Some(lost) = lost {
            self.is_owed |= before > self.outstanding().filter(|action| action.phase == Phase::Asked).count();
            return lost;
        }
        if self.own_deadline().is_none_or(|deadline| deadline > now) {
            return Outcome::Report(None);
        }
        match self.state {
            State::Booting => {
                self.state = State::Ready;
                Outcome::Report(Some(Incoming::Ready))
            }
            State::Ready => {
                self.is_alive = false;
                self.request("Ping", "", State::Pinged, self.after(TIMING.pong), written);
                Outcome::Report(None)
            }
            State::Pinged if self.is_alive => {
                self.state = State::Ready;
                self.is_owed = true;
                self.time_out(result, written)
            }
            _ => {
                let stage = self.stage();
                self.state = State::Closed;
                Outcome::Report(Some(Incoming::ServerTimedOut(stage)))
            }
        }
    }

    /// Returns the message of a call that receives one.
    fn message(&self, call: Call) -> Vec<u8> {
        let newest = self.outstanding().next_back().map(|action| action.id).or(self.last);
        let newest = newest.as_ref().map_or("none", |id| id.as_str());
        let own = String::from_utf8_lossy(&self.own);
        let text = match call {
            Own if self.state == State::Greeting => "Asterisk Call Manager/11.0.0\r\n".into(),
            Own if self.state == State::Challenge => {
                format!("Response: Success\r\nActionID: {own}\r\nChallenge: 1234\r\n\r\n")
            }
            Own if self.state == State::LoggingOff => format!("Response: Goodbye\r\nActionID: {own}\r\n\r\n"),
            Own => format!("Response: Success\r\nActionID: {own}\r\n\r\n"),
            OwnError => format!("Response: Error\r\nActionID: {own}\r\nMessage: No\r\n\r\n"),
            Stale => {
                format!("Response: Success\r\nActionID: {}\r\n\r\n", self.own_before.escape_ascii())
            }
            Success => format!("Response: Success\r\nActionID: {newest}\r\n\r\n"),
            Start => format!("Response: Success\r\nActionID: {newest}\r\nEventList: start\r\n\r\n"),
            Error => format!("Response: Error\r\nActionID: {newest}\r\nMessage: No\r\n\r\n"),
            Entry => format!("Event: Entry\r\nActionID: {newest}\r\n\r\n"),
            Complete => format!("Event: Done\r\nActionID: {newest}\r\nEventList: Complete\r\n\r\n"),
            Unnamed => "Response: Success\r\n\r\n".into(),
            Booted => "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n".into(),
            _ => unreachable!("{call:?} receives nothing"),
        };
        text.into_bytes()
    }

    /// Returns the report of a message.
    fn receive(&mut self, bytes: &[u8]) -> Incoming {
        let message = Message::parse(bytes).expect("a message");
        self.has_challenge = message.get("Challenge").is_some();
        if self.state == State::Closed {
            return Incoming::Unmatched;
        }
        (self.heard, self.is_alive) = (self.now, true);
        if self.state == State::Greeting {
            if message.banner().is_none() {
                return Incoming::Unmatched;
            }
            (self.state, self.lists_are_marked) = (State::Greeted, true);
            return Incoming::LogIn;
        }
        let id = message.get("ActionID").map(|id| id.as_bytes());
        let at = id.and_then(|id| self.actions.iter().position(|action| action.id.as_ref() == id));
        if message.get("Event").is_some() {
            return self.event(at, id.is_some(), message.get("EventList").is_some());
        }
        let is_own = self.has_own && id == Some(&self.own);
        let (is_own, at) = match id {
            Some(_) => (is_own, at),
            None => self.unnamed(),
        };
        let is_success = message.get("Response").is_some_and(|word| word != "Error");
        if is_own {
            return self.own_response(is_success);
        }
        let Some(action) = at.map(|at| &mut self.actions[at]) else { return Incoming::Unmatched };
        let Action { ticket, phase, kind, .. } = *action;
        let is_marked = message.get("EventList").is_some();
        let status = if is_success { ResponseStatus::Success } else { ResponseStatus::Error };
        action.phase = match phase {
            Phase::Ended => return Incoming::Unmatched,
            Phase::Asked if !is_success => Phase::Ended,
            Phase::Asked if is_marked => Phase::Listing(0),
            Phase::Asked if kind == Kind::List && !self.lists_are_marked => Phase::Listing(0),
            Phase::Asked if kind == Kind::Event => Phase::Awaiting,
            Phase::Asked => Phase::Ended,
            // An error ends what has begun. Any other second response belongs to nothing.
            Phase::Listing(_) | Phase::Awaiting if is_success => return Incoming::Unmatched,
            Phase::Listing(_) | Phase::Awaiting => {
                action.phase = Phase::Ended;
                let entries = if let Phase::Listing(entries) = phase { entries } else { 0 };
                return Incoming::ListAborted { ticket, entries };
            }
        };
        Incoming::Response { ticket, status, is_end: action.phase == Phase::Ended }
    }

    /// Returns the only request that a response without an ActionID can answer.
    fn unnamed(&self) -> (bool, Option<usize>) {
        let asked = |action: &Action| action.phase == Phase::Asked;
        let own = matches!(self.state, State::Challenge | State::Login | State::Pinged | State::LoggingOff);
        let count = self.actions.iter().filter(|action| asked(action)).count() + usize::from(own);
        if !self.one_at_a_time || self.is_owed || count != 1 {
            return (false, None);
        }
        (own, self.actions.iter().position(asked))
    }

    fn own_response(&mut self, is_success: bool) -> Incoming {
        let (state, incoming) = match self.state {
            State::Challenge if is_success && self.has_challenge => (State::Challenged, Incoming::LogIn),
            State::Challenge => (State::Closed, Incoming::Refused(LoginRefused::NoChallenge)),
            State::Login if is_success => {
                self.deadline = self.deadline.min(self.after(TIMING.boot));
                (State::Booting, Incoming::Internal)
            }
            State::Login => (State::Closed, Incoming::Refused(LoginRefused::Authentication)),
            State::Pinged => (State::Ready, Incoming::Internal),
            State::LoggingOff if is_success => (State::Closed, Incoming::LoggedOff),
            State::LoggingOff => (State::LoggingOff, Incoming::Internal),
            _ => return Incoming::Unmatched,
        };
        self.state = state;
        incoming
    }

    fn event(&mut self, at: Option<usize>, is_named: bool, is_complete: bool) -> Incoming {
        let is_in = matches!(self.stage(), Stage::Ready | Stage::LoggingOff);
        let Some(action) = at.map(|at| &mut self.actions[at]) else {
            let is_booted = !is_named;
            if is_booted && self.state == State::Booting {
                self.state = State::Ready;
                return Incoming::Ready;
            }
            return if is_in { Incoming::Event { ticket: None } } else { Incoming::Unmatched };
        };
        let ticket = action.ticket;
        match (action.phase, action.kind) {
            (Phase::Listing(entries), _) if is_complete => {
                action.phase = Phase::Ended;
                Incoming::ListComplete { ticket, entries }
            }
            (Phase::Listing(entries), _) => {
                action.phase = Phase::Listing(entries + 1);
                Incoming::ListEntry { ticket, is_end: false }
            }
            // The event can come without a response.
            (Phase::Asked | Phase::Awaiting, Kind::Event) if is_complete => {
                action.phase = Phase::Ended;
                Incoming::ListEntry { ticket, is_end: true }
            }
            _ => Incoming::Unmatched,
        }
    }
}

impl crate::Model for Model {
    type Call = Call;
    type Done = Done;
    type World = World;

    fn world(&self) -> World {
        let credentials = match self.has_md5 {
            true => Credentials::with_md5("u", "s", |_| [7; 16]),
            false => Credentials::plain("u", "s"),
        };
        World {
            session: Session::new([Slot::FREE; SLOTS]).timing(TIMING),
            outbox: Outbox::for_client([0; ROOM], Dialect::Current),
            credentials: credentials.events("on"),
        }
    }

    fn call(&mut self, world: &mut World, call: Call) -> Done {
        let oldest = self.outstanding().next().or(self.actions.last()).map(|action| action.ticket);
        let oldest = oldest.or(self.tickets.last().copied());
        let done = match call {
            Connect => Done::Connect(IdKey([self.connections; 16]), self.now),
            LogIn => {
                let challenge = if self.has_challenge { "Challenge: 1234" } else { "Nothing: 1234" };
                Done::LogIn(self.now, format!("Response: Success\r\n{challenge}\r\n\r\n").into_bytes())
            }
            Submit(kind) => Done::Submit(kind, self.now),
            Forget => Done::Forget(oldest),
            LogOff => Done::LogOff(self.now),
            OneAtATime => Done::OneAtATime(!self.one_at_a_time),
            Early | Wait => {
                let left = self.next_deadline().map_or(0, |deadline| deadline.saturating_sub(self.now));
                self.now += if call == Wait { left } else { left / 2 };
                Done::Timeout(self.now)
            }
            Closed => Done::Closed,
            Send => Done::Send,
            _ => Done::Receive(self.message(call), self.now),
        };
        self.make(world, done)
    }

    fn again(world: &mut World, done: &Done) {
        world.make(done);
    }

    fn end(mut self, mut world: World, by_time: bool) {
        if by_time {
            for round in 0.. {
                let Some(deadline) = self.next_deadline() else { break };
                assert!(round < 20, "no end by {deadline} ms: {self:?}");
                // The first call comes later than every deadline.
                self.now = self.now.max(deadline) + if round == 0 { LATE } else { 0 };
                self.make(&mut world, Done::Timeout(self.now));
                self.make(&mut world, Done::Send);
            }
        } else {
            while self.outstanding().count() > 0 {
                self.make(&mut world, Done::Closed);
            }
            self.make(&mut world, Done::Closed);
        }
        assert_eq!(self.outstanding().count(), 0);
    }
}
