use std::collections::HashMap;

use embedded_ami::action::{Completion, Raw};
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, SessionError, Slot, Ticket};
use embedded_ami::wire::{Decoder, Dialect, Outbox, OwnedMessage, Step};

use super::input::{Input, expand};

const SLOTS: usize = 3;

const ACTIONS: [(&str, Completion); 4] = [
    ("Ping", Completion::Response),
    ("QueueStatus", Completion::List("QueueStatusComplete")),
    ("WaitEvent", Completion::Event("WaitEventComplete")),
    ("CoreShowChannels", Completion::List("CoreShowChannelsComplete")),
];

/// Checks a client session against a server that sends anything and a caller that calls anything in
/// any order: each action ends once, by a message with its ActionID or by time, and nothing waits
/// forever.
///
/// Input: options (bit 0: plain login; bit 1: one at a time; bits 2 and 3: storage), then
/// operations of a byte each:
/// - 0 to 3 submit that action,
/// - 4 lets time pass (times 97 ms),
/// - 5 ends the connection,
/// - 6 begins another one,
/// - 7 forgets the last action,
/// - 8 logs off;
/// - any other byte is the length of the server's next bytes. In these, 0x80 to 0xf7 are replaced
///   by the ActionID of an action, counted back from the last one, and 0xf8 and above by the last
///   ActionID in the outbox.
pub fn client_session(data: &[u8]) {
    let mut input = Input(data);
    let options = input.byte();
    let credentials = match options & 1 {
        0 => Credentials::with_md5("user", "very-secret", |_| [7; 16]).events("on"),
        _ => Credentials::plain("user", "very-secret").events("on"),
    };
    let mut session = Session::new(vec![Slot::FREE; SLOTS]);
    if options & 2 != 0 {
        session = session.one_at_a_time();
    }
    let storage = [64, 100, 512, 4096][usize::from(options >> 2 & 3)];
    let mut run = Run {
        session,
        credentials,
        decoder: Decoder::for_client(vec![0; storage]).expect("storage"),
        outbox: Outbox::for_client(vec![0; 600], Dialect::Current),
        message: OwnedMessage::default(),
        open: HashMap::new(),
        tickets: Vec::new(),
        one_at_a_time: options & 2 != 0,
        prefix: 1,
        now: 0,
    };
    run.session.on_connected(run.key(), run.now);
    while !input.0.is_empty() {
        match input.byte() {
            number @ 0..=3 => run.submit(number.into()),
            4 => {
                run.now += u64::from(input.byte()) * 97;
                run.on_timeout();
            }
            5 => run.close(),
            6 => {
                run.close();
                run.prefix += 1;
                run.decoder.reset();
                run.outbox.clear();
                run.session.on_connected(run.key(), run.now);
            }
            7 => {
                let Some(&ticket) = run.tickets.last() else { continue };
                assert_eq!(run.session.forget(ticket), run.open.remove(&ticket).is_some(), "{ticket:?}");
            }
            8 => drop(run.session.log_off(run.now, &mut run.outbox)),
            length => {
                let text = input.bytes(length.into());
                let id = |ticket| run.session.action_id(ticket);
                let bytes = expand(text, run.outbox.pending(), &run.tickets, id);
                run.receive(&bytes);
            }
        }
        run.check();
    }
    // Time alone ends everything.
    while let Some(deadline) = run.session.deadline() {
        run.now = run.now.max(deadline);
        run.on_timeout();
        run.outbox.clear();
        assert!(run.now < 1 << 40, "it waits forever");
    }
    assert!(run.open.is_empty(), "{:?}", run.open);
}

struct Run<'a> {
    session: Session<Vec<Slot>>,
    credentials: Credentials<'a>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    /// The parts of the current message.
    message: OwnedMessage,
    /// The outstanding actions, and whether their list is open.
    open: HashMap<Ticket, bool>,
    tickets: Vec<Ticket>,
    one_at_a_time: bool,
    prefix: u64,
    now: u64,
}

