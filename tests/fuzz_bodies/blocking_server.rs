use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;
use std::{format, vec};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{
    ConnectionId, Events, Exchange, Limits, Listen, LoginFailure, Server, ServerStream, Service,
    SlowClientPolicy,
};
use embedded_ami::server::{Account, Attempt, Secret, Session, SessionError, Timing};
use embedded_ami::wire::{Decoder, Kind, OwnedMessage, Step, Value};

use super::input::Input;

const MOST_OPERATIONS: usize = 120;
const CONNECTIONS: usize = 5;
const ANONYMOUS: usize = 3;
const OUTPUT: usize = 2048;
const STALL: Duration = Duration::from_millis(800);
const LINGER: Duration = Duration::from_millis(500);
/// The time for the login, with that of the penalty.
const LOGIN: Duration = Duration::from_millis(3_400);
/// The most reads and writes of one connection in one turn of the server.
const TURN: usize = 32 + 8;

/// Checks the blocking server in virtual time, with clients that send anything and read or not:
/// each turn is short, each request is answered once and in order, events are whole and in order
/// and never among the entries of a list, a client that does not log in or does not read is
/// disconnected in time, and the output that waits is limited.
///
/// Input: options (bit 0: an old server; bit 1: drop events for slow clients; bit 2: an account of
/// few classes), then operations of a byte each:
/// - 0 connects a client,
/// - 1 to 5 select that client,
/// - 6 logs it in, 7 with a wrong secret,
/// - 8 to 12 are requests (see `REQUESTS`), with a byte for the value,
/// - 13 lets time pass (times 20 ms),
/// - 14 sets how the client takes bytes, with a byte,
/// - 15 ends its stream, 16 resets it,
/// - 17 is an event,
/// - 18 logs off;
/// - 19 and above, minus 18, are the length of its next bytes.
pub fn blocking_server(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let waiting = Rc::new(RefCell::new(VecDeque::new()));
    let listener = Door(Rc::clone(&waiting));
    let slow = if options & 2 == 0 { SlowClientPolicy::Disconnect } else { SlowClientPolicy::DropEvents };
    let limits = Limits::DEFAULT
        .connections(CONNECTIONS)
        .anonymous(ANONYMOUS)
        .request(600)
        .output(OUTPUT)
        .slow(slow)
        .stall(STALL)
        .timing(Timing::DEFAULT.authentication(3_000).penalty(300));
    let version = if options & 1 == 0 { "11.0.0" } else { "2.10.6" };
    let classes = if options & 4 == 0 { Classes::ALL } else { Classes::CALL };
    let pbx = Pbx { classes, number: 0, due: 0, open: BTreeSet::new(), all: 0 };
    let server = Server::with_listener(listener, Session::without_md5(version), pbx, limits).expect("limits");
    let mut run = Run { server, waiting, clients: Vec::new(), selected: 0, now: Duration::ZERO };
    let drops = slow == SlowClientPolicy::DropEvents;
    for _ in 0..MOST_OPERATIONS {
        if input.0.is_empty() {
            break;
        }
        run.operation(&mut input);
        run.serve();
    }
    // A client that takes everything gets everything.
    for client in &run.clients {
        client.borrow_mut().takes = 0;
    }
    // Each of the slow requests takes one of these steps.
    for _ in 0..MOST_OPERATIONS {
        run.now += Duration::from_millis(250);
        run.serve();
    }
    for client in &run.clients {
        client.borrow().check(drops, options & 1 != 0);
    }
    // Time alone ends the connections without a login, and the end of the stream the others.
    for client in &run.clients {
        client.borrow_mut().end = Some(End::Closed);
    }
    for _ in 0..30 {
        run.now += Duration::from_millis(200);
        run.serve();
    }
    assert_eq!(run.server.connections(), 0);
    let stats = run.server.stats();
    assert!(stats.most_queued <= 2 * OUTPUT, "{stats:?}");
    let pbx = run.server.service();
    assert!(pbx.open.is_empty(), "the service was not told of the end of {:?}", pbx.open);
    assert_eq!(pbx.all, stats.accepted);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
}

