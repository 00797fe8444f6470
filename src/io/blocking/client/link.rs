use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;
use std::vec::Vec;

use crate::io::blocking::Disconnect;
use crate::io::blocking::time::millis;
use crate::io::blocking::transport::{is_closed, is_late};
use crate::wire::Outbox;

/// The time, in milliseconds, after which a write that has not taken all bytes makes way for reads.
const LONG: u64 = 10;
/// The time, in milliseconds, for which reads then go on, as long as bytes arrive.
const READING: u64 = 100;

/// The most bytes of a write to a transport of the application, and the longest line that Asterisk
/// reads.
///
/// Over TLS each write is a record. Asterisk reads up to so many bytes of a record, less if it
/// holds a part of a line, and then waits for the socket, although the rest of the record is
/// already in the TLS library. It answers when the next record arrives. This was seen with
/// Asterisk 16 and 22.
pub(super) const RECORD: usize = 1024;

/// The transport, with the operations that can wait. The clock is sampled after each of them.
pub(super) struct Link<T> {
    pub(super) transport: T,
    /// Returns the present time. Tests have one of their own.
    clock: fn() -> Instant,
    start: Instant,
    /// The most bytes to write at once.
    largest_write: usize,
    /// The time at which the last operation returned, in milliseconds from the start.
    pub(super) now: u64,
    /// The number of reads so far.
    pub(super) reads: u64,
    /// The number of writes and flushes so far.
    pub(super) writes: u64,
    /// The time until which only reads take place, because a write did not take everything. Two
    /// ends that only write would wait for each other forever.
    reads_until: Option<u64>,
    /// Whether bytes have been written since the last flush.
    needs_flush: bool,
    /// Whether the last write or flush did not take everything.
    is_stuck: bool,
    /// Whether the connection can still be written to.
    pub(super) can_write: bool,
    /// The outbox's marks for the ends of what was handed over and not taken yet, each with the
    /// time by which it must have been taken.
    handed_over: VecDeque<(u32, u64)>,
}

/// An operation of the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Write,
    Flush,
    Read,
}

impl<T: Read + Write> Link<T> {
    pub(super) fn new(transport: T, clock: fn() -> Instant, start: Instant) -> Self {
        Self {
            transport,
            clock,
            start,
            largest_write: usize::MAX,
            now: 0,
            reads: 0,
            writes: 0,
            reads_until: None,
            needs_flush: false,
            is_stuck: false,
            can_write: true,
            handed_over: VecDeque::new(),
        }
    }

    /// Limits each write to whole lines of up to [`RECORD`] bytes together.
    pub(super) fn in_records(self) -> Self {
        Self { largest_write: RECORD, ..self }
    }

    /// Returns the time since the start, in milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        self.since_start((self.clock)())
    }

    /// Returns the time from the start to this one, in milliseconds.
    pub(super) fn since_start(&self, time: Instant) -> u64 {
        millis(time.saturating_duration_since(self.start))
    }

    /// Returns the operation whose turn it is.
    pub(super) fn next(&self, outbox: &Outbox<Vec<u8>>) -> Operation {
        match self.can_write && self.reads_until.is_none() {
            true if !outbox.pending().is_empty() => Operation::Write,
            true if self.needs_flush => Operation::Flush,
            _ => Operation::Read,
        }
    }

    /// Returns whether nothing is left to be written, or nothing can be.
    pub(super) fn is_done(&self, outbox: &Outbox<Vec<u8>>) -> bool {
        !self.can_write || outbox.pending().is_empty() && !self.needs_flush
    }

    /// Records that the pending bytes must have been taken by this time. Bytes that were recorded
    /// before keep their time.
    pub(super) fn hand_over(&mut self, outbox: &Outbox<Vec<u8>>, by: u64) {
        let mark = outbox.mark();
        if !outbox.pending().is_empty() && self.handed_over.back().is_none_or(|&(last, _)| last != mark) {
            self.handed_over.push_back((mark, by));
        }
    }

    /// Returns whether bytes have not been taken in time.
    pub(super) fn has_stalled(&self) -> bool {
        (self.is_stuck || !self.can_write) && self.handed_over.front().is_some_and(|&(_, by)| by <= self.now)
    }

    /// Writes pending bytes until all are taken, the transport waits, or the write takes long.
    pub(super) fn write(&mut self, outbox: &mut Outbox<Vec<u8>>) -> Result<(), Disconnect> {
        self.writes = self.writes.wrapping_add(1);
        self.is_stuck = false;
        let begin = self.elapsed();
        loop {
            let written = self.transport.write(piece(outbox.pending(), self.largest_write));
            self.now = self.elapsed();
            match written {
                Ok(0) => return Err(Disconnect::Io(ErrorKind::WriteZero)),
                Ok(n) => {
                    outbox.advance(n);
                    self.needs_flush = true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed(&error)?;
                    break;
                }
            }
            if outbox.pending().is_empty() {
                break;
            }
            if self.now.saturating_sub(begin) >= LONG {
                self.read_next();
                break;
            }
        }
        self.settle(outbox);
        Ok(())
    }

    /// Flushes the transport.
    pub(super) fn flush(&mut self, outbox: &Outbox<Vec<u8>>) -> Result<(), Disconnect> {
        self.writes = self.writes.wrapping_add(1);
        self.is_stuck = false;
        let flushed = self.transport.flush();
        self.now = self.elapsed();
        match flushed {
            Ok(()) => self.needs_flush = false,
            Err(error) => self.failed(&error)?,
        }
        self.settle(outbox);
        Ok(())
    }

    /// Reads bytes. Returns `None` if none arrived, and 0 at the end of the stream.
    pub(super) fn read(&mut self, space: &mut [u8]) -> Result<Option<usize>, Disconnect> {
        let read = self.transport.read(space);
        self.now = self.elapsed();
        match read {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(None),
            _ => self.reads = self.reads.wrapping_add(1),
        }
        self.reads_until = self.reads_until.filter(|&until| read.is_ok() && self.now < until);
        match read {
            Ok(n) => Ok(Some(n)),
            Err(error) if is_late(&error) => Ok(None),
            Err(error) if is_closed(&error) => Ok(Some(0)),
            Err(error) => Err(Disconnect::Io(error.kind())),
        }
    }

    /// Lets reads take place for a while.
    fn read_next(&mut self) {
        self.is_stuck = true;
        self.reads_until = Some(self.now.saturating_add(READING));
    }

    /// Handles the error of a write or flush. If the peer has closed the connection, only reads
    /// follow, because bytes that it sent before may still be unread.
    fn failed(&mut self, error: &std::io::Error) -> Result<(), Disconnect> {
        match error {
            error if is_late(error) => self.read_next(),
            error if is_closed(error) => self.can_write = false,
            error => return Err(Disconnect::Io(error.kind())),
        }
        Ok(())
    }

    /// Forgets the times for bytes that have been taken. The last of them are taken once the
    /// transport is flushed.
    fn settle(&mut self, outbox: &Outbox<Vec<u8>>) {
        let is_flushed = !self.needs_flush || !outbox.pending().is_empty();
        while let Some(&(mark, _)) = self.handed_over.front() {
            if !is_flushed || !outbox.is_sent(mark) {
                break;
            }
            self.handed_over.pop_front();
        }
    }
}

/// Returns the whole lines among the first `limit` bytes, or all of those bytes if a line is
/// longer.
fn piece(bytes: &[u8], limit: usize) -> &[u8] {
    let Some(most) = bytes.get(..limit) else { return bytes };
    let end = most.iter().rposition(|&byte| byte == b'\n');
    end.and_then(|end| most.get(..=end)).unwrap_or(most)
}
