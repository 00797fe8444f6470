use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

/// A source of connections for a [`Server`](super::Server). A [`TcpListener`] is one; others wrap
/// one, for example to add TLS.
///
/// ```
/// use std::io::{self, Read, Write};
/// use std::net::{SocketAddr, TcpListener, TcpStream};
/// use embedded_ami::io::blocking::server::{Listen, ServerStream};
///
/// /// Prints the number of bytes that each client has received.
/// struct Metered(TcpListener);
///
/// struct Meter {
///     stream: TcpStream,
///     sent: usize,
/// }
///
/// impl Listen for Metered {
///     type Stream = Meter;
///
///     fn accept(&mut self) -> io::Result<(Meter, SocketAddr)> {
///         let (stream, peer) = Listen::accept(&mut self.0)?;
///         Ok((Meter { stream, sent: 0 }, peer))
///     }
///
///     fn local_addr(&self) -> io::Result<SocketAddr> {
///         self.0.local_addr()
///     }
/// }
///
/// impl Read for Meter {
///     fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
///         self.stream.read(to)
///     }
/// }
///
/// impl Write for Meter {
///     fn write(&mut self, from: &[u8]) -> io::Result<usize> {
///         let sent = self.stream.write(from)?;
///         self.sent += sent;
///         Ok(sent)
///     }
///
///     fn flush(&mut self) -> io::Result<()> {
///         self.stream.flush()
///     }
/// }
///
/// impl ServerStream for Meter {
///     fn has_input(&mut self) -> bool {
///         self.stream.has_input()
///     }
///
///     fn end_output(&mut self) -> io::Result<()> {
///         println!("{} bytes", self.sent);
///         self.stream.end_output()
///     }
/// }
/// ```
pub trait Listen {
    /// The connections.
    type Stream: ServerStream;

    /// Returns a new connection and the address of its client, without waiting for one. Reads and
    /// writes of the connection must not wait either.
    ///
    /// # Errors
    ///
    /// After any error, such as [`WouldBlock`](io::ErrorKind::WouldBlock) if no client waits, the
    /// server tries again a few milliseconds later.
    fn accept(&mut self) -> io::Result<(Self::Stream, SocketAddr)>;

    /// Returns the address that the server listens on.
    ///
    /// # Errors
    ///
    /// Those of the operating system.
    fn local_addr(&self) -> io::Result<SocketAddr>;
}

/// A connection of a [`Server`](super::Server) to a client, as [`Listen::accept`] returns it.
///
/// Reads and writes that would wait return [`WouldBlock`](io::ErrorKind::WouldBlock). The server
/// tries them again when anything happens, at the latest a few milliseconds later. With any other
/// error except [`Interrupted`](io::ErrorKind::Interrupted) it closes the connection. If `write`
/// only stores bytes, later calls of `read`, `write` and `has_input` must send them.
pub trait ServerStream: Read + Write {
    /// Returns whether a read would return at least one byte now.
    fn has_input(&mut self) -> bool;

    /// Tells the client that no more bytes follow. Reading goes on. The server calls this once all
    /// bytes have been written.
    ///
    /// # Errors
    ///
    /// Those of the transport. The server ignores them.
    fn end_output(&mut self) -> io::Result<()>;
}

impl Listen for TcpListener {
    type Stream = TcpStream;

    /// The listener must not wait: see [`TcpListener::set_nonblocking`].
    fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = TcpListener::accept(self)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok((stream, peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        TcpListener::local_addr(self)
    }
}

impl ServerStream for TcpStream {
    fn has_input(&mut self) -> bool {
        matches!(self.peek(&mut [0]), Ok(1..))
    }

    fn end_output(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}
