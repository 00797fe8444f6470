//! Servers that are malicious or broken, and forged data inside honest messages.

use std::collections::HashMap;

use embedded_ami::client::{Incoming, LoginRefused, LossReason, ResponseStatus, SessionError, Stage, Ticket};
use embedded_ami::wire::{Decoder, Message, Step};

use crate::client::{Client, PREFIX, action_id, ended_ticket, last_id, slots, ticket_of};
use crate::server::{Faults, Server, Style};

fn logged_in(version: &str) -> Client {
    Client::new(slots(4), 256).logged_in(version)
}

const UNMATCHED: [Incoming; 1] = [Incoming::Unmatched];
const EVENT: [Incoming; 1] = [Incoming::Event { ticket: None }];

/// Submits an action whose list the server starts.
fn open(client: &mut Client, name: &str) -> (Ticket, String) {
    let (ticket, id) = client.request(name);
    let reported =
        client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
    assert_eq!(
        reported.last(),
        Some(&Incoming::Response { ticket, status: ResponseStatus::Success, is_end: false })
    );
    (ticket, id)
}

/// Returns every sort of message that could end an action or belong to a list, for this ActionID.
fn claims(id: &str) -> [String; 9] {
    [
        format!("Response: Success\r\nActionID: {id}\r\n\r\n"),
        format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"),
        format!("Response: Error\r\nActionID: {id}\r\nMessage: x\r\n\r\n"),
        format!("Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\n--END COMMAND--\r\n\r\n"),
        format!("ActionID: {id}\r\nNo queues.\r\n\r\n"),
        format!("Event: PeerEntry\r\nActionID: {id}\r\n\r\n"),
        format!("Event: PeerlistComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 1\r\n\r\n"),
        format!("Event: WaitEventComplete\r\nActionID: {id}\r\n\r\n"),
        format!("Action: Ping\r\nActionID: {id}\r\n\r\n"),
    ]
}

#[test]
fn a_forged_action_id_ends_nothing() {
    for version in ["1.0", "11.0.0"] {
        let mut client = Client::new(slots(4), 256);
        // An earlier connection had IDs of the same slots.
        client.connect(!PREFIX);
        let former = action_id(!PREFIX, 0, 1);
        client = client.logged_in(version);
        let (list, list_id) = open(&mut client, "SIPpeers");
        let (wait, wait_id) = client.request("WaitEvent");
        client.receive(&format!("Response: Success\r\nActionID: {wait_id}\r\n\r\n"));
        let (asked, asked_id) = client.request("Getvar");
        let mut forged = vec![
            former,
            String::new(),
            "1".into(),
            asked_id.to_uppercase(),
            format!("{asked_id} "),
            format!(" {asked_id}"),
            format!("{asked_id}0"),
            format!("0{asked_id}"),
            asked_id[..27].into(),
            asked_id[..16].into(),
            format!("0x{}", &asked_id[2..]),
            format!("+{}", &asked_id[1..]),
            action_id(PREFIX, 0xffff, 1),
            action_id(PREFIX, 0xffff, 0x99),
            action_id(PREFIX, 0xfffe, 1),
            action_id(PREFIX, 4, 1),
        ];
        assert_ne!(asked_id, forged[3], "has letters");
        // IDs with one digit changed, at each position: another prefix, slot or generation.
        for id in [&list_id, &wait_id, &asked_id] {
            for at in 0..id.len() {
                let mut bytes = id.clone().into_bytes();
                bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
                forged.push(String::from_utf8(bytes).unwrap());
            }
        }
        for id in &forged {
            for text in claims(id) {
                // Events with a foreign ActionID may be reported as events.
                let expected =
                    if text.starts_with("Event: ") { &[UNMATCHED, EVENT][..] } else { &[UNMATCHED] };
                let reported = client.receive(&text);
                assert!(expected.iter().any(|expected| reported == expected), "{reported:?} for {text}");
            }
        }
        // None of it had an effect.
        assert_eq!(client.session.outstanding(), 3);
        assert_eq!(client.session.ticket(asked_id.as_bytes()), Some(asked));
        assert_eq!(client.session.stage(), Stage::Ready);
        let reported = client.receive(&format!("Response: Success\r\nActionID: {asked_id}\r\n\r\n"));
        assert_eq!(
            reported,
            [Incoming::Response { ticket: asked, status: ResponseStatus::Success, is_end: true }]
        );
        let reported = client.receive(&format!("Event: WaitEventComplete\r\nActionID: {wait_id}\r\n\r\n"));
        assert_eq!(reported, [Incoming::ListEntry { ticket: wait, is_end: true }]);
        let end = format!("Event: PeerlistComplete\r\nActionID: {list_id}\r\nEventList: Complete\r\n\r\n");
        assert_eq!(client.receive(&end), [Incoming::ListComplete { ticket: list, entries: 0 }]);
    }
}

