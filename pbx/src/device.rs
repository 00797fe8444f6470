//! The states of devices, and the events about their changes.
//!
//! A device is a phone, or the place in the dialplan that a Local channel leads to. Its name is
//! that of its channels without the number at the end.

use std::collections::BTreeMap;

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;

use crate::actions::send_member_event;
use crate::channel::{Channel, Channels, Key, State};
use crate::dialplan;
use crate::engine::Engine;
use crate::model::Bytes;

/// The phones whose names determine their behaviour, in the order of their names.
pub(crate) const PHONES: [&str; 5] = ["busy", "congestion", "nobody", "offline", "silent"];
/// The phones that are not registered.
const UNREACHABLE: [&str; 2] = ["nobody", "offline"];

/// Returns whether a phone can be called.
pub(crate) fn is_reachable(phone: &[u8]) -> bool {
    !UNREACHABLE.iter().any(|name| name.as_bytes() == phone)
}

/// The state of a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceState {
    NotInUse,
    InUse,
    /// There is no such device.
    Invalid,
    /// The phone is not registered.
    Unavailable,
    Ringing,
    /// One channel of the phone rings, and another is up.
    RingInUse,
}

impl DeviceState {
    /// Returns the number in the header `Status` of a queue member.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::NotInUse => 1,
            Self::InUse => 2,
            Self::Invalid => 4,
            Self::Unavailable => 5,
            Self::Ringing => 6,
            Self::RingInUse => 7,
        }
    }

    /// Returns the name in the event `DeviceStateChange`.
    fn name(self) -> &'static str {
        match self {
            Self::NotInUse => "NOT_INUSE",
            Self::InUse => "INUSE",
            Self::Invalid => "INVALID",
            Self::Unavailable => "UNAVAILABLE",
            Self::Ringing => "RINGING",
            Self::RingInUse => "RINGINUSE",
        }
    }

    /// Returns the text that console commands and lists show.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NotInUse => "Not in use",
            Self::InUse => "In use",
            Self::Invalid => "Invalid",
            Self::Unavailable => "Unavailable",
            Self::Ringing => "Ringing",
            Self::RingInUse => "Ring+Inuse",
        }
    }

    /// Returns the state of an extension whose hint is the device: the headers `Status` and
    /// `StatusText`.
    pub(crate) fn extension(self) -> (&'static str, &'static str) {
        match self {
            Self::NotInUse => ("0", "Idle"),
            Self::InUse => ("1", "InUse"),
            Self::Invalid | Self::Unavailable => ("4", "Unavailable"),
            Self::Ringing => ("8", "Ringing"),
            Self::RingInUse => ("9", "InUse&Ringing"),
        }
    }
}

/// Returns the name of the device of a channel.
pub(crate) fn of(channel: &Channel) -> &[u8] {
    let dash = channel.name.iter().rposition(|&byte| byte == b'-');
    channel.name.get(..dash.unwrap_or(channel.name.len())).unwrap_or_default()
}

/// Returns the channels of a device.
pub(crate) fn channels<'a>(device: &[u8], channels: &'a Channels) -> impl Iterator<Item = &'a Channel> {
    channels.values().filter(move |channel| of(channel).eq_ignore_ascii_case(device))
}

/// Returns whether the device is a place in the dialplan.
fn is_local(device: &[u8]) -> bool {
    device.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"Local/"))
}

/// Returns the state of a device that has no channels.
fn idle(device: &[u8]) -> DeviceState {
    let slash = device.iter().position(|&byte| byte == b'/').unwrap_or(device.len());
    let (technology, resource) = device.split_at(slash);
    let resource = resource.get(1..).unwrap_or_default();
    let is_known = if is_local(device) {
        let place = resource.split(|&byte| byte == b'/').next().unwrap_or_default();
        let mut halves = place.split(|&byte| byte == b'@');
        let exten = halves.next().unwrap_or_default();
        dialplan::at(halves.next().unwrap_or(b"default"), exten, 1).is_some()
    } else {
        technology.eq_ignore_ascii_case(b"PJSIP")
    };
    match is_known {
        false => DeviceState::Invalid,
        true if is_reachable(resource) => DeviceState::NotInUse,
        true => DeviceState::Unavailable,
    }
}

