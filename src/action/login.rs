//! The actions that log in.

use core::fmt;

use super::completion::Completion;
use super::request::Action;
use crate::bytes::hex_digit;
use crate::wire::{EncodeError, HeaderWriter};

/// Requests the challenge of an MD5 login.
///
/// Answered by a response; its view is [`response::Challenge`](crate::event::response::Challenge).
/// The challenge has up to nine digits, and stays the same for the life of the connection.
///
/// ```
/// use embedded_ami::action::{self, Challenge, Key, Login};
/// use embedded_ami::event::response;
/// # use embedded_ami::wire::{Dialect, Outbox};
/// # fn md5(pieces: &[&[u8]]) -> [u8; 16] { [0xab; 16] }
/// # let message = embedded_ami::wire::Message::parse(
/// #     b"Response: Success\r\nActionID: 1\r\nChallenge: 840415273\r\n\r\n",
/// # ).unwrap();
/// # let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
/// action::write(&Challenge, "1", &mut outbox)?;
/// // When the response has arrived:
/// let view = response::Challenge::from_message(&message);
/// // `md5` is `embedded_ami::action::md5` (feature `md5`), or another implementation.
/// let key = view
///     .and_then(|view| view.challenge())
///     .and_then(|challenge| Key::new(md5, challenge.as_bytes(), b"amp111"));
/// if let Some(key) = key {
///     action::write(&Login::md5("admin", key), "2", &mut outbox)?;
/// }
/// # assert!(outbox.pending().ends_with(b"Key: abababababababababababababababab\r\n\r\n"));
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Challenge;

impl Action for Challenge {
    fn name(&self) -> &str {
        "Challenge"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("AuthType", "MD5")
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

/// Logs in.
///
/// The server answers a wrong name, a wrong secret and a forbidden address in the same way, one
/// second later. Then it closes the connection.
///
/// A [session](crate::client::Session) logs in by itself; use this to speak the protocol without
/// one.
///
/// ```
/// use embedded_ami::action::{self, Login};
/// use embedded_ami::wire::{Outbox, Dialect};
/// let login = Login::plain("admin", "amp111").events("call,user");
/// let mut outbox = Outbox::for_client([0; 128], Dialect::Current);
/// action::write(&login, "1", &mut outbox)?;
/// assert_eq!(
///     outbox.pending(),
///     b"Action: Login\r\nActionID: 1\r\nUsername: admin\r\nSecret: amp111\r\n\
///       Events: call,user\r\n\r\n"
/// );
/// # Ok::<(), embedded_ami::wire::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Login<'a> {
    username: &'a [u8],
    proof: Proof<'a>,
    events: Option<&'a str>,
}

/// The header that proves knowledge of the secret.
#[derive(Clone, Copy)]
enum Proof<'a> {
    Secret(&'a [u8]),
    Key(Key),
}

impl<'a> Login<'a> {
    /// Makes a login that sends the secret in the clear.
    pub fn plain(username: &'a (impl AsRef<[u8]> + ?Sized), secret: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { username: username.as_ref(), proof: Proof::Secret(secret.as_ref()), events: None }
    }

    /// Makes a login that sends a key, computed from the answer to [`Challenge`] and the secret.
    pub fn md5(username: &'a (impl AsRef<[u8]> + ?Sized), key: Key) -> Self {
        Self { username: username.as_ref(), proof: Proof::Key(key), events: None }
    }

    /// Sets which events this connection receives: `on`, `off`, or classes as in `call,user`.
    /// Without it, the connection receives all events that the user may read.
    #[must_use]
    pub fn events(mut self, mask: &'a str) -> Self {
        self.events = Some(mask);
        self
    }
}

impl Action for Login<'_> {
    fn name(&self) -> &str {
        "Login"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.field("Username", self.username);
        match &self.proof {
            Proof::Key(key) => {
                out.field("AuthType", b"MD5");
                out.hex("Key", key.as_bytes());
            }
            Proof::Secret(secret) => out.field("Secret", secret),
        }
        if let Some(mask) = self.events {
            out.field("Events", mask.as_bytes());
        }
        out.written()
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

impl fmt::Debug for Login<'_> {
    /// Leaves out the user name, and the secret or key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("events", &self.events).finish_non_exhaustive()
    }
}

/// The key of an MD5 login: the MD5 digest of challenge and secret.
///
/// It is sent as 32 lower-case hex digits, which Asterisk compares byte for byte.
///
/// ```
/// use embedded_ami::action::{Key, Login};
/// # fn md5(pieces: &[&[u8]]) -> [u8; 16] { [0xab; 16] }
/// // `md5` is `embedded_ami::action::md5` (feature `md5`), or another implementation.
/// let key = Key::new(md5, b"840415273", b"amp111").expect("decimal digits");
/// assert_eq!(&key.to_hex(), b"abababababababababababababababab");
/// let login = Login::md5("admin", key).events("call,user");
/// ```
#[derive(Clone, Copy)]
pub struct Key([u8; 16]);

impl Key {
    /// Computes the key for a challenge. `digest` returns the MD5 digest of the concatenated
    /// pieces.
    ///
    /// Returns `None` unless the challenge is 1 to 20 decimal digits, as those of all Asterisk
    /// versions are. Otherwise a hostile server could choose the text that is hashed before the
    /// secret: `user:asterisk:` gives the digest that logs that user in over AMI's HTTP interface.
    pub fn new(digest: impl FnOnce(&[&[u8]]) -> [u8; 16], challenge: &[u8], secret: &[u8]) -> Option<Self> {
        is_challenge(challenge).then(|| Self::from_valid(digest, challenge, secret))
    }

    /// Computes the key for a challenge that a client [may answer](is_challenge).
    pub(crate) fn from_valid(
        digest: impl FnOnce(&[&[u8]]) -> [u8; 16],
        challenge: &[u8],
        secret: &[u8],
    ) -> Self {
        Self(digest(&[challenge, secret]))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns the hex digits, which a server compares with the `Key` of a login.
    pub fn to_hex(&self) -> [u8; 32] {
        core::array::from_fn(|at| {
            let byte = self.0.get(at / 2).copied().unwrap_or_default();
            hex_digit(if at % 2 == 0 { byte >> 4 } else { byte & 15 })
        })
    }
}

/// Returns whether a client may answer this challenge.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn is_challenge(challenge: &[u8]) -> bool {
    (1..=20).contains(&challenge.len()) && challenge.iter().all(u8::is_ascii_digit)
}

impl fmt::Debug for Key {
    /// Prints only the name, because the key is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// A function that returns the MD5 digest of the concatenated pieces.
///
/// With the feature `md5`, `action::md5` is one.
pub type Md5 = fn(&[&[u8]]) -> [u8; 16];
