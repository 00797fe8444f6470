use std::collections::VecDeque;

use embedded_ami::action::{Completion, Raw};
use embedded_ami::classes::Classes;
use embedded_ami::client::{
    self, Credentials, IdKey, Incoming, LossReason, SessionError, Slot, Stage, Ticket,
};
use embedded_ami::server::{self, Account, EncodedEvent, Request};
use embedded_ami::wire::{Decoder, Dialect, Outbox, OwnedMessage, Step};

use super::input::Input;

const SLOTS: usize = 3;
const TIMING: client::Timing =
    client::Timing::DEFAULT.login(20_000).boot(300).action(4_000).keepalive(2_500).pong(1_500);
const VERSIONS: [&str; 4] = ["11.0.0", "2.10.6", "1.0", "5.0.1"];
/// The number of operations after which an input is not read on.
const MOST_OPERATIONS: usize = 80;
/// The number of steps without an operation after which nothing moves any more.
const MOST_STEPS: usize = 20_000;

/// Checks a client session against a server session over a link that cuts and delays in virtual
/// time: each action ends once, by the answer that the server gave to it or as lost, events arrive
/// in order, and neither end waits forever.
///
/// Input: options (bit 0: plain login; bit 1: one at a time; bits 2 and 3: storage of the client;
/// bits 4 and 5: version of the server; bit 6: no events), the position at which the link from the
/// server breaks (0: never; times 37), the same for the link from the client (times 11), then
/// operations and, between them, the choices of the link and of the server: a byte each, 0 when the
/// input is at its end, for which nothing is cut and nothing delayed. Operations:
/// - 0 to 159 submit an action: bits 0 to 2 are its kind, bits 3 and 4 the size of the answer, with
///   a byte for the value and a byte for the time limit (times 64 ms),
/// - 160 to 191 are an event of the server,
/// - 192 to 223 let time pass (times 41 ms),
/// - 224 to 231 forget an action,
/// - 232 logs off;
/// - others let the next thing happen.
pub fn two_ends(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let storage = [64, 100, 512, 4096][usize::from(options >> 2 & 3)];
    let breaks = |byte: u8, times: usize| if byte == 0 { usize::MAX } else { usize::from(byte) * times };
    let (down, up) = (breaks(input.byte(), 37), breaks(input.byte(), 11));
    let md5: fn(&[&[u8]]) -> [u8; 16] = |parts| {
        // Any function of the bytes serves, if both ends have the same one.
        let mut digest = [0; 16];
        for (at, byte) in parts.iter().copied().flatten().enumerate() {
            digest[at % 16] = u8::wrapping_mul(digest[at % 16], 31).wrapping_add(*byte);
        }
        digest
    };
    let credentials = match options & 1 {
        0 => Credentials::with_md5("user", "secret", md5),
        _ => Credentials::plain("user", "secret"),
    };
    let credentials = if options & 64 == 0 { credentials.events("call,system") } else { credentials };
    let mut session = client::Session::new(vec![Slot::FREE; SLOTS]).timing(TIMING);
    session.set_one_at_a_time(options & 2 != 0);
    let mut world = World {
        input,
        now: 0,
        one_at_a_time: options & 2 != 0,
        wants_events: options & 64 == 0,
        session,
        credentials,
        decoder: Decoder::for_client(vec![0; storage]).expect("storage"),
        outbox: Outbox::for_client(vec![0; 900], Dialect::Current),
        message: OwnedMessage::default(),
        server: server::Session::with_md5(VERSIONS[usize::from(options >> 4 & 3)], md5),
        server_decoder: Decoder::for_server(vec![0; 1100]).expect("storage"),
        server_outbox: Outbox::for_server(vec![0; 1200]),
        backlog: Vec::new(),
        answers_at: 0,
        down: Pipe::new(down),
        up: Pipe::new(up),
        actions: Vec::new(),
        next_served: 0,
        events_sent: 0,
        events_received: 0,
        is_ready: false,
        has_logged_off: false,
        is_over: false,
    };
    world.run();
}

