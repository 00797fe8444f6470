//! The blocking client over a serial line: a pseudo-terminal, at whose other end is a server by script.
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

/// Every byte that a value may have, with those that a terminal takes for itself: ^C, ^D, ^S, ^Q, DEL, 0xff.
fn value() -> Vec<u8> {
    (1..=255).filter(|byte| !b"\r\n".contains(byte)).collect()
}

fn line(n: usize) -> String {
    format!("  {n}: \t{} ", "x".repeat(n % 60))
}

/// The server's end.
struct Server(TTYPort);

impl Server {
    fn says(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).expect("a line that takes bytes");
    }

    /// Reads a request, checks its name and gives its ActionID.
    fn hears(&mut self, action: &str) -> (String, String) {
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

    fn answers(&mut self, action: &str, more: &str) {
        let (id, _) = self.hears(action);
        self.says(format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n"));
    }

    fn accepts(&mut self) {
        self.says("Asterisk Call Manager/11.0.0\r\n");
        self.answers("Challenge", "Challenge: 840415273\r\n");
        let (id, request) = self.hears("Login");
        let key = Key::new(md5, b"840415273", SECRET.as_bytes());
        assert!(request.contains(&format!("\r\nKey: {}\r\n", std::str::from_utf8(&key.to_hex()).unwrap())));
        self.says(format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"));
        self.says("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
    }
}

/// A line, and at its one end the server.
fn line_to(serve: impl FnOnce(&mut Server) + Send + 'static) -> (TTYPort, thread::JoinHandle<TTYPort>) {
    let (mut master, mut slave) = TTYPort::pair().expect("a pseudo-terminal");
    master.set_timeout(TIMEOUT).expect("a time-out");
    slave.set_timeout(Duration::from_millis(100)).expect("a time-out");
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
fn a_session() {
    let begin = Instant::now();
    let (line_, server) = line_to(|server| {
        server.accepts();
        let (id, _) = server.hears("Command");
        // More than the line holds, before, within and behind the answer.
        for n in 0..EVENTS {
            server.says(format!("Event: Newexten\r\nPrivilege: dialplan,all\r\nPriority: {n}\r\nAppData: "));
            server.says(value());
            server.says("\r\n\r\n");
        }
        server.says(format!("Response: Success\r\nActionID: {id}\r\nMessage: Command output follows\r\n"));
        for n in 0..LINES {
            if n == 1_000 {
                thread::sleep(Duration::from_millis(350)); // some reads time out
            }
            server.says(format!("Output: {}\r\n", line(n)));
        }
        server.says("\r\n");
        let (id, _) = server.hears("QueueStatus");
        server.says(format!("Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"));
        for n in 0..ENTRIES {
            thread::sleep(Duration::from_millis(2));
            server.says(format!("Event: QueueMember\r\nActionID: {id}\r\nPenalty: {n}\r\n\r\n"));
        }
        server.says(format!("Event: QueueStatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"));
        let (id, _) = server.hears("Logoff");
        server.says(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"));
    });
    let mut client = log_in(line_);

    let reply = client.command("core show applications").expect("an answer");
    let output: Vec<_> = reply.message().output().map(|line| line.as_bytes().to_vec()).collect();
    assert_eq!(output.len(), LINES);
    for (n, own) in output.iter().enumerate() {
        assert_eq!(own, line(n).as_bytes());
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

/// The driver says so at once, as a broken pipe or an I/O error, and so does the client.
#[test]
fn the_other_end_goes_away() {
    let (line, server) = line_to(|server| {
        server.accepts();
        server.hears("Ping");
    });
    let mut client = log_in(line);
    let pinged = thread::spawn(move || client.send(&Raw::without_headers("Ping")));
    drop(server.join().expect("a login"));
    let begin = Instant::now();
    let error = pinged.join().expect("no panic").expect_err("no answer");
    assert!(
        matches!(error, Error::Lost { disconnect: Some(Disconnect::Closed | Disconnect::Io(_)), .. }),
        "{error:?}"
    );
    assert!(begin.elapsed() < TIMEOUT / 2);
}

/// A line at whose other end nobody is.
#[test]
fn silence() {
    let (line, server) = line_to(|_| {});
    let begin = Instant::now();
    let error = Client::new(line, Duration::from_millis(400)).expect_err("no banner");
    assert!(matches!(&error, Error::NoBanner(line) if line.is_empty()), "{error:?}");
    assert!((400..1_500).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
    drop(server);
}

/// A line that takes no bytes for longer than one write waits, but not for longer than the client does.
#[test]
fn a_line_that_is_slow_for_a_while() {
    const ACTIONS: usize = 100;
    let (line, server) = line_to(|server| {
        server.accepts();
        thread::sleep(Duration::from_millis(500));
        for _ in 0..ACTIONS {
            server.answers("UserEvent", "");
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

/// One login after the other over the same line, which nobody closes in between.
#[test]
fn the_line_stays() {
    let (next, turn) = mpsc::channel();
    let (line, server) = line_to(move |server| {
        while turn.recv().is_ok() {
            server.accepts();
            server.answers("Ping", "Ping: Pong\r\n");
            let (id, _) = server.hears("Logoff");
            server.says(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n"));
        }
    });
    for _ in 0..3 {
        next.send(()).expect("a server");
        let mut client = log_in(line.try_clone_native().expect("a line"));
        let pong = client.send(&Raw::without_headers("Ping")).expect("an answer");
        assert!(pong.message().get("Ping").is_some_and(|pong| pong == "Pong"));
        client.log_off().expect("a goodbye");
        assert_eq!(line.bytes_to_read().expect("a count"), 0, "something is left over");
    }
    drop(next);
    server.join().expect("three sessions");
}
