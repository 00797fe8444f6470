mod actions;
mod connect;
mod events;
mod link;
mod login;
mod run;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{Read, Write};
use std::time::Duration;
use std::vec::Vec;

use self::link::Link;
use super::Disconnect;
use super::answers::Answers;
use super::event_buffer::EventBuffer;
use super::protocol::FirstLine;
use crate::client::{Session, Slot};
use crate::wire::{Decoder, Message, Outbox, OwnedMessage};

/// The number of actions that may be outstanding, or answered but not yet waited for.
const SLOTS: usize = 256;

/// A blocking client, which sends an action and waits for its answer.
///
/// ```
/// use std::time::Duration;
/// use embedded_ami::action::Raw;
/// use embedded_ami::client::Credentials;
/// use embedded_ami::io::blocking::Client;
///
/// # use std::sync::atomic::{AtomicBool, Ordering};
/// # use embedded_ami::io::blocking::server::{Exchange, Server, Service};
/// # use embedded_ami::server::{Account, Attempt, SessionError};
/// # struct Queues;
/// # impl Service for Queues {
/// #     fn account(&mut self, _: &Attempt<'_>) -> Option<Account<'_>> {
/// #         Some(Account::new("secret"))
/// #     }
/// #     fn request(&mut self, exchange: &mut Exchange<'_>) -> Result<(), SessionError> {
/// #         if exchange.request().is("QueuePause") {
/// #             return exchange.answer()?.success("Paused");
/// #         }
/// #         let mut list = exchange.answer()?.list("Queue status will follow")?;
/// #         list.entry("QueueParams", |entry| entry.header("Queue", "support"))?;
/// #         Ok(list.complete("QueueStatusComplete", |_| Ok(()))?)
/// #     }
/// # }
/// # #[cfg(feature = "md5")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut server = Server::bind("127.0.0.1:0", "11.0.0", Queues)?;
/// # let address = server.local_addr()?;
/// # static STOP: AtomicBool = AtomicBool::new(false);
/// # let thread = std::thread::spawn(move || server.run(&STOP));
/// let mut client = Client::connect(address, Duration::from_secs(5))?;
/// client.login(&Credentials::new("admin", "secret"))?;
/// client.send(&Raw::new("QueuePause", &[("Interface", "PJSIP/7"), ("Paused", "true")]))?;
/// for entry in client.list(&Raw::without_headers("QueueStatus"))? {
///     println!("{:?}", entry?.message().get("Queue"));
/// }
/// client.log_off()?;
/// # STOP.store(true, Ordering::Relaxed);
/// # thread.join().unwrap();
/// # Ok(()) }
/// # #[cfg(not(feature = "md5"))]
/// # fn main() {}
/// ```
///
/// If the [credentials](crate::client::Credentials::events) ask for events, the client keeps those
/// that arrive while it waits for something else, up to [a limit](Client::set_event_buffer_limit);
/// [`next_event`](Client::next_event) returns them.
///
/// While the application waits for events, the client sends a Ping after 30 s of silence. Dropping
/// the client logs off without waiting for the response, in at most about one wait of the
/// transport.
///
/// # Time limits
///
/// Every call returns within its time limit plus one wait of the transport (100 ms over TCP) plus
/// 50 ms, whatever the server sends and however slowly it reads. Messages that have arrived by then
/// are handled first. The limit is the `time` that the call is given, or else the
/// [time-out](Client::set_timeout) of the client, counted from the call. An action that was
/// [submitted](Client::submit) must be answered completely, with the whole list, within the
/// time-out counted from its submission.
///
/// If the server does not take bytes, the client goes on reading. The connection ends as
/// [stalled](super::Disconnect::Stalled) if not all bytes of an action have been taken within the
/// time-out.
///
/// # Memory
///
/// The answers that the application has not fetched, together with the message being received, take
/// at most 64 MiB: a larger answer is [an error](super::Error::TooLarge). The events that it has not
/// fetched take at most 8 MiB, or [the limit that was set](Client::set_event_buffer_limit). Both
/// include all that it takes to keep the messages.
pub struct Client<T: Read + Write> {
    link: Link<T>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    session: Session<Vec<Slot>>,
    timeout: Duration,
    banner: OwnedMessage,
    /// The message that asked for the login: the banner or the challenge.
    login_request: OwnedMessage,
    /// The first line of the peer, until the banner has arrived.
    first_line: Option<FirstLine>,
    /// The message being received, as far as it has arrived.
    message: OwnedMessage,
    /// Whether that message is larger than the client keeps. It is empty then.
    is_too_large: bool,
    pub(super) answers: Answers,
    events: EventBuffer,
    /// Whether events were requested at the login or with the action `Events`. Without, none
    /// arrive, and waiting for one would only end by its time limit.
    receives_events: bool,
    /// The number of reads after which deadlines were last checked.
    checked: u64,
    /// The number of reads after which a message was last abandoned.
    abandoned: u64,
    /// Whether the stream has ended. Messages may still be in the decoder.
    has_ended: bool,
    /// How the connection ended, if it has.
    disconnect: Option<Disconnect>,
}

