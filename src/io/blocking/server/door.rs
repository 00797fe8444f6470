use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::limits::Limits;

/// The pause after the listener has failed. Each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// The longest pause. A server that has no file descriptors left uses no processor time meanwhile,
/// and accepts clients soon after a connection has been closed.
const LONGEST_PAUSE: Duration = Duration::from_millis(160);

/// The state of the listener, and the number of connections that have not logged in.
pub(super) struct Door {
    /// Whether a client may wait.
    pub(super) is_ready: bool,
    /// The time before which the listener is left alone.
    closed_until: Duration,
    /// The pause after the last failure, or zero if a client has been accepted since.
    pause: Duration,
    anonymous: usize,
    /// How many of them come from an address, if there are any.
    by_address: HashMap<IpAddr, usize>,
}

/// The consequence of an error of the listener.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No client waits.
    Empty,
    /// This client has gone; another may wait.
    Gone,
    /// No client can be accepted for a while. `is_first` if there was no such failure since the
    /// last client.
    Pause { is_first: bool },
}

impl Door {
    pub(super) fn new() -> Self {
        Self {
            is_ready: true,
            closed_until: Duration::ZERO,
            pause: Duration::ZERO,
            anonymous: 0,
            by_address: HashMap::new(),
        }
    }

    /// Returns whether to ask the listener for a client now.
    pub(super) fn is_open(&self, now: Duration) -> bool {
        self.is_ready && now >= self.closed_until
    }

    /// Returns what follows from an error of the listener.
    pub(super) fn failed(&mut self, error: &io::Error, now: Duration) -> Failure {
        match error.kind() {
            ErrorKind::WouldBlock => {
                self.is_ready = false;
                Failure::Empty
            }
            ErrorKind::Interrupted | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset => {
                Failure::Gone
            }
            _ => {
                let is_first = self.pause.is_zero();
                self.pause = self.pause.saturating_mul(2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                self.closed_until = now.saturating_add(self.pause);
                Failure::Pause { is_first }
            }
        }
    }

    /// Called when the listener has returned a client.
    pub(super) fn succeeded(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// Returns whether the limits allow one more connection, from this address, if `open` are open.
    pub(super) fn has_room(&self, open: usize, peer: SocketAddr, limits: &Limits) -> bool {
        let same = self.by_address.get(&peer.ip().to_canonical()).copied().unwrap_or_default();
        open < limits.connections
            && self.anonymous < limits.anonymous
            && limits.anonymous_per_address.is_none_or(|limit| same < limit)
    }

    /// Counts a connection that has not logged in.
    pub(super) fn enter(&mut self, peer: SocketAddr) {
        self.anonymous = self.anonymous.saturating_add(1);
        let same = self.by_address.entry(peer.ip().to_canonical()).or_default();
        *same = same.saturating_add(1);
    }

    /// Called when such a connection has logged in, or is closed.
    pub(super) fn leave(&mut self, peer: SocketAddr) {
        self.anonymous = self.anonymous.saturating_sub(1);
        let address = peer.ip().to_canonical();
        if let Some(same) = self.by_address.get_mut(&address) {
            *same = same.saturating_sub(1);
            if *same == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_listener_that_fails_is_asked_less_and_less_often_and_reported_once() {
        let mut door = Door::new();
        let full = || io::Error::from(ErrorKind::OutOfMemory);
        let (mut now, mut tries) = (Duration::ZERO, 0);
        while now < Duration::from_secs(2) {
            if door.is_open(now) {
                assert_eq!(door.failed(&full(), now), Failure::Pause { is_first: tries == 0 });
                tries += 1;
            }
            now += Duration::from_millis(1);
        }
        // 5, 10, 20, 40, 80 and then 160 ms.
        assert_eq!(tries, 6 + (2000 - 155) / 160);
        now += LONGEST_PAUSE;
        assert!(door.is_open(now));
        door.succeeded();
        assert_eq!(door.failed(&full(), now), Failure::Pause { is_first: true });
        assert!(!door.is_open(now) && door.is_open(now + FIRST_PAUSE));
        for (kind, failure) in [
            (ErrorKind::ConnectionAborted, Failure::Gone),
            (ErrorKind::ConnectionReset, Failure::Gone),
            (ErrorKind::Interrupted, Failure::Gone),
            (ErrorKind::WouldBlock, Failure::Empty),
        ] {
            assert_eq!(door.failed(&kind.into(), now), failure);
        }
        assert!(!door.is_open(now + FIRST_PAUSE), "nobody waits");
    }

    #[test]
    fn connections_without_a_login_are_counted_by_address() {
        let mut door = Door::new();
        let limits = Limits::DEFAULT.connections(9).anonymous(3).anonymous_per_address(Some(2));
        let v4 = SocketAddr::from((Ipv4Addr::new(10, 0, 0, 1), 1));
        let mapped = SocketAddr::from((Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped(), 2));
        let other = SocketAddr::from((Ipv4Addr::new(10, 0, 0, 2), 1));
        let rooms = |door: &Door| (door.has_room(0, v4, &limits), door.has_room(0, other, &limits));
        door.enter(v4);
        assert_eq!(rooms(&door), (true, true));
        door.enter(mapped);
        assert_eq!(rooms(&door), (false, true));
        door.enter(other);
        assert_eq!(rooms(&door), (false, false));
        door.leave(v4);
        assert_eq!(rooms(&door), (true, true));
        door.leave(mapped);
        door.leave(other);
        assert!(door.by_address.is_empty() && door.anonymous == 0);
        assert!(door.has_room(8, v4, &limits) && !door.has_room(9, v4, &limits));
    }
}
