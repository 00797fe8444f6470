use core::fmt;

use crate::action::{Key, Md5, login};
use crate::wire::{HeaderWriter, is_same};

/// Who logs in, how, and which events it wants. The secret is borrowed, and kept nowhere else.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    username: &'a [u8],
    pub(super) secret: &'a [u8],
    /// None: the secret in the clear.
    pub(super) md5: Option<Md5>,
    events: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    /// An MD5 challenge login: the secret does not cross the wire.
    #[cfg(feature = "md5")]
    pub fn new(username: &'a (impl AsRef<[u8]> + ?Sized), secret: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::with_md5(username, secret, crate::action::md5)
    }

    /// An MD5 challenge login, with an implementation of MD5.
    pub fn with_md5(
        username: &'a (impl AsRef<[u8]> + ?Sized),
        secret: &'a (impl AsRef<[u8]> + ?Sized),
        md5: Md5,
    ) -> Self {
        Self { username: username.as_ref(), secret: secret.as_ref(), md5: Some(md5), events: None }
    }

    /// A login with the secret in the clear, for whoever answers with a banner.
    pub fn plain(username: &'a (impl AsRef<[u8]> + ?Sized), secret: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { username: username.as_ref(), secret: secret.as_ref(), md5: None, events: None }
    }

    /// Which events to get: `on`, `off`, or classes as in `call,user`. Without it, all that the user may read.
    #[must_use]
    pub fn events(mut self, mask: &'a str) -> Self {
        self.events = Some(mask);
        self
    }

    /// `FullyBooted` may come: it is of the class system. When in doubt it may, since a mask is more than a list of labels:
    /// `all`, `on`, `yes` and `true`, numbers, and what begins a label.
    pub(super) fn may_see_boot(&self) -> bool {
        let may = |word: &[u8]| match word {
            [first, second, ..] => {
                let mut begins = b"syalonyetr".chunks_exact(2);
                *first <= b'9' || begins.any(|begin| is_same(begin, &[*first, *second]))
            }
            [one] => matches!(one | 0x20, b's' | b'a' | b'y' | b't' | b'1'..=b'9'),
            [] => true,
        };
        self.events.is_none_or(|mask| mask.as_bytes().split(|&byte| byte == b',').any(may))
    }

    /// Writes the headers of the login that follows a challenge, or of the one in the clear that needs none.
    pub(super) fn login(&self, key: Option<&Key>, out: &mut HeaderWriter<'_>) {
        login(self.username, key.ok_or(self.secret), self.events, out);
    }
}

impl fmt::Debug for Credentials<'_> {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("events", &self.events).finish_non_exhaustive()
    }
}
