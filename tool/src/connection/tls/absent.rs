//! A build without TLS.

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Instant;

use super::settings::Culprit;

/// The settings of a connection over TLS, which do not exist in this build.
pub(crate) struct Tls(Infallible);

/// A connection over TLS, which does not exist in this build.
pub(crate) struct TlsStream(Infallible);

impl Tls {
    pub(crate) fn new(_: &str, _: Option<&str>, _: Option<&Path>, _: bool) -> Result<Self, Culprit> {
        Err(Culprit::Tls("this build of ami has no TLS (feature tls)".into()))
    }

    pub(crate) fn connect(&self, _: TcpStream, _: Instant) -> io::Result<TlsStream> {
        match self.0 {}
    }
}

impl TlsStream {
    pub(crate) fn describe(&self) -> String {
        match self.0 {}
    }

    #[cfg(unix)]
    pub(crate) fn socket(&self) -> &TcpStream {
        match self.0 {}
    }
}

impl Read for TlsStream {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }
}

impl Write for TlsStream {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0 {}
    }
}
