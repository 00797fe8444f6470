//! The loop in which every method of the client waits, and its rule for the time.
//!
//! - The clock is sampled after each operation of the transport, because only these can wait.
//! - Messages that were received are handled before any deadline is compared with that sample.
//! - Between two operations, the limit of the call is compared with it.
//! - A call that begins reads at least once before it reports that its time is up, so data that
//!   arrived while the application was busy is not late. If writes have taken the call beyond its
//!   limit, it does not read any more; the next call then begins with a read.
//!
//! So a call returns at the latest [`GRACE`] and one wait of the transport after its limit.

use std::io::{Read, Write};
use std::time::Duration;

use super::Client;
use super::link::{Link, Operation};
use crate::client::{Incoming, SessionError, Timing};
use crate::io::blocking::time::millis;
use crate::io::blocking::{Disconnect, Error};
use crate::wire::{EncodeError, OwnedMessage, Part, Step};

/// The time, in milliseconds, by which writes may exceed the limit of a call before it gives up
/// without a read.
const GRACE: u64 = 25;

/// The time limit of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    begin: u64,
    pub(super) until: u64,
    /// The numbers of reads and writes before the call.
    reads: u64,
    writes: u64,
}

impl Limit {
    /// Returns whether the call must end.
    pub(super) fn is_up<T>(&self, link: &Link<T>) -> bool {
        link.now >= self.until && (link.reads != self.reads || self.is_exceeded(self.until, link))
    }

    /// Returns whether the writes of this call have taken it so far beyond the deadline that it
    /// must not read any more.
    pub(super) fn is_exceeded<T>(&self, deadline: u64, link: &Link<T>) -> bool {
        link.now >= deadline.max(self.begin).saturating_add(GRACE)
    }
}

/// The result of one turn of the loop.
pub(super) enum Turn {
    /// Something happened that needs no report.
    Done,
    /// The session reported this, for a message unless there is none or it was too large.
    Report(Incoming, Option<OwnedMessage>),
    /// The limit of the call has been reached.
    TimeUp,
}

