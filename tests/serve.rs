//! The server over TCP: limits, the order of responses and events, and clients that do not read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{
    IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket,
};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{Completion, Raw};
use embedded_ami::classes::Classes;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::server::{
    ConnectionId, Events, Exchange, Limits, Listen, LoginFailure, Server, ServerStream, Service,
    SlowClientPolicy, Stats,
};
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use embedded_ami::server::{Account, Attempt, Session, SessionError, Timing};
use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

#[path = "common/polled.rs"]
pub(crate) mod polled;

use polled::Polled;

/// Whether these are the tests of `serve_polled.rs`.
const HAS_POLLER: bool = matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"serve_polled");

const LOGIN: &[u8] =
    b"Action: Login\r\nActionID: l\r\nUsername: admin\r\nSecret: secret\r\nEvents: call\r\n\r\n";
const ACCEPTED: &[u8] = b"Response: Success\r\nActionID: l\r\nMessage: Authentication accepted\r\n\r\n";
const BANNER: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";

/// A service whose actions let the tests raise events, delay responses and make long ones.
#[derive(Default)]
struct Application {
    /// The number of events per second.
    rate: u64,
    /// The number of events sent.
    sent: u64,
    begin: Option<Duration>,
    /// The number of filler bytes in each event.
    filler: usize,
    /// Receives an entry for each call that tells of a connection.
    log: Option<Sender<(ConnectionId, Told)>>,
    /// The number of connections to refuse.
    refuse: u32,
}

/// The calls that tell a service of a connection.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Connected(SocketAddr),
    LoggedIn(String),
    Failed(String, Option<SocketAddr>, LoginFailure),
    Closed,
}

impl Application {
    fn log(&self, connection: ConnectionId, told: Told) {
        // The test may have ended.
        self.log.iter().for_each(|log| log.send((connection, told.clone())).unwrap_or_default());
    }
}

impl Service for Application {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        let is_local = attempt.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
        let exists = attempt.username() == "admin" || attempt.username() == "remote" && !is_local;
        exists.then(|| Account::new("secret"))
    }

    fn connected(&mut self, connection: ConnectionId, peer: SocketAddr) -> bool {
        self.log(connection, Told::Connected(peer));
        let is_refused = self.refuse > 0;
        self.refuse = self.refuse.saturating_sub(1);
        !is_refused
    }

    fn login_failed(&mut self, connection: ConnectionId, attempt: &Attempt<'_>, reason: LoginFailure) {
        self.log(connection, Told::Failed(attempt.username().to_string(), attempt.peer_addr(), reason));
    }

    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        username == "single"
    }

    fn logged_in(&mut self, connection: ConnectionId, username: Value<'_>) {
        self.log(connection, Told::LoggedIn(username.to_string()));
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.log(connection, Told::Closed);
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let number = |name| request.get(name).and_then(Value::to_u64).unwrap_or_default();
        match request.action().unwrap_or_default().as_bytes() {
            b"Ping" => exchange.answer()?.success_with(|out| out.header("Ping", "Pong")),
            b"Wait" if exchange.waited() < Duration::from_millis(number("Time")) => Ok(()),
            b"Wait" => exchange.answer()?.success("It is time"),
            b"WaitEvent" if !exchange.has_events() && !exchange.has_input() => Ok(()),
            b"WaitEvent" => {
                exchange.answer()?.success("Waiting for Event completed.")?;
                Ok(exchange.write_completion(|out| out.header("Event", "WaitEventComplete"))?)
            }
            b"Raise" => {
                exchange.answer()?.success("Raised")?;
                let number = number("Number") as i64;
                Ok(exchange.events.send("Raised", Classes::CALL, |out| out.header_int("Number", number))?)
            }
            b"Rate" => {
                self.rate = number("Rate");
                self.begin = None;
                self.filler = number("Filler") as usize;
                exchange.answer()?.success("So be it")
            }
            b"Sent" => {
                let sent = self.sent as i64;
                exchange.answer()?.success_with(|out| out.header_int("Sent", sent))
            }
            b"List" => {
                let mut list = exchange.answer()?.list("They will follow")?;
                for _ in 0..number("Items") {
                    list.entry("Item", |out| out.header("Filler", "x".repeat(100)))?;
                }
                Ok(list.complete("ListComplete", |_| Ok(()))?)
            }
            b"Numbers" => {
                let items = (0..number("Items")).map(|number| ("Number", number));
                let list = exchange.answer()?.list("They will follow")?;
                let put = |number: u64, out: &mut HeaderWriter<'_>| out.header_int("Number", number as i64);
                Ok(list.write_all("NumbersComplete", items, put)?)
            }
            b"WhoAmI" => {
                let peer = exchange.peer_addr().to_string();
                exchange.answer()?.success(peer)
            }
            b"Huge" => exchange.answer()?.success("x".repeat(number("Bytes") as usize)),
            _ => exchange.answer()?.unknown(),
        }
    }

    fn tick(&mut self, now: Duration, events: &mut Events) {
        if self.rate == 0 {
            return;
        }
        let begin = *self.begin.get_or_insert(now);
        let due = (now - begin).as_micros() as u64 * self.rate / 1_000_000;
        // On a machine that is too slow for the rate, the server must still get to its connections.
        for number in self.sent..due.min(self.sent + 1000) {
            tick(number, self.filler, events).unwrap();
            self.sent = number + 1;
        }
    }
}

/// Sends an event of a typical size.
fn tick(number: u64, filler: usize, events: &mut Events) -> Result<(), EncodeError> {
    let channel = format!("PJSIP/{number}-0000{:04x}", number % 65_536);
    events.send("Newexten", Classes::CALL, |out| {
        out.header_int("Number", number as i64)?;
        out.header("Channel", &channel)?;
        out.header("Filler", "f".repeat(filler))
    })
}

/// Returns the bytes of the event that `tick` sends.
fn tick_bytes(number: u64, filler: usize) -> Vec<u8> {
    let channel = format!("PJSIP/{number}-0000{:04x}", number % 65_536);
    let filler = "f".repeat(filler);
    format!("Event: Newexten\r\nPrivilege: call,all\r\nNumber: {number}\r\nChannel: {channel}\r\nFiller: {filler}\r\n\r\n").into()
}

/// Returns the processor time of this thread, if the system provides it (Linux).
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// Runs a server while `test` runs. Returns the server's statistics.
fn serve(limits: Limits, application: Application, test: impl FnOnce(SocketAddr)) -> Stats {
    serve_at((Ipv4Addr::LOCALHOST, 0), limits, application, test)
}

