//! Queues and their members.

use std::time::Duration;

use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

use crate::channel::Channels;
use crate::clock::Clock;
use crate::device::{self, DeviceState};
use crate::model::Bytes;

/// A queue of callers.
pub(crate) struct Queue {
    pub(crate) name: &'static str,
    pub(crate) strategy: &'static str,
    pub(crate) members: Vec<Member>,
    /// The number of members that were added so far.
    added: u64,
}

impl Queue {
    fn new(name: &'static str, strategy: &'static str) -> Self {
        Self { name, strategy, members: Vec::new(), added: 0 }
    }

    /// Adds a member at the end, and numbers it.
    pub(crate) fn add(&mut self, member: Member) {
        self.added = self.added.saturating_add(1);
        self.members.push(Member { number: self.added, ..member });
    }
}

/// A member of a queue. Times are in seconds since 1970.
pub(crate) struct Member {
    /// The number of the member in the queue, from 1. Later members have greater numbers, and no
    /// number is given twice.
    pub(crate) number: u64,
    pub(crate) name: Bytes,
    pub(crate) interface: Bytes,
    pub(crate) state_interface: Bytes,
    pub(crate) is_dynamic: bool,
    pub(crate) penalty: i64,
    pub(crate) rings_in_use: bool,
    pub(crate) last_pause: i64,
    pub(crate) login: i64,
    pub(crate) is_paused: bool,
    pub(crate) reason: Bytes,
}

/// Returns the built-in queues.
pub(crate) fn configured(clock: &Clock) -> Vec<Queue> {
    let member = |interface: &str, name: &str, penalty| Member {
        number: 0,
        name: name.into(),
        interface: interface.into(),
        state_interface: interface.into(),
        is_dynamic: false,
        penalty,
        rings_in_use: true,
        last_pause: 0,
        login: clock.epoch_at(Duration::ZERO),
        is_paused: false,
        reason: Bytes::new(),
    };
    let mut support = Queue::new("support", "rrmemory");
    support.add(member("Local/100@test", "Agent One", 0));
    support.add(member("Local/105@test", "Agent Two", 1));
    vec![support, Queue::new("sales", "ringall")]
}

impl Member {
    /// Returns whether the member has this interface. The case of ASCII letters is ignored.
    pub(crate) fn is(&self, interface: Value<'_>) -> bool {
        self.interface.eq_ignore_ascii_case(interface.as_bytes())
    }

    /// Returns the state of the device of the member, which determines whether it can be called.
    pub(crate) fn state(&self, channels: &Channels) -> DeviceState {
        device::state(&self.state_interface, channels)
    }

    pub(crate) fn is_available(&self, channels: &Channels) -> bool {
        !self.is_paused && self.state(channels) == DeviceState::NotInUse
    }

    pub(crate) fn is_logged_in(&self, channels: &Channels) -> bool {
        !matches!(self.state(channels), DeviceState::Invalid | DeviceState::Unavailable)
    }

    /// Writes the headers from `StateInterface` on, which are the same in events and in the list.
    pub(crate) fn details(&self, state: DeviceState, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header_sanitized("StateInterface", &[&self.state_interface])?;
        out.header("Membership", if self.is_dynamic { "dynamic" } else { "static" })?;
        out.header_int("Penalty", self.penalty)?;
        out.header("CallsTaken", "0")?;
        out.header("LastCall", "0")?;
        out.header_int("LastPause", self.last_pause)?;
        out.header_int("LoginTime", self.login)?;
        out.header("InCall", "0")?;
        out.header_int("Status", state.number())?;
        out.header("Paused", if self.is_paused { "1" } else { "0" })?;
        out.header_sanitized("PausedReason", &[&self.reason])
    }
}
