//! The client over `embedded_io` against a scripted link: short reads, timeouts, failures, a silent
//! server, a full transmit buffer, arbitrary traffic, a counter that wraps.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Mutex;

use embedded_ami::action::{Raw, md5};
use embedded_ami::client::{
    Credentials, IdKey, Incoming, LoginRefused, LossReason, Session, SessionError, Slot, Stage, Ticket,
    Timing, WideClock,
};
use embedded_ami::io::embedded::{Client, Error, read, write};
use embedded_ami::wire::{Decoder, Dialect, EncodeError, Outbox, Part, Step};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

const SECRET: &str = "zebra-crossing-47";
const PREFIX: u64 = 0x243f_6a88_85a3_08d3;

/// Returns a key with this prefix, with which ActionIDs start.
fn key(prefix: u64) -> IdKey {
    IdKey((u128::from(prefix) << 64).to_be_bytes())
}

const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";
const CHANNELS: usize = 20;

/// The result of a read.
enum ReadResult {
    Bytes(Vec<u8>),
    Fails(ErrorKind),
    Ends,
}

/// A link with a scripted server at its far end, which answers each request as soon as it is
/// written. If there is nothing to read, a read takes 100 ms and times out.
struct Link<'c> {
    clock: &'c Cell<u64>,
    reads: VecDeque<ReadResult>,
    requests: Vec<String>,
    written: Vec<u8>,
    calls: usize,
    /// The maximum number of bytes that one read returns and one write accepts.
    chunk: usize,
    /// The number of bytes that writes still accept in all.
    write_budget: usize,
    /// The error of a write once the budget is used up. Without one, the write returns 0.
    full: Option<ErrorKind>,
    /// The number of times that a flush still times out.
    late_flushes: usize,
    /// The error of every flush.
    flush_error: Option<ErrorKind>,
    /// The error of every question whether there is input.
    ready_error: Option<ErrorKind>,
    /// The operations in order: `r`, `w` and `f`.
    log: String,
    /// Whether every other read times out.
    times_out: bool,
    timed_out_last: bool,
    /// The actions that get no response.
    ignores: &'static [&'static str],
    /// The number of bytes that the server still sends before the stream ends.
    send_budget: usize,
    secret: &'static str,
}

impl<'c> Link<'c> {
    fn new(clock: &'c Cell<u64>) -> Self {
        let mut link = Link {
            clock,
            reads: VecDeque::new(),
            requests: Vec::new(),
            written: Vec::new(),
            calls: 0,
            chunk: usize::MAX,
            write_budget: usize::MAX,
            full: None,
            late_flushes: 0,
            flush_error: None,
            ready_error: None,
            log: String::new(),
            times_out: false,
            timed_out_last: false,
            ignores: &[],
            send_budget: usize::MAX,
            secret: SECRET,
        };
        link.send(BANNER);
        link
    }

    fn send(&mut self, text: impl AsRef<[u8]>) {
        let mut bytes = text.as_ref().to_vec();
        bytes.truncate(self.send_budget);
        self.send_budget -= bytes.len();
        self.reads.push_back(ReadResult::Bytes(bytes));
        if self.send_budget == 0 {
            self.reads.push_back(ReadResult::Ends);
        }
    }

    /// Sends a `Newchannel` event for one more call. Each is longer than the one before.
    fn send_newchannel(&mut self) {
        self.calls += 1;
        let (n, data) = (self.calls, "y".repeat(150 * self.calls));
        self.send(format!(
            "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/{n}-00000001\r\nAppData: {data}\r\n\r\n"
        ));
    }

    fn answer(&mut self, request: &str) {
        let get = |name: &str| {
            let mut headers = request.lines().filter_map(|line| line.split_once(": "));
            headers.find(|header| header.0 == name).map_or("", |header| header.1)
        };
        let (name, id) = (get("Action"), get("ActionID"));
        if self.ignores.contains(&name) {
            return;
        }
        let success = |more: &str| format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n");
        let answer = match name {
            "Challenge" => success("Challenge: 840415273\r\n"),
            "Login" => {
                let key = u128::from_be_bytes(md5(&[b"840415273", self.secret.as_bytes()]));
                if get("Key") == format!("{key:032x}") {
                    success("Message: Authentication accepted\r\n")
                        + "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n"
                } else {
                    format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n")
                }
            }
            "Ping" => success("Ping: Pong\r\n"),
            "Logoff" => format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"),
            "CoreShowChannels" => {
                let mut list = success("EventList: start\r\n");
                for n in 0..CHANNELS {
                    list += &format!(
                        "Event: CoreShowChannel\r\nActionID: {id}\r\nChannel: PJSIP/{n}-00000001\r\nApplicationData: {}\r\n\r\n",
                        "x".repeat(17 * n)
                    );
                }
                list + &format!(
                    "Event: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: {CHANNELS}\r\n\r\n"
                )
            }
            _ => success(""),
        };
        self.send(answer);
    }
}

impl ErrorType for Link<'_> {
    type Error = ErrorKind;
}

impl Read for Link<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!to.is_empty(), "a read into an empty buffer");
        self.log.push('r');
        self.timed_out_last = !self.timed_out_last;
        if self.times_out && self.timed_out_last {
            self.clock.set(self.clock.get() + 1);
            return Err(ErrorKind::TimedOut);
        }
        match self.reads.pop_front() {
            Some(ReadResult::Bytes(bytes)) if bytes.is_empty() => self.read(to),
            Some(ReadResult::Bytes(mut bytes)) => {
                let n = bytes.len().min(to.len()).min(self.chunk);
                to[..n].copy_from_slice(&bytes[..n]);
                bytes.drain(..n);
                if !bytes.is_empty() {
                    self.reads.push_front(ReadResult::Bytes(bytes));
                }
                Ok(n)
            }
            Some(ReadResult::Fails(kind)) => Err(kind),
            Some(ReadResult::Ends) => {
                self.reads.push_front(ReadResult::Ends);
                Ok(0)
            }
            None => {
                self.clock.set(self.clock.get() + 100);
                Err(ErrorKind::TimedOut)
            }
        }
    }
}

impl ReadReady for Link<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.ready_error.map_or(Ok(!self.reads.is_empty()), Err)
    }
}

