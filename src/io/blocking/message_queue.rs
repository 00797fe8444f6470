use std::collections::VecDeque;

use crate::wire::{Message, OwnedMessage};

/// A table that has become larger than this number of messages is released once it is empty.
const KEPT: usize = 4096;

/// A queue of messages that counts the memory it takes.
#[derive(Default)]
pub(super) struct MessageQueue {
    messages: VecDeque<OwnedMessage>,
    /// The memory of the messages beside the table, in bytes.
    size: usize,
}

impl MessageQueue {
    /// Returns the memory that the queue takes, in bytes: the messages with all that was allocated
    /// for them, and the table.
    pub(super) fn memory(&self) -> usize {
        self.size.saturating_add(table(self.messages.capacity()))
    }

    /// Returns the memory that the queue will take once the message has been added.
    pub(super) fn memory_with(&self, message: &OwnedMessage) -> usize {
        self.size.saturating_add(message.memory()).saturating_add(table(self.next_capacity()))
    }

    /// Returns the memory that a queue with one message of this length takes.
    pub(super) fn memory_of(length: usize) -> usize {
        let queue = Self::default();
        OwnedMessage::allocated(length).saturating_add(table(queue.next_capacity()))
    }

    /// Returns the memory that the queue takes after [`shrink`](Self::shrink).
    pub(super) fn least_memory(&self) -> usize {
        self.size.saturating_add(table(self.messages.len()))
    }

    pub(super) fn push(&mut self, message: OwnedMessage) {
        let more = self.next_capacity().saturating_sub(self.messages.len());
        self.messages.reserve_exact(more);
        self.size = self.size.saturating_add(message.memory());
        self.messages.push_back(message);
    }

    pub(super) fn pop(&mut self) -> Option<OwnedMessage> {
        let message = self.messages.pop_front()?;
        Some(self.removed(message))
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<OwnedMessage> {
        let message = self.messages.remove(at)?;
        Some(self.removed(message))
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.messages.capacity()
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &OwnedMessage> {
        self.messages.iter()
    }

    pub(super) fn front(&self) -> Option<&OwnedMessage> {
        self.messages.front()
    }

    pub(super) fn back(&self) -> Option<&OwnedMessage> {
        self.messages.back()
    }

    /// Returns the position of the oldest message for which `wanted` returns true.
    pub(super) fn position(&self, wanted: impl Fn(&Message<'_>) -> bool) -> Option<usize> {
        self.messages.iter().position(|message| wanted(&message.message()))
    }

    /// Gives back the memory of the table that is not in use.
    pub(super) fn shrink(&mut self) {
        self.messages.shrink_to_fit();
    }

    /// Returns the number of messages for which the table will have room after a push. It grows by
    /// a quarter, because doubling would leave up to half of it empty.
    fn next_capacity(&self) -> usize {
        let length = self.messages.len();
        let capacity = self.messages.capacity();
        if length < capacity { capacity } else { length.saturating_add(length / 4).saturating_add(4) }
    }

    fn removed(&mut self, message: OwnedMessage) -> OwnedMessage {
        self.size = self.size.saturating_sub(message.memory());
        if self.messages.is_empty() && self.messages.capacity() > KEPT {
            self.messages = VecDeque::new();
        }
        message
    }
}

/// Returns the memory of a table with room for this number of messages.
fn table(capacity: usize) -> usize {
    OwnedMessage::allocated(capacity.saturating_mul(size_of::<OwnedMessage>()))
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::{KEPT, MessageQueue};
    use crate::wire::{Message, OwnedMessage};

    fn message(number: usize) -> OwnedMessage {
        let text = format!("Event: {number}\r\n\r\n");
        let mut message = OwnedMessage::default();
        message.push(&Message::parse(text.as_bytes()).unwrap()).unwrap();
        message
    }

    #[test]
    fn a_small_table_stays_for_the_next_messages_and_a_large_one_is_released() {
        for (count, stays) in [(1, true), (100, true), (KEPT + 1, false)] {
            let mut queue = MessageQueue::default();
            (0..count).for_each(|number| queue.push(message(number)));
            let capacity = queue.capacity();
            while queue.len() > 1 {
                assert_eq!(queue.capacity(), capacity);
                queue.pop().unwrap();
            }
            queue.pop().unwrap();
            assert_eq!(queue.capacity(), if stays { capacity } else { 0 });
            assert_eq!(queue.size, 0);
        }
    }

    /// The memory after a push is known before it, and a fifth of the table at most is empty,
    /// beside a few places.
    #[test]
    fn a_table_grows_by_a_quarter_and_takes_what_was_told() {
        let mut queue = MessageQueue::default();
        for number in 0..3_000 {
            let message = message(number);
            let told = queue.memory_with(&message);
            queue.push(message);
            assert_eq!(queue.memory(), told);
            let length = queue.len();
            assert!(queue.capacity() <= length + length / 4 + 4, "{} for {length}", queue.capacity());
            assert!(queue.least_memory() <= told);
        }
        queue.shrink();
        assert_eq!(queue.memory(), queue.least_memory());
        let at = queue.position(|message| message.name().is_some_and(|name| name == "7"));
        assert_eq!(at, Some(7));
        queue.remove(7).unwrap();
        assert!(queue.position(|message| message.name().is_some_and(|name| name == "7")).is_none());
    }

    /// Each growth is worth its cost: the number of growths is that of a geometric series.
    #[test]
    fn a_table_seldom_grows() {
        let mut queue = MessageQueue::default();
        let mut growths = 0;
        for number in 0..3_000 {
            let before = queue.capacity();
            queue.push(message(number));
            growths += usize::from(queue.capacity() != before);
        }
        assert!(growths < 40, "{growths} growths");
    }
}
