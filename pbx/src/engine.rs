//! The state of the PBX, which is in memory only.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Exchange};
use embedded_ami::server::SessionError;
use embedded_ami::wire::{EncodeError, HeaderWriter};

use crate::channel::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::database::Database;
use crate::filter::Filter;
use crate::model::{Bytes, Dial, Variables};
use crate::queue::{self, Queue};

/// The version of Asterisk that the PBX reports.
pub(crate) const VERSION: &str = concat!("22-embedded-ami-", env!("CARGO_PKG_VERSION"));

/// The `Message` of an Error.
pub(crate) struct Refusal(Cow<'static, [u8]>);

impl From<&'static str> for Refusal {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<Bytes> for Refusal {
    fn from(text: Bytes) -> Self {
        Self(Cow::Owned(text))
    }
}

impl AsRef<[u8]> for Refusal {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Somebody who is logged in.
pub(crate) struct Session {
    /// Which of the users.
    pub(crate) user: usize,
    pub(crate) filters: Vec<Filter>,
}

pub(crate) struct Engine {
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) ami_version: String,
    /// The classes of the actions, in their order.
    pub(crate) classes: Vec<Classes>,
    /// The variables that events of channels show.
    pub(crate) shown_variables: Vec<String>,
    pub(crate) sessions: BTreeMap<ConnectionId, Session>,
    pub(crate) channels: Channels,
    pub(crate) globals: Variables,
    pub(crate) database: Database,
    pub(crate) queues: Vec<Queue>,
    /// Calls that are about to be made.
    pub(crate) dials: VecDeque<Dial>,
    /// Connections that wait for the outcome of their call, which is whether it was answered.
    pub(crate) waiting: HashMap<ConnectionId, Option<bool>>,
    /// How many unique ids, Local channels, phones' channels and calls there have been.
    pub(crate) ids: u32,
    pub(crate) locals: u32,
    pub(crate) phones: u32,
    pub(crate) processed: u32,
}

impl Engine {
    /// Classes are those of the actions, in the order of the dispatcher's list.
    pub(crate) fn new(config: Config, ami_version: &str, speed: u32, classes: Vec<Classes>) -> Self {
        let clock = Clock::new(speed);
        Self {
            classes,
            shown_variables: config.shown_variables.clone(),
            queues: queue::configured(&clock),
            clock,
            config,
            ami_version: ami_version.into(),
            sessions: BTreeMap::new(),
            channels: Channels::default(),
            globals: Variables::default(),
            database: Database::default(),
            dials: VecDeque::new(),
            waiting: HashMap::new(),
            ids: 0,
            locals: 0,
            phones: 0,
            processed: 0,
        }
    }
}

/// Answers with a list of these entries: name of the event, and what `put` writes.
///
/// What finds no room now is written when the PBX is asked again.
pub(crate) fn list<T>(
    exchange: &mut Exchange<'_>,
    text: &str,
    complete: &str,
    items: impl IntoIterator<Item = (&'static str, T)>,
    put: impl Fn(&T, &mut HeaderWriter<'_>) -> Result<(), EncodeError>,
) -> Result<(), SessionError> {
    let mut list = exchange.answer()?.list(text)?;
    let written = usize::try_from(list.entries()).unwrap_or(usize::MAX);
    for (name, item) in items.into_iter().skip(written) {
        match list.entry(name, |out| put(&item, out)) {
            Err(EncodeError::Full) => return Ok(()),
            result => result?,
        }
    }
    let count = list.entries();
    match list.complete(complete, |out| match complete {
        "StatusComplete" => out.header_int("Items", count.into()),
        _ => Ok(()),
    }) {
        Err(EncodeError::Full) => Ok(()),
        result => Ok(result?),
    }
}