impl Write for Link<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        assert!(!from.is_empty(), "a write without bytes");
        self.log.push('w');
        let n = from.len().min(self.chunk).min(self.write_budget);
        if let (0, Some(kind)) = (n, self.full) {
            return Err(kind);
        }
        self.write_budget -= n;
        self.written.extend_from_slice(&from[..n]);
        while let Some(at) = self.written.windows(4).position(|end| end == b"\r\n\r\n") {
            let request = String::from_utf8(self.written.drain(..at + 4).collect()).expect("text");
            self.answer(&request);
            self.requests.push(request);
        }
        Ok(n)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.log.push('f');
        if let Some(kind) = self.flush_error {
            return Err(kind);
        }
        match self.late_flushes.checked_sub(1) {
            Some(rest) => {
                self.late_flushes = rest;
                Err(ErrorKind::TimedOut)
            }
            None => Ok(()),
        }
    }
}

type Ami<'c> = Client<'static, Link<'c>, Box<dyn FnMut() -> u64 + 'c>, Vec<u8>, [u8; 256], [Slot; 2]>;

fn client<'c>(clock: &'c Cell<u64>, link: Link<'c>, storage: usize) -> Ami<'c> {
    let mut client = Client::new(
        link,
        Decoder::for_client(vec![0; storage]).expect("storage"),
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]),
        Credentials::new("admin", SECRET).events("call,system"),
        Box::new(|| clock.get()) as Box<dyn FnMut() -> u64 + 'c>,
    );
    client.on_connected(key(PREFIX));
    client
}

/// Polls until the client reports something.
fn next(client: &mut Ami<'_>) -> Result<Incoming, Error<ErrorKind>> {
    for _ in 0..10_000 {
        if let Some(result) = client.poll().transpose() {
            return result;
        }
    }
    panic!("the client reports nothing");
}

fn log_in(client: &mut Ami<'_>) {
    while next(client).expect("a login") != Incoming::Ready {}
}

fn logged_in<'c>(clock: &'c Cell<u64>, link: Link<'c>) -> Ami<'c> {
    let mut client = client(clock, link, 512);
    log_in(&mut client);
    client
}

fn submit(client: &mut Ami<'_>, action: &str) -> Result<Ticket, SessionError> {
    let now = (client.clock)();
    client.session.submit(&Raw::without_headers(action), now, &mut client.outbox)
}

/// Polls past internal responses and asserts that the next report completes the action of
/// `expected`.
#[track_caller]
fn assert_answered(client: &mut Ami<'_>, expected: Ticket) {
    let mut incoming = next(client);
    while matches!(incoming, Ok(Incoming::Internal | Incoming::Response { is_end: false, .. })) {
        incoming = next(client);
    }
    assert!(
        matches!(incoming, Ok(Incoming::Response { ticket, is_end: true, .. }) if ticket == expected),
        "{incoming:?}"
    );
}

/// Polls until the client fails. Returns the reports before the failure, and the failure.
fn poll_until_error(client: &mut Ami<'_>) -> (Vec<Incoming>, Error<ErrorKind>) {
    let mut reports = Vec::new();
    loop {
        match next(client) {
            Ok(incoming) => reports.push(incoming),
            Err(error) => return (reports, error),
        }
    }
}

/// The outcome of a run of [`run_script`], with messages reassembled from their parts.
#[derive(Debug, PartialEq, Eq, Default)]
struct Outcome {
    events: Vec<String>,
    entries: Vec<String>,
    /// The number of entries that the client reported at the end of the list.
    entry_count: Option<u32>,
    responses: usize,
    requests: Vec<String>,
}

/// Logs in, hangs up three calls with the channel name taken from the event in the decoder,
/// requests a list, and logs off.
fn run_script(storage: usize, chunk: usize, times_out: bool, only_if_ready: bool) -> Outcome {
    let clock = Cell::new(7);
    let mut link = Link::new(&clock);
    (link.chunk, link.times_out) = (chunk, times_out);
    let mut client = client(&clock, link, storage);
    let mut outcome = Outcome::default();
    let mut text = String::new();
    loop {
        let polled = if only_if_ready { client.poll_ready() } else { client.poll() };
        let Some(incoming) = polled.expect("no failure") else {
            clock.set(clock.get() + 1);
            assert!(clock.get() < 60_000, "no progress: {outcome:?}");
            continue;
        };
        let message = client.decoder.message();
        if matches!(message.part(), Part::Whole | Part::First) {
            text.clear();
        }
        text += std::str::from_utf8(message.as_bytes()).expect("text");
        let whole = message.part().is_end().then(|| text.clone());
        match incoming {
            Incoming::Ready => client.transport.send_newchannel(),
            Incoming::Event { ticket } => {
                assert_eq!(ticket, None);
                if let Some(channel) = message.get("Channel") {
                    let headers = [("Channel", channel)];
                    let hangup = Raw::new("Hangup", &headers);
                    client.session.submit(&hangup, (client.clock)(), &mut client.outbox).expect("room");
                }
                outcome.events.extend(whole);
            }
            Incoming::Response { status, is_end, .. } => {
                assert!(!status.is_error());
                outcome.responses += usize::from(whole.is_some());
                if is_end && outcome.events.len() < 3 {
                    client.transport.send_newchannel();
                } else if is_end {
                    submit(&mut client, "CoreShowChannels").expect("room");
                }
            }
            Incoming::ListEntry { .. } => outcome.entries.extend(whole),
            Incoming::ListComplete { entries, .. } => {
                outcome.entry_count = Some(entries);
                client.session.log_off((client.clock)(), &mut client.outbox).expect("logged in");
            }
            Incoming::LoggedOff => break,
            Incoming::Internal => {}
            other => panic!("{other:?} for {text}"),
        }
    }
    client.transport.reads.push_back(ReadResult::Ends);
    assert_eq!(next(&mut client), Err(Error::Closed));
    assert_eq!(next(&mut client), Err(Error::Closed), "the client remains closed");
    outcome.requests = client.transport.requests;
    outcome
}

