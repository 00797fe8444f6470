//! The loop in which every method of the client waits.

use std::io::{self, Read, Write};
use std::time::Duration;

use super::Client;
use crate::client::{Incoming, Timing};
use crate::io::blocking::answers::LIMIT;
use crate::io::blocking::time::millis;
use crate::io::blocking::transport::{is_closed, is_late};
use crate::io::blocking::{Disconnect, Error};
use crate::wire::{OwnedMessage, Part, Step};

impl<T: Read + Write> Client<T> {
    /// Returns the time since the client was created, in milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        millis((self.clock)().saturating_duration_since(self.start))
    }

    /// Receives messages until `look` finds its result.
    pub(in crate::io::blocking) fn until<R>(
        &mut self,
        mut look: impl FnMut(&mut Self) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if let Err(error) = self.step(u64::MAX) {
                // The end of the connection may have produced a result, which tells more.
                return look(self).unwrap_or(Err(error));
            }
        }
    }

    /// Waits for the next message or timeout and files it. Returns false if nothing happened until
    /// then.
    pub(super) fn step(&mut self, until: u64) -> Result<bool, Error> {
        match self.next(until)? {
            Some(incoming) => self.file(incoming).map(|()| true),
            None => Ok(false),
        }
    }

    /// Stores the received message as an event or as part of an answer.
    pub(super) fn file(&mut self, incoming: Incoming) -> Result<(), Error> {
        let message = core::mem::take(&mut self.message);
        let message = (!self.is_too_large).then_some(message);
        match incoming {
            Incoming::Event { .. } | Incoming::Shutdown => self.events.push(message),
            Incoming::ServerTimedOut(stage) => {
                return Err(self.disconnected(Disconnect::ServerTimedOut(stage)));
            }
            Incoming::LoggedOff => return Err(self.disconnected(Disconnect::LoggedOff)),
            _ => self.answers.file(incoming, message, self.disconnect),
        }
        Ok(())
    }

    /// Waits for the next complete message or timeout and returns its meaning, or `None` if nothing
    /// happened until then. Reads from the transport at least once.
    pub(super) fn next(&mut self, until: u64) -> Result<Option<Incoming>, Error> {
        if let Some(disconnect) = self.disconnect {
            return Err(Error::Disconnected(disconnect));
        }
        let mut has_read = false;
        loop {
            match self.decoder.poll() {
                Step::Message => {
                    let part = self.decoder.message();
                    let incoming = self.session.on_message(&part, self.now)?;
                    if part.is_incomplete() {
                        return Err(self.disconnected(Disconnect::Cut));
                    }
                    if matches!(part.part(), Part::Whole | Part::First) {
                        self.is_too_large = false;
                        self.message = OwnedMessage::default();
                    }
                    let size = self.message.len().saturating_add(part.as_bytes().len());
                    self.is_too_large |= size > LIMIT;
                    if self.is_too_large {
                        self.message = OwnedMessage::default();
                    } else {
                        // A vector has room for every part.
                        let _ = self.message.push(&part);
                    }
                    if part.is_end() {
                        return Ok(Some(incoming));
                    }
                }
                Step::NeedInput => {
                    if let Some(incoming) = self.session.on_timeout(self.now, &mut self.outbox)? {
                        self.message = OwnedMessage::default();
                        return Ok(Some(incoming));
                    }
                    if has_read && self.now >= until {
                        return Ok(None);
                    }
                    self.flush()?;
                    // Sample the clock before the read, so that data already received is not late.
                    self.now = self.elapsed();
                    has_read = true;
                    match self.transport.read(self.decoder.space()) {
                        Ok(0) => self.decoder.finish(),
                        Ok(n) => self.decoder.advance(n),
                        Err(error) if is_late(&error) => {}
                        Err(error) if is_closed(&error) => self.decoder.finish(),
                        Err(error) => return Err(self.disconnected(Disconnect::Io(error.kind()))),
                    }
                }
                Step::End => return Err(self.disconnected(Disconnect::Closed)),
            }
        }
    }

    /// Sends the pending bytes.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        if self.outbox.pending().is_empty() {
            return Ok(());
        }
        let mut last = self.elapsed();
        let written = loop {
            match self.transport.write(self.outbox.pending()) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    self.outbox.advance(n);
                    last = self.elapsed();
                }
                Err(error) if is_late(&error) && self.elapsed().saturating_sub(last) < millis(self.timeout) => {}
                Err(error) => break Err(error),
            }
            if self.outbox.pending().is_empty() {
                break self.transport.flush();
            }
        };
        written.map_err(|error| match error {
            error if is_late(&error) => self.disconnected(Disconnect::Stalled),
            error if is_closed(&error) => self.disconnected(Disconnect::Closed),
            error => self.disconnected(Disconnect::Io(error.kind())),
        })
    }

    /// Ends the connection, reports the outstanding actions as lost and returns the error to pass
    /// on.
    fn disconnected(&mut self, disconnect: Disconnect) -> Error {
        self.disconnect = Some(disconnect);
        while let Some(lost) = self.session.on_closed(&self.outbox) {
            self.answers.file(lost, None, Some(disconnect));
        }
        Error::Disconnected(disconnect)
    }
}

/// Returns the time limits of a session in which everything may take `timeout`.
pub(super) fn timing(timeout: Duration) -> Timing {
    let timeout = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
    Timing::DEFAULT.login(timeout).action(timeout).pong(timeout)
}
