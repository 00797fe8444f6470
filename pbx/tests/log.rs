//! The requests that the PBX records, in memory and as lines of JSON.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use embedded_ami::action::Raw;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::Client;
use embedded_ami::io::blocking::server::Limits;
use embedded_ami_pbx::{Pbx, Rule};
use serde_json::{Value, json};

/// A log in memory that fails after some lines.
#[derive(Clone)]
struct Log {
    lines: Arc<Mutex<Vec<Value>>>,
    room: usize,
}

impl Log {
    fn new(room: usize) -> Self {
        Self { lines: Arc::default(), room }
    }

    fn lines(&self) -> Vec<Value> {
        self.lines.lock().unwrap().clone()
    }

    /// Returns what a request is: name, headers, and the two marks if they are there.
    fn requests(&self) -> Vec<Value> {
        let mut lines = self.lines();
        for line in &mut lines {
            let line = line.as_object_mut().unwrap();
            line.retain(|key, _| ["name", "headers", "incomplete", "truncated"].contains(&key.as_str()));
        }
        lines
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines.lock().unwrap();
        if lines.len() == self.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let line = bytes.strip_suffix(b"\n").expect("a whole line at once");
        lines.push(serde_json::from_slice(line).expect("JSON"));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends bytes, closes the output and reads until the PBX closes the connection.
fn exchange(pbx: &Pbx, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(pbx.local_addr()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    stream.write_all(bytes).expect("the PBX reads");
    stream.shutdown(std::net::Shutdown::Write).expect("a socket");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn every_request_is_logged_with_its_connection_before_it_is_answered() {
    let log = Log::new(1000);
    let begin = SystemTime::now();
    let pbx = Pbx::builder().user("admin", "secret").on("Ping", Rule::answer([("Ping", "Pang")]));
    let pbx = pbx.log(log.clone()).start("127.0.0.1:0").unwrap();
    let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
    client.login(&Credentials::new("admin", "secret")).unwrap();
    let names = || log.requests().iter().map(|request| request["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(), ["Challenge", "Login"]);
    let mut second = Client::connect(pbx.local_addr(), Duration::from_secs(5)).unwrap();
    assert!(second.login(&Credentials::new("admin", "wrong")).is_err());
    client.send(&Raw::without_headers("Ping")).unwrap();
    assert!(client.send(&Raw::new("Unknown", &[("Channel", "a: b")])).is_err());
    client.log_off().unwrap();
    assert_eq!(names(), ["Challenge", "Login", "Challenge", "Login", "Ping", "Unknown", "Logoff"]);

    let lines = log.lines();
    let column = |key: &str| lines.iter().map(|line| line[key].clone()).collect::<Vec<_>>();
    assert_eq!(column("connection"), [1, 1, 2, 2, 1, 1, 1]);
    assert_eq!(column("peer")[0], column("peer")[6]);
    assert_ne!(column("peer")[0], column("peer")[2]);
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
    let login = lines[1]["headers"].as_array().unwrap();
    assert!(login.contains(&json!(["Username", "admin"])) && login.contains(&json!(["Key", "[redacted]"])));
    assert!(lines[5]["headers"].as_array().unwrap().contains(&json!(["Channel", "a: b"])));

    // The same in memory.
    let requests = pbx.requests();
    assert_eq!(
        requests.iter().map(|request| request.connection()).collect::<Vec<_>>(),
        [1, 1, 2, 2, 1, 1, 1]
    );
    assert!(requests.iter().all(|request| request.time() >= begin && request.time() <= SystemTime::now()));
    assert!(requests.windows(2).all(|pair| pair[0].time() <= pair[1].time()));
    assert!(requests[5].is("UNKNOWN") && requests[5].get("channel").is_some_and(|value| value == "a: b"));
    assert_eq!(json!(requests[2].peer_addr().to_string()), column("peer")[2]);
    let printed: Value = serde_json::from_str(&format!("{:?}", requests[3])).unwrap();
    assert_eq!(printed, lines[3]);
}

#[test]
fn malformed_long_and_unfinished_requests_are_logged() {
    let log = Log::new(1000);
    let pbx = Pbx::builder().user("admin", "secret").limits(Limits::DEFAULT.request(64)).log(log.clone());
    let pbx = pbx.start("127.0.0.1:0").unwrap();
    exchange(&pbx, b"GET / HTTP/1.0\n\nAction: Ping\r\nno colon\r\n Secret: x\r\n\r\n");
    let long = "x".repeat(40);
    exchange(
        &pbx,
        format!("Action: A\r\nA: {long}\r\nB: {long}\r\n\r\nAction: B\r\nSecret: {long}{long}\r\n\r\n")
            .as_bytes(),
    );
    exchange(&pbx, b"Action: Login\r\nUsername: admin\r\nSecret: se");
    drop(pbx);
    assert_eq!(
        log.requests(),
        [
            json!({ "name": null, "headers": [[null, "GET / HTTP/1.0"]] }),
            json!({ "name": "Ping", "headers": [["Action", "Ping"], [null, "no colon"], [null, "[redacted]"]] }),
            json!({ "name": "A", "headers": [["Action", "A"], ["A", long]], "truncated": true }),
            json!({ "name": "B", "headers": [["Action", "B"]], "truncated": true }),
            json!({ "name": "Login", "headers": [["Action", "Login"], ["Username", "admin"], ["Secret", "[redacted]"]], "incomplete": true }),
        ]
    );
}

#[test]
fn a_log_that_cannot_be_written_ends_and_the_pbx_goes_on() {
    let log = Log::new(1);
    let pbx = Pbx::builder().user("admin", "secret").log(log.clone()).start("127.0.0.1:0").unwrap();
    for _ in 0..3 {
        assert!(exchange(&pbx, b"Action: Logoff\r\n\r\n").ends_with("Thanks for all the fish.\r\n\r\n"));
    }
    assert_eq!((log.lines().len(), pbx.requests().len()), (1, 3));
}
