//! Messages in parts: the size of the decoder's storage never changes the result of an action.

use embedded_ami::client::{Incoming, ResponseStatus, Stage, Ticket};
use embedded_ami::wire::{Decoder, Step};

use crate::client::{Client, PREFIX, ended_ticket, slots};
use crate::server::{Faults, Server, Style};

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
    "Bogus",
    "Command",
];

/// Returns whether a report does not depend on the number of parts: it concerns the whole message
/// or ends an action.
fn is_result(incoming: Incoming) -> bool {
    let results = matches!(
        incoming,
        Incoming::LogIn | Incoming::Ready | Incoming::Refused(_) | Incoming::Shutdown | Incoming::LoggedOff
    );
    results || ended_ticket(incoming).is_some()
}

/// Returns these reports for a stream, if all actions are submitted as soon as possible. The stream
/// comes from the server and is recorded, or is replayed if it is not empty.
fn results(storage: usize, server: &mut Server, stream: &mut Vec<u8>) -> Vec<Incoming> {
    let mut client = Client::new(slots(ACTIONS.len()), storage);
    client.connect(PREFIX);
    let mut results = Vec::new();
    let mut was_ready = false;
    let replays = !stream.is_empty();
    let mut at = 0;
    for now in 0.. {
        let bytes = if replays { stream[at..(at + 40).min(stream.len())].to_vec() } else { server.poll(now) };
        at += bytes.len();
        client.read(&bytes, |incoming, _| results.push(incoming));
        if client.session.stage() == Stage::Ready && !std::mem::replace(&mut was_ready, true) {
            for name in ACTIONS {
                client.submit(name).unwrap();
            }
        }
        let sent = client.take_sent();
        if !replays {
            stream.extend_from_slice(&bytes);
            server.receive(sent.as_bytes());
        }
        if at == stream.len() && (replays || now > 1500) {
            break;
        }
    }
    results.extend(client.close());
    results.retain(|&incoming| is_result(incoming));
    results
}

#[test]
fn results_do_not_depend_on_the_storage() {
    let mut ends = 0;
    for style in Style::ALL {
        for seed in 0..4 {
            let faults = Faults { events: 20, ..Faults::NONE };
            let mut stream = Vec::new();
            let expected = results(65536, &mut Server::new(style, faults, seed), &mut stream);
            assert!(stream.len() > 3000);
            let mut idle = Server::new(style, faults, seed);
            for storage in 64..=300 {
                let found = results(storage, &mut idle, &mut stream);
                assert_eq!(found, expected, "{style:?} through {storage}");
                ends += found.len();
            }
        }
    }
    assert!(ends > 10_000);
}

/// The word of a response, its other headers, and the status that they mean.
const RESPONSES: [(&str, &str, ResponseStatus); 24] = [
    ("Success", "", ResponseStatus::Success),
    ("success", "Message: Authentication failed\r\n", ResponseStatus::Success),
    ("Goodbye", "Message: Thanks for all the fish.\r\n", ResponseStatus::Success),
    ("Pong", "", ResponseStatus::Success),
    ("Events On", "", ResponseStatus::Success),
    ("Events Off", "", ResponseStatus::Success),
    ("EVENTS OFF", "", ResponseStatus::Success),
    ("Error", "", ResponseStatus::Error),
    ("ERROR", "Message: No such channel\r\n", ResponseStatus::Error),
    ("Error", "Message: permission denied\r\n", ResponseStatus::Error),
    ("Error", "Text: Permission denied\r\n", ResponseStatus::Error),
    ("Error", "message: Permission denied\r\n", ResponseStatus::PermissionDenied),
    ("Error", "Message: Permission denied\r\nMore: x\r\n", ResponseStatus::PermissionDenied),
    ("Error", "Message: Authentication Required\r\n", ResponseStatus::PermissionDenied),
    ("Error", "Message: Invalid/unknown command\r\n", ResponseStatus::UnknownAction),
    (
        "Error",
        "Message: Invalid/unknown command: QueueMemberRingInUse. Use Action: ListCommands to show available commands.\r\n",
        ResponseStatus::UnknownAction,
    ),
    ("Error", "Message: Login Already In Use\r\n", ResponseStatus::AlreadyInUse),
    ("Error", "Message: Asterisk is shutting down\r\n", ResponseStatus::ShuttingDown),
    (
        "Error",
        "Output: 1\r\nOutput: 2\r\nMessage: Asterisk is shutting down\r\n",
        ResponseStatus::ShuttingDown,
    ),
    ("Failure", "Message: x\r\n", ResponseStatus::Error),
    ("Failed", "", ResponseStatus::Other),
    ("Cancelled", "", ResponseStatus::Other),
    ("", "", ResponseStatus::Other),
    ("Success ", "", ResponseStatus::Other),
];

