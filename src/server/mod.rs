//! The server's side of a connection, without input and output: for appliances that offer AMI, and
//! for test doubles.
//!
//! A [`Session`] sends the banner, checks logins, answers the requests that concern only the
//! session, and lends the others to the application, which answers each of them once. The caller
//! provides storage, transport, clock and accounts. This loop serves one client after the other on
//! a serial line:
//!
//! ```
//! use embedded_ami::classes::Classes;
//! use embedded_ami::server::{Account, Incoming, Session, SessionError, Stage, Timing};
//! use embedded_ami::wire::{Decoder, Message, Outbox, Step};
//!
//! /// Hands a message to the session, and does what it asks for.
//! fn handle(
//!     session: &mut Session<&str>,
//!     message: &Message<'_>,
//!     now: u64,
//!     outbox: &mut Outbox<[u8; 1280]>,
//! ) -> Result<(), SessionError> {
//!     match session.on_message(message, outbox)? {
//!         Incoming::LogIn(attempt) => {
//!             let account = (attempt.username() == "admin").then(|| Account::new("secret"));
//!             session.log_in(&attempt, account, now, outbox)?;
//!         }
//!         Incoming::Request(request) => {
//!             let may_reboot = session.permits(Classes::SYSTEM);
//!             let responder = session.answer(&request, outbox)?;
//!             match request.action().unwrap_or_default().as_bytes() {
//!                 b"Ping" => responder.success_with(|out| out.header("Ping", "Pong"))?,
//!                 b"Reboot" if may_reboot => responder.success("Good bye")?,
//!                 b"Reboot" => responder.denied()?,
//!                 _ => responder.unknown()?,
//!             }
//!         }
//!         _ => {} // the session has answered the message itself
//!     }
//!     Ok(())
//! }
//!
//! # struct Uart(std::vec::IntoIter<&'static [u8]>, Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize {
//! #         std::io::Read::read(&mut self.0.next().unwrap_or_default(), to).unwrap()
//! #     }
//! #     fn write(&mut self, from: &[u8]) -> usize { self.1.extend_from_slice(from); from.len() }
//! # }
//! # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
//! # let one: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\n\
//! #     Events: off\r\n\r\nAction: Ping\r\nActionID: 7\r\n\r\n\
//! #     Action: Reboot\r\n\r\nAction: Logoff\r\n\r\n";
//! # let mut uart = Uart(vec![one, b"Action: Ping\r\n\r\n"].into_iter(), vec![]);
//! # let clock = || 0_u64;
//! # let random = || 0x243f_6a88;
//! # type Served = Result<(), Box<dyn std::error::Error>>;
//! # fn run(uart: &mut Uart, clock: impl Fn() -> u64, random: impl Fn() -> u32) -> Served {
//! let mut decoder = Decoder::for_server([0; 1024])?;
//! let mut outbox = Outbox::for_server([0; 1280]);
//! let timing = Timing::DEFAULT.authentication(5_000);
//! let mut session = Session::with_md5("11.0.0", md5).timing(timing);
//! loop {
//!     // If the response never fits, this ends the session.
//!     let _ = session.on_timeout(&decoder.message(), clock(), &mut outbox);
//!     let n = uart.write(outbox.pending());
//!     outbox.advance(n);
//!     if !outbox.pending().is_empty() {
//!         continue; // at most one answer is pending
//!     }
//!     if session.stage() == Stage::Closed {
//!         // At the beginning, and after each client: the next one gets its banner.
//!         decoder.reset();
//!         session.on_connected(random(), clock(), &mut outbox)?;
//!         continue;
//!     }
//!     if session.is_busy() {
//!         continue; // a failed login waits for its penalty
//!     }
//!     match decoder.poll() {
//!         Step::Message => {
//!             let handled = handle(&mut session, &decoder.message(), clock(), &mut outbox);
//!             if handled.is_err() {
//!                 session.disconnect(); // an answer that does not fit ends only this session
//!             }
//!         }
//!         Step::NeedInput => match uart.read(decoder.space()) {
//!             0 => decoder.finish(),
//!             n => decoder.advance(n),
//!         },
//!         Step::End => return Ok(()),
//!     }
//! }
//! # }
//! # run(&mut uart, clock, random).unwrap();
//! # let sent = String::from_utf8(uart.1).unwrap();
//! # assert_eq!(sent, "Asterisk Call Manager/11.0.0\r\n\
//! #     Response: Success\r\nMessage: Authentication accepted\r\n\r\n\
//! #     Response: Success\r\nActionID: 7\r\nPing: Pong\r\n\r\n\
//! #     Response: Success\r\nMessage: Good bye\r\n\r\n\
//! #     Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n\
//! #     Asterisk Call Manager/11.0.0\r\n\
//! #     Response: Error\r\nMessage: Permission denied\r\n\r\n");
//! ```
//!
//! An answer or list can be larger than the room in the outbox. The error is then
//! [`Full`](crate::wire::EncodeError::Full): send the pending bytes and repeat the call. The
//! storage of the decoder limits the size of a request; 1 KiB is plenty. An answer repeats the
//! ActionID of its request, which the client chooses. Give the outbox at least 256 bytes more than
//! the decoder, and more if your own answers need it. An answer that is larger than the whole
//! outbox is the error [`TooLarge`](crate::wire::EncodeError::TooLarge). It ends the session if the
//! session itself wrote the answer; otherwise give another answer, or
//! [disconnect](Session::disconnect).
//!
//! # Connections that stay open
//!
//! A socket is closed once the session is [closed](Stage::Closed) and its last bytes have been
//! sent. A serial line stays open, which has two consequences:
//!
//! - The next client waits for a banner, and the server does not notice when that client begins.
//!   The loop above therefore sends a banner directly after the last answer, for a client that
//!   listens already, and another one whenever the time for a login is over. Keep
//!   [`Timing::authentication`] below the time that clients wait for the banner. Clients of this
//!   crate wait 10 s, and the loop repeats the banner every 5 s.
//! - A client that vanishes without a `Logoff` leaves its session open, and the next client would
//!   continue it as the same user. Call [`Session::disconnect`] when a signal of the line, such as
//!   DTR, reports the end of the connection, or when no request has arrived for a minute. Clients
//!   of this crate send a Ping when they have received nothing for 30 s.

mod account;
mod challenge;
mod encoded_event;
mod error;
mod incoming;
mod request;
mod responder;
mod response;
mod session;
mod stage;
mod timing;
mod turn;

pub use account::{Account, Attempt, Secret};
pub use encoded_event::EncodedEvent;
pub use error::SessionError;
pub use incoming::Incoming;
pub use request::Request;
pub use responder::{ListWriter, Responder};
pub use session::Session;
pub use stage::Stage;
pub use timing::Timing;
