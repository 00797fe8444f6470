//! The client in simulated time: every call returns within its limit, whatever the server sends and
//! however the transport behaves.

mod follower;
mod late_login;
mod line;
mod settings;
mod slow_application;

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::rc::Rc;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec::Vec;
use std::{format, io, vec};

use self::line::{Habits, Intake, Line, Manner, Traffic, World, clock, now, pass, within};
use super::connect::{first_that_connects, id_key};
use super::link::Link;
use super::{Client, ClientBuilder};
use crate::action::Raw;
use crate::client::{Credentials, LossReason, SessionError, Ticket};
use crate::io::blocking::{Disconnect, Error, Protocol};
use crate::wire::EncodeError;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn builder(timeout: Duration) -> ClientBuilder {
    Client::builder().timeout(timeout)
}

/// The time by which a call may be late, beside one wait of the transport.
const SLACK: Duration = ms(50);

/// The number of calls by result. A test in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Count {
    calls: u32,
    greeted: u32,
    logged_in: u32,
    answered: u32,
    refused: u32,
    timed_out: u32,
    cut_short: u32,
    not_sent: u32,
    entries: u32,
    events: u32,
    no_event: u32,
    stalled: u32,
    logged_off: u32,
}

impl Count {
    fn result<R>(&mut self, result: &Result<R, Error>) {
        match result {
            Ok(_) => self.answered += 1,
            Err(Error::Response { .. }) => self.refused += 1,
            Err(Error::Lost { reason, disconnect }) => {
                match reason {
                    LossReason::TimedOut => self.timed_out += 1,
                    LossReason::CutShort { .. } => self.cut_short += 1,
                    LossReason::NotSent => self.not_sent += 1,
                    LossReason::OutcomeUnknown => {}
                }
                self.stalled += u32::from(*disconnect == Some(Disconnect::Stalled));
            }
            Err(Error::Disconnected(Disconnect::Stalled)) => self.stalled += 1,
            Err(_) => {}
        }
    }
}

fn habits(random: &mut fastrand::Rng, wait: u64) -> Habits {
    let manners = [
        Manner::Success,
        Manner::Success,
        Manner::Error,
        Manner::List,
        Manner::Silence,
        Manner::EndlessList,
        Manner::EndlessList,
        Manner::EndlessOutput,
        Manner::EndlessPayload,
    ];
    let traffic = [
        Traffic::Nothing,
        Traffic::Events,
        Traffic::Unmatched,
        Traffic::Foreign,
        Traffic::Mixed,
        Traffic::Half,
        Traffic::Headers,
        Traffic::Line,
    ];
    let intake = [
        Intake::All,
        Intake::All,
        Intake::All,
        Intake::All,
        Intake::All,
        Intake::All,
        Intake::Late,
        Intake::Byte,
        Intake::LateByte,
        Intake::Nothing,
        Intake::Zero,
        Intake::AfterReading,
    ];
    Habits {
        wait,
        reads_are_slow: random.u8(..8) == 0,
        piece: random.choice([1, 7, 100_000, 100_000]).unwrap(),
        traffic: random.choice(traffic).unwrap(),
        pace: random.choice([0, 1, 20, 80, 150]).unwrap(),
        manner: random.choice(manners).unwrap(),
        delay: random.choice([0, 1, 30, 90, 400]).unwrap(),
        intake: random.choice(intake).unwrap(),
        late_flushes: random.choice([0, 0, 0, 1, 3, u32::MAX]).unwrap(),
        is_polite: random.u8(..8) > 0,
    }
}

