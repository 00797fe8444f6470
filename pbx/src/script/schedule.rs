//! Events that rules send.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::wire::Value;

use crate::lock::lock;

/// The most events that wait for their time. Further ones are dropped.
const MOST: usize = 10_000;

/// The most memory that they take in bytes. The requests of the clients fill the placeholders in
/// them.
const MEMORY: usize = 16 * 1024 * 1024;

/// The memory that an event takes beyond its headers.
const OVERHEAD: usize = size_of::<Ready>() + 64;

/// The events that wait for their time.
#[derive(Clone, Default)]
pub(crate) struct Schedule(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// The events in the order in which they are sent: by their time, and then by the number of
    /// events that were added before.
    events: BTreeMap<(Instant, u64), Ready>,
    added: u64,
    /// The memory that they take.
    memory: usize,
}

/// An event without placeholders.
pub(super) struct Ready {
    pub(super) after: Duration,
    pub(super) headers: Vec<(String, Vec<u8>)>,
}

impl Schedule {
    /// Adds events, whose times count from now.
    pub(super) fn add(&self, events: Vec<Ready>) {
        let now = Instant::now();
        let mut waiting = lock(&self.0);
        events.into_iter().for_each(|event| waiting.add(now, event));
    }

    /// Sends the events whose time has come, the earliest first.
    pub(super) fn send(&self, to: &mut Events) {
        let due = lock(&self.0).take_due(Instant::now());
        for event in due {
            event.send(to);
        }
    }
}

impl Waiting {
    /// Adds an event, or drops it if it exceeds a limit.
    fn add(&mut self, now: Instant, event: Ready) {
        let memory = self.memory.saturating_add(event.memory());
        if self.events.len() < MOST && memory <= MEMORY {
            self.memory = memory;
            self.added = self.added.wrapping_add(1);
            self.events.insert((now.checked_add(event.after).unwrap_or(now), self.added), event);
        }
    }

    /// Takes the events whose time has come. If there are none, nothing is allocated.
    fn take_due(&mut self, now: Instant) -> Vec<Ready> {
        let mut due = Vec::new();
        while let Some(first) = self.events.first_entry().filter(|first| first.key().0 <= now) {
            let event = first.remove();
            self.memory = self.memory.saturating_sub(event.memory());
            due.push(event);
        }
        due
    }
}

impl Ready {
    /// Returns the memory that the event takes in bytes.
    fn memory(&self) -> usize {
        let headers =
            self.headers.iter().map(|(name, value)| name.capacity().saturating_add(value.capacity()));
        let own = self.headers.capacity().saturating_mul(size_of::<(String, Vec<u8>)>());
        headers.fold(own.saturating_add(OVERHEAD), usize::saturating_add)
    }

    fn send(&self, to: &mut Events) {
        let find = |name: &str| self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let name = find("Event").map(|(_, value)| String::from_utf8_lossy(value)).unwrap_or_default();
        let privilege = find("Privilege").map(|(_, value)| Classes::from_privilege(Value::new(value)));
        // An event that is too large for the queue of a connection is not sent.
        let _ = to.send(&name, privilege.unwrap_or(Classes::CALL), |out| {
            let is_written =
                |name: &str| ["Event", "Privilege"].iter().any(|own| own.eq_ignore_ascii_case(name));
            let mut rest = self.headers.iter().filter(|(name, _)| !is_written(name));
            rest.try_for_each(|(name, value)| out.header_relayed(name, value))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(after: u64, number: usize, size: usize) -> Ready {
        let mut value = number.to_string().into_bytes();
        value.resize(size.max(value.len()), b' ');
        Ready { after: Duration::from_secs(after), headers: vec![("Number".into(), value)] }
    }

    fn number(event: &Ready) -> usize {
        std::str::from_utf8(&event.headers[0].1).unwrap().trim().parse().unwrap()
    }

    #[test]
    fn events_come_at_their_time_in_the_order_of_times_and_then_of_addition() {
        let mut random = fastrand::Rng::with_seed(3);
        let begin = Instant::now();
        for _ in 0..200 {
            let mut waiting = Waiting::default();
            let mut expected: Vec<(u64, usize)> = Vec::new();
            let (mut now, mut count) = (0, 0);
            while count < 50 || !waiting.events.is_empty() {
                let at = begin + Duration::from_secs(now);
                for _ in 0..random.usize(..if count < 50 { 5 } else { 1 }) {
                    let after = random.u64(..6);
                    waiting.add(at, event(after, count, random.usize(..50)));
                    expected.push((now + after, count));
                    count += 1;
                }
                let sent: Vec<_> = waiting.take_due(at).iter().map(number).collect();
                expected.sort_unstable();
                let later = expected.split_off(expected.partition_point(|(at, _)| *at <= now));
                assert_eq!(sent, expected.iter().map(|(_, number)| *number).collect::<Vec<_>>());
                expected = later;
                now += random.u64(..3);
            }
            assert_eq!(waiting.memory, 0);
        }
    }

    #[test]
    fn the_events_that_wait_take_limited_memory_and_new_ones_find_room_afterwards() {
        let now = Instant::now();
        let later = now + Duration::from_secs(10);
        for (size, most) in [(0, MOST), (64 * 1024, MEMORY / (64 * 1024)), (MEMORY, 0)] {
            let mut waiting = Waiting::default();
            for _ in 0..2 {
                (0..most + 5).for_each(|number| waiting.add(now, event(10, number, size)));
                assert!(waiting.memory <= MEMORY && waiting.events.len() <= most);
                assert!(waiting.events.len() >= most - most / 20, "{}", waiting.events.len());
                assert!(waiting.take_due(now).is_empty());
                let due = waiting.take_due(later);
                assert!(due.iter().map(number).eq(0..due.len()));
                assert_eq!((waiting.memory, waiting.events.len()), (0, 0));
            }
        }
    }
}
