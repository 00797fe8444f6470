//! Replays a recorded connection to a session and collects the reports about each action.

use std::collections::HashMap;

use embedded_ami::client::{
    Incoming, LoginRefused, LossReason, ResponseStatus, Session, SessionError, Slot, Stage, Ticket,
};
use embedded_ami::wire::{Decoder, Message, Outbox, Part, Step};

use crate::capture::{PREFIX, Plan, TIMING, first_id, id_key, id_of, rewritten};
use crate::common::naive;

/// The way in which an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// With its response, or with text instead of one.
    Response(ResponseStatus),
    /// With the one event that it waits for.
    Event,
    /// With a list of this many entries.
    List(u32),
    /// With an error after this many entries.
    Aborted(u32),
    Lost(LossReason),
}

/// The result of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    Accepted,
    Refused(LoginRefused),
    /// The server did not answer the login, or did not send a banner.
    TimedOut(Stage),
    /// The client did not log in, or the connection ended before the login was decided.
    Undecided,
}

/// The result of a connection. An action that could not be submitted has no end.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub login: Login,
    pub ends: Vec<Option<End>>,
}

/// The continuation after the end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Nothing more arrives until every deadline has passed.
    Wait,
    /// The connection is lost.
    Close,
}

/// The reports about an action so far.
#[derive(Debug, Default, Clone, Copy)]
pub struct Progress {
    pub end: Option<End>,
    /// The response has come and did not end the action.
    is_open: bool,
    entries: u32,
}

impl Progress {
    /// Records a report about the action. Checks that none follows the end, that they come in a
    /// valid order, and that the counts are right.
    pub fn record(&mut self, incoming: Incoming, message: Option<&Message<'_>>) {
        assert_eq!(self.end, None, "{incoming:?} after its end");
        let whole = message.filter(|message| message.part() == Part::Whole);
        let part_ends = message.is_none_or(|message| message.part().is_end());
        match incoming {
            // The first part of an error after entries.
            Incoming::Response { status, is_end: false, .. } if self.is_open => {
                assert!(status.is_error() && !part_ends, "{incoming:?} {self:?}");
            }
            Incoming::Response { status, is_end, .. } => {
                assert!(!self.is_open && (part_ends || !is_end), "{incoming:?} {self:?}");
                assert!(
                    whole.is_none_or(|message| ResponseStatus::from_message(message) == status),
                    "{incoming:?} {message:?}"
                );
                self.end = is_end.then_some(End::Response(status));
                self.is_open = part_ends && !is_end;
                assert!(!self.is_open || status == ResponseStatus::Success, "{incoming:?}");
            }
            Incoming::ListEntry { is_end, .. } => {
                self.entries += u32::from(part_ends);
                self.end = is_end.then_some(End::Event);
            }
            Incoming::ListComplete { entries, .. } | Incoming::ListAborted { entries, .. } => {
                assert!(self.is_open && part_ends && entries == self.entries, "{incoming:?} {self:?}");
                let is_done = matches!(incoming, Incoming::ListComplete { .. });
                self.end = Some(if is_done { End::List(entries) } else { End::Aborted(entries) });
            }
            Incoming::Lost { reason, .. } => {
                let cut_short = LossReason::CutShort { entries: self.entries };
                assert_eq!(reason == cut_short, self.is_open, "{incoming:?} {self:?}");
                self.end = Some(End::Lost(reason));
            }
            _ => panic!("{incoming:?} concerns no action"),
        }
    }
}

/// Returns the action that this report concerns.
pub fn ticket_of(incoming: Incoming) -> Option<Ticket> {
    match incoming {
        Incoming::Response { ticket, .. }
        | Incoming::ListEntry { ticket, .. }
        | Incoming::ListComplete { ticket, .. }
        | Incoming::ListAborted { ticket, .. }
        | Incoming::Lost { ticket, .. } => Some(ticket),
        _ => None,
    }
}

/// Prints the name of the connection if a check inside panics.
struct Context<'a>(&'a str);

impl Drop for Context<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in {}", self.0);
        }
    }
}

/// A session that submits all actions as soon as it is logged in, and its reports about them.
struct Client<'a> {
    plan: &'a Plan,
    session: Session<Vec<Slot>>,
    outbox: Outbox<Vec<u8>>,
    login: Login,
    progress: Vec<Progress>,
}