impl<T: Read + Write> Client<T> {
    /// Returns the time since the client was created, in milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        self.link.elapsed()
    }

    /// Returns the limit of a call that may take `time` from now on.
    pub(super) fn limit(&self, time: Duration) -> Limit {
        let begin = self.elapsed();
        self.limit_from(begin, begin.saturating_add(millis(time)))
    }

    /// Returns the limit of a call that may go on until the time `until`.
    pub(super) fn limit_until(&self, until: u64) -> Limit {
        self.limit_from(self.elapsed(), until)
    }

    fn limit_from(&self, begin: u64, until: u64) -> Limit {
        Limit { begin, until, reads: self.link.reads, writes: self.link.writes }
    }

    /// Returns the limit of a call that handles only what has been read already.
    pub(super) fn limit_without_waiting(&self) -> Limit {
        // It ends before the first operation. As it writes nothing, no deadline has been exceeded.
        Limit { begin: u64::MAX, until: 0, reads: self.link.reads.wrapping_sub(1), writes: self.link.writes }
    }

    /// Waits until `look` finds its result. Returns `None` if the limit is reached first.
    pub(super) fn run<R>(
        &mut self,
        limit: &Limit,
        mut look: impl FnMut(&mut Self) -> Option<R>,
    ) -> Result<Option<R>, Error> {
        loop {
            if let Some(found) = look(self) {
                return Ok(Some(found));
            }
            let turn = self.turn(limit).and_then(|turn| match turn {
                Turn::Report(incoming, message) => self.file(incoming, message).map(|()| false),
                Turn::Done => Ok(false),
                Turn::TimeUp => Ok(true),
            });
            match turn {
                Ok(false) => {}
                Ok(true) => return Ok(None),
                // The end of the connection may have produced a result, which tells more.
                Err(error) => return look(self).map(Some).ok_or(error),
            }
        }
    }

    /// Waits, without a limit of its own, until `look` finds its result. The deadline of an action
    /// is the limit.
    pub(in crate::io::blocking) fn until<R>(
        &mut self,
        look: impl FnMut(&mut Self) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        let call = self.limit_until(u64::MAX);
        self.until_from(&call, look)
    }

    /// Like [`until`](Self::until), in a call that has begun before, with this limit. The time that
    /// its writes have taken counts.
    pub(super) fn until_from<R>(
        &mut self,
        call: &Limit,
        look: impl FnMut(&mut Self) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        let limit = Limit { until: u64::MAX, ..*call };
        self.run(&limit, look)?.unwrap_or(Err(SessionError::NotOutstanding.into()))
    }

    /// Makes a call of the session that writes a request. Waits while the outbox is full, while the
    /// slots are taken by answers that the application has dropped or, in one-at-a-time mode, while
    /// an action is outstanding.
    pub(super) fn request<R>(
        &mut self,
        limit: &Limit,
        mut write: impl FnMut(&mut Self, u64) -> Result<R, SessionError>,
    ) -> Result<R, Error> {
        // The reason for which the request was not written at the last attempt.
        let mut reason = None;
        let written = self.run(limit, |client| {
            if let Some(disconnect) = client.disconnect {
                return Some(Err(Error::Disconnected(disconnect)));
            }
            let now = client.elapsed();
            if let Some(reason) = reason.filter(|_| now >= limit.until) {
                return Some(Err(Error::from(reason)));
            }
            match write(client, now) {
                Err(
                    error @ (SessionError::Busy
                    | SessionError::SlotsFull
                    | SessionError::Encode(EncodeError::Full)),
                ) => {
                    reason = Some(error);
                    None
                }
                written => Some(written.map_err(Error::from)),
            }
        })?;
        written.unwrap_or(Err(reason.unwrap_or(SessionError::Busy).into()))
    }

    /// Waits for the next event like [`run`](Self::run), but most events do not pass through the
    /// buffer for events, which must be empty.
    pub(super) fn wait_for_event(&mut self, limit: &Limit) -> Result<Option<OwnedMessage>, Error> {
        loop {
            let step = self.poll()?;
            if step == Step::Message {
                let event = self.decoder.message();
                if self.session.is_mere_event(&event, self.link.now) {
                    let most = self.answers.room();
                    let most = if self.events.has_room(event.as_bytes().len()) { most } else { 0 };
                    if let Some(event) = OwnedMessage::copy(&event, most) {
                        return Ok(Some(event));
                    }
                    self.events.drop_one();
                    continue;
                }
            }
            match self.handle(step, limit)? {
                Turn::Report(incoming, message) => self.file(incoming, message)?,
                Turn::Done => continue,
                Turn::TimeUp => return Ok(None),
            }
            if let Some(event) = self.events.pop() {
                return Ok(Some(event));
            }
        }
    }

    /// Handles one message, one deadline or one operation of the transport.
    pub(super) fn turn(&mut self, limit: &Limit) -> Result<Turn, Error> {
        let step = self.poll()?;
        self.handle(step, limit)
    }

    /// Looks for the next message, unless the connection has ended.
    fn poll(&mut self) -> Result<Step, Error> {
        match self.disconnect {
            Some(disconnect) => Err(Error::Disconnected(disconnect)),
            None => Ok(self.decoder.poll()),
        }
    }

    /// Handles the message that the decoder has found, or one deadline or operation of the
    /// transport if it needs input.
    fn handle(&mut self, step: Step, limit: &Limit) -> Result<Turn, Error> {
        match step {
            Step::Message => self.receive(),
            Step::End => Err(self.disconnected(Disconnect::Closed)),
            Step::NeedInput => match self.check_deadlines(limit)? {
                Some(turn) => Ok(turn),
                None if limit.is_up(&self.link) => Ok(Turn::TimeUp),
                None => self.operate().map(|()| Turn::Done),
            },
        }
    }

    /// Passes a message, or a part of one, to the session.
    fn receive(&mut self) -> Result<Turn, Error> {
        let part = self.decoder.message();
        let mut incoming = self.session.on_message(&part, self.link.now)?;
        if part.is_incomplete() {
            self.message = OwnedMessage::default();
            // Otherwise the decoder was told to abandon the message.
            return if self.has_ended { Err(self.disconnected(Disconnect::Cut)) } else { Ok(Turn::Done) };
        }
        let most = self.answers.room();
        if part.part() == Part::Whole {
            return Ok(Turn::Report(incoming, OwnedMessage::copy(&part, most)));
        }
        if part.part() == Part::First {
            self.asks_for_login = false;
            self.is_too_large = false;
            self.message = OwnedMessage::default();
        }
        self.is_too_large |= !self.message.make_room(part.as_bytes().len(), most);
        if self.is_too_large {
            self.message = OwnedMessage::default();
        } else {
            // There is room.
            let _ = self.message.push(&part);
        }
        self.asks_for_login |= incoming == Incoming::LogIn;
        if !part.is_end() {
            return Ok(Turn::Done);
        }
        // This is reported for the part with the challenge, and the login needs the whole message.
        if self.asks_for_login {
            incoming = Incoming::LogIn;
        }
        let mut message = core::mem::take(&mut self.message);
        message.shrink();
        Ok(Turn::Report(incoming, (!self.is_too_large).then_some(message)))
    }

    /// Compares deadlines with the time of the last operation, after a read or if writes have
    /// exceeded a deadline. Everything that was read has been handled by then. Returns `None` if
    /// nothing is due.
    fn check_deadlines(&mut self, limit: &Limit) -> Result<Option<Turn>, Error> {
        let now = self.link.now;
        let has_tried = self.link.writes != limit.writes || !self.link.can_write;
        if has_tried && self.link.has_stalled() {
            let closed = !self.link.can_write;
            return Err(self.disconnected(if closed { Disconnect::Closed } else { Disconnect::Stalled }));
        }
        let reads = self.link.reads;
        let is_exceeded = |deadline| limit.is_exceeded(deadline, &self.link);
        if self.checked == reads && !self.session.deadline().is_some_and(is_exceeded) {
            return Ok(None);
        }
        if self.abandoned != reads && self.session.is_overdue(self.decoder.unfinished(), now) {
            self.abandoned = reads;
            self.decoder.abandon();
            return Ok(Some(Turn::Done));
        }
        let before = self.outbox.mark();
        if let Some(incoming) = self.session.on_timeout(now, &mut self.outbox)? {
            return Ok(Some(Turn::Report(incoming, None)));
        }
        // The call can end before it sends the Ping.
        self.has_ping |= self.outbox.mark() != before;
        self.checked = reads;
        Ok(None)
    }

    /// Performs the operation of the transport whose turn it is.
    fn operate(&mut self) -> Result<(), Error> {
        let result = match self.link.next(&self.outbox) {
            Operation::Write => {
                let by = self.elapsed().saturating_add(millis(self.timeout));
                self.link.hand_over(&self.outbox, by);
                let written = self.link.write(&mut self.outbox);
                if self.has_ping && self.outbox.pending().is_empty() {
                    self.has_ping = false;
                    self.session.on_ping_sent(self.link.now);
                }
                written
            }
            Operation::Flush => self.link.flush(&self.outbox),
            Operation::Read => self.read(),
        };
        result.map_err(|disconnect| self.disconnected(disconnect))
    }

    fn read(&mut self) -> Result<(), Disconnect> {
        let space = self.decoder.space();
        match self.link.read(space)? {
            None => {}
            Some(0) => {
                self.decoder.finish();
                self.has_ended = true;
            }
            Some(n) => {
                if let Some(first) = &mut self.first_line {
                    first.push(space.get(..n).unwrap_or_default());
                }
                self.decoder.advance(n);
            }
        }
        Ok(())
    }

    /// Stores a received message as an event or as part of an answer.
    pub(super) fn file(&mut self, incoming: Incoming, message: Option<OwnedMessage>) -> Result<(), Error> {
        match incoming {
            Incoming::Event { .. } | Incoming::Shutdown => self.events.push(message),
            // The server is booted after the login has returned: this is `FullyBooted`.
            Incoming::Ready => message.into_iter().for_each(|message| self.events.push(Some(message))),
            Incoming::ServerTimedOut(stage) => {
                return Err(self.disconnected(Disconnect::ServerTimedOut(stage)));
            }
            Incoming::LoggedOff => return Err(self.disconnected(Disconnect::LoggedOff)),
            _ => self.answers.file(incoming, message, self.disconnect),
        }
        Ok(())
    }

    /// Ends the connection, reports the outstanding actions as lost and returns the error to pass
    /// on.
    pub(super) fn disconnected(&mut self, disconnect: Disconnect) -> Error {
        self.disconnect = Some(disconnect);
        while let Some(lost) = self.session.on_closed(&self.outbox) {
            self.answers.file(lost, None, Some(disconnect));
        }
        // A login that was not sent may be among the bytes.
        self.outbox.clear();
        Error::Disconnected(disconnect)
    }
}

/// Returns the time limits with everything that may take as long as the time-out changed to this.
pub(super) fn timing(timing: Timing, timeout: Duration) -> Timing {
    let timeout = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX).max(1);
    timing.login(timeout).action(timeout).pong(timeout)
}
