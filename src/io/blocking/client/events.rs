use std::io::{Read, Write};
use std::time::Duration;

use super::Client;
use super::run::Limit;
use crate::client::Ticket;
use crate::io::blocking::Error;
use crate::wire::{Message, OwnedMessage};

impl<T: Read + Write> Client<T> {
    /// Waits up to `time` for an event with this name that has the ActionID of an action of this
    /// client, for example the `OriginateResponse` of an asynchronous `Originate`. The action may
    /// have been answered already.
    ///
    /// Returns `None` if no such event arrived in time. Other events remain for
    /// [`next_event`](Client::next_event).
    ///
    /// The ActionID alone does not make an event the outcome of an action. Other AMI users see it
    /// in events like this one, and any of them can send a `UserEvent` with any ActionID, which the
    /// server relays. Therefore the name must be given, and must not be `UserEvent`. The event must
    /// also have a `Privilege`, as every event has that the server itself raises; entries of lists
    /// have none.
    ///
    /// ```
    /// # use std::{net::TcpStream, time::Duration};
    /// # use embedded_ami::action::Originate;
    /// # use embedded_ami::client::Credentials;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # #[cfg(feature = "md5")]
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// client.login(&Credentials::new("admin", "secret").events("call"))?;
    /// let call = Originate::to_extension("PJSIP/7", "default", "100", "1").timeout(20_000);
    /// let ticket = client.submit(&call.in_background())?;
    /// client.wait(ticket)?; // the server has accepted the action
    /// match client.event_for(ticket, "OriginateResponse", Duration::from_secs(25))? {
    ///     Some(event) => println!("{:?}", event.message().get("Reason")),
    ///     None => println!("the call has not ended"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`next_event`](Client::next_event).
    pub fn event_for(
        &mut self,
        ticket: Ticket,
        name: &str,
        time: Duration,
    ) -> Result<Option<OwnedMessage>, Error> {
        let limit = self.limit(time);
        let id = self.session.action_id(ticket);
        let is_it = |event: &Message<'_>| {
            event.name().is_some_and(|own| own == name)
                && event.get("Privilege").is_some()
                && event.get_all("ActionID").any(|own| own == id.as_str())
        };
        if let Some(found) = self.events.take(is_it) {
            return Ok(Some(found));
        }
        self.expect_events()?;
        self.run(&limit, |client| client.events.take_newest(is_it))
    }

    /// Returns the action of this client whose ActionID the event has, as an `OriginateResponse`
    /// does. Returns `None` if another client sent the action, or if the event does not have an
    /// ActionID.
    #[must_use]
    pub fn ticket(&self, event: &Message<'_>) -> Option<Ticket> {
        event.get_all("ActionID").find_map(|id| self.session.ticket(id.as_bytes()))
    }

    /// Waits up to `time` for the next event and returns it, or `None` if no event arrived.
    ///
    /// Unless an event is in the buffer, this reads from the transport at least once. With a `time`
    /// of zero it can therefore take as long as a read waits, which is 100 ms over TCP.
    ///
    /// ```
    /// # use std::{net::TcpStream, time::Duration};
    /// # use embedded_ami::client::Credentials;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # #[cfg(feature = "md5")]
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// client.login(&Credentials::new("admin", "secret").events("call"))?;
    /// loop {
    ///     if let Some(event) = client.next_event(Duration::from_secs(1))? {
    ///         println!("{:?}", event.message());
    ///     } else {
    ///         // Nothing for a second: time for other work.
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] if the client has not requested any; [`Error::Disconnected`] once all
    /// events before the end of the connection have been returned.
    pub fn next_event(&mut self, time: Duration) -> Result<Option<OwnedMessage>, Error> {
        let limit = self.limit(time);
        self.next_event_within(&limit)
    }

    fn next_event_within(&mut self, limit: &Limit) -> Result<Option<OwnedMessage>, Error> {
        if let Some(event) = self.events.pop() {
            return Ok(Some(event));
        }
        self.expect_events()?;
        self.run(limit, |client| client.events.pop())
    }

    /// Returns an iterator over the events that arrive within `time`, which yields each as it
    /// arrives. Once the time is over, it yields only those that the client has received already.
    ///
    /// An error is the last item: [`Error::NoEvents`] if the client has not requested any,
    /// [`Error::Disconnected`] at the end of the connection.
    ///
    /// ```
    /// # use std::{net::TcpStream, time::Duration};
    /// # use embedded_ami::event::Hangup;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// for event in client.events(Duration::from_secs(60)) {
    ///     let event = event?;
    ///     if event.message().name().is_some_and(|name| name == "Hangup") {
    ///         println!("{:?}", event.message().get("Channel"));
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn events(&mut self, time: Duration) -> impl Iterator<Item = Result<OwnedMessage, Error>> {
        let until = self.limit(time).until;
        let mut is_over = false;
        core::iter::from_fn(move || {
            let next = match self.elapsed() < until {
                _ if is_over => None,
                true => {
                    let limit = self.limit_until(until);
                    self.next_event_within(&limit).transpose()
                }
                false => {
                    let limit = self.limit_without_waiting();
                    self.run(&limit, |client| client.events.pop()).ok().flatten().map(Ok)
                }
            };
            is_over = !matches!(next, Some(Ok(_)));
            next
        })
    }

    /// Sets the memory, in bytes, for events that arrive while the client waits for something else.
    /// It includes all that it takes to keep them. Without this call it is 8 MiB. When it is used
    /// up, the oldest events are dropped and [counted](Client::dropped_events), and an event that
    /// is larger than all of it is dropped at once.
    pub fn set_event_buffer_limit(&mut self, bytes: usize) {
        self.events.set_limit(bytes);
    }

    /// Returns the number of events dropped since the client was created, because the buffer was
    /// full or the event was too large.
    #[must_use]
    pub fn dropped_events(&self) -> u64 {
        self.events.dropped()
    }

    /// Checks that events can arrive. After the end of the connection the error of that is reported
    /// instead.
    fn expect_events(&self) -> Result<(), Error> {
        match self.disconnect {
            None if !self.receives_events => Err(Error::NoEvents),
            _ => Ok(()),
        }
    }
}
