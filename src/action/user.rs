//! The actions that send events and filter them.

use super::completion::Completion;
use super::request::Action;
use crate::classes::Classes;
use crate::wire::{EncodeError, HeaderWriter, Value};

/// Sends an event to every user who may read the class `user`. Its headers arrive unchanged; the
/// view of the event is [`event::UserEvent`](crate::event::UserEvent).
///
/// Asterisk 1.4 and later.
///
/// ```
/// use embedded_ami::action::{self, UserEvent};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let door = UserEvent::new("Door", &[("State", "open"), ("Floor", "2")]);
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// action::write(&door, "a-1", &mut outbox)?;
/// assert!(outbox.pending().ends_with(b"UserEvent: Door\r\nState: open\r\nFloor: 2\r\n\r\n"));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct UserEvent<'a, V> {
    event: &'a str,
    headers: &'a [(&'a str, V)],
}

impl<'a, V: AsRef<[u8]>> UserEvent<'a, V> {
    /// The privilege class of the action.
    pub const CLASSES: Classes = Classes::USER;

    /// Makes an action that sends the event of this name with these headers.
    pub const fn new(event: &'a str, headers: &'a [(&'a str, V)]) -> Self {
        Self { event, headers }
    }
}

impl<V: AsRef<[u8]>> Action for UserEvent<'_, V> {
    fn name(&self) -> &str {
        "UserEvent"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("UserEvent", self.event)?;
        self.headers.iter().try_for_each(|(name, value)| out.header_relayed(name, value))
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

/// Adds a filter for the events of this connection.
///
/// A filter stays until the connection ends; Asterisk has no way to remove one. If there are
/// filters that include, the server sends only events that match one of them. It never sends events
/// that match a filter that excludes.
///
/// Asterisk 10 and later.
///
/// ```
/// use embedded_ami::action::{self, Filter};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// action::write(&Filter::include("Channel: PJSIP/7-"), "a-1", &mut outbox)?;
/// action::write(&Filter::exclude("Event: RTCP"), "a-2", &mut outbox)?;
/// assert!(outbox.pending().ends_with(b"Operation: Add\r\nFilter: !Event: RTCP\r\n\r\n"));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Filter<'a> {
    excludes: bool,
    pattern: Value<'a>,
    criteria: Option<Value<'a>>,
}

impl<'a> Filter<'a> {
    /// The privilege class of the action.
    pub const CLASSES: Classes = Classes::SYSTEM;

    /// Makes a filter that includes events. The pattern is a POSIX extended regular expression,
    /// which is matched against the whole text of each event. A `!` at its beginning is written as
    /// `[!]`, which matches the same, because Asterisk would read it as the sign of a filter that
    /// excludes.
    pub fn include(pattern: impl Into<Value<'a>>) -> Self {
        Self { excludes: false, pattern: pattern.into(), criteria: None }
    }

    /// Makes a filter that excludes events. The pattern is a POSIX extended regular expression,
    /// which is matched against the whole text of each event.
    pub fn exclude(pattern: impl Into<Value<'a>>) -> Self {
        Self { excludes: true, pattern: pattern.into(), criteria: None }
    }

    /// Makes a filter with criteria; Asterisk 18.26, 20.11, 21.6, 22.1 and later.
    ///
    /// - `criteria` (header `MatchCriteria`): The event, its header and the comparison, as in
    ///   `name(Newexten),header(Channel),method(starts_with),action(exclude)`.
    /// - `pattern` (header `Filter`): The text to compare with, which may be empty.
    pub fn matching(criteria: impl Into<Value<'a>>, pattern: impl Into<Value<'a>>) -> Self {
        Self { excludes: false, pattern: pattern.into(), criteria: Some(criteria.into()) }
    }
}

impl Action for Filter<'_> {
    fn name(&self) -> &str {
        "Filter"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("Operation", "Add")?;
        if let Some(criteria) = self.criteria {
            out.header("MatchCriteria", criteria)?;
        }
        let pattern = self.pattern.as_bytes();
        let (sign, pattern): (&[u8], _) = match (self.excludes, self.criteria, pattern) {
            (true, ..) => (b"!", pattern),
            // Without criteria, a `!` at the beginning would make it a filter that excludes.
            (false, None, [b'!', rest @ ..]) => (b"[!]", rest),
            _ => (b"", pattern),
        };
        out.header_parts("Filter", &[sign, pattern])
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

debug_names! { Filter UserEvent<V> }
