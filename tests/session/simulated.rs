//! Thousands of connections in simulated time. Each message is compared with what the server sent,
//! and each action with what the server did with it.

use embedded_ami::action::Raw;
use embedded_ami::client::{
    Credentials, Incoming, LoginRefused, LossReason, Session, SessionError, Slot, Stage, Timing,
};
use embedded_ami::wire::EncodeError;

use crate::client::{Client, Phase, SECRET, Submitted, USER, ended_ticket, ticket_of};
use crate::link::Pipe;
use crate::server::{Faults, Meaning, Server, Style};

const ACTIONS: [&str; 16] = [
    "Ping",
    "Getvar",
    "Command",
    "Status",
    "SIPpeers",
    "IAXpeers",
    "VoicemailUsersList",
    "CoreShowChannels",
    "DBGet",
    "FAXStats",
    "DataGet",
    "WaitEvent",
    "Queues",
    "Originate",
    "Originate",
    "Bogus",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connecting,
    LoggingIn,
    Booting,
    Ready,
    LoggingOff,
    Closed,
}

/// The number of occurrences over all runs. A test in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Count {
    responses: u32,
    entries: u32,
    completed: u32,
    aborted: u32,
    timed_out: u32,
    cut_short: u32,
    not_sent: u32,
    outcome_unknown: u32,
    events: u32,
    parts: u32,
    pings: u32,
    server_timeouts: u32,
    logoffs: u32,
    unmatched: u32,
    busy: u32,
    full: u32,
    forgotten: u32,
}

struct World<'a> {
    count: &'a mut Count,
    random: fastrand::Rng,
    client: Client,
    timing: Timing,
    slots: usize,
    one_at_a_time: bool,
    server: Server,
    up: Pipe,
    down: Pipe,
    /// The link accepts no more bytes from the client than this.
    stalls_at: usize,
    state: State,
    connected: u64,
    /// The time of the first request of the login.
    logs_in: u64,
    last_received: u64,
    /// The end of the boot time, the time of the logoff, and the time of the last Ping.
    boots_by: u64,
    logged_off: u64,
    pinged: Option<u64>,
    waits_for_boot: bool,
    /// The number of bytes the client has sent.
    sent: usize,
    submitted: Vec<Submitted>,
    /// The index of the list opened last.
    open: Option<usize>,
    /// The number of messages received from the server, and the parts of the next one.
    messages: usize,
    parts: Vec<Incoming>,
    /// The number of actions still to submit, and the time of the next.
    plan: usize,
    next_submit: u64,
    writable: u64,
    is_dropped: bool,
    has_waited: bool,
    bound: u64,
}

