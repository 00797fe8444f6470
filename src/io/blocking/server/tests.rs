//! The server in virtual time, over connections whose reads and writes the tests decide. Nothing
//! reports to the server that time has passed: it must know itself when to look at a connection.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;
use std::{format, vec};

use super::{
    ConnectionId, Events, Exchange, Limits, Listen, Ready, Server, ServerStream, Service, SlowClientPolicy,
};
use crate::classes::Classes;
use crate::server::{Account, Attempt, Session, SessionError};
use crate::wire::Value;

const STALL: Duration = ms(2_000);
/// The time for which an ended connection waits for the client.
const LINGER: Duration = ms(500);

const LOGIN: &str = "Action: Login\r\nUsername: a\r\nSecret: secret\r\nEvents: call\r\n\r\n";
const LOGOFF: &str = "Action: Logoff\r\n\r\n";

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A client, as its connection shows it to the server.
struct Client {
    key: Option<usize>,
    /// Whether something has happened that the listener has yet to report.
    is_ready: bool,
    input: VecDeque<u8>,
    /// The result of a read without input: an error, or the end of the stream.
    read: Result<(), ErrorKind>,
    /// The result of a write: all bytes are taken, or none.
    write: Result<(), ErrorKind>,
    /// Whether a write takes no bytes, without an error.
    writes_nothing: bool,
    end: Result<(), ErrorKind>,
    retry: Option<Duration>,
    output: Vec<u8>,
    has_end: bool,
    /// The number of reads, writes and ends so far.
    calls: usize,
    is_dropped: bool,
}

type Shared = Rc<RefCell<Client>>;

struct Stream(Shared);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.borrow_mut().is_dropped = true;
    }
}

