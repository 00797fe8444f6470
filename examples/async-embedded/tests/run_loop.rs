//! Tests the run loop in virtual time, over a transport in memory.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot, Stage, Timing};
use embedded_io_async::{ErrorType, Read, Write};
use example_async_embedded::{Client, Clock, Error};
use fastrand::Rng;

/// The other end of the connection: it answers each request with `Success` and a challenge, the
/// login also with an event.
#[derive(Default)]
struct Server {
    /// The bytes that the client can read.
    output: VecDeque<u8>,
    /// Bytes that the client can read later, each with its time.
    later: VecDeque<(u64, u8)>,
    /// The bytes that the client has written and not flushed.
    unflushed: Vec<u8>,
    /// The bytes that the client has written and flushed.
    input: Vec<u8>,
    /// The number of bytes of `input` that have been handled.
    handled: usize,
    is_silent: bool,
    /// Whether the client gets nothing to read.
    is_held_back: bool,
    is_closed: bool,
    now: u64,
    /// Whether no byte is taken from a client that has not read everything.
    is_stubborn: bool,
    /// Whether events are sent without a pause after the login.
    is_flooding: bool,
    /// Decides whether the transport is ready. Without it, it is always ready.
    rng: Option<Rng>,
}

impl Server {
    fn is_late(&mut self) -> bool {
        self.rng.as_mut().is_some_and(|rng| rng.bool())
    }

    /// Returns how many of `n` bytes are transferred at once.
    fn some(&mut self, n: usize) -> usize {
        self.rng.as_mut().map_or(n, |rng| rng.usize(1..=n.max(1)))
    }

    fn handle_requests(&mut self) {
        while let Some(end) = self.input[self.handled..].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let request = String::from_utf8(self.input[self.handled..][..end].to_vec()).expect("UTF-8");
            self.handled += end + 4;
            if self.is_silent {
                continue;
            }
            let id = request.lines().find(|line| line.starts_with("ActionID: ")).expect("an ActionID");
            self.output.extend(format!("Response: Success\r\n{id}\r\nChallenge: 840415273\r\n\r\n").bytes());
            if request.starts_with("Action: Login") {
                self.output.extend(b"Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
                self.output.extend(b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/7\r\n\r\n");
            }
            self.is_closed |= request.starts_with("Action: Logoff");
        }
    }
}

#[derive(Clone, Copy)]
struct Half<'a>(&'a RefCell<Server>);

impl ErrorType for Half<'_> {
    type Error = Infallible;
}

impl Read for Half<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|context| {
            let mut server = self.0.borrow_mut();
            while server.later.front().is_some_and(|(time, _)| *time <= server.now) {
                let (_, byte) = server.later.pop_front().expect("a byte");
                server.output.push_back(byte);
            }
            if server.is_flooding && server.output.is_empty() {
                server.output.extend(b"Event: Flood\r\nPrivilege: call,all\r\n\r\n");
            }
            let is_empty = server.output.is_empty() && !server.is_closed;
            if server.is_late() || is_empty || server.is_held_back {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let n = server.some(buffer.len()).min(server.output.len());
            for (to, from) in buffer.iter_mut().zip(server.output.drain(..n)) {
                *to = from;
            }
            Poll::Ready(Ok(n))
        })
        .await
    }
}