#[test]
fn storage_chunks_and_timeouts_do_not_change_the_outcome() {
    let whole = run_script(4096, usize::MAX, false, false);
    let actions: Vec<_> = whole.requests.iter().map(|request| request.lines().next().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "Action: Challenge",
            "Action: Login",
            "Action: Hangup",
            "Action: Hangup",
            "Action: Hangup",
            "Action: CoreShowChannels",
            "Action: Logoff"
        ]
    );
    for (n, request) in whole.requests[2..5].iter().enumerate() {
        assert!(request.contains(&format!("\r\nChannel: PJSIP/{}-00000001\r\n", n + 1)), "{request}");
    }
    assert!(!whole.requests.concat().contains(SECRET));
    assert_eq!((whole.events.len(), whole.entries.len(), whole.responses), (3, CHANNELS, 4));
    assert_eq!(whole.entry_count, Some(CHANNELS as u32));
    for storage in [64, 65, 80, 100, 128, 255, 256, 333, 512] {
        for chunk in [1, 2, 3, 7, 64, 1000] {
            for (times_out, only_if_ready) in [(false, false), (true, false), (false, true), (true, true)] {
                let outcome = run_script(storage, chunk, times_out, only_if_ready);
                assert_eq!(
                    outcome, whole,
                    "storage {storage}, chunks of {chunk}, timeouts {times_out}, poll_ready {only_if_ready}"
                );
            }
        }
    }
}

/// The same holds for `Interrupted`, which transports on an operating system can return.
#[test]
fn a_timeout_is_not_an_error() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    assert_eq!(client.poll(), Ok(None));
    client.transport.reads.push_back(ReadResult::Fails(ErrorKind::Interrupted));
    client.transport.send("Event: Reload\r\n\r\n");
    assert_eq!(client.poll(), Ok(None));
    assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
}

/// `poll_ready` does not read unless there is input, but checks deadlines all the same.
#[test]
fn poll_ready_checks_deadlines_without_reading() {
    let clock = Cell::new(0);
    let mut link = Link::new(&clock);
    link.reads.clear();
    let mut client = client(&clock, link, 64);
    for now in [0, 1, 5_000, 9_999] {
        clock.set(now);
        assert_eq!(client.poll_ready(), Ok(None));
        assert_eq!(clock.get(), now, "it must not read");
    }
    clock.set(10_000);
    assert_eq!(client.poll_ready(), Ok(Some(Incoming::ServerTimedOut(Stage::Connecting))));
    // The end of the stream counts as input.
    client.transport.reads.push_back(ReadResult::Ends);
    assert_eq!(client.poll_ready(), Err(Error::Closed));
}

#[test]
fn a_silent_server_is_reported_at_each_deadline() {
    for ignores in [&["Challenge"], &["Login"]] {
        let clock = Cell::new(0);
        let mut link = Link::new(&clock);
        link.ignores = ignores;
        let mut client = client(&clock, link, 512);
        assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::LoggingIn)));
        assert!((10_000..10_300).contains(&clock.get()), "{ignores:?} after {} ms", clock.get());
    }
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    client.session = std::mem::replace(&mut client.session, Session::new([Slot::FREE; 2]))
        .timing(Timing::DEFAULT.keepalive(1_000).pong(500));
    let begin = clock.get();
    for pings in 1..=3 {
        assert_eq!(next(&mut client), Ok(Incoming::Internal), "the Pong");
        assert_eq!(client.transport.requests.len(), 2 + pings);
        assert!(client.transport.requests[1 + pings].starts_with("Action: Ping\r\n"));
    }
    assert!((3_000..3_500).contains(&(clock.get() - begin)), "{} ms", clock.get() - begin);
    client.transport.ignores = &["Ping", "Status"];
    let ticket = submit(&mut client, "Status").expect("room");
    // No keepalive is sent while an action is outstanding, since its response will show that the
    // server is alive.
    assert_eq!(next(&mut client), Ok(Incoming::Lost { ticket, reason: LossReason::TimedOut }));
    assert_eq!(client.transport.requests.len(), 6, "no Ping meanwhile");
    assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::Ready)));
    assert_eq!(client.transport.requests.len(), 7);
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::Stage(Stage::Closed)));
}

#[test]
fn a_response_after_the_deadline_is_unmatched() {
    let clock = Cell::new(0);
    let mut link = Link::new(&clock);
    link.ignores = &["Status"];
    let mut client = logged_in(&clock, link);
    let begin = clock.get();
    let ticket = submit(&mut client, "Status").expect("room");
    assert_eq!(next(&mut client), Ok(Incoming::Lost { ticket, reason: LossReason::TimedOut }));
    assert!((30_000..30_300).contains(&(clock.get() - begin)), "{} ms", clock.get() - begin);
    let late = client.transport.requests.last().unwrap().replace("Action: Status", "Response: Success");
    client.transport.send(late);
    assert_eq!(next(&mut client), Ok(Incoming::Unmatched));
    // The connection still works.
    let ticket = submit(&mut client, "Ping").expect("room");
    assert_answered(&mut client, ticket);
}

/// The ways in which a transport reports that its transmit buffer is full.
const FULL: [Option<ErrorKind>; 4] =
    [None, Some(ErrorKind::TimedOut), Some(ErrorKind::Interrupted), Some(ErrorKind::WriteZero)];

#[test]
fn a_full_transmit_buffer_is_not_an_error() {
    for full in FULL {
        // 200 is enough for all.
        for budget in 0..200 {
            let clock = Cell::new(0);
            let mut client = logged_in(&clock, Link::new(&clock));
            (client.transport.write_budget, client.transport.full) = (budget, full);
            let tickets = [submit(&mut client, "Ping").unwrap(), submit(&mut client, "SIPpeers").unwrap()];
            // Nothing is lost as long as the deadline has not passed, and the client still reads.
            let (mut events, mut responses) = (0, 0);
            for sent in 1..=3 {
                client.transport.send("Event: Reload\r\nPrivilege: system,all\r\n\r\n");
                while let Some(incoming) = client.poll().expect("no failure") {
                    match incoming {
                        Incoming::Event { ticket: None } => events += 1,
                        Incoming::Response { ticket, is_end: true, .. } => {
                            assert_eq!(ticket, tickets[responses]);
                            responses += 1;
                        }
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(events, sent);
            }
            assert_eq!(client.transport.requests.len(), 2 + responses, "{budget} bytes, {full:?}");
            assert!(client.transport.write_budget == 0 || responses == 2);
            client.transport.write_budget = usize::MAX;
            for &ticket in &tickets[responses..] {
                assert_answered(&mut client, ticket);
            }
            let requests = &client.transport.requests[2..];
            assert!(requests[0].starts_with("Action: Ping\r\n") && requests[0].ends_with("\r\n\r\n"));
            assert!(requests[1].starts_with("Action: SIPpeers\r\n") && requests.len() == 2);
        }
    }
}

/// A call makes one attempt to write to a full transport, however many messages it has to report.
#[test]
fn a_full_transmit_buffer_is_tried_once_before_each_read() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    client.transport.write_budget = 0;
    submit(&mut client, "Status").unwrap();
    client.transport.log.clear();
    client.transport.send("Event: A\r\n\r\nEvent: B\r\n\r\nEvent: C\r\n\r\n");
    for _ in 0..3 {
        assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
    }
    assert_eq!(client.transport.log, "wr");
    for _ in 0..4 {
        assert_eq!(client.poll(), Ok(None));
        assert_eq!(client.poll_ready(), Ok(None));
    }
    assert!(!client.transport.log.contains("ww"), "{}", client.transport.log);
    // Without input, `poll_ready` does not read.
    assert_eq!(client.transport.log.replace('f', ""), format!("wr{}", "wrw".repeat(4)));
}

#[test]
fn a_flush_that_is_late_is_repeated() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    client.transport.log.clear();
    client.transport.late_flushes = 2;
    client.transport.ignores = &["Status"];
    submit(&mut client, "Status").unwrap();
    for _ in 0..4 {
        assert_eq!(client.poll(), Ok(None));
    }
    assert_eq!(client.transport.log, "wfrfrfrr");
}

