//! Types that channels, calls and variables share.

use std::time::Duration;

use embedded_ami::io::blocking::server::ConnectionId;

pub(crate) use crate::parse::Bytes;
use crate::parse::{compact_number, unquoted};

/// The number and name of a caller.
#[derive(Clone, Default)]
pub(crate) struct Party {
    pub(crate) number: Bytes,
    pub(crate) name: Bytes,
}

impl Party {
    /// Parses a caller ID, as in `"Reception" <100>`, `100` or `Reception`.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let text = text.trim_ascii();
        if let (Some(open), true) = (text.iter().rposition(|&byte| byte == b'<'), text.ends_with(b">")) {
            let (name, number) = text.split_at(open);
            let number = number.get(1..number.len().saturating_sub(1)).unwrap_or_default();
            return Self { number: compact_number(number), name: unquoted(name.trim_ascii()) };
        }
        let number = compact_number(text);
        let is_number = !number.is_empty() && number.iter().all(|byte| b"0123456789*#+".contains(byte));
        match is_number {
            true => Self { number, name: Bytes::new() },
            false => Self { number: Bytes::new(), name: unquoted(text) },
        }
    }

    /// Returns whether neither the number nor the name is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.number.is_empty() && self.name.is_empty()
    }

    /// Returns the caller ID as one text, as in `"Reception" <100>`.
    pub(crate) fn text(&self) -> Bytes {
        [b"\"", &self.name[..], b"\" <", &self.number, b">"].concat()
    }
}

/// Variables, in the order in which they were first set.
#[derive(Default)]
pub(crate) struct Variables(Vec<(Bytes, Bytes)>);

impl Variables {
    /// Returns the value of a variable. Leading underscores of names, which control inheritance,
    /// are ignored.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&Bytes> {
        self.0
            .iter()
            .find(|(own, _)| without_underscores(own) == without_underscores(name))
            .map(|(_, value)| value)
    }

    /// Sets a variable. Returns false if it is new and there are already `max` variables.
    pub(crate) fn set(&mut self, name: &[u8], value: &[u8], max: usize) -> bool {
        if let Some((own, old)) =
            self.0.iter_mut().find(|(own, _)| without_underscores(own) == without_underscores(name))
        {
            *own = name.into();
            *old = value.into();
            return true;
        }
        let has_room = self.0.len() < max;
        if has_room {
            self.0.push((name.into(), value.into()));
        }
        has_room
    }

    /// Returns names, without underscores, and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (without_underscores(name), &value[..]))
    }
}

/// Returns a name without up to two leading underscores.
fn without_underscores(name: &[u8]) -> &[u8] {
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.strip_prefix(b"_").unwrap_or(name)
}

/// A call, as requested by `Originate`.
pub(crate) struct Dial {
    /// The channel to call, as in `Local/102@test`.
    pub(crate) channel: Bytes,
    pub(crate) goal: Goal,
    pub(crate) caller: Party,
    pub(crate) account: Bytes,
    pub(crate) variables: Vec<(Bytes, Bytes)>,
    /// The time limit for an answer.
    pub(crate) ring: Duration,
    /// The unique ids for the two channels, if the request gives them.
    pub(crate) ids: [Option<Bytes>; 2],
    pub(crate) report: Report,
    /// The time at which the call is given up, set when it starts.
    pub(crate) deadline: Duration,
}

/// The extension or application that the channel is connected to after it answers.
pub(crate) enum Goal {
    Extension { context: Bytes, exten: Bytes, priority: u32 },
    Application { name: Bytes, data: Bytes },
}

/// The way in which the outcome is reported.
pub(crate) enum Report {
    /// By an event.
    Event { action_id: Option<Bytes> },
    /// By the delayed answer to the request of this connection.
    Connection(ConnectionId),
}

/// The outcome of a call, as in the header `Reason`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Failed,
    HungUp,
    NoAnswer,
    Answered,
    Busy,
    Congestion,
}

impl Reason {
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Failed => "0",
            Self::HungUp => "1",
            Self::NoAnswer => "3",
            Self::Answered => "4",
            Self::Busy => "5",
            Self::Congestion => "8",
        }
    }
}
