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

    /// Returns whether the empty buffer has room for an event of this length.
    pub(super) fn has_room(&self, length: usize) -> bool {
        MessageQueue::memory_of(length) <= self.limit
    }

    /// Counts an event that was too large.
    pub(super) fn drop_one(&mut self) {
        self.dropped = self.dropped.saturating_add(1);
    }

    /// Adds an event, and drops the oldest ones for which no memory is left. Pass `None` for an
    /// event that was too large.
    pub(super) fn push(&mut self, event: Option<OwnedMessage>) {
        let event = event.filter(|event| MessageQueue::default().memory_with(event) <= self.limit);
        let Some(event) = event else { return self.drop_one() };
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

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    fn event(name: &str) -> OwnedMessage {
        let text = format!("Event: {name}\r\n\r\n");
        let mut message = OwnedMessage::default();
        message.push(&Message::parse(text.as_bytes()).unwrap()).unwrap();
        message
    }

    /// Returns a buffer with these events and a limit that the next one does not reach, and the
    /// memory that it takes.
    fn filled(count: usize) -> (EventBuffer, usize) {
        let mut buffer = EventBuffer::new(usize::MAX);
        (0..count).for_each(|_| buffer.push(Some(event("A"))));
        buffer.queue.shrink();
        let (_, memory) = buffer.contents();
        (buffer, memory)
    }

    #[test]
    fn a_buffer_that_takes_exactly_its_limit_drops_nothing() {
        for count in 1..20 {
            let (mut buffer, memory) = filled(count);
            buffer.set_limit(memory);
            assert_eq!((buffer.contents(), buffer.dropped()), ((count, memory), 0));
            buffer.set_limit(memory - 1);
            assert_eq!((buffer.contents().0, buffer.dropped()), (count - 1, 1));

            // Room in the table for one more, and memory for exactly that one.
            let (mut buffer, _) = filled(count);
            buffer.push(Some(event("B")));
            buffer.pop().unwrap();
            let needed = buffer.queue.memory_with(&event("C"));
            buffer.limit = needed;
            buffer.push(Some(event("C")));
            assert_eq!((buffer.contents(), buffer.dropped()), ((count + 1, needed), 0));
            buffer.limit = needed - 1;
            buffer.push(Some(event("D")));
            assert!(buffer.dropped() > 0 && buffer.contents().1 < needed);
            let last = std::iter::from_fn(|| buffer.pop()).last().unwrap();
            assert!(last.message().name().is_some_and(|name| name == "D"));
        }
    }

    /// An event that does not pass through the buffer obeys the same limit as one that does.
    #[test]
    fn an_event_has_room_exactly_if_the_buffer_keeps_it() {
        for limit in (0..600).chain([4_096]) {
            for length in [1, 15, 16, 17, 60, 200, 4_000] {
                let text = format!("Event: {}\r\n\r\n", "x".repeat(length));
                let event =
                    OwnedMessage::copy(&Message::parse(text.as_bytes()).unwrap(), usize::MAX).unwrap();
                let mut buffer = EventBuffer::new(limit);
                let has_room = buffer.has_room(text.len());
                buffer.push(Some(event));
                assert_eq!(has_room, buffer.pop().is_some(), "{length} bytes, limit {limit}");
                assert_eq!(buffer.dropped(), u64::from(!has_room));
            }
        }
    }
}
