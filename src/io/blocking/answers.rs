use std::boxed::Box;
use std::collections::VecDeque;
use std::vec::Vec;

use super::{Disconnect, Error};
use crate::client::{Answer, Incoming, SessionError, Ticket};
use crate::wire::OwnedMessage;

/// The most bytes that are kept of one answer.
pub(super) const LIMIT: usize = 64 * 1024 * 1024;

/// What has come of the answers that are waited for.
#[derive(Default)]
pub(super) struct Answers(Vec<Pending>);

struct Pending {
    ticket: Ticket,
    reply: Option<Result<OwnedMessage, Error>>,
    entries: VecDeque<OwnedMessage>,
    /// Bytes in the entries.
    size: usize,
    end: Option<Result<Option<OwnedMessage>, Error>>,
}

/// What comes after the response.
pub(super) enum Next {
    Entry(OwnedMessage),
    /// With the event that ended the list, if one did.
    End(Option<OwnedMessage>),
}

impl Answers {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn expect(&mut self, ticket: Ticket) {
        self.0.push(Pending { ticket, reply: None, entries: VecDeque::new(), size: 0, end: None });
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.0.retain(|pending| pending.ticket != ticket);
    }

    /// Files what belongs to an answer. There is no message if it was too large.
    pub(super) fn file(
        &mut self,
        incoming: Incoming,
        message: Option<OwnedMessage>,
        disconnect: Option<Disconnect>,
    ) {
        let (Incoming::Reply { ticket, .. }
        | Incoming::Item { ticket, .. }
        | Incoming::Done { ticket, .. }
        | Incoming::Aborted { ticket, .. }
        | Incoming::Lost { ticket, .. }) = incoming
        else {
            return;
        };
        let Some(pending) = self.0.iter_mut().find(|pending| pending.ticket == ticket) else { return };
        match incoming {
            Incoming::Reply { answer, is_end, .. } => {
                pending.reply = Some(replied(answer, message));
                if is_end {
                    pending.end = Some(Ok(None));
                }
            }
            Incoming::Item { is_end, .. } => {
                pending.keep(message);
                if is_end && pending.end.is_none() {
                    pending.end = Some(Ok(None));
                }
            }
            Incoming::Done { .. } if pending.end.is_none() => pending.end = Some(Ok(message)),
            Incoming::Aborted { .. } => pending.end = Some(replied(Answer::Error, message).map(Some)),
            Incoming::Lost { loss, .. } => pending.end = Some(Err(Error::Lost { loss, disconnect })),
            _ => {}
        }
    }

    /// The response, once it has come; or why it will not.
    pub(super) fn reply(&mut self, ticket: Ticket) -> Option<Result<OwnedMessage, Error>> {
        let Some(pending) = self.0.iter_mut().find(|pending| pending.ticket == ticket) else {
            return Some(Err(SessionError::NotOutstanding.into()));
        };
        match pending.reply.take() {
            Some(reply) => Some(reply),
            None => match pending.end.take()? {
                Err(error) => Some(Err(error)),
                // The event that is the answer came without a response.
                Ok(end) => {
                    pending.end = Some(Ok(end));
                    pending.entries.front().cloned().map(Ok)
                }
            },
        }
    }

    /// The next entry, or the end, once it has come.
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

fn replied(answer: Answer, message: Option<OwnedMessage>) -> Result<OwnedMessage, Error> {
    match message {
        None => Err(Error::TooLarge),
        Some(reply) if answer.is_error() => Err(Error::Answer { answer, reply: Box::new(reply) }),
        Some(reply) => Ok(reply),
    }
}
