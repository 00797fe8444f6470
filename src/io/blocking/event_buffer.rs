use super::message_queue::MessageQueue;
use crate::wire::{Message, OwnedMessage};

/// Events that arrived while the client waited for something else.
pub(super) struct EventBuffer {
    queue: MessageQueue,
    /// The most memory that the queue may take, in bytes.
    limit: usize,
    /// The number of events dropped so far.
    dropped: u64,
}

impl EventBuffer {
    pub(super) fn new(limit: usize) -> Self {
        Self { queue: MessageQueue::default(), limit, dropped: 0 }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        while self.queue.least_memory() > limit && self.drop_oldest() {}
        if self.queue.memory() > limit {
            self.queue.shrink();
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Returns an event as if it had been added to the empty buffer and removed from it. Returns
    /// `None`, and counts it as dropped, if the buffer has no room for it. Pass `None` for an event
    /// that was too large.
    pub(super) fn pass(&mut self, event: Option<OwnedMessage>) -> Option<OwnedMessage> {
        let event = event.filter(|event| MessageQueue::default().memory_with(event) <= self.limit);
        self.dropped = self.dropped.saturating_add(event.is_none().into());
        event
    }

    /// Adds an event, and drops the oldest ones for which no memory is left. Pass `None` for an
    /// event that was too large.
    pub(super) fn push(&mut self, event: Option<OwnedMessage>) {
        let Some(event) = self.pass(event) else { return };
        while self.queue.memory_with(&event) > self.limit {
            if !self.drop_oldest() {
                // Only the table is left.
                self.queue.shrink();
                break;
            }
        }
        self.queue.push(event);
    }

    pub(super) fn pop(&mut self) -> Option<OwnedMessage> {
        self.queue.pop()
    }

    /// Removes and returns the oldest event for which `wanted` returns true.
    pub(super) fn take(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<OwnedMessage> {
        let at = self.queue.position(wanted)?;
        self.queue.remove(at)
    }

    /// Removes and returns the newest event if `wanted` returns true for it.
    pub(super) fn take_newest(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<OwnedMessage> {
        let is_wanted = wanted(&self.queue.back()?.message());
        self.queue.remove(self.queue.len().checked_sub(1).filter(|_| is_wanted)?)
    }

    /// Returns the number of events and the memory that they take, in bytes.
    #[cfg(test)]
    pub(super) fn contents(&self) -> (usize, usize) {
        (self.queue.len(), self.queue.memory())
    }

    /// Drops the oldest event. Returns whether there was one.
    fn drop_oldest(&mut self) -> bool {
        let dropped = self.queue.pop().is_some();
        self.dropped = self.dropped.saturating_add(u64::from(dropped));
        dropped
    }
}
