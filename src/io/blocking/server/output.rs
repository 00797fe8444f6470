use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;
use std::vec::Vec;

/// What waits to be sent on a connection.
#[derive(Default)]
pub(super) struct Output {
    queue: VecDeque<u8>,
    /// Events that have come while a request waits for its answer.
    held: Vec<u8>,
    /// Since when the client has taken nothing of the queue.
    stuck: Option<Duration>,
}

impl Output {
    /// How much memory it takes.
    pub(super) fn len(&self) -> usize {
        self.queue.len().saturating_add(self.held.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn holds_events(&self) -> bool {
        !self.held.is_empty()
    }

    /// Since when the client has taken nothing, while something waits for it.
    pub(super) fn stuck(&self) -> Option<Duration> {
        self.stuck
    }

    /// An answer, behind what waits.
    pub(super) fn answer(&mut self, answer: &[u8]) {
        self.queue.extend(answer);
    }

    pub(super) fn event(&mut self, event: &[u8], is_held: bool) {
        if is_held {
            self.held.extend_from_slice(event);
        } else {
            self.queue.extend(event);
        }
    }

    /// The events that were held go behind the answer.
    pub(super) fn release(&mut self) {
        self.queue.extend(&self.held);
        self.held = Vec::new();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sends what the client takes now.
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
        // What a burst took is given back.
        if self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
        Ok(())
    }
}

/// The memory that a queue keeps for the next burst.
const KEPT: usize = 64 * 1024;
