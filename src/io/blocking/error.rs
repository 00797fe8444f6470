use std::boxed::Box;
use std::fmt;
use std::io;
use std::string::String;

use crate::client::{LoginRefused, LossReason, ResponseStatus, SessionError, Stage};
use crate::wire::OwnedMessage;

/// Why a [`Client`](super::Client) could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection.
    Connect(io::Error),
    /// What answered is no Asterisk: this came instead of a banner, its first line or less.
    NoBanner(String),
    /// The server refused the login.
    Refused {
        /// The reason, as far as the server tells.
        reason: LoginRefused,
        /// The server's message.
        message: String,
    },
    /// The server answered the action with an error.
    Response {
        /// The status of the response.
        status: ResponseStatus,
        /// The response. Its `Message` explains the error.
        response: Box<OwnedMessage>,
    },
    /// The action was not answered, or not completely.
    Lost {
        /// The reason, and thereby what is known about the outcome.
        reason: LossReason,
        /// The end of the connection, or `None` if only the time limit was reached.
        disconnect: Option<Disconnect>,
    },
    /// No events were requested at the login, so that waiting for one would be in vain: see
    /// [`Credentials::events`](crate::client::Credentials::events).
    NoEvents,
    /// The connection has ended. The client is of no more use.
    Disconnected(Disconnect),
    /// The answer is larger than the most that the client keeps, 64 MiB.
    TooLarge,
    /// Not possible, for a reason on this side; the client is as it was.
    Session(SessionError),
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disconnect {
    /// The server closed it: it was shut down, or somebody kicked this session.
    Closed,
    /// The server closed it without a banner: it has too many connections, or something else listens there.
    Rejected,
    /// The server closed it in the middle of a message: it was killed, or it gave up writing to a client that did not
    /// read for longer than its `writetimeout`, 100 ms unless set.
    Cut,
    /// Nothing came when something had to: at this stage.
    ServerTimedOut(Stage),
    /// The server did not take what was to be sent.
    Stalled,
    /// The log-off was answered.
    LoggedOff,
    /// The transport failed.
    Io(io::ErrorKind),
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the connection"),
            Self::Rejected => {
                f.write_str("the server closed the connection without a banner, as when it has too many")
            }
            Self::Cut => f.write_str(
                "the server closed the connection in the middle of a message, as when killed, or when a client reads too slowly",
            ),
            Self::ServerTimedOut(Stage::Connecting) => f.write_str("no banner came in time"),
            Self::ServerTimedOut(Stage::LoggingIn) => f.write_str("the login was not answered in time"),
            Self::ServerTimedOut(Stage::LoggingOff) => f.write_str("the log-off was not answered in time"),
            Self::ServerTimedOut(_) => f.write_str("the server gave no sign of life in time"),
            Self::Stalled => f.write_str("the server did not take what was sent in time"),
            Self::LoggedOff => f.write_str("this client has logged off"),
            Self::Io(kind) => write!(f, "the connection failed: {kind}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "connect: {error}"),
            Self::NoBanner(line) if line.is_empty() => {
                f.write_str("no banner came: this is no Asterisk Manager Interface, or one behind TLS")
            }
            Self::NoBanner(line) => {
                write!(f, "no banner but \"{line}\": this is no Asterisk Manager Interface")
            }
            Self::Refused { reason: LoginRefused::NoChallenge, message } => {
                write!(f, "login refused: no MD5 challenge, and the secret was not sent: {message}")
            }
            Self::Refused { message, .. } => write!(f, "login refused: {message}"),
            Self::Response { status, response } => {
                let text = response.message().get("Message").unwrap_or_default();
                let text = text.to_string_lossy();
                match status {
                    ResponseStatus::PermissionDenied => {
                        write!(f, "the user is not permitted to do that: {}", text.trim_end())
                    }
                    _ => write!(f, "the server answered Error: {}", text.trim_end()),
                }
            }
            Self::Lost { reason, disconnect: None } => reason.fmt(f),
            Self::Lost { reason, disconnect: Some(disconnect) } => write!(f, "{reason}: {disconnect}"),
            Self::NoEvents => f.write_str("no events were requested at the login (Credentials::events)"),
            Self::Disconnected(disconnect) => disconnect.fmt(f),
            Self::TooLarge => f.write_str("the answer is larger than 64 MiB"),
            Self::Session(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect(error) => Some(error),
            Self::Session(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}