impl World<'_> {
    fn connect(&mut self, seed: u64) {
        let random = &mut self.random;
        let style = random.choice(Style::ALL).unwrap();
        let now = self.client.now;
        let later = |random: &mut fastrand::Rng, chance: u8| match random.u8(..) < chance {
            true => now + random.u64(0..4000),
            false => u64::MAX,
        };
        let faults = Faults {
            lose: random.choice([0.0, 0.0, 0.1]).unwrap(),
            hold: random.choice([0.0, 0.02, 0.1]).unwrap(),
            events: random.choice([0, 3, 50]).unwrap(),
            dies_at: later(random, 25),
            stops_at: later(random, 25),
        };
        let breaks = |random: &mut fastrand::Rng, most| (random.u8(..) < 40).then(|| random.usize(0..most));
        let slowest = random.choice([0, 3, 60]).unwrap();
        self.down = Pipe::new(seed ^ 1, slowest, breaks(random, 6000));
        self.up = Pipe::new(seed ^ 2, slowest, breaks(random, 1500));
        self.stalls_at = breaks(random, 1500).unwrap_or(usize::MAX);
        self.server = Server::new(style, faults, seed ^ 3);
        let credentials = match random.bool() {
            true => Credentials::new(USER, SECRET).events("on"),
            false => Credentials::plain(USER, SECRET).events("on"),
        };
        let off = random.u8(..) < 60;
        self.client.credentials = Some(if off { credentials.events("off") } else { credentials });
        self.waits_for_boot = self.timing.boot > 0 && !off;
        self.client.connect(random.u64(..));
        self.state = State::Connecting;
        (self.connected, self.last_received) = (now, now);
        (self.pinged, self.open, self.is_dropped, self.has_waited) = (None, None, false, false);
        (self.sent, self.messages, self.writable) = (0, 0, now);
        self.plan = random.usize(0..16);
        self.next_submit = now;
        let wait = 2 * self.timing.login + self.timing.boot + self.timing.keepalive + self.timing.pong;
        self.bound = now + u64::from(wait + self.timing.action) + 10_000;
        for step in 0.. {
            if self.is_at_end() {
                break;
            }
            assert!(step < 100_000, "no progress at {}", self.client.now);
            self.step();
            assert!(self.client.now <= self.bound, "no end by {} ms", self.client.now);
        }
        self.close();
    }

    fn is_at_end(&self) -> bool {
        self.is_dropped || self.state == State::Closed
    }

    fn step(&mut self) {
        let now = self.client.now;
        let deadline = self.client.session.deadline();
        let own = self.client.session.stage() != Stage::Closed;
        assert!(deadline.is_some() || self.timing.keepalive == 0 || !own);
        let plan = (self.plan > 0 || self.outstanding() == 0).then_some(self.next_submit.max(now));
        let plan = plan.filter(|_| matches!(self.state, State::Booting | State::Ready));
        let write =
            (self.writable > now && !self.client.outbox.pending().is_empty()).then_some(self.writable);
        let times = [self.server.next(now), self.up.next(), self.down.next(), deadline, plan, write];
        self.client.now = times.into_iter().flatten().min().expect("something happens").max(now);
        let now = self.client.now;

        while let Some(bytes) = self.up.read(now) {
            self.server.receive(&bytes);
        }
        let bytes = self.server.poll(now);
        self.down.write(now, &bytes);
        if self.server.is_closed {
            self.down.close(now);
        }
        while let Some(bytes) = self.down.read(now) {
            self.receive(&bytes);
        }
        self.on_timeout();
        self.is_dropped = self.down.is_at_end(now) || self.up.is_broken();
        if !self.is_at_end() {
            self.act();
            self.write();
        }
        self.check();
    }

    fn write(&mut self) {
        let now = self.client.now;
        if self.writable <= now {
            let pending = self.client.outbox.pending();
            let room = pending.len().min(self.stalls_at - self.sent);
            let n = if self.random.bool() { room } else { self.random.usize(0..=room) };
            self.up.write(now, &pending[..n]);
            self.client.outbox.advance(n);
            self.sent += n;
            self.writable = now + self.random.u64(0..20);
            if n < room {
                self.writable = self.writable.max(now + 1);
            } else if self.sent == self.stalls_at {
                self.writable = u64::MAX;
            }
        }
    }

    fn outstanding(&self) -> usize {
        self.submitted.iter().filter(|action| action.phase != Phase::Ended).count()
    }

    fn act(&mut self) {
        let now = self.client.now;
        if !matches!(self.state, State::Booting | State::Ready) || self.next_submit > now {
            return;
        }
        if self.plan > 0 {
            self.submit();
            if self.random.u8(..) < 8 {
                self.forget();
            }
        } else if self.outstanding() == 0 {
            if !std::mem::replace(&mut self.has_waited, true) {
                // This may be long enough for a Ping.
                self.next_submit = now + self.random.u64(0..1000);
                return;
            }
            match self.client.session.log_off(now, &mut self.client.outbox) {
                Ok(()) => {
                    self.state = State::LoggingOff;
                    self.logged_off = now;
                }
                Err(error) => {
                    assert_eq!(error, SessionError::Encode(EncodeError::Full));
                    self.is_dropped = true;
                }
            }
        }
    }

    fn submit(&mut self) {
        let now = self.client.now;
        let name = self.random.choice(ACTIONS).unwrap();
        let time = self.random.choice([1, 100, 400, 2000, 2000]).unwrap();
        let pending = self.client.outbox.pending().len();
        let outstanding = self.outstanding();
        let Client { session, outbox, .. } = &mut self.client;
        self.next_submit = now + self.random.u64(0..100);
        match session.submit_within(&Raw::without_headers(name), time, now, outbox) {
            Ok(ticket) => {
                assert!(outstanding < self.slots && !(self.one_at_a_time && outstanding > 0));
                assert!(
                    self.submitted.iter().all(|action| action.ticket != ticket),
                    "{ticket:?} was there before"
                );
                let id = session.action_id(ticket).as_str().to_owned();
                let end = self.sent + outbox.pending().len();
                let deadline = now + u64::from(time);
                self.submitted.push(Submitted { ticket, id, end, deadline, phase: Phase::Asked });
                self.plan -= 1;
                self.bound += u64::from(time) + 200;
            }
            Err(error) => {
                assert_eq!(outbox.pending().len(), pending, "nothing is written");
                self.next_submit += 1;
                match error {
                    SessionError::SlotsFull => assert_eq!(outstanding, self.slots),
                    SessionError::Busy => {
                        self.count.busy += 1;
                        assert!(self.one_at_a_time && (outstanding > 0 || self.pinged.is_some()));
                    }
                    SessionError::Encode(EncodeError::Full) => {
                        self.count.full += 1;
                        self.plan -= 1;
                    }
                    error => panic!("{error:?}"),
                }
            }
        }
        assert_eq!(self.client.session.outstanding(), self.outstanding());
    }

    fn forget(&mut self) {
        if self.submitted.is_empty() {
            return;
        }
        let any = self.random.usize(..self.submitted.len());
        let action = &mut self.submitted[any];
        let was_there = std::mem::replace(&mut action.phase, Phase::Ended) != Phase::Ended;
        assert_eq!(self.client.session.forget(action.ticket), was_there);
        assert!(!self.client.session.forget(action.ticket));
        self.count.forgotten += u32::from(was_there);
    }

    fn receive(&mut self, bytes: &[u8]) {
        let mut received = Vec::new();
        self.client.read(bytes, |incoming, message| {
            received.push((incoming, message.part().is_end()));
            assert!(!message.is_incomplete());
        });
        // Only complete messages are certain to be signs of life.
        if received.iter().any(|&(_, is_end)| is_end) {
            self.last_received = self.client.now;
        }
        for (incoming, is_end) in received {
            self.parts.push(incoming);
            if is_end {
                self.message();
            }
        }
        let whole = self.server.sent.iter().take_while(|message| message.end <= self.down.arrived).count();
        assert_eq!(self.messages, whole, "every complete message is received");
    }

    /// Handles the end of a message.
    fn message(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        let meaning = self.server.sent[self.messages].meaning.clone();
        let (&last, before) = parts.split_last().unwrap();
        self.messages += 1;
        self.count.parts += u32::from(!before.is_empty());
        for &part in before {
            assert!(ended_ticket(part).is_none(), "{parts:?} for {meaning:?}");
            let is_allowed = match part {
                Incoming::LogIn => matches!(meaning, Meaning::Challenge),
                Incoming::Event { .. } | Incoming::Unmatched | Incoming::Internal => true,
                Incoming::Response { .. } | Incoming::ListEntry { .. } => {
                    ticket_of(last).is_none_or(|ticket| ticket_of(part) == Some(ticket))
                }
                _ => false,
            };
            assert!(is_allowed, "{parts:?} for {meaning:?}");
        }
        if let Meaning::Challenge = meaning {
            let logs_in = parts.iter().filter(|&&part| part == Incoming::LogIn).count();
            assert_eq!(logs_in, usize::from(self.state == State::LoggingIn), "{parts:?}");
            return;
        }
        if let Some(expected) = self.expect(&meaning) {
            assert_eq!(last, expected, "{parts:?} for {meaning:?}");
        } else {
            assert!(matches!(last, Incoming::Internal | Incoming::Unmatched), "{parts:?} for {meaning:?}");
        }
        match last {
            Incoming::Response { .. } => self.count.responses += 1,
            Incoming::ListEntry { .. } => self.count.entries += 1,
            Incoming::ListComplete { .. } => self.count.completed += 1,
            Incoming::ListAborted { .. } => self.count.aborted += 1,
            Incoming::Event { .. } => self.count.events += 1,
            Incoming::Unmatched => self.count.unmatched += 1,
            Incoming::LoggedOff => self.count.logoffs += 1,
            _ => {}
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.submitted.iter().position(|action| action.id == id)
    }

    /// Returns the expected report, or `None` for a response to the session's own request.
    fn expect(&mut self, meaning: &Meaning) -> Option<Incoming> {
        if self.state == State::Closed {
            return Some(Incoming::Unmatched);
        }
        let is_late = |action: &Submitted| action.phase == Phase::Ended;
        Some(match meaning {
            Meaning::Banner => {
                self.state = State::LoggingIn;
                self.logs_in = self.client.now;
                Incoming::LogIn
            }
            Meaning::Accepted if self.waits_for_boot => {
                self.state = State::Booting;
                let login_ends = self.logs_in + u64::from(self.timing.login);
                self.boots_by = login_ends.min(self.client.now + u64::from(self.timing.boot));
                Incoming::Internal
            }
            Meaning::Accepted => {
                self.state = State::Ready;
                Incoming::Ready
            }
            Meaning::Booted if self.state == State::Booting => {
                self.state = State::Ready;
                Incoming::Ready
            }
            Meaning::Booted => Incoming::Event { ticket: None },
            Meaning::Event(id) => {
                let action =
                    id.as_ref().map(|id| &self.submitted[self.find(id).expect("a submitted action")]);
                Incoming::Event { ticket: action.map(|action| action.ticket) }
            }
            Meaning::Shutdown => Incoming::Shutdown,
            Meaning::Goodbye => {
                self.state = State::Closed;
                Incoming::LoggedOff
            }
            Meaning::Refused => Incoming::Refused(LoginRefused::Authentication),
            Meaning::Challenge | Meaning::Stray => Incoming::Unmatched,
            Meaning::Response { id, status, is_end } => {
                let at = self.find(id)?;
                let action = &mut self.submitted[at];
                if is_late(action) {
                    return Some(Incoming::Unmatched);
                }
                assert_eq!(action.phase, Phase::Asked);
                action.phase = if *is_end { Phase::Ended } else { Phase::Open(0) };
                if !is_end {
                    self.open = Some(at);
                }
                Incoming::Response { ticket: action.ticket, status: *status, is_end: *is_end }
            }
            Meaning::Entry { id, is_end, has_privilege } => {
                let named = id.as_ref().map(|id| self.find(id).expect("a submitted action"));
                let at = named.or(self.open);
                let action = at.map(|at| &mut self.submitted[at]).filter(|action| !is_late(action));
                match (action, named) {
                    (None, Some(_)) if !has_privilege => Incoming::Unmatched,
                    // An event that comes too late cannot be told from other events.
                    (None, _) => Incoming::Event { ticket: named.map(|at| self.submitted[at].ticket) },
                    (Some(action), _) => {
                        action.phase = match action.phase {
                            _ if *is_end => Phase::Ended,
                            Phase::Open(entries) => Phase::Open(entries + 1),
                            phase => panic!("an entry in {phase:?}"),
                        };
                        Incoming::ListEntry { ticket: action.ticket, is_end: *is_end }
                    }
                }
            }
            Meaning::Complete(id) | Meaning::Failed(id) => {
                let at = self.find(id).expect("a submitted action");
                let action = &mut self.submitted[at];
                let ticket = action.ticket;
                match std::mem::replace(&mut action.phase, Phase::Ended) {
                    Phase::Ended => Incoming::Unmatched,
                    Phase::Asked => panic!("an end before the response"),
                    Phase::Open(entries) if matches!(meaning, Meaning::Complete(_)) => {
                        Incoming::ListComplete { ticket, entries }
                    }
                    Phase::Open(entries) => Incoming::ListAborted { ticket, entries },
                }
            }
        })
    }

    fn on_timeout(&mut self) {
        let now = self.client.now;
        for round in 0.. {
            assert!(round < 100, "on_timeout reports without end");
            let pending = self.client.outbox.pending().len();
            let reported = match self.client.session.on_timeout(now, &mut self.client.outbox) {
                Ok(reported) => reported,
                Err(error) => panic!("{error:?}"),
            };
            match reported {
                None if self.client.outbox.pending().len() > pending => {
                    let last = self.client.outbox.pending()[pending..].to_vec();
                    assert!(last.starts_with(b"Action: Ping\r\n"));
                    assert!(self.outstanding() == 0 && self.state == State::Ready);
                    assert!(now >= self.last_received + u64::from(self.timing.keepalive));
                    self.pinged = Some(now);
                    self.count.pings += 1;
                }
                None if self.is_pinged_in_vain() => self.pinged = Some(now),
                None if self.client.session.deadline().is_none_or(|deadline| deadline > now) => break,
                None => {}
                Some(Incoming::Lost { ticket, reason }) => {
                    let action = self.submitted.iter_mut().find(|action| action.ticket == ticket).unwrap();
                    // The session is woken in time, so no action ends late.
                    assert_eq!(action.deadline, now);
                    let expected = match std::mem::replace(&mut action.phase, Phase::Ended) {
                        Phase::Asked => LossReason::TimedOut,
                        Phase::Open(entries) => LossReason::CutShort { entries },
                        Phase::Ended => panic!("{ticket:?} ends twice"),
                    };
                    assert_eq!(reason, expected);
                    match reason {
                        LossReason::TimedOut => self.count.timed_out += 1,
                        _ => self.count.cut_short += 1,
                    }
                }
                Some(Incoming::Ready) => {
                    assert!(self.state == State::Booting && now == self.boots_by);
                    self.state = State::Ready;
                }
                Some(Incoming::ServerTimedOut(stage)) => {
                    let since = |from: u64, time: u32| now == from + u64::from(time);
                    assert!(match (stage, self.state) {
                        (Stage::Connecting, State::Connecting) => since(self.connected, self.timing.login),
                        (Stage::LoggingIn, State::LoggingIn) => since(self.logs_in, self.timing.login),
                        (Stage::LoggingOff, State::LoggingOff) => since(self.logged_off, self.timing.action),
                        (Stage::Ready, State::Ready) => {
                            let pinged = self.pinged.expect("a Ping");
                            since(pinged, self.timing.pong) && self.last_received <= pinged
                        }
                        _ => false,
                    });
                    self.state = State::Closed;
                    self.count.server_timeouts += 1;
                }
                reported => panic!("{reported:?} in {:?}", self.state),
            }
        }
        assert!(self.submitted.iter().all(|action| action.phase == Phase::Ended || action.deadline > now));
    }

    /// Returns whether a Ping was due but had no room. The session then waits for its answer all
    /// the same.
    fn is_pinged_in_vain(&self) -> bool {
        let now = self.client.now;
        let has_no_room = self.client.outbox.pending().len() > 200;
        let was_due = self.pinged != Some(now) && self.outstanding() == 0 && self.state == State::Ready;
        let waits = self.client.session.deadline() == Some(now + u64::from(self.timing.pong));
        has_no_room && was_due && waits && self.timing.keepalive > 0
    }

    fn check(&self) {
        let session = &self.client.session;
        let stage = match self.state {
            State::Connecting => Stage::Connecting,
            State::LoggingIn => Stage::LoggingIn,
            State::Booting | State::Ready => Stage::Ready,
            State::LoggingOff => Stage::LoggingOff,
            State::Closed => Stage::Closed,
        };
        assert_eq!(session.stage(), stage);
        assert_eq!(session.outstanding(), self.outstanding());
        let alive = self.submitted.iter().filter(|action| action.phase != Phase::Ended);
        if let Some(first) = alive.map(|action| action.deadline).min() {
            assert!(session.deadline().unwrap() <= first);
        }
    }

    /// Ends a connection that was lost or given up.
    fn close(&mut self) {
        self.client.decoder.finish();
        let mut rest = Vec::new();
        self.client.read(b"", |incoming, message| rest.push((incoming, message.is_incomplete())));
        assert!(rest.iter().all(|&reported| reported == (Incoming::Unmatched, true)), "{rest:?}");
        self.parts.clear();
        for lost in self.client.close() {
            let Incoming::Lost { ticket, reason } = lost else { panic!("{lost:?}") };
            let action = self.submitted.iter_mut().find(|action| action.ticket == ticket).unwrap();
            let expected = match std::mem::replace(&mut action.phase, Phase::Ended) {
                Phase::Asked if self.sent < action.end => LossReason::NotSent,
                Phase::Asked => LossReason::OutcomeUnknown,
                Phase::Open(entries) => LossReason::CutShort { entries },
                Phase::Ended => panic!("{ticket:?} ends twice"),
            };
            assert_eq!(reason, expected);
            match reason {
                LossReason::NotSent => {
                    assert!(!self.server.received.contains(&action.id), "the server has it");
                    self.count.not_sent += 1;
                }
                LossReason::OutcomeUnknown => self.count.outcome_unknown += 1,
                _ => self.count.cut_short += 1,
            }
        }
        assert_eq!(self.outstanding(), 0);
        self.state = State::Closed;
        self.check();
        assert_eq!(self.client.session.deadline(), None);
        assert_eq!(self.client.on_timeout(self.client.now + 100_000), None, "nothing more");
    }
}

