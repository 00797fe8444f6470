//! The client over `embedded_io`, against a link by script: cut reads, time-outs, failures, silence.

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

/// Returns the key whose ActionIDs begin with this prefix.
fn key(prefix: u64) -> IdKey {
    IdKey((u128::from(prefix) << 64).to_be_bytes())
}
const BANNER: &str = "Asterisk Call Manager/11.0.0\r\n";
const CHANNELS: usize = 20;

/// What a read gives.
enum Turn {
    Bytes(Vec<u8>),
    Fails(ErrorKind),
    Ends,
}

/// The server's end, too: it answers each request as soon as it is written. Where nothing is to be read, a read
/// takes 100 ms and times out.
struct Link<'c> {
    clock: &'c Cell<u64>,
    turns: VecDeque<Turn>,
    requests: Vec<String>,
    written: Vec<u8>,
    calls: usize,
    /// The most bytes that a read gives, or a write takes.
    cut: usize,
    /// How many more bytes it takes.
    takes: usize,
    /// A time-out between any two reads.
    stutters: bool,
    was_late: bool,
    /// Actions that get no answer.
    ignores: &'static [&'static str],
    /// How many more bytes it says.
    ends_behind: usize,
    secret: &'static str,
}

impl<'c> Link<'c> {
    fn new(clock: &'c Cell<u64>) -> Self {
        let mut link = Link {
            clock,
            turns: VecDeque::new(),
            requests: Vec::new(),
            written: Vec::new(),
            calls: 0,
            cut: usize::MAX,
            takes: usize::MAX,
            stutters: false,
            was_late: false,
            ignores: &[],
            ends_behind: usize::MAX,
            secret: SECRET,
        };
        link.says(BANNER);
        link
    }

    fn says(&mut self, text: impl AsRef<[u8]>) {
        let mut bytes = text.as_ref().to_vec();
        bytes.truncate(self.ends_behind);
        self.ends_behind -= bytes.len();
        self.turns.push_back(Turn::Bytes(bytes));
        if self.ends_behind == 0 {
            self.turns.push_back(Turn::Ends);
        }
    }

    /// The event of one more call, longer each time.
    fn calls(&mut self) {
        self.calls += 1;
        let (n, data) = (self.calls, "y".repeat(150 * self.calls));
        self.says(format!(
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
                let key = Key::new(md5, b"840415273", self.secret.as_bytes());
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
        self.says(answer);
    }
}

impl ErrorType for Link<'_> {
    type Error = ErrorKind;
}

impl Read for Link<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!to.is_empty(), "a read without space");
        self.was_late = !self.was_late;
        if self.stutters && self.was_late {
            self.clock.set(self.clock.get() + 1);
            return Err(ErrorKind::TimedOut);
        }
        match self.turns.pop_front() {
            Some(Turn::Bytes(bytes)) if bytes.is_empty() => self.read(to),
            Some(Turn::Bytes(mut bytes)) => {
                let n = bytes.len().min(to.len()).min(self.cut);
                to[..n].copy_from_slice(&bytes[..n]);
                bytes.drain(..n);
                if !bytes.is_empty() {
                    self.turns.push_front(Turn::Bytes(bytes));
                }
                Ok(n)
            }
            Some(Turn::Fails(kind)) => Err(kind),
            Some(Turn::Ends) => {
                self.turns.push_front(Turn::Ends);
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
        Ok(!self.turns.is_empty())
    }
}

impl Write for Link<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        let n = from.len().min(self.cut).min(self.takes);
        self.takes -= n;
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