/// Makes random calls on one connection.
fn connection(seed: u64, count: &mut Count) {
    let random = &mut fastrand::Rng::with_seed(seed);
    let wait = random.choice([0, 1, 20, 100]).unwrap();
    let late = ms(wait) + SLACK;
    let time = |random: &mut fastrand::Rng| ms(random.choice([0, 1, 40, 100, 300, 900]).unwrap());
    let timeout = |random: &mut fastrand::Rng| ms(random.choice([1, 40, 100, 300, 900]).unwrap());
    let mut limit = timeout(random);
    let start = if random.u8(..4) == 0 { habits(random, wait) } else { Habits { wait, ..Habits::GOOD } };
    let line = Line::new(start, seed);
    let world = line.world();
    count.calls += 1;
    let Ok(mut client) =
        within(limit + late, "new", || builder(limit).build(Link::new(line, clock, clock())))
    else {
        return;
    };
    count.greeted += 1;
    if random.bool() {
        pass(time(random));
    }
    let credentials = match random.bool() {
        true => Credentials::with_md5("admin", "secret", |_| [7; 16]),
        false => Credentials::plain("admin", "secret"),
    };
    let credentials = credentials.events(random.choice(["on", "call", "off"]).unwrap());
    if within(limit + late, "login", || client.login(&credentials)).is_ok() {
        count.logged_in += 1;
    }
    let filler = [("Filler", "x".repeat(random.choice([0, 200, 900]).unwrap()))];
    let action = Raw::new("Test", &filler);
    let mut tickets: Vec<(Ticket, Duration)> = Vec::new();
    for _ in 0..16 {
        count.calls += 1;
        match random.u8(..14) {
            0 => world.borrow_mut().habits = habits(random, wait),
            1 => world.borrow_mut().habits = Habits { wait, ..Habits::GOOD },
            2 => pass(time(random)),
            3 => {
                limit = timeout(random);
                client.set_timeout(limit);
            }
            4 => count.result(&within(limit + late, "send", || client.send(&action))),
            5 => {
                let ends = now() + limit;
                let ticket = within(limit + late, "queue", || client.queue(&action));
                tickets.extend(ticket.ok().map(|ticket| (ticket, ends)));
            }
            6 => {
                let ends = now() + limit;
                let ticket = within(limit + late, "submit", || client.submit(&action));
                tickets.extend(ticket.ok().map(|ticket| (ticket, ends)));
            }
            7 => {
                if let Some((ticket, ends)) = tickets.pop() {
                    let rest = ends.saturating_sub(now());
                    count.result(&within(rest + late, "wait", || client.wait(ticket)));
                }
            }
            8 | 12 | 13 => {
                let ends = now() + limit;
                match within(limit + late, "list", || client.list(&action)) {
                    Ok(mut list) => {
                        let entries = random.choice([0, 3, usize::MAX]).unwrap();
                        for _ in 0..entries {
                            let rest = ends.saturating_sub(now());
                            match within(rest + late, "an entry", || list.next()) {
                                Some(Ok(_)) => count.entries += 1,
                                Some(error) => {
                                    count.result(&error);
                                    break;
                                }
                                None => break,
                            }
                        }
                    }
                    error => count.result(&error.map(|_| ())),
                }
            }
            9 => {
                let time = time(random);
                let event = within(time + late, "next_event", || client.next_event(time));
                count.events += u32::from(matches!(event, Ok(Some(_))));
                count.no_event += u32::from(matches!(event, Ok(None)));
            }
            10 => {
                let time = time(random);
                let mut events = client.events(time);
                let ends = now() + time;
                loop {
                    let rest = ends.saturating_sub(now());
                    match within(rest + late, "events", || events.next()) {
                        Some(Ok(_)) => count.events += 1,
                        Some(Err(_)) | None => break,
                    }
                    if random.u8(..100) == 0 {
                        pass(ms(30));
                    }
                }
            }
            _ => {
                if let Some((ticket, _)) = tickets.last() {
                    let time = time(random);
                    let _ = within(time + late, "event_for", || {
                        client.event_for(*ticket, "OriginateResponse", time)
                    });
                }
            }
        }
    }
    if random.bool() {
        let result = within(limit + late, "log_off", || client.log_off());
        count.logged_off += u32::from(result.is_ok());
    } else {
        within(late, "drop", || drop(client));
    }
}

#[test]
fn every_call_returns_within_its_time_limit() {
    let mut count = Count::default();
    for seed in 0..3_000 {
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| connection(seed, &mut count)));
        assert!(run.is_ok(), "seed {seed}");
    }
    std::println!("{count:?}");
    let Count { greeted, logged_in, answered, refused, timed_out, cut_short, .. } = count;
    let Count { not_sent, entries, events, no_event, stalled, logged_off, .. } = count;
    for (name, number) in [("greeted", greeted), ("logged in", logged_in), ("answered", answered)] {
        assert!(number > 1_000, "{name}: {number}");
    }
    for number in [refused, timed_out, cut_short, not_sent, entries, events, no_event, stalled, logged_off] {
        assert!(number > 40, "{count:?}");
    }
}