/// Like [`serve`], with a server that listens on this address.
fn serve_at(
    address: impl ToSocketAddrs,
    limits: Limits,
    application: Application,
    test: impl FnOnce(SocketAddr),
) -> Stats {
    let listener = TcpListener::bind(address).unwrap();
    let session = Session::new("11.0.0");
    if HAS_POLLER {
        let listener = Polled::new(listener).unwrap();
        run(|| Server::with_listener(listener, session, application, limits).unwrap(), test)
    } else {
        run(|| Server::new(listener, session, application, limits).unwrap(), test)
    }
}

/// Runs a server, created in its thread, while `test` runs. Returns the server's statistics.
fn run<L: Listen>(
    create: impl FnOnce() -> Server<Application, L> + Send,
    test: impl FnOnce(SocketAddr),
) -> Stats {
    let (address, created) = channel();
    let stop = AtomicBool::new(false);
    let stop = &stop;
    /// Stops the server even if the test panics.
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }
    thread::scope(|scope| {
        let server = scope.spawn(move || {
            let mut server = create();
            address.send(server.local_addr().unwrap()).unwrap();
            server.run(stop);
            println!("the server's processor time: {:?}", processor_time());
            server.stats()
        });
        let running = Stop(stop);
        test(created.recv().expect("a server"));
        drop(running);
        server.join().unwrap()
    })
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

fn expect(stream: &mut TcpStream, bytes: &[u8]) {
    let mut got = vec![0; bytes.len()];
    let read = stream.read_exact(&mut got);
    assert_eq!(got.escape_ascii().to_string(), bytes.escape_ascii().to_string(), "{read:?}");
}

fn expect_end(stream: &mut TcpStream) {
    let mut rest = vec![];
    stream.read_to_end(&mut rest).expect("an orderly end");
    assert_eq!(rest.escape_ascii().to_string(), "");
}

fn logged_in(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(LOGIN).unwrap();
    expect(&mut stream, BANNER);
    expect(&mut stream, ACCEPTED);
    stream
}

fn client(address: SocketAddr, events: &str) -> Client<TcpStream> {
    let mut client = Client::connect(address, Duration::from_secs(10)).unwrap();
    client.login(&Credentials::new("admin", "secret").events(events)).unwrap();
    client
}

fn ping(client: &mut Client<TcpStream>) -> Duration {
    let begin = Instant::now();
    let reply = client.send(&Raw::without_headers("Ping")).unwrap();
    assert!(reply.message().get("Ping").is_some_and(|pong| pong == "Pong"));
    begin.elapsed()
}

/// Waits until the server has served all connections this many times.
fn rounds(client: &mut Client<TcpStream>, count: u32) {
    for _ in 0..count {
        ping(client);
    }
}

/// Waits until the service has sent this many events.
fn wait_for_events(client: &mut Client<TcpStream>, count: u64) {
    let begin = Instant::now();
    loop {
        let answer = client.send(&Raw::without_headers("Sent")).unwrap();
        if answer.message().get("Sent").and_then(Value::to_u64).unwrap() >= count {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(120), "{count} events take too long");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_limits_leave_room_for_a_request_and_an_answer() {
    for (request, output, is_possible) in
        [(32, 1024, true), (31, 1024, false), (32, 1023, false), (0, 0, false), (2048, 4096, true)]
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let limits = Limits::DEFAULT.request(request).output(output);
        let server = Server::new(listener, Session::new("11.0.0"), Application::default(), limits);
        let kind = server.map(drop).map_err(|error| error.kind());
        let expected = if is_possible { Ok(()) } else { Err(ErrorKind::InvalidInput) };
        assert_eq!(kind, expected, "{request} bytes for requests, {output} for answers");
    }
}

/// A version that no client could be greeted with is an error at once.
#[test]
fn a_version_that_cannot_be_sent_is_refused() {
    let new = |version: &str| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Server::new(listener, Session::new(version), Application::default(), Limits::DEFAULT);
        server.map(drop).map_err(|error| error.kind())
    };
    assert_eq!(new(&"1".repeat(200)), Ok(()));
    for version in ["11.0.0\n", "11\r.0", "\0", &"1".repeat(300)] {
        assert_eq!(new(version), Err(ErrorKind::InvalidInput), "{version:?}");
    }
}

/// Every call reports whether there was input: an application pauses if there was none.
#[test]
fn a_poll_reports_whether_a_client_has_sent_anything() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let session = Session::new("11.0.0");
    let mut server = Server::new(listener, session, Application::default(), Limits::DEFAULT).unwrap();
    assert!(!server.poll_once());
    let mut stream = connect(server.local_addr().unwrap());
    for input in [LOGIN, b"Action: Ping\r\n\r\n", b"Action: Ping"] {
        stream.write_all(input).unwrap();
        // Input on the loopback device may take a moment.
        let begin = Instant::now();
        while !server.poll_once() {
            assert!(begin.elapsed() < Duration::from_secs(10));
        }
        let busy = (0..10_000).take_while(|_| server.poll_once()).count();
        assert!(busy < 100, "busy without input");
    }
}

#[test]
fn the_blocking_client_logs_in_sends_actions_lists_and_logs_off() {
    serve(Limits::default(), Application::default(), |address| {
        let mut client = client(address, "on");
        ping(&mut client);
        let list = Raw::without_headers("List").with_completion(Completion::List("ListComplete"));
        assert_eq!(client.list(&list).unwrap().map(Result::unwrap).count(), 0);
        let many = Raw::new("List", &[("Items", "3000")]).with_completion(Completion::List("ListComplete"));
        assert_eq!(client.list(&many).unwrap().map(Result::unwrap).count(), 3000);
        assert!(matches!(client.send(&Raw::without_headers("Nonsense")), Err(Error::Response { .. })));
        client.log_off().unwrap();
        let mut other = Client::connect(address, Duration::from_secs(5)).unwrap();
        let begin = Instant::now();
        assert!(matches!(other.login(&Credentials::new("admin", "wrong")), Err(Error::Refused { .. })));
        assert!(begin.elapsed() > Duration::from_millis(990), "the penalty");
    });
}

#[test]
fn pipelined_requests_are_answered_in_order_and_after_a_half_close() {
    serve(Limits::default(), Application::default(), |address| {
        let mut stream = connect(address);
        let mut requests = LOGIN.to_vec();
        let mut answers = [BANNER, ACCEPTED].concat();
        for number in 0..1000 {
            requests.extend(format!("Action: Ping\r\nActionID: {number}\r\n\r\n").bytes());
            answers.extend(format!("Response: Success\r\nActionID: {number}\r\nPing: Pong\r\n\r\n").bytes());
        }
        stream.write_all(&requests).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        expect(&mut stream, &answers);
        expect_end(&mut stream);
    });
}

