//! Logins that the server answers about when the time limit ends.

use std::time::Duration;

use super::line::{Habits, Line, clock, within};
use super::{Link, SLACK, builder, ms};
use crate::client::{Credentials, Stage};
use crate::io::blocking::{Disconnect, Error};

/// A server that takes all bytes and answers late is reported as one that has not answered in time,
/// and never as one that takes no bytes.
#[test]
fn a_late_challenge_is_not_taken_for_a_server_that_takes_no_bytes() {
    const LIMIT: u64 = 400;
    for wait in [1, 20, 100] {
        let late = ms(wait) + SLACK;
        let (mut logged_in, mut timed_out) = (0, 0);
        for delay in 0..LIMIT + 200 {
            let line = Line::new(Habits { wait, ..Habits::GOOD }, delay);
            let world = line.world();
            let mut client = builder(ms(LIMIT)).build(Link::new(line, clock, clock())).expect("a banner");
            // Both answers of the login are late.
            world.borrow_mut().habits.delay = delay;
            let credentials = Credentials::with_md5("admin", "secret", |_| [7; 16]);
            match within(Duration::from_millis(LIMIT) + late, "login", || client.login(&credentials)) {
                Ok(()) => logged_in += 1,
                Err(Error::Disconnected(Disconnect::ServerTimedOut(Stage::LoggingIn))) => timed_out += 1,
                other => panic!("delay {delay}, wait {wait}: {other:?}"),
            }
        }
        assert!(logged_in > 100 && timed_out > 300, "{logged_in} {timed_out}");
    }
}