/// A client, as the server and the test see it.
#[derive(Default)]
struct Client {
    /// The bytes that the server has not read.
    sent: VecDeque<u8>,
    received: Vec<u8>,
    end: Option<End>,
    /// Bits 0 to 2: the way in which it takes bytes.
    takes: u8,
    /// Whether the server has dropped the connection.
    is_dropped: bool,
    has_end: bool,
    /// The number of operations in this turn.
    operations: usize,
    /// The values of the requests, if all its bytes are those of the operations.
    asked: Vec<String>,
    is_orderly: bool,
    has_logged_in: bool,
    connected: Duration,
    /// The time from which it should have logged in.
    late_since: Option<Duration>,
}

struct Peer(Rc<RefCell<Client>>);

impl Drop for Peer {
    fn drop(&mut self) {
        self.0.borrow_mut().is_dropped = true;
    }
}

impl Read for Peer {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        assert!(!to.is_empty());
        let mut client = self.0.borrow_mut();
        client.operations += 1;
        if client.end == Some(End::Reset) {
            return Err(ErrorKind::ConnectionReset.into());
        }
        if client.sent.is_empty() {
            return if client.end.is_some() { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        let most = if client.takes & 8 == 0 { to.len() } else { 1 };
        let n = most.min(to.len()).min(client.sent.len());
        for to in &mut to[..n] {
            *to = client.sent.pop_front().expect("bytes");
        }
        Ok(n)
    }
}

impl Write for Peer {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        assert!(!from.is_empty());
        let mut client = self.0.borrow_mut();
        if client.end == Some(End::Reset) {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let n = match client.takes & 7 {
            0 | 1 => from.len(),
            2 => return Err(ErrorKind::WouldBlock.into()),
            // A little in each turn.
            3 if client.operations > 0 => return Err(ErrorKind::WouldBlock.into()),
            3 => from.len().min(20),
            4 if client.operations % 2 == 1 => {
                client.operations += 1;
                return Err(ErrorKind::Interrupted.into());
            }
            5 => return Ok(0),
            _ => from.len().min(100),
        };
        client.operations += 1;
        client.received.extend_from_slice(&from[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ServerStream for Peer {
    fn has_input(&mut self) -> bool {
        !self.0.borrow().sent.is_empty()
    }

    fn end_output(&mut self) -> io::Result<()> {
        let mut client = self.0.borrow_mut();
        if client.takes & 16 != 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        client.has_end = true;
        Ok(())
    }
}

type Waiting = Rc<RefCell<VecDeque<Rc<RefCell<Client>>>>>;

/// The listener.
struct Door(Waiting);

impl Listen for Door {
    type Stream = Peer;

    fn accept(&mut self) -> io::Result<(Peer, SocketAddr)> {
        let client = self.0.borrow_mut().pop_front().ok_or(ErrorKind::WouldBlock)?;
        Ok((Peer(client), (Ipv4Addr::LOCALHOST, 7).into()))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok((Ipv4Addr::LOCALHOST, 5038).into())
    }
}

struct Pbx {
    classes: Classes,
    /// The number of events so far, and of those still to be sent.
    number: i64,
    due: u8,
    open: BTreeSet<ConnectionId>,
    all: u64,
}

impl Pbx {
    fn event(&mut self, events: &mut Events) {
        let number = self.number;
        self.number += 1;
        events.send("Number", Classes::CALL, |out| out.header_int("Number", number)).expect("room");
    }
}

impl Service for Pbx {
    fn connected(&mut self, connection: ConnectionId, _: SocketAddr) -> bool {
        assert!(self.open.insert(connection));
        self.all += 1;
        true
    }

    fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> {
        let account = Account::from_secret(Secret::Plain(b"secret"));
        Some(account.read(self.classes).write(self.classes))
    }

    fn login_failed(&mut self, connection: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        assert!(self.open.contains(&connection) && reason == LoginFailure::WrongSecret);
        assert!(!attempt.proves(&Secret::Plain(b"secret")));
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        assert!(self.open.contains(&exchange.connection()));
        let request = exchange.request();
        let value = request.get("Value").unwrap_or_default();
        let echo = |value: Value<'_>| {
            value.as_bytes().iter().copied().filter(u8::is_ascii_graphic).collect::<Vec<_>>()
        };
        let echo = echo(value);
        if request.is("Slow") && exchange.waited() < Duration::from_millis(200) {
            return Ok(());
        }
        if request.is("Event") {
            self.event(exchange.events);
        }
        if request.is("List") {
            let list = exchange.answer()?.list(&echo)?;
            let entries = (0..12).map(|entry| ("Entry", entry));
            let written = list.write_all("ListComplete", entries, |entry, out| {
                out.header_int("Entry", entry)?;
                out.header("Filler", echo.repeat(30))
            });
            return Ok(written?);
        }
        if request.is("Command") {
            return exchange.answer()?.command(true, [&echo[..], b"of it"]);
        }
        if request.is("Unknown") {
            return exchange.answer()?.unknown();
        }
        exchange.answer()?.success(&echo)
    }

    fn tick(&mut self, _: Duration, events: &mut Events) {
        for _ in 0..std::mem::take(&mut self.due) {
            self.event(events);
        }
    }

    fn closed(&mut self, connection: ConnectionId) {
        assert!(self.open.remove(&connection), "{connection:?} was closed twice");
    }
}

struct Run {
    server: Server<Pbx, Door>,
    waiting: Waiting,
    clients: Vec<Rc<RefCell<Client>>>,
    selected: usize,
    now: Duration,
}

const REQUESTS: [&str; 5] = ["Ask", "List", "Slow", "Event", "Command"];

impl Run {
    fn operation(&mut self, input: &mut Input<'_>) {
        let operation = input.byte();
        match operation {
            0 if self.clients.len() < 20 => {
                let connected = self.now;
                let client =
                    Rc::new(RefCell::new(Client { is_orderly: true, connected, ..Client::default() }));
                self.selected = self.clients.len();
                self.clients.push(Rc::clone(&client));
                return self.waiting.borrow_mut().push_back(client);
            }
            1..=5 => return self.selected = self.clients.len().saturating_sub(operation.into()),
            13 => return self.now += Duration::from_millis(20) * u32::from(input.byte()),
            17 => return self.server.service().due = 1 + input.byte() % 8,
            _ => {}
        }
        let Some(client) = self.clients.get(self.selected) else { return };
        let mut client = client.borrow_mut();
        match operation {
            6 | 7 => {
                let secret = if operation == 6 { "secret" } else { "wrong" };
                client.sent.extend(format!("Action: Login\r\nSecret: {secret}\r\n\r\n").bytes());
                client.is_orderly &= operation == 6 && !client.has_logged_in;
                client.has_logged_in = true;
            }
            8..=12 => {
                let value = format!("{}.{}", client.asked.len(), input.byte());
                let name = REQUESTS[usize::from(operation - 8)];
                let request = format!("Action: {name}\r\nActionID: {value}\r\nValue: {value}\r\n\r\n");
                client.sent.extend(request.bytes());
                client.is_orderly &= client.has_logged_in;
                client.asked.push(value);
            }
            14 => client.takes = input.byte(),
            15 => client.end = Some(End::Closed),
            16 => client.end = Some(End::Reset),
            18 => {
                client.sent.extend(b"Action: Logoff\r\n\r\n");
                client.is_orderly = false;
            }
            length => {
                client.sent.extend(input.bytes(usize::from(length.saturating_sub(18))));
                client.is_orderly = false;
            }
        }
    }

    /// Lets the server work until it has nothing to do.
    fn serve(&mut self) {
        for _ in 0..600 {
            for client in &self.clients {
                client.borrow_mut().operations = 0;
            }
            let was_busy = self.server.poll_once_at(self.now);
            for client in &self.clients {
                let operations = client.borrow().operations;
                let queued = OUTPUT.div_ceil(16) * 2;
                assert!(operations <= TURN + queued, "{operations} operations in one turn");
            }
            assert!(self.server.connections() <= CONNECTIONS);
            if !was_busy {
                break;
            }
        }
        for client in &self.clients {
            let mut client = client.borrow_mut();
            let is_late = self.now > client.connected + LOGIN;
            let is_in = client.received.windows(7).any(|window| window == b"Success");
            if !is_late || is_in || client.takes != 0 || client.is_dropped {
                client.late_since = None;
                continue;
            }
            // The server noticed it in this turn at the latest, and waits for the end of the
            // stream.
            let since = *client.late_since.get_or_insert(self.now);
            assert!(self.now <= since + LINGER, "a client stays without a login");
        }
    }
}

impl Client {
    /// Checks everything that the client has received.
    fn check(&self, drops: bool, is_old: bool) {
        let mut decoder = Decoder::for_client(vec![0; 8192]).expect("storage");
        let mut bytes = &self.received[..];
        let mut messages = Vec::new();
        loop {
            match decoder.poll() {
                Step::Message => {
                    let message = decoder.message();
                    let mut owned = OwnedMessage::default();
                    if !message.is_incomplete() {
                        assert_eq!(owned.push(&message), Ok(true), "{message:?}");
                        messages.push(owned);
                    }
                }
                Step::NeedInput => match decoder.feed(bytes) {
                    0 => decoder.finish(),
                    n => bytes = &bytes[n..],
                },
                Step::End => break,
            }
        }
        let mut last = None;
        let mut answered = 0;
        let mut entries: Option<u64> = None;
        for (at, message) in messages.iter().map(OwnedMessage::message).enumerate() {
            assert_eq!(message.kind() == Kind::Banner, at == 0, "{message:?}");
            let id = message.get("ActionID");
            match message.kind() {
                Kind::Response if self.is_orderly && id.is_some() => {
                    assert_eq!(entries, None, "an answer among the entries: {message:?}");
                    assert!(id.is_some_and(|id| id == self.asked[answered][..]), "{message:?}");
                    answered += 1;
                    if message.get("EventList").is_some() {
                        entries = Some(0);
                    }
                }
                Kind::Event if message.get("Number").is_some() => {
                    assert!(
                        self.has_logged_in && (entries.is_none() || !self.is_orderly),
                        "{message:?} among the entries"
                    );
                    let number = message.get("Number").and_then(|number| number.to_u64()).expect("a number");
                    let follows =
                        last.is_none_or(|last| if drops { number > last } else { number == last + 1 });
                    assert!(follows || !self.is_orderly, "{number} after {last:?}");
                    last = Some(number);
                }
                Kind::Event if self.is_orderly && id.is_some() => {
                    let entry = message.get("Entry").and_then(|entry| entry.to_u64());
                    if message.get("EventList").is_some() {
                        assert_eq!(entries.take(), Some(12), "{message:?}");
                    } else {
                        assert_eq!(entry, entries, "{message:?}");
                        entries = entries.map(|entries| entries + 1);
                    }
                }
                Kind::Event | Kind::Response | Kind::Banner => {}
                // The output of a command of an old server.
                Kind::Other | Kind::Action => panic!("{message:?}, {is_old}"),
            }
        }
        let is_connected = !self.is_dropped && self.end.is_none() && !self.has_end;
        if self.is_orderly && is_connected && self.sent.is_empty() && !messages.is_empty() {
            assert_eq!(answered, self.asked.len(), "unanswered: {:?}", self.received.escape_ascii());
            assert_eq!(entries, None, "a list without an end");
        }
    }
}