#[test]
fn the_last_response_arrives_even_if_the_client_has_sent_more() {
    serve(Limits::default(), Application::default(), |address| {
        let junk = "Action: Ping\r\n\r\n".repeat(10_000);
        let mut stream = logged_in(address);
        stream.write_all(b"Action: Logoff\r\n\r\n").unwrap();
        let _ = stream.write_all(junk.as_bytes());
        expect(&mut stream, b"Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n");
        expect_end(&mut stream);

        let mut refused = connect(address);
        let begin = Instant::now();
        refused.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: x\r\nActionID: 1\r\n\r\n").unwrap();
        let _ = refused.write_all(junk.as_bytes());
        expect(&mut refused, BANNER);
        expect(&mut refused, b"Response: Error\r\nActionID: 1\r\nMessage: Authentication failed\r\n\r\n");
        assert!(begin.elapsed() > Duration::from_millis(990), "the penalty");
        expect_end(&mut refused);

        let mut second = connect(address);
        second.write_all(b"Action: Login\r\nUsername: single\r\nSecret: x\r\n\r\n").unwrap();
        expect(&mut second, BANNER);
        expect(&mut second, b"Response: Error\r\nMessage: Login Already In Use\r\n\r\n");
        expect_end(&mut second);
    });
}

#[test]
fn connections_above_the_limits_are_closed_without_a_byte() {
    let limits = Limits::default();
    let counts = serve(limits.clone().connections(5).anonymous(3), Application::default(), |address| {
        let mut greeted: Vec<_> = (0..3).map(|_| connect(address)).collect();
        greeted.iter_mut().for_each(|stream| expect(stream, BANNER));
        expect_end(&mut connect(address));
        // A login frees a place among the connections that are not logged in.
        let mut first = greeted.remove(0);
        first.write_all(LOGIN).unwrap();
        expect(&mut first, ACCEPTED);
        let mut fourth = connect(address);
        expect(&mut fourth, BANNER);
        fourth.write_all(LOGIN).unwrap();
        expect(&mut fourth, ACCEPTED);
        let mut fifth = connect(address);
        expect(&mut fifth, BANNER);
        fifth.write_all(LOGIN).unwrap();
        expect(&mut fifth, ACCEPTED);
        expect_end(&mut connect(address));
        // A closed connection frees a place, too.
        drop(fifth);
        thread::sleep(Duration::from_millis(50));
        expect(&mut connect(address), BANNER);
    });
    assert_eq!(counts.refused, 2);
}

#[test]
fn requests_and_answers_have_limits() {
    let limits = Limits::default();
    serve(limits.clone().request(1024).output(64 * 1024), Application::default(), |address| {
        let mut stream = logged_in(address);
        let long = format!("Action: Ping\r\nActionID: 9\r\n{}\r\n", "A: b\r\n".repeat(300));
        stream.write_all(long.as_bytes()).unwrap();
        let text = "Too many lines in message or allocation failure";
        expect(&mut stream, format!("Response: Error\r\nActionID: 9\r\nMessage: {text}\r\n\r\n").as_bytes());
        // A response that is too large is not truncated; the connection is closed.
        stream
            .write_all(b"Action: Huge\r\nBytes: 20000\r\n\r\nAction: Huge\r\nBytes: 40000\r\n\r\n")
            .unwrap();
        let whole = format!("Response: Success\r\nMessage: {}\r\n\r\n", "x".repeat(20_000));
        expect(&mut stream, whole.as_bytes());
        expect_end(&mut stream);
        // While a client does not read its responses, the server stops reading its requests. The
        // client receives all responses once it reads.
        let mut patient = logged_in(address);
        let asks = "Action: Huge\r\nBytes: 20000\r\n\r\n".repeat(1000);
        patient.set_nonblocking(true).unwrap();
        let mut left = asks.as_bytes();
        let begin = Instant::now();
        while !left.is_empty() && begin.elapsed() < Duration::from_secs(1) {
            match patient.write(left) {
                Ok(n) => left = &left[n..],
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
        patient.set_nonblocking(false).unwrap();
        let mut rest = patient.try_clone().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || rest.write_all(left).unwrap());
            (0..1000).for_each(|_| expect(&mut patient, whole.as_bytes()));
        });
    });
}

