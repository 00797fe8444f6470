//! Whole messages without a heap, in a [`heapless::Vec`], and a queue of them. Needs Rust 1.87, as that crate does.

use core::fmt;

use heapless::{Deque, Vec};

use crate::wire::{Buffer, Message, MessageBuf, MessageTooLarge};

/// A whole message of up to `N` bytes.
///
/// ```
/// use embedded_ami::heapless::OwnedMessage;
/// let owned = OwnedMessage::<512>::default();
/// assert!(owned.is_empty());
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

/// Up to `EVENTS` whole events of up to `N` bytes each, for an application that looks at them later than they come. When there
/// is no room, the oldest is dropped, and counted; so is an event that is too large.
///
/// ```
/// use embedded_ami::heapless::EventQueue;
/// # let message = embedded_ami::wire::Message::parse(b"Event: Hangup\r\nChannel: SIP/7-1\r\n\r\n").unwrap();
/// let mut queue = EventQueue::<512, 4>::new();
/// queue.push(&message); // on `Incoming::Event`, each part of it
/// let event = queue.pop().unwrap();
/// assert!(event.message().get("Channel").is_some_and(|channel| channel == "SIP/7-1"));
/// assert_eq!(queue.dropped(), 0);
/// ```
pub struct EventQueue<const N: usize, const EVENTS: usize> {
    events: Deque<OwnedMessage<N>, EVENTS>,
    /// What has come of an event in parts.
    parts: OwnedMessage<N>,
    dropped: u32,
}

impl<const N: usize, const EVENTS: usize> EventQueue<N, EVENTS> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self { events: Deque::new(), parts: MessageBuf::new(Vec::new()), dropped: 0 }
    }

    /// Takes an event, or a part of one.
    pub fn push(&mut self, part: &Message<'_>) {
        let is_whole = match self.parts.push(part) {
            Ok(is_whole) => is_whole,
            // Said of each part: the event is lost once.
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
            // A queue for no events at all.
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// The oldest event.
    pub fn pop(&mut self) -> Option<OwnedMessage<N>> {
        self.events.pop_front()
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many events were dropped, since the queue was made.
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
