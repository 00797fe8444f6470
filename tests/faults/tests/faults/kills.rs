//! Servers that are killed without a warning and started again, stopped, or killed clients.

use std::io::BufRead;
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{Backoff, Credentials};
use embedded_ami::io::blocking::{Client, Disconnect, Error, Followed, Follower, OwnedCredentials};
use rustix::process::Signal;

use crate::child::{Process, ami, serve};
use crate::session::{GRACE, WAIT};
use crate::target::{ASTERISK, SECRET, USER};

const TIMEOUT: Duration = Duration::from_secs(20);

/// A time by which a busy machine delays a program.
const BUSY: Duration = Duration::from_millis(400);

fn connect(port: u16, events: &str) -> Client<TcpStream> {
    let mut client = Client::connect((Ipv4Addr::LOCALHOST, port), TIMEOUT).expect("a banner");
    let credentials = Credentials::new(USER, SECRET);
    let credentials = if events.is_empty() { credentials } else { credentials.events(events) };
    client.login(&credentials).expect("a login");
    client
}

fn raise(client: &mut Client<TcpStream>, number: u64) -> Result<(), Error> {
    let number = number.to_string();
    client.send(&Raw::new("UserEvent", &[("UserEvent", "Faults"), ("Number", &number)])).map(drop)
}

/// An item that a follower, of the library or the tool, has yielded.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Seen {
    Connected,
    Event(u64),
    Gap,
}

/// Follows the events with the library, on a thread that ends with the receiver.
fn library(port: u16) -> Receiver<Seen> {
    let (sender, seen) = channel();
    let credentials = OwnedCredentials::new(USER, SECRET).events("user");
    let connect = move || Client::builder().timeout(TIMEOUT).connect((Ipv4Addr::LOCALHOST, port));
    let mut follower = Follower::new(connect, credentials).backoff(Backoff::new(20, 200));
    thread::spawn(move || {
        loop {
            let seen = match follower.next_within(Duration::from_secs(1)).expect("no end") {
                Some(Followed::Connected) => Seen::Connected,
                Some(Followed::Event(event)) => match event.text("Number").parse() {
                    Ok(number) => Seen::Event(number),
                    Err(_) => continue,
                },
                Some(Followed::Gap { disconnect, .. }) => {
                    assert!(matches!(disconnect, Disconnect::Closed | Disconnect::Cut), "{disconnect:?}");
                    Seen::Gap
                }
                Some(Followed::Dropped { events }) => panic!("{events} events dropped"),
                _ => continue,
            };
            if sender.send(seen).is_err() {
                return;
            }
        }
    });
    seen
}

/// Follows the events with `ami events --reconnect`. The end of the receiver kills the tool.
fn tool(port: u16) -> Receiver<Seen> {
    let (sender, seen) = channel();
    let arguments = ["events", "--classes", "user", "--reconnect", "--max-wait", "0.2"];
    let mut process = Process::start(ami(port, &arguments).env("RUST_BACKTRACE", "0"));
    let stderr = process.child.stderr.take().expect("a pipe");
    thread::spawn(move || std::io::BufReader::new(stderr).lines().count());
    thread::spawn(move || {
        loop {
            let line = process.line();
            assert!(!line.is_empty(), "the tool has ended");
            let seen = match line.strip_prefix("Number: ") {
                Some(number) => Seen::Event(number.trim().parse().expect("a number")),
                None if line.starts_with("--- gap") => Seen::Gap,
                None => continue,
            };
            if sender.send(seen).is_err() {
                return;
            }
        }
    });
    seen
}