#[test]
fn a_delayed_response_delays_events_of_its_connection_but_no_other_connection() {
    serve(Limits::default(), Application::default(), |address| {
        let mut waiting = logged_in(address);
        let mut other = logged_in(address);
        waiting.write_all(b"Action: Wait\r\nTime: 300\r\n\r\nAction: Ping\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(50));
        let begin = Instant::now();
        other.write_all(b"Action: Raise\r\nNumber: 1\r\n\r\n").unwrap();
        expect(&mut other, b"Response: Success\r\nMessage: Raised\r\n\r\n");
        let event = b"Event: Raised\r\nPrivilege: call,all\r\nNumber: 1\r\n\r\n";
        expect(&mut other, event);
        assert!(begin.elapsed() < Duration::from_millis(200), "the other connection must not wait");
        expect(&mut waiting, b"Response: Success\r\nMessage: It is time\r\n\r\n");
        expect(&mut waiting, event);
        expect(&mut waiting, b"Response: Success\r\nPing: Pong\r\n\r\n");

        // WaitEvent ends when an event is raised or the client sends something.
        let waited = b"Response: Success\r\nMessage: Waiting for Event completed.\r\n\r\n";
        waiting.write_all(b"Action: WaitEvent\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(50));
        other.write_all(b"Action: Raise\r\nNumber: 1\r\n\r\n").unwrap();
        expect(&mut waiting, waited);
        expect(&mut waiting, event);
        expect(&mut waiting, b"Event: WaitEventComplete\r\n\r\n");
        waiting.write_all(b"Action: WaitEvent\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(50));
        waiting.write_all(b"Action: Ping\r\n\r\n").unwrap();
        expect(&mut waiting, waited);
        expect(&mut waiting, b"Event: WaitEventComplete\r\n\r\n");
        expect(&mut waiting, b"Response: Success\r\nPing: Pong\r\n\r\n");
    });
}

#[test]
fn the_service_is_told_of_logins_and_closed_connections() {
    let (log, heard): (_, Receiver<_>) = channel();
    let heard = || heard.recv_timeout(Duration::from_secs(5)).unwrap();
    serve(Limits::default(), Application { log: Some(log), ..Application::default() }, |address| {
        let enter = || {
            let stream = logged_in(address);
            let (id, told) = heard();
            assert_eq!(told, Told::Connected(stream.local_addr().unwrap()));
            assert_eq!(heard(), (id, Told::LoggedIn("admin".into())));
            (stream, id)
        };
        let (first, first_id) = enter();
        let (second, second_id) = enter();
        assert_ne!(first_id, second_id);
        drop(first);
        assert_eq!(heard(), (first_id, Told::Closed));
        drop(second);
        assert_eq!(heard(), (second_id, Told::Closed));
    });
}

#[test]
fn the_service_is_told_of_failed_logins_and_the_client_is_not_told_the_reason() {
    // Side by side, since each takes a second for the penalty and two to close.
    std::thread::scope(|scope| {
        for (user, secret, reason, text) in [
            ("admin", "wrong", LoginFailure::WrongSecret, "Authentication failed"),
            ("nobody", "secret", LoginFailure::NoAccount, "Authentication failed"),
            ("", "secret", LoginFailure::NoAccount, "Authentication failed"),
            // This user may log in only from other machines.
            ("remote", "secret", LoginFailure::NoAccount, "Authentication failed"),
            ("single", "secret", LoginFailure::AlreadyLoggedIn, "Login Already In Use"),
        ] {
            scope.spawn(move || a_failed_login(user, secret, reason, text));
        }
    });
}

/// Logs in as `user` on a server of its own, which answers with `text` and tells its service
/// `reason`.
fn a_failed_login(user: &str, secret: &str, reason: LoginFailure, text: &str) {
    let (log, heard): (_, Receiver<_>) = channel();
    let heard = || heard.recv_timeout(Duration::from_secs(5)).unwrap();
    serve(Limits::default(), Application { log: Some(log), ..Application::default() }, |address| {
        let mut stream = connect(address);
        let begin = Instant::now();
        write!(stream, "Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n").unwrap();
        expect(&mut stream, BANNER);
        let local = stream.local_addr().unwrap();
        let (id, told) = heard();
        assert_eq!(told, Told::Connected(local));
        assert_eq!(heard(), (id, Told::Failed(user.into(), Some(local), reason)));
        expect(&mut stream, format!("Response: Error\r\nMessage: {text}\r\n\r\n").as_bytes());
        assert!(begin.elapsed() > Duration::from_millis(990), "the penalty");
        expect_end(&mut stream);
        assert_eq!(heard(), (id, Told::Closed));
    });
}

#[test]
fn a_request_has_the_address_of_its_client() {
    serve(Limits::default(), Application::default(), |address| {
        let mut streams = [logged_in(address), logged_in(address)];
        for stream in &mut streams {
            stream.write_all(b"Action: WhoAmI\r\n\r\n").unwrap();
            let local = stream.local_addr().unwrap();
            expect(stream, format!("Response: Success\r\nMessage: {local}\r\n\r\n").as_bytes());
        }
    });
}

#[test]
fn a_connection_that_the_service_refuses_is_closed_without_a_byte() {
    let (log, heard): (_, Receiver<_>) = channel();
    let heard = || heard.recv_timeout(Duration::from_secs(5)).unwrap();
    let application = Application { log: Some(log), refuse: 2, ..Application::default() };
    let counts = serve(Limits::default(), application, |address| {
        let mut ids = vec![];
        for _ in 0..2 {
            let mut refused = connect(address);
            let (id, told) = heard();
            assert_eq!(told, Told::Connected(refused.local_addr().unwrap()));
            expect_end(&mut refused);
            ids.push(id);
        }
        let served = logged_in(address);
        let (id, told) = heard();
        assert_eq!(told, Told::Connected(served.local_addr().unwrap()));
        assert!(ids[0] != ids[1] && !ids.contains(&id));
        // The service is not told of the end of the others.
        assert_eq!(heard(), (id, Told::LoggedIn("admin".into())));
        drop(served);
        assert_eq!(heard(), (id, Told::Closed));
    });
    assert_eq!((counts.accepted, counts.refused), (1, 2));
}

/// Returns two addresses of this machine, if it has two, for a server that listens on all of them.
/// The address that a client connects to is also the one that it connects from.
fn two_addresses() -> Option<(IpAddr, [IpAddr; 2])> {
    let one = IpAddr::from(Ipv4Addr::LOCALHOST);
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        // A client that connects over IPv4 has an IPv4 address in an IPv6 address there.
        return Some((Ipv6Addr::UNSPECIFIED.into(), [one, Ipv6Addr::LOCALHOST.into()]));
    }
    let other = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    other.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?; // sends nothing
    let other = other.local_addr().ok()?.ip();
    (other != one).then_some((Ipv4Addr::UNSPECIFIED.into(), [one, other]))
}

#[test]
fn connections_without_a_login_are_limited_per_address() {
    let limits = Limits::default().anonymous_per_address(Some(2));
    let (listen, addresses) =
        two_addresses().unwrap_or((Ipv4Addr::LOCALHOST.into(), [Ipv4Addr::LOCALHOST.into(); 2]));
    let mut has_two = addresses[0] != addresses[1];
    let counts = serve_at((listen, 0), limits, Application::default(), |address| {
        let at = |ip| SocketAddr::new(ip, address.port());
        let mut greeted: Vec<_> = (0..2).map(|_| connect(at(addresses[0]))).collect();
        greeted.iter_mut().for_each(|stream| expect(stream, BANNER));
        expect_end(&mut connect(at(addresses[0])));
        has_two &= greeted[0].local_addr().unwrap().ip() != addresses[1];
        if has_two {
            let mut others: Vec<_> = (0..2).map(|_| connect(at(addresses[1]))).collect();
            others.iter_mut().for_each(|stream| expect(stream, BANNER));
            expect_end(&mut connect(at(addresses[1])));
        }
        // A user does not count.
        greeted[0].write_all(LOGIN).unwrap();
        expect(&mut greeted[0], ACCEPTED);
        expect(&mut connect(at(addresses[0])), BANNER);
    });
    assert_eq!(counts.refused, if has_two { 2 } else { 1 });
}

/// A client that ends its session without a login, and does not close the connection, could
/// otherwise take all places, half a second each.
#[test]
fn a_connection_whose_session_has_ended_without_a_login_still_counts() {
    let limits = Limits::default().anonymous(1).anonymous_per_address(Some(5));
    let counts = serve(limits, Application::default(), |address| {
        let mut first = connect(address);
        expect(&mut first, BANNER);
        first.write_all(b"Action: Logoff\r\n\r\n").unwrap();
        expect(&mut first, b"Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n");
        expect_end(&mut connect(address));
        drop(first);
        thread::sleep(Duration::from_millis(50));
        expect(&mut connect(address), BANNER);
    });
    assert_eq!(counts.refused, 1);
}

/// Requests that the session answers itself, without a login: 2 MB that ask for 27 MB.
#[test]
fn a_client_that_does_not_read_gets_no_further_answers() {
    const REQUESTS: usize = 500_000;
    const LIMIT: usize = 64 * 1024;
    let counts = serve(Limits::default().output(LIMIT), Application::default(), |address| {
        let mut stream = connect(address);
        let mut other = client(address, "off");
        let mut input = stream.try_clone().unwrap();
        // The thread must end, too, if the test fails.
        input.set_write_timeout(Some(Duration::from_secs(100))).unwrap();
        let sent = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..REQUESTS / 1000 {
                    input.write_all(&b"A:\n\n".repeat(1000)).unwrap();
                    sent.fetch_add(1, Relaxed);
                }
            });
            // The client does not read until the server has taken nothing for many rounds. In each
            // it would answer 32 requests, so it has had the time to fill the system's buffers.
            let mut before = 0;
            while before == 0 || before != sent.load(Relaxed) {
                before = sent.load(Relaxed);
                rounds(&mut other, 5_000);
            }
            expect(&mut stream, BANNER);
            let answer = b"Response: Error\r\nMessage: Missing action in request\r\n\r\n";
            (0..REQUESTS / 1000).for_each(|_| expect(&mut stream, &answer.repeat(1000)));
        });
    });
    println!("most queued: {} bytes", counts.most_queued);
    assert!((LIMIT / 4..=LIMIT).contains(&counts.most_queued), "{counts:?}");
}