/// Runs up to three connections of one session, one after the other.
fn run(seed: u64, count: &mut Count) {
    let mut random = fastrand::Rng::with_seed(seed);
    let timing = Timing::DEFAULT
        .login(random.u32(300..3000))
        .boot(random.choice([0, 200]).unwrap())
        .action(random.u32(200..3000))
        .keepalive(random.choice([0, 100, 700]).unwrap())
        .pong(random.choice([30, 500]).unwrap());
    let slots = random.usize(1..6);
    let one_at_a_time = random.u8(..) < 60;
    let mut session = Session::new(vec![Slot::FREE; slots]).timing(timing);
    if one_at_a_time {
        session = session.one_at_a_time();
    }
    let storage = random.choice([64, 100, 256, 4096]).unwrap();
    let mut client = Client::new(session, storage);
    client.outbox = embedded_ami::wire::Outbox::for_client(vec![0; 256], Default::default());
    let mut world = World {
        count,
        random,
        client,
        timing,
        slots,
        one_at_a_time,
        server: Server::new(Style::V22, Faults::NONE, 0),
        up: Pipe::new(0, 0, None),
        down: Pipe::new(0, 0, None),
        stalls_at: usize::MAX,
        state: State::Closed,
        connected: 0,
        logs_in: 0,
        last_received: 0,
        boots_by: 0,
        logged_off: 0,
        pinged: None,
        waits_for_boot: false,
        sent: 0,
        submitted: Vec::new(),
        open: None,
        messages: 0,
        parts: Vec::new(),
        plan: 0,
        next_submit: 0,
        writable: 0,
        is_dropped: false,
        has_waited: false,
        bound: 0,
    };
    for connection in 0..world.random.u64(1..=3) {
        world.connect(seed << 8 | connection << 4);
    }
}

#[test]
fn every_action_ends_once_as_the_server_answered() {
    let mut count = Count::default();
    // `AMI_RUNS` replaces the default number of runs.
    let runs = std::env::var("AMI_RUNS").map_or(5000, |runs| runs.parse().unwrap());
    for seed in 0..runs {
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed, &mut count)));
        run.unwrap_or_else(|_| panic!("seed {seed}"));
    }
    println!("{count:?}");
    let Count {
        responses, entries, completed, aborted, timed_out, cut_short, not_sent, outcome_unknown, ..
    } = count;
    let Count { events, parts, pings, server_timeouts, logoffs, unmatched, busy, full, forgotten, .. } =
        count;
    let least = [
        responses,
        entries,
        completed,
        aborted,
        timed_out,
        cut_short,
        not_sent,
        outcome_unknown,
        events,
        parts,
        pings,
        server_timeouts,
        logoffs,
        unmatched,
        busy,
        full,
        forgotten,
    ];
    assert!(least.iter().all(|&count| count > 50), "{count:?}");
}
