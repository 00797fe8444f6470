//! Whole messages without a heap, in a [`heapless::Vec`], and a queue of events. This module needs
//! Rust 1.87, as the `heapless` crate does.

use core::fmt;

use heapless::{Deque, Vec};

use crate::wire::{Buffer, Message, MessageBuf, MessageTooLarge};

/// A whole message of up to `N` bytes.
///
/// ```
/// use embedded_ami::heapless::OwnedMessage;
/// # let part = embedded_ami::wire::Message::parse(b"Event: Hangup\r\nCause: 16\r\n\r\n").unwrap();
///
/// let mut owned = OwnedMessage::<512>::default();
/// let is_complete = owned.push(&part)?; // `decoder.message()`, each part of it
/// assert!(is_complete);
/// assert!(owned.message().get("Cause").is_some_and(|cause| cause == "16"));
/// # Ok::<(), embedded_ami::wire::MessageTooLarge>(())
/// ```
pub type OwnedMessage<const N: usize> = MessageBuf<Vec<u8, N>>;

impl<const N: usize> Buffer for Vec<u8, N> {
    fn clear(&mut self) {
        self.clear();
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), MessageTooLarge> {
        self.extend_from_slice(bytes).map_err(|_| MessageTooLarge)
    }
}

/// A queue of up to `EVENTS` whole events of up to `N` bytes each, for applications that process
/// events later than they arrive.
///
/// If the queue is full, the oldest event is dropped and counted. An event that is larger than `N`
/// bytes is dropped and counted, too.
///
/// ```
/// use embedded_ami::heapless::EventQueue;
/// # let message = b"Event: Hangup\r\nChannel: SIP/7-1\r\n\r\n";
/// # let message = embedded_ami::wire::Message::parse(message).unwrap();
/// let mut queue = EventQueue::<512, 4>::new();
/// queue.push(&message); // on `Incoming::Event`, each part of it
/// let event = queue.pop().unwrap();
/// assert!(event.message().get("Channel").is_some_and(|channel| channel == "SIP/7-1"));
/// assert_eq!(queue.dropped(), 0);
/// ```
pub struct EventQueue<const N: usize, const EVENTS: usize> {
    events: Deque<OwnedMessage<N>, EVENTS>,
    /// The parts of an event received so far.
    parts: OwnedMessage<N>,
    dropped: u32,
}

impl<const N: usize, const EVENTS: usize> EventQueue<N, EVENTS> {
    /// Creates an empty queue, also in a `static` or `const`.
    #[must_use]
    pub const fn new() -> Self {
        Self { events: Deque::new(), parts: MessageBuf::new(Vec::new()), dropped: 0 }
    }

    /// Adds an event, or a part of one.
    pub fn push(&mut self, part: &Message<'_>) {
        let is_whole = match self.parts.push(part) {
            Ok(is_whole) => is_whole,
            // Each part reports the error, but the event counts only once.
            Err(MessageTooLarge) => {
                self.dropped = self.dropped.saturating_add(part.is_end().into());
                false
            }
        };
        if !is_whole {
            return;
        }
        if self.events.is_full() && self.events.pop_front().is_some() {
            self.dropped = self.dropped.saturating_add(1);
        }
        let event = core::mem::take(&mut self.parts);
        if self.events.push_back(event).is_err() {
            // `EVENTS` is 0.
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Removes the oldest event and returns it.
    pub fn pop(&mut self) -> Option<OwnedMessage<N>> {
        self.events.pop_front()
    }

    /// Returns the number of events in the queue.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns whether the queue has no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns the number of events dropped since the queue was created.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }
}

impl<const N: usize, const EVENTS: usize> Default for EventQueue<N, EVENTS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize, const EVENTS: usize> fmt::Debug for EventQueue<N, EVENTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventQueue")
            .field("events", &self.len())
            .field("dropped", &self.dropped)
            .finish_non_exhaustive()
    }
}