/// Polls until something is said.
fn next(client: &mut Ami<'_>) -> Result<Incoming, Error<ErrorKind>> {
    for _ in 0..10_000 {
        if let Some(said) = client.poll().transpose() {
            return said;
        }
    }
    panic!("nothing is said");
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

#[track_caller]
fn is_answered(client: &mut Ami<'_>, asked: Ticket) {
    let mut said = next(client);
    while said == Ok(Incoming::Internal) {
        said = next(client);
    }
    assert!(
        matches!(said, Ok(Incoming::Response { ticket, is_end: true, .. }) if ticket == asked),
        "{said:?}"
    );
}

/// All that is said before the failure, and that.
fn to_the_end(client: &mut Ami<'_>) -> (Vec<Incoming>, Error<ErrorKind>) {
    let mut said = Vec::new();
    loop {
        match next(client) {
            Ok(incoming) => said.push(incoming),
            Err(error) => return (said, error),
        }
    }
}

/// What the script comes to, put together from the parts.
#[derive(Debug, PartialEq, Eq, Default)]
struct Story {
    events: Vec<String>,
    items: Vec<String>,
    done: Option<u32>,
    replies: usize,
    requests: Vec<String>,
}

/// A login; three calls that are hung up, with the channel straight out of the event; a list; the log-off.
fn story(storage: usize, cut: usize, stutters: bool, only_if_ready: bool) -> Story {
    let clock = Cell::new(7);
    let mut link = Link::new(&clock);
    (link.cut, link.stutters) = (cut, stutters);
    let mut client = client(&clock, link, storage);
    let mut story = Story::default();
    let mut text = String::new();
    loop {
        let polled = if only_if_ready { client.poll_ready() } else { client.poll() };
        let Some(incoming) = polled.expect("no failure") else {
            clock.set(clock.get() + 1);
            assert!(clock.get() < 60_000, "it hangs: {story:?}");
            continue;
        };
        let message = client.decoder.message();
        if matches!(message.part(), Part::Whole | Part::First) {
            text.clear();
        }
        text += std::str::from_utf8(message.as_bytes()).expect("text");
        let whole = message.part().is_end().then(|| text.clone());
        match incoming {
            Incoming::Ready => client.transport.calls(),
            Incoming::Event { ticket } => {
                assert_eq!(ticket, None);
                if let Some(channel) = message.get("Channel") {
                    let headers = [("Channel", channel)];
                    let hangup = Raw::new("Hangup", &headers);
                    client.session.submit(&hangup, (client.clock)(), &mut client.outbox).expect("room");
                }
                story.events.extend(whole);
            }
            Incoming::Response { status: answer, is_end, .. } => {
                assert!(!answer.is_error());
                story.replies += usize::from(whole.is_some());
                if is_end && story.events.len() < 3 {
                    client.transport.calls();
                } else if is_end {
                    submit(&mut client, "CoreShowChannels").expect("room");
                }
            }
            Incoming::ListEntry { .. } => story.items.extend(whole),
            Incoming::ListComplete { entries: items, .. } => {
                story.done = Some(items);
                client.session.log_off((client.clock)(), &mut client.outbox).expect("logged in");
            }
            Incoming::LoggedOff => break,
            Incoming::Internal => {}
            other => panic!("{other:?} of {text}"),
        }
    }
    client.transport.turns.push_back(Turn::Ends);
    assert_eq!(next(&mut client), Err(Error::Closed));
    assert_eq!(next(&mut client), Err(Error::Closed), "and remains so");
    story.requests = client.transport.requests;
    story
}

#[test]
fn the_same_however_it_comes() {
    let whole = story(4096, usize::MAX, false, false);
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
    assert_eq!((whole.events.len(), whole.items.len(), whole.replies), (3, CHANNELS, 4));
    assert_eq!(whole.done, Some(CHANNELS as u32));
    for storage in [64, 65, 80, 100, 128, 255, 256, 333, 512] {
        for cut in [1, 2, 3, 7, 64, 1000] {
            for (stutters, only_if_ready) in [(false, false), (true, false), (false, true), (true, true)] {
                let story = story(storage, cut, stutters, only_if_ready);
                assert_eq!(story, whole, "storage {storage}, cut {cut}, {stutters}, {only_if_ready}");
            }
        }
    }
}

/// As `Interrupted` of a hosted link, too.
#[test]
fn a_time_out_is_no_failure() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    assert_eq!(client.poll(), Ok(None));
    client.transport.turns.push_back(Turn::Fails(ErrorKind::Interrupted));
    client.transport.says("Event: Reload\r\n\r\n");
    assert_eq!(client.poll(), Ok(None));
    assert_eq!(client.poll(), Ok(Some(Incoming::Event { ticket: None })));
}

