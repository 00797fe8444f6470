//! A simulated application for the server session. It is slow, has lists and events, and sometimes
//! forgets to answer. It records each message it has sent, with its meaning to a client.

use std::collections::VecDeque;

use embedded_ami::action::{self, Md5};
use embedded_ami::classes::Classes;
use embedded_ami::client::{LoginRefused, ResponseStatus};
use embedded_ami::server::{
    Account, EncodedEvent, Incoming, Request, Secret, Session, SessionError, Stage, Timing,
};
use embedded_ami::wire::{Decoder, EncodeError, Outbox, Step};

use crate::client::{SECRET, USER};
use crate::oracle::{self, ALL};

/// The meaning of a message to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Banner,
    Challenge,
    Accepted,
    Refused(LoginRefused),
    Booted,
    Event,
    Shutdown,
    Goodbye,
    /// If `is_end`, nothing follows.
    Response {
        id: String,
        status: ResponseStatus,
        is_end: bool,
    },
    Entry(String),
    Complete(String),
}

#[derive(Debug, Clone)]
pub struct SentMessage {
    pub bytes: Vec<u8>,
    /// The offset in the stream at which the message ends.
    pub end: usize,
    pub meaning: Meaning,
}

/// The work in progress for the request in the decoder. The times say when it goes on.
#[derive(Debug)]
enum Job {
    None,
    Answer(u64),
    /// A list with this many entries left.
    List(u64, u32),
    Never,
}

#[derive(Debug, Clone, Copy)]
pub struct Habits {
    pub version: &'static str,
    pub read: u32,
    pub write: u32,
    pub has_md5: bool,
    /// The user is logged in already, on another connection.
    pub is_in_use: bool,
    /// The probability that a request is never answered or its list never completed.
    pub lose: f32,
    /// The longest time that any step takes.
    pub slowest: u64,
    /// The mean time between two events in milliseconds; 0 for no events.
    pub events: u64,
    pub stops_at: u64,
    pub disconnects_at: u64,
    pub outbox: usize,
    pub storage: usize,
    pub timing: Timing,
}

pub struct Service {
    pub session: Session<&'static str>,
    pub outbox: Outbox<Vec<u8>>,
    pub sent: Vec<SentMessage>,
    /// The ActionIDs of the requests received completely.
    pub received: Vec<String>,
    /// The number of all events, and of those that this session gets.
    pub events: (u32, u32),
    pub denied: u32,
    pub full: u32,
    habits: Habits,
    random: fastrand::Rng,
    decoder: Decoder<Vec<u8>>,
    backlog: VecDeque<u8>,
    job: Job,
    queue: VecDeque<EncodedEvent<Vec<u8>>>,
    next_event: u64,
    /// The number of bytes written.
    written: usize,
    /// The message in the decoder could not be handled for lack of room and is tried again.
    retries: bool,
    /// The outbox had no room, and nothing has been sent since.
    waits_for_room: bool,
    mask: u32,
    is_in: bool,
}

impl Service {
    pub fn new(habits: Habits, seed: u64, now: u64) -> Self {
        let md5: Md5 = action::md5;
        let session = match habits.has_md5 {
            true => Session::with_md5(habits.version, md5),
            false => Session::without_md5(habits.version),
        };
        let mut service = Self {
            session: session.timing(habits.timing),
            outbox: Outbox::for_server(vec![0; habits.outbox]),
            sent: Vec::new(),
            received: Vec::new(),
            events: (0, 0),
            denied: 0,
            full: 0,
            habits,
            random: fastrand::Rng::with_seed(seed),
            decoder: Decoder::for_server(vec![0; habits.storage]).unwrap(),
            backlog: VecDeque::new(),
            job: Job::None,
            queue: VecDeque::new(),
            next_event: now,
            written: 0,
            retries: false,
            waits_for_room: false,
            mask: ALL,
            is_in: false,
        };
        let challenge = service.random.u32(..);
        service.session.on_connected(challenge, now, &mut service.outbox).unwrap();
        service.record(0, &[Meaning::Banner]);
        service
    }