/// All kinds of errors that a transport can have.
const KINDS: [ErrorKind; 18] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::BrokenPipe,
    ErrorKind::AlreadyExists,
    ErrorKind::InvalidInput,
    ErrorKind::InvalidData,
    ErrorKind::TimedOut,
    ErrorKind::Interrupted,
    ErrorKind::Unsupported,
    ErrorKind::OutOfMemory,
    ErrorKind::WriteZero,
];

/// A transport that fails is an error from the operation that it fails in; one that cannot do it
/// now is not.
#[test]
fn the_transport_fails_unless_it_is_only_late() {
    for kind in KINDS {
        let is_late = FULL.contains(&Some(kind));
        for operation in ["read", "read_ready", "write", "flush"] {
            let clock = Cell::new(0);
            let mut client = logged_in(&clock, Link::new(&clock));
            let ticket = submit(&mut client, "Ping").unwrap();
            let link = &mut client.transport;
            match operation {
                "read_ready" => link.ready_error = Some(kind),
                "read" => link.reads.push_front(ReadResult::Fails(kind)),
                "write" => (link.write_budget, link.full) = (0, Some(kind)),
                _ => link.flush_error = Some(kind),
            }
            let polled = if operation == "read_ready" { client.poll_ready() } else { client.poll() };
            if !is_late {
                assert_eq!(polled, Err(Error::Transport(kind)), "{operation}");
                continue;
            }
            let answered = matches!(polled, Ok(Some(Incoming::Response { .. })));
            assert!(polled == Ok(None) || operation == "flush" && answered, "{operation}: {polled:?}");
            let link = &mut client.transport;
            (link.write_budget, link.flush_error, link.ready_error) = (usize::MAX, None, None);
            if !answered {
                assert_answered(&mut client, ticket);
            }
        }

        // The same for the function `write`, which needs no client.
        let clock = Cell::new(0);
        let mut link = Link::new(&clock);
        let mut outbox = Outbox::for_client([0; 64], Dialect::Current);
        outbox.write(|message| message.header("Action", "Ping")).unwrap();
        let expected = if is_late { Ok(()) } else { Err(kind) };
        (link.write_budget, link.full) = (0, Some(kind));
        assert_eq!(write(&mut outbox, &mut link), expected);
        assert!(!outbox.pending().is_empty());
        (link.write_budget, link.flush_error) = (usize::MAX, Some(kind));
        assert_eq!(write(&mut outbox, &mut link), expected);
        assert!(outbox.pending().is_empty());
    }
}

/// An answer that has arrived is not lost because a later request cannot be sent.
#[test]
fn messages_that_arrived_before_a_write_failed_are_reported_first() {
    for has_flush_error in [false, true] {
        let clock = Cell::new(0);
        let mut client = logged_in(&clock, Link::new(&clock));
        let ticket = submit(&mut client, "Ping").unwrap();
        client.transport.send("Event: A\r\n\r\nEvent: B\r\n\r\n");
        assert_eq!(next(&mut client), Ok(Incoming::Event { ticket: None }));
        let answer = client.transport.reads.pop_front();
        if let (Some(ReadResult::Bytes(bytes)), read) = (answer, client.decoder.space()) {
            read[..bytes.len()].copy_from_slice(&bytes);
            client.decoder.advance(bytes.len());
        }
        submit(&mut client, "Ping").unwrap();
        let link = &mut client.transport;
        if has_flush_error {
            link.flush_error = Some(ErrorKind::ConnectionReset);
        } else {
            (link.write_budget, link.full) = (0, Some(ErrorKind::ConnectionReset));
        }
        assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
        assert_answered(&mut client, ticket);
        assert_eq!(client.poll(), Err(Error::Transport(ErrorKind::ConnectionReset)));
    }
}

#[test]
fn every_error_of_a_client_has_a_name_and_a_text() {
    let full = SessionError::SlotsFull;
    for (error, name, text) in [
        (Error::Transport(ErrorKind::BrokenPipe), "Transport", "the transport failed: BrokenPipe"),
        (Error::Closed, "Closed", "the server closed the connection"),
        (Error::Session(full), "Session", &*full.to_string()),
    ] {
        assert_eq!((error.name(), &*error.to_string()), (name, text));
    }
    assert_eq!(Error::<ErrorKind>::from(full), Error::Session(full));
}

/// A server that never takes bytes misses a deadline at each stage, and the client reports it in
/// time.
#[test]
fn a_server_that_takes_no_bytes_is_reported_at_each_deadline() {
    for full in FULL {
        for budget in [0, 10] {
            let clock = Cell::new(0);
            let mut link = Link::new(&clock);
            (link.write_budget, link.full) = (budget, full);
            let mut client = client(&clock, link, 512);
            assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::LoggingIn)));
            assert!((10_000..=10_200).contains(&clock.get()), "after {} ms", clock.get());
            // An action, while events arrive.
            let mut client = logged_in(&clock, Link::new(&clock));
            (client.transport.write_budget, client.transport.full) = (budget, full);
            let begin = clock.get();
            let ticket = submit(&mut client, "Status").expect("room");
            while clock.get() - begin < 29_900 {
                client.transport.send("Event: Reload\r\nPrivilege: system,all\r\n\r\n");
                assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
                assert_eq!(client.poll(), Ok(None));
            }
            assert_eq!(next(&mut client), Ok(Incoming::Lost { ticket, reason: LossReason::TimedOut }));
            assert!(clock.get() - begin <= 30_200, "after {} ms", clock.get() - begin);
            // A Ping, in silence.
            assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::Ready)));
            assert!(clock.get() - begin <= 70_500, "after {} ms", clock.get() - begin);
        }
    }
}

