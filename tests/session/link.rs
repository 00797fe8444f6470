//! One direction of a connection in simulated time. It cuts and delays the data, and may break
//! after any byte.

use std::collections::VecDeque;

pub struct Pipe {
    random: fastrand::Rng,
    under_way: VecDeque<(u64, Vec<u8>)>,
    /// The arrival time of the last chunk. Chunks do not overtake each other.
    last: u64,
    slowest: u64,
    /// The number of bytes after whose arrival the pipe breaks.
    breaks_at: usize,
    pub arrived: usize,
    is_closed: bool,
}

impl Pipe {
    pub fn new(seed: u64, slowest: u64, breaks_at: Option<usize>) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            under_way: VecDeque::new(),
            last: 0,
            slowest,
            breaks_at: breaks_at.unwrap_or(usize::MAX),
            arrived: 0,
            is_closed: false,
        }
    }

    pub fn write(&mut self, now: u64, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let most = if self.random.bool() { 8 } else { 2000 };
            let (chunk, rest) = bytes.split_at(self.random.usize(1..=most).min(bytes.len()));
            self.last = self.last.max(now + self.random.u64(0..=self.slowest));
            self.under_way.push_back((self.last, chunk.to_vec()));
            bytes = rest;
        }
    }

    /// Closes the writer's end; bytes under way still arrive.
    pub fn close(&mut self, now: u64) {
        if !std::mem::replace(&mut self.is_closed, true) {
            self.last = self.last.max(now);
        }
    }

    /// Returns the time at which data or the end can be read.
    pub fn next(&self) -> Option<u64> {
        let chunk = self.under_way.front().map(|&(at, _)| at);
        chunk.or(self.is_closed.then_some(self.last))
    }

    pub fn read(&mut self, now: u64) -> Option<Vec<u8>> {
        let &(at, _) = self.under_way.front()?;
        if at > now || self.is_broken() {
            return None;
        }
        let (_, mut chunk) = self.under_way.pop_front()?;
        chunk.truncate(self.breaks_at - self.arrived);
        self.arrived += chunk.len();
        Some(chunk)
    }

    pub fn is_broken(&self) -> bool {
        self.arrived >= self.breaks_at
    }

    pub fn is_at_end(&self, now: u64) -> bool {
        self.is_broken() || self.is_closed && self.under_way.is_empty() && self.last <= now
    }
}
