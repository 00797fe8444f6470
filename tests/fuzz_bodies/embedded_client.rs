use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use embedded_ami::action::{Completion, Raw};
use embedded_ami::client::{Credentials, IdKey, Incoming, LossReason, Session, Slot, Ticket, Timing};
use embedded_ami::io::embedded::{Client, Error};
use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

use super::input::{self, Input};

const SLOTS: usize = 3;
const TIMING: Timing = Timing::DEFAULT.login(2_000).boot(200).action(1_500).keepalive(1_000).pong(600);
/// The longest time of a call, beside its waits for the transport.
const TURN: u64 = 100;
const MOST_OPERATIONS: usize = 200;

/// Checks the client over `embedded_io` in virtual time, over a line that takes and brings bytes in
/// any way: every poll returns in time, each action ends once, and the messages are those that the
/// decoder alone finds in the bytes that were read.
///
/// Input: options (bit 0: plain login; bit 1: one at a time; bits 2 and 3: storage of the decoder;
/// bits 4 and 5: storage of the outbox; bit 6: the line tells whether it has bytes; bit 7: a read
/// without bytes does not wait), the wait of the line in milliseconds, then operations of a byte
/// each:
/// - 0 to 8 and 9 to 250 are those of `client_session`, but 5 ends the stream,
/// - 251 sets how the line takes bytes, and 252 how it brings them, with a byte.
///
/// After each of these, the client is polled until nothing is left to report.
pub fn embedded_client(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let wait = u64::from(input.byte());
    let line = Rc::new(RefCell::new(Line { wait, is_lazy: options & 128 != 0, ..Line::default() }));
    let now = Rc::new(Cell::new(0));
    let clock = Rc::clone(&now);
    let credentials = match options & 1 {
        0 => Credentials::with_md5("user", "very-secret", |_| [7; 16]).events("on"),
        _ => Credentials::plain("user", "very-secret").events("on"),
    };
    let mut session = Session::new(vec![Slot::FREE; SLOTS]).timing(TIMING);
    session.set_one_at_a_time(options & 2 != 0);
    let storage = [64, 100, 512, 4096][usize::from(options >> 2 & 3)];
    let outbox = [160, 200, 400, 2000][usize::from(options >> 4 & 3)];
    let client = Client::new(
        Wire(Rc::clone(&line), Rc::clone(&now)),
        Decoder::for_client(vec![0; storage]).expect("storage"),
        Outbox::for_client(vec![0; outbox], Dialect::Current),
        session,
        credentials,
        Box::new(move || clock.get()) as Box<dyn FnMut() -> u64>,
    );
    let mut run = Run {
        client,
        line,
        now,
        asks_first: options & 64 != 0,
        storage,
        open: Vec::new(),
        tickets: Vec::new(),
        reported: Vec::new(),
        is_given_up: false,
        connections: 0,
        is_over: false,
    };
    run.connect();
    for _ in 0..MOST_OPERATIONS {
        if input.0.is_empty() {
            break;
        }
        match input.byte() {
            number @ 0..=3 => run.submit(number.into()),
            4 => run.now.set(run.now.get() + u64::from(input.byte()) * 97),
            5 => run.line.borrow_mut().is_closed = true,
            6 => {
                run.close();
                run.connect();
            }
            7 => run.forget(),
            8 => {
                let now = run.now.get();
                let _ = run.client.session.log_off(now, &mut run.client.outbox);
            }
            251 => run.line.borrow_mut().takes = input.byte(),
            252 => run.line.borrow_mut().brings = input.byte(),
            length => {
                let text = input.bytes(length.into());
                let bytes = run.expand(text);
                run.line.borrow_mut().arrived.extend(bytes);
            }
        }
        run.poll();
    }
    // Time alone ends everything.
    for _ in 0..2_000 {
        let Some(deadline) = run.client.session.deadline().filter(|_| !run.is_over) else { break };
        run.now.set(run.now.get().max(deadline));
        run.poll();
        assert!(run.now.get() < 1 << 30, "it waits forever");
    }
    run.close();
    assert!(run.open.is_empty(), "{:?}", run.open);
}

/// The state of the line.
#[derive(Default)]
struct Line {
    wait: u64,
    is_lazy: bool,
    arrived: VecDeque<u8>,
    /// All bytes that the client has read on this connection.
    read: Vec<u8>,
    written: Vec<u8>,
    is_closed: bool,
    takes: u8,
    brings: u8,
    /// The time spent in the transport, and the longest single wait, during the current call.
    longest: u64,
}

impl Line {
    fn spend(&mut self, now: &Cell<u64>, time: u64) {
        self.longest = self.longest.max(time);
        now.set(now.get() + time);
    }
}

