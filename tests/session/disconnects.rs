//! The connection is lost after every byte, in either direction, of a login and the actions after
//! it.

use embedded_ami::client::{
    Credentials, Incoming, LossReason, ResponseStatus, Session, SessionError, Slot, Stage, Ticket,
};

use crate::client::{Client, PREFIX, SECRET, USER, ended_ticket, last_id, slots, ticket_of};
use crate::server::{Faults, Meaning, Server, Style};

const MD5: fn() -> Credentials<'static> = || Credentials::new(USER, SECRET).events("on");
const PLAIN: fn() -> Credentials<'static> = || Credentials::plain(USER, SECRET).events("on");
const ACTIONS: [&str; 4] = ["CoreShowChannels", "Getvar", "FAXStats", "Ping"];

/// Returns everything the server sends to a client that logs in and then submits [`ACTIONS`] at
/// once, and the server with its record of where each message ends.
fn conversation(credentials: Credentials<'static>, style: Style, seed: u64) -> (Vec<u8>, Server) {
    let mut client = Client::new(slots(4), 4096).with(credentials);
    client.connect(PREFIX);
    let mut server = Server::new(style, Faults::NONE, seed);
    let mut stream = Vec::new();
    let mut was_ready = false;
    // An honest server never pauses for more than 4 ms.
    for now in 0..500 {
        let sent = server.poll(now);
        client.read(&sent, |_, _| {});
        stream.extend(sent);
        if client.session.stage() == Stage::Ready && !std::mem::replace(&mut was_ready, true) {
            for name in ACTIONS {
                client.submit(name).unwrap();
            }
        }
        server.receive(client.take_sent().as_bytes());
    }
    (stream, server)
}

/// The state of an action as far as the received bytes tell.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    Nothing,
    Begun { entries: u32 },
    Ended(Incoming),
}

/// Returns the state of each action after `received` bytes of the server's stream.
fn known(server: &Server, tickets: &[(Ticket, String)], received: usize) -> Vec<Known> {
    let mut known = vec![Known::Nothing; tickets.len()];
    for message in server.sent.iter().filter(|message| message.end <= received) {
        let (Meaning::Response { id, .. }
        | Meaning::Complete(id)
        | Meaning::Failed(id)
        | Meaning::Entry { id: Some(id), .. }) = &message.meaning
        else {
            continue;
        };
        let Some(at) = tickets.iter().position(|(_, own)| own == id) else { continue };
        let ticket = tickets[at].0;
        known[at] = match (&message.meaning, known[at]) {
            (Meaning::Response { status, is_end: true, .. }, _) => {
                Known::Ended(Incoming::Response { ticket, status: *status, is_end: true })
            }
            (Meaning::Response { .. }, _) => Known::Begun { entries: 0 },
            (Meaning::Entry { is_end: true, .. }, _) => {
                Known::Ended(Incoming::ListEntry { ticket, is_end: true })
            }
            (Meaning::Entry { .. }, Known::Begun { entries }) => Known::Begun { entries: entries + 1 },
            (Meaning::Complete(_), Known::Begun { entries }) => {
                Known::Ended(Incoming::ListComplete { ticket, entries })
            }
            (Meaning::Failed(_), Known::Begun { entries }) => {
                Known::Ended(Incoming::ListAborted { ticket, entries })
            }
            meaning => panic!("{meaning:?}"),
        };
    }
    known
}

/// Checks that the same session works on a new connection, and that no ticket of the old one
/// returns.
fn connects_again(mut client: Client, old: &[(Ticket, String)], old_stream: &[u8]) {
    assert_eq!(client.session.stage(), Stage::Closed);
    assert_eq!(client.submit("Ping"), Err(SessionError::Stage(Stage::Closed)));
    client.connect(!PREFIX);
    assert_eq!(client.session.stage(), Stage::Connecting);
    let mut server = Server::new(Style::V22, Faults::NONE, 1);
    let mut new = None;
    let mut reported = Vec::new();
    for now in 0..60 {
        let bytes = server.poll(now);
        client.read(&bytes, |incoming, _| reported.push(incoming));
        if client.session.stage() == Stage::Ready && new.is_none() {
            let ticket = client.submit("CoreStatus").unwrap();
            assert!(old.iter().all(|&(old, _)| old != ticket));
            new = Some(ticket);
            // A server or proxy may repeat what it sent on the old connection. Some of that are
            // events.
            client.read(old_stream, |incoming, _| reported.push(incoming));
        }
        server.receive(client.take_sent().as_bytes());
    }
    let new = new.expect("logged in");
    let concerned: Vec<_> = reported.iter().filter(|&&incoming| ticket_of(incoming).is_some()).collect();
    assert!(concerned.iter().all(|&&incoming| ticket_of(incoming) == Some(new)), "{concerned:?}");
    let status = ResponseStatus::UnknownAction;
    assert_eq!(concerned.last(), Some(&&Incoming::Response { ticket: new, status, is_end: true }));
}