const PING: Raw<'_, &str> = Raw::without_headers("Ping");
const TIMEOUT: Duration = ms(1_000);
/// The time by which a call may be late.
const LATE: Duration = ms(100 + 50);

fn connect(line: Line) -> Result<Client<Line>, Error> {
    within(TIMEOUT + LATE, "new", || builder(TIMEOUT).build(Link::new(line, clock, clock())))
}

/// Returns a client that has logged in for events, and the server's end.
fn logged_in() -> (Client<Line>, Rc<RefCell<World>>) {
    let line = Line::new(Habits::GOOD, 1);
    let world = line.world();
    let mut client = connect(line).unwrap();
    let credentials = Credentials::plain("admin", "secret").events("call");
    within(TIMEOUT + LATE, "login", || client.login(&credentials)).unwrap();
    (client, world)
}

fn event(name: &str, headers: &str) -> String {
    format!("Event: {name}\r\n{headers}\r\n")
}

#[test]
fn an_answer_that_arrived_while_the_application_was_busy_is_not_late() {
    let (mut client, world) = logged_in();
    let ticket = client.submit(&PING).unwrap();
    world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n"));
    pass(10 * TIMEOUT);
    within(LATE, "wait", || client.wait(ticket)).unwrap();
    assert!(within(LATE, "next_event", || client.next_event(Duration::ZERO)).unwrap().is_some());
}

#[test]
fn a_peer_that_takes_one_byte_at_a_time_does_not_extend_the_time_out() {
    for intake in [Intake::LateByte, Intake::Nothing] {
        let (mut client, world) = logged_in();
        world.borrow_mut().habits.intake = intake;
        let begin = now();
        let error = within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap_err();
        assert!(now() - begin >= TIMEOUT);
        let stalled = Some(Disconnect::Stalled);
        assert!(
            matches!(error, Error::Lost { reason: LossReason::NotSent, disconnect } if disconnect == stalled),
            "{error:?}"
        );
        let error = within(LATE, "send", || client.send(&PING)).unwrap_err();
        assert!(matches!(error, Error::Disconnected(Disconnect::Stalled)), "{error:?}");
    }
}

/// Otherwise both ends would wait in a write.
#[test]
fn the_client_reads_while_the_peer_takes_no_bytes() {
    let (mut client, world) = logged_in();
    let events = event("A", "Privilege: call,all\r\n").repeat(5_000);
    world.borrow_mut().arrived.extend(events.as_bytes());
    world.borrow_mut().habits.intake = Intake::AfterReading;
    within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap();
    assert_eq!(client.events(Duration::ZERO).count(), 5_000);
}

#[test]
fn a_full_outbox_is_waited_for() {
    let filler = [("Filler", "x".repeat(900))];
    let action = Raw::new("Test", &filler);
    for is_taken in [true, false] {
        let (mut client, world) = logged_in();
        client.set_timeout(ms(300));
        world.borrow_mut().habits.intake = Intake::Nothing;
        let tickets: Vec<_> = (0..67).map(|_| client.queue(&action).unwrap()).collect();
        if is_taken {
            world.borrow_mut().habits.intake = Intake::Late;
        }
        match within(ms(300) + LATE, "queue", || client.queue(&action)) {
            Ok(ticket) => assert!(is_taken && client.wait(ticket).is_ok()),
            Err(Error::Session(SessionError::Encode(EncodeError::Full))) => assert!(!is_taken),
            other => panic!("{other:?}"),
        }
        assert!(tickets.into_iter().all(|ticket| client.wait(ticket).is_ok() == is_taken));
    }
}

/// The memory of a table for many outstanding actions is free for answers afterwards.
#[test]
fn the_smallest_limit_for_answers_is_enough_after_many_actions_too() {
    let line = Line::new(Habits::GOOD, 0);
    let settings = builder(TIMEOUT).answer_buffer_limit(16 * 1024);
    let mut client = settings.build(Link::new(line, clock, clock())).unwrap();
    client.login(&Credentials::plain("admin", "secret").events("call")).unwrap();
    for _ in 0..3 {
        let tickets: Vec<_> = (0..256).map(|_| client.queue(&PING).unwrap()).collect();
        for ticket in tickets {
            match client.wait(ticket) {
                Ok(_) | Err(Error::TooLarge { limit: 16_384 }) => {}
                other => panic!("{other:?}"),
            }
        }
        client.send(&PING).expect("an answer");
    }
}

