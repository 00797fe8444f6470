//! The follower in simulated time, with servers that refuse connections and logins, die, shut down
//! and fall silent.

use std::boxed::Box;
use std::cell::RefCell;
use std::io::ErrorKind;
use std::rc::Rc;
use std::string::String;
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::line::{End, Habits, Line, Manner, World, aside, clock, now, pass, within};
use super::{Client, ClientBuilder, Link, PING, SLACK, event, ms};
use crate::client::{Backoff, Credentials, LoginRefused, SessionError, Stage};
use crate::io::blocking::follower::{Followed, Machine, Surroundings};
use crate::io::blocking::{Disconnect, Error};

/// The attempts of a simulated follower, each with a server of its own.
struct Attempts {
    settings: ClientBuilder,
    events: &'static str,
    /// Returns the next server, or the error for a connection that fails.
    next: Box<dyn FnMut() -> Result<Line, Error>>,
    random: fastrand::Rng,
    /// The times at which attempts began.
    begun: Rc<RefCell<Vec<Duration>>>,
    /// The result of the attempt under way, and the time at which it is due.
    result: Option<(Result<Client<Line>, Error>, Duration)>,
}

impl Surroundings<Line> for Attempts {
    fn now(&self) -> Instant {
        clock()
    }

    fn sleep(&mut self, time: Duration) {
        pass(time);
    }

    fn random(&mut self) -> u32 {
        self.random.u32(..)
    }

    fn begin(&mut self) {
        assert!(self.result.is_none(), "an attempt begins while another is under way");
        self.begun.borrow_mut().push(now());
        self.result = Some(aside(|| {
            let mut client = self.settings.build(Link::new((self.next)()?, clock, clock()))?;
            client.login_or_events(&Credentials::plain("admin", "secret").events(self.events))?;
            Ok(client)
        }));
    }

    fn wait(&mut self, time: Duration) -> Option<Result<Client<Line>, Error>> {
        let (_, due) = self.result.as_ref().unwrap();
        let left = due.saturating_sub(now());
        pass(left.min(time));
        self.result.take_if(|_| left <= time).map(|(result, _)| result)
    }
}

type Follower = Machine<Attempts, Line>;

fn follower(
    settings: ClientBuilder,
    events: &'static str,
    seed: u64,
    next: impl FnMut() -> Result<Line, Error> + 'static,
) -> (Follower, Rc<RefCell<Vec<Duration>>>) {
    let begun = Rc::default();
    let attempts = Attempts {
        settings,
        events,
        next: Box::new(next),
        random: fastrand::Rng::with_seed(seed),
        begun: Rc::clone(&begun),
        result: None,
    };
    (Machine::new(attempts), begun)
}

/// Returns a server of random habits, which numbers its events.
fn server(random: &mut fastrand::Rng, wait: u64, number: u64) -> Line {
    let banner = match random.u8(..20) {
        0 => "SSH-2.0-OpenSSH_9.2\r\n",
        1 => "",
        _ => "Asterisk Call Manager/11.0.0\r\n",
    };
    let habits = Habits {
        wait,
        reads_are_slow: random.u8(..8) == 0,
        piece: random.choice([1, 7, 100_000]).unwrap(),
        pace: random.choice([1, 20, 150, 3_000]).unwrap(),
        manner: random.choice([Manner::Success, Manner::Success, Manner::Silence, Manner::List]).unwrap(),
        delay: random.choice([0, 1, 30]).unwrap(),
        ..Habits::GOOD
    };
    let line = Line::greeting(habits, random.u64(..), banner);
    let world = line.world();
    let mut world = world.borrow_mut();
    world.number = Some(number);
    world.refusal = match random.u8(..30) {
        0 => Some("Authentication failed"),
        1..3 => Some("Asterisk is shutting down"),
        3..5 => Some("Account already in use"),
        _ => None,
    };
    let bytes = random.choice([100, 400, 3_000, 10_000]).unwrap();
    world.left = Some(random.usize(..bytes));
    world.end = random.choice([End::Closed, End::Closed, End::Reset, End::Silent]).unwrap();
    line
}

