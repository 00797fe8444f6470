use std::io::{Read, Write};

use super::Client;
use super::run::Limit;
use crate::action::{Action, Raw};
use crate::client::{SessionError, Ticket};
use crate::io::blocking::Error;
use crate::wire::OwnedMessage;

impl<T: Read + Write> Client<T> {
    /// Sends an action and waits for its response. If the response begins a list, its entries are
    /// dropped: use [`list`](Client::list) for those.
    ///
    /// ```
    /// # use embedded_ami::action::Getvar;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// let response = client.send(&Getvar::new("CHANNEL(state)").channel("PJSIP/7-00000001"))?;
    /// println!("{}", response.text("Value"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Error::Response`] if the server answers with an error.
    /// - [`Error::Session`] if the action cannot be encoded or the client is not logged in. The
    ///   action was not sent.
    /// - [`Error::Lost`] if no response arrived in time or the connection ended first. Its
    ///   [reason](crate::client::LossReason) tells whether the server may have executed the action.
    /// - [`Error::TooLarge`] if the answer takes more memory than [the
    ///   limit](super::ClientBuilder::answer_buffer_limit), which is 64 MiB unless set.
    /// - [`Error::Disconnected`] if the connection had ended before.
    pub fn send(&mut self, action: &(impl Action + ?Sized)) -> Result<OwnedMessage, Error> {
        let (ticket, response) = self.ask(action)?;
        self.answers.forget(ticket);
        Ok(response)
    }

    /// Sends an action and waits for its response, both within one limit. If that fails, the action
    /// is forgotten.
    pub(in crate::io::blocking) fn ask(
        &mut self,
        action: &(impl Action + ?Sized),
    ) -> Result<(Ticket, OwnedMessage), Error> {
        let limit = self.limit(self.timeout);
        let ticket = self.submit_within(action, &limit)?;
        let response = self.until_from(&limit, |client| client.answers.response(ticket));
        response.map(|response| (ticket, response)).inspect_err(|_| self.answers.forget(ticket))
    }

    /// Runs a command of the Asterisk console. The response has the lines that it printed:
    /// [`output_text`](OwnedMessage::output_text) returns them as one text, and
    /// [`output`](crate::wire::Message::output) returns one after another.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// println!("{}", client.command("core show uptime")?.output_text());
    ///
    /// for line in client.command("core show channels concise")?.message().output() {
    ///     let channel = line.to_string_lossy();
    ///     println!("{}", channel.split('!').next().unwrap_or_default());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`send`](Client::send). Asterisk 14 and later answer with an error if the command
    /// failed. `Display` of that [`Error::Response`] prints the output of the command, such as
    /// `No such command 'x'`, as one line of at most 200 characters; its `response` has all of it.
    ///
    /// Asterisk 13 and earlier do not report whether a command failed, so this returns `Ok`, and
    /// only the output tells.
    pub fn command(&mut self, text: &(impl AsRef<[u8]> + ?Sized)) -> Result<OwnedMessage, Error> {
        self.send(&Raw::new("Command", &[("Command", text)]))
    }

    /// Sends an action without waiting for its answer, so that several actions can be outstanding
    /// at once. [`wait`](Client::wait) returns the answer, which must be complete within the
    /// [time-out](Client::set_timeout), counted from this call.
    ///
    /// If the server does not take the bytes, this waits for that as long, and receives messages
    /// meanwhile.
    ///
    /// ```
    /// # use embedded_ami::action::Raw;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<std::net::TcpStream>) -> Result<(), Error> {
    /// let settings = client.submit(&Raw::without_headers("CoreSettings"))?;
    /// let status = client.submit(&Raw::without_headers("CoreStatus"))?;
    /// // Wait for the answers in any order.
    /// println!("{} calls", client.wait(status)?.text("CoreCurrentCalls"));
    /// println!("Asterisk {}", client.wait(settings)?.text("AsteriskVersion"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Session`] if the action cannot be encoded or the client is not logged in, with
    /// [`SessionError::SlotsFull`] if 256 actions, or [as many as were
    /// set](super::ClientBuilder::slots), have been sent and not yet waited for (one whose list was
    /// dropped counts until the end of the list has arrived, which this call waits for), and with
    /// [`SessionError::Busy`] if only [one action at a time](Client::set_one_at_a_time) is allowed
    /// and the one outstanding is not answered in time; [`Error::Disconnected`] if the connection
    /// had ended before.
    pub fn submit(&mut self, action: &(impl Action + ?Sized)) -> Result<Ticket, Error> {
        let limit = self.limit(self.timeout);
        self.submit_within(action, &limit)
    }

    /// Sends an action, which must be answered within the limit.
    fn submit_within(&mut self, action: &(impl Action + ?Sized), limit: &Limit) -> Result<Ticket, Error> {
        let ticket = self.queue_within(action, limit)?;
        self.link.hand_over(&self.outbox, limit.until);
        // An error of the connection is reported by the call that waits for the answer.
        let _ = self.run(limit, |client| client.link.is_done(&client.outbox).then_some(()));
        Ok(ticket)
    }

    /// Like [`submit`](Client::submit), but leaves the action in the outbox until the next call
    /// that sends or waits. Several actions then go out in one write. If the outbox is full, this
    /// waits until there is room. It has room for 64 KiB, or for
    /// [the size that was set](super::ClientBuilder::write_buffer).
    ///
    /// # Errors
    ///
    /// Those of [`submit`](Client::submit).
    pub fn queue(&mut self, action: &(impl Action + ?Sized)) -> Result<Ticket, Error> {
        let limit = self.limit(self.timeout);
        self.queue_within(action, &limit)
    }

    /// Writes an action, which must be answered within the limit.
    fn queue_within(&mut self, action: &(impl Action + ?Sized), limit: &Limit) -> Result<Ticket, Error> {
        if let Some(disconnect) = self.disconnect {
            return Err(Error::Disconnected(disconnect));
        }
        if self.answers.len() >= self.slots {
            return Err(SessionError::SlotsFull.into());
        }
        let ticket = self.request(limit, |client, now| {
            let time = u32::try_from(limit.until.saturating_sub(now)).unwrap_or(u32::MAX);
            client.session.submit_within(action, time, now, &mut client.outbox)
        })?;
        self.answers.expect(ticket);
        // The action `Events` changes the mask; if it is refused, waiting for an event only times
        // out.
        self.receives_events |= action.name().eq_ignore_ascii_case("Events");
        Ok(ticket)
    }

    /// Waits for the response to a [submitted](Client::submit) action. Call this once for each
    /// action. The entries of a list are dropped.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Client::send). A second call returns [`SessionError::NotOutstanding`].
    pub fn wait(&mut self, ticket: Ticket) -> Result<OwnedMessage, Error> {
        let response = self.until(|client| client.answers.response(ticket));
        self.answers.forget(ticket);
        response
    }
}
