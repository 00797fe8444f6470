use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::{Credentials, IdKey, Incoming, LossReason, Session, SessionError, Slot, Stage, Ticket, Timing};
use crate::action::{Action, CoreShowChannels, Raw};
use crate::wire::{Decoder, Dialect, Message, Outbox, Step};

/// A session with an outbox, driven by text.
struct Client {
    session: Session<Vec<Slot>>,
    outbox: Outbox<Vec<u8>>,
    now: u64,
}

impl Client {
    /// A client whose banner has not arrived.
    fn connected(slots: usize) -> Self {
        let timing = Timing::DEFAULT.action(1_000).keepalive(60_000).boot(500);
        let mut session = Session::new(vec![Slot::FREE; slots]).timing(timing);
        session.on_connected(IdKey([7; 16]), 0);
        Self { session, outbox: Outbox::for_client(vec![0; 1024], Dialect::Current), now: 0 }
    }

    /// A client that waits for `FullyBooted`.
    fn booting(slots: usize) -> Self {
        let mut client = Self::connected(slots);
        let banner = Message::parse(b"Asterisk Call Manager/11.0.0\r\n").unwrap();
        assert_eq!(client.session.on_message(&banner, 0), Ok(Incoming::LogIn));
        let credentials = Credentials::plain("admin", "secret").events("on");
        client.session.log_in(&credentials, &banner, 0, &mut client.outbox).unwrap();
        let id = client.sent_id();
        assert_eq!(client.receive(&format!("Response: Success\r\nActionID: {id}")), Incoming::Internal);
        client
    }

    fn ready(slots: usize) -> Self {
        let mut client = Self::booting(slots);
        assert_eq!(client.receive("Event: FullyBooted\r\nPrivilege: system,all"), Incoming::Ready);
        client
    }

    /// A client whose keepalive Ping has not been answered.
    fn pinged(slots: usize) -> Self {
        let mut client = Self::ready(slots);
        client.now = 60_000;
        assert_eq!(client.session.on_timeout(client.now, &mut client.outbox), Ok(None));
        assert!(!client.sent_id().is_empty());
        client
    }

    /// Takes the bytes to send, and returns the ActionID in it.
    fn sent_id(&mut self) -> String {
        let request = String::from_utf8(self.outbox.pending().to_vec()).unwrap();
        self.outbox.advance(request.len());
        request.split_once("ActionID: ").unwrap().1.lines().next().unwrap().into()
    }

    fn submit(&mut self, action: &impl Action) -> Result<Ticket, SessionError> {
        let ticket = self.session.submit(action, self.now, &mut self.outbox)?;
        self.sent_id();
        Ok(ticket)
    }

    /// Passes a message without its last two line ends to the session.
    fn receive(&mut self, text: &str) -> Incoming {
        let bytes = format!("{text}\r\n\r\n");
        self.session.on_message(&Message::parse(bytes.as_bytes()).unwrap(), self.now).unwrap()
    }

    fn answer(&mut self, ticket: Ticket, text: &str) -> Incoming {
        let id = self.session.action_id(ticket);
        self.receive(&text.replace("ID", &format!("ActionID: {}", id.as_str())))
    }
}

