//! Asterisk's limits are where the encoder has them: up to them all arrives, one more and the server fails.

use embedded_ami::action::{self, Action, Raw};
use embedded_ami::wire::{Dialect, EncodeError, Kind, Outbox, OwnedMessage};

use crate::server::{NONE, Server, Session, ask, assert_success, is, unique, value};

live!(length_of_a_line, number_of_lines, length_of_an_action_id);

type Headers = Vec<(String, Vec<u8>)>;

/// Sends a UserEvent with these headers, on a connection that gets the event.
fn user_event(server: &Server, headers: &Headers) {
    let mut session = Session::new(server, "user", 256);
    let name = unique();
    let mut all = vec![("UserEvent", name.as_bytes())];
    all.extend(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())));
    session.queue(&Raw::new("UserEvent", &all), &name);
    session.send();
    assert_success(&session.until(|message| message.kind() == Kind::Response));
    let event = session
        .until(|message| message.get("UserEvent").is_some_and(|own| own.as_bytes() == name.as_bytes()));
    for (name, sent) in headers {
        assert_eq!(value(&event, name), sent, "{name}");
    }
    session.finish();
}

/// The response to bytes that the encoder does not write.
fn raw(server: &Server, bytes: &[u8]) -> OwnedMessage {
    let mut session = Session::new(server, "off", 256);
    session.send_raw(bytes);
    session.until(|message| message.kind() == Kind::Response)
}

fn refused(action: &impl Action, id: &str) -> EncodeError {
    let mut outbox = Outbox::for_client([0; 8192], Dialect::Current);
    let error = action::write(action, id, &mut outbox).expect_err("an action that is refused");
    assert!(outbox.pending().is_empty());
    error
}

fn length_of_a_line(server: &Server) {
    let long = |length: usize| -> Vec<u8> { (0..length).map(|n| b'!' + (n % 90) as u8).collect() };
    user_event(server, &vec![("Long".into(), long(1022 - "Long: ".len()))]);

    let over = long(1023 - "Long: ".len());
    let error = refused(&Raw::new("UserEvent", &[("Long", &over)]), "1");
    assert_eq!(error, EncodeError::LineTooLong { line: 3, length: 1023, limit: 1022 });
    let response = raw(server, &[b"Action: UserEvent\r\nLong: ", &over[..], b"\r\n\r\n"].concat());
    assert_eq!(value(&response, "Message"), b"Failed to parse message: line too long");
}

fn number_of_lines(server: &Server) {
    let line = |n: usize| (format!("Line{n}"), n.to_string().into_bytes());
    // Action, ActionID and UserEvent are the others.
    user_event(server, &(4..=128).map(line).collect());

    let over: Headers = (3..=129).map(line).collect();
    let over: Vec<_> = over.iter().map(|(name, value)| (name.as_str(), value)).collect();
    assert_eq!(refused(&Raw::new("Ping", &over), "1"), EncodeError::TooManyLines { limit: 128 });
    let lines: String = (2..=129).map(|n| format!("Line{n}: {n}\r\n")).collect();
    let response = raw(server, format!("Action: Ping\r\n{lines}\r\n").as_bytes());
    assert_eq!(value(&response, "Message"), b"Too many lines in message or allocation failure");
}

fn length_of_an_action_id(server: &Server) {
    let mut client = server.client();
    let call = unique();
    let headers =
        [("Channel", "Local/100@test"), ("Application", "ConfBridge"), ("Data", &call), ("ChannelId", &call)];
    assert_success(&ask(&mut client, "Originate", &headers));
    let conference = [("Conference", &call)];
    // The call is answered, and in the conference a moment later.
    while !is(&ask(&mut client, "ConfbridgeList", &conference).message(), Kind::Response, "Success") {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }

    let id = "i".repeat(67);
    let mut session = Session::new(server, "off", 256);
    let list = Raw::new("ConfbridgeList", &conference);
    let actions: [&dyn Action; 4] = [
        &Raw::new("QueueStatus", NONE),
        &list,
        &Raw::new("CoreShowChannels", NONE),
        &Raw::new("Status", NONE),
    ];
    for action in actions {
        session.queue(action, &id);
        session.send();
        let response = session.read().expect("a response");
        assert_success(&response);
        assert_eq!(value(&response, "ActionID"), id.as_bytes());
        let mut items = 0;
        loop {
            let entry = session.read().expect("an entry");
            assert_eq!(value(&entry, "ActionID"), id.as_bytes(), "{entry:?}");
            assert_eq!(entry.message().get_all("Event").count(), 1, "{entry:?}");
            if entry.message().get("EventList").is_some_and(|list| list == "Complete") {
                assert_eq!(value(&entry, "ListItems"), items.to_string().as_bytes());
                break;
            }
            items += 1;
        }
        assert!(items > 0, "{}: an empty list", action.name());
    }
    session.finish();

    let id = "i".repeat(68);
    assert_eq!(refused(&list, &id), EncodeError::ActionIdTooLong { line: 2, length: 68 });
    let mut session = Session::new(server, "off", 256);
    let bytes = format!("Action: ConfbridgeList\r\nActionID: {id}\r\nConference: {call}\r\n\r\n");
    session.send_raw(bytes.as_bytes());
    let entry = session.until(|message| is(message, Kind::Event, "ConfbridgeList"));
    // The line end behind the ActionID is lost, and with it the next header.
    assert!(entry.message().get("Conference").is_none(), "{entry:?}");

    assert_success(&ask(&mut client, "Hangup", &[("Channel", &call)]));
}
