//! The parts of `async-io` that the run loop of `example-async-embedded` needs.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use async_io::{Async, Timer};
use embedded_io_adapters::futures_03::FromFutures;
use example_async_embedded::Clock;

/// One half of a connection, with the traits of `embedded_io_async`. Any type with the traits of
/// `futures-io` can take the place of the socket.
pub type Half<'a> = FromFutures<&'a Async<TcpStream>>;

/// Returns the two halves of a connection.
pub fn split(socket: &Async<TcpStream>) -> (Half<'_>, Half<'_>) {
    (FromFutures::new(socket), FromFutures::new(socket))
}

/// A clock over `Instant`, with the timer of `async-io`.
#[derive(Debug, Clone, Copy)]
pub struct StdClock(Instant);

impl StdClock {
    /// Creates a clock that starts at 0.
    #[must_use]
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for StdClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for StdClock {
    fn now(&self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }

    async fn wait_until(&self, time: u64) {
        match self.0.checked_add(Duration::from_millis(time)) {
            Some(time) => Timer::at(time).await,
            None => std::future::pending().await,
        };
    }
}
