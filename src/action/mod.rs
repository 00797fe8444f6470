//! Actions: what a client asks of Asterisk.

mod call;
mod completion;
mod config;
mod login;
#[macro_use]
mod macros;
#[cfg(feature = "md5")]
mod md5;

mod sets;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod user;

use core::fmt;

pub use call::{Originate, Redirect};
pub use completion::Reply;
pub use config::{Change, UpdateConfig};
pub(crate) use login::login;
pub use login::{Challenge, Key, Login, Md5};
#[cfg(feature = "md5")]
pub use md5::md5;
pub use sets::{
    AckCall, AocBillingId, AocChargeType, AocChargedItem, AocChargingType, AocMessageType, AocMultiplier,
    AocRateType, AocTimeScale, AocTotalType, AocVolumeUnit, Control, DebugLevel, Direction, LoadType, OnOff,
    Side, Tone, YesNo,
};
pub use user::{Filter, UserEvent};

use crate::classes::Classes;
use crate::wire::{EncodeError, HeaderWriter, Outbox};

table::actions_table!(actions);
debug_names! { Filter Originate Redirect UpdateConfig UserEvent<V> }

/// What is known of an action of Asterisk's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The name, as in `Originate`.
    pub name: &'static str,
    /// Any of these classes is needed to do it, where there are any; up to Asterisk 1.4 all of them.
    pub classes: Classes,
    /// How its answer ends.
    pub reply: Reply,
}

/// Every action of Asterisk 1.0 to 22.
///
/// ```
/// use embedded_ami::action::{self, Reply};
/// use embedded_ami::classes::Classes;
/// let queue_add = action::all().find(|info| info.name == "QueueAdd").unwrap();
/// assert_eq!((queue_add.classes, queue_add.reply), (Classes::AGENT, Reply::Response));
/// ```
pub fn all() -> impl Iterator<Item = Info> {
    let one = |name, classes| Info { name, classes, reply: Reply::Response };
    let by_hand = [
        one("Challenge", Classes::NONE),
        one("Filter", Filter::CLASSES),
        one("Login", Classes::NONE),
        one("Originate", Originate::CLASSES),
        one("Redirect", Redirect::CLASSES),
        one("UpdateConfig", UpdateConfig::CLASSES),
        one("UserEvent", UserEvent::<&str>::CLASSES),
    ];
    TABLE.iter().copied().chain(by_hand)
}

/// A row of the table of actions.
#[cfg(test)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Header, kind, and whether it is required.
    pub(crate) parameters: &'static [(&'static str, &'static str, bool)],
    /// Writes the action with all its parameters.
    pub(crate) write: fn(&str, &mut Outbox<std::vec::Vec<u8>>) -> Result<(), EncodeError>,
}

/// Something Asterisk can be asked to do. Implement it for actions of your own.
pub trait Action {
    /// The name, as in `Action: Originate`.
    fn name(&self) -> &str;

    /// Writes the headers other than `Action` and `ActionID`.
    ///
    /// # Errors
    ///
    /// Those of [`HeaderWriter`].
    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError>;

    /// How the answer ends. Without one of its own, an action of Asterisk's has that of the table behind [`Reply::of`],
    /// which takes 3 KB of flash.
    fn reply(&self) -> Reply {
        Reply::of(self.name())
    }
}

/// Any action, by its name and headers.
///
/// Values are written as they are; a channel variable whose value may hold commas or quotes wants
/// [`Originate::variables`], or [`HeaderWriter::variable`] in [`from_fn`].
///
/// ```
/// use embedded_ami::action::{self, Raw};
/// use embedded_ami::wire::{Outbox, Recipient};
/// let mut outbox = Outbox::new([0; 128], Recipient::Asterisk);
/// let hangup = Raw::new("Hangup", &[("Channel", "SIP/7-1"), ("Cause", "16")]);
/// action::write(&hangup, "a-1", &mut outbox)?;
/// assert_eq!(outbox.pending(), b"Action: Hangup\r\nActionID: a-1\r\nChannel: SIP/7-1\r\nCause: 16\r\n\r\n");
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Raw<'a, V> {
    name: &'a str,
    headers: &'a [(&'a str, V)],
    reply: Option<Reply>,
}

impl<'a, V: AsRef<[u8]>> Raw<'a, V> {
    /// The action of that name, with these headers behind `Action` and `ActionID`.
    pub const fn new(name: &'a str, headers: &'a [(&'a str, V)]) -> Self {
        Self { name, headers, reply: None }
    }

    /// The same, with an answer that ends so instead of as [`Reply::of`] the name says.
    #[must_use]
    pub const fn replied(mut self, reply: Reply) -> Self {
        self.reply = Some(reply);
        self
    }
}

impl<'a> Raw<'a, &'a str> {
    /// The action of that name, without headers of its own.
    pub const fn bare(name: &'a str) -> Self {
        Self { name, headers: &[], reply: None }
    }
}

impl<V: AsRef<[u8]>> Action for Raw<'_, V> {
    fn name(&self) -> &str {
        self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.headers.iter().try_for_each(|(name, value)| out.header(name, value))
    }

    fn reply(&self) -> Reply {
        self.reply.unwrap_or_else(|| Reply::of(self.name))
    }
}

impl<V> fmt::Debug for Raw<'_, V> {
    /// The names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple(self.name);
        for (name, _) in self.headers {
            tuple.field(name);
        }
        tuple.finish()
    }
}

/// An action whose headers a function writes: for numbers, channel variables, or what is repeated.
///
/// ```
/// use embedded_ami::action;
/// use embedded_ami::wire::{Outbox, Recipient};
/// let call = action::from_fn("Originate", |headers| {
///     headers.header("Channel", "SIP/7")?;
///     headers.header("Application", "Wait")?;
///     headers.number("Timeout", 20_000)?;
///     headers.variable("GREETING", "hello, world")
/// });
/// let mut outbox = Outbox::new([0; 256], Recipient::Asterisk);
/// action::write(&call, "a-1", &mut outbox)?;
/// assert!(outbox.pending().ends_with(b"Timeout: 20000\r\nVariable: GREETING=hello\\, world\r\n\r\n"));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
pub const fn from_fn<F>(name: &str, headers: F) -> FromFn<'_, F>
where
    F: Fn(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
{
    FromFn { name, headers }
}

/// The action of [`from_fn`].
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.name).finish()
    }
}

/// Writes an action whole, or nothing: `Action` and `ActionID` first, since for both the
/// first header of a request counts.
///
/// # Errors
///
/// Those of [`Outbox::write`].
pub fn write<A, B>(action: &A, action_id: impl AsRef<[u8]>, outbox: &mut Outbox<B>) -> Result<(), EncodeError>
where
    A: Action + ?Sized,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    outbox.write(|message| {
        message.begin_request(action.name(), action_id.as_ref());
        action.headers(message)
    })
}
