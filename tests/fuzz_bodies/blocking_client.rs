use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;
use std::string::{String, ToString};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::vec::Vec;
use std::{format, thread_local, vec};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, Ticket};
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::{Decoder, OwnedMessage, Step};

use super::input::last_value;

/// The time by which a call may be late, beside one wait of the transport.
const SLACK: Duration = ms(50);
/// The time that an operation of the transport takes at least.
const SHORT: Duration = Duration::from_micros(50);
const MOST_CALLS: usize = 60;
const TIMES: [u64; 8] = [1, 20, 40, 100, 200, 300, 600, 900];

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

thread_local! {
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static LIMIT: Cell<Duration> = const { Cell::new(Duration::MAX) };
}

/// The clock of the client: some time, and the virtual time that has passed.
fn clock() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now) + NOW.get()
}

/// Lets time pass during a call, which must not go beyond its limit.
fn spend(time: Duration) {
    NOW.set(NOW.get() + time);
    assert!(
        NOW.get() <= LIMIT.get(),
        "still in the call at {:?}, {:?} was the limit",
        NOW.get(),
        LIMIT.get()
    );
}

/// Makes a call that must return within `limit`.
fn within<R>(limit: Duration, call: impl FnOnce() -> R) -> R {
    LIMIT.set(NOW.get() + limit);
    let result = call();
    LIMIT.set(Duration::MAX);
    result
}

/// Checks the blocking client in virtual time, with any calls, any traffic and any transport: each
/// call returns within its limit, one wait of the transport and 50 ms. Its messages have been
/// received, and each event that was received whole is returned, once and in order.
///
/// Input: options (bit 0: plain login; bit 1: one at a time; bits 2 and 3: read buffer; bits 4 and
/// 5: wait of the transport; bit 6: no events; bit 7: a small write buffer), more options (bits 0
/// to 2: time-out; bit 3: after the input the server answers everything, instead of nothing; bit 4:
/// no wait for the boot; bits 5 to 7: the most bytes of a read), then the calls (see `call`) and,
/// whenever the transport is read with nothing left, what arrives (see `arrive`).
pub fn blocking_client(data: &[u8]) {
    NOW.set(ms(1));
    LIMIT.set(Duration::MAX);
    let (options, more) = (data.first().copied().unwrap_or(0), data.get(1).copied().unwrap_or(0));
    let wait = ms([1, 5, 20, 100][usize::from(options >> 4 & 3)]);
    let buffer = [64, 128, 1024, 16 * 1024][usize::from(options >> 2 & 3)];
    let line = Rc::new(RefCell::new(Line {
        input: data.get(2..).unwrap_or_default().to_vec(),
        at: 0,
        wait,
        is_polite: more & 8 != 0,
        piece: [usize::MAX, 1, 2, 7, 60, 63, 64, 200][usize::from(more >> 5)],
        takes: 0,
        arrived: VecDeque::new(),
        read: Vec::new(),
        written: Vec::new(),
        handled: 0,
        requests: VecDeque::new(),
        last: String::new(),
        number: None,
        end: None,
    }));
    let timeout = ms(TIMES[usize::from(more & 7)]);
    let builder = Client::builder()
        .timeout(timeout)
        .keepalive(Some(ms(500)))
        .boot_wait(if more & 16 == 0 { ms(50) } else { Duration::ZERO })
        .read_buffer(buffer)
        .write_buffer(if options & 128 == 0 { 4096 } else { 300 })
        .slots(3)
        .answer_buffer_limit(16 * 1024)
        .one_at_a_time(options & 2 != 0);
    let late = wait + SLACK;
    let wire = Wire(Rc::clone(&line));
    // One input in eight begins without a banner.
    let begins = data.get(2).copied().unwrap_or(0);
    if begins & 7 != 7 {
        line.borrow_mut().arrived.extend(b"Asterisk Call Manager/");
        line.borrow_mut().arrived.extend(if begins & 1 == 0 { &b"11.0.0\r\n"[..] } else { b"1.0\r\n" });
    }
    line.borrow_mut().at = 1;
    let Ok(client) = within(timeout + late, || builder.over_with_clock(wire, clock)) else { return };
    let mut run =
        Run { client, line, timeout, late, tickets: Vec::new(), events: Vec::new(), before_login: 0 };
    let credentials = match options & 1 {
        0 => Credentials::with_md5("user", "very-secret", |_| [7; 16]),
        _ => Credentials::plain("user", "very-secret"),
    };
    let wants_events = options & 64 == 0;
    let credentials = if wants_events { credentials.events("on") } else { credentials };
    let is_in = within(timeout + late, || run.client.login(&credentials)).is_ok();
    if is_in {
        run.before_login = run.line.borrow().read.len();
        run.line.borrow_mut().number = Some(0);
    }
    let mut calls = 0;
    loop {
        let call = run.line.borrow_mut().next_byte();
        let Some(call) = call else { break };
        calls += 1;
        if calls > MOST_CALLS || call == 255 {
            break;
        }
        run.call(call);
    }
    // The events that have been read and not returned.
    while let Ok(Some(event)) = within(late, || run.client.next_event(Duration::ZERO)) {
        run.events.push(event);
    }
    let is_complete = is_in && wants_events && run.client.dropped_events() == 0;
    run.compare(is_complete);
    let Run { client, line, late, timeout, .. } = run;
    let last = line.borrow_mut().next_byte();
    match last {
        Some(0) => drop(within(timeout + late, || client.log_off())),
        _ => within(late, || drop(client)),
    }
    LIMIT.set(Duration::MAX);
}

