//! The server's side of a connection, without one: for appliances that offer AMI, and for test doubles.
//!
//! A [`Session`] greets, decides who is logged in, answers what Asterisk answers by itself, and lends the other requests to the application, which
//! answers each once. Storage, transport, clock and users are the caller's.
//!
//! ```
//! use embedded_ami::classes::Classes;
//! use embedded_ami::server::{Account, Incoming, Session, Stage};
//! use embedded_ami::wire::{Decoder, Outbox, Recipient, Role, Step};
//!
//! # struct Uart(&'static [u8], Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize { std::io::Read::read(&mut self.0, to).unwrap() }
//! #     fn write(&mut self, from: &[u8]) -> usize { self.1.extend_from_slice(from); from.len() }
//! # }
//! # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
//! # let mut uart = Uart(b"Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: off\r\n\r\nAction: Ping\r\nActionID: 7\r\n\r\n\
//! #     Action: Reboot\r\n\r\nAction: Logoff\r\n\r\n", vec![]);
//! # let clock = || 0_u64;
//! # let random = 0x243f_6a88;
//! # fn run(uart: &mut Uart, clock: impl Fn() -> u64, random: u32) -> Result<(), Box<dyn std::error::Error>> {
//! let mut decoder = Decoder::new([0; 1024], Role::Server)?;
//! let mut outbox = Outbox::new([0; 1024], Recipient::Client);
//! let mut session = Session::with_md5("11.0.0", md5);
//! session.connected(random, clock(), &mut outbox)?;
//! loop {
//!     let n = uart.write(outbox.pending());
//!     outbox.sent(n);
//!     if session.stage() == Stage::Over && outbox.pending().is_empty() {
//!         return Ok(()); // close the connection
//!     }
//!     session.tick(&decoder.message(), clock(), &mut outbox)?;
//!     if session.is_busy() {
//!         continue; // a login is being refused
//!     }
//!     match decoder.poll() {
//!         Step::Message => match session.on_message(&decoder.message(), &mut outbox)? {
//!             Incoming::LogIn(attempt) => {
//!                 let account = (attempt.username() == "admin").then(|| Account::new("secret"));
//!                 session.log_in(&attempt, account, clock(), &mut outbox)?;
//!             }
//!             Incoming::Request(request) => {
//!                 let may_reboot = session.permits(Classes::SYSTEM);
//!                 let answer = session.answer(&request, &mut outbox)?;
//!                 match request.action().unwrap_or_default().as_bytes() {
//!                     b"Ping" => answer.reply(|out| out.header("Ping", "Pong"))?,
//!                     b"Reboot" if may_reboot => answer.success("Good bye")?,
//!                     b"Reboot" => answer.denied()?,
//!                     _ => answer.unknown()?,
//!                 }
//!             }
//!             Incoming::Nothing => {}
//!         },
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
//! # assert!(sent.starts_with("Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n"));
//! # assert!(sent.contains("\r\n\r\nResponse: Success\r\nActionID: 7\r\nPing: Pong\r\n\r\nResponse: Success\r\nMessage: Good bye\r\n"));
//! # assert!(sent.ends_with("\r\n\r\nResponse: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n"));
//! ```
//!
//! Where the outbox may be too small for an answer, and the application writes lists, the errors say [`Full`](crate::wire::EncodeError::Full): then
//! send, and do the same again. The storage of the decoder is the longest request that is served: 1 KB is plenty.

mod account;
mod encoded_event;
mod request;
mod responder;
mod session;

use core::fmt;

pub use account::{Account, Attempt, Secret};
pub use encoded_event::Event;
pub use request::Request;
pub use responder::{Answer, List};
pub use session::Session;

use crate::wire::EncodeError;

/// What a message asks of the application.
#[derive(Debug, Clone, Copy)]
pub enum Incoming<'a> {
    /// Somebody wants to log in: [`Session::log_in`].
    LogIn(Attempt<'a>),
    /// A request of somebody who is logged in: [`Session::answer`].
    Request(Request<'a>),
    /// Nothing: the session has answered it, or it is not to be answered.
    Nothing,
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Nobody has logged in.
    Anonymous,
    /// Somebody has.
    LoggedIn,
    /// There is no connection, or it is to be closed when what is pending has been sent.
    Over,
}

/// How long things take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// The longest that a connection may be without a login, then it is closed.
    pub authentication: u32,
    /// From a wrong secret to the answer.
    pub penalty: u32,
}

impl Timing {
    /// Asterisk's: 30 s to log in, and a second for a wrong secret.
    pub const DEFAULT: Self = Self { authentication: 30_000, penalty: 1_000 };
}

impl Default for Timing {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is not possible. The session is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionError {
    /// The request before has not been answered.
    Unanswered,
    /// No request, list or login waits for an answer.
    NothingToAnswer,
    /// A list has begun, and is all of the answer.
    ListBegun,
    /// The answer cannot be written.
    Encode(EncodeError),
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered => f.write_str("the request before has not been answered"),
            Self::NothingToAnswer => f.write_str("nothing waits for an answer"),
            Self::ListBegun => f.write_str("a list has begun, and is all of the answer"),
            Self::Encode(error) => write!(f, "the answer cannot be sent: {error}"),
        }
    }
}

impl core::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EncodeError> for SessionError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

/// What a key is made of: nine digits, as many as Asterisk has at most.
#[derive(Clone, Copy)]
struct Challenge([u8; 9]);

impl Challenge {
    const NONE: Self = Self([b'0'; 9]);

    fn new(random: u32) -> Self {
        let mut rest = random;
        Self([(); 9].map(|()| {
            let digit = rest % 10;
            rest /= 10;
            b'0'.wrapping_add(digit as u8)
        }))
    }

    fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
