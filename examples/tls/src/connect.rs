//! Connects over TLS within a time limit, and explains errors.

use std::error::Error;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::handshake::{config, handshake};
use crate::tcp;
use crate::trusted::Trusted;

/// Connects over TCP and completes the TLS handshake, within `limit` for both together. The time
/// that the system takes to look up the name comes on top.
pub fn connect(
    host: &str,
    port: u16,
    trusted: Trusted,
    limit: Duration,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Box<dyn Error>> {
    let at = |reason: &dyn ToString| format!("{host}, port {port}: {}", reason.to_string());
    let source = trusted.source().to_owned();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| at(&error))?;
    let addresses: Vec<_> = (host, port).to_socket_addrs().map_err(|error| at(&error))?.collect();
    let deadline = Instant::now() + limit;
    let stream = tcp::connect(&addresses, deadline, |_| ()).map_err(|error| at(&error))?;

    let config = config(Arc::new(trusted), Arc::new(ring::default_provider()))?;
    let connected = handshake(stream, config, name, deadline);
    connected.map_err(|error| at(&error.explain(host, &source)).into())
}