/// Raises events from `next` on until both followers have received one of this connection, then ten
/// more. Returns the number of the first that must have arrived, and the next number.
fn raise_until_seen(
    port: u16,
    next: u64,
    seen: [&Receiver<Seen>; 2],
    record: &mut [Vec<Seen>; 2],
) -> (u64, u64) {
    let mut client = connect(port, "");
    let mut number = next;
    let begin = Instant::now();
    let mut has_seen = [false; 2];
    while has_seen != [true; 2] {
        raise(&mut client, number).expect("an answer");
        number += 1;
        for ((seen, record), has_seen) in seen.iter().zip(record.iter_mut()).zip(&mut has_seen) {
            match seen.recv_timeout(Duration::from_millis(20)) {
                Ok(item) => {
                    *has_seen |= matches!(item, Seen::Event(number) if number >= next);
                    record.push(item);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("a follower has ended"),
            }
        }
        assert!(begin.elapsed() < TIMEOUT * 2, "the followers do not connect again: {has_seen:?}");
    }
    let certain = number;
    for _ in 0..10 {
        raise(&mut client, number).expect("an answer");
        number += 1;
    }
    // They must arrive while the server lives.
    for (seen, record) in seen.iter().zip(record) {
        while record.last() != Some(&Seen::Event(number - 1)) {
            record.push(seen.recv_timeout(TIMEOUT).expect("an event"));
        }
    }
    (certain, number)
}

/// Checks what a follower has seen: no event twice or out of order, a gap between two connections,
/// and every event that was raised while it was connected.
fn check(record: &[Seen], certain: &[(u64, u64)], restarts: usize) {
    let mut last = None;
    let mut is_marked = true;
    for seen in record {
        let Seen::Event(number) = *seen else {
            is_marked |= *seen == Seen::Gap;
            continue;
        };
        match last {
            Some(last) if !is_marked => assert_eq!(number, last + 1, "a gap without a mark"),
            Some(last) => assert!(number > last, "{number} follows {last}"),
            None => {}
        }
        (last, is_marked) = (Some(number), false);
    }
    assert_eq!(record.iter().filter(|seen| **seen == Seen::Gap).count(), restarts);
    for &(from, to) in certain {
        let found = (from..to).filter(|&number| record.contains(&Seen::Event(number))).count() as u64;
        assert_eq!(found, to - from, "events from {from} to {to}");
    }
}

/// Kills a server again and again. `kill` kills it and `start` starts it again.
fn restarts(port: u16, count: usize, mut kill: impl FnMut(), mut start: impl FnMut()) {
    let followers = [library(port), tool(port)];
    let seen = [&followers[0], &followers[1]];
    let mut record = [Vec::new(), Vec::new()];
    let mut certain = Vec::new();
    let mut next = 1;
    for restart in 0..=count {
        let (from, to) = raise_until_seen(port, next, seen, &mut record);
        certain.push((from, to));
        next = to;
        if restart < count {
            kill();
            start();
        }
    }
    record.iter().for_each(|record| check(record, &certain, count));
    println!("measured: {count} restarts of port {port}, {} events", next - 1);
}

#[test]
fn followers_survive_kills_of_the_pbx() {
    let (process, port) = serve(0, "");
    let process = std::cell::RefCell::new(process);
    let start = || *process.borrow_mut() = serve(port, "").0;
    restarts(port, 20, || process.borrow_mut().kill(), start);
}

#[test]
fn followers_survive_kills_of_asterisk() {
    let setting = |name| std::env::var(name).ok();
    let (Some(port), Some(servers)) = (setting("AMI_PORT_22"), setting("AMI_CLI")) else {
        println!("Asterisk 22: skipped, since AMI_PORT_22 or AMI_CLI is not set; tests/faults.sh sets them");
        return;
    };
    let _alone = ASTERISK.write().unwrap_or_else(PoisonError::into_inner);
    let run = |command| {
        let output = Command::new(&servers).args([command, "22"]).output().expect("a script");
        assert!(output.status.success(), "{output:?}");
    };
    restarts(port.parse().expect("a port"), 2, || run("kill"), || run("start"));
}

/// An action that is outstanding when the server is killed has an unknown outcome.
#[test]
fn a_kill_with_an_action_outstanding() {
    let script = "[[rule]]\non = \"Ping\"\ndelay = \"1m\"\n";
    for _ in 0..10 {
        let (mut process, port) = serve(0, script);
        let mut client = connect(port, "");
        let ticket = client.submit(&Raw::without_headers("Ping")).expect("a ticket");
        let killer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            process.kill();
            Instant::now()
        });
        let error = client.wait(ticket).expect_err("no answer");
        let end = Instant::now();
        let took = end.saturating_duration_since(killer.join().expect("a time"));
        assert!(took <= WAIT + GRACE + BUSY, "{took:?}");
        let text = format!("{error}");
        assert!(matches!(error, Error::Lost { disconnect: Some(Disconnect::Closed), .. }), "{text}");
        assert!(text.contains("may have executed it"), "{text}");
        let next = client.send(&Raw::without_headers("Ping"));
        assert!(matches!(next, Err(Error::Disconnected(Disconnect::Closed))), "{next:?}");
        let refused = Client::connect((Ipv4Addr::LOCALHOST, port), TIMEOUT);
        assert!(matches!(refused, Err(Error::Connect(_))), "{refused:?}");
        let (_again, port) = serve(port, "");
        connect(port, "").send(&Raw::without_headers("Ping")).expect("a response");
    }
}

/// A server process that stops without an end is found by the Ping, and works again later.
#[test]
fn a_server_that_hangs_is_found() {
    let (process, port) = serve(0, "");
    let (keepalive, timeout) = (Duration::from_millis(400), Duration::from_millis(600));
    let settings = Client::builder().timeout(timeout).keepalive(Some(keepalive)).transport_wait(WAIT);
    for attempt in 1.. {
        let mut client = settings.connect((Ipv4Addr::LOCALHOST, port)).expect("a banner");
        client.login(&Credentials::new(USER, SECRET).events("user")).expect("a login");
        process.signal(Signal::STOP);
        let begin = Instant::now();
        let end = client.next_event(Duration::MAX);
        let took = begin.elapsed();
        let refused = settings.connect((Ipv4Addr::LOCALHOST, port));
        process.signal(Signal::CONT);
        assert!(matches!(end, Err(Error::Disconnected(Disconnect::ServerTimedOut(_)))), "{end:?}");
        assert!(matches!(refused, Err(Error::Silent { .. })), "{refused:?}");
        connect(port, "").send(&Raw::without_headers("Ping")).expect("a response");
        if took <= keepalive + timeout + 2 * WAIT + GRACE {
            return;
        }
        assert!(attempt < 3, "found after {took:?}");
    }
}

/// A client that is killed costs the others nothing.
#[test]
fn a_killed_client_does_not_disturb_others() {
    let (_server, port) = serve(0, "");
    let mut watcher = connect(port, "user");
    let mut sender = connect(port, "");
    for round in 0..10 {
        let mut victim = Process::start(&mut ami(port, &["events", "--classes", "user"]));
        let mut next = round * 100;
        for number in next..next + 100 {
            raise(&mut sender, number).expect("an answer");
            if number == next + 50 {
                victim.kill();
            }
        }
        while next < (round + 1) * 100 {
            let event = watcher.next_event(TIMEOUT).expect("a connection").expect("an event");
            assert_eq!(event.text("Number"), next.to_string());
            next += 1;
        }
    }
}
