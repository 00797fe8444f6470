use std::collections::VecDeque;

use crate::wire::{Message, OwnedMessage};

/// Events that came while something else was waited for.
pub(super) struct EventBuffer {
    queue: VecDeque<OwnedMessage>,
    /// Bytes in the queue, and the most there may be.
    size: usize,
    limit: usize,
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

    /// There is no event if it was too large.
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

    /// The first event that is wanted.
    pub(super) fn take(&mut self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<OwnedMessage> {
        let at = self.queue.iter().position(|event| wanted(&event.message()))?;
        self.remove(at)
    }

    /// The newest event, if it is wanted.
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

/// The memory that an event takes, or nearly.
fn cost(event: &OwnedMessage) -> usize {
    event.len().saturating_add(size_of::<OwnedMessage>())
}
