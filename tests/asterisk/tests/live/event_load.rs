//! Lists on a connection that receives thousands of events.

use std::collections::VecDeque;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::{self, Raw};
use embedded_ami::io::blocking::Client;
use embedded_ami::wire::{Message, OwnedMessage};

use crate::server::{Server, TIMEOUT, ask, assert_success, is_user_event, unique};

live!(lists_are_complete_under_event_load, events_iterator_ends_in_time);

/// Events per second.
const RATE: u32 = 2_000;
const CALLS: usize = 10;

/// Raises numbered UserEvents of this name at this rate per second until `stop` is set. Returns
/// their number.
pub fn send_events(server: &Server, name: &str, rate: u32, size: usize, stop: &AtomicBool) -> u32 {
    let mut client = server.client();
    let mut window = VecDeque::new();
    let padding = "x".repeat(size);
    let start = Instant::now();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        // Ten at a time, because a thread cannot sleep for less than a fraction of a millisecond.
        if number % 10 == 0 {
            let due = start + Duration::from_secs(1) * number / rate;
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        if window.len() == 256 {
            assert_success(&client.wait(window.pop_front().expect("a ticket")).expect("a response"));
        }
        let event = action::from_fn("UserEvent", |headers| {
            headers.header("UserEvent", name)?;
            headers.header_int("Number", number.into())?;
            headers.header("Padding", &padding)
        });
        window.push_back(client.submit(&event).expect("a ticket"));
        number += 1;
    }
    for ticket in window {
        assert_success(&client.wait(ticket).expect("a response"));
    }
    number
}

/// Counts the events of [`send_events`] that a client receives.
pub struct EventCounter<'a> {
    pub name: &'a str,
    pub received: u32,
}

impl EventCounter<'_> {
    /// Counts the event if it has this name. Panics if it is not the next one.
    pub fn count(&mut self, event: &Message<'_>) {
        if is_user_event(event, self.name) {
            let number = event.get("Number").and_then(|number| number.to_u32());
            assert_eq!(number, Some(self.received), "events are lost, or not in order");
            self.received += 1;
        }
    }

    fn take(&mut self, client: &mut Client<TcpStream>) {
        let event = client.next_event(TIMEOUT).expect("a connection").expect("an event");
        self.count(&event.message());
    }
}

fn lists_are_complete_under_event_load(server: &Server) {
    let name = unique();
    let mut client = server.watcher("on");
    let channels: Vec<_> = (0..CALLS).map(|_| unique()).collect();
    for channel in &channels {
        let headers =
            [("Channel", "Local/100@test"), ("Application", "Wait"), ("Data", "60"), ("ChannelId", channel)];
        assert_success(&ask(&mut client, "Originate", &headers));
    }

    let stop = AtomicBool::new(false);
    let mut events = EventCounter { name: &name, received: 0 };
    let (lists, time) = thread::scope(|scope| {
        let sender = scope.spawn(|| send_events(server, &name, RATE, 100, &stop));
        let start = Instant::now();
        let mut lists = 0;
        let mut members = Vec::new();
        let mut calls = Vec::new();
        while lists < 20 || start.elapsed() < Duration::from_secs(3) {
            assert_same(&mut members, list(&mut client, "QueueStatus", "Name", |_| true));
            assert_same(
                &mut calls,
                list(&mut client, "CoreShowChannels", "Uniqueid", |id| channels.contains(id)),
            );
            // After a list that is not read to its end, the next list is complete again.
            let first = client.list(&Raw::without_headers("CoreShowChannels")).expect("a response").next();
            first.expect("an entry").expect("an entry");
            lists += 1;
            // The events that arrived meanwhile, and some more.
            for _ in 0..100 {
                events.take(&mut client);
            }
        }
        // QueueStatus lists the queue and its two members.
        assert_eq!((members.len(), calls.len()), (3, CALLS), "{members:?}, {calls:?}");
        let time = start.elapsed();
        stop.store(true, Ordering::Relaxed);
        let sent = sender.join().expect("a number");
        while events.received < sent {
            events.take(&mut client);
        }
        (lists, time)
    });
    assert_eq!(client.dropped_events(), 0);
    server.measured(format_args!(
        "{} numbered events, {:.0} a second, beside {lists} times two lists",
        events.received,
        f64::from(events.received) / time.as_secs_f64()
    ));
    for channel in channels {
        assert_success(&ask(&mut client, "Hangup", &[("Channel", channel)]));
    }
}

/// Requests a list and asserts that it is complete. Returns the values of header `key` for which
/// `wanted` returns true.
fn list(
    client: &mut Client<TcpStream>,
    action: &str,
    key: &str,
    wanted: impl Fn(&String) -> bool,
) -> Vec<String> {
    let mut list = client.list(&Raw::without_headers(action)).expect("a response");
    let entries: Vec<OwnedMessage> = list.by_ref().map(|entry| entry.expect("an entry")).collect();
    let completion = list.completion().expect("an end");
    assert_eq!(completion.get("ListItems").and_then(|items| items.to_u32()), Some(entries.len() as u32));
    let key_value =
        |entry: &OwnedMessage| entry.message().get(key).unwrap_or_default().to_string_lossy().into_owned();
    entries.iter().map(key_value).filter(wanted).collect()
}

/// Asserts that a list has the same entries in the same order each time.
fn assert_same(first: &mut Vec<String>, again: Vec<String>) {
    if first.is_empty() {
        *first = again;
    } else {
        assert_eq!(*first, again);
    }
}

/// `Client::events` ends after its time even if events keep arriving.
fn events_iterator_ends_in_time(server: &Server) {
    let name = unique();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut client = server.watcher("user");
        scope.spawn(|| send_events(server, &name, 200, 0, &stop));
        // Stops the sender, so that the test ends even if the iterator does not.
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(3));
            stop.store(true, Ordering::Relaxed);
        });
        let start = Instant::now();
        let events = client.events(Duration::from_millis(500)).filter(Result::is_ok).count();
        let time = start.elapsed();
        assert!(events > 0 && time < Duration::from_secs(1), "{events} events in {time:?}");
    });
}
