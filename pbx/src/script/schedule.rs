//! Events that rules send.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::wire::Value;

use crate::stream::lock;

/// The most events that wait for their time. Further ones are dropped.
const MOST: usize = 10_000;

/// The events that wait for their time, in the order in which they were added.
#[derive(Clone, Default)]
pub(crate) struct Schedule(Arc<Mutex<Vec<Due>>>);

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
        let mut waiting = lock(&self.0);
        let room = MOST.saturating_sub(waiting.len());
        let due = events.into_iter().take(room);
        waiting.extend(due.map(|event| Due { at: now.checked_add(event.after).unwrap_or(now), event }));
    }

    /// Sends the events whose time has come, the earliest first.
    pub(super) fn send(&self, to: &mut Events) {
        let mut waiting = lock(&self.0);
        if waiting.is_empty() {
            return;
        }
        let now = Instant::now();
        let (mut due, later): (Vec<_>, _) = waiting.drain(..).partition(|due| due.at <= now);
        *waiting = later;
        drop(waiting);
        due.sort_by_key(|due| due.at);
        for due in due {
            due.event.send(to);
        }
    }
}

impl Ready {
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
