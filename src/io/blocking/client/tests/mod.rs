//! The client in simulated time: every call returns within its limit, whatever the server sends and
//! however the transport behaves.

mod line;

use std::time::Duration;
use std::vec::Vec;

use self::line::{Habits, Intake, Line, Manner, Traffic, clock, now, pass, within};
use super::Client;
use super::link::Link;
use crate::action::Raw;
use crate::client::{Credentials, LossReason, Ticket};
use crate::io::blocking::{Disconnect, Error};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
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
        late_flushes: random.choice([0, 0, 1, 3, u32::MAX]).unwrap(),
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
        within(limit + late, "new", || Client::with_link(Link::new(line, clock, clock()), limit))
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
    for _ in 0..10 {
        count.calls += 1;
        match random.u8(..12) {
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
            8 => {
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
        assert!(number > 50, "{count:?}");
    }
}
