//! Peers that send parts of lines, so that no read of the client ever waits in vain. These parts
//! are not signs of life, and extend no time limit.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, Stage};
use embedded_ami::io::blocking::{Client, Disconnect, Error};

use crate::session::{GRACE, WAIT};

const LIMIT: Duration = Duration::from_millis(700);
const KEEPALIVE: Duration = Duration::from_millis(500);

/// The places at which the peer begins to trickle, and the bytes that it then repeats.
const PLACES: [&str; 6] = ["connect", "challenge", "login", "action", "idle", "log off"];
const TRICKLES: [&str; 4] = ["x", "X: 1\r\n", "\r", "Event: "];

/// Reads a request, and returns its ActionID.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        text.push(byte[0]);
    }
    let text = String::from_utf8(text).ok()?;
    text.lines().find_map(|line| line.strip_prefix("ActionID: ")).map(str::to_owned)
}

/// Serves one client up to `place`. Then sends one byte after the other.
fn serve(mut stream: TcpStream, place: &str, trickle: &str, pause: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let before = PLACES.iter().position(|&found| found == place)?;
    let greeting = "Asterisk Call Manager/11.0.0\r\n";
    if before > 0 {
        stream.write_all(greeting.as_bytes()).ok()?;
    } else {
        stream.write_all(&greeting.as_bytes()[..9]).ok()?;
    }
    let more = ["Challenge: 840415273\r\n", "Message: Authentication accepted\r\n", "Ping: Pong\r\n"];
    for more in more.iter().take(before.saturating_sub(1).min(3)) {
        let id = request(&mut stream)?;
        stream.write_all(format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n").as_bytes()).ok()?;
    }
    if before > 0 && before != 4 {
        let id = request(&mut stream)?;
        // The trickle continues the answer, which never ends.
        stream.write_all(format!("Response: Success\r\nActionID: {id}\r\nX: ").as_bytes()).ok()?;
    }
    loop {
        for byte in trickle.bytes() {
            thread::sleep(pause);
            stream.write_all(&[byte]).ok()?;
        }
    }
}

/// Runs a client against such a peer. Returns the time that the last call took, and its limit.
fn run(place: &str, trickle: &'static str, pause: Duration) -> (Duration, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let name = place.to_owned();
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        let end = stream.try_clone().expect("a copy");
        serve(stream, &name, trickle, pause);
        let _ = end.shutdown(Shutdown::Both);
    });
    let begin = Instant::now();
    let settings = Client::builder().timeout(LIMIT).keepalive(Some(KEEPALIVE)).transport_wait(WAIT);
    let client = settings.connect(address);
    if place == "connect" {
        assert!(matches!(client, Err(Error::Silent { .. })), "{client:?}");
        return (begin.elapsed(), LIMIT);
    }
    let mut client = client.expect("a banner");
    let begin = Instant::now();
    let login = client.login(&Credentials::new("admin", "secret").events("call"));
    if place == "challenge" || place == "login" {
        let timed_out = Disconnect::ServerTimedOut(Stage::LoggingIn);
        assert!(matches!(&login, Err(Error::Disconnected(end)) if *end == timed_out), "{place}: {login:?}");
        return (begin.elapsed(), LIMIT);
    }
    login.expect("a login");
    let begin = Instant::now();
    let ping = client.send(&Raw::without_headers("Ping"));
    if place == "action" {
        assert!(matches!(ping, Err(Error::Lost { disconnect: None, .. })), "{ping:?}");
        return (begin.elapsed(), LIMIT);
    }
    ping.expect("an answer");
    let begin = Instant::now();
    if place == "idle" {
        // The peer does not answer the Ping, and its bytes are not a message.
        let event = client.next_event(Duration::MAX);
        let timed_out = Disconnect::ServerTimedOut(Stage::Ready);
        assert!(matches!(&event, Err(Error::Disconnected(end)) if *end == timed_out), "{event:?}");
        return (begin.elapsed(), KEEPALIVE + LIMIT + WAIT);
    }
    let end = client.log_off();
    let timed_out = Disconnect::ServerTimedOut(Stage::LoggingOff);
    assert!(matches!(&end, Err(Error::Disconnected(end)) if *end == timed_out), "{end:?}");
    (begin.elapsed(), LIMIT)
}

#[test]
fn partial_lines_extend_no_limit() {
    let late = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for pause in [5, 60, 100].map(Duration::from_millis) {
            let pairs = PLACES.iter().flat_map(|place| TRICKLES.map(|trickle| (place, trickle)));
            // A first line that is whole is an error at once.
            for (place, trickle) in pairs.filter(|pair| *pair.0 != "connect" || !pair.1.contains('\n')) {
                let late = &late;
                scope.spawn(move || {
                    // Other programs can hold up the machine.
                    let is_in_time = (0..3).any(|_| {
                        let (took, limit) = run(place, trickle, pause);
                        assert!(
                            took + Duration::from_millis(2) >= limit.min(LIMIT),
                            "early: {place}, {took:?}"
                        );
                        took <= limit + WAIT + GRACE
                    });
                    if !is_in_time {
                        late.lock().expect("no panic").push((place, trickle, pause));
                    }
                });
            }
        }
    });
    assert_eq!(late.into_inner().expect("no panic"), []);
}
