//! The tests of `serve.rs` once more, with a server whose listener reports readiness.

#[path = "serve.rs"]
mod serve;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use embedded_ami::io::blocking::server::{Exchange, Limits, Listen, Ready, Server, ServerStream, Service};
use embedded_ami::server::{Account, Attempt, Session, SessionError};
use embedded_ami::wire::Value;
use serve::polled::{Polled, Stream};

/// Answers with as many bytes as the request asks for, after as many milliseconds.
struct Echo;

impl Service for Echo {
    fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> {
        Some(Account::new("secret"))
    }

    fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
        let request = exchange.request();
        let number = |name| request.get(name).and_then(Value::to_u64).unwrap_or_default();
        if exchange.waited() < Duration::from_millis(number("Wait")) {
            return Ok(());
        }
        exchange.answer()?.success("x".repeat(number("Bytes") as usize))
    }
}

/// Sends random requests in random pieces on several connections, and returns the bytes that each
/// has received.
fn traffic<L: Listen + Send>(seed: u64, listener: L) -> Vec<String>
where
    L::Stream: Send,
{
    let limits = Limits::DEFAULT.request(256).output(8 * 1024);
    let mut server = Server::with_listener(listener, Session::without_md5("11.0.0"), Echo, limits).unwrap();
    let address = server.local_addr().unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| server.run(&stop));
        let clients: Vec<_> = (0..4)
            .map(|number| {
                scope.spawn(move || {
                    let mut random = fastrand::Rng::with_seed(seed * 10 + number);
                    let mut requests =
                        String::from("Action: Login\r\nUsername: a\r\nSecret: secret\r\nEvents: off\r\n\r\n");
                    for _ in 0..random.usize(1..80) {
                        let wait = if random.u8(..) < 10 { random.u32(1..20) } else { 0 };
                        let bytes = random.usize(0..2000);
                        let filler = "f".repeat(random.usize(0..300));
                        requests +=
                            &format!("Action: A\r\nWait: {wait}\r\nBytes: {bytes}\r\nF: {filler}\r\n\r\n");
                    }
                    requests += "Action: Logoff\r\n\r\n";
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                    let mut reading = stream.try_clone().unwrap();
                    let reader = std::thread::spawn(move || {
                        let mut received = String::new();
                        reading.read_to_string(&mut received).map(|_| received)
                    });
                    let mut rest = requests.as_bytes();
                    while !rest.is_empty() {
                        let (piece, others) = rest.split_at(random.usize(1..=rest.len().min(3000)));
                        stream.write_all(piece).unwrap();
                        rest = others;
                        if random.u8(..) < 30 {
                            std::thread::sleep(Duration::from_millis(random.u64(0..8)));
                        }
                    }
                    reader.join().unwrap().expect("all answers")
                })
            })
            .collect();
        let received = clients.into_iter().map(|client| client.join()).collect::<Vec<_>>();
        stop.store(true, Ordering::Relaxed);
        received.into_iter().map(Result::unwrap).collect()
    })
}

#[test]
fn the_same_traffic_has_the_same_answers_with_and_without_a_poller() {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for seed in 0..20 {
        let plain = listen();
        plain.set_nonblocking(true).unwrap();
        let expected = traffic(seed, plain);
        assert!(expected.iter().all(|received| received.ends_with("fish.\r\n\r\n")), "{expected:?}");
        assert_eq!(traffic(seed, Polled::new(listen()).unwrap()), expected, "seed {seed}");
    }
}

/// A trouble of a listener or of its connections.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    /// A wait fails, and what it would have reported is lost.
    Wait,
    /// A client cannot be accepted, for example if the process may open no more files.
    Accept,
    /// A stream limits its rate by itself: its socket is not what it waits for.
    Rate,
}

/// A listener with a poller and troubles.
struct Troubled {
    inner: Polled,
    random: fastrand::Rng,
    /// The trouble, and the number of times that it still comes.
    trouble: Trouble,
    left: u32,
    /// The number of reads of all streams.
    reads: Arc<AtomicU64>,
}