/// Returns the numbers of the events that arrived whole.
fn arrived(world: &World) -> Vec<u64> {
    let text = String::from_utf8_lossy(&world.read).into_owned();
    let end = text.rfind("\r\n\r\n").unwrap_or(0);
    let numbers = text[..end].split("\r\n").filter_map(|line| line.strip_prefix("Number: "));
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// The number of items. A test in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Count {
    connected: u32,
    events: u32,
    gaps: u32,
    silent: u32,
    retries: u32,
    passing_refusals: u32,
    /// Retries because something else than Asterisk has answered.
    foreign: u32,
    ends: u32,
    nothing: u32,
    resets: u32,
    lost_actions: u32,
}

/// The expectations for the back-off.
struct Waits {
    least: u32,
    most: u32,
    next: u32,
    /// The time before which no attempt may begin.
    earliest: Duration,
    begun: usize,
}

impl Waits {
    fn wait(&mut self, wait: Duration) {
        let most = self.next.min(self.most);
        assert!(wait <= ms(most.into()) && wait >= ms((most / 2).into()), "{wait:?}, {most}");
        self.next = most * 2;
        self.earliest = now() + wait;
    }
}

/// Follows a series of servers with random calls.
fn follow(seed: u64, count: &mut Count) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (wait, keepalive) = random.choice([(1, 500), (20, 500), (50, 30_000), (100, 30_000)]).unwrap();
    let late = ms(wait) + SLACK;
    let timeout = ms(random.choice([200, 1_000]).unwrap());
    let settings = Client::builder().timeout(timeout).keepalive(Some(ms(keepalive)));
    let worlds: Rc<RefCell<Vec<_>>> = Rc::default();
    let (made, mut choices) = (Rc::clone(&worlds), random.fork());
    let events = random.choice(["on", "call"]).unwrap();
    let (mut follower, begun) = follower(settings, events, seed, move || {
        match choices.u8(..8) {
            0 => return Err(Error::Connect(ErrorKind::ConnectionRefused.into())),
            1 => {
                pass(timeout);
                return Err(Error::Connect(ErrorKind::TimedOut.into()));
            }
            _ => {}
        }
        let number = made.borrow().len() as u64 * 1_000_000;
        let line = server(&mut choices, wait, number);
        made.borrow_mut().push(line.world());
        Ok(line)
    });
    let (least, most) = random.choice([(500, 60_000), (10, 80), (700, 700)]).unwrap();
    follower.backoff = Backoff::new(least, most);
    follower.stable_after = ms(random.choice([100, 2_000]).unwrap());
    let mut waits = Waits { least, most, next: least, earliest: Duration::ZERO, begun: 0 };
    let (mut since, mut has_connected) = (None, false);
    // The number of attempts with a known result.
    let mut reported = 0;
    let mut received = Vec::new();
    for call in 0..1_000 {
        assert!(call < 999, "the follower does not reconnect");
        // At the end, the last connection is lost too.
        if call >= 100 {
            if since.is_none() && reported == waits.begun {
                break;
            }
            if since.is_some() {
                let worlds = worlds.borrow();
                let mut world = worlds.last().unwrap().borrow_mut();
                (world.left, world.end) = (world.left.map(|left| left.min(300)), End::Closed);
            }
        }
        match random.u8(..10) {
            0 => pass(ms(random.choice([10, 1_000, 40_000]).unwrap())),
            1 => {
                if let Some(client) = follower.client() {
                    let result = within(timeout + late, "send", || client.send(&PING));
                    count.lost_actions += u32::from(matches!(result, Err(Error::Lost { .. })));
                }
                continue;
            }
            _ => {}
        }
        let time = ms(random.choice([0, 1, 40, 300, 5_000, u64::MAX]).unwrap());
        let called = now();
        let next = within(time.saturating_add(late), "next_within", || follower.next_within(time));
        let starts = begun.borrow();
        if let Some(&start) = starts.get(waits.begun) {
            waits.begun += 1;
            assert!(start >= waits.earliest, "an attempt began at {start:?} before {:?}", waits.earliest);
            assert!(start <= waits.earliest.max(called) + ms(1), "{start:?}, {called:?}");
        }
        assert_eq!(waits.begun, starts.len());
        match next {
            Ok(None) => {
                // The clock of a client counts in milliseconds.
                assert!(now() + ms(1) > called + time);
                count.nothing += 1;
            }
            Ok(Some(Followed::Connected)) => {
                assert!(since.replace(now()).is_none());
                has_connected = true;
                reported += 1;
                assert!(follower.client().is_some());
                count.connected += 1;
            }
            Ok(Some(Followed::Event(event))) => {
                assert!(since.is_some());
                let number = event.message().get("Number").unwrap().to_string_lossy();
                received.push(number.parse::<u64>().unwrap());
                count.events += 1;
            }
            Ok(Some(Followed::Gap { disconnect, wait })) => {
                let held = now() - since.take().unwrap();
                if held >= follower.stable_after {
                    count.resets += u32::from(waits.next > waits.least);
                    waits.next = waits.least;
                }
                waits.wait(wait);
                count.gaps += 1;
                count.silent += u32::from(matches!(disconnect, Disconnect::ServerTimedOut(_)));
                let client = follower.client().unwrap();
                assert!(matches!(client.send(&PING), Err(Error::Disconnected(own)) if own == disconnect));
            }
            Ok(Some(Followed::Retry { error, wait })) => {
                assert!(since.is_none() && follower.client().is_none());
                reported += 1;
                waits.wait(wait);
                count.retries += 1;
                if let Error::Refused { reason, .. } = &error {
                    assert!(matches!(reason, LoginRefused::AlreadyInUse | LoginRefused::ShuttingDown));
                    count.passing_refusals += 1;
                }
                let is_foreign = matches!(error, Error::NotAsterisk { .. });
                assert!(!is_foreign || has_connected, "{error:?}");
                count.foreign += u32::from(is_foreign);
                assert!(!matches!(error, Error::Session(_)), "{error:?}");
            }
            Ok(Some(other)) => panic!("{other:?}"),
            Err(error) => {
                assert!(since.is_none() && follower.client().is_none() && follower.is_over());
                let refused = matches!(error, Error::Refused { reason: LoginRefused::Authentication, .. });
                let is_foreign = matches!(error, Error::NotAsterisk { .. }) && !has_connected;
                assert!(refused || is_foreign, "{error:?}");
                let again = within(late, "next_within", || follower.next_within(Duration::MAX));
                assert!(matches!(again, Err(Error::Session(SessionError::Stage(Stage::Closed)))));
                count.ends += 1;
                break;
            }
        }
    }
    let expected: Vec<_> = worlds.borrow().iter().flat_map(|world| arrived(&world.borrow())).collect();
    assert_eq!(received, expected);
}

