//! The client over `embedded_io` against a scripted link: short reads, timeouts, failures, a silent
//! server.

use std::cell::Cell;
use std::collections::VecDeque;

use embedded_ami::action::{Key, Raw, md5};
use embedded_ami::client::{
    Credentials, IdKey, Incoming, LoginRefused, LossReason, Session, SessionError, Slot, Stage, Ticket,
    Timing,
};
use embedded_ami::io::embedded::{Client, Error};
use embedded_ami::wire::{Decoder, Dialect, EncodeError, Outbox, Part};
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
                let key = Key::new(md5, b"840415273", self.secret.as_bytes()).expect("a challenge of digits");
                if get("Key").as_bytes() == key.to_hex() {
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
        Ok(!self.reads.is_empty())
    }
}

impl Write for Link<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        let n = from.len().min(self.chunk).min(self.write_budget);
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
        Ok(())
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
    while incoming == Ok(Incoming::Internal) {
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

#[test]
fn a_link_that_accepts_no_bytes_is_stalled() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    // Enough for one action and a half.
    client.transport.write_budget = 70;
    let tickets = [submit(&mut client, "Status").unwrap(), submit(&mut client, "SIPpeers").unwrap()];
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::SlotsFull));
    assert_eq!(client.poll(), Err(Error::Stalled));
    assert_eq!(client.transport.write_budget, 0);
    let reports: Vec<_> = std::iter::from_fn(|| client.on_closed()).collect();
    let lost = [LossReason::OutcomeUnknown, LossReason::NotSent];
    assert_eq!(reports, [0, 1].map(|n| Incoming::Lost { ticket: tickets[n], reason: lost[n] }));
    // The rest of the second action is not sent on the next connection.
    client.transport = Link::new(&clock);
    client.on_connected(key(!PREFIX));
    log_in(&mut client);
    assert!(client.transport.requests[0].starts_with("Action: Challenge\r\nActionID: dbc0"));
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