/// Returns the reports about one message that names the action, up to its last part, and the status
/// of the message as a whole.
fn respond(storage: usize, text: impl Fn(&str) -> String) -> (Ticket, Vec<Incoming>, Option<ResponseStatus>) {
    let mut client = Client::new(slots(1), storage).logged_in("11.0.0");
    let (ticket, id) = client.request("CoreStatus");
    let text = text(&id);
    let reported = client.receive(&text);
    assert_eq!(client.session.outstanding(), 0, "{text:?} through {storage}");
    let mut whole = Decoder::for_client(vec![0; 4096]).unwrap();
    whole.space()[..text.len()].copy_from_slice(text.as_bytes());
    whole.advance(text.len());
    assert_eq!(whole.poll(), Step::Message);
    let status = Some(whole.message()).filter(|message| message.as_bytes().len() == text.len());
    (ticket, reported, status.map(|message| ResponseStatus::from_message(&message)))
}

#[test]
fn every_response_status_through_any_storage() {
    for (word, more, expected) in RESPONSES {
        for padding in [0, 30, 200] {
            let padding =
                if padding > 0 { format!("Pad: {}\r\n", "x".repeat(padding)) } else { String::new() };
            for storage in (64..=300).chain([4096]) {
                let (ticket, reported, status) = respond(storage, |id| {
                    format!("Response: {word}\r\nActionID: {id}\r\n{padding}{more}{padding}\r\n")
                });
                assert_eq!(status, Some(expected));
                let end = Incoming::Response { ticket, status: expected, is_end: true };
                assert_eq!(reported.last(), Some(&end), "{word} {more:?} through {storage}");
                let (_, before) = reported.split_last().unwrap();
                assert!(before.iter().all(|&part| match part {
                    Incoming::Response { ticket: other, is_end, .. } => other == ticket && !is_end,
                    part => part == Incoming::Unmatched,
                }));
            }
        }
    }
}

#[test]
fn is_error_holds_for_every_error_status() {
    for (_, _, status) in RESPONSES {
        let expected = !matches!(status, ResponseStatus::Success | ResponseStatus::Other);
        assert_eq!(status.is_error(), expected);
    }
    assert!(!ResponseStatus::Text.is_error());
}

#[test]
fn text_and_payload_complete_an_action() {
    for storage in 64..=300 {
        let text =
            |id: &str| format!("ActionID: {id}\r\nName/Username    Host\r\n0 iax2 peers [0 online]\r\n\r\n");
        let (ticket, reported, status) = respond(storage, text);
        assert_eq!(status, Some(ResponseStatus::Text));
        assert_eq!(
            reported.last(),
            Some(&Incoming::Response { ticket, status: ResponseStatus::Text, is_end: true })
        );

        let payload = "Response: Error\n\nActionID: 7\r\n\r\nEvent: X\r\n".repeat(9);
        let (ticket, reported, status) = respond(storage, |id| {
            format!(
                "Response: Follows\r\nPrivilege: Command\r\nActionID: {id}\r\n{payload}--END COMMAND--\r\n\r\n"
            )
        });
        assert_eq!(status, Some(ResponseStatus::Success));
        assert_eq!(
            reported.last(),
            Some(&Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true })
        );
    }
}

#[test]
fn the_first_message_header_decides_the_status() {
    // A second `Message` comes from a forged value, or from PresenceState.
    let text = |id: &str| {
        format!(
            "Response: Error\r\nActionID: {id}\r\nMessage: No\r\nPad: {}\r\nMessage: Permission denied\r\n\r\n",
            "x".repeat(60)
        )
    };
    for storage in (64..=300).chain([4096]) {
        let (_, reported, status) = respond(storage, text);
        let Some(&Incoming::Response { status: reported, .. }) = reported.last() else {
            panic!("{reported:?}")
        };
        assert_eq!(Some(reported), status, "through {storage}");
    }
}

/// An application that closes its connection at the report must have the whole event by then.
#[test]
fn a_shutdown_event_in_parts_is_reported_once_with_its_last_part() {
    for storage in 64..=300 {
        let mut client = Client::new(slots(1), storage).logged_in("11.0.0");
        let text = format!(
            "Event: Shutdown\r\nPrivilege: system,all\r\nPad: {}\r\nShutdown: Cleanly\r\n\r\n",
            "x".repeat(100)
        );
        let reported = client.receive(&text);
        let (last, before) = reported.split_last().unwrap();
        assert_eq!(*last, Incoming::Shutdown, "through {storage}");
        let event = Incoming::Event { ticket: None };
        assert!(before.iter().all(|incoming| *incoming == event), "{reported:?} through {storage}");
    }
}
