use core::fmt;

use crate::action::{Key, Md5};
use crate::wire::HeaderWriter;

/// A user name, its secret, the way to log in, and the events to receive.
///
/// The secret is borrowed and not copied. Without [`events`](Credentials::events) the server sends
/// no events.
///
/// ```
/// use embedded_ami::client::Credentials;
/// # fn hardware_md5(parts: &[&[u8]]) -> [u8; 16] { [0; 16] }
///
/// // With an MD5 implementation of the application, for example in hardware, also in a `static`:
/// static OPERATOR: Credentials =
///     Credentials::with_md5("operator", "secret", hardware_md5).events("call,agent");
/// # #[cfg(feature = "md5")] {
/// // With the crate's own, and without events:
/// let script = Credentials::new("script", "secret");
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    username: &'a [u8],
    pub(crate) secret: &'a [u8],
    /// `None` if the secret is sent in the clear.
    pub(super) md5: Option<Md5>,
    events: &'a str,
}

impl<'a> Credentials<'a> {
    /// Creates credentials for an MD5 challenge login, in which the secret is not sent.
    #[cfg(feature = "md5")]
    #[must_use]
    pub const fn new(username: &'a str, secret: &'a str) -> Self {
        Self::with_md5(username, secret, crate::action::md5)
    }

    /// Creates credentials for an MD5 challenge login that uses an MD5 implementation of the
    /// application.
    #[must_use]
    pub const fn with_md5(username: &'a str, secret: &'a str, md5: Md5) -> Self {
        Self::from_bytes(username.as_bytes(), secret.as_bytes(), Some(md5))
    }

    /// Creates credentials for a login that sends the secret in the clear, to any peer that sends a
    /// banner. Use this only over a connection that no third party can read.
    #[must_use]
    pub const fn plain(username: &'a str, secret: &'a str) -> Self {
        Self::from_bytes(username.as_bytes(), secret.as_bytes(), None)
    }

    /// Creates credentials from bytes that need not be UTF-8. Without an MD5 implementation the
    /// secret is sent in the clear.
    #[must_use]
    pub const fn from_bytes(username: &'a [u8], secret: &'a [u8], md5: Option<Md5>) -> Self {
        Self { username, secret, md5, events: "off" }
    }

    /// Sets the events to receive: `on` for all that the user may read, `off`, or a comma-separated
    /// list of classes such as `call,user`.
    /// [`Classes::from_mask`](crate::classes::Classes::from_mask) explains how Asterisk reads this
    /// mask.
    #[must_use]
    pub const fn events(mut self, mask: &'a str) -> Self {
        self.events = mask;
        self
    }

    /// Returns whether the mask can include events at all. Only an explicit word for no is certain
    /// to exclude them.
    #[cfg(feature = "std")]
    pub(crate) fn wants_events(&self) -> bool {
        use crate::classes::Classes;
        use crate::wire::Value;

        Classes::from_mask(Value::from(self.events)).is_none_or(|classes| !classes.is_empty())
    }

    /// Returns whether `FullyBooted`, an event of the class system, can arrive. In doubt this
    /// returns true, because a mask need not be a list of labels. It can also have `all`, `on`,
    /// `yes` and `true`, numbers, and prefixes of labels.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn may_see_boot(&self) -> bool {
        // The first two bytes of such words. After a word of one byte there is a comma.
        const BEGINS: &[u8; 18] = b"syalonyetrs,a,y,t,";
        let mask = self.events.as_bytes();
        let mut last = u32::from(b',');
        (0..mask.len().saturating_add(2)).any(|at| {
            last = last.wrapping_shl(8) | u32::from(mask.get(at).copied().unwrap_or(b','));
            let [_, before, first, second] = last.to_be_bytes();
            let word = [first | 0x20, second | 0x20];
            // Words that begin with a digit are numbers, of which 0 excludes all events.
            before == b','
                && (first <= b'9' && word != *b"0," || BEGINS.chunks_exact(2).any(|begin| begin == word))
        })
    }

    /// Returns whether a challenge must be requested before the login.
    pub(super) fn asks(&self, key: Option<&Key>) -> bool {
        self.md5.is_some() && key.is_none()
    }

    /// Writes the headers of a `Challenge` if one must be [requested](Credentials::asks), else
    /// those of a `Login`. With a key it answers a challenge; without one it sends the secret in
    /// the clear.
    pub(super) fn write(&self, key: Option<&Key>, out: &mut HeaderWriter<'_>) {
        let asks = self.asks(key);
        if !asks {
            out.field("Username", self.username);
        }
        if self.md5.is_some() {
            out.field("AuthType", b"MD5");
        }
        if asks {
            return;
        }
        match key {
            Some(key) => out.hex("Key", key.as_bytes()),
            None => out.field("Secret", self.secret),
        }
        out.field("Events", self.events.as_bytes());
    }
}

impl fmt::Debug for Credentials<'_> {
    /// Never prints the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("events", &self.events).finish_non_exhaustive()
    }
}