/// One direction of the link.
struct Pipe {
    under_way: VecDeque<(u64, Vec<u8>)>,
    last: u64,
    /// The number of bytes that the writer has handed over, and of those that the reader has.
    written: usize,
    arrived: usize,
    breaks_at: usize,
}

impl Pipe {
    fn new(breaks_at: usize) -> Self {
        Self { under_way: VecDeque::new(), last: 0, written: 0, arrived: 0, breaks_at }
    }

    /// Takes bytes, cut and delayed as the input says. Returns how many.
    fn write(&mut self, now: u64, bytes: &[u8], input: &mut Input<'_>) -> usize {
        let choice = input.byte();
        let n = match choice >> 4 {
            0 => bytes.len(),
            n => (usize::from(n) * usize::from(n)).min(bytes.len()),
        };
        if n > 0 {
            let delay = [0, 0, 1, 3, 20, 100, 400, 1500][usize::from(choice & 7)];
            self.last = self.last.max(now + delay);
            self.under_way.push_back((self.last, bytes[..n].to_vec()));
            self.written += n;
        }
        n
    }

    fn next(&self) -> Option<u64> {
        self.under_way.front().map(|&(at, _)| at)
    }

    fn read(&mut self, now: u64) -> Option<Vec<u8>> {
        if self.next()? > now || self.is_broken() {
            return None;
        }
        let (_, mut chunk) = self.under_way.pop_front()?;
        chunk.truncate(self.breaks_at - self.arrived);
        self.arrived += chunk.len();
        Some(chunk)
    }

    fn is_broken(&self) -> bool {
        self.arrived >= self.breaks_at
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asked,
    /// The response has arrived, and this many entries.
    Open(u32),
    Ended,
}

/// An action as the test sees it.
#[derive(Debug)]
struct Submitted {
    ticket: Ticket,
    id: String,
    kind: u8,
    /// The number of entries or lines of the answer.
    size: u32,
    value: String,
    deadline: u64,
    /// The offset in the stream to the server at which the request ends.
    request_end: usize,
    /// The offset in the stream to the client at which the whole answer ends.
    answer_end: Option<usize>,
    phase: Phase,
}

/// The kinds of actions: the name, and how the answer ends.
const KINDS: [(&str, Completion); 8] = [
    ("Echo", Completion::Response),
    ("Fail", Completion::Response),
    ("Entries", Completion::List("EntriesComplete")),
    ("Output", Completion::Response),
    ("Later", Completion::Event("LaterDone")),
    ("Denied", Completion::List("DeniedComplete")),
    ("Slow", Completion::Response),
    ("Marked", Completion::Response),
];

struct World<'a> {
    input: Input<'a>,
    now: u64,
    one_at_a_time: bool,
    wants_events: bool,
    session: client::Session<Vec<Slot>>,
    credentials: Credentials<'a>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    /// The parts of the current message.
    message: OwnedMessage,
    server: server::Session<&'static str>,
    server_decoder: Decoder<Vec<u8>>,
    server_outbox: Outbox<Vec<u8>>,
    /// The bytes that have arrived and that the server has not read.
    backlog: Vec<u8>,
    /// The time from which the application answers the request that it has.
    answers_at: u64,
    down: Pipe,
    up: Pipe,
    actions: Vec<Submitted>,
    /// The index of the next action that the server must receive.
    next_served: usize,
    events_sent: u64,
    events_received: u64,
    is_ready: bool,
    has_logged_off: bool,
    is_over: bool,
}