impl Client<'_> {
    fn handle(&mut self, incoming: Incoming, message: Option<&Message<'_>>) {
        if let Some(ticket) = ticket_of(incoming) {
            self.progress[self.plan.tickets[&ticket]].record(incoming, message);
        }
        match incoming {
            Incoming::Event { ticket: Some(ticket) } => assert!(self.plan.tickets.contains_key(&ticket)),
            Incoming::LogIn => {
                let (Some(message), Some(credentials)) = (message, self.plan.credentials()) else { return };
                self.session.log_in(&credentials, message, 0, &mut self.outbox).unwrap();
                let refused = self.plan.requests.first().map(|action| {
                    self.session.submit(action, 0, &mut self.outbox).expect_err("not logged in")
                });
                assert!(refused.is_none_or(|error| error == SessionError::Stage(Stage::LoggingIn)));
            }
            Incoming::Refused(refusal) => self.login = Login::Refused(refusal),
            Incoming::ServerTimedOut(stage) => self.login = Login::TimedOut(stage),
            _ => {}
        }
        if self.login == Login::Undecided && self.session.stage() == Stage::Ready {
            self.login = Login::Accepted;
            for (request, id) in self.plan.requests.iter().zip(&self.plan.ids) {
                let ticket = self.session.submit(request, 0, &mut self.outbox).unwrap();
                assert_eq!(
                    self.session.action_id(ticket).as_str(),
                    id,
                    "another ActionID than in the rehearsal"
                );
            }
        }
        self.outbox.advance(usize::MAX);
    }
}

/// Replays a connection through a decoder with `storage` bytes, in reads of the sizes from `reads`
/// and, after the last of these, one read of the rest. Calls `watch` with each message or part and
/// the session's report about it.
pub fn run(
    plan: &Plan,
    storage: usize,
    reads: impl IntoIterator<Item = usize>,
    finish: Finish,
    mut watch: impl FnMut(&Message<'_>, Incoming),
) -> Outcome {
    let _context = Context(&plan.name);
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    let mut client = Client {
        plan,
        session: Session::new(vec![Slot::FREE; plan.requests.len()]).timing(TIMING),
        outbox: Outbox::for_client(vec![0; plan.outbox], plan.dialect),
        login: Login::Undecided,
        progress: vec![Progress::default(); plan.requests.len()],
    };
    client.session.on_connected(id_key(PREFIX), 0);
    let mut reads = reads.into_iter();
    let mut rest = &plan.stream[..];
    let mut read = 0;
    loop {
        match decoder.poll() {
            Step::Message => {
                let message = decoder.message();
                let incoming = client.session.on_message(&message, 0).unwrap();
                client.handle(incoming, Some(&message));
                watch(&message, incoming);
            }
            Step::NeedInput => {
                while read == 0 && !rest.is_empty() {
                    read = reads.next().unwrap_or(rest.len()).min(rest.len());
                }
                let window = decoder.space();
                let n = read.min(window.len());
                if n == 0 {
                    decoder.finish();
                    continue;
                }
                let (now, later) = rest.split_at(n);
                window[..n].copy_from_slice(now);
                decoder.advance(n);
                rest = later;
                read -= n;
            }
            Step::End => break,
        }
    }
    match finish {
        Finish::Wait => {
            while let Some(deadline) = client.session.deadline() {
                while let Some(incoming) = client.session.on_timeout(deadline, &mut client.outbox).unwrap() {
                    client.handle(incoming, None);
                }
            }
        }
        Finish::Close => {
            while let Some(incoming) = client.session.on_closed(&client.outbox) {
                client.handle(incoming, None);
            }
        }
    }
    assert_eq!(client.session.outstanding(), 0);
    Outcome { login: client.login, ends: client.progress.iter().map(|progress| progress.end).collect() }
}

/// Replays a connection with so few slots that each serves many actions. An action is submitted
/// only when a message with its ActionID or that of a later one arrives. If no slot is free, the
/// deadline of the oldest action passes first.
pub fn run_with_few_slots(plan: &Plan, slots: usize, one_at_a_time: bool) -> Outcome {
    let session = Session::new(vec![Slot::FREE; slots]).timing(TIMING);
    let session = if one_at_a_time { session.one_at_a_time() } else { session };
    let mut slow = Slow::new(plan, session, false);
    slow.replay();
    if slow.login == Login::Accepted {
        slow.submit_up_to(plan.requests.len());
    }
    while let Some(deadline) = slow.session.deadline() {
        slow.wait_until(deadline);
    }
    Outcome { login: slow.login, ends: slow.progress.iter().map(|progress| progress.end).collect() }
}

/// Replays a connection so late that all actions have timed out before the first is answered. By
/// then the same actions are outstanding again in the same slots, and none of the answers is
/// theirs.
pub fn run_late(plan: &Plan) {
    let session = Session::new(vec![Slot::FREE; plan.requests.len()]).timing(TIMING);
    let mut slow = Slow::new(plan, session, true);
    slow.replay();
    if slow.login == Login::Accepted {
        assert_eq!(slow.session.outstanding(), plan.requests.len());
        assert!(slow.progress.iter().all(|progress| progress.end == Some(End::Lost(LossReason::TimedOut))));
    }
}

/// A session that submits actions late.
struct Slow<'a> {
    plan: &'a Plan,
    session: Session<Vec<Slot>>,
    outbox: Outbox<Vec<u8>>,
    now: u64,
    login: Login,
    progress: Vec<Progress>,
    /// The tickets of the actions whose ActionIDs are put into the stream.
    tickets: HashMap<Ticket, usize>,
    /// Maps the ActionIDs of the rehearsal to those of this session.
    ids: HashMap<Vec<u8>, String>,
    submitted: usize,
    is_late: bool,
    _context: Context<'a>,
}

