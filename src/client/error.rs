use core::fmt;

use super::Stage;
use crate::name::named;
use crate::wire::EncodeError;

/// The reason a login failed, as far as the server tells.
///
/// ```
/// use embedded_ami::client::LoginRefused;
///
/// let reason = LoginRefused::AlreadyInUse;
/// assert_eq!(reason.to_string(), "the user is already logged in");
/// assert_eq!(reason.name(), "AlreadyInUse"); // for logs without `core::fmt`
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LoginRefused {
    /// The peer is not an Asterisk Manager Interface: its first message is not a banner.
    NotAsterisk,
    /// The user or secret is wrong, or the address is not permitted. Asterisk has one response for
    /// all three.
    Authentication,
    /// The user is already logged in, and may be logged in only once.
    AlreadyInUse,
    /// The server is shutting down.
    ShuttingDown,
    /// The server did not send an MD5 challenge. The secret was not sent.
    NoChallenge,
}

named! { LoginRefused { NotAsterisk Authentication AlreadyInUse ShuttingDown NoChallenge } }

impl fmt::Display for LoginRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAsterisk => "the peer is not an Asterisk Manager Interface",
            Self::Authentication => "wrong user or secret, or the address is not permitted",
            Self::AlreadyInUse => "the user is already logged in",
            Self::ShuttingDown => "the server is shutting down",
            Self::NoChallenge => "the server offers no MD5 challenge, so the secret was not sent",
        })
    }
}

impl core::error::Error for LoginRefused {}

/// The reason an action ended without its response, or without all of its list or event.
///
/// ```
/// use embedded_ami::client::LossReason;
///
/// let reason = LossReason::CutShort { entries: 7 };
/// assert_eq!(reason.to_string(), "the answer was cut short after 7 entries");
/// assert_eq!(reason.name(), "CutShort"); // for logs without `core::fmt`
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LossReason {
    /// The connection was lost before the whole action was sent. The server has not executed it.
    NotSent,
    /// The connection was lost after the action was sent. The server may have executed it.
    OutcomeUnknown,
    /// The deadline passed without a response. The server may have executed the action, or may
    /// still do so.
    TimedOut,
    /// The deadline passed or the connection was lost after the response, but before the end of the
    /// list or before the event that should have followed.
    CutShort {
        /// The number of entries received.
        entries: u32,
    },
}

named! { LossReason { NotSent OutcomeUnknown TimedOut CutShort } }

impl fmt::Display for LossReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent => f.write_str("the action was not sent"),
            Self::OutcomeUnknown => {
                f.write_str("the action was sent but not answered, so the server may have executed it")
            }
            Self::TimedOut => f.write_str(
                "no response in time, so the server may have executed the action or may still do so",
            ),
            Self::CutShort { entries } => write!(f, "the answer was cut short after {entries} entries"),
        }
    }
}

impl core::error::Error for LossReason {}

/// A call that was rejected locally. The state of the session is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SessionError {
    /// The call is not possible at this stage of the connection.
    Stage(Stage),
    /// Every slot has an outstanding action.
    SlotsFull,
    /// A request is outstanding, and only one may be: see
    /// [`Session::one_at_a_time`](super::Session::one_at_a_time).
    Busy,
    /// The action is not outstanding: its answer has been reported, or it was never submitted.
    NotOutstanding,
    /// The challenge must be answered, and the message has none of 1 to 20 decimal digits. Either
    /// it is not the message that asked for the login, or the decoder's storage has cut the
    /// challenge off.
    NoChallenge,
    /// The action cannot be encoded.
    Encode(EncodeError),
    /// The decoder's storage is too small for an ActionID. It needs 64 bytes or more.
    StorageTooSmall,
}

named! {
    SessionError { Stage SlotsFull Busy NotOutstanding NoChallenge Encode StorageTooSmall }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(Stage::Connecting) => f.write_str("not possible before the server's banner"),
            Self::Stage(Stage::LoggingIn) => f.write_str("not possible before the login is complete"),
            Self::Stage(Stage::Ready) => f.write_str("not possible after the login"),
            Self::Stage(Stage::LoggingOff) => f.write_str("not possible after the logoff"),
            Self::Stage(Stage::Closed) => f.write_str("not possible without a connection"),
            Self::SlotsFull => f.write_str(
                "as many actions are outstanding as the session has slots; wait for an answer first",
            ),
            Self::Busy => f.write_str("an action is outstanding, and only one may be"),
            Self::NotOutstanding => f.write_str("the action is not outstanding"),
            Self::NoChallenge => f.write_str("the message has no challenge of 1 to 20 digits"),
            Self::Encode(error) => write!(f, "the action cannot be encoded: {error}"),
            Self::StorageTooSmall => f.write_str("the decoder's storage is too small for an ActionID"),
        }
    }
}

impl core::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EncodeError> for SessionError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}
