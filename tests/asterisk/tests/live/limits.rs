//! The encoder's limits are those of Asterisk: everything up to a limit arrives, and the server
//! fails above it.

use embedded_ami::action::{self, Action, Raw};
use embedded_ami::wire::{Dialect, EncodeError, Kind, Outbox, OwnedMessage};

use crate::server::{NONE, Server, Session, ask, assert_success, is, unique, value};

live!(line_length_limit, line_count_limit, action_id_length_limit);

type Headers = Vec<(String, Vec<u8>)>;

/// Sends a UserEvent with these headers and asserts that the event has them all.
fn user_event(server: &Server, headers: &Headers) {
    let mut session = Session::new(server, "user", 256);
    let name = unique();
    let mut all = vec![("UserEvent", name.as_bytes())];
    all.extend(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())));
    session.queue(&Raw::new("UserEvent", &all), &name);
    session.send();
    assert_success(&session.until(|message| message.kind() == Kind::Response));
    let event = session
        .until(|message| message.get("UserEvent").is_some_and(|found| found.as_bytes() == name.as_bytes()));
    for (name, sent) in headers {
        assert_eq!(value(&event, name), sent, "{name}");
    }
    session.finish();
}

/// Sends bytes that the encoder refuses to write. Returns the response.
fn send_raw(server: &Server, bytes: &[u8]) -> OwnedMessage {
    let mut session = Session::new(server, "off", 256);
    session.send_raw(bytes);
    session.until(|message| message.kind() == Kind::Response)
}

/// Returns the error with which the encoder refuses the action.
fn encode_error(action: &impl Action, id: &str) -> EncodeError {
    let mut outbox = Outbox::for_client([0; 8192], Dialect::Current);
    let error = action::write(action, id, &mut outbox).expect_err("an action that is refused");
    assert!(outbox.pending().is_empty());
    error
}

fn line_length_limit(server: &Server) {
    let long = |length: usize| -> Vec<u8> { (0..length).map(|n| b'!' + (n % 90) as u8).collect() };
    user_event(server, &vec![("Long".into(), long(1022 - "Long: ".len()))]);

    let too_long = long(1023 - "Long: ".len());
    let error = encode_error(&Raw::new("UserEvent", &[("Long", &too_long)]), "1");
    assert_eq!(error, EncodeError::LineTooLong { line: 3, length: 1023, limit: 1022 });
    let response = send_raw(server, &[b"Action: UserEvent\r\nLong: ", &too_long[..], b"\r\n\r\n"].concat());
    assert_eq!(value(&response, "Message"), b"Failed to parse message: line too long");
}

fn line_count_limit(server: &Server) {
    let line = |n: usize| (format!("Line{n}"), n.to_string().into_bytes());
    // The first three lines are Action, ActionID and UserEvent.
    user_event(server, &(4..=128).map(line).collect());

    let headers: Headers = (3..=129).map(line).collect();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
    assert_eq!(encode_error(&Raw::new("Ping", &headers), "1"), EncodeError::TooManyLines { limit: 128 });
    let lines: String = (2..=129).map(|n| format!("Line{n}: {n}\r\n")).collect();
    let response = send_raw(server, format!("Action: Ping\r\n{lines}\r\n").as_bytes());
    assert_eq!(value(&response, "Message"), b"Too many lines in message or allocation failure");
}

fn action_id_length_limit(server: &Server) {
    let mut client = server.client();
    let call = unique();
    let headers =
        [("Channel", "Local/100@test"), ("Application", "ConfBridge"), ("Data", &call), ("ChannelId", &call)];
    assert_success(&ask(&mut client, "Originate", &headers));
    let conference = [("Conference", &call)];
    // The channel joins the conference shortly after the call is answered.
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
        let mut entries = 0;
        loop {
            let entry = session.read().expect("an entry");
            assert_eq!(value(&entry, "ActionID"), id.as_bytes(), "{entry:?}");
            assert_eq!(entry.message().get_all("Event").count(), 1, "{entry:?}");
            if entry.message().get("EventList").is_some_and(|list| list == "Complete") {
                assert_eq!(value(&entry, "ListItems"), entries.to_string().as_bytes());
                break;
            }
            entries += 1;
        }
        assert!(entries > 0, "{}: an empty list", action.name());
    }
    session.finish();

    let id = "i".repeat(68);
    assert_eq!(encode_error(&list, &id), EncodeError::ActionIdTooLong { line: 2, length: 68 });
    let mut session = Session::new(server, "off", 256);
    let bytes = format!("Action: ConfbridgeList\r\nActionID: {id}\r\nConference: {call}\r\n\r\n");
    session.send_raw(bytes.as_bytes());
    let entry = session.until(|message| is(message, Kind::Event, "ConfbridgeList"));
    // The server loses the line end after the ActionID, and with it the next header.
    assert!(entry.message().get("Conference").is_none(), "{entry:?}");

    assert_success(&ask(&mut client, "Hangup", &[("Channel", &call)]));
}
