//! The requests of all connections, and the decoder that finds them.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use embedded_ami::wire::{Decoder, Message, OwnedMessage, Part, Step};

use super::{Log, ReceivedRequest};
use crate::lock::lock;

/// The most bytes of requests in memory. The latest request is kept whatever its size.
pub(super) const MEMORY: usize = 1024 * 1024;

/// The requests of all connections.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    log: Option<Log>,
    kept: Mutex<Kept>,
}

/// The latest requests.
#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<ReceivedRequest>,
    /// The memory that they take.
    memory: usize,
}

impl Recorder {
    pub(crate) fn new(log: Option<Log>) -> Self {
        Self { log, ..Self::default() }
    }

    /// Returns the requests in memory, in the order of their arrival.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.kept).requests.iter().cloned().collect()
    }

    fn record(&self, request: ReceivedRequest) {
        if let Some(log) = &self.log {
            log.write(&request);
        }
        let mut kept = lock(&self.kept);
        kept.memory += request.memory();
        kept.requests.push_back(request);
        while kept.memory > MEMORY && kept.requests.len() > 1 {
            kept.memory -= kept.requests.pop_front().map_or(0, |first| first.memory());
        }
    }
}

/// The decoder that finds the requests in the bytes of one connection.
pub(crate) struct Requests {
    recorder: Arc<Recorder>,
    connection: u64,
    peer: SocketAddr,
    decoder: Decoder<Vec<u8>>,
}

impl Requests {
    /// Creates the decoder for a connection, with the limit of the server for a request in bytes.
    ///
    /// # Errors
    ///
    /// The limit is too small for any request.
    pub(crate) fn new(
        recorder: Arc<Recorder>,
        connection: u64,
        peer: SocketAddr,
        longest: usize,
    ) -> io::Result<Self> {
        let decoder = Decoder::for_server(vec![0; longest]).map_err(io::Error::other)?;
        Ok(Self { recorder, connection, peer, decoder })
    }

    /// Records the requests that end in these bytes, which the client has sent.
    pub(crate) fn received(&mut self, mut bytes: &[u8]) {
        loop {
            match self.decoder.poll() {
                Step::Message => self.record(),
                Step::End => return,
                Step::NeedInput if bytes.is_empty() => return,
                Step::NeedInput => bytes = bytes.get(self.decoder.feed(bytes)..).unwrap_or_default(),
            }
        }
    }

    /// Records the message, or the first part of one that is too long.
    fn record(&self) {
        let part = self.decoder.message();
        let (message, is_truncated) = match part.part() {
            Part::Whole => (owned(&part), false),
            Part::First => (incomplete(part.as_bytes()), true),
            Part::Middle | Part::Last => return,
        };
        if message.is_empty() {
            return; // line ends at the end of the stream
        }
        let (time, connection, peer) = (SystemTime::now(), self.connection, self.peer);
        self.recorder.record(ReceivedRequest { time, connection, peer, message, is_truncated });
    }
}

impl Drop for Requests {
    /// Records the request that the end of the connection cut off.
    fn drop(&mut self) {
        self.decoder.finish();
        self.received(&[]);
    }
}

fn owned(message: &Message<'_>) -> OwnedMessage {
    let mut owned = OwnedMessage::default();
    // A vector has room for every part.
    let _ = owned.push(message);
    owned
}

/// Returns a message that consists of its first bytes.
fn incomplete(bytes: &[u8]) -> OwnedMessage {
    let Ok(mut decoder) = Decoder::for_server(vec![0; bytes.len() + Decoder::MIN]) else {
        return OwnedMessage::default();
    };
    // All of it fits.
    let _ = decoder.feed(bytes);
    decoder.finish();
    let _ = decoder.poll();
    owned(&decoder.message())
}
