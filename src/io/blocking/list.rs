use std::io::{Read, Write};

use super::answers::Next;
use super::{Client, Error};
use crate::client::Ticket;
use crate::wire::{Message, OwnedMessage};

/// The entries of a list, each when it has come. The last item is an error if the list was cut short; dropped
/// before its end, the rest of it is passed over.
#[derive(Debug)]
pub struct List<'c, T: Read + Write> {
    client: &'c mut Client<T>,
    ticket: Ticket,
    response: OwnedMessage,
    completion: Option<OwnedMessage>,
    is_over: bool,
}

impl<'c, T: Read + Write> List<'c, T> {
    pub(super) fn new(client: &'c mut Client<T>, ticket: Ticket, response: OwnedMessage) -> Self {
        Self { client, ticket, response, completion: None, is_over: false }
    }

    /// The response that came before the entries.
    pub fn response(&self) -> Message<'_> {
        self.response.message()
    }

    /// The event that ended the list, once the last entry has been given.
    pub fn completion(&self) -> Option<Message<'_>> {
        self.completion.as_ref().map(OwnedMessage::message)
    }
}

impl<T: Read + Write> Iterator for List<'_, T> {
    type Item = Result<OwnedMessage, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let ticket = self.ticket;
        match self.client.until(|client| client.answers.next(ticket)) {
            Ok(Next::Entry(entry)) => return Some(Ok(entry)),
            Ok(Next::End(completion)) => self.completion = completion,
            Err(error) => {
                self.is_over = true;
                return Some(Err(error));
            }
        }
        self.is_over = true;
        None
    }
}

impl<T: Read + Write> Drop for List<'_, T> {
    fn drop(&mut self) {
        self.client.answers.forget(self.ticket);
    }
}