#[test]
fn a_flush_that_is_late_is_tried_again() {
    let (mut client, world) = logged_in();
    world.borrow_mut().habits.late_flushes = 3;
    within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap();
    assert_eq!(world.borrow().habits.late_flushes, 0);
    world.borrow_mut().habits.late_flushes = u32::MAX;
    world.borrow_mut().habits.manner = Manner::Silence;
    let error = within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap_err();
    assert!(matches!(error, Error::Lost { disconnect: Some(Disconnect::Stalled), .. }), "{error:?}");
}

#[test]
fn a_list_without_an_end_ends_at_its_deadline() {
    for pace in [0, 1, 70] {
        let (mut client, world) = logged_in();
        world.borrow_mut().habits.manner = Manner::EndlessList;
        world.borrow_mut().habits.pace = pace;
        let items: Vec<_> = within(TIMEOUT + LATE, "list", || {
            client.list(&PING).unwrap().map(|entry| entry.map(drop)).collect()
        });
        let (last, entries) = items.split_last().unwrap();
        assert!(entries.len() >= 10 && entries.iter().all(Result::is_ok));
        assert!(matches!(last, Err(Error::Lost { reason: LossReason::CutShort { .. }, .. })), "{last:?}");
        within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap();
    }
}

/// Asterisk sends large events in several pieces, between which time passes.
#[test]
fn an_event_that_arrives_in_parts_survives_the_deadline_of_an_action() {
    let (mut client, world) = logged_in();
    let large = event("A", &format!("Privilege: call,all\r\n{}", "Header: value\r\n".repeat(3_000)));
    let (first, second) = large.split_at(30_000);
    world.borrow_mut().habits.manner = Manner::Silence;
    let ticket = client.submit(&PING).unwrap();
    world.borrow_mut().send(500, first);
    world.borrow_mut().send(1_500, second);
    assert!(within(TIMEOUT + LATE, "wait", || client.wait(ticket)).is_err());
    let event = client.next_event(TIMEOUT).unwrap().unwrap();
    assert_eq!(event.message().as_bytes(), large.as_bytes());
}

/// A proxy dropped the end mark of a command's output.
#[test]
fn a_lost_end_mark_costs_the_command_and_not_the_connection() {
    for pace in [0, 20, 300] {
        let (mut client, world) = logged_in();
        world.borrow_mut().habits.manner = Manner::EndlessPayload;
        world.borrow_mut().habits.pace = pace;
        let error = within(TIMEOUT + LATE, "command", || client.command("core show version")).unwrap_err();
        assert!(matches!(error, Error::Lost { reason: LossReason::TimedOut, disconnect: None }), "{error:?}");
        world.borrow_mut().habits = Habits::GOOD;
        let text = format!("\r\n\r\n{}", event("A", "Privilege: call,all\r\n"));
        world.borrow_mut().send(0, &text);
        let event = within(TIMEOUT + LATE, "next_event", || client.next_event(TIMEOUT)).unwrap().unwrap();
        assert!(event.message().name().is_some_and(|name| name == "A"));
        within(TIMEOUT + LATE, "send", || client.send(&PING)).unwrap();
    }
}

#[test]
fn one_action_at_a_time_waits_for_the_answer_to_the_one_before() {
    let (mut client, world) = logged_in();
    client.set_one_at_a_time(true);
    world.borrow_mut().habits.delay = 300;
    let first = within(TIMEOUT + LATE, "submit", || client.submit(&PING)).unwrap();
    let begin = now();
    let second = within(TIMEOUT + LATE, "submit", || client.submit(&PING)).unwrap();
    assert!((ms(250)..ms(450)).contains(&(now() - begin)));
    assert_eq!(world.borrow().requests("Ping"), 2);
    client.wait(second).unwrap();
    client.wait(first).unwrap();

    world.borrow_mut().habits.manner = Manner::Silence;
    client.set_timeout(ms(2_000));
    client.submit(&PING).unwrap();
    client.set_timeout(ms(400));
    let error = within(ms(400) + LATE, "send", || client.send(&PING)).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::Busy)), "{error:?}");
    assert_eq!(world.borrow().requests("Ping"), 3);
}

