//! Clocks of firmware that wrap around or jump, at every stage of a connection: the client over
//! `embedded_io` with a counter of 32 bits.

use std::cell::Cell;
use std::collections::VecDeque;

use embedded_ami::action::{Raw, md5};
use embedded_ami::client::{
    Credentials, IdKey, Incoming, LossReason, Session, Slot, Stage, Ticket, Timing, WideClock,
};
use embedded_ami::io::embedded::{Client, Error};
use embedded_ami::wire::{Decoder, Dialect, Outbox};
use embedded_io::{ErrorKind, ErrorType, Read, Write};

const TIMING: Timing = Timing::DEFAULT.login(1_000).boot(300).action(500).keepalive(700).pong(200);

/// The time that a read without bytes takes, in milliseconds.
const WAIT: u64 = 10;

/// The stages at which the server falls silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Silent {
    Banner,
    Challenge,
    Login,
    Boot,
    Action,
    List,
    Ping,
    LogOff,
    /// The server answers everything.
    Never,
}

const STAGES: [Silent; 9] = [
    Silent::Banner,
    Silent::Challenge,
    Silent::Login,
    Silent::Boot,
    Silent::Action,
    Silent::List,
    Silent::Ping,
    Silent::LogOff,
    Silent::Never,
];

/// A clock that the test moves: the true time, and the value of the counter at time 0.
struct Time {
    now: Cell<u64>,
    counter: Cell<u32>,
    /// The number of reads after which the counter jumps, and by how much.
    jump: Cell<Option<(u32, u32)>>,
}

impl Time {
    fn new(counter: u32, jump: Option<(u32, u32)>) -> Self {
        Self { now: Cell::new(0), counter: Cell::new(counter), jump: Cell::new(jump) }
    }

    fn counter(&self) -> u32 {
        self.counter.get().wrapping_add(self.now.get() as u32)
    }

    /// Notes the end of a read.
    fn read(&self) {
        match self.jump.get() {
            Some((0, by)) => {
                self.counter.set(self.counter.get().wrapping_add(by));
                self.jump.set(None);
            }
            Some((reads, by)) => self.jump.set(Some((reads - 1, by))),
            None => {}
        }
    }
}

/// A link with a server that answers each request at once, up to a stage.
struct Link<'t> {
    time: &'t Time,
    silent: Silent,
    written: Vec<u8>,
    reads: VecDeque<Vec<u8>>,
    pings: u32,
}

impl<'t> Link<'t> {
    fn new(time: &'t Time, silent: Silent) -> Self {
        let mut link = Self { time, silent, written: Vec::new(), reads: VecDeque::new(), pings: 0 };
        link.send(Silent::Banner, "Asterisk Call Manager/11.0.0\r\n".into());
        link
    }

    fn send(&mut self, stage: Silent, text: String) {
        if self.silent != stage {
            self.reads.push_back(text.into_bytes());
        }
    }

    fn answer(&mut self, request: &str) {
        let get = |name: &str| {
            let mut headers = request.lines().filter_map(|line| line.split_once(": "));
            headers.find(|header| header.0 == name).map_or("", |header| header.1)
        };
        let id = get("ActionID");
        let success = |more: &str| format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n");
        match get("Action") {
            "Challenge" => self.send(Silent::Challenge, success("Challenge: 840415273\r\n")),
            "Login" => {
                self.send(Silent::Login, success("Message: Authentication accepted\r\n"));
                if self.silent != Silent::Login {
                    let booted = "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n";
                    self.send(Silent::Boot, booted.into());
                }
            }
            "Status" => self.send(Silent::Action, success("")),
            "QueueStatus" => {
                let entry = format!("Event: QueueParams\r\nActionID: {id}\r\n\r\n");
                self.reads.push_back((success("EventList: start\r\n") + &entry).into_bytes());
                let end =
                    format!("Event: QueueStatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n");
                self.send(Silent::List, end);
            }
            "Ping" => {
                self.pings += 1;
                self.send(Silent::Ping, success("Ping: Pong\r\n"));
            }
            "Logoff" => {
                self.send(Silent::LogOff, format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"));
            }
            other => panic!("{other}"),
        }
    }
}

impl ErrorType for Link<'_> {
    type Error = ErrorKind;
}

impl Read for Link<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        self.reads.retain(|bytes| !bytes.is_empty());
        let result = match self.reads.pop_front() {
            Some(mut bytes) => {
                let n = bytes.len().min(to.len());
                to[..n].copy_from_slice(&bytes[..n]);
                bytes.drain(..n);
                self.reads.push_front(bytes);
                Ok(n)
            }
            None => {
                self.time.now.set(self.time.now.get() + WAIT);
                Err(ErrorKind::TimedOut)
            }
        };
        self.time.read();
        result
    }
}

impl Write for Link<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        self.written.extend_from_slice(from);
        while let Some(at) = self.written.windows(4).position(|end| end == b"\r\n\r\n") {
            let request = String::from_utf8(self.written.drain(..at + 4).collect()).expect("text");
            self.answer(&request);
        }
        Ok(from.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// The reports of a connection, with the true time of each, and the submitted actions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    reports: Vec<(u64, Incoming)>,
    submitted: Vec<Ticket>,
}

