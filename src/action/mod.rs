//! Actions: what a client asks of Asterisk.

mod login;

use core::fmt;

#[cfg(feature = "md5")]
pub use login::md5;
pub use login::{Challenge, Key, Login};

use crate::wire::{EncodeError, HeaderWriter, Outbox};

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
}

/// Any action, by its name and headers.
///
/// Values are written as they are; a `Variable` of Originate wants
/// [`HeaderWriter::variable`] instead, if its value may hold commas or quotes.
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
}

impl<'a, V: AsRef<[u8]>> Raw<'a, V> {
    /// The action of that name, with these headers behind `Action` and `ActionID`.
    pub const fn new(name: &'a str, headers: &'a [(&'a str, V)]) -> Self {
        Self { name, headers }
    }
}

impl<'a> Raw<'a, &'a str> {
    /// The action of that name, without headers of its own.
    pub const fn bare(name: &'a str) -> Self {
        Self { name, headers: &[] }
    }
}

impl<V: AsRef<[u8]>> Action for Raw<'_, V> {
    fn name(&self) -> &str {
        self.name
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        self.headers.iter().try_for_each(|(name, value)| out.header(name, value))
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

/// Writes an action whole, or nothing: `Action` and `ActionID` first, since for both the
/// first header of a request counts.
///
/// # Errors
///
/// Those of [`Outbox::write`].
pub fn write<A, B>(action: &A, action_id: &str, outbox: &mut Outbox<B>) -> Result<(), EncodeError>
where
    A: Action + ?Sized,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    outbox.write(|message| {
        message.header("Action", action.name())?;
        message.header("ActionID", action_id)?;
        message.set_request();
        action.headers(message)
    })
}
