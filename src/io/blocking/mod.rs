//! A blocking [`Client`] over any `Read + Write`: a `TcpStream`, a TLS stream, a serial port. A
//! [`Follower`], which connects again when the connection is lost. And a [`server`] over TCP.

mod answers;
mod client;
mod error;
mod event_buffer;
mod follower;
#[cfg(test)]
mod fuzz;
mod list;
mod message_queue;
mod protocol;
pub mod server;
mod time;
mod transport;

pub use client::{Client, ClientBuilder};
pub use error::{Disconnect, Error};
pub use follower::{Followed, Follower, OwnedCredentials};
pub use list::List;
pub use protocol::Protocol;