#[test]
fn no_event_is_lost_and_each_lost_connection_is_one_gap() {
    let mut count = Count::default();
    for seed in 0..600 {
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| follow(seed, &mut count)));
        assert!(run.is_ok(), "seed {seed}");
    }
    std::println!("{count:?}");
    let Count { connected, events, gaps, silent, retries, .. } = count;
    let Count { passing_refusals, foreign, ends, nothing, resets, lost_actions, .. } = count;
    assert_eq!(gaps, connected);
    for number in
        [events, gaps, silent, retries, passing_refusals, foreign, ends, nothing, resets, lost_actions]
    {
        assert!(number > 50, "{count:?}");
    }
}

/// Logs in to a server of good habits. Returns also the server's end of the connection.
fn connected(settings: ClientBuilder) -> (Follower, Rc<RefCell<World>>) {
    let world: Rc<RefCell<Option<_>>> = Rc::default();
    let made = Rc::clone(&world);
    let (mut follower, _) = follower(settings, "call", 1, move || {
        let line = Line::new(Habits::GOOD, 1);
        *made.borrow_mut() = Some(line.world());
        Ok(line)
    });
    assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Connected))));
    let world = world.borrow_mut().take().unwrap();
    (follower, world)
}

#[test]
fn a_silent_peer_is_reported_after_the_keepalive_time_and_the_time_out() {
    for (timeout, keepalive) in [(5_000, 30_000), (300, 40), (1, 100_000)] {
        let (timeout, keepalive) = (ms(timeout), ms(keepalive));
        let (mut follower, world) =
            connected(Client::builder().timeout(timeout.max(ms(300))).keepalive(Some(keepalive)));
        follower.client().unwrap().set_timeout(timeout);
        (world.borrow_mut().left, world.borrow_mut().end) = (Some(0), End::Silent);
        let begin = now();
        let most = keepalive + timeout + 2 * ms(100);
        let gap = within(most, "next_within", || follower.next_within(Duration::MAX));
        let expected = Disconnect::ServerTimedOut(Stage::Ready);
        assert!(matches!(gap, Ok(Some(Followed::Gap { disconnect, .. })) if disconnect == expected));
        assert!(now() - begin >= keepalive + timeout - ms(100));
    }
}

