//! The embedded client for asynchronous programs, without a heap.
//!
//! - `client.rs` has the run loop, for any transport with the `embedded_io_async` traits and any
//!   executor. Copy this file into your program.
//! - `call.rs` is an application on top of it.
//! - `embassy.rs` runs both with embassy's timer and network stack.
//!
//! The guide `asynchronous` in the documentation of `embedded-ami` explains the loop.

#![no_std]

mod call;
mod client;
pub mod embassy;

pub use call::{CallError, call};
pub use client::{Client, Clock, Error};
