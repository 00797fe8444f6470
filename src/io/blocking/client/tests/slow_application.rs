//! A server that answers soon, and an application that makes pauses between its calls.

use std::boxed::Box;
use std::cell::RefCell;
use std::rc::Rc;
use std::string::String;
use std::time::Duration;
use std::{format, vec};

use super::line::{Habits, Line, Manner, World, clock, now, pass};
use super::{Link, builder, ms};
use crate::action::Raw;
use crate::client::{Credentials, LossReason, SessionError};
use crate::io::blocking::{Client, Disconnect, Error};

const PING: Raw<'static, &str> = Raw::without_headers("Ping");

fn client(timeout: Duration, slots: usize, habits: Habits, seed: u64) -> (Client<Line>, Rc<RefCell<World>>) {
    let line = Line::new(habits, seed);
    let world = line.world();
    let settings = builder(timeout).keepalive(Some(ms(1_000))).slots(slots);
    let mut client = settings.build(Link::new(line, clock, clock())).expect("a banner");
    client.login(&Credentials::plain("admin", "secret").events("call")).expect("a login");
    (client, world)
}

/// The pauses are often longer than the time-out and the keepalive time, and the transport often
/// waits for less than an answer takes. Still no call reports that the server is late or takes no
/// bytes, and no action is lost whose request was sent in time.
#[test]
fn a_server_that_answers_in_time_is_never_reported_as_late() {
    let (mut answers, mut events, mut pings, mut unsent, mut waited) = (0, 0, 0, 0, 0);
    for seed in 0..3_000 {
        let random = &mut fastrand::Rng::with_seed(seed);
        let wait = random.choice([0, 1, 20, 100]).unwrap();
        let delay = random.choice([0, 1, 5, 30]).unwrap();
        let timeout = ms(random.choice([100, 300, 900]).unwrap());
        let manner = random.choice([Manner::Success, Manner::List]).unwrap();
        let slots = random.choice([1, 2, 256]).unwrap();
        let habits = Habits { wait, delay, manner, ..Habits::GOOD };
        let (mut client, world) = client(timeout, slots, habits, seed);
        client.set_one_at_a_time(random.u8(..4) == 0);
        // Each with the time at which it was queued, unless it has been sent.
        let mut tickets = vec![];
        for _ in 0..20 {
            let time = ms(random.choice([0, 1, 50]).unwrap());
            let event = match random.u8(..8) {
                0 | 1 => {
                    pass(ms(random.choice([1, 99, 200, 1_500]).unwrap()));
                    continue;
                }
                2 if tickets.len() < slots => {
                    let ticket = client.submit(&PING).expect("a ticket");
                    tickets.push((ticket, None));
                    continue;
                }
                3 if tickets.len() < slots => {
                    tickets.push((client.queue(&PING).expect("a ticket"), Some(now())));
                    continue;
                }
                4 if tickets.len() < slots => {
                    client.send(&PING).expect("an answer");
                    answers += 1;
                    continue;
                }
                5 if !tickets.is_empty() => {
                    let (ticket, queued) = tickets.swap_remove(random.usize(..tickets.len()));
                    match client.wait(ticket) {
                        Ok(_) => answers += 1,
                        // It may have been in the outbox during a pause.
                        Err(Error::Lost {
                            reason: LossReason::TimedOut | LossReason::NotSent,
                            disconnect: None,
                        }) if queued.is_some_and(|at| now() + ms(1) >= at + timeout) => {
                            unsent += 1;
                        }
                        Err(error) => panic!("seed {seed}: {error}"),
                    }
                    waited += 1;
                    continue;
                }
                6 => client.next_event_until(clock() + time),
                _ => client.next_event(time),
            };
            events += u32::from(event.unwrap_or_else(|error| panic!("seed {seed}: {error}")).is_none());
        }
        pings += world.borrow().requests("Ping");
    }
    assert!(answers > 5_000 && events > 5_000 && unsent > 50 && waited > 1_000);
    assert!(pings > answers as usize, "{pings} pings");
}

