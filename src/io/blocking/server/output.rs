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
                // A stream that stores bytes reports in this way that the client accepts them.
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    self.stuck = None;
                    continue;
                }
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

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;

    /// A peer that accepts up to a number of bytes, and then no more.
    struct Peer(usize, Vec<u8>);

    impl Write for Peer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.0);
            if n == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.0 -= n;
            self.1.extend_from_slice(&bytes[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn half_of_the_limit_is_for_answers_and_all_of_it_for_held_events() {
        for (queued, held, has_room) in [
            (0, 0, true),
            (499, 0, true),
            (500, 0, false),
            (0, 1000, true),
            (0, 1001, false),
            (499, 501, true),
            (499, 502, false),
        ] {
            let mut output = Output::default();
            output.answer(&vec![b'a'; queued]);
            output.event(&vec![b'e'; held], true);
            assert_eq!(output.has_room(1000), has_room, "{queued} bytes queued, {held} held");
        }
    }

    #[test]
    fn bytes_keep_their_order_and_take_little_more_memory_than_there_are() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut output = Output::default();
        let mut peer = Peer(0, Vec::new());
        let (mut expected, mut held) = (Vec::new(), Vec::new());
        for number in 0..20_000_u32 {
            let length = random.usize(0..if number % 50 == 0 { 3 * CHUNK } else { 300 });
            let bytes = vec![number as u8; length];
            match random.u8(0..4) {
                0 => {
                    output.event(&bytes, true);
                    held.extend(bytes);
                }
                1 => {
                    output.release();
                    expected.append(&mut held);
                    output.event(&bytes, false);
                    expected.extend(bytes);
                }
                _ => {
                    output.answer(&bytes);
                    expected.extend(bytes);
                }
            }
            // Sometimes less is sent than is added, sometimes more.
            peer.0 += random.usize(0..1000) * usize::from(number % 4000 > 2000);
            output.send(&mut peer, Duration::ZERO).unwrap();
            let queued = expected.len() - peer.1.len();
            assert_eq!((output.queue.len, output.held.len), (queued, held.len()));
            assert_eq!((output.len(), output.is_empty()), (queued + held.len(), queued == 0));
            assert_eq!(output.stuck().is_some(), queued > 0);
            for queue in [&output.queue, &output.held] {
                let memory: usize = queue.chunks.iter().map(Vec::capacity).sum();
                assert!(memory <= queue.len + 2 * CHUNK, "{memory} bytes for {}", queue.len);
            }
        }
        peer.0 = usize::MAX;
        output.send(&mut peer, Duration::ZERO).unwrap();
        assert!(peer.1 == expected && expected.len() > 10 * CHUNK);
        assert!(output.queue.chunks.len() == 1 && output.queue.front().is_empty());
    }
}