#[test]
fn event_for_is_not_deceived_by_an_event_that_another_user_sent() {
    let (mut client, world) = logged_in();
    let ticket = client.submit(&PING).unwrap();
    client.wait(ticket).unwrap();
    let id = world.borrow().id.clone();
    let forged =
        event("UserEvent", &format!("Privilege: user,all\r\nActionID: {id}\r\nResponse: Success\r\n"));
    let bare = event("OriginateResponse", &format!("ActionID: {id}\r\n"));
    let foreign = event("OriginateResponse", "Privilege: call,all\r\nActionID: 1\r\n");
    let other = event("Hangup", &format!("Privilege: call,all\r\nActionID: {id}\r\n"));
    for text in [&forged, &bare, &foreign, &other] {
        world.borrow_mut().send(10, text);
    }
    let time = ms(300);
    let name = "OriginateResponse";
    assert!(within(time + LATE, "event_for", || client.event_for(ticket, name, time)).unwrap().is_none());
    let right = event(name, &format!("Privilege: call,all\r\nActionID: {id}\r\nReason: 4\r\n"));
    world.borrow_mut().send(10, &right);
    let event = within(time + LATE, "event_for", || client.event_for(ticket, name, time)).unwrap().unwrap();
    assert_eq!(event.message().as_bytes(), right.as_bytes());
    // The others are events like any other, but one without a Privilege can only be an entry.
    assert_eq!(client.events(Duration::ZERO).count(), 3);
}

/// A client that has requested no events gets the error at once, also if it would not wait.
#[test]
fn a_wait_for_events_that_were_not_requested_is_an_error_whatever_its_time() {
    for time in [Duration::ZERO, ms(50), Duration::MAX] {
        let mut client = connect(Line::new(Habits::GOOD, 1)).unwrap();
        within(TIMEOUT + LATE, "login", || client.login(&Credentials::plain("admin", "secret"))).unwrap();
        assert!(matches!(within(LATE, "next_event", || client.next_event(time)), Err(Error::NoEvents)));
        let deadline = clock() + time.min(TIMEOUT);
        let event = within(LATE, "next_event_until", || client.next_event_until(deadline));
        assert!(matches!(event, Err(Error::NoEvents)));
        let items: Vec<_> = within(LATE, "events", || client.events(time).collect());
        assert!(matches!(items[..], [Err(Error::NoEvents)]), "{items:?}");
    }
}

#[test]
fn the_logoff_has_the_time_out_that_was_set() {
    for timeout in [ms(200), ms(3_000)] {
        let (mut client, world) = logged_in();
        world.borrow_mut().habits.is_polite = false;
        client.set_timeout(timeout);
        let begin = now();
        let error = within(timeout + LATE, "log_off", || client.log_off()).unwrap_err();
        assert!(now() - begin >= timeout);
        assert!(matches!(error, Error::Disconnected(Disconnect::ServerTimedOut(_))), "{error:?}");
    }
}

#[test]
fn the_time_of_a_login_begins_with_its_call_and_includes_the_boot() {
    let line = Line::new(Habits::GOOD, 1);
    let world = line.world();
    let mut client = connect(line).unwrap();
    pass(5 * TIMEOUT);
    let credentials = Credentials::with_md5("admin", "secret", |_| [7; 16]).events("on");
    client.set_timeout(ms(300));
    within(ms(300) + LATE, "login", || client.login(&credentials)).unwrap();
    world.borrow_mut().send(0, &event("FullyBooted", "Privilege: system,all\r\n"));
    let event = client.next_event(TIMEOUT).unwrap().unwrap();
    assert!(event.message().name().is_some_and(|name| name == "FullyBooted"));
}