/// A list that takes 20 MB, with a queue limit of 64 KiB.
#[test]
fn a_long_list_waits_for_a_client_that_does_not_read_and_arrives_whole() {
    const ITEMS: usize = 400_000;
    const LIMIT: usize = 64 * 1024;
    let counts = serve(Limits::default().output(LIMIT), Application::default(), |address| {
        let mut stream = logged_in(address);
        write!(stream, "Action: Numbers\r\nItems: {ITEMS}\r\n\r\nAction: Ping\r\n\r\n").unwrap();
        // The client does not read, and others are served.
        let mut other = client(address, "off");
        rounds(&mut other, 1000);
        // Then it reads slowly.
        let mut bytes = vec![];
        let mut piece = vec![0; 20_000];
        while !bytes.ends_with(b"Ping: Pong\r\n\r\n") {
            let n = stream.read(&mut piece).unwrap();
            assert!(n > 0, "the list is cut");
            bytes.extend_from_slice(&piece[..n]);
            thread::sleep(Duration::from_micros(100));
        }
        let text = String::from_utf8(bytes).unwrap();
        let mut messages = text.split_inclusive("\r\n\r\n");
        let begins = "Response: Success\r\nEventList: start\r\nMessage: They will follow\r\n\r\n";
        assert_eq!(messages.next(), Some(begins));
        for number in 0..ITEMS {
            assert_eq!(messages.next(), Some(&*format!("Event: Number\r\nNumber: {number}\r\n\r\n")));
        }
        let complete = format!("Event: NumbersComplete\r\nEventList: Complete\r\nListItems: {ITEMS}\r\n\r\n");
        assert_eq!(messages.next(), Some(&*complete));
        assert_eq!(messages.next(), Some("Response: Success\r\nPing: Pong\r\n\r\n"));
        assert_eq!(messages.next(), None);
    });
    println!("{ITEMS} entries, most queued: {} bytes", counts.most_queued);
    assert!((LIMIT / 4..=LIMIT).contains(&counts.most_queued), "{counts:?}");
}

/// Events that arrive during a list are held until its end, and count.
#[test]
fn a_list_and_events_for_a_client_that_does_not_read_stay_below_twice_the_limit() {
    const LIMIT: usize = 64 * 1024;
    let limits = Limits::default().output(LIMIT).slow(SlowClientPolicy::DropEvents);
    let mut all = vec![];
    let counts = serve(limits, Application::default(), |address| {
        let mut stream = logged_in(address);
        let mut control = client(address, "off");
        control.send(&Raw::new("Rate", &[("Rate", "5000"), ("Filler", "200")])).unwrap();
        stream
            .write_all(b"Action: Numbers\r\nItems: 200000\r\n\r\nAction: Huge\r\nBytes: 30000\r\n\r\n")
            .unwrap();
        wait_for_events(&mut control, 5000);
        control.send(&Raw::new("Rate", &[("Rate", "0")])).unwrap();
        stream.write_all(b"Action: Logoff\r\n\r\n").unwrap();
        stream.read_to_end(&mut all).unwrap();
    });
    let text = String::from_utf8(all).unwrap();
    // Neither the events that were held nor the next request prevent the list from being completed.
    let (_, after) = text.split_once("ListItems: 200000\r\n\r\n").expect("a whole list");
    assert!(after.starts_with("Event: Newexten\r\n") && after.ends_with("all the fish.\r\n\r\n"), "{after}");
    println!("most queued: {} bytes", counts.most_queued);
    assert!(counts.dropped_events > 0 && counts.most_queued <= 2 * LIMIT, "{counts:?}");
}

/// The events that are held for a request can fill the queue, but do not delay its answer.
#[test]
fn an_answer_does_not_wait_for_the_events_that_wait_for_it() {
    const LIMIT: usize = 64 * 1024;
    let limits = Limits::default().output(LIMIT).slow(SlowClientPolicy::DropEvents);
    let counts = serve(limits, Application::default(), |address| {
        let mut stream = logged_in(address);
        let mut control = client(address, "off");
        stream.write_all(b"Action: Wait\r\nTime: 400\r\n\r\n").unwrap();
        control.send(&Raw::new("Rate", &[("Rate", "5000"), ("Filler", "200")])).unwrap();
        expect(&mut stream, b"Response: Success\r\nMessage: It is time\r\n\r\n");
        expect(&mut stream, &tick_bytes(0, 200));
        control.send(&Raw::new("Rate", &[("Rate", "0")])).unwrap();
    });
    assert!(counts.dropped_events > 0 && counts.most_queued > LIMIT / 2, "{counts:?}");
}

/// A service that takes no care of the limit.
#[test]
fn a_list_that_is_written_in_one_call_and_is_too_long_is_cut_with_an_error() {
    let limits = Limits::default().output(64 * 1024);
    let counts = serve(limits, Application::default(), |address| {
        let mut client = client(address, "off");
        let list = Raw::new("List", &[("Items", "3000")]).with_completion(Completion::List("ListComplete"));
        let mut entries = 0;
        let mut end = None;
        for entry in client.list(&list).unwrap() {
            match entry {
                Ok(_) => entries += 1,
                Err(error) => end = Some(error),
            }
        }
        assert!(matches!(end, Some(Error::Lost { .. } | Error::Disconnected(_))), "{end:?}");
        assert!((100..3000).contains(&entries), "{entries}");
    });
    assert!(counts.most_queued <= 64 * 1024, "{counts:?}");
}