/// Runs a connection to its end: login, an action, a list, a Ping after silence, and the logoff.
fn run(silent: Silent, counter: u32, jump: Option<(u32, u32)>) -> Run {
    let time = Time::new(counter, jump);
    let mut wide = WideClock::new();
    let mut client = Client::new(
        Link::new(&time, silent),
        Decoder::for_client([0; 512]).expect("storage"),
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]).timing(TIMING),
        Credentials::with_md5("admin", "zebra-crossing-47", md5).events("call,system"),
        || wide.widen(time.counter()),
    );
    client.on_connected(IdKey([0x24; 16]));
    let mut run = Run { reports: Vec::new(), submitted: Vec::new() };
    let mut is_idle = false;
    for polls in 0.. {
        // Far more than a connection takes whose deadlines hold.
        assert!(polls < 2_000, "{silent:?} hangs: {run:?}");
        if is_idle && client.transport.pings == 2 && client.session.stage() == Stage::Ready {
            is_idle = false;
            let now = (client.clock)();
            client.session.log_off(now, &mut client.outbox).expect("room");
        }
        let incoming = match client.poll() {
            Ok(None) => continue,
            Ok(Some(incoming)) => incoming,
            Err(Error::Closed) => break,
            Err(error) => panic!("{silent:?}: {error:?}"),
        };
        run.reports.push((time.now.get(), incoming));
        let next = match incoming {
            Incoming::Ready => Some("Status"),
            Incoming::Response { is_end: true, .. } => Some("QueueStatus"),
            Incoming::Lost { reason: LossReason::TimedOut, .. } => Some("QueueStatus"),
            Incoming::ListComplete { .. } | Incoming::Lost { reason: LossReason::CutShort { .. }, .. } => {
                is_idle = true;
                None
            }
            Incoming::LoggedOff | Incoming::ServerTimedOut(_) => break,
            _ => None,
        };
        if run.submitted.len() < 2 {
            if let Some(action) = next {
                let now = (client.clock)();
                let ticket = client.session.submit(&Raw::without_headers(action), now, &mut client.outbox);
                run.submitted.push(ticket.expect("room"));
            }
        } else if next.is_some() {
            is_idle = true;
        }
    }
    while let Some(incoming) = client.on_closed() {
        run.reports.push((time.now.get(), incoming));
    }
    run
}

impl Run {
    fn last(&self) -> Incoming {
        self.reports.last().expect("a report").1
    }

    /// Returns how often the end of an action was reported.
    fn ends(&self, ticket: Ticket) -> usize {
        let is_end = |incoming: &Incoming| match *incoming {
            Incoming::Response { ticket: found, is_end, .. } => is_end && found == ticket,
            Incoming::ListComplete { ticket: found, .. } | Incoming::Lost { ticket: found, .. } => {
                found == ticket
            }
            _ => false,
        };
        self.reports.iter().filter(|(_, incoming)| is_end(incoming)).count()
    }
}

/// Returns the report with which a connection ends if the server falls silent at this stage.
fn end_of(silent: Silent) -> Incoming {
    match silent {
        Silent::Banner => Incoming::ServerTimedOut(Stage::Connecting),
        Silent::Challenge | Silent::Login => Incoming::ServerTimedOut(Stage::LoggingIn),
        Silent::Ping => Incoming::ServerTimedOut(Stage::Ready),
        Silent::LogOff => Incoming::ServerTimedOut(Stage::LoggingOff),
        Silent::Boot | Silent::Action | Silent::List | Silent::Never => Incoming::LoggedOff,
    }
}

#[test]
fn a_wrap_at_any_time_of_any_stage_changes_nothing() {
    for silent in STAGES {
        let plain = run(silent, 0, None);
        assert_eq!(plain.last(), end_of(silent), "{plain:?}");
        let end = plain.reports.last().expect("a report").0;
        let expected = match silent {
            Silent::Banner | Silent::Challenge | Silent::Login => 1_000,
            // Two Pings, each after 0.7 s without a message; the first of them is not answered.
            Silent::Ping => 900,
            // The list has ended before the first Ping.
            Silent::Never | Silent::List => 1_400,
            Silent::Boot => 300 + 1_400,
            Silent::Action => 500 + 1_400,
            Silent::LogOff => 1_400 + 500,
        };
        assert!((expected..expected + 3 * WAIT).contains(&end), "{silent:?} ends after {end} ms");
        for before in 0..=end + WAIT {
            let wrapped = run(silent, 0_u32.wrapping_sub(before as u32), None);
            assert_eq!(wrapped, plain, "{silent:?}, a wrap after {before} ms");
        }
    }
}

/// If the clock jumps ahead, the actions that are overdue by then end, each once. A message that
/// was read before the jump was noticed is handled first. A counter that goes back by 1 ms looks
/// like a jump by 2^32 - 1 ms, the largest of all.
#[test]
fn a_jump_at_any_read_of_any_stage_ends_each_action_once() {
    for silent in STAGES {
        let plain = run(silent, 7, None);
        let end = plain.reports.last().expect("a report").0;
        // Each read that waits takes `WAIT`, and at most twelve reads return bytes.
        let reads = (end / WAIT) as u32 + 14;
        for by in [1, 99, 600, 5_000, 3_600_000, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
            let mut with_answer = 0;
            for read in 0..reads {
                for counter in [0, u32::MAX - 5] {
                    let run = run(silent, counter, Some((read, by)));
                    let case = format!("{silent:?}, a jump by {by} ms after read {read}: {run:?}");
                    for &ticket in &run.submitted {
                        assert_eq!(run.ends(ticket), 1, "{case}");
                    }
                    // Nothing takes longer because of the jump.
                    let last = run.reports.last().expect("a report").0;
                    assert!(last <= end + 3 * WAIT, "{case}");
                    assert!(
                        matches!(run.last(), Incoming::LoggedOff | Incoming::ServerTimedOut(_)),
                        "{case}"
                    );
                    with_answer += u32::from(run.last() == Incoming::LoggedOff);
                }
            }
            // A server that answers at once is given up only if the read of the jump returned a
            // message after which the login as a whole or the logoff still waits for another.
            if silent == Silent::Never {
                assert!(with_answer >= 2 * (reads - 3), "a jump by {by} ms: {with_answer} of {reads}");
            }
        }
    }
}
