//! The connections of the PBX: TCP, or TLS over TCP.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use embedded_ami::io::blocking::server::{Listen, Ready, ServerStream};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

#[cfg(feature = "tls")]
use crate::tls::{Tls, TlsStream};

/// The key of the listener. No connection has it.
const LISTENER: Token = Token(usize::MAX);
/// The most reports of the system at once. More follow in the next call.
const REPORTS: usize = 1024;

/// A TCP listener, with TLS on each connection if that is wanted. The poller of the system reports
/// the connections that have something to do, so that the others take no time.
pub(crate) struct Listener {
    tcp: TcpListener,
    poll: Poll,
    reports: Events,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Listener {
    pub(crate) fn new(
        tcp: std::net::TcpListener,
        #[cfg(feature = "tls")] tls: Option<Tls>,
    ) -> io::Result<Self> {
        tcp.set_nonblocking(true)?;
        let (mut tcp, poll) = (TcpListener::from_std(tcp), Poll::new()?);
        poll.registry().register(&mut tcp, LISTENER, Interest::READABLE)?;
        Ok(Self {
            tcp,
            poll,
            reports: Events::with_capacity(REPORTS),
            #[cfg(feature = "tls")]
            tls,
        })
    }
}

impl Listen for Listener {
    type Stream = Transport;

    fn accept(&mut self) -> io::Result<(Transport, SocketAddr)> {
        let (tcp, peer) = self.tcp.accept()?;
        tcp.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return Ok((Transport::Tls(Box::new(TlsStream::new(tcp, tls)?)), peer));
        }
        Ok((Transport::Tcp(tcp), peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    fn watch(&mut self, stream: &mut Transport, key: usize) -> io::Result<()> {
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(stream.socket(), Token(key), both)
    }

    fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
        self.poll.poll(&mut self.reports, Some(time))?;
        for report in &self.reports {
            match report.token() {
                LISTENER => ready.listener(),
                Token(key) => ready.connection(key),
            }
        }
        Ok(())
    }
}

/// A connection.
pub(crate) enum Transport {
    Tcp(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream>),
}

impl Transport {
    fn socket(&mut self) -> &mut TcpStream {
        match self {
            Self::Tcp(tcp) => tcp,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.socket(),
        }
    }
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
        match self {
            Self::Tcp(tcp) => matches!(tcp.peek(&mut [0]), Ok(1..)),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.has_input(),
        }
    }

    fn end_output(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(tcp) => tcp.shutdown(Shutdown::Write),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.end_output(),
        }
    }
}