/// The secret is in the outbox of a login without a challenge, and the key in that of one with it.
#[test]
fn no_buffer_holds_a_secret_once_it_is_sent() {
    fn digest(_: &[&[u8]]) -> [u8; 16] {
        [0xab; 16]
    }
    for (credentials, secret) in [
        (Credentials::plain("admin", "zebra-crossing-47"), "zebra-crossing-47".to_string()),
        (Credentials::with_md5("admin", "zebra-crossing-47", digest), "ab".repeat(16)),
    ] {
        for (intake, is_polite) in [(Intake::All, true), (Intake::All, false), (Intake::Nothing, true)] {
            let line = Line::new(Habits::GOOD, 1);
            let world = line.world();
            let mut client = connect(line).unwrap();
            world.borrow_mut().habits = Habits { intake, is_polite, ..Habits::GOOD };
            let login = within(TIMEOUT + LATE, "login", || client.login(&credentials));
            assert_eq!(login.is_ok(), intake == Intake::All && is_polite);
            if login.is_ok() {
                assert!(String::from_utf8_lossy(&world.borrow().written).contains(&secret));
            }
            let mut held = client.outbox.storage().windows(secret.len());
            assert!(!held.any(|bytes| bytes == secret.as_bytes()));
        }
    }
}

#[test]
fn another_service_is_named_by_its_first_line() {
    for (text, protocol) in [
        ("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", Some(Protocol::Http)),
        ("SSH-2.0-OpenSSH_9.2\r\n", Some(Protocol::Ssh)),
        ("220 x ESMTP Postfix (Debian/GNU)\r\n", Some(Protocol::SmtpOrFtp)),
        ("Hello\r\n\r\n", None),
        ("Hello\r\n", None),
        (&"x".repeat(1 << 20), None),
        (&format!("{}\r\n", "\0".repeat(5_000)), None),
    ] {
        for hangs_up in [false, true] {
            let line = Line::greeting(Habits { wait: 20, ..Habits::GOOD }, 1, text);
            line.world().borrow_mut().has_hung_up = hangs_up;
            let begin = now();
            let error = connect(line).unwrap_err();
            let Error::NotAsterisk { protocol: actual, line } = &error else {
                panic!("{text:.20}: {error:?}")
            };
            assert_eq!(*actual, protocol, "{text:.20}");
            let first = text.lines().next().unwrap();
            assert_eq!(*line, first.as_bytes()[..first.len().min(80)].escape_ascii().to_string());
            assert!(now() - begin < ms(100) || text == "Hello\r\n", "{text:.20}");
        }
    }
}

#[test]
fn a_silent_server_is_not_taken_for_another_service() {
    for text in ["", "\r\n", "Asterisk Call Manager/1", "220"] {
        let begin = now();
        let error = connect(Line::greeting(Habits::GOOD, 1, text)).unwrap_err();
        assert!(matches!(error, Error::Silent { timeout: TIMEOUT }), "{text}: {error:?}");
        assert!(now() - begin >= TIMEOUT);
        let text = "no banner within 1 s: the server hangs, expects TLS, or is not Asterisk";
        assert_eq!(error.to_string(), text);
    }
    for (text, disconnect) in [("", Disconnect::Rejected), ("Asterisk Call Man", Disconnect::Cut)] {
        let line = Line::greeting(Habits::GOOD, 1, text);
        line.world().borrow_mut().has_hung_up = true;
        let error = connect(line).unwrap_err();
        assert!(matches!(error, Error::Disconnected(actual) if actual == disconnect), "{text}: {error:?}");
    }
}

#[test]
fn the_banner_is_kept() {
    let client = connect(Line::greeting(Habits::GOOD, 1, "Asterisk Call Manager/1.1\r\n")).unwrap();
    let banner = client.banner().banner().unwrap();
    assert!(banner.product == "Asterisk Call Manager" && banner.version == "1.1");
}

/// Some addresses do not answer, because a firewall drops the packets.
#[test]
fn each_address_of_a_name_has_a_share_of_the_time() {
    let addresses: Vec<SocketAddr> = (1..=3).map(|n| SocketAddr::from(([192, 0, 2, n], 5038))).collect();
    let attempt = |silent: u16, refusing: u16| {
        let tried = RefCell::new(Vec::new());
        let begin = now();
        let result = first_that_connects(&addresses, TIMEOUT, clock, |address, time| {
            let number = tried.borrow().len() as u16 + 1;
            tried.borrow_mut().push(ms(time.as_millis() as u64));
            if number <= silent {
                pass(time);
                return Err(io::ErrorKind::TimedOut.into());
            }
            if number <= refusing { Err(io::ErrorKind::ConnectionRefused.into()) } else { Ok(*address) }
        });
        assert!(now() - begin <= TIMEOUT);
        (tried.into_inner(), result.map_err(|error| error.kind()))
    };
    let third = ms(333);
    assert_eq!(attempt(0, 0), ([third].to_vec(), Ok(addresses[0])));
    assert_eq!(attempt(1, 0), ([third, third].to_vec(), Ok(addresses[1])));
    assert_eq!(attempt(3, 0), ([third, third, third].to_vec(), Err(io::ErrorKind::TimedOut)));
    let all = [third, TIMEOUT / 2, TIMEOUT].to_vec();
    assert_eq!(attempt(0, 3), (all, Err(io::ErrorKind::ConnectionRefused)));
    let none = first_that_connects(&[], TIMEOUT, clock, |_, _| Ok(()));
    assert_eq!(none.map_err(|error| error.kind()), Err(io::ErrorKind::NotFound));
}