impl Read for Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut client = self.0.borrow_mut();
        client.calls += 1;
        if client.input.is_empty() {
            return client.read.map(|()| 0).map_err(Into::into);
        }
        client.input.read(to)
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let mut client = self.0.borrow_mut();
        client.calls += 1;
        client.write?;
        if client.writes_nothing {
            return Ok(0);
        }
        client.output.extend_from_slice(from);
        Ok(from.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ServerStream for Stream {
    fn has_input(&mut self) -> bool {
        !self.0.borrow().input.is_empty()
    }

    fn end_output(&mut self) -> io::Result<()> {
        let mut client = self.0.borrow_mut();
        client.calls += 1;
        client.end?;
        client.has_end = true;
        Ok(())
    }

    fn retry_after(&self) -> Option<Duration> {
        self.0.borrow().retry
    }
}

/// All clients, and the errors of the listener. Clients without a key wait to be accepted.
struct Clients(Rc<RefCell<Vec<Shared>>>, Rc<RefCell<Faults>>);

/// The next errors of the calls of the listener.
#[derive(Default)]
struct Faults {
    accept: Vec<ErrorKind>,
    watch: Vec<ErrorKind>,
    wait: Vec<ErrorKind>,
}

impl Listen for Clients {
    type Stream = Stream;

    fn accept(&mut self) -> io::Result<(Stream, SocketAddr)> {
        if let Some(kind) = self.1.borrow_mut().accept.pop() {
            return Err(kind.into());
        }
        let clients = self.0.borrow();
        let waiting = clients.iter().find(|client| client.borrow().key.is_none());
        let client = waiting.ok_or(ErrorKind::WouldBlock)?;
        client.borrow_mut().key = Some(usize::MAX);
        Ok((Stream(Rc::clone(client)), self.local_addr()?))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok((Ipv4Addr::LOCALHOST, 5038).into())
    }

    fn watch(&mut self, stream: &mut Stream, key: usize) -> io::Result<()> {
        if let Some(kind) = self.1.borrow_mut().watch.pop() {
            return Err(kind.into());
        }
        stream.0.borrow_mut().key = Some(key);
        Ok(())
    }

    fn wait(&mut self, _: Duration, ready: &mut Ready) -> io::Result<()> {
        if let Some(kind) = self.1.borrow_mut().wait.pop() {
            return Err(kind.into());
        }
        for client in &*self.0.borrow() {
            let mut client = client.borrow_mut();
            match client.key {
                None => ready.listener(),
                Some(key) if client.is_ready && !client.is_dropped => ready.connection(key),
                Some(_) => {}
            }
            client.is_ready = false;
        }
        Ok(())
    }
}

/// Answers `Ping` at once and `Later` after its `Time` in milliseconds, sends an event for `Raise`,
/// and lists as many entries as `List` asks for.
#[derive(Default)]
struct Application {
    /// The times at which it was asked for the answer to `Later`.
    asked: Vec<Duration>,
    closed: Vec<ConnectionId>,
    accept_failures: Vec<ErrorKind>,
    /// Whether each request had more input after it.
    has_input: Vec<bool>,
}

impl Service for Application {
    fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> {
        Some(Account::new("secret"))
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        self.has_input.push(exchange.has_input());
        let number = |name| request.get(name).and_then(Value::to_u64).unwrap_or_default();
        match request.action().unwrap_or_default().as_bytes() {
            b"Later" => {
                self.asked.push(exchange.now());
                if exchange.waited() < ms(number("Time")) {
                    return Ok(());
                }
                exchange.answer()?.success("Later")
            }
            b"Raise" => {
                let filler = "f".repeat(number("Filler") as usize);
                exchange.events.send("Raised", Classes::CALL, |out| out.header("Filler", &filler))?;
                exchange.answer()?.success("Raised")
            }
            b"List" => {
                let entries = (0..number("Entries")).map(|number| ("Entry", number));
                let list = exchange.answer()?.list("List")?;
                Ok(list.write_all("ListComplete", entries, |entry, out| {
                    out.header_int("Number", entry as i64)
                })?)
            }
            _ => exchange.answer()?.success("Done"),
        }
    }

    fn tick(&mut self, _: Duration, _: &mut Events) {}

    fn accept_failed(&mut self, error: &io::Error) {
        self.accept_failures.push(error.kind());
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.closed.push(connection);
    }
}

struct World {
    server: Server<Application, Clients>,
    clients: Rc<RefCell<Vec<Shared>>>,
    faults: Rc<RefCell<Faults>>,
    now: Duration,
}

impl World {
    fn new(limits: Limits) -> Self {
        let clients = Rc::new(RefCell::new(Vec::new()));
        let faults = Rc::new(RefCell::new(Faults::default()));
        let listener = Clients(Rc::clone(&clients), Rc::clone(&faults));
        let session = Session::without_md5("11.0.0");
        let server =
            Server::with_listener(listener, session, Application::default(), limits.stall(STALL)).unwrap();
        // Any time but the start, in which a time of zero could be right by chance.
        Self { server, clients, faults, now: ms(1_234) }
    }

    /// Connects a client that sends this.
    fn connect(&mut self, input: &str) -> Shared {
        let client = Rc::new(RefCell::new(Client {
            key: None,
            is_ready: false,
            input: input.bytes().collect(),
            read: Err(ErrorKind::WouldBlock),
            write: Ok(()),
            writes_nothing: false,
            end: Ok(()),
            retry: None,
            output: vec![],
            has_end: false,
            calls: 0,
            is_dropped: false,
        }));
        self.clients.borrow_mut().push(Rc::clone(&client));
        self.settle();
        client
    }

    /// Connects a client, logs it in and drops what it has received.
    fn logged_in(&mut self) -> Shared {
        let client = self.connect(LOGIN);
        let output = take(&client);
        assert!(output.ends_with("Message: Authentication accepted\r\n\r\n"), "{output}");
        client
    }

    /// Lets the server work until it has nothing to do.
    fn settle(&mut self) {
        let busy = (0..1_000).take_while(|_| self.server.poll_once_at(self.now)).count();
        assert!(busy < 1_000, "the server is busy without a reason");
    }

    /// Lets time pass, of which nothing tells the server.
    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.settle();
    }

    /// Sends bytes of a client.
    fn send(&mut self, client: &Shared, input: &str) {
        client.borrow_mut().input.extend(input.bytes());
        client.borrow_mut().is_ready = true;
        self.settle();
    }

    /// Changes a client, which the listener then reports.
    fn change(&mut self, client: &Shared, change: impl FnOnce(&mut Client)) {
        change(&mut client.borrow_mut());
        client.borrow_mut().is_ready = true;
        self.settle();
    }

    /// Asserts that the server closes the connection when this time has passed, not a millisecond
    /// earlier, and tells the service.
    fn assert_closed_after(&mut self, client: &Shared, time: Duration, what: &str) {
        let begin = self.now;
        while !client.borrow().is_dropped {
            assert!(self.now < begin + time, "{what}: open after {time:?}");
            self.pass(ms(1));
        }
        assert_eq!(self.now - begin, time, "{what}");
        assert_eq!(self.server.service().closed.len(), 1, "{what}");
        assert_eq!(self.server.connections(), 0);
    }
}

