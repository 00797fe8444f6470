use core::fmt;

use super::{Action, Completion};
use crate::bytes::hex_digit;
use crate::wire::{EncodeError, HeaderWriter};

/// Asks for the challenge of an MD5 login: the `Challenge` header of the response, up to nine digits,
/// the same for the life of the connection.
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

/// Logs in. A wrong name, a wrong secret and a forbidden address all get the same answer, one second
/// later; then the server closes the connection.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    username: &'a [u8],
    proof: Proof<'a>,
    events: Option<&'a str>,
}

#[derive(Clone, Copy)]
enum Proof<'a> {
    Secret(&'a [u8]),
    Key(Key),
}

impl<'a> Login<'a> {
    /// With the secret in the clear.
    pub fn plain(username: &'a (impl AsRef<[u8]> + ?Sized), secret: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { username: username.as_ref(), proof: Proof::Secret(secret.as_ref()), events: None }
    }

    /// With the key made of a [`Challenge`] and the secret.
    pub fn md5(username: &'a (impl AsRef<[u8]> + ?Sized), key: Key) -> Self {
        Self { username: username.as_ref(), proof: Proof::Key(key), events: None }
    }

    /// Which events this connection is to get: `on`, `off`, or classes as in `call,user`.
    /// Without it, all that the user may read.
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
        let proof = match &self.proof {
            Proof::Secret(secret) => Err(*secret),
            Proof::Key(key) => Ok(key),
        };
        login(self.username, proof, self.events, out);
        out.written()
    }

    fn completion(&self) -> Completion {
        Completion::Response
    }
}

/// Writes the headers of a login, with the key or the secret in the clear.
pub(crate) fn login(
    username: &[u8],
    proof: Result<&Key, &[u8]>,
    events: Option<&str>,
    out: &mut HeaderWriter<'_>,
) {
    out.field("Username", username);
    match proof {
        Ok(key) => {
            out.field("AuthType", b"MD5");
            out.hex("Key", &key.0);
        }
        Err(secret) => out.field("Secret", secret),
    }
    if let Some(mask) = events {
        out.field("Events", mask.as_bytes());
    }
}

impl fmt::Debug for Login<'_> {
    /// Without the secret or key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("events", &self.events).finish_non_exhaustive()
    }
}

/// The key of an MD5 login: the MD5 digest of challenge and secret in 32 lower-case hex digits, which
/// Asterisk compares byte for byte.
///
/// ```
/// use embedded_ami::action::{Key, Login};
/// # fn md5(pieces: &[&[u8]]) -> [u8; 16] { [0xab; 16] }
/// // `md5` is `embedded_ami::action::md5` (feature `md5`), or any other implementation.
/// let key = Key::new(md5, b"840415273", b"amp111");
/// let login = Login::md5("admin", key).events("call,user");
/// ```
#[derive(Clone, Copy)]
pub struct Key([u8; 16]);

impl Key {
    /// The key for a challenge. `digest` gives the MD5 digest of the pieces, one behind the other.
    pub fn new(digest: impl FnOnce(&[&[u8]]) -> [u8; 16], challenge: &[u8], secret: &[u8]) -> Self {
        Self(digest(&[challenge, secret]))
    }

    /// The hex digits: what a server compares with the `Key` of a login.
    pub fn to_hex(&self) -> [u8; 32] {
        core::array::from_fn(|at| {
            let byte = self.0.get(at / 2).copied().unwrap_or_default();
            hex_digit(if at % 2 == 0 { byte >> 4 } else { byte & 15 })
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// A digest function: the MD5 digest of some pieces, one behind the other.
pub type Md5 = fn(&[&[u8]]) -> [u8; 16];
