use super::{Attempt, Request};
use crate::name::named;

/// The demand of a message on the application.
///
/// The enum is exhaustive on purpose: a variant that an application ignored would leave a client
/// without an answer.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Incoming<'a> {
    /// A client attempts to log in: call [`Session::log_in`](super::Session::log_in).
    LogIn(Attempt<'a>),
    /// A logged-in user sent a request: call [`Session::answer`](super::Session::answer).
    Request(Request<'a>),
    /// Nothing. The session has answered the message itself, or the message needs no answer.
    Nothing,
}

named! { Incoming<'_> { LogIn Request Nothing } }
