use std::io::{Read, Write};

use super::answers::Next;
use super::{Client, Error};
use crate::action::Action;
use crate::client::Ticket;
use crate::wire::{Message, OwnedMessage};

impl<T: Read + Write> Client<T> {
    /// Sends an action that is answered with a list, or with a single event, and waits for its
    /// response. The [`List`] then waits for each entry. The whole list must arrive within the
    /// [time-out](Client::set_timeout), counted from this call.
    ///
    /// ```
    /// # use embedded_ami::action::CoreShowChannels;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// for entry in client.list(&CoreShowChannels::new())? {
    ///     println!("{}", entry?.text("Channel"));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`send`](Client::send). Asterisk answers some lists that would be empty with an
    /// error.
    pub fn list(&mut self, action: &(impl Action + ?Sized)) -> Result<List<'_, T>, Error> {
        let (ticket, response) = self.ask(action)?;
        Ok(List::new(self, ticket, response))
    }
}

/// An iterator over the entries of a list, which yields each as it arrives.
///
/// The last item is an error if the list was cut short. If the iterator is dropped before its end,
/// the client skips the rest of the list.
///
/// ```
/// # use embedded_ami::action::Raw;
/// # use embedded_ami::io::blocking::{Client, Error};
/// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
/// let mut list = client.list(&Raw::without_headers("QueueStatus"))?;
/// let entries = list.by_ref().collect::<Result<Vec<_>, Error>>()?;
/// println!("{} entries", entries.len());
/// if let Some(completion) = list.completion() {
///     println!("{} sent", completion.get("ListItems").unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
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

    /// Returns the response that preceded the entries.
    #[must_use]
    pub fn response(&self) -> Message<'_> {
        self.response.message()
    }

    /// Returns the event that ended the list. It is available once the iterator has returned
    /// `None`.
    #[must_use]
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
