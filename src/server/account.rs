use core::fmt;
use core::hint::black_box;

use super::Request;
use super::challenge::Challenge;
use crate::action::{Key, Md5};
use crate::classes::Classes;
use crate::wire::Value;

/// What a user may do, and what proves that it is him.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// What proves it.
    pub secret: Secret<'a>,
    /// The classes of the events that he may get.
    pub read: Classes,
    /// The classes of the actions that he may do: any of those of an action is enough.
    pub write: Classes,
}

impl<'a> Account<'a> {
    /// An account that may do everything.
    pub fn new(secret: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { secret: Secret::Plain(secret.as_ref()), read: Classes::ALL, write: Classes::ALL }
    }
}

/// What proves who a user is. An empty secret proves nothing.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Secret<'a> {
    /// The secret: for logins with an MD5 challenge, and in the clear.
    Plain(&'a [u8]),
    /// Its MD5 digest, where the secret itself is not kept: only for logins in the clear, since the key of a challenge
    /// login is made of the secret.
    Digest([u8; 16]),
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Somebody who wants to log in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    request: Request<'a>,
    /// Of this connection, if it has been told.
    challenge: Option<Challenge>,
    md5: Option<Md5>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(request: Request<'a>, challenge: Option<Challenge>, md5: Option<Md5>) -> Self {
        Self { request, challenge, md5 }
    }

    /// Whose account it is to be. Asterisk takes names for the same that differ only in the case of ASCII letters.
    pub fn username(&self) -> Value<'a> {
        self.request.get("Username").unwrap_or_default()
    }

    /// The request, with its other headers.
    pub fn request(&self) -> &Request<'a> {
        &self.request
    }

    /// Whether the secret, or the key made of it, is right. It takes the same time wherever they differ.
    pub fn proves(&self, secret: &Secret<'_>) -> bool {
        let is_md5 = self.request.get("AuthType").is_some_and(|kind| kind.eq_ignore_ascii_case("MD5"));
        let given = self.request.get(if is_md5 { "Key" } else { "Secret" }).unwrap_or_default();
        match *secret {
            Secret::Plain([]) => false,
            Secret::Plain(secret) if is_md5 => match (self.challenge, self.md5) {
                (Some(challenge), Some(md5)) => {
                    eq_constant_time(given.as_bytes(), &Key::new(md5, challenge.as_bytes(), secret).to_hex())
                }
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("username", &self.username()).finish_non_exhaustive()
    }
}

/// Compares in time independent of where the inputs differ.
fn eq_constant_time(given: &[u8], right: &[u8]) -> bool {
    let differ = given.iter().zip(right).fold(0, |differ, (a, b)| black_box(differ | (a ^ b)));
    differ == 0 && given.len() == right.len()
}