/// The transport and the server.
struct Line {
    input: Vec<u8>,
    at: usize,
    wait: Duration,
    is_polite: bool,
    piece: usize,
    takes: u8,
    arrived: VecDeque<u8>,
    read: Vec<u8>,
    written: Vec<u8>,
    handled: usize,
    /// The ActionIDs of the requests without an answer.
    requests: VecDeque<String>,
    last: String,
    /// The number of the next event, once the client has logged in.
    number: Option<u64>,
    end: Option<ErrorKind>,
}

impl Line {
    fn next_byte(&mut self) -> Option<u8> {
        let byte = self.input.get(self.at).copied();
        self.at += 1;
        byte
    }

    /// Decides what arrives now. Returns whether anything does.
    fn arrive(&mut self) -> bool {
        let Some(choice) = self.next_byte() else {
            return self.is_polite && !self.requests.is_empty() && self.answer(0);
        };
        match choice {
            0 => return false,
            1..=5 => return self.answer(choice),
            6 => {
                let Some(number) = self.number else { return false };
                self.number = Some(number + 1);
                self.arrived.extend(numbered(number).bytes());
            }
            7 => self.arrived.extend(b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/"),
            8 => {
                let id = self.last.clone();
                self.arrived.extend(format!("Event: Entry\r\nActionID: {id}\r\n\r\n").bytes());
            }
            9 => self.arrived.extend(b"Output: a line\r\n"),
            10 => {
                // A pause, and then an event of an action.
                spend(self.wait / 2);
                let id = self.last.clone();
                let event =
                    format!("Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\n\r\n");
                self.arrived.extend(event.bytes());
            }
            11 => {
                let flood = "Event: Entry\r\nVariable: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(40);
                self.arrived.extend(flood.bytes());
            }
            12 => self.arrived.extend(b"\r\n"),
            13 => {
                let kinds = [ErrorKind::Interrupted, ErrorKind::TimedOut, ErrorKind::ConnectionReset];
                let byte = usize::from(self.next_byte().unwrap_or(0));
                self.end = [kinds[0], kinds[1], kinds[2], ErrorKind::UnexpectedEof, ErrorKind::Other]
                    .get(byte)
                    .copied();
                return false;
            }
            14 => self.arrived.extend(b"Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n"),
            length => {
                for _ in 15..=length.min(80) {
                    match self.next_byte() {
                        Some(0x80..) => self.arrived.extend(self.last.clone().bytes()),
                        Some(byte) => self.arrived.push_back(byte),
                        None => break,
                    }
                }
            }
        }
        true
    }

    /// Answers the oldest request.
    fn answer(&mut self, way: u8) -> bool {
        let Some(id) = self.requests.pop_front() else { return false };
        let success = format!("Response: Success\r\nActionID: {id}\r\n");
        let text = match way {
            2 => format!("Response: Error\r\nActionID: {id}\r\nMessage: No\r\n\r\n"),
            3 => {
                let entry = format!("Event: Entry\r\nActionID: {id}\r\n\r\n");
                let end = format!("Event: Done\r\nEventList: Complete\r\nActionID: {id}\r\n\r\n");
                format!("{success}EventList: start\r\n\r\n{entry}{entry}{end}")
            }
            4 => format!("{success}EventList: start\r\n\r\n"),
            5 => format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\na line\n"),
            _ => format!("{success}Challenge: 12345\r\nMessage: Fine\r\n\r\n"),
        };
        self.arrived.extend(text.bytes());
        self.last = id;
        true
    }

    /// Notes the requests that are complete.
    fn hear(&mut self) {
        let find = |bytes: &[u8]| bytes.windows(4).position(|window| window == b"\r\n\r\n");
        while let Some(length) = find(&self.written[self.handled..]) {
            let request = &self.written[self.handled..][..length + 4];
            let id = last_value(request, b"ActionID: ");
            assert!(request.starts_with(b"Action: ") && !id.is_empty(), "{}", request.escape_ascii());
            self.requests.push_back(String::from_utf8_lossy(id).into_owned());
            self.handled += length + 4;
        }
    }
}

/// Returns an event with a number.
fn numbered(number: u64) -> String {
    format!("Event: N\r\nPrivilege: call,all\r\nNumber: {number}\r\n\r\n")
}

struct Wire(Rc<RefCell<Line>>);

impl Read for Wire {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if std::thread::panicking() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        assert!(!to.is_empty(), "a read without room");
        let mut line = self.0.borrow_mut();
        spend(SHORT);
        if line.arrived.is_empty() && line.end.is_none() && !line.arrive() && line.end.is_none() {
            spend(line.wait - SHORT);
            return Err(ErrorKind::WouldBlock.into());
        }
        if line.arrived.is_empty() {
            let Some(kind) = line.end else { return Err(ErrorKind::WouldBlock.into()) };
            if matches!(kind, ErrorKind::Interrupted | ErrorKind::TimedOut) {
                line.end = None;
                spend(line.wait - SHORT);
            }
            return if kind == ErrorKind::UnexpectedEof { Ok(0) } else { Err(kind.into()) };
        }
        let n = to.len().min(line.piece).min(line.arrived.len());
        for to in &mut to[..n] {
            *to = line.arrived.pop_front().expect("bytes");
        }
        line.read.extend_from_slice(&to[..n]);
        Ok(n)
    }
}

