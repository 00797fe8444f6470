//! Many outstanding actions at once on one client.

use std::collections::VecDeque;
use std::time::Instant;

use embedded_ami::action::Raw;
use embedded_ami::client::SessionError;
use embedded_ami::io::blocking::Error;

use crate::server::{Server, assert_success, value};

live!(a_full_window_of_pings, slots_full_until_an_action_is_waited_for);

const PINGS: usize = 5_000;
/// The number of slots of the client.
const WINDOW: usize = 256;

fn a_full_window_of_pings(server: &Server) {
    let mut client = server.client();
    let mut window = VecDeque::with_capacity(WINDOW);
    let mut pongs = 0;
    let start = Instant::now();
    for n in 0..PINGS + WINDOW {
        if n >= WINDOW {
            let pong = client.wait(window.pop_front().expect("a ticket")).expect("a response");
            assert_success(&pong);
            assert_eq!(value(&pong, "Ping"), b"Pong");
            pongs += 1;
        }
        if n < PINGS {
            window.push_back(client.submit(&Raw::without_headers("Ping")).expect("a ticket"));
        }
    }
    let time = start.elapsed();
    assert_eq!((pongs, client.dropped_events()), (PINGS, 0));
    server.measured(format_args!(
        "{PINGS} Pings, {WINDOW} at once: {} ms, {:.0} a second",
        time.as_millis(),
        PINGS as f64 / time.as_secs_f64()
    ));
    client.log_off().expect("a log-off");
}

/// One action more than there are slots is refused until an action has been waited for, in any
/// order.
fn slots_full_until_an_action_is_waited_for(server: &Server) {
    let mut client = server.client();
    let mut tickets: Vec<_> =
        (0..WINDOW).map(|_| client.submit(&Raw::without_headers("Ping")).expect("a ticket")).collect();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..WINDOW {
        let refused = client.submit(&Raw::without_headers("Ping"));
        assert!(matches!(refused, Err(Error::Session(SessionError::SlotsFull))), "{refused:?}");
        let ticket = tickets.swap_remove(random.usize(..tickets.len()));
        assert_success(&client.wait(ticket).expect("a response"));
        let again = client.wait(ticket);
        assert!(matches!(again, Err(Error::Session(SessionError::NotOutstanding))), "{again:?}");
        tickets.push(client.submit(&Raw::without_headers("Ping")).expect("a ticket"));
    }
}
