//! A layer between the network and everything else, which records the requests of the clients and
//! replays a recorded stream to them.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use embedded_ami::io::blocking::server::{Listen, Ready, ServerStream};

use crate::replay::{Recording, Replay};
use crate::request_log::{Recorder, Requests};

/// A source of connections with this layer.
pub(crate) struct Tapped<L> {
    listener: L,
    recorder: Arc<Recorder>,
    recording: Option<Recording>,
    /// The longest request in bytes.
    longest: usize,
    /// The number of connections so far.
    connections: u64,
}

impl<L> Tapped<L> {
    /// Adds the layer to a listener. `longest` is the limit of the server for a request in bytes.
    pub(crate) fn new(
        listener: L,
        recorder: Arc<Recorder>,
        recording: Option<Recording>,
        longest: usize,
    ) -> Self {
        Self { listener, recorder, recording, longest, connections: 0 }
    }
}

impl<L: Listen> Listen for Tapped<L> {
    type Stream = Tap<L::Stream>;

    fn accept(&mut self) -> io::Result<(Self::Stream, SocketAddr)> {
        let (stream, peer) = self.listener.accept()?;
        self.connections = self.connections.saturating_add(1);
        let requests = Requests::new(Arc::clone(&self.recorder), self.connections, peer, self.longest)?;
        let replay = self.recording.clone().map(|recording| Box::new(Replay::new(recording)));
        Ok((Tap { stream, requests, replay }, peer))
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

/// A connection with this layer.
pub(crate) struct Tap<T> {
    stream: T,
    requests: Requests,
    /// The replay, until it is over.
    replay: Option<Box<Replay>>,
}

impl<T: ServerStream> Tap<T> {
    fn inner(&mut self) -> &mut T {
        &mut self.stream
    }

    /// Goes on with the replay.
    fn replay(&mut self) -> io::Result<()> {
        let Some(replay) = &mut self.replay else { return Ok(()) };
        replay.send(&mut self.stream)?;
        if replay.is_over() {
            self.replay = None;
        }
        Ok(())
    }
}

impl<T: ServerStream> Read for Tap<T> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.replay()?;
        let n = self.stream.read(to)?;
        self.requests.received(to.get(..n).unwrap_or_default());
        Ok(n)
    }
}

impl<T: ServerStream> Write for Tap<T> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match &mut self.replay {
            Some(replay) => replay.write(from, &mut self.stream),
            None => self.stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<T: ServerStream> ServerStream for Tap<T> {
    fn has_input(&mut self) -> bool {
        // An error occurs again at the next read, which reports it.
        let _ = self.replay();
        self.stream.has_input()
    }

    fn end_output(&mut self) -> io::Result<()> {
        self.replay = None;
        self.stream.end_output()
    }

    fn retry_after(&self) -> Option<Duration> {
        let can_go_on = self.replay.as_ref().is_some_and(|replay| replay.can_go_on());
        if can_go_on { Some(Duration::ZERO) } else { self.stream.retry_after() }
    }
}
