use super::{LoginRefused, LossReason, ResponseStatus, Stage, Ticket};
use crate::name::named;

/// A report of a [`Session`](super::Session), caused by a message, the passing of time or the end
/// of the connection.
///
/// If a message arrives in parts, the session returns one `Incoming` per part: `Event`, `Response`,
/// `ListEntry`, `Internal` or `Unmatched`, and `LogIn` for the part that has the challenge. A
/// variant that ends an action is returned only for the last part.
///
/// ```
/// use embedded_ami::client::Incoming;
/// use embedded_ami::wire::Message;
///
/// /// Handles a report. Returns whether the connection is still usable.
/// fn handle(incoming: Incoming, message: &Message<'_>) -> bool {
///     match incoming {
///         Incoming::Event { .. } => println!("event {}", message.name().unwrap_or_default()),
///         Incoming::Response { status, .. } if status.is_error() => {
///             println!("refused: {}", message.get("Message").unwrap_or_default());
///         }
///         Incoming::Lost { reason, .. } => println!("no answer: {reason}"),
///         Incoming::Refused(reason) => {
///             println!("login refused: {reason}");
///             return false;
///         }
///         Incoming::ServerTimedOut(_) | Incoming::LoggedOff => return false,
///         _ => {}
///     }
///     true
/// }
/// # let message = Message::parse(b"Event: Hangup\r\n\r\n").unwrap();
/// # assert!(handle(Incoming::Event { ticket: None }, &message));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Incoming {
    /// The server waits for a login: call [`Session::log_in`](super::Session::log_in) with this
    /// message. This is reported for the banner and, in an MD5 login, again for the challenge.
    LogIn,
    /// The login has succeeded, and the server is fully booted or did not report it in time.
    Ready,
    /// The login has failed. The connection is no longer usable.
    Refused(LoginRefused),
    /// An event that is not part of an answer.
    Event {
        /// The action of this session that the event names, as `OriginateResponse` does. The action
        /// may have been answered already. Other AMI users can cause such an event, so it proves
        /// nothing.
        ticket: Option<Ticket>,
    },
    /// The server announced its shutdown. It will close the connection.
    Shutdown,
    /// The response to an action.
    Response {
        /// The action.
        ticket: Ticket,
        /// The status of the response, as far as the parts up to this one tell.
        status: ResponseStatus,
        /// Whether the action has ended. Otherwise more parts, the entries of a list or an event
        /// follow.
        is_end: bool,
    },
    /// An entry of the list that an action requested, or the one event that it waits for.
    ListEntry {
        /// The action.
        ticket: Ticket,
        /// Whether the action has ended, because this was the last part of
        /// [its event](crate::action::Completion::Event).
        is_end: bool,
    },
    /// The list is complete. The action has ended.
    ListComplete {
        /// The action.
        ticket: Ticket,
        /// The number of entries received.
        entries: u32,
    },
    /// The server reported an error in the middle of a list. The action has ended, and the list is
    /// incomplete. If the error arrives in parts, those before the last are reported as `Response`.
    ListAborted {
        /// The action.
        ticket: Ticket,
        /// The number of entries received.
        entries: u32,
    },
    /// An action has ended without its response, or without all of its list or event.
    Lost {
        /// The action.
        ticket: Ticket,
        /// The reason, and thereby what is known about the outcome.
        reason: LossReason,
    },
    /// The server answered [`Session::log_off`](super::Session::log_off). It will close the
    /// connection.
    LoggedOff,
    /// The server missed a deadline: the banner, or the response to a login, keepalive Ping or
    /// logoff, did not arrive in time. The connection is no longer usable. Call
    /// [`Session::on_closed`](super::Session::on_closed) until it returns `None`, for the actions
    /// that are still outstanding.
    ServerTimedOut(Stage),
    /// A message that belongs to no outstanding action: a late, second or forged response, the text
    /// that some actions send instead of a response, or a message cut off by the end of the stream.
    Unmatched,
    /// A response to a request that the session itself sent (challenge, login or keepalive). The
    /// caller need not do anything.
    Internal,
}

named! {
    Incoming {
        LogIn Ready Refused Event Shutdown Response ListEntry ListComplete ListAborted Lost LoggedOff
        ServerTimedOut Unmatched Internal
    }
}
