//! The blocking client over a serial line: a pseudo-terminal with a scripted server at the other
//! end.
#![cfg(unix)]

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{Key, Raw, md5};
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use serialport::{SerialPort, TTYPort};

const SECRET: &str = "zebra-crossing-47";
const TIMEOUT: Duration = Duration::from_secs(5);
const EVENTS: usize = 500;
const ENTRIES: usize = 50;
const LINES: usize = 3_000;

/// Returns every byte that a value may contain, including those that a terminal interprets itself:
/// ^C, ^D, ^S, ^Q, DEL, 0xff.
fn value() -> Vec<u8> {
    (1..=255).filter(|byte| !b"\r\n".contains(byte)).collect()
}

/// Returns line `n` of the command output.
fn output_line(n: usize) -> String {
    format!("  {n}: \t{} ", "x".repeat(n % 60))
}

/// The server's end of the line.
struct Server(TTYPort);

impl Server {
    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).expect("a line that takes bytes");
    }

    /// Reads a request and checks its name. Returns its ActionID and its text.
    fn receive(&mut self, action: &str) -> (String, String) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).expect("a request");
            request.push(byte[0]);
        }
        let request = String::from_utf8(request).expect("text");
        assert!(request.starts_with(&format!("Action: {action}\r\n")), "{request}");
        assert!(!request.contains(SECRET));
        let id = request.lines().find_map(|line| line.strip_prefix("ActionID: ")).expect("an ActionID");
        (id.to_owned(), request)
    }

    /// Answers the next request, which must be this action, with a success and these headers.
    fn answer(&mut self, action: &str, headers: &str) {
        let (id, _) = self.receive(action);
        self.send(format!("Response: Success\r\nActionID: {id}\r\n{headers}\r\n"));
    }

    /// Accepts a login.
    fn accept_login(&mut self) {
        self.send("Asterisk Call Manager/11.0.0\r\n");
        self.answer("Challenge", "Challenge: 840415273\r\n");
        let (id, request) = self.receive("Login");
        let key = Key::new(md5, b"840415273", SECRET.as_bytes()).expect("a challenge of digits");
        assert!(request.contains(&format!("\r\nKey: {}\r\n", std::str::from_utf8(&key.to_hex()).unwrap())));
        self.send(format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"));
        self.send("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
    }
}

/// Opens a line with a server at one end. Returns the client's end and the server's thread.
fn line_to(serve: impl FnOnce(&mut Server) + Send + 'static) -> (TTYPort, thread::JoinHandle<TTYPort>) {
    let (mut master, mut slave) = TTYPort::pair().expect("a pseudo-terminal");
    master.set_timeout(TIMEOUT).expect("a timeout");
    slave.set_timeout(Duration::from_millis(100)).expect("a timeout");
    let server = thread::spawn(move || {
        let mut server = Server(master);
        serve(&mut server);
        server.0
    });
    (slave, server)
}

fn log_in(line: TTYPort) -> Client<TTYPort> {
    let mut client = Client::new(line, TIMEOUT).expect("a banner");
    client.login(&Credentials::new("admin", SECRET).events("call,system")).expect("a login");
    client
}

#[test]
fn values_output_and_lists_pass_a_serial_line_unchanged() {
    let begin = Instant::now();
    let (line, server) = line_to(|server| {
        server.accept_login();
        let (id, _) = server.receive("Command");
        // More bytes than the line buffers, before, within and after the response.
        for n in 0..EVENTS {
            server.send(format!("Event: Newexten\r\nPrivilege: dialplan,all\r\nPriority: {n}\r\nAppData: "));
            server.send(value());
            server.send("\r\n\r\n");
        }
        server.send(format!("Response: Success\r\nActionID: {id}\r\nMessage: Command output follows\r\n"));
        for n in 0..LINES {
            if n == 1_000 {
                thread::sleep(Duration::from_millis(350)); // some reads time out
            }
            server.send(format!("Output: {}\r\n", output_line(n)));
        }
        server.send("\r\n");
        let (id, _) = server.receive("QueueStatus");
        server.send(format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
        for n in 0..ENTRIES {
            thread::sleep(Duration::from_millis(2));
            server.send(format!("Event: QueueMember\r\nActionID: {id}\r\nPenalty: {n}\r\n\r\n"));
        }
        server.send(format!("Event: QueueStatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"));
        let (id, _) = server.receive("Logoff");
        server.send(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"));
    });
    let mut client = log_in(line);

    let response = client.command("core show applications").expect("an answer");
    let output: Vec<_> = response.message().output().map(|line| line.as_bytes().to_vec()).collect();
    assert_eq!(output.len(), LINES);
    for (n, actual) in output.iter().enumerate() {
        assert_eq!(actual, output_line(n).as_bytes());
    }

    let mut events: Vec<_> = client.events(Duration::ZERO).map(|event| event.expect("an event")).collect();
    assert!(events.remove(0).message().name().is_some_and(|name| name == "FullyBooted"));
    assert_eq!(events.len(), EVENTS);
    for (n, event) in events.iter().enumerate() {
        assert_eq!(event.message().get("Priority").and_then(|value| value.to_u64()), Some(n as u64));
        let data = event.message().get("AppData").expect("a value").as_bytes();
        assert_eq!(data.escape_ascii().to_string(), value().escape_ascii().to_string());
    }
    assert_eq!(client.dropped_events(), 0);

    let mut list = client.list(&Raw::without_headers("QueueStatus")).expect("a list");
    for n in 0..ENTRIES {
        let entry = list.next().expect("an entry").expect("no end");
        assert_eq!(entry.message().get("Penalty").and_then(|value| value.to_u64()), Some(n as u64));
    }
    assert!(list.next().is_none());
    drop(list);
    client.log_off().expect("a goodbye");
    server.join().expect("a good session");
    assert!(begin.elapsed() < TIMEOUT);
}

/// The driver reports it immediately, as a broken pipe or an I/O error, and the client passes that
/// on.
#[test]
fn a_line_whose_other_end_closes_is_reported_at_once() {
    let (line, server) = line_to(|server| {
        server.accept_login();
        server.receive("Ping");
    });
    let mut client = log_in(line);
    let ping = thread::spawn(move || client.send(&Raw::without_headers("Ping")));
    drop(server.join().expect("a login"));
    let begin = Instant::now();
    let error = ping.join().expect("no panic").expect_err("no answer");
    assert!(
        matches!(error, Error::Lost { disconnect: Some(Disconnect::Closed | Disconnect::Io(_)), .. }),
        "{error:?}"
    );
    assert!(begin.elapsed() < TIMEOUT / 2);
}

/// Nothing answers at the other end of the line.
#[test]
fn a_silent_line_fails_within_the_time_limit() {
    let (line, server) = line_to(|_| {});
    let begin = Instant::now();
    let error = Client::new(line, Duration::from_millis(400)).expect_err("no banner");
    assert!(matches!(&error, Error::Silent { timeout } if timeout.as_millis() == 400), "{error:?}");
    assert!((400..1_500).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
    drop(server);
}

/// The line accepts no bytes for longer than the time limit of one write, but not for longer than
/// the client's time limit.
#[test]
fn a_write_continues_after_a_line_was_blocked_for_a_while() {
    const ACTIONS: usize = 100;
    let (line, server) = line_to(|server| {
        server.accept_login();
        thread::sleep(Duration::from_millis(500));
        for _ in 0..ACTIONS {
            server.answer("UserEvent", "");
        }
    });
    let mut client = log_in(line);
    let padding = "x".repeat(400);
    let event = [("UserEvent", "Slow"), ("Padding", padding.as_str())];
    let tickets: Vec<_> =
        (0..ACTIONS).map(|_| client.submit(&Raw::new("UserEvent", &event)).expect("a line")).collect();
    for ticket in tickets {
        client.wait(ticket).expect("an answer");
    }
    drop(client);
    drop(server.join().expect("a session"));
}

/// The line stays open between the logins.
#[test]
fn several_logins_in_sequence_work_over_one_line() {
    let (start, starts) = mpsc::channel();
    let (line, server) = line_to(move |server| {
        while starts.recv().is_ok() {
            server.accept_login();
            server.answer("Ping", "Ping: Pong\r\n");
            let (id, _) = server.receive("Logoff");
            server.send(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"));
        }
    });
    for _ in 0..3 {
        start.send(()).expect("a server");
        let mut client = log_in(line.try_clone_native().expect("a line"));
        let pong = client.send(&Raw::without_headers("Ping")).expect("an answer");
        assert!(pong.message().get("Ping").is_some_and(|pong| pong == "Pong"));
        client.log_off().expect("a goodbye");
        assert_eq!(line.bytes_to_read().expect("a count"), 0, "bytes are left on the line");
    }
    drop(start);
    server.join().expect("three sessions");
}