#[test]
fn a_server_that_stops_sends_a_shutdown_event() {
    let mut streams = vec![];
    serve(Limits::default(), Application::default(), |address| {
        let mut stream = connect(address);
        stream.write_all(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\n\r\n").unwrap();
        expect(&mut stream, BANNER);
        expect(&mut stream, b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n");
        expect(&mut stream, b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 0\r\nLastReload: 0\r\n");
        expect(&mut stream, b"Status: Fully Booted\r\n\r\n");
        streams.extend([stream, logged_in(address)]);
    });
    let shutdown = b"Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: False\r\n\r\n";
    expect(&mut streams[0], shutdown);
    // The other session has subscribed to the class call only.
    streams.iter_mut().for_each(expect_end);
}

/// A connection in memory that takes and gives as few bytes as it likes.
#[derive(Clone)]
struct Memory(Rc<RefCell<Pipe>>);

#[derive(Default)]
struct Pipe {
    random: fastrand::Rng,
    input: VecDeque<u8>,
    output: Vec<u8>,
    /// Bytes that were written and have yet to reach the output, if writes only store bytes.
    stored: Option<VecDeque<u8>>,
    /// Whether the client has ended its side once it has sent the input.
    is_half_closed: bool,
    /// The number of bytes that the client accepts before it accepts no more, if it does that.
    accepts: Option<usize>,
    has_ended: bool,
}

impl Memory {
    /// Returns how many of `all` bytes pass now.
    fn some(&self, all: usize) -> io::Result<usize> {
        let n = self.0.borrow_mut().random.usize(0..4).min(all);
        if n == 0 { Err(ErrorKind::WouldBlock.into()) } else { Ok(n) }
    }
}

impl Read for Memory {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let waiting = self.0.borrow().input.len();
        if waiting == 0 && self.0.borrow().is_half_closed {
            return Ok(0);
        }
        let n = self.some(to.len().min(waiting))?;
        self.0.borrow_mut().input.read(&mut to[..n])
    }
}

impl Write for Memory {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if let Some(stored) = &mut self.0.borrow_mut().stored {
            stored.extend(from);
            return Ok(from.len());
        }
        let n = self.some(from.len())?;
        self.0.borrow_mut().output.extend_from_slice(&from[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ServerStream for Memory {
    fn has_input(&mut self) -> bool {
        !self.0.borrow().input.is_empty()
    }

    fn end_output(&mut self) -> io::Result<()> {
        let all = self.0.borrow().stored.as_ref().map_or(0, VecDeque::len);
        if all > 0 {
            let n = self.some(all)?;
            let pipe = &mut *self.0.borrow_mut();
            let n = n.min(pipe.accepts.unwrap_or(n));
            pipe.accepts.iter_mut().for_each(|accepts| *accepts -= n);
            pipe.output.extend(pipe.stored.iter_mut().flat_map(|stored| stored.drain(..n)));
            if n < all {
                return Err(if n > 0 { ErrorKind::Interrupted } else { ErrorKind::WouldBlock }.into());
            }
        }
        self.0.borrow_mut().has_ended = true;
        Ok(())
    }
}

struct Connections(Vec<Memory>);

impl Listen for Connections {
    type Stream = Memory;

    fn accept(&mut self) -> io::Result<(Memory, SocketAddr)> {
        Ok((self.0.pop().ok_or(ErrorKind::WouldBlock)?, self.local_addr()?))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok((Ipv4Addr::LOCALHOST, 7).into())
    }
}

#[test]
fn a_server_works_over_any_source_of_connections() {
    for seed in 0..20 {
        let input =
            [LOGIN, b"Action: Ping\r\nActionID: p\r\n\r\nAction: Logoff\r\nActionID: o\r\n\r\n"].concat();
        let random = fastrand::Rng::with_seed(seed);
        let memory = Memory(Rc::new(RefCell::new(Pipe { random, input: input.into(), ..Pipe::default() })));
        let listener = Connections(vec![memory.clone()]);
        let session = Session::new("11.0.0");
        let mut server =
            Server::with_listener(listener, session, Application::default(), Limits::DEFAULT).unwrap();
        assert_eq!(server.local_addr().unwrap().port(), 7);
        while !memory.0.borrow().has_ended {
            server.poll_once();
        }
        let output = memory.0.borrow().output.clone();
        let rest = output.strip_prefix(&[BANNER, ACCEPTED].concat()[..]).expect("the login was accepted");
        let rest = String::from_utf8_lossy(rest);
        assert!(rest.starts_with("Response: Success\r\nActionID: p\r\n"), "{rest}");
        assert!(rest.contains("\r\n\r\nResponse: Goodbye\r\nActionID: o\r\n"), "{rest}");
    }
}

/// Returns a server with one connection whose writes only store bytes, and the connection.
fn storing(seed: u64, input: Vec<u8>, limits: Limits) -> (Server<Application, Connections>, Memory) {
    let memory = Memory(Rc::new(RefCell::new(Pipe {
        random: fastrand::Rng::with_seed(seed),
        input: input.into(),
        stored: Some(VecDeque::new()),
        ..Pipe::default()
    })));
    let listener = Connections(vec![memory.clone()]);
    let server = Server::with_listener(listener, Session::new("11.0.0"), Application::default(), limits);
    (server.unwrap(), memory)
}

#[test]
fn bytes_that_a_stream_stores_are_sent_although_the_client_has_ended_its_side() {
    for seed in 0..20 {
        let input = [LOGIN, b"Action: Ping\r\nActionID: p\r\n\r\n"].concat();
        // No time limit applies while the client accepts bytes.
        let (mut server, memory) = storing(seed, input, Limits::DEFAULT);
        memory.0.borrow_mut().is_half_closed = true;
        let mut polls = 0;
        while server.connections() > 0 || polls == 0 {
            server.poll_once();
            polls += 1;
            assert!(polls < 100_000, "the connection stays open");
        }
        let pipe = memory.0.borrow();
        let output = String::from_utf8_lossy(&pipe.output);
        assert!(pipe.has_ended && output.contains("ActionID: p\r\nPing: Pong\r\n"), "{output:?}");
    }
}

#[test]
fn a_client_that_does_not_accept_stored_bytes_is_disconnected_after_the_stall_time() {
    let stall = Duration::from_millis(30);
    let (mut server, memory) = storing(1, LOGIN.to_vec(), Limits::DEFAULT.stall(stall));
    memory.0.borrow_mut().is_half_closed = true;
    memory.0.borrow_mut().accepts = Some(40);
    let begin = Instant::now();
    while server.connections() > 0 || begin.elapsed() < stall {
        server.poll_once();
        assert!(begin.elapsed() < Duration::from_secs(20), "the connection stays open");
    }
    let pipe = memory.0.borrow();
    assert_eq!((pipe.output.len(), pipe.has_ended), (40, false));
}

#[test]
fn a_server_that_stops_ends_the_output_of_its_connections() {
    let (mut server, memory) = storing(1, LOGIN.to_vec(), Limits::DEFAULT);
    memory.0.borrow_mut().stored = None;
    let accepted = [BANNER, ACCEPTED].concat();
    while memory.0.borrow().output.len() < accepted.len() {
        server.poll_once();
    }
    server.run(&AtomicBool::new(true));
    assert!(memory.0.borrow().has_ended);
}

/// The client sees the end at once, and not only when the server closes the connection.
#[test]
fn the_output_over_tcp_ends_before_the_connection_is_closed() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let session = Session::new("11.0.0");
    let mut server = Server::new(listener, session, Application::default(), Limits::DEFAULT).unwrap();
    let mut stream = connect(server.local_addr().unwrap());
    stream.write_all(&[LOGIN, b"Action: Logoff\r\n\r\n"].concat()).unwrap();
    stream.set_nonblocking(true).unwrap();
    let mut received = Vec::new();
    let begin = Instant::now();
    // Only this thread serves, so that no connection is closed between a poll and the read.
    while let Err(error) = stream.read_to_end(&mut received) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        assert!(begin.elapsed() < Duration::from_secs(10), "no end of the output");
        server.poll_once();
    }
    assert!(String::from_utf8_lossy(&received).contains("Response: Goodbye\r\n"));
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let server = Server::bind(taken.local_addr().unwrap(), "11.0.0", Application::default());
    assert_eq!(server.err().map(|error| error.kind()), Some(ErrorKind::AddrInUse));
}

/// The connection limit and the login deadline close silent connections; a client that is logged in
/// still gets prompt responses.
#[test]
fn ten_thousand_silent_connections_do_not_delay_a_client() {
    let timing = Timing::DEFAULT.authentication(500);
    let limits = Limits::default().timing(timing);
    let done = AtomicBool::new(false);
    let counts = serve(limits, Application::default(), |address| {
        let mut client = client(address, "off");
        ping(&mut client);
        thread::scope(|scope| {
            let flood = scope.spawn(|| {
                let mut silent = vec![];
                let mut most = 0;
                while silent.len() < 10_000 {
                    match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
                        Ok(stream) => silent.push(stream),
                        // The process has as many open files as the system allows.
                        Err(_) => break,
                    }
                    most = silent.len();
                }
                // The server has closed each of them, or will.
                for mut stream in silent {
                    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                    let mut said = vec![];
                    let _ = stream.read_to_end(&mut said);
                    assert!(said.is_empty() || said == BANNER);
                }
                done.store(true, Relaxed);
                most
            });
            let mut times = vec![];
            while !done.load(Relaxed) {
                times.push(ping(&mut client));
                thread::sleep(Duration::from_millis(1));
            }
            let most = flood.join().unwrap();
            times.sort();
            let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
            println!("{most} silent connections; {} pings: {median:?}, at worst {worst:?}", times.len());
            assert!(median < Duration::from_millis(20) && worst < Duration::from_secs(1));
        });
    });
    assert!(counts.accepted >= 50 && counts.refused > 0, "{counts:?}");
}

/// A client that checks the stream of events byte for byte and for gaps.
struct Reader {
    stream: TcpStream,
    /// The number of the next event, once known.
    next: Option<u64>,
    /// The bytes received of the next event.
    partial: Vec<u8>,
    events: u64,
    bytes: u64,
}

impl Reader {
    fn new(address: SocketAddr) -> Self {
        let stream = logged_in(address);
        stream.set_nonblocking(true).unwrap();
        Self { stream, next: None, partial: vec![], events: 0, bytes: 0 }
    }

    /// Reads the available bytes and checks that each event is the successor of the one before.
    fn read(&mut self, filler: usize, buffer: &mut [u8]) {
        let n = match self.stream.read(buffer) {
            Ok(n) => n,
            Err(error) => return assert_eq!(error.kind(), ErrorKind::WouldBlock),
        };
        assert_ne!(n, 0, "the server closed it");
        self.bytes += n as u64;
        self.partial.extend_from_slice(&buffer[..n]);
        let mut rest = self.partial.as_slice();
        loop {
            let next = match self.next {
                Some(next) => next,
                None => {
                    let text = String::from_utf8_lossy(rest);
                    let Some((_, number)) = text.split_once("Number: ") else { break };
                    let Some((number, _)) = number.split_once("\r\n") else { break };
                    number.parse().unwrap()
                }
            };
            let expected = tick_bytes(next, filler);
            let Some((event, behind)) = rest.split_at_checked(expected.len()) else { break };
            assert!(event == expected, "{} for {next}", event.escape_ascii());
            rest = behind;
            self.events += 1;
            self.next = Some(next + 1);
        }
        let read = self.partial.len() - rest.len();
        self.partial.drain(..read);
    }
}

/// 200 clients receive every event, of up to 500 a second each (2,000 with `AMI_THOROUGH=1`), with
/// every byte right, while one more client does not read at all.
#[test]
fn two_hundred_clients_get_every_event_while_another_does_not_read() {
    const CLIENTS: usize = 200;
    const FILLER: usize = 300;
    // A busy machine cannot read more in time.
    let rate = if std::env::var_os("AMI_THOROUGH").is_some_and(|value| value == "1") { 2_000 } else { 500 };
    let time = Duration::from_secs(2);
    let total = AtomicU64::new(0);
    let counts = serve(Limits::default(), Application::default(), |address| {
        let mut control = client(address, "off");
        // Fill the socket buffers of this client, so that its events stay in the server's queue.
        let mut stuck = logged_in(address);
        (0..40).for_each(|_| stuck.write_all(b"Action: Huge\r\nBytes: 500000\r\n\r\n").unwrap());
        rounds(&mut control, 100);
        let mut readers: Vec<_> = (0..CLIENTS).map(|_| Reader::new(address)).collect();
        let filler = FILLER.to_string();
        control.send(&Raw::new("Rate", &[("Rate", &rate.to_string()), ("Filler", &filler)])).unwrap();
        let begin = Instant::now();
        let mut pings = vec![];
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut buffer = vec![0; 256 * 1024];
                while begin.elapsed() < time {
                    readers.iter_mut().for_each(|reader| reader.read(FILLER, &mut buffer));
                    thread::sleep(Duration::from_millis(2));
                }
            });
            while begin.elapsed() < time {
                pings.push(ping(&mut control));
                thread::sleep(Duration::from_millis(10));
            }
        });
        control.send(&Raw::new("Rate", &[("Rate", "0")])).unwrap();
        // Read the events that are still in transit.
        let mut buffer = vec![0; 256 * 1024];
        let most = || readers.iter().filter_map(|reader| reader.next).max().unwrap();
        let (mut last, mut tries) = (most(), 0);
        while readers.iter().any(|reader| reader.next != Some(last)) && tries < 500 {
            readers.iter_mut().for_each(|reader| reader.read(FILLER, &mut buffer));
            last = readers.iter().filter_map(|reader| reader.next).max().unwrap();
            tries += 1;
            thread::sleep(Duration::from_millis(2));
        }
        assert!(
            readers.iter().all(|reader| reader.next == Some(last)),
            "all clients must receive all events up to {last}"
        );
        pings.sort();
        let (events, bytes) =
            readers.iter().fold((0, 0), |sum, reader| (sum.0 + reader.events, sum.1 + reader.bytes));
        total.store(events, Relaxed);
        println!(
            "{CLIENTS} clients, {events} events, {} MB in {time:?}; pings meanwhile: {:?}, at worst {:?}",
            bytes / 1_000_000,
            pings[pings.len() / 2],
            pings[pings.len() - 1],
        );
        drop(stuck);
    });
    assert_eq!(
        (counts.too_slow, counts.dropped_events),
        (1, 0),
        "only the client that does not read is too slow"
    );
    let full = CLIENTS as u64 * rate * time.as_secs();
    assert!(total.load(Relaxed) > full / 2, "{} of {full}", total.load(Relaxed));
}