impl Write for Wire {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if std::thread::panicking() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        assert!(!from.is_empty(), "a write of nothing");
        let mut line = self.0.borrow_mut();
        // Bit 3: it waits.
        spend(if line.takes & 8 == 0 { SHORT } else { line.wait });
        let n = match line.takes & 7 {
            0 | 1 => from.len(),
            2 => 1,
            3 => from.len().min(9),
            4 => return Ok(0),
            5 => {
                spend(if line.takes & 8 == 0 { line.wait } else { Duration::ZERO });
                return Err(ErrorKind::WouldBlock.into());
            }
            6 => return Err(ErrorKind::BrokenPipe.into()),
            _ => from.len().min(100),
        };
        line.written.extend_from_slice(&from[..n]);
        line.hear();
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        let line = self.0.borrow();
        if line.takes & 16 == 0 || std::thread::panicking() {
            return Ok(());
        }
        spend(line.wait);
        if line.takes & 32 == 0 { Ok(()) } else { Err(ErrorKind::WouldBlock.into()) }
    }
}

struct Run {
    client: Client<Wire>,
    line: Rc<RefCell<Line>>,
    timeout: Duration,
    late: Duration,
    /// The tickets not waited for, and the times by which they are answered.
    tickets: Vec<(Ticket, Duration)>,
    events: Vec<OwnedMessage>,
    /// The number of bytes that were read until the login had returned.
    before_login: usize,
}

impl Run {
    fn byte(&self) -> u8 {
        self.line.borrow_mut().next_byte().unwrap_or(0)
    }