/// The example in the documentation of the client.
#[test]
fn a_pause_delays_the_ping_and_the_report_of_a_silent_peer() {
    let (mut follower, world) = connected(Client::builder().timeout(ms(5_000)).keepalive(Some(ms(30_000))));
    (world.borrow_mut().left, world.borrow_mut().end) = (Some(0), End::Silent);
    let client = follower.client().unwrap();
    pass(ms(60_000));
    assert!(matches!(client.next_event(ms(1_000)), Ok(None)));
    assert_eq!(world.borrow().requests("Ping"), 1);
    pass(ms(59_000));
    let expected = Disconnect::ServerTimedOut(Stage::Ready);
    assert!(matches!(client.next_event(ms(1_000)), Err(Error::Disconnected(actual)) if actual == expected));
}

#[test]
fn an_action_that_the_end_of_the_connection_left_unanswered_is_lost() {
    let (mut follower, world) = connected(Client::builder());
    let client = follower.client().unwrap();
    let answered = client.submit(&PING).unwrap();
    world.borrow_mut().habits.manner = Manner::Silence;
    let unanswered = client.submit(&PING).unwrap();
    world.borrow_mut().has_hung_up = true;
    let gap = follower.next_within(Duration::MAX);
    assert!(matches!(gap, Ok(Some(Followed::Gap { disconnect: Disconnect::Closed, .. }))), "{gap:?}");
    let client = follower.client().unwrap();
    assert!(client.wait(answered).is_ok());
    let lost = client.wait(unanswered);
    assert!(matches!(lost, Err(Error::Lost { disconnect: Some(Disconnect::Closed), .. })), "{lost:?}");
    assert!(matches!(follower.next_within(Duration::ZERO), Ok(None)));
    assert!(follower.client().is_none());
    assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Connected))));
}

#[test]
fn events_for_which_no_memory_was_left_are_counted_before_the_next_one() {
    let (mut follower, world) = connected(Client::builder().event_buffer_limit(2_000));
    world.borrow_mut().send(0, &event("A", "Privilege: call,all\r\n").repeat(100));
    let client = follower.client().unwrap();
    pass(ms(10));
    client.send(&PING).unwrap();
    let Ok(Some(Followed::Dropped { events })) = follower.next_within(Duration::ZERO) else {
        panic!("no gap")
    };
    let mut kept = 0;
    while let Some(item) = follower.next_within(Duration::ZERO).unwrap() {
        assert!(matches!(item, Followed::Event(_)));
        kept += 1;
    }
    assert!(kept > 3 && events + kept == 100, "{kept}");
}

#[test]
fn an_event_that_is_too_large_is_counted_when_and_where_it_is_dropped() {
    let large = event("Large", &std::format!("Privilege: call,all\r\nText: {}\r\n", "x".repeat(5_000)));
    let small = event("Small", "Privilege: call,all\r\n");
    for (text, small_ones) in [(large.repeat(2), 0), (large.repeat(2) + &small, 1)] {
        for ends in [false, true] {
            let (mut follower, world) = connected(Client::builder().event_buffer_limit(2_000));
            world.borrow_mut().send(50, &text);
            world.borrow_mut().has_hung_up = ends;
            let mut next = || within(ms(500), "next_within", || follower.next_within(ms(300))).unwrap();
            // Both arrive during the first call. It does not wait for an event after them.
            let begin = now();
            let mut events = 0;
            while events < 2 {
                match next() {
                    Some(Followed::Dropped { events: some }) => events += some,
                    other => panic!("{other:?} after {events} dropped events"),
                }
                assert!(now() - begin < ms(100));
            }
            assert_eq!(events, 2);
            for _ in 0..small_ones {
                let item = next();
                assert!(matches!(item, Some(Followed::Event(_))), "{item:?}");
            }
            let item = next();
            assert_eq!(matches!(item, Some(Followed::Gap { .. })), ends, "{item:?}");
            assert_eq!(item.is_none(), !ends, "{item:?}");
        }
    }
}