/// Takes what a client has received.
fn take(client: &Shared) -> String {
    String::from_utf8(std::mem::take(&mut client.borrow_mut().output)).unwrap()
}

/// Kinds of errors after which nothing more can be expected of a connection.
const FATAL: [ErrorKind; 5] = [
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::TimedOut,
    ErrorKind::PermissionDenied,
    ErrorKind::Other,
];

#[test]
fn an_ended_connection_closes_when_the_client_does_or_half_a_second_later() {
    let ended = || {
        let mut world = World::new(Limits::DEFAULT);
        let client = world.logged_in();
        world.send(&client, LOGOFF);
        assert!(take(&client).contains("Response: Goodbye\r\n"));
        assert!(client.borrow().has_end && !client.borrow().is_dropped);
        (world, client)
    };
    let (mut world, client) = ended();
    world.assert_closed_after(&client, LINGER, "a client that stays");

    // Input and interruptions are not the end.
    let (mut world, client) = ended();
    world.pass(ms(100));
    world.send(&client, "Action: Ping\r\n\r\n");
    client.borrow_mut().read = Err(ErrorKind::Interrupted);
    client.borrow_mut().is_ready = true;
    assert!(world.server.poll_once_at(world.now), "it reads again at once");
    client.borrow_mut().read = Err(ErrorKind::WouldBlock);
    world.assert_closed_after(&client, LINGER - ms(100), "a client that sends");
    assert_eq!(take(&client), "");

    for result in FATAL.map(Err).into_iter().chain([Ok(())]) {
        let (mut world, client) = ended();
        world.pass(ms(100));
        world.change(&client, |client| client.read = result);
        world.assert_closed_after(&client, Duration::ZERO, &format!("{result:?}"));
    }
}

#[test]
fn the_last_bytes_that_a_stream_holds_have_the_stall_time() {
    let ended = |end: ErrorKind| {
        let mut world = World::new(Limits::DEFAULT);
        let client = world.logged_in();
        client.borrow_mut().end = Err(end);
        world.send(&client, LOGOFF);
        (world, client)
    };
    let (mut world, client) = ended(ErrorKind::WouldBlock);
    world.assert_closed_after(&client, STALL + ms(1), "a client that takes nothing");

    // The time begins again when the client takes some of the bytes.
    let (mut world, client) = ended(ErrorKind::WouldBlock);
    world.pass(STALL);
    client.borrow_mut().end = Err(ErrorKind::Interrupted);
    client.borrow_mut().is_ready = true;
    world.server.poll_once_at(world.now);
    world.pass(ms(700));
    client.borrow_mut().end = Err(ErrorKind::WouldBlock);
    client.borrow_mut().is_ready = true;
    world.assert_closed_after(&client, STALL + ms(2), "a client that takes a little");

    // All were taken, so that the client only has to close.
    let (mut world, client) = ended(ErrorKind::WouldBlock);
    world.pass(ms(700));
    world.change(&client, |client| client.end = Ok(()));
    world.assert_closed_after(&client, LINGER, "a client that takes all");
    for kind in FATAL {
        let (mut world, client) = ended(kind);
        world.assert_closed_after(&client, LINGER, &format!("{kind:?}"));
    }
}

