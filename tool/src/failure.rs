//! The reasons for which the tool ends without success.

use std::io::{self, ErrorKind};

use embedded_ami::io::blocking::Error;

/// What ends the program, and with which status.
pub(crate) enum Failure {
    /// The server answered Error, with this message.
    Answer(String),
    /// A call came to nothing.
    Call(String),
    Usage(String),
    Client(Error),
    /// What should have come did not.
    Timeout(&'static str),
    /// Standard output was closed by its reader: nothing is left to do.
    Quiet,
    /// Standard output failed otherwise.
    Output(io::Error),
    /// The server of our own failed.
    Server(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Client(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Failure::Quiet } else { Failure::Output(error) }
    }
}