/// An AMI user who has seen ActionIDs of this connection, in events, sends a `UserEvent` with the
/// next one. The tag of one does not fit another slot or generation.
#[test]
fn an_action_id_does_not_give_away_another_one() {
    let mut client = Client::new(slots(4), 256).logged_in("11.0.0");
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..50 {
        let (ticket, id) = client.request("Originate");
        assert_eq!(id, action_id(PREFIX, 0, seen.len() as u32 + 1));
        for old in &seen {
            assert_ne!(old[..16], id[..16]);
            // The prediction that worked on consecutive ActionIDs.
            let forged = format!("{}{}", &old[..16], &id[16..]);
            assert_eq!(client.session.ticket(forged.as_bytes()), None);
            let event = format!("Event: UserEvent\r\nPrivilege: user,all\r\nActionID: {forged}\r\n\r\n");
            assert_eq!(client.receive(&event), EVENT);
            let response = format!("Response: Success\r\nActionID: {forged}\r\n\r\n");
            assert_eq!(client.receive(&response), UNMATCHED);
        }
        assert!(client.session.forget(ticket));
        seen.push(id);
    }
}

#[test]
fn no_action_ends_twice() {
    for first in 0..9 {
        let mut client = logged_in("11.0.0");
        let (ticket, id) = client.request("SIPpeers");
        client.receive(&claims(&id)[first]);
        let mut ends = usize::from(client.session.outstanding() == 0);
        for text in claims(&id).iter().chain(&claims(&id)) {
            let reported = client.receive(text);
            let ended_before = ends;
            ends += reported.iter().filter(|&&incoming| ended_ticket(incoming) == Some(ticket)).count();
            assert!(
                ended_before == 0 || reported.iter().all(|&incoming| ticket_of(incoming).is_none()),
                "{text}"
            );
        }
        assert_eq!(ends, 1);
        assert_eq!(client.close(), []);
    }
}

#[test]
fn a_second_response_is_unmatched_or_aborts_the_list() {
    let mut client = logged_in("11.0.0");
    let (ticket, id) = open(&mut client, "SIPpeers");
    let entry = format!("Event: PeerEntry\r\nActionID: {id}\r\n\r\n");
    assert_eq!(client.receive(&entry), [Incoming::ListEntry { ticket, is_end: false }]);
    for second in ["Success\r\nEventList: start", "Success", "Goodbye", "Maybe"] {
        assert_eq!(client.receive(&format!("Response: {second}\r\nActionID: {id}\r\n\r\n")), UNMATCHED);
    }
    assert_eq!(client.receive(&format!("ActionID: {id}\r\ntext\r\n\r\n")), UNMATCHED);
    assert_eq!(client.receive(&entry), [Incoming::ListEntry { ticket, is_end: false }]);
    let error = format!("Response: Error\r\nActionID: {id}\r\nMessage: x\r\n\r\n");
    assert_eq!(client.receive(&error), [Incoming::ListAborted { ticket, entries: 2 }]);
    // PJSIPShowEndpoint does this: the server completes the list after the error.
    for late in
        [entry, format!("Event: PeerlistComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"), error]
    {
        assert_eq!(client.receive(&late), UNMATCHED);
    }

    let (ticket, id) = client.request("FAXStats");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    let reported = client.receive(&format!("Response: Error\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::ListAborted { ticket, entries: 0 }]);

    // JabberSend always answers twice.
    let (ticket, id) = client.request("JabberSend");
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]);
    assert_eq!(client.receive(&format!("Response: Failure\r\nActionID: {id}\r\n\r\n")), UNMATCHED);
}

