//! Logs in over TLS as a device does, with `embedded-tls` and without a heap, and prints the
//! version of Asterisk. A socket of `std` takes the place of the device's network stack.
//!
//! ```sh
//! openssl x509 -in asterisk.crt -outform der -out asterisk.der
//! AMI_HOST=pbx AMI_TLS_CA=asterisk.der AMI_USER=admin AMI_SECRET=secret \
//!     cargo run -p example-tls --example device
//! ```
//!
//! The server's certificate must have a P-256 key, and a DNS name: IP addresses are not looked at.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use embedded_ami::action::Raw;
use embedded_ami::client::{Credentials, IdKey, Incoming, Session, Slot};
use embedded_ami::io::embedded::Client;
use embedded_ami::wire::{Decoder, Dialect, Outbox, Part};
use embedded_io::{BufRead as _, Error as _, ErrorKind, ErrorType, Read, ReadReady, Write};
use embedded_tls::blocking::{Aes128GcmSha256, Certificate, CryptoProvider, MaxFragmentLength};
use embedded_tls::blocking::{TlsClock, TlsConfig, TlsConnection, TlsContext, TlsVerifier};
use embedded_tls::{CryptoRngCore, TlsError, pki::CertVerifier};
use rand_core::{OsRng, RngCore};

/// The time for which the socket waits for the rest of a record. Its expiry ends the connection,
/// because part of the record would be lost.
const RECORD: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).map_err(|_| format!("{name} is not set"));
    let (user, secret) = (variable("AMI_USER")?, variable("AMI_SECRET")?);
    let host = variable("AMI_HOST").unwrap_or("localhost".into());
    let port = variable("AMI_PORT").unwrap_or("5039".into()).parse()?;
    println!("{}", version(&host, port, &fs::read(variable("AMI_TLS_CA")?)?, &user, &secret)?);
    Ok(())
}

/// Logs in and returns the version of Asterisk. `ca` is the certificate to trust, in DER: the
/// server's own if it is self-signed, otherwise that of the CA.
pub fn version(host: &str, port: u16, ca: &[u8], user: &str, secret: &str) -> Result<String, Box<dyn Error>> {
    let socket = TcpStream::connect((host, port))?;
    socket.set_read_timeout(Some(RECORD))?;
    socket.set_write_timeout(Some(RECORD))?;
    let socket = Socket(&socket);
    // With fragments of 1 KiB, which OpenSSL agrees to, these buffers do instead of 16,640 bytes.
    let (mut read, mut write) = ([0; 1024 + 256], [0; 1024]);
    let mut connection = TlsConnection::new(socket, &mut read, &mut write);
    let config = TlsConfig::new().with_server_name(host).with_max_fragment_length(MaxFragmentLength::Bits10);
    let verifier = CertVerifier::new(Certificate::X509(ca));
    let handshake = connection.open(TlsContext::new(&config, Provider { rng: OsRng, verifier }));
    handshake.map_err(|error| format!("no TLS connection to {host}: {error:?}"))?;

    let start = Instant::now();
    let mut client = Client::new(
        Tls { connection, socket, unread: 0 },
        Decoder::for_client_array([0; 512]),
        Outbox::for_client([0; 256], Dialect::Current),
        Session::new([Slot::FREE; 2]),
        Credentials::new(user, secret),
        move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    );
    let mut key = [0; 16];
    OsRng.fill_bytes(&mut key);
    client.on_connected(IdKey(key));
    loop {
        match client.poll_ready().map_err(|error| format!("{error:?}"))? {
            Some(Incoming::Ready) => {
                let now = (client.clock)();
                client.session.submit(&Raw::without_headers("CoreSettings"), now, &mut client.outbox)?;
            }
            Some(Incoming::Response { .. }) if client.decoder.message().part() == Part::Whole => {
                return Ok(client.decoder.message().get("AsteriskVersion").unwrap_or_default().to_string());
            }
            Some(Incoming::Event { .. } | Incoming::Internal) => {}
            Some(ended) => return Err(format!("{ended:?}").into()),
            None => std::thread::sleep(Duration::from_millis(1)), // a device does other work
        }
    }
}

/// The device's socket.
#[derive(Clone, Copy)]
struct Socket<'a>(&'a TcpStream);

impl ErrorType for Socket<'_> {
    type Error = ErrorKind;
}

impl Read for Socket<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        io::Read::read(&mut self.0, to).map_err(|_| ErrorKind::ConnectionReset)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        io::Write::write(&mut self.0, from).map_err(|_| ErrorKind::ConnectionReset)
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl ReadReady for Socket<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        let peek = || {
            self.0.set_nonblocking(true)?;
            let peeked = self.0.peek(&mut [0]);
            self.0.set_nonblocking(false)?;
            peeked
        };
        Ok(!peek().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock))
    }
}

/// The TLS connection as a transport of the client.
struct Tls<'a> {
    connection: TlsConnection<'a, Socket<'a>, Aes128GcmSha256>,
    socket: Socket<'a>,
    /// The number of bytes that are decrypted and not read.
    unread: usize,
}

impl ErrorType for Tls<'_> {
    type Error = ErrorKind;
}

impl Read for Tls<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        let bytes = match self.connection.fill_buf() {
            Err(TlsError::ConnectionClosed) => return Ok(0),
            decrypted => decrypted.map_err(|error| error.kind())?,
        };
        let n = bytes.len().min(to.len());
        let (taken, unread) = bytes.split_at(n);
        to[..n].copy_from_slice(taken);
        self.unread = unread.len();
        self.connection.consume(n);
        Ok(n)
    }
}

impl ReadReady for Tls<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.unread > 0 || self.socket.read_ready()?)
    }
}

impl Write for Tls<'_> {
    fn write(&mut self, from: &[u8]) -> Result<usize, ErrorKind> {
        self.connection.write(from).map_err(|error| error.kind())
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.connection.flush().map_err(|error| error.kind())
    }
}

/// The random numbers and the certificate to trust.
struct Provider<'a> {
    rng: OsRng,
    verifier: CertVerifier<'a, Aes128GcmSha256, Clock, 1024>,
}

impl CryptoProvider for Provider<'_> {
    type CipherSuite = Aes128GcmSha256;
    type Signature = [u8; 0]; // made with the key of a client certificate, which there is not
    fn rng(&mut self) -> impl CryptoRngCore {
        &mut self.rng
    }
    fn verifier(&mut self) -> Result<&mut impl TlsVerifier<Aes128GcmSha256>, TlsError> {
        Ok(&mut self.verifier)
    }
}

/// The date. Without one, expired certificates are accepted.
struct Clock;

impl TlsClock for Clock {
    fn now() -> Option<u64> {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok().map(|time| time.as_secs())
    }
}
