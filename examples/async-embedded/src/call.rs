//! An application: it places a call and hangs up.

use core::fmt;

use embedded_ami::action::{self, Raw};
use embedded_ami::client::{Incoming, LoginRefused, LossReason, ResponseStatus, SessionError, Stage};
use embedded_ami::wire::Message;
use embedded_io_async::{Read, Write};

use crate::{Client, Clock, Error};

/// The reason a call did not go as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallError<E> {
    /// The connection cannot go on.
    Connection(Error<E>),
    /// The login was refused.
    Refused(LoginRefused),
    /// An action was answered with an error.
    Response(ResponseStatus),
    /// An action was not answered.
    Lost(LossReason),
    /// The server is silent.
    ServerTimedOut(Stage),
    /// The channel did not answer.
    NoAnswer,
}

/// Logs in, sends a Ping, calls `channel` with the application `Wait`, hangs up the channel that
/// has answered, waits for the event of the hangup, and logs off. Hands each event to `on_event`.
/// `id` becomes the unique ID of the channel, by which its events are known; take another one for
/// each call.
///
/// # Errors
///
/// [`CallError`]. The connection is then no longer usable.
pub async fn call<R, W, C>(
    client: &mut Client<'_, R, W, C>,
    channel: &str,
    id: &str,
    mut on_event: impl FnMut(&Message<'_>),
) -> Result<(), CallError<R::Error>>
where
    R: Read,
    W: Write<Error = R::Error>,
    C: Clock,
{
    let originate = action::from_fn("Originate", |headers| {
        headers.header("Channel", channel)?;
        headers.header("ChannelId", id)?;
        headers.header("Application", "Wait")?;
        headers.header_int("Data", 60)?; // seconds
        headers.header("Async", "true")
    });
    let mut placed = None;
    loop {
        let incoming = client.next().await?;
        let now = client.clock.now();
        let message = client.decoder.message();
        match incoming {
            Incoming::Ready => {
                client.session.submit(&Raw::without_headers("Ping"), now, &mut client.outbox)?;
                placed = Some(client.session.submit(&originate, now, &mut client.outbox)?);
            }
            Incoming::Event { ticket } => {
                on_event(&message);
                let is = |name: &str| message.name().is_some_and(|value| value == name);
                if is("OriginateResponse") && ticket == placed {
                    if message.get("Response").is_none_or(|response| response != "Success") {
                        return Err(CallError::NoAnswer);
                    }
                    // The name goes from the decoder's storage into the action.
                    let channel = message.get("Channel").unwrap_or_default();
                    let hangup = action::from_fn("Hangup", |headers| headers.header("Channel", channel));
                    client.session.submit(&hangup, now, &mut client.outbox)?;
                } else if is("Hangup") && message.get("Uniqueid").is_some_and(|unique| unique == id) {
                    client.session.log_off(now, &mut client.outbox)?;
                }
            }
            Incoming::Response { status, .. } if status.is_error() => {
                return Err(CallError::Response(status));
            }
            Incoming::Refused(reason) => return Err(CallError::Refused(reason)),
            Incoming::Lost { reason, .. } => return Err(CallError::Lost(reason)),
            Incoming::ServerTimedOut(stage) => return Err(CallError::ServerTimedOut(stage)),
            Incoming::LoggedOff => return Ok(()),
            _ => {}
        }
    }
}

impl<E> From<Error<E>> for CallError<E> {
    fn from(error: Error<E>) -> Self {
        Self::Connection(error)
    }
}

impl<E> From<SessionError> for CallError<E> {
    fn from(error: SessionError) -> Self {
        Self::Connection(Error::Session(error))
    }
}

impl<E: fmt::Debug> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => error.fmt(f),
            Self::Refused(reason) => write!(f, "login refused: {reason}"),
            Self::Response(status) => write!(f, "the server answered with {status}"),
            Self::Lost(reason) => write!(f, "no answer: {reason}"),
            Self::ServerTimedOut(stage) => write!(f, "the server is silent: {stage}"),
            Self::NoAnswer => f.write_str("the channel did not answer"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for CallError<E> {}
