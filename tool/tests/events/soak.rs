//! A server that restarts again and again: no event is printed twice, each gap is marked, and the
//! memory of the tool does not grow.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::server::{BANNER, Peer};
use crate::{events, numbered};

/// A small generator of random numbers, so that a failure can be repeated.
struct Random(u64);

impl Random {
    /// Returns a number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Serves one connection, and cuts it at a random place. Returns the number of the next event: some
/// events take place before the next connection.
fn live(peer: &mut Peer, random: &mut Random, next: u64) -> u64 {
    match random.below(12) {
        // Too many connections, a server that is about to go down, one that dies at the login.
        0 => return next,
        1 => {
            let _ = peer.send(BANNER);
            return next + 1;
        }
        2 => {
            let _ = peer.send(BANNER).and_then(|()| peer.request());
            return next + 1;
        }
        _ => {}
    }
    if peer.log_in(BANNER).is_err() {
        return next + 1;
    }
    let count = random.below(40);
    let text: String = (next..next + count).map(numbered).collect();
    let length = if random.below(3) == 0 { text.len() } else { random.below(text.len() as u64 + 1) as usize };
    for piece in text.as_bytes()[..length].chunks(1 + random.below(700) as usize) {
        let _ = peer.send(piece);
    }
    if length == text.len() && random.below(3) == 0 {
        let _ = peer.send("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n");
    }
    next + count + random.below(3)
}

/// Restarts a server this many times, then sends the event with the number `u64::MAX`. Returns the
/// port.
fn serve(restarts: u64, seed: u64) -> String {
    let mut listener = outside_of_the_ephemeral_ports();
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let mut random = Random(seed);
        let mut next = 1;
        for _ in 0..restarts {
            let (stream, _) = listener.accept().expect("a client");
            let mut peer = Peer::new(stream.try_clone().expect("a copy"));
            next = live(&mut peer, &mut random, next);
            let _ = stream.shutdown(Shutdown::Write);
            drop((peer, stream));
            if random.below(5) == 0 {
                // Refuses connections for a moment.
                drop(listener);
                thread::sleep(Duration::from_millis(random.below(8)));
                listener = listen_again(address);
            }
        }
        loop {
            let (stream, _) = listener.accept().expect("a client");
            let mut peer = Peer::new(stream);
            let end = peer.log_in(BANNER).and_then(|()| peer.send(numbered(u64::MAX)));
            let _ = end.and_then(|()| peer.idle());
        }
    });
    address.port().to_string()
}

/// Listens on the address again. Connections of another program can hold the port up for a while.
fn listen_again(address: SocketAddr) -> TcpListener {
    let begin = Instant::now();
    loop {
        match TcpListener::bind(address) {
            Err(_) if begin.elapsed() < Duration::from_secs(20) => thread::sleep(Duration::from_millis(10)),
            bound => return bound.expect("the port"),
        }
    }
}

/// Listens on a port that no other program gets while the server is down, unless it asks for it.
fn outside_of_the_ephemeral_ports() -> TcpListener {
    let first = 10_000 + std::process::id() % 10_000;
    let mut ports = (first..first + 10_000).filter_map(|port| u16::try_from(port).ok());
    ports.find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).expect("a free port")
}

/// Returns the memory of a process in KiB.
fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// The restarts: with `AMI_THOROUGH=1` as many as a server that restarts every 8 s has in a day.
fn restarts() -> u64 {
    if std::env::var_os("AMI_THOROUGH").is_some_and(|value| value == "1") { 10_800 } else { 150 }
}

#[test]
fn a_day_of_restarts() {
    let restarts = restarts();
    let seed = 0x9e37_79b9_7f4a_7c15;
    let port = serve(restarts, seed);
    let mut command =
        events(&port, &["--reconnect", "--max-wait", "0.004", "--only", "Numbered", "--for", "900"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("ami runs");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut last, mut gaps, mut events, mut is_marked) = (0, 0, 0_u64, true);
    let mut early = None;
    for line in stdout.lines().map(|line| line.expect("UTF-8")) {
        if line.starts_with("--- gap") {
            (is_marked, gaps) = (true, gaps + 1);
            if gaps == restarts / 10 {
                early = Some(memory(child.id()));
            }
        }
        let Some(number) = line.strip_prefix("Number: ") else { continue };
        let number: u64 = number.parse().expect("a number");
        assert!(number > last, "{number} after {last}");
        assert!(number == last + 1 || is_marked, "no mark between {last} and {number}");
        (last, is_marked, events) = (number, false, events + 1);
        if number == u64::MAX {
            break;
        }
    }
    assert_eq!(last, u64::MAX);
    let (early, late) = (early.expect("gaps"), memory(child.id()));
    println!("{restarts} restarts, {gaps} gaps, {events} events, memory {early} KiB and {late} KiB");
    assert!(gaps > restarts / 2 && gaps <= restarts, "{gaps} gaps");
    assert!(events > restarts * 5, "{events} events");
    assert!(late < early + early / 10 + 512, "the memory grew from {early} KiB to {late} KiB");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a process");
    child.wait().expect("a status");
}
