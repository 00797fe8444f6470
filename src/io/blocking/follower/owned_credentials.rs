use std::fmt;
use std::string::String;
use std::vec::Vec;

use crate::action::Md5;
use crate::client::Credentials;

/// [`Credentials`] that own the user name and the secret, for a
/// [`Follower`](super::Follower) or a thread.
///
/// The secret is overwritten when they are dropped. It is taken over without another copy if it is
/// passed as a `String` or `Vec<u8>`.
///
/// ```
/// use embedded_ami::io::blocking::OwnedCredentials;
///
/// # #[cfg(feature = "md5")] {
/// # let secret = String::from("secret"); // from a file or the environment
/// let credentials = OwnedCredentials::new("admin", secret).events("call,system");
/// assert!(!format!("{credentials:?}").contains("secret"));
/// # }
/// ```
#[derive(Clone)]
pub struct OwnedCredentials {
    username: Vec<u8>,
    secret: Vec<u8>,
    /// `None` if the secret is sent in the clear.
    md5: Option<Md5>,
    events: String,
}

impl OwnedCredentials {
    /// Creates credentials for an MD5 challenge login, like [`Credentials::new`].
    #[cfg(feature = "md5")]
    #[must_use]
    pub fn new(username: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::with_md5(username, secret, crate::action::md5)
    }

    /// Creates credentials for an MD5 challenge login that uses an MD5 implementation of the
    /// application, like [`Credentials::with_md5`].
    #[must_use]
    pub fn with_md5(username: impl Into<String>, secret: impl Into<String>, md5: Md5) -> Self {
        Self::from_bytes(username.into(), secret.into(), Some(md5))
    }

    /// Creates credentials for a login that sends the secret in the clear, like
    /// [`Credentials::plain`].
    #[must_use]
    pub fn plain(username: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::from_bytes(username.into(), secret.into(), None)
    }

    /// Creates credentials from bytes that need not be UTF-8, like [`Credentials::from_bytes`].
    #[must_use]
    pub fn from_bytes(username: impl Into<Vec<u8>>, secret: impl Into<Vec<u8>>, md5: Option<Md5>) -> Self {
        Self { username: username.into(), secret: secret.into(), md5, events: "off".into() }
    }

    /// Sets the events to receive, like [`Credentials::events`].
    #[must_use]
    pub fn events(mut self, mask: impl Into<String>) -> Self {
        self.events = mask.into();
        self
    }

    /// Returns the credentials to log in with.
    #[must_use]
    pub fn as_credentials(&self) -> Credentials<'_> {
        Credentials::from_bytes(&self.username, &self.secret, self.md5).events(&self.events)
    }
}

impl Drop for OwnedCredentials {
    fn drop(&mut self) {
        self.secret.fill(0);
        // Without `black_box` the compiler could leave out the overwriting, because the memory is
        // released next.
        core::hint::black_box(&self.secret);
    }
}

impl fmt::Debug for OwnedCredentials {
    /// Never prints the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedCredentials").field("events", &self.events).finish_non_exhaustive()
    }
}