#[test]
fn the_rest_of_a_request_is_not_sent_on_the_next_connection() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    // Enough for one action and a half.
    client.transport.write_budget = 70;
    let tickets = [submit(&mut client, "Status").unwrap(), submit(&mut client, "SIPpeers").unwrap()];
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::SlotsFull));
    client.transport.ignores = &["Status"];
    assert_eq!(client.poll(), Ok(None));
    assert_eq!(client.transport.write_budget, 0);
    let reports: Vec<_> = std::iter::from_fn(|| client.on_closed()).collect();
    let lost = [LossReason::OutcomeUnknown, LossReason::NotSent];
    assert_eq!(reports, [0, 1].map(|n| Incoming::Lost { ticket: tickets[n], reason: lost[n] }));
    client.transport = Link::new(&clock);
    client.on_connected(key(!PREFIX));
    log_in(&mut client);
    assert!(client.transport.requests[0].starts_with("Action: Challenge\r\nActionID: "));
}

/// Once the keepalive is due, the Ping is written before the client waits for the server.
#[test]
fn a_ping_is_written_before_the_next_read() {
    for only_if_ready in [false, true] {
        let clock = Cell::new(0);
        let mut client = logged_in(&clock, Link::new(&clock));
        let due = clock.get() + 30_000;
        client.transport.log.clear();
        while clock.get() < due {
            if only_if_ready {
                assert_eq!(client.poll_ready(), Ok(None));
                clock.set(clock.get() + 100);
            } else {
                assert_eq!(client.poll(), Ok(None));
            }
            assert!(!client.transport.log.contains('w'));
        }
        client.transport.log.clear();
        let polled = if only_if_ready { client.poll_ready() } else { client.poll() };
        assert_eq!(polled, if only_if_ready { Ok(None) } else { Ok(Some(Incoming::Internal)) });
        assert!(client.transport.log.starts_with("wf"), "{}", client.transport.log);
        assert!(client.transport.requests[2].starts_with("Action: Ping\r\n"));
    }
}

/// A response that was received in time is not late because the application was.
#[test]
fn what_has_arrived_is_handled_before_deadlines() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    let ticket = submit(&mut client, "Ping").expect("room");
    assert_eq!(client.transport.requests.len(), 2);
    // The first call writes the action and reports an event.
    client.transport.send("Event: Reload\r\n\r\n");
    assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
    assert_eq!(client.transport.requests.len(), 3);
    clock.set(clock.get() + 100_000);
    assert_answered(&mut client, ticket);
}

#[test]
fn a_client_works_again_on_a_new_connection_after_a_failure() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    let ticket = submit(&mut client, "Ping").unwrap();
    client.transport.send("Event: Hangup\r\nPrivi");
    client.transport.reads.push_back(ReadResult::Fails(ErrorKind::ConnectionReset));
    // The action was sent and answered, but the failure comes before the response.
    assert_eq!(next(&mut client), Err(Error::Transport(ErrorKind::ConnectionReset)));
    let lost = Incoming::Lost { ticket, reason: LossReason::OutcomeUnknown };
    assert_eq!((client.on_closed(), client.on_closed()), (Some(lost), None));
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::Stage(Stage::Closed)));

    let first_id = client.session.action_id(ticket);
    client.transport = Link::new(&clock);
    client.transport.chunk = 5;
    client.on_connected(key(PREFIX + 1));
    log_in(&mut client);
    let second = submit(&mut client, "Ping").unwrap();
    assert_ne!(second, ticket);
    // A response to an action of the first connection completes nothing on the second.
    client.transport.send(format!("Response: Success\r\nActionID: {}\r\n\r\n", first_id.as_str()));
    assert_eq!(next(&mut client), Ok(Incoming::Unmatched));
    assert_answered(&mut client, second);
}

/// A connection has all of its time, however long the pause before it was.
#[test]
fn the_time_of_a_connection_begins_with_the_connection() {
    for pause in [0, 1, 9_999, 10_001, 3_600_000, u64::from(u32::MAX), 1 << 33] {
        let clock = Cell::new(0);
        let mut client = logged_in(&clock, Link::new(&clock));
        for answers in [false, true] {
            client.transport.reads.push_back(ReadResult::Ends);
            while next(&mut client) != Err(Error::Closed) {}
            clock.set(clock.get() + pause);
            let begin = clock.get();
            client.transport = Link::new(&clock);
            client.transport.times_out = true;
            if !answers {
                client.transport.reads.clear();
            }
            client.on_connected(key(PREFIX + 1));
            if answers {
                // The first read times out.
                log_in(&mut client);
                assert!(clock.get() - begin < 1_000, "a pause of {pause} ms");
                continue;
            }
            assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::Connecting)));
            let time = clock.get() - begin;
            assert!((10_000..10_300).contains(&time), "after a pause of {pause} ms: {time} ms");
        }
    }
}

/// Wherever the stream ends, the client reports the entries received and that the list is
/// incomplete.
#[test]
fn a_stream_that_ends_in_a_list_cuts_the_list_short() {
    let mut counts = Vec::new();
    for end in (0..).step_by(97) {
        let clock = Cell::new(0);
        let mut link = Link::new(&clock);
        link.ignores = &["Status"];
        let mut client = logged_in(&clock, link);
        client.transport.send_budget = end;
        let list = submit(&mut client, "CoreShowChannels").unwrap();
        let unanswered = submit(&mut client, "Status").unwrap();
        let (reports, error) = poll_until_error(&mut client);
        assert_eq!(error, Error::Closed);
        let is_entry = |report: &&Incoming| matches!(report, Incoming::ListEntry { .. });
        let entries = reports.iter().filter(is_entry).count() as u32;
        counts.push(entries);
        if reports.contains(&Incoming::ListComplete { ticket: list, entries }) {
            break; // the stream ended after the list
        }
        let has_response = reports.iter().any(|report| matches!(report, Incoming::Response { .. }));
        let reason = if has_response { LossReason::CutShort { entries } } else { LossReason::OutcomeUnknown };
        let lost = [(list, reason), (unanswered, LossReason::OutcomeUnknown)];
        let lost = lost.map(|(ticket, reason)| Incoming::Lost { ticket, reason });
        assert!(reports.ends_with(&lost), "end after {end} bytes: {reports:?}");
    }
    assert!(counts.is_sorted() && counts.first() == Some(&0) && counts.last() == Some(&(CHANNELS as u32)));
}