/// However an answer ends, its slot is the next one to be used if all before it are taken.
#[test]
fn the_first_free_slot_is_used_whatever_has_freed_it() {
    const PHONES: Raw<'_, &str> = Raw::without_headers("CoreShowChannels");
    type End = fn(&mut Client, Ticket);
    let lists = CoreShowChannels::new();
    let ends: [(&str, End); 7] = [
        ("success", |client, ticket| {
            let incoming = client.answer(ticket, "Response: Success\r\nID");
            assert!(matches!(incoming, Incoming::Response { is_end: true, .. }));
        }),
        ("error", |client, ticket| {
            let incoming = client.answer(ticket, "Response: Error\r\nID");
            assert!(matches!(incoming, Incoming::Response { is_end: true, .. }));
        }),
        ("list", |client, ticket| {
            client.answer(ticket, "Response: Success\r\nID\r\nEventList: start");
            let incoming = client.answer(ticket, "Event: X\r\nID\r\nEventList: Complete");
            assert!(matches!(incoming, Incoming::ListComplete { .. }));
        }),
        ("aborted list", |client, ticket| {
            client.answer(ticket, "Response: Success\r\nID\r\nEventList: start");
            let incoming = client.answer(ticket, "Response: Error\r\nID");
            assert!(matches!(incoming, Incoming::ListAborted { .. }));
        }),
        ("forgotten", |client, ticket| assert!(client.session.forget(ticket))),
        ("timeout", |client, ticket| {
            // All others are lost too, and the slots are taken again from the first one on.
            client.now += 1_000;
            let mut lost = Vec::new();
            while let Some(incoming) = client.session.on_timeout(client.now, &mut client.outbox).unwrap() {
                lost.push(incoming);
            }
            assert_eq!(lost.len(), 4);
            assert!(lost.contains(&Incoming::Lost { ticket, reason: LossReason::TimedOut }));
            for index in 0..ticket.index() {
                assert_eq!(client.submit(&PHONES).map(Ticket::index), Ok(index));
            }
        }),
        ("event", |client, ticket| {
            client.answer(ticket, "Response: Success\r\nID");
            let incoming = client.answer(ticket, "Event: Done\r\nID");
            assert!(matches!(incoming, Incoming::ListEntry { is_end: true, .. }));
        }),
    ];
    for (name, end) in ends {
        for at in 0..4 {
            let mut client = Client::ready(4);
            let tickets: Vec<_> = (0..4)
                .map(|_| match name {
                    "list" | "aborted list" => client.submit(&lists).unwrap(),
                    "event" => {
                        let completion = crate::action::Completion::Event("Done");
                        client.submit(&Raw::without_headers("X").with_completion(completion)).unwrap()
                    }
                    _ => client.submit(&PHONES).unwrap(),
                })
                .collect();
            assert!(tickets.iter().map(|ticket| ticket.index()).eq(0..4));
            assert_eq!(client.submit(&PHONES), Err(SessionError::SlotsFull));
            end(&mut client, tickets[at]);
            assert_eq!(client.submit(&PHONES).map(Ticket::index), Ok(at as u32), "{name}");
        }
    }
}

/// A connection begins with no action outstanding, whatever the one before has left.
#[test]
fn a_new_connection_uses_all_slots_again() {
    let mut client = Client::ready(3);
    let ping = Raw::without_headers("Ping");
    for _ in 0..3 {
        client.submit(&ping).unwrap();
    }
    for _ in 0..2 {
        assert!(client.session.on_closed(&client.outbox).is_some());
    }
    let slots = core::mem::replace(&mut client, Client::connected(3));
    let mut session = slots.session;
    session.on_connected(IdKey([9; 16]), 0);
    assert_eq!((session.outstanding(), session.deadline()), (0, client.session.deadline()));
}

/// Messages that are, or nearly are, events that belong to no answer.
fn messages(client: &Client) -> Vec<String> {
    let ids = [1, 2].map(|slot| client.session.action_id(Ticket::new(slot, 1).unwrap()));
    let ids = ids.iter().map(|id| format!("\r\nActionID: {}", id.as_str()));
    let ids: Vec<_> = ids.chain([String::new(), "\r\nActionID: 7".into()]).collect();
    let mut messages = Vec::new();
    for name in ["X", "Hangup", "Shutdown", "Shutdowns", "shutdown", "FullyBooted", "", "ABCDEFGH\r"] {
        for start in ["Event: ", "event: ", "Event:", "Response: ", "Other: "] {
            for second in ["Privilege: call,all", "Privilege:", "privilege: x", "Privileges: x", "Channel: 7"]
            {
                for id in &ids {
                    messages.push(format!("{start}{name}\r\n{second}{id}"));
                    messages.push(format!("{start}{name}{id}\r\n{second}\r\nEventList: Complete"));
                }
            }
        }
        messages.push(format!("Event: {name}"));
        messages.push(format!("Event: {name}\nPrivilege: x"));
    }
    messages
}

