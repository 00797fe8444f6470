use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;
use std::vec::Vec;

/// The bytes that wait to be sent on a connection.
#[derive(Default)]
pub(super) struct Output {
    queue: Queue,
    /// Events that arrived while a request waits for its answer. They follow the answer.
    held: Queue,
    /// The time since which the client has accepted no bytes of the queue.
    stuck: Option<Duration>,
}

impl Output {
    /// Returns the number of bytes in memory.
    pub(super) fn len(&self) -> usize {
        self.queue.len.saturating_add(self.held.len)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.len == 0
    }

    /// Returns whether an answer may be added that is as long as half of `limit`, followed by a
    /// message as long that completes it. The bytes in memory are then at most twice `limit`.
    ///
    /// Events that are held do not count towards the first half: they cannot be sent before the
    /// answer, so that an answer that waited for them would never be written.
    pub(super) fn has_room(&self, limit: usize) -> bool {
        self.queue.len < limit / 2 && self.len() <= limit
    }

    /// Returns whether events wait for an answer to precede them.
    pub(super) fn holds_events(&self) -> bool {
        self.held.len > 0
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
        if is_held { &mut self.held } else { &mut self.queue }.extend(event);
    }

    /// Queues the events that were held, after the answer.
    pub(super) fn release(&mut self) {
        // Copied, because the last chunk of each queue has room that would be lost.
        for chunk in std::mem::take(&mut self.held).chunks {
            self.queue.extend(&chunk);
        }
    }

    /// Drops all bytes.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sends as many bytes as the client accepts now.
    pub(super) fn send(&mut self, to: &mut impl Write, now: Duration) -> io::Result<()> {
        while self.queue.len > 0 {
            let sent = match to.write(self.queue.front()) {
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
            self.queue.advance(sent);
        }
        self.stuck = None;
        Ok(())
    }
}

/// The size of a chunk in bytes.
const CHUNK: usize = 16 * 1024;

/// A queue of bytes in chunks, which takes little more memory than there are bytes: at most one
/// chunk at each end, one of which stays for the next bytes when the queue is empty.
#[derive(Default)]
struct Queue {
    chunks: VecDeque<Vec<u8>>,
    /// The number of bytes of the first chunk that have been sent.
    sent: usize,
    len: usize,
}

impl Queue {
    fn extend(&mut self, mut bytes: &[u8]) {
        self.len = self.len.saturating_add(bytes.len());
        while !bytes.is_empty() {
            let last = match self.chunks.back_mut() {
                Some(last) if last.len() < CHUNK => last,
                _ => {
                    self.chunks.push_back(Vec::new());
                    continue;
                }
            };
            let room = CHUNK.saturating_sub(last.len());
            let (fits, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            let length = last.len().saturating_add(fits.len());
            if length > last.capacity() {
                // The usual growth could exceed a chunk.
                let capacity = last.capacity().saturating_mul(2).clamp(length, CHUNK);
                last.reserve_exact(capacity.saturating_sub(last.len()));
            }
            last.extend_from_slice(fits);
            bytes = rest;
        }
    }

    /// Returns the first bytes, none only if the queue is empty.
    fn front(&self) -> &[u8] {
        self.chunks.front().and_then(|chunk| chunk.get(self.sent..)).unwrap_or_default()
    }

    /// Removes up to `n` of the first bytes: those that [`front`](Queue::front) returns.
    fn advance(&mut self, n: usize) {
        let n = n.min(self.front().len());
        self.sent = self.sent.saturating_add(n);
        self.len = self.len.saturating_sub(n);
        if !self.front().is_empty() {
            return;
        }
        self.sent = 0;
        match self.chunks.len() {
            1 => self.chunks.iter_mut().for_each(Vec::clear),
            _ => drop(self.chunks.pop_front()),
        }
    }
}