#[test]
fn a_list_ends_only_with_its_own_completion() {
    for version in ["1.0", "11.0.0"] {
        let mut client = logged_in(version);
        let (one, one_id) = open(&mut client, "SIPpeers");
        let (two, two_id) = open(&mut client, "Status");
        let (_, asked_id) = client.request("SIPpeers");
        // A completion before the response.
        let end = |name: &str, id: &str| format!("Event: {name}\r\nActionID: {id}\r\n\r\n");
        assert_eq!(client.receive(&end("PeerlistComplete", &asked_id)), UNMATCHED);
        // A list recognised by its name ends only with its own completion; anything else is an
        // entry.
        assert_eq!(
            client.receive(&end("PeerlistComplete", &two_id)),
            [Incoming::ListEntry { ticket: two, is_end: false }]
        );
        assert_eq!(
            client.receive(&end("statuscomplete", &two_id)),
            [Incoming::ListEntry { ticket: two, is_end: false }]
        );
        assert_eq!(
            client.receive(&end("StatusComplete", &one_id)),
            [Incoming::ListEntry { ticket: one, is_end: false }]
        );
        assert_eq!(
            client.receive(&end("StatusComplete", &two_id)),
            [Incoming::ListComplete { ticket: two, entries: 2 }]
        );
        assert_eq!(
            client.receive(&end("PeerlistComplete", &one_id)),
            [Incoming::ListComplete { ticket: one, entries: 1 }]
        );
        assert_eq!(client.session.outstanding(), 1);
    }
}

#[test]
fn entries_before_the_response_are_unmatched() {
    let mut client = logged_in("11.0.0");
    let (list, id) = client.request("SIPpeers");
    for text in &claims(&id)[5..] {
        assert_eq!(client.receive(text), UNMATCHED, "{text}");
    }
    let reported =
        client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
    assert_eq!(
        reported,
        [Incoming::Response { ticket: list, status: ResponseStatus::Success, is_end: false }]
    );
    let end = format!("Event: PeerlistComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n");
    assert_eq!(client.receive(&end), [Incoming::ListComplete { ticket: list, entries: 0 }]);
    // The same for an action without a list.
    let (ticket, id) = client.request("CoreStatus");
    for text in &claims(&id)[5..] {
        assert_eq!(client.receive(text), UNMATCHED, "{text}");
    }
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    assert_eq!(reported, [Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true }]);
}

#[test]
fn entries_without_an_action_id_belong_to_the_list_opened_last() {
    let mut client = logged_in("1.1");
    let (list, id) = open(&mut client, "IAXpeers");
    let entry = "Event: PeerEntry\r\nChanneltype: IAX2\r\n\r\n";
    assert_eq!(client.receive(entry), [Incoming::ListEntry { ticket: list, is_end: false }]);
    // An entry of a foreign list, and an event.
    assert_eq!(client.receive("Event: PeerEntry\r\nActionID: 7\r\n\r\n"), EVENT);
    assert_eq!(client.receive("Event: PeerEntry\r\nPrivilege: system,all\r\n\r\n"), EVENT);
    let end =
        format!("Event: PeerlistComplete\r\nEventList: Complete\r\nListItems: 1\r\nActionID: {id}\r\n\r\n");
    assert_eq!(client.receive(&end), [Incoming::ListComplete { ticket: list, entries: 1 }]);
    assert_eq!(client.receive(entry), EVENT);
}

#[test]
fn an_event_with_the_id_of_an_internal_request_belongs_to_no_action() {
    let mut client = logged_in("11.0.0");
    let own = action_id(PREFIX, 0xffff, 1);
    assert_eq!(client.receive(&format!("Event: X\r\nPrivilege: call,all\r\nActionID: {own}\r\n\r\n")), EVENT);
    assert_eq!(client.receive(&format!("Event: X\r\nActionID: {own}\r\n\r\n")), UNMATCHED);
    assert_eq!(client.session.ticket(own.as_bytes()), None);
}

#[test]
fn an_event_is_never_a_response_whatever_it_contains() {
    let mut client = logged_in("11.0.0");
    let (ticket, id) = client.request("Getvar");
    let (list, list_id) = open(&mut client, "SIPpeers");
    for text in [
        format!(
            "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\nResponse: Success\r\n\r\n"
        ),
        format!("Event: UserEvent\r\nPrivilege: user,all\r\nResponse: Error\r\nActionID: {id}\r\n\r\n"),
        format!(
            "Event: UserEvent\r\nPrivilege: user,all\r\nActionID: 7\r\nActionID: {id}\r\nEvent: PeerlistComplete\r\n\r\n"
        ),
    ] {
        assert_eq!(client.receive(&text), [Incoming::Event { ticket: Some(ticket) }], "{text}");
    }
    let without_privilege = format!("Event: X\r\nResponse: Success\r\nActionID: {id}\r\n\r\n");
    assert_eq!(client.receive(&without_privilege), UNMATCHED);
    // Lines inside an entry that look like the end of the list do not end it.
    let text = format!(
        "Event: PeerEntry\r\nActionID: {list_id}\r\nObjectName: x\r\nEvent: PeerlistComplete\r\nResponse: Error\r\n\r\n"
    );
    assert_eq!(client.receive(&text), [Incoming::ListEntry { ticket: list, is_end: false }]);
    assert_eq!(client.session.outstanding(), 2);
}

