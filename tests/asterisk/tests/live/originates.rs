//! Many calls at once, with different outcomes: each outcome is matched to its action exactly once.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::wire::Kind;

use crate::server::{Server, TIMEOUT, assert_success, is, value};

live!(each_outcome_is_matched_once);

const CALLS: usize = 200;
/// Extensions with their outcomes: one that answers, is busy, is congested, and does not exist.
const TARGETS: [(&str, &str); 4] = [
    ("Local/102@test", "Success"),
    ("Local/103@test", "Failure"),
    ("Local/104@test", "Failure"),
    ("Local/199@test", "Failure"),
];

fn each_outcome_is_matched_once(server: &Server) {
    let mut client = server.watcher("call");
    let start = Instant::now();
    let mut calls: HashMap<_, _> = (0..CALLS)
        .map(|n| {
            let target = TARGETS[n % TARGETS.len()];
            let headers = [("Channel", target.0), ("Application", "Wait"), ("Data", "1"), ("Async", "true")];
            (client.submit(&Raw::new("Originate", &headers)).expect("a ticket"), target)
        })
        .collect();
    assert_eq!(calls.len(), CALLS);
    for &ticket in calls.keys() {
        assert_success(&client.wait(ticket).expect("a response"));
    }
    let mut events = 0;
    while !calls.is_empty() {
        let event = client.next_event(TIMEOUT).expect("a connection").expect("an event");
        events += 1;
        let message = event.message();
        // Other tests originate calls, too.
        let Some(ticket) = client.ticket(&message) else { continue };
        assert!(is(&message, Kind::Event, "OriginateResponse"), "{event:?}");
        let (channel, outcome) =
            calls.remove(&ticket).unwrap_or_else(|| panic!("a second outcome: {event:?}"));
        assert_eq!(value(&event, "Response"), outcome.as_bytes(), "{event:?}");
        assert!(value(&event, "Channel").starts_with(channel.as_bytes()), "{event:?}");
    }
    let time = start.elapsed();
    // No outcome arrives twice.
    let end = Instant::now() + Duration::from_secs(1);
    while Instant::now() < end {
        if let Some(event) = client.next_event(Duration::ZERO).expect("a connection") {
            assert_eq!(client.ticket(&event.message()), None, "{event:?}");
        }
    }
    assert_eq!(client.dropped_events(), 0);
    server.measured(format_args!(
        "{CALLS} Originates, outcomes after {} ms, {events} events",
        time.as_millis()
    ));
}
