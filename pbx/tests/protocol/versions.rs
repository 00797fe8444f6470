//! The versions of the interface from 1.0 to 13.0, with the client of the library and without it.

use std::io::{Read, Write};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Error};
use embedded_ami::wire::OwnedMessage;
use embedded_ami_pbx::Pbx;

use crate::Server;

/// The versions, and whether the output of commands follows `Response: Follows`.
const VERSIONS: [(&str, bool); 24] = [
    ("1.0", true),
    ("1.1", true),
    ("1.2", true),
    ("1.3", true),
    ("2.0", true),
    ("2.1", true),
    ("2.5", true),
    ("2.8", true),
    ("2.9.0", true),
    ("2.10", true),
    ("2.10.6", true),
    ("3.0", false),
    ("3.1.1", false),
    ("4.0", false),
    ("5.0.4", false),
    ("6.0", false),
    ("7.0.3", false),
    ("8.0", false),
    ("9.0", false),
    ("10.0.1", false),
    ("11.0.0", false),
    ("12", false),
    ("13.0", false),
    ("13.99", false),
];

#[test]
fn the_client_of_the_library_works_with_every_version() {
    for (version, is_old) in VERSIONS {
        let pbx = Pbx::builder().user("admin", "secret").ami_version(version).start("127.0.0.1:0").unwrap();
        for credentials in [Credentials::new("admin", "secret"), Credentials::plain("admin", "secret")] {
            let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
            client.login(&credentials.events("call")).unwrap();
            client.send(&Raw::without_headers("Ping")).unwrap();
            let response = client.command("core show version").unwrap();
            let lines: Vec<_> = response.message().output().map(|line| line.as_bytes().to_vec()).collect();
            assert!(lines.len() == 1 && lines[0].starts_with(b"Asterisk 22"), "{version}: {lines:?}");
            // Old versions cannot report that a command failed.
            match client.command("nonsense") {
                Ok(response) => {
                    assert!(is_old, "{version}");
                    assert!(response.message().output().next().is_some());
                }
                Err(Error::Response { .. }) => assert!(!is_old, "{version}"),
                Err(error) => panic!("{version}: {error}"),
            }
            assert!(client.send(&Raw::without_headers("NoSuchAction")).is_err());
            let queues = client.list(&Raw::without_headers("QueueStatus")).unwrap();
            assert_eq!(queues.collect::<Result<Vec<_>, _>>().unwrap().len(), 4, "{version}");
            let call = [("Channel", "Local/103@test"), ("Application", "Wait"), ("Async", "true")];
            client.send(&Raw::new("Originate", &call)).unwrap();
            let is_outcome = |event: &OwnedMessage| event.message().name().unwrap() == "OriginateResponse";
            while !is_outcome(&client.next_event(Duration::from_secs(5)).unwrap().expect("an event")) {}
            client.log_off().unwrap();
        }
        pbx.stop();
    }
}

/// Sends requests and returns all that the PBX sends for them until it closes the connection.
fn exchange(version: &str, requests: &str) -> String {
    let server = Server::with(|builder| builder.ami_version(version));
    let mut wire = server.connect();
    let login = "Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n";
    let text = format!("{login}{requests}Action: Logoff\r\n\r\n");
    wire.stream.get_mut().write_all(text.as_bytes()).unwrap();
    let mut received = String::new();
    wire.stream.read_to_string(&mut received).unwrap();
    received
}

#[test]
fn the_forms_of_answers_depend_on_the_version() {
    let requests = "Action: Ping\r\nActionID: p\r\n\r\n\
        Action: Command\r\nActionID: c\r\nCommand: queue show sales\r\n\r\n\
        Action: Command\r\nCommand: nonsense\r\n\r\n\
        Action: Nonsense\r\nActionID: n\r\n\r\n";
    for (version, is_old) in VERSIONS {
        let received = exchange(version, requests);
        let banner = format!("Asterisk Call Manager/{version}\r\n");
        let rest = received.strip_prefix(&banner).expect("a banner");
        let mut rest =
            rest.strip_prefix("Response: Success\r\nMessage: Authentication accepted\r\n\r\n").unwrap();
        let mut next = |end: &str| {
            let (message, after) = rest.split_once(end).unwrap_or_else(|| panic!("{version}: {rest}"));
            rest = after;
            message
        };
        let pong = next("\r\n\r\n");
        if version == "1.0" {
            assert_eq!(pong, "Response: Pong\r\nActionID: p");
        } else {
            let start = "Response: Success\r\nActionID: p\r\nPing: Pong\r\nTimestamp: ";
            assert!(pong.starts_with(start), "{version}: {pong}");
        }
        let sales =
            ["sales has 0 calls (max unlimited) in 'ringall' strategy", "   No Members", "   No Callers", ""];
        let failed =
            "No such command 'nonsense' (type 'core show help nonsense' for other possible commands)";
        if is_old {
            let end = "--END COMMAND--\r\n\r\n";
            let expected =
                format!("Response: Follows\r\nPrivilege: Command\r\nActionID: c\r\n{}\n", sales.join("\n"));
            assert_eq!(next(end), expected, "{version}");
            assert_eq!(
                next(end),
                format!("Response: Follows\r\nPrivilege: Command\r\n{failed}\n"),
                "{version}"
            );
        } else {
            let output = sales.map(|line| format!("Output: {line}")).join("\r\n");
            let head = "Message: Command output follows";
            let expected = format!("Response: Success\r\nActionID: c\r\n{head}\r\n{output}");
            assert_eq!(next("\r\n\r\n"), expected, "{version}");
            assert_eq!(
                next("\r\n\r\n"),
                format!("Response: Error\r\n{head}\r\nOutput: {failed}"),
                "{version}"
            );
        }
        let hint = match version {
            "1.0" => "",
            _ => ": Nonsense. Use Action: ListCommands to show available commands.",
        };
        let unknown = format!("Response: Error\r\nActionID: n\r\nMessage: Invalid/unknown command{hint}");
        assert_eq!(next("\r\n\r\n"), unknown, "{version}");
        assert_eq!(rest, "Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n");
    }
}

#[test]
fn other_versions_are_refused() {
    for version in ["", "0.9", "14", "14.0.0", "99", "2.", "2..1", "v2", "2.x", "-1.0", "1.0\r\nX: 1"] {
        let error = Pbx::builder().ami_version(version).start("127.0.0.1:0").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{version:?}");
        assert!(error.to_string().contains("from 1.0 to 13"), "{error}");
    }
}