    pub fn receive(&mut self, bytes: &[u8]) {
        self.backlog.extend(bytes);
    }

    pub fn advance(&mut self, n: usize) {
        self.outbox.advance(n);
        self.waits_for_room &= n == 0;
    }

    fn stop_until_sent(&mut self) -> bool {
        self.full += 1;
        self.waits_for_room = true;
        false
    }

    /// Returns whether the session will send nothing more.
    pub fn is_closed(&self) -> bool {
        self.session.stage() == Stage::Closed
    }

    /// Returns when the application acts next if it receives nothing more.
    pub fn next(&self) -> Option<u64> {
        if self.is_closed() {
            return None;
        }
        let job = match self.job {
            Job::Answer(at) | Job::List(at, _) => Some(at),
            Job::None | Job::Never => None,
        };
        let event = (self.habits.events > 0).then_some(self.next_event);
        let ends = Some(self.habits.stops_at.min(self.habits.disconnects_at));
        let own = [job, self.session.deadline()].into_iter().flatten().filter(|_| !self.waits_for_room);
        own.chain(event).chain(ends).min()
    }

    /// Records the messages written after the first `before` pending bytes.
    fn record(&mut self, before: usize, meanings: &[Meaning]) {
        let new = &self.outbox.pending()[before..];
        let mut rest = new;
        for meaning in meanings {
            let is_banner = *meaning == Meaning::Banner;
            let end: &[u8] = match (is_banner, rest.starts_with(b"Response: Follows\r\n")) {
                (true, _) => b"\r\n",
                (_, true) => b"--END COMMAND--\r\n\r\n",
                _ => b"\r\n\r\n",
            };
            let length =
                rest.windows(end.len()).position(|part| part == end).expect("a whole message") + end.len();
            self.written += length;
            self.sent.push(SentMessage {
                bytes: rest[..length].to_vec(),
                end: self.written,
                meaning: meaning.clone(),
            });
            rest = &rest[length..];
        }
        assert!(rest.is_empty(), "{meanings:?} and \"{}\"", rest.escape_ascii());
    }

    pub fn poll(&mut self, now: u64) {
        if self.is_closed() {
            return;
        }
        if self.habits.disconnects_at <= now {
            return self.session.disconnect();
        }
        let before = self.outbox.pending().len();
        if self.habits.stops_at <= now {
            let may_read = self.is_in && self.mask & self.habits.read & 1 == 1;
            let result = self.session.shut_down(false, &mut self.outbox);
            return self.record(before, if result.is_ok() && may_read { &[Meaning::Shutdown] } else { &[] });
        }
        self.make_events(now);
        while !self.is_closed() {
            let message = self.decoder.message();
            let before = self.outbox.pending().len();
            let was_busy = self.session.is_busy();
            if self.session.on_timeout(&message, now, &mut self.outbox).is_err() {
                self.stop_until_sent();
                return;
            }
            if self.is_closed() {
                let refusal = match self.habits.is_in_use {
                    true => LoginRefused::AlreadyInUse,
                    false => LoginRefused::Authentication,
                };
                let refused = [Meaning::Refused(refusal)];
                return self.record(before, if was_busy { &refused } else { &[] });
            }
            if !(if self.session.is_busy() { self.work(now) } else { self.idle(now) }) {
                return;
            }
        }
    }

    /// Makes the events that are due.
    fn make_events(&mut self, now: u64) {
        while self.habits.events > 0 && self.next_event <= now {
            self.next_event += self.random.u64(1..=2 * self.habits.events);
            let sets = [1, 2, 32, 64, 2 | 32, 2 | 64, 0x4000_0000, 1 | 2, 0, 1 << 14];
            let bits = *self.random.choice(&sets).unwrap();
            let wants = self.is_in && bits & self.mask == bits && bits & self.habits.read == bits;
            assert_eq!(self.session.wants(Classes::from_bits(bits)), wants, "{bits:#x}");
            self.events.0 += 1;
            if wants {
                let mut event = EncodedEvent::new(vec![0; 512]);
                let length = if self.random.u8(..) < 20 { 300 } else { self.random.usize(..60) };
                let written = event.write("Newchannel", Classes::from_bits(bits), |out| {
                    out.header_int("Number", self.events.0.into())?;
                    out.header("Filler", "x".repeat(length))
                });
                written.unwrap();
                self.events.1 += 1;
                self.queue.push_back(event);
            }
        }
    }