#[test]
fn every_bit_of_the_key_of_the_action_ids_varies() {
    let keys: Vec<u128> = (0..64).map(|_| u128::from_be_bytes(id_key().0)).collect();
    assert_eq!(keys.iter().fold(0, |set, key| set | key), u128::MAX);
    assert_eq!(keys.iter().fold(u128::MAX, |set, key| set & key), 0);
}

#[test]
fn an_event_that_arrived_during_another_call_is_found_later_and_has_its_ticket() {
    let (mut client, world) = logged_in();
    let ticket = client.submit(&PING).unwrap();
    client.wait(ticket).unwrap();
    let id = world.borrow().id.clone();
    let name = "OriginateResponse";
    let texts = [
        event("Hangup", "Privilege: call,all\r\n"),
        event(name, &format!("Privilege: call,all\r\nActionID: {id}\r\n")),
        event("Hangup", "Privilege: call,all\r\nActionID: 1\r\n"),
    ];
    texts.iter().for_each(|text| world.borrow_mut().send(0, text));
    pass(ms(10));
    // The answer comes after the events.
    client.send(&PING).unwrap();
    let found =
        within(LATE, "event_for", || client.event_for(ticket, name, Duration::ZERO)).unwrap().unwrap();
    assert_eq!(found.message().as_bytes(), texts[1].as_bytes());
    assert_eq!(client.ticket(&found.message()), Some(ticket));
    let others: Vec<_> = client.events(Duration::ZERO).map(Result::unwrap).collect();
    assert_eq!(others.len(), 2);
    for other in others {
        assert_eq!(client.ticket(&other.message()), None);
    }
}

#[test]
fn the_end_of_the_connection_is_the_last_item_within_the_time_and_none_after_it() {
    for (time, ends) in [(ms(500), 1), (Duration::MAX, 1), (Duration::ZERO, 0)] {
        let (mut client, world) = logged_in();
        world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n").repeat(3));
        world.borrow_mut().has_hung_up = true;
        world.borrow_mut().habits.manner = Manner::Silence;
        // This notices the end, and keeps the events.
        assert!(client.send(&PING).is_err());
        let items: Vec<_> = client.events(time).collect();
        assert_eq!(items.len(), 3 + ends, "{time:?}");
        assert!(items[..3].iter().all(Result::is_ok));
        assert!(items[3..].iter().all(|end| matches!(end, Err(Error::Disconnected(Disconnect::Closed)))));
    }
}

#[test]
fn events_beyond_the_limit_that_is_set_are_dropped_and_counted() {
    for (limit, kept) in [(0, 0), (1 << 20, 5)] {
        let (mut client, world) = logged_in();
        client.set_event_buffer_limit(limit);
        world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n").repeat(5));
        pass(ms(10));
        client.send(&PING).unwrap();
        assert_eq!(client.dropped_events(), 5 - kept);
        assert_eq!(client.events(Duration::ZERO).count() as u64, kept);
    }
}

/// The limit for events also holds for those that are returned at once.
#[test]
fn an_event_that_is_larger_than_the_limit_is_not_returned() {
    let (mut client, world) = logged_in();
    client.set_event_buffer_limit(1_000);
    for number in 0..3 {
        let value = "x".repeat(if number == 1 { 1_000 } else { 100 });
        let text = format!("Privilege: call,all\r\nNumber: {number}\r\nValue: {value}\r\n");
        world.borrow_mut().send(0, &event("A", &text));
    }
    let mut numbers = Vec::new();
    while let Some(event) = client.next_event(ms(10)).unwrap() {
        numbers.push(event.get("Number").and_then(|number| number.to_u32()));
    }
    assert_eq!((numbers, client.dropped_events()), (vec![Some(0), Some(2)], 1));
}