/// Nothing is read that is not there, and the clock is looked at all the same.
#[test]
fn a_link_that_is_never_ready() {
    let clock = Cell::new(0);
    let mut link = Link::new(&clock);
    link.turns.clear();
    let mut client = client(&clock, link, 64);
    for now in [0, 1, 5_000, 9_999] {
        clock.set(now);
        assert_eq!(client.poll_ready(), Ok(None));
        assert_eq!(clock.get(), now, "it has read");
    }
    clock.set(10_000);
    assert_eq!(client.poll_ready(), Ok(Some(Incoming::ServerTimedOut(Stage::Connecting))));
    // The end of the stream is ready to be read.
    client.transport.turns.push_back(Turn::Ends);
    assert_eq!(client.poll_ready(), Err(Error::Closed));
}

#[test]
fn silence() {
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
    // An action is its own sign of life, until its deadline.
    assert_eq!(next(&mut client), Ok(Incoming::Lost { ticket, reason: LossReason::TimedOut }));
    assert_eq!(client.transport.requests.len(), 6, "no Ping meanwhile");
    assert_eq!(next(&mut client), Ok(Incoming::ServerTimedOut(Stage::Ready)));
    assert_eq!(client.transport.requests.len(), 7);
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::Stage(Stage::Closed)));
}

#[test]
fn an_answer_after_the_deadline() {
    let clock = Cell::new(0);
    let mut link = Link::new(&clock);
    link.ignores = &["Status"];
    let mut client = logged_in(&clock, link);
    let begin = clock.get();
    let ticket = submit(&mut client, "Status").expect("room");
    assert_eq!(next(&mut client), Ok(Incoming::Lost { ticket, reason: LossReason::TimedOut }));
    assert!((30_000..30_300).contains(&(clock.get() - begin)), "{} ms", clock.get() - begin);
    let late = client.transport.requests.last().unwrap().replace("Action: Status", "Response: Success");
    client.transport.says(late);
    assert_eq!(next(&mut client), Ok(Incoming::Unmatched));
    // The link is as good as before.
    let ticket = submit(&mut client, "Ping").expect("room");
    is_answered(&mut client, ticket);
}

#[test]
fn a_link_that_takes_no_bytes() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    // A whole action and half a one.
    client.transport.takes = 70;
    let tickets = [submit(&mut client, "Status").unwrap(), submit(&mut client, "SIPpeers").unwrap()];
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::SlotsFull));
    assert_eq!(client.poll(), Err(Error::Stalled));
    assert_eq!(client.transport.takes, 0);
    let said: Vec<_> = std::iter::from_fn(|| client.on_closed()).collect();
    let lost = [LossReason::OutcomeUnknown, LossReason::NotSent];
    assert_eq!(said, [0, 1].map(|n| Incoming::Lost { ticket: tickets[n], reason: lost[n] }));
    // The half is not sent on the next connection.
    client.transport = Link::new(&clock);
    client.on_connected(key(!PREFIX));
    log_in(&mut client);
    assert!(client.transport.requests[0].starts_with("Action: Challenge\r\nActionID: dbc0"));
}