#[test]
fn an_event_list_line_from_a_value_is_ignored() {
    for storage in [64, 100, 4096] {
        let mut client = Client::new(slots(4), storage).logged_in("11.0.0");
        // A variable's value contains line ends. One server puts the ActionID second, the other
        // last.
        for (before, after) in [(true, false), (false, true)] {
            let (ticket, id) = client.request("Getvar");
            let named = |is_here: bool| if is_here { format!("ActionID: {id}\r\n") } else { String::new() };
            let reported = client.receive(&format!(
                "Response: Success\r\n{}Variable: X\r\nValue: x\r\nEventList: start\r\n{}\r\n",
                named(before),
                named(after)
            ));
            let end = Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true };
            assert_eq!(reported.last(), Some(&end));
        }
        let (list, id) = open(&mut client, "Status");
        let text = format!(
            "Event: Status\r\nActionID: {id}\r\nChannel: x\r\nEventList: Complete\r\nListItems: 0\r\nEvent: StatusComplete\r\n\r\n"
        );
        assert_eq!(client.receive(&text).last(), Some(&Incoming::ListEntry { ticket: list, is_end: false }));
        let text = format!("Event: StatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n");
        assert_eq!(client.receive(&text).last(), Some(&Incoming::ListComplete { ticket: list, entries: 1 }));
    }
}

#[test]
fn a_forged_completion_inside_a_value_ends_nothing() {
    // A person who controls a value in an entry (such as a caller's name) can end the message there
    // and begin another one. That takes no ActionID. `before` and `after` are the header lines of
    // the entry on either side of the value.
    for (others, before, after, items) in [
        // The number of entries is wrong.
        (0, "ActionID: ID\r\n", "", "0"),
        (0, "ActionID: ID\r\n", "", "2"),
        (0, "ActionID: ID\r\n", "", ""),
        (0, "ActionID: ID\r\n", "", "-1"),
        (0, "ActionID: ID\r\n", "", "1 "),
        (0, "ActionID: ID\r\n", "", "0x1"),
        (0, "ActionID: ID\r\n", "", "4294967297"),
        (2, "ActionID: ID\r\n", "", "2"),
        // It is right, but the entry that was cut has no ActionID, in contrast to the others:
        // Asterisk writes it last.
        (1, "", "ActionID: ID\r\n", "2"),
        (5, "", "ActionID: ID\r\n", "6"),
    ] {
        for storage in [64, 4096] {
            let mut client = Client::new(slots(4), storage).logged_in("11.0.0");
            let (list, id) = open(&mut client, "Status");
            for _ in 0..others {
                client.receive(&format!("Event: Status\r\nActionID: {id}\r\n\r\n"));
            }
            let text = format!(
                "Event: Status\r\n{before}CallerIDName: x\r\n\r\n\
                 Event: StatusComplete\r\nEventList: Complete\r\nListItems: {items}\r\n\r\n\
                 {after}\r\nEvent: Status\r\nActionID: {id}\r\n\r\n"
            );
            let reported = client.receive(&text.replace("ID\r", &format!("{id}\r")));
            assert!(reported.iter().all(|&incoming| ended_ticket(incoming).is_none()), "{text} {reported:?}");
            let reported = client
                .receive(&format!("Event: StatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"));
            assert!(
                matches!(reported.last(), Some(Incoming::ListComplete { ticket, .. }) if *ticket == list)
            );
        }
    }

    // The same for an action that ends with a single event.
    let mut client = logged_in("11.0.0");
    let (_, id) = client.request("FAXStats");
    client.receive(&format!("Response: Success\r\nActionID: {id}\r\n\r\n"));
    let reported = client.receive("Event: FAXStats\r\n\r\n");
    assert!(reported.iter().all(|&incoming| ended_ticket(incoming).is_none()), "{reported:?}");
}

#[test]
fn a_completion_in_parts_does_not_end_another_list() {
    for storage in [64, 4096] {
        let mut client = Client::new(slots(4), storage).logged_in("1.0");
        let (status, status_id) = open(&mut client, "Status");
        let (_, _) = open(&mut client, "SIPpeers");
        let text = format!("Event: PeerlistComplete\r\nListItems: 3\r\nActionID: {status_id}\r\n\r\n");
        let reported = client.receive(&text);
        assert_eq!(
            reported.last(),
            Some(&Incoming::ListEntry { ticket: status, is_end: false }),
            "through {storage}"
        );
    }
}

