//! Our client session against our server session, over a link that delays, cuts and breaks. Each
//! message arrives as it was sent, and each action ends once and correctly.

use embedded_ami::action::Raw;
use embedded_ami::classes::Classes;
use embedded_ami::client::{Credentials, Incoming, LossReason, SessionError, Stage, Timing};
use embedded_ami::wire::{Dialect, EncodeError, Outbox, Value};

use crate::client::{Client, Phase, SECRET, Submitted, USER, ended_ticket, slots, ticket_of};
use crate::link::Pipe;
use crate::service::{Habits, Meaning, Service};

const ACTIONS: [&str; 11] = [
    "Ping",
    "Getvar",
    "Hangup",
    "Reload",
    "Command",
    "CoreShowChannels",
    "SIPpeers",
    "Status",
    "CoreShowChannels",
    "Events",
    "Bogus",
];
const MASKS: [&str; 8] = ["on", "off", "call", "c,user", "system,agent", "1", "", ",x"];

/// Returns whether `FullyBooted` may arrive with this mask.
fn may_see_boot(mask: &str) -> bool {
    Classes::from_mask(Value::new(mask.as_bytes())).is_none_or(|set| set.contains(Classes::SYSTEM))
}

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
    timed_out: u32,
    cut_short: u32,
    not_sent: u32,
    outcome_unknown: u32,
    events: u32,
    withheld: u32,
    parts: u32,
    refused: u32,
    logoffs: u32,
    shutdowns: u32,
    server_timeouts: u32,
    pings: u32,
    denied: u32,
    full: u32,
}

struct World<'a> {
    count: &'a mut Count,
    random: fastrand::Rng,
    client: Client,
    timing: Timing,
    service: Service,
    up: Pipe,
    down: Pipe,
    state: State,
    /// The time of the first request of the login.
    logs_in: u64,
    boots_by: u64,
    waits_for_boot: bool,
    /// The number of bytes the client has sent.
    sent: usize,
    submitted: Vec<Submitted>,
    /// The number of messages received from the server, and the parts of the next one.
    messages: usize,
    parts: Vec<Incoming>,
    bytes: Vec<u8>,
    /// The number of actions still to submit, and the time of the next.
    plan: usize,
    next_submit: u64,
    /// The times from which the client and the server can write again.
    writable: [u64; 2],
    bound: u64,
}

