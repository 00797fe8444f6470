//! Recorded streams, which the PBX sends to each client that logs in.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use embedded_ami_pbx::{Pbx, Recording, Rule};

/// Returns the recorded streams of servers in `tests/data`.
fn captures() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    let folders = ["1.4", "13", "22"].map(|version| std::fs::read_dir(data.join(version)).expect("captures"));
    let files = folders.into_iter().flatten().map(|entry| entry.expect("a file").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "s2c")).collect()
}

fn connect(pbx: &Pbx) -> TcpStream {
    let stream = TcpStream::connect(pbx.local_addr()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    stream
}

const LOGIN: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\n";
const ACCEPTED: &[u8] = b"Message: Authentication accepted\r\n\r\n";

/// Returns the offset after the first occurrence.
fn after(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|part| part == text).map(|at| at + text.len())
}

#[test]
fn each_capture_arrives_byte_for_byte_after_the_login() {
    let mut captures_sent = 0;
    for path in captures() {
        let bytes = std::fs::read(&path).unwrap();
        // Others have nothing after the banner and the login, or end in the middle of a message.
        let Ok(recording) = Recording::from_file(&path) else { continue };
        if !bytes.ends_with(b"\r\n\r\n") {
            continue;
        }
        let pbx = Pbx::builder().user("admin", "secret").replay(recording).start("127.0.0.1:0").unwrap();
        let mut stream = connect(&pbx);
        stream.write_all(LOGIN).unwrap();
        let mut received = Vec::new();
        while !received.ends_with(ACCEPTED) {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            received.extend(byte);
        }
        let expected = &bytes[after(&bytes, ACCEPTED).or(after(&bytes, b"\n")).unwrap()..];
        received.resize(expected.len(), 0);
        stream.read_exact(&mut received).unwrap();
        assert!(received == expected, "{}", path.display());
        captures_sent += 1;
    }
    assert!(captures_sent > 60, "{captures_sent} captures");
}

#[test]
fn requests_are_answered_during_and_after_the_replay() {
    // More than the buffers of the sockets hold.
    let recorded: String = (0..300_000)
        .map(|at| format!("Event: Recorded\r\nNumber: {at}\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n"))
        .collect();
    let recording = Recording::new(recorded).unwrap();
    let pbx = Pbx::builder().user("admin", "secret").replay(recording).start("127.0.0.1:0").unwrap();
    let mut stream = connect(&pbx);
    stream.write_all(LOGIN).unwrap();
    let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
    client.login(&Credentials::new("admin", "secret").events("on")).unwrap();
    // The other client reads nothing, and this one reads while it waits for its answer.
    client.send(&Raw::without_headers("Ping")).unwrap();

    // The answer comes in the middle of the recording.
    stream.write_all(b"Action: Ping\r\nActionID: 7\r\n\r\n").unwrap();
    let (mut events, mut at_pong) = (0_u32, 0);
    for line in std::io::BufRead::lines(std::io::BufReader::new(stream)) {
        match line.unwrap().as_str() {
            "Ping: Pong" => at_pong = events,
            "Number: 299999" => break,
            line => {
                if let Some(number) = line.strip_prefix("Number: ") {
                    assert_eq!(number.parse(), Ok(events));
                    events += 1;
                }
            }
        }
    }
    assert!(at_pong > 0 && at_pong < 299_000, "{at_pong}");
    let event = client.next_event(Duration::from_secs(5)).unwrap().expect("a recorded event");
    assert!(event.message().name().is_some());
    client.log_off().unwrap();
}

#[test]
fn nothing_is_sent_without_a_login_and_each_client_gets_the_whole() {
    let recording =
        Recording::new(b"Event: Recorded\r\nNumber: 1\r\n\r\nEvent: Recorded\r\nNumber: 2\r\n\r\n").unwrap();
    let pbx = Pbx::builder().user("admin", "secret").replay(recording).start("127.0.0.1:0").unwrap();
    let mut refused = connect(&pbx);
    refused.write_all(b"Action: Ping\r\n\r\nAction: Logoff\r\n\r\n").unwrap();
    let mut received = String::new();
    refused.read_to_string(&mut received).unwrap();
    assert!(!received.contains("Recorded"), "{received}");
    for _ in 0..3 {
        let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
        client.login(&Credentials::new("admin", "secret").events("on")).unwrap();
        for number in ["1", "2"] {
            assert_eq!(next_number(&mut client), number);
        }
    }
}

#[test]
fn a_login_that_a_rule_answers_is_followed_by_the_recording() {
    let recorded = b"Event: Recorded\r\nNumber: 1\r\n\r\n";
    let pbx = Pbx::builder().user("admin", "secret").replay(Recording::new(recorded).unwrap());
    let pbx = pbx
        .on("Login", Rule::answer([("Message", "Authentication accepted")]).delay(Duration::from_millis(20)));
    let pbx = pbx.start("127.0.0.1:0").unwrap();
    let mut stream = connect(&pbx);
    stream.write_all(b"Action: Login\r\n\r\n").unwrap();
    let expected = [b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n", ACCEPTED, recorded].concat();
    let mut received = vec![0; expected.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(String::from_utf8(received), String::from_utf8(expected));
}

/// Returns the number of the next recorded event.
fn next_number(client: &mut Client<TcpStream>) -> String {
    loop {
        let event = client.next_event(Duration::from_secs(5)).unwrap().expect("an event");
        if event.message().name().is_some_and(|name| name == "Recorded") {
            return event.message().get("Number").unwrap().to_string();
        }
    }
}

#[test]
fn an_unreadable_file_is_named() {
    let error = Recording::from_file("/no/such/file").unwrap_err().to_string();
    assert!(error.starts_with("/no/such/file: "), "{error}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/22/banner.s2c");
    let error = Recording::from_file(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("{}: the recording has no complete message after the banner and the login", path.display())
    );
}
