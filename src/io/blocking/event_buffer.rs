use std::collections::VecDeque;

use crate::wire::{Message, OwnedMessage};

/// Events that arrived while the client waited for something else.
pub(super) struct EventBuffer {
    queue: VecDeque<OwnedMessage>,
    /// The memory that the events in the queue take, in bytes.
    size: usize,
    /// The most that `size` may be.
    limit: usize,
    /// The number of events dropped so far.
    dropped: u64,
}

impl EventBuffer {
    pub(super) fn new(limit: usize) -> Self {
        Self { queue: VecDeque::new(), size: 0, limit, dropped: 0 }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.shrink();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Adds an event, and drops the oldest ones above the limit. Pass `None` for an event that was
    /// too large.
    pub(super) fn push(&mut self, event: Option<OwnedMessage>) {
        let Some(event) = event else {
            self.dropped = self.dropped.saturating_add(1);
            return;
        };
        self.size = self.size.saturating_add(cost(&event));
        self.queue.push_back(event);
        self.shrink();
    }

    pub(super) fn pop(&mut self) -> Option<OwnedMessage> {
        self.remove(0)
    }

    /// Removes and returns the oldest event for which `wanted` returns true.
    pub(super) fn take(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<OwnedMessage> {
        let at = self.queue.iter().position(|event| wanted(&event.message()))?;
        self.remove(at)
    }

    /// Removes and returns the newest event if `wanted` returns true for it.
    pub(super) fn take_newest(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<OwnedMessage> {
        let is_wanted = wanted(&self.queue.back()?.message());
        self.remove(self.queue.len().checked_sub(1).filter(|_| is_wanted)?)
    }

    fn remove(&mut self, at: usize) -> Option<OwnedMessage> {
        let event = self.queue.remove(at)?;
        self.size = self.size.saturating_sub(cost(&event));
        Some(event)
    }

    fn shrink(&mut self) {
        while self.size > self.limit && self.pop().is_some() {
            self.dropped = self.dropped.saturating_add(1);
        }
    }
}

/// Returns the memory that an event takes, approximately.
fn cost(event: &OwnedMessage) -> usize {
    event.len().saturating_add(size_of::<OwnedMessage>())
}
