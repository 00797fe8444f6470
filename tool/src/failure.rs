//! The reasons for which the tool ends early, each with its exit status and its line on standard
//! error.

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;

use embedded_ami::client::SessionError;
use embedded_ami::io::blocking::Error;

use crate::args::Options;
use crate::escape::escape;

/// The reason for which the tool ends early.
pub(crate) enum Failure {
    /// The server answered Error, with this message.
    ErrorResponse(String),
    /// A call failed.
    Call(String),
    /// The arguments, or a file or variable that they name, cannot be used.
    Usage(String),
    /// The client failed at the server that the options name.
    Client(Error),
    /// An expected event did not arrive in time.
    Timeout(&'static str),
    /// The reader of standard output has closed it, so that there is nothing left to do. The status
    /// is that of success.
    OutputClosed,
    /// Standard output failed for another reason.
    Output(io::Error),
    /// The miniature PBX failed, or a client of the tool's own failed at it.
    Pbx(String),
}

impl Failure {
    /// Returns the text for standard error and the exit status, or `None` for success.
    pub(crate) fn report(self, options: &Options) -> Option<(String, u8)> {
        Some(match self {
            Self::OutputClosed => return None,
            Self::ErrorResponse(text) => (format!("the server answered Error: {text}"), 1),
            Self::Call(text) => (text, 1),
            Self::Usage(text) => (text, 2),
            Self::Client(error @ Error::Session(SessionError::Encode(_))) => (error.to_string(), 2),
            Self::Client(error @ Error::Refused { .. }) => (error.to_string(), 4),
            Self::Client(error) => (format!("{}:{}: {error}", options.host, options.port), 3),
            Self::Timeout(text) => (text.into(), 3),
            Self::Output(error) => (format!("cannot write to standard output: {error}"), 3),
            Self::Pbx(text) => (text, 3),
        })
    }

    /// Names the address of the miniature PBX in a failure of a client that was connected to it.
    pub(crate) fn at(self, address: SocketAddr) -> Self {
        match self {
            Self::Client(error) => Self::Pbx(format!("{address}: {error}")),
            other => other,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Client(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Failure::OutputClosed } else { Failure::Output(error) }
    }
}

/// Prints an error or a warning as one line on standard error. Unsafe characters are escaped even
/// if that is not a terminal.
pub(crate) fn complain(text: &str) {
    // If this fails, only the exit status is left to tell of the error.
    let _ = writeln!(io::stderr(), "ami: {}", escape(text.as_bytes()));
}