#[test]
fn connection_lost_at_every_byte_from_the_server() {
    for (credentials, style, storage) in [
        (MD5, Style::V22, 64),
        (PLAIN, Style::V22, 4096),
        (MD5, Style::V1_8, 100),
        (PLAIN, Style::V1_4, 64),
        (MD5, Style::V13, 256),
    ] {
        // Select a conversation with entries in its list.
        let is_long = |server: &Server| {
            server.sent.iter().filter(|message| matches!(message.meaning, Meaning::Entry { .. })).count() > 3
                && server.sent.iter().any(|message| matches!(message.meaning, Meaning::Complete(_)))
        };
        let mut all = (0..).map(|seed| conversation(credentials(), style, seed));
        let (stream, server) = all.find(|(_, server)| is_long(server)).unwrap();
        let end_of = |is: fn(&Meaning) -> bool| {
            server.sent.iter().find(|message| is(&message.meaning)).map_or(usize::MAX, |message| message.end)
        };
        let banner = end_of(|meaning| matches!(meaning, Meaning::Banner));
        let accepted = end_of(|meaning| matches!(meaning, Meaning::Accepted));
        let mut ends = 0;
        for received in 0..=stream.len() {
            let mut client = Client::new(slots(4), storage).with(credentials());
            client.connect(PREFIX);
            let mut tickets = Vec::new();
            let mut reported = Vec::new();
            for &byte in &stream[..received] {
                client.read(&[byte], |incoming, _| reported.push(incoming));
                if client.session.stage() == Stage::Ready && tickets.is_empty() {
                    for name in ACTIONS {
                        let ticket = client.submit(name).unwrap();
                        tickets.push((ticket, client.session.action_id(ticket).as_str().to_owned()));
                    }
                }
            }
            client.take_sent();
            let stage = match received {
                _ if received < banner => Stage::Connecting,
                _ if received < accepted => Stage::LoggingIn,
                _ => Stage::Ready,
            };
            assert_eq!(client.session.stage(), stage, "at {received}");
            let known = known(&server, &tickets, received);
            let outstanding = known.iter().filter(|known| !matches!(known, Known::Ended(_))).count();
            assert_eq!(client.session.outstanding(), outstanding);

            client.decoder.finish();
            let before = reported.len();
            client.read(b"", |incoming, _| reported.push(incoming));
            assert!(reported[before..].iter().all(|&incoming| incoming == Incoming::Unmatched));
            reported.extend(client.close());
            for ((ticket, _), known) in tickets.iter().zip(known) {
                let last =
                    reported.iter().rev().find(|&&incoming| ticket_of(incoming) == Some(*ticket)).unwrap();
                let expected = match known {
                    Known::Nothing => Incoming::Lost { ticket: *ticket, reason: LossReason::OutcomeUnknown },
                    Known::Begun { entries } => {
                        Incoming::Lost { ticket: *ticket, reason: LossReason::CutShort { entries } }
                    }
                    Known::Ended(incoming) => incoming,
                };
                assert_eq!(*last, expected, "at {received} of {style:?}");
                ends += 1;
            }
            if received % 16 == 0 {
                connects_again(client, &tickets, &stream[banner..]);
            }
        }
        assert!(ends > 1000);
    }
}

#[test]
fn connection_lost_at_every_byte_from_the_client() {
    for (credentials, style) in [(MD5, Style::V22), (PLAIN, Style::V1_4), (MD5, Style::V1_8)] {
        for is_answered in [false, true] {
            let mut losses = [0; 3];
            for sent in 0.. {
                let mut client = Client::new(slots(4), 100).with(credentials());
                client.connect(PREFIX);
                let mut server = Server::new(style, Faults::NONE, 7);
                let (mut room, mut received) = (sent, 0);
                let mut tickets = Vec::new();
                let mut reported = Vec::new();
                for now in 0..400 {
                    // The server answers only the login, or everything.
                    if is_answered || tickets.is_empty() {
                        let bytes = server.poll(now);
                        received += bytes.len();
                        client.read(&bytes, |incoming, _| reported.push(incoming));
                    }
                    if client.session.stage() == Stage::Ready && tickets.is_empty() {
                        let before = sent - room + client.outbox.pending().len();
                        for name in ACTIONS {
                            let ticket = client.submit(name).unwrap();
                            let id = client.session.action_id(ticket).as_str().to_owned();
                            tickets.push((ticket, id));
                        }
                        assert!(before <= sent);
                    }
                    let n = room.min(client.outbox.pending().len());
                    server.receive(&client.outbox.pending()[..n]);
                    client.outbox.advance(n);
                    room -= n;
                }
                let unsent = client.outbox.pending().len();
                let is_in = server.sent.iter().any(|message| matches!(message.meaning, Meaning::Accepted));
                assert_eq!(client.session.stage(), if is_in { Stage::Ready } else { Stage::LoggingIn });
                assert_eq!(tickets.is_empty(), !is_in);
                let known = known(&server, &tickets, received);
                reported.extend(client.close());
                for ((ticket, id), known) in tickets.iter().zip(known) {
                    let last = reported
                        .iter()
                        .rev()
                        .find(|&&incoming| ticket_of(incoming) == Some(*ticket))
                        .unwrap();
                    let expected = match known {
                        Known::Ended(incoming) => incoming,
                        Known::Begun { entries } => {
                            Incoming::Lost { ticket: *ticket, reason: LossReason::CutShort { entries } }
                        }
                        Known::Nothing if server.received.contains(id) => {
                            Incoming::Lost { ticket: *ticket, reason: LossReason::OutcomeUnknown }
                        }
                        Known::Nothing => Incoming::Lost { ticket: *ticket, reason: LossReason::NotSent },
                    };
                    assert_eq!(*last, expected, "{sent} sent");
                    match expected {
                        Incoming::Lost { reason: LossReason::NotSent, .. } => losses[0] += 1,
                        Incoming::Lost { .. } => losses[1] += 1,
                        _ => losses[2] += 1,
                    }
                }
                if sent % 16 == 0 {
                    connects_again(client, &tickets, b"");
                }
                if is_in && unsent == 0 {
                    break;
                }
            }
            let [not_sent, unknown, ended] = losses;
            assert!(not_sent > 100);
            assert!(if is_answered { ended > 100 } else { unknown > 100 && ended == 0 }, "{losses:?}");
        }
    }
}

