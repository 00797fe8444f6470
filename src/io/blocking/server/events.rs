use std::fmt;
use std::vec;
use std::vec::Vec;

use crate::classes::Classes;
use crate::server::EncodedEvent;
use crate::wire::{EncodeError, HeaderWriter};

/// The events on their way to the connections. Each is encoded once, however many connections
/// receive it.
///
/// ```
/// use embedded_ami::classes::Classes;
/// use embedded_ami::io::blocking::server::Events;
/// use embedded_ami::wire::EncodeError;
///
/// fn door_opened(events: &mut Events, door: i64) -> Result<(), EncodeError> {
///     events.send("DoorOpened", Classes::CALL, |headers| headers.header_int("Door", door))
/// }
/// ```
pub struct Events {
    event: EncodedEvent<Vec<u8>>,
    /// The encoded events, one after the other.
    bytes: Vec<u8>,
    /// For each event its classes and its end in `bytes`.
    ends: Vec<(Classes, usize)>,
}

impl Events {
    /// Creates an empty collection for events of up to `largest` bytes.
    pub(super) fn new(largest: usize) -> Self {
        Self { event: EncodedEvent::new(vec![0; largest]), bytes: Vec::new(), ends: Vec::new() }
    }

    /// Sends an event to every connection that [wants](crate::server::Session::wants) these
    /// classes. It has its name and `Privilege` first, then `headers`.
    ///
    /// # Errors
    ///
    /// Those of [`EncodedEvent::write`]. The event is then sent to no connection.
    pub fn send(
        &mut self,
        name: &str,
        classes: Classes,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.event.write(name, classes, headers)?;
        self.bytes.extend_from_slice(self.event.as_bytes());
        self.ends.push((classes, self.bytes.len()));
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the events with their classes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Classes, &[u8])> {
        let mut start = 0;
        self.ends.iter().map(move |&(classes, end)| {
            let event = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            (classes, event)
        })
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("waiting", &self.ends.len()).finish_non_exhaustive()
    }
}
