//! A miniature PBX that offers the Asterisk Manager Interface (AMI): a test double for AMI clients.
//!
//! The PBX runs in a thread of the program that tests a client. It needs no Asterisk and no
//! configuration, and keeps all data in memory. Within its limits it behaves like Asterisk 22:
//! logins, classes of events and actions, event filters, calls with all their events, queues,
//! variables, a database, and a few console commands.
//!
//! A [script] makes it fail on purpose: rules refuse, delay, garble or cut answers, close
//! connections, send events, and answer actions that the PBX does not have.
//!
//! [`Pbx::builder`] has the settings, and [`Builder::start`] starts a [`Pbx`]. Users can also be
//! read from a file in the format of `manager.conf`: see [`Config`].
//!
//! ```
//! use std::time::Duration;
//!
//! use embedded_ami::action::Raw;
//! use embedded_ami::client::Credentials;
//! use embedded_ami::io::blocking::Client;
//! use embedded_ami_pbx::Pbx;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pbx = Pbx::builder().user("admin", "secret").start("127.0.0.1:0")?;
//!
//! let mut client = Client::connect(pbx.local_addr(), Duration::from_secs(5))?;
//! client.login(&Credentials::new("admin", "secret"))?;
//! let response = client.send(&Raw::without_headers("Ping"))?;
//! assert!(response.message().get("Ping").is_some_and(|ping| ping == "Pong"));
//! client.log_off()?;
//!
//! pbx.stop();
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! The dialplan is built in. The contexts `test`, `default` and `phones` contain the same
//! extensions:
//!
//! | extension | behaviour |
//! |---|---|
//! | 100 | answers and waits for 60 s |
//! | 101 | answers and echoes until hung up |
//! | 102 | answers and hangs up after 0.2 s |
//! | 103 | is busy |
//! | 104 | reports congestion |
//! | 105 | rings for 60 s |
//!
//! A channel is `Local/EXTENSION@CONTEXT` or `PJSIP/NAME`. A phone (`PJSIP`) rings and answers,
//! with these exceptions:
//!
//! | phone | behaviour |
//! |---|---|
//! | `PJSIP/busy` | is busy |
//! | `PJSIP/congestion` | reports congestion |
//! | `PJSIP/silent` | rings and never answers |
//! | `PJSIP/offline`, `PJSIP/nobody` | cannot be reached |
//!
//! [`Builder::speed`] makes calls run faster. The queues are `support`, which has two members, and
//! `sales`, which is empty. Every extension has a hint, which is the device of a Local channel to
//! it.
//!
//! # Events
//!
//! The PBX sends the events that Asterisk 22 sends with its default configuration:
//!
//! - calls: `Newchannel`, `Newexten`, `Newstate`, `NewCallerid`, `NewConnectedLine`,
//!   `NewAccountCode`, `VarSet`, `LocalBridge`, `DialBegin`, `DialState`, `DialEnd`,
//!   `OriginateResponse`, `HangupRequest`, `SoftHangupRequest` and `Hangup`
//! - states: `DeviceStateChange`, `ExtensionStatus` and `QueueMemberStatus`. Asterisk sends them
//!   from other threads, so that their place among the events of a call varies. Here they follow
//!   the events of the step that causes them.
//! - queues: `QueueMemberAdded`, `QueueMemberRemoved`, `QueueMemberPause` and `QueueMemberPenalty`
//! - logins: `SuccessfulAuth`, `InvalidPassword`, `InvalidAccountID`, `ChallengeResponseFailed`,
//!   `FailedACL` and `SessionLimit`. A session that reads the class `security` receives the event
//!   about its own login, too.
//! - requests: `RequestNotAllowed` without permission, `RequestBadFormat` for an action that does
//!   not exist, `UserEvent` and `Reload`
//! - `FullyBooted` and `Shutdown`
//!
//! Asterisk sends `Cdr` and `CEL` only if they are switched on (in `cdr_manager.conf` and
//! `cel.conf`), so the PBX does not send them. It also lacks `DeviceStateChange` of the devices
//! that queues have (`Queue:NAME_avail` and `Queue:NAME_pause_MEMBER`), `RequestNotAllowed` for a
//! request before the login, the headers `Challenge` and `ExpectedResponse` of
//! `ChallengeResponseFailed`, and the `TestEvent`s of Debian's packages. In the events about logins
//! `LocalAddress` is the address on which the PBX listens, also if that is 0.0.0.0. A
//! [script] can add what a test needs.
//!
//! # Versions of the interface
//!
//! [`Builder::ami_version`] sets the version in the banner, from 1.0 to 13, and the form of these
//! answers:
//!
//! | version | Asterisk | answers |
//! |---|---|---|
//! | 1.0 | up to 1.4 | `Response: Pong` to `Ping`, no hint for an unknown action; see the next row |
//! | up to 2.10 | up to 13 | a command has `Response: Follows`, its output, and `--END COMMAND--` |
//! | from 3.0 | from 14 | a command has `Response: Success`, and an `Output` for each line |
//!
//! A command that fails has `Response: Error` from 3.0 on. Up to 2.10 only its output shows that.
//! Versions are compared number by number, so 2.10 is later than 2.9. Everything else is the same
//! for every version: the actions, events and lists are those of Asterisk 22, also where an older
//! Asterisk had others.
//!
//! # Requests, recordings and TLS
//!
//! [`Pbx::requests`] returns the requests that the clients have sent, and [`Builder::log`] writes
//! them as lines of JSON. [`Builder::replay`] sends a recorded stream to each client that logs in.
//! With the feature `tls`, `Builder::tls` serves TLS.
//!
//! # Limits
//!
//! The PBX has no voicemail or audio, and nothing is kept after it stops. `Reload` reads nothing
//! again, and of the figures of `core show sysinfo` only the uptime is real. The amount of data
//! is limited, so that a client cannot exhaust the memory: 400 channels, 4,096 database entries,
//! 1,000 global variables, 64 variables per channel, 256 members per queue, 16 filters per session,
//! and 64 different filters in all sessions of a user. The limits of connections are those of the
//! server in `embedded_ami`; set them with [`Builder::limits`].
//!
//! Filters and `Hangup` accept POSIX extended regular expressions, except `[=a=]` and `[.a.]`, and
//! in addition `\d`, `\w`, `\s` and `*?`. An expression is compiled to a table of at most 128 KiB,
//! so that it takes one step for each byte of an event; an expression that would need a larger one,
//! such as `.{0,200}.{0,200}z`, is refused. The tables of a user's filters take 4 MiB at most. For
//! an event of 13 KB, the filters that the sessions of one user add take at most 10 ms in all.

#![deny(unreachable_pub)]

mod acl;
mod actions;
mod answer_span;
mod builder;
mod call;
mod call_events;
mod channel;
mod clock;
mod config;
mod config_error;
mod config_reader;
mod database;
mod device;
mod dialplan;
mod directed;
mod dispatch;
mod engine;
mod expression;
mod filter;
mod lock;
mod model;
mod needle;
mod parse;
mod plan;
mod queue;
mod replay;
mod request_log;
mod running;
pub mod script;
mod security;
mod stream;
mod suggest;
mod tap;
#[cfg(feature = "tls")]
mod tls;
mod transport;
mod version;

pub use builder::Builder;
pub use config::Config;
pub use config_error::ConfigError;
pub use replay::Recording;
pub use request_log::ReceivedRequest;
pub use running::Pbx;
pub use script::{Rule, RuleWarning, Script};
#[cfg(feature = "tls")]
pub use tls::Tls;