#[test]
fn connecting_again_forgets_unreported_losses() {
    let mut client = Client::new(slots(2), 256).logged_in("11.0.0");
    let (old, old_id) = client.request("CoreStatus");
    let (_, list_id) = client.request("Status");
    client.receive(&format!("Response: Success\r\nActionID: {list_id}\r\nEventList: start\r\n\r\n"));
    // Even with the same prefix, no ticket comes twice.
    let mut client = client.logged_in("11.0.0");
    assert_eq!(client.session.outstanding(), 0);
    assert_eq!(
        client.receive(&format!("Response: Success\r\nActionID: {old_id}\r\n\r\n")),
        [Incoming::Unmatched]
    );
    assert_eq!(client.receive(&format!("Event: X\r\nActionID: {list_id}\r\n\r\n")), [Incoming::Unmatched]);
    assert_eq!(client.receive("Event: X\r\n\r\n"), [Incoming::Event { ticket: None }]);
    let (new, _) = client.request("CoreStatus");
    assert_ne!(new, old);
    assert_eq!(client.close(), [Incoming::Lost { ticket: new, reason: LossReason::OutcomeUnknown }]);
}

#[test]
fn methods_may_be_called_in_any_order() {
    let mut random = fastrand::Rng::with_seed(5);
    let mut client = Client::new(Session::new(vec![Slot::FREE; 2]), 64);
    let mut tickets = Vec::new();
    let (mut ends, mut total) = (Vec::new(), 0);
    let mut ids = vec![String::from("0")];
    for round in 0..200_000 {
        client.now += random.u64(0..1000);
        let mut reported = Vec::new();
        // Mostly the ID of the last request.
        let id = ids[ids.len() - 1 - random.usize(0..ids.len()).min(random.usize(0..3))].clone();
        match random.u8(0..12) {
            0 if client.session.stage() == Stage::Closed || random.u8(..) < 5 => client.connect(round),
            1 if random.u8(..) < 10 => reported = client.close(),
            2 => reported = client.receive("Asterisk Call Manager/1.1\r\n\r\n"),
            3 => {
                reported =
                    client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"))
            }
            4 => reported = client.receive(&format!("Event: PeerlistComplete\r\nActionID: {id}\r\n\r\n")),
            5 => reported.extend(client.on_timeout(client.now)),
            6 => {
                let (session, outbox) = (&mut client.session, &mut client.outbox);
                let message = client.decoder.message();
                let _ = session.log_in(&PLAIN(), &message, client.now, outbox);
            }
            7 if random.u8(..) < 10 => {
                let _ = client.session.log_off(client.now, &mut client.outbox);
            }
            8 if !tickets.is_empty() => {
                client.session.forget(random.choice(&tickets).copied().unwrap());
            }
            9 => client.outbox.clear(),
            _ => match client.submit(random.choice(["SIPpeers", "Ping"]).unwrap()) {
                Ok(ticket) => {
                    assert!(!tickets.contains(&ticket), "{ticket:?} comes twice");
                    tickets.push(ticket);
                }
                Err(error) => {
                    let stage = client.session.stage();
                    match error {
                        SessionError::SlotsFull => assert_eq!(client.session.outstanding(), 2),
                        SessionError::Encode(_) => {}
                        _ => assert!(error == SessionError::Stage(stage) && stage != Stage::Ready),
                    }
                }
            },
        }
        let requests = client.take_sent();
        if !requests.is_empty() {
            ids.push(last_id(&requests));
        }
        for ended in reported.into_iter().filter_map(ended_ticket) {
            assert!(tickets.contains(&ended) && !ends.contains(&ended));
            ends.push(ended);
            total += 1;
        }
        if ends.len() > 500 {
            // Only recent tickets could repeat by mistake, so older ones are dropped.
            let old = ends.len() - 100;
            tickets.retain(|ticket| !ends[..old].contains(ticket));
            ends.drain(..old);
        }
    }
    assert!(total > 3000, "{total}");
}
