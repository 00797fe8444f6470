use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

/// A source of connections for a [`Server`](super::Server). A [`TcpListener`] is one; others wrap
/// one, for example to add TLS.
///
/// No call may wait, neither of the listener nor of its connections: the server serves all clients
/// in one thread, and would serve none of them in the meantime, nor stop. A listener that wraps a
/// [`TcpListener`] must therefore have called [`TcpListener::set_nonblocking`].
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

    /// Returns a new connection and the address of its client, without waiting for one. The
    /// connection must not wait either, for example for the handshake of TLS. The server may drop it
    /// without any other call, if its limits allow no further connection.
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
/// error except [`Interrupted`](io::ErrorKind::Interrupted) it closes the connection. A read of 0
/// bytes means that the client sends nothing more; the server still answers what it has read.
///
/// `write` may only store bytes. Later calls of `read`, `write` and `has_input` must then send
/// them, and [`end_output`](ServerStream::end_output) must report whether any are left. The server sees
/// the bytes that it has written as accepted by the client, so that such a stream should store few
/// of them, and return `WouldBlock` while the client does not accept those. `Interrupted` instead
/// tells the server that the client has accepted some of them since the last call; the server then
/// writes again at once. A client that accepts nothing for
/// [`Limits::stall`](super::Limits#structfield.stall) is disconnected.
///
/// A call should do a bounded amount of work. A client can send without end, and other clients are
/// served only between the calls.
pub trait ServerStream: Read + Write {
    /// Returns whether a read would return at least one byte now.
    fn has_input(&mut self) -> bool;

    /// Sends the bytes that the stream still stores, if there are any, and then tells the client
    /// that no more follow. Reading goes on. The server calls this when it has written all bytes,
    /// and again after [`WouldBlock`](io::ErrorKind::WouldBlock) and
    /// [`Interrupted`](io::ErrorKind::Interrupted). When it stops, it calls this once only.
    ///
    /// # Errors
    ///
    /// `WouldBlock` while stored bytes remain that the client does not accept now. After
    /// [`Limits::stall`](super::Limits#structfield.stall) of nothing else, the server closes the
    /// connection. `Interrupted` if bytes remain, but the client has accepted some since the
    /// previous call. After any other error the server behaves as if the client had been told.
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