/// Depending on the policy, a client that does not read is disconnected or misses events, and only
/// whole events.
#[test]
fn a_client_that_does_not_read_is_dropped_or_misses_events() {
    for slow in [SlowClientPolicy::Disconnect, SlowClientPolicy::DropEvents] {
        let limits = Limits::default().slow(slow).output(256 * 1024);
        let counts = serve(limits, Application::default(), |address| {
            let mut control = client(address, "off");
            let mut stuck = logged_in(address);
            control.send(&Raw::new("Rate", &[("Rate", "20000"), ("Filler", "2000")])).unwrap();
            // 64 MB are more than the buffers of a socket hold.
            wait_for_events(&mut control, 32_000);
            control.send(&Raw::new("Rate", &[("Rate", "0")])).unwrap();
            ping(&mut control);
            if slow == SlowClientPolicy::DropEvents {
                // Responses are never dropped.
                stuck.write_all(b"Action: Ping\r\nActionID: last\r\n\r\nAction: Logoff\r\n\r\n").unwrap();
            }
            let mut all = vec![];
            let _ = stuck.read_to_end(&mut all);
            let text = String::from_utf8(all).unwrap();
            let mut events: Vec<_> = text.split_inclusive("\r\n\r\n").collect();
            if slow == SlowClientPolicy::DropEvents {
                assert!(events.pop().unwrap().starts_with("Response: Goodbye"));
                assert_eq!(events.pop(), Some("Response: Success\r\nActionID: last\r\nPing: Pong\r\n\r\n"));
            } else if !text.ends_with("\r\n\r\n") {
                // The last event may be cut off, as in Asterisk.
                events.pop();
            }
            let mut before = None;
            for event in events {
                let number = event.split("Number: ").nth(1).unwrap().split("\r\n").next().unwrap();
                let number: u64 = number.parse().unwrap();
                assert_eq!(event.as_bytes(), tick_bytes(number, 2000));
                assert!(before < Some(number));
                before = Some(number);
            }
        });
        match slow {
            SlowClientPolicy::Disconnect => assert_eq!((counts.too_slow, counts.dropped_events), (1, 0)),
            SlowClientPolicy::DropEvents => {
                assert!(counts.too_slow == 0 && counts.dropped_events > 0, "{counts:?}")
            }
        }
    }
}

