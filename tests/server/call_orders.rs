//! The contract of the server session as a model: logins, turns, deadlines and written bytes.

use std::sync::LazyLock;

use embedded_ami::classes::Classes;
use embedded_ami::server::{
    Account, Attempt, EncodedEvent, Incoming, Request, Session, SessionError, Stage, Timing,
};
use embedded_ami::wire::{EncodeError, Message, Outbox};

/// The outbox holds the answer to a login with its event, or some answers.
const ROOM: usize = 220;
const TIMING: Timing = Timing::DEFAULT.authentication(3000).penalty(500);
const CHALLENGE: u32 = 0x243f_6a88;
const ACCOUNT: Account = Account::new("s")
    .read(Classes::from_bits(Classes::CALL.bits() | Classes::SYSTEM.bits()))
    .write(Classes::CALL);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Begins a new connection, which empties the outbox.
    Connect,
    Receive(Text),
    /// Decides the last attempt to log in: with an account, without one, or as logged in elsewhere.
    Accept,
    Reject,
    InUse,
    Success,
    Fail,
    /// Begins or continues a list, and writes an entry or the end.
    Entry,
    Complete,
    /// Copies an event to the outbox if the session wants it.
    Event,
    Disconnect,
    ShutDown,
    /// Handles timeouts half way to the deadline, and at the deadline.
    Early,
    Wait,
    /// Sends the pending bytes.
    Send,
}

use Call::*;

impl Call {
    pub const ALL: [Call; 21] = [
        Connect,
        Receive(Text::Challenge),
        Receive(Text::Plain),
        Receive(Text::Key),
        Receive(Text::Ask),
        Receive(Text::Events),
        Receive(Text::Logoff),
        Receive(Text::Nameless),
        Accept,
        Reject,
        InUse,
        Success,
        Fail,
        Entry,
        Complete,
        Event,
        Disconnect,
        ShutDown,
        Early,
        Wait,
        Send,
    ];
}

/// The messages of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Challenge,
    /// A login with the secret, which asks for the events of calls.
    Plain,
    /// A login with the key of the challenge, which asks for all events.
    Key,
    Ask,
    Events,
    Logoff,
    /// A request without an action.
    Nameless,
}

/// The messages, in the order of their kinds.
static MESSAGES: LazyLock<[Message<'static>; 7]> = LazyLock::new(|| {
    [
        "Action: Challenge\r\nActionID: 1\r\nAuthType: MD5\r\n\r\n",
        "Action: Login\r\nActionID: 2\r\nUsername: u\r\nSecret: s\r\nEvents: call\r\n\r\n",
        "Action: Login\r\nActionID: 3\r\nAuthType: MD5\r\nUsername: u\r\n\
         Key: 07070707070707070707070707070707\r\n\r\n",
        "Action: Ask\r\nActionID: 4\r\n\r\n",
        "Action: Events\r\nActionID: 5\r\nEventMask: off\r\n\r\n",
        "Action: Logoff\r\nActionID: 6\r\n\r\n",
        "ActionID: 7\r\nAsk: x\r\n\r\n",
    ]
    .map(|text| Message::parse(text.as_bytes()).expect("a message"))
});

impl Text {
    fn message(self) -> Message<'static> {
        MESSAGES[self as usize]
    }

    /// Returns the ActionID.
    fn id(self) -> usize {
        self as usize + 1
    }
}

