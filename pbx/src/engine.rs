//! The state of the PBX. It is kept in memory only.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use embedded_ami::classes::Classes;
use embedded_ami::io::blocking::server::{ConnectionId, Exchange};
use embedded_ami::server::SessionError;
use embedded_ami::wire::{EncodeError, HeaderWriter};

use crate::channel::{Channels, Key};
use crate::clock::Clock;
use crate::config::Config;
use crate::database::Database;
use crate::device::Devices;
use crate::filter::{Filter, Results};
use crate::model::{Bytes, Dial, Variables};
use crate::queue::{self, Queue};
use crate::security::Security;
use crate::version;

/// The version of Asterisk that the PBX reports.
pub(crate) const VERSION: &str = concat!("22-embedded-ami-", env!("CARGO_PKG_VERSION"));

/// The reason for which an action failed: the `Message` of a response of Error.
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

/// A connection whose user has logged in.
pub(crate) struct Session {
    /// The index of the user in [`Config`].
    pub(crate) user: usize,
    /// The filters that the session has added to those of its user.
    pub(crate) filters: Vec<Arc<Filter>>,
}

/// The state of the PBX. The server calls it as its service.
pub(crate) struct Engine {
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) ami_version: String,
    /// Whether the version is 1.0, in which some answers have other forms.
    pub(crate) is_first_version: bool,
    /// The permission classes of the actions, in the order of the table of actions.
    pub(crate) classes: Vec<Classes>,
    /// The names of the variables that events of channels show.
    pub(crate) shown_variables: Vec<String>,
    pub(crate) sessions: BTreeMap<ConnectionId, Session>,
    pub(crate) results: Results,
    /// The time of the server from which on a user, given by its index, may have another regular
    /// expression compiled.
    next_compilation: HashMap<usize, Duration>,
    pub(crate) channels: Channels,
    pub(crate) globals: Variables,
    pub(crate) database: Database,
    pub(crate) queues: Vec<Queue>,
    /// Calls that have not been started yet.
    pub(crate) dials: VecDeque<Dial>,
    /// Connections that wait for the outcome of their call: whether it was answered, or `None`
    /// while that is unknown.
    pub(crate) waiting: HashMap<ConnectionId, Option<bool>>,
    /// The lists that go on when their client has read enough, with the position of the last item
    /// written.
    pub(crate) lists: HashMap<ConnectionId, Position<'static>>,
    pub(crate) devices: Devices,
    pub(crate) security: Security,
    /// The time of the last `Reload`.
    pub(crate) reloaded: Duration,
    /// The number of unique ids that were given so far.
    pub(crate) ids: u32,
    /// The number of Local channels so far.
    pub(crate) locals: u32,
    /// The number of channels of phones so far.
    pub(crate) phones: u32,
    /// The number of calls so far.
    pub(crate) processed: u32,
}

impl Engine {
    /// Creates a PBX without channels. `classes` are those of the actions, in the order of the
    /// table of actions.
    pub(crate) fn new(config: Config, ami_version: &str, speed: u32, classes: Vec<Classes>) -> Self {
        let clock = Clock::new(speed);
        Self {
            classes,
            shown_variables: config.shown_variables.clone(),
            queues: queue::configured(&clock),
            clock,
            config,
            ami_version: ami_version.into(),
            is_first_version: version::parse(ami_version).is_some_and(|version| version < (1, 1)),
            sessions: BTreeMap::new(),
            results: Results::default(),
            next_compilation: HashMap::new(),
            channels: Channels::default(),
            globals: Variables::default(),
            database: Database::default(),
            dials: VecDeque::new(),
            waiting: HashMap::new(),
            lists: HashMap::new(),
            devices: Devices::default(),
            security: Security::default(),
            reloaded: Duration::ZERO,
            ids: 0,
            locals: 0,
            phones: 0,
            processed: 0,
        }
    }
}

/// A user whose regular expressions are compiled waits this many times as long as that takes, so
/// that the other users get most of the time.
const COMPILATION_PAUSE: u32 = 10;

impl Engine {
    /// Returns the position after which the list of a connection goes on, or `None` if it begins.
    pub(crate) fn resume(&mut self, exchange: &Exchange<'_>) -> Option<Position<'static>> {
        self.lists.remove(&exchange.connection())
    }

    /// Keeps the position after which the list of a connection goes on, unless it is complete.
    pub(crate) fn pause(&mut self, exchange: &Exchange<'_>, last: Option<Position<'static>>) {
        self.lists.extend(last.map(|last| (exchange.connection(), last)));
    }

    /// Compiles regular expressions for the user of a connection. Returns `None` if the user has to
    /// wait first. Do not answer the request then: the server calls the action again.
    pub(crate) fn compile<T>(&mut self, exchange: &Exchange<'_>, compile: impl FnOnce() -> T) -> Option<T> {
        let user = self.sessions.get(&exchange.connection())?.user;
        if self.next_compilation.get(&user).is_some_and(|next| exchange.now() < *next) {
            return None;
        }
        let start = Instant::now();
        let compiled = compile();
        let pause = start.elapsed().saturating_mul(COMPILATION_PAUSE);
        self.next_compilation.insert(user, exchange.now().saturating_add(pause));
        Some(compiled)
    }
}

/// The position of an item in a list, which does not change when other items come or go.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Position<'a> {
    Channel(Key),
    Path(Cow<'a, [u8]>),
    /// The index of a queue, and the number of one of its members, or 0 for the queue itself.
    Member(usize, u64),
    Number(usize),
}

impl Position<'_> {
    fn into_owned(self) -> Position<'static> {
        match self {
            Self::Channel(key) => Position::Channel(key),
            Self::Path(path) => Position::Path(Cow::Owned(path.into_owned())),
            Self::Member(queue, number) => Position::Member(queue, number),
            Self::Number(number) => Position::Number(number),
        }
    }
}

/// Answers with a list. Each item has its position and the name of its event; the items are sorted
/// by their positions. `put` writes the headers of an item.
///
/// Items that find no room in the queue of the connection are written later: the server calls the
/// action again when the client has read enough. `last` is the position of the last item written,
/// after which the list goes on, although items may have come and gone. It is `None` before the
/// first item and after the end of the list. Returns whether the list is complete.
pub(crate) fn list<'i, T>(
    exchange: &mut Exchange<'_>,
    last: &mut Option<Position<'static>>,
    text: &str,
    complete: &str,
    items: impl IntoIterator<Item = (Position<'i>, &'static str, T)>,
    put: impl Fn(&T, &mut HeaderWriter<'_>) -> Result<(), EncodeError>,
) -> Result<bool, SessionError> {
    let mut list = exchange.answer()?.list(text)?;
    let before = last.clone();
    for (position, name, item) in items {
        if before.as_ref().is_some_and(|before| position <= *before) {
            continue;
        }
        match list.entry(name, |out| put(&item, out)) {
            Err(EncodeError::Full) => return Ok(false),
            result => result?,
        }
        *last = Some(position.into_owned());
    }
    let count = list.entries();
    match list.complete(complete, |out| match complete {
        "StatusComplete" => out.header_int("Items", count.into()),
        _ => Ok(()),
    }) {
        Err(EncodeError::Full) => Ok(false),
        result => {
            *last = None;
            Ok(result.map(|()| true)?)
        }
    }
}
