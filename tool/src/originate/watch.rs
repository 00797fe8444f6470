//! The channels of a call, until they have ended.

use std::collections::VecDeque;

use embedded_ami::wire::{Message, OwnedMessage, Value};

/// The most events of each sort that are remembered before the call is answered.
const REMEMBERED: usize = 1_000;

/// Finds the `Hangup` events of the channels of a call. They can precede the outcome of the call.
#[derive(Default)]
pub(super) struct Watch {
    /// The channels that have not ended, once the call is answered.
    channels: Option<Vec<Channel>>,
    /// The names and unique ids of Local channels, whose other half is known only by name.
    local: VecDeque<Channel>,
    /// The `Hangup` events before the outcome.
    earlier: VecDeque<OwnedMessage>,
    /// The `Hangup` events of the call that have not been fetched.
    found: Vec<OwnedMessage>,
}

/// A channel.
struct Channel {
    name: Vec<u8>,
    /// If it is known, the name does not count: Asterisk renames channels.
    unique_id: Option<Vec<u8>>,
}

impl Watch {
    /// Looks at an event.
    pub(super) fn event(&mut self, event: &Message<'_>) {
        let is = |known: &str| event.name().is_some_and(|name| name == known);
        if is("Hangup") {
            let mut owned = OwnedMessage::default();
            // A vector has room.
            let _ = owned.push(event);
            match self.channels {
                Some(_) => self.hangup(owned),
                None => push(&mut self.earlier, owned),
            }
        } else if is("Newchannel") && self.channels.is_none() {
            let name = event.get("Channel").unwrap_or_default().as_bytes();
            if name.starts_with(b"Local/") {
                push(&mut self.local, Channel { name: name.into(), unique_id: unique_id(event) });
            }
        }
    }

    /// Starts to watch the channels of an answered call, of which this event reports the outcome.
    pub(super) fn answered(&mut self, outcome: &Message<'_>) {
        let name = outcome.get("Channel").unwrap_or_default().as_bytes();
        let mut channels = vec![Channel { name: name.into(), unique_id: unique_id(outcome) }];
        if let Some(other) = other_half(name) {
            let known = self.local.drain(..).rev().find(|channel| channel.name == other);
            channels.push(known.unwrap_or(Channel { name: other, unique_id: None }));
        }
        self.channels = Some(channels);
        for hangup in std::mem::take(&mut self.earlier) {
            self.hangup(hangup);
        }
    }

    /// Returns the `Hangup` events of the call that have not been returned before.
    pub(super) fn hangups(&mut self) -> Vec<OwnedMessage> {
        std::mem::take(&mut self.found)
    }

    /// Returns whether all channels of the call have ended.
    pub(super) fn has_ended(&self) -> bool {
        self.channels.as_ref().is_some_and(Vec::is_empty)
    }

    fn hangup(&mut self, hangup: OwnedMessage) {
        let Some(channels) = &mut self.channels else { return };
        let ended = channels.iter().position(|channel| channel.is_in(&hangup.message()));
        if let Some(at) = ended {
            channels.remove(at);
            self.found.push(hangup);
        }
    }
}

impl Channel {
    /// Returns whether the event is about this channel.
    fn is_in(&self, event: &Message<'_>) -> bool {
        match &self.unique_id {
            Some(id) => event.get("Uniqueid").is_some_and(|own| own.as_bytes() == id),
            None => event.get("Channel").is_some_and(|name| name.as_bytes() == self.name),
        }
    }
}

/// Adds an event to those that are remembered, and forgets the oldest if they are too many.
fn push<T>(events: &mut VecDeque<T>, event: T) {
    if events.len() >= REMEMBERED {
        events.pop_front();
    }
    events.push_back(event);
}

