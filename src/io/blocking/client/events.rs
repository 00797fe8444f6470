use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::Client;
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

    /// Waits up to `time` for the next event and returns it, or `None` if no event arrived. With
    /// `Duration::MAX` this waits for as long as it takes and never returns `None`, so
    /// `while let Some(event) = client.next_event(Duration::MAX)?` is a loop over all events.
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
        if let Some(event) = self.received_event()? {
            return Ok(Some(event));
        }
        self.expect_events()?;
        self.wait_for_event(&self.limit(time))
    }

    /// Waits like [`next_event`](Client::next_event), but returns `None` as soon as the number of
    /// [dropped events](Client::dropped_events) is no longer `known`.
    pub(in crate::io::blocking) fn next_event_unless_dropped(
        &mut self,
        time: Duration,
        known: u64,
    ) -> Result<Option<OwnedMessage>, Error> {
        if self.events.dropped() != known {
            return Ok(None);
        }
        if let Some(event) = self.events.pop() {
            return Ok(Some(event));
        }
        self.expect_events()?;
        let look = |client: &mut Self| match client.events.dropped() == known {
            true => client.events.pop().map(Some),
            false => Some(None),
        };
        let next = match self.run(&self.limit_without_waiting(), look)? {
            None => self.run(&self.limit(time), look)?,
            found => found,
        };
        Ok(next.flatten())
    }

    /// Returns the next event if it has been received already. It does not read the clock, which
    /// for each event would take a tenth of the time that the client needs.
    fn received_event(&mut self) -> Result<Option<OwnedMessage>, Error> {
        match self.events.pop() {
            None if self.expect_events().is_ok() => self.wait_for_event(&self.limit_without_waiting()),
            event => Ok(event),
        }
    }

    /// Waits for the next event until the time `deadline`. After that time, this returns only the
    /// events that the client has received already, and then `None`.
    ///
    /// So a loop over all events up to a time can use the client, which the iterator
    /// [`events`](Client::events) does not allow:
    ///
    /// ```
    /// # use std::{net::TcpStream, time::{Duration, Instant}};
    /// # use embedded_ami::action::Raw;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// let deadline = Instant::now() + Duration::from_secs(60);
    /// while let Some(event) = client.next_event_until(deadline)? {
    ///     let event = event.message();
    ///     if event.name().is_some_and(|name| name == "Newchannel") {
    ///         let channel = event.get("Channel").unwrap_or_default();
    ///         client.send(&Raw::new("Hangup", &[("Channel", channel)]))?;
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`next_event`](Client::next_event).
    pub fn next_event_until(&mut self, deadline: Instant) -> Result<Option<OwnedMessage>, Error> {
        self.next_event_by(self.link.since_start(deadline))
    }

    /// Waits for the next event, until the time `until` of the link.
    fn next_event_by(&mut self, until: u64) -> Result<Option<OwnedMessage>, Error> {
        if let Some(event) = self.received_event()? {
            return Ok(Some(event));
        }
        self.expect_events()?;
        let limit = match self.elapsed() < until {
            true => self.limit_until(until),
            false => self.limit_without_waiting(),
        };
        self.wait_for_event(&limit)
    }

    /// Returns an iterator over the events that arrive within `time`, which yields each as it
    /// arrives. Once the time is over, it yields only those that the client has received already.
    ///
    /// The iterator borrows the client, so the loop cannot send actions: see
    /// [below](#sending-actions-in-the-loop).
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
    ///
    /// # Sending actions in the loop
    ///
    /// A `for` loop over the iterator borrows the client until it ends, so this does not compile
    /// (E0499):
    ///
    /// ```compile_fail,E0499
    /// # use std::{net::TcpStream, time::Duration};
    /// # use embedded_ami::action::Raw;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// for event in client.events(Duration::MAX) {
    ///     println!("{:?}", event?);
    ///     client.send(&Raw::without_headers("Ping"))?; // the iterator has the client
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// A `while let` loop over [`next_event`](Client::next_event) borrows it only during each call:
    ///
    /// ```
    /// # use std::{net::TcpStream, time::Duration};
    /// # use embedded_ami::action::Raw;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// while let Some(event) = client.next_event(Duration::MAX)? {
    ///     println!("{event:?}");
    ///     client.send(&Raw::without_headers("Ping"))?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// [`next_event_until`](Client::next_event_until) is the same with a time at which the loop
    /// ends.
    pub fn events(&mut self, time: Duration) -> impl Iterator<Item = Result<OwnedMessage, Error>> {
        let until = self.limit(time).until;
        let mut is_over = false;
        core::iter::from_fn(move || {
            if is_over {
                return None;
            }
            let received = self.received_event();
            if let Ok(Some(event)) = received {
                return Some(Ok(event));
            }
            let is_late = self.elapsed() >= until;
            let next = received.and_then(|_| self.next_event_by(until)).transpose();
            // Once the time is over, the end of the connection is not reported any more.
            let next = next.filter(|next| !is_late || matches!(next, Ok(_) | Err(Error::NoEvents)));
            is_over = !matches!(next, Some(Ok(_)));
            next
        })
    }

    /// Sets the memory, in bytes, for events that arrive while the client waits for something else.
    /// It includes all that it takes to keep them. Without this call it is 8 MiB, or
    /// [the limit of the builder](super::ClientBuilder::event_buffer_limit). When it is used
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