    /// Makes a call. Bits 0 to 3 are its kind, bits 4 to 6 a time.
    fn call(&mut self, call: u8) {
        let time = ms(TIMES[usize::from(call >> 4 & 7)]);
        let (timeout, late) = (self.timeout, self.late);
        let ends = NOW.get() + timeout;
        let filler = "x".repeat(usize::from(call >> 4 & 7) * 20);
        let headers = [("Filler", &filler[..])];
        let action = Raw::new(if call & 8 == 0 { "Test" } else { "Originate" }, &headers);
        match call & 15 {
            0 => {
                let result = within(timeout + late, || self.client.send(&action));
                self.answer(result);
            }
            1 => {
                let list = within(timeout + late, || self.client.list(&action));
                let Ok(mut list) = list else { return };
                let entries = [0, 1, 2, usize::MAX][usize::from(call >> 4 & 3)];
                for _ in 0..entries {
                    let rest = ends.saturating_sub(NOW.get());
                    match within(rest + late, || list.next()) {
                        Some(Ok(entry)) => check_is_read(&self.line, &entry),
                        Some(Err(_)) | None => break,
                    }
                }
                within(late, || drop(list));
            }
            2 | 9 => {
                let ticket = within(timeout + late, || self.client.submit(&action));
                self.tickets.extend(ticket.ok().map(|ticket| (ticket, ends)));
            }
            3 => {
                let ticket = within(timeout + late, || self.client.queue(&action));
                self.tickets.extend(ticket.ok().map(|ticket| (ticket, ends)));
            }
            4 => {
                let Some((ticket, ends)) = self.tickets.pop() else { return };
                let rest = ends.saturating_sub(NOW.get());
                let result = within(rest + late, || self.client.wait(ticket));
                self.answer(result);
                let again = within(late, || self.client.wait(ticket));
                assert!(again.is_err(), "answered twice: {again:?}");
            }
            5 => {
                let event = within(time + late, || self.client.next_event(time));
                self.events.extend(event.ok().flatten());
            }
            6 => {
                let ends = NOW.get() + time;
                let mut events = self.client.events(time);
                for _ in 0..200 {
                    let rest = ends.saturating_sub(NOW.get());
                    match within(rest + late, || events.next()) {
                        Some(Ok(event)) => self.events.push(event),
                        Some(Err(_)) | None => break,
                    }
                }
            }
            7 => {
                let Some(&(ticket, _)) = self.tickets.last() else { return };
                let event = within(time + late, || self.client.event_for(ticket, "OriginateResponse", time));
                if let Ok(Some(event)) = event {
                    check_is_read(&self.line, &event);
                    assert_eq!(self.client.ticket(&event.message()), Some(ticket));
                }
            }
            8 => {
                self.timeout = time;
                self.client.set_timeout(time);
            }
            10 => NOW.set(NOW.get() + time),
            11 => {
                let takes = self.byte();
                self.line.borrow_mut().takes = takes;
            }
            12 => {
                let piece = usize::from(self.byte());
                self.line.borrow_mut().piece = if piece == 0 { usize::MAX } else { piece };
            }
            13 => {
                let result = within(timeout + late, || self.client.command("core show version"));
                self.answer(result);
            }
            14 => {
                let by = clock() + time;
                let event = within(time + late, || self.client.next_event_until(by));
                self.events.extend(event.ok().flatten());
            }
            _ => self.client.set_one_at_a_time(call & 16 != 0),
        }
        assert!(!format!("{:?}", self.client).contains("very-secret"));
    }

    fn answer(&self, result: Result<OwnedMessage, Error>) {
        match result {
            Ok(message) => check_is_read(&self.line, &message),
            Err(Error::Response { response, .. }) => check_is_read(&self.line, &response),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }

    /// Compares the events with the bytes that were read.
    fn compare(&self, is_complete: bool) {
        let line = self.line.borrow();
        let mut rest = &line.read[..];
        for event in &self.events {
            let message = event.message();
            let bytes = message.as_bytes();
            let at = rest.windows(bytes.len().max(1)).position(|window| window == bytes);
            let Some(at) = at else { panic!("{message:?} was not received, or not in this order") };
            rest = &rest[at + bytes.len()..];
        }
        if !is_complete {
            return;
        }
        // The session does not report events from before the server has accepted the login.
        let expected = numbers(&line.read).split_off(numbers(&line.read[..self.before_login]).len());
        let mut received = self.events.iter().filter_map(|event| number(event.message().as_bytes()));
        for number in expected {
            assert!(received.any(|own| own == number), "event {number} is lost");
        }
    }
}

/// Returns the number of a numbered event.
fn number(bytes: &[u8]) -> Option<u64> {
    let number = embedded_ami::wire::Message::parse(bytes)?.get("Number")?.to_u64()?;
    (numbered(number).as_bytes() == bytes).then_some(number)
}

/// Returns the numbers of the numbered events in a stream.
fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut decoder = Decoder::for_client(vec![0; 4096]).expect("storage");
    let mut owned = OwnedMessage::default();
    loop {
        match decoder.poll() {
            Step::Message => {
                if owned.push(&decoder.message()) == Ok(true) {
                    found.extend(number(owned.message().as_bytes()));
                }
            }
            Step::NeedInput => match decoder.feed(bytes) {
                0 => return found,
                n => bytes = &bytes[n..],
            },
            Step::End => return found,
        }
    }
}

/// Checks that a message that was returned is among the bytes that were read.
fn check_is_read(line: &Rc<RefCell<Line>>, message: &OwnedMessage) {
    let (line, message) = (line.borrow(), message.message());
    let bytes = message.as_bytes();
    assert!(!bytes.is_empty());
    assert!(line.read.windows(bytes.len()).any(|window| window == bytes), "{message:?} was not received");
}
