//! The client's side of a connection, without one: logins, replies, lists, deadlines.
//!
//! A [`Session`] is told of each message and of the time, and says what it means; storage, transport and clock are the caller's.
//!
//! ```
//! use embedded_ami::action::Raw;
//! use embedded_ami::client::{Credentials, Incoming, Session, Slot};
//! use embedded_ami::wire::{Decoder, Outbox, Recipient, Role, Step};
//!
//! # struct Uart(&'static [u8], Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize { std::io::Read::read(&mut self.0, to).unwrap() }
//! #     fn write(&mut self, from: &[u8]) -> usize { self.1.extend_from_slice(from); from.len() }
//! # }
//! # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
//! # let mut uart = Uart(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\
//! #     ActionID: 243f6a8885a308d3ffff00000001\r\nChallenge: 840415273\r\n\r\nResponse: Success\r\n\
//! #     ActionID: 243f6a8885a308d3ffff00000002\r\nMessage: Authentication accepted\r\n\r\nEvent: FullyBooted\r\n\
//! #     Privilege: system,all\r\n\r\nEvent: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\n\r\nResponse: Success\r\n\
//! #     ActionID: 243f6a8885a308d3000000000001\r\n\r\n", vec![]);
//! # let clock = || 0_u64;
//! # let random = 0x243f_6a88_85a3_08d3;
//! # fn run(uart: &mut Uart, clock: impl Fn() -> u64, random: u64) -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials::with_md5("admin", "secret", md5).events("call,system");
//! let mut decoder = Decoder::new([0; 512], Role::Client)?;
//! let mut outbox = Outbox::new([0; 256], Recipient::Asterisk);
//! let mut session = Session::new([Slot::FREE; 4]);
//! session.connected(random, clock());
//! let mut now = clock(); // milliseconds
//! loop {
//!     let n = uart.write(outbox.pending());
//!     outbox.sent(n);
//!     let incoming = match decoder.poll() {
//!         Step::Message => session.on_message(&decoder.message(), now)?,
//!         Step::NeedInput => match session.tick(now, &mut outbox)? {
//!             Some(incoming) => incoming,
//!             None => {
//!                 // Before the read: no deadline has passed that what is read now may keep.
//!                 now = clock();
//!                 match uart.read(decoder.space()) {
//!                     0 => decoder.finish(),
//!                     n => decoder.advance(n),
//!                 }
//!                 continue;
//!             }
//!         },
//!         Step::End => match session.close(&outbox) {
//!             Some(lost) => lost,
//!             None => return Ok(()), // connect again
//!         },
//!     };
//!     let message = decoder.message();
//!     match incoming {
//!         Incoming::LogIn => session.log_in(&credentials, &message, now, &mut outbox)?,
//!         Incoming::Event { .. } if message.name().is_some_and(|name| name == "Newchannel") => {
//!             // Values of a lent message go straight into an action.
//!             let channel = message.get("Channel").unwrap_or_default();
//!             let ticket = session.submit(&Raw::new("Hangup", &[("Channel", channel)]), now, &mut outbox)?;
//!         }
//!         Incoming::Reply { ticket, answer, .. } => assert!(!answer.is_error()),
//!         Incoming::Lost { ticket, loss } => return Err("the hangup was not answered".into()),
//!         Incoming::Refused(_) | Incoming::Silent(_) => return Err("no login".into()),
//!         _ => {}
//!     }
//! }
//! # }
//! # run(&mut uart, clock, random).unwrap();
//! # assert!(uart.1.ends_with(b"ActionID: 243f6a8885a308d3000000000001\r\nChannel: SIP/7-1\r\n\r\n"));
//! ```

mod backoff;
mod credentials;
mod current;
mod id;
mod response_status;
mod session;
mod slot;

use core::fmt;

pub use backoff::Backoff;
pub use credentials::Credentials;
pub use id::{ActionId, Ticket};
pub use response_status::Answer;
pub use session::Session;
pub use slot::Slot;

use crate::wire::EncodeError;

