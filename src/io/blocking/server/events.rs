use std::fmt;
use std::vec;
use std::vec::Vec;

use crate::classes::Classes;
use crate::server::EncodedEvent;
use crate::wire::{EncodeError, HeaderWriter};

/// Events on their way to the connections, each encoded once.
pub struct Events {
    event: EncodedEvent<Vec<u8>>,
    /// The events, one behind the other.
    bytes: Vec<u8>,
    /// Their classes, and where they end.
    ends: Vec<(Classes, usize)>,
}

impl Events {
    /// No events yet, the largest of this size.
    pub(super) fn new(largest: usize) -> Self {
        Self { event: EncodedEvent::new(vec![0; largest]), bytes: Vec::new(), ends: Vec::new() }
    }

    /// Sends an event to every connection that wants one of these classes.
    ///
    /// # Errors
    ///
    /// Those of [`EncodedEvent::write`]; then nobody gets it.
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
