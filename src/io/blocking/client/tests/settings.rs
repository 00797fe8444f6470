//! The settings of the builder.

use std::io::{self, ErrorKind, Read, Write};
use std::string::ToString;
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::line::{Habits, Line, Manner, Traffic, clock, now, pass};
use super::{Client, ClientBuilder, Link, PING, event, ms};
use crate::action::Raw;
use crate::client::{Credentials, SessionError};
use crate::io::blocking::Error;
use crate::wire::{Dialect, EncodeError};

/// Returns a client with these settings that has logged in for events, and the server's end.
fn logged_in(settings: ClientBuilder) -> (Client<Line>, super::Rc<super::RefCell<super::World>>) {
    let line = Line::new(Habits::GOOD, 1);
    let world = line.world();
    let mut client = settings.build(Link::new(line, clock, clock())).unwrap();
    client.login(&Credentials::plain("admin", "secret").events("call")).unwrap();
    (client, world)
}

#[test]
fn a_setting_that_is_not_possible_is_an_error_before_anything_is_sent() {
    let builder = Client::builder;
    let never = Duration::MAX;
    for (settings, text) in [
        (builder().timeout(Duration::ZERO), "timeout is 0ns, but must be 1 ms to 4294967295 ms"),
        (
            builder().timeout(Duration::from_micros(999)),
            "timeout is 999µs, but must be 1 ms to 4294967295 ms",
        ),
        (builder().timeout(ms(1 << 32)), "timeout is 4294967.296s, but must be 1 ms to 4294967295 ms"),
        (builder().keepalive(Some(ms(0))), "keepalive is 0ns, but must be 1 ms to 4294967295 ms"),
        (builder().boot_wait(Duration::from_nanos(1)), "boot_wait is 1ns, but must be 1 ms to 4294967295 ms"),
        (builder().read_buffer(63), "read_buffer is 63 bytes, but must be at least 64"),
        (builder().write_buffer(0), "write_buffer is 0 bytes, but must be at least 64"),
        (builder().answer_buffer_limit(1), "answer_buffer_limit is 1 bytes, but must be at least 16384"),
        (builder().slots(0), "slots is 0, but must be 1 to 65535"),
        (builder().slots(65_536), "slots is 65536, but must be 1 to 65535"),
    ] {
        let line = Line::new(Habits::GOOD, 1);
        let world = line.world();
        let errors = [settings.over(line).unwrap_err(), settings.connect("127.0.0.1:1").unwrap_err()];
        for error in errors {
            assert_eq!(error.to_string(), std::format!("connect: the setting {text}"));
            assert!(matches!(error, Error::Connect(error) if error.kind() == ErrorKind::InvalidInput));
        }
        assert!(world.borrow().written.is_empty());
    }
    let most = builder().slots(65_535).timeout(ms(u32::MAX.into())).boot_wait(ms(1));
    assert!(most.over(Line::new(Habits::GOOD, 1)).is_ok());
    // The wait is that of the transport.
    for (wait, is_tcp) in [(ms(1), false), (Duration::ZERO, true), (Duration::from_micros(1), true)] {
        let settings = builder().transport_wait(wait);
        let error = match is_tcp {
            true => settings.connect("127.0.0.1:1").unwrap_err(),
            false => settings.over(Line::new(Habits::GOOD, 1)).unwrap_err(),
        };
        assert!(error.to_string().contains("transport_wait"), "{error}");
    }
    let error = builder().timeout(never).over(Line::new(Habits::GOOD, 1)).unwrap_err();
    assert!(error.to_string().contains("the setting timeout"), "{error}");
    let error = builder().read_buffer(usize::MAX).over(Line::new(Habits::GOOD, 1)).unwrap_err();
    assert!(matches!(error, Error::Connect(error) if error.kind() == ErrorKind::OutOfMemory));
}

#[test]
fn the_least_settings_suffice_for_a_login_and_an_action() {
    let least = Client::builder().read_buffer(64).write_buffer(64).answer_buffer_limit(16 * 1024).slots(1);
    let (mut client, world) = {
        let line = Line::new(Habits::GOOD, 1);
        let world = line.world();
        (least.build(Link::new(line, clock, clock())).unwrap(), world)
    };
    // The challenge fits, the response to it does not.
    let credentials = Credentials::with_md5("admin", "secret", |_| [7; 16]);
    let error = client.login(&credentials).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::Encode(EncodeError::TooLarge { storage: 64 }))));
    drop((client, world));
    let (mut client, world) = logged_in(least.write_buffer(160));
    client.send(&PING).unwrap();
    world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n"));
    assert!(client.next_event(ms(200)).unwrap().is_some());
    client.log_off().unwrap();
}

