use std::boxed::Box;
use std::collections::VecDeque;
use std::vec::Vec;

use super::{Disconnect, Error};
use crate::client::{Incoming, ResponseStatus, SessionError, Ticket};
use crate::wire::OwnedMessage;

/// The most bytes of an answer that the client keeps.
pub(super) const LIMIT: usize = 64 * 1024 * 1024;

/// The answers to the actions that the application has not waited for yet, as far as they have
/// arrived.
#[derive(Default)]
pub(super) struct Answers(Vec<Pending>);

/// One of them.
struct Pending {
    ticket: Ticket,
    response: Option<Result<OwnedMessage, Error>>,
    entries: VecDeque<OwnedMessage>,
    /// The size of the entries in bytes.
    size: usize,
    /// The end of the answer: the event that ended a list, `None` for another end, or an error.
    end: Option<Result<Option<OwnedMessage>, Error>>,
}

/// The part of an answer that follows the response.
pub(super) enum Next {
    Entry(OwnedMessage),
    /// The end, with the event that ended the list if there was one.
    End(Option<OwnedMessage>),
}

impl Answers {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn expect(&mut self, ticket: Ticket) {
        self.0.push(Pending { ticket, response: None, entries: VecDeque::new(), size: 0, end: None });
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.0.retain(|pending| pending.ticket != ticket);
    }

    /// Stores a message that belongs to an answer. `None` is a message that was too large.
    pub(super) fn file(
        &mut self,
        incoming: Incoming,
        message: Option<OwnedMessage>,
        disconnect: Option<Disconnect>,
    ) {
        let (Incoming::Response { ticket, .. }
        | Incoming::ListEntry { ticket, .. }
        | Incoming::ListComplete { ticket, .. }
        | Incoming::ListAborted { ticket, .. }
        | Incoming::Lost { ticket, .. }) = incoming
        else {
            return;
        };
        let Some(pending) = self.0.iter_mut().find(|pending| pending.ticket == ticket) else { return };
        match incoming {
            Incoming::Response { status, is_end, .. } => {
                pending.response = Some(checked(status, message));
                if is_end {
                    pending.end = Some(Ok(None));
                }
            }
            Incoming::ListEntry { is_end, .. } => {
                pending.keep(message);
                if is_end && pending.end.is_none() {
                    pending.end = Some(Ok(None));
                }
            }
            Incoming::ListComplete { .. } if pending.end.is_none() => pending.end = Some(Ok(message)),
            Incoming::ListAborted { .. } => {
                pending.end = Some(checked(ResponseStatus::Error, message).map(Some))
            }
            Incoming::Lost { reason, .. } => pending.end = Some(Err(Error::Lost { reason, disconnect })),
            _ => {}
        }
    }

    /// Returns the response once it has arrived, or the reason why it will not arrive.
    pub(super) fn response(&mut self, ticket: Ticket) -> Option<Result<OwnedMessage, Error>> {
        let Some(pending) = self.0.iter_mut().find(|pending| pending.ticket == ticket) else {
            return Some(Err(SessionError::NotOutstanding.into()));
        };
        match pending.response.take() {
            Some(response) => Some(response),
            None => match pending.end.take()? {
                Err(error) => Some(Err(error)),
                // The answer was an event without a response.
                Ok(end) => {
                    pending.end = Some(Ok(end));
                    pending.entries.front().cloned().map(Ok)
                }
            },
        }
    }

    /// Returns the next entry or the end once it has arrived.
    pub(super) fn next(&mut self, ticket: Ticket) -> Option<Result<Next, Error>> {
        let Some(pending) = self.0.iter_mut().find(|pending| pending.ticket == ticket) else {
            return Some(Err(SessionError::NotOutstanding.into()));
        };
        if let Some(entry) = pending.entries.pop_front() {
            pending.size = pending.size.saturating_sub(entry.len());
            return Some(Ok(Next::Entry(entry)));
        }
        let end = pending.end.take()?;
        self.forget(ticket);
        Some(end.map(Next::End))
    }
}

impl Pending {
    /// Stores an entry, or an error if the answer becomes too large.
    fn keep(&mut self, message: Option<OwnedMessage>) {
        let size = message.as_ref().map_or(usize::MAX, |message| self.size.saturating_add(message.len()));
        match message {
            Some(message) if size <= LIMIT && self.end.is_none() => {
                self.entries.push_back(message);
                self.size = size;
            }
            _ => self.end = Some(Err(Error::TooLarge)),
        }
    }
}

/// Turns a response into a result: a response with an error status is an error.
fn checked(status: ResponseStatus, message: Option<OwnedMessage>) -> Result<OwnedMessage, Error> {
    match message {
        None => Err(Error::TooLarge),
        Some(response) if status.is_error() => Err(Error::Response { status, response: Box::new(response) }),
        Some(response) => Ok(response),
    }
}