impl World<'_> {
    fn run(&mut self) {
        for step in 0.. {
            if self.state == State::Closed || self.is_dropped() {
                break;
            }
            assert!(step < 100_000, "no progress at {}", self.client.now);
            self.step();
            assert!(self.client.now <= self.bound, "no end by {} ms", self.client.now);
        }
        self.close();
    }

    fn is_dropped(&self) -> bool {
        self.down.is_at_end(self.client.now) || self.up.is_broken()
    }

    fn step(&mut self) {
        let now = self.client.now;
        let is_up = matches!(self.state, State::Booting | State::Ready);
        let plan = (is_up && (self.plan > 0 || self.outstanding() == 0)).then_some(self.next_submit);
        let writes = [!self.client.outbox.pending().is_empty(), !self.service.outbox.pending().is_empty()];
        let writes = writes.into_iter().zip(self.writable).map(|(has, at)| has.then_some(at));
        let others =
            [self.service.next(), self.up.next(), self.down.next(), self.client.session.deadline(), plan];
        let next = others.into_iter().chain(writes).flatten().min();
        self.client.now = next.expect("something happens").max(now);
        let now = self.client.now;

        while let Some(bytes) = self.up.read(now) {
            self.service.receive(&bytes);
        }
        self.service.poll(now);
        if self.writable[1] <= now {
            let n = self.write(self.service.outbox.pending().len());
            self.down.write(now, &self.service.outbox.pending()[..n]);
            self.service.advance(n);
            self.writable[1] = now + self.random.u64(1..10);
            // There may be room now.
            self.service.poll(now);
        }
        if self.service.is_closed() && self.service.outbox.pending().is_empty() {
            self.down.close(now);
        }
        while let Some(bytes) = self.down.read(now) {
            self.receive(&bytes);
        }
        self.on_timeout();
        if self.state != State::Closed && !self.is_dropped() {
            self.act();
            if self.writable[0] <= now {
                let n = self.write(self.client.outbox.pending().len());
                self.up.write(now, &self.client.outbox.pending()[..n]);
                self.client.outbox.advance(n);
                self.sent += n;
                self.writable[0] = now + self.random.u64(1..10);
            }
        }
        self.check();
    }

    /// Returns how many of the pending bytes the link accepts.
    fn write(&mut self, pending: usize) -> usize {
        if self.random.bool() { pending } else { self.random.usize(0..=pending) }
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
        } else if self.outstanding() == 0 {
            self.client.session.log_off(now, &mut self.client.outbox).expect("room");
            self.state = State::LoggingOff;
        }
    }

    fn submit(&mut self) {
        let now = self.client.now;
        let name = self.random.choice(ACTIONS).unwrap();
        let time = self.random.choice([100, 400, 2000, 5000]).unwrap();
        let mask = [("EventMask", self.random.choice(MASKS).unwrap())];
        let action = if name == "Events" { Raw::new(name, &mask) } else { Raw::without_headers(name) };
        self.next_submit = now + self.random.u64(1..100);
        let Client { session, outbox, .. } = &mut self.client;
        match session.submit_within(&action, time, now, outbox) {
            Ok(ticket) => {
                let id = session.action_id(ticket).as_str().to_owned();
                let end = self.sent + outbox.pending().len();
                let deadline = now + u64::from(time);
                self.submitted.push(Submitted { ticket, id, end, deadline, phase: Phase::Asked });
                self.plan -= 1;
                self.bound += u64::from(time) + 200;
            }
            Err(SessionError::SlotsFull | SessionError::Encode(EncodeError::Full)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        let mut received = Vec::new();
        self.client.read(bytes, |incoming, message| {
            assert!(!message.is_incomplete());
            received.push((incoming, message.part().is_end(), message.as_bytes().to_vec()));
        });
        for (incoming, is_end, bytes) in received {
            self.parts.push(incoming);
            self.bytes.extend(bytes);
            if is_end {
                self.message();
            }
        }
        let whole = self.service.sent.iter().take_while(|reported| reported.end <= self.down.arrived).count();
        assert_eq!(self.messages, whole, "every complete message is received");
    }

    /// Handles the end of a message.
    fn message(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        let reported = self.service.sent[self.messages].clone();
        assert_eq!(std::mem::take(&mut self.bytes), reported.bytes, "not the bytes that the server wrote");
        self.messages += 1;
        let meaning = reported.meaning;
        let (&last, before) = parts.split_last().unwrap();
        self.count.parts += u32::from(!before.is_empty());
        assert!(before.iter().all(|&part| ended_ticket(part).is_none()), "{parts:?} for {meaning:?}");
        for &part in before {
            let is_of_it =
                ticket_of(part).is_none_or(|ticket| ticket_of(last).is_none_or(|last| last == ticket));
            assert!(is_of_it, "{parts:?} for {meaning:?}");
        }
        if meaning == Meaning::Challenge {
            return assert!(
                parts.contains(&Incoming::LogIn) == (self.state == State::LoggingIn),
                "{parts:?}"
            );
        }
        match self.expect(&meaning) {
            Some(expected) => assert_eq!(last, expected, "{parts:?} for {meaning:?}"),
            None => {
                assert!(matches!(last, Incoming::Internal | Incoming::Unmatched), "{parts:?} for {meaning:?}")
            }
        }
        match last {
            Incoming::Response { .. } => self.count.responses += 1,
            Incoming::ListEntry { .. } => self.count.entries += 1,
            Incoming::ListComplete { .. } => self.count.completed += 1,
            Incoming::Event { .. } => self.count.events += 1,
            Incoming::Refused(_) => self.count.refused += 1,
            Incoming::LoggedOff => self.count.logoffs += 1,
            Incoming::Shutdown => self.count.shutdowns += 1,
            _ => {}
        }
    }

    /// Returns the expected report, or `None` for a response to the session's own request.
    fn expect(&mut self, meaning: &Meaning) -> Option<Incoming> {
        if self.state == State::Closed {
            return Some(Incoming::Unmatched);
        }
        let of = |submitted: &[Submitted], id: &str| submitted.iter().position(|action| action.id == id);
        Some(match meaning {
            Meaning::Banner => {
                self.state = State::LoggingIn;
                self.logs_in = self.client.now;
                Incoming::LogIn
            }
            Meaning::Challenge => unreachable!(),
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
            Meaning::Booted | Meaning::Event => Incoming::Event { ticket: None },
            Meaning::Shutdown => Incoming::Shutdown,
            Meaning::Goodbye => {
                self.state = State::Closed;
                Incoming::LoggedOff
            }
            Meaning::Refused(refusal) => {
                self.state = State::Closed;
                Incoming::Refused(*refusal)
            }
            Meaning::Response { id, status, is_end } => {
                let at = of(&self.submitted, id)?;
                let action = &mut self.submitted[at];
                if action.phase == Phase::Ended {
                    return Some(Incoming::Unmatched);
                }
                assert_eq!(action.phase, Phase::Asked);
                action.phase = if *is_end { Phase::Ended } else { Phase::Open(0) };
                Incoming::Response { ticket: action.ticket, status: *status, is_end: *is_end }
            }
            Meaning::Entry(id) | Meaning::Complete(id) => {
                let at = of(&self.submitted, id).expect("a submitted action");
                let Submitted { ticket, ref mut phase, .. } = self.submitted[at];
                match (*phase, meaning) {
                    (Phase::Ended, _) => Incoming::Unmatched,
                    (Phase::Asked, _) => panic!("{meaning:?} before the response"),
                    (Phase::Open(entries), Meaning::Entry(_)) => {
                        *phase = Phase::Open(entries + 1);
                        Incoming::ListEntry { ticket, is_end: false }
                    }
                    (Phase::Open(entries), _) => {
                        *phase = Phase::Ended;
                        // The completion contains the number of entries.
                        let reported = &self.service.sent[self.messages - 1].bytes;
                        let count = format!("\r\nListItems: {entries}\r\n");
                        assert!(std::str::from_utf8(reported).unwrap().contains(&count), "{count}");
                        Incoming::ListComplete { ticket, entries }
                    }
                }
            }
        })
    }

    fn on_timeout(&mut self) {
        let now = self.client.now;
        while self.client.session.deadline().is_some_and(|deadline| deadline <= now) {
            let pending = self.client.outbox.pending().len();
            match self.client.session.on_timeout(now, &mut self.client.outbox).unwrap() {
                None => {
                    let new = &self.client.outbox.pending()[pending..];
                    assert!(new.is_empty() || new.starts_with(b"Action: Ping\r\n"));
                    self.count.pings += u32::from(!new.is_empty());
                }
                Some(Incoming::Lost { ticket, reason }) => {
                    let action = self.submitted.iter_mut().find(|action| action.ticket == ticket).unwrap();
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
                Some(Incoming::ServerTimedOut(_)) => {
                    self.state = State::Closed;
                    self.count.server_timeouts += 1;
                }
                reported => panic!("{reported:?} in {:?}", self.state),
            }
        }
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
        assert_eq!((session.stage(), session.outstanding()), (stage, self.outstanding()));
        let anonymous = self.service.session.stage() == embedded_ami::server::Stage::Anonymous;
        assert_eq!(self.service.session.deadline().is_some(), anonymous);
    }

    /// Ends a connection that was lost or given up.
    fn close(&mut self) {
        self.client.decoder.finish();
        let mut rest = Vec::new();
        self.client.read(b"", |incoming, message| rest.push((incoming, message.is_incomplete())));
        assert!(rest.iter().all(|&reported| reported == (Incoming::Unmatched, true)), "{rest:?}");
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
                    assert!(!self.service.received.contains(&action.id), "the server has it");
                    self.count.not_sent += 1;
                }
                LossReason::OutcomeUnknown => self.count.outcome_unknown += 1,
                _ => self.count.cut_short += 1,
            }
        }
        assert_eq!(self.outstanding(), 0);
        let (all, own) = self.service.events;
        self.count.withheld += all - own;
        self.count.denied += self.service.denied;
        self.count.full += self.service.full;
    }
}

