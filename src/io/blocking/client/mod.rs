mod actions;
mod connect;
mod events;
mod run;

use std::fmt;
use std::io::{Read, Write};
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::Disconnect;
use super::answers::Answers;
use super::event_buffer::EventBuffer;
use crate::client::{Session, Slot};
use crate::wire::{Decoder, Outbox, OwnedMessage};

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
/// the client logs off without waiting for the response.
pub struct Client<T: Read + Write> {
    transport: T,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    session: Session<Vec<Slot>>,
    timeout: Duration,
    /// Returns the present time. Tests have one of their own.
    clock: fn() -> Instant,
    start: Instant,
    /// Milliseconds from the start to the last read.
    now: u64,
    /// The message being received, or the last one.
    message: OwnedMessage,
    /// Whether the message is larger than the client keeps. It is empty then.
    is_too_large: bool,
    pub(super) answers: Answers,
    events: EventBuffer,
    /// Whether events were requested at the login or with the action `Events`. Without, none
    /// arrive, and waiting for one would only end by its time limit.
    receives_events: bool,
    /// How the connection ended, if it has.
    disconnect: Option<Disconnect>,
}

impl<T: Read + Write> Client<T> {
    /// Sets the longest time that an answer may take, for actions sent from now on.
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
    }

    /// Returns the transport.
    #[must_use]
    pub fn get_ref(&self) -> &T {
        &self.transport
    }
}

impl<T: Read + Write> Drop for Client<T> {
    fn drop(&mut self) {
        if self.session.log_off(self.elapsed(), &mut self.outbox).is_ok() {
            let _ = self.flush();
        }
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