#[test]
fn a_failure_in_the_middle_and_the_next_connection() {
    let clock = Cell::new(0);
    let mut client = logged_in(&clock, Link::new(&clock));
    let ticket = submit(&mut client, "Ping").unwrap();
    client.transport.says("Event: Hangup\r\nPrivi");
    client.transport.turns.push_back(Turn::Fails(ErrorKind::ConnectionReset));
    // It was sent, and answered, but the answer is behind the failure.
    assert_eq!(next(&mut client), Err(Error::Transport(ErrorKind::ConnectionReset)));
    let lost = Incoming::Lost { ticket, reason: LossReason::OutcomeUnknown };
    assert_eq!((client.on_closed(), client.on_closed()), (Some(lost), None));
    assert_eq!(submit(&mut client, "Ping"), Err(SessionError::Stage(Stage::Closed)));

    let old = client.session.action_id(ticket);
    client.transport = Link::new(&clock);
    client.transport.cut = 5;
    client.on_connected(key(PREFIX + 1));
    log_in(&mut client);
    let again = submit(&mut client, "Ping").unwrap();
    assert_ne!(again, ticket);
    // What the first connection asked is not answered on the second.
    client.transport.says(format!("Response: Success\r\nActionID: {}\r\n\r\n", old.as_str()));
    assert_eq!(next(&mut client), Ok(Incoming::Unmatched));
    is_answered(&mut client, again);
}

/// Behind whatever byte: the entries that came are told, and that it was not all.
#[test]
fn an_end_in_the_middle_of_a_list() {
    let mut counts = Vec::new();
    for cut in (0..).step_by(97) {
        let clock = Cell::new(0);
        let mut link = Link::new(&clock);
        link.ignores = &["Status"];
        let mut client = logged_in(&clock, link);
        client.transport.ends_behind = cut;
        let list = submit(&mut client, "CoreShowChannels").unwrap();
        let unanswered = submit(&mut client, "Status").unwrap();
        let (said, error) = to_the_end(&mut client);
        assert_eq!(error, Error::Closed);
        let items = said.iter().filter(|said| matches!(said, Incoming::ListEntry { .. })).count() as u32;
        counts.push(items);
        if said.contains(&Incoming::ListComplete { ticket: list, entries: items }) {
            break; // that was behind the list
        }
        let is_open = said.iter().any(|said| matches!(said, Incoming::Response { .. }));
        let loss = if is_open { LossReason::CutShort { entries: items } } else { LossReason::OutcomeUnknown };
        let lost = [(list, loss), (unanswered, LossReason::OutcomeUnknown)];
        let lost = lost.map(|(ticket, loss)| Incoming::Lost { ticket, reason: loss });
        assert!(said.ends_with(&lost), "cut behind {cut} bytes: {said:?}");
    }
    assert!(counts.is_sorted() && counts.first() == Some(&0) && counts.last() == Some(&(CHANNELS as u32)));
}

#[test]
fn a_login_that_fails() {
    let clock = Cell::new(0);
    let mut client = client(&clock, Link::new(&clock), 512);
    client.transport.secret = "another";
    assert_eq!(next(&mut client), Ok(Incoming::Refused(LoginRefused::Authentication)));
    client.transport.turns.push_back(Turn::Ends);
    assert_eq!(next(&mut client), Err(Error::Closed));
    // Something else on the line.
    client.transport = Link::new(&clock);
    client.transport.turns.clear();
    client.transport.says("login: \r\n\r\n");
    client.on_connected(key(PREFIX + 1));
    assert_eq!(next(&mut client), Ok(Incoming::Refused(LoginRefused::NotAsterisk)));
}

#[test]
fn storage_that_is_too_small() {
    // Of the decoder: an ActionID is cut off.
    let clock = Cell::new(0);
    let mut client = client(&clock, Link::new(&clock), Decoder::MIN);
    assert_eq!(to_the_end(&mut client).1, Error::Session(SessionError::StorageTooSmall));
    // Of the outbox: the action is refused, what else is to be sent is sent.
    let mut client = logged_in(&clock, Link::new(&clock));
    let long = "x".repeat(200);
    let headers = [("Channel", &long)];
    let refused = client.session.submit(&Raw::new("Hangup", &headers), clock.get(), &mut client.outbox);
    assert_eq!(refused, Err(SessionError::Encode(EncodeError::TooLarge { storage: 256 })));
    let ticket = submit(&mut client, "Ping").unwrap();
    is_answered(&mut client, ticket);
    assert_eq!(client.transport.requests.len(), 3);
}
