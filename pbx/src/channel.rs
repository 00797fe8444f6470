//! Channels.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{Bytes, Dial, Party, Variables};

/// The most channels at a time.
pub(crate) const MAX_CHANNELS: usize = 400;

/// Names a channel within the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64);

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

/// What a channel does next, when it is woken.
#[derive(Clone, Copy)]
pub(crate) enum Next {
    /// Nothing by itself.
    Nothing,
    /// The application at this priority.
    Priority(u32),
    /// The application that Originate named.
    Application,
    /// The phone behind the channel rings, and is answered some time later if anybody is there.
    Ring {
        is_answered: bool,
    },
    /// It is answered, says that it is busy, or that the network is.
    Answer,
    Busy,
    Congestion,
    /// Hangs up, with this cause.
    Hangup(u8),
    /// The application is over, and the channel with it.
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
    /// The call that it is made for, until that is answered.
    pub(crate) dial: Option<Box<Dial>>,
    pub(crate) next: Next,
    /// When; never without.
    pub(crate) wake: Option<Duration>,
    pub(crate) created: Duration,
    /// It runs the dialplan.
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

    pub(crate) fn plan(&mut self, next: Next, wake: Duration) {
        self.next = next;
        self.wake = Some(wake);
    }
}

/// The channels there are, oldest first.
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

    /// By its name, case ignored, or else its unique id.
    pub(crate) fn find(&self, name: &[u8]) -> Option<Key> {
        let named = self.iter().find(|(_, channel)| channel.name.eq_ignore_ascii_case(name));
        let known = named.or_else(|| self.iter().find(|(_, channel)| channel.unique_id == name));
        known.map(|(key, _)| key)
    }
}

/// What stands for an empty number or name.
pub(crate) fn or_unknown(text: &[u8]) -> &[u8] {
    if text.is_empty() { b"<unknown>" } else { text }
}
