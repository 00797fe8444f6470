//! The tests of `serve.rs` once more, with a server whose listener reports readiness.

#[path = "serve.rs"]
mod serve;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use embedded_ami::io::blocking::server::{Exchange, Limits, Listen, Server, Service};
use embedded_ami::server::{Account, Attempt, Session, SessionError};
use embedded_ami::wire::Value;
use serve::polled::Polled;

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