#[test]
fn a_refused_login_and_a_server_that_is_not_asterisk_are_reported() {
    let clock = Cell::new(0);
    let mut client = client(&clock, Link::new(&clock), 512);
    client.transport.secret = "another";
    assert_eq!(next(&mut client), Ok(Incoming::Refused(LoginRefused::Authentication)));
    client.transport.reads.push_back(ReadResult::Ends);
    assert_eq!(next(&mut client), Err(Error::Closed));
    // The far end is not Asterisk.
    client.transport = Link::new(&clock);
    client.transport.reads.clear();
    client.transport.send("login: \r\n\r\n");
    client.on_connected(key(PREFIX + 1));
    assert_eq!(next(&mut client), Ok(Incoming::Refused(LoginRefused::NotAsterisk)));
}

#[test]
fn storage_that_is_too_small_is_reported() {
    // The decoder's storage cuts an ActionID off.
    let clock = Cell::new(0);
    let mut client = client(&clock, Link::new(&clock), Decoder::MIN);
    assert_eq!(poll_until_error(&mut client).1, Error::Session(SessionError::StorageTooSmall));
    // The action is larger than the outbox: it is refused, and smaller ones are still sent.
    let mut client = logged_in(&clock, Link::new(&clock));
    let long = "x".repeat(200);
    let headers = [("Channel", &long)];
    let submitted = client.session.submit(&Raw::new("Hangup", &headers), clock.get(), &mut client.outbox);
    assert_eq!(submitted, Err(SessionError::Encode(EncodeError::TooLarge { storage: 256 })));
    let ticket = submit(&mut client, "Ping").unwrap();
    assert_answered(&mut client, ticket);
    assert_eq!(client.transport.requests.len(), 3);
}

/// A line to a server in which time passes in microseconds. The server answers as [`Link`] does,
/// and sends traffic that never ends.
struct Line<'c> {
    clock: &'c Cell<u64>,
    link: Link<'c>,
    /// The bytes of the traffic that have arrived, and those that arrive next, with their time.
    arrived: VecDeque<u8>,
    coming: Option<(u64, Vec<u8>)>,
    traffic: Traffic,
    sent: u64,
    waits: Waits,
    chunk: usize,
    /// The time at which the present call must have ended, in microseconds.
    call_ends: u64,
}

/// Returns the part of the traffic with this number, and the microseconds before it.
type Traffic = fn(u64) -> (u64, Vec<u8>);

/// The longest time that an operation of the transport takes, in microseconds, and the bytes that a
/// write takes at the end of that time.
#[derive(Debug, Clone, Copy)]
struct Waits {
    read: u64,
    write: u64,
    flush: u64,
    takes: usize,
}

/// The time that any operation takes at least.
const STEP: u64 = 100;

impl Line<'_> {
    fn pass(&self, time: u64) {
        // Otherwise a call that does not end would be a test that does not end.
        assert!(self.clock.get() <= self.call_ends, "a call does not end");
        self.clock.set(self.clock.get() + time);
    }

    /// Lets the traffic of the time so far arrive.
    fn arrive(&mut self) {
        loop {
            let (at, bytes) = self.coming.take().unwrap_or_else(|| {
                let (gap, bytes) = (self.traffic)(self.sent);
                self.sent += 1;
                (self.clock.get() + gap, bytes)
            });
            if at > self.clock.get() {
                self.coming = Some((at, bytes));
                return;
            }
            // A real link has limits, too.
            if self.arrived.len() > 1_000 {
                return;
            }
            self.arrived.extend(bytes);
        }
    }

    fn is_ready(&mut self) -> bool {
        self.arrive();
        !self.link.reads.is_empty() || !self.arrived.is_empty()
    }
}

impl ErrorType for Line<'_> {
    type Error = ErrorKind;
}

impl ReadReady for Line<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.pass(STEP);
        Ok(self.is_ready())
    }
}

impl Read for Line<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        self.pass(STEP);
        let end = self.clock.get() + self.waits.read;
        if !self.is_ready() {
            let (at, _) = self.coming.as_ref().expect("traffic never ends");
            self.clock.set(end.min(*at));
            self.arrive();
        }
        let n = to.len().min(self.chunk);
        if !self.link.reads.is_empty() {
            return self.link.read(&mut to[..n]);
        }
        let n = n.min(self.arrived.len());
        for (to, from) in to.iter_mut().zip(self.arrived.drain(..n)) {
            *to = from;
        }
        if n == 0 { Err(ErrorKind::TimedOut) } else { Ok(n) }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        self.pass(STEP + self.waits.write);
        match from.len().min(self.waits.takes) {
            0 => Err(ErrorKind::TimedOut),
            n => self.link.write(&from[..n]),
        }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.pass(STEP + self.waits.flush);
        Ok(())
    }
}

/// Returns a block of bytes of an endless stream that repeats `text` after `head`.
fn endless(number: u64, head: &str, text: &str) -> Vec<u8> {
    if number == 0 { head.into() } else { text.into() }
}

const TRAFFIC: [(&str, Traffic); 11] = [
    ("silence", |_| (3_600_000_000, b"\r\n".to_vec())),
    ("50 events a second", |_| (20_000, b"Event: Reload\r\nPrivilege: system,all\r\n\r\n".to_vec())),
    ("a flood of events", |_| (10, b"Event: Reload\r\nPrivilege: system,all\r\n\r\n".to_vec())),
    ("an event byte by byte, slowly", |number| {
        (90_000, vec![b"Event: Reload\r\n\r\n"[number as usize % 17]])
    }),
    ("events byte by byte", |number| (100, vec![b"Event: Reload\r\n\r\n"[number as usize % 17]])),
    ("an event without an end", |number| {
        (1_000, endless(number, "Event: Reload\r\n", "ChanVariable(SIP/7): a=123456789\r\n"))
    }),
    ("a header without an end, byte by byte", |number| {
        (50_000, endless(number, "Event: Reload\r\nName: ", "x"))
    }),
    ("output without an end", |number| {
        let head = "Response: Follows\r\nPrivilege: Command\r\nActionID: nobody\r\n";
        (5_000, endless(number, head, "a line of output\n"))
    }),
    ("output without an end, byte by byte", |number| {
        (99_000, endless(number, "Response: Follows\r\nPrivilege: Command\r\n", "\n"))
    }),
    ("empty lines", |_| (0, b"\r\n".to_vec())),
    ("responses to others", |number| {
        (300, format!("Response: Success\r\nActionID: {number}\r\n\r\n").into())
    }),
];

