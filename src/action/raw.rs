//! Actions that are given as a name and headers.

use core::fmt;

use super::completion::Completion;
use super::request::Action;
use crate::wire::{EncodeError, HeaderWriter};

/// An action given as its name and headers.
///
/// Values are written unchanged. For a channel variable whose value may contain commas or quotes,
/// use [`Originate::variables`](crate::action::Originate::variables), or
/// [`HeaderWriter::variable`] in [`from_fn`].
///
/// ```
/// use embedded_ami::action::{self, Raw};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// let hangup = Raw::new("Hangup", &[("Channel", "SIP/7-1"), ("Cause", "16")]);
/// action::write(&hangup, "a-1", &mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: Hangup\r\nActionID: a-1\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n"
/// );
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Raw<'a, V> {
    name: &'a str,
    headers: &'a [(&'a str, V)],
    completion: Option<Completion>,
}

impl<'a, V: AsRef<[u8]>> Raw<'a, V> {
    /// Makes an action of this name, with these headers after `Action` and `ActionID`.
    pub const fn new(name: &'a str, headers: &'a [(&'a str, V)]) -> Self {
        Self { name, headers, completion: None }
    }

    /// Sets the way in which the answer ends. Without it, [`Completion::for_action`] looks the name
    /// up.
    ///
    /// ```
    /// use embedded_ami::action::{Action, Raw, Completion};
    /// let all_of_7 = Raw::new("Hangup", &[("Channel", "/^SIP\\/7-/")])
    ///     .with_completion(Completion::List("ChannelsHungupListComplete"));
    /// assert_eq!(all_of_7.completion(), Completion::List("ChannelsHungupListComplete"));
    /// ```
    #[must_use]
    pub const fn with_completion(mut self, completion: Completion) -> Self {
        self.completion = Some(completion);
        self
    }
}

impl<'a> Raw<'a, &'a str> {
    /// Makes an action of this name, with no headers except `Action` and `ActionID`.
    ///
    /// ```
    /// use embedded_ami::action::{self, Raw};
    /// use embedded_ami::wire::{Outbox, Dialect};
    /// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
    /// action::write(&Raw::without_headers("Ping"), "a-1", &mut outbox)?;
    /// assert_eq!(outbox.pending(), b"Action: Ping\r\nActionID: a-1\r\n\r\n");
    /// # Ok::<(), embedded_ami::wire::EncodeError>(())
    /// ```
    pub const fn without_headers(name: &'a str) -> Self {
        Self { name, headers: &[], completion: None }
    }
}

impl<V: AsRef<[u8]>> Action for Raw<'_, V> {
    fn name(&self) -> &str {
        self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.headers.iter().try_for_each(|(name, value)| out.header(name, value))
    }

    fn completion(&self) -> Completion {
        self.completion.unwrap_or_else(|| Completion::for_action(self.name))
    }
}

impl<V> fmt::Debug for Raw<'_, V> {
    /// Prints only the names, because values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple(self.name);
        for (name, _) in self.headers {
            tuple.field(name);
        }
        tuple.finish()
    }
}

/// Makes an action whose headers are written by a function, for numbers, channel variables and
/// repeated headers.
///
/// ```
/// use embedded_ami::action;
/// use embedded_ami::wire::{Outbox, Dialect};
/// let call = action::from_fn("Originate", |headers| {
///     headers.header("Channel", "SIP/7")?;
///     headers.header("Application", "Wait")?;
///     headers.header_int("Timeout", 20_000)?;
///     headers.variable("GREETING", "hello, world")
/// });
/// let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// action::write(&call, "a-1", &mut outbox)?;
/// assert!(outbox.pending().ends_with(
///     b"Timeout: 20000\r\nVariable: GREETING=hello\\, world\r\n\r\n"
/// ));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
pub const fn from_fn<F>(name: &str, headers: F) -> FromFn<'_, F>
where
    F: Fn(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
{
    FromFn { name, headers }
}

/// An action whose headers are written by a function, from [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<'a, F> {
    name: &'a str,
    headers: F,
}

impl<F> Action for FromFn<'_, F>
where
    F: Fn(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
{
    fn name(&self) -> &str {
        self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        (self.headers)(out)
    }
}

impl<F> fmt::Debug for FromFn<'_, F> {
    /// Prints only the name, because values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.name).finish()
    }
}
