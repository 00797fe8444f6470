use core::fmt;
use core::hint::black_box;
use core::net::SocketAddr;

use super::Request;
use super::challenge::Challenge;
use crate::action::{Key, Md5};
use crate::classes::Classes;
use crate::wire::Value;

/// The secret and the permissions of a user.
///
/// ```
/// use embedded_ami::classes::Classes;
/// use embedded_ami::server::{Account, Secret};
///
/// // May do everything:
/// static ADMIN: Account = Account::new("secret");
/// // May see calls and may do nothing. Only the MD5 digest of the secret is stored:
/// static WALLBOARD: Account = Account::from_secret(Secret::Digest([0x5e; 16]))
///     .read(Classes::CALL)
///     .write(Classes::NONE);
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Account<'a> {
    /// The secret that the user must know.
    pub secret: Secret<'a>,
    /// The classes of the events that the user may receive.
    pub read: Classes,
    /// The classes of the actions that the user may send. An action with several classes needs only
    /// one of them.
    pub write: Classes,
}

impl<'a> Account<'a> {
    /// Creates an account that may read and write all classes.
    /// [`from_secret`](Account::from_secret) takes secrets that are not UTF-8.
    #[must_use]
    pub const fn new(secret: &'a str) -> Self {
        Self::from_secret(Secret::Plain(secret.as_bytes()))
    }

    /// Creates an account that may read and write all classes.
    #[must_use]
    pub const fn from_secret(secret: Secret<'a>) -> Self {
        Self { secret, read: Classes::ALL, write: Classes::ALL }
    }

    /// Sets [`secret`](Account#structfield.secret).
    #[must_use]
    pub const fn secret(mut self, secret: Secret<'a>) -> Self {
        self.secret = secret;
        self
    }

    /// Sets [`read`](Account#structfield.read).
    #[must_use]
    pub const fn read(mut self, classes: Classes) -> Self {
        self.read = classes;
        self
    }

    /// Sets [`write`](Account#structfield.write).
    #[must_use]
    pub const fn write(mut self, classes: Classes) -> Self {
        self.write = classes;
        self
    }
}

/// The secret of a user, or the digest of it. With an empty secret every login fails.
///
/// ```
/// use embedded_ami::server::Secret;
///
/// let secret = Secret::Plain("secret".as_bytes());
/// assert_eq!(format!("{secret:?}"), "Secret"); // never printed
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Secret<'a> {
    /// The secret itself. The user may log in with an MD5 challenge or with the secret in the
    /// clear.
    Plain(&'a [u8]),
    /// The MD5 digest of the secret, for applications that do not store the secret. The user can
    /// log in only with the secret in the clear, since the key of a challenge login is computed
    /// from the secret.
    Digest([u8; 16]),
}

impl fmt::Debug for Secret<'_> {
    /// Never prints the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// An attempt to log in, which the application decides with
/// [`Session::log_in`](super::Session::log_in).
///
/// ```
/// use embedded_ami::server::{Account, Attempt};
///
/// /// Returns the account that the client attempts to log in to.
/// fn account(attempt: &Attempt<'_>) -> Option<Account<'static>> {
///     match attempt.username() {
///         name if name.eq_ignore_ascii_case("admin") => Some(Account::new("secret")),
///         _ => None,
///     }
/// }
/// # use embedded_ami::server::{Incoming, Session};
/// # use embedded_ami::wire::{Message, Outbox};
/// # let mut outbox = Outbox::for_server([0; 512]);
/// # let mut session = Session::without_md5("11.0.0");
/// # session.on_connected(0, 0, &mut outbox).unwrap();
/// # let login = b"Action: Login\r\nUsername: ADMIN\r\nSecret: secret\r\n\r\n";
/// # match session.on_message(&Message::parse(login).unwrap(), &mut outbox) {
/// #     Ok(Incoming::LogIn(attempt)) => {
/// #         assert!(attempt.proves(&account(&attempt).unwrap().secret));
/// #     }
/// #     _ => panic!("no login"),
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    request: Request<'a>,
    /// The challenge of this connection, if the client has been told it.
    challenge: Option<Challenge>,
    md5: Option<Md5>,
    peer_addr: Option<SocketAddr>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(request: Request<'a>, challenge: Option<Challenge>, md5: Option<Md5>) -> Self {
        Self { request, challenge, md5, peer_addr: None }
    }

    /// Sets the address of the client, for a run loop over a transport that has addresses.
    #[must_use]
    pub const fn with_peer_addr(mut self, address: SocketAddr) -> Self {
        self.peer_addr = Some(address);
        self
    }

    /// Returns the address and port of the client, or `None` if the transport has none, for example
    /// on a serial line.
    ///
    /// To refuse a user by address, as `permit` and `deny` in Asterisk's `manager.conf` do, pass no
    /// account. The client then cannot distinguish an address that is not permitted from a wrong
    /// secret or an unknown user: Asterisk, too, answers all three with `Authentication failed`
    /// after a penalty of a second.
    ///
    /// ```
    /// use embedded_ami::server::{Account, Attempt};
    ///
    /// /// Returns the account of `admin`, who may log in only on this machine.
    /// fn account(attempt: &Attempt<'_>) -> Option<Account<'static>> {
    ///     let peer = attempt.peer_addr();
    ///     let is_local = peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    ///     (is_local && attempt.username() == "admin").then(|| Account::new("secret"))
    /// }
    /// ```
    #[must_use]
    pub const fn peer_addr(&self) -> Option<SocketAddr> {
        self.peer_addr
    }

    /// Returns the user name in the request, which is empty if it has none. Asterisk compares user
    /// names without regard to ASCII case.
    #[must_use]
    pub fn username(&self) -> Value<'a> {
        self.request.get("Username").unwrap_or_default()
    }

    /// Returns the login request, for its other headers.
    #[must_use]
    pub fn request(&self) -> &Request<'a> {
        &self.request
    }

    /// Returns whether the request has the secret or, in a challenge login, the key computed from
    /// it. The comparison takes the same time wherever they differ.
    /// [`Session::log_in`](super::Session::log_in) calls this.
    #[must_use]
    pub fn proves(&self, secret: &Secret<'_>) -> bool {
        let is_md5 = self.request.get("AuthType").is_some_and(|kind| kind.eq_ignore_ascii_case("MD5"));
        let given = self.request.get(if is_md5 { "Key" } else { "Secret" }).unwrap_or_default();
        match *secret {
            Secret::Plain([]) => false,
            Secret::Plain(secret) if is_md5 => match (self.challenge, self.md5) {
                (Some(challenge), Some(md5)) => Key::new(md5, challenge.as_bytes(), secret)
                    .is_some_and(|key| eq_constant_time(given.as_bytes(), &key.to_hex())),
                _ => false,
            },
            Secret::Plain(secret) => eq_constant_time(given.as_bytes(), secret),
            Secret::Digest(digest) => match self.md5 {
                Some(md5) if !is_md5 && !given.is_empty() => {
                    eq_constant_time(&md5(&[given.as_bytes()]), &digest)
                }
                _ => false,
            },
        }
    }
}

impl fmt::Debug for Attempt<'_> {
    /// Prints only the user name and the address of the client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("username", &self.username())
            .field("peer_addr", &self.peer_addr)
            .finish_non_exhaustive()
    }
}

/// Compares in time independent of where the inputs differ.
fn eq_constant_time(given: &[u8], right: &[u8]) -> bool {
    let differ = given.iter().zip(right).fold(0, |differ, (a, b)| black_box(differ | (a ^ b)));
    differ == 0 && given.len() == right.len()
}
