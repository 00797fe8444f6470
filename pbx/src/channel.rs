//! Channels and their states.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{Bytes, Dial, Party, Variables};

/// The largest number of channels at a time.
pub(crate) const MAX_CHANNELS: usize = 400;

/// The identifier of a channel within the PBX. Later channels have greater keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64);

/// The state of a channel, as in `ChannelState`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Down,
    Ring,
    Ringing,
    Up,
    Busy,
}

impl State {
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Down => "0",
            Self::Ring => "4",
            Self::Ringing => "5",
            Self::Up => "6",
            Self::Busy => "7",
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::Ring => "Ring",
            Self::Ringing => "Ringing",
            Self::Up => "Up",
            Self::Busy => "Busy",
        }
    }
}

/// The next step of a channel, which happens when it is due.
#[derive(Clone, Copy)]
pub(crate) enum Next {
    /// None: the channel waits for something else to happen.
    Nothing,
    /// Run the application at this priority of the current extension.
    Priority(u32),
    /// Run the application that `Originate` named.
    Application,
    /// Make the phone of the channel ring, and plan the answer if `is_answered`.
    Ring { is_answered: bool },
    /// Answer the call.
    Answer,
    /// Refuse the call: the phone is busy.
    Busy,
    /// Refuse the call: the network is busy.
    Congestion,
    /// Hang up with this cause of Q.850.
    Hangup(u8),
    /// Hang up after the end of the application.
    End,
}

pub(crate) struct Channel {
    pub(crate) name: Bytes,
    pub(crate) unique_id: Bytes,
    pub(crate) linked_id: Bytes,
    pub(crate) technology: &'static str,
    pub(crate) state: State,
    pub(crate) caller: Party,
    pub(crate) connected: Party,
    pub(crate) language: Bytes,
    pub(crate) account: Bytes,
    pub(crate) context: Bytes,
    pub(crate) exten: Bytes,
    pub(crate) priority: u32,
    pub(crate) application: Bytes,
    pub(crate) data: Bytes,
    pub(crate) variables: Variables,
    /// The other half of a Local channel.
    pub(crate) peer: Option<Key>,
    /// The call that the channel was created for, until it is answered.
    pub(crate) dial: Option<Box<Dial>>,
    pub(crate) next: Next,
    /// The time at which `next` is due, or `None` for never.
    pub(crate) wake: Option<Duration>,
    pub(crate) created: Duration,
    /// Whether the channel runs the dialplan. Such channels are counted as calls.
    pub(crate) is_call: bool,
}

impl Channel {
    pub(crate) fn new(name: Bytes, technology: &'static str, unique_id: Bytes, linked_id: Bytes) -> Self {
        Self {
            name,
            unique_id,
            linked_id,
            technology,
            state: State::Down,
            caller: Party::default(),
            connected: Party::default(),
            language: b"en".into(),
            account: Bytes::new(),
            context: b"default".into(),
            exten: b"s".into(),
            priority: 1,
            application: Bytes::new(),
            data: Bytes::new(),
            variables: Variables::default(),
            peer: None,
            dial: None,
            next: Next::Nothing,
            wake: None,
            created: Duration::ZERO,
            is_call: false,
        }
    }

    /// Sets the next step and the time at which it is due.
    pub(crate) fn plan(&mut self, next: Next, wake: Duration) {
        self.next = next;
        self.wake = Some(wake);
    }
}

/// All channels, oldest first.
#[derive(Default)]
pub(crate) struct Channels {
    map: BTreeMap<Key, Channel>,
    made: u64,
}

impl Channels {
    pub(crate) fn add(&mut self, channel: Channel) -> Key {
        self.made = self.made.saturating_add(1);
        let key = Key(self.made);
        self.map.insert(key, channel);
        key
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Channel> {
        self.map.get(&key)
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Channel> {
        self.map.get_mut(&key)
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<Channel> {
        self.map.remove(&key)
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &Channel)> {
        self.map.iter().map(|(&key, channel)| (key, channel))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Channel> {
        self.map.values()
    }

    /// Returns the channel with this name, in any case of ASCII letters, or else with this unique
    /// id.
    pub(crate) fn find(&self, name: &[u8]) -> Option<Key> {
        let named = self.iter().find(|(_, channel)| channel.name.eq_ignore_ascii_case(name));
        let known = named.or_else(|| self.iter().find(|(_, channel)| channel.unique_id == name));
        known.map(|(key, _)| key)
    }
}

/// Returns the text, or `<unknown>` in place of an empty number or name, as Asterisk does.
pub(crate) fn or_unknown(text: &[u8]) -> &[u8] {
    if text.is_empty() { b"<unknown>" } else { text }
}
