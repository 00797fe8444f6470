use std::boxed::Box;
use std::fmt;
use std::io;
use std::string::String;
use std::time::Duration;

use super::Protocol;
use super::time::Seconds;
use crate::client::{LoginRefused, LossReason, ResponseStatus, SessionError, Stage};
use crate::wire::{Message, OwnedMessage};

/// The reason a call of the [`Client`](super::Client) failed.
///
/// `Display` prints one line for people. Texts that the server chose are shortened to 200
/// characters, with `…` after a text that was longer. Characters in them that control a terminal,
/// set the direction of text or end a line are replaced by U+FFFD. `Debug` prints the same text,
/// because it is what a `main` that returns an error prints.
///
/// ```
/// # use std::net::TcpStream;
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::{LossReason, ResponseStatus};
/// use embedded_ami::io::blocking::{Client, Error};
///
/// fn hang_up(client: &mut Client<TcpStream>, channel: &str) -> Result<(), Error> {
///     match client.send(&Raw::new("Hangup", &[("Channel", channel)])) {
///         Ok(_) => Ok(()),
///         // The call has ended already.
///         Err(Error::Response { status: ResponseStatus::Error, .. }) => Ok(()),
///         // The server has not seen the action, so it is safe to send it again.
///         Err(Error::Lost { reason: LossReason::NotSent, .. }) => {
///             hang_up(&mut connect()?, channel)
///         }
///         Err(error) => Err(error),
///     }
/// }
/// # fn connect() -> Result<Client<TcpStream>, Error> {
/// #     Client::connect("127.0.0.1:5038", std::time::Duration::from_secs(5))
/// # }
/// ```
#[non_exhaustive]
pub enum Error {
    /// The connection could not be made.
    Connect(io::Error),
    /// Nothing, or only the beginning of a line, arrived within the time limit: the server hangs,
    /// it expects TLS, or it is another service that waits for the client to begin.
    Silent {
        /// The time limit.
        timeout: Duration,
    },
    /// The peer is not an Asterisk Manager Interface: its first line is not a banner.
    NotAsterisk {
        /// The protocol of the peer, if it is recognised.
        protocol: Option<Protocol>,
        /// Up to 80 bytes of the line, escaped.
        line: String,
    },
    /// The server refused the login. The connection is no longer usable: create another client.
    Refused {
        /// The reason, as far as the server reports it.
        reason: LoginRefused,
        /// The server's message, in which `[redacted]` replaces the secret and everything that can
        /// be an MD5 digest of it. Empty if the server sent none.
        message: String,
    },
    /// The server answered the action with an error.
    Response {
        /// The status of the response, which tells a missing permission and an unknown action from
        /// other errors.
        status: ResponseStatus,
        /// The response. Its `Message` explains the error or, if a console command failed, its
        /// [output](crate::wire::Message::output) does. `Display` prints the explanation.
        response: Box<OwnedMessage>,
    },
    /// The action was not answered, or not completely.
    Lost {
        /// The reason, which also tells whether the server may have executed the action.
        reason: LossReason,
        /// The end of the connection, or `None` if only the time limit was reached.
        disconnect: Option<Disconnect>,
    },
    /// The client has not requested events, so the server does not send any and waiting for one is
    /// useless. Request them at the login with
    /// [`Credentials::events`](crate::client::Credentials::events), or later with the action
    /// `Events`.
    NoEvents,
    /// The connection has ended. The client can no longer be used.
    Disconnected(Disconnect),
    /// The answer does not fit in the memory for answers that the application has yet to fetch.
    TooLarge {
        /// The [limit](super::ClientBuilder::answer_buffer_limit), in bytes, with all that it takes
        /// to keep the answers.
        limit: usize,
    },
    /// The call was rejected locally. The state of the client is unchanged.
    Session(SessionError),
}

/// Errors are passed along often, so they are small.
const _: () = assert!(size_of::<Error>() <= 40);

