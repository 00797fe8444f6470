use std::boxed::Box;
use std::vec::Vec;

use super::message_queue::MessageQueue;
use super::{Disconnect, Error};
use crate::client::{Incoming, ResponseStatus, SessionError, Ticket};
use crate::wire::OwnedMessage;

/// The most memory, in bytes, that the answers and the message being received may take.
pub(super) const LIMIT: usize = 64 * 1024 * 1024;

/// The answers to the actions that the application has not waited for yet, as far as they have
/// arrived.
#[derive(Default)]
pub(super) struct Answers {
    list: Vec<Pending>,
    /// The memory that they take beside the list, in bytes.
    size: usize,
}

/// One of them.
struct Pending {
    ticket: Ticket,
    response: Option<Result<OwnedMessage, Error>>,
    entries: MessageQueue,
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
        self.list.len()
    }

    /// Returns the memory that the answers take, in bytes.
    pub(super) fn memory(&self) -> usize {
        let list = self.list.capacity().saturating_mul(size_of::<Pending>());
        self.size.saturating_add(OwnedMessage::allocated(list))
    }

    pub(super) fn expect(&mut self, ticket: Ticket) {
        self.list.push(Pending { ticket, response: None, entries: MessageQueue::default(), end: None });
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        if let Some(at) = self.list.iter().position(|pending| pending.ticket == ticket) {
            let pending = self.list.remove(at);
            self.size = self.size.saturating_sub(pending.memory());
        }
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
        let all = self.memory();
        let Some(pending) = self.list.iter_mut().find(|pending| pending.ticket == ticket) else { return };
        let before = pending.memory();
        let others = all.saturating_sub(before);
        let fits = |message: &OwnedMessage| others.saturating_add(pending.memory_with(message)) <= LIMIT;
        let message = message.filter(fits);
        pending.file(incoming, message, disconnect);
        self.size = self.size.saturating_sub(before).saturating_add(pending.memory());
    }

    /// Returns the response once it has arrived, or the reason why it will not arrive.
    pub(super) fn response(&mut self, ticket: Ticket) -> Option<Result<OwnedMessage, Error>> {
        self.take(ticket, Pending::response)
    }

    /// Returns the next entry or the end once it has arrived.
    pub(super) fn next(&mut self, ticket: Ticket) -> Option<Result<Next, Error>> {
        let next = self.take(ticket, Pending::next);
        if let Some(Ok(Next::End(_)) | Err(_)) = next {
            self.forget(ticket);
        }
        next
    }

    /// Takes a part of an answer out.
    fn take<R>(
        &mut self,
        ticket: Ticket,
        take: impl FnOnce(&mut Pending) -> Option<Result<R, Error>>,
    ) -> Option<Result<R, Error>> {
        let Some(pending) = self.list.iter_mut().find(|pending| pending.ticket == ticket) else {
            return Some(Err(SessionError::NotOutstanding.into()));
        };
        let before = pending.memory();
        let taken = take(pending);
        self.size = self.size.saturating_sub(before).saturating_add(pending.memory());
        taken
    }
}

impl Pending {
    /// Returns the memory of the messages, in bytes.
    fn memory(&self) -> usize {
        let response = match &self.response {
            Some(Ok(response)) => response.memory(),
            Some(Err(error)) => error.memory(),
            None => 0,
        };
        let end = match &self.end {
            Some(Ok(Some(event))) => event.memory(),
            Some(Err(error)) => error.memory(),
            _ => 0,
        };
        self.entries.memory().saturating_add(response).saturating_add(end)
    }

    /// Returns the most memory that the messages take once this one has been added.
    fn memory_with(&self, message: &OwnedMessage) -> usize {
        let other = self.memory().saturating_sub(self.entries.memory());
        self.entries.memory_with(message).saturating_add(other)
    }

    fn file(&mut self, incoming: Incoming, message: Option<OwnedMessage>, disconnect: Option<Disconnect>) {
        match incoming {
            Incoming::Response { status, is_end, .. } => {
                self.response = Some(checked(status, message));
                if is_end {
                    self.end = Some(Ok(None));
                }
            }
            Incoming::ListEntry { is_end, .. } if self.end.is_none() => {
                match message {
                    Some(message) => self.entries.push(message),
                    None => self.end = Some(Err(Error::TooLarge)),
                }
                if is_end && self.end.is_none() {
                    self.end = Some(Ok(None));
                }
            }
            Incoming::ListComplete { .. } if self.end.is_none() => self.end = Some(Ok(message)),
            Incoming::ListAborted { .. } => {
                self.end = Some(checked(ResponseStatus::Error, message).map(Some));
            }
            Incoming::Lost { reason, .. } => self.end = Some(Err(Error::Lost { reason, disconnect })),
            _ => {}
        }
    }

    fn response(&mut self) -> Option<Result<OwnedMessage, Error>> {
        match self.response.take() {
            Some(response) => Some(response),
            None => match self.end.take()? {
                Err(error) => Some(Err(error)),
                // The answer was an event without a response.
                Ok(end) => {
                    self.end = Some(Ok(end));
                    self.entries.front().cloned().map(Ok)
                }
            },
        }
    }

    fn next(&mut self) -> Option<Result<Next, Error>> {
        match self.entries.pop() {
            Some(entry) => Some(Ok(Next::Entry(entry))),
            None => Some(self.end.take()?.map(Next::End)),
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
