use super::{Action, Classes, Completion};
use crate::wire::{EncodeError, HeaderWriter, Value};

/// An event of one's own making, for every user that may read the class user. Its headers arrive as they are given.
///
/// Asterisk 1.4 and later.
///
/// ```
/// use embedded_ami::action::UserEvent;
/// let door = UserEvent::new("Door", &[("State", "open"), ("Floor", "2")]);
/// ```
#[derive(Clone, Copy)]
pub struct UserEvent<'a, V> {
    event: &'a str,
    headers: &'a [(&'a str, V)],
}

impl<'a, V: AsRef<[u8]>> UserEvent<'a, V> {
    /// Any of these classes is needed to do it.
    pub const CLASSES: Classes = Classes::USER;

    /// The event of that name, with these headers.
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
        self.headers.iter().try_for_each(|(name, value)| out.header(name, value))
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

/// Filters the events of this connection. There is no way to remove a filter: what is added stays until the connection
/// ends. With filters that include, only events that one of them matches come; those that exclude take away from that.
///
/// Asterisk 10 and later.
#[derive(Clone, Copy)]
pub struct Filter<'a> {
    excludes: bool,
    pattern: Value<'a>,
    criteria: Option<Value<'a>>,
}

impl<'a> Filter<'a> {
    /// Any of these classes is needed to do it.
    pub const CLASSES: Classes = Classes::SYSTEM;

    /// Events whose whole text matches this extended regular expression of POSIX are to come.
    pub fn include(pattern: impl Into<Value<'a>>) -> Self {
        Self { excludes: false, pattern: pattern.into(), criteria: None }
    }

    /// Events whose whole text matches this extended regular expression of POSIX are not to come.
    pub fn exclude(pattern: impl Into<Value<'a>>) -> Self {
        Self { excludes: true, pattern: pattern.into(), criteria: None }
    }

    /// By criteria, as in `name(Newexten),header(Channel),method(starts_with),action(exclude)`, and what
    /// they look for, which may be empty. Asterisk 18.26, 20.11, 21.6, 22.1 and later.
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
        let sign: &[u8] = if self.excludes { b"!" } else { b"" };
        out.header_parts("Filter", &[sign, self.pattern.as_bytes()])
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}
