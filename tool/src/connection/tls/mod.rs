//! TLS. The example `tls` of the repository uses the files `handshake.rs` and `trusted.rs`, too.

mod handshake;
mod insecure;
mod trusted;

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use self::handshake::{HandshakeError, config, handshake};
use self::insecure::Insecure;
use self::trusted::Trusted;
use super::settings::Culprit;

/// The settings of connections over TLS.
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
    /// The name for which the certificate of the server must be, as text and parsed.
    name: (String, ServerName<'static>),
    /// The source of the certificates that are trusted, as errors name it.
    source: String,
    /// Whether those are the certificates of the system.
    is_system: bool,
}

/// The most bytes in a TLS record. The longest line that Asterisk reads has as many.
const RECORD: usize = 1024;

/// A connection over TLS.
pub(crate) struct TlsStream(handshake::TlsStream);

impl Tls {
    /// Prepares connections to a host. Its certificate is verified with those of the file `ca`, or
    /// of the system, unless the connection is insecure.
    ///
    /// # Errors
    ///
    /// The setting that cannot be used, with the reason.
    pub(crate) fn new(
        host: &str,
        server_name: Option<&str>,
        ca: Option<&Path>,
        is_insecure: bool,
    ) -> Result<Self, Culprit> {
        // An address with a zone, as in `fe80::1%eth0`, is in the certificate without it.
        let name = server_name.unwrap_or(host.split('%').next().unwrap_or(host));
        let parsed = ServerName::try_from(name.to_owned())
            .map_err(|_| Culprit::Name(format!("{name:?} cannot be the name of a server with TLS")))?;
        let provider = Arc::new(ring::default_provider());
        let mut source = String::new();
        let verifier: Arc<dyn ServerCertVerifier> = if is_insecure {
            Arc::new(Insecure::new(&provider))
        } else {
            let trusted = match ca {
                Some(file) => Trusted::from_pem_file(file, Arc::clone(&provider)),
                None => of_the_system(&provider),
            };
            let culprit = if ca.is_some() { Culprit::Ca } else { Culprit::Tls };
            let trusted = trusted.map_err(|error| culprit(error.to_string()))?;
            source = trusted.source().to_owned();
            Arc::new(trusted)
        };
        let config = config(verifier, provider).map_err(|error| Culprit::Tls(error.to_string()))?;
        let is_system = ca.is_none() && !is_insecure;
        Ok(Self { config, name: (name.to_owned(), parsed), source, is_system })
    }

    /// Completes the handshake. An error of the kind [`ErrorKind::InvalidData`] is one that another
    /// attempt would not mend.
    pub(crate) fn connect(&self, stream: TcpStream, deadline: Instant) -> io::Result<TlsStream> {
        let (text, name) = &self.name;
        let result = handshake(stream, Arc::clone(&self.config), name.clone(), deadline);
        result.map(TlsStream).map_err(|error| {
            let kind = match &error {
                HandshakeError::Late => ErrorKind::TimedOut,
                HandshakeError::Closed => ErrorKind::ConnectionAborted,
                HandshakeError::Io(error) => error.kind(),
                HandshakeError::Tls(_) => ErrorKind::InvalidData,
            };
            let hint = match &error {
                HandshakeError::Tls(Error::InvalidMessage(_)) => {
                    ". To connect without TLS, leave out --tls, or use ami://"
                }
                HandshakeError::Tls(Error::InvalidCertificate(
                    CertificateError::NotValidForNameContext { .. },
                )) => ", or give a name of the certificate with --server-name",
                HandshakeError::Tls(Error::InvalidCertificate(_)) if self.is_system => {
                    ". The option --ca names a file with certificates to trust"
                }
                _ => "",
            };
            io::Error::new(kind, error.explain(text, &self.source) + hint)
        })
    }
}

impl TlsStream {
    /// Returns the version and the cipher suite.
    pub(crate) fn describe(&self) -> String {
        let connection = &self.0.conn;
        let version = connection.protocol_version().and_then(|version| version.as_str());
        let suite = connection.negotiated_cipher_suite();
        let suite = suite.and_then(|suite| suite.suite().as_str()).unwrap_or("an unknown cipher suite");
        format!("{} with {suite}", version.unwrap_or("TLS"))
    }

    /// Returns the connection over TCP.
    #[cfg(unix)]
    pub(crate) fn socket(&self) -> &TcpStream {
        &self.0.sock
    }
}

impl Read for TlsStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for TlsStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(record(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns the bytes for one TLS record: whole lines, of up to 1,024 bytes together.
///
/// Asterisk reads up to 1,024 bytes at a time, less if it holds a part of a line. The rest of a
/// record then waits in OpenSSL, and Asterisk waits for the socket, so that it answers only when
/// the next record arrives. This was seen with Asterisk 16 and 22.
fn record(bytes: &[u8]) -> &[u8] {
    let piece = bytes.get(..RECORD).unwrap_or(bytes);
    let end = piece.iter().rposition(|&byte| byte == b'\n');
    end.and_then(|end| piece.get(..=end)).unwrap_or(piece)
}

/// Trusts the certificates that this system trusts.
fn of_the_system(provider: &Arc<CryptoProvider>) -> Result<Trusted, Box<dyn std::error::Error>> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found.certs.iter().cloned());
    if usable == 0 {
        let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
        return Err(format!("this system has no trusted certificates{why}; name a file with --ca").into());
    }
    let source = "the certificate store of this system".to_owned();
    Trusted::new(source, found.certs, roots, Arc::clone(provider))
}

#[cfg(test)]
mod tests {
    use super::{RECORD, record};

    #[test]
    fn a_record_has_whole_lines_that_the_server_reads_at_once() {
        let lines = b"Action: Ping\r\n\r\n".repeat(200);
        let mut rest = &lines[..];
        while !rest.is_empty() {
            let piece = record(rest);
            assert!(piece.ends_with(b"\n") && piece.len() <= RECORD);
            assert!(piece.len() > RECORD - 20 || piece.len() == rest.len());
            rest = &rest[piece.len()..];
        }
        assert_eq!(record(&[b'a'; 2000]).len(), RECORD);
        assert_eq!(record(b"abc"), b"abc");
    }
}
