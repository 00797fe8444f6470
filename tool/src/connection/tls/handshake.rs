//! Connects over TLS within a time limit, and explains errors.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, StreamOwned};

use crate::trusted::Trusted;

/// The longest time that a read or write waits. The client looks at its clock between two of them.
const WAIT: Duration = Duration::from_millis(100);
const DAY: u64 = 24 * 60 * 60;

/// Connects over TCP and completes the TLS handshake, within `limit` for both together. The time
/// that the system takes to look up the name comes on top.
pub fn connect(
    host: &str,
    port: u16,
    trusted: Trusted,
    limit: Duration,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Box<dyn Error>> {
    let at = |reason: &dyn ToString| format!("{host}, port {port}: {}", reason.to_string());
    let file = trusted.file().to_owned();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| at(&error))?;
    let addresses = (host, port).to_socket_addrs().map_err(|error| at(&error))?;
    let deadline = Instant::now() + limit;
    let mut stream = tcp(addresses, deadline).map_err(|error| at(&error))?;

    let config = ClientConfig::builder_with_provider(Arc::clone(trusted.provider()))
        .with_safe_default_protocol_versions()?
        .dangerous() // the name that rustls gives to any verifier but its own
        .with_custom_certificate_verifier(Arc::new(trusted))
        .with_no_client_auth();
    let mut connection = ClientConnection::new(Arc::new(config), name)?;
    // With a limit, a write returns 0 once a server that does not read has filled the buffer, which
    // means the end of the connection. The client limits the time instead.
    connection.set_buffer_limit(None);
    while connection.is_handshaking() {
        if Instant::now() >= deadline {
            return Err(at(&"the server does not complete the TLS handshake in time").into());
        }
        let moved = match connection.wants_write() {
            true => connection.write_tls(&mut stream),
            false => connection.read_tls(&mut stream),
        };
        match moved {
            Ok(0) => return Err(at(&"the server closes the connection during the TLS handshake").into()),
            Ok(_) => {}
            Err(error) if is_late(&error) => {}
            Err(error) => return Err(at(&error).into()),
        }
        if let Err(error) = connection.process_new_packets() {
            let _ = connection.write_tls(&mut stream); // tells the server the reason
            return Err(at(&explain(&error, host, &file)).into());
        }
    }
    Ok(StreamOwned::new(connection, stream))
}

/// Connects to the first of the addresses that accepts a connection.
fn tcp(addresses: impl Iterator<Item = std::net::SocketAddr>, deadline: Instant) -> io::Result<TcpStream> {
    let mut last = io::Error::from(ErrorKind::TimedOut);
    for address in addresses {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(WAIT))?;
                stream.set_write_timeout(Some(WAIT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Returns whether a read or write timed out. Unix and Windows report that differently.
fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Returns the reason for which a handshake failed, and the remedy.
fn explain(error: &rustls::Error, host: &str, file: &str) -> String {
    use rustls::Error::{AlertReceived, InvalidCertificate, InvalidMessage, PeerIncompatible};
    let text = error.to_string();
    match error {
        InvalidCertificate(CertificateError::ExpiredContext { time, not_after }) => {
            let days = (time.as_secs() - not_after.as_secs()) / DAY;
            format!("the server's certificate expired {days} days ago. Renew it, or set this machine's clock")
        }
        InvalidCertificate(CertificateError::NotValidYetContext { time, not_before }) => {
            let days = (not_before.as_secs() - time.as_secs()) / DAY;
            format!(
                "the server's certificate becomes valid in {days} days. Check the clocks of both machines"
            )
        }
        InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) => {
            match &presented[..] {
                [] => format!(
                    "the server's certificate has no subjectAltName, and its Common Name counts only if the \
                 certificate itself is trusted. Add it (asterisk.crt) to {file}, or make one with a \
                 subjectAltName for {host}"
                ),
                names => format!(
                    "the server's certificate is not for {host}, but for {}. Connect to a name that it has, or \
                 make one with a subjectAltName for {host}",
                    names.join(", ")
                ),
            }
        }
        InvalidCertificate(_) if text.contains("UnsupportedCertVersion") => format!(
            "the server's certificate is of X.509 version 1. Such a certificate counts only if it is trusted \
             itself and the server speaks TLS 1.3. Add it (asterisk.crt) to {file}, or make one of version 3"
        ),
        InvalidCertificate(CertificateError::UnknownIssuer) => not_trusted(file),
        InvalidCertificate(CertificateError::BadSignature) => format!(
            "the server's signature does not match the certificates in {file}. They have the same name, but \
             another key: perhaps the server has new ones, or this is another server"
        ),
        InvalidCertificate(_) if text.contains("CaUsedAsEndEntity") => not_trusted(file),
        InvalidMessage(_) => {
            "the server does not speak TLS on this port. AMI over TLS has a port of its own, \
                              tlsbindaddr in manager.conf"
                .into()
        }
        AlertReceived(_) | PeerIncompatible(_) => {
            format!("{text}. The server must offer TLS 1.2 or 1.3, and have a certificate")
        }
        _ => text,
    }
}

fn not_trusted(file: &str) -> String {
    format!(
        "{file} contains neither the server's certificate nor the one that has signed it. Add the certificate \
         of the CA (ca.crt) or of the server (asterisk.crt), as its administrator gives it to you"
    )
}
