//! The Asterisk Manager Interface (AMI) for machines that have no heap, and for scripts on machines that do.
//!
//! Asterisk runs the phones of offices, hospitals and call centres; AMI is how programs watch and steer it. This crate
//! speaks it with every Asterisk from 1.4 to today: `no_std`, no allocation, no dependency, no `unsafe`.
//!
//! # Layers
//!
//! | module | what it does |
//! |---|---|
//! | [`wire`] | bytes to messages and back: [`Decoder`](wire::Decoder), [`Message`](wire::Message), [`Outbox`](wire::Outbox). Knows nothing of logins |
//! | [`action`] | requests: a type for each of Asterisk's; the trait [`Action`](action::Action), [`Raw`](action::Raw), [`from_fn`](action::from_fn) for others |
//! | [`event`] | views of events and of responses with a payload, which cost nothing unless they are used |
//! | [`client`] | the client's side without a connection: [`Session`](client::Session) logs in, knows which answer is whose, where lists end, and what the time means |
//! | [`server`] | the server's side without a connection: [`Session`](server::Session) greets, decides who is logged in, and answers each request once |
//! | `io` | clients over a transport: `io::blocking` over `std::io`, `io::embedded` over `embedded_io`; and `io::blocking::server` over TCP |
//!
//! Each layer uses only those above it in this table, and neither [`client`] nor [`server`] the other.
//!
//! # The run loop
//!
//! The decoder and the outbox own their storage and neither reads nor writes: any transport will do. The loop with
//! a session in it is that of [`client`]; `io::embedded` is that loop, ready to use.
//!
//! ```
//! use embedded_ami::action::{self, Raw};
//! use embedded_ami::wire::{Decoder, Kind, Outbox, Dialect, Step};
//!
//! # struct Uart(&'static [u8], Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize { std::io::Read::read(&mut self.0, to).unwrap() }
//! #     fn write(&mut self, from: &[u8]) -> usize { self.1.extend_from_slice(from); from.len() }
//! # }
//! # let mut uart = Uart(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: 1\r\nPing: Pong\r\n\r\n", vec![]);
//! # fn run(uart: &mut Uart) -> Result<(), Box<dyn std::error::Error>> {
//! let mut decoder = Decoder::for_client([0; 512])?;
//! let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
//! action::write(&Raw::without_headers("Ping"), "1", &mut outbox)?;
//! loop {
//!     let n = uart.write(outbox.pending());
//!     outbox.advance(n);
//!     match decoder.poll() {
//!         Step::Message => {
//!             let message = decoder.message();
//!             if message.kind() == Kind::Response {
//!                 assert!(message.get("Ping").is_some_and(|ping| ping == "Pong"));
//!                 return Ok(());
//!             }
//!         }
//!         Step::NeedInput => match uart.read(decoder.space()) {
//!             0 => decoder.finish(),
//!             n => decoder.advance(n),
//!         },
//!         Step::End => return Err("the server closed the connection".into()),
//!     }
//! }
//! # }
//! # run(&mut uart).unwrap();
//! # assert_eq!(uart.1, b"Action: Ping\r\nActionID: 1\r\n\r\n");
//! ```
//!
//! For firmware there is a guide, in the module `firmware`.
//!
//! # How much storage
//!
//! Any size from [`Decoder::MIN`](wire::Decoder) (32 bytes) up decodes everything; what does not fit comes in
//! [parts](wire::Message::part). It is convenient if the messages one cares for fit whole:
//!
//! | bytes | responses that fit whole | events that fit whole |
//! |---|---|---|
//! | 128 | 85 % | few |
//! | 512 | 97 % | 70 % on a busy server with channel variables in each event, 90 % otherwise |
//! | 1 024 | 98 % | 96 % |
//! | 2 048 | 99 % | 99 % |
//!
//! Counted over recorded traffic of Asterisk 1.4 to 22 (`tests/sizing.rs`), without command output, which has no limit.
//!
//! A client session needs 64 bytes for the decoder, since a line with an ActionID must not be cut, and an outbox for the
//! largest action; it takes 104 bytes itself and 32 for each action that may be outstanding at once, on 32 bits. A server session takes 64 bytes, its
//! decoder the longest request that is to be served, and its outbox the largest answer or entry of a list.
//!
//! # Features
//!
//! None is on by default, and none changes what another part does.
//!
//! | feature | adds |
//! |---|---|
//! | `std` | `io::blocking`, a client and a server; messages on the heap |
//! | `memchr` | the `memchr` crate for long lines and command output |
//! | `md5` | MD5 for the challenge login; without it the caller brings a digest function |
//! | `heapless` | whole messages in a `heapless::Vec`; needs Rust 1.87 |
//! | `defmt` | `defmt::Format` for what firmware logs |
//! | `embedded-io` | `io::embedded`, a client without a heap |
//! | `cli` | the `ami` tool; implies `std` and `md5` |

#![no_std]
#![cfg_attr(
    not(test),
    deny(
        unreachable_pub,
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::get_unwrap,
        clippy::unwrap_in_result
    )
)]

// Only what says `std::` uses it; the prelude stays that of `core`.
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod action;
pub mod classes;
pub mod client;
#[cfg(feature = "defmt")]
mod defmt;
pub mod event;
#[cfg(all(any(doc, doctest), feature = "embedded-io"))]
#[doc = include_str!("firmware.md")]
pub mod firmware {}
mod bytes;
#[cfg(feature = "heapless")]
pub mod heapless;
#[cfg(any(feature = "std", feature = "embedded-io"))]
pub mod io;
mod name;
pub mod server;
mod size;
pub mod value;
pub mod wire;

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "std", feature = "md5", feature = "embedded-io"))]
#[doc = include_str!("../README.md")]
struct Readme;
