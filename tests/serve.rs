//! The server over TCP: limits, the order of responses and events, and clients that do not read.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{Completion, Raw};
use embedded_ami::classes::Classes;
use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::server::{
    ConnectionId, Events, Exchange, Limits, Server, Service, SlowClientPolicy, Stats,
};
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use embedded_ami::server::{Account, Attempt, Session, SessionError, Timing};
use embedded_ami::wire::{EncodeError, Value};

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
    /// Receives an entry for each login and each closed connection.
    log: Option<Sender<(ConnectionId, &'static str)>>,
}

impl Service for Application {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        (attempt.username() == "admin").then(|| Account::new("secret"))
    }

    fn is_in_use(&mut self, username: Value<'_>) -> bool {
        username == "single"
    }

    fn logged_in(&mut self, connection: ConnectionId, _: Value<'_>) {
        self.log.iter().for_each(|log| log.send((connection, "in")).unwrap_or_default());
    }

    fn closed(&mut self, connection: ConnectionId) {
        self.log.iter().for_each(|log| log.send((connection, "gone")).unwrap_or_default());
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
            b"List" => {
                let mut list = exchange.answer()?.list("They will follow")?;
                for _ in 0..number("Items") {
                    list.entry("Item", |out| out.header("Filler", "x".repeat(100)))?;
                }
                Ok(list.complete("ListComplete", |_| Ok(()))?)
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
        while self.sent < due {
            tick(self.sent, self.filler, events).unwrap();
            self.sent += 1;
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut server = Server::new(listener, Session::new("11.0.0"), application, limits).unwrap();
    let address = server.local_addr().unwrap();
    let stop = AtomicBool::new(false);
    /// Stops the server even if the test panics.
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            server.run(&stop);
            println!("the server's processor time: {:?}", processor_time());
            server.stats()
        });
        let running = Stop(&stop);
        test(address);
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
    serve(Limits::default(), Application { log: Some(log), ..Application::default() }, |address| {
        let wait = Duration::from_secs(5);
        let first = logged_in(address);
        let (first_id, what) = heard.recv_timeout(wait).unwrap();
        assert_eq!(what, "in");
        let second = logged_in(address);
        let (second_id, what) = heard.recv_timeout(wait).unwrap();
        assert_eq!(what, "in");
        assert_ne!(first_id, second_id);
        drop(first);
        assert_eq!(heard.recv_timeout(wait).unwrap(), (first_id, "gone"));
        drop(second);
        assert_eq!(heard.recv_timeout(wait).unwrap(), (second_id, "gone"));
    });
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

/// 200 clients receive 2,000 events a second each, with every byte right, while one more client
/// does not read at all.
#[test]
fn two_hundred_clients_get_every_event_while_another_does_not_read() {
    const CLIENTS: usize = 200;
    const RATE: u64 = 2_000;
    const FILLER: usize = 300;
    let time = Duration::from_secs(2);
    let total = AtomicU64::new(0);
    let counts = serve(Limits::default(), Application::default(), |address| {
        let mut control = client(address, "off");
        // Fill the socket buffers of this client, so that its events stay in the server's queue.
        let mut stuck = logged_in(address);
        (0..40).for_each(|_| stuck.write_all(b"Action: Huge\r\nBytes: 500000\r\n\r\n").unwrap());
        thread::sleep(Duration::from_millis(200));
        let mut readers: Vec<_> = (0..CLIENTS).map(|_| Reader::new(address)).collect();
        let (rate, filler) = (RATE.to_string(), FILLER.to_string());
        control.send(&Raw::new("Rate", &[("Rate", &rate), ("Filler", &filler)])).unwrap();
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
    let full = CLIENTS as u64 * RATE * time.as_secs();
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
            thread::sleep(Duration::from_millis(1500));
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
    serve(limits, Application::default(), |address| {
        let mut stuck = logged_in(address);
        // More than the socket buffers hold.
        (0..4).for_each(|_| stuck.write_all(b"Action: Huge\r\nBytes: 7000000\r\n\r\n").unwrap());
        thread::sleep(Duration::from_millis(1200));
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