/// A connection that has lasted for the time begins the back-off anew, and one that has lasted for
/// less does not: the server may accept every login and fail nevertheless.
#[test]
fn the_back_off_begins_anew_after_a_stable_connection() {
    for (lasts, is_stable) in [(0, false), (4_800, false), (5_000, true), (60_000, true)] {
        let world: Rc<RefCell<Option<_>>> = Rc::default();
        let made = Rc::clone(&world);
        let (mut follower, _) = follower(Client::builder(), "call", 1, move || {
            let line = Line::new(Habits::GOOD, 1);
            *made.borrow_mut() = Some(line.world());
            Ok(line)
        });
        (follower.backoff, follower.stable_after) = (Backoff::new(64, 1_000_000), ms(5_000));
        let mut waits = Vec::new();
        for _ in 0..5 {
            assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Connected))));
            pass(ms(lasts));
            // The end is found without a wait, so that the connection lasts no longer.
            world.borrow().as_ref().unwrap().borrow_mut().has_hung_up = true;
            let Ok(Some(Followed::Gap { wait, .. })) = follower.next_within(Duration::ZERO) else {
                panic!("no gap")
            };
            waits.push(wait);
        }
        for (number, wait) in waits.into_iter().enumerate() {
            let most = if is_stable { ms(64) } else { ms(64 << number) };
            assert!(most / 2 <= wait && wait <= most, "{wait:?} after {number} of {lasts} ms");
        }
    }
}

/// A refusal that passes is tried again, any other ends the follower.
#[test]
fn only_refusals_that_pass_are_tried_again() {
    for (text, is_final) in [
        ("Authentication failed", true),
        ("Permission denied", true),
        ("Asterisk is shutting down", false),
        ("Login Already In Use", false),
    ] {
        let (mut follower, _) = follower(Client::builder(), "call", 1, move || {
            let line = Line::new(Habits::GOOD, 1);
            line.world().borrow_mut().refusal = Some(text);
            Ok(line)
        });
        match follower.next_within(Duration::MAX) {
            Err(Error::Refused { .. }) => assert!(is_final, "{text}"),
            Ok(Some(Followed::Retry { error: Error::Refused { .. }, .. })) => assert!(!is_final, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
        assert_eq!(follower.is_over(), is_final);
    }
}

#[test]
fn errors_that_an_attempt_would_not_mend_end_the_follower() {
    type Fail = fn() -> Error;
    let wrong: [(Fail, bool); 5] = [
        (|| Error::Connect(ErrorKind::InvalidInput.into()), true),
        (|| Client::builder().slots(0).check().unwrap_err(), true),
        (|| Error::Connect(ErrorKind::PermissionDenied.into()), false),
        (|| Error::Disconnected(Disconnect::Rejected), false),
        (|| Error::Silent { timeout: ms(1) }, false),
    ];
    for (fail, is_final) in wrong {
        let (mut follower, _) = follower(Client::builder(), "call", 1, move || Err(fail()));
        let result = follower.next_within(Duration::MAX);
        assert_eq!(result.is_err(), is_final, "{result:?}");
        assert_eq!(follower.is_over(), is_final);
    }
    // Another service, before and after a login.
    for logins in [0, 1] {
        let mut left: u32 = logins;
        let (mut follower, _) = follower(Client::builder(), "call", 1, move || {
            let banner = if left > 0 { "Asterisk Call Manager/11.0.0\r\n" } else { "HTTP/1.0 503 Down\r\n" };
            let line = Line::greeting(Habits::GOOD, 1, banner);
            // The connection ends during the answer to the first Ping.
            (line.world().borrow_mut().left, left) = (Some(150), left.saturating_sub(1));
            Ok(line)
        });
        for _ in 0..logins {
            assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Connected))));
            assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Gap { .. }))));
        }
        match follower.next_within(Duration::MAX) {
            Err(Error::NotAsterisk { .. }) => assert_eq!(logins, 0),
            Ok(Some(Followed::Retry { error: Error::NotAsterisk { .. }, .. })) => assert_eq!(logins, 1),
            other => panic!("{other:?}"),
        }
        assert_eq!(follower.is_over(), logins == 0);
    }
    // Credentials that ask for no events.
    let (mut follower, _) = follower(Client::builder(), "off", 1, || Ok(Line::new(Habits::GOOD, 1)));
    assert!(matches!(follower.next_within(Duration::MAX), Ok(Some(Followed::Connected))));
    assert!(matches!(follower.next_within(Duration::MAX), Err(Error::NoEvents)));
    assert!(follower.is_over() && follower.client().is_none());
}