/// Returns the state of a device. One that is not free cannot be called by a queue.
pub(crate) fn state(device: &[u8], all: &Channels) -> DeviceState {
    let idle = idle(device);
    if idle != DeviceState::NotInUse {
        return idle;
    }
    if is_local(device) {
        let is_used = channels(device, all).next().is_some();
        return if is_used { DeviceState::InUse } else { idle };
    }
    let has = |state: State| channels(device, all).any(|channel| channel.state == state);
    match (has(State::Ringing), has(State::Up)) {
        (true, true) => DeviceState::RingInUse,
        (true, false) => DeviceState::Ringing,
        (false, true) => DeviceState::InUse,
        (false, false) => idle,
    }
}

/// The changes of devices.
#[derive(Default)]
pub(crate) struct Devices {
    /// The devices whose channels have changed since the last events, with the state, or `None` if
    /// the state is the one when the events are sent.
    changed: Vec<(Bytes, Option<DeviceState>)>,
    /// The states in the last events of the devices that were in use.
    states: BTreeMap<Bytes, DeviceState>,
}

impl Engine {
    /// Notes that the state of a channel has changed.
    pub(crate) fn note_state(&mut self, key: Key) {
        if let Some(channel) = self.channels.get(key) {
            let device = Bytes::from(of(channel));
            let state = state(&device, &self.channels);
            self.devices.changed.push((device, Some(state)));
        }
    }

    /// Notes that a channel ends. The state of its device is looked at later, since the other half
    /// of a Local channel ends, too.
    pub(crate) fn note_end(&mut self, key: Key) {
        if let Some(channel) = self.channels.get(key) {
            self.devices.changed.push((of(channel).into(), None));
        }
    }

    /// Sends the events about the devices whose channels have changed.
    ///
    /// Asterisk sends them from other threads, so that their place among the events of the call
    /// varies. It sends `DeviceStateChange` for each change of a Local channel, also if the state
    /// of the device is still the same, and for phones only if it is another.
    pub(crate) fn report_devices(&mut self, events: &mut Events) {
        for (device, state) in std::mem::take(&mut self.devices.changed) {
            let state = state.unwrap_or_else(|| self::state(&device, &self.channels));
            let idle = idle(&device);
            let before = match state == idle {
                true => self.devices.states.remove(&device),
                false => self.devices.states.insert(device.clone(), state),
            };
            let is_new = before.unwrap_or(idle) != state;
            if is_new || is_local(&device) {
                // The only error is an event that is too large to be queued. No client can get it,
                // so it is dropped.
                let _ = events.send("DeviceStateChange", Classes::CALL, |out| {
                    out.header_sanitized("Device", &[&device])?;
                    out.header("State", state.name())
                });
            }
            if !is_new {
                continue;
            }
            for (context, exten) in dialplan::hints() {
                if dialplan::hint(context, exten).as_bytes() == device {
                    extension_status(events, context, exten, state);
                }
            }
            for queue in &self.queues {
                for member in
                    queue.members.iter().filter(|member| member.state_interface.eq_ignore_ascii_case(&device))
                {
                    send_member_event(events, "QueueMemberStatus", queue.name, member, state);
                }
            }
        }
    }

    /// Sends `ExtensionStatus` for every extension, as Asterisk does when the dialplan is reloaded.
    pub(crate) fn report_extensions(&self, events: &mut Events) {
        for (context, exten) in dialplan::hints() {
            let state = state(dialplan::hint(context, exten).as_bytes(), &self.channels);
            extension_status(events, context, exten, state);
        }
    }
}

fn extension_status(events: &mut Events, context: &str, exten: &str, state: DeviceState) {
    let (status, text) = state.extension();
    // The only error is an event that is too large to be queued. No client can get it, so it is
    // dropped.
    let _ = events.send("ExtensionStatus", Classes::CALL, |out| {
        out.header("Exten", exten)?;
        out.header("Context", context)?;
        out.header("Hint", dialplan::hint(context, exten))?;
        out.header("Status", status)?;
        out.header("StatusText", text)
    });
}