struct Wire(Rc<RefCell<Line>>, Rc<Cell<u64>>);

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl Read for Wire {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!to.is_empty());
        let mut line = self.0.borrow_mut();
        let wait = line.wait;
        if line.arrived.is_empty() {
            if line.is_closed {
                return Ok(0);
            }
            let time = if line.is_lazy { 0 } else { wait };
            line.spend(&self.1, time.max(1));
            return Err(if line.brings & 64 == 0 { ErrorKind::TimedOut } else { ErrorKind::Interrupted });
        }
        // Bits 0 and 1: the most bytes; bits 2 and 3: the time that a read takes.
        let n = [to.len(), 1, 7, 30][usize::from(line.brings & 3)].min(to.len()).min(line.arrived.len());
        let time = [0, 1, wait / 2, wait][usize::from(line.brings >> 2 & 3)];
        line.spend(&self.1, time);
        for to in &mut to[..n] {
            *to = line.arrived.pop_front().expect("bytes");
        }
        line.read.extend_from_slice(&to[..n]);
        Ok(n)
    }
}

impl ReadReady for Wire {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        let line = self.0.borrow();
        Ok(!line.arrived.is_empty() || line.is_closed)
    }
}

impl Write for Wire {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        assert!(!from.is_empty());
        let mut line = self.0.borrow_mut();
        // Bits 0 to 2: the bytes taken; bit 3: it waits.
        let time = if line.takes & 8 == 0 { 0 } else { line.wait };
        line.spend(&self.1, time);
        let n = match line.takes & 7 {
            0 | 1 => from.len(),
            2 => 1,
            3 => from.len().min(9),
            4 => return Ok(0),
            5 => return Err(ErrorKind::TimedOut),
            6 => return Err(ErrorKind::WriteZero),
            _ => return Err(ErrorKind::Interrupted),
        };
        line.written.extend_from_slice(&from[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        let mut line = self.0.borrow_mut();
        // Bits 4 and 5.
        match line.takes >> 4 & 3 {
            0 | 1 => Ok(()),
            2 => {
                let wait = line.wait;
                line.spend(&self.1, wait);
                Ok(())
            }
            _ => {
                let wait = line.wait;
                line.spend(&self.1, wait);
                Err(ErrorKind::TimedOut)
            }
        }
    }
}

type Owned<'c> = Client<'c, Wire, Box<dyn FnMut() -> u64>, Vec<u8>, Vec<u8>, Vec<Slot>>;

struct Run<'c> {
    client: Owned<'c>,
    line: Rc<RefCell<Line>>,
    now: Rc<Cell<u64>>,
    asks_first: bool,
    storage: usize,
    open: Vec<Ticket>,
    tickets: Vec<Ticket>,
    /// The messages reported on this connection, and whether it is certain that the report was
    /// about the message.
    reported: Vec<(Vec<u8>, bool)>,
    /// Whether a message was given up in its middle. Later messages are not compared.
    is_given_up: bool,
    connections: u8,
    is_over: bool,
}

/// The longest calls are one write, one flush and one read.
fn most(longest_wait: u64) -> u64 {
    TURN + 3 * longest_wait
}