#[test]
fn each_setting_has_its_effect() {
    // The number of slots.
    let (mut client, _) = logged_in(Client::builder().slots(3));
    let tickets: Vec<_> = (0..3).map(|_| client.submit(&PING).unwrap()).collect();
    assert!(matches!(client.submit(&PING), Err(Error::Session(SessionError::SlotsFull))));
    tickets.into_iter().for_each(|ticket| drop(client.wait(ticket).unwrap()));
    client.send(&PING).unwrap();

    // The size of an action.
    let long = [("Filler", "x".repeat(600))];
    let (mut client, _) = logged_in(Client::builder().write_buffer(600));
    let error = client.send(&Raw::new("Test", &long)).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::Encode(EncodeError::TooLarge { storage: 600 }))));
    let (mut client, _) = logged_in(Client::builder().dialect(Dialect::V1_0));
    let error = client.send(&Raw::new("Test", &long)).unwrap_err();
    let limit_is_old = |error: &EncodeError| matches!(error, EncodeError::LineTooLong { limit: 253, .. });
    assert!(matches!(&error, Error::Session(SessionError::Encode(error)) if limit_is_old(error)));

    // The memory for answers.
    let (mut client, world) = logged_in(Client::builder().answer_buffer_limit(100 * 1024));
    world.borrow_mut().habits.manner = Manner::EndlessList;
    world.borrow_mut().habits.pace = 0;
    let ticket = client.submit(&PING).unwrap();
    let error = client.wait(ticket).map(drop);
    assert!(error.is_ok(), "the response fits: {error:?}");
    let ticket = client.submit(&PING).unwrap();
    let _ = client.next_event(ms(500));
    let (mut entries, error) = (0, client.answers.next(ticket));
    let mut next = error;
    while let Some(Ok(_)) = next {
        entries += 1;
        next = client.answers.next(ticket);
    }
    let error = next.unwrap().err().unwrap();
    assert!(entries > 100 && matches!(error, Error::TooLarge { limit: 102_400 }), "{entries}, {error:?}");
    let text = "the answer takes more memory than the 100 KiB that the client keeps";
    assert_eq!(error.to_string(), text);
    assert!(Error::TooLarge { limit: 64 << 20 }.to_string().contains("the 64 MiB that"));
    assert!(Error::TooLarge { limit: 100_001 }.to_string().contains("the 100001 bytes that"));

    // The memory for events.
    let (mut client, world) = logged_in(Client::builder().event_buffer_limit(1_000));
    world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n").repeat(100));
    pass(ms(10));
    client.send(&PING).unwrap();
    assert!((50..100).contains(&client.dropped_events()));

    // One action at a time.
    let (mut client, world) = logged_in(Client::builder().one_at_a_time(true).timeout(ms(400)));
    world.borrow_mut().habits.manner = Manner::Silence;
    client.submit(&PING).unwrap();
    client.set_timeout(ms(100));
    assert!(matches!(client.send(&PING), Err(Error::Session(SessionError::Busy))));
}

#[test]
fn the_times_are_those_that_were_set() {
    // The keepalive time survives a new time-out.
    for (keepalive, pings) in [(Some(ms(1_000)), 9..=10), (Some(ms(4_000)), 2..=2), (None, 0..=0)] {
        let (mut client, world) = logged_in(Client::builder().keepalive(keepalive));
        client.set_timeout(ms(700));
        assert!(client.next_event(ms(10_500)).unwrap().is_none());
        assert!(pings.contains(&world.borrow().requests("Ping")), "{keepalive:?}");
    }
    for (time, least, most) in [(Duration::ZERO, 0, 50), (ms(300), 300, 450), (ms(1_000), 1_000, 1_150)] {
        let mut client = Client::builder()
            .boot_wait(time)
            .build(Link::new(Line::new(Habits::GOOD, 1), clock, clock()))
            .unwrap();
        let begin = now();
        client.login(&Credentials::plain("admin", "secret").events("on")).unwrap();
        assert!((ms(least)..ms(most)).contains(&(now() - begin)), "{time:?}");
        client.send(&PING).unwrap();
    }
}

#[test]
fn next_event_until_returns_what_arrived_until_then() {
    let (mut client, world) = logged_in(Client::builder());
    world.borrow_mut().habits.traffic = Traffic::Events;
    let (begin, deadline) = (now(), clock() + ms(1_000));
    let mut events = 0;
    while client.next_event_until(deadline).unwrap().is_some() {
        events += 1;
        client.send(&PING).unwrap();
    }
    assert!((40..=55).contains(&events), "{events}");
    assert!((ms(1_000)..ms(1_150)).contains(&(now() - begin)));
    // A deadline in the past only returns what has been received.
    let past: Option<Instant> = clock().checked_sub(ms(60_000));
    assert!(client.next_event_until(past.unwrap_or(deadline)).unwrap().is_none());
}

/// A server that accepts everything and answers nothing, and notes the bytes of each write.
struct Records {
    banner: &'static [u8],
    writes: Vec<Vec<u8>>,
}

impl Read for Records {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.banner.read(buffer)? {
            0 => Err(ErrorKind::WouldBlock.into()),
            n => Ok(n),
        }
    }
}

impl Write for Records {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.push(bytes.into());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_transport_of_the_application_gets_whole_lines_of_up_to_1024_bytes() {
    let server = Records { banner: b"Asterisk Call Manager/11.0.0\r\n", writes: Vec::new() };
    let mut client = Client::builder().timeout(ms(50)).over(server).unwrap();
    let _ = client.login(&Credentials::plain("admin", &"s".repeat(990)));
    let written = &client.get_ref().writes;
    assert!(written.len() > 1, "more than one record is needed");
    for record in written {
        assert!(record.len() <= 1024 && record.ends_with(b"\n"), "{} bytes", record.len());
    }
    assert!(written.concat().ends_with(b"\r\n\r\n"));
}
