//! The client's side of a connection, without input and output: logins, responses, lists and
//! deadlines.
//!
//! The caller feeds a [`Session`] each decoded message and the current time; the session reports
//! what happened. The caller provides storage, transport and clock.
//!
//! ```
//! use embedded_ami::action::Raw;
//! use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
//! use embedded_ami::wire::{Decoder, Dialect, Outbox, Step};
//!
//! # struct Uart(&'static [u8], Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize {
//! #         std::io::Read::read(&mut self.0, to).unwrap()
//! #     }
//! #     fn write(&mut self, from: &[u8]) -> usize { self.1.extend_from_slice(from); from.len() }
//! # }
//! # fn md5(_: &[&[u8]]) -> [u8; 16] { [0; 16] }
//! # let mut uart = Uart(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\
//! #     ActionID: 375b51f645a0f8d8ffff00000001\r\nChallenge: 840415273\r\n\r\n\
//! #     Response: Success\r\nActionID: 6511f768bb64d0baffff00000002\r\n\r\n\
//! #     Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n\
//! #     Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/7-1\r\n\r\n\
//! #     Response: Success\r\nActionID: 9afcb6b7a1688959000000000001\r\n\r\n", vec![]);
//! # let clock = || 0_u64;
//! # let random = [0x24, 0x3f, 0x6a, 0x88, 0x85, 0xa3, 0x08, 0xd3, 0, 0, 0, 0, 0, 0, 0, 0];
//! # type Result = std::result::Result<(), Box<dyn std::error::Error>>;
//! # fn run(uart: &mut Uart, clock: impl Fn() -> u64, random: [u8; 16]) -> Result {
//! let credentials = Credentials::with_md5("admin", "secret", md5).events("call,system");
//! let mut decoder = Decoder::for_client([0; 512])?;
//! let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
//! let mut session = Session::new([Slot::FREE; 4]);
//! session.on_connected(IdKey(random), clock());
//! let mut now = clock(); // milliseconds
//! loop {
//!     let n = uart.write(outbox.pending()); // the bytes that it takes now, or none
//!     outbox.advance(n);
//!     let incoming = match decoder.poll() {
//!         Step::Message => session.on_message(&decoder.message(), now)?,
//!         Step::NeedInput if session.is_overdue(decoder.unfinished(), now) => {
//!             decoder.abandon(); // command output whose end was lost
//!             continue;
//!         }
//!         Step::NeedInput => match session.on_timeout(now, &mut outbox)? {
//!             Some(incoming) => incoming,
//!             None => {
//!                 // Waits for input, but not for long: a Ping may be in the outbox.
//!                 match uart.read(decoder.space()) {
//!                     0 => decoder.finish(),
//!                     n => decoder.advance(n),
//!                 }
//!                 now = clock(); // what was received is handled before deadlines
//!                 continue;
//!             }
//!         },
//!         Step::End => match session.on_closed(&outbox) {
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
//!             let headers = [("Channel", channel)];
//!             session.submit(&Raw::new("Hangup", &headers), now, &mut outbox)?;
//!         }
//!         Incoming::Response { status, .. } => assert!(!status.is_error()),
//!         Incoming::Lost { reason, .. } => return Err(reason.into()),
//!         Incoming::Refused(reason) => return Err(reason.into()),
//!         Incoming::ServerTimedOut(stage) => return Err(format!("timeout: {stage}").into()),
//!         _ => {}
//!     }
//! }
//! # }
//! # run(&mut uart, clock, random).unwrap();
//! # assert!(uart.1.ends_with(b"9afcb6b7a1688959000000000001\r\nChannel: SIP/7-1\r\n\r\n"));
//! ```

mod backoff;
mod credentials;
mod current;
mod error;
mod id;
mod incoming;
mod response_status;
#[cfg(target_pointer_width = "64")]
mod schedule;
mod session;
mod slot;
mod stage;
#[cfg(test)]
mod tests;
mod timing;
mod wide_clock;

pub use backoff::Backoff;
pub use credentials::Credentials;
pub use error::{LoginRefused, LossReason, SessionError};
pub use id::{ActionId, IdKey, Ticket};
pub use incoming::Incoming;
pub use response_status::ResponseStatus;
pub use session::Session;
pub use slot::Slot;
pub use stage::Stage;
pub use timing::Timing;
pub use wide_clock::WideClock;
