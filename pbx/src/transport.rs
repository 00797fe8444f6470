//! The connections of the PBX: TCP, or TLS over TCP.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use embedded_ami::io::blocking::server::{Listen, ServerStream};

#[cfg(feature = "tls")]
use crate::tls::{Tls, TlsStream};

/// A TCP listener, with TLS on each connection if that is wanted.
pub(crate) struct Listener {
    tcp: TcpListener,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Listener {
    pub(crate) fn new(tcp: TcpListener, #[cfg(feature = "tls")] tls: Option<Tls>) -> io::Result<Self> {
        tcp.set_nonblocking(true)?;
        Ok(Self {
            tcp,
            #[cfg(feature = "tls")]
            tls,
        })
    }
}

impl Listen for Listener {
    type Stream = Transport;

    fn accept(&mut self) -> io::Result<(Transport, SocketAddr)> {
        let (tcp, peer) = Listen::accept(&mut self.tcp)?;
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return Ok((Transport::Tls(Box::new(TlsStream::new(tcp, tls)?)), peer));
        }
        Ok((Transport::Tcp(tcp), peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// A connection.
pub(crate) enum Transport {
    Tcp(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream>),
}

/// Calls a method of the connection, whichever kind it is.
macro_rules! each {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            Transport::Tcp(stream) => stream.$method($($argument),*),
            #[cfg(feature = "tls")]
            Transport::Tls(stream) => stream.$method($($argument),*),
        }
    };
}

impl Read for Transport {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        each!(self.read(to))
    }
}

impl Write for Transport {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        each!(self.write(from))
    }

    fn flush(&mut self) -> io::Result<()> {
        each!(self.flush())
    }
}

impl ServerStream for Transport {
    fn has_input(&mut self) -> bool {
        each!(self.has_input())
    }

    fn end_output(&mut self) -> io::Result<()> {
        each!(self.end_output())
    }
}
