use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::ready::Ready;

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
///
/// # Many idle connections
///
/// The standard library cannot wait for several sockets at once. Without more, the server therefore
/// tries a read on every connection, up to every 5 ms: 200 idle connections take about 4 % of a
/// processor core. A listener that implements [`watch`](Listen::watch) and [`wait`](Listen::wait)
/// with a poller of the system tells the server which connections have something to do. Idle
/// connections then take no time, however many there are. Implement both or neither.
///
/// The reports are edge-triggered: they tell that the state of a socket has *become* readable or
/// writable, and the server remembers that until the stream returns
/// [`WouldBlock`](io::ErrorKind::WouldBlock). Pollers that work in this way are `mio` on all
/// systems, `epoll` with `EPOLLET`, `kqueue` with `EV_CLEAR`, and `polling` with `PollMode::Edge`.
/// This is all that is needed with `mio`:
///
/// ```
/// use std::io::{self, Read, Write};
/// use std::net::{Shutdown, SocketAddr};
/// use std::time::Duration;
/// use embedded_ami::io::blocking::server::{Listen, Ready, ServerStream};
/// use mio::net::{TcpListener, TcpStream};
/// use mio::{Events, Interest, Poll, Token};
///
/// /// No connection has this key.
/// const LISTENER: Token = Token(usize::MAX);
///
/// struct Polled {
///     listener: TcpListener,
///     poll: Poll,
///     events: Events,
/// }
///
/// impl Polled {
///     fn bind(address: SocketAddr) -> io::Result<Self> {
///         let mut listener = TcpListener::bind(address)?;
///         let poll = Poll::new()?;
///         poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
///         Ok(Self { listener, poll, events: Events::with_capacity(1024) })
///     }
/// }
///
/// impl Listen for Polled {
///     type Stream = Stream;
///
///     fn accept(&mut self) -> io::Result<(Stream, SocketAddr)> {
///         let (stream, peer) = self.listener.accept()?;
///         stream.set_nodelay(true)?;
///         Ok((Stream(stream), peer))
///     }
///
///     fn local_addr(&self) -> io::Result<SocketAddr> {
///         self.listener.local_addr()
///     }
///
///     fn watch(&mut self, stream: &mut Stream, key: usize) -> io::Result<()> {
///         let both = Interest::READABLE | Interest::WRITABLE;
///         self.poll.registry().register(&mut stream.0, Token(key), both)
///     }
///
///     fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
///         self.poll.poll(&mut self.events, Some(time))?;
///         for event in &self.events {
///             match event.token() {
///                 LISTENER => ready.listener(),
///                 Token(key) => ready.connection(key),
///             }
///         }
///         Ok(())
///     }
/// }
///
/// struct Stream(TcpStream);
///
/// impl Read for Stream {
///     fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
///         self.0.read(to)
///     }
/// }
///
/// impl Write for Stream {
///     fn write(&mut self, from: &[u8]) -> io::Result<usize> {
///         self.0.write(from)
///     }
///
///     fn flush(&mut self) -> io::Result<()> {
///         Ok(())
///     }
/// }
///
/// impl ServerStream for Stream {
///     fn has_input(&mut self) -> bool {
///         matches!(self.0.peek(&mut [0]), Ok(1..))
///     }
///
///     fn end_output(&mut self) -> io::Result<()> {
///         self.0.shutdown(Shutdown::Write)
///     }
/// }
/// # use embedded_ami::io::blocking::server::{Exchange, Limits, Server, Service};
/// # use embedded_ami::server::{Account, Attempt, Session, SessionError};
/// # struct Door;
/// # impl Service for Door {
/// #     fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> { Some(Account::new("secret")) }
/// #     fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
/// #         exchange.answer()?.success("Done")
/// #     }
/// # }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let session = Session::without_md5("11.0.0");
/// # let limits = Limits::DEFAULT.connections(10_000);
/// let listener = Polled::bind("127.0.0.1:0".parse()?)?;
/// let mut server = Server::with_listener(listener, session, Door, limits)?;
/// # use embedded_ami::{action::Raw, client::Credentials, io::blocking::Client};
/// # use std::sync::atomic::{AtomicBool, Ordering};
/// # let address = server.local_addr()?;
/// # static STOP: AtomicBool = AtomicBool::new(false);
/// # let thread = std::thread::spawn(move || server.run(&STOP));
/// # let mut client = Client::connect(address, Duration::from_secs(5))?;
/// # client.login(&Credentials::plain("admin", "secret"))?;
/// # client.send(&Raw::without_headers("OpenDoor"))?;
/// # STOP.store(true, Ordering::Relaxed);
/// # thread.join().unwrap();
/// # Ok(())
/// # }
/// ```
pub trait Listen {
    /// The connections.
    type Stream: ServerStream;

