//! A transport in simulated time, with a server at the other end whose habits the test chooses.

use std::boxed::Box;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::format;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;
use std::string::{String, ToString};
use std::thread_local;
use std::time::{Duration, Instant};
use std::vec::Vec;

/// The time that a call of the transport takes at least.
const SHORT: Duration = Duration::from_micros(200);

thread_local! {
    static EPOCH: Instant = Instant::now();
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// The time by which the call under test must have returned.
    static LIMIT: Cell<Duration> = const { Cell::new(Duration::MAX) };
}

/// Returns the simulated time, for the client.
pub(super) fn clock() -> Instant {
    EPOCH.with(|epoch| *epoch) + NOW.get()
}

pub(super) fn now() -> Duration {
    NOW.get()
}

/// Lets time pass, as while the application works.
pub(super) fn pass(time: Duration) {
    NOW.set(NOW.get() + time);
}

/// Makes a call of the client, which must return within `limit`.
pub(super) fn within<R>(limit: Duration, what: &str, call: impl FnOnce() -> R) -> R {
    let begin = now();
    LIMIT.set(begin.saturating_add(limit));
    let result = call();
    let took = now() - begin;
    LIMIT.set(Duration::MAX);
    assert!(took <= limit, "{what} took {took:?} instead of {limit:?}");
    result
}

/// Makes a call as if it took no time. Returns its result and the time at which it would have
/// returned.
pub(super) fn aside<R>(call: impl FnOnce() -> R) -> (R, Duration) {
    let (begin, limit) = (now(), LIMIT.replace(Duration::MAX));
    let result = call();
    LIMIT.set(limit);
    (result, NOW.replace(begin))
}

/// The bytes that the server sends without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Traffic {
    Nothing,
    Events,
    Unmatched,
    Foreign,
    Mixed,
    /// The first half of an event, once.
    Half,
    /// Header lines without an empty line.
    Headers,
    /// A line without an end.
    Line,
    /// Entries of the list last asked for.
    Entries,
    /// Lines of the output of the command last asked for.
    Output,
    Payload,
    /// Events with a number.
    Numbers,
}

/// The way in which a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Reset,
    /// Nothing arrives any more.
    Silent,
}

/// The way in which the server answers an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Success,
    Error,
    List,
    Silence,
    /// Entries until the end of time.
    EndlessList,
    EndlessOutput,
    EndlessPayload,
}

/// The way in which the line takes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intake {
    All,
    /// All, after a wait.
    Late,
    /// One byte at once.
    Byte,
    /// One byte after each wait.
    LateByte,
    Nothing,
    /// A write takes 0 bytes without an error.
    Zero,
    /// Nothing until the client has read everything that was sent to it.
    AfterReading,
}

#[derive(Debug, Clone)]
pub(super) struct Habits {
    /// The longest time that a call of the transport waits, in milliseconds.
    pub(super) wait: u64,
    /// Whether each read waits that long, with or without data.
    pub(super) reads_are_slow: bool,
    /// The most bytes in one read.
    pub(super) piece: usize,
    pub(super) traffic: Traffic,
    /// The time between two pieces of the traffic, in milliseconds. With 0, a read never waits.
    pub(super) pace: u64,
    pub(super) manner: Manner,
    /// The time before an answer, in milliseconds.
    pub(super) delay: u64,
    pub(super) intake: Intake,
    /// The number of flushes that are late.
    pub(super) late_flushes: u32,
    /// Whether the server answers logins and the logoff.
    pub(super) is_polite: bool,
}

impl Habits {
    pub(super) const GOOD: Self = Self {
        wait: 100,
        reads_are_slow: false,
        piece: usize::MAX,
        traffic: Traffic::Nothing,
        pace: 20,
        manner: Manner::Success,
        delay: 1,
        intake: Intake::All,
        late_flushes: 0,
        is_polite: true,
    };
}

/// The state of the line and of the server.
pub(super) struct World {
    pub(super) habits: Habits,
    /// The bytes that the client has written.
    pub(super) written: Vec<u8>,
    /// The number of them that the server has handled.
    handled: usize,
    /// The answers with the times at which they arrive.
    answers: VecDeque<(Duration, String)>,
    /// The bytes that have arrived and that the client has not read.
    pub(super) arrived: VecDeque<u8>,
    /// The time of the next piece of traffic.
    next: Duration,
    /// The ActionID of the last request.
    pub(super) id: String,
    /// Whether the stream ends once everything has been read.
    pub(super) has_hung_up: bool,
    /// The message with which the server refuses a login.
    pub(super) refusal: Option<&'static str>,
    /// The number of the next event after a login, if the server then sends numbered ones.
    pub(super) number: Option<u64>,
    /// The number of bytes that still arrive before the end of the connection.
    pub(super) left: Option<usize>,
    pub(super) end: End,
    /// The bytes that the client has read, if the connection has an end.
    pub(super) read: Vec<u8>,
    /// Returns the answer to the request with this ActionID, at once, while there is one.
    pub(super) script: Option<Script>,
    random: fastrand::Rng,
}

