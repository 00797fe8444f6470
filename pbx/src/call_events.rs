//! Events about channels and calls.

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::Events;
use embedded_ami::wire::{EncodeError, HeaderWriter};

use crate::channel::{Channel, Key, or_unknown};
use crate::engine::Engine;
use crate::parse::escaped;

/// The cause of Q.850 for a normal end of a call.
const NORMAL: u8 = 16;

/// Returns Asterisk's text for a cause of Q.850.
fn cause_text(cause: u8) -> &'static str {
    match cause {
        0 => "Unknown",
        1 => "Unallocated (unassigned) number",
        16 => "Normal Clearing",
        17 => "User busy",
        18 => "No user responding",
        19 => "User alerting, no answer",
        20 => "Subscriber absent",
        21 => "Call Rejected",
        27 => "Destination out of order",
        34 => "Circuit/channel congestion",
        38 => "Network out of order",
        127 => "Interworking, unspecified",
        _ => "Unknown",
    }
}

impl Engine {
    /// Writes the headers that describe a channel. Each name begins with the prefix.
    pub(crate) fn snapshot(
        &self,
        out: &mut HeaderWriter<'_>,
        prefix: &str,
        channel: &Channel,
    ) -> Result<(), EncodeError> {
        let mut put = |name: &str, value: &[u8]| out.header_sanitized(&format!("{prefix}{name}"), &[value]);
        put("Channel", &channel.name)?;
        put("ChannelState", channel.state.number().as_bytes())?;
        put("ChannelStateDesc", channel.state.text().as_bytes())?;
        put("CallerIDNum", or_unknown(&channel.caller.number))?;
        put("CallerIDName", &escaped(or_unknown(&channel.caller.name)))?;
        put("ConnectedLineNum", or_unknown(&channel.connected.number))?;
        put("ConnectedLineName", &escaped(or_unknown(&channel.connected.name)))?;
        put("Language", &channel.language)?;
        put("AccountCode", &channel.account)?;
        put("Context", &channel.context)?;
        put("Exten", &channel.exten)?;
        put("Priority", channel.priority.to_string().as_bytes())?;
        put("Uniqueid", &channel.unique_id)?;
        put("Linkedid", &channel.linked_id)?;
        for name in &self.shown_variables {
            let value = self.value(Some(channel), name.as_bytes()).unwrap_or_default();
            put("ChanVariable", &[name.as_bytes(), b"=", &escaped(&value)].concat())?;
        }
        Ok(())
    }

    pub(crate) fn new_channel(&self, events: &mut Events, key: Key) {
        self.channel_event(events, key, "Newchannel", Classes::CALL, |_| Ok(()));
    }

    pub(crate) fn new_exten(&self, events: &mut Events, key: Key) {
        let Some(channel) = self.channels.get(key) else { return };
        self.channel_event(events, key, "Newexten", Classes::DIALPLAN, |out| {
            out.header_sanitized("Extension", &[&channel.exten])?;
            out.header_sanitized("Application", &[&channel.application])?;
            out.header_sanitized("AppData", &[&channel.data])
        });
    }

    pub(crate) fn new_caller(&self, events: &mut Events, key: Key) {
        self.channel_event(events, key, "NewCallerid", Classes::CALL, |out| {
            out.header("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
        });
    }

    pub(crate) fn new_connected_line(&self, events: &mut Events, key: Key) {
        self.channel_event(events, key, "NewConnectedLine", Classes::CALL, |_| Ok(()));
    }

    /// Sends `NewAccountCode`, unless the account code is still the one from before.
    pub(crate) fn new_account(&self, events: &mut Events, key: Key, before: &[u8]) {
        if self.channels.get(key).is_some_and(|channel| channel.account != before) {
            self.channel_event(events, key, "NewAccountCode", Classes::CALL, |out| {
                out.header_sanitized("OldAccountCode", &[before])
            });
        }
    }

    pub(crate) fn hangup_event(&self, events: &mut Events, key: Key, cause: u8) {
        self.channel_event(events, key, "Hangup", Classes::CALL, |out| {
            out.header_int("Cause", cause.into())?;
            out.header("Cause-txt", cause_text(cause))
        });
    }

    pub(crate) fn hangup_request(&self, events: &mut Events, key: Key, cause: u8) {
        self.channel_event(events, key, "HangupRequest", Classes::CALL, |out| {
            out.header_int("Cause", cause.into())
        });
    }

    pub(crate) fn soft_hangup_request(&self, events: &mut Events, key: Key) {
        self.channel_event(events, key, "SoftHangupRequest", Classes::CALL, |out| {
            out.header_int("Cause", NORMAL.into())
        });
    }

    pub(crate) fn local_bridge(&self, events: &mut Events, one: Key, two: Key, is_optimized: bool) {
        let (Some(one), Some(two)) = (self.channels.get(one), self.channels.get(two)) else { return };
        // The only error is an event that is too large to be queued. No client can get it, so it is
        // dropped. This applies to the events below, too.
        let _ = events.send("LocalBridge", Classes::CALL, |out| {
            self.snapshot(out, "LocalOne", one)?;
            self.snapshot(out, "LocalTwo", two)?;
            out.header_sanitized("Context", &[&two.context])?;
            out.header_sanitized("Exten", &[&two.exten])?;
            out.header("LocalOptimization", if is_optimized { "Yes" } else { "No" })
        });
    }

    /// Like [`Engine::channel_event`], for the events about dialling. The names in the description
    /// begin with `Dest`.
    pub(crate) fn dial_event(
        &self,
        events: &mut Events,
        key: Key,
        name: &str,
        rest: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) {
        let Some(channel) = self.channels.get(key) else { return };
        let _ = events.send(name, Classes::CALL, |out| {
            self.snapshot(out, "Dest", channel)?;
            rest(out)
        });
    }

    /// Sends an event with the description of a channel, followed by the headers that `rest`
    /// writes. Does nothing if the channel is gone.
    pub(crate) fn channel_event(
        &self,
        events: &mut Events,
        key: Key,
        name: &str,
        classes: Classes,
        rest: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) {
        let Some(channel) = self.channels.get(key) else { return };
        let _ = events.send(name, classes, |out| {
            self.snapshot(out, "", channel)?;
            rest(out)
        });
    }
}