/// The storage can cut a header anywhere in its value. Its beginning then looks like a value of its
/// own, and must not be taken for one.
#[test]
fn the_beginning_of_a_header_that_the_storage_cuts_is_not_its_value() {
    for storage in [64, 65, 80, 127, 256] {
        // The blanks move the value over the place of the cut.
        for blanks in (0..storage).filter(|blanks| storage - blanks < 64) {
            let line = |name: &str, value: &str| {
                format!("{name}{}: {value}{}\r\n", " ".repeat(blanks), "x".repeat(storage))
            };

            let mut client = Client::new(slots(4), storage).logged_in("11.0.0");
            let (_, id) = client.request("CoreStatus");
            let reported = client.receive(&format!("Response: Success\r\n{}\r\n", line("ActionID", &id)));
            assert_eq!(reported.last(), Some(&Incoming::Unmatched), "{blanks} blanks through {storage}");
            assert_eq!(client.session.outstanding(), 1);
            client.session.forget(client.session.ticket(id.as_bytes()).unwrap());

            let (list, id) = open(&mut client, "Status");
            client.receive("Event: Status\r\n\r\nEvent: Status\r\n\r\n");
            let items = line("ListItems", "2");
            let reported =
                client.receive(&format!("Event: StatusComplete\r\nEventList: Complete\r\n{items}\r\n"));
            let entry = Incoming::ListEntry { ticket: list, is_end: false };
            assert_eq!(reported.last(), Some(&entry), "{blanks} blanks through {storage}");
            let end = format!("Event: StatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n");
            let complete = Incoming::ListComplete { ticket: list, entries: 3 };
            assert_eq!(client.receive(&end).last(), Some(&complete));

            let mut client = Client::new(slots(4), storage);
            client.connect(PREFIX);
            client.receive("Asterisk Call Manager/11.0.0\r\n");
            let id = last_id(&client.take_sent());
            let challenge = line("Challenge", "840415273");
            let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\n{challenge}\r\n"));
            assert_eq!(reported.last(), Some(&Incoming::Refused(LoginRefused::NoChallenge)));
            assert_eq!(client.take_sent(), "");
        }
    }
}

#[test]
fn a_line_of_blanks_is_not_reported_as_too_little_storage() {
    for storage in [64, 256, 4096] {
        for blanks in storage - 60..storage {
            let mut client = Client::new(slots(4), storage).logged_in("11.0.0");
            let text = format!(
                "Event: UserEvent\r\nPrivilege: user,all\r\nUserEvent: x\r\nActionID{}: {}\r\n\r\n",
                " ".repeat(blanks),
                "x".repeat(60)
            );
            let (session, decoder) = (&mut client.session, &mut client.decoder);
            let mut rest = text.as_bytes();
            while !rest.is_empty() {
                while decoder.poll() == Step::Message {
                    let reported = session.on_message(&decoder.message(), 0);
                    assert_ne!(
                        reported,
                        Err(SessionError::StorageTooSmall),
                        "{blanks} blanks through {storage}"
                    );
                }
                let space = decoder.space();
                let n = space.len().min(rest.len());
                space[..n].copy_from_slice(&rest[..n]);
                decoder.advance(n);
                rest = &rest[n..];
            }
        }
    }
}

#[test]
fn storage_too_small_for_an_action_id_is_an_error() {
    let mut client = Client::new(slots(4), 4096).logged_in("11.0.0");
    let (_, id) = client.request("CoreStatus");
    let mut decoder = Decoder::for_client([0; 32]).unwrap();
    let text = format!("Response: Success\r\nActionID: {id}\r\n\r\n");
    let mut reported = Vec::new();
    for byte in text.bytes() {
        decoder.space()[0] = byte;
        decoder.advance(1);
        while decoder.poll() == Step::Message {
            reported.push(client.session.on_message(&decoder.message(), 0));
        }
    }
    // An error is better than an action that never ends.
    assert!(reported.contains(&Err(SessionError::StorageTooSmall)), "{reported:?}");
}