/// Returns the states from which the orders begin: the name, the session, and the calls that lead
/// there.
pub fn starts() -> [(&'static str, Model, &'static [Call]); 4] {
    let key: &[Call] = &[Connect, Send, Receive(Text::Challenge), Send, Receive(Text::Key)];
    let asked: &[Call] = &[Connect, Send, Receive(Text::Plain), Accept, Send, Receive(Text::Ask)];
    [
        ("server that was never connected", Model::new(), &[]),
        ("server that decides a login", Model::new(), key),
        ("server whose client is logged in", Model::new(), &asked[..5]),
        ("server that has a request", Model::new(), asked),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Client,
    LogIn,
    Refuse(&'static str),
    Request,
    List(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    now: u64,
    stage: Stage,
    turn: Turn,
    deadline: u64,
    is_challenged: bool,
    mask: Classes,
    /// The message that the decoder lends.
    text: Text,
    /// Whether the last attempt to log in proves that the client knows the secret.
    has_proof: bool,
    pending: String,
}

pub struct World {
    session: Session<&'static str>,
    outbox: Outbox<[u8; ROOM]>,
    message: Message<'static>,
    /// The last attempt to log in.
    attempt: Attempt<'static>,
}

/// A call with its time.
pub type Done = (Call, u64);

/// The result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Nothing,
    LogIn,
    Request,
    LoggedIn(bool),
    Failed(SessionError),
}

const FULL: Outcome = Outcome::Failed(SessionError::Encode(EncodeError::Full));
const NOTHING_TO_ANSWER: Outcome = Outcome::Failed(SessionError::NothingToAnswer);

impl World {
    fn make(&mut self, (call, now): Done) -> Outcome {
        let Self { session, outbox, message, attempt } = self;
        let encoded = |result: Result<(), EncodeError>| {
            result.map_or_else(|error| Outcome::Failed(error.into()), |()| Outcome::Nothing)
        };
        match call {
            Connect => encoded(session.on_connected(CHALLENGE, now, outbox)),
            Receive(text) => {
                let (outcome, lent) = match session.on_message(&text.message(), outbox) {
                    Ok(Incoming::LogIn(new)) => {
                        *attempt = new;
                        (Outcome::LogIn, text.message())
                    }
                    Ok(Incoming::Request(_)) => (Outcome::Request, text.message()),
                    Ok(Incoming::Nothing) => (Outcome::Nothing, text.message()),
                    Err(error) => (Outcome::Failed(error), *message),
                };
                *message = lent;
                outcome
            }
            Accept | Reject => {
                let account = (call == Accept).then_some(ACCOUNT);
                let is_in = session.log_in(attempt, account, now, outbox);
                is_in.map_or_else(Outcome::Failed, Outcome::LoggedIn)
            }
            InUse => outcome(session.refuse_already_logged_in(now)),
            Success | Fail | Entry | Complete => {
                let request = Request::from_message(message);
                outcome(session.answer(&request, outbox).and_then(|responder| match call {
                    Success => responder.success("yes"),
                    Fail => responder.error("no"),
                    Entry => Ok(responder.list("all")?.entry("Item", |out| out.header("Name", "x"))?),
                    _ => Ok(responder.list("all")?.complete("End", |_| Ok(()))?),
                }))
            }
            // An application sends no event before it has answered.
            Event if session.is_busy() || !session.wants(Classes::CALL) => Outcome::Nothing,
            Event => {
                let mut event = EncodedEvent::new([0; 64]);
                event.write("Ring", Classes::CALL, |_| Ok(())).expect("room");
                encoded(event.copy_to(outbox))
            }
            Disconnect => {
                session.disconnect();
                Outcome::Nothing
            }
            ShutDown => encoded(session.shut_down(true, outbox)),
            Early | Wait => encoded(session.on_timeout(message, now, outbox)),
            Send => {
                outbox.advance(usize::MAX);
                Outcome::Nothing
            }
        }
    }
}

fn outcome(result: Result<(), SessionError>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Nothing)
}

impl Model {
    fn new() -> Self {
        Self {
            now: 10_000,
            stage: Stage::Closed,
            turn: Turn::Client,
            deadline: 0,
            is_challenged: false,
            mask: Classes::ALL,
            text: Text::Nameless,
            has_proof: false,
            pending: String::new(),
        }
    }

    fn deadline(&self) -> Option<u64> {
        (self.stage == Stage::Anonymous).then_some(self.deadline)
    }

    /// Makes the call and compares everything that can be seen of the session.
    fn make(&mut self, world: &mut World, call: Call) -> Done {
        let result = world.make((call, self.now));
        let expected = self.expect(call);
        let World { session, outbox, .. } = world;
        assert_eq!(result, expected, "{self:?}");
        assert_eq!(outbox.pending(), self.pending.as_bytes(), "{}", outbox.pending().escape_ascii());
        assert_eq!((session.stage(), session.deadline()), (self.stage, self.deadline()), "{self:?}");
        assert_eq!(session.is_busy(), self.turn != Turn::Client, "{self:?}");
        let is_in = self.stage == Stage::LoggedIn;
        for class in [Classes::CALL, Classes::SYSTEM, Classes::AGENT] {
            let wants = is_in && ACCOUNT.read.contains(class) && self.mask.contains(class);
            assert_eq!(session.wants(class), wants, "{self:?}");
            assert_eq!(session.permits(class), is_in && ACCOUNT.write.contains(class), "{self:?}");
        }
        (call, self.now)
    }

    /// Writes messages to the outbox, all or none.
    fn write(&mut self, text: &str) -> Result<(), Outcome> {
        if self.pending.len() + text.len() > ROOM {
            return Err(FULL);
        }
        self.pending += text;
        Ok(())
    }

    fn respond(&mut self, text: Text, kind: &str, headers: &str) -> Result<(), Outcome> {
        self.write(&format!("Response: {kind}\r\nActionID: {}\r\n{headers}\r\n\r\n", text.id()))
    }

    fn close(&mut self) {
        (self.stage, self.turn) = (Stage::Closed, Turn::Client);
    }

    /// Applies a call to the model and returns its result.
    fn expect(&mut self, call: Call) -> Outcome {
        let result = match call {
            Connect => {
                self.pending = "Asterisk Call Manager/11.0.0\r\n".into();
                (self.stage, self.turn) = (Stage::Anonymous, Turn::Client);
                (self.mask, self.is_challenged) = (Classes::ALL, false);
                self.deadline = self.now + u64::from(TIMING.authentication);
                Ok(Outcome::Nothing)
            }
            Receive(text) => self.receive(text),
            Accept | Reject | InUse => self.decide(call),
            Success | Fail | Entry | Complete => self.answer(call),
            Event => {
                let wants = self.stage == Stage::LoggedIn && self.mask.contains(Classes::CALL);
                if wants && self.turn == Turn::Client {
                    self.write("Event: Ring\r\nPrivilege: call,all\r\n\r\n").map(|()| Outcome::Nothing)
                } else {
                    Ok(Outcome::Nothing)
                }
            }
            Disconnect => {
                self.close();
                Ok(Outcome::Nothing)
            }
            ShutDown => {
                let wants = self.stage == Stage::LoggedIn && self.mask.contains(Classes::SYSTEM);
                // The session ends all the same.
                self.close();
                let event =
                    "Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: True\r\n\r\n";
                if wants { self.write(event).map(|()| Outcome::Nothing) } else { Ok(Outcome::Nothing) }
            }
            Early | Wait => self.time_out(),
            Send => {
                self.pending.clear();
                Ok(Outcome::Nothing)
            }
        };
        result.unwrap_or_else(|failed| failed)
    }

    fn receive(&mut self, text: Text) -> Result<Outcome, Outcome> {
        if self.turn != Turn::Client {
            return Err(Outcome::Failed(SessionError::Unanswered));
        }
        let is_in = self.stage == Stage::LoggedIn;
        let mut outcome = Outcome::Nothing;
        match text {
            _ if self.stage == Stage::Closed => {}
            Text::Challenge => {
                self.respond(text, "Success", "Challenge: 618531806")?;
                self.is_challenged = true;
            }
            Text::Plain | Text::Key if is_in => {
                self.respond(text, "Success", "Message: Already authenticated")?;
            }
            Text::Plain | Text::Key => {
                self.has_proof = text == Text::Plain || self.is_challenged;
                (self.turn, outcome) = (Turn::LogIn, Outcome::LogIn);
            }
            Text::Ask if is_in => (self.turn, outcome) = (Turn::Request, Outcome::Request),
            Text::Events if is_in => {
                self.respond(text, "Success", "Events: Off")?;
                self.mask = Classes::NONE;
            }
            Text::Ask | Text::Events => self.respond(text, "Error", "Message: Permission denied")?,
            Text::Logoff => {
                self.respond(text, "Goodbye", "Message: Thanks for all the fish.")?;
                self.close();
            }
            Text::Nameless => self.respond(text, "Error", "Message: Missing action in request")?,
        }
        self.text = text;
        Ok(outcome)
    }

    fn decide(&mut self, call: Call) -> Result<Outcome, Outcome> {
        if self.turn != Turn::LogIn {
            return Err(NOTHING_TO_ANSWER);
        }
        if call != Accept || !self.has_proof {
            self.turn =
                Turn::Refuse(if call == InUse { "Login Already In Use" } else { "Authentication failed" });
            self.deadline = self.now + u64::from(TIMING.penalty);
            return Ok(if call == InUse { Outcome::Nothing } else { Outcome::LoggedIn(false) });
        }
        let mut pending = self.clone();
        pending.respond(self.text, "Success", "Message: Authentication accepted")?;
        let is_key = self.text == Text::Key;
        if is_key {
            let uptime = self.now / 1000;
            pending.write(&format!(
                "Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: {uptime}\r\n\
                 LastReload: {uptime}\r\nStatus: Fully Booted\r\n\r\n"
            ))?;
        }
        self.pending = pending.pending;
        self.mask = if is_key { Classes::ALL } else { Classes::CALL };
        (self.stage, self.turn) = (Stage::LoggedIn, Turn::Client);
        Ok(Outcome::LoggedIn(true))
    }

    fn answer(&mut self, call: Call) -> Result<Outcome, Outcome> {
        let is_list = matches!(call, Entry | Complete);
        match self.turn {
            Turn::Request if is_list => {
                self.respond(self.text, "Success", "EventList: start\r\nMessage: all")?;
                self.turn = Turn::List(0);
            }
            Turn::Request => {}
            Turn::List(_) if is_list => {}
            Turn::List(_) => return Err(Outcome::Failed(SessionError::ListBegun)),
            Turn::Client | Turn::LogIn | Turn::Refuse(_) => return Err(NOTHING_TO_ANSWER),
        }
        let id = self.text.id();
        match (call, self.turn) {
            (Entry, Turn::List(entries)) => {
                self.write(&format!("Event: Item\r\nActionID: {id}\r\nName: x\r\n\r\n"))?;
                self.turn = Turn::List(entries + 1);
                return Ok(Outcome::Nothing);
            }
            (Complete, Turn::List(entries)) => self.write(&format!(
                "Event: End\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: {entries}\r\n\r\n"
            ))?,
            (Success, _) => self.respond(self.text, "Success", "Message: yes")?,
            _ => self.respond(self.text, "Error", "Message: no")?,
        }
        self.turn = Turn::Client;
        Ok(Outcome::Nothing)
    }

    fn time_out(&mut self) -> Result<Outcome, Outcome> {
        if self.deadline().is_none_or(|deadline| deadline > self.now) {
            return Ok(Outcome::Nothing);
        }
        if let Turn::Refuse(reason) = self.turn {
            self.respond(self.text, "Error", &format!("Message: {reason}"))?;
        }
        self.close();
        Ok(Outcome::Nothing)
    }
}

impl crate::Model for Model {
    type Call = Call;
    type Done = Done;
    type World = World;

    fn world(&self) -> World {
        // Another session reports the attempt that decisions without one are made with.
        let mut other = Session::without_md5("1.0");
        let mut scratch = Outbox::for_server([0; 64]);
        other.on_connected(0, 0, &mut scratch).expect("room for the banner");
        let Ok(Incoming::LogIn(attempt)) = other.on_message(&Text::Plain.message(), &mut scratch) else {
            panic!("no attempt")
        };
        World {
            session: Session::with_md5("11.0.0", |_| [7; 16]).timing(TIMING),
            outbox: Outbox::for_server([0; ROOM]),
            message: Text::Nameless.message(),
            attempt,
        }
    }

    fn call(&mut self, world: &mut World, call: Call) -> Done {
        let left = self.deadline().map_or(0, |deadline| deadline.saturating_sub(self.now));
        self.now += match call {
            Early => left / 2,
            Wait => left,
            _ => 0,
        };
        self.make(world, call)
    }

    fn again(world: &mut World, done: &Done) {
        world.make(*done);
    }

    fn end(mut self, mut world: World, by_time: bool) {
        if !by_time {
            // No call writes anything once the session has ended.
            self.make(&mut world, Disconnect);
            for call in [Accept, Success, Entry, Event, Receive(Text::Ask), ShutDown] {
                self.make(&mut world, call);
            }
            return;
        }
        self.make(&mut world, Send);
        if let Some(deadline) = self.deadline() {
            self.now = self.now.max(deadline);
            self.make(&mut world, Wait);
            assert_eq!(self.stage, Stage::Closed, "{self:?}");
        }
    }
}