impl Troubled {
    fn new(trouble: Trouble, left: u32) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (inner, random) = (Polled::new(listener).unwrap(), fastrand::Rng::with_seed(7));
        Self { inner, random, trouble, left, reads: Arc::default() }
    }

    fn fails(&mut self, trouble: Trouble, chance: f32) -> bool {
        let fails = self.trouble == trouble && self.left > 0 && self.random.f32() < chance;
        self.left -= u32::from(fails);
        fails
    }
}

impl Listen for Troubled {
    type Stream = Slow;

    fn accept(&mut self) -> io::Result<(Slow, SocketAddr)> {
        if self.fails(Trouble::Accept, 0.5) {
            return Err(io::Error::other("no file descriptors left"));
        }
        let (inner, peer) = self.inner.accept()?;
        let pause = if self.trouble == Trouble::Rate { Duration::from_millis(1) } else { Duration::ZERO };
        Ok((Slow { inner, pause, next: Instant::now(), reads: Arc::clone(&self.reads) }, peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn watch(&mut self, stream: &mut Slow, key: usize) -> io::Result<()> {
        self.inner.watch(&mut stream.inner, key)
    }

    fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
        if self.fails(Trouble::Wait, 0.3) {
            self.inner.wait(time, &mut Ready::default())?;
            return Err(io::Error::other("the poller failed"));
        }
        self.inner.wait(time, ready)
    }
}

/// A stream that reads and writes up to 500 bytes after each pause.
struct Slow {
    inner: Stream,
    pause: Duration,
    next: Instant,
    reads: Arc<AtomicU64>,
}

impl Slow {
    fn begin(&mut self) -> io::Result<()> {
        if self.retry_after().is_some() {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.next = Instant::now() + self.pause;
        Ok(())
    }

    fn most(&self, length: usize) -> usize {
        if self.pause.is_zero() { length } else { length.min(500) }
    }
}

impl Read for Slow {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.begin()?;
        let most = self.most(to.len());
        self.inner.read(&mut to[..most])
    }
}

impl Write for Slow {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.begin()?;
        self.inner.write(&from[..self.most(from.len())])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ServerStream for Slow {
    fn has_input(&mut self) -> bool {
        self.inner.has_input()
    }

    fn end_output(&mut self) -> io::Result<()> {
        self.inner.end_output()
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(self.next.saturating_duration_since(Instant::now())).filter(|time| !time.is_zero())
    }
}

/// A poller that fails, a listener that fails, and streams that wait for something else than their
/// sockets: every client still gets every answer.
#[test]
fn troubles_of_a_poller_its_listener_and_its_streams_cost_no_client_an_answer() {
    for (trouble, left) in [(Trouble::Wait, u32::MAX), (Trouble::Accept, 3), (Trouble::Rate, 0)] {
        for seed in 0..3 {
            let plain = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            plain.set_nonblocking(true).unwrap();
            let expected = traffic(seed, plain);
            assert_eq!(traffic(seed, Troubled::new(trouble, left)), expected, "{trouble:?}, seed {seed}");
        }
    }
}

/// Once a poller that has failed works again, connections without traffic are left alone again.
#[test]
fn idle_connections_are_not_read_after_a_failure_of_the_poller() {
    for failures in [0, 1, 5] {
        let listener = Troubled::new(Trouble::Wait, failures);
        let reads = Arc::clone(&listener.reads);
        let session = Session::without_md5("11.0.0");
        let mut server = Server::with_listener(listener, session, Echo, Limits::DEFAULT).unwrap();
        let address = server.local_addr().unwrap();
        let clients: Vec<_> = (0..10).map(|_| TcpStream::connect(address).unwrap()).collect();
        let mut polls = 0;
        // All failures have come after so many, or the seed is a bad one.
        while server.connections() < clients.len() || polls < 100 {
            server.poll_once();
            polls += 1;
            assert!(polls < 1_000_000, "not all clients are accepted");
        }
        let before = reads.load(Ordering::Relaxed);
        assert!(before >= 10 * u64::from(failures > 0), "all connections are read after a failure");
        for _ in 0..100 {
            server.poll_once();
        }
        assert_eq!(reads.load(Ordering::Relaxed), before, "{failures} failures");
        drop(clients);
    }
}