    /// Works between two requests. Returns whether anything was done.
    fn idle(&mut self, now: u64) -> bool {
        let before = self.outbox.pending().len();
        if let Some(event) = self.queue.front() {
            match event.copy_to(&mut self.outbox) {
                Ok(()) => {
                    self.queue.pop_front();
                    self.record(before, &[Meaning::Event]);
                    return true;
                }
                Err(error) => {
                    assert_eq!(error, EncodeError::Full);
                    return self.stop_until_sent();
                }
            }
        }
        if self.retries {
            return self.message(now);
        }
        match self.decoder.poll() {
            Step::Message => self.message(now),
            Step::NeedInput => {
                let space = self.decoder.space();
                let n = space.len().min(self.backlog.len());
                space.iter_mut().zip(self.backlog.drain(..n)).for_each(|(to, from)| *to = from);
                self.decoder.advance(n);
                n > 0
            }
            Step::End => false,
        }
    }

    /// Handles the message in the decoder. Returns whether there was room for the answer.
    fn message(&mut self, now: u64) -> bool {
        let message = self.decoder.message();
        let request = Request::from_message(&message);
        let id = request.action_id().unwrap().to_str().unwrap().to_owned();
        let action = request.action().unwrap().to_str().unwrap().to_owned();
        let mask = request.get("EventMask").map(|mask| mask.as_bytes().to_vec());
        if !std::mem::take(&mut self.retries) {
            self.received.push(id.clone());
        }
        let before = self.outbox.pending().len();
        match self.session.on_message(&message, &mut self.outbox) {
            Ok(Incoming::LogIn(attempt)) => {
                let events = request.get("Events").map(|events| events.as_bytes().to_vec());
                if self.habits.is_in_use {
                    return self.session.refuse_already_logged_in(now).is_ok();
                }
                let account = Account::from_secret(Secret::Plain(SECRET.as_bytes()))
                    .read(Classes::from_bits(self.habits.read))
                    .write(Classes::from_bits(self.habits.write));
                let account = (attempt.username() == USER).then_some(account);
                // The outbox always has room for this answer.
                self.is_in = self.session.log_in(&attempt, account, now, &mut self.outbox).unwrap();
                if self.is_in {
                    self.mask = events.and_then(|events| oracle::mask(&events)).unwrap_or(ALL);
                    let booted = self.mask & self.habits.read & 1 == 1;
                    self.record(before, &[Meaning::Accepted, Meaning::Booted][..1 + usize::from(booted)]);
                }
            }
            Ok(Incoming::Request(_)) => {
                assert!(self.is_in);
                let at = now + self.random.u64(0..=self.habits.slowest);
                self.job = if self.random.f32() < self.habits.lose { Job::Never } else { Job::Answer(at) };
            }
            Ok(Incoming::Nothing) => {
                let respond = |status| Meaning::Response { id, status, is_end: true };
                let meaning = match &action[..] {
                    "Challenge" if self.habits.has_md5 => Meaning::Challenge,
                    "Challenge" => Meaning::Refused(LoginRefused::NoChallenge),
                    "Logoff" => Meaning::Goodbye,
                    "Events" => {
                        let mask = oracle::mask(&mask.unwrap_or_default());
                        self.mask = mask.unwrap_or(self.mask);
                        respond(if mask.is_some() { ResponseStatus::Success } else { ResponseStatus::Error })
                    }
                    action => panic!("{action}"),
                };
                self.record(before, &[meaning]);
            }
            Err(error) => {
                assert_eq!(error, SessionError::Encode(EncodeError::Full));
                self.retries = true;
                return self.stop_until_sent();
            }
        }
        true
    }

