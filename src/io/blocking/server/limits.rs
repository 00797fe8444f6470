use std::time::Duration;

use crate::server::Timing;

/// The limits of a [`Server`](super::Server): how much it does for clients that have not logged in,
/// and how much memory a connection takes.
///
/// ```
/// use std::time::Duration;
/// use embedded_ami::io::blocking::server::{Limits, SlowClientPolicy};
///
/// let limits = Limits::DEFAULT
///     .connections(20)
///     .slow(SlowClientPolicy::DropEvents)
///     .stall(Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// The most connections. Further ones are closed without a message.
    pub connections: usize,
    /// The most connections that have not logged in, like Asterisk's `authlimit`. Further ones are
    /// closed without a message. A connection whose login failed counts until it is closed.
    pub anonymous: usize,
    /// The most connections from one IP address that have not logged in, or `None` for as many as
    /// [`anonymous`](Limits#structfield.anonymous) allows. Further ones are closed without a
    /// message.
    ///
    /// Set this where clients have addresses of their own, so that one machine cannot take all
    /// places. It is off by default because clients may share an address: those on this machine,
    /// those of one proxy, and those in a network with address translation. An IPv4 address in an
    /// IPv6 address counts as the IPv4 address. A machine may have many IPv6 addresses, each of
    /// which counts separately: [`Service::connected`](super::Service::connected) can count by
    /// network.
    pub anonymous_per_address: Option<usize>,
    /// The longest request in bytes. Each connection takes this much memory to read one. At least
    /// 32.
    pub request: usize,
    /// The number of bytes queued per connection above which events find no room. At least 1024.
    ///
    /// A single answer or event may be at most half this size. A request is answered, and a list
    /// that has begun is continued, only while less than half of this limit is queued. The answer,
    /// and a message that completes it, are then queued whole, so that the queue can reach twice
    /// this limit and never exceeds it.
    pub output: usize,
    /// The treatment of a client that reads its events more slowly than they arrive.
    pub slow: SlowClientPolicy,
    /// The time after which a client that accepts no bytes is disconnected.
    pub stall: Duration,
    /// The time limits of logins.
    pub timing: Timing,
}

impl Limits {
    /// 500 connections, 50 of them not logged in, whatever their addresses; 16 KiB for a request
    /// and 1 MiB for the queue. Slow clients are disconnected, and so are clients that accept no
    /// bytes for 10 s. Logins have the limits of [`Timing::DEFAULT`].
    pub const DEFAULT: Self = Self {
        connections: 500,
        anonymous: 50,
        anonymous_per_address: None,
        request: 16 * 1024,
        output: 1024 * 1024,
        slow: SlowClientPolicy::Disconnect,
        stall: Duration::from_secs(10),
        timing: Timing::DEFAULT,
    };

    /// Sets [`connections`](Limits#structfield.connections).
    #[must_use]
    pub const fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Sets [`anonymous`](Limits#structfield.anonymous).
    #[must_use]
    pub const fn anonymous(mut self, connections: usize) -> Self {
        self.anonymous = connections;
        self
    }

    /// Sets [`anonymous_per_address`](Limits#structfield.anonymous_per_address).
    #[must_use]
    pub const fn anonymous_per_address(mut self, connections: Option<usize>) -> Self {
        self.anonymous_per_address = connections;
        self
    }

    /// Sets [`request`](Limits#structfield.request), in bytes.
    #[must_use]
    pub const fn request(mut self, bytes: usize) -> Self {
        self.request = bytes;
        self
    }

    /// Sets [`output`](Limits#structfield.output), in bytes.
    #[must_use]
    pub const fn output(mut self, bytes: usize) -> Self {
        self.output = bytes;
        self
    }

    /// Sets [`slow`](Limits#structfield.slow).
    #[must_use]
    pub const fn slow(mut self, policy: SlowClientPolicy) -> Self {
        self.slow = policy;
        self
    }

    /// Sets [`stall`](Limits#structfield.stall).
    #[must_use]
    pub const fn stall(mut self, time: Duration) -> Self {
        self.stall = time;
        self
    }

    /// Sets [`timing`](Limits#structfield.timing).
    #[must_use]
    pub const fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }
}

impl Default for Limits {
    /// Returns [`Limits::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The treatment of a client that reads its events more slowly than they arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowClientPolicy {
    /// Disconnect it, as Asterisk does.
    Disconnect,
    /// Drop the events that find no room, and [count](super::Stats::dropped_events) them. Answers
    /// are never dropped.
    DropEvents,
}
