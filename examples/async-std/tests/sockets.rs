//! Runs the client over the sockets and the timer of `async-io`, against the PBX and scripted
//! servers.
#![cfg(unix)]

#[path = "../../async-embedded/tests/scenarios/mod.rs"]
mod scenarios;

mod stack {
    use std::net::{SocketAddr, TcpStream};

    use async_io::Async;
    use example_async_embedded::Clock;
    use example_async_std::{Half, StdClock};

    pub use futures_lite::future::block_on;

    pub const EXECUTABLE: &str = env!("CARGO_BIN_EXE_async-std");

    pub async fn connect(address: SocketAddr) -> Async<TcpStream> {
        Async::<TcpStream>::connect(address).await.expect("a server")
    }

    pub fn halves(socket: &Async<TcpStream>) -> (Half<'_>, Half<'_>) {
        example_async_std::split(socket)
    }

    pub fn clock() -> impl Clock {
        StdClock::new()
    }
}
