//! A listener whose connections are watched by the poller of the system.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use embedded_ami::io::blocking::server::{Listen, Ready, ServerStream};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);

pub(crate) struct Polled {
    listener: TcpListener,
    poll: Poll,
    events: Events,
}

impl Polled {
    pub(crate) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let mut listener = TcpListener::from_std(listener);
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        // Few, so that one call does not report everything.
        Ok(Self { listener, poll, events: Events::with_capacity(7) })
    }
}

impl Listen for Polled {
    type Stream = Stream;

    fn accept(&mut self) -> io::Result<(Stream, SocketAddr)> {
        let (stream, peer) = self.listener.accept()?;
        stream.set_nodelay(true)?;
        Ok((Stream(stream), peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn watch(&mut self, stream: &mut Stream, key: usize) -> io::Result<()> {
        self.poll.registry().register(&mut stream.0, Token(key), Interest::READABLE | Interest::WRITABLE)
    }

    fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
        self.poll.poll(&mut self.events, Some(time))?;
        for event in &self.events {
            match event.token() {
                LISTENER => ready.listener(),
                Token(key) => ready.connection(key),
            }
        }
        Ok(())
    }
}

pub(crate) struct Stream(TcpStream);

impl Read for Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.0.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ServerStream for Stream {
    fn has_input(&mut self) -> bool {
        matches!(self.0.peek(&mut [0]), Ok(1..))
    }

    fn end_output(&mut self) -> io::Result<()> {
        self.0.shutdown(Shutdown::Write)
    }
}