impl Write for Half<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        poll_fn(|context| {
            let mut server = self.0.borrow_mut();
            if server.is_late() || server.is_stubborn && !server.output.is_empty() {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let n = server.some(bytes.len());
            server.unflushed.extend(&bytes[..n]);
            Poll::Ready(Ok(n))
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        poll_fn(|context| {
            let mut server = self.0.borrow_mut();
            if server.is_late() {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let bytes = std::mem::take(&mut server.unflushed);
            server.input.extend(bytes);
            server.handle_requests();
            Poll::Ready(Ok(()))
        })
        .await
    }
}

/// A clock that jumps to the next thing that happens.
impl Clock for Half<'_> {
    fn now(&self) -> u64 {
        self.0.borrow().now
    }

    async fn wait_until(&self, time: u64) {
        poll_fn(|context| {
            let mut server = self.0.borrow_mut();
            if server.rng.is_some() || server.is_held_back {
                return Poll::Pending; // time does not pass
            }
            let next = server.later.front().map_or(time, |(arrival, _)| time.min(*arrival));
            server.now = server.now.max(next);
            context.waker().wake_by_ref();
            if server.now < time { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }
}

const CREDENTIALS: Credentials<'_> = Credentials::new("admin", "secret").events("call,system");

fn connect(server: &RefCell<Server>) -> Client<'static, Half<'_>, Half<'_>, Half<'_>> {
    server.borrow_mut().output.extend(b"Asterisk Call Manager/11.0.0\r\n");
    let half = Half(server);
    let timing = Timing::DEFAULT.keepalive(15_000).pong(5_000).action(5_000);
    let session = Session::new([Slot::FREE; 2]).timing(timing);
    Client::new(half, half, half, session, IdKey([7; 16]), &CREDENTIALS)
}

/// Polls a future at most `times` times.
fn poll<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// Returns the next report. A loop that waits for ever fails.
fn next(client: &mut Client<'_, Half<'_>, Half<'_>, Half<'_>>) -> Result<Incoming, Error<Infallible>> {
    poll(client.next(), 100_000).expect("a report")
}

/// Runs a session of three actions until the server closes the connection. `times` tells how often
/// a future of `next` is polled before it is dropped. Returns all reports with their messages, and
/// all bytes sent.
fn whole_session(server: Server, mut times: impl FnMut() -> usize) -> (Vec<String>, Vec<u8>) {
    let server = RefCell::new(server);
    let mut client = connect(&server);
    let (mut reports, mut polls) = (Vec::new(), 0);
    loop {
        polls += 1;
        assert!(polls < 100_000, "no end");
        let Some(report) = poll(client.next(), times()) else { continue };
        let message = client.decoder.message();
        reports.push(format!("{report:?} {message:?}"));
        match report {
            Ok(Incoming::Event { .. }) => {
                let headers = [("Channel", message.get("Channel").unwrap_or_default())];
                let action = Raw::new("Hangup", &headers);
                client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
                let action = Raw::without_headers("Ping");
                client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
            }
            Ok(Incoming::Response { .. }) if client.session.outstanding() == 0 => {
                client.session.log_off(0, &mut client.outbox).expect("room");
            }
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error, Error::Closed);
                return (reports, server.take().input);
            }
        }
    }
}

/// Futures that are dropped at any point, and transfers of any size, lose and repeat nothing.
#[test]
fn next_is_cancel_safe() {
    let expected = whole_session(Server::default(), || 100_000);
    assert!(expected.1.ends_with(b"\r\n\r\n") && expected.0.len() > 6, "{expected:?}");
    for seed in 0..300 {
        let mut rng = Rng::with_seed(seed);
        let server = Server { rng: Some(rng.fork()), ..Server::default() };
        assert_eq!(whole_session(server, || rng.usize(1..4)), expected, "seed {seed}");
    }
}

#[test]
fn a_server_that_reads_only_after_it_has_sent_everything_is_no_deadlock() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    server.borrow_mut().is_stubborn = true;
    // More than the decoder holds.
    let event = "Event: Newstate\r\nPrivilege: call,all\r\n\r\n";
    server.borrow_mut().output.extend(event.repeat(100).bytes());
    let action = Raw::without_headers("Ping");
    client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
    while !matches!(next(&mut client).expect("a connection"), Incoming::Response { .. }) {}
}

#[test]
fn a_server_that_sends_without_a_pause_does_not_keep_the_client_from_writing() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    server.borrow_mut().is_flooding = true;
    let action = Raw::without_headers("Ping");
    client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
    let answered = (0..100).any(|_| matches!(next(&mut client), Ok(Incoming::Response { .. })));
    assert!(answered);
}

#[test]
fn a_silent_server_is_found_by_the_keepalive() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    while !matches!(next(&mut client), Ok(Incoming::Event { .. })) {}
    server.borrow_mut().is_silent = true;
    assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::Ready)));
    assert_eq!(server.borrow().now, 20_000);
    assert!(server.borrow().input.windows(12).any(|bytes| bytes == b"Action: Ping"));
}

/// The program is busy for longer than the time limit, while the answer has arrived and another
/// action waits to be written.
#[test]
fn an_answer_that_has_arrived_is_not_late() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    while !matches!(next(&mut client), Ok(Incoming::Event { .. })) {}
    let action = Raw::without_headers("Ping");
    let ticket = client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
    server.borrow_mut().is_held_back = true;
    assert_eq!(poll(client.next(), 1), None);
    assert!(!server.borrow().output.is_empty(), "the answer has arrived");
    server.borrow_mut().is_held_back = false;
    server.borrow_mut().now = 6_000;
    client.session.submit(&action, 6_000, &mut client.outbox).expect("a free slot");
    let incoming = next(&mut client);
    assert!(matches!(incoming, Ok(Incoming::Response { ticket: of, .. }) if of == ticket), "{incoming:?}");
}

/// Bytes arrive each second, but neither a message nor the answer is ever complete.
#[test]
fn a_message_without_an_end_does_not_postpone_a_deadline() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    server.borrow_mut().is_silent = true;
    server.borrow_mut().later = (1..60).map(|second| (second * 1000, b'x')).collect();
    let action = Raw::without_headers("Ping");
    let ticket = client.session.submit(&action, 0, &mut client.outbox).expect("a free slot");
    let lost = loop {
        match next(&mut client).expect("a connection") {
            Incoming::Lost { ticket, .. } => break ticket,
            Incoming::Event { .. } => {}
            incoming => panic!("{incoming:?}"),
        }
    };
    assert_eq!((lost, server.borrow().now), (ticket, 5_000));
}

/// The output of a command is given up once the answer is overdue.
#[test]
fn output_without_an_end_is_abandoned() {
    let server = RefCell::default();
    let mut client = connect(&server);
    while next(&mut client) != Ok(Incoming::Ready) {}
    while !matches!(next(&mut client), Ok(Incoming::Event { .. })) {}
    server.borrow_mut().is_silent = true;
    let command = Raw::new("Command", &[("Command", "core show uptime")]);
    let ticket = client.session.submit(&command, 0, &mut client.outbox).expect("a free slot");
    let id = client.session.action_id(ticket);
    let id = std::str::from_utf8(id.as_ref()).expect("text");
    let output = format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\nup\n");
    let event = "\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/7\r\n\r\n";
    server.borrow_mut().later = (output + event).bytes().map(|byte| (1_000, byte)).collect();
    // The bytes held are handled first, then the deadline.
    let mut reports = Vec::new();
    while reports.last() != Some(&"Lost") {
        let report = next(&mut client).expect("a connection");
        reports.push(if report == Incoming::Unmatched { "output" } else { report.name() });
    }
    reports.dedup();
    assert_eq!(reports, ["output", "Event", "Lost"]);
    assert_eq!(server.borrow().now, 5_000);
}