impl Run<'_> {
    fn connect(&mut self) {
        self.connections = self.connections.wrapping_add(1);
        self.is_over = false;
        self.reported.clear();
        self.is_given_up = false;
        self.client.on_connected(IdKey([self.connections; 16]));
        let mut line = self.line.borrow_mut();
        *line = Line {
            wait: line.wait,
            is_lazy: line.is_lazy,
            takes: line.takes,
            brings: line.brings,
            ..Line::default()
        };
    }

    fn submit(&mut self, number: usize) {
        let (name, completion) = [
            ("Ping", Completion::Response),
            ("QueueStatus", Completion::List("QueueStatusComplete")),
            ("WaitEvent", Completion::Event("WaitEventComplete")),
            ("CoreShowChannels", Completion::List("CoreShowChannelsComplete")),
        ][number];
        let action = Raw::without_headers(name).with_completion(completion);
        let now = self.now.get();
        if let Ok(ticket) = self.client.session.submit(&action, now, &mut self.client.outbox) {
            assert!(!self.tickets.contains(&ticket));
            self.open.push(ticket);
            self.tickets.push(ticket);
        }
    }

    fn forget(&mut self) {
        let Some(&ticket) = self.tickets.last() else { return };
        let open = self.open.iter().position(|&open| open == ticket);
        assert_eq!(self.client.session.forget(ticket), open.is_some());
        self.open.retain(|&open| open != ticket);
    }

    fn expand(&self, text: &[u8]) -> Vec<u8> {
        let line = self.line.borrow();
        let written = [&line.written, self.client.outbox.pending()].concat();
        input::expand(text, &written, &self.tickets, |ticket| self.client.session.action_id(ticket))
    }

    /// Polls until there is nothing to report.
    fn poll(&mut self) {
        // A line that brings bytes slowly needs many calls.
        for _ in 0..3_000 {
            if self.is_over {
                return;
            }
            let start = self.now.get();
            self.line.borrow_mut().longest = 0;
            let polled = match self.asks_first {
                true => self.client.poll_ready(),
                false => self.client.poll(),
            };
            let took = self.now.get() - start;
            let longest = self.line.borrow().longest;
            assert!(took <= most(longest), "a poll took {took} ms, the transport waits {longest} ms");
            match polled {
                Ok(Some(incoming)) => self.record(incoming),
                Ok(None) if self.line.borrow().arrived.is_empty() => {
                    if !self.line.borrow().is_closed {
                        return self.compare(false);
                    }
                }
                Ok(None) => {}
                Err(Error::Closed) => {
                    assert!(self.line.borrow().is_closed && self.open.is_empty());
                    self.compare(true);
                    self.is_over = true;
                }
                // The outbox is too small for the login, or other requests wait to be sent.
                Err(Error::Session(error)) => {
                    assert!(!self.client.outbox.pending().is_empty() || self.storage < 200, "{error:?}");
                    self.is_over = true;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    fn record(&mut self, incoming: Incoming) {
        let ended = match incoming {
            Incoming::Lost { ticket, reason } => {
                assert!(reason != LossReason::NotSent || self.line.borrow().is_closed);
                Some(ticket)
            }
            // No message belongs to these.
            Incoming::ServerTimedOut(_) => None,
            // By the message, or by time.
            Incoming::Ready => {
                self.report(false);
                None
            }
            Incoming::Response { ticket, is_end: true, .. }
            | Incoming::ListEntry { ticket, is_end: true }
            | Incoming::ListComplete { ticket, .. }
            | Incoming::ListAborted { ticket, .. } => {
                self.report(true);
                Some(ticket)
            }
            Incoming::Response { ticket, .. } | Incoming::ListEntry { ticket, .. } => {
                assert!(self.open.contains(&ticket), "{incoming:?} of no open action");
                self.report(true);
                None
            }
            Incoming::LogIn => panic!("the client logs in by itself"),
            _ => {
                self.report(true);
                None
            }
        };
        if let Some(ticket) = ended {
            let at = self.open.iter().position(|&open| open == ticket);
            self.open.remove(at.unwrap_or_else(|| panic!("{incoming:?} of no open action")));
        }
        assert_eq!(self.client.session.outstanding(), self.open.len());
    }

    fn report(&mut self, is_certain: bool) {
        let message = self.client.decoder.message();
        self.is_given_up |= message.is_incomplete();
        if !self.is_given_up {
            self.reported.push((message.as_bytes().to_vec(), is_certain));
        }
    }

    /// Compares the reported messages with those of the decoder alone. The client handles by itself
    /// only the banner and a challenge.
    fn compare(&self, has_ended: bool) {
        let line = self.line.borrow();
        let mut bytes = &line.read[..];
        let mut decoder = Decoder::for_client(vec![0; self.storage]).expect("storage");
        let mut reported = self.reported.iter().peekable();
        let mut own = 0;
        loop {
            match decoder.poll() {
                Step::Message => {
                    let message = decoder.message();
                    let is_it = |report: &&(Vec<u8>, bool)| report.0 == message.as_bytes();
                    if message.is_incomplete() || self.is_given_up && reported.peek().is_none() {
                        break;
                    }
                    if reported.peek().is_some_and(|report| !report.1 && !is_it(report)) {
                        reported.next();
                    }
                    if reported.next_if(is_it).is_none() {
                        own += 1;
                        assert!(own <= 2, "{message:?} is lost, instead of it {:?}", reported.peek());
                    }
                }
                Step::NeedInput => match decoder.feed(bytes) {
                    0 if has_ended && bytes.is_empty() => decoder.finish(),
                    0 => break,
                    n => bytes = &bytes[n..],
                },
                Step::End => break,
            }
        }
        let invented = reported.find(|report| report.1);
        assert!(invented.is_none(), "{invented:?} is invented");
    }

    fn close(&mut self) {
        while let Some(incoming) = self.client.on_closed() {
            let Incoming::Lost { ticket, .. } = incoming else { panic!("{incoming:?}") };
            let at = self.open.iter().position(|&open| open == ticket).expect("an open action");
            self.open.remove(at);
        }
        assert!(self.open.is_empty(), "{:?}", self.open);
    }
}