    /// Works on the request in the decoder. Returns whether anything was done.
    fn work(&mut self, now: u64) -> bool {
        let (at, left) = match self.job {
            Job::Answer(at) => (at, None),
            Job::List(at, left) => (at, Some(left)),
            Job::None | Job::Never => return false,
        };
        if at > now {
            return false;
        }
        let message = self.decoder.message();
        let request = Request::from_message(&message);
        let id = request.action_id().unwrap().to_str().unwrap().to_owned();
        let action = request.action().unwrap().to_str().unwrap();
        let before = self.outbox.pending().len();
        let may = self.habits.write & 1 != 0;
        assert_eq!(self.session.permits(Classes::SYSTEM), may);
        let answer = self.session.answer(&request, &mut self.outbox).unwrap();
        let length = self.random.usize(..60);
        let more = self.random.u64(0..=self.habits.slowest);
        let respond = |status, is_end| Meaning::Response { id: id.clone(), status, is_end };
        let (written, meaning, job) = match (action, left) {
            (_, Some(0)) => {
                let list = answer.list("Begins").unwrap();
                let complete = list.complete("AnyComplete", |out| out.header("More", "x".repeat(length)));
                (complete.map_err(SessionError::from), Meaning::Complete(id), Job::None)
            }
            (_, Some(left)) => {
                let mut list = answer.list("Begins").unwrap();
                let entry = list.entry("AnyEntry", |out| {
                    out.header_int("Left", left.into())?;
                    out.header("Filler", "x".repeat(length * 5))
                });
                let job = if self.random.f32() < self.habits.lose / 4.0 {
                    Job::Never
                } else {
                    Job::List(now + more, left - 1)
                };
                (entry.map_err(SessionError::from), Meaning::Entry(id), job)
            }
            ("Ping", _) => (
                answer.success_with(|out| out.header("Ping", "Pong")),
                respond(ResponseStatus::Success, true),
                Job::None,
            ),
            ("Getvar", _) => {
                let value = "Response: Error".repeat(length % 4);
                let written = answer.success_with(|out| {
                    out.header("Variable", "X")?;
                    out.header("Value", value)
                });
                (written, respond(ResponseStatus::Success, true), Job::None)
            }
            ("Hangup", _) => {
                (answer.error("No such channel"), respond(ResponseStatus::Error, true), Job::None)
            }
            ("Reload", _) if !may => {
                self.denied += 1;
                (answer.denied(), respond(ResponseStatus::PermissionDenied, true), Job::None)
            }
            ("Reload", _) => {
                (answer.success("Module Reloaded"), respond(ResponseStatus::Success, true), Job::None)
            }
            ("Command", _) => {
                let lines = (0..length % 7).map(|line| format!("{line} Event: x\tActionID: {id}"));
                let is_success = length % 2 == 0;
                let reports_success = is_success || self.habits.version.starts_with("2.");
                let word = if reports_success { ResponseStatus::Success } else { ResponseStatus::Error };
                (answer.command(is_success, lines), respond(word, true), Job::None)
            }
            ("CoreShowChannels" | "SIPpeers" | "Status", _) => {
                let list = answer.list("Begins").map(drop);
                (list, respond(ResponseStatus::Success, false), Job::List(now + more, self.random.u32(..6)))
            }
            _ => (answer.unknown(), respond(ResponseStatus::UnknownAction, true), Job::None),
        };
        match written {
            Ok(()) => {
                self.job = job;
                assert_eq!(self.session.is_busy(), !matches!(self.job, Job::None));
                self.record(before, &[meaning]);
                true
            }
            Err(error) => {
                assert_eq!(error, SessionError::Encode(EncodeError::Full));
                self.record(before, &[]);
                self.stop_until_sent()
            }
        }
    }
}
