//! Events that rules send.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::wire::Value;

use crate::stream::lock;

/// The most memory, in bytes, that the waiting events take. Further ones are dropped.
const MOST: usize = 16 * 1024 * 1024;

/// The events that wait for their time.
#[derive(Clone, Default)]
pub(crate) struct Schedule(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// The events, the earliest first. Those of the same time are in the order in which they were
    /// added.
    events: VecDeque<Due>,
    /// The memory that they take, in bytes.
    size: usize,
}

struct Due {
    at: Instant,
    event: Ready,
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
        let waiting = &mut *lock(&self.0);
        for event in events {
            let size = waiting.size.saturating_add(event.size());
            if size <= MOST {
                waiting.size = size;
                let at = now.checked_add(event.after).unwrap_or(now);
                let place = waiting.events.partition_point(|due| due.at <= at);
                waiting.events.insert(place, Due { at, event });
            }
        }
    }

    /// Sends the events whose time has come, the earliest first.
    pub(super) fn send(&self, to: &mut Events) {
        let waiting = &mut *lock(&self.0);
        if waiting.events.is_empty() {
            return;
        }
        let now = Instant::now();
        while waiting.events.front().is_some_and(|due| due.at <= now) {
            let Some(due) = waiting.events.pop_front() else { break };
            waiting.size = waiting.size.saturating_sub(due.event.size());
            due.event.send(to);
        }
    }
}

impl Ready {
    /// Returns the memory that a waiting event takes, in bytes.
    fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len().saturating_add(value.len()));
        let table = self.headers.len().saturating_mul(size_of::<(String, Vec<u8>)>());
        headers.fold(table, usize::saturating_add).saturating_add(size_of::<Due>())
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

    #[test]
    fn waiting_events_are_sorted_and_their_memory_is_limited() {
        let schedule = Schedule::default();
        for number in 0..3_000_u64 {
            let headers = vec![("Event".to_owned(), b"A".to_vec()), ("Data".to_owned(), vec![b'x'; 16_000])];
            schedule.add(vec![Ready { after: Duration::from_secs(number * 7919 % 1000), headers }]);
        }
        let waiting = lock(&schedule.0);
        let real: usize = waiting.events.iter().map(|due| due.event.size()).sum();
        assert!(real == waiting.size && real <= MOST && real > MOST / 2, "{real}");
        assert!(waiting.events.iter().map(|due| due.at).is_sorted());
    }
}