type OnLine<'c> = Client<'static, Line<'c>, Box<dyn FnMut() -> u64 + 'c>, Vec<u8>, [u8; 256], [Slot; 2]>;

/// Runs until the client has reported that an action without an answer is lost, and that a logoff
/// was not answered, and asserts that no call and no report takes longer than documented.
/// The lower 32 bits of the clock wrap around `wrap` milliseconds after the start.
fn run_on_line(
    name: &str,
    traffic: Traffic,
    waits: Waits,
    (storage, chunk): (usize, usize),
    ready: bool,
    wrap: u64,
) {
    let what =
        format!("{name}, {waits:?}, storage {storage}, chunks of {chunk}, poll_ready {ready}, wrap {wrap}");
    let clock = Cell::new(0);
    let idle = Cell::new(0); // the link's own clock is not used
    let mut link = Link::new(&idle);
    link.ignores = &["Status", "Logoff"];
    let line = Line {
        clock: &clock,
        link,
        arrived: VecDeque::new(),
        coming: None,
        traffic: |_| (1_000_000, b"\r\n".to_vec()),
        sent: 0,
        waits: Waits { read: 0, write: 0, flush: 0, takes: 1_000 },
        chunk,
        call_ends: u64::MAX,
    };
    let milliseconds = || (1 << 32) - wrap + clock.get() / 1_000;
    let mut client: OnLine<'_> = Client::new(
        line,
        Decoder::for_client(vec![0; storage]).expect("storage"),
        Outbox::for_client([0; 256], Dialect::Current),
        // A logoff has the time of an action.
        Session::new([Slot::FREE; 2]).timing(Timing::DEFAULT.action(1_000)),
        Credentials::new("admin", SECRET).events("call,system"),
        Box::new(milliseconds),
    );
    client.on_connected(key(PREFIX));
    while client.poll().expect("a login") != Some(Incoming::Ready) {}
    (client.transport.traffic, client.transport.waits) = (traffic, waits);
    (client.transport.sent, client.transport.coming) = (0, None);

    // 1 ms for the clock's unit, and some for the steps.
    let bound = 103_000 + waits.read + waits.write + waits.flush;
    let begin = clock.get();
    let action = Raw::without_headers("Status");
    let now = milliseconds();
    let ticket = client.session.submit_within(&action, 300, now, &mut client.outbox).expect("room");
    let mut is_lost = false;
    let (mut begin, mut limit) = (begin, 300_000);
    loop {
        let called = clock.get();
        client.transport.call_ends = called + 10 * bound;
        let polled = if ready { client.poll_ready() } else { client.poll() };
        let taken = clock.get() - called;
        assert!(taken <= bound, "{what}: a call took {taken} us");
        let elapsed = clock.get() - begin;
        assert!(elapsed <= limit + bound, "{what}: no report after {elapsed} us");
        match polled.expect("no failure") {
            Some(Incoming::Lost { ticket: lost, reason: LossReason::TimedOut }) => {
                assert!(!is_lost && lost == ticket && elapsed + 1_000 >= limit, "{what}");
                is_lost = true;
                (begin, limit) = (clock.get(), 1_000_000);
                client.session.log_off(milliseconds(), &mut client.outbox).expect("room");
            }
            Some(Incoming::ServerTimedOut(Stage::LoggingOff)) => {
                assert!(is_lost && elapsed + 1_000 >= limit, "{what}");
                return;
            }
            None if ready => client.transport.pass(1_000),
            None | Some(Incoming::Event { .. } | Incoming::Unmatched) => client.transport.pass(STEP),
            Some(Incoming::ListEntry { .. } | Incoming::Response { .. } | Incoming::Internal) => {}
            Some(other) => panic!("{what}: {other:?}"),
        }
    }
}

/// No call takes longer than documented, and no deadline is reported later, whatever arrives and
/// however slowly the transport reads and writes.
#[test]
fn calls_and_deadlines_keep_their_times_whatever_arrives() {
    let quick = Waits { read: 100_000, write: 0, flush: 0, takes: 1_000 };
    let waits = [
        quick,
        Waits { read: 10_000, ..quick },
        Waits { read: 250_000, write: 30_000, flush: 20_000, takes: 1_000 },
        // A byte at a time, each within the time limit of a write.
        Waits { write: 99_000, takes: 1, ..quick },
        Waits { write: 1_000, takes: 3, ..quick },
        // Full for ever: at once, or after the time limit of a write.
        Waits { takes: 0, ..quick },
        Waits { write: 150_000, takes: 0, ..quick },
    ];
    let mut wrap = 0;
    for (name, traffic) in TRAFFIC {
        for waits in waits {
            for (storage, chunk) in [(64, 1_000), (512, 1_000), (512, 1)] {
                for ready in [false, true] {
                    // A run takes 1,300 ms or more.
                    wrap = (wrap + 37) % 1_300;
                    run_on_line(name, traffic, waits, (storage, chunk), ready, wrap);
                }
            }
        }
    }
}

