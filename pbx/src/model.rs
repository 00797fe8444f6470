//! The data that channels, calls and variables share.

use std::time::Duration;

use embedded_ami::io::blocking::server::ConnectionId;

pub(crate) use crate::parse::Bytes;
use crate::parse::{compact_number, unquoted};

/// Somebody's number and name.
#[derive(Clone, Default)]
pub(crate) struct Party {
    pub(crate) number: Bytes,
    pub(crate) name: Bytes,
}

impl Party {
    /// As in `"Reception" <100>`, `100` or `Reception`.
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

    /// As in `"Reception" <100>`.
    pub(crate) fn text(&self) -> Bytes {
        [b"\"", &self.name[..], b"\" <", &self.number, b">"].concat()
    }
}

/// Names and values, in the order in which they were set first.
#[derive(Default)]
pub(crate) struct Variables(Vec<(Bytes, Bytes)>);

impl Variables {
    /// Without the underscores that say who inherits it.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&Bytes> {
        self.0
            .iter()
            .find(|(own, _)| without_underscores(own) == without_underscores(name))
            .map(|(_, value)| value)
    }

    /// Says whether there was room.
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

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (without_underscores(name), &value[..]))
    }
}

fn without_underscores(name: &[u8]) -> &[u8] {
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.strip_prefix(b"_").unwrap_or(name)
}

/// A call that is to be made.
pub(crate) struct Dial {
    /// As in `Local/102@test`.
    pub(crate) channel: Bytes,
    pub(crate) goal: Goal,
    pub(crate) caller: Party,
    pub(crate) account: Bytes,
    pub(crate) variables: Vec<(Bytes, Bytes)>,
    pub(crate) ring: Duration,
    /// The unique ids that the channels are to have.
    pub(crate) ids: [Option<Bytes>; 2],
    pub(crate) report: Report,
    /// When to give up.
    pub(crate) deadline: Duration,
}

/// What the channel is connected with when it has answered.
pub(crate) enum Goal {
    Extension { context: Bytes, exten: Bytes, priority: u32 },
    Application { name: Bytes, data: Bytes },
}

/// Who is told the outcome.
pub(crate) enum Report {
    /// Everybody, with an event.
    Event { action_id: Option<Bytes> },
    /// The connection that waits for its answer.
    Connection(ConnectionId),
}

/// Outcomes, as in `Reason`.
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
