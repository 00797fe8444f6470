//! A miniature PBX that offers the Asterisk Manager Interface (AMI): a test double for AMI clients.
//!
//! The PBX runs in a thread of the program, needs no Asterisk and no configuration, and keeps all
//! data in memory. It behaves like Asterisk 22 as far as it goes: logins, classes of events and
//! actions, filters, calls with all their events, queues, variables, a database, and a few console
//! commands.
//!
//! ```
//! use std::time::Duration;
//!
//! use embedded_ami::action::Raw;
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
//! The dialplan is built in. The contexts `test`, `default` and `phones` have the same extensions:
//!
//! | extension | behaviour |
//! |---|---|
//! | 100 | answers and stays for 60 s |
//! | 101 | answers and echoes until it is hung up |
//! | 102 | answers and hangs up after 0.2 s |
//! | 103 | is busy |
//! | 104 | has congestion |
//! | 105 | rings for 60 s |
//!
//! A channel is `Local/EXTENSION@CONTEXT` or `PJSIP/NAME`. Phones ring and answer, but `PJSIP/busy`
//! is busy, `PJSIP/congestion` has congestion, `PJSIP/silent` only rings, and `PJSIP/offline` and
//! `PJSIP/nobody` cannot be reached. [`Builder::speed`] makes the time of calls pass faster. There
//! are the queues `support`, with two members, and `sales`, with none.
//!
//! # Limits
//!
//! Voicemail, hints and audio are missing, and nothing is kept after the PBX stops. Data are
//! limited, so that a client cannot fill the memory: 400 channels, 4,096 entries of the database,
//! 1,000 global variables, 64 variables a channel, 256 members a queue and 16 filters a session.
//!
//! Regular expressions, of filters and of `Hangup`, are written as POSIX's extended ones, but
//! `[=a=]` and `[.a.]` are not known, and `\d`, `\w`, `\s` and `*?` are.

#![deny(unreachable_pub)]

mod actions;
mod builder;
mod call;
mod call_events;
mod channel;
mod clock;
mod config;
mod database;
mod dialplan;
mod dispatch;
mod engine;
mod filter;
mod model;
mod parse;
mod queue;
mod running;

pub use builder::Builder;
pub use config::{Config, ConfigError};
pub use running::Pbx;
