//! A source of connections with a layer that decides about requests: see [`crate::stream`].

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embedded_ami::io::blocking::server::{Limits, Listen, Ready};

use crate::plan::{Director, Latest, Link};
use crate::stream::Stream;

/// A source of connections whose requests and answers a [`Director`] decides about.
pub(crate) struct Directed<L, D> {
    listener: L,
    director: Arc<Mutex<D>>,
    latest: Latest,
    limits: Limits,
}

impl<L, D> Directed<L, D> {
    /// Adds a director to a listener, which must not wait. The limits are those of the server.
    pub(crate) fn new(listener: L, director: Arc<Mutex<D>>, latest: Latest, limits: Limits) -> Self {
        Self { listener, director, latest, limits }
    }
}

impl<L: Listen, D: Director> Listen for Directed<L, D> {
    type Stream = Stream<L::Stream, D>;

    fn accept(&mut self) -> io::Result<(Self::Stream, SocketAddr)> {
        let (stream, peer) = self.listener.accept()?;
        let link = Arc::new(Link::default());
        self.latest.set(&link);
        let stream = Stream::new(stream, Arc::clone(&self.director), link, &self.limits)?;
        Ok((stream, peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn watch(&mut self, stream: &mut Self::Stream, key: usize) -> io::Result<()> {
        self.listener.watch(stream.inner(), key)
    }

    fn wait(&mut self, time: Duration, ready: &mut Ready) -> io::Result<()> {
        self.listener.wait(time, ready)
    }
}
