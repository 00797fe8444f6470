//! The TLS handshake within a time limit, and explanations of its errors.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, StreamOwned};

const DAY: u64 = 24 * 60 * 60;

/// Returns a name of a certificate without its kind, as in `DnsName("pbx.example")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

/// A connection over TLS.
pub type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// The reason for which a handshake failed.
pub enum HandshakeError {
    /// The server did not complete the handshake in time.
    Late,
    /// The server closed the connection.
    Closed,
    /// The connection failed.
    Io(io::Error),
    /// The server does not speak TLS, or is not trusted, or the two ends have nothing in common.
    Tls(rustls::Error),
}

/// Returns the configuration of a client whose verifier decides which servers are trusted.
pub fn config(
    verifier: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // the name that rustls gives to any verifier but its own
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Completes the TLS handshake over a connection whose reads and writes time out soon. `name` is
/// the name for which the server's certificate must be.
pub fn handshake(
    mut stream: TcpStream,
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    deadline: Instant,
) -> Result<TlsStream, HandshakeError> {
    let mut connection = ClientConnection::new(config, name).map_err(HandshakeError::Tls)?;
    // With a limit, a write returns 0 once a server that does not read has filled the buffer, which
    // means the end of the connection. The client limits the time instead.
    connection.set_buffer_limit(None);
    while connection.is_handshaking() {
        if Instant::now() >= deadline {
            return Err(HandshakeError::Late);
        }
        let moved = match connection.wants_write() {
            true => connection.write_tls(&mut stream),
            false => connection.read_tls(&mut stream),
        };
        match moved {
            Ok(0) => return Err(HandshakeError::Closed),
            Ok(_) => {}
            Err(error) if is_late(&error) => {}
            Err(error) => return Err(HandshakeError::Io(error)),
        }
        if let Err(error) = connection.process_new_packets() {
            let _ = connection.write_tls(&mut stream); // tells the server the reason
            return Err(HandshakeError::Tls(error));
        }
    }
    Ok(StreamOwned::new(connection, stream))
}

impl HandshakeError {
    /// Returns the reason and the remedy. `host` is the name for which the certificate must be, and
    /// `source` names the file, or another source, of the certificates that are trusted.
    pub fn explain(&self, host: &str, source: &str) -> String {
        match self {
            Self::Late => "the server does not complete the TLS handshake in time".into(),
            Self::Closed => "the server closes the connection during the TLS handshake".into(),
            Self::Io(error) => error.to_string(),
            Self::Tls(error) => explain(error, host, source),
        }
    }
}

/// Returns whether a read or write timed out. Unix and Windows report that differently.
fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Returns the reason for which a handshake failed, and the remedy.
fn explain(error: &rustls::Error, host: &str, source: &str) -> String {
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
                 certificate itself is trusted. Add it (asterisk.crt) to {source}, or make one with a \
                 subjectAltName for {host}"
                ),
                names => format!(
                    "the server's certificate is not for {host}, but for {}. Connect to a name that it has, or \
                 make one with a subjectAltName for {host}",
                    names.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", ")
                ),
            }
        }
        InvalidCertificate(_) if text.contains("UnsupportedCertVersion") => format!(
            "the server's certificate is of X.509 version 1. Such a certificate counts only if it is trusted \
             itself and the server speaks TLS 1.3. Add it (asterisk.crt) to {source}, or make one of version 3"
        ),
        InvalidCertificate(CertificateError::UnknownIssuer) => not_trusted(source),
        InvalidCertificate(CertificateError::BadSignature) => format!(
            "the server's signature does not match the certificates in {source}. They have the same name, but \
             another key: perhaps the server has new ones, or this is another server"
        ),
        InvalidCertificate(_) if text.contains("CaUsedAsEndEntity") => not_trusted(source),
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

fn not_trusted(source: &str) -> String {
    format!(
        "{source} contains neither the server's certificate nor the one that has signed it. Add the certificate \
         of the CA (ca.crt) or of the server (asterisk.crt), as its administrator gives it to you"
    )
}
