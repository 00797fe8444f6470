//! A request that a client has sent.

use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::SystemTime;

use embedded_ami::server::Request;
use embedded_ami::wire::{Message, OwnedMessage, Value};
use serde::ser::Serialize;

use super::json::{Escaping, Json};

/// The memory that a request takes beyond its bytes.
const OVERHEAD: usize = size_of::<ReceivedRequest>() + 32;

/// A request that a client has sent, as [`Pbx::requests`](crate::Pbx::requests) returns it.
///
/// It has every byte that was received, also those of a malformed line. `Debug` prints the line of
/// JSON that [`Builder::log`](crate::Builder::log) describes, in which secrets are redacted.
#[derive(Clone)]
pub struct ReceivedRequest {
    pub(super) time: SystemTime,
    pub(super) connection: u64,
    pub(super) peer: SocketAddr,
    pub(super) message: OwnedMessage,
    pub(super) is_truncated: bool,
}

impl ReceivedRequest {
    /// Returns the time at which the end of the request was received.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// Returns the number of the connection. The first connection to the PBX has number 1.
    #[must_use]
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// Returns the address of the client.
    #[must_use]
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Returns the request as it was received.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        self.message.message()
    }

    /// Returns whether the action has this name. ASCII case is ignored.
    #[must_use]
    pub fn is(&self, action: &str) -> bool {
        Request::from_message(&self.message()).is(action)
    }

    /// Returns the value of the first header with this name as Asterisk reads it: see
    /// [`Request::get`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        Request::from_message(&self.message()).get(name)
    }

    /// Returns whether the connection ended before the request did.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.message().is_incomplete() && !self.is_truncated
    }

    /// Returns whether only the beginning of the request was kept, because it is longer than
    /// [`Limits::request`](embedded_ami::io::blocking::server::Limits::request). The last line may
    /// be cut, too. The PBX refuses such a request.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(super) fn memory(&self) -> usize {
        self.message.len() + OVERHEAD
    }

    /// Writes the request as a line of JSON.
    pub(super) fn write_json(&self, out: impl Write) -> io::Result<()> {
        let mut serializer = serde_json::Serializer::with_formatter(out, Escaping);
        Json(self).serialize(&mut serializer)?;
        serializer.into_inner().write_all(b"\n")
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Vec::new();
        self.write_json(&mut line).map_err(|_| fmt::Error)?;
        f.write_str(String::from_utf8_lossy(&line).trim_end())
    }
}
