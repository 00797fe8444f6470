//! Runs the client over sockets with the traits of edge-net and with embassy's timer, against the
//! PBX and scripted servers.
#![cfg(unix)]

mod scenarios;

mod stack {
    use std::net::SocketAddr;

    use edge_nal::TcpConnect;
    use edge_nal_std::TcpSocket;
    use example_async_embedded::Clock;
    use example_async_embedded::embassy::EmbassyClock;

    pub use futures_lite::future::block_on;

    pub const EXECUTABLE: &str = env!("CARGO_BIN_EXE_async-embedded");

    pub async fn connect(address: SocketAddr) -> TcpSocket {
        static STACK: edge_nal_std::Stack = edge_nal_std::Stack::new();
        STACK.connect(address).await.expect("a server")
    }

    pub fn halves(socket: &TcpSocket) -> (&TcpSocket, &TcpSocket) {
        (socket, socket)
    }

    pub fn clock() -> impl Clock {
        EmbassyClock
    }
}
