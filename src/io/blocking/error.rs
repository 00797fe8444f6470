use std::boxed::Box;
use std::fmt;
use std::io;
use std::string::String;

use crate::client::{Answer, Loss, Refusal, SessionError, Stage};
use crate::wire::OwnedMessage;

/// Why a [`Client`](super::Client) could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection.
    Connect(io::Error),
    /// What answered is no Asterisk: this came instead of a banner, its first line or less.
    NoBanner(String),
    /// The login has failed.
    Refused {
        /// Why, as far as the server lets one know.
        refusal: Refusal,
        /// The server's message.
        message: String,
    },
    /// The server answered Error.
    Answer {
        /// Which of the errors that a session knows.
        answer: Answer,
        /// The response; its `Message` says why.
        reply: Box<OwnedMessage>,
    },
    /// The action was not answered, or not to the end.
    Lost {
        /// What is known of it.
        loss: Loss,
        /// What happened to the connection; none if the time was over.
        disconnect: Option<Disconnect>,
    },
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
    Silent(Stage),
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
            Self::Silent(Stage::Connecting) => f.write_str("no banner came in time"),
            Self::Silent(Stage::LoggingIn) => f.write_str("the login was not answered in time"),
            Self::Silent(Stage::LoggingOff) => f.write_str("the log-off was not answered in time"),
            Self::Silent(_) => f.write_str("the server gave no sign of life in time"),
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
            Self::Refused { refusal: Refusal::NoChallenge, message } => {
                write!(f, "login refused: no MD5 challenge, and the secret was not sent: {message}")
            }
            Self::Refused { message, .. } => write!(f, "login refused: {message}"),
            Self::Answer { answer, reply } => {
                let text = reply.message().get("Message").unwrap_or_default();
                let text = text.to_string_lossy();
                match answer {
                    Answer::PermissionDenied => write!(f, "the user may not do that: {}", text.trim_end()),
                    _ => write!(f, "the server answered Error: {}", text.trim_end()),
                }
            }
            Self::Lost { loss, disconnect } => {
                match loss {
                    Loss::NotSent => f.write_str("the action was not sent"),
                    Loss::OutcomeUnknown => {
                        f.write_str("the action was sent but not answered, the server may have done it")
                    }
                    Loss::TimedOut => {
                        f.write_str("no answer in time, the server may have done it or do it yet")
                    }
                    Loss::CutShort { items } => write!(f, "the answer was cut short after {items} entries"),
                }?;
                match disconnect {
                    Some(disconnect) => write!(f, ": {disconnect}"),
                    None => Ok(()),
                }
            }
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