#[test]
fn a_second_banner_is_ignored() {
    let mut client = Client::new(slots(4), 256);
    client.connect(PREFIX);
    let banner = "Asterisk Call Manager/11.0.0\r\n";
    assert_eq!(client.receive(banner), [Incoming::LogIn]);
    let id = last_id(&client.take_sent());
    // To the decoder, the second banner is a line of the next message.
    let reported = client.receive(&format!("{banner}\r\n"));
    assert_eq!(reported, UNMATCHED);
    assert_eq!(client.session.stage(), Stage::LoggingIn);
    assert_eq!(client.take_sent(), "");
    let reported =
        client.receive(&format!("{banner}Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
    assert_eq!(reported, [Incoming::LogIn]);
    let id = last_id(&client.take_sent());
    let accepted = format!("Response: Success\r\nActionID: {id}\r\n\r\n{banner}\r\n");
    assert_eq!(client.receive(&accepted), [Incoming::Internal, Incoming::Unmatched]);
    assert_eq!(client.session.stage(), Stage::Ready);
    assert_eq!(client.take_sent(), "");
}

#[test]
fn only_the_response_to_the_challenge_is_used() {
    let mut client = Client::new(slots(4), 256);
    client.connect(PREFIX);
    client.receive("Asterisk Call Manager/11.0.0\r\n");
    let id = last_id(&client.take_sent());
    for text in [
        "Response: Success\r\nChallenge: 1\r\n\r\n".to_owned(),
        "Response: Success\r\nActionID: 7\r\nChallenge: 1\r\n\r\n".to_owned(),
        format!("Event: ChallengeSent\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"),
        format!("Event: X\r\nPrivilege: security,all\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"),
        format!(
            "Response: Success\r\nActionID: {}1\r\nChallenge: 1\r\n\r\n",
            &id[..27].replace("ffff", "0000")
        ),
    ] {
        assert_eq!(client.receive(&text), UNMATCHED, "{text}");
        assert_eq!(client.take_sent(), "");
    }
    assert_eq!(client.session.stage(), Stage::LoggingIn);
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n"));
    assert_eq!(reported, [Incoming::LogIn]);
    let login = last_id(&client.take_sent());
    // A repeated challenge neither requests a second login nor accepts the first.
    let reported = client.receive(&format!("Response: Success\r\nActionID: {id}\r\nChallenge: 2\r\n\r\n"));
    assert_eq!(reported, UNMATCHED);
    assert_eq!(client.take_sent(), "");
    // A success for something else does not complete the login.
    for text in [
        "Response: Success\r\nMessage: Authentication accepted\r\n\r\n",
        "Response: Success\r\nActionID: 7\r\nMessage: Authentication accepted\r\n\r\n",
        "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n",
        "Event: SuccessfulAuth\r\nPrivilege: security,all\r\n\r\n",
        "Event: Shutdown\r\nPrivilege: system,all\r\n\r\n",
    ] {
        assert_eq!(client.receive(text), UNMATCHED, "{text}");
        assert_eq!(client.session.stage(), Stage::LoggingIn);
    }
    assert_eq!(
        client.receive(&format!("Response: Success\r\nActionID: {login}\r\n\r\n")),
        [Incoming::Internal]
    );
}

#[test]
fn fully_booted_after_ready_is_an_event() {
    let mut client = logged_in("11.0.0");
    let booted = "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n";
    assert_eq!(client.receive(booted), EVENT);
    assert_eq!(client.receive(booted), EVENT);
}

#[test]
fn an_endless_list_ends_at_its_deadline() {
    for storage in [64, 256] {
        let mut client = Client::new(slots(4), storage).logged_in("11.0.0");
        let (ticket, id) = client.request("SIPpeers");
        client.receive(&format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
        let entry = format!("Event: PeerEntry\r\nActionID: {id}\r\nObjectName: x\r\n\r\n");
        let mut entries = 0;
        let mut end = None;
        for now in 0..40_000 {
            client.now = now;
            for incoming in client.receive(&entry) {
                assert_eq!(end.is_some(), ticket_of(incoming).is_none());
            }
            if end.is_none() {
                entries += 1;
                end = client.on_timeout(now);
                assert_eq!(end.is_some(), now == 30_000);
            }
        }
        assert_eq!(end, Some(Incoming::Lost { ticket, reason: LossReason::CutShort { entries } }));
    }
}

#[test]
fn an_endless_answer_ends_at_its_deadline() {
    for line in ["Output: x\r\n", "xxxxxxxx", "Output: --END COMMAND--\r\n"] {
        for head in ["Success\r\nActionID: ", "Follows\r\nPrivilege: Command\r\nActionID: "] {
            let mut client = Client::new(slots(1), 64).logged_in("11.0.0");
            let (ticket, id) = client.request("Command");
            client.receive(&format!("Response: {head}{id}\r\n"));
            for now in 0..30_000 {
                client.now = now;
                for incoming in client.receive(line) {
                    assert!(ended_ticket(incoming).is_none());
                }
            }
            assert_eq!(
                client.on_timeout(30_000),
                Some(Incoming::Lost { ticket, reason: LossReason::TimedOut })
            );
            // The rest is unmatched; it does not belong to the action that has the slot now.
            let (next, _) = client.request("Command");
            let reported: Vec<_> = (0..100).flat_map(|_| client.receive(line)).collect();
            assert!(reported.iter().all(|&incoming| incoming == Incoming::Unmatched) && !reported.is_empty());
            let end = client.receive("\r\n\r\n\n--END COMMAND--\r\n\r\n");
            assert!(end.iter().all(|&incoming| incoming == Incoming::Unmatched));
            assert_eq!(client.close(), [Incoming::Lost { ticket: next, reason: LossReason::OutcomeUnknown }]);
        }
    }
}

/// Returns a megabyte that no server sends, and whether it contains complete messages.
fn junk(sort: usize, random: &mut fastrand::Rng) -> (Vec<u8>, bool) {
    const SIZE: usize = 1 << 20;
    let repeat = |text: &[u8]| text.iter().copied().cycle().take(SIZE).collect::<Vec<u8>>();
    match sort {
        0 => (repeat(b"x"), false),
        1 => (repeat(b":"), false),
        2 => (repeat(b"\r\n"), false),
        3 => (repeat(b"\n"), false),
        4 => (repeat(b"\r"), false),
        5 => (repeat(b"\0"), false),
        6 => (repeat(b": :: \r\n"), false),
        7 => (repeat(b"Event: x\r\n"), false),
        8 => (repeat(b"ActionID: "), false),
        9 => (repeat(b"Response: Follows\r\n"), false),
        10 => (repeat(b"Response: Success\r\nActionID: 456728219404359dffff00000099\r\n\r\n"), true),
        11 => (repeat(b"Event: FullyBooted\r\n\r\n"), true),
        12 => ((0..SIZE).map(|_| random.u8(..)).collect(), true),
        13 => ((0..SIZE).map(|_| *random.choice(b"\r\n: \0aA/-").unwrap()).collect(), true),
        _ => {
            let words: [&[u8]; 9] = [
                b"Response: ",
                b"Event: ",
                b"ActionID: ",
                b"Success",
                b"EventList: Complete",
                b"\r\n",
                b"\r\n\r\n",
                b"Privilege: x",
                b"--END COMMAND--",
            ];
            let mut bytes = Vec::new();
            while bytes.len() < SIZE {
                bytes.extend_from_slice(random.choice(words).unwrap());
            }
            (bytes, true)
        }
    }
}

#[test]
fn junk_is_unmatched_and_deadlines_hold() {
    let mut random = fastrand::Rng::with_seed(9);
    for sort in 0..16 {
        let (junk, has_ends) = junk(sort, &mut random);
        let storage = random.choice([64, 100, 4096]).unwrap();
        // Instead of the banner.
        let mut client = Client::new(slots(4), storage);
        client.connect(PREFIX);
        let mut reported = Vec::new();
        client.read(&junk, |incoming, _| reported.push(incoming));
        if has_ends && client.session.stage() != Stage::Connecting {
            // A first line with a slash is a banner, any other is refused.
            assert!(reported.iter().all(|&incoming| {
                matches!(incoming, Incoming::Unmatched | Incoming::LogIn | Incoming::Refused(_))
            }));
        } else {
            assert!(reported.iter().all(|&incoming| incoming == Incoming::Unmatched), "{sort}");
            assert_eq!(client.on_timeout(10_000), Some(Incoming::ServerTimedOut(Stage::Connecting)));
        }
        // Instead of the response to a login.
        let mut client = Client::new(slots(4), storage);
        client.connect(PREFIX);
        client.receive("Asterisk Call Manager/11.0.0\r\n");
        client.read(&junk, |incoming, _| assert_eq!(incoming, Incoming::Unmatched));
        assert_eq!(client.on_timeout(10_000), Some(Incoming::ServerTimedOut(Stage::LoggingIn)));
        // Instead of responses.
        let mut client = Client::new(slots(4), storage).logged_in("1.0");
        let (asked, _) = client.request("Getvar");
        client.read(&junk, |incoming, _| assert!(UNMATCHED.contains(&incoming) || EVENT.contains(&incoming)));
        assert_eq!(
            client.on_timeout(30_000),
            Some(Incoming::Lost { ticket: asked, reason: LossReason::TimedOut })
        );
    }
}

/// Changes some lines and bytes of a stream.
fn mutate(stream: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = stream.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    for _ in 0..random.usize(1..12) {
        let (at, other) = (random.usize(..lines.len()), random.usize(..lines.len()));
        match random.u8(0..10) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => {
                let length = random.usize(0..=lines[at].len());
                lines[at].truncate(length);
            }
            4 => lines[at].insert(0, random.u8(..)),
            5 => {
                if let Some(byte) = random.choice(&mut lines[at]) {
                    *byte = *random.choice(b"\r\n: \0aF09").unwrap();
                }
            }
            6 => lines.insert(at, b"\r\n".to_vec()),
            7 => lines.insert(at, b"EventList: Complete\r\n".to_vec()),
            8 => lines.insert(at, b"Response: Error\r\n".to_vec()),
            _ => lines.insert(at, b"Event: PeerlistComplete\r\n".to_vec()),
        }
    }
    lines.concat()
}

/// Mutates the streams of honest servers: no action ends twice or is reported after its end, and
/// none is ended by a message without its ActionID.
#[test]
fn mutated_streams_end_each_action_once_and_by_its_id() {
    const ACTIONS: [&str; 8] =
        ["SIPpeers", "Status", "Getvar", "FAXStats", "CoreShowChannels", "Command", "WaitEvent", "DBGet"];
    let mut random = fastrand::Rng::with_seed(77);
    let mut total = 0;
    for run in 0..20_000 {
        let style = random.choice(Style::ALL).unwrap();
        let version = style.banner().trim_end().rsplit('/').next().unwrap();
        let storage = random.choice([64, 100, 256, 4096]).unwrap();
        let mut client = Client::new(slots(6), storage).logged_in(version);
        let mut server = Server::new(style, Faults { events: 5, ..Faults::NONE }, run);
        server
            .receive(b"Action: Login\r\nActionID: 0\r\nUsername: admin\r\nSecret: zebra-crossing-47\r\n\r\n");
        server.poll(100);
        let mut ids = HashMap::new();
        for _ in 0..random.usize(1..=6) {
            let ticket = client.submit(random.choice(ACTIONS).unwrap()).unwrap();
            ids.insert(ticket, client.session.action_id(ticket).as_str().to_owned());
        }
        server.receive(client.take_sent().as_bytes());
        let stream: Vec<u8> = (101..300).flat_map(|now| server.poll(now)).collect();
        let stream = mutate(&stream, &mut random);

        let mut ends = Vec::new();
        let mut whole = Vec::new();
        let mut wrong = Vec::new();
        let mut check = |incoming: Incoming, message: &Message<'_>| {
            whole.extend_from_slice(message.as_bytes());
            if let Some(ticket) = ticket_of(incoming) {
                if ends.contains(&ticket) {
                    wrong.push(format!("after its end: {incoming:?}"));
                }
            }
            if let Some(ticket) = ended_ticket(incoming) {
                ends.push(ticket);
                let holds = |text: &str| whole.windows(text.len()).any(|bytes| bytes == text.as_bytes());
                // A completion without any ActionID and Privilege may end the only list that is
                // open, if it has the number of its entries.
                let ends_unnamed = ends.len() == ids.len()
                    && matches!(incoming, Incoming::ListComplete { entries, .. }
                        if holds(&format!("\r\nListItems: {entries}\r\n")))
                    && holds("\r\nEventList: Complete\r\n")
                    && !holds("ActionID: ")
                    && !holds("Privilege: ");
                if !holds(&ids[&ticket]) && !ends_unnamed {
                    wrong.push(format!("{incoming:?} by {}", whole.escape_ascii()));
                }
            }
            if message.part().is_end() {
                whole.clear();
            }
        };
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(random.usize(1..200).min(rest.len()));
            client.read(now, &mut check);
            rest = later;
        }
        client.decoder.finish();
        client.read(b"", &mut check);
        assert!(wrong.is_empty(), "run {run}, {style:?} through {storage}: {wrong:?}");
        total += ends.len();
        ends.extend(client.close().into_iter().filter_map(ended_ticket));
        ends.sort();
        let mut all: Vec<_> = ids.into_keys().collect();
        all.sort();
        assert_eq!(ends, all, "each ends once");
    }
    assert!(total > 30_000);
}