/// What a message, the time, or the end of a connection means.
///
/// Of a message in parts, each part is reported: as `Event`, `Reply`, `Item`, `Own` or `Unmatched`. What ends
/// something is said of the last part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// The server waits for a login: call [`Session::log_in`], with this message. Comes with the banner, and
    /// for an MD5 login again with the challenge.
    LogIn,
    /// Logged in, and the server has booted or did not say so in time.
    Ready,
    /// The login has failed, and the connection is of no more use.
    Refused(Refusal),
    /// An event.
    Event {
        /// The action of this session that it names, answered or not, as `OriginateResponse` does. Any session may cause
        /// such an event, so it is no proof.
        ticket: Option<Ticket>,
    },
    /// The server says that it is shutting down; then it closes the connection.
    Shutdown,
    /// The response to an action.
    Reply {
        /// The action.
        ticket: Ticket,
        /// What the response says, as far as the parts up to this one go.
        answer: Answer,
        /// The action has ended; otherwise more parts, the entries of a list or an event follow.
        is_end: bool,
    },
    /// An entry of the list that an action asked for, or the one event that it waits for.
    Item {
        /// The action.
        ticket: Ticket,
        /// The action has ended: it was [that event](crate::action::Reply::Event), or its last part.
        is_end: bool,
    },
    /// The list is complete: the action has ended.
    Done {
        /// The action.
        ticket: Ticket,
        /// How many entries came.
        items: u32,
    },
    /// An error in the middle of a list: the action has ended, what came of the list is not all of it. Parts of that response
    /// before the last are a `Reply`.
    Aborted {
        /// The action.
        ticket: Ticket,
        /// How many entries came.
        items: u32,
    },
    /// An action has ended without its answer, or without all of it.
    Lost {
        /// The action.
        ticket: Ticket,
        /// What is known of it.
        loss: Loss,
    },
    /// The answer to [`Session::log_off`]: the server closes the connection.
    Goodbye,
    /// What had to come did not: the banner, the answer to the login, to a keepalive Ping or to the log-off.
    /// The connection is of no more use.
    Silent(Stage),
    /// Belongs to nothing that is outstanding: a late, second or forged response, the text that some actions
    /// answer with in place of one, or a message that the end of the stream has cut off.
    Unmatched,
    /// The answer to what the session sent on its own account.
    Own,
}

/// Why a login failed, as far as the server lets one know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// What answered is no Asterisk: its first message is no banner.
    NotAsterisk,
    /// A wrong user, a wrong secret or a forbidden address: Asterisk has one answer for them all.
    Authentication,
    /// The user is logged in already, and may be so only once.
    AlreadyInUse,
    /// The server is shutting down.
    ShuttingDown,
    /// The server does not offer MD5 challenges. The secret was not sent.
    NoChallenge,
}

/// What is known of an action that was not answered, or not to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// The connection was lost before all of it was sent: the server has not done it.
    NotSent,
    /// The connection was lost after it was sent: the server may have done it.
    OutcomeUnknown,
    /// Its deadline passed without a response: the server may have done it, or may yet.
    TimedOut,
    /// The deadline passed or the connection was lost after the response, before the list or event that was to
    /// follow had come to its end.
    CutShort {
        /// How many entries came.
        items: u32,
    },
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// No banner has come.
    Connecting,
    /// The login has not been answered.
    LoggingIn,
    /// Logged in: actions can be submitted.
    Ready,
    /// [`Session::log_off`] was called.
    LoggingOff,
    /// There is no connection, or it is of no more use.
    Over,
}

/// What a session waits for, and how long, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// From the connection to the answer of the login. A server takes a second to refuse one.
    pub login: u32,
    /// From the login to `FullyBooted`, which Asterisk 1.8 and later send when their modules are loaded; 0: does not wait
    /// for it. It is not waited for when no events of the class system are asked for.
    pub boot: u32,
    /// From an action to the end of its answer, unless the action was given a time of its own. Asterisk answers one
    /// action after the other, and an Originate without `Async` takes as long as it rings.
    pub action: u32,
    /// Without any message for so long, while no action is outstanding, the session sends a Ping; 0: never.
    pub keepalive: u32,
    /// From that Ping to the next message, of whatever kind.
    pub pong: u32,
}

impl Timing {
    /// 10 s for the login, 1 s to boot, 30 s for an action, a Ping after 30 s that has 10 s to be answered.
    pub const DEFAULT: Self =
        Self { login: 10_000, boot: 1_000, action: 30_000, keepalive: 30_000, pong: 10_000 };
}

impl Default for Timing {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is not possible, for reasons on this side. The session is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionError {
    /// Not at this stage.
    Stage(Stage),
    /// Every slot has an outstanding action.
    SlotsFull,
    /// An action is outstanding, and only one may be: [`Session::one_at_a_time`].
    Busy,
    /// The action is not outstanding: its answer has been given, or was never waited for.
    NotOutstanding,
    /// The message has no `Challenge`: it is not the one that asked for the login.
    NoChallenge,
    /// The action cannot be written.
    Encode(EncodeError),
    /// The decoder's storage cuts off ActionIDs: it needs 64 bytes or more.
    StorageTooSmall,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(Stage::Connecting) => f.write_str("not before the server's banner has come"),
            Self::Stage(Stage::LoggingIn) => f.write_str("not before the login has been answered"),
            Self::Stage(Stage::Ready) => f.write_str("not when logged in"),
            Self::Stage(Stage::LoggingOff) => f.write_str("not after the log-off"),
            Self::Stage(Stage::Over) => f.write_str("not without a connection"),
            Self::SlotsFull => f.write_str("as many actions are outstanding as there are slots"),
            Self::Busy => f.write_str("an action is outstanding, and only one may be"),
            Self::NotOutstanding => f.write_str("the action is not outstanding"),
            Self::NoChallenge => f.write_str("the message has no challenge"),
            Self::Encode(error) => write!(f, "the action cannot be sent: {error}"),
            Self::StorageTooSmall => f.write_str("the decoder's storage is too small for an ActionID"),
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