impl<T: Read + Write> Client<T> {
    /// Sets the time-out: the longest time that the answer to an action, a login or the logoff may
    /// take, each with its writes, if it begins from now on.
    ///
    /// ```
    /// # use embedded_ami::action::Originate;
    /// # use embedded_ami::io::blocking::{Client, Error};
    /// # use std::{net::TcpStream, time::Duration};
    /// # fn example(mut client: Client<TcpStream>) -> Result<(), Error> {
    /// // The answer arrives when the call has been picked up, or 30 s later.
    /// client.set_timeout(Duration::from_secs(35));
    /// client.send(&Originate::to_extension("PJSIP/7", "default", "100", "1").timeout(30_000))?;
    /// # Ok(()) }
    /// ```
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
        let session = core::mem::replace(&mut self.session, Session::new(Vec::new()));
        self.session = session.timing(run::timing(timeout));
    }

    /// Sets whether only one action may be outstanding at any time. Without this call, several may
    /// be. If an action is outstanding, [`queue`](Client::queue), [`submit`](Client::submit) and
    /// [`send`](Client::send) then wait, within their time limit, until it is answered.
    ///
    /// Use this for a server that answers some actions without their ActionID, as Asterisk 1.6.0 to
    /// 1.8.4 do: with one action outstanding, such a response can only be its answer. The
    /// [banner](Client::banner) tells the version of the interface: 1.0 is Asterisk 1.4 and earlier,
    /// 1.1 is Asterisk 1.6 and 1.8. Later servers do not need this, and it makes the client slower.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::Client;
    /// # fn example(mut client: Client<std::net::TcpStream>) {
    /// let banner = client.banner().banner();
    /// let is_old = banner.is_some_and(|banner| banner.version == "1.0" || banner.version == "1.1");
    /// client.set_one_at_a_time(is_old);
    /// # }
    /// ```
    pub fn set_one_at_a_time(&mut self, is_on: bool) {
        self.session.set_one_at_a_time(is_on);
    }

    /// Returns the server's banner. Its [`Message::banner`] has the product and the version of the
    /// interface, which is not the version of Asterisk.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::Client;
    /// # fn example(client: Client<std::net::TcpStream>) {
    /// if let Some(banner) = client.banner().banner() {
    ///     println!("{} {}", banner.product, banner.version); // Asterisk Call Manager 11.0.0
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn banner(&self) -> Message<'_> {
        self.banner.message()
    }

    /// Returns the transport.
    #[must_use]
    pub fn get_ref(&self) -> &T {
        &self.link.transport
    }
}

impl<T: Read + Write> Drop for Client<T> {
    fn drop(&mut self) {
        let limit = self.limit(Duration::ZERO);
        if self.session.log_off(self.elapsed(), &mut self.outbox).is_ok() && self.link.can_write {
            let written = self.link.write(&mut self.outbox);
            // A write that has waited has used up the time.
            if written.is_ok() && self.outbox.pending().is_empty() && !limit.is_exceeded(0, &self.link) {
                let _ = self.link.flush(&self.outbox);
            }
        }
        // A login that was not sent may be among the bytes. The compiler must not leave out to
        // overwrite them because the memory is released next.
        self.outbox.clear();
        core::hint::black_box(&self.outbox);
    }
}

impl<T: Read + Write> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("session", &self.session)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
