//! The Asterisk Manager Interface (AMI) for machines without a heap, and for scripts on machines
//! with one.
//!
//! Asterisk runs the phones of offices, hospitals and call centres, and AMI is the protocol with
//! which programs watch and control it. This crate implements both sides of the protocol for every
//! Asterisk from 1.4 to the current release. It is `no_std`, does not allocate, has no dependencies
//! and contains no `unsafe` code.
//!
//! # Layers
//!
//! | module | contains |
//! |---|---|
//! | [`wire`] | Bytes to messages and back: [`Decoder`], [`Message`], [`Outbox`] |
//! | [`value`] | Decoders for the contents of values: escapes, caller ids, dates, variables |
//! | [`classes`] | The classes of events and actions, and the masks that select them |
//! | [`action`] | A type for each action of Asterisk; [`Action`], [`Raw`], [`from_fn`] for others |
//! | [`event`] | Views of events and of responses that carry data; unused views cost nothing |
//! | [`client`] | The client side without input and output: [`client::Session`] |
//! | [`server`] | The server side without input and output: [`server::Session`] |
//! | `io` | Run loops over `std::io` (`io::blocking`) and `embedded_io` (`io::embedded`) |
//!
//! Each layer uses only the layers above it in this table, and [`client`] and [`server`] do not use
//! each other. [`wire`] has no notion of logins. A [`client::Session`] logs in, matches answers to
//! actions, detects the ends of lists, and keeps deadlines. A [`server::Session`] sends the banner,
//! checks logins, and has each request answered once. `io::blocking` has a client over any
//! `Read + Write` and a server over TCP, `io::embedded` a client.
//!
//! [`Decoder`]: wire::Decoder
//! [`Message`]: wire::Message
//! [`Outbox`]: wire::Outbox
//! [`Action`]: action::Action
//! [`Raw`]: action::Raw
//! [`from_fn`]: action::from_fn
//!
//! Two crates build on this one: `embedded-ami-cli` is a shell tool, and `embedded-ami-pbx` a
//! miniature PBX to test AMI clients against.
//!
//! # The run loop
//!
//! The decoder and the outbox own their storage, and neither reads nor writes, so any transport
//! will do. This loop has no session; [`client::Session`] has an example of a loop with one, and
//! `io::embedded` provides that loop ready to use.
//!
//! ```
//! use embedded_ami::action::{self, Raw};
//! use embedded_ami::wire::{Decoder, Dialect, Kind, Outbox, Step};
//!
//! # struct Uart(&'static [u8], Vec<u8>);
//! # impl Uart {
//! #     fn read(&mut self, to: &mut [u8]) -> usize {
//! #         std::io::Read::read(&mut self.0, to).unwrap()
//! #     }
//! #     fn write(&mut self, from: &[u8]) -> usize {
//! #         self.1.extend_from_slice(from);
//! #         from.len()
//! #     }
//! # }
//! # let mut uart = Uart(b"Asterisk Call Manager/11.0.0\r\n\
//! #     Response: Success\r\nActionID: 1\r\nPing: Pong\r\n\r\n", vec![]);
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
//! The documentation has four guides, which contain no code to call: `cookbook`, with programs for
//! common tasks, and `tls` for scripts and services (features `std` and `md5`), `firmware` and
//! `asynchronous` for devices (feature `embedded-io`).
//!
//! # How much storage
//!
//! Storage of any size from [`Decoder::MIN`](wire::Decoder::MIN) (32 bytes) up decodes everything.
//! A message that does not fit is lent in [parts](wire::Message::part). It is convenient if the
//! messages of interest fit whole:
//!
//! | bytes | responses that fit whole | events that fit whole |
//! |---|---|---|
//! | 128 | 85 % | few |
//! | 512 | 97 % | 70 % on a busy server with channel variables in each event, 90 % otherwise |
//! | 1,024 | 98 % | 96 % |
//! | 2,048 | 99 % | 99 % |
//!
//! These shares are counted over recorded traffic of Asterisk 1.4 to 22 (`tests/sizing.rs`),
//! without the output of commands, which has no limit.
//!
//! A client session needs 64 bytes of storage for the decoder, so that no line with an ActionID is
//! cut, and an outbox as large as the largest action. On 32 bits the session itself takes 104
//! bytes, and 32 more for each action that may be outstanding at once.
//!
//! A server session takes 64 bytes on 32 bits. Its decoder needs as much storage as the longest
//! request, and its outbox as much as the largest answer or list entry. An answer repeats the
//! ActionID of its request, which the client chooses. Give the outbox at least 256 bytes more than
//! the decoder, and more if your own answers need it.
//!
//! # Features
//!
//! All features are off by default and purely additive.
//!
//! | feature | adds |
//! |---|---|
//! | `std` | `io::blocking`, a client and a server; messages on the heap |
//! | `memchr` | The `memchr` crate as the search in long lines and command output |
//! | `md5` | MD5 for the challenge login. Without it the application provides a digest function |
//! | `heapless` | Whole messages in a `heapless::Vec`. Needs Rust 1.87 |
//! | `defmt` | `defmt::Format` for the types that firmware logs |
//! | `embedded-io` | `io::embedded`, a client without a heap |

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
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

// Only paths that begin with `std::` use it. The prelude is that of `core`.
#[cfg(any(feature = "std", test))]
extern crate std;
// Tests that other packages share name the library.
#[cfg(test)]
extern crate self as embedded_ami;

pub mod action;
#[cfg(all(any(doc, doctest), feature = "embedded-io"))]
#[doc = include_str!("asynchronous.md")]
pub mod asynchronous {}
pub mod classes;
pub mod client;
#[cfg(all(any(doc, doctest), feature = "std", feature = "md5"))]
pub mod cookbook;
#[cfg(feature = "defmt")]
mod defmt;
pub mod event;
#[cfg(all(any(doc, doctest), feature = "embedded-io"))]
#[doc = include_str!("firmware.md")]
pub mod firmware {}
#[cfg(all(any(doc, doctest), feature = "std"))]
#[doc = include_str!("tls.md")]
pub mod tls {}
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

/// Runs the examples of the README as tests.
#[cfg(all(doctest, feature = "std", feature = "md5", feature = "embedded-io"))]
#[doc = include_str!("../README.md")]
struct Readme;