    /// Returns a new connection and the address of its client, without waiting for one. The
    /// connection must not wait either, for example for the handshake of TLS. The server may drop
    /// it without any other call, if its limits allow no further connection.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if no client waits. The server tries again when
    /// [`wait`](Listen::wait) reports the listener. After `ConnectionAborted`, `ConnectionReset`
    /// and `Interrupted`, which concern one client only, it tries again at once. After any other
    /// error it calls [`Service::accept_failed`](super::Service::accept_failed), and tries again
    /// later.
    fn accept(&mut self) -> io::Result<(Self::Stream, SocketAddr)>;

    /// Returns the address that the server listens on.
    ///
    /// # Errors
    ///
    /// Those of the operating system.
    fn local_addr(&self) -> io::Result<SocketAddr>;

    /// Begins to watch a connection that [`accept`](Listen::accept) has returned, so that
    /// [`wait`](Listen::wait) reports `key` when it becomes readable or writable. Watches it until
    /// it is dropped. If it already is readable or writable, the next `wait` may report that or
    /// not.
    ///
    /// Keys are numbers from 0 on, less than the number of connections that were open at the same
    /// time. The key of a connection that was dropped is used again. The default does nothing.
    ///
    /// # Errors
    ///
    /// Those of the operating system. The server then drops the connection and calls
    /// [`Service::accept_failed`](super::Service::accept_failed).
    fn watch(&mut self, stream: &mut Self::Stream, key: usize) -> io::Result<()> {
        let _ = (stream, key);
        Ok(())
    }

    /// Waits until something happens, at the longest for `time`, and reports it to `ready`: each
    /// connection that has become readable or writable, or was closed by its client, since the
    /// previous call, and the listener if a client waits.
    ///
    /// `time` is at most 5 ms, so that the server notices in time that it must stop, and calls
    /// [`Service::tick`](super::Service::tick) as often as promised: nothing has to end the wait
    /// before. With a `time` of zero, this must not wait. The default waits for all of `time` and
    /// reports everything.
    ///
    /// A listener that wraps another one must call its `watch` and `wait`.
    ///
    /// # Errors
    ///
    /// Those of the operating system. The server ignores
    /// [`Interrupted`](io::ErrorKind::Interrupted). After any other error it waits for `time` and
    /// looks at every connection.
    fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
        if !time.is_zero() {
            std::thread::sleep(time);
        }
        ready.all();
        Ok(())
    }
}

/// A connection of a [`Server`](super::Server) to a client, as [`Listen::accept`] returns it.
///
/// Reads and writes that would wait return [`WouldBlock`](io::ErrorKind::WouldBlock). The server
/// tries them again when [`Listen::wait`] reports the connection; that is at the latest a few
/// milliseconds later, unless the listener implements `wait`. After a read that returned
/// [`Interrupted`](io::ErrorKind::Interrupted), the server tries again as soon as it has served the
/// other clients: return that if there may be more to read. With any other error it closes the
/// connection. A read of 0 bytes means that the client sends nothing more; the server still answers
/// what it has read.
///
/// `write` may only store bytes. Later calls of `read`, `write` and `has_input` must then send
/// them, and [`end_output`](ServerStream::end_output) must report whether any are left. The server
/// sees the bytes that it has written as accepted by the client, so that such a stream should store
/// few of them, and return `WouldBlock` while the client does not accept those. `Interrupted`
/// instead tells the server that the client has accepted some of them since the last call; the
/// server then writes again at once. A client that accepts nothing for
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

    /// Returns the time after which the server must try a read or write again even if
    /// [`Listen::wait`] does not report the connection, or `None`, which is the default.
    ///
    /// Implement this for a stream that returns `WouldBlock` or stores bytes for a reason of its
    /// own, for example to limit its rate. It is not needed for one that waits for its socket, as
    /// TLS does, nor if the listener does not implement `wait`.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
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
