use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;
use std::vec::Vec;

/// The bytes that wait to be sent on a connection.
#[derive(Default)]
pub(super) struct Output {
    queue: VecDeque<u8>,
    /// Events that arrived while a request waits for its answer. They follow the answer.
    held: Vec<u8>,
    /// The time since which the client has accepted no bytes of the queue.
    stuck: Option<Duration>,
}

impl Output {
    /// Returns the number of bytes in memory.
    pub(super) fn len(&self) -> usize {
        self.queue.len().saturating_add(self.held.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Returns whether events wait for an answer to precede them.
    pub(super) fn holds_events(&self) -> bool {
        !self.held.is_empty()
    }

    /// Returns the time since which the client has accepted no bytes although some are queued.
    pub(super) fn stuck(&self) -> Option<Duration> {
        self.stuck
    }

    /// Queues an answer.
    pub(super) fn answer(&mut self, answer: &[u8]) {
        self.queue.extend(answer);
    }

    /// Queues an event or, if `is_held` is set, keeps it until the answer is complete.
    pub(super) fn event(&mut self, event: &[u8], is_held: bool) {
        if is_held {
            self.held.extend_from_slice(event);
        } else {
            self.queue.extend(event);
        }
    }

    /// Queues the events that were held, after the answer.
    pub(super) fn release(&mut self) {
        self.queue.extend(&self.held);
        self.held = Vec::new();
    }

    /// Drops all bytes.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sends as many bytes as the client accepts now.
    pub(super) fn send(&mut self, to: &mut impl Write, now: Duration) -> io::Result<()> {
        while !self.queue.is_empty() {
            let (front, back) = self.queue.as_slices();
            let sent = match to.write(if front.is_empty() { back } else { front }) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(sent) => sent,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stuck.get_or_insert(now);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            self.stuck = None;
            self.queue.drain(..sent.min(self.queue.len()));
        }
        self.stuck = None;
        // Free the memory that a burst took.
        if self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
        Ok(())
    }
}

/// The memory, in bytes, that an empty queue keeps for the next burst.
const KEPT: usize = 64 * 1024;