impl<'a> Slow<'a> {
    fn new(plan: &'a Plan, session: Session<Vec<Slot>>, is_late: bool) -> Self {
        Self {
            plan,
            session,
            outbox: Outbox::for_client(vec![0; plan.outbox], plan.dialect),
            now: 0,
            login: Login::Undecided,
            progress: vec![Progress::default(); plan.requests.len()],
            tickets: HashMap::new(),
            ids: HashMap::new(),
            submitted: 0,
            is_late,
            _context: Context(&plan.name),
        }
    }

    /// Replays one message after the other, each with the ActionIDs known by then.
    fn replay(&mut self) {
        // Not the prefix of the rehearsal: an ActionID that was left unchanged could belong to
        // another action.
        self.session.on_connected(id_key(!PREFIX), 0);
        let numbers: HashMap<_, _> = self.plan.ids.iter().map(String::as_bytes).zip(1..).collect();
        let stream = &self.plan.stream;
        let mut decoder = Decoder::for_client(vec![0; stream.len() + 64]).unwrap();
        let mut start = 0;
        for message in naive::decode(stream, true) {
            let bytes = &stream[start..message.range.end];
            start = message.range.end;
            self.now += 1;
            let named = bytes.split(|&byte| byte == b'\n').filter_map(|line| numbers.get(id_of(line)?));
            if self.login == Login::Accepted {
                self.submit_up_to(named.max().copied().unwrap_or(0));
            }
            let bytes = rewritten(bytes, |id| self.ids.get(id).map(|id| &**id));
            decoder.space()[..bytes.len()].copy_from_slice(&bytes);
            decoder.advance(bytes.len());
            self.poll(&mut decoder);
        }
        decoder.finish();
        self.poll(&mut decoder);
    }

    fn poll(&mut self, decoder: &mut Decoder<Vec<u8>>) {
        while decoder.poll() == Step::Message {
            let message = decoder.message();
            let incoming = self.session.on_message(&message, self.now).unwrap();
            self.handle(incoming, Some(&message));
        }
    }

    fn handle(&mut self, incoming: Incoming, message: Option<&Message<'_>>) {
        if let Some(ticket) = ticket_of(incoming) {
            self.progress[self.tickets[&ticket]].record(incoming, message);
        }
        match incoming {
            Incoming::Event { ticket: Some(ticket) } => assert!(self.tickets.contains_key(&ticket)),
            Incoming::LogIn => {
                let (Some(message), Some(credentials)) = (message, self.plan.credentials()) else { return };
                self.session.log_in(&credentials, message, self.now, &mut self.outbox).unwrap();
                let id = first_id(self.outbox.pending()).expect("an ActionID");
                let of_rehearsal = &self.plan.own[self.ids.len()];
                self.ids.insert(of_rehearsal.clone().into_bytes(), String::from_utf8(id).unwrap());
                self.outbox.advance(usize::MAX);
            }
            Incoming::Refused(refusal) => self.login = Login::Refused(refusal),
            Incoming::ServerTimedOut(stage) => self.login = Login::TimedOut(stage),
            _ => {}
        }
        if self.login == Login::Undecided && self.session.stage() == Stage::Ready {
            self.login = Login::Accepted;
            if self.is_late {
                self.submit_up_to(self.plan.requests.len());
                self.wait_until(self.now + u64::from(TIMING.action));
                for request in &self.plan.requests {
                    self.session.submit(request, self.now, &mut self.outbox).unwrap();
                    self.outbox.advance(usize::MAX);
                }
            }
        }
    }

    fn submit_up_to(&mut self, end: usize) {
        while self.submitted < end {
            match self.session.submit(&self.plan.requests[self.submitted], self.now, &mut self.outbox) {
                Ok(ticket) => {
                    let id = self.session.action_id(ticket).as_str().to_string();
                    self.ids.insert(self.plan.ids[self.submitted].clone().into_bytes(), id);
                    assert_eq!(self.tickets.insert(ticket, self.submitted), None, "the same ticket twice");
                    self.outbox.advance(usize::MAX);
                    self.submitted += 1;
                    self.now += 1;
                }
                // The server answers in order, so the outstanding actions will not be answered any
                // more.
                Err(SessionError::SlotsFull | SessionError::Busy) => {
                    self.wait_until(self.session.deadline().expect("something outstanding"));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn wait_until(&mut self, time: u64) {
        self.now = self.now.max(time);
        while let Some(incoming) = self.session.on_timeout(self.now, &mut self.outbox).unwrap() {
            self.handle(incoming, None);
        }
    }
}