/// A command whose output has no end mark costs its action, at the deadline. The events after the
/// next empty line arrive.
#[test]
fn output_without_an_end_mark_costs_one_action() {
    for storage in [64, 512] {
        let clock = Cell::new(0);
        let mut link = Link::new(&clock);
        link.ignores = &["Command"];
        let mut client = client(&clock, link, storage);
        log_in(&mut client);
        let begin = clock.get();
        let headers = [("Command", "core show uptime")];
        let action = Raw::new("Command", &headers);
        let ticket = client.session.submit(&action, begin, &mut client.outbox).expect("room");
        let id = client.session.action_id(ticket);
        let follows = "Response: Follows\r\nPrivilege: Command\r\nActionID: ";
        client.transport.send(format!("{follows}{}\r\nSystem uptime: 1 hour\n", id.as_str()));
        // Events keep arriving, and are taken for output.
        let mut lost_at = None;
        let mut events_after = 0;
        while clock.get() - begin < 40_000 {
            client.transport.send("Event: Reload\r\nPrivilege: system,all\r\n\r\n");
            loop {
                match client.poll().expect("no failure") {
                    None => break,
                    Some(Incoming::Lost { ticket: lost, reason: LossReason::TimedOut }) => {
                        assert_eq!((lost, lost_at), (ticket, None));
                        lost_at = Some(clock.get() - begin);
                    }
                    Some(Incoming::Event { ticket: None }) => {
                        // Events that the decoder held come before the loss is reported.
                        assert!(clock.get() - begin >= 30_000, "an event inside the output");
                        events_after += 1;
                    }
                    Some(Incoming::Response { .. } | Incoming::Unmatched | Incoming::Internal) => {}
                    Some(other) => panic!("{other:?}"),
                }
            }
        }
        assert!(lost_at.is_some_and(|at| (30_000..=30_200).contains(&at)), "{lost_at:?}");
        // One event every 100 ms, for 10 s.
        assert!(events_after > 95, "{events_after} events");
        assert_eq!(client.session.outstanding(), 0);
        let ticket = submit(&mut client, "Ping").expect("room");
        assert_answered(&mut client, ticket);
    }
}

/// The reports of a run with the milliseconds since its start, and the requests.
type Timeline = (Vec<(u64, Incoming)>, Vec<String>);

/// Runs a session of 100 s: login, a list, an action that is not answered, two Pings with an
/// answer and one without. `start` is the value of the counter of 32 bits at the start.
fn run_over_wrap(start: u32, is_raw: bool) -> Timeline {
    let clock = Cell::new(0);
    let mut wide = WideClock::new();
    let mut clock_now = || {
        // Otherwise a clock that goes back would be a test that does not end.
        assert!(clock.get() < 200_000, "a deadline is not reported");
        wide.widen(start.wrapping_add(clock.get() as u32))
    };
    let mut timeline = Vec::new();
    if is_raw {
        let mut link = Link::new(&clock);
        let mut decoder = Decoder::for_client([0; 512]).expect("storage");
        let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
        let mut session = Session::new([Slot::FREE; 2]);
        let credentials = Credentials::new("admin", SECRET).events("call,system");
        let mut now = clock_now();
        session.on_connected(key(PREFIX), now);
        loop {
            write(&mut outbox, &mut link).expect("no failure");
            let incoming = match decoder.poll() {
                Step::Message => session.on_message(&decoder.message(), now).expect("enough storage"),
                Step::End => panic!("the line ended"),
                Step::NeedInput => match session.on_timeout(now, &mut outbox).expect("room") {
                    Some(incoming) => incoming,
                    None => {
                        write(&mut outbox, &mut link).expect("no failure");
                        let _ = read(&mut decoder, &mut link); // may time out
                        now = clock_now();
                        continue;
                    }
                },
            };
            if incoming == Incoming::LogIn {
                session.log_in(&credentials, &decoder.message(), now, &mut outbox).expect("room");
                continue;
            }
            timeline.push((clock.get(), incoming));
            match next_action(&mut link, incoming) {
                Some("") => return (timeline, link.requests),
                Some(name) => {
                    let action = Raw::without_headers(name);
                    session.submit(&action, clock_now(), &mut outbox).expect("room");
                }
                None => {}
            }
        }
    }
    let mut client = Client::new(
        Link::new(&clock),
        Decoder::for_client([0; 512]).expect("storage"),
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]),
        Credentials::new("admin", SECRET).events("call,system"),
        clock_now,
    );
    client.on_connected(key(PREFIX));
    loop {
        let Some(incoming) = client.poll().expect("no failure") else { continue };
        timeline.push((clock.get(), incoming));
        match next_action(&mut client.transport, incoming) {
            Some("") => return (timeline, client.transport.requests),
            Some(name) => {
                let now = (client.clock)();
                client.session.submit(&Raw::without_headers(name), now, &mut client.outbox).expect("room");
            }
            None => {}
        }
    }
}

/// Returns the next action of the run, or an empty name at its end.
fn next_action(link: &mut Link<'_>, incoming: Incoming) -> Option<&'static str> {
    let pings = link.requests.iter().filter(|request| request.starts_with("Action: Ping")).count();
    match incoming {
        Incoming::Ready => Some("CoreShowChannels"),
        Incoming::ListComplete { .. } => {
            link.ignores = &["Status"];
            Some("Status")
        }
        Incoming::Internal if pings == 2 => {
            link.ignores = &["Ping"];
            None
        }
        Incoming::ServerTimedOut(_) => Some(""),
        _ => None,
    }
}

/// Deadlines, the keepalive and a list work while the counter of milliseconds wraps around,
/// whenever that happens.
#[test]
fn a_counter_of_32_bits_may_wrap_at_any_time() {
    for is_raw in [false, true] {
        let (timeline, requests) = run_over_wrap(0, is_raw);
        let at = |wanted: fn(&Incoming) -> bool| {
            let mut found = timeline.iter().filter(|(_, incoming)| wanted(incoming));
            found.next_back().map(|&(at, _)| at)
        };
        assert_eq!(at(|incoming| matches!(incoming, Incoming::ListComplete { .. })), Some(0));
        assert_eq!(at(|incoming| matches!(incoming, Incoming::Lost { .. })), Some(30_000));
        assert_eq!(at(|incoming| *incoming == Incoming::ServerTimedOut(Stage::Ready)), Some(100_000));
        assert_eq!(requests.iter().filter(|request| request.starts_with("Action: Ping")).count(), 3);
        for before_wrap in (0..101_000).step_by(500).flat_map(|at| [at, at + 1, at + 99]) {
            let wrapped = run_over_wrap(0_u32.wrapping_sub(before_wrap), is_raw);
            assert_eq!(wrapped, (timeline.clone(), requests.clone()), "a wrap after {before_wrap} ms");
        }
    }
}

#[test]
fn a_wide_clock_never_goes_back() {
    static CLOCK: Mutex<WideClock> = Mutex::new(WideClock::new());
    let mut clock = CLOCK.lock().unwrap();
    let mut expected = 0_u64;
    // The largest step of all misses no wrap.
    for step in [0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 1, u32::MAX, u32::MAX, 0] {
        expected += u64::from(step);
        assert_eq!(clock.widen(expected as u32), expected);
    }
}