#[test]
fn a_client_that_takes_nothing_is_disconnected_after_the_stall_time() {
    let asking = |change: fn(&mut Client)| {
        let mut world = World::new(Limits::DEFAULT);
        let client = world.logged_in();
        change(&mut client.borrow_mut());
        world.send(&client, "Action: Ping\r\n\r\n");
        (world, client)
    };
    let (mut world, client) = asking(|client| client.write = Err(ErrorKind::WouldBlock));
    // More requests do not extend it.
    world.pass(ms(500));
    world.send(&client, "Action: Ping\r\n\r\n");
    world.assert_closed_after(&client, STALL - ms(499), "a client that takes nothing");

    let (mut world, client) = asking(|client| client.write = Err(ErrorKind::WouldBlock));
    world.pass(STALL);
    world.change(&client, |client| client.write = Ok(()));
    assert!(take(&client).contains("Response: Success\r\n"));
    world.pass(10 * STALL);
    assert!(!client.borrow().is_dropped, "all was taken in time");
    client.borrow_mut().write = Err(ErrorKind::WouldBlock);
    world.send(&client, "Action: Ping\r\n\r\n");
    world.assert_closed_after(&client, STALL + ms(1), "the time begins with the bytes");

    for kind in FATAL {
        let (mut world, client) = asking(|_| {});
        client.borrow_mut().write = Err(kind);
        world.send(&client, "Action: Ping\r\n\r\n");
        world.assert_closed_after(&client, Duration::ZERO, &format!("{kind:?}"));
    }
    let (mut world, client) = asking(|client| client.writes_nothing = true);
    world.assert_closed_after(&client, Duration::ZERO, "a write of 0 bytes");
}