/// A client that gets no events, but does not read its responses, is disconnected as well.
#[test]
fn a_client_that_does_not_read_responses_is_disconnected() {
    let limits = Limits::default().stall(Duration::from_millis(300)).output(16 * 1024 * 1024);
    let (log, heard) = channel();
    serve(limits, Application { log: Some(log), ..Application::default() }, |address| {
        let mut stuck = logged_in(address);
        // More than the socket buffers hold.
        (0..4).for_each(|_| stuck.write_all(b"Action: Huge\r\nBytes: 7000000\r\n\r\n").unwrap());
        while heard.recv_timeout(Duration::from_secs(60)).unwrap().1 != Told::Closed {}
        let mut all = vec![];
        let end = stuck.read_to_end(&mut all);
        assert!(all.len() < 28_000_000, "{end:?}");
        // The server still serves other clients.
        ping(&mut client(address, "off"));
    });
}

#[test]
fn a_client_reports_that_the_server_closed_the_connection() {
    serve(Limits::default(), Application::default(), |address| {
        let mut client = client(address, "on");
        ping(&mut client);
        let mut stream = client.get_ref().try_clone().unwrap();
        stream.write_all(b"Action: Logoff\r\n\r\n").unwrap();
        let end = loop {
            match client.next_event(Duration::from_secs(5)) {
                Ok(_) => {}
                Err(Error::Disconnected(end)) => break end,
                Err(error) => panic!("{error}"),
            }
        };
        assert!(matches!(end, Disconnect::Closed), "{end:?}");
    });
}

/// A service that leaves everything to the defaults but the account and the answers, which tell
/// what the exchange tells.
struct Plain;

impl Service for Plain {
    fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> {
        Some(Account::new("secret").write(Classes::CALL))
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let permits = [Classes::CALL, Classes::COMMAND].map(|classes| exchange.permits(classes));
        let text = format!("{permits:?} {}", exchange.now() > Duration::ZERO);
        exchange.events.send("Asked", Classes::CALL, |_| Ok(()))?;
        exchange.answer()?.success(text)
    }
}

#[test]
fn a_service_accepts_every_connection_login_and_event_unless_it_decides_otherwise() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut server = Server::new(listener, Session::new("11.0.0"), Plain, Limits::DEFAULT).unwrap();
    let address = server.local_addr().unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| server.run(&stop));
        // Twice the same user.
        let result = std::panic::catch_unwind(|| {
            let mut clients = [client(address, "call"), client(address, "call")];
            let answer = clients[0].send(&Raw::without_headers("Ask")).unwrap();
            let text = answer.message().get("Message").map(|text| text.to_string());
            assert_eq!(text.as_deref(), Some("[true, false] true"));
            for client in &mut clients {
                let event = client.next_event(Duration::from_secs(10)).unwrap();
                assert!(
                    event.is_some_and(|event| event.message().name().is_some_and(|name| name == "Asked"))
                );
            }
        });
        stop.store(true, Relaxed);
        result.unwrap();
    });
}