/// The way a connection ended.
///
/// ```
/// use embedded_ami::io::blocking::{Disconnect, Error};
///
/// let error = Error::Disconnected(Disconnect::Closed);
/// assert_eq!(error.to_string(), "the server closed the connection");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disconnect {
    /// The server closed it: the server was shut down, or an administrator ended this session.
    Closed,
    /// The server closed it without a banner: it has too many connections, or another service
    /// listens there.
    Rejected,
    /// The server closed it in the middle of a message: the server was killed, or it gave up
    /// writing because the client did not read for longer than `writetimeout` of `manager.conf`,
    /// which is 100 ms unless set.
    Cut,
    /// The server did not send in time the message expected at this stage.
    ServerTimedOut(Stage),
    /// The server did not take all bytes of an action in time.
    Stalled,
    /// The client logged off, and the server answered.
    LoggedOff,
    /// The transport failed.
    Io(io::ErrorKind),
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the connection"),
            Self::Rejected => {
                f.write_str("the server closed the connection without a banner; it may have too many connections")
            }
            Self::Cut => f.write_str(
                "the server closed the connection in the middle of a message; it was killed, or this client read too slowly",
            ),
            Self::ServerTimedOut(Stage::Connecting) => f.write_str("no banner arrived in time"),
            Self::ServerTimedOut(Stage::LoggingIn) => f.write_str("the login was not answered in time"),
            Self::ServerTimedOut(Stage::LoggingOff) => f.write_str("the logoff was not answered in time"),
            Self::ServerTimedOut(_) => f.write_str("the server did not answer a Ping in time"),
            Self::Stalled => f.write_str("the server did not accept data in time"),
            Self::LoggedOff => f.write_str("this client has logged off"),
            Self::Io(kind) => write!(f, "the connection failed: {kind}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "connect: {error}"),
            Self::Silent { timeout } => write!(
                f,
                "no banner within {} s: the server hangs, expects TLS, or is not Asterisk",
                Seconds(*timeout)
            ),
            Self::NotAsterisk { protocol: Some(protocol), line } => {
                write!(f, "this is not an Asterisk Manager Interface but {protocol}: \"{line}\"")
            }
            Self::NotAsterisk { protocol: None, line } => {
                write!(f, "no banner but \"{line}\": the peer is not an Asterisk Manager Interface")
            }
            Self::Refused { reason, message } if message.is_empty() => write!(f, "login refused: {reason}"),
            Self::Refused { reason: LoginRefused::NoChallenge, message } => write!(
                f,
                "login refused: no MD5 challenge, and the secret was not sent: {}",
                printable([message])
            ),
            Self::Refused { message, .. } => write!(f, "login refused: {}", printable([message])),
            Self::Response { status, response } => {
                f.write_str(match status {
                    ResponseStatus::PermissionDenied => "the user is not permitted to do that",
                    _ => "the server answered Error",
                })?;
                match explanation(&response.message()) {
                    text if text.is_empty() => f.write_str(" without a message"),
                    text => write!(f, ": {text}"),
                }
            }
            Self::Lost { reason, disconnect: None } => reason.fmt(f),
            Self::Lost { reason, disconnect: Some(disconnect) } => write!(f, "{reason}: {disconnect}"),
            Self::NoEvents => {
                f.write_str("the client has not requested events; Credentials::events requests them")
            }
            Self::Disconnected(disconnect) => disconnect.fmt(f),
            Self::TooLarge { limit } => {
                let (number, unit) = match limit.trailing_zeros() {
                    20.. => (limit >> 20, "MiB"),
                    10.. => (limit >> 10, "KiB"),
                    _ => (*limit, "bytes"),
                };
                write!(f, "the answer takes more memory than the {number} {unit} that the client keeps")
            }
            Self::Session(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns the text with which a response explains an error. If a console command failed, that is
/// its output, and `Message` only announces the output.
fn explanation(response: &Message<'_>) -> String {
    let output = printable(response.output().map(|line| line.as_bytes()));
    if output.is_empty() { printable(response.get("Message")) } else { output }
}

/// The most characters of a text of the server that are printed. They are enough for the errors of
/// Asterisk, but not for all texts on the usage of a command.
const PRINTED: usize = 200;

/// The most bytes of a line that are looked at: a character has up to four, and one more character
/// tells that the text is longer.
const LOOKED_AT: usize = 4 * (PRINTED + 1);

/// Joins lines that the server chose to one that is safe to print: without blanks at the ends of
/// the lines, with one between two lines, and with the characters replaced that control a terminal,
/// set the direction of text or end a line. Shortens it to [`PRINTED`] characters.
fn printable<T: AsRef<[u8]>>(lines: impl IntoIterator<Item = T>) -> String {
    // The `ami` tool escapes the same characters, and so does the PBX in its log of requests. A
    // test of the tool compares the three.
    let is_odd = |char: char| {
        char.is_control()
            || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
    };
    let mut text = String::new();
    let mut room = PRINTED;
    for line in lines {
        let line = line.as_ref().trim_ascii();
        let line = String::from_utf8_lossy(line.get(..LOOKED_AT).unwrap_or(line));
        let blank = if text.is_empty() || line.is_empty() { "" } else { " " };
        for char in blank.chars().chain(line.chars()) {
            let Some(less) = room.checked_sub(1) else {
                text.push('…');
                return text;
            };
            room = less;
            text.push(if is_odd(char) { '\u{fffd}' } else { char });
        }
    }
    text
}

impl Error {
    /// Returns the memory that the error takes on the heap, in bytes.
    pub(super) fn memory(&self) -> usize {
        match self {
            Self::Response { response, .. } => {
                OwnedMessage::allocated(size_of::<OwnedMessage>()).saturating_add(response.memory())
            }
            _ => 0,
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