/// A stream that stores bytes returns `Interrupted` when the client has taken some of them.
#[test]
fn an_interrupted_write_is_made_again_at_once_and_begins_the_stall_time_again() {
    /// Interrupts every other write.
    struct Twice<'a>(&'a mut Vec<u8>, bool);
    impl Write for Twice<'_> {
        fn write(&mut self, from: &[u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            self.0.push(from[0]);
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (mut output, mut taken) = (super::output::Output::default(), Vec::new());
    output.answer(b"answer");
    output.send(&mut Twice(&mut taken, false), ms(7)).unwrap();
    assert_eq!((&*taken, output.is_empty(), output.stuck()), (&b"answer"[..], true, None));
}

#[test]
fn a_read_that_fails_closes_the_connection_and_one_that_waits_does_not() {
    for kind in FATAL {
        let mut world = World::new(Limits::DEFAULT);
        let client = world.logged_in();
        world.change(&client, |client| client.read = Err(kind));
        world.assert_closed_after(&client, Duration::ZERO, &format!("{kind:?}"));
    }
    let mut world = World::new(Limits::DEFAULT);
    let client = world.logged_in();
    client.borrow_mut().read = Err(ErrorKind::Interrupted);
    client.borrow_mut().is_ready = true;
    // There may be more to read, so that the server does not wait for the listener.
    assert!(world.server.poll_once_at(world.now) && world.server.poll_once_at(world.now));
    client.borrow_mut().read = Err(ErrorKind::WouldBlock);
    world.settle();
    let calls = client.borrow().calls;
    world.pass(ms(60_000));
    assert_eq!(client.borrow().calls, calls, "reads although nothing has arrived");
    world.send(&client, "Action: Ping\r\n\r\n");
    assert!(take(&client).contains("Message: Done\r\n"));

    // A stream that waits for something of its own is tried again in time.
    client.borrow_mut().retry = Some(ms(30));
    world.settle();
    world.send(&client, "Action: Ping\r\n\r\n");
    client.borrow_mut().input.extend(b"Action: Ping\r\n\r\n");
    take(&client);
    world.pass(ms(29));
    assert_eq!(take(&client), "");
    world.pass(ms(1));
    assert!(take(&client).contains("Message: Done\r\n"));
}

#[test]
fn a_client_too_slow_for_an_event_gets_nothing_more_and_frees_its_memory_at_once() {
    let mut world = World::new(Limits::DEFAULT.output(2048).slow(SlowClientPolicy::Disconnect));
    let (slow, other) = (world.logged_in(), world.logged_in());
    slow.borrow_mut().write = Err(ErrorKind::WouldBlock);
    for number in 0..4 {
        assert_eq!(world.server.stats().too_slow, 0, "after {number} events");
        world.send(&other, "Action: Raise\r\nFiller: 600\r\n\r\n");
    }
    assert_eq!(world.server.stats().too_slow, 1);
    assert_eq!(take(&other).matches("Event: Raised\r\n").count(), 4);
    // It is told the end, and does not have to take anything for that.
    assert!(slow.borrow().has_end);
    world.change(&slow, |slow| slow.write = Ok(()));
    assert_eq!(take(&slow), "");
    world.change(&other, |other| other.read = Err(ErrorKind::ConnectionReset));
    world.server.service().closed.clear();
    world.assert_closed_after(&slow, LINGER, "the slow client");
}

#[test]
fn the_events_of_a_request_precede_the_answer_to_the_next_one() {
    let mut world = World::new(Limits::DEFAULT);
    let (client, other) = (world.logged_in(), world.logged_in());
    world.send(&client, &"Action: Raise\r\n\r\nAction: Ping\r\n\r\n".repeat(3));
    let output = take(&client);
    let first_lines: Vec<_> = output.split("\r\n\r\n").filter_map(|message| message.lines().next()).collect();
    assert_eq!(first_lines, ["Response: Success", "Event: Raised", "Response: Success"].repeat(3));
    assert_eq!(take(&other).matches("Event: Raised").count(), 3);
}

#[test]
fn a_request_without_an_answer_is_put_to_the_service_again_every_5_ms() {
    let mut world = World::new(Limits::DEFAULT);
    let client = world.logged_in();
    world.send(&client, "Action: Later\r\nTime: 12\r\n\r\nAction: Ping\r\n\r\n");
    let begin = world.now;
    for _ in 0..12 {
        assert_eq!(take(&client), "");
        world.pass(ms(1));
    }
    // Asked again every 5 ms, it answers at the third time.
    assert_eq!(take(&client), "");
    world.pass(ms(3));
    let asked: Vec<_> = world.server.service().asked.iter().map(|time| *time - begin).collect();
    assert_eq!(asked, [0, 5, 10, 15].map(ms));
    let output = take(&client);
    assert!(output.contains("Message: Later\r\n") && output.ends_with("Message: Done\r\n\r\n"), "{output}");

    // An event, which the service may have waited for, is a reason to ask at once.
    let other = world.logged_in();
    world.server.service().asked.clear();
    world.send(&client, "Action: Later\r\nTime: 50\r\n\r\n");
    world.pass(ms(2));
    world.send(&other, "Action: Raise\r\n\r\n");
    assert_eq!(world.server.service().asked.len(), 2);
}

/// A list that is longer than the memory of a connection needs the client to read and no time.
#[test]
fn a_long_list_is_written_without_a_pause_while_the_client_reads() {
    let mut world = World::new(Limits::DEFAULT.output(2048));
    let client = world.logged_in();
    world.send(&client, "Action: List\r\nEntries: 500\r\n\r\n");
    let output = take(&client);
    assert_eq!(output.matches("Event: Entry\r\n").count(), 500);
    assert!(output.contains("ListItems: 500\r\n"));
    assert!(world.server.stats().most_queued <= 2 * 2048);

    // While the client does not read, the service is not called in vain.
    client.borrow_mut().write = Err(ErrorKind::WouldBlock);
    world.send(&client, "Action: List\r\nEntries: 500\r\n\r\n");
    world.pass(STALL);
    assert_eq!(take(&client), "");
    world.change(&client, |client| client.write = Ok(()));
    assert_eq!(take(&client).matches("Event: Entry\r\n").count(), 500);
}

/// One client that sends many requests at once does not keep the others waiting.
#[test]
fn a_turn_serves_some_requests_of_each_client() {
    let mut world = World::new(Limits::DEFAULT);
    let (many, one) = (world.logged_in(), world.logged_in());
    let done = |client: &Shared| {
        String::from_utf8_lossy(&client.borrow().output).matches("Message: Done\r\n").count()
    };
    for (client, number) in [(&many, 200), (&one, 1)] {
        client.borrow_mut().input.extend("Action: Ping\r\n\r\n".repeat(number).bytes());
        client.borrow_mut().is_ready = true;
    }
    assert!(world.server.poll_once_at(world.now));
    assert!((20..=32).contains(&done(&many)), "{} in one turn", done(&many));
    assert_eq!(done(&one), 1);
    world.settle();
    assert_eq!(done(&many), 200);
}

/// A listener that fails is left alone for a while, its service is told once, and no client is
/// lost.
#[test]
fn a_client_is_accepted_once_the_listener_works_again() {
    let mut world = World::new(Limits::DEFAULT);
    let full = ErrorKind::OutOfMemory;
    // The last of these comes first.
    world.faults.borrow_mut().accept =
        [full, full, ErrorKind::ConnectionAborted, ErrorKind::Interrupted].to_vec();
    let client = world.connect("");
    for (pause, failures) in [(5, 1), (10, 1)] {
        assert_eq!(world.server.service().accept_failures, vec![full; failures]);
        world.pass(ms(pause - 1));
        assert_eq!(world.server.connections(), 0);
        world.pass(ms(1));
    }
    assert_eq!(world.server.connections(), 1);
    assert_eq!(world.server.service().accept_failures, [full]);
    assert!(take(&client).starts_with("Asterisk Call Manager/11.0.0"));

    // A client that cannot be watched is dropped.
    world.faults.borrow_mut().watch = [ErrorKind::Other].to_vec();
    let client = world.connect("");
    assert!(client.borrow().is_dropped);
    assert_eq!(world.server.service().accept_failures, [full, ErrorKind::Other]);
}

/// If the listener cannot tell what has happened, the server looks at every connection.
#[test]
fn a_wait_that_fails_hides_nothing() {
    let mut world = World::new(Limits::DEFAULT);
    let client = world.logged_in();
    world.faults.borrow_mut().wait = [ErrorKind::Other, ErrorKind::Interrupted].to_vec();
    client.borrow_mut().input.extend(b"Action: Ping\r\n\r\n");
    world.server.poll_once_at(world.now);
    assert_eq!(take(&client), "", "an interrupted wait tells nothing");
    world.settle();
    assert!(take(&client).contains("Message: Done\r\n"));
}

#[test]
fn the_service_knows_whether_more_input_waits() {
    let mut world = World::new(Limits::DEFAULT.request(64));
    let client = world.logged_in();
    world.send(&client, &format!("Action: Ping\r\nFiller: {}\r\n\r\n", "x".repeat(30)).repeat(2));
    assert_eq!(world.server.service().has_input, [true, false]);
}
