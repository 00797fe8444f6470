//! The follower over TCP. `client/tests/follower.rs` has its rules, in simulated time.

use std::format;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::{Followed, Follower, OwnedCredentials};
use crate::client::{Backoff, SessionError, Stage};
use crate::io::blocking::{Client, Disconnect, Error};

const TIMEOUT: Duration = Duration::from_secs(10);

fn credentials() -> OwnedCredentials {
    OwnedCredentials::plain("admin", "secret").events("call")
}

/// Reads a request of this action. Returns its ActionID, or `None` at the end of the stream.
fn receive(stream: &mut BufReader<TcpStream>, action: &str) -> Option<String> {
    let lines: Vec<_> =
        stream.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    assert_eq!(*lines.first()?, format!("Action: {action}"));
    lines.iter().find_map(|line| line.strip_prefix("ActionID: ")).map(String::from)
}

/// Accepts a connection and its login once `ready` returns, and sends an event with this name.
fn accept(listener: &TcpListener, name: &str, ready: impl FnOnce()) -> BufReader<TcpStream> {
    let mut stream = BufReader::new(listener.accept().unwrap().0);
    stream.get_ref().set_read_timeout(Some(TIMEOUT)).unwrap();
    ready();
    stream.get_mut().write_all(b"Asterisk Call Manager/11.0.0\r\n").unwrap();
    let id = receive(&mut stream, "Login").unwrap();
    let text =
        format!("Response: Success\r\nActionID: {id}\r\n\r\nEvent: {name}\r\nPrivilege: call,all\r\n\r\n");
    stream.get_mut().write_all(text.as_bytes()).unwrap();
    stream
}

#[test]
fn a_follower_reconnects_over_tcp_and_keeps_its_time_limits_while_it_connects() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (release, wait) = mpsc::channel();
    let server = thread::spawn(move || {
        drop(accept(&listener, "First", || {}));
        let mut second = accept(&listener, "Second", || wait.recv().unwrap());
        assert!(receive(&mut second, "Logoff").is_some());
        // The follower is dropped before this attempt ends.
        let mut third = accept(&listener, "Third", || wait.recv().unwrap());
        assert!(receive(&mut third, "Logoff").is_some());
    });
    let follow = move || Follower::tcp(address, credentials()).backoff(Backoff::new(20, 20));
    let mut follower = follow();
    let mut next = |time| follower.next_within(time).unwrap();
    let is_event = |item: Option<Followed>, name: &str| matches!(item, Some(Followed::Event(event)) if event.message().name().unwrap() == name);
    assert!(matches!(next(Duration::MAX), Some(Followed::Connected)));
    assert!(is_event(next(Duration::MAX), "First"));
    let gap = next(Duration::MAX);
    assert!(matches!(gap, Some(Followed::Gap { disconnect: Disconnect::Closed, .. })), "{gap:?}");
    for time in [Duration::ZERO, Duration::from_millis(60)] {
        let begin = Instant::now();
        assert!(next(time).is_none());
        assert!(begin.elapsed() >= time && begin.elapsed() < Duration::from_secs(1));
    }
    release.send(()).unwrap();
    assert!(matches!(next(TIMEOUT), Some(Followed::Connected)));
    assert!(is_event(next(TIMEOUT), "Second"));
    drop(follower);

    let mut follower = follow();
    assert!(follower.next_within(Duration::ZERO).unwrap().is_none());
    drop(follower);
    release.send(()).unwrap();
    server.join().unwrap();
}

#[test]
fn a_panic_of_the_connect_function_reaches_the_caller_and_ends_the_follower() {
    let connect = || -> Result<Client<TcpStream>, Error> { panic!("the connect function fails") };
    let mut follower = Follower::new(connect, credentials());
    let panic = catch_unwind(AssertUnwindSafe(|| follower.next().is_some())).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the connect function fails"));
    let error = follower.next_within(TIMEOUT).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::Stage(Stage::Closed))), "{error:?}");
    assert!(follower.next().is_none());
}

#[test]
fn an_address_that_cannot_be_parsed_is_the_last_item() {
    let mut follower = Follower::tcp("nowhere", credentials());
    let error = follower.next().unwrap().unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error:?}");
    assert!(follower.next().is_none());
}

/// Returns the processor time of this thread, if the system provides it (Linux).
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// Many followers of one server must not all come back at the same time.
#[test]
fn the_waits_between_attempts_differ_and_take_no_processor_time() {
    let refuse = || -> Result<Client<TcpStream>, Error> { Err(Error::Connect(ErrorKind::TimedOut.into())) };
    let mut follower = Follower::new(refuse, credentials()).backoff(Backoff::new(60, 60));
    let (begin, used) = (Instant::now(), processor_time());
    let mut waits = Vec::new();
    for _ in 0..12 {
        match follower.next_within(TIMEOUT) {
            Ok(Some(Followed::Retry { wait, error: Error::Connect(_) })) => waits.push(wait),
            other => panic!("{other:?}"),
        }
    }
    let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(*least >= Duration::from_millis(30) && *most <= Duration::from_millis(60), "{waits:?}");
    assert!(least < most, "{waits:?}");
    // The last of them is still to come.
    let waited = begin.elapsed();
    assert!(waited >= waits[..11].iter().sum());
    if let (Some(before), Some(after)) = (used, processor_time()) {
        assert!(after - before < waited / 4, "{:?} of {waited:?} on the processor", after - before);
    }
}

#[test]
fn the_state_is_printed() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (go, may_go) = mpsc::channel();
    let connect = move || {
        may_go.recv().unwrap();
        Client::builder().connect(address)
    };
    let state = |follower: &Follower| {
        let text = format!("{follower:?}");
        let states = ["waiting", "connecting", "connected", "over"].into_iter();
        states.filter(|state| text.contains(&format!("\"{state}\""))).collect::<Vec<_>>()
    };
    let mut follower = Follower::new(connect, credentials())
        .backoff(Backoff::new(20, 20))
        .stable_after(Duration::from_millis(1));
    assert_eq!(state(&follower), ["waiting"]);
    assert!(follower.client().is_none());
    assert!(follower.next_within(Duration::ZERO).unwrap().is_none());
    assert_eq!(state(&follower), ["connecting"]);
    let server = thread::spawn(move || drop(accept(&listener, "First", || {})));
    go.send(()).unwrap();
    assert!(matches!(follower.next_within(TIMEOUT), Ok(Some(Followed::Connected))));
    assert_eq!(state(&follower), ["connected"]);
    server.join().unwrap();
    assert!(matches!(follower.next_within(TIMEOUT), Ok(Some(Followed::Event(_)))));
    assert!(matches!(follower.next_within(TIMEOUT), Ok(Some(Followed::Gap { .. }))));
    assert_eq!(state(&follower), ["waiting"]);
    // Without its sender, the connect function panics.
    drop(go);
    catch_unwind(AssertUnwindSafe(|| follower.next_within(TIMEOUT).is_ok())).unwrap_err();
    assert_eq!(state(&follower), ["over"]);
}