/// Returns the unique id, unless the server has printed that there is none.
fn unique_id(event: &Message<'_>) -> Option<Vec<u8>> {
    let is_known = |id: &Value<'_>| !id.is_empty() && id.as_bytes().first() != Some(&b'<');
    event.get("Uniqueid").filter(is_known).map(|id| id.as_bytes().into())
}

/// Returns the name of the other half of a Local channel. Asterisk 1.4 has a comma before the
/// number of the half, others a semicolon.
fn other_half(name: &[u8]) -> Option<Vec<u8>> {
    let [begin @ .., mark @ (b';' | b','), half @ (b'1' | b'2')] = name else { return None };
    let other = if *half == b'1' { b'2' } else { b'1' };
    name.starts_with(b"Local/").then(|| [begin, &[*mark, other]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the channels whose `Hangup` was found, after these events and the outcome at `|`.
    fn watch(events: &[&str]) -> (Vec<String>, bool) {
        let mut watch = Watch::default();
        for text in events {
            let bytes = format!("Event: {}\r\n\r\n", text.replace(' ', "\r\n").replace('=', ": "));
            let event = Message::parse(bytes.as_bytes()).unwrap();
            match event.name().is_some_and(|name| name == "OriginateResponse") {
                true => watch.answered(&event),
                false => watch.event(&event),
            }
        }
        let found = watch.hangups();
        (found.iter().map(|hangup| hangup.text("Channel").into_owned()).collect(), watch.has_ended())
    }

    #[test]
    fn a_call_ends_with_its_channels() {
        let answered = "OriginateResponse Channel=SIP/7-1 Uniqueid=9.1";
        assert_eq!(watch(&[answered, "Hangup Channel=SIP/7-2 Uniqueid=9.2"]), (vec![], false));
        // The channel was renamed, and its name was given to another one.
        let renamed = ["Hangup Channel=SIP/7-1 Uniqueid=9.2", "Hangup Channel=SIP/8-1 Uniqueid=9.1"];
        assert_eq!(watch(&[answered, renamed[0], renamed[1]]), (vec!["SIP/8-1".into()], true));
        // It ended before the outcome was reported.
        assert_eq!(watch(&[renamed[0], renamed[1], answered]), (vec!["SIP/8-1".into()], true));
        let unknown = "OriginateResponse Channel=SIP/7-1 Uniqueid=<null>";
        assert_eq!(watch(&[unknown, renamed[0]]), (vec!["SIP/7-1".into()], true));
    }

    #[test]
    fn a_local_channel_has_two_halves() {
        for mark in [";", ","] {
            let name = |half: &str| format!("Local/1@a-9{mark}{half}");
            let created = format!("Newchannel Channel={} Uniqueid=9.2", name("2"));
            let answered = format!("OriginateResponse Channel={} Uniqueid=9.1", name("1"));
            let first = format!("Hangup Channel={} Uniqueid=9.1", name("1"));
            let second = format!("Hangup Channel={} Uniqueid=9.2", name("2"));
            assert_eq!(watch(&[&answered, &first]), (vec![name("1")], false));
            assert_eq!(watch(&[&answered, &first, &second]), (vec![name("1"), name("2")], true));
            assert_eq!(watch(&[&second, &answered, &first]), (vec![name("2"), name("1")], true));
            let renamed = "Hangup Channel=SIP/1<ZOMBIE> Uniqueid=9.2";
            let names = vec![name("1"), "SIP/1<ZOMBIE>".into()];
            assert_eq!(watch(&[&created, &answered, &first, renamed]), (names, true));
        }
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut watch = Watch::default();
        for number in 0..3 * REMEMBERED {
            for event in ["Hangup", "Newchannel"] {
                let bytes =
                    format!("Event: {event}\r\nChannel: Local/{number};1\r\nUniqueid: {number}\r\n\r\n");
                watch.event(&Message::parse(bytes.as_bytes()).unwrap());
            }
        }
        assert_eq!((watch.earlier.len(), watch.local.len()), (REMEMBERED, REMEMBERED));
    }
}