/// The request is sent only after its time is over. The server has done nothing wrong.
#[test]
fn an_action_that_was_queued_for_too_long_is_lost_alone() {
    for pause in [99, 100, 101, 500] {
        let (mut client, _) = client(ms(100), 256, Habits::GOOD, 1);
        let ticket = client.queue(&PING).unwrap();
        pass(ms(pause));
        match client.wait(ticket) {
            Ok(_) | Err(Error::Lost { disconnect: None, .. }) => {}
            other => panic!("{other:?} after {pause} ms"),
        }
        client.send(&PING).expect("a connection that goes on");
    }
}

/// An answer that the application has dropped still uses a slot. The next action waits for it.
#[test]
fn an_action_waits_for_the_slot_of_a_list_that_was_dropped() {
    let habits = Habits { manner: Manner::List, delay: 30, wait: 1, ..Habits::GOOD };
    let (mut client, world) = client(ms(300), 1, habits, 1);
    for _ in 0..3 {
        drop(client.list(&PING).unwrap());
        client.send(&PING).unwrap();
        let ticket = client.submit(&PING).unwrap();
        client.wait(ticket).unwrap();
    }
    // A list without an end is given up, at its deadline, within the limit of the next call.
    world.borrow_mut().habits.manner = Manner::EndlessList;
    drop(client.list(&PING).unwrap());
    world.borrow_mut().habits.manner = Manner::Success;
    pass(ms(200));
    client.send(&PING).unwrap();
}

/// The call reports how the connection ended, not that its own request is not possible.
#[test]
fn after_the_end_of_the_connection_every_call_reports_that_end() {
    let closed = |error: &Error| matches!(error, Error::Disconnected(Disconnect::Closed));
    for one_at_a_time in [false, true] {
        let (mut client, world) = client(ms(300), 256, Habits { manner: Manner::Silence, ..Habits::GOOD }, 1);
        client.set_one_at_a_time(one_at_a_time);
        client.submit(&PING).unwrap();
        world.borrow_mut().has_hung_up = true;
        // With one action at a time this waits, and finds the end meanwhile.
        let next = client.submit(&PING);
        assert!(if one_at_a_time { next.as_ref().is_err_and(closed) } else { next.is_ok() });
        assert!(client.next_event(ms(200)).is_err_and(|error| closed(&error)));
        assert!(client.submit(&PING).is_err_and(|error| closed(&error)));
        assert!(client.login(&Credentials::plain("a", "b")).is_err_and(|error| closed(&error)));
        assert!(client.log_off().is_err_and(|error| closed(&error)));
    }
}

/// A login that could not be encoded leaves the challenge. The next one has its whole time.
#[test]
fn a_second_login_with_the_same_challenge_has_its_own_time() {
    let line = Line::new(Habits { wait: 1, delay: 50, ..Habits::GOOD }, 1);
    let mut client = builder(ms(300)).build(Link::new(line, clock, clock())).unwrap();
    let md5 = |user| Credentials::with_md5(user, "secret", |_| [7; 16]);
    for pause in [10, 200, 400, 5_000] {
        assert!(matches!(client.login(&md5("line\nfeed")), Err(Error::Session(SessionError::Encode(_)))));
        pass(ms(pause));
    }
    client.login(&md5("admin")).expect("a login");
}

/// A challenge that arrives in parts is answered, wherever in the message it is.
#[test]
fn a_challenge_in_any_part_of_its_message_is_answered() {
    for before in 0..100 {
        for after in [0, 1, 30, 100] {
            let line = Line::new(Habits::GOOD, 1);
            let world = line.world();
            let mut client = builder(ms(300)).read_buffer(64).build(Link::new(line, clock, clock())).unwrap();
            let line = |length: usize| match length {
                0 => String::new(),
                _ => format!("X: {}\r\n", "x".repeat(length)),
            };
            let challenge = format!("{}Challenge: 12345\r\n{}", line(before), line(after));
            let mut answers = [challenge, String::new()].into_iter();
            world.borrow_mut().script = Some(Box::new(move |id| {
                let headers = answers.next()?;
                Some(format!("Response: Success\r\nActionID: {id}\r\n{headers}\r\n"))
            }));
            client.login(&Credentials::with_md5("admin", "secret", |_| [7; 16])).expect("a login");
        }
    }
}