impl World<'_> {
    fn run(&mut self) {
        self.server.on_connected(0x243f_6a88, 0, &mut self.server_outbox).expect("room for the banner");
        self.session.on_connected(IdKey([9; 16]), 0);
        let mut steps = 0;
        for _ in 0..MOST_OPERATIONS {
            if self.input.0.is_empty() || self.is_over {
                break;
            }
            // An operation before the login is complete would not do much.
            while !self.is_ready && !self.is_over && steps < MOST_STEPS {
                self.step(u64::MAX);
                steps += 1;
            }
            if self.is_over {
                break;
            }
            self.operation();
            self.check();
        }
        while !(self.is_over || self.is_ready && self.outstanding() == 0 && self.is_quiet()) {
            self.step(u64::MAX);
            steps += 1;
            assert!(steps < MOST_STEPS, "nothing moves at {} ms: {:?}", self.now, self.actions);
        }
        if !self.is_over {
            assert_eq!(self.events_received, self.events_sent, "events are lost");
            assert!(self.actions.iter().all(|action| action.phase == Phase::Ended));
        }
        self.close();
    }

    /// Returns whether no byte is under way.
    fn is_quiet(&self) -> bool {
        let pipes = self.up.under_way.is_empty() && self.down.under_way.is_empty();
        pipes
            && self.outbox.pending().is_empty()
            && self.server_outbox.pending().is_empty()
            && !self.server.is_busy()
            && self.backlog.is_empty()
    }

    fn operation(&mut self) {
        match self.input.byte() {
            choice @ 0..=159 => self.submit(choice & 7, u32::from(choice >> 3 & 3) * 3),
            160..=191 => self.event(),
            choice @ 192..=223 => {
                let until = self.now + u64::from(choice - 192) * 41;
                while self.now < until && !self.is_over {
                    self.step(until);
                }
            }
            choice @ 224..=231 => self.forget(usize::from(choice - 224)),
            232 => {
                if self.session.log_off(self.now, &mut self.outbox).is_ok() {
                    self.has_logged_off = true;
                }
            }
            _ => self.step(u64::MAX),
        }
    }

    fn outstanding(&self) -> usize {
        self.actions.iter().filter(|action| action.phase != Phase::Ended).count()
    }

    fn submit(&mut self, kind: u8, size: u32) {
        let (name, completion) = KINDS[usize::from(kind)];
        let value = format!("{}-{}", self.actions.len(), self.input.byte());
        let time = match self.input.byte() {
            0 => 4_000,
            time => u32::from(time) * 64,
        };
        let size_text = size.to_string();
        let headers = [("Value", &value[..]), ("Size", &size_text)];
        let action = Raw::new(name, &headers).with_completion(completion);
        let before = self.outbox.pending().len();
        match self.session.submit_within(&action, time, self.now, &mut self.outbox) {
            Ok(ticket) => {
                assert!(self.is_ready && !(self.one_at_a_time && self.outstanding() > 0));
                assert!(self.actions.iter().all(|action| action.ticket != ticket));
                self.actions.push(Submitted {
                    ticket,
                    id: self.session.action_id(ticket).as_str().to_owned(),
                    kind,
                    size,
                    value,
                    deadline: self.now + u64::from(time),
                    request_end: self.up.written + self.outbox.pending().len(),
                    answer_end: None,
                    phase: Phase::Asked,
                });
            }
            Err(error) => {
                assert_eq!(self.outbox.pending().len(), before, "{error:?}");
                match error {
                    SessionError::Busy => assert!(self.one_at_a_time),
                    SessionError::SlotsFull => assert_eq!(self.outstanding(), SLOTS),
                    SessionError::Stage(stage) => assert!(self.has_logged_off || self.is_over, "{stage:?}"),
                    SessionError::Encode(_) => assert!(before > 0, "{error:?}"),
                    error => panic!("{error:?}"),
                }
            }
        }
    }

    fn forget(&mut self, back: usize) {
        let Some(at) = self.actions.len().checked_sub(back + 1) else { return };
        let action = &mut self.actions[at];
        let was_open = std::mem::replace(&mut action.phase, Phase::Ended) != Phase::Ended;
        assert_eq!(self.session.forget(action.ticket), was_open);
    }

    fn event(&mut self) {
        // Between the parts of an answer the server sends no events.
        if !self.server.wants(Classes::CALL) || self.server.is_busy() {
            return;
        }
        let mut event = EncodedEvent::new([0; 128]);
        event
            .write("Number", Classes::CALL, |out| out.header_int("Number", self.events_sent as i64))
            .expect("room");
        if event.copy_to(&mut self.server_outbox).is_ok() {
            self.events_sent += 1;
        }
    }

    /// Lets the next thing happen that happens by `until`.
    fn step(&mut self, until: u64) {
        let writes = !self.outbox.pending().is_empty() || !self.server_outbox.pending().is_empty();
        let answer = self.server.is_busy().then_some(self.answers_at.max(self.now + 1));
        let times = [
            self.up.next(),
            self.down.next(),
            self.session.deadline(),
            self.server.deadline(),
            answer,
            writes.then_some(self.now + 1),
        ];
        let next = times.into_iter().flatten().min();
        assert!(next.is_some() || until < u64::MAX || self.is_over, "nothing will ever happen");
        self.now = next.unwrap_or(until).min(until).max(self.now);
        self.serve();
        while let Some(bytes) = self.down.read(self.now) {
            self.receive(&bytes);
        }
        self.on_timeout();
        let n = self.up.write(self.now, self.outbox.pending(), &mut self.input);
        self.outbox.advance(n);
        let n = self.down.write(self.now, self.server_outbox.pending(), &mut self.input);
        self.server_outbox.advance(n);
        let has_ended =
            self.server.stage() == server::Stage::Closed && self.server_outbox.pending().is_empty();
        self.is_over |= self.down.is_broken() || self.up.is_broken();
        self.is_over |= has_ended && self.down.under_way.is_empty();
        self.is_over |= self.session.stage() == Stage::Closed;
        self.check();
    }

    fn check(&self) {
        assert_eq!(self.session.outstanding(), self.outstanding());
    }

    /// The server: reads, and answers when it is time.
    fn serve(&mut self) {
        while let Some(bytes) = self.up.read(self.now) {
            self.backlog.extend(bytes);
        }
        // It fails only without room, and is called again then.
        let _ = self.server.on_timeout(&self.server_decoder.message(), self.now, &mut self.server_outbox);
        while self.hear() {}
    }

    /// Handles a message, or reads. Returns whether there was something to do.
    fn hear(&mut self) -> bool {
        if self.server.stage() == server::Stage::Closed {
            return false;
        }
        if self.server.is_busy() {
            return self.answers_at <= self.now && self.answer();
        }
        if self.server_outbox.pending().len() > 600 {
            return false;
        }
        if self.server_decoder.poll() != Step::Message {
            // A server that is busy does not read, so the request stays in the decoder.
            let n = self.server_decoder.feed(&self.backlog);
            self.backlog.drain(..n);
            return n > 0;
        }
        let message = self.server_decoder.message();
        match self.server.on_message(&message, &mut self.server_outbox).expect("room") {
            server::Incoming::LogIn(attempt) => {
                let account = Account::new("secret");
                let is_in = self.server.log_in(&attempt, Some(account), self.now, &mut self.server_outbox);
                assert_eq!(is_in, Ok(true));
            }
            server::Incoming::Request(request) => {
                self.answers_at = self.now;
                if request.is("Ping") {
                    return true;
                }
                let action = &mut self.actions[self.next_served];
                assert!(request.is(KINDS[usize::from(action.kind)].0), "{request:?}, not {action:?}");
                assert!(request.get("ActionID").is_some_and(|id| id == action.id[..]));
                assert!(request.get("Value").is_some_and(|value| value == action.value[..]));
                let slow = if action.kind == 6 { u64::from(self.input.byte()) * 30 } else { 0 };
                self.answers_at = self.now + slow;
            }
            server::Incoming::Nothing => {}
        }
        true
    }

    /// Answers the request, as far as there is room. Returns whether the answer is complete.
    fn answer(&mut self) -> bool {
        let message = self.server_decoder.message();
        let request = Request::from_message(&message);
        let value = request.get("Value").unwrap_or_default();
        if request.is("Ping") {
            let answer = self.server.answer(&request, &mut self.server_outbox).expect("a request");
            return answer.success_with(|out| out.header("Ping", "Pong")).is_ok();
        }
        let action = &mut self.actions[self.next_served];
        let (name, size) = (KINDS[usize::from(action.kind)].0, action.size);
        let answer = self.server.answer(&request, &mut self.server_outbox).expect("a request");
        let done = match action.kind {
            0 | 6 => answer.success_with(|out| out.header("Echo", value)).is_ok(),
            1 => answer.error(value).is_ok(),
            5 => answer.denied().is_ok(),
            3 => answer.command(true, (0..size).map(|line| format!("{line} {value}"))).is_ok(),
            4 => {
                let id = request.get("ActionID").unwrap_or_default();
                let mut event = EncodedEvent::new([0; 256]);
                event
                    .write("LaterDone", Classes::NONE, |out| {
                        out.header("ActionID", id)?;
                        out.header("Echo", value)
                    })
                    .expect("room");
                // Both or none.
                answer.success_with(|out| out.header("Echo", value)).is_ok() && {
                    while event.copy_to(&mut self.server_outbox).is_err() {
                        let pending = self.server_outbox.pending();
                        let n = self.down.write(self.now, pending, &mut self.input);
                        self.server_outbox.advance(n);
                    }
                    true
                }
            }
            _ => match answer.list("They will follow") {
                Ok(list) => {
                    let complete = format!("{name}Complete");
                    let entries = (0..size).map(|entry| ("Entry", entry));
                    let written = list.write_all(&complete, entries, |entry, out| {
                        out.header_int("Number", entry.into())?;
                        out.header("Echo", value)
                    });
                    written.expect("room for each message");
                    !self.server.is_busy()
                }
                Err(_) => false,
            },
        };
        if done {
            action.answer_end = Some(self.down.written + self.server_outbox.pending().len());
            self.next_served += 1;
        }
        done
    }

    /// The client: decodes and compares.
    fn receive(&mut self, mut bytes: &[u8]) {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    assert!(!part.is_incomplete());
                    let is_whole = self.message.push(&part).expect("a vector takes all");
                    match self.session.on_message(&part, self.now).expect("64 bytes are enough") {
                        Incoming::LogIn => self
                            .session
                            .log_in(&self.credentials, &part, self.now, &mut self.outbox)
                            .expect("room for the login"),
                        incoming if is_whole => self.record(incoming),
                        _ => {}
                    }
                }
                Step::NeedInput => match self.decoder.feed(bytes) {
                    0 => return assert!(bytes.is_empty()),
                    n => bytes = &bytes[n..],
                },
                Step::End => return,
            }
        }
    }

    /// Compares the report of a whole message with the action that it belongs to.
    fn record(&mut self, incoming: Incoming) {
        let message = self.message.message();
        let find = |actions: &mut Vec<Submitted>, ticket| {
            let at = actions.iter().position(|action| action.ticket == ticket);
            at.unwrap_or_else(|| panic!("{incoming:?} without an action: {message:?}"))
        };
        match incoming {
            Incoming::Ready => self.is_ready = true,
            Incoming::Event { ticket } => {
                if message.name().is_some_and(|name| name == "FullyBooted") {
                    return;
                }
                if let Some(ticket) = ticket {
                    // The end of an answer for which the client waits no more.
                    let at = find(&mut self.actions, ticket);
                    assert_eq!((self.actions[at].phase, self.actions[at].kind), (Phase::Ended, 4));
                    return;
                }
                assert!(self.wants_events, "{message:?}");
                let number = message.get("Number").and_then(|number| number.to_u64());
                assert_eq!(number, Some(self.events_received), "{message:?}");
                self.events_received += 1;
            }
            Incoming::Response { ticket, status, is_end } => {
                let at = find(&mut self.actions, ticket);
                let action = &mut self.actions[at];
                assert_eq!(action.phase, Phase::Asked, "{action:?} by {message:?}");
                let has_list = matches!(action.kind, 2 | 4 | 7);
                assert_eq!(is_end, !has_list, "{action:?}");
                assert_eq!(status.is_error(), matches!(action.kind, 1 | 5), "{action:?}: {status}");
                match action.kind {
                    0 | 4 | 6 => assert!(message.get("Echo").is_some_and(|echo| echo == action.value[..])),
                    1 => assert!(message.get("Message").is_some_and(|text| text == action.value[..])),
                    3 => {
                        let lines: Vec<_> =
                            message.output().map(|line| line.as_bytes().trim_ascii().to_vec()).collect();
                        let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
                        let meant =
                            (0..action.size).map(|line| format!("{line} {}", action.value).into_bytes());
                        assert_eq!(lines, meant.collect::<Vec<_>>(), "{message:?}");
                    }
                    _ => {}
                }
                action.phase = if is_end { Phase::Ended } else { Phase::Open(0) };
            }
            Incoming::ListEntry { ticket, is_end } => {
                let at = find(&mut self.actions, ticket);
                let action = &mut self.actions[at];
                let Phase::Open(entries) = &mut action.phase else { panic!("{action:?}: {message:?}") };
                assert!(message.get("Echo").is_some_and(|echo| echo == action.value[..]), "{message:?}");
                assert_eq!(is_end, action.kind == 4);
                if is_end {
                    action.phase = Phase::Ended;
                } else {
                    let number = message.get("Number").and_then(|number| number.to_u32());
                    assert_eq!(number, Some(*entries), "{message:?}");
                    *entries += 1;
                }
            }
            Incoming::ListComplete { ticket, entries } => {
                let at = find(&mut self.actions, ticket);
                let action = &mut self.actions[at];
                assert_eq!((action.phase, entries), (Phase::Open(action.size), action.size), "{action:?}");
                action.phase = Phase::Ended;
            }
            Incoming::Unmatched => {
                // Only what belongs to an action that has ended.
                let id = message.get("ActionID").unwrap_or_default();
                let ended = self.actions.iter().find(|action| id == action.id[..]);
                let is_late = ended.is_some_and(|action| action.phase == Phase::Ended);
                let is_early = !self.is_ready && message.name().is_some_and(|name| name == "FullyBooted");
                // A Ping whose time is over can still be answered.
                let is_pong = message.get("Ping").is_some();
                let is_banner = message.banner().is_some();
                assert!(
                    is_late || is_early || is_pong || is_banner || self.is_over,
                    "{message:?} is unmatched"
                );
            }
            Incoming::LoggedOff => {
                assert!(self.has_logged_off);
                self.is_over = true;
            }
            Incoming::Internal => {}
            incoming => panic!("{incoming:?} from {message:?}"),
        }
    }

    fn on_timeout(&mut self) {
        while let Some(incoming) =
            self.session.on_timeout(self.now, &mut self.outbox).expect("room for a Ping, or a full outbox")
        {
            match incoming {
                Incoming::Lost { ticket, reason } => self.lost(ticket, reason, true),
                Incoming::Ready => self.is_ready = true,
                // The link delays a message by 1.5 s at most, but many of them in a row by more.
                Incoming::ServerTimedOut(_) => self.is_over = true,
                incoming => panic!("{incoming:?}"),
            }
        }
        let deadline = self.session.deadline();
        assert!(deadline.is_none_or(|deadline| deadline > self.now), "{deadline:?} at {}", self.now);
    }

    fn lost(&mut self, ticket: Ticket, reason: LossReason, by_time: bool) {
        let action = self.actions.iter_mut().find(|action| action.ticket == ticket).expect("an action");
        assert_ne!(action.phase, Phase::Ended, "{reason:?} twice");
        let arrived = self.down.arrived;
        assert!(action.answer_end.is_none_or(|end| end > arrived), "{reason:?}, but {action:?} is answered");
        let (was_sent, was_served) = (self.up.written >= action.request_end, action.answer_end.is_some());
        match (reason, action.phase) {
            (LossReason::TimedOut, Phase::Asked) => assert!(by_time),
            (LossReason::NotSent, Phase::Asked) => assert!(!by_time && !was_sent && !was_served),
            (LossReason::OutcomeUnknown, Phase::Asked) => assert!(!by_time && was_sent),
            (LossReason::CutShort { entries }, Phase::Open(received)) => assert_eq!(entries, received),
            (reason, phase) => panic!("{reason:?} in {phase:?}"),
        }
        assert!(!by_time || self.now >= action.deadline);
        action.phase = Phase::Ended;
    }

    /// Ends the connection.
    fn close(&mut self) {
        while let Some(incoming) = self.session.on_closed(&self.outbox) {
            let Incoming::Lost { ticket, reason } = incoming else { panic!("{incoming:?}") };
            self.lost(ticket, reason, false);
        }
        assert_eq!(self.outstanding(), 0);
    }
}
