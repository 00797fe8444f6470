mod actions;
mod builder;
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

pub use self::builder::ClientBuilder;
use self::link::Link;
use super::Disconnect;
use super::answers::Answers;
use super::event_buffer::EventBuffer;
use super::protocol::FirstLine;
use crate::client::{Session, Slot, Timing};
use crate::wire::{Decoder, Message, Outbox, OwnedMessage};

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
/// [`Client::builder`] sets the sizes of buffers, the time limits and the number of actions that
/// may be outstanding. A [`Follower`](super::Follower) is a client that connects again when the
/// connection is lost.
///
/// If the [credentials](crate::client::Credentials::events) ask for events, the client keeps those
/// that arrive while it waits for something else, up to [a limit](Client::set_event_buffer_limit);
/// [`next_event`](Client::next_event) returns them.
///
/// Dropping the client logs off without waiting for the response, in at most about one wait of the
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
/// # A dead peer
///
/// The client has no thread of its own: it reads, sends and looks at the clock only during a call.
/// While the application makes no call, nothing is found out.
///
/// The time after which a call reports that the peer is gone depends on the
/// [keepalive time](ClientBuilder::keepalive) *K* (30 s unless set), the
/// [time-out](Client::set_timeout) *T*, and one wait of the transport *W* (100 ms over TCP):
///
/// - If the peer closes the connection or its process dies, any call that waits reports
///   [`Closed`](super::Disconnect::Closed) or [`Cut`](super::Disconnect::Cut) within *W*.
/// - If the peer falls silent (its machine has no power, a cable is cut, a firewall has forgotten
///   the connection, the process hangs) while the application waits for events without a pause,
///   [`ServerTimedOut`](super::Disconnect::ServerTimedOut) is reported at most *K* + *T* + 2 *W*
///   after the last message. With a time-out of 5 s that is 35.2 s.
/// - If the machine of the peer has restarted meanwhile, it refuses the Ping, and `Closed` is
///   reported at most *K* + 2 *W* after the last message.
/// - If the peer falls silent while the application waits for an answer, the action is
///   [lost](super::Error::Lost) once its time-out is over. The connection goes on, because the
///   action may only be slow.
/// - If the peer takes no more bytes, [`Stalled`](super::Disconnect::Stalled) is reported at most
///   *T* + *W* after the call that sends them. The buffers of the system must be full for that, so
///   a silent peer is usually found earlier by the Ping. The client goes on reading meanwhile.
///
/// *K* after the last message, a call that waits for events sends a Ping, and any message within
/// *T* proves that the peer lives. Between two calls the client sends no Ping and checks no time
/// limit, so if the application pauses, each of the two steps takes place in the first call after
/// its time. For example, *K* is 30 s and *T* is 5 s, the application calls
/// [`next_event`](Client::next_event) for 1 s once a minute, and the peer falls silent after a
/// message at 0 s. The call at 60 s sends the Ping and returns `None`. The call at 120 s reports
/// `ServerTimedOut`, because the 5 s have passed by then. No Ping is sent
/// while an action is outstanding. Hence a client that always has an action outstanding learns of a
/// silent peer only from the actions, each of which is lost as
/// [`TimedOut`](crate::client::LossReason::TimedOut).
///
/// TCP alone would not notice: a connection on which nothing is sent can stay open forever, and
/// bytes that are not acknowledged end it only after about 15 min on Linux. The client does not
/// switch on the keepalive of TCP, whose first probe Linux sends after 2 h, because the Ping also
/// finds a server that hangs. With [`keepalive(None)`](ClientBuilder::keepalive) only TCP is left.
///
/// # Memory
///
/// The answers that the application has not fetched, together with the message being received,
/// take at most 64 MiB, or [the limit that was set](ClientBuilder::answer_buffer_limit): a larger
/// answer is [an error](super::Error::TooLarge). The events that it has not fetched take at most
/// 8 MiB, or [the limit that was set](Client::set_event_buffer_limit). Both figures include all
/// that it takes to keep the messages.
pub struct Client<T: Read + Write> {
    link: Link<T>,
    decoder: Decoder<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    session: Session<Vec<Slot>>,
    timeout: Duration,
    /// The time limits of the session, most of which are the time-out.
    timing: Timing,
    /// The number of actions that may be outstanding, or answered but not yet waited for.
    slots: usize,
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
    /// Whether the message being received asks for a login in the parts that have arrived.
    asks_for_login: bool,
    /// Whether the outbox has a Ping of the session.
    has_ping: bool,
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
    /// Sets the time-out: the longest time that an action, a login or the logoff may take from its
    /// call to the end of its answer, if it is called from now on. A time of less than 1 ms counts as
    /// 1 ms, and one of more than 2^32 - 1 ms (49 days) as that.
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
        self.timing = run::timing(self.timing, timeout);
        self.session = session.timing(self.timing);
    }

    /// Sets whether only one action may be outstanding at any time. Without this call, several may
    /// be. If an action is outstanding, [`queue`](Client::queue), [`submit`](Client::submit) and
    /// [`send`](Client::send) then wait, within their time limit, until it is answered.
    ///
    /// Use this for a server that answers some actions without their ActionID, as Asterisk 1.6.0 to
    /// 1.8.4 do: with one action outstanding, such a response can only be its answer. The
    /// [banner](Client::banner) has the version of the interface: 1.0 is that of Asterisk 1.4 and
    /// earlier, 1.1 that of Asterisk 1.6 and 1.8. Later servers do not need this mode, and it makes
    /// the client slower.
    ///
    /// ```
    /// # use embedded_ami::io::blocking::Client;
    /// # fn example(mut client: Client<std::net::TcpStream>) {
    /// let banner = client.banner().banner();
    /// let version = banner.map(|banner| banner.version).unwrap_or_default();
    /// let is_old = version == "1.0" || version == "1.1";
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
        // A login that was not sent may be among the bytes. Without `black_box` the compiler could
        // leave out the overwriting, because the memory is released next.
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