fn run(seed: u64, count: &mut Count) {
    let mut random = fastrand::Rng::with_seed(seed);
    let timing = Timing::DEFAULT
        .login(random.u32(300..3000))
        .boot(random.choice([0, 200]).unwrap())
        .action(2000)
        .keepalive(random.choice([0, 0, 50]).unwrap())
        .pong(1000);
    let now = random.u64(0..100_000);
    let later = |random: &mut fastrand::Rng, chance: u8| match random.u8(..) < chance {
        true => now + random.u64(0..3000),
        false => u64::MAX,
    };
    let sets = [0x7fff_ffff, 0x7fff_ffff, 2 | 64, 1 | 2 | 32, 0x7fff_fffe, 0];
    let habits = Habits {
        version: random.choice(["2.10.6", "11.0.0", "13.0.0"]).unwrap(),
        read: random.choice(sets).unwrap(),
        write: random.choice(sets).unwrap(),
        has_md5: random.u8(..) < 240,
        is_in_use: random.u8(..) < 10,
        lose: random.choice([0.0, 0.0, 0.05]).unwrap(),
        slowest: random.choice([0, 5, 100]).unwrap(),
        events: random.choice([0, 3, 40]).unwrap(),
        stops_at: later(&mut random, 40),
        disconnects_at: later(&mut random, 15),
        outbox: random.choice([600, 700, 4096]).unwrap(),
        storage: random.choice([256, 1024]).unwrap(),
        timing: embedded_ami::server::Timing::DEFAULT
            .authentication(random.choice([5, 500, 30_000]).unwrap())
            .penalty(random.choice([0, 1000]).unwrap()),
    };
    let breaks = |random: &mut fastrand::Rng, most| (random.u8(..) < 50).then(|| random.usize(0..most));
    let slowest = random.choice([0, 3, 60]).unwrap();
    let storage = random.choice([64, 100, 256, 4096]).unwrap();
    let mut client = Client::new(slots(random.usize(1..6)).timing(timing), storage);
    client.now = now;
    client.outbox = Outbox::for_client(vec![0; 400], Dialect::Current);
    let (user, secret) = match random.u8(..) {
        0..10 => (USER, "wrong"),
        10..20 => ("nobody", SECRET),
        _ => (USER, SECRET),
    };
    let credentials =
        if random.bool() { Credentials::new(user, secret) } else { Credentials::plain(user, secret) }
            .events("on");
    let events =
        random.choice([None, None, Some("off"), Some("on"), Some("call,user"), Some("s,call")]).unwrap();
    client.credentials = Some(events.map_or(credentials, |events| credentials.events(events)));
    client.connect(random.u64(..));
    let wait = timing.login + timing.boot + timing.keepalive + timing.pong + timing.action;
    let mut world = World {
        count,
        client,
        timing,
        service: Service::new(habits, seed ^ 3, now),
        up: Pipe::new(seed ^ 2, slowest, breaks(&mut random, 1500)),
        down: Pipe::new(seed ^ 1, slowest, breaks(&mut random, 6000)),
        state: State::Connecting,
        logs_in: 0,
        boots_by: 0,
        waits_for_boot: timing.boot > 0 && events.is_none_or(may_see_boot),
        sent: 0,
        submitted: Vec::new(),
        messages: 0,
        parts: Vec::new(),
        bytes: Vec::new(),
        plan: random.usize(0..16),
        next_submit: now,
        writable: [now; 2],
        bound: now + u64::from(wait) + 10_000,
        random,
    };
    world.run();
}

#[test]
fn every_action_ends_once_as_the_application_answered() {
    let mut count = Count::default();
    // `AMI_RUNS` replaces the default number of runs.
    let runs = std::env::var("AMI_RUNS").map_or(10_000, |runs| runs.parse().unwrap());
    for seed in 0..runs {
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed, &mut count)));
        run.unwrap_or_else(|_| panic!("seed {seed}"));
    }
    println!("{count:?}");
    let Count {
        responses,
        entries,
        completed,
        timed_out,
        cut_short,
        not_sent,
        outcome_unknown,
        events,
        withheld,
        ..
    } = count;
    let Count { parts, refused, logoffs, shutdowns, server_timeouts, pings, denied, full, .. } = count;
    let least = [
        responses,
        entries,
        completed,
        timed_out,
        cut_short,
        not_sent,
        outcome_unknown,
        events,
        withheld,
        parts,
        refused,
        logoffs,
        shutdowns,
        server_timeouts,
        pings,
        denied,
        full,
    ];
    assert!(least.iter().all(|&count| count > 50), "{count:?}");
}
