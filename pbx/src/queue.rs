//! Queues and their members.

use std::time::Duration;

use embedded_ami::wire::{EncodeError, HeaderWriter, Value};

use crate::channel::Channels;
use crate::clock::Clock;
use crate::dialplan;
use crate::model::Bytes;

// Device states, as in the header `Status` of a member.
const NOT_IN_USE: i64 = 1;
const IN_USE: i64 = 2;
const INVALID: i64 = 4;
const UNAVAILABLE: i64 = 5;

/// A queue of callers.
pub(crate) struct Queue {
    pub(crate) name: &'static str,
    pub(crate) strategy: &'static str,
    pub(crate) members: Vec<Member>,
}

/// A member of a queue. Times are in seconds since 1970.
pub(crate) struct Member {
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
    let members = vec![member("Local/100@test", "Agent One", 0), member("Local/105@test", "Agent Two", 1)];
    vec![
        Queue { name: "support", strategy: "rrmemory", members },
        Queue { name: "sales", strategy: "ringall", members: Vec::new() },
    ]
}

impl Member {
    /// Returns whether the member has this interface. The case of ASCII letters is ignored.
    pub(crate) fn is(&self, interface: Value<'_>) -> bool {
        self.interface.eq_ignore_ascii_case(interface.as_bytes())
    }

    /// Returns the state of the device of the member, which determines whether it can be called.
    pub(crate) fn status(&self, channels: &Channels) -> i64 {
        let mut parts = self.state_interface.splitn(2, |&byte| byte == b'/');
        let technology = parts.next().unwrap_or_default();
        let resource = parts.next().unwrap_or_default();
        if technology.eq_ignore_ascii_case(b"Local") {
            let mut halves =
                resource.split(|&byte| byte == b'/').next().unwrap_or_default().split(|&byte| byte == b'@');
            let exten = halves.next().unwrap_or_default();
            if dialplan::at(halves.next().unwrap_or(b"default"), exten, 1).is_none() {
                return INVALID;
            }
        } else if resource == b"offline" {
            return UNAVAILABLE;
        } else if !technology.eq_ignore_ascii_case(b"PJSIP") {
            return INVALID;
        }
        let start = [&self.state_interface[..], b"-"].concat();
        let is_used = channels.values().any(|channel| channel.name.starts_with(&start));
        if is_used { IN_USE } else { NOT_IN_USE }
    }

    pub(crate) fn is_available(&self, channels: &Channels) -> bool {
        !self.is_paused && self.status(channels) == NOT_IN_USE
    }

    pub(crate) fn is_logged_in(&self, channels: &Channels) -> bool {
        matches!(self.status(channels), NOT_IN_USE | IN_USE)
    }

    /// Writes the headers from `StateInterface` on, which are the same in events and in the list.
    pub(crate) fn details(&self, channels: &Channels, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header_sanitized("StateInterface", &[&self.state_interface])?;
        out.header("Membership", if self.is_dynamic { "dynamic" } else { "static" })?;
        out.header_int("Penalty", self.penalty)?;
        out.header("CallsTaken", "0")?;
        out.header("LastCall", "0")?;
        out.header_int("LastPause", self.last_pause)?;
        out.header_int("LoginTime", self.login)?;
        out.header("InCall", "0")?;
        out.header_int("Status", self.status(channels))?;
        out.header("Paused", if self.is_paused { "1" } else { "0" })?;
        out.header_sanitized("PausedReason", &[&self.reason])
    }
}
