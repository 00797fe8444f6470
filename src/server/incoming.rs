use super::{Attempt, Request};
use crate::name::named;

/// The result of [`Session::on_message`](super::Session::on_message): the task that a message gives
/// the application.
///
/// ```
/// use embedded_ami::server::{Incoming, Session};
/// use embedded_ami::wire::{Message, Outbox};
///
/// let mut outbox = Outbox::for_server([0; 256]);
/// let mut session = Session::without_md5("11.0.0");
/// session.on_connected(0x243f_6a88, 0, &mut outbox)?;
///
/// let login = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\n\r\n";
/// let message = Message::parse(login).unwrap();
/// match session.on_message(&message, &mut outbox)? {
///     Incoming::LogIn(attempt) => assert!(attempt.username() == "admin"),
///     _ => unreachable!(),
/// }
/// # Ok::<(), embedded_ami::server::SessionError>(())
/// ```
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
