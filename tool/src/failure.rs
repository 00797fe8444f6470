//! The reasons for which the tool ends early, each with its exit status and its line on standard
//! error.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use embedded_ami::client::SessionError;
use embedded_ami::io::blocking::Error;

use crate::output::escape::escape;

/// The reason for which the tool ends early.
pub(crate) enum Failure {
    /// The server answered Error, with this message.
    ErrorResponse(String),
    /// The arguments, or a file or variable that they name, cannot be used.
    Usage(String),
    /// The client failed at the server that the options name.
    Client(Error),
    /// The connection failed: the text names the server.
    Connection(String),
    /// The server refused the login.
    Login(String),
    /// An expected event did not arrive in time.
    Timeout(String),
    /// The reader of standard output has closed it, so that there is nothing left to do. The status
    /// is that of success.
    OutputClosed,
    /// This machine failed: a disk is full, a port is in use, standard output cannot be written.
    Local(String),
    /// A status of its own, with an explanation if standard output does not have one.
    Status(u8, Option<String>),
}

impl Failure {
    /// Returns the exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::OutputClosed => 0,
            Self::ErrorResponse(_) => 1,
            Self::Usage(_) | Self::Client(Error::Session(SessionError::Encode(_))) => 2,
            Self::Login(_) | Self::Client(Error::Refused { .. }) => 4,
            Self::Client(_) | Self::Connection(_) | Self::Timeout(_) => 3,
            Self::Local(_) => 5,
            Self::Status(status, _) => *status,
        }
    }

    /// Returns the line for standard error.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Self::OutputClosed => None,
            Self::ErrorResponse(text) => Some(format!("the server answered Error: {text}")),
            Self::Usage(text)
            | Self::Connection(text)
            | Self::Login(text)
            | Self::Timeout(text)
            | Self::Local(text) => Some(text),
            Self::Client(error) => Some(error.to_string()),
            Self::Status(_, text) => text,
        }
    }

    /// Names the server in a failure of its connection.
    pub(crate) fn at(self, server: &str) -> Self {
        match self {
            Self::Client(error @ Error::Session(SessionError::Encode(_))) => Self::Usage(error.to_string()),
            Self::Client(error @ Error::Refused { .. }) => Self::Login(error.to_string()),
            Self::Client(error) => Self::Connection(format!("{server}: {error}")),
            other => other,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Client(error)
    }
}

/// An error of standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => Failure::Local(format!("cannot write to standard output: {error}")),
        }
    }
}

/// Whether warnings are left out.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Leaves out all warnings from now on.
pub(crate) fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Prints a warning as one line on standard error, unless `--quiet` is given.
pub(crate) fn warn(text: &str) {
    if !IS_QUIET.load(Ordering::Relaxed) {
        complain(&format!("warning: {text}"));
    }
}

/// Prints an error or a warning as one line on standard error. Unsafe characters are escaped even
/// if that is not a terminal.
pub(crate) fn complain(text: &str) {
    // If this fails, only the exit status is left to tell of the error.
    // One write, so that the lines of several programs with the same standard error do not mix.
    let _ = io::stderr().write_all(format!("ami: {}\n", escape(text.as_bytes())).as_bytes());
}