impl Run<'_> {
    /// Returns the key of the connection.
    fn key(&self) -> IdKey {
        IdKey((u128::from(self.prefix) << 64).to_be_bytes())
    }

    fn submit(&mut self, number: usize) {
        let (name, completion) = ACTIONS[number];
        // Only the ActionIDs in the sent bytes are used, so half of the requests stay in the
        // outbox.
        let pending = self.outbox.pending().len();
        match self.session.submit(
            &Raw::without_headers(name).with_completion(completion),
            self.now,
            &mut self.outbox,
        ) {
            Ok(ticket) => {
                assert!(self.open.insert(ticket, false).is_none() && !self.tickets.contains(&ticket));
                self.tickets.push(ticket);
            }
            Err(error) => {
                assert_eq!(self.outbox.pending().len(), pending);
                assert!(error != SessionError::SlotsFull || self.open.len() == SLOTS);
            }
        }
        if number % 2 == 0 {
            self.outbox.advance(usize::MAX);
        }
    }

    fn receive(&mut self, mut bytes: &[u8]) {
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    let is_whole = self.message.push(&part).expect("a vector takes all");
                    match self.session.on_message(&part, self.now).expect("64 bytes are enough") {
                        Incoming::LogIn => {
                            let now = self.now;
                            let result = self.session.log_in(&self.credentials, &part, now, &mut self.outbox);
                            assert!(result.is_ok() || self.outbox.pending().len() > 300, "{result:?}");
                        }
                        incoming => self.record(incoming, is_whole),
                    }
                }
                Step::NeedInput => match std::io::Read::read(&mut bytes, self.decoder.space()) {
                    Ok(n) if n > 0 => self.decoder.advance(n),
                    _ => return,
                },
                Step::End => return,
            }
        }
    }

    /// Compares a report with the known state of its action.
    fn record(&mut self, incoming: Incoming, is_whole: bool) {
        let (ticket, is_end) = match incoming {
            Incoming::Response { ticket, is_end, .. } | Incoming::ListEntry { ticket, is_end } => {
                (ticket, is_end)
            }
            Incoming::ListComplete { ticket, .. } | Incoming::ListAborted { ticket, .. } => (ticket, true),
            Incoming::Lost { ticket, .. } => {
                assert!(self.open.remove(&ticket).is_some(), "{incoming:?} twice");
                return;
            }
            _ => return,
        };
        let Some(has_list) = self.open.get_mut(&ticket) else { panic!("{incoming:?} of no open action") };
        let was_list = *has_list;
        *has_list |= matches!(incoming, Incoming::Response { is_end: false, .. }) && is_whole;
        if is_end {
            assert!(is_whole);
            let id = self.session.action_id(ticket);
            let message = self.message.message();
            let named = message.get_all("ActionID").any(|own| own == id.as_str());
            // Only if no other action is outstanding may the ActionID be missing: from a response
            // in a session that sends one action at a time, or from the end of a list.
            let is_unnamed = message.get("ActionID").is_none() && self.open.len() == 1;
            let may_be_unnamed = match incoming {
                Incoming::ListComplete { .. } => message.get("Privilege").is_none(),
                Incoming::Response { .. } => self.one_at_a_time,
                _ => false,
            };
            assert!(named || is_unnamed && may_be_unnamed, "{incoming:?} by {message:?}");
            assert!(
                was_list || !matches!(incoming, Incoming::ListComplete { .. } | Incoming::ListAborted { .. })
            );
            self.open.remove(&ticket);
        }
    }

    fn on_timeout(&mut self) {
        while let Some(incoming) =
            self.session.on_timeout(self.now, &mut self.outbox).expect("room for a Ping")
        {
            self.record(incoming, true);
        }
        let deadline = self.session.deadline();
        assert!(deadline.is_none_or(|deadline| deadline > self.now), "{deadline:?} at {}", self.now);
    }

    fn close(&mut self) {
        while let Some(incoming) = self.session.on_closed(&self.outbox) {
            self.record(incoming, true);
        }
        assert!(self.open.is_empty(), "{:?}", self.open);
    }

    fn check(&self) {
        assert_eq!(self.session.outstanding(), self.open.len());
        assert!(!format!("{:?} {:?}", self.session, self.credentials).contains("very-secret"));
    }
}
