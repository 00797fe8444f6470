//! Whole messages without a heap, in a [`heapless::Vec`], and a queue of events. This module needs
//! Rust 1.87, as the `heapless` crate does.

use core::fmt;

use heapless::{Deque, Vec};

use crate::wire::{Buffer, Message, MessageBuf, MessageTooLarge, Part};

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
/// events later than they arrive. A queue of 0 events does not compile.
///
/// # When events are dropped
///
/// An event is collected in the place where it will be kept, so the one that is being received
/// takes one of the `EVENTS` places. [`dropped`](EventQueue::dropped) counts each event that is not
/// kept:
///
/// - If an event begins and the queue is full, the oldest event is dropped.
/// - An event that is larger than `N` bytes is dropped. If its first part shows that, the oldest
///   event stays; if only a later part shows it, the oldest event is gone.
/// - An event whose end or beginning is not pushed is dropped. The end does not come if the
///   connection is lost meanwhile.
///
/// # Size
///
/// The queue takes `EVENTS * (N + 20) + 20` bytes on 32 bits and `EVENTS * (N + 40) + 32` bytes on
/// 64 bits, with `N` rounded up to a multiple of 4 or 8. Four events of 512 bytes take 2,148 bytes
/// on 32 bits.
///
/// [`pop`](EventQueue::pop) returns an event by value, so the event is copied to the stack. To read
/// it in place, use [`front`](EventQueue::front) and drop the result of `pop` afterwards.
///
/// ```
/// use embedded_ami::heapless::EventQueue;
/// # let message = b"Event: Hangup\r\nChannel: SIP/7-1\r\n\r\n";
/// # let message = embedded_ami::wire::Message::parse(message).unwrap();
/// let mut queue = EventQueue::<512, 4>::new();
/// queue.push(&message); // on `Incoming::Event`, each part of it
/// let event = queue.front().unwrap();
/// assert!(event.message().get("Channel").is_some_and(|channel| channel == "SIP/7-1"));
/// queue.pop();
/// assert_eq!((queue.len(), queue.dropped()), (0, 0));
/// ```
pub struct EventQueue<const N: usize, const EVENTS: usize> {
    /// The events. The last one is being received if `is_receiving` is set.
    events: Deque<OwnedMessage<N>, EVENTS>,
    is_receiving: bool,
    dropped: u32,
}

impl<const N: usize, const EVENTS: usize> EventQueue<N, EVENTS> {
    /// Creates an empty queue, also in a `static` or `const`.
    #[must_use]
    pub const fn new() -> Self {
        Self { events: Deque::new(), is_receiving: false, dropped: 0 }
    }

    /// Adds an event, or a part of one.
    pub fn push(&mut self, part: &Message<'_>) {
        if matches!(part.part(), Part::Whole | Part::First) {
            if self.is_receiving {
                self.events.pop_back(); // its end has not come
                self.count_dropped();
            }
            self.is_receiving = part.as_bytes().len() <= N;
            if self.is_receiving {
                if self.events.is_full() {
                    self.events.pop_front();
                    self.count_dropped();
                }
                let _ = self.events.push_back(OwnedMessage::default());
            }
        }
        let is_kept = match self.events.back_mut() {
            Some(event) if self.is_receiving => event.push(part).is_ok(),
            _ => false,
        };
        if self.is_receiving && !is_kept {
            self.events.pop_back();
            self.is_receiving = false;
        }
        if part.is_end() {
            self.is_receiving = false;
            if !is_kept {
                self.count_dropped();
            }
        }
    }

    fn count_dropped(&mut self) {
        self.dropped = self.dropped.saturating_add(1);
    }

    /// Returns the oldest event, which stays in the queue.
    #[must_use]
    pub fn front(&self) -> Option<&OwnedMessage<N>> {
        self.events.front().filter(|_| !self.is_empty())
    }

    /// Removes the oldest event and returns it.
    pub fn pop(&mut self) -> Option<OwnedMessage<N>> {
        if self.is_empty() { None } else { self.events.pop_front() }
    }

    /// Returns the number of events in the queue, without the one that is being received.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len().saturating_sub(self.is_receiving.into())
    }

    /// Returns whether the queue has no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