#[test]
fn a_list_ends_with_its_completion_and_is_forgotten_when_it_is_dropped() {
    let (mut client, world) = logged_in();
    world.borrow_mut().habits.manner = Manner::List;
    let mut list = within(TIMEOUT + LATE, "list", || client.list(&PING)).unwrap();
    assert!(list.completion().is_none());
    assert_eq!(list.by_ref().map(Result::unwrap).count(), 2);
    assert_eq!(list.completion().and_then(|event| event.name()).unwrap(), "Done");
    assert!(list.next().is_none());
    drop(list);
    for taken in 0..3 {
        let mut list = within(TIMEOUT + LATE, "list", || client.list(&PING)).unwrap();
        assert_eq!(list.by_ref().take(taken).count(), taken.min(2));
        drop(list);
        assert_eq!(client.answers.len(), 0, "after {taken} entries");
        // The rest is dropped, and the next answer is not taken for it.
        world.borrow_mut().habits.manner = Manner::Success;
        client.send(&PING).unwrap();
        world.borrow_mut().habits.manner = Manner::List;
    }
}

/// A line whose calls fail, as those of a socket do.
struct Faulty {
    line: Line,
    /// The next errors of reads and of writes.
    reads: Vec<ErrorKind>,
    writes: Vec<ErrorKind>,
    /// Whether every second call is interrupted.
    is_interrupted: bool,
    calls: usize,
}

impl Faulty {
    fn new() -> Self {
        let line = Line::new(Habits::GOOD, 1);
        Self { line, reads: Vec::new(), writes: Vec::new(), is_interrupted: false, calls: 0 }
    }

    fn fails(&mut self, kind: Option<ErrorKind>) -> io::Result<()> {
        self.calls += 1;
        match kind {
            Some(kind) => Err(kind.into()),
            None if self.is_interrupted && self.calls % 2 == 1 => Err(ErrorKind::Interrupted.into()),
            None => Ok(()),
        }
    }
}

impl Read for Faulty {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let kind = self.reads.pop();
        self.fails(kind)?;
        self.line.read(to)
    }
}

impl Write for Faulty {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let kind = self.writes.pop();
        self.fails(kind)?;
        self.line.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.line.flush()
    }
}

fn over_faulty(transport: Faulty) -> Result<Client<Faulty>, Error> {
    let mut client = builder(TIMEOUT).build(Link::new(transport, clock, clock()))?;
    client.login(&Credentials::plain("admin", "secret").events("call"))?;
    Ok(client)
}

#[test]
fn an_interrupted_call_is_made_again() {
    let mut client = over_faulty(Faulty { is_interrupted: true, ..Faulty::new() }).unwrap();
    for _ in 0..10 {
        within(ms(50), "send", || client.send(&PING)).unwrap();
    }
}

#[test]
fn a_closed_connection_is_told_from_one_that_failed_and_what_arrived_before_is_read() {
    let gone = [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe];
    for kind in gone.into_iter().chain([ErrorKind::PermissionDenied, ErrorKind::HostUnreachable]) {
        let end = if gone.contains(&kind) { Disconnect::Closed } else { Disconnect::Io(kind) };
        let is_end = |error: Error| {
            let (Error::Disconnected(found) | Error::Lost { disconnect: Some(found), .. }) = error else {
                panic!("{error}")
            };
            assert_eq!(found, end, "{kind}");
        };
        let mut client = over_faulty(Faulty::new()).unwrap();
        client.link.transport.reads = vec![kind; 9];
        is_end(client.next_event(ms(500)).unwrap_err());

        let mut client = over_faulty(Faulty::new()).unwrap();
        client.link.transport.writes = vec![kind; 9];
        let world = client.link.transport.line.world();
        world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n"));
        world.borrow_mut().has_hung_up = true;
        is_end(client.send(&PING).unwrap_err());
        let arrived = client.events(Duration::ZERO).filter(Result::is_ok).count();
        assert_eq!(arrived, usize::from(gone.contains(&kind)), "{kind}");
    }
}