/// An event that needs no search for headers is one that the session reports as an event, and has
/// the same effects.
#[cfg(feature = "std")]
#[test]
fn a_mere_event_is_one_that_the_session_reports() {
    type State = (&'static str, fn() -> Client);
    let states: [State; 9] = [
        ("connected", || Client::connected(2)),
        ("booting", || Client::booting(2)),
        ("ready", || Client::ready(2)),
        ("pinged", || Client::pinged(2)),
        ("outstanding", || {
            let mut client = Client::ready(2);
            client.submit(&CoreShowChannels::new()).unwrap();
            client
        }),
        ("listing", || {
            let mut client = Client::ready(2);
            let ticket = client.submit(&CoreShowChannels::new()).unwrap();
            client.answer(ticket, "Response: Success\r\nID\r\nEventList: start");
            client
        }),
        ("forgotten", || {
            let mut client = Client::ready(2);
            let ticket = client.submit(&CoreShowChannels::new()).unwrap();
            client.answer(ticket, "Response: Success\r\nID\r\nEventList: start");
            client.session.forget(ticket);
            client
        }),
        ("logging off", || {
            let mut client = Client::ready(2);
            client.session.log_off(0, &mut client.outbox).unwrap();
            client
        }),
        ("closed", || {
            let mut client = Client::ready(2);
            assert_eq!(client.session.on_closed(&client.outbox), None);
            client
        }),
    ];
    for (state, new) in states {
        let mut count = 0;
        for text in messages(&new()) {
            let (mut one, mut other) = (new(), new());
            let bytes = format!("{text}\r\n\r\n");
            let message = Message::parse(bytes.as_bytes()).unwrap();
            let now = one.now + 100;
            let before = one.session.deadline();
            if !one.session.is_mere_event(&message, now) {
                assert_eq!(one.session.deadline(), before);
                continue;
            }
            count += 1;
            let incoming = other.session.on_message(&message, now).unwrap();
            assert!(matches!(incoming, Incoming::Event { .. }), "{state}: {text:?}: {incoming:?}");
            assert_eq!(one.session.deadline(), other.session.deadline());
            for client in [&mut one, &mut other] {
                // A sign of life: the next time limit is not missed.
                client.now = client.session.deadline().unwrap();
                assert_eq!(client.session.on_timeout(client.now, &mut client.outbox), Ok(None));
                assert_eq!(client.session.stage(), Stage::Ready);
            }
            assert_eq!(one.session.deadline(), other.session.deadline());
        }
        let is_quiet = matches!(state, "ready" | "pinged" | "forgotten");
        assert_eq!(count > 0, is_quiet, "{state}");
    }
}

/// A part of an event is never taken for the whole event.
#[cfg(feature = "std")]
#[test]
fn a_part_of_an_event_is_not_a_mere_event() {
    let text = format!("Event: X\r\nPrivilege: a\r\nValue: {}\r\n\r\n", "x".repeat(100));
    for (storage, is_cut) in [(64, false), (64, true), (256, true), (256, false)] {
        let mut client = Client::ready(2);
        let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
        let mut rest = if is_cut { &text.as_bytes()[..text.len() - 1] } else { text.as_bytes() };
        let (mut parts, mut mere) = (0, 0);
        loop {
            match decoder.poll() {
                Step::Message => {
                    parts += 1;
                    mere += u32::from(client.session.is_mere_event(&decoder.message(), 0));
                }
                Step::NeedInput if rest.is_empty() => decoder.finish(),
                Step::NeedInput => {
                    let taken = decoder.feed(rest);
                    rest = &rest[taken..];
                }
                Step::End => break,
            }
        }
        assert_eq!((parts > 1, mere), (storage == 64, u32::from(storage == 256 && !is_cut)));
    }
}
