//! Channels, and how events describe them.

use std::collections::BTreeMap;
use std::time::Duration;

use embedded_ami::wire::{EncodeError, HeaderWriter};

use super::originate::Dial;
use super::variables::{self, Variables};
use super::{Bytes, Pbx};

/// The most channels at a time.
pub(super) const MOST: usize = 400;

/// Names a channel within the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Down,
    Ring,
    Ringing,
    Up,
    Busy,
}

impl State {
    pub(super) fn number(self) -> &'static str {
        match self {
            Self::Down => "0",
            Self::Ring => "4",
            Self::Ringing => "5",
            Self::Up => "6",
            Self::Busy => "7",
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::Ring => "Ring",
            Self::Ringing => "Ringing",
            Self::Up => "Up",
            Self::Busy => "Busy",
        }
    }
}

/// Somebody's number and name.
#[derive(Clone, Default)]
pub(super) struct Party {
    pub(super) number: Bytes,
    pub(super) name: Bytes,
}

impl Party {
    /// As in `"Reception" <100>`, `100` or `Reception`.
    pub(super) fn parse(text: &[u8]) -> Self {
        let text = text.trim_ascii();
        if let (Some(open), true) = (text.iter().rposition(|&byte| byte == b'<'), text.ends_with(b">")) {
            let (name, number) = text.split_at(open);
            let number = number.get(1..number.len().saturating_sub(1)).unwrap_or_default();
            return Self { number: shrunk(number), name: unquoted(name.trim_ascii()) };
        }
        let number = shrunk(text);
        let is_number = !number.is_empty() && number.iter().all(|byte| b"0123456789*#+".contains(byte));
        match is_number {
            true => Self { number, name: Bytes::new() },
            false => Self { number: Bytes::new(), name: unquoted(text) },
        }
    }

    /// As in `"Reception" <100>`.
    pub(super) fn text(&self) -> Bytes {
        [b"\"", &self.name[..], b"\" <", &self.number, b">"].concat()
    }
}

/// A number without the blanks, brackets, dots and dashes that people put into it.
fn shrunk(number: &[u8]) -> Bytes {
    let is_number = number.iter().all(|byte| b"0123456789*#+ ().-".contains(byte));
    number.iter().copied().filter(|byte| !is_number || !b" ().-".contains(byte)).collect()
}

/// What stands between quotes, if there are any; a backslash stands before a quote that belongs to it.
fn unquoted(name: &[u8]) -> Bytes {
    let Some(inner) = name.strip_prefix(b"\"") else { return name.into() };
    let mut plain = Bytes::new();
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => plain.extend(bytes.next()),
            _ => plain.push(byte),
        }
    }
    plain
}

/// What a channel does next, when it is woken.
#[derive(Clone, Copy)]
pub(super) enum Next {
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

pub(super) struct Channel {
    pub(super) name: Bytes,
    pub(super) unique_id: Bytes,
    pub(super) linked_id: Bytes,
    pub(super) technology: &'static str,
    pub(super) state: State,
    pub(super) caller: Party,
    pub(super) connected: Party,
    pub(super) language: Bytes,
    pub(super) account: Bytes,
    pub(super) context: Bytes,
    pub(super) exten: Bytes,
    pub(super) priority: u32,
    pub(super) application: Bytes,
    pub(super) data: Bytes,
    pub(super) variables: Variables,
    /// The other half of a Local channel.
    pub(super) peer: Option<Key>,
    /// The call that it is made for, until that is answered.
    pub(super) dial: Option<Box<Dial>>,
    pub(super) next: Next,
    /// When; never without.
    pub(super) wake: Option<Duration>,
    pub(super) created: Duration,
    /// It runs the dialplan.
    pub(super) is_call: bool,
}

impl Channel {
    pub(super) fn new(name: Bytes, technology: &'static str, unique_id: Bytes, linked_id: Bytes) -> Self {
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

    pub(super) fn plan(&mut self, next: Next, wake: Duration) {
        self.next = next;
        self.wake = Some(wake);
    }
}

/// The channels there are, oldest first.
#[derive(Default)]
pub(super) struct Channels {
    map: BTreeMap<Key, Channel>,
    made: u64,
}

impl Channels {
    pub(super) fn add(&mut self, channel: Channel) -> Key {
        self.made = self.made.saturating_add(1);
        let key = Key(self.made);
        self.map.insert(key, channel);
        key
    }

    pub(super) fn get(&self, key: Key) -> Option<&Channel> {
        self.map.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Channel> {
        self.map.get_mut(&key)
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Channel> {
        self.map.remove(&key)
    }

    pub(super) fn len(&self) -> usize {
        self.map.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Channel)> {
        self.map.iter().map(|(&key, channel)| (key, channel))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Channel> {
        self.map.values()
    }

    /// By its name, case ignored, or else its unique id.
    pub(super) fn find(&self, name: &[u8]) -> Option<Key> {
        let named = self.iter().find(|(_, channel)| channel.name.eq_ignore_ascii_case(name));
        let known = named.or_else(|| self.iter().find(|(_, channel)| channel.unique_id == name));
        known.map(|(key, _)| key)
    }
}

impl Pbx {
    /// The headers that describe a channel, each name with this prefix.
    pub(super) fn snapshot(
        &self,
        out: &mut HeaderWriter<'_>,
        prefix: &str,
        channel: &Channel,
    ) -> Result<(), EncodeError> {
        let mut put = |name: &str, value: &[u8]| out.cleaned(&format!("{prefix}{name}"), &[value]);
        put("Channel", &channel.name)?;
        put("ChannelState", channel.state.number().as_bytes())?;
        put("ChannelStateDesc", channel.state.text().as_bytes())?;
        put("CallerIDNum", known(&channel.caller.number))?;
        put("CallerIDName", &variables::escaped(known(&channel.caller.name)))?;
        put("ConnectedLineNum", known(&channel.connected.number))?;
        put("ConnectedLineName", &variables::escaped(known(&channel.connected.name)))?;
        put("Language", &channel.language)?;
        put("AccountCode", &channel.account)?;
        put("Context", &channel.context)?;
        put("Exten", &channel.exten)?;
        put("Priority", channel.priority.to_string().as_bytes())?;
        put("Uniqueid", &channel.unique_id)?;
        put("Linkedid", &channel.linked_id)?;
        for name in &self.shown_variables {
            let value = self.value(Some(channel), name.as_bytes()).unwrap_or_default();
            put("ChanVariable", &[name.as_bytes(), b"=", &variables::escaped(&value)].concat())?;
        }
        Ok(())
    }
}

/// What stands for an empty number or name.
pub(super) fn known(text: &[u8]) -> &[u8] {
    if text.is_empty() { b"<unknown>" } else { text }
}
