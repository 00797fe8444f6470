//! TLS for the connections of the PBX.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::path::Path;
use std::sync::Arc;

use embedded_ami::io::blocking::server::ServerStream;
use mio::net::TcpStream;
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

/// The most bytes that wait to be encrypted or, encrypted, to be sent.
const BUFFER: usize = 16 * 1024;
/// The most reads of the socket before other connections have their turn.
const TURN: usize = 32;

/// The certificate and private key with which a PBX serves TLS: see
/// [`Builder::tls`](crate::Builder::tls).
///
/// Clients may use TLS 1.2 or 1.3, and need no certificate of their own.
///
/// ```
/// use embedded_ami_pbx::{Pbx, Tls};
///
/// # fn main() -> std::io::Result<()> {
/// let (tls, certificate) = Tls::self_signed()?;
/// let pbx = Pbx::builder().user("admin", "secret").tls(tls).start("127.0.0.1:0")?;
/// // The client that is tested trusts this certificate and connects to `pbx.local_addr()`.
/// assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
/// # drop(pbx);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl Tls {
    /// Takes a certificate and its private key in PEM format. The certificates that signed it may
    /// follow it. Text around the certificates and the key is ignored, so that both arguments can
    /// be the content of one file, like that of `tlscertfile` in `manager.conf`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidData`] if the certificate or the key is missing, or if the key is
    /// encrypted or not that of the certificate.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> io::Result<Self> {
        let chain = read_certificates(certificates)?;
        configure(chain, read_key(key)?)
    }

    /// Reads a certificate and its private key from files in PEM format: see
    /// [`from_pem`](Tls::from_pem). Both may be the same file.
    ///
    /// # Errors
    ///
    /// Those of the system and of `from_pem`. The text names the file.
    pub fn from_files(certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        let (certificates, key) = (certificates.as_ref(), key.as_ref());
        let read = |path: &Path| std::fs::read(path).map_err(|error| named(path, &error));
        let chain = read_certificates(&read(certificates)?).map_err(|error| named(certificates, &error))?;
        let key_der = read_key(&read(key)?).map_err(|error| named(key, &error))?;
        configure(chain, key_der).map_err(|error| named(key, &error))
    }

    /// Makes a key and a certificate that is signed with it. Returns them, and the certificate in
    /// PEM format for the clients, which must trust it.
    ///
    /// The certificate is for the host names `localhost`, `127.0.0.1` and `::1`, until the end of
    /// 2049.
    ///
    /// # Errors
    ///
    /// Those of the random number generator of the system.
    pub fn self_signed() -> io::Result<(Self, String)> {
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, "embedded-ami-pbx");
        // Clients whose clock has not been set accept it, too.
        params.not_before = date_time_ymd(1970, 1, 1);
        params.not_after = date_time_ymd(2049, 12, 31);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        Ok((configure(vec![certificate.der().clone()], key)?, certificate.pem()))
    }
}

impl fmt::Debug for Tls {
    /// Prints nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn read_certificates(pem: &[u8]) -> io::Result<Vec<CertificateDer<'static>>> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let chain = chain.map_err(|error| invalid(format!("not in PEM format: {error}")))?;
    if chain.is_empty() { Err(invalid("no certificate in PEM format")) } else { Ok(chain) }
}

fn read_key(pem: &[u8]) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => {
            invalid("no private key in PEM format, or only an encrypted one")
        }
        error => invalid(format!("not in PEM format: {error}")),
    })
}

fn configure(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> io::Result<Tls> {
    // The program may have another provider for its own connections.
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(io::Error::other)?;
    let config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(invalid)?;
    Ok(Tls(Arc::new(config)))
}

/// A TLS connection over a socket that does not wait.
pub(crate) struct TlsStream {
    tcp: TcpStream,
    tls: ServerConnection,
    output: Side,
    /// Whether the client has accepted bytes since the server was last told to wait.
    has_progress: bool,
}

/// The state of the output.
#[derive(PartialEq)]
enum Side {
    Open,
    /// The socket is shut down once everything is sent.
    Ending,
    Ended,
}

impl TlsStream {
    pub(crate) fn new(tcp: TcpStream, config: &Tls) -> io::Result<Self> {
        let mut tls = ServerConnection::new(Arc::clone(&config.0)).map_err(io::Error::other)?;
        tls.set_buffer_limit(Some(BUFFER));
        Ok(Self { tcp, tls, output: Side::Open, has_progress: false })
    }

    pub(crate) fn socket(&mut self) -> &mut TcpStream {
        &mut self.tcp
    }

    /// Sends what is encrypted, as much as the client accepts now.
    fn send(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut self.tcp) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => self.has_progress = true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        if self.output == Side::Ending {
            self.output = Side::Ended;
            self.tcp.shutdown(Shutdown::Write)?;
        }
        Ok(())
    }

    /// Takes what has arrived, up to the first decrypted byte or the end of the stream. Returns
    /// `WouldBlock` if neither has arrived, and `Interrupted` if more may have arrived.
    fn receive(&mut self) -> io::Result<()> {
        for _ in 0..TURN {
            self.send()?;
            let read = match self.tls.read_tls(&mut self.tcp) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            let state = match self.tls.process_new_packets() {
                Ok(state) => state,
                Err(error) => {
                    // The client is told why.
                    let _ = self.send();
                    return Err(invalid(error));
                }
            };
            self.send()?;
            if read == 0 || state.plaintext_bytes_to_read() > 0 || state.peer_has_closed() {
                return Ok(());
            }
        }
        Err(ErrorKind::Interrupted.into())
    }
}

impl Read for TlsStream {
    /// A client that closes the connection without a word of TLS has ended the stream, too.
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.send()?;
        loop {
            match self.tls.reader().read(to) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.receive()?,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
        }
    }
}

impl Write for TlsStream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.send()?;
        // Nothing is taken before the client has accepted everything else. During the handshake,
        // there is room for the banner.
        if self.tls.wants_write() {
            let is_slow = std::mem::take(&mut self.has_progress);
            return Err(if is_slow { ErrorKind::Interrupted } else { ErrorKind::WouldBlock }.into());
        }
        match self.tls.writer().write(from)? {
            0 if !from.is_empty() => Err(ErrorKind::WouldBlock.into()),
            written => {
                self.send()?;
                Ok(written)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl ServerStream for TlsStream {
    fn has_input(&mut self) -> bool {
        // The next read reports an error again.
        let is_waiting = |tls: &mut ServerConnection| {
            tls.process_new_packets().is_ok_and(|state| state.plaintext_bytes_to_read() > 0)
        };
        is_waiting(&mut self.tls) || self.receive().is_ok() && is_waiting(&mut self.tls)
    }

    fn end_output(&mut self) -> io::Result<()> {
        if self.output == Side::Open {
            self.tls.send_close_notify();
            self.output = Side::Ending;
        }
        self.send()?;
        match (self.tls.wants_write(), std::mem::take(&mut self.has_progress)) {
            (false, _) => Ok(()),
            (true, true) => Err(ErrorKind::Interrupted.into()),
            (true, false) => Err(ErrorKind::WouldBlock.into()),
        }
    }
}