type Script = Box<dyn FnMut(&str) -> Option<String>>;

impl World {
    fn wait(&self) -> Duration {
        SHORT.max(Duration::from_millis(self.habits.wait))
    }

    /// Answers the complete requests.
    fn serve(&mut self) {
        while let Some(length) = find(&self.written[self.handled..], b"\r\n\r\n") {
            let request = String::from_utf8_lossy(&self.written[self.handled..][..length]).into_owned();
            self.handled += length + 4;
            let header = |name: &str| {
                let line = request.lines().find(|line| line.starts_with(name));
                line.and_then(|line| line.split_once(": ")).map(|(_, value)| value.to_string())
            };
            let (action, id) = (header("Action:").unwrap(), header("ActionID:").unwrap());
            if let Some(answer) = self.script.as_mut().and_then(|script| script(&id)) {
                self.answers.push_back((now(), answer));
                continue;
            }
            let answer = match (&action[..], self.habits.manner) {
                ("Challenge" | "Login" | "Logoff", _) if !self.habits.is_polite => continue,
                ("Challenge", _) => {
                    format!("Response: Success\r\nActionID: {id}\r\nChallenge: 12345\r\n\r\n")
                }
                ("Login", _) => match self.refusal {
                    Some(text) => format!("Response: Error\r\nActionID: {id}\r\nMessage: {text}\r\n\r\n"),
                    None => {
                        if self.number.is_some() {
                            self.habits.traffic = Traffic::Numbers;
                            self.next = now() + Duration::from_millis(self.habits.delay + 1);
                        }
                        format!("Response: Success\r\nActionID: {id}\r\nMessage: Hi\r\n\r\n")
                    }
                },
                ("Logoff", _) => format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"),
                (_, Manner::Silence) => continue,
                (_, Manner::Success) => format!("Response: Success\r\nActionID: {id}\r\n\r\n"),
                (_, Manner::Error) => format!("Response: Error\r\nActionID: {id}\r\nMessage: No\r\n\r\n"),
                (_, Manner::List) => format!(
                    "Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n\
                     Event: Entry\r\nActionID: {id}\r\n\r\nEvent: Entry\r\nActionID: {id}\r\n\r\n\
                     Event: Done\r\nEventList: Complete\r\nActionID: {id}\r\n\r\n"
                ),
                (_, Manner::EndlessList) => {
                    self.habits.traffic = Traffic::Entries;
                    format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n")
                }
                (_, Manner::EndlessOutput) => {
                    self.habits.traffic = Traffic::Output;
                    format!("Response: Success\r\nActionID: {id}\r\nMessage: Command output follows\r\n")
                }
                (_, Manner::EndlessPayload) => {
                    self.habits.traffic = Traffic::Payload;
                    format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\n")
                }
            };
            self.id = id;
            self.answers.push_back((now() + Duration::from_millis(self.habits.delay), answer));
        }
    }

    /// Returns the next piece of traffic.
    fn traffic(&mut self) -> String {
        const EVENT: &str = "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/1-1\r\n\r\n";
        let mut traffic = self.habits.traffic;
        if traffic == Traffic::Mixed {
            traffic = self.random.choice([Traffic::Events, Traffic::Unmatched, Traffic::Foreign]).unwrap();
        }
        let one = match traffic {
            Traffic::Nothing | Traffic::Mixed => String::new(),
            Traffic::Events => EVENT.to_string(),
            Traffic::Unmatched => "Response: Success\r\nMessage: nobody asked\r\n\r\n".to_string(),
            Traffic::Foreign => "Response: Success\r\nActionID: foreign\r\n\r\n".to_string(),
            Traffic::Half => {
                self.habits.traffic = Traffic::Nothing;
                return EVENT[..30].to_string();
            }
            Traffic::Headers => "Header: of a large message\r\n".to_string(),
            Traffic::Line => "piece of a line".to_string(),
            Traffic::Entries => format!("Event: Entry\r\nActionID: {}\r\n\r\n", self.id),
            Traffic::Output => "Output: a line\r\n".to_string(),
            Traffic::Payload => "a line\n".to_string(),
            Traffic::Numbers => {
                let number = self.number.unwrap();
                self.number = Some(number + 1);
                return format!("Event: N\r\nPrivilege: call,all\r\nNumber: {number}\r\n\r\n");
            }
        };
        if self.habits.pace == 0 { one.repeat(4_000 / one.len()) } else { one }
    }

    /// Sends text that arrives after this time, in milliseconds.
    pub(super) fn send(&mut self, delay: u64, text: &str) {
        self.answers.push_back((now() + Duration::from_millis(delay), text.to_string()));
    }

    /// Returns the number of requests with this name that the server has received.
    pub(super) fn requests(&self, name: &str) -> usize {
        String::from_utf8_lossy(&self.written).matches(&format!("Action: {name}\r\n")).count()
    }

    /// Lets time pass for a call of the transport.
    fn spend(&self, time: Duration) {
        pass(time);
        let (now, limit) = (now(), LIMIT.get());
        assert!(now <= limit, "still in the call at {now:?}, {limit:?} was the limit");
    }
}

/// The client's end of the line.
pub(super) struct Line(pub(super) Rc<RefCell<World>>);

impl Line {
    pub(super) fn new(habits: Habits, seed: u64) -> Self {
        Self::greeting(habits, seed, "Asterisk Call Manager/11.0.0\r\n")
    }

    /// Creates a line to a server that first sends this.
    pub(super) fn greeting(habits: Habits, seed: u64, banner: &str) -> Self {
        Self(Rc::new(RefCell::new(World {
            habits,
            written: Vec::new(),
            handled: 0,
            answers: (!banner.is_empty()).then(|| (now(), banner.to_string())).into_iter().collect(),
            arrived: VecDeque::new(),
            next: now() + Duration::from_millis(50),
            id: "none".to_string(),
            has_hung_up: false,
            refusal: None,
            number: None,
            left: None,
            end: End::Closed,
            read: Vec::new(),
            script: None,
            random: fastrand::Rng::with_seed(seed),
        })))
    }

    pub(super) fn world(&self) -> Rc<RefCell<World>> {
        Rc::clone(&self.0)
    }
}

impl Read for Line {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if std::thread::panicking() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let mut world = self.0.borrow_mut();
        let latest = now() + world.wait();
        world.spend(if world.habits.reads_are_slow { world.wait() } else { SHORT });
        match (world.left, world.end) {
            (Some(0), End::Closed) => return Ok(0),
            (Some(0), End::Reset) => return Err(ErrorKind::ConnectionReset.into()),
            (Some(0), End::Silent) => {
                world.spend(latest.saturating_sub(now()));
                return Err(ErrorKind::WouldBlock.into());
            }
            _ => {}
        }
        if world.arrived.is_empty() {
            let answer = world.answers.front().map(|(time, _)| *time);
            if answer.is_none() && world.has_hung_up {
                return Ok(0);
            }
            let traffic = (world.habits.traffic != Traffic::Nothing).then_some(world.next);
            match [answer, traffic].into_iter().flatten().min().filter(|&time| time <= latest.max(now())) {
                Some(time) => world.spend(time.saturating_sub(now())),
                None => {
                    world.spend(latest.saturating_sub(now()));
                    let kind = if world.random.bool() { ErrorKind::WouldBlock } else { ErrorKind::TimedOut };
                    return Err(kind.into());
                }
            }
            while world.answers.front().is_some_and(|(time, _)| *time <= now()) {
                let (_, answer) = world.answers.pop_front().unwrap();
                world.arrived.extend(answer.as_bytes());
            }
            if traffic.is_some_and(|time| time <= now()) {
                let traffic = world.traffic();
                world.arrived.extend(traffic.as_bytes());
                world.next = now() + Duration::from_millis(world.habits.pace);
            }
        }
        if world.habits.pace == 0 {
            world.spend(Duration::from_millis(1)); // the processor time of a flood
        }
        let n = to.len().min(world.habits.piece).min(world.arrived.len());
        let n = n.min(world.left.unwrap_or(n));
        for (to, byte) in to.iter_mut().zip(world.arrived.drain(..n)) {
            *to = byte;
        }
        if let Some(left) = &mut world.left {
            *left -= n;
            world.read.extend_from_slice(&to[..n]);
        }
        Ok(n)
    }
}

impl Write for Line {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if std::thread::panicking() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let mut world = self.0.borrow_mut();
        let waits = match world.habits.intake {
            Intake::All | Intake::Byte | Intake::Zero => false,
            Intake::Late | Intake::LateByte | Intake::Nothing => true,
            Intake::AfterReading => !world.arrived.is_empty(),
        };
        world.spend(if waits { world.wait() } else { SHORT });
        let n = match world.habits.intake {
            Intake::Zero => return Ok(0),
            Intake::All | Intake::Late => from.len(),
            Intake::Byte | Intake::LateByte => 1,
            Intake::AfterReading if !waits => from.len(),
            Intake::Nothing | Intake::AfterReading => return Err(ErrorKind::WouldBlock.into()),
        };
        world.written.extend_from_slice(&from[..n]);
        world.serve();
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        if world.habits.late_flushes == 0 || std::thread::panicking() {
            return Ok(());
        }
        world.habits.late_flushes = world.habits.late_flushes.saturating_sub(1);
        world.spend(world.wait());
        Err(ErrorKind::WouldBlock.into())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
